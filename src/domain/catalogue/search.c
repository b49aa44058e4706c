// search.c — see search.h.
// allow double: relevance scores, compared and never shown
//
// Three indexes, all built in one pass and never changed: postings of tokens (Han bigrams, single
// Han of names, Latin words); readings of names and synonyms, found by their first three letters
// from any syllable; codes. Points say how a text matched; tokens only order what nothing else found.
#include "domain/catalogue/search.h"
#include "domain/catalogue/pinyin.h"

struct doc { uint8_t kind; uint32_t row; uint32_t text, n_text; };         // texts: name first, then synonyms
struct text { struct str zh; uint32_t doc; uint32_t full, initials; bool name; };
struct posting { uint32_t doc; uint8_t weight; };
struct token { uint64_t key; uint32_t from, n; };

enum { LETTERS = 37, GRAMS = LETTERS * LETTERS * LETTERS };
struct grams {                             // positions of a letter text by their first three letters
	uint32_t *start;                       // GRAMS + 1
	struct place { uint32_t pos, text; } *place;
};

struct search {
	struct arena *a;
	const struct catalogue *c;
	struct doc *doc;
	uint32_t n_docs;
	struct text *text;
	uint32_t n_texts;
	struct token *token;
	uint32_t token_mask;
	struct posting *posting;
	struct str full, initials;             // all readings, each behind a \n
	const char *starts;
	struct grams by_full, by_initials;
};

// ---- tokens --------------------------------------------------------------------------------------

static bool is_han(uint32_t c)
{
	return (c >= 0x3400 && c <= 0x9FFF) || (c >= 0x20000 && c <= 0x3FFFF) || c == 0x3007;
}

static uint32_t fold(uint32_t c)
{
	if (c >= 0xFF01 && c <= 0xFF5E)
		c -= 0xFEE0;
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

static bool is_word(uint32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 0xC0 && c < 0x250);
}

typedef void (*token_fn)(void *, uint64_t key, bool single);

// Bigrams of Han runs, every Han by itself (single), Latin words.
static void tokens_of(struct str s, token_fn fn, void *arg)
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
	struct entry { uint32_t token; struct posting p; } *entry;
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
		uint32_t at = (uint32_t)(b->slot[i].key * 0x9E3779B97F4A7C15ull >> 32) & mask;
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
	uint32_t at = (uint32_t)(key * 0x9E3779B97F4A7C15ull >> 32) & b->mask;
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
	*e = (struct entry){b->last_entry[at] - 1, {b->doc, b->weight}};
}

static void tokens_finish(struct build *b)
{
	struct search *s = b->s;
	s->posting = arena_newn(b->a, struct posting, b->n + 1);
	uint32_t from = 0;
	for (uint32_t i = 0; i < b->used; i++) {
		b->slot[i].from = from;
		from += b->slot[i].n;
		b->slot[i].n = 0;
	}
	for (size_t i = 0; i < b->n; i++) {
		struct token *t = &b->slot[b->entry[i].token];
		s->posting[t->from + t->n++] = b->entry[i].p;
	}
	s->token_mask = b->mask;
	s->token = arena_newn(b->a, struct token, b->mask + 1);
	for (uint32_t i = 0; i < b->used; i++) {
		uint32_t at = (uint32_t)(b->slot[i].key * 0x9E3779B97F4A7C15ull >> 32) & b->mask;
		while (s->token[at].n)
			at = (at + 1) & b->mask;
		s->token[at] = b->slot[i];
	}
}

static const struct token *token_find(const struct search *s, uint64_t key)
{
	uint32_t at = (uint32_t)(key * 0x9E3779B97F4A7C15ull >> 32) & s->token_mask;
	for (; s->token[at].n; at = (at + 1) & s->token_mask)
		if (s->token[at].key == key)
			return &s->token[at];
	return NULL;
}

// ---- readings ------------------------------------------------------------------------------------

static uint32_t letter(char c)
{
	return c >= 'a' && c <= 'z' ? (uint32_t)(c - 'a' + 11) : c >= '0' && c <= '9' ? (uint32_t)(c - '0' + 1) : 0;
}

