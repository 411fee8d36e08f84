/* time-parse.c - reading dates and times by pattern. The pattern is walked once against the text; "[" tries its tail and,
 * when that does not match, goes on behind its "]". The failure reported is the one that came furthest into the text. */
#include "base/time.h"

#include <assert.h>
#include <string.h>

enum { PATTERN_MOST = 64, BRACKETS_MOST = 6 };

typedef struct Parts {
    int year, month, day, week_year, week, hour, hour12, minute, second, micro, offset_s;
    bool has_week, has_hour12, is_afternoon, has_offset;
} Parts;

typedef struct Match {
    Text text;
    Parts parts;
    size_t furthest;     /* where the best attempt failed, and what it wanted there */
    const char *wanted;
} Match;

static const Parts no_parts = { .month = 1, .day = 1 };

static bool refuse(Match *match, size_t at, const char *wanted) {
    if (!match->wanted || at >= match->furthest) match->furthest = at, match->wanted = wanted;
    return false;
}

/* Between `least` and `most` digits into *out, within [low, high]; moves *at. */
typedef struct Digits { int least, most, low, high; const char *wanted; } Digits;

static bool read_digits(Match *match, size_t *at, Digits digits, int *out) {
    int value = 0, count = 0;
    size_t i = *at;
    for (; count < digits.most && i < match->text.length && match->text.at[i] >= '0' && match->text.at[i] <= '9'; i++, count++)
        value = value * 10 + (match->text.at[i] - '0');
    if (count < digits.least || value < digits.low || value > digits.high) return refuse(match, *at, digits.wanted);
    *at = i;
    *out = value;
    return true;
}

static bool read_month_name(Match *match, size_t *at, int *out) {
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    Text word = text_part(match->text, *at, *at + 3);
    for (int month = 0; month < 12 && word.length == 3; month++) {
        if (!text_equal_nocase(word, text_from(names + 3 * month, 3))) continue;
        *out = month + 1;
        *at += 3;
        return true;
    }
    return refuse(match, *at, "a month (Jan ... Dec)");
}

static bool read_fraction(Match *match, size_t *at, int *out) {
    size_t from = *at;
    if (!read_digits(match, at, (Digits){ 1, 6, 0, 999999, "a fraction of 1 to 6 digits" }, out)) return false;
    for (size_t have = *at - from; have < 6; have++) *out *= 10;
    return true;
}

static bool read_half_of_day(Match *match, size_t *at) {
    Text word = text_part(match->text, *at, *at + 2);
    bool afternoon = text_equal_nocase(word, text_of("pm"));
    if (!afternoon && !text_equal_nocase(word, text_of("am"))) return refuse(match, *at, "AM or PM");
    match->parts.is_afternoon = afternoon;
    *at += 2;
    return true;
}

static bool read_offset(Match *match, size_t *at) {
    char c = *at < match->text.length ? match->text.at[*at] : 0;
    match->parts.has_offset = true;
    match->parts.offset_s = 0;
    if (c == 'Z' || c == 'z') {
        *at += 1;
        return true;
    }
    if (c != '+' && c != '-') return refuse(match, *at, "a zone (Z, +hh:mm)");
    size_t next = *at + 1;
    int hours = 0, minutes = 0;
    if (!read_digits(match, &next, (Digits){ 2, 2, 0, 23, "a zone (Z, +hh:mm)" }, &hours)) return false;
    if (next < match->text.length && match->text.at[next] == ':') next++;
    if (!read_digits(match, &next, (Digits){ 2, 2, 0, 59, "a zone (Z, +hh:mm)" }, &minutes)) return false;
    match->parts.offset_s = (hours * 60 + minutes) * (c == '-' ? -60 : 60);
    *at = next;
    return true;
}

static bool read_part(Match *match, char letter, size_t *at) {
    Parts *parts = &match->parts;
    switch (letter) {
    case 'Y': return read_digits(match, at, (Digits){ 4, 4, 1, 9999, "a year of four digits" }, &parts->year);
    case 'G':
        parts->has_week = true;
        return read_digits(match, at, (Digits){ 4, 4, 1, 9998, "a year of four digits" }, &parts->week_year);
    case 'V': return read_digits(match, at, (Digits){ 2, 2, 1, 53, "a week (01-53)" }, &parts->week);
    case 'y':
        if (!read_digits(match, at, (Digits){ 2, 2, 0, 99, "a year of two digits" }, &parts->year)) return false;
        parts->year += parts->year >= 69 ? 1900 : 2000;
        return true;
    case 'm': return read_digits(match, at, (Digits){ 1, 2, 1, 12, "a month (1-12)" }, &parts->month);
    case 'd': return read_digits(match, at, (Digits){ 1, 2, 1, 31, "a day (1-31)" }, &parts->day);
    case 'b': return read_month_name(match, at, &parts->month);
    case 'H': return read_digits(match, at, (Digits){ 1, 2, 0, 23, "an hour (0-23)" }, &parts->hour);
    case 'I':
        parts->has_hour12 = true;
        return read_digits(match, at, (Digits){ 1, 2, 1, 12, "an hour (1-12)" }, &parts->hour12);
    case 'p': return read_half_of_day(match, at);
    case 'M': return read_digits(match, at, (Digits){ 2, 2, 0, 59, "minutes (00-59)" }, &parts->minute);
    case 'S': return read_digits(match, at, (Digits){ 2, 2, 0, 59, "seconds (00-59)" }, &parts->second);
    case 'f': return read_fraction(match, at, &parts->micro);
    case 'z': return read_offset(match, at);
    case 'T': { /* of "iso" only: T or one blank */
        char c = *at < match->text.length ? match->text.at[*at] : 0;
        if (c != 'T' && c != 't' && c != ' ') return refuse(match, *at, "the end of the date, or T and a time");
        *at += 1;
        return true;
    }
    default: return refuse(match, *at, "a pattern letter that is known");
    }
}

