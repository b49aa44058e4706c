// What a new version changes, told from the tiny city and one edit of it at a time.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "domain/calendar/folder.h"
#include "domain/catalogue/diff.h"

static const char *base, *city;
static const char *const suffix[] = {".yaml", ".csv", ".bpmn", NULL};

// The base with `from` in `path` replaced by `to`.
static struct catalogue *load(struct arena *a, const char *path, const char *from, const char *to)
{
	struct folder_file *file;
	uint32_t n;
	assert_null(folder_read(a, str_of(base), suffix, &file, &n));
	for (uint32_t i = 0; path && i < n; i++)
		if (str_eq(file[i].path, str_of(path))) {
			assert_true(str_find(file[i].text, str_of(from)) >= 0);
			file[i].text = str_replace(a, file[i].text, str_of(from), str_of(to));
		}
	struct findings *f = findings_new(a, 0);
	struct catalogue *c = catalogue_of_files(file, n, f);
	assert_int_equal(f->per_rule[RULE_unknown_reference] + f->per_rule[RULE_bad_file], 0);   // whole, if not publishable
	return c;
}

static struct str told(struct arena *a, const char *path, const char *from, const char *to, struct diff *d)
{
	struct catalogue *old = load(a, NULL, NULL, NULL), *new = load(a, path, from, to);
	struct buf b = buf_new(a);
	catalogue_diff(a, old, new, d);
	diff_print(&b, d, true);
	assert_int_equal(json_count(json_get(diff_json(a, d), S("applicants"))), d->per[DIFF_APPLICANTS]);
	struct str text = buf_str(&b);
	catalogue_unref(old);
	catalogue_unref(new);
	return text;
}

#define HAS(text, part) assert_true(str_find(text, S(part)) >= 0)

static void the_same_changes_nothing(void **state)
{
	struct arena *a = arena_new(0);
	struct diff d;
	HAS(told(a, NULL, NULL, NULL, &d), "Nothing changes.");
	assert_int_equal(d.n, 0);
	arena_free(a);
}

static void a_shorter_promise(void **state)
{
	struct arena *a = arena_new(0);
	struct diff d;
	struct str t = told(a, "items/transfer.yaml", "promised: {n: 3,", "promised: {n: 4,", &d);
	HAS(t, "- Transfer [transfer]: promise: 3 working days becomes 4 working days");
	HAS(t, "accepted cases keep their promise of 3 working days");
	assert_int_equal(d.per[DIFF_RUNNING], 1);
	t = told(a, "items/transfer.yaml", "statutory: {n: 30,", "statutory: {n: 20,", &d);
	HAS(t, "For offices");
	HAS(t, "statutory limit: 30 working days becomes 20 working days");
	assert_int_equal(d.per[DIFF_APPLICANTS], 0);
	arena_free(a);
}

static void papers_and_fields(void **state)
{
	struct arena *a = arena_new(0);
	struct diff d;
	struct str t = told(a, "items/transfer.yaml", "  - {material: filing, subject: house, copies: 1}\n", "", &d);
	HAS(t, "+ Transfer [transfer]: no longer needed:");
	t = told(a, "items/transfer.yaml", "  - {subject: house, element: area}\n", "  - {subject: house, element: area}\n  - {subject: house, element: use}\n", &d);
	HAS(t, "- Transfer [transfer]: the form also asks");
	t = told(a, "items/transfer.yaml", "  - {subject: house, element: area}\n", "  - {subject: house, element: area, required: false}\n", &d);
	HAS(t, "+ Transfer [transfer]: is now optional:");
	arena_free(a);
}

// Two charges of one name, as a tax of two situations: neither is taken for the other.
static void two_charges_of_one_name(void **state)
{
	struct arena *a = arena_new(0);
	struct diff d;
	const char *one = "fees:\n", *two = "fees:\n  - {name: {zh: 登记费, en: Fee}, standard: {zh: 另一种, en: Another}, amount: '5.00'}\n",
		*dearer = "fees:\n  - {name: {zh: 登记费, en: Fee}, standard: {zh: 另一种, en: Another}, amount: '6.00'}\n";
	struct catalogue *old = load(a, "items/transfer.yaml", one, two), *same = load(a, "items/transfer.yaml", one, two),
		*new = load(a, "items/transfer.yaml", one, dearer);
	catalogue_diff(a, old, same, &d);
	assert_int_equal(d.n, 0);
	catalogue_diff(a, old, new, &d);
	assert_int_equal(d.per[DIFF_APPLICANTS], 1);
	catalogue_unref(old);
	catalogue_unref(same);
	catalogue_unref(new);
	arena_free(a);
}

