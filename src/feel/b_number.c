// b_number.c — the numeric built-ins (DMN 1.5 §10.3.4.5), and number().
#include "feel/part.h"

static bool scale_of(struct args *a, size_t i, int *scale, struct feel_value *out)
{
	int64_t s;
	if (!dec_to_int(dec_trunc(a->v[i].num), &s) || s < -6111 || s > 6176) {
		arg_fail(a, out, "a scale must lie between -6111 and 6176");
		return false;
	}
	*scale = (int)s;
	return true;
}

static void rounded(struct args *a, struct feel_value *out, enum dec_round how)
{
	int scale = 0;
	if (a->v[1].kind == FEEL_NUMBER && !scale_of(a, 1, &scale, out)) return;
	dec d = dec_round(a->v[0].num, scale, how);
	if (dec_finite(d)) set_num(out, d);
	else arg_fail(a, out, "a number out of range");
}

void b_decimal(struct args *a, struct feel_value *out) { rounded(a, out, DEC_HALF_EVEN); }
void b_floor(struct args *a, struct feel_value *out) { rounded(a, out, DEC_FLOOR); }
void b_ceiling(struct args *a, struct feel_value *out) { rounded(a, out, DEC_CEIL); }
void b_round_up(struct args *a, struct feel_value *out) { rounded(a, out, DEC_UP); }
void b_round_down(struct args *a, struct feel_value *out) { rounded(a, out, DEC_DOWN); }
void b_round_half_up(struct args *a, struct feel_value *out) { rounded(a, out, DEC_HALF_UP); }
void b_round_half_down(struct args *a, struct feel_value *out) { rounded(a, out, DEC_HALF_DOWN); }

void b_abs(struct args *a, struct feel_value *out)
{
	struct feel_value v = a->v[0];
	if (v.kind == FEEL_LIST && v.list->n == 1) v = v.list->item[0];
	if (v.kind == FEEL_NUMBER) set_num(out, dec_abs(v.num));
	else if (v.kind == FEEL_DAYS_DURATION) *out = v.dur.s < 0 ? feel_days_duration(-v.dur.s, -v.dur.ns) : v;
	else if (v.kind == FEEL_MONTHS_DURATION) *out = feel_months_duration(v.months < 0 ? -v.months : v.months);
	else arg_fail(a, out, "abs of %s", feel_kind_name((enum feel_kind)v.kind));
}

void b_modulo(struct args *a, struct feel_value *out)
{
	if (a->v[1].num == 0) {
		arg_fail(a, out, "modulo by zero");
		return;
	}
	dec d = dec_mod(a->v[0].num, a->v[1].num);
	if (dec_finite(d)) set_num(out, d);
	else arg_fail(a, out, "modulo out of range");
}

static void defined(struct args *a, dec d, const char *what, struct feel_value *out)
{
	if (dec_finite(d)) set_num(out, d);
	else arg_fail(a, out, "%s is not defined for this number", what);
}

void b_sqrt(struct args *a, struct feel_value *out)
{
	if (a->v[0].num < 0) arg_fail(a, out, "the square root of a negative number");
	else defined(a, dec_sqrt(a->v[0].num), "sqrt", out);
}

void b_log(struct args *a, struct feel_value *out)
{
	if (a->v[0].num <= 0) arg_fail(a, out, "the logarithm of a number that is not positive");
	else defined(a, dec_log(a->v[0].num), "log", out);
}

void b_exp(struct args *a, struct feel_value *out)
{
	dec n = a->v[0].num;                                 // beyond 34-digit numbers the library takes long to say so
	if (n < -14300) set_num(out, 0);
	else if (n > 14150) arg_fail(a, out, "exp: a number out of range");
	else defined(a, dec_exp(n), "exp", out);
}

static void parity(struct args *a, bool odd, struct feel_value *out)
{
	dec d = a->v[0].num;
	if (!dec_is_int(d)) set_bool(out, false);
	else set_bool(out, (dec_mod(d, 2) != 0) == odd);
}

void b_odd(struct args *a, struct feel_value *out) { parity(a, true, out); }
void b_even(struct args *a, struct feel_value *out) { parity(a, false, out); }

// number(from, grouping separator, decimal separator): §10.3.4.1.
void b_number(struct args *a, struct feel_value *out)
{
	dec d;
	if (a->v[0].kind == FEEL_NUMBER) {
		*out = a->v[0];
		return;
	}
	struct str from = a->v[0].text, group = S(""), point = S(".");
	if (a->form == 1) {
		if (a->v[1].kind == FEEL_STRING) group = a->v[1].text;
		if (a->v[2].kind == FEEL_STRING) point = a->v[2].text;
		bool bad = a->v[1].kind == FEEL_STRING && !str_is(group, " ") && !str_is(group, ",") && !str_is(group, ".");
		bad |= !str_is(point, ".") && !str_is(point, ",");
		bad |= a->v[1].kind == FEEL_STRING && str_eq(group, point);
		if (bad) {
			arg_fail(a, out, "number(): the grouping separator is a space, comma or point, the decimal separator another of comma and point");
			return;
		}
	}
	struct buf b = buf_new(a->run->arena);
	for (size_t i = 0; i < from.n; i++) {
		char c = from.p[i];
		if (group.n && c == group.p[0]) continue;
		if (c == point.p[0]) c = '.';
		else if (c == '.' || c == ',') c = '?';
		buf_byte(&b, c);
	}
	struct str t = str_trim(buf_str(&b));
	struct buf u = buf_new(a->run->arena);
	bool minus = str_starts(t, S("-"));
	if (minus) t = str_from(t, 1);
	while (t.n > 1 && t.p[0] == '0' && t.p[1] >= '0' && t.p[1] <= '9') t = str_from(t, 1);
	if (minus) buf_byte(&u, '-');
	if (str_starts(t, S("."))) buf_byte(&u, '0');
	buf_add(&u, t);
	if (t.n && t.p[0] != '-' && t.p[0] != '+' && dec_parse(buf_str(&u), &d) && dec_finite(d)) set_num(out, d);
	else arg_fail(a, out, "number(): the text is no number");
}
