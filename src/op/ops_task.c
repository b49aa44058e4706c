// ops_task.c — an office's work list, the checks a machine can make, and decisions.
#include "domain/source/source.h"
#include "op/show.h"

static int64_t used_percent(struct op_call *c, const struct kase *k)
{
	int64_t span = k->due_ms - k->accepted_ms, gone = c->p->now_ms - k->accepted_ms;
	if (!k->accepted_ms || span <= 0) return 0;
	return gone >= span ? 100 : gone * 100 / span;
}

static struct err *put_row(struct op_call *c, struct json *rows, const struct task *t, const struct listed *l)
{
	const struct kase *k = &l->k;
	struct json *o = list_obj(c, rows);
	put_id(c, o, "id", t->id);
	put_light(c, o, "light", k);
	put_int(c, o, "used", used_percent(c, k));
	put_day(c, o, "due", k->promise_day);
	put_text(c, o, "item", matter_name(c, k));
	put_text(c, o, "party_masked", l->masked);
	put_text(c, o, "step", t->name);
	put_text(c, o, "check", S("none"));
	put_text(c, o, "source", k->parent ? S("bundle") : str_is(k->via, "window") ? S("window") : S("online"));
	put_ms(c, o, "accepted_at", k->accepted_ms);
	put_text(c, o, "case", k->number);
	for (uint32_t i = 0; k->matter.item && i < k->matter.item->n_steps; i++) {
		struct opinions os;
		struct signing s;
		if (k->matter.item->step[i].officers < 2) continue;
		struct err *e = case_opinions(c->p, k->id, &os);
		if (!e) e = case_signing(c->p, k, t, &os, &s);
		if (e || s.officers < 2) return e;
		put_int(c, o, "officers", s.officers);
		put_int(c, o, "signed", s.signed_by);
		put_bool(c, o, "waits", s.why_not != NULL);
	}
	return NULL;
}

struct err *op_task_list(struct op_call *c)
{
	struct task_page page, done;
	int64_t limit = op_int(c, "limit", 100), after_due = -1, after_id = 0;
	struct str after = op_text(c, "after");
	if (after.n) {
		struct str id = after, due = str_cut(&id, S("_"));
		if (!str_int(due, &after_due) || !str_int(id, &after_id)) return err_field(c->a, E_TYPE, S("after"), S("after"));
	}
	if (limit < 1 || limit > 200) return err_field(c->a, E_TYPE, S("limit"), S("limit"));
	int64_t morning = ms_shanghai(day_shanghai(c->p->now_ms), 0, 0);
	bool closed = str_is(op_text(c, "state"), "done");
	struct err *e = task_list(c->p, c->p->actor.office, S("approver"), after_due, after_id, (uint32_t)limit, &page);
	if (!e) e = task_done_since(c->p, c->p->actor.office, morning, 200, &done);
	int64_t waiting = e ? 0 : (int64_t)page.n;
	if (!e && (page.more || after.n)) e = task_count(c->p, c->p->actor.office, S("approver"), &waiting);
	if (e) return e;
	struct json *rows = put_list(c, c->out, "rows"), *queues = put_list(c, c->out, "queues");
	struct task_page *shown = closed ? &done : &page;
	struct listed *of;
	e = show_listed(c, shown, shown->n, &of);
	if (e) return e;
	for (size_t i = 0; i < shown->n && !e; i++) e = put_row(c, rows, &shown->task[i], &of[i]);
	if (e) return e;
	const struct { const char *key, *zh, *en; int64_t n; } q[] = {{"open", "待办", "To do", waiting}, {"done", "今日已办", "Done today", (int64_t)done.n}};
	for (size_t i = 0; i < countof(q); i++) {
		struct json *o = list_obj(c, queues);
		put_text(c, o, "key", str_of(q[i].key));
		put_text(c, o, "label", tr(c, q[i].zh, q[i].en));
		put_int(c, o, "count", q[i].n);
		put_bool(c, o, "more", q[i].n >= TASKS_COUNTED);
		put_bool(c, o, "current", (i == 1) == closed);
	}
	put_text(c, c->out, "queue", closed ? S("done") : S("open"));
	put_int(c, c->out, "total", closed ? (int64_t)shown->n : waiting);
	put_int(c, c->out, "done_today", (int64_t)done.n);
	put_ms(c, c->out, "updated_at", c->p->now_ms);
	if (page.more && !closed) {
		struct task *last = &page.task[page.n - 1];
		put_text(c, c->out, "next", str_fmt(c->a, "/office?after=%lld_%lld", (long long)last->due_ms, (long long)last->id));
	}
	return NULL;
}

