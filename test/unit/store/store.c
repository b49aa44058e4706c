// Snapshots, write sets, groups, migrations, ids and numbers: the same tests on both databases.
#include "both.h"

#include "base/seam.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

static const struct migration schema[] = {
	{1, "thing", "CREATE TABLE thing (id INTEGER NOT NULL PRIMARY KEY, version INTEGER NOT NULL, name TEXT NOT NULL,"
		" note TEXT, body BLOB, CONSTRAINT thing_version CHECK (version > 0)) STRICT;"
		"CREATE UNIQUE INDEX thing_name ON thing (name, version);"},
	{2, "thing", "CREATE TABLE tally (key TEXT NOT NULL PRIMARY KEY, n INTEGER NOT NULL) STRICT, WITHOUT ROWID;"},
};

struct test {
	struct place place;
	struct arena *a;
	struct store *s;
};

static void set_up(struct test *t, enum kind k)
{
	place_make(&t->place, k);
	t->a = arena_new(0);
	struct store_config c = place_config(&t->place, schema, countof(schema));
	OK(store_open(t->a, &c, &t->s));
}

static void tear_down(struct test *t)
{
	store_close(t->s);
	arena_free(t->a);
	place_drop(&t->place);
}

static void insert(struct wset *ws, int64_t id, const char *name)
{
	WSET_EXEC(ws, 1, "INSERT INTO thing (id, version, name, note, body) VALUES (?1, 1, ?2, ?3, ?4)",
		V_INT(id), V_TEXT(str_of(name)), V_NULL, V_BLOB(S("\0\1\xff")));
}

static int64_t number(struct test *t, const char *sql)
{
	struct snap *p;
	struct rows r;
	OK(snap_open(t->s, t->a, &p));
	OK(snap_query(p, t->a, &r, sql, NULL, 0));
	snap_close(p);
	assert_int_equal(r.n, 1);
	return row_int(&r, 0, 0);
}

static void values_round_trip(struct test *t)
{
	struct wset *ws = wset_new(t->a);
	WSET_EXEC(ws, 1, "INSERT INTO thing (id, version, name, note, body) VALUES (?1, ?2, ?3, ?4, ?5)", V_INT(INT64_MIN),
		V_INT(INT64_MAX), V_TEXT(S("𠮷田 é")), V_TEXT(S("")), V_BLOB(S("\0\xff\0")));
	WSET_EXEC(ws, 1, "INSERT INTO thing (id, version, name, note, body) VALUES (?1, ?2, ?3, ?4, ?5)", V_INT(2), V_INT(1),
		V_TEXT(S("b")), V_NULL, V_NULL);
	WSET_EXEC(ws, 1, "INSERT INTO thing (id, version, name, body) VALUES (3, 1, 'a''?1', X'00FF')");
	OK(store_commit(t->s, t->a, ws));
	struct snap *p;
	struct rows r;
	OK(snap_open(t->s, t->a, &p));
	OK(SNAP_QUERY(p, t->a, &r, "SELECT id, version, name, note, body FROM thing ORDER BY id"));
	assert_int_equal(r.n, 3);
	assert_true(row_int(&r, 0, 0) == INT64_MIN && row_int(&r, 0, 1) == INT64_MAX);
	assert_true(str_is(row_text(&r, 0, 2), "𠮷田 é"));
	assert_true(!row_null(&r, 0, 3) && row_text(&r, 0, 3).n == 0);
	assert_true(str_eq(row_blob(&r, 0, 4), S("\0\xff\0")));
	assert_true(row_null(&r, 1, 3) && row_null(&r, 1, 4) && row_blob(&r, 1, 4).n == 0);
	assert_true(str_is(row_text(&r, 2, 2), "a'?1") && str_eq(row_blob(&r, 2, 4), S("\0\xff")));
	OK(SNAP_QUERY(p, t->a, &r, "SELECT sum(version), count(*), min(name) FROM thing WHERE id > ?1", V_INT(0)));
	assert_true(row_int(&r, 0, 0) == 2 && row_int(&r, 0, 1) == 2 && str_is(row_text(&r, 0, 2), "a'?1"));
	OK(SNAP_QUERY(p, t->a, &r, "SELECT sum(id) FROM thing WHERE id < 0"));
	assert_true(row_int(&r, 0, 0) == INT64_MIN);
	OK(SNAP_QUERY(p, t->a, &r, "SELECT CAST('12' AS INTEGER) + ?1, substr(?2, ?3, 2), instr('abc', 'c')",
		V_INT(1), V_TEXT(S("通办服务")), V_INT(2)));
	assert_true(row_int(&r, 0, 0) == 13 && str_is(row_text(&r, 0, 1), "办服") && row_int(&r, 0, 2) == 3);
	OK(SNAP_QUERY(p, t->a, &r, "SELECT id FROM thing WHERE id = 99"));
	assert_int_equal(r.n, 0);
	snap_close(p);
}

