// case.h — an application from draft to close, and the items of a bundle as cases of their own.
//
// Owns    tables case_, case_form, case_material, case_file, case_sign, case_mark, case_result,
//         case_opinion (case.sql). Writes nothing else; process rows are flow's.
// Needs   a plan; catalogue, flow, party, cert, notice, pay.
// Memory  in the plan's arena.
// Time    instants UTC ms; promise_day and legal_day are civil days of Shanghai.
// Errors  E_CASE_*, form errors with the key as field. On error nothing was written.
// Holds   (1) a closed case never changes; (2) every change of a case raises its version, guarded;
//         (3) a confirmation counts only while its digest is the case's, so any change voids it;
//         (4) accepted_ms is set if and only if the clock runs or ran; (5) correction comes before
//         acceptance, once (行政许可法 32(4)); (6) an item is accepted when the results of its
//         predecessors exist; (7) a bundle closes when all its items have.
#pragma once
#include "domain/domain.h"
#include "domain/flow/flow.h"

enum case_state {
#define C(s, zh, en) CASE_##s,
#include "domain/case/case.def"
#undef C
	CASE_STATES
};
const char *case_state_name(enum case_state);
struct words case_state_words(enum case_state);

struct values;
struct kase {                          // "case" is taken
	int64_t home, id, parent;
	bool bundle;
	struct str what, catalogue, number;
	enum case_state state;
	int64_t version, applicant, filed_by;
	struct str via, office, digest, outcome, reason;
	struct json *answers, *delivery, *saved;
	int64_t corrections, created_ms, changed_ms, received_ms, accepted_ms, closed_ms;
	bool deemed;
	day_t promise_day, legal_day;      // 0 = none
	int64_t due_ms;
	struct catalogue *cat;             // its own version, kept by the domain
	struct matter matter;
	const struct subject *subject;     // which the applicant is in the form
	int64_t was;                       // version in the snapshot; 0 = new in this plan
	bool touched;
	bool refunded;                     // this plan gives its payments back
	const struct values *values;       // its form as this plan knows it, opened once; NULL: not read yet
	struct source_query *source;       // what other offices were asked, as this plan knows it (case_sources)
	size_t n_sources;
	bool sources_read;
	struct kase *next;                 // in the plan
};
// Cases are kept in the plan: reading one twice gives the same object. E_NOT_FOUND.
// What an operation on this case is about to read, so that it travels together (snap_expect): its row or, `whole`, also
// its outline.
void case_ahead(struct snap *, struct arena *, int64_t id, bool whole);
must_use struct err *case_read(struct plan *, int64_t id, struct kase **out);
// Reads what case_ahead said of the whole, and has its applicant travel with the next query.
must_use struct err *case_whole(struct plan *, const struct kase *);
// Cases as lists show them, in the order of ids, and not for writing: only what they are, where they stand, how they came and
// when is read; nobody is unsealed. They travel 25 at a time.
struct listed { struct kase k; struct str masked; };       // masked: the applicant
must_use struct err *case_listed(struct plan *, const int64_t *ids, size_t n, struct listed **out);
must_use struct err *case_by_number(struct plan *, struct str number, int64_t *out);    // E_NOT_FOUND
struct cases { struct kase **k; size_t n; bool more; };
must_use struct err *case_children(struct plan *, int64_t parent, struct cases *out);   // in the bundle's order
// Codes of the items that an office's windows took most since then, as applications by themselves; most first. One query
// over an index, as long as what was taken since then.
must_use struct err *case_taken(struct plan *, struct str office, int64_t since_ms, uint32_t limit, struct str **what, size_t *n);
must_use struct err *case_of_party(struct plan *, int64_t party, int64_t before, uint32_t limit, struct cases *out);
must_use struct err *case_drafts_before(struct plan *, int64_t changed_ms, uint32_t limit, struct cases *out);

// An enquiry of the signed-in party, answered from the record (query.c): found rows in words, and the signed
// answer. refused: a proof of absence where there is something; no certificate then.
struct query_answer { uint32_t found; struct str *line, text, as_of, number; int64_t certificate; bool refused; };
must_use struct err *case_query(struct plan *, const struct item *, struct query_answer *out);

