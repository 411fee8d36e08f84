/* How promises are kept, learned from every line that was due. */
#include <stdlib.h>
#include <string.h>

#include "estimate/leadtimes.h"

/* ---- one spot ---- */

/* What came unusable came all the same: it is not on its way any more. */
static bool came_late(const OrderStory *s) { return s->came_day != NO_DAY ? s->came_day > s->promise : story_is_late(s); }

static int32_t last_came(const OrderStory *s) { return s->came_day != NO_DAY ? s->came_day : s->last_day; }

static LeadObservation kept_early(const OrderStory *s) { return (LeadObservation){ .days = s->promise - last_came(s) }; }

/* What has not come yet is later than yesterday. */
static LeadObservation slipped(const OrderStory *s, int32_t start_day) {
    if (s->came_day != NO_DAY || !s->open) return (LeadObservation){ .days = last_came(s) - s->promise };
    return (LeadObservation){ .days = start_day - 1 - s->promise, .outcome = LEAD_OPEN };
}

void promises_gather(const Fold *fold, int32_t start_day, Arena *kept, LeadStream *out_early, LeadStream *out_slip) {
    int due = 0;
    for (int k = 0; k < fold->stories; k++) due += story_is_due(&fold->story[k], start_day) && !fold->story[k].left_out_row;
    if (due == 0) return;
    lead_stream_begin(out_early, due, kept);
    lead_stream_begin(out_slip, due, kept);
    for (int k = 0; k < fold->stories; k++) {
        const OrderStory *s = &fold->story[k];
        if (!story_is_due(s, start_day) || s->left_out_row) continue;
        bool late = came_late(s);
        LeadObservation seen = late ? slipped(s, start_day) : kept_early(s);
        seen.age_days = start_day - s->promise;
        seen.cluster = (int)(uint32_t)(s->order & 0x7fffffff);
        lead_stream_add(late ? out_slip : out_early, seen, s->po->who);
    }
}

/* ---- all spots: lines counted by lane and month, and the drifting rate over them ---- */

static int by_number(const void *left, const void *right) {
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static int64_t lane_key(int32_t supplier, int32_t place) { return (int64_t)supplier << 32 | (uint32_t)place; }

static int32_t lane_find(const Promises *promises, int64_t key) {
    int low = 0, high = promises->lanes;
    while (low < high) {
        int middle = (low + high) / 2;
        if (promises->lane[middle] < key) low = middle + 1;
        else high = middle;
    }
    return low < promises->lanes && promises->lane[low] == key ? low : -1;
}

static void lanes_number(const State *state, const LeadStream *kept, Arena *arena, Promises *out) {
    IntMap *seen = int_map_begin(20000000);
    for (size_t s = 0; s < 2 * state->spots.count; s++)
        for (int i = 0; i < kept[s].count; i++) int_map_set(seen, lane_key(kept[s].from[i].supplier, state->spots.at[s / 2].place.v), 1);
    out->lanes = (int)int_map_count(seen);
    out->lane = many_in(arena, int64_t, out->lanes + 1);
    for (int i = 0; i < out->lanes; i++) out->lane[i] = int_map_key(seen, (size_t)i);
    qsort(out->lane, (size_t)out->lanes, sizeof *out->lane, by_number);
    int_map_end(&seen);
}

static int32_t bucket_of(double days_ago) {
    int32_t bucket = ((int32_t)days_ago - 1) / LATE_BUCKET_DAYS;
    return bucket < 0 ? 0 : bucket < LATE_BUCKETS_MOST ? bucket : LATE_BUCKETS_MOST - 1;
}

void promises_fit(const State *state, const LeadStream *kept, Arena *arena, Promises *out) {
    lanes_number(state, kept, arena, out);
    LIST(LateCell) cells = { 0 };
    IntMap *cell_of = int_map_begin(200000000), *orders = int_map_begin(200000000);
    int64_t lines = 0;
    for (size_t s = 0; s < 2 * state->spots.count; s++)
        for (int i = 0; i < kept[s].count; i++) {
            int32_t supplier = kept[s].from[i].supplier, place = state->spots.at[s / 2].place.v, lane = lane_find(out, lane_key(supplier, place));
            int32_t bucket = bucket_of(kept[s].seen[i].age_days);
            bool is_new = false;
            int64_t at = *int_map_place(cell_of, (int64_t)lane * LATE_BUCKETS_MOST + bucket, (int64_t)cells.count, &is_new);
            if (is_new) list_push(&cells, (LateCell){ .group = { supplier, place, lane }, .bucket = bucket, .seen = 1 });
            cells.at[at].lines++;
            lines++;
            int_map_set(orders, kept[s].seen[i].cluster, 1);
            cells.at[at].late += s % 2;
        }
    LateInput in = { .cell = cells.at, .count = (int)cells.count, .line_weight = lines ? (double)int_map_count(orders) / (double)lines : 1,
                     .groups = { (int)state->suppliers.count + 1, (int)state->places.count + 1, out->lanes } };
    late_fit(&in, arena, &out->late);
    list_end(&cells);
    int_map_end(&cell_of);
    int_map_end(&orders);
}

bool promises_known(const Promises *promises) { return promises->late.found && promises->late.lines >= PROMISES_LEAST; }

LateChance promise_chance(const Promises *promises, int32_t supplier, int32_t place) {
    int32_t group[LATE_FACTORS] = { supplier, place, lane_find(promises, lane_key(supplier, place)) };
    return late_chance(&promises->late, group);
}
