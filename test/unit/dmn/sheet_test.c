// Sheets: nothing is lost on the way to a model, to XML and back; mistakes are named with their line.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include "cli/dmn_file.h"
#include "dmn/sheet.h"

static struct str print(struct arena *a, const struct dmn_sheet *s, char sep)
{
	struct buf b = buf_new(a);
	dmn_sheet_print(&b, s, sep);
	return buf_str(&b);
}

static struct dmn_sheet *parse(struct arena *a, const char *file, struct str text)
{
	struct dmn_sheet *s = NULL;
	struct err *e = dmn_sheet_parse(a, (struct dmn_text){str_of(file), text}, &s);
	if (e) fail_msg("%s:%u %s\n%s", file, e->line, str_z(a, err_text(a, e, true)), str_z(a, text));
	return s;
}

static struct dmn_model *model_of(struct arena *a, const struct dmn_sheet *s)
{
	struct dmn_model *m = NULL;
	struct err *e = dmn_sheet_load(a, s, &m);
	if (!e) e = (struct err *)dmn_problems(m);
	if (e) fail_msg("%u %s\n%s", e->line, str_z(a, err_text(a, e, true)), str_z(a, print(a, s, ',')));
	return m;
}

static struct dmn_model *xml_model(struct arena *a, const struct dmn_sheet *s)
{
	struct dmn_model *m = NULL;
	struct buf b = buf_new(a);
	dmn_sheet_xml(a, &b, s);
	struct err *e = dmn_load(a, (struct dmn_text){S("x.dmn"), buf_str(&b)}, NULL, NULL, &m);
	if (!e) e = (struct err *)dmn_problems(m);
	if (e) fail_msg("%u %s\n%s", e->line, str_z(a, err_text(a, e, true)), str_z(a, buf_str(&b)));
	return m;
}

static struct str decide(struct arena *a, const struct dmn_model *m, struct str name, const struct feel_context *in)
{
	struct dmn_result r;
	struct buf b = buf_new(a);
	const struct dmn_item *d = dmn_find(m, DMN_DECISION, name);
	assert_non_null(d);
	dmn_eval(m, d, in, &(struct dmn_env){0}, a, &r);
	feel_print(&b, r.value);
	return buf_str(&b);
}

static void a_sheet_is_read_as_written(void **state)
{
	struct arena *a = arena_new(0);
	struct str text;
	assert_null(dmn_file_read(a, DMN_DATA "/sheet/allowance.csv", &text));
	struct dmn_sheet *s = parse(a, "allowance.csv", text), *again;
	assert_true(str_is(s->written.name, "高龄老人长寿补贴"));
	assert_int_equal(s->written.n_rule, 2);
	assert_int_equal(s->written.rule[1].line, 13);
	assert_true(str_is(s->written.rule[1].in[0].text, "[80..90)"));
	assert_int_equal(dmn_legal_column(&s->written), 1);
	again = parse(a, "again.csv", print(a, s, ','));
	assert_true(dmn_sheet_equal(s, again));
	again = parse(a, "again.tsv", print(a, s, '\t'));
	assert_true(dmn_sheet_equal(s, again));
	s->written.rule[0].out[1].text = S("301");
	assert_false(dmn_sheet_equal(s, again));
	arena_free(a);
}

// sheet -> model -> sheet, sheet -> XML -> model -> sheet: equal texts and equal answers.
static void there_and_back(struct arena *a, const struct dmn_sheet *s, const struct feel_context *const *in, size_t n)
{
	struct dmn_model *direct = model_of(a, s), *xml = xml_model(a, s);
	struct dmn_sheet x, y;
	dmn_sheet_of(a, direct, dmn_table(direct, 0), &x);
	dmn_sheet_of(a, xml, dmn_table(xml, 0), &y);
	struct dmn_sheet *z = parse(a, "z.csv", print(a, &x, ','));
	assert_true(dmn_sheet_equal(&x, z));
	struct dmn_model *third = model_of(a, z), *fourth = model_of(a, &y);
	for (size_t i = 0; i < n; i++) {
		struct str want = decide(a, direct, s->written.name, in[i]);
		assert_true(str_eq(want, decide(a, xml, s->written.name, in[i])));
		assert_true(str_eq(want, decide(a, third, s->written.name, in[i])));
		assert_true(str_eq(want, decide(a, fourth, s->written.name, in[i])));
	}
}

