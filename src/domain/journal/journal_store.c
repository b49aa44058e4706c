// journal_store.c — all SQL of the journal.
#include "domain/journal/private.h"

static const char schema_1[] =
#include "journal.sql.inc"
	;

const struct migration journal_migrations[] = {{1, "journal", schema_1}};
const size_t journal_migrations_n = countof(journal_migrations);

static struct str hash_of(const unsigned char *p)
{
	return (struct str){(const char *)p, JOURNAL_HASH};
}

// ---- entries ----

#define ENTRY "home, subject_kind, subject_id, seq, id, at_ms, actor, verb, detail, rows, prev, hash"

void entry_insert(struct wset *ws, const struct journal_entry *j)
{
	// A head that moved since the snapshot is a stale plan, not a conflict.
	WSET_EXEC(ws, 1, "INSERT INTO journal_entry (" ENTRY ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) "
		"ON CONFLICT (subject_kind, subject_id, seq, home) DO NOTHING",
		V_INT(j->home), V_TEXT(j->subject_kind), V_INT(j->subject_id), V_INT(j->seq), V_INT(j->id), V_INT(j->at_ms),
		V_TEXT(j->actor), V_TEXT(j->verb), V_TEXT(j->detail), V_TEXT(j->rows), V_BLOB(hash_of(j->prev)),
		V_BLOB(hash_of(j->hash)));
}

// A hash of another length (somebody's edit) can equal none of ours: it reads as zeros.
static void read_hash(unsigned char to[JOURNAL_HASH], const struct val *v)
{
	memset(to, 0, JOURNAL_HASH);
	if (v->s.n == JOURNAL_HASH) memcpy(to, v->s.p, JOURNAL_HASH);
}

static struct journal_entry entry_of(const struct val *v)
{
	struct journal_entry j = {.home = v[0].i, .subject_kind = v[1].s, .subject_id = v[2].i, .seq = v[3].i, .id = v[4].i,
		.at_ms = v[5].i, .actor = v[6].s, .verb = v[7].s, .detail = v[8].s, .rows = v[9].s};
	read_hash(j.prev, &v[10]);
	read_hash(j.hash, &v[11]);
	return j;
}

#define HEAD "SELECT seq, hash FROM journal_entry WHERE subject_kind = ?1 AND subject_id = ?2 ORDER BY seq DESC LIMIT 1"

void journal_ahead(struct snap *p, struct arena *a, struct str kind, int64_t id)
{
	SNAP_EXPECT(p, a, HEAD, V_TEXT(kind), V_INT(id));
}

struct err *entry_head(struct snap *p, struct arena *a, struct str kind, int64_t id, int64_t *seq,
	unsigned char hash[JOURNAL_HASH])
{
	struct rows r;
	struct err *e = SNAP_QUERY(p, a, &r, HEAD, V_TEXT(kind), V_INT(id));
	if (e || !r.n) return e;
	*seq = row_int(&r, 0, 0);
	read_hash(hash, &r.cell[1]);
	return NULL;
}

struct err *journal_of(struct snap *p, struct arena *a, struct str kind, int64_t id, int64_t after, uint32_t limit,
	struct journal_entry **out, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p, a, &r, "SELECT " ENTRY " FROM journal_entry WHERE subject_kind = ?1 AND subject_id = ?2 "
		"AND seq > ?3 ORDER BY seq LIMIT ?4", V_TEXT(kind), V_INT(id), V_INT(after), V_INT(limit));
	if (e) return e;
	*n = r.n;
	*out = arena_newn(a, struct journal_entry, r.n);
	for (size_t i = 0; i < r.n; i++) (*out)[i] = entry_of(&r.cell[i * r.cols]);
	return NULL;
}

struct scan { void *fn, *ctx; };

static struct err *entry_row(void *ctx, const struct val *v, size_t cols)
{
	struct scan *s = ctx;
	struct journal_entry j = entry_of(v);
	return ((entry_fn)s->fn)(s->ctx, &j);
}

struct err *each_entry(struct snap *p, struct arena *a, entry_fn fn, void *ctx)
{
	struct scan s = {(void *)fn, ctx};
	return SNAP_EACH(p, a, entry_row, &s, "SELECT " ENTRY " FROM journal_entry ORDER BY subject_kind, subject_id, seq, home");
}

struct err *journal_each(struct snap *p, struct arena *a, struct err *(*fn)(void *, const struct journal_entry *), void *ctx)
{
	return each_entry(p, a, fn, ctx);
}

