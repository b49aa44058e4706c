// openapi.c — every operation as a path, its input and reply as schemas.
#include "web/openapi.h"

static void put(struct arena *a, struct json *o, const char *key, const char *value)
{
	json_put(a, o, str_of(key), json_str(a, str_of(value)));
}

static struct json *schema_of(struct arena *, const struct op_field *, uint32_t n);

static struct json *type_of(struct arena *a, const struct op_field *f, enum op_type type)
{
	static const char *const names[] = {[OPT_ID] = "string", [OPT_INT] = "integer", [OPT_BOOL] = "boolean", [OPT_TEXT] = "string", [OPT_DAY] = "string",
		[OPT_MS] = "integer", [OPT_MONEY] = "string", [OPT_NUMBER] = "number", [OPT_KEY] = "string", [OPT_CHOICE] = "string", [OPT_JSON] = "object",
		[OPT_MAP] = "object", [OPT_LIST] = "array"};
	if (type == OPT_MAP) return schema_of(a, f->sub, f->nsub);
	struct json *s = json_obj(a);
	put(a, s, "type", names[type]);
	if (type == OPT_DAY) put(a, s, "format", "date");
	if (type == OPT_ID) put(a, s, "pattern", "^[0-9]+$");
	if (type == OPT_TEXT) json_put(a, s, S("maxLength"), json_num(a, f->max));
	if (type == OPT_LIST) json_put(a, s, S("items"), type_of(a, f, f->of));
	if (type == OPT_CHOICE) {
		struct json *e = json_arr(a);
		struct str rest = str_of(f->choices);
		while (rest.p) json_add(a, e, json_str(a, str_cut(&rest, S("|"))));
		json_put(a, s, S("enum"), e);
	}
	return s;
}

static struct json *schema_of(struct arena *a, const struct op_field *f, uint32_t n)
{
	struct json *s = json_obj(a), *props = json_obj(a), *need = json_arr(a);
	put(a, s, "type", "object");
	for (uint32_t i = 0; i < n; i++) {
		json_put(a, props, str_of(f[i].name), type_of(a, &f[i], f[i].type));
		if (f[i].required) json_add(a, need, json_str(a, str_of(f[i].name)));
	}
	json_put(a, s, S("properties"), props);
	if (need->n) json_put(a, s, S("required"), need);
	return s;
}

static struct json *content(struct arena *a, struct json *schema)
{
	struct json *c = json_obj(a), *m = json_obj(a), *o = json_obj(a);
	json_put(a, m, S("schema"), schema);
	json_put(a, c, S("application/json"), m);
	json_put(a, o, S("content"), c);
	return o;
}

static struct json *operation(struct arena *a, const struct op *op, bool get)
{
	struct json *o = json_obj(a), *responses = json_obj(a), *tags = json_arr(a), *who = json_arr(a);
	struct str rest = str_of(op->name);
	put(a, o, "operationId", op->name);
	put(a, o, "summary", op->zh);
	put(a, o, "description", op->en);
	json_add(a, tags, json_str(a, str_cut(&rest, S("."))));
	json_put(a, o, S("tags"), tags);
	for (uint32_t i = 0; i < op->nwho; i++) json_add(a, who, json_str(a, str_of(role_name(op->who[i].role))));
	json_put(a, o, S("x-roles"), who);
	if (get) {
		struct json *params = json_arr(a);
		for (uint32_t i = 0; i < op->nin; i++) {
			struct json *p = json_obj(a);
			put(a, p, "name", op->in[i].name);
			put(a, p, "in", "query");
			json_put(a, p, S("required"), json_bool(a, op->in[i].required));
			json_put(a, p, S("schema"), type_of(a, &op->in[i], op->in[i].type));
			json_add(a, params, p);
		}
		json_put(a, o, S("parameters"), params);
	} else if (op->nin) {
		json_put(a, o, S("requestBody"), content(a, schema_of(a, op->in, op->nin)));
	}
	struct json *ok = content(a, op->nout ? schema_of(a, op->out, op->nout) : json_obj(a));
	put(a, ok, "description", "OK");
	json_put(a, responses, S("200"), ok);
	struct json *bad = json_obj(a);
	put(a, bad, "description", "error {code, text, fields}");
	json_put(a, responses, S("default"), bad);
	json_put(a, o, S("responses"), responses);
	return o;
}

struct json *openapi_json(struct arena *a, const struct catalogue *cat)
{
	struct json *doc = json_obj(a), *info = json_obj(a), *paths = json_obj(a);
	put(a, doc, "openapi", "3.1.0");
	json_put(a, info, S("title"), json_str(a, str_fmt(a, STR_FMT " API", STR_ARG(cat->platform.zh))));
	put(a, info, "version", "1");
	json_put(a, doc, S("info"), info);
	for (uint32_t i = 0; i < op_count; i++) {
		const struct op *op = &op_table[i];
		struct json *path = json_obj(a);
		bool get = op->kind == OP_READ || op->kind == OP_STREAM_OUT;
		json_put(a, path, get ? S("get") : S("post"), operation(a, op, get));
		json_put(a, paths, str_fmt(a, "/api/v1/%s", op->name), path);
	}
	json_put(a, doc, S("paths"), paths);
	return doc;
}
