// feel.h — FEEL of DMN 1.5: values, types, compiled expressions and their evaluation.
//
// Owns    nothing but the tables of built-in functions and of time zones (read only after first use).
// Needs   base, codec/json; ICU only inside feel/icu.c (zones, regular expressions, Unicode).
// Memory  a compiled expression lives in the arena given to feel_compile, is immutable and may be
//         evaluated by many threads at once. Evaluation allocates only from its run's arena; values
//         share what they are made of and are never changed once another value points to them.
// Time    date = days from 1970-01-01 (proleptic Gregorian, 64 bits), clock = nanoseconds of the day,
//         offsets in seconds east of UTC; "now" and the zone of now() come from the run, never a clock.
// Errors  compiling: struct err (E_FEEL_SYNTAX with line, column, expected {0}, found {1}; E_FEEL_END; E_BUDGET).
//         Evaluating never fails: what FEEL calls an error is null and a diagnostic in the run; an
//         exhausted budget stops the run (run.stop is its E_BUDGET) and makes every result null.
// Holds   (1) the same expression, variables, now, zone: the same value and diagnostics, always;
//         (2) names known to the scope are slots after compiling: no look-up by name at run time;
//         (3) depth, steps and bytes are bounded while compiling and while evaluating.
//
// How it fits together: a feel_scope lists the names an expression may use; each name has a slot.
// The caller keeps the variables in an array indexed by slot and hands it to feel_eval. A child
// scope continues its parent's numbers, so that one array serves a boxed context and all its entries:
//
//     struct feel_scope *s = feel_scope_new(model, NULL);
//     uint32_t age = feel_scope_add(s, S("Applicant age"), feel_type_of_kind(FEEL_NUMBER));
//     err = feel_compile(model, S("Applicant age >= 18"), FEEL_EXPRESSION, s, &x);
//     struct feel_value v[1]; v[age] = feel_num(dec_of_int(20));
//     struct feel_run r; feel_run_init(&r, request_arena); r.now_ms = ...;
//     struct feel_value out = feel_eval(&r, x, v);
//     if (r.stop) ...budget...; if (r.diag) ...why it is null...
#pragma once
#include "base/dec.h"
#include "base/err.h"
#include "codec/json.h"

// ---- values ---------------------------------------------------------------------------------

enum feel_kind {
	FEEL_NULL, FEEL_BOOLEAN, FEEL_NUMBER, FEEL_STRING, FEEL_DATE, FEEL_TIME, FEEL_DATE_TIME,
	FEEL_DAYS_DURATION,      // days and time duration
	FEEL_MONTHS_DURATION,    // years and months duration
	FEEL_LIST, FEEL_CONTEXT, FEEL_RANGE, FEEL_FUNCTION,
	FEEL_ANY,                // types only: every value
	FEEL_LAZY,               // variables only: run.force is asked for the value at first use
};

struct feel_zone;            // a named time zone; one object per name, for ever
struct feel_function;
struct feel_run;

struct feel_value {                          // 32 bytes, passed and copied by value
	uint8_t kind;                            // enum feel_kind
	bool zoned;                              // time, date and time: has an offset or a named zone
	bool truth;                              // boolean
	int32_t offset_s;                        // time, date and time: the offset that holds (0 when not zoned)
	const struct feel_zone *zone;            // named zone, or NULL
	union {
		dec num;
		struct str text;
		struct { int64_t days, ns; } at;     // date: days; time: ns; date and time: both, as local wall time
		struct { int64_t s; int64_t ns; } dur;   // days duration: seconds and 0 <= ns < 1e9 of the sum s + ns/1e9
		int64_t months;
		const struct feel_list *list;
		const struct feel_context *ctx;
		const struct feel_range *range;
		const struct feel_function *fn;
		const void *lazy;
	};
};

