// search_int.h — the index of a search, as it is built and as a compiled catalogue keeps it.
#pragma once
#include "base/span.h"
#include "domain/catalogue/search.h"

struct doc { uint8_t kind; uint32_t row; uint32_t text, n_text; };         // texts: name first, then synonyms
struct text { uint32_t at, n, doc, full, initials; bool name; };           // at: in the index's own copy of names, side by side
struct token { uint64_t key; uint32_t from, n; };                          // postings: document << 8 | weight
struct numbered { struct str code; uint32_t doc; bool number; };           // number: of the lists of items, found by its beginning too

enum { LETTERS = 37, GRAMS = LETTERS * LETTERS * LETTERS };
// A place in a letter text, and what is said of it without looking there: all letters are a-z and 0-9, the end of a text is 0.
struct place { uint32_t pos, doc, next; };         // doc: document << 2 | begins << 1 | name; next: five letters, six bits each
enum { PLACE_NAME = 1, PLACE_BEGINS = 2, PLACE_DOC = 2, NEXT_LETTERS = 5, NEXT_BITS = 6 };
struct grams {                             // positions of a letter text by their first three letters
	uint32_t *start;                       // GRAMS + 1; NULL: places and texts in order of the text
	struct place *place;                   // next: behind those three
	uint32_t n;
	uint32_t *first;                       // texts by their first two letters: LETTERS * LETTERS + 1
	struct place *begin;                   // where they begin; next: behind those two
};

struct search {
	struct arena *a;                       // this struct and its pool; the index too unless a compiled form holds it
	struct catalogue *c;
	const struct search *before;           // the index of most documents, when this one adds few; or NULL
	struct search *gone;                   // over the dead documents alone, to know how rare a word is without them
	uint8_t *dead;                         // a bit a document of `before` that this version has otherwise or not at all
	uint64_t *order;                       // of its own documents among all: documents of `before` stand at (number + 1) << 24
	struct doc *doc;
	uint32_t n_docs;
	const char *zh;                        // texts
	struct text *text;
	uint32_t n_texts;
	struct token *token;
	uint32_t token_mask;
	uint32_t *posting;
	struct str full, initials;             // all readings, each behind a \n
	struct grams by_full, by_initials;
	struct numbered *numbered;             // by code
	uint32_t n_numbered;
	struct pool *pool;
};

struct search *search_mapped(struct catalogue *, const struct search *index);   // of a compiled form
enum { SEARCH_NUMBERS = 12 };
size_t search_numbers(const struct search *, struct span out[static SEARCH_NUMBERS]);   // its rows without pointers, by place
struct pool *search_pool(struct arena *);
uint32_t letter_of(char);
bool is_han(uint32_t cp);
uint32_t fold(uint32_t cp);
// Bigrams of Han runs, every Han by itself (single), Latin words.
typedef void (*token_fn)(void *, uint64_t key, bool single);
void tokens_of(struct str, token_fn, void *);
static inline uint32_t token_place(uint64_t key, uint32_t mask)
{
	return (uint32_t)(key * 0x9E3779B97F4A7C15ull >> 32) & mask;
}
int by_code(const void *, const void *);   // of struct numbered
