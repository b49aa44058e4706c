// pdf.c — pango lays out as the calls come and notes where everything stands; cairo draws at the end,
// when the number of pages is known.
// allow double: points on a page
#include "base/day.h"
#include "codec/pdf.h"
#include "codec/sniff.h"

#include <cairo-pdf.h>
#include <fontconfig/fontconfig.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <pango/pangofc-fontmap.h>
#include <pthread.h>

#define MM (72 / 25.4)
#define PAGE_W 595.276
#define PAGE_H 841.890
#define MARGIN (25 * MM)
#define BOTTOM (PAGE_H - MARGIN)

static const char *const families[] = {"WenQuanYi Micro Hei", "HanaMinA", "HanaMinB"};
#define FAMILIES "WenQuanYi Micro Hei,HanaMinA,HanaMinB"

enum { FRAMES = 4, PIXELS_MAX = 24 << 20 };
enum kind { LINE, TEXT, BOX, RULE, IMAGE, QR, SEAL };

struct op {
	enum kind kind;
	uint32_t page;
	double x, y, w, h;
	double grey;
	PangoLayout *layout;        // LINE, TEXT
	int line;
	cairo_surface_t *image;
	struct qr qr;
	struct str ring, text;
};

struct frame { uint32_t page; double y; };

struct pdf {
	struct arena *a;
	struct pdf_info info;
	PangoContext *context;      // NULL: no fonts
	struct op *op;
	size_t ops, op_cap;
	PangoLayout **layout;
	size_t layouts, layout_cap;
	cairo_surface_t **image;
	size_t images, image_cap;
	uint32_t page;
	double y, left, right;
	struct frame frame[FRAMES];
	int frames;
	uint32_t *missing;
	size_t missing_n, missing_cap;
};

static pthread_key_t map_key;
static pthread_once_t map_once = PTHREAD_ONCE_INIT;
static FcConfig *fonts;      // ours alone, so that what is installed besides changes no page

static void find_fonts(void)
{
	CHECK(pthread_key_create(&map_key, g_object_unref) == 0);
	FcConfig *system = FcInitLoadConfigAndFonts(), *own = FcConfigCreate();
	CHECK(system && own);
	size_t found = 0;
	for (size_t i = 0; i < countof(families); i++) {
		FcPattern *want = FcPatternBuild(NULL, FC_FAMILY, FcTypeString, families[i], NULL);
		FcObjectSet *what = FcObjectSetBuild(FC_FILE, NULL);
		FcFontSet *set = FcFontList(system, want, what);
		FcChar8 *file;
		if (set && set->nfont && FcPatternGetString(set->fonts[0], FC_FILE, 0,
			&file) == FcResultMatch)
			found += FcConfigAppFontAddFile(own, file);
		if (set) FcFontSetDestroy(set);
		FcObjectSetDestroy(what);
		FcPatternDestroy(want);
	}
	FcConfigDestroy(system);
	if (found == countof(families)) fonts = own;
	else FcConfigDestroy(own);
}

static PangoFontMap *font_map(void)
{
	pthread_once(&map_once, find_fonts);
	if (!fonts) return NULL;
	PangoFontMap *map = pthread_getspecific(map_key);
	if (map) return map;
	map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
	CHECK(map);
	pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(map), fonts);
	pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(map), 72);    // a unit is a point
	CHECK(pthread_setspecific(map_key, map) == 0);
	return map;
}

struct pdf *pdf_new(struct arena *a, struct pdf_info info)
{
	struct pdf *p = arena_new1(a, struct pdf);
	p->a = a;
	p->info = info;
	p->info.title = str_copy(a, info.title);
	p->info.author = str_copy(a, info.author);
	p->info.watermark = str_copy(a, info.watermark);
	p->y = p->left = MARGIN;
	p->right = PAGE_W - MARGIN;
	p->page = 1;
	PangoFontMap *map = font_map();
	if (!map) return p;
	p->context = pango_font_map_create_context(map);
	cairo_font_options_t *o = cairo_font_options_create();
	cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(p->context, o);
	cairo_font_options_destroy(o);
	pango_context_set_round_glyph_positions(p->context, FALSE);
	pango_context_set_language(p->context, pango_language_from_string("zh-cn"));
	return p;
}