static uint32_t gram(struct str s, size_t at)
{
	uint32_t g = 0;
	bool over = false;
	for (size_t i = 0; i < 3; i++) {
		uint32_t l = !over && at + i < s.n ? letter(s.p[at + i]) : 0;
		over |= l == 0;
		g = g * LETTERS + l;
	}
	return g;
}

static void grams_build(struct arena *a, struct arena *tmp, struct grams *g, struct str s, const char *starts)
{
	g->start = arena_newn(a, uint32_t, GRAMS + 2);
	uint32_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '\n' && (!starts || starts[i])) {
			g->start[gram(s, i) + 1]++;
			n++;
		}
	for (uint32_t i = 0; i < GRAMS; i++)
		g->start[i + 1] += g->start[i];
	g->place = arena_newn(a, struct place, n + 1);
	uint32_t *next = arena_newn(tmp, uint32_t, GRAMS + 1), text = UINT32_MAX;
	memcpy(next, g->start, GRAMS * sizeof *next);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\n')
			text++;                        // each text has one before it
		else if (!starts || starts[i])
			g->place[next[gram(s, i)]++] = (struct place){(uint32_t)i, text};
}

// ---- building ------------------------------------------------------------------------------------

static void add_texts(struct build *b, struct doc *d, struct str name, const struct str *syn, uint32_t n_syn,
	struct buf *full, struct buf *starts, struct buf *initials, size_t *cap)
{
	struct search *s = b->s;
	d->text = s->n_texts;
	d->n_text = 1 + n_syn;
	for (uint32_t i = 0; i <= n_syn; i++) {
		size_t n = s->n_texts;
		struct text *t = vec_push(b->a, s->text, n, *cap);
		s->n_texts = (uint32_t)n;
		buf_byte(full, '\n');
		buf_byte(starts, 0);
		buf_byte(initials, '\n');
		*t = (struct text){i ? syn[i - 1] : name, b->doc, (uint32_t)full->n, (uint32_t)initials->n, i == 0};
		pinyin_read(t->zh, full, starts, initials, NULL);
		b->weight = i ? 80 : 100;
		b->singles = true;
		tokens_of(t->zh, add_token, b);
	}
	b->singles = false;
}

static void add_words(struct build *b, struct words w, uint8_t weight)
{
	b->weight = weight;
	tokens_of(w.zh, add_token, b);
	tokens_of(w.en, add_token, b);
}

struct search *search_new(struct catalogue *c)
{
	struct arena *a = arena_new(0);
	struct search *s = arena_new1(a, struct search);
	s->a = a;
	struct build b = {.s = s, .a = a, .tmp = arena_new(0)};
	struct buf full = buf_new(a), starts = buf_new(a), initials = buf_new(a);
	size_t cap = 0;
	s->c = c;
	s->doc = arena_newn(a, struct doc, c->n_bundles + c->n_items + c->n_certificates + 1);
	b.mask = 1023;
	b.last_entry = arena_newn(b.tmp, uint32_t, b.mask + 1);
	for (int k = 0; k < HIT_KINDS; k++) {
		uint32_t rows = k == HIT_BUNDLE ? c->n_bundles : k == HIT_ITEM ? c->n_items : c->n_certificates;
		for (uint32_t i = 0; i < rows; i++) {
			struct doc *d = &s->doc[s->n_docs];
			b.doc = s->n_docs++;
			*d = (struct doc){(uint8_t)k, i, 0, 0};
			if (k == HIT_BUNDLE) {
				const struct bundle *x = &c->bundle[i];
				add_texts(&b, d, x->name.zh, x->synonym, x->n_synonyms, &full, &starts, &initials, &cap);
				add_words(&b, x->name, 90);
				for (uint32_t j = 0; j < x->n_items; j++)
					add_words(&b, x->item[j].item->name, 40);
				add_words(&b, x->summary, 20);
			} else if (k == HIT_ITEM) {
				const struct item *x = &c->item[i];
				add_texts(&b, d, x->name.zh, x->synonym, x->n_synonyms, &full, &starts, &initials, &cap);
				add_words(&b, x->name, 90);
				add_words(&b, x->summary, 30);
				if (x->office) {
					add_words(&b, x->office->name, 20);
					add_words(&b, x->office->short_name, 20);
				}
				if (x->certificate)
					add_words(&b, x->certificate->name, 40);
			} else {
				const struct certificate_type *x = &c->certificate[i];
				add_texts(&b, d, x->name.zh, NULL, 0, &full, &starts, &initials, &cap);
				add_words(&b, x->name, 90);
				add_words(&b, x->summary, 20);
			}
		}
	}
	tokens_finish(&b);
	s->full = buf_str(&full);
	s->starts = starts.p;
	s->initials = buf_str(&initials);
	grams_build(a, b.tmp, &s->by_full, s->full, s->starts);
	grams_build(a, b.tmp, &s->by_initials, s->initials, NULL);
	arena_free(b.tmp);
	return s;
}

