// regex.c — the regular expressions of XPath 3.1 (as DMN names them) on ICU's engine.
//
// A pattern is checked and rewritten: what XPath has and ICU writes differently (\i \c, block
// names, class subtraction, "." and "$") is translated; what ICU has and XPath has not
// (look-around, possessive quantifiers, \b …) is refused.
#include "feel/icu.h"

#include <pthread.h>
#include <unicode/uregex.h>
#include <unicode/ustring.h>

enum { CACHE = 32, MATCH_STEPS = 60, MATCH_STACK = 4 << 20, MAX_PATTERN = 20000, MAX_GROUPS = 200 };

struct regex {
	uint64_t hash;
	char *key;                           // flags/pattern, in the cache's arena
	size_t key_n;
	URegularExpression *re;
	bool literal;                        // flag q
	uint64_t used;
};

struct cache {
	struct arena *a;                     // keys; thrown away with the cache when it has grown
	uint64_t clock;
	struct regex item[CACHE];
};

// ---- translation ----

struct tr {
	struct str s;
	size_t at;
	struct buf out;
	bool dotall, multiline;
	int depth, groups, open_groups[MAX_GROUPS + 1];
	bool closed[100];
	const char *why;
};

#define NAME_START ":A-Z_a-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C-\\u200D" \
	"\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD\\U00010000-\\U000EFFFF"
#define NAME_MORE "\\-.0-9\\u00B7\\u0300-\\u036F\\u203F-\\u2040"

static bool no(struct tr *t, const char *why)
{
	if (!t->why) t->why = why;
	return false;
}

static bool more(struct tr *t)
{
	return t->at < t->s.n;
}

static char peek(struct tr *t)
{
	return more(t) ? t->s.p[t->at] : 0;
}

static void put_literal(struct tr *t, uint32_t cp)
{
	bool plain = cp >= 0x80 || (cp >= '0' && cp <= '9') || (cp >= 'A' && cp <= 'Z') || (cp >= 'a' && cp <= 'z');
	if (plain) buf_cp(&t->out, cp);
	else buf_fmt(&t->out, "\\x{%x}", cp);
}

// \p{…} or \P{…}: categories go through, blocks are named otherwise.
static bool property(struct tr *t, char p)
{
	if (peek(t) != '{') return no(t, "\\p needs a category in braces");
	size_t start = ++t->at;
	while (more(t) && peek(t) != '}') {
		char c = peek(t);
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'))
			return no(t, "unknown category");
		t->at++;
	}
	if (!more(t)) return no(t, "\\p{ is not closed");
	struct str name = str_part(t->s, start, t->at++ - start);
	if (str_starts(name, S("Is"))) buf_fmt(&t->out, "\\%c{Block=" STR_FMT "}", p, STR_ARG(str_from(name, 2)));
	else if (name.n == 1 || name.n == 2) buf_fmt(&t->out, "\\%c{gc=" STR_FMT "}", p, STR_ARG(name));
	else return no(t, "unknown category");
	return true;
}

// After a backslash. *single: the code point when it stands for one character, else UINT32_MAX.
static bool escape(struct tr *t, bool in_class, uint32_t *single)
{
	*single = UINT32_MAX;
	if (!more(t)) return no(t, "a backslash ends the pattern");
	char c = t->s.p[t->at++];
	switch (c) {
	case 'n': *single = '\n'; return true;
	case 'r': *single = '\r'; return true;
	case 't': *single = '\t'; return true;
	case '\\': case '|': case '.': case '?': case '*': case '+': case '(': case ')': case '{': case '}':
	case '-': case '[': case ']': case '^': case '$':
		*single = (unsigned char)c;
		return true;
	case 'd': buf_lit(&t->out, "\\p{Nd}"); return true;
	case 'D': buf_lit(&t->out, "\\P{Nd}"); return true;
	case 's': buf_lit(&t->out, "[\\x{20}\\t\\n\\r]"); return true;
	case 'S': buf_lit(&t->out, "[^\\x{20}\\t\\n\\r]"); return true;
	case 'w': buf_lit(&t->out, "[^\\p{P}\\p{Z}\\p{C}]"); return true;
	case 'W': buf_lit(&t->out, "[\\p{P}\\p{Z}\\p{C}]"); return true;
	case 'i': buf_lit(&t->out, "[" NAME_START "]"); return true;
	case 'I': buf_lit(&t->out, "[^" NAME_START "]"); return true;
	case 'c': buf_lit(&t->out, "[" NAME_START NAME_MORE "]"); return true;
	case 'C': buf_lit(&t->out, "[^" NAME_START NAME_MORE "]"); return true;
	case 'p': case 'P': return property(t, c);
	default: break;
	}
	if (c >= '1' && c <= '9' && !in_class) {
		int ref = c - '0';
		while (peek(t) >= '0' && peek(t) <= '9' && ref * 10 + (peek(t) - '0') <= t->groups)
			ref = ref * 10 + (t->s.p[t->at++] - '0');
		if (ref >= 100 || ref > t->groups || !t->closed[ref]) return no(t, "a back-reference to a group that is not closed");
		buf_fmt(&t->out, "(?:\\%d)", ref);
		return true;
	}
	return no(t, "an escape that XPath does not know");
}

