// A catalogue as compiled: written down and mapped again it answers alike; damaged in any way it is not opened.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/file.h"
#include "base/span.h"
#include "domain/calendar/folder.h"
#include "domain/catalogue/image.h"
#include "domain/catalogue/search.h"

static struct arena *a;
static const char *folder;
static char dir[] = "/tmp/tongban-image.XXXXXX";
static struct str image, hash, all, found, guides;

static struct str findings_of(struct catalogue *c, struct search *s)
{
	static const char *const q[] = {"二手房", "esf", "许可", "s", "3507", "ershofang", "社保卡丢了", "二千房", "dog"};
	struct buf b = buf_new(a);
	for (size_t i = 0; i < countof(q); i++) {
		struct search_result r;
		search_run(s, a, str_of(q[i]), 20, &r);
		for (size_t k = 0; k < r.n; k++)
			buf_fmt(&b, STR_FMT " %u %d\n", STR_ARG(r.hit[k].code), r.hit[k].score, (int)r.hit[k].why);
	}
	return buf_str(&b);
}

static struct str texts_of(struct catalogue *c)
{
	struct buf b = buf_new(a);
	for (uint32_t i = 0; i < c->n_items; i++) {
		const struct item *it = c->item[i];
		struct form form;
		CHECK(!form_merge(a, c, (struct matter){NULL, it}, NULL, &form));
		json_print(&b, form_json(a, c, &form, false));
		buf_fmt(&b, STR_FMT STR_FMT STR_FMT STR_FMT STR_FMT, STR_ARG(it->name.zh), STR_ARG(it->summary.en), STR_ARG(it->office->name.zh),
			STR_ARG(it->process), STR_ARG(it->handling_code));
		for (uint32_t k = 0; k < it->n_steps; k++)
			buf_fmt(&b, STR_FMT " " STR_FMT, STR_ARG(it->step[k].name.zh), STR_ARG(it->step[k].role->code));
		for (uint32_t k = 0; k < it->n_faq; k++)
			buf_fmt(&b, STR_FMT STR_FMT, STR_ARG(it->faq[k].question.zh), STR_ARG(it->faq[k].answer.en));
		if (it->process_parameters)
			json_print(&b, it->process_parameters);
		CHECK(catalogue_item(c, c->item[i]->code) == c->item[i]);
	}
	return buf_str(&b);
}

static struct str guides_of(struct catalogue *c)
{
	struct buf b = buf_new(a);
	for (uint32_t i = 0; i < c->n_bundles + c->n_items; i++) {
		struct guide g;
		struct matter m = i < c->n_bundles ? (struct matter){&c->bundle[i], NULL} : (struct matter){NULL, c->item[i - c->n_bundles]};
		CHECK(!guide(a, c, m, NULL, &g));
		json_print(&b, guide_json(a, c, m, &g, false));
	}
	return buf_str(&b);
}

static struct catalogue *compiled(struct search **s)
{
	struct folder_file *file;
	uint32_t n;
	struct findings *f = findings_new(a, 5);
	CHECK(!folder_read(a, str_of(folder), catalogue_suffix, &file, &n));
	struct catalogue *c = catalogue_compile(file, n, true, f);
	CHECK(!f->errors);
	*s = search_new(c);
	return c;
}

static int keep(void **state)
{
	CHECK(mkdtemp(dir));
	image = str_fmt(a, "%s/compiled", dir);
	struct search *s;
	struct catalogue *c = compiled(&s);
	hash = str_copy(a, c->hash);
	all = texts_of(c);
	found = findings_of(c, s);
	guides = guides_of(c);
	assert_true(image_keep(a, c, s, image));
	assert_true(str_eq(all, texts_of(c)));         // the file is its memory now
	assert_true(str_eq(found, findings_of(c, s)));
	search_free(s);
	catalogue_unref(c);
	return 0;
}

