// span.c — see span.h.
#include "base/span.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

enum { PAGE = 4096 };

static size_t whole_pages(size_t n)
{
	return (n + PAGE - 1) & ~(size_t)(PAGE - 1);
}

// ThreadSanitizer ends a program that maps where it keeps its own: such a build does without.
#ifdef __SANITIZE_THREAD__
#define OWN_RANGES false
#else
#define OWN_RANGES true
#endif

static bool map(struct span *s, uintptr_t at, size_t n, int prot, int flags, int fd)
{
	*s = (struct span){0};
	if (!OWN_RANGES) return false;
	void *p = mmap((void *)at, n, prot, flags | MAP_PRIVATE | MAP_NORESERVE, fd, 0);
	if (p == MAP_FAILED) return false;
	if ((uintptr_t)p != at) {                      // a kernel that takes the address for a hint
		munmap(p, n);
		return false;
	}
	*s = (struct span){p, n};
	return true;
}

bool span_reserve(struct span *s, uintptr_t at, size_t n)
{
	return map(s, at, whole_pages(n), PROT_READ | PROT_WRITE, MAP_FIXED_NOREPLACE | MAP_ANONYMOUS, -1);
}

void span_trim(struct span *s, size_t n)
{
	n = whole_pages(n);
	if (n < s->n) munmap(s->p + n, s->n - n);
	s->n = n < s->n ? n : s->n;
}

void span_free(struct span *s)
{
	if (s->p) munmap(s->p, s->n);
	*s = (struct span){0};
}

struct err *span_write(struct arena *a, struct str path, struct span s)
{
	return file_write(a, path, (struct str){s.p, s.n}, false);
}

static int open_sized(struct arena *a, struct str path, size_t n)
{
	struct stat st;
	int fd = open(str_z(a, path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0) return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (size_t)st.st_size == n) return fd;
	close(fd);
	return -1;
}

bool span_map(struct span *s, struct arena *a, struct str path, uintptr_t at, size_t n)
{
	*s = (struct span){0};
	int fd = n % PAGE || at % PAGE ? -1 : open_sized(a, path, n);
	if (fd < 0) return false;
	bool good = map(s, at, n, PROT_READ, MAP_FIXED_NOREPLACE, fd);
	close(fd);
	return good;
}

bool span_remap(struct span *s, struct arena *a, struct str path)
{
	int fd = open_sized(a, path, s->n);
	if (fd < 0) return false;
	struct span now;
	bool good = map(&now, (uintptr_t)s->p, s->n, PROT_READ, MAP_FIXED, fd);
	close(fd);
	return good;
}

struct range { uint64_t from, to; };

static struct range *mapped(struct arena *a, size_t *n)
{
	struct str text;
	struct range *list = NULL;
	size_t cap = 0;
	*n = 0;
	if (file_read(a, S("/proc/self/maps"), 64 << 20, &text)) return NULL;
	while (text.n) {
		struct str line = str_cut(&text, S("\n"));
		char *end;
		uint64_t from = strtoull(str_z(a, line), &end, 16), to = *end == '-' ? strtoull(end + 1, NULL, 16) : 0;
		if (*n && list[*n - 1].to == from) list[*n - 1].to = to;
		else *vec_push(a, list, *n, cap) = (struct range){from, to};
	}
	return list;
}

ptrdiff_t span_points_out(struct arena *a, struct span s, const struct span *numbers, size_t n_numbers)
{
	size_t n;
	const struct range *list = mapped(a, &n);
	if (!n) return 0;                              // cannot tell: as if it did
	const uint64_t *word = (const uint64_t *)(const void *)s.p;
	uint64_t self = (uintptr_t)s.p, lowest = list[0].from;
	size_t next = 0;
	for (size_t i = 0; i < s.n / sizeof *word; i++) {
		uint64_t w = word[i];
		while (next < n_numbers && numbers[next].p + numbers[next].n <= (const char *)&word[i]) next++;
		if (next < n_numbers && numbers[next].p <= (const char *)&word[i]) continue;
		if (w < lowest || w >> 47 || w - self < s.n) continue;
		size_t lo = 0, hi = n;
		while (lo < hi) {
			size_t mid = (lo + hi) / 2;
			if (list[mid].to <= w) lo = mid + 1;
			else hi = mid;
		}
		if (lo < n && list[lo].from <= w) return (ptrdiff_t)(i * sizeof *word);
	}
	return -1;
}

uint64_t span_sum(const void *p, size_t n)
{
	const uint64_t k = 0x9E3779B97F4A7C15ull;
	uint64_t lane[4] = {1 * k, 2 * k, 3 * k, 4 * k}, word[4];
	const char *at = p;
	for (; n >= sizeof word; n -= sizeof word, at += sizeof word) {
		memcpy(word, at, sizeof word);
		for (int i = 0; i < 4; i++) {
			lane[i] = (lane[i] ^ word[i]) * k;
			lane[i] ^= lane[i] >> 29;
		}
	}
	memset(word, 0, sizeof word);
	memcpy(word, at, n);
	uint64_t sum = n;
	for (int i = 0; i < 4; i++) {
		sum = ((sum ^ lane[i]) * k ^ word[i]) * k;
		sum ^= sum >> 31;
	}
	return sum;
}

// ---- the build -----------------------------------------------------------------------------------

static char build_bytes[64];
static size_t build_n;

static int find_build(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size, (void)arg;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *h = &info->dlpi_phdr[i];
		if (h->p_type != PT_NOTE) continue;
		const char *at = (const char *)(info->dlpi_addr + h->p_vaddr), *end = at + h->p_memsz;
		while (at + sizeof(ElfW(Nhdr)) <= end) {
			ElfW(Nhdr) note;
			memcpy(&note, at, sizeof note);
			const char *name = at + sizeof note, *bytes = name + ((note.n_namesz + 3) & ~3u);
			if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && !memcmp(name, "GNU", 4) && note.n_descsz <= sizeof build_bytes) {
				memcpy(build_bytes, bytes, note.n_descsz);
				build_n = note.n_descsz;
				return 1;
			}
			at = bytes + ((note.n_descsz + 3) & ~3u);
		}
	}
	return 1;                                      // the program itself stands first; its libraries do not matter
}

__attribute__((constructor)) static void build_find(void)
{
	dl_iterate_phdr(find_build, NULL);
}

struct str program_build(void)
{
	return (struct str){build_bytes, build_n};
}
