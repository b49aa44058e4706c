// dialect.c — a small tokenizer is enough: the subset was chosen so.
#include "store/dialect.h"

enum token_kind { T_SPACE, T_WORD, T_PARAM, T_STRING, T_BLOB, T_OTHER, T_END };
struct token { enum token_kind kind; struct str s; };

static bool word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80);
}

// From the opening quote to behind the closing one; a doubled quote stays inside.
static size_t quoted(struct str s, size_t at)
{
	char q = s.p[at++];
	while (at < s.n) {
		if (s.p[at] != q) at++;
		else if (at + 1 < s.n && s.p[at + 1] == q) at += 2;
		else return at + 1;
	}
	return at;
}

static struct token next(struct str s, size_t *at)
{
	size_t from = *at, to = from;
	enum token_kind kind = T_OTHER;
	if (from >= s.n) return (struct token){T_END, S("")};
	char c = s.p[from], d = from + 1 < s.n ? s.p[from + 1] : 0;
	if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
		kind = T_SPACE;
		while (to < s.n && strchr(" \t\r\n", s.p[to]) && s.p[to]) to++;
	} else if (c == '-' && d == '-') {
		kind = T_SPACE;
		while (to < s.n && s.p[to] != '\n') to++;
	} else if ((c == 'X' || c == 'x') && d == '\'') {
		kind = T_BLOB;
		to = quoted(s, from + 1);
	} else if (c == '\'' || c == '"') {
		kind = c == '\'' ? T_STRING : T_OTHER;
		to = quoted(s, from);
	} else if (c == '?') {
		kind = T_PARAM;
		for (to++; to < s.n && s.p[to] >= '0' && s.p[to] <= '9';) to++;
	} else if (word_byte(c)) {
		kind = T_WORD;
		while (to < s.n && word_byte(s.p[to])) to++;
	} else {
		to++;
	}
	*at = to;
	return (struct token){kind, str_part(s, from, to - from)};
}

static struct token next_solid(struct str s, size_t *at)
{
	struct token t;
	do t = next(s, at);
	while (t.kind == T_SPACE);
	return t;
}

struct str dialect_pg(struct arena *a, struct str sql)
{
	struct buf b = buf_new(a);
	bool ddl = false, first = true, after_as = false;
	for (size_t at = 0;;) {
		struct token t = next(sql, &at);
		if (t.kind == T_END) return buf_str(&b);
		if (t.kind == T_SPACE) {
			buf_add(&b, t.s);
			continue;
		}
		if (first && t.kind == T_WORD) ddl = str_is(t.s, "CREATE") || str_is(t.s, "ALTER");
		first = str_is(t.s, ";");
		bool type_here = after_as || ddl;
		if (t.kind == T_PARAM) {
			buf_byte(&b, '$');
			buf_add(&b, str_from(t.s, 1));
		} else if (t.kind == T_BLOB) {
			buf_lit(&b, "'\\x");
			buf_add(&b, str_part(t.s, 2, t.s.n - 3));
			buf_lit(&b, "'::BYTEA");
		} else if (t.kind != T_WORD) {
			buf_add(&b, t.s);
		} else if (type_here && str_is(t.s, "INTEGER")) {
			buf_lit(&b, "BIGINT");
		} else if (type_here && str_is(t.s, "BLOB")) {
			buf_lit(&b, "BYTEA");
		} else if (ddl && !after_as && str_is(t.s, "TEXT")) {
			buf_lit(&b, "TEXT COLLATE \"C\"");
		} else if (ddl && (str_is(t.s, "STRICT") || str_is(t.s, "WITHOUT"))) {
			// STRICT [, WITHOUT ROWID] or WITHOUT ROWID [, STRICT] is the last of a CREATE TABLE
			size_t save = at;
			for (;;) {
				struct token u = next_solid(sql, &at);
				if (u.kind == T_END || str_is(u.s, ";")) break;
				if (!str_is(u.s, ",") && !str_is(u.s, "STRICT") && !str_is(u.s, "WITHOUT") && !str_is(u.s, "ROWID")) break;
				save = at;
			}
			at = save;
		} else {
			buf_add(&b, t.s);
		}
		after_as = t.kind == T_WORD && str_is(t.s, "AS");
	}
}

struct str dialect_plain(struct arena *a, struct str sql)
{
	struct buf b = buf_new(a);
	for (size_t at = 0;;) {
		struct token t = next_solid(sql, &at);
		if (t.kind == T_END) return buf_str(&b);
		if (b.n) buf_byte(&b, ' ');
		buf_add(&b, t.s);
	}
}

struct err *dialect_check(struct arena *a, struct str sql)
{
	static const char *const never[] = {
		"REAL", "FLOAT", "DOUBLE", "NUMERIC", "BOOLEAN", "VARCHAR", "INT", "BIGINT", "ANY", "DATETIME", "REFERENCES",
		"FOREIGN", "AUTOINCREMENT", "REPLACE", "GLOB", "REGEXP", "MATCH", "PRAGMA", "TRIGGER", "VIRTUAL",
		"NOCASE", "RTRIM", "VACUUM", "CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME", "SERIAL", "TRUE", "FALSE",
		"integer", "bigint", "rowid",      // types and keywords in capitals, or they would pass untranslated
	};
	struct token before = {T_END}, t;
	bool in_table = false, strict = false, empty = true;
	uint32_t line = 1;
	for (size_t at = 0;; before = t) {
		size_t from = at;
		t = next(sql, &at);
		for (size_t i = from; i < at; i++) line += sql.p[i] == '\n';
		if (t.kind == T_SPACE) {
			t = before;
			continue;
		}
		if (t.kind == T_WORD) {
			for (size_t i = 0; i < countof(never); i++)
				if (str_eq(t.s, str_of(never[i]))) return err_at(a, E_SYNTAX, S(""), line, 0, t.s);
			if (str_is(t.s, "ROWID") && !str_is(before.s, "WITHOUT")) return err_at(a, E_SYNTAX, S(""), line, 0, t.s);
			if (str_is(t.s, "TABLE") && str_is(before.s, "CREATE")) in_table = true;
			if (str_is(t.s, "STRICT")) strict = true;
		}
		if (t.kind == T_PARAM && t.s.n < 2) return err_at(a, E_SYNTAX, S(""), line, 0, S("? without a number"));
		if (t.kind == T_END && empty) return err_at(a, E_SYNTAX, S(""), line, 0, S("no statement"));
		empty = false;
		if (t.kind == T_END || str_is(t.s, ";")) {
			if (in_table && !strict) return err_at(a, E_SYNTAX, S(""), line, 0, S("CREATE TABLE without STRICT"));
			in_table = strict = false;
			if (t.kind == T_END) return NULL;
		}
	}
}
