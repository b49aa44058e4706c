// instant.c — 秒批: what is known of an application without asking anybody, and a decision by table.
//
// Facts a table may read besides answers and subjects (buyer.name …):
//   legal_date                       day of the legal receipt
//   <subject>.born, .sex, .is_applicant   from an identity number of the form
//   party.enterprise, .born, .sex    the applicant's own record
//   paper.<material>_<subject>       given, valid, source, issued, face.<field>: of each material
//   holds.<certificate>              held, issued, face.<field>: the applicant's newest valid one
//   earlier.<item>                   day on which the applicant was last granted that item
//   source.<source>_<subject>        the facts another office answered, those the item asks (ask.c)
//   result.<code>                    what items before it in the bundle produced
#include "codec/ids.h"
#include "domain/case/case_int.h"
#include "domain/rule/rule.h"
#include "feel/feel.h"

struct gather {
	struct plan *p;
	struct kase *k;
	const struct rule_table *t;
	struct values vs;
	struct holding h;
	struct json *facts;                    // as conditions see them
	struct rule_evidence ev;
	bool probe;                            // only to see whether asking other offices can help: nothing counts as used
};

static struct json *date_json(struct arena *a, day_t d)
{
	struct buf b = buf_new(a);
	struct json *o = json_obj(a);
	day_print(&b, d);
	json_put(a, o, S("$type"), json_str(a, S("date")));
	json_put(a, o, S("value"), json_str(a, buf_str(&b)));
	return o;
}

static void note(struct gather *g, struct json **list, struct str what)
{
	if (!*list) *list = json_arr(g->p->a);
	for (size_t i = 0; i < json_count(*list); i++)
		if (str_eq(json_text((*list)->item[i]), what)) return;
	json_add(g->p->a, *list, json_str(g->p->a, what));
}

static bool person_of(struct gather *g, struct str number, struct ids_person *out)
{
	*out = (struct ids_person){0};
	day_t today = day_shanghai(g->p->now_ms);
	return ids_check(IDS_RESIDENT, number, today, out) == IDS_OK && out->has_birth;
}

static void put_person(struct arena *a, struct json *o, const struct ids_person *who)
{
	json_put(a, o, S("born"), date_json(a, who->born));
	if (who->sex != IDS_SEX_UNKNOWN) json_put(a, o, S("sex"), json_str(a, who->sex == IDS_MALE ? S("male") : S("female")));
}

// What an identity number says of its holder; and a birth date beside it must be the same day.
static void subjects(struct gather *g, const struct party *me)
{
	struct arena *a = g->p->a;
	for (size_t i = 0; i < g->vs.n; i++) {
		struct str element = g->vs.v[i].key, subject = str_cut(&element, S("."));
		const struct element *el = catalogue_element(g->k->cat, element);
		struct json *o = json_get(g->facts, subject);
		struct ids_person who;
		if (!el || !o || !g->vs.v[i].text.n || (el->type != EL_ID && el->type != EL_USCC)) continue;
		json_put(a, o, S("is_applicant"), json_bool(a, str_eq(g->vs.v[i].text, me->document)));
		if (el->type != EL_ID || !person_of(g, g->vs.v[i].text, &who)) continue;
		put_person(a, o, &who);
		struct json *typed = json_get(o, S("birth_date"));
		day_t day;
		if (typed && json_text(typed).n && (!day_parse(json_text(typed), &day) || day != who.born))
			note(g, &g->ev.contradictions, str_fmt(a, STR_FMT ".birth_date", STR_ARG(subject)));
	}
}

