// backup_cmd.c — a city's backup, taken while it runs, and its return.
#include "cli/backup_cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/set.h"
#include "cli/args.h"
#include "cli/running.h"
#include "domain/schema.h"

int backup_cmd(int argc, char **argv)
{
	struct arena *a = arena_new(0);
	struct args x = args_new(a, argc, argv);
	struct boot b = {0};
	struct boot_config c = {.existing = true, .data = args_text(&x, "data", S("var/data")), .store_url = args_text(&x, "store", set_text(SET_store_url)), .inline_commit = true};
	struct str to = args_text(&x, "to", S("")), named = to;
	struct err *e = args_end(&x);
	if (!e && !to.n) e = err_arg(a, E_USAGE, S("tongban backup --to DIR [--data DIR | --store URL]"));
	bool running = false;
	struct json *in = json_obj(a), *reply;
	char *here = getcwd(NULL, 0);
	if (!e && here && to.p[0] != '/') to = str_fmt(a, "%s/" STR_FMT, here, STR_ARG(to));     // the server stands in another folder
	free(here);                                                                             // allow: getcwd's own
	json_put(a, in, S("to"), json_str(a, to));
	if (!e) e = running_ask(a, &c, "keep.backup", in, &reply, &running);
	if (!e && !running) e = boot_open(a, &c, &b);
	if (!e && !running) e = store_backup(b.store, a, to);
	if (!e && !running) e = folder_copy(a, str_fmt(a, STR_FMT "/keys", STR_ARG(c.data)), str_fmt(a, STR_FMT "/keys", STR_ARG(to)));
	if (!e && !running) e = folder_copy(a, str_fmt(a, STR_FMT "/catalogue", STR_ARG(c.data)), str_fmt(a, STR_FMT "/catalogue", STR_ARG(to)));
	boot_close(&b);
	if (!e) printf("已备份到 " STR_FMT "。密钥在 keys/，请与数据分开保管。\n", STR_ARG(named));
	int code = e ? args_fail(e) : 0;
	arena_free(a);
	return code;
}

int restore_cmd(int argc, char **argv)
{
	struct arena *a = arena_new(0);
	struct args x = args_new(a, argc, argv);
	struct str from = args_text(&x, "from", S("")), data = args_text(&x, "data", S("var/data")), url = args_text(&x, "store", S(""));
	struct err *e = args_end(&x);
	struct store_config sc = {.url = url.n ? url : str_fmt(a, "sqlite:" STR_FMT, STR_ARG(data)), .data_dir = data, .inline_commit = true};
	sc.migrations = schema_all(a, &sc.n_migrations);
	if (!e && !from.n) e = err_arg(a, E_USAGE, S("tongban restore --from DIR [--data DIR] [--store URL]"));
	if (!e) e = folder_make(a, data);
	if (!e) e = store_restore(a, from, &sc);
	if (!e) e = folder_copy(a, str_fmt(a, STR_FMT "/keys", STR_ARG(from)), str_fmt(a, STR_FMT "/keys", STR_ARG(data)));
	if (!e) e = folder_copy(a, str_fmt(a, STR_FMT "/catalogue", STR_ARG(from)), str_fmt(a, STR_FMT "/catalogue", STR_ARG(data)));
	if (!e) printf("已恢复到 " STR_FMT "。\n", STR_ARG(url.n ? url : data));
	int code = e ? args_fail(e) : 0;
	arena_free(a);
	return code;
}
