// page.c — putting a page together and answering with it.
#include "web/page.h"

#include "base/seam.h"
#include "web/cache.h"

struct str page_param(const struct page *q, int i)
{
	return q->param[i];
}

struct str page_query(const struct page *q, const char *key)
{
	struct str v = url_get(&q->query, str_of(key));
	return v.p ? v : S("");
}

struct str page_form(const struct page *q, const char *key)
{
	struct str v = url_get(&q->form, str_of(key));
	return v.p ? v : S("");
}

void page_set(struct page *q, struct json *o, const char *key, struct str value)
{
	json_put(q->a, o, str_of(key), json_str(q->a, value));
}

struct json *page_in(struct page *q, const char *key, struct str value)
{
	struct json *o = json_obj(q->a);
	if (key) page_set(q, o, key, value);
	return o;
}

static struct err *call(struct page *q, const char *op, struct json *in, struct str key, struct op_stream *stream, struct json **reply)
{
	struct op_request r = {.name = str_of(op), .actor = q->actor, .in = in, .key = key, .stream = stream, .a = q->a};
	r.actor.english = q->english;
	op_call(q->w->app, &r);
	if (reply) *reply = r.reply;
	if (r.set_cookie.n) q->token = r.set_cookie;
	return r.err;
}

struct err *page_op(struct page *q, const char *op, struct json *in, struct json **reply)
{
	return call(q, op, in, S(""), NULL, reply);
}

struct err *page_write(struct page *q, const char *op, struct json *in, struct json **reply)
{
	struct str id = page_form(q, "form_id");
	struct str key = id.n && id.n < 60 ? str_fmt(q->a, STR_FMT "-%s", STR_ARG(id), op) : S("");
	struct op_stream s = {.blob = q->up.blob, .size = q->up.size, .type = q->up.type, .name = q->up.name};
	return call(q, op, in, key, q->up.blob.n ? &s : NULL, reply);
}

struct err *page_read(struct page *q, const char *alias, const char *op, struct json *in)
{
	struct json *reply;
	struct err *e = page_op(q, op, in, &reply);
	if (!e) json_put(q->a, q->view, str_of(alias), reply);
	return e;
}

// ---- the page context ----

// A GET's own address. What was posted has none that could be opened again: there it is the page the form stood on.
static struct str here(const struct page *q)
{
	struct str at = q->r->method == HTTP_POST ? http_get_header(q->r, S("referer")) : S(""), host = http_get_header(q->r, S("host"));
	if (q->r->method != HTTP_POST) return q->r->query.n ? str_fmt(q->a, STR_FMT "?" STR_FMT, STR_ARG(q->path), STR_ARG(q->r->query)) : q->path;
	int64_t slashes = str_find(at, S("//"));
	if (slashes < 0) return S("/");
	at = str_from(at, (size_t)slashes + 2);
	if (!host.n || !str_starts(at, host)) return S("/");
	at = str_from(at, host.n);
	if (q->base.n && str_starts(at, q->base)) at = str_from(at, q->base.n);
	return str_starts(at, S("/")) && !str_starts(at, S("//")) && str_find(at, S("\\")) < 0 ? at : S("/");
}

static struct str tr(const struct page *q, const char *zh, const char *en)
{
	return str_of(q->english ? en : zh);
}

static void staff_context(struct page *q, struct json *p, struct catalogue *cat)
{
	const struct office *o = catalogue_office(cat, q->actor.office);
	struct json *s = json_obj(q->a);
	bool clerk = (q->actor.roles >> ROLE_CLERK) & 1;
	json_put(q->a, p, S("staff"), s);
	page_set(q, s, "unit", o ? words_in(o->name, q->english) : q->actor.office);
	bool watch = !clerk && ((q->actor.roles >> ROLE_SUPERVISOR) & 1 || (q->actor.roles >> ROLE_ADMIN) & 1);
	json_put(q->a, s, S("admin"), json_bool(q->a, (q->actor.roles >> ROLE_ADMIN) & 1));
	bool keeper = !clerk && ((q->actor.roles >> ROLE_EDITOR) & 1 || (q->actor.roles >> ROLE_PUBLISHER) & 1);
	page_set(q, s, "area", keeper ? S("keep") : clerk ? S("desk") : watch ? S("watch") : S("office"));
	bool rules = str_starts(q->path, S("/rules")) || str_starts(q->path, S("/reviews"));
	static const char *const watched[] = {"payments", "paths", "simulate", "moves"};
	struct str tab = S("incidents");
	for (size_t i = 0; i < countof(watched); i++)
		if (str_starts(q->path, str_fmt(q->a, "/watch/%s", watched[i]))) tab = str_of(watched[i]);
	static const char *const kept[] = {"releases", "compare", "problems", "file"};
	for (size_t i = 0; keeper && i < countof(kept); i++)
		if (str_starts(q->path, str_fmt(q->a, "/catalogue/%s", kept[i]))) tab = str_of(kept[i]);
	if (keeper && str_is(tab, "incidents")) tab = S("items");
	page_set(q, s, "tab", keeper && str_starts(q->path, S("/catalogue")) ? tab : clerk ? S("desk") : str_starts(q->path, S("/watch")) ? tab : str_starts(q->path, S("/ratings")) ? S("ratings") : rules ? S("rules") : str_is(page_query(q, "queue"), "done") ? S("done") : S("todo"));
}

