/* time.h - moments, days and weeks. A moment is int64 microseconds since 1970-01-01T00:00:00 UTC (_us); a day is int32
 * days since 1970-01-01 of whatever calendar it is said to be in (_day); years 0001 .. 9999. Weeks are ISO 8601: they start
 * on Monday and week 1 holds the year's first Thursday. Zones come from TZif files read by our own parser: glibc's zone is
 * global and this product plans for warehouses in several. */
#pragma once
#include "base/err.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

#define SECOND_US INT64_C(1000000)
#define MINUTE_US (60 * SECOND_US)
#define HOUR_US (60 * MINUTE_US)
#define DAY_US (24 * HOUR_US)

typedef struct Civil { int year, month, day; } Civil;         /* month 1-12, day 1-31 */
typedef struct IsoWeek { int year, week; } IsoWeek;           /* week 1-53 */

bool civil_is_real(Civil civil);
int32_t day_of_civil(Civil civil);                            /* must be real (asserted) */
Civil civil_of_day(int32_t day);
int days_in_month(int year, int month);
int day_weekday(int32_t day);                                 /* 1 Monday .. 7 Sunday */
IsoWeek week_of_day(int32_t day);
int32_t day_of_week(IsoWeek week);                            /* its Monday */
int32_t day_monday(int32_t day);                              /* the Monday of its week */
int32_t day_add_months(int32_t day, int months);              /* 31 January + 1 month is the last of February */
int32_t day_of_us(int64_t us);                                /* the UTC day (floor) */
int64_t us_of_day(int32_t day);                               /* its UTC midnight */

/* Patterns: %Y %m %d %y (69-99 are 19xx) %b (Jan, any case) %H %M %S %f (1-6 digits) %p (AM/PM, with %I) %I %z (Z, +hh:mm,
 * +hhmm) and letters that stand for themselves; "[" ... "]" around a tail that may be absent. "%m" "%d" "%H" "%I" take one
 * or two digits, "%Y" four. "iso" is %Y-%m-%d[T or blank %H:%M[:%S[.%f]][zone]] and "iso-week" is %G-W%V (its Monday).
 * A time that the pattern names is required unless bracketed; the whole text must match; 31 February is an error. */
typedef struct Zone Zone;
Err day_parse(Text text, const char *pattern, int32_t *out_day, Why *why);  /* a time in it is checked and dropped */
/* `zone` reads a local time (NULL: UTC); a zone in the text wins. A day without time is its local midnight. */
Err time_parse(Text text, const char *pattern, const Zone *zone, int64_t *out_us, Why *why);
Err pattern_check(const char *pattern, Why *why);             /* for configurations: refuse a bad pattern at once */

enum { TIME_TEXT = 40, DAY_TEXT = 16 };
int time_format(int64_t us, char out[TIME_TEXT]);             /* RFC 3339: 2026-03-01T14:05:00Z, .123456 when not whole */
int day_format(int32_t day, char out[DAY_TEXT]);              /* 2026-03-01 */
int duration_format(int64_t us, char out[TIME_TEXT]);         /* "850 ms", "12.3 s", "4 min 10 s", "2 h 5 min", "3 d 4 h" */

/* "UTC" is built in; others are read from /usr/share/zoneinfo. Names with ".." or a leading "/" are refused. */
Err zone_begin(const char *name, Zone **out_zone, Why *why);
Err zone_of_bytes(const char *name, Text tzif, Zone **out_zone, Why *why);
void zone_end(Zone **zone);
int zone_offset_s(const Zone *zone, int64_t us);              /* seconds east of UTC at that moment; NULL zone: 0 */
int64_t zone_to_local_us(const Zone *zone, int64_t us);       /* the wall clock, as if it were UTC */
/* A wall time that happened twice is its first; one that was skipped moves forward by the gap. */
int64_t zone_from_local_us(const Zone *zone, int64_t local_us);
