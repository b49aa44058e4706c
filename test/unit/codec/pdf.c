#include "codec/pdf.h"
#include "codec/sniff.h"

#include <setjmp.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static struct arena *a;

// What fontconfig keeps for the life of the process; it does not grow with papers or threads.
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\n";
}

static struct str paper(struct pdf_missing *gone, const char *extra)
{
	struct pdf *p = pdf_new(a, (struct pdf_info){.title = S("准予行政许可决定书"), .author = S("云帆市行政审批局"),
		.created_ms = 1700000000000, .watermark = S("样本"), .page_numbers = true});
	pdf_title(p, S("准予行政许可决定书"));
	pdf_paragraph(p, S("云审许〔2026〕1号"), PDF_CENTRE, false);
	pdf_rule(p);
	struct pdf_row rows[] = {{S("姓名"), S("张三")}, {S("事项名称"), S("公共场所卫生许可（新办）")},
		{S("No."), S("359900-1")},
		{S("住所"), S("云帆市港口区海滨街道一百二十三号四楼五零一室，由此向东沿人行道步行三百米后左转，再沿巷道至尽头即到")}};
	pdf_table(p, rows, countof(rows));
	pdf_heading(p, S("理由"));
	pdf_frame_begin(p);
	for (int i = 0; i < 40; i++)
		pdf_paragraph(p, S("经审查，你提交的申请材料齐全，符合法定形式，依据《中华人民共和国行政许可法》第三十八条，决定准予许可。"), PDF_JUSTIFY, true);
	pdf_frame_end(p);
	pdf_note(p, S("如不服本决定，可以依法申请行政复议或者提起行政诉讼。"));
	pdf_paragraph(p, str_of(extra), PDF_LEFT, false);
	struct qr q;
	assert_null(qr_make(a, S("https://yunfan.example/v/1"), &q));
	pdf_qr(p, &q, 25, S("扫码核验"), PDF_LEFT);
	pdf_paragraph(p, S("云帆市行政审批局\n2026年11月5日"), PDF_RIGHT, false);
	pdf_seal(p, S("云帆市行政审批局测试专用章"), S("测试"), PDF_RIGHT);
	struct str bytes;
	assert_null(pdf_finish(p, &bytes, gone));
	return bytes;
}

static const char *run(const char *tool, struct str pdf)
{
	char path[] = "/tmp/tongban-pdf-XXXXXX", command[200], out[20000];
	int fd = mkstemp(path);
	FILE *f = fdopen(fd, "wb");
	assert_int_equal(fwrite(pdf.p, 1, pdf.n, f), pdf.n);
	fclose(f);
	snprintf(command, sizeof command, "%s %s %s", tool, path, strstr(tool, "text") ? "-" : "");
	f = popen(command, "r");
	size_t n = fread(out, 1, sizeof out - 1, f);
	pclose(f);
	remove(path);
	return str_z(a, (struct str){out, n});
}

static bool have(const char *tool)
{
	char command[100];
	snprintf(command, sizeof command, "command -v %s >/dev/null", tool);
	return system(command) == 0;
}

static void makes_a_paper(void **state)
{
	struct pdf_missing gone;
	struct str pdf = paper(&gone, "生僻字：䶮𠮷㛃");
	assert_int_equal(sniff(pdf), SNIFF_PDF);
	assert_int_equal(gone.n, 0);
	assert_true(pdf.n > 10000 && pdf.n < 200000);
	const char *keep = getenv("TONGBAN_KEEP_PDF");
	if (keep) {
		FILE *f = fopen(keep, "wb");
		assert_int_equal(fwrite(pdf.p, 1, pdf.n, f), pdf.n);
		fclose(f);
	}
	if (!have("pdftotext") || !have("pdffonts")) {
		print_message("poppler-utils is absent: the paper is not read back\n");
		return;
	}
	const char *text = run("pdftotext", pdf);
	assert_non_null(strstr(text, "准予行政许可决定书"));
	assert_non_null(strstr(text, "公共场所卫生许可"));
	assert_non_null(strstr(text, "𠮷"));
	assert_non_null(strstr(text, "1/3"));
	assert_non_null(strstr(text, "3/3"));
	const char *fonts = run("pdffonts", pdf);
	assert_non_null(strstr(fonts, "+WenQuanYiMicroHei"));    // the plus sign: a subset
	assert_non_null(strstr(fonts, "+HanaMin"));
	assert_null(strstr(fonts, " no  yes yes "));              // nothing that is not embedded
}

