// outbox.h — what must happen outside, written in the same set as its cause, done later at least once.
//
// Owns    table outbox.
// Holds   (1) an entry is committed with the change it follows from or not at all; (2) its key makes a
//         repeat harmless at the other side; (3) a failing entry waits longer each time and, after a
//         setting's number of tries, for an operator.
#pragma once
#include "domain/plan.h"

void outbox_add(struct plan *, struct str kind, struct str key, const struct json *body);
void outbox_add_at(struct plan *, struct str kind, struct str key, const struct json *body, int64_t at_ms);
struct outbox_row { int64_t id; struct str kind, key; struct json *body; int64_t tries, next_ms; };
must_use struct err *outbox_due(struct plan *, int64_t now_ms, uint32_t limit, struct outbox_row **out, size_t *n);
// Of the kinds "source.…", which wait for other offices and are sent by a thread of their own; outbox_due leaves them out.
must_use struct err *outbox_due_sources(struct plan *, int64_t now_ms, uint32_t limit, struct outbox_row **out, size_t *n);
must_use struct err *outbox_read(struct plan *, int64_t id, struct outbox_row *out, bool *found);
void outbox_done(struct plan *, int64_t id);
void outbox_gone(struct plan *, int64_t id);         // the same, whether or not somebody was quicker
void outbox_wait(struct plan *, int64_t id, int64_t next_ms, struct str why);        // tried again then
void outbox_retry(struct plan *, const struct outbox_row *, struct str why);
