// verify.c — reading everything again and saying what does not fit.
//
// Every hash in the checkpoints must belong to one entry or access row and the other way round. The
// hashes are compared in as many passes as memory asks for; the first pass also checks the chains
// and the rows.
#include "domain/journal/private.h"

#include "codec/bytes.h"

static const char *const names[] = {
	[JOURNAL_EDITED] = "entry edited", [JOURNAL_BROKEN] = "entry does not follow the one before",
	[JOURNAL_GAP] = "entries missing in the chain", [JOURNAL_MISSING] = "entry missing that a checkpoint holds",
	[JOURNAL_UNKNOWN] = "entry that no checkpoint holds", [JOURNAL_ACCESS_EDITED] = "access log edited",
	[JOURNAL_CHECKPOINT_EDITED] = "checkpoint edited",
	[JOURNAL_CHECKPOINT_BROKEN] = "checkpoint does not follow the one before",
	[JOURNAL_CHECKPOINT_GAP] = "checkpoints missing in the chain", [JOURNAL_CUT] = "chain ends before the saved checkpoint",
	[JOURNAL_REWRITTEN] = "chain differs from the saved checkpoint", [JOURNAL_SIGNATURE_WRONG] = "signature wrong",
	[JOURNAL_SIGNATURE_MISSING] = "signature missing", [JOURNAL_ROW_EDITED] = "row differs from its latest entry",
	[JOURNAL_ROW_GONE] = "row gone without an entry", [JOURNAL_ROW_STRANGER] = "row without an entry",
};
_Static_assert(countof(names) == JOURNAL_WRONG_COUNT, "a name a finding");

const char *journal_wrong_name(enum journal_wrong w)
{
	CHECK(w < JOURNAL_WRONG_COUNT);
	return names[w];
}

// ---- a set of hashes, cut to 16 bytes ----

enum { CUT = 16 };

struct hashes {
	unsigned char (*slot)[CUT];
	bool *seen;
	size_t slots, n;
};

static struct hashes hashes_new(struct arena *a, size_t most)
{
	struct hashes h = {.slots = 16};
	while (h.slots < 2 * most) h.slots *= 2;
	h.slot = arena_alloc(a, h.slots * CUT);
	h.seen = arena_newn(a, bool, h.slots);
	return h;
}

// The slot of the hash, or the empty one where it would stand.
static size_t hashes_at(const struct hashes *h, const unsigned char *hash, bool *there)
{
	static const unsigned char empty[CUT];
	uint64_t x;
	memcpy(&x, hash + 8, 8);
	size_t i = (size_t)x & (h->slots - 1);
	while (memcmp(h->slot[i], empty, CUT) != 0 && memcmp(h->slot[i], hash, CUT) != 0) i = (i + 1) & (h->slots - 1);
	*there = memcmp(h->slot[i], empty, CUT) != 0;
	return i;
}

static void hashes_put(struct arena *a, struct hashes *h, const unsigned char *hash)
{
	if (2 * (h->n + 1) > h->slots) {      // before anything was seen
		struct hashes more = hashes_new(a, h->slots);
		static const unsigned char empty[CUT];
		bool there;
		for (size_t i = 0; i < h->slots; i++)
			if (memcmp(h->slot[i], empty, CUT) != 0) memcpy(more.slot[hashes_at(&more, h->slot[i], &there)], h->slot[i], CUT);
		more.n = h->n;
		*h = more;
	}
	bool there;
	size_t at = hashes_at(h, hash, &there);
	if (there) return;
	memcpy(h->slot[at], hash, CUT);
	h->n++;
}

// ---- the walk ----

struct row_digest {
	struct str table;
	int64_t key, seq, at_ms;
	struct str hex;
	struct row_digest *more;
};

