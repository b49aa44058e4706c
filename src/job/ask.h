// ask.h — questions to other offices: sent, and what they answer taken in.
//
// Owns    nothing but its thread, apart from the other jobs' one: an office that is slow holds up nobody's timers.
// Needs   op, net (the client).
// Holds   (1) no write set is open while the network is waited for; (2) an entry is done at least once; the question's
//         id makes a repeat harmless; (3) an office that did not answer in a pass is not tried again in that pass, so
//         that one silent office costs the others one time limit a pass.
#pragma once
#include "job/pace.h"
#include "op/op.h"

// One pass over what is due, as job_pass.
size_t ask_pass(struct op_app *, uint32_t most, size_t *failed);

struct pace *ask_start(struct op_app *);           // woken by pace_wake; pace_stop waits for the request under way
