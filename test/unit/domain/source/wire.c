// Over HTTP: a question leaves signed for a configured address, and what comes back decides the case, or a person does.
#include "../../net/peer.h"
#include "both.h"
#include "cli/boot.h"
#include "codec/bytes.h"
#include "codec/sm.h"
#include "domain/party/account.h"
#include "job/ask.h"
#include "job/job.h"
#include "net/client.h"
#include "op/op.h"
#include "signed_in.h"

static struct arena *a;
static struct boot boot;
static struct place place;
static struct http *server;
static const char *how;                // how the office behaves
static int asked;

#define SECRET "between-us"

static struct str sign(struct arena *m, struct str body)
{
	uint8_t mac[SM3_BYTES];
	struct buf b = buf_new(m);
	sm3_hmac(S(SECRET), body, mac);
	bytes_hex(&b, mac, sizeof mac);
	return buf_str(&b);
}

// The office: checks who asks, answers its own record, and signs.
static void office(void *ctx, struct http_req *q)
{
	struct json *in;
	asked++;
	bool good = sm_equal_str(sign(q->a, q->body), http_get_header(q, S("x-tongban-signature"))) && !json_parse(q->a, q->body, (struct json_limits){0}, &in);
	if (!good || strcmp(how, "broken") == 0) {
		http_reply(q, &(struct http_answer){.status = good ? 500 : 403});
		return;
	}
	// Only what the item needs is asked, by the number and name of the person alone.
	CHECK(json_count(json_get(in, S("facts"))) == 2 && json_count(json_get(in, S("subject"))) == 2 && json_text(json_get(in, S("purpose"))).n);
	struct str body = str_fmt(q->a, "{\"query\":\"%.*s\",\"source\":\"population\",\"version\":\"2026.1\",\"result\":\"found\",\"facts\":"
		"{\"address\":\"云帆市帆湖区湖滨路 10 号 302 室\",\"birth_date\":\"1903-05-12\"}}", STR_ARG(json_text(json_get(in, S("query")))));
	struct http_header h = {S("X-Tongban-Signature"), strcmp(how, "forged") == 0 ? S("00") : sign(q->a, body)};
	http_reply(q, &(struct http_answer){.status = 200, .body = body, .header = &h, .headers = 1});
}

static struct json *call(struct actor who, const char *op, struct str in)
{
	struct json *j;
	assert_null(json_parse(a, in, (struct json_limits){0}, &j));
	struct op_request r = {.name = str_of(op), .actor = who, .in = j, .a = a};
	op_call(&boot.app, &r);
	if (r.err) fail_msg("%s: %.*s", op, STR_ARG(err_text(a, r.err, true)));
	return r.reply;
}

// Applies, lets the jobs go on for a while, and gives the state of the case.
static struct str apply(const char *behaviour)
{
	how = behaviour;
	struct actor who = signed_in(&boot, a, "buyer");
	struct str id = json_text(json_get(call(who, "draft.start", S("{\"what\": \"longevity_first\"}")), S("case")));
	call(who, "draft.save", str_fmt(a, "{\"case\": \"%.*s\", \"page\": \"elder\", \"values\": {\"elder.name\": \"王小帆\", \"elder.id_number\": \"359901190305120120\","
		" \"elder.phone\": \"13800000001\", \"elder.birth_date\": \"1903-05-12\", \"elder.address\": \"云帆市帆湖区湖滨路 10 号 302 室\","
		" \"elder.bank_account\": \"6200000000000000000\", \"elder.has_pension\": \"false\"}}", STR_ARG(id)));
	call(who, "draft.delivery", str_fmt(a, "{\"case\": \"%.*s\", \"way\": \"electronic\"}", STR_ARG(id)));
	struct str version = json_text(json_get(call(who, "draft.check", str_fmt(a, "{\"case\": \"%.*s\"}", STR_ARG(id))), S("version")));
	struct json *said = call(who, "draft.submit", str_fmt(a, "{\"case\": \"%.*s\", \"version\": %.*s, \"declared\": true}", STR_ARG(id), STR_ARG(version)));
	if (!str_is(json_text(json_get(said, S("state"))), "checking")) fail_msg("%s, asked %d, day %d: handed in, it is %.*s", how, asked, day_shanghai(seam_now_ms()) - day_of(2026, 11, 17), STR_ARG(json_text(json_get(said, S("state")))));
	for (int i = 0; i < 4; i++) {
		while (job_pass(&boot.app, 50, NULL) + ask_pass(&boot.app, 50, NULL)) continue;
		seam_fake_set(seam_now_ms() + 60000);
	}
	return json_text(json_get(call(who, "case.get", str_fmt(a, "{\"case\": \"%.*s\"}", STR_ARG(id))), S("state")));
}

static void decides(void **state)
{
	assert_true(str_is(apply("good"), "closed"));
	assert_int_equal(asked, 1);
	seam_fake_set(seam_now_ms() + 48 * 3600000);                           // the answer is too old to be used again
	asked = 0;
	assert_true(str_is(apply("forged"), "received"));
	assert_int_equal(asked, 1);
	asked = 0;
	assert_true(str_is(apply("broken"), "received"));
	assert_int_equal(asked, 3);                               // as often as its file says
	assert_null(set_put(a, S("source.secrets"), S("population=another")));
	asked = 0;
	assert_true(str_is(apply("good"), "received"));           // the office does not know us
	assert_null(set_put(a, S("source.addresses"), S("")));
	asked = 0;
	assert_true(str_is(apply("good"), "received"));           // nobody can be asked
	assert_int_equal(asked, 0);
}

static int setup(void **state)
{
	a = arena_new(0);
	client_init();
	place_make(&place, SQLITE);
	assert_null(set_put(a, S("session.password_kib"), S("1024")));
	assert_null(set_put(a, S("session.password_passes"), S("1")));
	assert_null(set_put(a, S("log.level"), S("error")));
	struct http_conf conf = http_conf_default();
	struct http_hooks hooks = {.on_request = office};
	conf.listen = S("127.0.0.1:0");
	assert_null(http_start(a, &conf, &hooks, &server));
	assert_null(set_put(a, S("source.addresses"), str_fmt(a, "population=http://127.0.0.1:%d/ask", http_port(server))));
	assert_null(set_put(a, S("source.secrets"), S("population=" SECRET)));
	// The demonstration city, with one of its sources behind an address.
	struct str city = str_fmt(a, "%s-city", place.dir);
	assert_int_equal(system(str_z(a, str_fmt(a, "cp -r '" CITY "' '%.*s' && sed -i 's/^kind: sandbox/kind: http/' '%.*s/sources/population.yaml'",
		STR_ARG(city), STR_ARG(city)))), 0);
	seam_fake(ms_shanghai(day_of(2026, 11, 17), 9, 0), 7);
	struct boot_config c = {.city = city, .data = str_of(place.dir), .store_url = str_of(place.url), .base_url = S("https://yunfan.example"),
		.demo = true, .inline_commit = true, .readers = 4, .sync_off = true};
	struct err *e = boot_open(a, &c, &boot);
	if (e) fail_msg("%.*s", STR_ARG(err_text(a, e, true)));
	return 0;
}

static int teardown(void **state)
{
	http_stop(server);
	boot_close(&boot);
	int gone = system(str_z(a, str_fmt(a, "rm -rf '%s-city'", place.dir)));
	arena_free(a);
	place_drop(&place);
	return gone;
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(decides)};
	return cmocka_run_group_tests(tests, setup, teardown);
}
