// sm.c — thin and total: whatever OpenSSL can only refuse through our own mistake is a CHECK.
#include "codec/sm.h"

#include <argon2.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <pthread.h>

static const char user_id[] = "1234567812345678";   // the default of GB/T 35276
static EVP_MD *md;
static EVP_CIPHER *ctr;
static pthread_once_t fetched = PTHREAD_ONCE_INIT;
static pthread_key_t per_thread;

// Making an OpenSSL context takes as long as sealing a name with it: each thread keeps its own.
// It also keeps the schedule of the last cipher key, and for the last keys of HMAC the digest after the first block.
enum { BLOCK = 64, HMAC_KEYS = 4 };
struct hmac_key { uint8_t key[BLOCK]; EVP_MD_CTX *inner, *outer; bool known; };
struct contexts {
	EVP_MD_CTX *md;
	EVP_CIPHER_CTX *ctr;
	uint8_t ctr_key[SM4_KEY_BYTES];
	bool ctr_known;
	struct hmac_key hmac[HMAC_KEYS];
	unsigned next;
};

static void contexts_free(void *p)
{
	struct contexts *c = p;
	EVP_MD_CTX_free(c->md);
	EVP_CIPHER_CTX_free(c->ctr);
	for (int i = 0; i < HMAC_KEYS; i++) {
		EVP_MD_CTX_free(c->hmac[i].inner);
		EVP_MD_CTX_free(c->hmac[i].outer);
	}
	OPENSSL_cleanse(c, sizeof *c);
	OPENSSL_free(c);
}

static void fetch(void)    // looking algorithms up takes longer than a digest
{
	md = EVP_MD_fetch(NULL, "SM3", NULL);
	ctr = EVP_CIPHER_fetch(NULL, "SM4-CTR", NULL);
	CHECK(md && ctr && pthread_key_create(&per_thread, contexts_free) == 0);
}

static struct contexts *contexts(void)
{
	pthread_once(&fetched, fetch);
	struct contexts *c = pthread_getspecific(per_thread);
	if (c) return c;
	c = OPENSSL_malloc(sizeof *c);
	CHECK(c);
	*c = (struct contexts){.md = EVP_MD_CTX_new(), .ctr = EVP_CIPHER_CTX_new()};
	for (int i = 0; i < HMAC_KEYS; i++)
		CHECK((c->hmac[i].inner = EVP_MD_CTX_new()) && (c->hmac[i].outer = EVP_MD_CTX_new()));
	CHECK(c->md && c->ctr && pthread_setspecific(per_thread, c) == 0);
	return c;
}

struct sm3 *sm3_begin(void)
{
	pthread_once(&fetched, fetch);
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	CHECK(c && EVP_DigestInit_ex2(c, md, NULL) == 1);
	return (struct sm3 *)c;
}

void sm3_add(struct sm3 *s, struct str data)
{
	if (data.n) CHECK(EVP_DigestUpdate((EVP_MD_CTX *)s, data.p, data.n) == 1);
}

void sm3_end(struct sm3 *s, uint8_t out[SM3_BYTES])
{
	CHECK(EVP_DigestFinal_ex((EVP_MD_CTX *)s, out, NULL) == 1);
	EVP_MD_CTX_free((EVP_MD_CTX *)s);
}

static void digest_parts(const struct str *part, size_t n, uint8_t out[SM3_BYTES])
{
	EVP_MD_CTX *c = contexts()->md;
	CHECK(EVP_DigestInit_ex2(c, md, NULL) == 1);
	for (size_t i = 0; i < n; i++)
		if (part[i].n) CHECK(EVP_DigestUpdate(c, part[i].p, part[i].n) == 1);
	CHECK(EVP_DigestFinal_ex(c, out, NULL) == 1);
}

void sm3(struct str data, uint8_t out[SM3_BYTES])
{
	digest_parts(&data, 1, out);
}