// The face of a certificate against the form: the holder's own fields, or the thing's.
static void compare(struct gather *g, const struct held *h, const struct cert *c)
{
	const struct certificate_type *t = catalogue_certificate(g->k->cat, c->type);
	const struct subject *holder = h->need.subject;
	for (uint32_t f = 0; t && f < t->n_fields; f++) {
		const struct face_field *face = &t->field[f];
		struct str known = json_text(json_get(c->face, face->code)), normal = known;
		const struct subject *s = face->subject && face->subject->kind == SUBJECT_THING ? face->subject : holder;
		if (!known.n || !face->element || !s) continue;
		struct str key = str_fmt(g->p->a, STR_FMT "." STR_FMT, STR_ARG(s->code), STR_ARG(face->element->code));
		struct value *v = values_find(&g->vs, key);
		if (!v || !v->text.n) continue;
		if (field_check(g->p->a, g->k->cat, key, face->element, known, day_shanghai(g->p->now_ms), &normal)) normal = known;
		if (!str_eq(v->text, normal)) note(g, &g->ev.contradictions, key);
	}
}

static struct json *paper_json(struct gather *g, const struct cert *c, const char *source)
{
	struct arena *a = g->p->a;
	struct json *o = json_obj(a);
	day_t legal = day_shanghai(g->k->received_ms);
	json_put(a, o, S("given"), json_bool(a, true));
	json_put(a, o, S("source"), json_str(a, str_of(source)));
	json_put(a, o, S("valid"), json_bool(a, str_is(c->state, "valid") && c->expires >= legal));
	json_put(a, o, S("issued"), date_json(a, c->issued));
	json_put(a, o, S("face"), c->face);
	return o;
}

// A paper another office proves (免提交): what it answered stands where the certificate's face would.
static bool proven(struct gather *g, const struct held *h, struct cert *out)
{
	const struct source_query *q = h->source && !h->n_files ? case_source_of(g->k, h->source) : NULL;
	struct json *facts;
	if (!q || !str_is(q->state, "answered") || json_parse(g->p->a, q->answer, (struct json_limits){0}, &facts)) return false;
	*out = (struct cert){.type = h->need.material->certificate->code, .state = S("valid"), .expires = INT32_MAX,
		.issued = day_shanghai(q->done_ms), .face = facts};
	return true;
}

static struct json *absent(struct arena *a, const char *key)
{
	struct json *o = json_obj(a);
	json_put(a, o, str_of(key), json_bool(a, false));
	return o;
}

static struct json *evidence_of(struct gather *g, const char *kind, int64_t id, const char *digest, struct str value)
{
	if (!g->ev.digests) g->ev.digests = json_arr(g->p->a);
	struct json *o = json_obj(g->p->a);
	json_put(g->p->a, o, str_of(kind), json_id(g->p->a, id));
	json_put(g->p->a, o, str_of(digest), json_str(g->p->a, value));
	json_add(g->p->a, g->ev.digests, o);
	return o;
}

// An uploaded paper counts when a machine can read on it which certificate of the library it is, what it says
// is what the record says, and it belongs to whom it should: then the record answers, not the paper.
// Whatever else it is, a person looks at it, and the reason says which paper and why.
static struct err *uploaded(struct gather *g, const struct held *h, struct cert *out, bool *found)
{
	int64_t party = 0;
	struct err *e = case_subject_party(g->p, g->k, &g->vs, h->need.subject, &party);
	*found = false;
	for (size_t i = 0; i < h->n_files && !e; i++) {
		struct cert c;
		enum seen seen;
		evidence_of(g, "file", h->file[i].id, "blob", h->file[i].blob);
		e = case_file_certificate(g->p, &h->file[i], &c, &seen);
		if (e) break;
		bool same = seen == SEEN_CERTIFICATE && h->need.material->certificate && str_eq(c.type, h->need.material->certificate->code) && party && c.party == party;
		if (same) *out = c, *found = true;
		else if (seen == SEEN_CERTIFICATE) note(g, &g->ev.another, h->need.key);
		else if (seen == SEEN_ALTERED) note(g, &g->ev.altered, h->need.key);
		else if (seen == SEEN_TOO_MUCH) note(g, &g->ev.costly, h->need.key);
		else note(g, &g->ev.unread, h->need.key);
	}
	return e;
}

