// blob.c — files named by their content: DATA/blobs/ab/cdef…; written under tmp/, synced, renamed.
//
// A file's modification time is when it was last put, by the seam's clock: the sweep goes by it.
// DATA/blobs/lock keeps a sweep (exclusive) and the naming of a blob (shared) apart, also between
// processes that share the folder.
#include "store/driver.h"

#include "base/seam.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct blob_put {
	struct store *s;
	struct sm3 *digest;
	char *path;
	int fd;
	int64_t size;
};

struct blob {
	int fd;
	int64_t size;
};

static char *blob_path(struct store *s, struct arena *a, const unsigned char digest[32])
{
	struct str h = hex_of(a, digest, 32);
	return str_z(a, str_fmt(a, STR_FMT "/blobs/%.2s/%.62s", STR_ARG(s->data_dir), h.p, h.p + 2));
}

struct err *blob_flock(struct store *s, struct arena *a, int how, int *fd)
{
	char *path = str_z(a, str_fmt(a, STR_FMT "/blobs/lock", STR_ARG(s->data_dir)));
	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (*fd < 0) return io_err(a, "open", path);
	while (flock(*fd, how) != 0)
		if (errno != EINTR) {
			struct err *e = io_err(a, "flock", path);
			close(*fd);
			return e;
		}
	return NULL;
}

struct err *blob_begin(struct store *s, struct arena *a, struct blob_put **out)
{
	uint64_t name[2];
	struct str dir = str_fmt(a, STR_FMT "/blobs/tmp", STR_ARG(s->data_dir));
	struct err *e = make_dirs(a, dir);
	if (e) return e;
	// Under a seed two processes would draw the same names: O_EXCL, and try again.
	for (int attempt = 0; attempt < 100; attempt++) {
		seam_random(name, sizeof name);
		char *path = str_z(a, str_fmt(a, STR_FMT "/%016llx%016llx", STR_ARG(dir),
			(unsigned long long)name[0], (unsigned long long)name[1]));
		int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd < 0 && errno == EEXIST) continue;
		if (fd < 0) return io_err(a, "open", path);
		struct blob_put *b = arena_new1(a, struct blob_put);
		*b = (struct blob_put){s, sm3_begin(), path, fd, 0};
		*out = b;
		return NULL;
	}
	return err_arg(a, E_IO, S("blobs/tmp"));
}

struct err *blob_write(struct blob_put *b, struct arena *a, struct str chunk)
{
	CHECK(b->fd >= 0);
	sm3_add(b->digest, chunk);
	for (size_t at = 0; at < chunk.n;) {
		ssize_t n = seam_fault("file.write") ? (errno = ENOSPC, -1) : write(b->fd, chunk.p + at, chunk.n - at);
		if (n < 0 && errno == EINTR) continue;
		if (n < 0) return io_err(a, "write", b->path);
		at += (size_t)n;
	}
	b->size += (int64_t)chunk.n;
	return NULL;
}

void blob_abort(struct blob_put *b)
{
	if (!b || b->fd < 0) return;
	close(b->fd);
	unlink(b->path);
	unsigned char unused[32];
	sm3_end(b->digest, unused);
	b->fd = -1;
}

static struct timespec now_spec(void)
{
	int64_t ms = seam_now_ms();
	return (struct timespec){ms / 1000, ms % 1000 * 1000000};
}

static struct err *name_it(struct blob_put *b, struct arena *a, const char *path, const char *dir)
{
	struct timespec at[2] = {now_spec(), now_spec()};
	if (futimens(b->fd, at) != 0) return io_err(a, "utime", b->path);
	if (seam_fault("file.sync") || fsync(b->fd) != 0) return io_err(a, "fsync", b->path);
	struct err *e = make_dirs(a, str_of(dir));
	if (e) return e;
	int lock;
	if ((e = blob_flock(b->s, a, LOCK_SH, &lock))) return e;
	// The same content again only becomes younger: whoever reads it keeps reading it.
	if (utimensat(AT_FDCWD, path, at, 0) == 0) unlink(b->path);
	else if (errno != ENOENT) e = io_err(a, "utime", path);
	else if (rename(b->path, path) != 0) e = io_err(a, "rename", path);
	close(lock);
	return e ? e : sync_dir(a, dir);
}

struct err *blob_finish(struct blob_put *b, struct arena *a, unsigned char digest[32], int64_t *size)
{
	CHECK(b->fd >= 0);
	sm3_end(b->digest, digest);
	char *path = blob_path(b->s, a, digest), *dir = str_z(a, str_of(path));
	*strrchr(dir, '/') = 0;
	struct err *e = name_it(b, a, path, dir);
	if (e) unlink(b->path);
	close(b->fd);
	b->fd = -1;
	if (size) *size = b->size;
	return e;
}

struct err *blob_put_all(struct store *s, struct arena *a, struct str bytes, unsigned char digest[32])
{
	struct blob_put *b;
	struct err *e = blob_begin(s, a, &b);
	if (e) return e;
	if ((e = blob_write(b, a, bytes))) {
		blob_abort(b);
		return e;
	}
	return blob_finish(b, a, digest, NULL);
}