// An operation's own checks name the field as the input does: here it is called what its reader knows.
static struct str error_words(struct page *q, const struct err *e)
{
	struct err said = *e;
	struct str word;
	if (e->field.n && str_eq(e->arg[0], e->field) &&
		tpl_word(templates_words(q->w->templates, q->english), str_fmt(q->a, "field." STR_FMT, STR_ARG(e->field)), &word))
		said.arg[0] = word;
	return err_text(q->a, &said, q->english);
}

static void context(struct page *q, struct str title)
{
	struct json *p = json_obj(q->a), *errors = json_arr(q->a);
	struct catalogue *cat = domain_catalogue(q->w->app->domain);
	page_set(q, p, "lang", q->english ? S("en") : S("zh-CN"));
	page_set(q, p, "base", q->base);
	page_set(q, p, "title", title);
	page_set(q, p, "path", q->path);
	page_set(q, p, "here", here(q));
	page_set(q, p, "mode", q->elder ? S("elder") : S("standard"));
	json_put(q->a, p, S("contrast"), json_bool(q->a, q->contrast));
	page_set(q, p, "city", words_in(cat->name, q->english));
	page_set(q, p, "site", words_in(cat->platform, q->english));
	struct str hotline = catalogue_setting(cat, S("hotline"));
	page_set(q, p, "hotline", hotline.n ? hotline : S("12345"));
	const struct office *owner = NULL;                          // who runs the site: the integrated window's unit
	for (uint32_t i = 0; i < cat->n_offices && !owner; i++)
		if (cat->office[i].window && !cat->office[i].division->parent) owner = &cat->office[i];
	page_set(q, p, "owner", owner ? words_in(owner->name, q->english) : words_in(cat->name, q->english));
	json_put(q->a, p, S("demo"), json_bool(q->a, q->w->app->domain->demo));
	if (q->actor.account) {
		struct json *u = json_obj(q->a);
		page_set(q, u, "name", q->actor.name);
		page_set(q, u, "masked", q->actor.name);
		page_set(q, u, "kind", q->actor.office.n ? S("staff") : S("person"));
		struct json *messages;
		if (q->actor.party && !page_op(q, "notice.unread", json_obj(q->a), &messages)) json_put(q->a, u, S("unread"), json_get(messages, S("unread")));
		json_put(q->a, p, S("user"), u);
		page_set(q, p, "csrf", q->actor.csrf);
		if (q->actor.office.n) staff_context(q, p, cat);
	}
	// Somebody who is not signed in has no answer to come back to, and the page is the same for everybody.
	if (q->actor.account) page_set(q, p, "form_id", str_fmt(q->a, "%lld", (long long)store_id(q->w->app->store)));
	json_put(q->a, p, S("now"), json_num(q->a, seam_now_ms()));
	for (const struct err *e = q->errors; e; e = e->next) {
		struct json *line = json_obj(q->a);
		page_set(q, line, "key", e->field);
		page_set(q, line, "text", error_words(q, e));
		json_add(q->a, errors, line);
	}
	json_put(q->a, p, S("errors"), errors);
	if (q->notices) json_put(q->a, p, S("notices"), q->notices);
	json_put(q->a, q->view, S("page"), p);
	catalogue_unref(cat);
}

// ---- answers ----

static const char csp[] = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; media-src 'self';"
	" connect-src 'self'; object-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

enum { PAGE_HEADERS = 12 };

struct http_header *page_headers(struct arena *a, bool signed_in, size_t *n)
{
	struct http_header *h = arena_newn(a, struct http_header, PAGE_HEADERS);
	*n = 0;
	h[(*n)++] = (struct http_header){S("Content-Security-Policy"), str_of(csp)};
	h[(*n)++] = (struct http_header){S("X-Content-Type-Options"), S("nosniff")};
	h[(*n)++] = (struct http_header){S("Referrer-Policy"), S("same-origin")};
	h[(*n)++] = (struct http_header){S("Cross-Origin-Opener-Policy"), S("same-origin")};
	h[(*n)++] = (struct http_header){S("Permissions-Policy"), S("camera=(self), geolocation=(self)")};
	h[(*n)++] = (struct http_header){S("Cache-Control"), signed_in ? S("no-store") : S("private, no-cache")};
	h[(*n)++] = (struct http_header){S("Vary"), S("Cookie")};
	return h;
}

