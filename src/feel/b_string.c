// b_string.c — the built-ins over text (DMN 1.5 §10.3.4.3). Positions count code points from 1.
#include "feel/icu.h"
#include "feel/part.h"

void b_string(struct args *a, struct feel_value *out)
{
	struct str s;
	set_null(out);
	if (a->v[0].kind == FEEL_NULL || !bytes_left(a->run, 0)) return;
	if (string_within(a->run->arena, &a->v[0], (a->run->bytes - arena_used(a->run->arena)) / 4, &s)) *out = feel_text(s);
	else feel_stop(a->run, "memory of evaluation");
}

void b_substring(struct args *a, struct feel_value *out)
{
	struct str s = a->v[0].text;
	int64_t start, length = INT64_MAX, n = (int64_t)utf8_count(s);
	if (!dec_to_int(dec_trunc(a->v[1].num), &start) || start == 0 || start > n || start < -n) {
		arg_fail(a, out, "substring(): there is no such start position");
		return;
	}
	if (a->v[2].kind == FEEL_NUMBER && (!dec_to_int(dec_trunc(a->v[2].num), &length) || length < 1)) {
		arg_fail(a, out, "substring(): the length must be at least 1");
		return;
	}
	size_t from = (size_t)(start > 0 ? start - 1 : n + start);
	*out = feel_text(utf8_part(s, from, (size_t)(length < n ? length : n)));
}

void b_string_length(struct args *a, struct feel_value *out)
{
	*out = feel_int((int64_t)utf8_count(a->v[0].text));
}

void b_upper_case(struct args *a, struct feel_value *out)
{
	if (bytes_left(a->run, a->v[0].text.n * 8)) *out = feel_text(icu_upper(a->run->arena, a->v[0].text));
	else set_null(out);
}

void b_lower_case(struct args *a, struct feel_value *out)
{
	if (bytes_left(a->run, a->v[0].text.n * 8)) *out = feel_text(icu_lower(a->run->arena, a->v[0].text));
	else set_null(out);
}

void b_substring_before(struct args *a, struct feel_value *out)
{
	ptrdiff_t at = str_find(a->v[0].text, a->v[1].text);
	*out = feel_text(at < 0 ? S("") : str_part(a->v[0].text, 0, (size_t)at));
}

void b_substring_after(struct args *a, struct feel_value *out)
{
	ptrdiff_t at = str_find(a->v[0].text, a->v[1].text);
	*out = feel_text(at < 0 ? S("") : str_from(a->v[0].text, (size_t)at + a->v[1].text.n));
}

void b_contains(struct args *a, struct feel_value *out)
{
	set_bool(out, str_find(a->v[0].text, a->v[1].text) >= 0);
}

void b_starts_with(struct args *a, struct feel_value *out)
{
	set_bool(out, str_starts(a->v[0].text, a->v[1].text));
}

void b_ends_with(struct args *a, struct feel_value *out)
{
	set_bool(out, str_ends(a->v[0].text, a->v[1].text));
}

// ---- regular expressions ----

static struct regex *regex(struct args *a, struct str pattern, const struct feel_value *flags, struct feel_value *out)
{
	struct regex *re;
	struct str why;
	if (!bytes_left(a->run, a->v[0].text.n * 16)) {
		set_null(out);
		return NULL;
	}
	if (regex_get(a->run->arena, pattern, flags && flags->kind == FEEL_STRING ? flags->text : S(""), &re, &why)) return re;
	arg_fail(a, out, "the regular expression is malformed: " STR_FMT, STR_ARG(why));
	return NULL;
}

static void trouble(struct args *a, bool over, struct str why, struct feel_value *out)
{
	set_null(out);
	if (over) feel_stop(a->run, "steps of a regular expression");
	else arg_fail(a, out, "the regular expression cannot be used: " STR_FMT, STR_ARG(why));
}

void b_matches(struct args *a, struct feel_value *out)
{
	bool found, over;
	struct regex *re = regex(a, a->v[1].text, &a->v[2], out);
	if (!re) return;
	if (regex_found(re, a->run->arena, a->v[0].text, &found, &over)) set_bool(out, found);
	else trouble(a, over, S("it failed"), out);
}

void b_replace(struct args *a, struct feel_value *out)
{
	bool over = false;
	struct str text, why = S("it failed");
	struct regex *re = regex(a, a->v[1].text, &a->v[3], out);
	if (!re) return;
	if (regex_replace(re, a->run->arena, a->v[0].text, a->v[2].text, a->run->bytes, &text, &why, &over)) *out = feel_text(text);
	else trouble(a, over, why, out);
}

void b_split(struct args *a, struct feel_value *out)
{
	bool over = false;
	struct str *part, why = S("it failed");
	size_t n;
	struct regex *re = regex(a, a->v[1].text, NULL, out);
	if (!re) return;
	if (!regex_split(re, a->run->arena, a->v[0].text, &part, &n, &why, &over)) {
		trouble(a, over, why, out);
		return;
	}
	if (!feel_step(a->run, n)) return;
	struct feel_list *l = feel_list_new(a->run->arena, n);
	for (size_t i = 0; i < n; i++) l->item[i] = feel_text(part[i]);
	*out = feel_of_list(l);
}

void b_string_join(struct args *a, struct feel_value *out)
{
	const struct feel_list *l = a->v[0].list;
	struct str between = a->v[1].kind == FEEL_STRING ? a->v[1].text : S("");
	size_t total = 0;
	if (!feel_step(a->run, l->n)) return;
	for (size_t i = 0; i < l->n; i++) {
		if (l->item[i].kind == FEEL_STRING) total += l->item[i].text.n + between.n;
		else if (l->item[i].kind != FEEL_NULL) {
			arg_fail(a, out, "string join(): %s among the strings", feel_kind_name((enum feel_kind)l->item[i].kind));
			return;
		}
	}
	if (!bytes_left(a->run, total)) return;
	char *p = arena_raw(a->run->arena, total + 1);
	size_t n = 0;
	bool first = true;
	for (size_t i = 0; i < l->n; i++) {
		if (l->item[i].kind != FEEL_STRING) continue;
		struct str t = l->item[i].text;
		if (!first && between.n) {
			memcpy(p + n, between.p, between.n);
			n += between.n;
		}
		first = false;
		if (t.n) memcpy(p + n, t.p, t.n);
		n += t.n;
	}
	*out = feel_text((struct str){p, n});
}
