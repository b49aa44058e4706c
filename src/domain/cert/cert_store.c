// cert_store.c — SQL of the certificate library.
#include "domain/cert/cert_store.h"
#include "domain/trail.h"

#define COLS "id, party, case_id, type, number, number_masked, code, identifier, holder_masked, issuer, issued_day," \
	" expires_day, state, face, digest, signature"

#define WHOLE "home, " COLS ", number_hash, replaces, version"
const char cert_store_select[] = "SELECT " WHOLE " FROM certificate WHERE id = ?1";

static struct err *rows_of(struct plan *p, struct err *e, const struct rows *r, struct cert_row **out, size_t *n)
{
	*n = e ? 0 : r->n;
	*out = arena_newn(p->a, struct cert_row, *n + 1);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct cert_row){.number = row_text(r, i, 4), .face = row_text(r, i, 13),
			.c = {.id = row_int(r, i, 0), .party = row_int(r, i, 1), .case_id = row_int(r, i, 2), .type = row_text(r, i, 3),
				.number_masked = row_text(r, i, 5), .code = row_text(r, i, 6), .identifier = row_text(r, i, 7),
				.holder_masked = row_text(r, i, 8), .issuer = row_text(r, i, 9), .issued = (day_t)row_int(r, i, 10),
				.expires = (day_t)row_int(r, i, 11), .state = row_text(r, i, 12), .digest = row_text(r, i, 14),
				.signature = row_text(r, i, 15)}};
	return e;
}

struct err *cert_store_find(struct plan *p, enum cert_by by, struct val key, struct cert_row **out, size_t *n)
{
	struct rows r;
	struct err *e = NULL;
	switch (by) {
	case CERT_ID: e = SNAP_QUERY(p->snap, p->a, &r, "SELECT " COLS " FROM certificate WHERE id = ?1", key); break;
	case CERT_CODE: e = SNAP_QUERY(p->snap, p->a, &r, "SELECT " COLS " FROM certificate WHERE code = ?1", key); break;
	case CERT_NUMBER: e = SNAP_QUERY(p->snap, p->a, &r, "SELECT " COLS " FROM certificate WHERE number_hash = ?1 ORDER BY id DESC", key); break;
	case CERT_IDENTIFIER: e = SNAP_QUERY(p->snap, p->a, &r, "SELECT " COLS " FROM certificate WHERE identifier = ?1 AND identifier <> ''", key); break;
	}
	return rows_of(p, e, &r, out, n);
}

#define NEWEST " ORDER BY issued_day DESC, id DESC LIMIT 200"

struct err *cert_store_of_party(struct plan *p, int64_t party, struct cert_row **out, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_KEPT(p->snap, p->a, &r, KEEP_CERTIFICATES, 1, "SELECT " COLS " FROM certificate WHERE party = ?1" NEWEST, V_INT(party));
	return rows_of(p, e, &r, out, n);
}

struct err *cert_store_valid(struct plan *p, int64_t party, struct str type, struct cert_row **out, size_t *n)
{
	struct rows r;
	struct err *e = type.n
		? SNAP_KEPT(p->snap, p->a, &r, KEEP_CERTIFICATES, 1, "SELECT " COLS " FROM certificate WHERE party = ?1 AND type = ?2 AND state = 'valid'" NEWEST, V_INT(party), V_TEXT(type))
		: SNAP_KEPT(p->snap, p->a, &r, KEEP_CERTIFICATES, 1, "SELECT " COLS " FROM certificate WHERE party = ?1 AND state = 'valid'" NEWEST, V_INT(party));
	return rows_of(p, e, &r, out, n);
}

struct err *cert_store_of_case(struct plan *p, int64_t case_id, struct cert_row **out, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT " COLS " FROM certificate WHERE case_id = ?1 OR case_id IN"
		" (SELECT id FROM case_ WHERE parent = ?1) ORDER BY id", V_INT(case_id));
	return rows_of(p, e, &r, out, n);
}

void cert_store_insert(struct plan *p, int64_t home, const struct cert_row *r, struct str number_hash, int64_t replaces)
{
	const struct cert *c = &r->c;
	const struct val v[] = {V_INT(home), V_INT(c->id), V_INT(c->party), V_INT_OR_NULL(c->case_id), V_TEXT(c->type), V_TEXT(r->number),
		V_TEXT(c->number_masked), V_TEXT(c->code), V_TEXT(c->identifier), V_TEXT(c->holder_masked), V_TEXT(c->issuer),
		V_INT(c->issued), V_INT(c->expires), V_TEXT(c->state), V_TEXT(r->face), V_TEXT(c->digest), V_TEXT(c->signature),
		V_TEXT(number_hash), V_INT_OR_NULL(replaces), V_INT(1)};
	wset_exec(p->ws, 1, "INSERT INTO certificate (" WHOLE ")"
		" VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20)", v, countof(v));
	wset_touch(p->ws, KEEP_CERTIFICATES, c->party);
	trail_row(p, "certificate", c->id, "certificate", c->id, v, countof(v));
}

struct err *cert_store_state(struct plan *p, int64_t id, struct str state)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT " WHOLE " FROM certificate WHERE id = ?1", V_INT(id));
	if (e || !r.n) return e;
	enum { PARTY = 2, STATE = 13 };
	size_t version = r.cols - 1;
	WSET_EXEC(p->ws, 1, "UPDATE certificate SET state = ?1, version = version + 1 WHERE id = ?2 AND state = 'valid' AND version = ?3",
		V_TEXT(state), V_INT(id), r.cell[version]);
	wset_touch(p->ws, KEEP_CERTIFICATES, row_int(&r, 0, PARTY));
	struct val *v = arena_newn(p->a, struct val, r.cols);
	memcpy(v, r.cell, r.cols * sizeof *v);
	v[STATE] = V_TEXT(state);
	v[version] = V_INT(v[version].i + 1);
	trail_row(p, "certificate", id, "certificate", id, v, r.cols);
	return NULL;
}

void cert_store_use(struct plan *p, int64_t cert, int64_t case_id, struct str purpose)
{
	WSET_EXEC(p->ws, 1, "INSERT INTO certificate_use (id, certificate, case_id, purpose, account, at_ms) VALUES (?1,?2,?3,?4,?5,?6)",
		V_INT(store_id(p->store)), V_INT(cert), V_INT(case_id), V_TEXT(purpose), V_INT(p->actor.account), V_INT(p->now_ms));
}
