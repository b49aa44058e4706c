// multipart.c — in whatever pieces the bytes come, the same things happen. The first byte is the size of a piece.
#include "codec/multipart.h"
#include "fuzz.h"

struct log { struct buf b; bool open; };

static struct err *begin(void *arg, struct multipart_part *p)
{
	struct log *l = arg;
	CHECK(!l->open && utf8_valid(p->name) && utf8_valid(p->filename) &&
		str_find(p->filename, S("/")) < 0);
	l->open = true;
	p->max = 5000;
	buf_lit(&l->b, "[");
	buf_add(&l->b, p->name);
	buf_lit(&l->b, "|");
	buf_add(&l->b, p->filename);
	buf_lit(&l->b, "]");
	return NULL;
}

static struct err *data(void *arg, struct str bytes)
{
	struct log *l = arg;
	CHECK(l->open && bytes.n);
	buf_add(&l->b, bytes);
	return NULL;
}

static struct err *end(void *arg)
{
	struct log *l = arg;
	CHECK(l->open);
	l->open = false;
	buf_lit(&l->b, ";");
	return NULL;
}

static struct err *read(struct arena *a, struct str body, size_t piece, struct log *l)
{
	struct multipart *m;
	*l = (struct log){.b = buf_new(a)};
	struct multipart_on on = {l, begin, data, end};
	struct err *e = multipart_new(a, S("multipart/form-data; boundary=xYz"),
		(struct multipart_limits){.parts = 5}, on, &m);
	CHECK(!e);
	for (size_t at = 0; !e && at < body.n; at += piece) e = multipart_feed(m, str_part(body, at, piece));
	return e ? e : multipart_end(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	if (!size) return 0;
	struct arena *a = arena_new(64 << 20);
	struct str body = {(const char *)bytes + 1, size - 1};
	struct log whole, pieces;
	struct err *e = read(a, body, SIZE_MAX / 4, &whole), *f = read(a, body, bytes[0] % 50u + 1, &pieces);
	CHECK(!e == !f);
	if (e) CHECK(e->code == f->code && err_text(a, e, true).n);
	else CHECK(str_eq(buf_str(&whole.b), buf_str(&pieces.b)));
	struct multipart *m;
	if (!multipart_new(a, body, (struct multipart_limits){0}, (struct multipart_on){0}, &m))
		CHECK(multipart_end(m));
	arena_free(a);
	return 0;
}
