// The same open tasks with a thousand and with a million finished instances beside them: rows and pages that the
// program's own statements touch, by the database's counters; then a work list of 100 out of a million open tasks.
// One JSON line a figure; exits 1 when one grows by more than a tenth. Finished rows are made by bulk SQL and put away by
// the program.
// growth_bench [FINISHED]   (PostgreSQL: test/pg.sh run growth_bench …)
// allow double: statistics
#include "alone.h"

#include "base/file.h"
#include "base/seam.h"
#include "domain/flow/model.h"
#include "domain/flow/past.h"
#include "domain/schema.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>
#include <cmocka.h>

enum { OPEN = 2000, LISTS = 100, LIST = 100, RUNS = 400, A_DAY = 86400000 };

static struct err *a_due(struct plan *p, const struct flow_instance *i, int64_t *due) { *due = p->now_ms + A_DAY; return NULL; }
static struct flow_hooks hooks;         // as alone, but every task is due

// ---- what SQLite touches: every connection the program opens is counted ----

static sqlite3 *_Atomic dbs[256];                       // NULL once closed
static atomic_int n_dbs;
static atomic_llong vm_steps;

static int ran(unsigned kind, void *ctx, void *stmt, void *ns)
{
	if (kind == SQLITE_TRACE_PROFILE) atomic_fetch_add(&vm_steps, sqlite3_stmt_status(stmt, SQLITE_STMTSTATUS_VM_STEP, 1));
	for (int i = 0; kind == SQLITE_TRACE_CLOSE && i < 256; i++)
		if (dbs[i] == stmt) dbs[i] = NULL;
	return 0;
}

static int opened(sqlite3 *db, const char **error, const struct sqlite3_api_routines *api)
{
	int at = atomic_fetch_add(&n_dbs, 1);
	if (at < 256) dbs[at] = db;
	return sqlite3_trace_v2(db, SQLITE_TRACE_PROFILE | SQLITE_TRACE_CLOSE, ran, NULL);
}

struct touched { double rows, pages; };
struct world { struct place place; struct arena *a; struct store *store; struct domain *domain; struct str version; };

static int64_t one(struct world *w, const char *sql)
{
	struct rows r;
	struct snap *s;
	OK(snap_open(w->store, w->a, &s));
	OK(snap_query(s, w->a, &r, sql, NULL, 0));
	int64_t n = row_int(&r, 0, 0);
	snap_close(s);
	return n;
}

static struct touched counters(struct world *w)
{
	struct touched t = {0, 0};
	if (w->place.kind == SQLITE) {
		t.rows = (double)atomic_load(&vm_steps);
		for (int i = 0; i < atomic_load(&n_dbs); i++)
			for (int op = 0; op < 2 && dbs[i]; op++) {
				int now = 0, high;
				sqlite3_db_status(dbs[i], op ? SQLITE_DBSTATUS_CACHE_HIT : SQLITE_DBSTATUS_CACHE_MISS, &now, &high, 0);
				t.pages += now;
			}
		return t;
	}
	sleep(12);                       // idle servers report what they counted after ten seconds
	t.rows = (double)one(w, "SELECT CAST(sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) AS INTEGER) FROM pg_stat_user_tables");
	t.pages = (double)one(w, "SELECT CAST(sum(coalesce(heap_blks_hit, 0) + coalesce(heap_blks_read, 0) + coalesce(idx_blks_hit, 0)"
		" + coalesce(idx_blks_read, 0)) AS INTEGER) FROM pg_statio_user_tables");
	return t;
}

// ---- the world ----

static const char model[] = "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' xmlns:tb='urn:tongban:bpmn:1' targetNamespace='t'>"
	"<message id='m' name='accepted'/><process id='p' isExecutable='true'><startEvent id='s'/><startEvent id='accepted'><messageEventDefinition messageRef='m'/></startEvent>"
	"<exclusiveGateway id='begin'/><sequenceFlow id='f0' sourceRef='accepted' targetRef='begin'/><sequenceFlow id='f1' sourceRef='s' targetRef='begin'/>"
	"<sequenceFlow id='f2' sourceRef='begin' targetRef='a'/><userTask id='a' tb:role='r'/><sequenceFlow id='f3' sourceRef='a' targetRef='b'/><userTask id='b' tb:role='r'/>"
	"<sequenceFlow id='f4' sourceRef='b' targetRef='end'/><endEvent id='end' tb:outcome='granted'/></process></definitions>";

static struct plan begin(struct world *w, struct arena *a)
{
	struct plan p = {.a = a, .store = w->store, .domain = w->domain, .now_ms = seam_now_ms(), .actor = {.roles = 1u << ROLE_SYSTEM}};
	p.ws = wset_new(a);
	OK(snap_open(w->store, a, &p.snap));
	return p;
}

