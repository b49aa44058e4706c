#include "codec/sniff.h"

#include <setjmp.h>
#include <cmocka.h>

static void knows_by_content(void **state)
{
	static const struct { struct str bytes; enum sniff is; } files[] = {
		{S("%PDF-1.7\n"), SNIFF_PDF}, {S("\xff\xd8\xff\xe0"), SNIFF_JPEG},
		{S("\x89PNG\r\n\x1a\n"), SNIFF_PNG},
		{S("GIF89a"), SNIFF_GIF}, {S("RIFF\1\2\3\4WEBPVP8 "), SNIFF_WEBP},
		{S("RIFF\1\2\3\4WAVE"), SNIFF_UNKNOWN},
		{S("II*\0...."), SNIFF_TIFF}, {S("BM\1\2\3\4\0\0\0\0\5\6\7\10"), SNIFF_BMP},
		{S("BMW is a car"), SNIFF_TEXT},
		{S("PK\3\4aaaaaaaaaaaaaaaaaaaaaa\7\0\0\0OFD.xml"), SNIFF_OFD},
		{S("PK\3\4aaaaaaaaaaaaaaaaaaaaaa\1\0\0\0xPK\3\4aaaaaaaaaaaaaaaaaaaaaa\21\0\0\0word/document.xml"), SNIFF_DOCX},
		{S("PK\3\4aaaaaaaaaaaaaaaaaaaaaa\3\0\0\0xl/"), SNIFF_XLSX}, {S("PK\3\4"), SNIFF_ZIP},
		{S("PK\5\6"), SNIFF_ZIP},
		{S("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), SNIFF_OLE}, {S("\0\0\0\x18" "ftypheic"), SNIFF_HEIC},
		{S("\0\0\0\x18" "ftypisom"), SNIFF_MP4}, {S("MZ\x90"), SNIFF_EXE},
		{S("\x7f" "ELF"), SNIFF_EXE},
		{S("  <!DOCTYPE HTML><p>"), SNIFF_HTML}, {S("<?xml version='1.0'?>"), SNIFF_XML},
		{S("办事指南\n"), SNIFF_TEXT},
		{S("a\0b"), SNIFF_UNKNOWN}, {S("\xb0\xec\xca\xc2"), SNIFF_UNKNOWN}, {S(""), SNIFF_UNKNOWN},
	};
	for (size_t i = 0; i < countof(files); i++) assert_int_equal(sniff(files[i].bytes), files[i].is);
	assert_string_equal(sniff_type(SNIFF_OFD), "application/ofd");
}

static void reads_image_sizes(void **state)
{
	uint32_t w = 0, h = 0;
	assert_true(sniff_image_size(S("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\2\0\0\0\3"), &w, &h));
	assert_true(w == 258 && h == 3);
	assert_true(sniff_image_size(S("\xff\xd8\xff\xe0\0\4ab\xff\xff\xc2\0\x11\x08\0\x10\0\x20\3"), &w,
		&h));
	assert_true(w == 32 && h == 16);
	assert_false(sniff_image_size(S("\xff\xd8\xff\xe0\0\0"), &w, &h));
	assert_false(sniff_image_size(S("\xff\xd8\xff\xe0\0\0\0\0\0\0\0\0\0\0"), &w, &h));
	assert_false(sniff_image_size(S("\xff\xd8\xff\xda\0\x11\x08\0\x10\0\x20\3"), &w, &h));
	assert_false(sniff_image_size(S("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0"), &w, &h));
	assert_false(sniff_image_size(S("GIF89a"), &w, &h));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(knows_by_content),
		cmocka_unit_test(reads_image_sizes)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
