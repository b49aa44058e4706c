// What the checker says about a version is worked out once, and kept with the version.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/file.h"
#include "both.h"
#include "domain/domain.h"
#include "domain/shelf.h"

struct test { struct place place; struct arena *a; };
#include "placed.h"

static const struct findings *found(struct test *t, struct domain *d, struct catalogue *cat)
{
	const struct findings *f;
	OK(shelf_findings(d, t->a, cat, &f));
	assert_non_null(f);
	return f;
}

static void findings_are_kept_with_the_version(struct test *t)
{
	struct domain *d;
	struct candidate *made;
	struct findings *f = findings_new(t->a, 20);
	bool changed;
	OK(domain_open(t->a, str_of(t->place.dir), &d));
	OK(domain_publish(d, t->a, S("city"), f, &changed));
	struct catalogue *first = domain_catalogue(d);
	struct str at = str_fmt(t->a, "%s/catalogue/" STR_FMT, t->place.dir, STR_ARG(first->hash)), aside = str_fmt(t->a, STR_FMT ".aside", STR_ARG(at));
	const struct findings *was = found(t, d, first);
	assert_int_equal(was->warnings, 0);
	OK(folder_rename(t->a, at, aside));
	assert_ptr_equal(found(t, d, first), was);                         // the files are not asked again
	OK(folder_rename(t->a, aside, at));

	// Another version has its own; the first one keeps what it has, in force again too.
	struct str text, item = S("items/dog_licence.yaml");
	OK(shelf_text(d, t->a, first->hash, item, &text));
	struct shelf_change warn = {.path = item, .text = str_replace(t->a, text, S("originals: 1"), S("originals: 2"))};
	OK(shelf_try(d, t->a, first, &warn, 1, findings_new(t->a, 20), &made));
	OK(shelf_keep(d, t->a, made));
	OK(shelf_enforce(d, t->a, candidate_catalogue(made)->hash));
	struct catalogue *second = domain_catalogue(d);
	assert_string_not_equal(str_z(t->a, second->hash), str_z(t->a, first->hash));
	assert_ptr_not_equal(found(t, d, second), was);
	OK(shelf_enforce(d, t->a, first->hash));
	struct catalogue *again = domain_catalogue(d);
	assert_ptr_equal(found(t, d, again), was);
	candidate_drop(made);
	catalogue_unref(again);
	catalogue_unref(second);
	catalogue_unref(first);
	domain_close(d);
}

int main(void)
{
	static const struct both_test tests[] = {{"findings_are_kept_with_the_version", findings_are_kept_with_the_version}};
	return both_run("findings", tests, countof(tests), run);
}
