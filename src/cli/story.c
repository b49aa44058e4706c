// story.c — reads a scenario a line at a time and plays it; see story.h for the language.
#include "cli/story.h"
#include "cli/story_int.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/seam.h"
#include "base/set.h"

static bool play(struct story *s, struct str file);

static bool do_publish(struct story *s, struct str rest)
{
	struct str name = story_word(&rest), new = rest, old = str_cut(&new, S(" => ")), text;
	if (!name.n || !old.n || !new.p) return story_wrong(s, "publish FILE OLD => NEW");
	if (!s->city.n) {
		s->city = str_fmt(s->a, STR_FMT "/story-city", STR_ARG(s->config.data));
		if (!story_world(s, folder_copy(s->a, s->config.city, s->city))) return false;
	}
	struct str path = str_fmt(s->a, STR_FMT "/" STR_FMT, STR_ARG(s->city), STR_ARG(name));
	if (!story_world(s, file_read(s->a, path, FILE_MAX, &text))) return false;
	ptrdiff_t at = str_find(text, old);
	if (at < 0) return story_wrong(s, STR_FMT " does not contain " STR_FMT, STR_ARG(name), STR_ARG(old));
	struct buf lines = buf_new(s->a);                         // \n of the change is the end of a line
	for (size_t i = 0; i < new.n; i++) {
		bool end = new.p[i] == '\\' && i + 1 < new.n && new.p[i + 1] == 'n';
		buf_byte(&lines, end ? '\n' : new.p[i]);
		i += end;
	}
	new = buf_str(&lines);
	text = str_fmt(s->a, "%.*s" STR_FMT STR_FMT, (int)at, text.p, STR_ARG(new), STR_ARG(str_from(text, (size_t)at + old.n)));
	if (!story_world(s, file_write(s->a, path, text, false))) return false;
	struct findings *f = findings_new(s->a, 5);
	bool changed;
	struct err *e = domain_publish(s->b.domain, s->a, s->city, f, &changed);
	if (f->errors) {
		struct buf b = buf_new(s->a);
		findings_print(&b, f, true);
		return story_wrong(s, STR_FMT, STR_ARG(buf_str(&b)));
	}
	if (!story_world(s, e)) return false;
	story_tell(s, "%-20s " STR_FMT, "publish", STR_ARG(name));
	return true;
}

static bool do_include(struct story *s, struct str rest)
{
	struct str name = story_word(&rest), filled;
	if (s->depth == DEEP) return story_wrong(s, "files include each other deeper than %d", DEEP);
	while (rest.n) {
		struct str value = story_word(&rest), key = str_cut(&value, S("="));
		if (!story_fill(s, value, false, &filled)) return false;
		story_var_set(s, key, json_str(s->a, filled));
	}
	struct str file = s->file;
	uint32_t line = s->line;
	s->depth++;
	bool good = play(s, story_beside(s, name));
	s->depth--;
	if (!good) fprintf(stderr, "  included from " STR_FMT ":%u\n", STR_ARG(file), line);
	s->file = file;
	s->line = line;
	return good;
}

static bool do_as(struct story *s, struct str rest)
{
	struct actor a;
	return story_fill(s, rest, false, &s->who) && story_caller(s, &a);
}

static bool do_reads(struct story *s, struct str rest)
{
	s->english = str_is(rest, "en");
	return s->english || str_is(rest, "zh") || story_wrong(s, "reads en or zh");
}

static bool judged(struct story *s)
{
	if (!s->unjudged) return true;
	s->file = s->call_file;
	s->line = s->call_line;
	return story_wrong(s, "expected " STR_FMT " to go well, found %s: " STR_FMT, STR_ARG(s->called), err_name(s->err->code), STR_ARG(story_brief(s, story_printed(s, s->reply))));
}

static bool one(struct story *s, struct str line)
{
	static const struct { const char *word; bool (*fn)(struct story *, struct str); bool early; } words[] = {
		{"at", story_at, true}, {"advance", story_advance}, {"as", do_as}, {"reads", do_reads}, {"call", story_call}, {"fails", story_fails}, {"save", story_save},
		{"expect", story_expect}, {"show", story_show}, {"upload", story_upload}, {"pay", story_pay}, {"refund", story_refund}, {"courier", story_courier}, {"jobs", story_jobs}, {"fault", story_fault}, {"state", story_state},
		{"timeline", story_timeline}, {"checkpoint", story_checkpoint}, {"verify", story_verify}, {"replay", story_replay}, {"xes", story_xes}, {"publish", do_publish}, {"include", do_include, true}};
	struct str rest = line, first = story_word(&rest);
	for (size_t i = 0; i < countof(words); i++) {
		if (!str_eq(first, str_of(words[i].word))) continue;
		if (words[i].fn != story_fails && !judged(s)) return false;
		return (words[i].early || story_ready(s)) && words[i].fn(s, rest) && !s->bad;
	}
	return story_wrong(s, "no line begins with " STR_FMT, STR_ARG(first));
}

