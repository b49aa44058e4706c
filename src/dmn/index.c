#include "dmn/index.h"
#include <stdlib.h>

#define MASK_BYTES (4u << 20)                // of a column's masks
#define MAX_ENDS 400000u                     // of a column's intervals; beyond, cells are tested one by one
#define LIST_FACTOR 16u                      // entries a rule of a column's lists

static bool kind_ok(const struct feel_value *v)
{
	switch (v->kind) {
	case FEEL_NUMBER: case FEEL_STRING: case FEEL_BOOLEAN: case FEEL_DATE:
	case FEEL_DAYS_DURATION: case FEEL_MONTHS_DURATION: return true;
	case FEEL_TIME: case FEEL_DATE_TIME: return !v->zoned;
	default: return false;
	}
}

static int order(const struct feel_value *a, const struct feel_value *b)
{
	switch (a->kind) {
	case FEEL_NUMBER: return a->num < b->num ? -1 : a->num > b->num;
	case FEEL_STRING: return str_cmp(a->text, b->text);
	case FEEL_BOOLEAN: return (int)a->truth - (int)b->truth;
	case FEEL_DATE: return a->at.days < b->at.days ? -1 : a->at.days > b->at.days;
	case FEEL_MONTHS_DURATION: return a->months < b->months ? -1 : a->months > b->months;
	case FEEL_DAYS_DURATION:
		if (a->dur.s != b->dur.s) return a->dur.s < b->dur.s ? -1 : 1;
		return a->dur.ns < b->dur.ns ? -1 : a->dur.ns > b->dur.ns;
	default:
		if (a->at.days != b->at.days) return a->at.days < b->at.days ? -1 : 1;
		return a->at.ns < b->at.ns ? -1 : a->at.ns > b->at.ns;
	}
}

static int order_void(const void *a, const void *b)
{
	return order(a, b);
}

// A whole number that is stored with exponent 0 and below 2^62, read from its bits (the binary
// encoding of IEEE 754, which x86 has). False says only that this short way does not serve.
static bool whole(dec d, int64_t *out)
{
	uint64_t w[2];
	memcpy(w, &d, sizeof w);
	if ((w[1] & 0x7fffffffffffffffull) != 0x3040000000000000ull || w[0] >> 62) return false;
	*out = w[1] >> 63 ? -(int64_t)w[0] : (int64_t)w[0];
	return true;
}

static bool whole_works(void)                // false where decimals are encoded otherwise
{
	int64_t x, y;
	return sizeof(dec) == 16 && whole(dec_of_int(1234567890123), &x) && x == 1234567890123 && whole(dec_of_int(-7), &y) && y == -7;
}

static uint32_t search_whole(const int64_t *p, uint32_t n, int64_t v)
{
	uint32_t lo = 0;
	while (n > 0) {                          // p[lo - 1] < v <= p[lo + n]
		uint32_t half = n / 2;
		bool right = p[lo + half] < v;
		lo += right ? half + 1 : 0;
		n = right ? n - half - 1 : half;
	}
	return lo;
}

bool dmn_index_segment(const struct dmn_index *x, const struct feel_value *v, uint32_t *segment)
{
	if (v->kind == FEEL_NULL) {
		*segment = x->n_segment - 1;
		return true;
	}
	if (v->kind != x->kind || !kind_ok(v)) return false;
	int64_t n;
	if (x->whole && (v->kind == FEEL_DATE ? (n = v->at.days, true) : whole(v->num, &n))) {
		uint32_t i = search_whole(x->whole, x->n_point, n);
		*segment = 2 * i + (i < x->n_point && x->whole[i] == n);
		return true;
	}
	uint32_t lo = 0, hi = x->n_point;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		int c = order(&x->point[mid], v);
		if (c == 0) {
			*segment = 2 * mid + 1;
			return true;
		}
		if (c < 0) lo = mid + 1; else hi = mid;
	}
	*segment = 2 * lo;
	return true;
}

static void build_whole(struct arena *a, struct dmn_index *x)
{
	if ((x->kind != FEEL_NUMBER || !whole_works()) && x->kind != FEEL_DATE) return;
	int64_t *p = arena_newn(a, int64_t, x->n_point);
	for (uint32_t i = 0; i < x->n_point; i++) {
		if (x->kind == FEEL_DATE) p[i] = x->point[i].at.days;
		else if (!dec_to_int(x->point[i].num, &p[i])) return;
	}
	x->whole = p;
}