struct walk {
	const struct journal_check *check;
	struct journal_report *report;
	struct snap *snap;
	struct arena *a;               // for the whole walk
	struct arena *subject_a;       // until the subject changes
	size_t pass, passes;
	struct hashes hashes;
	size_t seen;
	// entries
	bool any;
	struct str kind;
	int64_t id, seq;
	unsigned char hash[JOURNAL_HASH];
	struct row_digest *rows;
	int64_t *live;                 // rows that are there and have entries, a table of check->tables each
	// checkpoints
	bool any_writer;
	int64_t writer, cseq, signed_ms, unsigned_tail;
	unsigned char chash[JOURNAL_HASH];
	bool report_missing;
};

static void found(struct walk *w, enum journal_wrong wrong, struct str kind, int64_t id, int64_t seq, int64_t at_ms)
{
	struct journal_finding f = {wrong, kind, id, seq, at_ms};
	w->report->findings++;
	if (w->check->found) w->check->found(w->check->ctx, &f);
}

static bool in_pass(const struct walk *w, const unsigned char *hash)
{
	return hash[0] % w->passes == w->pass;
}

static bool tick_off(struct walk *w, const unsigned char *hash)
{
	bool there;
	size_t i = hashes_at(&w->hashes, hash, &there);
	if (there && !w->hashes.seen[i]) {
		w->hashes.seen[i] = true;
		w->seen++;
	}
	return there;
}

// ---- rows ----

static const struct journal_table *table_of(const struct walk *w, struct str name)
{
	for (size_t i = 0; i < w->check->n_tables; i++)
		if (str_eq(str_of(w->check->tables[i].name), name)) return &w->check->tables[i];
	return NULL;
}

static struct err *check_rows(struct walk *w)
{
	for (struct row_digest *r = w->rows; r; r = r->more) {
		const struct journal_table *t = table_of(w, r->table);
		if (!t) continue;
		struct rows now;
		struct err *e = snap_query(w->snap, w->subject_a, &now, t->select, &V_INT(r->key), 1);
		if (e) return err_copy(w->a, e);
		struct journal_row is = journal_row_of(t->name, r->key, now.cell, now.n ? now.cols : 0);
		struct buf hex = buf_new(w->subject_a);
		bytes_hex(&hex, is.digest, JOURNAL_HASH);
		w->report->rows++;
		w->live[t - w->check->tables] += now.n > 0;
		if (!str_eq(buf_str(&hex), r->hex))
			found(w, now.n ? JOURNAL_ROW_EDITED : JOURNAL_ROW_GONE, r->table, r->key, r->seq, r->at_ms);
	}
	w->rows = NULL;
	return NULL;
}

// Lines "table key digest": the latest of a row counts.
static void note_rows(struct walk *w, const struct journal_entry *j)
{
	for (struct str rest = str_copy(w->subject_a, j->rows); rest.n;) {
		struct str line = str_cut(&rest, S("\n")), table = str_cut(&line, S(" ")), key = str_cut(&line, S(" "));
		int64_t k;
		if (!str_int(key, &k)) continue;      // an edited line; its entry was reported
		struct row_digest *r = w->rows;
		while (r && !(r->key == k && str_eq(r->table, table))) r = r->more;
		if (!r) {
			r = arena_new1(w->subject_a, struct row_digest);
			r->more = w->rows;
			w->rows = r;
		}
		*r = (struct row_digest){table, k, j->seq, j->at_ms, line, r->more};
	}
}

static struct err *subject_begins(struct walk *w, const struct journal_entry *j)
{
	struct err *e = check_rows(w);
	arena_reset(w->subject_a);
	w->any = true;
	w->kind = str_copy(w->subject_a, j->subject_kind);
	w->id = j->subject_id;
	w->seq = 0;
	memset(w->hash, 0, JOURNAL_HASH);
	w->report->subjects++;
	return e;
}

