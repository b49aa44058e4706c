#include "codec/ids.h"

#include <setjmp.h>
#include <cmocka.h>

static struct arena *a;
static day_t today;

static enum ids_fault check(enum ids_kind kind, const char *s)
{
	return ids_check(kind, ids_normal(a, str_of(s)), today, NULL);
}

static void resident_numbers(void **state)
{
	static const struct { const char *no; enum ids_sex sex; } good[] = {
		{"11010519491231002X", IDS_FEMALE}, {"440524188001010014", IDS_MALE},
		{"350203190101011236", IDS_MALE},
		{"350211190102284527", IDS_FEMALE}, {"350305190210050080", IDS_FEMALE},
		{"440511190402293167", IDS_FEMALE},
		{"460106190512315014", IDS_MALE}, {" 11010519491231002x", IDS_FEMALE},
		{"１１０１０５１９４９１２３１００２Ｘ", IDS_FEMALE},
	};
	for (size_t i = 0; i < countof(good); i++) {
		struct ids_person p;
		day_t then = i == 1 ? day_of(1990, 1, 1) : today;    // one of the standard's examples was born in 1880
		assert_int_equal(ids_check(IDS_RESIDENT, ids_normal(a, str_of(good[i].no)), then, &p),
			IDS_OK);
		assert_int_equal(p.sex, good[i].sex);
		assert_true(p.has_birth);
	}
	static const struct { const char *no; enum ids_fault fault; } bad[] = {
		{"110105194912310021", IDS_CHECKSUM}, {"350203190002291236", IDS_DATE},
		{"350203190113011233", IDS_DATE},
		{"350203190100001239", IDS_DATE}, {"990203190001011238", IDS_REGION},
		{"35020320991231123X", IDS_DATE},
		{"440524188001010014", IDS_DATE}, {"911124198108030024", IDS_REGION},
		{"11010519491231002", IDS_FORMAT},
		{"11010519491231002XX", IDS_FORMAT}, {"11010519491231002Y", IDS_FORMAT},
		{"1101051949123100X2", IDS_FORMAT},
		{"", IDS_FORMAT}, {"110105491231002", IDS_FORMAT}, {"010105194912310021", IDS_FORMAT},
		{"11010519491231 02X", IDS_FORMAT},
	};
	for (size_t i = 0; i < countof(bad); i++)
		assert_int_equal(check(IDS_RESIDENT, bad[i].no), bad[i].fault);
	struct ids_person p;
	assert_int_equal(ids_check(IDS_RESIDENT, S("350203190101011236"), today, &p), IDS_OK);
	assert_int_equal(p.born, day_of(1901, 1, 1));
	assert_int_equal(ids_check(IDS_RESIDENT, S("350203190101011236"), day_of(1900, 12, 31), &p),
		IDS_DATE);
	assert_false(p.has_birth);
	// Every single mistyped digit behind the region is found.
	char no[] = "350203190101011236";
	for (int i = 6; i < 18; i++)
		for (char c = '0'; c <= '9'; c++) {
			char was = no[i];
			no[i] = c;
			if (c != was) assert_true(check(IDS_RESIDENT, no) != IDS_OK);
			no[i] = was;
		}
}

