// flow_store.c — SQL of process instances, tasks, timers, waits, jobs.
#include "domain/flow/flow_store.h"
#include "domain/flow/past.h"
#include "domain/flow/paths.h"

#define INSTANCE_COLS "home, id, case_id, parent, parent_key, model, catalogue, version, ended, outcome, state"
#define INCIDENT_COLS "instance, case_id, home, at_ms, key, element, text, text_zh, (SELECT count(*) FROM flow_event e" \
	" WHERE e.instance = flow_incident.instance AND e.key = flow_incident.key AND e.kind = 'job-failed')"
#define TASK_COLS "home, id, instance, key, case_id, element, name, role, office, open, version, opened_ms, due_ms, claimed_by, done_ms, outcome"
// The same of an open task, from the columns of task_open alone.
#define TASK_OPEN_COLS "home, id, instance, key, case_id, element, name, role, office, open, version, opened_ms, due_ms, claimed_by," \
	" CAST(NULL AS INTEGER), CAST(NULL AS TEXT)"

static void instance_from(const struct rows *r, size_t i, struct flow_instance *out)
{
	*out = (struct flow_instance){
		.home = row_int(r, i, 0), .id = row_int(r, i, 1), .case_id = row_int(r, i, 2),
		.parent = row_int(r, i, 3), .parent_key = (uint32_t)row_int(r, i, 4), .model = row_text(r, i, 5),
		.catalogue = row_text(r, i, 6), .version = row_int(r, i, 7), .ended = row_int(r, i, 8) != 0,
		.outcome = row_text(r, i, 9), .state = row_blob(r, i, 10)};
}

#define OF_CASE "SELECT " INSTANCE_COLS " FROM flow_instance WHERE case_id = ?1"
#define TASK_OF_CASE "SELECT " TASK_COLS " FROM task WHERE case_id = ?1 AND element = ?2 AND open = 1 ORDER BY id DESC LIMIT 1"

void task_ahead(struct plan *p, int64_t case_id, struct str element)
{
	SNAP_EXPECT(p->snap, p->a, TASK_OF_CASE, V_INT(case_id), V_TEXT(element));
	SNAP_EXPECT(p->snap, p->a, OF_CASE, V_INT(case_id));
}

struct err *flow_store_read(struct plan *p, int64_t id, bool by_case, struct flow_instance *out, bool *found)
{
	struct rows r;
	struct err *e = by_case
		? SNAP_QUERY(p->snap, p->a, &r, OF_CASE, V_INT(id))
		: SNAP_QUERY(p->snap, p->a, &r, "SELECT " INSTANCE_COLS " FROM flow_instance WHERE id = ?1", V_INT(id));
	// What runs is found by the first look; only what is over, and a case without a process, costs a second one.
	if (!e && !r.n)
		e = by_case
			? SNAP_QUERY(p->snap, p->a, &r, "SELECT " INSTANCE_COLS " FROM flow_instance_past WHERE case_id = ?1", V_INT(id))
			: SNAP_QUERY(p->snap, p->a, &r, "SELECT " INSTANCE_COLS " FROM flow_instance_past WHERE id = ?1", V_INT(id));
	*found = !e && r.n == 1;
	if (!*found) return e;
	instance_from(&r, 0, out);
	return NULL;
}

void flow_store_insert(struct plan *p, const struct flow_instance *i)
{
	WSET_EXEC(p->ws, 1, "INSERT INTO flow_instance (" INSTANCE_COLS ", ended_ms) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)",
		V_INT(i->home), V_INT(i->id), V_INT(i->case_id), V_INT_OR_NULL(i->parent), V_INT_OR_NULL(i->parent_key),
		V_TEXT(i->model), V_TEXT(i->catalogue), V_INT(i->version), V_INT(i->ended), V_TEXT_OR_NULL(i->outcome),
		V_BLOB(i->state), V_INT(i->ended ? p->now_ms : 0));
}

void flow_store_update(struct plan *p, const struct flow_instance *i, int64_t was)
{
	WSET_EXEC(p->ws, 1, "UPDATE flow_instance SET version = ?1, ended = ?2, outcome = ?3, state = ?4, ended_ms = ?7"
		" WHERE id = ?5 AND version = ?6",
		V_INT(i->version), V_INT(i->ended), V_TEXT_OR_NULL(i->outcome), V_BLOB(i->state), V_INT(i->id), V_INT(was),
		V_INT(i->ended ? p->now_ms : 0));
}

