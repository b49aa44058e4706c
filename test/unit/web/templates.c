// Renders every shipped page with its fixtures: the fixture holds only what VIEWS.md declares, and
// the page has unique ids, labelled inputs, headings in order, nothing inline, and lets no text out
// of its place, whatever the text is.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <stdio.h>
#include <cmocka.h>

#include "base/file.h"
#include "web/asset.h"
#include "web/templates.h"

static struct arena *A;
static struct templates *T;
static struct json *page_base;

static struct str read_file(const char *path)
{
	struct str text;
	if (file_read(A, str_of(path), 16 << 20, &text)) fail_msg("cannot read %s", path);
	return text;
}

static struct json *read_json(const char *name)
{
	struct json *j = NULL;
	struct err *e = json_parse(A, read_file(str_z(A, str_fmt(A, FIXTURES "/%s", name))),
		(struct json_limits){ 0 }, &j);
	if (e) fail_msg("%s:%u %.*s", name, e->line, STR_ARG(err_text(A, e, true)));
	return j;
}

static int setup(void **s)
{
	A = arena_new(0);
	struct err *e = templates_load(A, &T);
	if (e) fail_msg("%.*s:%u %.*s", STR_ARG(e->file), e->line, STR_ARG(err_text(A, e, false)));
	page_base = read_json("_page.json");
	return 0;
}
static int teardown(void **s) { arena_free(A); return 0; }

// -- a fixture holds only declared fields, of the declared kind ---------------------------------
static void conforms(const char *where, struct str path, const struct json *v, const struct json *shape)
{
	if (!v || v->type == JSON_NULL || !shape) return;
	if (shape->type == JSON_ARRAY) {
		if (v->type != JSON_ARRAY) fail_msg("%s: %.*s is no list", where, STR_ARG(path));
		for (uint32_t i = 0; i < v->n; i++) conforms(where, path, v->item[i], shape->item[0]);
	} else if (shape->type == JSON_OBJECT) {
		if (v->type != JSON_OBJECT) fail_msg("%s: %.*s is no object", where, STR_ARG(path));
		for (uint32_t i = 0; i < v->n; i++) {
			struct str sub = str_fmt(A, STR_FMT "." STR_FMT, STR_ARG(path), STR_ARG(v->key[i]));
			const struct json *c = json_get(shape, v->key[i]);
			if (!c) fail_msg("%s: VIEWS.md does not list %.*s", where, STR_ARG(sub));
			conforms(where, sub, v->item[i], c);
		}
	} else {
		if (v->type == JSON_ARRAY || v->type == JSON_OBJECT)
			fail_msg("%s: %.*s is no value", where, STR_ARG(path));
		if (!str_starts(shape->text, S("one of ")) || !v->text.n) return;
		struct str rest = str_from(shape->text, 7);
		while (rest.p)
			if (str_eq(str_trim(str_cut(&rest, S(","))), v->text)) return;
		fail_msg("%s: %.*s cannot be %.*s", where, STR_ARG(path), STR_ARG(v->text));
	}
}

// -- a small reader of the HTML that came out ----------------------------------------------------
struct seen { struct str *id, *need; size_t nid, idc, nneed, needc; int h1, level; };

static void attribute(const char *where, struct seen *s, struct str el, struct str name, struct str value)
{
	if (str_is(name, "style") || str_starts(name, S("on"))) fail_msg("%s: inline %.*s", where, STR_ARG(name));
	if (str_is(name, "id")) {
		if (!value.n || str_find(value, S(" ")) >= 0) fail_msg("%s: bad id '%.*s'", where, STR_ARG(value));
		for (size_t i = 0; i < s->nid; i++)
			if (str_eq(s->id[i], value)) fail_msg("%s: id %.*s twice", where, STR_ARG(value));
		*vec_push(A, s->id, s->nid, s->idc) = value;
	}
	if (str_is(name, "for") || str_is(name, "form") || str_is(name, "aria-describedby") || str_is(name,
		"aria-labelledby"))
		for (struct str rest = str_trim(value); rest.p && rest.n;) {
			struct str one = str_cut(&rest, S(" "));
			if (one.n) *vec_push(A, s->need, s->nneed, s->needc) = one;
		}
	if (str_is(name, "href") && str_starts(value, S("#")) && value.n > 1 && !str_is(el, "use"))
		*vec_push(A, s->need, s->nneed, s->needc) = str_from(value, 1);
	if (str_is(name, "href") || str_is(name, "src") || str_is(name, "action")) {
		if (str_is(value, "#") || str_find(value, S("javascript")) >= 0)
			fail_msg("%s: address %.*s", where, STR_ARG(value));
	}
}

