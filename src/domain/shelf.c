// shelf.c — versions in memory, and their files below DATA/catalogue.
#include "domain/shelf.h"

#include <pthread.h>
#include <stdlib.h>

#include <sys/resource.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/spread.h"
#include "base/seam.h"
#include "domain/catalogue/delta.h"
#include "domain/catalogue/image.h"
#include "domain/catalogue/search.h"
#include "domain/domain.h"
#include "domain/flow/model.h"
#include "domain/shelf_files.h"

enum { FINDINGS_A_RULE = 200 };      // kept with a version
// A version that differs in more files (or more bytes of them) from the whole one below it is made whole behind the
// scenes. While that is being done others may still be laid over it, up to OVER_MOST.
enum { OVER_FILES = 24, OVER_BYTES = 8 << 20, OVER_MOST = 400 };

// Versions in memory: the one in force first. A catalogue's own count keeps it alive for readers. A version may have two
// rows: laid over another, and whole; whoever asks gets the first.
struct shelf_row {
	struct str hash;               // as it was asked for: a version from before may name itself otherwise today
	struct catalogue *cat;
	struct search *search;
	bool faulty;                   // it was kept without errors; today's checker finds some
	struct shelf_row *next;
};
struct catalogue_shelf {
	pthread_mutex_t lock;          // over the list; never held while something is read or compiled
	pthread_mutex_t opening;       // one version is opened at a time
	struct shelf_row *first;
	struct arena *a;
	pthread_t folder;              // makes the version in force whole
	bool folding, started;
};

struct candidate {
	struct arena *a;
	struct catalogue *cat;
	struct pack pack;              // what it has otherwise than the whole version below it
};

struct catalogue_shelf *shelf_new(struct arena *a)
{
	struct catalogue_shelf *s = arena_new1(a, struct catalogue_shelf);
	s->a = a;
	pthread_mutex_init(&s->lock, NULL);
	pthread_mutexattr_t again;
	pthread_mutexattr_init(&again);
	pthread_mutexattr_settype(&again, PTHREAD_MUTEX_RECURSIVE);        // a version opens the one it stands on
	pthread_mutex_init(&s->opening, &again);
	pthread_mutexattr_destroy(&again);
	return s;
}

void shelf_free(struct catalogue_shelf *s)
{
	if (s->started) pthread_join(s->folder, NULL);
	for (struct shelf_row *r = s->first; r; r = r->next) search_free(r->search);
	for (struct shelf_row *r = s->first; r; r = r->next) catalogue_unref(r->cat);
	pthread_mutex_destroy(&s->opening);
	pthread_mutex_destroy(&s->lock);
}

struct catalogue *domain_catalogue(struct domain *d)
{
	pthread_mutex_lock(&d->shelf->lock);
	struct catalogue *c = d->shelf->first ? catalogue_ref(d->shelf->first->cat) : NULL;
	pthread_mutex_unlock(&d->shelf->lock);
	return c;
}

bool domain_in_force(struct domain *d)
{
	pthread_mutex_lock(&d->shelf->lock);
	bool any = d->shelf->first != NULL;
	pthread_mutex_unlock(&d->shelf->lock);
	return any;
}

const struct search *domain_search(struct domain *d, struct catalogue *cat)
{
	const struct search *found = NULL;
	pthread_mutex_lock(&d->shelf->lock);
	for (struct shelf_row *r = d->shelf->first; r; r = r->next)
		if (r->cat == cat) found = r->search;
	pthread_mutex_unlock(&d->shelf->lock);
	return found;
}

// ---- opening -------------------------------------------------------------------------------------

// Under the lock: behind everything, or before the row of the same version.
static void shelve(struct catalogue_shelf *s, struct catalogue *cat, struct search *search, struct str hash)
{
	struct shelf_row *r = arena_new1(s->a, struct shelf_row), **at = &s->first;
	*r = (struct shelf_row){.hash = str_copy(s->a, hash), .cat = cat, .search = search};
	while (*at && !str_eq((*at)->hash, hash)) at = &(*at)->next;
	r->next = *at;
	*at = r;
}

static struct shelf_row *row_there(struct catalogue_shelf *s, struct str hash, const struct catalogue *cat)
{
	pthread_mutex_lock(&s->lock);
	struct shelf_row *r = s->first;
	while (r && !(cat ? r->cat == cat : str_eq(r->hash, hash))) r = r->next;
	pthread_mutex_unlock(&s->lock);
	return r;
}

