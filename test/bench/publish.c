// publish.c — publishing one changed item of a large city while readers ask for guides: from the call of release.judge
// until the new version is in force and answered for. Readers go at a steady rate on threads of their own; their times
// without a publication stand beside those during them.
//
//   publish CITY DATA [STORE]      CITY made by `tongban gen N DIR`; one JSON line a figure
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/seam.h"
#include "base/set.h"
#include "domain/catalogue/catalogue.h"
#include "domain/release/release.h"
#include "calls.h"

enum { ROUNDS = 20, READERS = 2, RATE = 200, QUIET_S = 5, MOST = 1 << 20, PAUSE_US = 200000 };

static struct arena *a;
static _Atomic bool over, publishing;
static int64_t took[2][MOST];
static _Atomic uint32_t n_took[2];
static uint32_t n_codes;
static struct str *code;

static void *reader(void *arg)
{
	struct arena *in = arena_new(0);
	struct actor who = {.roles = 1u << ROLE_PUBLIC, .via = VIA_WEB};
	uint32_t k = (uint32_t)(uintptr_t)arg * 7919;
	int64_t due = seam_mono_us();
	while (!over) {
		due += 1000000 * READERS / RATE;
		int64_t wait = due - seam_mono_us();
		if (wait > 0) nanosleep(&(struct timespec){wait / 1000000, wait % 1000000 * 1000}, NULL);
		bool then = publishing;
		arena_reset(in);
		call(in, "guide.get", &who, put(in, json_obj(in), "what", code[k++ * 131u % n_codes]));
		bool during = then || publishing;
		uint32_t at = atomic_fetch_add(&n_took[during], 1);
		if (at < MOST) took[during][at] = seam_mono_us() - due;      // from when it should have been asked
	}
	arena_free(in);
	return NULL;
}

static int smaller(const void *x, const void *y)
{
	int64_t d = *(const int64_t *)x - *(const int64_t *)y;
	return d < 0 ? -1 : d > 0;
}

static double part(int64_t *us, uint32_t n, uint32_t percent)
{
	qsort(us, n, sizeof *us, smaller);
	return n ? (double)us[(uint64_t)n * percent / 100 < n ? (uint64_t)n * percent / 100 : n - 1] / 1000 : 0;
}

// A file may be larger than what the form for it takes.
static struct str draft(struct arena *in, const struct actor *editor, struct str path, struct str text)
{
	struct plan p = {.a = in, .store = b.store, .domain = b.domain, .now_ms = seam_now_ms(), .verb = "release.save", .actor = *editor, .ws = wset_new(in),
		.cat = domain_catalogue(b.domain)};
	struct release r;
	must(a, snap_open(b.store, in, &p.snap));
	must(a, release_begin(&p, S("改一个事项"), &r));
	must(a, release_put(&p, &r, path, text, false));
	snap_close(p.snap);
	catalogue_unref(p.cat);
	must(a, store_commit(b.store, in, p.ws));
	return str_fmt(in, "%lld", (long long)r.id);
}

// One publication: a draft, proposed by the editor, approved by another.
static int64_t publish(struct str path, struct str from, struct str to, int64_t *propose_us)
{
	struct arena *in = arena_new(0);
	struct actor editor = {.roles = 1u << ROLE_EDITOR, .account = 901, .name = S("甲"), .via = VIA_WEB}, judge = {.roles = 1u << ROLE_PUBLISHER, .account = 902, .name = S("乙"), .via = VIA_WEB};
	struct catalogue *now = domain_catalogue(b.domain);
	struct str text, before = str_copy(in, now->hash);
	must(a, shelf_text(b.domain, in, now->hash, path, &text));
	catalogue_unref(now);
	if (str_find(text, from) < 0) exit(fprintf(stderr, "publish: " STR_FMT " is not in " STR_FMT "\n", STR_ARG(from), STR_ARG(path)) > 0);
	ptrdiff_t at = str_find(text, from);
	text = str_fmt(in, STR_FMT STR_FMT STR_FMT, STR_ARG(str_part(text, 0, (size_t)at)), STR_ARG(to), STR_ARG(str_from(text, (size_t)at + from.n)));
	struct str release = draft(in, &editor, path, text);
	int64_t t0 = seam_mono_us();
	publishing = true;
	call(in, "release.propose", &editor, put(in, json_obj(in), "release", release));
	int64_t t1 = seam_mono_us();
	struct json *args = put(in, json_obj(in), "release", release);
	json_put(in, args, S("agree"), json_bool(in, true));
	call(in, "release.judge", &judge, args);
	now = domain_catalogue(b.domain);
	int64_t t2 = seam_mono_us();
	CHECK(!str_eq(now->hash, before));
	catalogue_unref(now);
	publishing = false;
	*propose_us = t1 - t0;
	arena_free(in);
	return t2 - t1;
}

