// answer.c — from an answer to bytes: refusals, conditions, ranges, compression.
#include "net/parse.h"
#include "net/server.h"

#include <stdio.h>
#include <unistd.h>
#include <zlib.h>

enum { WORTH_COMPRESSING = 1024 };

struct str http_gzip(struct arena *a, struct str s, int level)
{
	z_stream z = {0};
	if (s.n > UINT32_MAX / 2 || deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return S("");
	unsigned room = (unsigned)s.n;
	unsigned char *to = arena_raw(a, room);
	z.next_in = (unsigned char *)(uintptr_t)s.p;
	z.avail_in = (unsigned)s.n;
	z.next_out = to;
	z.avail_out = room;
	bool done = deflate(&z, Z_FINISH) == Z_STREAM_END;
	struct str out = {(char *)to, done ? room - z.avail_out : 0};
	deflateEnd(&z);
	return out;
}

static struct str zero_ended(struct arena *a, struct str s)
{
	return (struct str){str_z(a, s), s.n};
}

static void check_answer(const struct http_answer *w)
{
	CHECK(w->status >= 200 && w->status <= 599);
	CHECK(w->kind != HTTP_ANSWER_STATIC || w->fixed);
	CHECK(w->kind != HTTP_ANSWER_FILE || w->fd >= 0);
	CHECK(parse_header_text(w->type) && parse_header_text(w->etag));
	for (size_t i = 0; i < w->headers; i++)
		CHECK(parse_token(w->header[i].name) && parse_header_text(w->header[i].value));
}

void answer_take(struct in *r, const struct http_answer *w)
{
	struct arena *a = r->pub.a;
	bool close = r->answer.close;
	r->answer = *w;
	r->answer.close |= close;
	r->answer.type = zero_ended(a, w->kind == HTTP_ANSWER_STATIC ? w->fixed->type : w->type);
	r->answer.etag = zero_ended(a, w->kind == HTTP_ANSWER_STATIC ? w->fixed->etag : w->etag);
	struct http_header *head = arena_newn(a, struct http_header, w->headers + 2);
	size_t n = 0;
	for (; n < w->headers; n++)
		head[n] = (struct http_header){zero_ended(a, w->header[n].name), zero_ended(a, w->header[n].value)};
	if (w->kind == HTTP_ANSWER_BYTES && w->compress && w->body.n >= WORTH_COMPRESSING) {
		head[n++] = (struct http_header){S("Vary"), S("Accept-Encoding")};
		struct str small = S("");
		if (parse_accepts_gzip(http_get_header(&r->pub, S("accept-encoding")))) small = http_gzip(a, w->body, 1);
		if (small.n) {
			r->answer.body = small;
			head[n++] = (struct http_header){S("Content-Encoding"), S("gzip")};
		}
	}
	r->answer.header = head;
	r->answer.headers = n;
}

void http_reply(struct http_req *req, const struct http_answer *w)
{
	struct in *r = (struct in *)req;
	check_answer(w);
	worker_done(r);
	if (in_claim(r)) {
		answer_take(r, w);
		in_ready(r);
	} else {
		COUNT(r->h, late_replies);
		if (w->kind == HTTP_ANSWER_FILE) close(w->fd);
		if (w->done) w->done(w->done_ctx);
	}
	in_unref(r);
}

void answer_drop(struct in *r)
{
	struct http_answer *w = &r->answer;
	if (w->status && w->kind == HTTP_ANSWER_FILE && w->fd >= 0) close(w->fd);
	if (w->done) w->done(w->done_ctx);
	*w = (struct http_answer){.fd = -1};
}

// ---- building the response --------------------------------------------------------------------

static struct MHD_Response *of_bytes(struct str s)
{
	return MHD_create_response_from_buffer(s.n, (void *)(uintptr_t)s.p, MHD_RESPMEM_PERSISTENT);
}

struct built {
	struct MHD_Response *response;
	int status;
	uint64_t size;
};

static bool condition_holds(const struct in *r)
{
	const struct http_answer *w = &r->answer;
	return w->status == 200 && r->pub.method <= HTTP_HEAD
		&& parse_etag_listed(http_get_header(&r->pub, S("if-none-match")), w->etag);
}

static void add(struct built *b, const char *name, const char *value)
{
	if (b->response) MHD_add_response_header(b->response, name, value);
}

static struct built build_file(struct in *r)
{
	struct http_answer *w = &r->answer;
	uint64_t first = 0, n = w->fd_size;
	enum range range = RANGE_ALL;
	if (w->status == 200 && r->pub.method <= HTTP_HEAD) {
		struct str wanted = http_get_header(&r->pub, S("range"));
		struct str only_if = http_get_header(&r->pub, S("if-range"));
		if (wanted.n && (!only_if.n || (w->etag.n && str_eq(only_if, w->etag) && !str_starts(w->etag, S("W/")))))
			range = parse_range(wanted, w->fd_size, &first, &n);
	}
	char text[80];
	struct built b = {.status = w->status};
	if (range == RANGE_OUTSIDE) {
		b = (struct built){of_bytes(S("")), 416, 0};
		snprintf(text, sizeof text, "bytes */%llu", (unsigned long long)w->fd_size);
		add(&b, "Content-Range", text);
		return b;
	}
	if (n) {
		b.response = MHD_create_response_from_fd_at_offset64(n, w->fd, w->fd_at + first);
		if (b.response) w->fd = -1;      // closed with the response
	} else {
		b.response = of_bytes(S(""));
	}
	b.size = n;
	add(&b, "Accept-Ranges", "bytes");
	if (range == RANGE_PART) {
		b.status = 206;
		snprintf(text, sizeof text, "bytes %llu-%llu/%llu", (unsigned long long)first,
			(unsigned long long)(first + n - 1), (unsigned long long)w->fd_size);
		add(&b, "Content-Range", text);
	}
	return b;
}

static struct built build_static(struct in *r)
{
	const struct http_static *f = r->answer.fixed;
	bool small = f->gzip.n && parse_accepts_gzip(http_get_header(&r->pub, S("accept-encoding")));
	struct str s = small ? f->gzip : f->plain;
	struct built b = {of_bytes(s), r->answer.status, s.n};
	if (small) add(&b, "Content-Encoding", "gzip");
	if (f->gzip.n) add(&b, "Vary", "Accept-Encoding");
	return b;
}

static struct built build(struct in *r)
{
	struct http_answer *w = &r->answer;
	struct built b;
	if (r->listener && r->pub.method == HTTP_HEAD) {
		events_gone(r);        // the library would send a body of chunks
		b = (struct built){of_bytes(S("")), 200, 0};
	} else if (r->listener) {
		b = (struct built){events_response(r), 200, 0};
	} else if (condition_holds(r)) {
		b = (struct built){of_bytes(S("")), 304, 0};
		if (w->kind == HTTP_ANSWER_STATIC && w->fixed->gzip.n) add(&b, "Vary", "Accept-Encoding");
	} else if (w->kind == HTTP_ANSWER_FILE) {
		b = build_file(r);
	} else if (w->kind == HTTP_ANSWER_STATIC) {
		b = build_static(r);
	} else {
		bool bodiless = w->status == 204 || w->status == 304;
		b = (struct built){of_bytes(bodiless ? S("") : w->body), w->status, bodiless ? 0 : w->body.n};
	}
	if (w->type.n && b.status != 304) add(&b, "Content-Type", w->type.p);
	if (w->etag.n) add(&b, "ETag", w->etag.p);
	for (size_t i = 0; i < w->headers; i++) add(&b, w->header[i].name.p, w->header[i].value.p);
	return b;
}

static const char *refusal_text(int status)
{
	switch (status) {
	case 400: return "请求有误，请检查地址后重试。 The request is malformed. Check the address and try again.\n";
	case 405: return "不支持这种请求方法。 This request method is not supported.\n";
	case 413: return "上传内容过大，请减小后重试。 The content is too large. Make it smaller and try again.\n";
	case 431: return "请求头过大，请清除本站 Cookie 后重试。 The request headers are too large. Clear this site's cookies and try again.\n";
	case 503: return "当前办理人数较多，请稍后重试。 Many people are being served. Try again in a moment.\n";
	default: return "程序内部出错，内容没有改变，请重试。 An internal error; nothing was changed. Try again.\n";
	}
}

// A handler may still use the request's arena, so a refusal has its own.
static void take_refusal(struct in *r)
{
	struct http *h = r->h;
	bool close = r->answer.close || r->refuse == 503;
	struct arena *a = r->refusal_arena = arena_new(0);
	struct http_answer w = {0};
	if (!h->hooks.on_refusal || !h->hooks.on_refusal(h->hooks.ctx, a, &r->pub, r->refuse, &w))
		w = (struct http_answer){.type = S("text/plain; charset=utf-8"), .body = str_of(refusal_text(r->refuse))};
	w.status = r->refuse;
	check_answer(&w);
	struct http_header *head = arena_newn(a, struct http_header, w.headers + 3);
	size_t n = 0;
	for (; n < w.headers; n++)
		head[n] = (struct http_header){zero_ended(a, w.header[n].name), zero_ended(a, w.header[n].value)};
	if (r->refuse == 503)
		head[n++] = (struct http_header){S("Retry-After"), zero_ended(a, str_fmt(a, "%d", h->conf.retry_after_s))};
	if (r->refuse == 405)
		head[n++] = (struct http_header){S("Allow"), S("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")};
	if (!w.headers) head[n++] = (struct http_header){S("Cache-Control"), S("no-store")};
	w.type = zero_ended(a, w.type);
	w.header = head;
	w.headers = n;
	w.etag = S("");
	w.close = close;
	r->answer = w;
	COUNT(h, refused);
}

enum MHD_Result answer_send(struct in *r)
{
	struct http *h = r->h;
	if (r->refuse) take_refusal(r);
	struct built b = build(r);
	if (!b.response) return MHD_NO;
	if (r->answer.close || atomic_load(&h->stopping)) add(&b, "Connection", "close");
	if (!r->listener)
		in_deadline(r, PHASE_SEND, in_s(h->conf.send_s) + (int64_t)(b.size * 1000000 / (uint64_t)h->conf.min_rate));
	r->step = STEP_SENT;
	COUNT(h, status[b.status / 100]);
	COUNT_BY(h, bytes_out, r->pub.method == HTTP_HEAD ? 0 : b.size);
	enum MHD_Result ok = MHD_queue_response(r->mhd, (unsigned)b.status, b.response);
	MHD_destroy_response(b.response);
	return ok;
}
