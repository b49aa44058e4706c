// job.h — timers, service tasks and the outbox: what happens without anybody asking.
//
// Owns    nothing but its thread. Everything it does is an operation called as the system.
// Needs   op; the outbox's peers (sandbox gateway, courier, message log) behind job_peer.
// Time    due instants are compared with seam_now_ms; a timer only wakes a case up, a clock that
//         jumps moves no deadline.
// Holds   (1) an entry is done at least once; its key makes a repeat harmless; (2) one pass works in
//         slices, so that a long queue never holds a worker.
#pragma once
#include "op/op.h"

// One pass: everything that is due now, oldest first, at most `most` of each kind. Returns how many
// were done; errors of single entries are retried later and counted in *failed.
size_t job_pass(struct op_app *, uint32_t most, size_t *failed);

struct jobs;
struct jobs *job_start(struct op_app *);           // a thread that passes when something was committed or falls due
void job_wake(struct jobs *);
void job_stop(struct jobs *);                      // NULL is harmless

struct actor job_actor(void);                      // the system