static void missing(struct pdf *p, uint32_t cp)
{
	size_t i = 0;
	while (i < p->missing_n && p->missing[i] < cp) i++;
	if (i < p->missing_n && p->missing[i] == cp) return;
	(void)vec_push(p->a, p->missing, p->missing_n, p->missing_cap);
	memmove(p->missing + i + 1, p->missing + i, (p->missing_n - 1 - i) * sizeof *p->missing);
	p->missing[i] = cp;
}

static void note_missing(struct pdf *p, PangoLayout *l)
{
	if (!pango_layout_get_unknown_glyphs_count(l)) return;
	PangoLayoutIter *it = pango_layout_get_iter(l);
	do {
		PangoLayoutRun *run = pango_layout_iter_get_run_readonly(it);
		for (int i = 0; run && i < run->glyphs->num_glyphs; i++) {
			PangoGlyph g = run->glyphs->glyphs[i].glyph;
			if (g != PANGO_GLYPH_EMPTY && (g & PANGO_GLYPH_UNKNOWN_FLAG))
				missing(p, g & ~PANGO_GLYPH_UNKNOWN_FLAG);
		}
	} while (pango_layout_iter_next_run(it));
	pango_layout_iter_free(it);
}

// width <= 0: as wide as it comes. NULL only without fonts.
static PangoLayout *layout_new(struct pdf *p, struct str text, double size, double width,
	enum pdf_align align)
{
	if (!p->context) return NULL;
	PangoLayout *l = pango_layout_new(p->context);
	PangoFontDescription *d = pango_font_description_from_string(FAMILIES);
	pango_font_description_set_absolute_size(d, size * PANGO_SCALE);
	pango_layout_set_font_description(l, d);
	pango_font_description_free(d);
	if (width > 0) {
		pango_layout_set_width(l, (int)(width * PANGO_SCALE));
		pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
		pango_layout_set_alignment(l, align == PDF_CENTRE ? PANGO_ALIGN_CENTER : align == PDF_RIGHT
			? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
		pango_layout_set_justify(l, align == PDF_JUSTIFY);
	}
	pango_layout_set_line_spacing(l, 1.45f);
	pango_layout_set_text(l, text.n ? text.p : "", (int)text.n);
	note_missing(p, l);
	*vec_push(p->a, p->layout, p->layouts, p->layout_cap) = l;
	return l;
}

static struct op *op(struct pdf *p, enum kind kind, double x, double y, double w, double h)
{
	struct op *o = vec_push(p->a, p->op, p->ops, p->op_cap);
	*o = (struct op){.kind = kind, .page = p->page, .x = x, .y = y, .w = w, .h = h};
	return o;
}

static double bottom(const struct pdf *p)
{
	return BOTTOM - p->frames * 4 * MM;
}

static void close_frame(struct pdf *p, int i, double until)
{
	double inset = (p->frames - i) * 4 * MM;    // frames within frames
	op(p, BOX, p->left - inset, p->frame[i].y, p->right - p->left + 2 * inset, until - p->frame[i].y);
}

void pdf_page(struct pdf *p)
{
	for (int i = 0; i < p->frames; i++) close_frame(p, i, BOTTOM - i * 4 * MM);
	p->page++;
	p->y = MARGIN;
	for (int i = 0; i < p->frames; i++) {
		p->frame[i] = (struct frame){.page = p->page, .y = p->y};
		p->y += 4 * MM;
	}
}

static double top(const struct pdf *p)
{
	return MARGIN + p->frames * 4 * MM;
}

static void need(struct pdf *p, double h)
{
	if (p->y + h > bottom(p) && p->y > top(p)) pdf_page(p);
}

void pdf_frame_begin(struct pdf *p)
{
	CHECK(p->frames < FRAMES);
	need(p, 20 * MM);
	p->frame[p->frames++] = (struct frame){.page = p->page, .y = p->y};
	p->y += 4 * MM;
	p->left += 4 * MM;
	p->right -= 4 * MM;
}

void pdf_frame_end(struct pdf *p)
{
	CHECK(p->frames > 0);
	p->y += 4 * MM;
	close_frame(p, p->frames - 1, p->y);
	p->frames--;
	p->left -= 4 * MM;
	p->right += 4 * MM;
	p->y += 2 * MM;
}

static void put_line(struct pdf *p, PangoLayout *l, int line, double x, double baseline, double grey)
{
	struct op *o = op(p, LINE, x, baseline, 0, 0);
	o->layout = l;
	o->line = line;
	o->grey = grey;
}

static void flow(struct pdf *p, PangoLayout *l, double x, double grey)
{
	if (!l) return;
	PangoLayoutIter *it = pango_layout_get_iter(l);
	int line = 0;
	do {
		PangoRectangle r;
		int y0, y1;
		pango_layout_iter_get_line_extents(it, NULL, &r);
		pango_layout_iter_get_line_yrange(it, &y0, &y1);
		double h = (double)(y1 - y0) / PANGO_SCALE;
		need(p, h);
		double base = (double)(pango_layout_iter_get_baseline(it) - y0) / PANGO_SCALE;
		put_line(p, l, line++, x + (double)r.x / PANGO_SCALE, p->y + base, grey);
		p->y += h;
	} while (pango_layout_iter_next_line(it));
	pango_layout_iter_free(it);
}

static double width(const struct pdf *p)
{
	return p->right - p->left;
}

void pdf_title(struct pdf *p, struct str s)
{
	flow(p, layout_new(p, s, 22, width(p), PDF_CENTRE), p->left, 0);
	p->y += 4 * MM;
}

void pdf_heading(struct pdf *p, struct str s)
{
	p->y += 2 * MM;
	need(p, 20 * MM);    // a heading does not stand alone at the foot
	flow(p, layout_new(p, s, 14, width(p), PDF_LEFT), p->left, 0);
	p->y += 1 * MM;
}

void pdf_paragraph(struct pdf *p, struct str s, enum pdf_align align, bool indent)
{
	struct str rest = s;
	do {
		struct str part = str_cut(&rest, S("\n"));
		PangoLayout *l = layout_new(p, part, 12, width(p), align);
		if (l && indent) pango_layout_set_indent(l, 24 * PANGO_SCALE);
		flow(p, l, p->left, 0);
	} while (rest.p);
	p->y += 1.5 * MM;
}

void pdf_note(struct pdf *p, struct str s)
{
	flow(p, layout_new(p, s, 9, width(p), PDF_LEFT), p->left, 0.4);
	p->y += 1 * MM;
}

void pdf_rule(struct pdf *p)
{
	need(p, 4 * MM);
	op(p, RULE, p->left, p->y + 2 * MM, width(p), 0);
	p->y += 4 * MM;
}

void pdf_space(struct pdf *p, double mm)
{
	p->y += mm * MM;
	if (p->y > bottom(p)) pdf_page(p);
}

static void text_at(struct pdf *p, PangoLayout *l, double x, double y)
{
	if (!l) return;
	struct op *o = op(p, TEXT, x, y, 0, 0);
	o->layout = l;
}

static bool is_han(struct str s)
{
	for (size_t at = 0; at < s.n;) {
		uint32_t cp = utf8_next(s, &at);
		if (!((cp >= 0x3400 && cp <= 0x9fff) || cp >= 0x20000)) return false;
	}
	return s.n;
}

// A label of two or more Han characters is spread over the whole width (分散对齐); others stand left.
static void put_label(struct pdf *p, struct str s, double x, double y, double w)
{
	size_t n = utf8_count(s);
	PangoLayout *whole = layout_new(p, s, 12, 0, PDF_LEFT);
	if (!whole) return;
	int natural;
	pango_layout_get_size(whole, &natural, NULL);
	if (!is_han(s) || n < 2 || (double)natural / PANGO_SCALE >= w) {
		pango_layout_set_width(whole, (int)(w * PANGO_SCALE));
		pango_layout_set_wrap(whole, PANGO_WRAP_WORD_CHAR);
		text_at(p, whole, x, y);
		return;
	}
	double step = (w - 12) / (double)(n - 1);
	for (size_t i = 0; i < n; i++)
		text_at(p, layout_new(p, utf8_part(s, i, 1), 12, 0, PDF_LEFT), x + step * (double)i, y);
}

static double height(PangoLayout *l)
{
	int h;
	pango_layout_get_size(l, NULL, &h);
	return (double)h / PANGO_SCALE;
}

static void cells(struct pdf *p, double from, double label_w, double pad)
{
	op(p, BOX, p->left, from, label_w + 2 * pad, p->y - from);
	op(p, BOX, p->left + label_w + 2 * pad, from, width(p) - label_w - 2 * pad, p->y - from);
}

void pdf_table(struct pdf *p, const struct pdf_row *row, size_t n)
{
	if (!p->context) return;
	const double pad = 2 * MM;
	double label_w = 48;    // four characters at least
	for (size_t i = 0; i < n; i++) {
		double w = 12 * (double)utf8_count(row[i].label);
		if (w > label_w) label_w = w;
	}
	if (label_w > width(p) * 0.3) label_w = width(p) * 0.3;
	double x = p->left + label_w + 3 * pad, w = p->right - pad - x;
	for (size_t i = 0; i < n; i++) {
		PangoLayout *l = layout_new(p, row[i].value, 12, w, PDF_LEFT);
		PangoLayout *label = layout_new(p, row[i].label, 12, is_han(row[i].label) ? 0 : label_w,
			PDF_LEFT);
		double h = height(l) > height(label) ? height(l) : height(label);
		need(p, h + 2 * pad < bottom(p) - top(p) ? h + 2 * pad : 30 * MM);
		double from = p->y, first = p->y;
		uint32_t page = p->page;
		p->y += pad;
		put_label(p, row[i].label, p->left + pad, p->y, label_w);
		PangoLayoutIter *it = pango_layout_get_iter(l);
		int line = 0;
		do {
			PangoRectangle r;
			int y0, y1;
			pango_layout_iter_get_line_extents(it, NULL, &r);
			pango_layout_iter_get_line_yrange(it, &y0, &y1);
			double lh = (double)(y1 - y0) / PANGO_SCALE;
			if (p->y + lh + pad > bottom(p)) {
				p->y += pad;
				cells(p, from, label_w, pad);
				pdf_page(p);
				from = p->y;
				p->y += pad;
			}
			double base = (double)(pango_layout_iter_get_baseline(it) - y0) / PANGO_SCALE;
			put_line(p, l, line++, x + (double)r.x / PANGO_SCALE, p->y + base, 0);
			p->y += lh;
		} while (pango_layout_iter_next_line(it));
		pango_layout_iter_free(it);
		if (p->page == page && p->y < first + pad + h) p->y = first + pad + h;
		p->y += pad;
		cells(p, from, label_w, pad);
	}
	p->y += 2 * MM;
}

static double at_side(const struct pdf *p, double w, enum pdf_align align)
{
	if (align == PDF_RIGHT) return p->right - w;
	return align == PDF_CENTRE ? p->left + (width(p) - w) / 2 : p->left;
}

struct bytes { struct str s; size_t at; };

static cairo_status_t read_bytes(void *arg, unsigned char *to, unsigned n)
{
	struct bytes *b = arg;
	if (b->s.n - b->at < n) return CAIRO_STATUS_READ_ERROR;
	memcpy(to, b->s.p + b->at, n);
	b->at += n;
	return CAIRO_STATUS_SUCCESS;
}

struct err *pdf_image(struct pdf *p, struct str data, double width_mm, enum pdf_align align)
{
	uint32_t w, h;
	enum sniff kind = sniff(data);
	if ((kind != SNIFF_PNG && kind != SNIFF_JPEG) || !sniff_image_size(data, &w, &h))
		return err_arg(p->a, E_UNSUPPORTED, str_of(sniff_type(kind)));
	if ((uint64_t)w * h > PIXELS_MAX)
		return err_arg(p->a, E_TOO_BIG, str_fmt(p->a, "%u px", (unsigned)PIXELS_MAX));
	cairo_surface_t *s;
	if (kind == SNIFF_PNG) {
		struct bytes b = {.s = data};
		s = cairo_image_surface_create_from_png_stream(read_bytes, &b);
	} else {    // the compressed bytes go into the paper as they are; the pixels are never looked at
		struct str copy = str_copy(p->a, data);
		s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)w, (int)h);
		cairo_surface_set_mime_data(s, CAIRO_MIME_TYPE_JPEG, (const unsigned char *)copy.p, copy.n,
			NULL, NULL);
	}
	if (cairo_surface_status(s) != CAIRO_STATUS_SUCCESS) {
		cairo_surface_destroy(s);
		return err_arg(p->a, E_SYNTAX, str_of(sniff_type(kind)));
	}
	*vec_push(p->a, p->image, p->images, p->image_cap) = s;
	double iw = width_mm * MM, ih, room = bottom(p) - top(p);
	if (iw > width(p)) iw = width(p);
	ih = iw * h / w;
	if (ih > room) {
		iw *= room / ih;
		ih = room;
	}
	need(p, ih);
	op(p, IMAGE, at_side(p, iw, align), p->y, iw, ih)->image = s;
	p->y += ih + 2 * MM;
	return NULL;
}

