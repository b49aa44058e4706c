// Tables: the index changes no answer; the trace says why; hit policies by letter and word.
#include <stdio.h>
#include "cli/dmn_file.h"
#include "dmn/dmn.h"
#include "dmn/index.h"
#include "dmn/table.h"
#include "tables.h"

static const struct dmn_item *decision(const struct dmn_model *m)
{
	for (size_t i = 0; i < dmn_items(m); i++)
		if (dmn_item(m, i)->kind == DMN_DECISION) return dmn_item(m, i);
	return NULL;
}

static void number_cell(struct buf *b)
{
	uint32_t x = next(12), y = x + next(6);
	switch (next(9)) {
	case 0: case 1: buf_byte(b, '-'); break;
	case 2: buf_fmt(b, "%u", x); break;
	case 3: buf_fmt(b, "%s %u", next(2) ? "<" : ">=", x); break;
	case 4: buf_fmt(b, "\"%s%u..%u%s\"", next(2) ? "[" : "(", x, y, next(2) ? "]" : ")"); break;
	case 5: buf_fmt(b, "\"not(%u, [%u..%u])\"", next(12), x, y); break;
	case 6: buf_fmt(b, "\"%u, %u.5, >%u\"", x, y, y + 2); break;
	case 7: buf_fmt(b, "%s", next(2) ? "null" : "\"not(null)\""); break;
	default: buf_fmt(b, "? * 2 > %u", x); break;
	}
}

static void string_cell(struct buf *b)
{
	static const char *const s[] = {"甲", "乙", "丙", "丁"};
	switch (next(4)) {
	case 0: buf_byte(b, '-'); break;
	case 1: buf_fmt(b, "\"\"\"%s\"\"\"", s[next(4)]); break;
	case 2: buf_fmt(b, "\"not(\"\"%s\"\", \"\"%s\"\")\"", s[next(4)], s[next(4)]); break;
	default: buf_fmt(b, "\"\"\"%s\"\",\"\"%s\"\"\"", s[next(4)], s[next(4)]); break;
	}
}

static struct feel_value any_number(void)
{
	dec d;
	switch (next(12)) {
	case 0: return feel_null();
	case 1: return feel_text(S("甲"));
	case 2: return feel_date(100);
	default:
		d = dec_of_int((int64_t)next(60) - 10) / dec_of_int(2);
		return feel_num(d);
	}
}

static struct feel_value any_string(void)
{
	static const char *const s[] = {"甲", "乙", "丙", "丁", "戊"};
	return next(10) == 0 ? feel_null() : next(10) == 0 ? feel_bool(true) : feel_text(str_of(s[next(5)]));
}

static struct str answer(struct arena *a, const struct dmn_model *m, const struct feel_context *c)
{
	struct dmn_result r;
	struct buf b = buf_new(a);
	dmn_eval(m, decision(m), c, &(struct dmn_env){0}, a, &r);
	feel_print(&b, r.value);
	return buf_str(&b);
}

// The same inputs with the index and without: rows hit are the outputs of a table with policy R.
static void index_changes_no_answer(void **state)
{
	for (int round = 0; round < 60; round++) {
		struct arena *a = arena_new(0);
		struct buf b = buf_new(a);
		uint32_t rules = round % 3 == 0 ? 300 : 1 + next(30);
		buf_lit(&b, "名称,t\n命中策略,R\n类别,输入,输入,输入,输出\n表达式,x,s,y,r\n规则\n");
		for (uint32_t i = 0; i < rules; i++) {
			buf_byte(&b, ',');
			number_cell(&b);
			buf_byte(&b, ',');
			string_cell(&b);
			buf_byte(&b, ',');
			number_cell(&b);
			buf_fmt(&b, ",%u\n", i + 1);
		}
		struct dmn_model *m = load_sheet(a, buf_str(&b));
		struct dmn_table *t = (struct dmn_table *)dmn_table(m, 0);
		struct dmn_index *x[3] = {t->in[0].index, t->in[1].index, t->in[2].index};
		for (int i = 0; i < 100; i++) {
			struct arena_mark mark = arena_mark(a);
			struct feel_context *c = feel_context_new(a, 3);
			feel_context_put(a, c, S("x"), any_number());
			feel_context_put(a, c, S("s"), any_string());
			feel_context_put(a, c, S("y"), any_number());
			for (int k = 0; k < 3; k++) t->in[k].index = x[k];
			struct str with = answer(a, m, c);
			for (int k = 0; k < 3; k++) t->in[k].index = NULL;
			struct str without = answer(a, m, c);
			if (!str_eq(with, without)) {
				struct buf v = buf_new(a);
				feel_print(&v, feel_of_context(c));
				fail_msg("%s\nfor %s: %s with, %s without", str_z(a, buf_str(&b)), str_z(a, buf_str(&v)), str_z(a, with), str_z(a, without));
			}
			arena_rewind(a, mark);
		}
		arena_free(a);
	}
}

static void ten_thousand_rules_are_indexed(void **state)
{
	struct arena *a = arena_new(0);
	struct buf b = buf_new(a);
	buf_lit(&b, "名称,t\n命中策略,U\n类别,输入,输入,输出\n表达式,x,y,r\n规则\n");
	for (int i = 0; i < 10000; i++) buf_fmt(&b, ",%d,[%d..%d),%d\n", i / 2, i % 2 * 10, i % 2 * 10 + 10, i);
	struct dmn_model *m = load_sheet(a, buf_str(&b));
	assert_non_null(dmn_table(m, 0)->in[0].index);
	for (int i = 0; i < 10000; i += 997) {
		struct feel_context *c = feel_context_new(a, 2);
		feel_context_put(a, c, S("x"), feel_int(i / 2));
		feel_context_put(a, c, S("y"), feel_int(i % 2 * 10 + 9));
		assert_true(str_eq(answer(a, m, c), str_fmt(a, "%d", i)));
	}
	arena_free(a);
}

