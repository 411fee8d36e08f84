#include "ingest/watch.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/list.h"
#include "base/time.h"

enum { FILES_MOST = 10000, CONFIG_MOST = 1 * MiB };

typedef struct WatchRow { const char *files, *map, *source, *companion; } WatchRow;
typedef struct Seen { char *name; FileFacts facts; } Seen;

struct Watch {
    Arena *keep;
    const char *folder;
    WatchRow *rows;
    int rows_count;
    LIST(Seen) seen;            /* at the last poll */
    Turn turn;
};

/* ---- watch.json ---- */

static Err read_row(Watch *w, const JsonValue *object, WatchRow *out, Why *why) {
    static const char *const names[] = { "files", "map", "source" };
    Text json;
    Mapping *mapping = NULL;
    if (object->kind != JSON_OBJECT) return fail(why, ERR_INVALID, "line %d: \"watch\" holds objects", object->line);
    TRY(json_only(object, names, 3, why));
    TRY(json_need_text(object, "files", &out->files, why));
    TRY(json_need_text(object, "map", &out->map, why));
    TRY(json_may_text(object, "source", &out->source, why));
    TRY_DOING(mapping_find(w->keep, out->map, &json, why), "line %d", object->line);
    TRY_DOING(mapping_read(w->keep, json, out->map, (GivenList){ 0 }, &mapping, why), "line %d", object->line);
    out->companion = mapping->companion ? mapping->companion->file : NULL;
    mapping_end(&mapping);
    return OK;
}

static Err read_config(Watch *w, Why *why) {
    Text text;
    const JsonValue *root, *list;
    TRY_DOING(file_read(w->keep, path_join(w->keep, w->folder, "watch.json"), CONFIG_MOST, &text, why), "watching %s", w->folder);
    TRY_DOING(json_parse(w->keep, text, &root, why), "watch.json");
    TRY_DOING(json_only(root, (const char *const[]){ "watch" }, 1, why), "watch.json");
    TRY_DOING(json_need_array(root, "watch", &list, why), "watch.json");
    w->rows = many_in(w->keep, WatchRow, list->count + 1);
    json_each(row, list) TRY_DOING(read_row(w, row, &w->rows[w->rows_count++], why), "watch.json");
    return OK;
}

Err watch_begin(const char *folder, Watch **out_watch, Why *why) {
    own(watch_end) Watch *w = calloc(1, sizeof *w);
    if (!w) stop_for("the machine has no memory to watch a folder");
    w->keep = arena_begin(64 * MiB);
    w->folder = text_copy(w->keep, folder);
    TRY(read_config(w, why));
    TRY(folder_make(path_join(w->keep, folder, "work"), why));
    TRY(folder_make(path_join(w->keep, folder, "error"), why));
    *out_watch = keep(w);
    return OK;
}

static void forget(Watch *w) {
    for (size_t i = 0; i < w->seen.count; i++) free(w->seen.at[i].name);
    list_clear(&w->seen);
}

void watch_end(Watch **watch) {
    Watch *w = *watch;
    if (!w) return;
    forget(w);
    list_end(&w->seen);
    arena_end(&w->keep);
    free(w);
    *watch = NULL;
}

void watch_turn(Watch *w, Turn turn) { w->turn = turn; }

/* ---- which files ---- */

static bool is_unfinished(const char *name) {
    Text text = text_of(name);
    return *name == '.' || text_ends(text, ".tmp") || text_ends(text, ".part") || text_ends(text, ".filepart") || strcmp(name, "watch.json") == 0;
}

static bool is_companion(const Watch *w, const char *name) {
    for (int i = 0; i < w->rows_count; i++)
        if (w->rows[i].companion && strcmp(w->rows[i].companion, name) == 0) return true;
    return false;
}

static const WatchRow *row_for(const Watch *w, const char *name) {
    if (is_unfinished(name) || is_companion(w, name)) return NULL;
    for (int i = 0; i < w->rows_count; i++)
        if (fnmatch(w->rows[i].files, name, 0) == 0) return &w->rows[i];
    return NULL;
}

static bool same_as_before(const Watch *w, const char *name, const FileFacts *facts) {
    for (size_t i = 0; i < w->seen.count; i++)
        if (strcmp(w->seen.at[i].name, name) == 0) return w->seen.at[i].facts.size_bytes == facts->size_bytes && w->seen.at[i].facts.changed_us == facts->changed_us;
    return false;
}

/* ---- one file ---- */

static bool moves_to_error(Err err) {
    return err != OK && err != ERR_PARTIAL;
}

/* These are about us, not about the file: it waits in work/. */
static bool ends_poll(Err err) {
    return err == ERR_BUSY || err == ERR_IO || err == ERR_CORRUPT || err == ERR_INTERRUPTED;
}

static Err write_errors(Arena *work, const char *path, const WatchNews *news, Why *why) {
    Buf out = buf_begin(16 * MiB);
    import_errors_write(&out, &news->result);
    if (moves_to_error(news->err)) {
        CsvWriter csv = { .out = &out, .guard = true };
        csv_write_int(&csv, 0);
        csv_write_str(&csv, "");
        csv_write_str(&csv, err_name(news->err));
        csv_write_str(&csv, news->why.message);
        csv_write_str(&csv, news->why.hint);
        csv_write_end(&csv);
    }
    Err err = file_write(text_format(work, "%s.errors.csv", path), buf_text(&out), why);
    buf_end(&out);
    return err;
}

