/* Signals and overrides stand in chains by what they name, so that an item-place looks only at what may speak of it. */
#include "base/rng.h"
#include "plan/yard.h"
#include "position/state.h"
#include "tests/test.h"

static bool signal_reached(const State *state, ItemId item, PlaceId place, size_t index) {
    ToldOf chain[TOLD_CHAINS];
    int times = 0;
    state_told(state, item, place, chain);
    for (int c = 0; c < TOLD_CHAINS; c++)
        for (int32_t i = chain[c].signals; i >= 0; i = state->signals.at[i].next) times += (size_t)i == index;
    CHECK(times <= 1);
    return times == 1;
}

static bool override_reached(const State *state, ItemId item, PlaceId place, size_t index) {
    ToldOf chain[TOLD_CHAINS];
    int times = 0;
    state_told(state, item, place, chain);
    for (int c = 0; c < TOLD_CHAINS; c++)
        for (int32_t i = chain[c].overrides; i >= 0; i = state->overrides.at[i].next) times += (size_t)i == index;
    CHECK(times <= 1);
    return times == 1;
}

static const char *scope(Yard *yard, Rng *rng) {
    const char *item = rng_chance(rng, 0.5) ? text_format(yard->work, " item=%s", rng_chance(rng, 0.5) ? "A" : "B") : "";
    const char *place = rng_chance(rng, 0.5) ? text_format(yard->work, " place=%s", rng_chance(rng, 0.5) ? "P" : "Q") : "";
    return text_format(yard->work, "%s%s%s", item, place, rng_chance(rng, 0.3) ? " group=G" : "");
}

TEST(every_signal_and_override_that_speaks_of_an_item_place_is_in_one_of_its_chains) {
    Rng rng = rng_of(5);
    for (int round = 0; round < 10; round++) {
        own(yard_end) Yard *yard = yard_begin();
        Why why = { 0 };
        yard_masters(yard);
        for (int n = 0; n < 40; n++) {       /* later versions of the same document name something else: the old one is taken back */
            yard_factf(yard, "signal doc=W%d%s from_day=2026-03-01 to_day=2026-03-06 factor=1.5 version=%d", (int)rng_below(&rng, 25), scope(yard, &rng), n + 1);
            yard_factf(yard, "override doc=V%d%s from_day=2026-03-01 to_day=2026-03-06 factor=1.5 reason=fair version=%d", (int)rng_below(&rng, 25), scope(yard, &rng), n + 1);
        }
        yard_put(yard);
        own(state_end) State *now = state_begin(yard->store);
        CHECK_OK(state_build(now, log_last(yard->store).v, INT64_MAX, &why));
        state_link(now);
        for (int at = 0; at < 4; at++) {
            ItemId item = yard_item(yard, at % 2 ? "A" : "B");
            PlaceId place = yard_place(yard, at / 2 ? "P" : "Q");
            for (size_t i = 0; i < now->signals.count; i++) {
                const SignalInfo *s = &now->signals.at[i];
                bool named = (s->item == 0 || s->item == item.v) && (s->place == 0 || s->place == place.v);
                if (s->row && named) CHECK(signal_reached(now, item, place, i));
            }
            for (size_t i = 0; i < now->overrides.count; i++) {
                const OverrideInfo *o = &now->overrides.at[i];
                bool named = (o->item == 0 || o->item == item.v) && (o->place == 0 || o->place == place.v);
                if (o->row && named) CHECK(override_reached(now, item, place, i));
            }
        }
    }
}
