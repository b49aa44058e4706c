// http.c — what the server reads itself: a target that is taken keeps every promise of net/http.h (5), a range
// lies within its body, and no header's text leads a reader out of it.
#include "fuzz.h"
#include "net/parse.h"

static void target(struct arena *a, struct str in)
{
	struct str path, query;
	if (!parse_target(a, in, &path, &query)) return;
	CHECK(path.n && path.p[0] == '/' && utf8_valid(path) && utf8_valid(query));
	for (size_t i = 0; i < path.n; i++) CHECK((unsigned char)path.p[i] >= 0x20 && path.p[i] != 0x7f && path.p[i] != '\\');
	CHECK(str_find(path, S("//")) < 0 && str_find(path, S("/../")) < 0 && str_find(path, S("/./")) < 0);
	CHECK(!str_ends(path, S("/..")) && !str_ends(path, S("/.")));
}

static void ranges(struct str in)
{
	static const uint64_t sizes[] = {0, 1, 10, 1000000, UINT64_MAX};
	for (size_t i = 0; i < countof(sizes); i++) {
		uint64_t first, n;
		enum range r = parse_range(in, sizes[i], &first, &n);
		if (r == RANGE_PART) CHECK(n && first < sizes[i] && n <= sizes[i] - first);
		if (r == RANGE_ALL) CHECK(first == 0 && n == sizes[i]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(0);
	struct str in = {(const char *)data, size}, host;
	int port;
	target(a, in);
	ranges(in);
	parse_accepts_gzip(in);
	parse_etag_listed(in, S("\"a\""));
	struct str cookie = parse_cookie(in, S("sid"));
	CHECK(!cookie.p || (cookie.p >= in.p && cookie.p + cookie.n <= in.p + in.n));
	if (parse_address(in, &host, &port)) CHECK(port >= 0 && port <= 65535);
	parse_listed(in, S("127.0.0.1"));
	if (parse_token(in)) CHECK(parse_header_text(in));
	arena_free(a);
	return 0;
}
