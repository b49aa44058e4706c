// base.h — what every layer above may take for granted: attributes, CHECK, integer types.
//
// Three kinds of failure never mix: the user's mistake is a struct err (err.h); the world's
// failure (disk, database, peer) is a struct err of class E_WORLD; our own bug is CHECK().
#pragma once
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define must_use __attribute__((warn_unused_result))
#define printf_like(f, a) __attribute__((format(printf, f, a)))
#define no_return __attribute__((noreturn))
#define countof(a) (sizeof(a) / sizeof((a)[0]))

// A condition that cannot be false unless we made a mistake. Stops the operation (if a
// check_guard is set on this thread) or the process; prints file and line, never data.
#define CHECK(cond) \
	do { \
		if (__builtin_expect(!(cond), 0)) check_failed(__FILE__, __LINE__, #cond); \
	} while (0)

no_return void check_failed(const char *file, int line, const char *what);

// Runs fn(arg); returns true when it came back, false when a CHECK inside stopped it.
// Whatever fn allocated lives in arenas and is dropped by the caller. Locks must not be
// held across a CHECK.
bool check_guard(void (*fn)(void *), void *arg);

// Where the last CHECK that a guard on this thread caught stood, "file:line condition".
const char *check_last(void);
