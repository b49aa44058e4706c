// What is over is put away, on both databases: nothing but the tables changes, whichever statement fails and whenever it is
// killed; and what a database of before brings with it.
#include "branches.h"

#include "base/seam.h"
#include "domain/flow/past.h"
#include "domain/flow/paths.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { A_DAY = 86400000 };

static int64_t counted(struct world *w, const char *sql)
{
	struct arena *a = arena_new(0);
	struct plan p = begin(w, a);
	struct rows r;
	OK(snap_query(p.snap, a, &r, sql, NULL, 0));
	int64_t n = row_int(&r, 0, 0);
	snap_close(p.snap);
	arena_free(a);
	return n;
}

static int64_t apart(struct world *w) { return counted(w, "SELECT count(*) FROM flow_instance_past"); }

// An instance is on one side with all that is of it.
static void unmixed(struct world *w)
{
	static const char *const wrong[] = {
		"SELECT count(*) FROM flow_instance i JOIN flow_instance_past o ON o.id = i.id",
		"SELECT count(*) FROM task t WHERE NOT EXISTS (SELECT 1 FROM flow_instance i WHERE i.id = t.instance)",
		"SELECT count(*) FROM flow_event t WHERE NOT EXISTS (SELECT 1 FROM flow_instance i WHERE i.id = t.instance)",
		"SELECT count(*) FROM task_past t WHERE NOT EXISTS (SELECT 1 FROM flow_instance_past i WHERE i.id = t.instance)",
		"SELECT count(*) FROM flow_event_past t WHERE NOT EXISTS (SELECT 1 FROM flow_instance_past i WHERE i.id = t.instance)",
		"SELECT count(*) FROM flow_instance_past WHERE ended = 0"};
	for (size_t i = 0; i < countof(wrong); i++)
		if (counted(w, wrong[i])) fail_msg("%lld: %s", (long long)counted(w, wrong[i]), wrong[i]);
}

static struct err *put_away(struct world *w, struct arena *a, size_t *n)
{
	struct plan p = begin(w, a);
	int64_t first;
	bool due;
	OK(flow_past_due(&p, &due));
	struct err *e = flow_put_away(&p, n, &first);
	assert_int_equal(due, !e && *n);
	return finish(&p, e);
}

static int64_t through(struct world *w, int64_t id)
{
	static const char *const parts[] = {"a", "b", "c", "t", "m1", "d", "make"};
	for (size_t i = 0; i < countof(parts); i++) must(w, id, parts[i]);
	return id;
}

// What the pages of processes show: the drawing, the words, the events of a case; the ways of all.
static struct str shown(struct world *w, struct arena *a, const int64_t *cases, size_t n)
{
	struct plan p = begin(w, a);
	struct buf b = buf_new(a);
	struct paths ways;
	struct path_model *used;
	size_t n_used;
	for (size_t i = 0; i < n; i++) {
		struct flow_instance *inst;
		struct flow_line *line;
		struct flow_record *r;
		uint32_t lines;
		size_t events;
		OK(flow_find(&p, cases[i], &inst));
		assert_non_null(inst);
		OK(flow_draw(&p, inst, S("f"), FLOW_STAFF, false, &b));
		OK(flow_outline(&p, inst, FLOW_PUBLIC, true, &line, &lines));
		for (uint32_t k = 0; k < lines; k++) buf_fmt(&b, "%s " STR_FMT "\n", line[k].mark, STR_ARG(line[k].text));
		OK(flow_records(&p, inst->id, &r, &events));
		for (size_t k = 0; k < events; k++) buf_fmt(&b, "%lld %lld %s " STR_FMT "\n", (long long)r[k].version, (long long)r[k].at_ms, flow_record_kind(&r[k]), STR_ARG(r[k].detail));
	}
	p.cat = domain_catalogue(w->domain);
	OK(flow_paths(&p, S("apply:food_licence"), 0, 100, &ways));
	buf_fmt(&b, "%lld begun %lld ended %lld running %zu ways %lld first\n", (long long)ways.begun, (long long)ways.ended, (long long)ways.running, ways.n, (long long)ways.path[0].count);
	buf_add(&b, ways.svg);
	OK(flow_paths(&p, S("apply:food_licence"), 0, 3, &ways));             // of the newest three, on whichever side
	buf_fmt(&b, "%lld begun %lld running, more %d\n", (long long)ways.begun, (long long)ways.running, ways.capped);
	OK(flow_models_used(&p, 100, &used, &n_used));
	for (size_t i = 0; i < n_used; i++) buf_fmt(&b, STR_FMT " %lld\n", STR_ARG(used[i].model), (long long)used[i].n);
	catalogue_unref(p.cat);
	snap_close(p.snap);
	return buf_str(&b);
}

