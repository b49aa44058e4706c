// Rows kept in memory: they are those of the last commit anybody has heard of, on both databases, from every thread, and in
// another process a moment later.
#include "both.h"

#include "base/seam.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <cmocka.h>

static const struct migration schema[] = {
	{1, "thing", "CREATE TABLE thing (id INTEGER NOT NULL PRIMARY KEY, n INTEGER NOT NULL, name TEXT NOT NULL) STRICT;"}};

struct test {
	struct place place;
	struct arena *a;
	struct store *s;
};

static void run_one(enum kind k, void (*fn)(struct test *))
{
	struct test t;
	place_make(&t.place, k);
	t.a = arena_new(0);
	struct store_config c = place_config(&t.place, schema, countof(schema));
	OK(store_open(t.a, &c, &t.s));
	fn(&t);
	store_close(t.s);
	arena_free(t.a);
	place_drop(&t.place);
}

static void insert(struct store *s, struct arena *a, int64_t id, int64_t n)
{
	struct wset *ws = wset_new(a);
	WSET_EXEC(ws, 1, "INSERT INTO thing (id, n, name) VALUES (?1, ?2, ?3)", V_INT(id), V_INT(n), V_TEXT(S("𠮷田")));
	OK(store_commit(s, a, ws));
}

static struct err *set(struct store *s, struct arena *a, int64_t id, int64_t n, int64_t was)
{
	struct wset *ws = wset_new(a);
	WSET_EXEC(ws, 1, "UPDATE thing SET n = ?1 WHERE id = ?2 AND n = ?3", V_INT(n), V_INT(id), V_INT(was));
	wset_touch(ws, KEEP_PARTY, id);
	return store_commit(s, a, ws);
}

static int64_t seen_by(struct snap *p, struct arena *a, int64_t id)
{
	struct rows r;
	OK(SNAP_KEPT(p, a, &r, KEEP_PARTY, 0, "SELECT id, n, name FROM thing WHERE id = ?1", V_INT(id)));
	if (!r.n) return -1;
	assert_true(row_int(&r, 0, 0) == id && str_is(row_text(&r, 0, 2), "𠮷田"));
	return row_int(&r, 0, 1);
}

static int64_t seen(struct store *s, struct arena *a, int64_t id)
{
	struct snap *p;
	OK(snap_open_late(s, a, &p));
	int64_t n = seen_by(p, a, id);
	snap_close(p);
	return n;
}

static void a_touch_is_what_makes_them_forgotten(struct test *t)
{
	insert(t->s, t->a, 1, 10);
	assert_int_equal(seen(t->s, t->a, 1), 10);
	place_raw(&t->place, "UPDATE thing SET n = 11 WHERE id = 1");
	assert_int_equal(seen(t->s, t->a, 1), 10);               // kept: nobody said anything
	OK(set(t->s, t->a, 1, 12, 11));
	assert_int_equal(seen(t->s, t->a, 1), 12);
	IS(E_STALE, set(t->s, t->a, 1, 13, 11));                 // a set that failed leaves what is true
	assert_int_equal(seen(t->s, t->a, 1), 12);
}

static void an_empty_answer_is_not_kept(struct test *t)
{
	assert_int_equal(seen(t->s, t->a, 1), -1);
	insert(t->s, t->a, 1, 10);
	assert_int_equal(seen(t->s, t->a, 1), 10);
}

static void an_old_picture_leaves_nothing_behind(struct test *t)
{
	struct snap *p;
	insert(t->s, t->a, 1, 10);
	OK(snap_open(t->s, t->a, &p));
	OK(set(t->s, t->a, 1, 11, 10));
	assert_int_equal(seen_by(p, t->a, 1), 10);
	snap_close(p);
	assert_int_equal(seen(t->s, t->a, 1), 11);
}

// With all readers at work, what is in memory is still answered: a late picture takes none before it must.
static void memory_needs_no_reader(struct test *t)
{
	enum { READERS = 8 };
	struct snap *busy[READERS];
	insert(t->s, t->a, 1, 10);
	assert_int_equal(seen(t->s, t->a, 1), 10);
	if (t->place.kind != POSTGRES) return;           // on SQLite a picture is taken at once
	for (int i = 0; i < READERS; i++) OK(snap_open(t->s, t->a, &busy[i]));
	assert_int_equal(seen(t->s, t->a, 1), 10);
	for (int i = 0; i < READERS; i++) snap_close(busy[i]);
}

// What is expected goes with the next query when it is not in memory, and is not asked for when it is.
static void expected_ones_are_kept_too(struct test *t)
{
	struct snap *p;
	struct rows r;
	insert(t->s, t->a, 1, 10);
	for (int i = 0; i < 2; i++) {
		OK(snap_open_late(t->s, t->a, &p));
		SNAP_EXPECT_KEPT(p, t->a, "SELECT n, id FROM thing WHERE id = ?1", V_INT(1));
		OK(SNAP_QUERY(p, t->a, &r, "SELECT count(*) FROM thing"));
		OK(SNAP_KEPT(p, t->a, &r, KEEP_PARTY, 1, "SELECT n, id FROM thing WHERE id = ?1", V_INT(1)));
		assert_int_equal(row_int(&r, 0, 0), 10);
		snap_close(p);
		place_raw(&t->place, "UPDATE thing SET n = 11 WHERE id = 1");
	}
}

