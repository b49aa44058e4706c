// sm.h — the commercial cryptography of China (SM2, SM3, SM4) and password hashes, on OpenSSL and libargon2.
//
// Needs   nonces and salts from the caller (base/seam.h), so that stories repeat. The one exception:
//         SM2 key generation and signing take their randomness inside OpenSSL, which cannot be
//         faked; a test compares such results by verifying, never byte by byte.
// Memory  results in the arena; a struct sm2_key and an unfinished struct sm3 are OpenSSL's memory
//         and must be freed or finished.
// Errors  E_SEAL_BROKEN (wrong key, changed or cut bytes, other context), E_KEY_FORMAT.
// Threads everything may be called from any thread; one sm2_key may sign on many threads at once.
#pragma once
#include "base/err.h"

enum { SM3_BYTES = 32, SM4_KEY_BYTES = 16, SM_NONCE_BYTES = 16, SM_SALT_BYTES = 16, SM2_POINT_BYTES = 65 };

// SM3 (GB/T 32905).
void sm3(struct str data, uint8_t out[SM3_BYTES]);
struct sm3 *sm3_begin(void);
void sm3_add(struct sm3 *, struct str);
void sm3_end(struct sm3 *, uint8_t out[SM3_BYTES]);                  // also frees it
void sm3_hmac(struct str key, struct str data, uint8_t out[SM3_BYTES]);
bool sm_equal(const void *, const void *, size_t n);                 // in constant time
bool sm_equal_str(struct str, struct str);                           // constant time for equal lengths

// SM4 in counter mode (GB/T 32907), bare: without a MAC it proves nothing. out may be in.
void sm4_ctr(const uint8_t key[SM4_KEY_BYTES], const uint8_t nonce[SM_NONCE_BYTES], const void *in, void *out, size_t n);

// Sealed bytes: version 1, key id, nonce, SM4-CTR ciphertext, HMAC-SM3 over all that and the context
// (encrypt, then MAC). The context is not stored; it binds the bytes to their place ("party.id_no/4711").
struct sm_key { uint8_t id, enc[SM4_KEY_BYTES], mac[SM3_BYTES]; };
enum { SM_SEAL_OVERHEAD = 2 + SM_NONCE_BYTES + SM3_BYTES };
struct sm_key sm_key_derive(uint8_t id, struct str master, struct str purpose);   // master: at least 16 bytes; HMAC-SM3
struct str sm_seal(struct arena *, const struct sm_key *, const uint8_t nonce[SM_NONCE_BYTES], struct str context, struct str plain);
int sm_seal_key_id(struct str sealed);                               // -1 when it is no sealed text
must_use struct err *sm_open(struct arena *, const struct sm_key *keys, size_t n, struct str context, struct str sealed, struct str *plain);

// SM2 (GB/T 32918): signatures as DER SEQUENCE { r, s } over SM3(Z ‖ data), user id 1234567812345678.
struct sm2_key;
struct sm2_key *sm2_generate(void);
void sm2_free(struct sm2_key *);
must_use struct err *sm2_load(struct arena *, struct str pem, struct sm2_key **out);   // private (not encrypted) or public key
bool sm2_has_private(const struct sm2_key *);
void sm2_save_private(struct buf *, const struct sm2_key *);         // PKCS#8 PEM
void sm2_save_public(struct buf *, const struct sm2_key *);          // SubjectPublicKeyInfo PEM
void sm2_point(const struct sm2_key *, uint8_t out[SM2_POINT_BYTES]);                  // 04 ‖ x ‖ y
bool sm2_of_point(const uint8_t point[SM2_POINT_BYTES], struct sm2_key **out);   // false: not on the curve
struct str sm2_sign(struct arena *, const struct sm2_key *, struct str data);
bool sm2_verify(const struct sm2_key *, struct str data, struct str der);

// Passwords: argon2id, the usual "$argon2id$…" text that carries its own cost and salt. The caller
// bounds a new password's length (under 4,096 bytes); a longer one never verifies.
struct password_cost { uint32_t memory_kib, passes, lanes; };
struct str password_hash(struct arena *, struct password_cost, const uint8_t salt[SM_SALT_BYTES], struct str password);
bool password_verify(struct arena *, struct str hash, struct str password);
bool password_is_weaker(struct str hash, struct password_cost);   // made with another cost: hash again at sign-in
