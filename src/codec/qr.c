// qr.c — libqrencode's symbol, drawn as horizontal runs.
#include "codec/qr.h"
#include "codec/xml.h"

#include <errno.h>
#include <qrencode.h>

struct err *qr_make(struct arena *a, struct str text, struct qr *out)
{
	*out = (struct qr){0};
	if (text.n && memchr(text.p, 0, text.n)) return err_arg(a, E_NOT_ALLOWED_HERE, S("U+0000"));
	if (!text.n || text.n > 2331) return err_arg(a, E_TOO_BIG, S("QR, 1 - 2331 B"));
	QRcode *code = QRcode_encodeString(str_z(a, text), 0, QR_ECLEVEL_M, QR_MODE_8, 1);
	if (!code) {
		CHECK(errno == ERANGE);
		return err_arg(a, E_TOO_BIG, S("QR"));
	}
	size_t n = (size_t)code->width * (size_t)code->width;
	out->size = (uint32_t)code->width;
	out->module = arena_raw(a, n);
	for (size_t i = 0; i < n; i++) out->module[i] = code->data[i] & 1;
	QRcode_free(code);
	return NULL;
}

void qr_path(struct buf *b, const struct qr *q)
{
	for (uint32_t y = 0; y < q->size; y++) {
		const uint8_t *row = q->module + (size_t)y * q->size;
		for (uint32_t x = 0; x < q->size;) {
			uint32_t from = x;
			while (x < q->size && row[x]) x++;
			if (x > from)
				buf_fmt(b, "M%u %uh%uv1h-%uz", from + QR_QUIET, y + QR_QUIET, x - from,
					x - from);
			else x++;
		}
	}
}

void qr_svg(struct buf *b, const struct qr *q, struct str label)
{
	uint32_t side = q->size + 2 * QR_QUIET;
	buf_fmt(b, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %u %u\" role=\"img\" aria-label=\"", side, side);
	xml_escape(b, label, true);
	buf_fmt(b, "\"><path fill=\"#fff\" d=\"M0 0h%uv%uH0z\"/><path fill=\"#000\" d=\"", side, side);
	qr_path(b, q);
	buf_lit(b, "\"/></svg>");
}
