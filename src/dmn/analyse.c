#include "dmn/analyse.h"
#include "dmn/index.h"
#include <stdlib.h>

#define WORK 20000000u
#define MAX_GAPS 10u
#define MAX_OVERLAPS 20u
#define MAX_UNDECIDED 10u
#define NOT_BOUND UINT32_MAX

struct region { struct dmn_span *span; uint32_t n; };        // segments, ascending
struct axis {                                // a column as segments
	const struct dmn_index *x;               // NULL: nothing distinguishes its values: one segment
	struct region domain;                    // segments that have values, null apart
	struct region *rule;                     // a rule each, cut with the domain (null kept)
	bool *wild, *whole;                      // a rule each: covers the domain; null too
};
struct work {
	struct arena *a;
	const struct dmn_table *t;
	struct dmn_analysis *out;
	struct axis *axis;
	uint32_t n_in, n_rule;
	bool *sure;                              // a rule each: all its cells are exact
	bool *empty;                             // a rule each: some cell matches nothing
	uint64_t left;                           // steps
	uint32_t found, limit;                   // of the present search
	uint32_t *at;                            // the present search: a segment a column
	enum dmn_finding_kind kind;
	bool ran_out;
};

static struct dmn_finding *report(struct work *w, enum dmn_finding_kind kind, uint32_t rule, uint32_t column)
{
	struct dmn_finding *f = arena_new1(w->a, struct dmn_finding);
	const struct dmn_written *wr = w->t->written;
	f->kind = kind;
	f->rule = rule;
	f->column = column;
	f->line = rule ? wr->rule[rule - 1].line : wr->line;
	f->col = rule ? wr->rule[rule - 1].col : wr->col;
	*w->out->end = f;
	w->out->end = &f->next;
	w->out->n++;
	if (kind == DMN_UNDECIDED) w->out->complete = false;
	return f;
}

static struct dmn_finding *undecided(struct work *w, uint32_t rule, uint32_t column, struct str text, struct str zh)
{
	struct dmn_finding *f = report(w, DMN_UNDECIDED, rule, column);
	f->text = text;
	f->zh = zh;
	return f;
}

static bool spend(struct work *w, uint64_t n)
{
	if (w->left < n) {
		w->left = 0;
		w->ran_out = true;
		return false;
	}
	w->left -= n;
	return true;
}

// ---- segments and values --------------------------------------------------------------------

static struct feel_value between(struct arena *a, const struct feel_value *lo, const struct feel_value *hi, bool *ok)
{
	struct feel_value v = lo ? *lo : *hi;
	*ok = true;
	switch (v.kind) {
	case FEEL_NUMBER:
		if (!lo) v.num = dec_ceil(hi->num) - 1;
		else if (!hi || dec_floor(lo->num) + 1 < hi->num) v.num = dec_floor(lo->num) + 1;
		else v.num = (lo->num + hi->num) / 2;
		*ok = (!lo || v.num > lo->num) && (!hi || v.num < hi->num);
		return v;
	case FEEL_DATE:
		v.at.days += lo ? 1 : -1;
		*ok = !lo || !hi || v.at.days < hi->at.days;
		return v;
	case FEEL_MONTHS_DURATION:
		v.months += lo ? 1 : -1;
		*ok = !lo || !hi || v.months < hi->months;
		return v;
	case FEEL_BOOLEAN:                       // below true is false, above false is true
		v.truth = lo != NULL;
		*ok = lo ? !hi && !lo->truth : hi->truth;
		return v;
	case FEEL_DAYS_DURATION:
		v = feel_days_duration(v.dur.s + (lo ? 86400 : -86400), v.dur.ns);
		if (lo && hi && (v.dur.s > hi->dur.s || (v.dur.s == hi->dur.s && v.dur.ns >= hi->dur.ns)))
			v = feel_days_duration(lo->dur.s, lo->dur.ns + 1);
		*ok = !lo || !hi || v.dur.s < hi->dur.s || (v.dur.s == hi->dur.s && v.dur.ns < hi->dur.ns);
		return v;
	case FEEL_STRING: {
		static const char *const ideas[] = {"其他", "A", "a", "0", "M", "z"};
		for (size_t i = 0; i < countof(ideas); i++) {
			struct str s = str_of(ideas[i]);
			if ((!lo || str_cmp(lo->text, s) < 0) && (!hi || str_cmp(s, hi->text) < 0)) return feel_text(s);
		}
		struct str s = lo ? str_fmt(a, STR_FMT "!", STR_ARG(lo->text)) : (struct str){"", 0};
		if (hi && str_cmp(s, hi->text) >= 0) s = lo ? str_fmt(a, STR_FMT "\x01", STR_ARG(lo->text)) : s;
		*ok = !hi || str_cmp(s, hi->text) < 0;
		return feel_text(s);
	}
	case FEEL_TIME:
	case FEEL_DATE_TIME:
		v.at.ns += lo ? 1 : -1;
		if (v.at.ns < 0) v.at.ns += 86400000000000, v.at.days--;
		if (v.at.ns >= 86400000000000) v.at.ns -= 86400000000000, v.at.days++;
		if (v.kind == FEEL_TIME && v.at.days != (lo ? lo : hi)->at.days) *ok = false;
		if (lo && hi && v.at.days == hi->at.days && v.at.ns >= hi->at.ns) *ok = false;
		return v;
	default:
		*ok = false;
		return v;
	}
}

