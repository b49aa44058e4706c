// file.h — files of the program's own folders: whole, durable, and within a size.
//
// Errors  E_IO names the file; E_TOO_BIG; E_NOT_FOUND only from file_read.
// Holds   (1) file_write is atomic and durable: the old content or the new one, never a part;
//         (2) nothing follows a symbolic link that leads out of the folder given.
#pragma once
#include "base/err.h"

must_use struct err *file_read(struct arena *, struct str path, size_t max, struct str *out);
must_use struct err *file_write(struct arena *, struct str path, struct str bytes, bool secret);   // secret: only the owner reads
bool file_peek(struct arena *, struct str path, void *to, size_t n);                // its first n bytes; false when it has not as many
bool file_exists(struct arena *, struct str path);
must_use struct err *folder_make(struct arena *, struct str path);                    // and its parents
// The same file under another name, of files that nobody changes in place; a copy where the disk cannot. Durable after folder_sync.
must_use struct err *file_link(struct arena *, struct str from, struct str to);
must_use struct err *folder_sync(struct arena *, struct str path);
void folder_keep_newest(struct arena *, struct str path, size_t n);                    // of a folder of files that can be made again
must_use struct err *folder_copy(struct arena *, struct str from, struct str to);     // regular files only, durable, but not at once: `to` is nobody's yet; what only its owner reads stays so
must_use struct err *folder_rename(struct arena *, struct str from, struct str to);   // durable; E_IO when `to` is there
int64_t file_size(struct arena *, struct str path);                                   // 0 when there is none
int64_t file_written_ns(struct arena *, struct str path);                             // by the disk's clock; 0 when there is none
must_use struct err *file_append(struct arena *, struct str path, struct str bytes);
void file_remove(struct arena *, struct str path);
