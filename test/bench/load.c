// load.c — drives an HTTP server: closed loop (each connection asks again when it was answered), open loop
// (requests leave at a rate, whether or not earlier ones were answered; latency counts from the time a request
// should have left), or idle (connections that ask once and then only listen). Prints one JSON line.
//
//   load --to 127.0.0.1:8080 --file REQUESTS [--label NAME] [--connections 64] [--rate PER_SECOND]
//        [--count N] [--seconds S] [--warm N] [--values FILE] [--idle]
//
// REQUESTS holds requests separated by lines "%%", taken in turn. Host and Content-Length are added. In them
//   {{n}} counts requests from 1   {{id}} is unique (16 hex digits)   {{c}} numbers the connection
//   {{v}} is the connection's line of --values   {{w}} the request's line of --values, round and round
//   {{w1}} … {{w9}} a tabbed column of that line
#include "base/seam.h"
#include "base/str.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { STATUSES = 600, READ = 64 * 1024, COUNT_MAX = 20000000, CONNECTIONS_MAX = 60000, PATIENCE_US = 30000000 };

enum state { CLOSED, CONNECTING, FREE, SENDING, READING };

struct conn {
	int fd, index;
	enum state state;
	struct arena *a;               // the request being sent
	struct str out;
	size_t sent;
	int64_t began_us;
	// The answer being read.
	char head[8192];
	size_t head_n;
	bool in_body, chunked, closes;
	int64_t left;                  // bytes of the body or chunk that are missing; -1: until the end
	int chunk;                     // where a chunked reader stands: CHUNK_…
	int status;
	uint64_t taken;                // bytes in all
};

enum { CHUNK_SIZE, CHUNK_DATA, CHUNK_END, CHUNK_TRAILER };

static struct arena *a;
static struct sockaddr_in to;
static struct str host, label;
static struct str *request, *value;
static size_t requests, requests_cap, values, values_cap;
static int connections = 64, poller;
static bool idle;
static int64_t rate, count, seconds = 10, warm;

static struct conn *conn;
static int64_t begun, done, errors, late_max, t0_us;
static int64_t status_count[STATUSES];
static uint32_t *took;
static size_t took_n, took_cap;
static uint64_t bytes_in;
static uint64_t run_id;

static void stop(const char *why)
{
	fprintf(stderr, "load: %s\n", why);
	exit(2);
}

// ---- requests -----------------------------------------------------------------------------------

static struct str slurp(const char *path)
{
	FILE *f = fopen(path, "rb");
	if (!f) stop("a file given on the command line cannot be opened");
	struct buf b = buf_new(a);
	size_t n;
	while ((n = fread(buf_room(&b, 65536), 1, 65536, f)) > 0) b.n += n;
	fclose(f);
	return buf_str(&b);
}

static void read_requests(struct str text)
{
	struct buf b = buf_new(a);
	while (text.p) {
		bool last = str_find(text, S("\n")) < 0;
		struct str line = str_cut(&text, S("\n"));
		bool cut = str_is(line, "%%");
		if (!cut && !(last && !line.n)) {
			buf_add(&b, line);
			buf_byte(&b, '\n');
		}
		if ((cut || last) && b.n) {
			*(struct str *)vec_push(a, request, requests, requests_cap) = buf_str(&b);
			b = buf_new(a);
		}
	}
	if (!requests) stop("the file holds no request");
}

static void read_values(struct str text)
{
	while (text.n) *(struct str *)vec_push(a, value, values, values_cap) = str_cut(&text, S("\n"));
	if (!values) stop("the file of values is empty");
}

static struct str column(struct str line, char digit)
{
	for (char d = '1'; d < digit; d++) str_cut(&line, S("\t"));
	return str_cut(&line, S("\t"));
}