static void text_with_nul_or_broken_utf8_is_refused(struct test *t)
{
	struct wset *ws = wset_new(t->a);
	insert(ws, 1, "good");
	WSET_EXEC(ws, 1, "UPDATE thing SET name = ?1", V_TEXT(S("a\0b")));
	IS(E_UTF8, store_commit(t->s, t->a, ws));
	ws = wset_new(t->a);
	insert(ws, 1, "\xc0\x80");
	IS(E_UTF8, store_commit(t->s, t->a, ws));
	assert_int_equal(number(t, "SELECT count(*) FROM thing"), 0);
	struct snap *p;
	struct rows r;
	OK(snap_open(t->s, t->a, &p));
	IS(E_UTF8, SNAP_QUERY(p, t->a, &r, "SELECT id FROM thing WHERE name = ?1", V_TEXT(S("\xff"))));
	OK(SNAP_QUERY(p, t->a, &r, "SELECT count(*) FROM thing"));       // and the snapshot still works
	snap_close(p);
}

static void a_stale_guard_undoes_the_whole_set(struct test *t)
{
	struct wset *ws = wset_new(t->a);
	insert(ws, 1, "a");
	OK(store_commit(t->s, t->a, ws));
	ws = wset_new(t->a);
	insert(ws, 2, "b");
	WSET_EXEC(ws, 1, "UPDATE thing SET version = version + 1 WHERE id = ?1 AND version = ?2", V_INT(1), V_INT(7));
	IS(E_STALE, store_commit(t->s, t->a, ws));
	assert_int_equal(number(t, "SELECT count(*) FROM thing"), 1);
	ws = wset_new(t->a);
	WSET_EXEC(ws, 0, "UPDATE thing SET version = 2 WHERE id = 5");
	WSET_EXEC(ws, WSET_ANY, "DELETE FROM thing WHERE id = 5");
	OK(store_commit(t->s, t->a, ws));
}

static void a_constraint_is_named_alike(struct test *t)
{
	struct wset *ws = wset_new(t->a);
	insert(ws, 1, "a");
	OK(store_commit(t->s, t->a, ws));
	static const struct { const char *sql, *name; } broken[] = {
		{"INSERT INTO thing (id, version, name) VALUES (1, 1, 'x')", "thing.id"},
		{"INSERT INTO thing (id, version, name) VALUES (2, 1, 'a')", "thing.name, thing.version"},
		{"INSERT INTO thing (id, version, name) VALUES (2, 0, 'x')", "thing_version"},
		{"INSERT INTO thing (id, version, name) VALUES (2, 1, NULL)", "thing.name"},
	};
	for (size_t i = 0; i < countof(broken); i++) {
		ws = wset_new(t->a);
		wset_exec(ws, 1, broken[i].sql, NULL, 0);
		struct err *e = IS(E_CONSTRAINT, store_commit(t->s, t->a, ws));
		if (!str_eq(e->arg[0], str_of(broken[i].name))) fail_msg(STR_FMT " is not %s", STR_ARG(e->arg[0]), broken[i].name);
	}
	assert_int_equal(number(t, "SELECT count(*) FROM thing"), 1);
}

static void our_own_broken_sql_is_a_bug_and_harms_nobody(struct test *t)
{
	static const char *const bad[] = {
		"INSERT INTO nowhere (id) VALUES (1)", "INSERT INTO thing (id) VALUES ('x')", "SELEC", "",
		"INSERT INTO thing (id, version, name) VALUES (?1, 1, 'x')",      // no parameter given
		"UPDATE thing SET note = 1; DELETE FROM thing",
		"INSERT OR REPLACE INTO thing (id, version, name) VALUES (1, 1, 'x')",
	};
	for (size_t i = 0; i < countof(bad); i++) {
		struct wset *ws = wset_new(t->a);
		wset_exec(ws, WSET_ANY, bad[i], NULL, 0);
		struct err *e = store_commit(t->s, t->a, ws);
		if (!e || e->code != E_BUG) fail_msg("%s: %s", bad[i], e ? err_name(e->code) : "success");
	}
	struct wset *ws = wset_new(t->a);
	insert(ws, 1, "a");
	OK(store_commit(t->s, t->a, ws));
}

static void a_snapshot_stands_still(struct test *t)
{
	struct snap *before, *after;
	struct rows r;
	OK(snap_open(t->s, t->a, &before));
	struct wset *ws = wset_new(t->a);
	insert(ws, 1, "a");
	OK(store_commit(t->s, t->a, ws));
	OK(SNAP_QUERY(before, t->a, &r, "SELECT count(*) FROM thing"));
	assert_int_equal(row_int(&r, 0, 0), 0);
	OK(snap_open(t->s, t->a, &after));
	OK(SNAP_QUERY(after, t->a, &r, "SELECT count(*) FROM thing"));
	assert_int_equal(row_int(&r, 0, 0), 1);
	snap_close(after);
	snap_close(before);
}

