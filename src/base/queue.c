// queue.c — ring, pool, threads.
#include "base/queue.h"
#include "base/seam.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t some;
	size_t cap, first, n, waiting;
	bool closed;
	void *item[];
};

static void *need(void *p)
{
	if (p) return p;
	fputs("tongban: out of memory\n", stderr);
	abort();
}

struct queue *queue_new(size_t cap)
{
	CHECK(cap && cap < SIZE_MAX / 16);
	struct queue *q = need(calloc(1, sizeof *q + cap * sizeof *q->item));
	q->cap = cap;
	pthread_mutex_init(&q->lock, NULL);
	pthread_cond_init(&q->some, NULL);
	return q;
}

void queue_free(struct queue *q)
{
	if (!q) return;
	CHECK(q->n == 0);
	pthread_cond_destroy(&q->some);
	pthread_mutex_destroy(&q->lock);
	free(q);
}

bool queue_push(struct queue *q, void *item)
{
	CHECK(item);
	pthread_mutex_lock(&q->lock);
	bool ok = !q->closed && q->n < q->cap;
	if (ok) {
		q->item[(q->first + q->n++) % q->cap] = item;
		if (q->waiting) pthread_cond_signal(&q->some);
	}
	pthread_mutex_unlock(&q->lock);
	return ok;
}

static void *take(struct queue *q)
{
	void *item = q->item[q->first];
	q->first = (q->first + 1) % q->cap;
	q->n--;
	return item;
}

void *queue_pop(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	while (!q->n && !q->closed) {
		q->waiting++;
		pthread_cond_wait(&q->some, &q->lock);
		q->waiting--;
	}
	void *item = q->n ? take(q) : NULL;
	pthread_mutex_unlock(&q->lock);
	return item;
}

void *queue_try_pop(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	void *item = q->n ? take(q) : NULL;
	pthread_mutex_unlock(&q->lock);
	return item;
}

// Takes any waiting item, the seed decides which: stories see every order a real pool could have.
static void *pick(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	void *item = NULL;
	if (q->n) {
		uint32_t r = 0;
		if (seam_is_fake()) seam_random(&r, sizeof r);
		size_t at = (q->first + r % q->n) % q->cap;
		item = q->item[at];
		q->item[at] = q->item[q->first];
		take(q);
	}
	pthread_mutex_unlock(&q->lock);
	return item;
}

void queue_close(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->closed = true;
	pthread_cond_broadcast(&q->some);
	pthread_mutex_unlock(&q->lock);
}

size_t queue_depth(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	size_t n = q->n;
	pthread_mutex_unlock(&q->lock);
	return n;
}

struct thread {
	pthread_t id;
	void (*run)(void *);
	void *arg;
	char name[16];
};

static void *thread_main(void *arg)
{
	struct thread *t = arg;
	pthread_setname_np(pthread_self(), t->name);
	t->run(t->arg);
	return NULL;
}

struct thread *thread_start(const char *name, void (*run)(void *), void *arg)
{
	struct thread *t = need(calloc(1, sizeof *t));
	t->run = run;
	t->arg = arg;
	snprintf(t->name, sizeof t->name, "%s", name);
	// Signals belong to the main thread: a worker must not be the one that is interrupted.
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int failed = pthread_create(&t->id, NULL, thread_main, t);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (failed) {
		fputs("tongban: the system gives no more threads\n", stderr);
		abort();
	}
	return t;
}

void thread_join(struct thread *t)
{
	if (!t) return;
	pthread_join(t->id, NULL);
	free(t);
}

struct pool {
	struct queue *q;
	void (*run)(void *ctx, void *item);
	void *ctx;
	int threads;
	struct thread *thread[];
};

static void pool_main(void *arg)
{
	struct pool *p = arg;
	for (void *item; (item = queue_pop(p->q));) p->run(p->ctx, item);
}

struct pool *pool_start(const char *name, int threads, size_t cap, void (*run)(void *ctx, void *item), void *ctx)
{
	CHECK(threads >= 0 && threads <= 1024);
	struct pool *p = need(calloc(1, sizeof *p + (size_t)threads * sizeof *p->thread));
	*p = (struct pool){.q = queue_new(cap), .run = run, .ctx = ctx, .threads = threads};
	for (int i = 0; i < threads; i++) {
		char numbered[32];
		snprintf(numbered, sizeof numbered, "%.11s-%d", name, i);
		p->thread[i] = thread_start(numbered, pool_main, p);
	}
	return p;
}

bool pool_push(struct pool *p, void *item)
{
	return queue_push(p->q, item);
}

size_t pool_depth(struct pool *p)
{
	return queue_depth(p->q);
}

bool pool_step(struct pool *p)
{
	CHECK(p->threads == 0);
	void *item = pick(p->q);
	if (item) p->run(p->ctx, item);
	return item != NULL;
}

void pool_stop(struct pool *p)
{
	if (!p) return;
	queue_close(p->q);
	for (int i = 0; i < p->threads; i++) thread_join(p->thread[i]);
	for (void *item; (item = queue_try_pop(p->q));) p->run(p->ctx, item);
	queue_free(p->q);
	free(p);
}