// How often each item or bundle was applied for since, and how that went.
struct demand { struct str what; int64_t received, closed, granted, corrected; };
must_use struct err *case_demand(struct plan *, int64_t since_ms, struct demand **out, size_t *n);

// Marks a case as changed by this plan; case_write (once, by op_call) turns that into one guarded
// update a case, however often it was touched.
void case_touch(struct plan *, struct kase *);
must_use struct err *case_write(struct plan *);
must_use struct err *case_move(struct plan *, struct kase *, enum case_state to);   // E_CASE_STATE unless case.def allows it

// ---- drafts (form.c) ----
// What the city already knows of the applicant is filled in, with where it came from.
must_use struct err *case_start(struct plan *, struct str what, const struct json *answers, int64_t party, struct kase **out);
struct party_new;
// The same for somebody whose record is made in this very plan (at a counter): prefilled from it.
must_use struct err *case_start_new(struct plan *, struct str what, const struct json *answers, int64_t party,
	const struct party_new *, struct kase **out);
struct value { struct str key, text, source, masked; bool sensitive; };   // text in clear, in memory only
struct values { struct value *v; size_t n; };
must_use struct err *case_values(struct plan *, const struct kase *, struct values *out);
void values_set(struct plan *, struct values *, const struct value *);         // adds or replaces
struct value *values_find(const struct values *, struct str key);
struct json *values_facts(struct plan *, const struct kase *, const struct values *);   // for conditions and rules
must_use struct err *case_form_of(struct plan *, const struct kase *, const struct values *, struct form *out);
// Saves the values of a page as typed: checked, normalised, sealed. Nothing is saved when a field is wrong.
must_use struct err *case_save(struct plan *, struct kase *, const struct form *, const struct form_page *, const struct json *typed);
struct str case_prefill_source_words(struct str source, bool english);
must_use struct err *case_set_delivery(struct plan *, struct kase *, struct str way, struct str name, struct str phone, struct str address);
must_use struct err *case_drop(struct plan *, struct kase *);

// ---- materials (material.c) ----
struct file_row { int64_t id; struct str material, blob, type, name; int64_t size, added_ms; };
struct held {                          // one material of an application and what there is of it
	struct need need;
	struct file_row *file; size_t n_files;
	int64_t certificate;               // used from the library, 0 = none
	int64_t offered;                   // one that could be used
	const struct source_use *source;   // another office proves it: nothing to hand in; NULL: none does
	struct str certificate_number;     // masked
	bool other_holder;                 // of a signatory: used once that person confirms
	struct str mark;                   // reason of a correction, or empty
	bool fixed;
	bool complete;                     // nothing more to hand in
};
struct holding { struct held *h; size_t n; uint32_t complete, needed; };
must_use struct err *case_holding(struct plan *, const struct kase *, const struct values *, struct holding *out);
// The same for who has the facts of these values already (values_facts).
must_use struct err *case_holding_by(struct plan *, const struct kase *, const struct values *, const struct json *facts, struct holding *out);
must_use struct err *case_add_file(struct plan *, struct kase *, struct str material, const struct file_row *, int64_t *id);
must_use struct err *case_drop_file(struct plan *, struct kase *, int64_t file);
must_use struct err *case_file_read(struct plan *, int64_t case_id, int64_t file, struct file_row *out);
must_use struct err *case_blob_used(struct plan *, struct str blob, bool *used);         // some case names these bytes
must_use struct err *case_of_file(struct plan *, int64_t file, int64_t *case_id);       // 0 = none
must_use struct err *case_use_certificate(struct plan *, struct kase *, struct str material, bool use);

