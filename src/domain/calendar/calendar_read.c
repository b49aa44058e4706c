// calendar_read.c — a year's holidays and make-up days from YAML.
//
//     year: 2026
//     holidays: [{name: 元旦, from: 2026-01-01, until: 2026-01-03}, …]   # rest days, also on weekdays
//     workdays: [2026-01-04, …]                                          # weekends that are worked (调休)
//     closed: [{name: 台风停工, from: …, until: …}]                       # local overlay, files NNNN-*.yaml
#include "domain/calendar/calendar_int.h"
#include "codec/yaml.h"
#include "domain/calendar/folder.h"

static struct cal_year *year_make(struct arena *a, struct calendar *c, int32_t year)
{
	uint32_t i = 0;
	for (; i < c->n && c->year[i].year <= year; i++)
		if (c->year[i].year == year)
			return &c->year[i];
	size_t n = c->n;
	vec_push(a, c->year, n, c->cap);
	c->n = (uint32_t)n;
	memmove(&c->year[i + 1], &c->year[i], (c->n - 1 - i) * sizeof *c->year);
	struct cal_year *y = &c->year[i];
	*y = (struct cal_year){.year = year, .first = day_of(year, 1, 1), .last = day_of(year, 12, 31)};
	for (day_t d = y->first; d <= y->last; d++)
		if (day_weekday(d) <= 5)
			y->working[(d - y->first) / 64] |= 1ull << ((d - y->first) % 64);
	return y;
}

static void day_set(struct cal_year *y, day_t d, bool working)
{
	uint32_t i = (uint32_t)(d - y->first);
	if (working)
		y->working[i / 64] |= 1ull << (i % 64);
	else
		y->working[i / 64] &= ~(1ull << (i % 64));
}

static struct err *read_day(struct arena *a, const struct cal_year *y, const struct yaml *at, const struct yaml *parent,
	day_t *out)
{
	const struct yaml *where = at ? at : parent;
	if (!day_parse(yaml_text(at), out))
		return yaml_err(a, E_SYNTAX, where, S("日期应写作 2026-11-05 / a day is written 2026-11-05"));
	if (*out < y->first || *out > y->last)
		return yaml_err(a, E_SYNTAX, where, S("日期不在该年 / the day is not in this year"));
	return NULL;
}

static struct err *read_spans(struct arena *a, struct arena *tmp, struct cal_year *y, const struct yaml *list)
{
	if (list && list->type != YAML_LIST)
		return yaml_err(tmp, E_SYNTAX, list, S("应为列表 / expected a list"));
	for (uint32_t i = 0; i < yaml_count(list); i++) {
		const struct yaml *h = list->item[i];
		day_t from, until;
		struct err *e = read_day(tmp, y, yaml_get(h, S("from")), h, &from);
		if (!e)
			e = read_day(tmp, y, yaml_get(h, S("until")), h, &until);
		if (e)
			return e;
		if (until < from)
			return yaml_err(tmp, E_SYNTAX, h, S("until 早于 from / until is before from"));
		for (day_t d = from; d <= until; d++)
			day_set(y, d, false);
		size_t n = y->n_names;
		struct cal_name *name = vec_push(a, y->name, n, y->cap_names);
		y->n_names = (uint32_t)n;
		*name = (struct cal_name){from, until, str_copy(a, yaml_get_text(h, S("name")))};
	}
	return NULL;
}

struct err *calendar_read(struct arena *a, struct arena *tmp, struct str name, struct str text, struct calendar **cal)
{
	struct yaml *root;
	struct err *e = yaml_parse(tmp, name, text, (struct yaml_limits){0}, &root);
	if (e)
		return e;
	int64_t year;
	if (!yaml_int(yaml_get(root, S("year")), &year) || year < 1990 || year > 2200)
		return yaml_err(tmp, E_SYNTAX, root, S("缺少 year（1990–2200） / year is missing"));
	static const char *const known[] = {"year", "source", "holidays", "workdays", "closed"};
	for (uint32_t i = 0; i < root->n; i++) {
		bool ok = false;
		for (size_t k = 0; k < countof(known); k++)
			ok |= str_eq(root->key[i]->text, str_of(known[k]));
		if (!ok)
			return yaml_err(tmp, E_NOT_ALLOWED_HERE, root->key[i], root->key[i]->text);
	}
	if (!*cal)
		*cal = arena_new1(a, struct calendar);
	struct cal_year *y = year_make(a, *cal, (int32_t)year);
	const struct yaml *holidays = yaml_get(root, S("holidays")), *work = yaml_get(root, S("workdays"));
	if (holidays)
		y->published = true;
	e = read_spans(a, tmp, y, holidays);
	if (work && work->type != YAML_LIST)
		return yaml_err(tmp, E_SYNTAX, work, S("应为列表 / expected a list"));
	for (uint32_t i = 0; !e && i < yaml_count(work); i++) {
		day_t d;
		e = read_day(tmp, y, work->item[i], work, &d);
		if (e)
			break;
		// A make-up day is a weekend by nature; a weekday here is a slip of the pen that would hide a holiday.
		if (day_weekday(d) <= 5)
			return yaml_err(tmp, E_SYNTAX, work->item[i], S("调休上班日应为周六或周日 / a make-up day is a weekend"));
		day_set(y, d, true);
	}
	if (!e)
		e = read_spans(a, tmp, y, yaml_get(root, S("closed")));
	if (e)
		return e;
	uint64_t h = 1469598103934665603ull;
	for (uint32_t i = 0; i < (*cal)->n; i++) {
		h = (h ^ (uint64_t)(*cal)->year[i].year) * 1099511628211ull;
		for (size_t k = 0; k < 6; k++)
			h = (h ^ (*cal)->year[i].working[k]) * 1099511628211ull;
	}
	(*cal)->hash = str_fmt(a, "%016llx", (unsigned long long)h);
	return NULL;
}

struct err *calendar_load(struct arena *a, struct str dir, struct calendar **out)
{
	static const char *const yaml[] = {".yaml", NULL};
	struct folder_file *file;
	uint32_t n;
	struct err *e = folder_read(a, dir, yaml, &file, &n);
	struct calendar *c = arena_new1(a, struct calendar);
	// Sorted: 2026-x.yaml would come before 2026.yaml, so the overlays go second.
	for (int pass = 0; pass < 2; pass++)
		for (uint32_t i = 0; !e && i < n; i++)
			if ((str_find(file[i].path, S("-")) >= 0) == (pass == 1))
				e = calendar_read(a, a, file[i].path, file[i].text, &c);
	for (uint32_t i = 0; !e && i < c->n; i++)
		if (!c->year[i].published)
			e = err_arg(a, E_NO_CALENDAR, str_fmt(a, "%d", c->year[i].year));
	if (!e)
		*out = c;
	return e;
}
