// yaml_patch.c — finds where a value is written, replaces those bytes, and reads the result again.
#include "codec/yaml_patch.h"

struct place { size_t at, end; };

static struct err *refuse(struct arena *a, struct str path)
{
	return err_arg(a, E_PATCH_FORM, path);
}

static size_t line_start(struct str t, uint32_t line)
{
	size_t at = 0;
	for (uint32_t n = 1; n < line && at < t.n; at++)
		if (t.p[at] == '\n') n++;
	return at;
}

static size_t offset_of(struct str t, const struct yaml *v)
{
	size_t at = line_start(t, v->line);
	for (uint32_t c = 1; c < v->col && at < t.n; c++) utf8_next(t, &at);
	return at;
}

static size_t line_end(struct str t, size_t at)
{
	while (at < t.n && t.p[at] != '\n') at++;
	return at;
}

// Behind a quoted text that begins at `at`; t.n when it does not end.
static size_t quoted_end(struct str t, size_t at)
{
	char q = t.p[at++];
	for (; at < t.n; at++) {
		if (q == '"' && t.p[at] == '\\') at++;
		else if (t.p[at] == q && q == '\'' && at + 1 < t.n && t.p[at + 1] == q) at++;
		else if (t.p[at] == q) return at + 1;
	}
	return t.n;
}

static size_t plain_end(struct str t, size_t at, bool flow)
{
	size_t end = at;
	for (; end < t.n && t.p[end] != '\n'; end++) {
		char c = t.p[end];
		if (flow && (c == ',' || c == '}' || c == ']')) break;
		if (c == '#' && end > at && (t.p[end - 1] == ' ' || t.p[end - 1] == '\t')) break;
	}
	while (end > at && (t.p[end - 1] == ' ' || t.p[end - 1] == '\t' || t.p[end - 1] == '\r')) end--;
	return end;
}

// Where the brace that opens at `at` closes; t.n when it does not.
static size_t brace(struct str t, size_t at)
{
	int depth = 0;
	for (; at < t.n; at++) {
		char c = t.p[at], before = at ? t.p[at - 1] : '\n';
		bool token = before == ' ' || before == '{' || before == '[' || before == ',' || before == ':' || before == '\n';
		if ((c == '"' || c == '\'') && token) at = quoted_end(t, at) - 1;
		else if (c == '#' && (before == ' ' || before == '\n')) at = line_end(t, at);
		else if (c == '{' || c == '[') depth++;
		else if ((c == '}' || c == ']') && --depth == 0) return at;
	}
	return t.n;
}

static bool flows(struct str t, const struct yaml *v)
{
	size_t at = offset_of(t, v);
	return v->type != YAML_SCALAR && at < t.n && (t.p[at] == '{' || t.p[at] == '[');
}

static struct yaml *walk(struct yaml *v, struct str t, struct str path, bool *flow, struct yaml **parent, struct str *last)
{
	*flow = false;
	*parent = NULL;
	*last = path;
	while (path.p && v) {
		*last = str_cut(&path, S("."));
		*parent = v;
		*flow |= flows(t, v);
		int64_t i;
		if (v->type == YAML_LIST) v = str_int(*last, &i) && i >= 0 && i < (int64_t)v->n ? v->item[i] : NULL;
		else v = yaml_get(v, *last);
		if (!v && path.p) *parent = NULL;
	}
	return v;
}

static struct str written(struct arena *a, struct str value, bool plain, bool keep_quotes)
{
	static const char *const words[] = {"true", "false", "null", "yes", "no", "on", "off", "~"};
	struct buf b = buf_new(a);
	if (plain) return value;
	bool bare = value.n && !keep_quotes;
	for (size_t i = 0; i < countof(words) && bare; i++) bare = !str_eq(str_lower_ascii(a, value), str_of(words[i]));
	unsigned char first = value.n ? (unsigned char)value.p[0] : 0;
	bare = bare && (first >= 0x80 || (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z')) && value.p[value.n - 1] != ' ';
	for (size_t i = 0; i < value.n && bare; i++) bare = !strchr(":#,[]{}&*!|>'\"%@`\\\n\t\r", value.p[i]);
	if (bare) return value;
	buf_byte(&b, '"');
	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];
		if (c == '"' || c == '\\') buf_byte(&b, '\\');
		if (c == '\n') buf_lit(&b, "\\n");
		else if (c == '\t') buf_lit(&b, "\\t");
		else if (c != '\r') buf_byte(&b, c);
	}
	buf_byte(&b, '"');
	return buf_str(&b);
}

