// post_store.h — rows of hand-overs; only post.c includes this.
#pragma once
#include "domain/post/post.h"

void post_store_insert(struct plan *, const struct post_order *, const struct json *receiver);
must_use struct err *post_store_find(struct plan *, bool by_case, int64_t id, struct post_order *out, int64_t *last_ms, int64_t *version, bool *found);
void post_store_state(struct plan *, const struct post_order *, struct str courier_no, int64_t last_ms, int64_t version, bool done);
void post_store_track(struct plan *, int64_t post, int64_t at_ms, struct str text);
