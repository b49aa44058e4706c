// sealed.c — no bytes but our own open, no key text but PEM loads, no signature but a signature verifies.
#include "codec/sm.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sm2_key *own;
	if (!own) own = sm2_generate();
	struct arena *a = arena_new(64 << 20);
	struct str s = {(const char *)data, size}, plain;
	struct sm_key k = sm_key_derive(1, S("0123456789abcdef"), S("fuzz"));
	const uint8_t nonce[SM_NONCE_BYTES] = {0};
	CHECK(sm_open(a, &k, 1, S(""), s, &plain));
	struct str sealed = sm_seal(a, &k, nonce, s, s);
	CHECK(!sm_open(a, &k, 1, s, sealed, &plain) && str_eq(s, plain));
	struct sm2_key *loaded;
	if (!sm2_load(a, s, &loaded)) sm2_free(loaded);
	CHECK(!sm2_verify(own, S("x"), s));
	CHECK(!password_verify(a, S("$argon2id$v=19$m=64,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$"), s));
	arena_free(a);
	return 0;
}