static void other_documents(void **state)
{
	static const struct { enum ids_kind kind; const char *no; enum ids_fault is; } rows[] = {
		{IDS_FOREIGN_PR, "911124198108030024", IDS_OK},
		{IDS_FOREIGN_PR, "911398199012310021", IDS_OK},
		{IDS_FOREIGN_PR, "CAN110081080310", IDS_OK}, {IDS_FOREIGN_PR, "kaz110090123105", IDS_OK},
		{IDS_FOREIGN_PR, "CAN110081080311", IDS_CHECKSUM},
		{IDS_FOREIGN_PR, "911124198108030025", IDS_CHECKSUM},
		{IDS_FOREIGN_PR, "999124198108030024", IDS_REGION},
		{IDS_FOREIGN_PR, "911124198113030024", IDS_DATE},
		{IDS_FOREIGN_PR, "CAN110081130310", IDS_DATE},
		{IDS_FOREIGN_PR, "CA1110081080310", IDS_FORMAT},
		{IDS_FOREIGN_PR, "350203190101011236", IDS_FORMAT},
		{IDS_HKMO_PERMIT, "H12345678", IDS_OK}, {IDS_HKMO_PERMIT, "M1234567801", IDS_OK},
		{IDS_HKMO_PERMIT, "A1234567801", IDS_FORMAT},
		{IDS_HKMO_PERMIT, "H123456780", IDS_FORMAT}, {IDS_HKMO_PERMIT, "", IDS_FORMAT},
		{IDS_TAIWAN_PERMIT, "12345678", IDS_OK}, {IDS_TAIWAN_PERMIT, "1234567890", IDS_OK},
		{IDS_TAIWAN_PERMIT, "123456789", IDS_FORMAT},
		{IDS_HKMOTW_RESIDENCE, "810000199408230021", IDS_OK},
		{IDS_HKMOTW_RESIDENCE, "810000199001010019", IDS_OK},
		{IDS_HKMOTW_RESIDENCE, "810000190306150011", IDS_OK},
		{IDS_HKMOTW_RESIDENCE, "820000190410100024", IDS_OK},
		{IDS_HKMOTW_RESIDENCE, "830000199201300022", IDS_OK},
		{IDS_HKMOTW_RESIDENCE, "830000190203050038", IDS_OK},
		{IDS_HKMOTW_RESIDENCE, "830000190203050039", IDS_CHECKSUM},
		{IDS_HKMOTW_RESIDENCE, "350203190101011236", IDS_REGION},
		{IDS_TO_HKMO, "C12345678", IDS_OK}, {IDS_TO_HKMO, "CA2345678", IDS_OK},
		{IDS_TO_HKMO, "C1234567", IDS_FORMAT},
		{IDS_TO_TAIWAN, "L12345678", IDS_OK}, {IDS_TO_TAIWAN, "X12345678", IDS_FORMAT},
		{IDS_PASSPORT_CN, "E12345678", IDS_OK}, {IDS_PASSPORT_CN, "G12345678", IDS_OK},
		{IDS_PASSPORT_CN, "EA1234567", IDS_OK},
		{IDS_PASSPORT_CN, "EI1234567", IDS_FORMAT}, {IDS_PASSPORT_CN, "EO1234567", IDS_FORMAT},
		{IDS_PASSPORT_CN, "DE1234567", IDS_OK},
		{IDS_PASSPORT_CN, "P1234567", IDS_OK}, {IDS_PASSPORT_CN, "P123456", IDS_FORMAT},
		{IDS_PASSPORT_CN, "GA1234567", IDS_FORMAT},
		{IDS_PASSPORT_FOREIGN, "AB12345", IDS_OK}, {IDS_PASSPORT_FOREIGN, "AB12", IDS_FORMAT},
		{IDS_PASSPORT_FOREIGN, "AB-12345", IDS_FORMAT},
		{IDS_PASSPORT_FOREIGN, "012345678901234567890", IDS_FORMAT},
	};
	for (size_t i = 0; i < countof(rows); i++)
		if (check(rows[i].kind, rows[i].no) != rows[i].is)
			fail_msg("%s: %d", rows[i].no, check(rows[i].kind, rows[i].no));
	struct ids_person p;
	assert_int_equal(ids_check(IDS_HKMO_PERMIT, S("H12345678"), today, &p), IDS_OK);
	assert_true(!p.has_birth && p.sex == IDS_SEX_UNKNOWN);
	enum ids_kind k;
	assert_true(ids_kind_of_code(S("511"), &k) && k == IDS_TAIWAN_PERMIT);
	assert_false(ids_kind_of_code(S("999"), &k));
}

static void credit_codes(void **state)
{
	static const char *const good[] = {"91350100M000100Y43", "11100000000013338W", "11370800MB28559184",
		"11330105002500287C",
		"91440300708461136T", "91330106MA27Y4U47R", "91350200MA31ABCD0D", "11350200004123454P",
			"12350305MB0K12341X",
		"91460100MA5RC0TE5D", "92440511MA4W88885L", "52350200MJB123456M", "91350100m000100y43"};
	for (size_t i = 0; i < countof(good); i++)
		if (ids_uscc(ids_normal(a, str_of(good[i])), NULL)) fail_msg("%s", good[i]);
	bool inner;
	assert_int_equal(ids_uscc(S("91350100M000100Y43"), &inner), IDS_OK);
	assert_true(inner);
	assert_int_equal(ids_uscc(S("91350100M000100Y44"), &inner), IDS_CHECKSUM);
	static const char *const bad[] = {"91350100M000100Y4", "9135010OM000100Y43", "91350100M000100Y4I",
		"91350100M000100YS3", "",
		"91350100M000100Y433", "9A35A100M000100Y43"};
	for (size_t i = 0; i < countof(bad); i++)
		assert_int_equal(ids_uscc(str_of(bad[i]), NULL), IDS_FORMAT);
}

