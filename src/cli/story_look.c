// story_look.c — what a story looks at: values, states, timelines, proofs.
#include "cli/story_int.h"

#include <stdio.h>

#include "base/file.h"
#include "base/seam.h"
#include "cli/xes.h"
#include "codec/xml.h"
#include "domain/case/case.h"
#include "domain/flow/record.h"
#include "domain/outbox.h"
#include "domain/trail.h"

bool story_save(struct story *s, struct str rest)
{
	struct str name = story_word(&rest);
	struct json *v;
	if (!str_starts(name, S("$")) || name.n < 2 || !str_is(story_word(&rest), "=")) return story_wrong(s, "save $name = PATH");
	if (str_is(rest, "invitation")) {
		struct plan p;
		struct outbox_row *o;
		size_t n;
		if (!story_plan_open(s, &p)) return false;
		struct err *e = outbox_due(&p, seam_now_ms(), 200, &o, &n);
		story_plan_close(&p);
		if (!story_world(s, e)) return false;
		struct str link = S("");
		for (size_t i = 0; i < n; i++)
			if (json_get(o[i].body, S("link"))) link = json_text(json_get(o[i].body, S("link")));
		ptrdiff_t at = str_find(link, S("/sign/"));
		if (at < 0) return story_wrong(s, "no invitation waits in the outbox");
		v = json_str(s->a, str_from(link, (size_t)at + 6));
	} else if (str_starts(rest, S("file "))) {
		struct str text;
		if (!story_world(s, file_read(s->a, story_beside(s, str_from(rest, 5)), FILE_MAX, &text))) return false;
		v = json_str(s->a, text);
	} else {
		if (!story_path_value(s, rest, &v)) return false;
		if (!v) return story_wrong(s, "expected a value at " STR_FMT ", found nothing in " STR_FMT, STR_ARG(rest), STR_ARG(story_brief(s, story_printed(s, s->reply))));
	}
	story_var_set(s, str_from(name, 1), v);
	return true;
}

static bool equal(struct story *s, const struct json *found, struct str value)
{
	struct json *j;
	if (found && str_eq(story_printed(s, found), value)) return true;
	if (!found || (found->type == JSON_STRING) != (value.n && value.p[0] == '"') || json_parse(s->a, value, (struct json_limits){0}, &j)) return false;
	return json_equal(found, j);
}

bool story_expect(struct story *s, struct str rest)
{
	struct json *v;
	struct str value = S("");
	struct str path = story_word(&rest), how = story_word(&rest);
	while (!str_is(how, "==") && !str_is(how, "!=") && !str_is(how, "<") && !str_is(how, ">") && !str_is(how, "contains") && !str_is(how, "exists")
		&& !str_is(how, "missing") && !str_is(how, "count") && rest.n) {       // a selector may hold spaces
		path = (struct str){path.p, (size_t)(how.p + how.n - path.p)};
		how = story_word(&rest);
	}
	if (!story_path_value(s, path, &v) || !story_fill(s, rest, false, &value)) return false;
	struct str found = story_printed(s, v);
	int64_t n;
	dec a, b;
	bool good = false;
	if (str_is(how, "exists")) good = v != NULL;
	else if (str_is(how, "missing")) good = v == NULL;
	else if (str_is(how, "count")) good = str_int(value, &n) && (int64_t)json_count(v) == n, found = str_fmt(s->a, "%zu in " STR_FMT, json_count(v), STR_ARG(found));
	else if (str_is(how, "contains")) good = v && str_find(found, value) >= 0;
	else if (str_is(how, "==")) good = equal(s, v, value);
	else if (str_is(how, "!=")) good = !equal(s, v, value);
	else if (str_is(how, "<") || str_is(how, ">")) good = v && dec_parse(json_text(v), &a) && dec_parse(value, &b) && (str_is(how, "<") ? dec_cmp(a, b) < 0 : dec_cmp(a, b) > 0);
	else return story_wrong(s, "expect PATH ==, !=, <, >, contains, exists, missing or count");
	found = story_brief(s, found);
	return good || story_wrong(s, "expected " STR_FMT " " STR_FMT " " STR_FMT ", found " STR_FMT, STR_ARG(path), STR_ARG(how), STR_ARG(value), STR_ARG(found));
}

bool story_show(struct story *s, struct str rest)
{
	struct json *v;
	struct buf b = buf_new(s->a);
	if (!story_path_value(s, rest, &v)) return false;
	if (v) json_print_pretty(&b, v);
	printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
	return true;
}

static bool case_of(struct story *s, struct plan *p, struct str id, struct kase **out)
{
	int64_t n;
	if (!str_int(id, &n)) return story_wrong(s, "which case?");
	return story_world(s, case_read(p, n, out));
}

