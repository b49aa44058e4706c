// sign.c — submitting, and the confirmations of everybody who must sign.
#include "domain/case/case_int.h"
#include "domain/fill.h"

static struct str digest_of(struct plan *p, const struct kase *k, const struct values *vs, const struct holding *h)
{
	struct json *d = json_obj(p->a), *form = json_obj(p->a), *materials = json_obj(p->a);
	json_put(p->a, d, S("case"), json_id(p->a, k->id));
	json_put(p->a, d, S("what"), json_str(p->a, k->what));
	json_put(p->a, d, S("catalogue"), json_str(p->a, k->catalogue));
	json_put(p->a, d, S("answers"), k->answers);
	json_put(p->a, d, S("delivery"), json_str(p->a, json_text(json_get(k->delivery, S("way")))));
	for (size_t i = 0; i < vs->n; i++) json_put(p->a, form, vs->v[i].key, json_str(p->a, vs->v[i].text));
	for (size_t i = 0; i < h->n; i++) {
		struct json *of = json_arr(p->a);
		for (size_t f = 0; f < h->h[i].n_files; f++) json_add(p->a, of, json_str(p->a, h->h[i].file[f].blob));
		if (h->h[i].certificate) json_add(p->a, of, json_id(p->a, h->h[i].certificate));
		json_put(p->a, materials, h->h[i].need.key, of);
	}
	json_put(p->a, d, S("form"), form);
	json_put(p->a, d, S("materials"), materials);
	struct buf b = buf_new(p->a);
	json_print_canonical(&b, d);
	return secret_index(p, "digest", buf_str(&b));
}

// The signatories this application needs beside its applicant.
static struct err *needed(struct plan *p, const struct kase *k, const struct json *facts, const struct signatory ***out, size_t *n)
{
	*n = 0;
	const struct bundle *b = k->matter.bundle;
	*out = arena_newn(p->a, const struct signatory *, b ? b->n_signatories + 1 : 1);
	for (uint32_t i = 0; b && i < b->n_signatories; i++)
		if (b->signatory[i].subject != k->subject &&
		    condition_holds(p->a, k->cat, &b->signatory[i].when, facts) == TRUTH_TRUE)
			(*out)[(*n)++] = &b->signatory[i];
	return NULL;
}

struct err *case_signs(struct plan *p, const struct kase *k, struct signs *out)
{
	struct err *e = case_store_signs(p, k->id, &out->s, &out->n);
	const struct bundle *b = k->matter.bundle;
	for (size_t i = 0; !e && i < out->n; i++) {
		struct sign_row *s = &out->s[i];
		s->confirmed = str_is(s->state, "confirmed") && k->digest.n && str_eq(s->digest, k->digest);
		for (uint32_t g = 0; b && g < b->n_signatories; g++)
			if (str_eq(b->signatory[g].role, s->role)) s->signatory = &b->signatory[g];
	}
	return e;
}

static struct err *problems_of(struct plan *p, struct kase *k, const struct values *vs, const struct json *facts, const struct holding *h,
	struct err **problems)
{
	*problems = NULL;
	struct form form;
	struct err *e = form_merge(p->a, k->cat, k->matter, facts, &form);
	if (e) return e;
	bool en = p->actor.english;
	for (uint32_t g = 0; g < form.n_pages; g++)
		for (uint32_t s = 0; s < form.page[g].n_sections; s++)
			for (uint32_t f = 0; f < form.page[g].section[s].n_fields; f++) {
				const struct form_field *field = &form.page[g].section[s].field[f];
				struct value *v = values_find(vs, field->key);
				if (field->required && (!v || !v->text.n) && form_field_shown(p->a, k->cat, field, facts))
					err_add(problems, err_field(p->a, E_REQUIRED, field->key, words_in(field->label, en)));
			}
	for (size_t i = 0; i < h->n; i++)
		if (!h->h[i].complete) err_add(problems, err_field(p->a, E_CASE_MATERIAL, h->h[i].need.key, words_in(h->h[i].need.material->name, en)));
	if (!json_get(k->delivery, S("way"))) err_add(problems, err_field(p->a, E_REQUIRED, S("delivery"), en ? S("how to receive the results") : S("领取方式")));
	// The same person cannot stand on both sides (each role is a subject of its own).
	const struct signatory **sig;
	size_t n;
	e = needed(p, k, facts, &sig, &n);
	for (size_t i = 0; i < n && !e; i++) {
		struct str document = case_subject_document(k, vs, sig[i]->subject);
		int64_t party = 0;
		if (document.n) e = party_by_document(p, document, &party);
		if (party && party == k->applicant)
			err_add(problems, err_field(p->a, E_CASE_SAME_PERSON, sig[i]->subject->code, words_in(sig[i]->name, en)));
	}
	return e;
}

