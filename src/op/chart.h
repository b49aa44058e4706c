// chart.h — figures as drawings: bars and lines, as SVG without style or script; every page that shows one has
// the same figures in a table.
#pragma once
#include "op/op.h"

struct chart_bar { struct str label, text; int64_t value; bool mark; };      // text: the value as it is written
// One bar below the other; the longest, or `most` when that is more, fills the width.
struct str chart_bars(struct op_call *, struct str title, const struct chart_bar *, size_t n, int64_t most);
struct chart_line { struct str name; const int64_t *value; };
// Up to three lines over the same n points; the last point's name stands at its end.
struct str chart_lines(struct op_call *, struct str title, const struct chart_line *, size_t lines, size_t n);
