// rule_store.h — rows of decisions and reviews; only files of this folder include it.
#pragma once
#include "domain/rule/rule.h"

extern const char rule_store_select[];                 // what `tongban journal verify` compares
void rule_store_insert(struct plan *, const struct rule_decision *);
must_use struct err *rule_store_find(struct plan *, bool by_case, int64_t id, struct rule_decision *out, bool *found);
must_use struct err *rule_store_each(struct plan *, int64_t lo, int64_t hi, rule_fn, void *ctx);
must_use struct err *rule_store_span(struct plan *, int64_t *least, int64_t *most, int64_t *count);
must_use struct err *rule_store_counts(struct plan *, int64_t since_ms, struct rule_count **out, size_t *n);
void rule_store_review_insert(struct plan *, const struct rule_review *);
void rule_store_review_done(struct plan *, const struct rule_review *);
must_use struct err *rule_store_review(struct plan *, int64_t id, struct rule_review *out, bool *found);
must_use struct err *rule_store_reviews(struct plan *, struct str office, bool open, uint32_t limit, struct rule_review **out, size_t *n);
must_use struct err *rule_store_reviews_of_case(struct plan *, int64_t case_id, struct rule_review **out, size_t *n);