static void fill(struct buf *b, struct str s, const struct conn *c, int64_t n)
{
	for (;;) {
		ptrdiff_t at = str_find(s, S("{{"));
		buf_add(b, at < 0 ? s : str_part(s, 0, (size_t)at));
		if (at < 0) return;
		s = str_from(s, (size_t)at + 2);
		struct str name = str_cut(&s, S("}}"));
		if (str_is(name, "n")) buf_fmt(b, "%lld", (long long)n);
		else if (str_is(name, "id")) buf_fmt(b, "%016llx", (unsigned long long)(run_id + (uint64_t)n));
		else if (str_is(name, "c")) buf_fmt(b, "%d", c->index);
		else if (str_is(name, "v") && values) buf_add(b, value[(size_t)c->index % values]);
		else if (str_is(name, "w") && values) buf_add(b, value[(size_t)n % values]);
		else if (name.n == 2 && name.p[0] == 'w' && name.p[1] >= '1' && name.p[1] <= '9' && values)
			buf_add(b, column(value[(size_t)(n - 1) % values], name.p[1]));
		else stop("a request names something that is not n, id, c, v, w, or --values is missing");
	}
}

static struct str make(struct conn *c, int64_t n)
{
	arena_reset(c->a);
	struct buf text = buf_new(c->a), out = buf_new(c->a);
	fill(&text, request[(size_t)n % requests], c, n);
	struct str rest = buf_str(&text), first = str_cut(&rest, S("\n"));
	buf_fmt(&out, STR_FMT "\r\nHost: " STR_FMT "\r\n", STR_ARG(first), STR_ARG(host));
	while (rest.p) {
		struct str line = str_cut(&rest, S("\n"));
		if (!line.n) break;
		buf_add(&out, line);
		buf_lit(&out, "\r\n");
	}
	struct str body = rest.p ? rest : S("");
	if (body.n && body.p[body.n - 1] == '\n') body.n--;
	if (body.n || str_starts(first, S("POST")) || str_starts(first, S("PUT"))) buf_fmt(&out, "Content-Length: %zu\r\n", body.n);
	buf_lit(&out, "\r\n");
	buf_add(&out, body);
	return buf_str(&out);
}

// ---- connections --------------------------------------------------------------------------------

static void watch(struct conn *c, uint32_t what)
{
	struct epoll_event e = {.events = what, .data.ptr = c};
	epoll_ctl(poller, EPOLL_CTL_MOD, c->fd, &e);
}

static void conn_close(struct conn *c)
{
	if (c->fd >= 0) close(c->fd);
	c->fd = -1;
	c->state = CLOSED;
}

static void conn_open(struct conn *c)
{
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->fd < 0) stop("no more sockets: raise the limit of open files (ulimit -n)");
	int on = 1;
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	int r = connect(c->fd, (struct sockaddr *)&to, sizeof to);
	c->state = CONNECTING;
	if (r && errno != EINPROGRESS) {
		errors++;
		conn_close(c);
		return;
	}
	struct epoll_event e = {.events = EPOLLOUT, .data.ptr = c};
	epoll_ctl(poller, EPOLL_CTL_ADD, c->fd, &e);
}

static void send_more(struct conn *c)
{
	while (c->sent < c->out.n) {
		ssize_t n = send(c->fd, c->out.p + c->sent, c->out.n - c->sent, MSG_NOSIGNAL);
		if (n < 0 && errno == EAGAIN) {
			watch(c, EPOLLOUT);
			return;
		}
		if (n <= 0) {
			errors++;
			done++;
			conn_close(c);
			return;
		}
		c->sent += (size_t)n;
	}
	c->state = READING;
	watch(c, EPOLLIN);
}

static void ask(struct conn *c, int64_t scheduled_us)
{
	c->out = make(c, ++begun);
	c->sent = 0;
	c->head_n = 0;
	c->in_body = c->chunked = c->closes = false;
	c->status = 0;
	c->state = SENDING;
	c->began_us = scheduled_us;
	send_more(c);
}

// ---- answers ------------------------------------------------------------------------------------

static void finished(struct conn *c)
{
	done++;
	int64_t us = seam_mono_us() - c->began_us;
	if (c->status > 0 && c->status < STATUSES) status_count[c->status]++;
	if (done > warm) *(uint32_t *)vec_push(a, took, took_n, took_cap) = us > UINT32_MAX ? UINT32_MAX : (uint32_t)us;
	c->state = FREE;
	if (c->closes) {
		conn_close(c);
		conn_open(c);
	}
}

