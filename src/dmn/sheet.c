// sheet.c — reading and writing sheets.
#include "dmn/sheet.h"
#include "dmn/load.h"
#include "codec/csv.h"

enum line {
	L_NAME, L_HIT, L_ID, L_RESULT, L_OUTPUT_LABEL, L_TYPE_DEF, L_DATA, L_KIND, L_EXPR, L_LABEL, L_TYPE, L_ALLOWED,
	L_DEFAULT, L_RULES, L_COUNT,
};
static const struct { const char *zh, *en; } LINE[L_COUNT] = {
	{"名称", "name"}, {"命中策略", "hit policy"}, {"编号", "id"}, {"结果类型", "result type"}, {"输出标签", "output label"},
	{"类型定义", "define type"}, {"输入数据", "data"}, {"类别", "kind"}, {"表达式", "expression"}, {"标签", "label"},
	{"类型", "type"}, {"允许值", "allowed values"}, {"默认值", "default"}, {"规则", "rules"},
};
enum kind { K_INPUT, K_OUTPUT, K_NOTE, K_DESCRIPTION, K_NONE };
static const struct { const char *zh, *en; enum kind kind; } KIND[] = {
	{"输入", "input", K_INPUT}, {"输出", "output", K_OUTPUT}, {"说明", "annotation", K_NOTE}, {"依据", "legal basis", K_NOTE},
	{"描述", "description", K_DESCRIPTION},
};

// ---- reading --------------------------------------------------------------------------------

struct reader {
	struct arena *a;
	struct str file;
	struct csv csv;
	size_t at;
	struct dmn_sheet *s;
	enum kind *kind;                         // a cell each, the first left out
	bool *legal;
	uint32_t n_col;
	bool seen[L_COUNT];
};

static struct err *wrong(struct reader *r, uint32_t line, struct str what)
{
	return err_at(r->a, E_DMN_SHEET, r->file, line, 1, what);
}

static struct str cell(const struct csv_row *row, uint32_t i)
{
	return str_trim(csv_cell(row, i));
}

static enum line line_of(struct str key)
{
	for (int i = 0; i < L_COUNT; i++)
		if (str_eq(key, str_of(LINE[i].zh)) || str_eq(key, str_of(LINE[i].en))) return (enum line)i;
	return L_COUNT;
}

static struct err *read_kinds(struct reader *r, const struct csv_row *row)
{
	struct dmn_written *w = &r->s->written;
	uint32_t n = row->n;
	while (n > 1 && !cell(row, n - 1).n) n--;
	r->n_col = n - 1;
	r->kind = arena_newn(r->a, enum kind, n);
	r->legal = arena_newn(r->a, bool, n);
	for (uint32_t i = 0; i < r->n_col; i++) {
		struct str k = cell(row, i + 1);
		r->kind[i] = K_NONE;
		for (size_t j = 0; j < countof(KIND); j++)
			if (str_eq(k, str_of(KIND[j].zh)) || str_eq(k, str_of(KIND[j].en))) {
				r->kind[i] = KIND[j].kind;
				r->legal[i] = str_is(str_of(KIND[j].en), "legal basis");
			}
		if (r->kind[i] == K_NONE) return wrong(r, row->line, str_fmt(r->a, "unknown kind of column: " STR_FMT, STR_ARG(k)));
		w->n_in += r->kind[i] == K_INPUT;
		w->n_out += r->kind[i] == K_OUTPUT;
		w->n_note += r->kind[i] == K_NOTE;
	}
	if (!w->n_out) return wrong(r, row->line, S("a table needs an output column"));
	w->line = row->line;
	w->in = arena_newn(r->a, struct dmn_in_clause, w->n_in + 1);
	w->out = arena_newn(r->a, struct dmn_out_clause, w->n_out + 1);
	w->note = arena_newn(r->a, struct str, w->n_note + 1);
	return NULL;
}

static struct err *too_wide(struct reader *r, const struct csv_row *row, uint32_t n)
{
	for (uint32_t i = n; i < row->n; i++)
		if (cell(row, i).n) return wrong(r, row->line, str_fmt(r->a, "expected at most %u cells, found %u", n, i + 1));
	return NULL;
}