// ---- machine checks: what the form says against what the certificates say ----

// The same text cut around what differs, so that the eye finds it.
static void put_diff(struct op_call *c, struct json *o, const char *what, struct str a, struct str b)
{
	size_t head = 0, tail = 0;
	while (head < a.n && head < b.n && a.p[head] == b.p[head]) head++;
	while (head && (a.p[head < a.n ? head : a.n - 1] & 0xc0) == 0x80) head--;
	while (tail < a.n - head && tail < b.n - (head < b.n ? head : b.n) && a.p[a.n - 1 - tail] == b.p[b.n - 1 - tail]) tail++;
	while (tail && (a.p[a.n - tail] & 0xc0) == 0x80) tail--;
	put_text(c, o, str_z(c->a, str_fmt(c->a, "%s_before", what)), str_part(a, 0, head));
	put_text(c, o, str_z(c->a, str_fmt(c->a, "%s_diff", what)), str_part(a, head, a.n - head - tail));
	put_text(c, o, str_z(c->a, str_fmt(c->a, "%s_after", what)), str_from(a, a.n - tail));
}



static struct err *check_certificates(struct op_call *c, const struct kase *k, const struct form *form, const struct values *vs,
	const struct holding *h, struct json *failed, struct json *passed)
{
	for (size_t i = 0; i < h->n; i++) {
		struct cert cert;
		if (!h->h[i].certificate) continue;
		struct err *e = cert_read(c->p, h->h[i].certificate, &cert);
		if (e) return e;
		const struct certificate_type *t = catalogue_certificate(k->cat, cert.type);
		const struct subject *holder = h->h[i].need.subject;
		for (uint32_t f = 0; t && f < t->n_fields; f++) {
			const struct face_field *face = &t->field[f];
			struct str known = json_text(json_get(cert.face, face->code));
			if (!known.n || !face->element) continue;
			// The face of a thing's certificate speaks of the thing; a person's of that person.
			const struct subject *s = face->subject && face->subject->kind == SUBJECT_THING ? face->subject : holder && holder->kind != SUBJECT_THING ? holder : NULL;
			if (!s) continue;
			struct value *v = values_find(vs, str_fmt(c->a, STR_FMT "." STR_FMT, STR_ARG(s->code), STR_ARG(face->element->code)));
			const struct form_field *field = v ? form_find(form, v->key) : NULL;
			if (!v || !field) continue;
			// 89.6 and 89.60 say the same: both sides in the stored form.
			struct str normal = known;
			if (field_check(c->a, k->cat, field->key, field->element, known, day_shanghai(c->p->now_ms), &normal)) normal = known;
			bool same = str_eq(v->text, normal);
			struct json *o = list_obj(c, same ? passed : failed);
			struct str masked = field_masked(c->a, face->element->sensitivity, known);
			put_text(c, o, "state", same ? S("passed") : S("failed"));
			put_text(c, o, "what", str_fmt(c->a, STR_FMT " · " STR_FMT, STR_ARG(words(c, s->name)), STR_ARG(words(c, field->label))));
			put_text(c, o, "entered", show_value(c, field->element, v->masked));
			put_text(c, o, "found", same ? tr(c, "一致", "the same") : show_value(c, face->element, masked));
			if (!same && !v->sensitive) {
				put_diff(c, o, "entered", v->text, known);
				put_diff(c, o, "found", known, v->text);
			}
			put_words(c, o, "basis", t->name);
		}
		struct json *o = list_obj(c, passed);
		put_text(c, o, "state", S("passed"));
		put_text(c, o, "what", t ? words(c, t->name) : cert.type);
		put_text(c, o, "entered", cert.number_masked);
		put_text(c, o, "found", tr(c, "证照有效", "valid today"));
		put_text(c, o, "basis", tr(c, "电子证照库", "certificate library"));
	}
	return NULL;
}

