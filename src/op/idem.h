// idem.h — answers already given, by caller and key.
//
// Owns    table idem. Holds: a key answers once; another body under it is refused (E_IDEMPOTENCY).
#pragma once
#include "op/op.h"

struct idem { struct str op, body, reply; };
must_use struct err *idem_find(struct plan *, struct str key, struct idem *out, bool *found);
void idem_put(struct plan *, struct str key, const struct idem *);
void idem_sweep(struct plan *, int64_t before_ms);
