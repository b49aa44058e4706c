// run.h — one step under way: the decoded state, the tokens still travelling, the effects so far.
//
// Private to src/bpmn. state.c turns bytes into this and back, vars.c holds variables and
// expressions, run.c moves tokens, event.c raises errors, signals and compensation, step.c takes events.
#pragma once
#include "bpmn/model.h"
#include "bpmn/words.h"

enum {
	F_MULTI = 1,          // body of a multi-instance or looping activity; its children run the element
	F_SUB = 2,            // not a token of its scope: a subscription, or a record kept for compensation
	F_HANDLER = 4,        // runs to compensate; host is the thrower
	F_ON = 8,             // a conditional event whose condition is true already
	F_STOPPED = 16,       // a scope that an interrupting event sub-process took over
	F_CLOSING = 32,       // an ad-hoc sub-process that ends when its last activity does
	F_LEFT = 64,          // multi-instance body: completion condition met
};

enum phase { PH_NONE, PH_ENTER, PH_BEGIN, PH_DONE, PH_LEAVE, PH_OPEN, PH_JOB, PH_NEXT };

struct inst {                            // a live element instance
	uint32_t key, el, flags, loop;
	uint8_t wait, phase;
	bool dead;
	bool parsed, dirty;
	uint32_t total, next, done;          // see run.c: counts of loops, flow of a join, attempt of a job
	uint32_t seq;                        // order of completion, of compensation records
	uint32_t live;                       // tokens inside (not stored: counted when decoded)
	struct inst *parent, *host;
	struct str vars;                     // local variables as JSON text, empty = none
	struct json *json;
	struct str aux, aux2;                // evaluated name and correlation of a subscription
};

// Soundness runs the same moves without data: whatever would be evaluated becomes a choice.
struct oracle {
	uint8_t bit[48];
	uint32_t given, used;                // choices prescribed, choices asked for
	uint8_t *entered;                    // by element: entries in this step
	bool pruned, large;                  // went in a circle; more choices than are tried
	int circle;                          // the element it went round at
};

struct tok { struct inst *scope; int el, flow; };
enum { TOK_CHECK = -1, TOK_CHILD = -2, TOK_COMPENSATE = -3, TOK_PLAIN = -4 };    // flow of special ones

struct rt {
	const struct bpmn_model *m;
	struct arena *a;
	const struct bpmn_env *env;
	int64_t now;
	int process;
	enum bpmn_status status;
	uint32_t next_key, seq;
	struct str business_key, outcome, code;
	bool outcome_set;                    // by tb:outcome, stronger than an end event's id
	uint8_t *visited;
	struct inst **in;
	size_t n, cap;
	uint32_t alive;
	struct tok *q;
	size_t qn, qcap, qhead;
	struct bpmn_effect *fx;
	size_t nfx, fxcap;
	uint32_t steps, max_steps, max_tokens, max_state, max_multi;
	bool dirty;                          // variables changed: conditional events look again
	struct err *err;                     // the step is refused
	struct bpmn_said fault;                 // why the last evaluation gave nothing
	const struct json *overlay;          // names seen first, while mapping results
	struct oracle *oracle;               // NULL but for soundness
};

#define EL(rt, i) (&(rt)->m->el[(i)->el])

bool oracle_bit(struct rt *);                                    // sound.c

// state.c
struct err *state_decode(struct rt *, struct str bytes);
struct err *state_encode(struct rt *, struct str *bytes);
struct inst *inst_by_key(struct rt *, uint32_t key);             // NULL when absent or gone

// vars.c
struct json *vars_of(struct rt *, struct inst *);                // parsed; NULL when none
const struct json *var_get(struct rt *, struct inst *, struct str name);
// where it lives, else outermost
void var_set(struct rt *, struct inst *, struct str name, const struct json *);
void var_local(struct rt *, struct inst *, struct str name, const struct json *);
void vars_merge(struct rt *, struct inst *, const struct json *object);
const struct json *ev(struct rt *, struct inst *, const struct bx *);   // NULL and rt->fault when it failed
bool ev_true(struct rt *, struct inst *, const struct bx *);
struct str ev_text(struct rt *, struct inst *, const struct bx *);
bool ev_int(struct rt *, struct inst *, const struct bx *, int64_t *out);
struct json *map_vars(struct rt *, struct inst *, const struct bmap *, uint32_t n);    // NULL: failed
void map_out(struct rt *, struct inst *from, struct inst *to, const struct el *);

// run.c
struct bpmn_effect *fx_add(struct rt *, enum bpmn_effect_kind, const struct inst *);
void trace(struct rt *, uint32_t el, const char *what);
struct inst *inst_new(struct rt *, uint32_t el, struct inst *parent, enum bpmn_wait, uint32_t flags);
void inst_drop(struct rt *, struct inst *);                      // answered or passed: no closing effect
void inst_cancel(struct rt *, struct inst *, const char *why);   // with all inside and attached
void tok_push(struct rt *, struct inst *scope, int el, int flow);
void incident(struct rt *, struct inst *, enum phase, struct bpmn_said);
void leave(struct rt *, uint32_t el, struct inst *scope);
void begin(struct rt *, struct inst *);
void begin_multi(struct rt *, struct inst *body);
void activity(struct rt *, uint32_t el, struct inst *scope, struct inst *thrower);
void complete(struct rt *, struct inst *);
void next_child(struct rt *, struct inst *body);
void enter(struct rt *, struct inst *scope, uint32_t el, int flow);
void scope_open(struct rt *, struct inst *);                     // its event sub-processes listen
struct inst *subscribe(struct rt *, uint32_t el, struct inst *parent, struct inst *host, uint32_t flags,
	uint32_t left);
void subscribe_again(struct rt *, struct inst *);
void adhoc_check(struct rt *, struct inst *);
void job(struct rt *, struct inst *);
void drain(struct rt *);
void end_instance(struct rt *, struct str outcome, struct str code);

// step.c
// Is a child of an ad-hoc sub-process, or what follows it inside, under way.
bool adhoc_under_way(struct rt *, const struct inst *adhoc, int child);

// event.c
void fire(struct rt *, struct inst *, const struct json *vars);  // a subscription is answered
void start_event_sub(struct rt *, struct inst *scope, uint32_t start, const struct json *vars);
void throw_error(struct rt *, struct inst *from, struct inst *scope, struct str code,
	const struct json *vars);
bool throw_escalation(struct rt *, struct inst *from, struct inst *scope, struct str code,
	const struct json *vars);
void throw_signal(struct rt *, struct str name, const struct json *vars);
void throw_compensation(struct rt *, uint32_t el, struct inst *scope, bool cancel);
void compensate_next(struct rt *, struct inst *thrower);
void end_event(struct rt *, struct inst *scope, uint32_t el);
void throw_event(struct rt *, struct inst *scope, uint32_t el);
void conditions(struct rt *);