void search_free(struct search *s)
{
	if (s)
		arena_free(s->a);
}

// ---- searching -----------------------------------------------------------------------------------

struct score { uint32_t points; float tokens; uint8_t covered, why; uint32_t seen; };
struct query {
	struct arena *a;
	const struct search *s;
	struct score *score;                   // a document each
	uint32_t *found, n_found;              // documents with any points
	uint32_t n_tokens, pass;
};

static void touch(struct query *q, uint32_t doc)
{
	if (!q->score[doc].seen) {
		q->score[doc].seen = 1;
		q->score[doc].why = WHY_SIMILAR;
		q->found[q->n_found++] = doc;
	}
}

static void award(struct query *q, uint32_t doc, uint32_t points, enum hit_why why)
{
	touch(q, doc);
	if (points > q->score[doc].points) {
		q->score[doc].points = points;
		q->score[doc].why = (uint8_t)why;
	}
}

// Lower case, half width, single blanks gone at the ends, at most 100 characters.
static struct str normal(struct arena *a, struct str s)
{
	struct buf b = buf_new(a);
	size_t n = 0;
	for (size_t at = 0; at < s.n && n < 100; n++) {
		uint32_t c = fold(utf8_next(s, &at));
		if (c >= 0x20 && c != 0x3000)
			buf_cp(&b, c);
	}
	return str_trim(buf_str(&b));
}

struct term { struct query *q; float factor; uint32_t count; bool singles; };

static void score_token(void *arg, uint64_t key, bool single)
{
	struct term *t = arg;
	if (single != t->singles && !(key >> 63))
		return;
	t->count++;
	const struct token *tok = token_find(t->q->s, key);
	if (!tok)
		return;
	// Rare tokens say more: 1 for one everywhere, up to about 16.
	float rare = 1;
	for (uint32_t n = t->q->s->n_docs; n > tok->n; n /= 2)
		rare += 1;
	for (uint32_t i = 0; i < tok->n; i++) {
		struct posting p = t->q->s->posting[tok->from + i];
		touch(t->q, p.doc);
		struct score *sc = &t->q->score[p.doc];
		sc->tokens += rare * (float)p.weight * t->factor / 100;
		if (sc->covered < 255)
			sc->covered++;
	}
}

static uint32_t share(struct str part, struct str whole)
{
	return whole.n ? (uint32_t)(100 * part.n / whole.n) : 0;
}

// Points of a document's name and synonyms for containing the query as it is.
static void score_texts(struct query *q, struct str words, uint32_t doc, uint32_t factor)
{
	const struct doc *d = &q->s->doc[doc];
	for (uint32_t i = d->text; i < d->text + d->n_text; i++) {
		struct str zh = q->s->text[i].zh;
		ptrdiff_t at = str_find(zh, words);
		if (at < 0)
			continue;
		uint32_t base = at > 0 ? 2500 : zh.n == words.n ? 5000 : 3000;
		if (!q->s->text[i].name)
			base -= base / 10;
		award(q, doc, (base + share(words, zh)) * factor / 100, q->s->text[i].name ? WHY_NAME : WHY_SYNONYM);
	}
}

