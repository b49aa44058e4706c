// b_list.c — the built-ins over lists (DMN 1.5 §10.3.4.4) and sort (§10.3.4.6). Each charges the
// run for the elements it visits.
#include "feel/part.h"

static struct feel_list *list_of(struct args *a, size_t n)
{
	return feel_step(a->run, n) && bytes_left(a->run, n * sizeof(struct feel_value)) ? feel_list_new(a->run->arena, n) : NULL;
}

static void give(const struct feel_list *l, struct feel_value *out)
{
	*out = feel_of_list(l);
}

static bool same(const struct feel_value *a, const struct feel_value *b)
{
	return feel_equal(*a, *b) == FEEL_TRUE;
}

void b_list_contains(struct args *a, struct feel_value *out)
{
	const struct feel_list *l = a->v[0].list;
	set_bool(out, false);
	if (!feel_step(a->run, l->n)) return;
	for (size_t i = 0; i < l->n && !out->truth; i++) out->truth = same(&l->item[i], &a->v[1]);
}

void b_count(struct args *a, struct feel_value *out)
{
	*out = feel_int((int64_t)a->v[0].list->n);
}

static void extreme(struct args *a, int want, struct feel_value *out)
{
	const struct feel_list *l = a->v[0].list;
	set_null(out);
	if (l->n == 0 || !feel_step(a->run, l->n)) return;
	struct feel_value best = l->item[0];
	for (size_t i = 0; i < l->n; i++) {
		int sign;
		if (!feel_order(l->item[i], best, &sign)) {
			arg_fail(a, out, "%s and %s have no order", feel_kind_name((enum feel_kind)best.kind), feel_kind_name((enum feel_kind)l->item[i].kind));
			return;
		}
		if (sign == want) best = l->item[i];
	}
	*out = best;
}

void b_min(struct args *a, struct feel_value *out) { extreme(a, -1, out); }
void b_max(struct args *a, struct feel_value *out) { extreme(a, 1, out); }

// The sum of numbers, or of durations of one kind.
static bool total(struct args *a, struct feel_value *out)
{
	const struct feel_list *l = a->v[0].list;
	if (l->n == 0) {
		set_null(out);
		return false;
	}
	if (!feel_step(a->run, l->n)) return false;
	struct feel_value sum = l->item[0];
	bool ok = sum.kind == FEEL_NUMBER || sum.kind == FEEL_DAYS_DURATION || sum.kind == FEEL_MONTHS_DURATION;
	for (size_t i = 1; i < l->n && ok; i++) {
		ok = l->item[i].kind == sum.kind;
		if (ok) feel_arith(a->run, OP_ADD, &sum, &l->item[i], &sum);
	}
	if (!ok || sum.kind == FEEL_NULL) {
		arg_fail(a, out, "a list that is not all numbers (or all durations of one kind)");
		return false;
	}
	*out = sum;
	return true;
}

void b_sum(struct args *a, struct feel_value *out)
{
	total(a, out);
}

void b_mean(struct args *a, struct feel_value *out)
{
	struct feel_value sum, n = feel_int((int64_t)a->v[0].list->n);
	if (total(a, &sum)) feel_arith(a->run, OP_DIV, &sum, &n, out);
	else set_null(out);
}

static void logic(struct args *a, bool decides, struct feel_value *out)
{
	const struct feel_list *l = a->v[0].list;
	bool unknown = false;
	uint8_t odd = 0;
	if (!feel_step(a->run, l->n)) return;
	for (size_t i = 0; i < l->n; i++) {
		const struct feel_value *v = &l->item[i];
		if (v->kind == FEEL_BOOLEAN && v->truth == decides) {
			set_bool(out, decides);
			return;
		}
		unknown |= v->kind != FEEL_BOOLEAN;
		if (v->kind != FEEL_BOOLEAN && v->kind != FEEL_NULL) odd = v->kind;
	}
	if (odd) arg_fail(a, out, "%s among the booleans", feel_kind_name((enum feel_kind)odd));
	else if (unknown) set_null(out);
	else set_bool(out, !decides);
}

