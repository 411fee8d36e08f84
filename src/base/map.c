/* map.c - dense entries in order of insertion, and a table of their numbers (linear probing, at most two thirds full).
 *
 *     slots:   [ -, 2, -, 0, 1, - ... ]     entry number + 1, 0 is free; a power of two
 *     entries: [ {key, value}, ... ]
 *
 * A slot also keeps 32 bits of the hash, so that most misses never touch the entries. */
#include "base/map.h"

#include "base/hash.h"
#include "base/list.h"

#include <assert.h>
#include <string.h>

typedef struct Slot {
    uint32_t mark;  /* high half of the hash */
    uint32_t entry; /* number + 1 */
} Slot;

typedef struct Slots {
    Slot *at;
    size_t mask;
} Slots;

static void slots_make(Slots *slots, size_t count) {
    free(slots->at);
    slots->at = calloc(count, sizeof *slots->at);
    if (!slots->at) stop_for("the machine has no memory for a map of %zu slots", count);
    slots->mask = count - 1;
}

static void slots_put(Slots *slots, uint64_t hash, size_t entry) {
    size_t at = hash & slots->mask;
    while (slots->at[at].entry) at = (at + 1) & slots->mask;
    slots->at[at] = (Slot){ (uint32_t)(hash >> 32), (uint32_t)(entry + 1) };
}

static bool slots_full(const Slots *slots, size_t entries) {
    return !slots->at || (entries + 1) * 3 > (slots->mask + 1) * 2;
}

static void entries_check(size_t count, size_t most) {
    if (count >= most || count >= UINT32_MAX - 1) stop_for("a map wants more than its bound of %zu entries", most);
}

/* ---- text keys ---- */
typedef struct TextEntry {
    const char *key;
    size_t length;
    uint64_t hash;
    int64_t value;
} TextEntry;

struct TextMap {
    Slots slots;
    LIST(TextEntry) entries;
    Arena *keys;
    size_t most;
};

TextMap *text_map_begin(size_t most_entries) {
    TextMap *map = calloc(1, sizeof *map);
    if (!map) stop_for("the machine has no memory for a map");
    map->keys = arena_begin(SIZE_MAX);
    map->most = most_entries;
    return map;
}

void text_map_end(TextMap **map) {
    if (!*map) return;
    arena_end(&(*map)->keys);
    list_end(&(*map)->entries);
    free((*map)->slots.at);
    free(*map);
    *map = NULL;
}

size_t text_map_count(const TextMap *map) { return map->entries.count; }

static TextEntry *text_map_find(const TextMap *map, Text key, uint64_t hash) {
    if (!map->slots.at) return NULL;
    for (size_t at = hash & map->slots.mask; map->slots.at[at].entry; at = (at + 1) & map->slots.mask) {
        if (map->slots.at[at].mark != (uint32_t)(hash >> 32)) continue;
        TextEntry *entry = &map->entries.at[map->slots.at[at].entry - 1];
        if (entry->length == key.length && (key.length == 0 || memcmp(entry->key, key.at, key.length) == 0)) return entry;
    }
    return NULL;
}

static TextEntry *text_map_add(TextMap *map, Text key, uint64_t hash, int64_t value) {
    entries_check(map->entries.count, map->most);
    if (slots_full(&map->slots, map->entries.count)) {
        slots_make(&map->slots, map->slots.at ? (map->slots.mask + 1) * 2 : 16);
        for (size_t i = 0; i < map->entries.count; i++) slots_put(&map->slots, map->entries.at[i].hash, i);
    }
    slots_put(&map->slots, hash, map->entries.count);
    list_push(&map->entries, (TextEntry){ text_keep(map->keys, key), key.length, hash, value });
    return list_last(&map->entries);
}

int64_t *text_map_place(TextMap *map, Text key, int64_t first, bool *out_is_new) {
    uint64_t hash = hash64(key.at, key.length, 0);
    TextEntry *entry = text_map_find(map, key, hash);
    if (out_is_new) *out_is_new = !entry;
    if (!entry) entry = text_map_add(map, key, hash, first);
    return &entry->value;
}

void text_map_set(TextMap *map, Text key, int64_t value) { *text_map_place(map, key, value, NULL) = value; }

