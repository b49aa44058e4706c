// Process steps a second, each a durable set of its own: start, four tasks one after another, three side by
// side, end; and beside it the same recorded sets handed to an empty store. One JSON line a figure.
// flow_bench [INSTANCES]   (PostgreSQL: test/pg.sh run flow_bench …)
// allow double: statistics
#include "alone.h"

#include "base/file.h"
#include "base/seam.h"
#include "domain/flow/model.h"
#include "domain/flow/record.h"
#include "domain/schema.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

enum { STEPS = 8 };
static const char *const parts[STEPS] = {"", "a", "b", "c", "d", "p1", "p2", "p3"};

static const char model[] = "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' xmlns:tb='urn:tongban:bpmn:1' targetNamespace='t'>"
	"<message id='m' name='accepted'/><process id='p' isExecutable='true'><startEvent id='s'/><startEvent id='accepted'><messageEventDefinition messageRef='m'/></startEvent>"
	"<exclusiveGateway id='begin'/><sequenceFlow id='f0' sourceRef='accepted' targetRef='begin'/><sequenceFlow id='f13' sourceRef='begin' targetRef='a'/><userTask id='a' tb:role='r' tb:limit='2wd'/><userTask id='b' tb:role='r' tb:limit='2wd'/>"
	"<userTask id='c' tb:role='r' tb:limit='2wd'/><userTask id='d' tb:role='r' tb:limit='2wd'/><parallelGateway id='fork'/><userTask id='p1' tb:role='r' tb:limit='2wd'/>"
	"<userTask id='p2' tb:role='r' tb:limit='2wd'/><userTask id='p3' tb:role='r' tb:limit='2wd'/><parallelGateway id='join'/><endEvent id='end' tb:outcome='granted'/>"
	"<sequenceFlow id='f1' sourceRef='s' targetRef='begin'/><sequenceFlow id='f2' sourceRef='a' targetRef='b'/><sequenceFlow id='f3' sourceRef='b' targetRef='c'/>"
	"<sequenceFlow id='f4' sourceRef='c' targetRef='d'/><sequenceFlow id='f5' sourceRef='d' targetRef='fork'/><sequenceFlow id='f6' sourceRef='fork' targetRef='p1'/>"
	"<sequenceFlow id='f7' sourceRef='fork' targetRef='p2'/><sequenceFlow id='f8' sourceRef='fork' targetRef='p3'/><sequenceFlow id='f9' sourceRef='p1' targetRef='join'/>"
	"<sequenceFlow id='f10' sourceRef='p2' targetRef='join'/><sequenceFlow id='f11' sourceRef='p3' targetRef='join'/><sequenceFlow id='f12' sourceRef='join' targetRef='end'/>"
	"</process></definitions>";

struct world { struct place place; struct arena *a; struct store *store; struct domain *domain; struct str version; };

static void open_store(struct world *w, enum kind k)
{
	place_make(&w->place, k);
	struct store_config c = place_config(&w->place, NULL, 0);
	c.migrations = schema_all(w->a, &c.n_migrations);
	c.readers = k == SQLITE ? 66 : 40;
	c.sync_off = false;                          // every step durable
	OK(store_open(w->a, &c, &w->store));
}

static void open_world(struct world *w, enum kind k)
{
	*w = (struct world){.a = arena_new(0)};
	open_store(w, k);
	OK(domain_open(w->a, str_of(w->place.dir), &w->domain));
	w->domain->hooks = &alone_hooks;
	w->version = alone_publish(w->a, w->domain, alone_city(w->a, &w->place), str_of(model));
}

struct worker { struct world *w; int n, first; struct arena *a; struct wset **set; size_t sets, statements; };

