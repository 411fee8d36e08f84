/* bytes.h - where a reader's bytes come from: a file, memory, or anything that can answer "give me some more". */
#pragma once
#include "base/text.h"

#include <stdint.h>

typedef struct Bytes {
    void *self;
    /* Up to `most` bytes into `into`; *out_count 0 means the end, and stays so. */
    Err (*read)(void *self, char *into, size_t most, size_t *out_count, Why *why);
} Bytes;

typedef struct BytesMemory { Text text; size_t next; } BytesMemory; /* { .text = text } */
typedef struct BytesFile { int fd; const char *path; } BytesFile;   /* path for error sentences */

Bytes bytes_of_memory(BytesMemory *memory);                  /* both must outlive the reader */
Bytes bytes_of_file(BytesFile *file);

/* Lines of any source in constant memory; LF or CRLF end a line, the last one needs no end. A UTF-8 byte order mark at
 * the very start is skipped. */
typedef struct Lines Lines;
typedef struct Line {
    Text text;            /* without its end; lives until the next call */
    int64_t number;       /* from 1 */
    int64_t offset;       /* of its first byte in the source */
    bool too_long;        /* longer than the maximum: text is its start, the rest was skipped */
} Line;

Lines *lines_begin(Bytes source, size_t most_line_bytes);
void lines_end(Lines **lines);
/* *out_is_line false at the end. */
Err lines_next(Lines *lines, Line *out_line, bool *out_is_line, Why *why);
