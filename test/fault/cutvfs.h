// cutvfs.h — an SQLite file layer whose files can lose power: it remembers what was synced and what
// was only written, and can put down, at any write, the disk as it could be found afterwards.
//
// The model: a synced write stays. Of the writes since, any may be lost, any may be there, and one
// may be torn at a sector of 512 bytes. A file never synced may be missing. Also counts syncs.
#pragma once
#include <stdbool.h>
#include <stdint.h>

void cutvfs_register(void);                 // as "cut", over the default layer
void cutvfs_track(bool on);                 // off: it only counts
int64_t cutvfs_syncs(void);
int64_t cutvfs_ops(void);                   // writes, truncations and syncs so far
// Before operation `op`, writes the disk after a power cut into folder `to` (which exists) and calls
// fn(ctx) on the writing thread. One at a time.
void cutvfs_cut_at(int64_t op, const char *to, uint64_t seed, void (*fn)(void *ctx), void *ctx);
// Operation `op` fails as on a broken disk (SQLITE_IOERR), it and no other.
void cutvfs_fail_at(int64_t op);
void cutvfs_forget(void);                   // all that was tracked
