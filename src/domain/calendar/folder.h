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
