// load.c — from XML to a compiled model: parts, items, requirements, logic. Bad models are refused
// with their place; mistakes that touch only one element become problems.
#include "dmn/load.h"
#include "codec/xml.h"

#define MAX_PROBLEMS 1000
#define WORK 400000000ull

static const char *const NS[] = {
	"https://www.omg.org/spec/DMN/20230324/MODEL/",      // 1.5
	"https://www.omg.org/spec/DMN/20211108/MODEL/",      // 1.4
	"https://www.omg.org/spec/DMN/20191111/MODEL/",      // 1.3
	"http://www.omg.org/spec/DMN/20180521/MODEL/",       // 1.2
	"http://www.omg.org/spec/DMN/20151101/dmn.xsd",      // 1.1
};

void dmn_problem(struct dmn_load *ld, const struct model_part *part, enum err_code code, uint32_t line, uint32_t col,
	struct str arg0, struct str arg1)
{
	if (ld->problems++ >= MAX_PROBLEMS) return;
	struct err *e = err_args(ld->arena, code, arg0, arg1, (struct str){0});
	e->file = part->file;
	e->line = line;
	e->col = col;
	*ld->problem_end = e;
	ld->problem_end = &e->next;
}

static struct err *refuse(struct dmn_load *ld, const struct model_part *part, enum err_code code, const struct xml *x,
	struct str arg0)
{
	struct err *e = err_args(ld->arena, code, arg0, (struct str){0}, (struct str){0});
	e->file = part->file;
	if (x) e->line = x->line, e->col = x->col;
	return e;
}

void dmn_load_over(struct dmn_load *ld, const struct model_part *part, uint32_t line, uint32_t col, struct str what)
{
	if (ld->fatal) return;
	ld->fatal = err_at(ld->arena, E_BUDGET, part->file, line, col, what);
}

struct dmn_code dmn_compile(struct dmn_load *ld, struct model_part *part, struct dmn_cell cell, enum feel_text_kind kind,
	const struct feel_scope *scope, const char *what)
{
	struct dmn_code code = {.line = cell.line, .col = cell.col};
	struct feel_expr *x = NULL;
	struct err *e = feel_compile(ld->arena, cell.text, kind, scope, &x);
	if (e) {
		code.broken = str_fmt(ld->arena, "%s: " STR_FMT, what, STR_ARG(err_text(ld->arena, e, true)));
		for (struct err *i = e; i; i = i->next) {
			i->col = i->line > 1 ? i->col : i->col && cell.col ? cell.col + i->col - 1 : cell.col;
			i->line = i->line && cell.line ? cell.line + i->line - 1 : cell.line;
			i->file = part->file;
		}
		if (ld->problems++ < MAX_PROBLEMS) {
			*ld->problem_end = e;
			while (*ld->problem_end) ld->problem_end = &(*ld->problem_end)->next;
		}
		return code;
	}
	const struct str *names;
	size_t n = feel_expr_unknown(x, &names);
	for (size_t i = 0; i < n; i++) dmn_problem(ld, part, E_DMN_NAME, cell.line, cell.col, names[i], cell.text);
	code.expr = x;
	if (kind == FEEL_EXPRESSION) code.constant = feel_expr_constant(x, &code.value);
	return code;
}

struct dmn_cell dmn_xml_cell(struct arena *a, const struct xml *parent, const char *child)
{
	struct xml *x = parent ? xml_child(parent, parent->ns, str_of(child)) : NULL;
	if (!x) return (struct dmn_cell){{0}, parent ? parent->line : 0, parent ? parent->col : 0};
	struct dmn_cell cell = {xml_text(a, x), x->line, x->col};
	if (x->first && xml_is_text(x->first) && x->first->line) cell.line = x->first->line, cell.col = x->first->col;
	return cell;
}

// ---- logic ----------------------------------------------------------------------------------

struct ctx {
	struct dmn_load *ld;
	struct model_part *part;
	const struct dmn_item *item;
	struct str name;                         // of what is being defined: the item or the context entry
	uint32_t *slots;
	uint32_t *names;                         // in all scopes of the item
	uint32_t chain;                          // scopes a name is looked for in
};

static void spend(struct ctx *c, uint64_t bytes, const struct xml *x)
{
	uint64_t n = bytes * (c->chain + 1);
	if (c->ld->work < n) dmn_load_over(c->ld, c->part, x->line, x->col, S("names in nested contexts"));
	else c->ld->work -= n;
}

static const struct { const char *name; enum logic_kind kind; } EXPRESSION[] = {
	{"literalExpression", LOGIC_LITERAL}, {"decisionTable", LOGIC_TABLE}, {"context", LOGIC_CONTEXT}, {"list", LOGIC_LIST},
	{"relation", LOGIC_RELATION}, {"invocation", LOGIC_INVOCATION}, {"functionDefinition", LOGIC_FUNCTION},
	{"conditional", LOGIC_CONDITIONAL}, {"for", LOGIC_FOR}, {"some", LOGIC_SOME}, {"every", LOGIC_EVERY},
	{"filter", LOGIC_FILTER},
};

static enum logic_kind kind_of(const struct xml *x)
{
	for (size_t i = 0; i < countof(EXPRESSION); i++)
		if (str_eq(x->name, str_of(EXPRESSION[i].name))) return EXPRESSION[i].kind;
	return LOGIC_NONE;
}

static const struct xml *next_expression(const struct xml *x, struct str ns)
{
	for (; x; x = x->next)
		if (!xml_is_text(x) && str_eq(x->ns, ns) && kind_of(x) != LOGIC_NONE) return x;
	return NULL;
}

static const struct dmn_logic *read_logic(struct ctx *, const struct xml *, struct feel_scope *);

static const struct dmn_logic *read_child(struct ctx *c, const struct xml *parent, struct feel_scope *scope)
{
	const struct xml *x = parent ? next_expression(parent->first, parent->ns) : NULL;
	if (x) return read_logic(c, x, scope);
	struct dmn_logic *l = arena_new1(c->ld->arena, struct dmn_logic);
	if (parent) l->line = parent->line, l->col = parent->col;
	return l;
}

static void note_slots(struct ctx *c, const struct feel_scope *scope)
{
	uint32_t n = feel_scope_slots(scope);
	if (n > *c->slots) *c->slots = n;
}