bool story_state(struct story *s, struct str rest)
{
	struct plan p;
	struct kase *k;
	struct cases children;
	struct str filled;
	if (!story_fill(s, rest, false, &filled)) return false;
	struct str id = story_word(&filled), item = story_word(&filled);
	if (str_is(item, "==")) item = S("");
	else if (!str_is(story_word(&filled), "==")) return story_wrong(s, "state $case [ITEM] == STATE [OUTCOME]");
	struct str state = story_word(&filled), outcome = story_word(&filled);
	if (!story_plan_open(s, &p)) return false;
	bool good = case_of(s, &p, id, &k);
	if (good && item.n) {
		struct kase *root = k;
		k = NULL;
		good = story_world(s, case_children(&p, root->id, &children));
		for (size_t i = 0; good && i < children.n; i++)
			if (str_eq(children.k[i]->what, item)) k = children.k[i];
		if (good && !k) good = str_is(state, "missing") ? true : story_wrong(s, "the case has no item " STR_FMT, STR_ARG(item));
	}
	if (good && k && (!str_eq(state, str_of(case_state_name(k->state))) || (outcome.n && !str_eq(outcome, k->outcome))))
		good = story_wrong(s, "expected " STR_FMT " " STR_FMT " " STR_FMT ", found %s " STR_FMT, STR_ARG(k->what), STR_ARG(state), STR_ARG(outcome), case_state_name(k->state), STR_ARG(k->outcome));
	story_plan_close(&p);
	return good;
}

static bool timeline_of(struct story *s, struct plan *p, const struct kase *k)
{
	struct journal_entry *e;
	size_t n;
	if (!story_world(s, journal_of(p->snap, s->a, S("case"), k->id, 0, 500, &e, &n))) return false;
	printf("  " STR_FMT " " STR_FMT "  %s " STR_FMT "\n", STR_ARG(k->number.n ? k->number : S("—")), STR_ARG(k->what), case_state_name(k->state), STR_ARG(k->outcome));
	for (size_t i = 0; i < n; i++) {
		struct civil c = day_civil(day_shanghai(e[i].at_ms));
		struct clock_time t = clock_shanghai(e[i].at_ms);
		printf("    %2lld  %02d-%02d %02d:%02d  %-14.*s " STR_FMT " " STR_FMT "\n", (long long)e[i].seq, c.month, c.day, t.hour, t.minute, STR_ARG(e[i].actor), STR_ARG(e[i].verb), STR_ARG(e[i].detail));
	}
	return true;
}

bool story_timeline(struct story *s, struct str rest)
{
	struct plan p;
	struct kase *k;
	struct cases children;
	struct str filled;
	if (!story_fill(s, rest, false, &filled) || !story_plan_open(s, &p)) return false;
	bool good = case_of(s, &p, filled, &k) && (s->quiet || timeline_of(s, &p, k)) && story_world(s, case_children(&p, k->id, &children));
	for (size_t i = 0; good && !s->quiet && i < children.n; i++) good = timeline_of(s, &p, children.k[i]);
	story_plan_close(&p);
	return good;
}

static void found_one(void *ctx, const struct journal_finding *f)
{
	struct story *s = ctx;
	fprintf(stderr, STR_FMT ":%u: journal: %s, " STR_FMT " %lld, entry %lld\n", STR_ARG(s->file), s->line, journal_wrong_name(f->wrong), STR_ARG(f->kind), (long long)f->id, (long long)f->seq);
}

bool story_verify(struct story *s, struct str rest)
{
	struct journal_saved saved;
	struct journal_report r = {0};
	if (!story_world(s, journal_saved_read(s->a, s->saved, &saved))) return false;
	struct journal_check c = {.saved = &saved, .key = s->b.domain->sign, .interval_ms = SIGN_EVERY_MS, .tables = trail_tables, .n_tables = trail_tables_n, .found = found_one, .ctx = s};
	if (!story_world(s, journal_verify(s->b.store, s->a, &c, &r))) return false;
	if (r.findings) return story_wrong(s, "expected a whole journal, found %lld findings", (long long)r.findings);
	story_tell(s, "%-20s %lld entries of %lld subjects, %lld rows, nothing found", "verify", (long long)r.entries, (long long)r.subjects, (long long)r.rows);
	return true;
}

static void flow_found(void *ctx, const struct flow_replay_finding *f)
{
	struct story *s = ctx;
	fprintf(stderr, STR_FMT ":%u: replay: %s, case %lld, version %lld " STR_FMT "\n", STR_ARG(s->file), s->line, flow_flaw_name(f->flaw),
		(long long)f->case_id, (long long)f->version, STR_ARG(f->text));
}

// Process variables carry no personal value: none of the sample people's stands in an event.
static void flow_clean(void *ctx, int64_t instance, const struct flow_record *r)
{
	struct story *s = ctx;
	for (uint32_t i = 0; i < s->samples.n_people; i++) {
		const struct sample_person *p = &s->samples.person[i];
		const struct str value[] = {p->name, p->number, p->phone, p->address};
		for (size_t k = 0; k < countof(value); k++)
			if (value[k].n && str_find(r->detail, value[k]) >= 0)
				story_wrong(s, "expected no personal value in events, found one of " STR_FMT " in a %s event", STR_ARG(p->account), flow_record_kind(r));
	}
}

