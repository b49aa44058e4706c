// yaml.c — libyaml's events into an arena tree.
#include "codec/yaml.h"

#include <stdlib.h>
#include <yaml.h>

enum { DEFAULT_BYTES = 4 << 20, DEFAULT_DEPTH = 40, DEFAULT_NODES = 200000 };

enum { NODES = 32, TEXTS = 4096, KEYS = 64 };

struct reader {
	struct arena *a;
	const struct str *file;
	struct yaml *node;       // nodes, and texts, are made many at a time: alone each would be rounded up
	size_t nodes_left;
	char *text;
	size_t text_left;
	struct str known[KEYS];  // keys come again and again: one text for all
	yaml_parser_t lib;
	yaml_event_t event;
	bool event_held;
	struct yaml_limits max;
	uint32_t depth, nodes;
	struct yaml **open;      // nodes whose list or map is still open; in a map key, value, key, value
	size_t n, cap;
	struct err *err;
};

static bool stop(struct reader *r, enum err_code code, yaml_mark_t at, struct str arg)
{
	r->err = err_at(r->a, code, *r->file, (uint32_t)at.line + 1, (uint32_t)at.column + 1, arg);
	return false;
}

static bool next(struct reader *r)
{
	if (r->event_held) yaml_event_delete(&r->event);
	r->event_held = yaml_parser_parse(&r->lib, &r->event);
	if (r->event_held) return true;
	yaml_mark_t at = r->lib.problem_mark;
	if (r->lib.error == YAML_READER_ERROR) at = r->lib.mark;
	const char *what = r->lib.problem ? r->lib.problem : "unreadable";
	return stop(r, E_SYNTAX, at, str_fmt(r->a, "YAML %zu:%zu, %s", at.line + 1, at.column + 1, what));
}

static bool plain_enough(struct reader *r, const yaml_char_t *anchor, const yaml_char_t *tag)
{
	if (anchor) return stop(r, E_NOT_ALLOWED_HERE, r->event.start_mark, str_fmt(r->a, "&%s", anchor));
	if (tag) return stop(r, E_NOT_ALLOWED_HERE, r->event.start_mark, str_fmt(r->a, "!%s", tag));
	return true;
}

static void push(struct reader *r, struct yaml *v)
{
	*vec_push(r->a, r->open, r->n, r->cap) = v;
}

static int by_text(const void *x, const void *y)
{
	const struct yaml *a = *(struct yaml *const *)x, *b = *(struct yaml *const *)y;
	int c = str_cmp(a->text, b->text);
	if (c) return c;
	return a->line != b->line ? (a->line > b->line) - (a->line < b->line)
		: (a->col > b->col) - (a->col < b->col);
}

static bool keys_repeat(const struct yaml *map)
{
	for (uint32_t i = 1; i < map->n; i++)
		for (uint32_t k = 0; k < i; k++)
			if (map->key[i]->text.n == map->key[k]->text.n && str_eq(map->key[i]->text, map->key[k]->text)) return true;
	return false;
}

static bool keys_differ(struct reader *r, const struct yaml *map)
{
	enum { FEW = 64 };
	if (map->n <= FEW && !keys_repeat(map)) return true;
	struct arena_mark m = arena_mark(r->a);
	struct yaml **by = arena_copy(r->a, map->key, map->n * sizeof *by);
	if (map->n) qsort(by, map->n, sizeof *by, by_text);
	const struct yaml *twice = NULL;
	for (uint32_t i = 1; i < map->n && !twice; i++)
		if (str_eq(by[i - 1]->text, by[i]->text)) twice = by[i];
	arena_rewind(r->a, m);
	if (!twice) return true;
	r->err = err_at(r->a, E_DUPLICATE_KEY, *r->file, twice->line, twice->col, twice->text);
	return false;
}

static char *room(struct reader *r, size_t n)
{
	if (n > TEXTS / 4) return arena_raw(r->a, n);
	if (r->text_left < n) {
		r->text = arena_raw(r->a, TEXTS);
		r->text_left = TEXTS;
	}
	char *to = r->text;
	r->text += n;
	r->text_left -= n;
	return to;
}

static struct str kept(struct reader *r, struct str s)
{
	return s.n ? (struct str){memcpy(room(r, s.n), s.p, s.n), s.n} : (struct str){"", 0};
}

static struct str key_kept(struct reader *r, struct str s)
{
	struct str *k = &r->known[s.n ? (s.n * 31 + (unsigned char)s.p[0] * 7 + (unsigned char)s.p[s.n - 1] + (unsigned char)s.p[s.n / 2]) % KEYS : 0];
	if (!k->p || !str_eq(*k, s)) *k = kept(r, s);
	return *k;
}

