// tables.h — random numbers that repeat, and a table from a sheet, for the tests of tables.
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "dmn/sheet.h"

static uint32_t seed;                            // each test file sets its own

static uint32_t next(uint32_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (uint32_t)((uint64_t)(seed >> 8) * n >> 24);
}

static struct dmn_model *load_sheet(struct arena *a, struct str text)
{
	struct dmn_sheet *s;
	struct dmn_model *m;
	struct err *e = dmn_sheet_parse(a, (struct dmn_text){S("t.csv"), text}, &s);
	if (!e) e = dmn_sheet_load(a, s, &m);
	if (e) fail_msg("%s", str_z(a, err_text(a, e, true)));
	if (dmn_problems(m)) fail_msg("%s", str_z(a, err_text(a, dmn_problems(m), true)));
	return m;
}
