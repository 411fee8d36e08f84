#include "tests/test.h"

#include <stdlib.h>

#include "base/json.h"
#include "domain/policy.h"

static const char *const MINIMAL =
    "{ \"policy\": 1, \"name\": \"t\", \"currency\": \"USD\",\n"
    "  \"tiers\": [ { \"id\": \"R2\", \"when\": { \"kind\": [\"buy\"], \"value_most\": 500000, \"confidence_least\": 0.9 }, \"tier\": \"auto\" },\n"
    "             { \"id\": \"R9\", \"when\": {}, \"tier\": \"review\" } ] }";

static PolicyQuestion buy(int64_t value_minor, int64_t confidence_micro) {
    return (PolicyQuestion){ .kind = CASE_BUY, .value_minor = value_minor, .confidence_micro = confidence_micro, .criticality = "B",
                             .supplier = "S-1", .place = "DFW", .qty_micro = 10000000, .qty_trailing_most_micro = 10000000 };
}

static Policy parsed(Arena *work, const char *text) {
    Policy policy;
    Why why = { 0 };
    CHECK_OK(policy_parse(work, "test.json", text_of(text), &policy, &why));
    return policy;
}

/* The minimal policy with one text put in place of another must be refused with this word in the sentence. */
static void refused(const char *from, const char *to, const char *word) {
    own(arena_end) Arena *work = arena_begin(4 * MiB);
    Policy policy;
    Why why = { 0 };
    const char *at = strstr(MINIMAL, from);
    CHECK(at != NULL);
    const char *text = text_format(work, "%.*s%s%s", (int)(at - MINIMAL), MINIMAL, to, at + strlen(from));
    Err err = policy_parse(work, "test.json", text_of(text), &policy, &why);
    if (err != ERR_INVALID || !strstr(why.message, word) || !strstr(why.message, "test.json"))
        fail_msg("%s -> %s: %s: %s", from, to, err_name(err), why.message);
}

TEST(the_shipped_policy_has_no_automatic_tier) {
    own(arena_end) Arena *work = arena_begin(4 * MiB);
    Policy policy;
    Why why = { 0 };
    CHECK_OK(policy_parse(work, "shipped.json", policy_shipped(), &policy, &why));
    for (int i = 0; i < policy.rules_count; i++) CHECK(policy.rules[i].tier != TIER_AUTO);
    CHECK_EQ(policy.auto_lines_day, 0);
}

TEST(how_item_places_are_replenished_is_said_by_place_then_tier_then_default) {
    own(arena_end) Arena *work = arena_begin(4 * MiB);
    Policy policy = parsed(work, MINIMAL);
    CHECK_EQ(policy_replenish(&policy, text_of("A"), text_of("P")), REPLENISH_REVIEW);
    policy = parsed(work, "{\"policy\":1,\"name\":\"t\",\"currency\":\"USD\",\"replenish\":{\"default\":\"lots\",\"by_tier\":{\"A\":\"order-point\"},\"by_place\":{\"P\":\"min-max\"}},"
                          "\"tiers\":[{\"id\":\"R9\",\"when\":{},\"tier\":\"review\"}]}");
    CHECK_EQ(policy_replenish(&policy, text_of("A"), text_of("P")), REPLENISH_MIN_MAX);
    CHECK_EQ(policy_replenish(&policy, text_of("A"), text_of("Q")), REPLENISH_ORDER_POINT);
    CHECK_EQ(policy_replenish(&policy, text_of("B"), text_of("Q")), REPLENISH_LOTS);
    refused("\"currency\": \"USD\",", "\"currency\": \"USD\", \"replenish\": { \"default\": \"sometimes\" },", "replenish.default");
    refused("\"currency\": \"USD\",", "\"currency\": \"USD\", \"replenish\": { \"by_place\": { \"P\": \"minmax\" } },", "replenish.by_place.P");
}

TEST(a_row_may_say_every_way_of_replenishing_and_no_other) {
    own(arena_end) Arena *work = arena_begin(4 * MiB);
    for (int how = 0; how <= REPLENISH_COUNT_; how++) {
        Fact fact = { .kind = FACT_ITEM_PLACE };
        Why why = { 0 };
        fact_set_text(&fact, F_item, text_of("A"));
        fact_set_text(&fact, F_place, text_of("P"));
        fact_set_text(&fact, F_replenish, text_of(how < REPLENISH_COUNT_ ? replenish_names[how] : "minmax"));
        CHECK_EQ(fact_check(&fact, &why), how < REPLENISH_COUNT_ ? OK : ERR_INVALID);
    }
}

