/* values.c - small named values that are not history. expires_us 0 means never. */
#include "store/room.h"

#include <string.h>

Err value_put(Store *store, const char *space, const char *name, Text value, int64_t expires_us, Why *why) {
    own(query_end) Query query = { 0 };
    TRY(store_writing(store, why));
    TRY(query_begin(store, &query, "INSERT OR REPLACE INTO value (space, name, value, expires_us) VALUES ($1, $2, $3, $4)", why));
    query_str(&query, 1, space);
    query_str(&query, 2, name);
    query_blob(&query, 3, value.at, value.length);
    query_int(&query, 4, expires_us ? expires_us : INT64_MAX);
    return query_run(&query, why);
}

Err value_get(Store *store, Arena *work, const char *space, const char *name, Text *out_value, Why *why) {
    own(query_end) Query query = { 0 };
    bool found;
    TRY(query_begin(store, &query, "SELECT value FROM value WHERE space = $1 AND name = $2 AND expires_us > $3", why));
    query_str(&query, 1, space);
    query_str(&query, 2, name);
    query_int(&query, 3, world_now_us(store->world));
    TRY(query_next(&query, &found, why));
    if (!found) return fail(why, ERR_NOT_FOUND, "there is no %s \"%s\"", space, name);
    Text value = query_text_at(&query, 0);
    *out_value = text_from(text_copy_n(work, value.at, value.length), value.length);
    return OK;
}

Err value_remove(Store *store, const char *space, const char *name, Why *why) {
    own(query_end) Query query = { 0 };
    TRY(store_writing(store, why));
    TRY(query_begin(store, &query, "DELETE FROM value WHERE space = $1 AND name = $2", why));
    query_str(&query, 1, space);
    query_str(&query, 2, name);
    return query_run(&query, why);
}

typedef struct Named { const char *name; Text value; } Named;
typedef LIST(Named) NamedList;
static void named_end(NamedList *list) { list_end(list); }

Err value_list(Store *store, Arena *work, const char *space, const char ***out_names, Text **out_values, int *out_count, Why *why) {
    own(query_end) Query query = { 0 };
    own(named_end) NamedList list = { 0 };
    TRY(query_begin(store, &query, "SELECT name, value FROM value WHERE space = $1 AND expires_us > $2 ORDER BY name", why));
    query_str(&query, 1, space);
    query_int(&query, 2, world_now_us(store->world));
    for (;;) {
        bool found;
        TRY(query_next(&query, &found, why));
        if (!found) break;
        Text value = query_text_at(&query, 1);
        list_push(&list, (Named){ text_copy(work, query_str_at(&query, 0)), text_from(text_copy_n(work, value.at, value.length), value.length) });
    }
    *out_names = many_in(work, const char *, list.count + 1);
    *out_values = many_in(work, Text, list.count + 1);
    for (size_t i = 0; i < list.count; i++) {
        (*out_names)[i] = list.at[i].name;
        (*out_values)[i] = list.at[i].value;
    }
    *out_count = (int)list.count;
    return OK;
}

Err value_expire(Store *store, int64_t now_us, Why *why) {
    own(query_end) Query query = { 0 };
    TRY(store_writing(store, why));
    TRY(query_begin(store, &query, "DELETE FROM value WHERE expires_us <= $1", why));
    query_int(&query, 1, now_us);
    return query_run(&query, why);
}
