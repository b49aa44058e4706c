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

void notice_store_message(struct plan *p, const struct message *m, int64_t party, struct str document)
{
	WSET_EXEC(p->ws, 1, "INSERT INTO message (home, id, party, document, case_id, code, title, text, title_en, text_en, at_ms)"
		" VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)",
		V_INT(m->home), V_INT(m->id), V_INT_OR_NULL(party), V_TEXT_OR_NULL(document), V_INT_OR_NULL(m->case_id), V_TEXT(m->code),
		V_TEXT(m->title.zh), V_TEXT(m->text.zh), V_TEXT_OR_NULL(m->title.en), V_TEXT_OR_NULL(m->text.en), V_INT(m->at_ms));
}

// Whose: known as a party when it was sent, or by a document of the person (or of one merged into them) since.
#define MESSAGE_COLS "id, home, case_id, at_ms, read_ms, code, title, text, title_en, text_en"
#define MINE "(party = ?1 OR document IN (SELECT d.document FROM party_document d JOIN party q ON q.id = d.party" \
	" WHERE q.id = ?1 OR q.alias_of = ?1))"

static void message_row(const struct rows *r, size_t i, struct message *m)
{
	*m = (struct message){.id = row_int(r, i, 0), .home = row_int(r, i, 1), .case_id = row_int(r, i, 2), .at_ms = row_int(r, i, 3),
		.read_ms = row_int(r, i, 4), .code = row_text(r, i, 5), .title = {row_text(r, i, 6), row_text(r, i, 8)},
		.text = {row_text(r, i, 7), row_text(r, i, 9)}};
}

struct err *notice_store_messages(struct plan *p, int64_t party, bool unread, int64_t before, uint32_t limit, struct message **out, size_t *n)
{
	struct rows r;
	struct err *e = unread
		? SNAP_QUERY(p->snap, p->a, &r, "SELECT " MESSAGE_COLS " FROM message WHERE " MINE " AND read_ms IS NULL AND id < ?2 ORDER BY id DESC LIMIT ?3",
			V_INT(party), V_INT(before), V_INT(limit))
		: SNAP_QUERY(p->snap, p->a, &r, "SELECT " MESSAGE_COLS " FROM message WHERE " MINE " AND id < ?2 ORDER BY id DESC LIMIT ?3",
			V_INT(party), V_INT(before), V_INT(limit));
	*n = e ? 0 : r.n;
	*out = arena_newn(p->a, struct message, *n + 1);
	for (size_t i = 0; i < *n; i++) message_row(&r, i, &(*out)[i]);
	return e;
}

struct err *notice_store_message_read(struct plan *p, int64_t party, int64_t id, struct message *out, bool *found)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT " MESSAGE_COLS " FROM message WHERE id = ?2 AND " MINE, V_INT(party), V_INT(id));
	*found = !e && r.n;
	if (*found) message_row(&r, 0, out);
	return e;
}

struct err *notice_store_unread(struct plan *p, int64_t party, uint32_t most, int64_t *out)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT count(*) FROM (SELECT id FROM message WHERE " MINE " AND read_ms IS NULL LIMIT ?2) AS m",
		V_INT(party), V_INT(most));
	*out = e ? 0 : row_int(&r, 0, 0);
	return e;
}

void notice_store_seen(struct plan *p, int64_t id)
{
	WSET_EXEC(p->ws, WSET_ANY, "UPDATE message SET read_ms = ?1 WHERE id = ?2 AND read_ms IS NULL", V_INT(p->now_ms), V_INT(id));
}