// A value of the segment; false when it has none (no day lies between two neighbouring days).
static bool sample(struct arena *a, const struct dmn_index *x, uint32_t segment, struct feel_value *out)
{
	bool ok = true;
	if (!x) {
		*out = (struct feel_value){.kind = FEEL_ANY};
	} else if (segment == x->n_segment - 1) {
		*out = feel_null();
	} else if (segment & 1) {
		*out = x->point[segment / 2];
	} else {
		uint32_t i = segment / 2;
		*out = between(a, i ? &x->point[i - 1] : NULL, i < x->n_point ? &x->point[i] : NULL, &ok);
	}
	return ok;
}

static struct region cut(struct arena *a, struct region p, struct region q)
{
	struct region r = {arena_newn(a, struct dmn_span, p.n + q.n + 1), 0};
	for (uint32_t i = 0, j = 0; i < p.n && j < q.n;) {
		uint32_t lo = p.span[i].lo > q.span[j].lo ? p.span[i].lo : q.span[j].lo;
		uint32_t hi = p.span[i].hi < q.span[j].hi ? p.span[i].hi : q.span[j].hi;
		if (lo <= hi) r.span[r.n++] = (struct dmn_span){lo, hi};
		if (p.span[i].hi < q.span[j].hi) i++; else j++;
	}
	return r;
}

// A segment common to both, one with a value before null; NOT_BOUND when there is none.
static uint32_t common(struct region p, struct region q)
{
	for (uint32_t i = 0, j = 0; i < p.n && j < q.n;) {
		uint32_t lo = p.span[i].lo > q.span[j].lo ? p.span[i].lo : q.span[j].lo;
		uint32_t hi = p.span[i].hi < q.span[j].hi ? p.span[i].hi : q.span[j].hi;
		if (lo <= hi) return lo;
		if (p.span[i].hi < q.span[j].hi) i++; else j++;
	}
	return NOT_BOUND;
}

// ---- columns --------------------------------------------------------------------------------

static const struct feel_type *column_type(const struct dmn_column *c)
{
	return c->type ? c->type : c->known;
}

// Allowed values of the column: its input values and its type's. More than plain tests: told as undecided.
static uint32_t allowed_of(struct work *w, uint32_t c, const struct feel_expr *out[5])
{
	const struct dmn_column *col = &w->t->in[c];
	const struct feel_type *t = col->type, *e = col->known;
	if (t && t->kind == FEEL_LIST) t = NULL;
	if (e && e->kind == FEEL_LIST) e = NULL;
	const struct feel_expr *all[5] = {col->allowed.expr, t ? t->allowed : NULL, t ? t->constraint : NULL,
		e ? e->allowed : NULL, e ? e->constraint : NULL};
	uint32_t n = 0;
	struct feel_tests tests;
	for (size_t i = 0; i < countof(all); i++) {
		bool again = false;
		for (size_t k = 0; k < i; k++) again |= all[k] == all[i];
		if (!all[i] || again) continue;
		if (feel_expr_tests(all[i], w->a, &tests)) out[n++] = all[i];
		else undecided(w, 0, c, S("the allowed values of the column are more than plain tests"), S("该列的允许值不是简单取值或区间"));
	}
	return n;
}

