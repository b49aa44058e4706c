// review_store.h — rows of ratings; only review.c includes this.
#pragma once
#include "domain/review/review.h"

extern const char review_store_select[];                 // what `tongban journal verify` compares
void review_store_insert(struct plan *, int64_t home, const struct rating *);
must_use struct err *review_store_read(struct plan *, int64_t case_id, struct rating *out, bool *found);
