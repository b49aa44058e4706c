// sound.h — does a process always come to an end? Proved, or shown by a counter-example path.
//
// The same moves as at run time are explored without data: every condition may be true or false,
// every wait may be answered, every failure that somebody catches may happen. Called processes are
// taken by their contract: they end, or fail with an error that is caught here.
// Without data two conditions that exclude each other are not known to do so; a model is sound
// here when it is so for all choices.
#pragma once
#include "bpmn/bpmn.h"
#include "bpmn/words.h"

enum bpmn_flaw {
	BPMN_FLAW_STUCK,        // a token that nothing can move any more
	BPMN_FLAW_JOIN,         // a join that waits for ever
	BPMN_FLAW_ENDLESS,      // a state from which no end can be reached, or a circle without a wait
	BPMN_FLAW_DEAD,         // an element that can never run
	BPMN_FLAW_SECOND,       // a second token where one was meant
	BPMN_FLAW_NO_ROLE,      // a task nobody is named for
	BPMN_FLAW_NO_LIMIT,     // a wait without a limit (warning)
	BPMN_FLAW_NO_DEFAULT,   // a choice that no condition may cover (warning)
};
struct bpmn_finding {
	enum bpmn_flaw flaw;
	bool warning;
	int element;
	uint32_t line;
	struct bpmn_said text;  // a sentence that begins with the element
	struct bpmn_said path;  // "received; accept done; correction_over is due": how to get there, or empty
};
struct bpmn_soundness {
	uint32_t states;
	bool too_large;         // not decided: over the limit; what was found still holds
	int where;              // too large: the element in which most waits at once, or whose choices multiply
	uint32_t at_once;       // so much of it; 0: choices
	struct bpmn_finding *finding;
	uint32_t n, flaws;      // flaws: findings that are no warnings
};
// limit 0 = 1,000,000 states. So that a model of few but huge states does not take the memory and the time of
// many, they may together hold 64 tokens for each state of the limit, and the moves tried 400.
must_use struct err *bpmn_sound(struct arena *, const struct bpmn_model *, int process, uint32_t limit,
	struct bpmn_soundness *out);
const char *bpmn_flaw_name(enum bpmn_flaw);                    // "join"
struct bpmn_said bpmn_finding_whole(struct arena *, const struct bpmn_finding *);    // the path behind it
// "too large to decide after 1000001 states: 300 tokens at once in p (审批). Fork less, …"
struct bpmn_said bpmn_too_large(struct arena *, const struct bpmn_model *, const struct bpmn_soundness *);
