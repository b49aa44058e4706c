// analyse.h — what is wrong with a decision table before anybody is decided by it.
//
// Owns    the arithmetic of cells as unions of boxes; needs a compiled table.
// Memory  findings live in the arena; they point into the table.
// Holds   (1) exact on numbers, dates, durations, strings, booleans and enumerations: a gap or overlap
//             that is reported exists (its example is one), and none is missed unless the analysis says
//             so with DMN_UNDECIDED; (2) work is bounded (20 million steps for gaps, as many for the rest); (3) null inputs
//             are no gap: they mean "not known", and a case with an unknown goes to a person.
//
// What is examined: gaps (hit policies U A P F without default outputs; for C R O they are only told),
// overlaps that break U, or A with other outputs; rules that never fire because a cell matches nothing
// in the column's values, or because earlier (F) or higher (P) rules take all they would take;
// outputs outside the output values; types that can't meet.
#pragma once
#include "dmn/table.h"

enum dmn_finding_kind {
	DMN_GAP,                 // example: an input that no rule covers
	DMN_OVERLAP,             // rules rule and other are both hit by example
	DMN_DEAD,                // rule never fires: others take it all; column is UINT32_MAX
	DMN_EMPTY,               // rule never fires: its cell in column matches nothing
	DMN_BAD_OUTPUT,          // rule's output in column is outside the output values (rule 0: the default)
	DMN_CLASH,               // types that can't meet: text says which; rule 0: the column itself
	DMN_UNDECIDED,           // text says what was not examined
};
struct dmn_finding {
	enum dmn_finding_kind kind;
	uint32_t rule, other;                    // rows from 1; 0 = none
	uint32_t column;                         // from 0, or UINT32_MAX
	bool output;                             // column is an output column
	bool tolerated;                          // a gap where the hit policy gives lists: told, no mistake
	struct feel_value *example;              // an input column each; kind FEEL_ANY: any value
	struct str text, zh;                     // what exactly, in English and (where it is a sentence) Chinese
	uint32_t line, col;
	struct dmn_finding *next;
};
struct dmn_analysis {
	struct dmn_finding *first, **end;
	uint32_t n;
	bool complete;                           // nothing was left undecided
};
void dmn_analyse(struct arena *, const struct dmn_table *, struct dmn_analysis *out);
bool dmn_finding_is_mistake(const struct dmn_finding *);        // refuses publication; else it is told
struct str dmn_finding_text(struct arena *, const struct dmn_table *, const struct dmn_finding *, bool english);