enum { IMAGES = 6 };

static void image_save(struct domain *d, struct catalogue *c, struct search *s, struct str hash)
{
	struct arena *tmp = arena_new(0);
	struct str folder = str_fmt(tmp, STR_FMT "/compiled", STR_ARG(d->data_dir));
	struct err *e = folder_make(tmp, folder);
	if (!e && image_keep(tmp, c, s, files_image_path(d, tmp, hash))) folder_keep_newest(tmp, folder, IMAGES);
	arena_free(tmp);
}

// What the checker says is kept with a version, and joined to f.
static void checked(struct catalogue *c, struct findings *all, struct findings *f)
{
	if (!all->errors) flow_check(c, all);
	catalogue_findings_keep(c, all);
	findings_join(f, all);
}

// From all its files.
static struct catalogue *compile(const struct folder_file *file, uint32_t n, struct findings *f)
{
	struct arena *tmp = arena_new(0);
	struct findings *all = findings_new(tmp, FINDINGS_A_RULE);
	struct catalogue *c = catalogue_compile(file, n, true, all);
	checked(c, all, f);
	arena_free(tmp);
	return c;
}

static struct err *compile_folder(struct arena *a, struct str dir, struct findings *f, struct catalogue **out)
{
	struct findings *all = findings_new(a, FINDINGS_A_RULE);
	struct err *e = catalogue_compile_folder(dir, true, all, out);
	if (!e) checked(*out, all, f);
	return e;
}

// The same from the version it was made from; false when only the whole can tell.
static bool compile_over(struct arena *a, struct catalogue *base, const struct delta_file *file, uint32_t n, struct findings *f, struct catalogue **out)
{
	struct delta x;
	if (!delta_make(a, base, file, n, &x)) return false;
	if (!x.come->errors) flow_check_of(x.now, x.come, x.item, x.n_items, x.bundle, x.n_bundles);
	delta_finish(&x);
	findings_join(f, x.now->findings);
	*out = x.now;
	return true;
}

// What really differs, as the compiler wants it; what is changed into itself is left out.
static struct err *differing(struct domain *d, struct arena *a, struct str hash, const struct shelf_change *c, uint32_t n, struct delta_file **out, uint32_t *n_out)
{
	struct err *e = NULL;
	*out = arena_newn(a, struct delta_file, n + 1);
	*n_out = 0;
	for (uint32_t i = 0; i < n && !e; i++) {
		struct delta_file f = {.path = c[i].path, .is = c[i].text, .gone = c[i].gone, .was = S("")};
		e = files_text(d, a, hash, c[i].path, &f.was);
		f.there = !e;
		if (e && e->code == E_NOT_FOUND) e = NULL;
		if (f.gone ? f.there : !f.there || !str_eq(f.was, f.is)) (*out)[(*n_out)++] = f;
	}
	return e;
}

static struct err *row_open(struct domain *d, struct arena *a, struct str hash, struct shelf_row **out);

// A version that was kept as a pack: over the whole one it stands on.
static struct err *pack_open(struct domain *d, struct arena *a, const struct pack *p, struct findings *f, struct catalogue **out, struct search **search)
{
	struct shelf_row *root;
	struct delta_file *file;
	uint32_t n;
	struct err *e = row_open(d, a, p->root, &root);
	if (!e) e = differing(d, a, p->root, p->file, p->n, &file, &n);
	if (!e && compile_over(a, root->cat, file, n, f, out)) *search = search_delta(*out, root->search);
	return e;
}

// A version as compiled, else from its files; then it is compiled for next time. Old versions are
// asked for under the names they got when they were kept.
static struct err *version_open(struct domain *d, struct arena *a, struct str hash, struct findings *f, struct catalogue **out, struct search **search)
{
	struct arena *tmp = arena_new(0);
	struct folder_file *file;
	struct pack p;
	uint32_t n;
	*search = NULL;
	*out = NULL;
	struct err *e = files_pack(d, tmp, hash, &p);
	bool mapped = !e && image_open(a, files_image_path(d, a, hash), hash, out, search);
	if (!e && !mapped && !str_eq(p.root, hash)) e = pack_open(d, tmp, &p, f, out, search);
	if (!e && !*out) {
		e = files_all(d, tmp, hash, &file, &n);
		if (!e) *out = compile(file, n, f);
		if (!e && !str_eq((*out)->hash, hash)) (*out)->hash = str_copy((*out)->own, hash);
		if (!e) *search = search_new(*out);
		if (!e && !f->errors) image_save(d, *out, *search, hash);
		arena_give_back();
	} else if (!e && !str_eq((*out)->hash, hash)) {          // not the files it was kept with
		search_free(*search);
		catalogue_unref(*out);
		e = err_arg(tmp, E_IO, hash);
	}
	if (e) e = err_args(a, e->code, str_copy(a, e->arg[0]), str_copy(a, e->arg[1]), S(""));
	arena_free(tmp);
	return e;
}