void b_all(struct args *a, struct feel_value *out) { logic(a, false, out); }
void b_any(struct args *a, struct feel_value *out) { logic(a, true, out); }

// A position counted from 1, or from the end by -1: the index from 0; false when there is none.
static bool position(struct args *a, size_t i, size_t n, size_t *at, struct feel_value *out)
{
	int64_t p;
	if (!dec_to_int(dec_trunc(a->v[i].num), &p) || p == 0 || (p > 0 ? (uint64_t)p > n : (uint64_t)-p > n)) {
		arg_fail(a, out, "there is no such position in the list");
		return false;
	}
	*at = p > 0 ? (size_t)p - 1 : n - (size_t)-p;
	return true;
}

void b_sublist(struct args *a, struct feel_value *out)
{
	const struct feel_list *l = a->v[0].list;
	size_t at;
	int64_t n;
	if (!position(a, 1, l->n, &at, out)) return;
	n = (int64_t)(l->n - at);
	if (a->v[2].kind == FEEL_NUMBER) {
		int64_t want;
		if (!dec_to_int(dec_trunc(a->v[2].num), &want) || want < 0 || want > n) {
			arg_fail(a, out, "sublist(): the length goes beyond the list");
			return;
		}
		n = want;
	}
	struct feel_list *got = arena_new1(a->run->arena, struct feel_list);
	got->n = (size_t)n;
	got->item = l->item + at;                            // shared: lists are never changed in place
	give(got, out);
}

static void join(struct args *a, const struct feel_value *parts, size_t n, struct feel_value *out)
{
	size_t total = 0;
	for (size_t i = 0; i < n; i++) total += parts[i].list->n;
	struct feel_list *got = list_of(a, total);
	if (!got) return;
	size_t at = 0;
	for (size_t i = 0; i < n; i++) {
		if (parts[i].list->n) memcpy(got->item + at, parts[i].list->item, parts[i].list->n * sizeof *got->item);
		at += parts[i].list->n;
	}
	give(got, out);
}

void b_append(struct args *a, struct feel_value *out)
{
	join(a, a->v, 2, out);
}

void b_concatenate(struct args *a, struct feel_value *out)
{
	join(a, a->v[0].list->item, a->v[0].list->n, out);
}

// Replaces cut elements at a position by one more or none.
static void splice(struct args *a, size_t at, size_t cut, const struct feel_value *with, struct feel_value *out)
{
	const struct feel_list *l = a->v[0].list;
	struct feel_list *got = list_of(a, l->n - cut + (with != NULL));
	if (!got) return;
	if (at) memcpy(got->item, l->item, at * sizeof *got->item);
	if (with) got->item[at] = *with;
	size_t rest = l->n - at - cut;
	if (rest) memcpy(got->item + at + (with != NULL), l->item + at + cut, rest * sizeof *got->item);
	give(got, out);
}

void b_insert_before(struct args *a, struct feel_value *out)
{
	size_t at;
	if (position(a, 1, a->v[0].list->n, &at, out)) splice(a, at, 0, &a->v[2], out);
}

void b_remove(struct args *a, struct feel_value *out)
{
	size_t at;
	if (position(a, 1, a->v[0].list->n, &at, out)) splice(a, at, 1, NULL, out);
}

void b_list_replace(struct args *a, struct feel_value *out)
{
	size_t at;
	if (a->form == 0) {
		if (position(a, 1, a->v[0].list->n, &at, out)) splice(a, at, 1, &a->v[2], out);
		return;
	}
	const struct feel_list *l = a->v[0].list;
	if (a->v[1].fn->n != 2) {
		arg_fail(a, out, "list replace(): the function must take the item and the new item");
		return;
	}
	struct feel_list *got = list_of(a, l->n);
	if (!got) return;
	for (size_t i = 0; i < l->n; i++) {
		struct feel_value pair[2] = {l->item[i], a->v[2]}, match = feel_call(a->run, a->v[1], pair, 2);
		if (match.kind != FEEL_BOOLEAN) {
			arg_fail(a, out, "list replace(): the function must answer true or false");
			return;
		}
		got->item[i] = match.truth ? a->v[2] : l->item[i];
	}
	give(got, out);
}

