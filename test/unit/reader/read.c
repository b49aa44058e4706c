// tongban-read as the server runs it: what it reads, what it refuses, and that it always ends.
#include "base/child.h"
#include "codec/json.h"
#include "codec/qr.h"
#include "reader/reader.h"

#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <jpeglib.h>
#include <cairo.h>

static struct arena *a;

static enum child_end run(struct str in, struct json **out, int *code)
{
	struct str answer;
	*out = NULL;
	enum child_end end = child_run(a, S(READER), in, 20000, 4 << 20, &answer, code);
	if (end == CHILD_OK) assert_null(json_parse(a, answer, (struct json_limits){.bytes = 4 << 20}, out));
	return end;
}

enum { MODULE = 4 };

// The symbol in greys, four pixels a module.
static uint8_t *grey(struct str text, unsigned *side)
{
	struct qr q;
	assert_null(qr_make(a, text, &q));
	*side = (q.size + 2 * QR_QUIET) * MODULE;
	uint8_t *p = arena_raw(a, (size_t)*side * *side);
	for (unsigned y = 0; y < *side; y++)
		for (unsigned x = 0; x < *side; x++) {
			unsigned mx = x / MODULE - QR_QUIET, my = y / MODULE - QR_QUIET;
			p[y * *side + x] = mx < q.size && my < q.size && q.module[my * q.size + mx] ? 0 : 255;
		}
	return p;
}

static cairo_status_t add(void *to, const unsigned char *p, unsigned n)
{
	buf_add(to, (struct str){(const char *)p, n});
	return CAIRO_STATUS_SUCCESS;
}

static struct str png(struct str text)
{
	unsigned side;
	uint8_t *g = grey(text, &side);
	struct buf b = buf_new(a);
	cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)side, (int)side);
	uint8_t *px = cairo_image_surface_get_data(s);
	size_t stride = (size_t)cairo_image_surface_get_stride(s);
	cairo_surface_flush(s);
	for (unsigned y = 0; y < side; y++)
		for (unsigned x = 0; x < side; x++) memset(px + y * stride + x * 4, g[y * side + x], 4);
	cairo_surface_mark_dirty(s);
	assert_int_equal(cairo_surface_write_to_png_stream(s, add, &b), CAIRO_STATUS_SUCCESS);
	cairo_surface_destroy(s);
	return buf_str(&b);
}

static struct str jpeg(struct str text)
{
	unsigned side;
	uint8_t *g = grey(text, &side);
	unsigned char *bytes = NULL;
	unsigned long n = 0;
	struct jpeg_error_mgr err;
	struct jpeg_compress_struct c;
	c.err = jpeg_std_error(&err);
	jpeg_create_compress(&c);
	jpeg_mem_dest(&c, &bytes, &n);
	c.image_width = c.image_height = side;
	c.input_components = 1;
	c.in_color_space = JCS_GRAYSCALE;
	jpeg_set_defaults(&c);
	jpeg_start_compress(&c, TRUE);
	while (c.next_scanline < side) {
		JSAMPROW row = g + (size_t)c.next_scanline * side;
		jpeg_write_scanlines(&c, &row, 1);
	}
	jpeg_finish_compress(&c);
	jpeg_destroy_compress(&c);
	struct str out = str_copy(a, (struct str){(const char *)bytes, n});
	free(bytes);                         // allow: libjpeg's
	return out;
}

static struct str pdf(int pages, const char *words)
{
	struct buf b = buf_new(a);
	buf_fmt(&b, "%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count %d/Kids[", pages);
	for (int i = 0; i < pages; i++) buf_lit(&b, "3 0 R ");
	buf_fmt(&b, "]>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Resources<</Font<</F 5 0 R>>>>/Contents 4 0 R>>endobj\n"
		"4 0 obj<</Length %zu>>stream\nBT /F 12 Tf 20 200 Td (%s) Tj ET\nendstream endobj\n"
		"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n%%%%EOF\n", strlen(words) + 34, words);
	return buf_str(&b);
}

