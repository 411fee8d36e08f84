/* snapshot.c - the file behind snapshot.h. Little endian, as every machine we run on.
 *
 *     OFFSET  SIZE
 *          0     8  "SWSNAP1\n"
 *          8     4  format, the caller's number
 *         12     4  n, how many columns
 *         16     8  upto: the row of the log it belongs to
 *         24    32  chain of that row
 *         56     8  bytes of the whole file
 *         64   n*64 columns: 40 bytes of name, padded with NUL; then offset, bytes and hash64, 8 each
 *     64+n*64    8  hash64 of all before
 *                   columns, each at the next multiple of 64 */
#include "store/snapshot.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "store/room.h"

enum { NAME_BYTES = 40, ALIGN = 64, KEPT_SNAPSHOTS = 2, FILES_MOST = 1000 };
static const char magic[8] = "SWSNAP1\n";

typedef struct Header { char magic[8]; uint32_t format, columns; int64_t upto; uint8_t chain[32]; uint64_t bytes; } Header;
typedef struct Column { char name[NAME_BYTES]; uint64_t offset, bytes, hash; } Column;
_Static_assert(sizeof(Header) == 64 && sizeof(Column) == 64, "the layout above");

struct Snapshot { const char *at; size_t bytes; };

Err snapshot_stamp(Store *store, RowId upto, Stamp *out_stamp, Why *why) {
    own(query_end) Query query = { 0 };
    bool found;
    TRY(query_begin(store, &query, "SELECT chain FROM log WHERE id = $1", why));
    query_int(&query, 1, upto.v);
    TRY(query_next(&query, &found, why));
    Text chain = found ? query_text_at(&query, 0) : (Text){ 0 };
    if (chain.length != sizeof out_stamp->chain.bytes) return fail(why, ERR_NOT_FOUND, "the log has no row %lld", (long long)upto.v);
    out_stamp->upto = upto;
    memcpy(out_stamp->chain.bytes, chain.at, chain.length);
    return OK;
}

/* ---- writing ---- */

static uint64_t aligned(uint64_t offset) { return (offset + ALIGN - 1) / ALIGN * ALIGN; }

struct SnapshotFile { int fd; char *part, *path, *name; Stamp stamp; };

static Err file_add(const SnapshotFile *file, uint64_t at, Text bytes, Why *why) {
    while (bytes.length) {
        ssize_t count = pwrite(file->fd, bytes.at, bytes.length, (off_t)at);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return fail(why, ERR_IO, "%s: cannot be written: %s", file->part, strerror(errno));
        at += (uint64_t)count;
        bytes = text_part(bytes, (size_t)count, bytes.length);
    }
    return OK;
}

/* A child fills: the head stands on the stack. */
Err snapshot_fill(SnapshotFile *file, uint32_t format, const SnapshotColumn *columns, int count, Why *why) {
    struct { Header header; Column table[SNAPSHOT_COLUMNS_MOST]; } head;
    assert(count >= 0 && count <= SNAPSHOT_COLUMNS_MOST);
    size_t head_bytes = sizeof(Header) + (size_t)count * sizeof(Column);
    memset(&head, 0, sizeof head);
    head.header = (Header){ .format = format, .columns = (uint32_t)count, .upto = file->stamp.upto.v };
    memcpy(head.header.magic, magic, sizeof magic);
    memcpy(head.header.chain, file->stamp.chain.bytes, sizeof head.header.chain);
    uint64_t at = head_bytes + sizeof(uint64_t);
    for (int i = 0; i < count; i++) {
        assert(strlen(columns[i].name) < NAME_BYTES);
        at = aligned(at);
        head.table[i] = (Column){ .offset = at, .bytes = columns[i].bytes.length, .hash = hash64(columns[i].bytes.at, columns[i].bytes.length, (uint64_t)i) };
        strcpy(head.table[i].name, columns[i].name);
        at += columns[i].bytes.length;
    }
    head.header.bytes = at;
    uint64_t hash = hash64(&head, head_bytes, 0);
    TRY(file_add(file, 0, text_from(&head, head_bytes), why));
    TRY(file_add(file, head_bytes, text_from(&hash, sizeof hash), why));
    for (int i = 0; i < count; i++) TRY(file_add(file, head.table[i].offset, columns[i].bytes, why));
    if (ftruncate(file->fd, (off_t)at) != 0 || fsync(file->fd) != 0) return fail(why, ERR_IO, "%s: cannot be made durable: %s", file->part, strerror(errno));
    return OK;
}

