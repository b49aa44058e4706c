// str.c — text and the growable buffer.
#include "base/str.h"

#include <stdio.h>

struct str str_of(const char *z)
{
	return (struct str){z, z ? strlen(z) : 0};
}

struct str str_copy(struct arena *a, struct str s)
{
	return (struct str){arena_copy(a, s.p, s.n), s.n};
}

char *str_z(struct arena *a, struct str s)
{
	char *z = arena_raw(a, s.n + 1);
	if (s.n) memcpy(z, s.p, s.n);
	z[s.n] = 0;
	return z;
}

struct str str_fmt(struct arena *a, const char *fmt, ...)
{
	struct buf b = buf_new(a);
	va_list ap;
	va_start(ap, fmt);
	buf_vfmt(&b, fmt, ap);
	va_end(ap);
	return buf_str(&b);
}

struct str str_join(struct arena *a, const struct str *parts, size_t n, struct str between)
{
	struct buf b = buf_new(a);
	for (size_t i = 0; i < n; i++) {
		if (i) buf_add(&b, between);
		buf_add(&b, parts[i]);
	}
	return buf_str(&b);
}

bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

int str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;
	return c ? c : (a.n > b.n) - (a.n < b.n);
}

bool str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && str_eq(str_part(s, 0, prefix.n), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
	return s.n >= suffix.n && str_eq(str_from(s, s.n - suffix.n), suffix);
}

struct str str_from(struct str s, size_t at)
{
	return str_part(s, at, SIZE_MAX);
}

struct str str_part(struct str s, size_t at, size_t n)
{
	if (at > s.n) at = s.n;
	if (n > s.n - at) n = s.n - at;
	return (struct str){s.p ? s.p + at : NULL, n};
}

ptrdiff_t str_find(struct str hay, struct str needle)
{
	if (needle.n == 0) return 0;
	const char *p = hay.n ? memmem(hay.p, hay.n, needle.p, needle.n) : NULL;
	return p ? p - hay.p : -1;
}

struct str str_trim(struct str s)
{
	static const char wide[] = "\xe3\x80\x80";
	for (;;) {
		if (s.n && strchr(" \t\r\n\f\v", s.p[0]) && s.p[0]) s = str_from(s, 1);
		else if (str_starts(s, str_of(wide))) s = str_from(s, 3);
		else break;
	}
	for (;;) {
		if (s.n && strchr(" \t\r\n\f\v", s.p[s.n - 1]) && s.p[s.n - 1]) s.n--;
		else if (str_ends(s, str_of(wide))) s.n -= 3;
		else break;
	}
	return s;
}

static struct str mapped(struct arena *a, struct str s, char from, char to)
{
	char *p = arena_copy(a, s.p, s.n);
	for (size_t i = 0; i < s.n; i++)
		if (p[i] >= from && p[i] < from + 26) p[i] = (char)(p[i] - from + to);
	return (struct str){p, s.n};
}

struct str str_lower_ascii(struct arena *a, struct str s)
{
	return mapped(a, s, 'A', 'a');
}

struct str str_upper_ascii(struct arena *a, struct str s)
{
	return mapped(a, s, 'a', 'A');
}

struct str str_replace(struct arena *a, struct str s, struct str from, struct str to)
{
	CHECK(from.n);
	struct buf b = buf_new(a);
	for (;;) {
		ptrdiff_t at = str_find(s, from);
		if (at < 0) break;
		buf_add(&b, str_part(s, 0, (size_t)at));
		buf_add(&b, to);
		s = str_from(s, (size_t)at + from.n);
	}
	buf_add(&b, s);
	return buf_str(&b);
}

bool str_int(struct str s, int64_t *out)
{
	size_t i = 0;
	bool neg = false;
	if (s.n && (s.p[0] == '-' || s.p[0] == '+')) neg = s.p[i++] == '-';
	if (i == s.n) return false;
	int64_t v = 0;
	for (; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9') return false;
		int d = s.p[i] - '0';
		if (__builtin_mul_overflow(v, 10, &v)) return false;
		if (neg ? __builtin_sub_overflow(v, d, &v) : __builtin_add_overflow(v, d, &v)) return false;
	}
	*out = v;
	return true;
}

