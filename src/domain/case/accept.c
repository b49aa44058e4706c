// accept.c — receipt 收件, acceptance 受理, and the one correction before it.
#include "domain/case/case_int.h"

enum { MARKS_MAX = 200 };              // more places than any application has

// 3599 00 26 11 17 0037: division, date of receipt, running number of the day.
static struct err *next_number(struct plan *p, struct kase *k)
{
	int64_t n;
	struct civil c = day_civil(day_shanghai(p->now_ms));
	int64_t day = c.year * 10000LL + c.month * 100 + c.day;
	struct err *e = number_lease(p->store, p->a, S("case"), day, 20, &n);
	if (!e) k->number = str_fmt(p->a, "%.*s%02d%02d%02d%04lld", STR_ARG(k->cat->division_code), c.year % 100, c.month, c.day, (long long)n);
	return e;
}

static struct json *process_vars(struct plan *p, const struct kase *k)
{
	struct json *v = json_obj(p->a);
	for (size_t i = 0; i < json_count(k->answers); i++) json_put(p->a, v, k->answers->key[i], k->answers->item[i]);
	json_put(p->a, v, S("case"), json_id(p->a, k->id));
	return v;
}

struct err *case_receipt(struct plan *p, const struct kase *k, int64_t at_ms, int64_t *out)
{
	day_t d;
	bool online = !str_eq(k->via, str_of(via_name(VIA_WINDOW)));
	struct err *e = calendar_receipt_day(p->a, k->cat->calendar, &k->cat->hours, at_ms, online, &d);
	if (!e) *out = d == day_shanghai(at_ms) ? at_ms : ms_shanghai(d, 0, 0);
	return e;
}

struct err *case_receive(struct plan *p, struct kase *k)
{
	struct err *e = NULL;
	bool again = k->received_ms != 0;
	bool taken;
	if (!again) {
		e = next_number(p, k);
		k->received_ms = p->now_ms;
		case_touch(p, k);
	}
	if (!e) e = case_paper(p, k, S("receipt"), case_paper_facts(p, k));
	if (e) return e;
	case_message(p, k, S("message_received"));
	if (again) {
		e = flow_message(p, k->id, S("corrected"), NULL, &taken);
		return e ? e : taken ? NULL : err_new(p->a, E_FLOW_NOT_WAITING);
	}
	int64_t instance;
	struct flow_begin b = {.case_id = k->id, .home = k->home, .catalogue = k->catalogue, .vars = process_vars(p, k),
		.model = str_fmt(p->a, "apply:" STR_FMT, STR_ARG(k->what))};
	e = flow_start(p, &b, &instance);
	return e ? e : case_instant_now(p, k);
}

struct err *case_deadline(struct plan *p, struct kase *k, struct limit promised, struct limit legal)
{
	struct deadline d;
	struct deadline_facts f = {.accepted_ms = k->accepted_ms, .limit = promised};
	struct err *e = calendar_deadline(p->a, k->cat->calendar, &k->cat->hours, &f, &d);
	if (e) return e;
	k->promise_day = d.due_day;
	k->due_ms = d.due_ms;
	if (!legal.n) return NULL;
	f.limit = legal;
	e = calendar_deadline(p->a, k->cat->calendar, &k->cat->hours, &f, &d);
	// A long statutory limit may end in a year whose calendar is not published yet. It is not guessed,
	// and it keeps nobody waiting: the day stays open until it can be computed.
	if (e && e->code == E_NO_CALENDAR) return NULL;
	if (!e) k->legal_day = d.due_day;
	return e;
}

static struct json *baseline_json(struct plan *p, struct baseline b)
{
	struct json *j = json_obj(p->a);
	json_put(p->a, j, S("papers"), json_num(p->a, b.papers));
	json_put(p->a, j, S("trips"), json_num(p->a, b.trips));
	json_put(p->a, j, S("days"), json_num(p->a, b.days));
	return j;
}

static struct err *begin_clock(struct plan *p, struct kase *k)
{
	struct guide g;
	struct err *e = guide(p->a, k->cat, k->matter, k->answers, &g);
	if (e) return e;
	k->saved = json_obj(p->a);
	json_put(p->a, k->saved, S("singly"), baseline_json(p, g.singly));
	json_put(p->a, k->saved, S("together"), baseline_json(p, g.together));
	json_put(p->a, k->saved, S("saved"), baseline_json(p, g.saved));
	// Several departments acting jointly: 45 days (行政许可法 42 para. 2); one item: its own statutory limit.
	struct limit legal = k->matter.item ? k->matter.item->statutory : (struct limit){45, LIMIT_WORKING_DAY};
	return case_deadline(p, k, g.promised, legal);
}

