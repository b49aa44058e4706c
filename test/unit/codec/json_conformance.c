// The JSON parsing suite and the list of naughty strings, where they are kept beside the project.
#include "codec/json.h"

#include <setjmp.h>
#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>

#define SUITE "../shared/conformance/json/test_parsing"
#define STRINGS "../shared/conformance/text/blns.json"

static struct str file(struct arena *a, const char *path)
{
	FILE *f = fopen(path, "rb");
	assert_non_null(f);
	struct buf b = buf_new(a);
	for (;;) {
		size_t n = fread(buf_room(&b, 65536), 1, 65536, f);
		if (!n) break;
		b.n += n;
	}
	fclose(f);
	return buf_str(&b);
}

// Valid by the grammar, refused by our rules: equal keys, U+0000.
static bool refused_on_purpose(struct str name)
{
	return str_is(name, "y_object_duplicated_key.json") ||
		str_is(name, "y_object_duplicated_key_and_value.json") ||
	       str_is(name, "y_object_escaped_null_in_key.json") || str_is(name, "y_string_null_escape.json");
}

static void goes_round(struct arena *a, const struct json *v)
{
	void (*const print[])(struct buf *, const struct json *) = {json_print, json_print_pretty,
		json_print_canonical};
	for (size_t i = 0; i < countof(print); i++) {
		struct buf b = buf_new(a);
		struct json *w;
		print[i](&b, v);
		assert_null(json_parse(a, buf_str(&b), (struct json_limits){0}, &w));
		assert_true(json_equal(v, w));
	}
}

static void parsing_suite(void **state)
{
	DIR *d = opendir(SUITE);
	if (!d) {
		print_message("skipped: " SUITE " is not here\n");
		skip();
	}
	int seen[3] = {0}, wrong = 0, either = 0;
	for (struct dirent *e; (e = readdir(d));) {
		struct str name = str_of(e->d_name);
		if (!str_ends(name, S(".json"))) continue;
		struct arena *a = arena_new(0);
		struct json *v;
		char path[600];
		snprintf(path, sizeof path, SUITE "/%s", e->d_name);
		struct err *err = json_parse(a, file(a, path), (struct json_limits){0}, &v);
		seen[name.p[0] == 'y' ? 0 : name.p[0] == 'n' ? 1 : 2]++;
		bool accept = name.p[0] == 'y' && !refused_on_purpose(name);
		if (name.p[0] == 'i') either += !err;
		else if (!err != accept) {
			print_message("%s: %s\n", e->d_name, err ? "refused" : "accepted");
			wrong++;
		}
		if (!err) goes_round(a, v);
		arena_free(a);
	}
	closedir(d);
	print_message("%d must be accepted, %d refused, %d are left to us (%d accepted)\n", seen[0], seen[1],
		seen[2], either);
	assert_true(seen[0] > 0 && seen[1] > 0);
	assert_int_equal(wrong, 0);
}

static void naughty_strings(void **state)
{
	FILE *f = fopen(STRINGS, "rb");
	if (!f) {
		print_message("skipped: " STRINGS " is not here\n");
		skip();
	}
	fclose(f);
	struct arena *a = arena_new(0);
	struct json *v;
	assert_null(json_parse(a, file(a, STRINGS), (struct json_limits){0}, &v));
	assert_true(json_count(v) > 100);
	goes_round(a, v);
	print_message("%zu strings\n", json_count(v));
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(parsing_suite),
		cmocka_unit_test(naughty_strings)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
