// tpl_parse.c — template text to nodes. Knows the tags; knows nothing of HTML.
#include "web/tpl_int.h"

const char *const filter_names[F_NONE] = { "date", "day", "moment", "time", "datetime", "stamp", "md",
	"money", "yuan",
	"left", "left_short", "casenumber", "filesize", "dayspan", "unit", "count", "join", "default",
		"word", "svg" };

struct parser {
	struct arena *a;
	struct str file, text;
	size_t at;                      // in text
	uint32_t line, col;             // of the byte at counted
	uint32_t nodes, depth;
	struct err *errs;
	size_t end;                     // of the tag being read
	size_t counted;                 // up to where lines were counted
};

static void fail_at(struct parser *p, uint32_t line, uint32_t col, const char *zh)
{
	err_add(&p->errs, err_at(p->a, E_SYNTAX, p->file, line, col, str_of(zh)));
}

static void where(struct parser *p, size_t at, uint32_t *line, uint32_t *col)
{
	if (at < p->counted) p->counted = 0, p->line = 1, p->col = 1;
	for (; p->counted < at; p->counted++)
		if (p->text.p[p->counted] == '\n') p->line++, p->col = 1;
		else if (((unsigned char)p->text.p[p->counted] & 0xC0) != 0x80) p->col++;
	*line = p->line;
	*col = p->col;
}

static void fail(struct parser *p, const char *zh)
{
	uint32_t l, c;
	where(p, p->at < p->text.n ? p->at : p->text.n, &l, &c);
	fail_at(p, l, c, zh);
}

// -- inside a tag ------------------------------------------------------------------------------
static void blank(struct parser *p)
{
	while (p->at < p->end && (p->text.p[p->at] == ' ' || p->text.p[p->at] == '\n'
		|| p->text.p[p->at] == '\t')) p->at++;
}

static bool name_byte(char c, bool first)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (!first && ((c >= '0'
		&& c <= '9') || c == '-'));
}

static struct str word(struct parser *p)
{
	blank(p);
	size_t from = p->at;
	while (p->at < p->end && name_byte(p->text.p[p->at], p->at == from)) p->at++;
	return str_part(p->text, from, p->at - from);
}

static bool sign(struct parser *p, const char *s)
{
	blank(p);
	size_t n = strlen(s);
	if (p->end - p->at < n || memcmp(p->text.p + p->at, s, n)) return false;
	p->at += n;
	return true;
}

static bool keyword(struct parser *p, const char *s)
{
	size_t keep = p->at;
	struct str w = word(p);
	if (w.n && str_eq(w, str_of(s))) return true;
	p->at = keep;
	return false;
}

static bool quoted(struct parser *p, struct str *out)
{
	blank(p);
	if (p->at >= p->end || p->text.p[p->at] != '"') return false;
	size_t from = ++p->at;
	while (p->at < p->end && p->text.p[p->at] != '"') p->at++;
	if (p->at >= p->end) { fail(p, "引号没有合上"); return false; }
	*out = str_part(p->text, from, p->at++ - from);
	return true;
}

static struct ex *ex_new(struct parser *p, enum ex_kind k)
{
	struct ex *e = arena_new1(p->a, struct ex);
	e->kind = k;
	e->slot = -1;
	where(p, p->at, &e->line, &e->col);
	return e;
}

static struct ex *parse_or(struct parser *);

