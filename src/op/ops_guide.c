// ops_guide.c — what the city offers: home, search, guides, situation questions.
#include "codec/pdf.h"
#include "codec/qr.h"
#include "codec/url.h"
#include "domain/catalogue/search.h"
#include "op/show.h"

static struct str carried(struct op_call *c, const struct json *answers)
{
	struct buf b = buf_new(c->a);
	for (uint32_t i = 0; i < json_count(answers); i++)
		buf_fmt(&b, "%s" STR_FMT ":" STR_FMT, i ? "," : "", STR_ARG(answers->key[i]), STR_ARG(json_text(answers->item[i])));
	return buf_str(&b);
}

static struct str guide_href(struct op_call *c, struct str code)
{
	return str_fmt(c->a, "/guide/" STR_FMT, STR_ARG(code));
}

// ---- home ----

static void home_link(struct op_call *c, struct json *list, struct str label, struct str href)
{
	struct json *o = list_obj(c, list);
	put_text(c, o, "label", label);
	put_text(c, o, "href", href);
}

static struct str icon_of(const struct bundle *b)
{
	static const char *const icons[][2] = {{"home", "home"}, {"birth", "birth"}, {"school", "school"}, {"work", "work"}, {"business", "shop"},
		{"enterprise", "company"}, {"retire", "retire"}, {"care", "heart"}, {"health", "health"}, {"social", "card"}, {"transport", "car"}};
	for (uint32_t t = 0; t < b->n_themes; t++)
		for (size_t i = 0; i < countof(icons); i++)
			if (str_eq(b->theme[t], str_of(icons[i][0]))) return str_of(icons[i][1]);
	return S("doc");
}

static void home_bundle(struct op_call *c, struct json *list, const struct bundle *b)
{
	struct json *o = list_obj(c, list);
	put_text(c, o, "code", b->code);
	put_words(c, o, "name", b->name);
	put_text(c, o, "icon", icon_of(b));
	put_int(c, o, "items", b->n_items);
	put_text(c, o, "fact", limit_text(c->a, b->promised, c->p->actor.english));
}

enum { HOME_BUNDLES = 8, BUNDLES_MAX = 256 };

struct err *op_home_get(struct op_call *c)
{
	const struct catalogue *cat = c->p->cat;
	put_text(c, c->out, "example", tr(c, "例如：二手房", "e.g. second-hand home"));
	struct json *popular = put_list(c, c->out, "popular"), *bundles = put_list(c, c->out, "bundles");
	// What the city puts first, then the other bundles in the order of its files.
	bool told[BUNDLES_MAX] = {0};
	uint32_t n = 0;
	for (struct str rest = catalogue_setting(cat, S("home_first")); rest.n;) {
		struct str code = str_cut(&rest, S(" "));
		const struct bundle *b = catalogue_bundle(cat, code);
		const struct item *it = b ? NULL : catalogue_item(cat, code);
		if (json_count(popular) < 6 && (b || it)) home_link(c, popular, words(c, b ? b->name : it->name), guide_href(c, code));
		if (b && b - cat->bundle < BUNDLES_MAX && n < HOME_BUNDLES) told[b - cat->bundle] = true, home_bundle(c, bundles, b), n++;
	}
	for (uint32_t i = 0; i < cat->n_bundles && n < HOME_BUNDLES; i++)
		if (i >= BUNDLES_MAX || !told[i]) home_bundle(c, bundles, &cat->bundle[i]), n++;
	put_int(c, c->out, "bundle_count", cat->n_bundles);
	struct json *topics = put_list(c, c->out, "topics"), *offices = put_list(c, c->out, "offices");
	home_link(c, topics, tr(c, "秒批专区", "Done at once"), S("/instant"));
	for (uint32_t i = 0; i < cat->n_themes && i < 8; i++)
		home_link(c, topics, words(c, cat->theme_name[i]), str_fmt(c->a, "/search?theme=" STR_FMT, STR_ARG(cat->theme[i])));
	n = 0;
	for (uint32_t i = 0; i < cat->n_offices && n < 8; i++) {
		bool has = false;
		for (uint32_t k = 0; k < cat->n_items; k++) has |= cat->item[k]->office == &cat->office[i];
		if (has) home_link(c, offices, words(c, cat->office[i].name), str_fmt(c->a, "/search?office=" STR_FMT, STR_ARG(cat->office[i].code))), n++;
	}
	return NULL;
}

