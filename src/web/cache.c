// cache.c — a table of pages in the order they were made.
#include "web/cache.h"

#include <pthread.h>

enum { SLOTS = 1024, LARGEST = 1 << 20 };

struct kept {
	struct cache *of;
	struct arena *a;                // its own: key, page, compressed page
	struct str key;
	struct http_static page;
	int64_t made_us;
	size_t bytes;
	int users;                      // answers under way, and one while it is in the table
	struct kept *same_slot, *newer;
};

struct cache {
	pthread_mutex_t lock;
	struct kept *slot[SLOTS], *oldest, *newest;
	struct cache_stats stats;
};

struct cache *cache_new(struct arena *a)
{
	struct cache *c = arena_new1(a, struct cache);
	pthread_mutex_init(&c->lock, NULL);
	return c;
}

struct str cache_key(const struct http_req *r, struct str catalogue)
{
	bool page = str_is(r->path, "/") || str_is(r->path, "/en") || str_starts(r->path, S("/guide/")) || str_starts(r->path, S("/en/guide/"))
		|| str_ends(r->path, S("/accessibility"));
	if (!page || r->query.n || (r->method != HTTP_GET && r->method != HTTP_HEAD)) return S("");
	if (http_get_header(r, S("authorization")).p || http_get_cookie(r, S("session")).n || http_get_header(r, S("x-fragment")).p) return S("");
	bool elder = str_is(http_get_cookie(r, S("mode")), "elder"), contrast = str_is(http_get_cookie(r, S("contrast")), "1");
	return str_fmt(r->a, "%c%c" STR_FMT STR_FMT, elder ? 'e' : 's', contrast ? 'c' : 'n', STR_ARG(catalogue), STR_ARG(r->path));
}

// Under the lock.
static void drop(struct kept *k)
{
	if (--k->users) return;
	arena_free(k->a);
}

static void given_back(void *ctx)
{
	struct kept *k = ctx;
	struct cache *c = k->of;
	pthread_mutex_lock(&c->lock);
	drop(k);
	pthread_mutex_unlock(&c->lock);
}

static struct kept **place(struct cache *c, struct str key)
{
	struct kept **at = &c->slot[str_hash(key) % SLOTS];
	while (*at && !str_eq((*at)->key, key)) at = &(*at)->same_slot;
	return at;
}

bool cache_find(struct cache *c, struct str key, int64_t now_us, const struct http_header *h, size_t headers, struct http_answer *out)
{
	pthread_mutex_lock(&c->lock);
	struct kept *k = *place(c, key);
	if (k && now_us - k->made_us > CACHE_FRESH_MS * 1000LL) k = NULL;
	if (k) k->users++, c->stats.hits++;
	else c->stats.misses++;
	pthread_mutex_unlock(&c->lock);
	if (!k) return false;
	*out = (struct http_answer){.status = 200, .kind = HTTP_ANSWER_STATIC, .fixed = &k->page, .header = h, .headers = headers,
		.done = given_back, .done_ctx = k};
	return true;
}

// Takes the oldest entry out of the list, and what is found at its place out of its slot.
static void remove_oldest(struct cache *c)
{
	struct kept *k = c->oldest, **at = &c->slot[str_hash(k->key) % SLOTS];
	while (*at != k) at = &(*at)->same_slot;
	*at = k->same_slot;
	c->oldest = k->newer;
	if (!c->oldest) c->newest = NULL;
	c->stats.bytes -= (int64_t)k->bytes;
	c->stats.pages--;
	drop(k);
}

void cache_free(struct cache *c)
{
	if (!c) return;
	while (c->oldest) remove_oldest(c);
	pthread_mutex_destroy(&c->lock);
}

void cache_put(struct cache *c, struct str key, int64_t now_us, struct str type, struct str body, struct str etag)
{
	if (body.n > LARGEST) return;
	struct arena *a = arena_new(0);
	struct kept *k = arena_new1(a, struct kept);
	*k = (struct kept){.of = c, .a = a, .key = str_copy(a, key), .made_us = now_us, .users = 1};
	k->page = (struct http_static){.type = str_copy(a, type), .plain = str_copy(a, body), .gzip = http_gzip(a, body, 9), .etag = str_copy(a, etag)};
	k->bytes = arena_used(a);
	pthread_mutex_lock(&c->lock);
	// A page made twice at the same time, or made again when it was no longer fresh: the newer one stands first.
	struct kept **head = &c->slot[str_hash(key) % SLOTS];
	k->same_slot = *head;
	*head = k;
	if (c->newest) c->newest->newer = k;
	else c->oldest = k;
	c->newest = k;
	c->stats.pages++;
	c->stats.bytes += (int64_t)k->bytes;
	while (c->oldest != k && (c->stats.bytes > CACHE_BYTES || now_us - c->oldest->made_us > CACHE_FRESH_MS * 1000LL)) remove_oldest(c);
	pthread_mutex_unlock(&c->lock);
}

struct cache_stats cache_stats(struct cache *c)
{
	pthread_mutex_lock(&c->lock);
	struct cache_stats s = c->stats;
	pthread_mutex_unlock(&c->lock);
	return s;
}
