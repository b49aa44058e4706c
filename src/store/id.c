// id.c — time-ordered ids and public numbers leased in blocks.
#include "store/driver.h"

#include "base/seam.h"

#include <stdio.h>

#define EPOCH_MS 1577836800000LL      // 2020-01-01T00:00:00Z
enum { SEQ_BITS = 12, NODE_BITS = 10 };

// id_last counts milliseconds since the epoch in steps of 1/4096: a burst beyond 4,096 ids in one
// millisecond, or a clock that stands, borrows from the following milliseconds.
int64_t store_id(struct store *s)
{
	pthread_mutex_lock(&s->id_lock);
	int64_t now = seam_now_ms() - EPOCH_MS;
	int64_t next = s->id_last + 1;
	if (now > 0 && now << SEQ_BITS > next) next = now << SEQ_BITS;
	s->id_last = next;
	pthread_mutex_unlock(&s->id_lock);
	int64_t ms = next >> SEQ_BITS, seq = next & ((1 << SEQ_BITS) - 1);
	return ms << (NODE_BITS + SEQ_BITS) | (int64_t)s->node << SEQ_BITS | seq;
}

int64_t store_id_ms(int64_t id)
{
	return (id >> (NODE_BITS + SEQ_BITS)) + EPOCH_MS;
}

int64_t ids_used_ms(struct store *s)
{
	pthread_mutex_lock(&s->id_lock);
	int64_t used = s->id_last >> SEQ_BITS;
	pthread_mutex_unlock(&s->id_lock);
	return used;
}

struct err *ids_load(struct store *s, struct arena *a, struct conn *c)
{
	struct rows r;
	struct val key = V_TEXT(str_fmt(a, "id_ms.%d", s->node));
	struct err *e = s->db->query(c, a, &r, "SELECT value FROM store_meta WHERE key = ?1", &key, 1);
	if (e) return e;
	int64_t saved = r.n ? row_int(&r, 0, 0) : 0;
	s->id_last = (saved << SEQ_BITS) - 1;
	atomic_store(&s->id_saved_ms, saved);
	return NULL;
}

// ---- numbers ----

static struct err *lease(struct store *s, struct arena *a, struct str scope, int64_t period, int block,
	int64_t *first)
{
	for (int attempt = 0; attempt < 20; attempt++) {
		struct snap *p;
		struct rows r;
		struct err *e = snap_open(s, a, &p);
		if (e) return e;
		e = SNAP_QUERY(p, a, &r, "SELECT next FROM store_number WHERE scope = ?1 AND period = ?2",
			V_TEXT(scope), V_INT(period));
		snap_close(p);
		if (e) return e;
		struct wset *ws = wset_new(a);
		*first = r.n ? row_int(&r, 0, 0) : 1;
		if (r.n)
			WSET_EXEC(ws, 1, "UPDATE store_number SET next = next + ?3 WHERE scope = ?1 AND period = ?2 AND next = ?4",
				V_TEXT(scope), V_INT(period), V_INT(block), V_INT(*first));
		else
			WSET_EXEC(ws, 1, "INSERT INTO store_number (scope, period, next) VALUES (?1, ?2, ?3) "
				"ON CONFLICT (scope, period) DO NOTHING", V_TEXT(scope), V_INT(period), V_INT(1 + block));
		e = store_commit(s, a, ws);
		if (!e || e->code != E_STALE) return e;
	}
	return err_arg(a, E_BUSY, S("1"));
}

enum { RUSH_US = 1000000, MOST_BLOCKS = 64 };

struct err *number_lease(struct store *s, struct arena *a, struct str scope, int64_t period, int block, int64_t *out)
{
	CHECK(block > 0 && !on_writer_thread);
	struct err *e = NULL;
	pthread_mutex_lock(&s->number_lock);
	struct number_block *b = s->numbers;
	while (b && !(str_eq(b->scope, scope) && b->period == period)) b = b->more;
	if (!b || b->next == b->end) {
		// Everybody waits for a lease: a block that was used up at once is followed by a larger one, so that
		// a rush does not wait for every twentieth number, and a quiet day leaves a small gap.
		int64_t first, now_us = seam_mono_us();
		int take = block;
		if (b && now_us - b->leased_us < RUSH_US) take = b->taken * 2 > block * MOST_BLOCKS ? block * MOST_BLOCKS : b->taken * 2;
		e = lease(s, a, scope, period, take, &first);
		if (!e && !b) {
			// A scope's earlier period is over: its block is used again, so memory does not grow by the day.
			for (b = s->numbers; b && !str_eq(b->scope, scope); b = b->more) {}
			if (!b) {
				b = arena_new1(s->a, struct number_block);
				b->scope = str_copy(s->a, scope);
				b->more = s->numbers;
				s->numbers = b;
			}
		}
		if (!e) {
			b->period = period;
			b->next = first;
			b->end = first + take;
			b->taken = take;
			b->leased_us = now_us;
		}
	}
	if (!e) *out = b->next++;
	pthread_mutex_unlock(&s->number_lock);
	return e;
}
