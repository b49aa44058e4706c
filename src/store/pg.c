// pg.c — PostgreSQL: prepared statements in binary, groups in pipeline mode.
//
// A group is sent as one pipeline (BEGIN, every statement), its counts are read, then the closing
// statements and COMMIT follow as a second one. When a set fails, the transaction is rolled back and
// run again with a savepoint a set, so that it fails alone. Writes run READ COMMITTED: guards are
// row versions and unique keys, which hold there.
#include "store/driver.h"

#include "base/seam.h"
#include "store/dialect.h"

#include <endian.h>
#include <libpq-fe.h>
#include <stdio.h>

enum { OID_BOOL = 16, OID_BYTEA = 17, OID_NAME = 19, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_TEXT = 25,
	OID_VARCHAR = 1043, OID_UNKNOWN = 705, OID_NUMERIC = 1700 };
enum { CACHE_SLOTS = 1024, CACHE_MOST = 700, FETCH = 500, RETRIES = 3 };

#define BEGIN_READ "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
// Two groups that touch the same rows in another order deadlock; the one PostgreSQL chooses could be
// chosen again and again. So every group holds this lock in common, and one that met a deadlock runs
// again when it holds it alone.
#define TAKE_SHARED "SELECT pg_advisory_xact_lock_shared(7364103)"
#define TAKE_ALONE "SET LOCAL lock_timeout = '3s'; SELECT pg_advisory_xact_lock(7364103); SET LOCAL lock_timeout = 0"
// What stands around queries and sets, prepared with the connection.
#define BEGIN_READ_NAME "begin_read"
#define BEGIN_NAME "begin"
#define TAKE_NAME "take"
#define END_NAME "end"

struct prepared {
	const char *sql;
	struct str text, types;
	char name[16];
};

struct conn {
	struct store *store;
	enum conn_role role;
	PGconn *c;
	struct arena *own;              // this struct
	struct arena *a;                // the cache; dropped with the connection to the server
	struct prepared *cache[CACHE_SLOTS];
	size_t n_cached;
	unsigned cursors;
	bool in_read;
	bool end_due;                   // the last picture was left, its COMMIT is still to be sent
	bool begin_due;                 // BEGIN goes with the first query
};

// Why a statement failed, apart from the error the caller sees.
struct trouble {
	struct err *e;
	bool again, broken;
	struct str index, table;        // a unique key whose columns are still to be named
};

// ---- errors ----

static struct err *down(struct conn *c, struct arena *a)
{
	struct str m = str_trim(str_of(c->c ? PQerrorMessage(c->c) : "no connection"));
	return err_arg(a, E_STORE, str_fmt(a, "PostgreSQL: " STR_FMT, STR_ARG(m)));
}

static struct str field(struct arena *a, PGresult *r, int code)
{
	return str_copy(a, str_of(PQresultErrorField(r, code)));
}

static struct trouble trouble_of(struct conn *c, struct arena *a, PGresult *r, const char *sql)
{
	struct trouble t = {0};
	struct str state = r ? field(a, r, PG_DIAG_SQLSTATE) : S("");
	if (PQstatus(c->c) != CONNECTION_OK || !r) {
		t.broken = true;
		t.e = down(c, a);
		return t;
	}
	struct str table = field(a, r, PG_DIAG_TABLE_NAME), constraint = field(a, r, PG_DIAG_CONSTRAINT_NAME);
	if (str_starts(state, S("23"))) {
		struct str what = constraint;
		if (str_is(state, "23502")) what = str_fmt(a, STR_FMT "." STR_FMT, STR_ARG(table), STR_ARG(field(a, r, PG_DIAG_COLUMN_NAME)));
		if (str_is(state, "23505")) t.index = constraint, t.table = table;
		t.e = err_arg(a, E_CONSTRAINT, what);
	} else if (str_is(state, "40001") || str_is(state, "40P01")) {
		t.again = true;
		t.e = err_arg(a, E_STORE, str_fmt(a, "PostgreSQL " STR_FMT, STR_ARG(state)));
	} else if (str_starts(state, S("42"))) {
		t.e = sql_bug(a, sql, PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY));
	} else if (str_is(state, "08P01")) {
		t.e = sql_bug(a, sql, "wrong number of parameters");
	} else if (str_starts(state, S("22")) || str_starts(state, S("0A"))) {
		t.e = sql_bug(a, sql, str_z(a, state));       // the message could quote a value
	} else {
		t.e = err_arg(a, E_STORE, str_fmt(a, "PostgreSQL " STR_FMT ": " STR_FMT, STR_ARG(state),
			STR_ARG(field(a, r, PG_DIAG_MESSAGE_PRIMARY))));
	}
	return t;
}

