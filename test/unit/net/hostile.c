// Requests that nobody means well with. Expected: a 4xx or a closed connection, never a handler
// that sees something else than a proxy in front would; and the server goes on serving.
#include "peer.h"

static struct arena *a;
static struct http *server;
static int port;
static _Atomic int handled;
static char seen[4096];

static void handle(void *ctx, struct http_req *q)
{
	handled++;
	snprintf(seen, sizeof seen, "%.*s", (int)q->body.n, q->body.p);
	// As long as the security headers of a page together.
	static char policy[1500];
	memset(policy, 'p', sizeof policy);
	const struct http_header h = {S("Content-Security-Policy"), {policy, sizeof policy}};
	http_reply(q, &(struct http_answer){.status = 200, .body = S("served"), .header = &h, .headers = 1});
}

#define H "Host: t\r\n"

struct attack { const char *name; struct str bytes; bool may_serve; };

static const struct attack attacks[] = {
	// Framing that two readers could see differently.
	{"length and chunked", S("POST / HTTP/1.1\r\n" H "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n" H "\r\n")},
	{"chunked and length", S("POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n")},
	{"two lengths", S("POST / HTTP/1.1\r\n" H "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde")},
	{"two equal lengths", S("POST / HTTP/1.1\r\n" H "Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd")},
	{"list of lengths", S("POST / HTTP/1.1\r\n" H "Content-Length: 4, 4\r\n\r\nabcd")},
	{"signed length", S("POST / HTTP/1.1\r\n" H "Content-Length: +4\r\n\r\nabcd")},
	{"negative length", S("POST / HTTP/1.1\r\n" H "Content-Length: -1\r\n\r\nabcd")},
	{"hex length", S("POST / HTTP/1.1\r\n" H "Content-Length: 0x4\r\n\r\nabcd")},
	{"length with rest", S("POST / HTTP/1.1\r\n" H "Content-Length: 4abc\r\n\r\nabcd")},
	{"empty length", S("POST / HTTP/1.1\r\n" H "Content-Length:\r\n\r\nabcd")},
	{"huge length", S("POST / HTTP/1.1\r\n" H "Content-Length: 18446744073709551616\r\n\r\nabcd")},
	{"largest length", S("POST / HTTP/1.1\r\n" H "Content-Length: 18446744073709551615\r\n\r\nabcd")},
	{"largest signed length", S("POST / HTTP/1.1\r\n" H "Content-Length: 9223372036854775807\r\n\r\nabcd")},
	{"spaced colon", S("POST / HTTP/1.1\r\n" H "Content-Length : 4\r\n\r\nabcd")},
	{"unknown coding", S("POST / HTTP/1.1\r\n" H "Transfer-Encoding: gzip\r\n\r\nabcd")},
	{"coding before chunked", S("POST / HTTP/1.1\r\n" H "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")},
	{"chunked with vertical tab", S("POST / HTTP/1.1\r\n" H "Transfer-Encoding: \x0b" "chunked\r\n\r\n0\r\n\r\n")},
	{"identity", S("POST / HTTP/1.1\r\n" H "Transfer-Encoding: identity\r\nContent-Length: 4\r\n\r\nabcd")},
	{"two codings", S("POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n")},
	{"no chunk size", S("POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n\r\n\r\n0\r\n\r\n")},
	{"bad chunk size", S("POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\nzz\r\nabcd\r\n0\r\n\r\n")},
	{"negative chunk", S("POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n-4\r\nabcd\r\n0\r\n\r\n")},
	{"0x chunk", S("POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n0x4\r\nabcd\r\n0\r\n\r\n")},
	{"huge chunk", S("POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabcd\r\n0\r\n\r\n")},
	{"chunk too short", S("POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n")},
	// Targets.
	{"up", S("GET /../etc/passwd HTTP/1.1\r\n" H "\r\n")},
	{"encoded up", S("GET /a/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n" H "\r\n")},
	{"encoded slash", S("GET /a%2f..%2fb HTTP/1.1\r\n" H "\r\n")},
	{"encoded zero", S("GET /a%00.pdf HTTP/1.1\r\n" H "\r\n")},
	{"raw zero", S("GET /a\0b HTTP/1.1\r\n" H "\r\n")},
	{"zero ends the path", S("GET /\0/../x HTTP/1.1\r\n" H "\r\n")},
	{"overlong slash", S("GET /%c0%afetc HTTP/1.1\r\n" H "\r\n")},
	{"latin-1", S("GET /%e9t%e9 HTTP/1.1\r\n" H "\r\n")},
	{"raw latin-1", S("GET /\xe9t\xe9 HTTP/1.1\r\n" H "\r\n")},
	{"half escape", S("GET /a%4 HTTP/1.1\r\n" H "\r\n")},
	{"backslash", S("GET /a\\..\\b HTTP/1.1\r\n" H "\r\n")},
	{"no slash", S("GET etc HTTP/1.1\r\n" H "\r\n")},
	{"asterisk", S("OPTIONS * HTTP/1.1\r\n" H "\r\n")},
	{"other scheme", S("GET file:///etc/passwd HTTP/1.1\r\n" H "\r\n")},
	{"authority form", S("CONNECT example.test:443 HTTP/1.1\r\n" H "\r\n")},
	{"space in target", S("GET /a b HTTP/1.1\r\n" H "\r\n")},
	// Lines and headers.
	{"no version", S("GET /\r\n\r\n")},
	{"version 0.9", S("GET / HTTP/0.9\r\n\r\n")},
	{"version 2", S("GET / HTTP/2.0\r\n" H "\r\n")},
	{"version 11", S("GET / HTTP/11\r\n" H "\r\n")},
	{"lower version", S("GET / http/1.1\r\n" H "\r\n")},
	{"no host", S("GET / HTTP/1.1\r\n\r\n")},
	{"two hosts", S("GET / HTTP/1.1\r\n" H "Host: other\r\n\r\n")},
	{"unknown method", S("BREW / HTTP/1.1\r\n" H "\r\n")},
	{"lower method", S("get / HTTP/1.1\r\n" H "\r\n")},
	{"trace", S("TRACE / HTTP/1.1\r\n" H "\r\n")},
	{"no name", S("GET / HTTP/1.1\r\n" H ": value\r\n\r\n"), true},
	{"no colon", S("GET / HTTP/1.1\r\n" H "nonsense\r\n\r\n")},
	{"zero in header", S("GET / HTTP/1.1\r\n" H "X: a\0b\r\n\r\n"), true},
	{"folded header", S("POST / HTTP/1.1\r\n" H "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"), true},
	{"binary", S("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n")},
	{"http/2 preface", S("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")},
};

