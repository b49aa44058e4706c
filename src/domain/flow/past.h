// past.h — instances that are over are put away, so that a step beside a million of them costs what it costs beside a thousand.
//
// Owns    tables flow_instance_past, task_past, flow_event_past (flow_6.sql): rows as they were in the tables of what runs.
// Needs   flow's instances.
// Memory  the plan's arena.
// Time    an instance is due setting flow.keep_days after the day (Shanghai) it ended on.
// Errors  E_STALE when another process puts the same ones away: plan again.
// Holds   (1) an instance, its tasks and its events lie on one side, all of them, at every moment: they move in one set;
//         (2) only what ended moves, no column is changed, and nothing moves back: an ended instance takes no event;
//         (3) what ended within PAST_LEAST_MS lies where it was.
#pragma once
#include "domain/flow/flow.h"

enum { PAST_LEAST_MS = 24 * 3600 * 1000 };
// Whether any is due.
must_use struct err *flow_past_due(struct plan *, bool *due);
// Puts away those that are due, the oldest end first, at most a slice: how many. More are due when it is PAST_SLICE.
enum { PAST_SLICE = 100 };
must_use struct err *flow_put_away(struct plan *, size_t *n, int64_t *first);
