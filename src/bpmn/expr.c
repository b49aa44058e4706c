// Expressions of a model: FEEL, and the simple ${…} of other makers' files turned into FEEL.
#include "bpmn/model.h"
#include "bpmn/words.h"

void bx_name(struct bpmn_model *m, struct str name)
{
	bool plain = true;
	for (size_t i = 0; i < name.n; i++)
		plain &= !strchr(" .-+*/'\t\r\n", name.p[i]);
	for (size_t i = 0; i < m->nspaced; i++)
		plain |= str_eq(m->spaced[i], name);
	if (name.n && !plain && m->nspaced < 200)
		*vec_push(m->a, m->spaced, m->nspaced, m->spacedcap) = str_copy(m->a, name);
}

struct names { struct str *name; size_t n, cap; };

static void add_name(struct bpmn_model *m, struct feel_scope *s, struct names *l, struct str name)
{
	uint32_t slot;
	const struct feel_type *t;
	if (feel_scope_find(s, name, &slot, &t))
		return;
	slot = feel_scope_add(s, name, NULL);
	CHECK(slot == l->n);
	*vec_push(m->a, l->name, l->n, l->cap) = str_copy(m->a, name);
}

static bool name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
		(c & 0x80);
}

// A built-in's name that is nowhere called, as in "= number", is meant as a variable.
static void hidden_builtins(struct bpmn_model *m, struct feel_scope *s, struct names *l, struct str text)
{
	for (size_t i = 0; i < text.n;) {
		if (text.p[i] == '"') {
			for (i++; i < text.n && text.p[i] != '"'; i++)
				i += text.p[i] == '\\';
			i++;
			continue;
		}
		size_t k = i;
		while (k < text.n && name_char(text.p[k]))
			k++;
		if (k == i) {
			i++;
			continue;
		}
		struct str word = str_part(text, i, k - i);
		struct feel_value v;
		bool path = i > 0 && text.p[i - 1] == '.';
		if (!path && feel_builtin(word, &v)) {
			bool called = false;
			for (size_t j = 0; j + word.n <= text.n && !called; j++) {
				size_t e = j + word.n;
				if (memcmp(text.p + j, word.p, word.n) || (j && name_char(text.p[j - 1])))
					continue;
				while (e < text.n && strchr(" \t\r\n", text.p[e]))
					e++;
				called = e < text.n && (text.p[e] == '(' || name_char(text.p[e]));       // "date and time("
			}
			if (!called)
				add_name(m, s, l, word);
		}
		i = k;
	}
}

static struct err *compile(struct bpmn_model *m, struct str feel, struct bx *out)
{
	struct feel_expr *x;
	struct feel_scope *s = feel_scope_new(m->a, NULL);
	struct names l = {0};
	for (size_t i = 0; i < m->nspaced; i++)
		add_name(m, s, &l, m->spaced[i]);
	if (feel.n < 10000)
		hidden_builtins(m, s, &l, feel);
	// Variables of a process are not declared: what is unknown at first becomes a variable.
	for (int round = 0; round < 64; round++) {
		struct err *e = feel_compile(m->a, feel, FEEL_EXPRESSION, s, &x);
		if (e)
			return e;
		const struct str *name;
		size_t n = feel_expr_unknown(x, &name), before = l.n;
		for (size_t i = 0; i < n; i++)
			add_name(m, s, &l, name[i]);
		if (l.n == before)
			break;
	}
	out->kind = BX_FEEL;
	out->x = x;
	out->name = l.name;
	return NULL;
}

// --- ${…} ---------------------------------------------------------------------------------------

struct juel { struct str s; size_t at; struct buf b; struct arena *a; int depth; enum bpmn_word bad; };

static void blank(struct juel *j)
{
	while (j->at < j->s.n && strchr(" \t\r\n", j->s.p[j->at]))
		j->at++;
}

static bool eat(struct juel *j, const char *lit)
{
	size_t n = strlen(lit);
	blank(j);
	if (j->at + n > j->s.n || memcmp(j->s.p + j->at, lit, n))
		return false;
	bool word = (lit[0] >= 'a' && lit[0] <= 'z');
	if (word && j->at + n < j->s.n) {
		char c = j->s.p[j->at + n];
		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
			c == '.')
			return false;
	}
	j->at += n;
	return true;
}

static struct str ternary(struct juel *j);

static struct str bad(struct juel *j, enum bpmn_word why)
{
	if (j->bad == BW_COUNT)
		j->bad = why;
	return S("null");
}

