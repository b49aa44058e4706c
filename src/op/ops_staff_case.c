// ops_staff_case.c — a case as staff see it: its items side by side, papers, trail, masked data.
#include "op/daybar.h"
#include "op/show.h"

// What the reader's office has to do here: its open tasks, a step at which somebody chooses what comes next among them.
static struct err *put_actions(struct op_call *c, const struct kase *k, struct json *list)
{
	struct task *t;
	size_t n = 0;
	if (!((c->p->actor.roles >> ROLE_APPROVER) & 1)) return NULL;
	struct err *e = task_open_of(c->p, k->id, &t, &n);
	for (size_t i = 0; i < n && !e; i++) {
		if (!str_eq(t[i].office, c->p->actor.office) || !str_is(t[i].role, "approver")) continue;
		struct json *x = list_obj(c, list);
		put_text(c, x, "label", k->parent ? str_fmt(c->a, STR_FMT " · " STR_FMT, STR_ARG(matter_name(c, k)), STR_ARG(t[i].name)) : t[i].name);
		put_text(c, x, "href", str_fmt(c->a, "/office/%lld", (long long)t[i].id));
		if (list->n <= 9) put_text(c, x, "key", str_fmt(c->a, "%u", list->n));
		put_bool(c, x, "primary", list->n == 1);
	}
	return e;
}

struct err *op_desk_staff_case(struct op_call *c)
{
	struct kase *k;
	struct values vs;
	struct form form;
	struct holding h;
	struct cases children;
	struct party party;
	int64_t now;
	struct err *e = case_read(c->p, op_id(c, "case"), &k);
	if (!e) e = case_values(c->p, k, &vs);
	if (!e) e = case_form_of(c->p, k, &vs, &form);
	if (!e) e = case_holding(c->p, k, &vs, &h);
	if (!e) e = case_children(c->p, k->id, &children);
	if (!e) e = party_read(c->p, k->applicant, &party);
	if (e) return e;
	struct json *o = c->out;
	put_text(c, o, "no", k->number);
	put_bool(c, o, "bundle", k->bundle);
	put_text(c, o, "name", matter_name(c, k));
	put_text(c, o, "party", party.masked);
	if (k->accepted_ms) put_text(c, o, "accepted", str_fmt(c->a, c->p->actor.english ? "accepted " STR_FMT : STR_FMT "受理", STR_ARG(day_text(c, day_shanghai(k->accepted_ms)))));
	put_light(c, o, "light", k);
	put_text(c, o, "sentence", state_sentence(c, k));
	for (size_t i = 0; i < children.n; i++) {
		if (children.k[i]->state != CASE_running) continue;
		const struct office *office = catalogue_office(k->cat, children.k[i]->office);
		put_text(c, o, "blocked_by", str_fmt(c->a, STR_FMT " · " STR_FMT, STR_ARG(words(c, office->name)), STR_ARG(matter_name(c, children.k[i]))));
		break;
	}
	put_json(c, o, "steps", show_steps(c, k, &children, &now));
	struct json *branches = show_branches(c, k, &children, true);
	struct daybar bar;
	bool clock = daybar_begin(c, k, &bar);
	if (clock && children.n) {
		put_json(c, o, "axis", svg_value(c, daybar_axis(c, &bar)));
		put_text(c, o, "axis_text", daybar_words(c, &children));
	}
	for (size_t i = 0; i < children.n; i++) {
		if (clock) put_json(c, branches->item[i], "bar", svg_value(c, daybar_row(c, &bar, children.k[i])));
		if (c->p->actor.office.n && str_eq(children.k[i]->office, c->p->actor.office)) put_text(c, o, "mine", children.k[i]->number);
	}
	put_json(c, o, "branches", branches);
	struct json *actions = put_list(c, o, "actions");
	e = put_actions(c, k, actions);
	for (size_t i = 0; i < children.n && !e; i++)
		if (children.k[i]->state == CASE_running && str_eq(children.k[i]->office, c->p->actor.office)) e = put_actions(c, children.k[i], actions);
	if (e) return e;
	struct json *materials = put_list(c, o, "materials");
	int64_t complete = 0;
	for (size_t i = 0; i < h.n; i++) {
		struct json *m = list_obj(c, materials);
		struct buf users = buf_new(c->a);
		for (uint32_t n = 0; n < h.h[i].need.n_items; n++) {
			const struct office *of = h.h[i].need.item[n]->office;
			struct str name = words(c, of->short_name.zh.n ? of->short_name : of->name);
			if (str_find(buf_str(&users), name) < 0) buf_fmt(&users, "%s" STR_FMT, users.n ? " " : "", STR_ARG(name));
		}
		put_words(c, m, "name", h.h[i].need.material->name);
		put_text(c, m, "used_by", buf_str(&users));
		put_text(c, m, "state", !h.h[i].complete ? S("missing") : h.h[i].n_files ? S("complete") : S("exempt"));
		complete += h.h[i].complete;
	}
	put_int(c, o, "complete", complete);
	struct json *trail = show_trail(c, k, &children);
	put_int(c, o, "trail_total", trail->n);
	put_json(c, o, "trail", trail);
	struct json *rows = put_list(c, o, "party_rows");
	const struct { const char *zh, *en; struct str v; } who[] = {{"申请人", "Applicant", party.masked}, {"证件", "Document", party.document_masked}, {"手机", "Phone", party.phone_masked}};
	for (size_t i = 0; i < countof(who); i++) {
		struct json *r = list_obj(c, rows);
		put_text(c, r, "label", tr(c, who[i].zh, who[i].en));
		put_text(c, r, "value", who[i].v);
	}
	struct json *sections = show_sections(c, k, &form, &vs, S(""), false, false), *info = put_list(c, o, "info");
	for (uint32_t s = 0; s < sections->n; s++) {
		struct json *list = json_get(sections->item[s], S("rows"));
		for (uint32_t r = 0; r < json_count(list) && info->n < 12; r++) json_add(c->a, info, list->item[r]);
	}
	put_int(c, o, "info_total", (int64_t)vs.n);
	// What is shown masked may be looked at for a purpose; the look is written down.
	struct json *sensitive = put_list(c, o, "sensitive");
	for (size_t i = 0; i < vs.n; i++) {
		const struct form_field *f = vs.v[i].sensitive && !str_eq(vs.v[i].text, vs.v[i].masked) ? form_find(&form, vs.v[i].key) : NULL;
		if (!f) continue;
		struct json *x = list_obj(c, sensitive);
		put_text(c, x, "value", f->key);
		put_text(c, x, "label", str_fmt(c->a, STR_FMT " · " STR_FMT, STR_ARG(words(c, f->subject->name)), STR_ARG(words(c, f->label))));
	}
	put_json(c, o, "papers", show_papers(c, k));
	return NULL;
}
