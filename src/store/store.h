// store.h — the one door to records: snapshots, write sets, both databases, blobs, numbers.
//
// Owns    the connections, the writer threads, DATA/blobs, the tables store_migration, store_meta
//         and store_number.
// Needs   base, codec. SQL reaches it only as literals from *_store.c files.
// Memory  results live in the arena passed; a write set lives in its own arena. What a statement's
//         parameters point to must stay alive and unchanged until the set is done.
// Time    store_id and blob ages read seam_now_ms; nothing else here looks at a clock.
// Errors  E_STALE (a guard did not match: plan again), E_CONSTRAINT (arg 0 names the constraint or
//         table.column), E_STORE and E_IO (the world; nothing half done), E_SETTING (a database we
//         refuse), E_BUSY (no free reader in time), E_UTF8 (text with U+0000 or broken UTF-8).
// Threads a store may be used from any thread; a snapshot or a write set by one thread at a time.
// Faults  seam_fault points: store.exec (each statement of a set, each closing statement of a group, its
//         COMMIT), store.query, store.migrate, file.write, file.sync, file.read (blobs).
// Holds   (1) a set is committed whole or not at all; (2) `done` runs only after the set is durable,
//         and every snapshot opened after that sees it; (3) sets of a group are applied in the order
//         they were submitted on SQLite; on PostgreSQL sets submitted together may swap;
//         (4) one process at a time writes to an SQLite folder; (5) a blob is durable before
//         blob_finish returns.
//
// The SQL both databases speak, in SQLite's spelling (dialect.h turns it into PostgreSQL's):
//   parameters ?1 ?2 …; column types INTEGER (64 bit), TEXT, BLOB only; tables end in STRICT;
//   INTEGER PRIMARY KEY is an id we give (store_id), never generated; no REAL, no AUTOINCREMENT,
//   no REFERENCES (invariants are unique keys and version rows), no rowid, no INSERT OR …
//   (ON CONFLICT (…) DO UPDATE/NOTHING instead), no booleans (0 and 1), no date functions,
//   no random(), no now. Collation is C on both. LIKE minds case. Say NULLS FIRST or NULLS LAST when you
//   sort by a column that can be null. length() of TEXT counts code points; of BLOB bytes. A CHECK must be named
//   (CONSTRAINT table_what CHECK (…)) so that E_CONSTRAINT can name it. A parameter has the type of the value given; one that
//   may be null needs a column or a CAST beside it from which its type follows.
#pragma once
#include "base/err.h"

struct store;
struct snap;
struct wset;

// ---- values ----

enum val_type { VAL_NULL, VAL_INT, VAL_TEXT, VAL_BLOB };
struct val {
	enum val_type type;
	int64_t i;
	struct str s;
};
#define V_NULL ((struct val){VAL_NULL})
#define V_INT(x) ((struct val){VAL_INT, .i = (int64_t)(x)})
#define V_TEXT(x) ((struct val){VAL_TEXT, .s = (x)})
#define V_BLOB(x) ((struct val){VAL_BLOB, .s = (x)})
// The empty text, NULL pointer, or 0 as SQL NULL.
#define V_TEXT_OR_NULL(x) val_text_or_null(x)
#define V_INT_OR_NULL(x) val_int_or_null(x)
static inline struct val val_text_or_null(struct str s) { return s.n ? V_TEXT(s) : V_NULL; }
static inline struct val val_int_or_null(int64_t i) { return i ? V_INT(i) : V_NULL; }

// ---- opening ----

// One step of a schema. `name` is the owner (the domain folder), `version` counts up from 1 within
// it; the array's order is the order of execution. Every step runs in a transaction of its own and
// is recorded with the digest of its text. With `slices` the (single) statement is repeated, each
// time in its own transaction, until it changes no row: long data moves that can be stopped.
struct migration {
	int64_t version;
	const char *name;
	const char *sql;
	bool slices;
};

