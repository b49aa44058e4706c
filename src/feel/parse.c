// parse.c — FEEL text into parts (DMN 1.5 §10.3.1): one pass, names resolved to slots on the way.
//
// A name is the longest text that the scope, the names bound around it or the built-ins know. A name
// inside a filter may be an entry of the element; that is looked up at run time, before what it
// would mean outside. Words that nothing knows are joined to one unknown name, null at run time.
#include "feel/parse.h"
#include "base/said.h"

// ---- errors ----

no_return void parse_give_up(struct parser *p, struct err *e, size_t at)
{
	text_line_col(p->s, at, &e->line, &e->col);
	p->err = e;
	longjmp(p->out, 1);
}

no_return void parse_expected(struct parser *p, struct str what)
{
	if (p->tok.kind == T_END) parse_give_up(p, err_args(p->a, E_FEEL_END, what, S(""), said_zh(p->a, what)), p->tok.start);
	struct str found = str_part(p->s, p->tok.start, p->tok.end - p->tok.start > 40 ? 40 : p->tok.end - p->tok.start);
	while (found.n && !utf8_valid(found)) found.n--;
	parse_give_up(p, err_args(p->a, E_FEEL_SYNTAX, what, found, said_zh(p->a, what)), p->tok.start);
}

no_return void parse_budget(struct parser *p, const char *what)
{
	parse_give_up(p, err_arg(p->a, E_BUDGET, str_of(what)), p->tok.start);
}

// ---- parts ----

static struct part *literal(struct parser *p, size_t pos, struct feel_value v)
{
	struct part *x = mk(p, part_literal, pos, 0);
	x->value = v;
	if (v.kind != FEEL_NULL) x->type = feel_type_of_kind(v.kind);
	return x;
}

static bool is_literal(const struct part *x)
{
	return x->eval == part_literal;
}

struct parts { struct part **item; size_t n, cap; };

static void parts_add(struct parser *p, struct parts *l, struct part *x)
{
	*vec_push(p->a, l->item, l->n, l->cap) = x;
}

static struct part *of_parts(struct parser *p, part_fn *fn, size_t pos, const struct parts *l)
{
	struct part *x = mk(p, fn, pos, 0);
	x->n = (uint32_t)l->n;
	x->kid = l->item;
	return done(p, x);
}

static struct part *builtin_value(struct parser *p, size_t pos, struct str name)
{
	struct feel_value v;
	CHECK(feel_builtin(name, &v));
	return literal(p, pos, v);
}

// A name read inside filters: an entry of an element of theirs, innermost first, else what it is outside.
static struct part *in_filters(struct parser *p, size_t pos, struct str name, struct part *outside, size_t bound_at)
{
	struct part *x = outside;
	for (uint32_t i = 0; i < p->n_filter; i++) {
		if (bound_at > p->filter[i].syms) continue;  // bound inside this filter
		struct part *item = name_read_local(p, pos, p->filter[i].level, p->filter[i].local, NULL);
		x = mk2(p, part_member_or, pos, item, x);
		x->name = arena_copy(p->a, &name, sizeof name);
	}
	return x;
}

static struct part *name_part(struct parser *p)
{
	size_t pos = p->tok.start;
	struct named k = name_known(p);
	struct part *x;
	if (k.what == M_NONE || (k.what == M_MEMBER)) {
		struct str name = k.name;
		if (k.what == M_MEMBER) jump(p, k.end);
		else name = name_joined(p);
		x = mk(p, part_unknown, pos, 0);
		x->name = arena_copy(p->a, &name, sizeof name);
		if (p->n_filter == 0) *vec_push(p->a, p->x->unknown, p->x->n_unknown, p->cap_unknown) = name;
		return in_filters(p, pos, name, x, 0);
	}
	jump(p, k.end);
	if (k.what == M_SYM) {
		struct sym *y = &p->sym[k.sym];
		y->used++;
		x = name_read_local(p, pos, y->level, y->local, y->type);
		return in_filters(p, pos, k.name, x, k.sym + 1);
	}
	if (k.what == M_VAR) return in_filters(p, pos, k.name, name_read_var(p, pos, k.slot, k.type), 0);
	if (is(p, '(')) {                                    // a direct call: see call_part
		x = mk(p, part_call_builtin, pos, 0);
		x->more = k.builtin;
		return x;
	}
	return in_filters(p, pos, k.name, builtin_value(p, pos, k.name), 0);
}

// ---- types ----

static struct part *expression(struct parser *);

// The “>” behind a type, which the lexer may have taken together with a “=”.
static void close_type(struct parser *p)
{
	if (p->tok.kind == T_GE) jump(p, p->tok.start + 1);
	else need(p, '>', "“>”");
}