// More of them than there are slots: an answer is never somebody else's.
static void many_share_the_memory(struct test *t)
{
	enum { MANY = 6000 };
	struct wset *ws = wset_new(t->a);
	for (int i = 1; i <= MANY; i++)
		WSET_EXEC(ws, 1, "INSERT INTO thing (id, n, name) VALUES (?1, ?2, ?3)", V_INT(i), V_INT(i * 3), V_TEXT(S("𠮷田")));
	OK(store_commit(t->s, t->a, ws));
	struct snap *p;
	OK(snap_open(t->s, t->a, &p));
	for (int round = 0; round < 2; round++)
		for (int i = 1; i <= MANY; i++) assert_int_equal(seen_by(p, t->a, i), i * 3);
	snap_close(p);
}

struct race { struct store *s; atomic_llong told; atomic_bool over; };

static void *looks(void *p)
{
	struct race *r = p;
	struct arena *a = arena_new(0);
	while (!atomic_load(&r->over)) {
		arena_reset(a);
		int64_t told = atomic_load(&r->told), n = seen(r->s, a, 1);
		CHECK(n >= told);
	}
	arena_free(a);
	return NULL;
}

// Who was told of a commit, or begins after somebody was, never sees what stood before it.
static void nobody_sees_the_past(struct test *t)
{
	enum { LOOKERS = 4, ROUNDS = 300 };
	pthread_t th[LOOKERS];
	struct race r = {.s = t->s};
	insert(t->s, t->a, 1, 0);
	for (int i = 0; i < LOOKERS; i++) CHECK(pthread_create(&th[i], NULL, looks, &r) == 0);
	for (int i = 1; i <= ROUNDS; i++) {
		OK(set(t->s, t->a, 1, i, i - 1));
		atomic_store(&r.told, i);
	}
	atomic_store(&r.over, true);
	for (int i = 0; i < LOOKERS; i++) pthread_join(th[i], NULL);
}

static bool comes_to_see(struct store *s, struct arena *a, int64_t id, int64_t n)
{
	for (int i = 0; i < 200; i++) {
		if (seen(s, a, id) == n) return true;
		nanosleep(&(struct timespec){0, 50000000}, NULL);
	}
	return false;
}

static void other_processes_forget_too(struct test *t)
{
	if (t->place.kind == SQLITE) return;
	enum { TOO_MANY = 600 };
	struct store *other;
	struct store_config c = place_config(&t->place, schema, countof(schema));
	c.node = -1;
	OK(store_open(t->a, &c, &other));
	insert(t->s, t->a, 1, 10);
	insert(t->s, t->a, 2, 20);
	assert_true(seen(other, t->a, 1) == 10 && seen(other, t->a, 2) == 20);
	OK(set(t->s, t->a, 1, 11, 10));
	assert_true(comes_to_see(other, t->a, 1, 11));
	place_raw(&t->place, "UPDATE thing SET n = 21 WHERE id = 2");
	assert_int_equal(seen(other, t->a, 2), 20);              // nobody touched the second
	struct wset *ws = wset_new(t->a);                        // more than one notification can name: everything goes
	WSET_EXEC(ws, 1, "UPDATE thing SET n = 12 WHERE id = 1");
	for (int i = 0; i < TOO_MANY; i++) wset_touch(ws, KEEP_ACCOUNT, i);
	OK(store_commit(t->s, t->a, ws));
	assert_true(comes_to_see(other, t->a, 2, 21));
	store_close(other);
}

// Whose listening connection is lost keeps nothing, and begins anew when it is back.
static void the_deaf_keep_nothing(struct test *t)
{
	if (t->place.kind == SQLITE) return;
	insert(t->s, t->a, 1, 10);
	assert_int_equal(seen(t->s, t->a, 1), 10);
	char sql[200];
	snprintf(sql, sizeof sql, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s'", t->place.database);
	place_admin(&t->place, sql);
	place_raw(&t->place, "UPDATE thing SET n = 11 WHERE id = 1");
	assert_true(comes_to_see(t->s, t->a, 1, 11));
}

// A picture's end may wait for the next one on its connection, but not for long: it holds old rows back from VACUUM.
static void no_picture_outlives_its_reader_for_long(struct test *t)
{
	if (t->place.kind == SQLITE) return;
	struct snap *p[2];
	struct rows r;
	for (int i = 0; i < 2; i++) OK(snap_open(t->s, t->a, &p[i]));
	for (int i = 0; i < 2; i++) snap_close(p[i]);            // the second connection is the next to be taken
	int64_t open = 1, most = 0;
	for (int i = 0; i < 200 && open; i++) {
		OK(snap_open_late(t->s, t->a, &p[0]));
		OK(SNAP_QUERY(p[0], t->a, &r, "SELECT count(*) FROM pg_stat_activity WHERE datname = ?1 AND state = 'idle in transaction'",
			V_TEXT(str_of(t->place.database))));
		open = row_int(&r, 0, 0);
		if (open > most) most = open;
		snap_close(p[0]);
		nanosleep(&(struct timespec){0, 50000000}, NULL);
	}
	assert_int_equal(most, 1);
	assert_int_equal(open, 0);
}

int main(void)
{
	static const struct both_test tests[] = {
#define T(fn) {#fn, fn}
		T(a_touch_is_what_makes_them_forgotten), T(an_empty_answer_is_not_kept), T(an_old_picture_leaves_nothing_behind),
		T(memory_needs_no_reader), T(expected_ones_are_kept_too), T(many_share_the_memory), T(nobody_sees_the_past), T(other_processes_forget_too),
		T(the_deaf_keep_nothing), T(no_picture_outlives_its_reader_for_long)};
	return both_run("kept", tests, countof(tests), run_one);
}
