/* jsonl-source.c - JSON Lines: one object per line; a slot's name is a path such as "customer.id". */
#include <string.h>

#include "ingest/source-room.h"

enum { LINE_MOST = 1 * MiB };

static Err jsonl_begin(Source *s, Bytes bytes, Why *why) {
    (void)why;
    s->lines = lines_begin(bytes, LINE_MOST);
    return OK;
}

static void jsonl_end(Source *s) {
    lines_end(&s->lines);
}

static const JsonValue *walk(const JsonValue *value, Arena *row, Text path) {
    Text name, rest = path;
    while (value && rest.length) {
        text_split(rest, '.', &name, &rest);
        value = json_get(value, text_keep(row, name));
    }
    return value;
}

static Err read_slot(Source *s, const JsonValue *root, int slot, Why *why) {
    const char *path = s->mapping->slots[slot];
    const JsonValue *value = walk(root, s->row, text_of(path));
    s->slots[slot] = (Text){ 0 };
    if (!value || value->kind == JSON_NULL) return OK;
    if (value->kind == JSON_ARRAY || value->kind == JSON_OBJECT)
        return fail_hint(why, fail(why, ERR_INVALID, "\"%s\" is not a single value", path), "name a member of it, such as \"%s.id\"", path);
    Text text = value->kind == JSON_TRUE ? text_of("true") : value->kind == JSON_FALSE ? text_of("false") : text_trim(value->text);
    if (text.length) s->slots[slot] = text;
    return OK;
}

static Err read_line(Source *s, const Line *line, Why *why) {
    const JsonValue *root;
    if (line->too_long) return fail_hint(why, fail(why, ERR_LIMIT, "the line is longer than %d bytes", LINE_MOST), "write one object per line");
    TRY(json_parse(s->row, line->text, &root, why));
    if (root->kind != JSON_OBJECT) return fail_hint(why, fail(why, ERR_INVALID, "the line is not a JSON object"), "write one object per line, without a list around them");
    for (int i = 0; i < s->mapping->slots_count; i++) TRY(read_slot(s, root, i, why));
    return OK;
}

static Err jsonl_next(Source *s, Record *out, Why *why) {
    for (;;) {
        Line line;
        bool is_line;
        TRY(lines_next(s->lines, &line, &is_line, why));
        *out = (Record){ .is_end = !is_line };
        if (!is_line) return OK;
        s->bytes_done = line.offset + (int64_t)line.text.length;
        if (!text_trim(line.text).length) continue;
        arena_clear(s->row);
        *out = (Record){ .line = line.number, .offset = line.offset, .length = (int64_t)line.text.length, .slots = s->slots };
        return read_line(s, &line, why);
    }
}

static int64_t jsonl_done(const Source *s) {
    return s->bytes_done;
}

const SourceKind jsonl_source = { "jsonl", jsonl_begin, jsonl_next, jsonl_end, jsonl_done };