static const struct feel_type *type(struct parser *p, bool *unknown)
{
	if (++p->nest > MAX_NEST) parse_budget(p, "nesting (300 levels)");
	if (p->tok.kind != T_NAME) parse_expected(p, S("a type"));
	struct str w = tok_text(p);
	size_t at = p->at;
	const char *why;
	bool args = lex(p->s, &at, &why).kind == T_CHAR + '<';
	struct feel_type *t = arena_new1(p->a, struct feel_type);
	const struct feel_type *result = t;
	if (args && (str_is(w, "list") || str_is(w, "range"))) {
		t->kind = str_is(w, "list") ? FEEL_LIST : FEEL_RANGE;
		next(p);
		next(p);
		t->of = type(p, unknown);
		close_type(p);
	} else if (args && (str_is(w, "context") || str_is(w, "function"))) {
		bool fn = str_is(w, "function");
		t->kind = fn ? FEEL_FUNCTION : FEEL_CONTEXT;
		next(p);
		next(p);
		struct feel_member *member = NULL;
		size_t n = 0, cap = 0;
		while (!is(p, '>') && p->tok.kind != T_GE) {
			if (n && !take(p, ',')) parse_expected(p, S("“,” or “>”"));
			struct feel_member m = {0};
			if (!fn) {
				if (!name_before(p, ':', &m.name)) parse_expected(p, S("an entry's name and “:”"));
				next(p);
			}
			m.type = type(p, unknown);
			*vec_push(p->a, member, n, cap) = m;
		}
		close_type(p);
		t->member = member;
		t->n = (uint32_t)n;
		if (fn) {
			if (p->tok.kind != T_ARROW) parse_expected(p, S("“->”"));
			next(p);
			t->of = type(p, unknown);
		}
	} else {
		struct walk walk;
		walk_begin(&walk, p->tok.start);
		size_t end = 0;
		result = NULL;
		for (int words = 0; words < 12 && name_walk(p, &walk); words++) {
			const struct feel_type *found = scope_type(p->scope, (struct str){walk.text, walk.n});
			if (found) {
				result = found;
				end = walk.at;
			}
		}
		if (result) {
			jump(p, end);
		} else {
			*unknown = true;
			do name_joined(p);
			while (take(p, '.') && p->tok.kind == T_NAME);
		}
	}
	p->nest--;
	return result;
}

// ---- what stands first ----

static int comparison(struct parser *p)
{
	switch (p->tok.kind) {
	case T_CHAR + '=': return OP_EQ;
	case T_NE: return OP_NE;
	case T_CHAR + '<': return OP_LT;
	case T_LE: return OP_LE;
	case T_CHAR + '>': return OP_GT;
	case T_GE: return OP_GE;
	default: return -1;
	}
}

static enum feel_range_op range_op(int op)
{
	static const enum feel_range_op ops[] = {FEEL_EQ, FEEL_NE, FEEL_LT, FEEL_LE, FEEL_GT, FEEL_GE};
	return ops[op];
}

static struct part *binary(struct parser *, enum level);

// (<10): a comparison as a value; the operator is the current token.
static struct part *op_range(struct parser *p)
{
	size_t pos = p->tok.start;
	int op = comparison(p);
	next(p);
	struct part *end = binary(p, L_ADD);
	if (is_literal(end)) return literal(p, pos, feel_of_range_op(p->a, range_op(op), end->value));
	struct part *x = mk1(p, part_range_op, pos, end);
	x->slot = range_op(op);
	return x;
}

// An element of a list or the inside of brackets: an expression, or a comparison without its left side.
static struct part *element(struct parser *p)
{
	return comparison(p) >= 0 ? op_range(p) : expression(p);
}

// Behind "..": the end and the closing bracket of an interval.
static struct part *interval(struct parser *p, size_t pos, bool start_in, struct part *start)
{
	p->end_depth++;
	struct part *end = expression(p);
	p->end_depth--;
	bool end_in = is(p, ']');
	if (!end_in && !is(p, ')') && !is(p, '[')) parse_expected(p, S("“]”, “)” or “[” to close the interval"));
	next(p);
	struct part *x = mk2(p, part_range, pos, start, end);
	x->flag = start_in;
	x->flag2 = end_in;
	if (is_literal(start) && is_literal(end)) {
		struct feel_value lo = start->value, hi = end->value;
		int sign;
		if (lo.kind == hi.kind && feel_order(lo, hi, &sign))
			return literal(p, pos, feel_of_range(p->a, lo, start_in, hi, end_in));
	}
	return x;
}

// Inside brackets nothing outside matters to how "[" reads.
static uint32_t enclose(struct parser *p)
{
	uint32_t old = p->end_depth;
	p->end_depth = 0;
	if (++p->nest > MAX_NEST) parse_budget(p, "nesting (300 levels)");
	return old;
}

