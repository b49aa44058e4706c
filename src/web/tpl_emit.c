// tpl_emit.c — nodes to operations, while an HTML tokenizer watches every static byte.
//
// The tokenizer's state is carried through tags: both branches of an if must leave it as they
// found it alike, a loop's body must leave it unchanged. So the place of every value is known
// here, and with it the escaping; nothing is decided at run time or by a template's author.
#include "web/tpl_int.h"

enum hs { H_TEXT, H_LT, H_TAG_NAME, H_TAG, H_ATTR, H_AFTER_ATTR, H_BEFORE_VALUE, H_DQ, H_SQ,
	H_SLASH, H_COMMENT, H_DECL, H_RCDATA };

enum { HTML_STACK = 64 };

// What the tokenizer knows. Copied at branches.
struct html {
	enum hs state;
	struct str el, attr;
	bool closing, url, url_started, url_static, dynamic, has_alt, has_for, has_src, is_pdf, spaced, last_ws;
	uint32_t depth;
	struct str stack[HTML_STACK];
};

struct scope {
	struct str name;
	struct ex *e;                       // a part's parameter stands for this
	const struct json *shape;
	int16_t slot;
	bool loop, wall;                    // wall: names of the including template end here
	const struct scope *up;
};
struct override { struct str name, file; struct node *nodes; };
struct loaded { struct str name, file; struct node *nodes; };
struct id_seen { struct str id; uint32_t hidden; };

struct em {
	struct arena *a;
	const struct tpl_options *o;
	struct tpl *t;
	struct err *errs;
	struct str file;
	uint32_t line, col;
	struct html h;
	struct buf name, value;             // of the tag or attribute being read
	struct id_seen *id; size_t nids, ids_cap;
	struct override *over; size_t nover, over_cap;
	struct loaded *seen; size_t nseen, seen_cap;   // parts, parsed once a page
	uint32_t includes, loops, slots, total;
	size_t barrier;                     // operations before it may be jump targets: never extended
};

static void complain(struct em *m, uint32_t line, uint32_t col, const char *fmt, struct str what)
{
	if (m->total++ > 100) return;
	struct buf b = buf_new(m->a);
	for (const char *c = fmt; *c; c++)
		if (*c == '@') buf_add(&b, what);
		else buf_byte(&b, *c);
	err_add(&m->errs, err_at(m->a, E_SYNTAX, m->file, line, col, buf_str(&b)));
}

static void html_error(struct em *m, const char *fmt, struct str what)
{
	complain(m, m->line, m->col, fmt, what);
}

// -- operations --------------------------------------------------------------------------------
static struct op *op_add(struct em *m, enum op_code c)
{
	struct tpl *t = m->t;
	struct op *o = vec_push(m->a, t->op, t->n, t->cap);
	o->code = (uint8_t)c;
	return o;
}

static void put(struct em *m, const char *p, size_t n)
{
	struct tpl *t = m->t;
	if (!n) return;
	if (t->pool_n + n > t->pool_cap) {
		size_t cap = t->pool_cap ? t->pool_cap : 4096;
		while (cap < t->pool_n + n) cap *= 2;
		char *np = arena_raw(m->a, cap);
		if (t->pool_n) memcpy(np, t->pool, t->pool_n);
		t->pool = np, t->pool_cap = cap;
	}
	struct op *last = t->n > m->barrier ? &t->op[t->n - 1] : NULL;
	if (last && last->code == OP_TEXT && last->a + last->b == t->pool_n) {
		last->b += (uint32_t)n;
	} else {
		struct op *o = op_add(m, OP_TEXT);
		o->a = (uint32_t)t->pool_n, o->b = (uint32_t)n;
	}
	memcpy(t->pool + t->pool_n, p, n);
	t->pool_n += n;
}

static uint32_t label_here(struct em *m) { m->barrier = m->t->n; return (uint32_t)m->t->n; }

// -- HTML --------------------------------------------------------------------------------------
static bool in_list(struct str s, const char *const *list)
{
	for (; *list; list++)
		if (str_eq(s, str_of(*list))) return true;
	return false;
}

static bool is_void(struct str el)
{
	static const char *const v[] = { "area", "br", "col", "hr", "img", "input", "link", "meta",
		"source", "track", "wbr", NULL };
	return in_list(el, v);
}

static bool is_url(struct str attr)
{
	static const char *const v[] = { "href", "src", "action", "formaction", "poster", "cite", "data",
		"xlink:href", "ping", "manifest", NULL };
	return in_list(attr, v);
}

static bool inside_el(const struct html *h, const char *el)
{
	for (uint32_t i = 0; i < h->depth; i++)
		if (str_eq(h->stack[i], str_of(el))) return true;
	return false;
}

