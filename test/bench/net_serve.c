// net_serve.c — the HTTP server alone, for its own figures: /hello goes through a worker, /page is answered on the
// network thread, /listen is a live page. Prints its port; ends when its input does; then prints what it counted.
#include "base/set.h"
#include "net/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>
#include <zlib.h>

static struct http_static page;
static struct http *server;

static void handle(void *ctx, struct http_req *q)
{
	struct str topic = S("case/1");
	if (str_is(q->path, "/listen")) http_listen(q, &topic, 1);
	else http_reply(q, &(struct http_answer){.status = 200, .type = S("text/plain"), .body = S("hello")});
}

static struct http_intake on_headers(void *ctx, const struct http_req *q)
{
	static const struct http_answer now = {.status = 200, .kind = HTTP_ANSWER_STATIC, .fixed = &page};
	return (struct http_intake){.limit = 65536, .now = str_is(q->path, "/page") ? &now : NULL};
}

static long resident_kb(void)
{
	FILE *f = fopen("/proc/self/status", "r");
	char line[256];
	long kb = 0;
	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, "VmRSS: %ld", &kb) == 1) break;
	if (f) fclose(f);
	return kb;
}

// argv[1]: the page's file; its compressed form is written beside it for a peer to serve.
int main(int argc, char **argv)
{
	if (argc != 3) return 2;
	struct arena *a = arena_new(0);
	FILE *f = fopen(argv[1], "rb");
	if (!f) return 2;
	static char plain[1 << 20], packed[1 << 20];
	size_t n = fread(plain, 1, sizeof plain, f);
	fclose(f);
	z_stream z = {.next_in = (unsigned char *)plain, .avail_in = (unsigned)n, .next_out = (unsigned char *)packed, .avail_out = sizeof packed};
	if (deflateInit2(&z, 9, Z_DEFLATED, 31, 9, 0) != Z_OK || deflate(&z, Z_FINISH) != Z_STREAM_END) return 2;
	deflateEnd(&z);
	page = (struct http_static){.type = S("text/html; charset=utf-8"), .plain = {plain, n}, .gzip = {packed, z.total_out}, .etag = S("\"1\"")};
	f = fopen(argv[2], "wb");
	if (!f || fwrite(packed, 1, z.total_out, f) != z.total_out) return 2;
	fclose(f);
	struct err *e = set_load(a, S(""), false, NULL, 0);
	struct http_conf c = http_conf_default();
	c.listen = S("127.0.0.1:0");
	struct http_hooks hooks = {.on_request = handle, .on_headers = on_headers};
	if (e || http_start(a, &c, &hooks, &server)) return 2;
	printf("%d\n", http_port(server));
	fflush(stdout);
	char line[64];
	while (fgets(line, sizeof line, stdin)) {     // "m": how much memory; "e": an event to all listeners
		if (line[0] == 'e') http_event_post(server, S("case/1"), S("changed"), S("{\"id\":\"1\"}"));
		struct http_stats s;
		http_stats(server, &s);
		printf("{\"resident_kb\":%ld,\"open\":%llu,\"listeners\":%llu,\"requests\":%llu,\"events_sent\":%llu}\n", resident_kb(),
			(unsigned long long)s.open, (unsigned long long)s.listeners, (unsigned long long)s.requests, (unsigned long long)s.events_sent);
		fflush(stdout);
	}
	http_stop(server);
	return 0;
}
