// document.c — the text of a PDF's pages, and the QR codes on them, by poppler.
#include "reader/reader.h"

#include <cairo.h>
#include <poppler.h>

// allow double: points on a page

enum { DOTS_PER_POINT = 2 };             // 144 dpi: the smallest QR code that papers carry stays legible

static void draw(struct arena *a, PopplerPage *page, struct codes *out)
{
	double w, h;
	poppler_page_get_size(page, &w, &h);
	if (!(w >= 10 && h >= 10 && w * h * DOTS_PER_POINT * DOTS_PER_POINT <= 8e6)) return;
	cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)(w * DOTS_PER_POINT), (int)(h * DOTS_PER_POINT));
	cairo_t *cr = cairo_create(s);
	cairo_set_source_rgb(cr, 1, 1, 1);
	cairo_paint(cr);
	cairo_scale(cr, DOTS_PER_POINT, DOTS_PER_POINT);
	poppler_page_render(page, cr);
	cairo_surface_flush(s);
	surface_codes(a, s, out);
	cairo_destroy(cr);
	cairo_surface_destroy(s);
}

int pdf_read(struct arena *a, struct str bytes, struct buf *text, struct codes *out)
{
	GBytes *b = g_bytes_new_static(bytes.p, bytes.n);
	PopplerDocument *d = poppler_document_new_from_bytes(b, NULL, NULL);       // encrypted ones are none of ours
	if (!d) return READ_UNREADABLE;
	int pages = poppler_document_get_n_pages(d);
	if (pages > READ_PAGES) return READ_TOO_MUCH;
	for (int i = 0; i < pages; i++) {
		PopplerPage *page = poppler_document_get_page(d, i);
		char *words = page ? poppler_page_get_text(page) : NULL;
		if (words) buf_add(text, str_of(words));
		buf_byte(text, '\n');
		if (text->n > READ_TEXT) return READ_TOO_MUCH;
		if (page && i < READ_DRAWN) draw(a, page, out);
	}
	return pages ? 0 : READ_UNREADABLE;
}