struct store_config {
	struct str url;              // "sqlite:DIR" | "postgres://…" | "postgresql://…"
	struct str data_dir;         // blobs; empty on SQLite means DIR itself
	int readers;                 // snapshots open at once; 0 = 8
	int writers;                 // PostgreSQL write connections; 0 = 3. SQLite has one
	int node;                    // 0..1023, part of ids and of the journal's writer; -1: a free one (PostgreSQL), 0 (SQLite)
	int group_max;               // sets in one commit; 0 = 256
	int wal_pages;               // SQLite: measure of the log before it is written back (sqlite.c); 0 = 4000
	bool inline_commit;          // no threads: store_submit commits at once (stories, commands)
	const struct migration *migrations;
	size_t n_migrations;
	// For tests only:
	bool sync_off;               // SQLite synchronous=OFF; accept a PostgreSQL without fsync or synchronous_commit
	const char *vfs;             // SQLite file layer
};

must_use struct err *store_open(struct arena *, const struct store_config *, struct store **out);
void store_close(struct store *);          // commits what was submitted, stops threads; NULL is harmless
int store_node(const struct store *);
int store_writers(const struct store *);   // writers are numbered 0 .. n-1

struct store_stats { int64_t sets, failed_sets, groups, rerun_groups, snaps, queued; };
struct store_stats store_stats(struct store *);   // queued: sets waiting now; the others count since the start

// Called after each durable commit group of this process, and on PostgreSQL also after those of
// others (LISTEN/NOTIFY); wake-ups may be merged. Must be quick and must not call the store.
// With inline_commit only this process's own commits are heard.
void store_on_commit(struct store *, void (*fn)(void *ctx), void *ctx);

// ---- reading ----

// A consistent picture of everything committed before the call. Waits up to 5 s for a free reader.
must_use struct err *snap_open(struct store *, struct arena *, struct snap **out);
// The same for a short look: on PostgreSQL the picture is taken by the first query and travels with it, so it may show
// commits that came after this call. A server that cannot be reached is noticed there too.
must_use struct err *snap_open_late(struct store *, struct arena *, struct snap **out);
void snap_close(struct snap *);            // NULL is harmless
struct store *snap_store(struct snap *);
bool snap_failed(const struct snap *);     // some read of it failed, whatever became of the error

struct rows {
	size_t n, cols;
	struct val *cell;          // n * cols
};
must_use struct err *snap_query(struct snap *, struct arena *, struct rows *out, const char *sql,
	const struct val *params, size_t n_params);
// SNAP_QUERY(snap, a, &rows, "SELECT …", V_INT(x), V_TEXT(y))
#define SNAP_QUERY(snap, a, out, sql, ...) \
	snap_query((snap), (a), (out), "" sql, VALS(__VA_ARGS__), VALS_N(__VA_ARGS__))

// A query that is about to be made. On PostgreSQL it goes with the next one, in one round trip, and when it is made (the
// same text, equal parameters) it is answered from what came; its rows live in the arena given here. On SQLite a
// round trip costs nothing, and this does nothing.
void snap_expect(struct snap *, struct arena *, const char *sql, const struct val *params, size_t n_params);
#define SNAP_EXPECT(snap, a, sql, ...) snap_expect((snap), (a), "" sql, VALS(__VA_ARGS__), VALS_N(__VA_ARGS__))

// The same for rows that nearly every request asks for and that seldom change: they are kept in memory for a while. keep
// and the integer in column `col` of the first row name them; a write set that changes such rows says so by wset_touch,
// and before anybody hears of its commit they are forgotten (in other processes a moment later). An empty answer is not kept.
enum keep { KEEP_ACCOUNT, KEEP_PARTY, KEEP_CERTIFICATES };     // of an account its session too; certificates by their holder
must_use struct err *snap_kept(struct snap *, struct arena *, struct rows *out, enum keep, size_t col, const char *sql,
	const struct val *params, size_t n_params);
#define SNAP_KEPT(snap, a, out, keep, col, sql, ...) \
	snap_kept((snap), (a), (out), (keep), (col), "" sql, VALS(__VA_ARGS__), VALS_N(__VA_ARGS__))
