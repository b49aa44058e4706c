// What a well-behaved client sees, and what happens around handlers: late, buggy, too many.
#include "peer.h"

#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/stat.h>
#include <sys/un.h>

static struct arena *a;
static struct http *server;
static int port;
static sem_t gate;                 // handlers of /block wait here
static struct queue *held;         // requests of /hold
static _Atomic int done_calls, entered;

static const struct http_static page = {
	.type = S("text/css"), .plain = S("plain plain plain"), .gzip = S("GZIPPED"), .etag = S("\"v1\""),
};

static void done(void *ctx)
{
	done_calls++;
}

static int temp_file(struct str content)
{
	char name[] = "/tmp/tongban-test-XXXXXX";
	int fd = mkstemp(name);
	assert_true(fd >= 0 && unlink(name) == 0);
	assert_int_equal(write(fd, content.p, content.n), content.n);
	return fd;
}

static void text(struct http_req *q, int status, struct str body)
{
	http_reply(q, &(struct http_answer){.status = status, .type = S("text/plain"), .body = body});
}

static void handle(void *ctx, struct http_req *q)
{
	struct str p = q->path;
	if (str_is(p, "/hello")) {
		const struct http_header set[] = {{S("Set-Cookie"), S("a=1")}, {S("Set-Cookie"), S("b=2")}};
		http_reply(q, &(struct http_answer){.status = 200, .type = S("text/plain"), .body = S("hello"), .header = set,
			.headers = 2, .done = done});
	} else if (str_is(p, "/echo")) {
		text(q, 200, q->body);
	} else if (str_is(p, "/about")) {
		text(q, 200, str_fmt(q->a, "%d|" STR_FMT "|" STR_FMT "|" STR_FMT "|" STR_FMT "|" STR_FMT "|%d%d", q->method,
			STR_ARG(q->query), STR_ARG(http_get_header(q, S("x-one"))), STR_ARG(http_get_cookie(q, S("sid"))),
			STR_ARG(q->remote), STR_ARG(q->target), q->secure, q->local));
	} else if (str_is(p, "/big")) {
		struct buf b = buf_new(q->a);
		while (b.n < 300000) buf_fmt(&b, "line %zu of a page that repeats itself\n", b.n % 97);
		http_reply(q, &(struct http_answer){.status = 200, .type = S("text/html"), .body = buf_str(&b), .compress = true});
	} else if (str_is(p, "/file")) {
		http_reply(q, &(struct http_answer){.status = 200, .kind = HTTP_ANSWER_FILE, .fd = temp_file(S("XX0123456789YY")),
			.fd_at = 2, .fd_size = 10, .etag = S("\"f1\""), .type = S("application/pdf"), .done = done});
	} else if (str_is(p, "/static")) {
		http_reply(q, &(struct http_answer){.status = 200, .kind = HTTP_ANSWER_STATIC, .fixed = &page});
	} else if (str_is(p, "/hold")) {
		http_defer(q);
		assert_true(queue_push(held, q));
	} else if (str_is(p, "/block")) {
		entered++;
		sem_wait(&gate);
		text(q, 200, S("unblocked"));
	} else if (str_is(p, "/bug")) {
		CHECK(q->path.n == 0);
	} else if (str_is(p, "/split")) {
		const struct http_header bad = {S("Location"), S("/a\r\nSet-Cookie: evil=1")};
		http_reply(q, &(struct http_answer){.status = 303, .header = &bad, .headers = 1});
	} else if (str_is(p, "/forget")) {
		return;
	} else if (str_is(p, "/empty")) {
		http_reply(q, &(struct http_answer){.status = 204});
	} else {
		text(q, 404, S("none"));
	}
}

static struct http_intake headers(void *ctx, const struct http_req *q)
{
	static const struct http_answer now = {.status = 200, .kind = HTTP_ANSWER_STATIC, .fixed = &page};
	struct http_intake k = {.limit = 1000};
	if (str_is(q->path, "/now")) k.now = &now;
	if (str_is(q->path, "/headers-bug")) CHECK(q->path.n == 0);
	return k;
}

static bool refusal(void *ctx, struct arena *own, const struct http_req *q, int status, struct http_answer *w)
{
	if (status != 413) return false;
	w->type = S("application/json");
	w->body = str_fmt(own, "{\"path\":\"" STR_FMT "\"}", STR_ARG(q->path));
	return true;
}