static void same(struct str before, struct str after)
{
	if (!str_eq(before, after)) fail_msg("not as before:\n" STR_FMT "\n" STR_FMT, STR_ARG(before), STR_ARG(after));
}

static struct store_config config(struct arena *a, const struct place *place)
{
	struct store_config c = place_config(place, NULL, 0);
	c.migrations = schema_all(a, &c.n_migrations);
	c.readers = 4;
	return c;
}

static struct err *open_store(struct arena *a, const struct place *place, struct store **out)
{
	struct store_config c = config(a, place);
	return store_open(a, &c, out);
}

// A backup, restored into a database of its own, holds both sides.
static void restored(struct world *w, struct str rows, int64_t instances)
{
	struct world other = {.a = w->a, .domain = w->domain, .now_ms = w->now_ms};
	struct str dir = str_fmt(w->a, "%s/backup", w->place.dir);
	int64_t moved = apart(w);
	OK(store_backup(w->store, w->a, dir));
	place_make(&other.place, w->place.kind);
	struct store_config c = config(w->a, &other.place);
	OK(store_restore(w->a, dir, &c));
	OK(store_open(w->a, &c, &other.store));
	assert_int_equal(apart(&other), moved);
	unmixed(&other);
	whole(&other, instances);
	same(rows, dump(&other, w->a));
	store_close(other.store);
	place_drop(&other.place);
}

