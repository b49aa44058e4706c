// running.c — the server that runs on a data folder, asked through its Unix socket.
#include "cli/running.h"

#include "base/file.h"
#include "net/client.h"

enum { ANSWER_MAX = 64 << 20, LONG_MS = 6 * 3600 * 1000 };

struct err *running_ask(struct arena *a, const struct boot_config *c, const char *op, const struct json *in, struct json **reply, bool *running)
{
	struct buf body = buf_new(a);
	struct client_answer answer;
	struct str path = str_fmt(a, STR_FMT "/tongban.sock", STR_ARG(c->data));
	*running = false;
	if (c->store_url.n || !file_exists(a, path)) return NULL;
	json_print(&body, in);
	struct http_header h = {S("Content-Type"), S("application/json")};
	struct client_call call = {.method = HTTP_POST, .url = str_fmt(a, "http://localhost/api/v1/%s", op), .header = &h, .headers = 1, .body = buf_str(&body),
		.total_ms = LONG_MS, .limit = ANSWER_MAX, .unix_path = path};
	client_init();
	struct err *e = client_do(a, &call, &answer);
	if (e) return NULL;                                     // a socket left behind by a server that was killed
	*running = true;
	e = json_parse(a, answer.body, (struct json_limits){.bytes = ANSWER_MAX}, reply);
	if (!e && answer.status != 200) e = err_arg(a, E_PEER, json_text(json_path(*reply, "error.text")));
	return e;
}
