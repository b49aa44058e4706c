// mask.c — everything by code points, so that no character is cut in two.
#include "codec/mask.h"

static struct str masked(struct arena *a, struct str s, size_t first, size_t last)
{
	size_t n = utf8_count(s);
	struct buf b = buf_new(a);
	if (first + last >= n) first = last = 0;    // too short to show any of it
	buf_add(&b, utf8_part(s, 0, first));
	for (size_t i = first + last; i < n; i++) buf_byte(&b, '*');
	buf_add(&b, utf8_part(s, n - last, last));
	return buf_str(&b);
}

struct str mask_name(struct arena *a, struct str s)
{
	return masked(a, s, 1, 0);
}

struct str mask_id(struct arena *a, struct str s)
{
	return utf8_count(s) < 12 ? masked(a, s, 1, 1) : masked(a, s, 4, 3);
}

struct str mask_phone(struct arena *a, struct str s)
{
	return utf8_count(s) < 11 ? masked(a, s, 0, 2) : masked(a, s, 3, 4);
}

struct str mask_bank(struct arena *a, struct str s)
{
	return masked(a, s, 0, 4);
}
