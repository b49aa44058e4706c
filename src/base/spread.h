// spread.h — independent pieces of work, done by as many threads as the machine has processors.
//
// Owns    the threads, for the time of one call: spread returns when all pieces are done.
// Memory  whatever a piece makes must live in memory of its worker (one arena a worker) or in a place of its own.
// Errors  none; a piece keeps its own.
// Threads pieces run in any order and at the same time. Each worker has a number, the caller is worker 0, so that
//         workers share nothing but what nobody writes.
// Holds   (1) each piece is run exactly once; (2) all that pieces wrote is seen by the caller afterwards; (3) who wants
//         the same result on every machine lets it depend on the piece, never on the worker.
#pragma once
#include "base/base.h"

enum { SPREAD_MOST = 8 };
// How many workers a call from this thread has: as many as there are processors for this program, at most SPREAD_MOST.
uint32_t spread_width(void);
// This thread's calls have n workers from now on: 1 for work that must leave the other processors to people who wait.
// 0 = as many as there are processors. Says what it was.
uint32_t spread_workers(uint32_t n);
void spread(uint32_t n, void (*run)(void *ctx, uint32_t worker, uint32_t piece), void *ctx);
