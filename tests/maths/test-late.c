#include "base/rng.h"
#include "maths/fn.h"
#include "maths/late.h"
#include "near.h"

#include <string.h>

enum { BUCKETS = 24, SUPPLIERS = 20, PLACES = 4, LANES = SUPPLIERS * PLACES, CELLS = BUCKETS * LANES };

typedef struct Yard { Arena *arena; LateCell cell[CELLS]; LateInput in; LateModel model; } Yard;

/* Ten lines a lane and bucket; supplier 3's chance is `bad` in the newest `bad_for` buckets, everybody's is `before` and then `now` for `now_for`. */
static double share_of_all(const LateModel *model) { return 1 / (1 + fn_exp(-model->common)); }

typedef struct Told { double before, now, bad; int now_for, bad_for, lines; } Told;

static void yard_begin(Yard *yard, uint64_t seed, Told told) {
    Rng rng = rng_of(seed);
    int n = 0;
    for (int b = 0; b < BUCKETS; b++)
        for (int s = 0; s < SUPPLIERS; s++)
            for (int p = 0; p < PLACES; p++) {
                double chance = s == 3 && b < told.bad_for ? told.bad : b < told.now_for ? told.now : told.before;
                int late = 0;
                for (int i = 0; i < told.lines; i++) late += rng_chance(&rng, chance);
                yard->cell[n++] = (LateCell){ .group = { s, p, s * PLACES + p }, .bucket = b, .lines = told.lines, .late = late, .seen = 1 };
            }
    yard->arena = arena_begin(16 * MiB);
    yard->in = (LateInput){ .cell = yard->cell, .count = n, .groups = { SUPPLIERS, PLACES, LANES }, .line_weight = 1 };
    late_fit(&yard->in, yard->arena, &yard->model);
}

static double chance_of(const Yard *yard, int supplier, int place) {
    int32_t group[LATE_FACTORS] = { supplier, place, supplier < 0 ? -1 : supplier * PLACES + place };
    return late_chance(&yard->model, group).p;
}

TEST(a_jump_of_everything_is_followed_within_two_buckets) {
    Yard yard;
    yard_begin(&yard, 11, (Told){ .before = 0.03, .now = 0.25, .now_for = 2, .lines = 10 });
    CHECK(yard.model.found);
    CHECK_BETWEEN(chance_of(&yard, 5, 1), 0.15, 0.35);
    CHECK_BETWEEN(share_of_all(&yard.model), 0.15, 0.28);   /* suppliers and places carry the rest of a common jump */
    arena_end(&yard.arena);
}

TEST(one_supplier_turning_bad_moves_him_and_not_the_others) {
    Yard yard;
    yard_begin(&yard, 12, (Told){ .before = 0.05, .now = 0.05, .bad = 0.5, .bad_for = 3, .lines = 10 });
    CHECK_BETWEEN(chance_of(&yard, 3, 2), 0.38, 0.6);
    CHECK_BETWEEN(chance_of(&yard, 4, 2), 0.02, 0.12);
    int32_t group[LATE_FACTORS] = { 3, 2, 3 * PLACES + 2 };
    LateChance c = late_chance(&yard.model, group);
    CHECK(c.p - c.without[LATE_SUPPLIER] > 0.15);         /* it is the supplier, not the place */
    CHECK(c.p - c.without[LATE_PLACE] < 0.05);
    arena_end(&yard.arena);
}

TEST(what_is_old_fades_to_the_common_rate) {
    Yard recent, old;
    yard_begin(&recent, 13, (Told){ .before = 0.05, .now = 0.05, .bad = 0.5, .bad_for = 3, .lines = 1 });
    yard_begin(&old, 13, (Told){ .before = 0.05, .now = 0.05, .bad = 0.5, .bad_for = 3, .lines = 1 });
    for (int i = 0; i < CELLS; i++)                       /* the same story, and then two years of silence from this supplier */
        if (old.cell[i].group[LATE_SUPPLIER] == 3) old.cell[i].bucket += 24;
    late_fit(&old.in, old.arena, &old.model);
    CHECK(chance_of(&old, 3, 1) < 0.6 * chance_of(&recent, 3, 1));
    arena_end(&recent.arena);
    arena_end(&old.arena);
}

TEST(the_order_of_cells_does_not_move_a_bit) {
    Yard yard;
    yard_begin(&yard, 14, (Told){ .before = 0.1, .now = 0.2, .now_for = 5, .bad = 0.5, .bad_for = 4, .lines = 7 });
    double before = chance_of(&yard, 3, 0), common = yard.model.common;
    for (int i = 0; i < CELLS / 2; i++) {
        LateCell kept = yard.cell[i];
        yard.cell[i] = yard.cell[CELLS - 1 - i];
        yard.cell[CELLS - 1 - i] = kept;
    }
    late_fit(&yard.in, yard.arena, &yard.model);
    double after = chance_of(&yard, 3, 0);
    CHECK(memcmp(&before, &after, sizeof before) == 0);
    CHECK(memcmp(&common, &yard.model.common, sizeof common) == 0);
    arena_end(&yard.arena);
}

TEST(ten_lines_of_one_order_say_less_than_ten_orders) {
    Yard yard;
    yard_begin(&yard, 15, (Told){ .before = 0.05, .now = 0.05, .bad = 0.8, .bad_for = 1, .lines = 10 });
    double sure = chance_of(&yard, 3, 2);
    yard.in.line_weight = 0.1;
    late_fit(&yard.in, yard.arena, &yard.model);
    CHECK(chance_of(&yard, 3, 2) < 0.7 * sure);
    arena_end(&yard.arena);
}