static uint32_t add_name(struct ctx *c, struct feel_scope *scope, struct str name, const struct feel_type *type)
{
	if (++*c->names > DMN_MAX_NAMES) {
		dmn_load_over(c->ld, c->part, c->item->line, c->item->col, S("names of one element"));
		return 0;
	}
	uint32_t slot = feel_scope_add(scope, name, type);
	note_slots(c, scope);
	return slot;
}

static const struct feel_type *type_attr(struct ctx *c, const struct xml *x)
{
	struct str ref = xml_attr(x, S("typeRef"));
	if (ref.n == 0) {                        // DMN 1.1: an element
		struct xml *e = xml_child(x, x->ns, S("typeRef"));
		if (e) ref = xml_text(c->ld->arena, e);
	}
	return ref.n ? dmn_type_ref(c->ld, c->part, ref, x->line, x->col) : NULL;
}

// What is known of a result, so that paths with spaces in member names are read rightly.
static const struct feel_type *logic_type(struct dmn_load *ld, const struct dmn_logic *l)
{
	if (!l || l->type) return l ? l->type : NULL;
	struct feel_type *t;
	switch (l->kind) {
	case LOGIC_LITERAL:
		return l->code.expr ? feel_expr_type(l->code.expr) : NULL;
	case LOGIC_CONTEXT:
		if (l->a) return logic_type(ld, l->a);
		// fall through
	case LOGIC_RELATION:
		t = arena_new1(ld->arena, struct feel_type);
		t->kind = FEEL_CONTEXT;
		t->n = l->n;
		struct feel_member *m = arena_newn(ld->arena, struct feel_member, l->n + 1);
		for (uint32_t i = 0; i < l->n; i++) {
			const struct logic_entry *e = &l->entry[i];
			m[i] = (struct feel_member){e->name, e->type ? e->type : e->value ? logic_type(ld, e->value) : NULL};
		}
		t->member = m;
		return l->kind == LOGIC_RELATION ? feel_type_list(ld->arena, t) : t;
	case LOGIC_LIST:
		return feel_type_list(ld->arena, l->n ? logic_type(ld, l->item[0]) : NULL);
	case LOGIC_FOR:
		return feel_type_list(ld->arena, logic_type(ld, l->b));
	case LOGIC_FILTER:
		return logic_type(ld, l->a);
	case LOGIC_SOME:
	case LOGIC_EVERY:
		return feel_type_of_kind(FEEL_BOOLEAN);
	default:
		return NULL;
	}
}

static const struct feel_type *element_type(struct dmn_load *ld, const struct dmn_logic *in)
{
	const struct feel_type *t = logic_type(ld, in);
	return t && t->kind == FEEL_LIST ? t->of : NULL;
}

static bool feel_language(struct ctx *c, const struct xml *x)
{
	struct str lang = xml_attr(x, S("expressionLanguage"));
	for (const struct xml *p = x; !lang.n && p; p = p->parent) lang = xml_attr(p, S("expressionLanguage"));
	return lang.n == 0 || str_find(str_lower_ascii(c->ld->arena, lang), S("feel")) >= 0
		|| str_find(lang, S("spec/DMN")) >= 0;
}

static void read_literal(struct ctx *c, const struct xml *x, struct feel_scope *scope, struct dmn_logic *l)
{
	struct dmn_cell cell = dmn_xml_cell(c->ld->arena, x, "text");
	l->code.line = cell.line;
	l->code.col = cell.col;
	if (!feel_language(c, x)) {
		dmn_problem(c->ld, c->part, E_UNSUPPORTED, x->line, x->col, xml_attr(x, S("expressionLanguage")), (struct str){0});
		l->code.broken = S("the expression is not written in FEEL");
	} else if (xml_child(x, x->ns, S("importedValues"))) {
		dmn_problem(c->ld, c->part, E_UNSUPPORTED, x->line, x->col, S("importedValues"), (struct str){0});
		l->code.broken = S("imported values are not supported");
	} else if (str_trim(cell.text).n == 0) {
		l->code.constant = true;
		l->code.value = feel_null();
	} else {
		spend(c, cell.text.n, x);
		if (c->ld->fatal) return;
		l->code = dmn_compile(c->ld, c->part, cell, FEEL_EXPRESSION, scope, "expression");
		note_slots(c, scope);
	}
}

static void read_context(struct ctx *c, const struct xml *x, struct feel_scope *outer, struct dmn_logic *l)
{
	struct arena *a = c->ld->arena;
	struct feel_scope *scope = feel_scope_new(a, outer);
	size_t n = 0, cap = 0;
	struct str name = c->name;
	uint32_t chain = c->chain++;
	for (const struct xml *e = xml_child(x, x->ns, S("contextEntry")); e && !c->ld->fatal; e = xml_next(e, x->ns, S("contextEntry"))) {
		struct xml *v = xml_child(e, x->ns, S("variable"));
		struct str key = v ? str_trim(xml_attr(v, S("name"))) : (struct str){0};
		if (!key.n) {
			if (l->a) dmn_problem(c->ld, c->part, E_DMN_RESULT_ENTRY, e->line, e->col, c->name, (struct str){0});
			l->a = read_child(c, e, scope);
			continue;
		}
		if (l->a) dmn_problem(c->ld, c->part, E_DMN_RESULT_ENTRY, e->line, e->col, c->name, (struct str){0});
		for (size_t i = 0; i < n; i++)
			if (str_eq(l->entry[i].name, key)) dmn_problem(c->ld, c->part, E_DUPLICATE_KEY, e->line, e->col, key, (struct str){0});
		c->name = key;
		const struct feel_type *type = type_attr(c, v);
		const struct dmn_logic *value = read_child(c, e, scope);
		c->name = name;
		// a scope that has children takes no more names: the next entries get one of their own
		if (value->kind != LOGIC_LITERAL && value->kind != LOGIC_TABLE && value->kind != LOGIC_NONE) {
			scope = feel_scope_new(a, scope);
			c->chain++;
		}
		uint32_t slot = add_name(c, scope, key, type ? type : logic_type(c->ld, value));
		*vec_push(a, l->entry, n, cap) = (struct logic_entry){key, slot, type, value};
		l->n = (uint32_t)n;
	}
	c->chain = chain;
}

static void read_list(struct ctx *c, const struct xml *x, struct feel_scope *scope, struct dmn_logic *l)
{
	size_t n = 0, cap = 0;
	for (const struct xml *e = next_expression(x->first, x->ns); e; e = next_expression(e->next, x->ns)) {
		const struct dmn_logic *v = read_logic(c, e, scope);
		*vec_push(c->ld->arena, l->item, n, cap) = v;
	}
	l->n = (uint32_t)n;
}

