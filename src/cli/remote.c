// remote.c — a client of our own API.
#include "cli/remote.h"

#include "codec/bytes.h"
#include "codec/url.h"
#include "net/client.h"
#include "web/serve.h"

enum { ANSWER_MAX = 32 << 20 };

struct remote {
	struct web *web;
	struct boot *b;
	struct http *http;
	struct str base;
};

struct err *remote_open(struct arena *a, struct boot *b, struct remote **out)
{
	struct templates *t;
	struct err *e = templates_load(a, &t);
	if (e) return e;
	struct remote *r = arena_new1(a, struct remote);
	struct web *w = web_new(a, &b->app, t);
	struct http_conf conf = http_conf_default();
	struct http_hooks hooks = web_hooks(w);
	conf.listen = S("127.0.0.1:0");
	client_init();
	e = http_start(a, &conf, &hooks, &r->http);
	if (e) return e;
	w->http = r->http;
	r->web = w;
	r->b = b;
	r->base = str_fmt(a, "http://127.0.0.1:%d/api/v1/", http_port(r->http));
	*out = r;
	return NULL;
}

void remote_close(struct remote *r)
{
	if (!r) return;
	http_stop(r->http);
	web_free(r->web);
}

static void query(struct buf *url, const struct json *in)
{
	for (uint32_t i = 0; i < json_count(in); i++) {
		struct str value = json_text(in->item[i]);
		struct buf text = buf_new(url->a);
		if (in->item[i]->type != JSON_STRING) json_print(&text, in->item[i]), value = buf_str(&text);
		if (!i) buf_byte(url, '?');
		url_put(url, in->key[i], value);
	}
}

// The error document back as the error it was made of.
static struct err *error_of(struct arena *a, const struct json *reply)
{
	struct err *all = NULL;
	struct json *fields = json_path(reply, "error.fields");
	struct str code = json_text(json_path(reply, "error.code"));
	for (uint32_t i = 0; i < json_count(fields); i++)
		for (int k = 0; k < E_COUNT; k++)
			if (str_eq(json_text(json_get(fields->item[i], S("code"))), str_of(err_name((enum err_code)k))))
				err_add(&all, err_field(a, (enum err_code)k, json_text(json_get(fields->item[i], S("field"))), S("")));
	for (int k = 0; !all && k < E_COUNT; k++)
		if (str_eq(code, str_of(err_name((enum err_code)k)))) all = err_new(a, (enum err_code)k);
	return all ? all : err_arg(a, E_PEER, code);
}

static struct err *send(struct remote *r, struct op_request *q, const struct op *op, struct str token, struct client_answer *answer)
{
	struct arena *a = q->a;
	bool get = op->kind == OP_READ || op->kind == OP_STREAM_OUT, upload = op->kind == OP_STREAM_IN;
	struct buf url = buf_new(a), body = buf_new(a);
	struct http_header h[5];
	size_t n = 0;
	struct err *e = NULL;
	buf_fmt(&url, STR_FMT STR_FMT, STR_ARG(r->base), STR_ARG(q->name));
	if (get || upload) query(&url, q->in);
	if (token.n) h[n++] = (struct http_header){S("authorization"), str_fmt(a, "Bearer " STR_FMT, STR_ARG(token))};
	if (q->actor.english) h[n++] = (struct http_header){S("accept-language"), S("en")};
	if (q->key.n) h[n++] = (struct http_header){S("idempotency-key"), q->key};
	if (upload) {
		struct str digest, bytes = S("");
		if (q->stream && bytes_of_hex(a, q->stream->blob, &digest) && digest.n == 32)
			e = blob_get(r->b->store, a, (const unsigned char *)digest.p, ANSWER_MAX, &bytes);
		buf_add(&body, bytes);
		h[n++] = (struct http_header){S("content-type"), S("application/octet-stream")};
		if (q->stream) h[n++] = (struct http_header){S("upload-name"), q->stream->name};
	} else if (!get) {
		if (q->in) json_print(&body, q->in);
		h[n++] = (struct http_header){S("content-type"), S("application/json")};
	}
	struct client_call c = {.method = get ? HTTP_GET : HTTP_POST, .url = buf_str(&url), .header = h, .headers = n, .body = buf_str(&body), .limit = ANSWER_MAX};
	return e ? e : client_do(a, &c, answer);
}

void remote_call(struct remote *r, struct op_request *q, struct str token)
{
	const struct op *op = op_find(q->name);
	struct client_answer answer;
	if (!op || (q->actor.roles >> ROLE_SYSTEM) & 1) {
		op_call(&r->b->app, q);
		return;
	}
	q->err = send(r, q, op, token, &answer);
	q->reply = json_obj(q->a);
	q->status = q->err ? err_status(q->err->code) : answer.status;
	if (q->err) return;
	struct str type = client_header(&answer, S("content-type"));
	if (!str_starts(type, S("application/json"))) {
		q->out_stream = (struct op_stream){.type = type, .size = (int64_t)answer.body.n, .bytes = answer.body};
		return;
	}
	q->err = json_parse(q->a, answer.body, (struct json_limits){.bytes = ANSWER_MAX, .nodes = 1000000}, &q->reply);
	if (!q->err && q->status >= 400) q->err = error_of(q->a, q->reply);
	if (!q->err) q->set_cookie = json_text(json_get(q->reply, S("token")));
}