static void commit(struct plan *p)
{
	OK(flow_write(p));
	snap_close(p->snap);
	OK(store_commit(p->store, p->a, p->ws));
}

static void open_world(struct world *w, enum kind k)
{
	*w = (struct world){.a = arena_new(0)};
	atomic_store(&n_dbs, 0);
	place_make(&w->place, k);
	struct store_config c = place_config(&w->place, NULL, 0);
	c.migrations = schema_all(w->a, &c.n_migrations);
	c.readers = 2;
	OK(store_open(w->a, &c, &w->store));
	OK(domain_open(w->a, str_of(w->place.dir), &w->domain));
	hooks = alone_hooks;
	hooks.task_due = a_due;
	w->domain->hooks = &hooks;
	w->version = alone_publish(w->a, w->domain, alone_city(w->a, &w->place), str_of(model));
}

static void close_world(struct world *w)
{
	store_close(w->store);
	domain_close(w->domain);
	place_drop(&w->place);
	arena_free(w->a);
}

static void bulk(struct world *w, const char *into, const char *select, int n)
{
	struct str sql = w->place.kind == SQLITE
		? str_fmt(w->a, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) INSERT INTO %s SELECT %s FROM n", n, into, select)
		: str_fmt(w->a, "INSERT INTO %s SELECT %s FROM generate_series(1, %d) AS n(i)", into, select, n);
	place_raw(&w->place, str_z(w->a, sql));
}

// Finished ones: an instance, its tasks, its events, with a state of 300 bytes.
static void finished(struct world *w, int n)
{
	bool lite = w->place.kind == SQLITE;
	bulk(w, "flow_instance (home, id, case_id, model, catalogue, version, ended, outcome, state, ended_ms)",
		lite ? "1, i, -i, 'apply:food_licence', 'old', 3, 1, 'granted', zeroblob(300), i"
			: "1, i, -i, 'apply:food_licence', 'old', 3, 1, 'granted', decode(repeat('00', 300), 'hex'), i", n);
	for (int k = 1; k <= 2; k++) {
		bulk(w, "task (home, id, instance, key, case_id, element, name, role, office, open, version, opened_ms, due_ms, done_ms, outcome)",
			str_z(w->a, str_fmt(w->a, "1, i * 2 + %d, i, %d, -i, 'a', 'a', 'r', 'market', 0, 2, i, i, i, 'agree'", k, k)), n);
		bulk(w, "flow_event (home, instance, version, n, at_ms, kind, key, detail)", str_z(w->a, str_fmt(w->a, "1, i, %d, 0, i, 'task', %d, '{}'", k, k)), n);
	}
	if (!lite) place_raw(&w->place, "VACUUM ANALYZE");
}

// They ended long ago: the program's own job has put them away.
static void put_away(struct world *w, int n)
{
	for (size_t some = 1, all = 0; some; all += some) {
		struct arena *a = arena_new(0);
		struct plan p = begin(w, a);
		int64_t first;
		OK(flow_put_away(&p, &some, &first));
		commit(&p);
		arena_free(a);
		if (!some && all != (size_t)n) abort();
	}
	if (w->place.kind == POSTGRES) place_raw(&w->place, "VACUUM ANALYZE");
}

static void begin_open(struct world *w)
{
	for (int i = 1; i <= OPEN; i++) {
		struct arena *a = arena_new(0);
		struct plan p = begin(w, a);
		int64_t id;
		struct flow_begin b = {.case_id = i, .home = 1, .catalogue = w->version, .model = S("apply:food_licence")};
		OK(flow_start(&p, &b, &id));
		commit(&p);
		arena_free(a);
	}
}

static void lists(struct world *w, int n)
{
	for (int i = 0; i < n; i++) {
		struct arena *a = arena_new(0);
		struct plan p = begin(w, a);
		struct task_page page;
		OK(task_list(&p, S("market"), S("r"), -1, 0, LIST, &page));
		if (page.n != LIST) abort();
		snap_close(p.snap);
		arena_free(a);
	}
}

static void steps(struct world *w, const char *element)
{
	for (int i = 1; i <= OPEN; i++) {
		struct arena *a = arena_new(0);
		struct plan p = begin(w, a);
		struct task t;
		bool found;
		OK(task_of_case(&p, i, str_of(element), &t, &found));
		if (!found) abort();
		OK(task_done(&p, &t, S("agree"), NULL));
		commit(&p);
		arena_free(a);
	}
}

static struct touched per(struct touched a, struct touched b, int n)
{
	return (struct touched){(b.rows - a.rows) / n, (b.pages - a.pages) / n};
}

struct figures { struct touched list, step; };

