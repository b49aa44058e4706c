// Streamed bodies: asked first, written in order by workers, ended exactly once however they end.
#include "peer.h"

#include <stdatomic.h>

static struct arena *a;
static struct http *server;
static int port;

struct store { uint64_t bytes, sum; uint64_t fail_at; bool slow; };
static _Atomic int opened, finished, dropped, failed_seen;

static bool take(void *ctx, struct str piece)
{
	struct store *s = ctx;
	for (size_t i = 0; i < piece.n; i++) s->sum = s->sum * 31 + (unsigned char)piece.p[i];
	s->bytes += piece.n;
	if (s->slow) poll(NULL, 0, 20);
	return !s->fail_at || s->bytes < s->fail_at;
}

static void drop(void *ctx)
{
	free(ctx);
	dropped++;
}

static void on_upload(void *ctx, struct http_req *q)
{
	if (str_is(q->path, "/refuse")) {
		http_reply(q, &(struct http_answer){.status = 403, .body = S("no")});
		return;
	}
	if (str_is(q->path, "/bug")) CHECK(q->path.n == 0);
	struct store *s = calloc(1, sizeof *s);
	s->fail_at = str_is(q->path, "/fail") ? 300000 : 0;
	s->slow = str_is(q->path, "/slow");
	opened++;
	http_upload_accept(q, 5 << 20, &(struct http_sink){.ctx = s, .write = take, .drop = drop});
}

static void on_request(void *ctx, struct http_req *q)
{
	if (q->body_kind == HTTP_BODY_SINK_FAILED) failed_seen++;
	else if (q->body_kind != HTTP_BODY_STREAMED) {
		http_reply(q, &(struct http_answer){.status = 400, .body = S("no stream")});
		return;
	}
	struct store *s = q->sink_ctx;
	struct str text = str_fmt(q->a, "%llu %llu %llu", (unsigned long long)s->bytes, (unsigned long long)s->sum,
		(unsigned long long)q->body_size);
	free(s);
	finished++;
	http_reply(q, &(struct http_answer){.status = q->body_kind == HTTP_BODY_STREAMED ? 200 : 507, .body = text});
}

static struct http_intake on_headers(void *ctx, const struct http_req *q)
{
	return (struct http_intake){.stream = true};
}

static int setup(void **state)
{
	struct http_conf c = http_conf_default();
	c.listen = S("127.0.0.1:0");
	c.workers = 2;
	c.uploads = 4;
	c.body_s = 2;
	c.drain = 8 << 20;
	c.grace_s = 2;
	struct http_hooks hooks = {.on_request = on_request, .on_upload = on_upload, .on_headers = on_headers};
	assert_null(http_start(a, &c, &hooks, &server));
	port = http_port(server);
	opened = finished = dropped = failed_seen = 0;
	return 0;
}

static int teardown(void **state)
{
	http_stop(server);
	assert_int_equal(opened, finished + dropped);
	return 0;
}

static char *pattern(size_t n)
{
	char *p = arena_raw(a, n);
	for (size_t i = 0; i < n; i++) p[i] = (char)(i * 7 + i / 251);
	return p;
}

static uint64_t sum_of(const char *p, size_t n)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < n; i++) sum = sum * 31 + (unsigned char)p[i];
	return sum;
}

static struct str post(const char *path, const char *more, struct str body)
{
	struct buf b = buf_new(a);
	buf_fmt(&b, "POST %s HTTP/1.1\r\nHost: t\r\nConnection: close\r\n%sContent-Length: %zu\r\n\r\n", path, more, body.n);
	buf_add(&b, body);
	return peer_ask(a, port, buf_str(&b));
}

static void streams_whole_bodies(void **state)
{
	static const size_t sizes[] = {1, 1000, 262143, 262144, 262145, 1000000, 5 << 20};
	for (size_t i = 0; i < countof(sizes); i++) {
		char *p = pattern(sizes[i]);
		struct str want = str_fmt(a, "%zu %llu %zu", sizes[i], (unsigned long long)sum_of(p, sizes[i]), sizes[i]);
		assert_true(str_eq(peer_body(post("/ok", "", (struct str){p, sizes[i]})), want));
	}
	assert_int_equal(finished, countof(sizes));
	assert_int_equal(peer_status(post("/ok", "", S(""))), 400);       // no body: an ordinary request
}