TEST(late_lines_not_heard_of_yet_are_allowed_for) {
    /* Only recorded lines are known: of the last bucket's late ones a third. The rate is .3 all along. */
    Yard yard;
    Rng rng = rng_of(16);
    yard_begin(&yard, 16, (Told){ .before = 0.3, .now = 0.3, .lines = 10 });
    for (int i = 0; i < CELLS; i++)
        if (yard.cell[i].bucket < 2) {
            int heard = 0;
            for (int k = 0; k < yard.cell[i].late; k++) heard += rng_chance(&rng, 1.0 / 3);
            yard.cell[i].lines -= yard.cell[i].late - heard;
            yard.cell[i].late = heard;
        }
    late_fit(&yard.in, yard.arena, &yard.model);
    double taken_as_told = share_of_all(&yard.model);
    for (int i = 0; i < CELLS; i++)
        if (yard.cell[i].bucket < 2) yard.cell[i].seen = 1.0 / 3;
    late_fit(&yard.in, yard.arena, &yard.model);
    CHECK(taken_as_told < 0.2);
    CHECK_NEAR(share_of_all(&yard.model), 0.3, 0.03);
    arena_end(&yard.arena);
}

TEST(a_supplier_nobody_has_seen_is_the_common_rate_with_his_spread) {
    Yard yard;
    yard_begin(&yard, 17, (Told){ .before = 0.05, .now = 0.05, .lines = 10 });
    double stranger = chance_of(&yard, -1, 1), known = chance_of(&yard, 6, 1);
    CHECK_BETWEEN(stranger, 0.05, 0.12);
    CHECK(stranger > known);
    arena_end(&yard.arena);
}

TEST(no_line_was_ever_due_is_not_a_number) {
    Arena *arena = arena_begin(MiB);
    LateModel model;
    late_fit(&(LateInput){ 0 }, arena, &model);
    CHECK(!model.found);
    int32_t group[LATE_FACTORS] = { -1, -1, -1 };
    CHECK_NEAR(late_chance(&model, group).p, 0.5, 0);
    LateCell all_late = { .bucket = 900, .lines = 3, .late = 3, .seen = 0 };
    late_fit(&(LateInput){ .cell = &all_late, .count = 1, .groups = { 1, 1, 1 } }, arena, &model);
    double p = late_chance(&model, (int32_t[]){ 0, 0, 0 }).p;
    CHECK(p > 0.5 && p < 1);
    arena_end(&arena);
}

static double mass_of(const LeadTime *t) {
    double sum = t->p_never;
    for (int d = 0; d < LEAD_DAYS; d++) {
        CHECK(t->arrive[d] >= 0);
        sum += t->arrive[d];
    }
    return sum;
}

static void kept(LeadTime *out, double first, double second) {
    LeadObservation seen[2] = { { .days = first, .cluster = 1 }, { .days = second, .cluster = 2 } };
    lead_fit(seen, 2, NULL, 8, out);
}

TEST(an_open_line_comes_around_its_promise) {
    LeadTime early, slip, arrival;
    double days_late;
    kept(&early, 0, 4);
    kept(&slip, 5, 15);
    LateLine line = { .p = 0.3, .promise_in = 10, .early = &early, .slip = &slip };
    late_arrival(&line, &arrival);
    CHECK_NEAR(mass_of(&arrival), 1, 1e-12);
    CHECK_NEAR(arrival.arrive[6], 0.35, 1e-12);
    CHECK_NEAR(arrival.arrive[10], 0.35, 1e-12);
    CHECK_NEAR(late_after(&arrival, 10, &days_late), 0.3, 1e-12);
    CHECK_NEAR(days_late, 0.15 * 5 + 0.15 * 15, 1e-12);
    line.promise_in = 3;                                  /* it could have come yesterday and did not: late has grown */
    late_arrival(&line, &arrival);
    CHECK_NEAR(late_after(&arrival, 3, &days_late), 0.3 / 0.65, 1e-12);
    line.promise_in = -7;                                 /* overdue: only the longer delay is left */
    late_arrival(&line, &arrival);
    CHECK_NEAR(arrival.arrive[8], 1, 1e-12);
    CHECK_NEAR(late_after(&arrival, -7, &days_late), 1, 1e-12);
    CHECK_NEAR(days_late, 15, 1e-12);
    line.promise_in = -60;                                /* beyond everything seen: a wait of the size of the delays */
    late_arrival(&line, &arrival);
    CHECK_NEAR(mass_of(&arrival), 1, 1e-12);
    CHECK_BETWEEN(arrival.mean, 5, 15);
}

TEST(a_promise_moved_out_is_late_against_the_first_one) {
    LeadTime early, slip, arrival;
    double days_late;
    kept(&early, 0, 0);
    kept(&slip, 5, 5);
    late_arrival(&(LateLine){ .p = 0.2, .promise_in = 14, .early = &early, .slip = &slip }, &arrival);
    CHECK_NEAR(late_after(&arrival, 8, &days_late), 1, 1e-12);
    CHECK_NEAR(days_late, 0.8 * 6 + 0.2 * 11, 1e-12);
}

TEST(a_line_without_any_experience_still_has_an_arrival) {
    LeadTime arrival;
    double days_late;
    for (int in = -500; in <= 500; in += 50) {
        late_arrival(&(LateLine){ .p = 0.5, .promise_in = in }, &arrival);
        CHECK_NEAR(mass_of(&arrival), 1, 1e-9);
        CHECK(arrival.found);
        CHECK_BETWEEN(late_after(&arrival, in, &days_late), 0.0, 1.0);
    }
}
