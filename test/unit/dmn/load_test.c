// Loading: what a model has, every edition's namespace, every mistake by its name, every budget.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <pthread.h>
#include "cli/dmn_file.h"
#include "dmn/dmn.h"
#include "dmn/table.h"

#define DATA DMN_DATA "/"
#define HEAD "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" name=\"m\" namespace=\"urn:m\">"

static struct dmn_text text_of(struct arena *a, struct buf *b) { return (struct dmn_text){S("test.dmn"), buf_str(b)}; }

static void mistakes_have_names(void **state)
{
	static const struct { const char *file; enum err_code code; bool refused; uint32_t line; } CASE[] = {
		{"bytes-not-utf8", E_UTF8, true, 1}, {"not-dmn", E_DMN_NAMESPACE, true, 2}, {"not-xml", E_XML, true, 1},
		{"doctype", E_NOT_ALLOWED_HERE, true, 1}, {"decision-requires-itself", E_DMN_CYCLE, true, 3},
		{"knowledge-requires-itself", E_DMN_CYCLE, true, 3}, {"type-contains-itself", E_DMN_CYCLE, false, 3},
		{"type-unknown", E_DMN_TYPE, false, 3}, {"reference-to-nothing", E_DMN_REFERENCE, false, 4},
		{"reference-to-wrong-kind", E_DMN_REFERENCE, false, 4}, {"import-missing", E_DMN_IMPORT, false, 3},
		{"import-of-other-kind", E_UNSUPPORTED, false, 3}, {"expression-broken", E_FEEL_END, false, 4},
		{"name-unknown", E_DMN_NAME, false, 4}, {"hit-policy-unknown", E_DMN_HIT_POLICY, false, 5},
		{"rule-lacks-cell", E_DMN_COLUMNS, false, 8}, {"priority-without-order", E_DMN_ORDER, false, 5},
		{"sum-of-two-outputs", E_DMN_ONE_OUTPUT, false, 5}, {"output-without-name", E_DMN_OUTPUT_NAME, false, 5},
		{"table-without-output", E_DMN_MISSING, false, 4}, {"same-name-twice", E_DUPLICATE_KEY, false, 4},
		{"same-id-twice", E_DUPLICATE_KEY, false, 4}, {"entry-twice", E_DUPLICATE_KEY, false, 4},
		{"row-too-short", E_DMN_ROW, false, 4}, {"function-of-java", E_UNSUPPORTED, false, 3},
		{"iterator-without-variable", E_DMN_MISSING, false, 4}, {"service-without-output", E_DMN_MISSING, false, 3},
		{"other-language", E_UNSUPPORTED, false, 4},
	};
	for (size_t i = 0; i < countof(CASE); i++) {
		struct arena *a = arena_new(0);
		char path[512];
		struct dmn_model *m = NULL;
		snprintf(path, sizeof path, DATA "bad/%s.dmn", CASE[i].file);
		const struct err *e = dmn_file_load(a, path, &m);
		if ((e != NULL) != CASE[i].refused) fail_msg("%s: refused %d", CASE[i].file, e != NULL);
		if (!e) e = dmn_problems(m);
		if (!e || e->code != CASE[i].code || e->line != CASE[i].line)
			fail_msg("%s: found %s, line %u", CASE[i].file, e ? err_name(e->code) : "nothing", e ? e->line : 0);
		assert_true(str_ends(e->file, S(".dmn")));
		arena_free(a);
	}
}

static const char *const NS[] = {
	"https://www.omg.org/spec/DMN/20230324/MODEL/", "https://www.omg.org/spec/DMN/20211108/MODEL/",
	"https://www.omg.org/spec/DMN/20191111/MODEL/", "http://www.omg.org/spec/DMN/20180521/MODEL/",
	"http://www.omg.org/spec/DMN/20151101/dmn.xsd",
};