static void inspect(const char *where, struct str h, bool full)
{
	struct seen s = { 0 };
	for (size_t i = 0; i < h.n; i++) {
		if (h.p[i] != '<') continue;
		size_t from = ++i;
		while (i < h.n && h.p[i] != '>' && h.p[i] != ' ' && h.p[i] != '\n') i++;
		struct str el = str_part(h, from, i - from);
		bool src = false;
		while (i < h.n && h.p[i] != '>') {
			while (i < h.n && (h.p[i] == ' ' || h.p[i] == '\n')) i++;
			size_t n0 = i;
			while (i < h.n && h.p[i] != '=' && h.p[i] != '>' && h.p[i] != ' ' && h.p[i] != '\n') i++;
			struct str name = str_part(h, n0, i - n0), value = S("");
			if (i < h.n && h.p[i] == '=') {
				char q = h.p[++i];
				if (q != '"' && q != '\'') fail_msg("%s: unquoted %.*s", where, STR_ARG(name));
				size_t v0 = ++i;
				while (i < h.n && h.p[i] != q) i++;
				value = str_part(h, v0, i++ - v0);
			}
			src |= str_is(name, "src");
			if (name.n) attribute(where, &s, el, name, value);
		}
		if (str_is(el, "script") && !src) fail_msg("%s: inline script", where);
		if (str_is(el, "style") || str_is(el, "iframe")) fail_msg("%s: %.*s", where, STR_ARG(el));
		if (el.n == 2 && el.p[0] == 'h' && el.p[1] >= '1' && el.p[1] <= '6') {
			int level = el.p[1] - '0';
			s.h1 += level == 1;
			if (s.h1 && level > s.level + 1) fail_msg("%s: h%d after h%d", where, level, s.level);
			s.level = level;
		}
	}
	for (size_t i = 0; i < s.nneed; i++) {
		bool found = false;
		for (size_t k = 0; k < s.nid; k++) found |= str_eq(s.id[k], s.need[i]);
		if (!found && full) fail_msg("%s: nothing has the id %.*s", where, STR_ARG(s.need[i]));
	}
	if (full && s.h1 != 1) fail_msg("%s: %d h1", where, s.h1);
	if (str_find(h, S("{{")) >= 0 || str_find(h, S("{%")) >= 0) fail_msg("%s: a tag was left over", where);
}

static bool is_staff(struct str name)
{
	for (size_t i = 0; i < templates_count(T); i++)
		if (str_eq(templates_name(T, i), name)) return templates_is_staff(T, i);
	return false;
}

static struct json *view_of(const char *file, struct str name, bool english, bool elder)
{
	struct json *v = read_json(file), *page = json_get(v, S("page"));
	const struct json *base = json_get(page_base, is_staff(name) ? S("staff") : S("public"));
	if (!page) json_put(A, v, S("page"), page = json_obj(A));
	for (uint32_t i = 0; i < base->n; i++)
		if (!json_get(page, base->key[i])) json_put(A, page, base->key[i], base->item[i]);
	json_put(A, page, S("lang"), json_str(A, english ? S("en") : S("zh-CN")));
	json_put(A, page, S("base"), json_str(A, english ? S("/en") : S("")));
	json_put(A, page, S("mode"), json_str(A, elder ? S("elder") : S("standard")));
	return v;
}

