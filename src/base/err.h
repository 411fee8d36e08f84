/* err.h - how a function fails.
 *
 * The code is for the caller to branch on; the sentence in Why is for the person who must mend it, and the hint says how.
 * Every fallible function returns Err and takes `Why *why` last; out-arguments are written on success only. */
#pragma once

typedef enum [[nodiscard]] Err {
    OK = 0,
    ERR_INVALID,     /* the input is wrong: bad syntax, unknown unit, missing column      CLI exit 1, HTTP 400 */
    ERR_USAGE,       /* the call is wrong: unknown flag, missing argument                 2, 400 */
    ERR_PARTIAL,     /* some of it worked; the answer lists what did not                  3, 207 */
    ERR_DENIED,      /* not logged in, or the role may not                                4, 401/403 */
    ERR_NOT_FOUND,   /*                                                                   5, 404 */
    ERR_CONFLICT,    /* somebody changed it first, or the same key came with other bytes  6, 409 */
    ERR_POLICY,      /* policy refuses, or another person must approve                    7, 422 */
    ERR_UNREACHABLE, /* another system did not answer in time                             8, 503 */
    ERR_BUSY,        /* someone else holds the store                                      8, 503 */
    ERR_LIMIT,       /* a stated bound was reached                                        1, 413 */
    ERR_IO,          /* the disk said no                                                  1, 500 */
    ERR_CORRUPT,     /* stored bytes are not what was written                             1, 500 */
    ERR_INTERRUPTED, /* a person or a signal stopped it                                   130, 503 */
    ERR_COUNT_,
} Err;

typedef struct Why {
    char message[480]; /* one sentence, no final full stop: "items.csv: line 12: unit "ZZ" is not known" */
    char hint[240];    /* how to mend it, or "" */
} Why;

/* Writes the sentence (replacing any) and returns `code`. `why` may be NULL. */
Err fail(Why *why, Err code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Adds how to mend it, keeps the sentence, returns `code`: return fail_hint(why, fail(why, ...), "add a row ..."). */
Err fail_hint(Why *why, Err code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Puts what was being done before the sentence: "reading asn.edi: segment 12: ...". Returns `code`. */
Err fail_doing(Why *why, Err code, const char *format, ...) __attribute__((format(printf, 3, 4)));

const char *err_name(Err code);     /* "invalid", "not-found" ... as used in JSON errors */
int err_exit_code(Err code);        /* as tabled above */
int err_http_status(Err code);      /* as tabled above; ERR_DENIED gives 403 */

#define TRY(call)                                   \
    do {                                            \
        Err try_err_ = (call);                      \
        if (try_err_ != OK) return try_err_;        \
    } while (0)

/* TRY_DOING(uom_from_x12(...), "reading %s: segment %d", path, segment): needs a `why` in scope. */
#define TRY_DOING(call, ...)                                            \
    do {                                                                \
        Err try_err_ = (call);                                          \
        if (try_err_ != OK) return fail_doing(why, try_err_, __VA_ARGS__); \
    } while (0)

/* Scope-bound handles: own(file_close) File *f = ...; keep(f) hands it to the caller. Every x_end(x **) accepts NULL. */
#define own(end) __attribute__((cleanup(end)))
#define keep(pointer) ({ __typeof__(pointer) kept_ = (pointer); (pointer) = NULL; kept_; })
