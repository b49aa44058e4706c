#include "codec/qr.h"

#include <setjmp.h>
#include <cmocka.h>
#include <zbar.h>

static struct arena *a;

// Draws the symbol at four pixels a module and lets zbar read it.
static struct str scanned(const struct qr *q)
{
	unsigned side = (q->size + 2 * QR_QUIET) * 4;
	uint8_t *grey = arena_raw(a, (size_t)side * side);
	for (unsigned y = 0; y < side; y++)
		for (unsigned x = 0; x < side; x++) {
			unsigned mx = x / 4 - QR_QUIET, my = y / 4 - QR_QUIET;
			bool dark = mx < q->size && my < q->size && q->module[my * q->size + mx];
			grey[y * side + x] = dark ? 0 : 255;
		}
	zbar_image_scanner_t *scanner = zbar_image_scanner_create();
	zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
	zbar_image_t *image = zbar_image_create();
	zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
	zbar_image_set_size(image, side, side);
	zbar_image_set_data(image, grey, (unsigned long)side * side, NULL);
	struct str out = {0};
	if (zbar_scan_image(scanner, image) == 1) {
		const zbar_symbol_t *s = zbar_image_first_symbol(image);
		out = str_copy(a, (struct str){zbar_symbol_get_data(s), zbar_symbol_get_data_length(s)});
	}
	zbar_image_destroy(image);
	zbar_image_scanner_destroy(scanner);
	return out;
}

static void a_scanner_reads_it(void **state)
{
	static const char *const texts[] = {"https://yunfan.example/v/0ABCDEFGH", "云帆市政务服务 0592-12345",
		"12345678901234567890"};
	for (size_t i = 0; i < countof(texts); i++) {
		struct qr q;
		assert_null(qr_make(a, str_of(texts[i]), &q));
		assert_true(str_eq(scanned(&q), str_of(texts[i])));
		q.module[0] = q.module[1] = q.module[2] = 0;    // three modules lost: level M mends it
		assert_true(str_eq(scanned(&q), str_of(texts[i])));
	}
}

static void draws_svg(void **state)
{
	struct qr q;
	assert_null(qr_make(a, S("1"), &q));
	assert_int_equal(q.size, 21);
	struct buf b = buf_new(a);
	qr_svg(&b, &q, S("核验<1>"));
	struct str s = buf_str(&b);
	assert_true(str_starts(s, S("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 29 29\" role=\"img\" aria-label=\"核验&lt;1&gt;\">")));
	assert_true(str_find(s, S("d=\"M4 4h7v1h-7z")) > 0);    // the corner mark
	size_t dark = 0, drawn = 0;
	for (size_t i = 0; i < 21 * 21; i++) dark += q.module[i];
	b.n = 0;
	qr_path(&b, &q);
	struct str rest = buf_str(&b);
	while (rest.p) {
		struct str run = str_cut(&rest, S("z"));
		int64_t w;
		if (!run.n) continue;
		(void)str_cut(&run, S("h"));
		assert_true(str_int(str_cut(&run, S("v")), &w));
		drawn += (size_t)w;
	}
	assert_int_equal(drawn, dark);
}

static void refuses(void **state)
{
	struct qr q;
	char big[2332];
	memset(big, 'a', sizeof big);
	assert_int_equal(qr_make(a, (struct str){big, sizeof big}, &q)->code, E_TOO_BIG);
	assert_null(qr_make(a, (struct str){big, sizeof big - 1}, &q));
	assert_int_equal(qr_make(a, S(""), &q)->code, E_TOO_BIG);
	assert_int_equal(qr_make(a, S("a\0b"), &q)->code, E_NOT_ALLOWED_HERE);
}

int main(void)
{
	a = arena_new(0);
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_scanner_reads_it), cmocka_unit_test(draws_svg),
		cmocka_unit_test(refuses)};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(a);
	return failed;
}
