// parse.c — request targets, ranges, encodings, cookies, addresses.
#include "net/parse.h"

static int hex(char c)
{
	if (c >= '0' && c <= '9') return c - '0';
	if (c >= 'a' && c <= 'f') return c - 'a' + 10;
	if (c >= 'A' && c <= 'F') return c - 'A' + 10;
	return -1;
}

static bool segments_ok(struct str path)
{
	struct str rest = str_from(path, 1);
	while (rest.p) {
		struct str seg = str_cut(&rest, S("/"));
		bool last = rest.p == NULL;
		if (!seg.n && !(last && path.n == 1)) {
			if (!last) return false;
			continue;      // a slash at the end is a path of its own: routes decide
		}
		if (str_is(seg, ".") || str_is(seg, "..")) return false;
	}
	return true;
}

static bool decode(struct arena *a, struct str raw, struct str *path)
{
	char *to = arena_raw(a, raw.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < raw.n; i++) {
		unsigned char c = (unsigned char)raw.p[i];
		if (c == '%') {
			if (raw.n - i < 3) return false;
			int hi = hex(raw.p[i + 1]), lo = hex(raw.p[i + 2]);
			if (hi < 0 || lo < 0) return false;
			c = (unsigned char)(hi * 16 + lo);
			if (c == '/') return false;
			i += 2;
		}
		if (c < 0x20 || c == 0x7f || c == '\\') return false;
		to[n++] = (char)c;
	}
	to[n] = 0;
	*path = (struct str){to, n};
	return utf8_valid(*path);
}

static bool query_ok(struct str q)
{
	for (size_t i = 0; i < q.n; i++) {
		unsigned char c = (unsigned char)q.p[i];
		if (c <= 0x20 || c == 0x7f) return false;
	}
	return utf8_valid(q);
}

bool parse_target(struct arena *a, struct str target, struct str *path, struct str *query)
{
	// A server must accept the absolute form; its authority says nothing that Host does not.
	if (str_starts(target, S("http://")) || str_starts(target, S("https://"))) {
		target = str_from(target, target.p[4] == 's' ? 8 : 7);
		size_t i = 0;
		while (i < target.n && target.p[i] != '/' && target.p[i] != '?') i++;
		target = str_from(target, i);
	}
	struct str rest = target;
	struct str raw = str_cut(&rest, S("?"));
	*query = rest.p ? rest : S("");
	if (!raw.n || raw.p[0] != '/') return false;
	return query_ok(*query) && decode(a, raw, path) && segments_ok(*path);
}

// Digits only: str_int would also take a sign.
static bool number(struct str s, uint64_t *out)
{
	if (!s.n || s.n > 18) return false;
	uint64_t v = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9') return false;
		v = v * 10 + (uint64_t)(s.p[i] - '0');
	}
	*out = v;
	return true;
}

enum range parse_range(struct str header, uint64_t size, uint64_t *first, uint64_t *n)
{
	*first = 0;
	*n = size;
	if (!str_starts(header, S("bytes="))) return RANGE_ALL;
	struct str to = str_trim(str_from(header, 6));
	if (str_find(to, S(",")) >= 0 || str_find(to, S("-")) < 0) return RANGE_ALL;
	struct str from = str_cut(&to, S("-"));
	uint64_t begin = 0, end = 0;
	if (!from.n) {                            // the last `end` bytes
		if (!number(to, &end)) return RANGE_ALL;
		if (!end || !size) return RANGE_OUTSIDE;
		*n = end < size ? end : size;
		*first = size - *n;
		return RANGE_PART;
	}
	if (!number(from, &begin)) return RANGE_ALL;
	if (!to.n) end = UINT64_MAX;
	else if (!number(to, &end) || end < begin) return RANGE_ALL;
	if (begin >= size) return RANGE_OUTSIDE;
	*first = begin;
	*n = (end < size ? end + 1 : size) - begin;
	return RANGE_PART;
}

static bool same_word(struct str s, struct str lower)
{
	if (s.n != lower.n) return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c >= 'A' && c <= 'Z') c = (char)(c + 32);
		if (c != lower.p[i]) return false;
	}
	return true;
}

// "q=0", "q=0.0" … mean no; anything else is taken as yes.
static bool refused(struct str params)
{
	while (params.p) {
		struct str one = str_trim(str_cut(&params, S(";")));
		if (one.n < 2 || (one.p[0] != 'q' && one.p[0] != 'Q') || one.p[1] != '=') continue;
		bool zero = one.n > 2 && one.p[2] == '0';
		for (size_t i = 3; i < one.n; i++) zero = zero && (one.p[i] == '.' || one.p[i] == '0');
		return zero;
	}
	return false;
}

bool parse_accepts_gzip(struct str header)
{
	bool any = false;
	while (header.p) {
		struct str params = str_cut(&header, S(","));
		struct str coding = str_trim(str_cut(&params, S(";")));
		if (same_word(coding, S("gzip")) || same_word(coding, S("x-gzip"))) return !refused(params);
		if (str_is(coding, "*")) any = !refused(params);
	}
	return any;
}

static struct str strong(struct str tag)
{
	return str_starts(tag, S("W/")) ? str_from(tag, 2) : tag;
}

bool parse_etag_listed(struct str list, struct str etag)
{
	if (!etag.n) return false;
	while (list.p) {
		struct str one = str_trim(str_cut(&list, S(",")));
		if (str_is(one, "*") || (one.n && str_eq(strong(one), strong(etag)))) return true;
	}
	return false;
}

struct str parse_cookie(struct str header, struct str name)
{
	while (header.p) {
		struct str value = str_trim(str_cut(&header, S(";")));
		if (str_find(value, S("=")) < 0) continue;
		struct str key = str_trim(str_cut(&value, S("=")));
		if (!str_eq(key, name)) continue;
		if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"') value = str_part(value, 1, value.n - 2);
		return value;
	}
	return (struct str){0};
}

bool parse_address(struct str listen, struct str *host, int *port)
{
	size_t at = listen.n;
	while (at && listen.p[at - 1] != ':') at--;
	uint64_t n = 0;
	if (!at || !number(str_from(listen, at), &n) || n > 65535) return false;
	*port = (int)n;
	*host = str_part(listen, 0, at - 1);
	bool bracketed = host->n > 2 && host->p[0] == '[' && host->p[host->n - 1] == ']';
	if (bracketed) *host = str_part(*host, 1, host->n - 2);
	return bracketed || (str_find(*host, S(":")) < 0 && str_find(*host, S("[")) < 0);
}

bool parse_listed(struct str list, struct str word)
{
	while (list.p)
		if (str_eq(str_trim(str_cut(&list, S(","))), word)) return true;
	return false;
}

bool parse_token(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		if (!word && (!c || !strchr("!#$%&'*+-.^_`|~", c))) return false;
	}
	return s.n > 0;
}

bool parse_header_text(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if ((c < 0x20 && c != '\t') || c == 0x7f) return false;
	}
	return true;
}
