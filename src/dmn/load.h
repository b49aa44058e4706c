// load.h — private to dmn/: what is known while a model is being loaded.
#pragma once
#include "dmn/model.h"

struct dmn_load {
	struct arena *arena;
	struct dmn_limits limit;
	const struct dmn_resolver *resolver;
	struct dmn_model *model;
	struct err **problem_end;
	uint32_t problems;
	struct id_row { uint64_t hash; struct model_part *part; struct str id; struct body *body; } *id;
	uint32_t n_id, cap_id;                   // open addressing; cap_id is a power of two
	uint64_t work;                           // left: bytes of text times scopes a name is looked for in
	struct err *fatal;                       // a budget is exhausted: nothing more is read
};

// What one model may have of each; beyond it is refused (E_BUDGET), so that no text takes long to load.
enum {
	DMN_MAX_COLUMNS = 500, DMN_MAX_CELLS = 2000000, DMN_MAX_MEMBERS = 1000, DMN_MAX_PARAMETERS = 500, DMN_MAX_NAMES = 5000,
	DMN_MAX_NEEDS = 2000, DMN_MAX_TYPES = 5000,
};
void dmn_load_over(struct dmn_load *, const struct model_part *, uint32_t line, uint32_t col, struct str what);

// Adds a mistake that leaves the rest usable; only the first thousand are kept.
void dmn_problem(struct dmn_load *, const struct model_part *, enum err_code, uint32_t line, uint32_t col, struct str arg0,
	struct str arg1);
struct dmn_code dmn_compile(struct dmn_load *, struct model_part *, struct dmn_cell, enum feel_text_kind,
	const struct feel_scope *, const char *what);

// The text of a child such as <text>, with its place; empty when absent.
struct xml;
struct dmn_cell dmn_xml_cell(struct arena *, const struct xml *parent, const char *child);
struct dmn_written *dmn_xml_table(struct dmn_load *, struct model_part *, const struct xml *);

// For a model made around one table that came as a sheet (sheet_model.c).
void dmn_load_begin(struct dmn_load *, struct arena *, const struct dmn_limits *);
struct model_part *dmn_load_part(struct dmn_load *, struct str file, struct str ns, struct str name);
struct body *dmn_load_item(struct dmn_load *, struct model_part *, enum dmn_kind, struct str name, uint32_t line);
void dmn_load_need(struct dmn_load *, struct body *, const struct dmn_item *);
void dmn_load_end(struct dmn_load *);        // names can be found, nothing points to the load
