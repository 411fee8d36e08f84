#include "base/progress.h"
#include "tests/test.h"

static Progress progress_of(const char *unit, int64_t done, int64_t total) {
    return (Progress){ .stage = "planning", .unit = unit, .done = done, .total = total };
}

TEST(progress_tells_share_rate_and_time_left) {
    char text[200];
    Progress progress = progress_of("items", 12000, 24000);
    progress_text(&progress, 2000000, text, sizeof text);
    CHECK_STR(text, "planning   50 %  12,000 of 24,000 items  6,000/s  2.0 s left");
}

TEST(progress_without_a_total_counts) {
    char text[200];
    Progress progress = progress_of("rows", 1234567, 0);
    progress_text(&progress, 1000000, text, sizeof text);
    CHECK_STR(text, "planning  1,234,567 rows  1,234,567/s");
}

TEST(progress_in_bytes_is_shown_in_megabytes) {
    char text[200];
    Progress progress = progress_of("bytes", 500000000, 1000000000);
    progress_text(&progress, 5000000, text, sizeof text);
    CHECK_STR(text, "planning   50 %  500 MB of 1,000 MB  100 MB/s  5.0 s left");
}

TEST(progress_at_the_very_start_divides_by_nothing) {
    char text[200];
    Progress progress = progress_of("items", 0, 10);
    progress_text(&progress, 0, text, sizeof text);
    CHECK_STR(text, "planning    0 %  0 of 10 items  0/s");
}