void flow_store_move(struct plan *p, const struct flow_instance *i)
{
	WSET_EXEC(p->ws, 1, "UPDATE flow_instance SET catalogue = ?1 WHERE id = ?2", V_TEXT(i->catalogue), V_INT(i->id));
}

struct err *flow_store_elsewhere(struct plan *p, struct str to, struct str model, int64_t after, uint32_t limit,
	struct flow_instance **out, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT " INSTANCE_COLS " FROM flow_instance WHERE ended = 0 AND catalogue <> ?1"
		" AND (?2 = '' OR model = ?2) AND id > ?3 ORDER BY id LIMIT ?4",
		V_TEXT(to), V_TEXT(model), V_INT(after), V_INT(limit));
	*n = e ? 0 : r.n;
	*out = arena_newn(p->a, struct flow_instance, *n + 1);
	for (size_t i = 0; i < *n; i++) instance_from(&r, i, &(*out)[i]);
	return e;
}

void flow_store_task_open(struct plan *p, const struct flow_instance *i, const struct task *t)
{
	WSET_EXEC(p->ws, 1, "INSERT INTO task (home, id, instance, key, case_id, element, name, role, office, open, version,"
		" opened_ms, due_ms) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,1,1,?10,?11)",
		V_INT(i->home), V_INT(t->id), V_INT(i->id), V_INT(t->key), V_INT(i->case_id), V_TEXT(t->element),
		V_TEXT(t->name), V_TEXT(t->role), V_TEXT(t->office), V_INT(t->opened_ms), V_INT(t->due_ms));
}

void flow_store_task_close(struct plan *p, int64_t instance, uint32_t key, struct str why)
{
	WSET_EXEC(p->ws, WSET_ANY, "UPDATE task SET open = 0, version = version + 1, done_ms = ?1, outcome = ?2"
		" WHERE instance = ?3 AND key = ?4 AND open = 1",
		V_INT(p->now_ms), V_TEXT(why), V_INT(instance), V_INT(key));
}

void flow_store_task_done(struct plan *p, const struct task *t, struct str outcome)
{
	WSET_EXEC(p->ws, 1, "UPDATE task SET open = 0, version = version + 1, done_ms = ?1, done_by = ?2, outcome = ?3"
		" WHERE id = ?4 AND version = ?5 AND open = 1",
		V_INT(p->now_ms), V_INT_OR_NULL(p->actor.account), V_TEXT(outcome), V_INT(t->id), V_INT(t->version));
}

void flow_store_task_signed(struct plan *p, const struct task *t)
{
	WSET_EXEC(p->ws, 1, "UPDATE task SET version = version + 1 WHERE id = ?1 AND version = ?2 AND open = 1", V_INT(t->id), V_INT(t->version));
}

void flow_store_task_again(struct plan *p, const struct task *t)
{
	WSET_EXEC(p->ws, WSET_ANY, "UPDATE task SET name = ?1, role = ?2, office = ?3, version = version + 1"
		" WHERE instance = ?4 AND key = ?5 AND open = 1 AND (name <> ?1 OR role <> ?2 OR office <> ?3)",
		V_TEXT(t->name), V_TEXT(t->role), V_TEXT(t->office), V_INT(t->instance), V_INT(t->key));
}

void flow_store_timer_set(struct plan *p, const struct flow_instance *i, uint32_t key, int64_t due_ms)
{
	WSET_EXEC(p->ws, 1, "INSERT INTO flow_timer (home, id, instance, key, due_ms) VALUES (?1,?2,?3,?4,?5)"
		" ON CONFLICT (instance, key) DO UPDATE SET due_ms = excluded.due_ms",
		V_INT(i->home), V_INT(store_id(p->store)), V_INT(i->id), V_INT(key), V_INT(due_ms));
}

void flow_store_timer_clear(struct plan *p, int64_t instance, uint32_t key)
{
	WSET_EXEC(p->ws, WSET_ANY, "DELETE FROM flow_timer WHERE instance = ?1 AND key = ?2", V_INT(instance), V_INT(key));
}

