// case.c — a case's row: reading, allowed moves, one guarded write.
#include "domain/case/case_int.h"

static const struct { const char *name; struct words words; } states[] = {
#define C(s, zh, en) {#s, {S(zh), S(en)}},
#include "domain/case/case.def"
#undef C
};

static const struct { enum case_state from, to; } moves[] = {
#define C(s, zh, en)
#define M(from, to, by) {CASE_##from, CASE_##to},
#include "domain/case/case.def"
#undef M
#undef C
};

const char *case_state_name(enum case_state s)
{
	CHECK(s < CASE_STATES);
	return states[s].name;
}

struct words case_state_words(enum case_state s)
{
	CHECK(s < CASE_STATES);
	return states[s].words;
}

static struct err *look_up(struct plan *p, struct kase *k)
{
	struct err *e = domain_catalogue_version(p->domain, p->a, k->catalogue, &k->cat);
	if (e) return e;
	k->matter = catalogue_matter(k->cat, k->what);
	CHECK(k->matter.bundle || k->matter.item);
	k->subject = k->matter.bundle ? k->matter.bundle->applicant : catalogue_subject(k->cat, S("applicant"));
	return NULL;
}

static struct err *bind(struct plan *p, struct kase *k)
{
	struct err *e = look_up(p, k);
	if (e) return e;
	k->next = p->cases;
	p->cases = k;
	return NULL;
}

struct err *case_read(struct plan *p, int64_t id, struct kase **out)
{
	for (struct kase *k = p->cases; k; k = k->next)
		if (k->id == id) {
			*out = k;
			return NULL;
		}
	struct kase *k = arena_new1(p->a, struct kase);
	bool found;
	struct err *e = case_store_read(p, id, k, &found);
	if (!e && !found) e = err_arg(p->a, E_NOT_FOUND, S("办件"));
	if (!e) e = bind(p, k);
	*out = k;
	return e;
}

struct err *case_whole(struct plan *p, const struct kase *k)
{
	struct err *e = case_store_outline(p, k->id);
	if (!e) party_ahead(p, k->applicant);
	return e;
}

struct err *case_listed(struct plan *p, const int64_t *ids, size_t n, struct listed **out)
{
	struct listed *l = *out = arena_newn(p->a, struct listed, n + 1);
	for (size_t i = 0; i < n; i += LISTED_MOST) {
		struct err *e = case_store_listed(p, ids + i, n - i < LISTED_MOST ? n - i : LISTED_MOST, l + i);
		if (e) return e;
	}
	for (size_t i = 0; i < n; i++) {
		if (!l[i].k.id) return err_arg(p->a, E_NOT_FOUND, S("办件"));
		struct err *e = look_up(p, &l[i].k);
		if (e) return e;
	}
	return NULL;
}

// A case this plan makes: known to it from now on, inserted by case_write.
struct err *case_new(struct plan *p, struct kase *k)
{
	k->id = store_id(p->store);
	k->version = 0;
	k->created_ms = p->now_ms;
	k->filed_by = p->actor.account;
	if (!k->answers) k->answers = json_obj(p->a);
	if (!k->delivery) k->delivery = json_obj(p->a);
	if (!k->saved) k->saved = json_obj(p->a);
	case_touch(p, k);
	return bind(p, k);
}

static struct err *read_all(struct plan *p, struct err *e, const int64_t *ids, size_t n, struct cases *out)
{
	out->k = arena_newn(p->a, struct kase *, n + 1);
	out->n = 0;
	for (size_t i = 0; i < n && !e; i++) e = case_read(p, ids[i], &out->k[out->n++]);
	return e;
}

struct err *case_by_number(struct plan *p, struct str number, int64_t *out)
{
	struct err *e = case_store_by_number(p, party_document_normal(p->a, number), out);
	return e ? e : *out ? NULL : err_arg(p->a, E_NOT_FOUND, S("这个编号的办件"));
}