void b_reverse(struct args *a, struct feel_value *out)
{
	const struct feel_list *l = a->v[0].list;
	struct feel_list *got = list_of(a, l->n);
	if (!got) return;
	for (size_t i = 0; i < l->n; i++) got->item[i] = l->item[l->n - 1 - i];
	give(got, out);
}

void b_index_of(struct args *a, struct feel_value *out)
{
	const struct feel_list *l = a->v[0].list;
	struct feel_list *got = list_of(a, l->n);
	if (!got) return;
	size_t n = 0;
	for (size_t i = 0; i < l->n; i++)
		if (same(&l->item[i], &a->v[1])) got->item[n++] = feel_int((int64_t)i + 1);
	got->n = n;
	give(got, out);
}

// The first of equal elements each, found through a table by hash.
static void distinct(struct args *a, const struct feel_list *l, struct feel_value *out)
{
	struct feel_list *got = list_of(a, l->n);
	if (!got) return;
	size_t size = 16, n = 0;
	while (size < l->n * 2) size *= 2;
	if (!bytes_left(a->run, size * sizeof(uint32_t))) return;
	uint32_t *table = arena_newn(a->run->arena, uint32_t, size);
	for (size_t i = 0; i < l->n; i++) {
		size_t at = feel_hash(l->item[i]) & (size - 1), steps = 0;
		while (table[at] && !same(&got->item[table[at] - 1], &l->item[i])) {
			at = (at + 1) & (size - 1);
			if (++steps % 64 == 0 && !feel_step(a->run, 64)) return;
		}
		if (table[at]) continue;
		got->item[n++] = l->item[i];
		table[at] = (uint32_t)n;
	}
	got->n = n;
	give(got, out);
}

void b_distinct_values(struct args *a, struct feel_value *out)
{
	distinct(a, a->v[0].list, out);
}

void b_union(struct args *a, struct feel_value *out)
{
	struct feel_value all = {0};
	join(a, a->v[0].list->item, a->v[0].list->n, &all);
	if (all.kind == FEEL_LIST) distinct(a, all.list, out);
}

struct flat { struct args *a; struct feel_value *item; size_t n, cap; };

static bool flat(struct flat *f, const struct feel_list *l)
{
	if (!feel_step(f->a->run, l->n + 1) || !feel_enter(f->a->run, 4)) return false;
	bool ok = true;
	for (size_t i = 0; i < l->n && ok; i++) {
		if (l->item[i].kind == FEEL_LIST) ok = flat(f, l->item[i].list);
		else *vec_push(f->a->run->arena, f->item, f->n, f->cap) = l->item[i];
	}
	feel_leave(f->a->run, 4);
	return ok;
}

void b_flatten(struct args *a, struct feel_value *out)
{
	struct flat f = {.a = a};
	if (!flat(&f, a->v[0].list)) return;
	struct feel_list *got = arena_new1(a->run->arena, struct feel_list);
	*got = (struct feel_list){f.n, f.item};
	give(got, out);
}

// ---- statistics ----

static bool all_numbers(struct args *a, struct feel_value *out)
{
	const struct feel_list *l = a->v[0].list;
	if (!feel_step(a->run, l->n)) return false;
	for (size_t i = 0; i < l->n; i++) {
		if (l->item[i].kind == FEEL_NUMBER) continue;
		arg_fail(a, out, "%s among the numbers", feel_kind_name((enum feel_kind)l->item[i].kind));
		return false;
	}
	return true;
}

void b_product(struct args *a, struct feel_value *out)
{
	const struct feel_list *l = a->v[0].list;
	dec d = 1;
	if (!all_numbers(a, out)) return;
	for (size_t i = 0; i < l->n; i++) d *= l->item[i].num;
	if (l->n == 0 || !dec_finite(d)) arg_fail(a, out, "product(): nothing to multiply, or out of range");
	else set_num(out, d);
}

