// shelf.h — the versions of the catalogue: kept below DATA/catalogue, tried before they hold, put in force.
//
// Owns    the versions in memory (domain_catalogue, domain_catalogue_version) and their files.
// Needs   domain/catalogue, flow_check.
// Memory  a candidate lives in the arena of shelf_try and holds a catalogue until candidate_drop.
// Threads any; readers of the version in force never wait for a publication.
// Errors  E_CATALOGUE for a version with errors; E_IO; E_NOT_FOUND for a file that a version does not have.
// Holds   (1) a version's files are whole and durable before shelf_keep returns, or it is not there at all;
//         (2) shelf_enforce swaps at once: a call that began keeps the version it began with; (3) what is
//         in force is the caller's to write down (a row, with its journal entry) before it is enforced.
#pragma once
#include "domain/catalogue/catalogue.h"

struct domain;
struct candidate;
struct shelf_change { struct str path, text; bool gone; };       // a file of the city's folder, as it shall be

struct catalogue_shelf *shelf_new(struct arena *);
void shelf_free(struct catalogue_shelf *);
// A file of a version, as written; all of them, sorted.
must_use struct err *shelf_text(struct domain *, struct arena *, struct str hash, struct str path, struct str *out);
struct folder_file;
must_use struct err *shelf_files(struct domain *, struct arena *, struct str hash, struct folder_file **, uint32_t *n);
// The version `base` with these files changed, compiled and checked whole; *out also when findings has errors.
// base is a version that was kept. Costs what changed where that can be told from few files (delta.h), else the whole.
must_use struct err *shelf_try(struct domain *, struct arena *, struct catalogue *base, const struct shelf_change *, uint32_t n,
	struct findings *, struct candidate **out);
// What the checker says about a version on the shelf: kept with it. Nobody changes it.
must_use struct err *shelf_findings(struct domain *, struct arena *, struct catalogue *, const struct findings **out);
struct catalogue *candidate_catalogue(const struct candidate *); // borrowed
void candidate_drop(struct candidate *);                         // NULL is harmless
// Writes the candidate's files, so that its hash can be enforced now or later, here or by another process.
must_use struct err *shelf_keep(struct domain *, struct arena *, const struct candidate *);
// A version that stands on another becomes whole, for those after it. Goes on by itself behind shelf_enforce when it
// differs in many files.
must_use struct err *shelf_fold(struct domain *, struct arena *, struct str hash);
// Puts a kept version in force; the one in force already: nothing happens.
must_use struct err *shelf_enforce(struct domain *, struct arena *, struct str hash);