static bool fine(PGresult *r)
{
	ExecStatusType t = PQresultStatus(r);
	return t == PGRES_COMMAND_OK || t == PGRES_TUPLES_OK;
}

// Our own fixed texts, outside the cache and outside pipeline mode.
static struct trouble simple(struct conn *c, struct arena *a, const char *sql)
{
	struct trouble t = {0};
	PGresult *r = PQexec(c->c, sql);
	if (!fine(r)) t = trouble_of(c, a, r, sql);
	PQclear(r);
	return t;
}

// SQLite names a broken unique key by its columns: the same here, so that callers see one name.
static void name_columns(struct conn *c, struct arena *a, struct trouble *t)
{
	if (!t->index.n) return;
	const char *v[] = {str_z(a, t->index), str_z(a, t->table)};
	PGresult *r = PQexecParams(c->c,
		"SELECT string_agg(t.relname || '.' || a.attname, ', ' ORDER BY k.ord) FROM pg_class i "
		"JOIN pg_index x ON x.indexrelid = i.oid JOIN pg_class t ON t.oid = x.indrelid "
		"CROSS JOIN LATERAL unnest(x.indkey::int2[]) WITH ORDINALITY k(att, ord) "
		"LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.att AND k.att > 0 "
		"WHERE i.relname = $1 AND t.relname = $2 AND pg_table_is_visible(t.oid) "
		"HAVING count(*) = count(a.attname)", 2, NULL, v, NULL, NULL, 0);
	if (PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) == 1 && !PQgetisnull(r, 0, 0))
		t->e->arg[0] = str_copy(a, str_of(PQgetvalue(r, 0, 0)));
	PQclear(r);
}

// ---- connections ----

static void no_notice(void *ctx, const PGresult *r)
{
}

static struct err *show_is_not(struct conn *c, struct arena *a, const char *name, const char *bad)
{
	PGresult *r = PQexec(c->c, str_z(a, str_fmt(a, "SHOW %s", name)));
	struct err *e = NULL;
	if (!fine(r)) e = down(c, a);
	else if (strcmp(PQgetvalue(r, 0, 0), bad) == 0)
		e = err_args(a, E_SETTING, str_fmt(a, "PostgreSQL %s", name), str_of(bad), S(""));
	PQclear(r);
	return e;
}

static struct err *connect_now(struct conn *c, struct arena *a)
{
	if (c->c) PQfinish(c->c);
	arena_reset(c->a);
	memset(c->cache, 0, sizeof c->cache);
	c->n_cached = 0;
	c->in_read = c->end_due = c->begin_due = false;
	c->c = PQconnectdb(str_z(a, c->store->url));
	if (PQstatus(c->c) != CONNECTION_OK) return down(c, a);
	PQsetNoticeReceiver(c->c, no_notice, NULL);
	if (PQsetClientEncoding(c->c, "UTF8") != 0) return down(c, a);
	const char *encoding = PQparameterStatus(c->c, "server_encoding");
	if (!encoding || strcmp(encoding, "UTF8") != 0)
		return err_args(a, E_SETTING, S("PostgreSQL server_encoding"), str_of(encoding), S(""));
	struct err *e = simple(c, a, "SET standard_conforming_strings = on; SET statement_timeout = 0; "
		"SET timezone = 'UTC'; SET plan_cache_mode = force_generic_plan").e;
	// A process that hangs inside a group must not hold its rows for ever; a long scan may take its time.
	if (!e) e = simple(c, a, c->role == CONN_WRITE ? "SET idle_in_transaction_session_timeout = '30s'"
		: "SET idle_in_transaction_session_timeout = 0").e;
	// The first two are a reader's, the last three a writer's.
	static const char *const around[][2] = {{BEGIN_READ_NAME, BEGIN_READ}, {END_NAME, "COMMIT"}, {BEGIN_NAME, "BEGIN"}, {TAKE_NAME, TAKE_SHARED}};
	for (size_t i = c->role == CONN_WRITE; i < (c->role == CONN_WRITE ? 4 : 2) && !e; i++) {
		PGresult *r = PQprepare(c->c, around[i][0], around[i][1], 0, NULL);
		if (!fine(r)) e = trouble_of(c, a, r, around[i][1]).e;
		PQclear(r);
	}
	if (!e && !c->store->sync_off) e = show_is_not(c, a, "fsync", "off");
	if (!e && !c->store->sync_off) e = show_is_not(c, a, "synchronous_commit", "off");
	return e;
}

