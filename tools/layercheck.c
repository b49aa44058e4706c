// layercheck.c — holds the source to docs/LAYERS.md: who may include whom, and what from outside stands where.
// usage: layercheck ROOT [STAMP]   prints file:line and a sentence for each violation; exit 1 when there are any.
#include "base/str.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { LAYERS = 32, NOUNS = 64 };

struct layer { struct str name, may; };

static struct arena *a;
static struct layer layer[LAYERS];
static size_t layers;
static struct str noun[NOUNS];
static size_t nouns;
static int violations;

// Headers of libraries that one layer alone knows, so that the library can be replaced there.
static const struct { const char *header, *layer; } outside[] = {
	{"microhttpd.h", "net"}, {"curl/curl.h", "net"}, {"sqlite3.h", "store"}, {"libpq-fe.h", "store"}, {"expat.h", "codec"},
	{"yaml.h", "codec"}, {"cairo.h", "codec reader"}, {"pango/pangocairo.h", "codec"}, {"qrencode.h", "codec"}, {"zbar.h", "reader"}, {"poppler.h", "reader"}, {"jpeglib.h", "reader"},
	{"zip.h", "codec"}, {"xlsxwriter.h", "codec"},
};

static void violation(const char *file, int line, struct str sentence)
{
	printf("%s:%d: " STR_FMT "\n", file, line, STR_ARG(sentence));
	violations++;
}

static bool read_file(const char *path, struct str *out)
{
	FILE *f = fopen(path, "rb");
	if (!f) return false;
	struct buf b = buf_new(a);
	size_t n;
	while ((n = fread(buf_room(&b, 65536), 1, 65536, f)) > 0) b.n += n;
	bool ok = !ferror(f);
	fclose(f);
	*out = buf_str(&b);
	return ok;
}

static bool word_in(struct str list, struct str word)
{
	while (list.p)
		if (str_eq(str_trim(str_cut(&list, S(" "))), word)) return true;
	return false;
}

// The rows of the table "| folder | may include | …", and the order of nouns: the first line behind the sentence on domain/.
static bool read_rules(const char *path)
{
	struct str text;
	if (!read_file(path, &text)) return false;
	bool order = false;
	while (text.p) {
		struct str line = str_trim(str_cut(&text, S("\n")));
		if (str_starts(line, S("|"))) {
			struct str rest = str_from(line, 1);
			struct str name = str_trim(str_cut(&rest, S("|"))), may = str_trim(str_cut(&rest, S("|")));
			if (str_is(name, "folder") || str_starts(name, S("-"))) continue;
			if (layers == LAYERS) return false;
			layer[layers++] = (struct layer){name, may};
		} else if (order && line.n) {
			while (line.p && nouns < NOUNS) {
				struct str w = str_trim(str_cut(&line, S(" ")));
				if (w.n) noun[nouns++] = w;
			}
			order = false;
		} else if (str_find(line, S("Inside `domain/`")) >= 0) {
			order = true;
		}
	}
	return layers && nouns;
}

static const struct layer *layer_of(struct str name)
{
	for (size_t i = 0; i < layers; i++)
		if (str_eq(layer[i].name, name)) return &layer[i];
	return NULL;
}

static int noun_at(struct str name)
{
	for (size_t i = 0; i < nouns; i++)
		if (str_eq(noun[i], name)) return (int)i;
	return -1;
}

// The folder behind the layer, "case" of "domain/case/case.h"; empty for files of the layer itself.
static struct str inner(struct str path)
{
	struct str rest = path;
	str_cut(&rest, S("/"));
	struct str second = str_cut(&rest, S("/"));
	return rest.p ? second : S("");
}

static void check_domain(const char *file, int line, struct str from, struct str to)
{
	struct str here = inner(from), there = inner(to);
	// Files of domain/ itself are what its folders share and what ties them together: no order among them.
	if (!there.n || !here.n || str_eq(here, there)) return;
	int i = noun_at(here), k = noun_at(there);
	if (i < 0 || k < 0)
		violation(file, line, str_fmt(a, "domain/" STR_FMT " has no place in the order of docs/LAYERS.md; add it", STR_ARG(i < 0 ? here : there)));
	else if (k > i)
		violation(file, line, str_fmt(a, "domain/" STR_FMT " may not include domain/" STR_FMT ": it comes later in docs/LAYERS.md",
			STR_ARG(here), STR_ARG(there)));
}

