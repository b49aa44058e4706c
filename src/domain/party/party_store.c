// party_store.c — SQL of parties and their documents.
#include "domain/party/party_store.h"

#define ROW "SELECT p.kind, p.name, p.masked, p.phone, p.phone_masked, p.address, d.type, d.number, d.masked, d.from_day, d.id, p.id" \
	" FROM party p JOIN party_document d ON d.party = p.id WHERE p.id = ?1"

void party_ahead(struct plan *p, int64_t id)
{
	SNAP_EXPECT_KEPT(p->snap, p->a, ROW, V_INT(id));
}

struct err *party_store_read(struct plan *p, int64_t id, struct party_row *o, bool *found)
{
	struct rows r;
	struct err *e = SNAP_KEPT(p->snap, p->a, &r, KEEP_PARTY, 11, ROW, V_INT(id));
	*found = !e && r.n;
	size_t n = 0;                                            // the newest document; a database sorts in a table made for it
	for (size_t i = 1; *found && i < r.n; i++)
		if (row_int(&r, i, 9) > row_int(&r, n, 9) || (row_int(&r, i, 9) == row_int(&r, n, 9) && row_int(&r, i, 10) > row_int(&r, n, 10))) n = i;
	if (*found)
		*o = (struct party_row){row_text(&r, n, 0), row_text(&r, n, 1), row_text(&r, n, 2), row_text(&r, n, 3),
			row_text(&r, n, 4), row_text(&r, n, 5), row_text(&r, n, 6), row_text(&r, n, 7), row_text(&r, n, 8)};
	return e;
}

struct err *party_store_by_hash(struct plan *p, struct str hash, int64_t *out)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT COALESCE(p.alias_of, p.id) FROM party_document d"
		" JOIN party p ON p.id = d.party WHERE d.document = ?1", V_TEXT(hash));
	*out = !e && r.n ? row_int(&r, 0, 0) : 0;
	return e;
}

void party_store_insert(struct plan *p, int64_t id, const struct party_row *o, struct str hash)
{
	WSET_EXEC(p->ws, 1, "INSERT INTO party (id, kind, name, masked, phone, phone_masked, address, version, created_ms)"
		" VALUES (?1,?2,?3,?4,?5,?6,?7,1,?8)",
		V_INT(id), V_TEXT(o->kind), V_TEXT(o->name), V_TEXT(o->masked), V_TEXT(o->phone), V_TEXT(o->phone_masked),
		V_TEXT(o->address), V_INT(p->now_ms));
	WSET_EXEC(p->ws, 1, "INSERT INTO party_document (id, party, type, document, number, masked, from_day)"
		" VALUES (?1,?2,?3,?4,?5,?6,?7)",
		V_INT(store_id(p->store)), V_INT(id), V_TEXT(o->document_type), V_TEXT(hash), V_TEXT(o->document),
		V_TEXT(o->document_masked), V_INT(day_shanghai(p->now_ms)));
	wset_touch(p->ws, KEEP_PARTY, id);
}

struct err *party_store_hashes(struct plan *p, int64_t party, struct str **out, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT d.document FROM party_document d JOIN party p ON p.id = d.party"
		" WHERE p.id = ?1 OR p.alias_of = ?1 ORDER BY d.id", V_INT(party));
	*n = e ? 0 : r.n;
	*out = arena_newn(p->a, struct str, *n + 1);
	for (size_t i = 0; i < *n; i++) (*out)[i] = row_text(&r, i, 0);
	return e;
}
