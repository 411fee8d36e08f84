#include "position/pack.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/arena.h"
#include "base/list.h"

enum { ALIGN = 8, EMPTY_BYTES = 8 };       /* a blob begins with zeros: offset 0 is "" and the pair of two "" */

typedef LIST(char) AnyList;                /* every LIST has this shape; copied, since its own type is another */

static AnyList list_of(const Table *table, const void *owner) {
    AnyList list;
    memcpy(&list, (const char *)owner + table->list_at, sizeof list);
    return list;
}

/* ---- packing ---- */

static void *pages(Pack *pack, size_t bytes) {
    assert(pack->regions_count < PACK_REGIONS_MOST);
    void *at = mmap(NULL, bytes ? bytes : 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) {
        pack->over = true;
        return NULL;
    }
    pack->regions[pack->regions_count].at = at;
    pack->regions[pack->regions_count++].bytes = bytes ? bytes : 1;
    return at;
}

void pack_end(Pack *pack) {
    for (int i = 0; i < pack->regions_count; i++) munmap(pack->regions[i].at, pack->regions[i].bytes);
    pack->regions_count = 0;
}

void pack_bytes(Pack *pack, const char *name, const void *at, size_t bytes) {
    assert(pack->columns_count < PACK_COLUMNS_MOST);
    pack->columns[pack->columns_count++] = (SnapshotColumn){ name, text_from(at, bytes) };
}

static const char *pointer_at(const char *row, const Piece *piece) {
    const char *pointer;
    memcpy(&pointer, row + piece->at, sizeof pointer);
    return pointer;
}

static size_t piece_bytes(const char *row, const Piece *piece) {
    const char *at = pointer_at(row, piece);
    if (!at || piece->kind == PIECE_DROPPED) return 0;
    if (piece->kind == PIECE_NUMBERS) {
        int32_t count;
        memcpy(&count, row + piece->count_at, sizeof count);
        return (size_t)count * piece->width;
    }
    size_t first = strlen(at);
    if (piece->kind == PIECE_TEXT) return first ? first + 1 : 0;
    size_t second = strlen(at + first + 1);
    return first + second ? first + second + 2 : 0;
}

/* Numbers stand at multiples of eight; texts anywhere. */
static size_t blob_next(size_t used, const Piece *piece, size_t bytes) {
    return piece->kind == PIECE_NUMBERS && bytes ? (used + ALIGN - 1) / ALIGN * ALIGN : used;
}

static size_t blob_bytes(const Table *table, const AnyList *list) {
    size_t used = EMPTY_BYTES;
    for (size_t i = 0; i < list->count; i++)
        for (int p = 0; p < table->pieces_count; p++) {
            size_t bytes = piece_bytes(list->at + i * table->row_bytes, &table->pieces[p]);
            used = blob_next(used, &table->pieces[p], bytes) + bytes;
        }
    return used;
}

void pack_table(Pack *pack, const Table *table, const void *owner) {
    AnyList list = list_of(table, owner);
    size_t bytes = list.count * table->row_bytes;
    if (!table->pieces_count) {
        pack_bytes(pack, table->name, list.at, bytes);
        return;
    }
    size_t blob_size = blob_bytes(table, &list), used = EMPTY_BYTES;
    char *rows = pages(pack, bytes), *blob = pages(pack, blob_size);
    if (!rows || !blob) return;
    if (bytes) memcpy(rows, list.at, bytes);
    for (size_t i = 0; i < list.count; i++)
        for (int p = 0; p < table->pieces_count; p++) {
            const Piece *piece = &table->pieces[p];
            char *row = rows + i * table->row_bytes;
            size_t length = piece_bytes(row, piece);
            used = blob_next(used, piece, length);
            uint64_t offset = length ? used : 0;
            if (length) memcpy(blob + used, pointer_at(row, piece), length);
            memcpy(row + piece->at, &offset, sizeof offset);
            used += length;
        }
    pack_bytes(pack, table->name, rows, bytes);
    pack_bytes(pack, table->blob, blob, blob_size);
}

void pack_map(Pack *pack, const char *name, const IntMap *map) {
    size_t count = int_map_count(map);
    int64_t *pairs = pages(pack, count * 2 * sizeof *pairs);
    if (!pairs) return;
    for (size_t i = 0; i < count; i++) {
        pairs[2 * i] = int_map_key(map, i);
        pairs[2 * i + 1] = int_map_value(map, i);
    }
    pack_bytes(pack, name, pairs, count * 2 * sizeof *pairs);
}

/* ---- unpacking ---- */

static Err misfit(const char *name, Why *why) { return fail(why, ERR_NOT_FOUND, "column %s does not fit", name); }

Err unpack_bytes(const Snapshot *snapshot, const char *name, void *into, size_t bytes, Why *why) {
    Text column = snapshot_column(snapshot, name);
    if (column.length != bytes) return misfit(name, why);
    if (bytes) memcpy(into, column.at, bytes);
    return OK;
}

static Err pointers_set(const Table *table, char *row, Text blob, Why *why) {
    for (int p = 0; p < table->pieces_count; p++) {
        uint64_t offset;
        memcpy(&offset, row + table->pieces[p].at, sizeof offset);
        if (offset >= blob.length) return misfit(table->blob, why);
        const char *pointer = blob.at + offset;
        memcpy(row + table->pieces[p].at, &pointer, sizeof pointer);
    }
    return OK;
}

Err unpack_table(const Snapshot *snapshot, const Table *table, void *owner, Why *why) {
    Text rows = snapshot_column(snapshot, table->name), blob = table->blob ? snapshot_column(snapshot, table->blob) : (Text){ 0 };
    AnyList list = list_of(table, owner);
    assert(list.count == 0);
    if (rows.length % table->row_bytes) return misfit(table->name, why);
    size_t count = rows.length / table->row_bytes, room = count + count / 8 + 16;
    char *at = realloc(list.at, room * table->row_bytes);
    if (!at) stop_for("no memory for %zu rows of %s", room, table->name);
    memcpy(at, rows.at, rows.length);
    list = (AnyList){ .at = at, .count = count, .room = room };
    memcpy((char *)owner + table->list_at, &list, sizeof list);
    for (size_t i = 0; i < count; i++) TRY(pointers_set(table, at + i * table->row_bytes, blob, why));
    return OK;
}

Err unpack_map(const Snapshot *snapshot, const char *name, IntMap *into, Why *why) {
    Text column = snapshot_column(snapshot, name);
    const int64_t *pairs = (const int64_t *)(const void *)column.at;
    if (column.length % (2 * sizeof *pairs)) return misfit(name, why);
    for (size_t i = 0; i < column.length / (2 * sizeof *pairs); i++) int_map_set(into, pairs[2 * i], pairs[2 * i + 1]);
    return OK;
}