static void pg_close(struct conn *c)
{
	if (!c) return;
	struct arena *own = c->own;
	if (c->c) PQfinish(c->c);
	arena_free(c->a);
	arena_free(own);
}

static struct err *pg_open(struct arena *a, struct store *s, enum conn_role role, struct conn **out)
{
	struct arena *own = arena_new(0);
	struct conn *c = arena_new1(own, struct conn);
	c->own = own;
	c->a = arena_new(0);
	c->store = s;
	c->role = role;
	struct err *e = connect_now(c, a);
	if (e) {
		pg_close(c);
		return e;
	}
	*out = c;
	return NULL;
}

static bool pg_alive(struct conn *c)
{
	return c->c && PQstatus(c->c) == CONNECTION_OK;
}

// ---- statements ----

static Oid oid_of(enum val_type t)
{
	return t == VAL_INT ? OID_INT8 : t == VAL_TEXT ? OID_TEXT : t == VAL_BLOB ? OID_BYTEA : 0;
}

static struct str types_of(struct arena *a, const struct val *v, size_t n)
{
	char *p = arena_raw(a, n);
	for (size_t i = 0; i < n; i++) p[i] = "nitb"[v[i].type];
	return (struct str){p, n};
}

static bool same_types(struct str types, const struct val *v, size_t n)
{
	if (types.n != n) return false;
	for (size_t i = 0; i < n; i++)
		if (types.p[i] != "nitb"[v[i].type]) return false;
	return true;
}

// The statement prepared for parameters of these types. Not in pipeline mode.
static struct trouble prepare(struct conn *c, struct arena *a, const char *sql, const struct val *v, size_t n,
	const char **name)
{
	struct trouble t = {0};
	uintptr_t h = (uintptr_t)sql;
	for (size_t i = 0; i < n; i++) h = h * 5 + v[i].type;
	size_t slot = (size_t)((h * 0x9e3779b97f4a7c15u) >> 40) % CACHE_SLOTS;
	for (; c->cache[slot]; slot = (slot + 1) % CACHE_SLOTS) {
		struct prepared *p = c->cache[slot];
		if (p->sql == sql && same_types(p->types, v, n) && str_eq(p->text, str_of(sql))) {
			*name = p->name;
			return t;
		}
	}
	if ((t.e = dialect_check(a, str_of(sql)))) {
		t.e = sql_bug(a, sql, str_z(a, t.e->arg[0]));
		return t;
	}
	Oid *oid = arena_newn(a, Oid, n);
	for (size_t i = 0; i < n; i++) oid[i] = oid_of(v[i].type);
	bool keep = c->n_cached < CACHE_MOST;
	struct prepared *p = arena_new1(keep ? c->a : a, struct prepared);
	if (keep) snprintf(p->name, sizeof p->name, "s%zu", c->n_cached);     // else the unnamed one
	PGresult *r = PQprepare(c->c, p->name, str_z(a, dialect_pg(a, str_of(sql))), (int)n, oid);
	if (!fine(r)) t = trouble_of(c, a, r, sql);
	PQclear(r);
	if (t.e) return t;
	if (keep) {
		p->sql = sql;
		p->text = str_copy(c->a, str_of(sql));
		p->types = types_of(c->a, v, n);
		c->cache[slot] = p;
		c->n_cached++;
	}
	*name = p->name;
	return t;
}

struct bound {
	const char **value;
	int *length, *format, n;
};

static struct bound bind(struct arena *a, const struct val *v, size_t n)
{
	struct bound b = {arena_newn(a, const char *, n), arena_newn(a, int, n), arena_newn(a, int, n), (int)n};
	for (size_t i = 0; i < n; i++) {
		b.format[i] = 1;
		if (v[i].type == VAL_INT) {
			uint64_t be = htobe64((uint64_t)v[i].i);
			b.value[i] = arena_copy(a, &be, 8);
			b.length[i] = 8;
		} else if (v[i].type != VAL_NULL) {
			CHECK(v[i].s.n < INT32_MAX);
			b.value[i] = v[i].s.p ? v[i].s.p : "";
			b.length[i] = (int)v[i].s.n;
		}
	}
	return b;
}