static bool value(struct reader *r, bool key, struct yaml **out);

static bool list(struct reader *r, struct yaml *v)
{
	size_t base = r->n;
	v->type = YAML_LIST;
	for (;;) {
		struct yaml *e;
		if (!next(r)) return false;
		if (r->event.type == YAML_SEQUENCE_END_EVENT) break;
		if (!value(r, false, &e)) return false;
		push(r, e);
	}
	v->n = (uint32_t)(r->n - base);
	v->item = arena_copy(r->a, r->n ? r->open + base : NULL, v->n * sizeof *v->item);
	r->n = base;
	return true;
}

static bool map(struct reader *r, struct yaml *v)
{
	size_t base = r->n;
	v->type = YAML_MAP;
	for (;;) {
		struct yaml *key, *e;
		if (!next(r)) return false;
		if (r->event.type == YAML_MAPPING_END_EVENT) break;
		yaml_mark_t at = r->event.start_mark;
		if (r->event.type == YAML_SEQUENCE_START_EVENT)
			return stop(r, E_NOT_ALLOWED_HERE, at, S("[ ]"));
		if (r->event.type == YAML_MAPPING_START_EVENT)
			return stop(r, E_NOT_ALLOWED_HERE, at, S("{ }"));
		if (!value(r, true, &key)) return false;
		if (!key->quoted && str_is(key->text, "<<")) return stop(r, E_NOT_ALLOWED_HERE, at, S("<<"));
		if (!next(r) || !value(r, false, &e)) return false;
		push(r, key);
		push(r, e);
	}
	v->n = (uint32_t)(r->n - base) / 2;
	v->key = arena_newn(r->a, struct yaml *, 2 * v->n);
	v->item = v->key + v->n;
	for (uint32_t i = 0; i < v->n; i++) {
		v->key[i] = r->open[base + i * 2];
		v->item[i] = r->open[base + i * 2 + 1];
	}
	r->n = base;
	return keys_differ(r, v);
}

static bool scalar(struct reader *r, bool key, struct yaml *v)
{
	const yaml_event_t *e = &r->event;
	if (!plain_enough(r, e->data.scalar.anchor, e->data.scalar.tag)) return false;
	struct str text = {(const char *)e->data.scalar.value, e->data.scalar.length};
	if (text.n && memchr(text.p, 0, text.n))
		return stop(r, E_NOT_ALLOWED_HERE, e->start_mark, S("U+0000"));
	v->text = key ? key_kept(r, text) : kept(r, text);
	v->quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	return true;
}

static bool value(struct reader *r, bool key, struct yaml **out)    // of the event at hand
{
	const yaml_event_t *e = &r->event;
	if (++r->nodes > r->max.nodes || arena_over(r->a))
		return stop(r, E_BUDGET, e->start_mark, str_fmt(r->a, "YAML, %u", r->max.nodes));
	if (r->depth >= r->max.depth)
		return stop(r, E_TOO_DEEP, e->start_mark, str_fmt(r->a, "%u", r->max.depth));
	if (!r->nodes_left) {
		r->node = arena_newn(r->a, struct yaml, NODES);
		r->nodes_left = NODES;
	}
	struct yaml *v = *out = r->node++;
	r->nodes_left--;
	v->file = r->file;
	v->line = (uint32_t)e->start_mark.line + 1;
	v->col = (uint32_t)e->start_mark.column + 1;
	r->depth++;
	bool ok;
	switch (e->type) {
	case YAML_SCALAR_EVENT: ok = scalar(r, key, v); break;
	case YAML_SEQUENCE_START_EVENT:
		ok = plain_enough(r, e->data.sequence_start.anchor, e->data.sequence_start.tag) && list(r, v);
		break;
	case YAML_MAPPING_START_EVENT:
		ok = plain_enough(r, e->data.mapping_start.anchor, e->data.mapping_start.tag) && map(r, v);
		break;
	default:
		CHECK(e->type == YAML_ALIAS_EVENT);
		ok = stop(r, E_NOT_ALLOWED_HERE, e->start_mark, str_fmt(r->a, "*%s", e->data.alias.anchor));
	}
	r->depth--;
	return ok;
}

