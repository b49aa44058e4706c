// main.c — tongban-read: see reader.h.
#include "codec/json.h"
#include "codec/sniff.h"
#include "reader/reader.h"

#include <unistd.h>

static bool all_of(struct buf *b)
{
	for (;;) {
		char *to = buf_room(b, 65536);
		ssize_t n = read(0, to, 65536);
		if (n <= 0) return n == 0;
		b->n += (size_t)n;
		if (b->n > READ_BYTES) return false;
	}
}

static int read_one(void)
{
	if (!sandbox()) return 5;
	struct arena *a = arena_new(0);
	struct buf in = buf_new(a), text = buf_new(a), reply = buf_new(a);
	struct codes codes = {0};
	if (!all_of(&in)) return READ_TOO_MUCH;
	struct str bytes = buf_str(&in);
	int no = READ_UNREADABLE;
	switch (sniff(bytes)) {
	case SNIFF_PDF: no = pdf_read(a, bytes, &text, &codes); break;
	case SNIFF_PNG: no = png_read(a, bytes, &codes); break;
	case SNIFF_JPEG: no = jpeg_read(a, bytes, &codes); break;
	default: break;
	}
	if (no) return no;
	struct json *o = json_obj(a), *list = json_arr(a);
	for (size_t i = 0; i < codes.n; i++) json_add(a, list, json_str(a, codes.item[i]));
	json_put(a, o, S("text"), json_str(a, utf8_valid(buf_str(&text)) ? buf_str(&text) : S("")));
	json_put(a, o, S("codes"), list);
	json_print(&reply, o);
	for (size_t at = 0; at < reply.n;) {
		ssize_t n = write(1, reply.p + at, reply.n - at);
		if (n <= 0) return 6;
		at += (size_t)n;
	}
	return 0;
}

int main(void)
{
	_exit(read_one());                   // nothing of the libraries runs any more
}