static void read_relation(struct ctx *c, const struct xml *x, struct feel_scope *scope, struct dmn_logic *l)
{
	struct arena *a = c->ld->arena;
	size_t n = 0, cap = 0, cells = 0, cell_cap = 0;
	for (const struct xml *e = xml_child(x, x->ns, S("column")); e; e = xml_next(e, x->ns, S("column"))) {
		const struct feel_type *type = type_attr(c, e);
		*vec_push(a, l->entry, n, cap) = (struct logic_entry){str_trim(xml_attr(e, S("name"))), 0, type, NULL};
	}
	l->n = (uint32_t)n;
	if (n > DMN_MAX_COLUMNS) {
		dmn_load_over(c->ld, c->part, x->line, x->col, S("columns of a relation"));
		return;
	}
	for (const struct xml *r = xml_child(x, x->ns, S("row")); r; r = xml_next(r, x->ns, S("row"))) {
		size_t m = 0;
		for (const struct xml *e = next_expression(r->first, x->ns); e; e = next_expression(e->next, x->ns), m++) {
			const struct dmn_logic *v = read_logic(c, e, scope);
			if (m < n) *vec_push(a, l->item, cells, cell_cap) = v;
		}
		if (m != n) {
			dmn_problem(c->ld, c->part, E_DMN_ROW, r->line, r->col, c->name, str_fmt(a, "%zu", n));
			for (; m < n; m++) *vec_push(a, l->item, cells, cell_cap) = arena_new1(a, struct dmn_logic);
		}
		l->rows++;
		if (cells > DMN_MAX_CELLS) {
			dmn_load_over(c->ld, c->part, x->line, x->col, S("cells of a relation"));
			return;
		}
	}
}

static void read_invocation(struct ctx *c, const struct xml *x, struct feel_scope *scope, struct dmn_logic *l)
{
	size_t n = 0, cap = 0;
	l->a = read_child(c, x, scope);
	for (const struct xml *b = xml_child(x, x->ns, S("binding")); b; b = xml_next(b, x->ns, S("binding"))) {
		struct xml *p = xml_child(b, x->ns, S("parameter"));
		struct str name = p ? str_trim(xml_attr(p, S("name"))) : (struct str){0};
		if (!name.n) dmn_problem(c->ld, c->part, E_DMN_MISSING, b->line, b->col, c->name, S("parameter"));
		const struct feel_type *type = p ? type_attr(c, p) : NULL;
		const struct dmn_logic *value = read_child(c, b, scope);
		*vec_push(c->ld->arena, l->entry, n, cap) = (struct logic_entry){name, 0, type, value};
	}
	l->n = (uint32_t)n;
}

// Parameters and body; the scope of the body is a child of the outer one.
static void read_function(struct ctx *c, const struct xml *x, struct feel_scope *outer, struct dmn_logic *l)
{
	struct arena *a = c->ld->arena;
	struct feel_scope *scope = feel_scope_new(a, outer);
	struct feel_param *param = NULL;
	size_t n = 0, cap = 0, m = 0, pcap = 0;
	uint32_t slots = 0;
	struct ctx in = *c;
	in.slots = &slots;
	in.chain++;
	l->outer = feel_scope_slots(outer);
	for (const struct xml *p = xml_child(x, x->ns, S("formalParameter")); p; p = xml_next(p, x->ns, S("formalParameter"))) {
		struct str name = str_trim(xml_attr(p, S("name")));
		const struct feel_type *type = type_attr(c, p);
		for (size_t i = 0; i < m; i++)
			if (str_eq(param[i].name, name)) dmn_problem(c->ld, c->part, E_DUPLICATE_KEY, p->line, p->col, name, (struct str){0});
		if (n >= DMN_MAX_PARAMETERS) {
			dmn_load_over(c->ld, c->part, p->line, p->col, S("parameters of a function"));
			break;
		}
		uint32_t slot = add_name(&in, scope, name, type);
		*vec_push(a, l->entry, n, cap) = (struct logic_entry){name, slot, type, NULL};
		*vec_push(a, param, m, pcap) = (struct feel_param){name, type};
	}
	l->n = (uint32_t)n;
	l->fn.name = c->name;
	l->fn.n = (uint32_t)n;
	l->fn.param = param;
	struct str kind = str_trim(xml_attr(x, S("kind")));
	if (kind.n && !str_is(kind, "FEEL") && !str_is(kind, "F")) {
		l->broken = str_fmt(a, "functions of kind " STR_FMT " are not supported", STR_ARG(kind));
		dmn_problem(c->ld, c->part, E_UNSUPPORTED, x->line, x->col, kind, (struct str){0});
		l->a = arena_new1(a, struct dmn_logic);
		return;
	}
	l->a = read_child(&in, x, scope);
	note_slots(&in, scope);
	l->slots = slots;
}

static void read_iterator(struct ctx *c, const struct xml *x, struct feel_scope *outer, struct dmn_logic *l)
{
	struct arena *a = c->ld->arena;
	struct feel_scope *scope = feel_scope_new(a, outer);
	struct str var = str_trim(xml_attr(x, S("iteratorVariable")));
	if (!var.n) dmn_problem(c->ld, c->part, E_DMN_MISSING, x->line, x->col, c->name, S("iteratorVariable"));
	const struct xml *in = xml_child(x, x->ns, S("in"));
	const struct xml *body = xml_child(x, x->ns, l->kind == LOGIC_FOR ? S("return") : S("satisfies"));
	if (!in || !body) dmn_problem(c->ld, c->part, E_DMN_MISSING, x->line, x->col, c->name, in ? S("body") : S("in"));
	l->a = read_child(c, in, outer);
	l->slot = add_name(c, scope, var, element_type(c->ld, l->a));
	if (l->kind == LOGIC_FOR) l->partial = add_name(c, scope, S("partial"), NULL);
	l->b = read_child(c, body, scope);
}

