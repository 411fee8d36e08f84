#include "base/decimal.h"
#include "base/rng.h"
#include "tests/test.h"


static const struct { const char *text; DecimalStyle style; Err err; int64_t micro; } decimals[] = {
    { "0", DECIMAL_POINT, OK, 0 }, { "-0", DECIMAL_POINT, OK, 0 }, { "12.5", DECIMAL_POINT, OK, 12500000 },
    { " +7 ", DECIMAL_POINT, OK, 7000000 }, { "-0.000001", DECIMAL_POINT, OK, -1 }, { "1.0000000000", DECIMAL_POINT, OK, 1000000 },
    { "9223372036854.775807", DECIMAL_POINT, OK, INT64_MAX }, { "-9223372036854.775808", DECIMAL_POINT, OK, INT64_MIN },
    { "9223372036854.775808", DECIMAL_POINT, ERR_LIMIT, 0 }, { "99999999999999999999999999999999999999999", DECIMAL_POINT, ERR_LIMIT, 0 },
    { "9223372036855", DECIMAL_POINT, ERR_LIMIT, 0 }, { "0.0000001", DECIMAL_POINT, ERR_INVALID, 0 },
    { "000012.50", DECIMAL_POINT, OK, 12500000 },
    { "", DECIMAL_POINT, ERR_INVALID, 0 }, { "-", DECIMAL_POINT, ERR_INVALID, 0 }, { ".5", DECIMAL_POINT, ERR_INVALID, 0 },
    { "5.", DECIMAL_POINT, ERR_INVALID, 0 }, { "1e3", DECIMAL_POINT, ERR_INVALID, 0 }, { "1,5", DECIMAL_POINT, ERR_INVALID, 0 },
    { "--1", DECIMAL_POINT, ERR_INVALID, 0 }, { "1 000", DECIMAL_POINT, ERR_INVALID, 0 }, { "nan", DECIMAL_POINT, ERR_INVALID, 0 },
    { "1,5", DECIMAL_COMMA, OK, 1500000 }, { "1.5", DECIMAL_COMMA, ERR_INVALID, 0 },
    { "1,234.5", DECIMAL_POINT_GROUPS, OK, 1234500000 }, { "1234.5", DECIMAL_POINT_GROUPS, OK, 1234500000 },
    { "1,234,567", DECIMAL_POINT_GROUPS, OK, 1234567000000 }, { "12,34", DECIMAL_POINT_GROUPS, ERR_INVALID, 0 },
    { "1234,567", DECIMAL_POINT_GROUPS, ERR_INVALID, 0 }, { ",123", DECIMAL_POINT_GROUPS, ERR_INVALID, 0 },
    { "1,,234", DECIMAL_POINT_GROUPS, ERR_INVALID, 0 }, { "1,234,", DECIMAL_POINT_GROUPS, ERR_INVALID, 0 },
    { "1.234,5", DECIMAL_COMMA_GROUPS, OK, 1234500000 }, { "1.5", DECIMAL_COMMA_GROUPS, ERR_INVALID, 0 },
};

TEST(decimal_reads_exactly_what_is_a_number) {
    for (size_t i = 0; i < sizeof decimals / sizeof *decimals; i++) {
        Why why;
        int64_t micro = 0;
        Err err = decimal_parse(text_of(decimals[i].text), decimals[i].style, &micro, &why);
        if (err != decimals[i].err || micro != decimals[i].micro) fail_msg("\"%s\": %s %lld", decimals[i].text, err_name(err), (long long)micro);
    }
}

TEST(decimal_text_reads_back_the_same) {
    Rng rng = rng_of(1);
    char text[DECIMAL_TEXT];
    for (int i = 0; i < 20000; i++) {
        int64_t micro = (int64_t)(rng_next(&rng) >> rng_below(&rng, 64)), back = 0;
        if (i == 0) micro = INT64_MIN;
        if (i % 3 == 1) micro = -micro;
        int length = decimal_format(micro, text);
        CHECK_EQ(length, strlen(text));
        Why why;
        CHECK_OK(decimal_parse(text_of(text), DECIMAL_POINT, &back, &why));
        CHECK_EQ(back, micro);
    }
    decimal_format(INT64_C(-12500000), text);
    CHECK_STR(text, "-12.5");
    decimal_format(INT64_MIN, text);
    CHECK_STR(text, "-9223372036854.775808");
}

