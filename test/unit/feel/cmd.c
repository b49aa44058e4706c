// cmd.c — tongban feel as a program: one answer a line, in order, also where a line means nothing.
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const char *program;

static void answers(const char *options, const char *const lines[][2], size_t n)
{
	char command[4096], path[] = "/tmp/feel-cmd-XXXXXX", got[65536];
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	FILE *in = fdopen(fd, "w");
	for (size_t i = 0; i < n; i++) fprintf(in, "%s\n", lines[i][0]);
	fclose(in);
	snprintf(command, sizeof command, "'%s' %s < %s", program, options, path);
	FILE *out = popen(command, "r");
	assert_non_null(out);
	for (size_t i = 0; i < n; i++) {
		assert_non_null(fgets(got, sizeof got, out));
		got[strcspn(got, "\n")] = 0;
		if (!strstr(got, lines[i][1])) fail_msg("%s\n   gives %s\n   not %s", lines[i][0], got, lines[i][1]);
	}
	assert_null(fgets(got, sizeof got, out));
	assert_int_equal(pclose(out), 0);
	remove(path);
}

static void every_line_is_answered_in_order(void **state)
{
	static const char *const lines[][2] = {
		{"{\"expr\":\"1 + 1\"}", "{\"value\":2}"},
		{"nonsense", "{\"value\":null,\"error\":\""},
		{"", "{\"value\":null,\"error\":\""},
		{"{\"expr\":\"a b + 1\",\"context\":{\"a b\":2}}", "{\"value\":3}"},
		{"{\"expr\":\"1 +\"}", "expected an expression"},
		{"{\"expr\":5}", "needs a string under"},
		{"{\"expr\":\"1\",\"context\":[]}", "must be an object"},
		{"{\"expr\":\"1\",\"kind\":\"poem\"}", "must be"},
		{"{\"expr\":\"null\"}", "{\"value\":null}"},
		{"{\"expr\":\"1 / 0\"}", "division by zero"},
		{"{\"expr\":\"ghost\"}", "unknown name"},
		{"{\"expr\":\"[1, 1 / 0]\"}", "{\"value\":[1,null]}"},
		{"{\"expr\":\"> 5, < 1\",\"kind\":\"unary-tests\",\"context\":{\"?\":7}}", "{\"value\":true}"},
		{"{\"expr\":\"? > x\",\"kind\":\"unary-tests\",\"context\":{\"?\":7,\"x\":9}}", "{\"value\":false}"},
		{"{\"expr\":\"now()\"}", "{\"value\":{\"$type\":\"date and time\",\"value\":\"2026-11-05T16:30:00@Asia/Shanghai\"}}"},
		{"{\"expr\":\"d + @\\\"P1D\\\"\",\"context\":{\"d\":{\"$type\":\"date\",\"value\":\"2026-11-05\"}}}", "{\"$type\":\"date\",\"value\":\"2026-11-06\"}"},
		{"{\"expr\":\"[1..5)\"}", "{\"$type\":\"range\",\"start\":1,\"end\":5,\"start included\":true,\"end included\":false}"},
		{"{\"expr\":\"d\",\"context\":{\"d\":{\"$type\":\"date\",\"value\":\"x\"}}}", "\"error\":"},
		{"{\"expr\":\"for i in 1..10000000000 return i\"}", "steps of evaluation"},
		{"{\"expr\":\"\\ud83d\\udc0e\",\"context\":{\"\\ud83d\\udc0e\":1}}", "{\"value\":1}"},
		{"{\"expr\":\"2\"}", "{\"value\":2}"},
	};
	answers("--now 2026-11-05T08:30:00Z --zone Asia/Shanghai", lines, sizeof lines / sizeof *lines);
}

static void wrong_options_end_with_2(void **state)
{
	static const char *const options[] = {"--now yesterday", "--zone Mars/Base", "--colour", "--now"};
	for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
		char command[4096];
		snprintf(command, sizeof command, "'%s' %s < /dev/null > /dev/null 2>&1", program, options[i]);
		assert_int_equal(system(command) >> 8, 2);
	}
}

int main(int argc, char **argv)
{
	program = argv[1];
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_line_is_answered_in_order), cmocka_unit_test(wrong_options_end_with_2)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
