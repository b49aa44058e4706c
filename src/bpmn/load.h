// load.h — reading a model: load.c walks the XML, extend.c reads extensions, link.c joins and checks.
//
// Private to src/bpmn, alive only while a model is loaded.
#pragma once
#include "bpmn/model.h"
#include "bpmn/words.h"
#include "codec/xml.h"

#define NS_BPMN S("http://www.omg.org/spec/BPMN/20100524/MODEL")
#define NS_DI S("http://www.omg.org/spec/BPMN/20100524/DI")
#define NS_OWN S(BPMN_NS_TB)

// message, signal, error, escalation, resource
struct global { struct str id, name, code; struct xml *x; };
struct member { struct str id; size_t lane; };
struct ext_attr { struct bpmn_attr *v; size_t n, cap; };

struct load {
	struct bpmn_model *m;
	struct arena *a;
	struct err *errs;
	struct global *global;
	size_t nglobal, globalcap;
	struct xml **node;                   // by element index
	struct ext_attr *ext;                // by element index
	size_t cap, nodecap, extcap, flcap, flnodecap;
	size_t nel, nfl, nnode, next_, nflnode;
	struct xml **flnode;
	struct member *member;               // who stands in which lane, before ids are resolved
	size_t nmember, membercap;
	uint32_t *table;                     // id to element index + 1
	size_t tablesize;
	bool executable;                     // some process of the file is
	int process;                         // the one being looked at
};

struct str local_ref(struct str qname);                                // without its prefix
struct global *global_find(struct load *, struct str id);
// code E_BPMN_NOTE: a note. Behind the word stand its arguments.
void load_said(struct load *, int el, const struct xml *, enum err_code, struct bpmn_said);
#define load_bad(l, el, x, code, ...) load_said(l, el, x, code, LOAD_SAY((l)->a, __VA_ARGS__, ))
#define load_note(l, el, x, ...) load_bad(l, el, x, E_BPMN_NOTE, __VA_ARGS__)
#define LOAD_SAY(a, word, ...) SAY(a, word, __VA_ARGS__)
void load_value(struct load *, int el, const struct xml *, struct str text, struct bx *out);
void load_cond(struct load *, int el, const struct xml *, struct str text, struct bx *out);
bool maker(struct str ns);                                             // another maker's namespace we know
void load_extensions(struct load *, int el, struct xml *);             // attributes and extensionElements
void load_event(struct load *, int el, struct xml *);                  // event definitions
void load_loop(struct load *, int el, struct xml *);
void load_link(struct load *);                                         // references, lists, checks
void load_diagram(struct load *, struct xml *root);
