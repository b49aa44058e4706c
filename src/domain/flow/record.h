// record.h — the events of an instance as rows, and the proof that they give its state.
//
// Owns    table flow_event (flow_event.sql), flow_event_past of instances that were put away (past.h).
// Needs   bpmn (the pure step), flow's instances and models.
// Memory  flow_records in the plan's arena; flow_replay keeps one instance at a time.
// Time    an event keeps the now_ms its step was given; a step under another clock gives other bytes.
// Errors  E_BPMN_* and E_FLOW_MODEL are findings of a replay, not its failure.
// Holds   (1) for every instance: its events through bpmn_step, and its moves to other catalogue
//         versions through bpmn_migrate, give the stored state byte for byte; (2) rows of open
//         tasks, timers, waits, jobs and incidents are those the state waits for; (3) no personal
//         value stands in an event.
#pragma once
#include "domain/flow/flow.h"

struct flow_record {
	int64_t version, n, at_ms;
	bool migrate;                      // moved to another version instead of an event
	struct str from, to;               // catalogue versions of a move
	struct bpmn_event ev;
	struct str detail;                 // as stored
};
must_use struct err *flow_records(struct plan *, int64_t instance, struct flow_record **out, size_t *n);
const char *flow_record_kind(const struct flow_record *);                  // "task"

enum flow_flaw {
	FLOW_NO_EVENTS,                    // nothing was recorded of it
	FLOW_GAP,                          // an event is missing or stands twice
	FLOW_REFUSED,                      // the engine does not take a recorded event
	FLOW_STATE,                        // it takes them all and comes to another state
	FLOW_END,                          // end, outcome or version of the row are not those of the state
	FLOW_ROWS,                         // rows of open tasks, timers … are not those the state waits for
};
const char *flow_flaw_name(enum flow_flaw);
struct flow_replay_finding {
	enum flow_flaw flaw;
	int64_t instance, case_id, version;    // version: at which the replay left the record
	struct str text;
};
struct flow_replay {
	int64_t instances, running, events, moves, findings;
	int64_t bytes;                     // of all states compared
};
struct flow_replay_watch {
	void (*found)(void *ctx, const struct flow_replay_finding *);
	void (*progress)(void *ctx, int64_t done, int64_t all);
	void (*record)(void *ctx, int64_t instance, const struct flow_record *);
	void *ctx;
};
// Every instance of the store, from its events. The plan needs a snapshot only.
must_use struct err *flow_replay(struct plan *, const struct flow_replay_watch *, struct flow_replay *out);
