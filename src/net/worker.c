// worker.c — running handlers: a handler that stops at a CHECK or forgets to answer costs its
// own request only.
#include "net/server.h"

// The request this thread's handler still owes an answer.
static _Thread_local struct in *owed;

struct call { struct in *r; void (*fn)(void *, struct http_req *); };

static void run(void *arg)
{
	struct call *c = arg;
	c->fn(c->r->h->hooks.ctx, &c->r->pub);
}

void worker_done(struct in *r)
{
	if (owed == r) owed = NULL;
}

void http_defer(struct http_req *req)
{
	worker_done((struct in *)req);
}

void worker_call(struct in *r, void (*fn)(void *, struct http_req *))
{
	struct call c = {r, fn};
	owed = r;
	check_guard(run, &c);
	if (!owed) return;         // r may be gone by now
	owed = NULL;
	COUNT(r->h, handler_bugs);
	if (in_claim(r)) {
		r->refuse = 500;
		in_ready(r);
	}
	in_unref(r);
}

void worker_run(void *http, void *in)
{
	struct http *h = http;
	worker_call(in, h->hooks.on_request);
}