static struct err *read_columns(struct reader *r, const struct csv_row *row, enum line line)
{
	struct dmn_written *w = &r->s->written;
	uint32_t in = 0, out = 0, note = 0;
	if (!r->kind) return wrong(r, row->line, S("the line of kinds (类别) must come first"));
	struct err *e = too_wide(r, row, r->n_col + 1);
	if (e) return e;
	for (uint32_t i = 0; i < r->n_col; i++) {
		struct str text = cell(row, i + 1);
		struct dmn_cell c = {text, row->line, 0};
		if (r->kind[i] == K_INPUT) {
			struct dmn_in_clause *x = &w->in[in++];
			if (line == L_EXPR) x->expr = c;
			else if (line == L_LABEL) x->label = text;
			else if (line == L_TYPE) x->type = text;
			else if (line == L_ALLOWED) x->allowed = c;
			else if (text.n) return wrong(r, row->line, S("only outputs have defaults"));
		} else if (r->kind[i] == K_OUTPUT) {
			struct dmn_out_clause *x = &w->out[out++];
			if (line == L_EXPR) x->name = text;
			else if (line == L_LABEL) x->label = text;
			else if (line == L_TYPE) x->type = text;
			else if (line == L_ALLOWED) x->allowed = c;
			else x->otherwise = c;
		} else if (r->kind[i] == K_NOTE && line == L_EXPR) {
			if (!text.n) text = r->legal[i] ? S("法律依据") : S("说明");
			w->note[note++] = text;
			struct dmn_written one = {.n_note = 1, .note = &text};
			if (r->legal[i] != (dmn_legal_column(&one) == 0))
				return wrong(r, row->line, S("the column of kind 依据 (legal basis), and only it, is named 法律依据, 依据 or legal basis"));
		} else if (text.n && line != L_EXPR) {
			return wrong(r, row->line, S("annotations have only a name"));
		}
	}
	return NULL;
}

static struct err *read_rule(struct reader *r, const struct csv_row *row)
{
	struct dmn_written *w = &r->s->written;
	struct dmn_rule *rule = &w->rule[w->n_rule++];
	uint32_t in = 0, out = 0, note = 0;
	struct err *e = too_wide(r, row, r->n_col + 1);
	if (e) return e;
	if ((uint64_t)w->n_rule * r->n_col > DMN_MAX_CELLS) return err_at(r->a, E_BUDGET, r->file, row->line, 1, S("cells of a decision table"));
	rule->id = cell(row, 0);
	rule->line = row->line;
	rule->in = arena_newn(r->a, struct dmn_cell, w->n_in + 1);
	rule->out = arena_newn(r->a, struct dmn_cell, w->n_out + 1);
	rule->note = arena_newn(r->a, struct str, w->n_note + 1);
	for (uint32_t i = 0; i < r->n_col; i++) {
		struct dmn_cell c = {cell(row, i + 1), row->line, 0};
		if (r->kind[i] == K_INPUT) {
			if (!c.text.n) c.text = S("-");
			rule->in[in++] = c;
		} else if (r->kind[i] == K_OUTPUT) {
			rule->out[out++] = c;
		} else if (r->kind[i] == K_NOTE) {
			rule->note[note++] = c.text;
		} else {
			rule->description = c.text;
		}
	}
	return NULL;
}

static struct err *read_line(struct reader *r, const struct csv_row *row, enum line line)
{
	struct dmn_sheet *s = r->s;
	struct dmn_written *w = &s->written;
	struct str first = cell(row, 1);
	if (r->seen[line] && line != L_TYPE_DEF && line != L_DATA)
		return wrong(r, row->line, str_fmt(r->a, "the line %s (%s) appears twice", LINE[line].zh, LINE[line].en));
	r->seen[line] = true;
	if (line <= L_OUTPUT_LABEL) {
		struct err *e = too_wide(r, row, 2);
		if (e) return e;
	}
	switch (line) {
	case L_NAME: w->name = first; return NULL;
	case L_ID: w->id = first; return NULL;
	case L_RESULT: w->type = first; return NULL;
	case L_OUTPUT_LABEL: w->output_label = first; return NULL;
	case L_HIT:
		return dmn_hit_policy_parse(first, &w->hit, &w->aggregation) ? NULL
			: err_at(r->a, E_DMN_HIT_POLICY, r->file, row->line, 1, first);
	case L_TYPE_DEF:
		if (!first.n || !cell(row, 2).n) return wrong(r, row->line, S("a type needs a name and what it is"));
		for (size_t i = 0; i < s->n_type; i++)
			if (str_eq(s->type[i].name, first)) return err_at(r->a, E_DUPLICATE_KEY, r->file, row->line, 1, first);
		s->type[s->n_type++] = (struct dmn_sheet_type){first, cell(row, 2), {cell(row, 3), row->line, 0},
			{cell(row, 4), row->line, 0}, row->line};
		return too_wide(r, row, 5);
	case L_DATA:
		if (!first.n) return wrong(r, row->line, S("input data needs a name"));
		for (size_t i = 0; i < s->n_data; i++)
			if (str_eq(s->data[i].name, first)) return err_at(r->a, E_DUPLICATE_KEY, r->file, row->line, 1, first);
		s->data[s->n_data++] = (struct dmn_sheet_data){first, cell(row, 2), row->line};
		return too_wide(r, row, 3);
	case L_KIND: return read_kinds(r, row);
	default: return read_columns(r, row, line);
	}
}

