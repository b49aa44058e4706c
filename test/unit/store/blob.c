// Blobs, backup and restore, and moving from SQLite to PostgreSQL and back.
#include "both.h"

#include "base/seam.h"
#include "codec/sm.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static const struct migration schema[] = {
	{1, "box", "CREATE TABLE box (id INTEGER NOT NULL PRIMARY KEY, name TEXT, body BLOB, n INTEGER) STRICT;"
		"CREATE TABLE pair (a TEXT NOT NULL, b INTEGER NOT NULL, PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID;"},
	{2, "box", "CREATE UNIQUE INDEX box_name ON box (name)"},
};

struct test {
	struct place place;
	struct arena *a;
	struct store *s;
};

static int set_up(void **state)
{
	struct test *t = calloc(1, sizeof *t);
	place_make(&t->place, SQLITE);
	t->a = arena_new(0);
	struct store_config c = place_config(&t->place, schema, countof(schema));
	OK(store_open(t->a, &c, &t->s));
	*state = t;
	return 0;
}

static int tear_down(void **state)
{
	struct test *t = *state;
	store_close(t->s);
	arena_free(t->a);
	place_drop(&t->place);
	free(t);
	return 0;
}

static int files_in(const char *dir)
{
	int n = 0;
	DIR *d = opendir(dir);
	if (!d) return 0;
	for (struct dirent *f; (f = readdir(d));) n += f->d_name[0] != '.';
	closedir(d);
	return n;
}

static void a_blob_is_named_by_its_bytes(void **state)
{
	struct test *t = *state;
	struct blob_put *b;
	unsigned char d[32], want[32], empty[32];
	int64_t size;
	OK(blob_begin(t->s, t->a, &b));
	OK(blob_write(b, t->a, S("云帆")));
	OK(blob_write(b, t->a, S("")));
	OK(blob_write(b, t->a, S("市\0x")));
	OK(blob_finish(b, t->a, d, &size));
	sm3(S("云帆市\0x"), want);
	assert_memory_equal(d, want, 32);
	assert_int_equal(size, 11);
	struct str got;
	OK(blob_get(t->s, t->a, d, 100, &got));
	assert_true(str_eq(got, S("云帆市\0x")));
	IS(E_TOO_BIG, blob_get(t->s, t->a, d, 10, &got));
	struct blob *r;
	OK(blob_open(t->s, t->a, d, &r));
	assert_int_equal(blob_size(r), 11);
	OK(blob_read(r, t->a, 9, 100, &got));
	assert_true(str_eq(got, S("\0x")));
	OK(blob_read(r, t->a, 11, 5, &got));
	assert_int_equal(got.n, 0);
	OK(blob_read(r, t->a, -1, 5, &got));
	assert_int_equal(got.n, 0);
	blob_close(r);
	OK(blob_put_all(t->s, t->a, S(""), empty));
	OK(blob_get(t->s, t->a, empty, 100, &got));
	assert_int_equal(got.n, 0);
	OK(blob_put_all(t->s, t->a, S("云帆市\0x"), d));        // the same again: one file
	assert_memory_equal(d, want, 32);
	memset(d, 7, 32);
	IS(E_NOT_FOUND, blob_open(t->s, t->a, d, &r));
	assert_int_equal(files_in(str_z(t->a, str_fmt(t->a, "%s/blobs/tmp", t->place.dir))), 0);
}

static void a_changed_blob_is_noticed(void **state)
{
	struct test *t = *state;
	unsigned char d[32];
	OK(blob_put_all(t->s, t->a, S("original"), d));
	char cmd[256];
	snprintf(cmd, sizeof cmd, "for f in %s/blobs/[0-9a-f][0-9a-f]/*; do printf forgery > $f; done", t->place.dir);
	assert_int_equal(system(cmd), 0);
	struct str got;
	IS(E_IO, blob_get(t->s, t->a, d, 100, &got));
}