void pdf_qr(struct pdf *p, const struct qr *q, double size_mm, struct str caption, enum pdf_align align)
{
	double side = size_mm * MM, x = at_side(p, side, align);
	PangoLayout *l = caption.n ? layout_new(p, caption, 9, side, PDF_CENTRE) : NULL;
	need(p, side + (l ? height(l) : 0));
	struct op *o = op(p, QR, x, p->y, side, side);
	o->qr = *q;
	o->qr.module = arena_copy(p->a, q->module, (size_t)q->size * q->size);
	p->y += side;
	if (l) {
		text_at(p, l, x, p->y);
		p->y += height(l);
	}
	p->y += 2 * MM;
}

void pdf_seal(struct pdf *p, struct str ring, struct str line, enum pdf_align align)
{
	double side = 42 * MM, y = p->y - side * 0.7;
	if (y < MARGIN) y = MARGIN;
	if (y + side > PAGE_H - 10 * MM) y = PAGE_H - 10 * MM - side;
	struct op *o = op(p, SEAL, at_side(p, side, align), y, side, side);
	o->ring = str_copy(p->a, ring);
	o->text = str_copy(p->a, line);
}

static void middle(struct pdf *p, cairo_t *cr, struct str s, double size)    // centred on the current origin
{
	PangoLayout *l = layout_new(p, s, size, 0, PDF_LEFT);
	int w, h;
	pango_layout_get_size(l, &w, &h);
	cairo_move_to(cr, -(double)w / PANGO_SCALE / 2, -(double)h / PANGO_SCALE / 2);
	pango_cairo_show_layout(cr, l);
}

