#include "app/config.h"

#include "base/file.h"
#include "tests/test.h"

static Err config_of(Arena *work, const char *text, Config *out, Why *why) {
    char *folder, *path;
    TRY(folder_temporary(work, "config", &folder, why));
    path = path_join(work, folder, "stockwright.conf");
    TRY(file_write(path, text_of(text), why));
    Err err = config_read(work, path, out, why);
    Why ignored;
    return folder_remove(folder, &ignored) == OK ? err : ERR_IO;
}

TEST(a_configuration_sets_what_it_names) {
    own(arena_end) Arena *work = arena_begin(1 * MiB);
    Why why = { 0 };
    Config config;
    CHECK_OK(config_of(work, "# ours\nstore = /srv/stock\nlisten = 0.0.0.0:9000\nthreads = 2\n", &config, &why));
    CHECK_STR(config.store, "/srv/stock");
    CHECK_STR(config.listen_host, "0.0.0.0");
    CHECK_EQ(config.listen_port, 9000);
    CHECK_EQ(config.threads, 2);
    CHECK_EQ(config.plan_minutes, 15);
}

TEST(a_malformed_configuration_names_its_line) {
    static const struct { const char *text, *says; } rows[] = {
        { "", "empty" }, { "\n\nstroe = x\n", "line 3" }, { "listen = nowhere\n", "line 1" }, { "threads = -1\n", "threads" },
        { "store =\n", "no value" }, { "store\n", "key = value" }, { "plan_minutes = soon\n", "line 1" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        own(arena_end) Arena *work = arena_begin(1 * MiB);
        Why why = { 0 };
        Config config;
        CHECK_FAILS(ERR_INVALID, config_of(work, rows[i].text, &config, &why));
        if (!strstr(why.message, rows[i].says)) fail_msg("\"%s\" does not say \"%s\"", why.message, rows[i].says);
    }
}