static struct err *papers(struct gather *g, struct json **out)
{
	struct arena *a = g->p->a;
	struct err *e = NULL;
	*out = json_obj(a);
	for (size_t i = 0; i < g->h.n && !e; i++) {
		const struct held *h = &g->h.h[i];
		struct cert c;
		bool found = h->certificate != 0;
		if (h->need.material->generated) continue;
		if (found) e = cert_read(g->p, h->certificate, &c);
		else if (h->n_files) e = uploaded(g, h, &c, &found);
		if (e) return e;
		bool shared = !found && proven(g, h, &c);
		if (shared) compare(g, h, &c);
		struct json *o = found || shared ? paper_json(g, &c, shared ? "source" : h->certificate ? "library" : "upload") : absent(a, "given");
		if (found) {
			compare(g, h, &c);
			evidence_of(g, "certificate", c.id, "digest", c.digest);
			if (h->certificate && !g->probe) cert_used(g->p, c.id, g->k->id, g->k->matter.item->name.zh);
		}
		json_put(a, *out, str_replace(a, h->need.key, S("."), S("_")), o);
	}
	return NULL;
}

static struct err *holds(struct gather *g, struct json **out)
{
	struct arena *a = g->p->a;
	struct cert *c;
	size_t n;
	*out = json_obj(a);
	for (uint32_t i = 0; i < g->k->cat->n_certificates; i++) json_put(a, *out, g->k->cat->certificate[i].code, absent(a, "held"));
	struct err *e = cert_valid(g->p, g->k->applicant, S(""), &c, &n);
	for (size_t i = 0; i < n && !e; i++) {
		struct json *old = json_get(*out, c[i].type), *o = paper_json(g, &c[i], "library");
		if (json_is_true(json_get(old, S("held")))) continue;             // newest first
		json_put(a, o, S("held"), json_bool(a, true));
		json_put(a, *out, c[i].type, o);
		evidence_of(g, "certificate", c[i].id, "digest", c[i].digest);
	}
	return e;
}

// What an office says of somebody and the form says too must be the same.
static void compare_fact(struct gather *g, const struct source_use *u, const struct source_fact *f, struct str said)
{
	struct str key = str_fmt(g->p->a, STR_FMT "." STR_FMT, STR_ARG(u->subject->code), STR_ARG(f->element->code));
	const struct value *v = values_find(&g->vs, key);
	if (v && v->text.n && !str_eq(v->text, said)) note(g, &g->ev.contradictions, key);
}

// What other offices answered; a question without an answer is a reason for a person.
static struct err *sources(struct gather *g, struct json **out)
{
	const struct item *it = g->k->matter.item;
	struct arena *a = g->p->a;
	struct source_query *all;
	size_t n;
	*out = json_obj(a);
	if (!it->instant.n_sources) return NULL;                  // nobody is asked, nothing is read
	struct err *e = case_sources(g->p, g->k, &all, &n);
	for (uint32_t i = 0; i < it->instant.n_sources && !e; i++) {
		const struct source_use *u = &it->instant.source[i];
		const struct source_query *q = case_source_of(g->k, u);
		struct json *said, *o = json_obj(a);
		if (!q) continue;
		struct str name = str_fmt(a, "source." STR_FMT, STR_ARG(u->source->code));
		evidence_of(g, "source", q->id, "digest", q->digest);
		if (str_is(q->state, "none")) note(g, &g->ev.none, name);
		else if (str_is(q->state, "wrong")) note(g, &g->ev.wrong, name);
		else if (!str_is(q->state, "answered")) note(g, &g->ev.silent, name);
		if (!str_is(q->state, "answered")) continue;
		e = json_parse(a, q->answer, (struct json_limits){0}, &said);
		for (uint32_t f = 0; f < u->n_facts && !e; f++) {
			struct str text = json_text(json_get(said, u->fact[f]->code));
			if (!text.n) continue;
			compare_fact(g, u, u->fact[f], text);
			json_put(a, o, u->fact[f]->code, source_fact_json(a, u->fact[f]->element, text));
		}
		json_put(a, *out, str_fmt(a, STR_FMT "_" STR_FMT, STR_ARG(u->source->code), STR_ARG(u->subject->code)), o);
	}
	return e;
}

