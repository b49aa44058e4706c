// pg_wake.c — the connection that holds this process's node number and carries the wake-ups.
//
// A node number is a session lock: two processes never make ids or journal chains under one number.
// NOTIFY is sent here, outside business transactions, because it takes a lock over all commits; only what must not get lost,
// that rows changed which others may have in memory (kept.c), travels inside the transaction that changed them.
#include "store/driver.h"

#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { LOCK_CLASS = 7364102, RETRY_MS = 500, SWEEP_MS = 1000, LOOK_MS = 10000, START_TRIES = 15, START_MS = 200 };

struct pg_wake {
	struct store *s;
	PGconn *c;
	const char *url;
	int event;                 // a commit group happened, or stop
	atomic_bool holds, stop;
	bool threaded;
	pthread_t thread;
};

static bool try_node(PGconn *c, int node)
{
	char sql[80];
	snprintf(sql, sizeof sql, "SELECT pg_try_advisory_lock(%d, %d)", LOCK_CLASS, node);
	PGresult *r = PQexec(c, sql);
	bool got = PQresultStatus(r) == PGRES_TUPLES_OK && PQgetvalue(r, 0, 0)[0] == 't';
	PQclear(r);
	return got;
}

static void no_notice(void *ctx, const PGresult *r)
{
}

static void hold(struct pg_wake *w, bool holds)
{
	atomic_store(&w->holds, holds);
	kept_hears(w->s->kept, holds && !w->s->inline_commit);        // without a thread nobody listens
}

static bool up(struct pg_wake *w, int node)
{
	if (w->c) PQfinish(w->c);
	w->c = PQconnectdb(w->url);
	if (PQstatus(w->c) != CONNECTION_OK) return false;
	PQsetNoticeReceiver(w->c, no_notice, NULL);
	// -1: the first number nobody holds
	for (int i = node < 0 ? 0 : node; i <= (node < 0 ? 1023 : node); i++)
		if (try_node(w->c, i)) {
			w->s->node = i;
			PGresult *r = PQexec(w->c, "LISTEN tongban; LISTEN " PG_KEPT_CHANNEL);
			bool ok = PQresultStatus(r) == PGRES_COMMAND_OK;
			PQclear(r);
			hold(w, ok);
			return ok;
		}
	return false;
}

// What pg.c sends with a commit: the tags of what it touched, in hex, or nothing when they were too many.
static void take_kept(struct kept *k, struct str tags)
{
	if (!tags.n) kept_hears(k, true);
	while (tags.n) {
		struct str hex = str_cut(&tags, S(" "));
		unsigned char b[8];
		uint64_t tag = 0;
		if (!hex_read(hex, b, sizeof b)) continue;
		for (size_t i = 0; i < sizeof b; i++) tag = tag << 8 | b[i];
		kept_touch(k, tag);
	}
}

static bool take_notices(struct pg_wake *w)
{
	bool others = false;
	if (!PQconsumeInput(w->c)) return false;
	for (PGnotify *n; (n = PQnotifies(w->c)); PQfreemem(n)) {
		if (strcmp(n->relname, PG_KEPT_CHANNEL) == 0) take_kept(w->s->kept, str_of(n->extra));
		else others |= n->be_pid != PQbackendPID(w->c);
	}
	if (others) wake_up(w->s);
	return true;
}

static void *wake_main(void *p)
{
	struct pg_wake *w = p;
	for (int idle = 0; !atomic_load(&w->stop);) {
		end_readers(w->s);
		if (!atomic_load(&w->holds)) {
			if (up(w, w->s->node)) wake_up(w->s);      // what happened meanwhile was not heard
		}
		bool ok = atomic_load(&w->holds);
		struct pollfd f[2] = {{w->event, POLLIN}, {ok ? PQsocket(w->c) : -1, POLLIN}};
		int n = poll(f, 2, ok ? SWEEP_MS : RETRY_MS);
		if (!ok) continue;
		// From time to time a look whether the lock's session still lives.
		idle = n ? 0 : idle + SWEEP_MS;
		bool alive = true;
		uint64_t count = 0;
		if (f[0].revents & POLLIN) alive = read(w->event, &count, sizeof count) == sizeof count;
		if (atomic_load(&w->stop)) break;
		if (count || idle >= LOOK_MS) {
			idle = 0;
			PGresult *r = PQexec(w->c, count ? "NOTIFY tongban" : "SELECT 1");
			alive = PQstatus(w->c) == CONNECTION_OK;
			PQclear(r);
		}
		if (!alive || !take_notices(w) || PQstatus(w->c) != CONNECTION_OK) hold(w, false);
	}
	return NULL;
}

struct err *pg_wake_start(struct arena *a, struct store *s, int node)
{
	struct pg_wake *w = arena_new1(s->a, struct pg_wake);
	w->s = s;
	w->url = str_z(s->a, s->url);
	w->event = eventfd(0, EFD_CLOEXEC);
	s->wake = w;
	if (w->event < 0) return err_arg(a, E_STORE, S("eventfd"));
	bool is_up = up(w, node);
	// A process that died just now may still hold its number for a moment.
	for (int i = 1; !is_up && node >= 0 && PQstatus(w->c) == CONNECTION_OK && i < START_TRIES; i++) {
		poll(NULL, 0, START_MS);
		is_up = up(w, node);
	}
	if (!is_up) {
		if (PQstatus(w->c) != CONNECTION_OK) return err_arg(a, E_STORE, str_trim(str_of(PQerrorMessage(w->c))));
		return err_args(a, E_SETTING, S("store.node"), str_fmt(a, "%d: 已有进程使用 / in use by another process", node), S(""));
	}
	if (s->inline_commit) return NULL;
	if (pthread_create(&w->thread, NULL, wake_main, w) != 0) return err_arg(a, E_STORE, S("thread"));
	w->threaded = true;
	return NULL;
}

void pg_wake_stop(struct store *s)
{
	struct pg_wake *w = s->wake;
	if (!w) return;
	atomic_store(&w->stop, true);
	if (w->threaded) {
		pg_wake_send(s);
		pthread_join(w->thread, NULL);
	}
	// A closed session gives its locks back only when its backend has ended; the next start should not wait.
	if (w->c && PQstatus(w->c) == CONNECTION_OK) PQclear(PQexec(w->c, "SELECT pg_advisory_unlock_all()"));
	if (w->c) PQfinish(w->c);
	if (w->event >= 0) close(w->event);
	s->wake = NULL;
}

void pg_wake_send(struct store *s)
{
	struct pg_wake *w = s->wake;
	uint64_t one = 1;
	if (w->threaded) CHECK(write(w->event, &one, sizeof one) == sizeof one);
	else PQclear(PQexec(w->c, "NOTIFY tongban"));
}

bool pg_wake_holds_node(struct store *s)
{
	return atomic_load(&s->wake->holds);
}
