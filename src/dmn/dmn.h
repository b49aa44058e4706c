// dmn.h — decisions: a DMN 1.5 model, loaded and compiled once, evaluated by many threads.
//
// Owns    nothing: a model lives in the arena it was loaded into and is immutable afterwards.
// Needs   base, codec (xml), feel.
// Memory  dmn_load compiles into its arena; dmn_eval allocates only from the arena it is given, and
//         its result, trace and diagnostics live there (they also point into the model).
// Time    now() and today() of the rules are env.now_ms in env.zone; no clock is read.
// Errors  dmn_load: E_XML and the other errors of such a file, E_DMN_NAMESPACE, E_BUDGET, with file, line, column.
//         Mistakes that leave the rest of the model usable (an expression that does not parse, a
//         type nobody defined, a requirement that leads nowhere) are dmn_problems; what they touch
//         evaluates to null with a diagnostic. `tongban check` refuses a model that has any.
//         dmn_eval never fails: null and diagnostics; an exhausted budget is result.stop (E_BUDGET).
// Holds   (1) same model, inputs, now, zone: same value, diagnostics and trace, byte for byte;
//         (2) requirement cycles, type cycles and chains deeper than 256 are refused when loading;
//         (3) a decision sees only what it requires: inputs, decisions, knowledge, imports;
//         (4) every value entering an item with a type is coerced to it (null and a diagnostic if it
//             does not conform); an output outside the column's output values raises a diagnostic.
//
// Which editions: the namespaces of DMN 1.1 to 1.5, read alike. Layout (DMNDI) is kept as bytes.
//
//     err = dmn_load(model_arena, (struct dmn_text){S("补贴.dmn"), xml}, NULL, NULL, &model);
//     const struct dmn_item *d = dmn_find(model, DMN_DECISION, S("补贴资格"));
//     struct dmn_result r;
//     dmn_eval(model, d, inputs, &(struct dmn_env){.now_ms = now, .trace = true}, request_arena, &r);
//     if (r.stop) …; use r.value, r.diag, r.trace
#pragma once
#include "base/err.h"
#include "feel/feel.h"

struct dmn_model;
struct dmn_table;                            // table.h

// ---- loading --------------------------------------------------------------------------------

struct dmn_text { struct str file, text; };  // file: for errors and for finding imports beside it

// Finds the text of an imported model (its namespace, its locationURI or empty, the importing
// file). False: not found. The texts must live as long as the model.
struct dmn_resolver {
	bool (*find)(void *user, struct arena *, struct str ns, struct str location, struct str from, struct dmn_text *out);
	void *user;
};

struct dmn_limits {                          // 0 = default
	size_t bytes;                            // of one text: 16 MB
	size_t memory;                           // of the compiled model: 512 MB
	uint32_t elements;                       // of one text: 1,000,000
	uint32_t depth;                          // of nested elements: 64
	uint32_t chain;                          // of requirements (decision or BKM to decision or BKM): 256
	uint32_t imports;                        // models in all: 64
};
must_use struct err *dmn_load(struct arena *, struct dmn_text, const struct dmn_resolver *, const struct dmn_limits *,
	struct dmn_model **out);
const struct err *dmn_problems(const struct dmn_model *);    // NULL when there is none; list by next
struct str dmn_namespace(const struct dmn_model *);
struct str dmn_layout(const struct dmn_model *);             // the bytes of <dmndi:DMNDI>…, or empty

// ---- what a model has -----------------------------------------------------------------------

