/* What a fresh look does to the case that is already there: the table at the top of casebook.h, row by row. */
#include "base/decimal.h"
#include "base/time.h"
#include "draft/casebook.h"
#include "tests/test.h"

static const int64_t noon_us = 1000 * DAY_US;

static Draft buy(int64_t units, int64_t rank_minor, int32_t order_day) {
    Draft draft = { .wanted = true, .c = case_empty(), .item = { 1 }, .place = { 1 } };
    draft.c.kind = CASE_BUY;
    draft.c.action.qty = units * MICRO;
    draft.c.action.order_day = order_day;
    draft.c.rank_minor = rank_minor;
    draft.c.tier = TIER_REVIEW;
    return draft;
}

static BookEntry entry_of(CaseStatus status) {
    return (BookEntry){ .case_id = { 7 }, .row = { 9 }, .kind = CASE_BUY, .status = status, .item = { 1 }, .place = { 1 }, .subject = "", .opened_why = "new exposure", .reasons = "",
        .qty = 100 * MICRO, .rank_minor = 5000, .order_day = 1000, .tier = TIER_REVIEW, .changed_us = noon_us };
}

typedef struct Bench { Arena *arena; Policy policy; int64_t bands[3]; Context context; } Bench;
static void bench_begin(Bench *bench) {
    *bench = (Bench){ .arena = arena_begin(MiB), .bands = { 1000, 10000, 100000 } };
    bench->policy = (Policy){ .queue_dead_band_micro = 150000, .queue_bands_minor = bench->bands, .queue_bands_count = 3 };
    bench->context = (Context){ .policy = &bench->policy, .start_day = 1000 };
}
static void bench_end(Bench *bench) { arena_end(&bench->arena); }

TEST(nothing_there_opens_and_nothing_wanted_leaves_it) {
    own(bench_end) Bench bench;
    bench_begin(&bench);
    Draft draft = buy(100, 5000, 1000);
    CHECK_EQ(case_book_move(NULL, &draft, &bench.context, noon_us, bench.arena), BOOK_NEW);
    CHECK_EQ(case_book_move(NULL, NULL, &bench.context, noon_us, bench.arena), BOOK_NOTHING);
}

TEST(an_open_case_moves_only_past_the_dead_band) {
    own(bench_end) Bench bench;
    bench_begin(&bench);
    BookEntry open = entry_of(CASE_OPEN);
    Draft near = buy(114, 5100, 1000), far = buy(116, 5000, 1000), band = buy(100, 10001, 1000), later = buy(100, 5000, 1003), tier = buy(100, 5000, 1000);
    tier.c.tier = TIER_APPROVAL;
    CHECK_EQ(case_book_move(&open, &near, &bench.context, noon_us, bench.arena), BOOK_NOTHING);
    CHECK_EQ(case_book_move(&open, &far, &bench.context, noon_us, bench.arena), BOOK_UPDATE);
    CHECK_STR(far.c.changes[0].what, "quantity");
    CHECK_STR(far.c.changes[0].from, "100");
    CHECK_STR(far.c.changes[0].to, "116");
    CHECK_EQ(case_book_move(&open, &band, &bench.context, noon_us, bench.arena), BOOK_UPDATE);
    CHECK_EQ(case_book_move(&open, &later, &bench.context, noon_us, bench.arena), BOOK_UPDATE);
    CHECK_EQ(case_book_move(&open, &tier, &bench.context, noon_us, bench.arena), BOOK_UPDATE);
    CHECK_EQ(case_book_move(&open, NULL, &bench.context, noon_us, bench.arena), BOOK_CLOSE);
}

static BookMove move_with(Bench *bench, const char *reasons, const CaseNote *note, Draft *out) {
    BookEntry open = entry_of(CASE_OPEN);
    CaseNote said = *note;
    *out = buy(100, 5000, 1000);
    out->c.notes = &said;
    out->c.notes_count = said.code ? 1 : 0;
    open.reasons = reasons;
    return case_book_move(&open, out, &bench->context, noon_us, bench->arena);
}

