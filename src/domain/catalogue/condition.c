// condition.c — FEEL conditions over answers and fields: compiled once, evaluated with three truths.
//
// A condition over a question that is still open is decided by trying every option of the open
// questions it reads: the same result for all is that result, otherwise it is open. So a guide never
// shows what depends on an answer as certain, nor hides it.
#include "domain/catalogue/merge_int.h"
#include "feel/feel.h"
#include <pthread.h>
#include <stdatomic.h>

// Slots in order: questions, subjects, outcome.
static uint32_t slot_count(const struct catalogue *c)
{
	return c->n_questions + c->n_subjects + 1;
}

struct feel_scope *catalogue_scope(struct catalogue *c, struct arena *a)
{
	struct feel_scope *s = feel_scope_new(a, NULL);
	uint32_t n = 0;
	for (uint32_t i = 0; i < c->n_questions; i++, n++)
		CHECK(feel_scope_add(s, c->question[i].code, NULL) == n);
	for (uint32_t i = 0; i < c->n_subjects; i++, n++)
		CHECK(feel_scope_add(s, c->subject[i].code, NULL) == n);
	CHECK(feel_scope_add(s, S("outcome"), NULL) == n);
	return s;
}

// ---- compiling -----------------------------------------------------------------------------------

// Equal texts are one program. A loader compiles it at once, for its mistakes; a catalogue that was
// mapped compiles it when it is first asked. Numbers go on from those of the version before.
struct program { struct str text; const struct feel_expr *_Atomic expr; };
struct programs {
	const struct catalogue *before;        // whose numbers come first; or NULL
	uint32_t first, n;
	size_t cap;
	struct program *row;
	struct arena *a;                       // compiled code
	pthread_mutex_t lock;                  // over the arena
};

struct programs *programs_new(struct arena *own, const struct catalogue *before)
{
	struct programs *p = arena_new1(own, struct programs);
	*p = (struct programs){.before = before, .first = before ? before->programs->first + before->programs->n : 0, .a = arena_new(0)};
	pthread_mutex_init(&p->lock, NULL);
	return p;
}

struct programs *programs_over(struct arena *own, const struct catalogue *root, const struct catalogue *before)
{
	struct programs *p = programs_new(own, root);
	for (uint32_t i = 0; before != root && i < before->programs->n; i++) {
		size_t n = p->n;
		struct program *x = vec_push(own, p->row, n, p->cap);
		x->text = before->programs->row[i].text;
		atomic_init(&x->expr, atomic_load(&before->programs->row[i].expr));
		p->n = (uint32_t)n;
	}
	return p;
}

void programs_free(struct programs *p)
{
	if (!p)
		return;
	arena_free(p->a);
	pthread_mutex_destroy(&p->lock);
}

// The texts by number, and the other way: what a compiled form keeps of programs.
uint32_t programs_texts(const struct programs *p, struct arena *a, struct str **out)
{
	*out = arena_newn(a, struct str, p->n);
	for (uint32_t i = 0; i < p->n; i++)
		(*out)[i] = p->row[i].text;
	return p->n;
}

void programs_of_texts(struct programs *p, struct arena *own, const struct str *text, uint32_t n)
{
	p->row = arena_newn(own, struct program, n);
	p->n = n;
	for (uint32_t i = 0; i < n; i++)
		p->row[i].text = text[i];
}

static const struct feel_expr *program(const struct catalogue *c, uint32_t number)
{
	if (!number)
		return NULL;
	struct programs *p = c->programs;
	while (number <= p->first)
		p = p->before->programs;
	struct program *x = &p->row[number - p->first - 1];
	const struct feel_expr *e = atomic_load_explicit(&x->expr, memory_order_acquire);
	if (e)
		return e;
	pthread_mutex_lock(&p->lock);
	e = atomic_load(&x->expr);
	if (!e) {
		struct feel_expr *made = NULL;
		CHECK(!feel_compile(p->a, x->text, FEEL_EXPRESSION, c->scope, &made));
		e = made;
		atomic_store_explicit(&x->expr, e, memory_order_release);
	}
	pthread_mutex_unlock(&p->lock);
	return e;
}