struct err *case_problems(struct plan *p, struct kase *k, struct err **problems)
{
	struct values vs;
	struct holding h;
	struct err *e = case_values(p, k, &vs);
	if (e) return e;
	struct json *facts = values_facts(p, k, &vs);
	e = case_holding_by(p, k, &vs, facts, &h);
	return e ? e : problems_of(p, k, &vs, facts, &h, problems);
}

static struct err *invite(struct plan *p, struct kase *k, const struct values *vs, const struct signatory *g)
{
	struct str document = case_subject_document(k, vs, g->subject), token = secret_token(p);
	struct str name = case_subject_value(k, vs, g->subject, EL_NAME);
	struct deadline d;
	struct deadline_facts f = {.accepted_ms = p->now_ms, .limit = g->confirm_within};
	struct err *e = calendar_deadline(p->a, k->cat->calendar, &k->cat->hours, &f, &d);
	struct sign_row s = {.role = g->role, .document = party_document_hash(p, document),
		.masked = field_masked(p->a, SENS_NAME, name), .invited_ms = p->now_ms, .expires_ms = d.due_ms};
	if (!e) e = party_by_document(p, document, &s.party);
	if (e) return e;
	case_store_sign_put(p, k, &s, secret_index(p, "invite", token));
	struct json *facts = json_obj(p->a), *english = json_obj(p->a);
	json_put(p->a, facts, S("link"), json_str(p->a, str_fmt(p->a, STR_FMT "/sign/" STR_FMT, STR_ARG(p->domain->base_url), STR_ARG(token))));
	struct civil c = day_civil(d.due_day);
	json_put(p->a, facts, S("until"), json_str(p->a, str_fmt(p->a, "%d月%d日", c.month, c.day)));
	json_put(p->a, english, S("until"), json_str(p->a, template_day(p->a, d.due_day, true)));
	case_message_to(p, k, (struct message_new){.party = s.party, .document = s.document,
		.phone = case_subject_value(k, vs, g->subject, EL_PHONE), .code = S("message_invite")}, facts, english);
	return NULL;
}

// Which signatories a corrected application must be confirmed by again: those whose own or shared
// fields or materials were marked. Others keep their confirmation under the new digest.
static bool concerned(const struct kase *k, const struct marks *m, const struct signatory *g)
{
	for (size_t i = 0; i < m->n; i++) {
		struct str rest = m->m[i].key, first = str_cut(&rest, S("."));
		struct str code = str_is(m->m[i].kind, "field") ? first : rest;
		const struct subject *s = catalogue_subject(k->cat, code);
		if (!s || s == g->subject || s->kind == SUBJECT_THING) return true;
	}
	return false;
}

struct err *case_submit(struct plan *p, struct kase *k)
{
	bool again = k->state == CASE_correcting;
	struct values vs;
	struct signs old;
	struct marks marks = {0};
	const struct signatory **sig;
	size_t n, waiting = 0;
	struct holding h;
	struct err *problems, *e = case_whole(p, k);
	if (!e) e = case_values(p, k, &vs);
	if (e) return e;
	struct json *facts = values_facts(p, k, &vs);
	e = case_holding_by(p, k, &vs, facts, &h);
	if (!e) e = problems_of(p, k, &vs, facts, &h, &problems);
	if (e || problems) return e ? e : problems;
	e = needed(p, k, facts, &sig, &n);
	if (!e) e = case_store_signs(p, k->id, &old.s, &old.n);
	if (!e && again) e = case_marks(p, k->id, &marks);
	if (e) return e;
	k->digest = digest_of(p, k, &vs, &h);
	for (size_t i = 0; i < n && !e; i++) {
		const struct sign_row *o = NULL;
		for (size_t s = 0; s < old.n; s++)
			if (str_eq(old.s[s].role, sig[i]->role)) o = &old.s[s];
		bool same = o && str_eq(o->document, party_document_hash(p, case_subject_document(k, &vs, sig[i]->subject)));
		bool keep = again && same && str_is(o->state, "confirmed") && !concerned(k, &marks, sig[i]);
		if (keep) case_store_sign_carry(p, k, sig[i]->role, k->digest);
		else e = invite(p, k, &vs, sig[i]), waiting++;
	}
	if (e) return e;
	e = case_move(p, k, waiting ? CASE_signing : CASE_received);
	return e || waiting ? e : case_receive(p, k);
}