void snap_expect_kept(struct snap *, struct arena *, const char *sql, const struct val *params, size_t n_params);
#define SNAP_EXPECT_KEPT(snap, a, sql, ...) snap_expect_kept((snap), (a), "" sql, VALS(__VA_ARGS__), VALS_N(__VA_ARGS__))

// Long scans: fn sees each row; its cells are gone when it returns. An error from fn ends the scan
// and is returned. fn may query the same snapshot.
typedef struct err *(*snap_row_fn)(void *ctx, const struct val *row, size_t cols);
must_use struct err *snap_each(struct snap *, struct arena *, snap_row_fn fn, void *ctx, const char *sql,
	const struct val *params, size_t n_params);
#define SNAP_EACH(snap, a, fn, ctx, sql, ...) \
	snap_each((snap), (a), (fn), (ctx), "" sql, VALS(__VA_ARGS__), VALS_N(__VA_ARGS__))

// Accessors. A row or column out of range or of another type is our bug (CHECK); null reads as 0
// or the empty text.
int64_t row_int(const struct rows *, size_t row, size_t col);
struct str row_text(const struct rows *, size_t row, size_t col);
struct str row_blob(const struct rows *, size_t row, size_t col);
bool row_null(const struct rows *, size_t row, size_t col);

#define VALS(...) ((const struct val[]){V_NULL, ##__VA_ARGS__} + 1)
#define VALS_N(...) (sizeof((const struct val[]){V_NULL, ##__VA_ARGS__}) / sizeof(struct val) - 1)

// ---- writing ----

#define WSET_ANY (-1)

struct wset *wset_new(struct arena *);
struct arena *wset_arena(struct wset *);
// One statement. expect: rows it must change, else the set is E_STALE; or WSET_ANY. A "changed" row
// is one inserted, updated (even to equal values) or deleted.
void wset_exec(struct wset *, int64_t expect, const char *sql, const struct val *params, size_t n_params);
// WSET_EXEC(ws, 1, "UPDATE … WHERE id = ?1 AND version = ?2", V_INT(id), V_INT(version))
#define WSET_EXEC(ws, expect, sql, ...) \
	wset_exec((ws), (expect), "" sql, VALS(__VA_ARGS__), VALS_N(__VA_ARGS__))
size_t wset_count(const struct wset *);                        // statements
struct wset_stmt { const char *sql; const struct val *param; size_t n; int64_t expect; };
struct wset_stmt wset_at(const struct wset *, size_t i);
void wset_append(struct wset *to, const struct wset *from);    // statements and marks of from, after those of to
// Something committed in this set that the group hook must see (the digest of a journal entry).
void wset_mark(struct wset *, const unsigned char digest[32]);
size_t wset_marks(const struct wset *);
const unsigned char *wset_mark_at(const struct wset *, size_t i);
void wset_touch(struct wset *, enum keep, int64_t id);         // the set changes rows that snap_kept may have in memory
// What a module keeps with a set while it is being planned; key is the address of one of its statics.
void *wset_note(const struct wset *, const void *key);
void wset_note_set(struct wset *, const void *key, void *note);

// Hands the set over; done runs once, on a writer thread (with inline_commit: before this returns).
// The error lives until done returns (err_copy keeps it). done must be quick and must not wait for
// the store. The set may be submitted again after done, unchanged, if it failed.
void store_submit(struct store *, struct wset *, void (*done)(void *arg, struct err *), void *arg);
// Waits. Must not be called on a writer thread.
must_use struct err *store_commit(struct store *, struct arena *, struct wset *);
struct err *err_copy(struct arena *, const struct err *);      // deep, with the list; NULL gives NULL

// For benches only: `set` sees every set that was committed, on the writer's thread, and `read` every query of a snapshot
// but those of SNAP_KEPT and SNAP_EACH, on the asking thread. Before the first submit.
typedef void (*store_read_fn)(void *ctx, const char *sql, const struct val *params, size_t n_params);
void store_set_recorder(struct store *, void (*set)(void *ctx, const struct wset *), store_read_fn read, void *ctx);

