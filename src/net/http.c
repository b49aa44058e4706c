// http.c — starting, connections, requests on the network threads, deadlines, stopping.
#include "base/seam.h"
#include "net/parse.h"
#include "net/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { TICK_MS = 100, FDS_KEPT = 256, ANSWER_HEADERS = 2560 };

// ---- lives ----------------------------------------------------------------------------------

static void http_unref(struct http *h)
{
	if (atomic_fetch_sub(&h->refs, 1) != 1) return;
	pthread_mutex_destroy(&h->lock);
	arena_free(h->a);
}

void in_unref(struct in *r)
{
	if (atomic_fetch_sub(&r->refs, 1) != 1) return;
	struct http *h = r->h;
	answer_drop(r);
	arena_free(r->refusal_arena);
	arena_free(r->pub.a);
	http_unref(h);
}

bool in_claim(struct in *r)
{
	int waiting = ANSWER_WAITING;
	return atomic_compare_exchange_strong(&r->state, &waiting, ANSWER_CLAIMED);
}

void in_ready(struct in *r)
{
	struct MHD_Connection *mhd = r->mhd;
	atomic_store(&r->state, ANSWER_READY);
	MHD_resume_connection(mhd);
}

void in_refuse_late(struct in *r)
{
	if (!in_claim(r)) return;
	r->refuse = 503;
	in_ready(r);
}

static void phase_set(struct conn *c, enum phase p, int64_t deadline_us)
{
	atomic_store_explicit(&c->deadline_us, deadline_us, memory_order_relaxed);
	atomic_store_explicit(&c->phase, p, memory_order_relaxed);
}

void in_deadline(struct in *r, enum phase p, int64_t deadline_us)
{
	phase_set(r->conn, p, deadline_us);
}

int64_t in_s(int seconds)
{
	return seam_mono_us() + seconds * 1000000LL;
}

void in_waiting(struct in *r, bool waiting)
{
	struct http *h = r->h;
	pthread_mutex_lock(&h->lock);
	bool was = r->conn->waiting != NULL;
	r->conn->waiting = waiting ? r : NULL;
	pthread_mutex_unlock(&h->lock);
	if (waiting && !was) COUNT(h, in_handler);
	if (!waiting && was) UNCOUNT(h, in_handler);
}

// ---- connections ------------------------------------------------------------------------------