int main(int argc, char **argv)
{
	static const struct { const char *figure, *path, *key; } kind[] = {{"publish_item", "items/elder_card.yaml", "visits: "},
		{"publish_item_of_100_in_a_file", "items/made_00020.yaml", "visits: "}, {"publish_item_of_a_bundle", "items/dog_licence.yaml", "visits: "}};
	if (argc < 3) return 2;
	a = arena_new(0);
	must(a, set_put(a, S("log.level"), S("error")));
	struct boot_config c = {.city = str_of(argv[1]), .data = str_of(argv[2]), .store_url = argc > 3 ? str_of(argv[3]) : S(""), .readers = 4, .base_url = S("http://127.0.0.1")};
	const char *store = argc > 3 ? "postgresql" : "sqlite";
	int64_t t0 = seam_mono_us();
	must(a, boot_open(a, &c, &b));
	int64_t first = seam_mono_us() - t0;
	boot_close(&b);
	t0 = seam_mono_us();
	must(a, boot_open(a, &c, &b));
	printf("{\"bench\":\"catalogue\",\"figure\":\"start_with_city\",\"store\":\"%s\",\"first_ms\":%lld,\"again_ms\":%lld}\n", store, (long long)first / 1000,
		(long long)(seam_mono_us() - t0) / 1000);
	struct catalogue *cat = domain_catalogue(b.domain);
	code = arena_newn(a, struct str, cat->n_items);
	for (uint32_t i = 0; i < cat->n_items; i++) code[n_codes++] = str_copy(a, cat->item[i]->code);
	catalogue_unref(cat);
	pthread_t t[READERS];
	for (uintptr_t i = 0; i < READERS; i++) CHECK(!pthread_create(&t[i], NULL, reader, (void *)i));
	nanosleep(&(struct timespec){QUIET_S, 0}, NULL);
	for (size_t k = 0; k < countof(kind); k++) {
		int64_t us[ROUNDS], propose[ROUNDS];
		for (int i = 0; i < ROUNDS; i++) {
			struct str was = str_fmt(a, "summary: {zh: %s", i ? str_z(a, str_fmt(a, "第%d次改", i)) : ""), is = str_fmt(a, "summary: {zh: 第%d次改", i + 1);
			us[i] = publish(str_of(kind[k].path), was, is, &propose[i]);
			nanosleep(&(struct timespec){0, PAUSE_US * 1000}, NULL);
		}
		double p50 = part(us, ROUNDS, 50), most = part(us, ROUNDS, 100), propose50 = part(propose, ROUNDS, 50);
		printf("{\"bench\":\"catalogue\",\"figure\":\"%s\",\"store\":\"%s\",\"items\":%u,\"rounds\":%d,\"p50_ms\":%.1f,\"max_ms\":%.1f,\"goal_ms\":50,\"propose_p50_ms\":%.1f}\n",
			kind[k].figure, store, n_codes, ROUNDS, p50, most, propose50);
	}
	over = true;
	for (int i = 0; i < READERS; i++) pthread_join(t[i], NULL);
	printf("{\"bench\":\"catalogue\",\"figure\":\"guide_beside_publications\",\"store\":\"%s\",\"rate\":%d,\"quiet\":%u,\"quiet_p99_ms\":%.2f,\"during\":%u,\"during_p99_ms\":%.2f,\"during_max_ms\":%.2f}\n",
		store, RATE, n_took[0], part(took[0], n_took[0], 99), n_took[1], part(took[1], n_took[1], 99), part(took[1], n_took[1], 100));
	boot_close(&b);
	return 0;
}
