// ops_simulate.c — what would happen with so many cases and so many people: a bounded simulation of an item's process,
// or of a bundle's with the processes of its items, all of them on one staff.
// allow double: statistics
#include "domain/flow/model.h"
#include "domain/flow/paths.h"
#include "domain/flow/simulate.h"
#include "op/chart.h"
#include "op/show.h"

enum { CASES_MOST = 40000, STEPS_MOST = 400000, FIELDS_MOST = 200, MINUTE = 60000 };

struct asked { struct op_call *c; struct json *staff, *service, *share; struct err *err; };

// A number of the caller's map, or the usual one; what is wrong is collected.
static int64_t number(struct asked *q, struct json *map, const char *prefix, struct str key, int64_t usual, int64_t least, int64_t most)
{
	struct json *v = map && map->type == JSON_OBJECT ? json_get(map, key) : NULL;
	struct str text = json_text(v);
	int64_t n;
	if (!v || !text.n) return usual;
	if (str_int(str_trim(text), &n) && n >= least && n <= most) return n;
	struct err *e = err_field(q->c->a, E_TYPE, str_fmt(q->c->a, "%s-" STR_FMT, prefix, STR_ARG(key)),
		str_fmt(q->c->a, "%lld–%lld", (long long)least, (long long)most));
	err_add(&q->err, e);
	return usual;
}

static struct json *put_field(struct op_call *c, struct json *list, struct str key, struct str label, int64_t value)
{
	struct json *o = list_obj(c, list);
	put_text(c, o, "key", key);
	put_text(c, o, "label", label);
	put_int(c, o, "value", value);
	return o;
}

static bool waits_for_message(const struct bpmn_model *m, const struct bpmn_element *x)
{
	return x->trigger == BPMN_MESSAGE && (x->kind == BPMN_CATCH_EVENT || x->kind == BPMN_BOUNDARY_EVENT
		|| (x->kind == BPMN_START_EVENT && x->parent >= 0 && bpmn_element(m, x->parent)->kind == BPMN_EVENT_SUBPROCESS));
}

static struct str role_words(struct op_call *c, struct str code)
{
	const struct catalogue *cat = c->p->cat;
	for (uint32_t i = 0; i < cat->n_roles; i++)
		if (str_eq(cat->role[i].code, code)) return words(c, cat->role[i].name);
	return code;
}

// One of the processes simulated together; code and name empty when it is the only one.
struct part { const struct bpmn_model *m; struct str code, name; };

static struct str key_of(struct op_call *c, const struct part *t, struct str id)
{
	return t->code.n ? str_fmt(c->a, STR_FMT "/" STR_FMT, STR_ARG(t->code), STR_ARG(id)) : id;
}

static struct str label_of(struct op_call *c, const struct part *t, const struct bpmn_element *x)
{
	struct str own = x->name.n ? x->name : x->id;
	if (c->p->actor.english) own = flow_model_word(c->p->cat, own);
	return t->name.n ? str_fmt(c->a, STR_FMT " · " STR_FMT, STR_ARG(t->name), STR_ARG(own)) : own;
}