static void attr_done(struct em *m)
{
	struct html *h = &m->h;
	struct str v = buf_str(&m->value);
	if (str_is(h->attr, "alt")) h->has_alt = true;
	if (str_is(h->attr, "for")) h->has_for = true;
	if (str_is(h->attr, "src")) h->has_src = true;
	if (str_is(h->attr, "type") && !h->dynamic && str_is(v, "application/pdf")) h->is_pdf = true;
	if (h->url && !h->dynamic && !tpl_url_ok(v))
		html_error(m, "网址只能以 / # ? 或 https: tel: mailto: geo: 开头：@", v);
	if (str_is(h->attr, "id") && !h->dynamic) {
		if (m->loops) html_error(m, "循环里的 id 会重复：@", v);
		for (size_t i = 0; i < m->nids; i++)
			if (!m->id[i].hidden && str_eq(m->id[i].id, v)) {
				html_error(m, "id 重复：@", v);
				break;
			}
		vec_push(m->a, m->id, m->nids, m->ids_cap)->id = str_copy(m->a, v);
	}
	if (str_is(h->el, "meta") && str_is(h->attr, "http-equiv"))
		html_error(m, "不用 http-equiv，响应头由程序给出：@", v);
}

static void attr_name_done(struct em *m)
{
	struct html *h = &m->h;
	h->attr = str_lower_ascii(m->a, buf_str(&m->name));
	m->value = buf_new(m->a);
	h->dynamic = h->url_started = h->url_static = false;
	h->url = is_url(h->attr);
	if (h->closing) html_error(m, "结束标签不能带属性：@", h->attr);
	if (h->attr.n > 2 && h->attr.p[0] == 'o' && h->attr.p[1] == 'n')
		html_error(m, "不允许内联事件属性：@", h->attr);
	if (str_is(h->attr, "style")) html_error(m, "不允许内联样式属性：@", h->attr);
	if (str_is(h->attr, "srcdoc") || str_is(h->attr, "srcset")) html_error(m, "不允许这个属性：@", h->attr);
}

static void tag_done(struct em *m, bool slash)
{
	static const char *const banned[] = { "style", "iframe", "frame", "embed", "applet", "base",
		"frameset", "noembed", "plaintext", "xmp", NULL };
	struct html *h = &m->h;
	h->state = H_TEXT;
	if (h->closing) {
		if (is_void(h->el)) html_error(m, "空元素没有结束标签：@", h->el);
		else if (!h->depth || !str_eq(h->stack[h->depth - 1], h->el))
			html_error(m, h->depth ? "结束标签与开始标签不配：@" : "没有开始标签：@", h->el);
		else h->depth--;
		return;
	}
	if (in_list(h->el, banned)) html_error(m, "不允许这个元素：@", h->el);
	if (str_is(h->el, "script") && !h->has_src) html_error(m, "不允许内联脚本：@", h->el);
	if (str_is(h->el, "object") && !h->is_pdf) html_error(m, "object 只能带 type=\"application/pdf\"@", S(""));
	if (str_is(h->el, "img") && !h->has_alt) html_error(m, "img 缺少 alt：@", h->el);
	if (str_is(h->el, "label") && !h->has_for) html_error(m, "label 缺少 for：@", h->el);
	if (is_void(h->el)) return;
	if (slash && inside_el(h, "svg")) return;
	if (slash) html_error(m, "只有空元素可以自行结束：@", h->el);
	if (h->depth == HTML_STACK) { html_error(m, "元素嵌套过深：@", h->el); return; }
	h->stack[h->depth++] = h->el;
	if (str_is(h->el, "textarea") || str_is(h->el, "title") || str_is(h->el, "script")) h->state = H_RCDATA;
}

