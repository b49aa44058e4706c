// delta_rows.c — the rows of a version that differs in few files: items and bundles, those of changed files read, all
// others taken as they are. Within a file of many items only the entries whose text changed are read; those behind that
// only moved to other lines are copied.
#include "domain/catalogue/delta_int.h"

// ---- a file's entries ----------------------------------------------------------------------------

struct entry { size_t from, n; uint32_t line; };

// The entries of a list that begins each with "- " at the margin; 0 when the file is written otherwise.
static uint32_t entries_of(struct arena *a, struct str text, struct entry **out)
{
	struct entry *list = NULL;
	size_t n = 0, cap = 0, at = 0;
	for (uint32_t line = 1; at < text.n; line++) {
		size_t end = at;
		while (end < text.n && text.p[end] != '\n')
			end++;
		char c = text.p[at];
		bool begins = c == '-' && (end == at + 1 || text.p[at + 1] == ' ');
		if (!begins && !(c == ' ' && n) && c != '#' && c != '\n')
			return 0;
		if (begins)
			*vec_push(a, list, n, cap) = (struct entry){at, 0, line};
		at = end + (end < text.n);
		if (n)
			list[n - 1].n = at - list[n - 1].from;
	}
	*out = list;
	return (uint32_t)n;
}

static struct str entry_text(struct str file, const struct entry *e)
{
	return str_part(file, e->from, e->n);
}

enum { CHECKED_WHOLE = 1 << 20 };          // above, a file may break a limit of the reader that its parts do not

// The lines [from, to) of a file, parsed so that every node knows its line of the file.
static struct yaml *part_parse(struct making *m, struct str path, struct str file, size_t from, size_t to, uint32_t line)
{
	struct buf b = buf_new(m->L.tmp);
	struct yaml *root;
	for (uint32_t i = 1; i < line; i++)
		buf_byte(&b, '\n');
	buf_add(&b, str_part(file, from, to - from));
	struct err *e = yaml_parse(m->L.tmp, path, buf_str(&b), (struct yaml_limits){0}, &root);
	return e ? NULL : root;
}

// What one file's rows become: the first `head` of the old ones stay, then come those of `middle`, then the last `tail`
// of the old ones, `shift` lines further down.
struct edit { uint32_t head, tail; int64_t shift; struct yaml *middle; };

static bool edit_of(struct making *m, const struct delta_file *f, uint32_t n_old, struct edit *out)
{
	struct entry *x = NULL, *y = NULL;
	struct arena *tmp = m->L.tmp;
	*out = (struct edit){0};
	if (f->gone || !f->there) {
		out->middle = f->gone ? NULL : part_parse(m, f->path, f->is, 0, f->is.n, 1);
		return f->gone || out->middle;
	}
	uint32_t nx = entries_of(tmp, f->was, &x), ny = entries_of(tmp, f->is, &y);
	bool apart = nx && ny && nx == n_old && f->is.n < CHECKED_WHOLE;
	uint32_t head = 0, tail = 0;
	while (apart && head < nx && head < ny && x[head].line == y[head].line && str_eq(entry_text(f->was, &x[head]), entry_text(f->is, &y[head])))
		head++;
	while (apart && tail < nx - head && tail < ny - head && str_eq(entry_text(f->was, &x[nx - tail - 1]), entry_text(f->is, &y[ny - tail - 1])))
		tail++;
	out->head = head;
	out->tail = tail;
	out->shift = tail ? (int64_t)y[ny - 1].line - x[nx - 1].line : 0;
	if (apart && head + tail == ny)
		return true;
	size_t from = apart ? y[head].from : 0, to = apart && tail ? y[ny - tail].from : f->is.n;
	out->middle = part_parse(m, f->path, f->is, from, to, apart ? y[head].line : 1);
	return out->middle;
}

static uint32_t rows_in(const struct yaml *root)
{
	return !root ? 0 : root->type == YAML_LIST ? root->n : root->type == YAML_MAP && root->n ? 1 : 0;
}

static struct yaml *row_in(struct yaml *root, uint32_t i)
{
	return root->type == YAML_LIST ? root->item[i] : root;
}

// ---- items ---------------------------------------------------------------------------------------