struct feel_list { size_t n; struct feel_value *item; };
struct feel_context { uint32_t n, cap; struct str *key; struct feel_value *value; };   // ordered, keys differ
// An interval [1..10], or a comparison seen as a range: (<10), (=10), (!=10). The two are never equal.
enum feel_range_op { FEEL_INTERVAL, FEEL_LT, FEEL_LE, FEEL_GT, FEEL_GE, FEEL_EQ, FEEL_NE };
struct feel_range {
	struct feel_value start, end;            // NULL kind: unbounded in a comparison, unknown in an interval
	bool start_in, end_in;                   // included; false where unbounded
	uint8_t op;                              // enum feel_range_op
};

struct feel_param { struct str name; const struct feel_type *type; };                  // type NULL = Any
struct feel_function {
	struct str name;                         // for diagnostics; may be empty
	uint32_t n;                              // parameters
	const struct feel_param *param;
	bool variadic;                           // the last parameter takes the rest as a list
	const struct feel_type *result;          // NULL = Any; coerced to by feel_call
	// arg has n values in the order of param, already coerced (a failed coercion is null).
	struct feel_value (*call)(struct feel_run *, const struct feel_function *, const struct feel_value *arg, uint32_t n);
	const void *user;                        // what call needs
};

struct feel_value feel_null(void);
struct feel_value feel_bool(bool);
struct feel_value feel_num(dec);
struct feel_value feel_int(int64_t);
struct feel_value feel_text(struct str);                            // shares the bytes
struct feel_value feel_date(int64_t days);
struct feel_value feel_days_duration(int64_t s, int64_t ns);        // any ns; normalised
struct feel_value feel_months_duration(int64_t months);
struct feel_value feel_of_list(const struct feel_list *);
struct feel_value feel_of_context(const struct feel_context *);
struct feel_value feel_of_function(const struct feel_function *);
struct feel_value feel_of_range(struct arena *, struct feel_value start, bool start_in, struct feel_value end, bool end_in);
struct feel_value feel_lazy(const void *what);                      // see feel_run.force
struct feel_value feel_instant(int64_t at_ms, const struct feel_zone *);   // date and time there; NULL zone = UTC
struct feel_list *feel_list_new(struct arena *, size_t n);          // n nulls
struct feel_context *feel_context_new(struct arena *, uint32_t cap);
void feel_context_put(struct arena *, struct feel_context *, struct str key, struct feel_value);   // replaces; shares key
bool feel_context_get(const struct feel_context *, struct str key, struct feel_value *out);
static inline bool feel_is(struct feel_value v, enum feel_kind k) { return v.kind == k; }
static inline bool feel_is_true(struct feel_value v) { return v.kind == FEEL_BOOLEAN && v.truth; }

// The value of a literal as inside @"…" (date, time, date and time, duration): false when it is none.
bool feel_parse_temporal(struct arena *, struct str text, struct feel_value *out);
const struct feel_zone *feel_zone(struct str name);                 // IANA name; NULL when unknown
struct str feel_zone_name(const struct feel_zone *);

// Comparing (DMN 1.5 §10.3.2.13). Equality is true, false, or null when the kinds differ.
enum feel_truth { FEEL_FALSE, FEEL_TRUE, FEEL_UNKNOWN };
enum feel_truth feel_equal(struct feel_value, struct feel_value);
// False when the two have no order (other kinds, zoned against unzoned); else *sign is -1, 0, 1.
bool feel_order(struct feel_value, struct feel_value, int *sign);
// is(): same kind and the same element of the value space (times with another offset differ).
bool feel_identical(struct feel_value, struct feel_value);
uint64_t feel_hash(struct feel_value);                              // feel_equal is FEEL_TRUE => same hash
enum feel_truth feel_in_range(const struct feel_range *, struct feel_value);

void feel_print(struct buf *, struct feel_value);                   // as an expression: "a" in quotes, date("…")
struct str feel_string(struct arena *, struct feel_value);          // what string() gives: a, 2026-11-05
const char *feel_kind_name(enum feel_kind);                         // "date and time"

