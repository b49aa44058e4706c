// type.c — item definitions (DMN 1.5 §7.3.3) as FEEL types.
#include "dmn/load.h"
#include "codec/xml.h"

struct type_row {
	struct str name;
	const struct xml *x;                     // NULL: made, not read
	const struct feel_type *type, *bare;     // bare: without allowed values
	enum { UNMADE, MAKING, MADE } state;
};

static const struct feel_type *make(struct dmn_load *, struct model_part *, const struct xml *, struct str name);

static struct type_row *row_of(const struct model_part *p, struct str name)
{
	for (size_t i = 0; i < p->n_type; i++)
		if (str_eq(p->type[i].name, name)) return &p->type[i];
	return NULL;
}

static const struct feel_type *row_type(struct dmn_load *ld, struct model_part *p, struct type_row *r)
{
	if (r->state == MAKING) {
		dmn_problem(ld, p, E_DMN_CYCLE, r->x->line, r->x->col, r->name, (struct str){0});
		return NULL;
	}
	if (r->state == UNMADE) {
		r->state = MAKING;
		r->type = make(ld, p, r->x, r->name);
		r->state = MADE;
	}
	return r->type;
}

static const struct feel_type *member(const struct feel_type *t, struct str name)
{
	for (uint32_t i = 0; t && t->kind == FEEL_CONTEXT && i < t->n; i++)
		if (str_eq(t->member[i].name, name)) return t->member[i].type;
	return NULL;
}

// A name as written: an item definition, "import.name", "Type.component", or a built-in type.
static bool look_up(struct dmn_load *ld, struct model_part *p, struct str ref, const struct feel_type **out)
{
	struct type_row *r = row_of(p, ref);
	*out = NULL;
	if (r) {
		*out = row_type(ld, p, r);
		return true;
	}
	for (uint32_t i = 0; i < p->n_import; i++) {
		const struct import *im = &p->import[i];
		if (!im->part || im->part == p) continue;
		if (im->name.n == 0 && (r = row_of(im->part, ref))) {
			*out = row_type(ld, im->part, r);
			return true;
		}
		if (im->name.n && str_starts(ref, im->name) && ref.n > im->name.n && ref.p[im->name.n] == '.'
		    && look_up(ld, im->part, str_from(ref, im->name.n + 1), out)) return true;
	}
	const struct feel_type *t = feel_type_by_name(ref);
	if (t) {
		*out = t->kind == FEEL_ANY ? NULL : t;
		return true;
	}
	ptrdiff_t dot = str_find(ref, S("."));
	if (dot > 0 && (r = row_of(p, str_part(ref, 0, (size_t)dot)))) {
		*out = member(row_type(ld, p, r), str_from(ref, (size_t)dot + 1));
		return *out != NULL;
	}
	return false;
}

// list<T>, range<T>, context<name: T, …>: what sheets write where XML has item definitions. *rest
// is cut behind the type; false when it is none.
static bool parse_type(struct dmn_load *ld, struct model_part *p, struct str *rest, const struct feel_type **out, int depth)
{
	size_t i = 0;
	while (i < rest->n && rest->p[i] != '<' && rest->p[i] != '>' && rest->p[i] != ',') i++;
	struct str name = str_trim(str_part(*rest, 0, i));
	bool open = i < rest->n && rest->p[i] == '<';
	*rest = str_from(*rest, i + open);
	if (!open) return look_up(ld, p, name, out);
	struct feel_type *t = arena_new1(ld->arena, struct feel_type);
	struct feel_member *m = NULL;
	size_t n = 0, cap = 0;
	t->kind = str_is(name, "list") ? FEEL_LIST : str_is(name, "range") ? FEEL_RANGE : str_is(name, "context") ? FEEL_CONTEXT : FEEL_NULL;
	if (t->kind == FEEL_NULL || depth > 16) return false;
	for (;;) {
		const struct feel_type *of;
		struct str key = {0};
		if (t->kind == FEEL_CONTEXT) {
			ptrdiff_t colon = str_find(*rest, S(":"));
			if (colon < 0) return false;
			key = str_trim(str_part(*rest, 0, (size_t)colon));
			*rest = str_from(*rest, (size_t)colon + 1);
		}
		if (!parse_type(ld, p, rest, &of, depth + 1)) return false;
		if (t->kind != FEEL_CONTEXT) t->of = of;
		else *vec_push(ld->arena, m, n, cap) = (struct feel_member){key, of};
		*rest = str_trim(*rest);
		if (!rest->n || (rest->p[0] == ',' && t->kind != FEEL_CONTEXT)) return false;
		char c = rest->p[0];
		*rest = str_from(*rest, 1);
		if (c == '>') break;
	}
	*rest = str_trim(*rest);
	t->n = (uint32_t)n;
	t->member = m;
	*out = t;
	return true;
}

