// svg.h — a process as a picture and, the same, as a list in words.
//
// The picture stands where the file's diagram puts it; a model without a usable diagram is laid out
// in layers. Classes only, no style attributes and no scripts (strict CSP); without a style sheet it
// is still readable, in print too: states differ by line width and sign, not by colour alone.
#pragma once
#include "bpmn/bpmn.h"

enum bpmn_mark { BPMN_MARK_NONE, BPMN_MARK_DONE, BPMN_MARK_CURRENT, BPMN_MARK_POSSIBLE,
	BPMN_MARK_FAILED };                        // waits as an incident for a person

// By element index. Possible: what may come next from where the instance stands. view NULL: all none.
uint8_t *bpmn_marks(struct arena *, const struct bpmn_model *, const struct bpmn_view *view);

// The same model for somebody who does not draw processes, to look at and not to be run; indexes stay. Names of elements
// and flows are as `word` says (NULL: as they are). silent: without what `drop` marks by element index (NULL: nothing) and
// without unnamed gateways that only pass on; a model with a diagram of its own stays as it was drawn.
struct bpmn_reader { struct str (*word)(const void *, struct str name); const void *ctx; const uint8_t *drop, *mark; bool silent; };
const struct bpmn_model *bpmn_plain(struct arena *, const struct bpmn_model *, const struct bpmn_reader *);

// id: prefix of the ids inside, unique on the page. mark may be NULL.
// note: a few words above an element, by element index, and in its title; NULL: none.
// Classes: bpmn, bpmn-node, bpmn-<kind>, bpmn-flow, bpmn-label, bpmn-note; is-done, is-current, is-possible, is-failed.
void bpmn_svg(struct buf *, const struct bpmn_model *, int process, const uint8_t *mark, const struct str *note,
	struct str id, bool english);

struct bpmn_outline {
	int element;
	uint32_t depth;                        // 0 = directly in the process
	enum bpmn_mark mark;
	struct str text;                       // name, or kind where it has none
	struct str kind;                       // "审批步骤" …: for the reader, in the language asked for
	struct str next;                       // names of what follows, or empty
};
// In the order a token takes, branches one after the other. Only what a person should know: tasks,
// calls, sub-processes, events with a name, choices with a name.
struct bpmn_outline *bpmn_outline(struct arena *, const struct bpmn_model *, int process,
	const uint8_t *mark, bool english, uint32_t *n);
