// wset.c — write sets, rows and what both drivers share about values.
#include "store/driver.h"

#include <stdio.h>

struct wset *wset_new(struct arena *a)
{
	struct wset *ws = arena_new1(a, struct wset);
	ws->a = a;
	return ws;
}

struct arena *wset_arena(struct wset *ws)
{
	return ws->a;
}

static bool text_ok(struct str s)
{
	return !(s.n && memchr(s.p, 0, s.n)) && utf8_valid(s);
}

struct err *params_check(struct arena *a, const struct val *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].type == VAL_TEXT && !text_ok(v[i].s)) return err_new(a, E_UTF8);
	return NULL;
}

void wset_exec(struct wset *ws, int64_t expect, const char *sql, const struct val *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].type == VAL_TEXT && !text_ok(v[i].s)) ws->bad_text = true;
	struct stmt *st = vec_push(ws->a, ws->stmt, ws->n, ws->cap);
	*st = (struct stmt){sql, arena_copy(ws->a, v, n * sizeof *v), n, expect};
}

size_t wset_count(const struct wset *ws)
{
	return ws->n;
}

struct wset_stmt wset_at(const struct wset *ws, size_t i)
{
	CHECK(i < ws->n);
	return (struct wset_stmt){ws->stmt[i].sql, ws->stmt[i].param, ws->stmt[i].n, ws->stmt[i].expect};
}

void wset_append(struct wset *to, const struct wset *from)
{
	CHECK(to != from);
	for (size_t i = 0; i < from->n; i++) *vec_push(to->a, to->stmt, to->n, to->cap) = from->stmt[i];
	for (size_t i = 0; i < from->n_marks; i++) wset_mark(to, from->mark[i]);
	for (size_t i = 0; i < from->n_touches; i++) *vec_push(to->a, to->touch, to->n_touches, to->cap_touches) = from->touch[i];
	to->bad_text |= from->bad_text;
}

void wset_mark(struct wset *ws, const unsigned char digest[32])
{
	memcpy(*vec_push(ws->a, ws->mark, ws->n_marks, ws->cap_marks), digest, 32);
}

size_t wset_marks(const struct wset *ws)
{
	return ws->n_marks;
}

const unsigned char *wset_mark_at(const struct wset *ws, size_t i)
{
	CHECK(i < ws->n_marks);
	return ws->mark[i];
}

void wset_touch(struct wset *ws, enum keep keep, int64_t id)
{
	*vec_push(ws->a, ws->touch, ws->n_touches, ws->cap_touches) = kept_tag(keep, id);
}

void *wset_note(const struct wset *ws, const void *key)
{
	for (size_t i = 0; i < ws->n_notes; i++)
		if (ws->note[i].key == key) return ws->note[i].note;
	return NULL;
}

void wset_note_set(struct wset *ws, const void *key, void *note)
{
	for (size_t i = 0; i < ws->n_notes; i++)
		if (ws->note[i].key == key) {
			ws->note[i].note = note;
			return;
		}
	size_t i = ws->n_notes;
	(void)vec_push(ws->a, ws->note, ws->n_notes, ws->cap_notes);
	ws->note[i].key = key;
	ws->note[i].note = note;
}

static const struct val *cell(const struct rows *r, size_t row, size_t col)
{
	CHECK(row < r->n && col < r->cols);
	return &r->cell[row * r->cols + col];
}

int64_t row_int(const struct rows *r, size_t row, size_t col)
{
	const struct val *v = cell(r, row, col);
	CHECK(v->type == VAL_INT || v->type == VAL_NULL);
	return v->type == VAL_NULL ? 0 : v->i;
}

struct str row_text(const struct rows *r, size_t row, size_t col)
{
	const struct val *v = cell(r, row, col);
	CHECK(v->type == VAL_TEXT || v->type == VAL_NULL);
	return v->type == VAL_NULL ? S("") : v->s;
}

struct str row_blob(const struct rows *r, size_t row, size_t col)
{
	const struct val *v = cell(r, row, col);
	CHECK(v->type == VAL_BLOB || v->type == VAL_NULL);
	return v->type == VAL_NULL ? S("") : v->s;
}

bool row_null(const struct rows *r, size_t row, size_t col)
{
	return cell(r, row, col)->type == VAL_NULL;
}

struct err *err_copy(struct arena *a, const struct err *e)
{
	struct err *first = NULL, **to = &first;
	for (; e; e = e->next) {
		struct err *c = arena_new1(a, struct err);
		*c = *e;
		c->field = str_copy(a, e->field);
		for (size_t i = 0; i < countof(c->arg); i++) c->arg[i] = str_copy(a, e->arg[i]);
		c->file = str_copy(a, e->file);
		c->next = NULL;
		*to = c;
		to = &c->next;
	}
	return first;
}

struct err *sql_bug(struct arena *a, const char *sql, const char *message)
{
	fprintf(stderr, "tongban: SQL refused: %s\n  in: %s\n", message, sql);
	return err_arg(a, E_BUG, S("SQL"));
}
