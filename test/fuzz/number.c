// number.c — decimals, days, instants and the numbers of people: printing what was read reads the same.
#include "base/day.h"
#include "base/dec.h"
#include "codec/bytes.h"
#include "codec/ids.h"
#include "codec/mask.h"
#include "codec/sniff.h"
#include "fuzz.h"

static void decimals(struct arena *a, struct str s)
{
	dec d, e;
	if (!dec_parse(s, &d)) return;
	CHECK(dec_finite(d));
	struct buf b = buf_new(a);
	dec_print_scaled(&b, d);
	CHECK(dec_parse(dec_str(a, d), &e) && dec_cmp(d, e) == 0 && dec_hash(d) == dec_hash(e));
	CHECK(dec_parse(buf_str(&b), &e) && dec_cmp(d, e) == 0);
	CHECK(dec_cmp(dec_floor(d), d) <= 0 && dec_cmp(dec_ceil(d), d) >= 0 && dec_is_int(dec_floor(d)) &&
		dec_is_int(dec_ceil(d)));
	for (int mode = DEC_HALF_EVEN; mode <= DEC_CEIL; mode++) {
		dec r = dec_round(d, 2, mode);
		CHECK(!dec_finite(r) || dec_cmp(dec_round(r, 2, mode), r) == 0);
	}
	dec m = dec_mod(d, 7);
	CHECK(dec_cmp(m, 0) >= 0 && dec_cmp(m, 7) <= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(64 << 20);
	struct str s = {(const char *)data, size}, out;
	decimals(a, s);
	day_t d, e;
	int64_t t, u;
	struct buf b = buf_new(a);
	if (day_parse(s, &d)) {
		day_print(&b, d);
		CHECK(day_parse(buf_str(&b), &e) && d == e);
	}
	b.n = 0;
	if (instant_parse(s, &t)) {
		instant_print(&b, t);
		if (t >= ms_shanghai(day_of(1, 1, 2), 0, 0) && t < ms_shanghai(day_of(9999, 12, 31), 0, 0))
			CHECK(instant_parse(buf_str(&b), &u) && t == u);
	}
	struct str n = utf8_valid(s) ? ids_normal(a, s) : s;
	for (int kind = IDS_RESIDENT; kind <= IDS_PASSPORT_FOREIGN; kind++)
		(void)ids_check(kind, n, 20000, NULL);
	(void)ids_uscc(n, NULL);
	(void)ids_certificate(n);
	(void)ids_mod_37_36(n);
	(void)ids_phone(a, s, &out);
	(void)mask_name(a, s), mask_id(a, s), mask_phone(a, s), mask_bank(a, s);
	uint32_t w, h;
	(void)sniff(s);
	(void)sniff_image_size(s, &w, &h);
	static bool (*const read[])(struct arena *, struct str, struct str *) = {
		bytes_of_hex, bytes_of_base64, bytes_of_base64url, bytes_of_base32};
	static void (*const write[])(struct buf *, const void *, size_t) = {bytes_hex, bytes_base64,
		bytes_base64url, bytes_base32};
	for (size_t i = 0; i < countof(read); i++) {
		struct str back;
		b.n = 0;
		write[i](&b, s.p, s.n);
		CHECK(read[i](a, buf_str(&b), &out) && str_eq(out, s));
		if (!read[i](a, s, &out) || i == 0 || i == 3) continue;    // hex and base32 take either case
		b.n = 0;
		write[i](&b, out.p, out.n);
		back = buf_str(&b);
		CHECK(str_eq(back, s));
	}
	arena_free(a);
	return 0;
}
