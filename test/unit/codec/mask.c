#include "codec/mask.h"

#include <setjmp.h>
#include <cmocka.h>

static void hides(void **state)
{
	struct arena *a = arena_new(0);
	static const struct { struct str (*mask)(struct arena *, struct str); const char *in,
		*out; } rows[] = {
		{mask_name, "张三", "张*"}, {mask_name, "张三丰", "张**"}, {mask_name, "𠮷田", "𠮷*"},
		{mask_name, "张", "*"}, {mask_name, "", ""},
		{mask_id, "350203190101011239", "3502***********239"}, {mask_id, "E12345678", "E*******8"},
		{mask_id, "12", "**"}, {mask_id, "", ""},
		{mask_phone, "13812345678", "138****5678"}, {mask_phone, "1234567", "*****67"},
		{mask_phone, "1", "*"},
		{mask_bank, "6222020200001234567", "***************4567"}, {mask_bank, "1234", "****"},
	};
	for (size_t i = 0; i < countof(rows); i++)
		assert_string_equal(str_z(a, rows[i].mask(a, str_of(rows[i].in))), rows[i].out);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(hides)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
