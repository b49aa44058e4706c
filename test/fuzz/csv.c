// csv.c — the first byte chooses the separator; what is read and written reads the same again.
#include "codec/csv.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size) return 0;
	struct arena *a = arena_new(64 << 20);
	struct csv t, u;
	char sep = data[0] & 1 ? '\t' : ',';
	struct err *e = csv_parse(a, S("fuzz"), (struct str){(const char *)data + 1, size - 1}, sep,
		(struct csv_limits){0}, &t);
	if (e) CHECK(err_text(a, e, true).n && e->line);
	else {
		struct buf b = buf_new(a);
		buf_lit(&b, "\xef\xbb\xbf");    // a second mark at the start is content
		for (size_t i = 0; i < t.n; i++) csv_print_row(&b, t.row[i].cell, t.row[i].n, sep, false);
		CHECK(!csv_parse(a, S("again"), buf_str(&b), sep, (struct csv_limits){.bytes = SIZE_MAX},
			&u));
		CHECK(t.n == u.n);
		for (size_t i = 0; i < t.n; i++) {
			CHECK(t.row[i].n == u.row[i].n);
			for (uint32_t k = 0; k < t.row[i].n; k++)
				CHECK(str_eq(t.row[i].cell[k], u.row[i].cell[k]));
		}
	}
	arena_free(a);
	return 0;
}
