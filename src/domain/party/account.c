// account.c — passwords, lock-out, sessions, and the actor behind a cookie.
#include "domain/party/account.h"

#include "base/seam.h"
#include "base/set.h"
#include "domain/party/account_store.h"
#include "domain/trail.h"

static struct password_cost cost(void)
{
	return (struct password_cost){(uint32_t)set_int(SET_session_password_kib), (uint32_t)set_int(SET_session_password_passes), 1};
}

struct err *account_create(struct plan *p, const struct account_new *n, int64_t *out)
{
	uint8_t salt[SM_SALT_BYTES];
	seam_random(salt, sizeof salt);
	*out = store_id(p->store);
	account_store_insert(p, *out, n, password_hash(p->a, cost(), salt, n->password));
	return trail_add(p, "account", *out, n->unit, NULL);
}

struct err *account_exists(struct plan *p, struct str login, bool *out)
{
	struct account_row r;
	return account_store_by_login(p->snap, p->a, login, &r, out);
}

static struct err *begin_session(struct plan *p, const struct account_row *r, struct signed_in *out)
{
	*out = (struct signed_in){.token = secret_token(p), .account = r->id, .session = store_id(p->store), .name = r->name,
		.staff = r->office.n != 0};
	account_store_session(p, out->session, secret_index(p, "session", out->token), r->id, secret_token(p),
		p->now_ms + set_int(SET_session_hours) * 3600000);
	return trail_add(p, "account", r->id, r->unit, NULL);
}

struct err *account_sign_in(struct plan *p, struct str login, struct str password, struct signed_in *out)
{
	struct account_row r;
	bool found;
	struct err *e = account_store_by_login(p->snap, p->a, login, &r, &found);
	if (e) return e;
	if (found && r.locked_ms > p->now_ms)
		return err_arg(p->a, E_SIGN_IN_LOCKED, str_fmt(p->a, "%lld", (long long)((r.locked_ms - p->now_ms) / 60000 + 1)));
	// An unknown login costs the same work, so that timing does not tell who exists.
	static const char nobody[] = "$argon2id$v=19$m=8192,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	bool right = password_verify(p->a, found ? r.password : str_of(nobody), password) && found && !r.disabled;
	if (!right) {
		if (found) {
			bool lock = r.failed + 1 >= set_int(SET_session_tries);
			account_store_failed(p, r.id, lock ? 0 : r.failed + 1, lock ? p->now_ms + set_int(SET_session_lock_min) * 60000 : 0);
			e = trail_add(p, "account", r.id, r.unit, NULL);
		}
		return e ? e : err_new(p->a, E_SIGN_IN_WRONG);
	}
	if (r.failed) account_store_failed(p, r.id, 0, 0);
	// Only now is the password known: a hash made at another cost is made again at today's.
	if (password_is_weaker(r.password, cost())) {
		uint8_t salt[SM_SALT_BYTES];
		seam_random(salt, sizeof salt);
		account_store_password(p, r.id, password_hash(p->a, cost(), salt, password));
	}
	return begin_session(p, &r, out);
}

struct err *account_pick_sample(struct plan *p, struct str login, struct signed_in *out)
{
	struct account_row r;
	bool found;
	struct err *e = account_store_by_login(p->snap, p->a, login, &r, &found);
	if (e) return e;
	return found && r.sample && !r.disabled ? begin_session(p, &r, out) : err_new(p->a, E_SIGN_IN_WRONG);
}

void account_sweep(struct plan *p)
{
	account_store_sweep(p);
}

void account_sign_out(struct plan *p, int64_t session)
{
	account_store_session_end(p, session);
}

struct err *actor_of_token(struct snap *snap, struct arena *a, struct domain *d, struct str token, int64_t now_ms, struct actor *out)
{
	*out = (struct actor){.roles = 1u << ROLE_PUBLIC};
	if (!token.n) return NULL;
	struct plan p = {.a = a, .domain = d};
	struct session_row s;
	bool found;
	struct err *e = account_store_session_read(snap, a, secret_index(&p, "session", token), now_ms, &s, &found);
	if (e || !found) return e;
	*out = (struct actor){.roles = (uint32_t)s.account.roles, .account = s.account.id, .party = s.account.party,
		.office = s.account.office, .unit = s.account.unit, .name = s.account.name, .session = s.id, .csrf = s.csrf};
	return NULL;
}

struct err *account_samples(struct plan *p, struct sample_account **out, size_t *n)
{
	return account_store_samples(p, out, n);
}
