// search_build.c — the index of a search: made in one pass, never changed.
#include "domain/catalogue/pinyin.h"
#include "domain/catalogue/search_int.h"

#include <stdlib.h>

// ---- tokens --------------------------------------------------------------------------------------

bool is_han(uint32_t c)
{
	return (c >= 0x3400 && c <= 0x9FFF) || (c >= 0x20000 && c <= 0x3FFFF) || c == 0x3007;
}

uint32_t fold(uint32_t c)
{
	if (c >= 0xFF01 && c <= 0xFF5E)
		c -= 0xFEE0;
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

static bool is_word(uint32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 0xC0 && c < 0x250);
}

// Bigrams of Han runs, every Han by itself (single), Latin words.
void tokens_of(struct str s, token_fn fn, void *arg)
{
	uint32_t last = 0;
	uint64_t word = 0;
	for (size_t at = 0; at < s.n;) {
		uint32_t c = fold(utf8_next(s, &at));
		if (is_word(c)) {
			word = (word ? word : 14695981039346656037ull) * 1099511628211ull ^ c;
		} else if (word) {
			fn(arg, word | 1ull << 63, false);
			word = 0;
		}
		if (is_han(c)) {
			fn(arg, c, true);
			if (last)
				fn(arg, (uint64_t)last << 21 | c, false);
			last = c;
		} else {
			last = 0;
		}
	}
	if (word)
		fn(arg, word | 1ull << 63, false);
}

struct build {
	struct search *s;
	struct arena *a, *tmp;
	struct entry { uint32_t token, posting; } *entry;
	size_t n, cap;
	struct token *slot;                    // while building: n counts, from = last doc + 1
	uint32_t *last_entry;
	uint32_t mask, used, doc;
	uint8_t weight;
	bool singles;
};

static void slots_grow(struct build *b)
{
	uint32_t mask = b->mask * 2 + 1;
	// Entries name tokens by number, so tokens live in a list and the table holds numbers.
	uint32_t *table = arena_newn(b->tmp, uint32_t, mask + 1);
	for (uint32_t i = 0; i < b->used; i++) {
		uint32_t at = token_place(b->slot[i].key, mask);
		while (table[at])
			at = (at + 1) & mask;
		table[at] = i + 1;
	}
	b->last_entry = table;
	b->mask = mask;
}

static void add_token(void *arg, uint64_t key, bool single)
{
	struct build *b = arg;
	if (single && !b->singles)
		return;
	if ((b->used + 1) * 2 > b->mask)
		slots_grow(b);
	uint32_t at = token_place(key, b->mask);
	while (b->last_entry[at] && b->slot[b->last_entry[at] - 1].key != key)
		at = (at + 1) & b->mask;
	if (!b->last_entry[at]) {
		size_t n = b->used, cap = b->s->token_mask;
		vec_push(b->tmp, b->slot, n, cap);
		b->s->token_mask = (uint32_t)cap;          // holds the list's capacity until the table is made
		b->slot[b->used].key = key;
		b->last_entry[at] = ++b->used;
	}
	struct token *t = &b->slot[b->last_entry[at] - 1];
	if (t->from == b->doc + 1)
		return;                                // said already of this document, by a heavier text
	t->from = b->doc + 1;
	t->n++;
	struct entry *e = vec_push(b->tmp, b->entry, b->n, b->cap);
	*e = (struct entry){b->last_entry[at] - 1, b->doc << 8 | b->weight};
}

static void tokens_finish(struct build *b)
{
	struct search *s = b->s;
	s->posting = arena_newn(b->a, uint32_t, b->n + 1);
	uint32_t from = 0;
	for (uint32_t i = 0; i < b->used; i++) {
		b->slot[i].from = from;
		from += b->slot[i].n;
		b->slot[i].n = 0;
	}
	for (size_t i = 0; i < b->n; i++) {
		struct token *t = &b->slot[b->entry[i].token];
		s->posting[t->from + t->n++] = b->entry[i].posting;
	}
	s->token_mask = b->mask;
	s->token = arena_newn(b->a, struct token, b->mask + 1);
	for (uint32_t i = 0; i < b->used; i++) {
		uint32_t at = token_place(b->slot[i].key, b->mask);
		while (s->token[at].n)
			at = (at + 1) & b->mask;
		s->token[at] = b->slot[i];
	}
}

