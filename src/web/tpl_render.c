// tpl_render.c — runs a program: static bytes appended, values looked up, escaped and appended.
#include "web/tpl_int.h"

struct loop { const struct json *list; uint32_t at; };

struct vm {
	struct arena *a;
	const struct json *view;
	const struct tpl_env *env;
	struct loop slot[TPL_SLOTS];
};

// -- escaping ----------------------------------------------------------------------------------
bool tpl_url_ok(struct str u)
{
	static const char *const schemes[] = { "https:", "tel:", "mailto:", "geo:" };
	if (!u.n) return true;
	for (size_t i = 0; i < u.n; i++)
		if ((unsigned char)u.p[i] <= ' ' || u.p[i] == '\\' || u.p[i] == 0x7F) return false;
	if (u.p[0] == '/') return u.n == 1 || u.p[1] != '/';    // not //other.host
	if (u.p[0] == '#' || u.p[0] == '?') return true;
	for (size_t i = 0; i < countof(schemes); i++)
		if (str_starts(u, str_of(schemes[i]))) return true;
	return false;
}

static const char special[256] = { ['&'] = 1, ['<'] = 1, ['>'] = 1, ['"'] = 1, ['\''] = 1 };

static void escape_html(struct buf *b, struct str s)
{
	size_t from = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (!special[(unsigned char)s.p[i]]) continue;
		if (i > from) buf_add(b, str_part(s, from, i - from));
		from = i + 1;
		switch (s.p[i]) {
		case '&': buf_lit(b, "&amp;"); break;
		case '<': buf_lit(b, "&lt;"); break;
		case '>': buf_lit(b, "&gt;"); break;
		case '"': buf_lit(b, "&quot;"); break;
		default: buf_lit(b, "&#39;"); break;
		}
	}
	if (s.n > from) buf_add(b, str_part(s, from, s.n - from));
}

void tpl_escape(struct buf *b, enum escape esc, struct str s)
{
	switch (esc) {
	case ESC_TEXT:
	case ESC_ATTR: escape_html(b, s); break;
	case ESC_URL: escape_html(b, tpl_url_ok(s) ? s : S("#")); break;
	case ESC_URL_TAIL:      // never makes //other.host out of two halves
		if (s.n && s.p[0] == '/' && b->n && b->p[b->n - 1] == '/') buf_byte(b, '#');
		else escape_html(b, !s.n || (strchr("/?#", s.p[0]) && tpl_url_ok(s)) ? s : S("#"));
		break;
	case ESC_URL_JOIN:
		if (s.n && s.p[0] == '/' && tpl_url_ok(s)) { escape_html(b, s); break; }
		// fall through
	case ESC_URL_PART:
		for (size_t i = 0; i < s.n; i++) {
			unsigned char c = (unsigned char)s.p[i];
			if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'
				|| c == '_' || c == '.' || c == '~')
				buf_byte(b, (char)c);
			else {
				static const char hex[] = "0123456789ABCDEF";
				buf_byte(b, '%'), buf_byte(b, hex[c >> 4]), buf_byte(b, hex[c & 15]);
			}
		}
		break;
	case ESC_PLAIN: buf_add(b, s); break;
	}
}

// -- expressions -------------------------------------------------------------------------------
static const struct json *member(const struct json *j, struct str name, uint16_t *hint)
{
	if (!j || j->type != JSON_OBJECT) return NULL;
	// Views of one page have their members in the same order: look first where it stood last time.
	uint32_t h = __atomic_load_n(hint, __ATOMIC_RELAXED);
	if (h < j->n && j->key[h].n == name.n && !memcmp(j->key[h].p, name.p, name.n)) return j->item[h];
	for (uint32_t i = 0; i < j->n; i++)
		if (j->key[i].n == name.n && !memcmp(j->key[i].p, name.p, name.n)) {
			if (i <= UINT16_MAX) __atomic_store_n(hint, (uint16_t)i, __ATOMIC_RELAXED);
			return j->item[i];
		}
	return NULL;
}

static struct val of_json(const struct json *j)
{
	struct val v = { .kind = V_JSON, .j = j };
	if (!j || j->type == JSON_NULL) v.kind = V_NONE;
	else if (j->type == JSON_STRING) v.kind = V_TEXT, v.s = j->text;
	else if (j->type == JSON_TRUE || j->type == JSON_FALSE) v.kind = V_BOOL, v.i = j->type == JSON_TRUE;
	return v;
}

