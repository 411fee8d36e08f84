/* Which record of confidence stands behind a number: what is written is what is read, the newest champion of the prefix counts, and only where the policy wants it. */
#include <string.h>

#include "base/json.h"
#include "draft/confidence.h"
#include "draft/draft.h"
#include "plan/yard.h"
#include "tests/test.h"

static ConfidenceRecord record_of(double share) {
    return (ConfidenceRecord){ .version = "abc", .doubt = { .weight = { [SIGN_LEAD] = 0.25 }, .knots = 2, .knot = { { 0, share, 0.9, 300 }, { 0.5, 0.8, 0.7, 250 } },
                               .cells = 1, .cell = { { "buy", "", 550, -0.125 } } } };
}

static int64_t record_put(Yard *yard, const ConfidenceRecord *record, bool champion, int64_t known_us) {
    own(buf_end) Buf text = buf_begin(MiB);
    Why why = { 0 };
    JsonWriter json = json_writer(&text);
    json_begin_object(&json);
    json_field_bool(&json, "champion", champion);
    confidence_record_write(&json, record);
    json_end(&json);
    CHECK_OK(store_begin(yard->store, &why));
    Row row = { .kind = ROW_MODEL, .occurred_us = known_us, .known_us = known_us, .by = "kim", .key = "confidence", .payload = buf_text(&text) };
    CHECK_OK(log_append(yard->store, &row, &why));
    CHECK_OK(store_commit(yard->store, &why));
    return row.id.v;
}

static ConfidenceRecord found(Yard *yard, ConfidenceUse use, int64_t upto, int64_t known_us) {
    ConfidenceRecord record;
    Why why = { 0 };
    Policy policy = { .confidence = use };
    CHECK_OK(confidence_find(yard->store, &policy, upto, known_us, yard->work, &record, &why));
    return record;
}

TEST(the_newest_champion_of_the_log_prefix_is_in_force_and_only_where_the_policy_wants_it) {
    own(yard_end) Yard *yard = yard_begin();
    ConfidenceRecord one = record_of(0.99), two = record_of(0.98), lost = record_of(0.97);
    int64_t last = log_last(yard->store).v;
    CHECK_EQ(found(yard, CONFIDENCE_OWN, last, INT64_MAX).row, 0);
    CHECK_EQ(found(yard, CONFIDENCE_OWN, last, INT64_MAX).doubt.cells, 0);
    int64_t first = record_put(yard, &one, true, 10), second = record_put(yard, &two, true, 20);
    int64_t third = record_put(yard, &lost, false, 30);
    CHECK_EQ(found(yard, CONFIDENCE_OWN, third, INT64_MAX).row, second);
    CHECK_EQ(found(yard, CONFIDENCE_OWN, first, INT64_MAX).row, first);
    CHECK_EQ(found(yard, CONFIDENCE_OWN, third, 15).row, first);
    ConfidenceRecord read = found(yard, CONFIDENCE_OWN, third, INT64_MAX), shipped = found(yard, CONFIDENCE_SHIPPED, third, INT64_MAX);
    CHECK_STR(read.version, "abc");
    CHECK_NEAR(read.doubt.weight[SIGN_LEAD], 0.25, 1e-12);
    CHECK_EQ(read.doubt.knots, 2);
    CHECK_NEAR(read.doubt.knot[0].share, 0.98, 1e-12);
    CHECK_STR(read.doubt.cell[0].kind, "buy");
    CHECK_NEAR(read.doubt.cell[0].shift, -0.125, 1e-12);
    CHECK_EQ(shipped.row, 0);
    CHECK(shipped.doubt.cells > 0);
}

/* "own" without a record that won: what the samples say, at its lower bound, and nobody automates on it. */
TEST(a_store_without_a_record_of_its_own_automates_nothing_where_the_policy_wants_one) {
    own(yard_end) Yard *yard = yard_begin();
    ConfidenceRecord none = found(yard, CONFIDENCE_OWN, log_last(yard->store).v, INT64_MAX);
    DoubtSaid said = doubt_said(&none.doubt, (const double[SIGN_COUNT_]){ 0 }, SIGN_COUNT_, "buy", "A");
    CHECK_NEAR(said.low, -1, 1e-12);
    CHECK_NEAR(said.share, none.doubt.knot[0].low, 1e-12);
}

TEST(planning_says_which_record_stands_behind_a_case) {
    for (int own_record = 0; own_record < 2; own_record++) {
        own(yard_end) Yard *yard = yard_begin();
        yard_policy(yard, text_format(yard->work, "{\"policy\":1,\"name\":\"t\",\"currency\":\"USD\",\"confidence\":\"%s\",\"tiers\":[{\"id\":\"R9\",\"when\":{},\"tier\":\"review\"}]}", own_record ? "own" : "shipped"));
        yard_masters(yard);
        yard_history(yard, "A", "P", yard_day("2026-01-01"), yard_day("2026-11-02"), 4);
        yard_orders(yard, "A", "P", yard_day("2026-01-01"), yard_day("2026-10-20"), 14, 10, 56);
        yard_factf(yard, "stock item=A place=P as_of_day=2026-11-01 on_hand=20");
        yard_put(yard);
        ConfidenceRecord record = record_of(0.99);
        int64_t row = record_put(yard, &record, true, 10), named = 0;
        own(plan_end) Plan *plan = yard_look(yard, "2026-11-02");
        Assessment *a = yard_assess(yard, plan, "A");
        Draft draft;
        QuantityFlips flips = { 0 };
        draft_order(&plan->context, &a->picture, &a->estimate, NULL, &flips, yard->work, &draft);
        draft_order_tell(&plan->context, &a->picture, &a->estimate, &a->courses, yard->work, &draft);
        for (int i = 0; i < draft.c.evidence_count; i++)
            if (strcmp(draft.c.evidence[i].role, "confidence") == 0) named = draft.c.evidence[i].row.v;
        CHECK_EQ(named, own_record ? row : 0);
        CHECK((strstr(text_keep(yard->work, draft.input), "\"confidence\":\"abc\"") != NULL) == (own_record == 1));
    }
}