struct err *op_home_todo(struct op_call *c)
{
	struct cases mine, signs;
	struct json *rows = put_list(c, c->out, "rows");
	struct err *e = case_of_party(c->p, c->p->actor.party, 0, 20, &mine);
	if (!e) e = case_signs_of_party(c->p, c->p->actor.party, &signs);
	if (e) return e;
	put_int(c, c->out, "cases", (int64_t)mine.n);
	bool primary = true;
	for (size_t i = 0; i < signs.n; i++) {
		struct kase *k = signs.k[i];
		if (k->state != CASE_signing) continue;
		struct json *o = list_obj(c, rows);
		put_text(c, o, "light", S("near"));
		put_text(c, o, "title", str_fmt(c->a, c->p->actor.english ? "Confirm: " STR_FMT : "等您确认：" STR_FMT, STR_ARG(matter_name(c, k))));
		put_link(c, o, "action", tr(c, "去确认", "Confirm"), str_fmt(c->a, "/sign/%lld/confirm", (long long)k->id));
		put_bool(c, o, "primary", primary);
		primary = false;
	}
	for (size_t i = 0; i < mine.n && rows->n < 5; i++) {
		struct kase *k = mine.k[i];
		struct pay_order *order;
		size_t n_orders = 0, due = 0;
		if (k->state == CASE_running) e = pay_orders_of_case(c->p, k->id, &order, &n_orders);
		if (e) return e;
		for (size_t x = 0; x < n_orders; x++)
			if (str_is(order[x].state, "new")) due = x + 1;
		const char *light = k->state == CASE_draft ? "draft" : k->state == CASE_correcting || due ? "near" : NULL;
		if (!light) continue;
		struct json *o = list_obj(c, rows);
		put_text(c, o, "light", str_of(light));
		put_text(c, o, "title", matter_name(c, k));
		if (k->state == CASE_draft) {
			put_text(c, o, "note", tr(c, "还没有提交", "not submitted yet"));
			put_link(c, o, "action", tr(c, "继续填写", "Continue"), case_href(c, k));
		} else if (k->state == CASE_correcting) {
			put_text(c, o, "note", tr(c, "需要您补正", "needs your corrections"));
			put_link(c, o, "action", tr(c, "去补正", "Correct"), str_fmt(c->a, STR_FMT "/correction", STR_ARG(case_href(c, k))));
		} else {
			put_text(c, o, "note", order[due - 1].title);
			put_link(c, o, "action", tr(c, "去缴费", "Pay"), str_fmt(c->a, "/pay/%lld", (long long)order[due - 1].id));
		}
		put_bool(c, o, "primary", primary && k->state != CASE_draft);
		if (k->state != CASE_draft) primary = false;
	}
	return NULL;
}

// ---- search ----

static void put_hit(struct op_call *c, struct json *o, const struct search_hit *h)
{
	struct matter m = catalogue_matter(c->p->cat, h->code);
	struct str name = matter_short(c, m);
	struct str before, match, after;
	before = name, match = after = S("");
	if (h->words.n) search_split(name, h, &before, &match, &after);
	put_text(c, o, "before", before);
	put_text(c, o, "match", match);
	put_text(c, o, "after", after);
	put_words(c, o, "summary", m.bundle ? m.bundle->summary : m.item->summary);
	struct json *facts = put_list(c, o, "facts");
	struct limit l = m.bundle ? m.bundle->promised : m.item->promised;
	uint32_t visits = m.bundle ? m.bundle->visits : m.item->visits;
	json_add(c->a, facts, json_str(c->a, limit_text(c->a, l, c->p->actor.english)));
	json_add(c->a, facts, json_str(c->a, str_fmt(c->a, c->p->actor.english ? "%u visits" : "到场 %u 次", visits)));
	if (m.bundle) json_add(c->a, facts, json_str(c->a, str_fmt(c->a, c->p->actor.english ? "%u items at once" : "一次办 %u 项", m.bundle->n_items)));
	else json_add(c->a, facts, json_str(c->a, words(c, m.item->office->name)));
}

// What a hit fails of what was asked for. A choice's own count is of the hits that fail nothing but it.
enum { FAIL_KIND = 1, FAIL_ONLINE = 2, FAIL_VISIT = 4, FAIL_WHO = 8, FAIL_THEME = 16, FAIL_OFFICE = 32 };
enum { FOUND_MAX = 200, FOUND_PAGE = 20 };
struct found {
	struct search_hit hit;
	struct matter m;
	uint32_t fail;
};

static bool has_theme(struct matter m, struct str theme)
{
	const struct str *list = m.bundle ? m.bundle->theme : m.item->theme;
	uint32_t n = m.bundle ? m.bundle->n_themes : m.item->n_themes;
	for (uint32_t i = 0; i < n; i++)
		if (str_eq(list[i], theme)) return true;
	return false;
}

static struct str office_of(struct matter m)
{
	const struct office *o = m.bundle ? m.bundle->lead : m.item->office;
	return o ? o->code : S("");
}

static bool for_whom(struct matter m, bool person)
{
	if (person) return m.bundle ? m.bundle->for_person : m.item->for_person;
	return m.bundle ? m.bundle->for_enterprise : m.item->for_enterprise;
}

static uint32_t visits_of(struct matter m)
{
	return m.bundle ? m.bundle->visits : m.item->visits;
}

