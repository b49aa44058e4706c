// sheet_model.c — a sheet as a model, a model's table as a sheet, and both as XML.
#include "dmn/load.h"
#include "dmn/sheet.h"
#include "codec/xml.h"

#define NS_15 S("https://www.omg.org/spec/DMN/20230324/MODEL/")

// A name that needs no expression: no operator, quote or bracket, and it does not begin with a digit.
static bool plain_name(struct str s)
{
	static const char bad[] = "()[]{}<>=!+-*/.,:;\"'@?|&^%~`\\";
	s = str_trim(s);
	if (!s.n || (s.p[0] >= '0' && s.p[0] <= '9')) return false;
	for (size_t i = 0; i < s.n; i++)
		if (strchr(bad, s.p[i])) return false;
	return !str_is(s, "true") && !str_is(s, "false") && !str_is(s, "null");
}

static bool same_name(struct str a, struct str b) { return str_eq(str_trim(a), str_trim(b)); }

static bool declared(const struct dmn_sheet *s, struct str name)
{
	for (size_t i = 0; i < s->n_data; i++)
		if (str_eq(s->data[i].name, name)) return true;
	return false;
}

// Input data of the sheet: the declared, then the columns that are plain names.
static size_t all_data(struct arena *a, const struct dmn_sheet *s, struct dmn_sheet_data **out)
{
	const struct dmn_written *w = &s->written;
	struct dmn_sheet_data *d = arena_newn(a, struct dmn_sheet_data, s->n_data + w->n_in + 1);
	size_t n = 0;
	for (size_t i = 0; i < s->n_data; i++) d[n++] = s->data[i];
	for (uint32_t i = 0; i < w->n_in; i++) {
		struct str name = str_trim(w->in[i].expr.text);
		bool known = !plain_name(name) || declared(s, name);
		for (size_t k = s->n_data; k < n; k++) known |= str_eq(d[k].name, name);
		if (!known) d[n++] = (struct dmn_sheet_data){name, w->in[i].type, w->in[i].expr.line};
	}
	*out = d;
	return n;
}

struct err *dmn_sheet_load(struct arena *a, const struct dmn_sheet *s, struct dmn_model **out)
{
	struct dmn_load ld;
	struct dmn_sheet_data *data;
	size_t n = all_data(a, s, &data);
	dmn_load_begin(&ld, a, NULL);
	struct model_part *p = dmn_load_part(&ld, s->file, str_fmt(a, "urn:tongban:table:" STR_FMT, STR_ARG(s->written.name)),
		s->written.name);
	for (size_t i = 0; i < s->n_type; i++)
		dmn_type_define(&ld, p, s->type[i].name, s->type[i].base, s->type[i].allowed, s->type[i].constraint, s->type[i].line);
	struct body *b = dmn_load_item(&ld, p, DMN_DECISION, s->written.name, 1);
	struct feel_scope *scope = dmn_scope_of(&ld, p);
	for (size_t i = 0; i < n; i++) {
		struct body *in = dmn_load_item(&ld, p, DMN_INPUT, data[i].name, data[i].line);
		in->type = in->item.type = data[i].type.n ? dmn_type_ref(&ld, p, data[i].type, data[i].line, 0) : NULL;
		dmn_load_need(&ld, b, &in->item);
		b->need[i].slot = feel_scope_add(scope, data[i].name, in->type);
	}
	struct dmn_logic *l = arena_new1(a, struct dmn_logic);
	l->kind = LOGIC_TABLE;
	l->line = 1;
	l->table = dmn_compile_table(&ld, &s->written, scope, p, &b->item, s->written.name, NULL);
	b->logic = b->item.logic = l;
	b->item.table = l->table;
	b->slots = feel_scope_slots(scope);
	*vec_push(a, ld.model->table, ld.model->n_table, ld.model->cap_table) = l->table;
	dmn_load_end(&ld);
	*out = ld.model;
	return NULL;
}

// ---- a table of a model as a sheet ----------------------------------------------------------

