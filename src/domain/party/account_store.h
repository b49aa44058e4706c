// account_store.h — rows of accounts and sessions; only account.c includes this.
#pragma once
#include "domain/party/account.h"

struct account_row {
	int64_t id, party, unit, roles, failed, locked_ms;
	struct str login, password, name, office;
	bool disabled, sample;
};
struct session_row { int64_t id; struct str csrf; struct account_row account; };
must_use struct err *account_store_by_login(struct snap *, struct arena *, struct str login, struct account_row *, bool *found);
must_use struct err *account_store_session_read(struct snap *, struct arena *, struct str token, int64_t now_ms,
	struct session_row *, bool *found);
must_use struct err *account_store_samples(struct plan *, struct sample_account **out, size_t *n);
void account_store_insert(struct plan *, int64_t id, const struct account_new *, struct str password);
void account_store_failed(struct plan *, int64_t id, int64_t failed, int64_t locked_ms);
void account_store_password(struct plan *, int64_t id, struct str hash);
void account_store_session(struct plan *, int64_t id, struct str token, int64_t account, struct str csrf, int64_t expires_ms);
void account_store_sweep(struct plan *);
void account_store_session_end(struct plan *, int64_t id);
