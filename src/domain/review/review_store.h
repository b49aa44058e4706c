// review_store.h — rows of ratings and rectifications; only this folder includes it.
#pragma once
#include "domain/review/rectify.h"
#include "domain/review/review.h"

extern const char review_store_select[];                 // what `tongban journal verify` compares
void review_store_insert(struct plan *, int64_t home, const struct rating *);
must_use struct err *review_store_read(struct plan *, int64_t case_id, struct rating *out, bool *found);
void rectify_store_insert(struct plan *, const struct rectification *);
void rectify_store_update(struct plan *, const struct rectification *);         // guarded; contact_note in clear, sealed here
must_use struct err *rectify_store_read(struct plan *, int64_t id, struct rectification *out, bool *found);
must_use struct err *rectify_store_of_case(struct plan *, int64_t case_id, struct rectification *out, bool *found);
must_use struct err *rectify_store_list(struct plan *, struct str office, bool done, day_t after_day, int64_t after_id, uint32_t limit,
	struct rectification **out, size_t *n);
