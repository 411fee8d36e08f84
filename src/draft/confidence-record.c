/* A record of confidence in a model row, and which one stands behind today's numbers. The payload also tells who fitted it on what, and how it was judged (study/refit.h):
 *
 *     "version","weights":{"rate":micro,...},"knots":[{"doubt","share","low" micro,"labels"}],"cells":[{"kind","tier","labels","shift" micro}] */
#include <string.h>

#include "base/json.h"
#include "draft/confidence.h"

static int64_t micro_of_share(double share) { return (int64_t)(share * 1e6 + (share < 0 ? -0.5 : 0.5)); }

void confidence_record_write(JsonWriter *json, const ConfidenceRecord *record) {
    const DoubtRecord *d = &record->doubt;
    json_field_str(json, "version", record->version);
    json_field_object(json, "weights");
    for (int k = 0; k < SIGN_COUNT_; k++)
        if (d->weight[k] > 0) json_field_int(json, confidence_sign_names[k], micro_of_share(d->weight[k]));
    json_end(json);
    json_field_array(json, "knots");
    for (int k = 0; k < d->knots; k++) {
        json_begin_object(json);
        json_field_int(json, "doubt", micro_of_share(d->knot[k].doubt));
        json_field_int(json, "share", micro_of_share(d->knot[k].share));
        json_field_int(json, "low", micro_of_share(d->knot[k].low));
        json_field_int(json, "labels", d->knot[k].labels);
        json_end(json);
    }
    json_end(json);
    json_field_array(json, "cells");
    for (int c = 0; c < d->cells; c++) {
        json_begin_object(json);
        json_field_str(json, "kind", d->cell[c].kind);
        json_field_str(json, "tier", d->cell[c].cell);
        json_field_int(json, "labels", d->cell[c].labels);
        json_field_int(json, "shift", micro_of_share(d->cell[c].shift));
        json_end(json);
    }
    json_end(json);
}

static Err share_read(const JsonValue *object, const char *name, double *out, Why *why) {
    int64_t micro;
    TRY(json_need_int(object, name, &micro, why));
    *out = (double)micro / 1e6;
    return OK;
}

static Err count_read(const JsonValue *object, int *out, Why *why) {
    int64_t labels;
    TRY(json_need_int(object, "labels", &labels, why));
    if (labels < 0 || labels > INT32_MAX) return fail(why, ERR_CORRUPT, "\"labels\" is %lld", (long long)labels);
    *out = (int)labels;
    return OK;
}

static Err weights_read(const JsonValue *payload, DoubtRecord *out, Why *why) {
    const JsonValue *weights;
    TRY(json_need_object(payload, "weights", &weights, why));
    for (int k = 0; k < SIGN_COUNT_; k++)
        if (json_get(weights, confidence_sign_names[k])) TRY(share_read(weights, confidence_sign_names[k], &out->weight[k], why));
    return OK;
}

static Err knots_read(const JsonValue *payload, DoubtRecord *out, Why *why) {
    const JsonValue *knots;
    TRY(json_need_array(payload, "knots", &knots, why));
    if (knots->count == 0 || knots->count > DOUBT_KNOTS_MOST) return fail(why, ERR_CORRUPT, "there are %zu steps, not 1 to %d", knots->count, DOUBT_KNOTS_MOST);
    json_each(element, knots) {
        DoubtKnot *knot = &out->knot[out->knots++];
        TRY(share_read(element, "doubt", &knot->doubt, why));
        TRY(share_read(element, "share", &knot->share, why));
        TRY(share_read(element, "low", &knot->low, why));
        TRY(count_read(element, &knot->labels, why));
    }
    return OK;
}

static Err cells_read(Arena *arena, const JsonValue *payload, DoubtRecord *out, Why *why) {
    const JsonValue *cells;
    TRY(json_need_array(payload, "cells", &cells, why));
    if (cells->count > DOUBT_CELLS_MOST) return fail(why, ERR_CORRUPT, "there are %zu cells, more than %d", cells->count, DOUBT_CELLS_MOST);
    json_each(element, cells) {
        DoubtCell *cell = &out->cell[out->cells++];
        TRY(json_need_text(element, "kind", &cell->kind, why));
        TRY(json_need_text(element, "tier", &cell->cell, why));
        TRY(share_read(element, "shift", &cell->shift, why));
        TRY(count_read(element, &cell->labels, why));
        cell->kind = text_copy(arena, cell->kind);
        cell->cell = text_copy(arena, cell->cell);
    }
    return OK;
}

Err confidence_record_read(Arena *arena, const JsonValue *payload, ConfidenceRecord *out, Why *why) {
    const char *version;
    *out = (ConfidenceRecord){ 0 };
    TRY(json_need_text(payload, "version", &version, why));
    if (strlen(version) >= sizeof out->version) return fail(why, ERR_CORRUPT, "\"version\" is too long");
    memcpy(out->version, version, strlen(version) + 1);
    TRY(weights_read(payload, &out->doubt, why));
    TRY(knots_read(payload, &out->doubt, why));
    return cells_read(arena, payload, &out->doubt, why);
}

/* ---- which one is in force ---- */

typedef struct Champion { int64_t known_us; Arena *arena; ConfidenceRecord *record; } Champion;
static Err champion_take(void *self, const Row *row, bool *out_taken, Why *why) {
    Champion *champion = self;
    own(arena_end) Arena *work = arena_begin(4 * MiB);
    const JsonValue *payload;
    bool wins;
    if (row->known_us > champion->known_us) return OK;
    TRY(json_parse(work, row->payload, &payload, why));
    TRY(json_need_bool(payload, "champion", &wins, why));
    if (!wins) return OK;
    TRY(confidence_record_read(champion->arena, payload, champion->record, why));
    champion->record->row = row->id.v;
    *out_taken = true;
    return OK;
}

Err confidence_find(Store *store, const Policy *policy, int64_t upto, int64_t known_us, Arena *arena, ConfidenceRecord *out, Why *why) {
    *out = *confidence_shipped();
    if (policy->confidence != CONFIDENCE_OWN) return OK;
    Champion champion = { known_us, arena, out };
    LogFilter filter = { .kinds = 1ull << ROW_MODEL, .key = "confidence", .upto = { upto }, .newest_first = true };
    Err err = log_find(store, &filter, champion_take, &champion, why);
    if (err != OK) return fail_hint(why, fail_doing(why, err, "the record of confidence"), "set \"confidence\" to \"shipped\" in the policy, or run: stockwright confidence fit");
    if (out->row == 0) out->doubt.cells = 0;   /* no kind has labels here */
    return OK;
}
