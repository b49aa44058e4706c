// b_context.c — the built-ins over contexts (DMN 1.5 §10.3.4.9), is() and not().
#include "feel/part.h"

void b_not(struct args *a, struct feel_value *out)
{
	struct feel_value v = a->v[0];
	if (v.kind == FEEL_LIST && v.list->n == 1) v = v.list->item[0];
	if (v.kind == FEEL_BOOLEAN) set_bool(out, !v.truth);
	else if (v.kind == FEEL_NULL) set_null(out);
	else arg_fail(a, out, "not(%s)", feel_kind_name((enum feel_kind)v.kind));
}

void b_is(struct args *a, struct feel_value *out)
{
	set_bool(out, feel_identical(a->v[0], a->v[1]));
}

static void missing(struct args *a, struct feel_value *out)
{
	arg_fail(a, out, "the context has no such entry");
}

void b_get_value(struct args *a, struct feel_value *out)
{
	if (a->form % 2 == 0) {
		if (!feel_context_get(a->v[0].ctx, a->v[1].text, out)) missing(a, out);
		return;
	}
	struct feel_value v = a->v[0];
	const struct feel_list *keys = a->v[1].list;
	for (size_t i = 0; i < keys->n; i++) {
		if (keys->item[i].kind != FEEL_STRING || v.kind != FEEL_CONTEXT || !feel_context_get(v.ctx, keys->item[i].text, &v)) {
			missing(a, out);
			return;
		}
	}
	if (keys->n) *out = v;
	else missing(a, out);
}

void b_get_entries(struct args *a, struct feel_value *out)
{
	static struct str keys[] = {{"key", 3}, {"value", 5}};
	const struct feel_context *c = a->v[0].ctx;
	if (!feel_step(a->run, c->n)) return;
	struct feel_list *l = feel_list_new(a->run->arena, c->n);
	for (uint32_t i = 0; i < c->n; i++) {
		struct feel_context *e = arena_new1(a->run->arena, struct feel_context);
		e->n = e->cap = 2;
		e->key = keys;
		e->value = arena_newn(a->run->arena, struct feel_value, 2);
		e->value[0] = feel_text(c->key[i]);
		e->value[1] = c->value[i];
		l->item[i] = feel_of_context(e);
	}
	*out = feel_of_list(l);
}

void b_context(struct args *a, struct feel_value *out)
{
	const struct feel_list *l = a->v[0].list;
	if (!feel_step(a->run, l->n)) return;
	struct feel_context *c = feel_context_new(a->run->arena, 0);
	for (size_t i = 0; i < l->n; i++) {
		struct feel_value key, value, old;
		const struct feel_value *e = &l->item[i];
		if (!feel_step(a->run, c->n)) return;
		if (e->kind != FEEL_CONTEXT || !feel_context_get(e->ctx, S("key"), &key) || key.kind != FEEL_STRING ||
		    !feel_context_get(e->ctx, S("value"), &value) || feel_context_get(c, key.text, &old)) {
			arg_fail(a, out, "context(): every entry needs a key (a string, each once) and a value");
			return;
		}
		feel_context_put(a->run->arena, c, key.text, value);
	}
	*out = feel_of_context(c);
}

static struct feel_context *copy(struct args *a, const struct feel_context *c, uint32_t more)
{
	if (!feel_step(a->run, c->n) || !bytes_left(a->run, c->n * sizeof(struct feel_value))) return NULL;
	struct feel_context *d = feel_context_new(a->run->arena, c->n + more);
	d->n = c->n;
	if (c->n) {
		memcpy(d->key, c->key, c->n * sizeof *d->key);
		memcpy(d->value, c->value, c->n * sizeof *d->value);
	}
	return d;
}

static bool put(struct args *a, const struct feel_value *at, const struct feel_value *key, size_t n, const struct feel_value *value,
	struct feel_value *out)
{
	struct feel_value inner;
	if (at->kind != FEEL_CONTEXT || key->kind != FEEL_STRING || !feel_enter(a->run, 4)) return false;
	bool ok = true;
	if (n > 1) {
		struct feel_value below;
		ok = feel_context_get(at->ctx, key->text, &below) && put(a, &below, key + 1, n - 1, value, &inner);
	} else {
		inner = *value;
	}
	feel_leave(a->run, 4);
	struct feel_context *c = ok ? copy(a, at->ctx, 1) : NULL;
	if (!c) return false;
	feel_context_put(a->run->arena, c, key->text, inner);
	*out = feel_of_context(c);
	return true;
}

void b_context_put(struct args *a, struct feel_value *out)
{
	const struct feel_value *key = &a->v[1];
	size_t n = 1;
	if (a->form == 1) {
		n = a->v[1].list->n;
		key = a->v[1].list->item;
	}
	if (n == 0 || !put(a, &a->v[0], key, n, &a->v[2], out)) arg_fail(a, out, "context put(): a key that leads nowhere");
}

void b_context_merge(struct args *a, struct feel_value *out)
{
	const struct feel_list *l = a->v[0].list;
	struct feel_context *c = feel_context_new(a->run->arena, 4);
	for (size_t i = 0; i < l->n; i++) {
		if (l->item[i].kind != FEEL_CONTEXT) {
			arg_fail(a, out, "context merge(): %s among the contexts", feel_kind_name((enum feel_kind)l->item[i].kind));
			return;
		}
		const struct feel_context *d = l->item[i].ctx;
		for (uint32_t k = 0; k < d->n; k++) {
			if (!feel_step(a->run, c->n + 1)) return;
			feel_context_put(a->run->arena, c, d->key[k], d->value[k]);
		}
	}
	*out = feel_of_context(c);
}
