/* embed.h - files that were made part of the binary by tools/embed.py at build time. */
#pragma once
#include <stddef.h>

typedef struct EmbeddedFile {
    const char *name;            /* path below the folder that was embedded; NULL ends a list */
    const unsigned char *bytes;  /* a NUL follows */
    size_t length;
} EmbeddedFile;