// ---- submitting and signing (sign.c) ----
struct sign_row {
	struct str role, masked, state, digest, via, reason, document;
	int64_t party, account, invited_ms, expires_ms, done_ms;
	bool confirmed;                    // state confirmed and digest is the case's
	const struct signatory *signatory;
};
struct signs { struct sign_row *s; size_t n; };
must_use struct err *case_signs(struct plan *, const struct kase *, struct signs *out);
must_use struct err *case_problems(struct plan *, struct kase *, struct err **problems);   // what keeps it from being submitted
must_use struct err *case_submit(struct plan *, struct kase *);
must_use struct err *case_confirm(struct plan *, struct kase *, struct str role, struct str digest, struct str document);
must_use struct err *case_refuse_sign(struct plan *, struct kase *, struct str role, struct str reason);
must_use struct err *case_back_to_draft(struct plan *, struct kase *, struct str why);
must_use struct err *case_sign_by_token(struct plan *, struct str token, int64_t *case_id, struct str *role, bool *found);
must_use struct err *case_signs_of_party(struct plan *, int64_t party, struct cases *out);   // waiting for this person
must_use struct err *case_signs_expired(struct plan *, uint32_t limit, int64_t **ids, size_t *n);
// The role of the actor's party in this application, empty when none. Links the party on first sight.
must_use struct err *case_role_of(struct plan *, const struct kase *, int64_t party, struct str *role);

// ---- at the window (accept.c) ----
struct mark { struct str kind, key, reason; bool fixed; };
struct marks { struct mark *m; size_t n; };
must_use struct err *case_marks(struct plan *, int64_t case_id, struct marks *out);
// The office that receives at the integrated window for this case's office: the nearest by division; NULL = none.
const struct office *case_window(const struct kase *);
must_use struct err *case_accept(struct plan *, struct kase *, bool deemed);
must_use struct err *case_ask_correction(struct plan *, struct kase *, const struct mark *, size_t n, struct str note);
must_use struct err *case_correct(struct plan *, struct kase *, const struct json *typed);
must_use struct err *case_resubmit(struct plan *, struct kase *);

// ---- other offices asked before a table decides (ask.c) ----
struct source_query;
struct source_use;
struct source_wire;
must_use struct err *case_sources(struct plan *, struct kase *, struct source_query **out, size_t *n);
// Whether the use is asked at all: not when the paper it proves is there already.
bool case_source_needed(const struct holding *, const struct source_use *);
// A question is about to leave: counted and written to the access log. !open: nobody waits for it any more.
must_use struct err *case_source_send(struct plan *, int64_t query, struct source_wire *out, bool *open);
// An answer as it came; own: over the connection we opened. What it settles may decide the case here and now.
must_use struct err *case_source_take(struct plan *, int64_t query, struct str body, struct str signature, bool own);
// A try failed. *next_ms: when to try again; 0: that was the last, or `last` says so, and a person decides.
must_use struct err *case_source_missed(struct plan *, int64_t query, struct str why, bool last, int64_t *next_ms);
must_use struct err *case_source_lapse(struct plan *, int64_t query);          // its time is over

// ---- running (child.c) ----
extern const struct flow_hooks case_flow_hooks;
struct opinion { struct str step, outcome, opinion, basis, name, office; int64_t at_ms, account; };
struct opinions { struct opinion *o; size_t n; };
must_use struct err *case_opinions(struct plan *, int64_t case_id, struct opinions *out);
// How many must sign a task, how many have, and whether this actor may: why_not is E_TASK_* or NULL.
struct signing { uint32_t officers, signed_by; struct err *why_not; };
must_use struct err *case_signing(struct plan *, const struct kase *, const struct task *, const struct opinions *, struct signing *out);
// *missing: officers who must sign the same task before it is done (行政许可法 34).
must_use struct err *case_decide(struct plan *, const struct task *, struct str outcome, struct str opinion,
	struct str basis, struct str reason, uint32_t *missing);
must_use struct err *case_withdraw(struct plan *, struct kase *, struct str item, struct str reason);
bool case_job_known(struct str type);                    // done by the program; others wait for a person
must_use struct err *case_job(struct plan *, const struct flow_job *);       // service tasks: issue, order, deliver
struct json *case_results(struct plan *, int64_t parent);                   // {"contract_number": "…"}
must_use struct err *case_light(struct plan *, const struct kase *, enum light *out, int32_t *left_wd);
