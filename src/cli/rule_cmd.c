// rule_cmd.c — replay. The records are cut into slices of ids; threads take slices until none is left.
// allow double: seconds and rates of a progress line
#include "cli/rule_cmd.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "base/seam.h"
#include "base/set.h"
#include "cli/args.h"
#include "cli/boot.h"
#include "domain/rule/rule.h"
#include "feel/icu.h"

enum { SLICES = 512, EXAMPLES = 3, THREADS_MAX = 16, SHOWN = 40 };

struct example { bool verdict; int64_t decision, case_id; struct str was, now, why; };   // verdict: grant or person changed
struct group {                     // of one office and item
	struct str office, item;
	int64_t decided, verdict, output, trace, lost;   // lost: no table decides this any more
	int64_t to_person;                               // of verdict: granted then, a person now
	struct example example[EXAMPLES];
	uint32_t examples;
	struct group *next;
};
struct replay {
	struct boot *b;
	const struct catalogue *new;   // NULL: every record by its own version
	int64_t least, most, count;
	_Atomic int64_t slice, done;
	pthread_mutex_t lock;          // first, error, other_engine
	struct arena *a;
	struct group *first;
	struct err *error;
	int64_t other_engine;
	int64_t began_us;
	bool quiet;
};
struct worker {
	struct replay *r;
	struct arena *a, *one;         // a: its groups; one: reset after each record
	struct group *first;
	struct str version, rule;      // the table found last
	const struct rule_table *table;
	int64_t since, other_engine;
};

static struct group *group_of(struct arena *a, struct group **first, struct str office, struct str item)
{
	for (struct group *g = *first; g; g = g->next)
		if (str_eq(g->item, item) && str_eq(g->office, office)) return g;
	struct group *g = arena_new1(a, struct group);
	g->office = str_copy(a, office);
	g->item = str_copy(a, item);
	g->next = *first;
	return *first = g;
}

// A place for one more example; those whose verdict changed come before those whose words did. NULL: none.
static struct example *place(struct group *g, bool verdict)
{
	if (g->examples < EXAMPLES) return &g->example[g->examples++];
	for (uint32_t i = 0; verdict && i < EXAMPLES; i++)
		if (!g->example[i].verdict) return &g->example[i];
	return NULL;
}

static struct err *table_of(struct worker *w, const struct rule_decision *d, const struct rule_table **out)
{
	*out = NULL;
	if (w->r->new) {
		const struct item *it = catalogue_item(w->r->new, d->item);
		if (it) *out = rule_in_force(w->r->new, it, d->legal_day);
		return NULL;
	}
	if (!w->table || !str_eq(w->version, d->version) || !str_eq(w->rule, d->rule)) {
		struct catalogue *c;
		struct err *e = domain_catalogue_version(w->r->b->domain, w->a, d->version, &c);
		if (e) return e;
		w->table = catalogue_rule(c, d->rule);
		w->version = str_copy(w->a, d->version);
		w->rule = str_copy(w->a, d->rule);
	}
	*out = w->table;
	return NULL;
}

static struct err *decide_again(void *ctx, const struct rule_decision *d)
{
	struct worker *w = ctx;
	const struct rule_table *t;
	struct rule_change c = {0};
	struct group *g = group_of(w->a, &w->first, d->office, d->item);
	struct err *e = table_of(w, d, &t);
	arena_reset(w->one);
	if (!e && t) e = rule_replay(w->one, d, t, &c);
	if (e) return err_copy(w->a, e);
	g->decided++;
	g->lost += !t;
	g->verdict += t && !c.same_verdict;
	g->to_person += t && !c.same_verdict && !c.now.grant;
	g->output += t && !c.same_output;
	g->trace += t && !c.same_trace;
	w->other_engine += !str_is(d->engine, RULE_ENGINE) || !str_eq(d->icu, str_of(icu_version())) || !str_eq(d->tzdata, str_of(icu_zone_data_version()));
	bool tell = !t || !c.same_verdict || !c.same_output || (!w->r->new && !c.same_trace);
	bool verdict = t && !c.same_verdict;
	struct example *x = tell ? place(g, verdict) : NULL;
	if (x) {
		struct buf why = buf_new(w->a);
		if (t) json_print(&why, c.now.why);
		*x = (struct example){verdict, d->id, d->case_id, str_copy(w->a, d->output), t ? str_copy(w->a, c.now.output) : S("—"), buf_str(&why)};
	}
	if (++w->since == 1000) {
		int64_t done = atomic_fetch_add(&w->r->done, w->since) + w->since;
		w->since = 0;
		if (!w->r->quiet && done % 50000 < 1000)
			fprintf(stderr, "  %lld / %lld  %.1f s\r", (long long)done, (long long)w->r->count, (double)(seam_mono_us() - w->r->began_us) / 1e6);
	}
	return NULL;
}

