// log.c — formats a line on the stack and writes it with one call, so that lines never mix.
#include "base/log.h"
#include "base/day.h"
#include "base/seam.h"
#include "base/set.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

enum { LINE = 2048, EVENTS = 256, SECOND_US = 1000000 };

static const char *const level_names[] = {"debug", "info", "warn", "error"};
static enum log_level least = LOG_INFO;
static int64_t per_second = 20;
static int out = STDERR_FILENO;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct { const char *event; int64_t began_us, lines, left_out; } limits[EVENTS];

// True: write it; *left_out says how many were swallowed before. Events are literals: compared by text,
// because the same literal may stand at two addresses.
static bool admitted(const char *event, int64_t *left_out)
{
	*left_out = 0;
	int64_t now = seam_mono_us();
	size_t at = str_hash(str_of(event)) % EVENTS;
	bool yes = true;
	pthread_mutex_lock(&lock);
	for (size_t tries = 0; tries < EVENTS && limits[at].event && strcmp(limits[at].event, event); tries++) at = (at + 1) % EVENTS;
	limits[at].event = event;
	if (now - limits[at].began_us >= SECOND_US) {
		*left_out = limits[at].left_out;
		limits[at].began_us = now;
		limits[at].lines = limits[at].left_out = 0;
	}
	if (limits[at].lines >= per_second) {
		limits[at].left_out++;
		yes = false;
	} else {
		limits[at].lines++;
	}
	pthread_mutex_unlock(&lock);
	return yes;
}

struct line { char p[LINE]; size_t n; };

static void put(struct line *l, const char *fmt, ...) printf_like(2, 3);

// Leaves room for the closing brace: a line that is too long loses its last fields, not its form.
static void put(struct line *l, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	size_t room = sizeof l->p - 3 - l->n;
	int n = vsnprintf(l->p + l->n, room, fmt, ap);
	va_end(ap);
	if (n > 0 && (size_t)n < room) l->n += (size_t)n;
}

static void put_field(struct line *l, const struct log_field *f)
{
	switch (f->type) {
	case LOG_F_INT: put(l, ",\"%s\":%lld", f->name, (long long)f->i); break;
	case LOG_F_ID: put(l, ",\"%s\":\"%lld\"", f->name, (long long)f->i); break;
	case LOG_F_WORD: {
		// Our own words hold no quotes; one that does is cut there rather than breaking the line.
		const char *word = f->word ? f->word : "";
		put(l, ",\"%s\":\"%.*s\"", f->name, (int)strcspn(word, "\"\\\n\r\t"), word);
		break;
	}
	}
}

void log_write(enum log_level level, const char *event, const struct log_field *f, size_t n)
{
	int64_t left_out;
	if (level < least || !admitted(event, &left_out)) return;
	struct line l = {.n = 0};
	int64_t now = seam_now_ms();
	int64_t days = now / 86400000 - (now % 86400000 < 0), ms = now - days * 86400000;
	struct civil c = day_civil((day_t)days);
	put(&l, "{\"at\":\"%04d-%02d-%02dT%02d:%02d:%02d.%03dZ\",\"level\":\"%s\",\"event\":\"%s\"", c.year, c.month, c.day,
		(int)(ms / 3600000), (int)(ms / 60000 % 60), (int)(ms / 1000 % 60), (int)(ms % 1000), level_names[level], event);
	for (size_t i = 0; i < n; i++) put_field(&l, &f[i]);
	if (left_out) put(&l, ",\"left_out\":%lld", (long long)left_out);
	l.p[l.n++] = '}';
	l.p[l.n++] = '\n';
	if (write(out, l.p, l.n) < 0) return;      // nobody is left to tell
}

bool log_level_of(struct str word, enum log_level *level)
{
	for (size_t i = 0; i < countof(level_names); i++)
		if (str_eq(word, str_of(level_names[i]))) return *level = (enum log_level)i, true;
	return false;
}

void log_settle(void)
{
	CHECK(log_level_of(set_text(SET_log_level), &least));
	per_second = set_int(SET_log_per_second);
}

void log_to(int fd)
{
	out = fd;
}
