// image.h — a catalogue and its search index as one file, which a later start maps instead of reading
// and compiling the city's files again. See docs/why/compiled-catalogue.md.
//
// Owns    the file's form: a head, and the memory the catalogue was compiled in, for one address.
// Needs   base/span.
// Memory  a mapped catalogue unmaps with its last reference; its index is part of it.
// Errors  none that matter: what cannot be kept or opened is compiled from the city's files.
// Holds   (1) nothing in the file points out of it; (2) a file of another build, another version, cut,
//         changed or for an address that is taken is not opened.
#pragma once
#include "domain/catalogue/catalogue.h"

struct search;
struct image;
// Where a catalogue that shall be kept is compiled; NULL when no range of addresses was to be had.
struct image *image_new(struct arena *own, struct str hash);
struct arena *image_arena(struct image *);
void image_free(struct image *);                         // NULL is harmless
// Writes the file. The catalogue and the index become its readers: their memory is the file's from now on.
// Nothing happens to one that was not compiled in an image, or whose image holds what it must not: false.
bool image_keep(struct arena *, struct catalogue *, struct search *, struct str path);
bool image_open(struct arena *, struct str path, struct str hash, struct catalogue **, struct search **);