static bool truth(struct val v)
{
	switch (v.kind) {
	case V_NONE: return false;
	case V_TEXT: return v.s.n > 0;
	case V_INT:
	case V_BOOL: return v.i != 0;
	case V_JSON: {
		int64_t i;
		if (v.j->type == JSON_NUMBER) return !(json_int(v.j, &i) && i == 0);
		return v.j->n > 0;
	}
	}
	return false;
}

struct str tpl_val_text(struct arena *a, struct val v)
{
	switch (v.kind) {
	case V_TEXT: return v.s;
	case V_INT: return str_fmt(a, "%lld", (long long)v.i);
	case V_JSON: return v.j->type == JSON_NUMBER ? v.j->text : S("");
	default: return S("");
	}
}

static bool val_dec(struct val v, dec *out)
{
	if (v.kind == V_INT) { *out = dec_of_int(v.i); return true; }
	if (v.kind == V_JSON) return json_dec(v.j, out);
	return v.kind == V_TEXT && dec_parse(v.s, out);
}

static bool val_equal(struct arena *a, struct val x, struct val y)
{
	if (x.kind == V_NONE || y.kind == V_NONE)
		return x.kind == y.kind || (!truth(x) && !truth(y) && x.kind != V_BOOL && y.kind != V_BOOL);
	if (x.kind == V_BOOL || y.kind == V_BOOL) return x.kind == y.kind && x.i == y.i;
	if (x.kind == V_TEXT || y.kind == V_TEXT) return str_eq(tpl_val_text(a, x), tpl_val_text(a, y));
	dec p, q;
	if (val_dec(x, &p) && val_dec(y, &q)) return dec_cmp(p, q) == 0;
	return x.kind == V_JSON && y.kind == V_JSON && json_equal(x.j, y.j);
}

struct str tpl_translate(const struct tpl_env *env, struct str key)
{
	struct str out;
	if (env->words && tpl_word(env->words, key, &out)) return out;
	if (env->fallback && tpl_word(env->fallback, key, &out)) return out;
	return key;
}

static struct val eval(struct vm *m, const struct ex *e)
{
	switch (e->kind) {
	case EX_LIT: return of_json(e->lit);
	case EX_WORD: return (struct val){ .kind = V_TEXT, .s = tpl_translate(m->env, e->text) };
	case EX_PATH: {
		const struct json *j = m->view;
		if (e->slot >= 0) {
			const struct loop *l = &m->slot[e->slot];
			j = l->list && l->at < l->list->n ? l->list->item[l->at] : NULL;
		}
		for (uint32_t i = 0; i < e->n && j; i++) j = member(j, e->name[i], &e->hint[i]);
		return of_json(j);
	}
	case EX_LOOP: {
		const struct loop *l = &m->slot[e->slot];
		if (e->loop == 0) return (struct val){ .kind = V_INT, .i = (int64_t)l->at + 1 };
		return (struct val){ .kind = V_BOOL, .i = e->loop == 1 ? l->at == 0 : l->list
			&& l->at + 1 == l->list->n };
	}
	case EX_NOT: return (struct val){ .kind = V_BOOL, .i = !truth(eval(m, e->a)) };
	case EX_AND: {
		struct val v = eval(m, e->a);
		return truth(v) ? eval(m, e->b) : v;
	}
	case EX_OR: {
		struct val v = eval(m, e->a);
		return truth(v) ? v : eval(m, e->b);
	}
	case EX_FILTER:
		return tpl_filter(m->a, m->env, (enum filter)e->filter, e->text, eval(m, e->a));
	default: {
		struct val x = eval(m, e->a), y = eval(m, e->b);
		bool r;
		dec p, q;
		if (e->kind == EX_EQ || e->kind == EX_NE) r = val_equal(m->a, x, y) == (e->kind == EX_EQ);
		else if (!val_dec(x, &p) || !val_dec(y, &q)) r = false;
		else {
			int c = dec_cmp(p, q);
			r = e->kind == EX_LT ? c < 0 : e->kind == EX_LE ? c <= 0 : e->kind == EX_GT ? c > 0 : c >= 0;
		}
		return (struct val){ .kind = V_BOOL, .i = r };
	}
	}
}