static PGresult *run(struct conn *c, struct arena *a, const char *name, const struct val *v, size_t n)
{
	struct bound b = bind(a, v, n);
	return PQexecPrepared(c->c, name, b.n, b.value, b.length, b.format, 1);
}

static uint16_t be16(const char *p)
{
	return (uint16_t)((unsigned char)p[0] << 8 | (unsigned char)p[1]);
}

// sum() of integers is NUMERIC: digits of base 10,000, the first of weight 10,000^weight.
static bool numeric_int(const char *p, int64_t *out)
{
	int n = be16(p), weight = (int16_t)be16(p + 2), sign = be16(p + 4);
	if (sign != 0 && sign != 0x4000) return false;
	int64_t x = 0;
	for (int i = 0; i < n; i++)
		if (i > weight && be16(p + 8 + 2 * i)) return false;       // a fraction
	for (int i = 0; i <= weight; i++) {
		int digit = i < n ? be16(p + 8 + 2 * i) : 0;
		if (__builtin_mul_overflow(x, 10000, &x)) return false;
		if (sign ? __builtin_sub_overflow(x, digit, &x) : __builtin_add_overflow(x, digit, &x)) return false;
	}
	*out = x;
	return true;
}

static bool decode(PGresult *r, int row, int col, struct val *out)
{
	*out = V_NULL;
	if (PQgetisnull(r, row, col)) return true;
	const char *p = PQgetvalue(r, row, col);
	struct str s = {p, (size_t)PQgetlength(r, row, col)};
	uint64_t u64;
	uint32_t u32;
	switch (PQftype(r, col)) {
	case OID_INT8: memcpy(&u64, p, 8); *out = V_INT(be64toh(u64)); return true;
	case OID_INT4: memcpy(&u32, p, 4); *out = V_INT((int32_t)be32toh(u32)); return true;
	case OID_INT2: *out = V_INT((int16_t)be16(p)); return true;
	case OID_BOOL: *out = V_INT(p[0] != 0); return true;
	case OID_TEXT: case OID_VARCHAR: case OID_NAME: case OID_UNKNOWN: *out = V_TEXT(s); return true;
	case OID_BYTEA: *out = V_BLOB(s); return true;
	case OID_NUMERIC: out->type = VAL_INT; return numeric_int(p, &out->i);
	}
	return false;
}

static int64_t affected(PGresult *r)
{
	int64_t n = 0;
	return str_int(str_of(PQcmdTuples(r)), &n) ? n : 0;
}

// ---- reading ----

// A picture's COMMIT needs no journey of its own: it goes with the next picture's BEGIN. Until then, at most about a
// second (pg_wake.c), the picture stays; where nobody sweeps, or after an error, it ends at once.
static void pg_end_now(struct conn *c)
{
	if (c->end_due) PQclear(PQexec(c->c, "COMMIT"));
	c->end_due = false;
}

static bool pg_end_due(const struct conn *c)
{
	return c->end_due;
}

static struct err *pg_begin_read(struct conn *c, struct arena *a)
{
	pg_end_now(c);
	// The SELECT fixes the snapshot now.
	struct trouble t = simple(c, a, BEGIN_READ "; SELECT 1");
	c->begin_due = false;
	c->in_read = !t.e;
	return t.e;
}

static void pg_begin_late(struct conn *c)
{
	c->begin_due = true;
}

static void pg_end_read(struct conn *c)
{
	c->end_due |= c->in_read;
	c->in_read = c->begin_due = false;
	if (c->end_due && (c->store->inline_commit || PQtransactionStatus(c->c) != PQTRANS_INTRANS)) pg_end_now(c);
}

static struct err *rows_of(PGresult *r, struct arena *a, const char *sql, struct rows *out)
{
	struct err *e = NULL;
	int cols = PQnfields(r);
	out->n = (size_t)PQntuples(r);
	out->cols = (size_t)cols;
	out->cell = arena_newn(a, struct val, out->n * out->cols);
	for (int i = 0; i < (int)out->n && !e; i++)
		for (int k = 0; k < cols && !e; k++) {
			struct val *cell = &out->cell[i * cols + k];
			if (!decode(r, i, k, cell)) e = sql_bug(a, sql, "a result that is no integer, text or blob");
			if (cell->type == VAL_TEXT || cell->type == VAL_BLOB) cell->s = str_copy(a, cell->s);
		}
	return e;
}