// People a role and minutes a task; how long what is waited for outside takes, in hours.
static void resources(struct asked *q, const struct part *t, struct sim_config *s, struct json *form)
{
	struct op_call *c = q->c;
	struct json *staff = json_get(form, S("staff")), *service = json_get(form, S("service")), *waits = json_get(form, S("waits"));
	for (int i = 0; i < bpmn_count(t->m) && s->n_service < FIELDS_MOST; i++) {
		const struct bpmn_element *x = bpmn_element(t->m, i);
		struct str label = label_of(c, t, x), key = key_of(c, t, x->id);
		if (x->kind == BPMN_USER_TASK || x->kind == BPMN_ADHOC) {
			int64_t minutes = number(q, q->service, "service", key, 20, 0, 6000);
			put_field(c, service, key, label, minutes);
			s->service[s->n_service++] = (struct sim_service){key, {s->arrivals.kind, minutes * MINUTE}};
			bool known = false;
			for (size_t k = 0; k < s->n_staff; k++) known |= str_eq(s->staff[k].role, x->role);
			if (known) continue;
			int64_t people = number(q, q->staff, "staff", x->role, 2, 1, 10000);
			put_field(c, staff, x->role, role_words(c, x->role), people);
			s->staff[s->n_staff++] = (struct sim_staff){x->role, (uint32_t)people};
		} else if (waits_for_message(t->m, x) || x->kind == BPMN_RECEIVE_TASK || (x->kind == BPMN_CALL_ACTIVITY && !s->beside)) {
			int64_t hours = number(q, q->service, "service", key, 14, 0, 100000);
			put_field(c, waits, key, label, hours);
			s->service[s->n_service++] = (struct sim_service){key, {s->arrivals.kind, hours * 60 * MINUTE}};
		}
	}
}

// NAME = VALUE of a condition; false when it is none of that form.
static bool plain(struct str condition, struct str *name, struct str *value)
{
	struct str rest = str_trim(condition);
	if (str_starts(rest, S("="))) rest = str_trim(str_from(rest, 1));
	struct str left = str_cut(&rest, S("="));
	if (!rest.p || str_find(left, S("!")) >= 0 || str_find(left, S("(")) >= 0) return false;
	*name = str_trim(left);
	*value = str_trim(rest);
	bool text = value->n >= 2 && value->p[0] == '"' && value->p[value->n - 1] == '"' && str_find(str_part(*value, 1, value->n - 2), S("\"")) < 0;
	return name->n && str_find(*name, S(" ")) < 0 && str_find(*name, S(".")) < 0 && (text || str_is(*value, "true") || str_is(*value, "false"));
}

// The activity behind whose answer a choice stands: back along the flows.
static int answered(const struct bpmn_model *m, int at, uint8_t *seen)
{
	if (seen[at]) return -1;
	seen[at] = 1;
	const struct bpmn_element *x = bpmn_element(m, at);
	if (x->kind >= BPMN_TASK && x->kind <= BPMN_ADHOC) return at;
	for (int f = 0; f < bpmn_flow_count(m); f++) {
		int found = bpmn_flow(m, f)->to == at ? answered(m, bpmn_flow(m, f)->from, seen) : -1;
		if (found >= 0) return found;
	}
	return -1;
}

// How many of a hundred answers are the one a way asks for.
static void choices(struct asked *q, const struct part *t, struct sim_config *s, struct json *form)
{
	struct op_call *c = q->c;
	struct json *list = json_get(form, S("choices"));
	for (int f = 0; f < bpmn_flow_count(t->m) && s->n_choice < FIELDS_MOST; f++) {
		const struct bpmn_flow *flow = bpmn_flow(t->m, f);
		struct str name, value;
		if (!flow->condition.n || !plain(flow->condition, &name, &value)) continue;
		int at = answered(t->m, flow->from, arena_newn(c->a, uint8_t, bpmn_count(t->m)));
		if (at < 0) continue;
		const struct bpmn_element *x = bpmn_element(t->m, at), *to = bpmn_element(t->m, flow->to);
		struct str key = key_of(c, t, flow->id);
		int64_t percent = number(q, q->share, "share", key, 10, 0, 100);
		put_field(c, list, key, str_fmt(c->a, STR_FMT " → " STR_FMT, STR_ARG(label_of(c, t, x)), STR_ARG(label_of(c, &(struct part){t->m}, to))), percent);
		bool text = value.p[0] == '"';
		s->choice[s->n_choice++] = (struct sim_choice){key_of(c, t, x->id), name, text ? str_part(value, 1, value.n - 2) : value, (double)percent / 100};
	}
}

