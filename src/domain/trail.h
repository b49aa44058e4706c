// trail.h — how the domain writes its journal entries: one a subject changed by a plan.
//
// Needs   domain/journal. The digests of rows as written go into the entry, so that a row edited
//         behind our back is found by `tongban journal verify`.
// Holds   (1) no personal value in an entry: codes, ids, counts and digests only; (2) a row that was
//         told to trail_row is in an entry of its subject before the plan ends (op.c checks it).
#pragma once
#include "domain/journal/journal.h"
#include "domain/plan.h"

struct kase;
must_use struct err *trail_case(struct plan *, const struct kase *);
// For subjects without a row of their own kind in case: account, catalogue, certificate, payment.
must_use struct err *trail_add(struct plan *, const char *kind, int64_t id, int64_t home, const struct json *detail);
// A row written for a subject: the values in the order of its table's select (trail_tables); none: it is gone.
// Called by the *_store.c function that writes it, before the subject's entry is added.
void trail_row(struct plan *, const char *kind, int64_t id, const char *table, int64_t key, const struct val *, size_t n);
// Detail that the next trail_case of this case carries: {"item": "…", "marks": 3}.
void trail_note(struct plan *, int64_t case_id, const char *key, struct json *value);

// The tables whose rows journal entries speak of, for `tongban journal verify`.
extern const struct journal_table trail_tables[];
extern const size_t trail_tables_n;

// Somebody looks at unmasked personal data: written to the access log in the same set that answers.
void trail_look(struct plan *, const char *kind, int64_t id, int64_t home, struct str field, struct str purpose);
