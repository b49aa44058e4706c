// rectify.h — 差评整改: a bad rating is looked into, answered and rated once more.
//
// Owns    table rectification.
// Needs   case (who handled it), calendar, messages.
// Time    civil working days of the city's settings rectify_contact_days, rectify_days, rectify_long_days. The terms are
//         local, there is no national one (domain/04); these are labelled samples.
// Errors  E_RECTIFY_*.
// Holds   (1) a bad rating and its rectification are one write set; (2) who gave an opinion in the case neither speaks
//         to the rater nor answers; (3) a rating is set aside only by a unit other than the rated one; (4) each step once.
// Law     国办发〔2019〕51号: verify with the rater, rectify, tell the rater.
#pragma once
#include "domain/case/case.h"

struct rectification {
	int64_t home, id, case_id, opened_ms, contact_ms, answered_ms, ruling_ms, second_ms, version;
	day_t contact_day, due_day;
	int32_t second_level;                  // 0 = none yet
	struct str number, office, state, finding, way, contact_note, contact_name, longer, measures, reply, answer_name,
		ruling, ruling_note, ruling_name;
};
must_use struct err *rectify_open(struct plan *, const struct kase *, int64_t *out);
must_use struct err *rectify_read(struct plan *, int64_t id, struct rectification *out);             // E_NOT_FOUND
must_use struct err *rectify_of_case(struct plan *, int64_t case_id, struct rectification *out, bool *found);
// Of an office, or of all (empty); soonest due first, keyset by (due, id).
struct rectifications { struct rectification *r; size_t n; bool more; };
must_use struct err *rectify_list(struct plan *, struct str office, bool done, day_t after_day, int64_t after_id, uint32_t limit,
	struct rectifications *out);
// Whether the actor took part in the case that was rated.
must_use struct err *rectify_rated_one(struct plan *, const struct rectification *, bool *out);
must_use struct err *rectify_contact(struct plan *, struct rectification *, struct str way, struct str finding, struct str note, struct str longer);
must_use struct err *rectify_rule(struct plan *, struct rectification *, bool set_aside, struct str note);   // on a disputed one
must_use struct err *rectify_answer(struct plan *, struct rectification *, struct str measures, struct str reply);
must_use struct err *rectify_rate(struct plan *, struct rectification *, int32_t level);