static struct ex *operand(struct parser *p)
{
	blank(p);
	struct ex *e = NULL;
	struct str s;
	if (p->depth > TPL_DEPTH) { fail(p, "表达式嵌套过深"); p->at = p->end; return ex_new(p, EX_LIT); }
	if (sign(p, "(")) {
		p->depth++;
		e = parse_or(p);
		p->depth--;
		if (!sign(p, ")")) fail(p, "缺少右括号");
	} else if (p->at < p->end && p->text.p[p->at] == '"') {
		e = ex_new(p, EX_LIT);
		if (quoted(p, &s)) e->lit = json_str(p->a, s);
	} else if (p->at < p->end && ((p->text.p[p->at] >= '0' && p->text.p[p->at] <= '9')
		|| p->text.p[p->at] == '-')) {
		e = ex_new(p, EX_LIT);
		size_t from = p->at++;
		while (p->at < p->end && p->text.p[p->at] >= '0' && p->text.p[p->at] <= '9') p->at++;
		if (p->at + 1 < p->end && p->text.p[p->at] == '.')
			for (p->at++; p->at < p->end && p->text.p[p->at] >= '0' && p->text.p[p->at] <= '9';) p->at++;
		struct json *number = json_new(p->a, JSON_NUMBER);
		number->text = str_part(p->text, from, p->at - from);
		dec ignored;
		if (!dec_parse(number->text, &ignored)) fail(p, "数字有误");
		e->lit = number;
	} else {
		e = ex_new(p, EX_PATH);
		size_t cap = 0;
		struct str w = word(p);
		if (!w.n) { fail(p, "这里需要一个字段名、文字或数字"); p->at = p->end; return e; }
		if (str_is(w, "true") || str_is(w, "false")) {
			e->kind = EX_LIT;
			e->lit = json_bool(p->a, w.n == 4);
		} else if (str_is(w, "none")) {
			e->kind = EX_LIT;
		} else if (str_is(w, "t") && quoted(p, &s)) {
			e->kind = EX_WORD;
			e->text = s;
		} else {
			size_t n = 0;
			*vec_push(p->a, e->name, n, cap) = w;
			while (p->at < p->end && p->text.p[p->at] == '.') {
				p->at++;
				size_t from = p->at;
				while (p->at < p->end && name_byte(p->text.p[p->at], p->at == from)) p->at++;
				if (p->at == from) { fail(p, "点号后缺少字段名"); break; }
				*vec_push(p->a, e->name, n, cap) = str_part(p->text, from, p->at - from);
			}
			e->n = (uint32_t)n;
		}
	}
	while (sign(p, "|")) {
		struct ex *f = ex_new(p, EX_FILTER);
		struct str w = word(p);
		f->a = e;
		f->filter = F_NONE;
		for (int i = 0; i < F_NONE; i++)
			if (str_eq(w, str_of(filter_names[i]))) f->filter = (uint8_t)i;
		if (f->filter == F_NONE) fail(p, "没有这个过滤器");
		bool wants = f->filter == F_DEFAULT || f->filter == F_JOIN || f->filter == F_WORD;
		if (sign(p, ":")) {
			if (!wants || !quoted(p, &f->text))
				fail(p, wants ? "冒号后需要引号中的文字" : "这个过滤器不带参数");
		} else if (wants && f->filter != F_WORD)
			fail(p, "这个过滤器需要参数，例如 default:\"—\"");
		e = f;
	}
	return e;
}

static struct ex *two(struct parser *p, enum ex_kind k, struct ex *a, struct ex *b)
{
	struct ex *e = ex_new(p, k);
	e->a = a, e->b = b;
	return e;
}

static struct ex *compare(struct parser *p)
{
	if (keyword(p, "not")) {
		if (++p->depth > TPL_DEPTH) { fail(p, "表达式嵌套过深"); p->at = p->end; return ex_new(p, EX_LIT); }
		struct ex *e = two(p, EX_NOT, compare(p), NULL);
		p->depth--;
		return e;
	}
	struct ex *a = operand(p);
	static const struct { const char *s; enum ex_kind k; } ops[] = {
		{ "==", EX_EQ }, { "!=", EX_NE }, { "<=", EX_LE }, { ">=", EX_GE }, { "<", EX_LT }, { ">", EX_GT } };
	for (size_t i = 0; i < countof(ops); i++)
		if (sign(p, ops[i].s)) return two(p, ops[i].k, a, operand(p));
	return a;
}

static struct ex *parse_and(struct parser *p)
{
	struct ex *a = compare(p);
	while (keyword(p, "and")) a = two(p, EX_AND, a, compare(p));
	return a;
}

static struct ex *parse_or(struct parser *p)
{
	struct ex *a = parse_and(p);
	while (keyword(p, "or")) a = two(p, EX_OR, a, parse_and(p));
	return a;
}