// RFC 2104 over SM3; OpenSSL's own looks the digest up by name at every use, which takes ten times as long.
static const struct hmac_key *hmac_key(struct contexts *c, struct str key)
{
	uint8_t k[BLOCK] = {0}, pad[BLOCK];
	struct hmac_key *h = NULL;
	if (key.n > BLOCK) sm3(key, k);
	else if (key.n) memcpy(k, key.p, key.n);
	for (int i = 0; i < HMAC_KEYS && !h; i++)
		if (c->hmac[i].known && CRYPTO_memcmp(c->hmac[i].key, k, BLOCK) == 0) h = &c->hmac[i];
	if (!h) {
		h = &c->hmac[c->next++ % HMAC_KEYS];
		memcpy(h->key, k, BLOCK);
		h->known = true;
		for (int i = 0; i < BLOCK; i++) pad[i] = k[i] ^ 0x36;
		CHECK(EVP_DigestInit_ex2(h->inner, md, NULL) == 1 && EVP_DigestUpdate(h->inner, pad, BLOCK) == 1);
		for (int i = 0; i < BLOCK; i++) pad[i] = k[i] ^ 0x5c;
		CHECK(EVP_DigestInit_ex2(h->outer, md, NULL) == 1 && EVP_DigestUpdate(h->outer, pad, BLOCK) == 1);
		OPENSSL_cleanse(pad, sizeof pad);
	}
	OPENSSL_cleanse(k, sizeof k);
	return h;
}

static void hmac_parts(struct str key, const struct str *part, size_t n, uint8_t out[SM3_BYTES])
{
	struct contexts *c = contexts();
	const struct hmac_key *h = hmac_key(c, key);
	CHECK(EVP_MD_CTX_copy_ex(c->md, h->inner) == 1);
	for (size_t i = 0; i < n; i++)
		if (part[i].n) CHECK(EVP_DigestUpdate(c->md, part[i].p, part[i].n) == 1);
	CHECK(EVP_DigestFinal_ex(c->md, out, NULL) == 1);
	CHECK(EVP_MD_CTX_copy_ex(c->md, h->outer) == 1);
	CHECK(EVP_DigestUpdate(c->md, out, SM3_BYTES) == 1 && EVP_DigestFinal_ex(c->md, out, NULL) == 1);
}

void sm3_hmac(struct str key, struct str data, uint8_t out[SM3_BYTES])
{
	hmac_parts(key, &data, 1, out);
}

bool sm_equal(const void *a, const void *b, size_t n)
{
	return CRYPTO_memcmp(a, b, n) == 0;
}

bool sm_equal_str(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || sm_equal(a.p, b.p, a.n));
}

void sm4_ctr(const uint8_t key[SM4_KEY_BYTES], const uint8_t nonce[SM_NONCE_BYTES], const void *in, void *out,
	size_t n)
{
	struct contexts *of = contexts();
	EVP_CIPHER_CTX *c = of->ctr;
	bool same = of->ctr_known && CRYPTO_memcmp(of->ctr_key, key, SM4_KEY_BYTES) == 0;
	CHECK(EVP_EncryptInit_ex2(c, same ? NULL : ctr, same ? NULL : key, nonce, NULL) == 1);
	if (!same) memcpy(of->ctr_key, key, SM4_KEY_BYTES);
	of->ctr_known = true;
	const unsigned char *from = in;
	unsigned char *to = out;
	while (n) {
		int slice = n > 1 << 20 ? 1 << 20 : (int)n, got;
		CHECK(EVP_EncryptUpdate(c, to, &got, from, slice) == 1 && got == slice);
		from += slice;
		to += slice;
		n -= (size_t)slice;
	}
}

struct sm_key sm_key_derive(uint8_t id, struct str master, struct str purpose)
{
	CHECK(master.n >= 16);
	struct sm_key k = {.id = id};
	uint8_t enc[SM3_BYTES];
	hmac_parts(master, (struct str[]){S("enc\0"), {(char *)&id, 1}, purpose}, 3, enc);
	hmac_parts(master, (struct str[]){S("mac\0"), {(char *)&id, 1}, purpose}, 3, k.mac);
	memcpy(k.enc, enc, SM4_KEY_BYTES);
	return k;
}

enum { SEAL_VERSION = 1, SEAL_HEAD = 2 + SM_NONCE_BYTES };

// The length of the context comes first, so that no byte can move between context and content.
static void seal_mac(const struct sm_key *k, struct str context, struct str head_and_text,
	uint8_t out[SM3_BYTES])
{
	uint8_t len[8];
	for (int i = 0; i < 8; i++) len[i] = (uint8_t)((uint64_t)context.n >> (56 - 8 * i));
	hmac_parts((struct str){(const char *)k->mac, SM3_BYTES},
		   (struct str[]){{(const char *)len, 8}, context, head_and_text}, 3, out);
}