// The condition may name the element (item) or, where it is a context, its entries. Entries of elements
// without a declared type are the names the condition uses that nobody else knows.
static void read_filter(struct ctx *c, const struct xml *x, struct feel_scope *outer, struct dmn_logic *l)
{
	struct arena *a = c->ld->arena;
	struct feel_scope *scope = feel_scope_new(a, outer);
	const struct xml *in = xml_child(x, x->ns, S("in")), *match = xml_child(x, x->ns, S("match"));
	if (!in || !match) dmn_problem(c->ld, c->part, E_DMN_MISSING, x->line, x->col, c->name, in ? S("match") : S("in"));
	l->a = read_child(c, in, outer);
	const struct feel_type *t = element_type(c->ld, l->a);
	l->slot = add_name(c, scope, S("item"), t);
	size_t n = 0, cap = 0;
	for (uint32_t i = 0; t && t->kind == FEEL_CONTEXT && i < t->n; i++) {
		uint32_t slot = add_name(c, scope, t->member[i].name, t->member[i].type);
		*vec_push(a, l->entry, n, cap) = (struct logic_entry){t->member[i].name, slot, NULL, NULL};
	}
	const struct xml *lit = match ? next_expression(match->first, match->ns) : NULL;
	if (lit && kind_of(lit) == LOGIC_LITERAL && n == 0) {
		struct feel_expr *e = NULL;
		const struct str *names;
		if (!feel_compile(a, dmn_xml_cell(a, lit, "text").text, FEEL_EXPRESSION, scope, &e)) {
			size_t m = feel_expr_unknown(e, &names);
			for (size_t i = 0; i < m; i++) {
				uint32_t slot = add_name(c, scope, names[i], NULL);
				*vec_push(a, l->entry, n, cap) = (struct logic_entry){names[i], slot, NULL, NULL};
			}
		}
	}
	l->n = (uint32_t)n;
	l->b = read_child(c, match, scope);
}

static const struct dmn_logic *read_logic(struct ctx *c, const struct xml *x, struct feel_scope *scope)
{
	struct dmn_logic *l = arena_new1(c->ld->arena, struct dmn_logic);
	l->kind = kind_of(x);
	l->line = x->line;
	l->col = x->col;
	if (c->ld->fatal) l->kind = LOGIC_NONE;
	l->type = l->kind == LOGIC_TABLE ? NULL : type_attr(c, x);
	switch (l->kind) {
	case LOGIC_NONE: break;
	case LOGIC_LITERAL: read_literal(c, x, scope, l); break;
	case LOGIC_TABLE: {
		const struct feel_type *whole = c->item && str_eq(c->name, c->item->name) ? c->item->type : NULL;
		const struct dmn_written *w = dmn_xml_table(c->ld, c->part, x);
		spend(c, 16ull * w->n_rule * (w->n_in + w->n_out), x);
		l->table = dmn_compile_table(c->ld, w, scope, c->part, c->item, c->name, whole);
		note_slots(c, scope);
		struct dmn_model *m = c->ld->model;
		if (c->part == m->part[0]) *vec_push(c->ld->arena, m->table, m->n_table, m->cap_table) = l->table;
		break;
	}
	case LOGIC_CONTEXT: read_context(c, x, scope, l); break;
	case LOGIC_LIST: read_list(c, x, scope, l); break;
	case LOGIC_RELATION: read_relation(c, x, scope, l); break;
	case LOGIC_INVOCATION: read_invocation(c, x, scope, l); break;
	case LOGIC_FUNCTION: read_function(c, x, scope, l); break;
	case LOGIC_CONDITIONAL:
		l->a = read_child(c, xml_child(x, x->ns, S("if")), scope);
		l->b = read_child(c, xml_child(x, x->ns, S("then")), scope);
		l->c = read_child(c, xml_child(x, x->ns, S("else")), scope);
		break;
	case LOGIC_FOR:
	case LOGIC_SOME:
	case LOGIC_EVERY: read_iterator(c, x, scope, l); break;
	case LOGIC_FILTER: read_filter(c, x, scope, l); break;
	}
	return l;
}

// ---- tables as XML --------------------------------------------------------------------------

static void read_rule(struct dmn_load *ld, struct model_part *part, const struct xml *x, struct dmn_written *w,
	struct dmn_rule *r, uint32_t row)
{
	struct arena *a = ld->arena;
	uint32_t in = 0, out = 0, note = 0;
	r->id = xml_attr(x, S("id"));
	r->line = x->line;
	r->col = x->col;
	r->description = xml_child_text(a, x, x->ns, S("description"));
	r->in = arena_newn(a, struct dmn_cell, w->n_in + 1);
	r->out = arena_newn(a, struct dmn_cell, w->n_out + 1);
	r->note = arena_newn(a, struct str, w->n_note + 1);
	for (const struct xml *e = xml_first_element(x); e; e = xml_next_element(e)) {
		if (xml_is(e, x->ns, S("inputEntry"))) {
			if (in < w->n_in) r->in[in] = dmn_xml_cell(a, e, "text");
			in++;
		} else if (xml_is(e, x->ns, S("outputEntry"))) {
			if (out < w->n_out) r->out[out] = dmn_xml_cell(a, e, "text");
			out++;
		} else if (xml_is(e, x->ns, S("annotationEntry"))) {
			if (note < w->n_note) r->note[note] = str_trim(dmn_xml_cell(a, e, "text").text);
			note++;
		}
	}
	if (in != w->n_in || out != w->n_out || note > w->n_note)
		dmn_problem(ld, part, E_DMN_COLUMNS, x->line, x->col, str_fmt(a, "%u", row),
			str_fmt(a, "%u + %u + %u, %u + %u + %u", w->n_in, w->n_out, w->n_note, in, out, note));
	for (; in < w->n_in; in++) r->in[in] = (struct dmn_cell){S("-"), x->line, x->col};
}

static uint32_t count(const struct xml *x, const char *name)
{
	uint32_t n = 0;
	for (const struct xml *e = xml_child(x, x->ns, str_of(name)); e; e = xml_next(e, x->ns, str_of(name))) n++;
	return n;
}