static void parse_args(struct parser *p, struct node *n, bool bare_names)
{
	size_t count = 0, cap = 0;
	for (;;) {
		blank(p);
		if (p->at >= p->end) break;
		struct arg g = { 0 };
		where(p, p->at, &g.line, &g.col);
		g.name = word(p);
		if (!g.name.n) { fail(p, "这里需要 名称=值"); p->at = p->end; break; }
		if (sign(p, "=")) g.e = operand(p);
		else if (!bare_names) { fail(p, "参数缺少等号和值"); break; }
		for (size_t i = 0; i < count; i++)
			if (str_eq(n->args[i].name, g.name)) fail(p, "参数重复");
		*vec_push(p->a, n->args, count, cap) = g;
	}
	n->nargs = (uint32_t)count;
}

// -- the text and its tags ---------------------------------------------------------------------
static struct node *node_new(struct parser *p, enum node_kind k, size_t at)
{
	struct node *n = arena_new1(p->a, struct node);
	n->kind = k;
	where(p, at, &n->line, &n->col);
	if (++p->nodes == TPL_NODES) {
		err_add(&p->errs, err_at(p->a, E_BUDGET, p->file, n->line, n->col, S("a template that is too long")));
		p->at = p->text.n;
	}
	return n;
}

// Finds the end of a tag that began at p->at, honouring quotes; sets p->end before the closing pair.
static bool tag_span(struct parser *p, const char *close, size_t *after)
{
	bool q = false;
	for (size_t i = p->at; i + 1 < p->text.n; i++) {
		if (p->text.p[i] == '"') q = !q;
		else if (!q && p->text.p[i] == close[0] && p->text.p[i + 1] == close[1]) {
			p->end = i;
			*after = i + 2;
			return true;
		}
	}
	return false;
}

enum stop { STOP_EOF, STOP_END, STOP_ELSE, STOP_ELIF };

static enum stop parse_nodes(struct parser *p, struct node **out, struct node **elif, bool inside);

static void finish_tag(struct parser *p, size_t after)
{
	blank(p);
	if (p->at < p->end) fail(p, "标签里有多余的内容");
	p->at = after;
}

static void parse_if(struct parser *p, struct node *n)
{
	struct node *elif = NULL;
	enum stop s = parse_nodes(p, &n->body, &elif, true);
	if (s == STOP_ELIF) {
		n->other = elif, n->has_other = true;
		if (++p->depth > TPL_DEPTH) fail(p, "elif 过多");
		else parse_if(p, elif), p->depth--;
		return;
	}
	if (s == STOP_ELSE) {
		n->has_other = true;
		s = parse_nodes(p, &n->other, NULL, true);
	}
	if (s != STOP_END) fail_at(p, n->line, n->col, "if 没有对应的 {% end %}");
}