static const struct http_hooks hooks = {.on_request = handle, .on_headers = headers, .on_refusal = refusal};

static struct http_conf conf(void)
{
	struct http_conf c = http_conf_default();
	c.listen = S("127.0.0.1:0");
	c.workers = 2;
	c.queue = 4;
	c.grace_s = 5;
	return c;
}

static void begin(struct http_conf c)
{
	sem_init(&gate, 0, 0);
	entered = done_calls = 0;
	assert_null(http_start(a, &c, &hooks, &server));
	port = http_port(server);
	assert_true(port > 0 || !c.listen.n);
}

static int setup(void **state)
{
	begin(conf());
	return 0;
}

static int teardown(void **state)
{
	http_stop(server);
	sem_destroy(&gate);
	return 0;
}

static struct str ask(const char *method, const char *target, const char *more, struct str body)
{
	struct buf b = buf_new(a);
	buf_fmt(&b, "%s %s HTTP/1.1\r\nHost: t\r\nConnection: close\r\n%s", method, target, more);
	if (body.n) buf_fmt(&b, "Content-Length: %zu\r\n", body.n);
	buf_lit(&b, "\r\n");
	buf_add(&b, body);
	return peer_ask(a, port, buf_str(&b));
}

static struct str get(const char *target, const char *more)
{
	return ask("GET", target, more, S(""));
}

#define has(answer, lit) (str_find((answer), S(lit)) >= 0)

static void answers(void **state)
{
	struct str r = get("/hello", "");
	assert_int_equal(peer_status(r), 200);
	assert_true(str_is(peer_body(r), "hello"));
	assert_true(has(r, "Set-Cookie: a=1\r\n") && has(r, "Set-Cookie: b=2\r\n") && has(r, "Content-Length: 5\r\n"));
	peer_until(done_calls == 1);
	assert_int_equal(peer_status(get("/nowhere", "")), 404);
	r = get("/empty", "");
	assert_int_equal(peer_status(r), 204);
	assert_int_equal(peer_body(r).n, 0);
}

static void tells_the_handler(void **state)
{
	struct str r = get("/%61bout?x=1&y=%E4", "X-One: first\r\nX-One: second\r\nCookie: a=b; sid=s1\r\nX-Forwarded-For: 9.9.9.9\r\n");
	assert_true(str_is(peer_body(r), "0|x=1&y=%E4|first|s1|127.0.0.1|/%61bout?x=1&y=%E4|00"));
	r = get("/about", "X-One: \xff\xfe\r\n");       // a value that is no UTF-8 is left out, the request is served
	assert_true(str_starts(peer_body(r), S("0|||")));
}

static void keeps_connections(void **state)
{
	int fd = peer_connect(port);
	for (int i = 0; i < 50; i++) {
		assert_true(peer_send(fd, S("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\n\r\nping")));
		struct str r = peer_read(a, fd, S("ping"), SIZE_MAX);
		assert_int_equal(peer_status(r), 200);
		assert_true(str_is(peer_body(r), "ping"));
	}
	// Pipelined requests are answered in their order.
	assert_true(peer_send(fd, S("GET /hello HTTP/1.1\r\nHost: t\r\n\r\nGET /empty HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n")));
	struct str r = peer_all(a, fd);
	assert_true(str_find(r, S(" 200 ")) >= 0 && str_find(r, S(" 204 ")) > str_find(r, S(" 200 ")));
	close(fd);
	struct http_stats s;
	http_stats(server, &s);
	assert_int_equal(s.accepted, 1);
	assert_int_equal(s.requests, 52);
	assert_int_equal(s.status[2], 52);
	assert_int_equal(s.bytes_in, 200);
	uint64_t all = 0;
	for (int i = 0; i < HTTP_BUCKETS; i++) all += s.latency[i];
	assert_int_equal(all, 52);
}

static void answers_head(void **state)
{
	struct str r = ask("HEAD", "/hello", "", S(""));
	assert_true(has(r, "Content-Length: 5\r\n"));
	assert_int_equal(peer_body(r).n, 0);
	r = ask("HEAD", "/file", "", S(""));
	assert_true(has(r, "Content-Length: 10\r\n") && peer_body(r).n == 0);
}

