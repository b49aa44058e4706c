// The journal: chains, checkpoints, and every way of altering them, on both databases.
#include "both.h"

#include "base/seam.h"
#include "domain/journal/private.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

static const char thing_sql[] = "CREATE TABLE thing (id INTEGER NOT NULL PRIMARY KEY, state TEXT NOT NULL, n INTEGER) STRICT";
static const struct journal_table tables[] = {
	{"thing", "SELECT id, state, n FROM thing WHERE id = ?1",
		"SELECT id FROM thing t WHERE NOT EXISTS (SELECT 1 FROM journal_entry j WHERE j.subject_kind = 'thing' AND j.subject_id = t.id)"},
};

struct test {
	struct place place;
	struct arena *a;
	struct store *s;
	struct journal *j;
	struct sm2_key *key;
	unsigned wrong;                // a bit for each kind of finding
	struct journal_report report;
	struct str saved;
};

static void start(struct test *t, bool with_journal)
{
	struct migration m[] = {journal_migrations[0], {1, "thing", thing_sql}};
	assert_int_equal(journal_migrations_n, 1);
	struct store_config c = place_config(&t->place, m, countof(m));
	OK(store_open(t->a, &c, &t->s));
	if (with_journal) t->j = journal_attach(t->a, t->s, (struct journal_signing){t->key, 60000});
}

static void set_up(struct test *t, enum kind k)
{
	place_make(&t->place, k);
	t->a = arena_new(0);
	t->key = sm2_generate();
	seam_fake(1793000000000, 1);
	start(t, true);
}

static void tear_down(struct test *t)
{
	store_close(t->s);
	arena_free(t->a);
	sm2_free(t->key);
	place_drop(&t->place);
}

// One change of a thing with its entry, in one set.
static struct err *change(struct test *t, struct arena *a, int64_t id, bool fresh, const char *state, int64_t n)
{
	struct snap *p;
	struct err *e = snap_open(t->s, a, &p);
	if (e) return e;
	struct wset *ws = wset_new(a);
	if (fresh) WSET_EXEC(ws, 1, "INSERT INTO thing (id, state, n) VALUES (?1, ?2, ?3)", V_INT(id), V_TEXT(str_of(state)), V_INT(n));
	else WSET_EXEC(ws, 1, "UPDATE thing SET state = ?2, n = ?3 WHERE id = ?1", V_INT(id), V_TEXT(str_of(state)), V_INT(n));
	struct val v[] = {V_INT(id), V_TEXT(str_of(state)), V_INT(n)};
	struct journal_row row = journal_row_of("thing", id, v, 3);
	struct json *detail = json_obj(a);
	json_put(a, detail, S("to"), json_str(a, str_of(state)));
	struct journal_new j = {"thing", id, 7, fresh, seam_now_ms(), S("account:17"), "change", detail, &row, 1};
	e = journal_add(a, p, ws, &j);
	snap_close(p);
	return e ? e : store_commit(t->s, a, ws);
}

static void look(struct test *t, int64_t id)
{
	struct wset *ws = wset_new(t->a);
	journal_access_add(t->a, t->s, ws, &(struct journal_access){7, seam_now_ms(), S("account:3"), "thing", id,
		S("phone"), S("thing.show")});
	OK(store_commit(t->s, t->a, ws));
}

static void note_finding(void *ctx, const struct journal_finding *f)
{
	((struct test *)ctx)->wrong |= 1u << f->wrong;
}

// What verify finds, as bits.
static unsigned verify(struct test *t, bool saved, bool key, size_t at_once)
{
	struct journal_saved s;
	OK(journal_saved_read(t->a, t->saved, &s));
	t->wrong = 0;
	struct journal_check c = {.saved = saved ? &s : NULL, .key = key ? t->key : NULL, .interval_ms = 60000,
		.tables = tables, .n_tables = 1, .found = note_finding, .ctx = t, .hashes_at_once = at_once};
	OK(journal_verify(t->s, t->a, &c, &t->report));
	assert_true((t->report.findings == 0) == (t->wrong == 0));
	return t->wrong;
}