static struct conn *conn_of(struct MHD_Connection *mhd)
{
	return MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

static void conn_open(struct http *h, struct MHD_Connection *mhd, void **context)
{
	pthread_mutex_lock(&h->lock);
	struct conn *c = h->free_conns;
	if (c) h->free_conns = c->next;
	else c = arena_new1(h->a, struct conn);
	*c = (struct conn){.next = h->conns, .fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd};
	phase_set(c, PHASE_HEADER, in_s(h->conf.header_s));
	if (h->conns) h->conns->prev = c;
	h->conns = c;
	pthread_mutex_unlock(&h->lock);
	// A peer that vanished must not hold its place until the kernel's 15 minutes are over.
	int on = 1;
	unsigned unacked_ms = (unsigned)h->conf.send_s * 1000;
	setsockopt(c->fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
	setsockopt(c->fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacked_ms, sizeof unacked_ms);
	COUNT(h, accepted);
	COUNT(h, open);
	*context = c;
}

static void conn_close(struct http *h, void **context)
{
	struct conn *c = *context;
	if (!c) return;
	*context = NULL;
	pthread_mutex_lock(&h->lock);
	if (c->prev) c->prev->next = c->next;
	else h->conns = c->next;
	if (c->next) c->next->prev = c->prev;
	c->next = h->free_conns;
	h->free_conns = c;
	pthread_mutex_unlock(&h->lock);
	UNCOUNT(h, open);
}

static void on_connection(void *ctx, struct MHD_Connection *mhd, void **context, enum MHD_ConnectionNotificationCode code)
{
	if (code == MHD_CONNECTION_NOTIFY_STARTED) conn_open(ctx, mhd, context);
	else conn_close(ctx, context);
}

// ---- a request's headers -----------------------------------------------------------------------

static void *on_first_line(void *ctx, const char *target, struct MHD_Connection *mhd)
{
	struct http *h = ctx;
	struct arena *a = arena_new(0);
	struct in *r = arena_new1(a, struct in);
	*r = (struct in){.h = h, .mhd = mhd, .conn = conn_of(mhd), .body = buf_new(a), .raw_target = target};
	atomic_init(&r->refs, 1);
	atomic_fetch_add(&h->refs, 1);
	r->pub = (struct http_req){.a = a, .server = h, .target = str_copy(a, str_of(target)), .started_us = seam_mono_us()};
	if (atomic_load(&r->conn->phase) == PHASE_IDLE) phase_set(r->conn, PHASE_HEADER, in_s(h->conf.header_s));
	return r;
}

static enum MHD_Result take_header(void *ctx, enum MHD_ValueKind kind, const char *key, size_t key_n,
	const char *value, size_t value_n)
{
	struct in *r = ctx;
	struct str v = {value ? value : "", value ? value_n : 0};
	struct str name = str_lower_ascii(r->pub.a, (struct str){key, key_n});
	bool frames = str_is(name, "content-length") || str_is(name, "transfer-encoding") || str_is(name, "host");
	if (!parse_token(name) || !parse_header_text(v) || (frames && !utf8_valid(v))) {
		r->bad_header = true;      // "Content-Length : 4" is another name to us, but not to everybody
		return MHD_YES;
	}
	if (!utf8_valid(v)) return MHD_YES;
	size_t n = r->pub.headers;
	struct http_header *head = vec_push(r->pub.a, r->headers, n, r->headers_cap);
	head->name = name;
	head->value = str_copy(r->pub.a, v);
	r->pub.headers = n;
	r->pub.header = r->headers;
	return MHD_YES;
}

struct str http_get_header(const struct http_req *req, struct str name)
{
	for (size_t i = 0; i < req->headers; i++)
		if (str_eq(req->header[i].name, name)) return req->header[i].value;
	return (struct str){0};
}

struct str http_get_cookie(const struct http_req *req, struct str name)
{
	for (size_t i = 0; i < req->headers; i++) {
		if (!str_is(req->header[i].name, "cookie")) continue;
		struct str value = parse_cookie(req->header[i].value, name);
		if (value.p) return value;
	}
	return (struct str){0};
}

static bool method_of(const char *z, enum http_method *out)
{
	static const char *const names[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
	for (size_t i = 0; i < countof(names); i++)
		if (strcmp(z, names[i]) == 0) return *out = (enum http_method)i, true;
	return false;
}

static void remote_of(struct in *r)
{
	struct http_req *q = &r->pub;
	const struct sockaddr *sa = MHD_get_connection_info(r->mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
	char text[INET6_ADDRSTRLEN] = "";
	if (sa && sa->sa_family == AF_INET) {
		inet_ntop(AF_INET, &((const struct sockaddr_in *)sa)->sin_addr, text, sizeof text);
	} else if (sa && sa->sa_family == AF_INET6) {
		const struct in6_addr *six = &((const struct sockaddr_in6 *)sa)->sin6_addr;
		if (IN6_IS_ADDR_V4MAPPED(six)) inet_ntop(AF_INET, &six->s6_addr[12], text, sizeof text);
		else inet_ntop(AF_INET6, six, text, sizeof text);
	} else {
		struct ucred peer;
		socklen_t n = sizeof peer;
		q->local = getsockopt(r->conn->fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) == 0;
		q->uid = q->local ? peer.uid : UINT32_MAX;
		q->remote = S("unix");
		return;
	}
	q->remote = str_copy(q->a, str_of(text));
	if (!parse_listed(r->h->conf.proxies, q->remote)) return;
	// Only the last entry was written by the proxy itself; those before it are the client's word.
	struct str list = http_get_header(q, S("x-forwarded-for")), last = {0};
	while (list.p) last = str_trim(str_cut(&list, S(",")));
	struct in6_addr scratch;
	if (last.n && last.n < sizeof text) {
		const char *z = str_z(q->a, last);
		if (inet_pton(AF_INET, z, &scratch) == 1 || inet_pton(AF_INET6, z, &scratch) == 1) q->remote = last;
	}
	q->secure = str_is(http_get_header(q, S("x-forwarded-proto")), "https");
}

// How the body is framed. libmicrohttpd reads it; what two readers could see differently (request
// smuggling) is refused here, before it.
static bool framing_ok(const struct http_req *q, bool *has_body, uint64_t *length)
{
	size_t lengths = 0, codings = 0, hosts = 0;
	for (size_t i = 0; i < q->headers; i++) {
		struct str name = q->header[i].name, v = q->header[i].value;
		if (str_is(name, "host")) hosts++;
		if (str_is(name, "transfer-encoding")) {
			codings++;
			if (!str_is(v, "chunked")) return false;
		}
		if (str_is(name, "content-length")) {
			lengths++;
			int64_t n;
			if (!v.n || v.n > 18 || v.p[0] < '0' || v.p[0] > '9' || !str_int(v, &n)) return false;
			*length = (uint64_t)n;
		}
	}
	*has_body = codings || *length;
	return lengths <= 1 && codings <= 1 && hosts <= 1 && !(lengths && codings);
}

struct ask { struct in *r; struct http_intake intake; };

static void ask_headers(void *arg)
{
	struct ask *k = arg;
	k->intake = k->r->h->hooks.on_headers(k->r->h->hooks.ctx, &k->r->pub);
}

static enum MHD_Result refuse_now(struct in *r, int status, bool framing_known, uint64_t length)
{
	r->refuse = status;
	r->answer.close = true;
	// Answering before the body is read makes the kernel reset the connection, and the client may lose
	// the answer; so a body of tolerable size is read and thrown away first.
	bool waits = str_is(http_get_header(&r->pub, S("expect")), "100-continue");
	if (framing_known && !waits && length <= r->h->conf.drain) {
		r->step = STEP_DISCARD;
		return MHD_YES;
	}
	atomic_store(&r->state, ANSWER_READY);
	return answer_send(r);
}

static enum MHD_Result headers_complete(struct in *r, const char *method, const char *version)
{
	struct http *h = r->h;
	struct http_req *q = &r->pub;
	uint64_t length = 0;
	bool has_body = false;
	r->counted = true;
	atomic_fetch_add(&h->busy, 1);
	COUNT(h, requests);
	MHD_get_connection_values_n(r->mhd, MHD_HEADER_KIND, take_header, r);
	r->body_began_us = seam_mono_us();
	phase_set(r->conn, PHASE_BODY, in_s(h->conf.body_s));
	remote_of(r);
	// The library hands the target on as a C string: between it and the version stands one blank, or a zero hid in it.
	if (version - r->raw_target != (ptrdiff_t)q->target.n + 1) return refuse_now(r, 400, false, 0);
	if (r->bad_header || !framing_ok(q, &has_body, &length)) return refuse_now(r, 400, false, 0);
	if (!parse_target(q->a, q->target, &q->path, &q->query)) {
		q->path = q->query = S("");
		return refuse_now(r, 400, true, length);
	}
	if (!method_of(method, &q->method)) return refuse_now(r, 405, true, length);
	// The answer's headers come out of the same memory: without room the library would just hang up.
	size_t size = MHD_get_connection_info(r->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size;
	if (size + ANSWER_HEADERS > (size_t)h->conf.connection_memory) return refuse_now(r, 431, true, length);
	if (atomic_load(&h->stopping)) return refuse_now(r, 503, true, length);

	struct ask k = {r, {.limit = h->conf.body_limit}};
	if (h->hooks.on_headers && !check_guard(ask_headers, &k)) {
		COUNT(h, handler_bugs);
		return refuse_now(r, 500, true, length);
	}
	r->limit = k.intake.limit;
	if (k.intake.now) {
		answer_take(r, k.intake.now);
		atomic_store(&r->state, ANSWER_READY);
		r->step = STEP_DISCARD;
		return MHD_YES;
	}
	if (k.intake.stream && has_body) return upload_ask(r) ? MHD_YES : refuse_now(r, 503, true, length);
	if (length > r->limit) return refuse_now(r, 413, true, length);
	r->step = STEP_BODY;
	return MHD_YES;
}

// ---- a request's body, dispatch, answer ----------------------------------------------------------

static enum MHD_Result dispatch(struct in *r)
{
	struct http *h = r->h;
	struct http_req *q = &r->pub;
	if (r->step == STEP_BODY && q->body_size) {
		q->body_kind = HTTP_BODY_BYTES;
		q->body = buf_str(&r->body);
	}
	if (r->step == STEP_UPLOAD) return upload_end(r);
	r->step = STEP_HANDLER;
	q->deadline_us = in_s(h->conf.request_s);
	phase_set(r->conn, PHASE_HANDLER, 0);
	atomic_fetch_add(&r->refs, 1);
	in_waiting(r, true);
	MHD_suspend_connection(r->mhd);
	if (pool_push(h->handlers, r)) return MHD_YES;
	COUNT(h, queue_full);
	if (in_claim(r)) {       // else the deadline was faster; either way it is resumed once
		r->refuse = 503;
		in_ready(r);
	}
	in_unref(r);
	return MHD_YES;
}

static void latency_count(struct in *r)
{
	uint64_t us = (uint64_t)(seam_mono_us() - r->pub.started_us);
	int i = 0;
	while (i < HTTP_BUCKETS - 1 && us > http_bucket_us(i)) i++;
	COUNT(r->h, latency[i]);
	COUNT_BY(r->h, latency_us, us);
}

static enum MHD_Result send_now(struct in *r)
{
	latency_count(r);
	return answer_send(r);
}

static enum MHD_Result on_data(struct in *r, const char *data, size_t *n)
{
	struct http *h = r->h;
	struct http_req *q = &r->pub;
	if (r->step == STEP_UPLOAD) return upload_data(r, data, n);
	q->body_size += *n;
	COUNT_BY(h, bytes_in, *n);
	int64_t grace_us = h->conf.body_s * 1000000LL;
	phase_set(r->conn, PHASE_BODY,
		r->body_began_us + grace_us + (int64_t)(q->body_size * 1000000 / (uint64_t)h->conf.min_rate));
	if (r->step == STEP_BODY && q->body_size > r->limit) {
		r->step = STEP_DISCARD;
		r->refuse = 413;
		r->answer.close = true;
		r->body = (struct buf){.a = q->a};
	}
	if (r->step == STEP_BODY) buf_add(&r->body, (struct str){data, *n});
	else if (q->body_size > h->conf.drain) return MHD_NO;
	*n = 0;
	return MHD_YES;
}

// on_upload came back: it answered, or took the body. A connection that was suspended at its headers is
// shown them once more before its body.
static enum MHD_Result upload_answered(struct in *r)
{
	r->body_began_us = seam_mono_us();
	phase_set(r->conn, PHASE_BODY, in_s(r->h->conf.body_s));
	if (atomic_load(&r->state) != ANSWER_READY) {
		r->step = STEP_UPLOAD;
		return MHD_YES;
	}
	in_waiting(r, false);
	r->step = STEP_DISCARD;
	bool waits = str_is(http_get_header(&r->pub, S("expect")), "100-continue");
	return waits ? send_now(r) : MHD_YES;
}

static enum MHD_Result on_access(void *ctx, struct MHD_Connection *mhd, const char *url, const char *method,
	const char *version, const char *data, size_t *data_n, void **context)
{
	struct in *r = *context;
	CHECK(r);
	if (r->step == STEP_NEW) return headers_complete(r, method, version);
	if (r->step == STEP_UPLOAD_ASK) return upload_answered(r);
	if (*data_n) return on_data(r, data, data_n);
	switch (r->step) {
	case STEP_DISCARD:
		return send_now(r);
	case STEP_BODY: case STEP_UPLOAD:
		return dispatch(r);
	case STEP_HANDLER:
		if (atomic_load(&r->state) != ANSWER_READY) return MHD_YES;
		in_waiting(r, false);
		return send_now(r);
	default:
		return MHD_NO;
	}
}

static void on_completed(void *ctx, struct MHD_Connection *mhd, void **context, enum MHD_RequestTerminationCode why)
{
	struct in *r = *context;
	if (!r) return;
	*context = NULL;
	struct http *h = r->h;
	struct conn *c = r->conn;
	in_waiting(r, false);
	phase_set(c, PHASE_IDLE, in_s(h->conf.idle_s));
	events_gone(r);
	upload_gone(r);
	if (r->counted) atomic_fetch_sub(&h->busy, 1);
	in_unref(r);
}

static size_t keep_escapes(void *ctx, struct MHD_Connection *mhd, char *s)
{
	return strlen(s);
}

// ---- deadlines ----------------------------------------------------------------------------------

static void cut(struct http *h, struct conn *c, enum phase p)
{
	switch (p) {
	case PHASE_HEADER: COUNT(h, cut_header); break;
	case PHASE_BODY: COUNT(h, cut_body); break;
	case PHASE_IDLE: COUNT(h, cut_idle); break;
	default: COUNT(h, cut_send); break;
	}
	atomic_store_explicit(&c->deadline_us, 0, memory_order_relaxed);
	shutdown(c->fd, SHUT_RDWR);      // its network thread sees the end and closes; the number stays ours till then
}

static void tick(struct http *h, int64_t now_us)
{
	pthread_mutex_lock(&h->lock);
	for (struct conn *c = h->conns; c; c = c->next) {
		int64_t deadline = atomic_load_explicit(&c->deadline_us, memory_order_relaxed);
		enum phase p = (enum phase)atomic_load_explicit(&c->phase, memory_order_relaxed);
		if (deadline && now_us > deadline) cut(h, c, p);
		if (p == PHASE_HANDLER && c->waiting && now_us > c->waiting->pub.deadline_us
			&& atomic_load(&c->waiting->state) == ANSWER_WAITING) {
			COUNT(h, deadline);
			in_refuse_late(c->waiting);
		}
	}
	pthread_mutex_unlock(&h->lock);
	events_tick(h, now_us);
}

static void ticker_main(void *arg)
{
	struct http *h = arg;
	while (!atomic_load(&h->quit)) {
		poll(NULL, 0, TICK_MS);
		tick(h, seam_mono_us());
	}
}

// ---- start ----------------------------------------------------------------------------------------

static int raise_fds(void)
{
	struct rlimit l;
	if (getrlimit(RLIMIT_NOFILE, &l)) return 1024;
	l.rlim_cur = l.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &l)) getrlimit(RLIMIT_NOFILE, &l);
	return l.rlim_cur > 1000000 ? 1000000 : (int)l.rlim_cur;
}

static struct err *listen_error(struct arena *a, struct str where)
{
	return err_args(a, E_LISTEN, where, str_of(strerror(errno)), S(""));
}

static struct err *listen_tcp(struct arena *a, struct str where, int *fd, int *port)
{
	struct str host;
	if (!parse_address(where, &host, port)) return err_arg(a, E_LISTEN_ADDRESS, where);
	struct addrinfo want = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV}, *found = NULL;
	char *service = str_z(a, str_fmt(a, "%d", *port));
	char *node = host.n ? str_z(a, str_is(host, "localhost") ? S("127.0.0.1") : host) : NULL;
	want.ai_family = node ? AF_UNSPEC : AF_INET6;
	if (node) want.ai_flags |= AI_NUMERICHOST;
	if (getaddrinfo(node, service, &want, &found)) return err_arg(a, E_LISTEN_ADDRESS, where);
	int on = 1, off = 0;
	*fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_storage at;
	socklen_t n = found->ai_addrlen;
	memcpy(&at, found->ai_addr, n);
	freeaddrinfo(found);
	if (*fd < 0) return listen_error(a, where);
	setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (at.ss_family == AF_INET6) setsockopt(*fd, IPPROTO_IPV6, IPV6_V6ONLY, node ? &on : &off, sizeof off);
	if (bind(*fd, (struct sockaddr *)&at, n) || listen(*fd, 4096)) {
		struct err *e = listen_error(a, where);
		close(*fd);
		return e;
	}
	n = sizeof at;
	getsockname(*fd, (struct sockaddr *)&at, &n);
	*port = ntohs(at.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&at)->sin6_port : ((struct sockaddr_in *)&at)->sin_port);
	return NULL;
}

static struct err *listen_unix(struct arena *a, struct str path, int *fd)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	if (path.n >= sizeof at.sun_path) {
		errno = ENAMETOOLONG;
		return listen_error(a, path);
	}
	memcpy(at.sun_path, path.p, path.n);
	*fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*fd < 0) return listen_error(a, path);
	// A socket file that nobody answers is left over from a process that was killed.
	int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool taken = connect(probe, (struct sockaddr *)&at, sizeof at) == 0;
	close(probe);
	if (!taken) unlink(at.sun_path);
	mode_t before = umask(0177);
	bool ok = bind(*fd, (struct sockaddr *)&at, sizeof at) == 0 && listen(*fd, 64) == 0;
	umask(before);
	if (ok) return NULL;
	struct err *e = listen_error(a, path);
	close(*fd);
	return e;
}