static void equal_calls_give_equal_bytes(void **state)
{
	struct pdf_missing gone;
	struct str one = paper(&gone, ""), two = paper(&gone, "");
	assert_true(str_eq(one, two));
	if (have("pdfinfo")) assert_non_null(strstr(run("TZ=UTC pdfinfo", one), "Tue Nov 14 22:13:20 2023"));
	assert_false(str_eq(one, paper(&gone, "x")));
}

static void *on_thread(void *out)
{
	struct arena *own = arena_new(0);
	struct pdf *p = pdf_new(own, (struct pdf_info){.title = S("回执")});
	for (int i = 0; i < 20; i++) pdf_paragraph(p, S("收件回执：材料齐全，䶮𠮷。"), PDF_LEFT, true);
	struct str bytes;
	struct pdf_missing gone;
	struct err *e = pdf_finish(p, &bytes, &gone);
	*(struct str *)out = e ? S("") : (struct str){memcpy(malloc(bytes.n), bytes.p, bytes.n), bytes.n};
	arena_free(own);
	return NULL;
}

static void threads_draw_alike(void **state)
{
	pthread_t t[4];
	struct str out[4];
	for (size_t i = 0; i < countof(t); i++) assert_int_equal(pthread_create(&t[i], NULL, on_thread, &out[i]), 0);
	for (size_t i = 0; i < countof(t); i++) pthread_join(t[i], NULL);
	for (size_t i = 0; i < countof(t); i++) assert_true(out[i].n && str_eq(out[i], out[0]));
	for (size_t i = 0; i < countof(t); i++) free((char *)out[i].p);
}

static void reports_what_no_font_has(void **state)
{
	struct pdf_missing gone;
	(void)paper(&gone, "好\xf0\x9f\xa5\xb7\xf3\xb0\x80\x80好\xf0\x9f\xa5\xb7");
	assert_int_equal(gone.n, 2);
	assert_int_equal(gone.cp[0], 0x1f977);
	assert_int_equal(gone.cp[1], 0xf0000);
}

static const unsigned char png[] = {
	0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R', 0, 0, 0, 1, 0, 0, 0, 1,
		8, 2, 0, 0, 0,
	0x90, 0x77, 0x53, 0xde, 0, 0, 0, 12, 'I', 'D', 'A', 'T', 0x78, 0x9c, 0x63, 0xf8, 0xcf, 0xc0, 0, 0, 3,
		1, 1, 0,
	0xc9, 0xfe, 0x92, 0xef, 0, 0, 0, 0, 'I', 'E', 'N', 'D', 0xae, 0x42, 0x60, 0x82};

static void takes_images_and_refuses_others(void **state)
{
	struct pdf *p = pdf_new(a, (struct pdf_info){.title = S("x")});
	struct str good = {(const char *)png, sizeof png}, bytes;
	struct pdf_missing gone;
	assert_null(pdf_image(p, good, 40, PDF_CENTRE));
	assert_int_equal(pdf_image(p, S("GIF89a........"), 40, PDF_LEFT)->code, E_UNSUPPORTED);
	assert_int_equal(pdf_image(p, S(""), 40, PDF_LEFT)->code, E_UNSUPPORTED);
	assert_int_equal(pdf_image(p, str_part(good, 0, 50), 40, PDF_LEFT)->code, E_SYNTAX);
	char *huge = str_z(a, good);
	huge[16] = huge[20] = 1;
	assert_int_equal(pdf_image(p, (struct str){huge, good.n}, 40, PDF_LEFT)->code, E_TOO_BIG);
	pdf_frame_begin(p);    // left open: finish closes it
	assert_null(pdf_finish(p, &bytes, &gone));
	assert_int_equal(sniff(bytes), SNIFF_PDF);
}

int main(void)
{
	a = arena_new(0);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(makes_a_paper), cmocka_unit_test(equal_calls_give_equal_bytes), cmocka_unit_test(threads_draw_alike),
		cmocka_unit_test(reports_what_no_font_has), cmocka_unit_test(takes_images_and_refuses_others),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(a);
	return failed;
}
