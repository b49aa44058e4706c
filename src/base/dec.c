// dec.c — decimals: exact reading and printing on the BID encoding, functions from libdfp.
#include "base/dec.h"

#ifndef __DECIMAL_BID_FORMAT__
#error "dec.c reads the binary integer decimal encoding"
#endif

typedef unsigned __int128 u128;

enum { DIGITS = 34, BIAS = 6176, EXP_MAX = 6111, EXP_MIN = -BIAS };

// libdfp; its own header clashes with the system's <math.h>.
dec sqrtd128(dec), expd128(dec), logd128(dec), powd128(dec, dec);

struct parts {
	bool neg, finite, nan;
	int exp;
	u128 c;
};

union bits {
	dec d;
	u128 u;
};

static u128 pow10u(int n)   // n up to 38
{
	static const uint64_t t[] = {
		1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000,
		100000000000, 1000000000000, 10000000000000, 100000000000000, 1000000000000000,
		10000000000000000, 100000000000000000, 1000000000000000000, 10000000000000000000u,
	};
	return n < 20 ? t[n] : (u128)t[19] * t[n - 19];
}

static struct parts split(dec d)
{
	u128 u = (union bits){.d = d}.u;
	struct parts p = {.neg = (u >> 127) & 1, .finite = true};
	unsigned top = (unsigned)(u >> 121) & 0x3f;    // the six bits behind the sign
	if ((top & 0x3c) == 0x3c) {
		p.finite = false;
		p.nan = top & 2;
		return p;
	}
	if ((top & 0x30) == 0x30) {    // a coefficient above 2^113 is not canonical: zero
		p.exp = (int)((u >> 111) & 0x3fff) - BIAS;
		return p;
	}
	p.exp = (int)((u >> 113) & 0x3fff) - BIAS;
	p.c = u & (((u128)1 << 113) - 1);
	if (p.c >= pow10u(DIGITS)) p.c = 0;
	return p;
}

static dec special(bool nan, bool neg)
{
	return (union bits){.u = (u128)(nan ? 0x7c : 0x78) << 120 | (u128)neg << 127}.d;
}

// The number c·10^exp plus what was cut off behind c: its first digit and whether anything follows.
static dec pack(bool neg, u128 c, int64_t exp, int half, bool more)
{
	while (exp < EXP_MIN && (c || half)) {
		more |= half != 0;
		half = (int)(c % 10);
		c /= 10;
		exp++;
	}
	if (half > 5 || (half == 5 && (more || (c & 1)))) {
		if (++c == pow10u(DIGITS)) {
			c /= 10;
			exp++;
		}
	}
	if (exp < EXP_MIN) exp = EXP_MIN;
	while (exp > EXP_MAX && c && c * 10 < pow10u(DIGITS)) {
		c *= 10;
		exp--;
	}
	if (exp > EXP_MAX) {
		if (c) return special(false, neg);
		exp = EXP_MAX;
	}
	return (union bits){.u = (u128)neg << 127 | (u128)(exp + BIAS) << 113 | c}.d;
}

bool dec_parse(struct str s, dec *out)
{
	const char *p = s.p, *end = s.p + s.n;
	bool neg = p < end && *p == '-';
	p += neg;
	u128 c = 0;
	uint64_t low = 0, scale = 1;    // up to 18 digits at a time before they join c
	int digits = 0, half = 0;
	bool more = false, cut = false, any = false, point = false;
	int64_t exp = 0;
	for (; p < end; p++) {
		if (*p == '.') {
			if (point || p + 1 == end || p[1] < '0' || p[1] > '9') return false;
			point = true;
			continue;
		}
		int d = *p - '0';
		if (d < 0 || d > 9) break;
		any = true;
		if (digits < DIGITS) {
			low = low * 10 + (uint64_t)d;
			scale *= 10;
			if (scale == 1000000000000000000u) {
				c = c * scale + low;
				low = 0;
				scale = 1;
			}
			if (digits || d) digits++;
			exp -= point;
		} else {
			if (!cut) half = d;
			else more |= d != 0;
			cut = true;
			exp += !point;
		}
	}
	c = c * scale + low;
	if (!any) return false;
	if (p < end && (*p == 'e' || *p == 'E')) {
		p++;
		bool down = p < end && *p == '-';
		if (p < end && (*p == '-' || *p == '+')) p++;
		if (p == end) return false;
		int64_t e = 0;
		for (; p < end && *p >= '0' && *p <= '9'; p++)
			if (e < 1000000000) e = e * 10 + (*p - '0');
		exp += down ? -e : e;
	}
	if (p != end) return false;
	dec d = pack(neg && c, c, exp, half, more);
	if (!split(d).finite) return false;
	*out = d;
	return true;
}

