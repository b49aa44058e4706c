// flow_store.h — rows of flow; only files of this folder include this.
#pragma once
#include "domain/flow/record.h"

must_use struct err *flow_store_read(struct plan *, int64_t id, bool by_case, struct flow_instance *out, bool *found);
void flow_store_insert(struct plan *, const struct flow_instance *);
void flow_store_update(struct plan *, const struct flow_instance *, int64_t was_version);
void flow_store_task_open(struct plan *, const struct flow_instance *, const struct task *);
void flow_store_task_close(struct plan *, int64_t instance, uint32_t key, struct str why);
void flow_store_timer_set(struct plan *, const struct flow_instance *, uint32_t key, int64_t due_ms);
void flow_store_timer_clear(struct plan *, int64_t instance, uint32_t key);
void flow_store_wait(struct plan *, const struct flow_instance *, uint32_t key, struct str name, struct str correlation);
void flow_store_unwait(struct plan *, int64_t instance, uint32_t key);
void flow_store_job(struct plan *, const struct flow_instance *, const struct bpmn_effect *, int64_t next_ms);
void flow_store_job_clear(struct plan *, int64_t instance, uint32_t key);
void flow_store_incident(struct plan *, const struct flow_instance *, const struct bpmn_effect *);
void flow_store_incident_clear(struct plan *, int64_t instance, uint32_t key);
void flow_store_task_again(struct plan *, const struct task *);           // name, role and office of an open one
void flow_store_task_done(struct plan *, const struct task *, struct str outcome);
void flow_store_task_signed(struct plan *, const struct task *);
must_use struct err *flow_store_wait_find(struct plan *, int64_t case_id, struct str name, int64_t *instance,
	uint32_t *key, bool *found);
must_use struct err *flow_store_timer(struct plan *, int64_t id, int64_t *instance, uint32_t *key, bool *found);
void flow_store_move(struct plan *, const struct flow_instance *);        // after flow_store_update
must_use struct err *flow_store_elsewhere(struct plan *, struct str to, struct str model, int64_t after, uint32_t limit,
	struct flow_instance **out, size_t *n);

// model.c: texts that were made, by catalogue version and reference
must_use struct err *flow_store_model(struct plan *, struct str catalogue, struct str model, struct str *xml, bool *found);
void flow_store_model_put(struct plan *, struct str catalogue, struct str model, struct str digest, struct str xml);   // stale when another text is kept
struct flow_unkept { struct str catalogue, model; };
must_use struct err *flow_store_unkept(struct plan *, uint32_t limit, struct flow_unkept **out, size_t *n);
void flow_model_keep(struct plan *, struct str catalogue, struct str ref, struct str xml);

// paths.c: instances of a model, and what they took
struct flow_step_row { int64_t instance; struct str catalogue, model, kind; struct flow_record r; };
// Those from one id on: how many (at most cap + 1), and the oldest of the newest `cap`.
must_use struct err *flow_store_recent(struct plan *, struct str model, int64_t from, uint32_t cap, int64_t *first, int64_t *all);
// Newest instance first, its events in order; the row is gone when fn returns. The event is not read yet.
must_use struct err *flow_store_steps(struct plan *, struct str model, int64_t first, uint32_t limit,
	struct err *(*fn)(void *ctx, const struct flow_step_row *), void *ctx);

// past.c: ended instances, the oldest end first; and rows of some, at most FLOW_PAST_MOST, moved whole. Stale when another
// process moved one of them.
enum { FLOW_PAST_MOST = 50 };
must_use struct err *flow_store_over(struct plan *, int64_t before_ms, uint32_t limit, int64_t **id, size_t *n);
void flow_store_put_away(struct plan *, const int64_t *id, size_t n);

// record.c
void flow_record_put(struct plan *, const struct flow_instance *, struct flow_record *);   // version, n and event are set
must_use struct err *flow_record_read(struct arena *, struct str kind, struct flow_record *);   // from its detail
void flow_store_event_put(struct plan *, const struct flow_instance *, const struct flow_record *, const char *kind);
must_use struct err *flow_store_count(struct plan *, int64_t *out);
// Oldest first; the instance is gone when fn returns.
must_use struct err *flow_store_each(struct plan *, struct err *(*fn)(void *ctx, struct flow_instance *), void *ctx);
struct flow_open { uint32_t table, key; };       // 1 task or ad-hoc sub-process, 2 timer, 3 wait, 4 job, 5 incident
must_use struct err *flow_store_open_keys(struct plan *, int64_t instance, struct flow_open **out, size_t *n);
