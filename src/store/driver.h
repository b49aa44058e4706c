// driver.h — what the store asks of a database. Private to store/.
//
// A connection is used by one thread at a time. Every function returns an error in the arena given.
#pragma once
#include "codec/sm.h"
#include "store/store.h"

#include <pthread.h>
#include <stdatomic.h>

struct conn;

struct stmt {
	const char *sql;
	const struct val *param;
	size_t n;
	int64_t expect;
};

struct wset {
	struct arena *a;
	struct stmt *stmt;
	size_t n, cap;
	unsigned char (*mark)[32];
	size_t n_marks, cap_marks;
	struct { const void *key; void *note; } *note;
	size_t n_notes, cap_notes;
	uint64_t *touch;                 // kept_tag of rows that may be kept in memory
	size_t n_touches, cap_touches;
	bool bad_text;
};

// A submitted set. Lives in the submitter's set arena until done was called.
struct job {
	struct wset *ws;
	void (*done)(void *, struct err *);
	void *arg;
	struct err *err;
	struct job *next;
};

// A query and where its rows go.
struct ask {
	const char *sql;
	const struct val *v;
	size_t n;
	struct arena *a;
	struct rows *out;
};

enum conn_role { CONN_READ, CONN_WRITE };

struct driver {
	struct err *(*open)(struct arena *, struct store *, enum conn_role, struct conn **);
	void (*close)(struct conn *);
	bool (*alive)(struct conn *);
	struct err *(*begin_read)(struct conn *, struct arena *);
	void (*end_read)(struct conn *);
	// NULL, or end_read may leave the end for later: end_due tells, end_now does it.
	bool (*end_due)(const struct conn *);
	void (*end_now)(struct conn *);
	// Where a round trip costs something, else NULL: a picture that the first query takes, and several queries at once.
	void (*begin_late)(struct conn *);
	struct err *(*ask)(struct conn *, struct arena *, const struct ask *, size_t n);
	struct err *(*query)(struct conn *, struct arena *, struct rows *, const char *sql, const struct val *, size_t n);
	struct err *(*each)(struct conn *, struct arena *, snap_row_fn, void *, const char *sql, const struct val *, size_t n);
	// Runs the jobs as one transaction, filling each job's err; a group whose commit fails gives
	// every job an error. Calls fill_extra (below) before the commit.
	void (*group)(struct conn *, struct arena *, int writer, struct job **, size_t n);
	// Between two groups, when the callers of the last one have their answers; idle: nobody waits. NULL: nothing to do then.
	void (*tidy)(struct conn *, bool idle);
	// Plain transactions for migrations and restore.
	struct err *(*script)(struct conn *, struct arena *, const char *sql);   // several statements
	struct err *(*exec)(struct conn *, struct arena *, const char *sql, const struct val *, size_t n, int64_t *changed);
	struct err *(*begin)(struct conn *, struct arena *);
	struct err *(*commit)(struct conn *, struct arena *);
	void (*rollback)(struct conn *);
	struct err *(*tables)(struct conn *, struct arena *, struct rows *);     // names of our tables, sorted
	struct err *(*columns)(struct conn *, struct arena *, struct str table, struct rows *);   // names, in order
};
extern const struct driver sqlite_driver, pg_driver;

enum { MOST_WRITERS = 16 };

struct number_block { struct str scope; int64_t period, next, end, leased_us; int taken; struct number_block *more; };

struct store {
	const struct driver *db;
	bool postgres, inline_commit, sync_off, closing;
	struct str url, dir, data_dir;
	char *vfs;
	int node, n_writers, n_readers, wal_pages;
	size_t group_max;
	struct arena *a;                      // what lives as long as the store; guarded by `lock` after open

	pthread_mutex_t lock;                 // queue, numbers
	pthread_cond_t queued;
	struct job *first, *last;
	int64_t n_queued;
	int n_busy;                           // writers with a group under way
	struct readers *readers;

	pthread_mutex_t inline_lock;
	struct conn **writer;
	pthread_t *thread;
	int n_threads;

