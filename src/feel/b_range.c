// b_range.c — how points and ranges lie to each other (DMN 1.5 §10.3.4.8), and range().
#include "feel/part.h"

struct ends { struct feel_value lo, hi; bool lo_in, hi_in, lo_open, hi_open; };   // *_open: without bound

static void ends_of(const struct feel_value *v, struct ends *e)
{
	const struct feel_range *r = v->range;
	*e = (struct ends){r->start, r->end, r->start_in, r->end_in, r->start.kind == FEEL_NULL, r->end.kind == FEEL_NULL};
}

// The order of two points; *bad when they have none.
static int order(const struct feel_value *a, const struct feel_value *b, bool *bad)
{
	int sign = 0;
	if (!feel_order(*a, *b, &sign)) *bad = true;
	return sign;
}

// Lower bounds: which range starts first; an open one starts just behind its point.
static int starts_order(const struct ends *a, const struct ends *b, bool *bad)
{
	if (a->lo_open || b->lo_open) return a->lo_open && b->lo_open ? 0 : a->lo_open ? -1 : 1;
	int c = order(&a->lo, &b->lo, bad);
	return c ? c : (int)b->lo_in - (int)a->lo_in;
}

static int ends_order(const struct ends *a, const struct ends *b, bool *bad)
{
	if (a->hi_open || b->hi_open) return a->hi_open && b->hi_open ? 0 : a->hi_open ? 1 : -1;
	int c = order(&a->hi, &b->hi, bad);
	return c ? c : (int)a->hi_in - (int)b->hi_in;
}

// Is all of a before all of b: -1 before with room or touching without a common point, 0 one common point, 1 more.
static int end_to_start(const struct ends *a, const struct ends *b, bool *bad)
{
	if (a->hi_open || b->lo_open) return 1;
	int c = order(&a->hi, &b->lo, bad);
	return c ? c : a->hi_in && b->lo_in ? 0 : -1;
}

static bool is_range(const struct feel_value *v)
{
	return v->kind == FEEL_RANGE && v->range->op != FEEL_NE;
}

static void point_ends(const struct feel_value *v, struct ends *e)
{
	if (is_range(v)) ends_of(v, e);
	else *e = (struct ends){*v, *v, true, true, false, false};
}

enum relation { BEFORE, AFTER, MEETS, MET_BY, OVERLAPS, OVERLAPS_BEFORE, OVERLAPS_AFTER, FINISHES, FINISHED_BY, INCLUDES, DURING,
	STARTS, STARTED_BY, COINCIDES };

static bool relate(enum relation rel, const struct ends *a, const struct ends *b, bool pa, bool pb, bool *bad)
{
	switch (rel) {
	case BEFORE: return end_to_start(a, b, bad) < 0;
	case AFTER: return end_to_start(b, a, bad) < 0;
	case MEETS:
		return !a->hi_open && !b->lo_open && order(&a->hi, &b->lo, bad) == 0 && a->hi_in && b->lo_in;
	case MET_BY: return relate(MEETS, b, a, pb, pa, bad);
	case OVERLAPS: return end_to_start(a, b, bad) >= 0 && end_to_start(b, a, bad) >= 0;
	case OVERLAPS_BEFORE:
		return starts_order(a, b, bad) < 0 && end_to_start(a, b, bad) >= 0 && ends_order(a, b, bad) <= 0;
	case OVERLAPS_AFTER:
		return starts_order(b, a, bad) < 0 && end_to_start(b, a, bad) >= 0 && ends_order(b, a, bad) <= 0;
	case FINISHES:
		if (a->hi_open || b->hi_open) return false;
		return order(&a->hi, &b->hi, bad) == 0 && a->hi_in == b->hi_in && (pa || starts_order(a, b, bad) >= 0);
	case FINISHED_BY: return relate(FINISHES, b, a, pb, pa, bad);
	case INCLUDES: return starts_order(a, b, bad) <= 0 && ends_order(a, b, bad) >= 0;
	case DURING: return relate(INCLUDES, b, a, pb, pa, bad);
	case STARTS:
		if (a->lo_open || b->lo_open) return false;
		return order(&a->lo, &b->lo, bad) == 0 && a->lo_in == b->lo_in && (pa || ends_order(a, b, bad) <= 0);
	case STARTED_BY: return relate(STARTS, b, a, pb, pa, bad);
	case COINCIDES: return starts_order(a, b, bad) == 0 && ends_order(a, b, bad) == 0;
	}
	return false;
}

