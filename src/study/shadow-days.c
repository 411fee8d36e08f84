#include "study/shadow-days.h"

#include <string.h>

#include "base/decimal.h"

static void fold_days(const State *state, int32_t spot, int32_t end, Arena *work, Fold *out) {
    FoldInput in = { .state = state, .spot = spot, .start_day = end, .bucket_days = 1, .requests_captured = true };
    fold_spot(&in, work, out);
}

static void add_on(ShadowDays *out, int at, double demand, double receipt) {
    if (at < 0 || at >= out->count) return;
    out->demand[at] += demand;
    out->receipt[at] += receipt;
}

void shadow_days(const State *state, int32_t spot, int32_t from, int32_t end, Arena *work, ShadowDays *out) {
    Fold fold;
    memset(out, 0, sizeof *out);
    fold_days(state, spot, end, work, &fold);
    out->count = end - from < SHADOW_DAYS_MOST ? end - from : SHADOW_DAYS_MOST;
    for (int b = 0; b < fold.buckets; b++)
        for (int k = 0; k < fold.bucket_days; k++) add_on(out, fold.from_day + b * fold.bucket_days + k - from, fold.value[b] / fold.bucket_days, 0);
    for (int i = 0; i < fold.one_off_count; i++)
        if (fold.one_off[i].taken_out) add_on(out, fold.one_off[i].day - from, micro_to_double(fold.one_off[i].qty), 0);
    for (int i = 0; i < fold.stories; i++)
        for (int k = 0; fold.story[i].po->day < from && k < fold.story[i].receipts; k++) add_on(out, fold.story[i].receipt[k].day - from, 0, fold.story[i].receipt[k].accepted);
    Record *records;
    int count = state_records(state, spot, work, &records);
    for (int i = 0; i < count; i++) {
        if (records[i].kind != REC_TRANSFER_IN || records[i].day >= from || records[i].more < 0) continue;
        int32_t came = state->details.at[records[i].more].day_c;
        if (came != NO_DAY) add_on(out, came - from, 0, micro_to_double(records[i].qty));
    }
}

int shadow_lead(const State *state, int32_t spot, int32_t supplier, int32_t day, int32_t end, int otherwise, Arena *work) {
    Fold fold;
    int32_t first = INT32_MAX;
    int days = otherwise;
    fold_days(state, spot, end, work, &fold);
    for (int i = 0; i < fold.stories; i++) {
        const OrderStory *story = &fold.story[i];
        if (story->first_day == NO_DAY || story->po->who != supplier || story->po->day < day || story->po->day >= first) continue;
        first = story->po->day;
        days = story->first_day - story->po->day;
    }
    return days;
}
