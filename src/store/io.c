// io.c — folders and their durability; names of digests.
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

static const char digits[] = "0123456789abcdef";

struct str hex_of(struct arena *a, const unsigned char *p, size_t n)
{
	char *h = arena_raw(a, 2 * n);
	for (size_t i = 0; i < n; i++) h[2 * i] = digits[p[i] >> 4], h[2 * i + 1] = digits[p[i] & 15];
	return (struct str){h, 2 * n};
}

bool hex_read(struct str hex, unsigned char *out, size_t n)
{
	if (hex.n != 2 * n) return false;
	for (size_t i = 0; i < 2 * n; i++) {
		const char *d = hex.p[i] ? strchr(digits, hex.p[i]) : NULL;
		if (!d) return false;
		unsigned v = (unsigned)(d - digits);
		out[i / 2] = (unsigned char)(i % 2 ? out[i / 2] | v : v << 4);
	}
	return true;
}
