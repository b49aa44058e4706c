// load_int.h — what the parts of the loader share: trees of all files, rows being filled, findings.
#pragma once
#include "base/spread.h"
#include "codec/yaml.h"
#include "domain/calendar/folder.h"
#include "domain/catalogue/catalogue.h"

enum kind { K_DIVISION, K_OFFICE, K_ROLE, K_ELEMENT, K_SUBJECT, K_CERTIFICATE, K_MATERIAL, K_ITEM, K_BUNDLE,
	K_QUESTION, K_PAPER, K_RULE, K_SETTING, K_HALL, K_SOURCE, K_THEME, K_COUNT };
extern const char *const kind_name[K_COUNT];

struct load {
	struct arena *a;               // the catalogue's: what a compiled form holds, so no pointer out of it
	struct str none;               // the empty text of that arena
	char *pool; size_t pool_left;  // texts stand side by side
	struct arena *tmp;             // trees and file texts, dropped after loading
	struct catalogue *c;
	struct findings *f;
	struct yaml **row[K_COUNT];    // the node each row is read from
	uint32_t n[K_COUNT];
	size_t cap[K_COUNT];
	struct yaml *city;
	struct areas *areas;           // overlay.c
	struct str file_from, file_to; // the last file name copied: rows of one file share it
};

// load_files.c: a city's files, sorted by path. What they are made into lives until files_free.
struct file_seen { uint8_t digest[32]; struct yaml *root; struct err *bad, *unread; };  // root NULL and no bad: not read as rows
struct files {
	struct folder_file *file; uint32_t n;
	struct str dir;                // where the texts are still to be read; or empty
	struct file_seen *seen;
	struct arena *trees[SPREAD_MOST], *texts[SPREAD_MOST];      // a worker's; texts of files that are read and forgotten
	uint32_t workers;
};
must_use struct err *files_see(struct files *, struct arena *);     // digests and trees of all; E_IO and others of the first that cannot be read
void files_load(struct load *, const struct files *);              // rows are found; what has no rows is read
void files_free(struct files *);

// Reading one node. Whatever is wrong becomes a finding and a harmless default.
struct str ld_copy(struct load *, struct str);
struct origin ld_origin(struct load *, const struct yaml *);
void ld_finding(struct load *, enum rule_id, const struct yaml *at, struct str subject, struct str a0, struct str a1);
void ld_known(struct load *, const struct yaml *map, const char *const *keys, size_t n);   // others: unknown_key
struct str ld_text(struct load *, const struct yaml *map, const char *key, bool required);
struct words ld_words(struct load *, const struct yaml *map, const char *key, bool required);
struct words ld_words_of(struct load *, const struct yaml *node);
bool ld_bool(struct load *, const struct yaml *map, const char *key, bool absent);
int64_t ld_int(struct load *, const struct yaml *map, const char *key, int64_t lo, int64_t hi, int64_t absent);
bool ld_dec(struct load *, const struct yaml *map, const char *key, dec *out);
struct limit ld_limit(struct load *, const struct yaml *map, const char *key, bool required);
struct condition ld_condition(struct load *, const struct yaml *map, const char *key);
day_t ld_day(struct load *, const struct yaml *map, const char *key, day_t absent);
const struct yaml *ld_list(struct load *, const struct yaml *map, const char *key);        // NULL when absent
struct str *ld_texts(struct load *, const struct yaml *map, const char *key, uint32_t *n);
// One of words[], else finding bad_value and absent.
int ld_choice(struct load *, const struct yaml *map, const char *key, const char *const *words, size_t n, int absent);
// The row of that code, NULL and a finding unknown_reference when there is none.
const void *ld_ref(struct load *, const struct yaml *map, const char *key, enum kind, bool required);
const void *ld_ref_code(struct load *, const struct yaml *at, struct str code, enum kind);

void ld_row_add(struct load *, enum kind, struct yaml *);

// A row's code and place, and whether the code is written as it must be.
struct str ld_code(struct load *, enum kind, const struct yaml *, struct origin *at);
bool ld_kind_of_file(struct str path, enum kind *);
void load_items(struct load *);        // load_item.c
void load_item(struct load *, const struct yaml *, struct item *, uint32_t row);
void load_bundles(struct load *);
void load_bundle(struct load *, const struct yaml *, struct bundle *);
void load_conditions(struct load *);   // condition.c: compiles every condition
void load_conditions_of(struct load *, struct item *const *, uint32_t n, struct bundle *const *, uint32_t n_bundles);
void load_sources(struct load *);      // source.c
void load_source_uses(struct load *, const struct yaml *instant, struct item *);
void load_rules(struct load *);        // and every rule table
void load_rule(struct load *, struct rule_table *);
struct dmn_model;
must_use struct err *rule_compile(struct arena *, const struct rule_table *, struct dmn_model **);

// index.c
struct code_index *index_new(struct arena *, uint32_t rows);
bool index_add(struct code_index *, enum kind, struct str code, uint32_t row);      // false when there
bool index_find(const struct code_index *, enum kind, struct str code, uint32_t *row);
const void *catalogue_row(const struct catalogue *, enum kind, struct str code);
bool index_item(struct catalogue *, struct str code, const struct item *, uint32_t row);   // false when the code leads to one already
// Over a whole version, with what `before` has otherwise already; bundles: how many of its own will be added, 0 when
// they stand as below. lay: an item's code leads here from now on, or nowhere (NULL).
struct code_index *index_over(struct arena *, const struct catalogue *root, const struct code_index *before, uint32_t bundles);
void index_lay(struct code_index *, struct str code, const struct item *);

// overlay.c: what areas do differently. read takes areas.yaml and areas/*, and is false for other files; expand makes
// the rows of areas before rows are counted; bind joins them to the city's; finish leaves only the city's in the counts.
bool areas_read(struct load *, struct str path, struct yaml *root);
void areas_expand(struct load *);
void areas_bind(struct load *);
void areas_finish(struct load *);

// check.c: everything that needs the whole catalogue. today is only used to tell past versions.
void catalogue_check(struct catalogue *, struct findings *);

// condition.c
struct programs *programs_new(struct arena *own, const struct catalogue *before);
// Numbers go on behind those of a whole version; what another version over it has of its own is taken along.
struct programs *programs_over(struct arena *own, const struct catalogue *root, const struct catalogue *before);
// Adds or takes away the questions a condition reads, by row.
void condition_uses(const struct catalogue *, const struct condition *, uint32_t *count, bool add);
void programs_free(struct programs *);                             // NULL is harmless
uint32_t programs_texts(const struct programs *, struct arena *, struct str **out);
void programs_of_texts(struct programs *, struct arena *own, const struct str *text, uint32_t n);
struct feel_scope *catalogue_scope(struct catalogue *, struct arena *);
// Facts bound once to the slots of all conditions.
struct binding;
struct binding *binding_new(struct arena *, const struct catalogue *, const struct json *facts);
enum truth binding_holds(struct binding *, const struct condition *);
bool condition_reads(const struct catalogue *, const struct condition *, uint32_t slot);     // slot: question index, or n_questions + subject index
bool rule_reads(const struct rule_table *, struct arena *, struct str name);
struct str rule_output(const struct rule_table *, uint32_t i);     // empty beyond the last
struct feel_context;
struct feel_context *binding_context(struct binding *);
