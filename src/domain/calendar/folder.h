// folder.h — reading a city's folder: a sorted list of files with their text.
//
// Memory  names and texts live in the arena. Symbolic links and names that begin with a dot are skipped.
// Errors  E_IO; E_TOO_BIG for a file above 4 MB; E_BUDGET above 200,000 files or 16 levels.
#pragma once
#include "base/err.h"

struct folder_file {
	struct str path;               // relative to the folder, with /
	struct str text;
};
// All files below dir whose name ends in one of suffix (NULL-terminated list), sorted bytewise by path.
must_use struct err *folder_read(struct arena *, struct str dir, const char *const *suffix,
	struct folder_file **out, uint32_t *n);

// The same files without reading them: what tells that one is still what it was. ctime_ns cannot be set by hand.
struct folder_stamp { struct str path; uint64_t dev, ino, size; int64_t mtime_ns, ctime_ns; };
must_use struct err *folder_list(struct arena *, struct str dir, const char *const *suffix, struct folder_stamp **out, uint32_t *n);
// The text of one of them, in an arena of its own; errors live in the first.
must_use struct err *folder_text(struct arena *, struct arena *text, struct str dir, struct str path, struct str *out);
