// sqlite.c — the embedded database: WAL, full synchronisation, one writer that alone writes and
// checkpoints (3.40 can corrupt the WAL when two connections write or checkpoint at once).
#include "store/driver.h"

#include "base/seam.h"
#include "store/dialect.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CACHE_SLOTS = 1024, CACHE_MOST = 700 };

struct conn {
	struct store *store;
	sqlite3 *db;
	struct arena *a;
	// Prepared statements by the address of their text; the text is compared too, since an
	// address can be used again.
	struct { const char *sql; sqlite3_stmt *st; } cache[CACHE_SLOTS];
	size_t n_cached;
	bool in_read;
	int frames, folded;             // in the log; of them, looked after by the last checkpoint
};

static struct err *world(struct conn *c, struct arena *a, const char *sql, int rc)
{
	const char *message = sqlite3_errmsg(c->db);
	switch (rc & 0xff) {
	case SQLITE_CONSTRAINT: {
		if (rc == SQLITE_CONSTRAINT_DATATYPE) return sql_bug(a, sql, message);
		// "UNIQUE constraint failed: t.a, t.b", "CHECK constraint failed: name"
		struct str m = str_of(message), rest = m;
		str_cut(&rest, S(" failed: "));
		return err_arg(a, E_CONSTRAINT, rest.p ? rest : m);
	}
	case SQLITE_ERROR: case SQLITE_RANGE: case SQLITE_MISUSE: case SQLITE_MISMATCH:
		return sql_bug(a, sql, message);
	}
	return err_arg(a, E_STORE, str_fmt(a, "SQLite %d: %s", rc, message));
}

static size_t slot_of(const char *sql)
{
	return (size_t)(((uintptr_t)sql * 0x9e3779b97f4a7c15u) >> 40) % CACHE_SLOTS;
}

static void cache_clear(struct conn *c)
{
	for (size_t i = 0; i < CACHE_SLOTS; i++) {
		sqlite3_finalize(c->cache[i].st);
		c->cache[i].st = NULL;
	}
	c->n_cached = 0;
}

// A statement ready to bind; *own when it is not in the cache and must be finalised.
static struct err *prepare(struct conn *c, struct arena *a, const char *sql, sqlite3_stmt **out, bool *own)
{
	*own = false;
	size_t i = slot_of(sql);
	while (c->cache[i].st && c->cache[i].sql != sql) i = (i + 1) % CACHE_SLOTS;
	sqlite3_stmt *st = c->cache[i].st;
	if (st && strcmp(sqlite3_sql(st), sql) == 0 && !sqlite3_stmt_busy(st)) {
		*out = st;
		return NULL;
	}
	// Not cached: the same query inside its own scan, an address used again, a full table.
	*own = st || c->n_cached >= CACHE_MOST;
	struct err *e = dialect_check(a, str_of(sql));      // what PostgreSQL would refuse fails here too
	if (e) return sql_bug(a, sql, str_z(a, e->arg[0]));
	const char *tail = NULL;
	int rc = sqlite3_prepare_v3(c->db, sql, -1, *own ? 0 : SQLITE_PREPARE_PERSISTENT, &st, &tail);
	if (rc != SQLITE_OK) return world(c, a, sql, rc);
	if (!st) return sql_bug(a, sql, "no statement");
	if (tail && *tail) {
		sqlite3_finalize(st);
		return sql_bug(a, sql, "more than one statement");
	}
	if (!*own) {
		c->cache[i].sql = sql;
		c->cache[i].st = st;
		c->n_cached++;
	}
	*out = st;
	return NULL;
}

static void finish(sqlite3_stmt *st, bool own)
{
	if (own) {
		sqlite3_finalize(st);
		return;
	}
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
}

static struct err *bind(struct conn *c, struct arena *a, const char *sql, sqlite3_stmt *st,
	const struct val *v, size_t n)
{
	if ((size_t)sqlite3_bind_parameter_count(st) != n) return sql_bug(a, sql, "wrong number of parameters");
	for (size_t i = 0; i < n; i++) {
		int rc = SQLITE_OK, k = (int)i + 1;
		const char *p = v[i].s.p ? v[i].s.p : "";
		switch (v[i].type) {
		case VAL_NULL: rc = sqlite3_bind_null(st, k); break;
		case VAL_INT: rc = sqlite3_bind_int64(st, k, v[i].i); break;
		case VAL_TEXT: rc = sqlite3_bind_text64(st, k, p, v[i].s.n, SQLITE_STATIC, SQLITE_UTF8); break;
		case VAL_BLOB: rc = sqlite3_bind_blob64(st, k, p, v[i].s.n, SQLITE_STATIC); break;
		}
		if (rc != SQLITE_OK) return world(c, a, sql, rc);
	}
	return NULL;
}

