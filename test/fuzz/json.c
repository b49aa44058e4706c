// json.c — what parses prints to the same values, in all three forms.
#include "codec/json.h"
#include "fuzz.h"

static void again(struct arena *a, const struct json *v, void (*print)(struct buf *, const struct json *))
{
	struct buf b = buf_new(a), c = buf_new(a);
	struct json *w;
	print(&b, v);
	CHECK(!json_parse(a, buf_str(&b), (struct json_limits){.bytes = SIZE_MAX, .nodes = UINT32_MAX}, &w));
	CHECK(json_equal(v, w) && json_equal(w, v) && json_equal(v, json_copy(a, v)));
	print(&c, w);
	CHECK(str_eq(buf_str(&b), buf_str(&c)));
}

static void walk(const struct json *v)
{
	dec d;
	int64_t i;
	if (json_dec(v, &d)) CHECK(dec_finite(d));
	if (json_int(v, &i)) CHECK(v->type == JSON_NUMBER);
	CHECK(utf8_valid(json_text(v)));
	for (uint32_t k = 0; k < json_count(v); k++) {
		walk(v->item[k]);
		if (v->type == JSON_OBJECT) CHECK(json_get(v, v->key[k]) == v->item[k]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(64 << 20);
	struct json *v;
	struct err *e = json_parse(a, (struct str){(const char *)data, size}, (struct json_limits){0}, &v);
	if (e) CHECK(err_text(a, e, true).n);
	else {
		walk(v);
		again(a, v, json_print);
		again(a, v, json_print_pretty);
		again(a, v, json_print_canonical);
	}
	arena_free(a);
	return 0;
}