static void certificate_identifiers(void **state)
{
	static const char *const good[] = {
		"1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U",
		"1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.002.S",
		"1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.001.F",
		"1.2.156.3005.2.11100000000013338W087.11370800MB28559184.37080001202411010001.001.3",
		"1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0",
		"1.2.156.3005.2.11100000000013338W011.11350200004123454P.2026000001.001.T",
		"1.2.156.3005.2.11100000000013338W011.11350200004123454P.2026000001.002.R"};
	for (size_t i = 0; i < countof(good); i++) assert_int_equal(ids_certificate(str_of(good[i])), IDS_OK);
	assert_true(str_eq(ids_certificate_make(a, S("11100000000013338W011"), S("11350200004123454P"),
		S("2026000001"), 2), str_of(good[6])));
	static const struct { const char *no; enum ids_fault is; } bad[] = {
		{"1.2.156.3005.2.11100000000013338W011.11350200004123454P.2026000001.001.R", IDS_CHECKSUM},
		{"1.2.156.3005.2.11100000000013338W011.11350200004123454P.2026000001.001.", IDS_FORMAT},
		{"1.2.156.3005.2.11100000000013338W011.11350200004123454P.2026000001.001", IDS_FORMAT},
		{"1.2.156.3005.2.11100000000013338W011.11350200004123454P.2026000001.001.T.1", IDS_FORMAT},
		{"1.2.156.3005.2.11100000000013338W011.11350200004123454P..001.T", IDS_FORMAT},
		{"1.2.156.3005.2.11100000000013338W011.11350200004123454P.2026000001.000.T", IDS_FORMAT},
		{"1.2.156.3005.2.11100000000013338w011.11350200004123454P.2026000001.001.T", IDS_FORMAT},
		{"11100000000013338W011.11350200004123454P.2026000001.001.T", IDS_FORMAT}, {"", IDS_FORMAT},
	};
	for (size_t i = 0; i < countof(bad); i++)
		assert_int_equal(ids_certificate(str_of(bad[i].no)), bad[i].is);
	char longest[300] = "1.2.156.3005.2.";
	memset(longest + 15, '1', sizeof longest - 15);
	assert_int_equal(ids_certificate((struct str){longest, sizeof longest}), IDS_FORMAT);
	assert_int_equal(ids_mod_37_36(S("a")), 0);
}

static void phones(void **state)
{
	static const struct { const char *in, *out; enum ids_phone is; } rows[] = {
		{"138 1234-5678", "13812345678", IDS_PHONE_MOBILE},
		{"+86 138 1234 5678", "13812345678", IDS_PHONE_MOBILE},
		{"0086-13812345678", "13812345678", IDS_PHONE_MOBILE},
		{"１３８１２３４５６７８", "13812345678", IDS_PHONE_MOBILE},
		{"12812345678", "12812345678", IDS_PHONE_BAD}, {"1381234567", "1381234567", IDS_PHONE_BAD},
		{"0592-1234567", "0592-1234567", IDS_PHONE_LANDLINE},
		{"05921234567-12", "05921234567-12", IDS_PHONE_LANDLINE},
		{"010-12345678-1234567", "010123456781234567", IDS_PHONE_BAD},
		{"0592-123456", "0592123456", IDS_PHONE_BAD},
		{"12345", "12345", IDS_PHONE_SERVICE}, {"95588", "95588", IDS_PHONE_SERVICE},
		{"400-123-4567", "4001234567", IDS_PHONE_SERVICE},
		{"", "", IDS_PHONE_BAD}, {"abc", "ABC", IDS_PHONE_BAD},
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct str out;
		enum ids_phone is = ids_phone(a, str_of(rows[i].in), &out);
		if (rows[i].is == IDS_PHONE_LANDLINE || rows[i].is == IDS_PHONE_MOBILE ||
			rows[i].is == IDS_PHONE_SERVICE)
			assert_string_equal(str_z(a, out), rows[i].out);
		if (is != rows[i].is) fail_msg("%s: %d", rows[i].in, is);
	}
}

static void says_what_is_wrong(void **state)
{
	assert_null(ids_err(a, IDS_OK, S("id_no"), S("身份证号")));
	struct err *e = ids_err(a, IDS_CHECKSUM, S("id_no"), S("身份证号"));
	assert_int_equal(e->code, E_DOC_CHECKSUM);
	assert_true(str_is(e->field, "id_no"));
	assert_true(str_starts(err_text(a, e, false), S("身份证号的校验码")));
}

int main(void)
{
	a = arena_new(0);
	today = day_of(2026, 11, 5);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(resident_numbers), cmocka_unit_test(other_documents),
		cmocka_unit_test(credit_codes), cmocka_unit_test(certificate_identifiers),
			cmocka_unit_test(phones),
		cmocka_unit_test(says_what_is_wrong),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(a);
	return failed;
}