static struct err *see_entry(void *ctx, const struct journal_entry *j)
{
	struct walk *w = ctx;
	if (in_pass(w, j->hash) && !tick_off(w, j->hash))
		found(w, JOURNAL_UNKNOWN, j->subject_kind, j->subject_id, j->seq, j->at_ms);
	if (w->pass) return NULL;
	struct err *e = NULL;
	if (!w->any || w->id != j->subject_id || !str_eq(w->kind, j->subject_kind)) e = subject_begins(w, j);
	if (e) return e;
	unsigned char real[JOURNAL_HASH];
	entry_hash(j, real);
	if (memcmp(real, j->hash, JOURNAL_HASH) != 0) found(w, JOURNAL_EDITED, j->subject_kind, j->subject_id, j->seq, j->at_ms);
	if (j->seq != w->seq + 1) found(w, JOURNAL_GAP, j->subject_kind, j->subject_id, j->seq, j->at_ms);
	else if (memcmp(j->prev, w->hash, JOURNAL_HASH) != 0)
		found(w, JOURNAL_BROKEN, j->subject_kind, j->subject_id, j->seq, j->at_ms);
	w->seq = j->seq;
	memcpy(w->hash, j->hash, JOURNAL_HASH);
	note_rows(w, j);
	w->report->entries++;
	if (w->check->progress && w->report->entries % 1000 == 0) w->check->progress(w->check->ctx, w->report->entries);
	return NULL;
}

static struct err *see_access(void *ctx, const struct journal_access_row *r)
{
	struct walk *w = ctx;
	unsigned char real[JOURNAL_HASH];
	access_hash(r, real);
	bool same = r->hash.n == JOURNAL_HASH && memcmp(real, r->hash.p, JOURNAL_HASH) == 0;
	if (w->pass == 0) {
		w->report->accesses++;
		if (!same) found(w, JOURNAL_ACCESS_EDITED, S("access"), r->id, 0, r->at_ms);
	}
	unsigned char stored[JOURNAL_HASH] = {0};
	if (r->hash.n == JOURNAL_HASH) memcpy(stored, r->hash.p, JOURNAL_HASH);
	if (in_pass(w, stored) && !tick_off(w, stored)) found(w, JOURNAL_UNKNOWN, S("access"), r->id, 0, r->at_ms);
	return NULL;
}

// ---- checkpoints ----

static const struct journal_head *saved_head(const struct walk *w, int64_t writer)
{
	for (size_t i = 0; w->check->saved && i < w->check->saved->n; i++)
		if (w->check->saved->head[i].writer == writer) return &w->check->saved->head[i];
	return NULL;
}

static void writer_ends(struct walk *w)
{
	const struct journal_head *s = w->any_writer ? saved_head(w, w->writer) : NULL;
	if (s && w->cseq < s->seq) found(w, JOURNAL_CUT, S("checkpoint"), s->writer, s->seq, 0);
	w->report->beyond_signed += w->unsigned_tail;
	w->unsigned_tail = 0;
}

static void check_signature(struct walk *w, const struct journal_checkpoint *c)
{
	if (c->signature.n) {
		w->report->signatures++;
		w->unsigned_tail = 0;
		if (c->signed_ms != c->at_ms || !sm2_verify(w->check->key, c->hash, c->signature))
			found(w, JOURNAL_SIGNATURE_WRONG, S("checkpoint"), c->writer, c->seq, c->at_ms);
		return;
	}
	w->unsigned_tail++;
	// it says it was signed; and once a chain was signed, signatures keep coming
	if (c->signed_ms != w->signed_ms || (w->signed_ms && checkpoint_is_due(c->at_ms, w->signed_ms, w->check->interval_ms)))
		found(w, JOURNAL_SIGNATURE_MISSING, S("checkpoint"), c->writer, c->seq, c->at_ms);
}

