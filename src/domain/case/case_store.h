// case_store.h — rows of cases; only files of this folder include it.
#pragma once
#include "domain/case/case.h"

enum { CASE_COLS = 29 };
// The row as it will be written, in the order of case_store_select: for the journal's digest.
void case_store_vals(struct plan *, const struct kase *, struct val v[CASE_COLS]);
extern const char case_store_select[], case_store_strangers[], case_store_form_select[], case_store_file_select[], case_store_opinion_select[];

// Fills those of out whose id is among the n ids (LISTED_MOST at most); the others keep id 0.
enum { LISTED_MOST = 100 };
must_use struct err *case_store_listed(struct plan *, const int64_t *ids, size_t n, struct listed *out);
must_use struct err *case_store_read(struct plan *, int64_t id, struct kase *out, bool *found);
must_use struct err *case_store_ids(struct plan *, struct err *, const struct rows *, int64_t **ids, size_t *n);
must_use struct err *case_store_by_number(struct plan *, struct str number, int64_t *out);
must_use struct err *case_store_children(struct plan *, int64_t parent, int64_t **ids, size_t *n);
must_use struct err *case_store_of_party(struct plan *, int64_t party, int64_t before, uint32_t limit, int64_t **ids, size_t *n);
must_use struct err *case_store_drafts_before(struct plan *, int64_t changed_ms, uint32_t limit, int64_t **ids, size_t *n);
must_use struct err *case_store_granted(struct plan *, int64_t party, struct json **out);   // {"item": closed_ms} of the last grant
must_use struct err *case_store_demand(struct plan *, int64_t since_ms, struct demand **out, size_t *n);
void case_store_insert(struct plan *, const struct kase *);
void case_store_update(struct plan *, const struct kase *);

// Reads in one go the form and which of files, materials, marks, confirmations and results there are: what there is
// none of is not asked for again in this plan.
must_use struct err *case_store_outline(struct plan *, int64_t id);
must_use struct err *case_store_form(struct plan *, int64_t id, struct str *body);
void case_store_form_put(struct plan *, const struct kase *, struct str body);

struct material_row { struct str material; int64_t certificate; };
must_use struct err *case_store_materials(struct plan *, int64_t id, struct material_row **out, size_t *n);
void case_store_material_put(struct plan *, const struct kase *, struct str material, int64_t certificate);
must_use struct err *case_store_files(struct plan *, int64_t id, struct file_row **out, size_t *n);
must_use struct err *case_store_blob_used(struct plan *, struct str blob, bool *used);
must_use struct err *case_store_file_case(struct plan *, int64_t file, int64_t *case_id);
void case_store_file_add(struct plan *, const struct kase *, const struct file_row *);
void case_store_file_drop(struct plan *, int64_t case_id, int64_t file);

must_use struct err *case_store_signs(struct plan *, int64_t id, struct sign_row **out, size_t *n);
void case_store_sign_put(struct plan *, const struct kase *, const struct sign_row *, struct str token_hash);
void case_store_sign_done(struct plan *, const struct kase *, const struct sign_row *);
void case_store_sign_carry(struct plan *, const struct kase *, struct str role, struct str digest);
void case_store_sign_clear(struct plan *, const struct kase *);
must_use struct err *case_store_sign_token(struct plan *, struct str hash, int64_t *case_id, struct str *role, bool *found);
must_use struct err *case_store_signs_for(struct plan *, struct str document, int64_t **ids, size_t *n);
must_use struct err *case_store_sign_expired(struct plan *, int64_t now, uint32_t limit, int64_t **ids, size_t *n);

must_use struct err *case_store_marks(struct plan *, int64_t id, struct marks *out);
void case_store_mark_put(struct plan *, const struct kase *, const struct mark *);
void case_store_mark_fixed(struct plan *, int64_t case_id, struct str kind, struct str key);
must_use struct err *case_store_results(struct plan *, int64_t parent, struct json **out);
void case_store_result_put(struct plan *, const struct kase *, struct str code, struct str value);
must_use struct err *case_store_opinions(struct plan *, int64_t id, struct opinions *out);
void case_store_opinion_put(struct plan *, const struct kase *, const struct opinion *);
must_use struct err *case_store_taken(struct plan *, struct str office, int64_t since_ms, uint32_t limit, struct str **what, size_t *n);