enum dmn_kind { DMN_INPUT, DMN_DECISION, DMN_BKM, DMN_SERVICE };
struct dmn_item {
	enum dmn_kind kind;
	uint32_t index;                          // in the model, imported items included
	struct str name, id, ns, file;           // ns: namespace of the model it stands in
	uint32_t line, col;
	struct str description, question, answers;
	const struct feel_type *type;            // of its variable; NULL = Any
	bool imported;
	const struct dmn_table *table;           // when its logic is one decision table, else NULL
	const struct dmn_logic *logic;           // private
};
size_t dmn_items(const struct dmn_model *);                  // own items first, then imported ones
const struct dmn_item *dmn_item(const struct dmn_model *, size_t i);
const struct dmn_item *dmn_find(const struct dmn_model *, enum dmn_kind, struct str name);   // own items only
// What the item needs, directly or through others: its inputs (DMN_INPUT, and decisions given to a service).
size_t dmn_inputs(const struct dmn_model *, const struct dmn_item *, struct arena *, const struct dmn_item ***out);
// All decision tables of the own model, wherever they stand (decision, BKM, context entry).
size_t dmn_tables(const struct dmn_model *);
const struct dmn_table *dmn_table(const struct dmn_model *, size_t i);

// ---- evaluating -----------------------------------------------------------------------------

struct dmn_env {
	int64_t now_ms;
	const struct feel_zone *zone;            // NULL = UTC
	bool trace;                              // build result.trace
	uint64_t steps;                          // budgets; 0 = feel's defaults
	uint32_t depth;
	size_t bytes;
};

struct dmn_diag {
	const struct dmn_item *item;             // where it was raised; NULL: in an input value
	struct str element;                      // "decision 补贴资格", "rule 3, column 年龄"
	struct str text;                         // what was expected and found
	struct str expr;                         // the expression's text, or empty
	uint32_t line, col;                      // in item->file; 0 = unknown
	struct dmn_diag *next;
};

struct dmn_named { struct str name; struct feel_value value; };
struct dmn_annotation { struct str name, text; };
struct dmn_hit {                             // a rule that was hit
	uint32_t rule;                           // row, from 1
	struct str id;                           // of the rule element, or empty
	uint32_t n;
	const struct dmn_annotation *annotation; // every annotation column with a text
	struct str legal_basis;                  // the column named 法律依据, 依据 or legal basis, else empty
};
struct dmn_step {                            // a decision taken, or knowledge or a service called
	const struct dmn_item *item;
	uint32_t level;                          // 0 = the decision asked for; 1 = what it required or called, …
	uint32_t n_input;
	struct dmn_named *input;                 // what it required: inputs and decisions; or its arguments
	const struct dmn_table *table;           // NULL: no table
	uint32_t n_column;
	struct dmn_named *column;                // input expressions and their values
	uint32_t n_hit;
	struct dmn_hit *hit;                     // in the order of rows
	bool defaulted;                          // no rule hit: the default outputs
	struct feel_value value;
	struct dmn_step *next;                   // in the order in which they were finished
};
struct dmn_trace { struct dmn_step *first, **end; size_t n; };

struct dmn_result {
	struct feel_value value;
	struct dmn_diag *diag;                   // in the order raised (at most 100 are kept)
	uint64_t raised;                         // all of them
	struct err *stop;                        // E_BUDGET: the value is null for that reason
	struct dmn_trace *trace;                 // NULL unless asked for
};

// Evaluates a decision, a service, or a BKM (arguments by parameter name). Inputs are looked up in the
// context by name; a decision that is given there is not evaluated (a test, a replay). Inputs of an
// imported model: "Import name.Input name", "namespace#Input name", or a context under the import's name.
void dmn_eval(const struct dmn_model *, const struct dmn_item *, const struct feel_context *inputs,
	const struct dmn_env *, struct arena *, struct dmn_result *out);

// The trace for the record and for programs: [{"decision":…,"inputs":{…},"columns":[…],"rules":[{"row":3,…}],"value":…}].
struct json *dmn_trace_json(struct arena *, const struct dmn_trace *);
// What a refusal or an approval quotes: the asked decision's rules with annotation and legal basis,
// e.g. 依据《…》第十条：年满八十周岁（规则 3）。Empty when no table decided.
struct str dmn_trace_sentence(struct arena *, const struct dmn_trace *, bool english);
bool dmn_trace_english(const struct dmn_trace *);      // every rule hit has an annotation named "en", which the sentence then is
struct json *dmn_value_json(struct arena *, struct feel_value);     // feel_to_json, or {"$type":"too large"}
struct json *dmn_diags_json(struct arena *, const struct dmn_diag *);
