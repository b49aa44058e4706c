// events.c — text/event-stream: one ring of posted events for all topics, a cursor a listener.
//
// An event is formatted once. A listener that has nothing to send is suspended and costs its
// slot; it is resumed by a post to one of its topics, by its heartbeat, or by its end. The lock is
// held while libmicrohttpd suspends or resumes (it takes its own lock inside ours, never the other way round).
#include "base/seam.h"
#include "net/server.h"

#include <stdio.h>
#include <sys/socket.h>

enum { BUCKETS = 8192, DATA_MAX = 16 * 1024, TICK_US = 1000000 };

struct link {
	struct link *next, **at;       // chain of its bucket; *at points here
	struct listener *l;
	uint64_t hash;
	struct str topic;
};

struct listener {
	struct listener *next, *prev;
	struct in *r;
	struct link link[HTTP_TOPICS];
	size_t topics;
	uint64_t cursor;               // sequence number of the next event to look at
	size_t at;                     // bytes of that event already sent
	char small[160];               // what goes before events: greeting, reset, heartbeat
	size_t small_n, small_at;
	bool linked, suspended, ended;
	int64_t read_us;               // when bytes were last asked for
};

struct event {
	struct arena *a;
	uint64_t hash;
	struct str topic, text;
};

struct events {
	pthread_mutex_t lock;
	struct http *h;
	struct arena *a;
	uint64_t head;                 // sequence number of the next event
	uint64_t kept;
	struct event *ring;
	struct link **bucket;
	struct listener *all;
	uint64_t count;                // promised and linked listeners
	bool ended;
	uint32_t boot;
	int64_t ticked_us;
};

struct events *events_new(struct http *h)
{
	struct events *e = arena_new1(h->a, struct events);
	*e = (struct events){.h = h, .a = arena_new(0), .head = 1, .kept = (uint64_t)h->conf.events_kept};
	pthread_mutex_init(&e->lock, NULL);
	e->ring = arena_newn(e->a, struct event, e->kept);
	e->bucket = arena_newn(e->a, struct link *, BUCKETS);
	seam_random(&e->boot, sizeof e->boot);
	return e;
}

void events_free(struct events *e)
{
	if (!e) return;
	CHECK(!e->all);
	for (uint64_t i = 0; i < e->kept; i++) arena_free(e->ring[i].a);
	pthread_mutex_destroy(&e->lock);
	arena_free(e->a);
}

static uint64_t oldest(const struct events *e)
{
	return e->head > e->kept ? e->head - e->kept : 1;
}

static void say(struct listener *l, const char *text)
{
	int n = snprintf(l->small + l->small_n, sizeof l->small - l->small_n, "%s", text);
	CHECK(n >= 0 && (size_t)n < sizeof l->small - l->small_n);
	l->small_n += (size_t)n;
}

static void say_reset(struct events *e, struct listener *l)
{
	char text[96];
	snprintf(text, sizeof text, "id: %08x-%llu\nevent: reset\ndata: reset\n\n", e->boot, (unsigned long long)e->head - 1);
	say(l, text);
	l->cursor = e->head;
	l->at = 0;
}

static void wake(struct listener *l)
{
	if (!l->suspended) return;
	l->suspended = false;
	MHD_resume_connection(l->r->mhd);
}

// ---- posting --------------------------------------------------------------------------------------

// A line break of any kind begins a new "data:" line; the browser joins them with \n again.
static void put_data(struct buf *b, struct str data)
{
	buf_lit(b, "data: ");
	for (size_t i = 0; i < data.n; i++) {
		char c = data.p[i];
		if (c == '\r' && i + 1 < data.n && data.p[i + 1] == '\n') continue;
		if (c == '\r' || c == '\n') buf_lit(b, "\ndata: ");
		else buf_byte(b, c);
	}
	buf_lit(b, "\n\n");
}