static void unclose(struct parser *p, uint32_t old)
{
	p->end_depth = old;
	p->nest--;
}

static struct part *round_bracket(struct parser *p)
{
	size_t pos = p->tok.start;
	next(p);
	uint32_t old = enclose(p);
	struct part *x = element(p);
	if (p->tok.kind == T_DOTDOT) {
		next(p);
		x = interval(p, pos, false, x);
	} else {
		need(p, ')', "“)”");
	}
	unclose(p, old);
	return x;
}

static struct part *square_bracket(struct parser *p)                // "[" opens a list or an interval
{
	size_t pos = p->tok.start;
	next(p);
	uint32_t old = enclose(p);
	struct parts l = {0};
	while (!is(p, ']')) {
		if (l.n && !take(p, ',')) parse_expected(p, S("“,” or “]”"));
		struct part *e = element(p);
		if (l.n == 0 && p->tok.kind == T_DOTDOT) {
			next(p);
			struct part *x = interval(p, pos, true, e);
			unclose(p, old);
			return x;
		}
		parts_add(p, &l, e);
	}
	unclose(p, old);
	next(p);
	bool all = true;
	for (size_t i = 0; i < l.n && all; i++) all = is_literal(l.item[i]);
	const struct feel_type *of = l.n ? l.item[0]->type : NULL;
	struct part *x;
	if (all) {
		struct feel_list *list = feel_list_new(p->a, l.n);
		for (size_t i = 0; i < l.n; i++) list->item[i] = l.item[i]->value;
		x = literal(p, pos, feel_of_list(list));
	} else {
		x = of_parts(p, part_list, pos, &l);
	}
	x->type = feel_type_list(p->a, of);
	return x;
}

static struct part *curly_bracket(struct parser *p)
{
	size_t pos = p->tok.start, n_sym = p->n_sym;
	uint32_t top = p->fun->top, old = enclose(p);
	next(p);
	struct parts l = {0};
	struct str *keys = NULL;
	struct feel_member *members = NULL;
	size_t n = 0, cap = 0, n_members = 0, cap_members = 0;
	bool twice = false;
	uint32_t first = 0;
	while (!is(p, '}')) {
		if (l.n && !take(p, ',')) parse_expected(p, S("“,” or “}”"));
		struct str key;
		const char *why;
		if (p->tok.kind == T_STRING) {
			if (!lex_string(p->a, tok_text(p), &key, &why)) parse_expected(p, str_of(why));
			next(p);
		} else if (!name_before(p, ':', &key)) {
			parse_expected(p, S("an entry's name and “:”"));
		}
		need(p, ':', "“:”");
		name_know_member(p, key);
		uint64_t hash = str_hash(key);
		size_t other = name_symbol(p, key, hash);
		if (other && other > n_sym) twice = true;
		uint32_t local = name_local(p);
		if (l.n == 0) first = local;
		bool fn = word(p, "function");
		if (fn) name_declare(p, key, local, NULL);            // a function may call itself
		struct part *v = expression(p);
		if (fn && v->eval == part_lambda) ((struct lambda *)(uintptr_t)v->more)->self = local;
		if (!fn) name_declare(p, key, local, v->type);
		parts_add(p, &l, v);
		*vec_push(p->a, keys, n, cap) = key;
		*vec_push(p->a, members, n_members, cap_members) = (struct feel_member){key, v->type};
	}
	next(p);
	unclose(p, old);
	name_forget(p, n_sym);
	p->fun->top = top;
	struct part *x = of_parts(p, twice ? part_error : part_context, pos, &l);
	x->name = keys;
	x->local = first;
	if (twice) {
		x->name = arena_new1(p->a, struct str);
		*x->name = S("a context with two entries of the same name");
	}
	struct feel_type *t = arena_new1(p->a, struct feel_type);
	t->kind = FEEL_CONTEXT;
	t->member = members;
	t->n = (uint32_t)n_members;
	x->type = t;
	return x;
}

