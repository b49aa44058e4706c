// upload.c — multipart bodies and resumable pieces.
#include "web/upload.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/set.h"
#include "codec/bytes.h"
#include "codec/multipart.h"
#include "codec/sniff.h"

enum { HEAD_BYTES = SNIFF_BYTES };

struct upload {
	struct arena *a;                  // its own: the request is not ours while bytes arrive
	struct store *store;
	struct multipart *m;
	struct url_pair *field;
	size_t n, cap;
	struct str part;                  // name of the part being read
	bool file, any;
	struct buf value;
	struct blob_put *put;
	char head[HEAD_BYTES];            // first bytes of the file: its type
	size_t head_n;
	struct uploaded done;
	struct err *err;
};

static struct err *on_begin(void *arg, struct multipart_part *p)
{
	struct upload *u = arg;
	u->part = p->name;
	u->file = p->filename.p != NULL;
	u->value = buf_new(u->a);
	if (!u->file) return NULL;
	u->any = true;
	u->done.name = p->filename;
	u->head_n = 0;
	p->max = (size_t)set_int(SET_file_max_bytes);
	return blob_begin(u->store, u->a, &u->put);
}

static struct err *on_data(void *arg, struct str bytes)
{
	struct upload *u = arg;
	if (!u->file) {
		buf_add(&u->value, bytes);
		return NULL;
	}
	size_t n = bytes.n < HEAD_BYTES - u->head_n ? bytes.n : HEAD_BYTES - u->head_n;
	memcpy(u->head + u->head_n, bytes.p, n);
	u->head_n += n;
	return blob_write(u->put, u->a, bytes);
}

struct str web_upload_type(struct arena *a, struct str bytes)
{
	return str_of(sniff_type(sniff(str_part(bytes, 0, HEAD_BYTES))));
}

static struct err *on_end(void *arg)
{
	struct upload *u = arg;
	unsigned char digest[32];
	if (!u->file) {
		struct url_pair *p = vec_push(u->a, u->field, u->n, u->cap);
		*p = (struct url_pair){u->part, buf_str(&u->value)};
		return utf8_valid(p->value) ? NULL : err_new(u->a, E_UTF8);
	}
	struct err *e = blob_finish(u->put, u->a, digest, &u->done.size);
	u->put = NULL;
	if (e) return e;
	struct buf hex = buf_new(u->a);
	bytes_hex(&hex, digest, sizeof digest);
	u->done.blob = u->done.size ? buf_str(&hex) : S("");
	u->done.type = web_upload_type(u->a, (struct str){u->head, u->head_n});
	return NULL;
}

static bool sink_write(void *ctx, struct str piece)
{
	struct upload *u = ctx;
	if (!u->err) u->err = multipart_feed(u->m, piece);
	return u->err == NULL;
}

static void free_upload(struct upload *u)
{
	if (u->put) blob_abort(u->put);
	arena_free(u->a);
}

static void sink_drop(void *ctx)
{
	free_upload(ctx);
}

struct http_sink web_upload_begin(struct web *w, struct http_req *r, struct str content_type)
{
	(void)r;
	struct arena *a = arena_new(0);
	struct upload *u = arena_new1(a, struct upload);
	u->a = a;
	u->store = w->app->store;
	struct multipart_on on = {u, on_begin, on_data, on_end};
	u->err = multipart_new(a, str_copy(a, content_type), (struct multipart_limits){0}, on, &u->m);
	return (struct http_sink){u, sink_write, sink_drop};
}