static void opens_alike(void **state)
{
	struct catalogue *c;
	struct search *s;
	assert_true(image_open(a, image, hash, &c, &s));
	assert_true(str_eq(c->hash, hash));
	assert_true(str_eq(all, texts_of(c)));
	assert_true(str_eq(found, findings_of(c, s)));
	assert_true(str_eq(guides, guides_of(c)));
	struct catalogue *again;
	struct search *other;
	assert_false(image_open(a, image, hash, &again, &other));       // its addresses are taken
	search_free(s);
	catalogue_unref(c);
	assert_true(image_open(a, image, hash, &c, &s));                // and free again
	search_free(s);
	catalogue_unref(c);
}

static bool opens(struct str bytes, struct str version)
{
	struct catalogue *c;
	struct search *s;
	struct str path = str_fmt(a, "%s/other", dir);
	CHECK(!file_write(a, path, bytes, false));
	bool good = image_open(a, path, version, &c, &s);
	if (good) {
		search_free(s);
		catalogue_unref(c);
	}
	return good;
}

static void damage_is_refused(void **state)
{
	struct str bytes;
	assert_null(file_read(a, image, 1 << 30, &bytes));
	assert_true(opens(bytes, hash));
	char *p = arena_copy(a, bytes.p, bytes.n);
	// A bit anywhere: every byte of the head that says something, then one in many.
	for (size_t i = 0; i < bytes.n; i += i < 240 ? 1 : 40961) {
		p[i] ^= 0x10;
		if (opens((struct str){p, bytes.n}, hash))
			fail_msg("opened with a changed byte at %zu", i);
		p[i] ^= 0x10;
	}
	static const size_t cut[] = {0, 1, 100, 4095, 4096, 8192};
	for (size_t i = 0; i < countof(cut); i++) {
		assert_false(opens(str_part(bytes, 0, cut[i]), hash));
		assert_false(opens(str_part(bytes, 0, bytes.n - 1 - cut[i]), hash));
	}
	assert_false(opens(str_fmt(a, STR_FMT "x", STR_ARG(S(""))), hash));
	char *longer = arena_alloc(a, bytes.n + 4096);
	memcpy(longer, bytes.p, bytes.n);
	assert_false(opens((struct str){longer, bytes.n + 4096}, hash));
	struct str other = str_copy(a, hash);
	((char *)(uintptr_t)other.p)[5] ^= 1;
	assert_false(opens(bytes, other));
	assert_false(opens(bytes, S("")));
	assert_false(image_open(a, str_fmt(a, "%s/none", dir), hash, &(struct catalogue *){0}, &(struct search *){0}));
}

// What points out of the image is found, whatever it is.
static void nothing_points_out(void **state)
{
	struct span s;
	assert_true(span_reserve(&s, 0x210000000000ull, 8192));
	void **word = (void **)(void *)s.p;
	word[7] = s.p + 4000;
	word[9] = (void *)(uintptr_t)4000000;
	assert_int_equal(span_points_out(a, s, NULL, 0), -1);
	word[100] = a;
	assert_int_equal(span_points_out(a, s, NULL, 0), 100 * sizeof *word);
	word[100] = (void *)(uintptr_t)"a literal";
	assert_int_equal(span_points_out(a, s, NULL, 0), 100 * sizeof *word);
	const struct span numbers[] = {{s.p, 8}, {s.p + 99 * sizeof *word, 2 * sizeof *word}};
	assert_int_equal(span_points_out(a, s, numbers, 2), -1);
	assert_int_equal(span_points_out(a, s, numbers, 1), 100 * sizeof *word);
	word[100] = NULL;
	word[3] = (void *)(uintptr_t)&state;
	assert_int_equal(span_points_out(a, s, NULL, 0), 3 * sizeof *word);
	struct span taken;
	assert_false(span_reserve(&taken, 0x210000000000ull, 4096));
	span_free(&s);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	folder = argv[1];
	a = arena_new(0);
	const struct CMUnitTest tests[] = {cmocka_unit_test(opens_alike), cmocka_unit_test(damage_is_refused), cmocka_unit_test(nothing_points_out)};
	int rc = cmocka_run_group_tests(tests, keep, NULL);
	unlink(str_z(a, image));
	unlink(str_z(a, str_fmt(a, "%s/other", dir)));
	rmdir(dir);
	arena_free(a);
	return rc;
}
