// check.c — every process a catalogue gives is explored before it is put in force.
#include "bpmn/sound.h"
#include "domain/flow/model.h"

static bool matters(enum bpmn_flaw flaw)
{
	return flaw == BPMN_FLAW_STUCK || flaw == BPMN_FLAW_JOIN || flaw == BPMN_FLAW_ENDLESS || flaw == BPMN_FLAW_SECOND
		|| flaw == BPMN_FLAW_DEAD || flaw == BPMN_FLAW_NO_ROLE;
}

// Shapes of generated processes that were explored and have nothing to say.
struct sound { struct sound *next; uint64_t hash; struct str shape; };
struct flow_checker {
	const struct catalogue *cat;
	struct findings *f;
	struct arena *a;               // of all; what one model takes is dropped behind it
	struct sound *sound;
};

static bool known_sound(const struct flow_checker *k, struct str shape, uint64_t hash)
{
	const struct sound *x = k->sound;
	while (x && !(x->hash == hash && str_eq(x->shape, shape))) x = x->next;
	return x != NULL;
}

// The file an item brings was explored where it was read (check_process.c); here it must only have its starts.
// What a generated model has to say is a fact about the catalogue, so it stands at the matter's own
// line. Waits without a limit are known there: each step's limit is a field of the item.
static void check_ref(struct flow_checker *k, struct str kind, struct str code, struct origin at, bool own)
{
	struct arena *a = arena_new(0);
	struct bpmn_model *m;
	struct bpmn_soundness s = {0};
	int process;
	struct str start, shape, ref = str_fmt(a, STR_FMT ":" STR_FMT, STR_ARG(kind), STR_ARG(code));
	bool shaped = !own && flow_model_shape(a, k->cat, ref, &shape);
	uint64_t hash = shaped ? str_hash(shape) : 0;
	if (shaped && known_sound(k, shape, hash)) {
		arena_free(a);
		return;
	}
	size_t before = k->f->n;
	struct err *e = flow_model_make(a, k->cat, ref, &m, &process, &start);
	if (!e && !own) e = bpmn_sound(a, m, process, 0, &s);
	for (const struct err *x = e; x; x = x->next)
		finding_add(k->f, RULE_bad_process, at.file, at.line, code, err_text(a, x, false), err_text(a, x, true), S(""));
	struct bpmn_said said;
	if (s.too_large) {
		said = bpmn_too_large(a, m, &s);
		finding_add(k->f, RULE_process_unsound, at.file, at.line, code, said.zh, said.en, S(""));
	}
	for (uint32_t i = 0; i < s.n; i++)
		if (matters(s.finding[i].flaw) && !s.finding[i].warning) {
			said = bpmn_finding_whole(a, &s.finding[i]);
			finding_add(k->f, RULE_process_unsound, at.file, at.line, code, said.zh, said.en, S(""));
		}
	if (shaped && k->f->n == before) {
		struct sound *x = arena_new1(k->a, struct sound);
		*x = (struct sound){k->sound, hash, str_copy(k->a, shape)};
		k->sound = x;
	}
	arena_free(a);
}

static bool in_bundle(const struct catalogue *cat, const struct item *item)
{
	for (uint32_t b = 0; b < cat->n_bundles + cat->n_area_bundles; b++)
		for (uint32_t i = 0; i < cat->bundle[b].n_items; i++)
			if (cat->bundle[b].item[i].item == item) return true;
	return false;
}

static void check_one(struct flow_checker *k, const struct item *it)
{
	bool own = it->process.n && !str_is(it->process, "approval");
	if (it->single) check_ref(k, S("apply"), it->code, it->at, own);
	if (in_bundle(k->cat, it)) check_ref(k, S("item"), it->code, it->at, own);
}

void flow_check_of(const struct catalogue *cat, struct findings *f, const struct item *const *item, uint32_t n, const struct bundle *const *bundle,
	uint32_t n_bundles)
{
	struct flow_checker k = {.cat = cat, .f = f, .a = arena_new(0)};
	for (uint32_t i = 0; i < n; i++) check_one(&k, item[i]);
	for (uint32_t i = 0; i < n_bundles; i++) check_ref(&k, S("apply"), bundle[i]->code, bundle[i]->at, false);
	arena_free(k.a);
}

void flow_check(const struct catalogue *cat, struct findings *f)
{
	struct flow_checker k = {.cat = cat, .f = f, .a = arena_new(0)};
	for (uint32_t i = 0; i < cat->n_items + cat->n_area_items; i++) check_one(&k, cat->item[i]);
	for (uint32_t i = 0; i < cat->n_bundles + cat->n_area_bundles; i++) check_ref(&k, S("apply"), cat->bundle[i].code, cat->bundle[i].at, false);
	arena_free(k.a);
}
