// server.h — what the files of the HTTP server share; nobody outside net includes it.
//
// A connection is a slot that lives from accept to close. A request (struct in) is made when its
// first line is read and counted twice: once by its network thread until the answer is sent, once
// by the handler until it replies. So a deadline can answer while a handler still works.
#pragma once
#include "base/queue.h"
#include "net/http.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

enum phase {
	PHASE_IDLE,       // between requests
	PHASE_HEADER, PHASE_BODY,
	PHASE_HANDLER,    // suspended, a handler has it
	PHASE_SINK,       // suspended, a worker writes a piece of its body
	PHASE_SEND, PHASE_EVENTS,
};

struct conn {
	struct conn *next, *prev;      // of http.conns; `next` of the free list
	int fd;
	_Atomic int phase;
	_Atomic int64_t deadline_us;   // 0 = none; past it the socket is shut down
	struct in *waiting;            // under http.lock: the request that a handler has
	uint32_t uid;
};

enum step {
	STEP_NEW, STEP_BODY, STEP_DISCARD,
	STEP_UPLOAD_ASK,               // on_upload is deciding
	STEP_UPLOAD,                   // pieces go to the sink
	STEP_HANDLER,                  // complete, a handler has it or has answered
	STEP_SENT,
};

enum { ANSWER_WAITING, ANSWER_CLAIMED, ANSWER_READY };

struct in {
	struct http_req pub;           // first: http_req and in are the same address
	struct http *h;
	struct conn *conn;
	struct MHD_Connection *mhd;
	struct http_header *headers;
	size_t headers_cap;
	bool bad_header;
	const char *raw_target;        // in the library's buffer
	enum step step;                // network thread only
	bool counted;                  // in h->busy
	_Atomic int refs;
	_Atomic int state;             // ANSWER_…
	int refuse;                    // status the server itself answers, 0 = none
	struct http_answer answer;     // names, values and type zero-terminated in the arena
	struct listener *listener;     // the answer is an event stream
	struct arena *refusal_arena;
	uint64_t limit;
	struct buf body;
	int64_t body_began_us;
	struct http_sink sink;
	bool has_slot, sink_failed, last_piece;
	atomic_bool sink_open;         // whoever takes it away gives the sink its end
	char *piece;
	size_t piece_n;
};

enum { PIECE = 256 * 1024 };

struct counters {
#define COUNTERS(C) C(accepted) C(open) C(listeners) C(cut_header) C(cut_body) C(cut_idle) C(cut_send) \
	C(requests) C(in_handler) C(queue_full) C(deadline) C(refused) C(late_replies) C(handler_bugs) \
	C(bytes_in) C(bytes_out) C(events_posted) C(events_sent) C(latency_us)
#define C(name) _Atomic uint64_t name;
	COUNTERS(C)
#undef C
	_Atomic uint64_t status[6], latency[HTTP_BUCKETS];
};

#define COUNT(h, name) atomic_fetch_add_explicit(&(h)->stats.name, 1, memory_order_relaxed)
#define COUNT_BY(h, name, by) atomic_fetch_add_explicit(&(h)->stats.name, (by), memory_order_relaxed)
#define UNCOUNT(h, name) atomic_fetch_sub_explicit(&(h)->stats.name, 1, memory_order_relaxed)

struct events;

struct http {
	struct arena *a;               // guarded by lock after the start
	_Atomic int refs;              // the owner and every live request
	struct http_conf conf;
	struct http_hooks hooks;
	struct MHD_Daemon *tcp, *local;
	int tcp_fd, local_fd, port;
	int listeners_max;
	struct pool *handlers, *uploaders;
	_Atomic int uploads;
	struct thread *ticker;
	atomic_bool stopping, quit;
	_Atomic int64_t busy;          // requests from headers to sent
	pthread_mutex_t lock;          // conns, free list, arena
	struct conn *conns, *free_conns;
	struct events *events;
	struct counters stats;
};

// http.c
void in_unref(struct in *);
void in_refuse_late(struct in *);                  // answer 503 for a handler that does not; h->lock held
bool in_claim(struct in *);                        // true: the caller is the one who answers
void in_ready(struct in *);                        // publishes the claimed answer and resumes
void in_waiting(struct in *, bool);                // a handler has it, or no more: deadlines look there
void in_deadline(struct in *, enum phase, int64_t deadline_us);   // of its connection; 0 = none
int64_t in_s(int seconds);                         // that many seconds from now, monotonic

// answer.c
enum MHD_Result answer_send(struct in *);          // network thread: queues the MHD response
void answer_take(struct in *, const struct http_answer *);   // copies it into the request; any thread
void answer_drop(struct in *);                     // releases what an answer holds, sent or not

// upload.c
bool upload_ask(struct in *);                      // network thread, headers complete; false: no room
void upload_run(void *http, void *in);             // pool
enum MHD_Result upload_data(struct in *, const char *data, size_t *n);
enum MHD_Result upload_end(struct in *);
void upload_gone(struct in *);

// worker.c
void worker_run(void *http, void *in);             // pool
void worker_call(struct in *, void (*fn)(void *, struct http_req *));
void worker_done(struct in *);                     // this thread's handler has answered or given it on

// events.c
struct events *events_new(struct http *);
void events_free(struct events *);
void events_tick(struct http *, int64_t now_us);
void events_end_all(struct http *);
struct MHD_Response *events_response(struct in *);
void events_gone(struct in *);