static bool header_is(struct str line, const char *name, struct str *v)
{
	size_t n = strlen(name);
	if (line.n <= n || line.p[n] != ':' || strncasecmp(line.p, name, n)) return false;
	*v = str_trim(str_from(line, n + 1));
	return true;
}

static void read_head(struct conn *c, struct str head)
{
	struct str line = str_cut(&head, S("\r\n")), v;
	int64_t status = 0;
	if (line.n < 12 || !str_int(str_part(line, 9, 3), &status)) status = 0;
	c->status = (int)status;
	bool has_length = false;
	c->left = -1;
	while (head.n) {
		line = str_cut(&head, S("\r\n"));
		if (header_is(line, "Content-Length", &v)) has_length = str_int(v, &c->left);
		else if (header_is(line, "Transfer-Encoding", &v)) c->chunked = str_is(v, "chunked");
		else if (header_is(line, "Connection", &v)) c->closes = v.n == 5;
	}
	bool bodiless = status == 204 || status == 304 || str_starts(c->out, S("HEAD"));
	if (bodiless) c->left = 0, c->chunked = false;
	else if (c->chunked) c->left = 0, c->chunk = CHUNK_SIZE;
	else if (!has_length) c->closes = true;
	c->in_body = true;
}

// Takes bytes of a chunked body; true when its last chunk has passed.
static bool read_chunks(struct conn *c, const char *p, size_t n)
{
	for (size_t i = 0; i < n;) {
		if (c->chunk == CHUNK_DATA) {
			size_t take = (int64_t)(n - i) < c->left ? n - i : (size_t)c->left;
			c->left -= (int64_t)take;
			i += take;
			if (!c->left) c->chunk = CHUNK_END;
			continue;
		}
		char ch = p[i++];
		if (c->chunk == CHUNK_END) {
			if (ch == '\n') c->chunk = CHUNK_SIZE, c->left = 0, c->head_n = 0;
		} else if (c->chunk == CHUNK_SIZE) {
			int d = ch >= '0' && ch <= '9' ? ch - '0' : (ch | 32) >= 'a' && (ch | 32) <= 'f' ? (ch | 32) - 'a' + 10 : -1;
			if (d >= 0) c->left = c->left * 16 + d;
			else if (ch == '\n') c->chunk = c->left ? CHUNK_DATA : CHUNK_TRAILER, c->head_n = 0;
		} else if (ch == '\n') {       // the empty line behind the last chunk
			if (!c->head_n) return true;
			c->head_n = 0;
		} else if (ch != '\r') {
			c->head_n++;
		}
	}
	return false;
}

static void read_body(struct conn *c, const char *p, size_t n)
{
	if (c->chunked) {
		if (read_chunks(c, p, n)) finished(c);
	} else if (c->left >= 0) {
		c->left -= (int64_t)n;
		if (c->left <= 0) finished(c);
	}
}

static void read_some(struct conn *c, const char *p, size_t n)
{
	if (c->in_body) {
		read_body(c, p, n);
		return;
	}
	size_t before = c->head_n, room = sizeof c->head - c->head_n;
	size_t take = n < room ? n : room;
	memcpy(c->head + c->head_n, p, take);
	c->head_n += take;
	struct str head = {c->head, c->head_n};
	ptrdiff_t end = str_find(head, S("\r\n\r\n"));
	if (end < 0) {
		if (c->head_n == sizeof c->head) stop("an answer's headers are longer than 8 KB");
		return;
	}
	read_head(c, str_part(head, 0, (size_t)end + 2));
	size_t used = (size_t)end + 4 - before;
	c->head_n = 0;
	read_body(c, p + used, n - used);
}

static void on_readable(struct conn *c)
{
	static char bytes[READ];
	ssize_t n = recv(c->fd, bytes, sizeof bytes, 0);
	if (n < 0 && errno == EAGAIN) return;
	if (n <= 0) {
		bool whole = c->state == READING && c->in_body && !c->chunked && c->left < 0;
		bool busy = c->state == READING || c->state == SENDING;
		if (whole) {
			c->closes = false;
			finished(c);
		} else if (busy) {
			errors++;
			done++;
		}
		conn_close(c);
		if (!idle) conn_open(c);
		return;
	}
	bytes_in += (uint64_t)n;
	c->taken += (uint64_t)n;
	if (c->state == READING) read_some(c, bytes, (size_t)n);
}

