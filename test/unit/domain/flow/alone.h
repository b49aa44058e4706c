// alone.h — instances with no case above them, of one process put into a copy of the demonstration city. CITY names it.
#pragma once
#include "both.h"

#include <stdio.h>

#include "base/file.h"
#include "domain/flow/flow.h"

static struct err *no_call(struct plan *p, const struct flow_instance *i, const struct bpmn_effect *fx) { return err_new(p->a, E_FORBIDDEN); }
static struct err *no_cancel(struct plan *p, const struct flow_instance *i, uint32_t key) { return NULL; }
static struct err *nothing(struct plan *p, const struct flow_instance *i, const struct bpmn_effect *fx) { return NULL; }
static struct err *no_due(struct plan *p, const struct flow_instance *i, int64_t *due) { *due = 0; return NULL; }
static struct str an_office(struct plan *p, const struct flow_instance *i, const struct bpmn_effect *fx) { return S("market"); }
static const struct flow_hooks alone_hooks = {no_call, no_cancel, nothing, no_due, nothing, an_office};

static inline struct str alone_city(struct arena *a, const struct place *place)
{
	struct str city = str_fmt(a, "%s/city", place->dir);
	OK(folder_copy(a, S(CITY), city));
	// The processes of these tests have no task done by two, which the item asks for.
	file_without(str_fmt(a, STR_FMT "/items/food_licence.yaml", STR_ARG(city)), "officers: 2, ");
	file_without(str_fmt(a, STR_FMT "/areas/port_zone.yaml", STR_ARG(city)), "officers: 2, ");
	return city;
}

// The city with this process of food_licence is in force: its version.
static inline struct str alone_publish(struct arena *a, struct domain *d, struct str city, struct str process)
{
	struct findings *f = findings_new(a, 20);
	bool changed;
	OK(file_write(a, str_fmt(a, STR_FMT "/process/food_licence.bpmn", STR_ARG(city)), process, false));
	struct err *e = domain_publish(d, a, city, f, &changed);
	struct buf b = buf_new(a);
	findings_print(&b, f, true);
	if (f->errors) fprintf(stderr, STR_FMT, STR_ARG(buf_str(&b)));
	OK(e);
	struct catalogue *cat = domain_catalogue(d);
	struct str version = str_copy(a, cat->hash);
	catalogue_unref(cat);
	return version;
}