// How often who picks in an ad-hoc sub-process picks each of its activities.
static void picks(struct asked *q, const struct part *t, struct sim_config *s, struct json *form)
{
	struct op_call *c = q->c;
	for (int i = 0; i < bpmn_count(t->m) && s->n_choice < FIELDS_MOST; i++) {
		const struct bpmn_element *x = bpmn_element(t->m, i), *of = x->parent >= 0 ? bpmn_element(t->m, x->parent) : NULL;
		if (!of || !bpmn_pickable(t->m, x->parent, i)) continue;
		struct str key = key_of(c, t, str_fmt(c->a, STR_FMT "." STR_FMT, STR_ARG(of->id), STR_ARG(x->id)));
		int64_t percent = number(q, q->share, "share", key, 50, 0, 100);
		put_field(c, json_get(form, S("choices")), key, str_fmt(c->a, STR_FMT " → " STR_FMT, STR_ARG(label_of(c, t, of)), STR_ARG(label_of(c, &(struct part){t->m}, x))), percent);
		s->choice[s->n_choice++] = (struct sim_choice){key_of(c, t, of->id), x->id, S("true"), (double)percent / 100};
	}
}

// Of a hundred cases of a bundle so many want an item that not every case has.
static void wanted(struct asked *q, const struct bundle *g, struct sim_config *s, struct json *form)
{
	struct op_call *c = q->c;
	for (uint32_t i = 0; i < g->n_items && s->n_choice < FIELDS_MOST; i++) {
		if (!g->item[i].when.text.n) continue;
		const struct item *it = g->item[i].item;
		struct str key = str_fmt(c->a, "want/" STR_FMT, STR_ARG(it->code));
		int64_t percent = number(q, q->share, "share", key, 100, 0, 100);
		put_field(c, json_get(form, S("choices")), key, str_fmt(c->a, "%s" STR_FMT, tr(c, "要办：", "Wants: ").p, STR_ARG(words(c, it->name))), percent);
		s->choice[s->n_choice++] = (struct sim_choice){str_fmt(c->a, STR_FMT "/start", STR_ARG(g->code)), str_fmt(c->a, "want_" STR_FMT, STR_ARG(it->code)),
			S("true"), (double)percent / 100};
	}
}

// A bundle's process, each of its items' begun by the call in it.
static struct err *bundle_parts(struct op_call *c, const struct bundle *g, struct sim_config *s, struct part *part, size_t *n)
{
	struct bpmn_model *whole;
	struct err *e = flow_bundle_wanted(c->a, g, &whole, &s->process);
	if (e) return e;
	struct sim_config *last = s;
	s->model = whole;
	s->name = g->code;
	s->start = S("start");
	part[(*n)++] = (struct part){whole, g->code, tr(c, "一件事", "Bundle")};
	for (uint32_t i = 0; i < g->n_items && !e; i++) {
		const struct item *it = g->item[i].item;
		struct flow_model fm;
		e = flow_model(c->p, c->p->cat->hash, str_fmt(c->a, "item:" STR_FMT, STR_ARG(it->code)), &fm);
		if (e) return e;
		struct sim_config *one = arena_new1(c->a, struct sim_config);
		*one = (struct sim_config){.model = fm.bpmn, .process = fm.process, .start = fm.start, .name = it->code,
			.called = str_fmt(c->a, "item_" STR_FMT, STR_ARG(it->code)), .limit_wd = it->promised.unit == LIMIT_WORKING_DAY ? it->promised.n : 0};
		last->beside = one;
		last = one;
		part[(*n)++] = (struct part){fm.bpmn, it->code, words(c, it->name)};
	}
	return NULL;
}

// Office hours; what is shorter than one in minutes, or every short wait would read as none.
static struct str hours(struct op_call *c, double ms)
{
	if (ms < 3570000) return str_fmt(c->a, "%lld %s", (long long)(ms / 60000 + 0.5), tr(c, "分钟", "min").p);
	int64_t tenths = (int64_t)(ms / 360000 + 0.5);
	return str_fmt(c->a, "%lld.%lld %s", (long long)(tenths / 10), (long long)(tenths % 10), tr(c, "小时", "h").p);
}

