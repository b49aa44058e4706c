#include "base/set.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

static struct arena *a;

static int setup(void **state)
{
	set_reset();
	return 0;
}

static void every_row_is_sound(void **state)
{
	for (int i = 0; i < SET_COUNT; i++) {
		const struct set_row *r = set_row((enum set_key)i);
		enum set_key k;
		assert_true(set_find(str_of(r->key), &k) && k == (enum set_key)i);
		assert_true(strchr(r->key, '.') && *r->zh && *r->en && *r->unit);
		if (r->type == SET_TYPE_INT) assert_true(r->min <= r->def && r->def <= r->max);
		if (r->type == SET_TYPE_CHOICE) assert_null(set_put(a, str_of(r->key), str_of(r->text_def)));
	}
}

static void later_sources_win(void **state)
{
	assert_int_equal(set_int(SET_net_queue), 512);
	char name[] = "/tmp/tongban-conf-XXXXXX";
	int fd = mkstemp(name);
	static const char text[] = "\xef\xbb\xbf# comment\n\nnet.queue = 100\r\n  net.workers=7\nnet.body_limit = 2M\nlog.level=debug\nnet.out_block_private = no\n";
	assert_int_equal(write(fd, text, sizeof text - 1), sizeof text - 1);
	close(fd);
	setenv("TONGBAN_NET_WORKERS", "8", 1);
	setenv("TONGBAN_NET_QUEUE", "200", 1);
	struct str over = S("net.queue = 300");
	assert_null(set_load(a, str_of(name), true, &over, 1));
	unsetenv("TONGBAN_NET_WORKERS");
	unsetenv("TONGBAN_NET_QUEUE");
	unlink(name);
	assert_int_equal(set_int(SET_net_queue), 300);
	assert_int_equal(set_int(SET_net_workers), 8);
	assert_int_equal(set_int(SET_net_body_limit), 2 << 20);
	assert_true(str_is(set_text(SET_log_level), "debug"));
	assert_false(set_bool(SET_net_out_block_private));
}

static void says_what_is_wrong(void **state)
{
	struct err *e = set_read(a, S("t.conf"), S("net.queue = many\nnet.nothing = 1\n\nnonsense\nnet.queue = 0\nlog.level = loud\nnet.out_block_private = maybe\n"
		"net.workers = 1\nnet.workers = 2\nnet.queue = 99999999999999999999\nnet.header_s = 5M\n"));
	static const struct { uint32_t line; const char *key; } want[] = {
		{1, "net.queue"}, {2, "net.nothing"}, {4, "nonsense"}, {5, "net.queue"}, {6, "log.level"}, {7, "net.out_block_private"},
		{9, "net.workers"}, {10, "net.queue"}, {11, "net.header_s"},
	};
	for (size_t i = 0; i < countof(want); i++, e = e->next) {
		assert_non_null(e);
		assert_int_equal(e->code, E_SETTING);
		assert_int_equal(e->line, want[i].line);
		assert_true(str_eq(e->arg[0], str_of(want[i].key)));
		assert_true(str_is(e->file, "t.conf"));
	}
	assert_null(e);
	assert_int_equal(set_int(SET_net_queue), 512);       // what was wrong changed nothing
	assert_int_equal(set_int(SET_net_workers), 1);
}

static void refuses_other_bad_input(void **state)
{
	assert_int_equal(set_read(a, S("x"), S("net.listen = \xff\n"))->code, E_UTF8);
	assert_int_equal(set_load(a, S("/nowhere/tongban.conf"), true, NULL, 0)->code, E_IO);
	assert_null(set_load(a, S("/nowhere/tongban.conf"), false, NULL, 0));
	struct str over[] = {S("net.queue"), S("=1"), S("net.queue=")};
	struct err *e = set_load(a, S(""), false, over, 3);
	assert_true(e && e->next && e->next->next && !e->next->next->next);
	assert_non_null(set_put(a, S("net.listen"), S("a\0b")));
	char *big = arena_alloc(a, 5000);
	memset(big, 'x', 5000);
	assert_non_null(set_put(a, S("net.listen"), (struct str){big, 5000}));
	assert_non_null(set_put(a, S("net.body_limit"), S("9999999999999G")));
	setenv("TONGBAN_NET_QUEUE", "x", 1);
	e = set_load(a, S(""), false, NULL, 0);
	unsetenv("TONGBAN_NET_QUEUE");
	assert_true(e && str_is(e->arg[0], "net.queue"));
}

// What set_print writes is a file that set_read takes, with the same values.
static void prints_what_it_reads(void **state)
{
	assert_null(set_put(a, S("net.queue"), S("77")));
	assert_null(set_put(a, S("net.listen"), S("[::1]:9")));
	struct buf b = buf_new(a);
	set_print(&b, false);
	assert_true(str_find(buf_str(&b), S("\nnet.queue = 77\n")) > 0 && str_find(buf_str(&b), S("\n#net.workers = 0\n")) > 0);
	set_reset();
	assert_null(set_read(a, S("printed"), buf_str(&b)));
	assert_int_equal(set_int(SET_net_queue), 77);
	assert_true(str_is(set_text(SET_net_listen), "[::1]:9"));
}

int main(void)
{
	a = arena_new(0);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(every_row_is_sound, setup), cmocka_unit_test_setup(later_sources_win, setup),
		cmocka_unit_test_setup(says_what_is_wrong, setup), cmocka_unit_test_setup(refuses_other_bad_input, setup),
		cmocka_unit_test_setup(prints_what_it_reads, setup),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	set_reset();
	arena_free(a);
	return failed;
}
