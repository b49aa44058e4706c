// lex.c — the tokens of FEEL.
#include "feel/lex.h"

enum { SPACE = LEX_SPACE, WORD = LEX_START | LEX_PART, DIGIT = LEX_PART | LEX_DIGIT };
const uint8_t lex_class[128] = {
	['\t' ... '\r'] = SPACE, [' '] = SPACE, ['a' ... 'z'] = WORD, ['A' ... 'Z'] = WORD, ['_'] = WORD, ['?'] = WORD, ['0' ... '9'] = DIGIT,
	['.'] = LEX_SYMBOL, ['/'] = LEX_SYMBOL, ['-'] = LEX_SYMBOL, ['\''] = LEX_SYMBOL, ['+'] = LEX_SYMBOL, ['*'] = LEX_SYMBOL,
};

bool lex_far_space(uint32_t c)
{
	return c == 0x85 || c == 0xa0 || c == 0x1680 || c == 0x180e || (c >= 0x2000 && c <= 0x200b) || c == 0x2028 ||
		c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000 || c == 0xfeff;
}

bool lex_far_start(uint32_t c)
{
	static const uint32_t ranges[][2] = {
		{0xc0, 0xd6}, {0xd8, 0xf6}, {0xf8, 0x2ff}, {0x370, 0x37d}, {0x37f, 0x1fff}, {0x200c, 0x200d}, {0x2070, 0x218f},
		{0x2c00, 0x2fef}, {0x3001, 0xd7ff}, {0xf900, 0xfdcf}, {0xfdf0, 0xfffd}, {0x10000, 0xeffff},
	};
	if (lex_far_space(c)) return false;
	for (size_t i = 0; i < countof(ranges); i++)
		if (c >= ranges[i][0] && c <= ranges[i][1]) return true;
	return false;
}

bool lex_far_part(uint32_t c)
{
	return lex_far_start(c) || c == 0xb7 || (c >= 0x300 && c <= 0x36f) || c == 0x203f || c == 0x2040;
}

bool lex_keyword(struct str w)
{
	if (w.n < 2 || w.n > 9) return false;
	switch (w.p[0]) {                                    // most words are none: the first letter says so
	case 'a': return str_is(w, "and");
	case 'b': return str_is(w, "between");
	case 'e': return str_is(w, "else") || str_is(w, "every") || str_is(w, "external");
	case 'f': return str_is(w, "for") || str_is(w, "function") || str_is(w, "false");
	case 'i': return str_is(w, "if") || str_is(w, "in") || str_is(w, "instance");
	case 'n': return str_is(w, "null");
	case 'o': return str_is(w, "or") || str_is(w, "of");
	case 'r': return str_is(w, "return");
	case 's': return str_is(w, "some") || str_is(w, "satisfies");
	case 't': return str_is(w, "then") || str_is(w, "true");
	default: return false;
	}
}

bool lex_keyword_first(struct str name)
{
	ptrdiff_t space = str_find(name, S(" "));
	return space > 0 && lex_keyword(str_part(name, 0, (size_t)space));
}

static bool digit(struct str s, size_t at)
{
	return at < s.n && s.p[at] >= '0' && s.p[at] <= '9';
}

// White space and comments; NULL or what is wrong.
static const char *skip(struct str s, size_t *at)
{
	while (*at < s.n) {
		size_t next = *at;
		unsigned char c = (unsigned char)s.p[next];
		if (c < 0x80 && c != '/') {
			if (!(lex_class[c] & LEX_SPACE)) return NULL;
			++*at;
			continue;
		}
		if (s.p[next] == '/' && next + 1 < s.n && s.p[next + 1] == '/') {
			while (*at < s.n && s.p[*at] != '\n') ++*at;
			continue;
		}
		if (s.p[next] == '/' && next + 1 < s.n && s.p[next + 1] == '*') {
			ptrdiff_t end = str_find(str_from(s, next + 2), S("*/"));
			if (end < 0) return "a comment that is not closed";
			*at = next + 2 + (size_t)end + 2;
			continue;
		}
		if (!lex_space(utf8_next(s, &next))) return NULL;
		*at = next;
	}
	return NULL;
}

static bool quoted(struct str s, size_t *at)
{
	for (size_t i = *at + 1; i < s.n; i++) {
		if (s.p[i] == '\\') {
			i++;
		} else if (s.p[i] == '"') {
			*at = i + 1;
			return true;
		}
	}
	return false;
}