struct err *case_accept(struct plan *p, struct kase *k, bool deemed)
{
	struct task t;
	bool found;
	struct err *e = case_move(p, k, CASE_running);
	if (e) return e;
	// Deemed: from the day the papers were received (行政许可法 32(4)); corrected ones, the day all of them were.
	if (deemed) e = task_of_case(p, k->id, S("accept"), &t, &found);
	if (e) return e;
	k->accepted_ms = p->now_ms;
	if (deemed) e = case_receipt(p, k, found && t.opened_ms > k->received_ms ? t.opened_ms : k->received_ms, &k->accepted_ms);
	if (e) return e;
	k->deemed = deemed;
	e = begin_clock(p, k);
	if (!e && k->bundle) e = case_make_children(p, k);
	if (!e) e = case_paper(p, k, S("acceptance_notice"), case_paper_facts(p, k));
	if (e) return e;
	struct opinion o = {.step = S("accept"), .outcome = S("accept"), .opinion = deemed ? S("逾期未告知，自收到材料之日起视为受理") : S("材料齐全，予以受理"),
		.basis = S(""), .name = p->actor.name, .office = p->actor.office, .at_ms = p->now_ms};
	case_store_opinion_put(p, k, &o);
	case_message(p, k, S("message_accepted"));
	if (deemed) return NULL;                                  // the process moved itself, by its timer
	e = task_of_case(p, k->id, S("accept"), &t, &found);
	if (!e && !found) e = err_new(p->a, E_FLOW_NOT_WAITING);
	struct json *vars = json_obj(p->a);
	json_put(p->a, vars, S("acceptance"), json_str(p->a, S("accept")));
	return e ? e : task_done(p, &t, S("accept"), vars);
}

// A table accepts and decides in one: the written acceptance is issued, but nobody is told twice.
struct err *case_accept_instant(struct plan *p, struct kase *k)
{
	struct err *e = case_move(p, k, CASE_running);
	if (e) return e;
	k->accepted_ms = p->now_ms;
	e = begin_clock(p, k);
	if (!e) e = case_paper(p, k, S("acceptance_notice"), case_paper_facts(p, k));
	struct opinion o = {.step = S("accept"), .outcome = S("accept"), .opinion = S("材料齐全，系统自动受理"), .basis = S(""),
		.name = S("系统自动决定（秒批）"), .office = k->office, .at_ms = p->now_ms};
	if (!e) case_store_opinion_put(p, k, &o);
	return e;
}

// Two reasons at one place are one mark.
static struct mark *one_a_place(struct plan *p, const struct mark *given, size_t *n)
{
	struct mark *m = arena_newn(p->a, struct mark, *n + 1);
	size_t kept = 0;
	for (size_t i = 0; i < *n; i++) {
		size_t at = 0;
		while (at < kept && !(str_eq(m[at].kind, given[i].kind) && str_eq(m[at].key, given[i].key))) at++;
		if (at == kept) m[kept++] = given[i];
		else if (m[at].reason.n && given[i].reason.n) m[at].reason = str_fmt(p->a, STR_FMT "；" STR_FMT, STR_ARG(m[at].reason), STR_ARG(given[i].reason));
		else m[at].reason = S("");
	}
	*n = kept;
	return m;
}