static const struct feel_context *person(struct arena *a, int age, const char *home)
{
	struct feel_context *c = feel_context_new(a, 6);
	struct feel_context *p = feel_context_new(a, 2);
	feel_context_put(a, c, S("年龄"), feel_int(age));
	feel_context_put(a, c, S("户籍"), feel_text(str_of(home)));
	feel_context_put(a, c, S("日期"), feel_date(20000 + age));
	feel_context_put(a, c, S("在籍"), feel_bool(age & 1));
	feel_context_put(a, p, S("full name"), feel_text(str_of(home)));
	feel_context_put(a, p, S("age"), feel_int(age));
	feel_context_put(a, c, S("申请人"), feel_of_context(p));
	return c;
}

static const int AGE[] = {-1, 0, 1, 2, 3, 12, 59, 60, 79, 80, 85, 90, 120, 151};
static const char *const HOME[] = {"本市", "外地", "别处"};

static size_t people(struct arena *a, const struct feel_context **in)
{
	size_t n = 0;
	for (size_t i = 0; i < countof(AGE); i++)
		for (size_t k = 0; k < countof(HOME); k++) in[n++] = person(a, AGE[i], HOME[k]);
	return n;
}

static void a_sheet_survives_model_and_xml(void **state)
{
	struct arena *a = arena_new(0);
	const struct feel_context *in[64];
	size_t n = people(a, in);
	struct str text;
	assert_null(dmn_file_read(a, DMN_DATA "/sheet/allowance.csv", &text));
	there_and_back(a, parse(a, "allowance.csv", text), in, n);
	there_and_back(a, parse(a, "b.csv", S("name,b\nhit policy,C+\nresult type,number\noutput label,金额\nid,T1\n"
		"define type,tP,\"context<full name: string, age: number>\"\ndata,申请人,tP\ndata,在籍,boolean\n"
		"kind,input,input,output,description\nexpression,申请人.age + 1,申请人.full name,\nlabel,几岁,哪里\ntype,number,string,number\n"
		"rules\nr1,\">= 60, null\",-,申请人.age * 2,\"长者, \"\"特别\"\"\"\nr2,-,\"\"\"本市\"\"\",if 在籍 then 1 else 2,\n,\"not(1,\n2)\",-,3,\n")), in, n);
	there_and_back(a, parse(a, "c.csv", S("名称,c\n命中策略,O\n输入数据,x,list<number>\n类别,输入,输出\n表达式,年龄,\n类型,,string\n"
		"允许值,,\"\"\"丙\"\",\"\"乙\"\",\"\"甲\"\"\"\n规则\n,>1,\"\"\"甲\"\"\"\n,>50,\"\"\"乙\"\"\"\n,>80,\"\"\"丙\"\"\"\n")), in, n);
	arena_free(a);
}

static void every_table_of_our_models_survives(void **state)
{
	struct arena *a = arena_new(0);
	struct dmn_model *m;
	const struct feel_context *in[64];
	size_t n = people(a, in);
	assert_null(dmn_file_load(a, DMN_DATA "/good/hit-policies/hit-policies.dmn", &m));
	assert_int_equal(dmn_tables(m), 14);
	for (size_t i = 0; i < dmn_tables(m); i++) {
		struct dmn_sheet s;
		dmn_sheet_of(a, m, dmn_table(m, i), &s);
		struct dmn_sheet *again = parse(a, "t.csv", print(a, &s, i & 1 ? ',' : '\t'));
		assert_true(dmn_sheet_equal(&s, again));
		struct dmn_model *one = model_of(a, again), *xml = xml_model(a, again);
		for (size_t k = 0; k < n; k++) {
			struct str want = decide(a, m, s.written.name, in[k]);
			assert_true(str_eq(want, decide(a, one, s.written.name, in[k])));
			assert_true(str_eq(want, decide(a, xml, s.written.name, in[k])));
		}
	}
	arena_free(a);
}

