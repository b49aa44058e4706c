// delta.c — see delta.h.
#include "domain/catalogue/delta_int.h"

#include <stdatomic.h>

// ---- the version ---------------------------------------------------------------------------------

static bool is_rule(struct str path)
{
	return str_starts(path, S("rules/"));
}

static bool is_process(struct str path)
{
	return str_starts(path, S("process/"));
}

// Files of a version that its rows do not come from.
static bool says_nothing(struct str path)
{
	return str_is(path, "staff.yaml") || str_is(path, "people.yaml");
}

static bool told_apart(const struct delta_file *f)
{
	enum kind k;
	bool changed = f->there && !f->gone;
	if (is_rule(f->path) || is_process(f->path))
		return changed;
	return says_nothing(f->path) || (ld_kind_of_file(f->path, &k) && (k == K_ITEM || k == K_BUNDLE) && str_ends(f->path, S(".yaml")));
}

static void files_renew(struct making *m)
{
	struct catalogue *c = m->L.c;
	const struct catalogue *base = m->base;
	struct catalogue_file *to = arena_raw(m->L.a, (base->n_files + m->n_files) * sizeof *to);
	uint32_t n = 0, from = 0;
	for (uint32_t i = 0; i < m->n_files; i++) {
		const struct delta_file *f = &m->file[i];
		uint32_t lo = from, hi = base->n_files;
		while (lo < hi) {
			uint32_t mid = (lo + hi) / 2;
			if (str_cmp(base->file[mid].path, f->path) < 0)
				lo = mid + 1;
			else
				hi = mid;
		}
		memcpy(to + n, base->file + from, (lo - from) * sizeof *to);
		n += lo - from;
		from = lo + (lo < base->n_files && str_eq(base->file[lo].path, f->path));
		if (f->gone)
			continue;
		to[n].path = ld_copy(&m->L, f->path);
		file_digest(f->is, to[n++].digest);
	}
	memcpy(to + n, base->file + from, (base->n_files - from) * sizeof *to);
	c->n_files = n + base->n_files - from;
	c->file = to;
	c->hash = files_hash(m->L.a, c->file, c->n_files);
}

static struct catalogue *begin(struct catalogue *base)
{
	struct arena *own = arena_new(0);
	struct catalogue *c = arena_copy(own, base, sizeof *base);
	atomic_init(&c->refs, 1);
	c->own = own;
	c->a = arena_new(0);
	c->root = catalogue_ref(base->root ? base->root : base);
	c->below = catalogue_ref(base);
	c->image = NULL;
	c->findings = NULL;
	c->published_at_ms = 0;
	c->programs = programs_over(own, c->root, base);
	return c;
}

// ---- tables and processes ------------------------------------------------------------------------

static bool reads_table(const struct item *it, struct str code)
{
	bool reads = str_eq(it->decision, code);
	for (uint32_t i = 0; i < it->instant.n_rules; i++)
		reads |= str_eq(it->instant.rule[i].table, code);
	for (uint32_t i = 0; i < it->n_fees; i++)
		reads |= str_eq(it->fee[i].table, code) || str_eq(it->fee[i].words, code);
	return reads;
}

static bool is_new(const struct making *m, const struct item *it)
{
	for (size_t i = 0; i < m->n_is; i++)
		if (m->is[i] == it)
			return true;
	return false;
}

// Rows that read the table (or the process) although they are as they were.
static void readers(struct making *m, struct str code, bool table)
{
	struct catalogue *c = m->L.c;
	for (uint32_t i = 0; i < c->n_items; i++) {
		const struct item *it = c->item[i];
		if ((table ? reads_table(it, code) : str_eq(it->process, code)) && !is_new(m, it))
			*vec_push(m->L.tmp, m->both, m->n_both, m->cap_both) = it;
	}
	for (uint32_t i = 0; i < c->n_bundles && table; i++) {
		m->touched[i] |= str_eq(c->bundle[i].days_table, code);
		for (uint32_t k = 0; k < c->bundle[i].n_items; k++)
			m->touched[i] |= reads_table(c->bundle[i].item[k].item, code);
	}
}