struct dmn_written *dmn_xml_table(struct dmn_load *ld, struct model_part *part, const struct xml *x)
{
	struct arena *a = ld->arena;
	struct dmn_written *w = arena_new1(a, struct dmn_written);
	uint32_t i = 0;
	w->id = xml_attr(x, S("id"));
	w->type = str_trim(xml_attr(x, S("typeRef")));
	w->output_label = xml_attr(x, S("outputLabel"));
	w->line = x->line;
	w->col = x->col;
	struct str hit = str_trim(xml_attr(x, S("hitPolicy"))), how = str_trim(xml_attr(x, S("aggregation")));
	if (how.n) hit = str_fmt(a, "COLLECT " STR_FMT, STR_ARG(how));
	if (hit.n && !dmn_hit_policy_parse(hit, &w->hit, &w->aggregation))
		dmn_problem(ld, part, E_DMN_HIT_POLICY, x->line, x->col, hit, (struct str){0});
	w->n_in = count(x, "input");
	w->n_out = count(x, "output");
	w->n_note = count(x, "annotation");
	w->n_rule = count(x, "rule");
	uint64_t columns = (uint64_t)w->n_in + w->n_out + w->n_note;
	if (columns > DMN_MAX_COLUMNS || columns * w->n_rule > DMN_MAX_CELLS) {
		dmn_load_over(ld, part, x->line, x->col, S("cells of a decision table"));
		w->n_in = w->n_out = w->n_note = w->n_rule = 0;
		return w;
	}
	w->in = arena_newn(a, struct dmn_in_clause, w->n_in + 1);
	w->out = arena_newn(a, struct dmn_out_clause, w->n_out + 1);
	w->note = arena_newn(a, struct str, w->n_note + 1);
	w->rule = arena_newn(a, struct dmn_rule, w->n_rule + 1);
	if (w->n_out == 0) dmn_problem(ld, part, E_DMN_MISSING, x->line, x->col, S("decisionTable"), S("output"));
	for (const struct xml *e = xml_child(x, x->ns, S("input")); e; e = xml_next(e, x->ns, S("input")), i++) {
		struct xml *expr = xml_child(e, x->ns, S("inputExpression"));
		w->in[i].id = xml_attr(e, S("id"));
		w->in[i].label = xml_attr(e, S("label"));
		w->in[i].type = expr ? str_trim(xml_attr(expr, S("typeRef"))) : (struct str){0};
		w->in[i].expr = dmn_xml_cell(a, expr ? expr : e, "text");
		if (!str_trim(w->in[i].expr.text).n) dmn_problem(ld, part, E_DMN_MISSING, e->line, e->col, S("input"), S("inputExpression"));
		w->in[i].allowed = dmn_xml_cell(a, xml_child(e, x->ns, S("inputValues")), "text");
	}
	i = 0;
	for (const struct xml *e = xml_child(x, x->ns, S("output")); e; e = xml_next(e, x->ns, S("output")), i++) {
		w->out[i].id = xml_attr(e, S("id"));
		w->out[i].label = xml_attr(e, S("label"));
		w->out[i].name = str_trim(xml_attr(e, S("name")));
		w->out[i].type = str_trim(xml_attr(e, S("typeRef")));
		w->out[i].allowed = dmn_xml_cell(a, xml_child(e, x->ns, S("outputValues")), "text");
		w->out[i].otherwise = dmn_xml_cell(a, xml_child(e, x->ns, S("defaultOutputEntry")), "text");
	}
	i = 0;
	for (const struct xml *e = xml_child(x, x->ns, S("annotation")); e; e = xml_next(e, x->ns, S("annotation")))
		w->note[i++] = str_trim(xml_attr(e, S("name")));
	i = 0;
	for (const struct xml *e = xml_child(x, x->ns, S("rule")); e; e = xml_next(e, x->ns, S("rule")), i++)
		read_rule(ld, part, e, w, &w->rule[i], i + 1);
	return w;
}

// ---- items ----------------------------------------------------------------------------------

static uint64_t id_hash(const struct model_part *p, struct str id)
{
	return (str_hash(id) ^ (uintptr_t)p * 0x9E3779B97F4A7C15ull) | 1;
}

static struct body *id_find(struct dmn_load *ld, const struct model_part *p, struct str id)
{
	uint64_t h = id_hash(p, id);
	if (!ld->cap_id) return NULL;
	for (uint32_t i = (uint32_t)h & (ld->cap_id - 1); ld->id[i].hash; i = (i + 1) & (ld->cap_id - 1))
		if (ld->id[i].hash == h && ld->id[i].part == p && str_eq(ld->id[i].id, id)) return ld->id[i].body;
	return NULL;
}

static void id_put(struct dmn_load *ld, struct id_row row)
{
	if (2 * (ld->n_id + 1) > ld->cap_id) {
		uint32_t cap = ld->cap_id ? 2 * ld->cap_id : 64, old = ld->cap_id;
		struct id_row *was = ld->id;
		ld->id = arena_newn(ld->arena, struct id_row, cap);
		ld->cap_id = cap;
		ld->n_id = 0;
		for (uint32_t i = 0; i < old; i++)
			if (was[i].hash) id_put(ld, was[i]);
	}
	uint32_t i = (uint32_t)row.hash & (ld->cap_id - 1);
	while (ld->id[i].hash) i = (i + 1) & (ld->cap_id - 1);
	ld->id[i] = row;
	ld->n_id++;
}

static void add_item(struct dmn_load *ld, struct model_part *p, const struct xml *x, enum dmn_kind kind)
{
	struct dmn_model *m = ld->model;
	struct body *b = dmn_load_item(ld, p, kind, str_trim(xml_attr(x, S("name"))), x->line);
	const struct xml *var = xml_child(x, x->ns, S("variable"));
	b->x = x;
	b->item.id = xml_attr(x, S("id"));
	b->item.col = x->col;
	b->item.description = xml_child_text(ld->arena, x, x->ns, S("description"));
	b->item.question = xml_child_text(ld->arena, x, x->ns, S("question"));
	b->item.answers = xml_child_text(ld->arena, x, x->ns, S("allowedAnswers"));
	b->item.imported = p != m->part[0];
	struct str seen = str_trim(xml_attr(var, S("name")));
	if (!b->item.name.n) b->item.name = seen;
	if (seen.n) b->seen = seen;
	if (!str_eq(b->seen, b->item.name)) p->renamed = true;
	if (!b->item.name.n) dmn_problem(ld, p, E_DMN_MISSING, x->line, x->col, x->name, S("name"));
	if (b->item.id.n && id_find(ld, p, b->item.id))
		dmn_problem(ld, p, E_DUPLICATE_KEY, x->line, x->col, b->item.id, (struct str){0});
	else if (b->item.id.n) id_put(ld, (struct id_row){id_hash(p, b->item.id), p, b->item.id, b});
}

static const struct { const char *name; enum dmn_kind kind; } ITEM[] = {
	{"inputData", DMN_INPUT}, {"decision", DMN_DECISION}, {"businessKnowledgeModel", DMN_BKM}, {"decisionService", DMN_SERVICE},
};