struct err *blob_open(struct store *s, struct arena *a, const unsigned char digest[32], struct blob **out)
{
	char *path = blob_path(s, a, digest);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) return errno == ENOENT ? err_arg(a, E_NOT_FOUND, S("文件")) : io_err(a, "open", path);
	struct stat st;
	if (fstat(fd, &st) != 0) {
		struct err *e = io_err(a, "stat", path);
		close(fd);
		return e;
	}
	struct blob *b = arena_new1(a, struct blob);
	*b = (struct blob){fd, st.st_size};
	*out = b;
	return NULL;
}

int64_t blob_size(const struct blob *b)
{
	return b->size;
}

struct err *blob_read(struct blob *b, struct arena *a, int64_t at, size_t n, struct str *out)
{
	if (at < 0 || at >= b->size) n = 0;
	else if ((int64_t)n > b->size - at) n = (size_t)(b->size - at);
	char *p = arena_raw(a, n);
	size_t got = 0;
	while (got < n) {
		ssize_t r = seam_fault("file.read") ? (errno = EIO, -1) : pread(b->fd, p + got, n - got, at + (int64_t)got);
		if (r < 0 && errno == EINTR) continue;
		if (r < 0) return io_err(a, "read", "blob");
		if (r == 0) break;
		got += (size_t)r;
	}
	*out = (struct str){p, got};
	return NULL;
}

void blob_close(struct blob *b)
{
	if (b && b->fd >= 0) close(b->fd);
	if (b) b->fd = -1;
}

struct err *blob_get(struct store *s, struct arena *a, const unsigned char digest[32], size_t max, struct str *out)
{
	struct blob *b;
	struct err *e = blob_open(s, a, digest, &b);
	if (e) return e;
	if (b->size > (int64_t)max) e = err_arg(a, E_TOO_BIG, str_fmt(a, "%zu", max));
	if (!e) e = blob_read(b, a, 0, max, out);
	blob_close(b);
	unsigned char real[32];
	if (!e) sm3(*out, real);
	if (!e && memcmp(real, digest, 32) != 0) e = err_arg(a, E_IO, S("blob: SM3"));
	return e;
}

// ---- the sweep ----

struct sweep {
	struct store *s;
	struct arena *a;
	int64_t before_ms, removed;
	bool (*keep)(void *, const unsigned char[32]);
	void *ctx;
};

static bool old(int dir, const char *name, int64_t before_ms)
{
	struct stat st;
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode)) return false;
	return st.st_mtim.tv_sec * 1000LL + st.st_mtim.tv_nsec / 1000000 < before_ms;
}

static struct err *sweep_one(struct sweep *w, int dir, const char *folder, const char *name)
{
	unsigned char digest[32];
	if (!old(dir, name, w->before_ms)) return NULL;
	if (strcmp(folder, "tmp") != 0) {
		struct arena_mark m = arena_mark(w->a);
		bool ours = hex_read(str_fmt(w->a, "%s%s", folder, name), digest, 32);
		arena_rewind(w->a, m);
		if (!ours || w->keep(w->ctx, digest)) return NULL;
	}
	int lock;
	struct err *e = blob_flock(w->s, w->a, LOCK_EX, &lock);
	if (e) return e;
	// put again since we looked?
	if (old(dir, name, w->before_ms)) {
		if (unlinkat(dir, name, 0) == 0) w->removed++;
		else if (errno != ENOENT) e = io_err(w->a, "unlink", name);
	}
	close(lock);
	return e;
}

static struct err *sweep_folder(struct sweep *w, int blobs, const char *folder)
{
	int fd = openat(blobs, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) return errno == ENOTDIR ? NULL : io_err(w->a, "open", folder);
	DIR *d = fdopendir(fd);
	if (!d) {
		close(fd);
		return io_err(w->a, "open", folder);
	}
	struct err *e = NULL;
	for (struct dirent *f; !e && (f = readdir(d));) e = sweep_one(w, fd, folder, f->d_name);
	closedir(d);
	return e;
}

struct err *blob_sweep(struct store *s, struct arena *a, int64_t min_age_ms,
	bool (*keep)(void *ctx, const unsigned char digest[32]), void *ctx, int64_t *removed)
{
	struct sweep w = {s, a, seam_now_ms() - min_age_ms, 0, keep, ctx};
	char *path = str_z(a, str_fmt(a, STR_FMT "/blobs", STR_ARG(s->data_dir)));
	DIR *d = opendir(path);
	if (!d) return io_err(a, "open", path);
	struct err *e = NULL;
	for (struct dirent *f; !e && (f = readdir(d));)
		if ((strlen(f->d_name) == 2 && f->d_name[0] != '.') || strcmp(f->d_name, "tmp") == 0)
			e = sweep_folder(&w, dirfd(d), f->d_name);
	closedir(d);
	if (removed) *removed = w.removed;
	return e;
}
