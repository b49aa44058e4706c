// http.h — the HTTP/1.1 server: a thin interface over libmicrohttpd.
//
// Owns    sockets, connection deadlines, request bodies, the request queue, event listeners.
// Needs   base. Knows no page, no user, no operation.
// Memory  a request has its arena; it lives until the handler has replied AND the answer is sent.
// Time    deadlines are monotonic microseconds (seam_mono_us).
// Errors  what a client did wrong before a handler sees it is answered here (400, 405, 413, 431,
//         503) in plain text; hooks->on_refusal may give it a face. Slow clients are cut.
// Threads on_headers runs on a network thread: no lock that is held long, no database.
//         Everything else runs on workers. http_reply, http_event_* are for any thread.
// Holds   (1) every request handed to on_request or on_upload gets exactly one answer;
//         (2) a full queue answers 503 with Retry-After from the network thread, nothing waits;
//         (3) a request past its deadline is answered 503 by the server and a late http_reply is
//             dropped without harm; (4) a handler may use its req until it calls http_reply, never after;
//         (5) paths that reach a handler are decoded, valid UTF-8, begin with '/', and have no
//             empty, "." or ".." segment, no control character, backslash or encoded slash;
//         (6) an upload sink gets either end (through on_request) or drop, exactly once.
#pragma once
#include "base/err.h"

struct http;
struct http_sink;

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_OPTIONS, HTTP_METHODS };

struct http_header { struct str name, value; };

enum http_body { HTTP_BODY_NONE, HTTP_BODY_BYTES, HTTP_BODY_STREAMED, HTTP_BODY_SINK_FAILED };

struct http_req {
	struct arena *a;               // the request's arena: one thread at a time, as the request itself
	enum http_method method;       // HEAD is answered like GET; the server leaves out the body
	struct str path;               // decoded and checked, "/case/12"
	struct str target;             // as the client wrote it, path and query; for logs use path's pattern instead
	struct str query;              // raw, without '?'; empty when absent
	const struct http_header *header;
	size_t headers;                // names in lower case; values that are no valid UTF-8 are left out
	struct str remote;             // "203.0.113.7", behind a trusted proxy what it forwarded; "unix" on the socket
	bool secure;                   // a trusted proxy said the client came over TLS
	bool local;                    // came over the Unix socket: `uid` is the peer's
	uint32_t uid;
	enum http_body body_kind;
	struct str body;               // HTTP_BODY_BYTES; may contain anything, check UTF-8 where it is text
	uint64_t body_size;            // bytes received, streamed ones too
	void *sink_ctx;                // HTTP_BODY_STREAMED and _SINK_FAILED: that of http_upload_accept
	int64_t started_us, deadline_us;
	void *user;                    // the handler's own
	struct http *server;
};

// Names in lower case. First value when repeated; empty (p == NULL) when absent.
struct str http_get_header(const struct http_req *, struct str name);
struct str http_get_cookie(const struct http_req *, struct str name);

// ---- answers ----------------------------------------------------------------------------

// Bytes that live as long as the server (embedded assets, pages of a cache that is never freed).
struct http_static {
	struct str type;               // Content-Type
	struct str plain;
	struct str gzip;               // the same bytes compressed, or empty
	struct str etag;               // with its quotes: "\"a1b2\""; empty = none
};

enum http_answer_kind {
	HTTP_ANSWER_BYTES,             // .body
	HTTP_ANSWER_STATIC,            // .fixed: If-None-Match -> 304, gzip when accepted
	HTTP_ANSWER_FILE,              // .fd, .fd_at, .fd_size: Range (one) and If-Range are honoured, the server closes fd
};

struct http_answer {
	int status;                    // 200 … 599
	enum http_answer_kind kind;
	struct str type;               // Content-Type; empty = none
	const struct http_header *header;   // Location, Set-Cookie, Cache-Control …; repeated names are sent repeated;
	                               // 2 KB in all, more may not fit beside a request's
	size_t headers;
	struct str body;               // in the request's arena, static, or kept until done is called
	bool compress;                 // BYTES: gzip when the client accepts it and it is worth it (on the caller's
	                               // thread). Not where a secret and a stranger's text share the body (BREACH).
	const struct http_static *fixed;
	int fd;                        // FILE
	uint64_t fd_at, fd_size;
	struct str etag;               // FILE and BYTES: with quotes; If-None-Match -> 304
	bool close;                    // close the connection after it
	void (*done)(void *ctx);       // optional: exactly once, when sent or given up; must not block
	void *done_ctx;
};

// The gzip of s, or an empty text when it would not be smaller; level 1 (for one answer) to 9 (for many).
struct str http_gzip(struct arena *, struct str s, int level);

// Answers a request, once, from any thread. Copies the struct, headers and type, not the body.
// The caller must not touch req (nor its arena) afterwards.
void http_reply(struct http_req *, const struct http_answer *);

// "I keep this request and somebody else will call http_reply": must be called by the handler
// before the request becomes visible to another thread. A handler that returns with neither has a bug: 500.
void http_defer(struct http_req *);

