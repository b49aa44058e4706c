// lint.c — the rules of docs/STYLE.md that a machine can hold.
// usage: lint ROOT   prints file:line and a sentence for each finding; exit 1 when there are any.
//
// A finding that is right in its place is answered by a comment on its line or the line above:
//     // allow: reason
// and a file of geometry says once, near its top,
//     // allow double: reason
// Reads C as lines of code, literals and comments; no preprocessor, so a rule speaks about what is written.
#include "base/file.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { LINES_MAX = 1500 };

static struct arena *a;
static int findings, files;

struct place { const char *path; struct str below; bool base, header; };   // below: path from ROOT

// ---- the rules ---------------------------------------------------------------------------------

// Calls that no file but those of base/ makes (everywhere = not even those).
static const struct { const char *call; bool everywhere; const char *sentence; } banned[] = {
	{"strcpy", true, "use struct str or memcpy with a known size"}, {"strcat", true, "use struct buf"},
	{"sprintf", true, "use str_fmt or snprintf"}, {"vsprintf", true, "use buf_vfmt or vsnprintf"},
	{"gets", true, "it cannot be bounded"}, {"strtok", true, "use str_cut"}, {"atoi", true, "use str_int, which sees errors"},
	{"atol", true, "use str_int, which sees errors"}, {"atoll", true, "use str_int, which sees errors"},
	{"atof", true, "use dec_parse"}, {"strtod", true, "use dec_parse"}, {"alloca", true, "use the arena"},
	{"tmpnam", true, "use mkstemp"}, {"mktemp", true, "use mkstemp"}, {"system", true, "no shell"}, {"popen", true, "no shell"},
	{"setlocale", true, "the program speaks UTF-8 and sorts by collation C"},
	{"localtime", true, "use day_shanghai and clock_shanghai"}, {"localtime_r", true, "use day_shanghai and clock_shanghai"},
	{"gmtime", true, "use day_civil"}, {"gmtime_r", true, "use day_civil"}, {"mktime", true, "use ms_shanghai"},
	{"strftime", true, "use day_print and instant_print"}, {"ctime", true, "use instant_print"},
	{"asctime", true, "use instant_print"}, {"rand", true, "use seam_random"}, {"srand", true, "use seam_random"},
	{"random", true, "use seam_random"}, {"srandom", true, "use seam_random"}, {"drand48", true, "use seam_random"},
	{"getrandom", false, "use seam_random"}, {"RAND_bytes", false, "use seam_random"}, {"time", false, "use seam_now_ms"},
	{"clock", false, "use seam_mono_us"}, {"clock_gettime", false, "use seam_now_ms or seam_mono_us"},
	{"gettimeofday", false, "use seam_now_ms"}, {"sleep", false, "wait for the event, not for time"},
	{"usleep", false, "wait for the event, not for time"}, {"nanosleep", false, "wait for the event, not for time"},
	{"malloc", false, "memory comes from an arena"}, {"calloc", false, "memory comes from an arena"},
	{"realloc", false, "memory comes from an arena"}, {"free", false, "memory comes from an arena"},
	{"strdup", false, "use str_copy"}, {"strndup", false, "use str_copy"}, {"asprintf", false, "use str_fmt"},
	{"vasprintf", false, "use buf_vfmt"},
	{"getenv", false, "settings come through base/set.h"},
};

// SQL in capitals, as it is written in the stores.
static const char *const sql[] = {"SELECT ", "INSERT INTO ", "DELETE FROM ", "CREATE TABLE ", "CREATE INDEX ", "CREATE UNIQUE ",
	"ALTER TABLE ", "DROP TABLE ", "BEGIN IMMEDIATE", "ON CONFLICT "};

static const char *const tags[] = {"html", "head", "body", "div", "span", "p", "a", "b", "i", "table", "tr", "td", "th", "form", "input",
	"button", "label", "select", "option", "textarea", "h1", "h2", "h3", "ul", "ol", "li", "script", "style", "br", "img", "main",
	"nav", "section", "strong", "em", "link", "meta"};