static enum stop parse_nodes(struct parser *p, struct node **out, struct node **elif, bool inside)
{
	*out = NULL;
	if (++p->depth > TPL_DEPTH) {
		fail(p, "标签嵌套过深");
		p->at = p->text.n;
		p->depth--;
		return STOP_EOF;
	}
	enum stop ret = STOP_EOF;
	while (p->at < p->text.n) {
		size_t i = p->at;
		while (i < p->text.n && !(p->text.p[i] == '{' && i + 1 < p->text.n && (p->text.p[i + 1] == '{'
			|| p->text.p[i + 1] == '%' || p->text.p[i + 1] == '#'))) i++;
		if (i > p->at) {
			struct node *n = node_new(p, N_TEXT, p->at);
			if (p->at >= p->text.n) break;
			n->text = str_part(p->text, p->at, i - p->at);
			p->at = i;
			*out = n, out = &n->next;
		}
		if (i >= p->text.n) break;
		size_t tag_at = i, after = 0;
		char kind = p->text.p[i + 1];
		if (kind == '#') {
			ptrdiff_t e = str_find(str_from(p->text, i), S("#}"));
			if (e < 0) { fail(p, "注释没有结束 #}"); p->at = p->text.n; break; }
			p->at = i + (size_t)e + 2;
			continue;
		}
		p->at = i + 2;
		if (!tag_span(p, kind == '{' ? "}}" : "%}", &after)) {
			p->at = tag_at;
			fail(p, kind == '{' ? "{{ 没有结束 }}" : "{% 没有结束 %}");
			p->at = p->text.n;
			break;
		}
		if (kind == '{') {
			struct node *n = node_new(p, N_OUT, tag_at);
			if (p->at >= p->text.n) break;
			n->e = operand(p);
			finish_tag(p, after);
			*out = n, out = &n->next;
			continue;
		}
		struct str w = word(p);
		if (str_is(w, "end") || str_is(w, "else") || str_is(w, "elif")) {
			if (!inside) {
				p->at = tag_at;
				fail(p, "这个 end、else 或 elif 没有开头");
				p->at = after;
				continue;
			}
			if (str_is(w, "elif")) {
				if (!elif) { p->at = tag_at; fail(p, "elif 只能跟在 if 后面"); p->at = after; continue; }
				*elif = node_new(p, N_IF, tag_at);
				if (p->at >= p->text.n) break;
				(*elif)->e = parse_or(p);
			}
			finish_tag(p, after);
			ret = str_is(w, "end") ? STOP_END : str_is(w, "else") ? STOP_ELSE : STOP_ELIF;
			break;
		}
		struct node *n = node_new(p, N_IF, tag_at);
		if (p->at >= p->text.n) break;
		if (str_is(w, "if")) {
			n->e = parse_or(p);
			finish_tag(p, after);
			parse_if(p, n);
		} else if (str_is(w, "for")) {
			n->kind = N_FOR;
			n->text = word(p);
			if (!n->text.n || str_is(n->text, "loop") || !keyword(p, "in")) fail(p, "应写成 for 名称 in 列表");
			else n->e = operand(p);
			finish_tag(p, after);
			if (!n->e) n->e = ex_new(p, EX_LIT);
			enum stop s = parse_nodes(p, &n->body, NULL, true);
			if (s == STOP_ELSE) n->has_other = true, s = parse_nodes(p, &n->other, NULL, true);
			if (s != STOP_END) fail_at(p, n->line, n->col, "for 没有对应的 {% end %}");
		} else if (str_is(w, "block")) {
			n->kind = N_BLOCK;
			n->text = word(p);
			if (!n->text.n) fail(p, "block 缺少名称");
			finish_tag(p, after);
			if (parse_nodes(p, &n->body, NULL, true) != STOP_END)
				fail_at(p, n->line, n->col, "block 没有对应的 {% end %}");
		} else if (str_is(w, "include") || str_is(w, "t") || str_is(w, "layout") || str_is(w, "asset")) {
			n->kind = str_is(w, "include") ? N_INCLUDE : str_is(w, "t") ? N_T : str_is(w, "layout")
				? N_LAYOUT : N_ASSET;
			if (!quoted(p, &n->text) || !n->text.n) { fail(p, "标签名后需要引号中的名称"); p->at = p->end; }
			else if (n->kind == N_INCLUDE || n->kind == N_T) parse_args(p, n, false);
			finish_tag(p, after);
		} else if (str_is(w, "params")) {
			n->kind = N_PARAMS;
			parse_args(p, n, true);
			finish_tag(p, after);
		} else {
			p->at = tag_at;
			fail(p, "不认识这个标签");
			p->at = after;
			continue;
		}
		*out = n, out = &n->next;
	}
	p->depth--;
	return ret;
}

struct err *tpl_parse(struct arena *a, struct str file, struct str text, struct node **out)
{
	struct parser p = { .a = a, .file = file, .text = text, .line = 1, .col = 1 };
	if (text.n > 1 << 20) return err_at(a, E_TOO_BIG, file, 1, 1, S("1 MB"));
	if (!utf8_valid(text)) return err_at(a, E_UTF8, file, 1, 1, S(""));
	parse_nodes(&p, out, NULL, false);
	return p.errs;
}
