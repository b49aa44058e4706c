// flaw_store.h — rows of what was decided about problems.
#pragma once
#include "domain/flaw/flaw.h"

void flaw_store_put(struct plan *, struct str key, struct str state, struct str reason);
must_use struct err *flaw_store_all(struct plan *, struct flaw **out, size_t *n);        // key, state, reason, by, at_ms
