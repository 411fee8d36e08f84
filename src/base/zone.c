/* zone.c - time zones from TZif files (RFC 8536).
 *
 *     header   44 bytes   "TZif" version(1) 15 unused, then six counts, big endian 32 bit:
 *                         isutc, isstd, leap, time, type, char
 *     block 1  times in 32 bit: skipped when the version is 2 or later
 *     header   again, and block 2 with times in 64 bit:
 *              time x 8   moments of change, rising
 *              time x 1   the type that begins there
 *              type x 6   offset(4) is_dst(1) name index(1)
 *              char, leap x 12, isstd, isutc: skipped
 *     footer   "\n" a POSIX TZ rule "\n", for moments after the last change: CET-1CEST,M3.5.0,M10.5.0/3
 */
#include "base/arena.h"
#include "base/file.h"
#include "base/time.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER_BYTES = 44, CHANGES_MOST = 4096, TYPES_MOST = 256, ZONE_FILE_MOST = 256 * KiB, NAME_MOST = 64 };

typedef struct RuleDay { /* when in the year a rule changes */
    enum { RULE_MONTH_WEEK, RULE_JULIAN, RULE_DAY } kind;
    int month, week, weekday; /* Mm.w.d: weekday 0 Sunday, week 5 the last */
    int day;                  /* Jn: 1-365 without the leap day; n: 0-365 with it */
    int at_s;                 /* wall clock of the change, may be negative */
} RuleDay;

typedef struct Rule {
    bool has_summer;
    int winter_s, summer_s;
    RuleDay summer_from, summer_to;
} Rule;

struct Zone {
    size_t changes;
    int64_t change_s[CHANGES_MOST];
    uint8_t change_type[CHANGES_MOST];
    int types;
    int type_offset_s[TYPES_MOST];
    bool has_rule;
    Rule rule;
};

/* ---- the rule of the footer ---- */
static bool rule_name(Text *text) {
    size_t i = 0;
    bool angle = text->length && text->at[0] == '<';
    if (angle) {
        while (i < text->length && text->at[i] != '>') i++;
        if (i == text->length) return false;
        i++;
    } else {
        while (i < text->length && ((text->at[i] | 32) >= 'a' && (text->at[i] | 32) <= 'z')) i++;
    }
    *text = text_part(*text, i, text->length);
    return i >= (angle ? 2 : 3);
}

static bool rule_number(Text *text, int most, int *out) {
    int value = 0;
    size_t i = 0;
    for (; i < text->length && text->at[i] >= '0' && text->at[i] <= '9' && value <= most; i++) value = value * 10 + (text->at[i] - '0');
    *text = text_part(*text, i, text->length);
    *out = value;
    return i > 0 && value <= most;
}

static bool rule_take(Text *text, char c) {
    if (!text->length || text->at[0] != c) return false;
    *text = text_part(*text, 1, text->length);
    return true;
}

/* [+-]hh[:mm[:ss]] in seconds */
static bool rule_clock(Text *text, int *out_s) {
    bool negative = rule_take(text, '-');
    if (!negative) (void)rule_take(text, '+'); /* a plus means nothing */
    int hours, minutes = 0, seconds = 0;
    if (!rule_number(text, 167, &hours)) return false;
    if (rule_take(text, ':') && !rule_number(text, 59, &minutes)) return false;
    if (rule_take(text, ':') && !rule_number(text, 59, &seconds)) return false;
    int value = hours * 3600 + minutes * 60 + seconds;
    *out_s = negative ? -value : value;
    return true;
}

static bool rule_day(Text *text, RuleDay *out) {
    RuleDay day = { .kind = RULE_DAY, .at_s = 7200 };
    if (rule_take(text, 'M')) {
        day.kind = RULE_MONTH_WEEK;
        if (!rule_number(text, 12, &day.month) || day.month < 1 || !rule_take(text, '.')) return false;
        if (!rule_number(text, 5, &day.week) || day.week < 1 || !rule_take(text, '.')) return false;
        if (!rule_number(text, 6, &day.weekday)) return false;
    } else {
        if (rule_take(text, 'J')) day.kind = RULE_JULIAN;
        if (!rule_number(text, 365, &day.day) || (day.kind == RULE_JULIAN && day.day < 1)) return false;
    }
    if (rule_take(text, '/') && !rule_clock(text, &day.at_s)) return false;
    *out = day;
    return true;
}

