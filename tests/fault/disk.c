#include "tests/fault/disk.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/list.h"

enum { SECTOR = 512, PATH_MOST = 600, FILES_MOST = 64 };

typedef struct Change { int64_t offset; int64_t length; uint8_t *bytes; } Change;        /* bytes NULL: truncated to offset */

typedef struct Platter {         /* what one path has on the disk, whoever has it open */
    char path[PATH_MOST];
    uint8_t *at;
    int64_t length, room;
    LIST(Change) changes;        /* since the last sync */
    bool exists, kept;           /* its name: now, and on the disk */
} Platter;

typedef struct DiskFile { sqlite3_file base; Platter *platter; sqlite3_file *real; } DiskFile;

static struct {
    sqlite3_vfs vfs, *real;
    Platter platters[FILES_MOST];
    int platters_count;
    DiskPlan plan;
    int64_t calls;
    bool off, hit;
    Rng rng;
} disk;

/* ---- the platter ---- */

static void changes_clear(Platter *platter) {
    for (size_t i = 0; i < platter->changes.count; i++) free(platter->changes.at[i].bytes);
    list_clear(&platter->changes);
}

static void platter_resize(Platter *platter, int64_t length) {
    if (length > platter->room) {
        platter->room = length * 2;
        platter->at = realloc(platter->at, (size_t)platter->room);
        if (!platter->at) abort();
    }
    if (length > platter->length) memset(platter->at + platter->length, 0, (size_t)(length - platter->length));
    platter->length = length;
}

static void platter_put(Platter *platter, int64_t offset, const uint8_t *bytes, int64_t length) {
    if (offset + length > platter->length) platter_resize(platter, offset + length);
    memcpy(platter->at + offset, bytes, (size_t)length);
}

static void platter_empty(Platter *platter) {
    changes_clear(platter);
    platter->length = 0;
}

static void names_sync(void) {
    for (int i = 0; i < disk.platters_count; i++) {
        Platter *platter = &disk.platters[i];
        platter->kept = platter->exists;
        if (!platter->exists) platter_empty(platter);
    }
}

static void platter_sync(Platter *platter) {
    for (size_t i = 0; i < platter->changes.count; i++) {
        const Change *change = &platter->changes.at[i];
        if (change->bytes) platter_put(platter, change->offset, change->bytes, change->length);
        else platter_resize(platter, change->offset);
    }
    changes_clear(platter);
    names_sync();
}

static void put_some_sectors(Platter *platter, const Change *change, double kept) {
    for (int64_t from = 0; from < change->length;) {
        int64_t sector_end = ((change->offset + from) / SECTOR + 1) * SECTOR - change->offset;
        int64_t to = sector_end < change->length ? sector_end : change->length;
        if (rng_chance(&disk.rng, kept)) platter_put(platter, change->offset + from, change->bytes + from, to - from);
        from = to;
    }
}

/* Sometimes nearly all arrived, sometimes nearly nothing. */
static void platter_lose(Platter *platter) {
    double kept = rng_unit(&disk.rng);
    for (size_t i = 0; i < platter->changes.count; i++) {
        const Change *change = &platter->changes.at[i];
        if (change->bytes) put_some_sectors(platter, change, kept);
        else if (rng_chance(&disk.rng, kept)) platter_resize(platter, change->offset);
    }
    changes_clear(platter);
}

static void platter_to_file(Platter *platter) {
    bool there = platter->exists == platter->kept ? platter->kept : rng_chance(&disk.rng, 0.5);
    platter->exists = platter->kept = there;
    unlink(platter->path);
    if (!there) {
        platter_empty(platter);
        return;
    }
    int fd = open(platter->path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || pwrite(fd, platter->at, (size_t)platter->length, 0) != platter->length) abort();
    close(fd);
}

