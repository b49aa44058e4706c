// said.c — a sentence is matched against the rows; what stands at {} is said itself.
#include "base/said.h"

static const char *const rows[][2] = {
#define T(en, zh) {en, zh},
#include "base/said.def"
#undef T
};

enum { HOLES = 4, DEEPEST = 3 };

// Cuts text along pattern; each hole takes as little as it can, the last one what is left.
static bool matches(struct str pattern, struct str text, struct str hole[HOLES], size_t *n)
{
	*n = 0;
	for (;;) {
		ptrdiff_t at = str_find(pattern, S("{}"));
		if (at < 0) return str_eq(pattern, text);
		if (*n == HOLES || !str_starts(text, str_part(pattern, 0, (size_t)at))) return false;
		text = str_from(text, (size_t)at);
		pattern = str_from(pattern, (size_t)at + 2);
		ptrdiff_t next = str_find(pattern, S("{}"));
		struct str stop = next < 0 ? pattern : str_part(pattern, 0, (size_t)next);
		size_t end = text.n;
		if (next < 0) {
			if (!str_ends(text, stop)) return false;
			end = text.n - stop.n;
		} else {
			ptrdiff_t found = stop.n ? str_find(text, stop) : -1;
			if (found < 0) return false;
			end = (size_t)found;
		}
		if (!end) return false;
		hole[(*n)++] = str_part(text, 0, end);
		text = str_from(text, end);
	}
}

static struct str said(struct arena *a, struct str en, int depth)
{
	struct str hole[HOLES];
	size_t n;
	for (size_t i = 0; i < countof(rows); i++) {
		if (!matches(str_of(rows[i][0]), en, hole, &n)) continue;
		struct str zh = str_of(rows[i][1]);
		struct buf b = buf_new(a);
		for (size_t k = 0; k < n; k++) {
			ptrdiff_t at = str_find(zh, S("{}"));
			CHECK(at >= 0);
			buf_add(&b, str_part(zh, 0, (size_t)at));
			buf_add(&b, depth < DEEPEST ? said(a, hole[k], depth + 1) : hole[k]);
			zh = str_from(zh, (size_t)at + 2);
		}
		buf_add(&b, zh);
		return buf_str(&b);
	}
	return en;
}

struct str said_zh(struct arena *a, struct str english)
{
	return said(a, english, 0);
}
