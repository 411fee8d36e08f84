/* blob.c - bytes by their SHA-256, cut into chunks of 1 MiB, each packed with zstd and kept with its own hash.
 *
 * (1) The same bytes are stored once.
 * (2) A reader unpacks only the chunks it needs and hashes each of them: damaged bytes are ERR_CORRUPT, never handed out.
 *     That the chunks together have the blob's hash is checked by store_verify and blob_to_file.
 *
 * chunk.id = blob.id << 20 | number of the chunk, so the chunks of a blob lie beside each other. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "base/bytes.h"
#include "base/file.h"
#include "store/room.h"

enum { CHUNK = 1 * MiB, CHUNKS_BITS = 20, LEVEL = 3 };

const char *hash_hex(Arena *work, Hash hash) {
    char hex[SHA256_HEX];
    Sha256 sha;
    memcpy(sha.at, hash.bytes, sizeof sha.at);
    sha256_hex(&sha, hex);
    return text_copy(work, hex);
}

static Hash hash_of(Sha256 sha) {
    Hash hash;
    memcpy(hash.bytes, sha.at, sizeof hash.bytes);
    return hash;
}

static Err blob_find(Store *store, Hash hash, int64_t *out_id, int64_t *out_bytes, Why *why) {
    own(query_end) Query query = { 0 };
    bool found;
    TRY(query_begin(store, &query, "SELECT id, bytes FROM blob WHERE hash = $1", why));
    query_blob(&query, 1, hash.bytes, sizeof hash.bytes);
    TRY(query_next(&query, &found, why));
    if (!found) return fail(why, ERR_NOT_FOUND, "these bytes are not in the store");
    *out_id = query_int_at(&query, 0);
    *out_bytes = query_int_at(&query, 1);
    return OK;
}

int64_t blob_size(Store *store, Hash hash) {
    int64_t id, bytes;
    return blob_find(store, hash, &id, &bytes, NULL) == OK ? bytes : -1;
}

/* ---- putting ---- */

/* Made for the first bytes and kept: most blobs are a few kilobytes, and making it takes longer than packing them. */
struct Packer { ZSTD_CCtx *zstd; size_t room; char packed[]; };

void packer_end(Store *store) {
    if (!store->packer) return;
    ZSTD_freeCCtx(store->packer->zstd);
    free(store->packer);
}

static Err packer_ready(Store *store, Why *why) {
    if (store->packer) return OK;
    size_t room = ZSTD_compressBound(CHUNK);
    Packer *packer = malloc(sizeof *packer + room);
    ZSTD_CCtx *zstd = ZSTD_createCCtx();
    if (!packer || !zstd) {
        ZSTD_freeCCtx(zstd);
        free(packer);
        return fail(why, ERR_LIMIT, "no memory for packing");
    }
    *packer = (Packer){ .zstd = zstd, .room = room };
    store->packer = packer;
    return OK;
}

static Err chunk_put(Store *store, int64_t id, Text bytes, const Sha256 *hash, Why *why) {
    own(query_end) Query insert = { 0 };
    TRY(packer_ready(store, why));
    Packer *packer = store->packer;
    size_t length = ZSTD_compressCCtx(packer->zstd, packer->packed, packer->room, bytes.at, bytes.length, LEVEL);
    if (ZSTD_isError(length)) return fail(why, ERR_IO, "packing bytes: %s", ZSTD_getErrorName(length));
    TRY(query_begin(store, &insert, "INSERT INTO chunk (id, hash, packed) VALUES ($1, $2, $3)", why));
    query_int(&insert, 1, id);
    query_blob(&insert, 2, hash->at, sizeof hash->at);
    query_blob(&insert, 3, packer->packed, length);
    return query_run(&insert, why);
}

static Err blob_add(Store *store, Hash hash, int64_t bytes, int64_t *out_id, Why *why) {
    own(query_end) Query insert = { 0 };
    TRY(query_begin(store, &insert, "INSERT INTO blob (hash, bytes) VALUES ($1, $2)", why));
    query_blob(&insert, 1, hash.bytes, sizeof hash.bytes);
    query_int(&insert, 2, bytes);
    TRY(query_run(&insert, why));
    *out_id = sqlite3_last_insert_rowid(store->db);
    return OK;
}

static Err blob_set_bytes(Store *store, int64_t id, int64_t bytes, Why *why) {
    own(query_end) Query update = { 0 };
    TRY(query_begin(store, &update, "UPDATE blob SET bytes = $1 WHERE id = $2", why));
    query_int(&update, 1, bytes);
    query_int(&update, 2, id);
    return query_run(&update, why);
}

