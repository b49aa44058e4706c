// store.c — opening, the queue of write sets and the writer threads.
#include "store/driver.h"

#include "base/seam.h"

#include <stdio.h>
#include <time.h>

_Thread_local bool on_writer_thread;

// ---- the statements every group ends with ----

// Ids must not repeat when the clock stands earlier at the next start: every committed id is earlier
// than the mark in store_meta, which is moved by the first group that could carry a later one. The
// next start begins at the mark, so the margin is how far quick restarts run ahead of the clock.
enum { ID_MARGIN_MS = 100 };

static struct store_group group_of(struct store *s, struct conn *c, struct arena *a, int writer, struct job **ok, size_t n)
{
	struct wset **sets = arena_newn(a, struct wset *, n);
	for (size_t i = 0; i < n; i++) sets[i] = ok[i]->ws;
	return (struct store_group){a, writer, sets, n, s, c};
}

struct err *fill_extra(struct store *s, struct conn *c, struct arena *a, int writer, struct job **ok, size_t n,
	struct wset *extra)
{
	int64_t used = ids_used_ms(s);
	s->id_pending_ms[writer] = 0;
	if (used >= atomic_load(&s->id_saved_ms)) {
		s->id_pending_ms[writer] = used + ID_MARGIN_MS;
		WSET_EXEC(extra, WSET_ANY, "INSERT INTO store_meta (key, value) VALUES (?1, ?2) "
			"ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE excluded.value > store_meta.value",
			V_TEXT(str_fmt(a, "id_ms.%d", s->node)), V_INT(used + ID_MARGIN_MS));
	}
	if (!s->hook.fill) return NULL;
	struct store_group g = group_of(s, c, a, writer, ok, n);
	return group_err(a, s->hook.fill(s->hook.ctx, &g, extra));
}

struct err *group_err(struct arena *a, struct err *e)
{
	if (!e || err_is_world(e->code)) return e;
	return err_arg(a, E_STORE, str_fmt(a, "group: %s " STR_FMT, err_name(e->code), STR_ARG(e->arg[0])));
}

void settle(struct store *s, struct arena *a, int writer, struct job **ok, size_t n, bool committed)
{
	int64_t saved = s->id_pending_ms[writer];
	long long before = atomic_load(&s->id_saved_ms);
	while (committed && saved > before && !atomic_compare_exchange_weak(&s->id_saved_ms, &before, saved)) {}
	// Also when the outcome is unknown: it may have been committed.
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < ok[i]->ws->n_touches; k++) kept_touch(s->kept, ok[i]->ws->touch[k]);
	if (!s->hook.settled || !n) return;
	struct store_group g = group_of(s, NULL, a, writer, ok, n);
	s->hook.settled(s->hook.ctx, &g, committed);
}

struct err *group_query(const struct store_group *g, struct rows *out, const char *sql, const struct val *v, size_t n)
{
	CHECK(g->conn);
	*out = (struct rows){0};
	struct err *e = params_check(g->a, v, n);
	return e ? e : g->store->db->query(g->conn, g->a, out, sql, v, n);
}

void store_set_group_hook(struct store *s, struct store_hook hook)
{
	CHECK(atomic_load(&s->groups) == 0);
	s->hook = hook;
}

void store_set_recorder(struct store *s, void (*set)(void *ctx, const struct wset *), store_read_fn read, void *ctx)
{
	s->recorder = set;
	s->read_recorder = read;
	s->recorder_ctx = ctx;
}

void store_on_commit(struct store *s, void (*fn)(void *ctx), void *ctx)
{
	pthread_mutex_lock(&s->lock);
	s->on_commit = fn;
	s->on_commit_ctx = ctx;
	pthread_mutex_unlock(&s->lock);
}

void wake_up(struct store *s)
{
	pthread_mutex_lock(&s->lock);
	void (*fn)(void *) = s->on_commit;
	void *ctx = s->on_commit_ctx;
	pthread_mutex_unlock(&s->lock);
	if (fn) fn(ctx);
}

// ---- writing ----

static void run_group(struct store *s, struct arena *a, int writer, struct job **job, size_t n)
{
	s->db->group(s->writer[writer], a, writer, job, n);
	size_t failed = 0;
	for (size_t i = 0; i < n; i++) failed += job[i]->err != NULL;
	for (size_t i = 0; s->recorder && i < n; i++)
		if (!job[i]->err) s->recorder(s->recorder_ctx, job[i]->ws);
	atomic_fetch_add(&s->sets, (long long)n);
	atomic_fetch_add(&s->failed_sets, (long long)failed);
	if (failed == n) return;
	atomic_fetch_add(&s->groups, 1);
	if (s->wake) pg_wake_send(s);
	wake_up(s);
}

struct writer_arg { struct store *s; int i; };