// Stopping closes new connections at once. MHD_quiesce_daemon would refuse them, but in 0.9.75 it and a
// polling thread may both remove the listening socket from epoll, and the second to come panics.
static enum MHD_Result admits(void *http, const struct sockaddr *from, socklen_t n)
{
	return atomic_load(&((struct http *)http)->stopping) ? MHD_NO : MHD_YES;
}

// The daemon owns `fd` and closes it.
static struct MHD_Daemon *daemon_start(struct http *h, int fd, int threads, int connections)
{
	struct MHD_OptionItem pool[] = {
		{MHD_OPTION_THREAD_POOL_SIZE, threads, NULL},
		{MHD_OPTION_END, 0, NULL},
	};
	if (threads < 2) pool[0].option = MHD_OPTION_END;
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC;
	return MHD_start_daemon(flags, 0, admits, h, on_access, h,
		MHD_OPTION_LISTEN_SOCKET, fd,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)connections,
		MHD_OPTION_CONNECTION_TIMEOUT, 0u,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)h->conf.connection_memory,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, h,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, h,
		MHD_OPTION_URI_LOG_CALLBACK, on_first_line, h,
		MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, h,
		MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_ARRAY, pool,
		MHD_OPTION_END);
}

static void start_threads(struct http *h)
{
	int cores = (int)sysconf(_SC_NPROCESSORS_ONLN);
	int workers = h->conf.workers ? h->conf.workers : 2 * (cores > 0 ? cores : 1);
	h->handlers = pool_start("worker", workers, (size_t)h->conf.queue, worker_run, h);
	h->uploaders = pool_start("upload", 2, (size_t)h->conf.uploads + 1, upload_run, h);
	h->ticker = thread_start("net-tick", ticker_main, h);
}

