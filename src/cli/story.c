// story.c — reads a scenario a line at a time and plays it; see story.h for the language.
#include "cli/story.h"
#include "cli/story_paper.h"

#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/seam.h"
#include "base/set.h"
#include "cli/boot.h"
#include "cli/xes.h"
#include "cli/remote.h"
#include "codec/bytes.h"
#include "codec/sniff.h"
#include "codec/xml.h"
#include "domain/case/case.h"
#include "domain/catalogue/sample.h"
#include "domain/flow/record.h"
#include "domain/outbox.h"
#include "domain/party/account.h"
#include "domain/pay/pay.h"
#include "domain/post/post.h"
#include "domain/trail.h"
#include "job/ask.h"
#include "job/job.h"

enum { SIGN_EVERY_MS = 3600 * 1000, PASSES = 400, DEEP = 8, FILE_MAX = 1 << 20 };

struct var { struct str name; struct json *value; struct var *next; };
struct login { struct str login, token; struct login *next; };

struct story {
	struct arena *a;
	struct boot b;
	struct boot_config config;
	bool begun, booted, quiet, http;
	struct remote *remote;             // calls go through the JSON API; NULL: in-process
	struct samples samples;
	struct var *vars;
	struct login *logins;
	struct str who;                    // login, "system", "nobody"
	struct str file;
	uint32_t line;
	int depth;
	struct str city;                   // a copy with what the story has published; empty: nothing yet
	struct str saved;                  // heads of the journal, as text
	// The last call.
	struct json *reply;
	struct err *err;
	bool unjudged;                     // it failed and no `fails` has said that it should
	struct str before;                 // heads before it
	struct str called;
	struct str call_file;
	uint32_t call_line;
	bool bad;
};

// ---- telling ----

__attribute__((format(printf, 2, 3))) static bool wrong(struct story *s, const char *fmt, ...)
{
	va_list v;
	if (s->bad) return false;
	s->bad = true;
	fflush(stdout);
	fprintf(stderr, STR_FMT ":%u: ", STR_ARG(s->file), s->line);
	va_start(v, fmt);
	vfprintf(stderr, fmt, v);
	va_end(v);
	fputc('\n', stderr);
	return false;
}

static bool world(struct story *s, struct err *e)
{
	return e ? wrong(s, "%s: " STR_FMT, err_name(e->code), STR_ARG(err_text(s->a, e, true))) : true;
}

__attribute__((format(printf, 2, 3))) static void tell(struct story *s, const char *fmt, ...)
{
	va_list v;
	if (s->quiet) return;
	struct civil c = day_civil(day_shanghai(seam_now_ms()));
	struct clock_time t = clock_shanghai(seam_now_ms());
	printf("%02d-%02d %02d:%02d  ", c.month, c.day, t.hour, t.minute);
	va_start(v, fmt);
	vprintf(fmt, v);
	va_end(v);
	putchar('\n');
}

static struct str printed(struct story *s, const struct json *j)
{
	if (!j) return S("nothing");
	if (j->type == JSON_STRING || j->type == JSON_NUMBER) return j->text;
	struct buf b = buf_new(s->a);
	json_print(&b, j);
	return buf_str(&b);
}

static struct str brief(struct story *s, struct str text)
{
	return text.n > 2000 ? str_fmt(s->a, STR_FMT "…", STR_ARG(utf8_part(text, 0, 600))) : text;
}

// ---- words and values ----

static struct str word(struct str *rest)
{
	*rest = str_trim(*rest);
	size_t n = 0;
	while (n < rest->n && rest->p[n] != ' ' && rest->p[n] != '\t') n++;
	struct str w = str_part(*rest, 0, n);
	*rest = str_trim(str_from(*rest, n));
	return w;
}

static bool name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static struct var *var_find(struct story *s, struct str name)
{
	for (struct var *v = s->vars; v; v = v->next)
		if (str_eq(v->name, name)) return v;
	return NULL;
}

static void var_set(struct story *s, struct str name, struct json *value)
{
	struct var *v = var_find(s, name);
	if (!v) {
		v = arena_new1(s->a, struct var);
		v->name = str_copy(s->a, name);
		v->next = s->vars;
		s->vars = v;
	}
	v->value = value;
}

// $name by its value: inside quotes its text, outside as JSON.
static bool fill(struct story *s, struct str text, bool json, struct str *out)
{
	struct buf b = buf_new(s->a);
	bool quoted = false;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"' && (!i || text.p[i - 1] != '\\')) quoted = !quoted;
		if (text.p[i] != '$' || i + 1 == text.n || !name_char(text.p[i + 1])) {
			buf_byte(&b, text.p[i]);
			continue;
		}
		size_t n = 0;
		while (i + 1 + n < text.n && name_char(text.p[i + 1 + n])) n++;
		struct var *v = var_find(s, str_part(text, i + 1, n));
		if (!v) return wrong(s, "no value was saved as $" STR_FMT, STR_ARG(str_part(text, i + 1, n)));
		i += n;
		if (json && !quoted) json_print(&b, v->value);
		else buf_add(&b, printed(s, v->value));
	}
	*out = buf_str(&b);
	return true;
}

// One step of a path: .name, .0 or [key=value].
static struct json *step(struct story *s, struct json *at, struct str *path)
{
	if (path->n && path->p[0] == '[') {
		ptrdiff_t end = str_find(*path, S("]"));
		if (end < 0) return NULL;
		struct str value = str_part(*path, 1, (size_t)end - 1), key = str_cut(&value, S("="));
		*path = str_from(*path, (size_t)end + 1);
		for (size_t i = 0; i < json_count(at); i++)
			if (at->type == JSON_ARRAY && str_eq(printed(s, json_get(at->item[i], key)), value)) return at->item[i];
		return NULL;
	}
	if (path->n && path->p[0] == '.') *path = str_from(*path, 1);
	size_t n = 0;
	while (n < path->n && path->p[n] != '.' && path->p[n] != '[') n++;
	struct str name = str_part(*path, 0, n);
	int64_t index;
	*path = str_from(*path, n);
	if (at && at->type == JSON_ARRAY) return str_int(name, &index) && index >= 0 && (size_t)index < json_count(at) ? at->item[index] : NULL;
	return json_get(at, name);
}

