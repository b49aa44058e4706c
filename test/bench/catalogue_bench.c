// catalogue_bench.c — a catalogue at the size of a real city: load, memory, search, suggestion, guide.
//
//   catalogue_bench compile DIR IMAGE        prints the version of a folder made by `tongban gen N DIR`
//   catalogue_bench open IMAGE VERSION       one JSON line a figure
//   catalogue_bench keys IMAGE VERSION [WORD...]   each key of these words (or its own) as typed, what it costs and what it
//                                            finds: to compare two builds
#include "base/seam.h"
#include "base/file.h"
#include "domain/catalogue/image.h"
#include "domain/catalogue/search.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

enum { ROUNDS = 2000 };

static int order(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

static long peak_mb(void)
{
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	return u.ru_maxrss / 1024;
}

static void figure(const char *name, uint32_t items, int64_t *us, size_t n, int64_t goal)
{
	qsort(us, n, sizeof *us, order);
	printf("{\"bench\":\"catalogue\",\"figure\":\"%s\",\"items\":%u,\"rounds\":%zu,\"p50_us\":%lld,\"p99_us\":%lld,\"goal_us\":%lld}\n", name,
		items, n, (long long)us[n / 2], (long long)us[n * 99 / 100], (long long)goal);
}

// The city compiled from its files and written down; the hash is printed for the next run.
static int compile(struct arena *a, const char *dir, const char *image)
{
	struct findings *f = findings_new(a, 3);
	struct catalogue *c = NULL;
	int64_t t0 = seam_mono_us();
	struct err *e = catalogue_compile_folder(str_of(dir), true, f, &c);
	if (e || f->errors) {
		fprintf(stderr, "the folder has errors\n");
		return 1;
	}
	int64_t t1 = seam_mono_us();
	struct search *s = search_new(c);
	int64_t t2 = seam_mono_us();
	bool kept = image_keep(a, c, s, str_of(image));
	int64_t t3 = seam_mono_us();
	fprintf(stderr, "{\"bench\":\"catalogue\",\"figure\":\"compile\",\"items\":%u,\"ms\":%lld,\"search_ms\":%lld,\"keep_ms\":%lld,\"bytes\":%lld,\"peak_mb\":%ld}\n",
		c->n_items, (long long)(t1 - t0) / 1000, (long long)(t2 - t1) / 1000, (long long)(t3 - t2) / 1000, (long long)file_size(a, str_of(image)), peak_mb());
	printf(STR_FMT "\n", STR_ARG(c->hash));
	search_free(s);
	catalogue_unref(c);
	arena_free(a);
	return kept ? 0 : 1;
}

static const char *const word[] = {"开餐馆", "esf", "二手房", "gongjijin", "残疾证", "上户口", "社保卡", "wangba", "运输许可", "山区渔业",
	"Passport", "注销", "老年人", "hk", "施工", "不存在的东西", "fishing", "营业执照", "营业执找", "3501",
	"许可", "证", "s", "x", "xk", "登记", "变更登记", "licence", "dengji", "shengou", "yingyezhizao", "zhuxiaodengjo", "1135", "滨海山区", "个人申请变更登记证明"};

static void keys(const struct search *s, const char *const *word, size_t n)
{
	enum { TIMES = 15, MOST = 10000 };
	struct arena *a = arena_new(0), *kept = arena_new(0);
	struct str *typed = arena_newn(kept, struct str, MOST);
	size_t n_typed = 0;
	for (size_t k = 0; k < n; k++)
		for (size_t at = 0; at < strlen(word[k]) && n_typed < MOST;) {
			utf8_next(str_of(word[k]), &at);
			typed[n_typed++] = str_part(str_of(word[k]), 0, at);
		}
	int64_t *us = arena_newn(kept, int64_t, n_typed * TIMES);
	for (size_t i = 0; i < TIMES; i++)
		for (size_t k = 0; k < n_typed; k++) {             // in turn: none finds the processor's caches full of its own
			struct search_result r;
			int64_t from = seam_mono_us();
			search_run(s, a, typed[k], 8, &r);
			us[k * TIMES + i] = seam_mono_us() - from;
			arena_reset(a);
		}
	for (size_t k = 0; k < n_typed; k++) {
		struct search_result r;
		qsort(&us[k * TIMES], TIMES, sizeof *us, order);
		fprintf(stderr, "%6lld us  " STR_FMT "\n", (long long)us[k * TIMES + TIMES / 2], STR_ARG(typed[k]));
		search_run(s, a, typed[k], 8, &r);
		printf(STR_FMT ": %u %u %u", STR_ARG(typed[k]), r.total[0], r.total[1], r.total[2]);
		for (size_t i = 0; i < r.n; i++)
			printf("  " STR_FMT " %u %d", STR_ARG(r.hit[i].code), r.hit[i].score, (int)r.hit[i].why);
		putchar('\n');
		arena_reset(a);
	}
	arena_free(kept);
	arena_free(a);
}

int main(int argc, char **argv)
{
	struct arena *a = arena_new(0);
	if (argc == 4 && !strcmp(argv[1], "compile"))
		return compile(a, argv[2], argv[3]);
	if (argc < 4)
		return 2;
	struct catalogue *c = NULL;
	struct search *s = NULL;
	struct err *e = NULL;
	int64_t t0 = seam_mono_us();
	if (!image_open(a, str_of(argv[2]), str_of(argv[3]), &c, &s))
		return 1;
	if (!strcmp(argv[1], "keys")) {
		keys(s, argc > 4 ? (const char *const *)argv + 4 : word, argc > 4 ? (size_t)argc - 4 : countof(word));
		return 0;
	}
	struct search_result first;
	search_run(s, a, S("二手房"), 20, &first);
	int64_t t1 = seam_mono_us();
	printf("{\"bench\":\"catalogue\",\"figure\":\"start_to_first_answer\",\"items\":%u,\"ms\":%lld,\"goal_ms\":500,\"peak_mb\":%ld,\"goal_mb\":512}\n",
		c->n_items, (long long)(t1 - t0) / 1000, peak_mb());
	int64_t *us = arena_newn(a, int64_t, ROUNDS);
	struct arena *work = arena_new(0);
	size_t hits = 0;
	for (uint32_t r = 0; r < ROUNDS; r++) {
		struct search_result out;
		int64_t from = seam_mono_us();
		search_run(s, work, str_of(word[r % countof(word)]), 20, &out);
		us[r] = seam_mono_us() - from;
		hits += out.n;
		arena_reset(work);
	}
	figure("search", c->n_items, us, ROUNDS, 2000);
	uint32_t keys = 0;
	for (uint32_t r = 0; keys < ROUNDS; r++) {             // a word typed key by key
		struct str w = str_of(word[r % countof(word)]);
		for (size_t at = 0; at < w.n && keys < ROUNDS; keys++) {
			utf8_next(w, &at);
			struct search_result out;
			int64_t from = seam_mono_us();
			search_run(s, work, str_part(w, 0, at), 8, &out);
			us[keys] = seam_mono_us() - from;
			arena_reset(work);
		}
	}
	figure("suggestion", c->n_items, us, ROUNDS, 1000);
	for (uint32_t r = 0; r < ROUNDS; r++) {
		struct guide g;
		struct matter m = r % 2 && c->n_bundles ? (struct matter){&c->bundle[r % c->n_bundles], NULL} :
			(struct matter){NULL, c->item[(r * 131u) % c->n_items]};
		int64_t from = seam_mono_us();
		e = guide(work, c, m, NULL, &g);
		CHECK(!e);
		CHECK(guide_json(work, c, m, &g, false));
		us[r] = seam_mono_us() - from;
		arena_reset(work);
	}
	figure("guide", c->n_items, us, ROUNDS, 2000);
	search_free(s);
	catalogue_unref(c);
	return hits ? 0 : 1;
}