// function(a: number, b) body | external {…}
static struct part *function(struct parser *p)
{
	size_t pos = p->tok.start, n_sym = p->n_sym;
	next(p);
	need(p, '(', "“(”");
	uint32_t old = enclose(p);
	struct fun f = {.outer = p->fun, .level = p->fun->level + 1};
	p->fun = &f;
	struct feel_param *param = NULL;
	size_t n = 0, cap = 0;
	while (!is(p, ')')) {
		if (n && !take(p, ',')) parse_expected(p, S("“,” or “)”"));
		struct feel_param q = {0};
		bool unknown = false;
		size_t start = p->tok.start;
		if (name_before(p, ':', &q.name)) {
			next(p);
			q.type = type(p, &unknown);
		} else {
			if (p->tok.kind != T_NAME) parse_expected(p, S("a parameter's name"));
			size_t stop = start;
			while (p->tok.kind != T_END && !is(p, ',') && !is(p, ')')) {
				size_t at = p->tok.start;
				if (p->tok.kind != T_NAME && p->tok.kind != T_NUMBER && !lex_name_symbol(utf8_next(p->s, &at)))
					parse_expected(p, S("“,” or “)”"));
				stop = p->tok.end;
				next(p);
			}
			q.name = name_normal(p->a, str_part(p->s, start, stop - start));
		}
		*vec_push(p->a, param, n, cap) = q;
		name_declare(p, q.name, name_local(p), q.type);
	}
	next(p);
	struct lambda *l = arena_new1(p->a, struct lambda);
	l->n = (uint32_t)n;
	l->param = param;
	l->self = UINT32_MAX;
	if (take_word(p, "external")) expression(p);         // its body is Java or PMML: read, never run
	else l->body = expression(p);
	p->fun = f.outer;
	unclose(p, old);
	name_forget(p, n_sym);
	l->locals = f.most;
	l->capture = f.capture;
	l->captures = f.n;
	struct part *x = mk(p, part_lambda, pos, 0);
	x->more = l;
	struct feel_type *t = arena_new1(p->a, struct feel_type);
	t->kind = FEEL_FUNCTION;
	t->of = l->body ? l->body->type : NULL;
	t->n = l->n;
	x->type = t;
	return x;
}

static const struct feel_type *element_type(const struct feel_type *t)
{
	if (t && (t->kind == FEEL_LIST || t->kind == FEEL_RANGE)) return t->of;
	return t;
}

// for a in x, b in y return e — and some/every … satisfies e
static struct part *loop(struct parser *p, part_fn *fn)
{
	size_t pos = p->tok.start, n_sym = p->n_sym;
	uint32_t top = p->fun->top;
	bool is_for = fn == part_for, every = word(p, "every");
	next(p);
	uint32_t old = enclose(p);
	struct parts l = {0};
	uint32_t first = 0;
	do {
		struct str name = name_of_loop(p);
		struct part *in = expression(p);
		if (p->tok.kind == T_DOTDOT) {
			next(p);
			in = mk2(p, part_iterate_range, in->pos, in, expression(p));
		}
		uint32_t local = name_local(p);
		if (l.n == 0) first = local;
		name_declare(p, name, local, element_type(in->type));
		parts_add(p, &l, in);
	} while (take(p, ','));
	size_t partial = 0;
	uint32_t partial_local = 0;
	if (is_for) {
		partial_local = name_local(p);
		if (!name_symbol(p, S("partial"), str_hash(S("partial"))) || name_symbol(p, S("partial"), str_hash(S("partial"))) <= n_sym) {
			name_declare(p, S("partial"), partial_local, NULL);
			partial = p->n_sym;
		}
		if (!take_word(p, "return")) parse_expected(p, S("“return”"));
	} else if (!take_word(p, "satisfies")) {
		parse_expected(p, S("“satisfies”"));
	}
	struct part *body = expression(p);
	parts_add(p, &l, body);
	struct part *x = of_parts(p, fn, pos, &l);
	x->local = first;
	x->local2 = partial_local;
	x->flag = is_for ? partial && p->sym[partial - 1].used : every;
	x->type = is_for ? feel_type_list(p->a, body->type) : feel_type_of_kind(FEEL_BOOLEAN);
	unclose(p, old);
	name_forget(p, n_sym);
	p->fun->top = top;
	return x;
}

static struct part *conditional(struct parser *p)
{
	size_t pos = p->tok.start;
	next(p);
	uint32_t old = enclose(p);
	struct part *x = mk(p, part_if, pos, 3);
	x->kid[0] = expression(p);
	if (!take_word(p, "then")) parse_expected(p, S("“then”"));
	x->kid[1] = expression(p);
	if (!take_word(p, "else")) parse_expected(p, S("“else”"));
	x->kid[2] = expression(p);
	unclose(p, old);
	if (x->kid[1]->type && x->kid[2]->type && feel_type_fits(x->kid[2]->type, x->kid[1]->type)) x->type = x->kid[1]->type;
	return done(p, x);
}

