// tpl_filter.c — how days, instants, money, numbers and spans are written, in two languages.
#include <stdio.h>

#include "base/day.h"
#include "web/tpl_int.h"

static struct val text(struct str s) { return (struct val){ .kind = V_TEXT, .s = s }; }

static bool val_int(struct val v, int64_t *out)
{
	if (v.kind == V_INT) { *out = v.i; return true; }
	if (v.kind == V_JSON) return json_int(v.j, out);
	return v.kind == V_TEXT && v.s.n && str_int(v.s, out);
}

static int64_t get_int(const struct json *o, const char *key)
{
	int64_t i = 0;
	json_int(json_get(o, str_of(key)), &i);
	return i;
}

// A day or an instant. with_time tells which it was.
static bool val_when(struct val v, day_t *day, struct clock_time *at, bool *with_time)
{
	int64_t ms;
	*with_time = false;
	*at = (struct clock_time){ 0 };
	if (v.kind == V_TEXT && day_parse(v.s, day)) return true;
	if (!(v.kind == V_TEXT && instant_parse(v.s, &ms)) && !val_int(v, &ms)) return false;
	*day = day_shanghai(ms);
	*at = clock_shanghai(ms);
	return *with_time = true;
}

// Pages write hundreds of dates: printf would be a third of their time.
static void number(struct buf *b, int n, int width)
{
	char d[12];
	int i = 12;
	do d[--i] = (char)('0' + n % 10), n /= 10, width--; while (n || width > 0);
	buf_add(b, (struct str){ d + i, (size_t)(12 - i) });
}

static void hour_minute(struct buf *b, struct clock_time t)
{
	number(b, t.hour, 2);
	buf_byte(b, ':');
	number(b, t.minute, 2);
}

static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep",
	"Oct", "Nov", "Dec" };

static struct str when_text(struct arena *a, const struct tpl_env *env, enum filter f, struct val v)
{
	day_t d;
	struct clock_time t;
	bool timed;
	if (!val_when(v, &d, &t, &timed)) return tpl_val_text(a, v);
	struct civil c = day_civil(d);
	bool this_year = day_civil(day_shanghai(env->now_ms)).year == c.year;
	struct buf b = buf_new(a);
	bool en = env->english, year = f == F_DATE || f == F_DATETIME || !this_year;
	if (f == F_TIME) { hour_minute(&b, t); return buf_str(&b); }
	if (f == F_STAMP || f == F_MD) {
		if (!this_year) number(&b, c.year, 4), buf_byte(&b, '-');
		number(&b, c.month, 2);
		buf_byte(&b, '-');
		number(&b, c.day, 2);
		if (f == F_STAMP && timed) buf_byte(&b, ' '), hour_minute(&b, t);
		return buf_str(&b);
	}
	if (en) {
		number(&b, c.day, 1);
		buf_byte(&b, ' ');
		buf_add(&b, str_of(months[c.month - 1]));
		if (year) buf_byte(&b, ' '), number(&b, c.year, 1);
	} else {
		if (year) number(&b, c.year, 1), buf_lit(&b, "年");
		number(&b, c.month, 1);
		buf_lit(&b, "月");
		number(&b, c.day, 1);
		buf_lit(&b, "日");
	}
	if ((f == F_DATETIME || f == F_MOMENT) && timed) buf_byte(&b, ' '), hour_minute(&b, t);
	return buf_str(&b);
}

static struct str money(struct arena *a, bool en, bool unit, int64_t fen)
{
	struct buf b = buf_new(a);
	uint64_t u = fen < 0 ? -(uint64_t)fen : (uint64_t)fen;
	char digits[32];
	int n = snprintf(digits, sizeof digits, "%llu", (unsigned long long)(u / 100));
	if (en && unit) buf_lit(&b, "CNY ");
	if (fen < 0) buf_byte(&b, '-');
	for (int i = 0; i < n; i++) {
		if (i && (n - i) % 3 == 0) buf_byte(&b, ',');
		buf_byte(&b, digits[i]);
	}
	if (u % 100) buf_fmt(&b, ".%02d", (int)(u % 100));
	if (!en && unit) buf_lit(&b, " 元");
	return buf_str(&b);
}

static struct str left(struct arena *a, bool en, bool short_form, struct val v)
{
	if (v.kind != V_JSON || v.j->type != JSON_OBJECT) return tpl_val_text(a, v);
	long long d = get_int(v.j, "days"), h = get_int(v.j, "hours");
	bool over = json_is_true(json_get(v.j, S("over")));
	struct buf b = buf_new(a);
	if (en) {
		if (d) buf_fmt(&b, short_form ? "%lld d" : d == 1 ? "%lld working day" : "%lld working days", d);
		if (h || !d)
			buf_fmt(&b, short_form ? "%s%lld h" : h == 1 ? "%s%lld hour" : "%s%lld hours", d ? " " : "", h);
		if (over) buf_lit(&b, " over");
		return buf_str(&b);
	}
	if (over) buf_add(&b, short_form ? S("超 ") : S("超 "));
	if (d) buf_fmt(&b, short_form ? "%lld 日" : "%lld 个工作日", d);
	if (h || !d) buf_fmt(&b, short_form ? "%s%lld 时" : "%s%lld 小时", d ? " " : "", h);
	return buf_str(&b);
}