void flow_store_wait(struct plan *p, const struct flow_instance *i, uint32_t key, struct str name, struct str correlation)
{
	WSET_EXEC(p->ws, 1, "INSERT INTO flow_wait (home, instance, key, case_id, name, correlation) VALUES (?1,?2,?3,?4,?5,?6)",
		V_INT(i->home), V_INT(i->id), V_INT(key), V_INT(i->case_id), V_TEXT(name), V_TEXT(correlation));
}

void flow_store_unwait(struct plan *p, int64_t instance, uint32_t key)
{
	WSET_EXEC(p->ws, WSET_ANY, "DELETE FROM flow_wait WHERE instance = ?1 AND key = ?2", V_INT(instance), V_INT(key));
}

void flow_store_job(struct plan *p, const struct flow_instance *i, const struct bpmn_effect *fx, int64_t next_ms)
{
	struct buf vars = buf_new(p->a);
	if (fx->vars) json_print(&vars, fx->vars);
	else buf_lit(&vars, "{}");
	WSET_EXEC(p->ws, 1, "INSERT INTO flow_job (home, id, instance, key, case_id, type, vars, attempt, next_ms)"
		" VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9)"
		" ON CONFLICT (instance, key) DO UPDATE SET attempt = excluded.attempt, next_ms = excluded.next_ms",
		V_INT(i->home), V_INT(store_id(p->store)), V_INT(i->id), V_INT(fx->key), V_INT(i->case_id),
		V_TEXT(fx->job_type), V_TEXT(buf_str(&vars)), V_INT(fx->attempt), V_INT(next_ms));
}

void flow_store_job_clear(struct plan *p, int64_t instance, uint32_t key)
{
	WSET_EXEC(p->ws, WSET_ANY, "DELETE FROM flow_job WHERE instance = ?1 AND key = ?2", V_INT(instance), V_INT(key));
}

void flow_store_incident(struct plan *p, const struct flow_instance *i, const struct bpmn_effect *fx)
{
	WSET_EXEC(p->ws, 1, "INSERT INTO flow_incident (home, instance, key, case_id, element, text, at_ms, text_zh)"
		" VALUES (?1,?2,?3,?4,?5,?6,?7,?8) ON CONFLICT (instance, key) DO UPDATE SET text = excluded.text, text_zh = excluded.text_zh",
		V_INT(i->home), V_INT(i->id), V_INT(fx->key), V_INT(i->case_id), V_TEXT(fx->id), V_TEXT(fx->text),
		V_INT(p->now_ms), V_TEXT(fx->text_zh));
}

void flow_store_incident_clear(struct plan *p, int64_t instance, uint32_t key)
{
	WSET_EXEC(p->ws, WSET_ANY, "DELETE FROM flow_incident WHERE instance = ?1 AND key = ?2", V_INT(instance), V_INT(key));
}

static struct err *incidents_of(struct plan *p, struct err *e, const struct rows *r, struct flow_incident **out, size_t *n)
{
	*n = e ? 0 : r->n;
	*out = arena_newn(p->a, struct flow_incident, *n + 1);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct flow_incident){.instance = row_int(r, i, 0), .case_id = row_int(r, i, 1), .home = row_int(r, i, 2),
			.at_ms = row_int(r, i, 3), .key = (uint32_t)row_int(r, i, 4), .element = row_text(r, i, 5), .tries = row_int(r, i, 8),
			.text = {.en = row_text(r, i, 6), .zh = row_text(r, i, row_text(r, i, 7).n ? 7 : 6)}};      // of old rows one language is kept
	return e;
}

struct err *flow_incidents(struct plan *p, const struct flow_incident *after, uint32_t limit, struct flow_incident **out, size_t *n)
{
	struct rows r;
	struct flow_incident none = {0};
	if (!after) after = &none;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT " INCIDENT_COLS " FROM flow_incident"
		" WHERE at_ms >= ?1 AND (at_ms > ?1 OR instance > ?2 OR (instance = ?2 AND key > ?3)) ORDER BY at_ms, instance, key LIMIT ?4",
		V_INT(after->at_ms), V_INT(after->instance), V_INT(after->key), V_INT(limit));
	return incidents_of(p, e, &r, out, n);
}