struct timespec monotonic_in(int64_t ms)
{
	int64_t us = seam_mono_us() + ms * 1000;
	return (struct timespec){us / 1000000, us % 1000000 * 1000};
}

void monotonic_cond(pthread_cond_t *c)
{
	pthread_condattr_t mono;
	pthread_condattr_init(&mono);
	pthread_condattr_setclock(&mono, CLOCK_MONOTONIC);
	pthread_cond_init(c, &mono);
	pthread_condattr_destroy(&mono);
}

// Several connections (PostgreSQL) must not cut the queue into small groups: a further one begins
// when enough waits for it, or when the others take long. Under the lock.
enum { ENOUGH = 32, LONG_MS = 5 };

static void wait_for_work(struct store *s)
{
	struct timespec until = {0};
	bool late = false;
	for (;;) {
		if (s->closing || (s->first && (late || s->n_queued >= (int64_t)ENOUGH * s->n_busy))) return;
		if (!s->first) {
			until.tv_sec = 0;
			pthread_cond_wait(&s->queued, &s->lock);
			continue;
		}
		if (!until.tv_sec) {
			until = monotonic_in(LONG_MS);
		}
		late = pthread_cond_timedwait(&s->queued, &s->lock, &until) != 0;
	}
}

static void *writer_main(void *p)
{
	struct writer_arg *w = p;
	struct store *s = w->s;
	on_writer_thread = true;
	struct arena *a = arena_new(0);
	for (;;) {
		arena_reset(a);
		struct job **job = arena_newn(a, struct job *, s->group_max);
		size_t n = 0;
		pthread_mutex_lock(&s->lock);
		wait_for_work(s);
		for (; s->first && n < s->group_max; s->first = s->first->next) job[n++] = s->first;
		if (!s->first) s->last = NULL;
		s->n_queued -= (int64_t)n;
		s->n_busy += n > 0;
		pthread_mutex_unlock(&s->lock);
		if (!n) break;
		run_group(s, a, w->i, job, n);
		pthread_mutex_lock(&s->lock);
		s->n_busy--;
		bool idle = !s->first;
		if (!idle) pthread_cond_signal(&s->queued);
		pthread_mutex_unlock(&s->lock);
		for (size_t i = 0; i < n; i++) job[i]->done(job[i]->arg, job[i]->err);   // the job is gone now
		if (s->db->tidy) s->db->tidy(s->writer[w->i], idle);
	}
	arena_free(a);
	return NULL;
}

void store_submit(struct store *s, struct wset *ws, void (*done)(void *, struct err *), void *arg)
{
	struct job *j = arena_new1(ws->a, struct job);
	*j = (struct job){ws, done, arg};
	if (s->inline_commit) {
		struct arena *a = arena_new(0);
		pthread_mutex_lock(&s->inline_lock);
		run_group(s, a, 0, &j, 1);
		if (s->db->tidy) s->db->tidy(s->writer[0], false);
		pthread_mutex_unlock(&s->inline_lock);
		done(arg, j->err);
		arena_free(a);
		return;
	}
	pthread_mutex_lock(&s->lock);
	CHECK(!s->closing);
	if (s->last) s->last->next = j;
	else s->first = j;
	s->last = j;
	s->n_queued++;
	pthread_cond_signal(&s->queued);
	pthread_mutex_unlock(&s->lock);
}

struct waiting {
	pthread_mutex_t lock;
	pthread_cond_t over;
	bool done;
	struct arena *a;
	struct err *err;
};

static void commit_done(void *arg, struct err *e)
{
	struct waiting *w = arg;
	pthread_mutex_lock(&w->lock);
	w->err = err_copy(w->a, e);
	w->done = true;
	pthread_cond_signal(&w->over);
	pthread_mutex_unlock(&w->lock);
}

struct err *store_commit(struct store *s, struct arena *a, struct wset *ws)
{
	CHECK(!on_writer_thread);
	struct waiting w = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false, a, NULL};
	store_submit(s, ws, commit_done, &w);
	pthread_mutex_lock(&w.lock);
	while (!w.done) pthread_cond_wait(&w.over, &w.lock);
	pthread_mutex_unlock(&w.lock);
	return w.err;
}

// ---- opening ----

static struct err *check_config(struct arena *a, const struct store_config *c)
{
	if (c->node < -1 || c->node > 1023) return err_args(a, E_SETTING, S("store.node"), S("0–1023"), S(""));
	if (c->writers < 0 || c->writers > MOST_WRITERS)
		return err_args(a, E_SETTING, S("store.writers"), S("0–16"), S(""));
	if (c->readers < 0 || c->readers > 1000) return err_args(a, E_SETTING, S("store.readers"), S("0–1000"), S(""));
	return NULL;
}