// ---- readings ------------------------------------------------------------------------------------

uint32_t letter_of(char c)
{
	return c >= 'a' && c <= 'z' ? (uint32_t)(c - 'a' + 11) : c >= '0' && c <= '9' ? (uint32_t)(c - '0' + 1) : 0;
}

static uint32_t gram(struct str s, size_t at)
{
	uint32_t g = 0;
	bool over = false;
	for (size_t i = 0; i < 3; i++) {
		uint32_t l = !over && at + i < s.n ? letter_of(s.p[at + i]) : 0;
		over |= l == 0;
		g = g * LETTERS + l;
	}
	return g;
}

static struct place place_at(struct str s, size_t at, const struct text *t, uint32_t known)
{
	struct place p = {.pos = (uint32_t)at, .doc = t->doc << PLACE_DOC | (t->name ? PLACE_NAME : 0)};
	if (s.p[at - 1] == '\n')               // each text has one before it
		p.doc |= PLACE_BEGINS;
	for (size_t i = 0; i < NEXT_LETTERS && at + known + i < s.n; i++)
		p.next |= letter_of(s.p[at + known + i]) << NEXT_BITS * i;
	return p;
}

static void grams_build(struct arena *a, struct grams *g, struct str s, const char *starts, const struct text *text, uint32_t n_texts, bool sorted)
{
	uint32_t n = 0, at = UINT32_MAX;
	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] != '\n' && (!starts || starts[i]);
	g->n = n;
	g->place = arena_newn(a, struct place, n + 1);
	g->begin = arena_newn(a, struct place, n_texts + 1);
	uint32_t *next = NULL, *next2 = NULL, k = 0;
	struct arena *tmp = arena_new(0);
	if (sorted) {                          // few texts are read through faster than a table is made
		g->start = arena_newn(a, uint32_t, GRAMS + 2);
		g->first = arena_newn(a, uint32_t, LETTERS * LETTERS + 1);
		for (size_t i = 0; i < s.n; i++)
			if (s.p[i] == '\n')
				g->first[gram(s, i + 1) / LETTERS + 1]++;
			else if (!starts || starts[i])
				g->start[gram(s, i) + 1]++;
		for (uint32_t i = 0; i < GRAMS; i++)
			g->start[i + 1] += g->start[i];
		for (uint32_t i = 0; i < LETTERS * LETTERS; i++)
			g->first[i + 1] += g->first[i];
		next = arena_copy(tmp, g->start, GRAMS * sizeof *next);
		next2 = arena_copy(tmp, g->first, LETTERS * LETTERS * sizeof *next2);
	}
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\n') {
			at++;
			g->begin[next2 ? next2[gram(s, i + 1) / LETTERS]++ : at] = place_at(s, i + 1, &text[at], 2);
		} else if (!starts || starts[i]) {
			g->place[next ? next[gram(s, i)]++ : k++] = place_at(s, i, &text[at], 3);
		}
	arena_free(tmp);
}

// ---- building ------------------------------------------------------------------------------------

struct names { struct buf zh, full, starts, initials; size_t cap, cap_codes; };

