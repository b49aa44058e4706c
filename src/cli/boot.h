// boot.h — the program's parts put together, the same for server, story and commands.
//
// Owns    store, domain, journal from boot_open to boot_close.
// Errors  whatever opening says; E_CATALOGUE when the city's files have errors.
// Holds   (1) an empty store gets the sample identities of the city's folder, if demo is set;
//         (2) a city folder that differs from the version in force is published, and journalled.
#pragma once
#include "domain/domain.h"
#include "domain/journal/journal.h"
#include "op/op.h"

struct boot_config {
	struct str city, data, store_url, base_url;    // city empty: the version in force; store_url empty: embedded in data
	bool demo, inline_commit;
	bool existing;                                 // commands: refuse a data folder in which no city was ever served
	int readers;
	bool sync_off;                                 // tests only
};
struct boot {
	struct arena *a;
	struct op_app app;
	struct store *store;
	struct domain *domain;
	struct journal *journal;
};
must_use struct err *boot_open(struct arena *, const struct boot_config *, struct boot *);
void boot_close(struct boot *);
