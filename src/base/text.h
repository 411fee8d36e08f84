/* text.h - slices of bytes, a growing buffer born with its maximum, and what must be known about encodings.
 *
 * A Text borrows: it lives as long as what it points into and has no final NUL. All case rules are ASCII unless a
 * function says otherwise; text of people is compared after text_nfc. */
#pragma once
#include "base/arena.h"
#include "base/err.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Text {
    const char *at;
    size_t length; /* bytes */
} Text;

/* printf("%.*s", TEXT_ARGS(text)); lengths above INT_MAX are cut there. */
#define TEXT_ARGS(text) ((text).length > 0x7fffffff ? 0x7fffffff : (int)(text).length), ((text).at ? (text).at : "")

Text text_of(const char *zero_terminated);                   /* NULL gives the empty text */
Text text_from(const void *at, size_t length);
Text text_part(Text text, size_t from, size_t to);           /* clamped; from > to gives "" */
Text text_trim(Text text);                                   /* blanks, tabs, CR, LF off both ends */
bool text_is(Text text, const char *other);
bool text_equal(Text left, Text right);
bool text_equal_nocase(Text left, Text right);               /* ASCII */
int text_compare(Text left, Text right);                     /* bytewise, <0 0 >0; a prefix comes first */
bool text_starts(Text text, const char *prefix);
bool text_ends(Text text, const char *suffix);
ptrdiff_t text_find(Text text, const char *needle);          /* offset of the first, or -1 */
bool text_split(Text text, char at, Text *out_left, Text *out_right); /* at the first; false: left is all, right "" */
char *text_lower(Arena *arena, Text text);                   /* ASCII, with a NUL */
char *text_keep(Arena *arena, Text text);                    /* a copy with a NUL */

/* Offset of the first byte that is not valid UTF-8 (overlong, surrogate, above U+10FFFF, cut short), or -1. */
ptrdiff_t text_bad_utf8(Text text);
/* Canonical composition (NFC). ASCII comes back as it is. Invalid UTF-8 is ERR_INVALID. */
Err text_nfc(Arena *arena, Text text, Text *out, Why *why);

typedef enum Encoding { ENCODING_UTF8, ENCODING_UTF8_BOM, ENCODING_UTF16_LE, ENCODING_UTF16_BE, ENCODING_CP1252 } Encoding;
/* A guess from the first bytes of a file: byte order marks, then NULs at every other byte, then invalid UTF-8 (CP1252).
 * A sequence cut short at the very end does not count as invalid. */
Encoding encoding_guess(Text start);
const char *encoding_name(Encoding encoding);                /* "UTF-8", "UTF-16 (little endian)", "Windows-1252" ... */

/* How many single-byte edits (insert, delete, change, swap neighbours) lead from one to the other, ASCII case ignored.
 * Texts longer than 64 bytes are as far apart as their length. */
int text_distance(Text left, Text right);
/* The nearest of the names for "did you mean", or NULL when none is near (more than a third of the letters differ). */
const char *text_nearest(Text wanted, const char *const *names, size_t names_count);

/* A growable byte buffer. Going over its maximum is remembered: later adds do nothing, buf_check says ERR_LIMIT.
 * own(buf_end) Buf out = buf_begin(1 * MiB); */
typedef struct Buf {
    char *at;      /* always followed by a NUL once anything was added */
    size_t length;
    size_t room;
    size_t most;
    bool over;
} Buf;

Buf buf_begin(size_t most_bytes);                            /* allocates nothing yet */
void buf_end(Buf *buf);
void buf_clear(Buf *buf);                                    /* keeps the room, forgets `over` */
void buf_add(Buf *buf, const void *bytes, size_t length);
void buf_add_char(Buf *buf, char c);
void buf_add_text(Buf *buf, Text text);
void buf_add_str(Buf *buf, const char *zero_terminated);
void buf_addf(Buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *buf_reserve(Buf *buf, size_t length);                  /* room for `length` more bytes after at + length, or NULL when over */
Text buf_text(const Buf *buf);
const char *buf_str(const Buf *buf);                         /* "" when empty */
Err buf_check(const Buf *buf, const char *what, Why *why);   /* ERR_LIMIT "WHAT is larger than N bytes" */