static void streams_chunked(void **state)
{
	struct buf b = buf_new(a);
	char *p = pattern(600000);
	buf_lit(&b, "POST /ok HTTP/1.1\r\nHost: t\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
	for (int i = 0; i < 60; i++) {
		buf_lit(&b, "2710\r\n");
		buf_add(&b, (struct str){p + i * 10000, 10000});
		buf_lit(&b, "\r\n");
	}
	buf_lit(&b, "0\r\n\r\n");
	struct str want = str_fmt(a, "600000 %llu 600000", (unsigned long long)sum_of(p, 600000));
	assert_true(str_eq(peer_body(peer_ask(a, port, buf_str(&b))), want));
}

static void refuses(void **state)
{
	struct str r = post("/refuse", "", (struct str){pattern(1 << 20), 1 << 20});
	assert_true(peer_status(r) == 403 && str_is(peer_body(r), "no"));
	r = post("/ok", "", (struct str){pattern((5 << 20) + 1), (5 << 20) + 1});
	assert_int_equal(peer_status(r), 413);
	peer_until(dropped == 1);
	r = post("/fail", "", (struct str){pattern(1 << 20), 1 << 20});
	assert_int_equal(peer_status(r), 507);
	assert_int_equal(failed_seen, 1);
	r = post("/bug", "", S("abc"));
	assert_int_equal(peer_status(r), 500);
}

static void client_goes_away(void **state)
{
	for (int i = 0; i < 20; i++) {
		int fd = peer_connect(port);
		peer_send(fd, S("POST /ok HTTP/1.1\r\nHost: t\r\nContent-Length: 1000000\r\n\r\n"));
		peer_send(fd, (struct str){pattern(300000), (size_t)i * 15000});
		if (i % 2) poll(NULL, 0, 3);
		close(fd);
		peer_until(opened == finished + dropped);
	}
	struct http_stats s;
	peer_until((http_stats(server, &s), s.open == 0));
	assert_int_equal(finished, 0);
}

static void slow_client_is_cut(void **state)
{
	int fd = peer_connect(port);
	peer_send(fd, S("POST /ok HTTP/1.1\r\nHost: t\r\nContent-Length: 1000000\r\n\r\nabc"));
	assert_int_equal(peer_all(a, fd).n, 0);
	close(fd);
	peer_until(dropped == 1);
}

static void caps_uploads(void **state)
{
	int fd[4];
	for (int i = 0; i < 4; i++) {
		fd[i] = peer_connect(port);
		peer_send(fd[i], S("POST /ok HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\n"));
	}
	peer_until(opened == 4);
	assert_int_equal(peer_status(post("/ok", "", S("x"))), 503);
	for (int i = 0; i < 4; i++) {
		peer_send(fd[i], S("0123456789"));
		assert_int_equal(peer_status(peer_read(a, fd[i], S("\r\n\r\n"), SIZE_MAX)), 200);
		close(fd[i]);
	}
	assert_int_equal(peer_status(post("/ok", "", S("x"))), 200);
}

// A slow disk: back-pressure, nothing lost; and stopping in the middle ends every sink.
static void slow_disk(void **state)
{
	char *p = pattern(3 << 20);
	struct str want = str_fmt(a, "%d %llu %d", 3 << 20, (unsigned long long)sum_of(p, 3 << 20), 3 << 20);
	assert_true(str_eq(peer_body(post("/slow", "", (struct str){p, 3 << 20})), want));
	int fd = peer_connect(port);
	peer_send(fd, S("POST /slow HTTP/1.1\r\nHost: t\r\nContent-Length: 3000000\r\n\r\n"));
	peer_send(fd, (struct str){p, 600000});
	peer_until(opened == 2);
	http_stop(server);
	close(fd);
	assert_int_equal(dropped, 1);
	setup(NULL);
}

int main(void)
{
	a = arena_new(0);
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(streams_whole_bodies), T(streams_chunked), T(refuses), T(client_goes_away), T(slow_client_is_cut), T(caps_uploads),
		T(slow_disk),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(a);
	return failed;
}