struct compiler {
	struct load *L;
	uint32_t *slot;                        // numbers by hash of the text
	uint32_t mask;
};

static void slots_grow(struct compiler *k)
{
	struct programs *p = k->L->c->programs;
	uint32_t mask = k->mask ? k->mask * 2 + 1 : 255;
	k->slot = arena_newn(k->L->tmp, uint32_t, mask + 1);
	k->mask = mask;
	for (uint32_t i = 0; i < p->n; i++) {
		uint32_t at = (uint32_t)str_hash(p->row[i].text) & mask;
		while (k->slot[at])
			at = (at + 1) & mask;
		k->slot[at] = i + 1;
	}
}

static uint32_t compile(struct compiler *k, const struct condition *x, struct str file, struct str subject)
{
	struct load *L = k->L;
	struct programs *p = L->c->programs;
	if (p->n * 2 >= k->mask)
		slots_grow(k);
	uint32_t at = (uint32_t)str_hash(x->text) & k->mask;
	for (; k->slot[at]; at = (at + 1) & k->mask)
		if (str_eq(p->row[k->slot[at] - 1].text, x->text))
			return p->first + k->slot[at];
	struct feel_expr *e = NULL;
	struct err *bad = feel_compile(p->a, x->text, FEEL_EXPRESSION, L->c->scope, &e);
	if (bad) {
		finding_add(L->f, RULE_bad_condition, file, x->line, subject, err_text(L->tmp, bad, false),
			err_text(L->tmp, bad, true), S(""));
		return 0;
	}
	const struct str *names;
	size_t unknown = feel_expr_unknown(e, &names), n = p->n;
	for (size_t i = 0; i < unknown; i++)
		finding_add(L->f, RULE_unknown_name, file, x->line, subject, names[i], S(""), S(""));
	struct program *made = vec_push(L->c->own, p->row, n, p->cap);
	made->text = x->text;
	atomic_init(&made->expr, e);
	k->slot[at] = p->n = (uint32_t)n;
	return p->first + p->n;
}

static void one(struct compiler *k, struct condition *x, struct str file, struct str subject)
{
	if (x->text.n)
		x->program = compile(k, x, file, subject);
}

static void of_item(struct compiler *k, struct item *it)
{
	for (uint32_t j = 0; j < it->n_fields; j++)
		one(k, &it->field[j].when, it->at.file, it->code);
	for (uint32_t j = 0; j < it->n_materials; j++)
		one(k, &it->material[j].when, it->at.file, it->code);
	for (uint32_t j = 0; j < it->n_fees; j++)
		one(k, &it->fee[j].when, it->at.file, it->code);
}

static void of_bundle(struct compiler *k, struct bundle *b)
{
	for (uint32_t j = 0; j < b->n_items; j++)
		one(k, &b->item[j].when, b->at.file, b->code);
	for (uint32_t j = 0; j < b->n_signatories; j++)
		one(k, &b->signatory[j].when, b->at.file, b->code);
	for (uint32_t j = 0; j < b->n_questions; j++)
		b->question[j] = *(const struct question *)catalogue_row(k->L->c, K_QUESTION, b->question[j].code);
}

void load_conditions(struct load *L)
{
	struct catalogue *c = L->c;
	struct compiler k = {.L = L};
	for (uint32_t i = 0; i < c->n_questions; i++)
		one(&k, &c->question[i].when, c->question[i].at.file, c->question[i].code);
	for (uint32_t i = 0; i < c->n_subjects; i++)
		one(&k, &c->subject[i].when, c->subject[i].at.file, c->subject[i].code);
	for (uint32_t i = 0; i < c->n_items; i++)
		of_item(&k, c->item[i]);
	for (uint32_t i = 0; i < c->n_bundles; i++)
		of_bundle(&k, &c->bundle[i]);
	for (uint32_t i = 0; i < c->n_certificates; i++)
		for (uint32_t j = 0; j < c->certificate[i].n_fields; j++) {
			struct condition x = {.text = c->certificate[i].field[j].value, .line = c->certificate[i].at.line};
			one(&k, &x, c->certificate[i].at.file, c->certificate[i].code);
		}
}