static struct part *number(struct parser *p)
{
	dec d;
	size_t pos = p->tok.start;
	struct str t = tok_text(p);
	char lead[64];
	bool zeros = t.n > 1 && t.p[0] == '0' && t.p[1] >= '0' && t.p[1] <= '9';
	while (zeros && t.n > 1 && t.p[0] == '0' && t.p[1] >= '0' && t.p[1] <= '9') t = str_from(t, 1);
	if (t.p[0] == '.' && t.n < sizeof lead) {
		lead[0] = '0';
		memcpy(lead + 1, t.p, t.n);
		t = (struct str){lead, t.n + 1};
	}
	if (!dec_parse(t, &d) || !dec_finite(d)) parse_expected(p, S("a number of at most 34 digits"));
	next(p);
	return literal(p, pos, feel_num(d));
}

static struct part *primary(struct parser *p)
{
	size_t pos = p->tok.start;
	const char *why;
	struct str s;
	switch (p->tok.kind) {
	case T_NUMBER: return number(p);
	case T_STRING:
		if (!lex_string(p->a, tok_text(p), &s, &why)) parse_expected(p, str_of(why));
		next(p);
		return literal(p, pos, feel_text(s));
	case T_AT: {
		struct feel_value v;
		if (!lex_string(p->a, str_from(tok_text(p), 1), &s, &why)) parse_expected(p, str_of(why));
		next(p);
		if (feel_parse_temporal(p->a, s, &v)) return literal(p, pos, v);
		struct part *x = mk(p, part_error, pos, 0);
		x->name = arena_new1(p->a, struct str);
		*x->name = str_fmt(p->a, "@\"" STR_FMT "\" is no date, time or duration", STR_ARG(s));
		return x;
	}
	case T_CHAR + '(': return round_bracket(p);
	case T_CHAR + '[': return square_bracket(p);
	case T_CHAR + '{': return curly_bracket(p);
	case T_CHAR + ']': {                                 // ]1..10]
		next(p);
		uint32_t old = enclose(p);
		struct part *start = expression(p);
		if (p->tok.kind != T_DOTDOT) parse_expected(p, S("“..”"));
		next(p);
		struct part *x = interval(p, pos, false, start);
		unclose(p, old);
		return x;
	}
	case T_NAME: break;
	default: parse_expected(p, S("an expression"));
	}
	struct str w = tok_text(p);
	if (!lex_keyword(w)) return name_part(p);
	struct named k = {.what = M_NONE};                   // a name may begin with a keyword: “if eligible”
	if (p->worded || (p->scope && p->scope->worded)) k = name_known(p);
	if ((k.what == M_SYM || k.what == M_VAR) && k.end > p->tok.end) return name_part(p);
	if (str_is(w, "if")) return conditional(p);
	if (str_is(w, "for")) return loop(p, part_for);
	if (str_is(w, "some") || str_is(w, "every")) return loop(p, part_quantified);
	if (str_is(w, "function")) return function(p);
	if (str_is(w, "true") || str_is(w, "false")) {
		next(p);
		return literal(p, pos, feel_bool(str_is(w, "true")));
	}
	if (str_is(w, "null")) {
		next(p);
		return literal(p, pos, feel_null());
	}
	parse_expected(p, S("an expression"));
}

// ---- what follows: paths, filters, calls ----

static const struct feel_type *temporal_type(const struct feel_type *of, struct str name)
{
	if (!of || of->kind < FEEL_DATE || of->kind > FEEL_MONTHS_DURATION) return NULL;
	if (str_is(name, "time offset")) return feel_type_of_kind(FEEL_DAYS_DURATION);
	if (str_is(name, "timezone")) return feel_type_of_kind(FEEL_STRING);
	return feel_type_of_kind(FEEL_NUMBER);
}

static struct part *path(struct parser *p, struct part *of)
{
	size_t pos = p->tok.start;
	next(p);
	if (p->tok.kind != T_NAME) parse_expected(p, S("an entry's name"));
	struct walk w;
	size_t end = 0;
	struct str name = S("");
	walk_begin(&w, p->tok.start);
	while (name_walk(p, &w)) {
		struct str t = {w.text, w.n};
		if (name_is_member(p, t, of->type)) {
			name = str_copy(p->a, t);
			end = w.at;
		}
	}
	if (end) jump(p, end);
	else name = name_joined(p);
	struct part *x = mk1(p, part_path, pos, of);
	x->name = arena_copy(p->a, &name, sizeof name);
	const struct feel_type *t = of->type;
	bool list = t && t->kind == FEEL_LIST;
	if (list) t = t->of;
	const struct feel_type *found = temporal_type(t, name);
	if (t && t->kind == FEEL_CONTEXT)
		for (uint32_t i = 0; i < t->n; i++)
			if (str_eq(t->member[i].name, name)) found = t->member[i].type;
	x->type = list ? feel_type_list(p->a, found) : found;
	return x;
}

