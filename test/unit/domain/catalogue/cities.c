// Every rule of the checker has a city that breaks it, and only the rules broken on purpose speak.
//
// test/city/base is a tiny city without a finding. test/city/<rule>--<mistake>/patch changes it:
//     @ file          the file that follows is changed (made when absent)
//     - text          this text, joined over lines, stands there exactly once …
//     + text          … and becomes this; without - it is appended
//     ! file          the file is removed
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "domain/calendar/folder.h"
#include "domain/catalogue/sample.h"

static const char *cities, *only;
static const char *const suffix[] = {".yaml", ".csv", NULL};

struct city { struct arena *a; struct folder_file *file; size_t n, cap; };

static struct folder_file *file_of(struct city *c, struct str path)
{
	for (size_t i = 0; i < c->n; i++)
		if (str_eq(c->file[i].path, path))
			return &c->file[i];
	return NULL;
}

static void change(struct city *c, struct str path, struct str from, struct str to)
{
	struct folder_file *f = file_of(c, path);
	if (!f) {
		f = vec_push(c->a, c->file, c->n, c->cap);
		f->path = path;
	}
	if (!from.p) {
		f->text = str_fmt(c->a, STR_FMT STR_FMT "\n", STR_ARG(f->text), STR_ARG(to));
		return;
	}
	ptrdiff_t at = str_find(f->text, from);
	if (at < 0 || str_find(str_from(f->text, (size_t)at + 1), from) >= 0)
		fail_msg("“" STR_FMT "” does not stand exactly once in " STR_FMT, STR_ARG(from), STR_ARG(path));
	f->text = str_fmt(c->a, STR_FMT STR_FMT STR_FMT, STR_ARG(str_part(f->text, 0, (size_t)at)), STR_ARG(to),
		STR_ARG(str_from(f->text, (size_t)at + from.n)));
}

static void patch(struct city *c, struct str text)
{
	struct str path = {0}, from = {0}, to = S("");
	bool adding = false, any = false;
	while (text.n) {
		struct str line = str_cut(&text, S("\n"));
		char kind = line.n ? line.p[0] : 0;
		struct str rest = line.n > 2 ? str_from(line, 2) : S("");
		if (kind == '-' && !adding) {
			from = from.p ? str_fmt(c->a, STR_FMT "\n" STR_FMT, STR_ARG(from), STR_ARG(rest)) : str_copy(c->a, rest);
			any = true;
			continue;
		}
		if (kind == '+') {
			to = adding ? str_fmt(c->a, STR_FMT "\n" STR_FMT, STR_ARG(to), STR_ARG(rest)) : rest;
			adding = any = true;
			continue;
		}
		if (any)
			change(c, path, from, to);
		from = (struct str){0};
		to = S("");
		adding = any = false;
		if (kind == '@') {
			path = rest;
		} else if (kind == '!') {
			struct folder_file *f = file_of(c, rest);
			assert_non_null(f);
			*f = c->file[--c->n];
		} else {
			fail_msg("patch line: " STR_FMT, STR_ARG(line));
		}
	}
	if (any)
		change(c, path, from, to);
}

static void write_city(struct city *c, const char *dir)
{
	for (size_t i = 0; i < c->n; i++) {
		struct str path = str_fmt(c->a, "%s/" STR_FMT, dir, STR_ARG(c->file[i].path));
		for (size_t k = strlen(dir) + 1; k < path.n; k++)
			if (path.p[k] == '/')
				mkdir(str_z(c->a, str_part(path, 0, k)), 0700);
		FILE *f = fopen(str_z(c->a, path), "w");
		assert_non_null(f);
		fwrite(c->file[i].text.p, 1, c->file[i].text.n, f);
		fclose(f);
	}
}

static void erase_city(struct city *c, const char *dir)
{
	for (size_t i = 0; i < c->n; i++) {
		struct str path = str_fmt(c->a, "%s/" STR_FMT, dir, STR_ARG(c->file[i].path));
		unlink(str_z(c->a, path));
		for (size_t k = path.n; k-- > strlen(dir) + 1;)
			if (path.p[k] == '/')
				rmdir(str_z(c->a, str_part(path, 0, k)));
	}
	rmdir(dir);
}