static void *run(void *arg)
{
	struct worker *k = arg;
	for (int i = 0; i < k->n; i++)
		for (int s = 0; s < STEPS; s++) {
			struct plan p = {.a = k->a, .store = k->w->store, .domain = k->w->domain, .now_ms = seam_now_ms(), .actor = {.roles = 1u << ROLE_SYSTEM}};
			struct task t;
			bool found = true;
			int64_t id;
			p.ws = wset_new(k->a);
			OK(snap_open(p.store, p.a, &p.snap));
			struct flow_begin b = {.case_id = k->first + i, .home = 1, .catalogue = k->w->version, .model = S("apply:food_licence")};
			if (!s) {
				OK(flow_start(&p, &b, &id));
			} else {
				OK(task_of_case(&p, b.case_id, str_of(parts[s]), &t, &found));
				if (!found) abort();
				OK(task_done(&p, &t, S("agree"), NULL));
			}
			OK(flow_write(&p));
			snap_close(p.snap);
			OK(store_commit(p.store, p.a, p.ws));
			k->set[k->sets++] = p.ws;
			k->statements += wset_count(p.ws);
		}
	return NULL;
}

static void *again(void *arg)
{
	struct worker *k = arg;
	for (size_t i = 0; i < k->sets; i++) OK(store_commit(k->w->store, k->a, k->set[i]));
	return NULL;
}

static double timed(struct worker *k, int workers, void *(*fn)(void *))
{
	pthread_t t[64];
	int64_t began = seam_mono_us();
	for (int i = 0; i < workers; i++) CHECK(pthread_create(&t[i], NULL, fn, &k[i]) == 0);
	for (int i = 0; i < workers; i++) pthread_join(t[i], NULL);
	return (double)(seam_mono_us() - began) / 1e6;
}

static void bench(enum kind kind, int workers, int instances)
{
	struct world w, floor = {.a = arena_new(0)};
	struct worker k[64];
	size_t statements = 0;
	open_world(&w, kind);
	for (int i = 0; i < workers; i++) {
		k[i] = (struct worker){.w = &w, .n = instances / workers, .first = 1 + i * (instances / workers), .a = arena_new(0)};
		k[i].set = arena_newn(k[i].a, struct wset *, k[i].n * STEPS);
	}
	int steps = instances / workers * workers * STEPS;
	double took = timed(k, workers, run);
	open_store(&floor, kind);
	for (int i = 0; i < workers; i++) {
		k[i].w = &floor;
		statements += k[i].statements;
	}
	double bare = timed(k, workers, again);
	printf("{\"bench\":\"flow\",\"store\":\"%s\",\"workers\":%d,\"instances\":%d,\"steps\":%d,\"statements_a_step\":%.1f,\"steps_per_s\":%.0f,"
		"\"floor_per_s\":%.0f,\"part_of_floor\":%.2f}\n", kind == SQLITE ? "sqlite" : "postgres", workers, instances, steps,
		(double)statements / steps, steps / took, steps / bare, bare / took);
	fflush(stdout);
	struct plan p = {.a = w.a, .store = w.store, .domain = w.domain};
	struct flow_replay r;
	OK(snap_open(w.store, w.a, &p.snap));
	OK(flow_replay(&p, &(struct flow_replay_watch){0}, &r));
	snap_close(p.snap);
	if (r.findings || r.running) abort();        // the figures are of work that was done
	printf("{\"bench\":\"flow_state\",\"store\":\"%s\",\"instances\":%lld,\"state_bytes_each\":%.0f}\n", kind == SQLITE ? "sqlite" : "postgres",
		(long long)r.instances, (double)r.bytes / (double)r.instances);
	for (int i = 0; i < workers; i++) arena_free(k[i].a);
	store_close(w.store);
	store_close(floor.store);
	domain_close(w.domain);
	place_drop(&w.place);
	place_drop(&floor.place);
	arena_free(w.a);
	arena_free(floor.a);
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 640;
	for (enum kind k = SQLITE; k <= POSTGRES; k++) {
		if (!place_can(k)) continue;
		bench(k, 1, n / 4);
		bench(k, 64, n);
	}
	return 0;
}
