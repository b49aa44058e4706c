// span.h — a range of addresses of our own, whose bytes can be written to a file and mapped back at
// the same place by a later run: pointers within it stay good without being touched.
//
// Owns    mappings made by span_reserve and span_map, until span_free.
// Errors  false and a span of NULL when the range is taken or the machine refuses: callers then do
//         without. E_IO from span_write.
// Threads a span belongs to whoever made it; a mapped one is read by any thread.
// Holds   (1) nothing that is mapped already is ever replaced; (2) span_write is atomic and durable;
//         (3) what span_map gives can be read only.
#pragma once
#include "base/err.h"

struct span { char *p; size_t n; };

bool span_reserve(struct span *, uintptr_t at, size_t n);      // readable and writable zeros; costs memory where written
void span_trim(struct span *, size_t n);                       // gives back what lies behind n bytes
void span_free(struct span *);
must_use struct err *span_write(struct arena *, struct str path, struct span);
bool span_map(struct span *, struct arena *, struct str path, uintptr_t at, size_t n);   // the file's first n bytes
bool span_remap(struct span *, struct arena *, struct str path);   // the file just written takes the place of the memory
// The first word that, read as a pointer, leads into memory outside of the span; -1 when none does. The parts
// of it named in numbers (by place, none across another) hold no pointers and are not looked at.
ptrdiff_t span_points_out(struct arena *, struct span, const struct span *numbers, size_t n_numbers);
uint64_t span_sum(const void *, size_t n);                     // notices damage, not intent
struct str program_build(void);                                // names this very build; empty when the linker gave no name
