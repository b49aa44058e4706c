// story_call.c — who calls, and the calls.
#include "cli/story_int.h"

#include "base/seam.h"
#include "cli/story_paper.h"
#include "codec/bytes.h"
#include "codec/sniff.h"
#include "domain/party/account.h"
#include "job/job.h"

// ---- who calls ----

static struct str password_of(struct story *s, struct str login)
{
	for (uint32_t i = 0; i < s->samples.n_people; i++)
		if (str_eq(s->samples.person[i].account, login)) return s->samples.person[i].password;
	for (uint32_t i = 0; i < s->samples.n_staff; i++)
		if (str_eq(s->samples.staff[i].account, login)) return s->samples.staff[i].password;
	return S("");
}

struct actor story_nobody(void)
{
	return (struct actor){.roles = 1u << ROLE_PUBLIC, .via = VIA_WEB};
}

static bool actor_behind(struct story *s, struct str token, struct actor *out)
{
	struct snap *snap;
	if (!story_world(s, snap_open(s->b.store, s->a, &snap))) return false;
	struct err *e = actor_of_token(snap, s->a, s->b.domain, token, seam_now_ms(), out);
	snap_close(snap);
	return story_world(s, e);
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
	if (!password.n) return story_wrong(s, "no sample identity has the login " STR_FMT, STR_ARG(l->login));
	json_put(s->a, in, S("login"), json_str(s->a, l->login));
	json_put(s->a, in, S("password"), json_str(s->a, password));
	struct op_request r = {.name = S("session.sign_in"), .actor = story_nobody(), .in = in, .a = s->a};
	perform(s, &r, S(""));
	if (!story_world(s, r.err)) return false;
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
	*out = story_nobody();
	if (str_is(s->who, "nobody")) return true;
	for (l = s->logins; l && !str_eq(l->login, s->who); l = l->next);
	if (!l) {
		l = arena_new1(s->a, struct login);
		*l = (struct login){.login = s->who, .next = s->logins};
		s->logins = l;
	}
	if (l->token.n && !actor_behind(s, l->token, out)) return false;
	if (out->account) return true;
	return sign_in(s, l) && actor_behind(s, l->token, out) && (out->account || story_wrong(s, STR_FMT " signed in and is nobody", STR_ARG(s->who)));
}

bool story_caller(struct story *s, struct actor *out)
{
	bool good = caller(s, out);
	out->english = s->english;
	return good;
}

// ---- calls ----

bool story_op(struct story *s, struct op_request *r)
{
	s->before = story_heads(s);
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
	if (r->err) story_tell(s, "%-20.*s %-20.*s ✗ %s", STR_ARG(s->who), STR_ARG(s->called), err_name(r->err->code));
	else story_tell(s, "%-20.*s " STR_FMT, STR_ARG(s->who), STR_ARG(s->called));
	return !s->bad;
}

bool story_call(struct story *s, struct str rest)
{
	struct op_request r = {.name = str_copy(s->a, story_word(&rest)), .a = s->a};
	struct str filled;
	if (str_starts(rest, S("key "))) {
		story_word(&rest);
		r.key = story_word(&rest);
	}
	if (!story_fill(s, rest.n ? rest : S("{}"), true, &filled)) return false;
	struct err *e = json_parse(s->a, filled, (struct json_limits){0}, &r.in);
	if (!story_world(s, e)) return false;
	return story_caller(s, &r.actor) && story_op(s, &r);
}

bool story_fails(struct story *s, struct str rest)
{
	struct str code = story_word(&rest);
	if (!s->err) return story_wrong(s, "expected " STR_FMT " to fail with " STR_FMT ", found that it went well: " STR_FMT, STR_ARG(s->called), STR_ARG(code), STR_ARG(story_brief(s, story_printed(s, s->reply))));
	s->unjudged = false;
	if (!str_eq(code, str_of(err_name(s->err->code))))
		return story_wrong(s, "expected " STR_FMT ", found %s: " STR_FMT, STR_ARG(code), err_name(s->err->code), STR_ARG(story_brief(s, story_printed(s, s->reply))));
	if (str_is(rest, "recorded")) return !str_eq(s->before, story_heads(s)) || story_wrong(s, "expected that the failure is recorded, found nothing new in the journal");
	if (str_starts(rest, S("field "))) {
		bool found = false;
		story_word(&rest);
		for (struct err *e = s->err; e; e = e->next) found |= str_eq(e->field, rest);
		if (!found) return story_wrong(s, "expected an error at the field " STR_FMT ", found " STR_FMT, STR_ARG(rest), STR_ARG(story_brief(s, story_printed(s, s->reply))));
	}
	if (!str_eq(s->before, story_heads(s))) return story_wrong(s, "expected that a refused call writes nothing, found new entries in the journal");
	return true;
}

static bool sample_bytes(struct story *s, struct str name, struct str *out)
{
	static const char pdf[] = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
		"trailer<</Root 1 0 R>>\n";
	struct plan p;
	bool known;
	if (!story_plan_open(s, &p)) return false;
	struct err *e = story_paper(&p, name, out, &known);
	story_plan_close(&p);
	if (e || known) return story_world(s, e);
	static const unsigned char png[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R', 0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0, 0x90, 0x77, 0x53, 0xde};
	// The name goes in so that two files of a story are two contents.
	if (str_ends(name, S(".pdf"))) *out = str_fmt(s->a, "%s%% " STR_FMT "\n%%%%EOF\n", pdf, STR_ARG(name));
	else if (str_ends(name, S(".png"))) *out = str_fmt(s->a, STR_FMT STR_FMT, 0, "", 0, "");
	else if (str_ends(name, S(".exe"))) *out = str_fmt(s->a, "MZ" STR_FMT, STR_ARG(name));
	else if (str_ends(name, S(".txt"))) *out = str_fmt(s->a, "plain text " STR_FMT "\n", STR_ARG(name));
	else if (str_is(name, "empty")) *out = S("");
	else return story_wrong(s, "a file ends in .pdf, .png, .exe or .txt, or is called empty");
	if (str_ends(name, S(".png"))) {
		struct buf b = buf_new(s->a);
		buf_add(&b, (struct str){(const char *)png, sizeof png});
		buf_add(&b, name);
		*out = buf_str(&b);
	}
	return true;
}

bool story_upload(struct story *s, struct str rest)
{
	struct str filled, bytes;
	unsigned char digest[32];
	if (!story_fill(s, rest, false, &filled)) return false;
	struct str id = story_word(&filled), material = story_word(&filled), name = filled;
	if (!name.n) return story_wrong(s, "upload $case MATERIAL FILE");
	if (!sample_bytes(s, name, &bytes) || !story_world(s, blob_put_all(s->b.store, s->a, bytes, digest))) return false;
	struct buf hex = buf_new(s->a);
	bytes_hex(&hex, digest, sizeof digest);
	struct op_stream stream = {.blob = buf_str(&hex), .size = (int64_t)bytes.n, .type = str_of(sniff_type(sniff(bytes))), .name = name};
	struct json *in = json_obj(s->a);
	json_put(s->a, in, S("case"), json_str(s->a, id));
	json_put(s->a, in, S("material"), json_str(s->a, material));
	struct op_request r = {.name = S("draft.upload"), .in = in, .a = s->a, .stream = &stream};
	return story_caller(s, &r.actor) && story_op(s, &r);
}
