// image.c — see image.h.
#include "domain/catalogue/image.h"

#include <stdatomic.h>

#include "base/file.h"
#include "base/log.h"
#include "base/span.h"
#include "domain/catalogue/load_int.h"
#include "domain/catalogue/search_int.h"

// Ranges begin where no kernel of a 47-bit machine puts anything by itself; a version's hash picks one
// of them, so that versions kept beside each other rarely want the same. Each is the upper half of 4 GB: two
// small numbers side by side (a posting) must not read as an address of another version.
#define FIRST_ADDRESS 0x200080000000ull
#define STRIDE (1ull << 32)
enum { HEAD = 4096, PLACES = 4096 };
#define RANGE (1ull << 31)

static const char magic[8] = "TBCATAL1";

struct root {
	struct catalogue cat;          // without what lives outside: own, programs, scope, models
	struct search search;
	struct str *program;
	uint32_t n_programs;
};

struct head {
	char magic[8], hash[64], build[64];
	uint64_t build_n, address, size, root, sum;
	char none[HEAD - 184];
	uint64_t head_sum;             // over what stands before it
};
_Static_assert(sizeof(struct head) == HEAD, "a page of its own");

struct image {
	struct span span;
	struct arena *a;               // while it is being filled
};

struct image *image_new(struct arena *own, struct str hash)
{
	struct image *x = arena_new1(own, struct image);
	uint64_t h = str_hash(hash);
	for (uint64_t i = 0; i < 8 && !x->span.p && program_build().n; i++)
		(void)span_reserve(&x->span, FIRST_ADDRESS + (h + i) % PLACES * STRIDE, RANGE);
	if (!x->span.p) return NULL;
	x->a = arena_new_in(x->span.p + HEAD, x->span.n - HEAD);
	return x;
}

struct arena *image_arena(struct image *x)
{
	return x->a;
}

void image_free(struct image *x)
{
	if (!x) return;
	arena_free(x->a);
	span_free(&x->span);
}

static struct head head_of(const struct span s, struct str hash, const struct root *r)
{
	struct head h = {.build_n = program_build().n, .address = (uintptr_t)s.p, .size = s.n, .root = (uint64_t)((const char *)r - s.p)};
	memcpy(h.magic, magic, sizeof magic);
	memcpy(h.hash, hash.p, hash.n < sizeof h.hash ? hash.n : sizeof h.hash);
	memcpy(h.build, program_build().p, program_build().n);
	h.sum = span_sum(s.p + HEAD, s.n - HEAD);
	h.head_sum = span_sum(&h, offsetof(struct head, head_sum));
	return h;
}

static struct root *root_of(struct arena *a, const struct catalogue *c, const struct search *s)
{
	struct root *r = arena_new1(a, struct root);
	r->cat = *c;
	r->search = *s;
	r->cat.a = r->cat.own = NULL;
	r->cat.image = NULL;
	r->cat.scope = NULL;
	r->cat.programs = NULL;
	r->cat.published_at_ms = 0;
	r->search.a = NULL;
	r->search.c = NULL;
	r->search.pool = NULL;
	r->n_programs = programs_texts(c->programs, a, &r->program);
	r->cat.rule = arena_copy(a, c->rule, c->n_rules * sizeof *c->rule);
	for (uint32_t i = 0; i < c->n_rules; i++) r->cat.rule[i].model = NULL;
	return r;
}

// A sanitizer keeps its heap and its shadow where texts and pairs of small numbers lead, and in a large version some pair
// outside of the index (search_numbers) reads as an address of any heap. The same code makes small versions and large
// ones, so it is the small ones of plain builds that are looked through.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { GUARDED = 0 };
#else
enum { GUARDED = 16 << 20 };
#endif

bool image_keep(struct arena *a, struct catalogue *c, struct search *s, struct str path)
{
	struct image *x = c->image;
	size_t used;
	if (!x || !x->a) return false;
	struct root *r = root_of(x->a, c, s);
	bool good = arena_within(x->a, &used);
	if (good) {
		span_trim(&x->span, HEAD + used);
		struct span numbers[SEARCH_NUMBERS];
		size_t n = search_numbers(&r->search, numbers);
		ptrdiff_t out = x->span.n <= GUARDED ? span_points_out(a, x->span, numbers, n) : -1;
		// The arena's own book-keeping lies in front of the first row; it points nowhere.
		if (out >= 0) log_event(LOG_WARN, "catalogue.image.points_out", log_int("at", out));
		good = out < 0;
	}
	if (good) {
		struct head h = head_of(x->span, c->hash, r);
		memcpy(x->span.p, &h, sizeof h);
		struct err *e = span_write(a, path, x->span);
		if (e) log_event(LOG_WARN, "catalogue.image.not_written", log_err(e));
		good = !e && span_remap(&x->span, a, path);
	}
	if (!good) return false;
	arena_free(x->a);
	x->a = c->a = NULL;
	return true;
}

static bool head_read(struct arena *a, struct str path, struct str hash, struct head *h)
{
	if (!file_peek(a, path, h, sizeof *h)) return false;
	struct str build = program_build();
	return !memcmp(h->magic, magic, sizeof magic) && h->head_sum == span_sum(h, offsetof(struct head, head_sum)) && build.n && h->build_n == build.n
		&& !memcmp(h->build, build.p, build.n) && hash.n == sizeof h->hash && !memcmp(h->hash, hash.p, hash.n) && h->size > HEAD
		&& h->size <= RANGE && h->root >= HEAD && h->root <= h->size - sizeof(struct root) && h->address >= FIRST_ADDRESS
		&& h->address < FIRST_ADDRESS + PLACES * STRIDE;
}

bool image_open(struct arena *a, struct str path, struct str hash, struct catalogue **cat, struct search **search)
{
	struct head h;
	struct span s;
	if (!head_read(a, path, hash, &h) || !span_map(&s, a, path, h.address, h.size)) return false;
	if (h.sum != span_sum(s.p + HEAD, s.n - HEAD)) {
		log_event(LOG_WARN, "catalogue.image.damaged", log_int("bytes", h.size));
		span_free(&s);
		return false;
	}
	const struct root *r = (const struct root *)(const void *)(s.p + h.root);
	struct arena *own = arena_new(0);
	struct catalogue *c = arena_new1(own, struct catalogue);
	memcpy(c, &r->cat, sizeof *c);
	c->own = own;
	c->image = arena_new1(own, struct image);
	c->image->span = s;
	atomic_init(&c->refs, 1);
	c->rule = arena_copy(own, r->cat.rule, c->n_rules * sizeof *c->rule);
	c->scope = catalogue_scope(c, own);
	c->programs = programs_new(own, NULL);
	programs_of_texts(c->programs, own, r->program, r->n_programs);
	bool good = true;
	for (uint32_t i = 0; good && i < c->n_rules; i++) {
		struct dmn_model *m = NULL;
		good = !rule_compile(own, &c->rule[i], &m);
		c->rule[i].model = c->rule[i].decision.n ? m : NULL;
	}
	if (!good) {
		catalogue_unref(c);
		return false;
	}
	*cat = c;
	*search = search_mapped(c, &r->search);
	return true;
}