static bool path_value(struct story *s, struct str path, struct json **out)
{
	struct str filled;
	*out = NULL;
	if (str_starts(path, S("$"))) {
		size_t n = 1;
		while (n < path.n && name_char(path.p[n])) n++;
		struct var *v = var_find(s, str_part(path, 1, n - 1));
		if (!v) return wrong(s, "no value was saved as " STR_FMT, STR_ARG(str_part(path, 0, n)));
		*out = v->value;
		if (!fill(s, str_from(path, n), false, &filled)) return false;
	} else if (str_starts(path, S("reply"))) {
		*out = s->reply;
		if (!fill(s, str_from(path, 5), false, &filled)) return false;
	} else {
		return wrong(s, "a path begins with reply or $name, not with " STR_FMT, STR_ARG(path));
	}
	while (filled.n && *out) *out = step(s, *out, &filled);
	return true;
}

// A file named in a story stands beside it.
static struct str beside(struct story *s, struct str name)
{
	ptrdiff_t slash = -1;
	for (size_t i = 0; i < s->file.n; i++)
		if (s->file.p[i] == '/') slash = (ptrdiff_t)i;
	return str_fmt(s->a, STR_FMT STR_FMT, STR_ARG(str_part(s->file, 0, (size_t)(slash + 1))), STR_ARG(name));
}

// ---- the store's heads: equal text, nothing was written ----

static struct str heads(struct story *s)
{
	struct snap *snap;
	struct buf b = buf_new(s->a);
	struct err *e = snap_open(s->b.store, s->a, &snap);
	if (world(s, e)) {
		world(s, journal_save(snap, s->a, &b));
		snap_close(snap);
	}
	return buf_str(&b);
}

static bool plan_open(struct story *s, struct plan *p)
{
	*p = (struct plan){.a = s->a, .store = s->b.store, .domain = s->b.domain, .now_ms = seam_now_ms(), .actor = job_actor()};
	if (!world(s, snap_open(s->b.store, s->a, &p->snap))) return false;
	p->cat = domain_catalogue(s->b.domain);
	return true;
}

static void plan_close(struct plan *p)
{
	snap_close(p->snap);
	catalogue_unref(p->cat);
}

// ---- the world ----

static bool ready(struct story *s)
{
	if (s->booted) return true;
	if (!s->begun) return wrong(s, "a story begins with `at YYYY-MM-DD HH:MM`");
	if (!world(s, boot_open(s->a, &s->config, &s->b))) return false;
	s->booted = true;
	if (s->http && !world(s, remote_open(s->a, &s->b, &s->remote))) return false;
	struct findings *f = findings_new(s->a, 5);
	struct catalogue *cat = domain_catalogue(s->b.domain);
	bool good = world(s, samples_load(cat, s->config.city, f, &s->samples));
	catalogue_unref(cat);
	s->saved = heads(s);
	return good && !s->bad;
}

static bool instant(struct story *s, struct str rest, int64_t *out)
{
	day_t day;
	int64_t h, m;
	struct str date = word(&rest), hour = str_cut(&rest, S(":"));
	if (!day_parse(date, &day) || !str_int(hour, &h) || !str_int(rest, &m) || h < 0 || h > 23 || m < 0 || m > 59)
		return wrong(s, "a time looks like 2026-11-17 09:00");
	*out = ms_shanghai(day, (int)h, (int)m);
	return true;
}

static bool do_at(struct story *s, struct str rest)
{
	int64_t at = 0;
	if (!instant(s, rest, &at)) return false;
	if (!s->begun) seam_fake(at, 42);
	else if (at < seam_now_ms()) return wrong(s, "the clock does not go back");
	seam_fake_set(at);
	s->begun = true;
	return true;
}

static bool do_advance(struct story *s, struct str rest)
{
	int64_t n, now = seam_now_ms();
	struct str unit;
	day_t day;
	if (!str_int(word(&rest), &n) || n < 1) return wrong(s, "advance by how much?");
	unit = word(&rest);
	if (str_starts(unit, S("hour"))) {
		now += n * 3600000;
	} else if (str_starts(unit, S("minute"))) {
		now += n * 60000;
	} else if (str_starts(unit, S("day"))) {
		now += n * 86400000;
	} else if (str_is(unit, "working") && str_starts(rest, S("day"))) {
		struct clock_time t = clock_shanghai(now);
		struct catalogue *cat = domain_catalogue(s->b.domain);
		bool good = world(s, calendar_add(s->a, cat->calendar, day_shanghai(now), (int32_t)n, &day));
		catalogue_unref(cat);
		if (!good) return false;
		now = ms_shanghai(day, t.hour, t.minute);
	} else {
		return wrong(s, "advance by hours, minutes, days or working days");
	}
	seam_fake_set(now);
	tell(s, "· " STR_FMT " " STR_FMT " later", STR_ARG(str_fmt(s->a, "%lld", (long long)n)), STR_ARG(unit));
	return true;
}

// ---- who calls ----

static struct str password_of(struct story *s, struct str login)
{
	for (uint32_t i = 0; i < s->samples.n_people; i++)
		if (str_eq(s->samples.person[i].account, login)) return s->samples.person[i].password;
	for (uint32_t i = 0; i < s->samples.n_staff; i++)
		if (str_eq(s->samples.staff[i].account, login)) return s->samples.staff[i].password;
	return S("");
}

