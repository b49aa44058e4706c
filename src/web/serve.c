// serve.c — from an HTTP request to an operation or a page.
#include "web/serve.h"

#include <unistd.h>

#include "base/seam.h"
#include "base/set.h"
#include "codec/bytes.h"
#include "codec/sm.h"
#include "domain/party/account.h"
#include "web/asset.h"
#include "web/cache.h"
#include "web/metrics.h"
#include "web/openapi.h"
#include "web/upload.h"

enum { LOCAL_S = 6 * 3600 };
enum { PIECE_LIMIT = 5 << 20, API_LIMIT = 1 << 20, FORM_LIMIT = 256 << 10 };

// ---- who ----

struct api_call { struct op_request r; struct page q; struct op_stream stream; const struct op *op; };

// The snapshot in which somebody was found stays open for the operation they call, when there is one.
static struct err *who(struct page *q, struct api_call *call, bool *bearer)
{
	struct str auth = http_get_header(q->r, S("authorization"));
	struct snap *snap;
	*bearer = str_starts(auth, S("Bearer "));
	q->token = *bearer ? str_from(auth, 7) : http_get_cookie(q->r, S("session"));
	q->actor = (struct actor){.roles = 1u << ROLE_PUBLIC};
	struct err *e = NULL;
	// The Unix socket is the command line's: whoever runs the server, or root, acts as the system, and may take long.
	if (q->r->local) {
		if (q->r->uid != geteuid() && q->r->uid != 0) return err_new(q->a, E_FORBIDDEN);
		q->r->deadline_us = seam_mono_us() + LOCAL_S * 1000000LL;
		q->actor = (struct actor){.roles = 1u << ROLE_SYSTEM, .name = S("系统"), .via = VIA_CLI};
		*bearer = true;
		return NULL;
	}
	if (q->token.n && q->token.n < 100) {
		e = snap_open_late(q->w->app->store, q->a, &snap);
		if (e) return e;
		if (call) op_ahead(snap, q->a, call->op, call->r.in);
		e = actor_of_token(snap, q->a, q->w->app->domain, q->token, seam_now_ms(), &q->actor);
		if (call && !e) call->r.snap = snap;
		else snap_close(snap);
	}
	q->actor.via = *bearer ? VIA_API : VIA_WEB;
	q->actor.english = q->english;
	return e;
}

// A browser says where a request began; other programs do not send these and carry no cookie.
static bool same_origin(struct page *q)
{
	struct str site = http_get_header(q->r, S("sec-fetch-site"));
	if (site.n) return str_is(site, "same-origin") || str_is(site, "none");
	struct str origin = http_get_header(q->r, S("origin")), host = http_get_header(q->r, S("host"));
	return !origin.n || str_ends(origin, str_fmt(q->a, "//" STR_FMT, STR_ARG(host)));
}

static bool csrf_ok(struct page *q, struct str given)
{
	if (!same_origin(q)) return false;
	return !q->actor.account || sm_equal_str(given, q->actor.csrf);
}

// ---- the API ----

static void api_reply(struct page *q, int status, struct json *body, struct str cookie)
{
	struct buf b = buf_new(q->a);
	json_print(&b, body);
	struct http_header h[3] = {{S("Cache-Control"), S("no-store")}, {S("X-Content-Type-Options"), S("nosniff")}};
	size_t n = 2;
	if (str_is(cookie, "-")) h[n++] = (struct http_header){S("Set-Cookie"), S("session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")};
	else if (cookie.n) h[n++] = (struct http_header){S("Set-Cookie"), str_fmt(q->a, "session=" STR_FMT "; Path=/; HttpOnly; SameSite=Lax", STR_ARG(cookie))};
	struct http_answer a = {.status = status, .type = S("application/json; charset=utf-8"), .body = buf_str(&b), .header = h, .headers = n, .compress = !q->actor.account};
	http_reply(q->r, &a);
}

static void api_done(struct op_request *r)
{
	struct api_call *c = r->arg;
	if (!r->err && r->out_stream.type.n) {
		page_stream(&c->q, &r->out_stream);
		return;
	}
	// A program that signs in gets its token in the reply too.
	if (!r->err && r->set_cookie.n > 1) json_put(c->q.a, r->reply, S("token"), json_str(c->q.a, r->set_cookie));
	api_reply(&c->q, r->status, r->reply, r->set_cookie);
}

static void api_err(struct page *q, struct err *e)
{
	api_reply(q, err_status(e->code), op_error_json(q->a, e, q->english), S(""));
}

