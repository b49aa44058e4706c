// desk.h — what every page of the integrated window shows beside its own matter.
//
// Memory  the call's arena; both write into the call's reply.
#pragma once
#include "op/op.h"

must_use struct err *desk_rail(struct op_call *, int64_t current);     // what waits here, what was answered today; current: the case looked at, or 0
void desk_steps(struct op_call *, const char *now);                    // the five steps of filing, those before `now` done
