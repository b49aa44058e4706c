// pinyin.h — how Chinese text is read: a table made at build time (tools/pinyin.c).
//
// Memory  the table is constant; results go where the caller says.
#pragma once
#include "base/str.h"

struct pinyin_char { uint32_t cp; uint16_t syllable; };
struct pinyin_word { const char *text; uint8_t n; uint16_t syllable[12]; };
extern const char *const pinyin_syllable[];
extern const struct pinyin_char pinyin_char[];
extern const uint32_t pinyin_chars;
extern const struct pinyin_word pinyin_word[];
extern const uint32_t pinyin_words;

// Appends the reading of text: letters to full, the first letters to initials. starts gets a byte for
// each byte of full: 1 where a syllable or a Latin word begins. Latin letters and digits read as they
// are, in lower case; all else is left out. places (may be NULL) gets a uint32_t for each of those
// beginnings: the byte of text it stands at.
void pinyin_read(struct str text, struct buf *full, struct buf *starts, struct buf *initials, struct buf *places);
