// tamper.c — somebody with the database in hand, who knows how the chains are made.
//
//   tamper entries DATABASE       edits an entry of a case and makes the case's chain right again
//   tamper everything DATABASE    the same, and makes the checkpoints right again too; only the saved ones know
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "domain/journal/private.h"

enum { CHAIN_MAX = 1000 };

static struct arena *a;
static sqlite3 *db;
static unsigned char was[CHAIN_MAX][JOURNAL_HASH], is[CHAIN_MAX][JOURNAL_HASH];
static size_t changed;

static sqlite3_stmt *statement(const char *sql)
{
	sqlite3_stmt *st;
	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK) return st;   // allow: from outside, on purpose
	fprintf(stderr, "tamper: %s\n", sqlite3_errmsg(db));
	exit(2);
}

static struct str text(sqlite3_stmt *st, int i)
{
	const void *p = sqlite3_column_blob(st, i);
	return str_copy(a, (struct str){p ? p : "", (size_t)sqlite3_column_bytes(st, i)});
}

static void run(sqlite3_stmt *st)
{
	CHECK(sqlite3_step(st) == SQLITE_DONE);
	CHECK(sqlite3_changes(db) == 1);
	sqlite3_finalize(st);
}

// The entries of one case that has several, from the second on: another verdict, and a chain that fits it.
static void entries(void)
{
	sqlite3_stmt *pick = statement("SELECT subject_id FROM journal_entry WHERE subject_kind = 'case' AND seq = 3 ORDER BY subject_id LIMIT 1");
	CHECK(sqlite3_step(pick) == SQLITE_ROW);
	int64_t id = sqlite3_column_int64(pick, 0);
	sqlite3_finalize(pick);
	sqlite3_stmt *st = statement("SELECT home, seq, id, at_ms, actor, verb, detail, rows, prev, hash FROM journal_entry"
		" WHERE subject_kind = 'case' AND subject_id = ?1 ORDER BY seq");
	sqlite3_bind_int64(st, 1, id);
	unsigned char prev[JOURNAL_HASH] = {0};
	while (sqlite3_step(st) == SQLITE_ROW) {
		struct journal_entry e = {.home = sqlite3_column_int64(st, 0), .subject_kind = S("case"), .subject_id = id, .seq = sqlite3_column_int64(st, 1),
			.id = sqlite3_column_int64(st, 2), .at_ms = sqlite3_column_int64(st, 3), .actor = text(st, 4), .verb = text(st, 5),
			.detail = text(st, 6), .rows = text(st, 7)};
		memcpy(e.prev, e.seq == 1 ? sqlite3_column_blob(st, 8) : prev, JOURNAL_HASH);
		if (e.seq == 2) e.actor = S("account:1");
		CHECK(changed < CHAIN_MAX);
		memcpy(was[changed], sqlite3_column_blob(st, 9), JOURNAL_HASH);
		entry_hash(&e, e.hash);
		memcpy(is[changed], e.hash, JOURNAL_HASH);
		memcpy(prev, e.hash, JOURNAL_HASH);
		// The chain as it was must be understood, or this proves nothing.
		CHECK(e.seq != 1 || memcmp(was[changed], is[changed], JOURNAL_HASH) == 0);
		changed++;
		sqlite3_stmt *up = statement("UPDATE journal_entry SET actor = ?1, prev = ?2, hash = ?3 WHERE subject_kind = 'case' AND subject_id = ?4 AND seq = ?5");
		sqlite3_bind_text(up, 1, e.actor.p, (int)e.actor.n, SQLITE_STATIC);
		sqlite3_bind_blob(up, 2, e.prev, JOURNAL_HASH, SQLITE_STATIC);
		sqlite3_bind_blob(up, 3, e.hash, JOURNAL_HASH, SQLITE_STATIC);
		sqlite3_bind_int64(up, 4, id);
		sqlite3_bind_int64(up, 5, e.seq);
		run(up);
	}
	sqlite3_finalize(st);
}

static void checkpoints(void)
{
	sqlite3_stmt *st = statement("SELECT writer, seq, at_ms, signed_ms, digests, prev, hash FROM journal_checkpoint ORDER BY writer, seq");
	struct str prev = S("");
	while (sqlite3_step(st) == SQLITE_ROW) {
		struct journal_checkpoint c = {sqlite3_column_int64(st, 0), sqlite3_column_int64(st, 1), sqlite3_column_int64(st, 2), sqlite3_column_int64(st, 3),
			text(st, 4), text(st, 5), text(st, 6), S("")};
		char *digests = arena_copy(a, c.digests.p, c.digests.n), hash[JOURNAL_HASH];
		for (size_t at = 0; at + JOURNAL_HASH <= c.digests.n; at += JOURNAL_HASH)
			for (size_t i = 0; i < changed; i++)
				if (memcmp(digests + at, was[i], JOURNAL_HASH) == 0) memcpy(digests + at, is[i], JOURNAL_HASH);
		c.digests.p = digests;
		if (c.seq > 1) c.prev = prev;
		checkpoint_hash(&c, (unsigned char *)hash);
		prev = str_copy(a, (struct str){hash, JOURNAL_HASH});
		sqlite3_stmt *up = statement("UPDATE journal_checkpoint SET digests = ?1, prev = ?2, hash = ?3 WHERE writer = ?4 AND seq = ?5");
		sqlite3_bind_blob(up, 1, c.digests.p, (int)c.digests.n, SQLITE_STATIC);
		sqlite3_bind_blob(up, 2, c.prev.p, (int)c.prev.n, SQLITE_STATIC);
		sqlite3_bind_blob(up, 3, prev.p, JOURNAL_HASH, SQLITE_STATIC);
		sqlite3_bind_int64(up, 4, c.writer);
		sqlite3_bind_int64(up, 5, c.seq);
		run(up);
	}
	sqlite3_finalize(st);
}

int main(int argc, char **argv)
{
	a = arena_new(0);
	bool all = argc == 3 && strcmp(argv[1], "everything") == 0;
	if (argc != 3 || (!all && strcmp(argv[1], "entries")) || sqlite3_open(argv[2], &db) != SQLITE_OK) {
		fprintf(stderr, "tamper: entries|everything DATABASE\n");
		return 2;
	}
	entries();
	if (all) checkpoints();
	sqlite3_close(db);
	arena_free(a);
	return 0;
}
