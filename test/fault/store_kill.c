// kill -9 under load: what the process acknowledged before it died is there afterwards, whole.
// store_kill [ROUNDS] [sqlite|postgres]
#include "both.h"

#include "base/seam.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

static int rounds = 12;
static const char *only;
static char self[512];

static const struct migration schema[] = {{1, "t",
	"CREATE TABLE part (id INTEGER NOT NULL PRIMARY KEY, body TEXT NOT NULL) STRICT;"
	"CREATE TABLE other (id INTEGER NOT NULL PRIMARY KEY) STRICT;"
	"CREATE TABLE tally (key INTEGER NOT NULL PRIMARY KEY, n INTEGER NOT NULL) STRICT;"
	"INSERT INTO tally (key, n) VALUES (0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 0), (7, 0);"}};

enum { THREADS = 8 };

// ---- the child: writes until it is killed, telling each acknowledged id on standard output ----

struct work { struct store *s; int i; };

static void *produce(void *p)
{
	struct work *w = p;
	struct arena *a = arena_new(0);
	for (;;) {
		arena_reset(a);
		int64_t id = store_id(w->s);
		struct wset *ws = wset_new(a);
		WSET_EXEC(ws, 1, "INSERT INTO part (id, body) VALUES (?1, ?2)", V_INT(id), V_TEXT(S("一份申请")));
		WSET_EXEC(ws, 1, "UPDATE tally SET n = n + 1 WHERE key = ?1", V_INT(w->i));
		WSET_EXEC(ws, 1, "INSERT INTO other (id) VALUES (?1)", V_INT(id));
		if (store_commit(w->s, a, ws)) _exit(3);
		if (write(1, &id, sizeof id) != sizeof id) _exit(4);
	}
}

static int child(const char *url, const char *dir)
{
	struct arena *a = arena_new(0);
	struct store_config c = {.url = str_of(url), .data_dir = str_of(dir), .node = -1, .migrations = schema,
		.n_migrations = 1, .wal_pages = 50};
	struct store *s;
	if (store_open(a, &c, &s)) return 5;
	struct work w[THREADS];
	pthread_t th[THREADS];
	for (int i = 0; i < THREADS; i++) {
		w[i] = (struct work){s, i};
		pthread_create(&th[i], NULL, produce, &w[i]);
	}
	pause();
	return 0;
}

// ---- the parent ----

struct list { int64_t *id; size_t n, cap; struct arena *a; };

static void one_round(struct place *p, struct list *acked, int round)
{
	int out;
	pid_t pid = place_child(p, self, "child", NULL, &out);
	// it dies after so many acknowledgements, wherever it is by then
	unsigned until = 1 + (unsigned)(round * 37) % 300, got = 0;
	int64_t id;
	while (read(out, &id, sizeof id) == sizeof id) {
		*vec_push(acked->a, acked->id, acked->n, acked->cap) = id;
		if (++got == until) kill(pid, SIGKILL);
	}
	close(out);
	int status;
	waitpid(pid, &status, 0);
	if (!WIFSIGNALED(status)) fail_msg("the child ended by itself with %d", WEXITSTATUS(status));
}

static void check(struct place *p, struct list *acked)
{
	struct arena *a = arena_new(0);
	struct store_config c = place_config(p, schema, 1);
	c.node = -1;
	struct store *s;
	OK(store_open(a, &c, &s));
	struct snap *q;
	struct rows r;
	OK(snap_open(s, a, &q));
	for (size_t i = 0; i < acked->n; i++) {
		OK(SNAP_QUERY(q, a, &r, "SELECT id FROM part WHERE id = ?1", V_INT(acked->id[i])));
		if (r.n != 1) fail_msg("acknowledged set %zu of %zu is lost", i, acked->n);
	}
	OK(SNAP_QUERY(q, a, &r, "SELECT (SELECT count(*) FROM part), (SELECT count(*) FROM other), (SELECT sum(n) FROM tally)"));
	assert_int_equal(row_int(&r, 0, 0), row_int(&r, 0, 1));
	assert_int_equal(row_int(&r, 0, 0), row_int(&r, 0, 2));
	assert_true(row_int(&r, 0, 0) >= (int64_t)acked->n);
	snap_close(q);
	store_close(s);
	arena_free(a);
}

static void kill_often(void **state)
{
	enum kind k = *(enum kind *)*state;
	if (!place_can(k) || (only && strcmp(only, k == SQLITE ? "sqlite" : "postgres") != 0)) skip();
	struct place p;
	place_make(&p, k);
	struct list acked = {.a = arena_new(0)};
	for (int i = 0; i < rounds; i++) {
		one_round(&p, &acked, i);
		if (i % 10 == 9 || i == rounds - 1) check(&p, &acked);
	}
	assert_true(acked.n >= (size_t)rounds);
	print_message("%d kills, %zu acknowledged sets, none lost\n", rounds, acked.n);
	arena_free(acked.a);
	place_drop(&p);
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "child") == 0) return child(argv[2], argv[3]);
	if (argc > 1) rounds = atoi(argv[1]);
	if (argc > 2) only = argv[2];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	if (n <= 0) return 1;
	static enum kind kinds[] = {SQLITE, POSTGRES};
	const struct CMUnitTest list[] = {
		{"sqlite kill -9", kill_often, NULL, NULL, &kinds[0]}, {"postgres kill -9", kill_often, NULL, NULL, &kinds[1]},
	};
	return cmocka_run_group_tests_name("kill", list, NULL, NULL);
}
