// Tests of domain/catalogue over the demonstration city: guide, form, papers, fields, fees, processes.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "domain/catalogue/sample.h"

static struct arena *a;
static struct catalogue *c;
static const char *folder;
static day_t today;

static struct json *J(const char *text)
{
	struct json *j;
	assert_null(json_parse(a, str_of(text), (struct json_limits){0}, &j));
	return j;
}

static struct matter bundle(void)
{
	struct matter m = catalogue_matter(c, S("second_hand_home"));
	assert_non_null(m.bundle);
	return m;
}

static const char *plain = "{\"home_count\":\"first\",\"co_owned\":\"single\",\"mortgage\":\"none\",\"payment\":\"full\","
	"\"agent_used\":\"self\",\"utilities\":\"both\"}";
static const char *rich = "{\"home_count\":\"second\",\"co_owned\":\"spouse\",\"mortgage\":\"keep\",\"payment\":\"loan\","
	"\"agent_used\":\"agent\",\"utilities\":\"gas\"}";

static const struct need *need(const struct guide *g, const char *key)
{
	for (uint32_t i = 0; i < g->n_needs; i++)
		if (str_eq(g->need[i].key, str_of(key)))
			return &g->need[i];
	return NULL;
}

static void city_has_no_finding(void **state)
{
	struct findings *f = findings_new(a, 0);
	struct catalogue *again;
	struct samples s;
	assert_null(catalogue_load(str_of(folder), f, &again));
	assert_null(samples_load(again, str_of(folder), f, &s));
	assert_int_equal(f->errors, 0);
	assert_int_equal(f->warnings, 0);
	assert_true(str_eq(again->hash, c->hash));
	assert_int_equal(again->hash.n, 64);
	assert_true(again->n_offices >= 10);
	assert_true(again->n_items >= 14);
	assert_true(s.n_staff >= 20 && s.n_people >= 8);
	catalogue_ref(again);
	catalogue_unref(again);
	assert_true(str_is(again->name.zh, "云帆市"));
	catalogue_unref(again);
	catalogue_unref(NULL);
}

static void missing_folder_is_the_worlds_failure(void **state)
{
	struct findings *f = findings_new(a, 0);
	struct catalogue *x = NULL;
	struct err *e = catalogue_load(S("/nonexistent/city"), f, &x);
	assert_non_null(e);
	assert_int_equal(e->code, E_IO);
	assert_null(x);
}

static void lookups(void **state)
{
	const struct item *it = catalogue_item(c, S("realty_transfer"));
	assert_non_null(it);
	assert_ptr_equal(catalogue_item(c, it->handling_code), it);
	assert_ptr_equal(catalogue_item(c, it->implementation_code), it);
	assert_ptr_equal(catalogue_item(c, it->basic_code), it);
	assert_true(str_is(it->office->code, "resources"));
	assert_null(catalogue_item(c, S("housing")));        // an office, no item
	assert_null(catalogue_item(c, S("")));
	assert_non_null(catalogue_office(c, S("gas")));
	assert_int_equal(catalogue_setting_int(c, S("rating_days"), -1), 30);
	assert_int_equal(catalogue_setting_int(c, S("no such setting"), -1), -1);
	struct matter m = catalogue_matter(c, S("food_licence"));
	assert_null(m.bundle);
	assert_non_null(m.item);
	m = catalogue_matter(c, S("nothing"));
	assert_null(m.bundle);
	assert_null(m.item);
	assert_true(str_is(words_in(it->name, false), "国有建设用地使用权及房屋所有权转移登记"));
}

static void guide_without_answers_shows_all_that_may_come(void **state)
{
	struct guide g;
	assert_null(guide(a, c, bundle(), NULL, &g));
	assert_int_equal(g.n_open, 6);
	assert_int_equal(g.first_open, 0);
	assert_int_equal(g.n_items, 8);
	assert_int_equal(need(&g, "identity_document.buyer")->in, TRUTH_TRUE);
	assert_int_equal(need(&g, "mortgage_consent.house")->in, TRUTH_OPEN);
	assert_false(g.fee_known);
	assert_int_equal(g.promised.n, 5);
	assert_int_equal(g.saved.trips, 8);
}