struct walk { struct snap *p; struct arena *a; int64_t n, sum; int64_t stop_at; };

static struct err *walk_row(void *ctx, const struct val *row, size_t cols)
{
	struct walk *w = ctx;
	w->n++;
	w->sum += row[0].i;
	if (w->n == w->stop_at) return err_new(w->a, E_NOT_FOUND);
	if (w->n % 500 == 1) {          // a query inside the scan, also the very same one
		struct rows r;
		OK(SNAP_QUERY(w->p, w->a, &r, "SELECT n FROM tally WHERE key = ?1", row[1]));
		assert_int_equal(row_int(&r, 0, 0), row[0].i);
	}
	return NULL;
}

static void long_scans_stream(struct test *t)
{
	struct wset *ws = wset_new(t->a);
	for (int i = 1; i <= 2345; i++)
		WSET_EXEC(ws, 1, "INSERT INTO tally (key, n) VALUES (?1, ?2)", V_TEXT(str_fmt(t->a, "k%d", i)), V_INT(i));
	OK(store_commit(t->s, t->a, ws));
	struct walk w = {.a = t->a};
	OK(snap_open(t->s, t->a, &w.p));
	OK(SNAP_EACH(w.p, t->a, walk_row, &w, "SELECT n, key FROM tally WHERE n >= ?1", V_INT(1)));
	assert_true(w.n == 2345 && w.sum == 2345 * 2346 / 2);
	w = (struct walk){.a = t->a, .p = w.p, .stop_at = 700};
	IS(E_NOT_FOUND, SNAP_EACH(w.p, t->a, walk_row, &w, "SELECT n, key FROM tally WHERE n >= ?1", V_INT(1)));
	assert_int_equal(w.n, 700);
	w = (struct walk){.a = t->a, .p = w.p};
	OK(SNAP_EACH(w.p, t->a, walk_row, &w, "SELECT n, key FROM tally WHERE n > ?1", V_INT(2345)));
	assert_int_equal(w.n, 0);
	snap_close(w.p);
}

// What was expected is answered as it stood when the first query travelled; what was not, from the same picture.
static void expected_queries_are_answered_once(struct test *t)
{
	struct snap *p;
	struct rows r, same;
	struct wset *ws = wset_new(t->a);
	insert(ws, 1, "a");
	OK(store_commit(t->s, t->a, ws));
	OK(snap_open_late(t->s, t->a, &p));
	SNAP_EXPECT(p, t->a, "SELECT name FROM thing WHERE id = ?1", V_INT(1));
	SNAP_EXPECT(p, t->a, "SELECT name FROM thing WHERE id = ?1", V_INT(1));
	SNAP_EXPECT(p, t->a, "SELECT id FROM thing WHERE name = ?1", V_TEXT(S("nobody")));
	OK(SNAP_QUERY(p, t->a, &r, "SELECT count(*) FROM thing"));
	assert_int_equal(row_int(&r, 0, 0), 1);
	ws = wset_new(t->a);
	insert(ws, 2, "b");
	OK(store_commit(t->s, t->a, ws));
	OK(SNAP_QUERY(p, t->a, &r, "SELECT name FROM thing WHERE id = ?1", V_INT(1)));
	OK(SNAP_QUERY(p, t->a, &same, "SELECT name FROM thing WHERE id = ?1", V_INT(1)));
	assert_true(r.n == 1 && str_is(row_text(&r, 0, 0), "a") && same.n == 1);
	OK(SNAP_QUERY(p, t->a, &r, "SELECT name FROM thing WHERE id = ?1", V_INT(2)));
	assert_int_equal(r.n, 0);
	OK(SNAP_QUERY(p, t->a, &r, "SELECT id FROM thing WHERE name = ?1", V_TEXT(S("nobody"))));
	assert_int_equal(r.n, 0);
	OK(SNAP_QUERY(p, t->a, &r, "SELECT count(*) FROM thing"));
	assert_int_equal(row_int(&r, 0, 0), 1);
	snap_close(p);
	// A scan may be the first thing asked for, and nothing at all may be.
	OK(snap_open_late(t->s, t->a, &p));
	struct walk w = {.p = p, .a = t->a};
	SNAP_EXPECT(p, t->a, "SELECT name FROM thing WHERE id = ?1", V_INT(2));
	OK(SNAP_EACH(p, t->a, walk_row, &w, "SELECT n, key FROM tally WHERE n > ?1", V_INT(0)));
	OK(SNAP_QUERY(p, t->a, &r, "SELECT name FROM thing WHERE id = ?1", V_INT(2)));
	assert_true(w.n == 0 && r.n == 1);
	snap_close(p);
	OK(snap_open_late(t->s, t->a, &p));
	snap_close(p);
}

