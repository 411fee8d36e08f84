/* pack.h - arrays of structs as columns of a snapshot, and back.
 *
 * A table says where a list stands in its owner and which members of a row point at texts or numbers. Packing copies the rows of such a
 * table, gathers what they point at in one blob and writes offsets where the pointers were; unpacking turns offsets into pointers into the
 * mapped snapshot, which must therefore outlive the owner. Rows without pointers are written as they stand in memory: a snapshot is read by
 * the program that wrote it or not at all (its format number covers the sizes of the structs).
 *
 * Packing runs in a forked child of a process with threads: it takes pages from the system, never from malloc, and no lock. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/map.h"
#include "store/snapshot.h"

typedef enum PieceKind {
    PIECE_TEXT,          /* const char *, up to its NUL */
    PIECE_PAIR,          /* two texts one after the other, each with its NUL */
    PIECE_NUMBERS,       /* `width` bytes times the int32 at `count_at` of the row */
    PIECE_DROPPED,       /* const char * that its owner fills again: comes back as "" */
} PieceKind;
typedef struct Piece { PieceKind kind; size_t at, count_at, width; } Piece;

enum { PIECES_MOST = 8 };
typedef struct Table {
    const char *name, *blob;         /* columns; blob NULL: rows without pointers */
    size_t list_at, row_bytes;       /* of the LIST in its owner */
    int pieces_count;
    Piece pieces[PIECES_MOST];
} Table;

/* TABLE(State, spots, Spot, 1, TEXT_AT(Spot, lifecycle)); PLAIN_TABLE(State, records, Record). */
#define TABLE(Owner, list, Type, count, ...) { #list, #list ".texts", offsetof(Owner, list), sizeof(Type), count, { __VA_ARGS__ } }
#define PLAIN_TABLE(Owner, list, Type) { .name = #list, .list_at = offsetof(Owner, list), .row_bytes = sizeof(Type) }
#define TEXT_AT(Type, member) { .kind = PIECE_TEXT, .at = offsetof(Type, member) }
#define PAIR_AT(Type, member) { .kind = PIECE_PAIR, .at = offsetof(Type, member) }
#define DROPPED_AT(Type, member) { .kind = PIECE_DROPPED, .at = offsetof(Type, member) }
#define NUMBERS_AT(Type, member, count) { .kind = PIECE_NUMBERS, .at = offsetof(Type, member), .count_at = offsetof(Type, count), .width = sizeof *((Type *)0)->member }

enum { PACK_COLUMNS_MOST = 160, PACK_REGIONS_MOST = 64 };
typedef struct Pack {
    SnapshotColumn columns[PACK_COLUMNS_MOST];
    int columns_count;
    struct { void *at; size_t bytes; } regions[PACK_REGIONS_MOST];
    int regions_count;
    bool over;                       /* the system gave no memory: the pack is of no use */
} Pack;

/* What is added must stand still until the pack was written. */
void pack_bytes(Pack *pack, const char *name, const void *at, size_t bytes);
void pack_table(Pack *pack, const Table *table, const void *owner);
void pack_map(Pack *pack, const char *name, const IntMap *map);
void pack_end(Pack *pack);

/* ERR_NOT_FOUND with a sentence when a column does not fit; the owner may then be half filled and must be ended. */
Err unpack_bytes(const Snapshot *snapshot, const char *name, void *into, size_t bytes, Why *why);
Err unpack_table(const Snapshot *snapshot, const Table *table, void *owner, Why *why);     /* the owner's list is empty */
Err unpack_map(const Snapshot *snapshot, const char *name, IntMap *into, Why *why);
