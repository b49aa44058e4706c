// spread.c — see spread.h.
#include "base/spread.h"

#include <sched.h>
#include <stdatomic.h>

#include "base/queue.h"

static _Thread_local uint32_t workers;

uint32_t spread_width(void)
{
	cpu_set_t set;
	if (workers) return workers;
	int n = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
	return n < 1 ? 1 : n > SPREAD_MOST ? SPREAD_MOST : (uint32_t)n;
}

uint32_t spread_workers(uint32_t n)
{
	uint32_t was = workers;
	workers = n < SPREAD_MOST ? n : SPREAD_MOST;
	return was;
}

struct work {
	void (*run)(void *, uint32_t, uint32_t);
	void *ctx;
	uint32_t n;
	_Atomic uint32_t next;                 // the piece that nobody took yet
};
struct worker { struct work *work; uint32_t number; };

static void work(void *arg)
{
	const struct worker *me = arg;
	struct work *w = me->work;
	for (uint32_t i; (i = atomic_fetch_add(&w->next, 1)) < w->n;)
		w->run(w->ctx, me->number, i);
}

void spread(uint32_t n, void (*run)(void *, uint32_t, uint32_t), void *ctx)
{
	struct work w = {.run = run, .ctx = ctx, .n = n};
	struct worker worker[SPREAD_MOST];
	struct thread *thread[SPREAD_MOST] = {NULL};
	uint32_t width = spread_width();
	if (width > n) width = n;
	for (uint32_t i = 0; i < width; i++) worker[i] = (struct worker){&w, i};
	for (uint32_t i = 1; i < width; i++) thread[i] = thread_start("spread", work, &worker[i]);
	if (width) work(&worker[0]);
	for (uint32_t i = 1; i < width; i++) thread_join(thread[i]);
}