static void check_checkpoint(struct walk *w, const struct journal_checkpoint *c)
{
	if (!w->any_writer || c->writer != w->writer) {
		writer_ends(w);
		w->any_writer = true;
		w->writer = c->writer;
		w->cseq = w->signed_ms = 0;
		memset(w->chash, 0, JOURNAL_HASH);
	}
	unsigned char real[JOURNAL_HASH];
	checkpoint_hash(c, real);
	bool whole = c->hash.n == JOURNAL_HASH && c->prev.n == JOURNAL_HASH && c->digests.n % JOURNAL_HASH == 0;
	if (!whole || memcmp(real, c->hash.p, JOURNAL_HASH) != 0)
		found(w, JOURNAL_CHECKPOINT_EDITED, S("checkpoint"), c->writer, c->seq, c->at_ms);
	if (c->seq != w->cseq + 1) found(w, JOURNAL_CHECKPOINT_GAP, S("checkpoint"), c->writer, c->seq, c->at_ms);
	else if (whole && memcmp(c->prev.p, w->chash, JOURNAL_HASH) != 0)
		found(w, JOURNAL_CHECKPOINT_BROKEN, S("checkpoint"), c->writer, c->seq, c->at_ms);
	const struct journal_head *s = saved_head(w, c->writer);
	if (s && s->seq == c->seq && (!whole || memcmp(s->hash, c->hash.p, JOURNAL_HASH) != 0))
		found(w, JOURNAL_REWRITTEN, S("checkpoint"), c->writer, c->seq, c->at_ms);
	if (w->check->key) check_signature(w, c);
	w->cseq = c->seq;
	w->signed_ms = c->signed_ms;
	memset(w->chash, 0, JOURNAL_HASH);
	if (whole) memcpy(w->chash, c->hash.p, JOURNAL_HASH);
	w->report->checkpoints++;
}

static struct err *see_checkpoint(void *ctx, const struct journal_checkpoint *c)
{
	struct walk *w = ctx;
	if (w->pass == 0 && !w->report_missing) check_checkpoint(w, c);
	for (size_t i = 0; i + JOURNAL_HASH <= c->digests.n; i += JOURNAL_HASH) {
		const unsigned char *hash = (const unsigned char *)c->digests.p + i;
		if (!in_pass(w, hash)) continue;
		bool there;
		if (!w->report_missing)
			hashes_put(w->a, &w->hashes, hash);
		else if (!w->hashes.seen[hashes_at(&w->hashes, hash, &there)])
			found(w, JOURNAL_MISSING, S("checkpoint"), c->writer, c->seq, c->at_ms);
	}
	return NULL;
}

static struct err *absent_writers(struct walk *w)
{
	struct journal_saved have;
	struct err *e = checkpoint_heads(w->snap, w->a, &have.head, &have.n);
	for (size_t i = 0; !e && w->check->saved && i < w->check->saved->n; i++) {
		const struct journal_head *s = &w->check->saved->head[i];
		bool there = false;
		for (size_t k = 0; k < have.n; k++) there |= have.head[k].writer == s->writer;
		if (!there) found(w, JOURNAL_CUT, S("checkpoint"), s->writer, s->seq, 0);
	}
	return e;
}

// ---- rows that no entry speaks of ----

struct strangers { struct walk *w; const char *table; };

static struct err *see_stranger(void *ctx, const struct val *row, size_t cols)
{
	struct strangers *s = ctx;
	found(s->w, JOURNAL_ROW_STRANGER, str_of(s->table), row[0].i, 0, 0);
	return NULL;
}

// Which of them has no entry cannot be told without a list of all: that there is one is what matters.
static struct err *count_table(struct walk *w, size_t i)
{
	struct rows r;
	struct err *e = snap_query(w->snap, w->a, &r, w->check->tables[i].count, NULL, 0);
	if (!e && row_int(&r, 0, 0) > w->live[i]) found(w, JOURNAL_ROW_STRANGER, str_of(w->check->tables[i].name), 0, 0, 0);
	return e;
}

