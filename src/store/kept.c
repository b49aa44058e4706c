// kept.c — rows that are asked for with nearly every request and seldom change, kept in memory.
//
// What a write set touches is dropped before its submitter hears of the commit; other processes on the same PostgreSQL
// drop it when the commit's own notification arrives (pg_wake.c), and keep nothing while they cannot hear.
#include "store/driver.h"

#include "base/seam.h"

#include <stdlib.h>

enum { SLOTS = 4096, BYTES_MOST = 16 * 1024 };

// One block: this, the parameters, the cells, their bytes.
struct entry {
	const char *sql;
	uint64_t tag, since;
	int64_t until_us;
	size_t n, rows, cols;
	struct val v[];                    // n parameters, then rows * cols cells
};

struct kept {
	pthread_mutex_t lock;
	bool deaf;                          // commits of others are not heard
	atomic_ullong now;                  // counts what was touched
	uint64_t all;                       // when everything was
	uint64_t touched[SLOTS];            // by tag: when it was
	struct entry *entry[SLOTS];
};

struct kept *kept_new(void)
{
	struct kept *k = calloc(1, sizeof *k);                   // allow: lives as long as the store
	CHECK(k);
	pthread_mutex_init(&k->lock, NULL);
	return k;
}

void kept_free(struct kept *k)
{
	if (!k) return;
	for (size_t i = 0; i < SLOTS; i++) free(k->entry[i]);    // allow: of kept_put
	pthread_mutex_destroy(&k->lock);
	free(k);                                                  // allow: of kept_new
}

static uint64_t mix(uint64_t h, uint64_t x)
{
	h = (h ^ x) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 29;
}

uint64_t kept_tag(enum keep what, int64_t id)
{
	return mix(mix(0, what + 1), (uint64_t)id);
}

static struct entry **slot_of(struct kept *k, const char *sql, const struct val *v, size_t n)
{
	uint64_t h = mix(0, (uintptr_t)sql);
	for (size_t i = 0; i < n; i++) h = v[i].type == VAL_INT ? mix(h, (uint64_t)v[i].i) : mix(h, str_hash(v[i].s));
	return &k->entry[h % SLOTS];
}

static bool same(const struct entry *x, const char *sql, const struct val *v, size_t n)
{
	bool ok = x && x->sql == sql && x->n == n;
	for (size_t i = 0; i < n && ok; i++)
		ok = x->v[i].type == v[i].type && (v[i].type == VAL_INT ? x->v[i].i == v[i].i : str_eq(x->v[i].s, v[i].s));
	return ok;
}

uint64_t kept_now(struct kept *k)
{
	return atomic_load(&k->now);
}

bool kept_find(struct kept *k, struct arena *a, struct rows *out, const char *sql, const struct val *v, size_t n)
{
	pthread_mutex_lock(&k->lock);
	const struct entry *x = *slot_of(k, sql, v, n);
	// Touched after its picture was taken: the rows may be those from before.
	bool found = same(x, sql, v, n) && !k->deaf && k->all <= x->since && k->touched[x->tag % SLOTS] <= x->since
		&& seam_mono_us() < x->until_us;
	if (found && out) {
		*out = (struct rows){x->rows, x->cols, arena_copy(a, x->v + x->n, x->rows * x->cols * sizeof *x->v)};
		for (size_t i = 0; i < x->rows * x->cols; i++)
			if (out->cell[i].type == VAL_TEXT || out->cell[i].type == VAL_BLOB) out->cell[i].s = str_copy(a, out->cell[i].s);
	}
	pthread_mutex_unlock(&k->lock);
	return found;
}

static char *put(struct val *to, const struct val *from, size_t n, char *bytes)
{
	for (size_t i = 0; i < n; i++) {
		to[i] = from[i];
		if (from[i].type != VAL_TEXT && from[i].type != VAL_BLOB) continue;
		if (from[i].s.n) memcpy(bytes, from[i].s.p, from[i].s.n);
		to[i].s.p = bytes;
		bytes += from[i].s.n;
	}
	return bytes;
}

static size_t bytes_of(const struct val *v, size_t n)
{
	size_t sum = 0;
	for (size_t i = 0; i < n; i++)
		if (v[i].type == VAL_TEXT || v[i].type == VAL_BLOB) sum += v[i].s.n;
	return sum;
}

void kept_put(struct kept *k, uint64_t since, uint64_t tag, const char *sql, const struct val *v, size_t n, const struct rows *r)
{
	size_t cells = r->n * r->cols, bytes = bytes_of(v, n) + bytes_of(r->cell, cells);
	if (!r->n || bytes > BYTES_MOST) return;
	struct entry *x = malloc(sizeof *x + (n + cells) * sizeof *v + bytes);          // allow: outlives the arena
	CHECK(x);
	*x = (struct entry){sql, tag, since, seam_mono_us() + KEPT_S * 1000000LL, n, r->n, r->cols};
	put(x->v + n, r->cell, cells, put(x->v, v, n, (char *)(x->v + n + cells)));
	pthread_mutex_lock(&k->lock);
	struct entry **at = slot_of(k, sql, v, n), *was = *at;
	*at = x;
	pthread_mutex_unlock(&k->lock);
	free(was);                                                // allow: of an earlier call
}

void kept_touch(struct kept *k, uint64_t tag)
{
	pthread_mutex_lock(&k->lock);
	k->touched[tag % SLOTS] = atomic_fetch_add(&k->now, 1) + 1;
	pthread_mutex_unlock(&k->lock);
}

void kept_hears(struct kept *k, bool hears)
{
	pthread_mutex_lock(&k->lock);
	k->deaf = !hears;
	k->all = atomic_fetch_add(&k->now, 1) + 1;
	pthread_mutex_unlock(&k->lock);
}
