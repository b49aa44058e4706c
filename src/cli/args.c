// args.c — reading command lines.
#include "cli/args.h"

#include <stdio.h>

struct args args_new(struct arena *a, int argc, char **argv)
{
	return (struct args){.a = a, .argc = argc, .argv = argv, .used = arena_newn(a, bool, argc + 1)};
}

struct str args_text(struct args *x, const char *name, struct str otherwise)
{
	for (int i = 1; i < x->argc; i++) {
		if (x->used[i] || strncmp(x->argv[i], "--", 2) || strcmp(x->argv[i] + 2, name)) continue;
		x->used[i] = true;
		if (i + 1 >= x->argc) {
			err_add(&x->err, err_arg(x->a, E_USAGE, str_fmt(x->a, "--%s 后面缺少值 (a value is missing)", name)));
			return otherwise;
		}
		x->used[i + 1] = true;
		return str_of(x->argv[i + 1]);
	}
	return otherwise;
}

bool args_flag(struct args *x, const char *name)
{
	for (int i = 1; i < x->argc; i++)
		if (!x->used[i] && strncmp(x->argv[i], "--", 2) == 0 && strcmp(x->argv[i] + 2, name) == 0) return x->used[i] = true;
	return false;
}

bool args_next(struct args *x, struct str *out)
{
	for (int i = 1; i < x->argc; i++) {
		if (x->used[i] || strncmp(x->argv[i], "--", 2) == 0) continue;
		x->used[i] = true;
		*out = str_of(x->argv[i]);
		return true;
	}
	return false;
}

struct err *args_end(struct args *x)
{
	for (int i = 1; i < x->argc; i++)
		if (!x->used[i]) err_add(&x->err, err_arg(x->a, E_USAGE, str_fmt(x->a, "不认识 %s (not understood)", x->argv[i])));
	return x->err;
}

int args_fail(const struct err *e)
{
	struct arena *a = arena_new(0);
	for (const struct err *x = e; x; x = x->next) fprintf(stderr, "tongban: " STR_FMT "\n", STR_ARG(err_text(a, x, false)));
	int code = e->code == E_USAGE ? 2 : 1;
	arena_free(a);
	return code;
}
