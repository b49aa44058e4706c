// calendar.h — which civil days are working days, and what a legal limit makes of them.
//
// Owns    calendar years (holidays and make-up days as published) and the arithmetic of limits.
// Needs   codec/yaml; days are civil days of Asia/Shanghai (base/day.h).
// Memory  a calendar lives in the arena it was loaded into and never changes.
// Time    nothing here reads a clock: receipt, acceptance and "today" are arguments.
// Errors  E_NO_CALENDAR for a day of a year that was not published: never a guess
//         (行政许可法 82: periods are working days, statutory holidays excluded).
// Holds   (1) the first day is not counted (民法典 201); (2) a due date in working days is a
//         working day; in 日 or 月 it moves to the next working day when it is a rest day
//         (民法典 203); (3) calendar_add(d, n) then calendar_count(d, that) is n for n >= 0.
#pragma once
#include "base/day.h"
#include "base/err.h"

enum limit_unit { LIMIT_ON_SPOT, LIMIT_HOUR, LIMIT_WORKING_DAY, LIMIT_DAY, LIMIT_MONTH };   // 即办 小时 工作日 自然日 月
struct limit {
	int32_t n;                 // 0 for LIMIT_ON_SPOT
	enum limit_unit unit;
};

bool limit_unit_parse(struct str, enum limit_unit *out);          // on_spot hour working_day day month
const char *limit_unit_code(enum limit_unit);
struct str limit_text(struct arena *, struct limit, bool english);   // 5 个工作日 / 5 working days; 当场办结 / on the spot
// Compares two limits in one measure (a month 22 working days, 7 days 5 working days): for
// ordering and checks only, never for a due date.
int limit_cmp(struct limit a, struct limit b);

struct calendar;

// Reads every NNNN.yaml of the folder. A city's local closures are files NNNN-*.yaml laid over them.
must_use struct err *calendar_load(struct arena *, struct str dir, struct calendar **out);
// The same from one text (name stands in errors); adds its year to *cal, or makes *cal. The tree and errors live in tmp.
must_use struct err *calendar_read(struct arena *, struct arena *tmp, struct str name, struct str yaml, struct calendar **cal);
struct str calendar_hash(const struct calendar *);                // names the version: changes when any day does
bool calendar_has(const struct calendar *, int32_t year);
int calendar_year_count(const struct calendar *);
int32_t calendar_year_at(const struct calendar *, int i);         // ascending

must_use struct err *calendar_is_working(struct arena *, const struct calendar *, day_t, bool *out);
// The nth working day after d, d itself not counted; n = 0: d, or the next working day if d rests.
must_use struct err *calendar_add(struct arena *, const struct calendar *, day_t d, int32_t n, day_t *out);
// Working days in (from, to]; negative when to < from.
must_use struct err *calendar_count(struct arena *, const struct calendar *, day_t from, day_t to, int32_t *out);
struct str calendar_day_name(const struct calendar *, day_t);     // 春节, or empty

// Office hours: what an online submission outside them counts as is a setting of the city.
struct office_hours {
	int16_t open_min, close_min;       // minutes after midnight, Shanghai
	int16_t noon_min, after_min;       // lunch break, equal = none
	bool online_next_day;              // an online submission outside hours is received on the next working day
};
extern const struct office_hours office_hours_usual;              // 09:00–12:00, 13:00–17:00; online at once
// The legal day of receipt (收件). Windows: outside hours, the next working day.
must_use struct err *calendar_receipt_day(struct arena *, const struct calendar *, const struct office_hours *,
	int64_t at_ms, bool online, day_t *out);

// Deadline of a case from stored legal facts alone. Suspended working days (行政许可法 45) and the
// extension (42) lengthen the limit; 月 and 日 limits are lengthened in their own unit by the
// extension and in working days by suspension.
struct deadline_facts {
	int64_t accepted_ms;               // acceptance 受理: the clock starts here, not at submission
	struct limit limit;
	int32_t extension;                 // in the limit's unit, 0 = none
	int32_t suspended_wd;              // whole working days suspended so far
};
struct deadline {
	day_t due_day;
	int64_t due_ms;                    // the end of office hours of due_day; exact for LIMIT_HOUR
};
must_use struct err *calendar_deadline(struct arena *, const struct calendar *, const struct office_hours *,
	const struct deadline_facts *, struct deadline *out);

enum light { LIGHT_NONE, LIGHT_GREEN, LIGHT_YELLOW, LIGHT_RED, LIGHT_OVERDUE };   // 亮灯预警
struct light_rule {
	int32_t yellow_wd;                 // yellow when at most so many working days are left …
	int32_t yellow_part;               // … or at most 1/yellow_part of the limit; 0 = not used
	int32_t red_wd;                    // red when at most so many are left (0 = due today)
};
extern const struct light_rule light_rule_usual;                  // 2, 3, 0
must_use struct err *calendar_light(struct arena *, const struct calendar *, const struct light_rule *,
	day_t accepted, const struct deadline *, int64_t now_ms, enum light *out, int32_t *left_wd);
