// settings_cmd.c — every setting with its default, range and meaning.
#include "cli/settings_cmd.h"

#include <stdio.h>

#include "base/set.h"
#include "cli/args.h"

int settings_cmd(int argc, char **argv)
{
	struct arena *a = arena_new(0);
	struct args x = args_new(a, argc, argv);
	struct buf b = buf_new(a);
	bool english = args_flag(&x, "en");
	struct err *e = args_end(&x);
	if (!e) set_print(&b, english);
	fputs(str_z(a, buf_str(&b)), stdout);
	int code = e ? args_fail(e) : 0;
	arena_free(a);
	return code;
}
