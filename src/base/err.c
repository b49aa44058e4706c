// err.c — making errors and turning them into sentences.
#include "base/err.h"
#include "base/said.h"

static const struct {
	const char *name;
	int status;
	const char *zh, *en;
} rows[] = {
#define E(code, status, zh, en) {#code, status, zh, en},
#include "base/err.def"
#undef E
};

struct err *err_new(struct arena *a, enum err_code code)
{
	CHECK(code < E_COUNT);
	struct err *e = arena_new1(a, struct err);
	e->code = code;
	return e;
}

struct err *err_args(struct arena *a, enum err_code code, struct str arg0, struct str arg1, struct str arg2)
{
	struct err *e = err_new(a, code);
	e->arg[0] = str_copy(a, arg0);
	// What these codes speak of is a sentence of said.def.
	e->arg[1] = !arg1.n && (code == E_BUDGET || code == E_FEEL_VALUE) ? said_zh(a, e->arg[0]) : str_copy(a, arg1);
	e->arg[2] = str_copy(a, arg2);
	return e;
}

struct err *err_arg(struct arena *a, enum err_code code, struct str arg0)
{
	return err_args(a, code, arg0, S(""), S(""));
}

struct err *err_field(struct arena *a, enum err_code code, struct str field, struct str arg0)
{
	struct err *e = err_arg(a, code, arg0);
	e->field = str_copy(a, field);
	return e;
}

struct err *err_at(struct arena *a, enum err_code code, struct str file, uint32_t line, uint32_t col, struct str arg0)
{
	struct err *e = err_arg(a, code, arg0);
	e->file = str_copy(a, file);
	e->line = line;
	e->col = col;
	return e;
}

void err_add(struct err **list, struct err *more)
{
	while (*list) list = &(*list)->next;
	*list = more;
}

const char *err_name(enum err_code code)
{
	return rows[code].name;
}

int err_status(enum err_code code)
{
	return rows[code].status;
}

bool err_is_world(enum err_code code)
{
	return rows[code].status >= 500;
}

struct str err_text(struct arena *a, const struct err *e, bool english)
{
	struct str t = str_of(english ? rows[e->code].en : rows[e->code].zh);
	struct buf b = buf_new(a);
	for (size_t i = 0; i < t.n; i++) {
		if (t.p[i] == '{' && i + 2 < t.n && t.p[i + 1] >= '0' && t.p[i + 1] <= '2' && t.p[i + 2] == '}') {
			buf_add(&b, e->arg[t.p[i + 1] - '0']);
			i += 2;
		} else {
			buf_byte(&b, t.p[i]);
		}
	}
	return buf_str(&b);
}
