/* test.h - a test is a claim: TEST(name_says_what_holds) { CHECK(...); }
 *
 * TEST registers itself before main runs; tests/main.c hands all of them to cmocka. `make test ONLY=word` runs the
 * claims whose name contains the word. A failed CHECK ends its test and names file and line. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* base/err.h has a function of that name; failing a test goes through fail_msg. */
#undef fail
#undef fail_msg
#define fail_msg(...) (print_error(__VA_ARGS__), print_error("\n"), _fail(__FILE__, __LINE__))

void test_register(const char *name, CMUnitTestFunction run);
bool test_near(double left, double right, double tolerance);   /* says the gap where it is too wide */

#define TEST(name)                                                                          \
    static void name(void **state);                                                         \
    __attribute__((constructor)) static void register_##name(void) {                        \
        test_register(#name, name);                                                         \
    }                                                                                       \
    static void name([[maybe_unused]] void **state)

#define CHECK(condition) assert_true(condition)
#define CHECK_EQ(left, right) assert_int_equal(left, right)
#define CHECK_STR(left, right) assert_string_equal(left, right)
/* Doubles compared as doubles; cmocka's own comparison is in float. */
#define CHECK_NEAR(left, right, tolerance) CHECK(test_near((left), (right), (tolerance)))

/* The call must succeed; on failure the sentence of `why` (a Why in scope) is printed. */
#define CHECK_OK(call)                                                                      \
    do {                                                                                    \
        if ((call) != OK) fail_msg("%s: %s", #call, why.message);                           \
    } while (0)
#define CHECK_FAILS(code, call) assert_int_equal(code, call)