static void add_texts(struct build *b, struct names *m, struct doc *d, struct str name, const struct str *syn, uint32_t n_syn)
{
	struct search *s = b->s;
	d->text = s->n_texts;
	d->n_text = 1 + n_syn;
	for (uint32_t i = 0; i <= n_syn; i++) {
		struct str zh = i ? syn[i - 1] : name;
		size_t n = s->n_texts;
		struct text *t = vec_push(b->tmp, s->text, n, m->cap);
		s->n_texts = (uint32_t)n;
		buf_byte(&m->full, '\n');
		buf_byte(&m->starts, 0);
		buf_byte(&m->initials, '\n');
		*t = (struct text){(uint32_t)m->zh.n, (uint32_t)zh.n, b->doc, (uint32_t)m->full.n, (uint32_t)m->initials.n, i == 0};
		buf_add(&m->zh, zh);
		pinyin_read(zh, &m->full, &m->starts, &m->initials, NULL);
		b->weight = i ? 80 : 100;
		b->singles = true;
		tokens_of(zh, add_token, b);
	}
	b->singles = false;
}

static void add_words(struct build *b, struct words w, uint8_t weight)
{
	b->weight = weight;
	tokens_of(w.zh, add_token, b);
	tokens_of(w.en, add_token, b);
}

static void add_code(struct build *b, struct names *m, struct str code, bool number)
{
	size_t n = b->s->n_numbered;
	if (!code.n)
		return;
	*vec_push(b->tmp, b->s->numbered, n, m->cap_codes) = (struct numbered){code, b->doc, number};
	b->s->n_numbered = (uint32_t)n;
}

int by_code(const void *x, const void *y)
{
	const struct numbered *a = x, *b = y;
	int d = str_cmp(a->code, b->code);
	return d ? d : (a->doc > b->doc) - (a->doc < b->doc);
}

static void add_bundle(struct build *b, struct names *m, struct doc *d, const struct bundle *x)
{
	add_texts(b, m, d, x->name.zh, x->synonym, x->n_synonyms);
	add_words(b, x->name, 90);
	for (uint32_t j = 0; j < x->n_items; j++)
		add_words(b, x->item[j].item->name, 40);
	add_words(b, x->summary, 20);
	add_code(b, m, x->code, false);
}

static void add_item(struct build *b, struct names *m, struct doc *d, const struct item *x)
{
	add_texts(b, m, d, x->name.zh, x->synonym, x->n_synonyms);
	add_words(b, x->name, 90);
	add_words(b, x->summary, 30);
	if (x->office) {
		add_words(b, x->office->name, 20);
		add_words(b, x->office->short_name, 20);
	}
	if (x->certificate)
		add_words(b, x->certificate->name, 40);
	add_code(b, m, x->code, false);
	add_code(b, m, x->basic_code, true);
	add_code(b, m, x->implementation_code, true);
	add_code(b, m, x->handling_code, true);
}

static void add_certificate(struct build *b, struct names *m, struct doc *d, const struct certificate_type *x)
{
	add_texts(b, m, d, x->name.zh, NULL, 0);
	add_words(b, x->name, 90);
	add_words(b, x->summary, 20);
	add_code(b, m, x->code, false);
}

static void index_documents(struct search *s, struct arena *a, const struct search_doc *list, uint32_t n)
{
	struct build b = {.s = s, .a = a, .tmp = arena_new(0)};
	struct names m = {.zh = buf_new(b.tmp), .full = buf_new(b.tmp), .starts = buf_new(b.tmp), .initials = buf_new(b.tmp)};
	CHECK(n < 1u << 24);
	s->doc = arena_newn(a, struct doc, n + 1);
	b.mask = 1023;
	b.last_entry = arena_newn(b.tmp, uint32_t, b.mask + 1);
	for (uint32_t i = 0; i < n; i++) {
		struct doc *d = &s->doc[i];
		b.doc = s->n_docs++;
		*d = (struct doc){(uint8_t)list[i].kind, list[i].row, 0, 0};
		if (list[i].kind == HIT_BUNDLE)
			add_bundle(&b, &m, d, &s->c->bundle[list[i].row]);
		else if (list[i].kind == HIT_ITEM)
			add_item(&b, &m, d, s->c->item[list[i].row]);
		else
			add_certificate(&b, &m, d, &s->c->certificate[list[i].row]);
	}
	tokens_finish(&b);
	s->text = arena_copy(a, s->text, s->n_texts * sizeof *s->text);
	s->zh = arena_copy(a, m.zh.p, m.zh.n);
	s->full = (struct str){arena_copy(a, m.full.p, m.full.n), m.full.n};
	s->initials = (struct str){arena_copy(a, m.initials.p, m.initials.n), m.initials.n};
	s->numbered = arena_copy(a, s->numbered, s->n_numbered * sizeof *s->numbered);
	if (s->n_numbered)
		qsort(s->numbered, s->n_numbered, sizeof *s->numbered, by_code);
	grams_build(a, &s->by_full, s->full, m.starts.p, s->text, s->n_texts, !s->before);
	grams_build(a, &s->by_initials, s->initials, NULL, s->text, s->n_texts, !s->before);
	arena_free(b.tmp);
}