// Queries as one pipeline, behind BEGIN when that is due.
static struct trouble ask_once(struct conn *c, struct arena *a, const struct ask *q, size_t n)
{
	struct trouble t = {0};
	const char **name = arena_newn(a, const char *, n);
	size_t first = c->begin_due + (c->begin_due && c->end_due);
	for (size_t i = 0; i < n && !t.e; i++) t = prepare(c, a, q[i].sql, q[i].v, q[i].n, &name[i]);
	if (t.e) return t;
	bool sent = PQenterPipelineMode(c->c);
	for (size_t i = 0; i < first; i++)
		sent = sent && PQsendQueryPrepared(c->c, i + 1 < first ? END_NAME : BEGIN_READ_NAME, 0, NULL, NULL, NULL, 1);
	for (size_t i = 0; i < n && sent; i++) {
		struct bound b = bind(a, q[i].v, q[i].n);
		sent = PQsendQueryPrepared(c->c, name[i], b.n, b.value, b.length, b.format, 1);
	}
	sent = sent && PQpipelineSync(c->c);
	for (size_t i = 0; i < first + n && sent; i++) {
		PGresult *r = PQgetResult(c->c);
		const char *sql = i < first ? BEGIN_READ : q[i - first].sql;
		if (!t.e && (!r || !fine(r))) t = trouble_of(c, a, r, sql);
		if (!t.e && i >= first) t.e = rows_of(r, q[i - first].a, sql, q[i - first].out);
		if (r) PQclear(r);
		while (r && (r = PQgetResult(c->c))) PQclear(r);
		sent = PQstatus(c->c) == CONNECTION_OK;
	}
	PGresult *r = sent ? PQgetResult(c->c) : NULL;
	sent = r && PQresultStatus(r) == PGRES_PIPELINE_SYNC;
	PQclear(r);
	if (!sent || !PQexitPipelineMode(c->c)) {
		t.broken = true;
		if (!t.e) t.e = down(c, a);
	}
	c->in_read |= first && !t.broken;
	c->begin_due &= t.broken;
	c->end_due &= t.broken;
	return t;
}

// A connection that broke while it was idle is replaced once, as long as nothing was read from it.
static struct err *pg_ask(struct conn *c, struct arena *a, const struct ask *q, size_t n)
{
	struct trouble t = ask_once(c, a, q, n);
	if (!t.broken || !c->begin_due) return t.e;
	struct err *e = connect_now(c, a);
	c->begin_due = !e;
	return e ? e : ask_once(c, a, q, n).e;
}

static struct err *pg_query(struct conn *c, struct arena *a, struct rows *out, const char *sql,
	const struct val *v, size_t n)
{
	*out = (struct rows){0};
	const char *name;
	if (c->begin_due) return pg_ask(c, a, &(struct ask){sql, v, n, a, out}, 1);
	struct trouble t = prepare(c, a, sql, v, n, &name);
	if (t.e) return t.e;
	PGresult *r = run(c, a, name, v, n);
	if (fine(r)) t.e = rows_of(r, a, sql, out);
	else t = trouble_of(c, a, r, sql);
	PQclear(r);
	return t.e;
}

static struct err *pg_each(struct conn *c, struct arena *a, snap_row_fn fn, void *ctx, const char *sql,
	const struct val *v, size_t n)
{
	struct err *e = dialect_check(a, str_of(sql));
	if (e) return sql_bug(a, sql, str_z(a, e->arg[0]));
	if (c->begin_due && (e = pg_begin_read(c, a))) return e;
	unsigned k = c->cursors++;
	struct str pg = dialect_pg(a, str_of(sql));
	Oid *oid = arena_newn(a, Oid, n);
	for (size_t i = 0; i < n; i++) oid[i] = oid_of(v[i].type);
	struct bound b = bind(a, v, n);
	PGresult *r = PQexecParams(c->c, str_z(a, str_fmt(a, "DECLARE c%u NO SCROLL CURSOR FOR " STR_FMT, k, STR_ARG(pg))),
		b.n, oid, b.value, b.length, b.format, 1);
	if (!fine(r)) e = trouble_of(c, a, r, sql).e;
	PQclear(r);
	char *fetch = str_z(a, str_fmt(a, "FETCH %d FROM c%u", FETCH, k));
	struct val *row = NULL;
	for (int got = FETCH; !e && got == FETCH;) {
		r = PQexecParams(c->c, fetch, 0, NULL, NULL, NULL, NULL, 1);
		if (!fine(r)) e = trouble_of(c, a, r, sql).e;
		got = e ? 0 : PQntuples(r);
		int cols = PQnfields(r);
		if (!row) row = arena_newn(a, struct val, cols);
		for (int i = 0; i < got && !e; i++) {
			for (int j = 0; j < cols; j++)
				if (!decode(r, i, j, &row[j])) e = sql_bug(a, sql, "a result that is no integer, text or blob");
			if (!e) e = fn(ctx, row, (size_t)cols);
		}
		PQclear(r);
	}
	if (PQtransactionStatus(c->c) == PQTRANS_INTRANS)
		PQclear(PQexec(c->c, str_z(a, str_fmt(a, "CLOSE c%u", k))));
	return e;
}