static void serves_files(void **state)
{
	assert_true(str_is(peer_body(get("/file", "")), "0123456789"));
	struct str r = get("/file", "Range: bytes=3-5\r\n");
	assert_int_equal(peer_status(r), 206);
	assert_true(has(r, "Content-Range: bytes 3-5/10\r\n") && str_is(peer_body(r), "345"));
	r = get("/file", "Range: bytes=-2\r\nIf-Range: \"f1\"\r\n");
	assert_true(peer_status(r) == 206 && str_is(peer_body(r), "89"));
	r = get("/file", "Range: bytes=-2\r\nIf-Range: \"old\"\r\n");
	assert_true(peer_status(r) == 200 && str_is(peer_body(r), "0123456789"));
	r = get("/file", "Range: bytes=10-\r\n");
	assert_true(peer_status(r) == 416 && has(r, "Content-Range: bytes */10\r\n"));
	r = get("/file", "If-None-Match: \"f1\"\r\n");
	assert_true(peer_status(r) == 304 && peer_body(r).n == 0 && has(r, "ETag: \"f1\"\r\n"));
	peer_until(done_calls == 6);
}

static void serves_static(void **state)
{
	struct str r = get("/static", "");
	assert_true(str_is(peer_body(r), "plain plain plain") && has(r, "ETag: \"v1\"") && has(r, "Vary: Accept-Encoding"));
	r = get("/static", "Accept-Encoding: gzip\r\n");
	assert_true(str_is(peer_body(r), "GZIPPED") && has(r, "Content-Encoding: gzip"));
	r = get("/static", "If-None-Match: W/\"v1\"\r\n");
	assert_true(peer_status(r) == 304 && peer_body(r).n == 0);
	r = get("/now", "Accept-Encoding: gzip\r\n");
	assert_true(str_is(peer_body(r), "GZIPPED"));
	r = ask("POST", "/now", "", S("body that nobody reads"));
	assert_int_equal(peer_status(r), 200);
}

static void compresses(void **state)
{
	struct str plain = get("/big", "");
	assert_true(peer_body(plain).n >= 300000);
	struct str small = get("/big", "Accept-Encoding: br, gzip\r\n");
	assert_true(has(small, "Content-Encoding: gzip") && has(small, "Vary: Accept-Encoding"));
	assert_true(peer_body(small).n < 30000 && peer_body(small).p[0] == 0x1f);
	assert_false(has(get("/big", "Accept-Encoding: gzip;q=0\r\n"), "Content-Encoding"));
}