// Without migrations: restore runs them in two parts.
struct err *store_open_raw(struct arena *a, const struct store_config *config, struct store **out)
{
	struct err *e = check_config(a, config);
	if (e) return e;
	struct arena *own = arena_new(0);
	struct store *s = arena_new1(own, struct store);
	s->a = own;
	s->lock_fd = -1;
	s->url = str_copy(own, config->url);
	s->inline_commit = config->inline_commit;
	s->sync_off = config->sync_off;
	s->vfs = config->vfs ? str_z(own, str_of(config->vfs)) : NULL;
	s->group_max = config->group_max ? config->group_max : 256;
	s->wal_pages = config->wal_pages > 0 ? config->wal_pages : 4000;
	s->n_readers = config->readers ? config->readers : 8;
	s->kept = kept_new();
	pthread_mutex_init(&s->lock, NULL);
	readers_open(s);
	pthread_mutex_init(&s->inline_lock, NULL);
	pthread_mutex_init(&s->id_lock, NULL);
	pthread_mutex_init(&s->number_lock, NULL);
	monotonic_cond(&s->queued);

	if (str_starts(s->url, S("sqlite:")) && s->url.n > 7) {
		s->db = &sqlite_driver;
		s->dir = str_from(s->url, 7);
		s->n_writers = 1;
		s->node = config->node < 0 ? 0 : config->node;
	} else if (str_starts(s->url, S("postgres://")) || str_starts(s->url, S("postgresql://"))) {
		s->db = &pg_driver;
		s->postgres = true;
		s->n_writers = config->inline_commit ? 1 : config->writers ? config->writers : 3;
	} else {
		e = err_args(a, E_SETTING, S("store.url"), S("sqlite:DIR | postgres://…"), S(""));
	}
	s->data_dir = config->data_dir.n ? str_copy(own, config->data_dir) : s->dir;
	if (!e && !s->data_dir.n) e = err_args(a, E_SETTING, S("store.data_dir"), S("?"), S(""));
	s->writer = arena_newn(own, struct conn *, s->n_writers ? s->n_writers : 1);
	if (!e) e = make_dirs(a, str_fmt(a, STR_FMT "/blobs", STR_ARG(s->data_dir)));
	if (!e && !s->postgres) e = sqlite_lock(a, s);
	for (int i = 0; !e && i < s->n_writers; i++) e = s->db->open(a, s, CONN_WRITE, &s->writer[i]);
	if (!e && s->postgres) e = pg_wake_start(a, s, config->node);
	if (e) {
		store_close(s);
		return e;
	}
	*out = s;
	return NULL;
}

static struct err *start(struct arena *a, struct store *s)
{
	struct err *e = ids_load(s, a, s->writer[0]);
	if (e || s->inline_commit) return e;
	s->thread = arena_newn(s->a, pthread_t, s->n_writers);
	for (int i = 0; i < s->n_writers; i++) {
		struct writer_arg *w = arena_new1(s->a, struct writer_arg);
		*w = (struct writer_arg){s, i};
		if (pthread_create(&s->thread[i], NULL, writer_main, w) != 0) return err_arg(a, E_STORE, S("thread"));
		s->n_threads++;
	}
	return NULL;
}

struct err *store_open(struct arena *a, const struct store_config *config, struct store **out)
{
	struct store *s = NULL;
	struct err *e = store_open_raw(a, config, &s);
	if (e) return e;
	e = migrate(s, a, s->writer[0], config->migrations, config->n_migrations);
	if (!e) e = restore_refuse(s, a, s->writer[0]);
	if (!e) e = start(a, s);
	if (e) {
		store_close(s);
		return e;
	}
	*out = s;
	return NULL;
}

void store_close(struct store *s)
{
	if (!s) return;
	pthread_mutex_lock(&s->lock);
	s->closing = true;
	pthread_cond_broadcast(&s->queued);
	pthread_mutex_unlock(&s->lock);
	for (int i = 0; i < s->n_threads; i++) pthread_join(s->thread[i], NULL);
	pg_wake_stop(s);
	readers_close(s);
	for (int i = 0; i < s->n_writers; i++)
		if (s->writer[i]) s->db->close(s->writer[i]);
	sqlite_unlock(s);
	pthread_mutex_destroy(&s->lock);
	pthread_mutex_destroy(&s->inline_lock);
	pthread_mutex_destroy(&s->id_lock);
	pthread_mutex_destroy(&s->number_lock);
	kept_free(s->kept);
	pthread_cond_destroy(&s->queued);
	arena_free(s->a);
}

int store_node(const struct store *s)
{
	return s->node;
}

int store_writers(const struct store *s)
{
	return s->n_writers;
}

struct store_stats store_stats(struct store *s)
{
	pthread_mutex_lock(&s->lock);
	int64_t queued = s->n_queued;
	pthread_mutex_unlock(&s->lock);
	return (struct store_stats){atomic_load(&s->sets), atomic_load(&s->failed_sets), atomic_load(&s->groups),
		atomic_load(&s->rerun_groups), atomic_load(&s->snaps), queued};
}
