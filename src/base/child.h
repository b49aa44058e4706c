// child.h — a program of ours run on bytes that nobody trusts, in a process of its own.
//
// Owns    nothing once child_run has returned: the process is gone, whatever it did.
// Needs   nothing of the caller but the bytes: no files, no environment, no sockets are handed on.
// Time    wall time by seam_mono_us. Errors are answers here: what went wrong says nothing but that.
// Holds   (1) never waits longer than ms and never keeps more than `most` bytes; (2) the program itself sets the
//         limits of memory, CPU and system calls before it looks at a byte (src/reader/sandbox.c).
#pragma once
#include "base/str.h"

enum child_end {
	CHILD_OK,
	CHILD_REFUSED,               // it ended by itself with another code than 0
	CHILD_LIMIT,                 // time, CPU or output: it was ended
	CHILD_CRASHED,               // a signal
	CHILD_ABSENT,                // the program could not be started
};
// What the program wrote on its standard output, when it ended with 0; code is its exit code.
enum child_end child_run(struct arena *, struct str program, struct str in, int64_t ms, size_t most, struct str *out, int *code);
