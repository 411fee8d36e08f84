/* A storm over items too slow to be odd one by one is one event, unless a single customer made it. */
#include <string.h>

#include "plan/yard.h"
#include "tests/test.h"

enum { PUMPS = 45, ITEMS = 60, STORMY = 40, CUSTOMERS = 90 };

/* Each item is sold every tenth day to whoever comes; the first pumps day after day in the last three, to all customers or to one of them. */
static void stormy(Yard *yard, bool one_customer) {
    int32_t today = yard_day("2026-11-02");
    yard_masters(yard);
    for (int c = 0; c < CUSTOMERS; c++) yard_factf(yard, "customer customer=K%d description=x", c);
    for (int i = 0; i < ITEMS; i++) {
        yard_factf(yard, "item item=P%d description=Pump price=12 currency=USD group=%s", i, i < PUMPS ? "pumps" : "valves");
        for (int ago = 300; ago > 0; ago--) {
            bool storm = i < STORMY && ago <= 3;
            if (!storm && (ago + i) % 10) continue;
            const char *day = yard_day_text(yard, today - ago);
            yard_factf(yard, "order-line doc=ST%d-%d line=1 customer=K%d item=P%d place=P qty=2 order_day=%s requested_day=%s status=shipped", i, ago,
                       storm && one_customer ? 7 : (i * 7 + ago) % CUSTOMERS, i, day, day);
        }
    }
    yard_put(yard);
}

/* How many events are called out by their order lines; the title of one of them. */
static int called_out(Yard *yard, Plan *plan, const char **out_title) {
    PlaceFinding events[EVENTS_ROOM];
    int called = 0, count = events_find(plan, yard->work, events);
    for (int i = 0; i < count; i++) {
        if (strncmp(events[i].finding.title, "Customers order", strlen("Customers order")) != 0) continue;
        *out_title = events[i].finding.title;
        called++;
    }
    return called;
}

TEST(a_storm_over_slow_items_is_one_event_of_their_group) {
    own(yard_end) Yard *yard = yard_begin();
    const char *title = "";
    stormy(yard, false);
    own(plan_end) Plan *plan = yard_look(yard, "2026-11-02");
    CHECK_EQ(called_out(yard, plan, &title), 1);
    CHECK(strstr(title, "of group pumps") != NULL);
}

TEST(a_storm_that_one_customer_made_is_not_called_out) {
    own(yard_end) Yard *yard = yard_begin();
    const char *title = "";
    stormy(yard, true);
    own(plan_end) Plan *plan = yard_look(yard, "2026-11-02");
    CHECK_EQ(called_out(yard, plan, &title), 0);
}
