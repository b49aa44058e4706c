// snap.c — pictures of the database, and the connections that hold them.
//
// Where a round trip costs something (PostgreSQL), a late picture takes a connection only with its first query: what is
// answered from memory needs none.
#include "store/driver.h"

#include "base/seam.h"

enum { ASKED_MOST = 16, READER_WAIT_MS = 5000 };

struct readers {
	pthread_mutex_t lock;
	pthread_cond_t free;
	struct conn **idle;              // those that are connected, the hottest last
	int n_idle, n_open;
};

// A query that was expected: due until it has travelled.
struct asked {
	const char *sql;
	struct val *v;
	size_t n;
	struct arena *a;
	struct rows rows;
	bool due;
};

struct snap {
	struct store *store;
	struct conn *conn;               // NULL: late, and no query was made yet
	bool failed, closed;
	uint64_t since;                  // kept_now before the picture
	struct asked *asked;
	size_t n_asked, n_due;
};

// ---- the pool ----

void readers_open(struct store *s)
{
	struct readers *r = arena_new1(s->a, struct readers);
	r->idle = arena_newn(s->a, struct conn *, s->n_readers);
	pthread_mutex_init(&r->lock, NULL);
	monotonic_cond(&r->free);
	s->readers = r;
}

void readers_close(struct store *s)
{
	struct readers *r = s->readers;
	CHECK(r->n_idle == r->n_open);               // a snapshot is still open
	for (int i = 0; i < r->n_idle; i++) s->db->close(r->idle[i]);
	pthread_cond_destroy(&r->free);
	pthread_mutex_destroy(&r->lock);
}

// swept: as the last to be taken.
static void give_back(struct readers *r, struct conn *c, bool swept)
{
	pthread_mutex_lock(&r->lock);
	if (!c) r->n_open--;
	else if (swept) memmove(&r->idle[1], r->idle, sizeof *r->idle * (size_t)r->n_idle);
	if (c) r->idle[swept ? 0 : r->n_idle] = c, r->n_idle++;
	pthread_cond_signal(&r->free);
	pthread_mutex_unlock(&r->lock);
}

// A connection whose picture is begun, or will be with its first query when `late`.
static struct err *take(struct store *s, struct arena *a, bool late, struct conn **out)
{
	struct readers *r = s->readers;
	struct timespec until = monotonic_in(READER_WAIT_MS);
	struct conn *c = NULL;
	pthread_mutex_lock(&r->lock);
	while (r->n_idle == 0 && r->n_open == s->n_readers)
		if (pthread_cond_timedwait(&r->free, &r->lock, &until) != 0 && r->n_idle == 0) {
			pthread_mutex_unlock(&r->lock);
			return err_arg(a, E_BUSY, S("5"));
		}
	if (r->n_idle) c = r->idle[--r->n_idle];
	else r->n_open++;
	pthread_mutex_unlock(&r->lock);
	struct err *e = NULL;
	bool fresh = !c;
	// A connection that broke while it was idle is replaced once; a fresh one that breaks is an error.
	for (int round = 0; round < 2; round++) {
		if (c && !s->db->alive(c)) {
			s->db->close(c);
			c = NULL;
		}
		e = c ? NULL : s->db->open(a, s, CONN_READ, &c);
		if (!e && late) s->db->begin_late(c);
		else if (!e) e = s->db->begin_read(c, a);
		if (!e || fresh) break;
	}
	if (!e) {
		*out = c;
		return NULL;
	}
	if (c) s->db->close(c);
	give_back(r, NULL, false);
	return e;
}

void end_readers(struct store *s)
{
	struct readers *r = s->readers;
	if (!s->db->end_due) return;
	for (;;) {
		struct conn *c = NULL;
		pthread_mutex_lock(&r->lock);
		for (int i = 0; i < r->n_idle && !c; i++)
			if (s->db->end_due(r->idle[i])) {
				c = r->idle[i];
				memmove(&r->idle[i], &r->idle[i + 1], sizeof *r->idle * (size_t)(--r->n_idle - i));
			}
		pthread_mutex_unlock(&r->lock);
		if (!c) return;
		s->db->end_now(c);
		give_back(r, c, true);
	}
}

// ---- opening and closing ----

static struct err *open_snap(struct store *s, struct arena *a, bool late, struct snap **out)
{
	uint64_t since = kept_now(s->kept);
	struct conn *c = NULL;
	struct err *e = late ? NULL : take(s, a, false, &c);
	if (e) return e;
	atomic_fetch_add(&s->snaps, 1);
	*out = arena_new1(a, struct snap);
	**out = (struct snap){.store = s, .conn = c, .since = since};
	return NULL;
}

struct err *snap_open(struct store *s, struct arena *a, struct snap **out)
{
	return open_snap(s, a, false, out);
}

struct err *snap_open_late(struct store *s, struct arena *a, struct snap **out)
{
	return open_snap(s, a, s->db->begin_late != NULL, out);
}

void snap_close(struct snap *p)
{
	if (!p) return;
	CHECK(!p->closed);
	p->closed = true;
	if (!p->conn) return;
	p->store->db->end_read(p->conn);
	give_back(p->store->readers, p->conn, false);
	p->conn = NULL;
}

