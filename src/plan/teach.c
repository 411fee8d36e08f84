/* Teaching a learner from the log: the picture as of a day, histories as a panel, the lesson, and what the model row will say. */
#include <string.h>

#include "base/hash.h"
#include "base/json.h"
#include "base/time.h"
#include "plan/room.h"

static int64_t micro_of_share(double share) { return (int64_t)(share * 1e6 + (share < 0 ? -0.5 : 0.5)); }

static double part(double of, double whole) { return whole > 0 ? of / whole : 1; }

static void score_write(JsonWriter *json, const LearnScore *score) {
    json_field_int(json, "windows", (int64_t)score->windows);
    json_field_double(json, "loss_local", score->local);
    json_field_int(json, "learner_over_local_micro", micro_of_share(part(score->learned, score->local)));
    json_field_int(json, "together_over_local_micro", micro_of_share(part(score->together, score->local)));
}

static void day_field(JsonWriter *json, const char *name, const LearnGrid *grid, int bucket) {
    char day[DAY_TEXT];
    day_format((int32_t)(grid->first_day + (int64_t)bucket * grid->bucket_days), day);
    json_field_str(json, name, day);
}

static void model_payload(const Plan *plan, const Panel *panel, const LearnEvidence *e, Text forest, Buf *out) {
    const LearnGrid *grid = &panel->learn.grid;
    Sha256 hash = sha256(forest);
    char hex[SHA256_HEX];
    sha256_hex(&hash, hex);
    JsonWriter json = json_writer(out);
    json_begin_object(&json);
    json_field_str(&json, "name", "demand");
    json_field_str(&json, "blob", hex);
    json_field_int(&json, "upto", plan->state->upto);
    json_field_int(&json, "policy", plan->policy_row.v);
    json_field_str(&json, "engine", PLAN_ENGINE);
    json_field_int(&json, "bucket_days", grid->bucket_days);
    json_field_int(&json, "features", LEARN_FEATURES);
    json_field_int(&json, "item_places", panel->learn.count);
    json_field_int(&json, "rows", (int64_t)e->rows);
    day_field(&json, "chosen_from", grid, e->cut[0]);
    day_field(&json, "judged_from", grid, e->cut[1]);
    day_field(&json, "taught_to", grid, e->cut[LEARN_STAGES - 1]);
    json_field_bool(&json, "champion", e->champion);
    json_field_str(&json, "reason", e->reason);
    json_field_int(&json, "gain_z_micro", micro_of_share(e->gain_z));
    json_field_int(&json, "weeks", e->weeks);
    json_field_int(&json, "gain_t_micro", micro_of_share(e->gain_t));
    json_field_int(&json, "gain_t_least_micro", micro_of_share(e->gain_t_least));
    score_write(&json, &e->all);
    json_field_array(&json, "weights");
    for (int c = 0; c < LEARN_CLASSES; c++) json_int(&json, micro_of_share(e->voice[c].weight));
    json_end(&json);
    json_field_array(&json, "spreads");
    for (int c = 0; c < LEARN_CLASSES; c++) json_int(&json, micro_of_share(e->voice[c].spread));
    json_end(&json);
    json_field_array(&json, "classes");
    for (int c = 0; c < LEARN_CLASSES; c++) {
        json_begin_object(&json);
        json_field_str(&json, "class", learn_class_names[c]);
        json_field_int(&json, "weight_micro", micro_of_share(e->voice[c].weight));
        json_field_int(&json, "spread_micro", micro_of_share(e->voice[c].spread));
        score_write(&json, &e->of_class[c]);
        json_end(&json);
    }
    json_end(&json);
    json_end(&json);
}

Err plan_teach(Plan *plan, const PlanOptions *options, int64_t upto, const LearnProgress *progress, Buf *out_forest, Buf *out_payload, Why *why) {
    own(arena_end) Arena *arena = arena_begin((size_t)1024 * MiB);
    own(panel_end) Panel panel = { 0 };
    LearnRecipe recipe = learn_recipe();
    LearnEvidence evidence;
    TRY(plan_refresh(plan, &(RefreshOptions){ .options = options, .upto = upto, .picture_only = true }, why));
    plan_say(options, "gathering histories", 0, 0);
    recipe.threads = pool_threads(plan->threads);
    Context context = plan->context;
    context.learned = NULL;
    panel_make(&(LearnedInput){ &context, plan->threads }, arena, &panel);
    TRY(learn_teach(&panel.learn, &recipe, plan->threads, progress, out_forest, &evidence, why));
    model_payload(plan, &panel, &evidence, buf_text(out_forest), out_payload);
    return OK;
}
