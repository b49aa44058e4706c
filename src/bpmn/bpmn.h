// bpmn.h — BPMN 2.0.2 processes (ISO/IEC 19510): a model, and a pure step over an instance's state.
//
// Owns    nothing outside its arenas. No database, clock, network or randomness.
// Needs   codec (XML, JSON) and feel (conditions, mappings, loops, timers).
// Memory  a model lives in the arena it was loaded in, is never changed afterwards and may be shared
//         by threads. A result and its effects live in the arena given to bpmn_step.
// Time    now_ms is UTC milliseconds; the engine never looks at a clock. It computes no working days:
//         it asks for a timer "in n working days" and the keeper answers when it is due.
// Errors  E_BPMN_* (err.def) with element id in arg[0] or field, file, line and column when loading.
// Holds   (1) same model, state, event and now give the same bytes and effects;
//         (2) a step that returns an error has changed nothing: the old state stays the truth;
//         (3) every key is unique in its instance for ever, opened once and closed or answered once;
//         (4) a step ends: it runs until every token waits, or holds a token as an incident when its
//             budget is spent;
//         (5) an ended instance has no open key; each key opened by an effect is closed by an effect
//             or by the event that answers it.
#pragma once
#include "base/err.h"
#include "codec/json.h"

struct bpmn_model;

// Extension namespace of our own, prefix tb by custom.
#define BPMN_NS_TB "urn:tongban:bpmn:1"

// --- the model ---------------------------------------------------------------------------------

// Errors are a list, each with file, line, column, the element's id in field and a sentence.
must_use struct err *bpmn_load(struct arena *, struct str xml, struct str file, struct bpmn_model **out);

// What was understood only in part: an attribute of another maker that has no effect here, a
// binding to Java that becomes a job. Same form as errors; NULL when there is nothing to say.
const struct err *bpmn_notes(const struct bpmn_model *);

enum bpmn_kind {
	BPMN_START_EVENT, BPMN_END_EVENT, BPMN_CATCH_EVENT, BPMN_THROW_EVENT, BPMN_BOUNDARY_EVENT,
	BPMN_TASK, BPMN_USER_TASK, BPMN_MANUAL_TASK, BPMN_SERVICE_TASK, BPMN_SEND_TASK, BPMN_RECEIVE_TASK,
	BPMN_SCRIPT_TASK, BPMN_RULE_TASK, BPMN_CALL_ACTIVITY,
	BPMN_SUBPROCESS, BPMN_EVENT_SUBPROCESS, BPMN_TRANSACTION, BPMN_ADHOC,
	BPMN_EXCLUSIVE, BPMN_PARALLEL, BPMN_INCLUSIVE, BPMN_EVENT_GATEWAY,
	BPMN_PROCESS,
};
enum bpmn_trigger {
	BPMN_NONE, BPMN_TIMER, BPMN_MESSAGE, BPMN_SIGNAL, BPMN_CONDITION, BPMN_ERROR, BPMN_ESCALATION,
	BPMN_COMPENSATION, BPMN_CANCEL, BPMN_TERMINATE, BPMN_LINK,
};
struct bpmn_attr { struct str name, value; };       // extension properties and attributes, as written

struct bpmn_element {
	struct str id, name, doc;
	enum bpmn_kind kind;
	enum bpmn_trigger trigger;                      // of events
	bool interrupting;                              // boundary events and event sub-process starts
	int parent;                                     // element index of the enclosing scope; -1 for a process
	int attached;                                   // boundary: the activity; else -1
	bool multi, sequential, loop, compensation;     // isForCompensation
	struct str role, office, groups, assignee, form, limit, priority, called, job_type, ref, lane;
	                                                // as written (ref: message, signal, error … name or code)
	uint32_t nattr;
	const struct bpmn_attr *attr;
	uint32_t line;
};
struct bpmn_flow { struct str id, name, condition; int from, to; bool is_default; };

// Elements of all processes; a process is an element too, always before what it contains.
int bpmn_count(const struct bpmn_model *);
const struct bpmn_element *bpmn_element(const struct bpmn_model *, int index);
int bpmn_find(const struct bpmn_model *, struct str id);           // index, or -1
int bpmn_flow_count(const struct bpmn_model *);
const struct bpmn_flow *bpmn_flow(const struct bpmn_model *, int index);
// The process to run when the caller names none: the only executable one, else the first one.
int bpmn_process(const struct bpmn_model *, struct str id);        // empty id: the default; -1 if absent
const char *bpmn_kind_name(enum bpmn_kind);                        // "userTask"

