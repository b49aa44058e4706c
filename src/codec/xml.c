// xml.c — expat into an arena tree; writing with namespaces declared where they are needed.
#include "codec/xml.h"

#include <expat.h>

enum { DEFAULT_BYTES = 4 << 20, DEFAULT_DEPTH = 100, DEFAULT_NODES = 200000, SLICE = 1 << 20 };

// Between the parts of a name that expat hands over; no XML 1.0 document can hold this character.
#define PART '\x1f'

struct reader {
	struct arena *a;
	XML_Parser expat;
	struct xml_limits max;
	uint32_t depth, nodes;
	struct xml *root, *open;
	struct buf text;                      // the text node being read
	uint32_t text_line, text_col;
	struct xml_attr *decl;                // declarations of the element that comes next
	size_t decls, decl_cap;
	struct err *err;
};

static struct err *here(struct reader *r, enum err_code code, struct str arg)
{
	uint32_t line = (uint32_t)XML_GetCurrentLineNumber(r->expat);
	uint32_t col = (uint32_t)XML_GetCurrentColumnNumber(r->expat) + 1;
	return err_at(r->a, code, S(""), line, col, arg);
}

// Whoever draws knows an element by its id: that of the one being read, else of the nearest around it.
static struct str id_here(struct reader *r, const char **attr)
{
	for (; attr && *attr; attr += 2)
		if (!strcmp(attr[0], "id")) return str_copy(r->a, str_of(attr[1]));
	for (struct xml *x = r->open; x; x = x->parent) {
		struct str id = xml_attr(x, S("id"));
		if (id.n) return id;
	}
	return S("");
}

// What people get wrong in a file, in Chinese; the parser itself says it in English.
static const char *in_chinese(enum XML_Error why)
{
	switch (why) {
	case XML_ERROR_NO_ELEMENTS: return "没有内容，或没有写完";
	case XML_ERROR_UNCLOSED_TOKEN: case XML_ERROR_UNCLOSED_CDATA_SECTION: return "标记没有结束";
	case XML_ERROR_TAG_MISMATCH: return "开始标记与结束标记不一致";
	case XML_ERROR_DUPLICATE_ATTRIBUTE: return "同一元素的属性重复";
	case XML_ERROR_JUNK_AFTER_DOC_ELEMENT: return "根元素之后还有内容";
	case XML_ERROR_UNDEFINED_ENTITY: return "引用了没有定义的实体";
	case XML_ERROR_PARTIAL_CHAR: case XML_ERROR_UNKNOWN_ENCODING: case XML_ERROR_INCORRECT_ENCODING: return "文字编码不对";
	case XML_ERROR_UNBOUND_PREFIX: return "前缀没有声明命名空间";
	default: return "不是规范的 XML";
	}
}

static void stop(struct reader *r, enum err_code code, struct str arg, const char **attr)
{
	if (r->err) return;
	r->err = here(r, code, arg);
	r->err->field = id_here(r, attr);
	XML_StopParser(r->expat, XML_FALSE);
}

static bool count(struct reader *r, uint32_t n, const char **attr)
{
	r->nodes += n;
	if (r->nodes <= r->max.nodes && !arena_over(r->a)) return true;
	stop(r, E_BUDGET, str_fmt(r->a, "XML, %u", r->max.nodes), attr);
	return false;
}

void xml_append(struct xml *parent, struct xml *child)
{
	CHECK(!child->parent && !xml_is_text(parent));
	child->parent = parent;
	if (parent->last) parent->last->next = child;
	else parent->first = child;
	parent->last = child;
}

static void flush_text(struct reader *r)
{
	if (!r->text.n) return;
	if (r->open && count(r, 1, NULL)) {
		struct xml *t = arena_new1(r->a, struct xml);
		t->text = str_copy(r->a, buf_str(&r->text));
		t->line = r->text_line;
		t->col = r->text_col;
		xml_append(r->open, t);
	}
	r->text.n = 0;
}

static void name_parts(struct reader *r, const char *whole, struct str *ns, struct str *name,
	struct str *prefix)
{
	struct str rest = str_copy(r->a, str_of(whole)), sep = {(const char[]){PART}, 1};
	*ns = *prefix = S("");
	*name = str_cut(&rest, sep);
	if (!rest.p) return;
	*ns = *name;
	*name = str_cut(&rest, sep);
	if (rest.p) *prefix = rest;
}

