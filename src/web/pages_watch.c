// pages_watch.c — pages of those who watch over processes: incidents, the ways cases took, simulation, moves.
#include "web/page.h"

static bool failed(struct page *q, struct err *e)
{
	if (e) page_error(q, e);
	return e != NULL;
}

static void copy(struct page *q, struct json *in, const char *key)
{
	if (page_query(q, key).n) page_set(q, in, key, page_query(q, key));
}

static void watch(struct page *q)
{
	page_go(q, S("/watch/incidents"));
}

// ---- incidents ----

static void incidents(struct page *q)
{
	struct json *in = json_obj(q->a);
	copy(q, in, "after");
	if (failed(q, page_read(q, "incidents", "flow.incidents", in))) return;
	page_show(q, "incidents", S("流程异常"), 200);
}

static struct json *incident_in(struct page *q)
{
	struct json *in = page_in(q, "case", page_param(q, 0));
	page_set(q, in, "key", page_param(q, 1));
	return in;
}

static void incident(struct page *q)
{
	if (failed(q, page_read(q, "incident", "flow.incident", incident_in(q)))) return;
	if (q->errors) page_set(q, json_get(q->view, S("incident")), "note", page_form(q, "note"));
	page_show(q, "incident", S("流程异常"), q->errors ? 400 : 200);
}

static void incident_post(struct page *q)
{
	struct json *in = incident_in(q);
	page_set(q, in, "note", page_form(q, "note"));
	page_set(q, in, "how", page_form(q, "how").n ? page_form(q, "how") : S("retry"));
	struct err *e = page_write(q, "flow.resolve", in, NULL);
	if (e && (e->field.n || e->code == E_FLOW_BY_HAND)) {
		q->errors = e;
		incident(q);
		return;
	}
	if (failed(q, e)) return;
	page_go(q, S("/watch/incidents"));
}

// ---- the ways cases took ----

static void paths(struct page *q)
{
	struct json *in = json_obj(q->a);
	copy(q, in, "model");
	copy(q, in, "days");
	struct err *e = page_read(q, "paths", "flow.paths", in);
	if (e && e->field.n) {                                      // a number of days that is none
		q->errors = e;
		in = json_obj(q->a);
		copy(q, in, "model");
		e = page_read(q, "paths", "flow.paths", in);
	}
	if (failed(q, e)) return;
	page_show(q, "paths", S("实际路径"), q->errors ? 400 : 200);
}

// ---- a simulation ----

// staff-clerk=3 becomes {"clerk": "3"} of staff.
static void gather(struct page *q, struct json *in, const char *name)
{
	struct json *map = json_obj(q->a);
	struct str prefix = str_fmt(q->a, "%s-", name);
	for (uint32_t i = 0; i < q->query.n; i++)
		if (str_starts(q->query.item[i].key, prefix)) json_put(q->a, map, str_from(q->query.item[i].key, prefix.n), json_str(q->a, q->query.item[i].value));
	json_put(q->a, in, str_of(name), map);
}

static void simulation(struct page *q)
{
	static const char *const plain[] = {"model", "arrivals", "days", "limit", "seed", "spread"}, *const maps[] = {"staff", "service", "share"};
	struct json *in = json_obj(q->a);
	for (size_t i = 0; i < countof(plain); i++) copy(q, in, plain[i]);
	for (size_t i = 0; i < countof(maps); i++) gather(q, in, maps[i]);
	struct err *e = page_read(q, "simulate", "flow.simulate", in);
	if (e && (e->field.n || e->code == E_SIMULATE || e->code == E_SIMULATE_LARGE)) {      // the usual form again, with the reason
		q->errors = e;
		in = json_obj(q->a);
		copy(q, in, "model");
		e = page_read(q, "simulate", "flow.simulate", in);
		struct json *view = json_get(q->view, S("simulate")), *form = json_get(view, S("form"));
		if (!e) page_set(q, view, "result", S(""));
		for (size_t i = 1; i < countof(plain) && form; i++)
			if (page_query(q, plain[i]).n) page_set(q, form, plain[i], page_query(q, plain[i]));
		static const char *const lists[][2] = {{"staff", "staff"}, {"service", "service"}, {"waits", "service"}, {"choices", "share"}};
		for (size_t k = 0; k < countof(lists) && form; k++) {
			struct json *list = json_get(form, str_of(lists[k][0]));
			for (uint32_t i = 0; i < json_count(list); i++) {
				struct str key = str_fmt(q->a, "%s-" STR_FMT, lists[k][1], STR_ARG(json_text(json_get(list->item[i], S("key"))))), typed = page_query(q, str_z(q->a, key));
				if (typed.n) page_set(q, list->item[i], "value", typed);
			}
		}
	}
	if (failed(q, e)) return;
	page_show(q, "simulate", S("模拟"), q->errors ? 400 : 200);
}

