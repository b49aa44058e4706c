// temporal.c — dates, times and durations: reading, printing, adding. Years run to ±999,999,999.
#include "feel/icu.h"
#include "feel/part.h"

#include <stdio.h>

static bool leap(int64_t y)
{
	return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
}

static int month_days(int64_t y, int m)
{
	static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	return days[m - 1] + (m == 2 && leap(y));
}

bool ymd_valid(int64_t year, int64_t month, int64_t day)
{
	return year >= -FEEL_YEAR_MAX && year <= FEEL_YEAR_MAX && month >= 1 && month <= 12 && day >= 1 &&
		day <= month_days(year, (int)month);
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

// Days from the civil date: years run from March, so that the leap day comes last.
int64_t ymd_days(int64_t year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = floor_div(y, 400);
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	return era * 146097 + doe - 719468;
}

struct ymd days_ymd(int64_t days)
{
	int64_t z = days + 719468;
	int64_t era = floor_div(z, 146097);
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	int month = (int)(mp < 10 ? mp + 3 : mp - 9);
	return (struct ymd){yoe + era * 400 + (month <= 2), month, (int)(doy - (153 * mp + 2) / 5 + 1)};
}

int weekday_of(int64_t days)
{
	int64_t w = (days + 3) % 7;                          // 1970-01-01 was a Thursday
	return (int)(w < 0 ? w + 7 : w) + 1;
}

bool days_add_months(int64_t days, int64_t months, int64_t *out)
{
	struct ymd d = days_ymd(days);
	int64_t total;
	if (__builtin_add_overflow(d.year * 12 + d.month - 1, months, &total)) return false;
	int64_t year = floor_div(total, 12);
	int month = (int)(total - year * 12) + 1;
	if (year < -FEEL_YEAR_MAX || year > FEEL_YEAR_MAX) return false;
	int last = month_days(year, month);
	*out = ymd_days(year, month, d.day < last ? d.day : last);
	return true;
}

// ---- reading ----

struct scan { const char *p, *end; };

static bool eat(struct scan *s, char c)
{
	if (s->p == s->end || *s->p != c) return false;
	s->p++;
	return true;
}

static size_t digits(struct scan *s, int64_t *out, size_t most)
{
	size_t n = 0;
	int64_t v = 0;
	while (s->p < s->end && *s->p >= '0' && *s->p <= '9' && n < most) {
		v = v * 10 + (*s->p++ - '0');
		n++;
	}
	*out = v;
	return n;
}

static bool two(struct scan *s, int64_t *out)
{
	return digits(s, out, 2) == 2;
}

// XML Schema's year: at least four digits, no leading zero beyond four.
static bool scan_date(struct scan *s, int64_t *days)
{
	bool minus = eat(s, '-');
	const char *start = s->p;
	int64_t y, m, d;
	size_t n = digits(s, &y, 10);
	if (n < 4 || (n > 4 && *start == '0') || n > 9) return false;
	if (!eat(s, '-') || !two(s, &m) || !eat(s, '-') || !two(s, &d)) return false;
	if (minus) y = -y;
	if (!ymd_valid(y, m, d)) return false;
	*days = ymd_days(y, (int)m, (int)d);
	return true;
}

// Fraction digits beyond nanoseconds are cut.
static bool scan_fraction(struct scan *s, int64_t *ns, bool may_be_empty)
{
	int64_t v = 0;
	size_t n = 0;
	for (; s->p < s->end && *s->p >= '0' && *s->p <= '9'; s->p++, n++)
		if (n < 9) v = v * 10 + (*s->p - '0');
	if (n == 0 && !may_be_empty) return false;
	for (size_t i = n; i < 9; i++) v *= 10;
	*ns = v;
	return true;
}

// hh:mm:ss[.fff][Z|±hh:mm[:ss]|@Zone]; *carry counts the day that 24:00:00 adds.
static bool scan_time(struct scan *s, struct feel_value *v, int *carry)
{
	int64_t h, m, sec, ns = 0;
	if (!two(s, &h) || !eat(s, ':') || !two(s, &m) || !eat(s, ':') || !two(s, &sec)) return false;
	if (eat(s, '.') && !scan_fraction(s, &ns, false)) return false;
	if (m > 59 || sec > 59 || h > 24 || (h == 24 && (m || sec || ns))) return false;
	*carry = h == 24;
	if (h == 24) h = 0;
	v->at.ns = ((h * 60 + m) * 60 + sec) * NS_S + ns;
	if (s->p == s->end) return true;
	if (eat(s, 'Z') || eat(s, 'z')) {
		v->zoned = true;
	} else if (*s->p == '+' || *s->p == '-') {
		bool minus = *s->p++ == '-';
		int64_t oh, om, os = 0;
		if (!two(s, &oh) || !eat(s, ':') || !two(s, &om)) return false;
		if (eat(s, ':') && !two(s, &os)) return false;
		if (oh > 18 || om > 59 || os > 59 || (oh == 18 && (om || os))) return false;
		v->zoned = true;
		v->offset_s = (int32_t)((oh * 60 + om) * 60 + os) * (minus ? -1 : 1);
	} else if (eat(s, '@')) {
		v->zone = feel_zone((struct str){s->p, (size_t)(s->end - s->p)});
		if (!v->zone) return false;
		v->zoned = true;
		s->p = s->end;
	}
	return s->p == s->end;
}

bool parse_date(struct str t, int64_t *days)
{
	struct scan s = {t.p, t.p + t.n};
	return scan_date(&s, days) && s.p == s.end;
}

bool parse_time(struct str t, struct feel_value *out)
{
	struct scan s = {t.p, t.p + t.n};
	struct feel_value v = {.kind = FEEL_TIME};
	int carry;
	if (eat(&s, 'T')) {}                                 // ISO 8601 lets a time begin with T
	if (!scan_time(&s, &v, &carry)) return false;
	zone_settle(&v);
	*out = v;
	return true;
}

bool parse_date_time(struct str t, struct feel_value *out)
{
	struct scan s = {t.p, t.p + t.n};
	struct feel_value v = {.kind = FEEL_DATE_TIME};
	int carry = 0;
	int64_t days;
	if (!scan_date(&s, &days)) return false;
	if (s.p != s.end && (!eat(&s, 'T') || !scan_time(&s, &v, &carry))) return false;
	v.at.days = days + carry;
	zone_settle(&v);
	*out = v;
	return true;
}

// PnYnM is a years and months duration, PnDTnHnMnS a days and time one; the two do not mix.
bool parse_duration(struct str t, struct feel_value *out)
{
	struct scan s = {t.p, t.p + t.n};
	bool minus = eat(&s, '-');
	if (!eat(&s, 'P')) return false;
	bool ym = false, dt = false, in_time = false;
	int64_t months = 0, sec = 0, ns = 0;
	int stage = 0;                                       // Y M D H M S in this order
	while (s.p < s.end) {
		if (!in_time && eat(&s, 'T')) {
			in_time = true;
			if (s.p == s.end) return false;
			continue;
		}
		int64_t v, unit, fraction = 0;
		size_t n = digits(&s, &v, 17);
		if (n == 0 || n == 17) return false;
		bool dot = eat(&s, '.');
		if (dot && !scan_fraction(&s, &fraction, true)) return false;
		if (s.p == s.end) return false;
		char c = *s.p++;
		int now;
		switch (c) {
		case 'Y': now = 1, unit = 12; break;
		case 'M': now = in_time ? 5 : 2, unit = in_time ? 60 : 1; break;
		case 'D': now = 3, unit = 86400; break;
		case 'H': now = 4, unit = 3600; break;
		case 'S': now = 6, unit = 1; break;
		default: return false;
		}
		if (now <= stage || (now >= 4) != in_time || (dot && now != 6)) return false;
		stage = now;
		int64_t *sum = now <= 2 ? &months : &sec;
		if (__builtin_mul_overflow(v, unit, &v) || __builtin_add_overflow(*sum, v, sum)) return false;
		*(now <= 2 ? &ym : &dt) = true;
		if (dot) ns = fraction;
	}
	if (ym == dt) return false;
	*out = ym ? feel_months_duration(minus ? -months : months) : feel_days_duration(minus ? -sec : sec, minus ? -ns : ns);
	return true;
}

bool feel_parse_temporal(struct arena *a, struct str t, struct feel_value *out)
{
	(void)a;
	int64_t days;
	if (t.n == 0) return false;
	if (parse_date(t, &days)) {
		*out = feel_date(days);
		return true;
	}
	return parse_date_time(t, out) || parse_time(t, out) || parse_duration(t, out);
}

// ---- zones and instants ----

void zone_settle(struct feel_value *v)
{
	if (!v->zone) return;
	if (v->kind == FEEL_TIME) v->offset_s = zone_standard_offset(v->zone);
	else v->offset_s = zone_offset_local(v->zone, v->at.days * NS_DAY_S + v->at.ns / NS_S);
}

int64_t value_second(const struct feel_value *v)
{
	int64_t s = v->at.ns / NS_S - v->offset_s;
	if (v->kind == FEEL_DATE_TIME) return s + v->at.days * NS_DAY_S;
	return s;
}

static void at_local(struct feel_value *v, int64_t local_s, int64_t ns)
{
	v->at.days = floor_div(local_s, NS_DAY_S);
	v->at.ns = (local_s - v->at.days * NS_DAY_S) * NS_S + ns;
}

struct feel_value feel_instant(int64_t at_ms, const struct feel_zone *zone)
{
	struct feel_value v = {.kind = FEEL_DATE_TIME, .zoned = true, .zone = zone};
	int64_t s = floor_div(at_ms, 1000);
	if (zone) v.offset_s = zone_offset_utc(zone, s);
	at_local(&v, s + v.offset_s, (at_ms - s * 1000) * 1000000);
	return v;
}

static bool in_years(int64_t days)
{
	return days >= ymd_days(-FEEL_YEAR_MAX, 1, 1) && days <= ymd_days(FEEL_YEAR_MAX, 12, 31);
}

// date, time, date and time ± a duration; sign is 1 or -1.
bool temporal_add(const struct feel_value *t, int sign, const struct feel_value *dur, struct feel_value *out)
{
	struct feel_value v = *t;
	if (dur->kind == FEEL_MONTHS_DURATION) {
		int64_t months;
		if (t->kind == FEEL_TIME || __builtin_mul_overflow(dur->months, sign, &months)) return false;
		if (!days_add_months(t->at.days, months, &v.at.days)) return false;
		zone_settle(&v);
		*out = v;
		return true;
	}
	int64_t s = dur->dur.s, ns = dur->dur.ns;
	if (sign < 0) {
		struct feel_value minus = feel_days_duration(-s, -ns);
		s = minus.dur.s;
		ns = minus.dur.ns;
	}
	if (s > INT64_MAX / 4 || s < INT64_MIN / 4) return false;
	if (t->kind == FEEL_TIME) {
		int64_t of_day = t->at.ns + ns + (s % NS_DAY_S) * NS_S;
		of_day %= NS_DAY_S * NS_S;
		if (of_day < 0) of_day += NS_DAY_S * NS_S;
		v.at.ns = of_day;
		*out = v;
		return true;
	}
	if (t->kind == FEEL_DATE) {
		v.at.days = floor_div(t->at.days * NS_DAY_S + s, NS_DAY_S);
		if (!in_years(v.at.days)) return false;
		*out = v;
		return true;
	}
	int64_t local = t->at.days * NS_DAY_S + t->at.ns / NS_S, part = t->at.ns % NS_S + ns;
	if (part >= NS_S) {
		part -= NS_S;
		local++;
	}
	local += s;
	if (v.zone) {                                        // durations count instants (table 53), also through a change
		int64_t utc = local - t->offset_s;
		v.offset_s = zone_offset_utc(v.zone, utc);
		local = utc + v.offset_s;
	}
	at_local(&v, local, part);
	if (!in_years(v.at.days)) return false;
	*out = v;
	return true;
}

dec dur_dec(const struct feel_value *v)
{
	return dec_of_int(v->dur.s) + dec_of_int(v->dur.ns) / 1000000000.DL;
}

bool dur_of_dec(dec seconds, struct feel_value *out)
{
	if (!dec_finite(seconds)) return false;
	dec whole = dec_floor(seconds);
	int64_t s, ns;
	if (!dec_to_int(whole, &s) || !dec_to_int(dec_trunc((seconds - whole) * 1000000000.DL), &ns)) return false;
	*out = feel_days_duration(s, ns);
	return true;
}

// ---- printing ----

static void print_fraction(struct buf *b, int64_t ns)
{
	if (ns == 0) return;
	char t[16];
	snprintf(t, sizeof t, ".%09d", (int)ns);
	size_t n = 10;
	while (t[n - 1] == '0') n--;
	buf_add(b, (struct str){t, n});
}

static void print_date(struct buf *b, int64_t days)
{
	struct ymd d = days_ymd(days);
	buf_fmt(b, "%s%04lld-%02d-%02d", d.year < 0 ? "-" : "", (long long)(d.year < 0 ? -d.year : d.year), d.month, d.day);
}

static void print_time(struct buf *b, const struct feel_value *v)
{
	int64_t s = v->at.ns / NS_S;
	buf_fmt(b, "%02d:%02d:%02d", (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
	print_fraction(b, v->at.ns % NS_S);
	if (!v->zoned) return;
	if (v->zone) {
		buf_byte(b, '@');
		buf_add(b, feel_zone_name(v->zone));
	} else if (v->offset_s == 0) {
		buf_byte(b, 'Z');
	} else {
		int o = v->offset_s < 0 ? -v->offset_s : v->offset_s;
		buf_fmt(b, "%c%02d:%02d", v->offset_s < 0 ? '-' : '+', o / 3600, o / 60 % 60);
		if (o % 60) buf_fmt(b, ":%02d", o % 60);
	}
}

static void print_days_duration(struct buf *b, const struct feel_value *v)
{
	int64_t s = v->dur.s, ns = v->dur.ns;
	if (s < 0) {
		buf_byte(b, '-');
		if (ns) {
			s++;
			ns = NS_S - ns;
		}
		s = -s;
	}
	buf_byte(b, 'P');
	if (s / NS_DAY_S) buf_fmt(b, "%lldD", (long long)(s / NS_DAY_S));
	else if (s == 0 && ns == 0) buf_lit(b, "T0S");
	s %= NS_DAY_S;
	if (s || ns) buf_byte(b, 'T');
	if (s / 3600) buf_fmt(b, "%dH", (int)(s / 3600));
	if (s / 60 % 60) buf_fmt(b, "%dM", (int)(s / 60 % 60));
	if (s % 60 || ns) {
		buf_fmt(b, "%d", (int)(s % 60));
		print_fraction(b, ns);
		buf_byte(b, 'S');
	}
}

static void print_months_duration(struct buf *b, int64_t months)
{
	uint64_t m = months < 0 ? 0 - (uint64_t)months : (uint64_t)months;
	if (months < 0) buf_byte(b, '-');
	buf_byte(b, 'P');
	if (m / 12) buf_fmt(b, "%lluY", (unsigned long long)(m / 12));
	if (m % 12 || m == 0) buf_fmt(b, "%lluM", (unsigned long long)(m % 12));
}

void print_temporal(struct buf *b, const struct feel_value *v)
{
	switch ((enum feel_kind)v->kind) {
	case FEEL_DATE: print_date(b, v->at.days); break;
	case FEEL_TIME: print_time(b, v); break;
	case FEEL_DATE_TIME:
		print_date(b, v->at.days);
		buf_byte(b, 'T');
		print_time(b, v);
		break;
	case FEEL_DAYS_DURATION: print_days_duration(b, v); break;
	case FEEL_MONTHS_DURATION: print_months_duration(b, v->months); break;
	default: break;
	}
}
