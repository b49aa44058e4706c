// rule.h — decisions made by tables: judged, recorded, replayed, reviewed by people.
//
// Owns    tables rule_decision, rule_review (rule.sql).
// Needs   dmn, catalogue; a plan. Knows no case: whoever asks brings the facts.
// Memory  in the arena given.
// Time    a decision is judged at now_ms in a zone, by the version in force on its legal day; no clock is read.
// Errors  E_RULE_*. Judging itself never fails: whatever is wrong means that a person decides.
// Holds   (1) judging is a function of table, snapshot, now and zone: the same four give the same output,
//         trace and verdict, byte for byte, so that every record can be replayed; (2) the verdict is "grant"
//         or "person", never a refusal (个人信息保护法 24); grant needs that the table says so and
//         nothing it read is null, nothing contradicts, no paper is unread, no diagnostic was raised;
//         (3) a snapshot holds what the table declares it reads and nothing else (PIPL 6: the least that
//         is needed), sealed at rest; (4) records are never changed.
#pragma once
#include "domain/domain.h"

#define RULE_ENGINE "tongban-dmn 1.5/1"
#define RULE_ZONE "Asia/Shanghai"

struct feel_context;
struct feel_zone;

// What stands beside the table's inputs: why nobody but a person may decide.
struct rule_evidence {
	struct json *contradictions;           // ["elder.birth_date"]: two sources differ
	struct json *unread;                   // ["household_register.elder"]: a paper no machine can read
	struct json *altered;                  // a paper that differs from the record it names
	struct json *another;                  // a certificate of somebody else, or of another kind
	struct json *costly;                   // a paper that asks more of a machine than it may (pages, pixels, time)
	struct json *silent;                   // ["source.population"]: an office that did not answer
	struct json *none;                     // one that has no record
	struct json *wrong;                    // one whose answer cannot be trusted: not signed by it, or not as agreed
	bool declined;                         // the applicant wants a person (个人信息保护法 24 para. 3)
	struct json *digests;                  // [{"form": …}, {"certificate": id, "digest": …}, {"file": id, "blob": …}]
};

// The table that decides this item on that day; NULL: none, a person does.
const struct rule_table *rule_in_force(const struct catalogue *, const struct item *, day_t legal);
bool rule_wants(struct arena *, const struct rule_table *, struct str input);   // does it read this input
// What the table declares it reads, cut out of the facts, as JSON: {"inputs": …, "evidence": …}.
struct json *rule_snapshot(struct arena *, const struct rule_table *, const struct feel_context *facts,
	const struct rule_evidence *);

struct rule_judged {
	bool grant;
	struct json *why;                      // list of codes; empty if and only if grant
	struct json *value;                    // what the table gave: an object, or null
	struct str output;                     // the same as canonical text
	struct str trace, digest;              // canonical text; its SM3
	struct str sentence, sentence_en;
	bool english;                          // the table has words of its own for sentence_en; else it is in Chinese
};
void rule_judge(struct arena *, const struct rule_table *, const struct json *snapshot, int64_t now_ms,
	const struct feel_zone *, struct rule_judged *out);
struct str rule_why_text(struct arena *, const struct catalogue *, struct str code, bool english);

// ---- records ----
struct rule_decision {
	int64_t home, id, case_id;
	struct str item, office, rule, version;
	day_t legal_day;
	int64_t now_ms;
	struct str zone, input, output, verdict, why, trace_digest, trace, sentence, evidence, engine, icu, tzdata;   // input, trace: in clear
};
// Judges and writes the record into the plan's set.
must_use struct err *rule_decide(struct plan *, const struct rule_table *, struct rule_decision *facts, const struct json *snapshot,
	const struct rule_evidence *, struct rule_judged *out);
must_use struct err *rule_of_case(struct plan *, int64_t case_id, struct rule_decision *out, bool *found);   // the newest
must_use struct err *rule_read(struct plan *, int64_t id, struct rule_decision *out, bool *found);
// Records with lo <= id < hi, for replay; fn's row is gone when it returns.
typedef struct err *(*rule_fn)(void *ctx, const struct rule_decision *);
must_use struct err *rule_each(struct plan *, int64_t lo, int64_t hi, rule_fn, void *ctx);
must_use struct err *rule_span(struct plan *, int64_t *least, int64_t *most, int64_t *count);
void rule_record(struct plan *, struct rule_decision *);         // seals and inserts; made by rule_decide

struct rule_count { struct str rule; int64_t decided, granted, open, agreed, disagreed; };
must_use struct err *rule_counts(struct plan *, int64_t since_ms, struct rule_count **out, size_t *n);

// ---- replay ----
struct rule_change { bool same_output, same_verdict, same_trace; struct rule_judged now; };
// Decides a record again: with the table given (of its own version: must be the same in all three).
must_use struct err *rule_replay(struct arena *, const struct rule_decision *, const struct rule_table *, struct rule_change *out);

// ---- people look again ----
struct rule_review {
	int64_t home, id, decision, case_id, opened_ms, done_ms;
	struct str item, office, rule, kind, words, state, opinion, name;
};
bool rule_sampled(struct plan *, int64_t decision, int32_t percent);       // by lot nobody can foresee, the same each time
must_use struct err *rule_review_open(struct plan *, const struct rule_decision *, struct str kind, struct str words, int64_t *out);
must_use struct err *rule_review_read(struct plan *, int64_t id, struct rule_review *out);               // E_NOT_FOUND
must_use struct err *rule_reviews(struct plan *, struct str office, bool open, uint32_t limit, struct rule_review **out, size_t *n);
must_use struct err *rule_reviews_of_case(struct plan *, int64_t case_id, struct rule_review **out, size_t *n);
must_use struct err *rule_review_done(struct plan *, const struct rule_review *, bool agree, struct str opinion);

// ---- for staff to read and try ----
uint32_t rule_rows(const struct rule_table *);                   // 0: not one table
// Columns, rows, findings, the facts it reads as fields; with values ({"elder.born": "1940-01-01"}) also result:
// grant, sentence, columns with their values, rows hit, why a person. E_TYPE or E_DATE at the field that is none.
must_use struct err *rule_panel(struct arena *, const struct catalogue *, const struct rule_table *, const struct json *values,
	int64_t now_ms, bool english, struct json *out);