// Plain JSON for null, booleans, numbers, strings, lists, contexts; temporal values and ranges as
// {"$type":"date","value":"…"} and {"$type":"range","start":…,"end":…,"start included":…,"end included":…}.
// A function has no JSON: {"$type":"function"}. An object with an unknown $type is E_FEEL_VALUE.
must_use struct err *feel_from_json(struct arena *, const struct json *, struct feel_value *out);
// NULL when printing would take more than 500,000 parts or 2,000 levels (values may share parts).
struct json *feel_to_json(struct arena *, struct feel_value);

// ---- types ----------------------------------------------------------------------------------

struct feel_expr;
struct feel_member { struct str name; const struct feel_type *type; };
struct feel_type {                       // built by the caller for item definitions; NULL anywhere = Any
	enum feel_kind kind;                 // FEEL_NULL .. FEEL_ANY
	struct str name;                     // of an item definition, else empty
	const struct feel_type *of;          // list: element; range: end points; function: result
	uint32_t n;
	const struct feel_member *member;    // context: entries; function: parameters (names may be empty)
	const struct feel_expr *allowed;     // unary tests every value must pass (for a list type: its elements)
	const struct feel_expr *constraint;  // DMN 1.5 typeConstraint: unary tests of the whole value
};
const struct feel_type *feel_type_of_kind(enum feel_kind);
const struct feel_type *feel_type_by_name(struct str);              // "number", "date and time", "dayTimeDuration"…; NULL unknown
const struct feel_type *feel_type_list(struct arena *, const struct feel_type *of);
const struct feel_type *feel_type_of_value(struct arena *, struct feel_value);   // for scopes over given data
// Conforming values pass unchanged. Coercion (DMN 1.5 §10.3.2.9.4): element to singleton list,
// singleton list to element, date to date and time at midnight UTC. False: *out is null, and a diagnostic says why.
bool feel_conforms(struct feel_run *, const struct feel_type *, struct feel_value);
bool feel_coerce(struct feel_run *, const struct feel_type *, struct feel_value, struct feel_value *out);
bool feel_type_fits(const struct feel_type *a, const struct feel_type *b);       // every a is a b (no allowed values)
void feel_type_print(struct buf *, const struct feel_type *);       // list<context<a: number>>

// ---- scopes and compiling -------------------------------------------------------------------

// Names may contain spaces and any of the symbols FEEL allows (a name "import.Decision" is matched
// as written, so imported names are simply added with their prefix). White space counts as one space.
// The longest known name wins; a child's name hides its parents' and those hide the built-ins.
struct feel_scope;
struct feel_scope *feel_scope_new(struct arena *, struct feel_scope *parent);    // parent may be NULL
uint32_t feel_scope_add(struct feel_scope *, struct str name, const struct feel_type *);   // slot; NULL type = unknown
bool feel_scope_find(const struct feel_scope *, struct str name, uint32_t *slot, const struct feel_type **type);
uint32_t feel_scope_slots(const struct feel_scope *);               // slots of it and its parents
// Named types for `instance of` and function parameters; asked before the built-in type names.
void feel_scope_types(struct feel_scope *, const struct feel_type *(*find)(void *user, struct str name), void *user);

enum feel_text_kind {
	FEEL_EXPRESSION,         // any expression (textual or boxed)
	FEEL_UNARY_TESTS,        // a table's cell: tests of ?, "-" and "" are true
};
must_use struct err *feel_compile(struct arena *, struct str text, enum feel_text_kind, const struct feel_scope *,
	struct feel_expr **out);
struct str feel_expr_text(const struct feel_expr *);
// Names that were in no scope (they are null with a diagnostic at run time), for checks; count returned.
size_t feel_expr_unknown(const struct feel_expr *, const struct str **names);
// Slots of the scope that the expression reads, ascending; count returned.
size_t feel_expr_uses(const struct feel_expr *, const uint32_t **slots);
bool feel_expr_constant(const struct feel_expr *, struct feel_value *out);      // a literal (number, string, list of them…)
const struct feel_type *feel_expr_type(const struct feel_expr *);               // what is known; never NULL, Any at worst