struct token lex(struct str s, size_t *at, const char **why)
{
	*why = skip(s, at);
	size_t start = *at;
	if (*why) return (struct token){T_BAD, start, s.n};
	if (start >= s.n) return (struct token){T_END, s.n, s.n};
	char c = s.p[start], d = start + 1 < s.n ? s.p[start + 1] : 0;
	int kind = T_CHAR + (unsigned char)c;
	size_t end = start + 1;
	if (digit(s, start) || (c == '.' && digit(s, start + 1))) {
		kind = T_NUMBER;
		while (digit(s, end)) end++;
		if (c != '.' && end < s.n && s.p[end] == '.' && digit(s, end + 1)) end++;
		while (digit(s, end)) end++;
		if (end < s.n && (s.p[end] == 'e' || s.p[end] == 'E')) {
			size_t e = end + 1;
			if (e < s.n && (s.p[e] == '+' || s.p[e] == '-')) e++;
			if (digit(s, e)) {
				end = e;
				while (digit(s, end)) end++;
			}
		}
	} else if (c == '"' || (c == '@' && d == '"')) {
		end = start + (c == '@');
		kind = c == '@' ? T_AT : T_STRING;
		if (!quoted(s, &end)) {
			*why = "a string that is not closed";
			return (struct token){T_BAD, start, s.n};
		}
	} else if ((c == '<' && d == '=') || (c == '>' && d == '=') || (c == '!' && d == '=') || (c == '*' && d == '*') ||
		   (c == '-' && d == '>') || (c == '.' && d == '.')) {
		kind = c == '<' ? T_LE : c == '>' ? T_GE : c == '!' ? T_NE : c == '*' ? T_POW : c == '-' ? T_ARROW : T_DOTDOT;
		end = start + 2;
	} else {
		size_t next = start;
		uint32_t cp = lex_next(s, &next);
		if (lex_name_start(cp)) {
			kind = T_NAME;
			end = next;
			while (end < s.n && lex_name_part(lex_next(s, &next))) end = next;
		} else if (cp >= 0x80) {
			*why = "a character that FEEL does not use";
			kind = T_BAD;
			end = next;
		}
	}
	*at = end;
	return (struct token){kind, start, end};
}

static bool hex(struct str s, size_t at, size_t n, uint32_t *out)
{
	uint32_t v = 0;
	if (at + n > s.n) return false;
	for (size_t i = 0; i < n; i++) {
		char c = s.p[at + i];
		int d = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
		if (d < 0) return false;
		v = v << 4 | (uint32_t)d;
	}
	*out = v;
	return true;
}

static bool put_escaped(struct buf *b, uint32_t cp, const char **why)
{
	if (cp == 0 || cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000)) {
		*why = "an escape that is no character";
		return false;
	}
	buf_cp(b, cp);
	return true;
}

bool lex_string(struct arena *a, struct str q, struct str *out, const char **why)
{
	struct str s = str_part(q, 1, q.n - 2);
	if (!memchr(s.p, '\\', s.n)) {
		*out = s;
		return true;
	}
	struct buf b = buf_new(a);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '\\') {
			buf_byte(&b, s.p[i]);
			continue;
		}
		uint32_t cp, low;
		switch (s.p[++i]) {
		case 'n': buf_byte(&b, '\n'); break;
		case 'r': buf_byte(&b, '\r'); break;
		case 't': buf_byte(&b, '\t'); break;
		case '"': case '\\': case '\'': buf_byte(&b, s.p[i]); break;
		case 'u': case 'U':
			if (i + 1 < s.n && s.p[i + 1] == '{') {      // \u{1F40E}, as others write it
				size_t n = 0;
				while (n < 7 && i + 2 + n < s.n && s.p[i + 2 + n] != '}') n++;
				if (n == 0 || n > 6 || i + 2 + n >= s.n || !hex(s, i + 2, n, &cp)) {
					*why = "\\u{…} needs up to 6 hexadecimal digits";
					return false;
				}
				i += n + 2;
				if (!put_escaped(&b, cp, why)) return false;
				break;
			}
			if (s.p[i] == 'U' ? !hex(s, i + 1, 6, &cp) : !hex(s, i + 1, 4, &cp)) {
				*why = "\\u needs 4 hexadecimal digits, \\U needs 6";
				return false;
			}
			i += s.p[i] == 'U' ? 6 : 4;
			if (cp >= 0xd800 && cp < 0xdc00 && i + 2 < s.n && s.p[i + 1] == '\\' && s.p[i + 2] == 'u' &&
			    hex(s, i + 3, 4, &low) && low >= 0xdc00 && low < 0xe000) {
				cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
				i += 6;
			}
			if (!put_escaped(&b, cp, why)) return false;
			break;
		default:                                     // XPath's \d and its like stay as they are
			buf_byte(&b, '\\');
			buf_byte(&b, s.p[i]);
		}
	}
	*out = buf_str(&b);
	return true;
}

void text_line_col(struct str s, size_t at, uint32_t *line, uint32_t *col)
{
	*line = 1;
	size_t start = 0;
	for (size_t i = 0; i < at && i < s.n; i++) {
		if (s.p[i] == '\n') {
			++*line;
			start = i + 1;
		}
	}
	*col = (uint32_t)utf8_count(str_part(s, start, at > start ? at - start : 0)) + 1;
}