typedef void each_fn(const char *file, struct str name, const struct tpl *);
static size_t each_fixture(each_fn *fn)
{
	size_t n = 0;
	DIR *d = opendir(FIXTURES);
	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));) {
		struct str f = str_copy(A, str_of(e->d_name));
		if (!str_ends(f, S(".json")) || f.p[0] == '_') continue;
		struct str rest = str_part(f, 0, f.n - 5), name = str_cut(&rest, S("--"));
		const struct tpl *p = templates_page(T, name);
		if (!p) fail_msg("%s has no template", e->d_name);
		fn(str_z(A, f), name, p);
		n++;
	}
	closedir(d);
	return n;
}

static struct str rendered(const struct tpl *p, const struct json *v, bool english)
{
	struct tpl_env env = templates_env(T, english, 1795154530000);
	struct buf b = buf_new(A);
	struct err *e = tpl_render(p, v, &env, &b);
	if (e) fail_msg("%.*s", STR_ARG(err_text(A, e, true)));
	return buf_str(&b);
}

static void one_conforms(const char *file, struct str name, const struct tpl *p)
{
	conforms(file, S(""), view_of(file, name, false, false), templates_shape(T, name));
}
static void fixtures_hold_what_views_declare(void **s) { assert_true(each_fixture(one_conforms) > 40); }

static void one_renders(const char *file, struct str name, const struct tpl *p)
{
	for (int m = 0; m < 3; m++) {
		if (m && is_staff(name)) break;
		struct str h = rendered(p, view_of(file, name, m == 1, m == 2), m == 1);
		inspect(str_z(A, str_fmt(A, "%s mode %d", file, m)), h, true);
		assert_true(h.n > 1000);
	}
}
static void every_page_is_sound(void **s) { each_fixture(one_renders); }

// Every text becomes the worst it can be: nothing of it may act.
static void poison(struct json *j, bool keys)
{
	static const char worst[] = "\"'><script>x</script><b onmouseover=x style=x id=p>{{ a }}";
	for (uint32_t i = 0; i < j->n; i++) {
		struct json *c = j->item[i];
		if (c->type == JSON_STRING && !(j->type == JSON_OBJECT && (str_is(j->key[i], "$svg") || (keys
			&& (str_is(j->key[i], "state") || str_is(j->key[i], "kind") || str_is(j->key[i],
			"step")))))) c->text = str_of(worst);
		poison(c, keys);
	}
}
static void one_poisoned(const char *file, struct str name, const struct tpl *p)
{
	for (int keep = 0; keep < 2; keep++) {
		struct json *v = json_copy(A, view_of(file, name, false, false));
		poison(v, keep);
		struct str h = rendered(p, v, false);
		if (str_find(h, S("<script>")) >= 0 || str_find(h, S("<b onmouse")) >= 0)
			fail_msg("%s lets a script through", file);
		if (str_find(h, S("=\"\"'>")) >= 0 || str_find(h, S("\"'><")) >= 0)
			fail_msg("%s lets a quote through", file);
	}
}
static void no_text_leaves_its_place(void **s) { each_fixture(one_poisoned); }

static void an_empty_view_is_a_page(void **s)
{
	for (size_t i = 0; i < templates_count(T); i++)
		assert_true(rendered(templates_page(T, templates_name(T, i)), json_obj(A), false).n > 500);
}

static void every_page_has_a_fixture(void **s)
{
	for (size_t i = 0; i < templates_count(T); i++) {
		bool found = false;
		DIR *d = opendir(FIXTURES);
		for (struct dirent *e; (e = readdir(d));) {
			struct str f = str_of(e->d_name), rest = f.n > 5 ? str_part(f, 0, f.n - 5) : S(""),
				name = str_cut(&rest, S("--"));
			found |= str_eq(name, templates_name(T, i));
		}
		closedir(d);
		if (!found) fail_msg("no fixture for %.*s", STR_ARG(templates_name(T, i)));
	}
}

