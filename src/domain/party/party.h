// party.h — persons and enterprises: who somebody is, by documents; sealed names and numbers.
//
// Owns    tables party, party_document.
// Needs   a plan (keys for sealing and look-up).
// Memory  in the plan's arena. Clear text lives only there.
// Errors  E_PARTY_*.
// Holds   (1) a document belongs to one party; (2) merging adds alias_of and rewrites nothing;
//         (3) names, numbers, phones and addresses are stored sealed, looked up by keyed hash.
#pragma once
#include "domain/domain.h"

struct party {
	int64_t id;
	bool enterprise;
	struct str masked, phone_masked;
	struct str name, phone, address;               // in clear
	struct str document_type, document, document_masked;   // the newest one, in clear and masked
};
// The party is about to be read: its row travels with the next query (snap_expect).
void party_ahead(struct plan *, int64_t id);
must_use struct err *party_read(struct plan *, int64_t id, struct party *out);          // E_NOT_FOUND
must_use struct err *party_name(struct plan *, int64_t id, struct str *out);             // in clear; empty when unknown
// Document numbers are compared in their normal form (upper case, no spaces).
must_use struct err *party_by_document(struct plan *, struct str document, int64_t *out);   // 0 = none
struct str party_document_hash(struct plan *, struct str document);
struct party_new { bool enterprise; struct str name, phone, address, document_type, document; };
must_use struct err *party_create(struct plan *, const struct party_new *, int64_t *out);
// Every document hash a party is known under, its aliases included.
must_use struct err *party_hashes(struct plan *, int64_t party, struct str **out, size_t *n);
struct str party_document_normal(struct arena *, struct str);
