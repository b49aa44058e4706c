// ops_sign.c — confirmations of signatories.
#include "op/show.h"

struct err *op_sign_invitation(struct op_call *c)
{
	int64_t id;
	struct str role;
	bool found;
	struct kase *k;
	struct signs signs;
	put_text(c, c->out, "token", op_text(c, "token"));
	struct err *e = case_sign_by_token(c->p, op_text(c, "token"), &id, &role, &found);
	if (e) return e;
	if (!found) {
		put_text(c, c->out, "state", S("unknown"));
		return NULL;
	}
	e = case_read(c->p, id, &k);
	if (!e) e = case_signs(c->p, k, &signs);
	if (e) return e;
	const char *state = "used";
	for (size_t i = 0; i < signs.n; i++) {
		if (!str_eq(signs.s[i].role, role)) continue;
		if (str_is(signs.s[i].state, "invited") && k->state == CASE_signing) state = signs.s[i].expires_ms <= c->p->now_ms ? "expired" : "open";
		put_ms(c, c->out, "expires", signs.s[i].expires_ms);
		if (signs.s[i].signatory) put_words(c, c->out, "role", signs.s[i].signatory->name);
	}
	put_text(c, c->out, "state", str_of(state));
	put_text(c, c->out, "matter", matter_name(c, k));
	return NULL;
}

struct err *op_sign_open(struct op_call *c)
{
	int64_t id;
	struct str role, mine = S("");
	bool found;
	struct kase *k;
	struct err *e = case_sign_by_token(c->p, op_text(c, "token"), &id, &role, &found);
	if (!e && found) e = case_read(c->p, id, &k);
	if (!e && found) e = case_role_of(c->p, k, c->p->actor.party, &mine);
	if (e) return e;
	// Somebody else's invitation and one that never was look the same.
	if (!found || !str_eq(role, mine)) return err_arg(c->a, E_NOT_FOUND, tr(c, "需要您确认的申请", "An application that waits for you"));
	put_id(c, c->out, "case", id);
	return NULL;
}

struct err *op_sign_list(struct op_call *c)
{
	struct cases all;
	struct json *list = put_list(c, c->out, "rows");
	struct err *e = case_signs_of_party(c->p, c->p->actor.party, &all);
	for (size_t i = 0; i < all.n && !e; i++) {
		struct json *o = list_obj(c, list);
		put_id(c, o, "case", all.k[i]->id);
		put_text(c, o, "name", matter_name(c, all.k[i]));
		put_text(c, o, "state", str_of(case_state_name(all.k[i]->state)));
		put_text(c, o, "number", all.k[i]->number);
	}
	return e;
}

static struct err *of_party(struct op_call *c, struct kase **k, struct str *role, struct sign_row **row)
{
	struct signs signs;
	*row = NULL;
	struct err *e = case_read(c->p, op_id(c, "case"), k);
	if (!e) e = case_role_of(c->p, *k, c->p->actor.party, role);
	if (!e) e = case_signs(c->p, *k, &signs);
	for (size_t i = 0; !e && i < signs.n; i++)
		if (str_eq(signs.s[i].role, *role)) *row = &signs.s[i];
	return e ? e : *row ? NULL : err_new(c->a, E_SIGN_NOT_ASKED);
}

struct err *op_sign_get(struct op_call *c)
{
	struct kase *k;
	struct str role;
	struct sign_row *row;
	struct values vs;
	struct form form;
	struct holding h;
	struct party applicant;
	struct err *e = of_party(c, &k, &role, &row);
	if (!e) e = case_values(c->p, k, &vs);
	if (!e) e = case_form_of(c->p, k, &vs, &form);
	if (!e) e = case_holding(c->p, k, &vs, &h);
	if (!e) e = party_read(c->p, k->applicant, &applicant);
	if (e) return e;
	struct str subject = row->signatory ? row->signatory->subject->code : role;
	struct json *sections = show_sections(c, k, &form, &vs, subject, false, true), *m = list_obj(c, sections), *rows = put_list(c, m, "rows");
	put_text(c, m, "title", tr(c, "材料", "Materials"));
	for (size_t i = 0; i < h.n; i++) {
		bool own = !h.h[i].need.subject || h.h[i].need.subject->kind == SUBJECT_THING || str_eq(h.h[i].need.subject->code, subject);
		if (!own) continue;
		struct json *x = show_material(c, k, &h.h[i], (int64_t)i + 1), *r = list_obj(c, rows);
		put_text(c, r, "label", json_text(json_get(x, S("name"))));
		put_text(c, r, "value", h.h[i].n_files ? tr(c, "已上传", "uploaded") : h.h[i].certificate ? tr(c, "使用您的电子证照", "your certificate of the library")
			: json_text(json_path(x, "source.label")));
	}
	put_text(c, c->out, "token", str_fmt(c->a, "%lld", (long long)k->id));
	put_text(c, c->out, "caption", matter_name(c, k));
	put_words(c, c->out, "role", row->signatory ? row->signatory->name : (struct words){role, role});
	put_text(c, c->out, "asked_by_masked", applicant.masked);
	put_json(c, c->out, "sections", sections);
	put_text(c, c->out, "digest", str_part(k->digest, 0, 16));
	put_text(c, c->out, "full_digest", k->digest);
	struct json *d = put_list(c, c->out, "declarations");
	json_add(c->a, d, json_str(c->a, tr(c, "上面的内容与我知道的一致，同意办理。", "The above is what I know, and I agree.")));
	json_add(c->a, d, json_str(c->a, tr(c, "同意为办理本件使用上面列出的我的电子证照。", "My certificates listed above may be used for this case.")));
	put_ms(c, c->out, "expires", row->expires_ms);
	put_text(c, c->out, "state", row->state);
	return NULL;
}