static void serves_nothing_hostile(void **state)
{
	for (size_t i = 0; i < countof(attacks); i++) {
		handled = 0;
		int fd = peer_connect(port);
		peer_send(fd, attacks[i].bytes);
		shutdown(fd, SHUT_WR);
		struct str r = peer_all(a, fd);
		close(fd);
		int status = peer_status(r);
		if (attacks[i].may_serve) continue;
		if (status != 0 && (status < 400 || status == 500 || status == 503)) fail_msg("%s: status %d", attacks[i].name, status);
		if (handled) fail_msg("%s: a handler saw it", attacks[i].name);
	}
	assert_int_equal(peer_status(peer_ask(a, port, S("GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"))), 200);
}

// Whatever is left after a refused body must never be read as a next request.
static void smuggles_nothing(void **state)
{
	handled = 0;
	int fd = peer_connect(port);
	peer_send(fd, S("POST / HTTP/1.1\r\n" H "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n" H "\r\n"));
	struct str r = peer_all(a, fd);
	close(fd);
	assert_int_equal(handled, 0);
	assert_true(str_find(r, S("served")) < 0);
}

static void large_headers(void **state)
{
	struct buf b = buf_new(a);
	for (size_t n = 100; n <= 20000; n += 450) {
		b.n = 0;
		buf_lit(&b, "GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\nX-Fill: ");
		for (size_t i = 0; i < n; i++) buf_byte(&b, 'x');
		buf_lit(&b, "\r\n\r\n");
		int status = peer_status(peer_ask(a, port, buf_str(&b)));
		if (n < 5500) assert_int_equal(status, 200);
		else if (n > 5700) assert_int_equal(status, 431);
	}
	b.n = 0;
	buf_lit(&b, "GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n");
	for (int i = 0; i < 3000; i++) buf_lit(&b, "A:b\r\n");
	buf_lit(&b, "\r\n");
	int status = peer_status(peer_ask(a, port, buf_str(&b)));
	assert_true(status == 431 || status == 0);
	b.n = 0;
	buf_lit(&b, "GET /?");
	for (int i = 0; i < 3000; i++) buf_lit(&b, "a&");
	buf_lit(&b, " HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
	status = peer_status(peer_ask(a, port, buf_str(&b)));
	assert_true(status == 200 || status >= 400 || status == 0);
	b.n = 0;
	buf_lit(&b, "GET /");
	for (int i = 0; i < 30000; i++) buf_byte(&b, 'a');
	buf_lit(&b, " HTTP/1.1\r\nHost: t\r\n\r\n");
	status = peer_status(peer_ask(a, port, buf_str(&b)));
	assert_true(status == 414 || status == 431 || status == 0);
}

// Every cut of a good request, every broken byte of it: no crash, no leak, no stuck connection.
static void broken_everywhere(void **state)
{
	static const char good[] = "POST /a?b=c HTTP/1.1\r\nHost: t\r\nCookie: s=1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n";
	for (size_t n = 0; n < sizeof good - 1; n++) {
		int fd = peer_connect(port);
		peer_send(fd, (struct str){good, n});
		close(fd);
	}
	uint32_t seed = 7;
	for (int i = 0; i < 1500; i++) {
		char bad[sizeof good];
		memcpy(bad, good, sizeof good);
		for (int k = 0; k < 1 + i % 3; k++) {
			seed = seed * 1664525 + 1013904223;
			bad[(seed >> 8) % (sizeof good - 1)] = (char)(seed >> 24);
		}
		int fd = peer_connect(port);
		peer_send(fd, (struct str){bad, sizeof good - 1});
		shutdown(fd, SHUT_WR);
		struct str r = peer_all(a, fd);
		int status = peer_status(r);
		assert_true(status == 0 || status == 200 || (status >= 400 && status != 500));
		close(fd);
		if (i % 100 == 0) arena_reset(a);
	}
	struct http_stats s;
	peer_until((http_stats(server, &s), s.open == 0));
	assert_int_equal(s.in_handler, 0);
}

int main(void)
{
	a = arena_new(0);
	struct http_conf c = http_conf_default();
	c.listen = S("127.0.0.1:0");
	c.workers = 2;
	c.header_s = c.body_s = 1;
	struct http_hooks hooks = {.on_request = handle};
	if (http_start(a, &c, &hooks, &server)) return 1;
	port = http_port(server);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(serves_nothing_hostile), cmocka_unit_test(smuggles_nothing), cmocka_unit_test(large_headers),
		cmocka_unit_test(broken_everywhere),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	http_stop(server);
	arena_free(a);
	return failed;
}