static void *work(void *arg)
{
	struct replay *r = arg;
	struct worker w = {.r = r, .a = arena_new(0), .one = arena_new(0)};
	struct plan p = {.a = arena_new(0), .store = r->b->store, .domain = r->b->domain};
	uint64_t width = (uint64_t)(r->most - r->least) / SLICES + 1;
	struct err *e = snap_open(p.store, p.a, &p.snap);
	for (int64_t s; !e && (s = atomic_fetch_add(&r->slice, 1)) < SLICES;) {
		struct arena_mark m = arena_mark(p.a);
		int64_t lo = r->least + (int64_t)(width * (uint64_t)s);
		e = rule_each(&p, lo, lo + (int64_t)width, decide_again, &w);
		if (!e) arena_rewind(p.a, m);
	}
	snap_close(p.snap);
	pthread_mutex_lock(&r->lock);
	if (e && !r->error) r->error = err_copy(r->a, e);
	r->other_engine += w.other_engine;
	for (struct group *g = w.first; g; g = g->next) {
		struct group *to = group_of(r->a, &r->first, g->office, g->item);
		to->decided += g->decided;
		to->verdict += g->verdict;
		to->output += g->output;
		to->trace += g->trace;
		to->lost += g->lost;
		to->to_person += g->to_person;
		for (uint32_t i = 0; i < g->examples; i++) {
			struct example *x = &g->example[i], *at = place(to, x->verdict);
			if (at) *at = (struct example){x->verdict, x->decision, x->case_id, str_copy(r->a, x->was), str_copy(r->a, x->now), str_copy(r->a, x->why)};
		}
	}
	pthread_mutex_unlock(&r->lock);
	arena_free(p.a);
	arena_free(w.one);
	arena_free(w.a);
	return NULL;
}

// What changes most stands first; then by office and item.
static int before(const struct group *x, const struct group *y)
{
	int64_t a = x->lost + x->verdict, b = y->lost + y->verdict;
	if (a != b) return a > b ? -1 : 1;
	if (x->output != y->output) return x->output > y->output ? -1 : 1;
	int by = str_cmp(x->office, y->office);
	return by ? by : str_cmp(x->item, y->item);
}

static struct group *sorted(struct group *list)
{
	struct group *out = NULL;
	while (list) {
		struct group *one = list, **at = &out;
		list = list->next;
		while (*at && before(*at, one) < 0) at = &(*at)->next;
		one->next = *at;
		*at = one;
	}
	return out;
}