static struct str splice(struct arena *a, struct str t, size_t at, size_t end, struct str with)
{
	struct buf b = buf_new(a);
	buf_add(&b, str_part(t, 0, at));
	buf_add(&b, with);
	buf_add(&b, str_from(t, end));
	return buf_str(&b);
}

// ---- members of the file's own map ----

// From the key's line to the next key's, without the comments and empty lines that stand before that.
static bool section_of(struct str t, const struct yaml *root, struct str key, struct place *out)
{
	for (uint32_t i = 0; root->type == YAML_MAP && i < root->n; i++) {
		if (!str_eq(root->key[i]->text, key)) continue;
		out->at = line_start(t, root->key[i]->line);
		out->end = i + 1 < root->n ? line_start(t, root->key[i + 1]->line) : t.n;
		while (out->end > out->at) {                         // a comment above the next key is the next key's
			size_t from = out->end - 1;
			while (from > out->at && t.p[from - 1] != '\n') from--;
			struct str line = str_trim(str_part(t, from, out->end - from));
			if (from == out->at || (line.n && line.p[0] != '#') || (line.n && t.p[from] == ' ') || i + 1 == root->n) break;
			out->end = from;
		}
		return true;
	}
	return false;
}

static bool own_map_flows(struct str t, const struct yaml *root)
{
	return root->type != YAML_MAP || (root->n && flows(t, root));
}

struct err *yaml_section(struct arena *a, struct str file, struct str text, struct str key, struct str *out)
{
	struct yaml *root;
	struct place p;
	*out = S("");
	struct err *e = yaml_parse(a, file, text, (struct yaml_limits){0}, &root);
	if (!e && !own_map_flows(text, root) && section_of(text, root, key, &p)) *out = str_part(text, p.at, p.end - p.at);
	return e;
}

static struct str ended(struct arena *a, struct str t)
{
	return t.n && t.p[t.n - 1] != '\n' ? str_fmt(a, STR_FMT "\n", STR_ARG(t)) : t;
}

static struct err *section(struct arena *a, struct str t, const struct yaml *root, const struct yaml_edit *d, struct str *out)
{
	struct place p;
	struct str lines = str_trim(d->value).n ? ended(a, d->value) : S("");
	if (lines.n && (!str_starts(lines, d->path) || lines.n <= d->path.n || lines.p[d->path.n] != ':')) return refuse(a, d->path);
	t = ended(a, t);
	if (section_of(t, root, d->path, &p)) *out = splice(a, t, p.at, p.end, lines);
	else *out = splice(a, t, t.n, t.n, lines);
	return NULL;
}

// ---- one value ----

// A key that is written down here for the first time: what reads as itself without quotes.
static bool key_plain(struct str key)
{
	for (size_t i = 0; i < key.n; i++)
		if (!(key.p[i] >= 'a' && key.p[i] <= 'z') && !(key.p[i] >= '0' && key.p[i] <= '9') && key.p[i] != '_' && key.p[i] != '-') return false;
	return key.n && key.p[0] >= 'a' && key.p[0] <= 'z';
}

static struct err *add(struct arena *a, struct str t, struct yaml *root, struct yaml *parent, struct str last, const struct yaml_edit *d, struct str *out)
{
	struct str value = written(a, d->value, d->plain, false);
	if (!key_plain(last)) return refuse(a, d->path);
	if (!parent) {                                           // a.b, and there is no a
		struct str rest = d->path, top = str_cut(&rest, S("."));
		if (!rest.p || !key_plain(rest) || yaml_get(root, top)) return refuse(a, d->path);
		t = ended(a, t);
		*out = splice(a, t, t.n, t.n, str_fmt(a, STR_FMT ": {" STR_FMT ": " STR_FMT "}\n", STR_ARG(top), STR_ARG(rest), STR_ARG(value)));
		return NULL;
	}
	if (parent->type != YAML_MAP) return refuse(a, d->path);
	if (flows(t, parent)) {
		size_t close = brace(t, offset_of(t, parent));
		if (close >= t.n) return refuse(a, d->path);
		while (close && (t.p[close - 1] == ' ' || t.p[close - 1] == '\n')) close--;
		*out = splice(a, t, close, close, str_fmt(a, "%s" STR_FMT ": " STR_FMT, parent->n ? ", " : "", STR_ARG(last), STR_ARG(value)));
	} else if (parent == root) {
		t = ended(a, t);
		*out = splice(a, t, t.n, t.n, str_fmt(a, STR_FMT ": " STR_FMT "\n", STR_ARG(last), STR_ARG(value)));
	} else if (parent->n) {
		size_t at = offset_of(t, parent->key[0]), line = line_start(t, parent->key[0]->line);
		if (str_trim(str_part(t, line, at - line)).n) return refuse(a, d->path);      // "- key: …"
		*out = splice(a, t, line, line, str_fmt(a, STR_FMT STR_FMT ": " STR_FMT "\n", STR_ARG(str_part(t, line, at - line)), STR_ARG(last), STR_ARG(value)));
	} else {
		return refuse(a, d->path);
	}
	return NULL;
}

