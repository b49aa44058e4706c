// sandbox.c — what the reader may still do once it begins to read (Linux: seccomp, without privileges).
#include "reader/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined __x86_64__
#define ARCH AUDIT_ARCH_X86_64
#elif defined __aarch64__
#define ARCH AUDIT_ARCH_AARCH64
#else
#error "sandbox.c: name this architecture's system call table"
#endif

// A sanitizer maps its shadow of all addresses, and takes its time.
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define SANITIZED true
#else
#define SANITIZED false
#endif

enum { MEMORY = 1 << 30 };

// Reading, memory, time, and what the C library does by itself. Everything else is answered EPERM; no call that
// opens a socket, starts a program or a thread, or touches another process is among them.
static const int allowed[] = {
	SYS_read, SYS_pread64, SYS_readv, SYS_write, SYS_writev, SYS_close, SYS_lseek, SYS_fstat, SYS_newfstatat, SYS_statx, SYS_fstatfs,
	SYS_statfs, SYS_getdents64, SYS_readlinkat, SYS_faccessat, SYS_faccessat2, SYS_fcntl, SYS_ioctl, SYS_mmap, SYS_munmap, SYS_mremap,
	SYS_mprotect, SYS_madvise, SYS_brk, SYS_futex, SYS_clock_gettime, SYS_clock_getres, SYS_gettimeofday, SYS_getrandom, SYS_exit,
	SYS_exit_group, SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_sigaltstack, SYS_getpid, SYS_gettid, SYS_getuid,
	SYS_geteuid, SYS_getgid, SYS_getegid, SYS_uname, SYS_sysinfo, SYS_sched_getaffinity, SYS_sched_yield, SYS_prlimit64, SYS_fadvise64,
	SYS_set_robust_list, SYS_rseq, SYS_getcwd, SYS_umask, SYS_tgkill,
#ifdef SYS_stat
	SYS_stat, SYS_lstat, SYS_access, SYS_readlink, SYS_poll,
#endif
};
enum { N = sizeof allowed / sizeof *allowed };

static void put(struct sock_filter *f, size_t *n, uint16_t code, uint32_t k, uint8_t yes, uint8_t no)
{
	f[(*n)++] = (struct sock_filter){code, yes, no, k};
}

static bool filter(void)
{
	static struct sock_filter f[N * 2 + 20];
	size_t n = 0;
	const uint32_t no = SECCOMP_RET_ERRNO | EPERM;
	put(f, &n, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch), 0, 0);
	put(f, &n, BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0);
	put(f, &n, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);
	put(f, &n, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr), 0, 0);
	// openat: to read only.
	put(f, &n, BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 4);
	put(f, &n, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2]), 0, 0);
	put(f, &n, BPF_JMP | BPF_JSET | BPF_K, O_WRONLY | O_RDWR | O_CREAT | O_TRUNC, 0, 1);
	put(f, &n, BPF_RET | BPF_K, no, 0, 0);
	put(f, &n, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
#ifdef SYS_open
	put(f, &n, BPF_JMP | BPF_JEQ | BPF_K, SYS_open, 0, 4);
	put(f, &n, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[1]), 0, 0);
	put(f, &n, BPF_JMP | BPF_JSET | BPF_K, O_WRONLY | O_RDWR | O_CREAT | O_TRUNC, 0, 1);
	put(f, &n, BPF_RET | BPF_K, no, 0, 0);
	put(f, &n, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
#endif
	for (size_t i = 0; i < N; i++) {
		put(f, &n, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)allowed[i], 0, 1);
		put(f, &n, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
	}
	put(f, &n, BPF_RET | BPF_K, no, 0, 0);
	struct sock_fprog p = {.len = (unsigned short)n, .filter = f};
	return !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) && !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &p);
}

static bool limit(int what, rlim_t n)
{
	struct rlimit r;
	if (getrlimit((__rlimit_resource_t)what, &r)) return false;
	if (r.rlim_max < n) n = r.rlim_max;
	return !setrlimit((__rlimit_resource_t)what, &(struct rlimit){n, n});
}

bool sandbox(void)
{
	return (SANITIZED || limit(RLIMIT_AS, MEMORY)) && limit(RLIMIT_CPU, SANITIZED ? 5 : 1) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_CORE, 0) && limit(RLIMIT_NOFILE, 64) &&
		!prctl(PR_SET_DUMPABLE, 0) && filter();
}
