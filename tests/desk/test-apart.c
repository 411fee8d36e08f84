/* Which decisions departed from what was proposed: those of people that stand, the last of several, beside what planning wrote. */
#include "base/time.h"
#include "desk/apart.h"
#include "desk/decide.h"
#include "tests/house.h"
#include "tests/test.h"

static const char POLICY[] = "{\"policy\":1,\"name\":\"t\",\"currency\":\"USD\",\"approval\":{\"value_least\":90000000},\"tiers\":[{\"id\":\"R9\",\"when\":{},\"tier\":\"review\"}]}";
static const Person KIM = { "kim", ROLE_PLANNER };

static void give(House *house, RowId case_id, Verdict verdict, int64_t units) {
    Why why = { 0 };
    DecideOutput out;
    DecideInput input = { .case_id = case_id, .seen = house_row(house, case_id), .verdict = verdict, .reason = "so", .has_qty = units > 0, .qty_micro = units * 1000000,
                          .until_day = verdict == VERDICT_SNOOZE ? day_of_us(world_now_us(house->desk.world)) + 5 : 0 };
    CHECK_OK(desk_decide(&house->desk, house->work, KIM, &input, &out, &why));
}

static int apart(House *house, DecisionApart **out) {
    Why why = { 0 };
    int count;
    CHECK_OK(decisions_apart(house->store, house->work, 100, out, &count, &why));
    return count;
}

TEST(only_what_stands_and_departs_is_listed_newest_first) {
    own(house_end) House *house = house_begin(POLICY);
    DecisionApart *all;
    RowId taken = house_case(house, (HouseCase){ .item = 1 }), changed = house_case(house, (HouseCase){ .item = 2 }), declined = house_case(house, (HouseCase){ .item = 3 }),
          put_off = house_case(house, (HouseCase){ .item = 4 });
    RowId proposed = house_row(house, changed);
    give(house, taken, VERDICT_ACCEPT, 0);
    give(house, changed, VERDICT_CHANGE, 20);
    give(house, declined, VERDICT_REJECT, 0);
    give(house, put_off, VERDICT_SNOOZE, 0);
    give(house, changed, VERDICT_CHANGE, 30);
    CHECK_EQ(apart(house, &all), 3);
    CHECK(all[0].case_id.v == changed.v && all[1].case_id.v == put_off.v && all[2].case_id.v == declined.v);
    CHECK_EQ(all[0].decision.qty_micro, 30000000);           /* the last of the two */
    CHECK_EQ(all[0].planned.v, proposed.v);                  /* beside what planning wrote, not what was changed before */
    CHECK_STR(all[0].by, "kim");
    give(house, changed, VERDICT_UNDO, 0);
    CHECK_EQ(apart(house, &all), 3);
    CHECK_EQ(all[2].decision.qty_micro, 20000000);           /* the one before stands again */
    give(house, declined, VERDICT_UNDO, 0);
    CHECK_EQ(apart(house, &all), 2);
}
