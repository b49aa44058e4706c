// search.h — finding items, bundles and certificates by everyday words, pinyin, initials, code, office.
//
// Owns    an index over one catalogue version: words and Han bigrams, readings, codes.
// Needs   the pinyin table; synonyms from the catalogue.
// Memory  the index lives in the arena it is built in and points into the catalogue, which must be
//         held as long; a result lives in the arena of the call. Many threads may search at once.
// Time    today tells what is in force.
// Errors  none: a query that finds nothing gives no hits.
// Holds   (1) same catalogue, query, today: same hits in the same order; (2) a query is cut at 100
//         characters and its work is bounded whatever it contains.
#pragma once
#include "domain/catalogue/catalogue.h"

enum hit_kind { HIT_BUNDLE, HIT_ITEM, HIT_CERTIFICATE, HIT_KINDS };
enum hit_why { WHY_CODE, WHY_NAME, WHY_SYNONYM, WHY_PINYIN, WHY_WORDS, WHY_SIMILAR };
struct hit {
	enum hit_kind kind;
	const struct bundle *bundle;
	const struct item *item;
	const struct certificate_type *certificate;
	struct str code;
	struct words name, summary;
	const struct office *office;
	enum hit_why why;
	uint32_t score;
};
struct hits {
	struct hit *hit;                       // best first
	uint32_t n;
	uint32_t total[HIT_KINDS];             // found, also those not returned
};

struct search;
struct search *search_build(struct arena *, const struct catalogue *);
// At most `limit` hits of each kind.
void search_find(struct arena *, const struct search *, struct str query, uint32_t limit, day_t today, struct hits *out);
// While typing: at most `limit` hits in all.
void search_suggest(struct arena *, const struct search *, struct str query, uint32_t limit, day_t today, struct hits *out);
const char *hit_kind_code(enum hit_kind);          // bundle item certificate
// {"q":…,"groups":[{"kind":…,"total":…,"hits":[{"code":…,"name":…}]}],"total":n}
struct json *search_json(struct arena *, struct str query, const struct hits *, bool english);
