// lex.h — inside the engine: the tokens of FEEL (DMN 1.5 §10.3.1.2). Names are single words here;
// the parser joins them by what the scope knows.
#pragma once
#include "feel/part.h"

enum token_kind {
	T_END, T_NUMBER, T_STRING, T_AT, T_NAME, T_DOTDOT, T_LE, T_GE, T_NE, T_POW, T_ARROW, T_BAD,
	T_CHAR = 256,                        // + the character, for every other single one
};
struct token { int kind; size_t start, end; };

bool lex_space(uint32_t cp);
bool lex_name_start(uint32_t cp);
bool lex_name_part(uint32_t cp);
bool lex_name_symbol(uint32_t cp);                   // allowed inside names: . / - ' ’ + *
bool lex_keyword(struct str);
bool lex_keyword_first(struct str name);              // “if eligible”: its first word is one
// The token at or behind *at; leaves *at behind it. why: what is wrong with T_BAD.
struct token lex(struct str text, size_t *at, const char **why);
// The text of a string token (with its quotes); false with *why on a bad escape.
bool lex_string(struct arena *, struct str quoted, struct str *out, const char **why);
void text_line_col(struct str text, size_t at, uint32_t *line, uint32_t *col);
