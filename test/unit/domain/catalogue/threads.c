// A city compiled by several threads is the city compiled by one: findings, hash, rows to the last byte.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/file.h"
#include "base/seam.h"
#include "base/spread.h"
#include "domain/calendar/folder.h"
#include "domain/catalogue/image.h"
#include "domain/catalogue/search.h"

static struct arena *a;
static const char *folder;
static char dir[] = "/tmp/tongban-threads.XXXXXX";

static struct str said(const struct findings *f)
{
	struct buf b = buf_new(a);
	json_print(&b, findings_json(a, f));
	buf_fmt(&b, " %zu", f->n);
	return buf_str(&b);
}

// What a compile leaves: findings, hash, and the compiled form as it is written (where a range of addresses is to be had).
static void compile(uint32_t workers, struct str *findings, struct str *hash, struct str *bytes)
{
	struct findings *f = findings_new(a, 100);
	struct catalogue *c;
	spread_workers(workers);
	assert_null(catalogue_compile_folder(str_of(folder), true, f, &c));
	struct search *s = search_new(c);
	catalogue_findings_keep(c, f);
	*findings = said(f);
	*hash = str_copy(a, c->hash);
	struct str path = str_fmt(a, "%s/%u", dir, workers);
	*bytes = S("");
	if (c->image) {
		assert_true(image_keep(a, c, s, path));
		assert_null(file_read(a, path, 1 << 30, bytes));
		unlink(str_z(a, path));
	}
	search_free(s);
	catalogue_unref(c);
}

static void makes_the_same_of_a_folder(void **state)
{
	struct str findings[4], hash[4], bytes[4];
	static const uint32_t workers[] = {1, 2, 3, SPREAD_MOST};
	assert_non_null(mkdtemp(dir));
	for (size_t i = 0; i < countof(workers); i++) {
		compile(workers[i], &findings[i], &hash[i], &bytes[i]);
		assert_true(str_eq(findings[0], findings[i]));
		assert_true(str_eq(hash[0], hash[i]));
		assert_int_equal(bytes[0].n, bytes[i].n);
		assert_true(str_eq(bytes[0], bytes[i]));
	}
	rmdir(dir);
}

// Files cut, emptied and mixed up: more findings than are kept of a rule.
static void says_the_same_of_what_is_wrong(void **state)
{
	struct folder_file *file;
	uint32_t n;
	assert_null(folder_read(a, str_of(folder), catalogue_suffix, &file, &n));
	for (uint32_t i = 0; i < n; i++)
		if (i % 5 == 1)
			file[i].text.n -= file[i].text.n / 3;
		else if (i % 7 == 2)
			file[i].text = str_replace(a, file[i].text, S("code:"), S("kode:"));
		else if (i % 11 == 3)
			file[i].text = str_replace(a, file[i].text, S("zh:"), S("zh: &anchor"));
		else if (i % 13 == 4)
			file[i].text = file[i - 1].text;
	struct str one = {0};
	for (uint32_t workers = 1; workers <= 4; workers++) {
		struct findings *f = findings_new(a, 20);
		spread_workers(workers);
		struct catalogue *c = catalogue_of_files(file, n, f);
		assert_true(f->errors > 100);
		if (workers == 1)
			one = said(f);
		assert_true(str_eq(one, said(f)));
		catalogue_unref(c);
	}
}

static void tells_a_file_that_cannot_be_read(void **state)
{
	struct catalogue *c = NULL;
	struct err *e = catalogue_load(S("/nowhere/at/all"), findings_new(a, 5), &c);
	assert_non_null(e);
	assert_null(c);
	seam_fault_set("folder.read", 7);
	e = catalogue_load(str_of(folder), findings_new(a, 5), &c);
	seam_fault_set("folder.read", 0);
	assert_non_null(e);
	assert_int_equal(e->code, E_IO);
	assert_true(str_find(e->arg[0], S(".")) > 0);          // the file
	assert_null(c);
}

int main(int argc, char **argv)
{
	CHECK(argc == 2);
	folder = argv[1];
	a = arena_new(0);
	const struct CMUnitTest tests[] = {cmocka_unit_test(makes_the_same_of_a_folder), cmocka_unit_test(says_the_same_of_what_is_wrong),
		cmocka_unit_test(tells_a_file_that_cannot_be_read)};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(a);
	return rc;
}