// All documents that have every token of the words, then those with at least half of them.
static void find_words(struct query *q, struct str words, float factor)
{
	struct term t = {q, factor, 0, utf8_count(words) == 1};
	uint32_t before = q->n_found;
	for (uint32_t i = 0; i < before; i++)
		q->score[q->found[i]].covered = 0;
	tokens_of(words, score_token, &t);
	if (!t.count)
		return;
	for (uint32_t i = 0; i < q->n_found; i++) {
		struct score *sc = &q->score[q->found[i]];
		if (sc->covered >= t.count)
			score_texts(q, words, q->found[i], (uint32_t)(factor * 100));
		if (sc->covered * 2 >= t.count && sc->covered) {
			float part = (float)sc->covered / (float)t.count;
			uint32_t points = (uint32_t)(900 * part * part * factor);
			award(q, q->found[i], points, sc->covered >= t.count ? WHY_WORDS : WHY_SIMILAR);
		}
	}
}

enum { PLACES_MAX = 40000 };

static void score_reading(struct query *q, uint32_t text, bool begins, bool ends, uint32_t base)
{
	const struct text *t = &q->s->text[text];
	uint32_t points = base + (begins && ends ? 500 : begins ? 300 : 0);
	award(q, t->doc, t->name ? points : points - points / 10, WHY_PINYIN);
}

static bool find_reading(struct query *q, struct str letters, bool initials, uint32_t base)
{
	const struct search *s = q->s;
	struct str all = initials ? s->initials : s->full;
	const struct grams *g = initials ? &s->by_initials : &s->by_full;
	bool any = false;
	if (!letters.n)
		return false;
	// One or two letters say little inside a text: only its beginning counts.
	if (letters.n < (initials ? 2u : 3u)) {
		for (uint32_t i = 0; i < s->n_texts; i++) {
			uint32_t pos = initials ? s->text[i].initials : s->text[i].full;
			if (pos + letters.n <= all.n && memcmp(all.p + pos, letters.p, letters.n) == 0) {
				score_reading(q, i, true, pos + letters.n == all.n || all.p[pos + letters.n] == '\n', base);
				any = true;
			}
		}
		return any;
	}
	uint32_t from = 0, width = GRAMS;
	for (size_t i = 0; i < 3 && i < letters.n; i++) {
		width /= LETTERS;
		from += letter(letters.p[i]) * width;
	}
	uint32_t lo = g->start[from], hi = g->start[from + width];
	if (hi - lo > PLACES_MAX)
		hi = lo + PLACES_MAX;
	for (uint32_t i = lo; i < hi; i++) {
		uint32_t pos = g->place[i].pos;
		if (pos + letters.n > all.n || memcmp(all.p + pos, letters.p, letters.n) != 0)
			continue;
		score_reading(q, g->place[i].text, all.p[pos - 1] == '\n',
			pos + letters.n == all.n || all.p[pos + letters.n] == '\n', base);
		any = true;
	}
	return any;
}

// One letter too many, two swapped, one wrong or missing.
static bool find_mistyped(struct query *q, struct str letters)
{
	bool any = false;
	char *p = arena_raw(q->a, letters.n + 2);
	for (size_t i = 0; i < letters.n; i++) {
		memcpy(p, letters.p, i);
		memcpy(p + i, letters.p + i + 1, letters.n - i - 1);
		any |= find_reading(q, (struct str){p, letters.n - 1}, false, 700);
		if (i + 1 < letters.n) {
			memcpy(p, letters.p, letters.n);
			p[i] = letters.p[i + 1];
			p[i + 1] = letters.p[i];
			any |= find_reading(q, (struct str){p, letters.n}, false, 700);
		}
	}
	for (size_t i = 0; !any && i <= letters.n; i++)
		for (char c = 'a'; c <= 'z'; c++) {
			memcpy(p, letters.p, i);
			p[i] = c;
			memcpy(p + i + 1, letters.p + i, letters.n - i);
			any |= find_reading(q, (struct str){p, letters.n + 1}, false, 650);
			if (i < letters.n) {
				memcpy(p, letters.p, letters.n);
				p[i] = c;
				any |= find_reading(q, (struct str){p, letters.n}, false, 650);
			}
		}
	return any;
}