static void check_numbers(struct op_call *c, const struct kase *k, const struct form *form, const struct values *vs, struct json *failed, struct json *passed)
{
	for (size_t i = 0; i < vs->n; i++) {
		const struct form_field *f = form_find(form, vs->v[i].key);
		struct str normal;
		if (!f || (f->element->type != EL_ID && f->element->type != EL_USCC)) continue;
		struct err *e = field_check(c->a, k->cat, f->key, f->element, vs->v[i].text, day_shanghai(c->p->now_ms), &normal);
		struct json *o = list_obj(c, e ? failed : passed);
		put_text(c, o, "state", e ? S("failed") : S("passed"));
		put_text(c, o, "what", str_fmt(c->a, STR_FMT " · " STR_FMT, STR_ARG(words(c, f->subject->name)), STR_ARG(words(c, f->label))));
		put_text(c, o, "entered", vs->v[i].masked);
		put_text(c, o, "found", e ? err_text(c->a, e, c->p->actor.english) : tr(c, "校验位正确", "check digit right"));
		put_text(c, o, "basis", f->element->type == EL_ID ? S("GB 11643") : S("GB 32100"));
	}
}

static struct err *check_rule(struct op_call *c, const struct kase *k, struct json *facts, struct json *list, int64_t *bad)
{
	const struct item *item = k->matter.item;
	const struct rule_table *t = item && item->decision.n ? catalogue_rule(k->cat, item->decision) : NULL;
	struct json *out;
	if (!t) return NULL;
	struct err *e = rule_run(c->a, k->cat, t, facts, &out);
	if (e) return e;
	struct json *o = list_obj(c, list);
	struct buf b = buf_new(c->a);
	bool manual = !out || out->type == JSON_NULL;
	for (uint32_t i = 0; i < json_count(out); i++) {
		struct str v = json_text(out->item[i]);
		if (str_is(v, "manual") || str_is(v, "fail")) manual = true;
		buf_fmt(&b, "%s" STR_FMT, i ? " · " : "", STR_ARG(v));
	}
	*bad += manual;
	put_text(c, o, "state", manual ? S("manual") : S("passed"));
	put_words(c, o, "name", t->name);
	put_text(c, o, "output", b.n ? buf_str(&b) : tr(c, "没有规则命中，请人工判断", "no rule applies; judge it yourself"));
	put_text(c, o, "hit", str_part(k->catalogue, 0, 8));
	return NULL;
}

// Who has given an opinion so far, and whether this officer's is wanted.
static struct err *put_signed(struct op_call *c, struct json *o, const struct kase *k, const struct task *t, const struct opinions *os)
{
	struct signing s;
	struct err *e = case_signing(c->p, k, t, os, &s);
	if (e) return e;
	struct json *list = put_list(c, o, "opinions");
	for (size_t i = 0; i < os->n; i++) {
		struct json *x = list_obj(c, list);
		bool accept = str_is(os->o[i].step, "accept"), review = !str_is(os->o[i].step, "decide"), refuse = str_is(os->o[i].outcome, "refuse");
		put_text(c, x, "name", os->o[i].name);
		put_text(c, x, "outcome", refuse ? tr(c, "不同意", "not agreed") : tr(c, "同意", "agreed"));
		put_text(c, x, "step", accept ? tr(c, "受理", "Acceptance") : review ? tr(c, "审查", "Review") : tr(c, "决定", "Decision"));
		put_text(c, x, "text", os->o[i].opinion);
		put_ms(c, x, "at", os->o[i].at_ms);
	}
	put_int(c, o, "officers", s.officers);
	put_int(c, o, "signed", s.signed_by);
	if (t->open && s.why_not) put_text(c, o, "blocked", err_text(c->a, s.why_not, c->p->actor.english));
	return NULL;
}