// Personal values stand in no line: a decision's id leads to its case for whoever may see it.
static int64_t report(struct replay *r, double seconds)
{
	struct group sum = {0};
	for (struct group *g = r->first = sorted(r->first); g; g = g->next) {
		sum.decided += g->decided;
		sum.verdict += g->verdict;
		sum.output += g->output;
		sum.trace += g->trace;
		sum.lost += g->lost;
		bool changed = g->lost || g->verdict || g->output || (!r->new && g->trace);
		printf("%s " STR_FMT " · " STR_FMT "：%lld 件，结论改变 %lld，输出改变 %lld", changed ? "×" : "✓", STR_ARG(g->office), STR_ARG(g->item),
			(long long)g->decided, (long long)g->verdict, (long long)g->output);
		if (g->verdict) printf("（准予→人工 %lld，人工→准予 %lld）", (long long)g->to_person, (long long)(g->verdict - g->to_person));
		if (!r->new) printf("，过程不同 %lld", (long long)g->trace);
		if (g->lost) printf("，不再由规则决定 %lld", (long long)g->lost);
		putchar('\n');
		for (uint32_t i = 0; i < g->examples; i++) {
			struct example *x = &g->example[i];
			printf("    办件 %lld 决定 %lld：" STR_FMT " → " STR_FMT " " STR_FMT "\n", (long long)x->case_id, (long long)x->decision, STR_ARG(x->was), STR_ARG(x->now), STR_ARG(x->why));
		}
	}
	if (r->other_engine) printf("%lld 件由其他版本的引擎、ICU 或时区数据作出\n", (long long)r->other_engine);
	printf("共 %lld 件，%.1f 秒，每秒 %.0f 件；结论改变 %lld，输出改变 %lld%s (%lld decisions, %lld other verdicts, %lld other outputs)\n", (long long)sum.decided, seconds,
		(double)sum.decided / (seconds > 0 ? seconds : 1), (long long)sum.verdict, (long long)sum.output, r->new ? "" : sum.trace ? "" : "；逐字节一致",
		(long long)sum.decided, (long long)sum.verdict, (long long)sum.output);
	return sum.verdict + sum.output + sum.lost + (r->new ? 0 : sum.trace);
}

static struct err *replay(struct arena *a, struct boot *b, struct str city, int threads, bool quiet, int64_t *changed)
{
	struct replay r = {.b = b, .a = a, .lock = PTHREAD_MUTEX_INITIALIZER, .quiet = quiet};
	struct plan p = {.a = a, .store = b->store, .domain = b->domain};
	struct catalogue *cat = NULL;
	struct err *e = NULL;
	if (city.n) {
		struct findings *f = findings_new(a, 20);
		e = catalogue_load(city, f, &cat);
		if (!e && f->errors) e = err_arg(a, E_CATALOGUE, str_fmt(a, "%zu", f->errors));
		r.new = cat;
	}
	if (!e) e = snap_open(b->store, a, &p.snap);
	if (!e) e = rule_span(&p, &r.least, &r.most, &r.count);
	snap_close(p.snap);
	pthread_t t[THREADS_MAX];
	r.began_us = seam_mono_us();
	int n = e || !r.count ? 0 : threads < 1 ? 1 : threads > THREADS_MAX ? THREADS_MAX : threads;
	for (int i = 0; i < n; i++) CHECK(pthread_create(&t[i], NULL, work, &r) == 0);
	for (int i = 0; i < n; i++) pthread_join(t[i], NULL);
	if (!e) e = r.error;
	if (!e) *changed = report(&r, (double)(seam_mono_us() - r.began_us) / 1e6);
	catalogue_unref(cat);
	return e;
}

int rule_cmd(int argc, char **argv)
{
	struct arena *a = arena_new(0);
	struct args x = args_new(a, argc, argv);
	struct boot b = {0};
	struct str what = S(""), city = args_text(&x, "city", S(""));
	struct boot_config c = {.data = args_text(&x, "data", S("var/data")), .store_url = args_text(&x, "store", set_text(SET_store_url)), .inline_commit = true, .readers = THREADS_MAX + 2};
	int64_t threads = sysconf(_SC_NPROCESSORS_ONLN), changed = 0;
	struct str n = args_text(&x, "threads", S(""));
	bool quiet = args_flag(&x, "quiet");
	args_next(&x, &what);
	struct err *e = args_end(&x);
	if (!e && (!str_is(what, "replay") || (n.n && !str_int(n, &threads))))
		e = err_arg(a, E_USAGE, S("tongban rule replay [--data DIR | --store URL] [--city NEWDIR] [--threads N] [--quiet]"));
	if (!e) e = boot_open(a, &c, &b);
	if (!e) e = replay(a, &b, city, (int)threads, quiet, &changed);
	boot_close(&b);
	// The same version that decides otherwise is a fault; a new one that does is the answer asked for.
	int code = e ? args_fail(e) : changed && !city.n ? 1 : 0;
	arena_free(a);
	return code;
}