static struct err *api_input(struct page *q, const struct op *op, struct json **in)
{
	bool get = op->kind == OP_READ || op->kind == OP_STREAM_OUT;
	*in = json_obj(q->a);
	if ((q->r->method == HTTP_GET) != get) return err_arg(q->a, E_METHOD, get ? S("GET") : S("POST"));
	if (get || op->kind == OP_STREAM_IN)
		for (uint32_t i = 0; i < q->query.n; i++) json_put(q->a, *in, q->query.item[i].key, json_str(q->a, q->query.item[i].value));
	else if (q->r->body.n)
		return json_parse(q->a, q->r->body, (struct json_limits){.bytes = API_LIMIT, .depth = 16}, in);
	return NULL;
}

static void api(struct page *q)
{
	struct str name = str_from(q->path, 8);
	const struct op *op = op_find(name);
	struct api_call *c = arena_new1(q->a, struct api_call);
	bool bearer, get = op && (op->kind == OP_READ || op->kind == OP_STREAM_OUT);
	c->op = op;
	struct err *e = op ? api_input(q, op, &c->r.in) : err_arg(q->a, E_UNKNOWN_OP, name);
	struct err *unknown = who(q, e ? NULL : c, &bearer);
	struct snap *snap = c->r.snap;
	struct json *in = c->r.in;
	if (unknown) e = unknown;
	if (!e && !get && op->kind != OP_CALLBACK && !bearer && !csrf_ok(q, http_get_header(q->r, S("x-csrf")))) e = err_new(q->a, E_CSRF);
	if (!e && op->kind == OP_STREAM_IN) {
		unsigned char digest[32];
		struct buf hex = buf_new(q->a);
		if (!q->r->body.n) e = err_field(q->a, E_FILE_EMPTY, S("file"), S(""));
		if (!e) e = blob_put_all(q->w->app->store, q->a, q->r->body, digest);
		bytes_hex(&hex, digest, sizeof digest);
		struct str type, file_name = http_get_header(q->r, S("upload-name"));
		if (!e) type = web_upload_type(q->a, q->r->body);
		if (!e) q->up = (struct uploaded){.blob = buf_str(&hex), .size = (int64_t)q->r->body.n, .type = type, .name = file_name.n ? file_name : S("file")};
	}
	struct str key = http_get_header(q->r, S("idempotency-key"));
	if (!e && key.n > 80) e = err_args(q->a, E_TOO_LONG, S("Idempotency-Key"), S("80"), S(""));
	if (e) {
		snap_close(snap);
		api_err(q, e);
		return;
	}
	c->q = *q;
	c->stream = (struct op_stream){.blob = q->up.blob, .size = q->up.size, .type = q->up.type, .name = q->up.name};
	c->r = (struct op_request){.name = name, .actor = q->actor, .in = in, .key = key, .a = q->a, .snap = snap,
		.done = api_done, .arg = c, .stream = q->up.blob.n ? &c->stream : NULL};
	http_defer(q->r);
	op_call(q->w->app, &c->r);
}

// ---- pages ----

static bool match(struct page *q, const char *pattern)
{
	struct str want = str_of(pattern), have = q->path;
	int n = 0;
	for (int i = 0; i < 4; i++) q->param[i] = S("");
	while (want.p && have.p) {
		struct str w = str_cut(&want, S("/")), h = str_cut(&have, S("/"));
		if (str_is(w, "{}") && h.n && n < 4) q->param[n++] = h;
		else if (!str_eq(w, h)) return false;
	}
	return !want.p && !have.p;
}

static const struct route *route_of(struct page *q, bool *other_method)
{
	static const struct { const struct route *r; const size_t *n; } tables[] = {{staff_routes, &staff_routes_n}, {keeper_routes, &keeper_routes_n}, {watch_routes, &watch_routes_n}, {public_routes, &public_routes_n}};
	const char *method = q->r->method == HTTP_POST ? "POST" : q->r->method == HTTP_GET || q->r->method == HTTP_HEAD ? "GET" : "";
	*other_method = false;
	for (size_t t = 0; t < countof(tables); t++)
		for (size_t i = 0; i < *tables[t].n; i++) {
			if (!match(q, tables[t].r[i].pattern)) continue;
			if (strcmp(tables[t].r[i].method, method) == 0) return &tables[t].r[i];
			*other_method = true;
		}
	return NULL;
}

