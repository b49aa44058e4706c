// Power cuts on SQLite: nothing acknowledged is lost, nothing is there by halves.
// store_power [CUTS] [SEED]; the twin with synchronous off must lose something.
#include "both.h"
#include "cutvfs.h"

#include "base/seam.h"

#include <pthread.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static int cuts = 40;
static uint64_t seed = 1;

static const struct migration schema[] = {{1, "t",
	"CREATE TABLE part (id INTEGER NOT NULL PRIMARY KEY, body BLOB NOT NULL) STRICT;"
	"CREATE TABLE other (key TEXT NOT NULL PRIMARY KEY, id INTEGER NOT NULL) STRICT, WITHOUT ROWID;"}};

enum { THREADS = 4, EACH = 60 };

struct load {
	struct store *s;
	atomic_int acked;              // ids 1 .. in any order: see ack
	int64_t ack[THREADS * EACH];
	int acked_at_cut;
	bool was_cut;
};

struct producer { struct load *l; int from; };
struct answer { struct load *l; int64_t id; pthread_mutex_t lock; pthread_cond_t over; bool done; };

// On the writer thread, as is the cut: what is noted here was acknowledged before.
static void note_ack(void *arg, struct err *e)
{
	struct answer *w = arg;
	OK(e);
	w->l->ack[atomic_load(&w->l->acked)] = w->id;
	atomic_fetch_add(&w->l->acked, 1);
	pthread_mutex_lock(&w->lock);
	w->done = true;
	pthread_cond_signal(&w->over);
	pthread_mutex_unlock(&w->lock);
}

static void *produce(void *p)
{
	struct producer *me = p;
	struct arena *a = arena_new(0);
	for (int i = 0; i < EACH; i++) {
		arena_reset(a);
		struct answer w = {me->l, me->from + i, PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false};
		struct wset *ws = wset_new(a);
		size_t n = (size_t)(w.id * 7919 % 12000);
		char *body = arena_alloc(a, n);
		memset(body, (int)(w.id % 251), n);
		WSET_EXEC(ws, 1, "INSERT INTO part (id, body) VALUES (?1, ?2)", V_INT(w.id), V_BLOB(((struct str){body, n})));
		WSET_EXEC(ws, 1, "INSERT INTO other (key, id) VALUES (?1, ?2)", V_TEXT(str_fmt(a, "%016llx",
			(unsigned long long)w.id * 0x9e3779b97f4a7c15u)), V_INT(w.id));
		store_submit(me->l->s, ws, note_ack, &w);
		pthread_mutex_lock(&w.lock);
		while (!w.done) pthread_cond_wait(&w.over, &w.lock);
		pthread_mutex_unlock(&w.lock);
	}
	arena_free(a);
	return NULL;
}

static void at_cut(void *ctx)
{
	struct load *l = ctx;
	l->acked_at_cut = atomic_load(&l->acked);
	l->was_cut = true;
}

