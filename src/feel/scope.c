// scope.c — the names an expression may use, found by their normal form: one space for white space.
#include "feel/lex.h"

enum { MAX_NAMES = 100000, MAX_SYMBOLIC = 32 };

struct str name_normal(struct arena *a, struct str s)
{
	if (lex_plain(s)) return str_copy(a, s);
	struct buf b = buf_new(a);
	bool gap = false;
	for (size_t at = 0; at < s.n;) {
		size_t from = at;
		uint32_t cp = lex_next(s, &at);
		if (lex_space(cp)) {
			gap = b.n > 0;
			continue;
		}
		if (gap) buf_byte(&b, ' ');
		gap = false;
		buf_add(&b, str_part(s, from, at - from));
	}
	return buf_str(&b);
}

// One bit of 64 for the first piece of a name: names whose pieces differ there need not be tried.
uint64_t name_first_bit(struct str name)
{
	size_t at = 0, end = 0;
	while (at < name.n && lex_name_part(lex_next(name, &at))) end = at;
	return 1ull << (str_hash(str_part(name, 0, end)) >> 58);
}

struct feel_scope *feel_scope_new(struct arena *a, struct feel_scope *parent)
{
	struct feel_scope *s = arena_new1(a, struct feel_scope);
	s->a = a;
	s->parent = parent;
	if (parent) {
		parent->sealed = true;
		s->base = parent->base + parent->n;
		s->longest = parent->longest;
		s->pieced = parent->pieced;
		s->worded = parent->worded;
	}
	return s;
}

static void rehash(struct feel_scope *s)
{
	uint32_t size = s->mask ? (s->mask + 1) * 2 : 16;
	s->mask = size - 1;
	s->bucket = arena_newn(s->a, uint32_t, size);
	for (uint32_t i = 0; i < s->n; i++) {
		uint32_t at = (uint32_t)s->item[i].hash & s->mask;
		while (s->bucket[at]) at = (at + 1) & s->mask;
		s->bucket[at] = i + 1;
	}
}

// The name without white space around symbols; empty when it has no symbol.
static struct str squeezed(struct arena *a, struct str s)
{
	struct buf b = buf_new(a);
	bool any = false, after = false;
	if (lex_plain(s)) return S("");
	for (size_t at = 0; at < s.n;) {
		size_t from = at;
		uint32_t cp = utf8_next(s, &at);
		bool symbol = lex_name_symbol(cp);
		if (symbol && b.n && b.p[b.n - 1] == ' ') b.n--;
		if (!(cp == ' ' && after)) buf_add(&b, str_part(s, from, at - from));
		after = symbol;
		any |= symbol;
	}
	return any ? buf_str(&b) : S("");
}

uint32_t feel_scope_add(struct feel_scope *s, struct str name, const struct feel_type *type)
{
	CHECK(!s->sealed && s->n < MAX_NAMES);
	if (s->n == s->cap) {
		uint32_t cap = s->cap ? s->cap * 2 : 8;
		struct scope_name *to = arena_newn(s->a, struct scope_name, cap);
		if (s->n) memcpy(to, s->item, s->n * sizeof *to);
		s->item = to;
		s->cap = cap;
	}
	struct scope_name *x = &s->item[s->n];
	x->name = name_normal(s->a, name);
	x->hash = str_hash(x->name);
	x->slot = s->base + s->n++;
	x->type = type;
	if (x->name.n > s->longest) s->longest = x->name.n;
	s->worded |= lex_keyword_first(x->name);
	if (!lex_plain(x->name)) s->pieced |= name_first_bit(x->name);
	struct str tight = s->n_symbolic < MAX_SYMBOLIC ? squeezed(s->a, x->name) : S("");
	if (tight.n) {
		if (!s->symbolic) s->symbolic = arena_newn(s->a, struct scope_symbolic, MAX_SYMBOLIC);
		s->symbolic[s->n_symbolic++] = (struct scope_symbolic){s->n - 1, tight};
	}
	if (!s->mask || s->n * 2 > s->mask) {
		rehash(s);
		return x->slot;
	}
	uint32_t at = (uint32_t)x->hash & s->mask;
	while (s->bucket[at]) at = (at + 1) & s->mask;
	s->bucket[at] = s->n;
	return x->slot;
}

bool scope_find(const struct feel_scope *s, struct str normal, uint64_t hash, uint32_t *slot, const struct feel_type **type)
{
	for (; s; s = s->parent) {
		if (!s->mask) continue;
		const struct scope_name *last = NULL;        // added twice: the later one
		for (uint32_t at = (uint32_t)hash & s->mask; s->bucket[at]; at = (at + 1) & s->mask) {
			const struct scope_name *x = &s->item[s->bucket[at] - 1];
			if (x->hash == hash && str_eq(x->name, normal) && (!last || x->slot > last->slot)) last = x;
		}
		if (!last) continue;
		*slot = last->slot;
		*type = last->type;
		return true;
	}
	return false;
}

bool feel_scope_find(const struct feel_scope *s, struct str name, uint32_t *slot, const struct feel_type **type)
{
	struct arena *a = arena_new(0);
	struct str normal = name_normal(a, name);
	uint32_t at;
	const struct feel_type *t;
	bool found = scope_find(s, normal, str_hash(normal), slot ? slot : &at, type ? type : &t);
	arena_free(a);
	return found;
}

uint32_t feel_scope_slots(const struct feel_scope *s)
{
	return s ? s->base + s->n : 0;
}

void feel_scope_types(struct feel_scope *s, const struct feel_type *(*find)(void *user, struct str name), void *user)
{
	s->find = find;
	s->user = user;
}

const struct feel_type *scope_type(const struct feel_scope *s, struct str name)
{
	for (; s; s = s->parent) {
		const struct feel_type *t = s->find ? s->find(s->user, name) : NULL;
		if (t) return t;
	}
	return feel_type_by_name(name);
}