static struct err *one_pass(struct walk *w, size_t most)
{
	w->hashes = hashes_new(w->a, most);
	w->seen = 0;
	w->report_missing = false;
	struct err *e = each_checkpoint(w->snap, w->a, see_checkpoint, w);
	if (!e && w->pass == 0) writer_ends(w);
	if (!e) e = each_entry(w->snap, w->a, see_entry, w);
	if (!e && w->pass == 0) e = check_rows(w);
	if (!e) e = each_access(w->snap, w->a, see_access, w);
	if (!e && w->seen < w->hashes.n) {
		w->report_missing = true;
		e = each_checkpoint(w->snap, w->a, see_checkpoint, w);
	}
	return e;
}

static struct err *walk_all(struct walk *w)
{
	int64_t total;
	struct err *e = digest_bytes(w->snap, w->a, &total);
	if (e) return e;
	size_t n = (size_t)total / JOURNAL_HASH, most = w->check->hashes_at_once ? w->check->hashes_at_once : 4000000;
	w->passes = n / most + 1;
	if (w->passes > 256) w->passes = 256;
	for (w->pass = 0; w->pass < w->passes && !e; w->pass++) {
		struct arena_mark m = arena_mark(w->a);
		e = one_pass(w, n / w->passes);
		if (!e) arena_rewind(w->a, m);
	}
	if (!e) e = absent_writers(w);
	for (size_t i = 0; i < w->check->n_tables && !e; i++) {
		struct strangers s = {w, w->check->tables[i].name};
		if (w->check->tables[i].strangers)
			e = snap_each(w->snap, w->a, see_stranger, &s, w->check->tables[i].strangers, NULL, 0);
		if (!e && w->check->tables[i].count) e = count_table(w, i);
	}
	return e;
}

struct err *journal_verify(struct store *s, struct arena *a, const struct journal_check *c, struct journal_report *out)
{
	*out = (struct journal_report){0};
	struct walk w = {.check = c, .report = out, .a = a, .live = arena_newn(a, int64_t, c->n_tables + 1)};
	struct err *e = snap_open(s, a, &w.snap);
	if (e) return e;
	w.subject_a = arena_new(0);
	e = walk_all(&w);
	arena_free(w.subject_a);
	snap_close(w.snap);
	return e;
}

// ---- saved checkpoints ----

#define FIRST_LINE "tongban-checkpoint 1"

struct err *journal_save(struct snap *p, struct arena *a, struct buf *text)
{
	struct journal_head *h;
	size_t n;
	struct err *e = checkpoint_heads(p, a, &h, &n);
	if (e) return e;
	buf_lit(text, FIRST_LINE "\n");
	for (size_t i = 0; i < n; i++) {
		buf_fmt(text, "%lld %lld ", (long long)h[i].writer, (long long)h[i].seq);
		bytes_hex(text, h[i].hash, JOURNAL_HASH);
		buf_byte(text, '\n');
	}
	return NULL;
}

struct err *journal_saved_read(struct arena *a, struct str text, struct journal_saved *out)
{
	*out = (struct journal_saved){0};
	size_t cap = 0;
	uint32_t line = 1;
	if (!str_is(str_cut(&text, S("\n")), FIRST_LINE)) return err_at(a, E_SYNTAX, S("checkpoint"), 1, 1, S(FIRST_LINE));
	while (text.n) {
		line++;
		struct str hash = str_cut(&text, S("\n")), writer = str_cut(&hash, S(" ")), seq = str_cut(&hash, S(" ")), raw;
		struct journal_head h;
		if (!str_int(writer, &h.writer) || !str_int(seq, &h.seq) || hash.n != 2 * JOURNAL_HASH || !bytes_of_hex(a, hash, &raw))
			return err_at(a, E_SYNTAX, S("checkpoint"), line, 1, S("writer seq hash"));
		memcpy(h.hash, raw.p, JOURNAL_HASH);
		*vec_push(a, out->head, out->n, cap) = h;
	}
	return NULL;
}
