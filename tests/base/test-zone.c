#include "base/file.h"
#include "base/time.h"
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int64_t us_at(const char *iso) {
    Why why;
    int64_t us = 0;
    CHECK_OK(time_parse(text_of(iso), "iso", NULL, &us, &why));
    return us;
}

TEST(zone_summer_and_winter_in_berlin) {
    Why why;
    own(zone_end) Zone *zone = NULL;
    CHECK_OK(zone_begin("Europe/Berlin", &zone, &why));
    CHECK_EQ(zone_offset_s(zone, us_at("2024-01-15T12:00:00Z")), 3600);
    CHECK_EQ(zone_offset_s(zone, us_at("2024-07-15T12:00:00Z")), 7200);
    CHECK_EQ(zone_offset_s(zone, us_at("2024-03-31T00:59:59Z")), 3600);
    CHECK_EQ(zone_offset_s(zone, us_at("2024-03-31T01:00:00Z")), 7200);
    CHECK_EQ(zone_offset_s(zone, us_at("2090-07-15T12:00:00Z")), 7200);
    CHECK_EQ(zone_to_local_us(zone, us_at("2024-07-15T22:30:00Z")), us_at("2024-07-16T00:30:00Z"));
}

TEST(zone_skipped_and_repeated_hours_have_a_rule) {
    Why why;
    own(zone_end) Zone *zone = NULL;
    CHECK_OK(zone_begin("Europe/Berlin", &zone, &why));
    CHECK_EQ(zone_from_local_us(zone, us_at("2024-10-27T02:30:00Z")), us_at("2024-10-27T00:30:00Z")); /* the first of two */
    CHECK_EQ(zone_from_local_us(zone, us_at("2024-03-31T02:30:00Z")), us_at("2024-03-31T01:30:00Z")); /* 03:30 summer time */
    CHECK_EQ(zone_from_local_us(zone, us_at("2024-07-16")), us_at("2024-07-15T22:00:00Z"));
    int64_t us = 0;
    CHECK_OK(time_parse(text_of("2024-07-16 08:00"), "iso", zone, &us, &why));
    CHECK_EQ(us, us_at("2024-07-16T06:00:00Z"));
    CHECK_OK(time_parse(text_of("2024-07-16 08:00Z"), "iso", zone, &us, &why));
    CHECK_EQ(us, us_at("2024-07-16T08:00:00Z"));
}

/* Every moment of a grid over eighty years, in zones with odd rules, against the C library. */
TEST(zone_agrees_with_the_system) {
    static const char *const names[] = { "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo",
                                         "Africa/Casablanca", "Pacific/Apia", "Europe/Dublin", "Asia/Tehran", "America/St_Johns" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        Why why;
        own(zone_end) Zone *zone = NULL;
        CHECK_OK(zone_begin(names[i], &zone, &why));
        setenv("TZ", names[i], 1);
        tzset();
        for (int64_t at_s = 0; at_s < INT64_C(80) * 365 * 86400; at_s += 7 * 3600 + 11) {
            struct tm local;
            time_t at = (time_t)at_s;
            localtime_r(&at, &local);
            if (zone_offset_s(zone, at_s * SECOND_US) != local.tm_gmtoff) fail_msg("%s at %lld", names[i], (long long)at_s);
            int64_t wall = zone_to_local_us(zone, at_s * SECOND_US);
            if (zone_to_local_us(zone, zone_from_local_us(zone, wall)) != wall) fail_msg("%s back at %lld", names[i], (long long)at_s);
        }
    }
    unsetenv("TZ");
    tzset();
}

TEST(zone_day_starts_even_where_midnight_is_skipped) {
    Why why;
    own(zone_end) Zone *zone = NULL;
    CHECK_OK(zone_begin("America/Sao_Paulo", &zone, &why));
    int64_t midnight = us_at("2018-11-04"), start = us_at("2018-11-04T03:00:00Z"); /* clocks went from 00:00 to 01:00 */
    CHECK_EQ(zone_from_local_us(zone, midnight), start);
    CHECK_EQ(zone_to_local_us(zone, start), midnight + HOUR_US);
    CHECK_EQ(zone_to_local_us(zone, start - 1), midnight - 1);
}

TEST(zone_names_are_checked) {
    Why why;
    Zone *zone = NULL;
    static const char *const bad[] = { "", "/etc/passwd", "../../etc/passwd", "Europe/Nowhere", "Europe",
                                       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) CHECK_FAILS(ERR_INVALID, zone_begin(bad[i], &zone, &why));
    CHECK(zone == NULL);
    own(zone_end) Zone *utc = NULL;
    CHECK_OK(zone_begin("UTC", &utc, &why));
    CHECK_EQ(zone_offset_s(utc, 0), 0);
}

TEST(zone_files_cut_anywhere_are_refused) {
    own(arena_end) Arena *arena = arena_begin(1 * MiB);
    Why why;
    Text file;
    CHECK_OK(file_read(arena, "/usr/share/zoneinfo/America/New_York", 100000, &file, &why));
    for (size_t length = 0; length < file.length; length++) {
        Zone *zone = NULL;
        CHECK_FAILS(ERR_CORRUPT, zone_of_bytes("cut", text_part(file, 0, length), &zone, &why));
    }
    own(zone_end) Zone *zone = NULL;
    CHECK_OK(zone_of_bytes("whole", file, &zone, &why));
}
