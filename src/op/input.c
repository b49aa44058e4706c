// input.c — input typed at the door: only declared fields, in their types, within their limits.
#include "op/input.h"

#include "base/day.h"

static const char *type_words(enum op_type t, bool en)
{
	static const char *const words[][2] = {
		[OPT_ID] = {"编号", "an id"}, [OPT_INT] = {"整数", "a whole number"}, [OPT_BOOL] = {"是或否", "true or false"},
		[OPT_TEXT] = {"文字", "text"}, [OPT_DAY] = {"日期，如 2026-11-05", "a date such as 2026-11-05"},
		[OPT_MS] = {"时间", "an instant"}, [OPT_MONEY] = {"金额", "an amount"}, [OPT_NUMBER] = {"数字", "a number"},
		[OPT_KEY] = {"代码", "a code"}, [OPT_CHOICE] = {"给定选项之一", "one of the choices"}, [OPT_JSON] = {"JSON 对象", "a JSON object"},
		[OPT_MAP] = {"对象", "an object"}, [OPT_LIST] = {"列表", "a list"}};
	return words[t][en];
}

static bool chosen(const char *choices, struct str s)
{
	struct str rest = str_of(choices);
	while (rest.p)
		if (str_eq(str_cut(&rest, S("|")), s)) return s.n != 0;
	return false;
}

static struct err *wrong(struct arena *a, const struct op_field *f, bool en)
{
	struct err *e = err_args(a, E_TYPE, str_of(f->name), str_of(type_words(f->type, en)), S(""));
	e->field = str_of(f->name);
	return e;
}

// Whole numbers come as numbers from programs and as text from forms and addresses.
static bool whole(const struct json *v, int64_t *out)
{
	return (v->type == JSON_NUMBER && json_int(v, out)) || (v->type == JSON_STRING && str_int(v->text, out));
}

enum { DEPTH_MAX = 64, UNKNOWN_MAX = 20 };       // as deep as a body may be parsed; so many unknown fields are named

static bool too_deep(const struct json *v, int left)
{
	if (v->type != JSON_ARRAY && v->type != JSON_OBJECT) return false;
	if (!left) return true;
	for (uint32_t i = 0; i < v->n; i++)
		if (too_deep(v->item[i], left - 1)) return true;
	return false;
}

