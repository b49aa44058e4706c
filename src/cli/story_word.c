// story_word.c — words of a line, values by name and path.
#include "cli/story_int.h"

struct str story_word(struct str *rest)
{
	*rest = str_trim(*rest);
	size_t n = 0;
	while (n < rest->n && rest->p[n] != ' ' && rest->p[n] != '\t') n++;
	struct str w = str_part(*rest, 0, n);
	*rest = str_trim(str_from(*rest, n));
	return w;
}

static bool name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static struct var *var_find(struct story *s, struct str name)
{
	for (struct var *v = s->vars; v; v = v->next)
		if (str_eq(v->name, name)) return v;
	return NULL;
}

void story_var_set(struct story *s, struct str name, struct json *value)
{
	struct var *v = var_find(s, name);
	if (!v) {
		v = arena_new1(s->a, struct var);
		v->name = str_copy(s->a, name);
		v->next = s->vars;
		s->vars = v;
	}
	v->value = value;
}

// $name by its value: inside quotes its text, outside as JSON.
bool story_fill(struct story *s, struct str text, bool json, struct str *out)
{
	struct buf b = buf_new(s->a);
	bool quoted = false;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"' && (!i || text.p[i - 1] != '\\')) quoted = !quoted;
		if (text.p[i] != '$' || i + 1 == text.n || !name_char(text.p[i + 1])) {
			buf_byte(&b, text.p[i]);
			continue;
		}
		size_t n = 0;
		while (i + 1 + n < text.n && name_char(text.p[i + 1 + n])) n++;
		struct var *v = var_find(s, str_part(text, i + 1, n));
		if (!v) return story_wrong(s, "no value was saved as $" STR_FMT, STR_ARG(str_part(text, i + 1, n)));
		i += n;
		if (json && !quoted) json_print(&b, v->value);
		else buf_add(&b, story_printed(s, v->value));
	}
	*out = buf_str(&b);
	return true;
}

// One step of a path: .name, .0 or [key=value].
static struct json *step(struct story *s, struct json *at, struct str *path)
{
	if (path->n && path->p[0] == '[') {
		ptrdiff_t end = str_find(*path, S("]"));
		if (end < 0) return NULL;
		struct str value = str_part(*path, 1, (size_t)end - 1), key = str_cut(&value, S("="));
		*path = str_from(*path, (size_t)end + 1);
		for (size_t i = 0; i < json_count(at); i++)
			if (at->type == JSON_ARRAY && str_eq(story_printed(s, json_get(at->item[i], key)), value)) return at->item[i];
		return NULL;
	}
	if (path->n && path->p[0] == '.') *path = str_from(*path, 1);
	size_t n = 0;
	while (n < path->n && path->p[n] != '.' && path->p[n] != '[') n++;
	struct str name = str_part(*path, 0, n);
	int64_t index;
	*path = str_from(*path, n);
	if (at && at->type == JSON_ARRAY) return str_int(name, &index) && index >= 0 && (size_t)index < json_count(at) ? at->item[index] : NULL;
	return json_get(at, name);
}

bool story_path_value(struct story *s, struct str path, struct json **out)
{
	struct str filled;
	*out = NULL;
	if (str_starts(path, S("$"))) {
		size_t n = 1;
		while (n < path.n && name_char(path.p[n])) n++;
		struct var *v = var_find(s, str_part(path, 1, n - 1));
		if (!v) return story_wrong(s, "no value was saved as " STR_FMT, STR_ARG(str_part(path, 0, n)));
		*out = v->value;
		if (!story_fill(s, str_from(path, n), false, &filled)) return false;
	} else if (str_starts(path, S("reply"))) {
		*out = s->reply;
		if (!story_fill(s, str_from(path, 5), false, &filled)) return false;
	} else {
		return story_wrong(s, "a path begins with reply or $name, not with " STR_FMT, STR_ARG(path));
	}
	while (filled.n && *out) *out = step(s, *out, &filled);
	return true;
}

// A file named in a story stands beside it.
struct str story_beside(struct story *s, struct str name)
{
	ptrdiff_t slash = -1;
	for (size_t i = 0; i < s->file.n; i++)
		if (s->file.p[i] == '/') slash = (ptrdiff_t)i;
	return str_fmt(s->a, STR_FMT STR_FMT, STR_ARG(str_part(s->file, 0, (size_t)(slash + 1))), STR_ARG(name));
}
