// ops_rectify.c — bad ratings: list, contact, ruling, answer, second rating.
#include "op/show.h"

enum { ROWS = 50 };

static const char *const states[][3] = {{"open", "待回访", "to be contacted"}, {"contacted", "整改中", "being rectified"}, {"disputed", "待复核", "to be ruled on"},
	{"answered", "已答复", "answered"}, {"closed", "已办结", "closed"}};
static const char *const findings[][3] = {{"true", "属实", "true"}, {"partly", "部分属实", "partly true"}, {"mistaken", "误评", "given by mistake"},
	{"malicious", "恶意差评", "malicious"}};
static const char *const ways[][3] = {{"phone", "电话", "by phone"}, {"visit", "上门或当面", "in person"}, {"message", "短信或留言", "by message"}};

const char *const rating_tags[5][3] = {{"slow", "办得慢", "slow"}, {"unclear", "说明不清楚", "unclear guidance"}, {"repeated", "重复要材料", "asked twice for papers"},
	{"attitude", "服务态度", "manner"}, {"system", "系统不好用", "hard to use"}};

static struct str word_of(struct op_call *c, const char *const table[][3], size_t n, struct str code)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(code, str_of(table[i][0]))) return tr(c, table[i][1], table[i][2]);
	return code;
}
#define WORD(c, table, code) word_of(c, table, countof(table), code)

static void put_head(struct op_call *c, struct json *o, const struct rectification *r)
{
	day_t today = day_shanghai(c->p->now_ms);
	bool open = str_is(r->state, "open"), busy = open || str_is(r->state, "contacted") || str_is(r->state, "disputed");
	put_id(c, o, "id", r->id);
	put_text(c, o, "number", r->number);
	put_text(c, o, "state", r->state);
	put_text(c, o, "state_text", WORD(c, states, r->state));
	put_ms(c, o, "opened", r->opened_ms);
	put_day(c, o, "contact_due", r->contact_day);
	put_day(c, o, "due", r->due_day);
	bool late = (open && today > r->contact_day) || (busy && today > r->due_day);
	put_text(c, o, "light", !busy ? S("done") : late ? S("overdue") : today >= (open ? r->contact_day : r->due_day) ? S("near") : S("normal"));
}

static struct err *put_rating(struct op_call *c, struct json *o, const struct rectification *r, struct kase **k)
{
	struct rating rating;
	bool found;
	struct err *e = case_read(c->p, r->case_id, k);
	if (!e) e = rating_of(c->p, r->case_id, &rating, &found);
	if (e) return e;
	const struct office *office = catalogue_office((*k)->cat, r->office);
	put_text(c, o, "case", (*k)->number);
	put_text(c, o, "name", matter_name(c, *k));
	put_words(c, o, "office", office ? office->name : (struct words){0});
	if (!found) return NULL;
	put_text(c, o, "level", str_fmt(c->a, "%d", rating.level));
	struct json *list = put_list(c, o, "tags");
	for (struct str rest = rating.tags; rest.n;) {
		struct str tag = str_cut(&rest, S(","));
		json_add(c->a, list, json_str(c->a, WORD(c, rating_tags, tag)));
	}
	put_text(c, o, "comment", rating.comment);
	return NULL;
}

struct err *op_rectify_list(struct op_call *c)
{
	struct rectifications all;
	int64_t day = 0, id = 0;
	bool done = str_is(op_text(c, "state"), "done"), office = (c->p->actor.roles >> ROLE_APPROVER) & 1;
	if (op_text(c, "after").n) {
		struct str rest = op_text(c, "after"), first = str_cut(&rest, S("_"));
		if (!str_int(first, &day) || !str_int(rest, &id) || day < 0 || day > INT32_MAX) return err_field(c->a, E_TYPE, S("after"), S("after"));
	}
	struct err *e = rectify_list(c->p, office ? c->p->actor.office : S(""), done, (day_t)day, id, ROWS, &all);
	if (e) return e;
	struct json *rows = put_list(c, c->out, "rows");
	put_text(c, c->out, "state", done ? S("done") : S("open"));
	for (size_t i = 0; i < all.n && !e; i++) {
		struct kase *k;
		struct json *o = list_obj(c, rows);
		put_head(c, o, &all.r[i]);
		e = put_rating(c, o, &all.r[i], &k);
	}
	if (all.more) put_text(c, c->out, "next", str_fmt(c->a, "/ratings?%safter=%d_%lld", done ? "state=done&" : "", all.r[all.n - 1].due_day, (long long)all.r[all.n - 1].id));
	return e;
}