// What other offices answered, masked: the approver sees what the table saw, on which ground it was shared.
static struct err *check_sources(struct op_call *c, struct kase *k, struct json *rows)
{
	struct source_query *q;
	size_t n;
	struct err *e = case_sources(c->p, k, &q, &n);
	for (size_t i = 0; i < (e ? 0 : n) && !e; i++) {
		const struct source *s = catalogue_source(k->cat, q[i].source);
		struct json *said, *x = list_obj(c, rows);
		struct buf b = buf_new(c->a);
		struct str text = words(c, source_state_words(q[i].state)), why = words(c, source_why_words(q[i].why));
		put_text(c, x, "state", str_is(q[i].state, "answered") ? S("passed") : S("manual"));
		put_text(c, x, "what", str_fmt(c->a, STR_FMT " · " STR_FMT, STR_ARG(words(c, s->office->short_name)), STR_ARG(words(c, s->name))));
		put_text(c, x, "entered", S(""));
		buf_add(&b, text);
		if (why.n) buf_fmt(&b, c->p->actor.english ? ": " STR_FMT : "：" STR_FMT, STR_ARG(why));
		e = q[i].answer.n ? json_parse(c->a, q[i].answer, (struct json_limits){0}, &said) : NULL;
		for (uint32_t f = 0; !e && q[i].answer.n && f < s->n_facts; f++) {
			const struct element *el = s->fact[f].element;
			struct str v = json_text(json_get(said, s->fact[f].code)), name = words(c, el->name);
			if (!v.n) continue;
			v = show_value(c, el, el->sensitivity == SENS_NONE ? v : field_masked(c->a, el->sensitivity, v));
			buf_fmt(&b, c->p->actor.english ? "; " STR_FMT ": " STR_FMT : "；" STR_FMT " " STR_FMT, STR_ARG(name), STR_ARG(v));
		}
		put_text(c, x, "found", buf_str(&b));
		put_words(c, x, "basis", s->basis);
	}
	return e;
}

// Why no table decided it (秒批): each reason is for the approver to look at.
static struct err *check_instant(struct op_call *c, struct kase *k, struct json *rows, int64_t *manual)
{
	struct json *o = json_obj(c->a);
	struct err *e = show_machine(c, k, o);
	struct json *why = json_path(o, "machine.why");
	for (size_t i = 0; i < json_count(why); i++, ++*manual) {
		struct json *x = list_obj(c, rows);
		put_text(c, x, "state", S("manual"));
		put_text(c, x, "what", tr(c, "秒批转人工", "Not decided by rule"));
		put_text(c, x, "entered", S(""));
		put_json(c, x, "found", why->item[i]);
		put_text(c, x, "basis", json_text(json_path(o, "machine.rule")));
	}
	return e ? e : check_sources(c, k, rows);
}