/* Reads full chunks although a source may hand out less at a time. */
static Err chunk_fill(Bytes *source, char *into, size_t *out_length, Why *why) {
    size_t length = 0, count = 1;
    while (length < CHUNK && count) {
        TRY(source->read(source->self, into + length, CHUNK - length, &count, why));
        length += count;
    }
    *out_length = length;
    return OK;
}

static void memory_end(char **memory) { free(*memory); }

/* The hash is known beforehand, so that known bytes cost no write; it is checked again, because a file may change meanwhile. */
static Err blob_take(Store *store, Bytes source, Hash hash, int64_t *out_bytes, Why *why) {
    own(memory_end) char *chunk = malloc(CHUNK);
    int64_t id, bytes = 0;
    if (!chunk) return fail(why, ERR_LIMIT, "no memory for a chunk");
    TRY(blob_add(store, hash, 0, &id, why));
    Sha256Run run = sha256_begin();
    for (int64_t number = 0;; number++) {
        size_t length;
        TRY(chunk_fill(&source, chunk, &length, why));
        if (!length) break;
        if (number >> CHUNKS_BITS) return fail(why, ERR_LIMIT, "a document is larger than 1 TiB");
        Text part = text_from(chunk, length);
        Sha256 part_hash = sha256(part);
        sha256_add(&run, part);
        TRY(chunk_put(store, id << CHUNKS_BITS | number, part, &part_hash, why));
        bytes += (int64_t)length;
    }
    Hash seen = hash_of(sha256_end(&run));
    if (memcmp(&seen, &hash, sizeof hash) != 0) return fail_hint(why, fail(why, ERR_CONFLICT, "the bytes changed while they were read"), "try again when nobody writes to the file");
    *out_bytes = bytes;
    return blob_set_bytes(store, id, bytes, why);
}

static Err memory_take(Store *store, Text bytes, const Sha256 *hash, Why *why) {
    int64_t id;
    TRY(blob_add(store, hash_of(*hash), (int64_t)bytes.length, &id, why));
    for (size_t from = 0; from < bytes.length; from += CHUNK) {
        Text part = text_from(bytes.at + from, bytes.length - from < CHUNK ? bytes.length - from : CHUNK);
        Sha256 part_hash = part.length == bytes.length ? *hash : sha256(part);
        TRY(chunk_put(store, id << CHUNKS_BITS | (int64_t)(from / CHUNK), part, &part_hash, why));
    }
    return OK;
}

Err blob_put(Store *store, const void *bytes, size_t length, Hash *out_hash, Why *why) {
    Sha256 sha = sha256(text_from(bytes, length));
    int64_t id, size;
    TRY(store_writing(store, why));
    Err err = blob_find(store, hash_of(sha), &id, &size, why);
    if (err == ERR_NOT_FOUND) err = memory_take(store, text_from(bytes, length), &sha, why);
    if (err == OK) *out_hash = hash_of(sha);
    return err;
}

static void fd_end(BytesFile *file) {
    if (file->fd >= 0) close(file->fd);
}

Err blob_put_file(Store *store, const char *path, Hash *out_hash, int64_t *out_bytes, Why *why) {
    Sha256 sha;
    int64_t id, size;
    TRY(store_writing(store, why));
    TRY(sha256_file(path, &sha, why));
    Hash hash = hash_of(sha);
    Err err = blob_find(store, hash, &id, &size, why);
    if (err == ERR_NOT_FOUND) {
        own(fd_end) BytesFile file = { .fd = open(path, O_RDONLY | O_CLOEXEC), .path = path };
        if (file.fd < 0) return fail(why, ERR_IO, "%s: cannot be opened: %s", path, strerror(errno));
        err = blob_take(store, bytes_of_file(&file), hash, &size, why);
    }
    if (err != OK) return fail_doing(why, err, "%s", path);
    *out_hash = hash;
    *out_bytes = size;
    return OK;
}

/* ---- reading ---- */

static Err damaged(Hash hash, int64_t number, Why *why) {
    own(arena_end) Arena *work = arena_begin(64 * KiB);
    return fail_hint(why, fail(why, ERR_CORRUPT, "document %.12s: chunk %lld is damaged", hash_hex(work, hash), (long long)number), "restore the newest backup");
}

