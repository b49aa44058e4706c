// Analysis: against brute force on random tables, and each kind of finding by name.
#include "dmn/analyse.h"
#include "tables.h"

static uint32_t count(const struct dmn_analysis *an, enum dmn_finding_kind kind)
{
	uint32_t n = 0;
	for (const struct dmn_finding *f = an->first; f; f = f->next) n += f->kind == kind;
	return n;
}

static const struct dmn_finding *find(const struct dmn_analysis *an, enum dmn_finding_kind kind)
{
	for (const struct dmn_finding *f = an->first; f; f = f->next)
		if (f->kind == kind) return f;
	return NULL;
}

// The rules hit by the values, by FEEL, cell by cell.
static uint32_t hits(struct arena *a, const struct dmn_table *t, const struct feel_value *v, uint32_t *first, uint32_t *second)
{
	struct feel_run run;
	uint32_t n = 0;
	feel_run_init(&run, a);
	for (uint32_t r = 0; r < t->written->n_rule; r++) {
		bool all = true;
		for (uint32_t c = 0; c < t->written->n_in && all; c++)
			all = t->in[c].tests[r].any || (v[c].kind != FEEL_ANY && feel_is_true(feel_test(&run, t->in[c].cell[r].expr, NULL, v[c])));
		if (!all) continue;
		if (n == 0) *first = r + 1;
		if (n == 1) *second = r + 1;
		n++;
	}
	return n;
}

static void cell(struct buf *b)
{
	uint32_t x = next(6), y = x + next(4);
	switch (next(6)) {
	case 0: case 1: buf_byte(b, '-'); break;
	case 2: buf_fmt(b, "%u", x); break;
	case 3: buf_fmt(b, "%s%u", next(2) ? "<" : ">=", x); break;
	case 4: buf_fmt(b, "\"%s%u..%u%s\"", next(2) ? "[" : "(", x, y + 1, next(2) ? "]" : ")"); break;
	default: buf_fmt(b, "not(%u)", x); break;
	}
}

// Every half step of a grid that has all end points decides what exists; the analysis must agree.
static void agrees_with_brute_force(void **state)
{
	static const char policy[] = "UF";
	for (int round = 0; round < 300; round++) {
		struct arena *a = arena_new(0);
		struct buf b = buf_new(a);
		uint32_t cols = 1 + next(3), rules = 1 + next(7);
		buf_fmt(&b, "名称,t\n命中策略,%c\n类别", policy[round % 2]);
		for (uint32_t c = 0; c < cols; c++) buf_lit(&b, ",输入");
		buf_lit(&b, ",输出\n表达式");
		for (uint32_t c = 0; c < cols; c++) buf_fmt(&b, ",x%u", c);
		buf_lit(&b, ",r\n规则\n");
		for (uint32_t r = 0; r < rules; r++) {
			for (uint32_t c = 0; c < cols; c++) {
				buf_byte(&b, ',');
				cell(&b);
			}
			buf_fmt(&b, ",%u\n", r);
		}
		const struct dmn_table *t = dmn_table(load_sheet(a, buf_str(&b)), 0);
		struct dmn_analysis an;
		dmn_analyse(a, t, &an);
		bool gap = false, overlap = false, fires[8] = {0};
		uint32_t total = 1, p = 0, q = 0;
		for (uint32_t c = 0; c < cols; c++) total *= 28;
		for (uint32_t i = 0; i < total; i++) {
			struct arena_mark m = arena_mark(a);
			struct feel_value v[3];
			uint32_t k = i;
			bool null = false;
			for (uint32_t c = 0; c < cols; c++, k /= 28) {
				int64_t at = (int64_t)(k % 28) - 3;
				v[c] = k % 28 == 27 ? feel_null() : feel_num(dec_of_int(at) / dec_of_int(2));
				null |= k % 28 == 27;
			}
			uint32_t n = hits(a, t, v, &p, &q);
			gap |= n == 0 && !null;
			overlap |= n > 1;
			if (n) fires[p - 1] = true;
			arena_rewind(a, m);
		}
		bool dead = false;
		for (uint32_t r = 0; r < rules; r++) dead |= !fires[r];
		const struct dmn_finding *f = find(&an, DMN_GAP);
		bool many = count(&an, DMN_GAP) >= 10 || count(&an, DMN_OVERLAP) >= 20;     // the rest is not listed
		bool wrong = gap != (f != NULL) || (!an.complete && !many);
		if (f) wrong |= hits(a, t, f->example, &p, &q) != 0;
		f = find(&an, DMN_OVERLAP);
		if (policy[round % 2] == 'U') {
			wrong |= overlap != (f != NULL);
			for (; f; f = f->next) {
				if (f->kind != DMN_OVERLAP) continue;
				struct feel_value v[3];          // where any value will do, take one
				for (uint32_t c = 0; c < cols; c++) v[c] = f->example[c].kind == FEEL_ANY ? feel_int(1) : f->example[c];
				uint32_t n = hits(a, t, v, &p, &q);
				wrong |= n < 2;
			}
		} else {
			wrong |= dead != (count(&an, DMN_DEAD) + count(&an, DMN_EMPTY) > 0);
			for (f = an.first; f; f = f->next)
				if (f->kind == DMN_DEAD || f->kind == DMN_EMPTY) wrong |= fires[f->rule - 1];
		}
		if (wrong) {
			for (f = an.first; f; f = f->next) print_message("%s\n", str_z(a, dmn_finding_text(a, t, f, true)));
			fail_msg("gap %d overlap %d dead %d\n%s", gap, overlap, dead, str_z(a, buf_str(&b)));
		}
		arena_free(a);
	}
}

