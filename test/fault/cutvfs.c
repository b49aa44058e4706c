#include "cutvfs.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SECTOR = 512, MOST_FILES = 32 };

// A write, or (data NULL) a truncation to `at`.
struct op { int64_t at; int n; char *data; };

struct tracked {
	char *path;
	bool synced;                 // at least once: its name is durable
	char *disk;                  // what is durable
	int64_t size, cap;
	struct op *op;               // since the last sync
	size_t n, n_cap;
};

struct cut_file {
	sqlite3_file base;
	struct tracked *t;           // NULL for what is not tracked
	sqlite3_file *real;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct tracked *file[MOST_FILES];
static size_t n_files;
static bool tracking = true;
static int64_t syncs, ops, fail_at;
static struct { int64_t at; const char *to; uint64_t seed; void (*fn)(void *); void *ctx; } cut;
static sqlite3_vfs *below;

static uint64_t draw(void)
{
	uint64_t z = (cut.seed += 0x9e3779b97f4a7c15u);
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static void put(char **disk, int64_t *size, int64_t *cap, int64_t at, const char *data, int64_t n)
{
	if (at + n > *cap) {
		*cap = (at + n) * 2;
		*disk = realloc(*disk, (size_t)*cap);
		if (!*disk) abort();
	}
	if (at > *size) memset(*disk + *size, 0, (size_t)(at - *size));
	memcpy(*disk + at, data, (size_t)n);
	if (at + n > *size) *size = at + n;
}

static void apply(struct tracked *t)
{
	for (size_t i = 0; i < t->n; i++) {
		if (t->op[i].data) put(&t->disk, &t->size, &t->cap, t->op[i].at, t->op[i].data, t->op[i].n);
		else if (t->op[i].at < t->size) t->size = t->op[i].at;
		free(t->op[i].data);
	}
	t->n = 0;
	t->synced = true;
}

// What is found of one file after the cut.
static void put_down(struct tracked *t, int how)
{
	if (!t->synced && draw() % 2) return;
	int64_t size = t->size, cap = t->size + 1;
	char *disk = malloc((size_t)cap);
	if (!disk) abort();
	if (size) memcpy(disk, t->disk, (size_t)size);
	size_t whole = t->n ? draw() % (t->n + 1) : 0;       // how == 1: in order up to here
	for (size_t i = 0; i < t->n; i++) {
		struct op *o = &t->op[i];
		bool kept = how == 0 ? false : how == 1 ? i < whole : draw() % 2;
		bool torn = how == 1 ? i == whole : draw() % 8 == 0;
		if (how == 0) torn = false;
		if (!o->data) {
			if (kept && o->at < size) size = o->at;
		} else if (torn) {
			for (int s = 0; s < o->n; s += SECTOR)
				if (draw() % 2) put(&disk, &size, &cap, o->at + s, o->data + s, o->n - s < SECTOR ? o->n - s : SECTOR);
		} else if (kept) {
			put(&disk, &size, &cap, o->at, o->data, o->n);
		}
	}
	char path[512];
	const char *slash = strrchr(t->path, '/');
	snprintf(path, sizeof path, "%s%s", cut.to, slash);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || write(fd, disk, (size_t)size) != size) abort();
	close(fd);
	free(disk);
}

// Under the lock; true when this operation is to fail.
static bool step(void)
{
	ops++;
	if (ops == fail_at) return true;
	if (ops != cut.at) return false;
	cut.at = 0;
	int how = (int)(draw() % 3);
	for (size_t i = 0; i < n_files; i++) put_down(file[i], how);
	cut.fn(cut.ctx);
	return false;
}

static struct op *op_new(struct tracked *t)
{
	if (t->n == t->n_cap) {
		t->n_cap = t->n_cap ? t->n_cap * 2 : 64;
		t->op = realloc(t->op, t->n_cap * sizeof *t->op);
		if (!t->op) abort();
	}
	return &t->op[t->n++];
}

#define REAL(f) (((struct cut_file *)(f))->real)
#define METHODS(f) (REAL(f)->pMethods)

static int cf_close(sqlite3_file *f)
{
	return METHODS(f) ? METHODS(f)->xClose(REAL(f)) : SQLITE_OK;
}

static int cf_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	return METHODS(f)->xRead(REAL(f), p, n, at);
}

static int cf_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	struct tracked *t = ((struct cut_file *)f)->t;
	pthread_mutex_lock(&lock);
	int rc = step() ? SQLITE_IOERR_WRITE : METHODS(f)->xWrite(REAL(f), p, n, at);
	if (rc == SQLITE_OK && t) {
		struct op *o = op_new(t);
		*o = (struct op){at, n, malloc((size_t)n)};
		if (!o->data) abort();
		memcpy(o->data, p, (size_t)n);
	}
	pthread_mutex_unlock(&lock);
	return rc;
}

static int cf_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	struct tracked *t = ((struct cut_file *)f)->t;
	pthread_mutex_lock(&lock);
	int rc = step() ? SQLITE_IOERR_TRUNCATE : METHODS(f)->xTruncate(REAL(f), size);
	if (rc == SQLITE_OK && t) *op_new(t) = (struct op){size, 0, NULL};
	pthread_mutex_unlock(&lock);
	return rc;
}