// ---- reading C -----------------------------------------------------------------------------------

struct line {
	struct str raw;
	char *code;                    // literals and comments blanked, same columns
	struct str literals;           // what stands in string literals, joined
	bool allowed;                  // carries "// allow: reason"
};

struct file { struct line *line; size_t n, cap; };

static bool allow_comment(struct str raw)
{
	ptrdiff_t at = str_find(raw, S("// allow:"));
	return at >= 0 && str_trim(str_from(raw, (size_t)at + 9)).n >= 8;
}

// Blanks literals and comments; `in` carries a block comment over lines.
static void read_line(struct line *l, bool *in_comment)
{
	struct buf lit = buf_new(a);
	char *code = arena_copy(a, l->raw.n ? l->raw.p : "", l->raw.n + (l->raw.n == 0));
	code = str_z(a, (struct str){code, l->raw.n});
	char quote = 0;
	for (size_t i = 0; i < l->raw.n; i++) {
		char c = l->raw.p[i], next = i + 1 < l->raw.n ? l->raw.p[i + 1] : 0;
		if (*in_comment) {
			code[i] = ' ';
			if (c == '*' && next == '/') code[++i] = ' ', *in_comment = false;
		} else if (quote) {
			if (quote == '"' && c != '"') buf_byte(&lit, c);
			code[i] = ' ';
			if (c == '\\' && next) {
				if (quote == '"') buf_byte(&lit, next);
				code[++i] = ' ';
			} else if (c == quote) {
				quote = 0;
			}
		} else if (c == '/' && next == '/') {
			memset(code + i, ' ', l->raw.n - i);
			break;
		} else if (c == '/' && next == '*') {
			code[i] = code[i + 1] = ' ';
			i++;
			*in_comment = true;
		} else if (c == '"' || (c == '\'' && !(i && l->raw.p[i - 1] >= '0' && l->raw.p[i - 1] <= '9'))) {
			quote = c;
			code[i] = ' ';
		}
	}
	l->code = code;
	l->literals = buf_str(&lit);
	l->allowed = allow_comment(l->raw);
}

static struct file read_c(struct str text)
{
	struct file f = {0};
	bool in_comment = false;
	while (text.n) {
		struct line *l = vec_push(a, f.line, f.n, f.cap);
		l->raw = str_cut(&text, S("\n"));
		read_line(l, &in_comment);
	}
	return f;
}

// ---- findings ------------------------------------------------------------------------------------

static void found(const struct place *at, size_t line, struct str sentence)
{
	printf("%s:%zu: " STR_FMT "\n", at->path, line, STR_ARG(sentence));
	findings++;
}

static bool word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool allowed(const struct file *f, size_t i)
{
	return f->line[i].allowed || (i && f->line[i - 1].allowed);
}

static void check_call(const struct place *at, size_t line, const char *code, size_t from, size_t to)
{
	size_t behind = to, before = from;
	while (code[behind] == ' ') behind++;
	if (code[behind] != '(') return;
	struct str word = {code + from, to - from}, arg = str_trim(str_of(code + behind + 1));
	if (str_is(word, "clock") && !str_starts(arg, S(")"))) return;      // a function of our own, about a time of day
	if (str_is(word, "time") && !str_starts(arg, S("NULL")) && !str_starts(arg, S("&")) && !str_starts(arg, S("0"))) return;
	while (before && code[before - 1] == ' ') before--;
	if (before && (code[before - 1] == '.' || (before > 1 && code[before - 1] == '>' && code[before - 2] == '-'))) return;
	for (size_t k = 0; k < countof(banned); k++)
		if (str_eq(word, str_of(banned[k].call)) && (banned[k].everywhere || !at->base))
			found(at, line, str_fmt(a, "%s(): %s", banned[k].call, banned[k].sentence));
}

