// ids.c — check digits and shapes.
#include "codec/ids.h"

static bool digits(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9') return false;
	return s.n;
}

static int number(struct str s, size_t at, size_t n)
{
	int v = 0;
	for (size_t i = at; i < at + n; i++) v = v * 10 + (s.p[i] - '0');
	return v;
}

static bool in(const char *set, char c)
{
	return c && strchr(set, c);
}

static int value36(char c)
{
	if (c >= '0' && c <= '9') return c - '0';
	return c >= 'A' && c <= 'Z' ? c - 'A' + 10 : -1;
}

struct str ids_normal(struct arena *a, struct str s)
{
	struct buf b = buf_new(a);
	s = str_trim(s);
	for (size_t at = 0; at < s.n;) {
		uint32_t cp = utf8_next(s, &at);
		if (cp >= 0xff01 && cp <= 0xff5e) cp -= 0xfee0;
		if (cp == 0x3000) cp = ' ';
		if (cp >= 'a' && cp <= 'z') cp -= 32;
		buf_cp(&b, cp);
	}
	return str_trim(buf_str(&b));
}

static bool province(int pp)
{
	return (pp >= 11 && pp <= 15) || (pp >= 21 && pp <= 23) || (pp >= 31 && pp <= 37) ||
	       (pp >= 41 && pp <= 46) || (pp >= 50 && pp <= 54) || (pp >= 61 && pp <= 65);
}

