// qr_read.c — a QR code on a picture, by cairo (PNG) and zbar.
#include "codec/qr.h"

#include <cairo.h>
#include <zbar.h>

enum { PIXELS_MAX = 40 * 1000 * 1000 };

struct source { struct str rest; };

static cairo_status_t take(void *closure, unsigned char *to, unsigned int n)
{
	struct source *s = closure;
	if (n > s->rest.n) return CAIRO_STATUS_READ_ERROR;
	memcpy(to, s->rest.p, n);
	s->rest = str_from(s->rest, n);
	return CAIRO_STATUS_SUCCESS;
}

static uint32_t big_endian(const char *p)
{
	const unsigned char *b = (const unsigned char *)p;
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static struct str scan(struct arena *a, uint8_t *grey, int width, int height)
{
	struct str out = S("");
	zbar_image_scanner_t *scanner = zbar_image_scanner_create();
	zbar_image_t *image = zbar_image_create();
	zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
	zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
	zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
	zbar_image_set_size(image, (unsigned)width, (unsigned)height);
	zbar_image_set_data(image, grey, (unsigned long)width * (unsigned long)height, NULL);
	if (zbar_scan_image(scanner, image) > 0) {
		const zbar_symbol_t *s = zbar_image_first_symbol(image);
		struct str text = {zbar_symbol_get_data(s), zbar_symbol_get_data_length(s)};
		if (utf8_valid(text)) out = str_copy(a, text);
	}
	zbar_image_destroy(image);
	zbar_image_scanner_destroy(scanner);
	return out;
}

struct str qr_read_png(struct arena *a, struct str png)
{
	// The size is read before anything is unpacked: a small file may claim a huge picture.
	if (png.n < 33 || !str_starts(png, S("\x89PNG\r\n\x1a\n"))) return S("");
	uint64_t w = big_endian(png.p + 16), h = big_endian(png.p + 20);
	if (!w || !h || w > 30000 || h > 30000 || w * h > PIXELS_MAX) return S("");
	struct source s = {png};
	struct str out = S("");
	cairo_surface_t *picture = cairo_image_surface_create_from_png_stream(take, &s);
	if (cairo_surface_status(picture) == CAIRO_STATUS_SUCCESS) {
		int width = cairo_image_surface_get_width(picture), height = cairo_image_surface_get_height(picture);
		// Onto white, so that a transparent ground is light.
		cairo_surface_t *flat = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
		cairo_t *cr = cairo_create(flat);
		cairo_set_source_rgb(cr, 1, 1, 1);
		cairo_paint(cr);
		cairo_set_source_surface(cr, picture, 0, 0);
		cairo_paint(cr);
		cairo_surface_flush(flat);
		const uint8_t *from = cairo_image_surface_get_data(flat);
		int stride = cairo_image_surface_get_stride(flat);
		uint8_t *grey = from ? arena_raw(a, (size_t)width * (size_t)height) : NULL;
		for (int y = 0; grey && y < height; y++)
			for (int x = 0; x < width; x++) {
				uint32_t px = ((const uint32_t *)(const void *)(from + (size_t)y * (size_t)stride))[x];
				grey[(size_t)y * (size_t)width + (size_t)x] = (uint8_t)(((px >> 16 & 255) * 30 + (px >> 8 & 255) * 59 + (px & 255) * 11) / 100);
			}
		if (grey) out = scan(a, grey, width, height);
		cairo_destroy(cr);
		cairo_surface_destroy(flat);
	}
	cairo_surface_destroy(picture);
	return out;
}