// --- the step ----------------------------------------------------------------------------------

enum bpmn_event_kind {
	BPMN_EV_START,          // state empty. element: id of the start event, empty = the none start. vars.
	                        // A message, signal or timer start is begun by naming its element.
	BPMN_EV_TASK_DONE,      // key, vars
	BPMN_EV_TIMER,          // key
	BPMN_EV_MESSAGE,        // name, correlation, vars; key may be given to choose one subscription.
	                        // With several matches the oldest subscription takes it.
	BPMN_EV_SIGNAL,         // name, vars: all subscriptions of this instance take it; none is no error
	BPMN_EV_CALL_DONE,      // key, outcome, vars: any end of the called case, refused and withdrawn too
	BPMN_EV_CALL_FAILED,    // key, code (BPMN error) or text: caught by error events, else an incident
	BPMN_EV_JOB_DONE,       // key, vars. Also answers a job that became an incident.
	BPMN_EV_JOB_FAILED,     // key, code: a BPMN error; without code: text, retried, then an incident
	BPMN_EV_CANCEL,         // withdraw the whole instance; outcome (default "withdrawn")
	BPMN_EV_VARS,           // vars change from outside: conditional events look again
	BPMN_EV_ADHOC,          // key (of the ad-hoc sub-process), element: start this activity in it
	BPMN_EV_ADHOC_DONE,     // key: the ad-hoc sub-process is complete
	BPMN_EV_RESOLVE,        // key of an incident, vars: try the element again
	BPMN_EV_BPMN_ERROR,     // key of a task, code, vars: a person ends the task by an error
	BPMN_EV_ESCALATION,     // key of a task or call, code, vars: raise an escalation from it
};

struct bpmn_event {
	enum bpmn_event_kind kind;
	uint32_t key;
	struct str element, name, correlation, code, outcome, text;
	struct str text_zh;                    // of a failure: the same in Chinese; empty: text says it
	const struct json *vars;               // object, or NULL
	struct str business_key;               // start only; default correlation of messages
};

enum bpmn_effect_kind {
	BPMN_FX_TASK_OPEN, BPMN_FX_TASK_CLOSE,          // close: text says why ("cancelled", "error" …)
	BPMN_FX_TIMER_SET, BPMN_FX_TIMER_CLEAR,
	BPMN_FX_MESSAGE_WAIT, BPMN_FX_MESSAGE_UNWAIT,
	BPMN_FX_SIGNAL_WAIT, BPMN_FX_SIGNAL_UNWAIT,
	BPMN_FX_CALL_START, BPMN_FX_CALL_CANCEL,
	BPMN_FX_JOB, BPMN_FX_JOB_CANCEL,                // also sent again for a retry (attempt > 1)
	BPMN_FX_ADHOC_OPEN, BPMN_FX_ADHOC_CLOSE,        // an ad-hoc sub-process waits for BPMN_EV_ADHOC: role, office,
	                                                // due as of a task
	BPMN_FX_MESSAGE_THROW, BPMN_FX_SIGNAL_THROW,    // name, correlation, vars. A signal reached this
	                                                // instance's own subscriptions already.
	BPMN_FX_ESCALATION,                             // code nobody inside caught
	BPMN_FX_INCIDENT, BPMN_FX_INCIDENT_CLEAR,       // key, text
	BPMN_FX_TRACE,                                  // element entered (text "enter"), left ("leave"),
	                                                // stopped ("stop"): for the journal and the pages
	BPMN_FX_ENDED,                                  // outcome, code, vars
};
enum bpmn_due_kind {
	BPMN_DUE_NONE, BPMN_DUE_AT,                     // due_ms, absolute
	BPMN_DUE_WORKING_DAYS,                          // working_days from now, by the keeper's calendar
};

struct bpmn_effect {
	enum bpmn_effect_kind kind;
	uint32_t key;
	int element;                           // index in the model
	struct str id, name;                   // of the element; for message and signal: name is theirs
	struct str text, code, outcome;
	struct str text_zh;                    // incident: text in Chinese
	// tasks, all evaluated: the form's fields of the work list
	struct str role, office, assignee, users, groups, form, priority;
	enum bpmn_due_kind due;                // tasks: the limit; timers: when
	int64_t due_ms;
	int32_t working_days;
	uint32_t loop;                         // 1… when the element runs several times (multi-instance), else 0
	// calls, jobs, messages
	struct str called, job_type, business_key, correlation;
	uint32_t attempt;                      // jobs, from 1
	const struct json *vars;               // input object (calls, jobs, throws, ended), tasks: parameters
};

