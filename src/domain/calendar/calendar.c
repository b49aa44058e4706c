// calendar.c — working days and deadlines. See calendar.h.
#include "domain/calendar/calendar.h"
#include "domain/calendar/calendar_int.h"

const struct office_hours office_hours_usual = {9 * 60, 17 * 60, 12 * 60, 13 * 60, false};
const struct light_rule light_rule_usual = {2, 3, 0};

static const char *const unit_code[] = {"on_spot", "hour", "working_day", "day", "month"};

bool limit_unit_parse(struct str s, enum limit_unit *out)
{
	for (size_t i = 0; i < countof(unit_code); i++)
		if (str_eq(s, str_of(unit_code[i]))) {
			*out = (enum limit_unit)i;
			return true;
		}
	return false;
}

const char *limit_unit_code(enum limit_unit u)
{
	return unit_code[u];
}

struct str limit_text(struct arena *a, struct limit l, bool english)
{
	static const char *const zh[] = {"", " 小时", " 个工作日", " 日", " 个月"};
	static const char *const en[] = {"", " hour", " working day", " day", " month"};
	if (l.unit == LIMIT_ON_SPOT)
		return english ? S("on the spot") : S("当场办结");
	if (english)
		return str_fmt(a, "%d%s%s", l.n, en[l.unit], l.n == 1 ? "" : "s");
	return str_fmt(a, "%d%s", l.n, zh[l.unit]);
}

// Minutes of a working day of 8 hours: 5 working days are 7 days, 22 a month of 30 days.
static int64_t limit_measure(struct limit l)
{
	switch (l.unit) {
	case LIMIT_ON_SPOT: return 0;
	case LIMIT_HOUR: return (int64_t)l.n * 60 * 70;
	case LIMIT_WORKING_DAY: return (int64_t)l.n * 480 * 70;
	case LIMIT_DAY: return (int64_t)l.n * 480 * 50;
	case LIMIT_MONTH: return (int64_t)l.n * 480 * 70 * 22;
	}
	return 0;
}

int limit_cmp(struct limit a, struct limit b)
{
	int64_t x = limit_measure(a), y = limit_measure(b);
	return (x > y) - (x < y);
}

// ---- days --------------------------------------------------------------------------------------

static const struct cal_year *year_of(const struct calendar *c, int32_t year)
{
	for (uint32_t i = 0; i < c->n; i++)
		if (c->year[i].year == year)
			return &c->year[i];
	return NULL;
}

static struct err *no_calendar(struct arena *a, int32_t year)
{
	return err_arg(a, E_NO_CALENDAR, str_fmt(a, "%d", year));
}

static bool working_in(const struct cal_year *y, day_t d)
{
	uint32_t i = (uint32_t)(d - y->first);
	return y->working[i / 64] >> (i % 64) & 1;
}

struct err *calendar_is_working(struct arena *a, const struct calendar *c, day_t d, bool *out)
{
	int32_t year = day_civil(d).year;
	const struct cal_year *y = year_of(c, year);
	if (!y)
		return no_calendar(a, year);
	*out = working_in(y, d);
	return NULL;
}

// Days outside what any calendar could hold would overflow the arithmetic before they are refused.
#define DAY_SANE(d) ((d) > -10000000 && (d) < 10000000)

struct err *calendar_add(struct arena *a, const struct calendar *c, day_t d, int32_t n, day_t *out)
{
	CHECK(n >= 0);
	if (!DAY_SANE(d))
		return no_calendar(a, 9999);
	const struct cal_year *y = NULL;
	for (day_t at = n == 0 ? d : d + 1;; at++) {
		if (!y || at < y->first || at > y->last) {
			int32_t year = day_civil(at).year;
			if (!(y = year_of(c, year)))
				return no_calendar(a, year);
		}
		if (!working_in(y, at))
			continue;
		if (n <= 1) {
			*out = at;
			return NULL;
		}
		n--;
	}
}

struct err *calendar_count(struct arena *a, const struct calendar *c, day_t from, day_t to, int32_t *out)
{
	bool back = to < from;
	day_t lo = back ? to : from, hi = back ? from : to;
	if (!DAY_SANE(lo) || !DAY_SANE(hi))
		return no_calendar(a, 9999);
	int32_t n = 0;
	const struct cal_year *y = NULL;
	for (day_t at = lo + 1; at <= hi; at++) {
		if (!y || at < y->first || at > y->last) {
			int32_t year = day_civil(at).year;
			if (!(y = year_of(c, year)))
				return no_calendar(a, year);
		}
		n += working_in(y, at);
	}
	*out = back ? -n : n;
	return NULL;
}

struct str calendar_day_name(const struct calendar *c, day_t d)
{
	const struct cal_year *y = year_of(c, day_civil(d).year);
	for (uint32_t i = 0; y && i < y->n_names; i++)
		if (d >= y->name[i].from && d <= y->name[i].until)
			return y->name[i].name;
	return S("");
}