static void check_words(const struct place *at, size_t line, const char *code, bool floats)
{
	for (size_t i = 0; code[i];) {
		if (!word_char(code[i])) {
			i++;
			continue;
		}
		size_t from = i;
		while (word_char(code[i])) i++;
		struct str word = {code + from, i - from};
		if (!floats && (str_is(word, "double") || str_is(word, "float")))
			found(at, line, S("binary floating point: use dec, or say why with // allow: reason"));
		check_call(at, line, code, from, i);
	}
}

static bool may_hold_sql(struct str below)
{
	return str_ends(below, S("_store.c")) || str_starts(below, S("src/store/"));
}

static void check_sql(const struct place *at, size_t line, struct str s)
{
	for (size_t k = 0; k < countof(sql); k++) {
		if (str_find(s, str_of(sql[k])) < 0) continue;
		found(at, line, S("SQL stands only in *_store.c and store/"));
		return;
	}
	if (str_starts(s, S("UPDATE ")) && str_find(s, S(" SET ")) > 0) found(at, line, S("SQL stands only in *_store.c and store/"));
}

// Statements after which rows that store/kept.c may have in memory are others.
static bool changes_kept(struct str s)
{
	static const char *const verbs[] = {"UPDATE ", "DELETE FROM ", "INSERT INTO "};
	static const char *const tables[] = {"certificate ", "party_document ", "account ", "session ", "party "};
	for (size_t v = 0; v < countof(verbs); v++) {
		ptrdiff_t at = str_find(s, str_of(verbs[v]));
		if (at < 0) continue;
		struct str rest = str_from(s, (size_t)at + strlen(verbs[v]));
		for (size_t t = 0; t < (v < 2 ? countof(tables) : 2); t++)     // a new account, session or party was asked for by nobody
			if (str_starts(rest, str_of(tables[t]))) return true;
	}
	return false;
}

static void check_kept(const struct place *at, const struct file *f, size_t i)
{
	if (!changes_kept(f->line[i].literals)) return;
	for (size_t k = i; k < f->n && !str_starts(f->line[k].raw, S("}")); k++)
		if (str_find(f->line[k].raw, S("wset_touch(")) >= 0) return;
	found(at, i + 1, S("rows that snap_kept may hold in memory: the same function says wset_touch"));
}

static void check_html(const struct place *at, size_t line, struct str s)
{
	for (size_t i = 0; i + 2 < s.n; i++) {
		if (s.p[i] != '<') continue;
		size_t from = i + 1 + (s.p[i + 1] == '/'), to = from;
		while (to < s.n && word_char(s.p[to])) to++;
		if (to == from || (to < s.n && s.p[to] != '>' && s.p[to] != ' ' && s.p[to] != '/')) continue;
		for (size_t k = 0; k < countof(tags); k++) {
			if (!str_eq(str_part(s, from, to - from), str_of(tags[k])) || to == s.n) continue;
			found(at, line, str_fmt(a, "<%s>: page HTML stands only in web/", tags[k]));
			return;
		}
	}
}

static void check_text(const struct place *at, size_t line, struct str raw)
{
	if (str_find(raw, S("\r")) >= 0) found(at, line, S("carriage return"));
	if (raw.n && (raw.p[raw.n - 1] == ' ' || raw.p[raw.n - 1] == '\t')) found(at, line, S("white space at the end of the line"));
	static const char *const paths[] = {"/wo" "rk/", "/ho" "me/", "/ro" "ot/"};
	for (size_t k = 0; k < countof(paths); k++)
		if (str_find(raw, str_of(paths[k])) >= 0) found(at, line, S("a path of somebody's machine"));
	static const char *const marks[] = {"TO" "DO", "FIX" "ME"};
	for (size_t k = 0; k < countof(marks); k++)
		if (str_find(raw, str_of(marks[k])) >= 0) found(at, line, S("finish it, or make an issue of it"));
}

