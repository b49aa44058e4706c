// bytes.h — bytes written as text: hex, base64, base64url, Crockford's base32. All strict:
// one text for one value, so that a signed or compared text cannot have a twin.
#pragma once
#include "base/str.h"

void bytes_hex(struct buf *, const void *, size_t n);                       // lower case
bool bytes_of_hex(struct arena *, struct str, struct str *out);             // either case, even length
void bytes_base64(struct buf *, const void *, size_t n);                    // with padding, one line
bool bytes_of_base64(struct arena *, struct str, struct str *out);   // padding required, no white space
void bytes_base64url(struct buf *, const void *, size_t n);                 // without padding
bool bytes_of_base64url(struct arena *, struct str, struct str *out);       // padding refused

// Crockford's base32 for what people read out and type: no I L O U. Reading takes lower case,
// I and L as 1, O as 0, and ignores hyphens.
void bytes_base32(struct buf *, const void *, size_t n);   // first bit first, filled with zero bits
bool bytes_of_base32(struct arena *, struct str, struct str *out);
void bytes_base32_number(struct buf *, uint64_t, int width);                // at least width digits
bool bytes_of_base32_number(struct str, uint64_t *out);                     // false when it does not fit