static struct err *sign_of(struct plan *p, const struct kase *k, struct str role, struct signs *all, struct sign_row **out)
{
	struct err *e = case_expect(p, k, CASE_signing);
	if (!e) e = case_signs(p, k, all);
	*out = NULL;
	for (size_t i = 0; !e && i < all->n; i++)
		if (str_eq(all->s[i].role, role)) *out = &all->s[i];
	if (!e && (!*out || !str_is((*out)->state, "invited"))) e = err_new(p->a, E_SIGN_NOT_ASKED);
	return e;
}

struct err *case_confirm(struct plan *p, struct kase *k, struct str role, struct str digest, struct str document)
{
	struct signs all;
	struct sign_row *s;
	struct err *e = sign_of(p, k, role, &all, &s);
	if (e) return e;
	if (!str_eq(digest, k->digest)) return err_new(p->a, E_SIGN_CHANGED);
	if (p->now_ms >= s->expires_ms) return err_new(p->a, E_SIGN_EXPIRED);
	if (p->actor.via == VIA_WINDOW) {
		// At a window the clerk checks the document in hand and types its number.
		if (!s->signatory || !s->signatory->at_window) return err_new(p->a, E_FORBIDDEN);
		if (!str_eq(party_document_hash(p, document), s->document)) return err_field(p->a, E_SIGN_DOCUMENT, S("document"), S(""));
	} else {
		s->party = p->actor.party;
	}
	s->state = S("confirmed");
	s->digest = digest;
	s->account = p->actor.account;
	s->via = str_of(via_name(p->actor.via));
	case_store_sign_done(p, k, s);
	trail_note(p, k->id, "role", json_str(p->a, role));
	case_touch(p, k);
	for (size_t i = 0; i < all.n; i++)
		if (&all.s[i] != s && str_is(all.s[i].state, "invited")) return NULL;
	e = case_move(p, k, CASE_received);
	return e ? e : case_receive(p, k);
}

struct err *case_back_to_draft(struct plan *p, struct kase *k, struct str why)
{
	struct err *e = case_move(p, k, CASE_draft);
	if (e) return e;
	case_store_sign_clear(p, k);
	k->digest = S("");
	trail_note(p, k->id, "why", json_str(p->a, why));
	if (str_is(why, "refused")) case_message(p, k, S("message_declined"));
	if (str_is(why, "expired")) case_message(p, k, S("message_expired"));
	return NULL;
}

struct err *case_refuse_sign(struct plan *p, struct kase *k, struct str role, struct str reason)
{
	struct signs all;
	struct sign_row *s;
	struct err *e = sign_of(p, k, role, &all, &s);
	if (e) return e;
	s->state = S("refused");
	s->digest = S("");
	s->account = p->actor.account;
	s->via = str_of(via_name(p->actor.via));
	s->reason = reason;
	case_store_sign_done(p, k, s);
	trail_note(p, k->id, "role", json_str(p->a, role));
	return case_back_to_draft(p, k, S("refused"));
}

struct err *case_sign_by_token(struct plan *p, struct str token, int64_t *case_id, struct str *role, bool *found)
{
	return case_store_sign_token(p, secret_index(p, "invite", token), case_id, role, found);
}

struct err *case_role_of(struct plan *p, const struct kase *k, int64_t party, struct str *role)
{
	struct str *hash;
	size_t n;
	struct signs all;
	*role = S("");
	struct err *e = party_hashes(p, party, &hash, &n);
	if (!e) e = case_signs(p, k, &all);
	for (size_t i = 0; !e && i < all.n; i++) {
		if (str_is(all.s[i].state, "refused") || str_is(all.s[i].state, "void")) continue;
		if (all.s[i].party == party) *role = all.s[i].role;
		for (size_t h = 0; h < n; h++)
			if (str_eq(all.s[i].document, hash[h])) *role = all.s[i].role;
	}
	return e;
}

struct err *case_signs_of_party(struct plan *p, int64_t party, struct cases *out)
{
	struct str *hash;
	size_t n;
	struct err *e = party_hashes(p, party, &hash, &n);
	out->k = arena_newn(p->a, struct kase *, 100 * (n + 1));
	out->n = 0;
	for (size_t h = 0; h < n && !e; h++) {
		int64_t *ids;
		size_t m;
		e = case_store_signs_for(p, hash[h], &ids, &m);
		for (size_t i = 0; i < m && !e; i++) e = case_read(p, ids[i], &out->k[out->n++]);
	}
	return e;
}

struct err *case_signs_expired(struct plan *p, uint32_t limit, int64_t **ids, size_t *n)
{
	return case_store_sign_expired(p, p->now_ms, limit, ids, n);
}