static void a_full_disk_leaves_nothing(void **state)
{
	struct test *t = *state;
	unsigned char d[32];
	struct str got;
	static const char *const points[] = {"file.write", "file.sync"};
	for (size_t i = 0; i < countof(points); i++) {
		seam_fault_set(points[i], 1);
		IS(E_IO, blob_put_all(t->s, t->a, S("x"), d));
		seam_fault_set(points[i], 0);
		sm3(S("x"), d);
		IS(E_NOT_FOUND, blob_get(t->s, t->a, d, 9, &got));
		assert_int_equal(files_in(str_z(t->a, str_fmt(t->a, "%s/blobs/tmp", t->place.dir))), 0);
	}
	struct blob_put *b;
	OK(blob_begin(t->s, t->a, &b));
	OK(blob_write(b, t->a, S("gone")));
	blob_abort(b);
	blob_abort(NULL);
	assert_int_equal(files_in(str_z(t->a, str_fmt(t->a, "%s/blobs/tmp", t->place.dir))), 0);
	OK(blob_put_all(t->s, t->a, S("x"), d));
	seam_fault_set("file.read", 1);
	IS(E_IO, blob_get(t->s, t->a, d, 9, &got));
	seam_fault_set("file.read", 0);
}

static bool keep_named(void *ctx, const unsigned char d[32])
{
	return memcmp(ctx, d, 32) == 0;
}

static void orphans_are_swept_when_old(void **state)
{
	struct test *t = *state;
	int64_t now = 1793000000000, removed;
	seam_fake(now, 1);
	unsigned char kept[32], orphan[32], young[32];
	OK(blob_put_all(t->s, t->a, S("kept"), kept));
	OK(blob_put_all(t->s, t->a, S("orphan"), orphan));
	OK(blob_put_all(t->s, t->a, S("young"), young));
	struct blob_put *forgotten;
	OK(blob_begin(t->s, t->a, &forgotten));
	OK(blob_sweep(t->s, t->a, 3600000, keep_named, kept, &removed));
	assert_int_equal(removed, 0);
	seam_fake_set(now + 3600001);
	OK(blob_put_all(t->s, t->a, S("young"), young));         // put again: it may be named by a commit under way
	OK(blob_sweep(t->s, t->a, 3600000, keep_named, kept, &removed));
	assert_int_equal(removed, 1);
	struct str got;
	OK(blob_get(t->s, t->a, kept, 99, &got));
	OK(blob_get(t->s, t->a, young, 99, &got));
	IS(E_NOT_FOUND, blob_get(t->s, t->a, orphan, 99, &got));
	blob_abort(forgotten);
}

// ---- moving house ----

static void fill(struct test *t, unsigned char digest[32])
{
	OK(blob_put_all(t->s, t->a, S("a paper"), digest));
	struct wset *ws = wset_new(t->a);
	for (int i = 0; i < 1203; i++) {
		char *text = str_z(t->a, str_fmt(t->a, "行 %d:\n n i7 t3:", i));
		WSET_EXEC(ws, 1, "INSERT INTO box (id, name, body, n) VALUES (?1, ?2, ?3, ?4)", V_INT(store_id(t->s)),
			V_TEXT(str_of(text)), V_BLOB(((struct str){(char *)digest, 32})), V_INT(i == 5 ? INT64_MIN : -i));
	}
	WSET_EXEC(ws, 1, "INSERT INTO box (id) VALUES (1)");
	WSET_EXEC(ws, 1, "INSERT INTO box (id, name, body) VALUES (2, '', X'')");
	WSET_EXEC(ws, 1, "INSERT INTO pair (a, b) VALUES ('x', 1)");
	OK(store_commit(t->s, t->a, ws));
	int64_t n;
	OK(number_lease(t->s, t->a, S("case"), 2026, 10, &n));
}

// Everything in both tables as one text.
static struct err *into_text(void *ctx, const struct val *row, size_t cols)
{
	struct buf *b = ctx;
	for (size_t i = 0; i < cols; i++) {
		if (row[i].type == VAL_INT) buf_fmt(b, "%lld,", (long long)row[i].i);
		else if (row[i].type == VAL_NULL) buf_lit(b, "-,");
		else buf_fmt(b, "%d%zu:", row[i].type, row[i].s.n), buf_add(b, row[i].s);
	}
	return NULL;
}

static struct str content(struct store *s, struct arena *a)
{
	struct snap *p;
	struct buf b = buf_new(a);
	OK(snap_open(s, a, &p));
	OK(SNAP_EACH(p, a, into_text, &b, "SELECT id, name, body, n FROM box ORDER BY id"));
	OK(SNAP_EACH(p, a, into_text, &b, "SELECT a, b FROM pair ORDER BY a, b"));
	OK(SNAP_EACH(p, a, into_text, &b, "SELECT scope, period, next FROM store_number ORDER BY scope"));
	snap_close(p);
	return buf_str(&b);
}