// One run with a cut before operation `op` (0: none). Gives the number of operations.
static int64_t run(struct load *l, int64_t op, const char *to, bool sync_off)
{
	struct place p;
	place_make(&p, SQLITE);
	struct arena *a = arena_new(0);
	struct store_config c = place_config(&p, schema, 1);
	c.vfs = "cut";
	c.sync_off = sync_off;
	c.wal_pages = 120;
	cutvfs_forget();
	memset(l, 0, sizeof *l);
	cutvfs_cut_at(op, to, seed + (uint64_t)op, at_cut, l);
	OK(store_open(a, &c, &l->s));
	pthread_t th[THREADS];
	struct producer pr[THREADS];
	for (int i = 0; i < THREADS; i++) {
		pr[i] = (struct producer){l, 1 + i * EACH};
		assert_int_equal(pthread_create(&th[i], NULL, produce, &pr[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) pthread_join(th[i], NULL);
	int64_t n = cutvfs_ops();
	store_close(l->s);
	arena_free(a);
	place_drop(&p);
	return n;
}

// Acknowledged sets that are not there; -1 when the database is damaged.
static int lost(const struct load *l, const char *dir)
{
	char path[200];
	snprintf(path, sizeof path, "%s/tongban.db", dir);
	sqlite3 *db;
	sqlite3_stmt *st = NULL;
	int gone = 0;
	if (sqlite3_open(path, &db) != SQLITE_OK) gone = -1;
	bool sound = gone == 0 && sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &st, NULL) == SQLITE_OK
		&& sqlite3_step(st) == SQLITE_ROW && strcmp((const char *)sqlite3_column_text(st, 0), "ok") == 0;
	sqlite3_finalize(st);
	st = NULL;
	// by halves?
	if (sound && sqlite3_prepare_v2(db, "SELECT (SELECT count(*) FROM part p WHERE NOT EXISTS "
		"(SELECT 1 FROM other o WHERE o.id = p.id)) + (SELECT count(*) FROM other o WHERE NOT EXISTS "
		"(SELECT 1 FROM part p WHERE p.id = o.id))", -1, &st, NULL) == SQLITE_OK)
		sound = sqlite3_step(st) == SQLITE_ROW && sqlite3_column_int(st, 0) == 0;
	else if (sound && l->acked_at_cut)
		gone = l->acked_at_cut;                     // not even the tables
	sqlite3_finalize(st);
	st = NULL;
	if (sound && !gone && l->acked_at_cut) {
		assert_int_equal(sqlite3_prepare_v2(db, "SELECT length(body) FROM part WHERE id = ?1", -1, &st, NULL), SQLITE_OK);
		for (int i = 0; i < l->acked_at_cut; i++) {
			sqlite3_reset(st);
			sqlite3_bind_int64(st, 1, l->ack[i]);
			if (sqlite3_step(st) != SQLITE_ROW || sqlite3_column_int64(st, 0) != l->ack[i] * 7919 % 12000) gone++;
		}
		sqlite3_finalize(st);
	}
	sqlite3_close(db);
	return sound ? gone : -1;
}

static int losses(int times, bool sync_off, int64_t *acked)
{
	static struct load l;
	int64_t total = run(&l, 0, "", sync_off);
	int bad = 0;
	*acked = 0;
	for (int i = 0; i < times; i++) {
		char dir[] = "/dev/shm/tongban-cut.XXXXXX";
		if (!mkdtemp(dir)) fail_msg("no folder for the disk after the cut");
		uint64_t x = (seed + (uint64_t)i) * 0x9e3779b97f4a7c15u;
		run(&l, 1 + (int64_t)((x >> 20) % (uint64_t)total), dir, sync_off);
		*acked += l.acked_at_cut;
		int n = l.was_cut ? lost(&l, dir) : 0;       // groups fall differently: fewer operations this time
		if (n) bad++;
		if (n && !sync_off) print_error("cut %d of seed %llu: %d of %d acknowledged sets lost (-1: damaged)\n", i,
			(unsigned long long)seed, n, l.acked_at_cut);
		// and our own program opens what is left
		if (!sync_off) {
			struct arena *a = arena_new(0);
			struct place p = {.kind = SQLITE};
			snprintf(p.url, sizeof p.url, "sqlite:%s", dir);
			snprintf(p.dir, sizeof p.dir, "%s", dir);
			struct store_config c = place_config(&p, schema, 1);
			struct store *s;
			OK(store_open(a, &c, &s));
			store_close(s);
			arena_free(a);
		}
		remove_tree(dir);
	}
	return bad;
}

static void nothing_acknowledged_is_lost(void **state)
{
	int64_t acked;
	assert_int_equal(losses(cuts, false, &acked), 0);
	assert_true(acked > 0);
	print_message("%d power cuts, %lld acknowledged sets looked for, none lost\n", cuts, (long long)acked);
}

static void without_synchronous_the_same_test_fails(void **state)
{
	int64_t acked;
	assert_true(losses(6, true, &acked) > 0);
}

// Every single write, truncation and sync fails once: a set that was refused is not there, one that
// was acknowledged is, and the store goes on.
static void a_broken_disk_leaves_nothing_by_halves(void **state)
{
	int failed = 0;
	for (int64_t op = 1; op < 150; op += 3) {
		struct place p;
		place_make(&p, SQLITE);
		struct arena *a = arena_new(0);
		struct store_config c = place_config(&p, schema, 1);
		c.vfs = "cut";
		c.wal_pages = 20;
		c.inline_commit = true;
		struct store *s;
		cutvfs_forget();
		OK(store_open(a, &c, &s));
		cutvfs_fail_at(cutvfs_ops() + op);
		int64_t there = 0;
		for (int i = 1; i <= 12; i++) {
			struct wset *ws = wset_new(a);
			WSET_EXEC(ws, 1, "INSERT INTO part (id, body) VALUES (?1, ?2)", V_INT(i), V_BLOB(str_fmt(a, "%09000d", i)));
			WSET_EXEC(ws, 1, "INSERT INTO other (key, id) VALUES (?1, ?2)", V_TEXT(str_fmt(a, "%d", i * 7 % 13)), V_INT(i));
			struct err *e = store_commit(s, a, ws);
			if (e) IS(E_STORE, e);
			failed += e != NULL;
			there += !e;
			struct snap *q;
			struct rows r;
			OK(snap_open(s, a, &q));
			OK(SNAP_QUERY(q, a, &r, "SELECT (SELECT count(*) FROM part), (SELECT count(*) FROM other)"));
			snap_close(q);
			assert_int_equal(row_int(&r, 0, 0), there);
			assert_int_equal(row_int(&r, 0, 1), there);
		}
		assert_in_range(there, 11, 12);
		store_close(s);
		arena_free(a);
		place_drop(&p);
	}
	assert_true(failed > 10);
}

int main(int argc, char **argv)
{
	if (argc > 1) cuts = atoi(argv[1]);
	if (argc > 2) seed = strtoull(argv[2], NULL, 10);
	cutvfs_register();
	const struct CMUnitTest list[] = {
		cmocka_unit_test(nothing_acknowledged_is_lost), cmocka_unit_test(without_synchronous_the_same_test_fails),
		cmocka_unit_test(a_broken_disk_leaves_nothing_by_halves),
	};
	return cmocka_run_group_tests_name("power", list, NULL, NULL);
}
