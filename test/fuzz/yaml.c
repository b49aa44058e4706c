// yaml.c — every node of what parses is valid text and can be found by its key.
#include "codec/yaml.h"
#include "fuzz.h"

static void walk(const struct yaml *v)
{
	bool b;
	int64_t i;
	CHECK(v->line && v->col && (v->type != YAML_SCALAR || utf8_valid(v->text)));
	if (v->type == YAML_SCALAR && v->text.n) CHECK(!memchr(v->text.p, 0, v->text.n));
	if (yaml_bool(v, &b) || yaml_int(v, &i))
		CHECK(v->type == YAML_SCALAR && !v->quoted && !yaml_is_null(v));
	for (uint32_t k = 0; k < yaml_count(v); k++) {
		walk(v->item[k]);
		if (v->type == YAML_MAP) CHECK(yaml_get(v, v->key[k]->text) == v->item[k]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(64 << 20);
	struct yaml *v;
	struct err *e = yaml_parse(a, S("fuzz"), (struct str){(const char *)data, size},
		(struct yaml_limits){0}, &v);
	if (e) CHECK(err_text(a, e, true).n && str_is(e->file, "fuzz"));
	else walk(v);
	arena_free(a);
	return 0;
}