static struct err *sq_exec(struct conn *c, struct arena *a, const char *sql, const struct val *v, size_t n,
	int64_t *changed)
{
	sqlite3_stmt *st;
	bool own;
	struct err *e = prepare(c, a, sql, &st, &own);
	if (e) return e;
	e = bind(c, a, sql, st, v, n);
	if (!e) {
		int rc;
		while ((rc = sqlite3_step(st)) == SQLITE_ROW) {}
		if (rc != SQLITE_DONE) e = world(c, a, sql, rc);
		else if (changed) *changed = sqlite3_changes64(c->db);
	}
	finish(st, own);
	return e;
}

static struct err *plain(struct conn *c, struct arena *a, const char *sql)
{
	return sq_exec(c, a, sql, NULL, 0, NULL);
}

// ---- opening ----

struct err *sqlite_lock(struct arena *a, struct store *s)
{
	struct err *e = make_dirs(a, s->dir);
	if (e) return e;
	char *path = str_z(a, str_fmt(a, STR_FMT "/lock", STR_ARG(s->dir)));
	s->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (s->lock_fd < 0) return io_err(a, "open", path);
	if (flock(s->lock_fd, LOCK_EX | LOCK_NB) != 0) {
		close(s->lock_fd);
		s->lock_fd = -1;
		return err_arg(a, E_STORE, str_fmt(a, STR_FMT ": 服务器正在运行 / the server is running", STR_ARG(s->dir)));
	}
	return NULL;
}

void sqlite_unlock(struct store *s)
{
	if (s->lock_fd >= 0) close(s->lock_fd);
	s->lock_fd = -1;
}

static struct err *pragma_is(struct conn *c, struct arena *a, const char *sql, const char *want)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(c->db, sql, -1, &st, NULL);
	if (rc != SQLITE_OK) return world(c, a, sql, rc);
	rc = sqlite3_step(st);
	bool same = rc == SQLITE_ROW && strcmp((const char *)sqlite3_column_text(st, 0), want) == 0;
	struct err *e = rc != SQLITE_ROW && rc != SQLITE_DONE ? world(c, a, sql, rc)
		: same ? NULL : err_arg(a, E_STORE, str_fmt(a, "SQLite refused: %s", sql));
	sqlite3_finalize(st);
	return e;
}

static void sq_close(struct conn *c)
{
	if (!c) return;
	cache_clear(c);
	sqlite3_close(c->db);
	arena_free(c->a);
}

