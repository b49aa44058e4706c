// check.c — our own bugs: report the place, stop the operation, keep the process if it can be kept.
#include "base/base.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

struct guard {
	sigjmp_buf at;
	struct guard *outer;
};

static _Thread_local struct guard *innermost;
static _Thread_local char last[256];

void check_failed(const char *file, int line, const char *what)
{
	snprintf(last, sizeof last, "%s:%d %s", file, line, what);
	fprintf(stderr, "tongban: internal error at %s\n", last);
	if (!innermost) abort();
	siglongjmp(innermost->at, 1);
}

bool check_guard(void (*fn)(void *), void *arg)
{
	struct guard g = {.outer = innermost};
	if (sigsetjmp(g.at, 0)) {
		innermost = g.outer;
		return false;
	}
	innermost = &g;
	fn(arg);
	innermost = g.outer;
	return true;
}

const char *check_last(void)
{
	return last;
}
