/* arena.h - memory that belongs to a piece of work: one arena per request, message or planning run; nothing in it is
 * freed one by one. Reaching the stated bound, or the machine's memory, ends the process with a clear sentence: the
 * log is the truth and start-up is recovery, so a half-built answer is never used. */
#pragma once
#include <stddef.h>

enum { KiB = 1 << 10, MiB = 1 << 20 };

typedef struct Arena Arena;

Arena *arena_begin(size_t most_bytes);               /* a small arena costs 4 KiB until it grows */
void arena_end(Arena **arena);                       /* for own(arena_end) */
void arena_clear(Arena *arena);                      /* forget all, keep the first block */
void *arena_take(Arena *arena, size_t bytes);        /* zeroed, 16-byte aligned, never NULL */
size_t arena_used(const Arena *arena);
size_t arena_left(const Arena *arena);               /* until the bound: ask before taking what outsiders can make large */
_Noreturn void stop_for(const char *format, ...) __attribute__((format(printf, 1, 2))); /* bounds and memory only */

#define new_in(arena, type) ((type *)arena_take((arena), sizeof(type)))
#define many_in(arena, type, count) ((type *)arena_take((arena), sizeof(type) * (size_t)(count)))

char *text_copy(Arena *arena, const char *text);                           /* NULL gives "" */
char *text_copy_n(Arena *arena, const char *bytes, size_t length);         /* adds the final NUL */
char *text_format(Arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