struct err *op_task_get(struct op_call *c)
{
	struct task t;
	struct kase *k, *root;
	struct values vs;
	struct form form;
	struct holding h;
	struct cases siblings = {0}, none = {0};
	struct task_page list;
	struct party party;
	struct opinions os;
	struct flow_instance *inst;
	int64_t now;
	struct err *e = task_read(c->p, op_id(c, "task"), &t);
	if (!e) e = case_read(c->p, t.case_id, &k);
	if (!e) e = case_read(c->p, k->parent ? k->parent : k->id, &root);
	if (!e) e = case_values(c->p, root, &vs);
	if (!e) e = case_form_of(c->p, k, &vs, &form);
	if (!e) e = case_holding(c->p, k, &vs, &h);
	if (!e) e = party_read(c->p, root->applicant, &party);
	if (!e && root->bundle) e = case_children(c->p, root->id, &siblings);
	if (!e) e = case_opinions(c->p, k->id, &os);
	if (!e) e = task_list(c->p, c->p->actor.office, S("approver"), -1, 0, 200, &list);
	if (!e) e = flow_find(c->p, k->id, &inst);
	if (e) return e;
	struct json *o = c->out;
	put_id(c, o, "id", t.id);
	put_text(c, o, "version", str_fmt(c->a, "%lld", (long long)t.version));
	put_text(c, o, "case", k->number);
	put_text(c, o, "item", matter_name(c, k));
	put_text(c, o, "party", party.masked);
	put_light(c, o, "light", k);
	put_ms(c, o, "due", k->due_ms);
	put_int(c, o, "used", used_percent(c, k));
	put_text(c, o, "promise_text", k->matter.item ? str_fmt(c->a, c->p->actor.english ? "promised " STR_FMT : "承诺 " STR_FMT, STR_ARG(limit_text(c->a, k->matter.item->promised, c->p->actor.english))) : S(""));
	put_text(c, o, "step", t.name);
	put_text(c, o, "element", t.element);
	if (k->accepted_ms) put_text(c, o, "accepted", str_fmt(c->a, c->p->actor.english ? "accepted " STR_FMT : STR_FMT "受理", STR_ARG(day_text(c, day_shanghai(k->accepted_ms)))));
	for (size_t i = 0; i < siblings.n; i++)
		if (siblings.k[i] == k)
			put_text(c, o, "bundle", str_fmt(c->a, c->p->actor.english ? "bundle " STR_FMT " %zu / %zu" : "“" STR_FMT "”一件事 %zu / %zu", STR_ARG(matter_name(c, root)), i + 1, siblings.n));
	for (size_t i = 0; i < list.n; i++) {
		if (list.task[i].id != t.id) continue;
		put_int(c, o, "number", (int64_t)i + 1);
		if (i) put_id(c, o, "previous", list.task[i - 1].id);
		if (i + 1 < list.n) put_id(c, o, "next", list.task[i + 1].id);
	}
	put_int(c, o, "total", (int64_t)list.n);
	put_ms(c, o, "checked_at", c->p->now_ms);
	struct json *failed = json_arr(c->a), *passed = json_arr(c->a), *facts = values_facts(c->p, root, &vs), *decisions = put_list(c, o, "decisions");
	int64_t manual = 0;
	e = check_certificates(c, k, &form, &vs, &h, failed, passed);
	if (e) return e;
	check_numbers(c, k, &form, &vs, failed, passed);
	struct json *results = case_results(c->p, root->id);
	for (uint32_t i = 0; k->matter.item && i < k->matter.item->n_consumes; i++) {
		struct str got = json_text(json_get(results, k->matter.item->consumes[i]));
		struct json *x = list_obj(c, got.n ? passed : failed);
		put_text(c, x, "state", got.n ? S("passed") : S("failed"));
		put_text(c, x, "what", tr(c, "前序事项的结果", "Result of an earlier item"));
		put_text(c, x, "entered", k->matter.item->consumes[i]);
		put_text(c, x, "found", got.n ? got : tr(c, "还没有", "not there"));
		put_text(c, x, "basis", matter_name(c, root));
	}
	e = check_rule(c, k, facts, decisions, &manual);
	if (!e) e = check_instant(c, k, failed, &manual);
	if (e) return e;
	put_int(c, o, "failed", failed->n);
	put_int(c, o, "manual", manual);
	for (uint32_t i = 0; i < passed->n; i++) json_add(c->a, failed, passed->item[i]);
	put_json(c, o, "checks", failed);
	struct json *materials = put_list(c, o, "materials");
	int64_t viewer = 0;
	for (size_t i = 0; i < h.n; i++) {
		json_add(c->a, materials, show_material(c, k, &h.h[i], (int64_t)i + 1));
		if (!viewer && h.h[i].n_files) {
			viewer = (int64_t)i + 1;
			put_words(c, o, "viewer_name", h.h[i].need.material->name);
			put_id(c, o, "viewer_file", h.h[i].file[0].id);
			put_text(c, o, "viewer_kind", str_is(h.h[i].file[0].type, "application/pdf") ? S("pdf") : S("image"));
		}
	}
	put_int(c, o, "material", viewer ? viewer : 1);
	if (!viewer) put_text(c, o, "viewer_kind", S("none"));
	put_json(c, o, "sections", show_sections(c, k, &form, &vs, S(""), false, false));
	put_json(c, o, "steps", show_steps(c, k, &none, &now));
	if (inst) {
		struct buf svg = buf_new(c->a);
		e = flow_draw(c->p, inst, S("flow"), FLOW_STAFF, c->p->actor.english, &svg);
		if (e) return e;
		put_json(c, o, "diagram", svg_value(c, buf_str(&svg)));
		e = show_outline(c, inst, FLOW_STAFF, put_list(c, o, "outline"));
		if (e) return e;
	}
	put_json(c, o, "trail", show_trail(c, k, NULL));
	put_text(c, o, "choice", S("approve"));
	struct json *allowed = put_list(c, o, "allowed"), *templates = put_list(c, o, "templates"), *bases = put_list(c, o, "bases");
	json_add(c->a, allowed, json_str(c->a, S("approve")));
	json_add(c->a, allowed, json_str(c->a, S("refuse")));
	const char *const usual[][2] = {{"材料齐全，符合规定条件，同意。", "Complete and meets the conditions; agreed."}, {"经核对，信息与证照一致，同意。", "Facts agree with the certificates; agreed."}};
	for (size_t i = 0; i < countof(usual); i++) {
		struct json *x = list_obj(c, templates);
		put_int(c, x, "number", (int64_t)i + 1);
		put_text(c, x, "label", i ? tr(c, "信息一致", "Facts agree") : tr(c, "符合条件", "Conditions met"));
		put_text(c, x, "text", tr(c, usual[i][0], usual[i][1]));
	}
	for (uint32_t i = 0; k->matter.item && i < k->matter.item->n_basis; i++) {
		const struct basis *b = &k->matter.item->basis[i];
		if (!b->refuse) continue;
		struct json *x = list_obj(c, bases);
		put_text(c, x, "value", b->code);
		put_text(c, x, "label", str_fmt(c->a, STR_FMT " " STR_FMT, STR_ARG(words(c, b->law)), STR_ARG(words(c, b->clause))));
		put_words(c, x, "note", b->text);
	}
	e = show_picks(c, &t, o);
	if (e) return e;
	if (!t.open) put_text(c, o, "blocked", tr(c, "这一步已经办完。", "This step is done."));
	return put_signed(c, o, k, &t, &os);
}

