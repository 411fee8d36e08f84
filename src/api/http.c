#include "api/http.h"

#include <stdint.h>
#include <string.h>

static const HttpRefusal bad_line = { 400, "the request line is not METHOD /path HTTP/1.1" };
static const HttpRefusal bad_target = { 400, "the path has an ambiguous spelling" };
static const HttpRefusal bad_header = { 400, "a header line is malformed" };
static const HttpRefusal bad_framing = { 400, "the body's length is ambiguous" };
static const HttpRefusal bad_chunk = { 400, "a chunk is malformed" };
static const HttpRefusal bad_host = { 400, "exactly one Host header is needed" };
static const HttpRefusal no_method = { 405, "only GET, HEAD and POST are served" };
static const HttpRefusal no_version = { 505, "only HTTP/1.1 is served" };
static const HttpRefusal no_expect = { 417, "Expect is not served" };
static const HttpRefusal long_head = { 431, "the request head is too long" };
static const HttpRefusal long_line = { 414, "the request line is too long" };
static const HttpRefusal long_body = { 413, "the body is too large" };

static bool is_token(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c && strchr("!#$%&'*+-.^_`|~", c));
}

static int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool http_unescape(Arena *work, Text text, bool plus, Text *out) {
    char *at = arena_take(work, text.length + 1);
    size_t length = 0;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.at[i];
        if (c == '%') {
            if (i + 2 >= text.length) return false;
            int high = hex_value(text.at[i + 1]), low = hex_value(text.at[i + 2]);
            if (high < 0 || low < 0) return false;
            c = (char)(high * 16 + low);
            if (c == 0) return false;
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        at[length++] = c;
    }
    *out = text_from(at, length);
    return text_bad_utf8(*out) < 0;
}

Text http_segment_of(Arena *work, Text code) {
    static const char digits[] = "0123456789ABCDEF";
    char *at = arena_take(work, 3 * code.length + 1);
    size_t length = 0;
    for (size_t i = 0; i < code.length; i++) {
        unsigned char c = (unsigned char)code.at[i];
        bool hidden = (c && strchr("~/\\;%", c)) || (c == '.' && i == 0);
        at[length++] = hidden ? '~' : (char)c;
        if (!hidden) continue;
        at[length++] = digits[c >> 4];
        at[length++] = digits[c & 15];
    }
    at[length] = 0;
    return text_from(at, length);
}

Text http_segment_code(Arena *work, Text segment) {
    char *at = arena_take(work, segment.length + 1);
    size_t length = 0;
    for (size_t i = 0; i < segment.length; i++) {
        int high = -1, low = -1;
        if (segment.at[i] == '~' && i + 2 < segment.length) {
            high = hex_value(segment.at[i + 1]);
            low = hex_value(segment.at[i + 2]);
        }
        bool hidden = high >= 2 && high < 8 && low >= 0 && high * 16 + low < 0x7f;      /* printable ASCII only */
        at[length++] = hidden ? (char)(high * 16 + low) : segment.at[i];
        if (hidden) i += 2;
    }
    at[length] = 0;
    return text_from(at, length);
}

/* Promise (1). */
static bool path_is_plain(Text raw) {
    if (raw.length == 0 || raw.at[0] != '/') return false;
    for (size_t i = 0; i < raw.length; i++) {
        char c = raw.at[i];
        if (c <= ' ' || c >= 0x7f || strchr(";\\#<>\"{}|^`", c)) return false;
        if (c == '/' && i + 1 < raw.length && raw.at[i + 1] == '/') return false;
        if (c == '/' && i + 1 < raw.length && raw.at[i + 1] == '.') {
            size_t j = i + 1;
            while (j < raw.length && raw.at[j] == '.') j++;
            if (j - i <= 3 && (j == raw.length || raw.at[j] == '/')) return false;
        }
        if (c == '%') {
            if (i + 2 >= raw.length) return false;
            int high = hex_value(raw.at[i + 1]), low = hex_value(raw.at[i + 2]);
            if (high < 0 || low < 0) return false;
            int byte = high * 16 + low;
            if (byte < 0x20 || byte == 0x7f || strchr("/.\\;%", byte)) return false;
        }
    }
    return true;
}

static bool query_is_plain(Text raw) {
    for (size_t i = 0; i < raw.length; i++) {
        char c = raw.at[i];
        if (c <= ' ' || c >= 0x7f || strchr("\\#<>\"{}^`", c)) return false;
    }
    return true;
}

