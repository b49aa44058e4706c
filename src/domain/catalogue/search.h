// search.h — finding items, bundles and certificates by everyday words, pinyin, initials, code, office.
//
// Owns    an index over one catalogue version: words and Han bigrams, readings, codes.
// Needs   the pinyin table; synonyms from the catalogue.
// Memory  the index has an arena of its own and points into the catalogue, which must be held as
//         long; a result lives in the arena of the call. Many threads may search at once.
// Errors  none: a query that finds nothing gives no hits.
// Holds   (1) same catalogue and query: same hits in the same order; (2) a query is cut at 100
//         characters and its work is bounded whatever it contains.
#pragma once
#include "domain/catalogue/catalogue.h"

enum hit_kind { HIT_BUNDLE, HIT_ITEM, HIT_CERTIFICATE, HIT_KINDS };
enum hit_why { WHY_CODE, WHY_NAME, WHY_SYNONYM, WHY_PINYIN, WHY_WORDS, WHY_SIMILAR };
struct search_hit {
	struct str code;
	enum hit_kind kind;
	const struct bundle *bundle;           // the one of the kind is set
	const struct item *item;
	const struct certificate_type *certificate;
	enum hit_why why;
	uint32_t score;
	struct str words, letters;             // the query as compared: as text, and as it is read
};
struct search_result {
	struct search_hit *hit;                // best first, of all kinds
	size_t n;
	uint32_t total[HIT_KINDS];             // found, also those not returned
};

struct search;
struct search *search_new(struct catalogue *);
// The index of a version that differs from another's in few documents: these are indexed, the dead
// ones of the other (by number: bundles, items, certificates in their order) are not found any more.
// order: where a document stands among all for ties; the other's number n stands at (n + 1) << 24.
// The other index and its catalogue must be held as long. Hits and scores are those of an index of its own, but where a
// query has more places than are looked at.
struct search_doc { enum hit_kind kind; uint32_t row; uint64_t order; };
struct search *search_over(struct catalogue *, const struct search *before, const struct search_doc *, uint32_t n,
	const uint32_t *dead, uint32_t n_dead);
// The same for a version that stands on a whole one (delta.h), given that one's index.
struct search *search_delta(struct catalogue *, const struct search *whole);
void search_free(struct search *);                 // NULL is harmless
// The best `limit` hits (at most 200); fast enough to be asked at every key.
void search_run(const struct search *, struct arena *, struct str query, size_t limit, struct search_result *out);
// Which part of a name matched the query, for showing it: by text, by sound or by initials. All of
// it in *before when no part did.
void search_split(struct str name, const struct search_hit *, struct str *before, struct str *match, struct str *after);
