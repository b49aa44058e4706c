// tplc.c — checks every shipped template at build, and shows pages made from fixtures.
//
//   tplc check stamp src/web pages/home.html …       errors as file:line:column, exit 1
//   tplc preview out src/web fixtures                every fixture in every mode, with assets in out/a
//
// It checks the texts as they lie in the tree, with the same compiler that the server runs at start.
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "web/asset.h"
#include "web/templates.h"

static const char *root;

static void die(const char *what, const char *name)
{
	fprintf(stderr, "tplc: %s: %s\n", what, name);
	exit(1);
}

static struct str read_source(struct arena *a, struct str path)
{
	struct str text;
	if (file_read(a, path, 16 << 20, &text)) die("cannot read", str_z(a, path));
	return text;
}

static bool load_text(void *ctx, struct arena *a, struct str name, struct str *text, struct str *file)
{
	static const char *const where[] = { "parts", "layouts" };
	for (size_t i = 0; i < countof(where); i++) {
		*file = str_fmt(a, "%s/%s/" STR_FMT ".html", root, where[i], STR_ARG(name));
		if (!file_read(a, *file, 16 << 20, text)) return true;
	}
	return false;
}

static bool any_asset(void *ctx, struct arena *a, struct str name, struct str *path)
{
	*path = str_fmt(a, "/a/" STR_FMT, STR_ARG(name));
	return str_is(name, "public.css") || str_is(name, "staff.css") || str_is(name, "app.js")
		|| str_is(name, "staff.js") || str_is(name, "icons.svg") || str_is(name, "favicon.svg");
}

static int report(struct arena *a, const struct err *e)
{
	int n = 0;
	for (; e; e = e->next, n++) {
		struct str t = err_text(a, e, false);
		fprintf(stderr, STR_FMT ":%u:%u: " STR_FMT "\n", STR_ARG(e->file), e->line, e->col, STR_ARG(t));
	}
	return n;
}

static struct tpl_words *words(struct arena *a, const char *name, int *bad)
{
	struct str path = str_fmt(a, "%s/i18n/%s.tsv", root, name), text = read_source(a, path);
	struct tpl_words *w = NULL;
	*bad += report(a, tpl_words_parse(a, path, text, &w));
	return w;
}

static int check(int argc, char **argv)
{
	struct arena *a = arena_new(0);
	int bad = 0;
	root = argv[3];
	struct tpl_words *zh = words(a, "zh-CN", &bad), *en = words(a, "en", &bad);
	struct str path = str_fmt(a, "%s/VIEWS.md", root), text = read_source(a, path);
	struct json *shapes = NULL;
	bad += report(a, tpl_shapes(a, path, text, &shapes));
	struct tpl_loader loader = { NULL, load_text, any_asset };
	size_t ops = 0;
	for (int i = 4; i < argc; i++) {
		struct str file = str_of(argv[i]);
		bool staff = str_starts(file, S("pages/staff/"));
		struct str name = str_from(file, staff ? 12 : 6);
		name.n -= 5;
		path = str_fmt(a, "%s/" STR_FMT, root, STR_ARG(file));
		text = read_source(a, path);
		struct json *shape = json_get(shapes, name);
		if (!shape) {
			fprintf(stderr, STR_FMT ":1:1: VIEWS.md has no page " STR_FMT "\n", STR_ARG(path), STR_ARG(name));
			bad++;
			continue;
		}
		struct tpl_options o = { .loader = &loader, .shape = shape, .words = zh, .also = staff ? NULL : en };
		struct tpl *t = NULL;
		bad += report(a, tpl_compile(a, name, path, text, &o, &t));
		if (t) ops += tpl_ops(t);
	}
	if (!bad) {
		FILE *f = fopen(argv[2], "w");
		if (!f || fprintf(f, "%d templates, %zu operations\n", argc - 4, ops) < 0 || fclose(f))
			die("cannot write", argv[2]);
	}
	arena_free(a);
	return bad != 0;
}