// A version stays on the shelf while the program runs: cases that run under it come back to it,
// so the borrowed pointer that is handed out stays good without a count of its own.
static struct err *row_open(struct domain *d, struct arena *a, struct str hash, struct shelf_row **out)
{
	struct catalogue_shelf *s = d->shelf;
	struct err *e = NULL;
	*out = row_there(s, hash, NULL);
	if (*out) return NULL;
	pthread_mutex_lock(&s->opening);
	*out = row_there(s, hash, NULL);
	if (!*out) {
		struct catalogue *cat;
		struct search *search;
		struct findings *f = findings_new(a, 20);
		e = version_open(d, a, hash, f, &cat, &search);
		if (!e) {
			pthread_mutex_lock(&s->lock);
			shelve(s, cat, search, hash);
			pthread_mutex_unlock(&s->lock);
			*out = row_there(s, hash, NULL);
			(*out)->faulty = f->errors > 0;
		}
	}
	pthread_mutex_unlock(&s->opening);
	return e;
}

struct err *domain_catalogue_version(struct domain *d, struct arena *a, struct str hash, struct catalogue **out)
{
	struct shelf_row *r;
	struct err *e = row_open(d, a, hash, &r);
	*out = e ? NULL : r->cat;
	return e;
}

// ---- in force ------------------------------------------------------------------------------------

// Which version is in force, for a start that names no city folder.
static struct str current_file(struct domain *d, struct arena *a)
{
	return str_fmt(a, STR_FMT "/catalogue/current", STR_ARG(d->data_dir));
}

// Under the lock: a version that is on the shelf already comes to the front.
static void to_front(struct catalogue_shelf *s, struct str hash)
{
	struct shelf_row **at = &s->first;
	while (!str_eq((*at)->hash, hash)) at = &(*at)->next;
	struct shelf_row *r = *at;
	*at = r->next;
	r->next = s->first;
	s->first = r;
}

struct err *domain_resume(struct domain *d, struct arena *a)
{
	struct str hash;
	struct shelf_row *r;
	struct err *e = file_read(a, current_file(d, a), 100, &hash);
	if (e) return e->code == E_NOT_FOUND ? NULL : e;
	e = row_open(d, a, hash, &r);
	if (e) return e;
	pthread_mutex_lock(&d->shelf->lock);
	to_front(d->shelf, hash);
	pthread_mutex_unlock(&d->shelf->lock);
	return NULL;
}

// The city's files compiled and checked, or as they were compiled before: what is kept was checked.
static struct err *city_open(struct domain *d, struct arena *a, struct str city_dir, struct findings *f, struct str *hash)
{
	struct arena *tmp = arena_new(0);
	struct catalogue *cat = NULL;
	struct search *search = NULL;
	*hash = S("");
	struct err *e = files_city_hash(d, a, city_dir, hash);
	bool there = !e && row_there(d->shelf, *hash, NULL);
	if (!e && !there && !(files_there(d, a, *hash) && image_open(a, files_image_path(d, a, *hash), *hash, &cat, &search))) {
		e = compile_folder(tmp, city_dir, f, &cat);
		if (!e) *hash = str_copy(a, cat->hash);
		if (!e && f->errors) e = err_arg(a, E_CATALOGUE, str_fmt(a, "%zu", f->errors));
		if (!e && !files_there(d, a, *hash)) e = files_keep_city(d, a, *hash, city_dir);
		if (!e) {
			search = search_new(cat);
			image_save(d, cat, search, *hash);
		}
	}
	if (e) {
		e = err_args(a, e->code, str_copy(a, e->arg[0]), str_copy(a, e->arg[1]), S(""));
		search_free(search);
		catalogue_unref(cat);
	} else if (cat) {
		pthread_mutex_lock(&d->shelf->lock);
		shelve(d->shelf, cat, search, *hash);
		pthread_mutex_unlock(&d->shelf->lock);
	}
	arena_free(tmp);
	arena_give_back();
	return e;
}

