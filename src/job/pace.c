// pace.c — see pace.h.
#include "job/pace.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { IDLE_MS = 500 };

struct pace {
	size_t (*pass)(void *ctx, bool *hold);
	void (*idle)(void *ctx);
	void *ctx;
	int breath_ms;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t cond;
	bool stop, woken;
};

// Waits so long, or until it is woken when that may end the wait; true when the thread shall stop.
static bool rest(struct pace *k, long ms, bool until_woken)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);                       // allow: the condition variable's own clock
	until.tv_nsec += ms * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	pthread_mutex_lock(&k->lock);
	while (!k->stop && !(until_woken && k->woken) && pthread_cond_timedwait(&k->cond, &k->lock, &until) == 0) {}
	if (until_woken) k->woken = false;
	bool stop = k->stop;
	pthread_mutex_unlock(&k->lock);
	return stop;
}

static void *run(void *arg)
{
	struct pace *k = arg;
	for (;;) {
		bool hold = false;
		while (k->pass(k->ctx, &hold))
			if (rest(k, k->breath_ms, false)) return NULL;
		if (k->idle) k->idle(k->ctx);
		if (rest(k, IDLE_MS, !hold) || rest(k, k->breath_ms, false)) return NULL;
	}
}

struct pace *pace_start(int breath_ms, size_t (*pass)(void *ctx, bool *hold), void (*idle)(void *ctx), void *ctx)
{
	struct pace *k = calloc(1, sizeof *k);                   // allow: lives as long as its thread
	CHECK(k);
	*k = (struct pace){.pass = pass, .idle = idle, .ctx = ctx, .breath_ms = breath_ms};
	pthread_mutex_init(&k->lock, NULL);
	pthread_cond_init(&k->cond, NULL);
	CHECK(pthread_create(&k->thread, NULL, run, k) == 0);
	return k;
}

void pace_wake(struct pace *k)
{
	pthread_mutex_lock(&k->lock);
	k->woken = true;
	pthread_cond_signal(&k->cond);
	pthread_mutex_unlock(&k->lock);
}

void pace_stop(struct pace *k)
{
	if (!k) return;
	pthread_mutex_lock(&k->lock);
	k->stop = true;
	pthread_cond_signal(&k->cond);
	pthread_mutex_unlock(&k->lock);
	pthread_join(k->thread, NULL);
	pthread_cond_destroy(&k->cond);
	pthread_mutex_destroy(&k->lock);
	free(k);                                                 // allow: see pace_start
}