static struct actor nobody(void)
{
	return (struct actor){.roles = 1u << ROLE_PUBLIC, .via = VIA_WEB};
}

static bool actor_behind(struct story *s, struct str token, struct actor *out)
{
	struct snap *snap;
	if (!world(s, snap_open(s->b.store, s->a, &snap))) return false;
	struct err *e = actor_of_token(snap, s->a, s->b.domain, token, seam_now_ms(), out);
	snap_close(snap);
	return world(s, e);
}

static void perform(struct story *s, struct op_request *r, struct str token)
{
	if (s->remote) remote_call(s->remote, r, token);
	else op_call(&s->b.app, r);
}

static bool sign_in(struct story *s, struct login *l)
{
	struct json *in = json_obj(s->a);
	struct str password = password_of(s, l->login);
	if (!password.n) return wrong(s, "no sample identity has the login " STR_FMT, STR_ARG(l->login));
	json_put(s->a, in, S("login"), json_str(s->a, l->login));
	json_put(s->a, in, S("password"), json_str(s->a, password));
	struct op_request r = {.name = S("session.sign_in"), .actor = nobody(), .in = in, .a = s->a};
	perform(s, &r, S(""));
	if (!world(s, r.err)) return false;
	l->token = r.set_cookie;
	return true;
}

// The caller as the next request would find him; a session that ran out is begun again.
static bool caller(struct story *s, struct actor *out)
{
	struct login *l;
	if (str_is(s->who, "system")) {
		*out = job_actor();
		return true;
	}
	*out = nobody();
	if (str_is(s->who, "nobody")) return true;
	for (l = s->logins; l && !str_eq(l->login, s->who); l = l->next);
	if (!l) {
		l = arena_new1(s->a, struct login);
		*l = (struct login){.login = s->who, .next = s->logins};
		s->logins = l;
	}
	if (l->token.n && !actor_behind(s, l->token, out)) return false;
	if (out->account) return true;
	return sign_in(s, l) && actor_behind(s, l->token, out) && (out->account || wrong(s, STR_FMT " signed in and is nobody", STR_ARG(s->who)));
}

// ---- calls ----

static bool call(struct story *s, struct op_request *r)
{
	s->before = heads(s);
	s->called = r->name;
	s->call_file = s->file;
	s->call_line = s->line;
	struct str token = S("");
	for (struct login *l = s->logins; l; l = l->next)
		if (str_eq(l->login, s->who)) token = l->token;
	perform(s, r, r->actor.account ? token : S(""));
	s->reply = r->reply;
	s->err = r->err;
	s->unjudged = r->err != NULL;
	if (!r->err && r->out_stream.type.n) {
		struct json *o = json_obj(s->a);
		json_put(s->a, o, S("type"), json_str(s->a, r->out_stream.type));
		json_put(s->a, o, S("size"), json_num(s->a, r->out_stream.size));
		json_put(s->a, o, S("name"), json_str(s->a, r->out_stream.name));
		json_put(s->a, s->reply, S("stream"), o);
	}
	if (r->err) tell(s, "%-20.*s %-20.*s ✗ %s", STR_ARG(s->who), STR_ARG(s->called), err_name(r->err->code));
	else tell(s, "%-20.*s " STR_FMT, STR_ARG(s->who), STR_ARG(s->called));
	return !s->bad;
}

static bool do_call(struct story *s, struct str rest)
{
	struct op_request r = {.name = str_copy(s->a, word(&rest)), .a = s->a};
	struct str filled;
	if (str_starts(rest, S("key "))) {
		word(&rest);
		r.key = word(&rest);
	}
	if (!fill(s, rest.n ? rest : S("{}"), true, &filled)) return false;
	struct err *e = json_parse(s->a, filled, (struct json_limits){0}, &r.in);
	if (!world(s, e)) return false;
	return caller(s, &r.actor) && call(s, &r);
}

static bool do_fails(struct story *s, struct str rest)
{
	struct str code = word(&rest);
	if (!s->err) return wrong(s, "expected " STR_FMT " to fail with " STR_FMT ", found that it went well: " STR_FMT, STR_ARG(s->called), STR_ARG(code), STR_ARG(brief(s, printed(s, s->reply))));
	s->unjudged = false;
	if (!str_eq(code, str_of(err_name(s->err->code))))
		return wrong(s, "expected " STR_FMT ", found %s: " STR_FMT, STR_ARG(code), err_name(s->err->code), STR_ARG(brief(s, printed(s, s->reply))));
	if (str_is(rest, "recorded")) return !str_eq(s->before, heads(s)) || wrong(s, "expected that the failure is recorded, found nothing new in the journal");
	if (str_starts(rest, S("field "))) {
		bool found = false;
		word(&rest);
		for (struct err *e = s->err; e; e = e->next) found |= str_eq(e->field, rest);
		if (!found) return wrong(s, "expected an error at the field " STR_FMT ", found " STR_FMT, STR_ARG(rest), STR_ARG(brief(s, printed(s, s->reply))));
	}
	if (!str_eq(s->before, heads(s))) return wrong(s, "expected that a refused call writes nothing, found new entries in the journal");
	return true;
}