static struct search *search_make(struct catalogue *c)
{
	struct arena *own = arena_new(0);
	struct search *s = arena_new1(own, struct search);
	s->a = own;
	s->c = c;
	s->pool = search_pool(own);
	return s;
}

struct search *search_new(struct catalogue *c)
{
	struct search *s = search_make(c);
	uint32_t n = 0;
	struct search_doc *list = arena_newn(s->a, struct search_doc, c->n_bundles + c->n_items + c->n_certificates + 1);
	for (uint32_t i = 0; i < c->n_bundles; i++)
		list[n++] = (struct search_doc){HIT_BUNDLE, i, 0};
	for (uint32_t i = 0; i < c->n_items; i++)
		list[n++] = (struct search_doc){HIT_ITEM, i, 0};
	for (uint32_t i = 0; i < c->n_certificates; i++)
		list[n++] = (struct search_doc){HIT_CERTIFICATE, i, 0};
	index_documents(s, c->image && c->a ? c->a : s->a, list, n);
	return s;
}

static uint32_t doc_of_item(const struct catalogue *c, uint32_t row)
{
	return c->n_bundles + row;             // the order in which search_new lists them
}

// The dead documents indexed by themselves, as the other index has them.
static struct search *gone_of(const struct search *before, const uint32_t *dead, uint32_t n)
{
	struct search *s = search_make(before->c);
	struct search_doc *list = arena_newn(s->a, struct search_doc, n + 1);
	for (uint32_t i = 0; i < n; i++)
		list[i] = (struct search_doc){(enum hit_kind)before->doc[dead[i]].kind, before->doc[dead[i]].row, 0};
	s->before = before;                    // few texts: no tables by letters
	index_documents(s, s->a, list, n);
	s->before = NULL;
	return s;
}

struct search *search_over(struct catalogue *c, const struct search *before, const struct search_doc *list, uint32_t n,
	const uint32_t *dead, uint32_t n_dead)
{
	struct search *s = search_make(c);
	s->before = before;
	s->dead = arena_newn(s->a, uint8_t, before->n_docs / 8 + 1);
	for (uint32_t i = 0; i < n_dead; i++)
		s->dead[dead[i] / 8] |= (uint8_t)(1 << dead[i] % 8);
	s->gone = gone_of(before, dead, n_dead);
	s->order = arena_newn(s->a, uint64_t, n + 1);
	for (uint32_t i = 0; i < n; i++)
		s->order[i] = list[i].order;
	index_documents(s, s->a, list, n);
	return s;
}

// A bundle says what it said when its own row and its items are the same.
static bool bundle_alike(const struct bundle *a, const struct bundle *b)
{
	bool same = a->name.zh.p == b->name.zh.p && a->n_items == b->n_items;
	for (uint32_t i = 0; same && i < a->n_items; i++)
		same = a->item[i].item == b->item[i].item;
	return same;
}

struct differing { struct arena *a; struct search_doc *doc; size_t n, cap; uint32_t *dead; size_t n_dead, cap_dead; uint64_t at; };