bool story_replay(struct story *s, struct str rest)
{
	struct plan p;
	struct flow_replay r;
	if (!story_plan_open(s, &p)) return false;
	struct err *e = flow_replay(&p, &(struct flow_replay_watch){.found = flow_found, .record = flow_clean, .ctx = s}, &r);
	story_plan_close(&p);
	if (!story_world(s, e)) return false;
	if (r.findings) return story_wrong(s, "expected that every replay gives the stored state, found %lld that differ", (long long)r.findings);
	story_tell(s, "%-20s %lld instances, %lld events, the same bytes", "replay", (long long)r.instances, (long long)r.events);
	return !s->bad;
}

static struct str xes_of(const struct xml *x, const char *type, const char *key)
{
	for (struct xml *c = xml_child(x, XML_ANY, str_of(type)); c; c = xml_next(c, XML_ANY, str_of(type)))
		if (str_eq(xml_attr(c, S("key")), str_of(key))) return xml_attr(c, S("value"));
	return S("");
}

// IEEE 1849-2016: extensions, globals, classifiers, traces in this order; a prefix in a key is a declared extension's;
// every event with name, time and transition, in the order of time.
static bool xes_shape(struct story *s, const struct xml *log)
{
	static const char *const part[] = {"extension", "global", "classifier", "trace"}, *const known[] = {"concept", "time", "lifecycle", "org"};
	size_t at = 0;
	if (!xml_is(log, S("http://www.xes-standard.org/"), S("log")) || !xml_attr(log, S("xes.version")).n) return story_wrong(s, "the event log is no XES log");
	for (struct xml *c = xml_first_element(log); c; c = xml_next_element(c)) {
		while (at < countof(part) && !str_eq(c->name, str_of(part[at]))) at++;
		if (at == countof(part)) return story_wrong(s, STR_FMT " stands in the wrong place of the event log", STR_ARG(c->name));
		if (str_is(c->name, "trace") && !xes_of(c, "string", "concept:name").n) return story_wrong(s, "a trace of the event log has no name");
		struct str last = S("");
		for (struct xml *e = xml_child(c, XML_ANY, S("event")); e; e = xml_next(e, XML_ANY, S("event"))) {
			struct str when = xes_of(e, "date", "time:timestamp");
			if (!xes_of(e, "string", "concept:name").n || !str_is(xes_of(e, "string", "lifecycle:transition"), "complete") || str_cmp(when, last) < 0 || when.n < 20)
				return story_wrong(s, "an event of the log lacks its name, transition or time, or comes before its time: " STR_FMT, STR_ARG(when));
			last = when;
			for (struct xml *k = xml_first_element(e); k; k = xml_next_element(k)) {
				struct str rest = xml_attr(k, S("key")), prefix = str_cut(&rest, S(":"));
				bool declared = !rest.p;
				for (size_t i = 0; i < countof(known); i++) declared |= str_eq(prefix, str_of(known[i]));
				if (!declared) return story_wrong(s, "no extension of the event log is called " STR_FMT, STR_ARG(prefix));
			}
		}
	}
	return true;
}

// The event log for analysts: well-formed, of its standard's shape, and nobody's name in it.
bool story_xes(struct story *s, struct str rest)
{
	struct str file = str_fmt(s->a, STR_FMT "/log.xes", STR_ARG(s->config.data)), text;
	struct xes_count n;
	struct xml *x;
	int64_t want;
	if (!story_world(s, xes_export(s->a, &s->b, file, &n)) || !story_world(s, file_read(s->a, file, 64 << 20, &text))) return false;
	if (!story_world(s, xml_parse(s->a, text, (struct xml_limits){0}, &x)) || !xes_shape(s, x)) return false;
	for (uint32_t i = 0; i < s->samples.n_people; i++)
		if (str_find(text, s->samples.person[i].name) >= 0 || str_find(text, s->samples.person[i].number) >= 0)
			return story_wrong(s, "expected no personal value in the event log, found one of " STR_FMT, STR_ARG(s->samples.person[i].account));
	if (!str_int(story_word(&rest), &want) || n.traces != want || n.events < want)
		return story_wrong(s, "expected " STR_FMT " traces, found %lld with %lld events", STR_ARG(str_fmt(s->a, "%lld", (long long)want)), (long long)n.traces, (long long)n.events);
	story_tell(s, "%-20s %lld traces, %lld events", "xes", (long long)n.traces, (long long)n.events);
	return true;
}

bool story_checkpoint(struct story *s, struct str rest)
{
	s->saved = story_heads(s);
	return !s->bad;
}
