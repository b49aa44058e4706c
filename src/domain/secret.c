// secret.c — sealing of personal values and keyed hashes for look-up.
#include "base/seam.h"
#include "codec/bytes.h"
#include "codec/sm.h"
#include "domain/domain.h"

struct str secret_seal(struct plan *p, struct str plain)
{
	if (!plain.n) return S("");
	uint8_t nonce[SM_NONCE_BYTES];
	seam_random(nonce, sizeof nonce);
	struct str sealed = sm_seal(p->a, &p->domain->seal, nonce, S("tongban"), plain);
	struct buf b = buf_new(p->a);
	bytes_base64url(&b, sealed.p, sealed.n);
	return buf_str(&b);
}

struct str secret_open(struct plan *p, struct str text)
{
	if (!text.n) return S("");
	struct str sealed, plain;
	// A sealed value that does not open was edited behind our back or the keys are another city's.
	CHECK(bytes_of_base64url(p->a, text, &sealed));
	struct err *e = sm_open(p->a, &p->domain->seal, 1, S("tongban"), sealed, &plain);
	CHECK(!e);
	return plain;
}

struct err *secret_read(struct plan *p, struct str text, struct json **out)
{
	struct str sealed, plain;
	if (!bytes_of_base64url(p->a, text, &sealed) || sm_open(p->a, &p->domain->seal, 1, S("tongban"), sealed, &plain))
		return err_arg(p->a, E_NOT_FOUND, S("这次收件"));
	return json_parse(p->a, plain, (struct json_limits){0}, out);
}

struct str secret_index(struct plan *p, const char *kind, struct str normal)
{
	uint8_t mac[SM3_BYTES];
	struct str key = {(const char *)p->domain->index_key, sizeof p->domain->index_key};
	sm3_hmac(key, str_fmt(p->a, "%s:%.*s", kind, STR_ARG(normal)), mac);
	struct buf b = buf_new(p->a);
	bytes_hex(&b, mac, sizeof mac);
	return buf_str(&b);
}

struct str secret_token(struct plan *p)
{
	uint8_t raw[20];
	seam_random(raw, sizeof raw);
	struct buf b = buf_new(p->a);
	bytes_base64url(&b, raw, sizeof raw);
	return buf_str(&b);
}

struct str digest_hex(struct arena *a, struct str bytes)
{
	uint8_t d[SM3_BYTES];
	sm3(bytes, d);
	struct buf b = buf_new(a);
	bytes_hex(&b, d, sizeof d);
	return buf_str(&b);
}
