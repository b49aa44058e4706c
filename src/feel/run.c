// run.c — a run: its budgets, its diagnostics, and the way into compiled expressions.
#include "feel/lex.h"

enum { LOCALS_ON_STACK = 16 };

void feel_run_init(struct feel_run *r, struct arena *a)
{
	*r = (struct feel_run){.arena = a, .steps = 2000000, .depth = 4000, .bytes = arena_used(a) + (32u << 20), .diags = 100};
	r->diag_end = NULL;
}

void feel_stop(struct feel_run *r, const char *what)
{
	if (!r->stop) r->stop = err_arg(r->arena, E_BUDGET, str_of(what));
}

bool feel_step(struct feel_run *r, uint64_t n)
{
	if (stopped(r)) return false;
	if (__builtin_expect(r->steps < n, 0)) {
		feel_stop(r, "steps of evaluation");
		return false;
	}
	r->steps -= n;
	if (__builtin_expect(arena_used(r->arena) > r->bytes, 0)) {
		feel_stop(r, "memory of evaluation");
		return false;
	}
	return true;
}

bool bytes_left(struct feel_run *r, size_t more)
{
	if (stopped(r)) return false;
	if (arena_used(r->arena) + more <= r->bytes) return true;
	feel_stop(r, "memory of evaluation");
	return false;
}

bool feel_enter(struct feel_run *r, uint32_t levels)
{
	if (stopped(r)) return false;
	if (r->depth < levels) {
		feel_stop(r, "depth of evaluation");
		return false;
	}
	r->depth -= levels;
	return true;
}

void feel_leave(struct feel_run *r, uint32_t levels)
{
	r->depth += levels;
}

static void raise(struct feel_run *r, const char *fmt, va_list ap)
{
	r->raised++;
	if (!r->diags) return;
	r->diags--;
	struct feel_diag *d = arena_new1(r->arena, struct feel_diag);
	struct buf b = buf_new(r->arena);
	buf_vfmt(&b, fmt, ap);
	d->text = buf_str(&b);
	if (r->at) {
		d->expr = r->at->text;
		if (r->where) text_line_col(r->at->text, ((const struct part *)r->where)->pos, &d->line, &d->col);
	}
	if (!r->diag) r->diag_end = &r->diag;
	*r->diag_end = d;
	r->diag_end = &d->next;
}

struct feel_value feel_error(struct feel_run *r, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	raise(r, fmt, ap);
	va_end(ap);
	return feel_null();
}

void part_fail(struct feel_run *r, const struct part *x, struct feel_value *out, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	if (x) r->where = x;
	raise(r, fmt, ap);
	va_end(ap);
	set_null(out);
}

static struct feel_value run(struct feel_run *r, const struct feel_expr *x, struct feel_value *vars, const struct feel_value *input)
{
	struct feel_value out = {0}, few[LOCALS_ON_STACK];
	if (stopped(r)) return out;
	if (x->root->eval == part_literal && !input) return x->root->value;
	if (!feel_step(r, x->root->size) || !feel_enter(r, x->root->deep)) return out;
	struct frame f = {vars, few, NULL};
	if (x->locals > LOCALS_ON_STACK) f.loc = arena_raw(r->arena, x->locals * sizeof *f.loc);
	if (input) f.loc[0] = *input;
	const struct feel_expr *at = r->at;
	const void *where = r->where;
	r->at = x;
	x->root->eval(r, x->root, &f, &out);
	r->at = at;
	r->where = where;
	feel_leave(r, x->root->deep);
	return stopped(r) ? feel_null() : out;
}

struct feel_value feel_eval(struct feel_run *r, const struct feel_expr *x, struct feel_value *vars)
{
	return run(r, x, vars, NULL);
}

struct feel_value feel_test(struct feel_run *r, const struct feel_expr *x, struct feel_value *vars, struct feel_value input)
{
	CHECK(x->kind == FEEL_UNARY_TESTS);
	return run(r, x, vars, &input);
}

struct str feel_expr_text(const struct feel_expr *x)
{
	return x->text;
}

size_t feel_expr_unknown(const struct feel_expr *x, const struct str **names)
{
	if (names) *names = x->unknown;
	return x->n_unknown;
}

size_t feel_expr_uses(const struct feel_expr *x, const uint32_t **slots)
{
	if (slots) *slots = x->uses;
	return x->n_uses;
}

bool feel_expr_constant(const struct feel_expr *x, struct feel_value *out)
{
	if (x->root->eval != part_literal) return false;
	*out = x->root->value;
	return true;
}

const struct feel_type *feel_expr_type(const struct feel_expr *x)
{
	const struct part *root = x->root;
	if (x->kind == FEEL_UNARY_TESTS) return feel_type_of_kind(FEEL_BOOLEAN);
	bool sure = root->eval == part_literal || root->eval == part_var || root->eval == part_compare || root->eval == part_and ||
		root->eval == part_or || root->eval == part_between || root->eval == part_in || root->eval == part_instance ||
		root->eval == part_quantified || root->eval == part_context || root->eval == part_call_builtin || root->eval == part_lambda;
	return sure && root->type ? root->type : feel_type_of_kind(FEEL_ANY);
}
