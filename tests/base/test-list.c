#include "base/list.h"
#include "tests/test.h"

TEST(list_keeps_what_is_pushed_in_order) {
    LIST(int64_t) numbers = { 0 };
    for (int64_t i = 0; i < 1000; i++) list_push(&numbers, i * i);
    CHECK_EQ(numbers.count, 1000);
    for (int64_t i = 0; i < 1000; i++) CHECK_EQ(numbers.at[i], i * i);
    CHECK_EQ(*list_last(&numbers), 999 * 999);
    list_clear(&numbers);
    CHECK_EQ(numbers.count, 0);
    CHECK(numbers.room >= 1000);
    list_end(&numbers);
    CHECK(numbers.at == NULL);
}

TEST(list_holds_structs_and_reserves) {
    typedef struct Pair { int a, b; } Pair;
    LIST(Pair) pairs = { 0 };
    list_reserve(&pairs, 100);
    Pair *first = pairs.at;
    for (int i = 0; i < 100; i++) list_push(&pairs, (Pair){ .a = i, .b = -i });
    CHECK(pairs.at == first);
    CHECK_EQ(pairs.at[50].b, -50);
    list_end(&pairs);
}
