// account_store.c — SQL of accounts and sessions.
#include "domain/party/account_store.h"

struct err *account_store_by_login(struct snap *snap, struct arena *a, struct str login, struct account_row *out, bool *found)
{
	struct rows r;
	struct err *e = SNAP_QUERY(snap, a, &r, "SELECT id, party, unit, roles, failed, locked_ms, login, password, name, office,"
		" disabled, length(sample) FROM account WHERE login = ?1", V_TEXT(login));
	*found = !e && r.n;
	if (*found)
		*out = (struct account_row){.id = row_int(&r, 0, 0), .party = row_int(&r, 0, 1), .unit = row_int(&r, 0, 2),
			.roles = row_int(&r, 0, 3), .failed = row_int(&r, 0, 4), .locked_ms = row_int(&r, 0, 5),
			.login = row_text(&r, 0, 6), .password = row_text(&r, 0, 7), .name = row_text(&r, 0, 8),
			.office = row_text(&r, 0, 9), .disabled = row_int(&r, 0, 10) != 0, .sample = row_int(&r, 0, 11) > 0};
	return e;
}

struct err *account_store_session_read(struct snap *snap, struct arena *a, struct str token, int64_t now_ms,
	struct session_row *out, bool *found)
{
	struct rows r;
	struct err *e = SNAP_KEPT(snap, a, &r, KEEP_ACCOUNT, 3, "SELECT s.id, s.csrf, s.expires_ms, a.id, a.party, a.unit, a.roles, a.name,"
		" a.office FROM session s JOIN account a ON a.id = s.account WHERE s.token = ?1 AND a.disabled = 0", V_TEXT(token));
	*found = !e && r.n && row_int(&r, 0, 2) > now_ms;
	if (*found)
		*out = (struct session_row){row_int(&r, 0, 0), row_text(&r, 0, 1), {.id = row_int(&r, 0, 3), .party = row_int(&r, 0, 4),
			.unit = row_int(&r, 0, 5), .roles = row_int(&r, 0, 6), .name = row_text(&r, 0, 7), .office = row_text(&r, 0, 8)}};
	return e;
}

struct err *account_store_samples(struct plan *p, struct sample_account **out, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT login, name, sample, office FROM account WHERE sample <> '' ORDER BY id");
	*n = e ? 0 : r.n;
	*out = arena_newn(p->a, struct sample_account, *n + 1);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct sample_account){row_text(&r, i, 0), row_text(&r, i, 1), row_text(&r, i, 2), row_text(&r, i, 3).n != 0};
	return e;
}

void account_store_insert(struct plan *p, int64_t id, const struct account_new *n, struct str password)
{
	WSET_EXEC(p->ws, 1, "INSERT INTO account (id, login, password, party, name, office, unit, roles, place, sample, failed,"
		" locked_ms, disabled, version) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,0,0,0,1)",
		V_INT(id), V_TEXT(n->login), V_TEXT(password), V_INT_OR_NULL(n->party), V_TEXT(n->name), V_TEXT(n->office),
		V_INT(n->unit), V_INT(n->roles), V_TEXT(n->place), V_TEXT(n->sample));
}

void account_store_failed(struct plan *p, int64_t id, int64_t failed, int64_t locked_ms)
{
	WSET_EXEC(p->ws, 1, "UPDATE account SET failed = ?1, locked_ms = ?2, version = version + 1 WHERE id = ?3",
		V_INT(failed), V_INT(locked_ms), V_INT(id));
	wset_touch(p->ws, KEEP_ACCOUNT, id);
}

void account_store_password(struct plan *p, int64_t id, struct str hash)
{
	WSET_EXEC(p->ws, 1, "UPDATE account SET password = ?1, version = version + 1 WHERE id = ?2", V_TEXT(hash), V_INT(id));
	wset_touch(p->ws, KEEP_ACCOUNT, id);
}

void account_store_session(struct plan *p, int64_t id, struct str token, int64_t account, struct str csrf, int64_t expires_ms)
{
	WSET_EXEC(p->ws, 1, "INSERT INTO session (id, token, account, csrf, created_ms, expires_ms) VALUES (?1,?2,?3,?4,?5,?6)",
		V_INT(id), V_TEXT(token), V_INT(account), V_TEXT(csrf), V_INT(p->now_ms), V_INT(expires_ms));
}

void account_store_session_end(struct plan *p, int64_t id)
{
	WSET_EXEC(p->ws, WSET_ANY, "DELETE FROM session WHERE id = ?1", V_INT(id));
	wset_touch(p->ws, KEEP_ACCOUNT, p->actor.account);
}

void account_store_sweep(struct plan *p)
{
	WSET_EXEC(p->ws, WSET_ANY, "DELETE FROM session WHERE expires_ms < ?1", V_INT(p->now_ms));     // allow: an expired one is told by its own time
}
