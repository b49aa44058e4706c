// xml.c — what parses is valid text, and printing it twice gives the same bytes.
#include "codec/xml.h"
#include "fuzz.h"

static void walk(struct arena *a, const struct xml *e)
{
	CHECK(utf8_valid(e->name) && utf8_valid(e->text) && utf8_valid(e->ns) && e->line);
	for (uint32_t i = 0; i < e->attrs; i++) CHECK(xml_attr_ns(e, e->attr[i].ns, e->attr[i].name).p);
	for (const struct xml *c = e->first; c; c = c->next) {
		CHECK(c->parent == e && !(xml_is_text(c) && xml_is_text(c->next)));
		walk(a, c);
	}
	CHECK(utf8_valid(xml_text(a, e)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(64 << 20);
	struct xml *e, *f;
	struct err *err = xml_parse(a, (struct str){(const char *)data, size}, (struct xml_limits){0}, &e);
	if (err) CHECK(err_text(a, err, true).n);
	else {
		struct buf b = buf_new(a), c = buf_new(a), d = buf_new(a);
		walk(a, e);
		xml_print(&b, e);
		CHECK(!xml_parse(a, buf_str(&b), (struct xml_limits){.bytes = SIZE_MAX, .nodes = UINT32_MAX,
			.depth = 200}, &f));
		xml_print(&c, f);
		CHECK(str_eq(buf_str(&b), buf_str(&c)));
		xml_print_pretty(&d, e);
		CHECK(!xml_parse(a, buf_str(&d), (struct xml_limits){.bytes = SIZE_MAX, .nodes = UINT32_MAX,
			.depth = 200}, &f));
	}
	arena_free(a);
	return 0;
}