static struct str file_of_item(const struct catalogue *c, uint32_t i)
{
	return c->item[i]->at.file;
}

static struct str file_of_bundle(const struct catalogue *c, uint32_t i)
{
	return c->bundle[i].at.file;
}

// Rows stand in the order of their files: the first of n whose file does not stand before this one, or behind it.
static uint32_t first_of(const struct catalogue *c, struct str (*file)(const struct catalogue *, uint32_t), uint32_t n, struct str path, bool behind)
{
	uint32_t lo = 0, hi = n;
	while (lo < hi) {
		uint32_t mid = (lo + hi) / 2;
		int d = str_cmp(file(c, mid), path);
		if (d < 0 || (behind && !d))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

#define DOWN(array, n, field) \
	do { \
		to->array = arena_copy(L->a, to->array, n * sizeof *to->array); \
		for (uint32_t i_ = 0; i_ < n; i_++) \
			to->array[i_].field = (uint32_t)(to->array[i_].field + shift); \
	} while (0)

static void line_down(uint32_t *line, int64_t shift)
{
	if (*line)
		*line = (uint32_t)(*line + shift);
}

static struct item *moved_down(struct load *L, const struct item *it, int64_t shift)
{
	struct item *to = arena_copy(L->a, it, sizeof *it);
	to->at.line = (uint32_t)(to->at.line + shift);
	line_down(&to->promised_line, shift);
	line_down(&to->instant.line, shift);
	line_down(&to->query.line, shift);
	DOWN(step, to->n_steps, line);
	DOWN(field, to->n_fields, line);
	DOWN(material, to->n_materials, line);
	DOWN(fee, to->n_fees, line);
	DOWN(place_of, to->n_places, line);
	DOWN(instant.source, to->instant.n_sources, line);
	for (uint32_t i = 0; i < to->n_fields; i++)
		line_down(&to->field[i].when.line, shift);
	for (uint32_t i = 0; i < to->n_materials; i++)
		line_down(&to->material[i].when.line, shift);
	for (uint32_t i = 0; i < to->n_fees; i++)
		line_down(&to->fee[i].when.line, shift);
	return to;
}

// Areas have forms of some items; those are made with the whole.
static bool concerns_area(const struct catalogue *c, const struct item *it)
{
	bool found = it->base || it->regime;
	for (uint32_t i = 0; i < c->n_regimes && !found; i++)
		found = c->regime[i].item == it || c->regime[i].made == it
			|| (c->regime[i].item && !c->regime[i].made && it->certificate && c->regime[i].item->certificate == it->certificate);
	return found;
}

static bool item_out(struct making *m, const struct item *it)
{
	const struct str code[] = {it->code, it->implementation_code, it->handling_code, it->basic_code};
	for (size_t i = 0; i < countof(code); i++)
		if (catalogue_row(m->L.c, K_ITEM, code[i]) == it)
			index_lay(m->L.c->index, code[i], NULL);
	*vec_push(m->L.tmp, m->was, m->n_was, m->cap_was) = it;
	return !concerns_area(m->base, it);
}

struct run { uint32_t lo, hi; struct edit edit; };

static void items_place(struct making *m, const struct run *run, uint32_t n_runs)
{
	struct catalogue *c = m->L.c, *base = m->base;
	uint32_t all = base->n_items + base->n_area_items, more = 0, n = 0, from = 0, k = 0;
	for (uint32_t i = 0; i < n_runs; i++)
		more += rows_in(run[i].edit.middle);
	c->item = arena_raw(m->L.a, (all + more + 1) * sizeof *c->item);
	for (uint32_t i = 0; i < n_runs; i++) {
		const struct run *r = &run[i];
		uint32_t stay = r->lo + r->edit.head, tail = r->edit.tail;
		memcpy(c->item + n, base->item + from, (stay - from) * sizeof *c->item);
		n += stay - from;
		for (uint32_t j = 0; j < rows_in(r->edit.middle); j++)
			c->item[n++] = m->is[k++];
		if (tail && !r->edit.shift) {
			memcpy(c->item + n, base->item + r->hi - tail, tail * sizeof *c->item);
			n += tail;
		}
		for (uint32_t j = 0; j < tail && r->edit.shift; j++)
			c->item[n++] = m->is[k++];
		from = r->hi;
	}
	memcpy(c->item + n, base->item + from, (all - from) * sizeof *c->item);
	c->n_items = n + all - from;           // with those of areas, as in the loader, until all is checked
}

static bool same_codes(const struct item *a, const struct item *b)
{
	return str_eq(a->code, b->code) && str_eq(a->basic_code, b->basic_code);
}

// Of several items with one basic code the first answers to it.
static void basic_codes(struct making *m)
{
	struct catalogue *c = m->L.c;
	struct str *ask = arena_newn(m->L.tmp, struct str, m->n_was + m->n_is + 1);
	uint32_t n = 0;
	for (size_t i = 0; i < m->n_was; i++) {
		const struct item *now = catalogue_row(c, K_ITEM, m->was[i]->code), *first = catalogue_row(m->base, K_ITEM, m->was[i]->basic_code);
		if (!m->was[i]->basic_code.n)
			continue;
		if (!now || !same_codes(now, m->was[i]))
			ask[n++] = m->was[i]->basic_code;
		else                               // its place among the others is as it was
			index_lay(c->index, now->basic_code, first == m->was[i] ? now : catalogue_row(c, K_ITEM, first->code));
	}
	for (size_t i = 0; i < m->n_fresh; i++) {
		const struct item *was = catalogue_row(m->base, K_ITEM, m->fresh[i]->code);
		if (m->fresh[i]->basic_code.n && (!was || !same_codes(was, m->fresh[i])))
			ask[n++] = m->fresh[i]->basic_code;
	}
	for (uint32_t k = 0; k < n; k++) {
		const struct item *first = NULL;
		for (uint32_t i = 0; i < c->n_items && !first; i++)
			if (str_eq(c->item[i]->basic_code, ask[k]))
				first = c->item[i];
		index_lay(c->index, ask[k], first);
	}
}

static void gives(struct making *m)
{
	struct catalogue *c = m->L.c;
	for (size_t i = 0; i < m->n_was && !m->papers; i++) {
		const struct item *f = m->was[i], *t = catalogue_row(c, K_ITEM, f->code);
		m->papers = !t || t->n_produces != f->n_produces;
		for (uint32_t k = 0; k < f->n_produces && !m->papers; k++)
			m->papers = !str_eq(f->produces[k].code, t->produces[k].code);
	}
	for (size_t i = 0; i < m->n_fresh; i++)
		m->papers |= !catalogue_row(m->base, K_ITEM, m->fresh[i]->code);
}

// Materials name items by pointer; one that they name must be there under its code.
static bool named_still(const struct making *m)
{
	for (uint32_t i = 0; i < m->base->n_materials; i++) {
		const struct item *it = m->base->material[i].result_of;
		if (it && !catalogue_row(m->L.c, K_ITEM, it->code))
			return false;
	}
	return true;
}

bool delta_items(struct making *m)
{
	struct load *L = &m->L;
	struct catalogue *c = L->c, *base = m->base;
	struct run *run = arena_newn(L->tmp, struct run, m->n_files + 1);
	uint32_t n_runs = 0;
	bool good = true;
	for (uint32_t i = 0; i < m->n_files && good; i++) {
		enum kind k;
		struct run *r = &run[n_runs];
		if (!ld_kind_of_file(m->file[i].path, &k) || k != K_ITEM)
			continue;
		r->lo = first_of(base, file_of_item, base->n_items, m->file[i].path, false);
		r->hi = first_of(base, file_of_item, base->n_items, m->file[i].path, true);
		good = edit_of(m, &m->file[i], r->hi - r->lo, &r->edit);
		for (uint32_t j = r->lo + r->edit.head; j < r->hi - (r->edit.shift ? 0 : r->edit.tail) && good; j++)
			good = item_out(m, base->item[j]);
		n_runs++;
	}
	struct yaml **row = arena_newn(L->tmp, struct yaml *, 1);
	size_t n_rows = 0, cap_rows = 1;
	for (uint32_t i = 0; i < n_runs && good; i++) {
		const struct run *r = &run[i];
		for (uint32_t j = 0; j < rows_in(r->edit.middle) && good; j++) {
			struct yaml *y = row_in(r->edit.middle, j);
			struct item *it = arena_new1(L->a, struct item);
			good = y->type == YAML_MAP;
			it->code = ld_code(L, K_ITEM, y, &it->at);
			if (good && it->code.n)
				good = index_item(c, it->code, it, 0);
			*vec_push(L->tmp, row, n_rows, cap_rows) = y;
			*vec_push(L->tmp, m->fresh, m->n_fresh, m->cap_fresh) = it;
			*vec_push(L->tmp, m->is, m->n_is, m->cap_is) = it;
		}
		for (uint32_t j = 0; j < r->edit.tail && r->edit.shift && good; j++) {
			struct item *it = moved_down(L, base->item[r->hi - r->edit.tail + j], r->edit.shift);
			good = index_item(c, it->code, it, 0);
			if (it->implementation_code.n)
				good &= index_item(c, it->implementation_code, it, 0);
			if (it->handling_code.n)
				good &= index_item(c, it->handling_code, it, 0);
			*vec_push(L->tmp, m->is, m->n_is, m->cap_is) = it;
		}
	}
	if (!good)
		return false;
	items_place(m, run, n_runs);
	for (size_t i = 0; i < m->n_fresh; i++) {
		load_item(L, row[i], m->fresh[i], 0);
		good &= !concerns_area(base, m->fresh[i]);
	}
	basic_codes(m);
	gives(m);
	return good && named_still(m);
}

// ---- bundles -------------------------------------------------------------------------------------

// Where each bundle of the new version comes from: a row of the base, or a node of a changed file.
struct wanted { uint32_t from; struct yaml *row; };
static bool concerned(const struct catalogue *c, const struct bundle *b)
{
	bool found = b->base || b->regime;
	for (uint32_t i = 0; i < c->n_regimes && !found; i++) {
		found = c->regime[i].bundle == b;
		for (uint32_t k = 0; k < b->n_items && !found; k++)
			found = c->regime[i].item && same_item(c->regime[i].item, b->item[k].item);
	}
	return found;
}

bool delta_bundles_plan(struct making *m, uint32_t *rows)
{
	const struct catalogue *base = m->base;
	uint32_t all = base->n_bundles + base->n_area_bundles, from = 0;
	size_t n = 0, cap = 0;
	struct wanted *list = NULL;
	bool changed = false, good = true;
	for (uint32_t i = 0; i < m->n_files && good; i++) {
		const struct delta_file *f = &m->file[i];
		enum kind k;
		struct edit edit = {0};
		if (!ld_kind_of_file(f->path, &k) || k != K_BUNDLE)
			continue;
		uint32_t lo = first_of(base, file_of_bundle, base->n_bundles, f->path, false), hi = first_of(base, file_of_bundle, base->n_bundles, f->path, true);
		for (; from < lo; from++)
			*vec_push(m->L.tmp, list, n, cap) = (struct wanted){from, NULL};
		for (; from < hi; from++)
			good &= !concerned(base, &base->bundle[from]);
		if (!f->gone && good) {
			edit.middle = part_parse(m, f->path, f->is, 0, f->is.n, 1);
			good = edit.middle;
		}
		for (uint32_t j = 0; j < rows_in(edit.middle) && good; j++) {
			good = row_in(edit.middle, j)->type == YAML_MAP;
			*vec_push(m->L.tmp, list, n, cap) = (struct wanted){UINT32_MAX, row_in(edit.middle, j)};
		}
		changed = true;
	}
	for (; from < base->n_bundles; from++)
		*vec_push(m->L.tmp, list, n, cap) = (struct wanted){from, NULL};
	for (; from < all; from++)
		*vec_push(m->L.tmp, list, n, cap) = (struct wanted){from, NULL};
	m->wanted = list;
	m->n_wanted = (uint32_t)n;
	*rows = changed ? (uint32_t)n : 0;
	return good;
}

static bool member_changed(const struct catalogue *c, const struct bundle *b)
{
	for (uint32_t i = 0; i < b->n_items; i++)
		if (catalogue_row(c, K_ITEM, b->item[i].item->code) != b->item[i].item)
			return true;
	return false;
}

// One that only moved within its file is another row, but says the same.
static bool member_read(const struct making *m, const struct bundle *b)
{
	for (uint32_t i = 0; i < b->n_items; i++)
		for (size_t k = 0; k < m->n_fresh; k++)
			if (b->item[i].item == m->fresh[k])
				return true;
	return false;
}

// A bundle taken over with its items as they are now.
static bool members_renew(struct making *m, struct bundle *b)
{
	const struct catalogue *c = m->L.c;
	struct arena *a = m->L.a;
	b->item = arena_copy(a, b->item, b->n_items * sizeof *b->item);
	b->for_person = b->for_enterprise = b->for_visitor = false;
	for (uint32_t i = 0; i < b->n_items; i++) {
		struct bundle_item *x = &b->item[i];
		x->item = catalogue_row(c, K_ITEM, x->item->code);
		if (!x->item)
			return false;
		x->after = arena_copy(a, x->after, x->n_after * sizeof *x->after);
		for (uint32_t k = 0; k < x->n_after; k++) {
			x->after[k] = catalogue_row(c, K_ITEM, x->after[k]->code);
			if (!x->after[k])
				return false;
		}
		b->for_person |= x->item->for_person;
		b->for_enterprise |= x->item->for_enterprise;
		b->for_visitor |= x->item->for_visitor;
	}
	return true;
}

static void regimes_renew(struct making *m, const uint32_t *place)
{
	struct catalogue *c = m->L.c;
	const struct bundle *old = m->base->bundle;
	c->regime = arena_copy(m->L.a, c->regime, c->n_regimes * sizeof *c->regime);
	for (uint32_t i = 0; i < c->n_regimes; i++) {
		struct regime *r = &c->regime[i];
		if (r->bundle)
			r->bundle = &c->bundle[place[r->bundle - old]];
		if (r->made_bundle)
			r->made_bundle = &c->bundle[place[r->made_bundle - old]];
	}
	for (uint32_t i = 0; i < c->n_bundles; i++) {
		struct bundle *b = &c->bundle[i];
		if (b->base)
			b->base = &c->bundle[place[b->base - old]];
		if (b->regime)
			b->regime = &c->regime[b->regime - m->base->regime];
	}
}

bool delta_bundles(struct making *m)
{
	struct load *L = &m->L;
	struct catalogue *c = L->c, *base = m->base;
	uint32_t all = base->n_bundles + base->n_area_bundles, *place = arena_newn(L->tmp, uint32_t, all + 1), n_made = 0;
	bool renew = false;
	for (uint32_t i = 0; i < m->n_wanted; i++)
		renew |= m->wanted[i].row || member_changed(c, &base->bundle[m->wanted[i].from]);
	renew |= m->n_wanted != all;
	c->n_bundles = m->n_wanted;
	m->touched = arena_newn(L->tmp, bool, m->n_wanted + 1);
	m->place = place;
	for (uint32_t i = 0; i < all; i++)
		place[i] = renew ? UINT32_MAX : i;
	if (!renew)
		return true;
	bool own = m->own_bundles;
	c->bundle = arena_newn(L->a, struct bundle, m->n_wanted);
	for (uint32_t i = 0; i < m->n_wanted; i++) {
		struct bundle *b = &c->bundle[i];
		if (m->wanted[i].row) {
			b->code = ld_code(L, K_BUNDLE, m->wanted[i].row, &b->at);
			n_made++;
		} else {
			*b = base->bundle[m->wanted[i].from];
			place[m->wanted[i].from] = i;
		}
		if (own && b->code.n && !index_add(c->index, K_BUNDLE, b->code, i))
			return false;
	}
	m->made = arena_newn(L->tmp, struct bundle *, n_made + 1);
	for (uint32_t i = 0; i < m->n_wanted; i++) {
		struct bundle *b = &c->bundle[i];
		if (m->wanted[i].row) {
			load_bundle(L, m->wanted[i].row, b);
			m->touched[i] = true;
			m->made[m->n_made++] = b;
			if (concerned(base, b))
				return false;
		} else if (member_changed(c, b)) {
			if (!members_renew(m, b))
				return false;
			m->touched[i] = member_read(m, b);
		}
	}
	regimes_renew(m, place);
	return true;
}