static struct figures beside(enum kind k, int n)
{
	struct world w;
	struct figures f;
	open_world(&w, k);
	int64_t began = seam_mono_us();
	finished(&w, n);
	double made = (double)(seam_mono_us() - began) / 1e6;
	put_away(&w, n);
	double away = (double)(seam_mono_us() - began) / 1e6 - made;
	begin_open(&w);
	if (k == POSTGRES) place_raw(&w.place, "VACUUM ANALYZE");
	lists(&w, 2);
	steps(&w, "a");                                      // warm, and every instance has a history of its own
	struct touched t0 = counters(&w);
	lists(&w, LISTS);
	struct touched t1 = counters(&w);
	steps(&w, "b");
	struct touched t2 = counters(&w);
	f.list = per(t0, t1, LISTS);
	f.step = per(t1, t2, OPEN);
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	printf("{\"bench\":\"flow_growth\",\"store\":\"%s\",\"finished\":%d,\"open\":%d,\"list_%s\":%.1f,\"list_pages\":%.1f,\"step_%s\":%.1f,\"step_pages\":%.1f,"
		"\"made_in_s\":%.0f,\"put_away_in_s\":%.0f,\"peak_mib\":%ld}\n", k == SQLITE ? "sqlite" : "postgres", n, OPEN, k == SQLITE ? "vm_steps" : "rows", f.list.rows, f.list.pages,
		k == SQLITE ? "vm_steps" : "rows", f.step.rows, f.step.pages, made, away, u.ru_maxrss / 1024);
	fflush(stdout);
	close_world(&w);
	return f;
}

static int by_time(const void *x, const void *y) { return *(const int64_t *)x < *(const int64_t *)y ? -1 : 1; }

static void work_list(enum kind k, int n)
{
	struct world w;
	static int64_t us[RUNS];
	open_world(&w, k);
	begin_open(&w);
	int64_t bytes = one(&w, "SELECT sum(length(state)) FROM flow_instance") / OPEN;
	int64_t rows = one(&w, "SELECT (SELECT count(*) FROM task) + (SELECT count(*) FROM flow_event) + (SELECT count(*) FROM flow_instance)") / OPEN;
	bulk(&w, "task (home, id, instance, key, case_id, element, name, role, office, open, version, opened_ms, due_ms)",
		"1, i, i, 1, -i, 'a', 'a', 'r', 'market', 1, 1, i, (i % 100000) * 10 + i / 100000", n);
	if (k == POSTGRES) place_raw(&w.place, "VACUUM ANALYZE");
	uint32_t seed = 20261121;
	for (int i = 0; i < RUNS; i++) {
		struct arena *a = arena_new(0);
		struct task_page page;
		seed = seed * 1664525 + 1013904223;
		int64_t after = i % 2 ? -1 : (int64_t)(seed % 990000), t = seam_mono_us();       // the first page, or one in the middle
		struct plan p = begin(&w, a);
		OK(task_list(&p, S("market"), S("r"), after, 0, LIST, &page));
		snap_close(p.snap);
		us[i] = seam_mono_us() - t;
		if (page.n != LIST) abort();
		arena_free(a);
	}
	qsort(us, RUNS, sizeof *us, by_time);
	printf("{\"bench\":\"flow_work_list\",\"store\":\"%s\",\"open_tasks\":%d,\"rows\":%d,\"p50_ms\":%.2f,\"p95_ms\":%.2f,\"p99_ms\":%.2f,\"state_bytes_each\":%lld,"
		"\"rows_each\":%lld}\n", k == SQLITE ? "sqlite" : "postgres", n, LIST, (double)us[RUNS / 2] / 1e3, (double)us[RUNS * 95 / 100] / 1e3,
		(double)us[RUNS * 99 / 100] / 1e3, (long long)bytes, (long long)rows);
	fflush(stdout);
	close_world(&w);
}

static bool grew(const char *what, const char *store, double few, double many)
{
	bool bad = many > few * 1.1 + 0.5;
	printf("{\"bench\":\"flow_growth_ratio\",\"store\":\"%s\",\"what\":\"%s\",\"ratio\":%.3f,\"within_tenth\":%s}\n", store, what, few > 0 ? many / few : 1,
		bad ? "false" : "true");
	return bad;
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 1000000, bad = 0;
	sqlite3_auto_extension((void (*)(void))opened);
	for (enum kind k = SQLITE; k <= POSTGRES; k++) {
		if (!place_can(k)) continue;
		const char *store = k == SQLITE ? "sqlite" : "postgres";
		struct figures few = beside(k, 1000), many = beside(k, n);
		bad += grew("rows of a work list", store, few.list.rows, many.list.rows);
		bad += grew("pages of a work list", store, few.list.pages, many.list.pages);
		bad += grew("rows of a step", store, few.step.rows, many.step.rows);
		bad += grew("pages of a step", store, few.step.pages, many.step.pages);
		work_list(k, n);
	}
	return bad ? 1 : 0;
}
