// Wrong events at wrong times through the operations: at every step of a case's way, everything that steps its process is
// tried by those it does not belong to (another office, another area, another person, nobody), and what was right once is
// sent again. Nothing of it is taken, and nothing is written. Then the right one does it, and the case goes on.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include "base/set.h"
#include "codec/bytes.h"
#include "job/job.h"
#include "op/op.h"
#include "both.h"
#include "cli/boot.h"

static struct arena *a;
static struct boot boot;
#include "calls.h"
static struct place place;
static int refused;

static void jobs(void)
{
	while (job_pass(&boot.app, 50, NULL)) continue;
}

static long long at(struct json *o, const char *path)
{
	int64_t id = 0;
	if (!str_int(json_text(json_path(o, path)), &id)) fail_msg("nothing at %s", path);
	return (long long)id;
}

// Everything a process is, and whatever a taken event would leave beside it.
static struct str picture(void)
{
	static const char *const rows[] = {"SELECT id, version, ended FROM flow_instance ORDER BY id", "SELECT id, version, open FROM task ORDER BY id",
		"SELECT instance, key, due_ms FROM flow_timer ORDER BY instance, key", "SELECT instance, key, case_id FROM flow_wait ORDER BY instance, key",
		"SELECT instance, key, attempt FROM flow_job ORDER BY instance, key", "SELECT instance, key, at_ms FROM flow_incident ORDER BY instance, key",
		"SELECT count(*), max(instance), max(version) FROM flow_event", "SELECT id, version, id FROM case_ ORDER BY id",
		"SELECT count(*), 0, 0 FROM case_opinion", "SELECT count(*), 0, 0 FROM journal_entry", "SELECT count(*), 0, 0 FROM outbox",
		"SELECT count(*), 0, 0 FROM idem", "SELECT count(*), 0, 0 FROM paper"};
	struct snap *snap;
	struct rows r;
	struct buf b = buf_new(a);
	OK(snap_open(boot.store, a, &snap));
	for (size_t i = 0; i < countof(rows); i++) {
		OK(snap_query(snap, a, &r, rows[i], NULL, 0));
		for (size_t k = 0; k < r.n; k++) buf_fmt(&b, "%lld %lld %lld;", (long long)row_int(&r, k, 0), (long long)row_int(&r, k, 1), (long long)row_int(&r, k, 2));
		buf_byte(&b, '\n');
	}
	OK(snap_query(snap, a, &r, "SELECT state FROM flow_instance ORDER BY id", NULL, 0));
	for (size_t k = 0; k < r.n; k++) bytes_hex(&b, (const uint8_t *)row_blob(&r, k, 0).p, row_blob(&r, k, 0).n);
	snap_close(snap);
	return buf_str(&b);
}

// ---- whose it is not ----

struct stranger { const char *what; struct actor who; };
static struct stranger strangers[10];
static size_t n_strangers;

static void stranger(const char *what, struct actor who)
{
	strangers[n_strangers++] = (struct stranger){what, who};
}

static void know_strangers(void)
{
	n_strangers = 0;
	struct actor area = as("qingyu_approval_approver"), watch = as("supervisor");
	stranger("another office's approver", as("fire_approver"));
	stranger("another office's clerk", as("fire_clerk"));
	stranger("another area's approver", area);
	stranger("another area's clerk", as("qingyu_approval_clerk"));
	watch.office = area.office;
	watch.unit = area.unit;
	stranger("another area's supervisor", watch);
	stranger("another person", as("buyer"));
	stranger("another person, a signatory elsewhere", as("elder"));
	stranger("nobody", (struct actor){.roles = 1u << ROLE_PUBLIC, .via = VIA_API});
}

struct event { const char *op; struct json *in; bool done; };      // done: it was taken, once
static struct event events[80];
static size_t n_events;

static void event(const char *op, struct json *in)
{
	events[n_events++] = (struct event){op, in};
}

static void same(struct str before, const char *op, const char *who)
{
	struct str now = picture();
	if (!str_eq(before, now)) fail_msg("%s by %s left something:\n%.*s\n%.*s", op, who, STR_ARG(before), STR_ARG(now));
}

// Everything known so far, by everybody it does not belong to.
static void nobody_else(void)
{
	struct str before = picture();
	for (size_t i = 0; i < n_events; i++)
		for (size_t k = 0; k < n_strangers; k++) {
			struct op_request r = ask(strangers[k].who, events[i].op, events[i].in);
			if (!r.err || (r.err->code != E_NOT_FOUND && r.err->code != E_FORBIDDEN && r.err->code != E_SIGN_IN))
				fail_msg("%s by %s: %s", events[i].op, strangers[k].what, r.err ? err_name(r.err->code) : "taken");
			assert_true(err_text(a, r.err, false).n > 12);
			refused++;
		}
	same(before, "an event", "somebody else");
}