static struct err *put(struct gather *g, struct feel_context *ctx, struct str key, const struct json *j)
{
	struct feel_value v;
	struct err *e = feel_from_json(g->p->a, j, &v);
	if (!e) feel_context_put(g->p->a, ctx, key, v);
	return e;
}

// A fee that cannot be computed must be seen by a person before anything is granted.
static struct err *fee_known(struct gather *g)
{
	struct fee_line *fee;
	uint32_t n;
	dec total;
	bool known;
	if (!g->k->matter.item->n_fees) return NULL;
	struct err *e = fee_compute(g->p->a, g->k->cat, g->k->matter.item, g->facts, &fee, &n, &total, &known);
	if (e || !known) note(g, &g->ev.silent, S("fee"));
	return NULL;
}

static struct err *gather(struct gather *g, struct json **snapshot)
{
	struct plan *p = g->p;
	struct party me;
	struct json *paper, *shared, *more = json_obj(p->a), *own = json_obj(p->a);
	struct ids_person who;
	struct err *e = case_values(p, g->k, &g->vs);
	if (!e) e = case_holding(p, g->k, &g->vs, &g->h);
	if (!e) e = party_read(p, g->k->applicant, &me);
	if (e) return e;
	g->facts = values_facts(p, g->k, &g->vs);
	subjects(g, &me);
	e = sources(g, &shared);
	if (!e) e = papers(g, &paper);
	if (!e) e = fee_known(g);
	if (e) return e;
	json_put(p->a, own, S("enterprise"), json_bool(p->a, me.enterprise));
	if (!me.enterprise && person_of(g, me.document, &who)) put_person(p->a, own, &who);
	struct json *digest = json_obj(p->a);
	if (!g->ev.digests) g->ev.digests = json_arr(p->a);
	json_put(p->a, digest, S("form"), json_str(p->a, g->k->digest));
	json_add(p->a, g->ev.digests, digest);
	struct feel_context *ctx = catalogue_facts(p->a, g->k->cat, g->facts);
	e = put(g, ctx, S("legal_date"), date_json(p->a, day_shanghai(g->k->received_ms)));
	if (!e) e = put(g, ctx, S("party"), own);
	if (!e) e = put(g, ctx, S("paper"), paper);
	if (!e) e = put(g, ctx, S("source"), shared);
	if (!e && rule_wants(p->a, g->t, S("holds")) && !(e = holds(g, &more))) e = put(g, ctx, S("holds"), more);
	if (!e && rule_wants(p->a, g->t, S("earlier")) && !(e = case_store_granted(p, g->k->applicant, &more))) {
		for (uint32_t i = 0; i < json_count(more); i++) {
			int64_t ms = 0;
			json_int(more->item[i], &ms);
			more->item[i] = date_json(p->a, day_shanghai(ms));
		}
		e = put(g, ctx, S("earlier"), more);
	}
	if (!e && g->k->parent) e = put(g, ctx, S("result"), case_results(p, g->k->parent));
	if (!e) *snapshot = rule_snapshot(p->a, g->t, ctx, &g->ev);
	return e;
}

static const struct basis *approving(const struct item *item)
{
	for (uint32_t i = 0; i < item->n_basis; i++)
		if (item->basis[i].approve) return &item->basis[i];
	return NULL;
}

static struct err *grant(struct plan *p, struct kase *k, const struct rule_decision *d)
{
	const struct item *item = k->matter.item;
	const struct basis *b = approving(item);
	struct err *e = NULL;
	if (!k->accepted_ms) e = case_accept_instant(p, k);
	struct opinion o = {.step = S("decide"), .outcome = S("agree"), .opinion = d->sentence, .basis = b ? b->code : S(""),
		.name = S("系统自动决定（秒批）"), .office = k->office, .at_ms = p->now_ms};
	if (e) return e;
	case_store_opinion_put(p, k, &o);
	e = case_paper(p, k, S("decision"), case_decision_facts(p, k, b, d->sentence));
	int64_t review;
	if (!e && rule_sampled(p, d->id, item->instant.sample_percent)) e = rule_review_open(p, d, S("sample"), S(""), &review);
	return e;
}