static struct str percent(struct op_call *c, double share)
{
	int64_t tenths = (int64_t)(share * 1000 + 0.5);
	return str_fmt(c->a, "%lld.%lld%%", (long long)(tenths / 10), (long long)(tenths % 10));
}

static void charts(struct op_call *c, const struct sim_config *s, const struct sim_result *r, struct json *out)
{
	struct chart_bar *wait = arena_newn(c->a, struct chart_bar, r->n_role + 1), *busy = arena_newn(c->a, struct chart_bar, r->n_role + 1);
	int64_t *arrived = arena_newn(c->a, int64_t, r->n_week), *ended = arena_newn(c->a, int64_t, r->n_week);
	for (size_t i = 0; i < r->n_role; i++) {
		struct str name = role_words(c, r->role[i].role);
		bool mark = (int)i == r->bottleneck;
		wait[i] = (struct chart_bar){name, hours(c, r->role[i].wait_ms), (int64_t)r->role[i].wait_ms, mark};
		busy[i] = (struct chart_bar){name, percent(c, r->role[i].busy), (int64_t)(1000 * r->role[i].busy), mark};
	}
	for (size_t i = 0; i < r->n_week; i++) {
		arrived[i] = r->week[i].arrived;
		ended[i] = r->week[i].ended;
	}
	const struct chart_line lines[] = {{tr(c, "到达", "arrived"), arrived}, {tr(c, "办结", "ended"), ended}};
	put_json(c, out, "weeks_chart", svg_value(c, chart_lines(c, tr(c, "每五个工作日到达和办结的件数", "Cases arrived and ended in each five working days"), lines, 2,
		r->n_week)));
	put_json(c, out, "wait_chart", svg_value(c, chart_bars(c, tr(c, "各岗位平均等待", "Mean wait by role"), wait, r->n_role, 0)));
	put_json(c, out, "busy_chart", svg_value(c, chart_bars(c, tr(c, "各岗位忙碌程度", "Utilisation by role"), busy, r->n_role, 1000)));
	if (!s->limit_wd) return;
	double share = r->ended ? (double)r->in_limit / (double)r->ended : 0;
	struct chart_bar limit = {str_fmt(c->a, "%d %s", s->limit_wd, tr(c, "个工作日内", "working days").p), percent(c, share), (int64_t)(1000 * share), share < 0.9};
	put_json(c, out, "limit_chart", svg_value(c, chart_bars(c, tr(c, "在承诺期限内办结的比例", "Share finished within the promised limit"), &limit, 1, 1000)));
}