static bool document(struct reader *r, struct yaml **out)
{
	if (!next(r) || !next(r)) return false;    // the stream begins, then the document
	if (r->event.type == YAML_STREAM_END_EVENT) {
		struct yaml *v = *out = arena_new1(r->a, struct yaml);
		*v = (struct yaml){.type = YAML_MAP, .file = r->file, .line = 1, .col = 1};
		return true;
	}
	if (!next(r) || !value(r, false, out) || !next(r) || !next(r)) return false;    // it ends, then the stream
	if (r->event.type == YAML_STREAM_END_EVENT) return true;
	return stop(r, E_NOT_ALLOWED_HERE, r->event.start_mark, S("---"));
}

static struct err *not_utf8(struct arena *a, struct str file, struct str text)
{
	uint32_t line = 1, col = 1;
	for (size_t at = 0; at < text.n;) {
		size_t before = at;
		uint32_t cp = utf8_next(text, &at);
		if (cp == 0xfffd && at - before == 1) return err_at(a, E_UTF8, file, line, col, S(""));
		if (cp == '\n') line++, col = 1;
		else col++;
	}
	return NULL;
}

struct err *yaml_parse(struct arena *a, struct str file, struct str text, struct yaml_limits max,
	struct yaml **out)
{
	*out = NULL;
	if (!max.bytes) max.bytes = DEFAULT_BYTES;
	if (!max.depth) max.depth = DEFAULT_DEPTH;
	if (!max.nodes) max.nodes = DEFAULT_NODES;
	if (text.n > max.bytes) return err_at(a, E_TOO_BIG, file, 0, 0, str_fmt(a, "%zu B", max.bytes));
	if (!utf8_valid(text)) return not_utf8(a, file, text);
	struct str *name = arena_new1(a, struct str);
	*name = str_copy(a, file);
	struct reader r = {.a = a, .max = max, .file = name};
	CHECK(yaml_parser_initialize(&r.lib));
	yaml_parser_set_encoding(&r.lib, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.lib, (const unsigned char *)(text.p ? text.p : ""), text.n);
	struct yaml *v = NULL;
	bool ok = document(&r, &v);
	if (r.event_held) yaml_event_delete(&r.event);
	yaml_parser_delete(&r.lib);
	if (!ok) return r.err;
	*out = v;
	return NULL;
}

static ptrdiff_t find(const struct yaml *map, struct str key)
{
	if (!map || map->type != YAML_MAP) return -1;
	for (uint32_t i = 0; i < map->n; i++)
		if (map->key[i]->text.n == key.n && str_eq(map->key[i]->text, key)) return i;
	return -1;
}

struct yaml *yaml_get(const struct yaml *map, struct str key)
{
	ptrdiff_t i = find(map, key);
	return i < 0 ? NULL : map->item[i];
}

struct yaml *yaml_key(const struct yaml *map, struct str key)
{
	ptrdiff_t i = find(map, key);
	return i < 0 ? NULL : map->key[i];
}

struct yaml *yaml_path(const struct yaml *v, const char *dotted)
{
	struct str rest = str_of(dotted);
	while (v && rest.p) {
		struct str step = str_cut(&rest, S("."));
		int64_t i;
		if (v->type == YAML_LIST) v = str_int(step, &i) && i >= 0 && i < v->n ? v->item[i] : NULL;
		else v = yaml_get(v, step);
	}
	return (struct yaml *)v;
}

bool yaml_is_null(const struct yaml *v)
{
	if (!v) return true;
	if (v->type != YAML_SCALAR || v->quoted) return false;
	return !v->text.n || str_is(v->text, "~") || str_is(v->text, "null");
}

struct str yaml_text(const struct yaml *v)
{
	return v && v->type == YAML_SCALAR && !yaml_is_null(v) ? v->text : (struct str){0};
}

struct str yaml_get_text(const struct yaml *map, struct str key)
{
	return yaml_text(yaml_get(map, key));
}

bool yaml_bool(const struct yaml *v, bool *out)
{
	if (!v || v->type != YAML_SCALAR || v->quoted) return false;
	*out = str_is(v->text, "true");
	return *out || str_is(v->text, "false");
}

bool yaml_int(const struct yaml *v, int64_t *out)
{
	return v && v->type == YAML_SCALAR && !v->quoted && str_int(v->text, out);
}

struct str yaml_file(const struct yaml *v)
{
	return v && v->file ? *v->file : S("");
}

size_t yaml_count(const struct yaml *v)
{
	return v && v->type != YAML_SCALAR ? v->n : 0;
}

struct err *yaml_err(struct arena *a, enum err_code code, const struct yaml *where, struct str arg0)
{
	return err_at(a, code, yaml_file(where), where ? where->line : 0, where ? where->col : 0,
		arg0);
}
