// cert.c — issuing, finding, verifying and printing certificates.
#include "domain/cert/cert.h"

#include "base/seam.h"
#include "codec/bytes.h"
#include "codec/ids.h"
#include "codec/pdf.h"
#include "domain/cert/cert_store.h"
#include "domain/fill.h"
#include "domain/trail.h"

enum { CODE_BYTES = 10 };              // 80 random bits: 16 letters and digits

static struct cert closed_row(struct plan *p, const struct cert_row *r)
{
	struct cert c = r->c;
	// Expiry is never stored: it is what the calendar says today.
	if (str_is(c.state, "valid") && c.expires < day_shanghai(p->now_ms)) c.state = S("expired");
	return c;
}

static struct err *open_row(struct plan *p, const struct cert_row *r, struct cert *out)
{
	*out = closed_row(p, r);
	out->number = secret_open(p, r->number);
	return json_parse(p->a, secret_open(p, r->face), (struct json_limits){0}, &out->face);
}

static struct err *open_all(struct plan *p, struct err *e, const struct cert_row *r, size_t n, struct cert **out, size_t *count)
{
	*out = arena_newn(p->a, struct cert, n + 1);
	*count = e ? 0 : n;
	for (size_t i = 0; i < n && !e; i++) e = open_row(p, &r[i], &(*out)[i]);
	return e;
}

struct err *cert_read(struct plan *p, int64_t id, struct cert *out)
{
	struct cert_row *r;
	size_t n;
	struct err *e = cert_store_find(p, CERT_ID, V_INT(id), &r, &n);
	if (e) return e;
	return n ? open_row(p, r, out) : err_arg(p->a, E_NOT_FOUND, S("这份证照"));
}

struct err *cert_of_party(struct plan *p, int64_t party, struct str type, struct cert *out, bool *found)
{
	struct cert_row *r;
	size_t n;
	*found = false;
	struct err *e = cert_store_valid(p, party, type, &r, &n);
	for (size_t i = 0; i < n && !e && !*found; i++) {
		*out = closed_row(p, &r[i]);
		*found = str_is(out->state, "valid");
	}
	return e;
}

struct err *cert_list(struct plan *p, int64_t party, struct cert **out, size_t *n)
{
	struct cert_row *r = NULL;
	size_t m = 0;
	struct err *e = cert_store_of_party(p, party, &r, &m);
	return open_all(p, e, r, m, out, n);
}

struct err *cert_valid(struct plan *p, int64_t party, struct str type, struct cert **out, size_t *n)
{
	struct cert_row *r = NULL;
	size_t m = 0, kept = 0;
	struct err *e = cert_store_valid(p, party, type, &r, &m);
	for (size_t i = 0; i < m && !e; i++)
		if (str_is(closed_row(p, &r[i]).state, "valid")) r[kept++] = r[i];
	return open_all(p, e, r, kept, out, n);
}

struct err *cert_of_case(struct plan *p, int64_t case_id, struct cert **out, size_t *n)
{
	struct cert_row *r = NULL;
	size_t m = 0;
	struct err *e = cert_store_of_case(p, case_id, &r, &m);
	return open_all(p, e, r, m, out, n);
}

struct err *cert_by_code(struct plan *p, struct str code, struct cert *out, bool *found)
{
	struct cert_row *r;
	size_t n;
	struct str plain = str_replace(p->a, str_upper_ascii(p->a, str_trim(code)), S(" "), S(""));
	struct err *e = cert_store_find(p, CERT_CODE, V_TEXT(plain), &r, &n);
	if (!e && !n) e = cert_store_find(p, CERT_IDENTIFIER, V_TEXT(plain), &r, &n);
	if (!e && !n) e = cert_store_find(p, CERT_NUMBER, V_TEXT(secret_index(p, "certificate", str_trim(code))), &r, &n);
	*found = !e && n;
	return *found ? open_row(p, r, out) : e;
}

// {year}, {month}, {day} and {serial:N}: the serial counts per format and year.
struct err *cert_number_format(struct plan *p, struct str scope, struct str format, struct str *out)
{
	struct civil today = day_civil(day_shanghai(p->now_ms));
	struct buf b = buf_new(p->a);
	while (format.n) {
		struct str before = str_cut(&format, S("{"));
		buf_add(&b, before);
		if (!format.p) break;
		struct str width = str_cut(&format, S("}")), what = str_cut(&width, S(":"));
		int64_t digits = 1, serial;
		if (width.n && !str_int(width, &digits)) digits = 1;
		if (str_is(what, "year")) buf_fmt(&b, "%04d", today.year);
		else if (str_is(what, "month")) buf_fmt(&b, "%02d", today.month);
		else if (str_is(what, "day")) buf_fmt(&b, "%02d", today.day);
		else if (str_is(what, "serial")) {
			struct err *e = number_lease(p->store, p->a, str_fmt(p->a, "number:" STR_FMT, STR_ARG(scope)), today.year, 20, &serial);
			if (e) return e;
			buf_fmt(&b, "%0*lld", (int)(digits > 18 ? 18 : digits), (long long)serial);
		}
	}
	*out = buf_str(&b);
	return NULL;
}

