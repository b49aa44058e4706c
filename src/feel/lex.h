// lex.h — inside the engine: the tokens of FEEL (DMN 1.5 §10.3.1.2). Names are single words here;
// the parser joins them by what the scope knows.
#pragma once
#include "feel/part.h"

enum token_kind {
	T_END, T_NUMBER, T_STRING, T_AT, T_NAME, T_DOTDOT, T_LE, T_GE, T_NE, T_POW, T_ARROW, T_BAD,
	T_CHAR = 256,                        // + the character, for every other single one
};
struct token { int kind; size_t start, end; };

// What a character of ASCII may be; beyond it the lex_far_ functions know.
enum { LEX_SPACE = 1, LEX_START = 2, LEX_PART = 4, LEX_SYMBOL = 8, LEX_DIGIT = 16 };
extern const uint8_t lex_class[128];
bool lex_far_space(uint32_t cp), lex_far_start(uint32_t cp), lex_far_part(uint32_t cp);
static inline bool lex_space(uint32_t c) { return c < 0x80 ? lex_class[c] & LEX_SPACE : lex_far_space(c); }
static inline bool lex_name_start(uint32_t c) { return c < 0x80 ? lex_class[c] & LEX_START : lex_far_start(c); }
static inline bool lex_name_part(uint32_t c) { return c < 0x80 ? lex_class[c] & LEX_PART : lex_far_part(c); }
// Allowed inside names: . / - ' ’ + *
static inline bool lex_name_symbol(uint32_t c) { return c < 0x80 ? lex_class[c] & LEX_SYMBOL : c == 0x2019; }
// utf8_next, quick where it is ASCII.
static inline uint32_t lex_next(struct str s, size_t *at)
{
	unsigned char c = (unsigned char)s.p[*at];
	return c < 0x80 ? ++*at, c : utf8_next(s, at);
}
static inline bool lex_plain(struct str s)               // ASCII letters, digits, _ and ? alone: its own normal form
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80 || !(lex_class[(unsigned char)s.p[i]] & LEX_PART)) return false;
	return true;
}
bool lex_keyword(struct str);
bool lex_keyword_first(struct str name);              // “if eligible”: its first word is one
// The token at or behind *at; leaves *at behind it. why: what is wrong with T_BAD.
struct token lex(struct str text, size_t *at, const char **why);
// The text of a string token (with its quotes); false with *why on a bad escape.
bool lex_string(struct arena *, struct str quoted, struct str *out, const char **why);
void text_line_col(struct str text, size_t at, uint32_t *line, uint32_t *col);
