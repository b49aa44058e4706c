// fill.c — facts into a template.
#include "domain/fill.h"

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
