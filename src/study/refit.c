#include "study/refit.h"

#include <string.h>

#include "base/csv.h"
#include "base/hash.h"
#include "base/list.h"
#include "base/time.h"

typedef struct Labels { Arena *arena; LIST(DoubtLabel) of; CsvWriter csv; } Labels;

static void labels_end(Labels *labels) { list_end(&labels->of); }

static const char *const columns[] = { "day", "item", "place", "kind", "tier", "right", "qty", "better", "cost", "reference", "share", "low" };

static int64_t ten_thousandths(double number) { return (int64_t)(number * 1e4 + (number < 0 ? -0.5 : 0.5)) * 100; }

static void row_write(CsvWriter *csv, const ShadowLabel *label) {
    const double figures[] = { label->units, label->better, label->cost, label->reference, label->said.share, label->said.low };
    char day[DAY_TEXT];
    day_format(label->day, day);
    csv_write_str(csv, day);
    csv_write_str(csv, label->item_code);
    csv_write_str(csv, label->place_code);
    csv_write_str(csv, label->kind);
    csv_write_str(csv, label->tier);
    csv_write_int(csv, label->right);
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) csv_write_micro(csv, ten_thousandths(figures[i]));
    for (int k = 0; k < SIGN_COUNT_; k++) csv_write_micro(csv, ten_thousandths(label->signs.of[k]));
    csv_write_end(csv);
}

static void head_write(CsvWriter *csv) {
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) csv_write_str(csv, columns[i]);
    for (int k = 0; k < SIGN_COUNT_; k++) csv_write_str(csv, confidence_sign_names[k]);
    csv_write_end(csv);
}

static Err label_take(void *self, const ShadowLabel *label, Why *why) {
    Labels *labels = self;
    DoubtLabel kept = { .right = label->right, .day = label->day, .cluster = label->item.v, .kind = text_copy(labels->arena, label->kind), .cell = text_copy(labels->arena, label->tier) };
    for (int k = 0; k < SIGN_COUNT_; k++) kept.sign[k] = (float)label->signs.of[k];
    list_push(&labels->of, kept);
    row_write(&labels->csv, label);
    return buf_check(labels->csv.out, "the labels", why);
}

/* Why it may not stand behind numbers; NULL: it may. */
static const char *fault_of(const Refit *r) {
    if (r->late < DOUBT_LEAST) return "fewer than 200 labels: the shipped record's lower bounds stand, and nothing is automated on them";
    if (r->held.labels == 0 || r->held.bounded == 0) return "there are too few days and labels to judge it on days it had not seen";
    if (r->held.loss > r->held.loss_prior + r->held.loss_se) return "the shipped record foretold the last days better";
    if (r->held.right < r->held.low) return "on the last days fewer were right than its lower bounds said";
    return NULL;
}

/* The record names itself by what it says. */
static void version_make(ConfidenceRecord *record) {
    own(buf_end) Buf text = buf_begin(MiB);
    char hex[SHA256_HEX];
    JsonWriter json = json_writer(&text);
    json_begin_object(&json);
    confidence_record_write(&json, record);
    json_end(&json);
    Sha256 hash = sha256(buf_text(&text));
    sha256_hex(&hash, hex);
    memcpy(record->version, hex, 12);
}

Err refit_make(Store *store, const ShadowAsk *ask, Arena *arena, Buf *out_labels, Refit *out, Why *why) {
    own(labels_end) Labels labels = { .arena = arena, .csv = { .out = out_labels } };
    DoubtFit *fit = new_in(arena, DoubtFit);
    head_write(&labels.csv);
    TRY(shadow_replay(store, ask, label_take, &labels, why));
    int count = (int)labels.of.count;
    const DoubtRecord *shipped = &confidence_shipped()->doubt;
    doubt_fit(labels.of.at, count, SIGN_COUNT_, CONFIDENCE_FITTED, shipped, arena, fit);
    *out = (Refit){ .record.doubt = fit->record, .labels = count, .early = fit->early, .late = fit->late, .first_day = CASE_NO_DAY, .last_day = CASE_NO_DAY,
                    .held = doubt_trial(labels.of.at, count, SIGN_COUNT_, CONFIDENCE_FITTED, shipped, arena) };
    for (int i = 0; i < count; i++) {
        out->wrong += !labels.of.at[i].right;
        out->last_day = labels.of.at[0].day;
        out->first_day = labels.of.at[count - 1].day;
    }
    version_make(&out->record);
    const char *fault = fault_of(out);
    out->champion = fault == NULL;
    out->reason = fault ? fault : "on days it had not seen it foretold no worse than the shipped record, and its lower bounds held";
    return OK;
}

/* ---- what the model row says ---- */

static void micro_field(JsonWriter *json, const char *name, double share) { json_field_int(json, name, (int64_t)(share * 1e6 + 0.5)); }

void refit_write(JsonWriter *json, const Refit *r) {
    json_field_str(json, "name", "confidence");
    json_field_bool(json, "champion", r->champion);
    json_field_str(json, "reason", r->reason);
    json_field_int(json, "labels", r->labels);
    json_field_int(json, "wrong", r->wrong);
    json_field_int(json, "weights_on", r->early);
    json_field_int(json, "shares_on", r->late);
    case_day_or_null(json, "first_day", r->first_day);
    case_day_or_null(json, "last_day", r->last_day);
    json_field_str(json, "leans_on", confidence_shipped()->version);
    json_field_object(json, "held_out");
    json_field_int(json, "labels", r->held.labels);
    micro_field(json, "log_loss_micro", r->held.loss);
    micro_field(json, "log_loss_shipped_micro", r->held.loss_prior);
    micro_field(json, "log_loss_se_micro", r->held.loss_se);
    micro_field(json, "right_micro", r->held.right);
    micro_field(json, "low_micro", r->held.low);
    json_end(json);
    confidence_record_write(json, &r->record);
}
