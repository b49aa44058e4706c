// domain.h — what all plans of a program share: keys, the catalogue in force, models in use.
//
// Owns    the keys (DATA/keys), the published catalogue and older versions that running cases need,
//         compiled process models.
// Memory  one per program; made by domain_open, freed by domain_close.
// Threads domain_catalogue may be called from any thread; publication swaps the pointer.
// Holds   (1) a catalogue handed out stays valid until catalogue_unref; (2) keys never leave
//         memory but through the key files, which only their owner may read.
#pragma once
#include "codec/sm.h"
#include "domain/catalogue/catalogue.h"
#include "domain/plan.h"

struct flow_models;
struct search;

struct domain {
	struct arena *a;
	struct str data_dir;              // keys/, catalogue/<hash>/, blobs/
	struct str base_url;              // https://… as printed in QR codes
	bool demo;                        // sample identities may be listed and used
	struct sm_key seal;               // personal values at rest: SM4 and HMAC-SM3
	uint8_t index_key[SM3_BYTES];     // keyed hashes for look-up
	uint8_t gate_key[SM3_BYTES];      // signs callbacks of the sandbox gateway and courier
	struct sm2_key *sign;             // the city's signing key (a test key until a licensed CA is set)
	struct catalogue_shelf *shelf;    // versions
	struct flow_models *models;       // compiled processes by catalogue version
	const struct flow_hooks *hooks;   // what flow calls upward; filled by case
};

must_use struct err *domain_open(struct arena *, struct str data_dir, struct domain **out);
void domain_close(struct domain *);

// The catalogue in force / of a version. The caller unrefs.
struct catalogue *domain_catalogue(struct domain *);
bool domain_in_force(struct domain *);                // whether there is one
must_use struct err *domain_catalogue_version(struct domain *, struct arena *, struct str hash, struct catalogue **out);
// Copies the city's files below data_dir, compiles them and puts them in force. Findings that are
// errors refuse it. Equal content changes nothing. *changed tells the caller to write it down.
must_use struct err *domain_publish(struct domain *, struct arena *, struct str city_dir, struct findings *, bool *changed);
// Puts the version that was in force last in force again; none when there never was one.
must_use struct err *domain_resume(struct domain *, struct arena *);
const struct search *domain_search(struct domain *, struct catalogue *);   // index of that version

// ---- personal values at rest (网络安全法 21, 个人信息保护法 51) ----
struct str secret_seal(struct plan *, struct str plain);             // text safe in JSON; "" stays ""
struct str secret_open(struct plan *, struct str sealed);            // CHECKs integrity
// The same for text that came back from a browser: E_NOT_FOUND when it is not ours.
must_use struct err *secret_read(struct plan *, struct str sealed, struct json **out);
// Keyed hash for look-up; kind separates uses ("document", "phone").
struct str secret_index(struct plan *, const char *kind, struct str normal);
// Refuses keys that are not those the database was begun with (E_KEYS): nothing sealed would open. The first
// start writes their mark down. Called once, before anything else is read.
must_use struct err *secret_bind(struct plan *);
struct str secret_token(struct plan *);                              // 160 random bits, for links and sessions
struct str digest_hex(struct arena *, struct str bytes);             // SM3
