/* standard.c - where a map comes from: a path, or one of those that ship with the product. */
#include <string.h>

#include "base/embed.h"
#include "base/file.h"
#include "ingest/mapping.h"

extern const EmbeddedFile embedded_maps[];

enum { MAP_MOST_BYTES = 1 * MiB, MAPS_MOST = 200 };

/* "public/vn2-sales.json" -> "public/vn2-sales" */
static const char *short_name(Arena *keep, const char *file) {
    return text_copy_n(keep, file, strlen(file) - strlen(".json"));
}

const char *const *mapping_names(Arena *keep) {
    const char **names = many_in(keep, const char *, MAPS_MOST + 1);
    int count = 0;
    for (const EmbeddedFile *file = embedded_maps; file->name && count < MAPS_MOST; file++) names[count++] = short_name(keep, file->name);
    return names;
}

Err mapping_find(Arena *keep, const char *name_or_path, Text *out_json, Why *why) {
    Text name = text_of(name_or_path);
    if (text_starts(name, "standard/")) name = text_part(name, strlen("standard/"), name.length);
    const char *file = text_format(keep, "%.*s.json", TEXT_ARGS(name));
    for (const EmbeddedFile *e = embedded_maps; e->name; e++)
        if (strcmp(e->name, file) == 0) {
            *out_json = text_from(e->bytes, e->length);
            return OK;
        }
    if (file_exists(name_or_path) && !folder_exists(name_or_path)) return file_read(keep, name_or_path, MAP_MOST_BYTES, out_json, why);
    const char *const *names = mapping_names(keep);
    size_t count = 0;
    while (names[count]) count++;
    Err err = fail(why, ERR_NOT_FOUND, "there is no map \"%s\", neither as a file nor among those that ship", name_or_path);
    const char *near = text_nearest(name, names, count);
    return near ? fail_hint(why, err, "did you mean \"%s\"?", near) : fail_hint(why, err, "give the path of a map, or one that ships, such as standard/order-lines; docs/import.md lists them");
}
