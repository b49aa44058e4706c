// arith.c — arithmetic over numbers, text, time (DMN 1.5 §10.3.2.12, tables 50 to 53).
#include "feel/part.h"

#define KIND(v) feel_kind_name((enum feel_kind)(v)->kind)

static const char *const verbs[] = {[OP_ADD] = "added to", [OP_SUB] = "minus", [OP_MUL] = "times", [OP_DIV] = "divided by", [OP_POW] = "to the power of"};

static void no(struct feel_run *r, enum part_op op, const struct feel_value *a, const struct feel_value *b, struct feel_value *out)
{
	*out = feel_error(r, "%s %s %s", KIND(a), verbs[op], KIND(b));
}

static void number(struct feel_run *r, dec d, struct feel_value *out)
{
	if (__builtin_expect(!dec_finite(d), 0)) *out = feel_error(r, "a number out of range or undefined");
	else set_num(out, d);
}

static void numbers(struct feel_run *r, enum part_op op, dec a, dec b, struct feel_value *out)
{
	switch (op) {
	case OP_ADD: number(r, a + b, out); return;
	case OP_SUB: number(r, a - b, out); return;
	case OP_MUL: number(r, a * b, out); return;
	case OP_DIV:
		if (b == 0) *out = feel_error(r, "division by zero");
		else number(r, a / b, out);
		return;
	default: number(r, dec_pow(a, b), out);
	}
}

static bool is_time(const struct feel_value *v)
{
	return v->kind == FEEL_DATE || v->kind == FEEL_TIME || v->kind == FEEL_DATE_TIME;
}

static bool is_duration(const struct feel_value *v)
{
	return v->kind == FEEL_DAYS_DURATION || v->kind == FEEL_MONTHS_DURATION;
}

static void concatenate(struct feel_run *r, const struct feel_value *a, const struct feel_value *b, struct feel_value *out)
{
	size_t n = a->text.n + b->text.n;
	if (!bytes_left(r, n)) {
		set_null(out);
		return;
	}
	char *p = arena_raw(r->arena, n);
	if (a->text.n) memcpy(p, a->text.p, a->text.n);
	if (b->text.n) memcpy(p + a->text.n, b->text.p, b->text.n);
	*out = feel_text((struct str){p, n});
}

// The time between two points: a date counts as midnight UTC beside a date and time.
static bool between(const struct feel_value *a, const struct feel_value *b, struct feel_value *out)
{
	if ((a->kind == FEEL_TIME) != (b->kind == FEEL_TIME)) return false;
	bool za = a->zoned, zb = b->zoned;
	if (a->kind == FEEL_DATE && b->kind == FEEL_DATE_TIME) za = true;
	if (b->kind == FEEL_DATE && a->kind == FEEL_DATE_TIME) zb = true;
	if (za != zb) return false;
	int64_t sa = a->kind == FEEL_DATE ? a->at.days * NS_DAY_S : value_second(a);
	int64_t sb = b->kind == FEEL_DATE ? b->at.days * NS_DAY_S : value_second(b);
	int64_t ns = (a->kind == FEEL_DATE ? 0 : a->at.ns % NS_S) - (b->kind == FEEL_DATE ? 0 : b->at.ns % NS_S);
	*out = feel_days_duration(sa - sb, ns);
	return true;
}

static void durations(struct feel_run *r, enum part_op op, const struct feel_value *a, const struct feel_value *b, struct feel_value *out)
{
	int64_t s;
	if (a->kind == FEEL_MONTHS_DURATION) {
		bool over = op == OP_ADD ? __builtin_add_overflow(a->months, b->months, &s) : __builtin_sub_overflow(a->months, b->months, &s);
		*out = over ? feel_error(r, "a duration out of range") : feel_months_duration(s);
		return;
	}
	bool over = op == OP_ADD ? __builtin_add_overflow(a->dur.s, b->dur.s, &s) : __builtin_sub_overflow(a->dur.s, b->dur.s, &s);
	over |= s > INT64_MAX - 2 || s < INT64_MIN + 2;
	*out = over ? feel_error(r, "a duration out of range")
		    : feel_days_duration(s, op == OP_ADD ? a->dur.ns + b->dur.ns : a->dur.ns - b->dur.ns);
}

