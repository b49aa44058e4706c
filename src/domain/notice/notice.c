// notice.c — papers and messages: a template of the catalogue, filled in and fixed.
#include "domain/notice/notice.h"

#include "base/seam.h"
#include "codec/bytes.h"
#include "codec/pdf.h"
#include "domain/fill.h"
#include "domain/notice/notice_store.h"

enum { VERIFY_BYTES = 10 };

struct err *paper_issue(struct plan *p, const struct paper_new *n, int64_t *out)
{
	const struct paper *t = catalogue_paper(p->cat, n->code);
	const struct office *office = catalogue_office(p->cat, n->office);
	if (!t || !office) return err_arg(p->a, E_NOT_FOUND, str_fmt(p->a, "文书模板 " STR_FMT, STR_ARG(n->code)));
	uint8_t random[VERIFY_BYTES];
	struct buf code = buf_new(p->a);
	seam_random(random, sizeof random);
	bytes_base32(&code, random, sizeof random);
	struct str body = template_fill(p->a, t->body.zh, n->facts);
	struct paper_full f = {.row = {.id = store_id(p->store), .case_id = n->case_id, .code = n->code, .title = t->title.zh,
		.verify = buf_str(&code), .issued_ms = p->now_ms}, .body = secret_seal(p, body), .office = office->name.zh};
	*out = f.row.id;
	notice_store_paper(p, n->home, &f, digest_hex(p->a, str_fmt(p->a, STR_FMT "\n" STR_FMT, STR_ARG(t->title.zh), STR_ARG(body))));
	return NULL;
}

struct err *paper_list(struct plan *p, int64_t case_id, struct paper_row **out, size_t *n)
{
	struct paper_full *f;
	struct err *e = notice_store_papers(p, case_id, &f, n);
	*out = arena_newn(p->a, struct paper_row, *n + 1);
	for (size_t i = 0; i < *n; i++) (*out)[i] = f[i].row;
	return e;
}

struct err *paper_by_verify(struct plan *p, struct str code, struct paper_row *out, bool *found)
{
	struct paper_full f;
	struct str plain = str_replace(p->a, str_upper_ascii(p->a, str_trim(code)), S(" "), S(""));
	struct err *e = notice_store_verify(p, plain, &f, found);
	if (*found) *out = f.row;
	return e;
}

static struct err *draw(struct plan *p, const struct paper_full *f, struct str *out)
{
	struct pdf *pdf = pdf_new(p->a, (struct pdf_info){.title = f->row.title, .author = f->office, .created_ms = f->row.issued_ms,
		.watermark = p->domain->demo ? S("样例") : S(""), .page_numbers = true});
	struct str body = secret_open(p, f->body);
	struct civil c = day_civil(day_shanghai(f->row.issued_ms));
	struct qr qr;
	struct pdf_missing missing;
	pdf_title(pdf, f->row.title);
	pdf_rule(pdf);
	pdf_space(pdf, 6);
	while (body.n) {
		struct str line = str_trim(str_cut(&body, S("\n")));
		if (line.n && !str_eq(line, f->office)) pdf_paragraph(pdf, line, PDF_JUSTIFY, true);
	}
	pdf_space(pdf, 18);
	pdf_paragraph(pdf, f->office, PDF_RIGHT, false);
	pdf_paragraph(pdf, str_fmt(p->a, "%d年%d月%d日", c.year, c.month, c.day), PDF_RIGHT, false);
	pdf_seal(pdf, f->office, S("测试印章"), PDF_RIGHT);
	struct err *e = qr_make(p->a, str_fmt(p->a, STR_FMT "/verify/" STR_FMT, STR_ARG(p->domain->base_url), STR_ARG(f->row.verify)), &qr);
	if (!e) pdf_qr(pdf, &qr, 30, str_fmt(p->a, "验真码 " STR_FMT, STR_ARG(f->row.verify)), PDF_LEFT);
	struct err *end = pdf_finish(pdf, out, &missing);
	return e ? e : end;
}

struct err *paper_pdf(struct plan *p, int64_t paper, struct str *title, struct str *out)
{
	struct paper_full f;
	bool found;
	struct err *e = notice_store_paper_read(p, paper, &f, &found);
	if (e || !found) return e ? e : err_arg(p->a, E_NOT_FOUND, S("这份文书"));
	*title = f.row.title;
	return draw(p, &f, out);
}

struct err *paper_case(struct plan *p, int64_t paper, int64_t *case_id)
{
	struct paper_full f;
	bool found;
	struct err *e = notice_store_paper_read(p, paper, &f, &found);
	*case_id = found ? f.row.case_id : 0;
	return e;
}