TEST(the_demo_policy_decides_small_sure_buys_alone) {
    own(arena_end) Arena *work = arena_begin(4 * MiB);
    Policy policy;
    PolicyAnswer answer;
    Why why = { 0 };
    CHECK_OK(policy_parse(work, "demo.json", policy_demo(), &policy, &why));
    PolicyQuestion question = buy(250000, 900000);
    CHECK_EQ(policy_tier(&policy, &question, &answer), TIER_AUTO);
    CHECK_STR(answer.rule, "R3");
    CHECK_STR(answer.text, "buy, value at most 2,500.00 USD, confidence at least 90 %, criticality not key, no flag");
    question.value_minor++;
    CHECK_EQ(policy_tier(&policy, &question, &answer), TIER_REVIEW);
    question = buy(250000, 899999);
    CHECK_EQ(policy_tier(&policy, &question, &answer), TIER_REVIEW);
    question = buy(250000, 900000);
    question.criticality = "key";
    CHECK_EQ(policy_tier(&policy, &question, &answer), TIER_REVIEW);
    question = buy(250000, 900000);
    question.flags = CASE_FLAG_BIT(SHORT_HISTORY);
    CHECK_EQ(policy_tier(&policy, &question, &answer), TIER_REVIEW);
}

TEST(keys_left_out_have_the_value_of_the_shipped_policy) {
    own(arena_end) Arena *work = arena_begin(4 * MiB);
    Policy left_out = parsed(work, MINIMAL), shipped;
    Why why = { 0 };
    CHECK_OK(policy_parse(work, "shipped.json", policy_shipped(), &shipped, &why));
    CHECK_EQ(left_out.service_by_tier_count, shipped.service_by_tier_count);
    for (int i = 0; i < shipped.service_by_tier_count; i++) {
        CHECK_STR(left_out.service_by_tier[i].name, shipped.service_by_tier[i].name);
        CHECK_EQ(left_out.service_by_tier[i].micro, shipped.service_by_tier[i].micro);
    }
    CHECK_EQ(left_out.queue_bands_count, shipped.queue_bands_count);
    CHECK_EQ(memcmp(left_out.queue_bands_minor, shipped.queue_bands_minor, sizeof(int64_t) * (size_t)shipped.queue_bands_count), 0);
    CHECK_EQ(left_out.sinks_count, 1);
    CHECK_STR(left_out.sinks[0].name, shipped.sinks[0].name);
    CHECK_STR(left_out.sinks[0].directory, shipped.sinks[0].directory);
    CHECK_EQ(left_out.sinks[0].send_class, shipped.sinks[0].send_class);
    CHECK_EQ(left_out.sinks[0].attempts_most, shipped.sinks[0].attempts_most);
    CHECK_STR(left_out.approval_role, shipped.approval_role);
    CHECK_STR(left_out.orders_sink, shipped.orders_sink);
    CHECK_EQ(memcmp(left_out.fresh_hours, shipped.fresh_hours, sizeof shipped.fresh_hours), 0);
    CHECK_EQ(left_out.service_default_micro, shipped.service_default_micro);
    CHECK_EQ(left_out.holding_rate_year_micro, shipped.holding_rate_year_micro);
    CHECK_EQ(left_out.lost_share_micro, shipped.lost_share_micro);
    CHECK_EQ(left_out.order_cost_minor, shipped.order_cost_minor);
    CHECK_EQ(left_out.review_minutes_micro, shipped.review_minutes_micro);
    CHECK_EQ(left_out.minute_rate_minor, shipped.minute_rate_minor);
    CHECK_EQ(left_out.wait_cost_share_micro, shipped.wait_cost_share_micro);
    CHECK_EQ(left_out.expedite_premium_share_micro, shipped.expedite_premium_share_micro);
    CHECK_EQ(left_out.expedite_days_saved_share_micro, shipped.expedite_days_saved_share_micro);
    CHECK_EQ(left_out.review_days, shipped.review_days);
    CHECK_EQ(left_out.horizon_days, shipped.horizon_days);
    CHECK_EQ(left_out.excess_cover_days, shipped.excess_cover_days);
    CHECK_EQ(left_out.excess_least_value_minor, shipped.excess_least_value_minor);
    CHECK_EQ(left_out.approval_value_least_minor, shipped.approval_value_least_minor);
    CHECK_EQ(left_out.approval_four_eyes, shipped.approval_four_eyes);
    CHECK_EQ(left_out.approval_window_hours, shipped.approval_window_hours);
    CHECK_EQ(left_out.sent_value_day_minor, shipped.sent_value_day_minor);
    CHECK_EQ(left_out.sent_lines_day, shipped.sent_lines_day);
    CHECK_EQ(left_out.auto_value_day_minor, shipped.auto_value_day_minor);
    CHECK_EQ(left_out.auto_lines_day, shipped.auto_lines_day);
    CHECK_EQ(left_out.qty_most_times_trailing_micro, shipped.qty_most_times_trailing_micro);
    CHECK_EQ(left_out.queue_least_rank_minor, shipped.queue_least_rank_minor);
    CHECK_EQ(left_out.queue_dead_band_micro, shipped.queue_dead_band_micro);
    CHECK_EQ(left_out.queue_correction_days, shipped.queue_correction_days);
    CHECK_EQ(left_out.orders_unmatched_days, shipped.orders_unmatched_days);
    CHECK_EQ(left_out.bucket_days, shipped.bucket_days);
}

