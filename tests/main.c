/* main.c - runs the registered claims of one room. Arguments: an optional word that the names must contain. */
#include "tests/test.h"

#include <stdio.h>

enum { TESTS_MOST = 2048 };
static struct CMUnitTest tests[TESTS_MOST];
static size_t tests_count;

void test_register(const char *name, CMUnitTestFunction run) {
    if (tests_count == TESTS_MOST) return;
    tests[tests_count++] = (struct CMUnitTest){ .name = name, .test_func = run };
}

bool test_near(double left, double right, double tolerance) {
    double gap = left > right ? left - right : right - left;
    if (gap <= tolerance) return true;
    printf("      %.17g is not within %.3g of %.17g\n", left, tolerance, right);
    return false;
}

int main(int argc, char **argv) {
    if (argc > 1) {
        size_t kept = 0;
        for (size_t i = 0; i < tests_count; i++)
            if (strstr(tests[i].name, argv[1])) tests[kept++] = tests[i];
        tests_count = kept;
    }
    if (tests_count == 0) return 0;
    return _cmocka_run_group_tests("claims", tests, tests_count, NULL, NULL) != 0;
}
