// value.c — making values, and comparing them as FEEL does.
#include "feel/part.h"

struct feel_value feel_null(void)
{
	return (struct feel_value){0};
}

struct feel_value feel_bool(bool b)
{
	return (struct feel_value){.kind = FEEL_BOOLEAN, .truth = b};
}

struct feel_value feel_num(dec d)
{
	return (struct feel_value){.kind = FEEL_NUMBER, .num = d};
}

struct feel_value feel_int(int64_t i)
{
	return feel_num(dec_of_int(i));
}

struct feel_value feel_text(struct str s)
{
	return (struct feel_value){.kind = FEEL_STRING, .text = s};
}

struct feel_value feel_date(int64_t days)
{
	return (struct feel_value){.kind = FEEL_DATE, .at = {days, 0}};
}

struct feel_value feel_days_duration(int64_t s, int64_t ns)
{
	int64_t carry = ns / NS_S;
	ns -= carry * NS_S;
	if (ns < 0) {
		ns += NS_S;
		carry--;
	}
	return (struct feel_value){.kind = FEEL_DAYS_DURATION, .dur = {s + carry, ns}};
}

struct feel_value feel_months_duration(int64_t months)
{
	return (struct feel_value){.kind = FEEL_MONTHS_DURATION, .months = months};
}

struct feel_value feel_of_list(const struct feel_list *l)
{
	return (struct feel_value){.kind = FEEL_LIST, .list = l};
}

struct feel_value feel_of_context(const struct feel_context *c)
{
	return (struct feel_value){.kind = FEEL_CONTEXT, .ctx = c};
}

struct feel_value feel_of_function(const struct feel_function *f)
{
	return (struct feel_value){.kind = FEEL_FUNCTION, .fn = f};
}

struct feel_value feel_of_range(struct arena *a, struct feel_value start, bool start_in, struct feel_value end, bool end_in)
{
	struct feel_range *r = arena_new1(a, struct feel_range);
	*r = (struct feel_range){start, end, start_in, end_in, FEEL_INTERVAL};
	return (struct feel_value){.kind = FEEL_RANGE, .range = r};
}

struct feel_value feel_of_range_op(struct arena *a, enum feel_range_op op, struct feel_value v)
{
	struct feel_range *r = arena_new1(a, struct feel_range);
	r->op = op;
	if (op == FEEL_LT || op == FEEL_LE || op == FEEL_EQ || op == FEEL_NE) r->end = v;
	if (op == FEEL_GT || op == FEEL_GE || op == FEEL_EQ || op == FEEL_NE) r->start = v;
	r->start_in = op == FEEL_GE || op == FEEL_EQ;
	r->end_in = op == FEEL_LE || op == FEEL_EQ;
	return (struct feel_value){.kind = FEEL_RANGE, .range = r};
}

struct feel_value feel_lazy(const void *what)
{
	return (struct feel_value){.kind = FEEL_LAZY, .lazy = what};
}

struct feel_list *feel_list_new(struct arena *a, size_t n)
{
	struct feel_list *l = arena_new1(a, struct feel_list);
	l->n = n;
	l->item = arena_newn(a, struct feel_value, n);
	return l;
}

struct feel_context *feel_context_new(struct arena *a, uint32_t cap)
{
	struct feel_context *c = arena_new1(a, struct feel_context);
	c->cap = cap;
	c->key = arena_newn(a, struct str, cap);
	c->value = arena_newn(a, struct feel_value, cap);
	return c;
}

static inline bool key_is(struct str a, struct str b)
{
	return a.n == b.n && (a.p == b.p || memcmp(a.p, b.p, a.n) == 0);
}

void feel_context_put(struct arena *a, struct feel_context *c, struct str key, struct feel_value v)
{
	for (uint32_t i = 0; i < c->n; i++) {
		if (key_is(c->key[i], key)) {
			c->value[i] = v;
			return;
		}
	}
	if (c->n == c->cap) {
		uint32_t cap = c->cap ? c->cap * 2 : 8;
		struct str *keys = arena_newn(a, struct str, cap);
		struct feel_value *values = arena_newn(a, struct feel_value, cap);
		if (c->n) {
			memcpy(keys, c->key, c->n * sizeof *keys);
			memcpy(values, c->value, c->n * sizeof *values);
		}
		c->key = keys;
		c->value = values;
		c->cap = cap;
	}
	c->key[c->n] = key;
	c->value[c->n++] = v;
}

bool feel_context_get(const struct feel_context *c, struct str key, struct feel_value *out)
{
	for (uint32_t i = 0; i < c->n; i++) {
		if (key_is(c->key[i], key)) {
			*out = c->value[i];
			return true;
		}
	}
	return false;
}

const char *feel_kind_name(enum feel_kind k)
{
	static const char *const names[] = {
		"null", "boolean", "number", "string", "date", "time", "date and time", "days and time duration",
		"years and months duration", "list", "context", "range", "function", "Any", "lazy",
	};
	return names[k];
}