#define HEAD(hit) "名称,表\n命中策略," hit "\n"

static const struct dmn_table *analysed(struct arena *a, const char *text, struct dmn_analysis *an)
{
	const struct dmn_table *t = dmn_table(load_sheet(a, str_of(text)), 0);
	dmn_analyse(a, t, an);
	return t;
}

static void a_table_without_faults_is_silent(void **state)
{
	struct arena *a = arena_new(0);
	struct dmn_analysis an;
	analysed(a, HEAD("U") "类别,输入,输入,输入,输入,输出\n表达式,年龄,户籍,低保,日期,r\n类型,number,string,boolean,date,number\n"
		"允许值,[0..150],\"\"\"本市\"\",\"\"外地\"\"\",,,\">=0\"\n规则\n"
		",<60,-,-,-,0\n,>=60,\"\"\"外地\"\"\",-,-,1\n,>=60,\"\"\"本市\"\"\",true,-,2\n"
		",>=60,\"\"\"本市\"\"\",false,\"< @\"\"2026-01-01\"\"\",3\n,>=60,\"\"\"本市\"\"\",false,\">= date(\"\"2026-01-01\"\")\",4\n", &an);
	assert_int_equal(an.n, 0);
	assert_true(an.complete);
	arena_free(a);
}

static void a_gap_between_days_is_none(void **state)
{
	struct arena *a = arena_new(0);
	struct dmn_analysis an;
	analysed(a, HEAD("U") "类别,输入,输出\n表达式,d,r\n类型,date,number\n规则\n,\"<= @\"\"2026-01-01\"\"\",1\n,\">= @\"\"2026-01-02\"\"\",2\n", &an);
	assert_int_equal(an.n, 0);
	analysed(a, HEAD("U") "类别,输入,输出\n表达式,d,r\n类型,date,number\n规则\n,\"<= @\"\"2026-01-01\"\"\",1\n,\">= @\"\"2026-01-03\"\"\",2\n", &an);
	assert_int_equal(an.n, 1);
	assert_true(feel_equal(an.first->example[0], feel_date(20455)) == FEEL_TRUE);        // 2026-01-02
	arena_free(a);
}

static void gap_on_numbers_has_an_example_between(void **state)
{
	struct arena *a = arena_new(0);
	struct dmn_analysis an;
	const struct dmn_table *t = analysed(a, HEAD("U") "类别,输入,输出\n表达式,x,r\n类型,number,number\n规则\n,<=5,1\n,>=6,2\n", &an);
	assert_int_equal(an.n, 1);
	assert_int_equal(an.first->kind, DMN_GAP);
	assert_true(dmn_finding_is_mistake(an.first));
	assert_true(str_find(dmn_finding_text(a, t, an.first, false), S("没有规则覆盖：x = 5.5")) > 0);
	assert_true(str_find(dmn_finding_text(a, t, an.first, true), S("no rule covers x = 5.5")) > 0);
	analysed(a, HEAD("U") "类别,输入,输出\n表达式,x,r\n类型,number,number\n默认值,,0\n规则\n,<=5,1\n,>=6,2\n", &an);
	assert_int_equal(an.n, 0);                           // the default takes it
	analysed(a, HEAD("C+") "类别,输入,输出\n表达式,x,r\n类型,number,number\n规则\n,<=5,1\n,>=6,2\n", &an);
	assert_int_equal(an.n, 1);
	assert_false(dmn_finding_is_mistake(an.first));      // a list may be empty
	arena_free(a);
}

