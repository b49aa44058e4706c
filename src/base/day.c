// day.c — civil days by arithmetic on 400-year cycles; RFC 3339 instants.
#include "base/day.h"

enum { DAYS_400 = 146097, TO_1970 = 719468, YEAR_MAX = 5800000 };   // day counts from 0000-03-01
#define DAY_MS (24 * 3600 * 1000LL)

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

int days_in_month(int32_t year, int month)
{
	static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	CHECK(month >= 1 && month <= 12);
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return days[month - 1] + (month == 2 && leap);
}

bool civil_valid(int32_t year, int month, int day)
{
	return year >= -YEAR_MAX && year <= YEAR_MAX && month >= 1 && month <= 12 && day >= 1 &&
	       day <= days_in_month(year, month);
}

day_t day_of(int32_t year, int month, int day)
{
	CHECK(civil_valid(year, month, day));
	int64_t y = (int64_t)year - (month <= 2);    // the year begins in March, the leap day ends it
	int64_t cycle = floor_div(y, 400), in = y - cycle * 400;
	int64_t day_in_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return (day_t)(cycle * DAYS_400 + in * 365 + in / 4 - in / 100 + day_in_year - TO_1970);
}

struct civil day_civil(day_t d)
{
	int64_t z = (int64_t)d + TO_1970, cycle = floor_div(z, DAYS_400), in = z - cycle * DAYS_400;
	int64_t year = (in - in / 1460 + in / 36524 - in / (DAYS_400 - 1)) / 365;
	int64_t rest = in - (365 * year + year / 4 - year / 100), month = (5 * rest + 2) / 153;
	return (struct civil){
		.year = (int32_t)(year + cycle * 400 + (month >= 10)),
		.month = (uint8_t)(month < 10 ? month + 3 : month - 9),
		.day = (uint8_t)(rest - (153 * month + 2) / 5 + 1),
	};
}

int day_weekday(day_t d)
{
	int64_t n = ((int64_t)d + 3) % 7;    // 1970-01-01 was a Thursday
	return (int)(n < 0 ? n + 7 : n) + 1;
}

day_t day_add_months(day_t d, int64_t months)
{
	struct civil c = day_civil(d);
	int64_t most = YEAR_MAX * 24LL;    // absurd counts end at the edge of the calendar
	months = months > most ? most : months < -most ? -most : months;
	int64_t at = (int64_t)c.year * 12 + c.month - 1 + months, year = floor_div(at, 12);
	int month = (int)(at - year * 12) + 1;
	if (year > YEAR_MAX) return day_of(YEAR_MAX, 12, 31);
	if (year < -YEAR_MAX) return day_of(-YEAR_MAX, 1, 1);
	int last = days_in_month((int32_t)year, month);
	return day_of((int32_t)year, month, c.day < last ? c.day : last);
}

static int number(const char *p, int n)    // n digits, or -1
{
	int v = 0;
	for (; n; n--, p++) {
		if (*p < '0' || *p > '9') return -1;
		v = v * 10 + (*p - '0');
	}
	return v;
}

bool day_parse(struct str s, day_t *out)
{
	if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-') return false;
	int y = number(s.p, 4), m = number(s.p + 5, 2), d = number(s.p + 8, 2);
	if (y < 1 || !civil_valid(y, m, d)) return false;
	*out = day_of(y, m, d);
	return true;
}

static void padded(struct buf *b, int v, int width)
{
	char *p = buf_room(b, (size_t)width);
	for (int i = width - 1; i >= 0; i--, v /= 10) p[i] = (char)('0' + v % 10);
	b->n += (size_t)width;
}

void day_print(struct buf *b, day_t d)
{
	struct civil c = day_civil(d);
	if (c.year < 0 || c.year > 9999) buf_fmt(b, "%05d", c.year);
	else padded(b, c.year, 4);
	buf_byte(b, '-');
	padded(b, c.month, 2);
	buf_byte(b, '-');
	padded(b, c.day, 2);
}

static struct clock_time clock_of(int64_t in_day)
{
	return (struct clock_time){
		.hour = (uint8_t)(in_day / 3600000), .minute = (uint8_t)(in_day / 60000 % 60),
		.second = (uint8_t)(in_day / 1000 % 60), .ms = (uint16_t)(in_day % 1000),
	};
}

day_t day_shanghai(int64_t at_ms)
{
	return (day_t)floor_div(at_ms + SHANGHAI_OFFSET_MS, DAY_MS);
}

int64_t ms_shanghai(day_t d, int hour, int minute)
{
	return d * DAY_MS + hour * 3600000LL + minute * 60000LL - SHANGHAI_OFFSET_MS;
}

struct clock_time clock_shanghai(int64_t at_ms)
{
	int64_t at = at_ms + SHANGHAI_OFFSET_MS;
	return clock_of(at - floor_div(at, DAY_MS) * DAY_MS);
}

void instant_print(struct buf *b, int64_t at_ms)
{
	int64_t d = floor_div(at_ms, DAY_MS);
	struct clock_time t = clock_of(at_ms - d * DAY_MS);
	day_print(b, (day_t)d);
	buf_byte(b, 'T');
	padded(b, t.hour, 2);
	buf_byte(b, ':');
	padded(b, t.minute, 2);
	buf_byte(b, ':');
	padded(b, t.second, 2);
	buf_byte(b, '.');
	padded(b, t.ms, 3);
	buf_byte(b, 'Z');
}

bool instant_parse(struct str s, int64_t *out_ms)
{
	day_t d;
	if (s.n < 20 || !day_parse(str_part(s, 0, 10), &d)) return false;
	const char *p = s.p, *end = s.p + s.n;
	if ((p[10] != 'T' && p[10] != 't') || p[13] != ':' || p[16] != ':') return false;
	int h = number(p + 11, 2), m = number(p + 14, 2), sec = number(p + 17, 2), ms = 0;
	if (h < 0 || h > 23 || m < 0 || m > 59 || sec < 0 || sec > 59) return false;
	p += 19;
	if (*p == '.') {    // digits behind the millisecond are dropped
		int unit = 100;
		const char *first = ++p;
		for (; p < end && *p >= '0' && *p <= '9'; p++, unit /= 10) ms += (*p - '0') * unit;
		if (p == first) return false;
	}
	int64_t offset = 0;
	if (p + 1 == end && (*p == 'Z' || *p == 'z')) p++;
	else if (p + 6 == end && (*p == '+' || *p == '-') && p[3] == ':') {
		int oh = number(p + 1, 2), om = number(p + 4, 2);
		if (oh < 0 || oh > 23 || om < 0 || om > 59) return false;
		offset = (oh * 60 + om) * 60000LL * (*p == '-' ? -1 : 1);
		p += 6;
	}
	else return false;
	*out_ms = d * DAY_MS + h * 3600000LL + m * 60000LL + sec * 1000LL + ms - offset;
	return p == end;
}