static Err chunk_read(Store *store, Hash hash, int64_t id, int64_t number, char *into, size_t *out_length, Why *why) {
    own(query_end) Query query = { 0 };
    bool found;
    TRY(query_begin(store, &query, "SELECT hash, packed FROM chunk WHERE id = $1", why));
    query_int(&query, 1, id << CHUNKS_BITS | number);
    TRY(query_next(&query, &found, why));
    if (!found) return damaged(hash, number, why);
    Text wanted = query_text_at(&query, 0), packed = query_text_at(&query, 1);
    size_t length = ZSTD_decompress(into, CHUNK, packed.at, packed.length);
    if (ZSTD_isError(length)) return damaged(hash, number, why);
    Sha256 seen = sha256(text_from(into, length));
    if (wanted.length != sizeof seen.at || memcmp(seen.at, wanted.at, sizeof seen.at) != 0) return damaged(hash, number, why);
    *out_length = length;
    return OK;
}

Err blob_read(Store *store, Arena *work, Hash hash, int64_t offset, int64_t length, Text *out_bytes, Why *why) {
    own(memory_end) char *chunk = malloc(CHUNK);
    int64_t id, size;
    if (!chunk) return fail(why, ERR_LIMIT, "no memory for a chunk");
    TRY(blob_find(store, hash, &id, &size, why));
    if (offset < 0 || length < 0 || offset > size || length > size - offset)
        return fail(why, ERR_INVALID, "bytes %lld to %lld of a document of %lld bytes", (long long)offset, (long long)(offset + length), (long long)size);
    if ((size_t)length >= arena_left(work)) return fail(why, ERR_LIMIT, "%lld bytes are too many at once", (long long)length);
    char *bytes = text_copy_n(work, NULL, 0);
    if (length) bytes = arena_take(work, (size_t)length + 1);
    for (int64_t done = 0; done < length;) {
        int64_t number = (offset + done) / CHUNK, skip = (offset + done) % CHUNK;
        size_t got;
        TRY(chunk_read(store, hash, id, number, chunk, &got, why));
        if ((int64_t)got <= skip) return damaged(hash, number, why);
        int64_t part = (int64_t)got - skip < length - done ? (int64_t)got - skip : length - done;
        memcpy(bytes + done, chunk + skip, (size_t)part);
        done += part;
    }
    *out_bytes = text_from(bytes, (size_t)length);
    return OK;
}

/* Calls take (may be NULL) with each chunk, and checks the whole. */
static Err blob_walk(Store *store, Hash hash, Err (*take)(void *self, Text bytes, Why *why), void *self, Why *why) {
    own(memory_end) char *chunk = malloc(CHUNK);
    int64_t id, size;
    if (!chunk) return fail(why, ERR_LIMIT, "no memory for a chunk");
    TRY(blob_find(store, hash, &id, &size, why));
    Sha256Run run = sha256_begin();
    for (int64_t done = 0, number = 0; done < size; number++) {
        size_t length;
        TRY(chunk_read(store, hash, id, number, chunk, &length, why));
        sha256_add(&run, text_from(chunk, length));
        if (take) TRY(take(self, text_from(chunk, length), why));
        done += (int64_t)length;
        if (!length) return damaged(hash, number, why);
    }
    Hash seen = hash_of(sha256_end(&run));
    return memcmp(&seen, &hash, sizeof hash) == 0 ? OK : damaged(hash, 0, why);
}

Err blob_check(Store *store, Hash hash, Why *why) { return blob_walk(store, hash, NULL, NULL, why); }

static Err write_part(void *self, Text bytes, Why *why) {
    const BytesFile *file = self;
    return fd_write(file->fd, file->path, bytes, why);
}

Err blob_to_file(Store *store, Hash hash, const char *path, Why *why) {
    own(arena_end) Arena *work = arena_begin(1 * MiB);
    const char *draft = text_format(work, "%s.part", path);
    own(fd_end) BytesFile file = { .fd = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644), .path = draft };
    if (file.fd < 0) return fail(why, ERR_IO, "%s: cannot be made: %s", draft, strerror(errno));
    Err err = blob_walk(store, hash, write_part, &file, why);
    if (err == OK && fsync(file.fd) != 0) err = fail(why, ERR_IO, "%s: cannot be made durable: %s", draft, strerror(errno));
    if (err == OK) return file_rename(draft, path, why);
    (void)file_remove(draft, NULL);      /* the first failure is the one to tell */
    return err;
}

Err hash_of_hex(const char *hex, Hash *out, Why *why) {
    Sha256 sha;
    TRY(sha256_of_hex(text_of(hex), &sha, why));
    memcpy(out->bytes, sha.at, sizeof out->bytes);
    return OK;
}

Err blob_read_named(Store *store, Arena *work, const char *hex, Text *out_bytes, Why *why) {
    Hash hash;
    TRY(hash_of_hex(hex, &hash, why));
    return blob_read(store, work, hash, 0, blob_size(store, hash), out_bytes, why);
}
