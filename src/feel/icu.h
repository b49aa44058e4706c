// icu.h — the one door to ICU: time zones, regular expressions of XPath, case of letters.
//
// Owns    a table of the zones asked for (for ever, at most one per IANA name), and per thread a small
//         cache of compiled patterns.
// Time    zone transitions are read once from 1850 to 2100; later years repeat by 28 (the calendar does).
// Errors  a pattern that is none: false with a sentence; the step budget of matching: *over.
#pragma once
#include "feel/feel.h"

int32_t zone_offset_utc(const struct feel_zone *, int64_t utc_s);
int32_t zone_offset_local(const struct feel_zone *, int64_t local_s);    // a gap and an overlap: the offset before
int32_t zone_standard_offset(const struct feel_zone *);                  // what holds outside summer time, today
struct str icu_upper(struct arena *, struct str);
struct str icu_lower(struct arena *, struct str);
const char *icu_version(void);
const char *icu_zone_data_version(void);

struct regex;
// flags: any of s m i x q. The regex is the thread's until its next regex_get.
bool regex_get(struct arena *, struct str pattern, struct str flags, struct regex **out, struct str *why);
bool regex_found(struct regex *, struct arena *, struct str text, bool *found, bool *over);
// Replaces all matches (over when the arena holds more than bytes); false with *why on a bad replacement or a pattern that matches nothing.
bool regex_replace(struct regex *, struct arena *, struct str text, struct str with, size_t bytes, struct str *out, struct str *why, bool *over);
// Parts between matches: *n of them, NULL-safe.
bool regex_split(struct regex *, struct arena *, struct str text, struct str **parts, size_t *n, struct str *why, bool *over);
