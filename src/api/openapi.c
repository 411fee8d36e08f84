#include "api/openapi.h"

#include <string.h>

#include "domain/role.h"

static const char *const schema_types[ARG_TYPE_COUNT_] = {
    [ARG_TEXT] = "string", [ARG_INT] = "integer", [ARG_DECIMAL] = "number", [ARG_DAY] = "string",
    [ARG_FLAG] = "boolean", [ARG_PATH] = "string", [ARG_JSON] = "array",
};

/* "/cases/:id/decide" -> "/cases/{id}/decide" */
static void path_write(Buf *out, const char *path) {
    while (*path) {
        if (*path != ':') {
            buf_add_char(out, *path++);
            continue;
        }
        size_t length = strcspn(path, "/");
        buf_add_char(out, '{');
        buf_add(out, path + 1, length - 1);
        buf_add_char(out, '}');
        path += length;
    }
}

static bool in_path(const Verb *verb, const char *name) {
    size_t length = strlen(name);
    for (const char *at = strchr(verb->path, ':'); at; at = strchr(at + 1, ':'))
        if (strncmp(at + 1, name, length) == 0 && (at[1 + length] == 0 || at[1 + length] == '/')) return true;
    return false;
}

static void schema_write(JsonWriter *json, const Arg *arg) {
    json_field_object(json, "schema");
    json_field_str(json, "type", schema_types[arg->type]);
    if (arg->type == ARG_DAY) json_field_str(json, "format", "date");
    json_end(json);
}

static void parameter_write(JsonWriter *json, const Arg *arg, const char *where, bool required) {
    json_begin_object(json);
    json_field_str(json, "name", arg->name);
    json_field_str(json, "in", where);
    json_field_bool(json, "required", required);
    json_field_str(json, "description", arg->help);
    schema_write(json, arg);
    json_end(json);
}

static void body_write(JsonWriter *json, const Verb *verb) {
    json_field_object(json, "requestBody");
    json_field_object(json, "content");
    json_field_object(json, "application/json");
    json_field_object(json, "schema");
    json_field_str(json, "type", "object");
    json_field_object(json, "properties");
    for (const Arg *arg = verb->args; arg && arg->name; arg++) {
        if (in_path(verb, arg->name)) continue;
        json_field_object(json, arg->name);
        json_field_str(json, "type", schema_types[arg->type]);
        if (arg->type == ARG_DAY) json_field_str(json, "format", "date");
        json_field_str(json, "description", arg->help);
        json_end(json);
    }
    json_end(json);
    json_field_array(json, "required");
    for (const Arg *arg = verb->args; arg && arg->name; arg++)
        if (arg->required && !in_path(verb, arg->name)) json_str(json, arg->name);
    json_end(json);
    json_end(json);
    json_end(json);
    json_end(json);
    json_end(json);
}

static void answers_write(JsonWriter *json, const Verb *verb) {
    json_field_object(json, "responses");
    json_field_object(json, "200");
    json_field_str(json, "description", "the answer");
    json_field_object(json, "content");
    json_field_object(json, verb->flags & VERB_FILE ? "application/octet-stream" : "application/json");
    json_end(json);
    json_end(json);
    json_end(json);
    json_field_object(json, "default");
    json_field_str(json, "description", "what went wrong and how to mend it (RFC 9457)");
    json_field_object(json, "content");
    json_field_object(json, "application/problem+json");
    json_field_object(json, "schema");
    json_field_str(json, "$ref", "#/components/schemas/Problem");
    json_end(json);
    json_end(json);
    json_end(json);
    json_end(json);
    json_end(json);
}

static void operation_write(JsonWriter *json, const Verb *verb) {
    bool post = strcmp(verb->method, "POST") == 0;
    json_field_object(json, post ? "post" : "get");
    json_field_str(json, "operationId", verb->name);
    json_field_str(json, "summary", verb->help);
    json_field_str(json, "x-right", right_name(verb->right));
    if (verb->flags & VERB_OWNER) json_field_bool(json, "x-socket-only", true);
    json_field_array(json, "parameters");
    for (const Arg *arg = verb->args; arg && arg->name; arg++) {
        if (in_path(verb, arg->name)) parameter_write(json, arg, "path", true);
        else if (!post) parameter_write(json, arg, "query", arg->required);
    }
    json_end(json);
    if (post) body_write(json, verb);
    answers_write(json, verb);
    json_end(json);
}

static void problem_schema_write(JsonWriter *json) {
    static const char *const members[] = { "type", "title", "detail", "hint", "instance", "code" };
    json_field_object(json, "components");
    json_field_object(json, "securitySchemes");
    json_field_object(json, "session");
    json_field_str(json, "type", "apiKey");
    json_field_str(json, "in", "cookie");
    json_field_str(json, "name", "stockwright");
    json_end(json);
    json_end(json);
    json_field_object(json, "schemas");
    json_field_object(json, "Problem");
    json_field_str(json, "type", "object");
    json_field_object(json, "properties");
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        json_field_object(json, members[i]);
        json_field_str(json, "type", "string");
        json_end(json);
    }
    json_field_object(json, "status");
    json_field_str(json, "type", "integer");
    json_end(json);
    json_end(json);
    json_end(json);
    json_end(json);
    json_end(json);
}

void openapi_write(Buf *out, const Verb *verbs, const char *version) {
    JsonWriter json = json_writer(out);
    json_begin_object(&json);
    json_field_str(&json, "openapi", "3.1.0");
    json_field_object(&json, "info");
    json_field_str(&json, "title", "Stockwright");
    json_field_str(&json, "version", version);
    json_field_str(&json, "description", "A code in a path: '/', '\\\\', ';', '%', '~' and a leading '.' are written as '~' and two hexadecimal digits "
        "(\"A/1\" is \"A~2F1\"), the rest percent-encoded.");
    json_end(&json);
    json_field_array(&json, "servers");
    json_begin_object(&json);
    json_field_str(&json, "url", "/api/v1");
    json_end(&json);
    json_end(&json);
    json_field_array(&json, "security");
    json_begin_object(&json);
    json_field_array(&json, "session");
    json_end(&json);
    json_end(&json);
    json_end(&json);
    json_field_object(&json, "paths");
    for (const Verb *verb = verbs; verb->name; verb++) {
        bool seen = false;
        if (!verb->path) continue;
        for (const Verb *before = verbs; before < verb; before++) seen |= before->path && strcmp(before->path, verb->path) == 0;
        if (seen) continue;
        own(buf_end) Buf path = buf_begin(1 * KiB);
        path_write(&path, verb->path);
        json_field_object(&json, buf_str(&path));
        for (const Verb *same = verb; same->name; same++)
            if (same->path && strcmp(same->path, verb->path) == 0) operation_write(&json, same);
        json_end(&json);
    }
    json_end(&json);
    problem_schema_write(&json);
    json_end(&json);
}
