// print.c — values as FEEL text, as strings, and as JSON both ways.
#include "feel/lex.h"

// Values may share parts: what is printed could be exponentially longer than what is held.
enum { DEEPEST = 2000, MOST_PARTS = 500000 };
struct out { struct buf *b; bool source; size_t parts, bytes; };   // bytes: the longest text wanted

static void quoted(struct buf *b, struct str s)
{
	buf_byte(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		switch (s.p[i]) {
		case '"': buf_lit(b, "\\\""); break;
		case '\\': buf_lit(b, "\\\\"); break;
		case '\n': buf_lit(b, "\\n"); break;
		case '\r': buf_lit(b, "\\r"); break;
		case '\t': buf_lit(b, "\\t"); break;
		default: buf_byte(b, s.p[i]);
		}
	}
	buf_byte(b, '"');
}

// Can a key stand without quotes, and be read as the same one again?
static bool plain_key(struct str s)
{
	bool gap = true;
	for (size_t at = 0; at < s.n;) {
		uint32_t cp = utf8_next(s, &at);
		bool space = cp == ' ';
		if (space ? gap : !lex_name_part(cp)) return false;
		gap = space;
	}
	return s.n && !gap && lex_name_start(utf8_next(s, &(size_t){0}));
}

// source: an expression that gives the value again; else what string() gives inside lists.
static bool print(struct out *o, const struct feel_value *v, int depth)
{
	struct buf *b = o->b;
	bool source = o->source, ok = true;
	if (depth > DEEPEST || ++o->parts > MOST_PARTS || b->n > o->bytes) return false;
	switch ((enum feel_kind)v->kind) {
	case FEEL_NULL: buf_lit(b, "null"); break;
	case FEEL_BOOLEAN: buf_add(b, v->truth ? S("true") : S("false")); break;
	case FEEL_NUMBER: dec_print(b, v->num); break;
	case FEEL_STRING: quoted(b, v->text); break;
	case FEEL_DATE: case FEEL_TIME: case FEEL_DATE_TIME: case FEEL_DAYS_DURATION: case FEEL_MONTHS_DURATION:
		if (source) {
			bool duration = v->kind == FEEL_DAYS_DURATION || v->kind == FEEL_MONTHS_DURATION;
			buf_add(b, str_of(duration ? "duration" : feel_kind_name((enum feel_kind)v->kind)));
			buf_lit(b, "(\"");
		}
		print_temporal(b, v);
		if (source) buf_lit(b, "\")");
		break;
	case FEEL_LIST:
		buf_byte(b, '[');
		for (size_t i = 0; i < v->list->n && ok; i++) {
			if (i) buf_lit(b, ", ");
			ok = print(o, &v->list->item[i], depth + 1);
		}
		buf_byte(b, ']');
		break;
	case FEEL_CONTEXT:
		buf_byte(b, '{');
		for (uint32_t i = 0; i < v->ctx->n && ok; i++) {
			if (i) buf_lit(b, ", ");
			if (plain_key(v->ctx->key[i])) buf_add(b, v->ctx->key[i]);
			else quoted(b, v->ctx->key[i]);
			buf_lit(b, ": ");
			ok = print(o, &v->ctx->value[i], depth + 1);
		}
		buf_byte(b, '}');
		break;
	case FEEL_RANGE: {
		static const char *const ops[] = {"", "<", "<=", ">", ">=", "=", "!="};
		const struct feel_range *r = v->range;
		if (r->op != FEEL_INTERVAL) {
			buf_fmt(b, "(%s", ops[r->op]);
			ok = print(o, r->op == FEEL_GT || r->op == FEEL_GE ? &r->start : &r->end, depth + 1);
			buf_byte(b, ')');
			break;
		}
		buf_byte(b, r->start_in ? '[' : '(');
		ok = print(o, &r->start, depth + 1);
		buf_lit(b, "..");
		ok = ok && print(o, &r->end, depth + 1);
		buf_byte(b, r->end_in ? ']' : ')');
		break;
	}
	case FEEL_FUNCTION:
		buf_lit(b, "function(");
		for (uint32_t i = 0; i < v->fn->n; i++) {
			if (i) buf_lit(b, ", ");
			buf_add(b, v->fn->param ? v->fn->param[i].name : S("…"));
		}
		buf_byte(b, ')');
		break;
	default: buf_lit(b, "null");
	}
	return ok;
}

