/* bytes.c - sources of bytes and lines from them.
 *
 *     data: [ .... | line being read ... | free ]
 *                  ^start                ^end        room is most_line + one read, fixed at birth */
#include "base/bytes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

static Err memory_read(void *self, char *into, size_t most, size_t *out_count, Why *why) {
    (void)why; /* memory never fails */
    BytesMemory *memory = self;
    size_t left = memory->text.length - memory->next;
    size_t count = left < most ? left : most;
    if (count) memcpy(into, memory->text.at + memory->next, count);
    memory->next += count;
    *out_count = count;
    return OK;
}

Bytes bytes_of_memory(BytesMemory *memory) { return (Bytes){ memory, memory_read }; }

static Err descriptor_read(void *self, char *into, size_t most, size_t *out_count, Why *why) {
    BytesFile *file = self;
    return fd_read(file->fd, file->path, into, most, out_count, why);
}

Bytes bytes_of_file(BytesFile *file) { return (Bytes){ file, descriptor_read }; }

enum { READ_BYTES = 64 * KiB };

struct Lines {
    Bytes source;
    size_t most;      /* bytes of a line */
    char *data;
    size_t room, start, end;
    int64_t offset;   /* of data[start] in the source */
    int64_t number;   /* of the line before */
    bool at_end;
};

Lines *lines_begin(Bytes source, size_t most_line_bytes) {
    Lines *lines = calloc(1, sizeof *lines);
    size_t room = most_line_bytes + 2 + READ_BYTES; /* a line of just the maximum and its CRLF fit beside one read */
    if (lines) lines->data = malloc(room);
    if (!lines || !lines->data) stop_for("the machine has no memory for a line of %zu bytes", most_line_bytes);
    lines->source = source;
    lines->most = most_line_bytes;
    lines->room = room;
    return lines;
}

void lines_end(Lines **lines) {
    if (!*lines) return;
    free((*lines)->data);
    free(*lines);
    *lines = NULL;
}

/* Reads once more behind `end`; the bytes from `start` on stay. */
static Err lines_fill(Lines *lines, Why *why) {
    if (lines->start > 0) {
        memmove(lines->data, lines->data + lines->start, lines->end - lines->start);
        lines->end -= lines->start;
        lines->start = 0;
    }
    size_t count = 0;
    assert(lines->end < lines->room);
    TRY(lines->source.read(lines->source.self, lines->data + lines->end, lines->room - lines->end, &count, why));
    if (count == 0) lines->at_end = true;
    bool first = lines->offset == 0 && lines->number == 0 && lines->end == 0;
    lines->end += count;
    while (first && !lines->at_end && lines->end < 3) { /* the mark may come in pieces */
        TRY(lines->source.read(lines->source.self, lines->data + lines->end, lines->room - lines->end, &count, why));
        if (count == 0) lines->at_end = true;
        lines->end += count;
    }
    if (first && text_starts(text_from(lines->data, lines->end), "\xEF\xBB\xBF")) lines->start = 3, lines->offset = 3;
    return OK;
}

static void lines_consume(Lines *lines, size_t bytes) {
    lines->start += bytes;
    lines->offset += (int64_t)bytes;
}

/* The rest of a line that is too long: read and dropped. */
static Err lines_drop(Lines *lines, Why *why) {
    for (;;) {
        char *feed = memchr(lines->data + lines->start, '\n', lines->end - lines->start);
        if (feed) {
            lines_consume(lines, (size_t)(feed + 1 - (lines->data + lines->start)));
            return OK;
        }
        lines_consume(lines, lines->end - lines->start);
        if (lines->at_end) return OK;
        lines->start = lines->end = lines->most + 1; /* keep the start of the line, which the caller will see */
        size_t count = 0;
        TRY(lines->source.read(lines->source.self, lines->data + lines->end, lines->room - lines->end, &count, why));
        if (count == 0) lines->at_end = true;
        lines->end += count;
    }
}

static Text without_cr(Text line) {
    if (line.length && line.at[line.length - 1] == '\r') line.length--;
    return line;
}

Err lines_next(Lines *lines, Line *out_line, bool *out_is_line, Why *why) {
    size_t looked = 0;
    for (;;) {
        size_t have = lines->end - lines->start;
        char *from = lines->data + lines->start;
        char *feed = have > looked ? memchr(from + looked, '\n', have - looked) : NULL;
        looked = have;
        bool whole = feed || (lines->at_end && have > 0);
        size_t length = feed ? (size_t)(feed - from) : have;
        if (whole && without_cr(text_from(from, length)).length <= lines->most) {
            *out_line = (Line){ .text = without_cr(text_from(from, length)), .number = ++lines->number, .offset = lines->offset };
            lines_consume(lines, length + (feed != NULL));
            *out_is_line = true;
            return OK;
        }
        if (whole || have > lines->most + 1) { /* longer than the maximum and a CR */
            if (lines->start > 0) memmove(lines->data, from, have);
            lines->end = have, lines->start = 0;
            Line line = { .text = { lines->data, lines->most }, .number = ++lines->number, .offset = lines->offset, .too_long = true };
            TRY(lines_drop(lines, why));
            *out_line = line;
            *out_is_line = true;
            return OK;
        }
        if (lines->at_end) {
            *out_is_line = false;
            return OK;
        }
        TRY(lines_fill(lines, why));
    }
}