static bool class_item(struct tr *t, uint32_t *cp)
{
	if (peek(t) == '\\') {
		t->at++;
		return escape(t, true, cp);
	}
	*cp = utf8_next(t->s, &t->at);
	return true;
}

// From behind "[" to behind the "]".
static bool class_expr(struct tr *t)
{
	if (++t->depth > 50) return no(t, "too many nested classes");
	buf_lit(&t->out, "[[");
	if (peek(t) == '^') {
		buf_byte(&t->out, '^');
		t->at++;
	}
	size_t items = 0;
	for (;; items++) {
		if (!more(t)) return no(t, "a character class is not closed");
		char c = peek(t);
		if (c == ']' && items) break;
		if (c == ']') return no(t, "an empty character class");
		if (c == '[') return no(t, "[ inside a class must be escaped");
		if (c == '-' && items && t->at + 1 < t->s.n && t->s.p[t->at + 1] == '[') {
			t->at += 2;
			buf_lit(&t->out, "]--");
			if (!class_expr(t)) return false;
			if (peek(t) != ']') return no(t, "a subtraction must end its class");
			t->at++;
			buf_byte(&t->out, ']');
			t->depth--;
			return true;
		}
		uint32_t lo, hi;
		if (!class_item(t, &lo)) return false;
		if (lo == UINT32_MAX) continue;
		bool range = peek(t) == '-' && t->at + 1 < t->s.n && t->s.p[t->at + 1] != ']' && t->s.p[t->at + 1] != '[';
		put_literal(t, lo);
		if (!range) continue;
		t->at++;
		if (!class_item(t, &hi)) return false;
		if (hi == UINT32_MAX || hi < lo) return no(t, "a range of characters runs backwards");
		buf_byte(&t->out, '-');
		put_literal(t, hi);
	}
	t->at++;
	buf_lit(&t->out, "]]");
	t->depth--;
	return true;
}

static bool number_in(struct tr *t, int *out)
{
	int v = 0, n = 0;
	while (peek(t) >= '0' && peek(t) <= '9' && n < 6) {
		v = v * 10 + (t->s.p[t->at++] - '0');
		n++;
	}
	*out = v;
	return n > 0 && n < 6;
}

// An optional quantifier behind an atom.
static bool quantifier(struct tr *t)
{
	char c = peek(t);
	if (c == '{') {
		int lo, hi;
		t->at++;
		if (!number_in(t, &lo)) return no(t, "a quantifier {n,m} is malformed");
		hi = lo;
		bool comma = peek(t) == ',', open = false;
		if (comma) {
			t->at++;
			open = peek(t) == '}';
			if (!open && !number_in(t, &hi)) return no(t, "a quantifier {n,m} is malformed");
		}
		if (peek(t) != '}' || hi < lo) return no(t, "a quantifier {n,m} is malformed");
		t->at++;
		if (open) buf_fmt(&t->out, "{%d,}", lo);
		else buf_fmt(&t->out, "{%d,%d}", lo, hi);
	} else if (c == '*' || c == '+' || c == '?') {
		t->at++;
		buf_byte(&t->out, c);
	} else {
		return true;
	}
	if (peek(t) == '?') {
		t->at++;
		buf_byte(&t->out, '?');
	}
	c = peek(t);
	if (c == '*' || c == '+' || c == '?' || c == '{') return no(t, "two quantifiers in a row");
	return true;
}

