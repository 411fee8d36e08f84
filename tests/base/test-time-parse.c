#include "base/time.h"
#include "tests/test.h"

#define NO "refused"

static const struct { const char *text, *pattern, *means; } rows[] = {
    { "2024-03-05", "%Y-%m-%d", "2024-03-05T00:00:00Z" }, { " 2024-03-05 ", "%Y-%m-%d", "2024-03-05T00:00:00Z" },
    { "5/3/2024", "%d/%m/%Y", "2024-03-05T00:00:00Z" }, { "03/05/24", "%m/%d/%y", "2024-03-05T00:00:00Z" },
    { "20240305", "%Y%m%d", "2024-03-05T00:00:00Z" }, { "05.03.2024", "%d.%m.%Y", "2024-03-05T00:00:00Z" },
    { "5-Mar-24", "%d-%b-%y", "2024-03-05T00:00:00Z" }, { "05-MAR-99", "%d-%b-%y", "1999-03-05T00:00:00Z" },
    { "2-Jun-06", "%d-%b-%y", "2006-06-02T00:00:00Z" },
    { "12/1/2010 8:26", "%m/%d/%Y %H:%M", "2010-12-01T08:26:00Z" }, { "12/1/2010", "%m/%d/%Y[ %H:%M]", "2010-12-01T00:00:00Z" },
    { "12/1/2010 8:26", "%m/%d/%Y[ %H:%M[:%S]]", "2010-12-01T08:26:00Z" },
    { "12/1/2010 8:26:59", "%m/%d/%Y[ %H:%M[:%S]]", "2010-12-01T08:26:59Z" },
    { "12/1/2010 12:05 AM", "%m/%d/%Y %I:%M %p", "2010-12-01T00:05:00Z" }, { "12/1/2010 12:05 pm", "%m/%d/%Y %I:%M %p", "2010-12-01T12:05:00Z" },
    { "2024-03-05", "iso", "2024-03-05T00:00:00Z" }, { "2024-03-05T10:11:12Z", "iso", "2024-03-05T10:11:12Z" },
    { "2024-03-05 10:11", "iso", "2024-03-05T10:11:00Z" }, { "2024-03-05T10:11:12.5+01:00", "iso", "2024-03-05T09:11:12.500000Z" },
    { "2024-03-05T10:11-0530", "iso", "2024-03-05T15:41:00Z" }, { "2024-03-05T10:11:12.123456Z", "iso", "2024-03-05T10:11:12.123456Z" },
    { "2024-W10", "iso-week", "2024-03-04T00:00:00Z" }, { "2020-W53", "iso-week", "2020-12-28T00:00:00Z" },
    { "2024-03", "%Y-%m", "2024-03-01T00:00:00Z" }, { "69-01-01", "%y-%m-%d", "1969-01-01T00:00:00Z" },
    { "2024-03-05", "[%d.]%Y-%m-%d", "2024-03-05T00:00:00Z" },
    { "2024-02-30", "%Y-%m-%d", NO }, { "2023-02-29", "iso", NO }, { "2024-13-01", "iso", NO }, { "2024-00-01", "iso", NO },
    { "2024-03-00", "iso", NO }, { "2024-03-05x", "iso", NO }, { "2024-03-05T", "iso", NO }, { "2024-03-05T25:00", "iso", NO },
    { "2024-03-05T10:60", "iso", NO }, { "2024-03-05T10:11:60Z", "iso", NO }, { "2024-03-05T10:11:12.1234567Z", "iso", NO },
    { "2024-03-05T10:11+24:00", "iso", NO }, { "24-03-05", "iso", NO }, { "", "iso", NO }, { "  ", "iso", NO }, { "0000-01-01", "iso", NO },
    { "20245-03-05", "iso", NO }, { "05-Mrz-24", "%d-%b-%y", NO }, { "2023-W53", "iso-week", NO }, { "2024-W00", "iso-week", NO },
    { "2024-W1", "iso-week", NO }, { "13/01/2024 13:05 PM", "%d/%m/%Y %I:%M %p", NO }, { "5/3/2024 8", "%d/%m/%Y[ %H:%M]", NO },
    { "-2024-03-05", "iso", NO }, { "2024-03-05", "%d/%m/%Y", NO },
};

TEST(time_patterns_accept_exactly_what_they_say) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Why why = { "", "" };
        int64_t us = 0;
        char text[TIME_TEXT] = NO;
        if (time_parse(text_of(rows[i].text), rows[i].pattern, NULL, &us, &why) == OK) time_format(us, text);
        else CHECK(why.message[0]);
        if (strcmp(text, rows[i].means) != 0) fail_msg("\"%s\" as %s: %s, %s", rows[i].text, rows[i].pattern, text, why.message);
    }
}

TEST(time_errors_say_what_was_expected_where) {
    Why why;
    int32_t day = 0;
    CHECK_FAILS(ERR_INVALID, day_parse(text_of("2024-13-01"), "iso", &day, &why));
    CHECK_STR(why.message, "\"2024-13-01\" is not a date of the form iso");
    CHECK_STR(why.hint, "at character 6 a month (1-12) was expected");
    CHECK_FAILS(ERR_INVALID, day_parse(text_of("2024-02-30"), "iso", &day, &why));
    CHECK_STR(why.message, "\"2024-02-30\": month 2 of 2024 has no day 30");
    CHECK_OK(day_parse(text_of("2024-02-29T13:00"), "iso", &day, &why));
    CHECK_EQ(day, day_of_civil((Civil){ 2024, 2, 29 }));
}

TEST(time_patterns_are_checked_before_use) {
    static const char *const good[] = { "iso", "iso-week", "%Y-%m-%d", "%d %b %y[ %H:%M[:%S]]", "%Y%m" };
    static const char *const bad[] = { "", "%Y", "%Q", "%Y-%m-%", "%m-%d", "%Y-%m[", "%Y-%m]", "%Y-%m-%d]x[", "%Y %d",
                                       "%Y-%m-%d[a][b][c][d][e][f][g]",
                                       "%Y-%m-%d xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" };
    Why why;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) CHECK_OK(pattern_check(good[i], &why));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (pattern_check(bad[i], &why) == OK) fail_msg("\"%s\" passed", bad[i]);
}
