// flow.h — the keeper of processes: instances, tasks, timers, subscriptions and jobs as rows.
//
// Owns    tables flow_instance, task, flow_timer, flow_wait, flow_job, flow_incident (flow.sql), flow_event
//         (flow_event.sql; see record.h); what is over is put away (past.h).
// Needs   bpmn (the pure step), a plan; models from flow/model.h.
// Memory  in the plan's arena. Instances touched by a plan are kept in p->flow until flow_write.
// Time    due instants are UTC ms; a task's limit is resolved by the calendar of its catalogue version.
// Errors  E_FLOW_*. A wrong event at a wrong time changes nothing.
// Holds   (1) the state bytes are the truth; rows of tasks, timers, waits and jobs are written in the
//         same set as the state they follow from; (2) an instance is guarded by its version: two
//         plans on one instance never both commit; (3) whatever one event causes in other instances
//         (a child that ends steps its parent) is in the same write set; (4) every event taken is a row
//         written with the state it led to; (5) no personal value goes into process variables.
#pragma once
#include "bpmn/bpmn.h"
#include "domain/domain.h"

// What flow asks of those above it (case). Filled once in struct domain.
struct flow_instance;
struct flow_hooks {
	// An item of an orchestrating process is to start as a case of its own. Calls flow_start for it.
	struct err *(*call)(struct plan *, const struct flow_instance *, const struct bpmn_effect *);
	struct err *(*call_cancel)(struct plan *, const struct flow_instance *, uint32_t key);
	// An instance came to its end. The parent's step is taken by flow itself afterwards.
	struct err *(*ended)(struct plan *, const struct flow_instance *, const struct bpmn_effect *);
	struct err *(*task_due)(struct plan *, const struct flow_instance *, int64_t *due_ms);   // of a task without a limit
	struct err *(*thrown)(struct plan *, const struct flow_instance *, const struct bpmn_effect *);   // messages and signals
	// Which office a task's role and office attribute mean in this case; empty = the case's own.
	struct str (*office)(struct plan *, const struct flow_instance *, const struct bpmn_effect *);
	// From when working days of a limit count; NULL: from now.
	struct err *(*counts_from)(struct plan *, const struct flow_instance *, int64_t *from_ms);
};

struct flow_instance {
	int64_t id, case_id, home, parent;
	uint32_t parent_key;               // key of the call in the parent
	struct str model, catalogue;       // model reference and the version it runs under
	int64_t version;
	bool ended;
	struct str outcome;
	struct str state;
	const struct bpmn_model *bpmn;
	int process;                       // element of the model it began as
};

struct flow_begin {
	int64_t case_id, home;
	struct str catalogue, model;       // "apply:second_hand_home", "item:deed_tax" (model.h)
	const struct json *vars;
	int64_t parent; uint32_t parent_key;
};
must_use struct err *flow_start(struct plan *, const struct flow_begin *, int64_t *out);
must_use struct err *flow_event(struct plan *, int64_t instance, const struct bpmn_event *);
must_use struct err *flow_find(struct plan *, int64_t case_id, struct flow_instance **out);   // NULL when the case has none; ended ones too
// Steps whoever waits for this message within the case's own instances; *taken tells whether one did.
must_use struct err *flow_message(struct plan *, int64_t case_id, struct str name, const struct json *vars, bool *taken);
must_use struct err *flow_look(struct plan *, const struct flow_instance *, struct bpmn_view *);
// Staff sees the process as it is; the public without what only the machine passes through.
enum flow_reader { FLOW_STAFF, FLOW_PUBLIC };
// The instance's diagram as SVG, what has happened marked; `id` begins the ids in it.
must_use struct err *flow_draw(struct plan *, const struct flow_instance *, struct str id, enum flow_reader, bool english, struct buf *out);
// The same in words: for screen readers, phones and print. kind is empty for the public.
struct flow_line { uint32_t depth; const char *mark; struct str text, kind, next; };   // mark: none done current possible failed
must_use struct err *flow_outline(struct plan *, const struct flow_instance *, enum flow_reader, bool english, struct flow_line **out, uint32_t *n);
// Turns what the plan did into statements. op_call does it once, after the handler.
must_use struct err *flow_write(struct plan *);