static void guide_answers_change_papers_fee_days_and_items(void **state)
{
	struct guide p, r;
	assert_null(guide(a, c, bundle(), J(plain), &p));
	assert_int_equal(p.n_open, 0);
	assert_int_equal(p.first_open, p.n_questions);
	assert_int_equal(p.n_items, 8);
	assert_null(need(&p, "identity_document.co_owner"));
	assert_null(need(&p, "mortgage_consent.house"));
	assert_null(need(&p, "loan_contract.buyer"));
	assert_int_equal(p.promised.n, 5);
	assert_int_equal(p.n_signatories, 2);
	assert_null(guide(a, c, bundle(), J(rich), &r));
	assert_int_equal(r.n_items, 7);                      // no cable TV
	assert_int_equal(need(&r, "identity_document.co_owner")->in, TRUTH_TRUE);
	assert_non_null(need(&r, "power_of_attorney.agent"));
	assert_non_null(need(&r, "marriage_certificate.seller"));
	assert_non_null(need(&r, "loan_contract.buyer"));
	assert_int_equal(r.promised.n, 7);                   // transfer with mortgage takes longer
	assert_int_equal(r.n_signatories, 3);
	assert_true(r.n_uploads > p.n_uploads);
	for (uint32_t i = 0; i < r.n_needs; i++)
		assert_int_equal(r.need[i].in, TRUTH_TRUE);
	// nothing is asked twice, and results of one item feed the next
	for (uint32_t i = 0; i < r.n_needs; i++)
		for (uint32_t k = 0; k < i; k++)
			assert_false(str_eq(r.need[i].key, r.need[k].key));
	assert_true(need(&p, "sale_contract.deal")->from_result);
	assert_true(need(&p, "new_realty_certificate.house")->from_result);
	assert_int_equal(need(&p, "identity_document.buyer")->n_items, 8);
	assert_true(p.saved.papers > 0 && p.saved.days > 0);
	bool tariff = false;
	for (uint32_t i = 0; i < r.n_fees; i++)
		tariff |= str_find(r.fee[i].text.zh, S("2%")) >= 0;
	assert_true(tariff);
}

static void guide_refuses_what_is_no_answer(void **state)
{
	struct guide g;
	struct err *e = guide(a, c, bundle(), J("{\"mortgage\":\"perhaps\"}"), &g);
	assert_non_null(e);
	assert_int_equal(e->code, E_CHOICE);
	e = guide(a, c, bundle(), J("{\"colour\":\"red\"}"), &g);
	assert_non_null(e);
	assert_int_equal(e->code, E_UNKNOWN_FIELD);
	assert_non_null(guide(a, c, bundle(), J("[1]"), &g));
	assert_non_null(guide(a, c, bundle(), J("{\"mortgage\":5}"), &g));
	assert_null(guide(a, c, bundle(), J("{\"mortgage\":null}"), &g));
	assert_int_equal(g.n_open, 6);
}

static void single_item_asks_only_its_own_questions(void **state)
{
	struct guide g;
	struct matter m = {NULL, catalogue_item(c, S("contract_filing"))};
	assert_null(guide(a, c, m, NULL, &g));
	assert_int_equal(g.n_questions, 3);                  // co_owned, payment, agent_used
	m.item = catalogue_item(c, S("food_licence"));
	assert_null(guide(a, c, m, NULL, &g));
	assert_int_equal(g.n_questions, 0);
	assert_int_equal(g.promised.n, 8);
}

static void guide_is_one_document(void **state)
{
	struct guide g;
	assert_null(guide(a, c, bundle(), J(plain), &g));
	struct json *zh = guide_json(a, c, bundle(), &g, false), *en = guide_json(a, c, bundle(), &g, true);
	assert_true(str_is(json_text(json_get(zh, S("code"))), "second_hand_home"));
	assert_int_equal(json_count(json_get(zh, S("items"))), 8);
	assert_true(str_is(json_text(json_path(zh, "promised.text")), "5 个工作日"));
	assert_true(str_is(json_text(json_path(en, "promised.text")), "5 working days"));
	assert_true(str_is(json_text(json_path(zh, "questions.0.answer")), "first"));
	assert_true(json_text(json_path(zh, "sample")).n > 0);
	struct buf b = buf_new(a);
	json_print(&b, zh);
	struct json *back;
	assert_null(json_parse(a, buf_str(&b), (struct json_limits){0}, &back));
	assert_true(json_equal(back, zh));
}