static struct str unit_text(bool en, struct str unit, int64_t n)
{
	static const struct { const char *key, *zh, *en; } u[] = {
		{ "working_day", "个工作日", "working day" }, { "day", "日", "day" }, { "month", "个月",
			"month" }, { "year", "年", "year" }, { "hour", "小时", "hour" },
		{ "minute", "分钟", "minute" } };
	static const char *const many[] = { "working days", "days", "months", "years", "hours", "minutes" };
	for (size_t i = 0; i < countof(u); i++)
		if (str_eq(unit, str_of(u[i].key))) return str_of(!en ? u[i].zh : n == 1 ? u[i].en : many[i]);
	return unit;
}

static struct str dayspan(struct arena *a, bool en, bool only_unit, struct val v)
{
	int64_t n = 0;
	struct str unit = S("working_day");
	if (v.kind == V_JSON && v.j->type == JSON_OBJECT) {
		n = get_int(v.j, "n");
		struct str u = json_text(json_get(v.j, S("unit")));
		if (u.n) unit = u;
	} else if (!val_int(v, &n)) {
		return tpl_val_text(a, v);
	}
	if (only_unit) return n == 0 ? S("") : unit_text(en, unit, n);
	if (n == 0) return en ? S("same day") : S("当日");
	return str_fmt(a, "%lld " STR_FMT, (long long)n, STR_ARG(unit_text(en, unit, n)));
}

static struct str in_fours(struct arena *a, struct str s)
{
	struct buf b = buf_new(a);
	for (size_t i = 0; i < s.n; i++) {
		if (i && i % 4 == 0) buf_byte(&b, ' ');
		buf_byte(&b, s.p[i]);
	}
	return buf_str(&b);
}

static struct str filesize(struct arena *a, int64_t n)
{
	if (n < 1024) return str_fmt(a, "%lld B", (long long)n);
	if (n < 1 << 20) return str_fmt(a, "%lld KB", (long long)((n + 512) / 1024));
	int64_t tenths = (n * 10 + (1 << 19)) >> 20;
	if (tenths % 10 == 0) return str_fmt(a, "%lld MB", (long long)(tenths / 10));
	return str_fmt(a, "%lld.%lld MB", (long long)(tenths / 10), (long long)(tenths % 10));
}

static struct str join_texts(struct arena *a, struct str between, struct val v)
{
	struct buf b = buf_new(a);
	if (v.kind != V_JSON || v.j->type != JSON_ARRAY) return tpl_val_text(a, v);
	for (uint32_t i = 0; i < v.j->n; i++) {
		if (i) buf_add(&b, between);
		buf_add(&b, json_text(v.j->item[i]));
	}
	return buf_str(&b);
}

struct val tpl_filter(struct arena *a, const struct tpl_env *env, enum filter f, struct str arg, struct val v)
{
	int64_t n;
	if (f == F_DEFAULT) {
		bool empty = v.kind == V_NONE || (v.kind == V_TEXT && !v.s.n) || (v.kind == V_JSON
			&& v.j->type != JSON_NUMBER && !v.j->n);
		return empty ? text(arg) : v;
	}
	if (f == F_COUNT)
		return (struct val){ .kind = V_INT, .i = v.kind == V_JSON ? (int64_t)json_count(v.j) : 0 };
	if (v.kind == V_NONE) return v;
	switch (f) {
	case F_DATE: case F_DAY: case F_MOMENT: case F_TIME: case F_DATETIME: case F_STAMP: case F_MD:
		return text(when_text(a, env, f, v));
	case F_MONEY: case F_YUAN: return val_int(v, &n) ? text(money(a, env->english, f == F_MONEY, n))
		: text(tpl_val_text(a, v));
	case F_LEFT: case F_LEFT_SHORT: return text(left(a, env->english, f == F_LEFT_SHORT, v));
	case F_CASENUMBER: return text(in_fours(a, tpl_val_text(a, v)));
	case F_FILESIZE: return val_int(v, &n) && n >= 0 && n < INT64_MAX / 16 ? text(filesize(a, n))
		: text(tpl_val_text(a, v));
	case F_DAYSPAN: case F_UNIT: return text(dayspan(a, env->english, f == F_UNIT, v));
	case F_JOIN: return text(join_texts(a, arg, v));
	case F_WORD: {
		struct str value = tpl_val_text(a, v), key, out;
		if (v.kind == V_BOOL) value = v.i ? S("true") : S("false");
		if (!value.n) return v;
		key = arg.n ? str_fmt(a, STR_FMT STR_FMT, STR_ARG(arg), STR_ARG(value)) : value;
		out = tpl_translate(env, key);
		return text(out.p == key.p ? value : out);
	}
	default: return v;
	}
}