void feel_print(struct buf *b, struct feel_value v)
{
	struct out o = {b, true, 0, SIZE_MAX};
	if (!print(&o, &v, 0)) buf_lit(b, "…");
}

struct str feel_string(struct arena *a, struct feel_value v)
{
	if (v.kind == FEEL_STRING) return v.text;
	struct buf b = buf_new(a);
	struct out o = {&b, false, 0, SIZE_MAX};
	if (!print(&o, &v, 0)) buf_lit(&b, "…");
	return buf_str(&b);
}

bool string_within(struct arena *a, const struct feel_value *v, size_t bytes, struct str *out)
{
	if (v->kind == FEEL_STRING) {
		*out = v->text;
		return true;
	}
	struct buf b = buf_new(a);
	struct out o = {&b, false, 0, bytes};
	bool ok = print(&o, v, 0);
	*out = buf_str(&b);
	return ok;
}

// ---- JSON ----

static struct err *from_json(struct arena *a, const struct json *j, struct feel_value *out, int depth);

static struct err *bad(struct arena *a, struct str what)
{
	return err_arg(a, E_FEEL_VALUE, what);
}

static struct err *tagged(struct arena *a, const struct json *j, struct str type, struct feel_value *out, int depth)
{
	struct str text = json_text(json_get(j, S("value")));
	int64_t days;
	bool ok;
	if (str_is(type, "range")) {
		struct feel_value lo, hi;
		struct err *e = from_json(a, json_get(j, S("start")), &lo, depth + 1);
		if (!e) e = from_json(a, json_get(j, S("end")), &hi, depth + 1);
		if (e) return e;
		int sign;
		bool lo_in = json_is_true(json_get(j, S("start included"))), hi_in = json_is_true(json_get(j, S("end included")));
		if (lo.kind == FEEL_NULL && hi.kind == FEEL_NULL) return bad(a, S("a range without ends"));
		if (lo.kind == FEEL_NULL) *out = feel_of_range_op(a, hi_in ? FEEL_LE : FEEL_LT, hi);
		else if (hi.kind == FEEL_NULL) *out = feel_of_range_op(a, lo_in ? FEEL_GE : FEEL_GT, lo);
		else if (!feel_order(lo, hi, &sign)) return bad(a, S("a range whose ends have no order"));
		else *out = feel_of_range(a, lo, lo_in, hi, hi_in);
		return NULL;
	}
	if (str_is(type, "date")) {
		ok = parse_date(text, &days);
		if (ok) *out = feel_date(days);
	} else if (str_is(type, "time")) {
		ok = parse_time(text, out);
	} else if (str_is(type, "date and time")) {
		ok = parse_date_time(text, out);
	} else if (str_is(type, "days and time duration")) {
		ok = parse_duration(text, out) && out->kind == FEEL_DAYS_DURATION;
	} else if (str_is(type, "years and months duration")) {
		ok = parse_duration(text, out) && out->kind == FEEL_MONTHS_DURATION;
	} else {
		return bad(a, str_fmt(a, "$type “" STR_FMT "”", STR_ARG(type)));
	}
	return ok ? NULL : bad(a, str_fmt(a, STR_FMT " “" STR_FMT "”", STR_ARG(type), STR_ARG(text)));
}

