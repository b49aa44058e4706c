// account.h — who can sign in, and their sessions.
//
// Owns    tables account, session.
// Needs   a plan; passwords are argon2id (settings password_memory_kb, password_rounds).
// Time    sessions end at expires_ms (setting session_hours); wrong passwords lock for a while.
// Errors  E_SIGN_IN_WRONG says neither which of login and password was wrong nor whether the login exists.
// Holds   (1) the cookie's value is stored only as a keyed hash; (2) after so many wrong passwords
//         (setting sign_in_tries) an account is locked for sign_in_lock_minutes.
#pragma once
#include "domain/party/party.h"

struct account_new {
	struct str login, password, name, office, place, sample;
	int64_t party, unit;
	uint32_t roles;
};
must_use struct err *account_create(struct plan *, const struct account_new *, int64_t *out);
must_use struct err *account_exists(struct plan *, struct str login, bool *out);
struct signed_in { struct str token; int64_t account, session; struct str name; bool staff; };
// Checks the password and makes a session. On E_SIGN_IN_WRONG the write set counts the failure.
must_use struct err *account_sign_in(struct plan *, struct str login, struct str password, struct signed_in *out);
// Signs in a sample identity without its password; E_SIGN_IN_WRONG for any other account. The caller
// makes sure that this is a demonstration.
must_use struct err *account_pick_sample(struct plan *, struct str login, struct signed_in *out);
void account_sign_out(struct plan *, int64_t session);
// The actor behind a cookie: nobody when the session is unknown, expired or its account disabled.
must_use struct err *actor_of_token(struct snap *, struct arena *, struct domain *, struct str token, int64_t now_ms,
	struct actor *out);
// Sessions that are over are deleted.
void account_sweep(struct plan *);
// Sample identities, for the demonstration city's sign-in page.
struct sample_account { struct str login, name, about; bool staff; };
must_use struct err *account_samples(struct plan *, struct sample_account **out, size_t *n);