static struct err *one(struct arena *a, const struct op_field *f, struct json *v, bool en, struct json **out)
{
	int64_t i;
	dec d;
	day_t day;
	*out = v;
	switch (f->type) {
	case OPT_ID:
		if (!whole(v, &i) || i <= 0) return wrong(a, f, en);
		*out = json_num(a, i);
		return NULL;
	case OPT_INT:
	case OPT_MS:
		if (!whole(v, &i)) return wrong(a, f, en);
		*out = json_num(a, i);
		return NULL;
	case OPT_MONEY:
	case OPT_NUMBER:
		if (!dec_parse(json_text(v), &d)) return wrong(a, f, en);
		*out = json_decimal(a, d);
		return NULL;
	case OPT_BOOL:
		if (v->type == JSON_TRUE || v->type == JSON_FALSE) return NULL;
		if (v->type != JSON_STRING) return wrong(a, f, en);
		bool yes = str_is(v->text, "true") || str_is(v->text, "1") || str_is(v->text, "on");
		if (!yes && !str_is(v->text, "false") && !str_is(v->text, "0") && v->text.n) return wrong(a, f, en);
		*out = json_bool(a, yes);
		return NULL;
	case OPT_TEXT:
		if (v->type != JSON_STRING) return wrong(a, f, en);
		if (utf8_count(v->text) > f->max) {
			struct err *e = err_args(a, E_TOO_LONG, str_of(f->name), str_fmt(a, "%u", f->max), S(""));
			e->field = str_of(f->name);
			return e;
		}
		*out = json_str(a, str_trim(v->text));
		return NULL;
	case OPT_DAY:
		return v->type == JSON_STRING && day_parse(v->text, &day) ? NULL : wrong(a, f, en);
	case OPT_KEY:
		return v->type == JSON_STRING && v->text.n && v->text.n <= 80 ? NULL : wrong(a, f, en);
	case OPT_CHOICE:
		return v->type == JSON_STRING && chosen(f->choices, v->text) ? NULL : wrong(a, f, en);
	case OPT_JSON:
		// Forms of browsers carry a document as text.
		if (v->type == JSON_STRING) {
			struct err *e = json_parse(a, v->text, (struct json_limits){0}, out);
			if (e) return wrong(a, f, en);
		}
		if (too_deep(*out, DEPTH_MAX)) return err_field(a, E_TOO_DEEP, str_of(f->name), str_fmt(a, "%d", DEPTH_MAX));
		return (*out)->type == JSON_OBJECT || (*out)->type == JSON_ARRAY ? NULL : wrong(a, f, en);
	case OPT_MAP:
		return v->type == JSON_OBJECT ? op_input(a, f->sub, f->nsub, v, en, out) : wrong(a, f, en);
	case OPT_LIST:
		if (v->type != JSON_ARRAY || v->n > f->max) return wrong(a, f, en);
		*out = json_arr(a);
		for (uint32_t k = 0; k < v->n; k++) {
			struct op_field el = {.name = f->name, .type = f->of, .max = 200, .sub = f->sub, .nsub = f->nsub};
			struct json *x;
			struct err *e = one(a, &el, v->item[k], en, &x);
			if (e) return e;
			json_add(a, *out, x);
		}
		return NULL;
	}
	return wrong(a, f, en);
}

struct err *op_input(struct arena *a, const struct op_field *fields, uint32_t n, const struct json *in, bool en, struct json **out)
{
	struct err *all = NULL;
	*out = json_obj(a);
	if (in && in->type != JSON_OBJECT) return err_args(a, E_TYPE, S("body"), str_of(type_words(OPT_MAP, en)), S(""));
	for (uint32_t i = 0, strange = 0; i < json_count(in) && strange < UNKNOWN_MAX; i++) {
		bool known = false;
		for (uint32_t f = 0; f < n; f++) known |= str_eq(in->key[i], str_of(fields[f].name));
		if (known) continue;
		strange++;
		err_add(&all, err_field(a, E_UNKNOWN_FIELD, in->key[i], in->key[i]));
	}
	for (uint32_t f = 0; f < n; f++) {
		struct str name = str_of(fields[f].name);
		struct json *v = json_get(in, name), *good;
		bool empty = !v || v->type == JSON_NULL || (v->type == JSON_STRING && !str_trim(v->text).n);
		if (empty && fields[f].required) err_add(&all, err_field(a, E_REQUIRED, name, name));
		if (empty) continue;
		struct err *e = one(a, &fields[f], v, en, &good);
		if (e) err_add(&all, e);
		else json_put(a, *out, name, good);
	}
	return all;
}

static struct json *declared(struct op_call *c, const char *name)
{
	for (uint32_t f = 0; f < c->op->nin; f++)
		if (strcmp(c->op->in[f].name, name) == 0) return json_get(c->in, str_of(name));
	CHECK(!"a field that the operation's row does not declare");
	return NULL;
}

struct str op_text(struct op_call *c, const char *name)
{
	struct json *v = declared(c, name);
	return v ? json_text(v) : S("");
}

int64_t op_int(struct op_call *c, const char *name, int64_t absent)
{
	int64_t v = absent;
	struct json *j = declared(c, name);
	if (j) CHECK(json_int(j, &v));
	return v;
}

int64_t op_id(struct op_call *c, const char *name)
{
	return op_int(c, name, 0);
}

bool op_bool(struct op_call *c, const char *name)
{
	return json_is_true(declared(c, name));
}

struct json *op_json(struct op_call *c, const char *name)
{
	return declared(c, name);
}