static struct findings *load_patched(struct arena *a, struct str patch_text, struct catalogue **out)
{
	struct city c = {.a = a};
	uint32_t n;
	struct folder_file *base;
	assert_null(folder_read(a, str_fmt(a, "%s/base", cities), suffix, &base, &n));
	for (uint32_t i = 0; i < n; i++)
		*vec_push(a, c.file, c.n, c.cap) = base[i];
	patch(&c, patch_text);
	char dir[] = "/tmp/tongban-city-XXXXXX";
	assert_non_null(mkdtemp(dir));
	write_city(&c, dir);
	struct findings *f = findings_new(a, 0);
	struct samples s;
	assert_null(catalogue_load(str_of(dir), f, out));
	assert_null(samples_load(*out, str_of(dir), f, &s));
	erase_city(&c, dir);
	return f;
}

static void base_has_no_finding(void **state)
{
	struct arena *a = arena_new(0);
	struct catalogue *c;
	struct findings *f = load_patched(a, S(""), &c);
	assert_int_equal(f->errors, 0);
	assert_int_equal(f->warnings, 0);
	catalogue_unref(c);
	arena_free(a);
}

// The engine's sentences come in both languages; three words in a row would be one of the wrong one.
static bool three_words(struct str s)
{
	size_t words = 0;
	bool in_word = false;
	for (size_t k = 0; k < s.n && words < 3; k++) {
		bool letter = (s.p[k] >= 'a' && s.p[k] <= 'z') || (s.p[k] >= 'A' && s.p[k] <= 'Z');
		words = letter ? words + !in_word : s.p[k] == ' ' ? words : 0;
		in_word = letter;
	}
	return words >= 3;
}

static void every_mistake_is_found(void **state)
{
	struct arena *a = arena_new(0);
	DIR *d = opendir(cities);
	assert_non_null(d);
	struct dirent *e;
	bool shown[RULE_COUNT] = {0};
	int failed = 0, cities_seen = 0;
	while ((e = readdir(d))) {
		char *dash = strstr(e->d_name, "--");
		if (e->d_name[0] == '.' || !dash || (only && strcmp(only, e->d_name)))
			continue;
		enum rule_id rule;
		struct arena_mark mark = arena_mark(a);
		if (!rule_find(str_part(str_of(e->d_name), 0, (size_t)(dash - e->d_name)), &rule)) {
			print_error("%s names no rule\n", e->d_name);
			failed++;
			continue;
		}
		static const char *const any[] = {"patch", NULL};
		struct folder_file *p;
		uint32_t n;
		assert_null(folder_read(a, str_fmt(a, "%s/%s", cities, e->d_name), any, &p, &n));
		assert_int_equal(n, 1);
		struct catalogue *c;
		struct findings *f = load_patched(a, p[0].text, &c);
		cities_seen++;
		shown[rule] = true;
		bool placed = false;
		for (struct finding *x = f->first; x; x = x->next) {
			placed |= x->rule == rule && (x->line > 0 || x->file.n > 0);
			assert_true(finding_text(a, x, true).n > 0);
			assert_true(finding_text(a, x, false).n > 0);
			assert_true(str_find(finding_text(a, x, true), S("{0}")) < 0);
			bool of_process = x->rule == RULE_bad_process || x->rule == RULE_process_unsound || x->rule == RULE_process_waits_open;
			if (of_process && three_words(finding_text(a, x, false))) {
				struct str t = finding_text(a, x, false);
				print_error("%s: English in the Chinese sentence: " STR_FMT "\n", e->d_name, STR_ARG(t));
				failed++;
			}
		}
		if (!f->per_rule[rule] || !placed) {
			struct buf b = buf_new(a);
			findings_print(&b, f, true);
			print_error("%s: the rule is silent or says no place\n" STR_FMT, e->d_name, STR_ARG(buf_str(&b)));
			failed++;
		}
		catalogue_unref(c);
		arena_rewind(a, mark);
	}
	closedir(d);
	for (int r = 0; r < RULE_COUNT && !only; r++)
		if (!shown[r] && rule_severity((enum rule_id)r) != SEV_NOTE) {
			print_error("rule %s has no must-fail city\n", rule_name((enum rule_id)r));
			failed++;
		}
	print_message("%d cities, %d rules\n", cities_seen, RULE_COUNT);
	assert_int_equal(failed, 0);
	arena_free(a);
}

int main(int argc, char **argv)
{
	cities = argv[1];
	only = argc > 2 ? argv[2] : NULL;
	const struct CMUnitTest tests[] = {cmocka_unit_test(base_has_no_finding), cmocka_unit_test(every_mistake_is_found)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
