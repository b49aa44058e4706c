// shelf_files.h — the files of versions below DATA/catalogue: a version is a folder of its own, or a pack that says
// what it has otherwise than such a folder.
//
// Owns    DATA/catalogue/<hash> (a whole version), DATA/catalogue/<hash>.over (a pack), DATA/compiled (image paths).
// Memory  in the arena given.
// Errors  E_IO; E_NOT_FOUND for what a version does not have.
// Holds   (1) a folder or pack is whole and durable under its name, or not there; (2) it is never written again; a pack
//         whose version was written whole afterwards is not asked any more; (3) a pack stands on a folder, never on a pack.
#pragma once
#include "domain/calendar/folder.h"
#include "domain/shelf.h"

struct pack { struct str root; struct shelf_change *file; uint32_t n; size_t bytes; };       // sorted by path

struct str files_image_path(struct domain *, struct arena *, struct str hash);
bool files_whole(struct domain *, struct arena *, struct str hash);                  // it has a folder of its own
bool files_there(struct domain *, struct arena *, struct str hash);
// The pack of a version; one with a folder of its own: root is the version itself, and nothing differs.
must_use struct err *files_pack(struct domain *, struct arena *, struct str hash, struct pack *out);
must_use struct err *files_text(struct domain *, struct arena *, struct str hash, struct str path, struct str *out);
must_use struct err *files_all(struct domain *, struct arena *, struct str hash, struct folder_file **, uint32_t *n);
// What a pack and further changes amount to; both sorted by path.
struct pack pack_join(struct arena *, const struct pack *, const struct shelf_change *, uint32_t n);
must_use struct err *files_keep_pack(struct domain *, struct arena *, struct str hash, const struct pack *);
// A folder of its own, from a pack (what did not change is the root's own file under another name).
must_use struct err *files_keep_whole(struct domain *, struct arena *, struct str hash, const struct pack *);
// The hash of the version a city's folder is. What each file's digest was is kept in DATA/digests with what tells that
// it is still the same file (device, number, size, time of change, which nobody sets by hand); others are read.
must_use struct err *files_city_hash(struct domain *, struct arena *, struct str city_dir, struct str *out);
must_use struct err *files_keep_city(struct domain *, struct arena *, struct str hash, struct str city_dir);
