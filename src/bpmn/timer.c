#include "bpmn/model.h"
#include "base/day.h"

#define MAX_MONTHS (1200LL * 100)
#define MAX_MS (86400000LL * 365 * 10000)

// Reads digits with an optional fraction of up to 9 digits, scaled to thousandths.
static bool number(struct str s, size_t *at, int64_t *whole, int64_t *milli)
{
	size_t i = *at, first = i;
	int64_t v = 0, f = 0, scale = 100;
	for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++) {
		if (v > 1000000000000LL)
			return false;
		v = v * 10 + (s.p[i] - '0');
	}
	if (i == first)
		return false;
	*milli = -1;
	if (i < s.n && (s.p[i] == '.' || s.p[i] == ',')) {
		size_t d = ++i;
		for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++, scale /= 10)
			f += (s.p[i] - '0') * scale;
		if (i == d)
			return false;
		*milli = f;
	}
	*whole = v;
	*at = i;
	return true;
}

bool iso_duration(struct str s, int64_t *months, int64_t *ms)
{
	bool neg = s.n && s.p[0] == '-', time = false, any = false;
	size_t i = neg;
	int64_t m = 0, t = 0;
	if (i >= s.n || s.p[i++] != 'P')
		return false;
	while (i < s.n) {
		int64_t v, f;
		if (s.p[i] == 'T' && !time) {
			time = true;
			any = false;
			i++;
			continue;
		}
		if (!number(s, &i, &v, &f) || i >= s.n)
			return false;
		char u = s.p[i++];
		int64_t unit = 0;
		if (f >= 0 && !(time && u == 'S'))
			return false;
		if (!time && u == 'Y')
			m += v * 12;
		else if (!time && u == 'M')
			m += v;
		else if (!time && u == 'W')
			unit = 7 * 86400000LL;
		else if (!time && u == 'D')
			unit = 86400000LL;
		else if (time && u == 'H')
			unit = 3600000;
		else if (time && u == 'M')
			unit = 60000;
		else if (time && u == 'S')
			unit = 1000;
		else
			return false;
		if (unit && v > MAX_MS / unit)
			return false;
		t += v * unit + (f > 0 ? f : 0);
		if (m > MAX_MONTHS || t > MAX_MS)
			return false;
		any = true;
	}
	if (!any)
		return false;
	*months = neg ? -m : m;
	*ms = neg ? -t : t;
	return true;
}

bool working_days(struct str s, int32_t *wd)
{
	int64_t n;
	s = str_trim(s);
	if (!str_ends(s, S("wd")) || !str_int(str_trim(str_part(s, 0, s.n - 2)), &n) || n < 0 || n > 100000)
		return false;
	*wd = (int32_t)n;
	return true;
}

int64_t add_duration(int64_t at_ms, int64_t months, int64_t ms)
{
	if (months) {
		day_t d = day_shanghai(at_ms);
		int64_t rest = at_ms - ms_shanghai(d, 0, 0);
		at_ms = ms_shanghai(day_add_months(d, months), 0, 0) + rest;
	}
	return at_ms + ms;
}

bool iso_instant(struct str s, int64_t *at)
{
	day_t d;
	s = str_trim(s);
	if (day_parse(s, &d)) {
		*at = ms_shanghai(d, 0, 0);
		return true;
	}
	if (instant_parse(s, at))
		return true;
	// A wall time without an offset is that of the city.
	char z[40];
	if (s.n < 16 || s.n > 30)
		return false;
	memcpy(z, s.p, s.n);
	size_t n = s.n;
	if (n == 16) {
		memcpy(z + n, ":00", 3);
		n += 3;
	}
	memcpy(z + n, "+08:00", 6);
	return instant_parse((struct str){z, n + 6}, at);
}

bool iso_cycle(struct str s, int64_t *times, int64_t *begin, int64_t *months, int64_t *ms)
{
	struct str rest = str_trim(s), r = str_cut(&rest, S("/"));
	if (!r.n || r.p[0] != 'R' || !rest.p)
		return false;
	*times = -1;
	if (r.n > 1 && (!str_int(str_from(r, 1), times) || *times < -1 || *times > 1000000000))
		return false;
	*begin = INT64_MIN;
	struct str a = str_cut(&rest, S("/"));
	if (rest.p) {
		if (a.n && a.p[0] == 'P') {      // R/duration/end: the end is not used, the count is
			int64_t end;
			return iso_duration(a, months, ms) && iso_instant(rest, &end);
		}
		if (!iso_instant(a, begin))
			return false;
		a = rest;
	}
	return iso_duration(a, months, ms) && *months >= 0 && *ms >= 0 && (*months > 0 || *ms > 0);
}