static void page_of(struct page *q, bool streamed)
{
	bool other, whole, piece = false;
	struct err *e = NULL;
	const struct route *r = route_of(q, &other);
	bool post = q->r->method == HTTP_POST;
	if (streamed) e = web_upload_end(q, q->r->sink_ctx, q->r->body_kind == HTTP_BODY_SINK_FAILED);
	else if (http_get_header(q->r, S("upload-id")).n && r && (post || q->r->method == HTTP_HEAD)) {
		if (!q->actor.account || (post && !csrf_ok(q, http_get_header(q->r, S("x-csrf"))))) e = err_new(q->a, E_CSRF);
		else piece = web_upload_piece(q, &whole);
		if (piece && !whole) return;
	} else if (post) {
		e = url_query(q->a, q->r->body, (struct url_limits){FORM_LIMIT, 500}, &q->form);
	}
	if (!e && !r) e = other ? err_arg(q->a, E_METHOD, S("GET")) : err_arg(q->a, E_NOT_FOUND, q->english ? S("This page") : S("这个页面"));
	if (!e && post && !piece && !csrf_ok(q, page_form(q, "csrf"))) e = err_new(q->a, E_CSRF);
	if (!e && r->staff && !q->actor.office.n) e = err_new(q->a, q->actor.account ? E_FORBIDDEN : E_SIGN_IN);
	if (e) page_error(q, e);
	else r->fn(q);
}

void page_stream(struct page *q, const struct op_stream *s)
{
	// Only types that cannot run anything are shown in the browser; the rest is handed over as a file.
	bool paper = str_is(s->type, "application/pdf"), safe = paper || str_is(s->type, "image/jpeg") || str_is(s->type, "image/png");
	struct buf name = buf_new(q->a);
	url_encode(&name, s->name);
	struct http_header h[] = {{S("X-Content-Type-Options"), S("nosniff")}, {S("Cache-Control"), S("private, no-store")},
		// The browser's own viewer of PDF cannot start in a sandbox; it runs nothing of the page.
		{S("Content-Security-Policy"), paper ? S("default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'")
			: S("default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'; sandbox")},
		{S("Content-Disposition"), str_fmt(q->a, "%s; filename*=UTF-8''" STR_FMT, safe ? "inline" : "attachment", STR_ARG(buf_str(&name)))}};
	struct http_answer a = {.status = 200, .type = safe ? s->type : S("application/octet-stream"), .header = h, .headers = countof(h), .body = s->bytes};
	if (!s->bytes.n) {
		struct str digest;
		struct err *e = bytes_of_hex(q->a, s->blob, &digest) ? blob_get(q->w->app->store, q->a, (const unsigned char *)digest.p, (size_t)set_int(SET_file_max_bytes), &a.body)
			: err_arg(q->a, E_NOT_FOUND, S("文件"));
		if (e) {
			page_error(q, e);
			return;
		}
	}
	http_reply(q->r, &a);
}

// ---- entry points of the server ----

static struct page *page_new(struct web *w, struct http_req *r)
{
	struct page *q = arena_new1(r->a, struct page);
	*q = (struct page){.w = w, .r = r, .a = r->a, .path = r->path, .view = json_obj(r->a)};
	if (str_is(r->path, "/en") || str_starts(r->path, S("/en/"))) {
		q->english = true;
		q->base = S("/en");
		q->path = r->path.n > 3 ? str_from(r->path, 3) : S("/");
	} else if (str_starts(r->path, S("/api/"))) {
		q->english = str_starts(http_get_header(r, S("accept-language")), S("en"));
	}
	q->elder = str_is(http_get_cookie(r, S("mode")), "elder");
	q->contrast = str_is(http_get_cookie(r, S("contrast")), "1");
	return q;
}

static void plain(struct page *q, struct str type, struct str body)
{
	struct http_answer a = {.status = 200, .type = type, .body = body, .compress = true};
	http_reply(q->r, &a);
}

static struct str kept_key(struct web *w, const struct http_req *r)
{
	struct catalogue *cat = domain_catalogue(w->app->domain);
	struct str key = cache_key(r, str_part(cat->hash, 0, 16));
	catalogue_unref(cat);
	return key;
}

static void on_request(void *ctx, struct http_req *r)
{
	struct web *w = ctx;
	struct page *q = page_new(w, r);
	bool bearer, streamed = r->body_kind == HTTP_BODY_STREAMED || r->body_kind == HTTP_BODY_SINK_FAILED;
	if (str_is(r->path, "/healthz")) {
		struct snap *snap;
		struct err *e = snap_open(w->app->store, q->a, &snap);
		if (!e) snap_close(snap);
		struct http_answer a = {.status = e ? 503 : 200, .type = S("text/plain"), .body = e ? S("store unavailable\n") : S("ok\n")};
		http_reply(r, &a);
		return;
	}
	if (str_is(r->path, "/metrics")) {
		struct buf b = buf_new(q->a);
		metrics_text(&b, w);
		plain(q, S("text/plain; version=0.0.4"), buf_str(&b));
		return;
	}
	if (str_is(r->path, "/api/openapi.json")) {
		plain(q, S("application/json; charset=utf-8"), w->api_json);
		return;
	}
	q->keep = kept_key(w, r);
	struct err *e = url_query(q->a, r->query, (struct url_limits){16384, 200}, &q->query);
	bool to_api = str_starts(r->path, S("/api/"));
	if (!e && str_starts(r->path, S("/api/v1/"))) {
		api(q);
		return;
	}
	if (!e) e = who(q, NULL, &bearer);
	if (e && to_api) api_err(q, e);
	else if (e) page_error(q, e);
	else page_of(q, streamed);
}

