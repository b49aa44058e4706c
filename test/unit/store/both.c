#include "both.h"

#include "base/file.h"

#include <ftw.h>
#include <libpq-fe.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

bool place_can(enum kind k)
{
	static bool said;
	if (k == SQLITE || getenv("TONGBAN_TEST_PG")) return true;
	if (!said) puts("PostgreSQL is left out: TONGBAN_TEST_PG is not set (use test/pg.sh run …).");
	said = true;
	return false;
}

static void pg_do(const char *url, const char *sql)
{
	PGconn *c = PQconnectdb(url);
	if (PQstatus(c) != CONNECTION_OK) fail_msg("%s", PQerrorMessage(c));
	PGresult *r = PQexec(c, sql);
	if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK) fail_msg("%s: %s", sql, PQerrorMessage(c));
	PQclear(r);
	PQfinish(c);
}

void place_admin(const struct place *p, const char *sql)
{
	pg_do(getenv("TONGBAN_TEST_PG"), sql);
}

void place_make(struct place *p, enum kind k)
{
	static int n;
	*p = (struct place){.kind = k};
	snprintf(p->dir, sizeof p->dir, "/tmp/tongban-test.XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	if (k == SQLITE) {
		snprintf(p->url, sizeof p->url, "sqlite:%s", p->dir);
		return;
	}
	snprintf(p->database, sizeof p->database, "t_%d_%d", (int)getpid(), n++);
	char sql[128];
	snprintf(sql, sizeof sql, "CREATE DATABASE %s TEMPLATE template0", p->database);
	place_admin(p, sql);
	// postgresql://user@/postgres?host=… with the other database
	const char *base = getenv("TONGBAN_TEST_PG"), *host = strstr(base, "/postgres?");
	assert_non_null(host);
	snprintf(p->url, sizeof p->url, "%.*s/%s%s", (int)(host - base), base, p->database, host + strlen("/postgres"));
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *f)
{
	return remove(path);
}

void remove_tree(const char *dir)
{
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void file_without(struct str path, const char *words)
{
	struct arena *a = arena_new(0);
	struct str text;
	struct buf b = buf_new(a);
	OK(file_read(a, path, 1 << 20, &text));
	for (ptrdiff_t at; (at = str_find(text, str_of(words))) >= 0; text = str_from(text, (size_t)at + strlen(words))) buf_add(&b, str_part(text, 0, (size_t)at));
	buf_add(&b, text);
	OK(file_write(a, path, buf_str(&b), false));
	arena_free(a);
}

void place_drop(struct place *p)
{
	if (p->kind == POSTGRES) {
		char sql[128];
		snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS %s WITH (FORCE)", p->database);
		place_admin(p, sql);
	}
	remove_tree(p->dir);
}

void place_raw(const struct place *p, const char *sql)
{
	if (p->kind == POSTGRES) {
		pg_do(p->url, sql);
		return;
	}
	char path[128];
	snprintf(path, sizeof path, "%s/tongban.db", p->dir);
	sqlite3 *db;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	sqlite3_busy_timeout(db, 5000);
	char *message = NULL;
	if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) fail_msg("%s: %s", sql, message);
	sqlite3_close(db);
}

struct store_config place_config(const struct place *p, const struct migration *m, size_t n)
{
	return (struct store_config){.url = str_of(p->url), .data_dir = str_of(p->dir), .migrations = m, .n_migrations = n};
}

void ok_at(const char *file, int line, struct err *e)
{
	if (!e) return;
	struct arena *a = arena_new(0);
	print_error("%s:%d: %s\n", file, line, str_z(a, err_text(a, e, true)));
	arena_free(a);
	_fail(file, line);
}

struct err *is_at(const char *file, int line, enum err_code code, struct err *e)
{
	if (e && e->code == code) return e;
	print_error("%s:%d: expected %s, got %s\n", file, line, err_name(code), e ? err_name(e->code) : "success");
	if (e) ok_at(file, line, e);
	_fail(file, line);
	return e;
}

struct both_one {
	enum kind kind;
	void (*fn)(struct test *);
	void (*one)(enum kind, void (*fn)(struct test *));
};

static void run_one(void **state)
{
	struct both_one *o = *state;
	if (!place_can(o->kind)) skip();
	o->one(o->kind, o->fn);
}

int both_run(const char *group, const struct both_test *t, size_t n, void (*one)(enum kind, void (*fn)(struct test *)))
{
	struct arena *a = arena_new(0);
	struct both_one *each = arena_newn(a, struct both_one, 2 * n);
	struct CMUnitTest *list = arena_newn(a, struct CMUnitTest, 2 * n);
	for (size_t i = 0; i < 2 * n; i++) {
		enum kind k = i % 2 ? POSTGRES : SQLITE;
		each[i] = (struct both_one){k, t[i / 2].fn, one};
		list[i] = (struct CMUnitTest){str_z(a, str_fmt(a, "%s %s", k == SQLITE ? "sqlite" : "postgres", t[i / 2].name)), run_one, NULL, NULL, &each[i]};
	}
	int failed = _cmocka_run_group_tests(group, list, 2 * n, NULL, NULL);
	arena_free(a);
	return failed;
}

pid_t place_child(const struct place *p, const char *self, const char *verb, const char *more, int *out)
{
	int fd[2];
	assert_int_equal(pipe(fd), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(fd[1], 1);
		close(fd[0]);
		close(fd[1]);
		execl(self, self, verb, p->url, p->dir, more, (char *)NULL);
		_exit(9);
	}
	close(fd[1]);
	*out = fd[0];
	return pid;
}
