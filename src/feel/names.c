// names.c — names in an expression: what they mean, where they end, and what function definitions take
// along from outside.
#include "feel/parse.h"

uint32_t name_local(struct parser *p)
{
	if (p->fun->top >= MAX_LOCALS) parse_budget(p, "names bound in one expression (20,000)");
	uint32_t at = p->fun->top++;
	if (p->fun->top > p->fun->most) p->fun->most = p->fun->top;
	return at;
}

struct sym *name_declare(struct parser *p, struct str name, uint32_t local, const struct feel_type *type)
{
	if (!p->cap_sym) memset(p->bucket, 0, sizeof p->bucket);
	struct sym *y = vec_push(p->a, p->sym, p->n_sym, p->cap_sym);
	y->name = name;
	if (name.n > p->longest_sym) p->longest_sym = name.n;
	p->worded |= lex_keyword_first(name);
	if (!lex_plain(name)) p->pieced |= name_first_bit(name);
	y->hash = str_hash(name);
	y->local = local;
	y->level = p->fun->level;
	y->type = type;
	uint32_t *b = &p->bucket[y->hash % BUCKETS];
	y->next = *b;
	*b = (uint32_t)p->n_sym;
	return y;
}

void name_forget(struct parser *p, size_t n_sym)
{
	while (p->n_sym > n_sym) {
		struct sym *y = &p->sym[--p->n_sym];
		p->bucket[y->hash % BUCKETS] = y->next;
	}
}

size_t name_symbol(struct parser *p, struct str name, uint64_t hash)      // 1 + index, or 0
{
	if (!p->n_sym) return 0;
	for (uint32_t i = p->bucket[hash % BUCKETS]; i; i = p->sym[i - 1].next)
		if (p->sym[i - 1].hash == hash && str_eq(p->sym[i - 1].name, name)) return i;
	return 0;
}

void name_know_member(struct parser *p, struct str name)
{
	if (p->n_member >= 2000) return;                     // more only costs: names with spaces need this list, others do not
	bool plain = true;
	for (size_t i = 0; i < name.n && plain; i++) plain = (unsigned char)name.p[i] >= 0x80 || lex_name_part((unsigned char)name.p[i]);
	if (plain) return;
	*vec_push(p->a, p->member, p->n_member, p->cap_member) = name;
	if (name.n > p->longest_member) p->longest_member = name.n;
}

bool name_is_member(struct parser *p, struct str name, const struct feel_type *of)
{
	while (of && of->kind == FEEL_LIST) of = of->of;
	if (of && of->kind == FEEL_CONTEXT)
		for (uint32_t i = 0; i < of->n; i++)
			if (str_eq(of->member[i].name, name)) return true;
	for (size_t i = 0; i < p->n_member; i++)
		if (str_eq(p->member[i], name)) return true;
	return false;
}

// Walks a name in normal form from at: calls itself a candidate wherever a word or symbol ends.

bool name_walk(struct parser *p, struct walk *w)               // to the next possible end of a name
{
	bool grown = false;
	while (w->at < p->s.n) {
		size_t next = w->at;
		uint32_t cp = lex_next(p->s, &next);
		if (lex_space(cp)) {
			if (grown) return true;
			w->gap = w->n > 0;
			w->at = next;
			continue;
		}
		bool part = lex_name_part(cp), symbol = lex_name_symbol(cp);
		if (!part && !symbol) return grown;
		if (grown && symbol) return true;
		if (w->n + 5 > sizeof w->text) return false;
		if (w->gap && !(w->squeeze && (symbol || w->after_symbol))) w->text[w->n++] = ' ';
		w->gap = false;
		w->after_symbol = symbol;
		memcpy(w->text + w->n, p->s.p + w->at, next - w->at);
		w->n += next - w->at;
		w->at = next;
		if (symbol) return true;
		grown = true;
	}
	return grown;
}


bool name_opens_call(struct parser *p, size_t at)
{
	const char *why;
	return lex(p->s, &at, &why).kind == T_CHAR + '(';
}

// Where no name stands exactly as written: the longest one of the scope that differs in white space around symbols.
static struct named loosely_named(struct parser *p)
{
	struct named best = {.what = M_NONE};
	bool any = false;
	for (const struct feel_scope *s = p->scope; s; s = s->parent) any |= s->n_symbolic > 0;
	if (!any) return best;
	struct walk w;
	walk_begin(&w, p->tok.start);
	w.squeeze = true;
	while (name_walk(p, &w)) {
		struct str text = {w.text, w.n};
		bool found = false;
		for (const struct feel_scope *s = p->scope; s && !found; s = s->parent) {
			for (uint32_t i = 0; i < s->n_symbolic && !found; i++) {
				const struct scope_name *x = &s->item[s->symbolic[i].item];
				found = str_eq(s->symbolic[i].squeezed, text);
				if (found) best = (struct named){.what = M_VAR, .end = w.at, .slot = x->slot, .type = x->type, .name = x->name};
			}
		}
	}
	return best;
}