struct err *case_children(struct plan *p, int64_t parent, struct cases *out)
{
	int64_t *ids;
	size_t n;
	struct err *e = case_store_children(p, parent, &ids, &n);
	e = read_all(p, e, ids, n, out);
	for (struct kase *k = p->cases; k && !e && n == 0; k = k->next)   // made by this very plan
		if (k->parent == parent && k->was == 0) out->n++;
	if (e || n || !out->n) return e;
	size_t at = out->n;
	out->k = arena_newn(p->a, struct kase *, at);
	for (struct kase *k = p->cases; k; k = k->next)                   // the list is newest first
		if (k->parent == parent && k->was == 0) out->k[--at] = k;
	return NULL;
}

struct err *case_taken(struct plan *p, struct str office, int64_t since_ms, uint32_t limit, struct str **what, size_t *n)
{
	return case_store_taken(p, office, since_ms, limit, what, n);
}

struct err *case_of_party(struct plan *p, int64_t party, int64_t before, uint32_t limit, struct cases *out)
{
	int64_t *ids;
	size_t n;
	struct err *e = case_store_of_party(p, party, before ? before : INT64_MAX, limit + 1, &ids, &n);
	out->more = n > limit;
	return read_all(p, e, ids, n > limit ? limit : n, out);
}

struct err *case_drafts_before(struct plan *p, int64_t changed_ms, uint32_t limit, struct cases *out)
{
	int64_t *ids;
	size_t n;
	struct err *e = case_store_drafts_before(p, changed_ms, limit, &ids, &n);
	return read_all(p, e, ids, n, out);
}

void case_touch(struct plan *p, struct kase *k)
{
	if (!k->touched) k->version++;
	k->touched = true;
	k->changed_ms = p->now_ms;
}

struct err *case_move(struct plan *p, struct kase *k, enum case_state to)
{
	for (size_t i = 0; i < countof(moves); i++)
		if (moves[i].from == k->state && moves[i].to == to) {
			k->state = to;
			case_touch(p, k);
			return NULL;
		}
	return err_args(p->a, E_CASE_STATE, states[k->state].words.zh, states[k->state].words.en, S(""));
}

struct err *case_expect(struct plan *p, const struct kase *k, enum case_state s)
{
	return k->state == s ? NULL : err_args(p->a, E_CASE_STATE, states[k->state].words.zh, states[k->state].words.en, S(""));
}

struct err *case_write(struct plan *p)
{
	struct err *e = NULL;
	for (struct kase *k = p->cases; k && !e; k = k->next) {
		if (!k->touched) continue;
		if (k->was == 0) case_store_insert(p, k);
		else case_store_update(p, k);
		e = trail_case(p, k);
	}
	return e;
}

struct err *case_light(struct plan *p, const struct kase *k, enum light *out, int32_t *left_wd)
{
	*out = LIGHT_NONE;
	*left_wd = 0;
	if (!k->accepted_ms || !k->promise_day || k->state == CASE_closed) return NULL;
	struct deadline d = {k->promise_day, k->due_ms};
	return calendar_light(p->a, k->cat->calendar, &k->cat->lights, day_shanghai(k->accepted_ms), &d, p->now_ms, out, left_wd);
}

struct json *case_results(struct plan *p, int64_t parent)
{
	struct json *out;
	struct err *e = case_store_results(p, parent, &out);
	(void)e;   // absent results read as none; the world's failure shows at the next read
	return out;
}

struct err *case_demand(struct plan *p, int64_t since_ms, struct demand **out, size_t *n)
{
	return case_store_demand(p, since_ms, out, n);
}

struct err *case_opinions(struct plan *p, int64_t case_id, struct opinions *out)
{
	return case_store_opinions(p, case_id, out);
}

struct err *case_marks(struct plan *p, int64_t case_id, struct marks *out)
{
	return case_store_marks(p, case_id, out);
}