static struct err *add_part(struct dmn_load *ld, struct dmn_text text, struct model_part **out)
{
	struct arena *a = ld->arena;
	struct dmn_model *m = ld->model;
	struct model_part *p = dmn_load_part(ld, text.file, (struct str){0}, (struct str){0});
	struct xml *x = NULL;
	p->first = m->n_body;
	*out = p;
	struct err *e = xml_parse(a, text.text, (struct xml_limits){ld->limit.bytes, ld->limit.depth, ld->limit.elements}, &x);
	if (e) {
		for (struct err *i = e; i; i = i->next) i->file = text.file;
		return e;
	}
	bool known = false;
	for (size_t i = 0; i < countof(NS); i++) known |= str_eq(x->ns, str_of(NS[i]));
	if (!known || !str_is(x->name, "definitions")) return refuse(ld, p, E_DMN_NAMESPACE, x, x->ns);
	p->ns = str_trim(xml_attr(x, S("namespace")));
	p->name = xml_attr(x, S("name"));
	size_t n = 0, cap = 0;
	for (const struct xml *c = xml_first_element(x); c; c = xml_next_element(c)) {
		if (str_is(c->name, "DMNDI")) {
			struct buf b = buf_new(a);
			xml_print(&b, c);
			p->layout = buf_str(&b);
		}
		if (!str_eq(c->ns, x->ns)) continue;
		if (str_is(c->name, "import")) {
			struct import *im = vec_push(a, p->import, n, cap);
			im->name = str_trim(xml_attr(c, S("name")));
			im->ns = str_trim(xml_attr(c, S("namespace")));
			im->x = c;
			p->n_import = (uint32_t)n;
		} else if (str_is(c->name, "itemDefinition")) {
			if (p->n_type >= DMN_MAX_TYPES) return refuse(ld, p, E_BUDGET, c, S("item definitions"));
			dmn_type_add(ld, p, c);
		}
		for (size_t i = 0; i < countof(ITEM); i++)
			if (str_eq(c->name, str_of(ITEM[i].name))) add_item(ld, p, c, ITEM[i].kind);
	}
	if (arena_used(a) > ld->limit.memory) return refuse(ld, p, E_BUDGET, x, S("memory of the model"));
	return NULL;
}

static struct err *add_imports(struct dmn_load *ld, struct model_part *p)
{
	struct dmn_model *m = ld->model;
	for (uint32_t i = 0; i < p->n_import; i++) {
		struct import *im = &p->import[i];
		struct str type = xml_attr(im->x, S("importType"));
		for (size_t k = 0; k < m->n_part && !im->part; k++)
			if (str_eq(m->part[k]->ns, im->ns)) im->part = m->part[k];
		if (im->part) continue;
		struct dmn_text text = {0};
		struct err *e;
		bool dmn = type.n == 0;
		for (size_t k = 0; k < countof(NS); k++) dmn |= str_eq(type, str_of(NS[k]));
		if (!dmn) {
			dmn_problem(ld, p, E_UNSUPPORTED, im->x->line, im->x->col, type, (struct str){0});
			continue;
		}
		if (!ld->resolver || !ld->resolver->find(ld->resolver->user, ld->arena, im->ns, xml_attr(im->x, S("locationURI")),
		    p->file, &text)) {
			dmn_problem(ld, p, E_DMN_IMPORT, im->x->line, im->x->col, im->ns, (struct str){0});
			continue;
		}
		if (m->n_part >= ld->limit.imports) return refuse(ld, p, E_BUDGET, im->x, S("imported models"));
		if ((e = add_part(ld, text, &im->part)) != NULL) return e;
		if (!str_eq(im->part->ns, im->ns)) {
			dmn_problem(ld, p, E_DMN_IMPORT, im->x->line, im->x->col, im->ns, (struct str){0});
			im->part = NULL;
		}
	}
	return NULL;
}

// ---- requirements ---------------------------------------------------------------------------

static struct body *href(struct dmn_load *ld, struct model_part *p, const struct xml *x)
{
	struct str ref = str_trim(xml_attr(x, S("href")));
	ptrdiff_t hash = -1;
	for (size_t i = 0; i < ref.n && hash < 0; i++)
		if (ref.p[i] == '#') hash = (ptrdiff_t)i;
	struct str ns = hash > 0 ? str_part(ref, 0, (size_t)hash) : (struct str){0};
	struct str id = hash < 0 ? ref : str_from(ref, (size_t)hash + 1);
	struct body *b = NULL;
	if (ns.n == 0 || str_eq(ns, p->ns)) b = id_find(ld, p, id);
	else
		for (size_t i = 0; i < ld->model->n_part && !b; i++)
			if (str_eq(ld->model->part[i]->ns, ns)) b = id_find(ld, ld->model->part[i], id);
	if (!b) dmn_problem(ld, p, E_DMN_REFERENCE, x->line, x->col, ref, (struct str){0});
	return b;
}

static void add_need(struct dmn_load *ld, struct body *b, const struct xml *x, unsigned kinds)
{
	struct body *n = href(ld, b->part, x);
	if (!n) return;
	if (!(kinds & 1u << n->item.kind)) {
		dmn_problem(ld, b->part, E_DMN_REFERENCE, x->line, x->col, xml_attr(x, S("href")), (struct str){0});
		return;
	}
	for (uint32_t i = 0; i < b->n_need; i++)
		if (b->need[i].item == &n->item) return;
	if (b->n_need >= DMN_MAX_NEEDS) {
		dmn_load_over(ld, b->part, x->line, x->col, S("requirements of one element"));
		return;
	}
	size_t count = b->n_need;
	vec_push(ld->arena, b->need, count, b->cap_need)->item = &n->item;
	b->n_need = (uint32_t)count;
}

static void add_service_item(struct dmn_load *ld, struct body *b, const struct xml *x, const struct dmn_item ***list,
	uint32_t *n, size_t *cap)
{
	struct body *t = href(ld, b->part, x);
	size_t count = *n;
	if (!t) return;
	*vec_push(ld->arena, *list, count, *cap) = &t->item;
	*n = (uint32_t)count;
}

