// qr.h — QR codes (GB/T 18284, error correction level M) as modules and as SVG. src/reader/ reads them.
//
// Errors  E_TOO_BIG (more than one symbol holds: 2,331 bytes), E_NOT_ALLOWED_HERE (U+0000).
#pragma once
#include "base/err.h"

struct qr { uint32_t size; uint8_t *module; };             // size × size, row by row, 1 = dark; no quiet zone
enum { QR_QUIET = 4 };                                     // modules of light border every symbol needs

must_use struct err *qr_make(struct arena *, struct str text, struct qr *out);
void qr_path(struct buf *, const struct qr *);   // SVG path data, one unit a module, quiet zone included
void qr_svg(struct buf *, const struct qr *, struct str label);   // whole <svg role="img">, label for screen readers