static void scaled(struct feel_run *r, const struct feel_value *d, dec by, bool divide, struct feel_value *out)
{
	if (divide && by == 0) {
		*out = feel_error(r, "a duration divided by zero");
		return;
	}
	dec of = d->kind == FEEL_MONTHS_DURATION ? dec_of_int(d->months) : dur_dec(d);
	dec x = divide ? of / by : of * by;
	int64_t months;
	if (d->kind == FEEL_MONTHS_DURATION ? dec_finite(x) && dec_to_int(dec_trunc(x), &months) : dur_of_dec(x, out)) {
		if (d->kind == FEEL_MONTHS_DURATION) *out = feel_months_duration(months);
	} else {
		*out = feel_error(r, "a duration out of range");
	}
}

void feel_arith(struct feel_run *r, enum part_op op, const struct feel_value *a, const struct feel_value *b, struct feel_value *out)
{
	if (a->kind == FEEL_NUMBER && b->kind == FEEL_NUMBER) {
		numbers(r, op, a->num, b->num, out);
		return;
	}
	bool da = is_duration(a), db = is_duration(b), ta = is_time(a), tb = is_time(b), done = true;
	if (op == OP_ADD && a->kind == FEEL_STRING && b->kind == FEEL_STRING) concatenate(r, a, b, out);
	else if ((op == OP_ADD || op == OP_SUB) && da && db && a->kind == b->kind) durations(r, op, a, b, out);
	else if ((op == OP_ADD || op == OP_SUB) && ta && db) done = temporal_add(a, op == OP_ADD ? 1 : -1, b, out);
	else if (op == OP_ADD && da && tb) done = temporal_add(b, 1, a, out);
	else if (op == OP_SUB && ta && tb) done = between(a, b, out);
	else if (op == OP_MUL && da && b->kind == FEEL_NUMBER) scaled(r, a, b->num, false, out);
	else if (op == OP_MUL && db && a->kind == FEEL_NUMBER) scaled(r, b, a->num, false, out);
	else if (op == OP_DIV && da && b->kind == FEEL_NUMBER) scaled(r, a, b->num, true, out);
	else if (op == OP_DIV && da && db && a->kind == b->kind)
		numbers(r, OP_DIV, a->kind == FEEL_MONTHS_DURATION ? dec_of_int(a->months) : dur_dec(a),
			b->kind == FEEL_MONTHS_DURATION ? dec_of_int(b->months) : dur_dec(b), out);
	else done = false;
	if (!done) no(r, op, a, b, out);
}

struct feel_value feel_add(struct feel_run *r, struct feel_value a, struct feel_value b)
{
	struct feel_value out;
	feel_arith(r, OP_ADD, &a, &b, &out);
	return out;
}

void part_arith(struct feel_run *r, const struct part *x, struct frame *f, struct feel_value *out)
{
	struct feel_value a, b;
	x->kid[0]->eval(r, x->kid[0], f, &a);
	x->kid[1]->eval(r, x->kid[1], f, &b);
	r->where = x;
	feel_arith(r, (enum part_op)x->slot, &a, &b, out);
}

void part_negate(struct feel_run *r, const struct part *x, struct frame *f, struct feel_value *out)
{
	struct feel_value v;
	x->kid[0]->eval(r, x->kid[0], f, &v);
	if (v.kind == FEEL_NUMBER) set_num(out, -v.num);
	else if (v.kind == FEEL_DAYS_DURATION) *out = feel_days_duration(-v.dur.s, -v.dur.ns);
	else if (v.kind == FEEL_MONTHS_DURATION) *out = feel_months_duration(-v.months);
	else part_fail(r, x, out, "minus %s", KIND(&v));
}