static void read_needs(struct dmn_load *ld, struct body *b)
{
	const struct xml *x = b->x;
	size_t out_cap = 0, given_cap = 0;
	for (const struct xml *r = xml_first_element(x); r; r = xml_next_element(r)) {
		for (const struct xml *t = xml_first_element(r); t; t = xml_next_element(t)) {
			if (!str_eq(t->ns, x->ns)) continue;
			if (str_is(t->name, "requiredInput")) add_need(ld, b, t, 1u << DMN_INPUT);
			else if (str_is(t->name, "requiredDecision") && str_is(r->name, "informationRequirement"))
				add_need(ld, b, t, 1u << DMN_DECISION);
			else if (str_is(t->name, "requiredKnowledge")) add_need(ld, b, t, 1u << DMN_BKM | 1u << DMN_SERVICE);
		}
	}
	if (b->item.kind != DMN_SERVICE) return;
	for (const struct xml *t = xml_child(x, x->ns, S("outputDecision")); t; t = xml_next(t, x->ns, S("outputDecision")))
		add_service_item(ld, b, t, &b->output, &b->n_output, &out_cap);
	for (const struct xml *t = xml_child(x, x->ns, S("inputData")); t; t = xml_next(t, x->ns, S("inputData")))
		add_service_item(ld, b, t, &b->given, &b->n_given, &given_cap);
	for (const struct xml *t = xml_child(x, x->ns, S("inputDecision")); t; t = xml_next(t, x->ns, S("inputDecision")))
		add_service_item(ld, b, t, &b->given, &b->n_given, &given_cap);
	if (b->n_output == 0) dmn_problem(ld, b->part, E_DMN_MISSING, x->line, x->col, b->item.name, S("outputDecision"));
}

static void compile_body(struct dmn_load *, struct body *);

// Follows the requirements, compiles what is required first, refuses cycles and chains that are too long.
static struct err *visit(struct dmn_load *ld, struct body *b, uint32_t depth)
{
	struct err *e;
	if (b->mark == 2) return NULL;
	if (b->mark == 1) {
		e = refuse(ld, b->part, E_DMN_CYCLE, b->x, b->item.name);
		return e;
	}
	if (depth > ld->limit.chain) return refuse(ld, b->part, E_BUDGET, b->x, str_fmt(ld->arena,
		"chain of requirements longer than %u", ld->limit.chain));
	if (ld->fatal) return ld->fatal;
	b->mark = 1;
	for (uint32_t i = 0; i < b->n_need; i++)
		if ((e = visit(ld, body_of(b->need[i].item), depth + 1)) != NULL) return e;
	for (uint32_t i = 0; i < b->n_output; i++)
		if ((e = visit(ld, body_of(b->output[i]), depth + 1)) != NULL) return e;
	for (uint32_t i = 0; i < b->n_given; i++)
		if (b->given[i]->kind == DMN_INPUT && (e = visit(ld, body_of(b->given[i]), depth + 1)) != NULL) return e;
	b->chain = 0;
	for (uint32_t i = 0; i < b->n_need; i++)
		if (body_of(b->need[i].item)->chain + 1 > b->chain) b->chain = body_of(b->need[i].item)->chain + 1;
	for (uint32_t i = 0; i < b->n_output; i++)
		if (body_of(b->output[i])->chain + 1 > b->chain) b->chain = body_of(b->output[i])->chain + 1;
	if (b->chain > ld->limit.chain) return refuse(ld, b->part, E_BUDGET, b->x, str_fmt(ld->arena,
		"chain of requirements longer than %u", ld->limit.chain));
	compile_body(ld, b);
	if (ld->fatal) return ld->fatal;
	b->mark = 2;
	if (arena_used(ld->arena) > ld->limit.memory) return refuse(ld, b->part, E_BUDGET, b->x, S("memory of the model"));
	return NULL;
}

// The name under which an item is seen from another part: with the name of the import.
static struct str seen_name(struct dmn_load *ld, const struct model_part *from, const struct body *b, uint32_t depth)
{
	if (b->part == from) return b->seen;
	for (uint32_t i = 0; i < from->n_import; i++) {
		const struct import *im = &from->import[i];
		if (im->part == b->part)
			return im->name.n ? str_fmt(ld->arena, STR_FMT "." STR_FMT, STR_ARG(im->name), STR_ARG(b->seen)) : b->seen;
	}
	for (uint32_t i = 0; depth < 4 && i < from->n_import; i++) {
		const struct import *im = &from->import[i];
		struct str s = im->part ? seen_name(ld, im->part, b, depth + 1) : (struct str){0};
		if (s.n) return str_fmt(ld->arena, STR_FMT "." STR_FMT, STR_ARG(im->name), STR_ARG(s));
	}
	return (struct str){0};
}

static const struct feel_type *seen_type(struct dmn_load *ld, const struct body *b)
{
	if (b->item.kind == DMN_INPUT) return b->type;
	if (b->item.kind == DMN_DECISION) return b->type ? b->type : logic_type(ld, b->logic);
	struct feel_type *t = arena_new1(ld->arena, struct feel_type);
	struct feel_member *m = arena_newn(ld->arena, struct feel_member, b->fn.n + 1);
	for (uint32_t i = 0; i < b->fn.n; i++) m[i] = (struct feel_member){b->fn.param[i].name, b->fn.param[i].type};
	t->kind = FEEL_FUNCTION;
	t->of = b->type ? b->type : b->item.kind == DMN_BKM && b->logic ? logic_type(ld, b->logic)
		: b->n_output == 1 ? seen_type(ld, body_of(b->output[0])) : NULL;
	t->n = b->fn.n;
	t->member = m;
	return t;
}

static void compile_service(struct dmn_load *ld, struct body *b)
{
	struct feel_param *p = arena_newn(ld->arena, struct feel_param, b->n_given + 1);
	for (uint32_t i = 0; i < b->n_given; i++) {
		const struct body *g = body_of(b->given[i]);
		p[i] = (struct feel_param){g->seen, g->type};
	}
	b->fn = (struct feel_function){.name = b->item.name, .n = b->n_given, .param = p, .result = b->type,
		.call = dmn_call_service, .user = b};
}

static void compile_bkm(struct dmn_load *ld, struct body *b, struct ctx *c, struct feel_scope *scope)
{
	const struct xml *fn = xml_child(b->x, b->x->ns, S("encapsulatedLogic"));
	struct dmn_logic *l = arena_new1(ld->arena, struct dmn_logic);
	if (fn) {
		read_function(c, fn, scope, l);
		if (l->broken.n) {
			struct dmn_logic *none = arena_new1(ld->arena, struct dmn_logic);
			none->broken = l->broken;
			l->a = none;
		} else if (!next_expression(fn->first, fn->ns)) {
			dmn_problem(ld, b->part, E_DMN_MISSING, fn->line, fn->col, b->item.name, S("encapsulatedLogic"));
		}
		if (!b->type) b->type = type_attr(c, fn);
	} else {
		dmn_problem(ld, b->part, E_DMN_MISSING, b->x->line, b->x->col, b->item.name, S("encapsulatedLogic"));
	}
	b->slots = l->slots;
	b->first_param = l->n ? l->entry[0].slot : 0;
	b->logic = l->a;
	b->fn = (struct feel_function){.name = b->item.name, .n = l->n, .param = l->fn.param, .result = b->type,
		.call = dmn_call_bkm, .user = b};
}

