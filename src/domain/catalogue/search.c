// search.c — see search.h. The index is made in search_build.c.
// allow double: relevance scores, compared and never shown
//
// Three indexes: postings of tokens (Han bigrams, single Han of names, Latin words); readings of names
// and synonyms, found by their first three letters from any syllable; codes. Points say how a text
// matched; tokens only order what nothing else found. A version that differs little from another is
// asked in two parts: the other's index without what is dead, and its own few documents.
#include "domain/catalogue/pinyin.h"
#include "domain/catalogue/search_int.h"

#include <pthread.h>
#include <stdlib.h>

// ---- searching -----------------------------------------------------------------------------------

struct score { uint32_t points; float tokens; uint32_t seen; uint8_t covered, why, least; };    // least: weight of a token of Han
// What a query counts in: a row a document, good when it was seen by this query.
struct counts { struct counts *next; struct score *score; uint32_t *found; uint32_t now; };
// What one character finds. Every word begins with one, and one finds thousands: looked for once.
struct known { struct known *next; struct search_result found; struct str words; };
enum { KNOWN_HITS = 20, KNOWN_SLOTS = 256, KNOWN_MOST = 1024 };
struct pool {
	pthread_mutex_t lock;
	struct arena *a;
	struct counts *idle;
	struct known *known[KNOWN_SLOTS];
	uint32_t n_known;
};
struct part {
	const struct search *s;
	const uint8_t *dead;
	struct counts *counts;
	struct score *score;
	uint32_t *found, n_found, now;         // documents with any points
};
struct query {
	struct arena *a;
	const struct search *s;
	struct part part[2];
	uint32_t n_parts;
	size_t budget;                         // postings that may still be read for words that mean the same
};

struct pool *search_pool(struct arena *own)
{
	struct pool *p = arena_new1(own, struct pool);
	pthread_mutex_init(&p->lock, NULL);
	p->a = own;
	return p;
}

void search_free(struct search *s)
{
	if (!s)
		return;
	search_free(s->gone);
	pthread_mutex_destroy(&s->pool->lock);
	arena_free(s->a);
}

static void part_begin(struct part *p, const struct search *s, const uint8_t *dead)
{
	struct pool *pool = s->pool;
	pthread_mutex_lock(&pool->lock);
	struct counts *c = pool->idle;
	if (c) {
		pool->idle = c->next;
	} else {
		c = arena_new1(pool->a, struct counts);
		c->score = arena_newn(pool->a, struct score, s->n_docs);
		c->found = arena_newn(pool->a, uint32_t, s->n_docs);
	}
	pthread_mutex_unlock(&pool->lock);
	if (!++c->now) {                       // after four thousand million queries
		memset(c->score, 0, s->n_docs * sizeof *c->score);
		c->now = 1;
	}
	*p = (struct part){s, dead, c, c->score, c->found, 0, c->now};
}

static void part_end(struct part *p)
{
	struct pool *pool = p->s->pool;
	pthread_mutex_lock(&pool->lock);
	p->counts->next = pool->idle;
	pool->idle = p->counts;
	pthread_mutex_unlock(&pool->lock);
}

static struct score *touch(struct part *p, uint32_t doc)
{
	struct score *sc = &p->score[doc];
	if (sc->seen == p->now)
		return sc;
	if (p->dead && p->dead[doc / 8] >> doc % 8 & 1)
		return NULL;
	*sc = (struct score){.seen = p->now, .why = WHY_SIMILAR};
	p->found[p->n_found++] = doc;
	return sc;
}

// False when the document is dead.
static bool award(struct part *p, uint32_t doc, uint32_t points, enum hit_why why)
{
	struct score *sc = touch(p, doc);
	if (sc && points > sc->points) {
		sc->points = points;
		sc->why = (uint8_t)why;
	}
	return sc != NULL;
}

