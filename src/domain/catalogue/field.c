// field.c — one value of a form as typed becomes its stored form, or an error that says what to do.
#include "domain/catalogue/catalogue.h"
#include "codec/ids.h"
#include "codec/mask.h"

// Full-width ASCII to half-width; the text of people keeps its blanks inside.
static struct str half_width(struct arena *a, struct str s)
{
	struct buf b = buf_new(a);
	for (size_t at = 0; at < s.n;) {
		uint32_t c = utf8_next(s, &at);
		if (c >= 0xFF01 && c <= 0xFF5E)
			c -= 0xFEE0;
		buf_cp(&b, c == 0x3000 ? ' ' : c);
	}
	return str_trim(buf_str(&b));
}

static struct str without(struct arena *a, struct str s, const char *drop)
{
	struct buf b = buf_new(a);
	for (size_t i = 0; i < s.n; i++)
		if (!strchr(drop, s.p[i]))
			buf_byte(&b, s.p[i]);
	return buf_str(&b);
}

static struct err *fail(struct arena *a, enum err_code code, struct str field, const struct element *e, struct str more)
{
	struct err *x = err_field(a, code, field, e->name.zh);
	x->arg[1] = more;
	return x;
}

static bool all_digits(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0;
}

// Control characters, private use, surrogates' remains and bidirectional overrides: a name that
// shows otherwise than it is stored misleads whoever decides. Line breaks are for long texts only.
static bool character_ok(uint32_t c, bool lines)
{
	if (c == '\n' || c == '\t')
		return lines;
	if (c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xFFFD)
		return false;
	if (c >= 0x202A && c <= 0x202E)
		return false;
	if ((c >= 0x2066 && c <= 0x2069) || c == 0x200B || c == 0xFEFF)
		return false;
	return (c & 0xFFFE) != 0xFFFE;
}

static bool pattern_fits(struct str p, struct str s)
{
	size_t i = 0, at = 0;
	for (; i < p.n; i++) {
		char want = p.p[i];
		if (want == '*' && i + 1 == p.n) {         // the rest: more of what stands before
			char kind = i ? p.p[i - 1] : '9';
			for (; at < s.n; at++)
				if (kind == '9' ? s.p[at] < '0' || s.p[at] > '9' : s.p[at] < 'A' || s.p[at] > 'Z')
					return false;
			return true;
		}
		if (at >= s.n)
			return false;
		char c = s.p[at++];
		if (want == '9' ? c < '0' || c > '9' : want == 'A' ? c < 'A' || c > 'Z' : c != want)
			return false;
	}
	return at == s.n;
}

static struct err *check_text(struct arena *a, struct str field, const struct element *e, struct str s, struct str *out)
{
	bool lines = e->type == EL_TEXT && e->max_chars >= 200;
	size_t count = 0;
	for (size_t at = 0; at < s.n; count++)
		if (!character_ok(utf8_next(s, &at), lines))
			return fail(a, E_CHARACTER, field, e, S(""));
	size_t max = e->max_chars ? e->max_chars : 200;
	if (count > max)
		return fail(a, E_TOO_LONG, field, e, str_fmt(a, "%zu", max));
	if (count < e->min_chars)
		return fail(a, E_TOO_SHORT, field, e, str_fmt(a, "%u", e->min_chars));
	if (e->pattern.n) {
		s = str_upper_ascii(a, without(a, half_width(a, s), " -"));
		if (!pattern_fits(e->pattern, s))
			return fail(a, E_PATTERN, field, e, e->example.zh);
	}
	*out = s;
	return NULL;
}

// 2026-11-05, 2026-11-5, 20261105, 2026/11/5, 2026年11月5日
static bool date_loose(struct arena *a, struct str s, day_t *out)
{
	s = str_replace(a, str_replace(a, str_replace(a, s, S("年"), S("-")), S("月"), S("-")), S("日"), S(""));
	s = str_replace(a, str_replace(a, s, S("/"), S("-")), S("."), S("-"));
	int64_t y, m, d;
	if (s.n == 8 && all_digits(s)) {
		if (!str_int(str_part(s, 0, 4), &y) || !str_int(str_part(s, 4, 2), &m) || !str_int(str_part(s, 6, 2), &d))
			return false;
	} else {
		struct str rest = s, ys = str_cut(&rest, S("-")), ms = rest.p ? str_cut(&rest, S("-")) : S("");
		if (!rest.p || ys.n != 4 || ms.n > 2 || rest.n > 2 || !all_digits(ys) || !all_digits(ms) || !all_digits(rest) ||
			!str_int(ys, &y) || !str_int(ms, &m) || !str_int(rest, &d))
			return false;
	}
	if (!civil_valid((int32_t)y, (int)m, (int)d))
		return false;
	*out = day_of((int32_t)y, (int)m, (int)d);
	return true;
}

