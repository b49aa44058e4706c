// digest.h — SM3 (GB/T 32905-2016) over OpenSSL, streaming.
#pragma once
#include "base/str.h"

struct digest;
struct digest *digest_begin(void);
void digest_add(struct digest *, const void *, size_t n);
void digest_end(struct digest *, unsigned char out[32]);     // frees; out may be NULL to give up
void digest_of(struct str, unsigned char out[32]);
struct str hex_of(struct arena *, const unsigned char *, size_t n);     // lower case
bool hex_read(struct str hex, unsigned char *out, size_t n);            // exactly n bytes, lower case
