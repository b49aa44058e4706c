// csv.c — one pass, quotes only where RFC 4180 allows them.
#include "base/dec.h"
#include "codec/csv.h"

enum { DEFAULT_BYTES = 16 << 20, DEFAULT_ROWS = 100000, DEFAULT_COLUMNS = 500 };

struct reader {
	struct arena *a;
	struct str file;
	const char *p, *end, *line_start;
	uint32_t line;
	char sep;
};

static struct err *at(struct reader *r, const char *p, enum err_code code, struct str arg)
{
	const char *from = p < r->line_start ? p : r->line_start;
	uint32_t col = (uint32_t)utf8_count((struct str){from, (size_t)(p - from)}) + 1;
	return err_at(r->a, code, r->file, r->line, col, arg);
}

static struct err *syntax(struct reader *r, const char *p, const char *what)
{
	struct err *e = at(r, p, E_SYNTAX, S(""));
	e->arg[0] = str_fmt(r->a, "CSV %u:%u, %s", e->line, e->col, what);
	return e;
}

static struct err *quoted(struct reader *r, struct str *out)
{
	const char *open = r->p++, *from = r->p;
	uint32_t open_line = r->line;
	struct buf b = {0};
	for (;;) {
		if (r->p == r->end) {
			struct err *e = syntax(r, open, "quote without end");
			e->line = open_line;
			e->col = 0;
			e->arg[0] = str_fmt(r->a, "CSV %u, quote without end", open_line);
			return e;
		}
		char c = *r->p++;
		if (c == '\n') {
			r->line++;
			r->line_start = r->p;
		}
		if (c != '"') continue;
		struct str piece = {from, (size_t)(r->p - 1 - from)};
		if (r->p < r->end && *r->p == '"') {
			if (!b.a) b = buf_new(r->a);
			buf_add(&b, piece);
			from = r->p++;    // the second quote begins the next piece
			continue;
		}
		if (b.a) {
			buf_add(&b, piece);
			piece = buf_str(&b);
		}
		*out = piece;
		return NULL;
	}
}

static bool ends_row(const struct reader *r)
{
	return r->p == r->end || *r->p == '\n' || (*r->p == '\r' && r->p + 1 < r->end && r->p[1] == '\n');
}

static struct err *cell(struct reader *r, struct str *out)
{
	if (r->p < r->end && *r->p == '"') {
		struct err *e = quoted(r, out);
		if (e) return e;
		if (!ends_row(r) && *r->p != r->sep) return syntax(r, r->p, "text behind a quote");
		return NULL;
	}
	const char *from = r->p;
	while (!ends_row(r) && *r->p != r->sep) {
		if (*r->p == '"') return syntax(r, r->p, "quote inside a cell");
		if (*r->p == '\r') return syntax(r, r->p, "CR without LF");
		r->p++;
	}
	*out = (struct str){from, (size_t)(r->p - from)};
	return NULL;
}

static struct err *check_text(struct reader *r, struct str text)
{
	for (size_t i = 0; i < text.n;) {
		size_t before = i;
		uint32_t cp = utf8_next(text, &i);
		bool damaged = cp == 0xfffd && i - before == 1;
		if (damaged || cp == 0)
			return damaged ? at(r, text.p + before, E_UTF8, S(""))
				: at(r, text.p + before, E_NOT_ALLOWED_HERE, S("U+0000"));
		if (cp == '\n') {
			r->line++;
			r->line_start = text.p + i;
		}
	}
	return NULL;
}

struct err *csv_parse(struct arena *a, struct str file, struct str text, char sep, struct csv_limits max,
	struct csv *out)
{
	*out = (struct csv){0};
	if (!max.bytes) max.bytes = DEFAULT_BYTES;
	if (!max.rows) max.rows = DEFAULT_ROWS;
	if (!max.columns) max.columns = DEFAULT_COLUMNS;
	if (text.n > max.bytes) return err_at(a, E_TOO_BIG, file, 0, 0, str_fmt(a, "%zu B", max.bytes));
	if (!text.p) return NULL;
	if (str_starts(text, S("\xef\xbb\xbf"))) text = str_from(text, 3);
	struct reader r = {.a = a, .file = file, .p = text.p, .end = text.p + text.n, .line_start = text.p,
		.line = 1, .sep = sep};
	struct err *e = check_text(&r, text);
	if (e) return e;
	r.line = 1;
	r.line_start = text.p;
	struct csv table = {0};
	struct str *cells = NULL;
	size_t n = 0, cap = 0, rows_cap = 0;
	while (r.p < r.end) {
		uint32_t line = r.line;
		bool blank = ends_row(&r);
		for (n = 0; !blank;) {
			struct str c;
			if (n == max.columns)
				return at(&r, r.p, E_BUDGET, str_fmt(a, "CSV, %u columns", max.columns));
			if ((e = cell(&r, &c))) return e;
			*vec_push(a, cells, n, cap) = c;
			if (ends_row(&r)) break;
			r.p++;    // the separator
		}
		if (!blank) {
			if (table.n == max.rows || arena_over(a))
				return at(&r, r.p, E_BUDGET, str_fmt(a, "CSV, %u rows", max.rows));
			struct csv_row *row = vec_push(a, table.row, table.n, rows_cap);
			*row = (struct csv_row){.cell = arena_copy(a, cells, n * sizeof *cells),
				.n = (uint32_t)n, .line = line};
		}
		if (r.p == r.end) break;
		r.p += *r.p == '\r' ? 2 : 1;
		r.line++;
		r.line_start = r.p;
	}
	*out = table;
	return NULL;
}

struct str csv_cell(const struct csv_row *row, uint32_t i)
{
	return i < row->n ? row->cell[i] : S("");
}

void csv_print_row(struct buf *b, const struct str *cell, size_t n, char sep, bool for_spreadsheet)
{
	for (size_t i = 0; i < n; i++) {
		struct str c = cell[i];
		dec number;
		bool formula = for_spreadsheet && c.n && c.p[0] && strchr("=+-@\t\r", c.p[0]) &&
			!dec_parse(c, &number);
		bool quote = n == 1 && !c.n;    // else it would read as an empty line
		for (size_t k = 0; k < c.n && !quote; k++)
			quote = c.p[k] == sep || c.p[k] == '"' || c.p[k] == '\n' || c.p[k] == '\r';
		if (i) buf_byte(b, sep);
		if (quote) buf_byte(b, '"');
		if (formula) buf_byte(b, '\'');
		for (size_t k = 0; k < c.n; k++) {
			if (c.p[k] == '"') buf_byte(b, '"');
			buf_byte(b, c.p[k]);
		}
		if (quote) buf_byte(b, '"');
	}
	buf_lit(b, "\r\n");
}