static void build_axis(struct work *w, uint32_t c)
{
	const struct dmn_column *col = &w->t->in[c];
	struct axis *ax = &w->axis[c];
	struct arena *a = w->a;
	const struct feel_expr *allowed[5];
	uint32_t n = w->n_rule, extra = allowed_of(w, c, allowed);
	struct dmn_column wide = {.cell = arena_newn(a, struct dmn_code, n + extra + 1),
		.tests = arena_newn(a, struct feel_tests, n + extra + 1), .exact = arena_newn(a, bool, n + extra + 1)};
	memcpy(wide.cell, col->cell, sizeof *wide.cell * n);
	memcpy(wide.tests, col->tests, sizeof *wide.tests * n);
	memcpy(wide.exact, col->exact, sizeof *wide.exact * n);
	for (uint32_t i = 0; i < extra; i++) {
		wide.cell[n + i].expr = allowed[i];
		wide.exact[n + i] = feel_expr_tests(allowed[i], a, &wide.tests[n + i]);
	}
	ax->x = dmn_index_build(a, &wide, n + extra);
	ax->rule = arena_newn(a, struct region, n + 1);
	ax->wild = arena_newn(a, bool, n + 1);
	ax->whole = arena_newn(a, bool, n + 1);
	uint32_t n_segment = ax->x ? ax->x->n_segment : 2;
	size_t nd = 0, cap = 0;
	struct feel_value v;
	struct dmn_span *dom = NULL;
	for (uint32_t s = 0; s + 1 < n_segment; s++) {
		bool ok = sample(a, ax->x, s, &v);
		for (uint32_t i = 0; ax->x && ok && i < extra; i++) ok = dmn_index_covers(ax->x, n + i, s);
		if (ok && nd && dom[nd - 1].hi + 1 == s) dom[nd - 1].hi = s;
		else if (ok) *vec_push(a, dom, nd, cap) = (struct dmn_span){s, s};
	}
	ax->domain = (struct region){dom, (uint32_t)nd};
	struct dmn_span *with_null = arena_newn(a, struct dmn_span, nd + 1);
	if (nd) memcpy(with_null, dom, sizeof *dom * nd);
	with_null[nd] = (struct dmn_span){n_segment - 1, n_segment - 1};
	struct region both = {with_null, (uint32_t)nd + 1}, all = {arena_new1(a, struct dmn_span), 1};
	*all.span = (struct dmn_span){0, n_segment - 1};
	for (uint32_t r = 0; r < n; r++) {
		bool unsure = ax->x ? ax->x->unsure[r] : !col->exact[r];
		struct region mine = ax->x ? (struct region){ax->x->span + ax->x->first[r], ax->x->first[r + 1] - ax->x->first[r]} : all;
		if (unsure) w->sure[r] = false;
		ax->rule[r] = cut(a, unsure ? all : mine, both);
		struct region in = cut(a, ax->rule[r], ax->domain);
		ax->wild[r] = in.n == ax->domain.n;
		for (uint32_t i = 0; ax->wild[r] && i < in.n; i++)
			ax->wild[r] = in.span[i].lo == ax->domain.span[i].lo && in.span[i].hi == ax->domain.span[i].hi;
		ax->whole[r] = ax->wild[r] && ax->rule[r].n && ax->rule[r].span[ax->rule[r].n - 1].hi == n_segment - 1;
		if (ax->rule[r].n == 0 && !w->empty[r]) {
			w->empty[r] = true;
			struct dmn_finding *f = report(w, DMN_EMPTY, r + 1, c);
			f->line = col->cell[r].line;
			f->col = col->cell[r].col;
		}
	}
}

static void tell_unsure(struct work *w)
{
	uint32_t told = 0;
	for (uint32_t r = 0; r < w->n_rule; r++) {
		for (uint32_t c = 0; c < w->n_in && !w->sure[r]; c++) {
			const struct dmn_index *x = w->axis[c].x;
			if (x ? !x->unsure[r] : w->t->in[c].exact[r]) continue;
			if (told++ >= MAX_UNDECIDED) return;
			struct dmn_finding *f = undecided(w, r + 1, c,
				S("the cell is more than plain tests, so gaps and overlaps that depend on it were not examined"),
				S("单元格不是简单取值或区间，与它有关的空缺和重叠没有检查"));
			f->line = w->t->in[c].cell[r].line;
			f->col = w->t->in[c].cell[r].col;
		}
	}
}

