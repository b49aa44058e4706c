// city.c — any file in a city gives a catalogue and findings; guide, form, search and check survive it.
//
// The first line of the input is the file's path; the rest replaces or adds it in a tiny good city
// whose files lie in TB_CITY (or ./test/city/base).
#include "domain/calendar/folder.h"
#include "domain/catalogue/search.h"
#include "fuzz.h"
#include <stdlib.h>

static struct arena *base_arena;
static struct folder_file *base;
static uint32_t n_base;

static void base_read(void)
{
	static const char *const suffix[] = {".yaml", ".csv", NULL};
	const char *dir = getenv("TB_CITY");
	base_arena = arena_new(0);
	CHECK(!folder_read(base_arena, str_of(dir ? dir : "test/city/base"), suffix, &base, &n_base));
}

static void use(struct catalogue *c)
{
	struct arena *a = arena_new(0);
	uint32_t n = c->n_bundles + c->n_items;
	for (uint32_t i = 0; i < n && i < 50; i++) {
		struct matter m = {0};
		if (i < c->n_bundles)
			m.bundle = &c->bundle[i];
		else
			m.item = c->item[i - c->n_bundles];
		struct guide g;
		struct form f;
		if (!guide(a, c, m, NULL, &g))
			CHECK(guide_json(a, c, m, &g, true));
		if (!form_merge(a, c, m, NULL, &f))
			CHECK(form_json(a, c, &f, false));
	}
	struct search *s = search_new(c);
	struct search_result r;
	search_run(s, a, S("过户"), 10, &r);
	search_free(s);
	arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!base)
		base_read();
	struct str rest = {(const char *)data, size}, path = str_cut(&rest, S("\n"));
	if (!path.n || path.n > 100 || !utf8_valid(path) || !rest.p)
		return 0;
	struct arena *a = arena_new(0);
	struct folder_file *file = arena_newn(a, struct folder_file, n_base + 1);
	uint32_t n = 0;
	bool put = false;
	for (uint32_t i = 0; i < n_base; i++) {
		if (!put && str_cmp(path, base[i].path) <= 0) {
			file[n++] = (struct folder_file){path, rest};
			put = true;
		}
		if (!str_eq(path, base[i].path))
			file[n++] = base[i];
	}
	if (!put)
		file[n++] = (struct folder_file){path, rest};
	struct findings *f = findings_new(a, 20);
	struct catalogue *c = catalogue_of_files(file, n, f);
	struct buf b = buf_new(a);
	findings_print(&b, f, true);
	CHECK(utf8_valid(buf_str(&b)) && findings_json(a, f));
	if (!f->errors)
		use(c);                        // what has errors is never published
	catalogue_unref(c);
	arena_free(a);
	return 0;
}
