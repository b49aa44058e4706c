// calls.h — one booted program, b, called in-process by benches; whatever goes wrong ends the run.
#pragma once
#include <stdio.h>
#include <stdlib.h>

#include "cli/boot.h"

static struct boot b;

static inline void must(struct arena *a, struct err *e)
{
	if (!e) return;
	for (struct err *x = e; x; x = x->next)
		fprintf(stderr, "%s " STR_FMT " " STR_FMT "\n", err_name(x->code), STR_ARG(x->field), STR_ARG(err_text(a, x, true)));
	exit(1);
}

static inline struct json *call(struct arena *in, const char *op, const struct actor *who, struct json *args)
{
	struct op_request r = {.name = str_of(op), .actor = *who, .in = args, .a = in};
	op_call(&b.app, &r);
	must(in, r.err);
	return r.reply;
}

static inline struct json *put(struct arena *in, struct json *o, const char *key, struct str value)
{
	json_put(in, o, str_of(key), json_str(in, value));
	return o;
}
