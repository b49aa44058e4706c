// child.c — items of a bundle as cases of their own: begin, decide, end, withdraw; service tasks.
#include "base/seam.h"
#include "domain/case/case_int.h"

static struct str item_of_call(struct str called)
{
	return str_starts(called, S("item_")) ? str_from(called, 5) : called;
}

struct err *case_make_children(struct plan *p, struct kase *k)
{
	struct guide g;
	struct err *e = guide(p->a, k->cat, k->matter, k->answers, &g);
	for (uint32_t i = 0; i < (e ? 0 : g.n_items) && !e; i++) {
		if (g.item[i].in == TRUTH_FALSE) continue;
		const struct item *item = g.item[i].item;
		struct kase *c = arena_new1(p->a, struct kase);
		// The child's number is the parent's with its place: one receipt, one number to remember.
		*c = (struct kase){.home = k->home, .parent = k->id, .what = item->code, .catalogue = k->catalogue, .state = CASE_waiting,
			.applicant = k->applicant, .via = k->via, .office = item->office->code, .answers = k->answers,
			.number = str_fmt(p->a, STR_FMT "-%02u", STR_ARG(k->number), i + 1), .received_ms = k->received_ms};
		e = case_new(p, c);
	}
	return e;
}

static struct err *child_of(struct plan *p, int64_t parent, struct str what, struct kase **out)
{
	struct cases all;
	*out = NULL;
	struct err *e = case_children(p, parent, &all);
	for (size_t i = 0; i < all.n && !e; i++)
		if (str_eq(all.k[i]->what, what)) *out = all.k[i];
	return e;
}

static struct err *begin_child(struct plan *p, const struct flow_instance *inst, const struct bpmn_effect *fx)
{
	struct kase *c;
	struct err *e = child_of(p, inst->case_id, item_of_call(fx->called), &c);
	if (e) return e;
	if (!c || c->state == CASE_closed) {
		// Withdrawn while it waited: an ordinary outcome its dependents see.
		struct bpmn_event back = {.kind = BPMN_EV_CALL_DONE, .key = fx->key, .outcome = c ? c->outcome : S("skipped")};
		return flow_event(p, inst->id, &back);
	}
	e = case_move(p, c, CASE_running);
	if (e) return e;
	c->accepted_ms = p->now_ms;                               // its own clock starts when its turn comes
	e = case_deadline(p, c, c->matter.item->promised, c->matter.item->statutory);
	if (e) return e;
	struct json *vars = json_obj(p->a);
	for (size_t i = 0; i < json_count(c->answers); i++) json_put(p->a, vars, c->answers->key[i], c->answers->item[i]);
	json_put(p->a, vars, S("case"), json_id(p->a, c->id));
	int64_t id;
	struct flow_begin b = {.case_id = c->id, .home = c->home, .catalogue = c->catalogue, .vars = vars,
		.model = str_fmt(p->a, "item:" STR_FMT, STR_ARG(c->what)), .parent = inst->id, .parent_key = fx->key};
	return flow_start(p, &b, &id);
}

static struct err *cancel_child(struct plan *p, const struct flow_instance *inst, uint32_t key)
{
	struct cases all;
	struct err *e = case_children(p, inst->case_id, &all);
	for (size_t i = 0; i < all.n && !e; i++) {
		struct flow_instance *child;
		if (all.k[i]->state == CASE_closed) continue;
		e = flow_find(p, all.k[i]->id, &child);
		if (e || !child || child->parent_key != key || child->ended) continue;
		struct bpmn_event ev = {.kind = BPMN_EV_CANCEL, .outcome = S("withdrawn")};
		e = flow_event(p, child->id, &ev);
	}
	return e;
}

// How an application as a whole came out, from its items.
static struct str overall(const struct cases *all)
{
	size_t granted = 0, other = 0;
	for (size_t i = 0; i < all->n; i++) {
		if (str_is(all->k[i]->outcome, "granted")) granted++;
		else if (!str_is(all->k[i]->outcome, "skipped") || granted) other++;
	}
	return other == 0 && granted ? S("granted") : granted ? S("partly") : S("refused");
}

