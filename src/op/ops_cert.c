// ops_cert.c — verification for everybody, the library for its holder.
#include "op/show.h"

static void put_check(struct op_call *c, struct json *list, bool ok, struct str title, struct str note)
{
	struct json *o = list_obj(c, list);
	put_bool(c, o, "ok", ok);
	put_text(c, o, "title", title);
	put_text(c, o, "note", note);
}

static void verify_paper(struct op_call *c, const struct paper_row *p)
{
	struct json *checks = put_list(c, c->out, "checks");
	put_text(c, c->out, "state", S("valid"));
	put_text(c, c->out, "type", p->title);
	put_ms(c, c->out, "issued_at", p->issued_ms);
	put_check(c, checks, true, tr(c, "本平台签发", "Issued here"), tr(c, "与存档一致的文书才有这个编号", "only papers on record have this code"));
}

struct err *op_cert_verify(struct op_call *c)
{
	struct cert cert;
	struct paper_row paper;
	bool found;
	put_text(c, c->out, "code", op_text(c, "code"));
	put_ms(c, c->out, "checked_at", c->p->now_ms);
	struct err *e = cert_by_code(c->p, op_text(c, "code"), &cert, &found);
	if (!e && !found) {
		e = paper_by_verify(c->p, op_text(c, "code"), &paper, &found);
		if (!e && found) verify_paper(c, &paper);
		else if (!e) put_text(c, c->out, "state", S("unknown"));
		return e;
	}
	if (e) return e;
	const struct certificate_type *t = catalogue_certificate(c->p->cat, cert.type);
	const struct office *issuer = catalogue_office(c->p->cat, cert.issuer);
	bool here = cert.signature.n != 0, good = !here || cert_signature_ok(c->p, &cert), valid = str_is(cert.state, "valid");
	put_text(c, c->out, "state", !good ? S("altered") : valid ? S("valid") : str_is(cert.state, "expired") ? S("expired") : S("revoked"));
	put_words(c, c->out, "type", t ? t->name : (struct words){cert.type, cert.type});
	struct json *parts = put_list(c, c->out, "number_parts"), *rows = put_list(c, c->out, "rows"), *checks = put_list(c, c->out, "checks");
	json_add(c->a, parts, json_str(c->a, cert.number_masked));
	struct json *row = list_obj(c, rows);
	put_text(c, row, "label", tr(c, "持证人", "Holder"));
	put_text(c, row, "value", cert.holder_masked);
	for (uint32_t i = 0; t && i < t->n_fields; i++) {
		struct str v = json_text(json_get(cert.face, t->field[i].code));
		if (!v.n || str_is(t->field[i].code, "number") || str_is(t->field[i].code, "holder")) continue;
		row = list_obj(c, rows);
		put_words(c, row, "label", t->field[i].name);
		put_text(c, row, "value", t->field[i].element ? field_masked(c->a, t->field[i].element->sensitivity == SENS_NONE
			&& t->field[i].element->type == EL_ADDRESS ? SENS_ADDRESS : t->field[i].element->sensitivity, v) : v);
	}
	put_words(c, c->out, "issuer", issuer ? issuer->name : (struct words){0});
	put_ms(c, c->out, "issued_at", ms_shanghai(cert.issued, 0, 0));
	put_check(c, checks, good, tr(c, "签名", "Signature"), here ? good ? tr(c, "SM2 签名与内容一致（测试密钥）", "SM2 signature fits the content (test key)")
		: tr(c, "内容与签名不一致", "the content does not fit the signature") : tr(c, "由其他系统签发，已登记在库", "issued elsewhere, known to the library"));
	put_check(c, checks, valid, tr(c, "状态", "State"), valid ? tr(c, "现在有效", "valid now") : str_is(cert.state, "expired") ? tr(c, "已过有效期", "expired") : tr(c, "已被替换或注销", "replaced or cancelled"));
	return NULL;
}

struct err *op_cert_list(struct op_call *c)
{
	struct cert *cert;
	size_t n;
	struct err *e = cert_list(c->p, c->p->actor.party, &cert, &n);
	struct json *list = put_list(c, c->out, "list");
	for (size_t i = 0; i < n && !e; i++) {
		const struct certificate_type *t = catalogue_certificate(c->p->cat, cert[i].type);
		const struct office *issuer = catalogue_office(c->p->cat, cert[i].issuer);
		struct json *o = list_obj(c, list);
		put_id(c, o, "id", cert[i].id);
		put_words(c, o, "type", t ? t->name : (struct words){cert[i].type, cert[i].type});
		put_text(c, o, "number", cert[i].number_masked);
		put_text(c, o, "holder_masked", cert[i].holder_masked);
		put_words(c, o, "issuer", issuer ? issuer->name : (struct words){0});
		put_day(c, o, "issued_at", cert[i].issued);
		put_day(c, o, "valid_until", cert[i].expires);
		put_text(c, o, "state", str_is(cert[i].state, "valid") || str_is(cert[i].state, "expired") ? cert[i].state : S("revoked"));
		put_text(c, o, "code", cert[i].code);
	}
	return e;
}

struct err *op_cert_pdf(struct op_call *c)
{
	struct cert cert;
	struct str bytes;
	struct err *e = cert_read(c->p, op_id(c, "certificate"), &cert);
	if (!e) e = cert_pdf(c->p, &cert, &bytes);
	if (!e) *c->stream = (struct op_stream){.bytes = bytes, .size = (int64_t)bytes.n, .type = S("application/pdf"), .name = S("certificate.pdf")};
	return e;
}
