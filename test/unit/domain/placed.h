// placed.h — one test in a place of its own, for both_run. Included behind a struct test that has place and a.
#pragma once
#include "both.h"

static void run(enum kind k, void (*fn)(struct test *))
{
	struct test t = {.a = arena_new(0)};
	place_make(&t.place, k);
	fn(&t);
	place_drop(&t.place);
	arena_free(t.a);
}
