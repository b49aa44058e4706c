// world.h — a store, a city and a clock for tests of the keeper; its plans, and a look whether all of it replays.
#pragma once
#include "alone.h"

#include "domain/flow/record.h"
#include "domain/schema.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static const int64_t noon_ms = 1794888000000;

struct world {
	struct place place;
	struct arena *a;
	struct store *store;
	struct domain *domain;
	struct str city;
	int64_t now_ms;
};

static inline void open_world(struct world *w, enum kind k)
{
	*w = (struct world){.a = arena_new(0), .now_ms = noon_ms};
	place_make(&w->place, k);
	struct store_config c = place_config(&w->place, NULL, 0);
	c.migrations = schema_all(w->a, &c.n_migrations);
	c.readers = 20;
	OK(store_open(w->a, &c, &w->store));
	OK(domain_open(w->a, str_of(w->place.dir), &w->domain));
	w->domain->hooks = &alone_hooks;
	w->city = alone_city(w->a, &w->place);
}

static inline void close_world(struct world *w)
{
	store_close(w->store);
	domain_close(w->domain);
	place_drop(&w->place);
	arena_free(w->a);
}

static inline struct plan begin(struct world *w, struct arena *a)
{
	struct plan p = {.a = a, .store = w->store, .domain = w->domain, .now_ms = w->now_ms, .actor = {.roles = 1u << ROLE_SYSTEM}};
	p.ws = wset_new(a);
	OK(snap_open(w->store, a, &p.snap));
	return p;
}

static inline struct err *finish(struct plan *p, struct err *e)
{
	if (!e) e = flow_write(p);
	snap_close(p->snap);
	return e ? e : store_commit(p->store, p->a, p->ws);
}

struct seen { int flaw[8]; };
static inline void saw(void *ctx, const struct flow_replay_finding *f) { ((struct seen *)ctx)->flaw[f->flaw]++; }

static inline struct flow_replay replay(struct world *w, struct seen *seen)
{
	struct arena *a = arena_new(0);
	struct plan p = begin(w, a);
	struct flow_replay r;
	*seen = (struct seen){0};
	OK(flow_replay(&p, &(struct flow_replay_watch){.found = saw, .ctx = seen}, &r));
	snap_close(p.snap);
	arena_free(a);
	return r;
}

static inline void whole(struct world *w, int64_t instances)
{
	struct seen seen;
	struct flow_replay r = replay(w, &seen);
	assert_int_equal(r.findings, 0);
	assert_int_equal(r.instances, instances);
}
