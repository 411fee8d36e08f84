/* buf.c - the growing buffer of text.h. Once over its maximum it stays as it was: half an answer is never sent. */
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Buf buf_begin(size_t most_bytes) { return (Buf){ .most = most_bytes }; }

void buf_end(Buf *buf) {
    if (!buf) return;
    free(buf->at);
    *buf = (Buf){ .most = buf->most };
}

void buf_clear(Buf *buf) {
    buf->length = 0;
    buf->over = false;
    if (buf->at) buf->at[0] = 0;
}

char *buf_reserve(Buf *buf, size_t length) {
    if (buf->over || length > buf->most - buf->length) {
        buf->over = true;
        return NULL;
    }
    size_t needed = buf->length + length + 1;
    if (needed > buf->room) {
        size_t room = buf->room < 64 ? 64 : buf->room * 2;
        if (room > buf->most + 1) room = buf->most + 1;
        if (room < needed) room = needed;
        char *grown = realloc(buf->at, room);
        if (!grown) stop_for("the machine has no memory for a buffer of %zu bytes", room);
        buf->at = grown;
        buf->room = room;
    }
    return buf->at + buf->length;
}

void buf_add(Buf *buf, const void *bytes, size_t length) {
    char *into = buf_reserve(buf, length);
    if (!into) return;
    if (length) memcpy(into, bytes, length);
    into[length] = 0;
    buf->length += length;
}

void buf_add_char(Buf *buf, char c) { buf_add(buf, &c, 1); }
void buf_add_text(Buf *buf, Text text) { buf_add(buf, text.at, text.length); }
void buf_add_str(Buf *buf, const char *zero_terminated) { buf_add(buf, zero_terminated, strlen(zero_terminated)); }

void buf_addf(Buf *buf, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *into = length < 0 ? NULL : buf_reserve(buf, (size_t)length);
    if (into) {
        vsnprintf(into, (size_t)length + 1, format, again);
        buf->length += (size_t)length;
    }
    va_end(again);
}

Text buf_text(const Buf *buf) { return (Text){ buf_str(buf), buf->length }; }
const char *buf_str(const Buf *buf) { return buf->at ? buf->at : ""; }

Err buf_check(const Buf *buf, const char *what, Why *why) {
    if (!buf->over) return OK;
    return fail(why, ERR_LIMIT, "%s is larger than %zu bytes", what, buf->most);
}
