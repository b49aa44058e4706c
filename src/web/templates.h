// templates.h — all shipped pages compiled, with both languages.
//
// Owns    the programs and word tables, in the arena given.
// Memory  load once at start; read-only afterwards, so any thread may render.
// Errors  only a build that skipped tplc can fail here: the same texts were checked at build.
//
// Why the bytecode is made at start and not stored in the binary: the texts are embedded exactly as
// tplc checked them, compiling all of them takes a few milliseconds, and there is no second format
// (pointers, endianness, versions) that could differ from what the compiler makes of a city's papers.
#pragma once
#include "web/tpl.h"

struct templates;

must_use struct err *templates_load(struct arena *, struct templates **out);
const struct tpl *templates_page(const struct templates *, struct str name);      // "home"; NULL when there is none
const struct tpl_words *templates_words(const struct templates *, bool english);
// The environment of a page in that language, falling back to Chinese.
struct tpl_env templates_env(const struct templates *, bool english, int64_t now_ms);
const struct json *templates_shape(const struct templates *, struct str page);    // what its view may hold
size_t templates_count(const struct templates *);
struct str templates_name(const struct templates *, size_t i);
bool templates_is_staff(const struct templates *, size_t i);
