// page.h — one page request: who, in which language, what was posted, and the view being put together.
//
// A page names the read operations it shows; each reply becomes a member of the view under its alias
// and the template decides how it looks. Posts call one write operation and answer with a redirect,
// or with the same page and its errors.
// Memory  the request's arena.
// Holds   (1) no page reaches data but through operations; (2) every post carries the session's CSRF
//         token or, without a session, comes from the same origin; (3) nothing personal is cached.
#pragma once
#include "codec/url.h"
#include "domain/domain.h"
#include "net/http.h"
#include "op/op.h"
#include "web/templates.h"

struct cache;
struct jobs;
struct web {
	struct op_app *app;
	struct templates *templates;
	struct http *http;
	struct jobs *jobs;
	struct str api_json;                  // openapi.json, made once
	struct cache *cache;                  // finished public pages
};

struct uploaded { struct str blob, type, name; int64_t size; struct err *err; };

struct page {
	struct web *w;
	struct http_req *r;
	struct arena *a;
	struct actor actor;
	struct str token;                     // session cookie
	bool english, elder, contrast;
	struct str base, path;                // "/en" or ""; path without it
	struct str param[4];                  // what {…} of the route matched
	struct url_pairs query, form;
	struct uploaded up;
	struct json *view;
	struct str keep;                      // key under which the page may be kept (cache.h); empty: it may not
	struct err *errors;                   // of the form that was refused
	struct json *notices;                 // list of {kind, text}, or NULL
};

struct str page_param(const struct page *, int i);
struct str page_query(const struct page *, const char *key);
struct str page_form(const struct page *, const char *key);
// A call of one operation, waited for. Returns its error; *reply may be NULL.
struct err *page_op(struct page *, const char *op, struct json *in, struct json **reply);
// The same with the form's one-time id as idempotency key.
struct err *page_write(struct page *, const char *op, struct json *in, struct json **reply);
// Puts a read operation's reply into the view under alias.
struct err *page_read(struct page *, const char *alias, const char *op, struct json *in);
struct json *page_in(struct page *, const char *key, struct str value);      // {"key": "value"}
void page_set(struct page *, struct json *o, const char *key, struct str value);

void page_show(struct page *, const char *template, struct str title, int status);
void page_error(struct page *, const struct err *);
// The same for what the server refuses before anybody looks at it; on a network thread, q->actor is nobody.
bool page_refused(struct page *, const struct err *, struct http_answer *);
void page_go(struct page *, struct str href);                              // 303; href without base
void page_stream(struct page *, const struct op_stream *);                 // a file or bytes made on the fly
// Headers of every page; those of public pages say the same to everybody.
struct http_header *page_headers(struct arena *, bool signed_in, size_t *n);
void page_bytes(struct page *, int status, struct str type, struct str body);

// Routes: "/apply/{}/materials/{}"; the first that matches counts.
struct route { const char *method, *pattern; void (*fn)(struct page *); bool staff; };
extern const struct route public_routes[], staff_routes[], watch_routes[], keeper_routes[];
extern const size_t public_routes_n, staff_routes_n, watch_routes_n, keeper_routes_n;