static void an_enumeration_without_a_rule_is_a_gap(void **state)
{
	struct arena *a = arena_new(0);
	struct dmn_analysis an;
	const char *table = HEAD("U") "类型定义,t,string,\"\"\"甲\"\",\"\"乙\"\",\"\"丙\"\"\"\n类别,输入,输出\n表达式,x,r\n类型,t,number\n规则\n"
		",\"\"\"甲\"\"\",1\n,\"\"\"丙\"\"\",2\n";
	analysed(a, table, &an);
	assert_int_equal(an.n, 1);
	assert_true(feel_equal(an.first->example[0], feel_text(S("乙"))) == FEEL_TRUE);
	arena_free(a);
}

// The values of the input's own type bound the column, even where the column says only string.
static void the_type_of_the_expression_bounds_the_column(void **state)
{
	struct arena *a = arena_new(0);
	struct dmn_analysis an;
	struct dmn_model *m;
	struct str text = S("<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" name=\"m\" namespace=\"urn:m\">"
		"<itemDefinition name=\"tG\"><typeRef>string</typeRef><allowedValues><text>\"A\",\"B\",\"C\"</text></allowedValues></itemDefinition>"
		"<itemDefinition name=\"tP\"><itemComponent name=\"g\"><typeRef>tG</typeRef></itemComponent></itemDefinition>"
		"<inputData id=\"g\" name=\"G\"><variable name=\"g\" typeRef=\"tG\"/></inputData><inputData id=\"p\" name=\"p\"><variable name=\"p\" typeRef=\"tP\"/></inputData>"
		"<decision id=\"d\" name=\"d\"><informationRequirement><requiredInput href=\"#g\"/></informationRequirement>"
		"<informationRequirement><requiredInput href=\"#p\"/></informationRequirement><decisionTable>"
		"<input><inputExpression typeRef=\"string\"><text>g</text></inputExpression></input>"
		"<input><inputExpression typeRef=\"string\"><text>p.g</text></inputExpression></input><output/>"
		"<rule><inputEntry><text>\"A\",\"B\"</text></inputEntry><inputEntry><text>-</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>"
		"<rule><inputEntry><text>\"C\"</text></inputEntry><inputEntry><text>\"A\"</text></inputEntry><outputEntry><text>2</text></outputEntry></rule>"
		"<rule><inputEntry><text>\"C\"</text></inputEntry><inputEntry><text>\"C\"</text></inputEntry><outputEntry><text>3</text></outputEntry></rule>"
		"</decisionTable></decision></definitions>");
	assert_null(dmn_load(a, (struct dmn_text){S("m.dmn"), text}, NULL, NULL, &m));
	assert_null(dmn_problems(m));
	dmn_analyse(a, dmn_table(m, 0), &an);
	assert_int_equal(an.n, 1);
	assert_int_equal(an.first->kind, DMN_GAP);
	assert_true(feel_equal(an.first->example[0], feel_text(S("C"))) == FEEL_TRUE);
	assert_true(feel_equal(an.first->example[1], feel_text(S("B"))) == FEEL_TRUE);
	struct dmn_result r;                                 // and an item whose variable has another name is found by both
	for (int i = 0; i < 2; i++) {
		struct feel_context *c = feel_context_new(a, 1);
		feel_context_put(a, c, i ? S("g") : S("G"), feel_text(S("B")));
		dmn_eval(m, dmn_find(m, DMN_DECISION, S("d")), c, &(struct dmn_env){0}, a, &r);
		assert_true(feel_equal(r.value, feel_int(1)) == FEEL_TRUE);
	}
	arena_free(a);
}

static void a_string_outside_the_enumeration_never_fires(void **state)
{
	struct arena *a = arena_new(0);
	struct dmn_analysis an;
	const struct dmn_table *t = analysed(a, HEAD("F") "类别,输入,输出\n表达式,x,r\n类型,string,number\n允许值,\"\"\"甲\"\",\"\"乙\"\"\"\n规则\n"
		",\"\"\"甲\"\"\",1\n,\"\"\"丁\"\"\",2\n,-,3\n", &an);
	assert_int_equal(an.n, 1);
	assert_int_equal(an.first->kind, DMN_EMPTY);
	assert_int_equal(an.first->rule, 2);
	assert_int_equal(an.first->line, 9);
	assert_true(str_find(dmn_finding_text(a, t, an.first, false), S("规则 2 永远不会生效")) > 0);
	arena_free(a);
}

static void any_overlaps_only_with_other_outputs(void **state)
{
	struct arena *a = arena_new(0);
	struct dmn_analysis an;
	analysed(a, HEAD("A") "类别,输入,输出\n表达式,x,r\n规则\n,<5,1\n,<7,1\n,>=7,2\n", &an);
	assert_int_equal(an.n, 0);
	analysed(a, HEAD("A") "类别,输入,输出\n表达式,x,r\n规则\n,<5,1\n,<7,2\n,>=7,2\n", &an);
	assert_int_equal(count(&an, DMN_OVERLAP), 1);
	analysed(a, HEAD("A") "类别,输入,输出\n表达式,x,r\n规则\n,<5,x + 1\n,<7,x + 2\n,>=7,2\n", &an);
	assert_int_equal(count(&an, DMN_OVERLAP), 0);
	assert_false(an.complete);
	arena_free(a);
}

