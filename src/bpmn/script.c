#include "bpmn/script.h"
#include "base/day.h"
#include "bpmn/model.h"

static void field(struct buf *b, const char *name, struct str v)
{
	if (!v.n)
		return;
	buf_fmt(b, " %s=", name);
	if (str_find(v, S(" ")) >= 0)
		json_print_string(b, v);
	else
		buf_add(b, v);
}

static void due(struct buf *b, const struct bpmn_effect *f)
{
	if (f->due == BPMN_DUE_WORKING_DAYS)
		buf_fmt(b, " due=%dwd", f->working_days);
	if (f->due == BPMN_DUE_AT) {
		buf_lit(b, " due=");
		instant_print(b, f->due_ms);
	}
}

static void object(struct buf *b, const struct json *v)
{
	if (!v || !json_count(v))
		return;
	buf_byte(b, ' ');
	json_print_canonical(b, v);
}

void bpmn_effect_print(struct buf *b, const struct bpmn_effect *f)
{
	static const char *const verb[] = {
		[BPMN_FX_TASK_OPEN] = "task", [BPMN_FX_TASK_CLOSE] = "task-close", [BPMN_FX_TIMER_SET] = "timer",
		[BPMN_FX_TIMER_CLEAR] = "timer-clear", [BPMN_FX_MESSAGE_WAIT] = "message-wait",
		[BPMN_FX_MESSAGE_UNWAIT] = "message-unwait", [BPMN_FX_SIGNAL_WAIT] = "signal-wait",
		[BPMN_FX_SIGNAL_UNWAIT] = "signal-unwait", [BPMN_FX_CALL_START] = "call", [BPMN_FX_CALL_CANCEL] =
			"call-cancel",
		[BPMN_FX_JOB] = "job", [BPMN_FX_JOB_CANCEL] = "job-cancel", [BPMN_FX_ADHOC_OPEN] = "adhoc",
		[BPMN_FX_ADHOC_CLOSE] = "adhoc-close", [BPMN_FX_MESSAGE_THROW] = "throw-message",
		[BPMN_FX_SIGNAL_THROW] = "throw-signal", [BPMN_FX_ESCALATION] = "escalation", [BPMN_FX_INCIDENT] =
			"incident",
		[BPMN_FX_INCIDENT_CLEAR] = "incident-clear", [BPMN_FX_TRACE] = "trace", [BPMN_FX_ENDED] = "ended",
	};
	buf_add(b, str_of(verb[f->kind]));
	if (f->kind != BPMN_FX_ENDED && f->id.n) {
		buf_byte(b, ' ');
		buf_add(b, f->id);
		if (f->loop)
			buf_fmt(b, "[%u]", f->loop);
	}
	bool named = f->kind == BPMN_FX_MESSAGE_WAIT || f->kind == BPMN_FX_SIGNAL_WAIT ||
		f->kind == BPMN_FX_MESSAGE_THROW ||
		f->kind == BPMN_FX_SIGNAL_THROW;
	if (named)
		field(b, "name", f->name);
	field(b, "corr", f->correlation);
	field(b, "role", f->role);
	field(b, "office", f->office);
	field(b, "assignee", f->assignee);
	field(b, "users", f->users);
	field(b, "groups", f->groups);
	field(b, "form", f->form);
	field(b, "priority", f->priority);
	due(b, f);
	field(b, "called", f->called);
	field(b, "key", f->business_key);
	field(b, "type", f->job_type);
	if (f->attempt > 1)
		buf_fmt(b, " attempt=%u", f->attempt);
	field(b, "code", f->code);
	if (f->kind == BPMN_FX_ENDED)
		field(b, "outcome", f->outcome);
	if (f->kind == BPMN_FX_INCIDENT)
		field(b, "text", f->text);
	if (f->kind != BPMN_FX_JOB || json_count(f->vars) <= 20)
		object(b, f->vars);
}

struct play {
	struct arena *a;
	const struct bpmn_model *m;
	struct bpmn_play *out;
	struct str file;
	int64_t now;
	int process;
	uint32_t line;
	bool ran;                              // an event since the last expectation block
	struct bpmn_result r;
	struct err *refused;
	uint32_t at;                           // effects compared so far
	bool effects;                          // some were expected
};

static void fail(struct play *p, const char *what, struct str want, struct str got)
{
	p->out->failures++;
	buf_fmt(&p->out->log, "FAIL line %u: %s: expected \"", p->line, what);
	buf_add(&p->out->log, want);
	buf_lit(&p->out->log, "\", got \"");
	buf_add(&p->out->log, got);
	buf_lit(&p->out->log, "\"\n");
}

static struct str effect_text(struct play *p, const struct bpmn_effect *f)
{
	struct buf b = buf_new(p->a);
	bpmn_effect_print(&b, f);
	return buf_str(&b);
}