static bool rule_parse(Text text, Rule *out) {
    Rule rule = { 0 };
    int west_s;
    if (!rule_name(&text) || !rule_clock(&text, &west_s)) return false;
    rule.winter_s = -west_s; /* POSIX counts westwards */
    if (text.length) {
        rule.has_summer = true;
        if (!rule_name(&text)) return false;
        rule.summer_s = rule.winter_s + 3600;
        if (text.length && text.at[0] != ',') {
            if (!rule_clock(&text, &west_s)) return false;
            rule.summer_s = -west_s;
        }
        if (!rule_take(&text, ',') || !rule_day(&text, &rule.summer_from)) return false;
        if (!rule_take(&text, ',') || !rule_day(&text, &rule.summer_to)) return false;
    }
    if (text.length) return false;
    *out = rule;
    return true;
}

/* Seconds since 1970 of the change in that year, as if the wall clock were UTC. */
static int64_t rule_day_local_s(const RuleDay *rule, int year) {
    int32_t day;
    if (rule->kind == RULE_MONTH_WEEK) {
        int32_t first = day_of_civil((Civil){ year, rule->month, 1 });
        day = first + (rule->weekday - day_weekday(first) % 7 + 7) % 7 + (rule->week - 1) * 7;
        if (day >= first + days_in_month(year, rule->month)) day -= 7;
    } else {
        int32_t january_1 = day_of_civil((Civil){ year, 1, 1 });
        bool after_leap_day = rule->kind == RULE_JULIAN && rule->day > 59 && days_in_month(year, 2) == 29;
        day = january_1 + rule->day - (rule->kind == RULE_JULIAN) + after_leap_day;
    }
    return (int64_t)day * 86400 + rule->at_s;
}

static int rule_offset_s(const Rule *rule, int64_t at_s) {
    if (!rule->has_summer) return rule->winter_s;
    int32_t local_day = day_of_us((at_s + rule->winter_s) * SECOND_US);
    int year = civil_of_day(local_day).year;
    if (year < 1 || year > 9999) return rule->winter_s;
    int64_t from = rule_day_local_s(&rule->summer_from, year) - rule->winter_s;
    int64_t to = rule_day_local_s(&rule->summer_to, year) - rule->summer_s;
    bool summer = from < to ? at_s >= from && at_s < to : !(at_s >= to && at_s < from); /* southern summers span the new year */
    return summer ? rule->summer_s : rule->winter_s;
}

/* ---- the file ---- */
static uint64_t big_endian(const char *at, int bytes) {
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++) value = value << 8 | (unsigned char)at[i];
    return value;
}

typedef struct Header { size_t isutc, isstd, leaps, times, types, chars; int version; } Header;

static bool header_read(Text file, size_t at, Header *out) {
    Text text = text_part(file, at, at + HEADER_BYTES);
    if (text.length < HEADER_BYTES || !text_starts(text, "TZif")) return false;
    *out = (Header){
        .version = text.at[4] == 0 ? 1 : text.at[4] - '0',
        .isutc = big_endian(text.at + 20, 4), .isstd = big_endian(text.at + 24, 4), .leaps = big_endian(text.at + 28, 4),
        .times = big_endian(text.at + 32, 4), .types = big_endian(text.at + 36, 4), .chars = big_endian(text.at + 40, 4),
    };
    return out->times <= CHANGES_MOST && out->types >= 1 && out->types <= TYPES_MOST && out->leaps <= CHANGES_MOST
        && out->chars <= CHANGES_MOST && out->isutc <= TYPES_MOST && out->isstd <= TYPES_MOST;
}

static size_t block_bytes(const Header *header, size_t time_bytes) {
    return header->times * (time_bytes + 1) + header->types * 6 + header->chars + header->leaps * (time_bytes + 4) + header->isstd
         + header->isutc;
}

/* The changes and types of the 64-bit block; false when a number is out of its range. */
static bool block_read(Zone *zone, Text block, const Header *header) {
    const char *types = block.at + header->times * 9;
    zone->changes = header->times;
    zone->types = (int)header->types;
    const int64_t furthest_s = INT64_MAX / SECOND_US / 2;
    for (size_t i = 0; i < header->times; i++) {
        zone->change_s[i] = (int64_t)big_endian(block.at + i * 8, 8);
        zone->change_type[i] = (uint8_t)block.at[header->times * 8 + i];
        if (zone->change_type[i] >= header->types || (i > 0 && zone->change_s[i] <= zone->change_s[i - 1])) return false;
        if (zone->change_s[i] > furthest_s) return false;
    }
    for (size_t i = 0; i < header->types; i++) {
        zone->type_offset_s[i] = (int32_t)big_endian(types + i * 6, 4);
        if (zone->type_offset_s[i] < -26 * 3600 || zone->type_offset_s[i] > 26 * 3600) return false;
    }
    return true;
}