// Money paid for what then came to nothing goes back. Which fees do is the law's of each matter: the city lists
// pairs of item and cause (setting refund_with): "deed_tax:realty_transfer" gives the tax back when the registration fails.
static struct err *refund_for(struct plan *p, const struct kase *k, struct str outcome)
{
	struct pay_order *o;
	size_t n;
	struct str pairs = catalogue_setting(k->cat, S("refund_with"));
	int64_t root = k->parent ? k->parent : k->id;
	if (!pairs.n || k->bundle || str_is(outcome, "granted")) return NULL;
	struct err *e = pay_orders_of_case(p, root, &o, &n);
	while (!e && n && pairs.n) {
		struct str cause = str_trim(str_cut(&pairs, S(" "))), item = str_cut(&cause, S(":"));
		if (!str_eq(cause, k->what)) continue;
		for (size_t i = 0; i < n && !e; i++) {
			struct kase *of;
			if (!str_is(o[i].state, "paid")) continue;
			e = case_read(p, o[i].item_case, &of);
			if (e || !str_eq(of->what, item) || of->refunded) continue;
			of->refunded = true;
			e = pay_refund(p, &o[i], outcome);
			if (!e) case_message(p, k, S("message_refund"));
		}
	}
	return e;
}

static struct err *cancel_certificate(struct plan *, const struct kase *);

static struct err *close_case(struct plan *p, struct kase *k, struct str outcome)
{
	bool signing = k->state == CASE_signing;
	struct err *e = case_move(p, k, CASE_closed);
	if (e) return e;
	if (signing) case_store_sign_clear(p, k);                 // nobody is waited for any more
	k->closed_ms = p->now_ms;
	k->outcome = outcome;
	return refund_for(p, k, outcome);
}

static struct err *ended(struct plan *p, const struct flow_instance *inst, const struct bpmn_effect *fx)
{
	struct kase *k;
	struct cases all = {0};
	struct err *e = case_read(p, inst->case_id, &k);
	if (e || k->state == CASE_closed) return e;
	struct str outcome = inst->outcome.n ? inst->outcome : S("granted");
	if (!str_is(outcome, "granted") && !str_is(outcome, "refused") && !str_is(outcome, "withdrawn") && !str_is(outcome, "skipped"))
		outcome = str_is(outcome, "cancelled") ? S("withdrawn") : k->bundle ? S("granted") : S("skipped");   // nobody decided it
	(void)fx;
	if (k->bundle) {
		e = case_children(p, k->id, &all);
		for (size_t i = 0; i < all.n && !e; i++)              // those whose turn never came
			if (all.k[i]->state == CASE_waiting)
				e = close_case(p, all.k[i], str_is(outcome, "withdrawn") ? S("withdrawn") : S("skipped"));
		if (!e && !str_is(outcome, "withdrawn")) outcome = overall(&all);
	}
	const struct item *item = k->matter.item;
	if (!e && item && item->ends && !item->certificate && str_is(outcome, "granted")) e = cancel_certificate(p, k);
	if (!e) e = close_case(p, k, outcome);
	if (e || k->parent) return e;
	case_message(p, k, str_is(outcome, "refused") ? S("message_refused") : S("message_granted"));
	return NULL;
}

// A task that names no limit of its own is due with its case.
static struct err *task_due(struct plan *p, const struct flow_instance *inst, int64_t *due_ms)
{
	struct kase *k;
	struct err *e = case_read(p, inst->case_id, &k);
	if (!e) *due_ms = k->due_ms;
	return e;
}

static struct err *thrown(struct plan *p, const struct flow_instance *inst, const struct bpmn_effect *fx)
{
	struct kase *k;
	struct err *e = case_read(p, inst->case_id, &k);
	if (!e && str_is(fx->name, "deemed_accepted")) return case_accept(p, k, true);
	if (e || !str_starts(fx->name, S("skipped:"))) return e;
	// An earlier item was refused or withdrawn: this one will not be done, and its page says so now.
	e = child_of(p, inst->case_id, str_from(fx->name, 8), &k);
	return e || !k || k->state != CASE_waiting ? e : close_case(p, k, S("skipped"));
}

const struct office *case_window(const struct kase *k)
{
	const struct office *mine = catalogue_office(k->cat, k->office);
	for (const struct division *d = mine ? mine->division : NULL; d; d = d->parent)
		for (uint32_t i = 0; i < k->cat->n_offices; i++)
			if (k->cat->office[i].window && k->cat->office[i].division == d) return &k->cat->office[i];
	return NULL;
}