static struct str primary(struct juel *j)
{
	blank(j);
	if (j->at >= j->s.n)
		return bad(j, BW_SIMPLE_END);
	if (++j->depth > 40) {
		j->depth--;
		return bad(j, BW_SIMPLE_DEEP);
	}
	struct str r;
	char c = j->s.p[j->at];
	if (eat(j, "(")) {
		struct str in = ternary(j);
		r = str_fmt(j->a, "(" STR_FMT ")", STR_ARG(in));
		if (!eat(j, ")"))
			r = bad(j, BW_SIMPLE_BRACKET);
	} else if (eat(j, "!") || eat(j, "not")) {
		struct str in = primary(j);
		r = str_fmt(j->a, "not(" STR_FMT ")", STR_ARG(in));
	} else if (eat(j, "empty")) {
		struct str p = primary(j);
		r = str_fmt(j->a, "(" STR_FMT " = null or " STR_FMT " = \"\" or " STR_FMT " = [])",
			STR_ARG(p), STR_ARG(p), STR_ARG(p));
	} else if (c == '-') {
		j->at++;
		struct str in = primary(j);
		r = str_fmt(j->a, "-" STR_FMT, STR_ARG(in));
	} else if (c == '\'' || c == '"') {
		struct buf b = buf_new(j->a);
		buf_byte(&b, '"');
		for (j->at++; j->at < j->s.n && j->s.p[j->at] != c; j->at++) {
			char d = j->s.p[j->at];
			if (d == '\\' && j->at + 1 < j->s.n)
				d = j->s.p[++j->at];
			if (d == '"' || d == '\\')
				buf_byte(&b, '\\');
			buf_byte(&b, d);
		}
		buf_byte(&b, '"');
		if (j->at < j->s.n) {
			r = buf_str(&b);
			j->at++;
		} else {
			r = bad(j, BW_SIMPLE_STRING);
		}
	} else if (c >= '0' && c <= '9') {
		size_t i = j->at;
		while (j->at < j->s.n && strchr("0123456789.", j->s.p[j->at]))
			j->at++;
		r = str_part(j->s, i, j->at - i);
	} else {
		size_t i = j->at;
		while (j->at < j->s.n && ((c = j->s.p[j->at]) == '_' || c == '.' || (c >= 'a' && c <= 'z') ||
				(c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c & 0x80)))
			j->at++;
		r = str_part(j->s, i, j->at - i);
		blank(j);
		if (!r.n)
			r = bad(j, BW_SIMPLE_OPERAND);
		else if (j->at < j->s.n && (j->s.p[j->at] == '(' || j->s.p[j->at] == '['))
			r = bad(j, BW_SIMPLE_METHOD);
		else
			for (const char *const *p = (const char *const[]){"environment.variables.", "variables.",
				"execution.", NULL}; *p; p++)
				if (str_starts(r, str_of(*p)) && r.n > strlen(*p)) {
					r = str_from(r, strlen(*p));
					break;
				}
	}
	j->depth--;
	return r;
}

static struct str binary(struct juel *j, int level)
{
	static const struct { int level; const char *from, *to; } op[] = {
		{0, "||", "or"}, {0, "or", "or"}, {1, "&&", "and"}, {1, "and", "and"},
		{2, "==", "="}, {2, "eq", "="}, {2, "!=", "!="}, {2, "ne", "!="},
		{3, "<=", "<="}, {3, ">=", ">="}, {3, "<", "<"}, {3, ">", ">"},
		{3, "lt", "<"}, {3, "le", "<="}, {3, "gt", ">"}, {3, "ge", ">="},
		{4, "+", "+"}, {4, "-", "-"}, {5, "*", "*"}, {5, "/", "/"}, {5, "div", "/"},
	};
	if (level == 6)
		return primary(j);
	struct str l = binary(j, level + 1);
	for (bool more = true; more;) {
		more = false;
		for (size_t i = 0; i < countof(op); i++)
			if (op[i].level == level && eat(j, op[i].from)) {
				struct str r = binary(j, level + 1);
				l = str_fmt(j->a, STR_FMT " %s " STR_FMT, STR_ARG(l), op[i].to, STR_ARG(r));
				more = true;
				break;
			}
	}
	return l;
}

static struct str ternary(struct juel *j)
{
	struct str c = binary(j, 0);
	if (!eat(j, "?"))
		return c;
	struct str a = ternary(j);
	if (!eat(j, ":"))
		return bad(j, BW_SIMPLE_HALF);
	struct str b = ternary(j);
	return str_fmt(j->a, "(if " STR_FMT " then " STR_FMT " else " STR_FMT ")", STR_ARG(c), STR_ARG(a),
		STR_ARG(b));
}

