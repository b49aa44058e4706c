// table.h — a decision table: as people wrote it (texts and their places) and as compiled.
//
// Owns    the order of rules, the hit policies of DMN 1.5 §8.2.8, and the index over rules.
// Memory  a table is immutable and lives with its model; the written part may be made by hand
//         (sheet.c), by the XML loader (load.c), or by an editor.
// Holds   (1) the compiled table has exactly the rules and columns of the written one, in order;
//         (2) with or without the index the same rules are hit; (3) no rule hit: the default outputs,
//             else null, whatever the hit policy; (4) an input outside its input values: null and a
//             diagnostic; an output outside its output values is null with a diagnostic.
#pragma once
#include "dmn/dmn.h"

enum dmn_hit_policy { DMN_UNIQUE, DMN_ANY, DMN_PRIORITY, DMN_FIRST, DMN_RULE_ORDER, DMN_OUTPUT_ORDER, DMN_COLLECT };
enum dmn_aggregation { DMN_LIST, DMN_SUM, DMN_COUNT, DMN_MIN, DMN_MAX };

// ---- as written -----------------------------------------------------------------------------

struct dmn_cell { struct str text; uint32_t line, col; };       // place of the text's first character
struct dmn_in_clause {
	struct str id, label, type;              // type: typeRef as written, or empty
	struct dmn_cell expr;                    // the input expression
	struct dmn_cell allowed;                 // input values, or empty
};
struct dmn_out_clause {
	struct str id, label, type, name;
	struct dmn_cell allowed;                 // output values, or empty; their order is the priority
	struct dmn_cell otherwise;               // default output, or empty
};
struct dmn_rule {
	struct str id, description;
	uint32_t line, col;
	struct dmn_cell *in, *out;               // as many as there are clauses
	struct str *note;                        // annotations, as many as there are annotation clauses
};
struct dmn_written {
	struct str name, id, type, output_label;
	uint32_t line, col;
	enum dmn_hit_policy hit;
	enum dmn_aggregation aggregation;
	uint32_t n_in, n_out, n_note, n_rule;
	struct dmn_in_clause *in;
	struct dmn_out_clause *out;
	struct str *note;                        // names of the annotation columns
	struct dmn_rule *rule;
};
bool dmn_hit_policy_parse(struct str, enum dmn_hit_policy *, enum dmn_aggregation *);  // "UNIQUE", "U", "C+", "RULE ORDER"…
struct str dmn_hit_policy_letter(enum dmn_hit_policy, enum dmn_aggregation);           // "U", "C+"
int dmn_legal_column(const struct dmn_written *);               // annotation column with the legal basis, or -1

// ---- compiled -------------------------------------------------------------------------------

struct dmn_code {                            // an expression, or why there is none
	const struct feel_expr *expr;            // NULL: broken
	struct str broken;                       // the mistake, for the diagnostic at run time
	bool constant;                           // value is what it always gives
	struct feel_value value;
	uint32_t line, col;                      // of the text
};
struct dmn_column {                          // an input column
	struct dmn_code expr, allowed;           // allowed.expr NULL and broken empty: any value
	const struct feel_type *type;            // as the clause says; NULL = Any
	const struct feel_type *known;           // what is known of the expression itself, or NULL
	int32_t slot;                            // the expression is just this variable; -1 = it is more
	struct dmn_code *cell;                   // a rule each
	struct feel_tests *tests;                // a rule each; valid where exact[] says so
	bool *exact;
	struct dmn_index *index;                 // NULL: this column is tested cell by cell
};
struct dmn_output {
	const struct feel_type *type;
	struct dmn_code allowed, otherwise;
	struct feel_value *order;                // the output values in order, for P and O
	uint32_t n_order;
	struct dmn_code *cell;
};
struct dmn_table {
	const struct dmn_written *written;
	struct str name;                         // of the decision, BKM or context entry it decides
	const struct dmn_item *item;             // it stands in
	const struct feel_type *type;            // of the whole result; NULL = Any
	struct dmn_column *in;
	struct dmn_output *out;
	const struct feel_scope *scope;          // its expressions see; for analysis
	int legal;                               // annotation column, or -1
	struct dmn_rules *rules;                 // index over all columns; NULL for a table that has none
};
