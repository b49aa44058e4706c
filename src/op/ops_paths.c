// ops_paths.c — the ways cases really took.
#include "domain/flow/paths.h"
#include "op/show.h"

enum { SHOWN = 20, LATELY = 5000 };

static void put_span(struct op_call *c, struct json *o, const char *key, int64_t ms)
{
	put_text(c, o, key, flow_span(c->a, ms, c->p->actor.english));
}

static struct str percent(struct op_call *c, int64_t part, int64_t all)
{
	int64_t tenths = all ? (part * 1000 + all / 2) / all : 0;
	return str_fmt(c->a, "%lld.%lld%%", (long long)(tenths / 10), (long long)(tenths % 10));
}

// "apply:dog_licence" in words; false when the catalogue in force does not have it.
static bool model_words(struct op_call *c, struct str model, struct str *out)
{
	struct str code = model, kind = str_cut(&code, S(":"));
	struct matter m = catalogue_matter(c->p->cat, code);
	if (!m.bundle && !m.item) return false;
	*out = words(c, m.bundle ? m.bundle->name : m.item->name);
	if (str_is(kind, "item")) *out = str_fmt(c->a, STR_FMT "%s", STR_ARG(*out), tr(c, "（一件事之内）", " (within a bundle)").p);
	return true;
}

static struct err *put_models(struct op_call *c, struct str chosen, struct str *first)
{
	struct path_model *m;
	size_t n;
	struct str name;
	struct err *e = flow_models_used(c->p, LATELY, &m, &n);
	struct json *list = put_list(c, c->out, "models");
	for (size_t i = 0; i < (e ? 0 : n); i++) {
		if (!model_words(c, m[i].model, &name)) continue;
		if (!first->n) *first = m[i].model;
		struct json *o = list_obj(c, list);
		put_text(c, o, "model", m[i].model);
		put_text(c, o, "name", name);
		put_int(c, o, "count", m[i].n);
		put_bool(c, o, "current", str_eq(chosen.n ? chosen : *first, m[i].model));
	}
	return e;
}

static void put_path(struct op_call *c, struct json *list, const struct path *w, int64_t ended)
{
	struct json *o = list_obj(c, list);
	struct buf b = buf_new(c->a);
	for (uint32_t i = 0; i < w->n; i++) {
		const struct path_step *s = w->step[i];
		if (b.n) buf_lit(&b, " → ");
		buf_add(&b, s->name.n ? s->name : s->id);
	}
	if (w->cut) buf_lit(&b, " → …");
	put_text(c, o, "steps", buf_str(&b));
	put_text(c, o, "outcome", w->outcome);
	put_int(c, o, "count", w->count);
	put_text(c, o, "share", percent(c, w->count, ended));
	put_span(c, o, "median", w->median_ms);
	put_span(c, o, "p90", w->p90_ms);
	put_int(c, o, "median_ms", w->median_ms);
	put_int(c, o, "p90_ms", w->p90_ms);
}

struct err *op_flow_paths(struct op_call *c)
{
	struct paths out;
	struct str model = op_text(c, "model"), name, first = S("");
	int64_t days = op_int(c, "days", 90);
	if (days < 1 || days > 366) return err_field(c->a, E_TYPE, S("days"), S("days"));
	struct err *e = put_models(c, model, &first);
	if (e) return e;
	put_int(c, c->out, "days", days);
	put_int(c, c->out, "cap", PATHS_CASES);
	if (!model.n) model = first;
	if (!model.n) return NULL;                         // nothing has ever begun
	if (!model_words(c, model, &name)) return err_arg(c->a, E_NOT_FOUND, S("流程"));
	e = flow_paths(c->p, model, c->p->now_ms - days * 86400000, PATHS_CASES, &out);
	if (e) return e;
	put_text(c, c->out, "model", model);
	put_text(c, c->out, "name", name);
	put_int(c, c->out, "begun", out.begun);
	put_int(c, c->out, "ended", out.ended);
	put_int(c, c->out, "running", out.running);
	put_int(c, c->out, "skipped", out.skipped);
	put_bool(c, c->out, "capped", out.capped);
	put_ms(c, c->out, "oldest", out.oldest_ms);
	put_span(c, c->out, "median", out.median_ms);
	put_span(c, c->out, "p90", out.p90_ms);
	put_int(c, c->out, "n_ways", (int64_t)out.n);
	struct json *ways = put_list(c, c->out, "ways"), *steps = put_list(c, c->out, "steps");
	int64_t shown = 0;
	for (size_t i = 0; i < out.n && i < SHOWN; i++) {
		put_path(c, ways, &out.path[i], out.ended);
		shown += out.path[i].count;
	}
	put_int(c, c->out, "rest", out.ended - shown);
	for (size_t i = 0; i < out.n_step; i++) {
		const struct path_step *s = &out.step[i];
		if (!s->name.n) continue;
		struct json *o = list_obj(c, steps);
		put_text(c, o, "name", s->name);
		put_int(c, o, "passed", s->passed);
		put_text(c, o, "share", percent(c, s->passed, out.begun));
		if (s->waits) put_span(c, o, "wait", s->wait_ms);
	}
	put_json(c, c->out, "diagram", svg_value(c, out.svg));
	return NULL;
}