struct err *flow_incident_read(struct plan *p, int64_t case_id, uint32_t key, struct flow_incident *out)
{
	struct rows r;
	struct flow_incident *one;
	size_t n;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT " INCIDENT_COLS " FROM flow_incident"
		" WHERE case_id = ?1 AND key = ?2", V_INT(case_id), V_INT(key));
	e = incidents_of(p, e, &r, &one, &n);
	if (!e && !n) return err_arg(p->a, E_NOT_FOUND, S("流程异常"));
	if (!e) *out = *one;
	return e;
}

struct err *flow_store_wait_find(struct plan *p, int64_t case_id, struct str name, int64_t *instance, uint32_t *key, bool *found)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT instance, key FROM flow_wait WHERE case_id = ?1 AND name = ?2"
		" ORDER BY key LIMIT 1", V_INT(case_id), V_TEXT(name));
	*found = !e && r.n;
	if (*found) {
		*instance = row_int(&r, 0, 0);
		*key = (uint32_t)row_int(&r, 0, 1);
	}
	return e;
}

struct err *flow_store_timer(struct plan *p, int64_t id, int64_t *instance, uint32_t *key, bool *found)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT instance, key FROM flow_timer WHERE id = ?1", V_INT(id));
	*found = !e && r.n;
	if (*found) {
		*instance = row_int(&r, 0, 0);
		*key = (uint32_t)row_int(&r, 0, 1);
	}
	return e;
}

static void task_from(const struct rows *r, size_t i, struct task *t)
{
	*t = (struct task){
		.home = row_int(r, i, 0), .id = row_int(r, i, 1), .instance = row_int(r, i, 2), .key = (uint32_t)row_int(r, i, 3),
		.case_id = row_int(r, i, 4), .element = row_text(r, i, 5), .name = row_text(r, i, 6), .role = row_text(r, i, 7),
		.office = row_text(r, i, 8), .open = row_int(r, i, 9) != 0, .version = row_int(r, i, 10),
		.opened_ms = row_int(r, i, 11), .due_ms = row_int(r, i, 12), .claimed_by = row_int(r, i, 13),
		.done_ms = row_int(r, i, 14), .outcome = row_text(r, i, 15)};
}

struct err *task_read(struct plan *p, int64_t id, struct task *out)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT " TASK_COLS " FROM task WHERE id = ?1", V_INT(id));
	if (!e && !r.n) e = SNAP_QUERY(p->snap, p->a, &r, "SELECT " TASK_COLS " FROM task_past WHERE id = ?1", V_INT(id));
	if (e) return e;
	if (!r.n) return err_arg(p->a, E_NOT_FOUND, S("待办"));
	task_from(&r, 0, out);
	return NULL;
}

struct err *task_of_case(struct plan *p, int64_t case_id, struct str element, struct task *out, bool *found)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, TASK_OF_CASE, V_INT(case_id), V_TEXT(element));
	*found = !e && r.n;
	if (*found) task_from(&r, 0, out);
	return e;
}

struct err *task_open_of(struct plan *p, int64_t case_id, struct task **out, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT " TASK_OPEN_COLS " FROM task WHERE case_id = ?1 AND open = 1 ORDER BY id", V_INT(case_id));
	*n = e ? 0 : r.n;
	*out = arena_newn(p->a, struct task, *n + 1);
	for (size_t i = 0; i < *n; i++) task_from(&r, i, &(*out)[i]);
	return e;
}

static struct err *page_of(struct plan *p, struct err *e, const struct rows *r, uint32_t limit, struct task_page *out)
{
	if (e) return e;
	out->n = r->n > limit ? limit : r->n;
	out->more = r->n > limit;
	out->task = arena_newn(p->a, struct task, out->n + 1);
	for (size_t i = 0; i < out->n; i++) task_from(r, i, &out->task[i]);
	return NULL;
}

#define LIST "SELECT " TASK_OPEN_COLS " FROM task WHERE office = ?1 AND role = ?2 AND open = 1" \
	" AND due_ms >= ?3 AND (due_ms > ?3 OR id > ?4) ORDER BY due_ms, id LIMIT ?5"

