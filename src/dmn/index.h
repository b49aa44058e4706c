// index.h — private to dmn/: which rules of a table may be hit, without testing them one by one.
//
// A column's break points cut its values into segments: segment 2i+1 is the point i, 2i the gap
// before it, 2n the gap behind the last, 2n+1 is null. Every cell that is a plain test covers a set of
// segments; a value has one segment. So a rule is tested with whole numbers, small tables with one
// word a column. Cells that are more than plain tests are marked and tested by FEEL afterwards.
#pragma once
#include "dmn/table.h"

struct dmn_span { uint32_t lo, hi; };        // segments, both included
struct dmn_index {
	enum feel_kind kind;                     // of the points
	uint32_t n_point, n_segment;
	struct feel_value *point;                // ascending
	int64_t *whole;                          // the points as whole numbers, when all are; else NULL
	uint32_t *first;                         // n_rule + 1: spans of rule r are span[first[r]] …
	struct dmn_span *span;
	bool *unsure;                            // the rule's cell must be tested by FEEL too
	bool any_unsure;
	uint64_t *mask;                          // segment × words: rules covering it; NULL when too big
	uint32_t *list_first, *list;             // segment -> rules covering it, without the wild ones; NULL when too big
	uint32_t n_wild, *wild;                  // rules that cover every segment
};

// NULL when no cell of the column is a plain test.
struct dmn_index *dmn_index_build(struct arena *, const struct dmn_column *, uint32_t n_rule);
// False: the value is of another kind, so that the index says nothing.
bool dmn_index_segment(const struct dmn_index *, const struct feel_value *, uint32_t *segment);

static inline bool dmn_index_covers(const struct dmn_index *x, uint32_t rule, uint32_t segment)
{
	for (uint32_t i = x->first[rule]; i < x->first[rule + 1]; i++)
		if (segment >= x->span[i].lo && segment <= x->span[i].hi) return true;
	return false;
}