// A stable merge sort; precedes is NULL for the natural order. False: stopped, or no order.
static bool before(struct args *a, const struct feel_value *fn, const struct feel_value *x, const struct feel_value *y, bool *yes)
{
	int sign;
	if (fn) {
		struct feel_value pair[2] = {*x, *y}, v = feel_call(a->run, *fn, pair, 2);
		*yes = feel_is_true(v);
		return !stopped(a->run) && v.kind == FEEL_BOOLEAN;
	}
	if (!feel_step(a->run, 3) || !feel_order(*x, *y, &sign)) return false;
	*yes = sign < 0;
	return true;
}

static bool sorted(struct args *a, const struct feel_value *fn, struct feel_value *v, struct feel_value *room, size_t n)
{
	for (size_t width = 1; width < n; width *= 2) {
		for (size_t lo = 0; lo < n; lo += 2 * width) {
			size_t mid = lo + width < n ? lo + width : n, hi = mid + width < n ? mid + width : n;
			size_t i = lo, j = mid, k = lo;
			while (i < mid && j < hi) {
				bool right;
				if (!before(a, fn, &v[j], &v[i], &right)) return false;
				room[k++] = right ? v[j++] : v[i++];
			}
			while (i < mid) room[k++] = v[i++];
			while (j < hi) room[k++] = v[j++];
		}
		memcpy(v, room, n * sizeof *v);
	}
	return true;
}

static struct feel_list *sort(struct args *a, const struct feel_value *fn, struct feel_value *out)
{
	const struct feel_list *l = a->v[0].list;
	struct feel_list *got = list_of(a, l->n), *room = list_of(a, l->n);
	if (!got || !room) return NULL;
	if (l->n) memcpy(got->item, l->item, l->n * sizeof *got->item);
	if (sorted(a, fn, got->item, room->item, l->n)) return got;
	if (!stopped(a->run)) arg_fail(a, out, "elements that have no order");
	return NULL;
}

void b_sort(struct args *a, struct feel_value *out)
{
	if (a->v[1].kind == FEEL_FUNCTION && a->v[1].fn->n != 2) {
		arg_fail(a, out, "sort(): the function must take two elements");
		return;
	}
	struct feel_list *got = sort(a, a->v[1].kind == FEEL_FUNCTION ? &a->v[1] : NULL, out);
	if (got) give(got, out);
	else set_null(out);
}

void b_median(struct args *a, struct feel_value *out)
{
	size_t n = a->v[0].list->n;
	if (!all_numbers(a, out)) return;
	set_null(out);
	if (n == 0) return;
	struct feel_list *s = sort(a, NULL, out);
	if (s) set_num(out, n % 2 ? s->item[n / 2].num : (s->item[n / 2 - 1].num + s->item[n / 2].num) / 2);
}

void b_stddev(struct args *a, struct feel_value *out)        // of a sample: n - 1
{
	const struct feel_list *l = a->v[0].list;
	if (!all_numbers(a, out)) return;
	if (l->n < 2) {
		arg_fail(a, out, "stddev(): needs at least two numbers");
		return;
	}
	dec sum = 0, squares = 0, n = dec_of_int((int64_t)l->n);
	for (size_t i = 0; i < l->n; i++) sum += l->item[i].num;
	for (size_t i = 0; i < l->n; i++) {
		dec d = l->item[i].num - sum / n;
		squares += d * d;
	}
	dec d = dec_sqrt(squares / (n - 1));
	if (dec_finite(d)) set_num(out, d);
	else arg_fail(a, out, "stddev(): out of range");
}

void b_mode(struct args *a, struct feel_value *out)
{
	if (!all_numbers(a, out)) return;
	set_null(out);
	struct feel_list *s = sort(a, NULL, out);
	if (!s) return;
	struct feel_list *got = list_of(a, s->n);
	if (!got) return;
	size_t most = 0, n = 0;
	for (size_t i = 0, j; i < s->n; i = j) {
		for (j = i; j < s->n && s->item[j].num == s->item[i].num; j++) {}
		if (j - i > most) {
			most = j - i;
			n = 0;
		}
		if (j - i == most) got->item[n++] = s->item[i];
	}
	got->n = n;
	give(got, out);
}