/* The quantity stands, and yet what it rests on is another: whoever asks why must not read yesterday's reason. */
TEST(a_reason_that_comes_changes_or_goes_is_said_and_what_only_counts_on_is_not) {
    own(bench_end) Bench bench;
    bench_begin(&bench);
    const CaseNote none = { 0 }, level = { "level", "Demand of the last 9 days is 2.1 times the level", 0 }, put = { "override", "Override 1.5 times", 40 }, ahead = { "ahead", "12 are already ordered", 0 }, lasting = { "lasting", "45 % of the difference is taken to stay", 0 };
    Draft draft;
    CHECK_EQ(move_with(&bench, "", &level, &draft), BOOK_UPDATE);
    CHECK_STR(draft.c.changes[0].what, "reasons");
    CHECK_STR(draft.c.changes[0].to, "level");
    CHECK_EQ(move_with(&bench, "level", &level, &draft), BOOK_NOTHING);       /* of ten days, 2.2 times: the same reason */
    CHECK_EQ(move_with(&bench, "level", &none, &draft), BOOK_UPDATE);
    CHECK_EQ(move_with(&bench, "override#39", &put, &draft), BOOK_UPDATE);
    CHECK_STR(draft.c.changes[0].to, "override#40");
    CHECK_EQ(move_with(&bench, "override#40", &put, &draft), BOOK_NOTHING);
    CHECK_EQ(move_with(&bench, "", &ahead, &draft), BOOK_NOTHING);
    CHECK_EQ(move_with(&bench, "", &lasting, &draft), BOOK_NOTHING);
}

TEST(an_order_day_that_moves_with_today_is_no_news_for_a_week) {
    own(bench_end) Bench bench;
    bench_begin(&bench);
    BookEntry open = entry_of(CASE_OPEN);                /* said on day 1000: order on day 1000 */
    for (int32_t today = 1001; today <= 1006; today++) {
        Draft now = buy(100, 5000, today), missed = buy(100, 5000, today + 1);
        bench.context.start_day = today;
        CHECK_EQ(case_book_move(&open, &now, &bench.context, noon_us, bench.arena), BOOK_NOTHING);
        CHECK_EQ(case_book_move(&open, &missed, &bench.context, noon_us, bench.arena), BOOK_UPDATE);   /* the supplier takes orders on some days only */
    }
    bench.context.start_day = 1007;
    Draft week = buy(100, 5000, 1007);
    CHECK_EQ(case_book_move(&open, &week, &bench.context, noon_us, bench.arena), BOOK_UPDATE);
    CHECK_STR(week.c.changes[0].what, "order-day");
}

TEST(a_doubt_that_comes_or_goes_is_a_new_version) {
    own(bench_end) Bench bench;
    bench_begin(&bench);
    BookEntry open = entry_of(CASE_OPEN), doubted = entry_of(CASE_OPEN);
    doubted.flags = CASE_FLAG_BIT(PRICE_DOUBT);
    Draft same = buy(100, 5000, 1000), comes = buy(100, 5000, 1000), goes = buy(100, 5000, 1000);
    same.c.flags = CASE_FLAG_BIT(RATE_SENSITIVE);
    comes.c.flags = CASE_FLAG_BIT(PRICE_DOUBT);
    CHECK_EQ(case_book_move(&open, &same, &bench.context, noon_us, bench.arena), BOOK_NOTHING);
    CHECK_EQ(case_book_move(&open, &comes, &bench.context, noon_us, bench.arena), BOOK_UPDATE);
    CHECK_STR(comes.c.changes[0].what, "doubts");
    CHECK_STR(comes.c.changes[0].to, "price-doubt");
    CHECK_EQ(case_book_move(&doubted, &goes, &bench.context, noon_us, bench.arena), BOOK_UPDATE);
}

TEST(what_a_person_accepted_is_left_alone) {
    own(bench_end) Bench bench;
    bench_begin(&bench);
    static const CaseStatus decided[] = { CASE_ACCEPTED, CASE_WAITING_APPROVAL, CASE_APPROVED };
    for (size_t i = 0; i < 3; i++) {
        BookEntry entry = entry_of(decided[i]);
        Draft draft = buy(900, 900000, 1000);
        CHECK_EQ(case_book_move(&entry, &draft, &bench.context, noon_us, bench.arena), BOOK_NOTHING);
        CHECK_EQ(case_book_move(&entry, NULL, &bench.context, noon_us, bench.arena), BOOK_NOTHING);
    }
}