static bool wholly_online(struct matter m)
{
	return m.bundle ? !m.bundle->visits : m.item->depth == DEPTH_WHOLE;
}

static uint32_t found_fails(struct op_call *c, struct matter m)
{
	struct str who = op_text(c, "who"), theme = op_text(c, "theme"), office = op_text(c, "office");
	uint32_t fail = 0;
	if (str_eq(op_text(c, "kind"), m.bundle ? S("item") : S("bundle"))) fail |= FAIL_KIND;
	if (op_bool(c, "online") && !wholly_online(m)) fail |= FAIL_ONLINE;
	if (op_bool(c, "novisit") && visits_of(m)) fail |= FAIL_VISIT;
	if (who.n && !str_is(who, "any") && !for_whom(m, str_is(who, "person"))) fail |= FAIL_WHO;
	if (theme.n && !has_theme(m, theme)) fail |= FAIL_THEME;
	if (office.n && !str_eq(office_of(m), office)) fail |= FAIL_OFFICE;
	return fail;
}

// Without words the catalogue is gone through in its order, bundles first: what fails nothing that was asked for.
// True when there was more than f holds.
static bool found_browse(struct op_call *c, struct found *f, size_t *n)
{
	const struct catalogue *cat = c->p->cat;
	for (uint32_t i = 0; i < cat->n_bundles + cat->n_items; i++) {
		struct matter m = {0};
		if (i < cat->n_bundles) m.bundle = &cat->bundle[i];
		else m.item = cat->item[i - cat->n_bundles];
		uint32_t fail = found_fails(c, m);
		if (fail & (FAIL_THEME | FAIL_OFFICE)) continue;
		if (*n == FOUND_MAX) return true;
		f[(*n)++] = (struct found){{.code = m.bundle ? m.bundle->code : m.item->code}, m, fail};
	}
	return false;
}

// The address of the same search, with another kind or page. `bare` leaves the filters out.
static struct str found_href(struct op_call *c, struct str kind, int64_t page, bool bare)
{
	struct buf b = buf_new(c->a);
	buf_lit(&b, "/search?q=");
	url_encode(&b, op_text(c, "q"));
	if (kind.n && !str_is(kind, "all")) buf_fmt(&b, "&kind=" STR_FMT, STR_ARG(kind));
	static const char *const names[] = {"who", "theme", "office"};
	for (size_t i = 0; i < countof(names) && !bare; i++) {
		struct str v = op_text(c, names[i]);
		if (!v.n || str_is(v, "any")) continue;
		buf_fmt(&b, "&%s=", names[i]);
		url_encode(&b, v);
	}
	if (!bare && op_bool(c, "online")) buf_lit(&b, "&online=1");
	if (!bare && op_bool(c, "novisit")) buf_lit(&b, "&novisit=1");
	if (page > 1) buf_fmt(&b, "&page=%lld", (long long)page);
	return buf_str(&b);
}

static void put_choice(struct op_call *c, struct json *list, struct str code, struct words name, struct str chosen, uint32_t count)
{
	bool this = str_eq(code, chosen);
	if (!count && !this) return;
	struct json *o = list_obj(c, list);
	put_text(c, o, "value", code);
	put_words(c, o, "label", name);
	put_int(c, o, "count", count);
	put_bool(c, o, "selected", this);
}

static uint32_t found_count(const struct found *f, size_t n, uint32_t but, bool (*is)(struct matter, struct str), struct str what)
{
	uint32_t count = 0;
	for (size_t i = 0; i < n; i++) count += !(f[i].fail & ~but) && is(f[i].m, what);
	return count;
}

static bool is_online(struct matter m, struct str what) { return (void)what, wholly_online(m); }
static bool is_novisit(struct matter m, struct str what) { return (void)what, !visits_of(m); }
static bool is_for(struct matter m, struct str who) { return for_whom(m, str_is(who, "person")); }
static bool is_kind(struct matter m, struct str kind) { return !str_eq(kind, m.bundle ? S("item") : S("bundle")); }
static bool is_office(struct matter m, struct str office) { return str_eq(office_of(m), office); }

