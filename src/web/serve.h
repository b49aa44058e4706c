// serve.h — the HTTP face of the operations: pages, JSON API, uploads, health, metrics, assets.
//
// Owns    the route tables' dispatch and running uploads.
// Needs   net, op, templates.
// Holds   (1) the API and the pages call the same operations with the same rights; (2) a write comes
//         with the session's CSRF token (form field or X-CSRF) unless it carries a bearer token;
//         (3) an upload is durable and its type known by its bytes before an operation sees it.
#pragma once
#include "web/page.h"

struct web *web_new(struct arena *, struct op_app *, struct templates *);
void web_free(struct web *);                // after http_stop; NULL is a harmless no-op
struct http_hooks web_hooks(struct web *);
