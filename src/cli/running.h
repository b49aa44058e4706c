// running.h — the server that runs on a data folder, asked through its Unix socket.
//
// Holds   whoever can open the socket owns the folder: no sign-in.
#pragma once
#include "base/err.h"
#include "cli/boot.h"
#include "codec/json.h"

// *running: somebody answers there, and *reply or the error is the answer. Otherwise the folder is ours to open.
must_use struct err *running_ask(struct arena *, const struct boot_config *, const char *op, const struct json *in, struct json **reply, bool *running);
