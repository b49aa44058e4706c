// multipart.h — multipart/form-data (RFC 7578) read as it arrives, in any pieces.
//
// Memory  one window of about 24 KB and the names of all parts, in the arena given.
// Errors  E_SYNTAX, E_UTF8, E_UNSUPPORTED, E_NOT_ALLOWED_HERE (U+0000 in a name), E_BUDGET (parts),
//         E_TOO_BIG with the field's name in err.field and the limit as argument; or what a callback returned.
// Holds   (1) after an error every further call returns the same error; (2) data never arrives
//         before begin or after end of its part; (3) file names come without folders.
#pragma once
#include "base/err.h"

struct multipart_part {
	struct str name, type;         // type: Content-Type as written, empty when absent
	struct str filename;           // p == NULL: an ordinary field
	size_t max;                    // bytes allowed; begin may lower or raise it, by name
};

struct multipart_on {
	void *arg;
	struct err *(*begin)(void *arg, struct multipart_part *);    // the texts live as long as the arena
	struct err *(*data)(void *arg, struct str bytes);            // any number of times; any bytes
	struct err *(*end)(void *arg);
};

struct multipart_limits { size_t total, field, file; uint32_t parts; };   // 0 = default: 64 MB, 1 MB, 20 MB, 500
struct multipart;
must_use struct err *multipart_new(struct arena *, struct str content_type, struct multipart_limits, struct multipart_on,
				   struct multipart **out);
must_use struct err *multipart_feed(struct multipart *, struct str bytes);
must_use struct err *multipart_end(struct multipart *);   // E_SYNTAX when the closing boundary is missing