// Network thread: assets and kept pages are answered at once, everything else gets its limit.
static struct http_intake on_headers(void *ctx, const struct http_req *r)
{
	struct web *w = ctx;
	const struct asset *a = asset_find(r->path);
	struct str type = http_get_header(r, S("content-type"));
	if (a && (r->method == HTTP_GET || r->method == HTTP_HEAD)) {
		struct http_static *s = arena_new1(r->a, struct http_static);
		*s = (struct http_static){.type = str_of(a->type), .plain = {(const char *)a->raw, a->raw_n}, .gzip = {(const char *)a->gz, a->gz_n},
			.etag = str_fmt(r->a, "\"%s\"", a->path)};
		struct http_header *h = arena_newn(r->a, struct http_header, 2);
		h[0] = (struct http_header){S("Cache-Control"), S("public, max-age=31536000, immutable")};
		h[1] = (struct http_header){S("X-Content-Type-Options"), S("nosniff")};
		struct http_answer *now = arena_new1(r->a, struct http_answer);
		*now = (struct http_answer){.status = 200, .kind = HTTP_ANSWER_STATIC, .fixed = s, .header = h, .headers = 2};
		return (struct http_intake){.now = now};
	}
	struct str key = kept_key(w, r);
	if (key.n) {
		size_t n;
		struct http_answer *now = arena_new1(r->a, struct http_answer);
		struct http_header *h = page_headers(r->a, false, &n);
		if (cache_find(w->cache, key, seam_mono_us(), h, n, now)) return (struct http_intake){.now = now};
	}
	if (str_starts(type, S("multipart/form-data"))) return (struct http_intake){.limit = (uint64_t)set_int(SET_file_max_bytes) + (1 << 20), .stream = true};
	if (str_starts(type, S("application/offset+octet-stream"))) return (struct http_intake){.limit = PIECE_LIMIT};
	if (str_is(r->path, "/api/v1/draft.upload")) return (struct http_intake){.limit = (uint64_t)set_int(SET_file_max_bytes)};
	return (struct http_intake){.limit = str_starts(r->path, S("/api/")) ? API_LIMIT : FORM_LIMIT};
}

// A form with a file: only somebody signed in may send one.
static void on_upload(void *ctx, struct http_req *r)
{
	struct web *w = ctx;
	struct page *q = page_new(w, r);
	bool bearer;
	struct err *e = who(q, NULL, &bearer);
	if (!e && !q->actor.account) e = err_new(q->a, E_SIGN_IN);
	if (e) {
		page_error(q, e);
		return;
	}
	struct http_sink sink = web_upload_begin(w, r, http_get_header(r, S("content-type")));
	http_upload_accept(r, (uint64_t)set_int(SET_file_max_bytes) + (1 << 20), &sink);
}

// A file beyond all limits is refused while it is being sent: the page says so, and leads back to where it was chosen.
static bool on_refusal(void *ctx, struct arena *a, const struct http_req *r, int status, struct http_answer *out)
{
	if (status != 413 || !r->path.n || str_starts(r->path, S("/api/"))) return false;
	struct http_req copy = *r;
	copy.a = a;
	struct page *q = page_new(ctx, &copy);
	bool file = str_starts(http_get_header(r, S("content-type")), S("multipart/form-data"));
	return page_refused(q, err_arg(a, E_TOO_BIG, str_fmt(a, "%lld %s", file ? (long long)set_int(SET_file_max_bytes) >> 20 : FORM_LIMIT >> 10, file ? "MB" : "KB")), out);
}

struct web *web_new(struct arena *a, struct op_app *app, struct templates *t)
{
	struct web *w = arena_new1(a, struct web);
	struct catalogue *cat = domain_catalogue(app->domain);
	struct buf b = buf_new(a);
	json_print_pretty(&b, openapi_json(a, cat));
	catalogue_unref(cat);
	*w = (struct web){.app = app, .templates = t, .api_json = buf_str(&b), .cache = cache_new(a)};
	return w;
}

void web_free(struct web *w)
{
	if (w) cache_free(w->cache);
}

struct http_hooks web_hooks(struct web *w)
{
	return (struct http_hooks){.ctx = w, .on_headers = on_headers, .on_upload = on_upload, .on_request = on_request, .on_refusal = on_refusal};
}
