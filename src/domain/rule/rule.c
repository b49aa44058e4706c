// rule.c — recording what tables decided, and people who look again.
#include "domain/rule/rule.h"

#include <stdlib.h>

#include "domain/rule/rule_store.h"
#include "feel/feel.h"
#include "feel/icu.h"

void rule_record(struct plan *p, struct rule_decision *d)
{
	struct rule_decision row = *d;
	row.input = secret_seal(p, d->input);
	row.trace = secret_seal(p, d->trace);
	rule_store_insert(p, &row);
}

static struct str text_of(struct arena *a, const struct json *j)
{
	struct buf b = buf_new(a);
	json_print_canonical(&b, j);
	return buf_str(&b);
}

struct err *rule_decide(struct plan *p, const struct rule_table *t, struct rule_decision *d, const struct json *snapshot,
	const struct rule_evidence *ev, struct rule_judged *out)
{
	rule_judge(p->a, t, snapshot, p->now_ms, feel_zone(S(RULE_ZONE)), out);
	d->id = store_id(p->store);
	d->rule = t->code;
	d->now_ms = p->now_ms;
	d->zone = S(RULE_ZONE);
	d->input = text_of(p->a, snapshot);
	d->output = out->output;
	d->verdict = out->grant ? S("grant") : S("person");
	d->why = text_of(p->a, out->why);
	d->trace = out->trace;
	d->trace_digest = out->digest;
	d->sentence = out->sentence;
	d->evidence = text_of(p->a, ev->digests ? ev->digests : json_arr(p->a));
	d->engine = S(RULE_ENGINE);
	d->icu = str_of(icu_version());
	d->tzdata = str_of(icu_zone_data_version());
	rule_record(p, d);
	return NULL;
}

static void opened(struct plan *p, struct rule_decision *d)
{
	d->input = secret_open(p, d->input);
	d->trace = secret_open(p, d->trace);
}

struct err *rule_of_case(struct plan *p, int64_t case_id, struct rule_decision *out, bool *found)
{
	struct err *e = rule_store_find(p, true, case_id, out, found);
	if (*found) opened(p, out);
	return e;
}

struct err *rule_read(struct plan *p, int64_t id, struct rule_decision *out, bool *found)
{
	struct err *e = rule_store_find(p, false, id, out, found);
	if (*found) opened(p, out);
	return e;
}

struct each { struct plan *p; rule_fn fn; void *ctx; };

static struct err *one(void *ctx, const struct rule_decision *row)
{
	struct each *x = ctx;
	struct rule_decision d = *row;
	struct arena_mark m = arena_mark(x->p->a);
	d.input = secret_open(x->p, d.input);                     // the trace is compared by its digest
	struct err *e = x->fn(x->ctx, &d);
	if (!e) arena_rewind(x->p->a, m);
	return e;
}

struct err *rule_each(struct plan *p, int64_t lo, int64_t hi, rule_fn fn, void *ctx)
{
	// The scan keeps its cursor in the plan's arena; rows are opened in one of their own.
	struct plan rows = *p;
	rows.a = arena_new(0);
	struct each x = {&rows, fn, ctx};
	struct err *e = rule_store_each(p, lo, hi, one, &x);
	if (e) e = err_copy(p->a, e);
	arena_free(rows.a);
	return e;
}

struct err *rule_span(struct plan *p, int64_t *least, int64_t *most, int64_t *count)
{
	return rule_store_span(p, least, most, count);
}

struct err *rule_counts(struct plan *p, int64_t since_ms, struct rule_count **out, size_t *n)
{
	return rule_store_counts(p, since_ms, out, n);
}

// ---- reviews ----

bool rule_sampled(struct plan *p, int64_t decision, int32_t percent)
{
	struct str lot = secret_index(p, "sample", str_fmt(p->a, "%lld", (long long)decision));
	char first[9] = {0};
	memcpy(first, lot.p, 8);
	return (int32_t)(strtoul(first, NULL, 16) % 100) < percent;
}

struct err *rule_review_open(struct plan *p, const struct rule_decision *d, struct str kind, struct str words, int64_t *out)
{
	struct rule_review r = {.home = d->home, .id = store_id(p->store), .decision = d->id, .case_id = d->case_id, .item = d->item,
		.office = d->office, .rule = d->rule, .kind = kind, .words = secret_seal(p, words), .opened_ms = p->now_ms, .state = S("open"),
		.opinion = S(""), .name = S("")};
	*out = r.id;
	rule_store_review_insert(p, &r);
	return NULL;
}

static void review_opened(struct plan *p, struct rule_review *r, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		r[i].words = secret_open(p, r[i].words);
		r[i].opinion = secret_open(p, r[i].opinion);
	}
}

struct err *rule_review_read(struct plan *p, int64_t id, struct rule_review *out)
{
	bool found;
	struct err *e = rule_store_review(p, id, out, &found);
	if (e || !found) return e ? e : err_arg(p->a, E_NOT_FOUND, S("这件复核"));
	review_opened(p, out, 1);
	return NULL;
}

struct err *rule_reviews(struct plan *p, struct str office, bool open, uint32_t limit, struct rule_review **out, size_t *n)
{
	struct err *e = rule_store_reviews(p, office, open, limit, out, n);
	if (!e) review_opened(p, *out, *n);
	return e;
}

struct err *rule_reviews_of_case(struct plan *p, int64_t case_id, struct rule_review **out, size_t *n)
{
	struct err *e = rule_store_reviews_of_case(p, case_id, out, n);
	if (!e) review_opened(p, *out, *n);
	return e;
}

struct err *rule_review_done(struct plan *p, const struct rule_review *was, bool agree, struct str opinion)
{
	if (!str_is(was->state, "open")) return err_new(p->a, E_RULE_REVIEWED);
	if (!agree && !opinion.n) return err_field(p->a, E_REQUIRED, S("opinion"), p->actor.english ? S("what is wrong with the decision") : S("不同意的理由"));
	struct rule_review r = *was;
	r.state = agree ? S("agreed") : S("disagreed");
	r.opinion = secret_seal(p, opinion);
	r.name = p->actor.name;
	r.done_ms = p->now_ms;
	rule_store_review_done(p, &r);
	return NULL;
}