static void limits_bodies(void **state)
{
	char *big = arena_alloc(a, 5000);
	memset(big, 'x', 5000);
	assert_int_equal(peer_body(ask("POST", "/echo", "", (struct str){big, 1000})).n, 1000);
	struct str r = ask("POST", "/echo", "", (struct str){big, 1001});
	assert_true(peer_status(r) == 413 && has(r, "{\"path\":\"/echo\"}"));
	// Chunked: the size is only known while it comes.
	struct buf b = buf_new(a);
	buf_lit(&b, "POST /echo HTTP/1.1\r\nHost: t\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
	for (int i = 0; i < 3; i++) {
		buf_lit(&b, "3e8\r\n");
		buf_add(&b, (struct str){big, 1000});
		buf_lit(&b, "\r\n");
		if (i == 0) {
			struct buf one = buf_new(a);
			buf_add(&one, buf_str(&b));
			buf_lit(&one, "0\r\n\r\n");
			assert_int_equal(peer_body(peer_ask(a, port, buf_str(&one))).n, 1000);
		}
	}
	buf_lit(&b, "0\r\n\r\n");
	assert_int_equal(peer_status(peer_ask(a, port, buf_str(&b))), 413);
	// Who waits for leave gets the answer before sending anything.
	int fd = peer_connect(port);
	peer_send(fd, S("POST /echo HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 999999\r\n\r\n"));
	assert_int_equal(peer_status(peer_all(a, fd)), 413);
	close(fd);
	fd = peer_connect(port);
	peer_send(fd, S("POST /echo HTTP/1.1\r\nHost: t\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"));
	assert_true(has(peer_read(a, fd, S("\r\n\r\n"), SIZE_MAX), "100 Continue"));
	peer_send(fd, S("ok"));
	assert_true(str_is(peer_body(peer_all(a, fd)), "ok"));
	close(fd);
}

static void survives_bugs(void **state)
{
	assert_int_equal(peer_status(get("/bug", "")), 500);
	assert_int_equal(peer_status(get("/forget", "")), 500);
	assert_int_equal(peer_status(get("/headers-bug", "")), 500);
	struct str r = get("/split", "");
	assert_int_equal(peer_status(r), 500);
	assert_false(has(r, "evil"));
	assert_int_equal(peer_status(get("/hello", "")), 200);
	struct http_stats s;
	http_stats(server, &s);
	assert_int_equal(s.handler_bugs, 4);
}

static void *reply_held(void *arg)
{
	for (struct http_req *q; (q = queue_pop(held));) text(q, 200, S("from afar"));
	return NULL;
}

static void replies_from_another_thread(void **state)
{
	held = queue_new(100);
	pthread_t t;
	pthread_create(&t, NULL, reply_held, NULL);
	int fd[20];
	for (int i = 0; i < 20; i++) {
		fd[i] = peer_connect(port);
		peer_send(fd[i], S("GET /hold HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"));
		if (i % 4 == 3) peer_until(queue_depth(held) == 0);
	}
	int good = 0;
	for (int i = 0; i < 20; i++) {
		good += str_is(peer_body(peer_all(a, fd[i])), "from afar");
		close(fd[i]);
	}
	queue_close(held);
	pthread_join(t, NULL);
	queue_free(held);
	struct http_stats s;
	http_stats(server, &s);
	assert_int_equal(good + (int)s.queue_full, 20);
	assert_true(good >= 4);
}

static void queue_full_says_503(void **state)
{
	int fd[12];
	for (int i = 0; i < 2; i++) {      // both workers are busy
		fd[i] = peer_connect(port);
		peer_send(fd[i], S("GET /block HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"));
	}
	peer_until(entered == 2);
	for (int i = 2; i < 6; i++) {      // four fill the queue
		fd[i] = peer_connect(port);
		peer_send(fd[i], S("GET /block HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"));
	}
	struct http_stats s;
	peer_until((http_stats(server, &s), s.queued == 4 && s.in_handler == 6));
	for (int i = 6; i < 12; i++) {
		struct str r = get("/block", "");
		assert_int_equal(peer_status(r), 503);
		assert_true(has(r, "Retry-After: "));
	}
	assert_int_equal(peer_status(get("/now", "")), 200);      // what needs no worker is still served
	for (int i = 0; i < 6; i++) sem_post(&gate);
	for (int i = 0; i < 6; i++) {
		assert_true(str_is(peer_body(peer_all(a, fd[i])), "unblocked"));
		close(fd[i]);
	}
	http_stats(server, &s);
	assert_int_equal(s.queue_full, 6);
	assert_int_equal(s.in_handler, 0);
}

static void deadline_answers_for_a_handler(void **state)
{
	http_stop(server);
	struct http_conf c = conf();
	c.request_s = 1;
	begin(c);
	held = queue_new(10);
	struct str r = get("/hold", "");
	assert_true(peer_status(r) == 503 && has(r, "Retry-After"));
	struct http_req *late = queue_pop(held);
	assert_true(str_is(late->path, "/hold"));      // still the handler's to read
	http_reply(late, &(struct http_answer){.status = 200, .kind = HTTP_ANSWER_FILE, .fd = temp_file(S("x")), .fd_size = 1, .done = done});
	assert_int_equal(done_calls, 1);
	queue_free(held);
	struct http_stats s;
	http_stats(server, &s);
	assert_true(s.deadline == 1 && s.late_replies == 1);
}

struct stopper { struct http *h; pthread_t t; };

static void *stop(void *arg)
{
	http_stop(((struct stopper *)arg)->h);
	return NULL;
}

static void stop_finishes_what_is_under_way(void **state)
{
	held = queue_new(10);
	int fd = peer_connect(port), idle = peer_connect(port);
	peer_send(fd, S("GET /hold HTTP/1.1\r\nHost: t\r\n\r\n"));
	struct http_req *q = queue_pop(held);
	struct stopper s = {server};
	pthread_create(&s.t, NULL, stop, &s);
	poll(NULL, 0, 100);
	int late = peer_connect(port);
	peer_send(late, S("GET / HTTP/1.1\r\nHost: t\r\n\r\n"));
	assert_int_equal(peer_all(a, late).n, 0);
	close(late);
	text(q, 200, S("finished"));
	struct str r = peer_all(a, fd);
	assert_true(str_is(peer_body(r), "finished") && has(r, "Connection: close"));
	assert_int_equal(peer_all(a, idle).n, 0);
	pthread_join(s.t, NULL);
	close(fd);
	close(idle);
	queue_free(held);
	begin(conf());
}

static void stop_does_not_wait_for_ever(void **state)
{
	http_stop(server);
	struct http_conf c = conf();
	c.grace_s = 0;
	begin(c);
	held = queue_new(10);
	int fd[3];
	struct http_req *q[3];
	for (int i = 0; i < 3; i++) {
		fd[i] = peer_connect(port);
		peer_send(fd[i], S("GET /hold HTTP/1.1\r\nHost: t\r\n\r\n"));
		q[i] = queue_pop(held);
	}
	http_stop(server);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(peer_status(peer_all(a, fd[i])), 503);
		close(fd[i]);
		text(q[i], 200, S("too late"));     // after the server is gone: no harm
	}
	queue_free(held);
	begin(conf());
}

