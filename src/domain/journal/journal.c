// journal.c — what the hashes cover, adding entries, and the checkpoint of a commit group.
#include "domain/journal/private.h"

#include "base/seam.h"
#include "codec/bytes.h"

#include <endian.h>

// ---- hashing: every value with its type and length, so that no two contents read alike ----

static void feed_int(struct sm3 *d, int64_t i)
{
	uint64_t be = htobe64((uint64_t)i);
	sm3_add(d, S("i"));
	sm3_add(d, ((struct str){(const char *)&be, 8}));
}

static void feed_str(struct sm3 *d, char type, struct str s)
{
	uint64_t be = htobe64(s.n);
	sm3_add(d, ((struct str){&type, 1}));
	sm3_add(d, ((struct str){(const char *)&be, 8}));
	sm3_add(d, s);
}

static struct str bytes(const unsigned char *p)
{
	return (struct str){(const char *)p, JOURNAL_HASH};
}

struct journal_row journal_row_of(const char *table, int64_t key, const struct val *v, size_t n)
{
	struct journal_row r = {.table = table, .key = key};
	struct sm3 *d = sm3_begin();
	feed_str(d, 't', str_of(table));
	feed_int(d, key);
	for (size_t i = 0; i < n; i++) {
		if (v[i].type == VAL_NULL) sm3_add(d, S("n"));
		else if (v[i].type == VAL_INT) feed_int(d, v[i].i);
		else feed_str(d, v[i].type == VAL_TEXT ? 't' : 'b', v[i].s);
	}
	sm3_end(d, r.digest);
	return r;
}

void entry_hash(const struct journal_entry *e, unsigned char out[JOURNAL_HASH])
{
	struct sm3 *d = sm3_begin();
	feed_str(d, 't', S("entry"));
	feed_str(d, 'b', bytes(e->prev));
	feed_int(d, e->home);
	feed_str(d, 't', e->subject_kind);
	feed_int(d, e->subject_id);
	feed_int(d, e->seq);
	feed_int(d, e->id);
	feed_int(d, e->at_ms);
	feed_str(d, 't', e->actor);
	feed_str(d, 't', e->verb);
	feed_str(d, 't', e->detail);
	feed_str(d, 't', e->rows);
	sm3_end(d, out);
}

void access_hash(const struct journal_access_row *r, unsigned char out[JOURNAL_HASH])
{
	struct sm3 *d = sm3_begin();
	feed_str(d, 't', S("access"));
	feed_int(d, r->id);
	feed_int(d, r->home);
	feed_int(d, r->at_ms);
	feed_str(d, 't', r->actor);
	feed_str(d, 't', r->subject_kind);
	feed_int(d, r->subject_id);
	feed_str(d, 't', r->fields);
	feed_str(d, 't', r->reason);
	sm3_end(d, out);
}

void checkpoint_hash(const struct journal_checkpoint *c, unsigned char out[JOURNAL_HASH])
{
	struct sm3 *d = sm3_begin();
	feed_str(d, 't', S("checkpoint"));
	feed_str(d, 'b', c->prev);
	feed_int(d, c->writer);
	feed_int(d, c->seq);
	feed_int(d, c->at_ms);
	feed_int(d, c->signed_ms);
	feed_str(d, 'b', c->digests);
	sm3_end(d, out);
}

bool checkpoint_is_due(int64_t at_ms, int64_t signed_ms, int64_t interval_ms)
{
	return signed_ms == 0 || at_ms < signed_ms || at_ms - signed_ms >= interval_ms;
}

// ---- adding ----

// The heads of the chains that this write set has already extended.
struct ahead {
	struct str kind;
	int64_t id, seq;
	unsigned char hash[JOURNAL_HASH];
	struct ahead *more;
};
static const char ahead_key;

static struct err *head_of(struct arena *a, struct snap *p, struct wset *ws, const struct journal_new *n, struct ahead **out)
{
	struct ahead *first = wset_note(ws, &ahead_key);
	struct str kind = str_of(n->kind);
	for (struct ahead *h = first; h; h = h->more)
		if (h->id == n->id && str_eq(h->kind, kind)) {
			*out = h;
			return NULL;
		}
	struct ahead *h = arena_new1(wset_arena(ws), struct ahead);
	*h = (struct ahead){.kind = str_copy(wset_arena(ws), kind), .id = n->id, .more = first};
	struct err *e = n->fresh ? NULL : entry_head(p, a, kind, n->id, &h->seq, h->hash);
	if (e) return e;
	wset_note_set(ws, &ahead_key, h);
	*out = h;
	return NULL;
}

static struct str row_lines(struct arena *a, const struct journal_row *r, size_t n)
{
	struct buf b = buf_new(a);
	for (size_t i = 0; i < n; i++) {
		buf_fmt(&b, "%s %lld ", r[i].table, (long long)r[i].key);
		bytes_hex(&b, r[i].digest, JOURNAL_HASH);
		buf_byte(&b, '\n');
	}
	return buf_str(&b);
}

