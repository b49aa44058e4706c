// What somebody holds today: of several certificates of one type the newest that is valid; a draft begins with what it says.
#include "planned.h"

#include "domain/case/case.h"
#include "domain/cert/cert.h"
#include "domain/party/party.h"

static int64_t issue(struct test *t, int64_t party, const char *name, day_t issued, day_t expires, int64_t replaces)
{
	int64_t id;
	struct str number;
	struct json *face = json_obj(t->a);
	json_put(t->a, face, S("holder"), json_str(t->a, str_of(name)));
	struct cert_new n = {.home = 1, .party = party, .type = S("identity_card"), .number = S("359901193003050013"), .holder_masked = S("云*"),
		.issued = issued, .expires = expires, .face = face, .replaces = replaces};
	begin(t);
	OK(cert_issue(&t->p, &n, &id, &number));
	end(t);
	return id;
}

static void holds(struct test *t, int64_t party, int64_t id, size_t valid, size_t all)
{
	struct cert *list, one;
	size_t n;
	bool found;
	begin(t);
	OK(cert_valid(&t->p, party, S("identity_card"), &list, &n));
	assert_int_equal(n, valid);
	if (n) assert_true(list[0].id == id && list[0].face && list[0].number.n);
	OK(cert_valid(&t->p, party, S(""), &list, &n));
	assert_int_equal(n, valid);
	OK(cert_valid(&t->p, party, S("food_licence"), &list, &n));
	assert_int_equal(n, 0);
	OK(cert_list(&t->p, party, &list, &n));
	assert_int_equal(n, all);
	OK(cert_of_party(&t->p, party, S("identity_card"), &one, &found));
	assert_int_equal(found, valid > 0);
	if (found) assert_true(one.id == id && !one.number.n && !one.face && one.number_masked.n);
	end(t);
}

static void begins_with(struct test *t, int64_t party, const char *name)
{
	struct kase *k;
	struct values vs;
	begin(t);
	t->p.actor.party = party;
	OK(case_start(&t->p, S("food_licence"), json_obj(t->a), party, &k));
	OK(case_write(&t->p));
	int64_t id = k->id;
	end(t);
	begin(t);
	OK(case_read(&t->p, id, &k));
	OK(case_values(&t->p, k, &vs));
	struct value *v = values_find(&vs, S("applicant.name"));
	if (!v || !str_eq(v->text, str_of(name))) fail_msg("the form begins with " STR_FMT ", not %s", STR_ARG(v ? v->text : S("nothing")), name);
	end(t);
}

static void the_newest_valid_one_speaks(struct test *t)
{
	struct boot_config c = {.city = S(CITY), .data = str_of(t->place.dir), .store_url = str_of(t->place.url), .base_url = S("https://yunfan.example"),
		.readers = 2, .sync_off = true};
	int64_t party;
	OK(boot_open(t->a, &c, &t->boot));
	day_t today = day_shanghai(seam_now_ms());
	begin(t);
	struct party_new n = {.name = S("测帆"), .phone = S("13800000077"), .address = S("湖滨路 10 号"), .document_type = S("111"), .document = S("359901193003050013")};
	OK(party_create(&t->p, &n, &party));
	end(t);
	holds(t, party, 0, 0, 0);
	int64_t first = issue(t, party, "旧名", today - 300, 0, 0);
	holds(t, party, first, 1, 1);
	begins_with(t, party, "旧名");
	int64_t second = issue(t, party, "新名", today - 100, 0, first);
	holds(t, party, second, 1, 2);
	begins_with(t, party, "新名");
	issue(t, party, "过期", today - 50, today - 1, 0);           // newer, and over
	holds(t, party, second, 1, 3);
	begins_with(t, party, "新名");
	int64_t beside = issue(t, party, "最新", today - 10, 0, 0);
	holds(t, party, beside, 2, 4);
	begins_with(t, party, "最新");
	boot_close(&t->boot);
}

int main(void)
{
	static const struct both_test tests[] = {{"the_newest_valid_one_speaks", the_newest_valid_one_speaks}};
	return both_run("cert", tests, countof(tests), run);
}
