// ops_api.c — the operation table, told to those who program against it.
#include "op/show.h"

static struct str type_text(struct op_call *c, const struct op_field *f)
{
	static const char *const names[] = {[OPT_ID] = "id", [OPT_INT] = "int", [OPT_BOOL] = "bool", [OPT_TEXT] = "text", [OPT_DAY] = "day",
		[OPT_MS] = "ms", [OPT_MONEY] = "money", [OPT_NUMBER] = "number", [OPT_KEY] = "key", [OPT_CHOICE] = "", [OPT_JSON] = "json",
		[OPT_MAP] = "object", [OPT_LIST] = "list"};
	if (f->type == OPT_CHOICE) return str_replace(c->a, str_of(f->choices), S("|"), S(" | "));
	if (f->type == OPT_TEXT) return str_fmt(c->a, "text ≤ %u", f->max);
	return str_of(names[f->type]);
}

struct err *op_api_list(struct op_call *c)
{
	struct json *groups = put_list(c, c->out, "groups"), *list = NULL;
	struct str last = S("");
	for (uint32_t i = 0; i < op_count; i++) {
		const struct op *op = &op_table[i];
		struct str rest = str_of(op->name), title = str_cut(&rest, S("."));
		if (!str_eq(title, last)) {
			struct json *g = list_obj(c, groups);
			put_text(c, g, "title", title);
			list = put_list(c, g, "operations");
			last = title;
		}
		struct json *o = list_obj(c, list), *fields = put_list(c, o, "fields");
		struct buf roles = buf_new(c->a);
		for (uint32_t w = 0; w < op->nwho; w++) {
			struct str name = str_of(role_name(op->who[w].role));
			if (str_find(buf_str(&roles), name) < 0) buf_fmt(&roles, "%s" STR_FMT, roles.n ? ", " : "", STR_ARG(name));
		}
		put_text(c, o, "name", str_of(op->name));
		put_text(c, o, "method", op->kind == OP_READ || op->kind == OP_STREAM_OUT ? S("GET") : S("POST"));
		put_text(c, o, "path", str_fmt(c->a, "/api/v1/%s", op->name));
		put_text(c, o, "summary", str_of(c->p->actor.english ? op->en : op->zh));
		put_text(c, o, "roles", buf_str(&roles));
		for (uint32_t f = 0; f < op->nin; f++) {
			struct json *x = list_obj(c, fields);
			put_text(c, x, "name", str_of(op->in[f].name));
			put_text(c, x, "type", type_text(c, &op->in[f]));
			put_bool(c, x, "required", op->in[f].required);
		}
	}
	return NULL;
}