static void draw_seal(struct pdf *p, cairo_t *cr, const struct op *o)
{
	double r = o->w / 2;
	size_t n = utf8_count(o->ring);
	cairo_save(cr);
	cairo_translate(cr, o->x + r, o->y + r);
	cairo_set_source_rgba(cr, 0.85, 0.05, 0.05, 0.85);
	cairo_set_line_width(cr, 1.2 * MM);
	cairo_new_path(cr);
	cairo_arc(cr, 0, 0, r - 0.6 * MM, 0, 2 * M_PI);
	cairo_stroke(cr);
	for (int i = 0; i < 10; i++) {    // a five-pointed star; its inner radius is 0.382 of the outer
		double a = -M_PI / 2 + i * M_PI / 5, d = (i % 2 ? 0.382 : 1) * 7 * MM;
		cairo_line_to(cr, d * cos(a), d * sin(a));
	}
	cairo_close_path(cr);
	cairo_fill(cr);
	double step = n > 1 ? fmin(240.0 / (double)(n - 1), 26) * M_PI / 180 : 0;
	double size = fmin(15, step ? step * (r - 6 * MM) * 0.95 : 15);
	for (size_t i = 0; i < n; i++) {
		cairo_save(cr);
		cairo_rotate(cr, ((double)i - (double)(n - 1) / 2) * step);
		cairo_translate(cr, 0, -(r - 5.2 * MM));
		middle(p, cr, utf8_part(o->ring, i, 1), size);
		cairo_restore(cr);
	}
	if (o->text.n) {
		cairo_translate(cr, 0, 11.5 * MM);
		middle(p, cr, o->text, fmin(10, 26 * MM / (double)utf8_count(o->text)));
	}
	cairo_restore(cr);
}

