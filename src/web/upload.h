// upload.h — files on their way in: multipart forms streamed into the blob store, or pieces of 4 MB
// that can be resumed.
//
// Owns    DATA/uploads/ (pieces not yet whole; swept by age).
// Errors  E_TOO_BIG, E_FILE_TYPE …; a broken upload leaves nothing behind.
#pragma once
#include "web/page.h"

struct upload;                                // a multipart body being read
struct http_sink web_upload_begin(struct web *, struct http_req *, struct str content_type);
// After the body: the form's fields and the file. Returns what went wrong with the body.
struct err *web_upload_end(struct page *, void *sink_ctx, bool failed);
// Pieces: true when this request is one (it was answered unless the file is now whole; then
// q->up and q->form are filled in and the operation may run).
bool web_upload_piece(struct page *, bool *whole);
struct str web_upload_type(struct arena *, struct str bytes);            // content type by the first bytes