// ---- what a set of rules leaves uncovered ---------------------------------------------------

static void give_example(struct work *w, struct dmn_finding *f)
{
	f->example = arena_newn(w->a, struct feel_value, w->n_in + 1);
	for (uint32_t c = 0; c < w->n_in; c++) {
		if (w->at[c] == NOT_BOUND) f->example[c].kind = FEEL_ANY;
		else sample(w->a, w->axis[c].x, w->at[c], &f->example[c]);
	}
}

struct list { uint32_t *rule, n; };

static int u32_order(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return x < y ? -1 : x > y;
}

static void uncovered(struct work *w, uint32_t c, struct list active, const struct region *box);

// The ranges of segments that the same rules cover: starts in *cuts, their number returned.
static uint32_t ranges(struct work *w, uint32_t c, struct list active, struct region in, uint32_t **cuts)
{
	size_t n = 0, cap = 0, m = 0;
	uint32_t *p = NULL;
	for (uint32_t i = 0; i < in.n; i++) {
		*vec_push(w->a, p, n, cap) = in.span[i].lo;
		*vec_push(w->a, p, n, cap) = in.span[i].hi + 1;
	}
	for (uint32_t i = 0; i < active.n; i++) {
		struct region r = w->axis[c].rule[active.rule[i]];
		for (uint32_t k = 0; k < r.n; k++) {
			*vec_push(w->a, p, n, cap) = r.span[k].lo;
			*vec_push(w->a, p, n, cap) = r.span[k].hi + 1;
		}
	}
	qsort(p, n, sizeof *p, u32_order);
	for (size_t i = 0; i < n; i++)
		if (m == 0 || p[m - 1] != p[i]) p[m++] = p[i];
	*cuts = p;
	return (uint32_t)m;
}

static uint32_t cut_at(const uint32_t *cuts, uint32_t n, uint32_t segment)
{
	uint32_t lo = 0, hi = n;
	while (lo < hi) {
		uint32_t mid = (lo + hi) / 2;
		if (cuts[mid] < segment) lo = mid + 1; else hi = mid;
	}
	return lo;
}

static int span_order(const void *a, const void *b)
{
	const struct dmn_span *x = a, *y = b;
	return x->lo < y->lo ? -1 : x->lo > y->lo;
}

// The last column needs no lists of rules: the first segment of the box that none of them covers.
static uint32_t left_over(struct work *w, uint32_t c, struct list active, struct region box)
{
	size_t n = 0, cap = 0;
	struct dmn_span *span = NULL;
	for (uint32_t i = 0; i < active.n; i++) {
		struct region r = w->axis[c].rule[active.rule[i]];
		for (uint32_t k = 0; k < r.n; k++) *vec_push(w->a, span, n, cap) = r.span[k];
	}
	if (!spend(w, n)) return NOT_BOUND;
	qsort(span, n, sizeof *span, span_order);
	size_t at = 0;
	for (uint32_t b = 0, from = 0; b < box.n; b++) {
		if (from < box.span[b].lo) from = box.span[b].lo;
		for (; at < n && span[at].lo <= from; at++)
			if (span[at].hi >= from) from = span[at].hi + 1;
		if (from <= box.span[b].hi) return from;
	}
	return NOT_BOUND;
}