// `from` and `to` are paths below src/.
static void check_include(const char *file, int line, struct str from, struct str to)
{
	if (str_is(from, "main.c")) return;
	struct str rest = from, target = to;
	struct str here = str_cut(&rest, S("/")), there = str_cut(&target, S("/"));
	if (!target.p) {
		// A name without a folder is a file that the build makes, unless it lies right there.
		struct stat st;
		size_t dir = strlen(file);
		while (dir && file[dir - 1] != '/') dir--;
		if (stat(str_z(a, str_fmt(a, "%.*s" STR_FMT, (int)dir, file, STR_ARG(to))), &st)) return;
		violation(file, line, str_fmt(a, "write includes from src/: \"" STR_FMT "/" STR_FMT "\"", STR_ARG(here), STR_ARG(to)));
		return;
	}
	const struct layer *l = layer_of(here);
	if (str_eq(here, there)) {
		if (str_is(here, "domain")) check_domain(file, line, from, to);
	} else if (!layer_of(there)) {
		violation(file, line, str_fmt(a, "\"" STR_FMT "\" is in no folder that docs/LAYERS.md names", STR_ARG(to)));
	} else if (l && !word_in(l->may, there)) {
		violation(file, line, str_fmt(a, STR_FMT " may not include " STR_FMT " (docs/LAYERS.md); what must call upward goes through a "
			"table of function pointers that cli/boot.c fills", STR_ARG(here), STR_ARG(there)));
	}
}

static void check_library(const char *file, int line, struct str from, struct str header)
{
	struct str rest = from, here = str_cut(&rest, S("/"));
	for (size_t i = 0; i < countof(outside); i++)
		if (str_eq(header, str_of(outside[i].header)) && !word_in(str_of(outside[i].layer), here))
			violation(file, line, str_fmt(a, "<" STR_FMT "> belongs to %s alone; use its interface", STR_ARG(header), outside[i].layer));
}

static void check_file(const char *path, struct str from)
{
	struct str text;
	if (!read_file(path, &text)) {
		violation(path, 0, S("cannot be read"));
		return;
	}
	for (int line = 1; text.p; line++) {
		struct str s = str_trim(str_cut(&text, S("\n")));
		if (!str_starts(s, S("#"))) continue;
		s = str_trim(str_from(s, 1));
		if (!str_starts(s, S("include"))) continue;
		s = str_trim(str_from(s, 7));
		if (s.n < 2) continue;
		struct str rest = str_from(s, 1);
		if (s.p[0] == '"') check_include(path, line, from, str_cut(&rest, S("\"")));
		else if (s.p[0] == '<') check_library(path, line, from, str_cut(&rest, S(">")));
	}
}

static bool is_source(struct str name)
{
	return str_ends(name, S(".c")) || str_ends(name, S(".h")) || str_ends(name, S(".def"));
}

static void walk(const char *dir, struct str below, int depth)
{
	struct dirent **entry;
	int n = scandir(dir, &entry, NULL, alphasort);
	if (n < 0) {
		violation(dir, 0, S("cannot be listed"));
		return;
	}
	for (int i = 0; i < n; i++) {
		struct str name = str_copy(a, str_of(entry[i]->d_name));
		free(entry[i]);
		if (name.p[0] == '.') continue;
		char *path = str_z(a, str_fmt(a, "%s/" STR_FMT, dir, STR_ARG(name)));
		struct str under = below.n ? str_fmt(a, STR_FMT "/" STR_FMT, STR_ARG(below), STR_ARG(name)) : name;
		struct stat st;
		if (stat(path, &st)) continue;
		if (S_ISDIR(st.st_mode) && depth == 0 && !layer_of(name))
			violation(path, 0, S("this folder is no row of docs/LAYERS.md; add it there with what it may include"));
		if (S_ISDIR(st.st_mode) && depth < 8) walk(path, under, depth + 1);
		else if (S_ISREG(st.st_mode) && is_source(name)) check_file(path, under);
	}
	free(entry);
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		fputs("usage: layercheck ROOT [STAMP]\n", stderr);
		return 2;
	}
	a = arena_new(0);
	char *rules = str_z(a, str_fmt(a, "%s/docs/LAYERS.md", argv[1]));
	if (!read_rules(rules)) {
		printf("%s: the table of folders or the order of domain/ was not found\n", rules);
		return 2;
	}
	walk(str_z(a, str_fmt(a, "%s/src", argv[1])), S(""), 0);
	if (violations) printf("layercheck: %d violations\n", violations);
	FILE *stamp = !violations && argc > 2 ? fopen(argv[2], "w") : NULL;
	if (stamp) fclose(stamp);
	arena_free(a);
	return violations != 0;
}