// The longest known name at the current token.
struct named name_known(struct parser *p)
{
	struct named best = {.what = M_NONE}, fn = {.what = M_NONE};
	struct walk w;
	walk_begin(&w, p->tok.start);
	size_t longest = p->scope ? p->scope->longest : 0;
	if (longest < builtin_longest()) longest = builtin_longest();
	if (longest < p->longest_member) longest = p->longest_member;
	if (longest < p->longest_sym) longest = p->longest_sym;
	uint64_t pieced = builtin_pieced() | p->pieced | (p->scope ? p->scope->pieced : 0);
	uint64_t first = 0;                                  // more pieces are read only where a name begins so
	while ((!first || p->n_filter || first & pieced) && name_walk(p, &w) && w.n <= longest) {
		struct str name = {w.text, w.n};
		uint64_t hash = str_hash(name);
		if (!first) first = 1ull << (hash >> 58);
		size_t sym = name_symbol(p, name, hash);
		uint32_t slot;
		const struct feel_type *type = NULL;
		const struct builtin *b;
		if (sym) best = (struct named){.what = M_SYM, .end = w.at, .sym = sym - 1, .type = p->sym[sym - 1].type};
		else if (scope_find(p->scope, name, hash, &slot, &type))
			best = (struct named){.what = M_VAR, .end = w.at, .slot = slot, .type = type};
		else if (p->n_filter && name_is_member(p, name, p->filter[p->n_filter - 1].type)) best = (struct named){.what = M_MEMBER, .end = w.at};
		else if (w.n <= builtin_longest() && (b = builtin_hashed(name, hash)))
			fn = (struct named){.what = M_BUILTIN, .end = w.at, .builtin = b};
		else continue;
		if (best.what && best.end == w.at) best.name = str_copy(p->a, name);
	}
	// date(…) beside an entry date: {…} — what is known not to be a function is not meant.
	if (best.type && best.type->kind != FEEL_FUNCTION && best.type->kind != FEEL_ANY && best.name.n <= builtin_longest() &&
	    name_opens_call(p, best.end)) {
		const struct builtin *b = builtin_find(best.name);
		if (b) return (struct named){.what = M_BUILTIN, .end = best.end, .builtin = b, .name = best.name};
	}
	if (fn.what && (best.what == M_NONE || (fn.end > best.end && name_opens_call(p, fn.end)))) {
		fn.name = str_of(fn.builtin->name);
		return fn;
	}
	return best.what ? best : loosely_named(p);
}

// Words in a row that are no keywords, as one name.
struct str name_joined(struct parser *p)
{
	struct buf b = buf_new(p->a);
	do {
		if (b.n) buf_byte(&b, ' ');
		buf_add(&b, tok_text(p));
		next(p);
	} while (p->tok.kind == T_NAME && !lex_keyword(tok_text(p)) && b.n < 500);
	return buf_str(&b);
}

// A name being bound, up to (not including) a token that ends it: ":" or the word "in".
bool name_before(struct parser *p, int end, struct str *name)
{
	size_t at = p->tok.start, stop = at;
	if (p->tok.kind != T_NAME) return false;
	while (at < p->s.n) {
		size_t next = at;
		uint32_t cp = lex_next(p->s, &next);
		if (cp == (uint32_t)end) {
			*name = name_normal(p->a, str_part(p->s, p->tok.start, stop - p->tok.start));
			jump(p, at);
			return name->n > 0;
		}
		if (!lex_name_part(cp) && !lex_name_symbol(cp) && !lex_space(cp)) return false;
		at = next;
		if (!lex_space(cp)) stop = next;
	}
	return false;
}

struct str name_of_loop(struct parser *p)
{
	if (p->tok.kind != T_NAME || lex_keyword(tok_text(p))) parse_expected(p, S("a name"));
	size_t start = p->tok.start, stop = start;
	while (p->tok.kind != T_END && !word(p, "in")) {
		size_t at = p->tok.start;
		if (p->tok.kind != T_NAME && p->tok.kind != T_NUMBER && !lex_name_symbol(lex_next(p->s, &at))) parse_expected(p, S("“in”"));
		stop = p->tok.end;
		next(p);
	}
	struct str name = name_normal(p->a, str_part(p->s, start, stop - start));
	if (!take_word(p, "in")) parse_expected(p, S("“in”"));
	return name;
}

// ---- variables, and what function definitions take along ----

static void uses(struct parser *p, uint32_t slot)
{
	struct feel_expr *x = p->x;
	size_t at = x->n_uses;
	while (at && x->uses[at - 1] >= slot) {
		if (x->uses[at - 1] == slot) return;
		at--;
	}
	vec_push(p->a, x->uses, x->n_uses, p->cap_uses);
	memmove(&x->uses[at + 1], &x->uses[at], (x->n_uses - 1 - at) * sizeof *x->uses);
	x->uses[at] = slot;
}

static uint32_t capture(struct parser *p, struct fun *f, enum capture_from where, uint32_t from)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->capture[i].where == where && f->capture[i].from == from) return (uint32_t)i;
	*vec_push(p->a, f->capture, f->n, f->cap) = (struct capture){from, where};
	return (uint32_t)f->n - 1;
}

static uint32_t capture_down(struct parser *p, struct fun *f, uint32_t level, enum capture_from where, uint32_t from)
{
	if (f->level == level + 1) return capture(p, f, where, from);
	return capture(p, f, FROM_CAPTURE, capture_down(p, f->outer, level, where, from));
}

struct part *name_read_local(struct parser *p, size_t pos, uint32_t level, uint32_t local, const struct feel_type *type)
{
	bool here = p->fun->level == level;
	struct part *x = mk(p, here ? part_local : part_captured, pos, 0);
	x->slot = here ? local : capture_down(p, p->fun, level, FROM_LOCAL, local);
	x->type = type;
	return x;
}

struct part *name_read_var(struct parser *p, size_t pos, uint32_t slot, const struct feel_type *type)
{
	bool here = p->fun->level == 0;
	struct part *x = mk(p, here ? part_var : part_captured, pos, 0);
	x->slot = here ? slot : capture_down(p, p->fun, 0, FROM_VAR, slot);
	x->type = type;
	uses(p, slot);
	return x;
}
