// yaml.h — YAML 1.1 (UTF-8) as an arena tree that remembers where everything stood: a city's files.
//
// Owns    nothing; the tree and its text live in the arena.
// Errors  E_SYNTAX with line and column, E_UTF8, E_TOO_DEEP, E_TOO_BIG, E_BUDGET, E_DUPLICATE_KEY,
//         E_NOT_ALLOWED_HERE (anchor, alias, tag, merge key, a second document). Every error carries the file name.
// Holds   (1) maps keep their order and have no two equal keys; (2) keys are scalars; (3) a scalar
//         is always its text: what it means (number, yes) is the reader's business, quoted tells
//         whether it was written so; (4) U+0000 cannot occur; (5) an empty file is an empty map.
#pragma once
#include "base/err.h"

enum yaml_type { YAML_SCALAR, YAML_LIST, YAML_MAP };

// A city of 26,000 items has nine million of these: they are kept small.
struct yaml {
	uint32_t line, col;            // where it begins, from 1; col counts code points
	uint32_t n;                    // elements or members
	enum yaml_type type : 8;
	bool quoted;                   // scalar in quotes or a block (| or >): never null, never a number
	const struct str *file;        // the file name handed in, one for all its nodes
	union {
		struct str text;           // scalar
		struct {
			struct yaml **item;    // elements, or the values of members
			struct yaml **key;     // members only: scalars
		};
	};
};

struct yaml_limits { size_t bytes; uint32_t depth, nodes; };         // 0 = default: 4 MB, 40, 200,000
must_use struct err *yaml_parse(struct arena *, struct str file, struct str text, struct yaml_limits, struct yaml **out);

// Reading. All take NULL for an absent node and then answer "absent".
struct yaml *yaml_get(const struct yaml *map, struct str key);       // NULL when absent or no map
struct yaml *yaml_key(const struct yaml *map, struct str key);       // the key's own node, for its line
struct yaml *yaml_path(const struct yaml *, const char *dotted);     // "steps.0.name"
bool yaml_is_null(const struct yaml *);                              // absent, or plain "", ~, null
struct str yaml_text(const struct yaml *);   // scalar text, else p == NULL; a null is p == NULL too
struct str yaml_get_text(const struct yaml *map, struct str key);    // yaml_text(yaml_get())
bool yaml_bool(const struct yaml *, bool *out);                      // plain true or false
bool yaml_int(const struct yaml *, int64_t *out);                    // plain decimal integer
struct str yaml_file(const struct yaml *);                           // of no node: empty
size_t yaml_count(const struct yaml *);                              // elements or members, else 0
struct err *yaml_err(struct arena *, enum err_code, const struct yaml *where, struct str arg0);   // with its file, line, column