static void settle(struct play *p)         // what an event led to that nobody expected
{
	if (!p->ran)
		return;
	p->ran = false;
	if (p->effects && p->at < p->r.neffect)
		fail(p, "an effect more", (struct str){0}, effect_text(p, &p->r.effect[p->at]));
	if (p->refused) {
		struct str t = err_text(p->a, p->refused, true);
		fail(p, "the event was refused", S("success"), t);
		p->refused = NULL;
	}
}

static bool open_wait(enum bpmn_wait w)
{
	return w == BPMN_W_TASK || w == BPMN_W_TIMER || w == BPMN_W_MESSAGE || w == BPMN_W_SIGNAL ||
		w == BPMN_W_CONDITION ||
		w == BPMN_W_CALL || w == BPMN_W_JOB || w == BPMN_W_ADHOC || w == BPMN_W_INCIDENT;
}

static struct str open_now(struct play *p)
{
	struct buf b = buf_new(p->a);
	struct bpmn_view v;
	if (!p->out->state.n)
		return S("nothing");
	struct err *e = bpmn_look(p->m, p->out->state, p->a, &v);
	if (e)
		return err_text(p->a, e, true);
	if (v.status == BPMN_ENDED)
		return str_fmt(p->a, "ended " STR_FMT, STR_ARG(v.outcome));
	struct str *id = arena_newn(p->a, struct str, v.ntoken + 1);
	size_t n = 0;
	for (uint32_t i = 0; i < v.ntoken; i++) {
		if (!open_wait(v.token[i].wait))
			continue;
		struct str s = bpmn_element(p->m, v.token[i].element)->id;
		if (v.token[i].wait == BPMN_W_INCIDENT)
			s = str_fmt(p->a, STR_FMT "!", STR_ARG(s));
		size_t k = n++;
		for (; k > 0 && str_cmp(id[k - 1], s) > 0; k--)
			id[k] = id[k - 1];
		id[k] = s;
	}
	for (size_t i = 0; i < n;) {
		size_t k = i;
		while (k < n && str_eq(id[k], id[i]))
			k++;
		if (i)
			buf_byte(&b, ' ');
		buf_add(&b, id[i]);
		if (k - i > 1)
			buf_fmt(&b, "*%zu", k - i);
		i = k;
	}
	return buf_str(&b);
}

// The key of the nth open instance of an element: "review", "review#2".
static uint32_t key_of(struct play *p, struct str ref)
{
	struct bpmn_view v;
	int64_t nth = 1;
	struct str rest = ref, id = str_cut(&rest, S("#"));
	if (rest.p && !str_int(rest, &nth))
		return 0;
	if (!p->out->state.n || bpmn_look(p->m, p->out->state, p->a, &v))
		return 0;
	for (uint32_t i = 0; i < v.ntoken; i++)
		if (open_wait(v.token[i].wait) && str_eq(bpmn_element(p->m, v.token[i].element)->id, id) &&
			--nth == 0)
			return v.token[i].key;
	return 0;
}

static struct err *syntax(struct play *p, const char *what)
{
	return err_at(p->a, E_SYNTAX, p->file, p->line, 1, str_of(what));
}