// A sentence with {name} in it; names that were not given stay as they are.
static struct str fill(struct vm *m, const struct op *o)
{
	struct str s = tpl_translate(m->env, o->key);
	if (!o->nargs || !memchr(s.p, '{', s.n)) return s;
	struct buf b = buf_new(m->a);
	while (s.n) {
		const char *open = memchr(s.p, '{', s.n), *close = open ? memchr(open, '}',
			s.n - (size_t)(open - s.p)) : NULL;
		if (!close) break;
		struct str name = { open + 1, (size_t)(close - open) - 1 };
		const struct arg *g = NULL;
		for (uint32_t i = 0; i < o->nargs; i++)
			if (str_eq(o->args[i].name, name)) g = &o->args[i];
		buf_add(&b, str_part(s, 0, (size_t)(open - s.p)));
		if (g) buf_add(&b, tpl_val_text(m->a, eval(m, g->e)));
		else buf_add(&b, (struct str){ open, (size_t)(close - open) + 1 });
		s = str_from(s, (size_t)(close - s.p) + 1);
	}
	buf_add(&b, s);
	return buf_str(&b);
}

static struct err *run(const struct tpl *t, uint32_t pc, uint32_t to, const struct json *view,
	const struct tpl_env *env, struct buf *out)
{
	static const struct tpl_env none = { 0 };
	struct vm m = { .a = out->a, .view = view, .env = env ? env : &none };
	size_t max = m.env->max_bytes ? m.env->max_bytes : 4 << 20, start = out->n;
	uint32_t steps = 0;
	buf_room(out, t->pool_n + 4096);
	while (pc < to) {
		const struct op *o = &t->op[pc++];
		if (++steps > 4000000 || out->n - start > max) return err_arg(m.a, E_BUDGET, S("a page that is too large"));
		switch (o->code) {
		case OP_TEXT:
			memcpy(buf_room(out, o->b), t->pool + o->a, o->b);
			out->n += o->b;
			break;
		case OP_OUT: {
			struct val v = eval(&m, o->e);
			if (v.kind != V_NONE) tpl_escape(out, (enum escape)o->esc, tpl_val_text(m.a, v));
			break;
		}
		case OP_SVG: {
			// Only C makes an object with this key; a person's text is always a string.
			struct val v = eval(&m, o->e);
			if (v.kind == V_JSON && v.j->type == JSON_OBJECT && v.j->n == 1)
				buf_add(out, json_text(json_get(v.j, S("$svg"))));
			break;
		}
		case OP_T: tpl_escape(out, (enum escape)o->esc, fill(&m, o)); break;
		case OP_UNLESS:
			if (!truth(eval(&m, o->e))) pc = o->a;
			break;
		case OP_JUMP: pc = o->a; break;
		case OP_FOR: {
			struct val v = eval(&m, o->e);
			bool any = v.kind == V_JSON && v.j->type == JSON_ARRAY && v.j->n;
			m.slot[o->slot] = (struct loop){ any ? v.j : NULL, 0 };
			if (!any) pc = o->a;
			break;
		}
		case OP_NEXT:
			if (++m.slot[o->slot].at < m.slot[o->slot].list->n) pc = o->a;
			break;
		}
	}
	return NULL;
}

struct err *tpl_render(const struct tpl *t, const struct json *view, const struct tpl_env *env, struct buf *out)
{
	return run(t, 0, (uint32_t)t->n, view, env, out);
}

static const struct block_at *find_block(const struct tpl *t, struct str name)
{
	for (size_t i = 0; i < t->nblocks; i++)
		if (str_eq(t->block[i].name, name)) return &t->block[i];
	return NULL;
}

bool tpl_has_block(const struct tpl *t, struct str name) { return find_block(t, name) != NULL; }

struct err *tpl_render_block(const struct tpl *t, struct str name, const struct json *view,
	const struct tpl_env *env, struct buf *out)
{
	const struct block_at *b = find_block(t, name);
	if (!b) return err_arg(out->a, E_NOT_FOUND, name);
	return run(t, b->from, b->to, view, env, out);
}

size_t tpl_ops(const struct tpl *t) { return t->n; }