static void split(struct work *w, uint32_t c, struct list active, const struct region *box)
{
	uint32_t *cuts, n = ranges(w, c, active, box[c], &cuts);
	if (n < 2 || !spend(w, n + active.n)) return;
	uint32_t *count = arena_newn(w->a, uint32_t, n + 1);
	uint64_t total = 0;
	for (int pass = 0; pass < 2; pass++) {
		uint32_t *rule = pass ? arena_newn(w->a, uint32_t, total + 1) : NULL;
		if (pass) {
			for (uint32_t i = 0, sum = 0; i < n; i++) {
				uint32_t k = count[i];
				count[i] = sum;
				sum += k;
			}
		}
		for (uint32_t i = 0; i < active.n; i++) {
			struct region r = w->axis[c].rule[active.rule[i]];
			for (uint32_t k = 0; k < r.n; k++) {
				uint32_t to = cut_at(cuts, n, r.span[k].hi + 1);
				for (uint32_t g = cut_at(cuts, n, r.span[k].lo); g < to; g++) {
					if (pass) rule[count[g]++] = active.rule[i];
					else count[g]++, total++;
				}
			}
		}
		if (!pass && !spend(w, total)) return;
		if (!pass) continue;
		struct list *seen = arena_newn(w->a, struct list, n);
		uint32_t n_seen = 0;
		for (uint32_t g = 0; g + 1 < n && !w->ran_out && w->found < w->limit; g++) {
			struct list sub = {rule + (g ? count[g - 1] : 0), count[g] - (g ? count[g - 1] : 0)};
			struct region piece = {&(struct dmn_span){cuts[g], cuts[g + 1] - 1}, 1};
			uint32_t s = common(piece, box[c]);
			if (s == NOT_BOUND) continue;
			bool again = false;              // the same rules elsewhere on this axis: the same answer
			for (uint32_t i = n_seen; i > 0 && i + 8 > n_seen && !again; i--) {
				again = seen[i - 1].n == sub.n && !memcmp(seen[i - 1].rule, sub.rule, sizeof *sub.rule * sub.n);
				if (!again) continue;
				struct list last = seen[n_seen - 1];     // keep it among those looked at
				seen[n_seen - 1] = seen[i - 1];
				seen[i - 1] = last;
			}
			if (again) continue;
			seen[n_seen++] = sub;
			w->at[c] = s;
			uncovered(w, c + 1, sub, box);
		}
	}
	w->at[c] = NOT_BOUND;
}

static void uncovered(struct work *w, uint32_t c, struct list active, const struct region *box)
{
	if (w->found >= w->limit || !spend(w, 1 + active.n)) return;
	if (active.n == 0) {                     // nobody: any value will do in the columns that are left
		for (uint32_t i = c; i < w->n_in; i++) {
			w->at[i] = NOT_BOUND;
			if (!box[i].n) return;
			if (w->kind == DMN_GAP || !w->axis[i].x) continue;
			w->at[i] = box[i].span[0].lo;
		}
		w->found++;
		if (w->kind == DMN_GAP) {
			struct dmn_finding *f = report(w, DMN_GAP, 0, UINT32_MAX);
			f->tolerated = w->t->written->hit >= DMN_RULE_ORDER;
			give_example(w, f);
		}
		return;
	}
	if (c == w->n_in) return;
	for (uint32_t i = 0; i < active.n; i++) {
		uint32_t k = c;
		while (k < w->n_in && (w->kind == DMN_GAP ? w->axis[k].wild : w->axis[k].whole)[active.rule[i]]) k++;
		if (k == w->n_in) return;            // this rule takes all that is left
	}
	struct arena_mark m = arena_mark(w->a);
	uint32_t before = w->out->n;
	if (c + 1 == w->n_in) {
		uint32_t s = left_over(w, c, active, box[c]);
		arena_rewind(w->a, m);
		if (s == NOT_BOUND) return;
		w->at[c] = s;
		uncovered(w, c + 1, (struct list){NULL, 0}, box);
		w->at[c] = NOT_BOUND;
		return;
	}
	split(w, c, active, box);
	if (w->out->n == before) arena_rewind(w->a, m);
}

static void find_gaps(struct work *w)
{
	const struct dmn_written *wr = w->t->written;
	for (uint32_t c = 0; c < wr->n_out; c++)
		if (str_trim(wr->out[c].otherwise.text).n) return;       // the default takes them
	struct list all = {arena_newn(w->a, uint32_t, w->n_rule + 1), 0};
	struct region *box = arena_newn(w->a, struct region, w->n_in + 1);
	for (uint32_t r = 0; r < w->n_rule; r++)
		if (!w->empty[r]) all.rule[all.n++] = r;
	for (uint32_t c = 0; c < w->n_in; c++) box[c] = w->axis[c].domain;
	w->kind = DMN_GAP;
	w->found = 0;
	w->limit = MAX_GAPS;
	uncovered(w, 0, all, box);
	if (w->found == MAX_GAPS) undecided(w, 0, UINT32_MAX, S("there may be more gaps than those listed"), S("可能还有未列出的空缺"));
}

// ---- overlaps and rules that never fire -----------------------------------------------------

