// embed.c — packs files into C tables: assets joined, stripped, gzipped and named by their content;
// template texts as they are.
//
//   embed out.c src-root asset public.css a.css,b.css asset icons.svg @icons/ text pages/home.html …
//
// A list of .svg files for an .svg asset becomes one sprite of symbols named by their files.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/file.h"

static const char *root;

static void die(const char *what, const char *name)
{
	fprintf(stderr, "embed: %s: %s\n", what, name);
	exit(1);
}

static struct str read_source(struct arena *a, struct str name)
{
	struct str path = str_fmt(a, "%s/" STR_FMT, root, STR_ARG(name)), text;
	if (file_read(a, path, 64 << 20, &text)) die("cannot read", str_z(a, path));
	return text;
}

static bool space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

// Comments out, white space to what the grammar needs. Strings are kept as they are.
static struct str strip_css(struct arena *a, struct str s)
{
	struct buf b = buf_new(a);
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c == '/' && i + 1 < s.n && s.p[i + 1] == '*') {
			ptrdiff_t e = str_find(str_from(s, i + 2), S("*/"));
			if (e < 0) die("comment without end", "css");
			i += (size_t)e + 3;
			continue;
		}
		if (c == '"' || c == '\'') {
			size_t j = i + 1;
			while (j < s.n && s.p[j] != c) j += s.p[j] == '\\' ? 2 : 1;
			buf_add(&b, str_part(s, i, j - i + 1));
			i = j;
			continue;
		}
		if (space(c)) {
			while (i + 1 < s.n && space(s.p[i + 1])) i++;
			char before = b.n ? b.p[b.n - 1] : '{', after = i + 1 < s.n ? s.p[i + 1] : '}';
			if (strchr("{};,>", before) || strchr("{};,>", after) || before == ':') continue;
			c = ' ';
		}
		if (c == '}' && b.n && b.p[b.n - 1] == ';') b.n--;
		buf_byte(&b, c);
	}
	return buf_str(&b);
}

// Whole-line comments and indentation only: a script's text is otherwise left alone.
static struct str strip_js(struct arena *a, struct str s)
{
	struct buf b = buf_new(a);
	for (struct str rest = s; rest.p && rest.n;) {
		struct str l = str_trim(str_cut(&rest, S("\n")));
		if (!l.n || str_starts(l, S("//"))) continue;
		buf_add(&b, l);
		buf_byte(&b, '\n');
	}
	return buf_str(&b);
}

static struct str gzip9(struct arena *a, struct str s)
{
	z_stream z = { 0 };
	if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK) die("zlib", "init");
	size_t cap = deflateBound(&z, s.n);
	char *out = arena_raw(a, cap);
	z.next_in = (unsigned char *)s.p, z.avail_in = (unsigned)s.n;
	z.next_out = (unsigned char *)out, z.avail_out = (unsigned)cap;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END) die("zlib", "deflate");
	struct str r = { out, z.total_out };
	deflateEnd(&z);
	return r;
}

static void bytes(FILE *f, const char *name, struct str s)
{
	fprintf(f, "static const unsigned char %s[] = {", name);
	for (size_t i = 0; i < s.n; i++) fprintf(f, i % 24 ? "%u," : "\n%u,", (unsigned char)s.p[i]);
	fprintf(f, "0};\n");
}

static struct str pack(struct arena *a, const char *name, const char *list)
{
	struct str n = str_of(name), files = str_of(list);
	struct buf b = buf_new(a);
	bool sprite = str_ends(n, S(".svg")) && (str_find(files, S(",")) >= 0);
	if (sprite) buf_lit(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\">");
	while (files.p) {
		struct str file = str_cut(&files, S(",")), text = read_source(a, file);
		if (!sprite) { buf_add(&b, text); continue; }
		// An icon is <svg viewBox="…">drawing</svg>; here it becomes a symbol with the file's name.
		ptrdiff_t open = str_find(text, S("<svg")), body = str_find(text, S(">")), end = str_find(text,
			S("</svg>"));
		size_t slash = 0;
		for (size_t i = 0; i < file.n; i++)
			if (file.p[i] == '/') slash = i + 1;
		if (open != 0 || end < 0) die("not a plain icon", str_z(a, file));
		buf_fmt(&b, "<symbol id=\"" STR_FMT "\"" STR_FMT STR_FMT "</symbol>", STR_ARG(str_part(file,
			slash, file.n - slash - 4)),
			STR_ARG(str_part(text, 4, (size_t)body - 4 + 1)), STR_ARG(str_trim(str_part(text,
				(size_t)body + 1, (size_t)(end - body - 1)))));
	}
	if (sprite) buf_lit(&b, "</svg>");
	struct str s = buf_str(&b);
	if (str_ends(n, S(".css"))) s = strip_css(a, s);
	if (str_ends(n, S(".js"))) s = strip_js(a, s);
	return s;
}

int main(int argc, char **argv)
{
	struct arena *a = arena_new(0);
	if (argc < 3) die("usage", "embed out.c root [asset name files | text name]…");
	root = argv[2];
	FILE *f = fopen(argv[1], "w");
	if (!f) die("cannot write", argv[1]);
	fprintf(f, "// Written by tools/embed.c.\n#include \"web/asset.h\"\n");
	struct buf assets = buf_new(a), texts = buf_new(a);
	size_t na = 0, nt = 0;
	for (int i = 3; i < argc;) {
		if (!strcmp(argv[i], "asset") && i + 2 < argc) {
			struct str raw = pack(a, argv[i + 1], argv[i + 2]), gz = gzip9(a, raw), name = str_of(argv[i + 1]);
			size_t dot = name.n;
			while (dot && name.p[dot - 1] != '.') dot--;
			struct str ext = str_from(name, dot);
			const char *type = str_is(ext, "css") ? "text/css; charset=utf-8" : str_is(ext, "js")
				? "text/javascript; charset=utf-8"
				: str_is(ext, "svg") ? "image/svg+xml" : "application/octet-stream";
			char label[32];
			snprintf(label, sizeof label, "raw%zu", na);
			bytes(f, label, raw);
			snprintf(label, sizeof label, "gz%zu", na);
			bytes(f, label, gz);
			buf_fmt(&assets,
				"\t{\"%s\",\"/a/" STR_FMT "%016llx." STR_FMT "\",\"%s\",gz%zu,raw%zu,%zu,%zu},\n", argv[i + 1],
				STR_ARG(str_part(name, 0, dot)), (unsigned long long)str_hash(raw), STR_ARG(ext), type,
					na, na, gz.n, raw.n);
			printf("%-14s %6zu bytes, %5zu gzipped\n", argv[i + 1], raw.n, gz.n);
			na++, i += 3;
		} else if (!strcmp(argv[i], "text") && i + 1 < argc) {
			struct str raw = read_source(a, str_of(argv[i + 1]));
			char label[32];
			snprintf(label, sizeof label, "text%zu", nt);
			bytes(f, label, raw);
			buf_fmt(&texts, "\t{\"%s\",(const char *)text%zu,%zu},\n", argv[i + 1], nt, raw.n);
			nt++, i += 2;
		} else die("unknown argument", argv[i]);
	}
	fprintf(f, "const struct asset asset_list[] = {\n" STR_FMT "};\nconst size_t asset_count = %zu;\n",
		STR_ARG(buf_str(&assets)), na);
	fprintf(f,
		"const struct asset_text asset_texts[] = {\n" STR_FMT "};\nconst size_t asset_text_count = %zu;\n", STR_ARG(buf_str(&texts)), nt);
	if (fclose(f)) die("cannot write", argv[1]);
	arena_free(a);
	return 0;
}