static struct err *run(struct play *p, struct str line)
{
	static const struct { const char *word; enum bpmn_event_kind kind; bool key; } verbs[] = {
		{"start", BPMN_EV_START, false}, {"done", BPMN_EV_TASK_DONE, true}, {"timer", BPMN_EV_TIMER, true},
		{"message", BPMN_EV_MESSAGE, false}, {"signal", BPMN_EV_SIGNAL, false}, {"vars", BPMN_EV_VARS, false},
		{"cancel", BPMN_EV_CANCEL, false}, {"call", BPMN_EV_CALL_DONE, true}, {"call-failed",
			BPMN_EV_CALL_FAILED, true},
		{"job", BPMN_EV_JOB_DONE, true}, {"job-failed", BPMN_EV_JOB_FAILED, true},
			{"error", BPMN_EV_BPMN_ERROR, true},
		{"escalate", BPMN_EV_ESCALATION, true}, {"adhoc", BPMN_EV_ADHOC, true}, {"adhoc-done",
			BPMN_EV_ADHOC_DONE, true},
		{"resolve", BPMN_EV_RESOLVE, true},
	};
	struct bpmn_event e = {0};
	struct json *vars = NULL;
	ptrdiff_t brace = str_find(line, S("{"));
	struct str head = brace < 0 ? line : str_trim(str_part(line, 0, (size_t)brace)), rest = head;
	struct str word = str_cut(&rest, S(" "));
	size_t i = 0;
	while (i < countof(verbs) && !str_eq(word, str_of(verbs[i].word)))
		i++;
	if (i == countof(verbs))
		return syntax(p, "an unknown event");
	e.kind = verbs[i].kind;
	if (brace >= 0) {
		struct err *err = json_parse(p->a, str_from(line, (size_t)brace), (struct json_limits){0}, &vars);
		if (err)
			return syntax(p, "the variables are no JSON object");
		e.vars = vars;
	}
	int plain = 0;
	bool missing = false;
	while (rest.p && rest.n) {
		struct str w = str_trim(str_cut(&rest, S(" "))), v = w, name = str_cut(&v, S("="));
		if (!w.n)
			continue;
		if (v.p && str_is(name, "key")) {
			e.business_key = v;
		} else if (v.p && str_is(name, "element")) {
			e.element = v;
		} else if (v.p && str_is(name, "corr")) {
			e.correlation = v;
		} else if (v.p && str_is(name, "code")) {
			e.code = v;
		} else if (v.p && str_is(name, "at")) {
			e.key = key_of(p, v);
		} else if (plain == 0 && verbs[i].key) {
			e.key = key_of(p, w);
			missing = e.key == 0;
			plain++;
		} else if (e.kind == BPMN_EV_MESSAGE || e.kind == BPMN_EV_SIGNAL) {
			e.name = e.name.n ? str_fmt(p->a, STR_FMT " " STR_FMT, STR_ARG(e.name), STR_ARG(w)) : w;
		} else if (e.kind == BPMN_EV_CALL_DONE || e.kind == BPMN_EV_CANCEL) {
			e.outcome = w;
		} else if (e.kind == BPMN_EV_ADHOC) {
			e.element = w;
		} else {
			e.text = w;
		}
	}
	(void)missing;                         // key 0 is refused by the step itself
	settle(p);
	p->out->events++;
	buf_fmt(&p->out->log, STR_FMT "\n", STR_ARG(line));
	struct bpmn_result r;
	struct err *err = bpmn_step(p->m, p->process, p->out->state, &e, p->now, NULL, p->a, &r);
	p->ran = true;
	p->at = 0;
	p->effects = false;
	p->refused = err;
	if (err) {
		memset(&p->r, 0, sizeof p->r);
		struct str t = err_text(p->a, err, true);
		buf_fmt(&p->out->log, "! %s  # " STR_FMT "\n", err_name(err->code), STR_ARG(t));
		return NULL;
	}
	p->r = r;
	p->out->state = r.state;
	p->out->status = r.status;
	for (uint32_t k = 0; k < r.neffect; k++) {
		buf_lit(&p->out->log, "> ");
		bpmn_effect_print(&p->out->log, &r.effect[k]);
		buf_byte(&p->out->log, '\n');
	}
	struct str open = open_now(p);
	buf_fmt(&p->out->log, "= " STR_FMT "\n", STR_ARG(open));
	return NULL;
}

static struct err *line(struct play *p, struct str s)
{
	int64_t months, ms;
	if (!s.n || s.p[0] == '#')
		return NULL;
	if (str_starts(s, S("now "))) {
		settle(p);
		return instant_parse(str_trim(str_from(s, 4)), &p->now) ? NULL : syntax(p, "no instant");
	}
	if (str_starts(s, S("wait "))) {
		settle(p);
		if (!iso_duration(str_trim(str_from(s, 5)), &months, &ms))
			return syntax(p, "no duration");
		p->now = add_duration(p->now, months, ms);
		return NULL;
	}
	if (str_starts(s, S("process "))) {
		p->process = bpmn_process(p->m, str_trim(str_from(s, 8)));
		return p->process < 0 ? syntax(p, "no such process") : NULL;
	}
	if (s.p[0] == '>') {
		struct str want = str_trim(str_from(s, 1)), got = {0};
		p->out->checks++;
		p->effects = true;
		if (!want.n)
			return NULL;
		if (p->at < p->r.neffect)
			got = effect_text(p, &p->r.effect[p->at++]);
		if (!str_eq(want, got))
			fail(p, "effect", want, got);
		return NULL;
	}
	if (s.p[0] == '=') {
		struct str want = str_trim(str_from(s, 1)), got = open_now(p);
		p->out->checks++;
		if (!str_eq(want, got))
			fail(p, "open", want, got);
		return NULL;
	}
	if (s.p[0] == '!') {
		struct str want = str_trim(str_from(s, 1)), got = p->refused ? str_of(err_name(p->refused->code)) :
			S("success");
		p->out->checks++;
		if (!str_eq(want, got))
			fail(p, "refusal", want, got);
		p->refused = NULL;
		return NULL;
	}
	return run(p, s);
}

struct err *bpmn_play(struct arena *a, const struct bpmn_model *m, struct str script, struct str file,
	struct bpmn_play *out)
{
	struct play p = {.a = a, .m = m, .out = out, .file = file};
	memset(out, 0, sizeof *out);
	out->log = buf_new(a);
	p.process = bpmn_process(m, (struct str){0});
	CHECK(instant_parse(S("2026-11-02T01:00:00Z"), &p.now));
	for (struct str rest = script; rest.p;) {
		p.line++;
		struct err *e = line(&p, str_trim(str_cut(&rest, S("\n"))));
		if (e)
			return e;
	}
	settle(&p);
	return NULL;
}