static bool fits(const struct feel_tests *t, enum feel_kind kind)
{
	for (uint32_t i = 0; i < t->n; i++) {
		const struct feel_interval *v = &t->item[i];
		if (v->lo.kind == FEEL_NULL && v->hi.kind == FEEL_NULL) return false;
		if (v->lo.kind != FEEL_NULL && (v->lo.kind != kind || !kind_ok(&v->lo))) return false;
		if (v->hi.kind != FEEL_NULL && (v->hi.kind != kind || !kind_ok(&v->hi))) return false;
		// booleans and the like have no order: only equality
		if (kind == FEEL_BOOLEAN && (v->lo.kind == FEEL_NULL || v->hi.kind == FEEL_NULL
		    || v->lo.truth != v->hi.truth || !v->lo_in || !v->hi_in)) return false;
	}
	return true;
}

static int span_order(const void *a, const void *b)
{
	const struct dmn_span *x = a, *y = b;
	return x->lo < y->lo ? -1 : x->lo > y->lo;
}

// The segments of a cell, ascending, apart from each other; null is the last segment.
static uint32_t spans_of(const struct dmn_index *x, const struct feel_tests *t, bool null_hit, struct dmn_span *out,
	struct dmn_span *gap)
{
	uint32_t n = 0, last = x->n_segment - 2;
	for (uint32_t i = 0; i < t->n; i++) {
		const struct feel_interval *v = &t->item[i];
		uint32_t lo = 0, hi = last;
		if (v->lo.kind != FEEL_NULL) {
			dmn_index_segment(x, &v->lo, &lo);
			if (!v->lo_in) lo++;
		}
		if (v->hi.kind != FEEL_NULL) {
			dmn_index_segment(x, &v->hi, &hi);
			if (!v->hi_in) hi--;
		}
		if (lo <= hi) out[n++] = (struct dmn_span){lo, hi};
	}
	qsort(out, n, sizeof *out, span_order);
	uint32_t m = 0;
	for (uint32_t i = 0; i < n; i++) {
		if (m && out[i].lo <= out[m - 1].hi + 1) {
			if (out[i].hi > out[m - 1].hi) out[m - 1].hi = out[i].hi;
		} else {
			out[m++] = out[i];
		}
	}
	if (t->negated) {                        // m spans leave at most m + 1 gaps
		uint32_t from = 0, k = 0;
		for (uint32_t i = 0; i < m; i++) {
			if (out[i].lo > from) gap[k++] = (struct dmn_span){from, out[i].lo - 1};
			from = out[i].hi + 1;
		}
		if (from <= last) gap[k++] = (struct dmn_span){from, last};
		memcpy(out, gap, sizeof *gap * k);
		m = k;
	}
	if (null_hit) out[m++] = (struct dmn_span){x->n_segment - 1, x->n_segment - 1};
	return m;
}

static void build_masks(struct arena *a, struct dmn_index *x, uint32_t n_rule)
{
	size_t words = (n_rule + 63) / 64;
	if ((size_t)x->n_segment * words * 8 > MASK_BYTES) return;
	x->mask = arena_newn(a, uint64_t, x->n_segment * words);
	for (uint32_t r = 0; r < n_rule; r++)
		for (uint32_t i = x->first[r]; i < x->first[r + 1]; i++)
			for (uint32_t s = x->span[i].lo; s <= x->span[i].hi; s++)
				x->mask[s * words + r / 64] |= 1ull << (r % 64);
}

