// upload.c — big bodies: collected in pieces on the network thread, written by workers while the
// connection is suspended, so that a slow disk slows its own upload and nothing else.
#include "base/seam.h"
#include "net/server.h"

// Pushes to the upload pool cannot fail for want of room (each upload has at most one piece under
// way), only because the server stops.
static enum MHD_Result hand_over(struct in *r, enum phase p)
{
	in_deadline(r, p, 0);
	atomic_fetch_add(&r->refs, 1);
	MHD_suspend_connection(r->mhd);
	if (pool_push(r->h->uploaders, r)) return MHD_YES;
	if (in_claim(r)) {
		r->refuse = 503;
		in_ready(r);
	}
	in_unref(r);
	return MHD_YES;
}

bool upload_ask(struct in *r)
{
	struct http *h = r->h;
	CHECK(h->hooks.on_upload);
	if (atomic_fetch_add(&h->uploads, 1) >= h->conf.uploads) {
		atomic_fetch_sub(&h->uploads, 1);
		COUNT(h, queue_full);
		return false;
	}
	r->has_slot = true;
	r->step = STEP_UPLOAD_ASK;
	r->pub.deadline_us = in_s(h->conf.request_s);
	in_waiting(r, true);
	hand_over(r, PHASE_HANDLER);
	return true;
}

void http_upload_accept(struct http_req *req, uint64_t limit, const struct http_sink *sink)
{
	struct in *r = (struct in *)req;
	CHECK(r->step == STEP_UPLOAD_ASK && sink->write && sink->drop);
	worker_done(r);
	if (!in_claim(r)) {        // the deadline was faster
		sink->drop(sink->ctx);
		in_unref(r);
		return;
	}
	r->limit = limit;
	r->sink = *sink;
	r->pub.sink_ctx = sink->ctx;
	r->piece = arena_raw(r->pub.a, PIECE);
	atomic_store(&r->sink_open, true);
	in_waiting(r, false);
	struct MHD_Connection *mhd = r->mhd;
	atomic_store(&r->state, ANSWER_WAITING);
	MHD_resume_connection(mhd);
	in_unref(r);
}

enum MHD_Result upload_data(struct in *r, const char *data, size_t *n)
{
	struct http *h = r->h;
	size_t room = PIECE - r->piece_n, take = *n < room ? *n : room;
	if (!r->sink_failed) memcpy(r->piece + r->piece_n, data, take);
	r->piece_n += take;
	*n -= take;
	r->pub.body_size += take;
	COUNT_BY(h, bytes_in, take);
	if (r->pub.body_size > r->limit) {
		r->step = STEP_DISCARD;
		r->refuse = 413;
		r->answer.close = true;
		if (atomic_exchange(&r->sink_open, false)) r->sink.drop(r->sink.ctx);
		return MHD_YES;
	}
	if (r->piece_n == PIECE && r->sink_failed) r->piece_n = 0;
	if (r->piece_n == PIECE) return hand_over(r, PHASE_SINK);
	return MHD_YES;
}

enum MHD_Result upload_end(struct in *r)
{
	r->step = STEP_HANDLER;
	r->last_piece = true;
	r->pub.deadline_us = in_s(r->h->conf.request_s);
	in_waiting(r, true);
	return hand_over(r, PHASE_HANDLER);
}

void upload_gone(struct in *r)
{
	if (atomic_exchange(&r->sink_open, false)) r->sink.drop(r->sink.ctx);
	if (r->has_slot) atomic_fetch_sub(&r->h->uploads, 1);
	r->has_slot = false;
}

static void write_piece(void *arg)
{
	struct in *r = arg;
	if (!r->sink.write(r->sink.ctx, (struct str){r->piece, r->piece_n})) r->sink_failed = true;
}

static void write_guarded(struct in *r)
{
	if (r->piece_n && !r->sink_failed && !check_guard(write_piece, r)) {
		COUNT(r->h, handler_bugs);
		r->sink_failed = true;
	}
	r->piece_n = 0;
}

void upload_run(void *http, void *in)
{
	struct http *h = http;
	struct in *r = in;
	if (r->step == STEP_UPLOAD_ASK) {
		worker_call(r, h->hooks.on_upload);
	} else if (!r->last_piece) {
		write_guarded(r);
		MHD_resume_connection(r->mhd);
		in_unref(r);
	} else if (atomic_exchange(&r->sink_open, false)) {
		write_guarded(r);
		r->pub.body_kind = r->sink_failed ? HTTP_BODY_SINK_FAILED : HTTP_BODY_STREAMED;
		worker_call(r, h->hooks.on_request);
	} else {
		in_unref(r);           // cut meanwhile, the sink was dropped
	}
}
