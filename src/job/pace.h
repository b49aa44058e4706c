// pace.h — a thread that passes over what is due: at once again while there is work, with a breath between so that under
// load one pass takes what many commits left; else it rests until it is woken or half a second has gone by.
//
// Owns    its thread. Needs nothing. Holds: pace_stop returns when the pass under way is over.
#pragma once
#include "base/base.h"

struct pace;
// pass: how much it did; *hold: do not come back before the rest is over, woken or not. idle may be NULL.
struct pace *pace_start(int breath_ms, size_t (*pass)(void *ctx, bool *hold), void (*idle)(void *ctx), void *ctx);
void pace_wake(struct pace *);
void pace_stop(struct pace *);         // NULL: nothing