static bool translate(struct tr *t)
{
	int open = 0;
	while (more(t)) {
		char c = peek(t);
		uint32_t cp;
		switch (c) {
		case '|':
			t->at++;
			buf_byte(&t->out, '|');
			continue;
		case '(':
			t->at++;
			if (open >= MAX_GROUPS) return no(t, "too many nested groups");
			if (peek(t) == '?') {
				if (t->at + 1 >= t->s.n || t->s.p[t->at + 1] != ':') return no(t, "(? must be (?:");
				t->at += 2;
				t->open_groups[open++] = 0;
				buf_lit(&t->out, "(?:");
			} else {
				t->open_groups[open++] = ++t->groups;
				buf_byte(&t->out, '(');
			}
			continue;
		case ')':
			if (!open) return no(t, ") closes nothing");
			t->at++;
			int g = t->open_groups[--open];
			if (g > 0 && g < 100) t->closed[g] = true;
			buf_byte(&t->out, ')');
			break;
		case '[':
			t->at++;
			if (!class_expr(t)) return false;
			break;
		case '.':
			t->at++;
			if (t->dotall) buf_byte(&t->out, '.');
			else buf_lit(&t->out, "[^\\n\\r]");
			break;
		case '^':
			t->at++;
			buf_byte(&t->out, '^');
			break;
		case '$':
			t->at++;
			if (t->multiline) buf_byte(&t->out, '$');
			else buf_lit(&t->out, "\\z");
			break;
		case '\\':
			t->at++;
			if (!escape(t, false, &cp)) return false;
			if (cp != UINT32_MAX) put_literal(t, cp);
			break;
		case '*': case '+': case '?': case '{': return no(t, "a quantifier behind nothing");
		case '}': case ']': return no(t, "} and ] must be escaped");
		default:
			cp = utf8_next(t->s, &t->at);
			put_literal(t, cp);
		}
		if (!quantifier(t)) return false;
	}
	return open == 0 || no(t, "( is not closed");
}

// ---- the cache ----

static pthread_key_t cache_key;
static pthread_once_t cache_once = PTHREAD_ONCE_INIT;

static void cache_drop(void *p)
{
	struct cache *c = p;
	struct arena *a = c->a;
	for (size_t i = 0; i < CACHE; i++)
		if (c->item[i].re) uregex_close(c->item[i].re);
	arena_free(a);                                       // the cache itself lives in it
}

static void cache_init(void)
{
	CHECK(pthread_key_create(&cache_key, cache_drop) == 0);
}

static struct cache *cache(void)
{
	pthread_once(&cache_once, cache_init);
	struct cache *c = pthread_getspecific(cache_key);
	if (c && arena_used(c->a) > 1 << 20) {               // keys of patterns long gone
		cache_drop(c);
		c = NULL;
	}
	if (!c) {
		struct arena *a = arena_new(0);
		c = arena_new1(a, struct cache);
		c->a = a;
		pthread_setspecific(cache_key, c);
	}
	return c;
}

static UChar *wide(struct arena *a, struct str s, int32_t *n)
{
	UErrorCode st = U_ZERO_ERROR;
	UChar *w = arena_raw(a, (s.n + 1) * sizeof *w);
	u_strFromUTF8(w, (int32_t)s.n + 1, n, s.p ? s.p : "", (int32_t)s.n, &st);
	if (U_FAILURE(st)) *n = 0;
	return w;
}

static struct str narrow(struct arena *a, const UChar *w, int32_t n)
{
	UErrorCode st = U_ZERO_ERROR;
	int32_t on = 0;
	char *p = arena_raw(a, (size_t)n * 3 + 1);
	u_strToUTF8(p, n * 3 + 1, &on, w, n, &st);
	return (struct str){p, U_FAILURE(st) ? 0 : (size_t)on};
}

// Flag x: white space goes before the pattern is read, but for that in classes.
static struct str without_space(struct arena *a, struct str s)
{
	struct buf b = buf_new(a);
	int classes = 0;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (classes <= 0 && strchr(" \t\r\n", c)) continue;
		buf_byte(&b, c);
		if (c == '\\' && i + 1 < s.n && !strchr(" \t\r\n", s.p[i + 1])) buf_byte(&b, s.p[++i]);
		else classes += (c == '[') - (c == ']');
	}
	return buf_str(&b);
}