static bool sample_bytes(struct story *s, struct str name, struct str *out)
{
	static const char pdf[] = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
		"trailer<</Root 1 0 R>>\n";
	struct plan p;
	bool known;
	if (!plan_open(s, &p)) return false;
	struct err *e = story_paper(&p, name, out, &known);
	plan_close(&p);
	if (e || known) return world(s, e);
	static const unsigned char png[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R', 0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0, 0x90, 0x77, 0x53, 0xde};
	// The name goes in so that two files of a story are two contents.
	if (str_ends(name, S(".pdf"))) *out = str_fmt(s->a, "%s%% " STR_FMT "\n%%%%EOF\n", pdf, STR_ARG(name));
	else if (str_ends(name, S(".png"))) *out = str_fmt(s->a, STR_FMT STR_FMT, 0, "", 0, "");
	else if (str_ends(name, S(".exe"))) *out = str_fmt(s->a, "MZ" STR_FMT, STR_ARG(name));
	else if (str_ends(name, S(".txt"))) *out = str_fmt(s->a, "plain text " STR_FMT "\n", STR_ARG(name));
	else if (str_is(name, "empty")) *out = S("");
	else return wrong(s, "a file ends in .pdf, .png, .exe or .txt, or is called empty");
	if (str_ends(name, S(".png"))) {
		struct buf b = buf_new(s->a);
		buf_add(&b, (struct str){(const char *)png, sizeof png});
		buf_add(&b, name);
		*out = buf_str(&b);
	}
	return true;
}

static bool do_upload(struct story *s, struct str rest)
{
	struct str filled, bytes;
	unsigned char digest[32];
	if (!fill(s, rest, false, &filled)) return false;
	struct str id = word(&filled), material = word(&filled), name = filled;
	if (!name.n) return wrong(s, "upload $case MATERIAL FILE");
	if (!sample_bytes(s, name, &bytes) || !world(s, blob_put_all(s->b.store, s->a, bytes, digest))) return false;
	struct buf hex = buf_new(s->a);
	bytes_hex(&hex, digest, sizeof digest);
	struct op_stream stream = {.blob = buf_str(&hex), .size = (int64_t)bytes.n, .type = str_of(sniff_type(sniff(bytes))), .name = name};
	struct json *in = json_obj(s->a);
	json_put(s->a, in, S("case"), json_str(s->a, id));
	json_put(s->a, in, S("material"), json_str(s->a, material));
	struct op_request r = {.name = S("draft.upload"), .in = in, .a = s->a, .stream = &stream};
	return caller(s, &r.actor) && call(s, &r);
}

// ---- the peers of the sandbox ----

static bool notify(struct story *s, const char *op, struct json *body, bool forged)
{
	struct plan p;
	struct buf text = buf_new(s->a);
	struct json *in = json_obj(s->a);
	json_print(&text, body);
	if (!plan_open(s, &p)) return false;
	struct str signature = pay_sign(&p, buf_str(&text));
	plan_close(&p);
	if (forged) signature = str_replace(s->a, signature, str_part(signature, 0, 1), S("x"));
	json_put(s->a, in, S("body"), json_str(s->a, buf_str(&text)));
	json_put(s->a, in, S("signature"), json_str(s->a, signature));
	struct op_request r = {.name = str_of(op), .actor = nobody(), .in = in, .a = s->a};
	return call(s, &r);
}

// "ORDER [word]": the order, what the line goes on with, and what the gateway says in any case.
static bool order_notice(struct story *s, struct str rest, struct str *filled, struct pay_order *o, struct json **notice)
{
	struct plan p;
	int64_t id;
	if (!fill(s, rest, false, filled)) return false;
	if (!str_int(word(filled), &id)) return wrong(s, "which order?");
	if (!plan_open(s, &p)) return false;
	struct err *e = pay_order_read(&p, id, o);
	plan_close(&p);
	if (!world(s, e)) return false;
	*notice = json_obj(s->a);
	json_put(s->a, *notice, S("order"), json_id(s->a, id));
	json_put(s->a, *notice, S("amount_fen"), json_num(s->a, o->amount_fen - str_is(*filled, "wrong")));
	return true;
}

static bool do_pay(struct story *s, struct str rest)
{
	struct str filled;
	struct pay_order o;
	struct json *b;
	if (!order_notice(s, rest, &filled, &o, &b)) return false;
	json_put(s->a, b, S("gateway_no"), json_str(s->a, str_fmt(s->a, "SB%lld%s", (long long)o.id, str_is(filled, "again") ? "-2" : "")));
	json_put(s->a, b, S("at"), json_num(s->a, seam_now_ms()));
	struct str who = s->who;
	if (!str_is(filled, "forged") && !str_is(filled, "wrong") && !str_is(filled, "unbooked")) {
		struct json *book = json_obj(s->a);
		json_put(s->a, book, S("kind"), json_str(s->a, S("paid")));
		json_put(s->a, book, S("order"), json_id(s->a, o.id));
		json_put(s->a, book, S("amount_fen"), json_num(s->a, o.amount_fen));
		json_put(s->a, book, S("gateway_no"), json_get(b, S("gateway_no")));
		struct op_request taken = {.name = S("pay.book"), .actor = job_actor(), .in = book, .a = s->a};
		op_call(&s->b.app, &taken);
		if (!world(s, taken.err)) return false;
	}
	if (str_is(filled, "lost")) {
		tell(s, "%-20s paid, its notification is lost", "gateway");
		return true;
	}
	s->who = S("gateway");
	bool good = notify(s, "pay.callback", b, str_is(filled, "forged"));
	if (good && str_is(filled, "twice") && !s->err) {
		good = notify(s, "pay.callback", b, false);
		if (good && !str_eq(s->before, heads(s))) good = wrong(s, "expected that a repeated notification changes nothing, found new entries in the journal");
	}
	s->who = who;
	return good;
}

static bool do_refund(struct story *s, struct str rest)
{
	struct str filled;
	struct pay_order o;
	struct json *b;
	if (!order_notice(s, rest, &filled, &o, &b)) return false;
	json_put(s->a, b, S("refund_no"), json_str(s->a, str_fmt(s->a, "RF%lld%s", (long long)o.id, str_is(filled, "again") ? "-2" : "")));
	json_put(s->a, b, S("result"), json_str(s->a, S("refunded")));
	struct str who = s->who;
	s->who = S("gateway");
	bool good = notify(s, "pay.refunded", b, str_is(filled, "forged"));
	s->who = who;
	return good;
}

static bool do_courier(struct story *s, struct str rest)
{
	struct str filled;
	struct plan p;
	struct post_order o;
	int64_t id;
	bool found = false;
	if (!fill(s, rest, false, &filled)) return false;
	if (!str_int(word(&filled), &id)) return wrong(s, "courier $case STATE");
	struct str state = word(&filled), forged = filled;
	if (!plan_open(s, &p)) return false;
	struct err *e = post_of_case(&p, id, &o, &found);
	plan_close(&p);
	if (!world(s, e)) return false;
	if (!found) return wrong(s, "expected a parcel of the case, found none");
	struct json *b = json_obj(s->a);
	json_put(s->a, b, S("order"), json_id(s->a, o.id));
	json_put(s->a, b, S("courier_no"), json_str(s->a, o.courier_no));
	json_put(s->a, b, S("state"), json_str(s->a, state));
	json_put(s->a, b, S("text"), json_str(s->a, str_is(state, "delivered") ? S("快件已签收") : S("快件运输中")));
	json_put(s->a, b, S("at"), json_num(s->a, seam_now_ms()));
	struct str who = s->who;
	s->who = S("courier");
	bool good = notify(s, "post.update", b, str_is(forged, "forged"));
	s->who = who;
	return good;
}

static bool do_fault(struct story *s, struct str rest)
{
	int64_t n;
	struct str point = word(&rest);
	static const char *const points[] = {"flow.job", "store.exec", "store.query"};      // kept by the seam
	for (size_t i = 0; i < countof(points); i++)
		if (str_eq(point, str_of(points[i])) && str_int(rest, &n)) {
			seam_fault_set(points[i], n);
			return true;
		}
	return wrong(s, "fault flow.job, store.exec or store.query, and which pass");
}

static bool do_jobs(struct story *s, struct str rest)
{
	size_t failed = 0, done, all = 0, bad = 0;
	int passes = 0;
	do {
		done = job_pass(&s->b.app, 50, &failed);
		all += done;
		bad += failed;
		size_t more = ask_pass(&s->b.app, 50, &failed);
		done += more;
		all += more;
		bad += failed;
	} while ((done || failed) && ++passes < PASSES);
	tell(s, "%-20s %zu done%s", "jobs", all, bad ? ", some failed" : "");
	if (passes == PASSES) return wrong(s, "expected that jobs come to an end, found that they go on for ever");
	if (bad && !str_is(rest, "failing")) return wrong(s, "expected no failing job, found %zu", bad);
	if (!bad && str_is(rest, "failing")) return wrong(s, "expected a failing job, found none");
	return true;
}

// ---- looking ----

static bool do_save(struct story *s, struct str rest)
{
	struct str name = word(&rest);
	struct json *v;
	if (!str_starts(name, S("$")) || name.n < 2 || !str_is(word(&rest), "=")) return wrong(s, "save $name = PATH");
	if (str_is(rest, "invitation")) {
		struct plan p;
		struct outbox_row *o;
		size_t n;
		if (!plan_open(s, &p)) return false;
		struct err *e = outbox_due(&p, seam_now_ms(), 200, &o, &n);
		plan_close(&p);
		if (!world(s, e)) return false;
		struct str link = S("");
		for (size_t i = 0; i < n; i++)
			if (json_get(o[i].body, S("link"))) link = json_text(json_get(o[i].body, S("link")));
		ptrdiff_t at = str_find(link, S("/sign/"));
		if (at < 0) return wrong(s, "no invitation waits in the outbox");
		v = json_str(s->a, str_from(link, (size_t)at + 6));
	} else if (str_starts(rest, S("file "))) {
		struct str text;
		if (!world(s, file_read(s->a, beside(s, str_from(rest, 5)), FILE_MAX, &text))) return false;
		v = json_str(s->a, text);
	} else {
		if (!path_value(s, rest, &v)) return false;
		if (!v) return wrong(s, "expected a value at " STR_FMT ", found nothing in " STR_FMT, STR_ARG(rest), STR_ARG(brief(s, printed(s, s->reply))));
	}
	var_set(s, str_from(name, 1), v);
	return true;
}

static bool equal(struct story *s, const struct json *found, struct str value)
{
	struct json *j;
	if (found && str_eq(printed(s, found), value)) return true;
	if (!found || (found->type == JSON_STRING) != (value.n && value.p[0] == '"') || json_parse(s->a, value, (struct json_limits){0}, &j)) return false;
	return json_equal(found, j);
}

static bool do_expect(struct story *s, struct str rest)
{
	struct json *v;
	struct str value = S("");
	struct str path = word(&rest), how = word(&rest);
	while (!str_is(how, "==") && !str_is(how, "!=") && !str_is(how, "<") && !str_is(how, ">") && !str_is(how, "contains") && !str_is(how, "exists")
		&& !str_is(how, "missing") && !str_is(how, "count") && rest.n) {       // a selector may hold spaces
		path = (struct str){path.p, (size_t)(how.p + how.n - path.p)};
		how = word(&rest);
	}
	if (!path_value(s, path, &v) || !fill(s, rest, false, &value)) return false;
	struct str found = printed(s, v);
	int64_t n;
	dec a, b;
	bool good = false;
	if (str_is(how, "exists")) good = v != NULL;
	else if (str_is(how, "missing")) good = v == NULL;
	else if (str_is(how, "count")) good = str_int(value, &n) && (int64_t)json_count(v) == n, found = str_fmt(s->a, "%zu in " STR_FMT, json_count(v), STR_ARG(found));
	else if (str_is(how, "contains")) good = v && str_find(found, value) >= 0;
	else if (str_is(how, "==")) good = equal(s, v, value);
	else if (str_is(how, "!=")) good = !equal(s, v, value);
	else if (str_is(how, "<") || str_is(how, ">")) good = v && dec_parse(json_text(v), &a) && dec_parse(value, &b) && (str_is(how, "<") ? dec_cmp(a, b) < 0 : dec_cmp(a, b) > 0);
	else return wrong(s, "expect PATH ==, !=, <, >, contains, exists, missing or count");
	found = brief(s, found);
	return good || wrong(s, "expected " STR_FMT " " STR_FMT " " STR_FMT ", found " STR_FMT, STR_ARG(path), STR_ARG(how), STR_ARG(value), STR_ARG(found));
}

static bool do_show(struct story *s, struct str rest)
{
	struct json *v;
	struct buf b = buf_new(s->a);
	if (!path_value(s, rest, &v)) return false;
	if (v) json_print_pretty(&b, v);
	printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
	return true;
}

static bool case_of(struct story *s, struct plan *p, struct str id, struct kase **out)
{
	int64_t n;
	if (!str_int(id, &n)) return wrong(s, "which case?");
	return world(s, case_read(p, n, out));
}

static bool do_state(struct story *s, struct str rest)
{
	struct plan p;
	struct kase *k;
	struct cases children;
	struct str filled;
	if (!fill(s, rest, false, &filled)) return false;
	struct str id = word(&filled), item = word(&filled);
	if (str_is(item, "==")) item = S("");
	else if (!str_is(word(&filled), "==")) return wrong(s, "state $case [ITEM] == STATE [OUTCOME]");
	struct str state = word(&filled), outcome = word(&filled);
	if (!plan_open(s, &p)) return false;
	bool good = case_of(s, &p, id, &k);
	if (good && item.n) {
		struct kase *root = k;
		k = NULL;
		good = world(s, case_children(&p, root->id, &children));
		for (size_t i = 0; good && i < children.n; i++)
			if (str_eq(children.k[i]->what, item)) k = children.k[i];
		if (good && !k) good = str_is(state, "missing") ? true : wrong(s, "the case has no item " STR_FMT, STR_ARG(item));
	}
	if (good && k && (!str_eq(state, str_of(case_state_name(k->state))) || (outcome.n && !str_eq(outcome, k->outcome))))
		good = wrong(s, "expected " STR_FMT " " STR_FMT " " STR_FMT ", found %s " STR_FMT, STR_ARG(k->what), STR_ARG(state), STR_ARG(outcome), case_state_name(k->state), STR_ARG(k->outcome));
	plan_close(&p);
	return good;
}

static bool timeline_of(struct story *s, struct plan *p, const struct kase *k)
{
	struct journal_entry *e;
	size_t n;
	if (!world(s, journal_of(p->snap, s->a, S("case"), k->id, 0, 500, &e, &n))) return false;
	printf("  " STR_FMT " " STR_FMT "  %s " STR_FMT "\n", STR_ARG(k->number.n ? k->number : S("—")), STR_ARG(k->what), case_state_name(k->state), STR_ARG(k->outcome));
	for (size_t i = 0; i < n; i++) {
		struct civil c = day_civil(day_shanghai(e[i].at_ms));
		struct clock_time t = clock_shanghai(e[i].at_ms);
		printf("    %2lld  %02d-%02d %02d:%02d  %-14.*s " STR_FMT " " STR_FMT "\n", (long long)e[i].seq, c.month, c.day, t.hour, t.minute, STR_ARG(e[i].actor), STR_ARG(e[i].verb), STR_ARG(e[i].detail));
	}
	return true;
}

static bool do_timeline(struct story *s, struct str rest)
{
	struct plan p;
	struct kase *k;
	struct cases children;
	struct str filled;
	if (!fill(s, rest, false, &filled) || !plan_open(s, &p)) return false;
	bool good = case_of(s, &p, filled, &k) && (s->quiet || timeline_of(s, &p, k)) && world(s, case_children(&p, k->id, &children));
	for (size_t i = 0; good && !s->quiet && i < children.n; i++) good = timeline_of(s, &p, children.k[i]);
	plan_close(&p);
	return good;
}

static void found_one(void *ctx, const struct journal_finding *f)
{
	struct story *s = ctx;
	fprintf(stderr, STR_FMT ":%u: journal: %s, " STR_FMT " %lld, entry %lld\n", STR_ARG(s->file), s->line, journal_wrong_name(f->wrong), STR_ARG(f->kind), (long long)f->id, (long long)f->seq);
}

static bool do_verify(struct story *s, struct str rest)
{
	struct journal_saved saved;
	struct journal_report r = {0};
	if (!world(s, journal_saved_read(s->a, s->saved, &saved))) return false;
	struct journal_check c = {.saved = &saved, .key = s->b.domain->sign, .interval_ms = SIGN_EVERY_MS, .tables = trail_tables, .n_tables = trail_tables_n, .found = found_one, .ctx = s};
	if (!world(s, journal_verify(s->b.store, s->a, &c, &r))) return false;
	if (r.findings) return wrong(s, "expected a whole journal, found %lld findings", (long long)r.findings);
	tell(s, "%-20s %lld entries of %lld subjects, %lld rows, nothing found", "verify", (long long)r.entries, (long long)r.subjects, (long long)r.rows);
	return true;
}

static void flow_found(void *ctx, const struct flow_replay_finding *f)
{
	struct story *s = ctx;
	fprintf(stderr, STR_FMT ":%u: replay: %s, case %lld, version %lld " STR_FMT "\n", STR_ARG(s->file), s->line, flow_flaw_name(f->flaw),
		(long long)f->case_id, (long long)f->version, STR_ARG(f->text));
}

// Process variables carry no personal value: none of the sample people's stands in an event.
static void flow_clean(void *ctx, int64_t instance, const struct flow_record *r)
{
	struct story *s = ctx;
	for (uint32_t i = 0; i < s->samples.n_people; i++) {
		const struct sample_person *p = &s->samples.person[i];
		const struct str value[] = {p->name, p->number, p->phone, p->address};
		for (size_t k = 0; k < countof(value); k++)
			if (value[k].n && str_find(r->detail, value[k]) >= 0)
				wrong(s, "expected no personal value in events, found one of " STR_FMT " in a %s event", STR_ARG(p->account), flow_record_kind(r));
	}
}

static bool do_replay(struct story *s, struct str rest)
{
	struct plan p;
	struct flow_replay r;
	if (!plan_open(s, &p)) return false;
	struct err *e = flow_replay(&p, &(struct flow_replay_watch){.found = flow_found, .record = flow_clean, .ctx = s}, &r);
	plan_close(&p);
	if (!world(s, e)) return false;
	if (r.findings) return wrong(s, "expected that every replay gives the stored state, found %lld that differ", (long long)r.findings);
	tell(s, "%-20s %lld instances, %lld events, the same bytes", "replay", (long long)r.instances, (long long)r.events);
	return !s->bad;
}

// The event log for analysts: well-formed, and nobody's name in it.
static bool do_xes(struct story *s, struct str rest)
{
	struct str file = str_fmt(s->a, STR_FMT "/log.xes", STR_ARG(s->config.data)), text;
	struct xes_count n;
	struct xml *x;
	int64_t want;
	if (!world(s, xes_export(s->a, &s->b, file, &n)) || !world(s, file_read(s->a, file, 64 << 20, &text))) return false;
	if (!world(s, xml_parse(s->a, text, (struct xml_limits){0}, &x))) return false;
	for (uint32_t i = 0; i < s->samples.n_people; i++)
		if (str_find(text, s->samples.person[i].name) >= 0 || str_find(text, s->samples.person[i].number) >= 0)
			return wrong(s, "expected no personal value in the event log, found one of " STR_FMT, STR_ARG(s->samples.person[i].account));
	if (!str_int(word(&rest), &want) || n.traces != want || n.events < want)
		return wrong(s, "expected " STR_FMT " traces, found %lld with %lld events", STR_ARG(str_fmt(s->a, "%lld", (long long)want)), (long long)n.traces, (long long)n.events);
	tell(s, "%-20s %lld traces, %lld events", "xes", (long long)n.traces, (long long)n.events);
	return true;
}

static bool do_checkpoint(struct story *s, struct str rest)
{
	s->saved = heads(s);
	return !s->bad;
}

// ---- lines ----

static bool play(struct story *s, struct str file);

static bool do_publish(struct story *s, struct str rest)
{
	struct str name = word(&rest), new = rest, old = str_cut(&new, S(" => ")), text;
	if (!name.n || !old.n || !new.p) return wrong(s, "publish FILE OLD => NEW");
	if (!s->city.n) {
		s->city = str_fmt(s->a, STR_FMT "/story-city", STR_ARG(s->config.data));
		if (!world(s, folder_copy(s->a, s->config.city, s->city))) return false;
	}
	struct str path = str_fmt(s->a, STR_FMT "/" STR_FMT, STR_ARG(s->city), STR_ARG(name));
	if (!world(s, file_read(s->a, path, FILE_MAX, &text))) return false;
	ptrdiff_t at = str_find(text, old);
	if (at < 0) return wrong(s, STR_FMT " does not contain " STR_FMT, STR_ARG(name), STR_ARG(old));
	struct buf lines = buf_new(s->a);                         // \n of the change is the end of a line
	for (size_t i = 0; i < new.n; i++) {
		bool end = new.p[i] == '\\' && i + 1 < new.n && new.p[i + 1] == 'n';
		buf_byte(&lines, end ? '\n' : new.p[i]);
		i += end;
	}
	new = buf_str(&lines);
	text = str_fmt(s->a, "%.*s" STR_FMT STR_FMT, (int)at, text.p, STR_ARG(new), STR_ARG(str_from(text, (size_t)at + old.n)));
	if (!world(s, file_write(s->a, path, text, false))) return false;
	struct findings *f = findings_new(s->a, 5);
	bool changed;
	struct err *e = domain_publish(s->b.domain, s->a, s->city, f, &changed);
	if (f->errors) {
		struct buf b = buf_new(s->a);
		findings_print(&b, f, true);
		return wrong(s, STR_FMT, STR_ARG(buf_str(&b)));
	}
	if (!world(s, e)) return false;
	tell(s, "%-20s " STR_FMT, "publish", STR_ARG(name));
	return true;
}

static bool do_include(struct story *s, struct str rest)
{
	struct str name = word(&rest), filled;
	if (s->depth == DEEP) return wrong(s, "files include each other deeper than %d", DEEP);
	while (rest.n) {
		struct str value = word(&rest), key = str_cut(&value, S("="));
		if (!fill(s, value, false, &filled)) return false;
		var_set(s, key, json_str(s->a, filled));
	}
	struct str file = s->file;
	uint32_t line = s->line;
	s->depth++;
	bool good = play(s, beside(s, name));
	s->depth--;
	if (!good) fprintf(stderr, "  included from " STR_FMT ":%u\n", STR_ARG(file), line);
	s->file = file;
	s->line = line;
	return good;
}

static bool do_as(struct story *s, struct str rest)
{
	struct actor a;
	return fill(s, rest, false, &s->who) && caller(s, &a);
}

static bool judged(struct story *s)
{
	if (!s->unjudged) return true;
	s->file = s->call_file;
	s->line = s->call_line;
	return wrong(s, "expected " STR_FMT " to go well, found %s: " STR_FMT, STR_ARG(s->called), err_name(s->err->code), STR_ARG(brief(s, printed(s, s->reply))));
}

static bool one(struct story *s, struct str line)
{
	static const struct { const char *word; bool (*fn)(struct story *, struct str); bool early; } words[] = {
		{"at", do_at, true}, {"advance", do_advance}, {"as", do_as}, {"call", do_call}, {"fails", do_fails}, {"save", do_save},
		{"expect", do_expect}, {"show", do_show}, {"upload", do_upload}, {"pay", do_pay}, {"refund", do_refund}, {"courier", do_courier}, {"jobs", do_jobs}, {"fault", do_fault}, {"state", do_state},
		{"timeline", do_timeline}, {"checkpoint", do_checkpoint}, {"verify", do_verify}, {"replay", do_replay}, {"xes", do_xes}, {"publish", do_publish}, {"include", do_include, true}};
	struct str rest = line, first = word(&rest);
	for (size_t i = 0; i < countof(words); i++) {
		if (!str_eq(first, str_of(words[i].word))) continue;
		if (words[i].fn != do_fails && !judged(s)) return false;
		return (words[i].early || ready(s)) && words[i].fn(s, rest) && !s->bad;
	}
	return wrong(s, "no line begins with " STR_FMT, STR_ARG(first));
}

// Brackets still open at the end of a line: the JSON goes on.
static int open_brackets(struct str line)
{
	int n = 0;
	bool quoted = false;
	for (size_t i = 0; i < line.n; i++) {
		if (line.p[i] == '"' && (!i || line.p[i - 1] != '\\')) quoted = !quoted;
		if (quoted) continue;
		n += (line.p[i] == '{' || line.p[i] == '[') - (line.p[i] == '}' || line.p[i] == ']');
	}
	return n;
}

static bool play(struct story *s, struct str file)
{
	struct str text;
	if (!world(s, file_read(s->a, file, FILE_MAX, &text))) return false;
	uint32_t at = 0;
	s->file = file;
	while (text.p && text.n) {
		struct str line = str_trim(str_cut(&text, S("\n")));
		uint32_t began = ++at;
		if (!line.n || line.p[0] == '#') continue;
		while (open_brackets(line) > 0 && text.n) {
			struct str more = str_trim(str_cut(&text, S("\n")));
			line = str_fmt(s->a, STR_FMT " " STR_FMT, STR_ARG(line), STR_ARG(more));
			at++;
		}
		s->file = file;
		s->line = began;
		if (!one(s, line)) return false;
	}
	return s->depth ? true : judged(s);
}

static int drop_one(const char *path, const struct stat *st, int flag, struct FTW *f)
{
	return remove(path);
}

static int story(const char *file, const char *url, const char *city, bool quiet, bool http)
{
	char dir[] = "/tmp/tongban-story.XXXXXX";
	if (!mkdtemp(dir)) {
		perror(dir);
		return 1;
	}
	struct arena *a = arena_new(0);
	struct story s = {.a = a, .quiet = quiet, .http = http, .who = S("nobody"), .config = {.city = str_of(city), .data = str_of(dir), .store_url = str_of(url),
		.base_url = S("https://yunfan.example"), .demo = true, .inline_commit = !http, .readers = http ? 16 : 4, .sync_off = true}};
	int64_t began = seam_mono_us();
	bool good = play(&s, str_of(file)) && !s.bad && (!s.booted || do_replay(&s, S("")));
	remote_close(s.remote);
	if (s.booted) boot_close(&s.b);
	// allow: seconds for a reader, stored nowhere
	printf("%s %s (%.1f s)\n", good ? "passed" : "FAILED", file, (double)(seam_mono_us() - began) / 1e6);
	fflush(stdout);
	arena_free(a);
	nftw(dir, drop_one, 16, FTW_DEPTH | FTW_PHYS);
	return good ? 0 : 1;
}

int story_cmd(int argc, char **argv)
{
	const char *url = "", *city = "city";
	bool quiet = false, http = false;
	int files = 0, rc = 0;
	struct arena *a = arena_new(0);
	// Passwords are hashed for every sample identity of every story: the cheapest that the table allows.
	struct err *e = set_put(a, S("session.password_kib"), S("1024"));
	if (!e) e = set_put(a, S("session.password_passes"), S("1"));
	if (!e) e = set_put(a, S("log.level"), S("error"));
	CHECK(!e);
	arena_free(a);
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--store") && i + 1 < argc) url = argv[++i];
		else if (!strcmp(argv[i], "--city") && i + 1 < argc) city = argv[++i];
		else if (!strcmp(argv[i], "--quiet")) quiet = true;
		else if (!strcmp(argv[i], "--http")) http = true;
		else if (argv[i][0] == '-') files = -1000000;
		else files++;
	}
	if (files < 1 || (*url && files > 1)) {
		fputs("usage: tongban story FILE… [--store postgres://…] [--city DIR] [--quiet] [--http]\n"
			"  --http   every call goes through the JSON API of a server in this process\n"
			"  --store  an empty PostgreSQL database instead of the embedded one, for one story\n", stderr);
		return 2;
	}
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--store") || !strcmp(argv[i], "--city")) i++;
		else if (argv[i][0] != '-') rc |= story(argv[i], url, city, quiet, http);
	}
	return rc;
}