TEST(a_policy_that_is_not_understood_is_refused_with_its_line) {
    refused("\"currency\": \"USD\",", "\"currency\": \"USD\", \"currencies\": { \"EURO\": 1.08 },", "ISO 4217");
    refused("\"currency\": \"USD\",", "\"currency\": \"USD\", \"currencies\": { \"USD\": 1 },", "own currency");
    refused("\"currency\": \"USD\",", "\"currency\": \"USD\", \"currencies\": { \"EUR\": 0 },", "must be between");
    refused("\"value_most\"", "\"value_moost\"", "line 2: tiers[0].when.value_moost: unknown key");
    refused("500000", "\"500000\"", "whole number");
    refused("500000", "1.5", "whole number");
    refused("500000", "-1", "between 0");
    refused("0.9", "90", "between 0 and 1");
    refused("\"auto\"", "\"automatic\"", "one of \"review\", \"auto\", \"approval\"");
    refused("[\"buy\"]", "[\"bye\"]", "not known");
    refused("[\"buy\"]", "\"buy\"", "list");
    refused("[\"buy\"]", "[]", "empty list");
    refused("\"USD\"", "\"US\"", "ISO 4217");
    refused("\"name\": \"t\", ", "", "name: is missing");
    refused("{ \"policy\": 1", "{ \"policy\": 2", "between 1 and 1");
    refused("\"R9\"", "\"R2\"", "earlier rule");
    refused("\"when\": {}, ", "", "is missing");
    refused("\"tier\": \"review\"", "\"tier\": \"auto\"", "must not be automatic");
    refused("\"when\": {}", "\"when\": {\"kind\":[\"buy\"]}", "last rule must match everything");
    refused("\"kind\": [\"buy\"], \"value_most\": 500000, \"confidence_least\": 0.9", "", "never be asked");
    refused("\"name\": \"t\"", "\"name\": \"t\", \"name\": \"u\"", "name");
    refused("\"currency\": \"USD\"", "\"currency\": \"USD\", \"costs\": {\"order_costs\": 3}", "costs.order_costs: unknown key");
    refused("\"currency\": \"USD\"", "\"currency\": \"USD\", \"fresh\": {\"stok\": {\"hours\": 3}}", "not a kind of fact");
    refused("\"currency\": \"USD\"", "\"currency\": \"USD\", \"orders\": {\"sink\": \"nowhere\"}", "no sink named");
    refused("\"currency\": \"USD\"", "\"currency\": \"USD\", \"approval\": {\"role\": \"planner\"}", "approver");
    refused("\"currency\": \"USD\"", "\"currency\": \"USD\", \"limits\": 3", "object");
    refused("\"currency\": \"USD\"", "\"currency\": \"USD\", \"sinks\": [{\"name\":\"erp-files\",\"kind\":\"http\",\"url\":\"ftp://x/\"}]", "http://");
    refused("\"currency\": \"USD\"", "\"currency\": \"USD\", \"sinks\": [{\"name\":\"erp-files\",\"kind\":\"http\",\"url\":\"http://x/\",\"class\":2}]", "lookup_url");
    refused("\"currency\": \"USD\"", "\"currency\": \"USD\", \"queue\": {\"bands\": [5, 5]}", "ascending");
    refused("}", "", "test.json");
}

TEST(no_rule_decides_behind_a_gate_and_whatever_rule_matches_says_so) {
    own(arena_end) Arena *work = arena_begin(4 * MiB);
    Policy policy = parsed(work, MINIMAL);
    PolicyAnswer answer;
    for (int flag = 0; flag < CASE_FLAG_COUNT_; flag++) {
        bool gate = CASE_GATES >> flag & 1;
        for (int value = 0; value < 2; value++) {       /* the automatic rule matches, then the last one */
            PolicyQuestion question = buy(value ? 500001 : 100000, 950000);
            question.flags = 1u << flag;
            CHECK_EQ(policy_tier(&policy, &question, &answer), gate || value ? TIER_REVIEW : TIER_AUTO);
            CHECK_EQ(strstr(answer.text, "no rule may decide") != NULL, gate);
            CHECK_EQ(strstr(answer.text, case_flags[flag].help) != NULL, gate);
        }
    }
    PolicyQuestion all = buy(100000, 950000);
    all.flags = CASE_GATES;
    policy_tier(&policy, &all, &answer);
    CHECK(strlen(answer.text) < POLICY_TEXT - 1);       /* every gate at once is said in full */
    all.kind = CASE_FIX_DATA;
    policy_tier(&policy, &all, &answer);
    CHECK(strstr(answer.text, "no rule may decide") == NULL);      /* none does anyway */
}