static void every_edition_is_read(void **state)
{
	for (size_t i = 0; i < countof(NS); i++) {
		struct arena *a = arena_new(0);
		struct dmn_model *m;
		struct dmn_result r;
		struct buf b = buf_new(a);
		buf_fmt(&b, "<d:definitions xmlns:d=\"%s\" name=\"m\" namespace=\"urn:m\"><d:inputData id=\"i\" name=\"x\">"
			"<d:variable name=\"x\" typeRef=\"feel:number\"/></d:inputData><d:decision id=\"d\" name=\"twice\"><d:variable name=\"twice\"/>"
			"<d:informationRequirement><d:requiredInput href=\"#i\"/></d:informationRequirement>"
			"<d:literalExpression><d:text>2 * x</d:text></d:literalExpression></d:decision>"
			"<di:DMNDI xmlns:di=\"urn:di\"><di:Shape ref=\"d\"/></di:DMNDI></d:definitions>", NS[i]);
		assert_null(dmn_load(a, text_of(a, &b), NULL, NULL, &m));
		assert_null(dmn_problems(m));
		assert_int_equal(dmn_items(m), 2);
		assert_true(str_find(dmn_layout(m), S("Shape")) >= 0);
		const struct dmn_item *d = dmn_find(m, DMN_DECISION, S("twice")), **in;
		assert_non_null(d);
		assert_null(dmn_find(m, DMN_INPUT, S("twice")));
		assert_int_equal(dmn_inputs(m, d, a, &in), 1);
		assert_true(str_is(in[0]->name, "x"));
		struct feel_context *c = feel_context_new(a, 1);
		feel_context_put(a, c, S("x"), feel_int(21));
		dmn_eval(m, d, c, &(struct dmn_env){0}, a, &r);
		assert_true(feel_equal(r.value, feel_int(42)) == FEEL_TRUE);
		assert_null(r.diag);
		arena_free(a);
	}
}

static void a_diagnostic_names_its_place(void **state)
{
	struct arena *a = arena_new(0);
	struct dmn_model *m;
	struct dmn_result r;
	assert_null(dmn_file_load(a, DATA "good/boxed/boxed.dmn", &m));
	struct feel_context *c = feel_context_new(a, 1);
	feel_context_put(a, c, S("n"), feel_int(1));
	dmn_eval(m, dmn_find(m, DMN_DECISION, S("context")), c, &(struct dmn_env){0}, a, &r);
	assert_non_null(r.diag);
	assert_true(str_is(r.diag->item->name, "context"));
	assert_true(str_find(r.diag->element, S("column c")) >= 0);
	assert_int_equal(r.diag->line, 8);
	assert_true(r.diag->text.n > 0);
	assert_null(r.stop);
	arena_free(a);
}

// ---- bombs ----------------------------------------------------------------------------------

static void refused(struct buf *b, struct arena *a, enum err_code code)
{
	struct dmn_model *m = NULL;
	struct err *e = dmn_load(a, text_of(a, b), NULL, NULL, &m);
	assert_non_null(e);
	assert_int_equal(e->code, code);
}

static void chain_of_2000_knowledge_models(void **state)
{
	struct arena *a = arena_new(0);
	struct buf b = buf_new(a);
	buf_lit(&b, HEAD);
	for (int i = 0; i < 2000; i++)
		buf_fmt(&b, "<businessKnowledgeModel id=\"b%d\" name=\"b%d\"><encapsulatedLogic><formalParameter name=\"x\"/><literalExpression><text>%s</text>"
			"</literalExpression></encapsulatedLogic>%s</businessKnowledgeModel>", i, i, "1", i == 1999 ? "" : "");
	size_t plain = b.n;
	buf_lit(&b, "</definitions>");
	struct dmn_model *m;
	assert_null(dmn_load(a, text_of(a, &b), NULL, NULL, &m));    // 2,000 side by side are fine
	assert_int_equal(dmn_items(m), 2000);
	b.n = plain;
	b = buf_new(a);
	buf_lit(&b, HEAD);
	for (int i = 0; i < 2000; i++)
		buf_fmt(&b, "<businessKnowledgeModel id=\"b%d\" name=\"b%d\"><encapsulatedLogic><formalParameter name=\"x\"/><literalExpression><text>b%d(x)</text>"
			"</literalExpression></encapsulatedLogic><knowledgeRequirement><requiredKnowledge href=\"#b%d\"/></knowledgeRequirement>"
			"</businessKnowledgeModel>", i, i, i + 1, i + 1);
	buf_lit(&b, "<businessKnowledgeModel id=\"b2000\" name=\"b2000\"><encapsulatedLogic><formalParameter name=\"x\"/><literalExpression><text>x</text>"
		"</literalExpression></encapsulatedLogic></businessKnowledgeModel></definitions>");
	refused(&b, a, E_BUDGET);
	arena_free(a);
}

static void chain_of_250_decisions_is_decided(void **state)
{
	struct arena *a = arena_new(0);
	struct buf b = buf_new(a);
	struct dmn_model *m;
	struct dmn_result r;
	buf_lit(&b, HEAD "<decision id=\"d0\" name=\"d0\"><literalExpression><text>1</text></literalExpression></decision>");
	for (int i = 1; i < 250; i++)
		buf_fmt(&b, "<decision id=\"d%d\" name=\"d%d\"><informationRequirement><requiredDecision href=\"#d%d\"/></informationRequirement>"
			"<literalExpression><text>d%d + 1</text></literalExpression></decision>", i, i, i - 1, i - 1);
	buf_lit(&b, "</definitions>");
	assert_null(dmn_load(a, text_of(a, &b), NULL, NULL, &m));
	dmn_eval(m, dmn_find(m, DMN_DECISION, S("d249")), NULL, &(struct dmn_env){0}, a, &r);
	assert_true(feel_equal(r.value, feel_int(250)) == FEEL_TRUE);
	arena_free(a);
}