static void listens_on_a_unix_socket(void **state)
{
	http_stop(server);
	struct http_conf c = conf();
	c.listen = S("");
	c.unix_path = str_fmt(a, "/tmp/tongban-test-%d.sock", (int)getpid());
	const char *path = str_z(a, c.unix_path);
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	strncpy(at.sun_path, path, sizeof at.sun_path - 1);
	int left = socket(AF_UNIX, SOCK_STREAM, 0);           // left over by a process that was killed
	assert_int_equal(bind(left, (struct sockaddr *)&at, sizeof at), 0);
	close(left);
	begin(c);
	struct stat st;
	assert_true(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
	peer_send(fd, S("GET /about HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"));
	assert_true(str_is(peer_body(peer_all(a, fd)), "0||||unix|/about|01"));
	close(fd);
	struct http *second;
	struct err *e = http_start(a, &c, &hooks, &second);      // a living socket is not stolen
	assert_true(e && e->code == E_LISTEN);
	http_stop(server);
	assert_int_equal(stat(path, &st), -1);
	begin(conf());
}

static void believes_only_its_proxies(void **state)
{
	http_stop(server);
	struct http_conf c = conf();
	c.proxies = S("10.0.0.1, 127.0.0.1");
	begin(c);
	struct str r = get("/about", "X-Forwarded-For: 1.1.1.1, 203.0.113.9\r\nX-Forwarded-Proto: https\r\n");
	assert_true(has(r, "|203.0.113.9|/about|10"));
	assert_true(has(get("/about", "X-Forwarded-For: <script>\r\n"), "|127.0.0.1|"));
	assert_true(has(get("/about", "X-Forwarded-For: ::ffff:1.2.3.4.5\r\n"), "|127.0.0.1|"));
}

static void refuses_wrong_addresses(void **state)
{
	struct http_conf c = conf();
	struct http *other = NULL;
	c.listen = S("nonsense");
	struct err *e = http_start(a, &c, &hooks, &other);
	assert_true(e && e->code == E_LISTEN_ADDRESS);
	c.listen = S("not-a-name.invalid:80");
	e = http_start(a, &c, &hooks, &other);
	assert_true(e && e->code == E_LISTEN_ADDRESS);
	c.listen = str_fmt(a, "127.0.0.1:%d", port);
	e = http_start(a, &c, &hooks, &other);
	assert_true(e && e->code == E_LISTEN);
	c = conf();
	c.unix_path = S("/nowhere/at/all/tongban.sock");
	e = http_start(a, &c, &hooks, &other);
	assert_true(e && e->code == E_LISTEN);
}

int main(void)
{
	a = arena_new(0);
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(answers), T(tells_the_handler), T(keeps_connections), T(answers_head), T(serves_files), T(serves_static), T(compresses),
		T(limits_bodies), T(survives_bugs), T(replies_from_another_thread), T(queue_full_says_503),
		T(deadline_answers_for_a_handler), T(stop_finishes_what_is_under_way), T(stop_does_not_wait_for_ever),
		T(listens_on_a_unix_socket), T(believes_only_its_proxies), T(refuses_wrong_addresses),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(a);
	return failed;
}