// points: which operands may be points (bit 0 the first, bit 1 the second; 4: both at once).
static void related(struct args *a, struct feel_value *out, enum relation rel, int points)
{
	const struct feel_value *x = &a->v[0], *y = &a->v[1];
	bool px = !is_range(x), py = !is_range(y), bad = false;
	if ((px && !(points & 1)) || (py && !(points & 2)) || (px && py && !(points & 4))) {
		arg_fail(a, out, "%s and %s cannot be related so", feel_kind_name((enum feel_kind)x->kind), feel_kind_name((enum feel_kind)y->kind));
		return;
	}
	struct ends e, f;
	point_ends(x, &e);
	point_ends(y, &f);
	bool answer = relate(rel, &e, &f, px, py, &bad);
	if (!bad) order(e.lo_open ? &e.hi : &e.lo, f.lo_open ? &f.hi : &f.lo, &bad);
	if (bad) arg_fail(a, out, "points that have no order");
	else set_bool(out, answer);
}

void b_before(struct args *a, struct feel_value *out) { related(a, out, BEFORE, 7); }
void b_after(struct args *a, struct feel_value *out) { related(a, out, AFTER, 7); }
void b_meets(struct args *a, struct feel_value *out) { related(a, out, MEETS, 0); }
void b_met_by(struct args *a, struct feel_value *out) { related(a, out, MET_BY, 0); }
void b_overlaps(struct args *a, struct feel_value *out) { related(a, out, OVERLAPS, 0); }
void b_overlaps_before(struct args *a, struct feel_value *out) { related(a, out, OVERLAPS_BEFORE, 0); }
void b_overlaps_after(struct args *a, struct feel_value *out) { related(a, out, OVERLAPS_AFTER, 0); }
void b_finishes(struct args *a, struct feel_value *out) { related(a, out, FINISHES, 1); }
void b_finished_by(struct args *a, struct feel_value *out) { related(a, out, FINISHED_BY, 2); }
void b_includes(struct args *a, struct feel_value *out) { related(a, out, INCLUDES, 2); }
void b_during(struct args *a, struct feel_value *out) { related(a, out, DURING, 1); }
void b_starts(struct args *a, struct feel_value *out) { related(a, out, STARTS, 1); }
void b_started_by(struct args *a, struct feel_value *out) { related(a, out, STARTED_BY, 2); }
void b_coincides(struct args *a, struct feel_value *out) { related(a, out, COINCIDES, 7); }

// range("[1..10]"): the text of an interval whose ends are literals.
void b_range(struct args *a, struct feel_value *out)
{
	struct feel_expr *x;
	struct feel_value v;
	struct str t = str_trim(a->v[0].text);
	int sign;
	bool brackets = t.n > 2 && strchr("[(]", t.p[0]) && strchr("])[", t.p[t.n - 1]);
	if (!brackets || t.n > 10000 || feel_compile(a->run->arena, t, FEEL_EXPRESSION, NULL, &x) || !feel_expr_constant(x, &v) ||
	    v.kind != FEEL_RANGE || v.range->op != FEEL_INTERVAL || !feel_order(v.range->start, v.range->end, &sign) || sign > 0) {
		arg_fail(a, out, "range(): the text is no interval of literals");
		return;
	}
	*out = v;
}
