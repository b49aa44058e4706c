// submit.c — what `tongban serve` is measured with: prepared applications, the statements their submission
// writes, and those statements alone, replayed as fast as the store takes them.
//
//   submit prepare CITY DATA URL COUNT VALUES   64 people with sessions, COUNT complete drafts of bench_permit;
//                                               VALUES: a line each, "token TAB case TAB version TAB clerk's token"
//   submit record OP CITY DATA URL VALUES OUT   calls OP for every line and writes down its write sets
//   submit replay DATA URL RECORD LABEL WARM    64 producers make the recorded queries and hand each set behind them to
//                                               store_submit; the first WARM untimed
//   submit replay-writes DATA URL RECORD LABEL WARM    the sets alone
// URL "-" is the database embedded in DATA. Records hold the sets of OP only, not those of number leases, and no queries
// that a running server answers from memory (SNAP_KEPT).
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/seam.h"
#include "base/set.h"
#include "cli/boot.h"
#include "domain/cert/cert.h"
#include "domain/party/account.h"
#include "domain/schema.h"

enum { PEOPLE = 64, PRODUCERS = 64 };

static struct arena *a;

static void must(struct err *e)
{
	if (!e) return;
	fprintf(stderr, "submit: %s " STR_FMT "\n", err_name(e->code), STR_ARG(err_text(a, e, true)));
	exit(1);
}

static void open_city(struct boot *b, const char *city, const char *data, const char *url)
{
	struct boot_config c = {.city = str_of(city), .data = str_of(data), .store_url = strcmp(url, "-") ? str_of(url) : S(""), .demo = true,
		.inline_commit = true, .sync_off = true, .base_url = S("http://127.0.0.1")};
	must(boot_open(a, &c, b));
}

static struct json *object(struct arena *in, const char *text)
{
	struct json *j;
	must(json_parse(in, str_of(text), (struct json_limits){0}, &j));
	return j;
}

static struct json *call(struct boot *b, struct arena *in, const char *op, const struct actor *who, struct json *args, struct str *cookie, struct str key)
{
	struct op_request r = {.name = str_of(op), .actor = *who, .in = args, .a = in, .key = key};
	op_call(&b->app, &r);
	if (r.err) fprintf(stderr, "submit: in %s\n", op);
	for (struct err *e = r.err; e; e = e->next) fprintf(stderr, "  " STR_FMT " %s\n", STR_ARG(e->field), err_name(e->code));
	must(r.err);
	if (cookie) *cookie = str_copy(a, r.set_cookie);
	return r.reply;
}

static struct actor actor_of(struct boot *b, struct str token)
{
	struct snap *snap;
	struct actor who;
	must(snap_open(b->store, a, &snap));
	must(actor_of_token(snap, a, b->domain, token, seam_now_ms(), &who));
	snap_close(snap);
	return who;
}

static struct str sign_in(struct boot *b, struct str login, struct str password)
{
	struct json *in = json_obj(a);
	struct str token;
	json_put(a, in, S("login"), json_str(a, login));
	json_put(a, in, S("password"), json_str(a, password));
	call(b, a, "session.sign_in", &(struct actor){.roles = 1u << ROLE_PUBLIC}, in, &token, S(""));
	return token;
}

// ---- prepare ----