static Platter *platter_of(const char *path) {
    for (int i = 0; i < disk.platters_count; i++)
        if (strcmp(disk.platters[i].path, path) == 0) return &disk.platters[i];
    if (disk.platters_count == FILES_MOST || strlen(path) >= PATH_MOST) abort();
    Platter *platter = &disk.platters[disk.platters_count++];
    *platter = (Platter){ 0 };
    strcpy(platter->path, path);
    return platter;
}

void disk_cut(void) {
    disk.off = true;
    for (int i = 0; i < disk.platters_count; i++) {
        Platter *platter = &disk.platters[i];
        char shared[PATH_MOST + 8];
        platter_lose(platter);
        platter_to_file(platter);
        snprintf(shared, sizeof shared, "%s-shm", platter->path);
        unlink(shared);
    }
}

/* ---- what happens at a call ---- */

static int call(void) {
    if (disk.off) return SQLITE_IOERR;
    disk.calls++;
    const DiskPlan *plan = &disk.plan;
    bool now = plan->at && (disk.calls == plan->at || (plan->for_good && disk.calls > plan->at));
    if (!now || plan->fault == DISK_SYNC_LOST || plan->fault == DISK_LIES) return SQLITE_OK;
    disk.hit = true;
    if (plan->fault == DISK_POWER_CUT) disk_cut();
    return plan->fault == DISK_FULL || plan->fault == DISK_SHORT_WRITE ? SQLITE_FULL : SQLITE_IOERR;
}

/* ---- one open file ---- */

static DiskFile *of(sqlite3_file *file) { return (DiskFile *)file; }

static int file_close(sqlite3_file *file) {
    int result = of(file)->real->pMethods ? of(file)->real->pMethods->xClose(of(file)->real) : SQLITE_OK;
    free(of(file)->real);
    return result;
}

static int file_read(sqlite3_file *file, void *into, int length, sqlite3_int64 offset) {
    return disk.off ? SQLITE_IOERR_READ : of(file)->real->pMethods->xRead(of(file)->real, into, length, offset);
}

static int pass_write(DiskFile *file, const void *bytes, int length, sqlite3_int64 offset) {
    uint8_t *copy = malloc((size_t)length ? (size_t)length : 1);
    if (!copy) abort();
    memcpy(copy, bytes, (size_t)length);
    list_push(&file->platter->changes, (Change){ offset, length, copy });
    return file->real->pMethods->xWrite(file->real, bytes, length, offset);
}

static int file_write(sqlite3_file *file, const void *bytes, int length, sqlite3_int64 offset) {
    int result = call();
    if (result == SQLITE_OK) return pass_write(of(file), bytes, length, offset);
    if (disk.plan.fault == DISK_SHORT_WRITE && !disk.off && length > 1) (void)pass_write(of(file), bytes, length / 2, offset);
    return result == SQLITE_IOERR ? SQLITE_IOERR_WRITE : result;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 length) {
    if (call() != SQLITE_OK) return SQLITE_IOERR_TRUNCATE;
    list_push(&of(file)->platter->changes, (Change){ .offset = length });
    return of(file)->real->pMethods->xTruncate(of(file)->real, length);
}

static int file_sync(sqlite3_file *file, [[maybe_unused]] int flags) {
    if (call() != SQLITE_OK) return SQLITE_IOERR_FSYNC;
    if (disk.plan.at && disk.calls >= disk.plan.at) {
        if (disk.plan.fault == DISK_LIES) {
            disk.hit = true;
            return SQLITE_OK;
        }
        if (disk.plan.fault == DISK_SYNC_LOST && !disk.hit) {
            disk.hit = true;
            changes_clear(of(file)->platter);
            return SQLITE_IOERR_FSYNC;
        }
    }
    platter_sync(of(file)->platter);
    return SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *out) { return of(file)->real->pMethods->xFileSize(of(file)->real, out); }
