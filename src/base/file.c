// file.c — reading and durably writing whole files.
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/seam.h"

static struct err *io(struct arena *a, struct str path)
{
	return err_arg(a, E_IO, str_fmt(a, STR_FMT ": %s", STR_ARG(path), strerror(errno)));
}

struct err *file_read(struct arena *a, struct str path, size_t max, struct str *out)
{
	int fd = open(str_z(a, path), O_RDONLY | O_CLOEXEC);
	if (fd < 0) return errno == ENOENT ? err_arg(a, E_NOT_FOUND, path) : io(a, path);
	struct buf b = buf_new(a);
	struct err *e = NULL;
	for (;;) {
		ssize_t n = read(fd, buf_room(&b, 65536), 65536);
		if (n < 0) e = io(a, path);
		if (n <= 0) break;
		b.n += (size_t)n;
		if (b.n > max) e = err_arg(a, E_TOO_BIG, path);
		if (e) break;
	}
	close(fd);
	*out = buf_str(&b);
	return e;
}

bool file_peek(struct arena *a, struct str path, void *to, size_t n)
{
	int fd = open(str_z(a, path), O_RDONLY | O_CLOEXEC);
	if (fd < 0) return false;
	bool whole = read(fd, to, n) == (ssize_t)n;
	close(fd);
	return whole;
}

static struct err *sync_folder(struct arena *a, struct str path)
{
	size_t n = path.n;
	while (n && path.p[n - 1] != '/') n--;
	struct str dir = n ? str_part(path, 0, n) : S(".");
	int fd = open(str_z(a, dir), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) return io(a, dir);
	struct err *e = fsync(fd) ? io(a, dir) : NULL;
	close(fd);
	return e;
}

struct err *file_write(struct arena *a, struct str path, struct str bytes, bool secret)
{
	struct str part = str_fmt(a, STR_FMT ".part", STR_ARG(path));
	int fd = open(str_z(a, part), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, secret ? 0600 : 0644);
	if (fd < 0) return io(a, part);
	struct err *e = NULL;
	while (bytes.n && !e) {
		ssize_t n = seam_fault("file.write") ? (errno = ENOSPC, -1) : write(fd, bytes.p, bytes.n);
		if (n < 0) e = io(a, part);
		else bytes = str_from(bytes, (size_t)n);
	}
	if (!e && (seam_fault("file.sync") || fsync(fd))) e = io(a, part);
	close(fd);
	if (!e && rename(str_z(a, part), str_z(a, path))) e = io(a, path);
	return e ? e : sync_folder(a, path);
}

struct err *file_link(struct arena *a, struct str from, struct str to)
{
	struct str bytes;
	if (!seam_fault("file.link") && link(str_z(a, from), str_z(a, to)) == 0) return NULL;
	struct err *e = file_read(a, from, 64 << 20, &bytes);
	return e ? e : file_write(a, to, bytes, false);
}

struct err *folder_sync(struct arena *a, struct str path)
{
	return sync_folder(a, str_fmt(a, STR_FMT "/.", STR_ARG(path)));
}

bool file_exists(struct arena *a, struct str path)
{
	return access(str_z(a, path), F_OK) == 0;
}

struct err *folder_make(struct arena *a, struct str path)
{
	for (size_t i = 1; i <= path.n; i++) {
		if (i < path.n && path.p[i] != '/') continue;
		struct str part = str_part(path, 0, i);
		if (mkdir(str_z(a, part), 0755) && errno != EEXIST) return io(a, part);
	}
	return NULL;
}