static bool meet(struct work *w, uint32_t p, uint32_t q)
{
	for (uint32_t c = 0; c < w->n_in; c++) {
		w->at[c] = common(w->axis[c].rule[p], w->axis[c].rule[q]);
		if (w->at[c] == NOT_BOUND) return false;
		if (w->axis[c].wild[p] && w->axis[c].wild[q]) w->at[c] = NOT_BOUND;
	}
	return true;
}

// Whether two rules have equal outputs: FEEL_UNKNOWN when an output is computed.
static enum feel_truth same_outputs(const struct work *w, uint32_t p, uint32_t q)
{
	enum feel_truth all = FEEL_TRUE;
	for (uint32_t c = 0; c < w->t->written->n_out; c++) {
		const struct dmn_code *x = &w->t->out[c].cell[p], *y = &w->t->out[c].cell[q];
		if (x->constant && y->constant) {
			if (feel_equal(x->value, y->value) != FEEL_TRUE) return FEEL_FALSE;
		} else if (!str_eq(w->t->written->rule[p].out[c].text, w->t->written->rule[q].out[c].text)) {
			all = FEEL_UNKNOWN;
		}
	}
	return all;
}

static void find_overlaps(struct work *w)
{
	enum dmn_hit_policy hit = w->t->written->hit;
	uint32_t found = 0, unknown = 0;
	if (hit != DMN_UNIQUE && hit != DMN_ANY) return;
	for (uint32_t p = 0; p < w->n_rule; p++) {
		if (!w->sure[p] || w->empty[p]) continue;
		if (!spend(w, (w->n_rule - p) / 8)) break;
		for (uint32_t q = p + 1; q < w->n_rule; q++) {
			if (!w->sure[q] || w->empty[q] || !meet(w, p, q)) continue;
			enum feel_truth same = hit == DMN_ANY ? same_outputs(w, p, q) : FEEL_FALSE;
			if (same == FEEL_TRUE) continue;
			if (same == FEEL_UNKNOWN) {
				if (unknown++ >= MAX_UNDECIDED) continue;
				undecided(w, p + 1, UINT32_MAX, S("both rules can be hit and their outputs are computed: whether they agree was not examined"),
					S("两条规则可能同时命中，输出由表达式算出，没有检查是否一致"))->other = q + 1;
				continue;
			}
			struct dmn_finding *f = report(w, DMN_OVERLAP, p + 1, UINT32_MAX);
			f->other = q + 1;
			give_example(w, f);
			if (++found >= MAX_OVERLAPS) {
				undecided(w, 0, UINT32_MAX, S("there may be more overlaps than those listed"), S("可能还有未列出的重叠"));
				return;
			}
		}
	}
}

static uint32_t rank(const struct dmn_output *o, struct feel_value v)
{
	for (uint32_t i = 0; i < o->n_order; i++)
		if (feel_equal(o->order[i], v) == FEEL_TRUE) return i;
	return o->n_order;
}

// Whether rule p comes before rule q wherever both are hit.
static bool before(const struct work *w, uint32_t p, uint32_t q)
{
	if (w->t->written->hit == DMN_FIRST) return p < q;
	for (uint32_t c = 0; c < w->t->written->n_out; c++) {
		const struct dmn_output *o = &w->t->out[c];
		if (!o->cell[p].constant || !o->cell[q].constant) return false;
		uint32_t x = rank(o, o->cell[p].value), y = rank(o, o->cell[q].value);
		if (x != y) return x < y;
	}
	return false;
}

static void find_dead(struct work *w)
{
	enum dmn_hit_policy hit = w->t->written->hit;
	if (hit != DMN_FIRST && hit != DMN_PRIORITY) return;
	struct list others = {arena_newn(w->a, uint32_t, w->n_rule + 1), 0};
	struct region *box = arena_newn(w->a, struct region, w->n_in + 1);
	for (uint32_t r = 0; r < w->n_rule; r++) {
		if (w->empty[r] || !w->sure[r]) continue;
		others.n = 0;
		for (uint32_t q = 0; q < w->n_rule; q++)
			if (q != r && w->sure[q] && !w->empty[q] && before(w, q, r) && meet(w, q, r)) others.rule[others.n++] = q;
		if (!spend(w, w->n_rule / 8 + 1)) return;
		if (!others.n) continue;
		for (uint32_t c = 0; c < w->n_in; c++) box[c] = w->axis[c].rule[r];
		w->kind = DMN_DEAD;
		w->found = 0;
		w->limit = 1;
		struct arena_mark m = arena_mark(w->a);
		uncovered(w, 0, others, box);
		arena_rewind(w->a, m);
		if (w->ran_out) return;
		if (!w->found) report(w, DMN_DEAD, r + 1, UINT32_MAX);
	}
}