static const struct token *token_find(const struct search *s, uint64_t key)
{
	uint32_t at = token_place(key, s->token_mask);
	for (; s->token[at].n; at = (at + 1) & s->token_mask)
		if (s->token[at].key == key)
			return &s->token[at];
	return NULL;
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

// What stands in a name weighs 100, in a synonym 80, elsewhere less, but for the name's words in English (search_build.c).
enum { IN_TEXTS = 80 };
struct term { struct query *q; float factor; uint32_t count; bool singles; };

static void score_token(void *arg, uint64_t key, bool single)
{
	struct term *t = arg;
	if (single != t->singles && !(key >> 63))
		return;
	t->count++;
	// Rare tokens say more: 1 for one everywhere, up to about 16. Counted over what is alive in all parts.
	const struct search *s = t->q->s;
	const struct token *in[2] = {NULL, NULL}, *gone = s->gone ? token_find(s->gone, key) : NULL;
	uint32_t docs = 0, with = 0;
	for (uint32_t i = 0; i < t->q->n_parts; i++) {
		in[i] = token_find(t->q->part[i].s, key);
		docs += t->q->part[i].s->n_docs;
		with += in[i] ? in[i]->n : 0;
	}
	docs -= s->gone ? s->gone->n_docs : 0;
	with -= gone ? gone->n : 0;
	float rare = 1;
	for (uint32_t n = docs; n > (with ? with : 1); n /= 2)
		rare += 1;
	for (struct part *p = t->q->part; p < t->q->part + t->q->n_parts; p++) {
		const struct token *tok = in[p - t->q->part];
		for (uint32_t i = 0; tok && i < tok->n; i++) {
			uint32_t posting = p->s->posting[tok->from + i];
			struct score *sc = touch(p, posting >> 8);
			if (!sc)
				continue;
			uint8_t weight = key >> 63 ? 255 : (uint8_t)posting;
			sc->tokens += rare * (float)(posting & 255) * t->factor / 100;
			sc->least = sc->covered && sc->least < weight ? sc->least : weight;
			if (sc->covered < 255)
				sc->covered++;
		}
	}
	t->q->budget -= with < t->q->budget ? with : t->q->budget;
}

static uint32_t share(struct str part, struct str whole)
{
	return whole.n ? (uint32_t)(100 * part.n / whole.n) : 0;
}

// Nearly all Han begin with one of six bytes and end with one of 64: the last byte tells most places apart.
static ptrdiff_t place_in(const char *hay, size_t n, struct str needle)
{
	const char *last = hay + needle.n - 1, *end = hay + n;
	for (; last < end && (last = memchr(last, needle.p[needle.n - 1], (size_t)(end - last))); last++)
		if (memcmp(last + 1 - needle.n, needle.p, needle.n) == 0)
			return last + 1 - needle.n - hay;
	return -1;
}

static bool begins_with(const char *hay, size_t n, struct str needle)
{
	return n >= needle.n && hay[needle.n - 1] == needle.p[needle.n - 1] && memcmp(hay, needle.p, needle.n) == 0;
}

// Points of a document's name and synonyms for containing the query as it is. Beside a name that contains it, a synonym
// counts only when it begins so.
static void score_texts(struct part *p, struct str words, uint32_t doc, uint32_t factor)
{
	const struct doc *d = &p->s->doc[doc];
	bool named = false;
	for (uint32_t i = d->text; i < d->text + d->n_text; i++) {
		const struct text *t = &p->s->text[i];
		const char *zh = p->s->zh + t->at;
		ptrdiff_t at = named ? (begins_with(zh, t->n, words) ? 0 : -1) : place_in(zh, t->n, words);
		if (at < 0)
			continue;
		named |= t->name;
		uint32_t base = at > 0 ? 2500 : t->n == words.n ? 5000 : 3000;
		if (!t->name)
			base -= base / 10;
		award(p, doc, (base + share(words, (struct str){p->s->zh, t->n})) * factor / 100, t->name ? WHY_NAME : WHY_SYNONYM);
	}
}

static void cover_none(struct query *q)
{
	for (struct part *p = q->part; p < q->part + q->n_parts; p++)
		for (uint32_t i = 0; i < p->n_found; i++)
			p->score[p->found[i]].covered = 0;
}

// All documents that have every token of the words, then those with at least half of them.
static void find_words(struct query *q, struct str words, float factor)
{
	struct term t = {q, factor, 0, utf8_count(words) == 1};
	cover_none(q);
	tokens_of(words, score_token, &t);
	if (!t.count)
		return;
	for (struct part *p = q->part; p < q->part + q->n_parts; p++)
		for (uint32_t i = 0; i < p->n_found; i++) {
			struct score *sc = &p->score[p->found[i]];
			if (sc->covered >= t.count && sc->least >= IN_TEXTS)     // else not all of it stands in one of them
				score_texts(p, words, p->found[i], (uint32_t)(factor * 100));
			if (sc->covered * 2 >= t.count && sc->covered) {
				float share_of = (float)sc->covered / (float)t.count;
				uint32_t points = (uint32_t)(900 * share_of * share_of * factor);
				award(p, p->found[i], points, sc->covered >= t.count ? WHY_WORDS : WHY_SIMILAR);
			}
		}
}

// ---- readings ------------------------------------------------------------------------------------

enum { PLACES_MAX = 40000 };

static bool score_reading(struct part *p, const struct place *at, bool ends, uint32_t base)
{
	bool begins = at->doc & PLACE_BEGINS;
	uint32_t points = base + (begins && ends ? 500 : begins ? 300 : 0);
	return award(p, at->doc >> PLACE_DOC, at->doc & PLACE_NAME ? points : points - points / 10, WHY_PINYIN);
}

static bool stands_at(struct str all, uint32_t pos, struct str letters)
{
	return pos + letters.n <= all.n && memcmp(all.p + pos, letters.p, letters.n) == 0;
}

static bool ends_at(struct str all, size_t pos)
{
	return pos == all.n || all.p[pos] == '\n';
}

// Letters as a place of them knows its own: behind the first `known` ones, which it stands under. The text itself
// is looked at for what lies further behind, and in a small part, whose places stand under nothing.
struct letters { struct str text; uint32_t known, want, mask; };

static struct letters letters_behind(struct str text, uint32_t known)
{
	struct letters l = {.text = text, .known = known};
	for (size_t i = 0; i < NEXT_LETTERS && known + i < text.n; i++) {
		l.want |= letter_of(text.p[known + i]) << NEXT_BITS * i;
		l.mask |= (uint32_t)((1 << NEXT_BITS) - 1) << NEXT_BITS * i;
	}
	return l;
}

static inline bool may_stand(const struct place *p, const struct letters *l)
{
	return ((p->next ^ l->want) & l->mask) == 0;
}

static inline bool stands(struct str all, bool sorted, const struct place *p, const struct letters *l)
{
	return may_stand(p, l) && ((sorted && l->text.n <= l->known + NEXT_LETTERS) || stands_at(all, p->pos, l->text));
}

static inline bool ends(struct str all, const struct place *p, const struct letters *l)
{
	size_t n = l->text.n;
	if (n < l->known || n >= l->known + NEXT_LETTERS)
		return ends_at(all, p->pos + n);
	return (p->next >> NEXT_BITS * (n - l->known) & ((1 << NEXT_BITS) - 1)) == 0;
}

// One or two letters say little inside a text: only its beginning counts.
static bool find_beginning(struct part *p, struct str text, bool initials, uint32_t base)
{
	const struct search *s = p->s;
	struct str all = initials ? s->initials : s->full;
	const struct grams *g = initials ? &s->by_initials : &s->by_full;
	struct letters l = letters_behind(text, 2);
	uint32_t first = letter_of(text.p[0]) * LETTERS + (text.n > 1 ? letter_of(text.p[1]) : 0);
	uint32_t lo = g->first ? g->first[first] : 0, hi = g->first ? g->first[first + (text.n > 1 ? 1 : LETTERS)] : s->n_texts;
	bool any = false;
	for (uint32_t i = lo; i < hi; i++)
		if (stands(all, g->first, &g->begin[i], &l))
			any |= score_reading(p, &g->begin[i], ends(all, &g->begin[i], &l), base);
	return any;
}

// The places that begin with the first three of these letters; of a small part, all.
static void places_of(const struct grams *g, struct str letters, uint32_t *lo, uint32_t *hi)
{
	uint32_t from = 0, width = GRAMS;
	for (size_t i = 0; i < 3 && i < letters.n; i++) {
		width /= LETTERS;
		from += letter_of(letters.p[i]) * width;
	}
	*lo = g->start ? g->start[from] : 0;
	*hi = g->start ? g->start[from + width] : g->n;
	if (*hi - *lo > PLACES_MAX)
		*hi = *lo + PLACES_MAX;
}

static bool find_reading(struct query *q, struct str text, bool initials, uint32_t base)
{
	bool any = false;
	struct letters l = letters_behind(text, 3);
	for (struct part *p = q->part; text.n && p < q->part + q->n_parts; p++) {
		const struct search *s = p->s;
		struct str all = initials ? s->initials : s->full;
		const struct grams *g = initials ? &s->by_initials : &s->by_full;
		if (text.n < (initials ? 2u : 3u)) {
			any |= find_beginning(p, text, initials, base);
			continue;
		}
		uint32_t lo, hi;
		places_of(g, text, &lo, &hi);
		for (uint32_t i = lo; i < hi; i++)
			if (stands(all, g->start, &g->place[i], &l))
				any |= score_reading(p, &g->place[i], ends(all, &g->place[i], &l), base);
	}
	return any;
}

// Texts in which the letter at `wrong` is another one (replaced), or one was left out before it: the
// letters in front are as typed, those behind follow. Only for wrong >= 3, so that one look at the
// places of the first three letters finds them all.
static bool find_slip(struct query *q, struct str text, size_t wrong)
{
	bool any = false;
	struct str front = str_part(text, 0, wrong), behind = str_from(text, wrong), less = wrong < text.n ? str_from(text, wrong + 1) : behind;
	char *longer = arena_raw(q->a, text.n + 1);
	memcpy(longer, text.p, wrong);
	longer[wrong] = 'a';
	memcpy(longer + wrong + 1, behind.p, behind.n);
	struct letters more = letters_behind((struct str){longer, text.n + 1}, 3), same = letters_behind(text, 3);
	uint32_t any_letter = wrong - 3 < NEXT_LETTERS ? (uint32_t)((1 << NEXT_BITS) - 1) << NEXT_BITS * (wrong - 3) : 0;
	more.mask &= ~any_letter;
	same.mask &= ~any_letter;
	for (struct part *p = q->part; p < q->part + q->n_parts; p++) {
		struct str all = p->s->full;
		const struct grams *g = &p->s->by_full;
		uint32_t lo, hi;
		places_of(g, text, &lo, &hi);
		for (uint32_t i = lo; i < hi; i++) {
			if (!may_stand(&g->place[i], &more) && !may_stand(&g->place[i], &same))
				continue;
			uint32_t pos = g->place[i].pos, at = pos + (uint32_t)wrong;
			if (!stands_at(all, pos, front) || ends_at(all, at) || all.p[at] < 'a' || all.p[at] > 'z')
				continue;
			bool left_out = stands_at(all, at + 1, behind), other = wrong < text.n && stands_at(all, at + 1, less);
			if (left_out)
				any |= score_reading(p, &g->place[i], ends_at(all, pos + text.n + 1), 650);
			if (other)
				any |= score_reading(p, &g->place[i], ends_at(all, pos + text.n), 650);
		}
	}
	return any;
}

// Several readings that begin with the same three letters: one look at the places of those finds them all.
static bool find_readings(struct query *q, const struct str *text, size_t n, uint32_t base)
{
	bool any = false;
	struct letters *l = arena_newn(q->a, struct letters, n);
	for (size_t k = 0; k < n; k++)
		l[k] = letters_behind(text[k], 3);
	for (struct part *p = q->part; n && p < q->part + q->n_parts; p++) {
		struct str all = p->s->full;
		const struct grams *g = &p->s->by_full;
		uint32_t lo, hi;
		places_of(g, text[0], &lo, &hi);
		for (uint32_t i = lo; i < hi; i++)
			for (size_t k = 0; k < n; k++)
				if (stands(all, g->start, &g->place[i], &l[k]))
					any |= score_reading(p, &g->place[i], ends(all, &g->place[i], &l[k]), base);
	}
	return any;
}

// One letter too many, two swapped, one wrong or missing.
static bool find_mistyped(struct query *q, struct str letters)
{
	bool any = false;
	struct str *alike = arena_newn(q->a, struct str, 2 * letters.n);
	size_t n = 0;
	for (size_t i = 0; i < letters.n; i++) {
		char *p = arena_raw(q->a, letters.n), *s = arena_copy(q->a, letters.p, letters.n);
		memcpy(p, letters.p, i);
		memcpy(p + i, letters.p + i + 1, letters.n - i - 1);
		struct str less = {p, letters.n - 1}, swapped = {s, letters.n};
		if (i + 1 < letters.n) {
			s[i] = letters.p[i + 1];
			s[i + 1] = letters.p[i];
		}
		if (i >= 3)
			alike[n++] = less;
		else
			any |= find_reading(q, less, false, 700);
		if (i >= 3 && i + 1 < letters.n)
			alike[n++] = swapped;
		else if (i + 1 < letters.n)
			any |= find_reading(q, swapped, false, 700);
	}
	any |= find_readings(q, alike, n, 700);
	char *p = arena_raw(q->a, letters.n + 2);
	for (size_t i = 0; !any && i < 3 && i <= letters.n; i++)
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
	for (size_t i = 3; !any && i <= letters.n; i++)
		any = find_slip(q, letters, i);
	return any;
}

// ---- codes, words that mean the same -------------------------------------------------------------

// The first row whose code does not stand before this one.
static uint32_t numbered_from(const struct search *s, struct str code)
{
	uint32_t lo = 0, hi = s->n_numbered;
	while (lo < hi) {
		uint32_t mid = (lo + hi) / 2;
		if (str_cmp(s->numbered[mid].code, code) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void find_code(struct query *q, struct str words)
{
	if (words.n < 4)
		return;
	char *up = arena_raw(q->a, words.n), *after = arena_raw(q->a, words.n);
	for (size_t i = 0; i < words.n; i++) {
		char c = words.p[i];
		up[i] = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
		if (!((up[i] >= '0' && up[i] <= '9') || (up[i] >= 'A' && up[i] <= 'Z') || up[i] == '_'))
			return;
	}
	struct str number = {up, words.n};
	memcpy(after, up, words.n);
	after[words.n - 1]++;                  // what begins with the number stands before this
	for (struct part *p = q->part; p < q->part + q->n_parts; p++) {
		const struct search *s = p->s;
		for (uint32_t i = numbered_from(s, words); i < s->n_numbered && str_eq(s->numbered[i].code, words); i++)
			if (!s->numbered[i].number)
				award(p, s->numbered[i].doc, 10000, WHY_CODE);
		bool digit = up[0] >= '0' && up[0] <= '9';
		uint32_t end = digit ? numbered_from(s, (struct str){after, words.n}) : s->n_numbered;
		for (uint32_t i = numbered_from(s, number); i < end; i++) {
			const struct numbered *x = &s->numbered[i];
			bool whole = x->code.n == words.n && (digit || str_eq(x->code, number));
			if (!digit && !whole)
				break;
			if (x->number)
				award(p, x->doc, whole ? 10000 : 8000, WHY_CODE);
		}
	}
}

enum { POSTINGS_MAX = 60000 };

// The words with one of them replaced by what means the same.
static void find_synonyms(struct query *q, struct str words)
{
	const struct catalogue *c = q->s->c;
	int left = 16;
	q->budget = POSTINGS_MAX;
	for (uint32_t i = 0; i < c->n_synonyms; i++)
		for (uint32_t k = 0; k < c->synonym[i].n; k++) {
			struct str w = c->synonym[i].word[k];
			if (utf8_count(w) < 2 || str_find(words, w) < 0)
				continue;
			for (uint32_t j = 0; j < c->synonym[i].n && left > 0 && q->budget; j++)
				if (j != k) {
					find_words(q, str_replace(q->a, words, w, c->synonym[i].word[j]), 0.8f);
					left--;
				}
		}
}

// A wrong character in the middle leaves no bigram: single characters of names then.
static void find_similar(struct query *q, struct str words)
{
	struct term t = {q, 0.5f, 0, true};
	cover_none(q);
	tokens_of(words, score_token, &t);
	for (struct part *p = q->part; p < q->part + q->n_parts; p++)
		for (uint32_t i = 0; i < p->n_found; i++) {
			struct score *sc = &p->score[p->found[i]];
			if (sc->covered >= 2 && sc->covered * 5u >= t.count * 3)
				award(p, p->found[i], 300u * sc->covered / t.count, WHY_SIMILAR);
		}
}

// ---- ranking -------------------------------------------------------------------------------------

struct ranked { uint32_t score, doc; const struct part *part; uint64_t order; };

// Documents stand in order of kind and file, so their place settles ties the same way each time.
static bool better(const struct ranked *a, const struct ranked *b)
{
	return a->score != b->score ? a->score > b->score : a->order < b->order;
}

// Keeps the best `max` in order: lists are short, most candidates fail at the first comparison.
static void keep(struct ranked *list, uint32_t *n, uint32_t max, struct ranked x)
{
	if (*n == max) {
		if (!max || !better(&x, &list[max - 1]))
			return;
		(*n)--;
	}
	uint32_t i = (*n)++;
	for (; i > 0 && better(&x, &list[i - 1]); i--)
		list[i] = list[i - 1];
	list[i] = x;
}

static struct search_hit make_hit(const struct query *q, const struct ranked *r)
{
	const struct catalogue *c = r->part->s->c;
	const struct doc *d = &r->part->s->doc[r->doc];
	struct search_hit h = {.kind = (enum hit_kind)d->kind, .score = r->score, .why = (enum hit_why)r->part->score[r->doc].why};
	if (d->kind == HIT_BUNDLE) {
		h.bundle = catalogue_bundle(q->s->c, c->bundle[d->row].code);      // each version has its own bundles
		h.code = h.bundle->code;
	} else if (d->kind == HIT_ITEM) {
		h.item = c->item[d->row];
		h.code = h.item->code;
	} else {
		h.certificate = &c->certificate[d->row];
		h.code = h.certificate->code;
	}
	return h;
}

static void look(const struct search *s, struct arena *a, struct str words, size_t limit, struct search_result *out)
{
	struct query q = {.a = a, .s = s, .budget = SIZE_MAX};
	if (s->before)
		part_begin(&q.part[q.n_parts++], s->before, s->dead);
	part_begin(&q.part[q.n_parts++], s, NULL);
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
	if (!q.part[0].n_found && !q.part[1].n_found && ascii && full.n >= 5)
		find_mistyped(&q, buf_str(&full));
	bool nothing = true;
	for (struct part *p = q.part; p < q.part + q.n_parts; p++)
		for (uint32_t i = 0; i < p->n_found && nothing; i++)
			nothing = p->score[p->found[i]].points == 0;
	if (nothing && han)
		find_similar(&q, words);
	uint32_t max = limit > 200 ? 200 : (uint32_t)limit, n = 0;
	struct ranked *best = arena_newn(a, struct ranked, max + 1);
	for (struct part *p = q.part; p < q.part + q.n_parts; p++)
		for (uint32_t i = 0; i < p->n_found; i++) {
			uint32_t doc = p->found[i];
			const struct score *sc = &p->score[doc];
			const struct doc *d = &p->s->doc[doc];
			if (!sc->points)
				continue;
			uint32_t tokens = sc->tokens > 400 ? 400 : (uint32_t)sc->tokens;
			out->total[d->kind]++;
			keep(best, &n, max, (struct ranked){sc->points + tokens + (d->kind == HIT_BUNDLE ? 150 : 0), doc, p,
				p->s->order ? p->s->order[doc] : (uint64_t)(doc + 1) << 24});
		}
	out->hit = arena_newn(a, struct search_hit, n);
	for (; out->n < n; out->n++) {
		struct search_hit *h = &out->hit[out->n];
		*h = make_hit(&q, &best[out->n]);
		h->words = words;
		h->letters = buf_str(&full);
	}
	for (uint32_t i = 0; i < q.n_parts; i++)
		part_end(&q.part[i]);
}

static bool recall(struct pool *pool, struct arena *a, struct str words, size_t limit, struct search_result *out)
{
	pthread_mutex_lock(&pool->lock);
	const struct known *k = pool->known[str_hash(words) % KNOWN_SLOTS];
	while (k && !str_eq(k->words, words)) k = k->next;
	pthread_mutex_unlock(&pool->lock);
	if (!k)
		return false;
	*out = k->found;                       // never changed, and there as long as the index
	out->n = out->n < limit ? out->n : limit;
	out->hit = arena_copy(a, out->hit, out->n * sizeof *out->hit);
	for (size_t i = 0; i < out->n; i++)
		out->hit[i].words = words;
	return true;
}

static void remember(struct pool *pool, struct str words, const struct search_result *r)
{
	pthread_mutex_lock(&pool->lock);
	struct known **at = &pool->known[str_hash(words) % KNOWN_SLOTS], *k = *at;
	while (k && !str_eq(k->words, words)) k = k->next;
	if (!k && pool->n_known < KNOWN_MOST) {
		pool->n_known++;
		k = arena_new1(pool->a, struct known);
		*k = (struct known){*at, *r, str_copy(pool->a, words)};
		k->found.hit = arena_copy(pool->a, r->hit, r->n * sizeof *r->hit);
		struct str letters = r->n ? str_copy(pool->a, r->hit[0].letters) : S("");
		for (size_t i = 0; i < r->n; i++) {
			k->found.hit[i].words = k->words;
			k->found.hit[i].letters = letters;
		}
		*at = k;
	}
	pthread_mutex_unlock(&pool->lock);
}

void search_run(const struct search *s, struct arena *a, struct str text, size_t limit, struct search_result *out)
{
	*out = (struct search_result){0};
	struct str words = normal(a, text);
	if (!words.n || !(s->n_docs + (s->before ? s->before->n_docs : 0)))
		return;
	size_t one = 0;
	utf8_next(words, &one);
	if (one < words.n || limit > KNOWN_HITS) {
		look(s, a, words, limit, out);
		return;
	}
	if (recall(s->pool, a, words, limit, out))
		return;
	look(s, a, words, KNOWN_HITS, out);
	remember(s->pool, words, out);
	out->n = out->n < limit ? out->n : limit;
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