static void tables(struct making *m)
{
	struct catalogue *c = m->L.c;
	bool copied = false;
	for (uint32_t i = 0; i < m->n_files; i++)
		for (uint32_t k = 0; k < c->n_rules && is_rule(m->file[i].path); k++) {
			if (!str_eq(c->rule[k].at.file, m->file[i].path))
				continue;
			if (!copied)
				c->rule = arena_copy(c->own, c->rule, c->n_rules * sizeof *c->rule);
			copied = true;
			const struct rule_table was = c->rule[k];
			c->rule[k] = (struct rule_table){.code = was.code, .text = ld_copy(&m->L, m->file[i].is), .at = was.at};
			load_rule(&m->L, &c->rule[k]);
			uses_of_rule(m->base, c->uses, m->L.tmp, &m->base->rule[k], false);
			uses_of_rule(c, c->uses, m->L.tmp, &c->rule[k], true);
			readers(m, was.code, true);
		}
}

static void processes(struct making *m)
{
	struct catalogue *c = m->L.c;
	bool copied = false;
	for (uint32_t i = 0; i < m->n_files; i++)
		for (uint32_t k = 0; k < c->n_processes && is_process(m->file[i].path); k++) {
			if (!str_eq(c->process[k].at.file, m->file[i].path))
				continue;
			if (!copied)
				c->process = arena_copy(m->L.a, c->process, c->n_processes * sizeof *c->process);
			copied = true;
			c->process[k].text = ld_copy(&m->L, m->file[i].is);
			readers(m, c->process[k].code, false);
		}
}

// ---- what is looked at again, in both versions ---------------------------------------------------

static void counts(struct making *m)
{
	struct catalogue *c = m->L.c;
	for (size_t i = 0; i < m->n_was; i++)
		uses_of_item(m->base, c->uses, m->was[i], false);
	for (size_t i = 0; i < m->n_is; i++)
		uses_of_item(c, c->uses, m->is[i], true);
	for (uint32_t i = 0; i < m->base->n_bundles + m->base->n_area_bundles; i++)
		if (m->place[i] == UINT32_MAX)
			uses_of_bundle(m->base, c->uses, &m->base->bundle[i], false);
	for (size_t i = 0; i < m->n_made; i++)
		uses_of_bundle(c, c->uses, m->made[i], true);
}

static struct str *names(struct making *m, uint32_t *n)
{
	struct str *list = arena_newn(m->L.tmp, struct str, m->n_was + m->n_is + 1);
	*n = 0;
	for (size_t i = 0; i < m->n_was; i++)
		list[(*n)++] = m->was[i]->name.zh;
	for (size_t i = 0; i < m->n_is; i++)
		list[(*n)++] = m->is[i]->name.zh;
	return list;
}

static void look(struct check *k, struct making *m, const struct item *const *item, size_t n)
{
	for (size_t i = 0; i < n + m->n_both; i++) {
		const struct item *it = i < n ? item[i] : m->both[i - n];
		check_item(k, it);
		check_conditions_of_item(k, it);
		check_process_of(k, it);
		if (!it->base)
			check_dropped(k, it);
	}
	for (uint32_t i = 0; i < k->c->n_processes; i++)
		for (uint32_t f = 0; f < m->n_files; f++)
			if (str_eq(k->c->process[i].at.file, m->file[f].path))
				check_process(k, &k->c->process[i]);
	uint32_t n_names;
	struct str *name = names(m, &n_names);
	if (n_names)
		check_names(k, name, n_names);
	if (m->papers)
		check_papers(k);
	check_settings(k);
	check_unused(k);
}

static void look_bundle(struct check *k, const struct bundle *b)
{
	check_conditions_of_bundle(k, b);
	check_bundle(k, b);
}

// What the base says of all that is looked at in the new version, with the base's counts as the loader leaves them.
static void look_before(struct making *m)
{
	struct catalogue view;
	memcpy(&view, m->base, sizeof view);
	view.n_items += view.n_area_items;
	view.n_bundles += view.n_area_bundles;
	struct check k = {.c = &view, .f = m->d->gone, .a = m->L.tmp};
	look(&k, m, m->was, m->n_was);
	for (uint32_t i = 0; i < view.n_bundles; i++)
		if (m->place[i] == UINT32_MAX || m->touched[m->place[i]])
			look_bundle(&k, &view.bundle[i]);
}