static void reads(void **state)
{
	struct json *j;
	int code;
	struct str url = S("https://yunfan.example/verify/ABCDEFGH12345678");
	assert_int_equal(run(png(url), &j, &code), CHILD_OK);
	assert_true(str_eq(json_text(json_path(j, "codes.0")), url));
	assert_int_equal(run(jpeg(url), &j, &code), CHILD_OK);
	assert_true(str_eq(json_text(json_path(j, "codes.0")), url));
	assert_int_equal(run(pdf(1, "https://yunfan.example/verify/XYZ"), &j, &code), CHILD_OK);
	assert_true(str_find(json_text(json_get(j, S("text"))), S("/verify/XYZ")) >= 0);
	assert_int_equal(run(jpeg(S("https://yunfan.example/")), &j, &code), CHILD_OK);
}

static void refuses(void **state)
{
	struct json *j;
	int code;
	struct str whole = jpeg(S("x"));
	char *huge = (char *)(uintptr_t)str_copy(a, png(S("x"))).p;
	huge[18] = 0x7f;                     // claims a width of some ten thousand pixels
	const struct { struct str in; int code; } cases[] = {
		{S(""), READ_UNREADABLE}, {S("plain words"), READ_UNREADABLE}, {S("%PDF-1.7\nnothing"), READ_UNREADABLE},
		{str_part(whole, 0, 200), READ_UNREADABLE}, {{huge, png(S("x")).n}, READ_TOO_MUCH}, {pdf(READ_PAGES + 1, "x"), READ_TOO_MUCH},
	};
	for (size_t i = 0; i < countof(cases); i++) {
		enum child_end end = run(cases[i].in, &j, &code);
		if (end != CHILD_REFUSED || code != cases[i].code) fail_msg("case %zu: end %d, code %d", i, end, code);
	}
	struct buf long_one = buf_new(a);
	buf_add(&long_one, pdf(1, "x"));
	memset(buf_room(&long_one, READ_BYTES), ' ', READ_BYTES);
	long_one.n += READ_BYTES;
	assert_int_equal(run(buf_str(&long_one), &j, &code), CHILD_REFUSED);
	assert_int_equal(code, READ_TOO_MUCH);
}

static void always_ends(void **state)
{
	struct str out;
	int code;
	// It sleeps, it writes without end, it dies, it is not there.
	assert_int_equal(child_run(a, S("/usr/bin/yes"), S(""), 20000, 1 << 20, &out, &code), CHILD_LIMIT);
	assert_int_equal(child_run(a, S("/usr/bin/tac"), S("a\n"), 20000, 1 << 20, &out, &code), CHILD_OK);
	assert_true(str_is(out, "a\n"));
	assert_int_equal(child_run(a, S("/bin/false"), S("unread"), 20000, 1 << 20, &out, &code), CHILD_REFUSED);
	assert_int_equal(child_run(a, S("/nowhere/at/all"), S(""), 20000, 1 << 20, &out, &code), CHILD_ABSENT);
	// Nested drawings, ten to the tenth: ended by the limit of CPU.
	struct buf b = buf_new(a);
	struct json *j;
	buf_lit(&b, "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
		"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 500 500]/Resources<</XObject<</X 10 0 R>>>>/Contents 4 0 R>>endobj\n"
		"4 0 obj<</Length 5>>stream\n/X Do\nendstream endobj\n");
	for (int i = 10; i < 20; i++) {
		buf_fmt(&b, "%d 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 500 500]/Resources<</XObject<</X %d 0 R>>>>/Length 60>>stream\n", i, i + 1);
		for (int k = 0; k < 10; k++) buf_lit(&b, "/X Do\n");
		buf_lit(&b, "\nendstream endobj\n");
	}
	buf_lit(&b, "20 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 500 500]/Length 12>>stream\n0 0 9 9 re f\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");
	assert_int_equal(run(buf_str(&b), &j, &code), CHILD_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(reads), cmocka_unit_test(refuses), cmocka_unit_test(always_ends)};
	a = arena_new(0);
	int failed = cmocka_run_group_tests_name("reader", tests, NULL, NULL);
	arena_free(a);
	return failed;
}
