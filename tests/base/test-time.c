#include "base/time.h"
#include "tests/test.h"

TEST(time_days_and_dates_agree_for_ten_thousand_years) {
    int32_t expected = day_of_civil((Civil){ 1, 1, 1 });
    for (int year = 1; year <= 9999; year++)
        for (int month = 1; month <= 12; month++)
            for (int day = 1; day <= days_in_month(year, month); day++, expected++) {
                Civil back = civil_of_day(expected);
                if (day_of_civil((Civil){ year, month, day }) != expected || back.year != year || back.month != month || back.day != day)
                    fail_msg("%d-%d-%d", year, month, day);
            }
    CHECK_EQ(day_of_civil((Civil){ 1970, 1, 1 }), 0);
    CHECK_EQ(day_of_civil((Civil){ 2000, 3, 1 }), 11017);
}

TEST(time_knows_what_is_a_date) {
    CHECK(civil_is_real((Civil){ 2024, 2, 29 }));
    CHECK(!civil_is_real((Civil){ 2023, 2, 29 }));
    CHECK(!civil_is_real((Civil){ 1900, 2, 29 }));
    CHECK(civil_is_real((Civil){ 2000, 2, 29 }));
    CHECK(!civil_is_real((Civil){ 2024, 13, 1 }));
    CHECK(!civil_is_real((Civil){ 0, 1, 1 }));
    CHECK(!civil_is_real((Civil){ 10000, 1, 1 }));
}

TEST(time_weeks_follow_iso_8601) { /* the examples of the standard and of its users */
    static const struct { Civil date; IsoWeek week; int weekday; } rows[] = {
        { { 2005, 1, 1 }, { 2004, 53 }, 6 }, { { 2005, 1, 2 }, { 2004, 53 }, 7 }, { { 2005, 12, 31 }, { 2005, 52 }, 6 },
        { { 2006, 1, 1 }, { 2005, 52 }, 7 }, { { 2007, 1, 1 }, { 2007, 1 }, 1 },  { { 2008, 12, 29 }, { 2009, 1 }, 1 },
        { { 2009, 12, 31 }, { 2009, 53 }, 4 }, { { 2010, 1, 3 }, { 2009, 53 }, 7 }, { { 1970, 1, 1 }, { 1970, 1 }, 4 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int32_t day = day_of_civil(rows[i].date);
        CHECK_EQ(week_of_day(day).year, rows[i].week.year);
        CHECK_EQ(week_of_day(day).week, rows[i].week.week);
        CHECK_EQ(day_weekday(day), rows[i].weekday);
        CHECK_EQ(day_of_week(rows[i].week), day - (rows[i].weekday - 1));
        CHECK_EQ(day_monday(day), day_of_week(rows[i].week));
    }
    for (int32_t day = -3000; day < 30000; day += 7) CHECK_EQ(day_weekday(day), day_weekday(-3000));
}

TEST(time_months_are_added_within_the_month) {
    int32_t january_31 = day_of_civil((Civil){ 2024, 1, 31 });
    CHECK_EQ(day_add_months(january_31, 1), day_of_civil((Civil){ 2024, 2, 29 }));
    CHECK_EQ(day_add_months(january_31, 13), day_of_civil((Civil){ 2025, 2, 28 }));
    CHECK_EQ(day_add_months(january_31, -2), day_of_civil((Civil){ 2023, 11, 30 }));
    CHECK_EQ(day_add_months(january_31, 12), day_of_civil((Civil){ 2025, 1, 31 }));
}

TEST(time_before_1970_floors) {
    CHECK_EQ(day_of_us(-1), -1);
    CHECK_EQ(day_of_us(0), 0);
    CHECK_EQ(day_of_us(-DAY_US), -1);
    char text[TIME_TEXT];
    time_format(-1, text);
    CHECK_STR(text, "1969-12-31T23:59:59.999999Z");
    time_format(INT64_C(1772373900) * SECOND_US, text);
    CHECK_STR(text, "2026-03-01T14:05:00Z");
}

TEST(time_durations_read_well) {
    static const struct { int64_t us; const char *text; } rows[] = {
        { 0, "0 ms" }, { 850000, "850 ms" }, { 12340000, "12.3 s" }, { 250 * SECOND_US, "4 min 10 s" }, { 120 * SECOND_US, "2 min" },
        { 2 * HOUR_US + 5 * MINUTE_US, "2 h 5 min" }, { 3 * DAY_US + 4 * HOUR_US, "3 d 4 h" },
    };
    char text[TIME_TEXT];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        duration_format(rows[i].us, text);
        CHECK_STR(text, rows[i].text);
    }
}