static struct err *read_all(struct reader *r)
{
	struct dmn_written *w = &r->s->written;
	bool rules = false;
	for (; r->at < r->csv.n; r->at++) {
		const struct csv_row *row = &r->csv.row[r->at];
		struct str key = cell(row, 0);
		struct err *e = NULL;
		bool blank = true;
		for (uint32_t i = 0; i < row->n; i++) blank &= !cell(row, i).n;
		if (blank || (key.n && key.p[0] == '#')) continue;
		enum line line = rules ? L_COUNT : line_of(key);
		if (rules) {
			e = read_rule(r, row);
		} else if (line == L_COUNT) {
			e = wrong(r, row->line, str_fmt(r->a, "unknown line: " STR_FMT, STR_ARG(key)));
		} else if (line == L_RULES) {
			rules = true;
			if (!r->kind || !r->seen[L_EXPR]) e = wrong(r, row->line, S("the lines 类别 (kind) and 表达式 (expression) must come before the rules"));
		} else {
			e = read_line(r, row, line);
		}
		if (e) return e;
	}
	if (!rules) return wrong(r, 1, S("the line 规则 (rules) is missing"));
	if (!w->name.n) return wrong(r, 1, S("the line 名称 (name) is missing"));
	if (!r->seen[L_HIT]) return wrong(r, 1, S("the line 命中策略 (hit policy) is missing"));
	for (uint32_t i = 0; i < w->n_in; i++)
		if (!w->in[i].expr.text.n) return wrong(r, w->line, S("every input column needs an expression"));
	return NULL;
}

struct err *dmn_sheet_parse(struct arena *a, struct dmn_text text, struct dmn_sheet **out)
{
	struct reader r = {.a = a, .file = text.file, .s = arena_new1(a, struct dmn_sheet)};
	struct str rest = text.text, first = str_cut(&rest, S("\n"));
	bool tabs = str_ends(text.file, S(".tsv")) || (str_find(first, S("\t")) >= 0 && str_find(first, S(",")) < 0);
	struct err *e = csv_parse(a, text.file, text.text, tabs ? '\t' : ',', (struct csv_limits){0}, &r.csv);
	if (e) return e;
	r.s->file = text.file;
	r.s->type = arena_newn(a, struct dmn_sheet_type, r.csv.n + 1);
	r.s->data = arena_newn(a, struct dmn_sheet_data, r.csv.n + 1);
	r.s->written.rule = arena_newn(a, struct dmn_rule, r.csv.n + 1);
	if ((e = read_all(&r)) != NULL) return e;
	*out = r.s;
	return NULL;
}

// ---- writing --------------------------------------------------------------------------------

static void put_pair(struct buf *b, enum line line, struct str value, char sep)
{
	struct str row[2] = {str_of(LINE[line].zh), value};
	if (value.n) csv_print_row(b, row, 2, sep, false);
}

static bool has_description(const struct dmn_written *w)
{
	for (uint32_t r = 0; r < w->n_rule; r++)
		if (w->rule[r].description.n) return true;
	return false;
}

static struct str column_text(const struct dmn_written *w, uint32_t i, enum line line, int legal)
{
	if (i < w->n_in) {
		const struct dmn_in_clause *c = &w->in[i];
		return line == L_KIND ? S("输入") : line == L_EXPR ? str_trim(c->expr.text) : line == L_LABEL ? c->label
			: line == L_TYPE ? c->type : line == L_ALLOWED ? str_trim(c->allowed.text) : S("");
	}
	i -= w->n_in;
	if (i < w->n_out) {
		const struct dmn_out_clause *c = &w->out[i];
		return line == L_KIND ? S("输出") : line == L_EXPR ? c->name : line == L_LABEL ? c->label : line == L_TYPE ? c->type
			: line == L_ALLOWED ? str_trim(c->allowed.text) : str_trim(c->otherwise.text);
	}
	i -= w->n_out;
	if (i < w->n_note) return line == L_KIND ? (int)i == legal ? S("依据") : S("说明") : line == L_EXPR ? w->note[i] : S("");
	return line == L_KIND ? S("描述") : S("");
}

