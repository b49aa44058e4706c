// party_store.h — rows of parties; only party.c includes this.
#pragma once
#include "domain/party/party.h"

struct party_row {             // personal parts sealed
	struct str kind, name, masked, phone, phone_masked, address;
	struct str document_type, document, document_masked;
};
must_use struct err *party_store_read(struct plan *, int64_t id, struct party_row *, bool *found);
must_use struct err *party_store_by_hash(struct plan *, struct str hash, int64_t *out);
void party_store_insert(struct plan *, int64_t id, const struct party_row *, struct str hash);
must_use struct err *party_store_hashes(struct plan *, int64_t party, struct str **out, size_t *n);