// Somebody else's broken expectation costs the query it travels with, and nothing is taken for an empty answer.
static void a_broken_expectation_is_no_answer(struct test *t)
{
	struct snap *p;
	struct rows r;
	OK(snap_open_late(t->s, t->a, &p));
	SNAP_EXPECT(p, t->a, "SELECT nothing FROM thing WHERE id = ?1", V_INT(1));
	struct err *e = SNAP_QUERY(p, t->a, &r, "SELECT count(*) FROM thing");
	assert_true(t->place.kind == POSTGRES ? e && e->code == E_BUG : !e);
	e = SNAP_QUERY(p, t->a, &r, "SELECT nothing FROM thing WHERE id = ?1", V_INT(1));
	assert_non_null(e);
	snap_close(p);
	OK(snap_open_late(t->s, t->a, &p));
	OK(SNAP_QUERY(p, t->a, &r, "SELECT count(*) FROM thing"));
	snap_close(p);
}

// ---- groups ----

struct many {
	struct store *s;
	struct arena *a;
	int from, n;
	atomic_int done, failed, stale, constraint, other;
};

static void count_done(void *arg, struct err *e)
{
	struct many *m = arg;
	if (e && e->code == E_STALE) atomic_fetch_add(&m->stale, 1);
	else if (e && e->code == E_CONSTRAINT) atomic_fetch_add(&m->constraint, 1);
	else if (e) atomic_fetch_add(&m->other, 1);
	if (e) atomic_fetch_add(&m->failed, 1);
	atomic_fetch_add(&m->done, 1);
}

static void wait_done(struct many *m, int n)
{
	while (atomic_load(&m->done) < n) nanosleep(&(struct timespec){0, 1000000}, NULL);
}

static void in_a_group_sets_fail_alone(struct test *t)
{
	struct wset *ws = wset_new(t->a);
	insert(ws, 1, "first");
	WSET_EXEC(ws, 1, "INSERT INTO tally (key, n) VALUES ('k', 0)");
	OK(store_commit(t->s, t->a, ws));
	struct many m = {t->s};
	for (int i = 0; i < 300; i++) {
		ws = wset_new(t->a);
		WSET_EXEC(ws, 1, "UPDATE tally SET n = n + 1 WHERE key = ?1", V_TEXT(S("k")));
		if (i % 3 == 0) insert(ws, 1, "again");                                     // a key that exists
		if (i % 3 == 1) WSET_EXEC(ws, 1, "UPDATE thing SET version = 9 WHERE id = 77");   // nobody there
		if (i % 3 == 2) insert(ws, 1000 + i, str_z(t->a, str_fmt(t->a, "n%d", i)));
		store_submit(t->s, ws, count_done, &m);
	}
	wait_done(&m, 300);
	assert_true(m.constraint == 100 && m.stale == 100 && m.other == 0);
	assert_int_equal(number(t, "SELECT n FROM tally"), 100);
	assert_int_equal(number(t, "SELECT count(*) FROM thing"), 101);
	struct store_stats st = store_stats(t->s);
	assert_true(st.sets == 301 && st.failed_sets == 200 && st.groups <= 101 && st.queued == 0);
}

static void *produce(void *p)
{
	struct many *m = p;
	struct arena *a = arena_new(0);
	for (int i = 0; i < m->n; i++) {
		arena_reset(a);
		struct wset *ws = wset_new(a);
		insert(ws, m->from + i, str_z(a, str_fmt(a, "p%d", m->from + i)));
		WSET_EXEC(ws, WSET_ANY, "INSERT INTO tally (key, n) VALUES ('all', 1) "
			"ON CONFLICT (key) DO UPDATE SET n = tally.n + 1");
		OK(store_commit(m->s, a, ws));
		struct snap *p2;
		struct rows r;
		OK(snap_open(m->s, a, &p2));      // what is acknowledged is visible
		OK(SNAP_QUERY(p2, a, &r, "SELECT name FROM thing WHERE id = ?1", V_INT(m->from + i)));
		assert_int_equal(r.n, 1);
		snap_close(p2);
	}
	arena_free(a);
	return NULL;
}

