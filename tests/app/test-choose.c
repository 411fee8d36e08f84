#include "app/app.h"
#include "app/verbs.h"
#include "tests/house.h"
#include "tests/test.h"

static const char POLICY[] = "{\"policy\":1,\"name\":\"t\",\"currency\":\"USD\",\"tiers\":[{\"id\":\"R9\",\"when\":{},\"tier\":\"review\"}]}";

/* In a server others may exchange the policy in force while replays go on, so that they must hold one of their own. */
TEST(replays_hold_a_policy_that_nobody_else_exchanges) {
    own(house_end) House *house = house_begin(POLICY);
    own(buf_end) Buf out = buf_begin(MiB);
    Why why = { 0 };
    store_close(&house->store);
    App app = { .world = house->world, .directory = house->directory, .quiet = true, .serving = true }, reader = app;
    reader.house = &app;
    app.reader = &reader;
    app_begin(&app);
    app_begin(&reader);
    app_enter(&app);
    Call call = { .app = &app, .work = house->work, .user = "kim", .out = &out };
    CHECK_OK(verb_policy_choose(&call, &why));
    CHECK(reader.policy.row.v > 0);
    CHECK_EQ(app.policy.row.v, 0);
    app_leave(&app);
    app_end(&reader);
    app_end(&app);
}
