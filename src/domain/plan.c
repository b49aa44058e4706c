// plan.c — names of roles and ways in.
#include "domain/plan.h"

static const char *const roles[ROLE_COUNT] = {"public", "person", "clerk", "approver", "manager", "supervisor",
	"editor", "admin", "machine", "system", "publisher"};
static const char *const vias[] = {"web", "window", "api", "cli", "job"};

const char *role_name(enum actor_role r)
{
	CHECK(r < ROLE_COUNT);
	return roles[r];
}

const char *via_name(enum via v)
{
	CHECK((size_t)v < countof(vias));
	return vias[v];
}