static void on_namespace(void *data, const char *prefix, const char *uri)
{
	struct reader *r = data;
	if (r->err || !count(r, 1, NULL)) return;
	struct xml_attr *d = vec_push(r->a, r->decl, r->decls, r->decl_cap);
	d->name = str_copy(r->a, str_of(prefix));
	d->value = str_copy(r->a, str_of(uri));
}

static void on_start(void *data, const char *name, const char **attr)
{
	struct reader *r = data;
	if (r->err) return;
	flush_text(r);
	if (++r->depth > r->max.depth) {
		stop(r, E_TOO_DEEP, str_fmt(r->a, "%u", r->max.depth), attr);
		return;
	}
	uint32_t attrs = 0;
	while (attr[attrs * 2]) attrs++;
	if (!count(r, 1 + attrs, attr)) return;
	struct xml *e = arena_new1(r->a, struct xml);
	name_parts(r, name, &e->ns, &e->name, &e->prefix);
	e->line = (uint32_t)XML_GetCurrentLineNumber(r->expat);
	e->col = (uint32_t)XML_GetCurrentColumnNumber(r->expat) + 1;
	e->attrs = attrs;
	if (attrs) e->attr = arena_newn(r->a, struct xml_attr, attrs);
	for (uint32_t i = 0; i < attrs; i++) {
		struct xml_attr *t = &e->attr[i];
		name_parts(r, attr[i * 2], &t->ns, &t->name, &t->prefix);
		t->value = str_copy(r->a, str_of(attr[i * 2 + 1]));
	}
	e->decl = r->decl;
	e->decls = (uint32_t)r->decls;
	r->decl = NULL;
	r->decls = r->decl_cap = 0;
	if (r->open) xml_append(r->open, e);
	else r->root = e;
	r->open = e;
}

static void on_end(void *data, const char *name)
{
	struct reader *r = data;
	if (r->err) return;
	flush_text(r);
	r->depth--;
	r->open = r->open->parent;
}

static void on_text(void *data, const char *s, int n)
{
	struct reader *r = data;
	if (r->err || !r->open) return;
	if (!r->text.n) {
		r->text_line = (uint32_t)XML_GetCurrentLineNumber(r->expat);
		r->text_col = (uint32_t)XML_GetCurrentColumnNumber(r->expat) + 1;
	}
	buf_add(&r->text, (struct str){s, (size_t)n});
}

static void on_doctype(void *data, const char *name, const char *sysid, const char *pubid, int internal)
{
	stop(data, E_NOT_ALLOWED_HERE, S("DOCTYPE"), NULL);
}

static void read_all(struct reader *r, struct str text)
{
	XML_SetUserData(r->expat, r);
	XML_SetReturnNSTriplet(r->expat, 1);
	XML_SetElementHandler(r->expat, on_start, on_end);
	XML_SetCharacterDataHandler(r->expat, on_text);
	XML_SetStartNamespaceDeclHandler(r->expat, on_namespace);
	XML_SetStartDoctypeDeclHandler(r->expat, on_doctype);
	size_t at = 0;
	enum XML_Status ok;
	do {
		size_t n = text.n - at < SLICE ? text.n - at : SLICE;
		ok = XML_Parse(r->expat, text.p + at, (int)n, at + n == text.n);
		at += n;
	} while (ok == XML_STATUS_OK && at < text.n);
	if (ok == XML_STATUS_OK || r->err) return;
	enum XML_Error why = XML_GetErrorCode(r->expat);
	bool wide = text.n > 1 && (unsigned char)text.p[0] >= 0xfe;
	if (why == XML_ERROR_INVALID_TOKEN && !wide && !utf8_valid(text)) {
		r->err = here(r, E_UTF8, S(""));
		return;
	}
	r->err = here(r, E_XML, S(""));
	r->err->arg[0] = str_fmt(r->a, "%u:%u", r->err->line, r->err->col);
	r->err->arg[1] = str_of(XML_ErrorString(why));
	r->err->arg[2] = str_of(in_chinese(why));
}

struct err *xml_parse(struct arena *a, struct str text, struct xml_limits max, struct xml **root)
{
	if (!max.bytes) max.bytes = DEFAULT_BYTES;
	if (!max.depth) max.depth = DEFAULT_DEPTH;
	if (!max.nodes) max.nodes = DEFAULT_NODES;
	if (text.n > max.bytes) return err_arg(a, E_TOO_BIG, str_fmt(a, "%zu B", max.bytes));
	if (!text.p) text.p = "";
	bool wide = text.n > 1 && ((text.p[0] == '\xff' && text.p[1] == '\xfe') ||
		(text.p[0] == '\xfe' && text.p[1] == '\xff'));
	struct reader r = {.a = a, .max = max, .text = buf_new(a)};
	// The encoding is ours to say: a declaration cannot smuggle in another one.
	r.expat = XML_ParserCreateNS(wide ? "UTF-16" : "UTF-8", PART);
	CHECK(r.expat);
	read_all(&r, text);
	XML_ParserFree(r.expat);
	*root = r.err ? NULL : r.root;
	return r.err;
}

