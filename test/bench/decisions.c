// decisions.c — fills a store with recorded decisions of every instant item, for `tongban rule replay`.
//
//   decisions N --city DIR --data DIR
//
// Facts are drawn from a fixed seed by the types the tables declare; each is judged and recorded as a
// case's decision is, sealed, in sets of 500.
#include "base/seam.h"
#include "base/set.h"
#include "cli/args.h"
#include "cli/boot.h"
#include "dmn/dmn.h"
#include "domain/rule/rule.h"
#include "domain/trail.h"
#include "feel/feel.h"

#include <stdio.h>

enum { BATCH = 500 };

static uint64_t state = 20261117;

static uint32_t rnd(uint32_t below)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(state >> 33) % below;
}

static struct feel_value made(struct arena *a, const struct feel_type *t, struct str name)
{
	static const char *const words[] = {"云帆市帆湖区湖滨路 10 号", "云帆市海味小馆", "外市某路 1 号", "contact", "address", "spouse", "parent", "add", "remove", "2026-11-01"};
	if (!t || rnd(100) == 0) return feel_null();
	switch (t->kind) {
	case FEEL_BOOLEAN: return feel_bool(rnd(20) != 0);
	case FEEL_NUMBER: return feel_num(dec_of_int(rnd(6000)));
	case FEEL_STRING: return feel_text(str_of(words[rnd(countof(words))]));
	case FEEL_DATE: return feel_date(str_is(name, "legal_date") ? 20774 : str_is(name, "born") ? -25000 + (int64_t)rnd(40000) : 20774 - (int64_t)rnd(120));
	case FEEL_CONTEXT: {
		struct feel_context *c = feel_context_new(a, t->n);
		for (uint32_t i = 0; i < t->n; i++) feel_context_put(a, c, t->member[i].name, made(a, t->member[i].type, t->member[i].name));
		return feel_of_context(c);
	}
	default: return feel_null();
	}
}

static struct err *one(struct plan *p, const struct item *it)
{
	day_t legal = day_shanghai(p->now_ms);
	const struct rule_table *t = rule_in_force(p->cat, it, legal);
	if (!t) return NULL;
	const struct dmn_item **in;
	size_t n = dmn_inputs(t->model, dmn_find(t->model, DMN_DECISION, t->decision), p->a, &in);
	struct feel_context *facts = feel_context_new(p->a, (uint32_t)n + 1);
	for (size_t i = 0; i < n; i++) feel_context_put(p->a, facts, in[i]->name, made(p->a, in[i]->type, in[i]->name));
	struct rule_evidence ev = {0};
	struct rule_judged out;
	struct rule_decision d = {.home = it->office->home, .case_id = store_id(p->store), .item = it->code, .office = it->office->code,
		.version = p->cat->hash, .legal_day = legal};
	return rule_decide(p, t, &d, rule_snapshot(p->a, t, facts, &ev), &ev, &out);
}

static struct err *fill(struct arena *a, struct boot *b, int64_t count)
{
	struct err *e = NULL;
	struct catalogue *cat = domain_catalogue(b->domain);
	const struct item **it = arena_newn(a, const struct item *, cat->n_items);
	uint32_t items = 0;
	for (uint32_t i = 0; i < cat->n_items; i++)
		if (cat->item[i]->instant.n_rules) it[items++] = cat->item[i];
	CHECK(items);
	int64_t began = seam_mono_us();
	for (int64_t done = 0; done < count && !e;) {
		struct arena *work = arena_new(0);
		struct plan p = {.a = work, .store = b->store, .domain = b->domain, .cat = cat, .ws = wset_new(work), .now_ms = seam_now_ms(), .verb = "bench.decisions",
			.actor = {.roles = 1u << ROLE_SYSTEM, .name = S("bench"), .via = VIA_CLI}};
		e = snap_open(p.store, work, &p.snap);
		for (int i = 0; i < BATCH && done < count && !e; i++, done++) e = one(&p, it[done % items]);
		if (!e) e = trail_add(&p, "bench", store_id(p.store), 0, NULL);
		snap_close(p.snap);
		if (!e) e = store_commit(b->store, work, p.ws);
		if (e) e = err_copy(a, e);
		arena_free(work);
		if (done % 50000 == 0) fprintf(stderr, "  %lld\r", (long long)done);
	}
	catalogue_unref(cat);
	double s = (double)(seam_mono_us() - began) / 1e6;
	printf("{\"bench\":\"decisions\",\"recorded\":%lld,\"seconds\":%.1f,\"per_second\":%.0f}\n", (long long)count, s, (double)count / s);
	return e;
}

int main(int argc, char **argv)
{
	struct arena *a = arena_new(0);
	struct args x = args_new(a, argc, argv);
	struct boot b = {0};
	struct str n = S("");
	int64_t count = 0;
	args_next(&x, &n);
	struct boot_config c = {.city = args_text(&x, "city", S("city")), .data = args_text(&x, "data", S("")), .inline_commit = true, .sync_off = true, .readers = 4};
	struct err *e = set_put(a, S("log.level"), S("error"));
	if (!e) e = args_end(&x);
	if (!e && (!str_int(n, &count) || count < 1 || !c.data.n)) e = err_arg(a, E_USAGE, S("decisions N --city DIR --data DIR"));
	if (!e) e = boot_open(a, &c, &b);
	if (!e) e = fill(a, &b, count);
	boot_close(&b);
	int code = e ? args_fail(e) : 0;
	arena_free(a);
	return code;
}
