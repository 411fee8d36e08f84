#include "base/err.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/rng.h"
#include "tests/test.h"

#include <stdio.h>

TEST(map_walks_in_order_of_insertion) {
    own(text_map_end) TextMap *map = text_map_begin(100000);
    char key[16];
    for (int i = 0; i < 5000; i++) {
        snprintf(key, sizeof key, "k%d", i * 7919 % 5000);
        text_map_set(map, text_of(key), i);
    }
    CHECK_EQ(text_map_count(map), 5000);
    for (int i = 0; i < 5000; i++) {
        snprintf(key, sizeof key, "k%d", i * 7919 % 5000);
        CHECK(text_is(text_map_key(map, (size_t)i), key));
        CHECK_EQ(text_map_value(map, (size_t)i), i);
        CHECK_EQ(text_map_or(map, text_of(key), -1), i);
    }
    CHECK_EQ(text_map_or(map, text_of("absent"), -1), -1);
}

TEST(map_copies_its_keys_and_overwrites_values) {
    own(text_map_end) TextMap *map = text_map_begin(10);
    char key[] = "abc";
    text_map_set(map, text_of(key), 1);
    key[0] = 'X';
    int64_t value = 0;
    CHECK(text_map_get(map, text_of("abc"), &value) && value == 1);
    CHECK(!text_map_get(map, text_of(key), &value));
    text_map_set(map, text_of("abc"), 2);
    CHECK_EQ(text_map_count(map), 1);
    CHECK_EQ(text_map_or(map, text_of("abc"), 0), 2);
}

TEST(map_keys_may_be_empty_or_hold_nul) {
    own(text_map_end) TextMap *map = text_map_begin(10);
    text_map_set(map, text_from(NULL, 0), 7);
    text_map_set(map, text_from("a\0b", 3), 8);
    text_map_set(map, text_from("a\0c", 3), 9);
    CHECK_EQ(text_map_or(map, text_of(""), 0), 7);
    CHECK_EQ(text_map_or(map, text_from("a\0b", 3), 0), 8);
    CHECK_EQ(text_map_or(map, text_from("a\0c", 3), 0), 9);
}

TEST(map_interns_texts_as_dense_numbers) {
    own(text_map_end) TextMap *map = text_map_begin(10);
    CHECK_EQ(text_map_intern(map, text_of("x")), 0);
    CHECK_EQ(text_map_intern(map, text_of("y")), 1);
    CHECK_EQ(text_map_intern(map, text_of("x")), 0);
    CHECK_EQ(text_map_value(map, 1), 1);
}

TEST(map_of_numbers_agrees_with_a_plain_array) {
    own(int_map_end) IntMap *map = int_map_begin(100000);
    enum { KEYS = 2000 };
    int64_t plain[KEYS];
    memset(plain, 0, sizeof plain);
    Rng rng = rng_of(5);
    for (int i = 0; i < 50000; i++) {
        int64_t key = (int64_t)rng_below(&rng, KEYS);
        bool is_new;
        int64_t *place = int_map_place(map, (key - 1000) * INT64_C(1000000007), 0, &is_new);
        CHECK_EQ(is_new, plain[key] == 0);
        *place += 1;
        plain[key]++;
    }
    int64_t sum = 0;
    for (size_t i = 0; i < int_map_count(map); i++) {
        CHECK_EQ(int_map_value(map, i), plain[int_map_key(map, i) / INT64_C(1000000007) + 1000]);
        sum += int_map_value(map, i);
    }
    CHECK_EQ(sum, 50000);
    CHECK_EQ(int_map_or(map, INT64_MIN, -5), -5);
}

TEST(map_ends_accept_nothing) {
    TextMap *texts = NULL;
    IntMap *numbers = NULL;
    text_map_end(&texts);
    int_map_end(&numbers);
    CHECK(texts == NULL && numbers == NULL);
}
