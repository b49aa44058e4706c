// domain.c — keys, and the shelf of catalogue versions.
#include "domain/domain.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/seam.h"
#include "codec/bytes.h"
#include "domain/catalogue/search.h"
#include "domain/flow/model.h"

// Versions in memory: the one in force first. A catalogue's own count keeps it alive for readers.
struct shelf_row {
	struct catalogue *cat;
	struct search *search;         // made for the version in force
	struct shelf_row *next;
};
struct catalogue_shelf {
	pthread_mutex_t lock;
	struct shelf_row *first;
	struct arena *a;
};

static struct err *key_file(struct arena *a, struct str path, struct str *out)
{
	struct err *e = file_read(a, path, 4096, out);
	if (!e || e->code != E_NOT_FOUND) return e;
	uint8_t raw[32];
	seam_random(raw, sizeof raw);
	struct buf b = buf_new(a);
	bytes_hex(&b, raw, sizeof raw);
	*out = buf_str(&b);
	return file_write(a, path, *out, true);
}

static struct err *sign_key(struct arena *a, struct str path, struct sm2_key **out)
{
	struct str pem;
	struct err *e = file_read(a, path, 16384, &pem);
	if (!e) return sm2_load(a, pem, out);
	if (e->code != E_NOT_FOUND) return e;
	*out = sm2_generate();
	struct buf b = buf_new(a);
	sm2_save_private(&b, *out);
	return file_write(a, path, buf_str(&b), true);
}

struct err *domain_open(struct arena *a, struct str data_dir, struct domain **out)
{
	struct domain *d = arena_new1(a, struct domain);
	struct str master, keys = str_fmt(a, STR_FMT "/keys", STR_ARG(data_dir));
	struct err *e = folder_make(a, keys);
	if (!e) e = key_file(a, str_fmt(a, STR_FMT "/master", STR_ARG(keys)), &master);
	if (!e) e = sign_key(a, str_fmt(a, STR_FMT "/sign.pem", STR_ARG(keys)), &d->sign);
	if (e) return e;
	d->a = a;
	d->data_dir = data_dir;
	d->seal = sm_key_derive(1, master, S("seal"));
	sm3_hmac(master, S("index"), d->index_key);
	sm3_hmac(master, S("gate"), d->gate_key);
	d->shelf = arena_new1(a, struct catalogue_shelf);
	d->shelf->a = a;
	pthread_mutex_init(&d->shelf->lock, NULL);
	d->models = flow_models_new(a);
	*out = d;
	return NULL;
}

void domain_close(struct domain *d)
{
	if (!d) return;
	flow_models_free(d->models);
	for (struct shelf_row *r = d->shelf->first; r; r = r->next) {
		search_free(r->search);
		catalogue_unref(r->cat);
	}
	pthread_mutex_destroy(&d->shelf->lock);
	sm2_free(d->sign);
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

static void shelve(struct domain *d, struct catalogue *cat, bool in_force)
{
	struct shelf_row *r = arena_new1(d->shelf->a, struct shelf_row), **at = &d->shelf->first;
	r->cat = cat;
	if (in_force) r->search = search_new(cat);
	while (!in_force && *at) at = &(*at)->next;
	r->next = *at;
	*at = r;
}

static struct str version_dir(struct domain *d, struct arena *a, struct str hash)
{
	return str_fmt(a, STR_FMT "/catalogue/" STR_FMT, STR_ARG(d->data_dir), STR_ARG(hash));
}

// A version stays on the shelf while the program runs: cases that run under it come back to it,
// so the borrowed pointer that is handed out stays good without a count of its own.
struct err *domain_catalogue_version(struct domain *d, struct arena *a, struct str hash, struct catalogue **out)
{
	struct err *e = NULL;
	*out = NULL;
	pthread_mutex_lock(&d->shelf->lock);
	for (struct shelf_row *r = d->shelf->first; r && !*out; r = r->next)
		if (str_eq(r->cat->hash, hash)) *out = r->cat;
	if (!*out) {
		struct findings *f = findings_new(a, 20);
		e = catalogue_load(version_dir(d, a, hash), f, out);
		if (!e) shelve(d, *out, false);
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
	struct findings *f = findings_new(a, 20);
	struct err *e = file_read(a, current_file(d, a), 100, &hash);
	if (e) return e->code == E_NOT_FOUND ? NULL : e;
	e = catalogue_load(version_dir(d, a, hash), f, &cat);
	if (e) return e;
	pthread_mutex_lock(&d->shelf->lock);
	shelve(d, cat, true);
	pthread_mutex_unlock(&d->shelf->lock);
	return NULL;
}

struct err *domain_publish(struct domain *d, struct arena *a, struct str city_dir, struct findings *f, bool *changed)
{
	struct catalogue *cat = NULL, *now = domain_catalogue(d);
	struct str last;
	*changed = false;
	struct err *e = catalogue_load(city_dir, f, &cat);
	if (!e && !f->errors && !(now && str_eq(now->hash, cat->hash))) flow_check(cat, f);
	if (!e && f->errors) e = err_arg(a, E_CATALOGUE, str_fmt(a, "%u", (unsigned)f->errors));
	if (!e && now && str_eq(now->hash, cat->hash)) {
		catalogue_unref(now);
		catalogue_unref(cat);
		return NULL;
	}
	// A start with the city as it was: in force again, but nothing was published.
	bool resumed = !e && !now && !file_read(a, current_file(d, a), 100, &last) && str_eq(last, cat->hash);
	catalogue_unref(now);
	struct str dir = e ? S("") : version_dir(d, a, cat->hash);
	if (!e && !file_exists(a, dir)) e = folder_copy(a, city_dir, dir);
	if (e) {
		catalogue_unref(cat);
		return e;
	}
	e = resumed ? NULL : file_write(a, current_file(d, a), cat->hash, false);
	if (e) {
		catalogue_unref(cat);
		return e;
	}
	cat->published_at_ms = seam_now_ms();
	pthread_mutex_lock(&d->shelf->lock);
	shelve(d, cat, true);
	pthread_mutex_unlock(&d->shelf->lock);
	*changed = !resumed;
	return NULL;
}
