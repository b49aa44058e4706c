// json.c — a strict reader in one pass, three printers.
#include "codec/json.h"

#include <stdlib.h>

enum { DEFAULT_BYTES = 1 << 20, DEFAULT_DEPTH = 64, DEFAULT_NODES = 100000, FEW_KEYS = 12 };

struct parser {
	struct arena *a;
	const char *begin, *p, *end;
	struct json_limits max;
	uint32_t depth, nodes;
	struct json **item;      // values whose array or object is still open
	struct str *key;
	size_t n, cap;
	struct err *err;
};

static struct err *at(struct parser *r, const char *p, enum err_code code, struct str arg)
{
	uint32_t line = 1, col = 1;
	for (const char *q = r->begin; q < p; q++) {
		if (*q == '\n') {
			line++;
			col = 1;
		} else {
			col += (*q & 0xc0) != 0x80;
		}
	}
	return err_at(r->a, code, S(""), line, col, arg);
}

static bool fail(struct parser *r, const char *p, const char *what)
{
	struct err *e = at(r, p, E_SYNTAX, S(""));
	e->arg[0] = str_fmt(r->a, "JSON %u:%u, %s", e->line, e->col, what);
	r->err = e;
	return false;
}

static bool refuse(struct parser *r, const char *p, enum err_code code, struct str arg)
{
	r->err = at(r, p, code, arg);
	return false;
}

static inline void space(struct parser *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\n' || *r->p == '\r' || *r->p == '\t')) r->p++;
}

