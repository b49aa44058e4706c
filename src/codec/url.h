// url.h — percent coding and what travels in it: queries and url-encoded forms.
//
// Memory  decoded text lives in the arena or shares the input's bytes.
// Errors  E_SYNTAX (a broken %xx), E_UTF8, E_NOT_ALLOWED_HERE (U+0000), E_TOO_BIG, E_BUDGET.
#pragma once
#include "base/err.h"

void url_encode(struct buf *, struct str);                 // all but A-Z a-z 0-9 - . _ ~
must_use struct err *url_decode(struct arena *, struct str, bool plus_is_space, struct str *out);

struct url_pair { struct str key, value; };
struct url_pairs { struct url_pair *item; uint32_t n; };   // in the order written; keys may repeat
struct url_limits { size_t bytes; uint32_t pairs; };       // 0 = default: 1 MB, 1,000
must_use struct err *url_query(struct arena *, struct str, struct url_limits, struct url_pairs *out);   // without the ?
struct str url_get(const struct url_pairs *, struct str key);            // the first; p == NULL when absent
void url_put(struct buf *, struct str key, struct str value);   // "key=value", with "&" before unless b is empty or ends with "?"