TEST(a_stale_feed_or_a_runaway_quantity_takes_automatic_away) {
    own(arena_end) Arena *work = arena_begin(4 * MiB);
    Policy policy = parsed(work, MINIMAL);
    PolicyAnswer answer;
    PolicyQuestion question = buy(100000, 950000);
    CHECK_EQ(policy_tier(&policy, &question, &answer), TIER_AUTO);
    question.flags = CASE_FLAG_BIT(STALE_FEED);
    CHECK_EQ(policy_tier(&policy, &question, &answer), TIER_REVIEW);
    CHECK(strstr(answer.text, "stale") != NULL);
    question = buy(100000, 950000);
    question.qty_micro = 40000000;                      /* exactly four times is still usual */
    CHECK_EQ(policy_tier(&policy, &question, &answer), TIER_AUTO);
    question.qty_micro++;
    CHECK_EQ(policy_tier(&policy, &question, &answer), TIER_REVIEW);
    question.qty_micro = INT64_MAX;                     /* must not wrap round */
    CHECK_EQ(policy_tier(&policy, &question, &answer), TIER_REVIEW);
    question.qty_trailing_most_micro = 0;
    CHECK_EQ(policy_tier(&policy, &question, &answer), TIER_AUTO);
}

TEST(approval_value_is_a_floor_under_every_rule) {
    own(arena_end) Arena *work = arena_begin(4 * MiB);
    const char *text = "{\"policy\":1,\"name\":\"t\",\"currency\":\"USD\",\"tiers\":[{\"id\":\"A\",\"when\":{\"kind\":[\"buy\"]},\"tier\":\"auto\"},"
                       "{\"id\":\"Z\",\"when\":{},\"tier\":\"review\"}],\"approval\":{\"value_least\":1000}}";
    Policy policy = parsed(work, text);
    PolicyAnswer answer;
    PolicyQuestion question = buy(999, 0);
    CHECK_EQ(policy_tier(&policy, &question, &answer), TIER_AUTO);
    question.value_minor = 1000;
    CHECK_EQ(policy_tier(&policy, &question, &answer), TIER_APPROVAL);
    CHECK(strstr(answer.text, "approval from 10.00 USD") != NULL);
}

TEST(what_is_not_known_matches_no_rule_that_asks_for_it) {
    own(arena_end) Arena *work = arena_begin(4 * MiB);
    Policy policy = parsed(work, MINIMAL);
    PolicyAnswer answer;
    PolicyQuestion question = buy(CASE_NONE, 950000);
    CHECK_EQ(policy_tier(&policy, &question, &answer), TIER_REVIEW);
    question = buy(1000, CASE_NONE);
    CHECK_EQ(policy_tier(&policy, &question, &answer), TIER_REVIEW);
    CHECK_STR(answer.rule, "R9");
}

TEST(a_difference_names_paths_and_a_new_rule_in_front_changes_only_itself) {
    own(arena_end) Arena *work = arena_begin(4 * MiB);
    Why why = { 0 };
    PolicyChange *changes;
    int count;
    Text before = text_of("{\"a\":{\"b\":1,\"c\":2},\"tiers\":[{\"id\":\"R1\",\"tier\":\"review\"}],\"x\":[]}");
    Text after = text_of("{\"a\":{\"b\":1,\"c\":3},\"tiers\":[{\"id\":\"R0\",\"tier\":\"auto\"},{\"id\":\"R1\",\"tier\":\"review\"}]}");
    CHECK_OK(policy_diff(work, before, after, &changes, &count, &why));
    CHECK_EQ(count, 4);
    CHECK_STR(changes[0].path, "a.c");
    CHECK_STR(changes[0].old_text, "2");
    CHECK_STR(changes[0].new_text, "3");
    CHECK_STR(changes[1].path, "tiers[R0].id");
    CHECK_STR(changes[2].path, "tiers[R0].tier");
    CHECK_STR(changes[3].path, "x");
    CHECK(changes[3].new_text == NULL);
    CHECK_OK(policy_diff(work, policy_demo(), policy_demo(), &changes, &count, &why));
    CHECK_EQ(count, 0);
}