void task_list_ahead(struct plan *p, struct str office, struct str role, uint32_t limit)
{
	SNAP_EXPECT(p->snap, p->a, LIST, V_TEXT(office), V_TEXT(role), V_INT(-1), V_INT(0), V_INT(limit + 1));
}

struct err *task_list(struct plan *p, struct str office, struct str role, int64_t after_due, int64_t after_id,
	uint32_t limit, struct task_page *out)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, LIST,
		V_TEXT(office), V_TEXT(role), V_INT(after_due), V_INT(after_id), V_INT(limit + 1));
	return page_of(p, e, &r, limit, out);
}

struct err *task_of_office(struct plan *p, int64_t case_id, struct str office, struct str role, bool *found)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT 1 FROM task WHERE case_id = ?1 AND office = ?2 AND role = ?3 LIMIT 1",
		V_INT(case_id), V_TEXT(office), V_TEXT(role));
	*found = !e && r.n;
	return e;
}

struct err *task_count(struct plan *p, struct str office, struct str role, int64_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT count(*) FROM (SELECT 1 FROM task WHERE office = ?1 AND role = ?2 AND open = 1 LIMIT ?3) AS counted",
		V_TEXT(office), V_TEXT(role), V_INT(TASKS_COUNTED));
	*n = e ? 0 : row_int(&r, 0, 0);
	return e;
}

struct err *task_done_since(struct plan *p, struct str office, int64_t since_ms, uint32_t limit, struct task_page *out)
{
	struct rows r;
	CHECK(since_ms >= p->now_ms - PAST_LEAST_MS);              // nothing of that time was put away
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT " TASK_COLS " FROM task WHERE office = ?1 AND open = 0"
		" AND done_ms >= ?2 ORDER BY done_ms DESC, id LIMIT ?3",
		V_TEXT(office), V_INT(since_ms), V_INT(limit + 1));
	return page_of(p, e, &r, limit, out);
}

static struct err *due_of(struct plan *p, struct err *e, const struct rows *r, struct flow_due **out, size_t *n)
{
	if (e) return e;
	*n = r->n;
	*out = arena_newn(p->a, struct flow_due, r->n + 1);
	for (size_t i = 0; i < r->n; i++) (*out)[i] = (struct flow_due){row_int(r, i, 0), row_int(r, i, 1)};
	return NULL;
}

struct err *flow_timers_due(struct plan *p, int64_t now_ms, uint32_t limit, struct flow_due **out, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT id, due_ms FROM flow_timer WHERE due_ms <= ?1 ORDER BY due_ms, id LIMIT ?2",
		V_INT(now_ms), V_INT(limit));
	return due_of(p, e, &r, out, n);
}

struct err *flow_jobs_due(struct plan *p, int64_t now_ms, uint32_t limit, struct flow_due **out, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT id, next_ms FROM flow_job WHERE next_ms <= ?1 ORDER BY next_ms, id LIMIT ?2",
		V_INT(now_ms), V_INT(limit));
	return due_of(p, e, &r, out, n);
}

struct err *flow_job_read(struct plan *p, int64_t id, struct flow_job *out, bool *found)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT id, instance, case_id, key, attempt, type, vars FROM flow_job WHERE id = ?1",
		V_INT(id));
	*found = !e && r.n;
	if (!*found) return e;
	*out = (struct flow_job){.id = row_int(&r, 0, 0), .instance = row_int(&r, 0, 1), .case_id = row_int(&r, 0, 2),
		.key = (uint32_t)row_int(&r, 0, 3), .attempt = (uint32_t)row_int(&r, 0, 4), .type = row_text(&r, 0, 5)};
	return json_parse(p->a, row_text(&r, 0, 6), (struct json_limits){0}, &out->vars);
}

void flow_store_event_put(struct plan *p, const struct flow_instance *i, const struct flow_record *r, const char *kind)
{
	WSET_EXEC(p->ws, 1, "INSERT INTO flow_event (home, instance, version, n, at_ms, kind, key, detail)"
		" VALUES (?1,?2,?3,?4,?5,?6,?7,?8)", V_INT(i->home), V_INT(i->id), V_INT(r->version), V_INT(r->n), V_INT(r->at_ms),
		V_TEXT(str_of(kind)), V_INT(r->ev.key), V_TEXT(r->detail));
}

