#include "maths/supplier.h"
#include "near.h"

enum { TODAY = 100 };

static Otif one(const OtifRule *rule, OtifLine line) {
    Otif otif = { 0 };
    otif_add(&otif, rule, &line, TODAY);
    return otif;
}

TEST(a_split_delivery_on_time_is_on_time) {
    OtifReceipt parts[] = { { 85, 60 }, { 90, 40 } };
    Otif otif = one(&otif_usual, (OtifLine){ .ordered = 100, .due = 90, .cancelled = OTIF_KEPT, .receipt = parts, .receipts = 2 });
    CHECK_NEAR(otif_lines(&otif), 1, 0);
    CHECK_NEAR(otif_quantity(&otif), 1, 0);
}

TEST(a_late_part_fails_the_line_and_only_its_quantity) {
    OtifReceipt parts[] = { { 85, 60 }, { 91, 40 } };
    Otif otif = one(&otif_usual, (OtifLine){ .ordered = 100, .due = 90, .cancelled = OTIF_KEPT, .receipt = parts, .receipts = 2 });
    CHECK_NEAR(otif_lines(&otif), 0, 0);
    CHECK_NEAR(otif_quantity(&otif), 0.6, 1e-12);
    otif = one(&(OtifRule){ .late_days = 1, .early_days = 400 }, (OtifLine){ .ordered = 100, .due = 90, .cancelled = OTIF_KEPT, .receipt = parts, .receipts = 2 });
    CHECK_NEAR(otif_lines(&otif), 1, 0);
}

TEST(nothing_received_counts_and_nothing_due_is_no_data) {
    OtifLine line = { .ordered = 100, .due = 90, .cancelled = OTIF_KEPT };
    Otif otif = one(&otif_usual, line);
    CHECK_EQ(otif.lines_due, 1);
    CHECK_NEAR(otif_lines(&otif), 0, 0);
    line.due = TODAY;                                     /* the day itself is not over */
    otif = one(&otif_usual, line);
    CHECK_EQ(otif.lines_due, 0);
    CHECK_NEAR(otif_lines(&otif), -1, 0);
    CHECK_NEAR(otif_quantity(&otif), -1, 0);
}

TEST(over_deliveries_make_up_for_nothing) {
    OtifReceipt much[] = { { 80, 250 } };
    Otif otif = { 0 };
    otif_add(&otif, &otif_usual, &(OtifLine){ .ordered = 100, .due = 90, .cancelled = OTIF_KEPT, .receipt = much, .receipts = 1 }, TODAY);
    otif_add(&otif, &otif_usual, &(OtifLine){ .ordered = 100, .due = 90, .cancelled = OTIF_KEPT }, TODAY);
    CHECK_NEAR(otif_quantity(&otif), 0.5, 1e-12);
}

TEST(cancelled_before_due_was_never_due_and_after_due_it_was) {
    OtifLine line = { .ordered = 100, .due = 90, .cancelled = 90 };
    CHECK_EQ(one(&otif_usual, line).lines_due, 0);
    line.cancelled = 91;
    CHECK_EQ(one(&otif_usual, line).lines_due, 1);
}

TEST(too_early_is_not_on_time_where_that_is_agreed) {
    OtifReceipt early[] = { { 70, 100 } };
    OtifLine line = { .ordered = 100, .due = 90, .cancelled = OTIF_KEPT, .receipt = early, .receipts = 1 };
    CHECK_NEAR(otif_lines(&(Otif){ 0 }), -1, 0);
    Otif otif = one(&(OtifRule){ .early_days = 5 }, line);
    CHECK_NEAR(otif_lines(&otif), 0, 0);
    otif = one(&(OtifRule){ .early_days = 20 }, line);
    CHECK_NEAR(otif_lines(&otif), 1, 0);
}

TEST(a_short_share_may_be_agreed) {
    OtifReceipt most[] = { { 90, 97 } };
    OtifLine line = { .ordered = 100, .due = 90, .cancelled = OTIF_KEPT, .receipt = most, .receipts = 1 };
    Otif strict = one(&otif_usual, line), agreed = one(&(OtifRule){ .early_days = 400, .short_share = 0.05 }, line);
    CHECK_NEAR(otif_lines(&strict), 0, 0);
    CHECK_NEAR(otif_lines(&agreed), 1, 0);
    CHECK_NEAR(otif_quantity(&agreed), 0.97, 1e-12);
}

TEST(the_score_names_its_reasons_most_costly_first) {
    SupplierFacts facts = { .receipts = 40, .value = { [REASON_LATE] = 0.25, [REASON_SHORT] = 0.10, [REASON_QUALITY] = 0.01, [REASON_ACK] = -1, [REASON_DRIFT] = 0, [REASON_SOLE] = 0.5 } };
    SupplierScore score;
    supplier_score(&facts, &score);
    CHECK(score.scored);
    CHECK_NEAR(score.score, 100 - 20 - 20 - 3 - 5, 1e-9);
    CHECK_EQ(score.reason[0], REASON_LATE);
    CHECK_EQ(score.reason[1], REASON_SHORT);
    CHECK_EQ(score.reason[2], REASON_SOLE);
    CHECK_NEAR(score.points[REASON_ACK], 0, 0);
    double sum = 0;
    for (int r = 0; r < REASONS_; r++) sum += score.points[r];
    CHECK_NEAR(100 - sum, score.score, 1e-9);
}

TEST(seven_receipts_are_too_few_for_a_score) {
    SupplierFacts facts = { .receipts = 7 };
    SupplierScore score;
    supplier_score(&facts, &score);
    CHECK(!score.scored);
    facts.receipts = 8;
    supplier_score(&facts, &score);
    CHECK(score.scored);
}
