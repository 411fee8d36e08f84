#include "ingest/decode.h"

/* 0x80 .. 0x9f of Windows-1252, WHATWG Encoding Standard index; 0 where nothing is assigned. */
static const uint16_t cp1252_high[32] = {
    0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0,
    0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178,
};

static void put(Decode *d, uint32_t c) {
    char *at = d->out + d->out_count;
    if (c < 0x80) {
        at[0] = (char)c;
        d->out_count += 1;
    } else if (c < 0x800) {
        at[0] = (char)(0xc0 | c >> 6);
        at[1] = (char)(0x80 | (c & 0x3f));
        d->out_count += 2;
    } else if (c < 0x10000) {
        at[0] = (char)(0xe0 | c >> 12);
        at[1] = (char)(0x80 | (c >> 6 & 0x3f));
        at[2] = (char)(0x80 | (c & 0x3f));
        d->out_count += 3;
    } else {
        at[0] = (char)(0xf0 | c >> 18);
        at[1] = (char)(0x80 | (c >> 12 & 0x3f));
        at[2] = (char)(0x80 | (c >> 6 & 0x3f));
        at[3] = (char)(0x80 | (c & 0x3f));
        d->out_count += 4;
    }
}

/* A lone surrogate becomes U+FFFD: the row then shows it and the file goes on. */
static void put_unit(Decode *d, uint32_t unit) {
    if (d->high) {
        uint32_t high = d->high;
        d->high = 0;
        if (unit >= 0xdc00 && unit < 0xe000) {
            put(d, 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00));
            return;
        }
        put(d, 0xfffd);
    }
    if (unit >= 0xd800 && unit < 0xdc00) d->high = unit;
    else if (unit >= 0xdc00 && unit < 0xe000) put(d, 0xfffd);
    else if (!d->started && unit == 0xfeff) d->started = true;
    else put(d, unit);
    d->started = true;
}

static void put_byte(Decode *d, unsigned char byte) {
    if (d->encoding == ENCODING_CP1252) {
        uint32_t c = byte >= 0x80 && byte < 0xa0 ? cp1252_high[byte - 0x80] : byte;
        put(d, c || !byte ? c : 0xfffd);
        return;
    }
    if (d->odd < 0) {
        d->odd = byte;
        return;
    }
    uint32_t first = (uint32_t)d->odd;
    d->odd = -1;
    /* A byte-swapped mark at the very start says that the order is the other one. */
    if (!d->started && ((d->encoding == ENCODING_UTF16_LE && first == 0xfe && byte == 0xff) || (d->encoding == ENCODING_UTF16_BE && first == 0xff && byte == 0xfe)))
        d->encoding = d->encoding == ENCODING_UTF16_LE ? ENCODING_UTF16_BE : ENCODING_UTF16_LE;
    put_unit(d, d->encoding == ENCODING_UTF16_LE ? first | (uint32_t)byte << 8 : first << 8 | byte);
}

static Err decode_read(void *self, char *into, size_t most, size_t *out_count, Why *why) {
    Decode *d = self;
    while (d->out_at == d->out_count) {
        unsigned char bytes[4096];
        size_t count;
        d->out_at = d->out_count = 0;
        TRY(d->from.read(d->from.self, (char *)bytes, sizeof bytes, &count, why));
        if (!count) {
            if (d->high || d->odd >= 0) put(d, 0xfffd);
            d->high = 0;
            d->odd = -1;
            break;
        }
        for (size_t i = 0; i < count; i++) put_byte(d, bytes[i]);
    }
    size_t count = d->out_count - d->out_at;
    if (count > most) count = most;
    for (size_t i = 0; i < count; i++) into[i] = d->out[d->out_at + i];
    d->out_at += count;
    *out_count = count;
    return OK;
}

Bytes decode_begin(Decode *decode, Bytes from, Encoding encoding) {
    decode->from = from;
    decode->encoding = encoding;
    decode->started = false;
    decode->high = 0;
    decode->odd = -1;
    decode->out_at = decode->out_count = 0;
    return (Bytes){ decode, decode_read };
}