// Is the column that is not known one that another office would fill?
static bool of_source(struct arena *a, const struct item *it, struct str column)
{
	if (str_find(column, S("source.")) >= 0) return true;
	for (uint32_t i = 0; i < it->instant.n_sources; i++) {
		const struct source_use *u = &it->instant.source[i];
		if (u->proves && str_find(column, str_fmt(a, "paper." STR_FMT "_" STR_FMT ".", STR_ARG(u->proves->code), STR_ARG(u->subject->code))) >= 0) return true;
	}
	return false;
}

// Nobody's data is asked for in vain (个人信息保护法 6): when the table hands over to a person whatever is answered,
// or misses something no office would say, nobody is asked.
struct err *case_asking_helps(struct plan *p, struct kase *k, const struct holding *h, bool *out)
{
	struct gather g = {.p = p, .k = k, .probe = true};
	struct rule_judged r;
	struct json *snapshot = NULL;
	g.t = rule_in_force(k->cat, k->matter.item, day_shanghai(k->received_ms));
	*out = g.t != NULL;
	for (size_t i = 0; i < h->n; i++)
		if (!g.t || h->h[i].n_files) return NULL;             // papers are read once, when it is decided
	struct err *e = gather(&g, &snapshot);
	if (e) return e;
	rule_judge(p->a, g.t, snapshot, p->now_ms, feel_zone(S(RULE_ZONE)), &r);
	*out = !str_is(json_text(json_get(r.value, S("result"))), "manual");
	for (size_t i = 0; i < json_count(r.why); i++) {
		struct str what = json_text(r.why->item[i]), kind = str_cut(&what, S(":"));
		*out &= str_is(kind, "diagnostic") || (str_is(kind, "unknown") && of_source(p->a, k->matter.item, what));
	}
	return NULL;
}

struct err *case_judge(struct plan *p, struct kase *k, struct json *vars)
{
	const struct item *item = k->matter.item;
	struct gather g = {.p = p, .k = k};
	struct rule_judged out;
	struct json *snapshot = NULL;
	struct err *back = k->state == CASE_checking ? case_move(p, k, CASE_received) : NULL;   // whoever decides, nobody is waited for
	if (back) return back;
	day_t legal = day_shanghai(k->received_ms);
	json_put(p->a, vars, S("verdict"), json_str(p->a, S("person")));
	g.t = item ? rule_in_force(k->cat, item, legal) : NULL;
	if (!g.t) return NULL;                                    // no table in force on that day: a person
	g.ev.declined = json_is_true(json_get(k->delivery, S("by_person")));
	struct err *e = gather(&g, &snapshot);
	struct rule_decision d = {.home = k->home, .case_id = k->id, .item = item->code, .office = k->office, .version = k->catalogue, .legal_day = legal};
	if (!e) e = rule_decide(p, g.t, &d, snapshot, &g.ev, &out);
	if (e) return e;
	trail_note(p, k->id, "decision", json_id(p->a, d.id));
	trail_note(p, k->id, "verdict", json_str(p->a, d.verdict));
	case_touch(p, k);
	json_put(p->a, vars, S("verdict"), json_str(p->a, d.verdict));
	return out.grant ? grant(p, k, &d) : NULL;
}

// Decides within the set that receives the application: no paper has to be read first, so there is
// nothing to wait for. What follows a grant (payment order, certificate, delivery) is in it too.
struct err *case_instant_now(struct plan *p, struct kase *k)
{
	struct flow_job j;
	struct values vs;
	struct holding h;
	bool found = true, files = false;
	if (!k->matter.item || !k->matter.item->instant.n_rules) return NULL;
	struct err *e = case_values(p, k, &vs);
	if (!e) e = case_holding(p, k, &vs, &h);
	for (size_t i = 0; i < h.n && !e; i++) files |= h.h[i].n_files > 0;
	if (e || files) return e;
	while (!e && !(e = flow_job_here(p, k->id, &j, &found)) && found) e = case_job(p, &j);
	return e;
}