static int fraction_digits(struct str s)
{
	ptrdiff_t dot = str_find(s, S("."));
	return dot < 0 ? 0 : (int)(s.n - (size_t)dot - 1);
}

static bool plain_number(struct str s)
{
	size_t i = s.n && s.p[0] == '-';
	bool digit = false, dot = false;
	for (; i < s.n; i++)
		if (s.p[i] == '.' && !dot && digit)
			dot = true;
		else if (s.p[i] >= '0' && s.p[i] <= '9')
			digit = true;
		else
			return false;
	return digit && s.p[s.n - 1] != '.' && s.n <= 34;
}

// 1,280,000 is a million; 89,60 is a decimal comma or a slip, and must not become 8960.
static bool commas_right(struct str s)
{
	struct str whole = str_cut(&s, S("."));
	if (str_find(s, S(",")) >= 0) return false;
	if (str_find(whole, S(",")) < 0) return true;
	struct str first = str_cut(&whole, S(","));
	bool right = first.n >= 1 && first.n <= 4;                // with its sign
	while (whole.p && right) {
		struct str group = str_cut(&whole, S(","));
		right = group.n >= 3 && (group.n == 3 || (!whole.p && (group.p[3] < '0' || group.p[3] > '9')));   // a unit may follow
	}
	return right;
}

static struct err *check_number(struct arena *a, struct str field, const struct element *e, struct str s, struct str *out)
{
	s = without(a, half_width(a, s), " ");
	bool right = commas_right(s);
	s = without(a, s, ",");
	struct str units[] = {e->unit.zh, S("元"), S("㎡")};
	for (size_t i = 0; i < countof(units); i++)
		if (units[i].n && str_ends(s, units[i]))
			s.n -= units[i].n;
	dec v;
	struct str example = e->example.zh.n ? e->example.zh : S("85.5");
	if (!right || !plain_number(s))
		return fail(a, E_NUMBER, field, e, example);
	// JSON numbers have no leading zeros; people type 007 and mean 7.
	size_t lead = s.p[0] == '-';
	while (lead + 1 < s.n && s.p[lead] == '0' && s.p[lead + 1] != '.')
		s = lead ? str_fmt(a, "-" STR_FMT, STR_ARG(str_from(s, 2))) : str_from(s, 1);
	if (!dec_parse(s, &v))
		return fail(a, E_NUMBER, field, e, example);
	int scale = e->scale >= 0 ? e->scale : e->type == EL_MONEY || e->type == EL_AREA ? 2 : -1;
	if (scale >= 0 && fraction_digits(s) > scale)
		return fail(a, E_NUMBER_SCALE, field, e, str_fmt(a, "%d", scale));
	if (e->has_min && dec_cmp(v, e->min) < 0)
		return fail(a, E_TOO_SMALL, field, e, dec_str(a, e->min));
	if (e->has_max && dec_cmp(v, e->max) > 0)
		return fail(a, E_TOO_LARGE, field, e, dec_str(a, e->max));
	if (!e->has_min && (e->type == EL_MONEY || e->type == EL_AREA) && dec_cmp(v, 0) < 0)
		return fail(a, E_TOO_SMALL, field, e, S("0"));
	if (e->type == EL_MONEY) {
		struct buf b = buf_new(a);
		dec_print_scaled(&b, dec_round(v, 2, DEC_HALF_EVEN) + 0.00DL);
		*out = buf_str(&b);
	} else {
		*out = dec_str(a, v);
	}
	return NULL;
}

static struct err *check_phone(struct arena *a, struct str field, const struct element *e, struct str s, struct str *out)
{
	return ids_phone(a, s, out) == IDS_PHONE_BAD ? fail(a, E_PHONE, field, e, S("")) : NULL;
}

