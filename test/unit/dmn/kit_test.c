// Our own cases in the kit's format, and the kit itself where it is at hand.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <unistd.h>
#include "base/base.h"
#include "cli/dmn_cmd.h"

static void our_cases_pass(void **state)
{
	struct dmn_tck t = {0};
	assert_int_equal(dmn_tck_run(DMN_DATA "/good", 1, &t), 0);
	assert_int_equal(t.passed, t.total);
	assert_true(t.total >= 100);
}

static void the_kit_passes(void **state)
{
	struct dmn_tck t = {0};
	const char *dir = DMN_DATA "/../../../shared/conformance/dmn-tck";
	if (access(dir, R_OK)) dir = DMN_DATA "/../../../../shared/conformance/dmn-tck";     // a second working tree
	if (access(dir, R_OK)) {
		printf("the conformance kit is not at ../shared/conformance/dmn-tck; skipped\n");
		skip();
	}
	assert_int_equal(dmn_tck_run(dir, 0, &t), 0);
	printf("%u/%u\n", t.passed, t.total);
	assert_true(t.passed >= 3377);           // the other 14 call Java
}

static void a_folder_that_is_not_there_is_told(void **state)
{
	struct dmn_tck t;
	assert_int_equal(dmn_tck_run(DMN_DATA "/nowhere", 0, &t), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(our_cases_pass), cmocka_unit_test(the_kit_passes), cmocka_unit_test(a_folder_that_is_not_there_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