struct err *op_rectify_get(struct op_call *c)
{
	struct rectification r;
	struct kase *k;
	bool rated = false;
	struct err *e = rectify_read(c->p, op_id(c, "rectification"), &r);
	if (!e) e = rectify_rated_one(c->p, &r, &rated);
	if (!e) e = put_rating(c, c->out, &r, &k);
	if (e) return e;
	bool office = str_eq(c->p->actor.office, r.office);
	struct json *o = c->out;
	put_head(c, o, &r);
	put_int(c, o, "version", r.version);
	put_text(c, o, "way", WORD(c, ways, r.way));
	put_text(c, o, "finding", WORD(c, findings, r.finding));
	put_text(c, o, "note", r.contact_note);
	put_text(c, o, "contact_name", r.contact_name);
	put_ms(c, o, "contacted", r.contact_ms);
	put_text(c, o, "longer", r.longer);
	put_text(c, o, "measures", r.measures);
	put_text(c, o, "reply", r.reply);
	put_text(c, o, "answer_name", r.answer_name);
	put_ms(c, o, "answered", r.answered_ms);
	put_text(c, o, "ruling", str_is(r.ruling, "set_aside") ? tr(c, "不予采纳", "set aside") : r.ruling.n ? tr(c, "评价成立", "stands") : S(""));
	put_text(c, o, "ruling_note", r.ruling_note);
	put_text(c, o, "ruling_name", r.ruling_name);
	put_ms(c, o, "ruled", r.ruling_ms);
	if (r.second_level) put_text(c, o, "second", str_fmt(c->a, "%d", r.second_level));
	put_ms(c, o, "second_at", r.second_ms);
	if (rated) put_text(c, o, "blocked", err_text(c->a, err_new(c->a, E_RECTIFY_RATED), c->p->actor.english));
	put_bool(c, o, "can_contact", office && !rated && str_is(r.state, "open"));
	put_bool(c, o, "can_answer", office && !rated && str_is(r.state, "contacted"));
	put_bool(c, o, "can_rule", !office && (c->p->actor.roles >> ROLE_SUPERVISOR) & 1 && str_is(r.state, "disputed"));
	return NULL;
}

static struct err *of_version(struct op_call *c, struct rectification *r)
{
	struct err *e = rectify_read(c->p, op_id(c, "rectification"), r);
	return e ? e : op_int(c, "version", r->version) != r->version ? err_new(c->a, E_STALE) : NULL;
}

static struct err *done(struct op_call *c, struct err *e, const struct rectification *r)
{
	if (e) return e;
	put_id(c, c->out, "rectification", r->id);
	put_text(c, c->out, "state", r->state);
	return NULL;
}

struct err *op_rectify_contact(struct op_call *c)
{
	struct rectification r;
	struct err *e = of_version(c, &r);
	if (!e) e = rectify_contact(c->p, &r, op_text(c, "way"), op_text(c, "finding"), op_text(c, "note"), op_text(c, "longer"));
	return done(c, e, &r);
}

struct err *op_rectify_rule(struct op_call *c)
{
	struct rectification r;
	struct err *e = of_version(c, &r);
	if (!e) e = rectify_rule(c->p, &r, op_bool(c, "set_aside"), op_text(c, "note"));
	return done(c, e, &r);
}

struct err *op_rectify_answer(struct op_call *c)
{
	struct rectification r;
	struct err *e = of_version(c, &r);
	if (!e) e = rectify_answer(c->p, &r, op_text(c, "measures"), op_text(c, "reply"));
	return done(c, e, &r);
}

struct err *op_rectify_rate(struct op_call *c)
{
	struct rectification r;
	struct err *e = rectify_read(c->p, op_id(c, "rectification"), &r);
	if (!e) e = rectify_rate(c->p, &r, (int32_t)op_int(c, "level", 0));
	return done(c, e, &r);
}

// What the rater sees of it on the page of the case.
struct err *show_rectification(struct op_call *c, const struct kase *k, struct json *o)
{
	struct rectification r;
	bool found;
	struct err *e = rectify_of_case(c->p, k->id, &r, &found);
	if (e || !found) return e;
	struct json *j = put_obj(c, o, "rectification");
	put_head(c, j, &r);
	put_text(c, j, "reply", r.reply);
	put_ms(c, j, "answered", r.answered_ms);
	put_text(c, j, "ruling", str_is(r.ruling, "set_aside") ? tr(c, "经复核，这次评价不予采纳。", "The rating was set aside.") : S(""));
	put_bool(c, j, "can_rate", c->own && str_is(r.state, "answered"));
	if (r.second_level) put_text(c, j, "second", str_fmt(c->a, "%d", r.second_level));
	return NULL;
}