static void save(struct test *t)
{
	struct snap *p;
	struct buf b = buf_new(t->a);
	OK(snap_open(t->s, t->a, &p));
	OK(journal_save(p, t->a, &b));
	snap_close(p);
	t->saved = buf_str(&b);
}

// Three things with four entries each, two looks; the clock moves so that two checkpoints are signed.
static void story(struct test *t)
{
	for (int64_t id = 1; id <= 3; id++) OK(change(t, t->a, id, true, "new", 0));
	look(t, 1);
	for (int n = 1; n <= 3; n++) {
		if (n == 2) seam_fake_set(seam_now_ms() + 61000);
		for (int64_t id = 1; id <= 3; id++) OK(change(t, t->a, id, false, n == 3 ? "done" : "open", n));
	}
	look(t, 2);
	save(t);
}

static void an_honest_journal_verifies(struct test *t)
{
	story(t);
	assert_int_equal(verify(t, true, true, 0), 0);
	struct journal_report r = t->report;
	assert_true(r.entries == 12 && r.subjects == 3 && r.accesses == 2 && r.checkpoints == 14 && r.rows == 3);
	assert_true(r.signatures >= 2 && r.beyond_signed < 14);
	assert_int_equal(verify(t, true, true, 1), 0);       // memory for one hash: many passes
	assert_int_equal(t->report.entries, 12);
	// after a restart the chains go on
	store_close(t->s);
	start(t, true);
	OK(change(t, t->a, 1, false, "again", 9));
	assert_int_equal(verify(t, true, true, 0), 0);
	struct snap *p;
	struct journal_entry *e;
	size_t n;
	OK(snap_open(t->s, t->a, &p));
	OK(journal_of(p, t->a, S("thing"), 1, 3, 10, &e, &n));
	snap_close(p);
	assert_true(n == 2 && e[0].seq == 4 && e[1].seq == 5 && memcmp(e[1].prev, e[0].hash, 32) == 0);
	assert_true(str_is(e[1].detail, "{\"to\":\"again\"}") && str_is(e[1].actor, "account:17"));
}

static void one_set_may_add_several_entries(struct test *t)
{
	struct snap *p;
	OK(change(t, t->a, 1, true, "new", 0));
	OK(snap_open(t->s, t->a, &p));
	struct wset *ws = wset_new(t->a);
	for (int i = 0; i < 3; i++) {
		OK(journal_add(t->a, p, ws, &(struct journal_new){"thing", 1, 7, false, 5, S("system"), "tick"}));
		OK(journal_add(t->a, p, ws, &(struct journal_new){"other", 1, 7, true, 5, S("system"), "tick"}));
	}
	assert_int_equal(wset_marks(ws), 6);
	OK(store_commit(t->s, t->a, ws));
	snap_close(p);
	t->saved = S("tongban-checkpoint 1\n");
	assert_int_equal(verify(t, false, true, 0), 0);
	assert_int_equal(t->report.entries, 7);
}

static void the_later_of_two_plans_is_stale(struct test *t)
{
	OK(change(t, t->a, 1, true, "new", 0));
	struct snap *p;
	OK(snap_open(t->s, t->a, &p));
	struct wset *first = wset_new(t->a), *second = wset_new(t->a);
	struct journal_new n = {"thing", 1, 7, false, 5, S("system"), "tick"};
	OK(journal_add(t->a, p, first, &n));
	OK(journal_add(t->a, p, second, &n));
	snap_close(p);
	OK(store_commit(t->s, t->a, first));
	IS(E_STALE, store_commit(t->s, t->a, second));
}

static void a_failed_commit_leaves_the_chain_whole(struct test *t)
{
	OK(change(t, t->a, 1, true, "new", 0));
	int failed = 0;
	for (int nth = 1; nth < 12; nth++) {
		seam_fault_set("store.exec", nth);
		struct err *e = change(t, t->a, 1, false, "open", nth);
		seam_fault_set("store.exec", 0);
		if (e) failed++;
	}
	assert_in_range(failed, 3, 6);
	OK(change(t, t->a, 1, false, "done", 99));
	save(t);
	assert_int_equal(verify(t, true, true, 0), 0);
	assert_int_equal(t->report.entries, 2 + 11 - failed);
}

