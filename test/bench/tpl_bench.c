// Rendering speed: the case page of the fixtures, repeated to 30 KB, and compiling all pages.
// One JSON line a figure; median of five runs.
#include <stdio.h>
#include <stdlib.h>

#include "base/seam.h"
#include "web/templates.h"

static int by_value(const void *a, const void *b) { return *(const double *)a < *(const double *)b ? -1 : 1; }

static struct str slurp(struct arena *a, const char *path)
{
	FILE *f = fopen(path, "rb");
	if (!f) { perror(path); exit(1); }
	char *p = arena_raw(a, 1 << 18);
	size_t n = fread(p, 1, 1 << 18, f);
	fclose(f);
	return (struct str){ p, n };
}

int main(void)
{
	struct arena *a = arena_new(0), *w = arena_new(0);
	double t[5];
	struct templates *ts = NULL;
	for (int r = 0; r < 5; r++) {
		arena_reset(a);
		int64_t from = seam_mono_us();
		if (templates_load(a, &ts)) return 1;
		t[r] = (double)(seam_mono_us() - from) / 1000;
	}
	qsort(t, 5, sizeof *t, by_value);
	printf("{\"figure\":\"compile all pages\",\"ms\":%.2f,\"pages\":%zu}\n", t[2], templates_count(ts));
	struct json *view, *base;
	if (json_parse(a, slurp(a, FIXTURES "/case.json"), (struct json_limits){ 0 }, &view)
		|| json_parse(a, slurp(a, FIXTURES "/_page.json"), (struct json_limits){ 0 }, &base)) return 1;
	json_put(a, view, S("page"), json_get(base, S("public")));
	struct json *trail = json_get(json_get(view, S("case")), S("trail"));
	for (int i = 0; trail->n < 150; i++) json_add(a, trail, trail->item[i % 5]);
	const struct tpl *p = templates_page(ts, S("case"));
	struct tpl_env env = templates_env(ts, false, 1795154530000);
	size_t bytes = 0;
	for (int r = 0; r < 5; r++) {
		int64_t from = seam_mono_us();
		for (int i = 0; i < 1000; i++) {
			arena_reset(w);
			struct buf b = buf_new(w);
			if (tpl_render(p, view, &env, &b)) return 1;
			bytes = b.n;
		}
		t[r] = (double)(seam_mono_us() - from) / 1000 / 1000;
	}
	qsort(t, 5, sizeof *t, by_value);
	printf("{\"figure\":\"render a page\",\"ms\":%.4f,\"bytes\":%zu,\"ms_per_30_kb\":%.4f}\n", t[2],
		bytes, t[2] * 30720 / (double)bytes);
	return 0;
}
