// sniff.c — magic bytes.
#include "codec/sniff.h"

static const struct { const char *type, *ending; } kinds[] = {
	[SNIFF_UNKNOWN] = {"application/octet-stream", "bin"}, [SNIFF_PDF] = {"application/pdf", "pdf"},
	[SNIFF_JPEG] = {"image/jpeg", "jpg"}, [SNIFF_PNG] = {"image/png", "png"},
	[SNIFF_GIF] = {"image/gif", "gif"},
	[SNIFF_WEBP] = {"image/webp", "webp"}, [SNIFF_TIFF] = {"image/tiff", "tiff"},
	[SNIFF_BMP] = {"image/bmp", "bmp"},
	[SNIFF_HEIC] = {"image/heic", "heic"}, [SNIFF_OFD] = {"application/ofd", "ofd"},
	[SNIFF_DOCX] = {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"},
	[SNIFF_XLSX] = {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"},
	[SNIFF_PPTX] = {"application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"},
	[SNIFF_ZIP] = {"application/zip", "zip"}, [SNIFF_OLE] = {"application/x-ole-storage", "doc"},
	[SNIFF_RAR] = {"application/vnd.rar", "rar"}, [SNIFF_7Z] = {"application/x-7z-compressed", "7z"},
	[SNIFF_MP4] = {"video/mp4", "mp4"}, [SNIFF_XML] = {"application/xml", "xml"},
	[SNIFF_HTML] = {"text/html", "html"},
	[SNIFF_EXE] = {"application/x-executable", "bin"}, [SNIFF_TEXT] = {"text/plain", "txt"},
};

// The names of the entries that begin inside the first bytes tell one zip from another.
static enum sniff zip(struct str s)
{
	enum sniff found = SNIFF_ZIP;
	for (size_t at = 0; at + 30 <= s.n;) {
		ptrdiff_t next = str_find(str_from(s, at), S("PK\3\4"));
		if (next < 0) break;
		at += (size_t)next;
		if (at + 30 > s.n) break;
		size_t len = (unsigned char)s.p[at + 26] | (size_t)(unsigned char)s.p[at + 27] << 8;
		struct str name = str_part(s, at + 30, len);
		if (str_starts(name, S("/"))) name = str_from(name, 1);
		if (str_is(name, "OFD.xml") || str_starts(name, S("Doc_0/"))) return SNIFF_OFD;
		if (str_starts(name, S("word/"))) return SNIFF_DOCX;
		if (str_starts(name, S("xl/"))) return SNIFF_XLSX;
		if (str_starts(name, S("ppt/"))) return SNIFF_PPTX;
		at += 30;
	}
	return found;
}

static bool starts_any_case(struct str s, const char *lower)
{
	for (size_t i = 0; lower[i]; i++)
		if (i >= s.n || (s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] + 32 : s.p[i]) != lower[i])
			return false;
	return true;
}

static enum sniff text(struct str s)
{
	if (str_starts(s, S("\xef\xbb\xbf"))) s = str_from(s, 3);
	struct str t = str_trim(s);
	if (starts_any_case(t, "<!doctype html") || starts_any_case(t, "<html") ||
	    starts_any_case(t, "<script"))
		return SNIFF_HTML;
	if (str_starts(t, S("<?xml"))) return SNIFF_XML;
	for (size_t at = 0; at < s.n;) {
		size_t before = at;
		uint32_t cp = utf8_next(s, &at);
		if (cp == 0xfffd && at - before == 1)
			return s.n >= SNIFF_BYTES && s.n - before < 4 ? SNIFF_TEXT : SNIFF_UNKNOWN;
		if ((cp < 0x20 && cp != '\t' && cp != '\n' && cp != '\r' && cp != '\f') || cp == 0x7f)
			return SNIFF_UNKNOWN;
	}
	return s.n ? SNIFF_TEXT : SNIFF_UNKNOWN;
}

enum sniff sniff(struct str s)
{
	s = str_part(s, 0, SNIFF_BYTES);
	struct str box = str_part(s, 4, 8);
	if (str_starts(s, S("%PDF-"))) return SNIFF_PDF;
	if (str_starts(s, S("\xff\xd8\xff"))) return SNIFF_JPEG;
	if (str_starts(s, S("\x89PNG\r\n\x1a\n"))) return SNIFF_PNG;
	if (str_starts(s, S("GIF87a")) || str_starts(s, S("GIF89a"))) return SNIFF_GIF;
	if (str_starts(s, S("RIFF")) && str_is(str_part(s, 8, 4), "WEBP")) return SNIFF_WEBP;
	if (str_starts(s, S("II*\0")) || str_starts(s, S("MM\0*"))) return SNIFF_TIFF;
	if (str_starts(s, S("BM")) && s.n >= 14 && str_is(str_part(s, 6, 4), "\0\0\0\0")) return SNIFF_BMP;
	if (str_starts(s, S("PK\3\4"))) return zip(s);
	if (str_starts(s, S("PK\5\6"))) return SNIFF_ZIP;
	if (str_starts(s, S("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))) return SNIFF_OLE;
	if (str_starts(s, S("Rar!\x1a\x07"))) return SNIFF_RAR;
	if (str_starts(s, S("7z\xbc\xaf\x27\x1c"))) return SNIFF_7Z;
	if (str_is(box, "ftypheic") || str_is(box, "ftypheix") || str_is(box, "ftypmif1")) return SNIFF_HEIC;
	if (str_starts(box, S("ftyp"))) return SNIFF_MP4;
	if (str_starts(s, S("MZ")) || str_starts(s, S("\x7f" "ELF")) || str_starts(s, S("#!")))
		return SNIFF_EXE;
	return text(s);
}

const char *sniff_type(enum sniff k)
{
	return kinds[k].type;
}

static uint32_t big_endian(const char *p, int n)
{
	uint32_t v = 0;
	while (n--) v = v << 8 | (unsigned char)*p++;
	return v;
}

bool sniff_image_size(struct str s, uint32_t *width, uint32_t *height)
{
	if (sniff(s) == SNIFF_PNG) {
		if (s.n < 24 || !str_is(str_part(s, 12, 4), "IHDR")) return false;
		*width = big_endian(s.p + 16, 4);
		*height = big_endian(s.p + 20, 4);
		return *width && *height;
	}
	if (sniff(s) != SNIFF_JPEG) return false;
	for (size_t at = 2; at + 9 < s.n;) {    // from marker to marker until the frame header
		if (s.p[at] != '\xff') return false;
		unsigned char m = (unsigned char)s.p[at + 1];
		if (m == 0xff) {
			at++;
			continue;
		}
		if (m >= 0xc0 && m <= 0xcf && m != 0xc4 && m != 0xc8 && m != 0xcc) {
			*height = big_endian(s.p + at + 5, 2);
			*width = big_endian(s.p + at + 7, 2);
			return *width && *height;
		}
		if (m == 0xda || m == 0xd9) return false;
		at += 2 + big_endian(s.p + at + 2, 2);
	}
	return false;
}