// -- preview -----------------------------------------------------------------------------------
static void spill(const char *path, const void *p, size_t n)
{
	FILE *f = fopen(path, "wb");
	if (!f || fwrite(p, 1, n, f) != n || fclose(f)) die("cannot write", path);
}

static void merge(struct arena *a, struct json *into, const struct json *from)
{
	for (uint32_t i = 0; from && i < from->n; i++)
		if (!json_get(into, from->key[i])) json_put(a, into, from->key[i], from->item[i]);
}

static int preview(char **argv)
{
	struct arena *a = arena_new(0);
	struct templates *t;
	if (report(a, templates_load(a, &t))) return 1;
	const char *out = argv[2], *fixtures = argv[3];
	struct str dir = str_fmt(a, "%s/a", out);
	if ((mkdir(out, 0777) && errno != EEXIST) || (mkdir(str_z(a, dir), 0777) && errno != EEXIST))
		die("cannot make", out);
	for (size_t i = 0; i < asset_count; i++)
		spill(str_z(a, str_fmt(a, "%s%s", out, asset_list[i].path)), asset_list[i].raw, asset_list[i].raw_n);
	struct str text = read_source(a, str_fmt(a, "%s/_page.json", fixtures));
	struct json *base;
	if (report(a, json_parse(a, text, (struct json_limits){ 0 }, &base))) return 1;
	DIR *d = opendir(fixtures);
	if (!d) die("cannot open", fixtures);
	int bad = 0;
	for (struct dirent *e; (e = readdir(d));) {
		struct str f = str_copy(a, str_of(e->d_name));
		if (!str_ends(f, S(".json")) || f.p[0] == '_') continue;
		struct str stem = str_part(f, 0, f.n - 5), rest = stem, name = str_cut(&rest, S("--"));
		const struct tpl *p = templates_page(t, name);
		if (!p) { fprintf(stderr, "no template for %s\n", e->d_name); bad++; continue; }
		bool staff = false;
		for (size_t i = 0; i < templates_count(t); i++)
			if (str_eq(templates_name(t, i), name)) staff = templates_is_staff(t, i);
		text = read_source(a, str_fmt(a, "%s/" STR_FMT, fixtures, STR_ARG(f)));
		static const struct { const char *suffix; bool english, elder, contrast; } modes[] = {
			{ "", false, false, false }, { ".en", true, false, false }, { ".elder", false, true,
				false }, { ".contrast", false, false, true } };
		for (size_t m = 0; m < countof(modes); m++) {
			if (staff && m && m != 3) continue;
			struct json *view;
			struct err *err = json_parse(a, text, (struct json_limits){ 0 }, &view);
			if (err) { err->file = f; bad += report(a, err); break; }
			struct json *page = json_get(view, S("page"));
			if (!page) json_put(a, view, S("page"), page = json_obj(a));
			merge(a, page, json_get(base, staff ? S("staff") : S("public")));
			json_put(a, page, S("lang"), json_str(a, modes[m].english ? S("en") : S("zh-CN")));
			json_put(a, page, S("base"), json_str(a, modes[m].english ? S("/en") : S("")));
			json_put(a, page, S("mode"), json_str(a, modes[m].elder ? S("elder") : S("standard")));
			json_put(a, page, S("contrast"), json_bool(a, modes[m].contrast));
			int64_t now = 0;
			json_int(json_get(page, S("now")), &now);
			struct tpl_env env = templates_env(t, modes[m].english, now);
			struct buf html = buf_new(a);
			bad += report(a, tpl_render(p, view, &env, &html));
			spill(str_z(a, str_fmt(a, "%s/" STR_FMT "%s.html", out, STR_ARG(stem), modes[m].suffix)),
				html.p, html.n);
		}
	}
	closedir(d);
	arena_free(a);
	return bad != 0;
}

int main(int argc, char **argv)
{
	if (argc > 4 && !strcmp(argv[1], "check")) return check(argc, argv);
	if (argc == 4 && !strcmp(argv[1], "preview")) return preview(argv);
	die("usage", "tplc check stamp root pages… | tplc preview out fixtures");
}
