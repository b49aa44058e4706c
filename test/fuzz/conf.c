// conf.c — a settings file: whatever stands in it, every value stays within its row's bounds, every mistake has its
// sentence, and what is printed reads as the same values.
#include "base/set.h"
#include "fuzz.h"

static void within_bounds(void)
{
	for (int i = 0; i < SET_COUNT; i++) {
		const struct set_row *r = set_row((enum set_key)i);
		if (r->type != SET_TYPE_INT) continue;
		int64_t v = set_int((enum set_key)i);
		CHECK(v >= r->min && v <= r->max);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(0);
	set_reset();
	struct err *e = set_read(a, S("fuzz.conf"), (struct str){(const char *)data, size});
	for (const struct err *one = e; one; one = one->next) CHECK(err_text(a, one, true).n && (one->line || one->code == E_UTF8));
	within_bounds();
	struct buf first = buf_new(a), second = buf_new(a);
	set_print(&first, true);
	set_reset();
	e = set_read(a, S("printed"), buf_str(&first));
	CHECK(!e);
	set_print(&second, true);
	CHECK(str_eq(buf_str(&first), buf_str(&second)));
	set_reset();
	arena_free(a);
	return 0;
}
