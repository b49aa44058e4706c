// picture.c — QR codes on pictures: PNG by cairo, JPEG by libjpeg, the symbols by zbar.
#include "codec/sniff.h"
#include "reader/reader.h"

#include <cairo.h>
#include <setjmp.h>
#include <stdio.h>
#include <jpeglib.h>
#include <zbar.h>

void grey_codes(struct arena *a, const uint8_t *grey, int width, int height, struct codes *out)
{
	zbar_image_scanner_t *scanner = zbar_image_scanner_create();
	zbar_image_t *image = zbar_image_create();
	zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
	zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
	zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
	zbar_image_set_size(image, (unsigned)width, (unsigned)height);
	zbar_image_set_data(image, grey, (unsigned long)width * (unsigned long)height, NULL);
	if (zbar_scan_image(scanner, image) > 0)
		for (const zbar_symbol_t *s = zbar_image_first_symbol(image); s && out->n < 16; s = zbar_symbol_next(s)) {
			struct str text = {zbar_symbol_get_data(s), zbar_symbol_get_data_length(s)};
			if (utf8_valid(text)) *vec_push(a, out->item, out->n, out->cap) = str_copy(a, text);
		}
	zbar_image_destroy(image);
	zbar_image_scanner_destroy(scanner);
}

// The size is read before anything is unpacked: a small file may claim a huge picture.
static int size_of(struct str bytes)
{
	uint32_t w, h;
	if (!sniff_image_size(bytes, &w, &h) || !w || !h) return READ_UNREADABLE;
	return w > 30000 || h > 30000 || (uint64_t)w * h > READ_PIXELS ? READ_TOO_MUCH : 0;
}

int surface_codes(struct arena *a, cairo_surface_t *picture, struct codes *out)
{
	int width = cairo_image_surface_get_width(picture), height = cairo_image_surface_get_height(picture);
	cairo_surface_t *flat = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
	cairo_t *cr = cairo_create(flat);
	cairo_set_source_rgb(cr, 1, 1, 1);                       // a transparent ground is light
	cairo_paint(cr);
	cairo_set_source_surface(cr, picture, 0, 0);
	cairo_paint(cr);
	cairo_surface_flush(flat);
	const uint8_t *from = cairo_image_surface_get_data(flat);
	size_t stride = (size_t)cairo_image_surface_get_stride(flat), w = (size_t)width;
	uint8_t *grey = from ? arena_raw(a, w * (size_t)height) : NULL;
	for (size_t y = 0; grey && y < (size_t)height; y++)
		for (size_t x = 0; x < w; x++) {
			uint32_t px = ((const uint32_t *)(const void *)(from + y * stride))[x];
			grey[y * w + x] = (uint8_t)(((px >> 16 & 255) * 30 + (px >> 8 & 255) * 59 + (px & 255) * 11) / 100);
		}
	if (grey) grey_codes(a, grey, width, height, out);
	cairo_destroy(cr);
	cairo_surface_destroy(flat);
	return grey ? 0 : READ_UNREADABLE;
}

static cairo_status_t take(void *closure, unsigned char *to, unsigned int n)
{
	struct str *rest = closure;
	if (n > rest->n) return CAIRO_STATUS_READ_ERROR;
	memcpy(to, rest->p, n);
	*rest = str_from(*rest, n);
	return CAIRO_STATUS_SUCCESS;
}

int png_read(struct arena *a, struct str png, struct codes *out)
{
	int no = size_of(png);
	if (no) return no;
	cairo_surface_t *picture = cairo_image_surface_create_from_png_stream(take, &png);
	no = cairo_surface_status(picture) == CAIRO_STATUS_SUCCESS ? surface_codes(a, picture, out) : READ_UNREADABLE;
	cairo_surface_destroy(picture);
	return no;
}

struct leave { struct jpeg_error_mgr mgr; jmp_buf to; };

static void leave(j_common_ptr c)
{
	longjmp(((struct leave *)(void *)c->err)->to, 1);
}

static void silent(j_common_ptr c, int level)
{
}

int jpeg_read(struct arena *a, struct str bytes, struct codes *out)
{
	struct jpeg_decompress_struct c;
	struct leave err;
	int no = size_of(bytes);
	if (no) return no;
	c.err = jpeg_std_error(&err.mgr);
	err.mgr.error_exit = leave;
	err.mgr.emit_message = silent;
	if (setjmp(err.to)) {
		jpeg_destroy_decompress(&c);
		return READ_UNREADABLE;
	}
	jpeg_create_decompress(&c);
	jpeg_mem_src(&c, (const unsigned char *)bytes.p, bytes.n);
	jpeg_read_header(&c, TRUE);
	c.out_color_space = JCS_GRAYSCALE;
	jpeg_start_decompress(&c);
	size_t w = c.output_width, h = c.output_height;
	uint8_t *grey = arena_raw(a, w * h);
	while (c.output_scanline < h) {
		JSAMPROW row = grey + (size_t)c.output_scanline * w;
		jpeg_read_scanlines(&c, &row, 1);
	}
	jpeg_finish_decompress(&c);
	jpeg_destroy_decompress(&c);
	grey_codes(a, grey, (int)w, (int)h, out);
	return 0;
}