static struct test *shared;

static void *hammer(void *p)
{
	struct arena *a = arena_new(0);
	for (int i = 0; i < 30; i++) {
		arena_reset(a);
		OK(change(shared, a, (intptr_t)p * 1000 + i, true, "new", 0));
		struct err *e;      // everybody extends one common chain
		do {
			struct snap *s;
			OK(snap_open(shared->s, a, &s));
			struct wset *ws = wset_new(a);
			OK(journal_add(a, s, ws, &(struct journal_new){"common", 1, 0, false, 5, S("system"), "tick"}));
			snap_close(s);
			e = store_commit(shared->s, a, ws);
			if (e) IS(E_STALE, e);
		} while (e);
	}
	arena_free(a);
	return NULL;
}

static void many_threads_keep_the_chains_whole(struct test *t)
{
	shared = t;
	pthread_t th[6];
	for (intptr_t i = 0; i < 6; i++) assert_int_equal(pthread_create(&th[i], NULL, hammer, (void *)(i + 1)), 0);
	for (int i = 0; i < 6; i++) pthread_join(th[i], NULL);
	save(t);
	assert_int_equal(verify(t, true, true, 0), 0);
	assert_int_equal(t->report.entries, 6 * 30 * 2);
}

// ---- altering ----

#define W(x) (1u << JOURNAL_##x)