static struct str type_text(struct arena *a, const struct feel_type *t)
{
	struct buf b = buf_new(a);
	if (!t) return (struct str){0};
	if (t->name.n) return t->name;
	feel_type_print(&b, t);
	return buf_str(&b);
}

static const struct feel_expr *element_allowed(const struct feel_type *t)
{
	return t->kind == FEEL_LIST && t->of && !t->of->name.n ? t->of->allowed : t->kind == FEEL_LIST ? NULL : t->allowed;
}

static void take_type(struct arena *a, const struct model_part *p, struct str name, struct dmn_sheet *s)
{
	const struct feel_type *t = dmn_type_named(p, str_trim(name));
	struct buf b = buf_new(a);
	if (!t) return;
	for (size_t i = 0; i < s->n_type; i++)
		if (str_eq(s->type[i].name, t->name)) return;
	struct feel_type bare = *t;
	const struct feel_expr *allowed = element_allowed(t);
	bare.name = (struct str){0};
	bare.allowed = bare.constraint = NULL;
	feel_type_print(&b, &bare);
	struct dmn_sheet_type *row = &s->type[s->n_type++];
	row->name = t->name;
	row->base = buf_str(&b);
	if (allowed) row->allowed.text = feel_expr_text(allowed);
	if (t->constraint) row->constraint.text = feel_expr_text(t->constraint);
}

void dmn_sheet_of(struct arena *a, const struct dmn_model *m, const struct dmn_table *t, struct dmn_sheet *s)
{
	const struct body *b = body_of(t->item);
	const struct dmn_written *w = t->written;
	memset(s, 0, sizeof *s);
	s->file = t->item->file;
	s->written = *w;
	s->written.name = t->name;
	s->data = arena_newn(a, struct dmn_sheet_data, b->n_need + b->fn.n + 1);
	s->type = arena_newn(a, struct dmn_sheet_type, b->n_need + b->fn.n + w->n_in + w->n_out + 2);
	for (uint32_t i = 0; i < b->n_need; i++) {
		const struct dmn_item *n = b->need[i].item;
		if (n->kind != DMN_INPUT && n->kind != DMN_DECISION) continue;
		bool column = false;
		for (uint32_t c = 0; c < w->n_in; c++)
			column |= same_name(w->in[c].expr.text, n->name) && same_name(w->in[c].type, type_text(a, n->type));
		if (n->type && n->type->name.n) take_type(a, b->part, n->type->name, s);
		if (!column) s->data[s->n_data++] = (struct dmn_sheet_data){n->name, type_text(a, n->type), n->line};
	}
	for (uint32_t i = 0; t->item->kind == DMN_BKM && i < b->fn.n; i++) {
		const struct feel_param *p = &b->fn.param[i];
		if (p->type && p->type->name.n) take_type(a, b->part, p->type->name, s);
		s->data[s->n_data++] = (struct dmn_sheet_data){p->name, type_text(a, p->type), t->item->line};
	}
	for (uint32_t c = 0; c < w->n_in; c++) take_type(a, b->part, w->in[c].type, s);
	for (uint32_t c = 0; c < w->n_out; c++) take_type(a, b->part, w->out[c].type, s);
	take_type(a, b->part, w->type, s);
}

// ---- as XML ---------------------------------------------------------------------------------

static void put_attr(struct arena *a, struct xml *x, struct str name, struct str value)
{
	if (value.n) xml_put(a, x, name, value);
}

static struct xml *put_text(struct arena *a, struct xml *parent, struct str name, struct str text)
{
	struct xml *x = xml_add(a, parent, name);
	xml_put_text(a, xml_add(a, x, S("text")), text);
	return x;
}