// ---- access log ----

void access_insert(struct wset *ws, const struct journal_access_row *r)
{
	WSET_EXEC(ws, 1, "INSERT INTO access_log (id, home, at_ms, actor, subject_kind, subject_id, fields, reason, hash) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)", V_INT(r->id), V_INT(r->home), V_INT(r->at_ms), V_TEXT(r->actor),
		V_TEXT(r->subject_kind), V_INT(r->subject_id), V_TEXT(r->fields), V_TEXT(r->reason), V_BLOB(r->hash));
}

static struct err *access_row(void *ctx, const struct val *v, size_t cols)
{
	struct scan *s = ctx;
	struct journal_access_row r = {.id = v[0].i, .home = v[1].i, .at_ms = v[2].i, .actor = v[3].s, .subject_kind = v[4].s,
		.subject_id = v[5].i, .fields = v[6].s, .reason = v[7].s, .hash = v[8].s};
	return ((access_fn)s->fn)(s->ctx, &r);
}

struct err *each_access(struct snap *p, struct arena *a, access_fn fn, void *ctx)
{
	struct scan s = {(void *)fn, ctx};
	return SNAP_EACH(p, a, access_row, &s, "SELECT id, home, at_ms, actor, subject_kind, subject_id, fields, reason, hash "
		"FROM access_log ORDER BY id");
}

// ---- checkpoints ----

#define CHECKPOINT "writer, seq, at_ms, signed_ms, digests, prev, hash, signature"

void checkpoint_insert(struct wset *ws, const struct journal_checkpoint *c)
{
	WSET_EXEC(ws, WSET_ANY, "INSERT INTO journal_checkpoint (" CHECKPOINT ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
		V_INT(c->writer), V_INT(c->seq), V_INT(c->at_ms), V_INT(c->signed_ms), V_BLOB(c->digests), V_BLOB(c->prev),
		V_BLOB(c->hash), c->signature.n ? V_BLOB(c->signature) : V_NULL);
}

static struct journal_checkpoint checkpoint_of(const struct val *v)
{
	return (struct journal_checkpoint){v[0].i, v[1].i, v[2].i, v[3].i, v[4].s, v[5].s, v[6].s, v[7].s};
}

struct err *checkpoint_head(const struct store_group *g, int64_t writer, struct journal_checkpoint *out, bool *found)
{
	struct rows r;
	struct err *e = GROUP_QUERY(g, &r, "SELECT " CHECKPOINT " FROM journal_checkpoint WHERE writer = ?1 "
		"ORDER BY seq DESC LIMIT 1", V_INT(writer));
	if (e) return e;
	*found = r.n > 0;
	if (r.n) *out = checkpoint_of(r.cell);
	return NULL;
}

struct err *checkpoint_heads(struct snap *p, struct arena *a, struct journal_head **out, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p, a, &r, "SELECT c.writer, c.seq, c.hash FROM journal_checkpoint c JOIN "
		"(SELECT writer, max(seq) AS seq FROM journal_checkpoint GROUP BY writer) h "
		"ON h.writer = c.writer AND h.seq = c.seq ORDER BY c.writer");
	if (e) return e;
	*n = r.n;
	*out = arena_newn(a, struct journal_head, r.n);
	for (size_t i = 0; i < r.n; i++) {
		(*out)[i].writer = row_int(&r, i, 0);
		(*out)[i].seq = row_int(&r, i, 1);
		read_hash((*out)[i].hash, &r.cell[i * r.cols + 2]);
	}
	return NULL;
}

struct err *digest_bytes(struct snap *p, struct arena *a, int64_t *out)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p, a, &r, "SELECT sum(length(digests)) FROM journal_checkpoint");
	if (!e) *out = row_int(&r, 0, 0);
	return e;
}

static struct err *checkpoint_row(void *ctx, const struct val *v, size_t cols)
{
	struct scan *s = ctx;
	struct journal_checkpoint c = checkpoint_of(v);
	return ((checkpoint_fn)s->fn)(s->ctx, &c);
}

struct err *each_checkpoint(struct snap *p, struct arena *a, checkpoint_fn fn, void *ctx)
{
	struct scan s = {(void *)fn, ctx};
	return SNAP_EACH(p, a, checkpoint_row, &s, "SELECT " CHECKPOINT " FROM journal_checkpoint ORDER BY writer, seq");
}