static void reply(struct page *q, int status, struct str type, struct str body, struct str location)
{
	size_t n;
	struct http_header *h = page_headers(q->a, q->actor.account != 0, &n);
	if (location.n) h[n++] = (struct http_header){S("Location"), location};
	if (str_is(q->token, "-")) h[n++] = (struct http_header){S("Set-Cookie"), S("session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")};
	else if (q->token.n && !str_eq(q->token, http_get_cookie(q->r, S("session"))))
		h[n++] = (struct http_header){S("Set-Cookie"), str_fmt(q->a, "session=" STR_FMT "; Path=/; HttpOnly; SameSite=Lax%s", STR_ARG(q->token), q->r->secure ? "; Secure" : "")};
	struct http_answer a = {.status = status, .type = type, .body = body, .header = h, .headers = n, .compress = !q->actor.account};
	// A public page has no secret in it: its validator spares the bytes the next time.
	if (status == 200 && !q->actor.account && !location.n) a.etag = str_fmt(q->a, "\"%016llx\"", (unsigned long long)str_hash(body));
	if (q->keep.n && a.etag.n) cache_put(q->w->cache, q->keep, seam_mono_us(), type, body, a.etag);
	http_reply(q->r, &a);
}

void page_bytes(struct page *q, int status, struct str type, struct str body)
{
	reply(q, status, type, body, S(""));
}

void page_show(struct page *q, const char *template, struct str title, int status)
{
	context(q, title);
	struct tpl_env env = templates_env(q->w->templates, q->english, seam_now_ms());
	const struct tpl *t = templates_page(q->w->templates, str_of(template));
	struct buf b = buf_new(q->a);
	CHECK(t);
	struct str fragment = http_get_header(q->r, S("x-fragment"));
	struct err *e = fragment.n && tpl_has_block(t, fragment) ? tpl_render_block(t, fragment, q->view, &env, &b) : tpl_render(t, q->view, &env, &b);
	if (e) {
		page_bytes(q, 500, S("text/plain; charset=utf-8"), err_text(q->a, e, q->english));
		return;
	}
	if (fragment.n && tpl_has_block(t, fragment)) {
		struct http_header h[] = {{S("X-Fragment"), fragment}, {S("Cache-Control"), S("no-store")}};
		struct http_answer a = {.status = status, .type = S("text/html; charset=utf-8"), .body = buf_str(&b), .header = h, .headers = 2};
		http_reply(q->r, &a);
		return;
	}
	page_bytes(q, status, S("text/html; charset=utf-8"), buf_str(&b));
}

static void error_view(struct page *q, const struct err *e)
{
	struct json *o = json_obj(q->a);
	q->view = json_obj(q->a);
	json_put(q->a, o, S("status"), json_num(q->a, err_status(e->code)));
	page_set(q, o, "text", err_text(q->a, e, q->english));
	if (e->code == E_BUG) page_set(q, o, "reference", e->arg[0]);
	json_put(q->a, o, S("expired"), json_bool(q->a, e->code == E_CSRF));
	json_put(q->a, q->view, S("error"), o);
	q->errors = NULL;
}

bool page_refused(struct page *q, const struct err *e, struct http_answer *out)
{
	struct tpl_env env = templates_env(q->w->templates, q->english, seam_now_ms());
	struct buf b = buf_new(q->a);
	size_t n;
	error_view(q, e);
	context(q, tr(q, "出错了", "Something went wrong"));
	if (tpl_render(templates_page(q->w->templates, S("error")), q->view, &env, &b)) return false;
	*out = (struct http_answer){.type = S("text/html; charset=utf-8"), .body = buf_str(&b), .header = page_headers(q->a, true, &n)};
	out->headers = n;
	return true;
}

void page_error(struct page *q, const struct err *e)
{
	// Somebody who is not signed in is asked to, and comes back.
	if (e->code == E_SIGN_IN) {
		struct buf next = buf_new(q->a);
		url_encode(&next, str_fmt(q->a, STR_FMT STR_FMT, STR_ARG(q->base), STR_ARG(here(q))));
		page_go(q, str_fmt(q->a, "/sign-in?next=" STR_FMT, STR_ARG(buf_str(&next))));
		return;
	}
	error_view(q, e);
	page_show(q, "error", tr(q, "出错了", "Something went wrong"), err_status(e->code));
}

void page_go(struct page *q, struct str href)
{
	reply(q, 303, S(""), S(""), str_fmt(q->a, STR_FMT STR_FMT, STR_ARG(q->base), STR_ARG(href)));
}
