/* rooms: base */
/* The tree and the pull reader agree about what is JSON; what the writer makes of a tree is read back as the same tree. */
#include "base/json.h"

#include <assert.h>
#include <string.h>

static void rewrite(JsonWriter *json, const JsonValue *value) {
    switch (value->kind) {
    case JSON_STRING: json_text(json, value->text); return;
    case JSON_ARRAY: json_begin_array(json); break;
    case JSON_OBJECT: json_begin_object(json); break;
    default: json_raw(json, value->kind == JSON_NUMBER ? value->text : text_of(value->kind == JSON_NULL ? "null" : value->kind == JSON_TRUE ? "true" : "false")); return;
    }
    json_each(child, value) {
        if (child->name) json_name(json, child->name);
        rewrite(json, child);
    }
    json_end(json);
}

static Err pull_all(Text text) {
    own(json_reader_end) JsonReader reader = json_reader(text);
    JsonToken token = { .kind = JSON_NULL };
    size_t before = 0;
    while (token.kind != JSON_END) {
        Why why;
        TRY(json_next(&reader, &token, &why));
        assert(token.from >= before && token.to <= text.length && token.from <= token.to);
        before = token.from;
    }
    return OK;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size) {
    if (size > 65536) return 0;
    own(arena_end) Arena *arena = arena_begin(64 * MiB);
    Text text = text_from(data, size);
    const JsonValue *value, *again;
    Why why;
    Err pulled = pull_all(text);
    if (json_parse(arena, text, &value, &why) != OK) return 0;
    assert(pulled == OK);
    own(buf_end) Buf out = buf_begin(16 * MiB), twice = buf_begin(16 * MiB);
    JsonWriter json = json_writer(&out), second = json_writer(&twice);
    rewrite(&json, value);
    Err err = json_parse(arena, buf_text(&out), &again, &why);
    assert(err == OK);
    rewrite(&second, again);
    assert(text_equal(buf_text(&out), buf_text(&twice)));
    return 0;
}
