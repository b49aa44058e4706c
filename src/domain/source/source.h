// source.h — data sources of other offices 数据共享: asked, answered, kept as evidence.
//
// Owns    table source_query; for the sandbox sandbox_source and sandbox_answer (source.sql); outbox rows of the
//         kinds "source.ask" and "source.push".
// Needs   a plan; catalogue (what may be asked), settings source.addresses and source.secrets. Knows no case.
// Memory  in the plan's arena.
// Time    an answer counts until due_ms; it may be used again for age_h hours of its source.
// Errors  E_SOURCE_SIGNATURE for a notification that is not signed by the source, E_NOT_FOUND.
// Holds   (1) nothing leaves within a write set: asking writes a row and an outbox entry, a job sends it; (2) only
//         the facts an item names are asked, and an answer with any other is refused whole (个人信息保护法 6);
//         (3) a question is settled once: what comes later changes nothing and is noted; (4) values are sealed, the
//         digest of the signed bytes is in the journal; (5) each time a person's data leaves, the access log
//         has it first, with the purpose.
#pragma once
#include "domain/domain.h"

struct source_query {
	int64_t home, id, case_id, asked_ms, due_ms, tries, done_ms, reused, late_ms, rev;
	struct str item, source, subject, version, state, why, digest;
	struct str request, answer, same;      // request, answer: in clear
};

// ---- asking ----
struct source_question {
	int64_t home, case_id, party;
	struct str item;
	const struct source_use *use;
	const struct json *query;              // {"id_number": "…"}: each query element's value
};
// Writes the question down and hands it to the outbox; or answers it at once from an answer that is young enough.
must_use struct err *source_ask(struct plan *, const struct source_question *, struct source_query *out);
must_use struct err *source_of_case(struct plan *, int64_t case_id, struct source_query **out, size_t *n);
must_use struct err *source_read(struct plan *, int64_t id, struct source_query *out);        // E_NOT_FOUND
static inline bool source_open(const struct source_query *q) { return str_is(q->state, "asked"); }

// ---- sending: what the job needs to put on the wire ----
struct source_wire { enum source_kind kind; struct str url, body, signature; int32_t timeout_ms; bool possible; };
// One try more, written to the access log with its purpose. !possible: no address or secret is configured.
must_use struct err *source_send(struct plan *, struct source_query *, const struct source *, struct str purpose, struct source_wire *out);
struct str source_sign(struct plan *, const struct source *, struct str body);                // empty: no secret

// ---- answers ----
// What a signed body says; pure. facts: stored forms by code, an absent one is not known.
enum source_says { SOURCE_FOUND, SOURCE_NONE, SOURCE_MALFORMED };
enum source_says source_parse(struct arena *, const struct catalogue *, const struct source *, const struct json *asked,
	struct str body, int64_t query, day_t today, struct json **facts);
// Takes an answer. own: it came over the connection we opened, so a bad signature is the source's fault and settles
// the question; else it is anybody's and refused. *settled: by this very call.
must_use struct err *source_take(struct plan *, struct source_query *, const struct catalogue *, const struct source *, struct str body,
	struct str signature, bool own, bool waited, bool *settled);
must_use struct err *source_give_up(struct plan *, struct source_query *, struct str why);    // silent
must_use struct err *source_due(struct plan *, int64_t now_ms, uint32_t limit, int64_t **ids, size_t *n);

// ---- for staff ----
struct source_count { struct str source; int64_t asked, answered, none, silent, wrong, open, late, reused, median_ms; };
must_use struct err *source_counts(struct plan *, int64_t since_ms, struct source_count **out, size_t *n);
struct words source_state_words(struct str state);
struct words source_why_words(struct str why);

// ---- the sandbox (sandbox.c): another office's system, with a book of its own ----
must_use struct err *sandbox_behaviour(struct plan *, struct str source, struct str *out);
void sandbox_behave(struct plan *, struct str source, struct str behaviour);
struct sandbox_said { int status; struct str body, signature; };       // 200 an answer, 202 it will come later, 0 silence
must_use struct err *sandbox_hear(struct plan *, const struct source *, struct str body, struct str signature, struct sandbox_said *out);
// What it pushes for a question later; found false: it never heard of it.
must_use struct err *sandbox_push(struct plan *, const struct source *, int64_t query, struct sandbox_said *out, bool *found);
