#include "base/log.h"
#include "base/seam.h"
#include "base/set.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

static int out;
static char text[1 << 16];

static const char *written(void)
{
	ssize_t n = pread(out, text, sizeof text - 1, 0);
	assert_true(n >= 0);
	text[n] = 0;
	assert_int_equal(ftruncate(out, 0), 0);
	lseek(out, 0, SEEK_SET);
	return text;
}

static int lines(const char *s)
{
	int n = 0;
	for (; *s; s++) n += *s == '\n';
	return n;
}

static void writes_one_json_line(void **state)
{
	struct arena *a = arena_new(0);
	seam_fake(1793836800123, 1);
	log_event(LOG_WARN, "net.queue_full", log_int("depth", -5), log_id("case", INT64_MAX), log_word("kind", "read"),
		log_err(err_new(a, E_STALE)), log_own("op", "case\"},{\"x"));
	assert_string_equal(written(), "{\"at\":\"2026-11-05T00:00:00.123Z\",\"level\":\"warn\",\"event\":\"net.queue_full\",\"depth\":-5,"
		"\"case\":\"9223372036854775807\",\"kind\":\"read\",\"error\":\"STALE\",\"op\":\"case\"}\n");
	log_event(LOG_INFO, "plain");
	assert_string_equal(written(), "{\"at\":\"2026-11-05T00:00:00.123Z\",\"level\":\"info\",\"event\":\"plain\"}\n");
	arena_free(a);
}

static void keeps_to_its_level(void **state)
{
	log_event(LOG_DEBUG, "quiet");
	assert_string_equal(written(), "");
	struct arena *a = arena_new(0);
	assert_null(set_put(a, S("log.level"), S("error")));
	log_settle();
	log_event(LOG_WARN, "quiet");
	assert_string_equal(written(), "");
	log_event(LOG_ERROR, "loud");
	assert_int_equal(lines(written()), 1);
	set_reset();
	log_settle();
	enum log_level l;
	assert_false(log_level_of(S("loud"), &l));
	arena_free(a);
}

static void limits_one_event_not_others(void **state)
{
	for (int i = 0; i < 500; i++) log_event(LOG_WARN, "flood", log_int("i", i));
	log_event(LOG_WARN, "other");
	int n = lines(written());
	assert_in_range(n, 21, 401);           // 20 a second; a slow machine may see another second begin
	usleep(1100000);
	log_event(LOG_WARN, "flood", log_int("i", 500));
	assert_non_null(strstr(written(), "\"left_out\":"));
}

static void long_lines_stay_whole(void **state)
{
	struct log_field f[200];
	for (size_t i = 0; i < countof(f); i++) f[i] = (struct log_field)log_int("a_rather_long_name", INT64_MIN);
	log_write(LOG_INFO, "long", f, countof(f));
	const char *s = written();
	size_t n = strlen(s);
	assert_true(n <= 2048 && s[n - 2] == '}' && s[n - 1] == '\n');
}

int main(void)
{
	char name[] = "/tmp/tongban-log-XXXXXX";
	out = mkstemp(name);
	unlink(name);
	log_to(out);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_one_json_line), cmocka_unit_test(keeps_to_its_level), cmocka_unit_test(limits_one_event_not_others),
		cmocka_unit_test(long_lines_stay_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
