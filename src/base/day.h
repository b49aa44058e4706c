// day.h — civil days, and instants seen as civil time. Pure arithmetic, proleptic Gregorian.
//
// Time    a day is a count from 1970-01-01 (int32_t); an instant is UTC milliseconds (…_ms).
//         Legal days are civil days of Asia/Shanghai (UTC+8, no summer time since 1992).
// What is a working day belongs to a calendar version: domain/calendar.
#pragma once
#include "base/str.h"

typedef int32_t day_t;
struct civil { int32_t year; uint8_t month, day; };                  // month and day from 1
struct clock_time { uint8_t hour, minute, second; uint16_t ms; };

bool civil_valid(int32_t year, int month, int day);
day_t day_of(int32_t year, int month, int day);                     // must be valid
struct civil day_civil(day_t);
int day_weekday(day_t);                                             // 1 = Monday … 7 = Sunday
day_t day_add_months(day_t, int64_t months);                        // clamps to the month's last day
int days_in_month(int32_t year, int month);
bool day_parse(struct str, day_t *out);                             // 2026-11-05 only
void day_print(struct buf *, day_t);                                // 2026-11-05

#define SHANGHAI_OFFSET_MS (8 * 3600 * 1000LL)
day_t day_shanghai(int64_t at_ms);
int64_t ms_shanghai(day_t, int hour, int minute);                   // the instant of that wall time
struct clock_time clock_shanghai(int64_t at_ms);
void instant_print(struct buf *, int64_t at_ms);                    // 2026-11-05T08:30:00.000Z
bool instant_parse(struct str, int64_t *out_ms);                    // RFC 3339 with Z or an offset