// Acceptance of an application lies with the integrated window (综合窗口) of its unit, every other
// step with the office of its item.
static struct str office_of(struct plan *p, const struct flow_instance *inst, const struct bpmn_effect *fx)
{
	struct kase *k;
	struct err *e = case_read(p, inst->case_id, &k);
	CHECK(!e);
	if (fx->office.n) return fx->office;
	if (!str_is(fx->id, "accept")) return k->office;
	const struct office *window = case_window(k);
	return window ? window->code : k->office;
}

// Before acceptance a limit counts from the receipt (行政许可法 32(4)).
static struct err *counts_from(struct plan *p, const struct flow_instance *inst, int64_t *from_ms)
{
	struct kase *k;
	struct err *e = case_read(p, inst->case_id, &k);
	return e || k->accepted_ms || !k->received_ms ? e : case_receipt(p, k, p->now_ms, from_ms);
}

const struct flow_hooks case_flow_hooks = {begin_child, cancel_child, ended, task_due, thrown, office_of, counts_from};

static const struct basis *basis_of(const struct item *item, struct str code)
{
	for (uint32_t i = 0; i < item->n_basis; i++)
		if (str_eq(item->basis[i].code, code)) return &item->basis[i];
	return NULL;
}

struct json *case_decision_facts(struct plan *p, const struct kase *k, const struct basis *b, struct str reason)
{
	struct json *f = case_paper_facts(p, k);
	json_put(p->a, f, S("reason"), json_str(p->a, reason));
	if (b) json_put(p->a, f, S("basis"), json_str(p->a, str_fmt(p->a, "《" STR_FMT "》" STR_FMT "：" STR_FMT,
		STR_ARG(b->law.zh), STR_ARG(b->clause.zh), STR_ARG(b->text.zh))));
	return f;
}

static bool is_decision(const struct task *t)
{
	return str_is(t->element, "decide");
}

// 行政许可法 34: two officers check the substance on the spot. Each signs with an account of their own; how
// many tasks an item's own process makes of that is the process's matter, the generic one has a single task.
static uint32_t officers_of(const struct item *item, const struct task *t)
{
	for (uint32_t i = 0; item && !is_decision(t) && i < item->n_steps; i++)
		if (item->step[i].kind == STEP_REVIEW) return item->step[i].officers;
	return 1;
}

static bool own_process(const struct item *item)
{
	return item->process.n && !str_is(item->process, "approval");
}

// Whether who reviews may not decide is not said by the law in general: the city names the types of items
// (setting decide_apart) where it is so.
static bool apart(const struct kase *k)
{
	struct str types = catalogue_setting(k->cat, S("decide_apart"));
	while (types.n)
		if (str_eq(str_trim(str_cut(&types, S(" "))), k->matter.item->type)) return true;
	return false;
}

struct err *case_signing(struct plan *p, const struct kase *k, const struct task *t, const struct opinions *os, struct signing *out)
{
	const struct item *item = k->matter.item;
	bool mine = false, reviewed = false;
	*out = (struct signing){.officers = officers_of(item, t)};
	for (size_t i = 0; i < os->n; i++) {
		bool here = str_eq(os->o[i].step, t->element), again = false;
		bool me = p->actor.account && os->o[i].account == p->actor.account;
		for (size_t j = 0; j < i; j++) again |= str_eq(os->o[j].step, t->element) && os->o[j].account == os->o[i].account;
		out->signed_by += here && !again;
		mine |= here && me;
		reviewed |= !here && me && !str_is(os->o[i].step, "accept");
	}
	if (mine && out->signed_by < out->officers) out->why_not = err_new(p->a, E_TASK_TWICE);
	else if (item && is_decision(t) && reviewed && apart(k)) out->why_not = err_new(p->a, E_TASK_APART);
	return NULL;
}

