// Any bytes as a template (HTML and plain), rendered with a small view. Run with libFuzzer, or with
// -DFUZZ_MAIN over files given as arguments.
#include "web/tpl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool load(void *ctx, struct arena *a, struct str name, struct str *text, struct str *file)
{
	*file = name;
	*text = *(struct str *)ctx;             // a template that includes itself in every way
	return name.n < 4;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 20000) return 0;
	struct arena *a = arena_new(0);
	struct str text = { (const char *)data, size };
	struct tpl_loader loader = { &text, load, NULL };
	struct json *view;
	struct err *e = json_parse(a,
		S("{\"a\":{\"b\":\"<\",\"c\":[1,2,{\"d\":null}]},\"l\":[{\"x\":\"y\"},\"z\",3],\"n\":12.5,\"s\":{\"$svg\":\"<svg></svg>\"},\"t\":\"2026-11-20\"}"), (struct json_limits){ 0 }, &view);
	for (int plain = 0; plain < 2 && !e; plain++) {
		struct tpl_options o = { .loader = &loader, .plain = plain };
		struct tpl *t;
		if (tpl_compile(a, S("f"), S("f"), text, &o, &t)) continue;
		struct buf b = buf_new(a);
		struct tpl_env env = { .max_bytes = 1 << 18 };
		if (tpl_render(t, view, &env, &b)) continue;
	}
	arena_free(a);
	return 0;
}

#ifdef FUZZ_MAIN
#include <stdio.h>
#include <stdlib.h>
int main(int argc, char **argv)
{
	static uint8_t buf[1 << 16], seed[1 << 16];
	unsigned rnd = 1;
	for (int i = 1; i < argc; i++) {
		FILE *f = fopen(argv[i], "rb");
		if (!f) return 1;
		size_t n = fread(seed, 1, sizeof seed, f);
		fclose(f);
		LLVMFuzzerTestOneInput(seed, n);
		// A thousand small damages of each seed: cut, flip, double.
		for (int k = 0; k < 1000 && n; k++) {
			size_t m = n;
			memcpy(buf, seed, n);
			for (int c = 0; c < 4; c++) {
				rnd = rnd * 1103515245 + 12345;
				size_t at = (rnd >> 8) % m;
				switch (rnd >> 29) {
				case 0: buf[at] = (uint8_t)(rnd >> 3); break;
				case 1: m = at + 1; break;
				case 2: memmove(buf + at, buf + at + 1, m - at - 1), m -= m > 1; break;
				default: buf[at] = (uint8_t)"{}%<>\"'= /.|()#&"[(rnd >> 5) & 15]; break;
				}
			}
			LLVMFuzzerTestOneInput(buf, m);
		}
	}
	printf("%d seeds\n", argc - 1);
	return 0;
}
#endif