static bool ws(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f'; }
static bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// One static byte. Returns whether it is to be written.
static bool html_byte(struct em *m, struct str s, size_t i)
{
	struct html *h = &m->h;
	char c = s.p[i];
	switch (h->state) {
	case H_TEXT:
		if (c == '<') {
			char d = i + 1 < s.n ? s.p[i + 1] : 0;
			if (d == '!') {
				bool comment = i + 3 < s.n && s.p[i + 2] == '-' && s.p[i + 3] == '-';
				h->state = comment ? H_COMMENT : H_DECL;
				m->value = buf_new(m->a);
				return !comment;
			}
			if (d != '/' && !letter(d)) { html_error(m, "单独的 < 应写成 &lt;@", S("")); return true; }
			h->state = H_LT;
			return true;
		}
		return true;
	case H_LT:
		m->name = buf_new(m->a);
		h->closing = c == '/';
		h->has_alt = h->has_for = h->has_src = h->is_pdf = false;
		h->state = H_TAG_NAME;
		if (!h->closing) buf_byte(&m->name, c);
		return true;
	case H_TAG_NAME:
		if (letter(c) || (c >= '0' && c <= '9') || c == '-' || c == ':') { buf_byte(&m->name, c); return true; }
		h->el = str_lower_ascii(m->a, buf_str(&m->name));
		h->state = H_TAG;
		h->spaced = true;
		if (!h->el.n) html_error(m, "标签没有名称@", S(""));
		// fall through
	case H_TAG:
	case H_AFTER_ATTR:
		if (c == '>') { if (h->state == H_AFTER_ATTR) attr_done(m); tag_done(m, false); return true; }
		if (ws(c)) { h->spaced = true; if (h->state == H_AFTER_ATTR) return true; return true; }
		if (c == '/') { if (h->state == H_AFTER_ATTR) attr_done(m); h->state = H_SLASH; return true; }
		if (c == '=' && h->state == H_AFTER_ATTR) { h->state = H_BEFORE_VALUE; return true; }
		if (h->state == H_AFTER_ATTR) attr_done(m);
		if (!letter(c) && c != '_') { html_error(m, "标签里有不该有的字符@", S("")); return true; }
		if (!h->spaced) html_error(m, "属性之间缺少空格@", S(""));
		m->name = buf_new(m->a);
		buf_byte(&m->name, c);
		h->state = H_ATTR;
		return true;
	case H_ATTR:
		if (letter(c) || (c >= '0' && c <= '9') || c == '-' || c == ':' || c == '_') {
			buf_byte(&m->name, c);
			return true;
		}
		attr_name_done(m);
		h->state = H_AFTER_ATTR;
		h->spaced = false;
		return html_byte(m, s, i);
	case H_BEFORE_VALUE:
		if (ws(c)) return true;
		if (c == '"' || c == '\'') { h->state = c == '"' ? H_DQ : H_SQ; return true; }
		html_error(m, "属性值没有加引号：@", h->attr);
		h->state = H_TAG;
		return true;
	case H_DQ:
	case H_SQ:
		if (c == (h->state == H_DQ ? '"' : '\'')) {
			attr_done(m);
			h->state = H_TAG;
			h->spaced = false;
			return true;
		}
		if (c == '<') html_error(m, "属性值里的 < 应写成 &lt;，或引号没有合上：@", h->attr);
		buf_byte(&m->value, c);
		h->url_started = h->url_static = true;
		return true;
	case H_SLASH:
		if (c != '>') html_error(m, "/ 后面应是 >@", S(""));
		tag_done(m, true);
		return true;
	case H_COMMENT:
		buf_byte(&m->value, c);
		if (c == '>' && m->value.n > 5 && str_ends(buf_str(&m->value), S("-->"))) h->state = H_TEXT;
		return false;
	case H_DECL:
		if (c == '>') h->state = H_TEXT;
		return true;
	case H_RCDATA: {
		struct str el = h->stack[h->depth - 1];
		bool script = str_is(el, "script");
		if (c == '<' && i + 2 + el.n <= s.n && s.p[i + 1] == '/' &&
			str_eq(str_lower_ascii(m->a, str_part(s, i + 2, el.n)), el)) {
			h->state = H_LT;
			return true;
		}
		if (script && !ws(c)) { html_error(m, "不允许内联脚本@", S("")); h->state = H_TEXT; }
		if (!script && c == '<') html_error(m, "< 应写成 &lt;@", S(""));
		return true;
	}
	default: return true;
	}
}

// Static text of the template (or of a literal already escaped).
static void feed(struct em *m, struct str s)
{
	if (m->o->plain) { put(m, s.p, s.n); return; }
	size_t from = 0;
	bool pre = inside_el(&m->h, "pre");
	for (size_t i = 0; i < s.n; i++) {
		struct html *h = &m->h;
		bool space = h->state == H_TEXT && !pre && ws(s.p[i]);
		bool keep = true;
		if (space) {
			// A run of white space becomes one byte, a line break if it had one: pages stay small.
			size_t j = i;
			bool line = false;
			while (j < s.n && ws(s.p[j])) line |= s.p[j++] == '\n';
			put(m, s.p + from, i - from);
			if (!h->last_ws) put(m, line ? "\n" : " ", 1);
			h->last_ws = true;
			for (; i < j; i++)
				if (s.p[i] == '\n') m->line++, m->col = 1;
				else m->col++;
			from = i--;
			continue;
		}
		enum hs before = h->state;
		keep = html_byte(m, s, i);
		if (before == H_TEXT && keep) h->last_ws = false;
		if (!keep) {
			put(m, s.p + from, i - from);
			from = i + 1;
		} else if (h->state != before && h->state == H_RCDATA) {
			// A browser drops a line break right after <textarea>; this one saves a value's own.
			put(m, s.p + from, i + 1 - from);
			from = i + 1;
			if (str_is(h->el, "textarea")) put(m, "\n", 1);
		}
		if (h->state == H_TEXT && before != H_TEXT) pre = inside_el(h, "pre"), h->last_ws = false;
		if (s.p[i] == '\n') m->line++, m->col = 1;
		else if (((unsigned char)s.p[i] & 0xC0) != 0x80) m->col++;
	}
	put(m, s.p + from, s.n - from);
}

// The states between attributes that mean the same to what follows.
static void settle(struct em *m)
{
	struct html *h = &m->h;
	if (h->state == H_ATTR) attr_name_done(m), h->state = H_AFTER_ATTR;
	if (h->state == H_AFTER_ATTR) attr_done(m), h->state = H_TAG, h->spaced = false;
	if (h->state == H_TAG_NAME)
		h->el = str_lower_ascii(m->a, buf_str(&m->name)), h->state = H_TAG, h->spaced = false;
}

static bool same_place(const struct html *x, const struct html *y)
{
	if (x->state != y->state || x->depth != y->depth) return false;
	for (uint32_t i = 0; i < x->depth; i++)
		if (!str_eq(x->stack[i], y->stack[i])) return false;
	if (x->state == H_TAG && !str_eq(x->el, y->el)) return false;
	if (x->state == H_DQ || x->state == H_SQ)
		return str_eq(x->attr, y->attr) && (!x->url || (x->url_started == y->url_started
			&& x->url_static == y->url_static));
	return true;
}

// After two branches: the place must be the same; what is known of the tag is what both know.
static void join(struct em *m, const struct html *other, const struct node *n)
{
	if (!m->o->plain && !same_place(&m->h, other))
		complain(m, n->line, n->col, "两个分支在 HTML 里停在不同的位置（有未关闭的标签或引号）@", S(""));
	m->h.has_alt &= other->has_alt, m->h.has_for &= other->has_for, m->h.has_src &= other->has_src,
		m->h.is_pdf &= other->is_pdf;
	m->h.spaced &= other->spaced, m->h.last_ws &= other->last_ws;
	m->h.dynamic |= m->h.state == H_DQ || m->h.state == H_SQ;
}

// -- expressions -------------------------------------------------------------------------------
static const struct json *leaf(struct em *m, const char *type) { return json_str(m->a, str_of(type)); }

static const struct json *shape_step(struct em *m, const struct ex *e, const struct json *s, struct str name)
{
	if (!s) return NULL;
	if (s->type == JSON_STRING) {
		if (str_is(s->text, "any")) return NULL;
		complain(m, e->line, e->col, "“@”的上一级不是对象", name);
		return NULL;
	}
	if (s->type == JSON_ARRAY) {
		complain(m, e->line, e->col, "“@”的上一级是列表，要用 for", name);
		return NULL;
	}
	struct json *c = json_get(s, name);
	if (!c) complain(m, e->line, e->col, "数据里没有字段 @", name);
	return c;
}

static bool lit_truth(const struct json *j)
{
	return j && j->type != JSON_NULL && j->type != JSON_FALSE && !(j->type == JSON_STRING
		&& !j->text.n) && !(j->type == JSON_NUMBER && str_is(j->text, "0"));
}

static struct ex *literal(struct em *m, const struct ex *at, const struct json *lit)
{
	struct ex *e = arena_new1(m->a, struct ex);
	e->kind = EX_LIT, e->slot = -1, e->line = at->line, e->col = at->col, e->lit = lit;
	return e;
}

static void check_word(struct em *m, const struct ex *e, struct str key)
{
	struct str out;
	if (m->o->words && !tpl_word(m->o->words, key, &out)) complain(m, e->line, e->col, "没有这条文字：@", key);
	else if (m->o->also && !tpl_word(m->o->also, key, &out)) complain(m, e->line, e->col, "缺少英文：@", key);
}

static struct ex *resolve(struct em *m, const struct ex *e, const struct scope *sc, uint32_t depth);

static struct ex *resolve_path(struct em *m, const struct ex *e, const struct scope *sc)
{
	struct ex *r = arena_copy(m->a, e, sizeof *e);
	const struct scope *s = sc;
	bool walled = false;
	if (str_is(e->name[0], "loop")) {
		while (s && !s->loop && !s->wall) s = s->up;
		static const char *const what[] = { "index", "first", "last" };
		r->kind = EX_LOOP;
		r->shape = leaf(m, "number");
		for (int i = 0; i < 3; i++)
			if (e->n == 2 && str_eq(e->name[1], str_of(what[i]))) {
				r->loop = (uint8_t)i;
				if (s && s->loop) { r->slot = s->slot; return r; }
			}
		complain(m, e->line, e->col, "loop 只有 index、first、last，且只在 for 里@", S(""));
		return r;
	}
	for (; s; s = s->up) {
		if (!walled && s->name.n && str_eq(s->name, e->name[0])) break;
		walled |= s->wall;
	}
	uint32_t used = 0;
	const struct json *shape = m->o->shape;
	if (s && !s->loop) {            // a part's parameter: stands for its expression
		if (e->n == 1) return s->e;
		if (s->e->kind == EX_LIT && !s->e->lit) return s->e;
		if (s->e->kind != EX_PATH) { complain(m, e->line, e->col, "参数 @ 不是对象", e->name[0]); return s->e; }
		r->slot = s->e->slot;
		r->n = s->e->n + e->n - 1;
		r->name = arena_newn(m->a, struct str, r->n ? r->n : 1);
		if (s->e->n) memcpy(r->name, s->e->name, s->e->n * sizeof *r->name);
		memcpy(r->name + s->e->n, e->name + 1, (e->n - 1) * sizeof *r->name);
		shape = s->e->shape;
		used = s->e->n;
	} else if (s) {
		r->slot = s->slot;
		r->n = e->n - 1;
		r->name = e->name + 1;
		shape = s->shape;
	} else {
		r->slot = -1;
	}
	for (uint32_t i = used; i < r->n; i++) shape = shape_step(m, e, shape, r->name[i]);
	r->shape = shape;
	r->hint = arena_newn(m->a, uint16_t, r->n ? r->n : 1);
	return r;
}

static struct ex *resolve(struct em *m, const struct ex *e, const struct scope *sc, uint32_t depth)
{
	if (depth > TPL_DEPTH * 2) {
		complain(m, e->line, e->col, "表达式嵌套过深@", S(""));
		return literal(m, e, NULL);
	}
	if (e->kind == EX_PATH) return resolve_path(m, e, sc);
	struct ex *r = arena_copy(m->a, e, sizeof *e);
	if (e->a) r->a = resolve(m, e->a, sc, depth + 1);
	if (e->b) r->b = resolve(m, e->b, sc, depth + 1);
	bool la = r->a && r->a->kind == EX_LIT, lb = r->b && r->b->kind == EX_LIT;
	switch (e->kind) {
	case EX_WORD:
		check_word(m, e, e->text);
		r->shape = leaf(m, "text");
		break;
	case EX_NOT:
		if (la) return literal(m, e, json_bool(m->a, !lit_truth(r->a->lit)));
		break;
	case EX_AND:
		if (la) return lit_truth(r->a->lit) ? r->b : r->a;
		break;
	case EX_OR:
		if (la) return lit_truth(r->a->lit) ? r->a : r->b;
		break;
	case EX_EQ:
	case EX_NE:
		if (la && lb) {
			bool eq = r->a->lit && r->b->lit ? json_equal(r->a->lit, r->b->lit) : r->a->lit == r->b->lit;
			return literal(m, e, json_bool(m->a, eq == (e->kind == EX_EQ)));
		}
		const struct json *s = r->a->shape;
		if (s && s->type == JSON_STRING && str_starts(s->text, S("one of ")) && lb && r->b->lit
			&& r->b->lit->type == JSON_STRING) {
			struct str rest = str_from(s->text, 7), v;
			bool hit = !r->b->lit->text.n;
			while (!hit && rest.p) v = str_trim(str_cut(&rest, S(","))), hit = str_eq(v, r->b->lit->text);
			if (!hit) complain(m, e->line, e->col, "这个字段没有值 @", r->b->lit->text);
		}
		break;
	case EX_FILTER:
		if (e->filter == F_DEFAULT && la)
			return lit_truth(r->a->lit) ? r->a : literal(m, e, json_str(m->a, e->text));
		const struct json *in = r->a->shape;
		bool takes_all = e->filter == F_COUNT || e->filter == F_JOIN || e->filter == F_SVG
			|| e->filter == F_LEFT || e->filter == F_LEFT_SHORT || e->filter == F_DAYSPAN
			|| e->filter == F_UNIT || e->filter == F_DEFAULT;
		if (in && in->type != JSON_STRING && !takes_all)
			complain(m, e->line, e->col, "过滤器 @ 不能用于对象或列表", str_of(filter_names[e->filter]));
		if (e->filter == F_WORD && m->o->words) {
			if (la && r->a->lit)
				check_word(m, e, str_fmt(m->a, STR_FMT STR_FMT, STR_ARG(e->text), STR_ARG(r->a->lit->text)));
			else if (in && in->type == JSON_STRING && str_starts(in->text, S("one of "))) {
				struct str rest = str_from(in->text, 7);
				while (rest.p) {
					struct str v = str_trim(str_cut(&rest, S(",")));
					check_word(m, e, str_fmt(m->a, STR_FMT STR_FMT, STR_ARG(e->text), STR_ARG(v)));
				}
			}
		}
		r->shape = leaf(m, e->filter == F_COUNT ? "number" : "text");
		break;
	default: break;
	}
	return r;
}

// -- nodes -------------------------------------------------------------------------------------
static void emit(struct em *m, struct node *n, const struct scope *sc, uint32_t depth);

static void place(struct em *m, const struct node *n) { m->line = n->line, m->col = n->col; }

// The escaping for a value that stands here; false when none may.
static bool escape_here(struct em *m, const struct node *n, enum escape *esc)
{
	struct html *h = &m->h;
	if (m->o->plain) { *esc = ESC_PLAIN; return true; }
	switch (h->state) {
	case H_TEXT: *esc = ESC_TEXT; return true;
	case H_RCDATA:
		*esc = ESC_TEXT;
		if (!str_is(h->stack[h->depth - 1], "script")) return true;
		complain(m, n->line, n->col, "不允许内联脚本@", S(""));
		return false;
	case H_DQ:
	case H_SQ:
		// {{ page.base }}{{ href }}: behind nothing but values, a whole path may follow; behind text, only a part.
		*esc = !h->url ? ESC_ATTR : h->url_static ? ESC_URL_PART : h->url_started ? ESC_URL_TAIL : ESC_URL;
		// /en{{ path }}: a path may also follow a prefix that is no directory, query or fragment.
		struct str fixed = buf_str(&m->value);
		if (*esc == ESC_URL_PART && !h->dynamic && str_find(fixed, S("?")) < 0 && str_find(fixed,
			S("#")) < 0 && !str_ends(fixed, S("/"))) *esc = ESC_URL_JOIN;
		if (h->url && h->url_started && !h->dynamic && !tpl_url_ok(buf_str(&m->value)))
			complain(m, n->line, n->col, "网址的开头不被允许：@", buf_str(&m->value));
		return true;
	case H_BEFORE_VALUE:
		complain(m, n->line, n->col, "属性值没有加引号：@", h->attr);
		h->state = H_TAG;
		return false;
	case H_COMMENT: return false;
	default:
		complain(m, n->line, n->col, "值只能放在正文或加引号的属性值里@", S(""));
		return false;
	}
}

static void wrote_value(struct em *m)
{
	m->h.last_ws = false;
	m->h.url_started = m->h.dynamic = true;
}

static void emit_out(struct em *m, struct node *n, const struct scope *sc)
{
	enum escape esc;
	struct ex *e = resolve(m, n->e, sc, 0);
	if (!escape_here(m, n, &esc)) return;
	if (e->kind == EX_FILTER && e->filter == F_SVG) {
		if (esc != ESC_TEXT || m->h.state != H_TEXT) complain(m, n->line, n->col, "svg 只能放在正文里@", S(""));
		op_add(m, OP_SVG)->e = e->a;
		wrote_value(m);
		return;
	}
	if (e->shape && e->shape->type != JSON_STRING)
		complain(m, n->line, n->col, "对象或列表不能直接输出@", S(""));
	if (e->kind == EX_LIT) {
		struct str v = e->lit && (e->lit->type == JSON_STRING || e->lit->type == JSON_NUMBER)
			? e->lit->text : S("");
		if (esc == ESC_URL && !tpl_url_ok(v)) complain(m, n->line, n->col, "网址的开头不被允许：@", v);
		struct buf b = buf_new(m->a);
		tpl_escape(&b, esc, v);
		feed(m, buf_str(&b));
		return;
	}
	struct op *o = op_add(m, OP_OUT);
	o->e = e, o->esc = (uint8_t)esc;
	wrote_value(m);
}

static void emit_t(struct em *m, struct node *n, const struct scope *sc)
{
	enum escape esc;
	struct ex at = { .line = n->line, .col = n->col };
	check_word(m, &at, n->text);
	if (!escape_here(m, n, &esc)) return;
	if (esc >= ESC_URL && esc <= ESC_URL_PART) {
		complain(m, n->line, n->col, "网址里不能放文字：@", n->text);
		return;
	}
	struct arg *args = arena_newn(m->a, struct arg, n->nargs ? n->nargs : 1);
	for (uint32_t i = 0; i < n->nargs; i++) args[i] = n->args[i], args[i].e = resolve(m, n->args[i].e, sc, 0);
	struct op *o = op_add(m, OP_T);
	o->key = n->text, o->esc = (uint8_t)esc, o->args = args, o->nargs = n->nargs;
	wrote_value(m);
}

static void emit_if(struct em *m, struct node *n, const struct scope *sc, uint32_t depth)
{
	struct ex *c = resolve(m, n->e, sc, 0);
	if (c->kind == EX_LIT) {        // known now: a part's literal argument decides, the other branch is not there
		emit(m, lit_truth(c->lit) ? n->body : n->other, sc, depth + 1);
		return;
	}
	if (!m->o->plain && m->h.state != H_TEXT) settle(m);
	struct html before = m->h;
	struct buf value = m->value;
	size_t first_id = m->nids, at = m->t->n;
	op_add(m, OP_UNLESS)->e = c;
	m->barrier = m->t->n;
	emit(m, n->body, sc, depth + 1);
	if (m->h.state != H_TEXT) settle(m);
	struct html after = m->h;
	if (!n->has_other) {
		m->t->op[at].a = label_here(m);
		join(m, &before, n);
		return;
	}
	size_t jump = m->t->n, mid = m->nids;
	op_add(m, OP_JUMP);
	m->t->op[at].a = label_here(m);
	m->h = before;
	m->value = value;
	for (size_t i = first_id; i < mid; i++) m->id[i].hidden++;
	emit(m, n->other, sc, depth + 1);
	for (size_t i = first_id; i < mid; i++) m->id[i].hidden--;
	if (m->h.state != H_TEXT) settle(m);
	m->t->op[jump].a = label_here(m);
	join(m, &after, n);
}

static void emit_for(struct em *m, struct node *n, const struct scope *sc, uint32_t depth)
{
	struct ex *list = resolve(m, n->e, sc, 0);
	if (list->shape && list->shape->type == JSON_OBJECT) complain(m, n->line, n->col, "for 需要列表@", S(""));
	if (list->shape && list->shape->type == JSON_STRING && !str_is(list->shape->text, "any"))
		complain(m, n->line, n->col, "for 需要列表@", S(""));
	if (m->slots >= TPL_SLOTS) { complain(m, n->line, n->col, "循环嵌套过深@", S("")); return; }
	if (!m->o->plain && m->h.state != H_TEXT) settle(m);
	struct scope s = { .name = n->text, .slot = (int16_t)m->slots++, .loop = true, .up = sc };
	if (list->shape && list->shape->type == JSON_ARRAY && list->shape->n) s.shape = list->shape->item[0];
	struct html before = m->h;
	size_t at = m->t->n, first_id = m->nids;
	struct op *o = op_add(m, OP_FOR);
	o->e = list, o->slot = s.slot;
	uint32_t top = label_here(m);
	m->loops++;
	m->h.last_ws = false;
	emit(m, n->body, &s, depth + 1);
	m->loops--, m->slots--;
	if (m->h.state != H_TEXT) settle(m);
	if (!m->o->plain && !same_place(&m->h, &before))
		complain(m, n->line, n->col, "循环体结束时 HTML 停在不同的位置（有未关闭的标签或引号）@", S(""));
	o = op_add(m, OP_NEXT);
	o->slot = s.slot, o->a = top;
	struct html after = m->h;
	m->t->op[at].b = label_here(m);           // leaves the loop
	m->t->op[at].a = m->t->op[at].b;          // empty list: the else part
	if (!n->has_other) { join(m, &before, n); return; }
	size_t jump = m->t->n, mid = m->nids;
	op_add(m, OP_JUMP);
	m->t->op[at].a = label_here(m);
	m->h = before;
	for (size_t i = first_id; i < mid; i++) m->id[i].hidden++;
	emit(m, n->other, sc, depth + 1);
	for (size_t i = first_id; i < mid; i++) m->id[i].hidden--;
	if (m->h.state != H_TEXT) settle(m);
	m->t->op[jump].a = label_here(m);
	join(m, &after, n);
}

static bool load(struct em *m, const struct node *n, struct node **nodes, struct str *file)
{
	struct str text;
	const struct tpl_loader *l = m->o->loader;
	for (size_t i = 0; i < m->nseen; i++)
		if (str_eq(m->seen[i].name, n->text)) {
			*nodes = m->seen[i].nodes, *file = m->seen[i].file;
			return true;
		}
	if (!l || !l->load || !l->load(l->ctx, m->a, n->text, &text, file)) {
		complain(m, n->line, n->col, "找不到模板 @", n->text);
		return false;
	}
	struct err *e = tpl_parse(m->a, *file, text, nodes);
	err_add(&m->errs, e);
	if (!e) *vec_push(m->a, m->seen, m->nseen, m->seen_cap) = (struct loaded){ n->text, *file, *nodes };
	return !e;
}

static void emit_include(struct em *m, struct node *n, const struct scope *sc, uint32_t depth)
{
	struct node *nodes;
	struct str file, outer = m->file;
	if (m->includes >= TPL_INCLUDES) { complain(m, n->line, n->col, "包含过深或循环包含：@", n->text); return; }
	if (!load(m, n, &nodes, &file)) return;
	struct node *params = nodes;
	while (params && params->kind == N_TEXT && !str_trim(params->text).n) params = params->next;
	if (params && params->kind != N_PARAMS) params = NULL;
	struct scope *in = arena_new1(m->a, struct scope);
	in->wall = true, in->up = sc;
	for (uint32_t i = 0; params && i < params->nargs; i++) {
		struct arg *p = &params->args[i], *given = NULL;
		for (uint32_t k = 0; k < n->nargs; k++)
			if (str_eq(n->args[k].name, p->name)) given = &n->args[k];
		struct scope *s = arena_new1(m->a, struct scope);
		s->name = p->name, s->up = in;
		struct ex none = { .line = n->line, .col = n->col };
		s->e = given ? resolve(m, given->e, sc, 0) : p->e ? resolve(m, p->e, NULL, 0) : literal(m, &none, NULL);
		in = s;
	}
	for (uint32_t k = 0; k < n->nargs; k++) {
		bool known = false;
		for (uint32_t i = 0; params && i < params->nargs; i++)
			known |= str_eq(n->args[k].name, params->args[i].name);
		if (!known) complain(m, n->args[k].line, n->args[k].col, "模板不接受参数 @", n->args[k].name);
	}
	m->file = file;
	m->includes++;
	emit(m, params ? params->next : nodes, in, depth + 1);
	m->includes--;
	m->file = outer;
}

static void emit_block(struct em *m, struct node *n, const struct scope *sc, uint32_t depth)
{
	struct override *over = NULL;
	for (size_t i = 0; !over && i < m->nover; i++)
		if (str_eq(m->over[i].name, n->text)) over = &m->over[i];
	bool addressable = !m->loops && m->h.state == H_TEXT;
	uint32_t from = label_here(m);
	if (addressable) m->h.last_ws = false;
	if (over) {
		struct str outer = m->file;
		struct override mine = *over;
		over->name = S("");             // a block inside its own override would never end
		m->file = mine.file;
		emit(m, mine.nodes, sc, depth + 1);
		m->file = outer;
		over->name = mine.name;
	} else {
		emit(m, n->body, sc, depth + 1);
	}
	struct tpl *t = m->t;
	if (addressable && m->h.state == H_TEXT)
		*vec_push(m->a, t->block, t->nblocks, t->blocks_cap) = (struct block_at){ n->text, from,
			label_here(m) };
}

static void emit(struct em *m, struct node *n, const struct scope *sc, uint32_t depth)
{
	if (depth > TPL_DEPTH * 4) { complain(m, m->line, m->col, "模板嵌套过深@", S("")); return; }
	for (; n; n = n->next) {
		if (m->t->n > TPL_NODES * 2) {
			if (m->total < 100) m->total = 100, complain(m, n->line, n->col, "模板展开后过长@", S(""));
			return;
		}
		place(m, n);
		switch (n->kind) {
		case N_TEXT: feed(m, n->text); break;
		case N_OUT: emit_out(m, n, sc); break;
		case N_T: emit_t(m, n, sc); break;
		case N_IF: emit_if(m, n, sc, depth); break;
		case N_FOR: emit_for(m, n, sc, depth); break;
		case N_INCLUDE: emit_include(m, n, sc, depth); break;
		case N_BLOCK: emit_block(m, n, sc, depth); break;
		case N_ASSET: {
			struct str path;
			const struct tpl_loader *l = m->o->loader;
			if (!l || !l->asset || !l->asset(l->ctx, m->a, n->text, &path))
				complain(m, n->line, n->col, "没有这个资源：@", n->text);
			else feed(m, path);
			break;
		}
		case N_LAYOUT: complain(m, n->line, n->col, "layout 只能放在模板开头@", S("")); break;
		case N_PARAMS: complain(m, n->line, n->col, "params 只能放在被包含模板的开头@", S("")); break;
		}
	}
}

// Follows layout tags upward; what a page says of a block wins over what its layout says.
static struct node *layouts(struct em *m, struct node *nodes)
{
	for (int hops = 0;; hops++) {
		struct node *n = nodes;
		while (n && n->kind == N_TEXT && !str_trim(n->text).n) n = n->next;
		if (!n || n->kind != N_LAYOUT) return nodes;
		for (struct node *c = n->next; c; c = c->next) {
			if (c->kind == N_TEXT && !str_trim(c->text).n) continue;
			if (c->kind != N_BLOCK) {
				complain(m, c->line, c->col, "有 layout 的模板只能由 block 组成@", S(""));
				continue;
			}
			*vec_push(m->a, m->over, m->nover, m->over_cap) = (struct override){ c->text, m->file, c->body };
		}
		struct str file;
		if (hops >= 8) { complain(m, n->line, n->col, "layout 过深或循环：@", n->text); return NULL; }
		if (!load(m, n, &nodes, &file)) return NULL;
		m->file = file;
	}
}

struct err *tpl_compile(struct arena *a, struct str name, struct str file, struct str text,
	const struct tpl_options *o, struct tpl **out)
{
	static const struct tpl_options none = { 0 };
	struct em m = { .a = a, .o = o ? o : &none, .file = file.n ? file : name, .t = arena_new1(a, struct tpl) };
	m.name = m.value = buf_new(a);
	struct node *nodes = NULL;
	*out = NULL;
	struct err *e = tpl_parse(a, m.file, text, &nodes);
	if (e) return e;
	m.line = m.col = 1;
	struct node *top = layouts(&m, nodes);
	emit(&m, top, NULL, 0);
	if (!m.o->plain && !m.errs) {
		if (m.h.state != H_TEXT) complain(&m, m.line, m.col, "模板结束时标签、注释或引号没有合上@", S(""));
		else if (m.h.depth) complain(&m, m.line, m.col, "元素没有关闭：@", m.h.stack[m.h.depth - 1]);
	}
	if (m.errs) return m.errs;
	*out = m.t;
	return NULL;
}