static const struct { const char *name, *sql; unsigned wrong, wrong_saved; } alterations[] = {
	{"detail", "UPDATE journal_entry SET detail = '{}' WHERE subject_id = 1 AND seq = 2", W(EDITED), 0},
	{"actor", "UPDATE journal_entry SET actor = 'account:99' WHERE subject_id = 1 AND seq = 4", W(EDITED), 0},
	{"verb", "UPDATE journal_entry SET verb = 'x' WHERE subject_id = 3 AND seq = 1", W(EDITED), 0},
	{"time", "UPDATE journal_entry SET at_ms = at_ms - 1 WHERE subject_id = 3 AND seq = 1", W(EDITED), 0},
	{"home", "UPDATE journal_entry SET home = 8 WHERE subject_id = 3 AND seq = 1", W(EDITED), 0},
	{"id", "UPDATE journal_entry SET id = id + 1 WHERE subject_id = 3 AND seq = 1", W(EDITED), 0},
	{"rows", "UPDATE journal_entry SET rows = '' WHERE subject_id = 3 AND seq = 2", W(EDITED), 0},
	{"broken rows", "UPDATE journal_entry SET rows = 'thing x' WHERE subject_id = 3 AND seq = 2", W(EDITED), 0},
	{"prev", "UPDATE journal_entry SET prev = X'00' WHERE subject_id = 1 AND seq = 2", W(EDITED) | W(BROKEN), 0},
	{"hash", "UPDATE journal_entry SET hash = X'11' WHERE subject_id = 1 AND seq = 2",
		W(EDITED) | W(BROKEN) | W(MISSING) | W(UNKNOWN), 0},
	{"one entry out", "DELETE FROM journal_entry WHERE subject_id = 1 AND seq = 2", W(GAP) | W(MISSING), 0},
	{"one out, the rest moved up", "DELETE FROM journal_entry WHERE subject_id = 1 AND seq = 2;"
		"UPDATE journal_entry SET seq = 2 WHERE subject_id = 1 AND seq = 3;"
		"UPDATE journal_entry SET seq = 3 WHERE subject_id = 1 AND seq = 4", W(EDITED) | W(BROKEN) | W(MISSING), 0},
	{"the first out", "DELETE FROM journal_entry WHERE subject_id = 1 AND seq = 1", W(GAP) | W(MISSING), 0},
	{"the last out", "DELETE FROM journal_entry WHERE subject_id = 1 AND seq = 4", W(MISSING) | W(ROW_EDITED), 0},
	{"a subject out", "DELETE FROM journal_entry WHERE subject_id = 2", W(MISSING) | W(ROW_STRANGER), 0},
	{"a subject and its row out", "DELETE FROM journal_entry WHERE subject_id = 2; DELETE FROM thing WHERE id = 2", W(MISSING), 0},
	{"two swapped", "UPDATE journal_entry SET seq = 99 WHERE subject_id = 1 AND seq = 2;"
		"UPDATE journal_entry SET seq = 2 WHERE subject_id = 1 AND seq = 3;"
		"UPDATE journal_entry SET seq = 3 WHERE subject_id = 1 AND seq = 99", W(EDITED) | W(BROKEN), 0},
	{"moved to another subject", "UPDATE journal_entry SET subject_id = 9 WHERE subject_id = 1 AND seq = 1",
		W(EDITED) | W(GAP) | W(ROW_EDITED), 0},
	{"an entry copied", "INSERT INTO journal_entry (home, subject_kind, subject_id, seq, id, at_ms, actor, verb, detail, rows, prev, hash) "
		"SELECT home, subject_kind, 9, seq, id, at_ms, actor, verb, detail, rows, prev, hash FROM journal_entry "
		"WHERE subject_id = 1 AND seq = 1", W(EDITED) | W(ROW_EDITED), 0},
	{"row edited", "UPDATE thing SET state = 'won' WHERE id = 2", W(ROW_EDITED), 0},
	{"row nulled", "UPDATE thing SET n = NULL WHERE id = 2", W(ROW_EDITED), 0},
	{"row gone", "DELETE FROM thing WHERE id = 3", W(ROW_GONE), 0},
	{"row put in", "INSERT INTO thing (id, state, n) VALUES (50, 'done', 1)", W(ROW_STRANGER), 0},
	{"a look edited", "UPDATE access_log SET actor = 'account:4' WHERE subject_id = 1", W(ACCESS_EDITED), 0},
	{"a look out", "DELETE FROM access_log WHERE subject_id = 1", W(MISSING), 0},
	{"checkpoint edited", "UPDATE journal_checkpoint SET at_ms = at_ms + 1 WHERE seq = 2", W(CHECKPOINT_EDITED), 0},
	{"checkpoint emptied", "UPDATE journal_checkpoint SET digests = X'' WHERE seq = 2", W(CHECKPOINT_EDITED) | W(UNKNOWN), 0},
	{"checkpoint hash", "UPDATE journal_checkpoint SET hash = X'22' WHERE seq = 2", W(CHECKPOINT_EDITED) | W(CHECKPOINT_BROKEN), 0},
	{"checkpoint out", "DELETE FROM journal_checkpoint WHERE seq = 2", W(CHECKPOINT_GAP) | W(UNKNOWN), 0},
	{"last checkpoint out", "DELETE FROM journal_checkpoint WHERE seq = 14", W(UNKNOWN), W(CUT)},
	{"all checkpoints out", "DELETE FROM journal_checkpoint", W(UNKNOWN), W(CUT)},
	{"the end cut whole", "DELETE FROM journal_checkpoint WHERE seq = 14; DELETE FROM access_log WHERE subject_id = 2", 0, W(CUT)},
	{"everything out", "DELETE FROM journal_checkpoint; DELETE FROM journal_entry; DELETE FROM access_log; DELETE FROM thing", 0, W(CUT)},
	{"signature out", "UPDATE journal_checkpoint SET signature = NULL WHERE seq = 1", W(SIGNATURE_MISSING), 0},
	{"signature forged", "UPDATE journal_checkpoint SET signature = X'3006020101020101' WHERE seq = 1", W(SIGNATURE_WRONG), 0},
};

// One writer, so that the alterations above hit what they say.
static void single(struct test *t, bool with_journal)
{
	store_close(t->s);
	struct migration m[] = {journal_migrations[0], {1, "thing", thing_sql}};
	struct store_config c = place_config(&t->place, m, countof(m));
	c.inline_commit = true;
	OK(store_open(t->a, &c, &t->s));
	if (with_journal) t->j = journal_attach(t->a, t->s, (struct journal_signing){t->key, 60000});
}

