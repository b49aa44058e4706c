// arena.h — memory with few, named lifetimes: process, compiled model, request, scratch.
//
// Owns    chunks of malloc memory; nobody above base calls malloc or free.
// Memory  everything allocated lives until arena_free, arena_reset or arena_rewind past it.
// Errors  never NULL: the process stops when the machine has no memory left. A budget is a
//         number to look at (arena_over), so that parsers refuse with a sentence.
// Threads one arena belongs to one thread at a time.
#pragma once
#include "base/base.h"

struct arena;

struct arena *arena_new(size_t budget);         // budget in bytes, 0 = none
// Takes its memory from the n bytes at p, which must be zero and outlive it, as long as they suffice.
struct arena *arena_new_in(void *p, size_t n);
bool arena_within(const struct arena *, size_t *n);   // whether they sufficed; *n of them are in use
void arena_free(struct arena *);                // NULL is a harmless no-op
void arena_reset(struct arena *);               // drops all, keeps the largest chunk up to 256 KB
void *arena_alloc(struct arena *, size_t n);    // zeroed, aligned to 16
void *arena_raw(struct arena *, size_t n);      // not zeroed, aligned to 16
void *arena_copy(struct arena *, const void *, size_t n);
size_t arena_used(const struct arena *);        // bytes handed out
bool arena_over(const struct arena *);          // more than the budget was handed out

struct arena_mark { void *chunk; size_t at, used; };
struct arena_mark arena_mark(struct arena *);
void arena_rewind(struct arena *, struct arena_mark);

void arena_give_back(void);                     // freed memory goes to the system: after work that took much

// arena_new1(a, struct foo) — one zeroed object; arena_newn — an array of n.
#define arena_new1(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define arena_newn(a, type, n) ((type *)arena_alloc((a), sizeof(type) * (size_t)(n)))

// Grows an arena array: vec_push(a, items, n, cap) returns the slot of the new last element.
#define vec_push(a, items, n, cap) \
	(((n) == (cap) ? (void)((items) = vec_grow((a), (items), &(cap), sizeof *(items))) : (void)0), \
	 memset(&(items)[(n)], 0, sizeof *(items)), &(items)[(n)++])
void *vec_grow(struct arena *, void *items, size_t *cap, size_t size);
