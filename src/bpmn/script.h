// script.h — a model played by a script of events: for `tongban bpmn run`, for tests and for docs.
//
// Each line is an event, followed by what it must lead to:
//
//     now 2026-11-05T01:00:00Z             the clock (it begins at 2026-11-02T01:00:00Z)
//     wait PT2H                            moves it
//     process approval                     which process; else the default one
//     start [key=K] [element=ID] {"a":1}   key: the business key
//     done review {"ok":true}              task ids; review#2 is the second open one
//     timer T   message NAME [corr=C] [at=ID] {..}   signal NAME {..}   vars {..}   cancel [OUTCOME]
//     call ID OUTCOME {..}   call-failed ID [code=C]   job ID {..}   job-failed ID [code=C]
//     error ID code=C {..}   escalate ID code=C   adhoc ID ELEMENT   adhoc-done ID   resolve ID {..}
//     > task review role=clerk due=5wd     an effect, in order; if one is given, all must be
//     = review T                           what is open now, sorted; x*2 twice, x! an incident
//     = ended granted                      or how it ended
//     ! BPMN_NOT_NOW                       the event is refused with this error, nothing changed
//     # comment
#pragma once
#include "bpmn/bpmn.h"

struct bpmn_play {
	struct buf log;                        // the script's events with the effects they had
	uint32_t events, checks, failures;     // failures: expectations not met, each said in the log
	struct str state;                      // where it ended
	enum bpmn_status status;
};
// Errors only for a script that cannot be read.
must_use struct err *bpmn_play(struct arena *, const struct bpmn_model *, struct str script, struct str file,
	struct bpmn_play *out);
void bpmn_effect_print(struct buf *, const struct bpmn_effect *);      // one line, as in a script