void folder_keep_newest(struct arena *a, struct str path, size_t n)
{
	for (;;) {                                           // one at a time: there are few
		DIR *d = opendir(str_z(a, path));
		struct str oldest = S("");
		struct timespec least = {0};
		size_t files = 0;
		struct dirent *entry;
		while (d && (entry = readdir(d))) {
			struct stat st;
			struct str at = str_fmt(a, STR_FMT "/%s", STR_ARG(path), entry->d_name);
			if (lstat(str_z(a, at), &st) || !S_ISREG(st.st_mode)) continue;
			bool older = st.st_mtim.tv_sec != least.tv_sec ? st.st_mtim.tv_sec < least.tv_sec : st.st_mtim.tv_nsec < least.tv_nsec;
			if (!files++ || older) {
				least = st.st_mtim;
				oldest = at;
			}
		}
		if (d) closedir(d);
		if (files <= n || unlink(str_z(a, oldest))) return;
	}
}

// Into a folder that nobody reads yet: written as it stands, and made durable with all the others.
static struct err *copy_plain(struct arena *a, struct str to, struct str bytes, bool secret)
{
	int fd = open(str_z(a, to), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, secret ? 0600 : 0644);
	if (fd < 0) return io(a, to);
	struct err *e = NULL;
	while (bytes.n && !e) {
		ssize_t n = seam_fault("file.write") ? (errno = ENOSPC, -1) : write(fd, bytes.p, bytes.n);
		if (n < 0) e = io(a, to);
		else bytes = str_from(bytes, (size_t)n);
	}
	close(fd);
	return e;
}

static struct err *copy_tree(struct arena *a, struct str from, struct str to)
{
	struct err *e = folder_make(a, to);
	DIR *d = e ? NULL : opendir(str_z(a, from));
	if (!d) return e ? e : io(a, from);
	struct dirent *entry;
	while (!e && (entry = readdir(d))) {
		if (entry->d_name[0] == '.') continue;
		struct arena_mark mark = arena_mark(a);
		struct str a_path = str_fmt(a, STR_FMT "/%s", STR_ARG(from), entry->d_name);
		struct str b_path = str_fmt(a, STR_FMT "/%s", STR_ARG(to), entry->d_name);
		struct stat st;
		struct str bytes;
		if (lstat(str_z(a, a_path), &st)) e = io(a, a_path);
		else if (S_ISDIR(st.st_mode)) e = copy_tree(a, a_path, b_path);
		else if (S_ISREG(st.st_mode)) {
			e = file_read(a, a_path, 64 << 20, &bytes);
			if (!e) e = copy_plain(a, b_path, bytes, !(st.st_mode & 077));
		}
		if (!e) arena_rewind(a, mark);
	}
	closedir(d);
	return e;
}

// Durable by one sync of the file system: with 26,000 files a sync each takes longer than all the rest.
struct err *folder_copy(struct arena *a, struct str from, struct str to)
{
	struct err *e = copy_tree(a, from, to);
	if (e) return e;
	int fd = open(str_z(a, to), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) return io(a, to);
	if (seam_fault("file.sync") || syncfs(fd)) e = io(a, to);
	close(fd);
	return e;
}

struct err *folder_rename(struct arena *a, struct str from, struct str to)
{
	if (renameat2(AT_FDCWD, str_z(a, from), AT_FDCWD, str_z(a, to), RENAME_NOREPLACE)) return io(a, to);
	return sync_folder(a, to);
}

int64_t file_size(struct arena *a, struct str path)
{
	struct stat st;
	return stat(str_z(a, path), &st) ? 0 : (int64_t)st.st_size;
}

int64_t file_written_ns(struct arena *a, struct str path)
{
	struct stat st;
	return stat(str_z(a, path), &st) ? 0 : (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
}

struct err *file_append(struct arena *a, struct str path, struct str bytes)
{
	int fd = open(str_z(a, path), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0) return io(a, path);
	struct err *e = NULL;
	while (bytes.n && !e) {
		ssize_t n = write(fd, bytes.p, bytes.n);
		if (n < 0) e = io(a, path);
		else bytes = str_from(bytes, (size_t)n);
	}
	close(fd);
	return e;
}

void file_remove(struct arena *a, struct str path)
{
	unlink(str_z(a, path));
}
