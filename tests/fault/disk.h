/* disk.h - a disk that can lose power, lie and fail: a SQLite VFS over real files.
 *
 * Every write goes to the real file at once, as into a machine's page cache. What is on the platter is kept apart: a write gets
 * there by a sync of its file. When the power goes, each file becomes what the platter has plus a random choice of the
 * 512-byte sectors written since, in any combination: dropped, reordered, torn. Names are kept as journaling file systems
 * keep them: a file made or deleted since the last sync of any file may be gone or back. Afterwards every call fails until
 * disk_restart.
 *
 * Calls are counted from disk_plan on: opens, writes, syncs, truncations and deletions. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/rng.h"

typedef enum DiskFault {
    DISK_SOUND,
    DISK_POWER_CUT,          /* at the call */
    DISK_EIO, DISK_FULL,     /* the call fails */
    DISK_SHORT_WRITE,        /* half of it is written, then the disk is full */
    DISK_SYNC_LOST,          /* the next sync from the call on fails, and what it should have kept is forgotten: a later sync says OK without it */
    DISK_LIES,               /* syncs say OK and keep nothing */
} DiskFault;

typedef struct DiskPlan {
    DiskFault fault;
    int64_t at;              /* the call, from 1; 0 = never */
    bool for_good;           /* every call from then on, not only that one */
} DiskPlan;

void disk_install(uint64_t seed);        /* becomes SQLite's default VFS */
void disk_plan(DiskPlan plan);           /* counts from now */
int64_t disk_calls(void);
bool disk_hit(void);                     /* the planned fault has happened */
void disk_cut(void);                     /* the power goes now */
void disk_restart(void);                 /* power and a sound disk again */
void disk_forget(void);                  /* between trials: all files it knows are gone */