must_use struct err *http_start(struct arena *a, const struct http_conf *conf, const struct http_hooks *hooks,
	struct http **out)
{
	CHECK(hooks->on_request && conf->queue > 0 && conf->min_rate > 0 && conf->uploads > 0 && conf->events_kept > 0);
	struct arena *own = arena_new(0);
	struct http *h = arena_new1(own, struct http);
	*h = (struct http){.a = own, .conf = *conf, .hooks = *hooks, .tcp_fd = -1, .local_fd = -1};
	atomic_init(&h->refs, 1);
	pthread_mutex_init(&h->lock, NULL);
	h->conf.listen = str_copy(own, conf->listen);
	h->conf.unix_path = (struct str){str_z(own, conf->unix_path), conf->unix_path.n};
	h->conf.proxies = str_copy(own, conf->proxies);
	int fds = raise_fds() - FDS_KEPT;
	int cap = conf->connections && conf->connections < fds ? conf->connections : fds > 16 ? fds : 16;
	h->listeners_max = conf->listeners && conf->listeners < cap * 4 / 5 ? conf->listeners : cap * 4 / 5;
	struct err *e = NULL;
	if (conf->listen.n) e = listen_tcp(a, h->conf.listen, &h->tcp_fd, &h->port);
	if (!e && conf->unix_path.n) {
		e = listen_unix(a, h->conf.unix_path, &h->local_fd);
		if (e && h->tcp_fd >= 0) close(h->tcp_fd);
	}
	if (e) {
		http_unref(h);
		return e;
	}
	h->events = events_new(h);
	start_threads(h);
	if (h->tcp_fd >= 0) h->tcp = daemon_start(h, h->tcp_fd, h->conf.net_threads, cap);
	if (h->local_fd >= 0) h->local = daemon_start(h, h->local_fd, 1, cap < 256 ? cap : 256);
	if ((h->tcp_fd >= 0 && !h->tcp) || (h->local_fd >= 0 && !h->local)) {
		e = listen_error(a, conf->listen.n ? conf->listen : conf->unix_path);
		http_stop(h);
		return e;
	}
	*out = h;
	return NULL;
}