static struct str identifier(struct plan *p, const struct office *issuer, struct str type, int64_t id, int version)
{
	// Type codes are 18 + 3 characters; the serial part is a sample until the owner of the type gives one.
	struct str kind = str_fmt(p->a, STR_FMT "%03u", STR_ARG(issuer->uscc), (unsigned)(str_hash(type) % 1000));
	struct buf serial = buf_new(p->a);
	bytes_base32_number(&serial, (uint64_t)id, 13);
	return ids_certificate_make(p->a, kind, issuer->uscc, buf_str(&serial), (uint32_t)version);
}

static struct str signed_text(struct plan *p, const struct cert *c)
{
	struct json *j = json_obj(p->a);
	json_put(p->a, j, S("type"), json_str(p->a, c->type));
	json_put(p->a, j, S("number"), json_str(p->a, c->number));
	json_put(p->a, j, S("identifier"), json_str(p->a, c->identifier));
	json_put(p->a, j, S("holder"), json_id(p->a, c->party));
	json_put(p->a, j, S("issued"), json_num(p->a, c->issued));
	json_put(p->a, j, S("expires"), json_num(p->a, c->expires));
	json_put(p->a, j, S("face"), c->face);
	struct buf b = buf_new(p->a);
	json_print_canonical(&b, j);
	return buf_str(&b);
}

struct err *cert_issue(struct plan *p, const struct cert_new *n, int64_t *out, struct str *number)
{
	const struct certificate_type *t = catalogue_certificate(p->cat, n->type);
	if (!t) return err_arg(p->a, E_CERT_TYPE, n->type);
	struct cert_row r = {.c = {.id = store_id(p->store), .party = n->party, .case_id = n->case_id, .type = n->type, .number = n->number,
		.holder_masked = n->holder_masked, .issuer = t->issuer->code, .issued = n->issued, .expires = n->expires, .state = S("valid"),
		.face = n->face ? json_copy(p->a, n->face) : json_obj(p->a)}};
	struct cert *c = &r.c;
	struct err *e = NULL;
	if (!c->number.n) e = cert_number_format(p, t->code, t->number_format, &c->number);
	if (e) return e;
	for (uint32_t i = 0; i < t->n_fields; i++)                // the face shows the number it was given
		if (str_is(t->field[i].code, "number") && !json_get(c->face, S("number")))
			json_put(p->a, c->face, S("number"), json_str(p->a, c->number));
	if (!c->expires && !t->for_ever && t->validity.unit == LIMIT_MONTH) c->expires = day_add_months(c->issued, t->validity.n) - 1;
	else if (!c->expires) c->expires = INT32_MAX;
	uint8_t random[CODE_BYTES];
	struct buf code = buf_new(p->a);
	seam_random(random, sizeof random);
	bytes_base32(&code, random, sizeof random);
	c->code = buf_str(&code);
	bool here = n->case_id || !n->number.n;                   // issued by the city; else known from elsewhere
	c->identifier = here ? identifier(p, t->issuer, t->code, c->id, 1) : S("");
	struct str text = signed_text(p, c);
	c->digest = digest_hex(p->a, text);
	struct buf signature = buf_new(p->a), face = buf_new(p->a);
	if (here) {
		struct str der = sm2_sign(p->a, p->domain->sign, text);
		bytes_base64(&signature, der.p, der.n);
	}
	c->signature = buf_str(&signature);
	json_print(&face, c->face);
	r.number = secret_seal(p, c->number);
	r.face = secret_seal(p, buf_str(&face));
	c->number_masked = here ? c->number : field_masked(p->a, SENS_IDENTITY, c->number);
	cert_store_insert(p, n->home, &r, secret_index(p, "certificate", c->number), n->replaces);
	*out = c->id;
	*number = c->number;
	struct json *d = json_obj(p->a);
	json_put(p->a, d, S("type"), json_str(p->a, t->code));
	json_put(p->a, d, S("digest"), json_str(p->a, c->digest));
	e = trail_add(p, "certificate", c->id, n->home, d);
	return e || !n->replaces ? e : cert_end(p, n->replaces, n->home, "replaced", c->id);
}

struct err *cert_end(struct plan *p, int64_t id, int64_t home, const char *state, int64_t by)
{
	struct json *d = json_obj(p->a);
	struct err *e = cert_store_state(p, id, str_of(state));
	if (e) return e;
	json_put(p->a, d, S("state"), json_str(p->a, str_of(state)));
	json_put(p->a, d, S("by"), json_id(p->a, by));
	return trail_add(p, "certificate", id, home, d);
}

void cert_used(struct plan *p, int64_t cert, int64_t case_id, struct str purpose)
{
	cert_store_use(p, cert, case_id, purpose);
}

bool cert_signature_ok(struct plan *p, const struct cert *c)
{
	struct str der;
	return bytes_of_base64(p->a, c->signature, &der) && der.n && sm2_verify(p->domain->sign, signed_text(p, c), der);
}

static struct str day_words(struct arena *a, day_t d)
{
	if (d == INT32_MAX) return S("长期");
	struct civil c = day_civil(d);
	return str_fmt(a, "%d年%d月%d日", c.year, c.month, c.day);
}