TEST(integers_are_whole) {
    Why why;
    int64_t value = 0;
    char text[DECIMAL_TEXT];
    static const struct { int64_t value; const char *text; } written[] = {
        { 0, "0" }, { 100, "100" }, { -1, "-1" }, { INT64_MAX, "9223372036854775807" }, { INT64_MIN, "-9223372036854775808" },
    };
    for (size_t i = 0; i < sizeof written / sizeof *written; i++) {
        CHECK_EQ(integer_format(written[i].value, text), strlen(written[i].text));
        CHECK_STR(text, written[i].text);
    }
    CHECK_OK(integer_parse(text_of(" -9223372036854775808 "), &value, &why));
    CHECK(value == INT64_MIN);
    CHECK_FAILS(ERR_LIMIT, integer_parse(text_of("9223372036854775808"), &value, &why));
    CHECK_FAILS(ERR_INVALID, integer_parse(text_of("1.0"), &value, &why));
    CHECK_STR(why.message, "\"1.0\" is not a whole number");
}

TEST(money_knows_each_currency_s_digits) {
    CHECK_EQ(currency_exponent("USD"), 2);
    CHECK_EQ(currency_exponent("JPY"), 0);
    CHECK_EQ(currency_exponent("KWD"), 3);
    CHECK_EQ(currency_exponent("CLF"), 4);
    CHECK_EQ(currency_exponent("EUR"), 2);
    CHECK_EQ(currency_exponent("ZZZ"), -1);
    CHECK_EQ(currency_exponent("usd"), -1);
    CHECK_EQ(currency_exponent("US"), -1);
    CHECK_EQ(currency_exponent("D E"), -1);
}

TEST(money_is_written_with_its_digits) {
    char text[DECIMAL_TEXT];
    money_format(123450, 2, text);
    CHECK_STR(text, "1234.50");
    money_format(-5, 2, text);
    CHECK_STR(text, "-0.05");
    money_format(1234, 0, text);
    CHECK_STR(text, "1234");
    Why why;
    int64_t minor = 0;
    CHECK_OK(money_parse(text_of("1234.5"), DECIMAL_POINT, 2, &minor, &why));
    CHECK_EQ(minor, 123450);
    CHECK_FAILS(ERR_INVALID, money_parse(text_of("1.005"), DECIMAL_POINT, 2, &minor, &why));
}

TEST(money_extends_half_to_even) {
    static const struct { int64_t quantity, price; int exponent; int64_t minor; } rows[] = {
        { 3000000, 1250000, 2, 375 }, { 1000000, 5000, 2, 0 }, { 1000000, 15000, 2, 2 }, { 1000000, 25000, 2, 2 },
        { -1000000, 15000, 2, -2 }, { 1000000, 25001, 2, 3 }, { 2500000, 1000000, 0, 2 }, { 3500000, 1000000, 0, 4 },
    };
    Why why;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t minor = -1;
        CHECK_OK(money_extend(rows[i].quantity, rows[i].price, rows[i].exponent, &minor, &why));
        CHECK_EQ(minor, rows[i].minor);
    }
    int64_t minor = 77;
    CHECK_FAILS(ERR_LIMIT, money_extend(INT64_MAX, INT64_MAX, 2, &minor, &why));
    CHECK_EQ(minor, 77);
}

TEST(ratios_round_half_to_even_and_never_wrap) {
    Why why;
    int64_t out = 0;
    CHECK_OK(ratio_apply(5, 1, 2, &out, &why));
    CHECK_EQ(out, 2);
    CHECK_OK(ratio_apply(-7, 1, 2, &out, &why));
    CHECK_EQ(out, -4);
    CHECK_OK(ratio_apply(INT64_MAX, INT64_MAX, INT64_MAX, &out, &why));
    CHECK(out == INT64_MAX);
    CHECK_FAILS(ERR_LIMIT, ratio_apply(INT64_MAX, 2, 1, &out, &why));
    CHECK_EQ(divide_half_even(25, 10), 2);
    CHECK_EQ(divide_half_even(35, 10), 4);
    CHECK_EQ(divide_half_even(-25, 10), -2);
}

TEST(a_quantity_goes_out_as_a_double) {
    CHECK(micro_to_double(-1500000) == -1.5);
}