static void result(struct op_call *c, const struct sim_config *s, const struct sim_result *r, const struct part *part)
{
	struct json *out = put_obj(c, c->out, "result"), *roles = put_list(c, out, "roles"), *steps = put_list(c, out, "steps"), *weeks = put_list(c, out, "weeks");
	int64_t counted = s->days - s->warm_days, tenths = (r->ended * 10 + counted / 2) / counted;
	put_int(c, out, "arrived", r->arrived);
	put_int(c, out, "ended", r->ended);
	put_int(c, out, "open", r->open);
	put_text(c, out, "per_day", str_fmt(c->a, "%lld.%lld", (long long)(tenths / 10), (long long)(tenths % 10)));
	put_text(c, out, "through", hours(c, r->through_ms));
	put_int(c, out, "through_ms", (int64_t)r->through_ms);
	if (s->limit_wd) put_text(c, out, "in_limit", percent(c, r->ended ? (double)r->in_limit / (double)r->ended : 0));
	if (r->bottleneck >= 0) put_text(c, out, "bottleneck", role_words(c, r->role[r->bottleneck].role));
	for (size_t i = 0; i < r->n_role; i++) {
		const struct sim_role *x = &r->role[i];
		struct json *o = list_obj(c, roles);
		put_text(c, o, "name", role_words(c, x->role));
		put_int(c, o, "people", x->n);
		put_int(c, o, "served", x->served);
		put_text(c, o, "wait", hours(c, x->wait_ms));
		put_text(c, o, "wait_max", hours(c, x->wait_max_ms));
		put_int(c, o, "queue_max", x->queue_max);
		put_text(c, o, "busy", percent(c, x->busy));
		put_bool(c, o, "bottleneck", (int)i == r->bottleneck);
	}
	for (size_t i = 0; i < r->n_step; i++) {
		struct json *o = list_obj(c, steps);
		const struct part *t = part;
		for (size_t k = 0; k < r->n_flow; k++)
			if (str_eq(part[k].code, r->step[i].model)) t = &part[k];
		put_text(c, o, "name", label_of(c, t, bpmn_element(t->m, bpmn_find(t->m, r->step[i].element))));
		put_int(c, o, "done", r->step[i].done);
		put_text(c, o, "wait", hours(c, r->step[i].wait_ms));
		put_text(c, o, "service", hours(c, r->step[i].service_ms));
	}
	for (size_t i = 0; i < r->n_week; i++) {
		struct json *o = list_obj(c, weeks);
		put_int(c, o, "number", (int64_t)i + 1);
		put_int(c, o, "arrived", r->week[i].arrived);
		put_int(c, o, "ended", r->week[i].ended);
	}
	struct json *items = r->n_flow > 1 ? put_list(c, out, "items") : NULL;
	for (size_t i = 1; items && i < r->n_flow; i++) {
		const struct sim_flow *x = &r->flow[i];
		struct json *o = list_obj(c, items);
		put_text(c, o, "name", part[i].name);
		put_int(c, o, "begun", x->arrived);
		put_int(c, o, "ended", x->ended);
		put_text(c, o, "through", hours(c, x->through_ms));
		put_text(c, o, "in_limit", x->limit_wd ? percent(c, x->ended ? (double)x->in_limit / (double)x->ended : 0) : S(""));
	}
	charts(c, s, r, out);
}

static void put_models(struct op_call *c, struct str chosen)
{
	const struct catalogue *cat = c->p->cat;
	struct json *list = put_list(c, c->out, "models");
	for (uint32_t i = 0; i < cat->n_items; i++) {
		if (!cat->item[i]->single) continue;
		struct str ref = str_fmt(c->a, "apply:" STR_FMT, STR_ARG(cat->item[i]->code));
		struct json *o = list_obj(c, list);
		put_text(c, o, "value", ref);
		put_words(c, o, "label", cat->item[i]->name);
		put_bool(c, o, "selected", str_eq(ref, chosen));
	}
	for (uint32_t i = 0; i < cat->n_bundles; i++) {
		struct str ref = str_fmt(c->a, "apply:" STR_FMT, STR_ARG(cat->bundle[i].code));
		struct json *o = list_obj(c, list);
		put_text(c, o, "value", ref);
		put_text(c, o, "label", str_fmt(c->a, STR_FMT "%s", STR_ARG(words(c, cat->bundle[i].name)), tr(c, "（一件事）", " (bundle)").p));
		put_bool(c, o, "selected", str_eq(ref, chosen));
	}
}

