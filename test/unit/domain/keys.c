// A database is opened with the keys it was begun with, and with no others.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/set.h"
#include "both.h"
#include "cli/boot.h"

struct test { struct place place; struct arena *a; };
#include "placed.h"

static struct err *start(struct test *t, const char *data)
{
	struct boot boot;
	struct boot_config c = {.data = str_of(data), .store_url = str_of(t->place.url), .base_url = S("https://yunfan.example"), .inline_commit = true,
		.readers = 2, .sync_off = true};
	struct err *e = boot_open(t->a, &c, &boot);
	boot_close(&boot);
	return e;
}

static void another_citys_keys_are_refused(struct test *t)
{
	struct place other;
	place_make(&other, SQLITE);
	OK(start(t, t->place.dir));
	IS(E_KEYS, start(t, other.dir));
	OK(start(t, t->place.dir));
	place_drop(&other);
}

int main(void)
{
	static const struct both_test tests[] = {{"another_citys_keys_are_refused", another_citys_keys_are_refused}};
	return both_run("keys", tests, countof(tests), run);
}
