// arena.c — bump allocation in chunks that double up to 1 MB.
#include "base/arena.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

enum { ALIGN = 16, FIRST = 4096 - 64, LARGEST = 1 << 20, KEPT = 256 << 10 };

struct chunk {
	struct chunk *before;
	size_t size, at;
	_Alignas(ALIGN) unsigned char bytes[];
};

struct arena {
	struct chunk *last;
	struct chunk *given;           // memory of somebody else, the first chunk; or NULL
	size_t used, budget;
};

static void *need(void *p)
{
	if (p) return p;
	fputs("tongban: out of memory\n", stderr);
	abort();
}

static struct chunk *chunk_new(struct chunk *before, size_t size)
{
	struct chunk *c = need(malloc(sizeof *c + size));
	c->before = before;
	c->size = size;
	c->at = 0;
	return c;
}

struct arena *arena_new(size_t budget)
{
	struct arena *a = need(calloc(1, sizeof *a));
	a->budget = budget;
	a->last = chunk_new(NULL, FIRST);
	return a;
}

struct arena *arena_new_in(void *p, size_t n)
{
	CHECK((uintptr_t)p % ALIGN == 0 && n > sizeof(struct chunk));
	struct arena *a = need(calloc(1, sizeof *a));
	a->last = a->given = p;
	a->given->before = NULL;
	a->given->size = n - sizeof(struct chunk);
	a->given->at = 0;
	return a;
}

bool arena_within(const struct arena *a, size_t *n)
{
	*n = a->given ? sizeof(struct chunk) + a->given->at : 0;
	return a->given && a->last == a->given;
}

static void drop_to(struct arena *a, struct chunk *keep)
{
	while (a->last != keep) {
		struct chunk *before = a->last->before;
		if (a->last != a->given) free(a->last);
		a->last = before;
	}
}

void arena_free(struct arena *a)
{
	if (!a) return;
	drop_to(a, NULL);
	free(a);
}

void arena_reset(struct arena *a)
{
	struct chunk *kept = a->last;                        // the largest; an arena used again and again asks the system once
	if (kept->size > KEPT) {
		while (kept->before) kept = kept->before;
		drop_to(a, kept);
	} else {
		a->last = kept->before;
		drop_to(a, NULL);
		a->last = kept;
		kept->before = NULL;
	}
	kept->at = 0;
	a->used = 0;
}

void *arena_raw(struct arena *a, size_t n)
{
	CHECK(n < SIZE_MAX / 2);
	n = (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	struct chunk *c = a->last;
	if (c->size - c->at < n) {
		size_t size = c->size * 2 > LARGEST ? LARGEST : c->size * 2;
		a->last = c = chunk_new(c, n > size ? n : size);
	}
	void *p = c->bytes + c->at;
	c->at += n;
	a->used += n;
	return p;
}

void *arena_alloc(struct arena *a, size_t n)
{
	return memset(arena_raw(a, n), 0, n);
}

void *arena_copy(struct arena *a, const void *p, size_t n)
{
	void *to = arena_raw(a, n);
	return n ? memcpy(to, p, n) : to;
}

size_t arena_used(const struct arena *a)
{
	return a->used;
}

bool arena_over(const struct arena *a)
{
	return a->budget && a->used > a->budget;
}

struct arena_mark arena_mark(struct arena *a)
{
	return (struct arena_mark){a->last, a->last->at, a->used};
}

void arena_rewind(struct arena *a, struct arena_mark m)
{
	drop_to(a, m.chunk);
	a->last->at = m.at;
	a->used = m.used;
}

void arena_give_back(void)
{
	malloc_trim(0);
}

void *vec_grow(struct arena *a, void *items, size_t *cap, size_t size)
{
	size_t bigger = *cap ? *cap * 2 : 8;
	CHECK(bigger < SIZE_MAX / 2 / size);
	void *to = arena_raw(a, bigger * size);
	if (*cap) memcpy(to, items, *cap * size);
	*cap = bigger;
	return to;
}
