// parse.h — inside the engine: what the parser (parse.c) and its names (names.c) share.
#pragma once
#include "feel/lex.h"

#include <setjmp.h>
#include <stddef.h>

enum { MAX_TEXT = 1 << 20, MAX_NEST = 300, MAX_DEEP = 1000, MAX_LOCALS = 20000, MAX_FILTERS = 64, BUCKETS = 512 };

enum level { L_OR = 1, L_AND, L_COMPARE, L_ADD, L_MUL, L_POW };

struct sym {
	struct str name;
	uint64_t hash;
	uint32_t next;                       // 1 + index of the older one in the bucket
	uint32_t local, level;               // of functions
	uint32_t used;
	const struct feel_type *type;
};

struct fun {                             // a function definition being read; the whole expression is level 0
	struct fun *outer;
	uint32_t level, top, most;           // locals in use, most ever
	struct capture *capture;
	size_t n, cap;
};

struct filter { size_t syms; uint32_t level, local; const struct feel_type *type; };

struct parser {
	struct arena *a;
	struct str s;
	const struct feel_scope *scope;
	struct feel_expr *x;
	struct token tok;
	size_t at;                           // behind tok
	struct sym *sym;
	size_t n_sym, cap_sym, longest_sym;
	uint64_t pieced;                     // name_first_bit of bound names and entries of several pieces
	struct fun *fun;
	uint32_t n_filter;
	struct str *member;                  // entry names seen in this text
	size_t n_member, cap_member, longest_member;
	bool worded;                         // a name bound here begins with a keyword
	uint32_t nest;
	uint32_t end_depth;                  // > 0: reading the end of an interval, "[" may close it
	size_t cap_unknown, cap_uses;
	struct err *err;
	// Not cleared for each expression: the buckets with the first name, filters and the way out when set.
	uint32_t bucket[BUCKETS];
	struct filter filter[MAX_FILTERS];
	jmp_buf out;
};

// All three leave through parser.out.
no_return void parse_give_up(struct parser *, struct err *, size_t at);
no_return void parse_expected(struct parser *, struct str what);           // at the current token
no_return void parse_budget(struct parser *, const char *what);

static inline void next(struct parser *p)
{
	const char *why;
	p->tok = lex(p->s, &p->at, &why);
	if (p->tok.kind == T_BAD)
		parse_give_up(p, err_args(p->a, E_FEEL_SYNTAX, S("FEEL"), str_of(why), S("FEEL 表达式")), p->tok.start);
}

static inline bool is(struct parser *p, int c)
{
	return p->tok.kind == T_CHAR + c;
}

static inline bool take(struct parser *p, int c)
{
	if (!is(p, c)) return false;
	next(p);
	return true;
}

static inline void need(struct parser *p, int c, const char *what)
{
	if (!take(p, c)) parse_expected(p, str_of(what));
}

static inline struct str tok_text(struct parser *p)
{
	return str_part(p->s, p->tok.start, p->tok.end - p->tok.start);
}

static inline __attribute__((always_inline)) bool word(struct parser *p, const char *w)
{
	size_t n = __builtin_strlen(w);
	return p->tok.kind == T_NAME && p->tok.end - p->tok.start == n && !memcmp(p->s.p + p->tok.start, w, n);
}

static inline __attribute__((always_inline)) bool take_word(struct parser *p, const char *w)
{
	if (!word(p, w)) return false;
	next(p);
	return true;
}

static inline void jump(struct parser *p, size_t at)                       // read on from there
{
	p->at = at;
	next(p);
}

static inline struct part *mk(struct parser *p, part_fn *fn, size_t pos, uint32_t n)
{
	struct part *x = arena_new1(p->a, struct part);
	x->eval = fn;
	x->pos = (uint32_t)pos;
	x->n = n;
	x->deep = x->size = 1;
	if (n) x->kid = arena_newn(p->a, struct part *, n);
	return x;
}

static inline struct part *done(struct parser *p, struct part *x)           // all kids are set
{
	uint32_t deep = 0, size = 1;
	for (uint32_t i = 0; i < x->n; i++) {
		if (x->kid[i]->deep > deep) deep = x->kid[i]->deep;
		size += x->kid[i]->size;
	}
	x->deep = deep + 1;
	x->size = size;
	if (x->deep > MAX_DEEP) parse_budget(p, "depth of the expression (1,000 levels)");
	return x;
}

static inline struct part *mk1(struct parser *p, part_fn *fn, size_t pos, struct part *a)
{
	struct part *x = mk(p, fn, pos, 1);
	x->kid[0] = a;
	return done(p, x);
}

static inline struct part *mk2(struct parser *p, part_fn *fn, size_t pos, struct part *a, struct part *b)
{
	struct part *x = mk(p, fn, pos, 2);
	x->kid[0] = a;
	x->kid[1] = b;
	return done(p, x);
}

// ---- names (names.c) ----

// Squeezed: without white space around symbols, so that a+b finds the name “a + b”.
struct walk { size_t n, at; bool gap, squeeze, after_symbol; char text[512]; };
static inline void walk_begin(struct walk *w, size_t at)                   // its text is not cleared
{
	memset(w, 0, offsetof(struct walk, text));
	w->at = at;
}

enum meaning { M_NONE, M_SYM, M_VAR, M_BUILTIN, M_MEMBER };
struct named {
	enum meaning what;
	size_t end, sym;
	uint32_t slot;
	const struct feel_type *type;
	const struct builtin *builtin;
	struct str name;
};

uint32_t name_local(struct parser *p);
struct sym *name_declare(struct parser *p, struct str name, uint32_t local, const struct feel_type *type);
void name_forget(struct parser *p, size_t n_sym);
size_t name_symbol(struct parser *p, struct str name, uint64_t hash);                      // 1 + index, or 0
void name_know_member(struct parser *p, struct str name);
bool name_is_member(struct parser *p, struct str name, const struct feel_type *of);
bool name_walk(struct parser *p, struct walk *w);                                          // to the next possible end of a name
bool name_opens_call(struct parser *p, size_t at);
struct named name_known(struct parser *p);
struct str name_joined(struct parser *p);
bool name_before(struct parser *p, int end, struct str *name);
struct str name_of_loop(struct parser *p);
struct part *name_read_local(struct parser *p, size_t pos, uint32_t level, uint32_t local, const struct feel_type *type);
struct part *name_read_var(struct parser *p, size_t pos, uint32_t slot, const struct feel_type *type);