static void alter(struct test *t, const char *sql)
{
	struct wset *ws = wset_new(t->a);
	for (struct str rest = str_of(sql); rest.p;)
		wset_exec(ws, WSET_ANY, str_z(t->a, str_trim(str_cut(&rest, S(";")))), NULL, 0);
	OK(store_commit(t->s, t->a, ws));
}

static const char *bits(struct arena *a, unsigned wrong)
{
	struct buf b = buf_new(a);
	for (int i = 0; i < JOURNAL_WRONG_COUNT; i++)
		if (wrong & 1u << i) buf_fmt(&b, "[%s] ", journal_wrong_name(i));
	return str_z(a, buf_str(&b));
}

static void copy_tables(struct test *t, const char *from, const char *to)
{
	static const char *const all[] = {"journal_entry", "journal_checkpoint", "access_log", "thing"};
	for (size_t i = 0; i < countof(all); i++) {
		struct wset *ws = wset_new(t->a);
		wset_exec(ws, WSET_ANY, str_z(t->a, str_fmt(t->a, "DELETE FROM %s%s", to, all[i])), NULL, 0);
		wset_exec(ws, WSET_ANY, str_z(t->a, str_fmt(t->a, "INSERT INTO %s%s SELECT * FROM %s%s", to, all[i], from, all[i])), NULL, 0);
		OK(store_commit(t->s, t->a, ws));
	}
}

static void every_alteration_is_found(struct test *t)
{
	single(t, true);
	story(t);
	single(t, false);
	place_raw(&t->place, t->place.kind == SQLITE
		? "CREATE TABLE k_journal_entry AS SELECT * FROM journal_entry; CREATE TABLE k_access_log AS SELECT * FROM access_log;"
		  "CREATE TABLE k_journal_checkpoint AS SELECT * FROM journal_checkpoint; CREATE TABLE k_thing AS SELECT * FROM thing"
		: "CREATE TABLE k_journal_entry AS TABLE journal_entry; CREATE TABLE k_access_log AS TABLE access_log;"
		  "CREATE TABLE k_journal_checkpoint AS TABLE journal_checkpoint; CREATE TABLE k_thing AS TABLE thing");
	assert_int_equal(verify(t, true, true, 0), 0);
	assert_int_equal(t->report.checkpoints, 14);
	for (size_t i = 0; i < countof(alterations); i++) {
		alter(t, alterations[i].sql);
		for (int saved = 0; saved < 2; saved++) {
			unsigned want = alterations[i].wrong | (saved ? alterations[i].wrong_saved : 0);
			unsigned got = verify(t, saved, true, i % 3 ? 0 : 2);
			if (got != want)
				fail_msg("%s%s: found %s, expected %s", alterations[i].name, saved ? " (saved)" : "", bits(t->a, got), bits(t->a, want));
		}
		copy_tables(t, "k_", "");
		assert_int_equal(verify(t, true, true, 0), 0);
	}
}

// ---- somebody who knows how hashes are made ----

struct forged { struct test *t; struct wset *ws; unsigned char before[32]; struct str was[64], is[64]; size_t n; };

static struct err *forge_entry(void *ctx, const struct journal_entry *j)
{
	struct forged *f = ctx;
	struct arena *a = f->t->a;
	struct journal_entry e = *j;
	if (j->subject_id != 1) return NULL;
	if (j->seq == 2) e.actor = S("account:99");
	memcpy(e.prev, j->seq == 1 ? (const unsigned char[32]){0} : f->before, 32);
	entry_hash(&e, e.hash);
	memcpy(f->before, e.hash, 32);
	f->was[f->n] = str_copy(a, (struct str){(const char *)j->hash, 32});
	f->is[f->n++] = str_copy(a, (struct str){(const char *)e.hash, 32});
	WSET_EXEC(f->ws, 1, "UPDATE journal_entry SET actor = ?3, prev = ?4, hash = ?5 WHERE subject_id = ?1 AND seq = ?2",
		V_INT(e.subject_id), V_INT(e.seq), V_TEXT(str_copy(a, e.actor)),
		V_BLOB(str_copy(a, (struct str){(const char *)e.prev, 32})), V_BLOB(f->is[f->n - 1]));
	return NULL;
}

