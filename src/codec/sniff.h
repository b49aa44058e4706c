// sniff.h — what a file is by its first bytes, whatever its name says.
#pragma once
#include "base/str.h"

enum sniff {
	SNIFF_UNKNOWN, SNIFF_PDF, SNIFF_JPEG, SNIFF_PNG, SNIFF_GIF, SNIFF_WEBP, SNIFF_TIFF, SNIFF_BMP, SNIFF_HEIC,
	SNIFF_OFD, SNIFF_DOCX, SNIFF_XLSX, SNIFF_PPTX, SNIFF_ZIP, SNIFF_OLE, SNIFF_RAR, SNIFF_7Z, SNIFF_MP4,
	SNIFF_XML, SNIFF_HTML, SNIFF_EXE, SNIFF_TEXT,
};
enum { SNIFF_BYTES = 4096 };                               // as many first bytes as it looks at

enum sniff sniff(struct str first_bytes);                  // a zip is named more closely by its first entries
const char *sniff_type(enum sniff);   // "application/pdf"; application/octet-stream if unknown
bool sniff_image_size(struct str bytes, uint32_t *width, uint32_t *height);   // PNG and JPEG, from the header
