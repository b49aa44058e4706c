// reader.h — tongban-read: what a machine can read on a paper that somebody sent: the text of a PDF and
// the QR codes on it or on a picture. One paper on standard input, one JSON object on standard output:
// {"text": "…", "codes": ["…"]}. A process of its own, because the libraries that open such files
// (poppler, libjpeg, libpng by cairo, zbar) must be expected to break.
//
// Owns    its process. Needs no file but fonts and tables of the system, no network, no server.
// Memory  at most READ_MEMORY; one arena.
// Errors  exit codes: 3 no paper we can read, 4 more than we read (pages, pixels, bytes).
// Holds   (1) the limits stand before the first byte is looked at: memory, one second of CPU, no file written, and
//         no system call beyond reading, memory and writing to what is open (sandbox.c).
#pragma once
#include "base/str.h"

enum {
	READ_BYTES = 12 << 20,           // of the paper
	READ_TEXT = 512 << 10,           // of the text
	READ_PAGES = 30,                 // of a PDF; more is a book
	READ_DRAWN = 3,                  // pages that are drawn to look for a QR code
	READ_PIXELS = 40 * 1000 * 1000,
	READ_UNREADABLE = 3, READ_TOO_MUCH = 4,
};
bool sandbox(void);                                               // false: the limits could not be set

struct codes { struct str *item; size_t n, cap; };
void grey_codes(struct arena *, const uint8_t *grey, int width, int height, struct codes *out);   // QR only, valid UTF-8 only
// 0, READ_UNREADABLE or READ_TOO_MUCH.
int png_read(struct arena *, struct str, struct codes *out);
int jpeg_read(struct arena *, struct str, struct codes *out);
int pdf_read(struct arena *, struct str, struct buf *text, struct codes *out);
// A picture drawn by cairo, in greys, onto white.
struct _cairo_surface;
int surface_codes(struct arena *, struct _cairo_surface *, struct codes *out);
