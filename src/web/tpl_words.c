// tpl_words.c — translation tables, and the shapes of views as VIEWS.md declares them.
#include "web/tpl_int.h"

struct tpl_words { size_t n, cap, mask; struct str *key, *text; uint32_t *slot; };

static struct str unbreak(struct arena *a, struct str s)
{
	return str_find(s, S("\\n")) < 0 ? s : str_replace(a, s, S("\\n"), S("\n"));
}

struct err *tpl_words_parse(struct arena *a, struct str file, struct str text, struct tpl_words **out)
{
	struct tpl_words *w = arena_new1(a, struct tpl_words);
	struct err *errs = NULL;
	if (!utf8_valid(text)) return err_at(a, E_UTF8, file, 1, 1, S(""));
	size_t nt = 0, cap_t = 0;
	uint32_t line = 0;
	for (struct str rest = text; rest.p && rest.n;) {
		struct str l = str_cut(&rest, S("\n"));
		line++;
		if (l.n && l.p[l.n - 1] == '\r') l.n--;
		if (!l.n || l.p[0] == '#') continue;
		struct str value = l, key = str_cut(&value, S("\t"));
		if (!value.p || !key.n || !value.n) {
			err_add(&errs, err_at(a, E_SYNTAX, file, line, 1, S("应为 键<TAB>文字")));
			continue;
		}
		*vec_push(a, w->key, w->n, w->cap) = key;
		*vec_push(a, w->text, nt, cap_t) = unbreak(a, value);
	}
	size_t size = 16;
	while (size < w->n * 2) size *= 2;
	w->mask = size - 1;
	w->slot = arena_newn(a, uint32_t, size);
	for (size_t i = 0; i < w->n; i++) {
		size_t h = str_hash(w->key[i]) & w->mask;
		for (; w->slot[h]; h = (h + 1) & w->mask)
			if (str_eq(w->key[w->slot[h] - 1], w->key[i])) {
				err_add(&errs, err_arg(a, E_DUPLICATE_KEY, w->key[i]));
				break;
			}
		if (!w->slot[h]) w->slot[h] = (uint32_t)i + 1;
	}
	*out = w;
	return errs;
}

bool tpl_word(const struct tpl_words *w, struct str key, struct str *out)
{
	for (size_t h = str_hash(key) & w->mask; w->slot[h]; h = (h + 1) & w->mask)
		if (str_eq(w->key[w->slot[h] - 1], key)) { *out = w->text[w->slot[h] - 1]; return true; }
	return false;
}

size_t tpl_words_count(const struct tpl_words *w) { return w->n; }
struct str tpl_words_key(const struct tpl_words *w, size_t i) { return w->key[i]; }

// -- VIEWS.md ----------------------------------------------------------------------------------
static struct str cell(struct str *row) { return str_trim(str_cut(row, S("|"))); }

static struct str plain_type(struct str t)
{
	static const char *const leaf[] = { "text", "number", "bool", "any", NULL };
	for (int i = 0; leaf[i]; i++)
		if (str_eq(t, str_of(leaf[i]))) return t;
	// What the filters read: written as a kind of its own in the document, text or number in JSON.
	static const char *const texts[] = { "id", "day", "instant", "fen", "bytes", "code", "href",
		"list of text", NULL };
	for (int i = 0; texts[i]; i++)
		if (str_eq(t, str_of(texts[i]))) return str_eq(t, S("list of text")) ? t : S("text");
	return str_starts(t, S("one of ")) ? t : S("");
}

static struct json *type_shape(struct arena *a, const struct json *types, struct str t, uint32_t depth)
{
	if (depth > 8) return NULL;
	if (str_is(t, "list of text")) {
		struct json *l = json_arr(a);
		json_add(a, l, json_str(a, S("text")));
		return l;
	}
	struct str p = plain_type(t);
	if (p.n) return json_str(a, p);
	if (str_is(t, "svg")) {
		struct json *o = json_obj(a);
		json_put(a, o, S("$svg"), json_str(a, S("text")));
		return o;
	}
	if (str_is(t, "object")) return json_obj(a);
	if (str_is(t, "list")) {
		struct json *l = json_arr(a);
		json_add(a, l, json_obj(a));
		return l;
	}
	if (str_starts(t, S("list of "))) {
		struct json *c = type_shape(a, types, str_from(t, 8), depth + 1);
		if (!c) return NULL;
		struct json *l = json_arr(a);
		json_add(a, l, c);
		return l;
	}
	struct json *shared = json_get(types, t);
	return shared ? json_copy(a, shared) : NULL;
}

// Puts type at a.b[].c below root, making what is missing on the way.
static bool put_path(struct arena *a, struct json *root, struct str path, struct json *leaf)
{
	struct json *at = root;
	while (path.p) {
		struct str name = str_cut(&path, S("."));
		bool list = str_ends(name, S("[]"));
		if (list) name.n -= 2;
		if (!name.n || at->type != JSON_OBJECT) return false;
		if (!path.p) {
			if (list) return false;
			json_put(a, at, name, leaf);
			return true;
		}
		struct json *next = json_get(at, name);
		if (!next) {
			next = list ? json_arr(a) : json_obj(a);
			if (list) json_add(a, next, json_obj(a));
			json_put(a, at, name, next);
		}
		if (list != (next->type == JSON_ARRAY)) return false;
		at = list ? next->item[0] : next;
	}
	return false;
}

struct err *tpl_shapes(struct arena *a, struct str file, struct str text, struct json **out)
{
	struct json *types = json_obj(a), *pages = json_obj(a), *at = NULL;
	struct err *errs = NULL;
	uint32_t line = 0;
	for (struct str rest = text; rest.p && rest.n;) {
		struct str l = str_cut(&rest, S("\n"));
		line++;
		bool type = str_starts(l, S("## type ")), page = str_starts(l, S("## page "));
		if (type || page) {
			struct str tail = str_from(l, 8), name = str_cut(&tail, S(" "));
			at = json_obj(a);
			// Every page has the page context.
			if (page && json_get(types, S("page"))) json_put(a, at, S("page"), json_get(types, S("page")));
			json_put(a, type ? types : pages, name, at);
			continue;
		}
		if (str_starts(l, S("## "))) at = NULL;
		if (!at || !str_starts(l, S("| `"))) continue;
		struct str row = str_from(l, 1), field = cell(&row), t = cell(&row);
		if (field.n > 2) field = str_part(field, 1, field.n - 2);
		struct json *leaf = type_shape(a, types, t, 0);
		if (!leaf)
			err_add(&errs, err_at(a, E_SYNTAX, file, line, 1, str_fmt(a, "没有类型 " STR_FMT, STR_ARG(t))));
		else if (!put_path(a, at, field, leaf)) err_add(&errs, err_at(a, E_SYNTAX, file, line, 1,
			str_fmt(a, "字段路径有误 " STR_FMT, STR_ARG(field))));
	}
	*out = pages;
	return errs;
}
