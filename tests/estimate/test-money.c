/* Money told in several currencies: converted exactly, or not known; never one to one. */
#include "base/decimal.h"
#include "base/time.h"
#include "plan/yard.h"
#include "tests/test.h"

static const char *policy_text(Yard *yard, const char *currency, const char *rates) {
    return text_format(yard->work, "{\"policy\":1,\"name\":\"money\",\"currency\":\"%s\"%s%s,\"costs\":{\"order_cost\":0},\"queue\":{\"least_rank\":1},"
                       "\"tiers\":[{\"id\":\"R9\",\"when\":{},\"tier\":\"review\"}]}", currency, rates ? ",\"currencies\":" : "", rates ? rates : "");
}

/* A is short; its cost, its price and its supplier's minimum are told in `told`, scaled by `scale`. */
static void told_in(Yard *yard, const char *told, const char *cost, const char *price, const char *minimum) {
    yard_fact(yard, "place place=P");
    yard_factf(yard, "supplier supplier=S currency=%s minimum_amount=%s", told, minimum);
    yard_fact(yard, "customer customer=C");
    yard_factf(yard, "item item=A price=%s currency=%s tier=A", cost, told);
    yard_factf(yard, "item-supplier item=A supplier=S lead_days=10 price=%s currency=%s", cost, told);
    yard_factf(yard, "price item=A from_day=2024-01-01 price=%s currency=%s", price, told);
    yard_fact(yard, "item-place item=A place=P supplier=S review_days=7");
    yard_history(yard, "A", "P", yard_day("2026-01-01"), yard_day("2026-11-02"), 4);
    yard_fact(yard, "stock item=A place=P as_of_day=2026-11-01 on_hand=20");
    yard_put(yard);
}

static void planned(Yard *yard) {
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
}

TEST(another_currency_is_converted_exactly) {
    own(yard_end) Yard *yard = yard_begin();
    yard_policy(yard, policy_text(yard, "USD", "{\"EUR\":1.08}"));
    told_in(yard, "EUR", "10.01", "16", "1000");
    planned(yard);
    Case c = yard_case(yard, "A", "P", CASE_BUY, NULL);
    CHECK_EQ(c.action.unit_cost, 10810800);                  /* 10.01 x 1.08, to the last digit */
    CHECK_EQ(c.action.minimum_minor, 108000);
    CHECK_EQ(c.margin_per_unit, 17280000 - 10810800);
    CHECK_STR(c.currency, "USD");
    CHECK(!yard_has_case(yard, "A", "P", CASE_FIX_DATA, "no-rate"));
}

TEST(a_currency_without_a_rate_is_not_known_and_said_to_be) {
    own(yard_end) Yard *yard = yard_begin();
    yard_policy(yard, policy_text(yard, "USD", "{\"CHF\":1.1}"));
    told_in(yard, "EUR", "10", "16", "1000");
    planned(yard);
    CHECK(yard_has_case(yard, "A", "P", CASE_FIX_DATA, "no-rate"));
    Case c = yard_case(yard, "A", "P", CASE_BUY, NULL);
    CHECK_EQ(c.action.unit_cost, CASE_NONE);
    CHECK_EQ(c.action.value_minor, CASE_NONE);
    CHECK_EQ(c.rank_minor, CASE_NONE);
    CHECK_EQ(c.action.minimum_minor, CASE_NONE);
    CHECK(c.flags & CASE_FLAG_BIT(NO_COST));
    CHECK(c.flags & CASE_FLAG_BIT(NO_PRICE));
}

TEST(minor_units_of_other_lengths_are_converted_too) {
    own(yard_end) Yard *yard = yard_begin();
    yard_policy(yard, policy_text(yard, "USD", "{\"JPY\":0.0065,\"KWD\":3.25}"));
    int64_t minor;
    CHECK(policy_amount(&yard->policy, currency_pack(text_of("JPY")), 150000, &minor));      /* yen have no minor unit */
    CHECK_EQ(minor, 97500);
    CHECK(policy_amount(&yard->policy, currency_pack(text_of("KWD")), 1000, &minor));        /* one dinar is a thousand fils */
    CHECK_EQ(minor, 325);
    CHECK(!policy_amount(&yard->policy, currency_pack(text_of("GBP")), 1, &minor));
    CHECK(policy_amount(&yard->policy, 0, 77, &minor));
    CHECK_EQ(minor, 77);
}

/* The same world told in dollars, and told in euros under a policy in euros where a euro is two dollars. */
TEST(rank_and_stake_do_not_depend_on_the_currency) {
    Case in[3];
    own(yard_end) Yard *dollars = yard_begin(), *euros = yard_begin(), *mixed = yard_begin();
    yard_policy(dollars, policy_text(dollars, "USD", NULL));
    told_in(dollars, "USD", "10", "16", "1000");
    yard_policy(euros, policy_text(euros, "EUR", NULL));
    told_in(euros, "EUR", "5", "8", "500");
    yard_policy(mixed, policy_text(mixed, "USD", "{\"EUR\":2}"));
    told_in(mixed, "EUR", "5", "8", "500");
    Yard *const yards[] = { dollars, euros, mixed };
    for (int i = 0; i < 3; i++) {
        planned(yards[i]);
        in[i] = yard_case(yards[i], "A", "P", CASE_BUY, NULL);
        CHECK_EQ(in[i].action.qty, in[0].action.qty);
    }
    CHECK(in[0].rank_minor > 0);
    CHECK(in[0].rank_minor - 2 * in[1].rank_minor <= 1 && 2 * in[1].rank_minor - in[0].rank_minor <= 1);
    CHECK(in[0].at_stake_minor - 2 * in[1].at_stake_minor <= 1 && 2 * in[1].at_stake_minor - in[0].at_stake_minor <= 1);
    CHECK_EQ(in[2].rank_minor, in[0].rank_minor);
    CHECK_EQ(in[2].at_stake_minor, in[0].at_stake_minor);
    CHECK_EQ(in[2].action.value_minor, in[0].action.value_minor);
}
