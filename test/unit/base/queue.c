#include "base/queue.h"
#include "base/seam.h"

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <cmocka.h>

static int item[1000];

static void is_bounded_and_in_order(void **state)
{
	struct queue *q = queue_new(3);
	assert_null(queue_try_pop(q));
	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < 3; i++) assert_true(queue_push(q, &item[i]));
		assert_false(queue_push(q, &item[3]));
		assert_int_equal(queue_depth(q), 3);
		for (int i = 0; i < 3; i++) assert_ptr_equal(queue_pop(q), &item[i]);
	}
	assert_true(queue_push(q, &item[0]));
	queue_close(q);
	assert_false(queue_push(q, &item[1]));
	assert_ptr_equal(queue_pop(q), &item[0]);
	assert_null(queue_pop(q));
	queue_free(q);
}

struct sums { struct queue *q; _Atomic int64_t sum, count; };

static void *produce(void *arg)
{
	struct sums *s = arg;
	for (int i = 0; i < 20000; i++) {
		while (!queue_push(s->q, (void *)(uintptr_t)(i + 1))) sched_yield();
	}
	return NULL;
}

static void *consume(void *arg)
{
	struct sums *s = arg;
	for (void *p; (p = queue_pop(s->q));) {
		s->sum += (int64_t)(uintptr_t)p;
		s->count++;
	}
	return NULL;
}

static void loses_and_doubles_nothing(void **state)
{
	struct sums s = {.q = queue_new(16)};
	pthread_t p[3], c[3];
	for (int i = 0; i < 3; i++) pthread_create(&c[i], NULL, consume, &s);
	for (int i = 0; i < 3; i++) pthread_create(&p[i], NULL, produce, &s);
	for (int i = 0; i < 3; i++) pthread_join(p[i], NULL);
	queue_close(s.q);
	for (int i = 0; i < 3; i++) pthread_join(c[i], NULL);
	assert_int_equal(s.count, 60000);
	assert_int_equal(s.sum, 3 * 20000LL * 20001 / 2);
	queue_free(s.q);
}

static _Atomic int ran;
static char names[64][16];

static void note(void *ctx, void *it)
{
	pthread_getname_np(pthread_self(), names[ran++ % 64], 16);
}

static void pool_runs_all_before_it_stops(void **state)
{
	ran = 0;
	struct pool *p = pool_start("tester", 3, 100, note, NULL);
	for (int i = 0; i < 50; i++) assert_true(pool_push(p, &item[i]));
	pool_stop(p);
	assert_int_equal(ran, 50);
	assert_memory_equal(names[0], "tester-", 7);
}

static int order[100], orders;

static void keep(void *ctx, void *it)
{
	order[orders++] = (int)((int *)it - item);
}

static void run_seeded(uint64_t seed)
{
	seam_fake(0, seed);
	orders = 0;
	struct pool *p = pool_start("story", 0, 100, keep, NULL);
	for (int i = 0; i < 20; i++) assert_true(pool_push(p, &item[i]));
	while (pool_step(p)) {}
	assert_int_equal(orders, 20);
	pool_stop(p);
}

static void story_order_is_the_seeds(void **state)
{
	int first[20];
	run_seeded(1);
	memcpy(first, order, sizeof first);
	run_seeded(1);
	assert_memory_equal(first, order, sizeof first);
	run_seeded(2);
	assert_memory_not_equal(first, order, sizeof first);
	int seen[20] = {0};
	for (int i = 0; i < 20; i++) seen[order[i]]++;
	for (int i = 0; i < 20; i++) assert_int_equal(seen[i], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_bounded_and_in_order), cmocka_unit_test(loses_and_doubles_nothing),
		cmocka_unit_test(pool_runs_all_before_it_stops), cmocka_unit_test(story_order_is_the_seeds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
