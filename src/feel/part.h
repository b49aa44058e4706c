// part.h — inside the engine only: the parts of a compiled expression and what evaluates them.
//
// Owns    nothing. A part is one node of the syntax tree with the function that evaluates it, so that
//         evaluating is one indirect call a node. Variables of the scope are reached by slot, names
//         bound inside the expression (for, function parameters, context entries, ?) by local number.
// Memory  the arena of feel_compile.
// Holds   (1) part->deep and part->size bound the stack and the steps one evaluation of it takes, so
//         that budgets are charged once a call or iteration, never once a node.
#pragma once
#include "feel/feel.h"

struct part;
struct frame {
	struct feel_value *vars;             // the scope's variables
	struct feel_value *loc;              // names bound inside
	const struct feel_value *cap;        // what a function definition took along from outside
};
typedef void part_fn(struct feel_run *, const struct part *, struct frame *, struct feel_value *out);

struct part {
	part_fn *eval;
	uint32_t pos;                        // byte in the expression's text
	uint32_t deep, size;                 // nesting and number of parts below, itself included
	uint32_t slot;                       // variable, local; operator; kind of range
	uint32_t n;
	bool flag, flag2;                    // interval ends; a test that uses ?; every instead of some
	uint32_t local, local2;              // item of a filter or loop, ?, partial
	struct part **kid;
	struct str *name;                    // entry keys, argument names, member name in name[0]
	const struct feel_type *type;        // what is known; NULL = nothing
	struct feel_value value;             // a literal
	const void *more;                    // struct lambda, struct builtin, struct feel_type
};

struct feel_expr {
	struct str text;
	enum feel_text_kind kind;
	struct part *root;
	uint32_t locals;                     // local 0 is ? in unary tests
	size_t n_unknown, n_uses;
	struct str *unknown;
	uint32_t *uses;
};

enum capture_from { FROM_VAR, FROM_LOCAL, FROM_CAPTURE };
struct capture { uint32_t from; enum capture_from where; };
struct lambda {                          // a function definition
	uint32_t n, locals;                  // parameters are locals 0..n-1
	size_t captures;
	const struct feel_param *param;
	struct part *body;                   // NULL: external
	struct capture *capture;
	uint32_t self;                       // local in which the function itself will stand, or UINT32_MAX
};

// Evaluating functions (eval.c, iterate.c).
part_fn part_literal, part_var, part_local, part_captured, part_member_or, part_unknown, part_and, part_or, part_if,
	part_compare, part_arith, part_negate, part_between, part_in, part_test_op, part_range, part_range_op, part_list,
	part_context, part_not_tests,
	part_path, part_filter, part_for, part_quantified, part_call, part_lambda, part_instance, part_tests,
	part_error, part_call_builtin, part_iterate_range;

// The operators, in part.slot of part_compare, part_arith.
enum part_op { OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE, OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_POW };

void feel_arith(struct feel_run *, enum part_op, const struct feel_value *, const struct feel_value *, struct feel_value *out);
enum feel_truth feel_in(struct feel_run *, const struct feel_value *v, const struct feel_value *test);
void feel_member(struct feel_run *, const struct feel_value *of, struct str name, struct feel_value *out);

// Scopes (scope.c): names in the normal form of name_normal, found by longest match.
struct scope_name { struct str name; uint64_t hash; uint32_t slot; const struct feel_type *type; };
struct feel_scope {
	struct arena *a;
	struct feel_scope *parent;
	uint32_t base, n, cap, mask;
	struct scope_name *item;
	uint32_t *bucket;                    // 1 + index in item; open addressing
	size_t longest;                      // bytes of the longest name, parents included
	uint64_t pieced;                     // name_first_bit of the names of several pieces, parents included
	const struct feel_type *(*find)(void *, struct str);
	void *user;
	struct scope_symbolic { uint32_t item; struct str squeezed; } *symbolic;   // names with symbols in them, the first few
	uint32_t n_symbolic;
	bool sealed;                         // has a child: no more names
	bool worded;                         // a name begins with a keyword
};
struct str name_normal(struct arena *, struct str);
uint64_t name_first_bit(struct str name);
bool scope_find(const struct feel_scope *, struct str normal, uint64_t hash, uint32_t *slot, const struct feel_type **);
const struct feel_type *scope_type(const struct feel_scope *, struct str name);