static void check_c(const struct place *at, struct str text)
{
	struct file f = read_c(text);
	bool product = str_starts(at->below, S("src/"));
	bool once = false, floats = false;
	for (size_t i = 0; i < f.n && i < 20; i++) {
		ptrdiff_t why = str_find(f.line[i].raw, S("// allow double:"));
		floats = floats || (why >= 0 && str_trim(str_from(f.line[i].raw, (size_t)why + 16)).n >= 8);
	}
	for (size_t i = 0; i < f.n; i++) {
		const struct line *l = &f.line[i];
		once = once || str_starts(l->raw, S("#pragma once"));
		if (allowed(&f, i)) continue;
		if (product) check_words(at, i + 1, l->code, floats);
		if (product) {
			if (!may_hold_sql(at->below)) check_sql(at, i + 1, l->literals);
			check_kept(at, &f, i);
			if (!str_starts(at->below, S("src/web/"))) check_html(at, i + 1, l->literals);
		}
		check_text(at, i + 1, l->raw);
	}
	if (f.n > LINES_MAX) found(at, f.n, str_fmt(a, "%zu lines: a file holds one noun, this one has two (at most %d)", f.n, LINES_MAX));
	if (at->header && !once) found(at, 1, S("a header says #pragma once"));
	struct str name = at->below;
	for (struct str rest = name; rest.p;) name = str_cut(&rest, S("/"));
	if (product && at->header && !(f.n && str_starts(f.line[0].raw, str_fmt(a, "// " STR_FMT " — ", STR_ARG(name)))))
		found(at, 1, str_fmt(a, "begin with // " STR_FMT " — what it is for", STR_ARG(name)));
}

static void check_plain(const struct place *at, struct str text)
{
	for (size_t line = 1; text.n; line++) check_text(at, line, str_cut(&text, S("\n")));
}

// ---- walking -------------------------------------------------------------------------------------

static bool ends_with_any(struct str name, const char *const *ends, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_ends(name, str_of(ends[i]))) return true;
	return false;
}

static void check_path(const char *path, struct str below)
{
	static const char *const c[] = {".c", ".h"};
	static const char *const plain[] = {".def", ".sql", ".md", ".sh", ".yaml", "meson.build", "/dev", ".mjs", ".css"};
	bool is_c = ends_with_any(below, c, countof(c));
	if (!is_c && !ends_with_any(below, plain, countof(plain)) && !str_is(below, "dev")) return;
	struct place at = {path, below, str_starts(below, S("src/base/")), str_ends(below, S(".h"))};
	struct str text;
	struct arena_mark mark = arena_mark(a);
	if (file_read(a, str_of(path), 64 << 20, &text)) found(&at, 0, S("cannot be read"));
	else if (!utf8_valid(text)) found(&at, 0, S("is not UTF-8"));
	else if (is_c) check_c(&at, text);
	else if (!str_ends(below, S(".md"))) check_plain(&at, text);
	files++;
	arena_rewind(a, mark);
}

static void walk(const char *dir, struct str below, int depth)
{
	struct dirent **entry;
	int n = scandir(dir, &entry, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		struct str name = str_copy(a, str_of(entry[i]->d_name));
		free(entry[i]);
		if (name.p[0] == '.' || str_is(name, "node_modules") || str_is(name, "corpus")) continue;
		char *path = str_z(a, str_fmt(a, "%s/" STR_FMT, dir, STR_ARG(name)));
		struct str under = below.n ? str_fmt(a, STR_FMT "/" STR_FMT, STR_ARG(below), STR_ARG(name)) : name;
		struct stat st;
		if (lstat(path, &st)) continue;
		static const char *const roots[] = {"src", "tools", "docs", "test", "city"};
		bool root = depth > 0;
		for (size_t k = 0; k < countof(roots); k++) root = root || str_eq(name, str_of(roots[k]));
		if (S_ISDIR(st.st_mode) && root && depth < 10) walk(path, under, depth + 1);
		else if (S_ISREG(st.st_mode)) check_path(path, under);
	}
	if (n >= 0) free(entry);
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fputs("usage: lint ROOT\n", stderr);
		return 2;
	}
	a = arena_new(0);
	walk(argv[1], S(""), 0);
	if (!files) {
		printf("%s: nothing to read\n", argv[1]);
		return 2;
	}
	printf("lint: %d files, %d findings\n", files, findings);
	arena_free(a);
	return findings != 0;
}