struct str sm_seal(struct arena *a, const struct sm_key *k, const uint8_t nonce[SM_NONCE_BYTES],
	struct str context, struct str plain)
{
	uint8_t *p = arena_raw(a, plain.n + SM_SEAL_OVERHEAD);
	p[0] = SEAL_VERSION;
	p[1] = k->id;
	memcpy(p + 2, nonce, SM_NONCE_BYTES);
	sm4_ctr(k->enc, nonce, plain.p, p + SEAL_HEAD, plain.n);
	seal_mac(k, context, (struct str){(char *)p, SEAL_HEAD + plain.n}, p + SEAL_HEAD + plain.n);
	return (struct str){(char *)p, plain.n + SM_SEAL_OVERHEAD};
}

int sm_seal_key_id(struct str s)
{
	return s.n >= SM_SEAL_OVERHEAD && s.p[0] == SEAL_VERSION ? (uint8_t)s.p[1] : -1;
}

struct err *sm_open(struct arena *a, const struct sm_key *keys, size_t n, struct str context,
	struct str sealed, struct str *plain)
{
	int id = sm_seal_key_id(sealed);
	if (id < 0) return err_arg(a, E_SEAL_BROKEN, S("format"));
	const struct sm_key *k = NULL;
	for (size_t i = 0; i < n && !k; i++)
		if (keys[i].id == id) k = &keys[i];
	if (!k) return err_arg(a, E_SEAL_BROKEN, str_fmt(a, "key %d", id));
	size_t body = sealed.n - SM3_BYTES, text = sealed.n - SM_SEAL_OVERHEAD;
	uint8_t mac[SM3_BYTES];
	seal_mac(k, context, str_part(sealed, 0, body), mac);
	if (!sm_equal(mac, sealed.p + body, SM3_BYTES)) return err_arg(a, E_SEAL_BROKEN, S("MAC"));
	char *out = arena_raw(a, text + 1);
	sm4_ctr(k->enc, (const uint8_t *)sealed.p + 2, sealed.p + SEAL_HEAD, out, text);
	*plain = (struct str){out, text};
	return NULL;
}

static EVP_PKEY *pkey(const struct sm2_key *k)
{
	return (EVP_PKEY *)k;
}

struct sm2_key *sm2_generate(void)
{
	EVP_PKEY *k = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
	CHECK(k);
	return (struct sm2_key *)k;
}

void sm2_free(struct sm2_key *k)
{
	EVP_PKEY_free(pkey(k));
}

static int no_password(char *buf, int size, int writing, void *data)    // else OpenSSL asks on the terminal
{
	return -1;
}

struct err *sm2_load(struct arena *a, struct str pem, struct sm2_key **out)
{
	*out = NULL;
	if (pem.n > 1 << 16) return err_arg(a, E_KEY_FORMAT, S("PEM"));
	bool private = str_find(pem, S("PRIVATE KEY-----")) >= 0;
	if (private && str_find(pem, S("ENCRYPTED")) >= 0) return err_arg(a, E_KEY_FORMAT, S("ENCRYPTED"));
	BIO *b = BIO_new_mem_buf(pem.n ? pem.p : "", (int)pem.n);
	CHECK(b);
	EVP_PKEY *k = private ? PEM_read_bio_PrivateKey(b, NULL, no_password, NULL)
			      : PEM_read_bio_PUBKEY(b, NULL, no_password, NULL);
	BIO_free(b);
	ERR_clear_error();
	if (!k) return err_arg(a, E_KEY_FORMAT, S("PEM"));
	if (!EVP_PKEY_is_a(k, "SM2")) {
		EVP_PKEY_free(k);
		return err_arg(a, E_KEY_FORMAT, S("SM2"));
	}
	*out = (struct sm2_key *)k;
	return NULL;
}

bool sm2_has_private(const struct sm2_key *k)
{
	BIGNUM *d = NULL;
	bool has = EVP_PKEY_get_bn_param(pkey(k), OSSL_PKEY_PARAM_PRIV_KEY, &d) == 1;
	BN_clear_free(d);
	ERR_clear_error();
	return has;
}

static void drain(struct buf *out, BIO *b)
{
	char *p;
	long n = BIO_get_mem_data(b, &p);
	buf_add(out, (struct str){p, (size_t)n});
	BIO_free(b);
}

void sm2_save_private(struct buf *out, const struct sm2_key *k)
{
	BIO *b = BIO_new(BIO_s_secmem());
	CHECK(b && PEM_write_bio_PKCS8PrivateKey(b, pkey(k), NULL, NULL, 0, NULL, NULL) == 1);
	drain(out, b);
}