bool xml_is_text(const struct xml *e)
{
	return e && !e->name.p;
}

bool xml_is(const struct xml *e, struct str ns, struct str name)
{
	return e && e->name.p && str_eq(e->name, name) && (!ns.p || str_eq(e->ns, ns));
}

static struct xml *from(struct xml *e, struct str ns, struct str name)
{
	while (e && !xml_is(e, ns, name)) e = e->next;
	return e;
}

struct xml *xml_child(const struct xml *e, struct str ns, struct str name)
{
	return e ? from(e->first, ns, name) : NULL;
}

struct xml *xml_next(const struct xml *e, struct str ns, struct str name)
{
	return e ? from(e->next, ns, name) : NULL;
}

static struct xml *element(struct xml *e)
{
	while (xml_is_text(e)) e = e->next;
	return e;
}

struct xml *xml_first_element(const struct xml *e)
{
	return e ? element(e->first) : NULL;
}

struct xml *xml_next_element(const struct xml *e)
{
	return e ? element(e->next) : NULL;
}

struct str xml_attr_ns(const struct xml *e, struct str ns, struct str name)
{
	for (uint32_t i = 0; e && i < e->attrs; i++)
		if (str_eq(e->attr[i].name, name) && str_eq(e->attr[i].ns, ns)) return e->attr[i].value;
	return (struct str){0};
}

struct str xml_attr(const struct xml *e, struct str name)
{
	return xml_attr_ns(e, S(""), name);
}

static void gather(struct buf *b, const struct xml *e)
{
	if (xml_is_text(e)) buf_add(b, e->text);
	else
		for (const struct xml *c = e->first; c; c = c->next) gather(b, c);
}

struct str xml_text(struct arena *a, const struct xml *e)
{
	if (!e) return S("");
	if (xml_is_text(e)) return e->text;
	if (e->first && e->first == e->last && xml_is_text(e->first)) return e->first->text;
	struct buf b = buf_new(a);
	gather(&b, e);
	return buf_str(&b);
}

struct str xml_child_text(struct arena *a, const struct xml *e, struct str ns, struct str name)
{
	struct xml *c = xml_child(e, ns, name);
	if (!c) return (struct str){0};
	return str_trim(xml_text(a, c));
}

struct xml *xml_new(struct arena *a, struct str ns, struct str prefix, struct str name)
{
	CHECK(name.n && (ns.n || !prefix.n));
	struct xml *e = arena_new1(a, struct xml);
	e->ns = ns;
	e->prefix = prefix;
	e->name = name;
	return e;
}

struct xml *xml_add(struct arena *a, struct xml *parent, struct str name)
{
	struct xml *e = xml_new(a, parent->ns, parent->prefix, name);
	xml_append(parent, e);
	return e;
}

void xml_put_ns(struct arena *a, struct xml *e, struct str ns, struct str prefix, struct str name,
	struct str value)
{
	CHECK(name.n && !ns.n == !prefix.n);
	for (uint32_t i = 0; i < e->attrs; i++) {
		if (str_eq(e->attr[i].name, name) && str_eq(e->attr[i].ns, ns)) {
			e->attr[i].value = value;
			return;
		}
	}
	struct xml_attr *more = arena_newn(a, struct xml_attr, e->attrs + 1);
	if (e->attrs) memcpy(more, e->attr, e->attrs * sizeof *more);
	more[e->attrs++] = (struct xml_attr){.ns = ns, .name = name, .prefix = prefix, .value = value};
	e->attr = more;
}

void xml_put(struct arena *a, struct xml *e, struct str name, struct str value)
{
	xml_put_ns(a, e, S(""), S(""), name, value);
}

void xml_put_text(struct arena *a, struct xml *e, struct str text)
{
	struct xml *t = arena_new1(a, struct xml);
	t->text = text;
	xml_append(e, t);
}

