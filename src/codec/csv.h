// csv.h — comma- or tab-separated tables (RFC 4180) as cells that know their line.
//
// Owns    nothing; cells live in the arena and may share the input's bytes.
// Errors  E_SYNTAX with line and column, E_UTF8, E_TOO_BIG, E_BUDGET, E_NOT_ALLOWED_HERE (U+0000).
// Holds   (1) a byte order mark is skipped; (2) rows end with LF or CRLF, quoted cells may hold
//         both; (3) an empty line is no row; (4) rows may differ in length: the reader decides.
#pragma once
#include "base/err.h"

struct csv_row { struct str *cell; uint32_t n, line; };              // line where the row begins, from 1
struct csv { struct csv_row *row; size_t n; };
struct csv_limits { size_t bytes; uint32_t rows, columns; };         // 0 = default: 16 MB, 100,000, 500

must_use struct err *csv_parse(struct arena *, struct str file, struct str text, char sep, struct csv_limits, struct csv *out);
struct str csv_cell(const struct csv_row *, uint32_t i);             // empty behind the end

// Writes one row with CRLF, quoting where needed. for_spreadsheet puts an apostrophe before a cell
// that a spreadsheet would run as a formula (= + - @ tab at the start, unless it is a number).
void csv_print_row(struct buf *, const struct str *cell, size_t n, char sep, bool for_spreadsheet);
