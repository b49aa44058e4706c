// migrate.c — the schema's steps, each in its own transaction, each recorded.
#include "store/driver.h"

#include "base/seam.h"
#include "store/dialect.h"

#include <stdio.h>

static const char own_tables[] =
	"CREATE TABLE IF NOT EXISTS store_migration ("
	" name TEXT NOT NULL, version INTEGER NOT NULL, digest TEXT NOT NULL, at_ms INTEGER NOT NULL,"
	" PRIMARY KEY (name, version)) STRICT;"
	"CREATE TABLE IF NOT EXISTS store_meta (key TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) STRICT;"
	// one row a scope and period; next is the first number not leased yet
	"CREATE TABLE IF NOT EXISTS store_number ("
	" scope TEXT NOT NULL, period INTEGER NOT NULL, next INTEGER NOT NULL, PRIMARY KEY (scope, period)) STRICT;";

// Functions of the common subset that PostgreSQL has only for 32-bit arguments or under another
// name. Types in lower case stay as they are.
static const char pg_functions[] =
	"CREATE OR REPLACE FUNCTION substr(text, bigint) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE "
	"RETURN pg_catalog.substr($1, $2::int4);"
	"CREATE OR REPLACE FUNCTION substr(text, bigint, bigint) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE "
	"RETURN pg_catalog.substr($1, $2::int4, $3::int4);"
	"CREATE OR REPLACE FUNCTION instr(text, text) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE "
	"RETURN pg_catalog.strpos($1, $2)::bigint;"
	"CREATE OR REPLACE FUNCTION hex(bytea) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE "
	"RETURN upper(encode($1, 'hex'));";

struct str migration_digest(struct arena *a, const struct migration *m)
{
	unsigned char d[32];
	sm3(dialect_plain(a, str_of(m->sql)), d);
	return hex_of(a, d, 32);
}

static struct err *record(struct store *s, struct arena *a, struct conn *c, const struct migration *m)
{
	struct val v[] = {V_TEXT(str_of(m->name)), V_INT(m->version), V_TEXT(migration_digest(a, m)), V_INT(seam_now_ms())};
	return s->db->exec(c, a, "INSERT INTO store_migration (name, version, digest, at_ms) VALUES (?1, ?2, ?3, ?4)",
		v, countof(v), NULL);
}

static struct err *run(struct store *s, struct arena *a, struct conn *c, const struct migration *m)
{
	struct err *e = dialect_check(a, str_of(m->sql));
	if (e) {
		e->file = str_fmt(a, "%s.sql %lld", m->name, (long long)m->version);
		return e;
	}
	for (int64_t changed = 1; m->slices && changed;) {
		if (seam_fault("store.migrate")) return err_arg(a, E_STORE, S("fault"));
		e = s->db->begin(c, a);
		if (!e) e = s->db->exec(c, a, m->sql, NULL, 0, &changed);
		if (!e) e = s->db->commit(c, a);
		if (e) {
			s->db->rollback(c);
			return e;
		}
	}
	e = s->db->begin(c, a);
	if (!e && !m->slices) e = s->db->script(c, a, m->sql);
	if (!e && seam_fault("store.migrate")) e = err_arg(a, E_STORE, S("fault"));
	if (!e) e = record(s, a, c, m);
	if (!e) e = s->db->commit(c, a);
	if (e) s->db->rollback(c);
	return e;
}

static struct err *check_order(struct arena *a, const struct migration *m, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int64_t before = 0;
		for (size_t k = 0; k < i; k++)
			if (strcmp(m[k].name, m[i].name) == 0) before = m[k].version;
		if (m[i].version != before + 1)
			return err_args(a, E_SETTING, str_of(m[i].name), S("migrations out of order"), S(""));
	}
	return NULL;
}

struct err *migrate(struct store *s, struct arena *a, struct conn *c, const struct migration *m, size_t n)
{
	struct err *e = check_order(a, m, n);
	if (e) return e;
	// Servers that start together migrate one after the other (PostgreSQL; SQLite has one process).
	if (s->postgres) e = s->db->script(c, a, "SELECT pg_advisory_lock(7364101)");
	if (!e) e = s->db->begin(c, a);
	if (!e) e = s->db->script(c, a, own_tables);
	if (!e && s->postgres) e = s->db->script(c, a, pg_functions);
	if (!e) e = s->db->commit(c, a);
	if (e) s->db->rollback(c);
	struct rows r = {0};
	if (!e) e = s->db->query(c, a, &r, "SELECT name, version, digest FROM store_migration ORDER BY name, version", NULL, 0);
	for (size_t i = 0; !e && i < r.n; i++) {
		size_t k = 0;
		while (k < n && !(str_eq(str_of(m[k].name), row_text(&r, i, 0)) && m[k].version == row_int(&r, i, 1))) k++;
		struct str step = str_fmt(a, STR_FMT " %lld", STR_ARG(row_text(&r, i, 0)), (long long)row_int(&r, i, 1));
		if (k == n)
			e = err_args(a, E_SETTING, step, S("数据库比程序新 / the database is newer than the program"), S(""));
		else if (!str_eq(migration_digest(a, &m[k]), row_text(&r, i, 2)))
			e = err_args(a, E_SETTING, step, S("已执行的迁移被改动 / a migration that ran was changed"), S(""));
	}
	for (size_t k = 0; !e && k < n; k++) {
		bool ran = false;
		for (size_t i = 0; i < r.n; i++)
			ran |= str_eq(str_of(m[k].name), row_text(&r, i, 0)) && m[k].version == row_int(&r, i, 1);
		if (!ran) e = run(s, a, c, &m[k]);
	}
	if (s->postgres && s->db->alive(c)) err_add(&e, s->db->script(c, a, "SELECT pg_advisory_unlock(7364101)"));
	return e;
}