static void put_filters(struct op_call *c, const struct found *f, size_t n)
{
	const struct catalogue *cat = c->p->cat;
	struct str theme = op_text(c, "theme"), office = op_text(c, "office"), who = op_text(c, "who");
	struct str kind = op_text(c, "kind").n ? op_text(c, "kind") : S("all");
	bool filtered = theme.n || office.n || (who.n && !str_is(who, "any")) || op_bool(c, "online") || op_bool(c, "novisit");
	put_text(c, c->out, "who", who.n ? who : S("any"));
	put_bool(c, c->out, "online", op_bool(c, "online"));
	put_bool(c, c->out, "novisit", op_bool(c, "novisit"));
	put_bool(c, c->out, "filtered", filtered);
	put_bool(c, c->out, "narrow", n > 0 || filtered);
	put_text(c, c->out, "all", found_href(c, kind, 1, true));
	put_int(c, c->out, "online_count", found_count(f, n, FAIL_ONLINE, is_online, S("")));
	put_int(c, c->out, "novisit_count", found_count(f, n, FAIL_VISIT, is_novisit, S("")));
	put_int(c, c->out, "person_count", found_count(f, n, FAIL_WHO, is_for, S("person")));
	put_int(c, c->out, "legal_count", found_count(f, n, FAIL_WHO, is_for, S("legal")));
	struct json *themes = put_list(c, c->out, "themes"), *offices = put_list(c, c->out, "offices");
	for (uint32_t i = 0; i < cat->n_themes; i++)
		put_choice(c, themes, cat->theme[i], cat->theme_name[i], theme, found_count(f, n, FAIL_THEME, has_theme, cat->theme[i]));
	for (uint32_t i = 0; i < cat->n_offices; i++)
		put_choice(c, offices, cat->office[i].code, cat->office[i].name, office, found_count(f, n, FAIL_OFFICE, is_office, cat->office[i].code));
	struct json *tabs = put_list(c, c->out, "tabs");
	static const char *const kinds[] = {"all", "bundle", "item"};
	for (size_t i = 0; i < countof(kinds); i++) {
		struct json *t = list_obj(c, tabs);
		put_text(c, t, "kind", str_of(kinds[i]));
		put_text(c, t, "href", found_href(c, str_of(kinds[i]), 1, false));
		put_int(c, t, "count", found_count(f, n, FAIL_KIND, is_kind, str_of(kinds[i])));
	}
}

struct err *op_search_find(struct op_call *c)
{
	struct search_result r = {0};
	struct str q = str_trim(op_text(c, "q")), kind = op_text(c, "kind").n ? op_text(c, "kind") : S("all");
	struct found *f = arena_newn(c->a, struct found, FOUND_MAX);
	size_t n = 0;
	bool more = false;
	if (q.n) {
		search_run(domain_search(c->p->domain, c->p->cat), c->a, q, FOUND_MAX, &r);
		for (size_t i = 0; i < r.n; i++) {
			struct matter m = catalogue_matter(c->p->cat, r.hit[i].code);
			if (m.bundle || m.item) f[n++] = (struct found){r.hit[i], m, found_fails(c, m)};
		}
		more = (uint64_t)r.total[HIT_BUNDLE] + r.total[HIT_ITEM] > n;
	} else {
		more = found_browse(c, f, &n);
	}
	put_text(c, c->out, "query", op_text(c, "q"));
	put_text(c, c->out, "kind", kind);
	put_filters(c, f, n);
	int64_t total = 0;
	for (size_t i = 0; i < n; i++) total += !f[i].fail;
	int64_t pages = total ? (total + FOUND_PAGE - 1) / FOUND_PAGE : 1, page = op_int(c, "page", 1), at = 0;
	page = page < 1 ? 1 : page > pages ? pages : page;
	struct json *hits = put_list(c, c->out, "hits");
	for (size_t i = 0; i < n; i++) {
		if (f[i].fail) continue;
		int64_t place = at++;
		if (place / FOUND_PAGE != page - 1) continue;
		bool first = q.n && !place && f[i].m.bundle;
		struct json *o = first ? put_obj(c, c->out, "first") : list_obj(c, hits);
		if (first) {
			put_text(c, o, "code", f[i].hit.code);
		} else {
			put_text(c, o, "kind", f[i].m.bundle ? S("bundle") : S("item"));
			put_text(c, o, "href", guide_href(c, f[i].hit.code));
		}
		put_hit(c, o, &f[i].hit);
	}
	struct json *kinds_of = put_list(c, c->out, "certificates");
	for (size_t i = 0; i < r.n && json_count(kinds_of) < 5; i++) {
		if (r.hit[i].kind != HIT_CERTIFICATE) continue;
		struct json *o = list_obj(c, kinds_of);
		put_words(c, o, "label", r.hit[i].certificate->name);
		put_text(c, o, "href", str_fmt(c->a, "/certificates/types/" STR_FMT, STR_ARG(r.hit[i].certificate->code)));
	}
	put_int(c, c->out, "found", (int64_t)n);
	put_int(c, c->out, "total", total);
	put_bool(c, c->out, "more", more);
	put_int(c, c->out, "page_number", page);
	put_int(c, c->out, "pages", pages);
	if (page < pages) put_text(c, c->out, "next", found_href(c, kind, page + 1, false));
	if (page > 1) put_text(c, c->out, "previous", found_href(c, kind, page - 1, false));
	if (n) return NULL;
	struct json *hints = put_list(c, c->out, "hints");
	for (uint32_t i = 0; i < c->p->cat->n_bundles && i < 3; i++) json_add(c->a, hints, json_str(c->a, words(c, c->p->cat->bundle[i].name)));
	return NULL;
}