// ---- moves to the version in force ----

static void moves(struct page *q)
{
	struct json *in = json_obj(q->a);
	struct str after = page_query(q, "after").n ? page_query(q, "after") : page_form(q, "after");
	if (after.n) page_set(q, in, "after", after);
	if (failed(q, page_read(q, "moves", "flow.migrate_plan", in))) return;
	int64_t moved;
	if (!q->errors && str_int(page_query(q, "moved"), &moved) && moved > 0) {
		struct json *note = page_in(q, "kind", S("ok"));
		page_set(q, note, "text", str_fmt(q->a, "%lld 件已转到现行版本。", (long long)moved));
		q->notices = json_arr(q->a);
		json_add(q->a, q->notices, note);
	}
	page_set(q, json_get(q->view, S("moves")), "after", after);
	if (q->errors) page_set(q, json_get(q->view, S("moves")), "note", page_form(q, "note"));
	page_show(q, "moves", S("版本迁移"), q->errors ? 400 : 200);
}

static void moves_post(struct page *q)
{
	struct json *in = page_in(q, "to", page_form(q, "to")), *reply;
	struct str after = page_form(q, "after");
	page_set(q, in, "note", page_form(q, "note"));
	if (after.n) page_set(q, in, "after", after);
	struct err *e = page_write(q, "flow.migrate_all", in, &reply);
	if (e && (e->field.n || e->code == E_STALE)) {
		q->errors = e;
		moves(q);
		return;
	}
	if (failed(q, e)) return;
	page_go(q, str_fmt(q->a, "/watch/moves?moved=" STR_FMT "%s" STR_FMT, STR_ARG(json_text(json_get(reply, S("moved")))), after.n ? "&after=" : "", STR_ARG(after)));
}

// ---- the daily comparison with the gateway ----

static void payments(struct page *q)
{
	struct json *in = json_obj(q->a);
	if (page_query(q, "after").n) page_set(q, in, "after", page_query(q, "after"));
	if (str_is(page_query(q, "state"), "done")) page_set(q, in, "state", S("done"));
	if (failed(q, page_read(q, "payments", "pay.differences", in))) return;
	page_show(q, "payments", S("对账"), q->errors ? 400 : 200);
}

static void payments_post(struct page *q)
{
	struct json *in = page_in(q, "difference", page_form(q, "difference"));
	page_set(q, in, "note", page_form(q, "note"));
	struct err *e = page_write(q, "pay.settle", in, NULL);
	if (e && e->field.n) {
		e->field = str_fmt(q->a, "note-" STR_FMT, STR_ARG(page_form(q, "difference")));
		q->errors = e;
		payments(q);
		return;
	}
	if (!failed(q, e)) page_go(q, S("/watch/payments"));
}

const struct route watch_routes[] = {
	{"GET", "/watch", watch, true}, {"GET", "/watch/incidents", incidents, true}, {"GET", "/watch/incidents/{}/{}", incident, true},
	{"POST", "/watch/incidents/{}/{}", incident_post, true}, {"GET", "/watch/paths", paths, true}, {"GET", "/watch/simulate", simulation, true},
	{"GET", "/watch/moves", moves, true}, {"POST", "/watch/moves", moves_post, true},
	{"GET", "/watch/payments", payments, true}, {"POST", "/watch/payments", payments_post, true},
};
const size_t watch_routes_n = countof(watch_routes);