static void enforced(struct domain *d, struct str hash)
{
	pthread_mutex_lock(&d->shelf->lock);
	to_front(d->shelf, hash);
	if (!d->shelf->first->cat->published_at_ms) d->shelf->first->cat->published_at_ms = seam_now_ms();
	pthread_mutex_unlock(&d->shelf->lock);
}

struct err *domain_publish(struct domain *d, struct arena *a, struct str city_dir, struct findings *f, bool *changed)
{
	struct catalogue *now = domain_catalogue(d);
	struct str last, hash;
	*changed = false;
	struct err *e = city_open(d, a, city_dir, f, &hash);
	bool same = !e && now && str_eq(now->hash, hash);
	// A start with the city as it was: in force again, but nothing was published.
	bool resumed = !e && !now && !file_read(a, current_file(d, a), 100, &last) && str_eq(last, hash);
	catalogue_unref(now);
	if (!e && !same && !resumed) e = file_write(a, current_file(d, a), hash, false);
	if (e || same) return e;
	enforced(d, hash);
	*changed = !resumed;
	return NULL;
}

// ---- a version that is being prepared ------------------------------------------------------------

struct err *shelf_text(struct domain *d, struct arena *a, struct str hash, struct str path, struct str *out)
{
	return files_text(d, a, hash, path, out);
}

struct err *shelf_files(struct domain *d, struct arena *a, struct str hash, struct folder_file **out, uint32_t *n)
{
	return files_all(d, a, hash, out, n);
}

static int by_path(const void *x, const void *y)
{
	return str_cmp(((const struct shelf_change *)x)->path, ((const struct shelf_change *)y)->path);
}

static struct err *try_whole(struct domain *d, struct arena *a, struct str base, const struct shelf_change *change, uint32_t n_changes,
	struct findings *f, struct catalogue **out)
{
	struct folder_file *file, *all;
	uint32_t n, n_all = 0;
	struct arena *tmp = arena_new(0);
	struct err *e = files_all(d, tmp, base, &file, &n);
	if (e) e = err_args(a, e->code, str_copy(a, e->arg[0]), str_copy(a, e->arg[1]), S(""));
	all = arena_newn(tmp, struct folder_file, e ? 0 : n + n_changes);
	for (uint32_t i = 0, k = 0; !e && (i < n || k < n_changes);) {
		int x = i == n ? 1 : k == n_changes ? -1 : str_cmp(file[i].path, change[k].path);
		if (x < 0) all[n_all++] = file[i];
		else if (!change[k].gone) all[n_all++] = (struct folder_file){change[k].path, change[k].text};
		i += x <= 0;
		k += x >= 0;
	}
	if (!e) *out = compile(all, n_all, f);
	arena_free(tmp);
	return e;
}

struct err *shelf_try(struct domain *d, struct arena *a, struct catalogue *base, const struct shelf_change *change, uint32_t n_changes,
	struct findings *f, struct candidate **out)
{
	struct delta_file *file;
	struct pack below;
	uint32_t n;
	struct candidate *c = arena_new1(a, struct candidate);
	struct shelf_change *sorted = arena_copy(a, change, n_changes * sizeof *change);
	if (n_changes) qsort(sorted, n_changes, sizeof *sorted, by_path);
	struct err *e = files_pack(d, a, base->hash, &below);
	if (!e) e = differing(d, a, base->hash, sorted, n_changes, &file, &n);
	if (e) return e;
	struct shelf_change *real = arena_newn(a, struct shelf_change, n + 1);
	for (uint32_t i = 0; i < n; i++) real[i] = (struct shelf_change){file[i].path, file[i].is, file[i].gone};
	c->a = a;
	c->pack = pack_join(a, &below, real, n);
	if (c->pack.n > OVER_MOST || !compile_over(a, base, file, n, f, &c->cat)) e = try_whole(d, a, base->hash, real, n, f, &c->cat);
	if (!e) *out = c;
	return e;
}

struct err *shelf_findings(struct domain *d, struct arena *a, struct catalogue *cat, const struct findings **out)
{
	struct candidate *c = NULL;
	*out = cat->findings;
	if (*out) return NULL;
	struct findings *f = findings_new(a, FINDINGS_A_RULE);   // compiled by itself, not through the shelf: for this one asker
	struct err *e = shelf_try(d, a, cat, NULL, 0, f, &c);
	candidate_drop(c);
	if (!e) *out = f;
	return e;
}

struct catalogue *candidate_catalogue(const struct candidate *c)
{
	return c->cat;
}

