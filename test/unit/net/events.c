// Live pages: events reach their topics in order, comers-back get what they missed, ends end.
#include "peer.h"

#include <stdatomic.h>

#include <pthread.h>

static struct arena *a;
static struct http *server;
static int port;

static void handle(void *ctx, struct http_req *q)
{
	struct str topics[HTTP_TOPICS], rest = q->query;
	size_t n = 0;
	while (rest.p && n < HTTP_TOPICS) topics[n++] = str_cut(&rest, S("&"));
	http_listen(q, topics, n);
}

static int setup(void **state)
{
	struct http_conf c = http_conf_default();
	c.listen = S("127.0.0.1:0");
	c.workers = 2;
	c.events_kept = 16;
	c.heartbeat_s = 1;
	c.listeners = 50;
	c.grace_s = 2;
	struct http_hooks hooks = {.on_request = handle};
	assert_null(http_start(a, &c, &hooks, &server));
	port = http_port(server);
	return 0;
}

static int teardown(void **state)
{
	http_stop(server);
	return 0;
}

static uint64_t listeners(void)
{
	struct http_stats s;
	http_stats(server, &s);
	return s.listeners;
}

static int follow(const char *topics, const char *last_id)
{
	int fd = peer_connect(port);
	struct str more = last_id ? str_fmt(a, "Last-Event-ID: %s\r\n", last_id) : S("");
	peer_send(fd, str_fmt(a, "GET /listen?%s HTTP/1.1\r\nHost: t\r\nAccept: text/event-stream\r\n" STR_FMT "\r\n", topics, STR_ARG(more)));
	struct str r = peer_read(a, fd, S("retry: 3000\n\n"), SIZE_MAX);
	assert_int_equal(peer_status(r), 200);
	assert_true(str_find(r, S("Content-Type: text/event-stream\r\n")) >= 0);
	return fd;
}

static int listen_on(const char *topics, const char *last_id)
{
	uint64_t before = listeners();
	int fd = follow(topics, last_id);
	peer_until(listeners() == before + 1);
	return fd;
}

static void delivers_to_topics(void **state)
{
	int one = listen_on("case/1&all", NULL), two = listen_on("case/2", NULL);
	http_event_post(server, S("case/1"), S("changed"), S("first"));
	http_event_post(server, S("case/2"), S("changed"), S("second"));
	http_event_post(server, S("all"), S("notice"), S("two\nlines\r\nor three"));
	http_event_post(server, S("case/3"), S("changed"), S("nobody"));
	struct str r = peer_read(a, one, S("or three"), SIZE_MAX);
	assert_true(str_find(r, S("event: changed\ndata: first\n\n")) >= 0);
	assert_true(str_find(r, S("event: notice\ndata: two\ndata: lines\ndata: or three")) >= 0);
	assert_true(str_find(r, S("second")) < 0 && str_find(r, S("nobody")) < 0);
	r = peer_read(a, two, S("second\n\n"), SIZE_MAX);
	assert_true(str_find(r, S("first")) < 0);
	close(one);
	close(two);
	peer_until(listeners() == 0);      // found by the heartbeat
}

static struct str id_of(struct str r)
{
	struct str rest = str_from(r, (size_t)str_find(r, S("id: ")) + 4);
	return str_cut(&rest, S("\n"));
}

static void comes_back(void **state)
{
	int fd = follow("case/1", NULL);
	http_event_post(server, S("case/1"), S("changed"), S("seen"));
	const char *id = str_z(a, id_of(peer_read(a, fd, S("seen\n\n"), SIZE_MAX)));
	close(fd);
	http_event_post(server, S("case/2"), S("changed"), S("others"));
	http_event_post(server, S("case/1"), S("changed"), S("missed"));
	fd = follow("case/1", id);
	struct str r = peer_read(a, fd, S("missed\n\n"), SIZE_MAX);
	assert_true(str_find(r, S("seen")) < 0 && str_find(r, S("reset")) < 0 && str_find(r, S("others")) < 0);
	close(fd);
	for (int i = 0; i < 20; i++) http_event_post(server, S("case/2"), S("changed"), S("flood"));
	static const char *const unknown[] = {NULL, "00000000-1", "nonsense", "-5", ""};
	for (size_t i = 0; i < countof(unknown); i++) {
		if (unknown[i] && !*unknown[i]) continue;
		fd = peer_connect(port);
		peer_send(fd, str_fmt(a, "GET /listen?case/1 HTTP/1.1\r\nHost: t\r\nLast-Event-ID: %s\r\n\r\n", unknown[i] ? unknown[i] : id));
		assert_true(str_find(peer_read(a, fd, S("event: reset\ndata: reset\n\n"), SIZE_MAX), S("reset")) >= 0);
		close(fd);
	}
}

