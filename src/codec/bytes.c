// bytes.c — alphabets of 16, 32 and 64 signs.
#include "codec/bytes.h"

static const char hex_signs[] = "0123456789abcdef";
static const char b64_signs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url_signs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static const char b32_signs[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void bytes_hex(struct buf *b, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	char *to = buf_room(b, 2 * n);
	for (size_t i = 0; i < n; i++) {
		*to++ = hex_signs[p[i] >> 4];
		*to++ = hex_signs[p[i] & 15];
	}
	b->n += 2 * n;
}

static int sign_of(const char *signs, char c)
{
	const char *at = c ? strchr(signs, c) : NULL;
	return at ? (int)(at - signs) : -1;
}

// The same for both alphabets of 64, which differ in their last two signs, and one more: sealed values are read by the dozen.
static const unsigned char place64[256] = {
	['A'] = 1, ['B'] = 2, ['C'] = 3, ['D'] = 4, ['E'] = 5, ['F'] = 6, ['G'] = 7, ['H'] = 8, ['I'] = 9, ['J'] = 10, ['K'] = 11,
	['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22,
	['W'] = 23, ['X'] = 24, ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32, ['g'] = 33,
	['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44,
	['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48, ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55,
	['3'] = 56, ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63, ['-'] = 63, ['/'] = 64, ['_'] = 64,
};
static int sign64(const char *signs, char c)
{
	int v = place64[(unsigned char)c] - 1;
	return v < 62 || c == signs[v] ? v : -1;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool bytes_of_hex(struct arena *a, struct str s, struct str *out)
{
	if (s.n % 2) return false;
	char *p = arena_raw(a, s.n / 2 + 1);
	for (size_t i = 0; i < s.n; i += 2) {
		int hi = sign_of(hex_signs, lower(s.p[i])), lo = sign_of(hex_signs, lower(s.p[i + 1]));
		if (hi < 0 || lo < 0) return false;
		p[i / 2] = (char)(hi << 4 | lo);
	}
	*out = (struct str){p, s.n / 2};
	return true;
}

// Signs of `bits` bits each, the first bit first, the last sign filled with zero bits.
static void write_bits(struct buf *b, const void *bytes, size_t n, const char *signs, int bits)
{
	const unsigned char *p = bytes;
	uint32_t held = 0;
	int have = 0;
	char *from = buf_room(b, n * 8 / (size_t)bits + 1), *to = from;
	for (size_t i = 0; i < n; i++) {
		held = held << 8 | p[i];
		for (have += 8; have >= bits; have -= bits) *to++ = signs[held >> (have - bits) & ((1u << bits) - 1)];
	}
	if (have) *to++ = signs[held << (bits - have) & ((1u << bits) - 1)];
	b->n += (size_t)(to - from);
}

struct bits {
	char *p;
	size_t n;
	uint32_t held;
	int have;
};

static void take(struct bits *t, int value, int bits)
{
	t->held = t->held << bits | (uint32_t)value;
	t->have += bits;
	if (t->have < 8) return;
	t->have -= 8;
	t->p[t->n++] = (char)(t->held >> t->have);
}

// What is left over must be the zero bits that writing added, and less than one whole sign.
static bool ends_well(const struct bits *t, int bits)
{
	return t->have < bits && (t->held & ((1u << t->have) - 1)) == 0;
}

static bool of_base64(struct arena *a, struct str s, const char *signs, struct str *out)
{
	struct bits t = {.p = arena_raw(a, s.n + 1)};
	for (size_t i = 0; i < s.n; i++) {
		int v = sign64(signs, s.p[i]);
		if (v < 0) return false;
		take(&t, v, 6);
	}
	*out = (struct str){t.p, t.n};
	return ends_well(&t, 6);
}

void bytes_base64(struct buf *b, const void *bytes, size_t n)
{
	write_bits(b, bytes, n, b64_signs, 6);
	for (; n % 3; n++) buf_byte(b, '=');
}

bool bytes_of_base64(struct arena *a, struct str s, struct str *out)
{
	if (s.n % 4) return false;
	for (int i = 0; i < 2 && s.n && s.p[s.n - 1] == '='; i++) s.n--;
	return of_base64(a, s, b64_signs, out);
}

void bytes_base64url(struct buf *b, const void *bytes, size_t n)
{
	write_bits(b, bytes, n, url_signs, 6);
}

bool bytes_of_base64url(struct arena *a, struct str s, struct str *out)
{
	return of_base64(a, s, url_signs, out);
}

void bytes_base32(struct buf *b, const void *bytes, size_t n)
{
	write_bits(b, bytes, n, b32_signs, 5);
}

static int base32_sign(char c)
{
	if (c >= 'a' && c <= 'z') c = (char)(c - 32);
	if (c == 'O') return 0;
	if (c == 'I' || c == 'L') return 1;
	return sign_of(b32_signs, c);
}

bool bytes_of_base32(struct arena *a, struct str s, struct str *out)
{
	struct bits t = {.p = arena_raw(a, s.n + 1)};
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '-') continue;
		int v = base32_sign(s.p[i]);
		if (v < 0) return false;
		take(&t, v, 5);
	}
	*out = (struct str){t.p, t.n};
	return ends_well(&t, 5);
}

void bytes_base32_number(struct buf *b, uint64_t v, int width)
{
	char tmp[13], *p = tmp + sizeof tmp;
	do *--p = b32_signs[v & 31];
	while (v >>= 5);
	size_t n = (size_t)(tmp + sizeof tmp - p);
	for (int i = (int)n; i < width; i++) buf_byte(b, '0');
	buf_add(b, (struct str){p, n});
}

bool bytes_of_base32_number(struct str s, uint64_t *out)
{
	uint64_t v = 0;
	bool any = false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '-') continue;
		int d = base32_sign(s.p[i]);
		if (d < 0 || v >> 59) return false;
		v = v << 5 | (uint64_t)d;
		any = true;
	}
	*out = v;
	return any;
}