static void elements_nested_without_end(void **state)
{
	struct arena *a = arena_new(0);
	struct buf b = buf_new(a);
	buf_lit(&b, HEAD "<decision name=\"d\">");
	for (int i = 0; i < 5000; i++) buf_lit(&b, "<list>");
	for (int i = 0; i < 5000; i++) buf_lit(&b, "</list>");
	buf_lit(&b, "</decision></definitions>");
	refused(&b, a, E_TOO_DEEP);
	arena_free(a);
}

// Evaluating must stop by itself: null, and the budget named.
static void stops(const char *body)
{
	struct arena *a = arena_new(0);
	struct buf b = buf_new(a);
	struct dmn_model *m;
	struct dmn_result r;
	buf_lit(&b, HEAD "<decision id=\"d\" name=\"d\">");
	buf_add(&b, str_of(body));
	buf_lit(&b, "</decision></definitions>");
	assert_null(dmn_load(a, text_of(a, &b), NULL, NULL, &m));
	assert_null(dmn_problems(m));
	dmn_eval(m, dmn_find(m, DMN_DECISION, S("d")), NULL, &(struct dmn_env){0}, a, &r);
	assert_int_equal(r.value.kind, FEEL_NULL);
	assert_non_null(r.stop);
	assert_int_equal(r.stop->code, E_BUDGET);
	arena_free(a);
}

#define LIT(x) "<literalExpression><text>" x "</text></literalExpression>"
#define ENTRY(n, x) "<contextEntry><variable name=\"" n "\"/>" x "</contextEntry>"

static void recursion_without_end(void **state)
{
	stops("<context>" ENTRY("f", "<functionDefinition><formalParameter name=\"g\"/>" LIT("g(g)") "</functionDefinition>")
		"<contextEntry>" LIT("f(f)") "</contextEntry></context>");
	stops("<context>" ENTRY("f", "<functionDefinition><formalParameter name=\"g\"/><context><contextEntry><conditional><if>" LIT("true")
		"</if><then><list><invocation>" LIT("g") "<binding><parameter name=\"g\"/>" LIT("g") "</binding></invocation></list></then><else>"
		LIT("1") "</else></conditional></contextEntry></context></functionDefinition>") "<contextEntry>" LIT("f(f)") "</contextEntry></context>");
}

static void lists_that_explode(void **state)
{
	stops("<for iteratorVariable=\"i\"><in>" LIT("[1..1000000000]") "</in><return>" LIT("i") "</return></for>");
	stops("<for iteratorVariable=\"i\"><in>" LIT("[1..3000]") "</in><return><for iteratorVariable=\"j\"><in>" LIT("[1..3000]")
		"</in><return>" LIT("[i, j, i, j]") "</return></for></return></for>");
}

static void brackets_by_the_thousand(void **state)
{
	struct arena *a = arena_new(0);
	struct buf b = buf_new(a);
	struct dmn_model *m;
	buf_lit(&b, HEAD "<decision name=\"d\"><literalExpression><text>");
	for (int i = 0; i < 100000; i++) buf_byte(&b, '(');
	buf_lit(&b, "</text></literalExpression></decision></definitions>");
	assert_null(dmn_load(a, text_of(a, &b), NULL, NULL, &m));
	assert_non_null(dmn_problems(m));
	assert_true(dmn_problems(m)->code == E_BUDGET || dmn_problems(m)->code == E_TOO_DEEP);
	arena_free(a);
}

