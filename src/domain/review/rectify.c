// rectify.c — the steps of a rectification.
#include "domain/review/rectify.h"

#include "domain/fill.h"
#include "domain/notice/notice.h"
#include "domain/review/review_store.h"
#include "domain/trail.h"

static struct err *trail(struct plan *p, const struct rectification *r)
{
	struct json *d = json_obj(p->a);
	json_put(p->a, d, S("state"), json_str(p->a, r->state));
	json_put(p->a, d, S("case"), json_id(p->a, r->case_id));
	if (p->actor.office.n) json_put(p->a, d, S("office"), json_str(p->a, p->actor.office));
	return trail_add(p, "rectification", r->id, r->home, d);
}

static struct err *term(struct plan *p, const struct catalogue *cat, int64_t from_ms, const char *setting, int64_t absent, day_t *out)
{
	struct deadline d;
	struct deadline_facts f = {.accepted_ms = from_ms, .limit = {.n = (int32_t)catalogue_setting_int(cat, str_of(setting), absent), .unit = LIMIT_WORKING_DAY}};
	struct err *e = calendar_deadline(p->a, cat->calendar, &cat->hours, &f, &d);
	*out = d.due_day;
	return e;
}

static void tell(struct plan *p, const struct rectification *r, const struct kase *k, const char *code)
{
	struct json *f = json_obj(p->a), *en = json_obj(p->a);
	struct words matter = k->matter.bundle ? k->matter.bundle->name : k->matter.item->name;
	json_put(p->a, f, S("matter"), json_str(p->a, matter.zh));
	json_put(p->a, en, S("matter"), json_str(p->a, words_in(matter, true)));
	json_put(p->a, f, S("number"), json_str(p->a, r->number));
	json_put(p->a, f, S("due_on"), json_str(p->a, template_day(p->a, r->due_day, false)));
	json_put(p->a, en, S("due_on"), json_str(p->a, template_day(p->a, r->due_day, true)));
	struct message_new m = {.home = k->home, .case_id = k->id, .party = k->applicant, .code = str_of(code), .facts = f, .english = en};
	message_send(p, &m);
}

struct err *rectify_open(struct plan *p, const struct kase *k, int64_t *out)
{
	int64_t n;
	struct civil c = day_civil(day_shanghai(p->now_ms));
	struct rectification r = {.home = k->home, .id = store_id(p->store), .case_id = k->id, .office = k->office, .state = S("open"), .opened_ms = p->now_ms};
	struct err *e = number_lease(p->store, p->a, S("rectification"), c.year, 20, &n);
	if (e) return e;
	r.number = str_fmt(p->a, "ZG%.*s%d%05lld", STR_ARG(k->cat->division_code), c.year, (long long)n);
	e = term(p, k->cat, p->now_ms, "rectify_contact_days", 1, &r.contact_day);
	if (!e) e = term(p, k->cat, p->now_ms, "rectify_days", 5, &r.due_day);
	if (e) return e;
	*out = r.id;
	rectify_store_insert(p, &r);
	tell(p, &r, k, "message_rectify");
	return trail(p, &r);
}

struct err *rectify_read(struct plan *p, int64_t id, struct rectification *out)
{
	bool found;
	struct err *e = rectify_store_read(p, id, out, &found);
	if (e || !found) return e ? e : err_arg(p->a, E_NOT_FOUND, S("这件整改"));
	out->contact_note = secret_open(p, out->contact_note);
	return NULL;
}

struct err *rectify_of_case(struct plan *p, int64_t case_id, struct rectification *out, bool *found)
{
	return rectify_store_of_case(p, case_id, out, found);
}

struct err *rectify_list(struct plan *p, struct str office, bool done, day_t after_day, int64_t after_id, uint32_t limit, struct rectifications *out)
{
	struct err *e = rectify_store_list(p, office, done, after_day, after_id, limit + 1, &out->r, &out->n);
	out->more = !e && out->n > limit;
	if (out->more) out->n = limit;
	return e;
}

struct err *rectify_rated_one(struct plan *p, const struct rectification *r, bool *out)
{
	struct kase *k;
	struct cases children = {0};
	struct opinions os;
	*out = false;
	struct err *e = case_read(p, r->case_id, &k);
	if (!e && k->bundle) e = case_children(p, k->id, &children);
	for (size_t i = 0; i <= children.n && !e; i++) {
		e = case_opinions(p, i ? children.k[i - 1]->id : k->id, &os);
		for (size_t j = 0; !e && j < os.n; j++) *out |= p->actor.account && os.o[j].account == p->actor.account;
	}
	return e;
}

static struct err *may(struct plan *p, const struct rectification *r, const char *state)
{
	bool rated = false;
	if (!str_eq(r->state, str_of(state))) return err_new(p->a, E_RECTIFY_STATE);
	struct err *e = rectify_rated_one(p, r, &rated);
	return e ? e : rated ? err_new(p->a, E_RECTIFY_RATED) : NULL;
}

struct err *rectify_contact(struct plan *p, struct rectification *r, struct str way, struct str finding, struct str note, struct str longer)
{
	struct kase *k;
	struct err *e = may(p, r, "open");
	if (!e) e = case_read(p, r->case_id, &k);
	if (!e && longer.n) e = term(p, k->cat, r->opened_ms, "rectify_long_days", 15, &r->due_day);
	if (e) return e;
	// Whoever is rated may not set the rating aside: that goes to another unit.
	r->state = str_is(finding, "mistaken") || str_is(finding, "malicious") ? S("disputed") : S("contacted");
	r->way = way;
	r->finding = finding;
	r->contact_note = note;
	r->contact_name = p->actor.name;
	r->contact_ms = p->now_ms;
	r->longer = longer;
	rectify_store_update(p, r);
	return trail(p, r);
}

struct err *rectify_rule(struct plan *p, struct rectification *r, bool set_aside, struct str note)
{
	if (!str_is(r->state, "disputed")) return err_new(p->a, E_RECTIFY_STATE);
	if (str_eq(p->actor.office, r->office)) return err_new(p->a, E_FORBIDDEN);
	r->state = set_aside ? S("closed") : S("contacted");
	r->ruling = set_aside ? S("set_aside") : S("stands");
	r->ruling_note = note;
	r->ruling_name = p->actor.name;
	r->ruling_ms = p->now_ms;
	rectify_store_update(p, r);
	return trail(p, r);
}

struct err *rectify_answer(struct plan *p, struct rectification *r, struct str measures, struct str reply)
{
	struct kase *k;
	struct err *e = may(p, r, "contacted");
	if (!e) e = case_read(p, r->case_id, &k);
	if (e) return e;
	r->state = S("answered");
	r->measures = measures;
	r->reply = reply;
	r->answer_name = p->actor.name;
	r->answered_ms = p->now_ms;
	rectify_store_update(p, r);
	tell(p, r, k, "message_rectified");
	return trail(p, r);
}

struct err *rectify_rate(struct plan *p, struct rectification *r, int32_t level)
{
	if (level < 1 || level > 5) return err_field(p->a, E_REVIEW_LEVEL, S("level"), S(""));
	if (!str_is(r->state, "answered")) return err_new(p->a, E_RECTIFY_STATE);
	r->state = S("closed");
	r->second_level = level;
	r->second_ms = p->now_ms;
	rectify_store_update(p, r);
	return trail(p, r);
}
