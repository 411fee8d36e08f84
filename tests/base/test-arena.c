#include "base/arena.h"
#include "base/err.h"
#include "tests/test.h"

#include <stdbool.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

TEST(arena_memory_is_zeroed_and_aligned) {
    own(arena_end) Arena *arena = arena_begin(16 * MiB);
    for (int round = 0; round < 3; round++) {
        for (size_t bytes = 1; bytes < 20000; bytes = bytes * 3 + 1) {
            unsigned char *at = arena_take(arena, bytes);
            CHECK_EQ((uintptr_t)at % 16, 0);
            for (size_t i = 0; i < bytes; i++) CHECK_EQ(at[i], 0);
            memset(at, 0xFF, bytes);
        }
        arena_clear(arena);
        CHECK_EQ(arena_used(arena), 0);
    }
}

TEST(arena_pieces_do_not_overlap) {
    own(arena_end) Arena *arena = arena_begin(64 * MiB);
    enum { PIECES = 500 };
    unsigned char *at[PIECES];
    size_t bytes[PIECES];
    for (size_t i = 0; i < PIECES; i++) {
        bytes[i] = i * 7919 % 9000 + 1;
        at[i] = arena_take(arena, bytes[i]);
        memset(at[i], (int)(i % 251), bytes[i]);
    }
    for (size_t i = 0; i < PIECES; i++)
        for (size_t j = 0; j < bytes[i]; j++) CHECK_EQ(at[i][j], i % 251);
}

/* Does taking `bytes` from an arena of `most` end the process? */
static bool take_ends_process(size_t most, size_t bytes) {
    pid_t child = fork();
    if (child == 0) {
        struct rlimit no_core = { 0, 0 };
        setrlimit(RLIMIT_CORE, &no_core);
        if (!freopen("/dev/null", "w", stderr)) _exit(3);
        Arena *arena = arena_begin(most);
        arena_take(arena, bytes);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

TEST(arena_bound_is_exact_and_ends_the_process) {
    CHECK(!take_ends_process(1000, 1000));
    CHECK(take_ends_process(1000, 1001));
    CHECK(take_ends_process(1000, SIZE_MAX));
    CHECK(take_ends_process(SIZE_MAX, SIZE_MAX - 3));
}

TEST(arena_says_what_is_left) {
    own(arena_end) Arena *arena = arena_begin(1000);
    arena_take(arena, 100);
    CHECK(arena_left(arena) <= 900 && arena_left(arena) >= 880);
    arena_take(arena, arena_left(arena));
    CHECK_EQ(arena_left(arena), 0);
}

TEST(arena_texts_are_copies_with_a_nul) {
    own(arena_end) Arena *arena = arena_begin(1 * MiB);
    CHECK_STR(text_copy(arena, NULL), "");
    CHECK_STR(text_copy(arena, "abc"), "abc");
    CHECK_STR(text_copy_n(arena, "abcdef", 3), "abc");
    CHECK_STR(text_format(arena, "%s-%05d", "x", 42), "x-00042");
}

TEST(arena_end_accepts_nothing) {
    Arena *arena = NULL;
    arena_end(&arena);
    CHECK(arena == NULL);
}
