// The client against our own server: every limit holds, and nothing inside is reachable unless allowed.
#include "peer.h"
#include "net/client.h"

#include <sys/stat.h>

static struct arena *a;
static struct http *server;
static int port;

static void handle(void *ctx, struct http_req *q)
{
	static char big[200000];
	struct http_header h = {S("X-Seen"), S("")};
	if (str_is(q->path, "/echo")) {
		struct str type = http_get_header(q, S("content-type"));
		h.value = str_fmt(q->a, "%d " STR_FMT " " STR_FMT, q->method, STR_ARG(type), STR_ARG(http_get_header(q, S("x-key"))));
		http_reply(q, &(struct http_answer){.status = 201, .body = q->body, .header = &h, .headers = 1});
	} else if (str_is(q->path, "/big")) {
		http_reply(q, &(struct http_answer){.status = 200, .body = {big, sizeof big}});
	} else if (str_is(q->path, "/round")) {
		h = (struct http_header){S("Location"), S("/round")};
		http_reply(q, &(struct http_answer){.status = 302, .header = &h, .headers = 1});
	} else if (str_is(q->path, "/away")) {
		h = (struct http_header){S("Location"), S("file:///etc/passwd")};
		http_reply(q, &(struct http_answer){.status = 302, .header = &h, .headers = 1});
	} else if (str_is(q->path, "/slow")) {
		poll(NULL, 0, 600);
		http_reply(q, &(struct http_answer){.status = 200});
	} else {
		http_reply(q, &(struct http_answer){.status = 404, .body = S("none")});
	}
}

static struct str url(const char *path)
{
	return str_fmt(a, "http://127.0.0.1:%d%s", port, path);
}

static void talks(void **state)
{
	const struct http_header h[] = {{S("Content-Type"), S("application/json")}, {S("X-Key"), S("k1")}};
	struct client_call call = {.method = HTTP_POST, .url = url("/echo"), .header = h, .headers = 2, .body = S("{\"a\":\"\xe4\xb8\xad\"}")};
	struct client_answer w;
	assert_null(client_do(a, &call, &w));
	assert_int_equal(w.status, 201);
	assert_true(str_eq(w.body, call.body));
	assert_true(str_is(client_header(&w, S("x-seen")), "2 application/json k1"));
	assert_null(client_header(&w, S("absent")).p);
	static const enum http_method methods[] = {HTTP_GET, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_HEAD};
	for (size_t i = 0; i < countof(methods); i++) {
		call = (struct client_call){.method = methods[i], .url = url("/echo"), .body = S("x")};
		assert_null(client_do(a, &call, &w));
		assert_true(str_eq(client_header(&w, S("x-seen")), str_fmt(a, "%d", methods[i])));
	}
	call = (struct client_call){.url = url("/none")};
	assert_null(client_do(a, &call, &w));
	assert_true(w.status == 404 && str_is(w.body, "none"));
}

static void fails_as(struct client_call call, const char *why)
{
	struct client_answer w;
	struct err *e = client_do(a, &call, &w);
	assert_non_null(e);
	assert_int_equal(e->code, E_PEER);
	assert_string_equal(str_z(a, e->arg[0]), why);
	assert_true(w.status == 0 && w.body.n == 0);
}

static void keeps_its_limits(void **state)
{
	fails_as((struct client_call){.url = url("/big"), .limit = 199999}, "answer too large");
	struct client_answer w;
	assert_null(client_do(a, &(struct client_call){.url = url("/big"), .limit = 200000}, &w));
	assert_int_equal(w.body.n, 200000);
	fails_as((struct client_call){.url = url("/slow"), .total_ms = 100}, "timed out");
	assert_null(client_do(a, &(struct client_call){.url = url("/round")}, &w));
	assert_int_equal(w.status, 302);       // not followed unless asked
	fails_as((struct client_call){.url = url("/round"), .redirects = 3}, "too many redirects");
	fails_as((struct client_call){.url = url("/away"), .redirects = 3}, "address not usable");
}

static void refuses_addresses(void **state)
{
	static const char *const bad[] = {"", "file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "//h", "http://u:p@127.0.0.1/",
		"http://127.0.0.1/ x", "http://127.0.0.1/\r\nX: y", "dict://127.0.0.1:11211/"};
	for (size_t i = 0; i < countof(bad); i++) fails_as((struct client_call){.url = str_of(bad[i])}, "address not usable");
	fails_as((struct client_call){.url = S("http://127.0.0.1:1/")}, "no connection");
	static const char *const inside[] = {"http://127.0.0.1:%d/echo", "http://localhost:%d/echo", "http://0.0.0.0:%d/", "http://[::1]:%d/",
		"http://[::ffff:127.0.0.1]:%d/", "http://2130706433:%d/", "http://0x7f.1:%d/", "http://10.1.2.3:%d/", "http://172.16.0.1:%d/",
		"http://192.168.0.1:%d/", "http://169.254.169.254:%d/", "http://100.64.0.1:%d/", "http://[fe80::1]:%d/", "http://[fd00::1]:%d/",
		"http://[64:ff9b::7f00:1]:%d/"};
	for (size_t i = 0; i < countof(inside); i++) {
		struct str u = str_replace(a, str_of(inside[i]), S("%d"), str_fmt(a, "%d", port));
		fails_as((struct client_call){.url = u, .block_private = true}, "address not allowed");
	}
}

static void allows_by_setting(void **state)
{
	struct client_answer w;
	struct client_call call = {.url = url("/echo"), .block_private = true};
	assert_null(set_put(a, S("net.out_allowed"), str_fmt(a, "courier.test, 127.0.0.1:%d", port)));
	assert_null(client_do(a, &call, &w));
	assert_int_equal(w.status, 201);
	assert_null(set_put(a, S("net.out_allowed"), S("127.0.0.1:1")));
	fails_as(call, "address not allowed");
	// A redirect may lead elsewhere inside: then the list does not open the door.
	assert_null(set_put(a, S("net.out_allowed"), S("127.0.0.1")));
	call.redirects = 1;
	fails_as(call, "address not allowed");
	set_reset();
}

static void speaks_to_a_unix_socket(void **state)
{
	struct client_call call = {.url = S("http://tongban/echo"), .method = HTTP_PUT, .body = S("hi"), .block_private = true,
		.unix_path = str_fmt(a, "/tmp/tongban-client-%d.sock", (int)getpid())};
	struct client_answer w;
	assert_null(client_do(a, &call, &w));
	assert_true(w.status == 201 && str_is(w.body, "hi"));
	call.unix_path = S("/tmp/tongban-nobody.sock");
	fails_as(call, "no connection");
}

int main(void)
{
	a = arena_new(0);
	client_init();
	struct http_conf c = http_conf_default();
	c.listen = S("127.0.0.1:0");
	c.unix_path = str_fmt(a, "/tmp/tongban-client-%d.sock", (int)getpid());
	c.workers = 2;
	struct http_hooks hooks = {.on_request = handle};
	if (http_start(a, &c, &hooks, &server)) return 1;
	port = http_port(server);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(talks), cmocka_unit_test(keeps_its_limits), cmocka_unit_test(refuses_addresses),
		cmocka_unit_test(allows_by_setting), cmocka_unit_test(speaks_to_a_unix_socket),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	http_stop(server);
	arena_free(a);
	return failed;
}
