// shelf.c — versions in memory, and their files below DATA/catalogue.
#include "domain/shelf.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/seam.h"
#include "domain/calendar/folder.h"
#include "domain/catalogue/image.h"
#include "domain/catalogue/search.h"
#include "domain/domain.h"
#include "domain/flow/model.h"

// Versions in memory: the one in force first. A catalogue's own count keeps it alive for readers.
struct shelf_row {
	struct str hash;               // as it was asked for: a version from before may name itself otherwise today
	struct catalogue *cat;
	struct search *search;         // made for versions in force, or found with the compiled form; or NULL
	struct shelf_row *next;
};
struct catalogue_shelf {
	pthread_mutex_t lock;
	struct shelf_row *first;
	struct arena *a;
};

struct candidate {
	struct arena *a;
	struct catalogue *cat;
	struct folder_file *file;      // every file of it, sorted
	uint32_t n;
	struct str base;
	const struct shelf_change *change;
	uint32_t n_changes;
};

struct catalogue_shelf *shelf_new(struct arena *a)
{
	struct catalogue_shelf *s = arena_new1(a, struct catalogue_shelf);
	s->a = a;
	pthread_mutex_init(&s->lock, NULL);
	return s;
}

void shelf_free(struct catalogue_shelf *s)
{
	for (struct shelf_row *r = s->first; r; r = r->next) {
		search_free(r->search);
		catalogue_unref(r->cat);
	}
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

static void shelve(struct domain *d, struct catalogue *cat, struct search *search, struct str hash, bool in_force)
{
	struct shelf_row *r = arena_new1(d->shelf->a, struct shelf_row), **at = &d->shelf->first;
	*r = (struct shelf_row){.hash = str_copy(d->shelf->a, hash), .cat = cat, .search = search};
	while (!in_force && *at) at = &(*at)->next;
	r->next = *at;
	*at = r;
}

static struct str version_dir(struct domain *d, struct arena *a, struct str hash)
{
	return str_fmt(a, STR_FMT "/catalogue/" STR_FMT, STR_ARG(d->data_dir), STR_ARG(hash));
}

// Where a version's files are made before they are the version: found half done, it is nobody's.
static struct str part_dir(struct arena *a, struct str dir)
{
	uint64_t tag;
	seam_random(&tag, sizeof tag);
	return str_fmt(a, STR_FMT ".%016llx.part", STR_ARG(dir), (unsigned long long)tag);
}

// Beside the versions, not among them: it is no record, it can be made again.
static struct str image_path(struct domain *d, struct arena *a, struct str hash)
{
	return str_fmt(a, STR_FMT "/compiled/" STR_FMT, STR_ARG(d->data_dir), STR_ARG(hash));
}

enum { IMAGES = 6 };

static void image_save(struct domain *d, struct catalogue *c, struct search *s, struct str hash)
{
	struct arena *tmp = arena_new(0);
	struct str folder = str_fmt(tmp, STR_FMT "/compiled", STR_ARG(d->data_dir));
	struct err *e = folder_make(tmp, folder);
	if (!e && image_keep(tmp, c, s, image_path(d, tmp, hash))) folder_keep_newest(tmp, folder, IMAGES);
	arena_free(tmp);
}

// A version as compiled, else from its files; then it is compiled for next time. Old versions are
// asked for under the names they got when they were kept.
static struct err *version_open(struct domain *d, struct arena *a, struct str hash, struct findings *f, struct catalogue **out, struct search **search)
{
	*search = NULL;
	if (image_open(a, image_path(d, a, hash), hash, out, search)) return NULL;
	struct arena *tmp = arena_new(0);
	struct folder_file *file;
	uint32_t n;
	struct err *e = folder_read(tmp, version_dir(d, a, hash), catalogue_suffix, &file, &n);
	if (!e) {
		*out = catalogue_compile(file, n, true, f);
		if (!str_eq((*out)->hash, hash)) (*out)->hash = str_copy((*out)->own, hash);
		*search = search_new(*out);
		if (!f->errors) image_save(d, *out, *search, hash);
	} else {
		e = err_args(a, e->code, str_copy(a, e->arg[0]), str_copy(a, e->arg[1]), S(""));
	}
	arena_free(tmp);
	arena_give_back();
	return e;
}

// A version stays on the shelf while the program runs: cases that run under it come back to it,
// so the borrowed pointer that is handed out stays good without a count of its own.
struct err *domain_catalogue_version(struct domain *d, struct arena *a, struct str hash, struct catalogue **out)
{
	struct err *e = NULL;
	*out = NULL;
	pthread_mutex_lock(&d->shelf->lock);
	for (struct shelf_row *r = d->shelf->first; r && !*out; r = r->next)
		if (str_eq(r->hash, hash)) *out = r->cat;
	if (!*out) {
		struct search *search;
		e = version_open(d, a, hash, findings_new(a, 20), out, &search);
		if (!e) shelve(d, *out, search, hash, false);
	}
	pthread_mutex_unlock(&d->shelf->lock);
	return e;
}

// Which version is in force, for a start that names no city folder.
static struct str current_file(struct domain *d, struct arena *a)
{
	return str_fmt(a, STR_FMT "/catalogue/current", STR_ARG(d->data_dir));
}

struct err *domain_resume(struct domain *d, struct arena *a)
{
	struct str hash;
	struct catalogue *cat;
	struct search *search;
	struct findings *f = findings_new(a, 20);
	struct err *e = file_read(a, current_file(d, a), 100, &hash);
	if (e) return e->code == E_NOT_FOUND ? NULL : e;
	e = version_open(d, a, hash, f, &cat, &search);
	if (e) return e;
	pthread_mutex_lock(&d->shelf->lock);
	shelve(d, cat, search, hash, true);
	pthread_mutex_unlock(&d->shelf->lock);
	return NULL;
}

// The city's files compiled and checked, or as they were compiled before: what is kept was checked.
static struct err *city_open(struct domain *d, struct arena *a, struct str city_dir, struct findings *f, struct catalogue *now, struct catalogue **cat,
	struct search **search)
{
	struct arena *tmp = arena_new(0);
	struct folder_file *file;
	uint32_t n;
	*cat = NULL;
	*search = NULL;
	struct err *e = folder_read(tmp, city_dir, catalogue_suffix, &file, &n);
	struct str hash = e ? S("") : folder_hash(a, file, n), dir = version_dir(d, a, hash);
	bool same = now && str_eq(now->hash, hash);
	if (!e && !same && !(file_exists(a, dir) && image_open(a, image_path(d, a, hash), hash, cat, search))) {
		*cat = catalogue_compile(file, n, true, f);
		if (!f->errors) flow_check(*cat, f);
		if (f->errors) e = err_arg(a, E_CATALOGUE, str_fmt(a, "%zu", f->errors));
		if (!e && !file_exists(a, dir)) {
			struct str part = part_dir(a, dir);
			e = folder_copy(a, city_dir, part);
			if (!e) e = folder_rename(a, part, dir);
		}
		if (!e) {
			*search = search_new(*cat);
			image_save(d, *cat, *search, hash);
		}
	} else if (e) {
		e = err_args(a, e->code, str_copy(a, e->arg[0]), str_copy(a, e->arg[1]), S(""));
	}
	arena_free(tmp);
	arena_give_back();
	return e;
}

struct err *domain_publish(struct domain *d, struct arena *a, struct str city_dir, struct findings *f, bool *changed)
{
	struct catalogue *cat, *now = domain_catalogue(d);
	struct search *search;
	struct str last;
	*changed = false;
	struct err *e = city_open(d, a, city_dir, f, now, &cat, &search);
	// A start with the city as it was: in force again, but nothing was published.
	bool resumed = !e && cat && !now && !file_read(a, current_file(d, a), 100, &last) && str_eq(last, cat->hash);
	catalogue_unref(now);
	if (!e && cat && !resumed) e = file_write(a, current_file(d, a), cat->hash, false);
	if (e || !cat) {
		search_free(search);
		catalogue_unref(cat);
		return e;
	}
	cat->published_at_ms = seam_now_ms();
	pthread_mutex_lock(&d->shelf->lock);
	shelve(d, cat, search, cat->hash, true);
	pthread_mutex_unlock(&d->shelf->lock);
	*changed = !resumed;
	return NULL;
}

// ---- a version that is being prepared ------------------------------------------------------------

struct err *shelf_text(struct domain *d, struct arena *a, struct str hash, struct str path, struct str *out)
{
	// The path is a row of the catalogue (struct origin) or typed by staff: it must stay below the folder.
	if (!path.n || path.p[0] == '/' || path.p[0] == '.' || str_find(path, S("/.")) >= 0) return err_arg(a, E_NOT_FOUND, path);
	return file_read(a, str_fmt(a, STR_FMT "/" STR_FMT, STR_ARG(version_dir(d, a, hash)), STR_ARG(path)), 4 << 20, out);
}

static uint32_t place_of(const struct folder_file *f, uint32_t n, struct str path)
{
	uint32_t at = 0;
	while (at < n && str_cmp(f[at].path, path) < 0) at++;
	return at;
}

static uint32_t change_apply(struct folder_file *f, uint32_t n, const struct shelf_change *c)
{
	uint32_t at = place_of(f, n, c->path);
	bool there = at < n && str_eq(f[at].path, c->path);
	if (c->gone) {
		if (there) memmove(f + at, f + at + 1, (n - at - 1) * sizeof *f);
		return n - there;
	}
	if (!there) memmove(f + at + 1, f + at, (n - at) * sizeof *f);
	f[at] = (struct folder_file){c->path, c->text};
	return n + !there;
}

struct err *shelf_try(struct domain *d, struct arena *a, struct catalogue *base, const struct shelf_change *change, uint32_t n_changes,
	struct findings *f, struct candidate **out)
{
	struct folder_file *file;
	uint32_t n;
	struct err *e = folder_read(a, version_dir(d, a, base->hash), catalogue_suffix, &file, &n);
	if (e) return e;
	struct candidate *c = arena_new1(a, struct candidate);
	*c = (struct candidate){.a = a, .file = arena_newn(a, struct folder_file, n + n_changes), .n = n, .base = base->hash, .change = change, .n_changes = n_changes};
	memcpy(c->file, file, n * sizeof *file);
	for (uint32_t i = 0; i < n_changes; i++) c->n = change_apply(c->file, c->n, &change[i]);
	c->cat = catalogue_compile(c->file, c->n, true, f);
	if (!f->errors) flow_check(c->cat, f);
	*out = c;
	return NULL;
}

struct catalogue *candidate_catalogue(const struct candidate *c)
{
	return c->cat;
}

void candidate_drop(struct candidate *c)
{
	if (c) catalogue_unref(c->cat);
}

static bool same_as_base(const struct candidate *c, const struct folder_file *f)
{
	for (uint32_t i = 0; i < c->n_changes; i++)
		if (str_eq(c->change[i].path, f->path)) return false;
	return true;
}

// What did not change is the base's own file under another name: a version's files are never written again.
static struct err *files_write(struct domain *d, struct arena *a, const struct candidate *c, struct str part)
{
	struct str last = S(""), base = version_dir(d, a, c->base);
	struct err *e = folder_make(a, part);
	for (uint32_t i = 0; !e && i < c->n; i++) {
		struct str rel = c->file[i].path, path = str_fmt(a, STR_FMT "/" STR_FMT, STR_ARG(part), STR_ARG(rel)), folder = path;
		while (folder.n && folder.p[folder.n - 1] != '/') folder.n--;
		if (!str_eq(folder, last)) {                         // files are sorted: a folder's stand together but for its own folders'
			if (last.n) e = folder_sync(a, last);
			if (!e) e = folder_make(a, str_part(folder, 0, folder.n - 1));
			last = folder;
		}
		if (!e && same_as_base(c, &c->file[i])) e = file_link(a, str_fmt(a, STR_FMT "/" STR_FMT, STR_ARG(base), STR_ARG(rel)), path);
		else if (!e) e = file_write(a, path, c->file[i].text, false);
	}
	if (!e && last.n) e = folder_sync(a, last);
	return e ? e : folder_sync(a, part);
}

struct err *shelf_keep(struct domain *d, struct arena *a, const struct candidate *c)
{
	struct str dir = version_dir(d, a, c->cat->hash), part = part_dir(a, dir);
	if (file_exists(a, dir)) return NULL;
	struct err *e = files_write(d, a, c, part);
	if (!e) e = folder_rename(a, part, dir);
	if (e) return e;
	// As compiled, so that whoever enforces it only maps it.
	struct search *s = search_new(c->cat);
	image_save(d, c->cat, s, c->cat->hash);
	search_free(s);
	return NULL;
}

// A version that is on the shelf already comes to the front: taking back costs nothing.
static bool to_front(struct domain *d, struct str hash)
{
	struct shelf_row **at = &d->shelf->first;
	while (*at && !str_eq((*at)->hash, hash)) at = &(*at)->next;
	struct shelf_row *r = *at;
	if (!r || !r->search) return false;
	*at = r->next;
	r->next = d->shelf->first;
	d->shelf->first = r;
	return true;
}

static bool on_shelf(struct domain *d, struct str hash)
{
	bool there = false;
	pthread_mutex_lock(&d->shelf->lock);
	for (struct shelf_row *r = d->shelf->first; r; r = r->next) there |= r->search && str_eq(r->hash, hash);
	pthread_mutex_unlock(&d->shelf->lock);
	return there;
}

struct err *shelf_enforce(struct domain *d, struct arena *a, struct str hash)
{
	struct catalogue *now = domain_catalogue(d), *cat = NULL;
	bool same = now && str_eq(now->hash, hash);
	catalogue_unref(now);
	if (same) return NULL;
	struct search *search = NULL;
	struct findings *f = findings_new(a, 20);
	struct err *e = on_shelf(d, hash) ? NULL : version_open(d, a, hash, f, &cat, &search);
	if (!e && f->errors) e = err_arg(a, E_CATALOGUE, str_fmt(a, "%u", (unsigned)f->errors));
	if (!e) e = file_write(a, current_file(d, a), hash, false);
	if (e) {
		search_free(search);
		catalogue_unref(cat);
		return e;
	}
	pthread_mutex_lock(&d->shelf->lock);
	if (cat) shelve(d, cat, search, hash, true);
	else (void)to_front(d, hash);
	if (!d->shelf->first->cat->published_at_ms) d->shelf->first->cat->published_at_ms = seam_now_ms();
	pthread_mutex_unlock(&d->shelf->lock);
	return NULL;
}