static bool letter(char c)
{
	return c >= 'A' && c <= 'Z';
}

// Which document a number is of, by its shape alone: the form asks for the number, not for its kind.
static enum ids_kind id_kind(struct str s)
{
	bool first = s.n && letter(s.p[0]);
	if (s.n == 18 && s.p[0] == '9')
		return IDS_FOREIGN_PR;
	if (s.n == 18 && !first)
		return str_starts(s, S("81")) || str_starts(s, S("82")) || str_starts(s, S("83")) ? IDS_HKMOTW_RESIDENCE : IDS_RESIDENT;
	if (s.n == 15 && first && letter(s.p[1]) && letter(s.p[2]))
		return IDS_FOREIGN_PR;
	if ((s.n == 9 || s.n == 11) && (s.p[0] == 'H' || s.p[0] == 'M') && all_digits(str_from(s, 1)))
		return IDS_HKMO_PERMIT;
	if ((s.n == 8 || s.n == 10) && all_digits(s))
		return IDS_TAIWAN_PERMIT;
	if (s.n >= 5 && s.n <= 20 && !all_digits(s))
		return IDS_PASSPORT_FOREIGN;
	return IDS_RESIDENT;
}

struct err *field_check(struct arena *a, const struct catalogue *c, struct str field, const struct element *e,
	struct str text, day_t today, struct str *normal)
{
	(void)c;
	struct str s = str_trim(text);
	day_t d;
	*normal = s;
	if (!s.n)
		return fail(a, E_REQUIRED, field, e, S(""));
	if (s.n > 400000)
		return fail(a, E_TOO_LONG, field, e, S("100000"));
	switch (e->type) {
	case EL_TEXT:
	case EL_NAME:
	case EL_ADDRESS:
		return check_text(a, field, e, s, normal);
	case EL_ID:
		*normal = ids_normal(a, s);
		return ids_err(a, ids_check(id_kind(*normal), *normal, today, NULL), field, e->name.zh);
	case EL_USCC:
		*normal = ids_normal(a, s);
		return ids_err(a, ids_uscc(*normal, NULL), field, e->name.zh);
	case EL_PHONE:
		return check_phone(a, field, e, s, normal);
	case EL_DATE:
		if (!date_loose(a, half_width(a, s), &d))
			return fail(a, E_DATE, field, e, S(""));
		if (e->not_future && d > today)
			return fail(a, E_DATE_FUTURE, field, e, S(""));
		if (e->not_past && d < today)
			return fail(a, E_DATE_PAST, field, e, S(""));
		struct buf b = buf_new(a);
		day_print(&b, d);
		*normal = buf_str(&b);
		return NULL;
	case EL_MONEY:
	case EL_NUMBER:
	case EL_AREA:
		return check_number(a, field, e, s, normal);
	case EL_CHOICE:
		for (uint32_t i = 0; i < e->n_options; i++)
			if (str_eq(s, e->option[i].code))
				return NULL;
		return fail(a, E_CHOICE, field, e, S(""));
	case EL_BOOLEAN:
		if (str_is(s, "true") || str_is(s, "false"))
			return NULL;
		return fail(a, E_CHOICE, field, e, S(""));
	}
	return NULL;
}

// domain/12: name 张*; number first 4, last 3; phone 138****5678; bank last 4; address to the street
struct str field_masked(struct arena *a, enum sensitivity kind, struct str s)
{
	static const char *const ends[] = {"街道", "镇", "乡", "区", "县", "市"};
	if (!s.n)
		return s;
	switch (kind) {
	case SENS_NONE: return s;
	case SENS_NAME: return mask_name(a, s);
	case SENS_IDENTITY: return mask_id(a, s);
	case SENS_PHONE: return mask_phone(a, s);
	case SENS_BANK: return mask_bank(a, s);
	case SENS_ADDRESS:
		for (size_t i = 0; i < countof(ends); i++) {
			ptrdiff_t at = str_find(s, str_of(ends[i]));
			if (at > 0)
				return str_fmt(a, STR_FMT "****", STR_ARG(str_part(s, 0, (size_t)at + strlen(ends[i]))));
		}
		return str_fmt(a, STR_FMT "****", STR_ARG(utf8_part(s, 0, 1)));
	}
	return s;
}
