// flow_store.h — rows of flow; only flow.c includes this.
#pragma once
#include "domain/flow/flow.h"

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
void flow_store_task_done(struct plan *, const struct task *, struct str outcome);
must_use struct err *flow_store_wait_find(struct plan *, int64_t case_id, struct str name, int64_t *instance,
	uint32_t *key, bool *found);
must_use struct err *flow_store_timer(struct plan *, int64_t id, int64_t *instance, uint32_t *key, bool *found);
