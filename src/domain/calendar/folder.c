// folder.c — see folder.h.
#include "domain/calendar/folder.h"
#include "base/seam.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX (4u << 20)
#define FILES_MAX 200000u
#define DEPTH_MAX 16

struct walk {
	struct arena *a;
	const char *const *suffix;
	struct folder_file *file;
	size_t n, cap;
	struct folder_stamp *stamp;    // instead of texts, when asked for
	size_t n_stamps, cap_stamps;
	bool stamps;
};

static struct err *io(struct arena *a, const char *what)
{
	return err_arg(a, E_IO, str_fmt(a, "%s: %s", what, strerror(errno)));
}

// name, below dir_fd; path is what it is called in errors.
static struct err *read_file(struct arena *a, struct arena *text, int dir_fd, const char *name, struct str path, struct str *out)
{
	if (seam_fault("folder.read"))
		return err_arg(a, E_IO, path);
	int fd = openat(dir_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return io(a, str_z(a, path));
	struct stat st;
	struct err *e = NULL;
	if (fstat(fd, &st) != 0) {
		e = io(a, str_z(a, path));
	} else if (st.st_size > (off_t)FILE_MAX) {
		e = err_arg(a, E_TOO_BIG, S("4 MB"));
		e->file = path;
	} else {
		// The size is a hint: a file may grow while it is read, up to one more byte tells so.
		size_t cap = (size_t)st.st_size + 1, n = 0;
		char *to = arena_raw(text, cap);
		for (;;) {
			ssize_t k = read(fd, to + n, cap - n);
			if (k < 0 && errno == EINTR)
				continue;
			if (k < 0)
				e = io(a, str_z(a, path));
			if (k <= 0)
				break;
			n += (size_t)k;
			if (n == cap) {
				e = err_arg(a, E_IO, str_fmt(a, STR_FMT " changed while it was read", STR_ARG(path)));
				break;
			}
		}
		*out = (struct str){to, n};
	}
	close(fd);
	return e;
}

static struct err *walk_dir(struct walk *w, int fd, struct str prefix, int depth)
{
	if (depth > DEPTH_MAX) {
		close(fd);
		return err_arg(w->a, E_BUDGET, S("folder depth"));
	}
	DIR *d = fdopendir(fd);
	if (!d) {
		close(fd);
		return io(w->a, "folder");
	}
	struct err *e = NULL;
	struct dirent *ent;
	while (!e && (ent = readdir(d))) {
		if (ent->d_name[0] == '.')
			continue;
		struct stat st;
		if (fstatat(dirfd(d), ent->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		struct str name = str_of(ent->d_name);
		struct str path = prefix.n ? str_fmt(w->a, STR_FMT "/" STR_FMT, STR_ARG(prefix), STR_ARG(name))
			: str_copy(w->a, name);
		if (S_ISDIR(st.st_mode)) {
			int sub = openat(dirfd(d), ent->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
			e = sub < 0 ? io(w->a, ent->d_name) : walk_dir(w, sub, path, depth + 1);
			continue;
		}
		bool wanted = false;
		for (const char *const *s = w->suffix; *s; s++)
			wanted |= str_ends(name, str_of(*s));
		if (!S_ISREG(st.st_mode) || !wanted)
			continue;
		if (w->n >= FILES_MAX || w->n_stamps >= FILES_MAX) {
			e = err_arg(w->a, E_BUDGET, S("200000 files"));
			continue;
		}
		if (w->stamps) {
			*vec_push(w->a, w->stamp, w->n_stamps, w->cap_stamps) = (struct folder_stamp){path, (uint64_t)st.st_dev, (uint64_t)st.st_ino,
				(uint64_t)st.st_size, (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec, (int64_t)st.st_ctim.tv_sec * 1000000000 + st.st_ctim.tv_nsec};
			continue;
		}
		struct str text = {0};
		e = read_file(w->a, w->a, dirfd(d), ent->d_name, path, &text);
		if (!e) {
			struct folder_file *f = vec_push(w->a, w->file, w->n, w->cap);
			*f = (struct folder_file){path, text};
		}
	}
	closedir(d);
	return e;
}

static int by_path(const void *x, const void *y)
{
	return str_cmp(((const struct folder_file *)x)->path, ((const struct folder_file *)y)->path);
}

static struct err *walk_from(struct walk *w, struct str dir)
{
	int fd = open(str_z(w->a, dir), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? io(w->a, str_z(w->a, dir)) : walk_dir(w, fd, S(""), 0);
}

static int stamp_by_path(const void *x, const void *y)
{
	return str_cmp(((const struct folder_stamp *)x)->path, ((const struct folder_stamp *)y)->path);
}

struct err *folder_list(struct arena *a, struct str dir, const char *const *suffix, struct folder_stamp **out, uint32_t *n)
{
	struct walk w = {.a = a, .suffix = suffix, .stamps = true};
	struct err *e = walk_from(&w, dir);
	if (e)
		return e;
	if (w.n_stamps)
		qsort(w.stamp, w.n_stamps, sizeof *w.stamp, stamp_by_path);
	*out = w.stamp;
	*n = (uint32_t)w.n_stamps;
	return NULL;
}

struct err *folder_read(struct arena *a, struct str dir, const char *const *suffix, struct folder_file **out, uint32_t *n)
{
	struct walk w = {.a = a, .suffix = suffix};
	struct err *e = walk_from(&w, dir);
	if (e)
		return e;
	if (w.n)
		qsort(w.file, w.n, sizeof *w.file, by_path);
	*out = w.file;
	*n = (uint32_t)w.n;
	return NULL;
}

struct err *folder_text(struct arena *a, struct arena *text, struct str dir, struct str path, struct str *out)
{
	return read_file(a, text, AT_FDCWD, str_z(a, str_fmt(a, STR_FMT "/" STR_FMT, STR_ARG(dir), STR_ARG(path))), path, out);
}
