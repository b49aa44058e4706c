// Who somebody is: of several identity documents the newest one speaks.
#include "planned.h"

#include "domain/party/party.h"

static void document(struct test *t, int64_t party, const char *number, int64_t from_day)
{
	begin(t);
	WSET_EXEC(t->p.ws, 1, "INSERT INTO party_document (id, party, type, document, number, masked, from_day) VALUES (?1,?2,?3,?4,?5,?6,?7)",
		V_INT(store_id(t->boot.store)), V_INT(party), V_TEXT(S("414")), V_TEXT(party_document_hash(&t->p, str_of(number))),
		V_TEXT(secret_seal(&t->p, str_of(number))), V_TEXT(S("*")), V_INT(from_day));
	wset_touch(t->p.ws, KEEP_PARTY, party);
	end(t);
}

static void is_known_by(struct test *t, int64_t party, const char *number)
{
	struct party who;
	begin(t);
	OK(party_read(&t->p, party, &who));
	end(t);
	assert_true(str_is(who.name, "测帆"));
	assert_true(str_eq(who.document, str_of(number)));
}

static void newest_document_speaks(struct test *t)
{
	struct boot_config c = {.data = str_of(t->place.dir), .store_url = str_of(t->place.url), .base_url = S("https://yunfan.example"),
		.readers = 2, .sync_off = true};
	int64_t party;
	struct party who;
	OK(boot_open(t->a, &c, &t->boot));
	begin(t);
	struct party_new n = {.name = S("测帆"), .phone = S("13800000077"), .address = S("湖滨路 10 号"), .document_type = S("111"), .document = S("359901193003050013")};
	OK(party_create(&t->p, &n, &party));
	end(t);
	is_known_by(t, party, "359901193003050013");
	document(t, party, "E00000001", 40000);
	document(t, party, "E00000002", 30000);                   // entered later, dated earlier
	is_known_by(t, party, "E00000001");
	document(t, party, "E00000003", 40000);                   // of the same day: the one entered last
	is_known_by(t, party, "E00000003");
	begin(t);
	IS(E_NOT_FOUND, party_read(&t->p, party + 1, &who));
	end(t);
	boot_close(&t->boot);
}

int main(void)
{
	static const struct both_test tests[] = {{"newest_document_speaks", newest_document_speaks}};
	return both_run("party", tests, countof(tests), run);
}