static void past(enum kind k)
{
	struct world w;
	struct seen seen;
	struct flow_due *due;
	struct task old;
	uint32_t refused = 0;
	bool found;
	size_t n;
	open_world(&w, k);
	struct str v1 = publish(&w, "c", "");
	int64_t id[5] = {start(&w, v1), start(&w, v1), 0, start(&w, v1)};
	id[2] = start(&w, v1);
	struct plan p = begin(&w, w.a);
	OK(task_of_case(&p, id[0], S("a"), &old, &found));
	snap_close(p.snap);
	through(&w, id[0]);
	struct str v2 = publish(&w, "c", "e");
	p = begin(&w, w.a);
	OK(finish(&p, flow_move(&p, id[1], v2)));
	for (const char *const *at = (const char *const[]){"a", "m1", "t", "b", "c", "d", "e", "make", NULL}; *at; at++) must(&w, id[1], *at);
	must(&w, id[2], "a");
	w.now_ms += A_DAY;
	through(&w, id[3]);                                  // ends a day later
	id[4] = start(&w, v2);                               // runs, like the third
	const struct str rows = dump(&w, w.a), pages = shown(&w, w.a, id, 5);

	// Thirty whole days (setting flow.keep_days) after the day it ended on; the last of them ends at midnight in Shanghai.
	const int64_t midnight = ms_shanghai(day_shanghai(noon_ms) + 31, 0, 0);
	w.now_ms = midnight - 1;
	OK(put_away(&w, w.a, &n));
	assert_int_equal(n, 0);
	w.now_ms = midnight;

	// Whichever statement fails, nothing has moved.
	for (int64_t at = 1; ; at++) {
		seam_fault_set("store.exec", at);
		struct err *e = put_away(&w, w.a, &n);
		int64_t passed = seam_fault_passes("store.exec");
		seam_fault_set("store.exec", 0);
		if (!e) {
			assert_true(passed < at && at > 6);
			break;
		}
		assert_int_equal(apart(&w), 0);
		same(rows, dump(&w, w.a));
	}
	assert_int_equal(n, 2);
	assert_int_equal(apart(&w), 2);
	unmixed(&w);
	whole(&w, 5);
	same(rows, dump(&w, w.a));
	same(pages, shown(&w, w.a, id, 5));
	OK(put_away(&w, w.a, &n));
	assert_int_equal(n, 0);                              // once

	// Two processes at it: the second is stale and has moved nothing twice.
	w.now_ms += A_DAY;
	struct plan one = begin(&w, w.a), two = begin(&w, w.a);
	int64_t first;
	OK(flow_put_away(&one, &n, &first));
	assert_int_equal(n, 1);
	OK(flow_put_away(&two, &n, &first));
	assert_int_equal(n, 1);
	OK(finish(&one, NULL));
	IS(E_STALE, finish(&two, NULL));
	assert_int_equal(apart(&w), 3);
	unmixed(&w);
	whole(&w, 5);
	same(rows, dump(&w, w.a));
	same(pages, shown(&w, w.a, id, 5));

	// What is over takes nothing, as before; what runs goes on.
	wrong_events(&w, id[0], &refused);
	assert_true(refused > 20);
	p = begin(&w, w.a);
	OK(task_read(&p, old.id, &old));
	assert_false(old.open);
	OK(flow_timers_due(&p, INT64_MAX, 10, &due, &n));
	assert_int_equal(n, 2);                              // of those that run
	struct err *e = finish(&p, task_done(&p, &old, S("agree"), NULL));
	assert_true(e && (e->code == E_BPMN_NOT_NOW || e->code == E_STALE));
	p = begin(&w, w.a);
	IS(E_FLOW_NOT_WAITING, finish(&p, flow_move(&p, id[0], v2)));
	p = begin(&w, w.a);
	OK(flow_message(&p, id[0], S("news"), NULL, &found));
	assert_false(found);
	snap_close(p.snap);
	p = begin(&w, w.a);
	IS(E_NOT_FOUND, task_read(&p, 17, &old));
	OK(flow_find(&p, 77, &(struct flow_instance *){0}));
	snap_close(p.snap);
	same(rows, dump(&w, w.a));
	restored(&w, rows, 5);
	must(&w, id[4], "a");

	// A replay looks at both sides.
	place_raw(&w.place, "UPDATE task_past SET open = 1 WHERE element = 'a' AND id = (SELECT min(id) FROM task_past)");
	struct flow_replay r = replay(&w, &seen);
	assert_int_equal(r.findings, 1);
	assert_int_equal(seen.flaw[FLOW_ROWS], 1);
	place_raw(&w.place, "UPDATE flow_event_past SET detail = '{\"vars\":{\"said_a\":\"refuse\"}}' WHERE kind = 'task'");
	assert_true(replay(&w, &seen).findings == 3 && seen.flaw[FLOW_STATE] == 3);
	place_raw(&w.place, "DELETE FROM flow_event_past");
	assert_true(replay(&w, &seen).findings == 3 && seen.flaw[FLOW_NO_EVENTS] == 3);
	close_world(&w);
}

// ---- killed while it puts away ----

static char self[512];

// Puts away slice after slice; says a byte for each.
static int away(const char *url, const char *dir)
{
	struct world w = {.a = arena_new(0), .now_ms = noon_ms + 60LL * A_DAY};
	struct place place = {0};
	snprintf(place.url, sizeof place.url, "%s", url);
	snprintf(place.dir, sizeof place.dir, "%s", dir);
	if (open_store(w.a, &place, &w.store)) return 5;
	for (size_t n = 1; n;) {
		struct arena *a = arena_new(0);
		if (put_away(&w, a, &n) || write(1, ".", 1) != 1) return 6;
		arena_free(a);
	}
	close(1);
	pause();
	return 0;
}

// Many of one: the state names neither instance nor case.
static void copies(struct world *w, int n)
{
	static const char *const what[][2] = {
		{"flow_instance (home, id, case_id, model, catalogue, version, ended, outcome, state, ended_ms)",
			"home, id + n.i, case_id + n.i, model, catalogue, version, ended, outcome, state, ended_ms FROM flow_instance"},
		{"task (home, id, instance, key, case_id, element, name, role, office, open, version, opened_ms, due_ms, done_ms, outcome)",
			"home, id + n.i, instance + n.i, key, case_id + n.i, element, name, role, office, open, version, opened_ms, due_ms, done_ms, outcome FROM task"},
		{"flow_event (home, instance, version, n, at_ms, kind, key, detail)", "home, instance + n.i, version, flow_event.n, at_ms, kind, key, detail FROM flow_event"}};
	for (size_t i = 0; i < countof(what); i++)
		place_raw(&w->place, str_z(w->a, str_fmt(w->a, "WITH RECURSIVE n(i) AS (SELECT 1000000 UNION ALL SELECT i + 1000000 FROM n WHERE i < %d000000)"
			" INSERT INTO %s SELECT %s, n", n, what[i][0], what[i][1])));
}