/* The "]" that closes the "[" at `open`. Patterns are checked, so there is one. */
static const char *bracket_end(const char *open) {
    int depth = 0;
    for (const char *at = open; *at; at++) {
        depth += (*at == '[') - (*at == ']');
        if (depth == 0) return at;
    }
    return open + strlen(open) - 1;
}

static bool match_from(Match *match, const char *pattern, size_t at) {
    for (; *pattern; pattern++) {
        if (*pattern == ']') continue;
        if (*pattern == '[') {
            Parts before = match->parts;
            if (match_from(match, pattern + 1, at)) return true;
            match->parts = before;
            pattern = bracket_end(pattern);
        } else if (*pattern == '%') {
            if (!read_part(match, *++pattern, &at)) return false;
        } else {
            if (at >= match->text.length || match->text.at[at] != *pattern) return refuse(match, at, NULL);
            at++;
        }
    }
    return at == match->text.length || refuse(match, at, "the end");
}

static const char *pattern_of(const char *pattern) {
    if (strcmp(pattern, "iso") == 0) return "%Y-%m-%d[%T%H:%M[:%S[.%f]][%z]]";
    if (strcmp(pattern, "iso-week") == 0) return "%G-W%V";
    return pattern;
}

Err pattern_check(const char *pattern, Why *why) {
    if (strcmp(pattern, "iso") == 0 || strcmp(pattern, "iso-week") == 0) return OK;
    int depth = 0, brackets = 0;
    bool years = false, weeks = false, months = false, days = false;
    for (const char *at = pattern; *at; at++) {
        depth += (*at == '[') - (*at == ']');
        brackets += *at == '[';
        if (depth < 0) break;
        if (*at != '%') continue;
        at++;
        if (!*at || !strchr("YmdybHMSfpIzGV", *at))
            return fail(why, ERR_INVALID, "date pattern \"%s\": \"%%%.1s\" is not known", pattern, at);
        years |= *at == 'Y' || *at == 'y' || *at == 'G', weeks |= *at == 'V';
        months |= *at == 'm' || *at == 'b', days |= *at == 'd';
    }
    if (depth != 0) return fail(why, ERR_INVALID, "date pattern \"%s\": \"[\" and \"]\" do not pair", pattern);
    if (strlen(pattern) > PATTERN_MOST || brackets > BRACKETS_MOST)
        return fail(why, ERR_INVALID, "date pattern \"%.80s\" is too long", pattern);
    if (!years || !(weeks || months)) {
        Err code = fail(why, ERR_INVALID, "date pattern \"%s\" does not name a year and a month or week", pattern);
        return fail_hint(why, code, "for example %%Y-%%m-%%d, %%d/%%m/%%Y, iso or iso-week");
    }
    if (days && !months) return fail(why, ERR_INVALID, "date pattern \"%s\" names a day without its month", pattern);
    return OK;
}

static Err parse_parts(Text whole, const char *pattern, Parts *out, Why *why) {
    TRY(pattern_check(pattern, why));
    Match match = { .text = text_trim(whole), .parts = no_parts };
    Text shown = text_part(match.text, 0, 60);
    if (match.text.length == 0) return fail(why, ERR_INVALID, "a date was expected, there is nothing");
    if (!match_from(&match, pattern_of(pattern), 0)) {
        Err code = fail(why, ERR_INVALID, "\"%.*s\" is not a date of the form %s", TEXT_ARGS(shown), pattern);
        if (!match.wanted) return code;
        return fail_hint(why, code, "at character %zu %s was expected", match.furthest + 1, match.wanted);
    }
    Parts *parts = &match.parts;
    if (parts->has_hour12) parts->hour = parts->hour12 % 12 + (parts->is_afternoon ? 12 : 0);
    if (parts->has_week) {
        if (week_of_day(day_of_week((IsoWeek){ parts->week_year, parts->week })).week != parts->week)
            return fail(why, ERR_INVALID, "\"%.*s\": the year %d has no week %d", TEXT_ARGS(shown), parts->week_year, parts->week);
    } else if (!civil_is_real((Civil){ parts->year, parts->month, parts->day })) {
        return fail_hint(why, fail(why, ERR_INVALID, "\"%.*s\": month %d of %d has no day %d", TEXT_ARGS(shown), parts->month, parts->year, parts->day), "write a day that the calendar has");
    }
    *out = *parts;
    return OK;
}

static int32_t day_of_parts(const Parts *parts) {
    return parts->has_week ? day_of_week((IsoWeek){ parts->week_year, parts->week })
                           : day_of_civil((Civil){ parts->year, parts->month, parts->day });
}

Err day_parse(Text text, const char *pattern, int32_t *out_day, Why *why) {
    Parts parts;
    TRY(parse_parts(text, pattern, &parts, why));
    *out_day = day_of_parts(&parts);
    return OK;
}

Err time_parse(Text text, const char *pattern, const Zone *zone, int64_t *out_us, Why *why) {
    Parts parts;
    TRY(parse_parts(text, pattern, &parts, why));
    int64_t us = us_of_day(day_of_parts(&parts)) + parts.hour * HOUR_US + parts.minute * MINUTE_US + parts.second * SECOND_US
               + parts.micro;
    *out_us = parts.has_offset ? us - parts.offset_s * SECOND_US : zone_from_local_us(zone, us);
    return OK;
}