uint64_t str_hash(struct str s)
{
	uint64_t h = 0xcbf29ce484222325u;
	for (size_t i = 0; i < s.n; i++) h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3u;
	return h;
}

struct str str_cut(struct str *rest, struct str sep)
{
	ptrdiff_t at = str_find(*rest, sep);
	struct str before = *rest;
	if (at < 0) {
		*rest = (struct str){0};
		return before;
	}
	before.n = (size_t)at;
	*rest = str_from(*rest, (size_t)at + sep.n);
	return before;
}

// One code point at s[*at], or -1 when the bytes there are not strict UTF-8 (RFC 3629).
static int32_t strict_next(struct str s, size_t *at)
{
	const unsigned char *p = (const unsigned char *)s.p + *at;
	size_t left = s.n - *at;
	unsigned c = p[0];
	size_t len = c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;
	if (len == 0 || len > left) return -1;
	if (len == 1) {
		*at += 1;
		return (int32_t)c;
	}
	uint32_t cp = c & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80) return -1;
		cp = cp << 6 | (p[i] & 0x3fu);
	}
	if ((len == 3 && cp < 0x800) || (len == 4 && cp < 0x10000) || cp > 0x10ffff) return -1;
	if (cp >= 0xd800 && cp <= 0xdfff) return -1;
	*at += len;
	return (int32_t)cp;
}

uint32_t utf8_next(struct str s, size_t *at)
{
	int32_t cp = strict_next(s, at);
	if (cp >= 0) return (uint32_t)cp;
	*at += 1;
	return 0xfffd;
}

size_t utf8_put(uint32_t cp, char out[4])
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	size_t len = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	for (size_t i = len - 1; i > 0; i--, cp >>= 6) out[i] = (char)(0x80 | (cp & 0x3f));
	static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
	out[0] = (char)(lead[len] | cp);
	return len;
}

bool utf8_valid(struct str s)
{
	for (size_t at = 0; at < s.n;) {
		uint64_t eight;
		if (s.n - at >= sizeof eight) {                  // most text is ASCII
			memcpy(&eight, s.p + at, sizeof eight);
			if (!(eight & 0x8080808080808080u)) {
				at += sizeof eight;
				continue;
			}
		}
		if (strict_next(s, &at) < 0) return false;
	}
	return true;
}

size_t utf8_count(struct str s)
{
	size_t count = 0;
	for (size_t at = 0; at < s.n; count++) utf8_next(s, &at);
	return count;
}

struct str utf8_part(struct str s, size_t from, size_t count)
{
	size_t at = 0;
	while (from && at < s.n) utf8_next(s, &at), from--;
	size_t begin = at;
	while (count && at < s.n) utf8_next(s, &at), count--;
	return str_part(s, begin, at - begin);
}

struct buf buf_new(struct arena *a)
{
	return (struct buf){.a = a};
}

char *buf_room(struct buf *b, size_t n)
{
	CHECK(n < SIZE_MAX / 4);
	if (b->cap - b->n < n) {
		size_t cap = b->cap ? b->cap * 2 : 64;
		while (cap - b->n < n) cap *= 2;
		char *p = arena_raw(b->a, cap);
		if (b->n) memcpy(p, b->p, b->n);
		b->p = p;
		b->cap = cap;
	}
	return b->p + b->n;
}

void buf_add(struct buf *b, struct str s)
{
	if (!s.n) return;
	memcpy(buf_room(b, s.n), s.p, s.n);
	b->n += s.n;
}

void buf_byte(struct buf *b, char c)
{
	*buf_room(b, 1) = c;
	b->n++;
}

