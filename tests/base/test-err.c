#include "base/err.h"
#include "tests/test.h"

TEST(err_sentence_may_contain_itself) {
    Why why;
    (void)fail(&why, ERR_INVALID, "unit \"%s\" is not known", "ZZ");
    CHECK_EQ(fail(&why, ERR_LIMIT, "line 3: %s", why.message), ERR_LIMIT);
    CHECK_STR(why.message, "line 3: unit \"ZZ\" is not known");
}

TEST(err_doing_goes_before_and_keeps_the_hint) {
    Why why;
    Err code = fail_hint(&why, fail(&why, ERR_INVALID, "bad unit"), "add a row for %s", "ZZ");
    CHECK_EQ(fail_doing(&why, code, "reading %s", "a.csv"), ERR_INVALID);
    CHECK_STR(why.message, "reading a.csv: bad unit");
    CHECK_STR(why.hint, "add a row for ZZ");
    (void)fail(&why, ERR_INVALID, "another");
    CHECK_STR(why.hint, "");
}

TEST(err_too_long_a_sentence_is_cut_between_letters) {
    Why why;
    char text[1000];
    for (size_t i = 0; i + 2 < sizeof text; i += 2) memcpy(text + i, "\xC3\xA4", 2);
    text[998] = 0;
    (void)fail(&why, ERR_INVALID, "x%s", text);
    size_t length = strlen(why.message);
    CHECK(length < sizeof why.message && length > 470);
    CHECK_EQ((unsigned char)why.message[length - 1], 0xA4);
}

TEST(err_why_may_be_absent) {
    CHECK_EQ(fail(NULL, ERR_IO, "x"), ERR_IO);
    CHECK_EQ(fail_hint(NULL, ERR_IO, "x"), ERR_IO);
    CHECK_EQ(fail_doing(NULL, ERR_IO, "x"), ERR_IO);
}

TEST(err_every_code_has_its_row) {
    for (int code = 0; code < ERR_COUNT_; code++) {
        CHECK(strcmp(err_name((Err)code), "unknown") != 0);
        CHECK(err_http_status((Err)code) >= 200);
    }
    CHECK_EQ(err_exit_code(ERR_INTERRUPTED), 130);
    CHECK_EQ(err_exit_code(ERR_POLICY), 7);
    CHECK_EQ(err_http_status(ERR_DENIED), 403);
    CHECK_EQ(err_http_status(ERR_LIMIT), 413);
    CHECK_STR(err_name(ERR_NOT_FOUND), "not-found");
}
