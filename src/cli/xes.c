// xes.c — see xes.h.
#include "cli/xes.h"

#include "base/file.h"
#include "base/seam.h"
#include "domain/case/case.h"

enum { CHUNK = 1 << 20 };

struct xes {
	struct boot *b;
	struct snap *snap;
	struct catalogue *cat;
	struct str file;
	struct arena *a;               // of one chunk
	struct buf text;
	int64_t open;                  // subject whose trace is open, 0 = none
	int64_t skipped;               // one without a number: a draft
	struct xes_count *count;
};

static struct err *flush(struct xes *x)
{
	struct err *e = file_append(x->a, x->file, buf_str(&x->text));
	if (e) return e;
	arena_reset(x->a);
	x->text = buf_new(x->a);
	return NULL;
}

static void value(struct buf *b, const char *type, const char *key, struct str v)
{
	if (!v.n) return;
	buf_fmt(b, "<%s key=\"%s\" value=\"", type, key);
	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] == '<') buf_lit(b, "&lt;");
		else if (v.p[i] == '&') buf_lit(b, "&amp;");
		else if (v.p[i] == '"') buf_lit(b, "&quot;");
		else if ((unsigned char)v.p[i] < 32) buf_byte(b, ' ');
		else buf_byte(b, v.p[i]);
	}
	buf_lit(b, "\"/>");
}

static struct err *begin(struct xes *x, int64_t subject)
{
	struct kase *k;
	if (x->open) buf_lit(&x->text, "</trace>\n");
	x->open = 0;
	struct err *e = x->text.n > CHUNK ? flush(x) : NULL;
	struct plan p = {.a = x->a, .store = x->b->store, .snap = x->snap, .domain = x->b->domain, .cat = x->cat, .now_ms = seam_now_ms()};
	if (!e) e = case_read(&p, subject, &k);
	bool draft = e ? e->code == E_NOT_FOUND : !k->number.n;
	if (draft) {
		x->skipped = subject;
		return NULL;
	}
	if (e) return e;
	x->open = subject;
	x->count->traces++;
	buf_lit(&x->text, "<trace>");
	value(&x->text, "string", "concept:name", k->number);
	value(&x->text, "string", "matter", k->what);
	value(&x->text, "string", "via", k->via);
	value(&x->text, "string", "outcome", k->outcome);
	return NULL;
}

static struct err *entry(void *ctx, const struct journal_entry *j)
{
	struct xes *x = ctx;
	struct json *d;
	if (!str_is(j->subject_kind, "case") || j->subject_id == x->skipped) return NULL;
	struct err *e = j->subject_id == x->open ? NULL : begin(x, j->subject_id);
	if (!e && j->subject_id == x->skipped) return NULL;
	if (!e) e = json_parse(x->a, j->detail, (struct json_limits){0}, &d);
	if (e) return e;
	// What was decided or done tells one activity from another: task.decide:review, flow.job:make.
	struct str part = json_text(json_get(d, S("step")));
	if (!part.n) part = json_text(json_get(d, S("job")));
	struct buf at = buf_new(x->a);
	instant_print(&at, j->at_ms);
	buf_lit(&x->text, "<event>");
	value(&x->text, "string", "concept:name", part.n ? str_fmt(x->a, STR_FMT ":" STR_FMT, STR_ARG(j->verb), STR_ARG(part)) : j->verb);
	value(&x->text, "date", "time:timestamp", buf_str(&at));
	value(&x->text, "string", "lifecycle:transition", S("complete"));
	value(&x->text, "string", "org:group", str_is(j->actor, "system") ? S("system") : json_text(json_get(d, S("office"))));
	value(&x->text, "string", "state", json_text(json_get(d, S("state"))));
	value(&x->text, "string", "result", json_text(json_get(d, S("outcome"))));
	buf_lit(&x->text, "</event>");
	x->count->events++;
	return NULL;
}

struct err *xes_export(struct arena *a, struct boot *b, struct str file, struct xes_count *out)
{
	struct xes x = {.b = b, .a = arena_new(0), .file = file, .count = out};
	*out = (struct xes_count){0};
	x.text = buf_new(x.a);
	x.cat = domain_catalogue(b->domain);
	file_remove(a, file);
	buf_lit(&x.text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<log xes.version=\"1849.2016\" xes.features=\"\" xmlns=\"http://www.xes-standard.org/\">\n"
		"<extension name=\"Concept\" prefix=\"concept\" uri=\"http://www.xes-standard.org/concept.xesext\"/>\n"
		"<extension name=\"Time\" prefix=\"time\" uri=\"http://www.xes-standard.org/time.xesext\"/>\n"
		"<extension name=\"Lifecycle\" prefix=\"lifecycle\" uri=\"http://www.xes-standard.org/lifecycle.xesext\"/>\n"
		"<extension name=\"Organizational\" prefix=\"org\" uri=\"http://www.xes-standard.org/org.xesext\"/>\n"
		"<global scope=\"trace\"><string key=\"concept:name\" value=\"\"/></global>\n"
		"<global scope=\"event\"><string key=\"concept:name\" value=\"\"/><date key=\"time:timestamp\" value=\"1970-01-01T00:00:00.000Z\"/>"
		"<string key=\"lifecycle:transition\" value=\"complete\"/></global>\n<classifier name=\"Activity\" keys=\"concept:name\"/>\n");
	struct err *e = snap_open(b->store, a, &x.snap);
	if (!e) e = journal_each(x.snap, a, entry, &x);
	snap_close(x.snap);
	if (!e && x.open) buf_lit(&x.text, "</trace>\n");
	if (!e) buf_lit(&x.text, "</log>\n");
	if (!e) e = flush(&x);
	if (e) e = err_copy(a, e);
	catalogue_unref(x.cat);
	arena_free(x.a);
	return e;
}
