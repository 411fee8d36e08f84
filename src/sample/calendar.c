/* calendar.c - working days, holidays and seasonal indexes. */
#include "sample/calendar.h"

#include <assert.h>
#include <string.h>

/* The `nth` weekday of a month; nth 5 means the last one. */
static int32_t nth_weekday(int year, int month, int weekday, int nth) {
    int32_t first = day_of_civil((Civil){ year, month, 1 });
    int32_t day = first + (weekday - day_weekday(first) + 7) % 7;
    int32_t last = first + days_in_month(year, month) - 1;
    for (int i = 1; i < nth && day + 7 <= last; i++) day += 7;
    return day;
}

int holidays_of_year(int year, Holiday out[HOLIDAYS_MOST]) {
    out[0] = (Holiday){ day_of_civil((Civil){ year, 1, 1 }), "New Year's Day" };
    out[1] = (Holiday){ nth_weekday(year, 5, 1, 5), "Memorial Day" };
    out[2] = (Holiday){ day_of_civil((Civil){ year, 7, 4 }), "Independence Day" };
    out[3] = (Holiday){ nth_weekday(year, 9, 1, 1), "Labor Day" };
    out[4] = (Holiday){ nth_weekday(year, 11, 4, 4), "Thanksgiving" };
    out[5] = (Holiday){ day_of_civil((Civil){ year, 12, 25 }), "Christmas" };
    return HOLIDAYS_MOST;
}

static bool is_holiday(int32_t day) {
    Holiday holidays[HOLIDAYS_MOST];
    int count = holidays_of_year(civil_of_day(day).year, holidays);
    for (int i = 0; i < count; i++)
        if (holidays[i].day == day) return true;
    return false;
}

void calendar_fill(Calendar *calendar, int32_t end_day) {
    calendar->first_day = end_day - SAMPLE_DAYS + 1;
    for (int i = 0; i < CALENDAR_LENGTH; i++) {
        int32_t day = calendar->first_day + i - CALENDAR_BEFORE;
        day_format(day, calendar->text[i]);
        calendar->weekday[i] = (uint8_t)day_weekday(day);
        calendar->open[i] = calendar->weekday[i] <= 5 && !is_holiday(day);
    }
}

static int slot(int index) {
    assert(index >= -CALENDAR_BEFORE);
    assert(index < SAMPLE_DAYS + CALENDAR_AFTER);
    return index + CALENDAR_BEFORE;
}

const char *calendar_text(const Calendar *calendar, int index) { return calendar->text[slot(index)]; }
bool calendar_open(const Calendar *calendar, int index) { return calendar->open[slot(index)]; }

int calendar_next_open(const Calendar *calendar, int index) {
    while (!calendar_open(calendar, index)) index++;
    return index;
}

bool calendar_month_end(const Calendar *calendar, int index) {
    return civil_of_day(calendar->first_day + index + 1).day == 1;
}

double calendar_day_weight(const Calendar *calendar, int index) {
    static const double weights[8] = { 0, 1.45, 1.40, 1.35, 1.35, 1.20, 0.17, 0.08 };
    int weekday = calendar->weekday[slot(index)];
    return weekday <= 5 && !calendar_open(calendar, index) ? weights[7] : weights[weekday];
}

double calendar_season(const Calendar *calendar, int season, int index) {
    static const float months[SEASON_COUNT_][12] = {
        [SEASON_FLAT]     = { 1.00f, 1.00f, 1.02f, 1.01f, 1.01f, 1.00f, 0.98f, 0.99f, 1.01f, 1.02f, 1.00f, 0.96f },
        [SEASON_WINTER]   = { 1.32f, 1.25f, 1.06f, 0.90f, 0.78f, 0.74f, 0.74f, 0.80f, 0.94f, 1.08f, 1.20f, 1.24f },
        [SEASON_SUMMER]   = { 0.74f, 0.78f, 0.90f, 1.02f, 1.18f, 1.32f, 1.34f, 1.24f, 1.06f, 0.90f, 0.78f, 0.74f },
        [SEASON_SPRING]   = { 0.86f, 0.94f, 1.12f, 1.22f, 1.18f, 1.06f, 0.98f, 0.96f, 0.98f, 0.96f, 0.90f, 0.84f },
        [SEASON_BUILDING] = { 0.84f, 0.88f, 1.00f, 1.08f, 1.12f, 1.12f, 1.08f, 1.08f, 1.06f, 1.02f, 0.92f, 0.80f },
    };
    Civil civil = civil_of_day(calendar->first_day + index);
    /* A month's value holds at its middle; straight lines between. */
    double place = civil.month - 1 + (civil.day - 0.5) / days_in_month(civil.year, civil.month) - 0.5;
    int from = place < 0 ? 11 : (int)place;
    double share = place < 0 ? place + 1 : place - (int)place;
    return months[season][from] * (1 - share) + months[season][(from + 1) % 12] * share;
}