	struct store_hook hook;
	void (*recorder)(void *, const struct wset *);
	store_read_fn read_recorder;
	void *recorder_ctx;
	void (*on_commit)(void *);
	void *on_commit_ctx;

	pthread_mutex_t id_lock;
	int64_t id_last;                      // ms << 12 | sequence
	atomic_llong id_saved_ms;             // every committed id is earlier than this
	int64_t id_pending_ms[MOST_WRITERS];            // by writer: what the group under way will make of it

	pthread_mutex_t number_lock;
	struct number_block *numbers;

	int lock_fd;
	struct kept *kept;
	struct pg_wake *wake;                 // PostgreSQL: the LISTEN/NOTIFY connection

	atomic_llong sets, failed_sets, groups, rerun_groups, snaps;
};

extern _Thread_local bool on_writer_thread;

// For drivers: the statements that every group ends with (hook, id high-water mark). `ok` are the
// jobs that succeeded.
struct err *fill_extra(struct store *, struct conn *, struct arena *, int writer, struct job **ok, size_t n,
	struct wset *extra);
// The closing statements are ours: a key or guard they break is no answer to a caller.
struct err *group_err(struct arena *, struct err *);
void settle(struct store *, struct arena *, int writer, struct job **ok, size_t n, bool committed);

// id.c
struct err *ids_load(struct store *, struct arena *, struct conn *);
int64_t ids_used_ms(struct store *);

// wset.c
struct err *params_check(struct arena *, const struct val *, size_t n);

// migrate.c
struct str migration_digest(struct arena *, const struct migration *);     // hex; comments do not count
struct err *migrate(struct store *, struct arena *, struct conn *, const struct migration *, size_t n);
// A database that restore is still filling is refused by store_open.
struct err *restore_mark(struct store *, struct arena *, struct conn *, bool on);
struct err *restore_refuse(struct store *, struct arena *, struct conn *);

// blob.c
struct err *blob_flock(struct store *, struct arena *, int how, int *fd);

// sqlite.c
struct err *sqlite_lock(struct arena *, struct store *);
void sqlite_unlock(struct store *);

// kept.c: rows in memory. since: kept_now before the picture was taken. KEPT_S bounds how long rows live that were changed
// behind our back, by hand.
enum { KEPT_S = 60 };
struct kept *kept_new(void);
void kept_free(struct kept *);
uint64_t kept_tag(enum keep, int64_t id);
uint64_t kept_now(struct kept *);
bool kept_find(struct kept *, struct arena *, struct rows *out, const char *sql, const struct val *, size_t n);   // out NULL: only whether
void kept_put(struct kept *, uint64_t since, uint64_t tag, const char *sql, const struct val *, size_t n, const struct rows *);
void kept_touch(struct kept *, uint64_t tag);
void kept_hears(struct kept *, bool);         // whether commits of other processes are heard; drops everything

// pg_wake.c: node number, LISTEN and NOTIFY on a connection of its own
#define PG_KEPT_CHANNEL "tongban_kept"        // payload: see take_kept
struct err *pg_wake_start(struct arena *, struct store *, int node);
void pg_wake_stop(struct store *);
void pg_wake_send(struct store *);
bool pg_wake_holds_node(struct store *);

// snap.c: pictures, and the connections that hold them
void readers_open(struct store *);
void readers_close(struct store *);
void end_readers(struct store *);             // ends what idle readers have left for later
struct conn *snap_conn(struct snap *);        // not of a late one

// store.c
struct timespec monotonic_in(int64_t ms);
void monotonic_cond(pthread_cond_t *);
void wake_up(struct store *);
struct err *store_open_raw(struct arena *, const struct store_config *, struct store **);

// our own mistakes in SQL: the sentence goes to the log, the caller gets E_BUG
struct err *sql_bug(struct arena *, const char *sql, const char *message);

// io.c: files and their names
struct str hex_of(struct arena *, const unsigned char *, size_t n);         // lower case
bool hex_read(struct str hex, unsigned char *out, size_t n);                // exactly n bytes, lower case
struct err *io_err(struct arena *, const char *what, const char *path);
struct err *make_dirs(struct arena *, struct str path);
struct err *sync_dir(struct arena *, const char *path);
