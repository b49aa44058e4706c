// story_paper.c — see story_paper.h.
#include "cli/story_paper.h"
#include "codec/pdf.h"
#include "domain/cert/cert.h"

// The QR code alone, as somebody photographs it: no text, nothing readable in the file's heading.
static struct err *photo(struct plan *p, const struct cert *c, struct str *out)
{
	struct qr qr;
	struct pdf_missing missing;
	struct err *e = qr_make(p->a, str_fmt(p->a, STR_FMT "/verify/" STR_FMT, STR_ARG(p->domain->base_url), STR_ARG(c->code)), &qr);
	struct pdf *pdf = pdf_new(p->a, (struct pdf_info){.title = S("photo")});
	if (!e) pdf_qr(pdf, &qr, 40, S(""), PDF_CENTRE);
	struct err *f = pdf_finish(pdf, out, &missing);
	return e ? e : f;
}

// Every line of the face says something else; code and seal are the certificate's.
static struct err *altered(struct plan *p, const struct cert *c, struct str *out)
{
	struct cert other = *c;
	other.face = json_copy(p->a, c->face);
	for (uint32_t i = 0; i < json_count(other.face); i++)
		other.face->item[i] = json_str(p->a, str_fmt(p->a, "改" STR_FMT, STR_ARG(str_replace(p->a, json_text(other.face->item[i]), S("2026"), S("2025")))));
	return cert_pdf(p, &other, out);
}

// Printed again by somebody else's program: other bytes, the same words.
static struct err *reprinted(struct plan *p, const struct cert *c, struct str *out)
{
	struct str bytes = {0};
	struct err *e = cert_pdf(p, c, &bytes);
	struct buf b = buf_new(p->a);
	buf_add(&b, bytes);
	buf_lit(&b, "% printed again\n");
	*out = buf_str(&b);
	return e;
}

// Ten drawings, each of which calls the next ten times: a few hundred bytes, ten thousand million strokes.
static struct str bomb(struct arena *a)
{
	struct buf b = buf_new(a);
	buf_lit(&b, "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
		"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 500 500]/Resources<</XObject<</X 10 0 R>>>>/Contents 4 0 R>>endobj\n"
		"4 0 obj<</Length 4>>stream\n/X Do\nendstream endobj\n");
	for (int i = 10; i < 20; i++) {
		buf_fmt(&b, "%d 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 500 500]/Resources<</XObject<</X %d 0 R>>>>/Length %d>>stream\n", i, i + 1, i < 19 ? 60 : 12);
		for (int k = 0; k < 10 && i < 19; k++) buf_lit(&b, "/X Do\n");
		if (i == 19) buf_lit(&b, "0 0 9 9 re f");
		buf_lit(&b, "\nendstream endobj\n");
	}
	buf_lit(&b, "trailer<</Root 1 0 R>>\n%%EOF\n");
	return buf_str(&b);
}

struct err *story_paper(struct plan *p, struct str name, struct str *out, bool *known)
{
	struct str rest = name, kind = str_cut(&rest, S("-")), code = str_cut(&rest, S("."));
	struct cert c;
	bool found = false;
	*known = true;
	if (str_is(name, "bomb.pdf")) {
		*out = bomb(p->a);
		return NULL;
	}
	struct err *e = code.n ? cert_by_code(p, code, &c, &found) : NULL;
	*known = found;
	if (e || !found) return e;
	if (str_is(kind, "handed")) return cert_pdf(p, &c, out);
	if (str_is(kind, "printed")) return reprinted(p, &c, out);
	if (str_is(kind, "altered")) return altered(p, &c, out);
	if (str_is(kind, "photo")) return photo(p, &c, out);
	*known = false;
	return NULL;
}