// A unary test seen as a set, for table indexes and for analysis: the union of intervals, perhaps
// negated. False when the test is more than that (uses variables, functions, ? …).
struct feel_interval { struct feel_value lo, hi; bool lo_in, hi_in; };          // NULL kind = unbounded; a value is lo = hi, both in
struct feel_tests {
	bool any;                            // "-"
	bool negated;                        // not(…)
	bool null_ok;                        // one of the tests is null
	uint32_t n;
	struct feel_interval *item;
};
bool feel_expr_tests(const struct feel_expr *, struct arena *, struct feel_tests *out);

// ---- evaluating -----------------------------------------------------------------------------

struct feel_diag {
	struct str text;                     // "addition of number and string"
	struct str expr;                     // the text of the expression it stands in
	uint32_t line, col;                  // in that text; 0 = unknown
	struct feel_diag *next;
};

struct feel_run {                        // one evaluation or many in a row; one thread
	struct arena *arena;
	int64_t now_ms;                      // now() and today()
	const struct feel_zone *zone;        // their zone; NULL = UTC
	// Budgets, counted down; feel_run_init sets 2,000,000 steps, depth 4,000, 32 MB, 100 diagnostics.
	// A step is a part of an expression evaluated, a depth level is a part nested in another.
	uint64_t steps;
	uint32_t depth;
	size_t bytes;                        // arena_used(arena) at which the run stops
	uint32_t diags;                      // diagnostics still kept (more are only counted)
	struct err *stop;                    // E_BUDGET once exhausted; then everything evaluates to null
	struct feel_diag *diag, **diag_end;  // in the order raised
	uint64_t raised;                     // diagnostics raised, kept or not
	// Asked for a variable whose slot holds FEEL_LAZY (value.lazy is the caller's); the answer replaces it.
	struct feel_value (*force)(struct feel_run *, struct feel_value *vars, uint32_t slot);
	void *user;                          // the caller's
	const struct feel_expr *at;          // the expression being evaluated and the part of it (diagnostics)
	const void *where;
};
void feel_run_init(struct feel_run *, struct arena *);

// vars: at least feel_scope_slots(scope) values (NULL when 0). Only lazy slots are ever written.
struct feel_value feel_eval(struct feel_run *, const struct feel_expr *, struct feel_value *vars);
// A unary test of input: true, false or null (an expression that is no boolean is compared with the input).
struct feel_value feel_test(struct feel_run *, const struct feel_expr *, struct feel_value *vars, struct feel_value input);
// Calls a function value with arguments in order: counts, coerces arguments and result, guards depth.
struct feel_value feel_call(struct feel_run *, struct feel_value fn, const struct feel_value *arg, uint32_t n);
// The same with names (boxed invocations): parameters not named are null with a diagnostic.
struct feel_value feel_call_named(struct feel_run *, struct feel_value fn, const struct str *name, const struct feel_value *arg, uint32_t n);
// A built-in as a value ("sum", "date and time"…); false when there is none.
bool feel_builtin(struct str name, struct feel_value *out);

// For functions given to the engine, and for DMN's own evaluation: a step taken (false: stop), a
// level entered and left, a diagnostic raised (result null, so that `return feel_error(…)` reads well).
bool feel_step(struct feel_run *, uint64_t n);
bool feel_enter(struct feel_run *, uint32_t levels);                // a decision of DMN: 20 levels
void feel_leave(struct feel_run *, uint32_t levels);
struct feel_value feel_error(struct feel_run *, const char *fmt, ...) printf_like(2, 3);
void feel_stop(struct feel_run *, const char *budget);              // sets run.stop
struct feel_value feel_add(struct feel_run *, struct feel_value, struct feel_value);   // the + of FEEL