// ---- plain transactions ----

static struct err *pg_begin(struct conn *c, struct arena *a)
{
	return simple(c, a, "BEGIN").e;
}

static struct err *pg_commit(struct conn *c, struct arena *a)
{
	PGresult *r = PQexec(c->c, "COMMIT");
	struct err *e = NULL;
	if (!fine(r)) e = trouble_of(c, a, r, "COMMIT").e;
	else if (strcmp(PQcmdStatus(r), "COMMIT") != 0) e = err_arg(a, E_STORE, S("PostgreSQL: rolled back"));
	PQclear(r);
	return e;
}

static void pg_rollback(struct conn *c)
{
	if (!pg_alive(c)) return;
	PGTransactionStatusType t = PQtransactionStatus(c->c);
	if (t == PQTRANS_INTRANS || t == PQTRANS_INERROR) PQclear(PQexec(c->c, "ROLLBACK"));
}

static struct err *pg_exec(struct conn *c, struct arena *a, const char *sql, const struct val *v, size_t n,
	int64_t *changed)
{
	const char *name;
	struct trouble t = prepare(c, a, sql, v, n, &name);
	if (t.e) return t.e;
	PGresult *r = run(c, a, name, v, n);
	if (!fine(r)) t = trouble_of(c, a, r, sql);
	else if (changed) *changed = affected(r);
	PQclear(r);
	return t.e;
}

static struct err *pg_script(struct conn *c, struct arena *a, const char *sql)
{
	return simple(c, a, str_z(a, dialect_pg(a, str_of(sql)))).e;
}

static struct err *pg_tables(struct conn *c, struct arena *a, struct rows *out)
{
	return pg_query(c, a, out, "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
		"WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND NOT c.relispartition "
		"ORDER BY c.relname", NULL, 0);
}

static struct err *pg_columns(struct conn *c, struct arena *a, struct str table, struct rows *out)
{
	return pg_query(c, a, out, "SELECT a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
		"WHERE c.relname = ?1 AND pg_table_is_visible(c.oid) AND a.attnum > 0 AND NOT a.attisdropped "
		"ORDER BY a.attnum", &V_TEXT(table), 1);
}

// ---- groups ----

// Statements sent as one pipeline; `commit` adds COMMIT. Returns the first trouble, and the index of
// the statement it belongs to (n_stmt for BEGIN, COMMIT and the connection).
static struct trouble pipeline(struct conn *c, struct arena *a, bool begin, struct stmt *const *st,
	const char *const *name, size_t n_stmt, bool commit, size_t *at)
{
	struct trouble t = {0};
	*at = n_stmt;
	bool sent = PQenterPipelineMode(c->c);
	size_t first = begin ? 2 : 0;
	if (begin) sent = sent && PQsendQueryPrepared(c->c, BEGIN_NAME, 0, NULL, NULL, NULL, 1) && PQsendQueryPrepared(c->c, TAKE_NAME, 0, NULL, NULL, NULL, 1);
	for (size_t i = 0; i < n_stmt && sent; i++) {
		struct bound b = bind(a, st[i]->param, st[i]->n);
		sent = PQsendQueryPrepared(c->c, name[i], b.n, b.value, b.length, b.format, 1);
	}
	if (commit) sent = sent && PQsendQueryPrepared(c->c, END_NAME, 0, NULL, NULL, NULL, 1);
	sent = sent && PQpipelineSync(c->c);
	if (!sent) {
		t.broken = true;
		t.e = down(c, a);
		return t;
	}
	size_t n = first + n_stmt + commit;
	for (size_t i = 0; i < n; i++) {
		PGresult *r = PQgetResult(c->c);
		bool ours = i >= first && i - first < n_stmt;
		struct stmt *s = ours ? st[i - first] : NULL;
		if (!r) {
			if (!t.e) t.e = down(c, a), *at = n_stmt;
			t.broken = true;
			return t;
		}
		if (PQresultStatus(r) == PGRES_PIPELINE_ABORTED || t.e) {
			// follows a trouble already noted
		} else if (!fine(r)) {
			t = trouble_of(c, a, r, s ? s->sql : "BEGIN or COMMIT");
			*at = ours ? i - first : n_stmt;
		} else if (s && s->expect != WSET_ANY && s->expect != affected(r)) {
			t.e = err_new(a, E_STALE);
			*at = i - first;
		} else if (commit && i == n - 1 && strcmp(PQcmdStatus(r), "COMMIT") != 0) {
			t.e = err_arg(a, E_STORE, S("PostgreSQL: rolled back"));
		}
		PQclear(r);
		while ((r = PQgetResult(c->c))) PQclear(r);
		if (PQstatus(c->c) != CONNECTION_OK) {
			t.broken = true;
			if (!t.e) t.e = down(c, a);
			return t;
		}
	}
	PGresult *r = PQgetResult(c->c);
	bool synced = r && PQresultStatus(r) == PGRES_PIPELINE_SYNC;
	PQclear(r);
	if (!synced || !PQexitPipelineMode(c->c)) {
		t.broken = true;
		if (!t.e) t.e = down(c, a);
	}
	return t;
}

