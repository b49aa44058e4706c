// codes.c — numbers of people and organisations (domain/01): GB 11643, GB 32100, permits, passports.
#include "domain/catalogue/catalogue.h"

// Trims, makes full-width ASCII half-width, drops blanks and hyphens inside, upper-cases.
static struct str squeeze(struct arena *a, struct str s)
{
	struct buf b = buf_new(a);
	for (size_t at = 0; at < s.n;) {
		uint32_t c = utf8_next(s, &at);
		if (c >= 0xFF01 && c <= 0xFF5E)
			c -= 0xFEE0;
		if (c == ' ' || c == 0x3000 || c == '\t' || c == '-' || c == 0xA0 || c == '\r' || c == '\n')
			continue;
		if (c >= 'a' && c <= 'z')
			c -= 32;
		buf_cp(&b, c);
	}
	return buf_str(&b);
}

static bool digits(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0;
}

static int two(const char *p)
{
	return (p[0] - '0') * 10 + p[1] - '0';
}

// ISO 7064 MOD 11-2
char id_number_check_char(struct str s)
{
	static const uint8_t weight[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
	CHECK(s.n >= 17);
	int sum = 0;
	for (size_t i = 0; i < 17; i++)
		sum += (s.p[i] - '0') * weight[i];
	return "10X98765432"[sum % 11];
}

static const char uscc_letters[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

static int uscc_value(char c)
{
	const char *p = c ? strchr(uscc_letters, c) : NULL;
	return p ? (int)(p - uscc_letters) : -1;
}

// '\0' when a character is outside the alphabet.
char uscc_check_char(struct str s)
{
	static const uint8_t weight[] = {1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28};
	CHECK(s.n >= 17);
	int sum = 0;
	for (size_t i = 0; i < 17; i++) {
		int v = uscc_value(s.p[i]);
		if (v < 0)
			return '\0';
		sum += v * weight[i];
	}
	return uscc_letters[(31 - sum % 31) % 31];
}

static bool province(int p)
{
	static const uint8_t ok[] = {11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46,
		50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83};
	for (size_t i = 0; i < countof(ok); i++)
		if (ok[i] == p)
			return true;
	return false;
}

static bool date_at(const char *p, day_t *out)
{
	int year = two(p) * 100 + two(p + 2), month = two(p + 4), day = two(p + 6);
	if (!civil_valid(year, month, day))
		return false;
	*out = day_of(year, month, day);
	return true;
}

bool id_number_birth(struct str s, day_t *out)
{
	return s.n == 18 && digits(str_part(s, 0, 17)) && date_at(s.p + 6, out);
}

static bool passport_like(struct str s)
{
	bool letter = false;
	if (s.n < 5 || s.n > 20)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'A' && s.p[i] <= 'Z')))
			return false;
		letter |= s.p[i] >= 'A';
	}
	return letter;
}

// 外国人永久居留身份证, 2017: three letters and 12 digits, last one by ICAO 9303 weights 7,3,1.
static bool permit_2017(struct str s)
{
	static const uint8_t weight[] = {7, 3, 1};
	int sum = 0;
	for (size_t i = 0; i < 14; i++)
		sum += (s.p[i] >= 'A' ? s.p[i] - 'A' + 10 : s.p[i] - '0') * weight[i % 3];
	return sum % 10 == s.p[14] - '0';
}

struct err *id_number_check(struct arena *a, struct str field, struct str text, day_t today, struct str *normal)
{
	struct str s = squeeze(a, text);
	*normal = s;
	if (s.n == 18 && digits(str_part(s, 0, 17)) && (s.p[17] == 'X' || (s.p[17] >= '0' && s.p[17] <= '9'))) {
		if (s.p[0] == '0')
			return err_field(a, E_ID_FORMAT, field, field);
		// 9 marks a foreigner's permanent residence card (2023): no region of the resident list.
		if (s.p[0] != '9' && !province(two(s.p)))
			return err_field(a, E_ID_REGION, field, field);
		day_t birth;
		if (!date_at(s.p + 6, &birth) || birth > today || birth < day_add_months(today, -130 * 12))
			return err_field(a, E_ID_DATE, field, field);
		if (id_number_check_char(s) != s.p[17])
			return err_field(a, E_CHECKSUM, field, field);
		return NULL;
	}
	if (s.n == 15 && s.p[0] >= 'A' && s.p[0] <= 'Z' && s.p[1] >= 'A' && s.p[1] <= 'Z' && s.p[2] >= 'A' &&
		s.p[2] <= 'Z' && digits(str_from(s, 3)))
		return permit_2017(s) ? NULL : err_field(a, E_CHECKSUM, field, field);
	// 港澳居民来往内地通行证: H or M with 8 digits, perhaps 2 of renewal
	if ((s.n == 9 || s.n == 11) && (s.p[0] == 'H' || s.p[0] == 'M') && digits(str_from(s, 1)))
		return NULL;
	// 台湾居民来往大陆通行证: 8 digits, 10 with renewal
	if ((s.n == 8 || s.n == 10) && digits(s))
		return NULL;
	if (passport_like(s))
		return NULL;
	return err_field(a, E_ID_FORMAT, field, field);
}

bool id_number_valid(struct str s, day_t today)
{
	struct arena *a = arena_new(0);
	struct str n;
	bool ok = !id_number_check(a, S(""), s, today, &n);
	arena_free(a);
	return ok;
}

struct err *uscc_check(struct arena *a, struct str field, struct str text, struct str *normal)
{
	struct str s = squeeze(a, text);
	*normal = s;
	if (s.n != 18)
		return err_field(a, E_USCC_FORMAT, field, field);
	for (size_t i = 0; i < 18; i++)
		if (uscc_value(s.p[i]) < 0)
			return err_field(a, E_USCC_FORMAT, field, field);
	for (size_t i = 2; i < 8; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return err_field(a, E_USCC_FORMAT, field, field);
	if (uscc_check_char(s) != s.p[17])
		return err_field(a, E_CHECKSUM, field, field);
	return NULL;
}

bool uscc_valid(struct str s)
{
	struct arena *a = arena_new(0);
	struct str n;
	bool ok = !uscc_check(a, S(""), s, &n);
	arena_free(a);
	return ok;
}