// Brackets still open at the end of a line: the JSON goes on.
static int open_brackets(struct str line)
{
	int n = 0;
	bool quoted = false;
	for (size_t i = 0; i < line.n; i++) {
		if (line.p[i] == '"' && (!i || line.p[i - 1] != '\\')) quoted = !quoted;
		if (quoted) continue;
		n += (line.p[i] == '{' || line.p[i] == '[') - (line.p[i] == '}' || line.p[i] == ']');
	}
	return n;
}

static bool play(struct story *s, struct str file)
{
	struct str text;
	if (!story_world(s, file_read(s->a, file, FILE_MAX, &text))) return false;
	uint32_t at = 0;
	s->file = file;
	while (text.p && text.n) {
		struct str line = str_trim(str_cut(&text, S("\n")));
		uint32_t began = ++at;
		if (!line.n || line.p[0] == '#') continue;
		while (open_brackets(line) > 0 && text.n) {
			struct str more = str_trim(str_cut(&text, S("\n")));
			line = str_fmt(s->a, STR_FMT " " STR_FMT, STR_ARG(line), STR_ARG(more));
			at++;
		}
		s->file = file;
		s->line = began;
		if (!one(s, line)) return false;
	}
	return s->depth ? true : judged(s);
}

static int drop_one(const char *path, const struct stat *st, int flag, struct FTW *f)
{
	return remove(path);
}

static int story(const char *file, const char *url, const char *city, bool quiet, bool http)
{
	char dir[] = "/tmp/tongban-story.XXXXXX";
	if (!mkdtemp(dir)) {
		perror(dir);
		return 1;
	}
	struct arena *a = arena_new(0);
	struct story s = {.a = a, .quiet = quiet, .http = http, .who = S("nobody"), .config = {.city = str_of(city), .data = str_of(dir), .store_url = str_of(url),
		.base_url = S("https://yunfan.example"), .demo = true, .inline_commit = !http, .readers = http ? 16 : 4, .sync_off = true}};
	int64_t began = seam_mono_us();
	bool good = play(&s, str_of(file)) && !s.bad && (!s.booted || story_replay(&s, S("")));
	remote_close(s.remote);
	if (s.booted) boot_close(&s.b);
	// allow: seconds for a reader, stored nowhere
	printf("%s %s (%.1f s)\n", good ? "passed" : "FAILED", file, (double)(seam_mono_us() - began) / 1e6);
	fflush(stdout);
	arena_free(a);
	nftw(dir, drop_one, 16, FTW_DEPTH | FTW_PHYS);
	return good ? 0 : 1;
}

int story_cmd(int argc, char **argv)
{
	const char *url = "", *city = "city";
	bool quiet = false, http = false;
	int files = 0, rc = 0;
	struct arena *a = arena_new(0);
	// Passwords are hashed for every sample identity of every story: the cheapest that the table allows.
	struct err *e = set_put(a, S("session.password_kib"), S("1024"));
	if (!e) e = set_put(a, S("session.password_passes"), S("1"));
	if (!e) e = set_put(a, S("log.level"), S("error"));
	CHECK(!e);
	arena_free(a);
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--store") && i + 1 < argc) url = argv[++i];
		else if (!strcmp(argv[i], "--city") && i + 1 < argc) city = argv[++i];
		else if (!strcmp(argv[i], "--quiet")) quiet = true;
		else if (!strcmp(argv[i], "--http")) http = true;
		else if (argv[i][0] == '-') files = -1000000;
		else files++;
	}
	if (files < 1 || (*url && files > 1)) {
		fputs("usage: tongban story FILE… [--store postgres://…] [--city DIR] [--quiet] [--http]\n"
			"  --http   every call goes through the JSON API of a server in this process\n"
			"  --store  an empty PostgreSQL database instead of the embedded one, for one story\n", stderr);
		return 2;
	}
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--store") || !strcmp(argv[i], "--city")) i++;
		else if (argv[i][0] != '-') rc |= story(argv[i], url, city, quiet, http);
	}
	return rc;
}
