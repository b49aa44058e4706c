// calendar_int.h — the shape of a calendar, shared by its reader and its arithmetic.
#pragma once
#include "domain/calendar/calendar.h"

struct cal_name { day_t from, until; struct str name; };
struct cal_year {
	int32_t year;
	day_t first, last;
	uint64_t working[6];               // bit i: first + i is a working day
	bool published;                    // the year's own file was read, not only an overlay
	struct cal_name *name;
	uint32_t n_names;
	size_t cap_names;
};
struct calendar {
	struct cal_year *year;             // ascending
	uint32_t n;
	size_t cap;
	struct str hash;
};
