// ask.c — see ask.h.
#include "job/ask.h"

#include "base/log.h"
#include "base/seam.h"
#include "domain/outbox.h"
#include "job/job.h"
#include "net/client.h"

enum { BREATH_MS = 20, MOST = 100, SILENT_MOST = 32 };

// Sources that were silent in this pass.
struct pass { struct op_app *app; struct arena *a; struct str silent[SILENT_MOST]; size_t n_silent, done, bad; };

static struct json *call(struct pass *x, const char *op, struct json *in, struct actor who)
{
	struct op_request r = {.name = str_of(op), .actor = who, .in = in, .a = x->a};
	op_call(x->app, &r);
	if (!r.err) return r.reply;
	log_event(LOG_WARN, "ask.failed", log_own("op", op), log_err(r.err));
	return NULL;
}

static struct json *entry_of(struct pass *x, const struct outbox_row *o)
{
	struct json *in = json_obj(x->a);
	json_put(x->a, in, S("entry"), json_id(x->a, o->id));
	return in;
}

static struct json *with_query(struct pass *x, struct json *in, const struct outbox_row *o)
{
	json_put(x->a, in, S("query"), json_get(o->body, S("query")));
	return in;
}

// What came back over the wire; status 0: nothing did.
struct said { int64_t status; struct str body, signature; };

static void over_http(struct pass *x, const struct json *wire, struct said *out)
{
	int64_t ms = 0;
	struct str signature = json_text(json_get(wire, S("signature")));
	const struct http_header h[] = {{S("content-type"), S("application/json")}, {S("x-tongban-signature"), signature}};
	json_int(json_get(wire, S("timeout_ms")), &ms);
	struct client_call c = {.method = HTTP_POST, .url = json_text(json_get(wire, S("url"))), .header = h, .headers = countof(h),
		.body = json_text(json_get(wire, S("body"))), .connect_ms = (int)ms, .total_ms = (int)ms, .limit = 65536};
	struct client_answer answer;                            // the operator's own address: often in the offices' network
	struct err *e = client_do(x->a, &c, &answer);
	if (e) {
		log_event(LOG_INFO, "ask.no_answer", log_err(e));
		return;
	}
	*out = (struct said){answer.status, answer.body, client_header(&answer, S("x-tongban-signature"))};
}

static bool of_sandbox(struct pass *x, const struct outbox_row *o, const struct json *wire, struct said *out)
{
	struct json *in = json_obj(x->a);
	json_put(x->a, in, S("source"), json_get(o->body, S("source")));
	json_put(x->a, in, S("body"), json_get(wire, S("body")));
	json_put(x->a, in, S("signature"), json_get(wire, S("signature")));
	struct json *r = call(x, "source.hear", in, job_actor());
	if (r) json_int(json_get(r, S("status")), &out->status);
	out->body = json_text(json_get(r, S("body")));
	out->signature = json_text(json_get(r, S("signature")));
	return r != NULL;
}

static bool missed(struct pass *x, const struct outbox_row *o, struct str source, const char *why, bool last)
{
	struct json *in = with_query(x, entry_of(x, o), o);
	if (x->n_silent < SILENT_MOST) x->silent[x->n_silent++] = source;
	json_put(x->a, in, S("why"), json_str(x->a, str_of(why)));
	json_put(x->a, in, S("last"), json_bool(x->a, last));
	return call(x, "source.missed", in, job_actor()) != NULL;
}

static bool ask(struct pass *x, const struct outbox_row *o)
{
	struct said said = {0};
	struct str source = json_text(json_get(o->body, S("source")));
	for (size_t i = 0; i < x->n_silent; i++)
		if (str_eq(x->silent[i], source)) return true;                  // next time
	struct json *wire = call(x, "source.send", with_query(x, entry_of(x, o), o), job_actor());
	if (!wire) return false;
	x->done++;
	if (!json_is_true(json_get(wire, S("open")))) return true;
	if (!json_is_true(json_get(wire, S("possible")))) return missed(x, o, source, "address", true);
	if (str_is(json_text(json_get(wire, S("kind"))), "http")) over_http(x, wire, &said);
	else if (!of_sandbox(x, o, wire, &said)) return false;
	if (said.status == 202) return call(x, "source.later", entry_of(x, o), job_actor()) != NULL;
	if (said.status != 200) return missed(x, o, source, "timeout", false);
	struct json *in = with_query(x, entry_of(x, o), o);
	json_put(x->a, in, S("body"), json_str(x->a, said.body.n ? said.body : S(" ")));
	json_put(x->a, in, S("signature"), json_str(x->a, said.signature));
	return call(x, "source.answer", in, job_actor()) != NULL;
}

// The sandbox sends an answer later, as anybody outside would.
static bool push(struct pass *x, const struct outbox_row *o)
{
	struct json *in = with_query(x, json_obj(x->a), o), *answer = with_query(x, json_obj(x->a), o);
	json_put(x->a, in, S("source"), json_get(o->body, S("source")));
	struct json *r = call(x, "source.pushed", in, job_actor());
	if (!r) return false;
	json_put(x->a, answer, S("body"), json_get(r, S("body")));
	json_put(x->a, answer, S("signature"), json_get(r, S("signature")));
	x->done++;
	return call(x, "source.answer", answer, (struct actor){.roles = 1u << ROLE_PUBLIC, .via = VIA_API})
		&& call(x, "source.later", entry_of(x, o), job_actor());
}

static struct err *look(struct op_app *app, struct arena *a, uint32_t most, struct outbox_row **out, size_t *n)
{
	struct plan p = {.a = a, .store = app->store, .domain = app->domain, .now_ms = seam_now_ms(), .actor = job_actor()};
	struct err *e = snap_open(app->store, a, &p.snap);
	if (e) return e;
	e = outbox_due_sources(&p, p.now_ms, most, out, n);
	snap_close(p.snap);
	return e;
}

size_t ask_pass(struct op_app *app, uint32_t most, size_t *failed)
{
	struct pass x = {.app = app, .a = arena_new(0)};
	struct outbox_row *o = NULL;
	size_t n = 0;
	struct err *e = look(app, x.a, most, &o, &n);
	if (e) log_event(LOG_WARN, "ask.look_failed", log_err(e));
	for (size_t i = 0; !e && i < n; i++)
		if (!(str_is(o[i].kind, "source.push") ? push(&x, &o[i]) : ask(&x, &o[i]))) x.bad++;
	if (failed) *failed = x.bad;
	arena_free(x.a);
	return x.done;
}

// ---- the thread ----

static size_t pass(void *ctx, bool *hold)
{
	size_t bad = 0, done = ask_pass(ctx, MOST, &bad);
	*hold = bad > 0;
	return done;
}

struct pace *ask_start(struct op_app *app)
{
	return pace_start(BREATH_MS, pass, NULL, app);
}