bool text_map_get(const TextMap *map, Text key, int64_t *out_value) {
    const TextEntry *entry = text_map_find(map, key, hash64(key.at, key.length, 0));
    if (entry) *out_value = entry->value;
    return entry != NULL;
}

int64_t text_map_or(const TextMap *map, Text key, int64_t otherwise) {
    (void)text_map_get(map, key, &otherwise); /* absent leaves `otherwise` */
    return otherwise;
}

size_t text_map_intern(TextMap *map, Text key) {
    uint64_t hash = hash64(key.at, key.length, 0);
    TextEntry *entry = text_map_find(map, key, hash);
    if (!entry) entry = text_map_add(map, key, hash, (int64_t)map->entries.count);
    return (size_t)(entry - map->entries.at);
}

Text text_map_key(const TextMap *map, size_t entry) {
    assert(entry < map->entries.count);
    return (Text){ map->entries.at[entry].key, map->entries.at[entry].length };
}

int64_t text_map_value(const TextMap *map, size_t entry) {
    assert(entry < map->entries.count);
    return map->entries.at[entry].value;
}

/* ---- number keys ---- */
typedef struct IntEntry { int64_t key, value; } IntEntry;

struct IntMap {
    Slots slots;
    LIST(IntEntry) entries;
    size_t most;
};

IntMap *int_map_begin(size_t most_entries) {
    IntMap *map = calloc(1, sizeof *map);
    if (!map) stop_for("the machine has no memory for a map");
    map->most = most_entries;
    return map;
}

void int_map_end(IntMap **map) {
    if (!*map) return;
    list_end(&(*map)->entries);
    free((*map)->slots.at);
    free(*map);
    *map = NULL;
}

void int_map_clear(IntMap *map) {
    list_clear(&map->entries);
    if (map->slots.at) memset(map->slots.at, 0, (map->slots.mask + 1) * sizeof(Slot));
}

size_t int_map_count(const IntMap *map) { return map->entries.count; }

static IntEntry *int_map_find(const IntMap *map, int64_t key, uint64_t hash) {
    if (!map->slots.at) return NULL;
    for (size_t at = hash & map->slots.mask; map->slots.at[at].entry; at = (at + 1) & map->slots.mask) {
        if (map->slots.at[at].mark != (uint32_t)(hash >> 32)) continue;
        IntEntry *entry = &map->entries.at[map->slots.at[at].entry - 1];
        if (entry->key == key) return entry;
    }
    return NULL;
}

int64_t *int_map_place(IntMap *map, int64_t key, int64_t first, bool *out_is_new) {
    uint64_t hash = hash64_int((uint64_t)key);
    IntEntry *entry = int_map_find(map, key, hash);
    if (out_is_new) *out_is_new = !entry;
    if (entry) return &entry->value;
    entries_check(map->entries.count, map->most);
    if (slots_full(&map->slots, map->entries.count)) {
        slots_make(&map->slots, map->slots.at ? (map->slots.mask + 1) * 2 : 16);
        for (size_t i = 0; i < map->entries.count; i++)
            slots_put(&map->slots, hash64_int((uint64_t)map->entries.at[i].key), i);
    }
    slots_put(&map->slots, hash, map->entries.count);
    list_push(&map->entries, (IntEntry){ key, first });
    return &list_last(&map->entries)->value;
}

void int_map_set(IntMap *map, int64_t key, int64_t value) { *int_map_place(map, key, value, NULL) = value; }

bool int_map_get(const IntMap *map, int64_t key, int64_t *out_value) {
    const IntEntry *entry = int_map_find(map, key, hash64_int((uint64_t)key));
    if (entry) *out_value = entry->value;
    return entry != NULL;
}

int64_t int_map_or(const IntMap *map, int64_t key, int64_t otherwise) {
    (void)int_map_get(map, key, &otherwise); /* absent leaves `otherwise` */
    return otherwise;
}

int64_t int_map_key(const IntMap *map, size_t entry) {
    assert(entry < map->entries.count);
    return map->entries.at[entry].key;
}

int64_t int_map_value(const IntMap *map, size_t entry) {
    assert(entry < map->entries.count);
    return map->entries.at[entry].value;
}
