// pages_watch.c — pages of those who watch over processes: incidents.
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

const struct route watch_routes[] = {
	{"GET", "/watch", watch, true}, {"GET", "/watch/incidents", incidents, true}, {"GET", "/watch/incidents/{}/{}", incident, true},
	{"POST", "/watch/incidents/{}/{}", incident_post, true},
};
const size_t watch_routes_n = countof(watch_routes);