// Each of these has more of one thing than any model needs; all are refused with that thing named.
static void too_much_of_one_thing(void **state)
{
	static const struct { const char *before, *each, *after, *what; int n; } BOMB[] = {
		{"<decision name=\"d\"><context>", "<contextEntry><variable name=\"v%d\"/><list/></contextEntry>", "</context></decision>", "names of one element", 6000},
		{"<decision name=\"d\"><relation>", "<column name=\"c%d\"/>", "</relation></decision>", "columns of a relation", 501},
		{"<decision name=\"d\"><decisionTable>", "<output name=\"o%d\"/>", "</decisionTable></decision>", "cells of a decision table", 501},
		{"<businessKnowledgeModel name=\"b\"><encapsulatedLogic>", "<formalParameter name=\"p%d\"/>", "</encapsulatedLogic></businessKnowledgeModel>",
			"parameters of a function", 501},
		{"<itemDefinition name=\"t\">", "<itemComponent name=\"c%d\"><typeRef>number</typeRef></itemComponent>", "</itemDefinition>", "components of a type", 1001},
		{"", "<itemDefinition name=\"t%d\"><typeRef>number</typeRef></itemDefinition>", "", "item definitions", 5001},
	};
	for (size_t i = 0; i < countof(BOMB); i++) {
		struct arena *a = arena_new(0);
		struct buf b = buf_new(a);
		struct dmn_model *m;
		buf_lit(&b, HEAD);
		buf_add(&b, str_of(BOMB[i].before));
		for (int k = 0; k < BOMB[i].n; k++) {
			struct str each = str_replace(a, str_of(BOMB[i].each), S("%d"), str_fmt(a, "%d", k));
			buf_add(&b, each);
		}
		buf_add(&b, str_of(BOMB[i].after));
		buf_lit(&b, "</definitions>");
		struct err *e = dmn_load(a, text_of(a, &b), NULL, NULL, &m);
		if (!e || e->code != E_BUDGET || !str_eq(e->arg[0], str_of(BOMB[i].what)))
			fail_msg("%s: %s", BOMB[i].what, e ? str_z(a, err_text(a, e, true)) : "loaded");
		arena_free(a);
	}
}

// Types that share members many times over: small to write, huge to copy.
static void types_that_double(void **state)
{
	struct arena *a = arena_new(0);
	struct buf b = buf_new(a);
	struct dmn_model *m;
	buf_lit(&b, HEAD "<itemDefinition name=\"t0\"><typeRef>number</typeRef></itemDefinition>");
	for (int i = 1; i < 60; i++)
		buf_fmt(&b, "<itemDefinition name=\"t%d\"><itemComponent name=\"a\"><typeRef>t%d</typeRef></itemComponent><itemComponent name=\"b\">"
			"<typeRef>t%d</typeRef></itemComponent></itemDefinition>", i, i - 1, i - 1);
	buf_lit(&b, "<decision id=\"d\" name=\"d\"><variable name=\"d\" typeRef=\"t59\"/><literalExpression><text>{a: 1} instance of t59</text>"
		"</literalExpression></decision></definitions>");
	assert_null(dmn_load(a, text_of(a, &b), NULL, NULL, &m));
	assert_null(dmn_problems(m));
	struct dmn_result r;
	dmn_eval(m, dmn_find(m, DMN_DECISION, S("d")), NULL, &(struct dmn_env){0}, a, &r);
	assert_int_equal(r.value.kind, FEEL_NULL);       // false is no t59
	arena_free(a);
}

// ---- threads --------------------------------------------------------------------------------

struct job { const struct dmn_model *m; int wrong; };

static void *decide_many(void *arg)
{
	struct job *j = arg;
	struct arena *a = arena_new(0);
	const struct dmn_item *d = dmn_find(j->m, DMN_DECISION, S("both"));
	for (int i = 0; i < 2000; i++) {
		struct feel_context *c = feel_context_new(a, 2);
		struct dmn_result r;
		struct feel_value v;
		feel_context_put(a, c, S("a"), feel_int(i));
		feel_context_put(a, c, S("b"), feel_int(1));
		dmn_eval(j->m, d, c, &(struct dmn_env){.trace = i & 1}, a, &r);
		if (r.value.kind != FEEL_CONTEXT || !feel_context_get(r.value.ctx, S("t"), &v)
		    || feel_equal(v, feel_int(2 * (i + 1))) != FEEL_TRUE) j->wrong++;
		arena_reset(a);
	}
	arena_free(a);
	return NULL;
}

static void one_model_many_threads(void **state)
{
	struct arena *a = arena_new(0);
	struct dmn_model *m;
	assert_null(dmn_file_load(a, DATA "good/services/services.dmn", &m));
	struct job job[4];
	pthread_t t[4];
	for (int i = 0; i < 4; i++) {
		job[i] = (struct job){m, 0};
		assert_int_equal(pthread_create(&t[i], NULL, decide_many, &job[i]), 0);
	}
	for (int i = 0; i < 4; i++) {
		pthread_join(t[i], NULL);
		assert_int_equal(job[i].wrong, 0);
	}
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mistakes_have_names), cmocka_unit_test(every_edition_is_read), cmocka_unit_test(a_diagnostic_names_its_place),
		cmocka_unit_test(chain_of_2000_knowledge_models), cmocka_unit_test(chain_of_250_decisions_is_decided),
		cmocka_unit_test(elements_nested_without_end), cmocka_unit_test(recursion_without_end), cmocka_unit_test(lists_that_explode),
		cmocka_unit_test(brackets_by_the_thousand), cmocka_unit_test(types_that_double), cmocka_unit_test(too_much_of_one_thing), cmocka_unit_test(one_model_many_threads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