static void fill_table(struct arena *a, struct xml *x, const struct dmn_written *w)
{
	static const char *const hit[] = {"UNIQUE", "ANY", "PRIORITY", "FIRST", "RULE ORDER", "OUTPUT ORDER", "COLLECT"};
	static const char *const how[] = {"", "SUM", "COUNT", "MIN", "MAX"};
	put_attr(a, x, S("id"), w->id);
	xml_put(a, x, S("hitPolicy"), str_of(hit[w->hit]));
	put_attr(a, x, S("aggregation"), str_of(how[w->aggregation]));
	put_attr(a, x, S("typeRef"), w->type);
	put_attr(a, x, S("outputLabel"), w->output_label);
	for (uint32_t i = 0; i < w->n_in; i++) {
		struct xml *c = xml_add(a, x, S("input"));
		put_attr(a, c, S("id"), w->in[i].id);
		put_attr(a, c, S("label"), w->in[i].label);
		put_attr(a, put_text(a, c, S("inputExpression"), str_trim(w->in[i].expr.text)), S("typeRef"), w->in[i].type);
		if (str_trim(w->in[i].allowed.text).n) put_text(a, c, S("inputValues"), str_trim(w->in[i].allowed.text));
	}
	for (uint32_t i = 0; i < w->n_out; i++) {
		struct xml *c = xml_add(a, x, S("output"));
		put_attr(a, c, S("id"), w->out[i].id);
		put_attr(a, c, S("label"), w->out[i].label);
		put_attr(a, c, S("name"), w->out[i].name);
		put_attr(a, c, S("typeRef"), w->out[i].type);
		if (str_trim(w->out[i].allowed.text).n) put_text(a, c, S("outputValues"), str_trim(w->out[i].allowed.text));
		if (str_trim(w->out[i].otherwise.text).n) put_text(a, c, S("defaultOutputEntry"), str_trim(w->out[i].otherwise.text));
	}
	for (uint32_t i = 0; i < w->n_note; i++) xml_put(a, xml_add(a, x, S("annotation")), S("name"), w->note[i]);
	for (uint32_t r = 0; r < w->n_rule; r++) {
		const struct dmn_rule *rule = &w->rule[r];
		struct xml *c = xml_add(a, x, S("rule"));
		put_attr(a, c, S("id"), rule->id);
		if (rule->description.n) xml_put_text(a, xml_add(a, c, S("description")), rule->description);
		for (uint32_t i = 0; i < w->n_in; i++) put_text(a, c, S("inputEntry"), str_trim(rule->in[i].text));
		for (uint32_t i = 0; i < w->n_out; i++) put_text(a, c, S("outputEntry"), str_trim(rule->out[i].text));
		for (uint32_t i = 0; i < w->n_note; i++) put_text(a, c, S("annotationEntry"), rule->note[i]);
	}
}

static void put_type(struct arena *a, struct xml *x, const struct feel_type *t, uint32_t depth)
{
	if (t && t->kind == FEEL_LIST && !t->name.n) {
		xml_put(a, x, S("isCollection"), S("true"));
		t = t->of;
	}
	if (t && t->kind == FEEL_CONTEXT && !t->name.n && depth < 16) {
		for (uint32_t i = 0; i < t->n; i++) {
			struct xml *m = xml_add(a, x, S("itemComponent"));
			xml_put(a, m, S("name"), t->member[i].name);
			put_type(a, m, t->member[i].type, depth + 1);
		}
		return;
	}
	struct str text = t ? type_text(a, t) : S("Any");
	xml_put_text(a, xml_add(a, x, S("typeRef")), text);
}

// Types written as list<…> or context<…> have no name, so XML needs an item definition for them.
static struct str type_name(struct arena *a, struct xml *defs, const struct dmn_model *m, struct str type, struct str owner)
{
	if (!type.n || type.p[type.n - 1] != '>') return type;
	struct str name = str_fmt(a, "t" STR_FMT, STR_ARG(owner));
	struct xml *x = xml_add(a, defs, S("itemDefinition"));
	const struct dmn_item *item = dmn_find(m, DMN_INPUT, owner);
	xml_put(a, x, S("name"), name);
	put_type(a, x, item ? item->type : NULL, 0);
	return name;
}

