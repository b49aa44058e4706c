// model.h — the compiled model: what load.c builds and run.c, sound.c and svg.c read.
//
// Private to src/bpmn. Elements and flows are arrays; everything refers to them by index.
// allow double: points of a drawing
#pragma once
#include "bpmn/bpmn.h"
#include "feel/feel.h"

enum bx_kind { BX_NONE, BX_TEXT, BX_FEEL };
struct bx {                              // a value of the model: literal text or an expression
	enum bx_kind kind;
	struct str text;                     // as written
	const struct feel_expr *x;           // BX_FEEL
	const struct str *name;              // the variables it may read, by slot
};

struct bmap { struct str target; struct bx value; bool all; };    // all: every variable

enum timer_kind { TIMER_NO, TIMER_DATE, TIMER_DURATION, TIMER_CYCLE, TIMER_WD };

struct el {
	struct bpmn_element pub;             // first: bpmn_element() hands out &el->pub
	uint32_t col;
	int process;                         // element index of its process
	int *out, *in;                       // flow indexes in document order
	uint32_t nout, nin;
	int dflt;                            // default flow, or -1
	int *child;                          // of scopes: direct elements in document order
	uint32_t nchild;
	int *begin;                          // of scopes: where a token begins when entered plainly
	uint32_t nbegin;
	int *boundary;                       // of activities
	uint32_t nboundary;
	int *evsub;                          // of scopes: event sub-processes
	uint32_t nevsub;
	int evstart;                         // of event sub-processes: their start event
	int handler;                         // of activities: the compensation activity, or -1
	int link;                            // of link throws: the catch
	bool cancel_activity, all_children_out;
	bool executable;                     // of processes
	bool refused;                        // of processes: drawn only, cannot run
	struct bx name_x;                    // message or signal name, error or escalation code
	struct bx correlation;
	enum timer_kind timer;
	struct bx when;
	struct bx cond;                      // conditional events, loops, completion of ad-hoc
	struct bx role, office, assignee, users, groups, form, limit, priority;
	struct bx called, business_key, job_type, outcome;
	struct str result;                   // variable that takes a script's, decision's or call's result
	struct bx script;
	struct str script_format;
	uint32_t retries;
	struct bmap *map_in, *map_out;
	uint32_t nmap_in, nmap_out;
	struct str code_var;                 // error and escalation catch: variable for the code
	bool multi, sequential, loop, test_before, adhoc_sequential, adhoc_keep;
	struct bx cardinality, collection, completion, output_element, loop_max;
	struct str item, output_collection;
	int activity_ref;                    // compensation throw: the activity, or -1
	bool plain_throw;                    // message throw without a binding: an effect, no job
	uint8_t *reach;                      // inclusive joins: [flow in][element] can get there
};

struct fl {
	struct bpmn_flow pub;
	struct bx cond;
	int scope;                           // element index of the enclosing scope
	uint32_t line;
};

struct shape { int el; bool expanded, horizontal; double x, y, w, h; bool label; double lx, ly, lw, lh; };
struct edge { int flow; double *xy; uint32_t n; };
struct lane { struct str id, name; int process; int *node; uint32_t nnode; };

struct bpmn_model {
	struct arena *a;
	struct str file;
	uint64_t digest;                     // of the text: a state names the model it was made with
	struct el *el;
	int nel;
	struct fl *fl;
	int nfl;
	struct err *notes;
	struct str *spaced;                  // declared names that FEEL could not tell from several words
	size_t nspaced, spacedcap;
	struct shape *shape;
	size_t nshape, shapecap;
	struct edge *edge;
	size_t nedge, edgecap;
	struct lane *lane;
	size_t nlane, lanecap;
};

static inline bool is_activity(enum bpmn_kind k) { return k >= BPMN_TASK && k <= BPMN_ADHOC; }
static inline bool is_scope(enum bpmn_kind k)
{
	return k == BPMN_SUBPROCESS || k == BPMN_EVENT_SUBPROCESS || k == BPMN_TRANSACTION ||
		k == BPMN_ADHOC || k == BPMN_PROCESS;
}

// Ad-hoc sub-process n lets a person pick its child c: an activity that nothing inside leads to.
static inline bool adhoc_picks(const struct bpmn_model *m, int n, int c)
{
	const struct el *e = &m->el[c];
	return e->pub.parent == n && is_activity(e->pub.kind) && e->pub.kind != BPMN_EVENT_SUBPROCESS &&
		!e->pub.compensation && !e->nin;
}

// expr.c
// A condition: always an expression. A value: FEEL after "=", a simple ${…}, or literal text.
struct err *bx_cond(struct bpmn_model *, struct str text, struct str language, struct bx *out);
struct err *bx_value(struct bpmn_model *, struct str text, struct bx *out);
void bx_name(struct bpmn_model *, struct str name);              // a variable the model declares
struct err *bx_juel(struct arena *, struct str inside, struct str *feel);    // simple ${…} to FEEL

// timer.c
// n months and milliseconds of an ISO 8601 duration; false when it is none.
bool iso_duration(struct str, int64_t *months, int64_t *ms);
bool working_days(struct str, int32_t *wd);                      // "5wd"
// R3/PT10M, R/PT1H, R2/2026-01-01T00:00:00Z/P1D: repetitions (-1 = for ever), begin (or INT64_MIN).
bool iso_cycle(struct str, int64_t *times, int64_t *begin_ms, int64_t *months, int64_t *ms);
bool iso_instant(struct str, int64_t *at_ms);                    // local times are of Asia/Shanghai
int64_t add_duration(int64_t at_ms, int64_t months, int64_t ms);
