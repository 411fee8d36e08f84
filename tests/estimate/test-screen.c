/* What screening leaves out never hides a case: random item-places by seed, each estimated whole and screened. */
#include "base/decimal.h"
#include "base/rng.h"
#include "plan/yard.h"
#include "tests/test.h"

enum { ITEM_PLACES = 600 };

static const char *const policy_text =
    "{\"policy\":1,\"name\":\"screen\",\"currency\":\"USD\",\"bucket\":\"week\",\"service\":{\"default\":0.95,\"metric\":\"%s\"},\"review_days\":7,"
    "\"costs\":{\"order_cost\":%d},\"queue\":{\"least_rank\":500},\"tiers\":[{\"id\":\"R9\",\"when\":{},\"tier\":\"review\"}]}";

static Assessment *base_of(Yard *yard, Plan *plan) { return yard_assess(yard, plan, "A"); }

static LeadPoints any_lead(Rng *rng, double days) {
    LeadTime lead;
    lead_stated(days, rng_chance(rng, 0.3) ? 0 : 0.5 * rng_unit(rng), &lead);
    return lead_points(&lead, 6);
}

static void any_demand(Rng *rng, Picture *p) {
    double rate = rng_lognormal(rng, 1, 1.5);
    p->demand = demand_levelled(&p->demand, rate, rate * rate * 0.3 * rng_unit(rng), 0);
    p->demand.noise_var = rate * (0.2 + 4 * rng_unit(rng));
    if (rng_chance(rng, 0.4)) {
        p->demand.shape = DEMAND_SHAPE_LUMPY;
        p->demand.sizes = 3;
        for (int i = 0; i < 3; i++) {
            p->demand.size[i] = (float)(1 + (int)rng_below(rng, 8));
            p->demand.size_share[i] = 1.0f / 3;
        }
    }
    p->mean_day = rate / 7;
}

static void any_supply(Rng *rng, Picture *p, double needed) {
    int64_t hand = (int64_t)(needed * 2.5 * rng_unit(rng) - needed / 20), coming = 0;
    p->receipts = (int)rng_below(rng, 4);
    for (int i = 0; i < p->receipts; i++) {
        int64_t units = 1 + (int64_t)(needed * rng_unit(rng));
        p->receipt[i] = (RiskReceipt){ .units = (double)units, .when = any_lead(rng, 2 + 12 * i + 10 * rng_unit(rng)) };
        p->receipt_day[i] = p->order_day + 2 + 12 * i;
        coming += units;
    }
    p->on_hand_risk = (double)hand;
    p->fold.on_hand = hand * MICRO;
    p->fold.on_order = coming * MICRO;
    p->position = (Position){ .on_hand = hand > 0 ? hand * MICRO : 0, .backorders = hand < 0 ? -hand * MICRO : 0, .on_order = coming * MICRO };
    p->owed = position_owed(&p->position);
}

static void any_picture(const Context *context, Rng *rng, const Picture *base, Picture *p) {
    *p = *base;
    double days = 2 + 40 * rng_unit(rng);
    any_demand(rng, p);
    p->lead = any_lead(rng, days);
    p->money.unit_cost = rng_lognormal(rng, 2, 1.5);
    p->money.price = p->money.unit_cost * (1.1 + rng_unit(rng));
    p->money.price_known = rng_chance(rng, 0.9);
    p->money.cost_known = rng_chance(rng, 0.95);
    if (!p->money.price_known) p->flags |= CASE_FLAG_BIT(NO_PRICE);
    if (rng_chance(rng, 0.05)) p->flags |= CASE_FLAG_BIT(PHASE_OUT);
    any_supply(rng, p, p->mean_day * (days + 7));
    picture_follow(context, p);
}

typedef struct Tally { int wanted, quiet, unranked; } Tally;

static void same_answer(const Context *context, const Picture *p, Tally *tally) {
    Context screening = *context;
    Estimate whole, screened;
    Courses courses;
    screening.screening = true;
    estimate_make(context, p, &whole, &courses);
    estimate_make(&screening, p, &screened, &courses);
    bool wanted = estimate_wants_order(context, &whole);
    CHECK_EQ(estimate_wants_order(context, &screened), wanted);
    CHECK_EQ(estimate_wants_excess(context, &screened), estimate_wants_excess(context, &whole));
    CHECK_EQ(screened.qty, whole.qty);
    CHECK(screened.level == whole.level && screened.safety == whole.safety && screened.can_give == whole.can_give);
    if (screened.carried) CHECK(screened.p0 == whole.p0 && screened.p1 == whole.p1 && screened.short_wait == whole.short_wait);
    else CHECK(screened.decided && !screened.whole && screened.p1 < 0 && whole.p1 < 0.5);
    if (screened.ranked) CHECK(screened.rank == whole.rank);
    else if (whole.qty > 0 && whole.rank >= 0) CHECK(screened.rank == 0 && whole.rank * 100 * 2 < (double)context->policy->queue_least_rank_minor);
    tally->wanted += wanted;
    tally->quiet += !screened.carried;
    tally->unranked += whole.qty > 0 && !screened.ranked;
}

static void screens(const char *metric, int order_cost) {
    own(yard_end) Yard *yard = yard_begin();
    yard_policy(yard, text_format(yard->work, policy_text, metric, order_cost));
    yard_masters(yard);
    yard_history(yard, "A", "P", yard_day("2026-01-01"), yard_day("2026-11-02"), 4);
    yard_orders(yard, "A", "P", yard_day("2026-01-01"), yard_day("2026-10-20"), 14, 10, 56);
    yard_fact(yard, "stock item=A place=P as_of_day=2026-11-01 on_hand=40");
    yard_put(yard);
    own(plan_end) Plan *plan = yard_look(yard, "2026-11-02");
    Rng rng = rng_of(5);
    Tally tally = { 0 };
    Picture *p = new_in(yard->work, Picture), *base = &base_of(yard, plan)->picture;
    for (int i = 0; i < ITEM_PLACES; i++) {
        any_picture(&plan->context, &rng, base, p);
        same_answer(&plan->context, p, &tally);
    }
    CHECK(tally.wanted > ITEM_PLACES / 10 && tally.quiet > ITEM_PLACES / 10 && tally.unranked > ITEM_PLACES / 10);
}

TEST(screening_never_hides_what_the_whole_estimate_would_make_a_case_of) { screens("fill", 0); }
TEST(screening_by_cycle_service_with_lots_hides_nothing) { screens("cycle", 2000); }