struct err *case_decide(struct plan *p, const struct task *t, struct str outcome, struct str opinion, struct str basis, struct str reason,
	uint32_t *missing)
{
	struct kase *k;
	struct opinions before;
	struct signing sign;
	*missing = 0;
	struct err *e = case_read(p, t->case_id, &k), *wrong = NULL;
	if (!e) e = case_opinions(p, k->id, &before);
	if (!e) e = case_signing(p, k, t, &before, &sign);
	if (!e) e = sign.why_not;
	if (e) return e;
	if (!k->matter.item) return err_new(p->a, E_FORBIDDEN);
	bool refuse = str_is(outcome, "refuse"), last = is_decision(t);
	const struct basis *b = basis_of(k->matter.item, basis);
	// 行政许可法 38: a refusal gives its reasons and its basis.
	if (refuse && (!b || !b->refuse)) err_add(&wrong, err_field(p->a, E_TASK_BASIS, S("basis"), S("")));
	if (refuse && !reason.n) err_add(&wrong, err_field(p->a, E_REQUIRED, S("reason"), p->actor.english ? S("the reason of the refusal") : S("不予许可的理由")));
	if (basis.n && !b) err_add(&wrong, err_field(p->a, E_UNKNOWN_FIELD, S("basis"), basis));
	if (wrong) return wrong;
	struct opinion o = {.step = t->element, .outcome = outcome, .opinion = opinion, .basis = basis, .name = p->actor.name,
		.office = p->actor.office, .at_ms = p->now_ms};
	case_store_opinion_put(p, k, &o);
	case_touch(p, k);
	trail_note(p, k->id, "step", json_str(p->a, t->element));
	trail_note(p, k->id, "outcome", json_str(p->a, outcome));
	if (sign.officers > 1 && !own_process(k->matter.item)) {
		trail_note(p, k->id, "officer", json_num(p->a, sign.signed_by + 1));
		trail_note(p, k->id, "officers", json_num(p->a, sign.officers));
		*missing = sign.officers - sign.signed_by - 1;
		if (*missing) {
			task_signed(p, t);
			return NULL;
		}
		// Who decides hears of every officer's doubt: one who does not agree is enough.
		for (size_t i = 0; i < before.n; i++)
			if (str_eq(before.o[i].step, t->element) && str_is(before.o[i].outcome, "refuse")) outcome = S("refuse");
	}
	if (last) {
		e = case_paper(p, k, refuse ? S("refusal") : S("decision"), case_decision_facts(p, k, b, reason));
		if (e) return e;
		if (refuse) k->reason = reason;
	}
	struct json *vars = json_obj(p->a);
	json_put(p->a, vars, last ? S("decision") : S("review"), json_str(p->a, outcome));
	return task_done(p, t, outcome, vars);
}

struct err *case_withdraw(struct plan *p, struct kase *k, struct str item, struct str reason)
{
	struct flow_instance *inst;
	struct kase *one = k;
	struct err *e = NULL;
	if (item.n) e = child_of(p, k->id, item, &one);
	if (!e && !one) e = err_arg(p->a, E_NOT_FOUND, S("这个事项"));
	if (!e && one->state == CASE_closed) e = err_args(p->a, E_CASE_STATE, S("已办结"), S("Closed"), S(""));
	if (!e) e = flow_find(p, one->id, &inst);
	if (e) return e;
	one->reason = reason;
	case_touch(p, one);
	trail_note(p, k->id, "withdrawn", json_str(p->a, item.n ? item : k->what));
	if (item.n) case_touch(p, k);
	if (inst && !inst->ended) {
		struct bpmn_event ev = {.kind = BPMN_EV_CANCEL, .outcome = S("withdrawn")};
		return flow_event(p, inst->id, &ev);
	}
	return close_case(p, one, S("withdrawn"));
}

// ---- service tasks ----

// Values an item hands on: {year}, {serial:6} formats are numbered here, the rest is FEEL over the facts.
static struct err *produce(struct plan *p, struct kase *k, struct json *facts)
{
	const struct item *item = k->matter.item;
	for (uint32_t i = 0; i < item->n_produces; i++) {
		const struct produced *d = &item->produces[i];
		struct str value = d->value;
		if (!value.n) continue;
		struct err *e = cert_number_format(p, d->code, value, &value);
		if (e) return e;
		case_store_result_put(p, k, d->code, value);
		json_put(p->a, facts, d->code, json_str(p->a, value));
	}
	return NULL;
}

// The certificate handed in that the new one takes the place of: the old title to the same home.
static struct err *replaced_by(struct plan *p, const struct kase *k, const struct values *vs, const struct certificate_type *t, int64_t *out)
{
	struct holding h;
	*out = 0;
	struct err *e = case_holding(p, k, vs, &h);
	for (size_t i = 0; i < h.n && !e; i++)
		if (h.h[i].certificate && h.h[i].need.material->certificate == t) *out = h.h[i].certificate;
	return e;
}