// The newest event of this operation, by whom it belongs to; and at once a second time, which is refused.
static void goes_on(struct actor who, const char *op)
{
	struct event *e = NULL;
	for (size_t i = 0; i < n_events; i++)
		if (strcmp(events[i].op, op) == 0 && !events[i].done) e = &events[i];
	assert_non_null(e);
	nobody_else();
	must(who, op, e->in);
	e->done = true;
	struct str before = picture();
	struct op_request r = ask(who, op, e->in);
	if (!r.err || err_is_world(r.err->code)) fail_msg("%s twice: %s", op, r.err ? err_name(r.err->code) : "taken");
	same(before, op, "whoever did it before");
	refused++;
	jobs();
}

static long long open_task(struct actor who, const char *step)
{
	struct json *rows = json_get(must(who, "task.list", NULL), S("rows"));
	for (uint32_t i = 0; i < json_count(rows); i++)
		if (str_find(json_text(json_get(rows->item[i], S("step"))), str_of(step)) >= 0) return at(rows->item[i], "id");
	fail_msg("no open %s", step);
	return 0;
}

static long long version_of(struct actor who, long long task)
{
	return at(must(who, "task.get", parse("{\"task\": %lld}", task)), "version");
}

static void decision(struct actor who, long long task)
{
	event("task.decide", parse("{\"task\": %lld, \"version\": %lld, \"outcome\": \"agree\", \"opinion\": \"同意\"}", task, version_of(who, task)));
}

// What could be said of a process at any time.
static void always(long long id, const char *number)
{
	static const char *const tables[][3] = {{"SELECT id, 0 FROM flow_timer ORDER BY id DESC LIMIT 1", "flow.timer", "timer"},
		{"SELECT id, 0 FROM flow_job ORDER BY id DESC LIMIT 1", "flow.job", "job"}};
	struct catalogue *cat = domain_catalogue(boot.domain);
	event("case.withdraw", parse("{\"case\": %lld, \"reason\": \"不办了\"}", id));
	event("case.resubmit", parse("{\"case\": %lld}", id));
	event("flow.message", parse("{\"number\": \"%s\", \"name\": \"news\"}", number));
	event("flow.migrate", parse("{\"case\": %lld, \"to\": \"%.*s\", \"note\": \"换\"}", id, STR_ARG(cat->hash)));
	event("flow.migrate_all", parse("{\"to\": \"%.*s\", \"note\": \"换\"}", STR_ARG(cat->hash)));
	for (int key = 1; key < 4; key++) event("flow.resolve", parse("{\"case\": %lld, \"key\": %d, \"note\": \"再试\"}", id, key));
	catalogue_unref(cat);
	for (size_t i = 0; i < countof(tables); i++) {
		struct snap *snap;
		struct rows r;
		OK(snap_open(boot.store, a, &snap));
		OK(snap_query(snap, a, &r, tables[i][0], NULL, 0));
		long long row = r.n ? (long long)row_int(&r, 0, 0) : 1;
		snap_close(snap);
		event(tables[i][1], parse("{\"%s\": %lld}", tables[i][2], row));
	}
	event("flow.job_failed", parse("{\"job\": 1, \"why\": \"没有办成\"}"));
}

static void a_road(void)
{
	struct actor owner = as("islander"), window = as("window1"), approver = as("urban_management_approver"), head = as("urban_management_head");
	n_events = 0;
	know_strangers();
	long long id = at(must(owner, "draft.start", parse("{\"what\": \"road_digging\"}")), "case");
	event("draft.drop", parse("{\"case\": %lld}", id));
	event("draft.submit", parse("{\"case\": %lld, \"declared\": true}", id));
	must(owner, "draft.save", parse("{\"case\": %lld, \"page\": \"enterprise\", \"values\": {\"enterprise.enterprise_name\": \"云帆市海风餐饮店\", \"enterprise.uscc\": \"92359900MA0Y90023Q\"}}", id));
	must(owner, "draft.save", parse("{\"case\": %lld, \"page\": \"site\", \"values\": {\"site.premises_address\": \"云帆市望海区港湾路 30 号\", \"site.dig_length\": \"35\"}}", id));
	must(owner, "draft.upload", parse("{\"case\": %lld, \"material\": \"business_licence_copy.enterprise\"}", id));
	must(owner, "draft.upload", parse("{\"case\": %lld, \"material\": \"dig_plan.site\"}", id));
	must(owner, "draft.delivery", parse("{\"case\": %lld, \"way\": \"electronic\"}", id));
	goes_on(owner, "draft.submit");
	char number[40];
	snprintf(number, sizeof number, "%.*s", STR_ARG(json_text(json_path(must(owner, "case.get", parse("{\"case\": %lld}", id)), "number"))));
	always(id, number);
	long long version = at(must(window, "desk.case", parse("{\"case\": %lld}", id)), "version");
	event("desk.correct", parse("{\"case\": %lld, \"version\": %lld, \"marks\": [{\"key\": \"site.dig_length\", \"text\": \"请核对长度\"}]}", id, version));
	event("desk.accept", parse("{\"case\": %lld, \"version\": %lld}", id, version));
	goes_on(window, "desk.accept");
	decision(approver, open_task(approver, "审查"));
	goes_on(approver, "task.decide");
	long long pick = open_task(approver, "选择");
	event("task.pick", parse("{\"task\": %lld, \"version\": %lld, \"activity\": \"pipes\"}", pick, version_of(approver, pick)));
	goes_on(approver, "task.pick");
	event("task.picked_all", parse("{\"task\": %lld, \"version\": %lld}", pick, version_of(approver, pick)));
	decision(approver, open_task(approver, "地下管线意见"));
	goes_on(approver, "task.decide");
	goes_on(approver, "task.picked_all");
	decision(head, open_task(head, "决定"));
	goes_on(head, "task.decide");
	assert_true(str_is(json_text(json_path(must(owner, "case.get", parse("{\"case\": %lld}", id)), "outcome")), "granted"));
	nobody_else();                                // it is over: still nobody's
}

