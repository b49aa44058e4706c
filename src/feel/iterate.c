// iterate.c — filters, for, some, every: every turn is charged to the run's budgets.
#include "feel/part.h"

#define KIND(v) feel_kind_name((enum feel_kind)(v)->kind)

// What a loop runs over: a list, or whole numbers or dates counted up or down.
struct walk {
	const struct feel_list *list;
	struct feel_value one;                               // anything else is a list of one
	struct feel_list single;
	bool counted, dates;
	int64_t at, step;
	size_t n;
};

static bool whole(const struct feel_value *v, int64_t *out)
{
	if (v->kind == FEEL_DATE) {
		*out = v->at.days;
		return true;
	}
	return v->kind == FEEL_NUMBER && dec_to_int(v->num, out) && *out > INT64_MIN / 4 && *out < INT64_MAX / 4;
}

static bool count_from(const struct feel_value *a, const struct feel_value *b, struct walk *w)
{
	int64_t lo, hi;
	if (a->kind != b->kind || !whole(a, &lo) || !whole(b, &hi)) return false;
	w->counted = true;
	w->dates = a->kind == FEEL_DATE;
	w->at = lo;
	w->step = lo <= hi ? 1 : -1;
	w->n = (size_t)(lo <= hi ? hi - lo : lo - hi) + 1;
	return true;
}

// a..b in a loop: its value is an interval marked by part_iterate_range alone; see open_walk.
void part_iterate_range(struct feel_run *r, const struct part *x, struct frame *f, struct feel_value *out)
{
	struct feel_value a, b;
	struct walk w = {0};
	x->kid[0]->eval(r, x->kid[0], f, &a);
	x->kid[1]->eval(r, x->kid[1], f, &b);
	if (!count_from(&a, &b, &w)) part_fail(r, x, out, "a loop from %s to %s", KIND(&a), KIND(&b));
	else *out = feel_of_range(r->arena, a, true, b, true);
}

static bool open_walk(struct feel_run *r, const struct part *in, struct frame *f, struct walk *w)
{
	struct feel_value v, out;
	in->eval(r, in, f, &v);
	*w = (struct walk){0};
	if (v.kind == FEEL_LIST) {
		w->list = v.list;
		w->n = v.list->n;
	} else if (v.kind == FEEL_RANGE) {
		const struct feel_range *range = v.range;
		bool ok = range->op == FEEL_INTERVAL && count_from(&range->start, &range->end, w);
		if (in->eval != part_iterate_range && ok) {      // an interval has a direction and open ends
			ok = w->step > 0;
			if (!range->start_in) {
				w->at++;
				w->n--;
			}
			if (!range->end_in && w->n) w->n--;
		}
		if (!ok) {
			part_fail(r, in, &out, "a loop over a range that cannot be counted");
			return false;
		}
	} else if (v.kind == FEEL_NULL) {
		part_fail(r, in, &out, "a loop over null");
		return false;
	} else {
		w->one = v;
		w->single = (struct feel_list){1, &w->one};
		w->list = &w->single;
		w->n = 1;
	}
	return true;
}

static void walk_item(const struct walk *w, size_t i, struct feel_value *out)
{
	if (!w->counted) {
		*out = w->list->item[i];
		return;
	}
	int64_t at = w->at + w->step * (int64_t)i;
	*out = w->dates ? feel_date(at) : feel_int(at);
}

// ---- for ----

struct results {
	struct feel_value *item;
	size_t n, cap;
};

struct loop {
	const struct part *x;
	struct frame *f;
	struct results got;
	bool ended, unknown, failed;                         // quantified: decided; a null among the answers
};

static void turn(struct feel_run *r, struct loop *l)
{
	const struct part *body = l->x->kid[l->x->n - 1];
	if (!feel_step(r, body->size + 1)) return;
	if (l->x->flag && l->x->eval == part_for) {
		// What was returned so far: the array only grows, so that each turn's list stays what it was.
		struct feel_list *partial = arena_new1(r->arena, struct feel_list);
		*partial = (struct feel_list){l->got.n, l->got.item};
		l->f->loc[l->x->local2] = feel_of_list(partial);
	}
	if (l->x->eval == part_for) {
		struct feel_value v;
		body->eval(r, body, l->f, &v);
		if (l->got.n == l->got.cap && !bytes_left(r, l->got.n * 2 * sizeof v)) return;
		*vec_push(r->arena, l->got.item, l->got.n, l->got.cap) = v;
		return;
	}
	struct feel_value v;
	body->eval(r, body, l->f, &v);
	if (v.kind != FEEL_BOOLEAN) l->unknown = true;
	else if (v.truth != l->x->flag) l->ended = true;     // some: a true; every: a false
}