static void look_now(struct making *m)
{
	struct check k = {.c = m->L.c, .f = m->d->come, .a = m->L.tmp};
	look(&k, m, (const struct item *const *)m->is, m->n_is);
	for (uint32_t i = 0; i < m->L.c->n_bundles; i++)
		if (m->touched[i])
			look_bundle(&k, &m->L.c->bundle[i]);
}

// For those who look at processes: what was read, what brings a process that changed, bundles and who is in them.
static void told(struct making *m)
{
	struct catalogue *c = m->L.c;
	struct delta *d = m->d;
	size_t n = 0, cap = 0, nb = 0, cap_b = 0;
	bool process = m->n_made > 0;             // or a bundle that may have new members
	for (uint32_t i = 0; i < m->n_files; i++)
		process |= is_process(m->file[i].path);
	for (size_t i = 0; i < (process ? m->n_is : m->n_fresh); i++)       // one that only moved reads a process too
		*vec_push(d->a, d->item, n, cap) = process ? m->is[i] : m->fresh[i];
	for (size_t i = 0; i < m->n_both; i++)
		*vec_push(d->a, d->item, n, cap) = m->both[i];
	for (size_t i = 0; i < m->n_made; i++)
		for (uint32_t k = 0; k < m->made[i]->n_items; k++)
			if (!is_new(m, m->made[i]->item[k].item))
				*vec_push(d->a, d->item, n, cap) = m->made[i]->item[k].item;
	for (uint32_t i = 0; i < c->n_bundles; i++)
		if (m->touched[i])
			*vec_push(d->a, d->bundle, nb, cap_b) = &c->bundle[i];
	d->n_items = (uint32_t)n;
	d->n_bundles = (uint32_t)nb;
}

// A bundle and an item of one code are told at the bundle.
static void touch_by_code(struct making *m)
{
	const struct catalogue *c = m->L.c;
	for (size_t i = 0; i < m->n_fresh; i++) {
		const struct bundle *b = catalogue_bundle(c, m->fresh[i]->code);
		if (b)
			m->touched[b - c->bundle] = true;
	}
}

static bool rows(struct making *m)
{
	struct catalogue *c = m->L.c;
	uint32_t own = 0;
	if (!delta_bundles_plan(m, &own))
		return false;
	m->own_bundles = own > 0;
	c->index = index_over(m->L.a, c->root, m->base->index, own);
	if (!delta_items(m) || !delta_bundles(m))
		return false;
	touch_by_code(m);
	load_conditions_of(&m->L, m->fresh, (uint32_t)m->n_fresh, m->made, (uint32_t)m->n_made);
	return !m->d->come->per_rule[RULE_duplicate_code];       // whose mistake it is depends on the order of all
}

bool delta_make(struct arena *a, struct catalogue *base, const struct delta_file *file, uint32_t n, struct delta *d)
{
	*d = (struct delta){.a = a, .base = base};
	bool good = base->findings && !base->findings->errors && base->uses;
	for (uint32_t i = 0; i < n && good; i++)
		good = told_apart(&file[i]);
	if (!good)
		return false;
	struct catalogue *c = begin(base);
	struct making m = {.L = {.a = c->a, .tmp = arena_new(0), .c = c}, .base = base, .d = d, .file = file, .n_files = n};
	d->gone = findings_new(a, SIZE_MAX);
	d->come = m.L.f = findings_new(a, SIZE_MAX);
	m.L.none = (struct str){arena_alloc(c->a, 1), 0};
	files_renew(&m);
	c->uses = uses_new(c->a, c, base->uses);
	good = rows(&m);
	if (good) {
		tables(&m);
		processes(&m);
		counts(&m);
		look_before(&m);
		look_now(&m);
		told(&m);
		c->n_items -= c->n_area_items;
		c->n_bundles -= c->n_area_bundles;
		d->now = c;
	} else {
		catalogue_unref(c);
	}
	arena_free(m.L.tmp);
	return good;
}

void delta_finish(struct delta *d)
{
	struct catalogue *c = d->now;
	struct findings *kept = arena_new1(c->a, struct findings);
	*kept = (struct findings){.a = c->a, .max = d->base->findings->max};
	kept->end = &kept->first;
	struct findings come = {.a = c->a, .max = SIZE_MAX};
	come.end = &come.first;
	findings_join(&come, d->come);                           // texts that live as long as the version
	findings_change(kept, d->base->findings, d->gone, &come);
	c->findings = kept;
}
