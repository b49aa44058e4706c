// notice_store.c — SQL of papers and messages.
#include "domain/notice/notice_store.h"
#include "domain/trail.h"

#define PAPER "home, id, case_id, code, title, body, office, verify, digest, issued_ms"
const char notice_store_paper_select[] = "SELECT " PAPER " FROM paper WHERE id = ?1";

void notice_store_paper(struct plan *p, int64_t home, const struct paper_full *f, struct str digest)
{
	const struct val v[] = {V_INT(home), V_INT(f->row.id), V_INT(f->row.case_id), V_TEXT(f->row.code), V_TEXT(f->row.title),
		V_TEXT(f->body), V_TEXT(f->office), V_TEXT(f->row.verify), V_TEXT(digest), V_INT(f->row.issued_ms)};
	wset_exec(p->ws, 1, "INSERT INTO paper (" PAPER ") VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)", v, countof(v));
	trail_row(p, "case", f->row.case_id, "paper", f->row.id, v, countof(v));
}

static void paper_of(const struct rows *r, size_t i, struct paper_full *f)
{
	*f = (struct paper_full){.row = {.id = row_int(r, i, 0), .case_id = row_int(r, i, 1), .code = row_text(r, i, 2),
		.title = row_text(r, i, 3), .verify = row_text(r, i, 6), .issued_ms = row_int(r, i, 7)}, .body = row_text(r, i, 4),
		.office = row_text(r, i, 5)};
}

struct err *notice_store_papers(struct plan *p, int64_t case_id, struct paper_full **out, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT id, case_id, code, title, body, office, verify, issued_ms FROM paper"
		" WHERE case_id = ?1 OR case_id IN (SELECT id FROM case_ WHERE parent = ?1) ORDER BY id", V_INT(case_id));
	*n = e ? 0 : r.n;
	*out = arena_newn(p->a, struct paper_full, *n + 1);
	for (size_t i = 0; i < *n; i++) paper_of(&r, i, &(*out)[i]);
	return e;
}

struct err *notice_store_paper_read(struct plan *p, int64_t id, struct paper_full *out, bool *found)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT id, case_id, code, title, body, office, verify, issued_ms FROM paper"
		" WHERE id = ?1", V_INT(id));
	*found = !e && r.n;
	if (*found) paper_of(&r, 0, out);
	return e;
}

struct err *notice_store_verify(struct plan *p, struct str verify, struct paper_full *out, bool *found)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT id, case_id, code, title, body, office, verify, issued_ms FROM paper"
		" WHERE verify = ?1", V_TEXT(verify));
	*found = !e && r.n;
	if (*found) paper_of(&r, 0, out);
	return e;
}

void notice_store_message(struct plan *p, int64_t home, int64_t id, int64_t party, struct str code, struct str title, struct str text)
{
	WSET_EXEC(p->ws, 1, "INSERT INTO message (home, id, party, code, title, text, at_ms) VALUES (?1,?2,?3,?4,?5,?6,?7)",
		V_INT(home), V_INT(id), V_INT_OR_NULL(party), V_TEXT(code), V_TEXT(title), V_TEXT(text), V_INT(p->now_ms));
}
