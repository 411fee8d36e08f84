/* map.h - text -> int64 and int64 -> int64, open addressing, walked in the order of insertion, so that whatever is
 * computed from a walk is the same on every run. Nothing is removed: a value can be overwritten. Not for several threads
 * while one writes. Entry numbers are dense: 0 .. count - 1, so a map is also an interner (text -> number). */
#pragma once
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct TextMap TextMap;
typedef struct IntMap IntMap;

TextMap *text_map_begin(size_t most_entries);                /* reaching it ends the process, as in arena.h */
void text_map_end(TextMap **map);
size_t text_map_count(const TextMap *map);
void text_map_set(TextMap *map, Text key, int64_t value);    /* the key's bytes are copied in */
bool text_map_get(const TextMap *map, Text key, int64_t *out_value);
int64_t text_map_or(const TextMap *map, Text key, int64_t otherwise);
/* The value's place, made with `first` when the key is new; good until the next call that may add. */
int64_t *text_map_place(TextMap *map, Text key, int64_t first, bool *out_is_new); /* out_is_new may be NULL */
size_t text_map_intern(TextMap *map, Text key);              /* the entry number, old or new; the value of a new one is it too */
Text text_map_key(const TextMap *map, size_t entry);         /* NUL follows; lives until text_map_end */
int64_t text_map_value(const TextMap *map, size_t entry);

IntMap *int_map_begin(size_t most_entries);
void int_map_end(IntMap **map);
void int_map_clear(IntMap *map);
size_t int_map_count(const IntMap *map);
void int_map_set(IntMap *map, int64_t key, int64_t value);
bool int_map_get(const IntMap *map, int64_t key, int64_t *out_value);
int64_t int_map_or(const IntMap *map, int64_t key, int64_t otherwise);
int64_t *int_map_place(IntMap *map, int64_t key, int64_t first, bool *out_is_new);
int64_t int_map_key(const IntMap *map, size_t entry);
int64_t int_map_value(const IntMap *map, size_t entry);