static void move(struct test *t, enum kind to)
{
	if (!place_can(to)) skip();
	unsigned char digest[32];
	fill(t, digest);
	struct str before = content(t->s, t->a), got;
	struct str dir = str_fmt(t->a, "%s/backup", t->place.dir);
	OK(store_backup(t->s, t->a, dir));
	IS(E_IO, store_backup(t->s, t->a, dir));       // never over another backup
	struct place p;
	place_make(&p, to);
	// The new house runs a newer program: its last step runs after the rows are in.
	struct migration newer[] = {schema[0], schema[1], {3, "box", "UPDATE pair SET b = 2 WHERE a = 'x'"}};
	struct store_config c = place_config(&p, schema, countof(schema));
	OK(store_restore(t->a, dir, &c));
	struct store *s;
	OK(store_open(t->a, &c, &s));
	assert_true(str_eq(content(s, t->a), before));
	OK(blob_get(s, t->a, digest, 100, &got));
	assert_true(str_is(got, "a paper"));
	struct str again = str_fmt(t->a, "%s/again", t->place.dir);
	OK(store_backup(s, t->a, again));
	store_close(s);
	IS(E_SETTING, store_restore(t->a, dir, &c));   // not into a database that holds something
	struct place back;
	place_make(&back, SQLITE);
	c = place_config(&back, newer, countof(newer));
	OK(store_restore(t->a, again, &c));
	OK(store_open(t->a, &c, &s));
	struct str after = content(s, t->a);
	assert_int_equal(after.n, before.n);
	assert_true(str_find(after, S("21:x2,")) > 0);
	store_close(s);
	place_drop(&back);
	place_drop(&p);
}

static void sqlite_to_sqlite(void **state)
{
	move(*state, SQLITE);
}

static void sqlite_to_postgres_and_back(void **state)
{
	move(*state, POSTGRES);
}

static void a_damaged_backup_is_refused(void **state)
{
	struct test *t = *state;
	unsigned char digest[32];
	fill(t, digest);
	static const char *const damage[] = {
		"sed -i s/i-7/i-8/ %s/tables/box",
		"head -c 3000 %s/tables/box > %s/x; mv %s/x %s/tables/box",
		"sed -i '$d' %s/tables/pair",
		"rm %s/tables/pair",
		"echo 'id, (SELECT 1)' > %s/tables/pair",
		"echo 't99999999999:x' >> %s/tables/pair",
		"sed -i '$d' %s/manifest",
		"sed -i 's/table pair/table pair;/' %s/manifest",
		"sed -i 's/box 2 ../box 2 zz/' %s/manifest",
		"rm -r %s/blobs",
		"rm %s/blobs/[0-9a-f][0-9a-f]/*",
		"for f in %s/blobs/[0-9a-f][0-9a-f]/*; do echo forged > $f; done",
		"rm %s/manifest",
	};
	for (size_t i = 0; i < countof(damage); i++) {
		struct str dir = str_fmt(t->a, "%s/b%zu", t->place.dir, i);
		OK(store_backup(t->s, t->a, dir));
		char cmd[512];
		char *d = str_z(t->a, dir);
		snprintf(cmd, sizeof cmd, damage[i], d, d, d, d);
		assert_int_equal(system(cmd), 0);
		struct place p;
		place_make(&p, SQLITE);
		struct store_config c = place_config(&p, schema, countof(schema));
		struct err *e = store_restore(t->a, dir, &c);
		if (!e) fail_msg("restored although: %s", cmd);
		struct store *s;
		// what was half restored does not open
		if (i < 6 && !store_open(t->a, &c, &s)) fail_msg("opened although: %s", cmd);
		place_drop(&p);
	}
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest list[] = {
		T(a_blob_is_named_by_its_bytes), T(a_changed_blob_is_noticed), T(a_full_disk_leaves_nothing),
		T(sqlite_to_sqlite), T(sqlite_to_postgres_and_back), T(a_damaged_backup_is_refused),
		T(orphans_are_swept_when_old),      // last: the fake clock stays
	};
	return cmocka_run_group_tests_name("blobs", list, NULL, NULL);
}
