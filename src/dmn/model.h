// model.h — private to dmn/: the compiled form of a model.
#pragma once
#include "dmn/dmn.h"
#include "dmn/table.h"

struct xml;

enum logic_kind {
	LOGIC_NONE, LOGIC_LITERAL, LOGIC_TABLE, LOGIC_CONTEXT, LOGIC_LIST, LOGIC_RELATION, LOGIC_INVOCATION,
	LOGIC_FUNCTION, LOGIC_CONDITIONAL, LOGIC_FOR, LOGIC_SOME, LOGIC_EVERY, LOGIC_FILTER,
};

struct logic_entry {                         // of a context; a column of a relation; a binding
	struct str name;
	uint32_t slot;
	const struct feel_type *type;            // of its variable
	const struct dmn_logic *value;
};

struct dmn_logic {
	enum logic_kind kind;
	const struct feel_type *type;            // typeRef; NULL = Any
	uint32_t line, col;
	struct dmn_code code;                    // LITERAL
	const struct dmn_table *table;           // TABLE
	uint32_t n;                              // entries, elements, bindings, parameters, columns
	struct logic_entry *entry;
	const struct dmn_logic **item;           // LIST: n; RELATION: n × rows
	uint32_t rows;
	const struct dmn_logic *a, *b, *c;       // CONTEXT: a = result or NULL; INVOCATION: a = what is called;
	                                         // FUNCTION: a = body; CONDITIONAL: if, then, else; iterators: in, body
	uint32_t slot;                           // iterators: the variable
	uint32_t partial;                        // FOR: slot of `partial`
	uint32_t slots;                          // FUNCTION: variables of its body, outer ones included
	uint32_t outer;                          // FUNCTION: how many of them are the outer ones
	struct feel_function fn;                 // FUNCTION: name, parameters, result; call and user are set at run time
	struct str broken;                       // FUNCTION of kind Java or PMML, or logic that could not be read
};

struct need {                                // a requirement: what is visible in the logic, and where
	const struct dmn_item *item;
	uint32_t slot;
};

struct body {                                // of an item; struct dmn_item.index finds it
	struct dmn_item item;
	struct str seen;                         // the name expressions use: its variable's, which should be its own
	struct model_part *part;
	const struct xml *x;                     // while loading
	const struct dmn_logic *logic;
	const struct feel_type *type;            // of the result
	uint32_t n_need;
	size_t cap_need;
	struct need *need;                       // inputs, decisions, BKMs and services
	uint32_t slots;                          // variables its logic needs
	uint32_t first_param;                    // BKM: slot of the first parameter
	struct feel_function fn;                 // BKM and service: as a function value
	// services
	uint32_t n_output, n_given;
	const struct dmn_item **output;          // output decisions
	const struct dmn_item **given;           // parameters: input data, then input decisions
	uint32_t mark, chain;                    // while loading: visiting, longest chain below
};

struct model_part {                          // one text: the model itself or one it imports
	struct str ns, name, file, layout;
	uint32_t n_import;
	struct import { struct str name, ns; struct model_part *part; const struct xml *x; } *import;
	struct type_row *type;                   // item definitions (type.c)
	size_t n_type, cap_type;
	struct feel_scope *scope;                // knows the named types only
	struct dmn_load *load;                   // while loading
	size_t first, count;                     // its items in model.body
	bool renamed;                            // some item's variable has another name than the item
};

struct dmn_model {
	struct model_part **part;
	size_t n_part, cap_part;
	struct body **body;
	size_t n_body, cap_body;
	size_t own;                              // bodies of the model itself come first
	const struct dmn_table **table;
	size_t n_table, cap_table;
	struct err *problem;
	uint32_t *bucket;                        // hash of (kind, name) of own items -> index + 1
	uint32_t n_bucket;
};

// An evaluation under way; run.user points to it.
struct eval {
	struct feel_run run;
	const struct dmn_model *model;
	const struct feel_context *inputs;       // of the asked item; NULL inside a service
	struct frame *frame;                     // values of the items
	struct dmn_trace *trace;
	uint32_t level;
	const struct dmn_item *at;               // where diagnostics are raised
	struct dmn_step *step;                   // what the next table fills; NULL without trace
	struct feel_diag **seen;                 // the first diagnostic not yet given an owner
	struct dmn_diag *diag, **diag_end;
};
struct frame {                               // one a decision asked for or a service called
	uint8_t *state;                          // 0 unknown, 1 known, 2 being evaluated
	struct feel_value *value;
};

static inline struct body *body_of(const struct dmn_item *item)
{
	return (struct body *)((char *)item - offsetof(struct body, item));
}

// eval.c
struct feel_value dmn_run_logic(struct eval *, const struct dmn_logic *, struct feel_value *vars);
struct feel_value dmn_run_code(struct eval *, const struct dmn_code *, struct feel_value *vars, const char *what);
// Gives the diagnostics raised since the last call their owner.
void dmn_own_diags(struct eval *, const char *element, uint32_t rule, struct str column, uint32_t line, uint32_t col);
struct feel_value dmn_call_bkm(struct feel_run *, const struct feel_function *, const struct feel_value *, uint32_t);
struct feel_value dmn_call_service(struct feel_run *, const struct feel_function *, const struct feel_value *, uint32_t);

// table.c
struct dmn_load;
const struct dmn_table *dmn_compile_table(struct dmn_load *, const struct dmn_written *, const struct feel_scope *,
	struct model_part *, const struct dmn_item *, struct str name, const struct feel_type *type);
struct feel_value dmn_run_table(struct eval *, const struct dmn_table *, struct feel_value *vars);

// type.c
const struct feel_type *dmn_type_named(const struct model_part *, struct str name);
void dmn_type_define(struct dmn_load *, struct model_part *, struct str name, struct str base, struct dmn_cell allowed,
	struct dmn_cell constraint, uint32_t line);
void dmn_type_add(struct dmn_load *, struct model_part *, const struct xml *);
void dmn_types_build(struct dmn_load *, struct model_part *);
struct feel_scope *dmn_scope_of(struct dmn_load *, struct model_part *);         // a root scope that knows the named types
const struct feel_type *dmn_type_ref(struct dmn_load *, struct model_part *, struct str ref, uint32_t line, uint32_t col);
