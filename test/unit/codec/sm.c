#include "codec/bytes.h"
#include "codec/sm.h"

#include <setjmp.h>
#include <cmocka.h>

static struct arena *a;

static const char *hex(const void *p, size_t n)
{
	struct buf b = buf_new(a);
	bytes_hex(&b, p, n);
	return str_z(a, buf_str(&b));
}

static struct str unhex(const char *s)
{
	struct str out;
	assert_true(bytes_of_hex(a, str_of(s), &out));
	return out;
}

static void digests(void **state)
{
	uint8_t d[SM3_BYTES], e[SM3_BYTES];
	sm3(S("abc"), d);
	assert_string_equal(hex(d, sizeof d), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
	sm3(S("政务服务"), d);
	assert_string_equal(hex(d, sizeof d), "7eb8abe23d523e9cd9c60b93a68eeb058ce2b20cb3e5423bcc9c61ab40cd8760");
	struct sm3 *s = sm3_begin();
	sm3_add(s, S("政务"));
	sm3_add(s, S(""));
	sm3_add(s, S("服务"));
	sm3_end(s, e);
	assert_memory_equal(d, e, sizeof d);
	sm3(S("政务服务 "), e);
	assert_false(sm_equal(d, e, sizeof d));
}

// The outer and inner pads of RFC 2104, worked out with the digest alone.
static void hmac_is_that_of_the_definition(void **state)
{
	for (size_t n = 0; n <= 100; n += 25) {
		uint8_t key[100], pad[64] = {0}, inner[SM3_BYTES], want[SM3_BYTES], got[SM3_BYTES];
		memset(key, 0x5a, sizeof key);
		if (n > 64) sm3((struct str){(char *)key, n}, pad);
		else memcpy(pad, key, n);
		for (int i = 0; i < 64; i++) pad[i] ^= 0x36;
		struct sm3 *s = sm3_begin();
		sm3_add(s, (struct str){(char *)pad, 64});
		sm3_add(s, S("message"));
		sm3_end(s, inner);
		for (int i = 0; i < 64; i++) pad[i] ^= 0x36 ^ 0x5c;
		s = sm3_begin();
		sm3_add(s, (struct str){(char *)pad, 64});
		sm3_add(s, (struct str){(char *)inner, SM3_BYTES});
		sm3_end(s, want);
		sm3_hmac((struct str){(char *)key, n}, S("message"), got);
		assert_memory_equal(got, want, SM3_BYTES);
	}
}

static void sm4_matches_the_standard(void **state)
{
	// In counter mode zeros become the encrypted counter: the standard's own block.
	struct str block = unhex("0123456789abcdeffedcba9876543210");
	uint8_t zero[16] = {0}, out[16];
	sm4_ctr((const uint8_t *)block.p, (const uint8_t *)block.p, zero, out, 16);
	assert_string_equal(hex(out, 16), "681edf34d206965e86b3e94f536e4246");
}

static void seals_and_opens(void **state)
{
	struct sm_key k[2] = {sm_key_derive(3, S("0123456789abcdef"), S("party")),
		sm_key_derive(4, S("0123456789abcdef"), S("party"))};
	assert_false(sm_equal(k[0].enc, k[1].enc, sizeof k[0].enc));
	uint8_t nonce[SM_NONCE_BYTES] = {9};
	struct str plain = S("359900190101010019"), out;
	for (size_t n = 0; n <= plain.n; n += 9) {
		struct str sealed = sm_seal(a, &k[1], nonce, S("party/7"), str_part(plain, 0, n));
		assert_int_equal(sealed.n, n + SM_SEAL_OVERHEAD);
		assert_int_equal(sm_seal_key_id(sealed), 4);
		assert_null(sm_open(a, k, 2, S("party/7"), sealed, &out));
		assert_true(str_eq(out, str_part(plain, 0, n)));
	}
	struct str sealed = sm_seal(a, &k[1], nonce, S("party/7"), plain);
	assert_true(str_find(sealed, S("3599")) < 0);
	assert_int_equal(sm_open(a, k, 2, S("party/8"), sealed, &out)->code, E_SEAL_BROKEN);
	assert_int_equal(sm_open(a, k, 1, S("party/7"), sealed, &out)->code, E_SEAL_BROKEN);
	for (size_t i = 0; i < sealed.n; i++) {
		char *bent = str_z(a, sealed);
		bent[i] ^= 1;
		assert_int_equal(sm_open(a, k, 2, S("party/7"), (struct str){bent, sealed.n}, &out)->code,
			E_SEAL_BROKEN);
		assert_int_equal(sm_open(a, k, 2, S("party/7"), str_part(sealed, 0, i), &out)->code,
			E_SEAL_BROKEN);
	}
	// A byte moved from the content into the context must not fit either.
	struct str other = sm_seal(a, &k[1], nonce, S("party/"), plain);
	assert_int_equal(sm_open(a, k, 2, S("party/7"), other, &out)->code, E_SEAL_BROKEN);
}

static void sm2_signs_and_verifies(void **state)
{
	struct sm2_key *k = sm2_generate(), *pub, *priv, *point, *other = sm2_generate();
	struct buf b = buf_new(a), p = buf_new(a);
	sm2_save_private(&b, k);
	sm2_save_public(&p, k);
	assert_null(sm2_load(a, buf_str(&b), &priv));
	assert_null(sm2_load(a, buf_str(&p), &pub));
	assert_true(sm2_has_private(priv) && !sm2_has_private(pub));
	uint8_t xy[SM2_POINT_BYTES];
	sm2_point(pub, xy);
	assert_true(sm2_of_point(xy, &point));
	struct str sig = sm2_sign(a, priv, S("准予许可"));
	assert_int_equal(sig.p[0], 0x30);
	assert_true(sm2_verify(k, S("准予许可"), sig) && sm2_verify(pub, S("准予许可"), sig) &&
		sm2_verify(point, S("准予许可"), sig));
	assert_false(sm2_verify(pub, S("不予许可"), sig));
	assert_false(sm2_verify(other, S("准予许可"), sig));
	assert_false(sm2_verify(pub, S("准予许可"), S("")));
	assert_false(sm2_verify(pub, S("准予许可"), str_part(sig, 0, sig.n - 1)));
	assert_true(sm2_verify(pub, S(""), sm2_sign(a, priv, S(""))));
	xy[64] ^= 1;
	sm2_free(point);
	assert_false(sm2_of_point(xy, &point));
	sm2_free(k), sm2_free(pub), sm2_free(priv), sm2_free(other);
}

// A signature made elsewhere: `openssl pkeyutl -sign -rawin -digest sm3 -pkeyopt distid:1234567812345678`.
static void sm2_verifies_what_the_command_line_signed(void **state)
{
	struct sm2_key *pub;
	struct str pem = S(
		"-----BEGIN PUBLIC KEY-----\n"
		"MFkwEwYHKoZIzj0CAQYIKoEcz1UBgi0DQgAEHl7H14U/0sXq+xcCC2bNr5qB7Qra\n"
		"K7jZ+6XFdJy8b3p0+iSfOaFjMLktO5aPRROf/LWZtRiAkCBOme1Uq2WTKQ==\n"
		"-----END PUBLIC KEY-----\n");
	assert_null(sm2_load(a, pem, &pub));
	struct str sig = unhex("3046022100ca282ec37fce4b6dad720dd6ab54dbbb7e2e0d5325a215bc3ec4accef1c295bc022100ba8895d30ff035491fa39127cc4703ecfa33bf390bd2a99451e45904ed6ddc71");
	assert_true(sm2_verify(pub, S("abc"), sig));
	assert_false(sm2_verify(pub, S("abd"), sig));
	sm2_free(pub);
}

static void sm2_refuses_other_keys(void **state)
{
	struct sm2_key *k;
	assert_int_equal(sm2_load(a, S(""), &k)->code, E_KEY_FORMAT);
	assert_int_equal(sm2_load(a, S("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"),
		&k)->code, E_KEY_FORMAT);
	struct str p256 = S("-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE3TbXRZWoZbp6isA3m/ojUOgQ8sGL\nXdPDt2RriuDbwzSliytSM2xFMEchARn17euesK3045yN8jeIlX/duRY2tA==\n-----END PUBLIC KEY-----\n");
	struct err *e = sm2_load(a, p256, &k);
	assert_int_equal(e->code, E_KEY_FORMAT);
	assert_true(str_is(e->arg[0], "SM2"));
	assert_null(k);
	e = sm2_load(a, S("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"), &k);
	assert_true(e->code == E_KEY_FORMAT && str_is(e->arg[0], "ENCRYPTED"));
}

static void passwords(void **state)
{
	struct password_cost cost = {.memory_kib = 64, .passes = 1, .lanes = 1};
	uint8_t salt[SM_SALT_BYTES] = "0123456789abcdef";
	struct str h = password_hash(a, cost, salt, S("云帆2026!"));
	assert_true(str_starts(h, S("$argon2id$v=19$m=64,t=1,p=1$")));
	assert_true(password_verify(a, h, S("云帆2026!")));
	assert_false(password_verify(a, h, S("云帆2026")));
	assert_false(password_verify(a, h, S("")));
	assert_false(password_verify(a, S("$argon2id$nonsense"), S("x")));
	salt[0]++;
	assert_false(str_eq(h, password_hash(a, cost, salt, S("云帆2026!"))));
	assert_false(password_is_weaker(h, cost));
	cost.passes = 2;
	assert_true(password_is_weaker(h, cost));
}

static void compares(void **state)
{
	assert_true(sm_equal_str(S(""), S("")) && sm_equal_str(S("ab"), S("ab")));
	assert_false(sm_equal_str(S("ab"), S("ac")) || sm_equal_str(S("ab"), S("abc")));
}

int main(void)
{
	a = arena_new(0);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digests), cmocka_unit_test(hmac_is_that_of_the_definition),
		cmocka_unit_test(sm4_matches_the_standard), cmocka_unit_test(seals_and_opens),
		cmocka_unit_test(sm2_signs_and_verifies),
			cmocka_unit_test(sm2_verifies_what_the_command_line_signed),
		cmocka_unit_test(sm2_refuses_other_keys), cmocka_unit_test(passwords),
			cmocka_unit_test(compares),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(a);
	return failed;
}