static void outcome(struct op_call *c, const struct kase *k)
{
	put_id(c, c->out, "case", k->id);
	put_text(c, c->out, "state", str_of(case_state_name(k->state)));
	put_text(c, c->out, "number", k->number);
}

struct err *op_sign_confirm(struct op_call *c)
{
	struct kase *k;
	struct str role;
	struct sign_row *row;
	if (!op_bool(c, "declared")) return err_field(c->a, E_CASE_DECLARE, S("declared"), S(""));
	struct err *e = of_party(c, &k, &role, &row);
	if (!e) e = case_confirm(c->p, k, role, op_text(c, "digest"), S(""));
	if (!e) outcome(c, k);
	return e;
}

struct err *op_sign_at_window(struct op_call *c)
{
	struct kase *k;
	c->p->actor.via = VIA_WINDOW;
	struct err *e = case_read(c->p, op_id(c, "case"), &k);
	if (!e) e = case_confirm(c->p, k, op_text(c, "role"), op_text(c, "digest"), op_text(c, "document"));
	if (!e) outcome(c, k);
	return e;
}

struct err *op_sign_refuse(struct op_call *c)
{
	struct kase *k;
	struct str role;
	struct sign_row *row;
	struct err *e = of_party(c, &k, &role, &row);
	if (!e) e = case_refuse_sign(c->p, k, role, op_text(c, "reason"));
	if (!e) outcome(c, k);
	return e;
}

struct err *op_sign_waiting(struct op_call *c)
{
	struct kase *k;
	struct signs signs;
	struct party me;
	struct err *e = case_read(c->p, op_id(c, "case"), &k);
	if (!e) e = case_signs(c->p, k, &signs);
	if (!e) e = party_read(c->p, k->applicant, &me);
	if (e) return e;
	int64_t confirmed = 1, expires = 0;
	struct json *list = put_list(c, c->out, "list"), *self = list_obj(c, list);
	put_text(c, self, "id", S("self"));
	put_words(c, self, "role", k->subject ? k->subject->name : (struct words){S("申请人"), S("Applicant")});
	put_text(c, self, "masked", me.masked);
	put_text(c, self, "state", S("confirmed"));
	put_bool(c, self, "self", true);
	for (size_t i = 0; i < signs.n; i++) {
		struct sign_row *s = &signs.s[i];
		struct json *o = list_obj(c, list);
		bool late = str_is(s->state, "invited") && s->expires_ms <= c->p->now_ms;
		put_text(c, o, "id", s->role);
		put_words(c, o, "role", s->signatory ? s->signatory->name : (struct words){s->role, s->role});
		put_text(c, o, "masked", s->masked);
		put_text(c, o, "state", s->confirmed ? S("confirmed") : str_is(s->state, "refused") ? S("declined") : late ? S("expired") : S("invited"));
		put_bool(c, o, "at_window", s->signatory && s->signatory->at_window && !s->confirmed && k->state == CASE_signing);
		put_ms(c, o, "at", s->done_ms ? s->done_ms : s->invited_ms);
		confirmed += s->confirmed;
		if (!s->confirmed && (!expires || s->expires_ms < expires)) expires = s->expires_ms;
	}
	put_id(c, c->out, "id", k->id);
	put_text(c, c->out, "caption", matter_name(c, k));
	put_int(c, c->out, "confirmed", confirmed);
	put_int(c, c->out, "total", (int64_t)signs.n + 1);
	put_ms(c, c->out, "expires", expires);
	put_text(c, c->out, "state", str_of(case_state_name(k->state)));
	put_text(c, c->out, "digest", k->digest);
	return NULL;
}

struct err *op_sign_recall(struct op_call *c)
{
	struct kase *k;
	struct err *e = case_read(c->p, op_id(c, "case"), &k);
	if (!e) e = case_back_to_draft(c->p, k, S("recalled"));
	if (!e) put_id(c, c->out, "case", k->id);
	return e;
}

struct err *op_sign_expire(struct op_call *c)
{
	struct kase *k;
	struct signs signs;
	bool late = false;
	struct err *e = case_read(c->p, op_id(c, "case"), &k);
	if (!e) e = case_signs(c->p, k, &signs);
	for (size_t i = 0; !e && i < signs.n; i++) late |= str_is(signs.s[i].state, "invited") && signs.s[i].expires_ms <= c->p->now_ms;
	if (!e && late && k->state == CASE_signing) e = case_back_to_draft(c->p, k, S("expired"));
	if (!e) outcome(c, k);
	return e;
}
