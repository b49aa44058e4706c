// ops_source.c — data sources of other offices: sent by the job, answered, looked at by staff.
#include "domain/outbox.h"
#include "domain/source/source.h"
#include "op/show.h"

enum { MONTH_DAYS = 30 };

static const char *const behaviour_words[][3] = {{"ok", "正常答复", "answers"}, {"slow", "二十秒后答复", "answers after 20 seconds"},
	{"late", "过了时限才答复", "answers after the time is over"}, {"silent", "不回应", "is silent"}, {"unsigned", "签名不对", "signs wrongly"},
	{"malformed", "内容不合约定", "answers nonsense"}, {"none", "查无记录", "has no record"}, {"differ", "与申请人填写的不一致", "contradicts the applicant"},
	{"twice", "答复两次", "answers twice"}};

struct err *op_source_send(struct op_call *c)
{
	static const char *const kinds[] = {"http", "sandbox"};
	struct source_wire w = {0};
	bool open;
	struct err *e = case_source_send(c->p, op_id(c, "query"), &w, &open);
	if (e) return e;
	put_bool(c, c->out, "open", open);
	if (!open) {
		outbox_gone(c->p, op_id(c, "entry"));
		return trail_add(c->p, "outbox", op_id(c, "entry"), 0, NULL);
	}
	put_bool(c, c->out, "possible", w.possible);
	put_text(c, c->out, "kind", str_of(kinds[w.kind]));
	put_text(c, c->out, "url", w.url);
	put_text(c, c->out, "body", w.body);
	put_text(c, c->out, "signature", w.signature);
	put_int(c, c->out, "timeout_ms", w.timeout_ms);
	return NULL;
}

struct err *op_source_missed(struct op_call *c)
{
	int64_t next;
	struct err *e = case_source_missed(c->p, op_id(c, "query"), op_text(c, "why"), op_bool(c, "last"), &next);
	if (e) return e;
	put_bool(c, c->out, "again", next > 0);
	if (next) outbox_wait(c->p, op_id(c, "entry"), next, op_text(c, "why"));
	else outbox_gone(c->p, op_id(c, "entry"));
	return trail_add(c->p, "outbox", op_id(c, "entry"), 0, NULL);
}

struct err *op_source_later(struct op_call *c)
{
	put_bool(c, c->out, "done", true);
	outbox_gone(c->p, op_id(c, "entry"));
	return trail_add(c->p, "outbox", op_id(c, "entry"), 0, NULL);
}

struct err *op_source_answer(struct op_call *c)
{
	bool own = (c->p->actor.roles >> ROLE_SYSTEM) & 1;
	struct err *e = case_source_take(c->p, op_id(c, "query"), op_text(c, "body"), op_text(c, "signature"), own);
	// Whoever cannot sign does not learn which questions there are.
	if (e && e->code == E_NOT_FOUND && !own) return err_new(c->a, E_SOURCE_SIGNATURE);
	if (e) return e;
	put_text(c, c->out, "result", S("success"));
	if (!own || !op_id(c, "entry")) return NULL;
	outbox_gone(c->p, op_id(c, "entry"));
	return trail_add(c->p, "outbox", op_id(c, "entry"), 0, NULL);
}

struct err *op_source_lapse(struct op_call *c)
{
	put_bool(c, c->out, "done", true);
	return case_source_lapse(c->p, op_id(c, "query"));
}

// ---- the sandbox ----

static struct err *sandbox_source(struct op_call *c, const struct source **out)
{
	*out = catalogue_source(c->p->cat, op_text(c, "source"));
	return *out && (*out)->kind == SOURCE_SANDBOX ? NULL : err_arg(c->a, E_NOT_FOUND, S("这个沙箱数据来源"));
}

static void put_said(struct op_call *c, const struct sandbox_said *said)
{
	put_int(c, c->out, "status", said->status);
	put_text(c, c->out, "body", said->body);
	put_text(c, c->out, "signature", said->signature);
}

struct err *op_source_hear(struct op_call *c)
{
	const struct source *s;
	struct sandbox_said said;
	struct err *e = sandbox_source(c, &s);
	if (!e) e = sandbox_hear(c->p, s, op_text(c, "body"), op_text(c, "signature"), &said);
	if (!e) put_said(c, &said);
	return e;
}