void dmn_sheet_xml(struct arena *a, struct buf *b, const struct dmn_sheet *s)
{
	const struct dmn_written *w = &s->written;
	struct dmn_model *m = NULL;
	struct dmn_sheet_data *data;
	size_t n = all_data(a, s, &data);
	CHECK(!dmn_sheet_load(a, s, &m));        // mistakes are problems; it never fails
	struct xml *defs = xml_new(a, NS_15, (struct str){0}, S("definitions"));
	xml_put(a, defs, S("id"), S("definitions"));
	xml_put(a, defs, S("name"), w->name);
	xml_put(a, defs, S("namespace"), dmn_namespace(m));
	for (size_t i = 0; i < s->n_type; i++) {
		struct xml *x = xml_add(a, defs, S("itemDefinition"));
		const struct feel_type *t = dmn_type_named(m->part[0], s->type[i].name);
		struct feel_type bare = t ? *t : (struct feel_type){.kind = FEEL_ANY};
		xml_put(a, x, S("name"), s->type[i].name);
		bare.name = (struct str){0};
		if (str_ends(s->type[i].base, S(">"))) put_type(a, x, &bare, 0);
		else xml_put_text(a, xml_add(a, x, S("typeRef")), s->type[i].base);
		if (str_trim(s->type[i].allowed.text).n) put_text(a, x, S("allowedValues"), str_trim(s->type[i].allowed.text));
		if (str_trim(s->type[i].constraint.text).n) put_text(a, x, S("typeConstraint"), str_trim(s->type[i].constraint.text));
	}
	for (size_t i = 0; i < n; i++) data[i].type = type_name(a, defs, m, data[i].type, data[i].name);
	for (size_t i = 0; i < n; i++) {
		struct xml *x = xml_add(a, defs, S("inputData")), *v;
		xml_put(a, x, S("id"), str_fmt(a, "input_%zu", i + 1));
		xml_put(a, x, S("name"), data[i].name);
		v = xml_add(a, x, S("variable"));
		xml_put(a, v, S("name"), data[i].name);
		put_attr(a, v, S("typeRef"), data[i].type);
	}
	struct xml *d = xml_add(a, defs, S("decision"));
	xml_put(a, d, S("id"), S("decision"));
	xml_put(a, d, S("name"), w->name);
	xml_put(a, xml_add(a, d, S("variable")), S("name"), w->name);
	for (size_t i = 0; i < n; i++)
		xml_put(a, xml_add(a, xml_add(a, d, S("informationRequirement")), S("requiredInput")), S("href"), str_fmt(a, "#input_%zu", i + 1));
	fill_table(a, xml_add(a, d, S("decisionTable")), w);
	xml_print_pretty(b, defs);
}

static struct xml *find_table(struct xml *x, const struct dmn_written *w, struct str owner, uint32_t depth)
{
	if (str_is(x->name, "decisionTable") && (w->id.n ? str_eq(xml_attr(x, S("id")), w->id) : str_eq(owner, w->name))) return x;
	if (str_is(x->name, "decision") || str_is(x->name, "businessKnowledgeModel")) owner = str_trim(xml_attr(x, S("name")));
	if (str_is(x->name, "contextEntry")) owner = str_trim(xml_attr(xml_child(x, x->ns, S("variable")), S("name")));
	for (struct xml *c = xml_first_element(x); c && depth < 64; c = xml_next_element(c)) {
		struct xml *t = find_table(c, w, owner, depth + 1);
		if (t) return t;
	}
	return NULL;
}

struct err *dmn_sheet_into_xml(struct arena *a, struct dmn_text model, const struct dmn_sheet *s, struct str *out)
{
	struct xml *x;
	struct err *e = xml_parse(a, model.text, (struct xml_limits){.bytes = 16 << 20, .nodes = 1000000, .depth = 64}, &x);
	if (e) return e;
	struct xml *t = find_table(x, &s->written, (struct str){0}, 0);
	if (!t) return err_arg(a, E_NOT_FOUND, s->written.name);
	t->first = t->last = NULL;
	t->attrs = 0;
	fill_table(a, t, &s->written);
	struct buf b = buf_new(a);
	xml_print(&b, x);
	*out = buf_str(&b);
	return NULL;
}