TEST(a_snoozed_case_wakes_only_when_more_is_at_risk) {
    own(bench_end) Bench bench;
    bench_begin(&bench);
    BookEntry snoozed = entry_of(CASE_SNOOZED);
    Draft same = buy(200, 6000, 1000), worse = buy(200, 20000, 1000);
    CHECK_EQ(case_book_move(&snoozed, &same, &bench.context, noon_us, bench.arena), BOOK_NOTHING);
    CHECK_EQ(case_book_move(&snoozed, &worse, &bench.context, noon_us, bench.arena), BOOK_UPDATE);
    CHECK_EQ(worse.c.status, CASE_OPEN);
    CHECK(strncmp(worse.c.opened_why, "escalated", 9) == 0);
    CHECK_EQ(case_book_move(&snoozed, NULL, &bench.context, noon_us, bench.arena), BOOK_CLOSE);
}

TEST(a_rejected_case_rests_and_says_why_it_is_back) {
    own(bench_end) Bench bench;
    bench_begin(&bench);
    BookEntry rejected = entry_of(CASE_REJECTED);
    Draft same = buy(100, 5000, 1000), worse = buy(300, 20000, 1000), old = buy(100, 5000, 1000);
    CHECK_EQ(case_book_move(&rejected, &same, &bench.context, noon_us + DAY_US, bench.arena), BOOK_NOTHING);
    CHECK_EQ(case_book_move(&rejected, &worse, &bench.context, noon_us + DAY_US, bench.arena), BOOK_NEW);
    CHECK(strstr(worse.c.opened_why, "more is at risk") != NULL);
    CHECK_EQ(case_book_move(&rejected, &old, &bench.context, noon_us + 15 * DAY_US, bench.arena), BOOK_NEW);
    CHECK(strstr(old.c.opened_why, "15 days") != NULL);
}

TEST(an_order_that_was_not_enough_opens_a_new_case) {
    own(bench_end) Bench bench;
    bench_begin(&bench);
    BookEntry sent = entry_of(CASE_SENT);
    Draft more = buy(40, 3000, 1000);
    CHECK_EQ(case_book_move(&sent, &more, &bench.context, noon_us, bench.arena), BOOK_NEW);
    CHECK(strstr(more.c.opened_why, "not enough") != NULL);
}

static BookEntry doubt_of(CaseStatus status) {
    BookEntry entry = entry_of(status);
    entry.kind = CASE_FIX_DATA;
    return entry;
}

TEST(an_accepted_doubt_closes_when_it_is_gone_and_is_asked_again_when_nobody_corrects_it) {
    own(bench_end) Bench bench;
    bench_begin(&bench);
    bench.policy.queue_correction_days = 10;
    static const CaseStatus decided[] = { CASE_ACCEPTED, CASE_APPROVED };
    for (size_t i = 0; i < 2; i++) {
        BookEntry entry = doubt_of(decided[i]);
        Draft still = buy(0, 5000, CASE_NO_DAY);
        still.c.kind = CASE_FIX_DATA;
        CHECK_EQ(case_book_move(&entry, NULL, &bench.context, noon_us, bench.arena), BOOK_CLOSE);
        CHECK_EQ(case_book_move(&entry, &still, &bench.context, noon_us + 10 * DAY_US - 1, bench.arena), BOOK_NOTHING);
        CHECK_EQ(case_book_move(&entry, &still, &bench.context, noon_us + 10 * DAY_US, bench.arena), BOOK_UPDATE);
        CHECK_EQ(still.c.status, CASE_OPEN);
        CHECK_STR(still.c.opened_why, "is back: accepted on 1972-09-27 and not corrected since");
    }
    BookEntry waiting = doubt_of(CASE_WAITING_APPROVAL), excess = entry_of(CASE_ACCEPTED), event = entry_of(CASE_WAITING_APPROVAL);
    excess.kind = CASE_EXCESS;
    event.kind = CASE_REVIEW;
    CHECK_EQ(case_book_move(&waiting, NULL, &bench.context, noon_us, bench.arena), BOOK_CLOSE);
    CHECK_EQ(case_book_move(&excess, NULL, &bench.context, noon_us, bench.arena), BOOK_CLOSE);
    CHECK_EQ(case_book_move(&event, NULL, &bench.context, noon_us, bench.arena), BOOK_NOTHING);      /* its overrides hold: somebody must look */
}
