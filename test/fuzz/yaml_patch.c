// yaml_patch.c — one value changed in place: the result loads, has the value, and nothing else is different.
// The input: how (a letter: p plain, t text, s section) and the path, a line; the value, a line (tab: line break,
// else text follows); the file.
#include "codec/yaml_patch.h"
#include "fuzz.h"

static bool same(const struct yaml *x, const struct yaml *y)
{
	if (x->type != y->type || x->n != y->n) return false;
	if (x->type == YAML_SCALAR) return x->quoted == y->quoted && str_eq(x->text, y->text);
	for (uint32_t i = 0; i < x->n; i++)
		if ((x->type == YAML_MAP && !str_eq(x->key[i]->text, y->key[i]->text)) || !same(x->item[i], y->item[i])) return false;
	return true;
}

// Members and elements beside the path are those of before, in their order; one may have come or gone where it ends.
static void others(const struct yaml *x, const struct yaml *y, struct str path)
{
	if (!path.p) return;
	struct str key = str_cut(&path, S("."));
	CHECK(y);
	if (!x) {
		CHECK(y->type == YAML_MAP && y->n == 1 && str_eq(y->key[0]->text, key));
		others(NULL, y->item[0], path);
		return;
	}
	CHECK(x->type == y->type && x->type != YAML_SCALAR);
	if (x->type == YAML_LIST) {
		int64_t at = -1;
		CHECK(x->n == y->n && str_int(key, &at));
		for (uint32_t i = 0; i < x->n; i++) {
			if (i == at) others(x->item[i], y->item[i], path);
			else CHECK(same(x->item[i], y->item[i]));
		}
		return;
	}
	uint32_t i = 0, k = 0;
	while (i < x->n || k < y->n) {
		bool here = i < x->n && str_eq(x->key[i]->text, key), there = k < y->n && str_eq(y->key[k]->text, key);
		if (here && there) others(x->item[i], y->item[k], path);
		else if (!here && !there) CHECK(i < x->n && k < y->n && str_eq(x->key[i]->text, y->key[k]->text) && same(x->item[i], y->item[k]));
		i += here || !there;
		k += there || !here;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(64 << 20);
	struct str text = {(const char *)data, size}, path = str_cut(&text, S("\n")), value = text.p ? str_cut(&text, S("\n")) : S(""), out;
	if (!text.p) text = S("");
	struct yaml_edit d = {.path = path.n ? str_from(path, 1) : S(""), .plain = str_starts(path, S("p")), .section = str_starts(path, S("s"))};
	d.value = str_replace(a, value, S("\t"), S("\n"));
	struct yaml *was, *is, *at;
	struct err *e = yaml_patch(a, S("fuzz"), text, &d, 1, &out);
	if (e) {
		CHECK(err_text(a, e, true).n);
	} else {
		CHECK(!yaml_parse(a, S("fuzz"), text, (struct yaml_limits){0}, &was) && !yaml_parse(a, S("fuzz"), out, (struct yaml_limits){0}, &is));
		if (!str_eq(out, text)) others(was, is, d.path);
		at = yaml_path(is, str_z(a, d.path));
		if (d.section) {
			struct str lines;
			CHECK(!yaml_section(a, S("fuzz"), out, d.path, &lines));
			CHECK(str_trim(d.value).n ? lines.n && str_starts(lines, d.path) : !yaml_get(is, d.path));
		} else if (d.value.n) {
			CHECK(at && at->type == YAML_SCALAR && str_eq(at->text, d.value));
			CHECK(d.plain || at->quoted || !(yaml_is_null(at) || yaml_bool(at, &(bool){0}) || yaml_int(at, &(int64_t){0})) || str_eq(out, text));
		} else {
			CHECK(!at || !yaml_text(at).n);
		}
		struct str again;                                    // the same change once more is none
		CHECK(d.section || (!yaml_patch(a, S("fuzz"), out, &d, 1, &again) && str_eq(again, out)));
	}
	arena_free(a);
	return 0;
}