static bool compile(struct arena *a, struct str pattern, struct str flags, struct regex *r, struct str *why)
{
	struct tr t = {.s = pattern, .out = buf_new(a)};
	uint32_t icu_flags = UREGEX_UNIX_LINES;
	bool literal = false, extended = false;
	for (size_t i = 0; i < flags.n; i++) {
		switch (flags.p[i]) {
		case 's': t.dotall = true; icu_flags |= UREGEX_DOTALL; break;
		case 'm': t.multiline = true; icu_flags |= UREGEX_MULTILINE; break;
		case 'i': icu_flags |= UREGEX_CASE_INSENSITIVE; break;
		case 'x': extended = true; break;
		case 'q': literal = true; break;
		default:
			*why = S("a flag that is none of s m i x q");
			return false;
		}
	}
	if (pattern.n > MAX_PATTERN) {
		*why = S("a pattern longer than 20,000 bytes");
		return false;
	}
	if (literal) {
		while (t.at < pattern.n) put_literal(&t, utf8_next(pattern, &t.at));
	} else {
		if (extended) t.s = without_space(a, pattern);
		if (!translate(&t)) {
			*why = str_of(t.why);
			return false;
		}
	}
	int32_t n;
	UChar *w = wide(a, buf_str(&t.out), &n);
	UErrorCode st = U_ZERO_ERROR;
	URegularExpression *re = uregex_open(w, n, icu_flags, NULL, &st);
	if (n == 0) {                                        // ICU refuses the empty pattern, XPath has it
		st = U_ZERO_ERROR;
		re = uregex_openC("(?:)", icu_flags, NULL, &st);
	}
	if (U_FAILURE(st)) {
		if (re) uregex_close(re);
		*why = str_of(u_errorName(st));
		return false;
	}
	uregex_setTimeLimit(re, MATCH_STEPS, &st);
	uregex_setStackLimit(re, MATCH_STACK, &st);
	r->re = re;
	r->literal = literal;
	return true;
}

bool regex_get(struct arena *a, struct str pattern, struct str flags, struct regex **out, struct str *why)
{
	struct cache *c = cache();
	struct str key = str_fmt(a, STR_FMT "/" STR_FMT, STR_ARG(flags), STR_ARG(pattern));
	uint64_t hash = str_hash(key);
	struct regex *old = &c->item[0];
	for (size_t i = 0; i < CACHE; i++) {
		struct regex *r = &c->item[i];
		if (r->re && r->hash == hash && str_eq((struct str){r->key, r->key_n}, key)) {
			r->used = ++c->clock;
			*out = r;
			return true;
		}
		if (!r->re || r->used < old->used) old = r;
	}
	struct regex fresh = {.hash = hash};
	if (!compile(a, pattern, flags, &fresh, why)) return false;
	fresh.key = arena_copy(c->a, key.p, key.n);
	fresh.key_n = key.n;
	fresh.used = ++c->clock;
	if (old->re) uregex_close(old->re);
	*old = fresh;
	*out = old;
	return true;
}

// ---- matching ----

static bool failed(UErrorCode st, bool *over)
{
	*over = st == U_REGEX_TIME_OUT || st == U_REGEX_STACK_OVERFLOW;
	return U_FAILURE(st);
}

bool regex_found(struct regex *r, struct arena *a, struct str text, bool *found, bool *over)
{
	UErrorCode st = U_ZERO_ERROR;
	int32_t n;
	UChar *w = wide(a, text, &n);
	uregex_setText(r->re, w, n, &st);
	*found = uregex_find(r->re, 0, &st);
	return !failed(st, over);
}

static bool matches_empty(struct regex *r, bool *over)
{
	static const UChar none[1] = {0};
	UErrorCode st = U_ZERO_ERROR;
	uregex_setText(r->re, none, 0, &st);
	bool found = uregex_find(r->re, 0, &st);
	failed(st, over);
	return found;
}

struct wbuf { struct arena *a; UChar *p; size_t n, cap; };