static bool zone_read(Zone *zone, Text file) {
    Header header;
    if (!header_read(file, 0, &header) || header.version < 2) return false;
    size_t at = HEADER_BYTES + block_bytes(&header, 4);
    if (!header_read(file, at, &header)) return false;
    at += HEADER_BYTES;
    size_t bytes = block_bytes(&header, 8);
    Text block = text_part(file, at, at + bytes);
    if (block.length < bytes || !block_read(zone, block, &header)) return false;
    Text footer = text_part(file, at + bytes, file.length);
    if (!rule_take(&footer, '\n')) return false;
    Text rule, rest;
    if (!text_split(footer, '\n', &rule, &rest) || rest.length) return false;
    zone->has_rule = rule.length > 0;
    return !zone->has_rule || rule_parse(rule, &zone->rule);
}

static Zone *zone_new(void) {
    Zone *zone = calloc(1, sizeof *zone);
    if (!zone) stop_for("the machine has no memory for a time zone");
    return zone;
}

Err zone_of_bytes(const char *name, Text tzif, Zone **out_zone, Why *why) {
    if (strlen(name) > NAME_MOST) return fail(why, ERR_INVALID, "time zone \"%.80s\": the name is too long", name);
    own(zone_end) Zone *zone = zone_new();
    if (!zone_read(zone, tzif)) return fail(why, ERR_CORRUPT, "time zone \"%s\": its file is not in TZif format, version 2 or later", name);
    *out_zone = keep(zone);
    return OK;
}

Err zone_begin(const char *name, Zone **out_zone, Why *why) {
    size_t length = strlen(name);
    if (strcmp(name, "UTC") == 0) {
        Zone *zone = zone_new();
        zone->types = 1;
        *out_zone = zone;
        return OK;
    }
    if (length == 0 || length > NAME_MOST || name[0] == '/' || strstr(name, ".."))
        return fail(why, ERR_INVALID, "\"%.80s\" is not the name of a time zone", name);
    own(arena_end) Arena *work = arena_begin(2 * ZONE_FILE_MOST);
    Text file;
    Err err = file_read(work, text_format(work, "/usr/share/zoneinfo/%s", name), ZONE_FILE_MOST, &file, why);
    if (err == ERR_NOT_FOUND || err == ERR_INVALID) {
        err = fail(why, ERR_INVALID, "time zone \"%s\" is not known on this machine", name);
        return fail_hint(why, err, "use a name like Europe/Berlin or America/Chicago; the package tzdata must be installed");
    }
    if (err != OK) return err;
    return zone_of_bytes(name, file, out_zone, why);
}

void zone_end(Zone **zone) {
    free(*zone);
    *zone = NULL;
}

/* ---- asking ---- */
static int64_t floor_s(int64_t us) { return us / SECOND_US - (us % SECOND_US < 0); }

int zone_offset_s(const Zone *zone, int64_t us) {
    if (!zone) return 0;
    int64_t at_s = floor_s(us);
    size_t low = 0, high = zone->changes; /* the first change after at_s */
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (zone->change_s[middle] <= at_s) low = middle + 1;
        else high = middle;
    }
    if (low == zone->changes && zone->has_rule) return rule_offset_s(&zone->rule, at_s);
    return zone->type_offset_s[low == 0 ? 0 : zone->change_type[low - 1]];
}

int64_t zone_to_local_us(const Zone *zone, int64_t us) { return us + zone_offset_s(zone, us) * SECOND_US; }

int64_t zone_from_local_us(const Zone *zone, int64_t local_us) {
    if (!zone) return local_us;
    int before_s = zone_offset_s(zone, local_us - DAY_US), after_s = zone_offset_s(zone, local_us + DAY_US);
    int larger_s = before_s > after_s ? before_s : after_s; /* the larger offset gives the earlier moment */
    int smaller_s = before_s > after_s ? after_s : before_s;
    int64_t first = local_us - larger_s * SECOND_US, second = local_us - smaller_s * SECOND_US;
    if (zone_to_local_us(zone, first) == local_us) return first;
    if (zone_to_local_us(zone, second) == local_us) return second;
    return local_us - before_s * SECOND_US;
}
