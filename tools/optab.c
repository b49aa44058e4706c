// optab.c — turns the rows of src/op/*.yaml into op_table.c and op_table.h: optab OUT.c OUT.h ROW-FILE…
//
// A row that is wrong stops the build with file, line and a sentence. Types are written
// text(80)!, id!, int, bool, day, ms, money, number, key, choice(a|b), json; "!" is required.
#include <stdio.h>
#include <stdlib.h>

#include "codec/yaml.h"

static struct arena *a;
static FILE *out, *protos;
static uint32_t next_array;

static no_return void fail(const struct yaml *at, const char *what, struct str about)
{
	fprintf(stderr, STR_FMT ":%u:%u: %s: " STR_FMT "\n", STR_ARG(yaml_file(at)), at->line, at->col, what, STR_ARG(about));
	exit(1);
}

static void quoted(struct str s)
{
	fputc('"', out);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\') fputc('\\', out);
		fputc(s.p[i], out);
	}
	fputc('"', out);
}

static const struct { const char *name, *type; } types[] = {
	{"id", "OPT_ID"}, {"int", "OPT_INT"}, {"bool", "OPT_BOOL"}, {"text", "OPT_TEXT"}, {"day", "OPT_DAY"}, {"ms", "OPT_MS"},
	{"money", "OPT_MONEY"}, {"number", "OPT_NUMBER"}, {"key", "OPT_KEY"}, {"choice", "OPT_CHOICE"}, {"json", "OPT_JSON"},
};

static const char *type_of(const struct yaml *at, struct str name)
{
	for (size_t i = 0; i < countof(types); i++)
		if (str_eq(name, str_of(types[i].name))) return types[i].type;
	fail(at, "unknown type", name);
}

struct spec { const char *type; bool required; const char *mask; int64_t max; struct str choices; };

static struct spec spec_of(const struct yaml *y)
{
	struct str s = str_trim(y->text);
	struct spec r = {.mask = "OPM_NONE", .max = 200};
	if (str_ends(s, S("!"))) r.required = true, s.n--;
	ptrdiff_t open = str_find(s, S("("));
	struct str arg = {0};
	if (open >= 0) {
		if (!str_ends(s, S(")"))) fail(y, "no closing bracket", s);
		arg = str_part(s, (size_t)open + 1, s.n - (size_t)open - 2);
		s.n = (size_t)open;
	}
	if (str_is(s, "masked")) {
		r.type = "OPT_TEXT";
		r.mask = str_is(arg, "name") ? "OPM_NAME" : str_is(arg, "id") ? "OPM_ID" : str_is(arg, "phone") ? "OPM_PHONE" : NULL;
		if (!r.mask) fail(y, "unknown mask", arg);
		return r;
	}
	r.type = type_of(y, s);
	if (str_is(s, "choice")) r.choices = arg;
	else if (arg.n && !str_int(arg, &r.max)) fail(y, "not a number", arg);
	return r;
}

// Writes the array of a map's fields (children first) and returns its number.
static uint32_t fields(const struct yaml *map)
{
	if (map->type != YAML_MAP) fail(map, "expected a map of fields", S(""));
	uint32_t *sub = arena_newn(a, uint32_t, map->n + 1);
	for (uint32_t i = 0; i < map->n; i++) {
		const struct yaml *y = map->item[i];
		if (y->type == YAML_MAP) sub[i] = fields(y);
		else if (y->type == YAML_LIST && y->n == 1 && y->item[0]->type == YAML_MAP) sub[i] = fields(y->item[0]);
	}
	uint32_t me = ++next_array;
	fprintf(out, "static const struct op_field f%u[] = {\n", me);
	for (uint32_t i = 0; i < map->n; i++) {
		const struct yaml *y = map->item[i];
		fprintf(out, "\t{.name = ");
		quoted(map->key[i]->text);
		if (y->type == YAML_SCALAR) {
			struct spec s = spec_of(y);
			fprintf(out, ", .type = %s, .required = %s, .mask = %s, .max = %lld", s.type, s.required ? "true" : "false", s.mask, (long long)s.max);
			if (s.choices.n) fprintf(out, ", .choices = "), quoted(s.choices);
		} else if (y->type == YAML_MAP) {
			fprintf(out, ", .type = OPT_MAP, .sub = f%u, .nsub = %u", sub[i], y->n);
		} else if (y->n == 1 && y->item[0]->type == YAML_MAP) {
			fprintf(out, ", .type = OPT_LIST, .of = OPT_MAP, .max = 10000, .sub = f%u, .nsub = %u", sub[i], y->item[0]->n);
		} else if (y->n == 1) {
			fprintf(out, ", .type = OPT_LIST, .of = %s, .max = 10000", spec_of(y->item[0]).type);
		} else {
			fail(y, "a list names one element type", S(""));
		}
		fprintf(out, "},\n");
	}
	fprintf(out, "};\n");
	return me;
}

static struct str need(const struct yaml *row, const char *key)
{
	struct str s = yaml_get_text(row, str_of(key));
	if (!s.n) fail(row, "the row lacks", str_of(key));
	return s;
}

static const char *const kinds[][2] = {{"read", "OP_READ"}, {"write", "OP_WRITE"}, {"stream-in", "OP_STREAM_IN"},
	{"stream-out", "OP_STREAM_OUT"}, {"callback", "OP_CALLBACK"}};

struct done { struct str name; const struct yaml *row; uint32_t in, out, who; };

static struct str c_name(struct str op)
{
	struct str n = str_copy(a, op);
	for (size_t i = 0; i < n.n; i++)
		if (n.p[i] == '.') ((char *)n.p)[i] = '_';
	return n;
}