static struct part *filter(struct parser *p, struct part *of)
{
	size_t pos = p->tok.start, n_sym = p->n_sym;
	uint32_t top = p->fun->top, local = name_local(p);
	if (p->n_filter == MAX_FILTERS) parse_budget(p, "nested filters (64)");
	next(p);
	uint32_t old = enclose(p);
	// “item” is bound outside the filter's own entries: an entry named item comes first.
	name_declare(p, S("item"), local, element_type(of->type));
	p->filter[p->n_filter++] = (struct filter){p->n_sym, p->fun->level, local, of->type};
	struct part *test = expression(p);
	p->n_filter--;
	need(p, ']', "“]”");
	unclose(p, old);
	name_forget(p, n_sym);
	p->fun->top = top;
	struct part *x = mk2(p, part_filter, pos, of, test);
	x->local = local;
	x->type = of->type;
	return x;
}

// Literals given to a constructor are read once, here.
static struct part *fold_call(struct parser *p, struct part *x, const struct builtin *b)
{
	if (b->call != b_date && b->call != b_time && b->call != b_date_and_time && b->call != b_duration) return x;
	struct feel_value arg[8], out;
	if (x->name || x->n > countof(arg)) return x;
	for (uint32_t i = 0; i < x->n; i++) {
		if (!is_literal(x->kid[i])) return x;
		arg[i] = x->kid[i]->value;
	}
	struct feel_run r;
	feel_run_init(&r, p->a);
	r.diags = 0;
	builtin_call(&r, b, arg, x->n, &out);
	return out.kind == FEEL_NULL ? x : literal(p, x->pos, out);
}

static struct part *call(struct parser *p, struct part *fn)
{
	size_t pos = fn->pos;
	bool direct = fn->eval == part_call_builtin && fn->n == 0 && !fn->flag;
	next(p);
	uint32_t old = enclose(p);
	struct parts l = {0};
	struct str *names = NULL;
	size_t n = 0, cap = 0;
	if (!direct) parts_add(p, &l, fn);
	size_t given = 0;
	while (!is(p, ')')) {
		if (given && !take(p, ',')) parse_expected(p, S("“,” or “)”"));
		struct str name;
		bool named = p->tok.kind == T_NAME && name_before(p, ':', &name);
		if (given && named != (names != NULL)) parse_expected(p, S("arguments that are all named or all not"));
		if (named) {
			next(p);
			*vec_push(p->a, names, n, cap) = name;
		}
		parts_add(p, &l, element(p));
		given++;
	}
	next(p);
	unclose(p, old);
	struct part *x = of_parts(p, direct ? part_call_builtin : part_call, pos, &l);
	x->name = names;
	x->flag = true;                                      // its arguments are read
	if (!direct) {
		x->type = fn->type && fn->type->kind == FEEL_FUNCTION ? fn->type->of : NULL;
		return x;
	}
	const struct builtin *b = fn->more;
	x->more = b;
	if (b->result != FEEL_ANY) x->type = feel_type_of_kind(b->result);
	return fold_call(p, x, b);
}

// In the end of an interval "[" may begin a filter or close the interval: what follows tells.
static bool closes_interval(struct parser *p)
{
	if (!p->end_depth) return false;
	size_t at = p->at;
	const char *why;
	struct token t = lex(p->s, &at, &why);
	struct str w = str_part(p->s, t.start, t.end - t.start);
	switch (t.kind) {
	case T_NUMBER: case T_STRING: case T_AT: case T_CHAR + '(': case T_CHAR + '[': case T_CHAR + '{': case T_CHAR + '-':
		return false;
	case T_NAME:
		return lex_keyword(w) && !str_is(w, "true") && !str_is(w, "false") && !str_is(w, "null") && !str_is(w, "if") &&
			!str_is(w, "some") && !str_is(w, "every") && !str_is(w, "for") && !str_is(w, "function");
	default: return true;
	}
}

static struct part *postfix(struct parser *p, struct part *x)
{
	for (;;) {
		if (is(p, '.')) x = path(p, x);
		else if (is(p, '[') && !closes_interval(p)) x = filter(p, x);
		else if (is(p, '(')) x = call(p, x);
		else return x;
	}
}

static struct part *with_instance(struct parser *p, struct part *x)
{
	while (word(p, "instance")) {
		size_t pos = p->tok.start;
		next(p);
		if (!take_word(p, "of")) parse_expected(p, S("“of”"));
		bool unknown = false;
		const struct feel_type *t = type(p, &unknown);
		if (unknown) {
			x = mk1(p, part_error, pos, x);
			x->name = arena_new1(p->a, struct str);
			*x->name = S("an unknown type behind “instance of”");
			continue;
		}
		x = mk1(p, part_instance, pos, x);
		x->more = t;
		x->type = feel_type_of_kind(FEEL_BOOLEAN);
	}
	return x;
}

