// seek_store.c — rows of searches without a result, and of carried lists.
#include "base/seam.h"
#include "domain/seek/seek.h"

enum { DAY_MS = 86400000 };

struct err *seek_missed_add(struct plan *p, struct str plain, bool *kept)
{
	struct rows r;
	day_t today = day_shanghai(p->now_ms);
	*kept = false;
	struct err *e = plain.n ? SNAP_QUERY(p->snap, p->a, &r, "SELECT COUNT(*) FROM search_missed WHERE day = ?1", V_INT(today)) : NULL;
	if (e || !plain.n || row_int(&r, 0, 0) >= MISSED_A_DAY) return e;
	WSET_EXEC(p->ws, 1, "INSERT INTO search_missed (day, text, count) VALUES (?1,?2,1) ON CONFLICT (day, text) DO UPDATE SET count = search_missed.count + 1",
		V_INT(today), V_TEXT(plain));
	*kept = true;
	return NULL;
}

struct err *seek_missed(struct plan *p, day_t since, uint32_t limit, struct missed **out, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT text, CAST(SUM(count) AS INTEGER), MAX(day) FROM search_missed WHERE day >= ?1"
		" GROUP BY text ORDER BY 2 DESC, text LIMIT ?2", V_INT(since), V_INT(limit));
	*n = e ? 0 : r.n;
	*out = arena_newn(p->a, struct missed, *n + 1);
	for (size_t i = 0; i < *n; i++) (*out)[i] = (struct missed){row_text(&r, i, 0), row_int(&r, i, 1), row_int(&r, i, 2)};
	return e;
}

struct err *seek_carry(struct plan *p, struct str what, struct str answers, struct str *code)
{
	uint64_t random;
	seam_random(&random, sizeof random);
	*code = str_fmt(p->a, "%08llu", (unsigned long long)(random % 100000000));       // taken already: planned again
	WSET_EXEC(p->ws, 1, "INSERT INTO carried_list (id, code, what, answers, until_ms) VALUES (?1,?2,?3,?4,?5)", V_INT(store_id(p->store)),
		V_TEXT(*code), V_TEXT(what), V_TEXT(answers), V_INT(p->now_ms + CARRIED_DAYS * (int64_t)DAY_MS));
	return NULL;
}

struct err *seek_carried(struct plan *p, struct str code, struct str *what, struct str *answers, bool *found)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT what, answers FROM carried_list WHERE code = ?1 AND until_ms > ?2", V_TEXT(code), V_INT(p->now_ms));
	*found = !e && r.n;
	*what = *found ? row_text(&r, 0, 0) : S("");
	*answers = *found ? row_text(&r, 0, 1) : S("");
	return e;
}

void seek_sweep(struct plan *p)
{
	WSET_EXEC(p->ws, WSET_ANY, "DELETE FROM carried_list WHERE until_ms <= ?1", V_INT(p->now_ms));
	WSET_EXEC(p->ws, WSET_ANY, "DELETE FROM search_missed WHERE day < ?1", V_INT(day_shanghai(p->now_ms) - MISSED_KEPT_DAYS));
}
