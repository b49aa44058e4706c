// url.c — decoding what was encoded gives it back; queries survive a second writing.
#include "codec/url.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(64 << 20);
	struct str in = {(const char *)data, size}, text, back;
	struct err *e = url_decode(a, in, false, &text);
	if (e) CHECK(err_text(a, e, true).n);
	else {
		struct buf b = buf_new(a);
		url_encode(&b, text);
		CHECK(utf8_valid(text) && !url_decode(a, buf_str(&b), true, &back) && str_eq(text, back));
	}
	struct url_pairs q, r;
	if (!url_query(a, in, (struct url_limits){0}, &q)) {
		struct buf b = buf_new(a);
		for (uint32_t i = 0; i < q.n; i++) url_put(&b, q.item[i].key, q.item[i].value);
		CHECK(!url_query(a, buf_str(&b), (struct url_limits){.bytes = SIZE_MAX}, &r) && q.n == r.n);
		for (uint32_t i = 0; i < q.n; i++)
			CHECK(str_eq(q.item[i].key, r.item[i].key) &&
				str_eq(q.item[i].value, r.item[i].value));
	}
	arena_free(a);
	return 0;
}
