// parse.h — pure readers of HTTP texts. Memory: results share the input's bytes unless an arena is given.
#pragma once
#include "base/str.h"

// Splits and decodes a request target (origin or absolute form). False: invariant (5) of http.h is hurt.
bool parse_target(struct arena *, struct str target, struct str *path, struct str *query);

enum range { RANGE_ALL, RANGE_PART, RANGE_OUTSIDE };
// One byte range of a body of `size` bytes; several ranges or a malformed header mean the whole body (RFC 9110 14.2).
enum range parse_range(struct str header, uint64_t size, uint64_t *first, uint64_t *n);

bool parse_accepts_gzip(struct str accept_encoding);
bool parse_etag_listed(struct str if_none_match, struct str etag);   // weak comparison
struct str parse_cookie(struct str header, struct str name);         // p == NULL: absent
bool parse_address(struct str listen, struct str *host, int *port);
bool parse_listed(struct str comma_list, struct str word);
bool parse_token(struct str);                                         // a header's name (RFC 9110 5.6.2)
bool parse_header_text(struct str);                                   // no control character but tab