struct batch {
	struct stmt **st;
	const char **name;
	size_t n, cap_st, n_name, cap_name;
};

static struct trouble batch_add(struct conn *c, struct arena *a, struct batch *b, struct wset *ws)
{
	struct trouble t = {0};
	for (size_t i = 0; i < ws->n && !t.e; i++) {
		struct stmt *s = &ws->stmt[i];
		*vec_push(a, b->st, b->n, b->cap_st) = s;
		t = prepare(c, a, s->sql, s->param, s->n, vec_push(a, b->name, b->n_name, b->cap_name));
	}
	return t;
}

static struct trouble run_batch(struct conn *c, struct arena *a, bool begin, struct batch *b, bool commit, size_t *at)
{
	return pipeline(c, a, begin, b->st, b->name, b->n, commit, at);
}

static struct trouble fault(struct arena *a)
{
	return (struct trouble){.e = err_arg(a, E_STORE, S("fault"))};
}

// Which rows change that other processes may have in memory.
static void tell_touched(struct arena *a, struct job *const *ok, size_t n, struct wset *extra)
{
	enum { PAYLOAD_MOST = 7900 };
	struct buf b = buf_new(a);
	size_t tags = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < ok[i]->ws->n_touches; k++, tags++)
			buf_fmt(&b, "%s%016llx", tags ? " " : "", (unsigned long long)ok[i]->ws->touch[k]);
	struct str all = buf_str(&b);
	if (tags) WSET_EXEC(extra, WSET_ANY, "SELECT pg_notify('" PG_KEPT_CHANNEL "', ?1)", V_TEXT(all.n < PAYLOAD_MOST ? all : S("")));
}

// The closing statements and the commit. *sent: a broken connection leaves the outcome unknown.
static struct trouble close_group(struct conn *c, struct arena *a, int writer, struct job **ok, size_t n, bool *sent)
{
	struct wset *extra = wset_new(a);
	struct trouble t = {.e = fill_extra(c->store, c, a, writer, ok, n, extra)};
	if (t.e) return t;
	tell_touched(a, ok, n, extra);
	bool counted = false;
	for (size_t i = 0; i < extra->n; i++) {
		counted |= extra->stmt[i].expect != WSET_ANY;
		if (seam_fault("store.exec")) return fault(a);
	}
	if (extra->bad_text) return (struct trouble){.e = err_new(a, E_UTF8)};
	struct batch b = {0};
	size_t at;
	t = batch_add(c, a, &b, extra);
	if (!t.e && counted) {
		t = run_batch(c, a, false, &b, false, &at);
		b.n = 0;
	}
	if (!t.e && seam_fault("store.exec")) return fault(a);
	if (t.e) return t;
	*sent = true;
	return run_batch(c, a, false, &b, true, &at);
}

