// pdf.h — A4 papers: receipts, notices, decisions, certificates. A small vocabulary, top to bottom.
//
// Owns    drawing objects until pdf_finish, which must be called exactly once, even after an error.
// Memory  texts are copied; the finished bytes live in the arena.
// Time    created_ms is passed in: equal calls give equal bytes on one machine.
// Errors  E_SETTING when the fonts are not installed; E_UNSUPPORTED, E_TOO_BIG for images.
// Holds   (1) only WenQuanYi Micro Hei, then Hanazono, embedded as subsets; (2) a character neither
//         has is drawn as a box with its number and reported by pdf_finish, never left blank.
// Threads one struct pdf belongs to one thread from pdf_new to pdf_finish.
// allow double: points on a page
#pragma once
#include "base/err.h"
#include "codec/qr.h"

struct pdf_info {
	struct str title, author;
	struct str subject;            // ASCII; stands readable in the file: where the document is verified
	int64_t created_ms;
	struct str watermark;          // pale, slanted, on every page; empty = none
	bool page_numbers;             // "1 / 3" at the foot
};
enum pdf_align { PDF_LEFT, PDF_CENTRE, PDF_RIGHT, PDF_JUSTIFY };
struct pdf_row { struct str label, value; };
struct pdf;

struct pdf *pdf_new(struct arena *, struct pdf_info);
void pdf_title(struct pdf *, struct str);                                  // 22 pt, centred
void pdf_heading(struct pdf *, struct str);                                // 14 pt
void pdf_paragraph(struct pdf *, struct str, enum pdf_align, bool indent);   // 12 pt; indent: two characters
void pdf_note(struct pdf *, struct str);                                   // 9 pt, grey
void pdf_table(struct pdf *, const struct pdf_row *, size_t n);   // ruled; Han labels spread to one width
void pdf_rule(struct pdf *);
void pdf_space(struct pdf *, double mm);
void pdf_page(struct pdf *);                                               // begins a new page
void pdf_frame_begin(struct pdf *), pdf_frame_end(struct pdf *);   // a box around what comes between; nests 4 deep
must_use struct err *pdf_image(struct pdf *, struct str png_or_jpeg, double width_mm, enum pdf_align);
void pdf_qr(struct pdf *, const struct qr *, double size_mm, struct str caption, enum pdf_align);
// A round red seal (42 mm) over what was last written at that side: ring text, star, a line below it. Takes no room.
void pdf_seal(struct pdf *, struct str ring, struct str line, enum pdf_align);

struct pdf_missing { uint32_t *cp; size_t n; };                            // ascending, each once
must_use struct err *pdf_finish(struct pdf *, struct str *bytes, struct pdf_missing *missing);