static int file_lock(sqlite3_file *file, int level) { return of(file)->real->pMethods->xLock(of(file)->real, level); }
static int file_unlock(sqlite3_file *file, int level) { return of(file)->real->pMethods->xUnlock(of(file)->real, level); }
static int file_reserved(sqlite3_file *file, int *out) { return of(file)->real->pMethods->xCheckReservedLock(of(file)->real, out); }
static int file_control(sqlite3_file *file, int what, void *with) { return of(file)->real->pMethods->xFileControl(of(file)->real, what, with); }
static int file_sector([[maybe_unused]] sqlite3_file *file) { return SECTOR; }
static int file_traits([[maybe_unused]] sqlite3_file *file) { return 0; }      /* it promises nothing */
static int shm_map(sqlite3_file *file, int region, int size, int extend, void volatile **out) { return of(file)->real->pMethods->xShmMap(of(file)->real, region, size, extend, out); }
static int shm_lock(sqlite3_file *file, int offset, int n, int flags) { return of(file)->real->pMethods->xShmLock(of(file)->real, offset, n, flags); }
static void shm_barrier(sqlite3_file *file) { of(file)->real->pMethods->xShmBarrier(of(file)->real); }
static int shm_unmap(sqlite3_file *file, int remove) { return of(file)->real->pMethods->xShmUnmap(of(file)->real, remove); }

/* Version 2: no memory mapping, so that every access comes by here. */
static const sqlite3_io_methods methods = { 2, file_close, file_read, file_write, file_truncate, file_sync, file_size, file_lock, file_unlock, file_reserved,
                                            file_control, file_sector, file_traits, shm_map, shm_lock, shm_barrier, shm_unmap, NULL, NULL };

/* ---- the disk ---- */

static int disk_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out_flags) {
    (void)vfs;
    file->pMethods = NULL;
    if (call() != SQLITE_OK) return SQLITE_CANTOPEN;
    of(file)->real = calloc(1, (size_t)disk.real->szOsFile);
    if (!of(file)->real) return SQLITE_NOMEM;
    int result = disk.real->xOpen(disk.real, path, of(file)->real, flags, out_flags);
    if (result != SQLITE_OK) {
        free(of(file)->real);
        return result;
    }
    of(file)->platter = platter_of(path ? path : "");
    if (!of(file)->platter->exists) platter_empty(of(file)->platter);      /* a new file under an old name has nothing of the old one */
    of(file)->platter->exists = true;
    file->pMethods = &methods;
    return SQLITE_OK;
}

static int disk_delete(sqlite3_vfs *vfs, const char *path, int sync_folder) {
    (void)vfs;
    if (call() != SQLITE_OK) return SQLITE_IOERR_DELETE;
    platter_of(path)->exists = false;
    if (sync_folder) names_sync();
    return disk.real->xDelete(disk.real, path, 0);
}

static int disk_access(sqlite3_vfs *vfs, const char *path, int flags, int *out) {
    (void)vfs;
    return disk.off ? SQLITE_IOERR_ACCESS : disk.real->xAccess(disk.real, path, flags, out);
}

void disk_install(uint64_t seed) {
    disk.rng = rng_of(seed);
    if (disk.real) return;
    disk.real = sqlite3_vfs_find(NULL);
    disk.vfs = *disk.real;
    disk.vfs.zName = "disk";
    disk.vfs.szOsFile = (int)sizeof(DiskFile);
    disk.vfs.pNext = NULL;
    disk.vfs.xOpen = disk_open;
    disk.vfs.xDelete = disk_delete;
    disk.vfs.xAccess = disk_access;
    sqlite3_vfs_register(&disk.vfs, 1);
}

void disk_plan(DiskPlan plan) {
    disk.plan = plan;
    disk.calls = 0;
    disk.hit = false;
}

int64_t disk_calls(void) { return disk.calls; }
bool disk_hit(void) { return disk.hit; }

void disk_restart(void) {
    disk.off = false;
    disk_plan((DiskPlan){ 0 });
}

void disk_forget(void) {
    for (int i = 0; i < disk.platters_count; i++) {
        changes_clear(&disk.platters[i]);
        list_end(&disk.platters[i].changes);
        free(disk.platters[i].at);
    }
    disk.platters_count = 0;
    disk_restart();
}
