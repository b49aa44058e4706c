// story_int.h — the player of stories, shared between its files.
#pragma once
#include "cli/boot.h"
#include "cli/remote.h"
#include "domain/catalogue/sample.h"
#include "domain/plan.h"

enum { SIGN_EVERY_MS = 3600 * 1000, PASSES = 400, DEEP = 8, FILE_MAX = 1 << 20 };

struct var { struct str name; struct json *value; struct var *next; };
struct login { struct str login, token; struct login *next; };

struct story {
	struct arena *a;
	struct boot b;
	struct boot_config config;
	bool begun, booted, quiet, http;
	struct remote *remote;             // calls go through the JSON API; NULL: in-process
	struct samples samples;
	struct var *vars;
	struct login *logins;
	struct str who;                    // login, "system", "nobody"
	bool english;                      // its reader's language
	struct str file;
	uint32_t line;
	int depth;
	struct str city;                   // a copy with what the story has published; empty: nothing yet
	struct str saved;                  // heads of the journal, as text
	// The last call.
	struct json *reply;
	struct err *err;
	bool unjudged;                     // it failed and no `fails` has said that it should
	struct str before;                 // heads before it
	struct str called;
	struct str call_file;
	uint32_t call_line;
	bool bad;
};

// story_world.c
bool story_wrong(struct story *s, const char *fmt, ...) printf_like(2, 3);
bool story_world(struct story *s, struct err *e);
void story_tell(struct story *s, const char *fmt, ...) printf_like(2, 3);
struct str story_printed(struct story *s, const struct json *j);
struct str story_brief(struct story *s, struct str text);
struct str story_heads(struct story *s);
bool story_plan_open(struct story *s, struct plan *p);
void story_plan_close(struct plan *p);
bool story_ready(struct story *s);
// Lines: each takes what follows its verb, and says false after story_wrong.
bool story_at(struct story *s, struct str rest);
bool story_advance(struct story *s, struct str rest);

// story_word.c
struct str story_word(struct str *rest);
void story_var_set(struct story *s, struct str name, struct json *value);
bool story_fill(struct story *s, struct str text, bool json, struct str *out);
bool story_path_value(struct story *s, struct str path, struct json **out);
struct str story_beside(struct story *s, struct str name);

// story_call.c
struct actor story_nobody(void);
bool story_caller(struct story *s, struct actor *out);
bool story_op(struct story *s, struct op_request *r);
bool story_call(struct story *s, struct str rest);
bool story_fails(struct story *s, struct str rest);
bool story_upload(struct story *s, struct str rest);

// story_peer.c
bool story_pay(struct story *s, struct str rest);
bool story_refund(struct story *s, struct str rest);
bool story_courier(struct story *s, struct str rest);
bool story_fault(struct story *s, struct str rest);
bool story_jobs(struct story *s, struct str rest);

// story_look.c
bool story_save(struct story *s, struct str rest);
bool story_expect(struct story *s, struct str rest);
bool story_show(struct story *s, struct str rest);
bool story_state(struct story *s, struct str rest);
bool story_timeline(struct story *s, struct str rest);
bool story_verify(struct story *s, struct str rest);
bool story_replay(struct story *s, struct str rest);
bool story_xes(struct story *s, struct str rest);
bool story_checkpoint(struct story *s, struct str rest);
