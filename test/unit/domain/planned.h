// planned.h — a booted program in a place of its own, and one plan after the other against it.
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/seam.h"
#include "both.h"
#include "cli/boot.h"

struct test { struct place place; struct arena *a; struct boot boot; struct plan p; };
#include "placed.h"

static inline void begin(struct test *t)
{
	t->p = (struct plan){.a = t->a, .store = t->boot.store, .domain = t->boot.domain, .now_ms = seam_now_ms(), .verb = "domain.test",
		.actor = {.roles = 1u << ROLE_SYSTEM, .via = VIA_CLI}, .ws = wset_new(t->a), .cat = domain_catalogue(t->boot.domain)};
	OK(snap_open(t->boot.store, t->a, &t->p.snap));
}

static inline void end(struct test *t)
{
	snap_close(t->p.snap);
	catalogue_unref(t->p.cat);
	if (wset_count(t->p.ws)) OK(store_commit(t->boot.store, t->a, t->p.ws));
}