static void build_lists(struct arena *a, struct dmn_index *x, uint32_t n_rule)
{
	uint64_t total = 0;
	bool *wild = arena_newn(a, bool, n_rule + 1);
	for (uint32_t r = 0; r < n_rule; r++) {
		uint64_t n = 0;
		for (uint32_t i = x->first[r]; i < x->first[r + 1]; i++) n += x->span[i].hi - x->span[i].lo + 1;
		wild[r] = n == x->n_segment;
		if (wild[r]) x->n_wild++; else total += n;
	}
	if (total > (uint64_t)n_rule * LIST_FACTOR + 1024) return;
	x->wild = arena_newn(a, uint32_t, x->n_wild + 1);
	x->list_first = arena_newn(a, uint32_t, x->n_segment + 2);
	x->list = arena_newn(a, uint32_t, total + 1);
	for (uint32_t r = 0; r < n_rule; r++)
		for (uint32_t i = x->first[r]; !wild[r] && i < x->first[r + 1]; i++)
			for (uint32_t s = x->span[i].lo; s <= x->span[i].hi; s++) x->list_first[s + 2]++;
	for (uint32_t s = 2; s < x->n_segment + 2; s++) x->list_first[s] += x->list_first[s - 1];
	uint32_t w = 0;
	for (uint32_t r = 0; r < n_rule; r++) {
		if (wild[r]) x->wild[w++] = r;
		for (uint32_t i = x->first[r]; !wild[r] && i < x->first[r + 1]; i++)
			for (uint32_t s = x->span[i].lo; s <= x->span[i].hi; s++) x->list[x->list_first[s + 1]++] = r;
	}
}

struct dmn_index *dmn_index_build(struct arena *a, const struct dmn_column *col, uint32_t n_rule)
{
	enum feel_kind kind = FEEL_NULL;
	size_t n_end = 0;
	uint32_t most = 0;
	for (uint32_t r = 0; r < n_rule; r++) {
		const struct feel_tests *t = &col->tests[r];
		if (!col->exact[r]) continue;
		for (uint32_t i = 0; i < t->n && kind == FEEL_NULL; i++)
			kind = t->item[i].lo.kind != FEEL_NULL ? t->item[i].lo.kind : t->item[i].hi.kind;
		n_end += 2 * (size_t)t->n;
		if (t->n > most) most = t->n;
	}
	if (kind == FEEL_NULL || most > 10000 || n_end > MAX_ENDS || n_rule == 0) return NULL;
	struct dmn_index *x = arena_new1(a, struct dmn_index);
	struct feel_value *p = arena_newn(a, struct feel_value, n_end);
	size_t n = 0;
	x->kind = kind;
	x->unsure = arena_newn(a, bool, n_rule);
	for (uint32_t r = 0; r < n_rule; r++) {
		const struct feel_tests *t = &col->tests[r];
		x->unsure[r] = !col->exact[r] || !fits(t, kind);
		x->any_unsure |= x->unsure[r];
		for (uint32_t i = 0; !x->unsure[r] && i < t->n; i++) {
			if (t->item[i].lo.kind != FEEL_NULL) p[n++] = t->item[i].lo;
			if (t->item[i].hi.kind != FEEL_NULL) p[n++] = t->item[i].hi;
		}
	}
	if (n == 0) return NULL;
	qsort(p, n, sizeof *p, order_void);
	for (size_t i = 0; i < n; i++)
		if (x->n_point == 0 || order(&p[x->n_point - 1], &p[i]) != 0) p[x->n_point++] = p[i];
	x->point = p;
	x->n_segment = 2 * x->n_point + 2;
	build_whole(a, x);
	x->first = arena_newn(a, uint32_t, n_rule + 1);
	size_t n_span = 0, cap = 0;
	struct dmn_span *tmp = arena_newn(a, struct dmn_span, most + 3), *gap = arena_newn(a, struct dmn_span, most + 3);
	for (uint32_t r = 0; r < n_rule; r++) {
		uint32_t m = 1;
		tmp[0] = (struct dmn_span){0, x->n_segment - 1};
		if (!x->unsure[r] && !col->tests[r].any) {
			struct feel_run run;
			feel_run_init(&run, a);
			m = spans_of(x, &col->tests[r], feel_is_true(feel_test(&run, col->cell[r].expr, NULL, feel_null())), tmp, gap);
		}
		x->first[r] = (uint32_t)n_span;
		for (uint32_t i = 0; i < m; i++) *vec_push(a, x->span, n_span, cap) = tmp[i];
	}
	x->first[n_rule] = (uint32_t)n_span;
	build_masks(a, x, n_rule);
	build_lists(a, x, n_rule);
	return x;
}