static bool hex4(const char *p, const char *end, uint32_t *out)
{
	if (end - p < 4) return false;
	uint32_t v = 0;
	for (int i = 0; i < 4; i++) {
		char c = p[i];
		int d = c >= '0' && c <= '9' ? c - '0'
			: (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
		if (d < 0) return false;
		v = v << 4 | (uint32_t)d;
	}
	*out = v;
	return true;
}

// The bytes of one strict UTF-8 sequence that begins at p with a byte >= 0x80; 0 = damaged.
static size_t sequence(const char *p, const char *end)
{
	const unsigned char *u = (const unsigned char *)p;
	size_t left = (size_t)(end - p);
	if (u[0] >= 0xe1 && u[0] <= 0xec && left > 2 && (u[1] & 0xc0) == 0x80 && (u[2] & 0xc0) == 0x80)
		return 3;    // most Han characters
	size_t n = u[0] < 0xe0 ? 2 : u[0] < 0xf0 ? 3 : 4;
	return left >= n && utf8_valid((struct str){p, n}) ? n : 0;
}

// Skips what needs no attention inside a string: eight bytes at a time while they are plain ASCII.
static const char *plain(const char *p, const char *end)
{
	while (end - p >= 8) {
		uint64_t w;
		memcpy(&w, p, 8);
		const uint64_t one = 0x0101010101010101u;
		uint64_t q = w ^ one * '"', s = w ^ one * '\\';
		uint64_t odd = w | (w - one * 0x20) | ((q - one) & ~q) | ((s - one) & ~s);
		if (odd & one * 0x80) break;
		p += 8;
	}
	while (p < end && (unsigned char)*p >= 0x20 && (unsigned char)*p < 0x80 && *p != '"' && *p != '\\')
		p++;
	return p;
}

static bool escape(struct parser *r, struct buf *b)    // behind the backslash
{
	const char *start = r->p - 1;
	if (r->p == r->end) return fail(r, r->p, "string without end");
	char c = *r->p++;
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *f = c ? strchr(from, c) : NULL;
	if (f) {
		buf_byte(b, to[f - from]);
		return true;
	}
	uint32_t u, low;
	if (c != 'u' || !hex4(r->p, r->end, &u)) return fail(r, start, "bad escape");
	r->p += 4;
	if (u == 0) return fail(r, start, "U+0000");
	if (u >= 0xd800 && u < 0xe000) {
		bool pair = u < 0xdc00 && r->end - r->p >= 6 && r->p[0] == '\\' && r->p[1] == 'u' &&
			    hex4(r->p + 2, r->end, &low) && low >= 0xdc00 && low < 0xe000;
		if (!pair) return fail(r, start, "lone surrogate");
		r->p += 6;
		u = 0x10000 + ((u - 0xd800) << 10) + (low - 0xdc00);
	}
	buf_cp(b, u);
	return true;
}

static bool string(struct parser *r, struct str *out)
{
	const char *open = r->p++, *from = r->p;
	struct buf b = {0};
	for (;;) {
		r->p = plain(r->p, r->end);
		if (r->p == r->end) return fail(r, open, "string without end");
		unsigned char c = (unsigned char)*r->p;
		if (c >= 0x80) {
			size_t n = sequence(r->p, r->end);
			if (!n) return refuse(r, r->p, E_UTF8, S(""));
			r->p += n;
		} else if (c == '\\') {
			if (!b.a) b = buf_new(r->a);
			buf_add(&b, (struct str){from, (size_t)(r->p - from)});
			r->p++;
			if (!escape(r, &b)) return false;
			from = r->p;
		} else if (c == '"') {
			*out = (struct str){from, (size_t)(r->p - from)};
			if (b.a) {
				buf_add(&b, *out);
				*out = buf_str(&b);
			}
			r->p++;
			return true;
		} else {
			return fail(r, r->p, "control character in a string");
		}
	}
}

static inline const char *digits(const char *p, const char *end)
{
	while (p < end && *p >= '0' && *p <= '9') p++;
	return p;
}

static bool number(struct parser *r, struct str *out)
{
	const char *p = r->p, *q;
	if (*p == '-') p++;
	if (p < r->end && *p == '0') q = p + 1;
	else q = digits(p, r->end);
	if (q == p) return fail(r, p, "expected a digit");
	p = q;
	if (p < r->end && *p == '.') {
		q = digits(++p, r->end);
		if (q == p) return fail(r, p, "expected a digit");
		p = q;
	}
	if (p < r->end && (*p == 'e' || *p == 'E')) {
		p++;
		if (p < r->end && (*p == '-' || *p == '+')) p++;
		q = digits(p, r->end);
		if (q == p) return fail(r, p, "expected a digit");
		while (p < q - 1 && *p == '0') p++;
		if (q - p > 9) return fail(r, p, "exponent out of range");
		p = q;
	}
	*out = (struct str){r->p, (size_t)(p - r->p)};
	r->p = p;
	return true;
}

static int by_key(const void *a, const void *b)
{
	return str_cmp(**(struct str *const *)a, **(struct str *const *)b);
}

// Few keys are compared with each other; many are sorted, so that no choice of keys makes it slow.
static const struct str *twice(struct arena *a, const struct str *key, uint32_t n)
{
	if (n <= FEW_KEYS) {
		for (uint32_t i = 1; i < n; i++)
			for (uint32_t j = 0; j < i; j++)
				if (key[i].n == key[j].n && memcmp(key[i].p, key[j].p, key[i].n) == 0)
					return &key[i];
		return NULL;
	}
	struct arena_mark m = arena_mark(a);
	const struct str **by = arena_raw(a, n * sizeof *by), *found = NULL;
	for (uint32_t i = 0; i < n; i++) by[i] = &key[i];
	qsort(by, n, sizeof *by, by_key);
	for (uint32_t i = 1; i < n && !found; i++)
		if (str_eq(*by[i - 1], *by[i])) found = by[i - 1] > by[i] ? by[i - 1] : by[i];
	arena_rewind(a, m);
	return found;
}

static inline void keep(struct parser *r, struct json *v, struct str key)
{
	if (r->n == r->cap) {
		size_t cap = r->cap ? r->cap * 2 : 64;
		struct json **item = arena_raw(r->a, cap * sizeof *item);
		struct str *keys = arena_raw(r->a, cap * sizeof *keys);
		if (r->n) {
			memcpy(item, r->item, r->n * sizeof *item);
			memcpy(keys, r->key, r->n * sizeof *keys);
		}
		r->item = item;
		r->key = keys;
		r->cap = cap;
	}
	r->item[r->n] = v;
	r->key[r->n++] = key;
}

static bool value(struct parser *r, struct json **out);

static bool container(struct parser *r, struct json *v)
{
	const char *open = r->p++;
	bool object = *open == '{';
	char close = object ? '}' : ']';
	if (++r->depth > r->max.depth) return refuse(r, open, E_TOO_DEEP, str_fmt(r->a, "%u", r->max.depth));
	size_t base = r->n;
	v->type = object ? JSON_OBJECT : JSON_ARRAY;
	space(r);
	if (r->p < r->end && *r->p == close) r->p++;
	else {
		for (;;) {
			struct str key = {0};
			struct json *e;
			if (object) {
				space(r);
				if (r->p == r->end || *r->p != '"')
					return fail(r, r->p, "expected a key in quotes");
				if (!string(r, &key)) return false;
				space(r);
				if (r->p == r->end || *r->p != ':') return fail(r, r->p, "expected :");
				r->p++;
			}
			if (!value(r, &e)) return false;
			keep(r, e, key);
			space(r);
			if (r->p < r->end && *r->p == ',') {
				r->p++;
				continue;
			}
			if (r->p == r->end || *r->p != close)
				return fail(r, r->p, object ? "expected , or }" : "expected , or ]");
			r->p++;
			break;
		}
	}
	v->n = v->cap = (uint32_t)(r->n - base);
	if (v->n) v->item = arena_copy(r->a, r->item + base, v->n * sizeof *v->item);
	if (object && v->n) {
		v->key = arena_copy(r->a, r->key + base, v->n * sizeof *v->key);
		const struct str *key = twice(r->a, v->key, v->n);
		if (key)
			return refuse(r, key->p >= r->begin && key->p < r->end ? key->p - 1 : open,
				E_DUPLICATE_KEY, *key);
	}
	r->n = base;
	r->depth--;
	return true;
}

static bool word(struct parser *r, struct str w)
{
	if (!str_starts((struct str){r->p, (size_t)(r->end - r->p)}, w))
		return fail(r, r->p, "expected a value");
	r->p += w.n;
	return true;
}

static bool value(struct parser *r, struct json **out)
{
	space(r);
	if (r->p == r->end) return fail(r, r->p, "text ends early");
	if (++r->nodes > r->max.nodes || arena_over(r->a))
		return refuse(r, r->p, E_BUDGET, str_fmt(r->a, "JSON, %u", r->max.nodes));
	struct json *v = *out = arena_new1(r->a, struct json);
	switch (*r->p) {
	case '{': case '[': return container(r, v);
	case '"': v->type = JSON_STRING; return string(r, &v->text);
	case 't': v->type = JSON_TRUE; return word(r, S("true"));
	case 'f': v->type = JSON_FALSE; return word(r, S("false"));
	case 'n': v->type = JSON_NULL; return word(r, S("null"));
	case '-': case '0': case '1': case '2': case '3': case '4':
	case '5': case '6': case '7': case '8': case '9':
		v->type = JSON_NUMBER;
		return number(r, &v->text);
	default: return fail(r, r->p, "expected a value");
	}
}

struct err *json_parse(struct arena *a, struct str text, struct json_limits max, struct json **out)
{
	if (!max.bytes) max.bytes = DEFAULT_BYTES;
	if (!max.depth) max.depth = DEFAULT_DEPTH;
	if (!max.nodes) max.nodes = DEFAULT_NODES;
	if (text.n > max.bytes) return err_arg(a, E_TOO_BIG, str_fmt(a, "%zu B", max.bytes));
	if (!text.p) text.p = "";
	struct parser r = {.a = a, .begin = text.p, .p = text.p, .end = text.p + text.n, .max = max};
	if (!value(&r, out)) return r.err;
	space(&r);
	if (r.p != r.end && !fail(&r, r.p, "text behind the value")) return r.err;
	return NULL;
}

struct json *json_get(const struct json *o, struct str key)
{
	if (!o || o->type != JSON_OBJECT) return NULL;
	for (uint32_t i = 0; i < o->n; i++)
		if (o->key[i].n == key.n && memcmp(o->key[i].p, key.p, key.n) == 0) return o->item[i];
	return NULL;
}

struct json *json_path(const struct json *v, const char *dotted)
{
	struct str rest = str_of(dotted);
	while (v && rest.p) {
		struct str step = str_cut(&rest, S("."));
		int64_t i;
		if (v->type == JSON_ARRAY) v = str_int(step, &i) && i >= 0 && i < v->n ? v->item[i] : NULL;
		else v = json_get(v, step);
	}
	return (struct json *)v;
}

struct str json_text(const struct json *v)
{
	return v && (v->type == JSON_STRING || v->type == JSON_NUMBER) ? v->text : S("");
}

bool json_int(const struct json *v, int64_t *out)
{
	dec d;
	if (!v || v->type != JSON_NUMBER) return false;
	return str_int(v->text, out) || (dec_parse(v->text, &d) && dec_to_int(d, out));
}

bool json_dec(const struct json *v, dec *out)
{
	return v && v->type == JSON_NUMBER && dec_parse(v->text, out);
}

bool json_is_true(const struct json *v)
{
	return v && v->type == JSON_TRUE;
}

size_t json_count(const struct json *v)
{
	return v && (v->type == JSON_ARRAY || v->type == JSON_OBJECT) ? v->n : 0;
}

// A number's digits without zeros at either end, and its exponent; of any length.
struct digits {
	bool neg;
	const char *whole, *part;    // digits before and behind the point
	size_t whole_n, from, n;     // the significant ones: n from index from on
	int64_t exp;                 // 0.d1d2d3… · 10^exp
};

static char digit(const struct digits *d, size_t i)
{
	i += d->from;
	return i < d->whole_n ? d->whole[i] : d->part[i - d->whole_n];
}

static struct digits digits_of(struct str t)
{
	struct digits d = {0};
	const char *p = t.p, *end = t.p + t.n;
	if (p < end && *p == '-') d.neg = true, p++;
	d.whole = p;
	p = digits(p, end);
	d.whole_n = (size_t)(p - d.whole);
	d.part = p;
	size_t part_n = 0;
	if (p < end && *p == '.') {
		d.part = ++p;
		p = digits(p, end);
		part_n = (size_t)(p - d.part);
	}
	int64_t exp = 0;
	if (p < end) str_int((struct str){p + 1, (size_t)(end - p - 1)}, &exp);
	size_t all = d.whole_n + part_n;
	d.n = all;
	while (d.n && digit(&d, 0) == '0') d.from++, d.n--;
	while (d.n && digit(&d, d.n - 1) == '0') d.n--;
	d.exp = d.n ? (int64_t)d.whole_n - (int64_t)d.from + exp : 0;
	if (!d.n) d.neg = false;
	return d;
}

static bool same_number(struct str a, struct str b)
{
	if (str_eq(a, b)) return true;
	struct digits x = digits_of(a), y = digits_of(b);
	if (x.neg != y.neg || x.exp != y.exp || x.n != y.n) return false;
	for (size_t i = 0; i < x.n; i++)
		if (digit(&x, i) != digit(&y, i)) return false;
	return true;
}

bool json_equal(const struct json *a, const struct json *b)
{
	if (!a || !b || a->type != b->type) return a == b;
	switch (a->type) {
	case JSON_NUMBER: return same_number(a->text, b->text);
	case JSON_STRING: return str_eq(a->text, b->text);
	case JSON_ARRAY: case JSON_OBJECT: break;
	default: return true;
	}
	if (a->n != b->n) return false;
	for (uint32_t i = 0; i < a->n; i++) {
		const struct json *other = b->item[i];
		if (a->type == JSON_OBJECT && !str_eq(a->key[i], b->key[i])) other = json_get(b, a->key[i]);
		if (!other || !json_equal(a->item[i], other)) return false;
	}
	return true;
}

struct json *json_new(struct arena *a, enum json_type type)
{
	struct json *v = arena_new1(a, struct json);
	v->type = type;
	return v;
}

struct json *json_obj(struct arena *a)
{
	return json_new(a, JSON_OBJECT);
}

struct json *json_arr(struct arena *a)
{
	return json_new(a, JSON_ARRAY);
}

struct json *json_str(struct arena *a, struct str s)
{
	struct json *v = json_new(a, JSON_STRING);
	v->text = s;
	return v;
}

static struct json *integer(struct arena *a, enum json_type type, int64_t i)
{
	struct json *v = json_new(a, type);
	char tmp[24], *p = tmp + sizeof tmp;
	uint64_t u = i < 0 ? -(uint64_t)i : (uint64_t)i;
	do *--p = (char)('0' + u % 10);
	while (u /= 10);
	if (i < 0) *--p = '-';
	v->text = str_copy(a, (struct str){p, (size_t)(tmp + sizeof tmp - p)});
	return v;
}

struct json *json_num(struct arena *a, int64_t i)
{
	return integer(a, JSON_NUMBER, i);
}

struct json *json_id(struct arena *a, int64_t id)
{
	return integer(a, JSON_STRING, id);
}

struct json *json_decimal(struct arena *a, dec d)
{
	CHECK(dec_finite(d));
	struct json *v = json_new(a, JSON_NUMBER);
	v->text = dec_str(a, d);
	return v;
}

struct json *json_bool(struct arena *a, bool b)
{
	return json_new(a, b ? JSON_TRUE : JSON_FALSE);
}

static void grow(struct arena *a, struct json *v)
{
	if (v->n < v->cap) return;
	uint32_t cap = v->cap ? v->cap * 2 : 8;
	CHECK(cap > v->n);
	struct json **item = arena_raw(a, cap * sizeof *item);
	if (v->n) memcpy(item, v->item, v->n * sizeof *item);
	v->item = item;
	if (v->type == JSON_OBJECT) {
		struct str *key = arena_raw(a, cap * sizeof *key);
		if (v->n) memcpy(key, v->key, v->n * sizeof *key);
		v->key = key;
	}
	v->cap = cap;
}

void json_put(struct arena *a, struct json *o, struct str key, struct json *v)
{
	CHECK(o->type == JSON_OBJECT && v);
	for (uint32_t i = 0; i < o->n; i++) {
		if (str_eq(o->key[i], key)) {
			o->item[i] = v;
			return;
		}
	}
	grow(a, o);
	o->key[o->n] = key;
	o->item[o->n++] = v;
}

void json_add(struct arena *a, struct json *array, struct json *v)
{
	CHECK(array->type == JSON_ARRAY && v);
	grow(a, array);
	array->item[array->n++] = v;
}

struct json *json_copy(struct arena *a, const struct json *v)
{
	struct json *c = json_new(a, v->type);
	c->text = v->text.n ? str_copy(a, v->text) : S("");
	c->n = c->cap = v->n;
	if (v->n) c->item = arena_newn(a, struct json *, v->n);
	if (v->key && v->n) c->key = arena_newn(a, struct str, v->n);
	for (uint32_t i = 0; i < v->n; i++) {
		c->item[i] = json_copy(a, v->item[i]);
		if (c->key) c->key[i] = str_copy(a, v->key[i]);
	}
	return c;
}

void json_print_string(struct buf *b, struct str s)
{
	static const bool special[256] = {
		[0] = 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
		['"'] = 1, ['\\'] = 1, ['<'] = 1, ['>'] = 1, ['&'] = 1, [0xe2] = 1,
	};
	static const char hex[] = "0123456789abcdef", from[] = "\b\f\n\r\t", to[] = "bfnrt";
	buf_byte(b, '"');
	size_t done = 0, i = 0;
	while (i < s.n) {
		unsigned char c = (unsigned char)s.p[i];
		if (!special[c]) {
			i++;
			continue;
		}
		bool separator = c == 0xe2 && s.n - i > 2 && s.p[i + 1] == '\x80' &&
				 (s.p[i + 2] == '\xa8' || s.p[i + 2] == '\xa9');
		if (c == 0xe2 && !separator) {
			i++;
			continue;
		}
		buf_add(b, str_part(s, done, i - done));
		const char *f = c ? strchr(from, c) : NULL;
		if (separator) {
			buf_add(b, s.p[i + 2] == '\xa8' ? S("\\u2028") : S("\\u2029"));
			i += 2;
		} else if (c == '"' || c == '\\') {
			buf_byte(b, '\\');
			buf_byte(b, (char)c);
		} else if (f) {
			buf_byte(b, '\\');
			buf_byte(b, to[f - from]);
		} else {
			buf_lit(b, "\\u00");
			buf_byte(b, hex[c >> 4]);
			buf_byte(b, hex[c & 15]);
		}
		done = ++i;
	}
	buf_add(b, str_from(s, done));
	buf_byte(b, '"');
}

static bool scalar(struct buf *b, const struct json *v)
{
	switch (v->type) {
	case JSON_NULL: buf_lit(b, "null"); return true;
	case JSON_FALSE: buf_lit(b, "false"); return true;
	case JSON_TRUE: buf_lit(b, "true"); return true;
	case JSON_NUMBER: buf_add(b, v->text); return true;
	case JSON_STRING: json_print_string(b, v->text); return true;
	default: return false;
	}
}

void json_print(struct buf *b, const struct json *v)
{
	if (scalar(b, v)) return;
	bool object = v->type == JSON_OBJECT;
	buf_byte(b, object ? '{' : '[');
	for (uint32_t i = 0; i < v->n; i++) {
		if (i) buf_byte(b, ',');
		if (object) {
			json_print_string(b, v->key[i]);
			buf_byte(b, ':');
		}
		json_print(b, v->item[i]);
	}
	buf_byte(b, object ? '}' : ']');
}

static void pretty(struct buf *b, const struct json *v, int depth)
{
	if (scalar(b, v)) return;
	bool object = v->type == JSON_OBJECT;
	buf_byte(b, object ? '{' : '[');
	for (uint32_t i = 0; i < v->n; i++) {
		buf_add(b, i ? S(",\n") : S("\n"));
		for (int k = 0; k <= depth; k++) buf_lit(b, "  ");
		if (object) {
			json_print_string(b, v->key[i]);
			buf_lit(b, ": ");
		}
		pretty(b, v->item[i], depth + 1);
	}
	if (v->n) {
		buf_byte(b, '\n');
		for (int k = 0; k < depth; k++) buf_lit(b, "  ");
	}
	buf_byte(b, object ? '}' : ']');
}

void json_print_pretty(struct buf *b, const struct json *v)
{
	pretty(b, v, 0);
	buf_byte(b, '\n');
}

static void canonical_number(struct buf *b, struct str text)
{
	struct digits d = digits_of(text);
	if (!d.n) {
		buf_byte(b, '0');
		return;
	}
	if (d.neg) buf_byte(b, '-');
	if (d.exp > 34 || d.exp < -33) {
		buf_byte(b, digit(&d, 0));
		if (d.n > 1) buf_byte(b, '.');
		for (size_t i = 1; i < d.n; i++) buf_byte(b, digit(&d, i));
		buf_fmt(b, "E%+lld", (long long)d.exp - 1);
		return;
	}
	if (d.exp <= 0) buf_lit(b, "0.");
	for (int64_t i = d.exp; i < 0; i++) buf_byte(b, '0');
	for (size_t i = 0; i < d.n; i++) {
		if (i && (int64_t)i == d.exp) buf_byte(b, '.');
		buf_byte(b, digit(&d, i));
	}
	for (int64_t i = (int64_t)d.n; i < d.exp; i++) buf_byte(b, '0');
}

void json_print_canonical(struct buf *b, const struct json *v)
{
	if (v->type == JSON_NUMBER) {
		canonical_number(b, v->text);
		return;
	}
	if (scalar(b, v)) return;
	if (v->type == JSON_ARRAY) {
		buf_byte(b, '[');
		for (uint32_t i = 0; i < v->n; i++) {
			if (i) buf_byte(b, ',');
			json_print_canonical(b, v->item[i]);
		}
		buf_byte(b, ']');
		return;
	}
	const struct str **by = arena_newn(b->a, const struct str *, v->n);
	for (uint32_t i = 0; i < v->n; i++) by[i] = &v->key[i];
	if (v->n) qsort(by, v->n, sizeof *by, by_key);
	buf_byte(b, '{');
	for (uint32_t i = 0; i < v->n; i++) {
		if (i) buf_byte(b, ',');
		json_print_string(b, *by[i]);
		buf_byte(b, ':');
		json_print_canonical(b, v->item[by[i] - v->key]);
	}
	buf_byte(b, '}');
}