struct err *flow_records(struct plan *p, int64_t instance, struct flow_record **out, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT version, n, at_ms, kind, key, detail FROM flow_event"
		" WHERE instance = ?1 ORDER BY version, n", V_INT(instance));
	if (!e && !r.n)
		e = SNAP_QUERY(p->snap, p->a, &r, "SELECT version, n, at_ms, kind, key, detail FROM flow_event_past"
			" WHERE instance = ?1 ORDER BY version, n", V_INT(instance));
	*n = e ? 0 : r.n;
	*out = arena_newn(p->a, struct flow_record, *n + 1);
	for (size_t i = 0; i < *n && !e; i++) {
		(*out)[i] = (struct flow_record){.version = row_int(&r, i, 0), .n = row_int(&r, i, 1), .at_ms = row_int(&r, i, 2),
			.detail = row_text(&r, i, 5), .ev.key = (uint32_t)row_int(&r, i, 4)};
		e = flow_record_read(p->a, row_text(&r, i, 3), &(*out)[i]);
	}
	return e;
}

struct err *flow_store_count(struct plan *p, int64_t *out)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT (SELECT count(*) FROM flow_instance) + (SELECT count(*) FROM flow_instance_past)");
	if (!e) *out = row_int(&r, 0, 0);
	return e;
}

struct scan { struct err *(*fn)(void *, struct flow_instance *); void *ctx; };

static struct err *scan_one(void *ctx, const struct val *v, size_t cols)
{
	struct scan *s = ctx;
	CHECK(cols == 11);
	struct flow_instance i = {.home = v[0].i, .id = v[1].i, .case_id = v[2].i, .parent = v[3].i, .parent_key = (uint32_t)v[4].i,
		.model = v[5].s, .catalogue = v[6].s, .version = v[7].i, .ended = v[8].i != 0, .outcome = v[9].s, .state = v[10].s};
	return s->fn(s->ctx, &i);
}

struct err *flow_store_each(struct plan *p, struct err *(*fn)(void *, struct flow_instance *), void *ctx)
{
	struct scan s = {fn, ctx};
	return SNAP_EACH(p->snap, p->a, scan_one, &s, "SELECT " INSTANCE_COLS " FROM flow_instance"
		" UNION ALL SELECT " INSTANCE_COLS " FROM flow_instance_past ORDER BY id");
}

struct err *flow_store_open_keys(struct plan *p, int64_t instance, struct flow_open **out, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT 1 AS t, key FROM task WHERE instance = ?1 AND open = 1"
		" UNION ALL SELECT 1, key FROM task_past WHERE instance = ?1 AND open = 1"
		" UNION ALL SELECT 2, key FROM flow_timer WHERE instance = ?1 UNION ALL SELECT 3, key FROM flow_wait WHERE instance = ?1"
		" UNION ALL SELECT 4, key FROM flow_job WHERE instance = ?1 UNION ALL SELECT 5, key FROM flow_incident WHERE instance = ?1"
		" ORDER BY 1, 2", V_INT(instance));
	*n = e ? 0 : r.n;
	*out = arena_newn(p->a, struct flow_open, *n + 1);
	for (size_t i = 0; i < *n; i++) (*out)[i] = (struct flow_open){(uint32_t)row_int(&r, i, 0), (uint32_t)row_int(&r, i, 1)};
	return e;
}

struct err *flow_store_model(struct plan *p, struct str catalogue, struct str model, struct str *xml, bool *found)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT x.text FROM flow_model m JOIN flow_xml x ON x.digest = m.digest"
		" WHERE m.catalogue = ?1 AND m.model = ?2", V_TEXT(catalogue), V_TEXT(model));
	*found = !e && r.n;
	if (*found) *xml = row_text(&r, 0, 0);
	return e;
}

void flow_store_model_put(struct plan *p, struct str catalogue, struct str model, struct str digest, struct str xml)
{
	WSET_EXEC(p->ws, WSET_ANY, "INSERT INTO flow_xml (digest, text) VALUES (?1, ?2) ON CONFLICT (digest) DO NOTHING",
		V_TEXT(digest), V_TEXT(xml));
	WSET_EXEC(p->ws, 1, "INSERT INTO flow_model (catalogue, model, digest) VALUES (?1, ?2, ?3)"
		" ON CONFLICT (catalogue, model) DO UPDATE SET digest = excluded.digest WHERE flow_model.digest = excluded.digest",
		V_TEXT(catalogue), V_TEXT(model), V_TEXT(digest));
}