enum bpmn_status { BPMN_RUNNING, BPMN_ENDED };
struct bpmn_result {
	struct str state;                      // to be stored; when ended: what remains to be shown
	enum bpmn_status status;
	struct str outcome;                    // ended: tb:outcome of the end event, else its id;
	                                       // "terminated", "error", "withdrawn" otherwise
	struct str code;                       // ended by an error nobody caught
	struct bpmn_effect *effect;
	uint32_t neffect;
	uint32_t incidents;                    // open incidents in the new state
};

enum { BPMN_MULTI = 1000 };                // a model that writes a larger number down is refused at load

// What the keeper knows and the engine does not; NULL is allowed. Budgets: 0 = default.
struct bpmn_env {
	const struct json *context;            // read-only names for FEEL beside the variables (e.g. case)
	uint32_t max_steps;                    // element entries a step (10,000)
	uint32_t max_tokens;                   // live element instances (10,000)
	uint32_t max_state;                    // bytes (4 MB)
	uint32_t max_multi;                    // instances of one multi-instance activity (BPMN_MULTI)
	bool trace;                            // emit BPMN_FX_TRACE
};

// state empty: only BPMN_EV_START. process: an element index of kind BPMN_PROCESS, used by start only.
must_use struct err *bpmn_step(const struct bpmn_model *, int process, struct str state,
	const struct bpmn_event *, int64_t now_ms, const struct bpmn_env *, struct arena *,
	struct bpmn_result *out);

// When a timer start event of a process is due next: out->due… as for BPMN_FX_TIMER_SET. Who keeps the
// process begins it then by BPMN_EV_START with that element. fired: how often it has begun one already;
// *again is false when that was the last time.
must_use struct err *bpmn_start_timer(const struct bpmn_model *, int element, int64_t now_ms, uint32_t fired,
	struct arena *, struct bpmn_effect *out, bool *again);

// --- looking into a state ----------------------------------------------------------------------

enum bpmn_wait {
	BPMN_W_NONE, BPMN_W_TASK, BPMN_W_TIMER, BPMN_W_MESSAGE, BPMN_W_SIGNAL, BPMN_W_CONDITION, BPMN_W_CALL,
	BPMN_W_JOB, BPMN_W_ADHOC, BPMN_W_SCOPE, BPMN_W_JOIN, BPMN_W_INCIDENT, BPMN_W_GATEWAY, BPMN_W_HANDLER,
	BPMN_W_DONE,                           // kept for compensation only
};
struct bpmn_token { uint32_t key, parent; int element; enum bpmn_wait wait; uint32_t loop; };
struct bpmn_view {
	enum bpmn_status status;
	int process;
	struct str business_key, outcome;
	struct bpmn_token *token;              // all live element instances, by key
	uint32_t ntoken;
	const struct json *vars;               // of the instance's outermost scope
	const uint8_t *visited;                // by element index: 1 = was entered and left at least once
};
must_use struct err *bpmn_look(const struct bpmn_model *, struct str state, struct arena *,
	struct bpmn_view *out);

// What a person may pick in the ad-hoc sub-process that waits under this key. E_BPMN_NOT_NOW: none does. done: was done
// at least once in the instance. The engine takes an activity that is under way, itself or what follows it inside, a second
// time where nothing says one after the other; `may` does not offer it, and soundness is shown for what it offers.
bool bpmn_pickable(const struct bpmn_model *, int adhoc, int element);     // is element one of those at all
struct bpmn_pick { int element; bool running, done, may; };
struct bpmn_picks {
	int element;
	bool sequential, busy;                 // one after the other; something in it is under way
	bool closing;                          // its condition has come true, it waits for what is under way
	struct str condition;                  // that completes it, as written; empty: only a person says so
	struct bpmn_pick *pick;
	uint32_t n;
};
must_use struct err *bpmn_picks(const struct bpmn_model *, struct str state, uint32_t key, struct arena *,
	struct bpmn_picks *out);

// Can this state go on under another version of its model? Every token must find its element by id,
// with the same kind, in the same scope. Gives the new state; nothing is opened or closed.
must_use struct err *bpmn_migrate(const struct bpmn_model *from, const struct bpmn_model *to,
	struct str state,
	struct arena *, struct str *out);