static void both_languages_have_the_same_sentences(void **s)
{
	const struct tpl_words *zh = templates_words(T, false), *en = templates_words(T, true);
	struct str out, back;
	for (size_t i = 0; i < tpl_words_count(en); i++) {
		struct str k = tpl_words_key(en, i);
		if (!tpl_word(zh, k, &out)) fail_msg("no Chinese for %.*s", STR_ARG(k));
		assert_true(tpl_word(en, k, &back));
		for (struct str r = out; r.n;) {       // each {name} of one stands in the other
			ptrdiff_t o = str_find(r, S("{")), c = str_find(r, S("}"));
			if (o < 0 || c < o) break;
			struct str hole = str_part(r, (size_t)o, (size_t)(c - o) + 1);
			if (str_find(back, hole) < 0) fail_msg("English of %.*s lacks %.*s", STR_ARG(k), STR_ARG(hole));
			r = str_from(r, (size_t)c + 1);
		}
	}
}

// In English, Chinese that has no other words stands marked behind a sentence that says so; elsewhere nothing is marked.
static void chinese_is_announced_to_english_readers(void **s)
{
	static const struct { const char *file, *page, *sentence, *marked; } row[] = {
		{"messages.json", "messages", "Some of these messages were written in Chinese only.", "<p lang=\"zh-CN\">“二手房"},
		{"message.json", "message", "This message was written in Chinese only.", "lang=\"zh-CN\">“二手房"},
		{"case--closed.json", "case", "没有通过：", "<span lang=\"zh-CN\">有人对产权提出异议"},
		{"case--correction.json", "case", "The office says in Chinese what to correct:", "<ul class=\"dots\" lang=\"zh-CN\">"},
		{"case--correction.json", "case", "The name of this fee is published in Chinese only.", "<h2 lang=\"zh-CN\">不动产登记费"},
		{"correction.json", "correction", "The office says in Chinese what to correct:", "<span lang=\"zh-CN\">"},
		{"pay.json", "pay", "The name of this fee is published in Chinese only.", "<td lang=\"zh-CN\">"}};
	for (size_t i = 0; i < countof(row); i++) {
		const struct tpl *p = templates_page(T, str_of(row[i].page));
		struct str en = rendered(p, view_of(row[i].file, str_of(row[i].page), true, false), true);
		if (str_find(en, str_of(row[i].sentence)) < 0 || str_find(en, str_of(row[i].marked)) < 0) fail_msg("%s: not announced", row[i].file);
	}
	// The second message of the two has no English: its title and its text are marked, the first is not.
	struct str en = rendered(templates_page(T, S("messages")), view_of("messages.json", S("messages"), true, false), true);
	size_t n = 0;
	for (ptrdiff_t at; (at = str_find(en, S("\" lang=\"zh-CN\">已受理"))) >= 0 || (at = str_find(en, S("lang=\"zh-CN\">请缴费"))) >= 0; en = str_from(en, (size_t)at + 1)) n++;
	assert_int_equal(n, 1);
	struct str zh = rendered(templates_page(T, S("case")), view_of("case--closed.json", S("case"), false, false), false);
	assert_true(str_find(zh, S("没有通过：<span>有人对产权提出异议")) >= 0);
}

static void assets_keep_their_budget(void **s)
{
	const struct asset *p = asset_named(S("public.css")), *q = asset_named(S("staff.css")),
		*a = asset_named(S("app.js"));
	assert_true(p->gz_n + q->gz_n <= 16 * 1024);
	assert_true(a->gz_n <= 8 * 1024);
	assert_ptr_equal(asset_find(str_of(p->path)), p);
	assert_null(asset_find(S("/a/public.css")));
	assert_null(asset_named(S("nothing")));
	assert_true(p->gz[0] == 0x1f && p->gz[1] == 0x8b && p->gz_n < p->raw_n);
	for (size_t i = 0; i < asset_count; i++)
		for (size_t k = 0; k < i; k++) assert_string_not_equal(asset_list[i].path, asset_list[k].path);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(fixtures_hold_what_views_declare),
		cmocka_unit_test(every_page_is_sound),
		cmocka_unit_test(no_text_leaves_its_place), cmocka_unit_test(an_empty_view_is_a_page),
			cmocka_unit_test(every_page_has_a_fixture),
		cmocka_unit_test(both_languages_have_the_same_sentences), cmocka_unit_test(chinese_is_announced_to_english_readers), cmocka_unit_test(assets_keep_their_budget) };
	return cmocka_run_group_tests(tests, setup, teardown);
}
