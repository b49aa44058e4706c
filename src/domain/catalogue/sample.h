// sample.h — sample accounts and people of a demonstration city (staff.yaml, people.yaml).
//
// Owns    what `demo` writes into an empty store so that somebody can sign in. A real city has
//         no such files. Every person is invented; resident numbers begin with an unassigned area.
// Memory  lives in the catalogue's arena.
#pragma once
#include "domain/catalogue/catalogue.h"

struct sample_staff {
	struct str account, name, name_en, password;         // password only for demonstration
	const struct office *office;
	const struct role **role; uint32_t n_roles;
	struct str window;                                   // A12, or empty
	struct origin at;
};
struct sample_certificate {
	const struct certificate_type *type;
	struct str number;
	day_t issued, expires;                               // INT32_MAX = for ever
	struct json *face;                                   // {"holder": "…"} by face field code
};
struct sample_person {
	struct str account, password, name, name_en;
	struct str document, number;                         // GA/T 2000.156 code (111, 553, …) and number
	struct str phone, address, sex;
	bool enterprise;                                     // number is a USCC
	struct sample_certificate *certificate; uint32_t n_certificates;
	struct words note;                                   // why this person is here: "the seller", "an elder"
	struct origin at;
};
struct samples {
	struct sample_staff *staff; uint32_t n_staff;
	struct sample_person *person; uint32_t n_people;
};
// Absent files give empty lists. Unknown references and wrong numbers are findings.
must_use struct err *samples_load(const struct catalogue *, struct str dir, struct findings *, struct samples *out);