static void on_event(struct conn *c, uint32_t what)
{
	if (c->fd < 0) return;
	if (c->state == CONNECTING) {
		int e = 0;
		socklen_t n = sizeof e;
		getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &e, &n);
		if (e) {
			errors++;
			if (errors > 1000 && !done) stop("nobody answers there");
			conn_close(c);
			return;
		}
		c->state = FREE;
		watch(c, EPOLLIN);
	} else if (c->state == SENDING && (what & EPOLLOUT)) {
		send_more(c);
	} else if (what & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
		on_readable(c);
	}
}

// ---- the loop -----------------------------------------------------------------------------------

static bool over(int64_t now_us)
{
	return (count && begun >= count) || now_us - t0_us >= seconds * 1000000;
}

// Hands work to free connections; how long nothing can happen, in ms.
static int hand_out(int64_t now_us)
{
	static int next;
	int64_t due = rate ? (now_us - t0_us) * rate / 1000000 + 1 : INT64_MAX;
	for (int tries = 0; tries < connections && begun < due && !over(now_us); tries++) {
		struct conn *c = &conn[next];
		next = (next + 1) % connections;
		if (c->state == CLOSED) conn_open(c);
		if (c->state != FREE) continue;
		int64_t at = rate ? t0_us + begun * 1000000 / rate : now_us;
		if (now_us - at > late_max) late_max = now_us - at;
		ask(c, at);
	}
	return rate ? 1 : 50;
}

static void poll_once(int timeout_ms)
{
	struct epoll_event e[512];
	int n = epoll_wait(poller, e, 512, timeout_ms);
	for (int i = 0; i < n; i++) on_event(e[i].data.ptr, e[i].events);
}

static void run(void)
{
	t0_us = seam_mono_us();
	int64_t now = t0_us;
	while (!over(now)) {
		poll_once(hand_out(now));
		now = seam_mono_us();
	}
	int64_t end = now + PATIENCE_US;
	while (done < begun && seam_mono_us() < end) poll_once(50);
}

// All connections ask once, a few hundred at a time, then stay.
static void run_idle(void)
{
	t0_us = seam_mono_us();
	int opened = 0;
	while (seam_mono_us() - t0_us < seconds * 1000000) {
		int under_way = 0;
		for (int i = 0; i < opened; i++) under_way += conn[i].state == CONNECTING || (conn[i].state == READING && !conn[i].in_body);
		for (; opened < connections && under_way < 256; opened++, under_way++) conn_open(&conn[opened]);
		for (int i = 0; i < opened; i++)
			if (conn[i].state == FREE && !begun) ask(&conn[i], seam_mono_us());
			else if (conn[i].state == FREE && !conn[i].out.n) ask(&conn[i], seam_mono_us());
		poll_once(20);
	}
}

// ---- the result ---------------------------------------------------------------------------------

static int by_size(const void *x, const void *y)
{
	uint32_t p = *(const uint32_t *)x, q = *(const uint32_t *)y;
	return (p > q) - (p < q);
}

static unsigned at_share(int per_10000)
{
	return took_n ? took[(took_n - 1) * (size_t)per_10000 / 10000] : 0;
}

static void print_statuses(void)
{
	const char *comma = "";
	printf("\"status\":{");
	for (int i = 0; i < STATUSES; i++) {
		if (!status_count[i]) continue;
		printf("%s\"%d\":%lld", comma, i, (long long)status_count[i]);
		comma = ",";
	}
	printf("}");
}

