// calls.h — calling operations of a booted demonstration city in a test. The test has `static struct arena *a` and
// `static struct boot boot` before it includes this.
#pragma once
#include "signed_in.h"

static struct actor as(const char *login)
{
	return signed_in(&boot, a, login);
}

static struct op_request ask(struct actor who, const char *op, struct json *in)
{
	struct op_stream file = {.blob = S("00"), .size = 1, .type = S("application/pdf"), .name = S("a.pdf")};
	struct op_request r = {.name = str_of(op), .actor = who, .in = in, .a = a};
	if (op_find(r.name)->kind == OP_STREAM_IN) r.stream = arena_copy(a, &file, sizeof file);
	op_call(&boot.app, &r);
	return r;
}

static struct json *parse(const char *fmt, ...)
{
	va_list v;
	struct json *out;
	struct buf b = buf_new(a);
	va_start(v, fmt);
	buf_vfmt(&b, fmt, v);
	va_end(v);
	struct err *e = json_parse(a, buf_str(&b), (struct json_limits){0}, &out);
	if (e) fail_msg("%.*s", STR_ARG(buf_str(&b)));
	return out;
}

static struct json *must(struct actor who, const char *op, struct json *in)
{
	struct op_request r = ask(who, op, in);
	if (r.err) fail_msg("%s: %.*s", op, STR_ARG(err_text(a, r.err, true)));
	return r.reply;
}
