// simulate.h — thousands of cases of a process against given staff, before anybody has to wait for real.
//
// Owns    nothing. The pure engine is stepped as at run time; people and machines are numbers.
// Needs   bpmn; a calendar and office hours.
// Memory  the result in the arena given; live instances in arenas of their own.
// Time    everything runs in office time (the milliseconds in which the city's offices are open, on
//         working days): arrivals, service and waiting. Timers of the model come due at their instant.
// Errors  E_USAGE when the configuration does not fit the model; E_NO_CALENDAR; E_BPMN_*.
// Holds   (1) equal model, configuration and seed give equal figures; (2) a task is done by the first
//         free person of its role, first come, first served, and so is the picking in an ad-hoc sub-process; (3) nothing is invented: a wait for a
//         message or a call that no --service names is refused with a sentence.
// allow double: statistics
#pragma once
#include "bpmn/bpmn.h"
#include "domain/calendar/calendar.h"

enum sim_kind { SIM_CONST, SIM_EXP, SIM_UNIFORM, SIM_ERLANG2 };     // uniform: from 0 to twice the mean
struct sim_dist { enum sim_kind kind; int64_t mean_ms; };
struct sim_service { struct str element; struct sim_dist dist; };   // "decide", "gas/decide" of one model only, "*": every task without one
struct sim_staff { struct str role; uint32_t n; };
struct sim_choice { struct str element, name, value; double share; };   // so often the answer of element (as above) sets name to value; of an ad-hoc
                                       // sub-process: so often its activity `name` is picked, one that is not named always

struct sim_config {
	const struct bpmn_model *model;
	int process;
	struct str start;                  // start event; empty = the plain one
	const struct json *vars;           // of every case
	struct sim_dist arrivals;          // between two cases
	int32_t limit_wd;                  // promised limit of a case, 0 = none
	struct str name;                   // of the model, when several share the staff
	struct str called;                 // of one beside: begun by calls of this name and not by arrivals; its end answers the call
	const struct sim_config *beside;   // another model worked on by the same people: of it only what stands above is read, and beside
	struct sim_service *service; size_t n_service;
	struct sim_staff *staff; size_t n_staff;
	struct sim_choice *choice; size_t n_choice;
	const struct calendar *calendar;
	const struct office_hours *hours;
	day_t from;
	int32_t days;                      // working days simulated
	int32_t warm_days;                 // of them, not counted
	int64_t max_steps;                 // E_SIMULATE_LARGE above; 0 = none
	uint64_t seed;
	void (*progress)(void *ctx, int64_t done, int64_t all);   // working days
	void *ctx;
};
struct sim_role {
	struct str role;
	uint32_t n;
	int64_t served;
	double wait_ms, wait_max_ms;       // mean over tasks served
	double busy;                       // share of the staff's time
	uint32_t queue_max;
};
struct sim_step { struct str model, element, name; int64_t done; double wait_ms, service_ms; };
struct sim_flow { struct str name; int32_t limit_wd; int64_t arrived, ended, in_limit; double through_ms; };   // of one that is called: its calls
struct sim_week { int64_t arrived, ended; };           // five working days, counted ones only
struct sim_result {
	int64_t arrived, ended, open, steps;                   // cases; what they call is not counted beside them
	double office_ms;                  // counted
	double through_ms;                 // mean office time from arrival to end
	int64_t in_limit;                  // of ended
	struct sim_flow *flow; size_t n_flow;      // the same by model, in the order given
	struct sim_week *week; size_t n_week;
	struct sim_role *role; size_t n_role;
	struct sim_step *step; size_t n_step;      // tasks, in the model's order
	int bottleneck;                    // role with the fullest time, or -1
};
must_use struct err *simulate(struct arena *, const struct sim_config *, struct sim_result *out);

// xoshiro256**, seeded by splitmix64 (Blackman and Vigna): the same numbers everywhere.
struct sim_random { uint64_t s[4]; };
void sim_seed(struct sim_random *, uint64_t seed);
double sim_unit(struct sim_random *);                                 // [0, 1)
int64_t sim_draw(struct sim_random *, struct sim_dist);               // ms
// Mean wait of M/M/c by Erlang's C formula, and of M/G/1 by Pollaczek and Khinchine, for the tests
// and for the note a page can put beside its figures. rate a ms, service in ms; cv2: squared coefficient of variation.
double sim_wait_mmc(double rate, double service_ms, uint32_t servers);
double sim_wait_mg1(double rate, double service_ms, double cv2);
