// client.h — HTTP out, for the outbox: one blocking request with every limit set.
//
// Owns    nothing between calls. Needs base. Memory: the answer lives in the given arena.
// Errors  E_PEER with a short reason (no address, no personal data): could not connect, timed
//         out, too big, refused address. Any HTTP status is an answer, not an error.
// Threads blocks; only for job threads. Never a network or request worker.
// Holds   (1) only http and https; (2) no redirects unless asked; (3) with block_private the address
//         is checked after name resolution, so a name cannot lead inside; (4) bytes beyond the limit are never kept.
#pragma once
#include "base/err.h"
#include "net/http.h"

struct client_call {
	enum http_method method;
	struct str url;
	const struct http_header *header;
	size_t headers;
	struct str body;               // sent when method is POST, PUT or PATCH
	int connect_ms, total_ms;      // 0 = settings
	uint64_t limit;                // bytes of answer body; 0 = setting
	int redirects;                 // followed at most; 0 = none
	bool block_private;            // refuse loopback, link-local, private and other special addresses
	struct str unix_path;          // talk to a Unix socket instead (the command line)
	struct str ca_file;            // empty = the system's
};

struct client_answer {
	int status;
	const struct http_header *header;   // names in lower case
	size_t headers;
	struct str body;
};

void client_init(void);            // once, before threads
must_use struct err *client_do(struct arena *, const struct client_call *, struct client_answer *out);
struct str client_header(const struct client_answer *, struct str name);
