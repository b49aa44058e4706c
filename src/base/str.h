// str.h — text as (pointer, length); never needs a terminating zero, never owns memory.
//
// All text inside the program is valid UTF-8; it is checked where it comes in (codec, net).
#pragma once
#include "base/arena.h"

struct str {
	const char *p;
	size_t n;
};

#define S(lit) ((struct str){"" lit "", sizeof(lit) - 1})              // literals only: a pointer does not compile
#define STR_FMT "%.*s"
#define STR_ARG(s) (int)(s).n, (s).p

struct str str_of(const char *z);                        // NULL gives the empty string
struct str str_copy(struct arena *, struct str);
char *str_z(struct arena *, struct str);                 // a zero-terminated copy
struct str str_fmt(struct arena *, const char *fmt, ...) printf_like(2, 3);
struct str str_join(struct arena *, const struct str *parts, size_t n, struct str between);
bool str_eq(struct str, struct str);
#define str_is(s, lit) str_eq((s), S(lit))
int str_cmp(struct str, struct str);                     // bytewise, as collation C
bool str_starts(struct str, struct str prefix);
bool str_ends(struct str, struct str suffix);
struct str str_from(struct str, size_t at);              // the rest from byte at
struct str str_part(struct str, size_t at, size_t n);
ptrdiff_t str_find(struct str hay, struct str needle);   // byte offset or -1
struct str str_trim(struct str);                         // white space of ASCII and U+3000
struct str str_lower_ascii(struct arena *, struct str);
struct str str_upper_ascii(struct arena *, struct str);
struct str str_replace(struct arena *, struct str, struct str from, struct str to);
bool str_int(struct str, int64_t *out);                  // whole string, decimal, optional sign
uint64_t str_hash(struct str);                           // FNV-1a; for tables, never for secrets

// Cuts *rest at the first sep: returns what stands before, leaves what stands behind.
// When there is no sep, returns all and leaves an empty str with p == NULL.
struct str str_cut(struct str *rest, struct str sep);

// Code points. utf8_next reads one at *at (must be < s.n) and advances; U+FFFD on damage,
// advancing one byte. utf8_valid refuses overlong forms, surrogates and > U+10FFFF.
uint32_t utf8_next(struct str s, size_t *at);
size_t utf8_put(uint32_t cp, char out[4]);               // bytes written
bool utf8_valid(struct str);
size_t utf8_count(struct str);                           // code points
struct str utf8_part(struct str, size_t from, size_t count);   // by code points

// The one growable text. Lives in an arena; buf_str may be called at any time.
struct buf {
	struct arena *a;
	char *p;
	size_t n, cap;
};

struct buf buf_new(struct arena *);
void buf_add(struct buf *, struct str);
void buf_byte(struct buf *, char);
void buf_cp(struct buf *, uint32_t cp);
void buf_fmt(struct buf *, const char *fmt, ...) printf_like(2, 3);
void buf_vfmt(struct buf *, const char *fmt, va_list) printf_like(2, 0);
char *buf_room(struct buf *, size_t n);                  // n writable bytes at the end, not counted yet
struct str buf_str(const struct buf *);
#define buf_lit(b, lit) buf_add((b), S(lit))
