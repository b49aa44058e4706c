// set.h — settings: one table (set.def), read once at the start, constant afterwards.
//
// Owns    the values of this process. Needs nothing.
// Memory  texts live as long as the process.
// Time    read before threads start; then any thread may ask.
// Errors  E_SETTING naming key, reason, and for files the line; all mistakes at once, as a list.
// Holds   (1) a value is always within its row's bounds; (2) later sources win: default, file,
//         environment (TONGBAN_NET_WORKERS), command line (--set net.workers=8); (3) an unknown key is
//         an error in a file and on the command line; the environment may hold others.
#pragma once
#include "base/err.h"

enum set_type { SET_TYPE_INT, SET_TYPE_BOOL, SET_TYPE_TEXT, SET_TYPE_SECRET, SET_TYPE_CHOICE };

enum set_key {
#define SET_INT(key, unit, def, min, max, zh, en) SET_##key,
#define SET_BOOL(key, def, zh, en) SET_##key,
#define SET_TEXT(key, unit, def, zh, en) SET_##key,
#define SET_SECRET(key, zh, en) SET_##key,
#define SET_CHOICE(key, choices, def, zh, en) SET_##key,
#include "base/set.def"
	SET_COUNT
};

struct set_row {
	const char *key;               // "net.workers"
	enum set_type type;
	const char *unit;              // of integers: "s", "ms", "bytes", "count", "days" …; of texts: what it holds
	int64_t def, min, max;         // integers; bool: def
	const char *text_def;          // texts, choices
	const char *choices;           // "a|b|c"
	const char *zh, *en;
};

int64_t set_int(enum set_key);
bool set_bool(enum set_key);
struct str set_text(enum set_key);          // texts, secrets, choices

// Reads `file` (empty: none; a missing file is an error only when must_exist), the environment, then
// overrides "key=value". Integers take K, M, G (1024) when their unit is bytes. Call once, early.
must_use struct err *set_load(struct arena *, struct str file, bool must_exist, const struct str *overrides, size_t n);
must_use struct err *set_put(struct arena *, struct str key, struct str value);    // one value; tests and --set
must_use struct err *set_read(struct arena *, struct str name, struct str text);   // the text of a file; name for errors
void set_reset(void);                       // all defaults again (tests)

const struct set_row *set_row(enum set_key);
bool set_find(struct str key, enum set_key *out);
// The whole table as a commented tongban.conf: what differs from its default is written out, the rest
// commented. Secrets are never printed.
void set_print(struct buf *, bool english);