static void heartbeat_keeps_and_cuts(void **state)
{
	int fd = listen_on("case/1", NULL);
	struct str r = peer_read(a, fd, S(":\n\n"), SIZE_MAX);
	assert_true(str_find(r, S(":\n\n")) >= 0);
	http_event_post(server, S("case/1"), S("changed"), S("after the beat"));
	assert_true(str_find(peer_read(a, fd, S("after the beat"), SIZE_MAX), S("after the beat")) >= 0);
	close(fd);
	peer_until(listeners() == 0);
}

static void closes_a_topic(void **state)
{
	int gone = listen_on("session/7&case/1", NULL), stays = listen_on("session/8&case/1", NULL);
	http_event_close(server, S("session/7"));
	peer_all(a, gone);                  // comes back only because the server ended it
	peer_until(listeners() == 1);
	http_event_post(server, S("case/1"), S("changed"), S("still here"));
	assert_true(str_find(peer_read(a, stays, S("still here"), SIZE_MAX), S("still here")) >= 0);
	close(gone);
	close(stays);
}

static void caps_listeners(void **state)
{
	int fd[50];
	for (int i = 0; i < 50; i++) fd[i] = listen_on("x", NULL);
	struct str r = peer_ask(a, port, S("GET /listen?x HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"));
	assert_int_equal(peer_status(r), 503);
	for (int i = 0; i < 50; i++) close(fd[i]);
	peer_until(listeners() == 0);
	close(listen_on("x", NULL));
}

static void head_has_no_stream(void **state)
{
	struct str r = peer_ask(a, port, S("HEAD /listen?x HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"));
	assert_int_equal(peer_status(r), 200);
	assert_int_equal(peer_body(r).n, 0);
	peer_until(listeners() == 0);
}

static atomic_bool posting;

static void *post(void *arg)
{
	for (int i = 0; atomic_load(&posting); i++) {
		char topic[8];
		snprintf(topic, sizeof topic, "t%d", i % 4);
		http_event_post(server, str_of(topic), S("n"), S("0123456789012345678901234567890123456789"));
		if (i % 8 == 0) poll(NULL, 0, 1);
	}
	return NULL;
}

// Posting, listening, leaving and closing at once; then every event that a steady listener sees is whole and in order.
static void holds_under_load(void **state)
{
	atomic_store(&posting, true);
	pthread_t t[2];
	for (int i = 0; i < 2; i++) pthread_create(&t[i], NULL, post, NULL);
	for (int round = 0; round < 30; round++) {
		int fd = follow("t0&t1&t3", NULL);
		struct str r = peer_read(a, fd, S(""), 3000);
		if (round % 3 == 0) http_event_close(server, S("t1"));
		close(fd);
		struct str rest = r;
		uint64_t last = 0;
		while (str_find(rest, S("\nid: ")) >= 0) {
			rest = str_from(rest, (size_t)str_find(rest, S("\nid: ")) + 5);
			if (str_find(rest, S("\n")) < 10) break;
			uint64_t seq = strtoull(rest.p + 9, NULL, 10);
			assert_true(seq > last);
			last = seq;
		}
		assert_true(last > 0);
	}
	atomic_store(&posting, false);
	for (int i = 0; i < 2; i++) pthread_join(t[i], NULL);
}

// Stopping with listeners, suspended and not, ends them cleanly.
static void stops_with_listeners(void **state)
{
	int fd[10];
	for (int i = 0; i < 10; i++) fd[i] = listen_on("x", NULL);
	http_event_post(server, S("x"), S("n"), S("last words"));
	http_stop(server);
	for (int i = 0; i < 10; i++) {
		struct str r = peer_all(a, fd[i]);
		assert_true(str_find(r, S("last words")) >= 0);
		assert_true(str_ends(r, S("0\r\n\r\n")));
		close(fd[i]);
	}
	setup(NULL);
}

int main(void)
{
	a = arena_new(0);
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(delivers_to_topics), T(comes_back), T(heartbeat_keeps_and_cuts), T(closes_a_topic), T(caps_listeners),
		T(head_has_no_stream), T(holds_under_load), T(stops_with_listeners),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(a);
	return failed;
}