void sm2_save_public(struct buf *out, const struct sm2_key *k)
{
	BIO *b = BIO_new(BIO_s_mem());
	CHECK(b && PEM_write_bio_PUBKEY(b, pkey(k)) == 1);
	drain(out, b);
}

void sm2_point(const struct sm2_key *k, uint8_t out[SM2_POINT_BYTES])
{
	BIGNUM *x = NULL, *y = NULL;
	CHECK(EVP_PKEY_get_bn_param(pkey(k), OSSL_PKEY_PARAM_EC_PUB_X, &x) == 1);
	CHECK(EVP_PKEY_get_bn_param(pkey(k), OSSL_PKEY_PARAM_EC_PUB_Y, &y) == 1);
	out[0] = 4;
	CHECK(BN_bn2binpad(x, out + 1, 32) == 32 && BN_bn2binpad(y, out + 33, 32) == 32);
	BN_free(x);
	BN_free(y);
}

bool sm2_of_point(const uint8_t point[SM2_POINT_BYTES], struct sm2_key **out)
{
	*out = NULL;
	if (point[0] != 4) return false;
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
	OSSL_PARAM with[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char[]){"SM2"}, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void *)point, SM2_POINT_BYTES),
			OSSL_PARAM_END};
	EVP_PKEY *k = NULL;
	CHECK(c && EVP_PKEY_fromdata_init(c) == 1);
	bool ok = EVP_PKEY_fromdata(c, &k, EVP_PKEY_PUBLIC_KEY, with) == 1;
	EVP_PKEY_CTX_free(c);
	ERR_clear_error();
	if (ok) *out = (struct sm2_key *)k;
	else EVP_PKEY_free(k);
	return ok;
}

static EVP_MD_CTX *signing(const struct sm2_key *k, EVP_PKEY_CTX **with)
{
	pthread_once(&fetched, fetch);
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	*with = EVP_PKEY_CTX_new_from_pkey(NULL, pkey(k), NULL);
	CHECK(c && *with && EVP_PKEY_CTX_set1_id(*with, user_id, sizeof user_id - 1) == 1);
	EVP_MD_CTX_set_pkey_ctx(c, *with);
	return c;
}

struct str sm2_sign(struct arena *a, const struct sm2_key *k, struct str data)
{
	EVP_PKEY_CTX *with;
	EVP_MD_CTX *c = signing(k, &with);
	unsigned char der[80];
	size_t n = sizeof der;
	CHECK(EVP_DigestSignInit(c, NULL, md, NULL, pkey(k)) == 1);
	CHECK(EVP_DigestSign(c, der, &n, (const unsigned char *)(data.n ? data.p : ""), data.n) == 1);
	EVP_MD_CTX_free(c);
	EVP_PKEY_CTX_free(with);
	return (struct str){arena_copy(a, der, n), n};
}

bool sm2_verify(const struct sm2_key *k, struct str data, struct str der)
{
	EVP_PKEY_CTX *with;
	EVP_MD_CTX *c = signing(k, &with);
	CHECK(EVP_DigestVerifyInit(c, NULL, md, NULL, pkey(k)) == 1);
	bool ok = der.n && EVP_DigestVerify(c, (const unsigned char *)der.p, der.n,
					    (const unsigned char *)(data.n ? data.p : ""), data.n) == 1;
	EVP_MD_CTX_free(c);
	EVP_PKEY_CTX_free(with);
	ERR_clear_error();
	return ok;
}

struct str password_hash(struct arena *a, struct password_cost cost, const uint8_t salt[SM_SALT_BYTES],
	struct str password)
{
	char out[256];
	CHECK(password.n < 4096);
	int rc = argon2id_hash_encoded(cost.passes, cost.memory_kib, cost.lanes, password.n ? password.p : "",
				       password.n, salt, SM_SALT_BYTES, 32, out, sizeof out);
	CHECK(rc == ARGON2_OK);
	return str_copy(a, str_of(out));
}

bool password_verify(struct arena *a, struct str hash, struct str password)
{
	return password.n < 4096 && argon2id_verify(str_z(a, hash), password.n ? password.p : "",
		password.n) == ARGON2_OK;
}

bool password_is_weaker(struct str hash, struct password_cost cost)
{
	struct arena *a = arena_new(0);
	bool same = str_starts(hash, str_fmt(a, "$argon2id$v=19$m=%u,t=%u,p=%u$", cost.memory_kib,
		cost.passes, cost.lanes));
	arena_free(a);
	return !same;
}
