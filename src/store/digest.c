#include "store/digest.h"

#include <openssl/evp.h>

// An EVP context is the state; the type is ours so that no header above names OpenSSL.
struct digest *digest_begin(void)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	CHECK(c && EVP_DigestInit_ex(c, EVP_sm3(), NULL) == 1);
	return (struct digest *)c;
}

void digest_add(struct digest *s, const void *p, size_t n)
{
	CHECK(EVP_DigestUpdate((EVP_MD_CTX *)s, p, n) == 1);
}

void digest_end(struct digest *s, unsigned char out[32])
{
	if (out) CHECK(EVP_DigestFinal_ex((EVP_MD_CTX *)s, out, NULL) == 1);
	EVP_MD_CTX_free((EVP_MD_CTX *)s);
}

void digest_of(struct str s, unsigned char out[32])
{
	struct digest *d = digest_begin();
	digest_add(d, s.p, s.n);
	digest_end(d, out);
}

static const char digits[] = "0123456789abcdef";

struct str hex_of(struct arena *a, const unsigned char *p, size_t n)
{
	char *h = arena_raw(a, 2 * n);
	for (size_t i = 0; i < n; i++) h[2 * i] = digits[p[i] >> 4], h[2 * i + 1] = digits[p[i] & 15];
	return (struct str){h, 2 * n};
}

bool hex_read(struct str hex, unsigned char *out, size_t n)
{
	if (hex.n != 2 * n) return false;
	for (size_t i = 0; i < 2 * n; i++) {
		const char *d = hex.p[i] ? strchr(digits, hex.p[i]) : NULL;
		if (!d) return false;
		unsigned v = (unsigned)(d - digits);
		out[i / 2] = (unsigned char)(i % 2 ? out[i / 2] | v : v << 4);
	}
	return true;
}