struct err *op_search_suggest(struct op_call *c)
{
	struct search_result r;
	search_run(domain_search(c->p->domain, c->p->cat), c->a, op_text(c, "q"), 8, &r);
	struct json *list = put_list(c, c->out, "list");
	for (size_t i = 0; i < r.n; i++) {
		struct matter m = catalogue_matter(c->p->cat, r.hit[i].code);
		if (!m.bundle && !m.item) continue;
		struct json *o = list_obj(c, list);
		put_text(c, o, "label", matter_short(c, m));
		put_text(c, o, "href", guide_href(c, r.hit[i].code));
	}
	return NULL;
}

// ---- guides ----

static void put_need(struct op_call *c, struct json *list, const struct need *n)
{
	const struct material *m = n->material;
	struct json *o = list_obj(c, list);
	bool free_ = m->certificate || n->from_result || m->generated;
	struct str name = words(c, m->name);
	if (n->subject && n->subject->kind != SUBJECT_THING)
		name = str_fmt(c->a, c->p->actor.english ? STR_FMT " (" STR_FMT ")" : STR_FMT "（" STR_FMT "）", STR_ARG(name), STR_ARG(words(c, n->subject->name)));
	put_text(c, o, "name", name);
	put_bool(c, o, "exempt", free_);
	put_text(c, o, "how", m->generated ? tr(c, "系统生成，确认即可", "made by the system") : n->from_result ? tr(c, "前序事项自动带入", "comes from an earlier item")
		: m->certificate ? tr(c, "免交", "nothing to hand in") : n->need == MAT_REQUIRED ? tr(c, "上传 PDF 或照片", "upload a PDF or photo") : tr(c, "有则提供", "if you have it"));
	put_text(c, o, "origin", m->certificate ? tr(c, "电子证照库", "certificate library") : m->issuer.zh.n ? words(c, m->issuer) : tr(c, "申请人自备", "from you"));
}

static void put_fees(struct op_call *c, struct json *list, const struct guide *g)
{
	for (uint32_t i = 0; i < g->n_fees; i++) {
		int64_t fen;
		if (g->fee[i].in == TRUTH_FALSE) continue;
		struct json *o = list_obj(c, list);
		struct str name = words(c, g->fee[i].rule->name);
		if (g->fee[i].known && dec_to_int(g->fee[i].amount * 100, &fen)) put_int(c, o, "fen", fen);
		else name = str_fmt(c->a, c->p->actor.english ? STR_FMT " (" STR_FMT ")" : STR_FMT "（" STR_FMT "）", STR_ARG(name), STR_ARG(words(c, g->fee[i].rule->standard)));
		put_text(c, o, "name", name);
		put_words(c, o, "basis", g->fee[i].rule->basis);
	}
}

// The known part of the fees in fen; what depends on the form is said in words.
static void put_fee(struct op_call *c, struct json *o, const struct guide *g)
{
	int64_t fen = 0, one;
	bool open = false;
	for (uint32_t i = 0; i < g->n_fees; i++) {
		if (g->fee[i].in == TRUTH_FALSE) continue;
		if (g->fee[i].in == TRUTH_OPEN) open = true;
		else if (g->fee[i].known && dec_to_int(g->fee[i].amount * 100, &one)) fen += one;
		else open = true;
	}
	put_int(c, o, "fee_fen", fen);
	if (open) put_text(c, o, "fee_note", tr(c, "税费另按规定计算", "taxes are computed from the facts"));
}

static struct err *guide_of(struct op_call *c, struct matter *m, struct json **answers, struct guide *g)
{
	*m = catalogue_matter(c->p->cat, op_text(c, "what"));
	if (!m->bundle && !m->item) return err_arg(c->a, E_NOT_FOUND, tr(c, "这个事项", "This matter"));
	struct err *e = show_answers_read(c, op_text(c, "answers"), answers);
	return e ? e : guide(c->a, c->p->cat, *m, *answers, g);
}