static void draw_qr(cairo_t *cr, const struct op *o)
{
	double unit = o->w / (o->qr.size + 2 * QR_QUIET);
	cairo_set_source_rgb(cr, 1, 1, 1);
	cairo_rectangle(cr, o->x, o->y, o->w, o->h);
	cairo_fill(cr);
	cairo_set_source_rgb(cr, 0, 0, 0);
	for (uint32_t y = 0; y < o->qr.size; y++) {
		const uint8_t *row = o->qr.module + (size_t)y * o->qr.size;
		for (uint32_t x = 0; x < o->qr.size;) {
			uint32_t from = x;
			while (x < o->qr.size && row[x]) x++;
			if (x > from)
				cairo_rectangle(cr, o->x + (from + QR_QUIET) * unit,
					o->y + (y + QR_QUIET) * unit, (x - from) * unit, unit);
			else x++;
		}
	}
	cairo_fill(cr);
}

static void draw(struct pdf *p, cairo_t *cr, const struct op *o)
{
	cairo_set_source_rgb(cr, o->grey, o->grey, o->grey);
	cairo_move_to(cr, o->x, o->y);
	switch (o->kind) {
	case LINE:
		pango_cairo_show_layout_line(cr, pango_layout_get_line_readonly(o->layout, o->line));
		break;
	case TEXT: pango_cairo_show_layout(cr, o->layout); break;
	case BOX:
		cairo_new_path(cr);
		cairo_set_line_width(cr, 0.6);
		cairo_rectangle(cr, o->x, o->y, o->w, o->h);
		cairo_stroke(cr);
		break;
	case RULE:
		cairo_set_line_width(cr, 0.8);
		cairo_line_to(cr, o->x + o->w, o->y);
		cairo_stroke(cr);
		break;
	case IMAGE:
		cairo_save(cr);
		cairo_translate(cr, o->x, o->y);
		cairo_scale(cr, o->w / cairo_image_surface_get_width(o->image),
			o->h / cairo_image_surface_get_height(o->image));
		cairo_set_source_surface(cr, o->image, 0, 0);
		cairo_paint(cr);
		cairo_restore(cr);
		break;
	case QR: draw_qr(cr, o); break;
	case SEAL: draw_seal(p, cr, o); break;
	}
	cairo_new_path(cr);
}