static void many_threads_write_and_read(struct test *t)
{
	enum { THREADS = 12, EACH = 40 };
	pthread_t th[THREADS];
	struct many m[THREADS];
	for (int i = 0; i < THREADS; i++) {
		m[i] = (struct many){.s = t->s, .from = i * 1000, .n = EACH};
		assert_int_equal(pthread_create(&th[i], NULL, produce, &m[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) pthread_join(th[i], NULL);
	assert_int_equal(number(t, "SELECT count(*) FROM thing"), THREADS * EACH);
	assert_int_equal(number(t, "SELECT n FROM tally"), THREADS * EACH);
}

struct hooked { int fills, committed, rolled_back, marks; bool refuse, bad; };

static struct err *hook_fill(void *ctx, const struct store_group *g, struct wset *extra)
{
	struct hooked *h = ctx;
	h->fills++;
	h->marks = 0;
	for (size_t i = 0; i < g->n; i++) h->marks += (int)wset_marks(g->sets[i]);
	if (h->refuse) return err_arg(g->a, E_STORE, S("hook"));
	WSET_EXEC(extra, 1, "INSERT INTO tally (key, n) VALUES (?1, ?2)", V_TEXT(str_fmt(g->a, "group %d", h->fills)), V_INT(h->marks));
	if (h->bad) WSET_EXEC(extra, 1, "UPDATE tally SET n = 0 WHERE key = 'nobody'");
	return NULL;
}

static void hook_settled(void *ctx, const struct store_group *g, bool committed)
{
	struct hooked *h = ctx;
	if (committed) h->committed++;
	else h->rolled_back++;
}

static void the_group_hook_writes_in_the_same_transaction(struct test *t)
{
	struct hooked h = {0};
	store_set_group_hook(t->s, (struct store_hook){hook_fill, hook_settled, &h});
	struct wset *ws = wset_new(t->a), *more = wset_new(t->a);
	insert(ws, 1, "a");
	wset_mark(ws, (const unsigned char *)"0123456789abcdef0123456789abcdef");
	wset_mark(more, (const unsigned char *)"fedcba9876543210fedcba9876543210");
	insert(more, 2, "b");
	wset_append(ws, more);
	OK(store_commit(t->s, t->a, ws));
	assert_true(h.committed == 1 && h.marks == 2);
	assert_memory_equal(wset_mark_at(ws, 1), "fedc", 4);
	assert_int_equal(number(t, "SELECT n FROM tally"), 2);
	assert_int_equal(number(t, "SELECT count(*) FROM thing"), 2);
	h.refuse = true;
	ws = wset_new(t->a);
	insert(ws, 3, "c");
	IS(E_STORE, store_commit(t->s, t->a, ws));
	h.refuse = false;
	h.bad = true;
	IS(E_STORE, store_commit(t->s, t->a, ws));      // the same set again: it did not fail by its own fault
	assert_true(h.rolled_back == 2);
	assert_int_equal(number(t, "SELECT count(*) FROM thing"), 2);
	h.bad = false;
	OK(store_commit(t->s, t->a, ws));
	assert_int_equal(number(t, "SELECT count(*) FROM thing"), 3);
	// A set that fails by itself leaves nothing of the group
	int before = h.committed;
	ws = wset_new(t->a);
	insert(ws, 3, "c");
	IS(E_CONSTRAINT, store_commit(t->s, t->a, ws));
	assert_int_equal(h.committed, before);
	assert_int_equal(number(t, "SELECT count(*) FROM tally"), 2);
}

static void every_statement_can_fail_and_leaves_nothing(struct test *t)
{
	int failed = 0;
	for (int nth = 1; nth < 20; nth++) {
		struct wset *ws = wset_new(t->a);
		insert(ws, nth * 10, str_z(t->a, str_fmt(t->a, "x%d", nth)));
		insert(ws, nth * 10 + 1, str_z(t->a, str_fmt(t->a, "y%d", nth)));
		seam_fault_set("store.exec", nth);
		struct err *e = store_commit(t->s, t->a, ws);
		int64_t there = number(t, "SELECT count(*) FROM thing");
		seam_fault_set("store.exec", 0);
		if (!e) {
			assert_int_equal(there, 2);
			break;
		}
		failed++;
		assert_int_equal(e->code, E_STORE);
		assert_int_equal(there, 0);
	}
	assert_in_range(failed, 3, 5);        // two statements, perhaps the id mark, the commit
	seam_fault_set("store.query", 1);
	struct snap *p;
	struct rows r;
	OK(snap_open(t->s, t->a, &p));
	IS(E_STORE, SNAP_QUERY(p, t->a, &r, "SELECT 1"));
	seam_fault_set("store.query", 0);
	OK(SNAP_QUERY(p, t->a, &r, "SELECT 1"));
	snap_close(p);
}

static atomic_int woken;
static void wake(void *ctx)
{
	atomic_fetch_add(&woken, 1);
}

static void commits_wake_listeners(struct test *t)
{
	atomic_store(&woken, 0);
	store_on_commit(t->s, wake, NULL);
	struct wset *ws = wset_new(t->a);
	insert(ws, 1, "a");
	OK(store_commit(t->s, t->a, ws));
	assert_true(atomic_load(&woken) >= 1);
	store_on_commit(t->s, NULL, NULL);
	if (t->place.kind != POSTGRES) return;
	// another process (here: another store) hears of it too
	struct store *other;
	struct store_config c = place_config(&t->place, schema, countof(schema));
	c.node = -1;
	OK(store_open(t->a, &c, &other));
	assert_int_not_equal(store_node(other), store_node(t->s));
	atomic_store(&woken, 0);
	store_on_commit(other, wake, NULL);
	ws = wset_new(t->a);
	insert(ws, 2, "b");
	OK(store_commit(t->s, t->a, ws));
	for (int i = 0; i < 5000 && !atomic_load(&woken); i++) nanosleep(&(struct timespec){0, 1000000}, NULL);
	assert_true(atomic_load(&woken) >= 1);
	store_close(other);
}

static void inline_commits_need_no_thread(struct test *t)
{
	store_close(t->s);
	struct store_config c = place_config(&t->place, schema, countof(schema));
	c.inline_commit = true;
	OK(store_open(t->a, &c, &t->s));
	struct many m = {t->s};
	struct wset *ws = wset_new(t->a);
	insert(ws, 1, "a");
	store_submit(t->s, ws, count_done, &m);
	assert_true(m.done == 1 && m.failed == 0);
	ws = wset_new(t->a);
	insert(ws, 1, "a");
	IS(E_CONSTRAINT, store_commit(t->s, t->a, ws));
	assert_int_equal(number(t, "SELECT count(*) FROM thing"), 1);
}

static void readers_run_out_with_a_sentence(struct test *t)
{
	store_close(t->s);
	struct store_config c = place_config(&t->place, schema, countof(schema));
	c.readers = 1;
	OK(store_open(t->a, &c, &t->s));
	struct snap *p, *q;
	OK(snap_open(t->s, t->a, &p));
	IS(E_BUSY, snap_open(t->s, t->a, &q));
	snap_close(p);
	OK(snap_open(t->s, t->a, &q));
	snap_close(q);
}

// ---- opening ----

static void only_one_process_may_write(struct test *t)
{
	struct store *other;
	struct store_config c = place_config(&t->place, schema, countof(schema));
	struct err *e = store_open(t->a, &c, &other);
	if (t->place.kind == SQLITE) {
		IS(E_STORE, e);
		assert_true(str_find(err_text(t->a, e, true), S("running")) >= 0);
	} else {
		IS(E_SETTING, e);        // the node number is taken
	}
	c.url = S("mysql://x");
	IS(E_SETTING, store_open(t->a, &c, &other));
	c.url = S("postgres://nobody@127.0.0.1:1/x?connect_timeout=2");
	IS(E_STORE, store_open(t->a, &c, &other));
	c = place_config(&t->place, schema, countof(schema));
	c.node = 5000;
	IS(E_SETTING, store_open(t->a, &c, &other));
}

static void migrations_run_once_and_in_order(struct test *t)
{
	store_close(t->s);
	t->s = NULL;
	assert_int_equal(countof(schema), 2);
	struct migration m[5] = {schema[0], schema[1],
		{3, "thing", "ALTER TABLE thing ADD COLUMN extra TEXT NOT NULL DEFAULT '';"
			"INSERT INTO thing (id, version, name) VALUES (1, 1, 'a'), (2, 1, 'b'), (3, 1, 'c');"},
		{4, "thing", "UPDATE thing SET extra = name WHERE id IN (SELECT id FROM thing WHERE extra = '' ORDER BY id LIMIT 2)", true},
		{1, "other", "CREATE TABLE other (id INTEGER NOT NULL PRIMARY KEY) STRICT"}};
	struct store_config c = place_config(&t->place, m, 5);
	// stopped at each place where it can be stopped, it goes on from there
	int stops = 0;
	for (;; stops++) {
		seam_fault_set("store.migrate", 3);
		struct err *e = store_open(t->a, &c, &t->s);
		seam_fault_set("store.migrate", 0);
		if (!e) break;
		assert_int_equal(e->code, E_STORE);
		assert_true(stops < 10);
	}
	assert_int_equal(stops, 3);
	assert_int_equal(number(t, "SELECT count(*) FROM thing WHERE extra = name"), 3);
	assert_int_equal(number(t, "SELECT count(*) FROM store_migration"), 5);
	assert_int_equal(number(t, "SELECT count(*) FROM other"), 0);
	store_close(t->s);
	t->s = NULL;
	// the program must not be older than the database, nor rewrite history, nor jump a step
	c.n_migrations = 2;
	IS(E_SETTING, store_open(t->a, &c, &t->s));
	struct migration changed[5];
	memcpy(changed, m, sizeof m);
	changed[1].sql = "CREATE TABLE tally (key TEXT NOT NULL PRIMARY KEY, n INTEGER) STRICT";
	c = place_config(&t->place, changed, 5);
	IS(E_SETTING, store_open(t->a, &c, &t->s));
	struct migration jump[2] = {schema[0], {3, "thing", "SELECT 1"}};
	c = place_config(&t->place, jump, 2);
	IS(E_SETTING, store_open(t->a, &c, &t->s));
	c = place_config(&t->place, m, 5);
	OK(store_open(t->a, &c, &t->s));
}

static void migrations_keep_to_the_common_subset(struct test *t)
{
	static const char *const bad[] = {
		"CREATE TABLE x (id INTEGER NOT NULL PRIMARY KEY)",
		"CREATE TABLE x (id INTEGER PRIMARY KEY AUTOINCREMENT) STRICT",
		"CREATE TABLE x (id INTEGER PRIMARY KEY, y REAL) STRICT",
		"CREATE TABLE x (id INTEGER PRIMARY KEY, y INTEGER REFERENCES thing (id)) STRICT",
		"CREATE TABLE x (id integer PRIMARY KEY) STRICT",
		"CREATE TABLE x (id INTEGER PRIMARY KEY) STRICT; INSERT OR REPLACE INTO x (id) VALUES (1)",
	};
	store_close(t->s);
	t->s = NULL;
	for (size_t i = 0; i < countof(bad); i++) {
		struct migration m[3] = {schema[0], schema[1], {1, "bad", bad[i]}};
		struct store_config c = place_config(&t->place, m, 3);
		IS(E_SYNTAX, store_open(t->a, &c, &t->s));
	}
}

// ---- ids and numbers ----

static void ids_rise_also_when_the_clock_jumps_back(struct test *t)
{
	int64_t before = 0, now = seam_now_ms();
	for (int i = 0; i < 20000; i++) {
		int64_t id = store_id(t->s);
		assert_true(id > before);
		before = id;
	}
	assert_true(store_id_ms(before) >= now && store_id_ms(before) < now + 60000);
	struct wset *ws = wset_new(t->a);
	insert(ws, before, "a");
	OK(store_commit(t->s, t->a, ws));
	store_close(t->s);
	// at the next start the clock stands a year earlier
	seam_fake(now - 365LL * 86400000, 7);
	struct store_config c = place_config(&t->place, schema, countof(schema));
	OK(store_open(t->a, &c, &t->s));
	int64_t id = store_id(t->s);
	assert_true(id > before);
	seam_fake_set(now + 86400000);
	assert_int_equal(store_id_ms(store_id(t->s)), now + 86400000);
	seam_fake_set(0);
	assert_true(store_id_ms(store_id(t->s)) >= now + 86400000);
	seam_fake_set(now);
}

static void *lease_many(void *p)
{
	struct many *m = p;
	struct arena *a = arena_new(0);
	for (int i = 0; i < 50; i++) {
		int64_t n;
		OK(number_lease(m->s, a, S("case"), 20261105, 7, &n));
		assert_in_range(n, 1, 1000);
		atomic_int *seen = (atomic_int *)m->a;      // shared table of what was given
		assert_int_equal(atomic_fetch_add(&seen[n], 1), 0);
	}
	arena_free(a);
	return NULL;
}

static void numbers_are_given_once(struct test *t)
{
	int64_t n;
	for (int i = 1; i <= 25; i++) {
		OK(number_lease(t->s, t->a, S("ticket"), 1, 10, &n));
		assert_int_equal(n, i);
	}
	OK(number_lease(t->s, t->a, S("ticket"), 2, 10, &n));      // a new day begins at 1
	assert_int_equal(n, 1);
	OK(number_lease(t->s, t->a, S("other"), 1, 1, &n));
	assert_int_equal(n, 1);
	static atomic_int seen[1001];
	memset(seen, 0, sizeof seen);
	pthread_t th[6];
	struct many m = {.s = t->s, .a = (struct arena *)seen};
	for (int i = 0; i < 6; i++) assert_int_equal(pthread_create(&th[i], NULL, lease_many, &m), 0);
	for (int i = 0; i < 6; i++) pthread_join(th[i], NULL);
	store_close(t->s);
	struct store_config c = place_config(&t->place, schema, countof(schema));
	OK(store_open(t->a, &c, &t->s));
	OK(number_lease(t->s, t->a, S("ticket"), 1, 10, &n));      // a gap, never the same again
	assert_int_equal(n, 31);
}

// ---- PostgreSQL only ----

static void a_careless_postgres_is_refused(struct test *t)
{
	if (t->place.kind != POSTGRES) return;
	store_close(t->s);
	t->s = NULL;
	char sql[160];
	snprintf(sql, sizeof sql, "ALTER DATABASE %s SET synchronous_commit = off", t->place.database);
	place_admin(&t->place, sql);
	struct store_config c = place_config(&t->place, schema, countof(schema));
	struct err *e = IS(E_SETTING, store_open(t->a, &c, &t->s));
	assert_true(str_find(err_text(t->a, e, true), S("synchronous_commit")) >= 0);
	c.sync_off = true;
	OK(store_open(t->a, &c, &t->s));
}

static void lost_connections_come_back(struct test *t)
{
	if (t->place.kind != POSTGRES) return;
	struct wset *ws = wset_new(t->a);
	insert(ws, 1, "a");
	OK(store_commit(t->s, t->a, ws));
	assert_int_equal(number(t, "SELECT count(*) FROM thing"), 1);
	struct snap *p;
	OK(snap_open(t->s, t->a, &p));
	char sql[200];
	snprintf(sql, sizeof sql, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s'", t->place.database);
	place_admin(&t->place, sql);
	struct rows r;
	IS(E_STORE, SNAP_QUERY(p, t->a, &r, "SELECT 1"));
	snap_close(p);
	assert_int_equal(number(t, "SELECT count(*) FROM thing"), 1);
	// A late snapshot notices a lost connection at its first query, and replaces it.
	place_admin(&t->place, sql);
	OK(snap_open_late(t->s, t->a, &p));
	SNAP_EXPECT(p, t->a, "SELECT name FROM thing WHERE id = ?1", V_INT(1));
	OK(SNAP_QUERY(p, t->a, &r, "SELECT count(*) FROM thing"));
	assert_int_equal(row_int(&r, 0, 0), 1);
	snap_close(p);
	struct err *e = NULL;
	for (int i = 0; i < 100; i++) {        // until the node's lock is held again
		ws = wset_new(t->a);
		insert(ws, 2, "b");
		e = store_commit(t->s, t->a, ws);
		if (!e) break;
		assert_int_equal(e->code, E_STORE);
		nanosleep(&(struct timespec){0, 50000000}, NULL);
	}
	OK(e);
	assert_int_equal(number(t, "SELECT count(*) FROM thing"), 2);
}

struct crossing { struct store *s; bool back; };

static void *cross(void *p)
{
	struct crossing *x = p;
	struct arena *a = arena_new(0);
	for (int i = 0; i < 15; i++) {
		arena_reset(a);
		struct wset *ws = wset_new(a);
		for (int k = 0; k < 6; k++)
			WSET_EXEC(ws, 1, "UPDATE tally SET n = n + 1 WHERE key = ?1", V_TEXT(str_fmt(a, "%d", x->back ? 5 - k : k)));
		OK(store_commit(x->s, a, ws));
	}
	arena_free(a);
	return NULL;
}

static void deadlocks_are_resolved(struct test *t)
{
	if (t->place.kind != POSTGRES) return;
	// two stores on one database, as two servers
	struct store *other;
	struct store_config c = place_config(&t->place, schema, countof(schema));
	c.node = -1;
	OK(store_open(t->a, &c, &other));
	struct wset *ws = wset_new(t->a);
	for (int k = 0; k < 6; k++) WSET_EXEC(ws, 1, "INSERT INTO tally (key, n) VALUES (?1, 0)", V_TEXT(str_fmt(t->a, "%d", k)));
	OK(store_commit(t->s, t->a, ws));
	struct crossing x[4] = {{t->s, false}, {t->s, true}, {other, false}, {other, true}};
	pthread_t th[12];
	for (int i = 0; i < 12; i++) assert_int_equal(pthread_create(&th[i], NULL, cross, &x[i % 4]), 0);
	for (int i = 0; i < 12; i++) pthread_join(th[i], NULL);
	assert_int_equal(number(t, "SELECT min(n) FROM tally"), 180);
	assert_int_equal(number(t, "SELECT max(n) FROM tally"), 180);
	store_close(other);
}

// ---- running each on both ----

static const struct both_test tests[] = {
#define T(f) {#f, f}
	T(values_round_trip), T(text_with_nul_or_broken_utf8_is_refused), T(a_stale_guard_undoes_the_whole_set),
	T(a_constraint_is_named_alike), T(a_snapshot_stands_still), T(long_scans_stream),
	T(expected_queries_are_answered_once), T(a_broken_expectation_is_no_answer), T(in_a_group_sets_fail_alone),
	T(many_threads_write_and_read), T(the_group_hook_writes_in_the_same_transaction),
	T(every_statement_can_fail_and_leaves_nothing), T(commits_wake_listeners), T(inline_commits_need_no_thread),
	T(readers_run_out_with_a_sentence), T(only_one_process_may_write), T(migrations_run_once_and_in_order),
	T(migrations_keep_to_the_common_subset), T(numbers_are_given_once), T(a_careless_postgres_is_refused),
	T(lost_connections_come_back), T(deadlocks_are_resolved), T(our_own_broken_sql_is_a_bug_and_harms_nobody),
	T(ids_rise_also_when_the_clock_jumps_back),      // last: the fake clock stays
};

static void one(enum kind k, void (*fn)(struct test *))
{
	struct test t = {0};
	set_up(&t, k);
	fn(&t);
	tear_down(&t);
}

int main(void)
{
	return both_run("store", tests, countof(tests), one);
}