struct err *bx_juel(struct arena *a, struct str inside, struct str *feel)
{
	struct juel j = {.s = inside, .a = a, .bad = BW_COUNT};
	if (inside.n > 4000)
		return bpmn_err(a, E_BPMN_UNSUPPORTED, (struct str){0}, SAY(a, BW_EXPRESSION_LONG));
	*feel = ternary(&j);
	blank(&j);
	if (j.bad == BW_COUNT && j.at < inside.n)
		j.bad = BW_SIMPLE_MORE;
	if (j.bad != BW_COUNT)
		return bpmn_err(a, E_BPMN_UNSUPPORTED, (struct str){0}, bpmn_say2(a, BW_EXPRESSION, (const struct bpmn_said[3]){
			bpmn_same(str_fmt(a, "${" STR_FMT "}", STR_ARG(inside))), SAY(a, j.bad)}));
	return NULL;
}

static bool dollar(struct str s, size_t at)
{
	return at + 1 < s.n && (s.p[at] == '$' || s.p[at] == '#') && s.p[at + 1] == '{';
}

// Text with ${…} in it: one whole expression keeps its type, a mixture is joined as a string.
static struct err *template(struct bpmn_model *m, struct str s, struct bx *out)
{
	struct buf b = buf_new(m->a);
	size_t i = 0, parts = 0;
	bool whole = dollar(s, 0);
	struct str last = {0};
	while (i < s.n) {
		size_t j = i;
		if (parts++)
			buf_lit(&b, " + ");
		if (dollar(s, i)) {
			j = i + 2;
			char quote = 0;
			for (; j < s.n && (quote || s.p[j] != '}'); j++)
				if (quote ? s.p[j] == quote : (s.p[j] == '\'' || s.p[j] == '"'))
					quote = quote ? 0 : s.p[j];
			if (j >= s.n)
				return bpmn_err(m->a, E_BPMN_MODEL, (struct str){0}, SAY(m->a, BW_EXPRESSION_OPEN));
			struct err *e = bx_juel(m->a, str_part(s, i + 2, j - i - 2), &last);
			if (e)
				return e;
			if (i || j + 1 < s.n)
				whole = false;
			buf_fmt(&b, "string(" STR_FMT ")", STR_ARG(last));
			i = j + 1;
		} else {
			while (j < s.n && !dollar(s, j))
				j++;
			json_print_string(&b, str_part(s, i, j - i));
			i = j;
		}
	}
	return compile(m, whole && parts == 1 ? last : buf_str(&b), out);
}

static bool has_dollar(struct str s)
{
	for (size_t i = 0; i + 1 < s.n; i++)
		if (dollar(s, i))
			return true;
	return false;
}

struct err *bx_value(struct bpmn_model *m, struct str text, struct bx *out)
{
	struct str t = str_trim(text);
	*out = (struct bx){.text = t};
	if (!t.n)
		return NULL;
	if (t.p[0] == '=')
		return compile(m, str_trim(str_from(t, 1)), out);
	if (has_dollar(t))
		return template(m, t, out);
	out->kind = BX_TEXT;
	return NULL;
}

struct err *bx_cond(struct bpmn_model *m, struct str text, struct str language, struct bx *out)
{
	struct str t = str_trim(text), lang = str_lower_ascii(m->a, language);
	*out = (struct bx){.text = t};
	if (!t.n)
		return NULL;
	if (t.p[0] == '=' && !str_starts(t, S("==")))
		return compile(m, str_trim(str_from(t, 1)), out);
	if (has_dollar(t))
		return template(m, t, out);
	if (str_find(lang, S("javascript")) >= 0 || str_find(lang, S("groovy")) >= 0 || str_find(lang,
		S("java")) >= 0 ||
			str_find(lang, S("python")) >= 0)
		return bpmn_err(m->a, E_BPMN_UNSUPPORTED, (struct str){0}, SAY(m->a, BW_CONDITION_LANGUAGE, language));
	// XPath in BPMN files hardly ever is more than reading a data object (BPMN 2.0.2 §10.4.3).
	struct buf b = buf_new(m->a);
	for (size_t i = 0; i < t.n;) {
		struct str rest = str_from(t, i), pre = S("bpmn:getDataObject('");
		ptrdiff_t end = -1;
		if (str_starts(rest, pre))
			end = str_find(str_from(rest, pre.n), S("')"));
		if (end > 0) {
			struct str name = str_part(rest, pre.n, (size_t)end);
			bx_name(m, name);
			buf_add(&b, name);
			i += pre.n + (size_t)end + 2;
		} else {
			buf_byte(&b, t.p[i++]);
		}
	}
	struct str f = buf_str(&b);
	if (f.n != t.n || str_find(lang, S("xpath")) >= 0)
		f = str_replace(m->a, f, S("'"), S("\""));
	return compile(m, f, out);
}