static void steps_conditions_and_office(void **state)
{
	struct arena *a = arena_new(0);
	struct diff d;
	struct str t = told(a, "items/transfer.yaml", "  - {kind: review, role: approver, limit: {n: 2, unit: working_day}}\n", "", &d);
	HAS(t, "the steps are now: Acceptance, Decision, Certificate");
	HAS(t, "cases under way go through the old steps to the end");
	t = told(a, "items/filing.yaml", "{zh: 有证, en: Has a certificate}", "{zh: 无争议, en: No dispute}", &d);
	HAS(t, "- Filing [filing]: new condition: “No dispute”");
	HAS(t, "+ Filing [filing]: condition dropped: “Has a certificate”");
	arena_free(a);
}

static void comes_and_goes(void **state)
{
	struct arena *a = arena_new(0);
	struct diff d;
	struct catalogue *all = load(a, NULL, NULL, NULL), *less;
	struct folder_file *file;
	uint32_t n, k = 0;
	assert_null(folder_read(a, str_of(base), suffix, &file, &n));
	for (uint32_t i = 0; i < n; i++)
		if (!str_starts(file[i].path, S("bundles/")))
			file[k++] = file[i];
	struct findings *f = findings_new(a, 0);
	less = catalogue_of_files(file, k, f);
	struct buf b = buf_new(a);
	catalogue_diff(a, all, less, &d);
	diff_print(&b, &d, true);
	HAS(buf_str(&b), "is no longer offered as a bundle");
	HAS(buf_str(&b), "cases under way end by the version they began with");
	catalogue_diff(a, less, all, &d);
	b = buf_new(a);
	diff_print(&b, &d, false);
	HAS(buf_str(&b), "新的一件事");
	assert_int_equal(d.per[DIFF_RUNNING], 0);
	catalogue_unref(all);
	catalogue_unref(less);
	arena_free(a);
}

static void delivery_and_dates(void **state)
{
	struct arena *a = arena_new(0);
	struct diff d;
	struct str t = told(a, "items/transfer.yaml", "deliver: [mail, online]\n", "deliver: [window, online]\n", &d);
	HAS(t, "+ Transfer [transfer]: the result can be collected at the window");
	HAS(t, "- Transfer [transfer]: the result is no longer sent by mail");
	t = told(a, "items/transfer.yaml", "deliver: [mail, online]\n", "deliver: [mail, online]\nfrom: 2026-03-01\nuntil: 2026-12-31\n", &d);
	HAS(t, "in force from 2026-03-01 until 2026-12-31");
	t = told(a, "items/transfer.yaml", "deliver: [mail, online]\n", "deliver: [mail, online]\nfrom: 2026-03-01\n", &d);
	HAS(t, "in force from 2026-03-01 until further notice");
	arena_free(a);
}

// The demonstration city: what decides at once, whom it asks, how much of it is looked at again.
static void decided_at_once(void **state)
{
	struct arena *a = arena_new(0);
	struct diff d;
	const char *tiny = base, *path = "items/longevity_first.yaml",
		*asks = "  sources:\n    - {source: population, subject: elder, facts: [address, birth_date], proves: household_register}\n";
	base = city;
	struct str t = told(a, path, asks, "", &d);
	HAS(t, "no longer asked before the decision: “Household population register (Elderly person): Registered address, Date of birth”");
	HAS(t, "- Longevity allowance: first payment check [longevity_first]: must now be handed in: “Household register”");
	t = told(a, path, "facts: [address, birth_date]", "facts: [birth_date]", &d);
	HAS(t, "asked of the office that keeps the record, before the decision: “Household population register (Elderly person): Date of birth”");
	t = told(a, path, "sample_percent: 10", "sample_percent: 25", &d);
	HAS(t, "share looked at afterwards: 10 % becomes 25 %");
	assert_int_equal(d.per[DIFF_APPLICANTS], 0);
	base = tiny;
	arena_free(a);
}

int main(int argc, char **argv)
{
	base = argv[1];
	city = argv[2];
	const struct CMUnitTest tests[] = {cmocka_unit_test(the_same_changes_nothing), cmocka_unit_test(a_shorter_promise),
		cmocka_unit_test(papers_and_fields), cmocka_unit_test(two_charges_of_one_name), cmocka_unit_test(steps_conditions_and_office), cmocka_unit_test(comes_and_goes),
		cmocka_unit_test(delivery_and_dates), cmocka_unit_test(decided_at_once)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
