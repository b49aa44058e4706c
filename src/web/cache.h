// cache.h — finished public pages, for callers that are not signed in.
//
// Such a page says the same to everybody who asks for the same address in the same language and look, so it is
// rendered once and answered from the network thread, compressed, for a while. A page with a query is not kept:
// addresses that exist are few, queries are without end.
// Owns    at most CACHE_BYTES of pages; the oldest goes first.
// Time    a page is fresh for CACHE_FRESH_MS, and only under the catalogue it was made from.
// Threads all of it from any thread.
// Holds   (1) nothing of a request with a session cookie or an Authorization header is kept or answered from
//         here; (2) an entry is not freed while an answer sends it.
#pragma once
#include "net/http.h"

enum { CACHE_FRESH_MS = 30 * 1000, CACHE_BYTES = 32 << 20 };

struct cache;
struct cache *cache_new(struct arena *);
void cache_free(struct cache *);              // its pages; no answer is under way any more; NULL is a harmless no-op

// The key of a request whose page may be kept, made in the request's arena; empty when it may not.
struct str cache_key(const struct http_req *, struct str catalogue);
// A fresh page's answer, with the headers given; false when there is none. The answer's `done` gives it back.
bool cache_find(struct cache *, struct str key, int64_t now_us, const struct http_header *, size_t headers, struct http_answer *);
// Keeps a page (copied).
void cache_put(struct cache *, struct str key, int64_t now_us, struct str type, struct str body, struct str etag);

struct cache_stats { int64_t hits, misses, pages, bytes; };
struct cache_stats cache_stats(struct cache *);