static void find_code(struct query *q, struct str words)
{
	const struct search *s = q->s;
	if (words.n < 4)
		return;
	char *p = arena_raw(q->a, words.n);
	for (size_t i = 0; i < words.n; i++) {
		char c = words.p[i];
		p[i] = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
		if (!((p[i] >= '0' && p[i] <= '9') || (p[i] >= 'A' && p[i] <= 'Z') || p[i] == '_'))
			return;
	}
	struct str up = {p, words.n};
	for (uint32_t i = 0; i < s->n_docs; i++) {
		if (s->doc[i].kind != HIT_ITEM) {
			struct str code = s->doc[i].kind == HIT_BUNDLE ? s->c->bundle[s->doc[i].row].code : s->c->certificate[s->doc[i].row].code;
			if (str_eq(code, words))
				award(q, i, 10000, WHY_CODE);
			continue;
		}
		const struct item *it = &s->c->item[s->doc[i].row];
		if (str_eq(it->code, words) || str_eq(it->handling_code, up) || str_eq(it->basic_code, up) || str_eq(it->implementation_code, up))
			award(q, i, 10000, WHY_CODE);
		else if (up.p[0] >= '0' && up.p[0] <= '9' && (str_starts(it->handling_code, up) || str_starts(it->basic_code, up)))
			award(q, i, 8000, WHY_CODE);
	}
}

// The words with one of them replaced by what means the same.
static void find_synonyms(struct query *q, struct str words)
{
	const struct catalogue *c = q->s->c;
	int left = 16;
	for (uint32_t i = 0; i < c->n_synonyms; i++)
		for (uint32_t k = 0; k < c->synonym[i].n; k++) {
			struct str w = c->synonym[i].word[k];
			if (utf8_count(w) < 2 || str_find(words, w) < 0)
				continue;
			for (uint32_t j = 0; j < c->synonym[i].n && left > 0; j++)
				if (j != k) {
					find_words(q, str_replace(q->a, words, w, c->synonym[i].word[j]), 0.8f);
					left--;
				}
		}
}

struct ranked { uint32_t score, doc; };

// Documents stand in order of kind and file, so their number settles ties the same way each time.
static bool better(struct ranked a, struct ranked b)
{
	return a.score != b.score ? a.score > b.score : a.doc < b.doc;
}

// Keeps the best `max` in order: lists are short, most candidates fail at the first comparison.
static void keep(struct ranked *list, uint32_t *n, uint32_t max, struct ranked x)
{
	if (*n == max) {
		if (!max || !better(x, list[max - 1]))
			return;
		(*n)--;
	}
	uint32_t i = (*n)++;
	for (; i > 0 && better(x, list[i - 1]); i--)
		list[i] = list[i - 1];
	list[i] = x;
}

static struct search_hit make_hit(const struct search *s, uint32_t doc, uint32_t score, enum hit_why why)
{
	const struct doc *d = &s->doc[doc];
	struct search_hit h = {.kind = (enum hit_kind)d->kind, .score = score, .why = why};
	if (d->kind == HIT_BUNDLE) {
		h.bundle = &s->c->bundle[d->row];
		h.code = h.bundle->code;
	} else if (d->kind == HIT_ITEM) {
		h.item = &s->c->item[d->row];
		h.code = h.item->code;
	} else {
		h.certificate = &s->c->certificate[d->row];
		h.code = h.certificate->code;
	}
	return h;
}

// A wrong character in the middle leaves no bigram: single characters of names then.
static void find_similar(struct query *q, struct str words)
{
	struct term t = {q, 0.5f, 0, true};
	for (uint32_t i = 0; i < q->n_found; i++)
		q->score[q->found[i]].covered = 0;
	tokens_of(words, score_token, &t);
	for (uint32_t i = 0; i < q->n_found; i++) {
		struct score *sc = &q->score[q->found[i]];
		if (sc->covered >= 2 && sc->covered * 5u >= t.count * 3)
			award(q, q->found[i], 300u * sc->covered / t.count, WHY_SIMILAR);
	}
}

