/* err.c - the sentence a person reads, and the tables that turn a code into a name, an exit code and an HTTP status. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct { const char *name; int exit_code, http_status; } codes[ERR_COUNT_] = {
    [OK] = { "ok", 0, 200 },
    [ERR_INVALID] = { "invalid", 1, 400 },
    [ERR_USAGE] = { "usage", 2, 400 },
    [ERR_PARTIAL] = { "partial", 3, 207 },
    [ERR_DENIED] = { "denied", 4, 403 },
    [ERR_NOT_FOUND] = { "not-found", 5, 404 },
    [ERR_CONFLICT] = { "conflict", 6, 409 },
    [ERR_POLICY] = { "policy", 7, 422 },
    [ERR_UNREACHABLE] = { "unreachable", 8, 503 },
    [ERR_BUSY] = { "busy", 8, 503 },
    [ERR_LIMIT] = { "limit", 1, 413 },
    [ERR_IO] = { "io", 1, 500 },
    [ERR_CORRUPT] = { "corrupt", 1, 500 },
    [ERR_INTERRUPTED] = { "interrupted", 130, 503 },
};

/* Cut at `room` without leaving half a UTF-8 sequence behind: these sentences end up in JSON. */
static void copy_cut(char *into, size_t room, const char *text) {
    size_t length = strlen(text);
    if (length >= room) {
        length = room - 1;
        while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80) length--;
    }
    memmove(into, text, length);
    into[length] = 0;
}

Err fail(Why *why, Err code, const char *format, ...) {
    if (!why) return code;
    char sentence[1024]; /* formatted aside first: an argument may be why->message itself */
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    copy_cut(why->message, sizeof why->message, sentence);
    why->hint[0] = 0;
    return code;
}

Err fail_hint(Why *why, Err code, const char *format, ...) {
    if (!why) return code;
    char sentence[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    copy_cut(why->hint, sizeof why->hint, sentence);
    return code;
}

Err fail_doing(Why *why, Err code, const char *format, ...) {
    if (!why) return code;
    char sentence[1024];
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    size_t at = written < 0 ? 0 : (size_t)written;
    if (at < sizeof sentence) snprintf(sentence + at, sizeof sentence - at, ": %s", why->message);
    copy_cut(why->message, sizeof why->message, sentence);
    return code;
}

const char *err_name(Err code) { return (unsigned)code < ERR_COUNT_ ? codes[code].name : "unknown"; }
int err_exit_code(Err code) { return (unsigned)code < ERR_COUNT_ ? codes[code].exit_code : 1; }
int err_http_status(Err code) { return (unsigned)code < ERR_COUNT_ ? codes[code].http_status : 500; }
