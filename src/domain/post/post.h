// post.h — results handed over: electronic, picked up at a window, or by courier.
//
// Owns    table post_order, post_track; outbox rows of kind "post.order".
// Errors  E_POST_*.
// Holds   (1) a tracking event is applied once and in order of its instant; (2) name, phone and
//         address of the receiver are sealed.
// Law     行政许可法 44: handed over within 10 working days of the decision.
#pragma once
#include "domain/domain.h"

struct post_track { int64_t at_ms; struct str text; };
struct post_order {
	int64_t id, home, case_id, created_ms, due_ms, done_ms;
	struct str way, state, courier_no, name_masked, address_masked;   // state: new, sent, delivered, ready, handed_over
	struct post_track *track; size_t n_track;
};
must_use struct err *post_create(struct plan *, int64_t home, int64_t case_id, struct str way, const struct json *to, int64_t *out);
must_use struct err *post_of_case(struct plan *, int64_t case_id, struct post_order *out, bool *found);
// Verifies a courier's callback {order, courier_no, state, text, at} and applies it.
must_use struct err *post_update(struct plan *, struct str body, struct str signature);
must_use struct err *post_hand_over(struct plan *, int64_t id);          // at the window