void buf_cp(struct buf *b, uint32_t cp)
{
	b->n += utf8_put(cp, buf_room(b, 4));
}

// ---- formats ----
//
// The C library formats four times slower as soon as a library (libdfp) has registered conversions of its
// own. What nearly every format here consists of is written out directly; the rest is left to it.

struct spec { bool zero, precise, star; int width, precision, length; char what; };   // length: bytes of an integer

static const char *spec_read(const char *f, struct spec *s)
{
	*s = (struct spec){.length = sizeof(int)};
	if (*f == '0') s->zero = true, f++;
	while (*f >= '0' && *f <= '9' && s->width < 100) s->width = s->width * 10 + (*f++ - '0');
	if (*f == '.') {
		f++;
		s->precise = true;
		if (*f == '*') s->star = true, f++;
		while (!s->star && *f >= '0' && *f <= '9' && s->precision < 100000) s->precision = s->precision * 10 + (*f++ - '0');
	}
	if (*f == 'z' || *f == 'j') s->length = sizeof(size_t), f++;
	else if (*f == 'l') s->length = sizeof(long), f += f[1] == 'l' ? 2 : 1;
	s->what = *f;
	bool text = *f == 's' && !s->width && s->length == sizeof(int);
	bool number = (*f == 'd' || *f == 'i' || *f == 'u' || *f == 'x') && !s->precise;
	return text || number || ((*f == 'c' || *f == '%') && !s->width && !s->precise) ? f + 1 : NULL;
}

static bool plain_format(const char *f)
{
	struct spec s;
	while ((f = strchr(f, '%')))
		if (!(f = spec_read(f + 1, &s))) return false;
	return true;
}

static void number(struct buf *b, const struct spec *s, bool negative, unsigned long long v)
{
	char digits[32];
	size_t n = 0;
	unsigned base = s->what == 'x' ? 16 : 10;
	do digits[n++] = "0123456789abcdef"[v % base];
	while (v /= base);
	int pad = s->width - (int)n - negative;
	for (; !s->zero && pad > 0; pad--) buf_byte(b, ' ');
	if (negative) buf_byte(b, '-');
	for (; pad > 0; pad--) buf_byte(b, '0');
	while (n) buf_byte(b, digits[--n]);
}

void buf_vfmt(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	if (!plain_format(fmt)) {
		va_copy(again, ap);
		int n = vsnprintf(NULL, 0, fmt, ap);
		CHECK(n >= 0);
		vsnprintf(buf_room(b, (size_t)n + 1), (size_t)n + 1, fmt, again);
		va_end(again);
		b->n += (size_t)n;
		return;
	}
	for (const char *at; (at = strchr(fmt, '%')); ) {
		struct spec s;
		buf_add(b, (struct str){fmt, (size_t)(at - fmt)});
		fmt = spec_read(at + 1, &s);
		if (s.what == 's') {
			int most = s.star ? va_arg(ap, int) : s.precision;
			const char *text = va_arg(ap, const char *);
			if (!text) text = "(null)";
			buf_add(b, (struct str){text, s.precise && most >= 0 ? strnlen(text, (size_t)most) : strlen(text)});
		} else if (s.what == 'c') {
			buf_byte(b, (char)va_arg(ap, int));
		} else if (s.what == '%') {
			buf_byte(b, '%');
		} else if (s.what == 'd' || s.what == 'i') {
			long long v = s.length == sizeof(int) ? va_arg(ap, int) : va_arg(ap, long);
			number(b, &s, v < 0, v < 0 ? 0 - (unsigned long long)v : (unsigned long long)v);
		} else {
			number(b, &s, false, s.length == sizeof(int) ? va_arg(ap, unsigned) : va_arg(ap, unsigned long));
		}
	}
	buf_add(b, str_of(fmt));
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	buf_vfmt(b, fmt, ap);
	va_end(ap);
}

struct str buf_str(const struct buf *b)
{
	return (struct str){b->p ? b->p : "", b->n};
}
