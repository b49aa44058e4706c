// asset.h — what is built into the binary: css, js, icons (packed, hashed names) and template texts.
//
// Owns    constant tables that tools/embed.c writes at build.
// Holds   (1) a path contains its content's hash, so it may be cached for ever;
//         (2) gz is the gzip form of raw and never longer than it by more than the header.
#pragma once
#include "base/str.h"

struct asset {
	const char *name, *path, *type;     // public.css, /a/public.<hash>.css, text/css; charset=utf-8
	const unsigned char *gz, *raw;
	size_t gz_n, raw_n;
};

struct asset_text { const char *name; const char *p; size_t n; };   // pages/home.html

extern const struct asset asset_list[];
extern const size_t asset_count;
extern const struct asset_text asset_texts[];
extern const size_t asset_text_count;

const struct asset *asset_find(struct str path);       // by request path; NULL when there is none
const struct asset *asset_named(struct str name);      // by name
bool asset_text(struct str name, struct str *out);