static struct part *unary(struct parser *p)
{
	if (is(p, '-')) {
		size_t pos = p->tok.start;
		next(p);
		if (++p->nest > MAX_NEST) parse_budget(p, "nesting (300 levels)");
		struct part *x = unary(p);
		p->nest--;
		if (is_literal(x) && x->value.kind == FEEL_NUMBER) return literal(p, pos, feel_num(-x->value.num));
		struct part *y = mk1(p, part_negate, pos, x);
		y->type = x->type;
		return y;
	}
	return with_instance(p, postfix(p, primary(p)));
}

// ---- tests ----

static uint32_t *question_used(struct parser *p)
{
	size_t at = name_symbol(p, S("?"), str_hash(S("?")));
	return at ? &p->sym[at - 1].used : NULL;
}

// One test of the value in local q: an operator and an end point, or an expression.
static struct part *test(struct parser *p, uint32_t q)
{
	size_t pos = p->tok.start;
	int op = comparison(p);
	struct part *x;
	if (op >= 0) {
		next(p);
		x = mk1(p, part_test_op, pos, binary(p, L_ADD));
		x->slot = (uint32_t)range_op(op);
	} else {
		uint32_t *used = question_used(p), before = used ? *used : 0;
		struct part *e = expression(p);
		used = question_used(p);
		x = mk1(p, part_test_op, pos, e);
		x->slot = FEEL_INTERVAL;                         // no operator
		x->flag2 = used && *used > before;
	}
	x->local = q;
	return x;
}

// Behind “in”: one test, or several in round brackets.
static struct part *in_tests(struct parser *p, struct part *value, size_t pos)
{
	size_t n_sym = p->n_sym;
	uint32_t top = p->fun->top, q = name_local(p);
	name_declare(p, S("?"), q, value->type);
	struct parts l = {0};
	parts_add(p, &l, value);
	if (is(p, '(')) {
		size_t start = p->tok.start;
		next(p);
		uint32_t old = enclose(p);
		struct part *first = test(p, q);
		if (p->tok.kind == T_DOTDOT && first->slot == FEEL_INTERVAL) {
			next(p);
			struct part *range = interval(p, start, false, first->kid[0]);
			unclose(p, old);
			range = postfix(p, range);
			first = mk1(p, part_test_op, start, range);
			first->slot = FEEL_INTERVAL;
			first->local = q;
			parts_add(p, &l, first);
		} else {
			parts_add(p, &l, first);
			while (take(p, ',')) parts_add(p, &l, test(p, q));
			need(p, ')', "“)”");
			unclose(p, old);
			if (l.n == 2 && first->slot == FEEL_INTERVAL) {  // (a)[1]: brackets around an expression
				first->kid[0] = postfix(p, first->kid[0]);
				done(p, first);
			}
		}
	} else if (comparison(p) >= 0) {
		parts_add(p, &l, test(p, q));
	} else {
		uint32_t *used = question_used(p), before = used ? *used : 0;
		struct part *e = binary(p, L_ADD);
		used = question_used(p);
		struct part *x = mk1(p, part_test_op, e->pos, e);
		x->slot = FEEL_INTERVAL;
		x->flag2 = used && *used > before;
		x->local = q;
		parts_add(p, &l, x);
	}
	name_forget(p, n_sym);
	p->fun->top = top;
	struct part *x = of_parts(p, part_in, pos, &l);
	x->local = q;
	x->type = feel_type_of_kind(FEEL_BOOLEAN);
	return x;
}

// ---- operators ----

static int operator_level(struct parser *p)
{
	switch (p->tok.kind) {
	case T_CHAR + '+': case T_CHAR + '-': return L_ADD;
	case T_CHAR + '*': case T_CHAR + '/': return L_MUL;
	case T_POW: return L_POW;
	case T_CHAR + '=': case T_NE: case T_CHAR + '<': case T_LE: case T_CHAR + '>': case T_GE: return L_COMPARE;
	case T_NAME:
		if (word(p, "and")) return L_AND;
		if (word(p, "or")) return L_OR;
		if (word(p, "between") || word(p, "in")) return L_COMPARE;
		return 0;
	default: return 0;
	}
}

static struct part *logic(struct parser *p, struct part *left, enum level level)
{
	size_t pos = p->tok.start;
	struct parts l = {0};
	parts_add(p, &l, left);
	while (take_word(p, level == L_AND ? "and" : "or"))
		parts_add(p, &l, binary(p, (enum level)(level + 1)));
	struct part *x = of_parts(p, level == L_AND ? part_and : part_or, pos, &l);
	x->type = feel_type_of_kind(FEEL_BOOLEAN);
	return x;
}