/* The next line up to CRLF; promise (2). Returns 1 with the line, 0 when more bytes are needed, -1 when refused. */
static int line_next(Text bytes, size_t *at, Text *out_line) {
    for (size_t i = *at; i < bytes.length; i++) {
        char c = bytes.at[i];
        if (c == '\0' || c == '\n') return -1;
        if (c != '\r') continue;
        if (i + 1 == bytes.length) return 0;
        if (bytes.at[i + 1] != '\n') return -1;
        *out_line = text_part(bytes, *at, i);
        *at = i + 2;
        return 1;
    }
    return 0;
}

static const HttpRefusal *request_line(Arena *work, Text line, HttpRequest *request) {
    Text rest, target, version;
    if (!text_split(line, ' ', &request->method, &rest) || !text_split(rest, ' ', &target, &version)) return &bad_line;
    if (request->method.length == 0 || target.length == 0) return &bad_line;
    for (size_t i = 0; i < request->method.length; i++)
        if (!is_token(request->method.at[i])) return &bad_line;
    if (!text_is(version, "HTTP/1.1")) return text_starts(version, "HTTP/") ? &no_version : &bad_line;
    Text raw_path;
    text_split(target, '?', &raw_path, &request->query);
    if (!path_is_plain(raw_path) || !query_is_plain(request->query)) return &bad_target;
    if (!http_unescape(work, raw_path, false, &request->path)) return &bad_target;
    if (!text_is(request->method, "GET") && !text_is(request->method, "HEAD") && !text_is(request->method, "POST")) return &no_method;
    return NULL;
}

static const HttpRefusal *header_line(Text line, HttpRequest *request) {
    size_t colon = 0;
    while (colon < line.length && is_token(line.at[colon])) colon++;
    if (colon == 0 || colon == line.length || line.at[colon] != ':') return &bad_header;
    for (size_t i = colon + 1; i < line.length; i++) {
        unsigned char c = (unsigned char)line.at[i];
        if (c != '\t' && (c < 0x20 || c >= 0x7f)) return &bad_header;
    }
    if (request->headers_count == HTTP_HEADERS_MOST) return &long_head;
    request->headers[request->headers_count++] =
        (HttpHeader){ text_part(line, 0, colon), text_trim(text_part(line, colon + 1, line.length)) };
    return NULL;
}

static int header_count(const HttpRequest *request, const char *name) {
    int count = 0;
    for (int i = 0; i < request->headers_count; i++) count += text_equal_nocase(request->headers[i].name, text_of(name));
    return count;
}

Text http_header(const HttpRequest *request, const char *name) {
    for (int i = 0; i < request->headers_count; i++)
        if (text_equal_nocase(request->headers[i].name, text_of(name))) return request->headers[i].value;
    return (Text){ 0 };
}

/* Promise (3). *out_length is -1 for chunked. */
static const HttpRefusal *framing(const HttpRequest *request, int64_t *out_length) {
    int lengths = header_count(request, "Content-Length"), codings = header_count(request, "Transfer-Encoding");
    *out_length = 0;
    if (header_count(request, "Host") != 1 || http_header(request, "Host").length == 0) return &bad_host;
    if (header_count(request, "Expect") > 0) return &no_expect;
    if (lengths + codings > 1) return &bad_framing;
    if (codings == 1) {
        if (!text_equal_nocase(http_header(request, "Transfer-Encoding"), text_of("chunked"))) return &bad_framing;
        *out_length = -1;
    }
    if (lengths == 1) {
        Text digits = http_header(request, "Content-Length");
        if (digits.length == 0) return &bad_framing;
        if (digits.length > 12) return &long_body;
        for (size_t i = 0; i < digits.length; i++) {
            if (digits.at[i] < '0' || digits.at[i] > '9') return &bad_framing;
            *out_length = *out_length * 10 + (digits.at[i] - '0');
        }
    }
    return *out_length > HTTP_BODY_MOST ? &long_body : NULL;
}

static HttpState refused(HttpRefusal *out, const HttpRefusal *refusal) {
    *out = *refusal;
    return HTTP_REFUSED;
}

