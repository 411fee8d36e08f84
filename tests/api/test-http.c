/* The ambiguity battery: whatever two parsers could read differently is refused, and nothing after it is a second request. */
#include "api/http.h"

#include "tests/test.h"

static HttpState read_text(Arena *work, const char *text, size_t length, HttpRequest *request, HttpRefusal *refusal) {
    size_t used = 0;
    return http_read(work, text_from(text, length), request, &used, refusal);
}

#define HOST "Host: a\r\n"
static const struct { const char *bytes; size_t length; int status; const char *what; } refused[] = {
#define R(text, status_, what_) { text, sizeof text - 1, status_, what_ }
    R("GET / HTTP/1.1\r\n\r\n", 400, "no Host"),
    R("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "two Hosts"),
    R("GET / HTTP/1.1\r\nHost:\r\n\r\n", 400, "an empty Host"),
    R("GET / HTTP/1.1\n" HOST "\r\n", 400, "a bare LF after the request line"),
    R("GET / HTTP/1.1\r\nHost: a\n\r\n", 400, "a bare LF after a header"),
    R("GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", 400, "a bare CR"),
    R("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400, "a blank before the colon"),
    R("GET / HTTP/1.1\r\n" HOST "X: a\r\n b\r\n\r\n", 400, "a folded header"),
    R("GET / HTTP/1.1\r\n" HOST "X: a\0b\r\n\r\n", 400, "a NUL in a header"),
    R("GET /\0 HTTP/1.1\r\n" HOST "\r\n", 400, "a NUL in the target"),
    R("GET / HTTP/1.1\r\n" HOST ": x\r\n\r\n", 400, "a nameless header"),
    R("GET / HTTP/1.1\r\n" HOST "no colon\r\n\r\n", 400, "a header without colon"),
    R("GET / HTTP/1.1\r\n" HOST "X: \x80\r\n\r\n", 400, "a byte above 126 in a header"),
    R("POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 1\r\n\r\na", 400, "Content-Length twice, equal"),
    R("POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 2\r\n\r\na", 400, "Content-Length twice, different"),
    R("POST / HTTP/1.1\r\n" HOST "Content-Length: 1, 1\r\n\r\na", 400, "Content-Length as a list"),
    R("POST / HTTP/1.1\r\n" HOST "Content-Length: +4\r\n\r\nabcd", 400, "a signed Content-Length"),
    R("POST / HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\n", 400, "a negative Content-Length"),
    R("POST / HTTP/1.1\r\n" HOST "Content-Length: 0x4\r\n\r\nabcd", 400, "a hexadecimal Content-Length"),
    R("POST / HTTP/1.1\r\n" HOST "Content-Length: 4 \r\nContent-length: 4\r\n\r\nabcd", 400, "Content-Length twice in two cases"),
    R("POST / HTTP/1.1\r\n" HOST "Content-Length:\r\n\r\n", 400, "an empty Content-Length"),
    R("POST / HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999\r\n\r\n", 413, "a Content-Length past 64 bits"),
    R("POST / HTTP/1.1\r\n" HOST "Content-Length: 99999999\r\n\r\n", 413, "a body past the limit"),
    R("POST / HTTP/1.1\r\n" HOST "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "length and chunks"),
    R("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "chunked twice"),
    R("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400, "a second coding"),
    R("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: identity\r\n\r\n", 400, "identity"),
    R("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400, "xchunked"),
    R("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400, "a blank before its colon"),
    R("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n1;x=y\r\na\r\n0\r\n\r\n", 400, "a chunk extension"),
    R("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n-1\r\na\r\n0\r\n\r\n", 400, "a negative chunk"),
    R("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n", 400, "a prefixed chunk size"),
    R("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\na", 400, "a chunk size that overflows"),
    R("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nfffffff\r\na", 413, "a chunk past the limit"),
    R("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n1\r\naX\r\n0\r\n\r\n", 400, "a chunk longer than it says"),
    R("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n", 400, "a bare LF in a chunk"),
    R("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\nX: trailer\r\n\r\n", 400, "a trailer"),
    R("GET http://a/ HTTP/1.1\r\n" HOST "\r\n", 400, "absolute form"),
    R("GET * HTTP/1.1\r\n" HOST "\r\n", 400, "asterisk form"),
    R("GET //x HTTP/1.1\r\n" HOST "\r\n", 400, "two slashes"),
    R("GET /a/../b HTTP/1.1\r\n" HOST "\r\n", 400, "dot segments"),
    R("GET /a/. HTTP/1.1\r\n" HOST "\r\n", 400, "a dot at the end"),
    R("GET /a;b HTTP/1.1\r\n" HOST "\r\n", 400, "a semicolon"),
    R("GET /%2e%2e/b HTTP/1.1\r\n" HOST "\r\n", 400, "escaped dots"),
    R("GET /a%2fb HTTP/1.1\r\n" HOST "\r\n", 400, "an escaped slash"),
    R("GET /a%00 HTTP/1.1\r\n" HOST "\r\n", 400, "an escaped NUL"),
    R("GET /a%0a HTTP/1.1\r\n" HOST "\r\n", 400, "an escaped line end"),
    R("GET /a%zz HTTP/1.1\r\n" HOST "\r\n", 400, "a bad escape"),
    R("GET /a%252e HTTP/1.1\r\n" HOST "\r\n", 400, "an escaped escape"),
    R("GET /a#b HTTP/1.1\r\n" HOST "\r\n", 400, "a fragment"),
    R("GET /\xc3\xa4 HTTP/1.1\r\n" HOST "\r\n", 400, "raw UTF-8 in the target"),
    R("GET  / HTTP/1.1\r\n" HOST "\r\n", 400, "two blanks"),
    R("GET / HTTP/1.1 \r\n" HOST "\r\n", 505, "a blank after the version"),
    R("GET /\r\n" HOST "\r\n", 400, "no version"),
    R("GET / HTTP/1.0\r\n" HOST "\r\n", 505, "HTTP/1.0"),
    R("GET / HTTP/2.0\r\n" HOST "\r\n", 505, "HTTP/2"),
    R("DELETE / HTTP/1.1\r\n" HOST "\r\n", 405, "another method"),
    R("get / HTTP/1.1\r\n" HOST "\r\n", 405, "a method in small letters"),
    R("POST / HTTP/1.1\r\n" HOST "Expect: 100-continue\r\n\r\n", 417, "Expect"),
    R(" GET / HTTP/1.1\r\n" HOST "\r\n", 400, "a leading blank"),
    R("\r\nGET / HTTP/1.1\r\n" HOST "\r\n", 400, "a leading empty line"),
#undef R
};

TEST(ambiguous_requests_are_refused) {
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        own(arena_end) Arena *work = arena_begin(16 * MiB);
        HttpRequest request;
        HttpRefusal refusal;
        HttpState got = read_text(work, refused[i].bytes, refused[i].length, &request, &refusal);
        if (got != HTTP_REFUSED) fail_msg("%s was not refused", refused[i].what);
        if (refusal.status != refused[i].status) fail_msg("%s: %d instead of %d", refused[i].what, refusal.status, refused[i].status);
    }
}

TEST(a_request_cut_anywhere_waits_for_more) {
    static const char whole[] = "POST /a%20b?x=1&y=%C3%A4 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nCookie: a=1; stockwright=abc\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    own(arena_end) Arena *work = arena_begin(16 * MiB);
    HttpRequest request;
    HttpRefusal refusal;
    size_t used;
    for (size_t i = 0; i < sizeof whole - 1; i++) CHECK_EQ(HTTP_MORE, read_text(work, whole, i, &request, &refusal));
    CHECK_EQ(HTTP_COMPLETE, http_read(work, text_of(whole), &request, &used, &refusal));
    CHECK_EQ(used, sizeof whole - 1);
    CHECK(text_is(request.body, "abcde"));
    CHECK(text_is(request.path, "/a b"));
    CHECK(text_is(http_cookie(&request, "stockwright"), "abc"));
    Text value;
    CHECK(http_query(work, request.query, "y", &value) && text_is(value, "ä"));
    CHECK(!http_query(work, request.query, "z", &value));
}

TEST(two_requests_in_one_packet_are_two) {
    static const char both[] = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    own(arena_end) Arena *work = arena_begin(16 * MiB);
    HttpRequest request;
    HttpRefusal refusal;
    size_t used, again;
    CHECK_EQ(HTTP_COMPLETE, http_read(work, text_of(both), &request, &used, &refusal));
    CHECK(text_is(request.path, "/1") && !request.close);
    CHECK_EQ(HTTP_COMPLETE, http_read(work, text_part(text_of(both), used, sizeof both - 1), &request, &again, &refusal));
    CHECK(text_is(request.path, "/2") && request.close);
    CHECK_EQ(used + again, sizeof both - 1);
}

TEST(a_code_goes_through_a_path_and_back_whatever_it_holds) {
    static const char *const codes[] = { "A/B", "1/2\\x;y%", "~", "~2F", "..", ".5", "A~b", "Ä/Ö", "", "50%25" };
    own(arena_end) Arena *work = arena_begin(16 * MiB);
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        Text segment = http_segment_of(work, text_of(codes[i]));
        CHECK(segment.length == 0 || (!strpbrk(segment.at, "/\\;%") && segment.at[0] != '.'));
        CHECK(text_is(http_segment_code(work, segment), codes[i]));
    }
    CHECK(text_is(http_segment_of(work, text_of("A/B")), "A~2FB"));
    CHECK(text_is(http_segment_code(work, text_of("a~2fb~zz~0A~")), "a/b~zz~0A~"));     /* not ours, or a control character: as it stands */
}

TEST(a_head_without_end_is_refused) {
    own(arena_end) Arena *work = arena_begin(16 * MiB);
    HttpRequest request;
    HttpRefusal refusal;
    char *line = arena_take(work, 100 * KiB);
    memset(line, 'a', 100 * KiB - 1);
    CHECK_EQ(HTTP_REFUSED, read_text(work, line, 100 * KiB - 1, &request, &refusal));
    CHECK_EQ(414, refusal.status);
    char *head = text_format(work, "GET / HTTP/1.1\r\nHost: a\r\nX: %s\r\n", line);
    CHECK_EQ(HTTP_REFUSED, read_text(work, head, strlen(head), &request, &refusal));
    CHECK_EQ(431, refusal.status);
}