static void draw_watermark(struct pdf *p, cairo_t *cr)
{
	PangoLayout *l = layout_new(p, p->info.watermark, 20, 0, PDF_LEFT);
	int w;
	pango_layout_get_size(l, &w, NULL);
	double step = (double)w / PANGO_SCALE + 60;
	cairo_save(cr);
	cairo_set_source_rgb(cr, 0.9, 0.9, 0.9);
	cairo_translate(cr, 0, PAGE_H / 2);
	cairo_rotate(cr, -M_PI / 6);
	for (double y = -PAGE_H; y < PAGE_H; y += 130)
		for (double x = -PAGE_W / 2; x < PAGE_W * 1.5; x += step) {
			cairo_move_to(cr, x, y);
			pango_cairo_show_layout(cr, l);
		}
	cairo_restore(cr);
}

static cairo_status_t write_bytes(void *arg, const unsigned char *p, unsigned n)
{
	buf_add(arg, (struct str){(const char *)p, n});
	return CAIRO_STATUS_SUCCESS;
}

static void draw_all(struct pdf *p, struct buf *out)
{
	cairo_surface_t *s = cairo_pdf_surface_create_for_stream(write_bytes, out, PAGE_W, PAGE_H);
	struct buf when = buf_new(p->a);
	instant_print(&when, p->info.created_ms);
	struct str z = str_part(buf_str(&when), 0, 19);    // a PDF date has no room for the fraction
	cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_CREATE_DATE,
		str_z(p->a, str_fmt(p->a, STR_FMT "Z", STR_ARG(z))));
	cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_TITLE, str_z(p->a, p->info.title));
	cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_AUTHOR, str_z(p->a, p->info.author));
	if (p->info.subject.n) cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_SUBJECT, str_z(p->a, p->info.subject));
	cairo_t *cr = cairo_create(s);
	for (uint32_t page = 1; page <= p->page; page++) {
		if (p->info.watermark.n) draw_watermark(p, cr);
		for (size_t i = 0; i < p->ops; i++)
			if (p->op[i].page == page && p->op[i].kind != SEAL) draw(p, cr, &p->op[i]);
		for (size_t i = 0; i < p->ops; i++)    // seals lie on top
			if (p->op[i].page == page && p->op[i].kind == SEAL) draw(p, cr, &p->op[i]);
		if (p->info.page_numbers) {
			cairo_save(cr);
			cairo_set_source_rgb(cr, 0.3, 0.3, 0.3);
			cairo_translate(cr, PAGE_W / 2, PAGE_H - 14 * MM);
			middle(p, cr, str_fmt(p->a, "%u / %u", page, p->page), 9);
			cairo_restore(cr);
		}
		cairo_show_page(cr);
	}
	cairo_destroy(cr);
	cairo_surface_finish(s);
	CHECK(cairo_surface_status(s) == CAIRO_STATUS_SUCCESS);
	cairo_surface_destroy(s);
}

struct err *pdf_finish(struct pdf *p, struct str *bytes, struct pdf_missing *gone)
{
	struct buf out = buf_new(p->a);
	while (p->frames) pdf_frame_end(p);
	if (p->context) draw_all(p, &out);
	for (size_t i = 0; i < p->layouts; i++) g_object_unref(p->layout[i]);
	for (size_t i = 0; i < p->images; i++) cairo_surface_destroy(p->image[i]);
	bool fonts_found = p->context;
	if (p->context) g_object_unref(p->context);
	p->context = NULL;
	p->layouts = p->images = 0;
	if (!fonts_found) return err_args(p->a, E_SETTING, S("fonts"), S(FAMILIES), S(""));
	*bytes = buf_str(&out);
	*gone = (struct pdf_missing){.cp = p->missing, .n = p->missing_n};
	return NULL;
}
