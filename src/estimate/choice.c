/* The choice in planning: found, read, applied. */
#include "estimate/choice.h"

#include <stdlib.h>

#include "base/csv.h"
#include "base/decimal.h"
#include "base/json.h"

const char *const choice_names[CHOICE_COUNT_] = { "as-now", "least-cost", "target-0.80", "target-0.90", "target-0.95", "target-0.98", "target-0.99", "base-stock", "order-point", "lots", "erp-min-max" };
const char *const pick_because_names[PICK_BECAUSE_COUNT_] = { "nothing was better", "its class", "its own history" };
static const double targets[CHOICE_COUNT_] = { [CHOICE_TARGET_80] = .80, [CHOICE_TARGET_90] = .90, [CHOICE_TARGET_95] = .95, [CHOICE_TARGET_98] = .98, [CHOICE_TARGET_99] = .99 };

GoalKind goal_by_service(const Policy *policy, const Goal *goal) {
    if (policy->service_metric == SERVICE_CYCLE) return GOAL_CYCLE;
    return policy->service_metric == SERVICE_LINE_FILL && goal->line_units > 0 ? GOAL_LINE_FILL : GOAL_UNIT_FILL;
}

void choice_apply(int choice, const Policy *policy, Goal *goal) {
    if (choice == CHOICE_COST && goal->holding_cost > 0 && goal->shortage_cost > 0) goal->kind = GOAL_COST;
    if (targets[choice] <= 0) return;
    goal->kind = goal_by_service(policy, goal);
    goal->target = targets[choice];
}

int choice_replenish(int choice) {
    switch (choice) {
    case CHOICE_BASE_STOCK: return REPLENISH_BASE_STOCK;
    case CHOICE_ORDER_POINT: return REPLENISH_ORDER_POINT;
    case CHOICE_LOTS: return REPLENISH_LOTS;
    case CHOICE_ERP: return REPLENISH_MIN_MAX;
    default: return -1;
    }
}

static int64_t key_of(ItemId item, PlaceId place) { return (int64_t)item.v << 32 | (int64_t)place.v; }

int choice_of(const Choices *choices, ItemId item, PlaceId place) {
    int64_t key = key_of(item, place);
    size_t low = 0, high = choices ? choices->count : 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (choices->of[middle].key < key) low = middle + 1;
        else high = middle;
    }
    return choices && low < choices->count && choices->of[low].key == key ? choices->of[low].choice : CHOICE_NOW;
}

/* ---- from the log ---- */

Err choice_blob(Store *store, Arena *work, const Row *row, Text *out_csv, Why *why) {
    const JsonValue *payload;
    const char *hex;
    TRY(json_parse(work, row->payload, &payload, why));
    TRY(json_need_text(payload, "blob", &hex, why));
    return blob_read_named(store, work, hex, out_csv, why);
}

static int by_key(const void *left, const void *right) {
    const ChoiceOf *l = left, *r = right;
    return (l->key > r->key) - (l->key < r->key);
}

static int32_t named(Text name) {
    for (int k = 0; k < CHOICE_COUNT_; k++)
        if (text_equal(name, text_of(choice_names[k]))) return k;
    return -1;
}

/* Item and place by their codes: the first three fields of a row. */
static Err rows_read(Store *store, Text blob, Arena *arena, Choices *out, Why *why) {
    BytesMemory memory = { .text = blob };
    own(csv_end) Csv *csv = csv_begin(bytes_of_memory(&memory), (CsvOptions){ 0 });
    size_t lines = 1;
    for (size_t i = 0; i < blob.length; i++) lines += blob.at[i] == '\n';
    ChoiceOf *of = many_in(arena, ChoiceOf, lines);
    CsvRecord record;
    TRY(csv_next(csv, &record, why));
    for (;;) {
        TRY(csv_next(csv, &record, why));
        if (record.is_end) break;
        int32_t choice = record.fields_count > 2 ? named(record.fields[2].text) : -1;
        if (choice < 0) return fail(why, ERR_CORRUPT, "line %lld names no policy", (long long)record.line);
        int32_t item = ident_find(store, ID_ITEM, record.fields[0].text), place = ident_find(store, ID_PLACE, record.fields[1].text);
        if (choice != CHOICE_NOW && item && place) of[out->count++] = (ChoiceOf){ key_of((ItemId){ item }, (PlaceId){ place }), choice };
    }
    qsort(of, out->count, sizeof *of, by_key);
    out->of = of;
    return OK;
}

typedef struct Newest { int64_t known_us; Arena *work; Row row; } Newest;
static Err newest_take(void *self, const Row *row, bool *out_taken, [[maybe_unused]] Why *why) {
    Newest *newest = self;
    if (row->known_us > newest->known_us) return OK;
    *out_taken = true;
    newest->row = *row;
    newest->row.payload = text_of(text_keep(newest->work, row->payload));
    return OK;
}

Err choices_find(Store *store, const Policy *policy, int64_t upto, int64_t known_us, Arena *arena, Choices *out, Why *why) {
    *out = (Choices){ 0 };
    if (policy->policy_choice != POLICY_CHOICE_SIMULATED) return OK;
    own(arena_end) Arena *work = arena_begin(1024 * MiB);
    LogFilter filter = { .kinds = 1ull << ROW_MODEL, .key = "policy-choice", .upto = { upto }, .newest_first = true };
    Newest newest = { .known_us = known_us, .work = work };
    Text blob;
    TRY(log_find(store, &filter, newest_take, &newest, why));
    if (!newest.row.id.v) return OK;
    out->row = newest.row.id.v;
    Err err = choice_blob(store, work, &newest.row, &blob, why);
    if (err == OK) err = rows_read(store, blob, arena, out, why);
    if (err == OK) return OK;
    return fail_hint(why, fail_doing(why, err, "policy choice of row %lld", (long long)out->row), "set \"policy_choice\" to \"off\" in the policy, or run: stockwright policy choose");
}
