// export_cmd.c — see export_cmd.h. Reads DATA/catalogue only, also beside a running server: a version is never edited.
#include "cli/export_cmd.h"

#include <stdio.h>

#include "base/file.h"
#include "cli/args.h"
#include "domain/calendar/folder.h"
#include "domain/domain.h"
#include "domain/shelf.h"

static struct err *export(struct arena *a, struct str data, struct str hash, struct str to, uint32_t *n)
{
	struct domain d = {.a = a, .data_dir = data};
	struct folder_file *file;
	struct err *e = hash.n ? NULL : file_read(a, str_fmt(a, STR_FMT "/catalogue/current", STR_ARG(data)), 100, &hash);
	if (!e) e = shelf_files(&d, a, hash, &file, n);
	for (uint32_t i = 0; !e && i < *n; i++) {
		struct str path = str_fmt(a, STR_FMT "/" STR_FMT, STR_ARG(to), STR_ARG(file[i].path)), folder = path;
		while (folder.p[folder.n - 1] != '/') folder.n--;
		e = folder_make(a, str_part(folder, 0, folder.n - 1));
		if (!e) e = file_write(a, path, file[i].text, false);
	}
	return e;
}

int export_cmd(int argc, char **argv)
{
	struct arena *a = arena_new(0);
	struct args x = args_new(a, argc, argv);
	struct str data = args_text(&x, "data", S("data")), hash = args_text(&x, "version", S("")), to = S("");
	uint32_t n = 0;
	bool whole = args_next(&x, &to);
	struct err *e = args_end(&x);
	if (!e && !whole) e = err_arg(a, E_USAGE, S("tongban export DIR --data DATA [--version HASH]"));
	if (!e && file_exists(a, to)) e = err_arg(a, E_USAGE, str_fmt(a, STR_FMT " is there already", STR_ARG(to)));
	if (!e) e = export(a, data, hash, to, &n);
	if (e) return args_fail(e);
	printf("%u files in " STR_FMT "\n", n, STR_ARG(to));
	arena_free(a);
	return 0;
}