// Time of day compared to the millisecond: what lies below makes no two times different.
static int64_t whole_ms(const struct feel_value *v)
{
	return v->at.ns / 1000000;
}

static enum feel_truth truth(bool b)
{
	return b ? FEEL_TRUE : FEEL_FALSE;
}

// Values may share parts, so that comparing could take exponentially long: it is given up (unknown)
// after so many comparisons, or below such a depth.
enum { MOST_COMPARISONS = 1000000, DEEPEST = 4000 };

static enum feel_truth equal(const struct feel_value *a, const struct feel_value *b, int depth, uint32_t *left)
{
	if (a->kind == FEEL_NULL || b->kind == FEEL_NULL) return truth(a->kind == b->kind);
	if (a->kind != b->kind) return FEEL_UNKNOWN;
	if (depth > DEEPEST || !*left) return FEEL_UNKNOWN;
	--*left;
	switch ((enum feel_kind)a->kind) {
	case FEEL_BOOLEAN: return truth(a->truth == b->truth);
	case FEEL_NUMBER: return truth(a->num == b->num);
	case FEEL_STRING: return truth(str_eq(a->text, b->text));
	case FEEL_DATE: return truth(a->at.days == b->at.days);
	case FEEL_TIME: case FEEL_DATE_TIME:
		if (a->zoned != b->zoned) return FEEL_FALSE;
		return truth(value_second(a) == value_second(b) && whole_ms(a) % 1000 == whole_ms(b) % 1000);
	case FEEL_DAYS_DURATION: return truth(a->dur.s == b->dur.s && a->dur.ns == b->dur.ns);
	case FEEL_MONTHS_DURATION: return truth(a->months == b->months);
	case FEEL_FUNCTION: return truth(a->fn == b->fn);
	case FEEL_LIST: {
		if (a->list == b->list) return FEEL_TRUE;
		if (a->list->n != b->list->n) return FEEL_FALSE;
		enum feel_truth all = FEEL_TRUE;
		for (size_t i = 0; i < a->list->n; i++) {
			enum feel_truth t = equal(&a->list->item[i], &b->list->item[i], depth + 1, left);
			if (t == FEEL_FALSE) return FEEL_FALSE;
			if (!*left) return FEEL_UNKNOWN;
			if (t == FEEL_UNKNOWN) all = FEEL_FALSE;
		}
		return all;
	}
	case FEEL_CONTEXT:
		if (a->ctx == b->ctx) return FEEL_TRUE;
		if (a->ctx->n != b->ctx->n) return FEEL_FALSE;
		for (uint32_t i = 0; i < a->ctx->n; i++) {
			struct feel_value other;
			if (i < b->ctx->n && key_is(a->ctx->key[i], b->ctx->key[i])) other = b->ctx->value[i];
			else if (!feel_context_get(b->ctx, a->ctx->key[i], &other)) return FEEL_FALSE;
			if (equal(&a->ctx->value[i], &other, depth + 1, left) != FEEL_TRUE) return *left ? FEEL_FALSE : FEEL_UNKNOWN;
		}
		return FEEL_TRUE;
	case FEEL_RANGE: {
		const struct feel_range *x = a->range, *y = b->range;
		if (x->op != y->op || x->start_in != y->start_in || x->end_in != y->end_in) return FEEL_FALSE;
		return truth(equal(&x->start, &y->start, depth + 1, left) == FEEL_TRUE && equal(&x->end, &y->end, depth + 1, left) == FEEL_TRUE);
	}
	default: return FEEL_UNKNOWN;
	}
}

enum feel_truth feel_equal(struct feel_value a, struct feel_value b)
{
	uint32_t left = MOST_COMPARISONS;
	return equal(&a, &b, 0, &left);
}

bool feel_order(struct feel_value a, struct feel_value b, int *sign)
{
	if (a.kind != b.kind) return false;
	int64_t x, y;
	switch ((enum feel_kind)a.kind) {
	case FEEL_NUMBER:
		*sign = a.num < b.num ? -1 : a.num > b.num;
		return true;
	case FEEL_STRING: {
		int c = str_cmp(a.text, b.text);                 // UTF-8 bytes order as code points do
		*sign = c < 0 ? -1 : c > 0;
		return true;
	}
	case FEEL_DATE: x = a.at.days, y = b.at.days; break;
	case FEEL_TIME: case FEEL_DATE_TIME:
		if (a.zoned != b.zoned) return false;
		x = value_second(&a), y = value_second(&b);
		if (x == y) x = whole_ms(&a) % 1000, y = whole_ms(&b) % 1000;
		break;
	case FEEL_DAYS_DURATION:
		x = a.dur.s, y = b.dur.s;
		if (x == y) x = a.dur.ns, y = b.dur.ns;
		break;
	case FEEL_MONTHS_DURATION: x = a.months, y = b.months; break;
	default: return false;
	}
	*sign = x < y ? -1 : x > y;
	return true;
}