/* A name that is taken gets the time of day in front. */
static Err archive(const Watch *w, Arena *work, const char *from, WatchNews *news, int64_t now_us, Why *why) {
    Civil day = civil_of_day(day_of_us(now_us));
    const char *folder = path_join(work, w->folder, "error");
    if (!moves_to_error(news->err)) folder = text_format(work, "%s/done/%04d/%02d/%02d", w->folder, day.year, day.month, day.day);
    TRY(folder_make(folder, why));
    char *to = path_join(work, folder, news->name);
    if (file_exists(to)) to = text_format(work, "%s/%06lld-%s", folder, (long long)(now_us / SECOND_US % 86400), news->name);
    for (int i = 2; file_exists(to); i++) to = text_format(work, "%s/%d-%06lld-%s", folder, i, (long long)(now_us / SECOND_US % 86400), news->name);
    if (news->err != OK) TRY(write_errors(work, to, news, why));
    TRY(file_rename(from, to, why));
    news->moved_to = to;
    return OK;
}

static Err import_claimed(Watch *w, Store *store, const char *name, const WatchRow *row, int64_t now_us, WatchTell *tell, void *self, Why *why) {
    own(arena_end) Arena *work = arena_begin(256 * MiB);
    const char *path = path_join(work, path_join(work, w->folder, "work"), name);
    ImportOptions options = { .path = path, .map = row->map, .source = row->source, .by = "import", .now_us = now_us, .turn = w->turn };
    WatchNews news = { .name = name };
    news.err = import_file(store, work, &options, &news.result, &news.why);
    if (ends_poll(news.err)) {
        if (why) *why = news.why;
        return news.err;
    }
    TRY(archive(w, work, path, &news, now_us, why));
    if (row->companion) {
        const char *beside = path_join(work, path_join(work, w->folder, "work"), row->companion);
        WatchNews companion = { .name = row->companion, .err = moves_to_error(news.err) ? news.err : OK };
        if (file_exists(beside)) TRY(archive(w, work, beside, &companion, now_us, why));
    }
    tell(self, &news);
    return OK;
}

/* ---- a poll ---- */

static Err claim(const Watch *w, Arena *work, const char *name, Why *why) {
    return file_rename(path_join(work, w->folder, name), path_join(work, path_join(work, w->folder, "work"), name), why);
}

static Err take_claimed(Watch *w, Store *store, int64_t now_us, WatchTell *tell, void *self, Why *why) {
    own(arena_end) Arena *work = arena_begin(16 * MiB);
    char **names;
    size_t count;
    TRY(folder_list(work, path_join(work, w->folder, "work"), FILES_MOST, &names, &count, why));
    for (size_t i = 0; i < count; i++) {
        const WatchRow *row = row_for(w, names[i]);
        if (row) TRY(import_claimed(w, store, names[i], row, now_us, tell, self, why));
    }
    return OK;
}

/* A file and its companion are ready together or not at all. */
static bool is_ready(const Watch *w, Arena *work, const char *name) {
    FileFacts facts;
    return file_facts(path_join(work, w->folder, name), &facts, NULL) == OK && !facts.is_folder && same_as_before(w, name, &facts);
}

static Err claim_ready(Watch *w, Arena *work, char **names, size_t count, Why *why) {
    for (size_t i = 0; i < count; i++) {
        const WatchRow *row = row_for(w, names[i]);
        if (!row || !is_ready(w, work, names[i])) continue;
        /* A companion that lies in work/ already was claimed just before we were killed. */
        bool claimed = row->companion && file_exists(path_join(work, path_join(work, w->folder, "work"), row->companion));
        if (row->companion && !claimed && !is_ready(w, work, row->companion)) continue;
        if (row->companion && !claimed) TRY(claim(w, work, row->companion, why));
        TRY(claim(w, work, names[i], why));
    }
    return OK;
}

static void remember(Watch *w, Arena *work, char **names, size_t count) {
    forget(w);
    for (size_t i = 0; i < count; i++) {
        FileFacts facts;
        if (file_facts(path_join(work, w->folder, names[i]), &facts, NULL) != OK || facts.is_folder) continue;
        char *name = strdup(names[i]);
        if (!name) stop_for("the machine has no memory to watch a folder");
        list_push(&w->seen, (Seen){ name, facts });
    }
}

Err watch_poll(Watch *w, Store *store, int64_t now_us, WatchTell *tell, void *self, Why *why) {
    own(arena_end) Arena *work = arena_begin(16 * MiB);
    char **names;
    size_t count;
    TRY(take_claimed(w, store, now_us, tell, self, why));
    TRY(folder_list(work, w->folder, FILES_MOST, &names, &count, why));
    TRY(claim_ready(w, work, names, count, why));
    remember(w, work, names, count);
    return take_claimed(w, store, now_us, tell, self, why);
}
