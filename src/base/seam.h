// seam.h — the one place where the outside comes in: wall clock, monotonic clock, randomness.
//
// Stories replace these with a fake clock and a seed; then the same code runs the same way every
// time. Nobody above base reads a clock or a random source by other means (checked by the build).
// Files and threads: file.h, queue.h.
#pragma once
#include "base/base.h"

int64_t seam_now_ms(void);                  // UTC milliseconds; what the law and the journal see
int64_t seam_mono_us(void);                 // for measuring and deadlines of I/O; never stored
void seam_random(void *out, size_t n);      // from the operating system; under a seed: repeatable

void seam_fake(int64_t now_ms, uint64_t seed);   // from now on the clock stands still
void seam_fake_set(int64_t now_ms);              // moves the fake clock
bool seam_is_fake(void);

// A fault point: returns true when the test asked the nth pass of this point to fail.
// Points are literals such as "store.exec", "file.write", "file.sync".
bool seam_fault(const char *point);
void seam_fault_set(const char *point, int64_t nth);   // 1 = next pass; 0 = off; passes are counted
int64_t seam_fault_passes(const char *point);          // since the last seam_fault_set
