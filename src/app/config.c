#include "app/config.h"

#include <string.h>

#include "base/decimal.h"
#include "base/file.h"
#include "base/text.h"

enum { CONFIG_MOST = 64 * KiB };

static Err set_text(Arena *arena, Text value, void *member, Why *why) {
    (void)why;
    *(const char **)member = text_keep(arena, value);
    return OK;
}

static Err set_count(Arena *arena, Text value, void *member, Why *why) {
    (void)arena;
    int64_t number;
    TRY(integer_parse(value, &number, why));
    if (number < 0) return fail(why, ERR_INVALID, "must not be negative");
    *(int64_t *)member = number;
    return OK;
}

static Err set_listen(Arena *arena, Text value, void *config, Why *why) { return config_listen(arena, text_keep(arena, value), config, why); }

static const struct ConfigRow { const char *key; Err (*set)(Arena *, Text, void *, Why *); size_t offset; } rows[] = {
    { "store", set_text, offsetof(Config, store) },
    { "listen", set_listen, 0 },
    { "watch", set_text, offsetof(Config, watch) },
    { "plan_minutes", set_count, offsetof(Config, plan_minutes) },
    { "threads", set_count, offsetof(Config, threads) },
};
enum { ROWS = sizeof rows / sizeof rows[0] };

Config config_default(void) { return (Config){ .store = "store", .listen_host = "127.0.0.1", .listen_port = 8080, .plan_minutes = 15 }; }

Err config_listen(Arena *arena, const char *text, Config *config, Why *why) {
    Text whole = text_of(text), host, port;
    if (!text_split(whole, ':', &host, &port)) {
        port = whole;
        host = text_of("");
    }
    int64_t number;
    if (integer_parse(port, &number, why) != OK || number < 0 || number > 65535)
        return fail_hint(why, fail(why, ERR_INVALID, "\"%s\" is not an address to listen on", text), "write HOST:PORT, for example 127.0.0.1:8080");
    if (host.length) config->listen_host = text_keep(arena, host);
    config->listen_port = number;
    return OK;
}

static Err line_read(Arena *arena, Text line, Config *config, Why *why) {
    Text key, value;
    if (!text_split(line, '=', &key, &value)) return fail_hint(why, fail(why, ERR_INVALID, "a line is not \"key = value\""), "comments begin with #");
    key = text_trim(key);
    value = text_trim(value);
    const char *names[ROWS];
    for (size_t i = 0; i < ROWS; i++) {
        names[i] = rows[i].key;
        if (!text_is(key, rows[i].key)) continue;
        if (value.length == 0) return fail(why, ERR_INVALID, "%s has no value", rows[i].key);
        TRY_DOING(rows[i].set(arena, value, (char *)config + rows[i].offset, why), "%s", rows[i].key);
        return OK;
    }
    const char *near = text_nearest(key, names, ROWS);
    Err err = fail(why, ERR_INVALID, "there is no key \"%.*s\"", TEXT_ARGS(key));
    return near ? fail_hint(why, err, "did you mean \"%s\"?", near) : err;
}

Err config_read(Arena *arena, const char *path, Config *out_config, Why *why) {
    Text rest;
    Config config = config_default();
    TRY_DOING(file_read(arena, path, CONFIG_MOST, &rest, why), "reading the configuration");
    if (text_trim(rest).length == 0) return fail_hint(why, fail(why, ERR_INVALID, "%s is empty", path), "remove it to run with the defaults");
    for (int number = 1; rest.length; number++) {
        Text line;
        text_split(rest, '\n', &line, &rest);
        line = text_trim(line);
        if (line.length == 0 || line.at[0] == '#') continue;
        TRY_DOING(line_read(arena, line, &config, why), "%s: line %d", path, number);
    }
    *out_config = config;
    return OK;
}