static void priority_makes_the_lower_rule_dead(void **state)
{
	struct arena *a = arena_new(0);
	struct dmn_analysis an;
	analysed(a, HEAD("P") "类别,输入,输出\n表达式,x,r\n类型,number,string\n允许值,,\"\"\"高\"\",\"\"低\"\"\"\n规则\n"
		",[1..3],\"\"\"低\"\"\"\n,>0,\"\"\"高\"\"\"\n,<=0,\"\"\"低\"\"\"\n", &an);
	assert_int_equal(an.n, 1);
	assert_int_equal(an.first->kind, DMN_DEAD);
	assert_int_equal(an.first->rule, 1);
	arena_free(a);
}

static void outputs_outside_their_values(void **state)
{
	struct arena *a = arena_new(0);
	struct dmn_analysis an;
	analysed(a, HEAD("F") "类别,输入,输出,输出\n表达式,x,a,b\n类型,number,string,number\n允许值,,\"\"\"甲\"\"\",<10\n默认值,,\"\"\"乙\"\"\",1\n规则\n"
		",1,\"\"\"甲\"\"\",5\n,2,\"\"\"丙\"\"\",11\n", &an);
	assert_int_equal(count(&an, DMN_BAD_OUTPUT), 3);
	assert_int_equal(find(&an, DMN_BAD_OUTPUT)->rule, 0);
	arena_free(a);
}

static void types_that_cannot_meet(void **state)
{
	struct arena *a = arena_new(0);
	struct dmn_analysis an;
	const struct dmn_table *t = analysed(a, HEAD("F") "类别,输入,输入,输出\n表达式,x,d,r\n类型,number,date,number\n规则\n"
		",\"\"\"五\"\"\",-,1\n,-,>5,2\n,-,-,\"\"\"三\"\"\"\n,-,-,x > 1\n", &an);
	assert_int_equal(count(&an, DMN_CLASH), 4);
	assert_true(str_find(dmn_finding_text(a, t, find(&an, DMN_CLASH), true), S("expected number, found string")) > 0);
	arena_free(a);
}

static void what_was_not_decided_is_told(void **state)
{
	struct arena *a = arena_new(0);
	struct dmn_analysis an;
	const struct dmn_table *t = analysed(a, HEAD("U") "类别,输入,输入,输出\n表达式,x,y,r\n类型,number,number,number\n规则\n,? > y,-,1\n,<5,<1,2\n", &an);
	assert_int_equal(count(&an, DMN_UNDECIDED), 1);
	assert_int_equal(count(&an, DMN_OVERLAP), 0);
	assert_false(an.complete);
	assert_true(str_find(dmn_finding_text(a, t, find(&an, DMN_UNDECIDED), false), S("未能判定：规则 1")) > 0);
	arena_free(a);
}

static void an_intricate_table_ends(void **state)
{
	struct arena *a = arena_new(0);
	struct buf b = buf_new(a);
	struct dmn_analysis an;
	buf_lit(&b, HEAD("F") "类别");
	for (int c = 0; c < 20; c++) buf_lit(&b, ",输入");
	buf_lit(&b, ",输出\n表达式");
	for (int c = 0; c < 20; c++) buf_fmt(&b, ",x%d", c);
	buf_lit(&b, ",r\n规则\n");
	for (int r = 0; r < 400; r++) {
		for (int c = 0; c < 20; c++) buf_fmt(&b, ",not(%u)", next(400));
		buf_fmt(&b, ",%d\n", r);
	}
	dmn_analyse(a, dmn_table(load_sheet(a, buf_str(&b)), 0), &an);
	assert_false(an.complete);
	arena_free(a);
}

int main(void)
{
	seed = 11;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_brute_force), cmocka_unit_test(a_table_without_faults_is_silent),
		cmocka_unit_test(a_gap_between_days_is_none), cmocka_unit_test(gap_on_numbers_has_an_example_between),
		cmocka_unit_test(an_enumeration_without_a_rule_is_a_gap), cmocka_unit_test(the_type_of_the_expression_bounds_the_column),
		cmocka_unit_test(a_string_outside_the_enumeration_never_fires),
		cmocka_unit_test(any_overlaps_only_with_other_outputs), cmocka_unit_test(priority_makes_the_lower_rule_dead),
		cmocka_unit_test(outputs_outside_their_values), cmocka_unit_test(types_that_cannot_meet),
		cmocka_unit_test(what_was_not_decided_is_told), cmocka_unit_test(an_intricate_table_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
