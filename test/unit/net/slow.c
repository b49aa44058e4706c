// Clients that drip: each way of holding a connection ends at its deadline, though bytes keep coming.
#include "peer.h"

#include <fcntl.h>

static struct arena *a;
static struct http *server;
static int port;
static _Atomic int handled;

static void handle(void *ctx, struct http_req *q)
{
	handled++;
	static char body[64 << 20];
	http_reply(q, &(struct http_answer){.status = 200,
		.body = str_is(q->path, "/huge") ? (struct str){body, sizeof body} : S("ok")});
}

static struct http_intake headers(void *ctx, const struct http_req *q)
{
	return (struct http_intake){.limit = 10 << 20};
}

// Sends `first`, then one byte of `drip` every 50 ms for ever; how many bytes until the server hung up.
static int drip(struct str first, char byte)
{
	int fd = peer_connect(port), sent = 0;
	peer_send(fd, first);
	struct pollfd p = {fd, POLLIN, 0};
	char c;
	for (; sent < 200; sent++) {
		if (poll(&p, 1, 50) == 1 && recv(fd, &c, 1, MSG_DONTWAIT) <= 0) break;
		if (send(fd, &byte, 1, MSG_NOSIGNAL) != 1) break;
	}
	close(fd);
	return sent;
}

#define STAT(field) ({ struct http_stats s_; http_stats(server, &s_); s_.field; })

static void drips_before_the_first_line(void **state)
{
	assert_in_range(drip(S(""), 'G'), 5, 100);
	assert_int_equal(STAT(cut_header), 1);
}

static void drips_headers(void **state)
{
	assert_in_range(drip(S("GET / HTTP/1.1\r\nHost: t\r\nX: "), 'x'), 5, 100);
	assert_int_equal(STAT(cut_header), 2);
}

static void drips_a_body(void **state)
{
	assert_in_range(drip(S("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 100000\r\n\r\n"), 'x'), 5, 100);
	assert_int_equal(STAT(cut_body), 1);
	assert_int_equal(handled, 0);
}

static void drips_on_a_kept_connection(void **state)
{
	int n = drip(S("GET / HTTP/1.1\r\nHost: t\r\n\r\nGET / HTTP/1.1\r\nX: "), 'x');
	assert_int_equal(handled, 1);
	assert_in_range(n, 0, 100);
}

static void says_nothing(void **state)
{
	int fd = peer_connect(port);
	assert_int_equal(peer_all(a, fd).n, 0);
	close(fd);
	fd = peer_connect(port);
	peer_send(fd, S("GET / HTTP/1.1\r\nHost: t\r\n\r\n"));
	assert_int_equal(peer_status(peer_all(a, fd)), 200);       // ends when the idle deadline cuts it
	close(fd);
	assert_true(STAT(cut_idle) >= 1);
}

// Takes the answer's first bytes and then no more: the kernel's buffers are full, the deadline counts.
static void reads_nothing(void **state)
{
	uint64_t before = STAT(cut_send);
	int fd = peer_connect(port);
	peer_send(fd, S("GET /huge HTTP/1.1\r\nHost: t\r\n\r\n"));
	peer_until(STAT(cut_send) == before + 1);
	peer_until(STAT(open) == 0);
	close(fd);
}

// The rate is what counts, not the time: a big body that keeps coming is served.
static void patient_clients_are_served(void **state)
{
	int before = handled;
	int fd = peer_connect(port);
	peer_send(fd, S("POST / HTTP/1.1\r\nHost: t\r\nConnection: close\r\nContent-Length: 40000\r\n\r\n"));
	char piece[1000] = {0};
	for (int i = 0; i < 40; i++) {                             // 2 s in all, the grace is 1 s
		poll(NULL, 0, 50);
		assert_true(peer_send(fd, (struct str){piece, sizeof piece}));
	}
	assert_int_equal(peer_status(peer_all(a, fd)), 200);
	close(fd);
	assert_int_equal(handled, before + 1);
}

int main(void)
{
	a = arena_new(0);
	struct http_conf c = http_conf_default();
	c.listen = S("127.0.0.1:0");
	c.workers = 2;
	c.header_s = c.body_s = c.idle_s = c.send_s = 1;
	c.min_rate = 10000;
	c.grace_s = 1;
	struct http_hooks hooks = {.on_request = handle, .on_headers = headers};
	if (http_start(a, &c, &hooks, &server)) return 1;
	port = http_port(server);
	struct http_conf stingy = c;
	stingy.min_rate = 1 << 30;       // 64 MB in its first second or never
	struct http *normal = server;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(drips_before_the_first_line), cmocka_unit_test(drips_headers), cmocka_unit_test(drips_a_body),
		cmocka_unit_test(drips_on_a_kept_connection), cmocka_unit_test(says_nothing), cmocka_unit_test(patient_clients_are_served),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	http_stop(normal);
	if (http_start(a, &stingy, &hooks, &server)) return 1;
	port = http_port(server);
	const struct CMUnitTest more[] = {cmocka_unit_test(reads_nothing)};
	failed += cmocka_run_group_tests(more, NULL, NULL);
	http_stop(server);
	arena_free(a);
	return failed;
}
