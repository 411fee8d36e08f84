/* unicode.c - UTF-8 validity, normal forms and guesses about encodings.
 *
 *     code points        first byte   following        refused
 *     0000 .. 007F       00..7F       -
 *     0080 .. 07FF       C2..DF       80..BF           C0, C1: overlong
 *     0800 .. FFFF       E0..EF       80..BF x 2       E0 80..9F: overlong; ED A0..BF: surrogates
 *     10000 .. 10FFFF    F0..F4       80..BF x 3       F0 80..8F: overlong; F4 90..: too large */
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* Bytes of the sequence at `at`, 0 when invalid, -1 when it is cut short by the end of the text. */
static int sequence_length(const unsigned char *at, size_t left) {
    unsigned char first = at[0];
    if (first < 0x80) return 1;
    if (first < 0xC2 || first > 0xF4) return 0;
    int length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    unsigned char least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    unsigned char most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    for (int i = 1; i < length; i++) {
        if ((size_t)i >= left) return -1;
        if (at[i] < least || at[i] > most) return 0;
        least = 0x80, most = 0xBF;
    }
    return length;
}

ptrdiff_t text_bad_utf8(Text text) {
    const unsigned char *at = (const unsigned char *)text.at;
    size_t i = 0;
    while (i < text.length) {
        uint64_t eight;
        if (text.length - i >= 8 && (memcpy(&eight, at + i, 8), !(eight & UINT64_C(0x8080808080808080)))) {
            i += 8;
            continue;
        }
        int length = sequence_length(at + i, text.length - i);
        if (length <= 0) return (ptrdiff_t)i;
        i += (size_t)length;
    }
    return -1;
}

static bool is_ascii(Text text) {
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.at[i] >= 0x80) return false;
    return true;
}

Err text_nfc(Arena *arena, Text text, Text *out, Why *why) {
    if (is_ascii(text)) {
        *out = text;
        return OK;
    }
    ptrdiff_t bad = text_bad_utf8(text);
    if (bad >= 0) return fail(why, ERR_INVALID, "byte %td of the text is not valid UTF-8", bad + 1);
    utf8proc_uint8_t *result = NULL;
    utf8proc_ssize_t length = utf8proc_map((const utf8proc_uint8_t *)text.at, (utf8proc_ssize_t)text.length, &result, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    if (length < 0) return fail(why, ERR_INVALID, "the text cannot be normalised: %s", utf8proc_errmsg(length));
    *out = (Text){ text_copy_n(arena, (const char *)result, (size_t)length), (size_t)length };
    free(result);
    return OK;
}

/* Text in UTF-16 without a mark: mostly Latin letters, so every other byte is NUL. */
static bool looks_like_utf16(Text start, size_t zero_at) {
    size_t pairs = start.length / 2 < 64 ? start.length / 2 : 64, zeros = 0, others = 0;
    for (size_t i = 0; i < pairs; i++) {
        zeros += start.at[2 * i + zero_at] == 0;
        others += start.at[2 * i + 1 - zero_at] == 0;
    }
    return pairs >= 2 && others == 0 && zeros * 4 >= pairs * 3;
}

Encoding encoding_guess(Text start) {
    if (text_starts(start, "\xEF\xBB\xBF")) return ENCODING_UTF8_BOM;
    if (text_starts(start, "\xFF\xFE")) return ENCODING_UTF16_LE;
    if (text_starts(start, "\xFE\xFF")) return ENCODING_UTF16_BE;
    if (looks_like_utf16(start, 1)) return ENCODING_UTF16_LE;
    if (looks_like_utf16(start, 0)) return ENCODING_UTF16_BE;
    ptrdiff_t bad = text_bad_utf8(start);
    if (bad < 0) return ENCODING_UTF8;
    bool cut_short = sequence_length((const unsigned char *)start.at + bad, start.length - (size_t)bad) < 0;
    return cut_short ? ENCODING_UTF8 : ENCODING_CP1252;
}

const char *encoding_name(Encoding encoding) {
    static const char *const names[] = {
        [ENCODING_UTF8] = "UTF-8",
        [ENCODING_UTF8_BOM] = "UTF-8 with a byte order mark",
        [ENCODING_UTF16_LE] = "UTF-16 (little endian)",
        [ENCODING_UTF16_BE] = "UTF-16 (big endian)",
        [ENCODING_CP1252] = "Windows-1252",
    };
    return names[encoding];
}