// ---- types and outputs ----------------------------------------------------------------------

static bool scalar(enum feel_kind k)
{
	return k != FEEL_NULL && k < FEEL_LIST;
}

static struct dmn_finding *clash(struct work *w, uint32_t rule, uint32_t column, const struct dmn_code *at, enum feel_kind want, enum feel_kind have)
{
	struct dmn_finding *f = report(w, DMN_CLASH, rule, column);
	f->text = str_fmt(w->a, "expected %s, found %s", feel_kind_name(want), feel_kind_name(have));
	f->line = at->line;
	f->col = at->col;
	return f;
}

static void check_input_types(struct work *w, uint32_t c)
{
	const struct dmn_column *col = &w->t->in[c];
	const struct feel_type *t = column_type(col);
	const struct feel_type *e = col->known;
	if (col->type && e && scalar(e->kind) && scalar(col->type->kind) && e->kind != col->type->kind)
		clash(w, 0, c, &col->expr, col->type->kind, e->kind);
	if (!t || !scalar(t->kind)) return;
	for (uint32_t r = 0; r < w->n_rule; r++) {
		const struct feel_tests *s = &col->tests[r];
		bool told = false;
		for (uint32_t i = 0; col->exact[r] && i < s->n && !told; i++) {
			enum feel_kind k = s->item[i].lo.kind != FEEL_NULL ? s->item[i].lo.kind : s->item[i].hi.kind;
			if (!scalar(k) || k == t->kind) continue;
			clash(w, r + 1, c, &col->cell[r], t->kind, k);
			told = true;
		}
	}
}

static void check_output(struct work *w, uint32_t c, const struct dmn_code *code, uint32_t rule)
{
	const struct dmn_output *o = &w->t->out[c];
	struct feel_value v;
	struct feel_run run;
	const struct feel_type *have = code->expr ? feel_expr_type(code->expr) : NULL;
	if (!code->expr || code->constant) return;       // settled when compiled
	if (o->type && have && scalar(have->kind) && scalar(o->type->kind) && have->kind != o->type->kind
	    && !(have->kind == FEEL_DATE && o->type->kind == FEEL_DATE_TIME)) {
		clash(w, rule, c, code, o->type->kind, have->kind)->output = true;
		return;
	}
	if (!feel_expr_constant(code->expr, &v)) return;
	const uint32_t *use;
	feel_run_init(&run, w->a);
	if (o->type && !feel_coerce(&run, o->type, v, &v)) {
		struct dmn_finding *f = report(w, DMN_BAD_OUTPUT, rule, c);
		f->output = true;
		f->text = feel_expr_text(code->expr);
		f->line = code->line;
		f->col = code->col;
	} else if (o->allowed.expr && v.kind != FEEL_NULL && feel_expr_uses(o->allowed.expr, &use) == 0
	    && !feel_is_true(feel_test(&run, o->allowed.expr, NULL, v))) {
		struct dmn_finding *f = report(w, DMN_BAD_OUTPUT, rule, c);
		f->output = true;
		f->text = feel_expr_text(code->expr);
		f->line = code->line;
		f->col = code->col;
	}
}

void dmn_analyse(struct arena *a, const struct dmn_table *t, struct dmn_analysis *out)
{
	struct work w = {.a = a, .t = t, .out = out, .n_in = t->written->n_in, .n_rule = t->written->n_rule, .left = WORK};
	*out = (struct dmn_analysis){.end = &out->first, .complete = true};
	w.axis = arena_newn(a, struct axis, w.n_in + 1);
	w.sure = arena_newn(a, bool, w.n_rule + 1);
	w.empty = arena_newn(a, bool, w.n_rule + 1);
	w.at = arena_newn(a, uint32_t, w.n_in + 1);
	memset(w.sure, 1, w.n_rule + 1);
	for (uint32_t c = 0; c < w.n_in; c++) check_input_types(&w, c);
	for (uint32_t c = 0; c < t->written->n_out; c++) {
		check_output(&w, c, &t->out[c].otherwise, 0);
		for (uint32_t r = 0; r < w.n_rule; r++) check_output(&w, c, &t->out[c].cell[r], r + 1);
	}
	for (uint32_t c = 0; c < w.n_in; c++) build_axis(&w, c);
	tell_unsure(&w);
	find_gaps(&w);
	bool gaps_out = w.ran_out;
	w.ran_out = false;
	w.left = WORK;
	find_overlaps(&w);
	find_dead(&w);
	if (gaps_out || w.ran_out) undecided(&w, 0, UINT32_MAX, S("the table is too intricate to be examined whole"), S("规则表过于复杂，未能全部检查"));
}

