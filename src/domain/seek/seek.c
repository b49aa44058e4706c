// seek.c — what may be kept of a search.
#include "domain/seek/seek.h"

enum { DIGITS_MAX = 4, CHARS_MAX = 40 };

static bool personal(char c)
{
	return (c >= '0' && c <= '9') || c == '@';
}

struct str seek_plain(struct arena *a, struct str typed)
{
	struct buf b = buf_new(a);
	struct str t = str_trim(str_lower_ascii(a, typed));
	for (size_t i = 0; i < t.n;) {
		size_t end = i, digits = 0;
		// A resident number may end in x, a phone be cut by spaces or lines; an address has an @ in it.
		while (end < t.n && (personal(t.p[end]) || (digits && (t.p[end] == '-' || t.p[end] == ' ' || t.p[end] == 'x')))) digits += personal(t.p[end++]);
		if (digits > DIGITS_MAX || (digits && str_find(str_part(t, i, end - i), S("@")) >= 0)) {
			i = end;
			continue;
		}
		if (end == i) end++;
		buf_add(&b, str_part(t, i, end - i));
		i = end;
	}
	return str_trim(utf8_part(buf_str(&b), 0, CHARS_MAX));
}
