// The turn from SQLite's spelling to PostgreSQL's, token by token.
#include "store/dialect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void texts_are_translated(void **state)
{
	static const char *const pair[][2] = {
		{"SELECT a FROM t WHERE b = ?1 AND c = ?12", "SELECT a FROM t WHERE b = $1 AND c = $12"},
		{"SELECT '?1 INTEGER', \"?1\" -- ?1\n, ?1", "SELECT '?1 INTEGER', \"?1\" -- ?1\n, $1"},
		{"SELECT 'it''s ?1' || ?1", "SELECT 'it''s ?1' || $1"},
		{"SELECT CAST(?1 AS INTEGER), CAST(x AS TEXT), CAST(y AS BLOB)", "SELECT CAST($1 AS BIGINT), CAST(x AS TEXT), CAST(y AS BYTEA)"},
		{"INSERT INTO t (b) VALUES (X'00fF')", "INSERT INTO t (b) VALUES ('\\x00fF'::BYTEA)"},
		{"CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT NOT NULL, blob BLOB) STRICT",
			"CREATE TABLE t (id BIGINT PRIMARY KEY, text TEXT COLLATE \"C\" NOT NULL, blob BYTEA) "},
		{"CREATE TABLE t (id INTEGER) STRICT, WITHOUT ROWID; CREATE TABLE u (id INTEGER) WITHOUT ROWID, STRICT;",
			"CREATE TABLE t (id BIGINT) ; CREATE TABLE u (id BIGINT) ;"},
		{"CREATE TABLE t (a TEXT, CHECK (CAST(a AS TEXT) <> '')) STRICT",
			"CREATE TABLE t (a TEXT COLLATE \"C\", CHECK (CAST(a AS TEXT) <> '')) "},
		{"ALTER TABLE t ADD COLUMN x TEXT; SELECT integer_text, 1 AS text", "ALTER TABLE t ADD COLUMN x TEXT COLLATE \"C\"; SELECT integer_text, 1 AS text"},
		{"-- a comment\nCREATE TABLE t (id INTEGER) STRICT", "-- a comment\nCREATE TABLE t (id BIGINT) "},
		{"SELECT 'unclosed ?1", "SELECT 'unclosed ?1"},
		{"", ""},
	};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < countof(pair); i++) {
		struct str got = dialect_pg(a, str_of(pair[i][0]));
		if (!str_eq(got, str_of(pair[i][1]))) fail_msg("%s\n-> " STR_FMT, pair[i][0], STR_ARG(got));
	}
	arena_free(a);
}

static void what_only_one_speaks_is_refused(void **state)
{
	static const char *const good[] = {
		"SELECT replace(a, 'x', 'y') FROM t", "SELECT 'REAL' AS x, \"REFERENCES\" -- SERIAL\n FROM t",
		"CREATE TABLE t (id INTEGER) STRICT, WITHOUT ROWID", "CREATE INDEX i ON t (a);",
	};
	static const char *const bad[] = {
		"CREATE TABLE t (a REAL) STRICT", "CREATE TABLE t (a INTEGER)", "CREATE TABLE t (a TEXT COLLATE NOCASE) STRICT",
		"CREATE TABLE t (a INTEGER) STRICT; CREATE TABLE u (a INTEGER);", "SELECT ROWID FROM t", "SELECT ? FROM t",
		"INSERT OR REPLACE INTO t (a) VALUES (1)", "PRAGMA x", "SELECT TRUE", "", " -- nothing\n",
	};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < countof(good); i++) {
		struct err *e = dialect_check(a, str_of(good[i]));
		if (e) fail_msg("%s: " STR_FMT, good[i], STR_ARG(e->arg[0]));
	}
	for (size_t i = 0; i < countof(bad); i++) {
		struct err *e = dialect_check(a, str_of(bad[i]));
		if (!e || e->code != E_SYNTAX) fail_msg("passed: %s", bad[i]);
	}
	struct err *e = dialect_check(a, S("SELECT 1;\nSELECT\nTRUE"));
	assert_true(e && e->line == 3);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest list[] = {
		cmocka_unit_test(texts_are_translated), cmocka_unit_test(what_only_one_speaks_is_refused),
	};
	return cmocka_run_group_tests_name("dialect", list, NULL, NULL);
}