// ---- the face on paper ----

struct face { struct pdf *pdf; struct pdf_row *row; size_t n; };

static void face_field(struct face *f, const struct cert *c, const struct face_field *x)
{
	struct str v = json_text(json_get(c->face, x->code));
	if (v.n && !str_is(x->code, "number")) f->row[f->n++] = (struct pdf_row){x->name.zh, v};
}

static void face_rows(struct face *f)
{
	if (f->n) pdf_table(f->pdf, f->row, f->n);
	f->n = 0;
}

// As the type's template says: “label：{{name}}” is a row, {{face}} stands for all fields that it does not name, any
// other line is a sentence. Rows that follow each other are one table.
static void face_by(struct plan *p, struct face *f, const struct cert *c, const struct certificate_type *t, const struct paper *template, const struct office *issuer)
{
	struct json *facts = json_copy(p->a, c->face);
	json_put(p->a, facts, S("number"), json_str(p->a, c->number));
	json_put(p->a, facts, S("office"), json_str(p->a, issuer->name.zh));
	json_put(p->a, facts, S("issued_on"), json_str(p->a, day_words(p->a, c->issued)));
	json_put(p->a, facts, S("expires_on"), json_str(p->a, day_words(p->a, c->expires)));
	for (struct str rest = template->body.zh; rest.n;) {
		struct str line = str_trim(str_cut(&rest, S("\n"))), value = line, label = str_cut(&value, S("：")), text = template_fill(p->a, line, facts);
		if (str_is(line, "{{face}}")) {
			for (uint32_t i = 0; i < t->n_fields; i++)
				if (str_find(template->body.zh, str_fmt(p->a, "{{" STR_FMT "}}", STR_ARG(t->field[i].code))) < 0) face_field(f, c, &t->field[i]);
		} else if (value.n && label.n && str_find(label, S("{{")) < 0) {
			f->row[f->n++] = (struct pdf_row){label, template_fill(p->a, value, facts)};
		} else if (line.n) {
			face_rows(f);
			pdf_space(f->pdf, 4);
			pdf_paragraph(f->pdf, text, PDF_JUSTIFY, true);
			pdf_space(f->pdf, 4);
		}
	}
}

struct err *cert_pdf(struct plan *p, const struct cert *c, struct str *out)
{
	const struct certificate_type *t = catalogue_certificate(p->cat, c->type);
	const struct office *issuer = catalogue_office(p->cat, c->issuer);
	if (!t || !issuer) return err_arg(p->a, E_CERT_TYPE, c->type);
	struct str url = str_fmt(p->a, STR_FMT "/verify/" STR_FMT, STR_ARG(p->domain->base_url), STR_ARG(c->code));
	struct pdf *pdf = pdf_new(p->a, (struct pdf_info){.title = t->name.zh, .author = issuer->name.zh, .subject = url,
		.created_ms = ms_shanghai(c->issued, 0, 0), .watermark = p->domain->demo ? S("样例") : S("")});
	const struct paper *template = t->template.n ? catalogue_paper(p->cat, t->template) : NULL;
	size_t room = t->n_fields + 5;
	for (struct str rest = template ? template->body.zh : S(""); rest.n; room++) str_cut(&rest, S("\n"));
	struct face face = {pdf, arena_newn(p->a, struct pdf_row, room), 0};
	pdf_frame_begin(pdf);
	pdf_space(pdf, 6);
	pdf_title(pdf, t->title.zh.n ? t->title.zh : t->name.zh);
	pdf_rule(pdf);
	if (!template || str_find(template->body.zh, S("{{number}}")) < 0) pdf_paragraph(pdf, c->number, PDF_CENTRE, false);
	pdf_space(pdf, 4);
	if (template) {
		face_by(p, &face, c, t, template, issuer);
	} else {
		for (uint32_t i = 0; i < t->n_fields; i++) face_field(&face, c, &t->field[i]);
		face.row[face.n++] = (struct pdf_row){S("发证日期"), day_words(p->a, c->issued)};
		face.row[face.n++] = (struct pdf_row){S("有效期至"), day_words(p->a, c->expires)};
	}
	face.row[face.n++] = (struct pdf_row){S("电子证照标识"), c->identifier};
	face_rows(&face);
	pdf_space(pdf, 10);
	pdf_paragraph(pdf, issuer->name.zh, PDF_RIGHT, false);
	pdf_paragraph(pdf, day_words(p->a, c->issued), PDF_RIGHT, false);
	pdf_seal(pdf, issuer->name.zh, S("测试印章"), PDF_RIGHT);
	struct qr qr;
	struct err *e = qr_make(p->a, url, &qr);
	if (!e) pdf_qr(pdf, &qr, 32, str_fmt(p->a, "验真码 " STR_FMT, STR_ARG(c->code)), PDF_LEFT);
	pdf_note(pdf, S("扫码验真，无需登录。本证照以 SM2 签名，签名所用为测试密钥。"));
	pdf_frame_end(pdf);
	struct pdf_missing missing;
	struct err *f = pdf_finish(pdf, out, &missing);
	return e ? e : f;
}
