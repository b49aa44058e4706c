// remote.h — the same operations, called through the JSON API of a server in this very process.
//
// Owns    the server between remote_open and remote_close.
// Needs   a boot whose store commits on threads (not inline).
// Holds   (1) a call is answered exactly as op_call would answer it: reply, error, status, bytes;
//         (2) what only the system may call has no address and is called directly.
#pragma once
#include "cli/boot.h"

struct remote;
must_use struct err *remote_open(struct arena *, struct boot *, struct remote **out);
void remote_close(struct remote *);                       // NULL is harmless; before boot_close
// token: of the caller's session, or empty for nobody.
void remote_call(struct remote *, struct op_request *, struct str token);