// Built-ins (builtin.c and b_*.c).
struct args {
	struct feel_run *run;
	uint32_t n;                          // given
	uint32_t form;                       // which of the signatures
	struct feel_value v[8];              // by parameter; null when not given
	const struct feel_value *rest;       // of a variadic form: all n given
};
struct builtin {
	const char *name;
	const char *forms;                   // "from:a|year:n,month:n,day:n"
	void (*call)(struct args *, struct feel_value *out);
	uint8_t result;                      // enum feel_kind; FEEL_ANY when it depends
};
const struct builtin *builtin_find(struct str name);
const struct builtin *builtin_hashed(struct str name, uint64_t hash);
size_t builtin_longest(void);
uint64_t builtin_pieced(void);           // name_first_bit of the names of several words
void builtin_call(struct feel_run *, const struct builtin *, const struct feel_value *, uint32_t n, struct feel_value *out);
void builtin_call_named(struct feel_run *, const struct builtin *, const struct str *name, const struct feel_value *,
	uint32_t n, struct feel_value *out);
struct feel_value builtin_thunk(struct feel_run *, const struct feel_function *, const struct feel_value *, uint32_t n);
void arg_fail(struct args *, struct feel_value *out, const char *fmt, ...) printf_like(3, 4);

#define BUILTINS(X) \
	X(not) X(number) X(string) X(context) X(range) X(date) X(time) X(date_and_time) X(duration) \
	X(ym_duration) X(substring) X(string_length) X(upper_case) X(lower_case) X(substring_before) \
	X(substring_after) X(replace) X(contains) X(starts_with) X(ends_with) X(matches) X(split) X(string_join) \
	X(list_contains) X(count) X(min) X(max) X(sum) X(mean) X(all) X(any) X(sublist) X(append) X(concatenate) \
	X(insert_before) X(remove) X(list_replace) X(reverse) X(index_of) X(union) X(distinct_values) X(flatten) \
	X(product) X(median) X(stddev) X(mode) X(sort) X(decimal) X(floor) X(ceiling) X(round_up) X(round_down) \
	X(round_half_up) X(round_half_down) X(abs) X(modulo) X(sqrt) X(log) X(exp) X(odd) X(even) X(day_of_year) \
	X(day_of_week) X(month_of_year) X(week_of_year) X(now) X(today) X(is) X(get_value) X(get_entries) \
	X(context_put) X(context_merge) X(before) X(after) X(meets) X(met_by) X(overlaps) X(overlaps_before) \
	X(overlaps_after) X(finishes) X(finished_by) X(includes) X(during) X(starts) X(started_by) X(coincides)
#define X(f) void b_##f(struct args *, struct feel_value *out);
BUILTINS(X)
#undef X

// Time (temporal.c).
enum { NS_DAY_S = 86400 };
#define NS_S 1000000000LL
struct ymd { int64_t year; int month, day; };
#define FEEL_YEAR_MAX 999999999LL
bool ymd_valid(int64_t year, int64_t month, int64_t day);
int64_t ymd_days(int64_t year, int month, int day);
struct ymd days_ymd(int64_t days);
bool days_add_months(int64_t days, int64_t months, int64_t *out);       // clamped to the month's end; false out of range
bool parse_date(struct str, int64_t *days);
bool parse_time(struct str, struct feel_value *out);
bool parse_date_time(struct str, struct feel_value *out);               // a date alone is midnight
bool parse_duration(struct str, struct feel_value *out);
void zone_settle(struct feel_value *);                                  // offset_s of a named zone at that wall time
int64_t value_second(const struct feel_value *);                        // date and time: UTC second; time: of the day
void print_temporal(struct buf *, const struct feel_value *);           // 2026-11-05, PT1H
bool temporal_add(const struct feel_value *, int sign, const struct feel_value *dur, struct feel_value *out);
bool dur_of_dec(dec seconds, struct feel_value *out);                   // false out of range
dec dur_dec(const struct feel_value *);                                 // seconds of a days duration
int weekday_of(int64_t days);                                           // 1 = Monday

// Run-time help (run.c).
void part_fail(struct feel_run *, const struct part *, struct feel_value *out, const char *fmt, ...) printf_like(4, 5);
bool string_within(struct arena *, const struct feel_value *, size_t bytes, struct str *out);   // false: longer, or too many parts
bool bytes_left(struct feel_run *, size_t more);                        // false: stopped
static inline bool stopped(const struct feel_run *r) { return __builtin_expect(r->stop != NULL, 0); }
static inline void set_bool(struct feel_value *v, bool b) { memset(v, 0, 16); v->kind = FEEL_BOOLEAN; v->truth = b; }
static inline void set_null(struct feel_value *v) { memset(v, 0, 16); }
static inline void set_truth(struct feel_value *v, enum feel_truth t)
{
	memset(v, 0, 16);
	if (t != FEEL_UNKNOWN) { v->kind = FEEL_BOOLEAN; v->truth = t == FEEL_TRUE; }
}
static inline void set_num(struct feel_value *v, dec d) { memset(v, 0, 16); v->kind = FEEL_NUMBER; v->num = d; }
struct feel_value feel_of_range_op(struct arena *, enum feel_range_op, struct feel_value);