// ISO 7064 MOD 11-2 as GB 11643 writes it down.
static char check_11_2(const char *p)
{
	static const int weight[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
	int sum = 0;
	for (int i = 0; i < 17; i++) sum += (p[i] - '0') * weight[i];
	return "10X98765432"[sum % 11];
}

// Eighteen places with a birth date from the seventh on; the region has been looked at.
static enum ids_fault dated(struct str s, day_t today, bool says_sex, struct ids_person *out)
{
	int y = number(s, 6, 4), m = number(s, 10, 2), d = number(s, 12, 2);
	if (!civil_valid(y, m, d)) return IDS_DATE;
	day_t born = day_of(y, m, d);
	if (born > today || born < day_add_months(today, -130 * 12)) return IDS_DATE;
	if (check_11_2(s.p) != s.p[17]) return IDS_CHECKSUM;
	out->has_birth = true;
	out->born = born;
	if (says_sex) out->sex = (s.p[16] - '0') % 2 ? IDS_MALE : IDS_FEMALE;
	return IDS_OK;
}

static bool shape_18(struct str s)
{
	return s.n == 18 && s.p[0] != '0' && digits(str_part(s, 0, 17)) &&
		(s.p[17] == 'X' || digits(str_from(s, 17)));
}

static enum ids_fault resident(struct str s, day_t today, struct ids_person *out)
{
	if (!shape_18(s)) return IDS_FORMAT;
	int pp = number(s, 0, 2);
	if (!province(pp) && pp != 71 && pp != 81 && pp != 82 && pp != 83) return IDS_REGION;
	return dated(s, today, true, out);
}

static enum ids_fault foreign(struct str s, day_t today, struct ids_person *out)
{
	if (s.n == 18) {
		if (!shape_18(s) || s.p[0] != '9') return IDS_FORMAT;
		if (!province(number(s, 1, 2))) return IDS_REGION;
		return dated(s, today, false, out);
	}
	if (s.n != 15 || !digits(str_from(s, 3))) return IDS_FORMAT;
	for (int i = 0; i < 3; i++)
		if (s.p[i] < 'A' || s.p[i] > 'Z') return IDS_FORMAT;
	// The year has two digits only: 29 February is let through, no birth date is read out.
	if (!civil_valid(2000, number(s, 9, 2), number(s, 11, 2))) return IDS_DATE;
	static const int weight[] = {7, 3, 1};    // ICAO 9303
	int sum = 0;
	for (int i = 0; i < 14; i++) sum += value36(s.p[i]) * weight[i % 3];
	return sum % 10 == s.p[14] - '0' ? IDS_OK : IDS_CHECKSUM;
}

static enum ids_fault residence(struct str s, day_t today, struct ids_person *out)
{
	if (!shape_18(s)) return IDS_FORMAT;
	if (!str_starts(s, S("810000")) && !str_starts(s, S("820000")) && !str_starts(s, S("830000")))
		return IDS_REGION;
	return dated(s, today, true, out);
}

static bool passport_cn(struct str s)
{
	struct str two = str_part(s, 0, 2), rest = str_from(s, 1), rest2 = str_from(s, 2);
	if (s.n == 9 && in("EG", s.p[0]) && digits(rest)) return true;
	if (s.n == 9 && s.p[0] == 'E' && in("ABCDEFGHJKLMNPQRSTUVWXYZ", s.p[1]) && digits(rest2)) return true;
	if (s.n == 9 && (str_is(two, "DE") || str_is(two, "SE") || str_is(two, "PE")) && digits(rest2))
		return true;
	return (s.n == 8 || s.n == 9) && in("DSP", s.p[0]) && digits(rest);
}

static bool shape(enum ids_kind kind, struct str s)
{
	switch (kind) {
	case IDS_HKMO_PERMIT: return (s.n == 9 || s.n == 11) && in("HM", s.p[0]) && digits(str_from(s, 1));
	case IDS_TAIWAN_PERMIT: return (s.n == 8 || s.n == 10) && digits(s);
	case IDS_TO_HKMO: return s.n == 9 && s.p[0] == 'C' && value36(s.p[1]) >= 0 && digits(str_from(s, 2));
	case IDS_TO_TAIWAN: return s.n == 9 && in("LT", s.p[0]) && digits(str_from(s, 1));
	case IDS_PASSPORT_CN: return passport_cn(s);
	default: break;
	}
	if (s.n < 5 || s.n > 20) return false;
	for (size_t i = 0; i < s.n; i++)
		if (value36(s.p[i]) < 0) return false;
	return true;
}

enum ids_fault ids_check(enum ids_kind kind, struct str s, day_t today, struct ids_person *out)
{
	struct ids_person ignored;
	if (!out) out = &ignored;
	*out = (struct ids_person){0};
	switch (kind) {
	case IDS_RESIDENT: return resident(s, today, out);
	case IDS_FOREIGN_PR: return foreign(s, today, out);
	case IDS_HKMOTW_RESIDENCE: return residence(s, today, out);
	default: return shape(kind, s) ? IDS_OK : IDS_FORMAT;
	}
}

const struct ids_type ids_types[] = {
	{"111", "居民身份证", "Resident identity card"},
	{"uscc", "营业执照（统一社会信用代码）", "Business licence (credit code)"},
	{"516", "港澳居民来往内地通行证", "Mainland travel permit for Hong Kong and Macao residents"},
	{"511", "台湾居民来往大陆通行证", "Mainland travel permit for Taiwan residents"},
	{"553", "外国人永久居留身份证", "Foreign permanent resident identity card"},
	{"414", "普通护照", "Passport"},
	{0},
};

bool ids_kind_of_code(struct str code, enum ids_kind *out)
{
	static const struct { const char *code; enum ids_kind kind; } rows[] = {
		{"111", IDS_RESIDENT}, {"112", IDS_RESIDENT}, {"414", IDS_PASSPORT_CN},
		{"511", IDS_TAIWAN_PERMIT},
		{"513", IDS_TO_HKMO}, {"516", IDS_HKMO_PERMIT}, {"517", IDS_TO_TAIWAN},
		{"553", IDS_FOREIGN_PR},
	};
	for (size_t i = 0; i < countof(rows); i++) {
		if (!str_eq(code, str_of(rows[i].code))) continue;
		*out = rows[i].kind;
		return true;
	}
	return false;
}

enum ids_fault ids_uscc(struct str s, bool *inner_ok)
{
	static const char signs[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	static const int weight[] = {1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28};
	static const int inner_weight[] = {3, 7, 9, 10, 5, 8, 4, 2};
	if (inner_ok) *inner_ok = false;
	if (s.n != 18 || !digits(str_part(s, 2, 6))) return IDS_FORMAT;
	int sum = 0, inner = 0;
	for (int i = 0; i < 18; i++) {
		if (!in(signs, s.p[i])) return IDS_FORMAT;
		if (i < 17) sum += (int)(strchr(signs, s.p[i]) - signs) * weight[i];
	}
	if (signs[(31 - sum % 31) % 31] != s.p[17]) return IDS_CHECKSUM;
	for (int i = 0; i < 8; i++) inner += value36(s.p[8 + i]) * inner_weight[i];
	if (inner_ok) *inner_ok = s.p[16] == "0X987654321"[inner % 11];
	return IDS_OK;
}

char ids_mod_37_36(struct str s)
{
	int p = 36;
	for (size_t i = 0; i < s.n; i++) {
		int v = value36(s.p[i]);
		if (v < 0) return 0;
		int t = (p + v) % 36;
		p = (t ? t : 36) * 2 % 37;
	}
	return "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(37 - p) % 36];
}

enum ids_fault ids_certificate(struct str s)
{
	enum { TYPE, ISSUER, SERIAL, VERSION, CHECK_SIGN, PARTS, LONGEST = 200 };
	struct str root = S(IDS_CERTIFICATE_ROOT "."), part[PARTS], rest;
	if (!str_starts(s, root) || s.n > LONGEST) return IDS_FORMAT;
	rest = str_from(s, root.n);
	char joined[LONGEST];
	size_t n = 0;
	for (int i = 0; i < PARTS; i++) {
		if (!rest.p) return IDS_FORMAT;
		part[i] = str_cut(&rest, S("."));
		for (size_t k = 0; k < part[i].n; k++)
			if (value36(part[i].p[k]) < 0) return IDS_FORMAT;
		if (i == CHECK_SIGN) break;
		memcpy(joined + n, part[i].p, part[i].n);
		n += part[i].n;
	}
	if (rest.p || part[TYPE].n != 21 || part[ISSUER].n != 18 || !part[SERIAL].n || part[VERSION].n != 3 ||
	    !digits(part[VERSION]) || str_is(part[VERSION], "000") || part[CHECK_SIGN].n != 1)
		return IDS_FORMAT;
	return ids_mod_37_36((struct str){joined, n}) == part[CHECK_SIGN].p[0] ? IDS_OK : IDS_CHECKSUM;
}

struct str ids_certificate_make(struct arena *a, struct str type, struct str issuer, struct str serial,
	uint32_t version)
{
	CHECK(type.n == 21 && issuer.n == 18 && serial.n && version >= 1 && version <= 999);
	struct str joined = str_fmt(a, STR_FMT STR_FMT STR_FMT "%03u", STR_ARG(type), STR_ARG(issuer),
		STR_ARG(serial), version);
	char check = ids_mod_37_36(joined);
	CHECK(check);
	return str_fmt(a, IDS_CERTIFICATE_ROOT "." STR_FMT "." STR_FMT "." STR_FMT ".%03u.%c", STR_ARG(type),
		       STR_ARG(issuer), STR_ARG(serial), version, check);
}

static bool landline(struct str s)    // 0 and two or three digits, 7 or 8 digits, an extension of up to six
{
	struct str ext = {0};
	if (!s.n || s.p[0] != '0') return false;
	ptrdiff_t hyphen = str_find(s, S("-"));
	if (hyphen == 3 || hyphen == 4) {
		struct str rest = str_from(s, (size_t)hyphen + 1), area = str_part(s, 0, (size_t)hyphen);
		struct str local = str_cut(&rest, S("-"));
		ext = rest;
		if (!digits(area) || !digits(local) || (local.n != 7 && local.n != 8)) return false;
	} else {
		struct str rest = s, whole = str_cut(&rest, S("-"));
		ext = rest;
		if (!digits(whole) || whole.n < 10 || whole.n > 12) return false;
	}
	return !ext.p || (digits(ext) && ext.n <= 6);
}

enum ids_phone ids_phone(struct arena *a, struct str s, struct str *out)
{
	struct buf b = buf_new(a);
	s = ids_normal(a, s);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != ' ') buf_byte(&b, s.p[i]);
	s = buf_str(&b);
	if (str_starts(s, S("+86"))) s = str_from(s, 3);
	else if (str_starts(s, S("0086"))) s = str_from(s, 4);
	if (str_starts(s, S("-"))) s = str_from(s, 1);
	*out = s;
	if (landline(s)) return IDS_PHONE_LANDLINE;
	struct buf m = buf_new(a);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '-') buf_byte(&m, s.p[i]);
	s = *out = buf_str(&m);
	if (!digits(s)) return IDS_PHONE_BAD;
	if (s.n == 11 && s.p[0] == '1' && s.p[1] >= '3') return IDS_PHONE_MOBILE;
	bool five = s.n == 5 && (s.p[0] == '1' || str_starts(s, S("95")));
	bool ten = s.n == 10 && (str_starts(s, S("400")) || str_starts(s, S("800")));
	return five || ten ? IDS_PHONE_SERVICE : IDS_PHONE_BAD;
}

struct err *ids_err(struct arena *a, enum ids_fault fault, struct str field, struct str label)
{
	static const enum err_code code[] = {
		[IDS_FORMAT] = E_DOC_FORMAT, [IDS_REGION] = E_DOC_REGION, [IDS_DATE] = E_DOC_DATE,
		[IDS_CHECKSUM] = E_DOC_CHECKSUM,
	};
	return fault == IDS_OK ? NULL : err_field(a, code[fault], field, label);
}