struct err *journal_add(struct arena *a, struct snap *p, struct wset *ws, const struct journal_new *n)
{
	struct ahead *h;
	struct err *e = head_of(a, p, ws, n, &h);
	if (e) return e;
	struct arena *wa = wset_arena(ws);
	struct buf detail = buf_new(wa);
	if (n->detail) json_print_canonical(&detail, n->detail);
	else buf_lit(&detail, "{}");
	struct journal_entry *j = arena_new1(wa, struct journal_entry);
	*j = (struct journal_entry){.home = n->home, .subject_kind = h->kind, .subject_id = n->id, .seq = h->seq + 1,
		.id = store_id(snap_store(p)), .at_ms = n->at_ms, .actor = str_copy(wa, n->actor),
		.verb = str_copy(wa, str_of(n->verb)), .detail = buf_str(&detail), .rows = row_lines(wa, n->rows, n->n_rows)};
	memcpy(j->prev, h->hash, JOURNAL_HASH);
	entry_hash(j, j->hash);
	entry_insert(ws, j);
	wset_mark(ws, j->hash);
	h->seq++;
	memcpy(h->hash, j->hash, JOURNAL_HASH);
	return NULL;
}

void journal_access_add(struct arena *a, struct store *s, struct wset *ws, const struct journal_access *n)
{
	struct arena *wa = wset_arena(ws);
	struct journal_access_row *r = arena_new1(wa, struct journal_access_row);
	unsigned char *hash = arena_raw(wa, JOURNAL_HASH);
	*r = (struct journal_access_row){.id = store_id(s), .home = n->home, .at_ms = n->at_ms, .subject_id = n->id,
		.actor = str_copy(wa, n->actor), .subject_kind = str_copy(wa, str_of(n->kind)),
		.fields = str_copy(wa, n->fields), .reason = str_copy(wa, n->reason)};
	access_hash(r, hash);
	r->hash = bytes(hash);
	access_insert(ws, r);
	wset_mark(ws, hash);
}

// ---- the checkpoint of a group ----

enum { WRITERS_A_NODE = 16 };

struct head {
	bool known;                                    // what the database holds is what stands here
	int64_t seq, signed_ms, next_signed_ms;
	unsigned char hash[JOURNAL_HASH], next_hash[JOURNAL_HASH];
	bool pending;
};

struct journal {
	struct store *store;
	struct journal_signing signing;
	struct head head[WRITERS_A_NODE];              // each used by its writer's thread only
};

static struct err *load(struct journal *j, const struct store_group *g, struct head *h, int64_t writer)
{
	struct journal_checkpoint c;
	bool found;
	struct err *e = checkpoint_head(g, writer, &c, &found);
	if (e) return e;
	*h = (struct head){.known = true};
	if (!found) return NULL;
	if (c.hash.n != JOURNAL_HASH) return err_arg(g->a, E_STORE, S("journal_checkpoint"));
	h->seq = c.seq;
	h->signed_ms = c.signed_ms;
	memcpy(h->hash, c.hash.p, JOURNAL_HASH);
	return NULL;
}

static struct err *fill(void *ctx, const struct store_group *g, struct wset *extra)
{
	struct journal *j = ctx;
	struct head *h = &j->head[g->writer];
	h->pending = false;
	size_t marks = 0, n = 0;
	for (size_t i = 0; i < g->n; i++) marks += wset_marks(g->sets[i]);
	if (!marks) return NULL;
	int64_t writer = (int64_t)store_node(j->store) * WRITERS_A_NODE + g->writer;
	struct err *e = h->known ? NULL : load(j, g, h, writer);
	if (e) return e;
	char *all = arena_raw(g->a, marks * JOURNAL_HASH);
	for (size_t i = 0; i < g->n; i++)
		for (size_t k = 0; k < wset_marks(g->sets[i]); k++)
			memcpy(all + JOURNAL_HASH * n++, wset_mark_at(g->sets[i], k), JOURNAL_HASH);
	int64_t now = seam_now_ms();
	bool sign = j->signing.key && checkpoint_is_due(now, h->signed_ms, j->signing.interval_ms);
	h->next_signed_ms = sign ? now : h->signed_ms;
	struct journal_checkpoint c = {writer, h->seq + 1, now, h->next_signed_ms, {all, marks * JOURNAL_HASH},
		str_copy(g->a, bytes(h->hash))};
	checkpoint_hash(&c, h->next_hash);
	c.hash = str_copy(g->a, bytes(h->next_hash));
	if (sign) c.signature = sm2_sign(g->a, j->signing.key, c.hash);
	checkpoint_insert(extra, &c);
	h->pending = true;
	return NULL;
}

static void settled(void *ctx, const struct store_group *g, bool committed)
{
	struct journal *j = ctx;
	struct head *h = &j->head[g->writer];
	if (committed && h->pending) {
		h->seq++;
		h->signed_ms = h->next_signed_ms;
		memcpy(h->hash, h->next_hash, JOURNAL_HASH);
	}
	// After a failed commit nobody here knows what the database took: look again.
	if (!committed) h->known = false;
	h->pending = false;
}

struct journal *journal_attach(struct arena *a, struct store *s, struct journal_signing signing)
{
	CHECK(store_writers(s) <= WRITERS_A_NODE);
	CHECK(!signing.key || sm2_has_private(signing.key));
	struct journal *j = arena_new1(a, struct journal);
	j->store = s;
	j->signing = signing;
	store_set_group_hook(s, (struct store_hook){fill, settled, j});
	return j;
}
