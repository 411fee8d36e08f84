/* arena.c - blocks in a chain, each twice the one before up to 4 MiB; a request that does not fit gets a block of its own.
 *
 *     Arena -> [newest block] -> ... -> [first block, 4 KiB, kept by arena_clear]
 *
 * The bound counts what was taken, not what the blocks hold, so that it does not depend on the growth pattern. */
#include "base/arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BLOCK = 4 * KiB, LARGEST_BLOCK = 4 * MiB, ALIGN = 16 };

typedef struct Block {
    struct Block *older;
    size_t room, taken; /* bytes after this header */
} Block;

struct Arena {
    Block *newest;
    size_t used, most;
};

_Static_assert(sizeof(Block) % 8 == 0, "block header keeps alignment");
static const size_t header = (sizeof(Block) + ALIGN - 1) / ALIGN * ALIGN;

void stop_for(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("stockwright: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    abort();
}

static Block *block_begin(Block *older, size_t room) {
    Block *block = malloc(header + room);
    if (!block) stop_for("the machine has no memory for another %zu bytes", room);
    *block = (Block){ .older = older, .room = room };
    return block;
}

Arena *arena_begin(size_t most_bytes) {
    Arena *arena = malloc(sizeof *arena);
    if (!arena) stop_for("the machine has no memory for a new arena");
    *arena = (Arena){ .newest = block_begin(NULL, FIRST_BLOCK - header), .most = most_bytes };
    return arena;
}

void arena_clear(Arena *arena) {
    while (arena->newest->older) {
        Block *older = arena->newest->older;
        free(arena->newest);
        arena->newest = older;
    }
    arena->newest->taken = 0;
    arena->used = 0;
}

void arena_end(Arena **arena) {
    if (!*arena) return;
    arena_clear(*arena);
    free((*arena)->newest);
    free(*arena);
    *arena = NULL;
}

static Block *block_for(Arena *arena, size_t bytes) {
    Block *newest = arena->newest;
    if (newest->room - newest->taken >= bytes) return newest;
    size_t next = (newest->room + header) * 2;
    if (next > LARGEST_BLOCK) next = LARGEST_BLOCK;
    if (bytes <= next - header) return arena->newest = block_begin(newest, next - header);
    /* An outsize request goes behind the newest block, whose rest stays in use. The first block must stay last. */
    if (newest->older) {
        newest->older = block_begin(newest->older, bytes);
        return newest->older;
    }
    return arena->newest = block_begin(newest, bytes);
}

void *arena_take(Arena *arena, size_t bytes) {
    if (bytes > arena->most - arena->used || bytes > SIZE_MAX - ALIGN)
        stop_for("a piece of work wants more than its bound of %zu bytes", arena->most);
    size_t rounded = (bytes + ALIGN - 1) / ALIGN * ALIGN;
    if (rounded == 0) rounded = ALIGN;
    Block *block = block_for(arena, rounded);
    char *at = (char *)block + header + block->taken;
    block->taken += rounded;
    size_t left = arena->most - arena->used;
    arena->used += rounded < left ? rounded : left;
    return memset(at, 0, bytes);
}

size_t arena_used(const Arena *arena) { return arena->used; }
size_t arena_left(const Arena *arena) { return arena->most - arena->used; }

char *text_copy_n(Arena *arena, const char *bytes, size_t length) {
    char *copy = arena_take(arena, length + 1);
    if (length) memcpy(copy, bytes, length);
    return copy;
}

char *text_copy(Arena *arena, const char *text) {
    return text ? text_copy_n(arena, text, strlen(text)) : text_copy_n(arena, "", 0);
}

char *text_format(Arena *arena, const char *format, ...) {
    assert(format);
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    assert(length >= 0);
    char *text = arena_take(arena, (size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}
