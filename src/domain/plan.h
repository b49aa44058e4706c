// plan.h — what every domain function plans against: one snapshot, one write set, one clock, one actor.
//
// A plan is made by op_call (or a job) on a worker thread and thrown away when its write set was
// refused as stale: then it is planned again from a new snapshot. Domain functions read through
// p->snap, add to p->ws, and never commit.
// Memory  results live in p->a. Time: p->now_ms, the same for the whole plan.
#pragma once
#include "base/day.h"
#include "base/err.h"
#include "codec/json.h"
#include "store/store.h"

// Everything anybody can be. A staff account has one or more of the staff roles.
enum actor_role {
	ROLE_PUBLIC,       // nobody signed in
	ROLE_PERSON,       // a natural person, or somebody acting for an enterprise
	ROLE_CLERK,        // receives and accepts at a window
	ROLE_APPROVER,     // reviews and decides for an office
	ROLE_MANAGER,      // hall manager
	ROLE_SUPERVISOR,   // sees every case of the unit and below
	ROLE_EDITOR,       // catalogue staff
	ROLE_ADMIN,
	ROLE_MACHINE,      // an integrator's key, a payment gateway, a courier
	ROLE_SYSTEM,       // timers, outbox, jobs
	ROLE_PUBLISHER,    // catalogue staff who approve what editors propose; stored as a bit, so at the end
	ROLE_COUNT
};
const char *role_name(enum actor_role);

enum via { VIA_WEB, VIA_WINDOW, VIA_API, VIA_CLI, VIA_JOB };
const char *via_name(enum via);

struct actor {
	uint32_t roles;            // bit set of 1 << ROLE_x
	int64_t account;           // 0 = nobody or the system
	int64_t party;             // the person or enterprise acted for; 0 for staff
	struct str office;         // staff: office code
	int64_t unit;              // staff: home surrogate of the operating unit
	struct str name;           // shown on the trail: staff in full, persons masked
	enum via via;
	int64_t session;
	struct str csrf;           // of the session; empty without one
	bool english;
};

struct domain;                 // keys, catalogue holder: domain/domain.h
struct catalogue;

struct plan {
	struct arena *a;
	struct store *store;
	struct snap *snap;
	struct wset *ws;
	struct domain *domain;
	struct catalogue *cat;     // the version in force, pinned for the plan
	int64_t now_ms;
	struct actor actor;
	struct trail_note *notes;       // details the next journal entries of a case carry
	struct trail_row *rows;         // rows written whose digests the next entry of their subject carries
	struct flow_plan *flow;         // instances this plan has stepped, kept until flow_write
	struct kase *cases;             // cases this plan has read, kept until case_write
	struct case_outline *outlines;  // what hangs on some of them
	const char *verb;               // the operation's journal verb
	struct str note;                // the operation's name, for the trail
};
