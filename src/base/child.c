// child.c — see child.h.
#include "base/child.h"
#include "base/seam.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static pid_t start(struct arena *a, struct str program, int end)
{
	posix_spawn_file_actions_t to;
	posix_spawnattr_t attr;
	sigset_t none;
	pid_t pid = -1;
	char *path = str_z(a, program), *argv[] = {path, NULL}, *env[] = {"PATH=/usr/bin:/bin", "LANG=C.UTF-8", NULL};
	sigemptyset(&none);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawn_file_actions_init(&to);
	posix_spawn_file_actions_adddup2(&to, end, 0);
	posix_spawn_file_actions_adddup2(&to, end, 1);
	posix_spawn_file_actions_addopen(&to, 2, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addclosefrom_np(&to, 3);
	if (posix_spawn(&pid, path, &to, &attr, argv, env)) pid = -1;
	posix_spawn_file_actions_destroy(&to);
	posix_spawnattr_destroy(&attr);
	return pid;
}

// True when the other side has closed; false when time or room ran out.
static bool talk(int fd, struct str in, int64_t until_us, size_t most, struct buf *out)
{
	size_t sent = 0;
	bool writing = true;
	for (;;) {
		if (writing && sent == in.n) {
			shutdown(fd, SHUT_WR);
			writing = false;
		}
		int64_t left = until_us - seam_mono_us();
		struct pollfd p = {.fd = fd, .events = (short)(POLLIN | (writing ? POLLOUT : 0))};
		if (left <= 0) return false;
		int n = poll(&p, 1, (int)(left / 1000) + 1);
		if (n < 0 && errno != EINTR) return false;
		if (n <= 0) continue;
		if (writing && p.revents & POLLOUT) {
			ssize_t k = send(fd, in.p + sent, in.n - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
			if (k > 0) sent += (size_t)k;
			else if (k < 0 && errno != EAGAIN && errno != EINTR) writing = false;      // it wants no more
		}
		if (p.revents & (POLLIN | POLLHUP | POLLERR)) {
			char *to = buf_room(out, 16384);
			ssize_t k = recv(fd, to, 16384, MSG_DONTWAIT);
			if (k == 0 || (k < 0 && errno != EAGAIN && errno != EINTR)) return true;
			if (k > 0) out->n += (size_t)k;
			if (out->n > most) return false;
		}
	}
}

enum child_end child_run(struct arena *a, struct str program, struct str in, int64_t ms, size_t most, struct str *out, int *code)
{
	int fd[2], status = 0;
	struct buf b = buf_new(a);
	int64_t until = seam_mono_us() + ms * 1000;
	*out = S("");
	*code = 0;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd)) return CHILD_ABSENT;
	pid_t pid = start(a, program, fd[1]);
	close(fd[1]);
	bool closed = pid > 0 && talk(fd[0], in, until, most, &b);
	close(fd[0]);
	if (pid <= 0) return CHILD_ABSENT;
	if (!closed) kill(pid, SIGKILL);
	// It closed its output: it ends now, or is ended.
	for (int tries = 0; waitpid(pid, &status, closed && tries < 200 ? WNOHANG : 0) == 0; tries++) {
		struct timespec nap = {.tv_nsec = 1000000};
		if (tries == 199) kill(pid, SIGKILL);
		else nanosleep(&nap, NULL);
	}
	if (!closed) return CHILD_LIMIT;
	if (WIFSIGNALED(status)) return WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL ? CHILD_LIMIT : CHILD_CRASHED;
	*code = WEXITSTATUS(status);
	if (*code) return *code == 127 ? CHILD_ABSENT : CHILD_REFUSED;
	*out = buf_str(&b);
	return CHILD_OK;
}
