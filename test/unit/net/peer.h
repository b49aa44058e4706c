// peer.h — a raw HTTP peer on loopback, so that tests decide every byte.
#pragma once
#include "base/queue.h"
#include "base/seam.h"
#include "base/set.h"
#include "net/http.h"

#include <arpa/inet.h>
#include <poll.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

static int peer_connect(int port)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof at) == 0);
	return fd;
}

// False when the other side has closed.
static bool peer_send(int fd, struct str s)
{
	while (s.n) {
		ssize_t n = send(fd, s.p, s.n, MSG_NOSIGNAL);
		if (n <= 0) return false;
		s = str_from(s, (size_t)n);
	}
	return true;
}

// Reads `n` bytes, or through the text `until` and not a byte further, or to the end; 10 s at most.
static struct str peer_read(struct arena *a, int fd, struct str until, size_t n)
{
	struct buf b = buf_new(a);
	struct pollfd p = {fd, POLLIN, 0};
	int64_t end_us = seam_mono_us() + 10000000;
	while (b.n < n && !(until.n && str_ends(buf_str(&b), until)) && seam_mono_us() < end_us && poll(&p, 1, 10000) == 1) {
		size_t want = until.n ? 1 : n - b.n < 65536 ? n - b.n : 65536;
		char *to = buf_room(&b, want);
		ssize_t got = recv(fd, to, want, 0);
		if (got <= 0) break;
		b.n += (size_t)got;
	}
	return buf_str(&b);
}

// Everything until the server closes.
static inline struct str peer_all(struct arena *a, int fd)
{
	return peer_read(a, fd, S(""), SIZE_MAX);
}

// One exchange on a connection of its own, all bytes of the answer. `text` should ask to close.
static inline struct str peer_ask(struct arena *a, int port, struct str text)
{
	int fd = peer_connect(port);
	peer_send(fd, text);
	struct str got = peer_all(a, fd);
	close(fd);
	return got;
}

static inline int peer_status(struct str answer)
{
	return answer.n > 12 && str_starts(answer, S("HTTP/1.")) ? atoi(answer.p + 9) : 0;
}

static inline struct str peer_body(struct str answer)
{
	ptrdiff_t at = str_find(answer, S("\r\n\r\n"));
	return at < 0 ? (struct str){0} : str_from(answer, (size_t)at + 4);
}

// The server is somewhere between two states: look until it has arrived, 10 s at most.
#define peer_until(cond) \
	do { \
		for (int tries = 0; tries < 2000 && !(cond); tries++) poll(NULL, 0, 5); \
		assert_true(cond); \
	} while (0)