// The group hook runs on the writer's thread inside the transaction, after the sets of the group
// were applied, and adds statements to `extra` (expect is honoured). `settled` runs after commit or
// rollback, before any `done`: only then may the hook move its own state. An error from either
// `fill` or `extra` fails the group. A group whose transaction is retried calls fill again.
struct store_group {
	struct arena *a;              // lives until settled
	int writer;
	struct wset *const *sets;     // those that succeeded, in the order applied
	size_t n;
	struct store *store;
	struct conn *conn;            // for group_query; NULL in settled
};
// Reads inside the group's transaction, from fill only.
must_use struct err *group_query(const struct store_group *, struct rows *out, const char *sql,
	const struct val *params, size_t n_params);
#define GROUP_QUERY(g, out, sql, ...) \
	group_query((g), (out), "" sql, VALS(__VA_ARGS__), VALS_N(__VA_ARGS__))
struct store_hook {
	struct err *(*fill)(void *ctx, const struct store_group *, struct wset *extra);
	void (*settled)(void *ctx, const struct store_group *, bool committed);
	void *ctx;
};
void store_set_group_hook(struct store *, struct store_hook);   // before the first submit

// ---- ids and numbers ----

// Time-ordered, positive, unique across nodes, increasing within the process also when the clock
// jumps back: 41 bits of ms since 2020-01-01 UTC, 10 node bits, 12 sequence bits.
int64_t store_id(struct store *);
int64_t store_id_ms(int64_t id);           // the instant inside an id, UTC ms

// The next number of (scope, period), from 1. Leased in blocks of `block` by a commit of its own, so
// numbers are unique and rising per process, but a stopped process leaves a gap (a rush makes blocks larger, 64 times at most). period is the
// caller's (a day as 20261105, a year, 0). Not on a writer thread.
must_use struct err *number_lease(struct store *, struct arena *, struct str scope, int64_t period,
	int block, int64_t *out);

// ---- blobs: DATA/blobs/ab/cdef…, named by the SM3 of their bytes ----

struct blob_put;
must_use struct err *blob_begin(struct store *, struct arena *, struct blob_put **out);
must_use struct err *blob_write(struct blob_put *, struct arena *, struct str chunk);
must_use struct err *blob_finish(struct blob_put *, struct arena *, unsigned char digest[32], int64_t *size);
void blob_abort(struct blob_put *);        // instead of finish; NULL is harmless. A finish that failed has aborted
must_use struct err *blob_put_all(struct store *, struct arena *, struct str bytes, unsigned char digest[32]);

struct blob;
must_use struct err *blob_open(struct store *, struct arena *, const unsigned char digest[32], struct blob **out);
int64_t blob_size(const struct blob *);
must_use struct err *blob_read(struct blob *, struct arena *, int64_t at, size_t n, struct str *out);  // shorter at the end
void blob_close(struct blob *);
// Reads all and checks the digest; E_TOO_BIG above max.
must_use struct err *blob_get(struct store *, struct arena *, const unsigned char digest[32], size_t max, struct str *out);

// Removes blobs that keep() does not name and that were put (or put again) more than min_age_ms ago,
// and temporary files as old. min_age_ms must exceed the longest time between blob_finish and commit.
must_use struct err *blob_sweep(struct store *, struct arena *, int64_t min_age_ms,
	bool (*keep)(void *ctx, const unsigned char digest[32]), void *ctx, int64_t *removed);

// ---- moving house ----

// Writes one snapshot of all tables and every blob into a new folder, while the store is in use.
must_use struct err *store_backup(struct store *, struct arena *, struct str dir);
// Fills an empty database (config names it; either kind) from such a folder and closes it again.
// config->migrations must contain those of the backup; newer ones run after the rows are in.
must_use struct err *store_restore(struct arena *, struct str dir, const struct store_config *config);