static struct done row(const struct yaml *y)
{
	static const char *const known[] = {"op", "kind", "zh", "en", "who", "object", "verb", "in", "out", "no_key"};
	for (uint32_t i = 0; i < y->n; i++) {
		bool ok = false;
		for (size_t k = 0; k < countof(known); k++) ok |= str_eq(y->key[i]->text, str_of(known[k]));
		if (!ok) fail(y->key[i], "unknown member of a row", y->key[i]->text);
	}
	struct done d = {.name = need(y, "op"), .row = y};
	need(y, "zh"), need(y, "en");
	struct yaml *in = yaml_get(y, S("in")), *reply = yaml_get(y, S("out")), *who = yaml_get(y, S("who"));
	struct str kind = need(y, "kind");
	if (!str_is(kind, "read") && !str_is(kind, "stream-out")) need(y, "verb");
	if (in) d.in = fields(in);
	if (reply && reply->type == YAML_MAP) d.out = fields(reply);
	if (!who || who->type != YAML_LIST || !who->n) fail(y, "nobody may call", d.name);
	d.who = ++next_array;
	fprintf(out, "static const struct op_who f%u[] = {", d.who);
	for (uint32_t i = 0; i < who->n; i++) {
		struct str scope = who->item[i]->text, role = str_cut(&scope, S("."));
		if (!role.n || !scope.n) fail(who->item[i], "write role.scope", who->item[i]->text);
		fprintf(out, "{ROLE_" STR_FMT ", OP_" STR_FMT "}, ", STR_ARG(str_upper_ascii(a, role)), STR_ARG(str_upper_ascii(a, scope)));
	}
	fprintf(out, "};\n");
	struct str object = yaml_get_text(y, S("object"));
	if (object.n && !yaml_get(in, object)) fail(y, "the object is not an input field", object);
	fprintf(protos, "struct err *op_" STR_FMT "(struct op_call *);\n", STR_ARG(c_name(d.name)));
	return d;
}

static void final(const struct done *d)
{
	const struct yaml *y = d->row;
	struct str kind = need(y, "kind"), object = yaml_get_text(y, S("object"));
	const char *k = NULL;
	for (size_t i = 0; i < countof(kinds); i++)
		if (str_eq(kind, str_of(kinds[i][0]))) k = kinds[i][1];
	if (!k) fail(y, "unknown kind", kind);
	bool no_key = false;
	yaml_bool(yaml_get(y, S("no_key")), &no_key);
	fprintf(out, "\t{.name = ");
	quoted(d->name);
	fprintf(out, ", .zh = "), quoted(need(y, "zh"));
	fprintf(out, ", .en = "), quoted(need(y, "en"));
	fprintf(out, ", .kind = %s, .who = f%u, .nwho = %u, .no_key = %s", k, d->who, yaml_get(y, S("who"))->n, no_key ? "true" : "false");
	if (object.n) fprintf(out, ", .object = "), quoted(object), fprintf(out, ", .object_in = "), quoted(object);
	struct str verb = yaml_get_text(y, S("verb"));
	if (verb.n) fprintf(out, ", .verb = "), quoted(verb);
	if (d->in) fprintf(out, ", .in = f%u, .nin = %u", d->in, yaml_get(y, S("in"))->n);
	if (d->out) fprintf(out, ", .out = f%u, .nout = %u", d->out, yaml_get(y, S("out"))->n);
	fprintf(out, ", .fn = op_" STR_FMT "},\n", STR_ARG(c_name(d->name)));
}

static int by_name(const void *x, const void *y)
{
	return str_cmp(((const struct done *)x)->name, ((const struct done *)y)->name);
}

int main(int argc, char **argv)
{
	a = arena_new(0);
	if (argc < 4 || !(out = fopen(argv[1], "w")) || !(protos = fopen(argv[2], "w"))) {
		fprintf(stderr, "usage: optab OUT.c OUT.h ROWS.yaml…\n");
		return 2;
	}
	fprintf(out, "// Made by tools/optab from src/op/*.yaml; not to be edited.\n#include \"op/op.h\"\n#include \"op_table.h\"\n");
	fprintf(protos, "// Made by tools/optab from src/op/*.yaml: the handler of each row.\n#pragma once\nstruct op_call;\n");
	struct done *all = NULL;
	size_t n = 0, cap = 0;
	for (int i = 3; i < argc; i++) {
		FILE *f = fopen(argv[i], "r");
		if (!f) return fprintf(stderr, "optab: cannot read %s\n", argv[i]), 1;
		struct buf b = buf_new(a);
		size_t got;
		while ((got = fread(buf_room(&b, 65536), 1, 65536, f)) > 0) b.n += got;
		fclose(f);
		struct yaml *y;
		struct err *e = yaml_parse(a, str_of(argv[i]), buf_str(&b), (struct yaml_limits){0}, &y);
		if (e) return fprintf(stderr, STR_FMT ":%u:%u: " STR_FMT "\n", STR_ARG(e->file), e->line, e->col, STR_ARG(err_text(a, e, true))), 1;
		for (uint32_t r = 0; r < yaml_count(y); r++) *vec_push(a, all, n, cap) = row(y->item[r]);
	}
	qsort(all, n, sizeof *all, by_name);
	for (size_t i = 1; i < n; i++)
		if (str_eq(all[i].name, all[i - 1].name)) fail(all[i].row, "two rows of one operation", all[i].name);
	fprintf(out, "const struct op op_table[] = {\n");
	for (size_t i = 0; i < n; i++) final(&all[i]);
	fprintf(out, "};\nconst uint32_t op_count = %zu;\n", n);
	return fclose(out) != 0 || fclose(protos) != 0;
}
