/* calendar.h - when the company works and how the year moves its demand.
 *
 * Days inside the simulation are indexes: 0 is the first simulated day, SAMPLE_DAYS - 1 the last. Master data is older
 * (negative indexes) and promises reach beyond the end. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"
#include "sample/sample.h"

enum { CALENDAR_BEFORE = 60, CALENDAR_AFTER = 320, CALENDAR_LENGTH = CALENDAR_BEFORE + SAMPLE_DAYS + CALENDAR_AFTER };
enum { SEASON_FLAT, SEASON_WINTER, SEASON_SUMMER, SEASON_SPRING, SEASON_BUILDING, SEASON_COUNT_ };

typedef struct Calendar {
    int32_t first_day;                             /* civil day of index 0 */
    char text[CALENDAR_LENGTH][DAY_TEXT];          /* "2026-11-23" by index + CALENDAR_BEFORE */
    uint8_t weekday[CALENDAR_LENGTH];              /* 1 Monday .. 7 Sunday */
    bool open[CALENDAR_LENGTH];                    /* Monday to Friday and no holiday */
} Calendar;

void calendar_fill(Calendar *calendar, int32_t end_day);
const char *calendar_text(const Calendar *calendar, int index);
bool calendar_open(const Calendar *calendar, int index);
int calendar_next_open(const Calendar *calendar, int index);      /* index itself when open */
bool calendar_month_end(const Calendar *calendar, int index);
/* Expected share of an ordinary day's order lines; the seven days of a week average 1. Holidays count as Sundays. */
double calendar_day_weight(const Calendar *calendar, int index);
/* Yearly index of a season profile on that day, mean about 1. */
double calendar_season(const Calendar *calendar, int season, int index);

/* US holidays of a year, in order; returns how many. */
enum { HOLIDAYS_MOST = 6 };
typedef struct Holiday { int32_t day; const char *name; } Holiday;
int holidays_of_year(int year, Holiday out[HOLIDAYS_MOST]);