static struct err *from_json(struct arena *a, const struct json *j, struct feel_value *out, int depth)
{
	*out = feel_null();
	if (!j) return NULL;
	if (depth > DEEPEST) return err_arg(a, E_BUDGET, S("depth of a value"));
	switch (j->type) {
	case JSON_NULL: return NULL;
	case JSON_FALSE: *out = feel_bool(false); return NULL;
	case JSON_TRUE: *out = feel_bool(true); return NULL;
	case JSON_NUMBER: {
		dec d;
		if (!json_dec(j, &d) || !dec_finite(d)) return bad(a, str_fmt(a, "the number " STR_FMT, STR_ARG(str_part(j->text, 0, 60))));
		*out = feel_num(d);
		return NULL;
	}
	case JSON_STRING: *out = feel_text(j->text); return NULL;
	case JSON_ARRAY: {
		struct feel_list *l = feel_list_new(a, j->n);
		for (uint32_t i = 0; i < j->n; i++) {
			struct err *e = from_json(a, j->item[i], &l->item[i], depth + 1);
			if (e) return e;
		}
		*out = feel_of_list(l);
		return NULL;
	}
	case JSON_OBJECT: {
		const struct json *type = json_get(j, S("$type"));
		if (type && type->type == JSON_STRING) return tagged(a, j, type->text, out, depth);
		struct feel_context *c = feel_context_new(a, j->n);
		c->n = j->n;
		for (uint32_t i = 0; i < j->n; i++) {
			c->key[i] = j->key[i];                       // a parsed object has no key twice
			struct err *e = from_json(a, j->item[i], &c->value[i], depth + 1);
			if (e) return e;
		}
		*out = feel_of_context(c);
		return NULL;
	}
	}
	return NULL;
}

struct err *feel_from_json(struct arena *a, const struct json *j, struct feel_value *out)
{
	return from_json(a, j, out, 0);
}

static struct json *to_json(struct arena *a, const struct feel_value *v, int depth, size_t *parts)
{
	struct json *j, *k;
	if (depth > DEEPEST || ++*parts > MOST_PARTS) return NULL;
	switch ((enum feel_kind)v->kind) {
	case FEEL_BOOLEAN: return json_bool(a, v->truth);
	case FEEL_NUMBER: return json_decimal(a, v->num);
	case FEEL_STRING: return json_str(a, v->text);
	case FEEL_DATE: case FEEL_TIME: case FEEL_DATE_TIME: case FEEL_DAYS_DURATION: case FEEL_MONTHS_DURATION:
		j = json_obj(a);
		json_put(a, j, S("$type"), json_str(a, str_of(feel_kind_name((enum feel_kind)v->kind))));
		json_put(a, j, S("value"), json_str(a, feel_string(a, *v)));
		return j;
	case FEEL_LIST:
		j = json_arr(a);
		for (size_t i = 0; i < v->list->n; i++) {
			if (!(k = to_json(a, &v->list->item[i], depth + 1, parts))) return NULL;
			json_add(a, j, k);
		}
		return j;
	case FEEL_CONTEXT:
		j = json_obj(a);
		j->n = j->cap = v->ctx->n;
		j->key = arena_newn(a, struct str, j->n);
		j->item = arena_newn(a, struct json *, j->n);
		for (uint32_t i = 0; i < v->ctx->n; i++) {
			j->key[i] = v->ctx->key[i];                      // a context has no key twice: no search
			if (!(j->item[i] = to_json(a, &v->ctx->value[i], depth + 1, parts))) return NULL;
		}
		return j;
	case FEEL_RANGE:
		j = json_obj(a);
		json_put(a, j, S("$type"), json_str(a, S("range")));
		if (!(k = to_json(a, &v->range->start, depth + 1, parts))) return NULL;
		json_put(a, j, S("start"), k);
		if (!(k = to_json(a, &v->range->end, depth + 1, parts))) return NULL;
		json_put(a, j, S("end"), k);
		json_put(a, j, S("start included"), json_bool(a, v->range->start_in));
		json_put(a, j, S("end included"), json_bool(a, v->range->end_in));
		return j;
	case FEEL_FUNCTION:
		j = json_obj(a);
		json_put(a, j, S("$type"), json_str(a, S("function")));
		return j;
	default: return json_new(a, JSON_NULL);
	}
}

struct json *feel_to_json(struct arena *a, struct feel_value v)
{
	size_t parts = 0;
	return to_json(a, &v, 0, &parts);
}
