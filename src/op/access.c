// access.c — what the caller is to an object: its owner, a party, its office, its unit.
#include "op/access.h"

#include "domain/case/case.h"
#include "domain/cert/cert.h"
#include "domain/flow/flow.h"
#include "domain/notice/notice.h"
#include "domain/pay/pay.h"
#include "domain/review/rectify.h"
#include "domain/rule/rule.h"

static struct err *to_case(struct plan *p, int64_t id, struct op_access *x)
{
	struct kase *k;
	struct err *e = case_read(p, id, &k);
	if (e) return e->code == E_NOT_FOUND ? NULL : e;
	x->exists = true;
	const struct actor *who = &p->actor;
	x->own = who->party && who->party == k->applicant;
	x->party = x->own;
	if (who->party && !x->own) {
		struct kase *root = k;
		struct str role;
		if (k->parent) e = case_read(p, k->parent, &root);
		if (!e) e = case_role_of(p, root, who->party, &role);
		x->party = !e && role.n && root->state != CASE_draft;
	}
	// What somebody is still writing at home is nobody's business yet; a clerk's own drafts were begun at a window.
	bool private = (k->state == CASE_draft || k->state == CASE_dropped) && !str_is(k->via, "window");
	x->unit = !private && who->unit && unit_covers(k->cat, who->unit, k->home);
	x->office = who->office.n && str_eq(who->office, k->office);
	if (!e && who->office.n && !x->office && k->bundle) {        // an office sees the bundle it takes part in
		struct cases all;
		e = case_children(p, k->id, &all);
		for (size_t i = 0; i < all.n && !e; i++) x->office |= str_eq(all.k[i]->office, who->office);
	}
	if (!e && who->office.n && !x->office && !k->bundle) e = task_of_office(p, k->id, who->office, S("approver"), &x->office);   // asked for its opinion
	return e;
}

bool unit_covers(const struct catalogue *cat, int64_t unit, int64_t home)
{
	// The integrated window receives for every office of the city (综合窗口, domain/06), so its unit
	// stands above those whose division lies within its own.
	const struct office *mine = NULL, *theirs = NULL;
	for (uint32_t i = 0; i < cat->n_offices; i++) {
		if (cat->office[i].home == unit && !mine) mine = &cat->office[i];
		if (cat->office[i].home == home && !theirs) theirs = &cat->office[i];
	}
	if (!mine || !theirs) return false;
	if (unit == home) return true;
	for (const struct office *o = theirs->parent; o; o = o->parent)
		if (o == mine) return true;
	if (!mine->window) return false;
	for (const struct division *d = theirs->division; d; d = d->parent)
		if (d == mine->division) return true;
	return false;
}

struct err *op_access(struct op_call *c, const char *kind, int64_t id, struct op_access *x)
{
	struct plan *p = c->p;
	*x = (struct op_access){0};
	if (strcmp(kind, "case") == 0) return to_case(p, id, x);
	if (strcmp(kind, "task") == 0) {
		struct task t;
		struct err *e = task_read(p, id, &t);
		if (e) return e->code == E_NOT_FOUND ? NULL : e;
		x->exists = true;
		x->office = p->actor.office.n && str_eq(p->actor.office, t.office);
		return NULL;
	}
	if (strcmp(kind, "review") == 0) {
		struct rule_review r;
		struct err *e = rule_review_read(p, id, &r);
		if (e) return e->code == E_NOT_FOUND ? NULL : e;
		x->exists = true;
		x->office = p->actor.office.n && str_eq(p->actor.office, r.office);
		return NULL;
	}
	int64_t of = 0;
	struct err *found = NULL;
	if (strcmp(kind, "file") == 0) found = case_of_file(p, id, &of);
	else if (strcmp(kind, "paper") == 0) found = paper_case(p, id, &of);
	else if (strcmp(kind, "order") == 0) found = pay_case(p, id, &of);
	if (found || of) return found ? found : to_case(p, of, x);
	if (strcmp(kind, "file") == 0 || strcmp(kind, "paper") == 0 || strcmp(kind, "order") == 0) return NULL;
	if (strcmp(kind, "certificate") == 0) {
		struct cert cert;
		struct err *e = cert_read(p, id, &cert);
		if (e) return e->code == E_NOT_FOUND ? NULL : e;
		x->exists = true;
		x->own = p->actor.party && p->actor.party == cert.party;
		return NULL;
	}
	if (strcmp(kind, "rectification") == 0) {
		struct rectification r;
		struct kase *k;
		struct err *e = rectify_read(p, id, &r);
		if (!e) e = case_read(p, r.case_id, &k);
		if (e) return e->code == E_NOT_FOUND ? NULL : e;
		x->exists = true;
		x->own = p->actor.party && p->actor.party == k->applicant;
		x->office = p->actor.office.n && str_eq(p->actor.office, r.office);
		return NULL;
	}
	if (strcmp(kind, "message") == 0) {
		struct message m;
		struct err *e = p->actor.party ? message_of(p, p->actor.party, id, &m, &x->own) : NULL;
		x->exists = x->own;
		return e;
	}
	CHECK(!"a kind of object that nobody can judge");
	return NULL;
}
