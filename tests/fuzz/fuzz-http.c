/* rooms: base */
/* The reader alone, without the rest of its room: it needs nothing above base. */
#include "api/http.c"

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t length);
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t length) {
    own(arena_end) Arena *work = arena_begin(256 * (size_t)MiB);
    HttpRequest request;
    HttpRefusal refusal;
    size_t used = 0;
    if (http_read(work, text_from(bytes, length), &request, &used, &refusal) != HTTP_COMPLETE) return 0;
    if (used > length) __builtin_trap();
    Text value;
    (void)http_query(work, request.query, "q", &value);
    (void)http_cookie(&request, "stockwright");
    return 0;
}