// ---- sentences ------------------------------------------------------------------------------

bool dmn_finding_is_mistake(const struct dmn_finding *f)
{
	return f->kind != DMN_UNDECIDED && !f->tolerated;
}

static void put_example(struct buf *b, const struct dmn_table *t, const struct dmn_finding *f, bool english)
{
	bool any = false;
	for (uint32_t c = 0; c < t->written->n_in; c++) {
		if (f->example[c].kind == FEEL_ANY) continue;
		if (any) buf_add(b, english ? S(", ") : S("，"));
		buf_add(b, str_trim(t->written->in[c].expr.text));
		buf_lit(b, " = ");
		feel_print(b, f->example[c]);
		any = true;
	}
	if (!any) buf_add(b, english ? S("any input") : S("任何输入"));
}

static struct str column_name(const struct dmn_table *t, const struct dmn_finding *f)
{
	const struct dmn_written *w = t->written;
	if (f->column == UINT32_MAX) return (struct str){0};
	if (f->output) return w->out[f->column].name.n ? w->out[f->column].name : t->name;
	return f->column < w->n_in ? str_trim(w->in[f->column].expr.text) : w->out[f->column].name;
}

struct str dmn_finding_text(struct arena *a, const struct dmn_table *t, const struct dmn_finding *f, bool english)
{
	struct buf b = buf_new(a);
	struct str col = column_name(t, f);
	buf_fmt(&b, english ? "table " STR_FMT ": " : "规则表“" STR_FMT "”：", STR_ARG(t->name));
	switch (f->kind) {
	case DMN_GAP:
		buf_add(&b, english ? S("no rule covers ") : S("没有规则覆盖："));
		put_example(&b, t, f, english);
		break;
	case DMN_OVERLAP:
		buf_fmt(&b, english ? "rules %u and %u are both hit by " : "规则 %u 与规则 %u 同时命中：", f->rule, f->other);
		put_example(&b, t, f, english);
		break;
	case DMN_DEAD:
		buf_fmt(&b, english ? "rule %u never fires; others take all of it" : "规则 %u 永远不会生效，其范围已被其他规则占用", f->rule);
		break;
	case DMN_EMPTY:
		buf_fmt(&b, english ? "rule %u never fires: column " STR_FMT " matches nothing" : "规则 %u 永远不会生效：列“" STR_FMT "”不匹配任何值",
			f->rule, STR_ARG(col));
		break;
	case DMN_BAD_OUTPUT:
		if (f->rule) buf_fmt(&b, english ? "rule %u" : "规则 %u", f->rule); else buf_add(&b, english ? S("the default") : S("默认结果"));
		buf_fmt(&b, english ? ": output " STR_FMT " of " STR_FMT " is outside the output values" : "：输出 " STR_FMT "（“" STR_FMT "”）不在允许值内",
			STR_ARG(f->text), STR_ARG(col));
		break;
	case DMN_CLASH:
		if (f->rule) buf_fmt(&b, english ? "rule %u, " : "规则 %u，", f->rule);
		buf_fmt(&b, english ? "column " STR_FMT ": types can't meet: " STR_FMT : "列“" STR_FMT "”：类型不相容（" STR_FMT "）", STR_ARG(col), STR_ARG(f->text));
		break;
	case DMN_UNDECIDED:
		buf_add(&b, english ? S("not decided: ") : S("未能判定："));
		if (f->rule) buf_fmt(&b, english ? "rule %u, " : "规则 %u，", f->rule);
		if (f->other) buf_fmt(&b, english ? "rule %u, " : "规则 %u，", f->other);
		if (col.n) buf_fmt(&b, english ? "column " STR_FMT ": " : "列“" STR_FMT "”：", STR_ARG(col));
		buf_add(&b, english ? f->text : f->zh);
		break;
	}
	return buf_str(&b);
}