struct err *show_guide(struct op_call *c)
{
	struct matter m;
	struct json *answers;
	struct guide g;
	const struct regime *regime;
	struct err *e = show_matter_in(c, op_text(c, "what"), op_text(c, "area"), &m, &regime);
	bool dropped = !e && !m.bundle && !m.item;
	if (dropped) m = (struct matter){regime->bundle, regime->item};     // told as the city does it, and that it is not needed here
	if (!e) e = show_answers_read(c, op_text(c, "answers"), &answers);
	if (!e) e = guide(c->a, c->p->cat, m, answers, &g);
	if (e) return e;
	const struct bundle *b = m.bundle;
	const struct item *it = m.item;
	struct json *o = c->out;
	put_text(c, o, "code", b ? b->code : it->code);
	put_text(c, o, "kind", b ? S("bundle") : S("item"));
	struct str theme = b ? (b->n_themes ? b->theme[0] : S("")) : it->n_themes ? it->theme[0] : S("");
	for (uint32_t i = 0; i < c->p->cat->n_themes; i++)
		if (str_eq(c->p->cat->theme[i], theme))
			put_link(c, o, "topic", words(c, c->p->cat->theme_name[i]), str_fmt(c->a, "/search?theme=" STR_FMT, STR_ARG(theme)));
	put_name_parts(c, o, "name_parts", m);
	put_text(c, o, "name_en", b ? b->name.en : it->name.en);
	put_words(c, o, "result", b ? b->result_line : it->result_line);
	put_int(c, o, "visits", g.visits);
	put_text(c, o, "visits_note", !b ? words(c, item_depth_text(it->depth)) : g.visits ? S("") : tr(c, "全程网办", "entirely online"));
	put_limit(c, o, "promise", g.promised);
	put_text(c, o, "promise_note", b ? str_fmt(c->a, c->p->actor.english ? "%d days taken singly" : "逐项办理需 %d 个", g.singly.days)
		: str_fmt(c->a, c->p->actor.english ? "statutory " STR_FMT : "法定 " STR_FMT, STR_ARG(limit_text(c->a, it->statutory, c->p->actor.english))));
	put_int(c, o, "material_count", (int64_t)g.n_uploads + g.n_free);
	put_text(c, o, "material_note", g.n_free ? str_fmt(c->a, c->p->actor.english ? "%u of them need not be handed in" : "其中 %u 份免交", g.n_free) : S(""));
	put_fee(c, o, &g);
	put_bool(c, o, "online", !dropped && (b || (it->single && it->depth > DEPTH_GUIDE)));
	put_bool(c, o, "window", !dropped);
	if (it) {
		struct json *depths = put_list(c, o, "depths");
		for (int d = DEPTH_GUIDE; d <= DEPTH_WHOLE; d++) {
			struct json *x = list_obj(c, depths);
			put_words(c, x, "name", item_depth_name((enum item_depth)d));
			put_words(c, x, "text", item_depth_text((enum item_depth)d));
			put_bool(c, x, "current", it->depth == (enum item_depth)d);
		}
	}
	put_bool(c, o, "query", it && it->query.answer);
	put_int(c, o, "questions", g.n_questions);
	put_bool(c, o, "branches", g.n_maybe > 0);
	show_areas(c, o, m, regime);
	if (b) {
		struct json *items = put_list(c, o, "items");
		for (uint32_t i = 0; i < g.n_items; i++) {
			struct json *x = list_obj(c, items);
			put_text(c, x, "code", g.item[i].item->code);
			put_words(c, x, "name", g.item[i].item->name);
			put_words(c, x, "office", g.item[i].item->office->name);
			put_limit(c, x, "promise", g.item[i].item->promised);
		}
	}
	struct json *who = put_list(c, o, "who"), *materials = put_list(c, o, "materials"), *steps = put_list(c, o, "steps");
	for (uint32_t i = 0; i < g.n_items; i++)
		for (uint32_t k = 0; k < g.item[i].item->n_conditions && who->n < 6; k++) {
			struct str line = words(c, g.item[i].item->condition[k]);
			bool said = false;
			for (uint32_t w = 0; w < who->n; w++) said |= str_eq(json_text(who->item[w]), line);
			if (!said) json_add(c->a, who, json_str(c->a, line));
		}
	if (g.n_maybe) put_text(c, o, "materials_note", tr(c, "不同情形需要的材料不同。回答上面的问题后，只列您需要的。", "Answer the questions above to see only what you need."));
	else if (g.n_open) put_text(c, o, "materials_note", str_fmt(c->a, c->p->actor.english ? "Answer the %u questions above to see only what you need."
		: "不同情形需要的材料不同。回答上面 %u 个问题后，只列您需要的。", g.n_questions));
	for (uint32_t i = 0; i < g.n_needs; i++)
		if (g.need[i].in != TRUTH_FALSE && !(g.n_open && g.need[i].in == TRUTH_OPEN)) put_need(c, materials, &g.need[i]);
	struct { const char *zh, *en; struct str note; } flow[] = {
		{"提交", "Submit", b && b->n_signatories ? tr(c, "各方在线确认", "all parties confirm online") : it && it->depth == DEPTH_GUIDE ?
			tr(c, "到窗口递交", "at a window") : it && it->depth == DEPTH_PRECHECK ? tr(c, "网上提交，先审一遍", "online, for a first look") : S("")},
		{"受理", "Acceptance", it && it->depth == DEPTH_PRECHECK ? tr(c, "带原件到窗口核对后受理", "after the originals were shown at a window") : S("")},
		{"审查与决定", "Review and decision", limit_text(c->a, g.promised, c->p->actor.english)},
		{"领取结果", "Result", it && it->depth == DEPTH_ONLINE && it->visits ? tr(c, "到现场一次，核对原件", "one visit, with the originals")
			: tr(c, "电子、窗口或邮寄", "electronic, counter or mail")}};
	for (size_t i = 0; i < countof(flow); i++) {
		struct json *s = list_obj(c, steps);
		put_text(c, s, "name", tr(c, flow[i].zh, flow[i].en));
		put_text(c, s, "state", S("wait"));
		put_text(c, s, "note", flow[i].note);
	}
	put_fees(c, put_list(c, o, "fees"), &g);
	struct json *basis = put_list(c, o, "basis");
	for (uint32_t i = 0; it && i < it->n_basis; i++) {
		struct str line = str_fmt(c->a, STR_FMT " " STR_FMT, STR_ARG(words(c, it->basis[i].law)), STR_ARG(words(c, it->basis[i].clause)));
		bool told = false;                     // one clause may stand for granting and for refusing
		for (uint32_t k = 0; k < json_count(basis); k++) told |= str_eq(json_text(basis->item[k]), line);
		if (!told) json_add(c->a, basis, json_str(c->a, line));
	}
	struct json *faq = put_list(c, o, "faq");
	const struct faq *f = b ? b->faq : it->faq;
	for (uint32_t i = 0; i < (b ? b->n_faq : it->n_faq); i++) {
		struct json *x = list_obj(c, faq);
		put_words(c, x, "question", f[i].question);
		put_words(c, x, "answer", f[i].answer);
	}
	struct json *place = put_obj(c, o, "place");
	put_words(c, place, "name", b ? b->place : it->place);
	// Where else it may be handed in: a delegate decides there, a moved-forward counter only receives.
	struct buf also = buf_new(c->a);
	for (uint32_t i = 0; it && i < it->n_places; i++) {
		const struct item_place *p = &it->place_of[i];
		struct str hall = words(c, p->hall->name), who = words(c, p->delegated ? p->office->name : it->office->name);
		buf_add(&also, i ? tr(c, "；", "; ") : tr(c, "也可以到：", "Also at: "));
		if (c->p->actor.english)
			buf_fmt(&also, STR_FMT " (%s " STR_FMT "%s)", STR_ARG(hall), p->delegated ? "decided by" : "handed in there, decided by", STR_ARG(who),
				p->delegated ? " on delegation" : "");
		else
			buf_fmt(&also, STR_FMT "（%s“" STR_FMT "”%s）", STR_ARG(hall), p->delegated ? "委托" : "在这里递交，由", STR_ARG(who),
				p->delegated ? "办理" : "决定");
	}
	put_text(c, place, "address", buf_str(&also));
	put_words(c, place, "hours", b ? b->hours : it->hours);
	put_text(c, o, "phone", b ? b->phone : it->phone);
	put_words(c, o, "office", (b ? b->lead : it->office)->name);
	return NULL;
}

