// icu.c — zones and letters through ICU; regular expressions: see regex.c.
// allow double: ICU's calendar counts milliseconds in doubles
#include "feel/icu.h"

#include <pthread.h>
#include <unicode/ucal.h>
#include <unicode/ustring.h>
#include <unicode/uvernum.h>
#include <unicode/uversion.h>

struct feel_zone {
	struct feel_zone *next;
	struct str name;
	size_t n;
	int64_t *utc_s;                      // offset[i + 1] holds from utc_s[i]
	int32_t *offset;
	int32_t standard;
};

// Zones live as long as the process: values point to them.
static pthread_mutex_t zones_lock = PTHREAD_MUTEX_INITIALIZER;
static struct arena *zones_arena;
static struct feel_zone *zones[64];

enum { LAST_YEAR = 2100 };
#define FIRST_S (-3786825600LL)          /* 1850-01-01 */
#define LAST_S 4102444800LL              /* 2100-01-01 */
#define CYCLE_S 883612800LL              /* 28 years: 10,227 days */

static int32_t offset_at(UCalendar *cal, double ms, UErrorCode *st)
{
	ucal_setMillis(cal, ms, st);
	int32_t zone = ucal_get(cal, UCAL_ZONE_OFFSET, st);
	return (zone + ucal_get(cal, UCAL_DST_OFFSET, st)) / 1000;
}

static bool fill(struct feel_zone *z, UCalendar *cal)
{
	UErrorCode st = U_ZERO_ERROR;
	size_t cap = 0, ocap = 0, on = 0;
	*vec_push(zones_arena, z->offset, on, ocap) = offset_at(cal, (double)FIRST_S * 1000, &st);
	for (;;) {
		UDate next;
		if (!ucal_getTimeZoneTransitionDate(cal, UCAL_TZ_TRANSITION_NEXT, &next, &st) || U_FAILURE(st)) break;
		int64_t at = (int64_t)(next / 1000);
		if (at >= LAST_S) break;
		int32_t offset = offset_at(cal, next, &st);
		if (offset == z->offset[on - 1]) continue;
		*vec_push(zones_arena, z->utc_s, z->n, cap) = at;
		*vec_push(zones_arena, z->offset, on, ocap) = offset;
	}
	ucal_setMillis(cal, 1735689600000.0, &st);           // 2025: the rule of today
	z->standard = ucal_get(cal, UCAL_ZONE_OFFSET, &st) / 1000;
	return U_SUCCESS(st);
}

static struct feel_zone *load(struct str name)
{
	UChar id[64], canonical[64];
	if (name.n == 0 || name.n >= countof(id)) return NULL;
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];
		if (c >= 0x80 || c <= ' ') return NULL;
		id[i] = c;
	}
	UErrorCode st = U_ZERO_ERROR;
	UBool system = false;
	ucal_getCanonicalTimeZoneID(id, (int32_t)name.n, canonical, countof(canonical), &system, &st);
	if (U_FAILURE(st) || !system || str_is(name, "Etc/Unknown")) return NULL;
	UCalendar *cal = ucal_open(id, (int32_t)name.n, "en", UCAL_GREGORIAN, &st);
	if (U_FAILURE(st)) return NULL;
	if (!zones_arena) zones_arena = arena_new(0);
	struct feel_zone *z = arena_new1(zones_arena, struct feel_zone);
	z->name = str_copy(zones_arena, name);
	bool ok = fill(z, cal);
	ucal_close(cal);
	return ok ? z : NULL;
}

const struct feel_zone *feel_zone(struct str name)
{
	struct feel_zone **slot = &zones[str_hash(name) % countof(zones)], *z;
	pthread_mutex_lock(&zones_lock);
	for (z = *slot; z && !str_eq(z->name, name); z = z->next) {}
	if (!z) {
		z = load(name);
		if (z) {
			z->next = *slot;
			*slot = z;
		}
	}
	pthread_mutex_unlock(&zones_lock);
	return z;
}

struct str feel_zone_name(const struct feel_zone *z)
{
	return z->name;
}

// Before the table the first offset holds; after it the rules repeat with the calendar.
static int64_t fold(int64_t s)
{
	if (s < LAST_S - CYCLE_S) return s;
	return LAST_S - CYCLE_S + (s - (LAST_S - CYCLE_S)) % CYCLE_S;
}

int32_t zone_offset_utc(const struct feel_zone *z, int64_t utc_s)
{
	if (utc_s >= LAST_S) utc_s = fold(utc_s);
	size_t lo = 0, hi = z->n;                            // the number of transitions at or before
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (z->utc_s[mid] <= utc_s) lo = mid + 1;
		else hi = mid;
	}
	return z->offset[lo];
}

int32_t zone_offset_local(const struct feel_zone *z, int64_t local_s)
{
	if (local_s >= LAST_S) local_s = fold(local_s);
	size_t lo = 0, hi = z->n;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int32_t before = z->offset[mid], after = z->offset[mid + 1];
		// A wall time in a gap or an overlap belongs to the offset before the change.
		if (z->utc_s[mid] + (before > after ? before : after) <= local_s) lo = mid + 1;
		else hi = mid;
	}
	return z->offset[lo];
}

int32_t zone_standard_offset(const struct feel_zone *z)
{
	return z->standard;
}

static struct str mapped(struct arena *a, struct str s, bool upper)
{
	bool ascii = true;
	for (size_t i = 0; i < s.n && ascii; i++) ascii = (unsigned char)s.p[i] < 0x80;
	if (ascii) return upper ? str_upper_ascii(a, s) : str_lower_ascii(a, s);
	if (s.n > INT32_MAX / 8) return s;
	int32_t n = 0, cap = (int32_t)s.n + 1, ocap = cap * 3;
	UErrorCode st = U_ZERO_ERROR;
	UChar *from = arena_raw(a, (size_t)cap * sizeof *from), *to = arena_raw(a, (size_t)ocap * sizeof *to);
	u_strFromUTF8(from, cap, &n, s.p, (int32_t)s.n, &st);
	n = upper ? u_strToUpper(to, ocap, from, n, "", &st) : u_strToLower(to, ocap, from, n, "", &st);
	char *out = arena_raw(a, (size_t)n * 3 + 1);
	int32_t on = 0;
	u_strToUTF8(out, n * 3 + 1, &on, to, n, &st);
	return U_FAILURE(st) ? s : (struct str){out, (size_t)on};
}

struct str icu_upper(struct arena *a, struct str s)
{
	return mapped(a, s, true);
}

struct str icu_lower(struct arena *a, struct str s)
{
	return mapped(a, s, false);
}

const char *icu_version(void)
{
	return U_ICU_VERSION;
}

const char *icu_zone_data_version(void)
{
	UErrorCode st = U_ZERO_ERROR;
	const char *v = ucal_getTZDataVersion(&st);
	return U_FAILURE(st) ? "" : v;
}