static void turns(struct feel_run *r, struct loop *l, uint32_t iterator)
{
	struct walk w;
	if (!open_walk(r, l->x->kid[iterator], l->f, &w)) {
		l->failed = true;
		return;
	}
	bool last = iterator + 2 == l->x->n;
	if (l->x->eval == part_for && last && w.n > l->got.cap - l->got.n) {
		// Room for all at once, unless the steps left will not take it that far anyway.
		size_t want = l->got.n + w.n;
		if (w.n > r->steps) {
			feel_stop(r, "steps of evaluation");
			return;
		}
		if (!bytes_left(r, want * sizeof(struct feel_value))) return;
		struct feel_value *to = arena_raw(r->arena, want * sizeof *to);
		if (l->got.n) memcpy(to, l->got.item, l->got.n * sizeof *to);
		l->got.item = to;
		l->got.cap = want;
	}
	for (size_t i = 0; i < w.n && !stopped(r) && !l->ended && !l->failed; i++) {
		walk_item(&w, i, &l->f->loc[l->x->local + iterator]);
		if (last) {
			turn(r, l);
		} else {
			if (!feel_step(r, 1)) return;
			turns(r, l, iterator + 1);
		}
	}
}

void part_for(struct feel_run *r, const struct part *x, struct frame *f, struct feel_value *out)
{
	struct loop l = {.x = x, .f = f};
	turns(r, &l, 0);
	if (stopped(r) || l.failed) {
		set_null(out);
		return;
	}
	struct feel_list *list = arena_new1(r->arena, struct feel_list);
	*list = (struct feel_list){l.got.n, l.got.item};
	*out = feel_of_list(list);
}

void part_quantified(struct feel_run *r, const struct part *x, struct frame *f, struct feel_value *out)
{
	struct loop l = {.x = x, .f = f};
	turns(r, &l, 0);
	if (stopped(r) || l.failed) set_null(out);
	else if (l.ended) set_bool(out, !x->flag);
	else if (l.unknown) set_null(out);
	else set_bool(out, x->flag);
}

// ---- filters ----

static void at_index(const struct feel_list *l, dec index, struct feel_value *out)
{
	int64_t i;
	set_null(out);
	if (!dec_to_int(index, &i)) return;
	if (i > 0 && (uint64_t)i <= l->n) *out = l->item[i - 1];
	else if (i < 0 && (uint64_t)-i <= l->n) *out = l->item[l->n - (size_t)-i];
}

void part_filter(struct feel_run *r, const struct part *x, struct frame *f, struct feel_value *out)
{
	struct feel_value of, v;
	x->kid[0]->eval(r, x->kid[0], f, &of);
	const struct part *test = x->kid[1];
	struct feel_list one = {1, &of};
	if (of.kind == FEEL_NULL) {                          // null is the list of nothing here
		one.n = 0;
		part_fail(r, x, out, "a filter of null");
		return;
	}
	const struct feel_list *l = of.kind == FEEL_LIST ? of.list : &one;
	if (test->eval == part_literal && test->value.kind == FEEL_NUMBER) {
		at_index(l, test->value.num, out);
		return;
	}
	if (l->n == 0) {
		// An index into nothing is null; whether it is an index shows only its value.
		set_null(&f->loc[x->local]);
		uint32_t diags = r->diags;
		uint64_t raised = r->raised;
		r->diags = 0;
		test->eval(r, test, f, &v);
		r->diags = diags;
		r->raised = raised;
		if (v.kind == FEEL_NUMBER) set_null(out);
		else *out = feel_of_list(feel_list_new(r->arena, 0));
		return;
	}
	struct feel_list *got = arena_new1(r->arena, struct feel_list);
	size_t cap = 0;
	for (size_t i = 0; i < l->n; i++) {
		if (!feel_step(r, test->size)) {
			set_null(out);
			return;
		}
		f->loc[x->local] = l->item[i];
		test->eval(r, test, f, &v);
		if (v.kind == FEEL_NUMBER && i == 0) {
			at_index(l, v.num, out);
			return;
		}
		if (feel_is_true(v)) *vec_push(r->arena, got->item, got->n, cap) = l->item[i];
		else if (v.kind != FEEL_BOOLEAN && v.kind != FEEL_NULL) part_fail(r, x, out, "%s as a filter", KIND(&v));
	}
	*out = feel_of_list(got);
}
