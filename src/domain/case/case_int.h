// case_int.h — what the files of this folder share; nobody else includes it.
#pragma once
#include "domain/case/case.h"
#include "domain/case/case_store.h"
#include "domain/cert/cert.h"
#include "domain/notice/notice.h"
#include "domain/party/party.h"
#include "domain/pay/pay.h"
#include "domain/post/post.h"
#include "domain/source/source.h"
#include "domain/trail.h"

must_use struct err *case_new(struct plan *, struct kase *);
must_use struct err *case_expect(struct plan *, const struct kase *, enum case_state);
// The digest signatories confirm: form and materials, keyed by the city (values cannot be guessed from it).
must_use struct err *case_receive(struct plan *, struct kase *);
// From when what was received at at_ms counts: outside office hours the next working day, at a window always, online when
// the city says so (hours.online_next_day; the practice differs, domain/03).
must_use struct err *case_receipt(struct plan *, const struct kase *, int64_t at_ms, int64_t *out);
// The identity number the form gives for a subject, or empty.
struct str case_subject_document(const struct kase *, const struct values *, const struct subject *);
struct str case_subject_value(const struct kase *, const struct values *, const struct subject *, enum element_type);
// The party a subject of the form is, as far as it is known: 0 = not known.
must_use struct err *case_subject_party(struct plan *, const struct kase *, const struct values *, const struct subject *, int64_t *out);
must_use struct err *case_put_values(struct plan *, struct kase *, const struct values *);
must_use struct err *case_check_typed(struct plan *, const struct kase *, const struct form_field *, struct str text, struct value *out);
must_use struct err *case_make_children(struct plan *, struct kase *);
must_use struct err *case_deadline(struct plan *, struct kase *, struct limit promised, struct limit legal);
// What papers of a case may say (paper.c). Only the applicant and the offices see papers.
struct json *case_paper_facts(struct plan *, const struct kase *);
must_use struct err *case_paper(struct plan *, const struct kase *, struct str code, struct json *facts);
void case_message(struct plan *, const struct kase *, struct str code);           // to the applicant
void case_message_to(struct plan *, const struct kase *, struct message_new to, struct json *more, struct json *more_en);
struct json *case_decision_facts(struct plan *, const struct kase *, const struct basis *, struct str reason);
must_use struct err *case_accept_instant(struct plan *, struct kase *);      // by the decision itself
// The job that decides by table: vars get verdict "grant" or "person" (instant.c).
must_use struct err *case_judge(struct plan *, struct kase *, struct json *vars);
// The job before it: other offices are asked; vars get asking (ask.c).
must_use struct err *case_ask(struct plan *, struct kase *, struct json *vars);
must_use struct err *case_asking_helps(struct plan *, struct kase *, const struct holding *, bool *out);    // instant.c
const struct source_query *case_source_of(const struct kase *, const struct source_use *);    // the newest; NULL: not asked
must_use struct err *case_instant_now(struct plan *, struct kase *);
// The certificate of the library that an uploaded file shows, if a machine can read one (read.c).
enum seen { SEEN_NOTHING, SEEN_CERTIFICATE, SEEN_ALTERED, SEEN_TOO_MUCH };
must_use struct err *case_file_certificate(struct plan *, const struct file_row *, struct cert *out, enum seen *);
// A FEEL expression over the facts, as text; empty for null.
must_use struct err *case_expression(struct plan *, const struct kase *, struct str text, const struct json *facts, struct str *out);