static void form_asks_each_element_of_a_subject_once(void **state)
{
	struct form f;
	assert_null(form_merge(a, c, bundle(), J(plain), &f));
	assert_true(f.n_fields < f.n_singly / 3);
	uint32_t n = 0;
	for (uint32_t p = 0; p < f.n_pages; p++)
		for (uint32_t s = 0; s < f.page[p].n_sections; s++)
			for (uint32_t i = 0; i < f.page[p].section[s].n_fields; i++, n++)
				assert_ptr_equal(form_find(&f, f.page[p].section[s].field[i].key), &f.page[p].section[s].field[i]);
	assert_int_equal(n, f.n_fields);
	assert_non_null(form_find(&f, S("buyer.name")));
	assert_non_null(form_find(&f, S("seller.name")));
	assert_int_equal(form_find(&f, S("buyer.name"))->n_uses, 8);
	assert_null(form_find(&f, S("co_owner.name")));
	assert_null(form_find(&f, S("deal.loan_bank")));
	assert_null(form_merge(a, c, bundle(), J(rich), &f));
	assert_non_null(form_find(&f, S("co_owner.name")));
	assert_non_null(form_find(&f, S("agent.id_number")));
	assert_null(form_find(&f, S("house.tv_account")));
	struct json *j = form_json(a, c, &f, true);
	assert_int_equal(json_count(json_get(j, S("pages"))), f.n_pages);
}

static const char *values = "{\"buyer.name\":\"王小帆\",\"buyer.id_number\":\"359901190305120120\",\"buyer.phone\":\"138 0000 0001\","
	"\"buyer.address\":\"云帆市帆湖区湖滨路 10 号\",\"buyer.ownership\":\"sole\",\"seller.name\":\"李望海\","
	"\"seller.id_number\":\"３５９９０１１９０２０８１７０２３０\",\"seller.phone\":\"13800000002\","
	"\"house.certificate_number\":\"云（2018）云帆市不动产权第0001234号\",\"house.house_address\":\"云帆市望海区港湾路 20 号 501 室\","
	"\"house.floor_area\":\"89.60\",\"house.house_use\":\"flat\",\"house.water_account\":\"10023456\","
	"\"house.power_account\":\"3501002345\",\"house.gas_account\":\"80034567\",\"house.tv_account\":\"60045678\","
	"\"deal.deal_price\":\"1,280,000\",\"deal.signed_on\":\"2026年11月5日\"}";

static void whole_form_is_checked(void **state)
{
	struct form f;
	struct json *norm, *facts;
	assert_null(form_merge(a, c, bundle(), J(plain), &f));
	struct err *e = form_check(a, c, &f, J(plain), J(values), today, &norm, &facts);
	if (e)
		fail_msg(STR_FMT ": " STR_FMT, STR_ARG(e->field), STR_ARG(err_text(a, e, true)));
	assert_true(str_is(json_text(json_get(norm, S("deal.deal_price"))), "1280000.00"));
	assert_true(str_is(json_text(json_get(norm, S("deal.signed_on"))), "2026-11-05"));
	assert_true(str_is(json_text(json_get(norm, S("seller.id_number"))), "359901190208170230"));
	assert_true(str_is(json_text(json_get(norm, S("buyer.phone"))), "13800000001"));
	assert_true(str_is(json_text(json_path(facts, "house.floor_area")), "89.6"));
	assert_true(str_is(json_text(json_path(facts, "home_count")), "first"));

	// shares are asked for, and required, only when owned in shares
	struct json *shares = json_copy(a, J(values));
	json_put(a, shares, S("buyer.ownership"), json_str(a, S("shares")));
	e = form_check(a, c, &f, J(plain), shares, today, &norm, &facts);
	assert_non_null(e);
	assert_int_equal(e->code, E_REQUIRED);
	assert_true(str_is(e->field, "buyer.share"));
	assert_null(e->next);

	// a share typed before the answer became "sole" is dropped
	struct json *stale = json_copy(a, J(values));
	json_put(a, stale, S("buyer.share"), json_str(a, S("50")));
	assert_null(form_check(a, c, &f, J(plain), stale, today, &norm, &facts));
	assert_null(json_get(norm, S("buyer.share")));
	assert_null(json_path(facts, "buyer.share"));
	assert_non_null(json_path(facts, "buyer.ownership"));

	struct json *bad = json_copy(a, J(values));
	json_put(a, bad, S("buyer.id_number"), json_str(a, S("359901190305120121")));
	json_put(a, bad, S("seller.name"), json_str(a, S("  ")));
	json_put(a, bad, S("stranger.name"), json_str(a, S("x")));
	json_put(a, bad, S("deal.deal_price"), json_arr(a));
	e = form_check(a, c, &f, J(plain), bad, today, &norm, &facts);
	int n = 0;
	bool seen[E_COUNT] = {0};
	for (; e; e = e->next, n++)
		seen[e->code] = true;
	assert_true(n >= 4);
	assert_true(seen[E_DOC_CHECKSUM] && seen[E_REQUIRED] && seen[E_UNKNOWN_FIELD] && seen[E_TYPE]);
	assert_non_null(form_check(a, c, &f, J(plain), J("[]"), today, &norm, &facts));
	assert_non_null(form_check(a, c, &f, J(plain), NULL, today, &norm, &facts));
}