struct err *op_source_pushed(struct op_call *c)
{
	const struct source *s;
	struct sandbox_said said;
	bool found;
	struct err *e = sandbox_source(c, &s);
	if (!e) e = sandbox_push(c->p, s, op_id(c, "query"), &said, &found);
	if (!e && !found) e = err_arg(c->a, E_NOT_FOUND, S("这次数据核验"));
	if (!e) put_said(c, &said);
	return e;
}

struct err *op_source_behave(struct op_call *c)
{
	const struct source *s;
	struct json *d = json_obj(c->a);
	if (!c->p->domain->demo) return err_new(c->a, E_FORBIDDEN);
	struct err *e = sandbox_source(c, &s);
	if (e) return e;
	sandbox_behave(c->p, s->code, op_text(c, "behaviour"));
	put_text(c, c->out, "source", s->code);
	put_text(c, c->out, "behaviour", op_text(c, "behaviour"));
	put_text(c, d, "source", s->code);
	put_text(c, d, "behaviour", op_text(c, "behaviour"));
	return trail_add(c->p, "setting", 3, 0, d);
}

// ---- for staff ----

static struct str seconds(struct op_call *c, int64_t ms)
{
	if (ms < 0) return S("");
	int64_t tenth = (ms + 50) / 100;
	return tenth < 100 ? str_fmt(c->a, "%lld.%lld", (long long)(tenth / 10), (long long)(tenth % 10)) : str_fmt(c->a, "%lld", (long long)(tenth / 10));
}

static void put_uses(struct op_call *c, struct json *o, const struct source *s)
{
	struct json *list = put_list(c, o, "items");
	for (uint32_t i = 0; i < c->p->cat->n_items; i++) {
		const struct item *it = c->p->cat->item[i];
		for (uint32_t u = 0; u < it->instant.n_sources; u++) {
			if (it->instant.source[u].source != s) continue;
			struct json *x = list_obj(c, list), *facts = put_list(c, x, "facts");
			put_words(c, x, "name", it->name);
			put_text(c, x, "rule", it->instant.n_rules ? it->instant.rule[0].table : S(""));
			if (it->instant.source[u].proves) put_words(c, x, "proves", it->instant.source[u].proves->name);
			for (uint32_t f = 0; f < it->instant.source[u].n_facts; f++)
				json_add(c->a, facts, json_str(c->a, words(c, it->instant.source[u].fact[f]->element->name)));
		}
	}
}

static struct err *show_source(struct op_call *c, struct json *o, const struct source *s, const struct source_count *n)
{
	struct json *query = put_list(c, o, "query"), *facts = put_list(c, o, "facts");
	struct str how = S("");
	put_text(c, o, "code", s->code);
	put_words(c, o, "name", s->name);
	put_words(c, o, "office", s->office->name);
	put_words(c, o, "basis", s->basis);
	put_text(c, o, "version", s->version);
	put_bool(c, o, "sandbox", s->kind == SOURCE_SANDBOX);
	for (uint32_t i = 0; i < s->n_query; i++) json_add(c->a, query, json_str(c->a, words(c, s->query[i]->name)));
	for (uint32_t i = 0; i < s->n_facts; i++) json_add(c->a, facts, json_str(c->a, words(c, s->fact[i].element->name)));
	put_int(c, o, "within_s", s->within_s);
	put_int(c, o, "attempts", s->attempts);
	put_int(c, o, "age_h", s->age_h);
	put_int(c, o, "asked", n->asked);
	put_int(c, o, "answered", n->answered);
	put_int(c, o, "none", n->none);
	put_int(c, o, "silent", n->silent);
	put_int(c, o, "wrong", n->wrong);
	put_int(c, o, "open", n->open);
	put_int(c, o, "late", n->late);
	put_int(c, o, "reused", n->reused);
	put_text(c, o, "median", seconds(c, n->asked ? n->median_ms : -1));
	// Whoever looks wants to know first whether something is wrong with it.
	int64_t told = n->answered + n->none, bad = n->silent + n->wrong;
	put_text(c, o, "light", !told && !bad ? S("idle") : !bad ? S("good") : bad * 10 < told ? S("near") : S("bad"));
	put_uses(c, o, s);
	if (s->kind != SOURCE_SANDBOX || !c->p->domain->demo) return NULL;
	struct err *e = sandbox_behaviour(c->p, s->code, &how);
	for (size_t i = 0; i < countof(behaviour_words); i++)
		if (str_eq(how, str_of(behaviour_words[i][0]))) put_text(c, o, "behaviour", tr(c, behaviour_words[i][1], behaviour_words[i][2]));
	if (e || !((c->p->actor.roles >> ROLE_ADMIN) & 1)) return e;
	struct json *list = put_list(c, o, "behaviours");
	for (size_t i = 0; i < countof(behaviour_words); i++) {
		struct json *b = list_obj(c, list);
		put_text(c, b, "code", str_of(behaviour_words[i][0]));
		put_text(c, b, "text", tr(c, behaviour_words[i][1], behaviour_words[i][2]));
		put_bool(c, b, "chosen", str_eq(how, str_of(behaviour_words[i][0])));
	}
	return NULL;
}

