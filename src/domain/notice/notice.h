// notice.h — papers 文书 handed to people, and messages sent to them.
//
// Owns    tables paper, message; outbox rows of kind "message".
// Needs   paper and message templates of the catalogue; the template compiler is given as a hook,
//         since papers are laid out by the same code as pages.
// Errors  E_NOT_FOUND.
// Holds   (1) a paper's content is fixed when it is issued: its facts, template text and date are
//         stored, so that the same bytes come out for ever; (2) messages carry no personal number
//         and no invitation names anybody; (3) what is sent out is Chinese, English is for reading here.
// Law     行政许可法 32: written proof of acceptance or refusal with seal and date; 38: a refusal gives
//         reasons and tells of 行政复议 and 行政诉讼.
#pragma once
#include "domain/domain.h"

struct paper_row { int64_t id, case_id, issued_ms; struct str code, number, title, verify; };
struct paper_new {
	int64_t home, case_id;
	struct str code;                             // receipt, acceptance_notice, correction_notice, decision_grant, decision_refuse …
	struct str office;                           // whose seal
	const struct json *facts;                    // what the template may show; personal values masked or the applicant's own
};
must_use struct err *paper_issue(struct plan *, const struct paper_new *, int64_t *out);
must_use struct err *paper_list(struct plan *, int64_t case_id, struct paper_row **out, size_t *n);
must_use struct err *paper_pdf(struct plan *, int64_t paper, struct str *title, struct str *out);
must_use struct err *paper_case(struct plan *, int64_t paper, int64_t *case_id);       // 0 = none
must_use struct err *paper_by_verify(struct plan *, struct str code, struct paper_row *out, bool *found);

// ---- messages (message.c) ----
struct message_new {
	int64_t home, case_id;                       // what it is about; 0 = no application
	int64_t party;                               // whose it is, when the city knows that person
	struct str document;                         // otherwise the keyed hash of the receiver's number
	struct str phone, code;                      // in clear: sealed on its way out; template of the catalogue
	const struct json *facts;
	const struct json *english;                  // those of the facts that are said otherwise in English; NULL = none
};
// Fills in the template in both languages, as far as it has them; keeps the message for its receiver to read and puts it into the outbox (sandbox: the message log).
void message_send(struct plan *, const struct message_new *);
struct message { int64_t id, home, case_id, at_ms, read_ms; struct str code; struct words title, text; };      // English may be empty
// A person's own, newest first, before `before` (0: from the newest). What was sent to a document
// before its holder was known belongs to that person too.
struct messages { struct message *m; size_t n; bool more; };
must_use struct err *message_list(struct plan *, int64_t party, bool unread, int64_t before, uint32_t limit, struct messages *out);
must_use struct err *message_of(struct plan *, int64_t party, int64_t id, struct message *out, bool *found);
enum { MESSAGES_COUNTED = 100 };                 // beyond it nobody counts
must_use struct err *message_unread(struct plan *, int64_t party, int64_t *out);      // at most MESSAGES_COUNTED
must_use struct err *message_seen(struct plan *, const struct message *);            // once; later calls change nothing
