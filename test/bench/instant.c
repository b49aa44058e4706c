// instant.c — 秒批 in an open loop: applications leave at a rate, whether or not earlier ones were answered;
// the time counts from when a request should have left until its set, with acceptance, decision, record,
// certificate and message in it, is durable. fsync of the same folder is measured beside it.
//
//   instant CITY DATA ITEM RATE SECONDS      ITEM: rights_statement (a paper) or law_firm_reissue (a signed certificate)
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/queue.h"
#include "base/seam.h"
#include "base/set.h"
#include "domain/cert/cert.h"
#include "domain/party/party.h"
#include "calls.h"

enum { PARTIES = 64, WORKERS = 2, FSYNCS = 50 };

static struct arena *a;
static int64_t *took, begun_us;
static _Atomic int64_t finished, failed, granted;

struct shot { struct op_request r; struct arena *a; int64_t due_us; int index; };

// GB 32100: the last sign checks the others.
static struct str uscc_of(int i)
{
	static const char signs[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	static const int w[17] = {1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28};
	struct str body = str_fmt(a, "31359900MD1%06d", i);
	int sum = 0;
	for (int k = 0; k < 17; k++) sum += (int)(strchr(signs, body.p[k]) - signs) * w[k];
	return str_fmt(a, STR_FMT "%c", STR_ARG(body), signs[(31 - sum % 31) % 31]);
}

static struct str resident_of(int i)
{
	static const int w[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
	struct str body = str_fmt(a, "35990119%02d0305%03d", 2 + i / 100 % 5, 100 + i);
	int sum = 0;
	for (int k = 0; k < 17; k++) sum += (body.p[k] - '0') * w[k];
	return str_fmt(a, STR_FMT "%c", STR_ARG(body), "10X98765432"[sum % 11]);
}

static void certificate(struct plan *p, int64_t party, const char *type, struct str number, struct json *face)
{
	int64_t id;
	struct str issued;
	struct cert_new n = {.home = 1, .party = party, .type = str_of(type), .number = number, .holder_masked = S("测*"), .issued = 17000, .face = face};
	must(a, cert_issue(p, &n, &id, &issued));
}

static struct actor party(int i, bool firm)
{
	struct plan p = {.a = a, .store = b.store, .domain = b.domain, .now_ms = seam_now_ms(), .verb = "bench.prepare",
		.actor = {.roles = 1u << ROLE_SYSTEM, .via = VIA_CLI}, .ws = wset_new(a), .cat = domain_catalogue(b.domain)};
	struct str number = firm ? uscc_of(i) : resident_of(i), name = firm ? S("测试律师事务所") : S("测帆");
	int64_t id;
	must(a, snap_open(b.store, a, &p.snap));
	struct party_new n = {.enterprise = firm, .name = name, .phone = S("13800000077"), .address = S("云帆市帆湖区湖滨路 10 号"), .document_type = firm ? S("uscc") : S("111"), .document = number};
	must(a, party_create(&p, &n, &id));
	if (firm) {
		certificate(&p, id, "law_firm_licence", str_fmt(a, "云司律2019%05d", i), put(a, put(a, json_obj(a), "holder", name), "uscc", number));
	} else {
		certificate(&p, id, "identity_card", number, put(a, put(a, json_obj(a), "holder", name), "number", number));
		certificate(&p, id, "social_card", str_fmt(a, "YF9%07d", i), put(a, json_obj(a), "holder", name));
	}
	snap_close(p.snap);
	catalogue_unref(p.cat);
	must(a, store_commit(b.store, a, p.ws));
	return (struct actor){.roles = 1u << ROLE_PERSON, .party = id, .account = id, .name = S("测*"), .via = VIA_WEB};
}

static struct json *draft(struct arena *in, const struct actor *who, struct str item, struct str number)
{
	struct str id = json_text(json_get(call(in, "draft.start", who, put(in, json_obj(in), "what", item)), S("case")));
	if (str_is(item, "law_firm_reissue")) {
		struct json *v = put(in, put(in, json_obj(in), "enterprise.enterprise_name", S("测试律师事务所")), "enterprise.uscc", number), *args = put(in, json_obj(in), "case", id);
		put(in, args, "page", S("enterprise"));
		json_put(in, args, S("values"), v);
		call(in, "draft.save", who, args);
		args = put(in, put(in, json_obj(in), "case", id), "page", S("applicant"));
		json_put(in, args, S("values"), put(in, put(in, json_obj(in), "applicant.phone", S("13800000077")), "applicant.reason", S("搬迁时遗失")));
		call(in, "draft.save", who, args);
	}
	struct json *way = put(in, put(in, json_obj(in), "case", id), "way", S("electronic"));
	call(in, "draft.delivery", who, way);
	struct json *out = put(a, json_obj(a), "case", str_copy(a, id));
	json_put(a, out, S("declared"), json_bool(a, true));
	return out;
}

static void done(struct op_request *r)
{
	struct shot *s = r->arg;
	took[s->index] = seam_mono_us() - s->due_us;
	if (r->err) failed++;
	else if (str_is(json_text(json_get(r->reply, S("state"))), "closed")) granted++;
	arena_free(s->a);                        // as a server does
	finished++;
}

static void run(void *ctx, void *item)
{
	(void)ctx;
	struct shot *s = item;
	op_call(&b.app, &s->r);
}

// As in a server: two of one person at once are stale, and planned again by a worker.
static struct pool *stale;
static void run_again(void *app, void *item) { op_again(app, item); }
static void replan(struct op_app *app, struct op_request *r) { (void)app; CHECK(pool_push(stale, r)); }

static int smaller(const void *x, const void *y)
{
	int64_t d = *(const int64_t *)x - *(const int64_t *)y;
	return d < 0 ? -1 : d > 0;
}

static double fsync_ms(const char *data)
{
	char *path = str_z(a, str_fmt(a, "%s/fsync.probe", data)), block[4096] = {0};
	int64_t t[FSYNCS];
	int fd = open(path, O_CREAT | O_WRONLY, 0600);
	CHECK(fd >= 0);
	for (int i = 0; i < FSYNCS; i++) {
		int64_t from = seam_mono_us();
		CHECK(pwrite(fd, block, sizeof block, i * 4096) == (ssize_t)sizeof block && fdatasync(fd) == 0);
		t[i] = seam_mono_us() - from;
	}
	close(fd);
	unlink(path);
	qsort(t, FSYNCS, sizeof *t, smaller);
	return (double)t[FSYNCS / 2] / 1000;
}

int main(int argc, char **argv)
{
	if (argc < 6) return fprintf(stderr, "usage: instant CITY DATA ITEM RATE SECONDS\n"), 2;
	a = arena_new(0);
	int64_t rate = atoll(argv[4]), count = rate * atoll(argv[5]);
	struct str item = str_of(argv[3]);
	bool firm = str_is(item, "law_firm_reissue");
	must(a, set_put(a, S("log.level"), S("error")));
	// Drafts without fsync, then the same store opened as a server opens it.
	struct boot_config c = {.city = str_of(argv[1]), .data = str_of(argv[2]), .inline_commit = true, .sync_off = true, .readers = 4, .base_url = S("http://127.0.0.1")};
	must(a, boot_open(a, &c, &b));
	struct shot *shot = arena_newn(a, struct shot, count);
	struct actor who[PARTIES];
	struct arena *in = arena_new(0);
	took = arena_newn(a, int64_t, count + 1);
	for (int i = 0; i < PARTIES; i++) who[i] = party(i, firm);
	for (int64_t i = 0; i < count; i++) {
		arena_reset(in);
		shot[i].r = (struct op_request){.name = S("draft.submit"), .actor = who[i % PARTIES], .in = draft(in, &who[i % PARTIES], item, firm ? uscc_of((int)(i % PARTIES)) : S("")),
			.done = done, .arg = &shot[i]};
		shot[i].index = (int)i;
	}
	boot_close(&b);
	c.city = S("");
	c.inline_commit = c.sync_off = false;
	c.city = str_of(argv[1]);
	must(a, boot_open(a, &c, &b));
	double sync = fsync_ms(argv[2]);
	struct pool *pool = pool_start("bench", WORKERS, 65536, run, NULL);
	stale = pool_start("replan", WORKERS, 65536, run_again, &b.app);
	b.app.replan = replan;
	begun_us = seam_mono_us() + 100000;
	for (int64_t i = 0; i < count; i++) {
		shot[i].due_us = begun_us + i * 1000000 / rate;
		int64_t wait = shot[i].due_us - seam_mono_us();
		if (wait > 0) nanosleep(&(struct timespec){wait / 1000000, wait % 1000000 * 1000}, NULL);
		shot[i].r.a = shot[i].a = arena_new(0);
		CHECK(pool_push(pool, &shot[i]));
	}
	while (finished < count) nanosleep(&(struct timespec){0, 2000000}, NULL);
	double seconds = (double)(seam_mono_us() - begun_us) / 1e6;
	pool_stop(pool);
	pool_stop(stale);
	qsort(took, (size_t)count, sizeof *took, smaller);
	printf("{\"bench\":\"instant\",\"item\":\"%s\",\"rate\":%lld,\"done\":%lld,\"granted\":%lld,\"failed\":%lld,\"per_second\":%.0f,\"p50_ms\":%.2f,\"p90_ms\":%.2f,\"p99_ms\":%.2f,\"max_ms\":%.2f,\"fsync_ms\":%.2f}\n",
		argv[3], (long long)rate, (long long)finished, (long long)granted, (long long)failed, (double)count / seconds, (double)took[count / 2] / 1000, (double)took[count * 9 / 10] / 1000,
		(double)took[count * 99 / 100] / 1000, (double)took[count - 1] / 1000, sync);
	boot_close(&b);
	return failed ? 1 : 0;
}