struct task {
	int64_t id, instance, case_id, home, version;
	uint32_t key;
	struct str element, name, role, office, step;
	bool open;
	int64_t opened_ms, done_ms, due_ms;
	int64_t claimed_by;
	struct str outcome;
};
must_use struct err *task_read(struct plan *, int64_t id, struct task *out);          // E_NOT_FOUND
must_use struct err *task_of_case(struct plan *, int64_t case_id, struct str element, struct task *out, bool *found);
must_use struct err *task_open_of(struct plan *, int64_t case_id, struct task **out, size_t *n);   // all that are open, oldest first
// Ends a task: guarded by its version. vars go into the process.
must_use struct err *task_done(struct plan *, const struct task *, struct str outcome, const struct json *vars);
// One of several officers has signed: the task stays open, under a new version. Guarded like task_done.
void task_signed(struct plan *, const struct task *);
// Open tasks of an office, soonest due first; keyset by (due, id).
struct task_page { struct task *task; size_t n; bool more; };
// The open task of a case is about to be done: it and the instance travel with the next query (snap_expect). They are read
// by task_of_case and flow_find.
void task_ahead(struct plan *, int64_t case_id, struct str element);
void task_list_ahead(struct plan *, struct str office, struct str role, uint32_t limit);        // the same of task_list's first page
must_use struct err *task_list(struct plan *, struct str office, struct str role, int64_t after_due, int64_t after_id,
	uint32_t limit, struct task_page *out);
// Whether a case has, or had before its process was put away (past.h), a task of an office and role.
must_use struct err *task_of_office(struct plan *, int64_t case_id, struct str office, struct str role, bool *found);
// How many are open, counted to TASKS_COUNTED at most.
enum { TASKS_COUNTED = 1000 };
must_use struct err *task_count(struct plan *, struct str office, struct str role, int64_t *n);
// Those of an office done since a moment at most a day ago, latest first.
must_use struct err *task_done_since(struct plan *, struct str office, int64_t since_ms, uint32_t limit, struct task_page *out);

// An open ad-hoc sub-process is a task of its role as well, whose holder picks what is done in it. *is: the task is
// one, and *out what may be picked; *of is its instance.
must_use struct err *task_picks(struct plan *, const struct task *, struct flow_instance **of, struct bpmn_picks *out, bool *is);
// Starts one of its activities: guarded by the task's version, which goes on. E_PICK_* when it is none that may start now.
must_use struct err *task_pick(struct plan *, const struct task *, struct str activity);
// Nothing more is needed: the process goes on behind it. E_PICK_BUSY while something in it is under way.
must_use struct err *task_picked_all(struct plan *, const struct task *);
// A name of the instance's model in English: what the property `en` of its element says, else the words of the catalogue, else
// the name.
struct str flow_word(struct plan *, const struct flow_instance *, struct str name);

struct flow_due { int64_t id; int64_t due_ms; };
must_use struct err *flow_timers_due(struct plan *, int64_t now_ms, uint32_t limit, struct flow_due **out, size_t *n);
must_use struct err *flow_jobs_due(struct plan *, int64_t now_ms, uint32_t limit, struct flow_due **out, size_t *n);
must_use struct err *flow_timer_fire(struct plan *, int64_t timer);                  // harmless when gone
struct flow_job { int64_t id, instance, case_id; uint32_t key, attempt; struct str type; struct json *vars; };
must_use struct err *flow_job_read(struct plan *, int64_t id, struct flow_job *out, bool *found);
must_use struct err *flow_job_done(struct plan *, const struct flow_job *, const struct json *vars);
// The job that the case's own process, stepped by this very plan, waits for next (id 0: no row of its own yet).
must_use struct err *flow_job_here(struct plan *, int64_t case_id, struct flow_job *out, bool *found);
must_use struct err *flow_job_failed(struct plan *, const struct flow_job *, struct words why);   // in both languages

// ---- incidents: what a person must look at (a job that failed for good, a held loop) ----
struct flow_incident { int64_t instance, case_id, home, at_ms, tries; uint32_t key; struct str element; struct words text; };   // tries: that failed
// Oldest first, behind the one `after` names (its at_ms, instance and key; NULL: from the first).
must_use struct err *flow_incidents(struct plan *, const struct flow_incident *after, uint32_t limit, struct flow_incident **out, size_t *n);
must_use struct err *flow_incident_read(struct plan *, int64_t case_id, uint32_t key, struct flow_incident *out);   // E_NOT_FOUND
// The element is tried again, a service task with all its retries.
must_use struct err *flow_resolve(struct plan *, const struct flow_incident *);
// Somebody did the service task by hand: the process goes on behind it. E_BPMN_NOT_NOW when it is none.
must_use struct err *flow_resolve_done(struct plan *, const struct flow_incident *);

// ---- moving instances to another catalogue version ----
// Running instances that are not under version `to`, from one id on. Model empty: of every model.
struct flow_move { int64_t instance, case_id, home; struct str model, from; struct err *why; };   // why NULL: it can move
must_use struct err *flow_moves(struct plan *, struct str to, struct str model, int64_t after, uint32_t limit,
	struct flow_move **out, size_t *n);
// Moves one. E_BPMN_MIGRATE lists every token without a place; then nothing was changed. Open tasks
// take the new version's name, role and office and keep their limit; timers stay as they are; what is
// opened later follows the new version and its calendar.
must_use struct err *flow_move(struct plan *, int64_t case_id, struct str to);
