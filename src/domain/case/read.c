// read.c — what a machine can read on an uploaded paper: which certificate of the library it shows, and whether
// it says what the record says. Only tongban-read opens the file, in a process of its own (src/reader/).
#include "base/child.h"
#include "base/set.h"
#include "codec/bytes.h"
#include "domain/case/case_int.h"

#include <unistd.h>

enum { READ_MAX = 12 << 20, CODE_MAX = 64, ANSWER_MAX = 4 << 20, TOO_MUCH = 4 };

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

static struct str reader(struct arena *a)
{
	struct str set = set_text(SET_file_reader);
	char path[4096];
	if (set.n) return set;
	ssize_t n = readlink("/proc/self/exe", path, sizeof path);
	while (n > 0 && path[n - 1] != '/') n--;
	return str_fmt(a, "%.*stongban-read", n > 0 ? (int)n : 0, path);
}

// What the reader found; NULL: it found nothing, and *seen says why.
static struct json *opened(struct arena *a, struct str bytes, enum seen *seen)
{
	struct str answer;
	struct json *j = NULL;
	int code;
	enum child_end end = child_run(a, reader(a), bytes, set_int(SET_file_reader_ms), ANSWER_MAX, &answer, &code);
	*seen = end == CHILD_LIMIT || (end == CHILD_REFUSED && code == TOO_MUCH) ? SEEN_TOO_MUCH : SEEN_NOTHING;
	if (end != CHILD_OK) return NULL;
	struct err *e = json_parse(a, answer, (struct json_limits){.bytes = ANSWER_MAX}, &j);
	return e ? NULL : j;
}

static struct str without_space(struct arena *a, struct str s)
{
	struct buf b = buf_new(a);
	for (size_t at = 0; at < s.n;) {
		size_t from = at;
		uint32_t cp = utf8_next(s, &at);
		if (cp > ' ' && cp != 0x3000 && cp != 0xa0) buf_add(&b, str_part(s, from, at - from));
	}
	return buf_str(&b);
}

// A paper with text must show the record's number and every line of its face.
static bool says_the_same(struct arena *a, const struct cert *c, struct str text)
{
	struct str all = without_space(a, text);
	bool same = str_find(all, without_space(a, c->number)) >= 0;
	for (uint32_t i = 0; i < json_count(c->face); i++) same &= str_find(all, without_space(a, json_text(c->face->item[i]))) >= 0;
	return same;
}

static struct str code_of(struct json *read)
{
	struct json *codes = json_get(read, S("codes"));
	struct str code = code_in(json_text(json_get(read, S("text"))));
	for (size_t i = 0; i < json_count(codes); i++) {
		struct str other = code_in(json_text(codes->item[i]));
		if (code.n && other.n && !str_eq(code, other)) return S("");   // two certificates on one paper: none
		if (other.n) code = other;
	}
	return code;
}

struct err *case_file_certificate(struct plan *p, const struct file_row *f, struct cert *out, enum seen *seen)
{
	struct str bytes, raw, same, code;
	bool found = false;
	*seen = SEEN_NOTHING;
	struct err *e = bytes_of_hex(p->a, f->blob, &raw) ? blob_get(p->store, p->a, (const unsigned char *)raw.p, READ_MAX, &bytes)
		: err_arg(p->a, E_NOT_FOUND, S("这个文件"));
	if (e && e->code == E_TOO_BIG) {
		*seen = SEEN_TOO_MUCH;
		return NULL;
	}
	if (e) return e;
	// The very file that the library handed out need not be opened: its bytes are known.
	code = str_is(f->type, "application/pdf") ? code_in(bytes) : S("");
	if (code.n) e = cert_by_code(p, code, out, &found);
	if (e) return e;
	if (found && !cert_pdf(p, out, &same) && str_eq(same, bytes)) {
		*seen = SEEN_CERTIFICATE;
		return NULL;
	}
	struct json *read = opened(p->a, bytes, seen);
	if (!read || !(code = code_of(read)).n) return NULL;
	e = cert_by_code(p, code, out, &found);
	if (e || !found) return e;
	struct str text = json_text(json_get(read, S("text")));
	bool altered = (without_space(p->a, text).n && !says_the_same(p->a, out, text)) || (out->signature.n && !cert_signature_ok(p, out));
	*seen = altered ? SEEN_ALTERED : SEEN_CERTIFICATE;
	return NULL;
}