void xml_escape(struct buf *b, struct str s, bool attribute)
{
	size_t done = 0;
	for (size_t i = 0; i < s.n;) {
		size_t start = i;
		unsigned char c = (unsigned char)s.p[i];
		const char *as = NULL;
		if (c == '&') as = "&amp;";
		else if (c == '<') as = "&lt;";
		else if (c == '>') as = "&gt;";
		else if (c == '\r') as = "&#13;";
		else if (attribute && c == '"') as = "&quot;";
		else if (attribute && c == '\n') as = "&#10;";
		else if (attribute && c == '\t') as = "&#9;";
		else if (c < 0x20 && c != '\n' && c != '\t') as = "\xef\xbf\xbd";
		if (c < 0x80) {
			i++;
		} else {
			uint32_t cp = utf8_next(s, &i);
			if (cp == 0xfffe || cp == 0xffff || (cp == 0xfffd && i - start == 1))
				as = "\xef\xbf\xbd";
		}
		if (!as) continue;
		buf_add(b, str_part(s, done, start - done));
		buf_add(b, str_of(as));
		done = i;
	}
	buf_add(b, str_from(s, done));
}

// The prefixes bound where the writer stands.
struct scope {
	struct arena *a;
	struct xml_attr *bound;     // name = prefix, value = URI; the last one counts
	size_t n, cap;
};

static struct str meaning(const struct scope *s, struct str prefix)
{
	for (size_t i = s->n; i-- > 0;)
		if (str_eq(s->bound[i].name, prefix)) return s->bound[i].value;
	return str_is(prefix, "xml") ? S("http://www.w3.org/XML/1998/namespace") : S("");
}

// Declares prefix as ns on this element (whose own declarations begin at `own`), if it is not so already.
static void bind(struct buf *b, struct scope *s, size_t own, struct str prefix, struct str ns)
{
	if (str_eq(meaning(s, prefix), ns)) return;
	for (size_t i = own; i < s->n; i++) CHECK(!str_eq(s->bound[i].name, prefix));
	struct xml_attr *d = vec_push(s->a, s->bound, s->n, s->cap);
	d->name = prefix;
	d->value = ns;
	buf_lit(b, " xmlns");
	if (prefix.n) {
		buf_byte(b, ':');
		buf_add(b, prefix);
	}
	buf_lit(b, "=\"");
	xml_escape(b, ns, true);
	buf_byte(b, '"');
}

static void put_name(struct buf *b, struct str prefix, struct str name)
{
	if (prefix.n) {
		buf_add(b, prefix);
		buf_byte(b, ':');
	}
	buf_add(b, name);
}

static bool holds_text(const struct xml *e)
{
	for (const struct xml *c = e->first; c; c = c->next)
		if (xml_is_text(c) && str_trim(c->text).n) return true;
	return false;
}

static void print(struct buf *b, struct scope *s, const struct xml *e, int indent)   // indent < 0: as it is
{
	if (xml_is_text(e)) {
		xml_escape(b, e->text, false);
		return;
	}
	size_t own = s->n;
	buf_byte(b, '<');
	put_name(b, e->prefix, e->name);
	for (uint32_t i = 0; i < e->decls; i++) bind(b, s, own, e->decl[i].name, e->decl[i].value);
	bind(b, s, own, e->prefix, e->ns);
	for (uint32_t i = 0; i < e->attrs; i++)
		if (e->attr[i].ns.n) bind(b, s, own, e->attr[i].prefix, e->attr[i].ns);
	for (uint32_t i = 0; i < e->attrs; i++) {
		buf_byte(b, ' ');
		put_name(b, e->attr[i].prefix, e->attr[i].name);
		buf_lit(b, "=\"");
		xml_escape(b, e->attr[i].value, true);
		buf_byte(b, '"');
	}
	bool inside = indent >= 0 && !holds_text(e);
	bool any = inside ? xml_first_element(e) : e->first;
	if (!any) {
		buf_lit(b, "/>");
	} else {
		buf_byte(b, '>');
		for (const struct xml *c = e->first; c; c = c->next) {
			if (inside && xml_is_text(c)) continue;
			if (inside) buf_fmt(b, "\n%*s", indent * 2 + 2, "");
			print(b, s, c, inside ? indent + 1 : -1);
		}
		if (inside) buf_fmt(b, "\n%*s", indent * 2, "");
		buf_lit(b, "</");
		put_name(b, e->prefix, e->name);
		buf_byte(b, '>');
	}
	s->n = own;
}

static void document(struct buf *b, const struct xml *e, int indent)
{
	struct scope s = {.a = b->a};
	buf_lit(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	print(b, &s, e, indent);
	buf_byte(b, '\n');
}

void xml_print(struct buf *b, const struct xml *e)
{
	document(b, e, -1);
}

void xml_print_pretty(struct buf *b, const struct xml *e)
{
	document(b, e, 0);
}
