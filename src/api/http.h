/* http.h - a strict reader of HTTP/1.1 requests: refuse, never repair.
 *
 * What two parsers could read differently is how requests are smuggled, so there is one spelling of everything:
 * (1) the target is in origin form, starts with one '/', has no '//', no dot segment, no ';', '#', backslash, and no
 *     percent-escape of '/', '.', '\', ';' or a control character;
 * (2) lines end with CRLF; a bare CR or LF, a NUL, a folded header or a blank before the colon is refused;
 * (3) exactly one Host; at most one Content-Length (digits only); Transfer-Encoding only as one "chunked", never beside
 *     Content-Length; no chunk extensions and no trailers;
 * (4) whatever is refused closes the connection: nothing after it is read as another request. */
#pragma once
#include <stdbool.h>

#include "base/arena.h"
#include "base/text.h"

enum {
    HTTP_LINE_MOST = 8 * KiB,      /* request line, and each header line */
    HTTP_HEAD_MOST = 32 * KiB,     /* all before the body */
    HTTP_HEADERS_MOST = 64,
    HTTP_BODY_MOST = 4 * MiB,
};

typedef struct HttpHeader { Text name, value; } HttpHeader;

typedef struct HttpRequest {
    Text method;                   /* "GET", "HEAD" or "POST" */
    Text path;                     /* decoded, starts with '/' */
    Text query;                    /* raw, without '?' */
    HttpHeader headers[HTTP_HEADERS_MOST];
    int headers_count;
    Text body;                     /* chunks joined */
    bool close;                    /* the client will not send another */
} HttpRequest;

typedef enum HttpState { HTTP_MORE, HTTP_COMPLETE, HTTP_REFUSED } HttpState;

typedef struct HttpRefusal { int status; const char *sentence; } HttpRefusal;

/* Looks at all bytes received so far. HTTP_COMPLETE: *out_used bytes belong to the request; slices point into `bytes` or `work`.
 * HTTP_REFUSED: answer out_refusal and close. */
HttpState http_read(Arena *work, Text bytes, HttpRequest *out_request, size_t *out_used, HttpRefusal *out_refusal);

Text http_header(const HttpRequest *request, const char *name);          /* ASCII case ignored; "" when absent */
Text http_cookie(const HttpRequest *request, const char *name);          /* "" when absent */
/* The decoded value of a query or form name; false when absent or not decodable. */
bool http_query(Arena *work, Text query, const char *name, Text *out_value);
/* Percent-decoding; '+' is a blank where `plus` says so. False on a bad escape or a NUL. */
bool http_unescape(Arena *work, Text text, bool plus, Text *out);
/* A code as one segment of a path. What no path may hold even escaped ('/', '\', ';', '%', a leading '.') and '~' itself stand as "~2F": the
 * way there, before percent-encoding, and back. A '~' that two hex digits do not follow stands for itself. */
Text http_segment_of(Arena *work, Text code);
Text http_segment_code(Arena *work, Text segment);
const char *http_status_words(int status);                               /* "Not Found" */
