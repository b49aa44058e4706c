// queue.h — a bounded queue for many producers and consumers, and a pool of named threads on it.
//
// Owns    its ring and its threads. Needs nothing. Items are pointers the caller owns.
// Errors  none: a full or closed queue says false, at once; nobody waits to push.
// Holds   (1) an accepted item is run exactly once; (2) pool_stop runs what was accepted before it
//         returns; (3) first in, first out, except in a pool without threads (below).
#pragma once
#include "base/base.h"

struct queue;
struct queue *queue_new(size_t cap);
void queue_free(struct queue *);                 // must be empty
bool queue_push(struct queue *, void *item);     // false: full or closed. item is not NULL
void *queue_pop(struct queue *);                 // waits; NULL when closed and empty
void *queue_try_pop(struct queue *);             // NULL when empty
void queue_close(struct queue *);                // no more pushes; poppers drain it, then get NULL
size_t queue_depth(struct queue *);

// A pool without threads (threads == 0) is for stories: pool_step runs one waiting item on the
// caller's thread, picked by the seam's seed, and says false when none waits.
struct pool;
struct pool *pool_start(const char *name, int threads, size_t cap, void (*run)(void *ctx, void *item), void *ctx);
bool pool_push(struct pool *, void *item);       // false: full or stopping
size_t pool_depth(struct pool *);
bool pool_step(struct pool *);
void pool_stop(struct pool *);                   // runs what waits, joins, frees

// One named thread; name is cut to 15 bytes.
struct thread;
struct thread *thread_start(const char *name, void (*run)(void *), void *arg);
void thread_join(struct thread *);               // waits and frees