int http_port(const struct http *h)
{
	return h->tcp ? h->port : 0;
}

// ---- stop -------------------------------------------------------------------------------------------

static void wait_idle(struct http *h, int64_t until_us)
{
	while (atomic_load(&h->busy) > 0 && seam_mono_us() < until_us) poll(NULL, 0, 5);
}

// Whoever still waits is told so. Handlers that come back later find their request answered.
static void refuse_all(struct http *h)
{
	pthread_mutex_lock(&h->lock);
	for (struct conn *c = h->conns; c; c = c->next)
		if (c->waiting) in_refuse_late(c->waiting);
	pthread_mutex_unlock(&h->lock);
}

void http_stop(struct http *h)
{
	if (!h) return;
	atomic_store(&h->stopping, true);
	events_end_all(h);
	wait_idle(h, in_s(h->conf.grace_s));
	refuse_all(h);
	pool_stop(h->uploaders);
	pool_stop(h->handlers);
	refuse_all(h);       // what they deferred meanwhile; from here on every push fails, so none is left suspended
	wait_idle(h, in_s(1));
	atomic_store(&h->quit, true);
	thread_join(h->ticker);
	if (h->tcp) MHD_stop_daemon(h->tcp);
	if (h->local) MHD_stop_daemon(h->local);
	if (h->local) unlink(h->conf.unix_path.p);
	events_free(h->events);
	http_unref(h);
}

// ---- figures ------------------------------------------------------------------------------------------

uint64_t http_bucket_us(int i)
{
	return i >= HTTP_BUCKETS - 1 ? UINT64_MAX : (uint64_t)250 << i;
}

void http_stats(const struct http *h, struct http_stats *out)
{
	const struct counters *s = &h->stats;
	*out = (struct http_stats){.queued = pool_depth(h->handlers)};
#define C(name) out->name = atomic_load_explicit(&s->name, memory_order_relaxed);
	COUNTERS(C)
#undef C
	for (size_t i = 0; i < countof(out->status); i++) out->status[i] = atomic_load_explicit(&s->status[i], memory_order_relaxed);
	for (int i = 0; i < HTTP_BUCKETS; i++) out->latency[i] = atomic_load_explicit(&s->latency[i], memory_order_relaxed);
}