struct err *op_source_list(struct op_call *c)
{
	struct source_count *n, sum = {0};
	size_t count;
	struct err *e = source_counts(c->p, c->p->now_ms - MONTH_DAYS * 86400000LL, &n, &count);
	struct json *rows = put_list(c, c->out, "rows");
	for (uint32_t i = 0; i < c->p->cat->n_sources && !e; i++) {
		struct source_count mine = {0};
		for (size_t k = 0; k < count; k++)
			if (str_eq(n[k].source, c->p->cat->source[i].code)) mine = n[k];
		sum.asked += mine.asked;
		sum.answered += mine.answered;
		sum.none += mine.none;
		sum.silent += mine.silent;
		sum.wrong += mine.wrong;
		sum.open += mine.open;
		e = show_source(c, list_obj(c, rows), &c->p->cat->source[i], &mine);
	}
	put_int(c, c->out, "total", c->p->cat->n_sources);
	put_int(c, c->out, "asked", sum.asked);
	put_int(c, c->out, "answered", sum.answered);
	put_int(c, c->out, "none", sum.none);
	put_int(c, c->out, "failed", sum.silent + sum.wrong);
	put_int(c, c->out, "open", sum.open);
	return e;
}

// On the pages of a case: whom we asked about it, what for, and how that stands. No values.
struct err *show_sources(struct op_call *c, struct kase *k, struct json *out)
{
	struct source_query *q;
	size_t n;
	struct err *e = case_sources(c->p, k, &q, &n);
	if (e || !n) return e;
	struct json *list = put_list(c, out, "sources");
	for (size_t i = 0; i < n && !e; i++) {
		const struct source *s = catalogue_source(k->cat, q[i].source);
		struct json *request, *o = list_obj(c, list), *facts = put_list(c, o, "facts");
		e = json_parse(c->a, q[i].request, (struct json_limits){0}, &request);
		if (e || !s) continue;
		put_words(c, o, "office", s->office->name);
		put_words(c, o, "name", s->name);
		put_text(c, o, "state", q[i].state);
		put_words(c, o, "text", source_state_words(q[i].state));
		put_ms(c, o, "at", q[i].asked_ms);
		put_ms(c, o, "until", source_open(&q[i]) ? q[i].due_ms : 0);
		put_bool(c, o, "reused", q[i].reused != 0);
		if (c->p->actor.office.n) put_words(c, o, "why", source_why_words(q[i].why));
		const struct json *asked = json_get(request, S("facts"));
		for (size_t f = 0; f < json_count(asked); f++)
			for (uint32_t x = 0; x < s->n_facts; x++)
				if (str_eq(s->fact[x].code, json_text(asked->item[f]))) json_add(c->a, facts, json_str(c->a, words(c, s->fact[x].element->name)));
	}
	return e;
}

// Before an application is handed in: whom it will be checked with (个人信息保护法 17).
void show_will_ask(struct op_call *c, const struct kase *k, const struct holding *h, struct json *out)
{
	const struct item *it = k->matter.item;
	struct json *list = NULL;
	for (uint32_t i = 0; it && i < it->instant.n_sources; i++) {
		const struct source_use *u = &it->instant.source[i];
		if (!case_source_needed(h, u)) continue;
		if (!list) list = put_list(c, out, "asks");
		struct json *o = list_obj(c, list), *facts = put_list(c, o, "facts");
		put_words(c, o, "office", u->source->office->name);
		put_words(c, o, "basis", u->source->basis);
		for (uint32_t f = 0; f < u->n_facts; f++) json_add(c->a, facts, json_str(c->a, words(c, u->fact[f]->element->name)));
	}
}
