/* breaker-stock.c - stock levels, position by position: the newest of the file and the newest before it. */
#include <stdlib.h>

#include "ingest/breaker-room.h"

enum { POSITIONS_MOST = 20000000, LONG_GONE_DAYS = 35 };

typedef struct Level { int32_t day; int64_t on_hand; } Level;
typedef struct Position { int place; Level now, before; } Position;
typedef struct PlaceDay { int32_t day; bool complete; } PlaceDay;

struct Levels {
    TextMap *places;            /* code -> index */
    TextMap *index;             /* place \n item -> position */
    LIST(Position) positions;
    LIST(PlaceDay) days;        /* per place: the newest day of the file */
    Buf key;
};

Levels *levels_begin(void) {
    Levels *levels = calloc(1, sizeof *levels);
    if (!levels) stop_for("the machine has no memory to compare stock levels");
    *levels = (Levels){ .places = text_map_begin(POSITIONS_MOST), .index = text_map_begin(POSITIONS_MOST + 20000), .key = buf_begin(64 * KiB) };
    return levels;
}

void levels_end(Levels **levels) {
    if (!*levels) return;
    text_map_end(&(*levels)->places);
    text_map_end(&(*levels)->index);
    list_end(&(*levels)->positions);
    list_end(&(*levels)->days);
    buf_end(&(*levels)->key);
    free(*levels);
    *levels = NULL;
}

static Position *position_of(Levels *levels, Text place, Text item, bool make) {
    int64_t known;
    bool is_new;
    buf_clear(&levels->key);
    buf_add_text(&levels->key, place);
    buf_add_char(&levels->key, '\n');
    buf_add_text(&levels->key, item);
    if (!make) return text_map_get(levels->index, buf_text(&levels->key), &known) ? &levels->positions.at[known] : NULL;
    int64_t at = *text_map_place(levels->index, buf_text(&levels->key), (int64_t)levels->positions.count, &is_new);
    if (is_new) {
        size_t number = text_map_intern(levels->places, place);
        if (number == levels->days.count) list_push(&levels->days, (PlaceDay){ 0 });
        list_push(&levels->positions, (Position){ .place = (int)number });
    }
    return &levels->positions.at[at];
}

/* The newest two levels of a position, whatever the order of the rows. */
static void take_level(Position *p, Level level) {
    if (level.day >= p->now.day) {
        if (level.day > p->now.day && p->now.day) p->before = p->now;
        p->now = level;
    } else if (level.day > p->before.day) {
        p->before = level;
    }
}

void levels_take(Levels *levels, const Fact *fact) {
    Position *p = position_of(levels, fact_text(fact, F_place), fact_text(fact, F_item), true);
    PlaceDay *place = &levels->days.at[p->place];
    int32_t day = (int32_t)fact->number[F_as_of_day];
    if (day > place->day) *place = (PlaceDay){ .day = day };
    if (day == place->day) place->complete = place->complete || fact_number(fact, F_complete, 0);
    take_level(p, (Level){ day, fact->number[F_on_hand] });
}

/* Positions the file does not have matter where it says that it is complete. */
void levels_known(Levels *levels, const Fact *fact) {
    int64_t number;
    if (!text_map_get(levels->places, fact_text(fact, F_place), &number)) return;
    PlaceDay place = levels->days.at[number];
    int32_t day = (int32_t)fact->number[F_as_of_day];
    if (day >= place.day) return;
    Position *p = position_of(levels, fact_text(fact, F_place), fact_text(fact, F_item), place.complete);
    if (p && day > p->before.day) p->before = (Level){ day, fact->number[F_on_hand] };
}

static bool times(int64_t big, int64_t small, int64_t factor) {
    int64_t wanted = small * factor;
    return big >= wanted - wanted / 100 && big <= wanted + wanted / 100;
}

static bool scaled(int64_t a, int64_t b) {
    int64_t big = a > b ? a : b, small = a > b ? b : a;
    if (small > INT64_MAX / 100) return false;
    return times(big, small, 10) || times(big, small, 100);
}

typedef struct Count { int64_t before, zeroed, both, scaled; int32_t gap_days; } Count;

static void count_add(Count *count, const Position *p, PlaceDay place) {
    bool here = p->now.day == place.day;
    if (!p->before.day || p->before.on_hand <= 0 || (!here && !place.complete)) return;
    int64_t now = here ? p->now.on_hand : 0;
    int32_t gap = place.day - p->before.day;
    /* A position that had left the complete snapshots long ago says nothing about this one. */
    if (!here && gap > LONG_GONE_DAYS) return;
    count->gap_days = gap > count->gap_days ? gap : count->gap_days;
    count->before++;
    count->zeroed += now == 0;
    count->both += now > 0;
    count->scaled += now > 0 && scaled(now, p->before.on_hand);
}

void levels_tally(const Levels *levels, Arena *keep, TallyList *out) {
    own(arena_end) Arena *work = arena_begin(64 * MiB);
    Count *counts = many_in(work, Count, levels->days.count + 1);
    for (size_t i = 0; i < levels->positions.count; i++) {
        const Position *p = &levels->positions.at[i];
        count_add(&counts[p->place], p, levels->days.at[p->place]);
    }
    for (size_t i = 0; i < levels->days.count; i++) {
        const char *place = text_keep(keep, text_map_key(levels->places, i));
        int32_t day = levels->days.at[i].day;
        list_push(out, (Tally){ CHECK_ZEROED, place, day, counts[i].before, counts[i].zeroed, (counts[i].gap_days + 6) / 7 });
        list_push(out, (Tally){ CHECK_SCALED, place, day, counts[i].both, counts[i].scaled, 0 });
    }
}
