// fill.c — facts into a template.
#include "domain/fill.h"

struct str template_day(struct arena *a, day_t d, bool english)
{
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct civil c = day_civil(d);
	return english ? str_fmt(a, "%d %s %d", c.day, months[c.month - 1], c.year) : str_fmt(a, "%d年%d月%d日", c.year, c.month, c.day);
}

struct str template_fill(struct arena *a, struct str text, const struct json *facts)
{
	struct buf b = buf_new(a);
	while (text.n) {
		struct str before = str_cut(&text, S("{{"));
		buf_add(&b, before);
		if (!text.p) break;
		const struct json *fact = json_get(facts, str_trim(str_cut(&text, S("}}"))));
		buf_add(&b, fact ? json_text(fact) : S("——"));
	}
	return buf_str(&b);
}
