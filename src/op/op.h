// op.h — the operation table and op_call, the only way to read or change anything.
//
// Everything a person, a machine or a timer can do is one row of src/op/*.yaml. tools/optab turns
// the rows into op_table.c; routes, typed input, field errors, masking, OpenAPI, CLI verbs,
// metrics and the authorisation matrix are read off the same rows.
//
// Owns    tables idem (idem rows: caller, key, digest of the body, reply) for 72 hours.
// Needs   struct op_app, filled once by main.
// Memory  one arena a call; it lives until the reply was sent.
// Errors  E_UNKNOWN_OP … E_IDEMPOTENCY here, else what the domain says.
// Holds   (1) resolve, authenticate, authorise, validate, plan, commit, in this order;
//         (2) a write set with statements has at least one journal entry; (3) a reply is handed
//         out only after its write set is durable; (4) operations never call operations.
#pragma once
#include "codec/json.h"
#include "domain/plan.h"

enum op_kind { OP_READ, OP_WRITE, OP_STREAM_IN, OP_STREAM_OUT, OP_CALLBACK };

enum op_type {
	OPT_ID, OPT_INT, OPT_BOOL, OPT_TEXT, OPT_DAY, OPT_MS, OPT_MONEY, OPT_NUMBER, OPT_KEY, OPT_CHOICE,
	OPT_JSON, OPT_MAP, OPT_LIST
};

enum op_mask { OPM_NONE, OPM_NAME, OPM_ID, OPM_PHONE };

struct op_field {
	const char *name;
	enum op_type type;
	bool required;
	enum op_mask mask;              // replies only; lifted for the person whose own data it is
	uint32_t max;                   // text: characters; list: elements
	const char *choices;            // choice: "a|b|c"
	const struct op_field *sub;     // map: its fields; list of maps: the fields of an element
	uint32_t nsub;
	enum op_type of;                // list: type of an element
};

// Who may call, and within which scope; several pairs are alternatives.
enum op_scope {
	OP_ANY,        // no object, or any object
	OP_OWN,        // the object belongs to the caller's party
	OP_PARTY,      // own, or the caller's party is a signatory of it
	OP_OFFICE,     // the object lies with the caller's office now
	OP_UNIT        // the object belongs to the caller's unit or one below it
};
struct op_who { enum actor_role role; enum op_scope scope; };

struct op_call;

struct op {
	const char *name, *zh, *en;     // "case.accept"; one-sentence summaries
	enum op_kind kind;
	const struct op_who *who;
	uint32_t nwho;
	const char *object;             // kind of object the scope is about ("case"), or NULL
	const char *object_in;          // the input field that names it
	const char *verb;               // journal verb of a write
	bool no_key;                    // a write that is harmless to repeat: no idempotency record
	const struct op_field *in, *out;
	uint32_t nin, nout;
	struct err *(*fn)(struct op_call *);
};

extern const struct op op_table[];
extern const uint32_t op_count;
const struct op *op_find(struct str name);

// What a handler gets. It reads input, calls the domain, and sets out.
struct op_call {
	const struct op *op;
	struct op_app *app;
	struct arena *a;
	struct plan *p;                 // snapshot, write set, actor, clock, catalogue
	struct json *in;                // validated; only declared fields; absent = NULL
	struct json *out;               // the reply document; an object made by op_call
	struct str key;                 // idempotency key or empty
	struct op_stream *stream;       // STREAM_IN: where the bytes are; STREAM_OUT: set by the handler
	bool own;                       // the object is the caller's own: masks are lifted
	struct str set_cookie;          // session operations only: the new session token, or "-" to drop it
	int64_t object;                 // the object's id when the row names one
	bool follow;                    // the version in force changes with this set: swapped before the answer
	bool durable;                   // internal
	bool keep;                      // commit the write set although an error is answered (failed sign-ins)
};

// Bytes that came with the call (already durable in the blob store) or that go out.
struct op_stream {
	struct str blob;                // SM3 of the content, hex
	int64_t size;
	struct str type, name;          // content type by magic bytes; file name for people
	struct str bytes;               // STREAM_OUT only: made on the fly instead of a blob
};

// Input by name. The name must be declared in the row (CHECK).
struct str op_text(struct op_call *, const char *name);          // empty when absent
int64_t op_id(struct op_call *, const char *name);               // 0 when absent
int64_t op_int(struct op_call *, const char *name, int64_t absent);
bool op_bool(struct op_call *, const char *name);
struct json *op_json(struct op_call *, const char *name);        // NULL when absent

// One call from anywhere: HTTP, page, CLI, job, story.
struct op_request {
	struct str name;                // operation
	struct actor actor;             // who: made by actor_of_session, or the system
	struct json *in;
	struct str key;
	struct op_stream *stream;
	struct str set_cookie;          // answer: see op_call.set_cookie
	struct op_stream out_stream;    // answer of STREAM_OUT
	struct json *reply;             // answer: the document, or the error document
	int status;                     // HTTP status
	struct err *err;                // NULL when it went well
	struct arena *a;                // given
	struct snap *snap;              // given, or NULL: a snapshot opened for this call alone; op_call closes it
	void (*done)(struct op_request *);   // called once, perhaps on the writer's thread; NULL: op_call waits
	void *arg;
	int tries;                      // internal
	struct op_call *call;           // internal
};
void op_call(struct op_app *, struct op_request *);
// What the operation is known to read goes with the next query of the snapshot; `in` as it came, not checked yet.
void op_ahead(struct snap *, struct arena *, const struct op *, const struct json *in);
void op_desk_accept_ahead(struct op_call *);         // the same for what follows from its actor too
void op_again(struct op_app *, struct op_request *);   // what replan's worker calls; also to swap the catalogue

// The program's moving parts, filled by main; the same for server, story and command line.
struct op_app {
	struct store *store;
	struct domain *domain;          // catalogue holder, keys, settings of the domain (domain/plan.h)
	void (*replan)(struct op_app *, struct op_request *);   // put back on a worker's queue; NULL: at once
};

// Resolves what the scopes need to know of an object: one row per kind of object.
struct op_access { bool exists, own, party, office, unit; };
struct err *op_access(struct op_call *, const char *kind, int64_t id, struct op_access *);

// Metrics by operation, for /metrics and the test of the table.
struct op_stat { uint64_t calls, failures, us_total; };
struct op_stat op_stat(uint32_t index);

struct json *op_error_json(struct arena *, const struct err *, bool english);