// Does the form speak of this certificate: no field of its face contradicts what the form says.
static bool spoken_of(struct plan *p, const struct kase *k, const struct values *vs, const struct cert *c, const struct certificate_type *t)
{
	for (uint32_t i = 0; i < t->n_fields; i++) {
		const struct face_field *f = &t->field[i];
		const struct subject *s = f->subject ? f->subject : k->subject;
		struct str face = json_text(json_get(c->face, f->code)), normal = face;
		struct str key = f->element && s ? str_fmt(p->a, STR_FMT "." STR_FMT, STR_ARG(s->code), STR_ARG(f->element->code)) : S("");
		struct value *v = key.n ? values_find(vs, key) : NULL;
		if (!v || !v->text.n || !face.n) continue;
		if (field_check(p->a, k->cat, key, f->element, face, day_shanghai(p->now_ms), &normal)) normal = face;
		if (!str_eq(v->text, normal)) return false;
	}
	return true;
}

// The applicant's valid certificate that the item ends, newest first; *out 0: there is none.
static struct err *to_end(struct plan *p, const struct kase *k, const struct values *vs, int64_t *out)
{
	const struct certificate_type *t = k->matter.item->ends;
	struct cert *c;
	size_t n;
	*out = 0;
	struct err *e = t ? cert_valid(p, k->applicant, t->code, &c, &n) : NULL;
	for (size_t i = 0; t && !e && i < n && !*out; i++)
		if (spoken_of(p, k, vs, &c[i], t)) *out = c[i].id;
	return e;
}

// Nothing takes its place: the certificate is cancelled with the grant.
static struct err *cancel_certificate(struct plan *p, const struct kase *k)
{
	struct values vs;
	int64_t old;
	struct err *e = case_values(p, k, &vs);
	if (!e) e = to_end(p, k, &vs, &old);
	return e || !old ? e : cert_end(p, old, k->home, "cancelled", k->id);
}

static struct err *issue_certificate(struct plan *p, struct kase *k, const struct values *vs, struct json *facts)
{
	const struct certificate_type *t = k->matter.item->certificate;
	struct json *face = json_obj(p->a);
	struct party party;
	int64_t id;
	struct str number;
	struct err *e = party_read(p, k->applicant, &party);
	for (uint32_t i = 0; i < t->n_fields && !e; i++) {
		const struct face_field *f = &t->field[i];
		const struct subject *s = f->subject ? f->subject : k->subject;
		struct value *v = f->element ? values_find(vs, str_fmt(p->a, STR_FMT "." STR_FMT, STR_ARG(s->code), STR_ARG(f->element->code))) : NULL;
		struct str text = v ? v->text : S("");
		if (f->value.n) e = case_expression(p, k, f->value, facts, &text);
		for (uint32_t o = 0; f->element && o < f->element->n_options; o++)
			if (str_eq(f->element->option[o].code, text)) text = f->element->option[o].text.zh;
		if (!e && text.n) json_put(p->a, face, f->code, json_str(p->a, text));
	}
	if (e) return e;
	struct cert_new n = {.home = k->home, .party = k->applicant, .case_id = k->id, .type = t->code, .holder_masked = party.masked,
		.issued = day_shanghai(p->now_ms), .face = face};
	e = replaced_by(p, k, vs, t, &n.replaces);
	if (!e && !n.replaces) e = to_end(p, k, vs, &n.replaces);
	if (!e) e = cert_issue(p, &n, &id, &number);
	if (e) return e;
	case_store_result_put(p, k, str_fmt(p->a, "certificate_" STR_FMT, STR_ARG(t->code)), number);
	return NULL;
}

