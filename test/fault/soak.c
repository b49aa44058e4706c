// soak.c — applicants who never give up, and the count afterwards.
//
//   soak apply HOST:PORT VALUES ACKS [THREADS]   applies through HTTP until SIGTERM, through every fall of the server:
//       start, fill in, choose delivery, submit; each call with a key of its own, repeated under the same key until
//       it is answered. What was acknowledged is appended to ACKS: "case number". VALUES as test/bench/submit.c makes it.
//   soak check DATA URL ACKS     every acknowledged case is there once, received, under its number, and no other is.
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/seam.h"
#include "codec/json.h"
#include "domain/schema.h"

enum { THREADS_MAX = 64, ANSWER = 64 * 1024, PATIENCE_S = 60 };

static struct sockaddr_in to;
static struct str tokens[THREADS_MAX];
static size_t n_tokens;
static FILE *acks;
static pthread_mutex_t acks_lock = PTHREAD_MUTEX_INITIALIZER;
static volatile sig_atomic_t stopping;
static atomic_llong done, repeated, wrong;
static uint64_t run_id;

static void stop(int sig)
{
	(void)sig;
	stopping = 1;
}

static void rest(int ms)
{
	nanosleep(&(struct timespec){0, ms * 1000000L}, NULL);
}

// ---- one connection ----

struct client { int fd, thread; char buf[ANSWER]; };

static bool join(struct client *c)
{
	int on = 1;
	struct timeval patience = {10, 0};
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	if (c->fd >= 0 && connect(c->fd, (struct sockaddr *)&to, sizeof to) == 0) return true;
	if (c->fd >= 0) close(c->fd);
	c->fd = -1;
	return false;
}

// The status, or 0 when no whole answer came.
static int ask(struct client *c, struct str request, struct str *body)
{
	if (c->fd < 0 && !join(c)) return 0;
	for (size_t at = 0; at < request.n;) {
		ssize_t n = send(c->fd, request.p + at, request.n - at, MSG_NOSIGNAL);
		if (n <= 0) goto gone;
		at += (size_t)n;
	}
	for (size_t have = 0; have < sizeof c->buf - 1;) {
		ssize_t n = recv(c->fd, c->buf + have, sizeof c->buf - 1 - have, 0);
		if (n <= 0) goto gone;
		have += (size_t)n;
		struct str all = {c->buf, have}, head = all, rest_;
		ptrdiff_t end = str_find(all, S("\r\n\r\n"));
		int64_t length = 0, status = 0;
		if (end < 0) continue;
		head.n = (size_t)end;
		ptrdiff_t at = str_find(head, S("Content-Length: "));
		if (at >= 0) {
			rest_ = str_from(head, (size_t)at + 16);
			if (!str_int(str_cut(&rest_, S("\r\n")), &length)) goto gone;
		}
		if (have < (size_t)end + 4 + (size_t)length) continue;
		*body = str_part(all, (size_t)end + 4, (size_t)length);
		if (!str_int(str_part(head, 9, 3), &status)) goto gone;
		if (str_find(head, S("Connection: close")) >= 0) close(c->fd), c->fd = -1;
		return (int)status;
	}
gone:
	close(c->fd);
	c->fd = -1;
	return 0;
}

// Until it is answered. NULL: the time to stop came while the server was away, or the answer was a refusal.
static struct json *call(struct client *c, struct arena *a, const char *op, int64_t n, struct str in)
{
	struct str request = str_fmt(a, "POST /api/v1/%s HTTP/1.1\r\nHost: soak\r\nAuthorization: Bearer " STR_FMT "\r\nContent-Type: application/json\r\n"
		"Idempotency-Key: soak-%llx-%d-%lld-%s\r\nContent-Length: %zu\r\n\r\n" STR_FMT, op, STR_ARG(tokens[c->thread]), (unsigned long long)run_id,
		c->thread, (long long)n, op, in.n, STR_ARG(in));
	int64_t until = 0;
	for (;; atomic_fetch_add(&repeated, 1)) {
		struct str body;
		struct json *j;
		int status = ask(c, request, &body);
		if (status == 200 && !json_parse(a, body, (struct json_limits){0}, &j)) return j;
		if (status && status != 503) {
			if (!atomic_fetch_add(&wrong, 1)) fprintf(stderr, "soak: %s: %d " STR_FMT "\n", op, status, STR_ARG(body));
			return NULL;
		}
		if (stopping && !until) until = seam_mono_us() + PATIENCE_S * 1000000LL;
		if (until && seam_mono_us() > until) return NULL;
		rest(status ? 50 : 10);
	}
}

static const char values[] = "{\"applicant.dog_breed\":\"中华田园犬\",\"applicant.birth_date\":\"1935-05-01\",\"applicant.has_pension\":\"true\","
	"\"applicant.reason\":\"家中饲养一只成年犬，已经完成免疫接种\",\"applicant.bank_account\":\"6200000000000000000\",\"applicant.house_address\":\"云帆市帆湖区湖滨路 10 号 302 室\","
	"\"applicant.certificate_number\":\"云（2024）云帆市不动产权第0001234号\",\"applicant.floor_area\":\"85.50\",\"applicant.house_use\":\"flat\",\"applicant.deal_price\":\"1280000.00\","
	"\"applicant.signed_on\":\"2026-11-05\",\"applicant.loan_bank\":\"云帆银行帆湖支行\",\"applicant.water_account\":\"10023456\",\"applicant.power_account\":\"3501002345\","
	"\"applicant.gas_account\":\"80034567\",\"applicant.tv_account\":\"60045678\",\"applicant.phone\":\"13800000077\",\"applicant.address\":\"云帆市帆湖区湖滨路 10 号 302 室\"}";

