/* decode.h - bytes of UTF-16 or Windows-1252 as UTF-8, in constant memory. */
#pragma once
#include "base/bytes.h"

typedef struct Decode {
    Bytes from;
    Encoding encoding;
    bool started;               /* the byte order mark was looked at */
    uint32_t high;              /* first half of a pair of surrogates, 0 when none waits */
    int odd;                    /* first byte of a 16-bit unit, -1 when none waits */
    char out[4096 * 4];
    size_t out_at, out_count;
} Decode;

Bytes decode_begin(Decode *decode, Bytes from, Encoding encoding);
