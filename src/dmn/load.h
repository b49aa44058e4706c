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
	struct err *fatal;
};

// Adds a mistake that leaves the rest usable; only the first thousand are kept.
void dmn_problem(struct dmn_load *, const struct model_part *, enum err_code, uint32_t line, uint32_t col, struct str arg0,
	struct str arg1);
struct dmn_code dmn_compile(struct dmn_load *, struct model_part *, struct dmn_cell, enum feel_text_kind,
	const struct feel_scope *, const char *what);

// The text of a child such as <text>, with its place; empty when absent.
struct xml;
struct dmn_cell dmn_xml_cell(struct arena *, const struct xml *parent, const char *child);
struct dmn_written *dmn_xml_table(struct dmn_load *, struct model_part *, const struct xml *);

// A model around one table that came as a sheet (sheet.c).
struct sheet_input { struct str name, type; struct dmn_cell allowed; };
must_use struct err *dmn_load_written(struct arena *, struct str file, const struct dmn_written *,
	const struct sheet_input *, uint32_t n, const struct dmn_limits *, struct dmn_model **out);
