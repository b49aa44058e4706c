// A table may grant where everything is known and agrees; everything else is a person's.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "dmn/sheet.h"
#include "domain/rule/rule.h"
#include "feel/feel.h"

static struct arena *a;

static const char sheet[] = "名称,t\n命中策略,U\n输入数据,legal_date,date\n输入数据,elder,\"context<born: date, is_applicant: boolean>\"\n"
	"类别,输入,输入,输出,输出,说明,依据\n表达式,elder.is_applicant,\"years and months duration(elder.born, legal_date).years\",result,reason,说明,法律依据\n"
	"标签,本人,周岁,结论,提示,,\n类型,boolean,number,string,string,,\n允许值,,[0..150],\"\"\"grant\"\",\"\"manual\"\"\",,,\n规则\n"
	"r1,true,>=80,\"\"\"grant\"\"\",\"\"\"\"\"\",年满八十周岁,《示例办法》第十条\nr2,true,<80,\"\"\"manual\"\"\",\"\"\"不满八十周岁\"\"\",不满,\nr3,false,-,\"\"\"manual\"\"\",\"\"\"代办\"\"\",代办,\n";

static struct rule_table *table(void)
{
	struct dmn_sheet *s;
	struct dmn_model *m;
	struct rule_table *t = arena_new1(a, struct rule_table);
	assert_null(dmn_sheet_parse(a, (struct dmn_text){S("t.csv"), str_of(sheet)}, &s));
	assert_null(dmn_sheet_load(a, s, &m));
	assert_null(dmn_problems(m));
	*t = (struct rule_table){.code = S("t"), .model = m, .decision = S("t")};
	return t;
}

static struct json *parsed(const char *text)
{
	struct json *j;
	assert_null(json_parse(a, str_of(text), (struct json_limits){0}, &j));
	return j;
}

static struct rule_judged judged(const char *snapshot)
{
	struct rule_judged out;
	rule_judge(a, table(), parsed(snapshot), 1794877200000, feel_zone(S(RULE_ZONE)), &out);
	return out;
}

#define FACTS "\"inputs\":{\"legal_date\":{\"$type\":\"date\",\"value\":\"2026-11-17\"},\"elder\":{\"born\":{\"$type\":\"date\",\"value\":\"1940-03-01\"},\"is_applicant\":true}}"

static void grants_what_is_known(void **x)
{
	struct rule_judged r = judged("{" FACTS ",\"evidence\":{}}");
	assert_true(r.grant);
	assert_int_equal(json_count(r.why), 0);
	assert_true(str_find(r.sentence, S("《示例办法》第十条")) >= 0);
}

static void person(const char *snapshot, const char *why)
{
	struct rule_judged r = judged(snapshot);
	assert_false(r.grant);
	assert_true(json_count(r.why) >= 1);
	struct str first = json_text(r.why->item[0]);
	if (!str_starts(first, str_of(why))) fail_msg("%s: " STR_FMT, snapshot, STR_ARG(first));
}

static void everything_else_is_a_persons(void **x)
{
	person("{" FACTS ",\"evidence\":{\"contradictions\":[\"elder.birth_date\"]}}", "contradiction:elder.birth_date");
	person("{" FACTS ",\"evidence\":{\"unread\":[\"household_register.elder\"]}}", "unread:");
	person("{" FACTS ",\"evidence\":{\"silent\":[\"fee\"]}}", "silent:fee");
	person("{" FACTS ",\"evidence\":{\"declined\":true}}", "declined");
	person("{\"inputs\":{\"elder\":{\"is_applicant\":true}},\"evidence\":{}}", "unknown:");
	person("{\"inputs\":{\"legal_date\":{\"$type\":\"date\",\"value\":\"2026-11-17\"},\"elder\":{\"born\":{\"$type\":\"date\",\"value\":\"1950-03-01\"},\"is_applicant\":true}},\"evidence\":{}}", "manual:不满八十周岁");
	person("{\"inputs\":{\"legal_date\":{\"$type\":\"day\",\"value\":\"2026-11-17\"},\"elder\":null},\"evidence\":{}}", "unknown:legal_date");
	person("{}", "unknown:");
	// A value of another type than declared, and one outside the column's values.
	person("{\"inputs\":{\"legal_date\":{\"$type\":\"date\",\"value\":\"2026-11-17\"},\"elder\":{\"born\":\"1940\",\"is_applicant\":true}},\"evidence\":{}}", "unknown:");
	person("{\"inputs\":{\"legal_date\":{\"$type\":\"date\",\"value\":\"2026-11-17\"},\"elder\":{\"born\":{\"$type\":\"date\",\"value\":\"1700-03-01\"},\"is_applicant\":true}},\"evidence\":{}}", "diagnostic");
}

static void a_snapshot_holds_what_is_declared(void **x)
{
	struct feel_context *elder = feel_context_new(a, 4), *facts = feel_context_new(a, 4);
	struct rule_evidence none = {0};
	struct feel_value born;
	assert_true(feel_parse_temporal(a, S("1940-03-01"), &born));
	feel_context_put(a, elder, S("name"), feel_text(S("孙长寿")));
	feel_context_put(a, elder, S("id_number"), feel_text(S("359901194003010000")));
	feel_context_put(a, elder, S("born"), born);
	feel_context_put(a, facts, S("elder"), feel_of_context(elder));
	feel_context_put(a, facts, S("applicant"), feel_of_context(elder));
	struct buf b = buf_new(a);
	json_print_canonical(&b, rule_snapshot(a, table(), facts, &none));
	assert_true(str_find(buf_str(&b), S("1940-03-01")) >= 0);
	assert_true(str_find(buf_str(&b), S("孙长寿")) < 0);
	assert_true(str_find(buf_str(&b), S("359901")) < 0);
	assert_true(str_find(buf_str(&b), S("applicant\":{")) < 0);
}

static void a_record_replays_byte_for_byte(void **x)
{
	struct rule_judged r = judged("{" FACTS ",\"evidence\":{}}");
	struct rule_decision d = {.input = S("{" FACTS ",\"evidence\":{}}"), .output = r.output, .verdict = S("grant"), .trace_digest = r.digest,
		.now_ms = 1794877200000, .zone = S(RULE_ZONE)};
	struct rule_change c;
	assert_null(rule_replay(a, &d, table(), &c));
	assert_true(c.same_output && c.same_verdict && c.same_trace);
	d.input = S("{" FACTS ",\"evidence\":{\"silent\":[\"fee\"]}}");
	assert_null(rule_replay(a, &d, table(), &c));
	assert_true(c.same_output && !c.same_verdict);
	d.input = S("{");
	assert_non_null(rule_replay(a, &d, table(), &c));
}

int main(void)
{
	a = arena_new(0);
	const struct CMUnitTest tests[] = {cmocka_unit_test(grants_what_is_known), cmocka_unit_test(everything_else_is_a_persons),
		cmocka_unit_test(a_snapshot_holds_what_is_declared), cmocka_unit_test(a_record_replays_byte_for_byte)};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(a);
	return rc;
}
