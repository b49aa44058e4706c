// The real estate window 不动产一窗: its questions are a tree, and every leaf of it is a list one can work by.
//
// The tree is walked as an applicant does, by answering the question that is open with each of its options.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "domain/catalogue/catalogue.h"

enum { LEAVES = 500, DEPTH = 12 };

static struct arena *a;
static struct catalogue *c;
static struct str leaf[LEAVES];                      // what each leaf lists, in words: no two alike
static unsigned n_leaves;

static struct str answers_text(const struct json *answers)
{
	struct buf b = buf_new(a);
	json_print(&b, answers);
	return buf_str(&b);
}

// What the answers lead to. Two leaves that list the same would mean that a question was asked in vain.
static void check_leaf(const struct json *answers, const struct guide *g)
{
	struct buf b = buf_new(a);
	unsigned registrations = 0, papers = 0, rows = 0;
	for (uint32_t i = 0; i < g->n_items; i++) {
		const struct item *it = g->item[i].item;
		assert_int_equal(g->item[i].in, TRUTH_TRUE);         // nothing is left open at a leaf
		registrations += str_is(it->office->code, "resources") && !str_is(it->code, "mortgage_set");
		rows++;
		buf_fmt(&b, STR_FMT " ", STR_ARG(it->code));
	}
	for (uint32_t i = 0; i < g->n_needs; i++) {
		assert_int_equal(g->need[i].in, TRUTH_TRUE);
		papers += g->need[i].need == MAT_REQUIRED;
		buf_fmt(&b, STR_FMT " ", STR_ARG(g->need[i].key));
	}
	for (uint32_t i = 0; i < g->n_fees; i++) {
		if (g->fee[i].in == TRUTH_FALSE)
			continue;
		assert_int_equal(g->fee[i].in, TRUTH_TRUE);
		struct str words = words_in(g->fee[i].rule->name, false);
		buf_fmt(&b, STR_FMT " " STR_FMT " ", STR_ARG(words), STR_ARG(g->fee[i].rule->table));
	}
	// The tax of a home depends on how many there are: the answer decides the rate, once the price is known.
	struct str homes = json_text(json_get(answers, S("buyer_homes")));
	buf_add(&b, homes);
	if (!rows || papers < 2 || registrations > 1 || (!registrations && rows != 1) || g->promised.n < 1 || n_leaves >= LEAVES) {
		struct str t = answers_text(answers);
		fail_msg("the leaf " STR_FMT " lists " STR_FMT, STR_ARG(t), STR_ARG(buf_str(&b)));
	}
	for (unsigned i = 0; i < n_leaves; i++)
		if (str_eq(leaf[i], buf_str(&b))) {
			struct str t = answers_text(answers);
			fail_msg("the leaf " STR_FMT " lists what another one lists: " STR_FMT, STR_ARG(t), STR_ARG(leaf[i]));
		}
	leaf[n_leaves++] = buf_str(&b);
}

static void walk(struct matter m, const struct json *answers, int depth)
{
	struct guide g;
	assert_true(depth < DEPTH);
	assert_null(guide(a, c, m, answers, &g));
	if (!g.n_open) {
		check_leaf(answers, &g);
		return;
	}
	const struct question *q = g.question[g.first_open].question;
	for (uint32_t i = 0; i < q->n_options; i++) {
		struct json *more = json_copy(a, answers);
		json_put(a, more, q->code, json_str(a, q->option[i].code));
		walk(m, more, depth + 1);
	}
}

static void the_window_has_sixty_leaves_and_more(void **state)
{
	struct matter m = catalogue_matter(c, S("realty_window"));
	assert_non_null(m.bundle);
	walk(m, json_obj(a), 0);
	print_message("%u leaves\n", n_leaves);
	assert_true(n_leaves >= 60);
}

int main(int argc, char **argv)
{
	a = arena_new(0);
	struct findings *f = findings_new(a, 0);
	if (argc < 2 || catalogue_load(str_of(argv[1]), f, &c))
		return 1;
	const struct CMUnitTest tests[] = {cmocka_unit_test(the_window_has_sixty_leaves_and_more)};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	catalogue_unref(c);
	arena_free(a);
	return failed;
}
