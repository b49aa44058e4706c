// Versions: tried, kept whole, put in force and taken back; with their compiled form, without it, and with a damaged one.
#include <fcntl.h>
#include <sys/stat.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/file.h"
#include "base/seam.h"
#include "domain/calendar/folder.h"
#include "domain/catalogue/search.h"
#include "domain/domain.h"
#include "domain/shelf.h"

static struct arena *a;
static const char *folder;
static char dir[] = "/tmp/tongban-shelf.XXXXXX";

static struct str in_force(struct domain *d)
{
	struct catalogue *c = domain_catalogue(d);
	struct str hash = c ? str_copy(a, c->hash) : S("");
	catalogue_unref(c);
	return hash;
}

static struct str now_whole(struct str city)
{
	struct folder_file *file;
	uint32_t n;
	assert_null(folder_read(a, city, catalogue_suffix, &file, &n));
	return folder_hash(a, file, n);
}

static struct domain *opened(bool city)
{
	struct domain *d;
	bool changed;
	struct findings *f = findings_new(a, 20);
	assert_null(domain_open(a, str_of(dir), &d));
	assert_null(city ? domain_publish(d, a, str_of(folder), f, &changed) : domain_resume(d, a));
	return d;
}

static struct str compiled_file(struct str hash)
{
	return str_fmt(a, "%s/compiled/" STR_FMT, dir, STR_ARG(hash));
}

// The base with another summary of its first item.
static struct candidate *changed_item(struct domain *d, struct str to, struct str *path)
{
	struct catalogue *now = domain_catalogue(d), *base;
	struct candidate *c;
	struct str text, name = now->item[0]->name.zh;
	struct findings *f = findings_new(a, 20);
	*path = str_copy(a, now->item[0]->at.file);
	assert_null(shelf_text(d, a, now->hash, *path, &text));
	assert_true(str_find(text, name) >= 0);
	struct shelf_change *change = arena_new1(a, struct shelf_change);
	*change = (struct shelf_change){.path = *path, .text = str_replace(a, text, name, to)};
	assert_null(domain_catalogue_version(d, a, now->hash, &base));
	assert_null(shelf_try(d, a, base, change, 1, f, &c));
	assert_int_equal(f->errors, 0);
	catalogue_unref(now);
	return c;
}

static bool finds(struct domain *d, const char *what)
{
	struct catalogue *c = domain_catalogue(d);
	struct search_result r;
	search_run(domain_search(d, c), a, str_of(what), 5, &r);
	catalogue_unref(c);
	return r.n > 0 && r.hit[0].why == WHY_NAME;
}

static void tried_kept_enforced_taken_back(void **state)
{
	struct domain *d = opened(true);
	struct str first = in_force(d), path, text, same;
	assert_true(file_exists(a, compiled_file(first)));
	struct candidate *c = changed_item(d, S("试改名称登记"), &path);
	struct str second = str_copy(a, candidate_catalogue(c)->hash);
	assert_false(str_eq(first, second));
	assert_true(str_eq(in_force(d), first));                        // tried is not in force
	struct catalogue *reader = domain_catalogue(d);
	assert_null(shelf_keep(d, a, c));
	assert_null(shelf_keep(d, a, c));                               // again: it is there
	candidate_drop(c);
	assert_null(shelf_text(d, a, second, path, &text));
	assert_true(str_find(text, S("试改名称登记")) >= 0);
	assert_null(shelf_text(d, a, second, S("city.yaml"), &text));
	assert_null(shelf_text(d, a, first, S("city.yaml"), &same));
	assert_true(str_eq(text, same));
	assert_null(shelf_enforce(d, a, second));
	assert_true(str_eq(in_force(d), second));
	assert_true(finds(d, "试改名称登记"));
	assert_true(str_eq(reader->hash, first));                       // who began with the first version keeps it
	assert_true(reader->item[0]->name.zh.n > 0);
	catalogue_unref(reader);
	assert_null(shelf_enforce(d, a, first));
	assert_true(str_eq(in_force(d), first));
	assert_false(finds(d, "试改名称登记"));
	assert_null(shelf_enforce(d, a, second));
	domain_close(d);
	d = opened(false);
	assert_true(str_eq(in_force(d), second));
	assert_true(finds(d, "试改名称登记"));
	domain_close(d);
	// Without the compiled form, and with one that was cut: the same from the files.
	file_remove(a, compiled_file(first));
	d = opened(false);
	assert_true(str_eq(in_force(d), second));
	assert_true(finds(d, "试改名称登记"));
	assert_true(file_exists(a, compiled_file(first)));              // made again: what the second stands on
	domain_close(d);
	assert_null(file_write(a, compiled_file(first), S("half"), false));
	d = opened(false);
	assert_true(finds(d, "试改名称登记"));
	domain_close(d);
	// A pack that is not what it was: refused, and the version is not there.
	struct str pack = str_fmt(a, "%s/catalogue/" STR_FMT ".over", dir, STR_ARG(second)), bytes;
	assert_null(file_read(a, pack, 1 << 20, &bytes));
	assert_null(file_write(a, pack, str_part(bytes, 0, bytes.n - 10), false));
	assert_null(domain_open(a, str_of(dir), &d));
	assert_non_null(domain_resume(d, a));
	domain_close(d);
	assert_null(file_write(a, pack, str_replace(a, bytes, S("试改名称"), S("偷改名称")), false));
	assert_null(domain_open(a, str_of(dir), &d));
	assert_non_null(domain_resume(d, a));
	domain_close(d);
	assert_null(file_write(a, pack, bytes, false));
}