void http_event_post(struct http *h, struct str topic, struct str name, struct str data)
{
	struct events *e = h->events;
	CHECK(data.n && data.n <= DATA_MAX && name.n && topic.n);
	for (size_t i = 0; i < name.n; i++) CHECK(name.p[i] != '\n' && name.p[i] != '\r');
	uint64_t hash = str_hash(topic);
	pthread_mutex_lock(&e->lock);
	struct event *v = &e->ring[e->head % e->kept];
	if (v->a) arena_reset(v->a);
	else v->a = arena_new(0);
	struct buf b = buf_new(v->a);
	buf_fmt(&b, "id: %08x-%llu\nevent: " STR_FMT "\n", e->boot, (unsigned long long)e->head, STR_ARG(name));
	put_data(&b, data);
	v->hash = hash;
	v->topic = str_copy(v->a, topic);
	v->text = buf_str(&b);
	e->head++;
	COUNT(h, events_posted);
	for (struct link *k = e->bucket[hash % BUCKETS]; k; k = k->next)
		if (k->hash == hash && str_eq(k->topic, topic)) wake(k->l);
	pthread_mutex_unlock(&e->lock);
}

void http_event_close(struct http *h, struct str topic)
{
	struct events *e = h->events;
	uint64_t hash = str_hash(topic);
	pthread_mutex_lock(&e->lock);
	for (struct link *k = e->bucket[hash % BUCKETS]; k; k = k->next) {
		if (k->hash != hash || !str_eq(k->topic, topic)) continue;
		k->l->ended = true;
		wake(k->l);
	}
	pthread_mutex_unlock(&e->lock);
}

void events_end_all(struct http *h)
{
	struct events *e = h->events;
	pthread_mutex_lock(&e->lock);
	e->ended = true;
	for (struct listener *l = e->all; l; l = l->next) wake(l);
	pthread_mutex_unlock(&e->lock);
}

// ---- listening ------------------------------------------------------------------------------------

static bool wants(const struct listener *l, const struct event *v)
{
	for (size_t i = 0; i < l->topics; i++)
		if (l->link[i].hash == v->hash && str_eq(l->link[i].topic, v->topic)) return true;
	return false;
}

// Where a listener that comes back goes on. False: what it missed is no longer known.
static bool resume_at(struct events *e, struct str last_id, uint64_t *cursor)
{
	char boot[16];
	snprintf(boot, sizeof boot, "%08x-", e->boot);
	int64_t seq;
	if (!str_starts(last_id, str_of(boot)) || !str_int(str_from(last_id, 9), &seq) || seq < 0) return false;
	*cursor = (uint64_t)seq + 1;
	return *cursor >= oldest(e) && *cursor <= e->head;
}

void http_listen(struct http_req *req, const struct str *topics, size_t n)
{
	struct in *r = (struct in *)req;
	struct events *e = r->h->events;
	CHECK(n && n <= HTTP_TOPICS);
	static const struct http_header headers[] = {
		{S("Cache-Control"), S("no-store")},
		{S("X-Accel-Buffering"), S("no")},
	};
	struct http_answer w = {.status = 200, .type = S("text/event-stream"), .header = headers, .headers = countof(headers)};
	worker_done(r);
	if (!in_claim(r)) {
		COUNT(r->h, late_replies);
		in_unref(r);
		return;
	}
	pthread_mutex_lock(&e->lock);
	bool room = !e->ended && e->count < (uint64_t)r->h->listeners_max;
	if (room) {
		e->count++;
		struct listener *l = arena_new1(req->a, struct listener);
		l->r = r;
		l->topics = n;
		l->read_us = seam_mono_us();
		for (size_t i = 0; i < n; i++)
			l->link[i] = (struct link){.l = l, .hash = str_hash(topics[i]), .topic = str_copy(req->a, topics[i])};
		say(l, "retry: 3000\n\n");
		struct str last_id = http_get_header(req, S("last-event-id"));
		l->cursor = e->head;
		if (last_id.n && !resume_at(e, last_id, &l->cursor)) say_reset(e, l);
		r->listener = l;
	}
	pthread_mutex_unlock(&e->lock);
	if (room) {
		answer_take(r, &w);
		COUNT(r->h, listeners);
	} else {
		r->refuse = 503;
	}
	in_ready(r);
	in_unref(r);
}

static ssize_t read_small(struct listener *l, char *to, size_t max)
{
	size_t n = l->small_n - l->small_at < max ? l->small_n - l->small_at : max;
	memcpy(to, l->small + l->small_at, n);
	l->small_at += n;
	if (l->small_at == l->small_n) l->small_n = l->small_at = 0;
	return (ssize_t)n;
}