const struct feel_type *dmn_type_ref(struct dmn_load *ld, struct model_part *p, struct str ref, uint32_t line, uint32_t col)
{
	const struct feel_type *t;
	ref = str_trim(ref);
	if (ref.n == 0 || look_up(ld, p, ref, &t)) return ref.n ? t : NULL;
	ptrdiff_t colon = str_find(ref, S(":"));     // DMN 1.1 writes feel:string
	if (colon > 0 && look_up(ld, p, str_from(ref, (size_t)colon + 1), &t)) return t;
	struct str rest = ref;
	if (str_ends(ref, S(">")) && parse_type(ld, p, &rest, &t, 0) && rest.n == 0) return t;
	dmn_problem(ld, p, E_DMN_TYPE, line, col, ref, (struct str){0});
	return NULL;
}

// `instance of` asks for the type alone: allowed values do not count (DMN 1.5 §10.3.2.9.4).
static const struct feel_type *bare(struct arena *a, const struct feel_type *t, uint32_t *left)
{
	if (!t || *left == 0) return t;
	--*left;
	struct feel_type *b = arena_copy(a, t, sizeof *t);
	struct feel_member *m = arena_newn(a, struct feel_member, t->n + 1);
	for (uint32_t i = 0; i < t->n; i++) m[i] = (struct feel_member){t->member[i].name, bare(a, t->member[i].type, left)};
	b->member = m;
	b->allowed = b->constraint = NULL;
	b->of = bare(a, t->of, left);
	return b;
}

static const struct feel_type *find_named(void *user, struct str name)
{
	struct model_part *p = user;
	const struct feel_type *t;
	if (!p->load) return NULL;
	for (size_t i = 0; i < p->n_type; i++)
		if (p->type[i].state == MAKING && str_eq(p->type[i].name, name)) return NULL;
	uint32_t left = 1000;                    // members shared many times over are not copied without end
	struct type_row *r = row_of(p, name);
	if (r && r->bare) return r->bare;
	if (!look_up(p->load, p, name, &t)) return NULL;
	if (!t) return feel_type_of_kind(FEEL_ANY);
	t = bare(p->load->arena, t, &left);
	if (r) r->bare = t;
	return t;
}

// A second constraint on the same value: both must hold.
static void add_tests(struct dmn_load *ld, struct model_part *p, struct feel_type *t, struct dmn_cell cell, bool whole)
{
	if (str_trim(cell.text).n == 0 || str_is(str_trim(cell.text), "-")) return;
	struct dmn_code code = dmn_compile(ld, p, cell, FEEL_UNARY_TESTS, p->scope, "allowed values");
	if (!code.expr) return;
	if (whole || t->kind == FEEL_LIST || t->allowed) {
		if (t->constraint) {
			struct str both = str_fmt(ld->arena, "(? in (" STR_FMT ")) and (? in (" STR_FMT "))",
				STR_ARG(feel_expr_text(t->constraint)), STR_ARG(cell.text));
			code = dmn_compile(ld, p, (struct dmn_cell){both, cell.line, cell.col}, FEEL_UNARY_TESTS, p->scope, "allowed values");
		}
		t->constraint = code.expr;
	} else {
		t->allowed = code.expr;
	}
}

static const struct feel_type *make_components(struct dmn_load *ld, struct model_part *p, const struct xml *x)
{
	struct feel_type *t = arena_new1(ld->arena, struct feel_type);
	struct feel_member *m = NULL;
	size_t n = 0, cap = 0;
	for (const struct xml *c = xml_child(x, x->ns, S("itemComponent")); c; c = xml_next(c, x->ns, S("itemComponent"))) {
		struct str name = str_trim(xml_attr(c, S("name")));
		for (size_t i = 0; i < n; i++)
			if (str_eq(m[i].name, name)) dmn_problem(ld, p, E_DUPLICATE_KEY, c->line, c->col, name, (struct str){0});
		if (n >= DMN_MAX_MEMBERS) {
			dmn_load_over(ld, p, c->line, c->col, S("components of a type"));
			break;
		}
		struct feel_member *new = vec_push(ld->arena, m, n, cap);
		new->name = name;
		const struct feel_type *ct = make(ld, p, c, (struct str){0});
		m[n - 1].type = ct;                  // m may have moved
	}
	t->kind = FEEL_CONTEXT;
	t->n = (uint32_t)n;
	t->member = m;
	return t;
}