/* Names of the files of `name` that end so, oldest first: the row is padded, so names sort as rows do. */
static Err files_of(Arena *work, const char *folder, const char *name, const char *ending, char ***out_names, size_t *out_count, Why *why) {
    char **all;
    size_t count, kept = 0;
    *out_count = 0;
    if (!folder_exists(folder)) return OK;
    TRY(folder_list(work, folder, FILES_MOST, &all, &count, why));
    const char *prefix = text_format(work, "%s-", name);
    for (size_t i = 0; i < count; i++)
        if (text_starts(text_of(all[i]), prefix) && text_ends(text_of(all[i]), ending) && strlen(all[i]) == strlen(prefix) + 20 + strlen(ending)) all[kept++] = all[i];
    *out_names = all;
    *out_count = kept;
    return OK;
}

static Err files_prune(const char *folder, const char *name, const char *ending, size_t keep_newest, Why *why) {
    own(arena_end) Arena *work = arena_begin(16 * MiB);
    char **names;
    size_t count;
    TRY(files_of(work, folder, name, ending, &names, &count, why));
    for (size_t i = 0; i + keep_newest < count; i++) TRY(file_remove(path_join(work, folder, names[i]), why));
    return OK;
}

static void file_free(SnapshotFile **at) {
    SnapshotFile *file = *at;
    if (!file) return;
    if (file->fd >= 0) close(file->fd);
    free(file->part);
    free(file->path);
    free(file->name);
    free(file);
    *at = NULL;
}

Err snapshot_begin(const char *directory, const char *name, const Stamp *stamp, SnapshotFile **out_file, Why *why) {
    own(arena_end) Arena *work = arena_begin(16 * MiB);
    own(file_free) SnapshotFile *file = calloc(1, sizeof *file);
    if (!file) return fail(why, ERR_LIMIT, "no memory for a snapshot");
    const char *folder = path_join(work, directory, "snapshots");
    const char *path = path_join(work, folder, text_format(work, "%s-%020lld.snap", name, (long long)stamp->upto.v));
    *file = (SnapshotFile){ .fd = -1, .stamp = *stamp, .path = strdup(path), .part = strdup(text_format(work, "%s.part", path)), .name = strdup(name) };
    TRY(folder_make(folder, why));
    TRY(files_prune(folder, name, ".snap.part", 0, why));      /* of one who was killed while writing */
    file->fd = open(file->part, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file->fd < 0) return fail(why, ERR_IO, "%s: cannot be made: %s", file->part, strerror(errno));
    *out_file = keep(file);
    return OK;
}

int snapshot_fd(const SnapshotFile *file) { return file->fd; }

Err snapshot_finish(SnapshotFile **at, bool whole, Why *why) {
    own(file_free) SnapshotFile *file = keep(*at);
    if (!whole) return file_remove(file->part, why);
    Err err = file_rename(file->part, file->path, why);
    if (err != OK) {
        (void)file_remove(file->part, NULL);      /* the first failure is the one to tell */
        return err;
    }
    own(arena_end) Arena *work = arena_begin(64 * KiB);
    return files_prune(text_keep(work, text_from(file->path, (size_t)(path_name(file->path) - file->path - 1))), file->name, ".snap", KEPT_SNAPSHOTS, why);
}

Err snapshot_write(const char *directory, const char *name, uint32_t format, const Stamp *stamp, const SnapshotColumn *columns, int count, Why *why) {
    SnapshotFile *file = NULL;
    TRY(snapshot_begin(directory, name, stamp, &file, why));
    Err err = snapshot_fill(file, format, columns, count, why);
    Err finished = snapshot_finish(&file, err == OK, err == OK ? why : NULL);
    return err != OK ? err : finished;
}

/* ---- reading ---- */

static Err unusable(Why *why, const char *reason) { return fail(why, ERR_NOT_FOUND, "%s", reason); }

