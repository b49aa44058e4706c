// templates.c — compiles what is embedded: pages/*.html, pages/staff/*.html, parts, layouts, words.
#include "web/templates.h"

#include "web/asset.h"

struct page_tpl { struct str name; bool staff; struct tpl *tpl; };
struct templates { struct page_tpl *page; size_t n, cap; struct tpl_words *zh, *en; struct json *shapes; };

static bool load_text(void *ctx, struct arena *a, struct str name, struct str *text, struct str *file)
{
	static const char *const where[] = { "parts", "layouts" };
	for (size_t i = 0; i < countof(where); i++) {
		*file = str_fmt(a, "%s/" STR_FMT ".html", where[i], STR_ARG(name));
		if (asset_text(*file, text)) return true;
	}
	return false;
}

static bool load_asset(void *ctx, struct arena *a, struct str name, struct str *path)
{
	const struct asset *f = asset_named(name);
	if (f) *path = str_of(f->path);
	return f != NULL;
}

static struct err *need(struct arena *a, const char *name, struct str *out)
{
	return asset_text(str_of(name), out) ? NULL : err_arg(a, E_NOT_FOUND, str_of(name));
}

struct err *templates_load(struct arena *a, struct templates **out)
{
	struct templates *t = arena_new1(a, struct templates);
	struct tpl_loader loader = { NULL, load_text, load_asset };
	struct str text;
	struct err *e;
	if ((e = need(a, "i18n/zh-CN.tsv", &text)) || (e = tpl_words_parse(a, S("i18n/zh-CN.tsv"), text,
		&t->zh))) return e;
	if ((e = need(a, "i18n/en.tsv", &text)) || (e = tpl_words_parse(a, S("i18n/en.tsv"), text, &t->en)))
		return e;
	if ((e = need(a, "VIEWS.md", &text)) || (e = tpl_shapes(a, S("VIEWS.md"), text, &t->shapes))) return e;
	struct err *errs = NULL;
	for (size_t i = 0; i < asset_text_count; i++) {
		struct str file = str_of(asset_texts[i].name), name;
		bool staff = str_starts(file, S("pages/staff/"));
		if (!str_starts(file, S("pages/"))) continue;
		name = str_from(file, staff ? 12 : 6);
		name.n -= 5;
		struct json *shape = json_get(t->shapes, name);
		if (!shape) {
			err_add(&errs, err_arg(a, E_NOT_FOUND, str_fmt(a, "VIEWS.md: page " STR_FMT, STR_ARG(name))));
			continue;
		}
		struct tpl_options o = { .loader = &loader, .shape = shape, .words = t->zh, .also = staff
			? NULL : t->en };
		struct page_tpl *p = vec_push(a, t->page, t->n, t->cap);
		p->name = name, p->staff = staff;
		err_add(&errs, tpl_compile(a, name, file, (struct str){ asset_texts[i].p, asset_texts[i].n },
			&o, &p->tpl));
	}
	*out = t;
	return errs;
}

const struct tpl *templates_page(const struct templates *t, struct str name)
{
	for (size_t i = 0; i < t->n; i++)
		if (str_eq(t->page[i].name, name)) return t->page[i].tpl;
	return NULL;
}

const struct tpl_words *templates_words(const struct templates *t, bool english)
{
	return english ? t->en : t->zh;
}

struct tpl_env templates_env(const struct templates *t, bool english, int64_t now_ms)
{
	return (struct tpl_env){ .words = english ? t->en : t->zh, .fallback = t->zh, .english = english,
		.now_ms = now_ms };
}

const struct json *templates_shape(const struct templates *t, struct str page)
{
	return json_get(t->shapes, page);
}
size_t templates_count(const struct templates *t) { return t->n; }
struct str templates_name(const struct templates *t, size_t i) { return t->page[i].name; }
bool templates_is_staff(const struct templates *t, size_t i) { return t->page[i].staff; }