static struct part *compare(struct parser *p, struct part *left)
{
	size_t pos = p->tok.start;
	struct part *x;
	if (take_word(p, "between")) {
		x = mk(p, part_between, pos, 3);
		x->kid[0] = left;
		x->kid[1] = binary(p, L_ADD);
		if (!take_word(p, "and")) parse_expected(p, S("“and”"));
		x->kid[2] = binary(p, L_ADD);
		done(p, x);
	} else if (take_word(p, "in")) {
		x = in_tests(p, left, pos);
	} else {
		int op = comparison(p);
		next(p);
		x = mk2(p, part_compare, pos, left, binary(p, L_ADD));
		x->slot = (uint32_t)op;
	}
	x->type = feel_type_of_kind(FEEL_BOOLEAN);
	return x;
}

static struct part *binary(struct parser *p, enum level least)
{
	struct part *x = unary(p);
	for (;;) {
		int level = operator_level(p);
		if (level < (int)least || level == 0) return x;
		if (level <= L_AND) {
			x = logic(p, x, (enum level)level);
		} else if (level == L_COMPARE) {
			x = compare(p, x);
		} else {
			size_t pos = p->tok.start;
			int op = p->tok.kind == T_POW ? OP_POW : is(p, '+') ? OP_ADD : is(p, '-') ? OP_SUB : is(p, '*') ? OP_MUL : OP_DIV;
			next(p);
			struct part *right = binary(p, (enum level)(level + 1));
			const struct feel_type *t = x->type;
			bool number = t && right->type && t->kind == FEEL_NUMBER && right->type->kind == FEEL_NUMBER;
			x = mk2(p, part_arith, pos, x, right);
			x->slot = (uint32_t)op;
			if (number) x->type = t;
		}
	}
}

static struct part *expression(struct parser *p)
{
	if (++p->nest > MAX_NEST) parse_budget(p, "nesting (300 levels)");
	struct part *x = binary(p, L_OR);
	p->nest--;
	return x;
}

// ---- the whole ----

static struct part *tests(struct parser *p, part_fn *fn, size_t pos)
{
	struct parts l = {0};
	do parts_add(p, &l, test(p, 0));
	while (take(p, ','));
	return of_parts(p, fn, pos, &l);
}

static struct part *unary_tests(struct parser *p)
{
	size_t pos = p->tok.start;
	CHECK(name_local(p) == 0);
	name_declare(p, S("?"), 0, NULL);
	if (p->tok.kind == T_END) return mk(p, part_tests, pos, 0);
	if (is(p, '-')) {
		size_t at = p->at;
		const char *why;
		if (lex(p->s, &at, &why).kind == T_END) {
			next(p);
			return mk(p, part_tests, pos, 0);
		}
	}
	if (word(p, "not") && name_opens_call(p, p->at)) {
		// not(tests) — unless more follows: then it is an expression that begins with the function not.
		size_t n_uses = p->x->n_uses, n_unknown = p->x->n_unknown;
		uint32_t *used = question_used(p), before = *used;
		next(p);
		next(p);
		uint32_t old = enclose(p);
		struct part *x = tests(p, part_not_tests, pos);
		unclose(p, old);
		if (!is(p, ')')) parse_expected(p, S("“,” or “)”"));
		next(p);
		if (p->tok.kind == T_END) return x;
		p->x->n_unknown = n_unknown;
		p->x->n_uses = n_uses;
		*question_used(p) = before;
		jump(p, pos);
	}
	return tests(p, part_tests, pos);
}

static void whole_text(struct parser *p)
{
	next(p);
	p->x->root = p->x->kind == FEEL_UNARY_TESTS ? unary_tests(p) : element(p);
	if (p->tok.kind != T_END) parse_expected(p, S("the end of the text"));
	p->x->locals = p->fun->most;
}

static bool parse(struct parser *p)
{
	if (setjmp(p->out)) return false;
	whole_text(p);
	return true;
}

struct err *feel_compile(struct arena *a, struct str text, enum feel_text_kind kind, const struct feel_scope *scope,
	struct feel_expr **out)
{
	*out = NULL;
	if (text.n > MAX_TEXT) return err_arg(a, E_BUDGET, S("length of an expression (1 MB)"));
	if (!utf8_valid(text)) return err_new(a, E_UTF8);
	struct parser p;
	struct fun f = {0};
	memset(&p, 0, offsetof(struct parser, bucket));
	p.a = a;
	p.s = str_copy(a, text);
	p.scope = scope;
	p.fun = &f;
	p.x = arena_new1(a, struct feel_expr);
	p.x->text = p.s;
	p.x->kind = kind;
	if (!parse(&p)) return p.err;
	*out = p.x;
	return NULL;
}