struct err *op_task_decide(struct op_call *c)
{
	struct task t;
	struct task_page list;
	struct kase *k;
	struct err *e = task_read(c->p, op_id(c, "task"), &t);
	if (!e) e = case_read(c->p, t.case_id, &k);
	if (!e && (!t.open || op_int(c, "version", 0) != t.version)) e = err_new(c->a, E_STALE);
	if (!e && !str_is(t.role, "approver")) e = err_new(c->a, E_FORBIDDEN);
	uint32_t missing = 0;
	struct flow_instance *inst;
	struct bpmn_picks picks;
	bool chooses = false;
	if (!e) e = task_picks(c->p, &t, &inst, &picks, &chooses);
	if (!e && chooses) e = err_new(c->a, E_PICK_FIRST);
	if (!e) e = case_decide(c->p, &t, op_text(c, "outcome"), op_text(c, "opinion"), op_text(c, "basis"), op_text(c, "reason"), &missing);
	if (!e) e = task_list(c->p, c->p->actor.office, S("approver"), -1, 0, 2, &list);
	if (e) return e;
	put_id(c, c->out, "case", k->id);
	put_int(c, c->out, "missing", missing);
	for (size_t i = 0; i < list.n; i++)
		if (list.task[i].id != t.id) {
			put_id(c, c->out, "next", list.task[i].id);
			break;
		}
	return NULL;
}