struct err *case_ask_correction(struct plan *p, struct kase *k, const struct mark *given, size_t n, struct str note)
{
	struct task t;
	bool found;
	struct form form;
	struct values vs;
	struct holding h;
	if (!n) return err_field(p->a, E_CASE_NO_MARKS, S("marks"), S(""));
	if (n > MARKS_MAX) return err_field(p->a, E_TOO_BIG, S("marks"), str_fmt(p->a, "%d", MARKS_MAX));
	struct mark *marks = one_a_place(p, given, &n);
	if (k->corrections) return err_new(p->a, E_CASE_CORRECTED_ONCE);
	struct err *e = case_move(p, k, CASE_correcting), *wrong = NULL;
	if (!e) e = case_values(p, k, &vs);
	if (!e) e = case_form_of(p, k, &vs, &form);
	if (!e) e = case_holding(p, k, &vs, &h);
	for (size_t i = 0; i < n && !e; i++) {
		bool known = false;
		if (str_is(marks[i].kind, "field")) known = form_find(&form, marks[i].key) != NULL;
		for (size_t m = 0; m < h.n && str_is(marks[i].kind, "material"); m++) known |= str_eq(h.h[m].need.key, marks[i].key);
		if (!known) err_add(&wrong, err_field(p->a, E_UNKNOWN_FIELD, marks[i].key, marks[i].key));
		else if (!marks[i].reason.n) err_add(&wrong, err_field(p->a, E_REQUIRED, marks[i].key, p->actor.english ? S("the reason") : S("需要补正的原因")));
		else case_store_mark_put(p, k, &marks[i]);
	}
	if (e || wrong) return e ? e : wrong;
	k->corrections++;
	trail_note(p, k->id, "marks", json_num(p->a, (int64_t)n));
	struct json *facts = case_paper_facts(p, k);
	struct buf lines = buf_new(p->a);
	for (size_t i = 0; i < n; i++) {
		const struct form_field *f = str_is(marks[i].kind, "field") ? form_find(&form, marks[i].key) : NULL;
		struct str name = f ? f->label.zh : S("");
		for (size_t j = 0; j < h.n && !f; j++)
			if (str_eq(h.h[j].need.key, marks[i].key)) name = h.h[j].need.material->name.zh;
		buf_fmt(&lines, "%zu. " STR_FMT "：" STR_FMT "\n", i + 1, STR_ARG(name), STR_ARG(marks[i].reason));
	}
	if (note.n) buf_fmt(&lines, STR_FMT "\n", STR_ARG(note));
	json_put(p->a, facts, S("corrections"), json_str(p->a, buf_str(&lines)));
	e = case_paper(p, k, S("correction_notice"), facts);
	if (!e) e = task_of_case(p, k->id, S("accept"), &t, &found);
	if (!e && !found) e = err_new(p->a, E_FLOW_NOT_WAITING);
	if (e) return e;
	case_message(p, k, S("message_correct"));
	struct json *vars = json_obj(p->a);
	json_put(p->a, vars, S("acceptance"), json_str(p->a, S("correct")));
	return task_done(p, &t, S("correct"), vars);
}

struct err *case_correct(struct plan *p, struct kase *k, const struct json *typed)
{
	struct values vs;
	struct form form;
	struct marks marks;
	struct err *e = case_expect(p, k, CASE_correcting), *wrong = NULL;
	if (!e && typed && typed->type != JSON_OBJECT) e = err_args(p->a, E_TYPE, S("values"), S("object"), S(""));
	if (!e && json_count(typed) > MARKS_MAX) e = err_field(p->a, E_TOO_BIG, S("values"), str_fmt(p->a, "%d", MARKS_MAX));
	if (!e) e = case_values(p, k, &vs);
	if (!e) e = case_form_of(p, k, &vs, &form);
	if (!e) e = case_marks(p, k->id, &marks);
	for (size_t i = 0; i < json_count(typed) && !e; i++) {
		const struct form_field *f = form_find(&form, typed->key[i]);
		bool marked = false;
		for (size_t m = 0; m < marks.n; m++) marked |= str_is(marks.m[m].kind, "field") && str_eq(marks.m[m].key, typed->key[i]);
		if (!f || !marked) {
			err_add(&wrong, err_field(p->a, E_CASE_NOT_MARKED, typed->key[i], f ? f->label.zh : typed->key[i]));
			continue;
		}
		struct value v;
		struct str text = str_trim(json_text(typed->item[i]));
		struct err *bad = text.n ? case_check_typed(p, k, f, text, &v)
			: err_field(p->a, E_REQUIRED, f->key, words_in(f->label, p->actor.english));
		if (bad) {
			err_add(&wrong, bad);
		} else {
			values_set(p, &vs, &v);
			case_store_mark_fixed(p, k->id, S("field"), f->key);
		}
	}
	if (e || wrong) return e ? e : wrong;
	return case_put_values(p, k, &vs);
}

struct err *case_resubmit(struct plan *p, struct kase *k)
{
	struct marks marks;
	struct err *e = case_expect(p, k, CASE_correcting), *open = NULL;
	if (!e) e = case_marks(p, k->id, &marks);
	for (size_t i = 0; i < marks.n && !e; i++)
		if (!marks.m[i].fixed) err_add(&open, err_field(p->a, E_CASE_NOT_FIXED, marks.m[i].key, marks.m[i].reason));
	if (e || open) return e ? e : open;
	return case_submit(p, k);
}