static void half_written_is_not_there(void **state)
{
	struct domain *d = opened(false);
	struct str before = in_force(d), path, text;
	struct candidate *c = changed_item(d, S("写到一半登记"), &path);
	struct str hash = str_copy(a, candidate_catalogue(c)->hash);
	static const char *const point[] = {"file.write", "file.sync"};
	for (size_t i = 0; i < countof(point); i++) {
		seam_fault_set(point[i], 1);
		struct err *e = shelf_keep(d, a, c);
		seam_fault_set(point[i], 0);
		assert_non_null(e);
		assert_non_null(shelf_text(d, a, hash, path, &text));
		assert_non_null(shelf_enforce(d, a, hash));
		assert_true(str_eq(in_force(d), before));
	}
	assert_null(shelf_keep(d, a, c));
	candidate_drop(c);
	assert_null(shelf_enforce(d, a, hash));
	assert_true(str_eq(in_force(d), hash));
	domain_close(d);
}

// A start with a city's folder reads only what is not known to be as it was; an edit that hides its date and size is seen.
static void a_hidden_edit_is_seen(void **state)
{
	struct str city = str_fmt(a, "%s/city", dir), file = str_fmt(a, STR_FMT "/items/filing.yaml", STR_ARG(city)), digests = str_fmt(a, "%s/digests", dir), text, known;
	struct domain *d;
	struct stat st;
	bool changed;
	assert_null(folder_copy(a, str_of(folder), city));
	assert_null(domain_open(a, str_of(dir), &d));
	assert_null(domain_publish(d, a, city, findings_new(a, 20), &changed));
	assert_true(str_eq(in_force(d), now_whole(city)));
	assert_null(file_read(a, digests, 1 << 20, &known));
	assert_true(str_find(known, S("items/filing.yaml")) > 0);
	// As if they had been written down long after the files: now they are believed.
	const struct timespec later[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = (time_t)(seam_now_ms() / 1000) + 3600}};
	assert_int_equal(utimensat(AT_FDCWD, str_z(a, digests), later, 0), 0);
	assert_null(file_read(a, file, 1 << 20, &text));
	assert_int_equal(stat(str_z(a, file), &st), 0);
	FILE *f = fopen(str_z(a, file), "r+");
	assert_non_null(f);
	text = str_replace(a, text, S("version: \"1\""), S("version: \"2\""));
	assert_int_equal(fwrite(text.p, 1, text.n, f), text.n);
	fclose(f);
	const struct timespec was[2] = {st.st_atim, st.st_mtim};
	assert_int_equal(utimensat(AT_FDCWD, str_z(a, file), was, 0), 0);
	assert_null(domain_publish(d, a, city, findings_new(a, 20), &changed));
	assert_true(changed);
	assert_true(str_eq(in_force(d), now_whole(city)));
	struct str is = in_force(d);
	static const char *const bad[] = {"", "tongban digests 1\nzz\n", "tongban digests 1\n00 1 2 3 4 5 items/filing.yaml\n"};
	for (size_t i = 0; i < countof(bad); i++) {
		assert_null(file_write(a, digests, str_of(bad[i]), false));
		assert_null(domain_publish(d, a, city, findings_new(a, 20), &changed));
		assert_false(changed);
		assert_true(str_eq(in_force(d), is));
	}
	domain_close(d);
}

static void only_the_newest_compiled_forms_stay(void **state)
{
	struct str at = str_fmt(a, "%s/newest", dir);
	assert_null(folder_make(a, at));
	for (int i = 0; i < 9; i++) {                   // a file system's clock is too coarse to tell them apart
		struct str file = str_fmt(a, STR_FMT "/%d", STR_ARG(at), i);
		const struct timespec at_s[2] = {{.tv_sec = 1000 + i}, {.tv_sec = 1000 + i}};
		assert_null(file_write(a, file, S("x"), false));
		assert_int_equal(utimensat(AT_FDCWD, str_z(a, file), at_s, 0), 0);
	}
	folder_keep_newest(a, at, 3);
	int left = 0;
	for (int i = 0; i < 9; i++)
		left += file_exists(a, str_fmt(a, STR_FMT "/%d", STR_ARG(at), i));
	assert_int_equal(left, 3);
	assert_true(file_exists(a, str_fmt(a, STR_FMT "/8", STR_ARG(at))));
}

int main(int argc, char **argv)
{
	if (argc != 2 || !mkdtemp(dir))
		return 2;
	folder = argv[1];
	a = arena_new(0);
	const struct CMUnitTest tests[] = {cmocka_unit_test(tried_kept_enforced_taken_back), cmocka_unit_test(half_written_is_not_there), cmocka_unit_test(a_hidden_edit_is_seen),
		cmocka_unit_test(only_the_newest_compiled_forms_stay)};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);
	if (system(str_z(a, str_fmt(a, "rm -r %s", dir))))
		rc = 1;
	arena_free(a);
	return rc;
}