// Decimal digits of c, written backwards; returns how many (at least 1).
static int digits_of(u128 c, char out[40])
{
	char tmp[40];
	int n = 0;
	while (c >> 64) {
		uint64_t low = (uint64_t)(c % 1000000000000000000u);
		c /= 1000000000000000000u;
		for (int i = 0; i < 18; i++, low /= 10) tmp[n++] = (char)('0' + low % 10);
	}
	uint64_t low = (uint64_t)c;
	do tmp[n++] = (char)('0' + low % 10);
	while (low /= 10);
	while (n > 1 && tmp[n - 1] == '0') n--;
	for (int i = 0; i < n; i++) out[i] = tmp[n - 1 - i];
	return n;
}

static struct parts stripped(struct parts p)
{
	if (!p.c) {
		p.exp = 0;
		p.neg = false;
		return p;
	}
	while (!(p.c >> 64) ? (uint64_t)p.c % 10 == 0 : p.c % 10 == 0) {
		p.c /= 10;
		p.exp++;
	}
	return p;
}

static void zeros(struct buf *b, int n)
{
	for (; n > 0; n--) buf_byte(b, '0');
}

static void print_parts(struct buf *b, struct parts p)
{
	if (!p.finite) {
		if (p.nan) buf_lit(b, "NaN");
		else buf_add(b, p.neg ? S("-Infinity") : S("Infinity"));
		return;
	}
	char d[40];
	int n = digits_of(p.c, d), before = n + p.exp;    // digits before the point
	if (p.neg && p.c) buf_byte(b, '-');
	if (before > DIGITS || before < 1 - DIGITS) {
		buf_byte(b, d[0]);
		if (n > 1) {
			buf_byte(b, '.');
			buf_add(b, (struct str){d + 1, (size_t)n - 1});
		}
		buf_fmt(b, "E%+d", before - 1);
	} else if (p.exp >= 0) {
		buf_add(b, (struct str){d, (size_t)n});
		zeros(b, p.exp);
	} else if (before > 0) {
		buf_add(b, (struct str){d, (size_t)before});
		buf_byte(b, '.');
		buf_add(b, (struct str){d + before, (size_t)(n - before)});
	} else {
		buf_lit(b, "0.");
		zeros(b, -before);
		buf_add(b, (struct str){d, (size_t)n});
	}
}

void dec_print(struct buf *b, dec d)
{
	struct parts p = split(d);
	print_parts(b, p.finite ? stripped(p) : p);
}

void dec_print_scaled(struct buf *b, dec d)
{
	struct parts p = split(d);
	if (p.finite && !p.c && p.exp > 0) p.exp = 0;
	print_parts(b, p);
}

struct str dec_str(struct arena *a, dec d)
{
	struct buf b = buf_new(a);
	dec_print(&b, d);
	return buf_str(&b);
}

dec dec_of_int(int64_t v)
{
	return pack(v < 0, v < 0 ? -(u128)v : (u128)v, 0, 0, false);
}

bool dec_to_int(dec d, int64_t *out)
{
	struct parts p = split(d);
	if (!p.finite) return false;
	p = stripped(p);
	if (p.exp < 0 || p.exp > 19 || p.c > (u128)1 << 63) return false;
	u128 v = p.c * pow10u(p.exp);    // below 2^63 · 10^19
	if (v > (u128)INT64_MAX + p.neg) return false;
	*out = (int64_t)(p.neg ? -v : v);
	return true;
}

bool dec_is_int(dec d)
{
	struct parts p = split(d);
	return p.finite && (p.exp >= 0 || stripped(p).exp >= 0);
}

