// json.h — JSON (RFC 8259) as an arena tree. Strict UTF-8; numbers stay the text they came as.
//
// Owns    nothing; a tree lives in the arena it was made in and may share the input's bytes.
// Errors  E_SYNTAX with line and column, E_UTF8, E_TOO_DEEP, E_TOO_BIG, E_DUPLICATE_KEY, E_BUDGET.
// Holds   (1) members keep their order; (2) a parsed object has no two equal keys;
//         (3) U+0000 is refused in any string; (4) printing a parsed tree gives the same values.
#pragma once
#include "base/dec.h"
#include "base/err.h"

enum json_type { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json {
	enum json_type type;
	uint32_t n, cap;               // elements or members
	struct str text;               // string (unescaped) or number (as written)
	struct json **item;            // elements, or the values of members
	struct str *key;               // members only
};

struct json_limits { size_t bytes; uint32_t depth, nodes; };       // 0 = default: 1 MB, 64, 100,000
must_use struct err *json_parse(struct arena *, struct str text, struct json_limits, struct json **out);

// Reading. All take NULL for an absent value and then answer "absent".
struct json *json_get(const struct json *object, struct str key);  // NULL when absent or no object
struct json *json_path(const struct json *, const char *dotted);   // "case.steps.0.name"
struct str json_text(const struct json *);                         // string or number text, else empty
bool json_int(const struct json *, int64_t *out);                  // integral number in range
bool json_dec(const struct json *, dec *out);
bool json_is_true(const struct json *);
size_t json_count(const struct json *);                            // elements or members, else 0
bool json_equal(const struct json *, const struct json *);         // numbers by value, members in any order

// Building. The tree and every key belong to the arena; keys of json_put must outlive it (literals).
struct json *json_new(struct arena *, enum json_type);
struct json *json_obj(struct arena *);
struct json *json_arr(struct arena *);
struct json *json_str(struct arena *, struct str);                 // does not copy the bytes
struct json *json_num(struct arena *, int64_t);
struct json *json_decimal(struct arena *, dec);
struct json *json_bool(struct arena *, bool);
struct json *json_id(struct arena *, int64_t id);                  // ids travel as strings: JavaScript has 53 bits
void json_put(struct arena *, struct json *object, struct str key, struct json *value);   // replaces an equal key
void json_add(struct arena *, struct json *array, struct json *value);
struct json *json_copy(struct arena *, const struct json *);       // deep

void json_print(struct buf *, const struct json *);                // compact; safe inside HTML (<, >, & and U+2028/9 escaped)
void json_print_pretty(struct buf *, const struct json *);         // 2 spaces, for people
void json_print_canonical(struct buf *, const struct json *);      // keys sorted bytewise, numbers shortest: for digests
void json_print_string(struct buf *, struct str);                  // quoted and escaped
