#include "cli/dmn_file.h"
#include "dmn/sheet.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#define MAX_FILE (64u << 20)

struct err *dmn_file_read(struct arena *a, const char *path, struct str *out)
{
	bool in = !strcmp(path, "-");
	FILE *f = in ? stdin : fopen(path, "rb");
	struct buf b = buf_new(a);
	size_t n;
	if (!f) return err_arg(a, E_NOT_FOUND, str_of(path));
	while (b.n <= MAX_FILE && (n = fread(buf_room(&b, 65536), 1, 65536, f)) > 0) b.n += n;
	bool bad = ferror(f);
	if (!in) fclose(f);
	if (bad) return err_arg(a, E_IO, str_of(path));
	if (b.n > MAX_FILE) return err_arg(a, E_TOO_BIG, S("64 MB"));
	*out = buf_str(&b);
	return NULL;
}

static struct str folder_of(struct str file)
{
	for (size_t i = file.n; i > 0; i--)
		if (file.p[i - 1] == '/') return str_part(file, 0, i - 1);
	return S(".");
}

// A file beside the importing one whose text names the namespace as its own.
static bool find_import(void *user, struct arena *a, struct str ns, struct str location, struct str from, struct dmn_text *out)
{
	char *dir = str_z(a, folder_of(from));
	struct dirent **name;
	int n = scandir(dir, &name, NULL, alphasort);
	bool found = false;
	for (int i = 0; i < n; i++) {
		struct str file = str_of(name[i]->d_name);
		if (!found && (str_ends(file, S(".dmn")) || str_eq(file, location))) {
			struct str path = str_fmt(a, "%s/%s", dir, name[i]->d_name), text;
			struct str mark = str_fmt(a, "namespace=\"" STR_FMT "\"", STR_ARG(ns));
			struct arena_mark m = arena_mark(a);
			ptrdiff_t at, head;
			if (!str_eq(path, from) && !dmn_file_read(a, str_z(a, path), &text) && (at = str_find(text, mark)) >= 0
			    && ((head = str_find(text, S("<import"))) < 0 || at < head)) {
				out->file = str_copy(a, path);
				out->text = text;
				found = true;
			}
			if (!found) arena_rewind(a, m);
		}
		free(name[i]);   // allow: scandir gave it
	}
	if (n >= 0) free(name);   // allow: scandir gave it
	return found;
}

struct err *dmn_file_load(struct arena *a, const char *path, struct dmn_model **out)
{
	struct str text, file = str_copy(a, str_of(path));
	struct err *e = dmn_file_read(a, path, &text);
	if (e) return e;
	if (str_ends(file, S(".csv")) || str_ends(file, S(".tsv"))) {
		struct dmn_sheet *sheet;
		e = dmn_sheet_parse(a, (struct dmn_text){file, text}, &sheet);
		return e ? e : dmn_sheet_load(a, sheet, out);
	}
	struct dmn_resolver r = {find_import, NULL};
	return dmn_load(a, (struct dmn_text){file, text}, &r, NULL, out);
}