static void fields(void **state)
{
	static const struct { const char *element, *text; enum err_code code; const char *normal; } v[] = {
		{"id_number", "11010519491231002x", E_COUNT, "11010519491231002X"}, {"id_number", "110105194912310021", E_DOC_CHECKSUM, NULL},
		{"id_number", "350203190002291236", E_DOC_DATE, NULL}, {"id_number", "990203190001011238", E_DOC_REGION, NULL},
		{"id_number", "35020320991231123X", E_DOC_DATE, NULL}, {"id_number", "12345678901234567", E_DOC_FORMAT, NULL},
		{"id_number", "911124198108030024", E_COUNT, "911124198108030024"}, {"id_number", "CAN110081080310", E_COUNT, "CAN110081080310"},
		{"id_number", "830000199201300022", E_COUNT, "830000199201300022"}, {"id_number", "H12345678", E_COUNT, "H12345678"},
		{"uscc", "91350100m000100y43", E_COUNT, "91350100M000100Y43"}, {"uscc", "91350100M000100Y44", E_DOC_CHECKSUM, NULL},
		{"phone", "+86 138-0000-0000", E_COUNT, "13800000000"}, {"phone", "12", E_PHONE, NULL}, {"phone", "abc", E_PHONE, NULL},
		{"signed_on", "2026/11/5", E_COUNT, "2026-11-05"}, {"signed_on", "20261105", E_COUNT, "2026-11-05"},
		{"signed_on", "2026-02-30", E_DATE, NULL}, {"signed_on", "2027-01-01", E_DATE_FUTURE, NULL}, {"signed_on", "tomorrow", E_DATE, NULL},
		{"signed_on", "9999999999-1-1", E_DATE, NULL},
		{"deal_price", "128,00", E_NUMBER, NULL}, {"deal_price", "1,28,0000", E_NUMBER, NULL}, {"deal_price", "1,280,000.5元", E_COUNT, "1280000.50"},
		{"deal_price", "１２８００００", E_COUNT, "1280000.00"}, {"deal_price", "1280000.001", E_NUMBER_SCALE, NULL},
		{"deal_price", "1e5", E_NUMBER, NULL}, {"deal_price", "0", E_TOO_SMALL, NULL}, {"deal_price", "-5", E_TOO_SMALL, NULL},
		{"deal_price", "2000000000", E_TOO_LARGE, NULL}, {"deal_price", "007", E_COUNT, "7.00"}, {"deal_price", "12.", E_NUMBER, NULL},
		{"deal_price", "1280000 元", E_COUNT, "1280000.00"}, {"deal_price", "NaN", E_NUMBER, NULL},
		{"floor_area", "85.50 平方米", E_COUNT, "85.5"}, {"floor_area", "..", E_NUMBER, NULL},
		{"ownership", "sole", E_COUNT, "sole"}, {"ownership", "Sole", E_CHOICE, NULL},
		{"has_pension", "true", E_COUNT, "true"}, {"has_pension", "yes", E_CHOICE, NULL},
		{"water_account", "1002 3456", E_COUNT, "10023456"}, {"water_account", "1002", E_PATTERN, NULL}, {"water_account", "10023456789012345", E_TOO_LONG, NULL},
		{"name", "王", E_COUNT, "王"}, {"name", "王\x01", E_CHARACTER, NULL}, {"name", "\xE2\x80\xAE王", E_CHARACTER, NULL},
		{"name", "   ", E_REQUIRED, NULL}, {"name", "𠮷田", E_COUNT, "𠮷田"}, {"reason", "一", E_TOO_SHORT, NULL},
	};
	for (size_t i = 0; i < countof(v); i++) {
		struct str n;
		struct err *e = field_check(a, c, S("x.y"), catalogue_element(c, str_of(v[i].element)), str_of(v[i].text), today, &n);
		if (v[i].code == E_COUNT ? e != NULL : !e || e->code != v[i].code)
			fail_msg("%s “%s”: %s", v[i].element, v[i].text, e ? err_name(e->code) : "accepted");
		if (e)
			assert_true(str_is(e->field, "x.y"));
		else
			assert_true(str_eq(n, str_of(v[i].normal)));
	}
	assert_true(str_is(field_masked(a, SENS_NAME, S("王小帆")), "王**"));
	assert_true(str_is(field_masked(a, SENS_ADDRESS, S("云帆市帆湖区湖滨街道 10 号")), "云帆市帆湖区湖滨街道****"));
	assert_true(str_is(field_masked(a, SENS_NONE, S("x")), "x"));
	assert_true(str_find(field_masked(a, SENS_IDENTITY, S("359901190305120120")), S("19030512")) < 0);
}

