/* source-room.h - the inside of a Source, for source.c and the formats only. */
#pragma once
#include "ingest/decode.h"
#include "ingest/source.h"

typedef struct CompanionFile CompanionFile;

struct Source {
    const SourceKind *kind;
    const Mapping *mapping;
    const char *path, *name;    /* name: what errors say */
    BytesFile file;
    Decode decode;              /* to UTF-8 where the map names another encoding */
    bool decoded;
    Arena *keep, *row;
    int64_t rows;
    Text *slots;
    /* CSV */
    Csv *csv;
    Text *columns;
    bool *used;
    int columns_count;
    int *slot_column;           /* -1: absent */
    WidePlan wide;
    CompanionFile *companion;
    /* JSON Lines */
    Lines *lines;
    int64_t bytes_done;
};

extern const SourceKind csv_source, jsonl_source;

/* The states of the companion file's next row, which must have the same keys. */
Err companion_begin(const Source *source, CompanionFile **out, Why *why);
void companion_end(CompanionFile **companion);
Err companion_next(CompanionFile *companion, const Record *record, const uint8_t **out_states, Why *why);