void load_conditions_of(struct load *L, struct item *const *item, uint32_t n, struct bundle *const *bundle, uint32_t n_bundles)
{
	struct compiler k = {.L = L};
	for (uint32_t i = 0; i < n; i++)
		of_item(&k, item[i]);
	for (uint32_t i = 0; i < n_bundles; i++)
		of_bundle(&k, bundle[i]);
}

// ---- evaluating ----------------------------------------------------------------------------------

struct binding {
	struct arena *a;
	const struct catalogue *c;
	struct feel_value *var;
	const struct json *facts;
};

// A value of an element as FEEL sees it: numbers and days by the element's type, else text.
static struct feel_value element_value(struct binding *b, struct str code, const struct json *v)
{
	const struct element *e = catalogue_element(b->c, code);
	struct feel_value out;
	dec d;
	struct str t = json_text(v);
	if (!v || v->type == JSON_NULL || (v->type == JSON_STRING && !t.n))
		return feel_null();
	if (v->type == JSON_TRUE || v->type == JSON_FALSE)
		return feel_bool(v->type == JSON_TRUE);
	if (e && (e->type == EL_MONEY || e->type == EL_NUMBER || e->type == EL_AREA) && dec_parse(t, &d))
		return feel_num(d);
	if (e && e->type == EL_BOOLEAN)
		return feel_bool(str_is(t, "true"));
	day_t day;
	if (e && e->type == EL_DATE && day_parse(t, &day))
		return feel_date(day);
	if (v->type == JSON_STRING)
		return feel_text(t);
	struct err *bad = feel_from_json(b->a, v, &out);
	return bad ? feel_null() : out;
}

struct binding *binding_new(struct arena *a, const struct catalogue *c, const struct json *facts)
{
	struct binding *b = arena_new1(a, struct binding);
	*b = (struct binding){a, c, arena_newn(a, struct feel_value, slot_count(c)), facts};
	for (uint32_t i = 0; facts && facts->type == JSON_OBJECT && i < facts->n; i++) {
		const struct json *v = facts->item[i];
		const struct question *q = catalogue_row(c, K_QUESTION, facts->key[i]);
		const struct subject *s = q ? NULL : catalogue_subject(c, facts->key[i]);
		if (q) {
			b->var[q - c->question] = v->type == JSON_STRING && v->text.n ? feel_text(v->text) : feel_null();
		} else if (s && v->type == JSON_OBJECT) {
			struct feel_context *ctx = feel_context_new(a, v->n);
			for (uint32_t k = 0; k < v->n; k++)
				feel_context_put(a, ctx, v->key[k], element_value(b, v->key[k], v->item[k]));
			b->var[c->n_questions + (s - c->subject)] = feel_of_context(ctx);
		} else if (str_is(facts->key[i], "outcome")) {
			struct feel_value out;
			if (!feel_from_json(a, v, &out))
				b->var[slot_count(c) - 1] = out;
		}
	}
	return b;
}

static bool eval_true(struct binding *b, const struct feel_expr *e)
{
	struct feel_run r;
	feel_run_init(&r, b->a);
	r.steps = 100000;
	return feel_is_true(feel_eval(&r, e, b->var));
}

enum { TRY_MAX = 2048 };

