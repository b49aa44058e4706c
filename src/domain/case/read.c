// read.c — what a machine can read on an uploaded paper: which certificate of ours it shows.
#include "codec/bytes.h"
#include "codec/qr.h"
#include "domain/case/caseInt.h"

enum { READ_MAX = 12 << 20, CODE_MAX = 64 };

// …/verify/CODE, wherever it stands; nothing else on a paper is believed.
static struct str code_in(struct str text)
{
	ptrdiff_t at = str_find(text, S("/verify/"));
	if (at < 0) return S("");
	struct str rest = str_from(text, (size_t)at + 8);
	size_t n = 0;
	while (n < rest.n && n < CODE_MAX && ((rest.p[n] >= 'A' && rest.p[n] <= 'Z') || (rest.p[n] >= '0' && rest.p[n] <= '9'))) n++;
	return str_part(rest, 0, n);
}

struct err *case_file_certificate(struct plan *p, const struct file_row *f, struct cert *out, bool *found)
{
	struct str bytes, text = S(""), raw;
	*found = false;
	struct err *e = bytes_of_hex(p->a, f->blob, &raw) ? blob_get(p->store, p->a, (const unsigned char *)raw.p, READ_MAX, &bytes)
		: err_arg(p->a, E_NOT_FOUND, S("这个文件"));
	if (e && e->code == E_TOO_BIG) return NULL;               // too big to look at: a person looks
	if (e) return e;
	if (str_is(f->type, "image/png")) text = qr_read_png(p->a, bytes);
	else if (str_is(f->type, "application/pdf")) text = bytes;
	struct str code = code_in(text);
	return code.n ? cert_by_code(p, code, out, found) : NULL;
}
