#include "api/problem.h"

#include "api/http.h"
#include "base/json.h"

void problem_write(Buf *out, int status, Err code, const Why *why, const char *instance) {
    JsonWriter json = json_writer(out);
    json_begin_object(&json);
    json_field_str(&json, "type", "about:blank");
    json_field_str(&json, "title", http_status_words(status));
    json_field_int(&json, "status", status);
    json_field_str(&json, "code", err_name(code));
    json_field_str(&json, "detail", why->message);
    if (why->hint[0]) json_field_str(&json, "hint", why->hint);
    json_field_str(&json, "instance", instance);
    json_end(&json);
}