struct str calendar_hash(const struct calendar *c)
{
	return c->hash;
}

bool calendar_has(const struct calendar *c, int32_t year)
{
	return year_of(c, year);
}

int calendar_year_count(const struct calendar *c)
{
	return (int)c->n;
}

int32_t calendar_year_at(const struct calendar *c, int i)
{
	CHECK(i >= 0 && (uint32_t)i < c->n);
	return c->year[i].year;
}

// ---- receipt, deadlines, lights ------------------------------------------------------------------

struct err *calendar_receipt_day(struct arena *a, const struct calendar *c, const struct office_hours *h,
	int64_t at_ms, bool online, day_t *out)
{
	day_t d = day_shanghai(at_ms);
	if (online && !h->online_next_day) {
		*out = d;
		return NULL;
	}
	bool working;
	struct err *e = calendar_is_working(a, c, d, &working);
	if (e)
		return e;
	struct clock_time t = clock_shanghai(at_ms);
	int minute = t.hour * 60 + t.minute;
	// Before opening and in the lunch break the same day counts: the window opens again that day.
	if (working && minute < h->close_min) {
		*out = d;
		return NULL;
	}
	return calendar_add(a, c, d, 1, out);
}

// The instant `hours` office hours after at_ms. Limits in 小时 run only while the office is open.
static struct err *add_hours(struct arena *a, const struct calendar *c, const struct office_hours *h,
	int64_t at_ms, int32_t hours, struct deadline *out)
{
	int32_t left = hours * 60;
	day_t d = day_shanghai(at_ms);
	struct clock_time t = clock_shanghai(at_ms);
	int minute = t.hour * 60 + t.minute;
	for (;;) {
		bool working;
		struct err *e = calendar_is_working(a, c, d, &working);
		if (e)
			return e;
		int16_t span[2][2] = {{h->open_min, h->noon_min}, {h->after_min, h->close_min}};
		for (int i = 0; working && i < 2; i++) {
			int from = minute > span[i][0] ? minute : span[i][0];
			if (from >= span[i][1])
				continue;
			if (left <= span[i][1] - from) {
				int end = from + left;
				*out = (struct deadline){d, ms_shanghai(d, end / 60, end % 60)};
				return NULL;
			}
			left -= span[i][1] - from;
		}
		d++;
		minute = 0;
	}
}

struct err *calendar_deadline(struct arena *a, const struct calendar *c, const struct office_hours *h,
	const struct deadline_facts *f, struct deadline *out)
{
	struct err *e = NULL;
	day_t start = day_shanghai(f->accepted_ms), due = start;
	int32_t n = f->limit.n + f->extension;
	CHECK(n >= 0 && f->suspended_wd >= 0);
	switch (f->limit.unit) {
	case LIMIT_HOUR:
		if (f->suspended_wd) {
			e = calendar_add(a, c, start, f->suspended_wd, &due);
			if (e)
				return e;
			struct clock_time t = clock_shanghai(f->accepted_ms);
			return add_hours(a, c, h, ms_shanghai(due, t.hour, t.minute), n, out);
		}
		return add_hours(a, c, h, f->accepted_ms, n, out);
	case LIMIT_ON_SPOT:
		e = calendar_add(a, c, start, f->suspended_wd, &due);      // 即办件: the same day
		break;
	case LIMIT_WORKING_DAY:
		e = calendar_add(a, c, start, n + f->suspended_wd, &due);
		break;
	case LIMIT_DAY:
	case LIMIT_MONTH:
		due = f->limit.unit == LIMIT_DAY ? start + n : day_add_months(start, n);
		if (f->suspended_wd)
			e = calendar_add(a, c, due, f->suspended_wd, &due);
		if (!e)
			e = calendar_add(a, c, due, 0, &due);              // 民法典 203: a rest day moves on
		break;
	}
	if (!e)
		*out = (struct deadline){due, ms_shanghai(due, h->close_min / 60, h->close_min % 60)};
	return e;
}

struct err *calendar_light(struct arena *a, const struct calendar *c, const struct light_rule *r,
	day_t accepted, const struct deadline *d, int64_t now_ms, enum light *out, int32_t *left_wd)
{
	day_t today = day_shanghai(now_ms);
	int32_t left, whole;
	struct err *e = calendar_count(a, c, today, d->due_day, &left);
	if (!e)
		e = calendar_count(a, c, accepted, d->due_day, &whole);
	if (e)
		return e;
	if (left_wd)
		*left_wd = left;
	// Overdue by the day: the applicant has the whole last day (民法典 203: the last day ends at
	// 24:00, or when business ends where there are business hours: due_ms says when).
	if (now_ms > d->due_ms)
		*out = LIGHT_OVERDUE;
	else if (left <= r->red_wd)
		*out = LIGHT_RED;
	else if (left <= r->yellow_wd || (r->yellow_part > 0 && (int64_t)left * r->yellow_part <= whole))
		*out = LIGHT_YELLOW;
	else
		*out = LIGHT_GREEN;
	return NULL;
}