enum truth binding_holds(struct binding *b, const struct condition *x)
{
	if (!x->program)
		return x->text.n ? TRUTH_FALSE : TRUTH_TRUE;
	const struct catalogue *c = b->c;
	const struct feel_expr *expr = program(c, x->program);
	const uint32_t *slots;
	size_t n = feel_expr_uses(expr, &slots);
	uint32_t open[16], n_open = 0, tries = 1;
	bool unknown_subject = false;
	for (size_t i = 0; i < n; i++) {
		if (b->var[slots[i]].kind != FEEL_NULL)
			continue;
		if (slots[i] >= c->n_questions) {
			unknown_subject = true;
		} else if (n_open < countof(open) && tries * c->question[slots[i]].n_options <= TRY_MAX) {
			open[n_open++] = slots[i];
			tries *= c->question[slots[i]].n_options ? c->question[slots[i]].n_options : 1;
		} else {
			unknown_subject = true;
		}
	}
	bool any_true = false, any_false = false;
	for (uint32_t t = 0; t < tries && !(any_true && any_false); t++) {
		for (uint32_t i = 0, rest = t; i < n_open; i++) {
			const struct question *q = &c->question[open[i]];
			if (q->n_options) {
				b->var[open[i]] = feel_text(q->option[rest % q->n_options].code);
				rest /= q->n_options;
			}
		}
		*(eval_true(b, expr) ? &any_true : &any_false) = true;
	}
	for (uint32_t i = 0; i < n_open; i++)
		b->var[open[i]] = feel_null();
	if (any_true && any_false)
		return TRUTH_OPEN;
	if (any_true)
		return TRUTH_TRUE;
	return unknown_subject ? TRUTH_OPEN : TRUTH_FALSE;
}

enum truth condition_holds(struct arena *a, const struct catalogue *c, const struct condition *x, const struct json *facts)
{
	if (!x->text.n)
		return TRUTH_TRUE;
	return binding_holds(binding_new(a, c, facts), x);
}

bool condition_reads(const struct catalogue *c, const struct condition *x, uint32_t slot)
{
	const uint32_t *slots;
	size_t n = x->program ? feel_expr_uses(program(c, x->program), &slots) : 0;
	for (size_t i = 0; i < n; i++)
		if (slots[i] == slot)
			return true;
	return false;
}

void condition_uses(const struct catalogue *c, const struct condition *x, uint32_t *count, bool add)
{
	const uint32_t *slots;
	size_t n = x->program ? feel_expr_uses(program(c, x->program), &slots) : 0;
	for (size_t i = 0; i < n; i++)
		if (slots[i] < c->n_questions)
			count[slots[i]] += add ? 1 : UINT32_MAX;
}

struct err *catalogue_eval(struct arena *a, const struct catalogue *c, struct str text, const struct json *facts,
	struct str *out)
{
	struct feel_expr *e;
	struct err *bad = feel_compile(a, text, FEEL_EXPRESSION, c->scope, &e);
	if (bad)
		return bad;
	struct binding *b = binding_new(a, c, facts);
	struct feel_run r;
	feel_run_init(&r, a);
	r.steps = 100000;
	struct feel_value v = feel_eval(&r, e, b->var);
	*out = v.kind == FEEL_NULL ? S("") : feel_string(a, v);
	return NULL;
}

// The context a decision table sees: every question and subject by its code.
struct feel_context *binding_context(struct binding *b)
{
	const struct catalogue *c = b->c;
	struct feel_context *ctx = feel_context_new(b->a, slot_count(c));
	for (uint32_t i = 0; i < c->n_questions; i++)
		feel_context_put(b->a, ctx, c->question[i].code, b->var[i]);
	for (uint32_t i = 0; i < c->n_subjects; i++)
		feel_context_put(b->a, ctx, c->subject[i].code, b->var[c->n_questions + i]);
	feel_context_put(b->a, ctx, S("outcome"), b->var[slot_count(c) - 1]);
	return ctx;
}

bool condition_reads_subject(const struct catalogue *c, const struct condition *x)
{
	const uint32_t *slots;
	size_t n = x->program ? feel_expr_uses(program(c, x->program), &slots) : 0;
	return n && slots[n - 1] >= c->n_questions;
}
