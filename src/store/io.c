// io.c — folders and their durability.
#include "store/driver.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

struct err *io_err(struct arena *a, const char *what, const char *path)
{
	int n = errno;
	return err_arg(a, E_IO, str_fmt(a, "%s %s: %s", what, path, strerrordesc_np(n)));
}

// A file's name survives a power cut only when its folder was synced.
struct err *sync_dir(struct arena *a, const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) return io_err(a, "open", path);
	struct err *e = fsync(fd) == 0 ? NULL : io_err(a, "fsync", path);
	close(fd);
	return e;
}

struct err *make_dirs(struct arena *a, struct str path)
{
	char *z = str_z(a, path);
	struct stat st;
	if (stat(z, &st) == 0) {
		if (S_ISDIR(st.st_mode)) return NULL;
		errno = ENOTDIR;
		return io_err(a, "mkdir", z);
	}
	char *slash = strrchr(z, '/');
	char *parent = slash == z ? "/" : slash ? str_z(a, str_part(path, 0, (size_t)(slash - z))) : ".";
	struct err *e = slash && slash != z ? make_dirs(a, str_of(parent)) : NULL;
	if (e) return e;
	if (mkdir(z, 0700) != 0 && errno != EEXIST) return io_err(a, "mkdir", z);
	return sync_dir(a, parent);
}