struct err *web_upload_end(struct page *q, void *sink_ctx, bool broken)
{
	struct upload *u = sink_ctx;
	struct err *e = u->err;
	if (!e && !broken) e = multipart_end(u->m);
	if (!e && broken) e = err_arg(q->a, E_TOO_BIG, S("20 MB"));
	struct err *mine = e ? err_copy(q->a, e) : NULL;
	q->form.item = arena_newn(q->a, struct url_pair, u->n + 1);
	q->form.n = (uint32_t)u->n;
	for (size_t i = 0; i < u->n; i++) q->form.item[i] = (struct url_pair){str_copy(q->a, u->field[i].key), str_copy(q->a, u->field[i].value)};
	q->up = (struct uploaded){.blob = str_copy(q->a, u->done.blob), .type = str_copy(q->a, u->done.type), .name = str_copy(q->a, u->done.name), .size = u->done.size};
	if (u->any && !u->done.size && !mine) q->up.err = err_field(q->a, E_FILE_EMPTY, S("file"), S(""));
	if (mine && mine->code == E_TOO_BIG) q->up.err = mine, mine = NULL;
	free_upload(u);
	return mine;
}

// ---- pieces ----

// One file a caller and upload id: nobody can write to somebody else's.
static struct str piece_path(struct page *q, struct str id)
{
	struct plan p = {.a = q->a, .domain = q->w->app->domain};
	struct str key = secret_index(&p, "upload", str_fmt(q->a, "%lld %.*s %.*s", (long long)q->actor.account, STR_ARG(q->path), STR_ARG(id)));
	return str_fmt(q->a, STR_FMT "/uploads/" STR_FMT, STR_ARG(q->w->app->domain->data_dir), STR_ARG(key));
}

static void told(struct page *q, int status, int64_t offset)
{
	struct http_header h[] = {{S("Upload-Offset"), str_fmt(q->a, "%lld", (long long)offset)}, {S("Cache-Control"), S("no-store")}};
	struct http_answer a = {.status = status, .header = h, .headers = countof(h)};
	http_reply(q->r, &a);
}

static struct err *finish_pieces(struct page *q, struct str path, struct str name)
{
	struct str bytes;
	unsigned char digest[32];
	struct err *e = file_read(q->a, path, (size_t)set_int(SET_file_max_bytes), &bytes);
	if (!e) e = blob_put_all(q->w->app->store, q->a, bytes, digest);
	if (e) return e;
	struct buf hex = buf_new(q->a);
	bytes_hex(&hex, digest, sizeof digest);
	q->up = (struct uploaded){.blob = buf_str(&hex), .size = (int64_t)bytes.n, .name = name,
		.type = web_upload_type(q->a, bytes)};
	file_remove(q->a, path);
	return NULL;
}

bool web_upload_piece(struct page *q, bool *whole)
{
	struct str id = http_get_header(q->r, S("upload-id")), length = http_get_header(q->r, S("upload-length"));
	int64_t at, all, have;
	*whole = false;
	if (!id.n || id.n > 200) return false;
	struct str path = piece_path(q, id);
	struct err *e = folder_make(q->a, str_fmt(q->a, STR_FMT "/uploads", STR_ARG(q->w->app->domain->data_dir)));
	have = e ? 0 : file_size(q->a, path);
	if (q->r->method == HTTP_HEAD) {
		told(q, 200, have);
		return true;
	}
	if (!length.n) return false;
	if (!str_int(length, &all) || !str_int(http_get_header(q->r, S("upload-offset")), &at) || all < 1 || all > set_int(SET_file_max_bytes)) {
		told(q, 413, have);
		return true;
	}
	if (at != have || at + (int64_t)q->r->body.n > all) {     // the sender asks HEAD and goes on from there
		told(q, 409, have);
		return true;
	}
	e = e ? e : file_append(q->a, path, q->r->body);
	if (!e && at + (int64_t)q->r->body.n < all) {
		told(q, 204, at + (int64_t)q->r->body.n);
		return true;
	}
	struct str name;
	if (!e && url_decode(q->a, http_get_header(q->r, S("upload-name")), false, &name)) name = S("file");
	if (!e) e = finish_pieces(q, path, name);
	if (e) {
		told(q, err_status(e->code), have);
		return true;
	}
	*whole = true;
	return true;
}
