/* ingest-fuzz.h - what the fuzz targets of ingest share: bytes as a file, and the lists a whole binary would embed. */
#pragma once
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/embed.h"
#include "base/file.h"
#include "base/time.h"
#include "ingest/import.h"

extern const EmbeddedFile embedded_maps[], embedded_policies[];
const EmbeddedFile embedded_maps[] = { { 0 } }, embedded_policies[] = { { 0 } };

typedef struct FuzzFile { int fd; char path[40]; } FuzzFile;

static inline FuzzFile fuzz_file(const void *bytes, size_t length) {
    FuzzFile file = { .fd = memfd_create("input", MFD_CLOEXEC) };
    size_t done = 0;
    while (done < length) {
        ssize_t count = write(file.fd, (const char *)bytes + done, length - done);
        if (count <= 0) __builtin_trap();
        done += (size_t)count;
    }
    snprintf(file.path, sizeof file.path, "/proc/self/fd/%d", file.fd);
    return file;
}

/* The whole way from bytes to facts; a bad row has a sentence, a good one facts that pass their own check. */
static inline void fuzz_import(const FuzzFile *map, const FuzzFile *input) {
    own(arena_end) Arena *work = arena_begin(512 * MiB);
    Why why = { 0 };
    Preview seen;
    ImportOptions options = { .path = input->path, .map = map->path, .by = "fuzz", .now_us = us_of_day(20780) };
    Err err = import_preview(NULL, work, &options, 5, &seen, &why);
    if (err != OK && !why.message[0]) __builtin_trap();
    if (err != OK) return;
    for (int i = 0; i < seen.result.bad_listed; i++)
        if (!seen.result.bad[i].message[0] || seen.result.bad[i].line < 1) __builtin_trap();
    if (seen.cells_used > seen.cells_filled) __builtin_trap();
    Buf out = buf_begin(256 * MiB);
    JsonWriter json = json_writer(&out);
    preview_write(&json, &seen);
    const JsonValue *value;
    if (json_parse(work, buf_text(&out), &value, &why) != OK) __builtin_trap();
    buf_end(&out);
}