static void the_trace_says_why(void **state)
{
	struct arena *a = arena_new(0);
	struct dmn_result r;
	struct dmn_model *m;
	assert_null(dmn_file_load(a, DMN_DATA "/sheet/allowance.csv", &m));
	assert_null(dmn_problems(m));
	struct feel_context *c = feel_context_new(a, 2);
	feel_context_put(a, c, S("年龄"), feel_int(83));
	feel_context_put(a, c, S("户籍"), feel_text(S("本市")));
	dmn_eval(m, decision(m), c, &(struct dmn_env){.trace = true}, a, &r);
	assert_int_equal(r.trace->n, 1);
	const struct dmn_step *s = r.trace->first;
	assert_int_equal(s->n_hit, 1);
	assert_int_equal(s->hit[0].rule, 2);
	assert_true(str_is(s->hit[0].id, "r2"));
	assert_true(str_is(s->hit[0].legal_basis, "示例办法第二条"));
	assert_int_equal(s->n_column, 2);
	assert_true(feel_equal(s->column[0].value, feel_int(83)) == FEEL_TRUE);
	assert_int_equal(s->n_input, 2);
	assert_true(str_is(dmn_trace_sentence(a, r.trace, false), "依据示例办法第二条：满八十周岁（规则 2）"));
	assert_true(str_is(dmn_trace_sentence(a, r.trace, true), "Under 示例办法第二条: 满八十周岁 (rule 2)"));
	struct json *j = dmn_trace_json(a, r.trace);
	assert_true(str_is(json_text(json_path(j, "0.rules.0.legal basis")), "示例办法第二条"));
	int64_t row;
	assert_true(json_int(json_path(j, "0.rules.0.row"), &row) && row == 2);
	c = feel_context_new(a, 2);
	feel_context_put(a, c, S("年龄"), feel_int(20));
	feel_context_put(a, c, S("户籍"), feel_text(S("本市")));
	dmn_eval(m, decision(m), c, &(struct dmn_env){.trace = true}, a, &r);
	assert_true(r.trace->first->defaulted);
	assert_true(str_find(dmn_trace_sentence(a, r.trace, false), S("默认")) > 0);
	arena_free(a);
}

static void the_trace_shows_requirements_in_order(void **state)
{
	struct arena *a = arena_new(0);
	struct dmn_result r, again;
	struct dmn_model *m;
	assert_null(dmn_file_load(a, DMN_DATA "/good/services/services.dmn", &m));
	struct feel_context *c = feel_context_new(a, 2);
	feel_context_put(a, c, S("a"), feel_int(1));
	feel_context_put(a, c, S("b"), feel_int(2));
	dmn_eval(m, dmn_find(m, DMN_DECISION, S("use")), c, &(struct dmn_env){.trace = true}, a, &r);
	const struct dmn_step *s = r.trace->first;
	assert_true(str_is(s->item->name, "sum") && s->level == 1);
	s = s->next;
	assert_true(str_is(s->item->name, "twice") && s->level == 2);
	s = s->next;
	assert_true(str_is(s->item->name, "svc") && s->item->kind == DMN_SERVICE && s->n_input == 1);
	s = s->next;
	assert_true(str_is(s->item->name, "use") && s->level == 0 && !s->next);
	dmn_eval(m, dmn_find(m, DMN_DECISION, S("use")), c, &(struct dmn_env){.trace = true}, a, &again);
	struct buf x = buf_new(a), y = buf_new(a);
	json_print(&x, dmn_trace_json(a, r.trace));
	json_print(&y, dmn_trace_json(a, again.trace));
	assert_true(str_eq(buf_str(&x), buf_str(&y)));       // byte for byte
	arena_free(a);
}

static void hit_policies_by_letter_and_word(void **state)
{
	enum dmn_hit_policy hit;
	enum dmn_aggregation how;
	static const char *const letters[] = {"U", "A", "P", "F", "R", "O", "C", "C+", "C#", "C<", "C>"};
	for (size_t i = 0; i < countof(letters); i++) {
		assert_true(dmn_hit_policy_parse(str_of(letters[i]), &hit, &how));
		assert_true(str_eq(dmn_hit_policy_letter(hit, how), str_of(letters[i])));
	}
	assert_true(dmn_hit_policy_parse(S("RULE ORDER"), &hit, &how) && hit == DMN_RULE_ORDER);
	assert_true(dmn_hit_policy_parse(S("COLLECT MAX"), &hit, &how) && hit == DMN_COLLECT && how == DMN_MAX);
	assert_false(dmn_hit_policy_parse(S(""), &hit, &how));
	assert_false(dmn_hit_policy_parse(S("C*"), &hit, &how));
	assert_false(dmn_hit_policy_parse(S("U+"), &hit, &how));
	assert_false(dmn_hit_policy_parse(S("unique"), &hit, &how));
}

int main(void)
{
	seed = 7;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(index_changes_no_answer), cmocka_unit_test(ten_thousand_rules_are_indexed),
		cmocka_unit_test(the_trace_says_why), cmocka_unit_test(the_trace_shows_requirements_in_order),
		cmocka_unit_test(hit_policies_by_letter_and_word),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
