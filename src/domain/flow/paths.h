// paths.h — the ways cases really took through a process, and how long they stayed where.
//
// Owns    nothing. Every event of an instance stands in flow_event; it is stepped through again, as a
//         replay does, with the engine telling what each token entered and left.
// Needs   flow's instances, events and models.
// Memory  the result in the plan's arena; one instance at a time in one of its own.
// Time    instances that began at or after from_ms; waits are real time, nights and holidays included.
// Errors  E_FLOW_MODEL when nothing can be said of the model.
// Holds   (1) bounded: the newest `cap` instances of one model and at most PATHS_EVENTS of their events are
//         read, by an index; what was left out is said; (2) what was passed is counted by element id, so
//         that cases under different catalogue versions add up; (3) no personal value is looked at.
#pragma once
#include "domain/flow/flow.h"

enum { PATHS_CASES = 2000, PATHS_EVENTS = 60000, PATHS_LENGTH = 60 };

struct path_step {
	struct str id, name, kind;         // kind: userTask, exclusiveGateway …
	int64_t passed, waits;             // entered; and left again
	int64_t wait_ms;                   // mean from entering to leaving
};
struct path {
	const struct path_step **step;     // what a person would name: activities, events with a name
	uint32_t n;
	bool cut;                          // longer than PATHS_LENGTH
	struct str outcome;
	int64_t count, median_ms, p90_ms;  // of the cases that took it, from begin to end
};
struct paths {
	int64_t begun, ended, running, skipped;    // skipped: whose model cannot be read any more
	bool capped;                       // more cases began than were looked at
	int64_t oldest_ms;                 // the first of those looked at began
	int64_t median_ms, p90_ms;         // of all that ended
	struct path *path; size_t n;       // of ended instances, most frequent first
	struct path_step *step; size_t n_step;
	struct str svg;                    // the version in force; above each element how often and how long
};
must_use struct err *flow_paths(struct plan *, struct str model, int64_t from_ms, uint32_t cap, struct paths *out);
// What began lately, by model: of the newest `cap` instances. Most first.
struct path_model { struct str model; int64_t n; };
must_use struct err *flow_models_used(struct plan *, uint32_t cap, struct path_model **out, size_t *n);
// 40 分钟, 3.5 小时, 4.2 天
struct str flow_span(struct arena *, int64_t ms, bool english);