// One transaction with a savepoint a set.
static struct trouble run_singly(struct conn *c, struct arena *a, bool alone_in_base, struct job **job, size_t n,
	struct job **ok, size_t *n_ok)
{
	*n_ok = 0;
	struct trouble t = simple(c, a, alone_in_base ? "BEGIN; " TAKE_ALONE : "BEGIN; " TAKE_SHARED);
	for (size_t i = 0; i < n && !t.e; i++) {
		if (job[i]->err) continue;
		size_t at;
		struct batch b = {0};
		t = simple(c, a, "SAVEPOINT s");
		if (t.e) break;
		struct trouble set = batch_add(c, a, &b, job[i]->ws);
		if (!set.e) set = run_batch(c, a, false, &b, false, &at);
		if (set.broken || set.again) return set;
		t = simple(c, a, set.e ? "ROLLBACK TO s; RELEASE s" : "RELEASE s");
		if (t.e) break;
		name_columns(c, a, &set);
		job[i]->err = set.e;
		if (!set.e) ok[(*n_ok)++] = job[i];
	}
	return t;
}

// Everything in one pipeline. *alone: the one set there was failed and has its error.
static struct trouble run_together(struct conn *c, struct arena *a, struct job **job, size_t n, struct job **ok,
	size_t *n_ok, bool *alone)
{
	*n_ok = 0;
	struct batch b = {0};
	struct trouble t;
	size_t at, failed = 0;
	for (size_t i = 0; i < n; i++) {
		if (job[i]->err) continue;
		size_t before = b.n, names = b.n_name;
		t = batch_add(c, a, &b, job[i]->ws);
		if (t.broken) return t;
		if (t.e) {
			job[i]->err = t.e;
			b.n = before;
			b.n_name = names;
			failed++;
			continue;
		}
		ok[(*n_ok)++] = job[i];
	}
	if (*n_ok == 0) {
		*alone = true;
		return (struct trouble){0};
	}
	t = run_batch(c, a, true, &b, false, &at);
	if (t.e && !t.broken && !t.again && *n_ok == 1) {
		pg_rollback(c);
		name_columns(c, a, &t);
		ok[0]->err = t.e;
		*alone = true;
	}
	return t;
}

static void pg_group(struct conn *c, struct arena *a, int writer, struct job **job, size_t n)
{
	struct job **ok = arena_newn(a, struct job *, n);
	size_t n_ok = 0;
	for (size_t i = 0; i < n; i++) {
		if (job[i]->ws->bad_text) job[i]->err = err_new(a, E_UTF8);
		for (size_t k = 0; k < job[i]->ws->n && !job[i]->err; k++)
			if (seam_fault("store.exec")) job[i]->err = fault(a).e;
	}
	struct trouble t = {0};
	bool sent = false, alone = false, together = true, alone_in_base = false;
	for (int attempt = 0; attempt <= RETRIES && !sent; attempt++) {
		t = (struct trouble){0};
		if (!pg_alive(c)) t.e = connect_now(c, a), t.broken = t.e != NULL;
		if (!t.e && !pg_wake_holds_node(c->store)) t.e = err_arg(a, E_STORE, S("PostgreSQL: node number lost"));
		if (t.e) break;
		t = together ? run_together(c, a, job, n, ok, &n_ok, &alone) : run_singly(c, a, alone_in_base, job, n, ok, &n_ok);
		if (alone) break;
		bool closing = !t.e && n_ok;
		if (closing) {
			t = close_group(c, a, writer, ok, n_ok, &sent);
			t.e = group_err(a, t.e);
		}
		if (!t.e) break;
		if (t.broken) {
			// the sets were not the reason: the same again on a new connection, unless COMMIT was sent
			if (!sent) for (size_t i = 0; i < n_ok; i++) ok[i]->err = NULL;
			continue;
		}
		pg_rollback(c);
		alone_in_base |= t.again;
		if (closing && !t.again) break;      // no set's fault: nothing to gain from running them singly
		sent = false;
		if (together) atomic_fetch_add(&c->store->rerun_groups, 1);
		together = false;
	}
	pg_rollback(c);
	for (size_t i = 0; i < n && t.e && !alone; i++)
		if (!job[i]->err) job[i]->err = t.e;
	settle(c->store, a, writer, ok, n_ok, !t.e && !alone && n_ok);
}

const struct driver pg_driver = {
	.open = pg_open, .close = pg_close, .alive = pg_alive, .begin_read = pg_begin_read,
	.end_read = pg_end_read, .end_due = pg_end_due, .end_now = pg_end_now, .begin_late = pg_begin_late, .ask = pg_ask, .query = pg_query, .each = pg_each, .group = pg_group, .script = pg_script,
	.exec = pg_exec, .begin = pg_begin, .commit = pg_commit, .rollback = pg_rollback,
	.tables = pg_tables, .columns = pg_columns,
};
