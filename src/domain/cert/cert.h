// cert.h — the certificate library 电子证照库: issued here or known from elsewhere, verified, reused.
//
// Owns    tables certificate, certificate_use.
// Needs   a plan; the city's SM2 key; certificate types of the catalogue.
// Memory  in the plan's arena.
// Errors  E_CERT_*, E_NOT_FOUND.
// Holds   (1) verification answers the state now, not at issue (GB/T 36901–36906 practice); (2) face data
//         is sealed; its SM3 digest and the SM2 signature over number, type, holder, dates and digest
//         are not; (3) a new version of a certificate ends the one before it; (4) every use in a case
//         is written down and its holder can see it.
// Law     国务院令第716号 art. 9–11: an electronic certificate in standard form has the effect of paper.
#pragma once
#include "domain/domain.h"

struct cert {
	int64_t id, party, case_id;                  // case that issued it; 0 = from elsewhere
	struct str type, number, number_masked, code;   // code: what the QR opens, 16 letters and digits, unguessable
	struct str identifier;                       // GB/T 36904 with check character; empty when from elsewhere
	struct str holder_masked, issuer;            // office code
	day_t issued, expires;                       // INT32_MAX = for ever
	struct str state;                            // valid, expired, replaced, cancelled
	struct json *face;                           // {"holder": "…"} in clear
	struct str digest, signature;                // hex SM3 of the canonical face; base64 SM2 DER
};
must_use struct err *cert_read(struct plan *, int64_t id, struct cert *out);
// Newest valid certificate of a type that this party holds today. Its number and face stay sealed: empty and NULL here.
must_use struct err *cert_of_party(struct plan *, int64_t party, struct str type, struct cert *out, bool *found);
must_use struct err *cert_list(struct plan *, int64_t party, struct cert **out, size_t *n);     // whatever became of them
must_use struct err *cert_valid(struct plan *, int64_t party, struct str type, struct cert **out, size_t *n);   // today, newest first; type "": any
must_use struct err *cert_of_case(struct plan *, int64_t case_id, struct cert **out, size_t *n);   // issued by it or its items
must_use struct err *cert_by_code(struct plan *, struct str code, struct cert *out, bool *found);   // code, number or identifier

struct cert_new {
	int64_t home, party, case_id;                // case_id 0 with a number: known from elsewhere; without: an answer, issued here
	struct str type, number, holder_masked;
	day_t issued, expires;                       // 0 expires: by the type's validity
	const struct json *face;
	int64_t replaces;                            // certificate this one is a new version of, or 0
};
must_use struct err *cert_issue(struct plan *, const struct cert_new *, int64_t *out, struct str *number);
// A number by a format of the catalogue: {year} {month} {day} {serial:6}; the serial is leased per scope and year.
must_use struct err *cert_number_format(struct plan *, struct str scope, struct str format, struct str *out);
must_use struct err *cert_end(struct plan *, int64_t id, int64_t home, const char *state, int64_t by);   // replaced (by a certificate) or cancelled (by a case)
void cert_used(struct plan *, int64_t cert, int64_t case_id, struct str purpose);
bool cert_signature_ok(struct plan *, const struct cert *);
// PDF in Chinese with a QR code that opens the public verification page. Same bytes for the same row.
must_use struct err *cert_pdf(struct plan *, const struct cert *, struct str *out);