static int cf_sync(sqlite3_file *f, int flags)
{
	struct tracked *t = ((struct cut_file *)f)->t;
	pthread_mutex_lock(&lock);
	bool fails = step();
	syncs++;
	pthread_mutex_unlock(&lock);
	int rc = fails ? SQLITE_IOERR_FSYNC : METHODS(f)->xSync(REAL(f), flags);
	pthread_mutex_lock(&lock);
	if (rc == SQLITE_OK && t) apply(t);
	pthread_mutex_unlock(&lock);
	return rc;
}

static int cf_size(sqlite3_file *f, sqlite3_int64 *size) { return METHODS(f)->xFileSize(REAL(f), size); }
static int cf_lock(sqlite3_file *f, int l) { return METHODS(f)->xLock(REAL(f), l); }
static int cf_unlock(sqlite3_file *f, int l) { return METHODS(f)->xUnlock(REAL(f), l); }
static int cf_reserved(sqlite3_file *f, int *out) { return METHODS(f)->xCheckReservedLock(REAL(f), out); }
static int cf_control(sqlite3_file *f, int op, void *p) { return METHODS(f)->xFileControl(REAL(f), op, p); }
static int cf_sector(sqlite3_file *f) { return METHODS(f)->xSectorSize(REAL(f)); }
static int cf_traits(sqlite3_file *f) { return METHODS(f)->xDeviceCharacteristics(REAL(f)); }
static int cf_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **p) { return METHODS(f)->xShmMap(REAL(f), page, size, extend, p); }
static int cf_shm_lock(sqlite3_file *f, int at, int n, int flags) { return METHODS(f)->xShmLock(REAL(f), at, n, flags); }
static void cf_shm_barrier(sqlite3_file *f) { METHODS(f)->xShmBarrier(REAL(f)); }
static int cf_shm_unmap(sqlite3_file *f, int del) { return METHODS(f)->xShmUnmap(REAL(f), del); }

static const sqlite3_io_methods methods = {2, cf_close, cf_read, cf_write, cf_truncate, cf_sync, cf_size, cf_lock,
	cf_unlock, cf_reserved, cf_control, cf_sector, cf_traits, cf_shm_map, cf_shm_lock, cf_shm_barrier, cf_shm_unmap};

static struct tracked *track(const char *path)
{
	for (size_t i = 0; i < n_files; i++)
		if (strcmp(file[i]->path, path) == 0) return file[i];
	if (n_files == MOST_FILES) abort();
	struct tracked *t = calloc(1, sizeof *t);
	if (!t) abort();
	t->path = strdup(path);
	return file[n_files++] = t;
}

static void untrack(struct tracked *t)
{
	for (size_t i = 0; i < t->n; i++) free(t->op[i].data);
	free(t->op);
	free(t->disk);
	free(t->path);
	free(t);
}

static int cv_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out)
{
	struct cut_file *c = (struct cut_file *)f;
	memset(c, 0, sizeof *c);
	c->real = (sqlite3_file *)(c + 1);
	int rc = below->xOpen(below, name, c->real, flags, out);
	c->base.pMethods = rc == SQLITE_OK ? &methods : NULL;
	pthread_mutex_lock(&lock);
	if (rc == SQLITE_OK && name && tracking && flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL))
		c->t = track(name);
	pthread_mutex_unlock(&lock);
	return rc;
}

static int cv_delete(sqlite3_vfs *v, const char *name, int sync_dir)
{
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < n_files; i++)
		if (strcmp(file[i]->path, name) == 0) {
			untrack(file[i]);
			file[i] = file[--n_files];
			break;
		}
	pthread_mutex_unlock(&lock);
	return below->xDelete(below, name, sync_dir);
}

void cutvfs_register(void)
{
	static sqlite3_vfs v;
	if (below) return;
	below = sqlite3_vfs_find(NULL);
	v = *below;
	v.pNext = NULL;
	v.zName = "cut";
	v.szOsFile = below->szOsFile + (int)sizeof(struct cut_file);
	v.xOpen = cv_open;
	v.xDelete = cv_delete;
	sqlite3_vfs_register(&v, 0);
}

void cutvfs_track(bool on)
{
	tracking = on;
}

int64_t cutvfs_syncs(void)
{
	pthread_mutex_lock(&lock);
	int64_t n = syncs;
	pthread_mutex_unlock(&lock);
	return n;
}

int64_t cutvfs_ops(void)
{
	pthread_mutex_lock(&lock);
	int64_t n = ops;
	pthread_mutex_unlock(&lock);
	return n;
}

void cutvfs_cut_at(int64_t op, const char *to, uint64_t seed, void (*fn)(void *ctx), void *ctx)
{
	pthread_mutex_lock(&lock);
	cut.at = op;
	cut.to = to;
	cut.seed = seed;
	cut.fn = fn;
	cut.ctx = ctx;
	pthread_mutex_unlock(&lock);
}

void cutvfs_fail_at(int64_t op)
{
	pthread_mutex_lock(&lock);
	fail_at = op;
	pthread_mutex_unlock(&lock);
}

void cutvfs_forget(void)
{
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < n_files; i++) untrack(file[i]);
	n_files = 0;
	ops = syncs = fail_at = 0;
	cut.at = 0;
	pthread_mutex_unlock(&lock);
}
