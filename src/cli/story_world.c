// story_world.c — the place a story plays in: its clock, its store, what it tells.
#include "cli/story_int.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/seam.h"
#include "job/job.h"

// ---- telling ----

bool story_wrong(struct story *s, const char *fmt, ...)
{
	va_list v;
	if (s->bad) return false;
	s->bad = true;
	fflush(stdout);
	fprintf(stderr, STR_FMT ":%u: ", STR_ARG(s->file), s->line);
	va_start(v, fmt);
	vfprintf(stderr, fmt, v);
	va_end(v);
	fputc('\n', stderr);
	return false;
}

bool story_world(struct story *s, struct err *e)
{
	return e ? story_wrong(s, "%s: " STR_FMT, err_name(e->code), STR_ARG(err_text(s->a, e, true))) : true;
}

void story_tell(struct story *s, const char *fmt, ...)
{
	va_list v;
	if (s->quiet) return;
	struct civil c = day_civil(day_shanghai(seam_now_ms()));
	struct clock_time t = clock_shanghai(seam_now_ms());
	printf("%02d-%02d %02d:%02d  ", c.month, c.day, t.hour, t.minute);
	va_start(v, fmt);
	vprintf(fmt, v);
	va_end(v);
	putchar('\n');
}

struct str story_printed(struct story *s, const struct json *j)
{
	if (!j) return S("nothing");
	if (j->type == JSON_STRING || j->type == JSON_NUMBER) return j->text;
	struct buf b = buf_new(s->a);
	json_print(&b, j);
	return buf_str(&b);
}

struct str story_brief(struct story *s, struct str text)
{
	return text.n > 2000 ? str_fmt(s->a, STR_FMT "…", STR_ARG(utf8_part(text, 0, 600))) : text;
}

// ---- the store's heads: equal text, nothing was written ----

struct str story_heads(struct story *s)
{
	struct snap *snap;
	struct buf b = buf_new(s->a);
	struct err *e = snap_open(s->b.store, s->a, &snap);
	if (story_world(s, e)) {
		story_world(s, journal_save(snap, s->a, &b));
		snap_close(snap);
	}
	return buf_str(&b);
}

bool story_plan_open(struct story *s, struct plan *p)
{
	*p = (struct plan){.a = s->a, .store = s->b.store, .domain = s->b.domain, .now_ms = seam_now_ms(), .actor = job_actor()};
	if (!story_world(s, snap_open(s->b.store, s->a, &p->snap))) return false;
	p->cat = domain_catalogue(s->b.domain);
	return true;
}

void story_plan_close(struct plan *p)
{
	snap_close(p->snap);
	catalogue_unref(p->cat);
}

// ---- the world ----

bool story_ready(struct story *s)
{
	if (s->booted) return true;
	if (!s->begun) return story_wrong(s, "a story begins with `at YYYY-MM-DD HH:MM`");
	if (!story_world(s, boot_open(s->a, &s->config, &s->b))) return false;
	s->booted = true;
	if (s->http && !story_world(s, remote_open(s->a, &s->b, &s->remote))) return false;
	struct findings *f = findings_new(s->a, 5);
	struct catalogue *cat = domain_catalogue(s->b.domain);
	bool good = story_world(s, samples_load(cat, s->config.city, f, &s->samples));
	catalogue_unref(cat);
	s->saved = story_heads(s);
	return good && !s->bad;
}

static bool instant(struct story *s, struct str rest, int64_t *out)
{
	day_t day;
	int64_t h, m;
	struct str date = story_word(&rest), hour = str_cut(&rest, S(":"));
	if (!day_parse(date, &day) || !str_int(hour, &h) || !str_int(rest, &m) || h < 0 || h > 23 || m < 0 || m > 59)
		return story_wrong(s, "a time looks like 2026-11-17 09:00");
	*out = ms_shanghai(day, (int)h, (int)m);
	return true;
}

bool story_at(struct story *s, struct str rest)
{
	int64_t at = 0;
	if (!instant(s, rest, &at)) return false;
	if (!s->begun) seam_fake(at, 42);
	else if (at < seam_now_ms()) return story_wrong(s, "the clock does not go back");
	seam_fake_set(at);
	s->begun = true;
	return true;
}

bool story_advance(struct story *s, struct str rest)
{
	int64_t n, now = seam_now_ms();
	struct str unit;
	day_t day;
	if (!str_int(story_word(&rest), &n) || n < 1) return story_wrong(s, "advance by how much?");
	unit = story_word(&rest);
	if (str_starts(unit, S("hour"))) {
		now += n * 3600000;
	} else if (str_starts(unit, S("minute"))) {
		now += n * 60000;
	} else if (str_starts(unit, S("day"))) {
		now += n * 86400000;
	} else if (str_is(unit, "working") && str_starts(rest, S("day"))) {
		struct clock_time t = clock_shanghai(now);
		struct catalogue *cat = domain_catalogue(s->b.domain);
		bool good = story_world(s, calendar_add(s->a, cat->calendar, day_shanghai(now), (int32_t)n, &day));
		catalogue_unref(cat);
		if (!good) return false;
		now = ms_shanghai(day, t.hour, t.minute);
	} else {
		return story_wrong(s, "advance by hours, minutes, days or working days");
	}
	seam_fake_set(now);
	story_tell(s, "· " STR_FMT " " STR_FMT " later", STR_ARG(str_fmt(s->a, "%lld", (long long)n)), STR_ARG(unit));
	return true;
}