void dmn_sheet_print(struct buf *b, const struct dmn_sheet *s, char sep)
{
	const struct dmn_written *w = &s->written;
	uint32_t n = w->n_in + w->n_out + w->n_note + has_description(w);
	int legal = dmn_legal_column(w);
	struct str *row = arena_newn(b->a, struct str, n + 6);
	put_pair(b, L_NAME, w->name, sep);
	put_pair(b, L_HIT, dmn_hit_policy_letter(w->hit, w->aggregation), sep);
	put_pair(b, L_ID, w->id, sep);
	put_pair(b, L_RESULT, w->type, sep);
	put_pair(b, L_OUTPUT_LABEL, w->output_label, sep);
	for (size_t i = 0; i < s->n_type; i++) {
		const struct dmn_sheet_type *t = &s->type[i];
		struct str c[5] = {str_of(LINE[L_TYPE_DEF].zh), t->name, t->base, str_trim(t->allowed.text), str_trim(t->constraint.text)};
		csv_print_row(b, c, c[4].n ? 5 : c[3].n ? 4 : 3, sep, false);
	}
	for (size_t i = 0; i < s->n_data; i++) {
		struct str c[3] = {str_of(LINE[L_DATA].zh), s->data[i].name, s->data[i].type};
		csv_print_row(b, c, c[2].n ? 3 : 2, sep, false);
	}
	for (enum line line = L_KIND; line < L_RULES; line++) {
		bool any = line <= L_EXPR;
		row[0] = str_of(LINE[line].zh);
		for (uint32_t i = 0; i < n; i++) {
			row[i + 1] = column_text(w, i, line, legal);
			any |= row[i + 1].n > 0;
		}
		if (any) csv_print_row(b, row, n + 1, sep, false);
	}
	row[0] = str_of(LINE[L_RULES].zh);
	csv_print_row(b, row, 1, sep, false);
	for (uint32_t r = 0; r < w->n_rule; r++) {
		const struct dmn_rule *rule = &w->rule[r];
		uint32_t k = 0;
		row[k++] = rule->id;
		for (uint32_t i = 0; i < w->n_in; i++) {
			struct str t = str_trim(rule->in[i].text);
			row[k++] = t.n ? t : S("-");
		}
		for (uint32_t i = 0; i < w->n_out; i++) row[k++] = str_trim(rule->out[i].text);
		for (uint32_t i = 0; i < w->n_note; i++) row[k++] = rule->note[i];
		if (k <= n) row[k++] = rule->description;
		csv_print_row(b, row, n + 1, sep, false);
	}
}

static bool same(struct str a, struct str b) { return str_eq(str_trim(a), str_trim(b)); }

static bool same_test(struct str a, struct str b)
{
	a = str_trim(a);
	b = str_trim(b);
	return str_eq(a, b) || ((!a.n || str_is(a, "-")) && (!b.n || str_is(b, "-")));
}

bool dmn_sheet_equal(const struct dmn_sheet *x, const struct dmn_sheet *y)
{
	const struct dmn_written *v = &x->written, *w = &y->written;
	bool ok = same(v->name, w->name) && same(v->type, w->type) && same(v->id, w->id) && same(v->output_label, w->output_label)
		&& v->hit == w->hit && v->aggregation == w->aggregation && v->n_in == w->n_in && v->n_out == w->n_out
		&& v->n_note == w->n_note && v->n_rule == w->n_rule && x->n_type == y->n_type && x->n_data == y->n_data;
	for (size_t i = 0; ok && i < x->n_type; i++)
		ok = same(x->type[i].name, y->type[i].name) && same(x->type[i].base, y->type[i].base)
			&& same(x->type[i].allowed.text, y->type[i].allowed.text) && same(x->type[i].constraint.text, y->type[i].constraint.text);
	for (size_t i = 0; ok && i < x->n_data; i++)
		ok = same(x->data[i].name, y->data[i].name) && same(x->data[i].type, y->data[i].type);
	for (uint32_t i = 0; ok && i < v->n_in; i++)
		ok = same(v->in[i].expr.text, w->in[i].expr.text) && same(v->in[i].type, w->in[i].type)
			&& same(v->in[i].label, w->in[i].label) && same_test(v->in[i].allowed.text, w->in[i].allowed.text);
	for (uint32_t i = 0; ok && i < v->n_out; i++)
		ok = same(v->out[i].name, w->out[i].name) && same(v->out[i].type, w->out[i].type)
			&& same(v->out[i].label, w->out[i].label) && same_test(v->out[i].allowed.text, w->out[i].allowed.text)
			&& same(v->out[i].otherwise.text, w->out[i].otherwise.text);
	for (uint32_t i = 0; ok && i < v->n_note; i++) ok = same(v->note[i], w->note[i]);
	for (uint32_t r = 0; ok && r < v->n_rule; r++) {
		const struct dmn_rule *p = &v->rule[r], *q = &w->rule[r];
		ok = same(p->id, q->id) && same(p->description, q->description);
		for (uint32_t i = 0; ok && i < v->n_in; i++) ok = same_test(p->in[i].text, q->in[i].text);
		for (uint32_t i = 0; ok && i < v->n_out; i++) ok = same(p->out[i].text, q->out[i].text);
		for (uint32_t i = 0; ok && i < v->n_note; i++) ok = same(p->note[i], q->note[i]);
	}
	return ok;
}