// ---- events (text/event-stream) -----------------------------------------------------------
//
// A listener follows up to HTTP_TOPICS topics ("case/12", "hall/3"). Events have one sequence over
// all topics; the last conf.events_kept are kept, so that a listener that comes back with
// Last-Event-ID gets what it missed. When that is no longer known (or the server restarted) it gets an
// event named "reset": load the page's data again. Idle listeners get a comment line every conf.heartbeat_s.
enum { HTTP_TOPICS = 8 };
void http_listen(struct http_req *, const struct str *topics, size_t n);   // is the request's answer (200 or 503)
void http_event_post(struct http *, struct str topic, struct str name, struct str data);   // data: any text; 16 KB at most
void http_event_close(struct http *, struct str topic);     // ends its listeners (a session that was signed out)

// ---- bodies and uploads -------------------------------------------------------------------

// What on_headers answers. `stream`: the body does not go to memory; on_upload is called on a
// worker, decides (session, rights, quota), and calls http_upload_accept or http_reply.
// `now`: answered at once on the network thread (embedded assets, cached public pages: BYTES or
// STATIC); what it points to must last as long as the request (req->a will do).
struct http_intake { uint64_t limit; bool stream; const struct http_answer *now; };

struct http_sink {
	void *ctx;
	bool (*write)(void *ctx, struct str piece);   // worker thread, in order, up to 256 KB; false = failed, rest is discarded
	void (*drop)(void *ctx);                      // the client went away or was cut: delete what there is (any thread)
};
void http_upload_accept(struct http_req *, uint64_t limit, const struct http_sink *);
// After the last piece on_request is called with body_kind HTTP_BODY_STREAMED (or _SINK_FAILED).
// req must not be touched between http_upload_accept and on_request.

// ---- the server ---------------------------------------------------------------------------

struct http_hooks {
	void *ctx;
	struct http_intake (*on_headers)(void *ctx, const struct http_req *);    // optional; default conf.body_limit
	void (*on_upload)(void *ctx, struct http_req *);                          // needed when on_headers streams
	void (*on_request)(void *ctx, struct http_req *);
	// Optional: gives refusals of the server itself a body (an error page, a JSON error). Network
	// thread; status is 400, 405, 413, 431, 500 or 503. Allocate in `a`, not in req->a (a late handler
	// may still use that); req->path may be empty. Returns false to leave the plain text.
	bool (*on_refusal)(void *ctx, struct arena *a, const struct http_req *, int status, struct http_answer *);
};

struct http_conf {
	struct str listen;             // "127.0.0.1:8080", "[::1]:8080", ":8080" (all); port 0 = any free; empty = none
	struct str unix_path;          // Unix socket for the command line; empty = none
	int net_threads, workers;      // 2, and 0 = 2 * cores
	int queue;                     // requests waiting for a worker: 512
	int connections, listeners;    // 0 = what the file-descriptor limit allows (listeners: 80 % of connections)
	int connection_memory;         // bytes of library memory a connection: 8192
	int header_s, body_s, idle_s, send_s, request_s;   // deadlines
	int min_rate;                  // bytes a second a body must keep beyond body_s and send_s
	uint64_t body_limit;           // default when on_headers is absent: 256 KB
	uint64_t drain;                // an oversized body is read and thrown away up to this before 413: 64 MB
	int uploads;                   // streamed uploads at a time: 32
	int events_kept;               // 4096
	int heartbeat_s;               // 15
	int grace_s;                   // http_stop waits this long for handlers
	int retry_after_s;             // of 503
	struct str proxies;            // trusted proxies' addresses, comma-separated: X-Forwarded-For and -Proto are theirs
};

struct http_conf http_conf_default(void);     // from the settings (base/set.h)
must_use struct err *http_start(struct arena *, const struct http_conf *, const struct http_hooks *, struct http **out);
int http_port(const struct http *);           // the TCP port it listens on; 0 = none

// Stops accepting, ends listeners, lets handlers finish for conf.grace_s, answers the rest 503,
// joins its threads. Call it while whatever replies (the store) still runs.
void http_stop(struct http *);

// Counters since the start, for /metrics.
enum { HTTP_BUCKETS = 16 };                   // latency up to 0.25 ms * 2^i; the last is everything above
struct http_stats {
	uint64_t accepted, open, listeners;         // connections
	uint64_t cut_header, cut_body, cut_idle, cut_send;   // connections cut at a deadline
	uint64_t requests, in_handler, queued, queue_full, deadline, refused, late_replies, handler_bugs;
	uint64_t status[6];                         // [2] = 2xx …
	uint64_t bytes_in, bytes_out;               // bodies
	uint64_t events_posted, events_sent;
	uint64_t latency[HTTP_BUCKETS], latency_us;   // headers complete to answer given
};
void http_stats(const struct http *, struct http_stats *out);
uint64_t http_bucket_us(int i);               // upper bound of bucket i; UINT64_MAX for the last
