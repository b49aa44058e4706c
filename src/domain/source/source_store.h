// source_store.h — rows of questions and of the sandbox; only this folder includes it.
#pragma once
#include "domain/source/source.h"

extern const char source_store_select[];              // what `tongban journal verify` compares
void source_store_insert(struct plan *, const struct source_query *);     // as they are: sealed
void source_store_update(struct plan *, struct source_query *);           // guarded by rev, which it raises
must_use struct err *source_store_find(struct plan *, int64_t id, struct source_query *out, bool *found);
must_use struct err *source_store_of_case(struct plan *, int64_t case_id, struct source_query **out, size_t *n);
// The newest answer to the same question, settled since.
must_use struct err *source_store_same(struct plan *, struct str same, int64_t since_ms, struct source_query *out, bool *found);
must_use struct err *source_store_due(struct plan *, int64_t now_ms, uint32_t limit, int64_t **ids, size_t *n);
must_use struct err *source_store_counts(struct plan *, int64_t since_ms, struct source_count **out, size_t *n);
must_use struct err *source_store_times(struct plan *, struct str source, int64_t since_ms, uint32_t limit, int64_t **ms, size_t *n);

must_use struct err *sandbox_store_behaviour(struct plan *, struct str source, struct str *out, bool *found);
void sandbox_store_behave(struct plan *, struct str source, struct str behaviour);
must_use struct err *sandbox_store_answer(struct plan *, int64_t query, struct str *body, bool *found);
void sandbox_store_book(struct plan *, int64_t query, struct str source, struct str body);