struct err *op_guide_get(struct op_call *c)
{
	return show_guide(c);
}

static void put_result(struct op_call *c, struct json *o, struct matter m, const struct json *answers, const struct guide *g)
{
	put_text(c, o, "code", m.bundle ? m.bundle->code : m.item->code);
	put_text(c, o, "guide", matter_short(c, m));
	put_text(c, o, "carried", carried(c, answers));
	put_json(c, o, "answered", show_answers(c, c->p->cat, &m, answers));
	put_limit(c, o, "promise", g->promised);
	put_int(c, o, "visits", g->visits);
	put_fee(c, o, g);
	struct json *items = put_list(c, o, "items"), *materials = put_list(c, o, "materials");
	for (uint32_t i = 0; i < g->n_items; i++) {
		struct json *x = list_obj(c, items);
		put_words(c, x, "name", g->item[i].item->name);
		put_words(c, x, "office", g->item[i].item->office->name);
		put_limit(c, x, "promise", g->item[i].item->promised);
	}
	for (uint32_t i = 0; i < g->n_needs; i++)
		if (g->need[i].in == TRUTH_TRUE) put_need(c, materials, &g->need[i]);
	put_fees(c, put_list(c, o, "fees"), g);
	put_bool(c, o, "online", m.bundle || m.item->single);
	put_text(c, o, "rule", str_fmt(c->a, c->p->actor.english ? "Catalogue version " STR_FMT : "事项目录版本 " STR_FMT, STR_ARG(str_part(c->p->cat->hash, 0, 8))));
}

