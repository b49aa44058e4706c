// b_time.c — making and asking dates, times and durations (DMN 1.5 §10.3.4.1, §10.3.4.7).
#include "feel/part.h"

static bool whole(const struct feel_value *v, int64_t *out)
{
	return v->kind == FEEL_NUMBER && dec_to_int(v->num, out);
}

static void no(struct args *a, const char *what, struct feel_value *out)
{
	arg_fail(a, out, "this is no %s", what);
}

void b_date(struct args *a, struct feel_value *out)
{
	struct feel_value v = a->v[0];
	int64_t days, y, m, d;
	if (a->form == 1) {
		if (whole(&v, &y) && whole(&a->v[1], &m) && whole(&a->v[2], &d) && ymd_valid(y, m, d)) *out = feel_date(ymd_days(y, (int)m, (int)d));
		else no(a, "date", out);
		return;
	}
	if (v.kind == FEEL_LIST && v.list->n == 1) v = v.list->item[0];
	if (v.kind == FEEL_STRING && parse_date(v.text, &days)) *out = feel_date(days);
	else if (v.kind == FEEL_DATE || v.kind == FEEL_DATE_TIME) *out = feel_date(v.at.days);
	else no(a, "date", out);
}

// hour, minute, second [, offset] at v[i]…; false when out of range.
static bool clock(struct args *a, size_t i, struct feel_value *t)
{
	int64_t h, m, s;
	const struct feel_value *off = &a->v[i + 3];
	dec sec = a->v[i + 2].num;
	if (!whole(&a->v[i], &h) || !whole(&a->v[i + 1], &m) || h < 0 || h > 23 || m < 0 || m > 59) return false;
	if (a->v[i + 2].kind != FEEL_NUMBER || sec < 0 || sec >= 60 || !dec_to_int(dec_trunc(sec * 1000000000.DL), &s)) return false;
	t->at.ns = (h * 60 + m) * 60 * NS_S + s;
	if (a->n <= i + 3 || off->kind == FEEL_NULL) return true;
	if (off->kind != FEEL_DAYS_DURATION || off->dur.ns || off->dur.s > 18 * 3600 || off->dur.s < -18 * 3600) return false;
	t->zoned = true;
	t->offset_s = (int32_t)off->dur.s;
	return true;
}

void b_time(struct args *a, struct feel_value *out)
{
	struct feel_value v = a->v[0], t = {.kind = FEEL_TIME};
	if (a->form > 0) {
		if (clock(a, 0, &t)) *out = t;
		else no(a, "time", out);
		return;
	}
	if (v.kind == FEEL_LIST && v.list->n == 1) v = v.list->item[0];
	if (v.kind == FEEL_STRING && parse_time(v.text, &t)) {
		*out = t;
	} else if (v.kind == FEEL_TIME) {
		*out = v;
	} else if (v.kind == FEEL_DATE_TIME) {
		t = v;
		t.kind = FEEL_TIME;
		t.at.days = 0;
		*out = t;
	} else if (v.kind == FEEL_DATE) {                    // a date is midnight UTC
		t.zoned = true;
		*out = t;
	} else {
		no(a, "time", out);
	}
}

void b_date_and_time(struct args *a, struct feel_value *out)
{
	struct feel_value v = a->v[0], t = a->v[1], at = {.kind = FEEL_DATE_TIME};
	int64_t y, m, d;
	if (a->form >= 2) {
		if (!whole(&v, &y) || !whole(&a->v[1], &m) || !whole(&a->v[2], &d) || !ymd_valid(y, m, d) || !clock(a, 3, &at)) {
			no(a, "date and time", out);
			return;
		}
		at.at.days = ymd_days(y, (int)m, (int)d);
		*out = at;
		return;
	}
	if (v.kind == FEEL_LIST && v.list->n == 1) v = v.list->item[0];
	if (a->form == 0) {
		if (v.kind == FEEL_STRING && parse_date_time(v.text, &at)) *out = at;
		else if (v.kind == FEEL_DATE_TIME) *out = v;
		else if (v.kind == FEEL_DATE) {
			at.at.days = v.at.days;
			at.zoned = true;
			*out = at;
		} else no(a, "date and time", out);
		return;
	}
	// date and time(date and time, time zone): the same instant there (§10.3.4.1).
	if (v.kind == FEEL_DATE_TIME && t.kind == FEEL_STRING) {
		const struct feel_zone *zone = feel_zone(t.text);
		if (!zone || !v.zoned) {
			arg_fail(a, out, "no such time zone, or a date and time that has none");
			return;
		}
		struct feel_value there = feel_instant(value_second(&v) * 1000, zone);
		there.at.ns += v.at.ns % NS_S;
		*out = there;
		return;
	}
	if (t.kind == FEEL_LIST && t.list->n == 1) t = t.list->item[0];
	if ((v.kind != FEEL_DATE && v.kind != FEEL_DATE_TIME) || t.kind != FEEL_TIME) {
		no(a, "date and a time", out);
		return;
	}
	t.kind = FEEL_DATE_TIME;
	t.at.days = v.at.days;
	zone_settle(&t);
	*out = t;
}

void b_duration(struct args *a, struct feel_value *out)
{
	if (!parse_duration(a->v[0].text, out)) no(a, "duration", out);
}

void b_ym_duration(struct args *a, struct feel_value *out)
{
	const struct feel_value *from = &a->v[0], *to = &a->v[1];
	struct ymd x = days_ymd(from->at.days), y = days_ymd(to->at.days);
	int64_t months = (y.year - x.year) * 12 + y.month - x.month;
	// Whole months only, between the dates: the last one counts when its day is reached.
	if (months > 0 && y.day < x.day) months--;
	if (months < 0 && y.day > x.day) months++;
	*out = feel_months_duration(months);
}

void b_day_of_year(struct args *a, struct feel_value *out)
{
	*out = feel_int(a->v[0].at.days - ymd_days(days_ymd(a->v[0].at.days).year, 1, 1) + 1);
}

void b_day_of_week(struct args *a, struct feel_value *out)
{
	static const char *const names[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
	*out = feel_text(str_of(names[weekday_of(a->v[0].at.days) - 1]));
}

void b_month_of_year(struct args *a, struct feel_value *out)
{
	static const char *const names[] = {"January", "February", "March", "April", "May", "June", "July", "August", "September",
		"October", "November", "December"};
	*out = feel_text(str_of(names[days_ymd(a->v[0].at.days).month - 1]));
}

// ISO 8601: the week of a date is the week of its Thursday.
void b_week_of_year(struct args *a, struct feel_value *out)
{
	int64_t thursday = a->v[0].at.days - weekday_of(a->v[0].at.days) + 4;
	*out = feel_int((thursday - ymd_days(days_ymd(thursday).year, 1, 1)) / 7 + 1);
}

void b_now(struct args *a, struct feel_value *out)
{
	*out = feel_instant(a->run->now_ms, a->run->zone);
}

void b_today(struct args *a, struct feel_value *out)
{
	*out = feel_date(feel_instant(a->run->now_ms, a->run->zone).at.days);
}