static struct err *change(struct arena *a, struct str t, struct yaml *root, const struct yaml_edit *d, struct str *out)
{
	bool flow;
	struct yaml *parent;
	struct str last;
	struct place p;
	struct yaml *v = walk(root, t, d->path, &flow, &parent, &last);
	*out = t;
	if (!v) return d->value.n ? add(a, t, root, parent, last, d, out) : NULL;
	if (v->type != YAML_SCALAR) return refuse(a, d->path);
	if (!d->value.n && parent == root) {
		if (section_of(t, root, last, &p)) *out = splice(a, t, p.at, p.end, S(""));
		return NULL;
	}
	if (str_eq(v->text, d->value)) return NULL;
	size_t at = offset_of(t, v), end;
	if (at >= t.n || t.p[at] == '|' || t.p[at] == '>') return refuse(a, d->path);
	bool quotes = t.p[at] == '"' || t.p[at] == '\'';
	end = quotes ? quoted_end(t, at) : plain_end(t, at, flow);
	if (!quotes && !str_eq(str_part(t, at, end - at), v->text)) return refuse(a, d->path);
	*out = splice(a, t, at, end, written(a, d->value, d->plain && !quotes, quotes));
	return NULL;
}

// ---- was it only that? ----

static bool equal(const struct yaml *x, const struct yaml *y)
{
	if (!x || !y) return x == y;
	if (x->type != y->type) return false;
	if (x->type == YAML_SCALAR) return str_eq(x->text, y->text) && (x->quoted == y->quoted || !x->text.n);
	if (x->n != y->n) return false;
	for (uint32_t i = 0; i < x->n; i++) {
		if (x->type == YAML_MAP && !str_eq(x->key[i]->text, y->key[i]->text)) return false;
		if (!equal(x->item[i], y->item[i])) return false;
	}
	return true;
}

// Equal but for what stands at the path.
static bool equal_but(const struct yaml *x, const struct yaml *y, struct str path)
{
	struct str key = str_cut(&path, S("."));
	int64_t at;
	if (!x || !y || x->type != y->type || x->type == YAML_SCALAR) return !path.p || (!x && y && y->type == YAML_MAP && y->n == 1);
	if (x->type == YAML_LIST) {
		if (x->n != y->n || !str_int(key, &at)) return false;
		for (uint32_t i = 0; i < x->n; i++)
			if (i == at ? path.p && !equal_but(x->item[i], y->item[i], path) : !equal(x->item[i], y->item[i])) return false;
		return true;
	}
	uint32_t others = 0;
	for (uint32_t i = 0; i < x->n; i++) {
		struct yaml *o = yaml_get(y, x->key[i]->text);
		if (str_eq(x->key[i]->text, key)) {
			if (path.p && !equal_but(x->item[i], o, path)) return false;
			continue;
		}
		others++;
		if (!equal(x->item[i], o)) return false;
	}
	return y->n - (yaml_get(y, key) != NULL) == others;
}

struct err *yaml_patch(struct arena *a, struct str file, struct str text, const struct yaml_edit *edit, size_t n, struct str *out)
{
	struct yaml *was, *is;
	struct err *e = yaml_parse(a, file, text, (struct yaml_limits){0}, &was);
	*out = text;
	for (size_t i = 0; i < n && !e; i++) {
		struct str next;
		if (own_map_flows(*out, was)) return refuse(a, edit[i].path);
		e = edit[i].section ? section(a, *out, was, &edit[i], &next) : change(a, *out, was, &edit[i], &next);
		if (!e) e = yaml_parse(a, file, next, (struct yaml_limits){0}, &is);
		if (e) return e;
		if (is->type != YAML_MAP || !equal_but(was, is, edit[i].path)) return refuse(a, edit[i].path);
		if (!edit[i].section && edit[i].value.n && !str_eq(yaml_text(yaml_path(is, str_z(a, edit[i].path))), edit[i].value)) return refuse(a, edit[i].path);
		*out = next;
		was = is;
	}
	return e;
}