struct err *op_guide_question(struct op_call *c)
{
	struct matter m;
	struct json *answers;
	struct guide g;
	struct err *e = guide_of(c, &m, &answers, &g);
	if (e) return e;
	if (!g.n_open) {
		put_result(c, put_obj(c, c->out, "result"), m, answers, &g);
		return NULL;
	}
	const struct question *q = g.question[g.first_open].question;
	struct json *o = put_obj(c, c->out, "question");
	put_text(c, o, "code", m.bundle ? m.bundle->code : m.item->code);
	put_text(c, o, "guide", matter_short(c, m));
	put_int(c, o, "number", (int64_t)g.first_open + 1);
	put_int(c, o, "total", g.n_maybe ? 0 : g.n_questions);     // in a tree nobody knows yet how many there will be
	put_text(c, o, "key", q->code);
	put_words(c, o, "text", q->text);
	put_words(c, o, "hint", q->hint);
	struct json *options = put_list(c, o, "options");
	for (uint32_t i = 0; i < q->n_options; i++) {
		struct json *x = list_obj(c, options);
		put_text(c, x, "value", q->option[i].code);
		put_words(c, x, "label", q->option[i].text);
	}
	put_text(c, o, "carried", carried(c, answers));
	put_json(c, o, "answered", show_answers(c, c->p->cat, &m, answers));
	// Back: the same address without the last answer.
	struct json *before = json_obj(c->a);
	for (uint32_t i = 0; i + 1 < json_count(answers); i++) json_put(c->a, before, answers->key[i], answers->item[i]);
	put_text(c, o, "previous", json_count(answers)
		? str_fmt(c->a, "/guide/" STR_FMT "/questions/%u?answers=" STR_FMT, STR_ARG(op_text(c, "what")), g.first_open, STR_ARG(carried(c, before)))
		: guide_href(c, op_text(c, "what")));
	return NULL;
}

// ---- 一次性告知单: what this situation needs, on paper, with the way back by QR ----

struct err *op_guide_notice(struct op_call *c)
{
	struct matter m;
	struct json *answers;
	struct guide g;
	struct qr qr;
	struct err *e = guide_of(c, &m, &answers, &g);
	if (e) return e;
	struct str name = matter_short(c, m), code = m.bundle ? m.bundle->code : m.item->code;
	struct pdf *pdf = pdf_new(c->a, (struct pdf_info){.title = name, .author = words(c, c->p->cat->platform), .created_ms = c->p->now_ms, .page_numbers = true});
	struct pdf_row *facts = arena_newn(c->a, struct pdf_row, 4), *rows = arena_newn(c->a, struct pdf_row, g.n_needs + 1);
	size_t n = 0;
	pdf_title(pdf, tr(c, "一次性告知单", "What you need"));
	pdf_paragraph(pdf, name, PDF_CENTRE, false);
	facts[0] = (struct pdf_row){tr(c, "办结时限", "Time"), limit_text(c->a, g.promised, c->p->actor.english)};
	facts[1] = (struct pdf_row){tr(c, "到场次数", "Visits"), str_fmt(c->a, "%u", g.visits)};
	facts[2] = (struct pdf_row){tr(c, "办理地点", "Where"), words(c, m.bundle ? m.bundle->place : m.item->place)};
	facts[3] = (struct pdf_row){tr(c, "咨询电话", "Phone"), m.bundle ? m.bundle->phone : m.item->phone};
	pdf_table(pdf, facts, 4);
	pdf_heading(pdf, tr(c, "要准备的材料", "Papers"));
	for (uint32_t i = 0; i < g.n_needs; i++) {
		if (g.need[i].in == TRUTH_FALSE || (g.n_open && g.need[i].in == TRUTH_OPEN)) continue;
		struct json *list = json_arr(c->a);
		put_need(c, list, &g.need[i]);
		rows[n++] = (struct pdf_row){json_text(json_get(list->item[0], S("name"))), str_fmt(c->a, STR_FMT "（" STR_FMT "）",
			STR_ARG(json_text(json_get(list->item[0], S("how")))), STR_ARG(json_text(json_get(list->item[0], S("origin")))))};
	}
	pdf_table(pdf, rows, n);
	if (g.n_open) pdf_note(pdf, tr(c, "还有情形问题没有回答，材料可能增减；扫码在线回答。", "Some questions are open; answer them online to see exactly what you need."));
	// The same list again: with its answers, when it has any.
	struct buf link = buf_new(c->a);
	buf_fmt(&link, STR_FMT "%s/guide/" STR_FMT, STR_ARG(c->p->domain->base_url), c->p->actor.english ? "/en" : "", STR_ARG(code));
	if (json_count(answers)) {
		buf_lit(&link, "/result?answers=");
		url_encode(&link, carried(c, answers));
	}
	e = qr_make(c->a, buf_str(&link), &qr);
	if (!e) pdf_qr(pdf, &qr, 30, tr(c, "扫码打开这份清单、在线办理", "This list, and apply online"), PDF_RIGHT);
	struct pdf_missing missing;
	struct str bytes;
	struct err *end = pdf_finish(pdf, &bytes, &missing);
	*c->stream = (struct op_stream){.bytes = bytes, .size = (int64_t)bytes.n, .type = S("application/pdf"), .name = str_fmt(c->a, STR_FMT ".pdf", STR_ARG(name))};
	return e ? e : end;
}
