// What was explored for one shape of generated process is true of every item of that shape.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "bpmn/sound.h"
#include "domain/flow/model.h"

static struct arena *a;
static struct catalogue *c;

struct seen { struct str shape; size_t elements, findings; };

static struct seen explored(struct str ref)
{
	struct bpmn_model *m;
	struct bpmn_soundness s;
	struct seen x = {0};
	struct str start;
	int process;
	assert_true(flow_model_shape(a, c, ref, &x.shape));
	assert_null(flow_model_make(a, c, ref, &m, &process, &start));
	assert_null(bpmn_sound(a, m, process, 0, &s));
	x.elements = (size_t)bpmn_count(m);
	x.findings = s.n;
	return x;
}

static void one_shape_one_result(void **state)
{
	static struct seen seen[200];
	size_t n = 0, asked = 0;
	for (uint32_t i = 0; i < c->n_items; i++)
		for (int apply = 0; apply < 2; apply++) {
			const struct item *it = c->item[i];
			struct str ref = str_fmt(a, "%s:" STR_FMT, apply ? "apply" : "item", STR_ARG(it->code)), shape;
			if (!flow_model_shape(a, c, ref, &shape)) continue;
			struct seen x = explored(ref);
			size_t k = 0;
			while (k < n && !str_eq(seen[k].shape, x.shape)) k++;
			if (k == n) {
				assert_true(n < countof(seen));
				seen[n++] = x;
			}
			assert_int_equal(seen[k].elements, x.elements);
			assert_int_equal(seen[k].findings, x.findings);
			asked++;
		}
	assert_true(n > 5 && asked > n * 10);          // there are several, and few
}

// What XML cannot hold is made and told of each time.
static void a_name_that_no_xml_holds_has_no_shape(void **state)
{
	struct str shape;
	struct item *it = NULL;
	for (uint32_t i = 0; i < c->n_items && !it; i++)
		if (flow_model_shape(a, c, str_fmt(a, "apply:" STR_FMT, STR_ARG(c->item[i]->code)), &shape)) it = c->item[i];
	assert_non_null(it);
	struct str ref = str_fmt(a, "apply:" STR_FMT, STR_ARG(it->code)), name = it->name.zh;
	static const char *const bad[] = {"a\x01z", "\xEF\xBF\xBF", "\xEF\xBF\xBE", "\x7F\x1F"};
	for (size_t i = 0; i < countof(bad); i++) {
		it->name.zh = str_of(bad[i]);
		assert_false(flow_model_shape(a, c, ref, &shape));
	}
	it->name.zh = S("<>&\" 店招");
	assert_true(flow_model_shape(a, c, ref, &shape));
	it->name.zh = name;
	assert_false(flow_model_shape(a, c, S("apply:no_such_item"), &shape));
	for (uint32_t i = 0; i < c->n_bundles; i++)
		assert_false(flow_model_shape(a, c, str_fmt(a, "apply:" STR_FMT, STR_ARG(c->bundle[i].code)), &shape));
}

int main(int argc, char **argv)
{
	CHECK(argc == 2);
	a = arena_new(0);
	struct findings *f = findings_new(a, 5);
	CHECK(!catalogue_load(str_of(argv[1]), f, &c) && !f->errors);
	const struct CMUnitTest tests[] = {cmocka_unit_test(one_shape_one_result), cmocka_unit_test(a_name_that_no_xml_holds_has_no_shape)};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);
	catalogue_unref(c);
	arena_free(a);
	return rc;
}