static void killed(enum kind k)
{
	enum { COPIES = 650 };
	struct world w;
	int fd, status;
	open_world(&w, k);
	through(&w, start(&w, publish(&w, "c", "")));
	copies(&w, COPIES);
	whole(&w, COPIES + 1);
	const struct str rows = dump(&w, w.a);
	int64_t moved = 0;
	for (int round = 0; moved < COPIES + 1; round++) {
		assert_true(round < 20);
		store_close(w.store);                                    // of an SQLite folder one process at a time is the owner
		pid_t pid = place_child(&w.place, self, "away", "", &fd);
		for (int slices = round < 3 ? round : 3; slices >= 0; slices--)
			if (read(fd, &(char){0}, 1) != 1) break;
		kill(pid, SIGKILL);                                      // while it is at the next
		waitpid(pid, &status, 0);
		close(fd);
		if (!WIFSIGNALED(status)) fail_msg("the child ended by itself with %d", WEXITSTATUS(status));
		OK(open_store(w.a, &w.place, &w.store));
		int64_t now = apart(&w);
		assert_true(now > moved && (now % PAST_SLICE == 0 || now == COPIES + 1));
		moved = now;
		unmixed(&w);
		whole(&w, COPIES + 1);
		same(rows, dump(&w, w.a));
	}
	close_world(&w);
}

// ---- a database of before ----

static void dated(enum kind k)
{
	struct world w = {.a = arena_new(0), .now_ms = noon_ms};
	struct store_config c;
	size_t n = 0;
	place_make(&w.place, k);
	c = place_config(&w.place, schema_all(w.a, &n), 0);
	while (strcmp(c.migrations[c.n_migrations].name, "flow") != 0 || c.migrations[c.n_migrations].version != 6) c.n_migrations++;
	OK(store_open(w.a, &c, &w.store));
	store_close(w.store);
	place_raw(&w.place, str_z(w.a, str_fmt(w.a, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000) INSERT INTO flow_instance"
		" (home, id, case_id, model, catalogue, version, ended, outcome, state) SELECT 1, i, i, 'm', 'c', 2, i %% 5 / 4, 'granted', %s FROM n",
		k == SQLITE ? "x'00'" : "'\\x00'")));
	place_raw(&w.place, "INSERT INTO flow_event (home, instance, version, n, at_ms, kind, key, detail) VALUES (1, 4, 1, 0, 100, 'start', 0, '{}'),"
		" (1, 4, 2, 0, 300, 'task', 1, '{}'), (1, 5, 1, 0, 100, 'start', 0, '{}')");
	OK(open_store(w.a, &w.place, &w.store));
	assert_int_equal(counted(&w, "SELECT count(*) FROM flow_instance WHERE ended = 0 AND ended_ms = 0"), 9600);
	assert_int_equal(counted(&w, "SELECT count(*) FROM flow_instance WHERE ended = 1 AND ended_ms = 1"), 2399);
	assert_int_equal(counted(&w, "SELECT ended_ms FROM flow_instance WHERE id = 4"), 300);
	OK(put_away(&w, w.a, &n));
	assert_int_equal(n, PAST_SLICE);
	unmixed(&w);
	store_close(w.store);
	place_drop(&w.place);
	arena_free(w.a);
}

#define BOTH(fn) \
	static void fn##_sqlite(void **s) { fn(SQLITE); } \
	static void fn##_postgres(void **s) { if (!place_can(POSTGRES)) skip(); fn(POSTGRES); }
BOTH(past)
BOTH(killed)
BOTH(dated)
#define T(fn) cmocka_unit_test(fn##_sqlite), cmocka_unit_test(fn##_postgres)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {T(past), T(killed), T(dated)};
	if (argc == 5 && strcmp(argv[1], "away") == 0) return away(argv[2], argv[3]);
	if (readlink("/proc/self/exe", self, sizeof self - 1) <= 0) return 1;
	if (argc > 1) cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