struct store *snap_store(struct snap *p)
{
	return p->store;
}

struct conn *snap_conn(struct snap *p)
{
	return p->conn;
}

// ---- asking ----

// A part of a page may do without what could not be read; a whole made of it is none: see snap_failed.
static struct err *read_done(struct snap *p, struct err *e)
{
	if (e && err_is_world(e->code)) p->failed = true;
	return e;
}

bool snap_failed(const struct snap *p)
{
	return p->failed;
}

static struct asked *find_asked(struct snap *p, const char *sql, const struct val *v, size_t n)
{
	for (size_t i = 0; i < p->n_asked; i++) {
		struct asked *q = &p->asked[i];
		bool same = q->n == n && (q->sql == sql || strcmp(q->sql, sql) == 0);
		for (size_t k = 0; k < n && same; k++)
			same = q->v[k].type == v[k].type && (v[k].type == VAL_INT ? q->v[k].i == v[k].i : str_eq(q->v[k].s, v[k].s));
		if (same) return q;
	}
	return NULL;
}

void snap_expect(struct snap *p, struct arena *a, const char *sql, const struct val *v, size_t n)
{
	if (!p->store->db->ask || p->n_asked == ASKED_MOST || params_check(a, v, n) || find_asked(p, sql, v, n)) return;
	if (!p->asked) p->asked = arena_newn(a, struct asked, ASKED_MOST);
	struct asked *q = &p->asked[p->n_asked++];
	*q = (struct asked){.sql = sql, .v = arena_newn(a, struct val, n + 1), .n = n, .a = a, .due = true};
	for (size_t i = 0; i < n; i++) {
		q->v[i] = v[i];
		if (v[i].type == VAL_TEXT || v[i].type == VAL_BLOB) q->v[i].s = str_copy(a, v[i].s);
	}
	p->n_due++;
}

// What is due goes together with this query. Without it the query may still be answered: then by itself.
static struct err *ask(struct snap *p, struct arena *a, struct rows *out, const char *sql, const struct val *v, size_t n)
{
	struct ask all[ASKED_MOST + 1];
	struct asked *of[ASKED_MOST + 1], *this = find_asked(p, sql, v, n);
	size_t m = 0;
	if (this && !this->due) {
		*out = this->rows;
		return NULL;
	}
	if (p->conn && !p->n_due) return p->store->db->query(p->conn, a, out, sql, v, n);
	for (size_t i = 0; i < p->n_asked; i++) {
		struct asked *q = &p->asked[i];
		if (!q->due) continue;
		of[m] = q;
		all[m++] = (struct ask){q->sql, q->v, q->n, q->a, &q->rows};
	}
	if (!this) all[m] = (struct ask){sql, v, n, a, out};
	struct err *e = p->conn ? NULL : take(p->store, a, true, &p->conn);
	if (!e) e = p->store->db->ask(p->conn, a, all, m + !this);
	p->n_due = 0;
	if (e) {
		p->n_asked = 0;
		return e;
	}
	for (size_t i = 0; i < m; i++) of[i]->due = false;
	if (this) *out = this->rows;
	return NULL;
}

struct err *snap_query(struct snap *p, struct arena *a, struct rows *out, const char *sql,
	const struct val *v, size_t n)
{
	*out = (struct rows){0};
	if (seam_fault("store.query")) return read_done(p, err_arg(a, E_STORE, S("fault")));
	struct err *e = params_check(a, v, n);
	if (!e && p->store->read_recorder) p->store->read_recorder(p->store->recorder_ctx, sql, v, n);
	return read_done(p, e ? e : ask(p, a, out, sql, v, n));
}

struct err *snap_kept(struct snap *p, struct arena *a, struct rows *out, enum keep keep, size_t col, const char *sql,
	const struct val *v, size_t n)
{
	*out = (struct rows){0};
	if (seam_fault("store.query")) return read_done(p, err_arg(a, E_STORE, S("fault")));
	struct kept *k = p->store->kept;
	if (kept_find(k, a, out, sql, v, n)) return NULL;
	struct err *e = params_check(a, v, n);
	if (!e) e = ask(p, a, out, sql, v, n);
	if (!e && out->n) kept_put(k, p->since, kept_tag(keep, row_int(out, 0, col)), sql, v, n, out);
	return read_done(p, e);
}

void snap_expect_kept(struct snap *p, struct arena *a, const char *sql, const struct val *v, size_t n)
{
	if (p->store->db->ask && !kept_find(p->store->kept, a, NULL, sql, v, n)) snap_expect(p, a, sql, v, n);
}

struct err *snap_each(struct snap *p, struct arena *a, snap_row_fn fn, void *ctx, const char *sql,
	const struct val *v, size_t n)
{
	if (seam_fault("store.query")) return read_done(p, err_arg(a, E_STORE, S("fault")));
	struct err *e = params_check(a, v, n);
	if (!e && !p->conn) e = take(p->store, a, false, &p->conn);
	return read_done(p, e ? e : p->store->db->each(p->conn, a, fn, ctx, sql, v, n));
}