static void compile_body(struct dmn_load *ld, struct body *b)
{
	const struct xml *var = xml_child(b->x, b->x->ns, S("variable"));
	uint32_t names = 0;
	struct ctx c = {ld, b->part, &b->item, b->item.name, &b->slots, &names, 0};
	if (var) b->type = type_attr(&c, var);
	b->item.type = b->type;
	if (b->item.kind == DMN_INPUT) return;
	if ((b->item.kind == DMN_BKM || b->item.kind == DMN_SERVICE) && b->type && b->type->kind == FEEL_FUNCTION) b->type = b->type->of;
	if (b->item.kind == DMN_SERVICE) {
		compile_service(ld, b);
		return;
	}
	struct feel_scope *scope = dmn_scope_of(ld, b->part);
	for (uint32_t i = 0; i < b->n_need; i++) {
		const struct body *n = body_of(b->need[i].item);
		struct str name = seen_name(ld, b->part, n, 0);
		b->need[i].slot = feel_scope_add(scope, name.n ? name : n->seen, seen_type(ld, n));
	}
	note_slots(&c, scope);
	if (b->item.kind == DMN_BKM) {
		compile_bkm(ld, b, &c, scope);
		note_slots(&c, scope);
		return;
	}
	b->logic = read_child(&c, b->x, scope);
	if (b->logic->kind == LOGIC_TABLE) b->item.table = b->logic->table;
	b->item.logic = b->logic;
}

// ---- the way in -----------------------------------------------------------------------------

static void hash_names(struct dmn_load *ld)
{
	struct dmn_model *m = ld->model;
	m->own = m->part[0]->count;
	m->n_bucket = 16;
	while (m->n_bucket < 2 * m->own) m->n_bucket *= 2;
	m->bucket = arena_newn(ld->arena, uint32_t, m->n_bucket);
	for (uint32_t i = 0; i < m->own; i++) {
		const struct dmn_item *item = &m->body[i]->item, *twin = dmn_find(m, item->kind, item->name);
		if (twin) {
			dmn_problem(ld, m->part[0], E_DUPLICATE_KEY, item->line, item->col, item->name, (struct str){0});
			continue;
		}
		uint32_t h = (uint32_t)(str_hash(item->name) + item->kind) & (m->n_bucket - 1);
		while (m->bucket[h]) h = (h + 1) & (m->n_bucket - 1);
		m->bucket[h] = i + 1;
	}
}

static struct err *load(struct dmn_load *ld, struct dmn_text text)
{
	struct dmn_model *m = ld->model;
	struct model_part *p;
	struct err *e = add_part(ld, text, &p);
	if (e) return e;
	for (size_t i = 0; i < m->n_part; i++)
		if ((e = add_imports(ld, m->part[i])) != NULL) return e;
	for (size_t i = 0; i < m->n_part; i++) dmn_types_build(ld, m->part[i]);
	if (ld->fatal) return ld->fatal;
	for (size_t i = 0; i < m->n_body; i++) read_needs(ld, m->body[i]);
	for (size_t i = 0; i < m->n_body; i++)
		if ((e = visit(ld, m->body[i], 0)) != NULL) return e;
	return NULL;
}

void dmn_load_begin(struct dmn_load *ld, struct arena *a, const struct dmn_limits *limits)
{
	*ld = (struct dmn_load){.arena = a, .model = arena_new1(a, struct dmn_model)};
	if (limits) ld->limit = *limits;
	if (!ld->limit.bytes) ld->limit.bytes = 16u << 20;
	if (!ld->limit.memory) ld->limit.memory = 512u << 20;
	if (!ld->limit.elements) ld->limit.elements = 1000000;
	if (!ld->limit.depth) ld->limit.depth = 64;
	if (!ld->limit.chain) ld->limit.chain = 256;
	if (!ld->limit.imports) ld->limit.imports = 64;
	ld->limit.memory += arena_used(a);
	ld->problem_end = &ld->model->problem;
	ld->work = WORK;
}

struct model_part *dmn_load_part(struct dmn_load *ld, struct str file, struct str ns, struct str name)
{
	struct model_part *p = arena_new1(ld->arena, struct model_part);
	p->file = file;
	p->ns = ns;
	p->name = name;
	p->load = ld;
	p->scope = dmn_scope_of(ld, p);
	*vec_push(ld->arena, ld->model->part, ld->model->n_part, ld->model->cap_part) = p;
	return p;
}

struct body *dmn_load_item(struct dmn_load *ld, struct model_part *p, enum dmn_kind kind, struct str name, uint32_t line)
{
	struct body *b = arena_new1(ld->arena, struct body);
	b->part = p;
	b->seen = name;
	b->item = (struct dmn_item){.kind = kind, .index = (uint32_t)ld->model->n_body, .name = name, .ns = p->ns, .file = p->file,
		.line = line};
	*vec_push(ld->arena, ld->model->body, ld->model->n_body, ld->model->cap_body) = b;
	p->count++;
	return b;
}

void dmn_load_need(struct dmn_load *ld, struct body *b, const struct dmn_item *item)
{
	size_t count = b->n_need;
	vec_push(ld->arena, b->need, count, b->cap_need)->item = item;
	b->n_need = (uint32_t)count;
}

void dmn_load_end(struct dmn_load *ld)
{
	if (ld->model->n_part) hash_names(ld);
	for (size_t i = 0; i < ld->model->n_part; i++) ld->model->part[i]->load = NULL;
}

struct err *dmn_load(struct arena *a, struct dmn_text text, const struct dmn_resolver *resolver,
	const struct dmn_limits *limits, struct dmn_model **out)
{
	struct dmn_load ld;
	dmn_load_begin(&ld, a, limits);
	ld.resolver = resolver;
	struct err *e = load(&ld, text);
	if (e) return e;
	dmn_load_end(&ld);
	*out = ld.model;
	return NULL;
}
