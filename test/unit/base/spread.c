// Pieces spread over threads: each is run once, by a worker with a number of its own, and all is seen afterwards.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdatomic.h>

#include "base/spread.h"

enum { PIECES = 5000 };
static uint32_t ran[PIECES], by[SPREAD_MOST];
static _Atomic uint32_t busy[SPREAD_MOST];

static void piece(void *ctx, uint32_t worker, uint32_t i)
{
	uint32_t *width = ctx;
	CHECK(worker < *width && atomic_exchange(&busy[worker], 1) == 0);
	by[worker]++;                          // not atomic: a number is one thread's
	ran[i]++;
	atomic_store(&busy[worker], 0);
}

static void count(uint32_t n, uint32_t width)
{
	uint32_t sum = 0;
	memset(ran, 0, sizeof ran);
	memset(by, 0, sizeof by);
	uint32_t was = spread_workers(width), now = spread_width();
	spread(n, piece, &now);
	spread_workers(was);
	for (uint32_t i = 0; i < PIECES; i++) assert_int_equal(ran[i], i < n);
	for (uint32_t i = 0; i < SPREAD_MOST; i++) sum += by[i];
	assert_int_equal(sum, n);
	if (width == 1) assert_int_equal(by[0], n);
}

static void runs_each_piece_once(void **state)
{
	for (uint32_t width = 0; width <= SPREAD_MOST; width++) {
		count(PIECES, width);
		count(3, width);
		count(1, width);
		count(0, width);
	}
}

static void has_as_many_workers_as_asked(void **state)
{
	uint32_t own = spread_width();
	assert_true(own >= 1 && own <= SPREAD_MOST);
	assert_int_equal(spread_workers(3), 0);
	assert_int_equal(spread_width(), 3);
	assert_int_equal(spread_workers(1000), 3);
	assert_int_equal(spread_width(), SPREAD_MOST);
	spread_workers(0);
	assert_int_equal(spread_width(), own);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(runs_each_piece_once), cmocka_unit_test(has_as_many_workers_as_asked)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
