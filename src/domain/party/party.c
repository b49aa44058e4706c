// party.c — who somebody is.
#include "domain/party/party.h"

#include "domain/party/party_store.h"

struct str party_document_normal(struct arena *a, struct str s)
{
	struct buf b = buf_new(a);
	for (size_t at = 0; at < s.n;) {
		uint32_t cp = utf8_next(s, &at);
		if (cp >= 0xff01 && cp <= 0xff5e) cp -= 0xfee0;        // full width to half
		if (cp == ' ' || cp == 0x3000 || cp == '-') continue;
		if (cp >= 'a' && cp <= 'z') cp -= 32;
		buf_cp(&b, cp);
	}
	return buf_str(&b);
}

struct str party_document_hash(struct plan *p, struct str document)
{
	return secret_index(p, "document", party_document_normal(p->a, document));
}

struct err *party_by_document(struct plan *p, struct str document, int64_t *out)
{
	return party_store_by_hash(p, party_document_hash(p, document), out);
}

struct err *party_read(struct plan *p, int64_t id, struct party *out)
{
	struct party_row r;
	bool found;
	struct err *e = party_store_read(p, id, &r, &found);
	if (e) return e;
	if (!found) return err_arg(p->a, E_NOT_FOUND, S("申请人"));
	*out = (struct party){.id = id, .enterprise = str_is(r.kind, "enterprise"), .masked = r.masked,
		.phone_masked = r.phone_masked, .name = secret_open(p, r.name), .phone = secret_open(p, r.phone),
		.address = secret_open(p, r.address), .document_type = r.document_type,
		.document = secret_open(p, r.document), .document_masked = r.document_masked};
	return NULL;
}

struct err *party_name(struct plan *p, int64_t id, struct str *out)
{
	struct party_row r;
	bool found;
	struct err *e = party_store_read(p, id, &r, &found);
	*out = !e && found ? secret_open(p, r.name) : S("");
	return e;
}

struct err *party_create(struct plan *p, const struct party_new *n, int64_t *out)
{
	struct str document = party_document_normal(p->a, n->document);
	struct str phone = party_document_normal(p->a, n->phone);
	struct party_row r = {.kind = n->enterprise ? S("enterprise") : S("person"), .name = secret_seal(p, n->name),
		.masked = n->enterprise ? n->name : field_masked(p->a, SENS_NAME, n->name),
		.phone = secret_seal(p, phone), .phone_masked = field_masked(p->a, SENS_PHONE, phone),
		.address = secret_seal(p, n->address), .document_type = n->document_type,
		.document = secret_seal(p, document),
		.document_masked = n->enterprise ? document : field_masked(p->a, SENS_IDENTITY, document)};
	*out = store_id(p->store);
	party_store_insert(p, *out, &r, party_document_hash(p, document));
	return NULL;
}

struct err *party_hashes(struct plan *p, int64_t party, struct str **out, size_t *n)
{
	return party_store_hashes(p, party, out, n);
}