static void apply(struct client *c, struct arena *a, int64_t n)
{
	struct json *j = call(c, a, "draft.start", n, S("{\"what\":\"bench_permit\"}"));
	if (!j) return;
	struct str id = json_text(json_get(j, S("case")));
	j = call(c, a, "draft.save", n, str_fmt(a, "{\"case\":\"" STR_FMT "\",\"page\":\"applicant\",\"values\":%s}", STR_ARG(id), values));
	if (j) j = call(c, a, "draft.delivery", n, str_fmt(a, "{\"case\":\"" STR_FMT "\",\"way\":\"electronic\"}", STR_ARG(id)));
	if (j) j = call(c, a, "draft.submit", n, str_fmt(a, "{\"case\":\"" STR_FMT "\",\"declared\":true}", STR_ARG(id)));
	if (!j) return;
	pthread_mutex_lock(&acks_lock);
	fprintf(acks, STR_FMT " " STR_FMT "\n", STR_ARG(id), STR_ARG(json_text(json_get(j, S("number")))));
	fflush(acks);
	pthread_mutex_unlock(&acks_lock);
	atomic_fetch_add(&done, 1);
}

static void *applicant(void *p)
{
	struct client *c = p;
	struct arena *a = arena_new(0);
	for (int64_t n = 0; !stopping; n++) {
		arena_reset(a);
		apply(c, a, n);
	}
	arena_free(a);
	return NULL;
}

static int apply_all(struct arena *a, const char *address, const char *file, const char *out, int threads)
{
	struct str text, rest_ = str_of(address), host = str_cut(&rest_, S(":"));
	int64_t port;
	pthread_t th[THREADS_MAX];
	struct client *c = arena_newn(a, struct client, threads);
	to.sin_family = AF_INET;
	if (!str_int(rest_, &port) || inet_pton(AF_INET, str_z(a, host), &to.sin_addr) != 1 || file_read(a, str_of(file), 64 << 20, &text)) return 2;
	to.sin_port = htons((uint16_t)port);
	while (text.n && n_tokens < (size_t)threads) {
		struct str line = str_cut(&text, S("\n"));
		tokens[n_tokens++] = str_cut(&line, S("\t"));
	}
	acks = fopen(out, "a");
	if (!acks || n_tokens < (size_t)threads) return 2;
	seam_random(&run_id, sizeof run_id);
	signal(SIGTERM, stop);
	for (int i = 0; i < threads; i++) {
		c[i].thread = i;
		c[i].fd = -1;
		CHECK(pthread_create(&th[i], NULL, applicant, &c[i]) == 0);
	}
	for (int i = 0; i < threads; i++) pthread_join(th[i], NULL);
	fclose(acks);
	printf("{\"soak\":\"applied\",\"acknowledged\":%lld,\"repeated_calls\":%lld,\"wrong_answers\":%lld}\n", (long long)done, (long long)repeated, (long long)wrong);
	return wrong != 0;
}

// ---- afterwards ----

static int check(struct arena *a, const char *data, const char *url, const char *file)
{
	struct store_config sc = {.url = strcmp(url, "-") ? str_of(url) : str_fmt(a, "sqlite:%s", data), .data_dir = str_of(data),
		.node = strcmp(url, "-") ? -1 : 0, .inline_commit = true};
	struct store *s;
	struct snap *snap;
	struct rows r;
	struct str text;
	int64_t missing = 0, n = 0, received, numbers;
	sc.migrations = schema_all(a, &sc.n_migrations);
	struct err *e = store_open(a, &sc, &s);
	if (!e) e = snap_open(s, a, &snap);
	if (!e) e = file_read(a, str_of(file), 1 << 30, &text);
	while (!e && text.n) {
		struct str line = str_cut(&text, S("\n")), id = str_cut(&line, S(" "));
		int64_t c = 0;
		CHECK(str_int(id, &c));
		e = SNAP_QUERY(snap, a, &r, "SELECT number, state FROM case_ WHERE id = ?1", V_INT(c));     // allow: looks from outside
		n++;
		if (!e && r.n == 1 && str_eq(row_text(&r, 0, 0), line) && str_is(row_text(&r, 0, 1), "received")) continue;
		if (!missing++) fprintf(stderr, "soak: case %lld with number " STR_FMT " was acknowledged and is not there\n", (long long)c, STR_ARG(line));
	}
	if (!e) e = SNAP_QUERY(snap, a, &r, "SELECT count(*), count(DISTINCT number) FROM case_ WHERE number IS NOT NULL");   // allow: looks from outside
	if (e) {
		fprintf(stderr, "soak: " STR_FMT "\n", STR_ARG(err_text(a, e, true)));
		return 2;
	}
	received = row_int(&r, 0, 0);
	numbers = row_int(&r, 0, 1);
	snap_close(snap);
	store_close(s);
	printf("{\"soak\":\"checked\",\"acknowledged\":%lld,\"missing\":%lld,\"received\":%lld,\"numbers\":%lld}\n", (long long)n, (long long)missing,
		(long long)received, (long long)numbers);
	if (received != n || numbers != n) fprintf(stderr, "soak: %lld were acknowledged, %lld are there\n", (long long)n, (long long)received);
	return missing || received != n || numbers != n || !n;
}

int main(int argc, char **argv)
{
	struct arena *a = arena_new(0);
	if (argc >= 5 && strcmp(argv[1], "apply") == 0) return apply_all(a, argv[2], argv[3], argv[4], argc > 5 ? atoi(argv[5]) : 16);
	if (argc == 5 && strcmp(argv[1], "check") == 0) return check(a, argv[2], argv[3], argv[4]);
	fprintf(stderr, "soak: the head of test/fault/soak.c says how\n");
	return 2;
}