static bool identical(const struct feel_value *a, const struct feel_value *b, int depth, uint32_t *left)
{
	if (a->kind != b->kind || depth > DEEPEST || !*left) return false;
	--*left;
	switch ((enum feel_kind)a->kind) {
	case FEEL_TIME: case FEEL_DATE_TIME:
		return a->zoned == b->zoned && a->zone == b->zone && a->at.ns == b->at.ns && a->offset_s == b->offset_s &&
			(a->kind == FEEL_TIME || a->at.days == b->at.days);
	case FEEL_LIST:
		if (a->list->n != b->list->n) return false;
		for (size_t i = 0; i < a->list->n; i++)
			if (!identical(&a->list->item[i], &b->list->item[i], depth + 1, left)) return false;
		return true;
	case FEEL_CONTEXT:
		if (a->ctx->n != b->ctx->n) return false;
		for (uint32_t i = 0; i < a->ctx->n; i++) {
			struct feel_value other;
			if (!feel_context_get(b->ctx, a->ctx->key[i], &other)) return false;
			if (!identical(&a->ctx->value[i], &other, depth + 1, left)) return false;
		}
		return true;
	default: return equal(a, b, depth, left) == FEEL_TRUE;
	}
}

bool feel_identical(struct feel_value a, struct feel_value b)
{
	uint32_t left = MOST_COMPARISONS;
	return identical(&a, &b, 0, &left);
}

static uint64_t mix(uint64_t h, uint64_t x)
{
	h = (h ^ x) * 0x9e3779b97f4a7c15u;
	return h ^ (h >> 29);
}

// Looks at no more than a few levels and elements: shared parts would make more exponential.
enum { HASH_DEPTH = 3, HASH_ITEMS = 16 };

static uint64_t hash(const struct feel_value *v, int depth)
{
	uint64_t h = mix(0, v->kind);
	if (depth > HASH_DEPTH) return h;
	switch ((enum feel_kind)v->kind) {
	case FEEL_BOOLEAN: return mix(h, v->truth);
	case FEEL_NUMBER: return mix(h, dec_hash(v->num));
	case FEEL_STRING: return mix(h, str_hash(v->text));
	case FEEL_DATE: return mix(h, (uint64_t)v->at.days);
	case FEEL_TIME: case FEEL_DATE_TIME: return mix(mix(h, (uint64_t)value_second(v)), (uint64_t)(whole_ms(v) % 1000));
	case FEEL_DAYS_DURATION: return mix(mix(h, (uint64_t)v->dur.s), (uint64_t)v->dur.ns);
	case FEEL_MONTHS_DURATION: return mix(h, (uint64_t)v->months);
	case FEEL_LIST:
		h = mix(h, v->list->n);
		for (size_t i = 0; i < v->list->n && i < HASH_ITEMS; i++) h = mix(h, hash(&v->list->item[i], depth + 1));
		return h;
	case FEEL_CONTEXT: {
		uint64_t sum = v->ctx->n;                        // in any order
		if (sum > HASH_ITEMS) return mix(h, sum);
		for (uint32_t i = 0; i < v->ctx->n; i++)
			sum += mix(str_hash(v->ctx->key[i]), hash(&v->ctx->value[i], depth + 1));
		return mix(h, sum);
	}
	case FEEL_RANGE:
		h = mix(h, (uint64_t)v->range->op * 4 + v->range->start_in * 2 + v->range->end_in);
		return mix(mix(h, hash(&v->range->start, depth + 1)), hash(&v->range->end, depth + 1));
	case FEEL_FUNCTION: return mix(h, (uint64_t)(uintptr_t)v->fn);
	default: return h;
	}
}

uint64_t feel_hash(struct feel_value v)
{
	return hash(&v, 0);
}

static enum feel_truth below(const struct feel_value *a, const struct feel_value *b, bool also_equal)
{
	int sign;
	if (!feel_order(*a, *b, &sign)) return FEEL_UNKNOWN;
	return truth(sign < 0 || (also_equal && sign == 0));
}

enum feel_truth feel_in_range(const struct feel_range *r, struct feel_value v)
{
	enum feel_truth lo, hi;
	switch ((enum feel_range_op)r->op) {
	case FEEL_EQ: return feel_equal(v, r->start);
	case FEEL_NE:
		lo = feel_equal(v, r->start);
		return lo == FEEL_UNKNOWN ? lo : truth(lo == FEEL_FALSE);
	case FEEL_LT: return below(&v, &r->end, false);
	case FEEL_LE: return below(&v, &r->end, true);
	case FEEL_GT: return below(&r->start, &v, false);
	case FEEL_GE: return below(&r->start, &v, true);
	case FEEL_INTERVAL: break;
	}
	lo = below(&r->start, &v, r->start_in);
	hi = below(&v, &r->end, r->end_in);
	if (lo == FEEL_UNKNOWN || hi == FEEL_UNKNOWN) return FEEL_UNKNOWN;
	return truth(lo == FEEL_TRUE && hi == FEEL_TRUE);
}