struct err *flow_store_unkept(struct plan *p, uint32_t limit, struct flow_unkept **out, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT DISTINCT catalogue, model FROM flow_instance i WHERE ended = 0"
		" AND NOT EXISTS (SELECT 1 FROM flow_model m WHERE m.catalogue = i.catalogue AND m.model = i.model)"
		" ORDER BY 1, 2 LIMIT ?1", V_INT(limit));
	*n = e ? 0 : r.n;
	*out = arena_newn(p->a, struct flow_unkept, *n + 1);
	for (size_t i = 0; i < *n; i++) (*out)[i] = (struct flow_unkept){row_text(&r, i, 0), row_text(&r, i, 1)};
	return e;
}

// Instances of a model from one id on: how many (at most cap + 1), and the oldest of the newest `cap`.
struct err *flow_store_recent(struct plan *p, struct str model, int64_t from, uint32_t cap, int64_t *first, int64_t *all)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r,
		"SELECT id FROM (SELECT id FROM flow_instance WHERE model = ?1 AND id >= ?2 ORDER BY id DESC LIMIT ?3) AS a UNION ALL"
		" SELECT id FROM (SELECT id FROM flow_instance_past WHERE model = ?1 AND id >= ?2 ORDER BY id DESC LIMIT ?3) AS b ORDER BY id DESC LIMIT ?3",
		V_TEXT(model), V_INT(from), V_INT((int64_t)cap + 1));
	*all = e ? 0 : (int64_t)r.n;
	*first = *all ? row_int(&r, r.n > cap ? cap - 1 : r.n - 1, 0) : 0;
	return e;
}

struct steps { struct err *(*fn)(void *, const struct flow_step_row *); void *ctx; };

static struct err *step_row(void *ctx, const struct val *v, size_t cols)
{
	struct steps *s = ctx;
	CHECK(cols == 9);
	struct flow_step_row row = {.instance = v[0].i, .catalogue = v[1].s, .model = v[2].s, .kind = v[6].s};
	row.r = (struct flow_record){.version = v[3].i, .n = v[4].i, .at_ms = v[5].i, .ev.key = (uint32_t)v[7].i, .detail = v[8].s};
	return s->fn(s->ctx, &row);
}

struct err *flow_store_steps(struct plan *p, struct str model, int64_t first, uint32_t limit,
	struct err *(*fn)(void *ctx, const struct flow_step_row *), void *ctx)
{
	struct steps s = {fn, ctx};
	return SNAP_EACH(p->snap, p->a, step_row, &s, "SELECT i.id, i.catalogue, i.model, e.version, e.n, e.at_ms, e.kind, e.key, e.detail"
		" FROM flow_instance i JOIN flow_event e ON e.instance = i.id WHERE i.model = ?1 AND i.id >= ?2 AND e.instance >= ?2"
		" UNION ALL SELECT i.id, i.catalogue, i.model, e.version, e.n, e.at_ms, e.kind, e.key, e.detail"
		" FROM flow_instance_past i JOIN flow_event_past e ON e.instance = i.id WHERE i.model = ?1 AND i.id >= ?2 AND e.instance >= ?2"
		" ORDER BY 1 DESC, 4, 5 LIMIT ?3", V_TEXT(model), V_INT(first), V_INT(limit));
}

struct err *flow_models_used(struct plan *p, uint32_t cap, struct path_model **out, size_t *n)
{
	struct rows r;
	struct err *e = SNAP_QUERY(p->snap, p->a, &r, "SELECT model, count(*) FROM (SELECT id, model FROM flow_instance"
		" UNION ALL SELECT id, model FROM flow_instance_past ORDER BY id DESC LIMIT ?1) AS t"
		" GROUP BY model ORDER BY 2 DESC, 1", V_INT(cap));
	*n = e ? 0 : r.n;
	*out = arena_newn(p->a, struct path_model, *n + 1);
	for (size_t i = 0; i < *n; i++) (*out)[i] = (struct path_model){row_text(&r, i, 0), row_int(&r, i, 1)};
	return e;
}
