// Durable write sets a second: singly and in groups, on both databases. One JSON line a figure.
// store_bench [SECONDS] [PRODUCERS]   (PostgreSQL: test/pg.sh run store_bench …)
//
// A set is a case of 1.5 KB with two index rows and one journal row with an SM3 chain value.
#include "both.h"
#include "cutvfs.h"

#include "base/seam.h"
#include "codec/sm.h"

#include <libpq-fe.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>

static const struct migration schema[] = {{1, "t",
	"CREATE TABLE cases (id INTEGER NOT NULL PRIMARY KEY, home INTEGER NOT NULL, state TEXT NOT NULL, number TEXT NOT NULL,"
	" due_ms INTEGER NOT NULL, body TEXT NOT NULL) STRICT;"
	"CREATE INDEX cases_open ON cases (home, state, due_ms, id);"
	"CREATE UNIQUE INDEX cases_number ON cases (number);"
	"CREATE TABLE trail (subject INTEGER NOT NULL, seq INTEGER NOT NULL, prev BLOB NOT NULL, hash BLOB NOT NULL, detail TEXT NOT NULL,"
	" PRIMARY KEY (subject, seq)) STRICT, WITHOUT ROWID;"}};

struct load {
	struct store *s;
	int64_t until_us;
	atomic_llong done, longest_us;
};

static char body[1400];

static void *produce(void *p)
{
	struct load *l = p;
	struct arena *a = arena_new(0);
	while (seam_mono_us() < l->until_us) {
		arena_reset(a);
		int64_t id = store_id(l->s), begin = seam_mono_us();
		struct wset *ws = wset_new(a);
		unsigned char hash[32];
		struct str number = str_fmt(a, "359900%016lld", (long long)id);
		sm3(number, hash);
		WSET_EXEC(ws, 1, "INSERT INTO cases (id, home, state, number, due_ms, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
			V_INT(id), V_INT(id % 50), V_TEXT(S("received")), V_TEXT(number), V_INT(begin),
			V_TEXT(((struct str){body, sizeof body})));
		WSET_EXEC(ws, 1, "INSERT INTO trail (subject, seq, prev, hash, detail) VALUES (?1, ?2, ?3, ?4, ?5)", V_INT(id), V_INT(1),
			V_BLOB(((struct str){(char *)hash, 32})), V_BLOB(((struct str){(char *)hash, 32})), V_TEXT(S("{\"op\":\"submit\"}")));
		struct err *e = store_commit(l->s, a, ws);
		if (e) {
			fprintf(stderr, "%s\n", str_z(a, err_text(a, e, true)));
			exit(1);
		}
		int64_t took = seam_mono_us() - begin;
		long long longest = atomic_load(&l->longest_us);
		while (took > longest && !atomic_compare_exchange_weak(&l->longest_us, &longest, took)) {}
		atomic_fetch_add(&l->done, 1);
	}
	arena_free(a);
	return NULL;
}

// PostgreSQL's own count of log synchronisations.
static int64_t wal_syncs(void)
{
	nanosleep(&(struct timespec){0, 300000000}, NULL);
	PGconn *c = PQconnectdb(getenv("TONGBAN_TEST_PG"));
	PQclear(PQexec(c, "SELECT pg_stat_force_next_flush()"));
	PGresult *r = PQexec(c, "SELECT wal_sync FROM pg_stat_wal");
	int64_t n = PQntuples(r) ? strtoll(PQgetvalue(r, 0, 0), NULL, 10) : 0;
	PQclear(r);
	PQfinish(c);
	return n;
}

static void bench(enum kind k, const char *mode, size_t group_max, int writers, int producers, double seconds)
{
	struct place p;
	place_make(&p, k);
	struct arena *a = arena_new(0);
	struct store_config c = place_config(&p, schema, 1);
	c.group_max = group_max;
	c.writers = writers;
	c.vfs = k == SQLITE ? "cut" : NULL;
	struct load l = {0};
	OK(store_open(a, &c, &l.s));
	int64_t syncs = k == SQLITE ? cutvfs_syncs() : wal_syncs();
	int64_t begin = seam_mono_us();
	l.until_us = begin + (int64_t)(seconds * 1e6);
	pthread_t *th = arena_newn(a, pthread_t, producers);
	for (int i = 0; i < producers; i++)
		if (pthread_create(&th[i], NULL, produce, &l)) exit(1);
	for (int i = 0; i < producers; i++) pthread_join(th[i], NULL);
	double took = (double)(seam_mono_us() - begin) / 1e6;
	struct store_stats st = store_stats(l.s);
	if (k == POSTGRES) store_close(l.s), l.s = NULL;      // its sessions report their counts when they end
	syncs = (k == SQLITE ? cutvfs_syncs() : wal_syncs()) - syncs;
	printf("{\"bench\":\"store.sets\",\"store\":\"%s\",\"mode\":\"%s\",\"synchronous\":\"%s\",\"writers\":%d,\"group_max\":%zu,"
		"\"producers\":%d,\"seconds\":%.1f,\"sets\":%lld,\"per_s\":%.0f,\"sets_a_group\":%.1f,\"fsyncs_a_group\":%.2f,"
		"\"longest_ms\":%.1f,\"rows_a_set\":2,\"index_rows_a_set\":2,\"body_bytes\":%zu}\n",
		k == SQLITE ? "sqlite" : "postgres", mode, k == SQLITE ? "FULL" : "on", k == SQLITE ? 1 : writers, group_max,
		producers, took, atomic_load(&l.done), (double)atomic_load(&l.done) / took, (double)st.sets / (double)st.groups,
		(double)syncs / (double)st.groups, (double)atomic_load(&l.longest_us) / 1000, sizeof body);
	fflush(stdout);
	store_close(l.s);
	arena_free(a);
	place_drop(&p);
}

int main(int argc, char **argv)
{
	double seconds = argc > 1 ? atof(argv[1]) : 2;
	int producers = argc > 2 ? atoi(argv[2]) : 64;
	memset(body, 'x', sizeof body);
	cutvfs_register();
	cutvfs_track(false);
	bench(SQLITE, "singly", 1, 1, producers, seconds);
	bench(SQLITE, "grouped", 256, 1, producers, seconds);
	if (!place_can(POSTGRES)) return 0;
	bench(POSTGRES, "singly", 1, 3, producers, seconds);
	for (int writers = 1; writers <= 3; writers++) bench(POSTGRES, "grouped", 256, writers, producers, seconds);
	return 0;
}