struct err *op_flow_simulate(struct op_call *c)
{
	static const char *const spreads[] = {"const", "exp", "uniform", "erlang2"};
	struct str model = op_text(c, "model"), code = model, kind = str_cut(&code, S(":")), spread = op_text(c, "spread");
	struct asked q = {c, op_json(c, "staff"), op_json(c, "service"), op_json(c, "share"), NULL};
	struct matter m = catalogue_matter(c->p->cat, code);
	struct flow_model fm;
	struct sim_result r;
	put_models(c, model);
	if (!model.n) return NULL;
	if ((!m.item && !m.bundle) || !str_is(kind, "apply") || (!m.bundle && !m.item->single)) return err_arg(c->a, E_NOT_FOUND, S("流程"));
	struct sim_config s = {0};
	size_t parts = 0, items = m.bundle ? m.bundle->n_items : 0;
	struct part *part = arena_newn(c->a, struct part, items + 1);
	struct err *e = m.bundle ? bundle_parts(c, m.bundle, &s, part, &parts) : flow_model(c->p, c->p->cat->hash, model, &fm);
	if (e) return e;
	if (!m.bundle) {
		s = (struct sim_config){.model = fm.bpmn, .process = fm.process, .start = fm.start};
		part[parts++] = (struct part){fm.bpmn};
	}
	const struct catalogue *cat = c->p->cat;
	int64_t day_ms = (int64_t)(cat->hours.close_min - cat->hours.after_min + cat->hours.noon_min - cat->hours.open_min) * MINUTE;
	struct limit promise = m.bundle ? m.bundle->promised : m.item->promised;
	int64_t promised = promise.unit == LIMIT_WORKING_DAY ? promise.n : 0;
	int64_t per_day = op_int(c, "arrivals", 10), days = op_int(c, "days", 120), limit = op_int(c, "limit", promised), seed = op_int(c, "seed", 1);
	const struct { const char *key; int64_t value, least, most; } whole[] = {{"arrivals", per_day, 1, 2000}, {"days", days, 5, 240}, {"limit", limit, 0, 1000},
		{"seed", seed, 0, INT32_MAX}};
	for (size_t i = 0; i < countof(whole); i++)
		if (whole[i].value < whole[i].least || whole[i].value > whole[i].most)
			err_add(&q.err, err_field(c->a, E_TYPE, str_of(whole[i].key), str_fmt(c->a, "%lld–%lld", (long long)whole[i].least, (long long)whole[i].most)));
	if (!q.err && per_day * days * (int64_t)parts > CASES_MOST) err_add(&q.err, err_field(c->a, E_SIMULATE_LARGE, S("days"), str_fmt(c->a, "%d", CASES_MOST / (int)parts)));
	s.arrivals = (struct sim_dist){SIM_EXP, 1};
	s.calendar = cat->calendar;
	s.hours = &cat->hours;
	s.from = day_of(day_civil(day_shanghai(c->p->now_ms)).year, 1, 1);
	s.days = (int32_t)days;
	s.warm_days = (int32_t)(days / 10);
	s.limit_wd = (int32_t)limit;
	s.seed = (uint64_t)seed;
	s.max_steps = STEPS_MOST;
	for (size_t i = 0; i < countof(spreads); i++)
		if (str_eq(spread, str_of(spreads[i]))) s.arrivals.kind = (enum sim_kind)i;
	struct json *form = put_obj(c, c->out, "form");
	put_text(c, form, "model", model);
	put_words(c, form, "name", m.bundle ? m.bundle->name : m.item->name);
	put_int(c, form, "arrivals", per_day);
	put_int(c, form, "days", days);
	put_int(c, form, "limit", limit);
	put_int(c, form, "seed", seed);
	put_text(c, form, "spread", spread.n ? spread : S("exp"));
	static const char *const lists[] = {"staff", "service", "waits", "choices"};
	for (size_t i = 0; i < countof(lists); i++) put_list(c, form, lists[i]);
	s.staff = arena_newn(c->a, struct sim_staff, FIELDS_MOST);
	s.service = arena_newn(c->a, struct sim_service, FIELDS_MOST);
	s.choice = arena_newn(c->a, struct sim_choice, FIELDS_MOST);
	if (m.bundle) wanted(&q, m.bundle, &s, form);
	for (size_t i = 0; i < parts; i++) resources(&q, &part[i], &s, form);
	for (size_t i = 0; i < parts; i++) choices(&q, &part[i], &s, form);
	for (size_t i = 0; i < parts; i++) picks(&q, &part[i], &s, form);
	if (q.err) return q.err;
	s.arrivals = (struct sim_dist){SIM_EXP, day_ms / per_day};
	e = simulate(c->a, &s, &r);
	if (e && e->code == E_USAGE) return err_arg(c->a, E_SIMULATE, e->arg[0]);
	if (e) return e;
	result(c, &s, &r, part);
	return NULL;
}