static struct err *make_result(struct plan *p, struct kase *k)
{
	struct values vs;
	struct err *e = case_values(p, k, &vs);
	if (e) return e;
	struct json *facts = values_facts(p, k, &vs);
	e = produce(p, k, facts);
	if (e) return e;
	if (k->matter.item->certificate) return issue_certificate(p, k, &vs, facts);
	// The decision itself was handed out by whoever decided.
	if (!k->matter.item->paper.n || str_is(k->matter.item->paper, "decision")) return NULL;
	struct json *f = case_decision_facts(p, k, NULL, S(""));
	for (uint32_t i = 0; i < k->matter.item->n_produces; i++) {
		struct str code = k->matter.item->produces[i].code;
		if (json_get(facts, code)) json_put(p->a, f, code, json_get(facts, code));
	}
	struct pay_order *order;
	size_t n;
	int64_t root = k->parent ? k->parent : k->id;
	e = pay_orders_of_case(p, root, &order, &n);
	for (size_t i = 0; i < n && !e; i++)
		if (order[i].item_case == k->id) {
			struct buf b = buf_new(p->a);
			dec_print_scaled(&b, dec_of_int(order[i].amount_fen) / 100);
			json_put(p->a, f, S("amount"), json_str(p->a, buf_str(&b)));
		}
	return e ? e : case_paper(p, k, k->matter.item->paper, f);
}

// Makes the payment order, when there is something to pay; *owed tells the process to wait for it.
static struct err *order_payment(struct plan *p, struct kase *k, bool *owed)
{
	struct values vs;
	struct fee_line *fee;
	uint32_t n;
	dec total;
	bool known;
	*owed = false;
	struct err *e = case_values(p, k, &vs);
	if (!e) e = fee_compute(p->a, k->cat, k->matter.item, values_facts(p, k, &vs), &fee, &n, &total, &known);
	if (e) return e;
	if (!n) return NULL;
	if (!known) return err_arg(p->a, E_CASE_FEE, k->matter.item->name.zh);
	int64_t fen, order;
	CHECK(dec_to_int(dec_round(total * 100, 0, DEC_HALF_UP), &fen));
	if (fen <= 0) return NULL;
	*owed = true;
	const struct fee_rule *r = fee[0].rule;
	case_message(p, k, S("message_pay"));
	return pay_order_create(p, k->home, k->parent ? k->parent : k->id, k->id, r->name.zh,
		r->payee ? r->payee->code : k->office, fen, &order);
}

static struct err *deliver(struct plan *p, struct kase *k)
{
	int64_t root = k->parent ? k->parent : k->id, id;
	struct kase *app;
	struct post_order have;
	bool found;
	struct err *e = case_read(p, root, &app);
	if (!e) e = post_of_case(p, root, &have, &found);
	struct str way = e ? S("") : json_text(json_get(app->delivery, S("way")));
	// One parcel an application: the certificate decides; what is only electronic needs no hand-over.
	if (e || found || !k->matter.item->certificate || !way.n || str_is(way, "electronic")) return e;
	return post_create(p, app->home, root, way, app->delivery, &id);
}

bool case_job_known(struct str type)
{
	return str_is(type, "ask") || str_is(type, "judge") || str_is(type, "make") || str_is(type, "order") || str_is(type, "deliver");
}

struct err *case_job(struct plan *p, const struct flow_job *j)
{
	struct kase *k;
	struct json *vars = json_obj(p->a);
	bool owed = false;
	struct err *e = case_read(p, j->case_id, &k);
	if (!e && seam_fault("flow.job")) e = err_arg(p->a, E_FLOW_SERVICE, j->type);
	if (!e && str_is(j->type, "judge")) e = case_judge(p, k, vars);
	else if (!e && str_is(j->type, "ask")) e = case_ask(p, k, vars);
	else if (!e && str_is(j->type, "make")) e = make_result(p, k);
	else if (!e && str_is(j->type, "order")) e = order_payment(p, k, &owed);
	else if (!e && str_is(j->type, "deliver")) e = deliver(p, k);
	else if (!e) e = err_arg(p->a, E_FLOW_JOB, j->type);
	if (e) return e;
	if (str_is(j->type, "order")) json_put(p->a, vars, S("owed"), json_bool(p->a, owed));
	trail_note(p, k->id, "job", json_str(p->a, j->type));
	case_touch(p, k);
	e = flow_job_done(p, j, vars);
	// What follows a table's grant belongs to the same set: nobody is told of a grant without its result.
	struct flow_job next;
	bool found = str_is(json_text(json_get(vars, S("verdict"))), "grant") && j->id;
	while (found && !e && !(e = flow_job_here(p, k->id, &next, &found)) && found) e = case_job(p, &next);
	return e;
}