static void came(struct differing *d, enum hit_kind kind, uint32_t row)
{
	*vec_push(d->a, d->doc, d->n, d->cap) = (struct search_doc){kind, row, ++d->at};
}

static void went(struct differing *d, uint32_t doc)
{
	*vec_push(d->a, d->dead, d->n_dead, d->cap_dead) = doc;
	d->at = (uint64_t)(doc + 1) << 24;
}

// Both stand in the order of files: what the whole one has and this one has not goes, what this one has alone comes
// behind the document it follows.
struct search *search_delta(struct catalogue *c, const struct search *whole)
{
	struct arena *tmp = arena_new(0);
	struct differing d = {.a = tmp};
	const struct catalogue *w = whole->c;
	uint32_t j = 0;
	for (uint32_t i = 0; i < w->n_bundles || j < c->n_bundles;) {
		const struct bundle *old = i < w->n_bundles ? &w->bundle[i] : NULL, *now = j < c->n_bundles ? &c->bundle[j] : NULL;
		const struct bundle *there = old ? catalogue_bundle(c, old->code) : NULL;
		if (old && there == now && bundle_alike(old, now)) {
			d.at = (uint64_t)(++i) << 24;
			j++;
		} else if (old && (!there || !bundle_alike(old, there) || there < now)) {
			went(&d, i++);
		} else {
			came(&d, HIT_BUNDLE, j++);
		}
	}
	j = 0;
	d.at = (uint64_t)w->n_bundles << 24;
	for (uint32_t i = 0; i < w->n_items || j < c->n_items;) {
		const struct item *old = i < w->n_items ? w->item[i] : NULL, *now = j < c->n_items ? c->item[j] : NULL;
		if (old == now) {
			d.at = (uint64_t)(doc_of_item(w, i++) + 1) << 24;
			j++;
		} else if (old && catalogue_item(c, old->code) != old) {
			went(&d, doc_of_item(w, i++));
		} else {
			came(&d, HIT_ITEM, j++);
		}
	}
	struct search *s = search_over(c, whole, d.doc, (uint32_t)d.n, d.dead, (uint32_t)d.n_dead);
	arena_free(tmp);
	return s;
}

struct search *search_mapped(struct catalogue *c, const struct search *index)
{
	struct search *s = search_make(c);
	struct arena *own = s->a;
	struct pool *pool = s->pool;
	*s = *index;
	s->a = own;
	s->c = c;
	s->pool = pool;
	return s;
}

static int by_address(const void *x, const void *y)
{
	const struct span *a = x, *b = y;
	return a->p < b->p ? -1 : a->p > b->p;
}

size_t search_numbers(const struct search *s, struct span out[static SEARCH_NUMBERS])
{
	const struct grams *g[] = {&s->by_full, &s->by_initials};
	size_t n = 0;
	uint32_t postings = 0;
	for (uint32_t i = 0; i <= s->token_mask; i++)
		if (s->token[i].from + s->token[i].n > postings) postings = s->token[i].from + s->token[i].n;
	out[n++] = (struct span){(char *)s->posting, postings * sizeof *s->posting};
	out[n++] = (struct span){(char *)s->token, (s->token_mask + 1ul) * sizeof *s->token};
	out[n++] = (struct span){(char *)s->doc, s->n_docs * sizeof *s->doc};
	out[n++] = (struct span){(char *)s->text, s->n_texts * sizeof *s->text};
	for (int i = 0; i < 2; i++) {
		out[n++] = (struct span){(char *)g[i]->place, g[i]->n * sizeof *g[i]->place};
		out[n++] = (struct span){(char *)g[i]->begin, s->n_texts * sizeof *g[i]->begin};
		if (!g[i]->start) continue;
		out[n++] = (struct span){(char *)g[i]->start, (GRAMS + 1) * sizeof *g[i]->start};
		out[n++] = (struct span){(char *)g[i]->first, (LETTERS * LETTERS + 1) * sizeof *g[i]->first};
	}
	qsort(out, n, sizeof *out, by_address);
	return n;
}
