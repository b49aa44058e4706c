// journal.h — every change leaves an entry in its subject's hash chain; every commit group leaves a
// checkpoint in its writer's chain. Against a saved checkpoint, verify finds what was altered since.
//
// Owns    tables journal_entry, journal_checkpoint, access_log.
// Needs   store (the group hook), codec (SM3, SM2, JSON).
// Memory  results in the arena passed; a struct journal lives as long as the program.
// Time    at_ms of an entry is the plan's; of a checkpoint, the writer's clock at its commit.
// Errors  two plans that extend the same chain at once: the later is E_STALE and is planned again.
// Holds   (1) seq of a subject and of a writer rise by one from 1; (2) an entry, its rows and the
//         checkpoint that holds its hash are committed together; (3) a hash covers every other column;
//         (4) no personal value is in an entry: codes, ids, counts, digests of sealed rows only;
//         (5) a checkpoint is signed when a key is set and the last signature is older than the
//         interval (or none, or the clock went back), so a missing signature shows.
#pragma once
#include "codec/json.h"
#include "codec/sm.h"
#include "store/store.h"

extern const struct migration journal_migrations[];
extern const size_t journal_migrations_n;

enum { JOURNAL_HASH = 32 };

// ---- writing ----

// A row written with this entry, so that a row edited behind our back is found. The values are those
// that the table's `select` (struct journal_table) gives after the commit, in that order; none means
// the row is gone. A row belongs to one subject.
struct journal_row {
	const char *table;
	int64_t key;
	unsigned char digest[JOURNAL_HASH];
};
struct journal_row journal_row_of(const char *table, int64_t key, const struct val *v, size_t n);

struct journal_new {
	const char *kind;              // of the subject: "case", "account", "catalogue", "setting", …
	int64_t id;                    // of the subject
	int64_t home;                  // the same for all entries of a subject
	bool fresh;                    // the subject begins with this write set: saves reading its head
	int64_t at_ms;
	struct str actor;              // "account:17", "machine:3", "system"
	const char *verb;
	const struct json *detail;     // NULL is {}
	const struct journal_row *rows;
	size_t n_rows;
};

// Adds an entry to the write set, behind what the snapshot holds and what this set already added.
// A subject is about to get an entry: the head of its chain travels with the next query (snap_expect).
void journal_ahead(struct snap *, struct arena *, struct str kind, int64_t id);
must_use struct err *journal_add(struct arena *, struct snap *, struct wset *, const struct journal_new *);

// Before personal data are shown unmasked: add this to a set of its own, commit it, then look.
struct journal_access {
	int64_t home;
	int64_t at_ms;
	struct str actor;
	const char *kind;
	int64_t id;
	struct str fields, reason;
};
void journal_access_add(struct arena *, struct store *, struct wset *, const struct journal_access *);

// ---- the checkpoints ----

struct journal;
struct journal_signing {
	const struct sm2_key *key;     // with its private part; NULL: never signed. Must outlive the journal
	int64_t interval_ms;
};
// Sets the store's group hook; before the first submit. Lives in the arena, until store_close.
struct journal *journal_attach(struct arena *, struct store *, struct journal_signing);

// ---- reading ----

struct journal_entry {
	int64_t home, subject_id, seq, id, at_ms;
	struct str subject_kind, actor, verb, detail, rows;
	unsigned char prev[JOURNAL_HASH], hash[JOURNAL_HASH];
};
// A subject's entries with seq > after, in order, at most limit.
must_use struct err *journal_of(struct snap *, struct arena *, struct str kind, int64_t id, int64_t after,
	uint32_t limit, struct journal_entry **out, size_t *n);

// Every entry, subject after subject, each in order. The entry is gone when fn returns.
must_use struct err *journal_each(struct snap *, struct arena *, struct err *(*fn)(void *ctx, const struct journal_entry *), void *ctx);

// ---- verifying ----

// The heads of all writers' chains, to be kept where this machine's administrator cannot reach them.
// As text: a first line, then "writer seq hash" a line.
struct journal_head { int64_t writer, seq; unsigned char hash[JOURNAL_HASH]; };
struct journal_saved { struct journal_head *head; size_t n; };
must_use struct err *journal_save(struct snap *, struct arena *, struct buf *text);
must_use struct err *journal_saved_read(struct arena *, struct str text, struct journal_saved *out);

// How a digest of rows is recomputed: "SELECT … FROM thing WHERE id = ?1". Every key that `strangers`
// (if set) gives is a finding, so it must leave out what has entries: "SELECT id FROM thing t WHERE NOT
// EXISTS (SELECT 1 FROM journal_entry j WHERE j.subject_kind = 'thing' AND j.subject_id = t.id)".
// Where entries are of another subject than the row, `count` ("SELECT count(*) FROM thing", if set) must not
// give more rows than entries speak of.
struct journal_table {
	const char *name;
	const char *select;
	const char *strangers;
	const char *count;
};

enum journal_wrong {
	JOURNAL_EDITED,            // an entry's content does not have its hash
	JOURNAL_BROKEN,            // prev is not the hash of the entry before; an entry was put in or taken out
	JOURNAL_GAP,               // seq does not rise by one
	JOURNAL_MISSING,           // a checkpoint holds a hash that no entry has: deleted or re-chained
	JOURNAL_UNKNOWN,           // an entry that no checkpoint holds: inserted or re-chained
	JOURNAL_ACCESS_EDITED,     // an access row's content does not have its hash
	JOURNAL_CHECKPOINT_EDITED,
	JOURNAL_CHECKPOINT_BROKEN,
	JOURNAL_CHECKPOINT_GAP,
	JOURNAL_CUT,               // the chain ends before the saved checkpoint
	JOURNAL_REWRITTEN,         // another hash where the saved checkpoint was
	JOURNAL_SIGNATURE_WRONG,
	JOURNAL_SIGNATURE_MISSING,
	JOURNAL_ROW_EDITED,        // a row is not what its latest entry says
	JOURNAL_ROW_GONE,
	JOURNAL_ROW_STRANGER,      // a row that no entry speaks of
	JOURNAL_WRONG_COUNT
};
const char *journal_wrong_name(enum journal_wrong);      // "entry edited"

struct journal_finding {
	enum journal_wrong wrong;
	struct str kind;           // of the subject, or the table, or "checkpoint"
	int64_t id;                // of the subject, the row, or the writer
	int64_t seq;
	int64_t at_ms;             // of the entry or checkpoint; 0 when unknown
};

struct journal_check {
	const struct journal_saved *saved;         // NULL: only what the database itself gives away
	const struct sm2_key *key;                 // public part is enough; NULL: signatures are not checked
	int64_t interval_ms;                       // as in journal_signing
	const struct journal_table *tables;
	size_t n_tables;
	void (*found)(void *ctx, const struct journal_finding *);
	void (*progress)(void *ctx, int64_t entries_done);
	void *ctx;
	size_t hashes_at_once;                     // memory: 16 bytes each; 0 = 4 million
};
struct journal_report {
	int64_t entries, subjects, accesses, checkpoints, signatures, rows, findings;
	int64_t beyond_signed;                     // checkpoints behind the last signature of their writer
};
// Reads everything in one snapshot. Findings are no error: look at report->findings.
must_use struct err *journal_verify(struct store *, struct arena *, const struct journal_check *, struct journal_report *);