// SQLite counts its memory under one lock that every thread waits for; nobody reads the count.
static void no_memory_count(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static int logged(void *ctx, sqlite3 *db, const char *name, int frames)
{
	struct conn *c = ctx;
	c->frames = frames;
	return SQLITE_OK;
}

static struct err *sq_open(struct arena *a, struct store *s, enum conn_role role, struct conn **out)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, no_memory_count);
	struct arena *own = arena_new(0);
	struct conn *c = arena_new1(own, struct conn);
	c->a = own;
	c->store = s;
	char *path = str_z(own, str_fmt(own, STR_FMT "/tongban.db", STR_ARG(s->dir)));
	int flags = role == CONN_WRITE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
	int rc = sqlite3_open_v2(path, &c->db, flags | SQLITE_OPEN_NOMUTEX, s->vfs);
	struct err *e = NULL;
	if (rc != SQLITE_OK) {
		e = err_arg(a, E_STORE, str_fmt(a, "%s: %s", path, c->db ? sqlite3_errmsg(c->db) : "SQLite"));
		goto fail;
	}
	sqlite3_extended_result_codes(c->db, 1);
	sqlite3_busy_timeout(c->db, 5000);
	sqlite3_db_config(c->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(c->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_db_config(c->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(c->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(c->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	const char *always = "PRAGMA mmap_size=0; PRAGMA foreign_keys=OFF; PRAGMA case_sensitive_like=ON;"
		"PRAGMA temp_store=MEMORY;";
	rc = sqlite3_exec(c->db, always, NULL, NULL, NULL);
	if (rc == SQLITE_OK && role == CONN_READ) rc = sqlite3_exec(c->db, "PRAGMA cache_size=-4000", NULL, NULL, NULL);
	if (rc == SQLITE_OK && role == CONN_WRITE)
		rc = sqlite3_exec(c->db, s->sync_off ? "PRAGMA synchronous=OFF" : "PRAGMA synchronous=FULL", NULL, NULL, NULL);
	if (rc != SQLITE_OK) {
		e = world(c, a, always, rc);
		goto fail;
	}
	if (role == CONN_WRITE) {
		e = pragma_is(c, a, "PRAGMA journal_mode=WAL", "wal");
		if (!e) e = pragma_is(c, a, "PRAGMA synchronous", s->sync_off ? "0" : "2");
		if (!e) e = pragma_is(c, a, "PRAGMA encoding", "UTF-8");
		if (!e) {
			sqlite3_wal_hook(c->db, logged, c);
			rc = sqlite3_exec(c->db, "PRAGMA cache_size=-32000; PRAGMA journal_size_limit=67108864;", NULL, NULL, NULL);
			if (rc != SQLITE_OK) e = world(c, a, "PRAGMA", rc);
		}
		if (e) goto fail;
	}
	*out = c;
	return NULL;
fail:
	sq_close(c);
	return e;
}

static bool sq_alive(struct conn *c)
{
	return c != NULL;
}

// ---- reading ----

static struct err *sq_begin_read(struct conn *c, struct arena *a)
{
	struct err *e = plain(c, a, "BEGIN");
	// The first read fixes the snapshot; without it, it would be fixed only at the first query.
	if (!e) e = plain(c, a, "SELECT 1 FROM sqlite_schema LIMIT 1");
	c->in_read = !e;
	if (e && !sqlite3_get_autocommit(c->db)) (void)!plain(c, a, "ROLLBACK");
	return e;
}

static void sq_end_read(struct conn *c)
{
	struct arena *a = arena_new(0);
	if (c->in_read && plain(c, a, "COMMIT")) sqlite3_exec(c->db, "ROLLBACK", NULL, NULL, NULL);
	c->in_read = false;
	arena_free(a);
	if (c->n_cached >= CACHE_MOST) cache_clear(c);
}

static struct val column(sqlite3_stmt *st, int i)
{
	switch (sqlite3_column_type(st, i)) {
	case SQLITE_INTEGER: return V_INT(sqlite3_column_int64(st, i));
	case SQLITE_TEXT: {
		const char *p = (const char *)sqlite3_column_text(st, i);
		return V_TEXT(((struct str){p, (size_t)sqlite3_column_bytes(st, i)}));
	}
	case SQLITE_BLOB: {
		const char *p = sqlite3_column_blob(st, i);
		return V_BLOB(((struct str){p ? p : "", (size_t)sqlite3_column_bytes(st, i)}));
	}
	}
	return V_NULL;
}

static struct err *sq_each(struct conn *c, struct arena *a, snap_row_fn fn, void *ctx, const char *sql,
	const struct val *v, size_t n)
{
	sqlite3_stmt *st;
	bool own;
	struct err *e = prepare(c, a, sql, &st, &own);
	if (e) return e;
	e = bind(c, a, sql, st, v, n);
	int cols = sqlite3_column_count(st), rc = SQLITE_DONE;
	struct val *row = arena_newn(a, struct val, cols);
	while (!e && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		for (int i = 0; i < cols; i++) {
			if (sqlite3_column_type(st, i) == SQLITE_FLOAT) e = sql_bug(a, sql, "a binary floating-point result");
			row[i] = column(st, i);
		}
		if (!e) e = fn(ctx, row, (size_t)cols);
	}
	if (!e && rc != SQLITE_DONE) e = world(c, a, sql, rc);
	finish(st, own);
	return e;
}

struct collect {
	struct arena *a;
	struct rows *out;
	size_t cap;
};

static struct err *collect_row(void *ctx, const struct val *row, size_t cols)
{
	struct collect *k = ctx;
	struct rows *r = k->out;
	if (r->n == k->cap) {
		k->cap = k->cap ? k->cap * 2 : 4;
		struct val *more = arena_raw(k->a, k->cap * cols * sizeof *more);
		if (r->n) memcpy(more, r->cell, r->n * cols * sizeof *more);
		r->cell = more;
	}
	struct val *to = r->cell + r->n++ * cols;
	for (size_t i = 0; i < cols; i++) {
		to[i] = row[i];
		if (row[i].type == VAL_TEXT || row[i].type == VAL_BLOB) to[i].s = str_copy(k->a, row[i].s);
	}
	r->cols = cols;
	return NULL;
}

static struct err *sq_query(struct conn *c, struct arena *a, struct rows *out, const char *sql,
	const struct val *v, size_t n)
{
	*out = (struct rows){0};
	struct collect k = {a, out, 0};
	return sq_each(c, a, collect_row, &k, sql, v, n);
}

// ---- writing ----

static struct err *sq_begin(struct conn *c, struct arena *a)
{
	return plain(c, a, "BEGIN IMMEDIATE");
}

static void sq_rollback(struct conn *c)
{
	if (!sqlite3_get_autocommit(c->db)) sqlite3_exec(c->db, "ROLLBACK", NULL, NULL, NULL);
}

static struct err *sq_commit(struct conn *c, struct arena *a)
{
	struct err *e = seam_fault("store.exec") ? err_arg(a, E_STORE, S("fault")) : plain(c, a, "COMMIT");
	if (e) sq_rollback(c);
	return e;
}

static struct err *apply(struct conn *c, struct arena *a, const struct wset *ws)
{
	if (ws->bad_text) return err_new(a, E_UTF8);
	for (size_t i = 0; i < ws->n; i++) {
		const struct stmt *s = &ws->stmt[i];
		int64_t changed = 0;
		if (seam_fault("store.exec")) return err_arg(a, E_STORE, S("fault"));
		struct err *e = sq_exec(c, a, s->sql, s->param, s->n, &changed);
		if (e) return e;
		if (s->expect != WSET_ANY && s->expect != changed) return err_new(a, E_STALE);
	}
	return NULL;
}

// The log is written back when nobody waits for it: within a commit, the callers of that group would. With work at hand it
// may grow to twice its measure; what was changed often is then written once.
enum { IDLE_PART = 8, BUSY_TIMES = 2 };

static void sq_tidy(struct conn *c, bool idle)
{
	if (c->frames < c->folded) c->folded = 0;                  // the log began anew
	if (c->frames - c->folded < (idle ? c->store->wal_pages / IDLE_PART : c->store->wal_pages * BUSY_TIMES)) return;
	c->folded = c->frames;                                     // what readers hold back waits for the next time, as after an error
	sqlite3_wal_checkpoint_v2(c->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}

static void sq_group(struct conn *c, struct arena *a, int writer, struct job **job, size_t n)
{
	struct job **ok = arena_newn(a, struct job *, n);
	size_t n_ok = 0;
	struct err *all = sq_begin(c, a);
	for (size_t i = 0; i < n && !all; i++) {
		if (n > 1) all = plain(c, a, "SAVEPOINT s");
		if (all) break;
		struct err *e = job[i]->err = apply(c, a, job[i]->ws);
		if (!e) ok[n_ok++] = job[i];
		if (sqlite3_get_autocommit(c->db)) {          // the database rolled everything back
			all = e;
		} else if (n > 1) {
			if (e) all = plain(c, a, "ROLLBACK TO s");
			if (!all) all = plain(c, a, "RELEASE s");
		} else if (e) {
			all = e;
		}
	}
	struct wset *extra = wset_new(a);
	if (!all && n_ok) {
		all = fill_extra(c->store, c, a, writer, ok, n_ok, extra);
		if (!all) all = group_err(a, apply(c, a, extra));
		if (!all) all = sq_commit(c, a);
	}
	sq_rollback(c);
	for (size_t i = 0; i < n && all; i++)
		if (!job[i]->err) job[i]->err = all;
	settle(c->store, a, writer, ok, n_ok, !all && n_ok);
}

static struct err *sq_script(struct conn *c, struct arena *a, const char *sql)
{
	int rc = sqlite3_exec(c->db, sql, NULL, NULL, NULL);
	return rc == SQLITE_OK ? NULL : world(c, a, sql, rc);
}

static struct err *sq_tables(struct conn *c, struct arena *a, struct rows *out)
{
	return sq_query(c, a, out, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' "
		"ESCAPE '\\' ORDER BY name", NULL, 0);
}

static struct err *sq_columns(struct conn *c, struct arena *a, struct str table, struct rows *out)
{
	return sq_query(c, a, out, "SELECT name FROM pragma_table_info(?1) ORDER BY cid", &V_TEXT(table), 1);
}

const struct driver sqlite_driver = {
	.open = sq_open, .close = sq_close, .alive = sq_alive, .begin_read = sq_begin_read,
	.end_read = sq_end_read, .query = sq_query, .each = sq_each, .group = sq_group, .tidy = sq_tidy, .script = sq_script,
	.exec = sq_exec, .begin = sq_begin, .commit = sq_commit, .rollback = sq_rollback,
	.tables = sq_tables, .columns = sq_columns,
};