static struct err *forge_checkpoint(void *ctx, const struct journal_checkpoint *c)
{
	struct forged *f = ctx;
	struct arena *a = f->t->a;
	struct journal_checkpoint n = *c;
	char *d = arena_copy(a, c->digests.p, c->digests.n);
	for (size_t i = 0; i < c->digests.n; i += 32)
		for (size_t k = 0; k < f->n; k++)
			if (memcmp(c->digests.p + i, f->was[k].p, 32) == 0) memcpy(d + i, f->is[k].p, 32);
	n.digests.p = d;
	n.prev = c->seq == 1 ? c->prev : (struct str){(const char *)f->before, 32};
	unsigned char hash[32];
	checkpoint_hash(&n, hash);
	WSET_EXEC(f->ws, 1, "UPDATE journal_checkpoint SET digests = ?2, prev = ?3, hash = ?4 WHERE seq = ?1", V_INT(c->seq),
		V_BLOB(n.digests), V_BLOB(str_copy(a, n.prev)), V_BLOB(str_copy(a, (struct str){(const char *)hash, 32})));
	memcpy(f->before, hash, 32);
	return NULL;
}

static void a_journal_chained_anew_is_found(struct test *t)
{
	single(t, true);
	story(t);
	single(t, false);
	struct forged f = {.t = t, .ws = wset_new(t->a)};
	struct snap *p;
	OK(snap_open(t->s, t->a, &p));
	OK(each_entry(p, t->a, forge_entry, &f));
	// the entries only: the checkpoints still know the old hashes
	OK(store_commit(t->s, t->a, f.ws));
	assert_int_equal(verify(t, false, false, 0), W(MISSING) | W(UNKNOWN));
	f.ws = wset_new(t->a);
	OK(each_checkpoint(p, t->a, forge_checkpoint, &f));
	snap_close(p);
	OK(store_commit(t->s, t->a, f.ws));
	// all of it: only the signatures and the saved checkpoint give it away
	assert_int_equal(verify(t, false, false, 0), 0);
	assert_int_equal(verify(t, false, true, 0), W(SIGNATURE_WRONG));
	assert_int_equal(verify(t, true, false, 0), W(REWRITTEN));
	// signatures taken out as well
	alter(t, "UPDATE journal_checkpoint SET signature = NULL");
	assert_int_equal(verify(t, false, true, 0), W(SIGNATURE_MISSING));
}

static void a_saved_checkpoint_is_read_strictly(struct test *t)
{
	story(t);
	struct journal_saved s;
	OK(journal_saved_read(t->a, t->saved, &s));
	assert_true(s.n >= 1 && s.head[0].seq >= 1);
	static const char *const bad[] = {
		"", "tongban-checkpoint 2\n", "tongban-checkpoint 1\n0 1\n", "tongban-checkpoint 1\n0 x 00\n",
		"tongban-checkpoint 1\n0 1 zz11111111111111111111111111111111111111111111111111111111111111\n",
		"tongban-checkpoint 1\n0 1 0011111111111111111111111111111111111111111111111111111111111111ff\n",
	};
	for (size_t i = 0; i < countof(bad); i++) IS(E_SYNTAX, journal_saved_read(t->a, str_of(bad[i]), &s));
}

static const struct both_test tests[] = {
#define T(f) {#f, f}
	T(an_honest_journal_verifies), T(one_set_may_add_several_entries), T(the_later_of_two_plans_is_stale),
	T(a_failed_commit_leaves_the_chain_whole), T(many_threads_keep_the_chains_whole), T(every_alteration_is_found),
	T(a_journal_chained_anew_is_found), T(a_saved_checkpoint_is_read_strictly),
};

static void one(enum kind k, void (*fn)(struct test *))
{
	struct test t = {0};
	set_up(&t, k);
	fn(&t);
	tear_down(&t);
}

int main(void)
{
	return both_run("journal", tests, countof(tests), one);
}