void candidate_drop(struct candidate *c)
{
	if (c) catalogue_unref(c->cat);
}

// As files, and on the shelf, so that whoever enforces it here has nothing to do.
struct err *shelf_keep(struct domain *d, struct arena *a, const struct candidate *c)
{
	struct catalogue_shelf *s = d->shelf;
	struct search *search;
	if (row_there(s, c->cat->hash, NULL) && files_there(d, a, c->cat->hash)) return NULL;
	struct err *e = c->cat->root ? files_keep_pack(d, a, c->cat->hash, &c->pack) : files_keep_whole(d, a, c->cat->hash, &c->pack);
	if (e) return e;
	if (c->cat->root) {
		search = search_delta(c->cat, row_there(s, S(""), c->cat->root)->search);
	} else {
		search = search_new(c->cat);
		image_save(d, c->cat, search, c->cat->hash);
	}
	pthread_mutex_lock(&s->lock);
	shelve(s, catalogue_ref(c->cat), search, c->cat->hash);
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

// ---- made whole behind the scenes ----------------------------------------------------------------

struct err *shelf_fold(struct domain *d, struct arena *a, struct str hash)
{
	struct arena *tmp = arena_new(0);
	struct folder_file *file;
	struct pack p;
	uint32_t n;
	struct findings *f = findings_new(tmp, 20);
	struct err *e = files_pack(d, tmp, hash, &p);
	if (!e && !str_eq(p.root, hash)) {
		e = files_all(d, tmp, hash, &file, &n);
		struct catalogue *c = e ? NULL : compile(file, n, f);
		if (!e && (f->errors || !str_eq(c->hash, hash))) e = err_arg(tmp, E_IO, hash);
		if (!e) e = files_keep_whole(d, tmp, hash, &p);
		if (!e) {
			struct search *search = search_new(c);
			image_save(d, c, search, hash);
			const struct shelf_row *before = row_there(d->shelf, hash, NULL);
			c->published_at_ms = before ? before->cat->published_at_ms : 0;
			pthread_mutex_lock(&d->shelf->lock);
			shelve(d->shelf, c, search, hash);
			pthread_mutex_unlock(&d->shelf->lock);
		} else {
			catalogue_unref(c);
		}
	}
	if (e) e = err_args(a, e->code, str_copy(a, e->arg[0]), str_copy(a, e->arg[1]), S(""));
	arena_free(tmp);
	arena_give_back();
	return e;
}

static void *fold_main(void *arg)
{
	struct domain *d = arg;
	struct arena *a = arena_new(0);
	struct catalogue *c = domain_catalogue(d);
	setpriority(PRIO_PROCESS, (id_t)gettid(), 10);           // of this thread alone: nobody waits for it
	spread_workers(1);
	struct err *e = shelf_fold(d, a, c->hash);
	if (e) log_event(LOG_WARN, "catalogue.fold_failed", log_err(e));
	catalogue_unref(c);
	arena_free(a);
	pthread_mutex_lock(&d->shelf->lock);
	d->shelf->folding = false;
	pthread_mutex_unlock(&d->shelf->lock);
	return NULL;
}

static void fold_when_due(struct domain *d, struct arena *a, struct str hash)
{
	struct catalogue_shelf *s = d->shelf;
	struct pack p;
	struct err *e = files_pack(d, a, hash, &p);
	if (e || (p.n < OVER_FILES && p.bytes < OVER_BYTES)) return;
	pthread_mutex_lock(&s->lock);
	bool begin = !s->folding, join = begin && s->started;
	s->folding |= begin;
	pthread_mutex_unlock(&s->lock);
	if (!begin) return;
	if (join) pthread_join(s->folder, NULL);
	s->started = !pthread_create(&s->folder, NULL, fold_main, d);
	if (!s->started) s->folding = false;
}

struct err *shelf_enforce(struct domain *d, struct arena *a, struct str hash)
{
	struct catalogue *now = domain_catalogue(d);
	struct shelf_row *r;
	bool same = now && str_eq(now->hash, hash);
	catalogue_unref(now);
	if (same) return NULL;
	struct err *e = row_open(d, a, hash, &r);
	if (!e && r->faulty) e = err_arg(a, E_CATALOGUE, S("1"));
	if (!e) e = file_write(a, current_file(d, a), hash, false);
	if (e) return e;
	enforced(d, hash);
	fold_when_due(d, a, hash);
	return NULL;
}