// Several sign one application; a service task of another one has failed for good.
static void a_signature_and_an_incident(void)
{
	struct actor buyer = as("islander"), window = as("window1"), approver = as("public_security_approver"), watch = as("supervisor");
	n_events = 0;
	know_strangers();
	long long dog = at(must(buyer, "draft.start", parse("{\"what\": \"dog_licence\"}")), "case");
	must(buyer, "draft.save", parse("{\"case\": %lld, \"page\": \"applicant\", \"values\": {\"applicant.dog_breed\": \"中华田园犬\"}}", dog));
	must(buyer, "draft.upload", parse("{\"case\": %lld, \"material\": \"vaccination_record.applicant\"}", dog));
	must(buyer, "draft.delivery", parse("{\"case\": %lld, \"way\": \"electronic\"}", dog));
	event("draft.submit", parse("{\"case\": %lld, \"declared\": true}", dog));
	event("sign.confirm", parse("{\"case\": %lld, \"digest\": \"00\", \"declared\": true}", dog));
	event("sign.refuse", parse("{\"case\": %lld, \"reason\": \"不对\"}", dog));
	event("sign.recall", parse("{\"case\": %lld}", dog));
	event("sign.expire", parse("{\"case\": %lld}", dog));
	goes_on(buyer, "draft.submit");
	event("desk.accept", parse("{\"case\": %lld, \"version\": %lld}", dog, at(must(window, "desk.case", parse("{\"case\": %lld}", dog)), "version")));
	goes_on(window, "desk.accept");
	decision(approver, open_task(approver, "决定"));
	seam_fault_set("flow.job", 1);
	goes_on(approver, "task.decide");
	for (int i = 0; i < 3; i++) {
		seam_fault_set("flow.job", 1);
		seam_fake_set(seam_now_ms() + 3600 * 1000);
		jobs();
	}
	seam_fault_set("flow.job", 0);
	watch = as("supervisor");
	window = as("window1");
	buyer = as("islander");
	know_strangers();
	long long key = at(must(watch, "flow.incidents", NULL), "rows.0.key");
	event("flow.resolve", parse("{\"case\": %lld, \"key\": %lld, \"note\": \"再试\"}", dog, key));
	goes_on(watch, "flow.resolve");
	assert_true(str_is(json_text(json_path(must(buyer, "case.get", parse("{\"case\": %lld}", dog)), "outcome")), "granted"));
	nobody_else();
}

static void open_city(enum kind store)
{
	a = arena_new(0);
	place_make(&place, store);
	OK(set_put(a, S("session.password_kib"), S("1024")));
	OK(set_put(a, S("session.password_passes"), S("1")));
	OK(set_put(a, S("log.level"), S("error")));
	seam_fake(ms_shanghai(day_of(2026, 11, 17), 9, 0), 7);
	struct boot_config c = {.city = str_of(CITY), .data = str_of(place.dir), .store_url = str_of(place.url), .base_url = S("https://yunfan.example"), .demo = true,
		.inline_commit = true, .readers = 4, .sync_off = true};
	OK(boot_open(a, &c, &boot));
}

static void whole(enum kind store)
{
	refused = 0;
	open_city(store);
	a_road();
	a_signature_and_an_incident();
	print_message("%d wrong events refused\n", refused);
	assert_true(refused > 500);
	boot_close(&boot);
	arena_free(a);
	place_drop(&place);
}

static void on_sqlite(void **state) { whole(SQLITE); }
static void on_postgres(void **state) { if (!place_can(POSTGRES)) skip(); whole(POSTGRES); }

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(on_sqlite), cmocka_unit_test(on_postgres)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