static struct str resident_number(int i)
{
	static const int weight[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
	struct str body = str_fmt(a, "35990119%02d0305%03d", 30 + i / 10, 500 + i);
	int sum = 0;
	for (int k = 0; k < 17; k++) sum += (body.p[k] - '0') * weight[k];
	return str_fmt(a, STR_FMT "%c", STR_ARG(body), "10X98765432"[sum % 11]);
}

static void person(struct boot *b, int i, struct str login)
{
	struct plan p = {.a = a, .store = b->store, .domain = b->domain, .now_ms = seam_now_ms(), .verb = "bench.prepare",
		.actor = {.roles = 1u << ROLE_SYSTEM, .via = VIA_CLI}, .ws = wset_new(a), .cat = domain_catalogue(b->domain)};
	int64_t party, account, cert;
	struct str number = resident_number(i), issued;
	must(snap_open(b->store, a, &p.snap));
	struct party_new n = {.name = S("测帆"), .phone = S("13800000077"), .address = S("云帆市帆湖区湖滨路 10 号 302 室"), .document_type = S("111"), .document = number};
	must(party_create(&p, &n, &party));
	struct account_new acc = {.login = login, .password = S("yunfan-bench-2026"), .party = party, .roles = 1u << ROLE_PERSON, .name = S("测*")};
	must(account_create(&p, &acc, &account));
	struct json *face = json_obj(a);
	json_put(a, face, S("holder"), json_str(a, n.name));
	json_put(a, face, S("number"), json_str(a, number));
	json_put(a, face, S("address"), json_str(a, n.address));
	const struct certificate_type *t = catalogue_certificate(p.cat, S("identity_card"));
	struct cert_new c = {.home = t->issuer->home, .party = party, .type = S("identity_card"), .number = number, .holder_masked = S("测*"), .issued = 17000, .face = face};
	must(cert_issue(&p, &c, &cert, &issued));
	snap_close(p.snap);
	catalogue_unref(p.cat);
	must(store_commit(b->store, a, p.ws));
}

static const char answers[] = "{\"applicant.dog_breed\":\"中华田园犬\",\"applicant.birth_date\":\"1935-05-01\",\"applicant.has_pension\":\"true\","
	"\"applicant.reason\":\"家中饲养一只成年犬，已经完成免疫接种\",\"applicant.bank_account\":\"6200000000000000000\",\"applicant.house_address\":\"云帆市帆湖区湖滨路 10 号 302 室\","
	"\"applicant.certificate_number\":\"云（2024）云帆市不动产权第0001234号\",\"applicant.floor_area\":\"85.50\",\"applicant.house_use\":\"flat\",\"applicant.deal_price\":\"1280000.00\","
	"\"applicant.signed_on\":\"2026-11-05\",\"applicant.loan_bank\":\"云帆银行帆湖支行\",\"applicant.water_account\":\"10023456\",\"applicant.power_account\":\"3501002345\","
	"\"applicant.gas_account\":\"80034567\",\"applicant.tv_account\":\"60045678\",\"applicant.phone\":\"13800000077\",\"applicant.address\":\"云帆市帆湖区湖滨路 10 号 302 室\"}";

static struct json *of_case(struct arena *in, int64_t id)
{
	struct json *j = json_obj(in);
	json_put(in, j, S("case"), json_id(in, id));
	return j;
}

static int64_t version_of(struct boot *b, struct arena *in, int64_t id)
{
	struct snap *snap;
	struct rows r;
	must(snap_open(b->store, in, &snap));
	must(SNAP_QUERY(snap, in, &r, "SELECT version FROM case_ WHERE id = ?1", V_INT(id)));   // allow: a bench reads what it made
	snap_close(snap);
	return row_int(&r, 0, 0);
}

static int64_t draft(struct boot *b, struct arena *in, const struct actor *who)
{
	struct json *j = call(b, in, "draft.start", who, object(in, "{\"what\":\"bench_permit\"}"), NULL, S(""));
	int64_t id = 0;
	CHECK(json_int(json_get(j, S("case")), &id) || str_int(json_text(json_get(j, S("case"))), &id));
	struct json *first = call(b, in, "draft.get", who, of_case(in, id), NULL, S(""));
	struct json *task = json_path(first, "groups.0.tasks.0.href");
	struct str page = json_text(task);
	while (str_find(page, S("/")) >= 0) str_cut(&page, S("/"));
	struct json *save = of_case(in, id);
	json_put(in, save, S("page"), json_str(in, page));
	json_put(in, save, S("values"), object(in, answers));
	call(b, in, "draft.save", who, save, NULL, S(""));
	struct json *way = of_case(in, id);
	json_put(in, way, S("way"), json_str(in, S("electronic")));
	call(b, in, "draft.delivery", who, way, NULL, S(""));
	return id;
}

static void prepare(const char *city, const char *data, const char *url, int64_t count, const char *values)
{
	struct boot b;
	struct str token[PEOPLE];
	struct actor who[PEOPLE];
	struct buf out = buf_new(a);
	open_city(&b, city, data, url);
	struct str clerk = sign_in(&b, S("window1"), S("yunfan-demo-2026"));
	for (int i = 0; i < PEOPLE; i++) {
		struct str login = str_fmt(a, "bench%02d", i);
		person(&b, i, login);
		token[i] = sign_in(&b, login, S("yunfan-bench-2026"));
		who[i] = actor_of(&b, token[i]);
	}
	struct arena *in = arena_new(0);
	for (int64_t n = 0; n < count; n++) {
		arena_reset(in);
		int64_t id = draft(&b, in, &who[n % PEOPLE]);
		buf_fmt(&out, STR_FMT "\t%lld\t%lld\t" STR_FMT "\n", STR_ARG(token[n % PEOPLE]), (long long)id, (long long)version_of(&b, in, id), STR_ARG(clerk));
	}
	must(file_write(a, str_of(values), buf_str(&out), false));
	arena_free(in);
	boot_close(&b);
}

// ---- record ----

static struct buf record;
static const char *recorded_op;
static int64_t recorded;

static void put_n(struct buf *b, int64_t n) { buf_add(b, (struct str){(const char *)&n, sizeof n}); }
static void put_s(struct buf *b, struct str s)
{
	put_n(b, (int64_t)s.n);
	buf_add(b, s);
}

static void put_params(struct buf *b, const struct val *v, size_t n)
{
	put_n(b, (int64_t)n);
	for (size_t k = 0; k < n; k++) {
		put_n(b, v[k].type);
		if (v[k].type == VAL_INT) put_n(b, v[k].i);
		else put_s(b, v[k].type == VAL_NULL ? S("") : v[k].s);
	}
}

// What was asked since the last set belongs to the next one.
static struct buf reads;
static int64_t n_reads;

static void take_read(void *ctx, const char *sql, const struct val *v, size_t n)
{
	(void)ctx;
	put_s(&reads, str_of(sql));
	put_params(&reads, v, n);
	n_reads++;
}

static void take(void *ctx, const struct wset *ws)
{
	(void)ctx;
	bool ours = false;
	struct str asked_for_it = buf_str(&reads);
	int64_t n = n_reads;
	reads.n = 0;
	n_reads = 0;
	for (size_t i = 0; i < wset_count(ws); i++) {
		struct wset_stmt s = wset_at(ws, i);
		ours |= str_starts(str_of(s.sql), S("INSERT INTO idem ")) && str_eq(s.param[2].s, str_of(recorded_op));
	}
	if (!ours) return;
	recorded++;
	put_n(&record, n);
	buf_add(&record, asked_for_it);
	put_n(&record, (int64_t)wset_count(ws));
	for (size_t i = 0; i < wset_count(ws); i++) {
		struct wset_stmt s = wset_at(ws, i);
		put_n(&record, s.expect);
		put_s(&record, str_of(s.sql));
		put_params(&record, s.param, s.n);
	}
}

static void record_all(const char *op, const char *city, const char *data, const char *url, const char *values, const char *to)
{
	struct boot b;
	struct str text, out = str_of(to);
	struct buf after = buf_new(a);
	bool clerk = strcmp(op, "desk.accept") == 0;
	open_city(&b, city, data, url);
	must(file_read(a, str_of(values), 64 << 20, &text));
	record = buf_new(a);
	reads = buf_new(a);
	recorded_op = op;
	store_set_recorder(b.store, take, take_read, NULL);
	struct arena *in = arena_new(0);
	struct actor who[PEOPLE] = {0};
	for (int64_t n = 0; text.n; n++) {
		arena_reset(in);
		struct str line = str_cut(&text, S("\n")), token = str_cut(&line, S("\t")), id = str_cut(&line, S("\t")), version = str_cut(&line, S("\t"));
		int64_t c = 0, v = 0;
		CHECK(str_int(id, &c) && str_int(version, &v));
		if (!who[n % PEOPLE].roles) who[n % PEOPLE] = actor_of(&b, clerk ? line : token);
		struct json *args = of_case(in, c);
		json_put(in, args, S("version"), json_num(in, v));
		if (!clerk) json_put(in, args, S("declared"), json_bool(in, true));
		reads.n = 0;                                             // those of this bench are nobody's
		n_reads = 0;
		call(&b, in, op, &who[n % PEOPLE], args, NULL, str_fmt(in, "record-%lld", (long long)n));
		buf_fmt(&after, STR_FMT "\t" STR_FMT "\t%lld\t" STR_FMT "\n", STR_ARG(token), STR_ARG(id), (long long)version_of(&b, in, c), STR_ARG(line));
	}
	struct buf head = buf_new(a);
	record.n ? (void)0 : must(err_new(a, E_BUG));
	buf_add(&head, (struct str){(const char *)&recorded, sizeof recorded});
	buf_add(&head, buf_str(&record));
	must(file_write(a, out, buf_str(&head), false));
	must(file_write(a, str_fmt(a, STR_FMT ".values", STR_ARG(out)), buf_str(&after), false));
	arena_free(in);
	boot_close(&b);
}

// ---- replay ----

static struct store *store;
static struct wset **sets;
struct read { const char *sql; struct val *v; size_t n; };
static struct reads { struct read *read; size_t n; } *asked;             // by set
static bool with_reads;
static size_t n_sets, rows_of_all, reads_of_all;
static _Atomic size_t next_set;
static size_t last_set;
static _Atomic int64_t refused;

static int64_t get_n(struct str *s)
{
	int64_t n;
	CHECK(s->n >= sizeof n);
	memcpy(&n, s->p, sizeof n);
	*s = str_from(*s, sizeof n);
	return n;
}
static struct str get_s(struct str *s)
{
	size_t n = (size_t)get_n(s);
	CHECK(s->n >= n);
	struct str out = str_part(*s, 0, n);
	*s = str_from(*s, n);
	return out;
}

// One address a text, as a program has it: the store keeps prepared statements by address.
static const char *literal(struct str sql)
{
	static struct { struct str sql; const char *z; } known[200];
	size_t i = 0;
	for (; known[i].z; i++)
		if (str_eq(known[i].sql, sql)) return known[i].z;
	CHECK(i + 1 < countof(known));
	known[i].sql = sql;
	return known[i].z = str_z(a, sql);
}

static struct val *get_params(struct str *s, struct arena *in, size_t *n)
{
	*n = (size_t)get_n(s);
	struct val *v = arena_newn(in, struct val, *n + 1);
	for (size_t k = 0; k < *n; k++) {
		v[k] = (struct val){.type = (enum val_type)get_n(s)};
		if (v[k].type == VAL_INT) v[k].i = get_n(s);
		else v[k].s = get_s(s);
	}
	return v;
}

static void load(struct str s)
{
	n_sets = (size_t)get_n(&s);
	sets = arena_newn(a, struct wset *, n_sets);
	asked = arena_newn(a, struct reads, n_sets);
	for (size_t i = 0; i < n_sets; i++) {
		struct arena *in = arena_new(0);
		size_t n;
		sets[i] = wset_new(in);
		asked[i].n = (size_t)get_n(&s);
		asked[i].read = arena_newn(in, struct read, asked[i].n + 1);
		for (size_t k = 0; k < asked[i].n; k++, reads_of_all++) {
			struct read *r = &asked[i].read[k];
			r->sql = literal(get_s(&s));
			r->v = get_params(&s, in, &r->n);
		}
		for (int64_t left = get_n(&s); left; left--, rows_of_all++) {
			int64_t expect = get_n(&s);
			const char *sql = literal(get_s(&s));
			struct val *v = get_params(&s, in, &n);
			wset_exec(sets[i], expect, sql, v, n);
		}
	}
}

// As the operation asks: what it expects, in one round trip where that counts.
static struct err *ask(struct arena *own, const struct reads *r)
{
	struct snap *p;
	struct rows rows;
	struct err *e = snap_open_late(store, own, &p);
	if (e) return e;
	for (size_t i = 0; i < r->n; i++) snap_expect(p, own, r->read[i].sql, r->read[i].v, r->read[i].n);
	for (size_t i = 0; i < r->n && !e; i++) e = snap_query(p, own, &rows, r->read[i].sql, r->read[i].v, r->read[i].n);
	snap_close(p);
	return e;
}

static void *produce(void *ctx)
{
	(void)ctx;
	struct arena *own = arena_new(0);
	for (size_t i; (i = atomic_fetch_add(&next_set, 1)) < last_set;) {
		arena_reset(own);
		struct err *e = with_reads ? ask(own, &asked[i]) : NULL;
		if (!e) e = store_commit(store, own, sets[i]);
		if (!e) continue;
		if (!atomic_fetch_add(&refused, 1)) fprintf(stderr, "submit: replay: " STR_FMT "\n", STR_ARG(err_text(own, e, true)));
	}
	arena_free(own);
	return NULL;
}

static int64_t replay_part(size_t from, size_t to)
{
	pthread_t thread[PRODUCERS];
	atomic_store(&next_set, from);
	last_set = to;
	int64_t t0 = seam_mono_us();
	for (int i = 0; i < PRODUCERS; i++) CHECK(pthread_create(&thread[i], NULL, produce, NULL) == 0);
	for (int i = 0; i < PRODUCERS; i++) pthread_join(thread[i], NULL);
	return seam_mono_us() - t0;
}

static int replay(const char *data, const char *url, const char *file, const char *label, size_t warm, bool reading)
{
	struct str text;
	bool pg = strcmp(url, "-") != 0;
	struct store_config c = {.url = pg ? str_of(url) : str_fmt(a, "sqlite:%s", data), .data_dir = str_of(data), .node = pg ? -1 : 0,
		.writers = (int)set_int(SET_store_writers)};
	with_reads = reading;
	c.migrations = schema_all(a, &c.n_migrations);
	must(file_read(a, str_of(file), 1 << 30, &text));
	load(text);
	must(store_open(a, &c, &store));
	CHECK(warm < n_sets);
	replay_part(0, warm);
	struct store_stats before = store_stats(store);
	int64_t us = replay_part(warm, n_sets);
	struct store_stats st = store_stats(store);
	store_close(store);
	int64_t groups = st.groups - before.groups;
	n_sets -= warm;
	printf("{\"bench\":\"%s\",\"mode\":\"replay\",\"store\":\"%s\",\"synchronous\":\"%s\",\"producers\":%d,\"sets\":%zu,\"statements_a_set\":%.1f,\"reads_a_set\":%.1f,"
		"\"groups\":%lld,\"sets_a_group\":%.1f,\"refused\":%lld,\"ms\":%lld,\"per_s\":%lld}\n", label, pg ? "postgres" : "sqlite", pg ? "on" : "FULL",
		PRODUCERS, n_sets, (double)rows_of_all / (double)(n_sets + warm),
		with_reads ? (double)reads_of_all / (double)(n_sets + warm) : 0, (long long)groups, groups ? (double)n_sets / (double)groups : 0,
		(long long)refused, (long long)us / 1000, (long long)(us ? (int64_t)n_sets * 1000000 / us : 0));
	return refused != 0;
}

int main(int argc, char **argv)
{
	a = arena_new(0);
	int64_t count = 0;
	if (argc == 7 && strcmp(argv[1], "prepare") == 0 && str_int(str_of(argv[5]), &count)) prepare(argv[2], argv[3], argv[4], count, argv[6]);
	else if (argc == 8 && strcmp(argv[1], "record") == 0) record_all(argv[2], argv[3], argv[4], argv[5], argv[6], argv[7]);
	else if (argc == 7 && str_starts(str_of(argv[1]), S("replay")) && str_int(str_of(argv[6]), &count))
		return replay(argv[2], argv[3], argv[4], argv[5], (size_t)count, strcmp(argv[1], "replay-writes") != 0);
	else {
		fprintf(stderr, "submit: the head of test/bench/submit.c says how\n");
		return 2;
	}
	return 0;
}