static void wadd(struct wbuf *b, const UChar *p, size_t n)
{
	if (b->n + n > b->cap) {
		size_t cap = (b->n + n) * 2 + 64;
		UChar *to = arena_raw(b->a, cap * sizeof *to);
		if (b->n) memcpy(to, b->p, b->n * sizeof *to);
		b->p = to;
		b->cap = cap;
	}
	if (n) memcpy(b->p + b->n, p, n * sizeof *p);
	b->n += n;
}

// $N and \$ \\ in a replacement (XPath fn:replace).
static bool replacement_good(const struct regex *r, const UChar *rep, int32_t n, struct str *why)
{
	for (int32_t i = 0; i < n && !r->literal; i++) {
		UChar next = i + 1 < n ? rep[i + 1] : 0;
		if (rep[i] == '\\' && next != '\\' && next != '$') {
			*why = S("a backslash in the replacement must stand before \\ or $");
			return false;
		}
		if (rep[i] == '$' && (next < '0' || next > '9')) {
			*why = S("a $ in the replacement must stand before a group number");
			return false;
		}
		i += rep[i] == '\\';
	}
	return true;
}

static void add_replacement(struct regex *r, struct wbuf *b, const UChar *w, const UChar *rep, int32_t n, UErrorCode *st)
{
	int32_t groups = uregex_groupCount(r->re, st);
	for (int32_t i = 0; i < n; i++) {
		if (r->literal || (rep[i] != '$' && rep[i] != '\\')) {
			wadd(b, rep + i, 1);
		} else if (rep[i] == '\\') {
			wadd(b, rep + ++i, 1);
		} else {
			int32_t g = rep[++i] - '0';
			while (i + 1 < n && rep[i + 1] >= '0' && rep[i + 1] <= '9' && g * 10 + (rep[i + 1] - '0') <= groups)
				g = g * 10 + (rep[++i] - '0');
			if (g > groups) continue;                    // no such group: nothing
			int32_t from = uregex_start(r->re, g, st), to = uregex_end(r->re, g, st);
			if (from >= 0) wadd(b, w + from, (size_t)(to - from));
		}
	}
}

bool regex_replace(struct regex *r, struct arena *a, struct str text, struct str with, size_t bytes, struct str *out,
	struct str *why, bool *over)
{
	if (matches_empty(r, over)) {
		*why = S("the pattern matches the empty string");
		return false;
	}
	if (*over) return false;
	UErrorCode st = U_ZERO_ERROR;
	int32_t n, rn, at = 0;
	UChar *w = wide(a, text, &n), *rep = wide(a, with, &rn);
	struct wbuf b = {.a = a};
	if (!replacement_good(r, rep, rn, why)) return false;        // an error even where nothing matches
	uregex_setText(r->re, w, n, &st);
	bool any = uregex_find(r->re, 0, &st);
	while (any && U_SUCCESS(st)) {
		int32_t from = uregex_start(r->re, 0, &st), to = uregex_end(r->re, 0, &st);
		wadd(&b, w + at, (size_t)(from - at));
		add_replacement(r, &b, w, rep, rn, &st);
		at = to;
		if (arena_used(a) > bytes || b.n > INT32_MAX / 8) {
			*over = true;
			return false;
		}
		any = uregex_findNext(r->re, &st);
	}
	if (failed(st, over)) return false;
	wadd(&b, w + at, (size_t)(n - at));
	*out = narrow(a, b.p, (int32_t)b.n);
	return true;
}

bool regex_split(struct regex *r, struct arena *a, struct str text, struct str **parts, size_t *n, struct str *why, bool *over)
{
	if (matches_empty(r, over)) {
		*why = S("the delimiter matches the empty string");
		return false;
	}
	if (*over) return false;
	UErrorCode st = U_ZERO_ERROR;
	int32_t wn, at = 0;
	size_t cap = 0;
	UChar *w = wide(a, text, &wn);
	*parts = NULL;
	*n = 0;
	uregex_setText(r->re, w, wn, &st);
	bool any = uregex_find(r->re, 0, &st);
	while (any && U_SUCCESS(st)) {
		int32_t from = uregex_start(r->re, 0, &st), to = uregex_end(r->re, 0, &st);
		*vec_push(a, *parts, *n, cap) = narrow(a, w + at, from - at);
		at = to;
		any = uregex_findNext(r->re, &st);
	}
	if (failed(st, over)) return false;
	*vec_push(a, *parts, *n, cap) = narrow(a, w + at, wn - at);
	return true;
}