static Err map_file(const char *path, Snapshot *out, Why *why) {
    struct stat facts;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return unusable(why, strerror(errno));
    if (fstat(fd, &facts) != 0 || facts.st_size < (off_t)(sizeof(Header) + sizeof(uint64_t))) {
        close(fd);
        return unusable(why, "it is cut short");
    }
    void *at = mmap(NULL, (size_t)facts.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    if (at == MAP_FAILED) return unusable(why, strerror(errno));
    *out = (Snapshot){ at, (size_t)facts.st_size };
    return OK;
}

static const Column *columns_of(const Snapshot *snapshot) { return (const Column *)(snapshot->at + sizeof(Header)); }

static Err check_head(const Snapshot *snapshot, uint32_t format, Why *why) {
    const Header *header = (const Header *)snapshot->at;
    if (memcmp(header->magic, magic, sizeof magic) != 0) return unusable(why, "it is no snapshot");
    if (header->columns > SNAPSHOT_COLUMNS_MOST) return unusable(why, "its head is damaged");
    size_t head_bytes = sizeof *header + header->columns * sizeof(Column);
    if (snapshot->bytes < head_bytes + sizeof(uint64_t)) return unusable(why, "it is cut short");
    uint64_t hash;
    memcpy(&hash, snapshot->at + head_bytes, sizeof hash);
    if (hash != hash64(snapshot->at, head_bytes, 0)) return unusable(why, "its head is damaged");
    if (header->bytes != snapshot->bytes) return unusable(why, "it is cut short");
    if (header->format != format) return unusable(why, "it is of another format");
    return OK;
}

static Err check_columns(const Snapshot *snapshot, Why *why) {
    const Header *header = (const Header *)snapshot->at;
    const Column *columns = columns_of(snapshot);
    for (uint32_t i = 0; i < header->columns; i++) {
        if (columns[i].offset > snapshot->bytes || columns[i].bytes > snapshot->bytes - columns[i].offset) return unusable(why, "a column is cut short");
        if (hash64(snapshot->at + columns[i].offset, columns[i].bytes, i) != columns[i].hash) return unusable(why, "a column is damaged");
    }
    return OK;
}

static Err check_log(Store *store, const Snapshot *snapshot, Why *why) {
    const Header *header = (const Header *)snapshot->at;
    Stamp stamp;
    if (snapshot_stamp(store, (RowId){ header->upto }, &stamp, why) != OK || memcmp(stamp.chain.bytes, header->chain, sizeof header->chain) != 0)
        return unusable(why, "it is of another log");
    return OK;
}

Err snapshot_read(Store *store, const char *name, uint32_t format, Snapshot **out_snapshot, Why *why) {
    own(arena_end) Arena *work = arena_begin(16 * MiB);
    char **names;
    size_t count;
    const char *folder = path_join(work, store_directory(store), "snapshots");
    TRY(files_of(work, folder, name, ".snap", &names, &count, why));
    Err err = unusable(why, "there is none yet");
    while (err != OK && count-- > 0) {
        own(snapshot_end) Snapshot *snapshot = calloc(1, sizeof *snapshot);
        if (!snapshot) return fail(why, ERR_LIMIT, "no memory for a snapshot");
        err = map_file(path_join(work, folder, names[count]), snapshot, why);
        if (err == OK) err = check_head(snapshot, format, why);
        if (err == OK) err = check_log(store, snapshot, why);
        if (err == OK) err = check_columns(snapshot, why);
        if (err == OK) *out_snapshot = keep(snapshot);
        else err = fail_doing(why, err, "snapshot %s", names[count]);
    }
    return err;
}

void snapshot_end(Snapshot **at) {
    Snapshot *snapshot = *at;
    if (!snapshot) return;
    if (snapshot->at) munmap((void *)(uintptr_t)snapshot->at, snapshot->bytes);
    free(snapshot);
    *at = NULL;
}

RowId snapshot_upto(const Snapshot *snapshot) { return (RowId){ ((const Header *)snapshot->at)->upto }; }

Text snapshot_column(const Snapshot *snapshot, const char *name) {
    const Header *header = (const Header *)snapshot->at;
    for (uint32_t i = 0; i < header->columns; i++) {
        const Column *column = &columns_of(snapshot)[i];
        if (strncmp(column->name, name, NAME_BYTES) == 0) return text_from(snapshot->at + column->offset, column->bytes);
    }
    return (Text){ "", 0 };
}
