// url.c — RFC 3986 percent coding, application/x-www-form-urlencoded.
#include "codec/url.h"

enum { DEFAULT_BYTES = 1 << 20, DEFAULT_PAIRS = 1000 };

static void encode(struct buf *b, struct str s, bool slash)
{
	static const char hex[] = "0123456789ABCDEF";
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			     c == '-' || c == '.' || c == '_' || c == '~' || (slash && c == '/');
		if (plain) {
			buf_byte(b, (char)c);
		} else {
			buf_byte(b, '%');
			buf_byte(b, hex[c >> 4]);
			buf_byte(b, hex[c & 15]);
		}
	}
}

void url_encode(struct buf *b, struct str s)
{
	encode(b, s, false);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9') return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

struct err *url_decode(struct arena *a, struct str s, bool plus, struct str *out)
{
	bool coded = false;
	for (size_t i = 0; i < s.n && !coded; i++) coded = s.p[i] == '%' || (plus && s.p[i] == '+');
	if (coded) {
		char *p = arena_raw(a, s.n);
		size_t n = 0;
		for (size_t i = 0; i < s.n; i++) {
			char c = s.p[i];
			if (c == '%') {
				int hi = i + 2 < s.n ? hex_digit(s.p[i + 1]) : -1;
				int lo = i + 2 < s.n ? hex_digit(s.p[i + 2]) : -1;
				if (hi < 0 || lo < 0) return err_arg(a, E_SYNTAX, S("URL, %xx"));
				c = (char)(hi << 4 | lo);
				i += 2;
			} else if (plus && c == '+') {
				c = ' ';
			}
			p[n++] = c;
		}
		s = (struct str){p, n};
	}
	if (s.n && memchr(s.p, 0, s.n)) return err_arg(a, E_NOT_ALLOWED_HERE, S("U+0000"));
	if (!utf8_valid(s)) return err_new(a, E_UTF8);
	*out = s.p ? s : S("");
	return NULL;
}

struct err *url_query(struct arena *a, struct str s, struct url_limits max, struct url_pairs *out)
{
	*out = (struct url_pairs){0};
	if (!max.bytes) max.bytes = DEFAULT_BYTES;
	if (!max.pairs) max.pairs = DEFAULT_PAIRS;
	if (s.n > max.bytes) return err_arg(a, E_TOO_BIG, str_fmt(a, "%zu B", max.bytes));
	struct url_pair *item = NULL;
	size_t n = 0, cap = 0;
	struct str rest = s.n ? s : (struct str){0};
	while (rest.p) {
		struct str value = str_cut(&rest, S("&"));
		if (!value.n) continue;
		if (n == max.pairs || arena_over(a))
			return err_arg(a, E_BUDGET, str_fmt(a, "URL, %u", max.pairs));
		struct url_pair *pair = vec_push(a, item, n, cap);
		struct str key = str_cut(&value, S("="));
		struct err *e = url_decode(a, key, true, &pair->key);
		if (!e) e = url_decode(a, value, true, &pair->value);
		if (e) return e;
	}
	*out = (struct url_pairs){.item = item, .n = (uint32_t)n};
	return NULL;
}

struct str url_get(const struct url_pairs *pairs, struct str key)
{
	for (uint32_t i = 0; i < pairs->n; i++)
		if (str_eq(pairs->item[i].key, key)) return pairs->item[i].value;
	return (struct str){0};
}

void url_put(struct buf *b, struct str key, struct str value)
{
	if (b->n && b->p[b->n - 1] != '?') buf_byte(b, '&');
	url_encode(b, key);
	buf_byte(b, '=');
	url_encode(b, value);
}
