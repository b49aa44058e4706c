// private.h — shared inside journal/.
#pragma once
#include "domain/journal/journal.h"

struct journal_checkpoint {
	int64_t writer, seq, at_ms, signed_ms;
	struct str digests, prev, hash, signature;
};
struct journal_access_row {
	int64_t id, home, at_ms, subject_id;
	struct str actor, subject_kind, fields, reason, hash;
};

// journal.c: what the hashes cover
void entry_hash(const struct journal_entry *, unsigned char out[JOURNAL_HASH]);
void access_hash(const struct journal_access_row *, unsigned char out[JOURNAL_HASH]);
void checkpoint_hash(const struct journal_checkpoint *, unsigned char out[JOURNAL_HASH]);
bool checkpoint_is_due(int64_t at_ms, int64_t signed_ms, int64_t interval_ms);

// journal_store.c
struct err *entry_head(struct snap *, struct arena *, struct str kind, int64_t id, int64_t *seq, unsigned char hash[JOURNAL_HASH]);
void entry_insert(struct wset *, const struct journal_entry *);
void access_insert(struct wset *, const struct journal_access_row *);
void checkpoint_insert(struct wset *, const struct journal_checkpoint *);
struct err *checkpoint_head(const struct store_group *, int64_t writer, struct journal_checkpoint *out, bool *found);
struct err *checkpoint_heads(struct snap *, struct arena *, struct journal_head **out, size_t *n);
struct err *digest_bytes(struct snap *, struct arena *, int64_t *bytes);
typedef struct err *(*entry_fn)(void *ctx, const struct journal_entry *);
typedef struct err *(*access_fn)(void *ctx, const struct journal_access_row *);
typedef struct err *(*checkpoint_fn)(void *ctx, const struct journal_checkpoint *);
struct err *each_entry(struct snap *, struct arena *, entry_fn, void *ctx);              // by subject, seq
struct err *each_access(struct snap *, struct arena *, access_fn, void *ctx);
struct err *each_checkpoint(struct snap *, struct arena *, checkpoint_fn, void *ctx);    // by writer, seq