// Bytes of the next event it wants; 0 when there is none.
static ssize_t read_event(struct events *e, struct listener *l, char *to, size_t max)
{
	for (; l->cursor < e->head; l->cursor++) {
		const struct event *v = &e->ring[l->cursor % e->kept];
		if (!wants(l, v)) continue;
		size_t n = v->text.n - l->at < max ? v->text.n - l->at : max;
		memcpy(to, v->text.p + l->at, n);
		l->at += n;
		if (l->at == v->text.n) {
			l->at = 0;
			l->cursor++;
			COUNT(e->h, events_sent);
		}
		return (ssize_t)n;
	}
	return 0;
}

static ssize_t read_locked(struct events *e, struct listener *l, char *to, size_t max)
{
	if (l->small_n) return read_small(l, to, max);
	if (l->cursor < oldest(e)) {         // too slow for the ring
		if (l->at) return MHD_CONTENT_READER_END_OF_STREAM;      // half an event is out: it must come back
		say_reset(e, l);
		return read_small(l, to, max);
	}
	ssize_t n = read_event(e, l, to, max);
	if (n) return n;
	if (l->ended || e->ended) return MHD_CONTENT_READER_END_OF_STREAM;
	l->suspended = true;
	MHD_suspend_connection(l->r->mhd);
	return 0;
}

static ssize_t on_read(void *ctx, uint64_t pos, char *to, size_t max)
{
	struct listener *l = ctx;
	struct events *e = l->r->h->events;
	pthread_mutex_lock(&e->lock);
	l->read_us = seam_mono_us();
	ssize_t n = read_locked(e, l, to, max);
	pthread_mutex_unlock(&e->lock);
	if (n > 0) COUNT_BY(l->r->h, bytes_out, (uint64_t)n);
	return n;
}

struct MHD_Response *events_response(struct in *r)
{
	struct events *e = r->h->events;
	struct listener *l = r->listener;
	in_deadline(r, PHASE_EVENTS, 0);
	struct MHD_Response *response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 1024, on_read, l, NULL);
	if (!response) return NULL;
	pthread_mutex_lock(&e->lock);
	l->read_us = seam_mono_us();
	l->next = e->all;
	if (e->all) e->all->prev = l;
	e->all = l;
	for (size_t i = 0; i < l->topics; i++) {
		struct link *k = &l->link[i], **first = &e->bucket[k->hash % BUCKETS];
		k->next = *first;
		k->at = first;
		if (*first) (*first)->at = &k->next;
		*first = k;
	}
	l->linked = true;
	pthread_mutex_unlock(&e->lock);
	return response;
}

void events_gone(struct in *r)
{
	struct listener *l = r->listener;
	if (!l) return;
	struct events *e = r->h->events;
	pthread_mutex_lock(&e->lock);
	if (l->linked) {
		if (l->prev) l->prev->next = l->next;
		else e->all = l->next;
		if (l->next) l->next->prev = l->prev;
		for (size_t i = 0; i < l->topics; i++) {
			struct link *k = &l->link[i];
			*k->at = k->next;
			if (k->next) k->next->at = k->at;
		}
	}
	e->count--;
	pthread_mutex_unlock(&e->lock);
	r->listener = NULL;
	UNCOUNT(r->h, listeners);
}

void events_tick(struct http *h, int64_t now_us)
{
	struct events *e = h->events;
	if (now_us - e->ticked_us < TICK_US) return;
	e->ticked_us = now_us;
	int64_t beat_us = h->conf.heartbeat_s * 1000000LL, stuck_us = beat_us + h->conf.send_s * 1000000LL;
	pthread_mutex_lock(&e->lock);
	for (struct listener *l = e->all; l; l = l->next) {
		int64_t quiet_us = now_us - l->read_us;
		if (l->suspended && quiet_us >= beat_us) {
			say(l, ":\n\n");
			wake(l);
		} else if (!l->suspended && quiet_us > stuck_us) {     // its peer reads nothing
			COUNT(h, cut_send);
			l->read_us = now_us;
			shutdown(l->r->conn->fd, SHUT_RDWR);
		}
	}
	pthread_mutex_unlock(&e->lock);
}