static void print_result(int64_t elapsed_us)
{
	if (took_n) qsort(took, took_n, sizeof *took, by_size);
	long long per_s = elapsed_us ? done * 1000000 / elapsed_us : 0;
	printf("{\"bench\":\"" STR_FMT "\",\"mode\":\"%s\",\"connections\":%d,", STR_ARG(label), rate ? "open" : "closed", connections);
	if (rate) printf("\"rate\":%lld,\"late_max_us\":%lld,", (long long)rate, (long long)late_max);
	printf("\"requests\":%lld,\"ms\":%lld,\"per_s\":%lld,\"p50_us\":%u,\"p90_us\":%u,\"p99_us\":%u,\"p999_us\":%u,\"max_us\":%u,",
		(long long)done, (long long)elapsed_us / 1000, per_s, at_share(5000), at_share(9000), at_share(9900), at_share(9990), at_share(10000));
	print_statuses();
	printf(",\"errors\":%lld,\"unanswered\":%lld,\"bytes_in\":%llu}\n", (long long)errors, (long long)(begun - done),
		(unsigned long long)bytes_in);
}

static void print_idle(void)
{
	int open = 0, answered = 0;
	for (int i = 0; i < connections; i++) {
		open += conn[i].fd >= 0 && conn[i].state == READING;
		answered += conn[i].status == 200;
	}
	printf("{\"bench\":\"" STR_FMT "\",\"mode\":\"idle\",\"connections\":%d,\"answered\":%d,\"open_at_end\":%d,\"seconds\":%lld,"
		"\"errors\":%lld,\"bytes_in\":%llu}\n", STR_ARG(label), connections, answered, open, (long long)seconds, (long long)errors,
		(unsigned long long)bytes_in);
}

static int64_t number(const char *text, int64_t least, int64_t most)
{
	int64_t n;
	if (!text || !str_int(str_of(text), &n) || n < least || n > most) stop("a number on the command line is missing or out of bounds");
	return n;
}

static void address(const char *text)
{
	struct str s = str_of(text), rest = s;
	struct str ip = str_cut(&rest, S(":"));
	int64_t port;
	to.sin_family = AF_INET;
	if (!rest.p || !str_int(rest, &port) || port < 1 || port > 65535 || inet_pton(AF_INET, str_z(a, ip), &to.sin_addr) != 1)
		stop("--to takes an address such as 127.0.0.1:8080");
	to.sin_port = htons((uint16_t)port);
	host = s;
}

static void options(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		struct str o = str_of(argv[i]);
		if (str_is(o, "--idle")) {
			idle = true;
			continue;
		}
		const char *v = i + 1 < argc ? argv[++i] : NULL;
		if (!v) stop("an option lacks its value");
		if (str_is(o, "--to")) address(v);
		else if (str_is(o, "--file")) read_requests(slurp(v));
		else if (str_is(o, "--values")) read_values(slurp(v));
		else if (str_is(o, "--label")) label = str_of(v);
		else if (str_is(o, "--connections")) connections = (int)number(v, 1, CONNECTIONS_MAX);
		else if (str_is(o, "--rate")) rate = number(v, 1, 1000000);
		else if (str_is(o, "--count")) count = number(v, 1, COUNT_MAX);
		else if (str_is(o, "--seconds")) seconds = number(v, 1, 86400);
		else if (str_is(o, "--warm")) warm = number(v, 0, COUNT_MAX);
		else stop("unknown option; the head of test/bench/load.c explains them");
	}
	if (!to.sin_port || !requests) stop("--to and --file are needed");
}

int main(int argc, char **argv)
{
	a = arena_new(0);
	label = S("load");
	options(argc, argv);
	struct rlimit l;
	if (getrlimit(RLIMIT_NOFILE, &l) == 0) {
		l.rlim_cur = l.rlim_max;
		setrlimit(RLIMIT_NOFILE, &l);
	}
	seam_random(&run_id, sizeof run_id);
	poller = epoll_create1(EPOLL_CLOEXEC);
	conn = arena_newn(a, struct conn, connections);
	for (int i = 0; i < connections; i++) {
		conn[i].index = i;
		conn[i].fd = -1;
		conn[i].a = arena_new(0);
	}
	if (idle) {
		run_idle();
		print_idle();
		return 0;
	}
	for (int i = 0; i < connections; i++) conn_open(&conn[i]);
	run();
	print_result(seam_mono_us() - t0_us);
	return errors || done < begun;
}
