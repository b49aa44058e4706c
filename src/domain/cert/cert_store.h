// cert_store.h — rows of certificates; only cert.c includes this.
#pragma once
#include "domain/cert/cert.h"

extern const char cert_store_select[];                 // what `tongban journal verify` compares
struct cert_row { struct cert c; struct str number, face; };    // sealed
enum cert_by { CERT_ID, CERT_CODE, CERT_NUMBER, CERT_IDENTIFIER };
must_use struct err *cert_store_find(struct plan *, enum cert_by, struct val key, struct cert_row **out, size_t *n);
must_use struct err *cert_store_of_party(struct plan *, int64_t party, struct cert_row **out, size_t *n);
// Not replaced and not cancelled, the newest first; type "": of any. Some may have expired.
must_use struct err *cert_store_valid(struct plan *, int64_t party, struct str type, struct cert_row **out, size_t *n);
must_use struct err *cert_store_of_case(struct plan *, int64_t case_id, struct cert_row **out, size_t *n);
void cert_store_insert(struct plan *, int64_t home, const struct cert_row *, struct str number_hash, int64_t replaces);
must_use struct err *cert_store_state(struct plan *, int64_t id, struct str state);
void cert_store_use(struct plan *, int64_t cert, int64_t case_id, struct str purpose);