static HttpState read_chunks(Arena *work, Text bytes, size_t at, Text *out_body, size_t *out_used, HttpRefusal *out_refusal) {
    char *body = arena_take(work, bytes.length - at + 1);
    size_t length = 0;
    for (;;) {
        Text line;
        int got = line_next(bytes, &at, &line);
        if (got < 0 || (got == 0 && bytes.length - at > 16)) return refused(out_refusal, &bad_chunk);
        if (got == 0) return HTTP_MORE;
        if (line.length == 0 || line.length > 7) return refused(out_refusal, &bad_chunk);
        size_t size = 0;
        for (size_t i = 0; i < line.length; i++) {
            int digit = hex_value(line.at[i]);
            if (digit < 0) return refused(out_refusal, &bad_chunk);
            size = size * 16 + (size_t)digit;
        }
        if (length + size > HTTP_BODY_MOST) return refused(out_refusal, &long_body);
        if (bytes.length - at < size + 2) return HTTP_MORE;
        memcpy(body + length, bytes.at + at, size);
        length += size;
        at += size;
        if (bytes.at[at] != '\r' || bytes.at[at + 1] != '\n') return refused(out_refusal, &bad_chunk);
        at += 2;
        if (size == 0) break;
    }
    *out_body = text_from(body, length);
    *out_used = at;
    return HTTP_COMPLETE;
}

HttpState http_read(Arena *work, Text bytes, HttpRequest *out_request, size_t *out_used, HttpRefusal *out_refusal) {
    HttpRequest request = { 0 };
    size_t at = 0;
    Text line;
    int got = line_next(bytes, &at, &line);
    if (got < 0) return refused(out_refusal, &bad_line);
    if (got == 0) return bytes.length > HTTP_LINE_MOST ? refused(out_refusal, &long_line) : HTTP_MORE;
    if (line.length > HTTP_LINE_MOST) return refused(out_refusal, &long_line);
    const HttpRefusal *refusal = request_line(work, line, &request);
    if (refusal) return refused(out_refusal, refusal);
    for (;;) {
        got = line_next(bytes, &at, &line);
        if (got < 0) return refused(out_refusal, &bad_header);
        if (at > HTTP_HEAD_MOST || (got == 0 && bytes.length > HTTP_HEAD_MOST)) return refused(out_refusal, &long_head);
        if (got == 0) return HTTP_MORE;
        if (line.length == 0) break;
        if ((refusal = header_line(line, &request))) return refused(out_refusal, refusal);
    }
    int64_t length;
    if ((refusal = framing(&request, &length))) return refused(out_refusal, refusal);
    request.close = text_equal_nocase(http_header(&request, "Connection"), text_of("close"));
    if (length < 0) {
        HttpState state = read_chunks(work, bytes, at, &request.body, out_used, out_refusal);
        if (state != HTTP_COMPLETE) return state;
    } else {
        if (bytes.length - at < (size_t)length) return HTTP_MORE;
        request.body = text_part(bytes, at, at + (size_t)length);
        *out_used = at + (size_t)length;
    }
    *out_request = request;
    return HTTP_COMPLETE;
}

Text http_cookie(const HttpRequest *request, const char *name) {
    Text rest = http_header(request, "Cookie");
    while (rest.length) {
        Text pair, key, value;
        text_split(rest, ';', &pair, &rest);
        text_split(text_trim(pair), '=', &key, &value);
        if (text_is(key, name)) return value;
    }
    return (Text){ 0 };
}

bool http_query(Arena *work, Text query, const char *name, Text *out_value) {
    while (query.length) {
        Text pair, key, value, plain;
        text_split(query, '&', &pair, &query);
        text_split(pair, '=', &key, &value);
        if (http_unescape(work, key, true, &plain) && text_is(plain, name)) return http_unescape(work, value, true, out_value);
    }
    return false;
}

const char *http_status_words(int status) {
    static const struct { int status; const char *words; } rows[] = {
        { 200, "OK" }, { 201, "Created" }, { 204, "No Content" }, { 207, "Multi-Status" }, { 303, "See Other" },
        { 304, "Not Modified" }, { 400, "Bad Request" }, { 401, "Unauthorized" }, { 403, "Forbidden" },
        { 404, "Not Found" }, { 405, "Method Not Allowed" }, { 408, "Request Timeout" }, { 409, "Conflict" },
        { 413, "Content Too Large" }, { 414, "URI Too Long" }, { 417, "Expectation Failed" },
        { 422, "Unprocessable Content" }, { 429, "Too Many Requests" }, { 431, "Request Header Fields Too Large" },
        { 500, "Internal Server Error" }, { 503, "Service Unavailable" }, { 505, "HTTP Version Not Supported" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].status == status) return rows[i].words;
    return "Unknown";
}