static void deed_tax_by_table(void **state)
{
	static const struct { const char *homes, *area, *price, *tax; } v[] = {
		{"first", "140", "1280000", "12800.00"}, {"first", "140.01", "1280000", "19200.00"}, {"second", "90", "1000000", "10000.00"},
		{"second", "200", "1000000", "20000.00"}, {"more", "90", "999999.99", "30000.00"}};
	for (size_t i = 0; i < countof(v); i++) {
		struct fee_line *line;
		uint32_t n;
		dec total, want;
		bool known;
		struct json *facts = J(str_z(a, str_fmt(a, "{\"home_count\":\"%s\",\"house\":{\"floor_area\":%s},\"deal\":{\"deal_price\":\"%s\"}}",
			v[i].homes, v[i].area, v[i].price)));
		assert_null(fee_compute(a, c, catalogue_item(c, S("deed_tax")), facts, &line, &n, &total, &known));
		assert_int_equal(n, 1);
		assert_true(known);
		assert_true(dec_parse(str_of(v[i].tax), &want));
		assert_int_equal(dec_cmp(total, want), 0);
	}
	struct json *out;
	assert_null(rule_run(a, c, catalogue_rule(c, S("deed_tax")), NULL, &out));
	assert_int_equal(out->type, JSON_NULL);              // nothing known: no amount, and no guess
	assert_null(rule_run(a, c, catalogue_rule(c, S("realty_checks")),
		J("{\"mortgage\":\"none\",\"co_owned\":\"single\",\"house\":{\"floor_area\":100},\"deal\":{\"deal_price\":5000}}"), &out));
	assert_true(str_is(json_text(json_get(out, S("result"))), "manual"));
}

static void expressions_over_facts(void **state)
{
	struct str s;
	struct json *facts = J("{\"buyer\":{\"name\":\"王小帆\"},\"deal\":{\"signed_on\":\"2026-11-05\",\"deal_price\":\"12.50\"}}");
	assert_null(catalogue_eval(a, c, S("buyer.name"), facts, &s));
	assert_true(str_is(s, "王小帆"));
	assert_null(catalogue_eval(a, c, S("deal.deal_price * 2"), facts, &s));
	assert_true(str_is(s, "25") || str_is(s, "25.00"));
	assert_null(catalogue_eval(a, c, S("string(deal.signed_on.year)"), facts, &s));
	assert_true(str_is(s, "2026"));
	assert_null(catalogue_eval(a, c, S("seller.name"), facts, &s));
	assert_int_equal(s.n, 0);
	assert_non_null(catalogue_eval(a, c, S("buyer. +"), facts, &s));
}

static void items_of_a_bundle_stand_behind_those_they_wait_for(void **state)
{
	const struct bundle *b = bundle().bundle;
	for (uint32_t i = 0; i < b->n_items; i++)
		for (uint32_t k = 0; k < b->item[i].n_after; k++) {
			bool before = false;
			for (uint32_t j = 0; j < i; j++)
				before |= b->item[j].item == b->item[i].after[k];
			assert_true(before);
		}
}

int main(int argc, char **argv)
{
	folder = argv[1];
	a = arena_new(0);
	today = day_of(2026, 11, 21);
	struct findings *f = findings_new(a, 0);
	struct err *e = catalogue_load(str_of(folder), f, &c);
	if (e) {
		print_error(STR_FMT "\n", STR_ARG(err_text(a, e, true)));
		return 1;
	}
	const struct CMUnitTest tests[] = {cmocka_unit_test(city_has_no_finding), cmocka_unit_test(missing_folder_is_the_worlds_failure),
		cmocka_unit_test(lookups), cmocka_unit_test(guide_without_answers_shows_all_that_may_come),
		cmocka_unit_test(guide_answers_change_papers_fee_days_and_items), cmocka_unit_test(guide_refuses_what_is_no_answer),
		cmocka_unit_test(single_item_asks_only_its_own_questions), cmocka_unit_test(guide_is_one_document),
		cmocka_unit_test(form_asks_each_element_of_a_subject_once), cmocka_unit_test(whole_form_is_checked),
		cmocka_unit_test(fields), cmocka_unit_test(deed_tax_by_table), cmocka_unit_test(expressions_over_facts),
		cmocka_unit_test(items_of_a_bundle_stand_behind_those_they_wait_for)};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);
	catalogue_unref(c);
	arena_free(a);
	return rc;
}
