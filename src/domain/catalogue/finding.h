// finding.h — what is wrong with a city's files, as a compiler would say it.
//
// Owns    the list of findings and the table of rules (rules.def).
// Memory  findings and their texts live in the arena given to findings_new.
// Holds   (1) every finding names a row of rules.def; (2) the list keeps at most `max` findings
//         of a rule in full and counts the rest, so that 10,000 errors stay readable.
#pragma once
#include "base/err.h"
#include "codec/json.h"

enum rule_id {
#define R(id, severity, source, zh, en, hint) RULE_##id,
#include "domain/catalogue/rules.def"
#undef R
	RULE_COUNT
};
enum severity { SEV_ERROR, SEV_WARNING, SEV_NOTE };

struct finding {
	enum rule_id rule;
	struct str file;               // relative to the city folder
	uint32_t line, col;            // from 1; 0 = the whole file
	struct str subject;            // code of the item, bundle … it is about
	struct str arg[3];             // {0} {1} {2} of the rule's sentence
	struct finding *next;
};
struct findings {
	struct arena *a;
	struct finding *first, **end;
	size_t n, errors, warnings;
	size_t per_rule[RULE_COUNT];
	size_t max;                    // kept per rule
};
struct findings *findings_new(struct arena *, size_t max_per_rule);
// Adds those of another list: its counts, and what it kept of each rule as far as there is room.
void findings_join(struct findings *, const struct findings *);
// What was said before, without what is not true any more and with what is said now: counts exactly, the list as far
// as the lists go. Texts are shared with the three, which must be held as long.
void findings_change(struct findings *, const struct findings *before, const struct findings *gone, const struct findings *come);
// args may be S(""); texts are copied.
void finding_add(struct findings *, enum rule_id, struct str file, uint32_t line, struct str subject,
	struct str arg0, struct str arg1, struct str arg2);
const char *rule_name(enum rule_id);                     // "promise-longer-than-statutory"
enum severity rule_severity(enum rule_id);
const char *rule_source(enum rule_id);                   // the law or standard it stands on
struct str rule_hint(enum rule_id);
bool rule_find(struct str name, enum rule_id *out);
struct str finding_text(struct arena *, const struct finding *, bool english);
struct json *findings_json(struct arena *, const struct findings *);
void findings_print(struct buf *, const struct findings *, bool english);   // grouped, for people