void search_run(const struct search *s, struct arena *a, struct str text, size_t limit, struct search_result *out)
{
	*out = (struct search_result){0};
	struct str words = normal(a, text);
	if (!words.n || !s->n_docs)
		return;
	struct query q = {.a = a, .s = s, .score = arena_newn(a, struct score, s->n_docs),
		.found = arena_newn(a, uint32_t, s->n_docs)};
	bool ascii = true, han = false;
	for (size_t at = 0; at < words.n;) {
		uint32_t c = utf8_next(words, &at);
		ascii &= c < 0x80;
		han |= is_han(c);
	}
	struct buf full = buf_new(a), starts = buf_new(a), initials = buf_new(a);
	pinyin_read(words, &full, &starts, &initials, NULL);
	find_words(&q, words, 1);
	if (ascii) {
		find_code(&q, words);
		find_reading(&q, buf_str(&full), false, 1500);
		find_reading(&q, buf_str(&full), true, 1400);
	} else {
		find_synonyms(&q, words);
		// The same sound by another character: 二手方 for 二手房.
		if (full.n >= 4)
			find_reading(&q, buf_str(&full), false, 1100);
	}
	if (!q.n_found && ascii && full.n >= 5)
		find_mistyped(&q, buf_str(&full));
	bool nothing = true;
	for (uint32_t i = 0; i < q.n_found && nothing; i++)
		nothing = q.score[q.found[i]].points == 0;
	if (nothing && han)
		find_similar(&q, words);
	uint32_t max = limit > 200 ? 200 : (uint32_t)limit, n = 0;
	struct ranked *best = arena_newn(a, struct ranked, max + 1);
	for (uint32_t i = 0; i < q.n_found; i++) {
		const struct score *sc = &q.score[q.found[i]];
		const struct doc *d = &s->doc[q.found[i]];
		if (!sc->points)
			continue;
		uint32_t tokens = sc->tokens > 400 ? 400 : (uint32_t)sc->tokens;
		out->total[d->kind]++;
		keep(best, &n, max, (struct ranked){sc->points + tokens + (d->kind == HIT_BUNDLE ? 150 : 0), q.found[i]});
	}
	out->hit = arena_newn(a, struct search_hit, n);
	for (; out->n < n; out->n++) {
		struct search_hit *h = &out->hit[out->n];
		*h = make_hit(s, best[out->n].doc, best[out->n].score, (enum hit_why)q.score[best[out->n].doc].why);
		h->words = words;
		h->letters = buf_str(&full);
	}
}

// The bytes [from, to) of the name that are read as letters, whole syllables; false when none are.
static bool read_as(struct arena *a, struct str name, struct str letters, size_t *from, size_t *to)
{
	struct buf full = buf_new(a), starts = buf_new(a), initials = buf_new(a), places = buf_new(a);
	pinyin_read(name, &full, &starts, &initials, &places);
	const uint32_t *place = (const uint32_t *)(const void *)places.p;      // where each syllable begins
	size_t n = places.n / sizeof *place, syllable = 0, first = SIZE_MAX, last = 0;
	ptrdiff_t at = letters.n >= 2 ? str_find(buf_str(&initials), letters) : -1;
	if (at >= 0) {
		first = (size_t)at;
		last = first + letters.n;
	}
	for (size_t i = 0; letters.n >= 2 && i + letters.n <= full.n; i++) {
		syllable += starts.p[i] != 0;
		if (!starts.p[i] || memcmp(full.p + i, letters.p, letters.n) != 0)
			continue;
		first = last = syllable - 1;
		for (size_t k = i; k < i + letters.n; k++)
			last += starts.p[k] != 0;
		break;
	}
	if (first == SIZE_MAX)
		return false;
	*from = place[first];
	*to = last < n ? place[last] : name.n;
	return true;
}

void search_split(struct str name, const struct search_hit *h, struct str *before, struct str *match, struct str *after)
{
	size_t from = 0, to = 0;
	struct arena *a = arena_new(0);
	ptrdiff_t at = h->words.n ? str_find(str_lower_ascii(a, name), h->words) : -1;
	if (at >= 0) {
		from = (size_t)at;
		to = from + h->words.n;
	} else if (!read_as(a, name, h->letters, &from, &to)) {
		from = to = name.n;
	}
	arena_free(a);
	*before = str_part(name, 0, from);
	*match = str_part(name, from, to - from);
	*after = str_from(name, to);
}
