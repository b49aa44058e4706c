// tpl_int.h — what the halves of the template compiler share: nodes, expressions, operations.
#pragma once
#include "web/tpl.h"

// -- what the parser makes ---------------------------------------------------------------------
enum ex_kind { EX_LIT, EX_PATH, EX_WORD, EX_NOT, EX_AND, EX_OR, EX_EQ, EX_NE, EX_LT, EX_LE, EX_GT, EX_GE, EX_FILTER,
	EX_LOOP };

enum filter {
	F_DATE, F_DAY, F_MOMENT, F_TIME, F_DATETIME, F_STAMP, F_MD, F_MONEY, F_YUAN, F_LEFT, F_LEFT_SHORT, F_CASENUMBER,
	F_FILESIZE, F_DAYSPAN, F_UNIT, F_COUNT, F_JOIN, F_DEFAULT, F_WORD, F_SVG, F_NONE
};

struct ex {
	uint8_t kind, filter, loop;         // loop: 0 index, 1 first, 2 last
	int16_t slot;                       // resolved paths: loop variable, or -1 for the view
	uint32_t line, col, n;              // n: names in the path
	struct str *name;                   // EX_PATH
	uint16_t *hint;                     // EX_PATH: where each name stood last time
	struct str text;                    // EX_WORD key; EX_FILTER argument
	const struct json *lit;             // EX_LIT
	const struct json *shape;           // resolved: what it yields, NULL = unknown
	struct ex *a, *b;
};

struct arg { struct str name; struct ex *e; uint32_t line, col; };

enum node_kind { N_TEXT, N_OUT, N_IF, N_FOR, N_INCLUDE, N_T, N_BLOCK, N_ASSET, N_LAYOUT, N_PARAMS };

struct node {
	enum node_kind kind;
	uint32_t line, col, nargs;
	struct str text;                    // text, or the name that include, t, block, for, asset, layout take
	struct ex *e;
	struct arg *args;
	struct node *body, *other, *next;   // other: the else part (an N_IF again for elif)
	bool has_other;
};

struct source { struct str file, text; struct node *nodes; };

must_use struct err *tpl_parse(struct arena *, struct str file, struct str text, struct node **out);
extern const char *const filter_names[F_NONE];

// -- what the emitter makes --------------------------------------------------------------------
enum op_code { OP_TEXT, OP_OUT, OP_SVG, OP_UNLESS, OP_JUMP, OP_FOR, OP_NEXT, OP_T };
enum escape { ESC_TEXT, ESC_ATTR, ESC_URL, ESC_URL_TAIL, ESC_URL_JOIN, ESC_URL_PART, ESC_PLAIN };

struct op {
	uint8_t code, esc;
	int16_t slot;
	uint32_t a, b;                      // text: at, length in the pool; jumps: target
	struct ex *e;
	struct str key;                     // OP_T
	struct arg *args; uint32_t nargs;
};

struct block_at { struct str name; uint32_t from, to; };

enum { TPL_SLOTS = 32, TPL_DEPTH = 48, TPL_INCLUDES = 24, TPL_NODES = 60000 };

struct tpl {
	struct op *op; size_t n, cap;
	char *pool; size_t pool_n, pool_cap;
	struct block_at *block; size_t nblocks, blocks_cap;
};

// -- values and filters ------------------------------------------------------------------------
enum val_kind { V_NONE, V_JSON, V_TEXT, V_INT, V_BOOL };
struct val { enum val_kind kind; const struct json *j; struct str s; int64_t i; };

struct val tpl_filter(struct arena *, const struct tpl_env *, enum filter, struct str arg, struct val);
struct str tpl_val_text(struct arena *, struct val);
struct str tpl_translate(const struct tpl_env *, struct str key);   // the key itself when nowhere
void tpl_escape(struct buf *, enum escape, struct str);
bool tpl_url_ok(struct str);
