// err.h — the user's mistakes and the world's failures, as values.
//
// A function that can fail returns struct err *: NULL is success. The error lives in the arena
// it was made in. Its row in err.def gives HTTP status and the sentence in Chinese and English;
// every sentence says what to do next. Several errors (a form's fields) are a list by next.
#pragma once
#include "base/str.h"

enum err_code {
#define E(code, status, zh, en) E_##code,
#include "base/err.def"
#undef E
	E_COUNT
};

struct err {
	enum err_code code;
	struct str field;      // the input field or form key it belongs to, or empty
	struct str arg[3];     // what {0} {1} {2} of the sentence stand for; never a person's data
	struct str file;       // for texts that people write: where
	uint32_t line, col;    // from 1; 0 = unknown. col counts code points
	struct err *next;
};

must_use struct err *err_new(struct arena *, enum err_code);
must_use struct err *err_arg(struct arena *, enum err_code, struct str arg0);
must_use struct err *err_args(struct arena *, enum err_code, struct str arg0, struct str arg1, struct str arg2);
must_use struct err *err_field(struct arena *, enum err_code, struct str field, struct str arg0);
must_use struct err *err_at(struct arena *, enum err_code, struct str file, uint32_t line, uint32_t col, struct str arg0);
void err_add(struct err **list, struct err *more);     // appends; keeps order; NULL more is fine

const char *err_name(enum err_code);                   // "CASE_STALE"
int err_status(enum err_code);                         // HTTP status
bool err_is_world(enum err_code);                      // status 500 and above: retry may help
struct str err_text(struct arena *, const struct err *, bool english);
