// Answers of other offices: what is believed, and the much that is not.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "domain/source/source.h"

static struct arena *a;
static const struct element elements[] = {{.code = S("address"), .type = EL_ADDRESS}, {.code = S("born"), .type = EL_DATE},
	{.code = S("deceased"), .type = EL_BOOLEAN}, {.code = S("amount"), .type = EL_MONEY, .scale = -1}, {.code = S("number"), .type = EL_ID}};

static enum source_says parse(const char *facts, const char *more, struct json **out)
{
	struct source_fact fact[countof(elements)];
	struct json *asked = json_arr(a);
	for (size_t i = 0; i < countof(elements); i++) fact[i] = (struct source_fact){elements[i].code, &elements[i]};
	for (size_t i = 0; i < 4; i++) json_add(a, asked, json_str(a, elements[i].code));
	struct source s = {.code = S("population"), .version = S("1"), .fact = fact, .n_facts = countof(elements)};
	return source_parse(a, NULL, &s, asked, str_fmt(a, "{\"query\": \"17\", \"source\": \"population\", \"version\": \"1\"%s%s}", more, facts), 17,
		day_of(2026, 11, 17), out);
}

static void believed(void **state)
{
	struct json *f;
	assert_int_equal(parse(", \"facts\": {\"address\": \" 云帆市学府路 5 号 \", \"born\": \"1901-02-03\", \"deceased\": false, \"amount\": 12.5}",
		", \"result\": \"found\"", &f), SOURCE_FOUND);
	assert_true(str_is(json_text(json_get(f, S("address"))), "云帆市学府路 5 号"));
	assert_true(str_is(json_text(json_get(f, S("born"))), "1901-02-03"));
	assert_true(str_is(json_text(json_get(f, S("deceased"))), "false"));
	assert_true(str_is(json_text(json_get(f, S("amount"))), "12.50"));
	assert_int_equal(parse("", ", \"result\": \"none\"", &f), SOURCE_NONE);
	// The source does not know: the fact is absent, and no table will take it for anything.
	assert_int_equal(parse(", \"facts\": {\"born\": null}", ", \"result\": \"found\"", &f), SOURCE_FOUND);
	assert_int_equal(json_count(f), 0);
}

static void not_believed(void **state)
{
	static const char *const bad[][2] = {
		{", \"facts\": {\"number\": \"359901190102030504\"}", ", \"result\": \"found\""},       // not asked for
		{", \"facts\": {\"born\": \"1901-02-30\"}", ", \"result\": \"found\""},                  // no such day
		{", \"facts\": {\"born\": 19010203}", ", \"result\": \"found\""},
		{", \"facts\": {\"deceased\": \"false\"}", ", \"result\": \"found\""},                  // a text is no boolean
		{", \"facts\": {\"amount\": \"12.50\"}", ", \"result\": \"found\""},
		{", \"facts\": {\"address\": \"\"}", ", \"result\": \"found\""},
		{", \"facts\": [\"address\"]", ", \"result\": \"found\""},
		{", \"facts\": {\"address\": \"路\"}", ", \"result\": \"none\""},                       // none, and yet something
		{"", ", \"result\": \"found\""},
		{", \"facts\": {}", ", \"result\": \"refused\""},
		{", \"facts\": {}", ""},
		{", \"facts\": {}", ", \"result\": \"found\", \"decision\": \"grant\""},                // a source does not decide
		{", \"facts\": {}, \"query\": \"18\"", ", \"result\": \"found\""}};                     // a key twice
	for (size_t i = 0; i < countof(bad); i++) {
		struct json *f;
		if (parse(bad[i][0], bad[i][1], &f) != SOURCE_MALFORMED) fail_msg("case %zu was believed", i);
	}
}

static void another_question(void **state)
{
	struct json *f;
	struct source s = {.code = S("population"), .version = S("1")};
	static const char *const bodies[] = {"", "null", "[]", "{}", "{\"query\": \"18\", \"source\": \"population\", \"version\": \"1\", \"result\": \"none\"}",
		"{\"query\": \"17\", \"source\": \"credit_list\", \"version\": \"1\", \"result\": \"none\"}",
		"{\"query\": \"17\", \"source\": \"population\", \"version\": \"2\", \"result\": \"none\"}"};
	for (size_t i = 0; i < countof(bodies); i++)
		if (source_parse(a, NULL, &s, json_arr(a), str_of(bodies[i]), 17, 20000, &f) != SOURCE_MALFORMED) fail_msg("body %zu was believed", i);
}

static int setup(void **state) { a = arena_new(0); return 0; }
static int teardown(void **state) { arena_free(a); return 0; }

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(believed), cmocka_unit_test(not_believed), cmocka_unit_test(another_question)};
	return cmocka_run_group_tests(tests, setup, teardown);
}
