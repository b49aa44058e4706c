// model.h — which process a case runs: made from the catalogue, compiled once a version.
//
// A bundle 一件事 becomes an orchestrating model whose items are call activities; an item follows
// the generic approval 受理 → 审查 → 决定 → 制证 → 送达 with its own steps, limits and payment, or
// brings its own BPMN file: it begins at its start event of the id "accepted" (a message) when the
// bundle around it was accepted, at its plain one when it is applied for by itself. References: "apply:<code>" the application (receipt to close) of a bundle
// or a single item, "item:<code>" an item that was accepted with its bundle.
// Owns    tables flow_model, flow_xml (flow_model.sql): what was made is kept with the first instance of it and is
//         from then on the model of that catalogue version, whatever a later program would make.
// Memory  compiled models live in struct domain and are shared by threads.
// Errors  E_FLOW_MODEL when a catalogue that passed its checks still gives no runnable model.
#pragma once
#include "domain/flow/flow.h"

struct flow_model {
	const struct bpmn_model *bpmn;
	int process;                           // element index
	struct str start;                      // the start event to begin at; empty = the plain one
	struct catalogue *cat;                 // the version; kept by the domain
	struct str unkept;                     // the text, while it is not known to be kept
};
must_use struct err *flow_model(struct plan *, struct str catalogue, struct str ref, struct flow_model *out);
// The same from a catalogue in hand: compiles, and picks the process of the reference.
must_use struct err *flow_model_make(struct arena *, const struct catalogue *, struct str ref, struct bpmn_model **out,
	int *process, struct str *start);
// A bundle's process for whatever answers: whether an item that depends on them is done is a variable, want_CODE.
must_use struct err *flow_bundle_wanted(struct arena *, const struct bundle *, struct bpmn_model **out, int *process);
// In English what the generated models call their elements; a name of a file's own stays as it was drawn.
struct str flow_model_word(const struct catalogue *, struct str name);
// The XML of an item's generated process with its code and its name left out: items of one shape differ in nothing else, so
// what is explored for one is known of all. False when there is none, or the name or the code is not as in any XML.
bool flow_model_shape(struct arena *, const struct catalogue *, struct str ref, struct str *out);
// Every model the catalogue gives, generated or brought along, is made and explored: whether it can be
// run, and comes to its end whatever happens (RULE_bad_process, RULE_process_unsound).
void flow_check(const struct catalogue *, struct findings *);
void flow_check_of(const struct catalogue *, struct findings *, const struct item *const *, uint32_t n, const struct bundle *const *, uint32_t n_bundles);
// The BPMN 2.0 XML of a reference; for pages, checks and export.
must_use struct err *flow_model_xml(struct arena *, const struct catalogue *, struct str ref, struct str *out);
// Keeps the texts of running instances that began before texts were kept, a few a call; then it is a look at a flag.
must_use struct err *flow_models_keep(struct plan *);
// For tests: what is made from a catalogue from now on passes through this, as if by another program.
void flow_models_alter(struct flow_models *, struct str (*)(struct arena *, struct str xml));
struct flow_models *flow_models_new(struct arena *);
void flow_models_free(struct flow_models *);
