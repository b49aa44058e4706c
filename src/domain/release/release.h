// release.h — publication 发布: a proposed change of the catalogue, from draft to in force and back.
//
// Owns    tables release_, release_file, release_matter, release_force.
// Needs   domain/shelf, catalogue diff; a plan.
// Memory  in the arena of the plan.
// Time    a release holds from its approval or from from_ms; the job looks for those that are due.
// Errors  E_RELEASE_*; E_NOT_FOUND; E_STALE when somebody else changed the row.
// Holds   (1) nobody approves a release of their own; (2) a release is approved only as the checker and the
//         approver saw it: on the version it was made from (else E_RELEASE_BASE), without errors; (3) the row of
//         release_force changes only from the release's base to its hash, in the set that journals it, after the
//         version's files are durable: whatever is interrupted leaves the old version whole; (4) a version is
//         never edited: taking back is a release of its own whose hash is the version before.
#pragma once
#include "domain/catalogue/diff.h"
#include "domain/domain.h"
#include "domain/shelf.h"

struct release {
	int64_t id, version, author, judge, from_ms, of, made_ms, proposed_ms, judged_ms, force_ms, warnings;
	struct str title, state, base, hash, author_name, judge_name, reason, changes;
};
struct release_force { struct str hash, folder; int64_t release, since_ms, version; };

// ---- reading ----
must_use struct err *release_read(struct plan *, int64_t id, struct release *out);                // E_NOT_FOUND
// Newest first, with id below `before` (0: all); state empty: all; open: what is still under way.
must_use struct err *release_list(struct plan *, struct str state, int64_t before, uint32_t limit, struct release **out, size_t *n);
must_use struct err *release_files(struct plan *, int64_t id, struct shelf_change **out, size_t *n);
must_use struct err *release_of_matter(struct plan *, struct str code, uint32_t limit, struct release **out, size_t *n);
must_use struct err *release_now(struct plan *, struct release_force *out, bool *found);
must_use struct err *release_due(struct plan *, uint32_t limit, int64_t **out, size_t *n);
// A file as the release has it: changed, or as its base has it. E_NOT_FOUND.
must_use struct err *release_text(struct plan *, const struct release *, struct str path, struct str *out);

// ---- writing it ----
// A draft on the version in force, by the plan's actor.
must_use struct err *release_begin(struct plan *, struct str title, struct release *out);
// One file of a draft (or of a refused release, which becomes a draft again); text ends in a line break.
must_use struct err *release_put(struct plan *, struct release *, struct str path, struct str text, bool gone);
must_use struct err *release_drop(struct plan *, struct release *, struct str path);              // the file as the base has it
// What the release would make: compiled, checked, compared with its base. changes is JSON text.
struct release_trial { struct findings *findings; struct candidate *candidate; struct str hash, changes; struct str *matter; uint32_t n_matters; };
must_use struct err *release_try(struct plan *, const struct release *, struct release_trial *out);   // candidate: candidate_drop
must_use struct err *release_propose(struct plan *, struct release *, struct str title, int64_t from_ms);
// Moves a release to the version in force, a draft again; E_RELEASE_CONFLICT names a file that both changed.
must_use struct err *release_retry(struct plan *, struct release *);

// ---- deciding ----
must_use struct err *release_judge(struct plan *, struct release *, bool agree, struct str reason);
must_use struct err *release_enforce(struct plan *, struct release *);       // a scheduled one that is due
// The version before the one in force again; *out is the release that does it.
must_use struct err *release_take_back(struct plan *, struct release *, struct str reason, struct release *out);

// ---- what holds ----
// Makes the version of the row the one in force in this process; no row: nothing. What fails is logged, and
// tried again by the job.
must_use struct err *release_behind(struct plan *, bool *out);               // is another version in force here
void release_follow(struct store *, struct domain *);
// At the start: the folder's version was loaded. The first one, or a folder that differs from the one published
// last, becomes a release in force; otherwise the row's version is taken.
must_use struct err *release_start(struct plan *, struct str folder_hash);