static void a_table_is_replaced_in_its_model(void **state)
{
	struct arena *a = arena_new(0);
	struct str text, out;
	struct dmn_model *m, *changed = NULL;
	struct dmn_sheet s;
	const char *path = DMN_DATA "/good/hit-policies/hit-policies.dmn";
	assert_null(dmn_file_read(a, path, &text));
	assert_null(dmn_file_load(a, path, &m));
	for (size_t i = 0; i < dmn_tables(m); i++)
		if (str_is(dmn_table(m, i)->name, "F")) dmn_sheet_of(a, m, dmn_table(m, i), &s);
	s.written.rule[0].out[0].text = S("\"特高\"");
	assert_null(dmn_sheet_into_xml(a, (struct dmn_text){S("h.dmn"), text}, &s, &out));
	assert_null(dmn_load(a, (struct dmn_text){S("h.dmn"), out}, NULL, NULL, &changed));
	assert_null(dmn_problems(changed));
	assert_int_equal(dmn_items(changed), dmn_items(m));
	const struct feel_context *p = person(a, 85, "本市");
	assert_true(str_is(decide(a, changed, S("F"), p), "\"特高\""));
	assert_true(str_is(decide(a, m, S("F"), p), "\"高\""));
	assert_true(str_eq(decide(a, changed, S("C和"), p), decide(a, m, S("C和"), p)));
	s.written.name = S("没有这个表");
	struct err *e = dmn_sheet_into_xml(a, (struct dmn_text){S("h.dmn"), text}, &s, &out);
	assert_int_equal(e->code, E_NOT_FOUND);
	arena_free(a);
}

static void mistakes_have_names_and_lines(void **state)
{
	static const struct { const char *file; enum err_code code; uint32_t line; bool problem; } CASE[] = {
		{"no-name", E_DMN_SHEET, 1}, {"no-hit-policy", E_DMN_SHEET, 1}, {"no-rules-line", E_DMN_SHEET, 1}, {"no-kind-line", E_DMN_SHEET, 3},
		{"no-output", E_DMN_SHEET, 3}, {"no-expression", E_DMN_SHEET, 3}, {"hit-policy-unknown", E_DMN_HIT_POLICY, 2},
		{"kind-unknown", E_DMN_SHEET, 3}, {"line-unknown", E_DMN_SHEET, 5}, {"line-twice", E_DMN_SHEET, 5}, {"cell-too-many", E_DMN_SHEET, 6},
		{"default-under-input", E_DMN_SHEET, 5}, {"legal-column-misnamed", E_DMN_SHEET, 4}, {"type-twice", E_DUPLICATE_KEY, 4},
		{"data-twice", E_DUPLICATE_KEY, 4}, {"quote-open", E_SYNTAX, 6}, {"cell-broken", E_FEEL_END, 6, true},
		{"type-unknown", E_DMN_TYPE, 0, true}, {"name-unknown", E_DMN_NAME, 6, true},
	};
	for (size_t i = 0; i < countof(CASE); i++) {
		struct arena *a = arena_new(0);
		struct dmn_model *m = NULL;
		char path[512];
		snprintf(path, sizeof path, DMN_DATA "/sheet/bad/%s.csv", CASE[i].file);
		const struct err *e = dmn_file_load(a, path, &m);
		if ((e == NULL) != CASE[i].problem) fail_msg("%s: %s", CASE[i].file, e ? err_name(e->code) : "read");
		if (!e) e = dmn_problems(m);
		if (!e || e->code != CASE[i].code || (CASE[i].line && e->line != CASE[i].line))
			fail_msg("%s: %s, line %u", CASE[i].file, e ? err_name(e->code) : "nothing", e ? e->line : 0);
		arena_free(a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sheet_is_read_as_written), cmocka_unit_test(a_sheet_survives_model_and_xml),
		cmocka_unit_test(every_table_of_our_models_survives), cmocka_unit_test(a_table_is_replaced_in_its_model),
		cmocka_unit_test(mistakes_have_names_and_lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