static const struct feel_type *make_function(struct dmn_load *ld, struct model_part *p, const struct xml *x)
{
	struct feel_type *t = arena_new1(ld->arena, struct feel_type);
	struct feel_member *m = NULL;
	size_t n = 0, cap = 0;
	t->kind = FEEL_FUNCTION;
	t->of = dmn_type_ref(ld, p, xml_attr(x, S("outputTypeRef")), x->line, x->col);
	for (const struct xml *c = xml_child(x, x->ns, S("parameters")); c; c = xml_next(c, x->ns, S("parameters"))) {
		const struct feel_type *pt = dmn_type_ref(ld, p, xml_attr(c, S("typeRef")), c->line, c->col);
		*vec_push(ld->arena, m, n, cap) = (struct feel_member){str_trim(xml_attr(c, S("name"))), pt};
	}
	t->n = (uint32_t)n;
	t->member = m;
	return t;
}

// The type of an item definition or item component; NULL = Any.
static const struct feel_type *make(struct dmn_load *ld, struct model_part *p, const struct xml *x, struct str name)
{
	const struct feel_type *base = NULL;
	struct xml *fn = xml_child(x, x->ns, S("functionItem"));
	struct xml *ref = xml_child(x, x->ns, S("typeRef"));
	struct xml *allowed = xml_child(x, x->ns, S("allowedValues")), *con = xml_child(x, x->ns, S("typeConstraint"));
	bool list = str_is(str_trim(xml_attr(x, S("isCollection"))), "true") || str_is(str_trim(xml_attr(x, S("isCollection"))), "1");
	if (xml_child(x, x->ns, S("itemComponent"))) base = make_components(ld, p, x);
	else if (fn) base = make_function(ld, p, fn);
	else if (ref) base = dmn_type_ref(ld, p, xml_text(ld->arena, ref), ref->line, ref->col);
	else if (xml_attr(x, S("typeRef")).n) base = dmn_type_ref(ld, p, xml_attr(x, S("typeRef")), x->line, x->col);
	struct feel_type *t = arena_new1(ld->arena, struct feel_type);
	if (base) *t = *base; else t->kind = FEEL_ANY;
	if (name.n && !list) t->name = name;
	if (allowed) add_tests(ld, p, t, dmn_xml_cell(ld->arena, allowed, "text"), false);
	if (con && !list) add_tests(ld, p, t, dmn_xml_cell(ld->arena, con, "text"), true);
	if (!list) return !base && !t->allowed && !t->constraint ? NULL : t;
	struct feel_type *l = arena_new1(ld->arena, struct feel_type);
	l->kind = FEEL_LIST;
	l->name = name;
	l->of = !base && !t->allowed ? NULL : t;
	if (con) add_tests(ld, p, l, dmn_xml_cell(ld->arena, con, "text"), true);
	return l;
}

void dmn_type_add(struct dmn_load *ld, struct model_part *p, const struct xml *x)
{
	struct str name = str_trim(xml_attr(x, S("name")));
	if (row_of(p, name)) {
		dmn_problem(ld, p, E_DUPLICATE_KEY, x->line, x->col, name, (struct str){0});
		return;
	}
	struct type_row *r = vec_push(ld->arena, p->type, p->n_type, p->cap_type);
	r->name = name;
	r->x = x;
}

void dmn_types_build(struct dmn_load *ld, struct model_part *p)
{
	for (size_t i = 0; i < p->n_type; i++) (void)row_type(ld, p, &p->type[i]);
}

struct feel_scope *dmn_scope_of(struct dmn_load *ld, struct model_part *p)
{
	struct feel_scope *s = feel_scope_new(ld->arena, NULL);
	feel_scope_types(s, find_named, p);
	return s;
}

// A type that a sheet defines: the base as written, with constraints.
void dmn_type_define(struct dmn_load *ld, struct model_part *p, struct str name, struct str base, struct dmn_cell allowed,
	struct dmn_cell constraint, uint32_t line)
{
	const struct feel_type *b = dmn_type_ref(ld, p, base, line, 0);
	struct feel_type *t = arena_new1(ld->arena, struct feel_type);
	if (b) *t = *b; else t->kind = FEEL_ANY;
	t->name = name;
	if (t->kind == FEEL_LIST && str_trim(allowed.text).n) {       // allowed values are those of the elements
		struct feel_type *of = arena_new1(ld->arena, struct feel_type);
		if (t->of) *of = *t->of; else of->kind = FEEL_ANY;
		add_tests(ld, p, of, allowed, false);
		t->of = of;
	} else {
		add_tests(ld, p, t, allowed, false);
	}
	add_tests(ld, p, t, constraint, true);
	struct type_row *r = vec_push(ld->arena, p->type, p->n_type, p->cap_type);
	*r = (struct type_row){name, NULL, t, NULL, MADE};
}

// The item definition of that name, for writing it down again; NULL when there is none.
const struct feel_type *dmn_type_named(const struct model_part *p, struct str name)
{
	struct type_row *r = row_of(p, name);
	return r ? r->type : NULL;
}