bool dec_finite(dec d)
{
	return split(d).finite;
}

int dec_cmp(dec a, dec b)
{
	return (a > b) - (a < b);
}

dec dec_round(dec d, int scale, enum dec_round mode)
{
	struct parts p = split(d);
	if (!p.finite) return d;
	int64_t drop = -(int64_t)scale - p.exp;
	if (drop <= 0) {    // nothing to cut; takes on the scale where the digits have room for it
		while (drop < 0 && p.exp > EXP_MIN && p.c * 10 < pow10u(DIGITS)) {
			p.c *= 10;
			p.exp--;
			drop++;
		}
		return pack(p.neg, p.c, p.exp, 0, false);
	}
	u128 kept = drop > DIGITS ? 0 : p.c / pow10u((int)drop);
	u128 rest = drop > DIGITS ? p.c : p.c % pow10u((int)drop);
	int side;    // the rest against one half: -1, 0, 1
	if (drop > DIGITS) side = -1;
	else {
		u128 half = pow10u((int)drop) / 2;
		side = rest < half ? -1 : rest > half;
	}
	bool up = false;
	switch (mode) {
	case DEC_HALF_EVEN: up = side > 0 || (side == 0 && (kept & 1)); break;
	case DEC_HALF_UP: up = side >= 0; break;
	case DEC_HALF_DOWN: up = side > 0; break;
	case DEC_UP: up = rest != 0; break;
	case DEC_DOWN: break;
	case DEC_FLOOR: up = rest != 0 && p.neg; break;
	case DEC_CEIL: up = rest != 0 && !p.neg; break;
	}
	kept += up;
	return pack(p.neg && kept, kept, -(int64_t)scale, 0, false);
}

dec dec_floor(dec d)
{
	return dec_is_int(d) ? d : dec_round(d, 0, DEC_FLOOR);
}

dec dec_ceil(dec d)
{
	return dec_is_int(d) ? d : dec_round(d, 0, DEC_CEIL);
}

dec dec_trunc(dec d)
{
	return dec_is_int(d) ? d : dec_round(d, 0, DEC_DOWN);
}

dec dec_abs(dec d)
{
	union bits b = {.d = d};
	b.u &= ~((u128)1 << 127);
	return b.d;
}

// Exact, by remainders of the coefficients: a quotient rounded to 34 digits would give a wrong floor.
dec dec_mod(dec a, dec b)
{
	struct parts x = split(a), y = split(b);
	if (!x.finite || !y.finite || !y.c) return special(true, false);
	u128 r;
	int exp = x.exp < y.exp ? x.exp : y.exp;
	if (x.exp >= y.exp) {
		r = x.c % y.c;
		for (int left = x.exp - y.exp; left > 0 && r; left -= 4)
			r = r * pow10u(left < 4 ? left : 4) % y.c;    // below 10^38
	} else {
		int up = y.exp - x.exp;
		bool larger = up >= DIGITS || y.c > x.c / pow10u(up);
		r = larger ? x.c : x.c % (y.c * pow10u(up));
	}
	if (!r) return pack(false, 0, 0, 0, false);
	dec rest = pack(x.neg, r, exp, 0, false);
	return x.neg == y.neg ? rest : rest + b;
}

dec dec_pow(dec a, dec b)
{
	if (a == 0 && b < 0) return special(true, false);
	if (a < 0 && !dec_is_int(b)) return special(true, false);
	return powd128(a, b);
}

dec dec_sqrt(dec d)
{
	return d < 0 ? special(true, false) : sqrtd128(d);
}

dec dec_exp(dec d)
{
	return expd128(d);
}

dec dec_log(dec d)
{
	return d <= 0 ? special(true, false) : logd128(d);
}

uint64_t dec_hash(dec d)
{
	struct parts p = split(d);
	p = p.finite ? stripped(p) : p;
	uint64_t h = (uint64_t)p.c ^ (uint64_t)(p.c >> 64) * 0x9e3779b97f4a7c15u;
	h ^= (uint64_t)(p.exp + BIAS) << 48 ^ (uint64_t)p.neg << 63 ^ (uint64_t)!p.finite << 62;
	h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
	return h ^ (h >> 31);
}
