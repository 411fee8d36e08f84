/* rank-rows.c - every order that planning wanted on some days of a store's past, with what acting and waiting cost on what really happened then.
 *
 *     build/tools/judges/judge-rank-rows STORE SEED DAYS_BETWEEN COUNT > rows.csv
 *
 * The replay is the product's own (study/shadow.h), under the demo's policy. The gain is also played on paths drawn from the law that was told. rank.py judges the rows,
 * judge-rank-fit fits the shipped record of confidence to them; docs/judges.md has the protocol. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/file.h"
#include "base/rng.h"
#include "base/time.h"
#include "maths/risk_parts.h"
#include "study/shadow.h"

/* ---- a world of the very law that was told ---- */

/* Chances that a day's demand is at most each step, for one rate of the path. */
typedef struct ToldDay { int count; double origin, step; float below[DIST_CELLS]; } ToldDay;
enum { TOLD_RATES = RATES, TOLD_DRAWS = 60 };

static ToldDay *told_days(const Setup *s, int rate, int count) {
    ToldDay *days = calloc((size_t)count, sizeof *days);
    for (int d = 0; d < count; d++) {
        Dist dist;
        demand_sum(&s->rate[rate], s->from + d / s->bucket, 1 / s->bucket, &dist);
        days[d] = (ToldDay){ .count = dist.count, .origin = dist.origin, .step = dist.step };
        double sum = 0;
        for (int i = 0; i < dist.count; i++) days[d].below[i] = (float)(sum += dist.cell[i]);
    }
    return days;
}

static double told_demand(const ToldDay *day, Rng *rng) {
    double u = rng_unit(rng);
    int i = 0;
    while (i < day->count - 1 && u >= (double)day->below[i]) i++;
    return day->origin + i * day->step;
}

static int told_day(const LeadPoints *points, Rng *rng) {
    double u = rng_unit(rng), sum = (double)points->share[0];
    int k = 0;
    while (k < points->count - 1 && u >= sum) sum += (double)points->share[++k];
    return (int)((double)points->days[k] + rng_unit(rng));
}

static void told_path(const Picture *p, const ToldDay *demand, Rng *rng, ShadowDays *out) {
    for (int d = 0; d < out->count; d++) {
        out->demand[d] = told_demand(&demand[d], rng);
        out->receipt[d] = 0;
    }
    for (int r = 0; r < p->receipts; r++) {
        if (p->receipt[r].when.count == 0 || rng_chance(rng, p->receipt[r].when.p_never)) continue;
        int at = told_day(&p->receipt[r].when, rng);
        if (at >= 0 && at < out->count) out->receipt[at] += p->receipt[r].units;
    }
}

/* What ordering now gains there: a fault of the formula shows between this and what was predicted, one of the law between this and what was replayed. */
static double told_gain(const Picture *p, double units, double lost, uint64_t seed) {
    Rng rng = rng_of(seed);
    int wait = p->next_day - p->order_day, last = (int)p->lead.days[p->lead.count - 1] + 2 + wait;
    RiskInput in = picture_risk_input(p);
    Setup s = { .in = &in, .bucket = p->demand.bucket_days };
    s.from = p->from_days / s.bucket;
    ShadowDays *days = calloc(1, sizeof *days);
    days->count = last < SHADOW_DAYS_MOST ? last : SHADOW_DAYS_MOST;
    risk_rates(&s, days->count);
    ToldDay *demand[TOLD_RATES];
    for (int k = 0; k < TOLD_RATES; k++) demand[k] = told_days(&s, k, days->count);
    double sum = 0;
    for (int n = 0; n < TOLD_DRAWS; n++) {
        double u = rng_unit(&rng);
        int k = u < s.rate_share[0] ? 0 : u < s.rate_share[0] + s.rate_share[1] ? 1 : 2;
        told_path(p, demand[k], &rng, days);
        int now = told_day(&p->lead, &rng), until = now + wait;
        sum += shadow_money(p, shadow_play(p, days, (ShadowCourse){ 0, 0 }, until, lost)) - shadow_money(p, shadow_play(p, days, (ShadowCourse){ units, now }, until, lost));
    }
    for (int k = 0; k < TOLD_RATES; k++) free(demand[k]);
    free(days);
    return sum / TOLD_DRAWS;
}

/* ---- rows ---- */

typedef struct Sheet { uint64_t seed; double lost_share; } Sheet;

static Err row_print(void *self, const ShadowLabel *label, Why *why) {
    const Sheet *sheet = self;
    const Picture *p = label->picture;
    const Estimate *e = label->estimate;
    char day[DAY_TEXT];
    (void)why;
    day_format(label->day, day);
    printf("%llu,%s,%s,%s,%s,%s,%.4f,%.4f,%.4f,%.3f,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f", (unsigned long long)sheet->seed, day, label->item_code, label->place_code, label->kind, label->tier,
           e->rank, e->stake, label->replayed, e->p1, label->units * p->money.unit_cost, p->mean_day > 0 ? micro_to_double(p->fold.on_hand) / p->mean_day : 9999, label->cost, label->reference,
           p->money.hold_day * 7 * label->units, label->units, label->better);
    printf(",%u,%.4f,%.4f,%d", e->flags, label->said.share, label->said.low, label->right);
    printf(",%.4f", told_gain(p, label->units, sheet->lost_share, (sheet->seed * 1000003 + (uint64_t)p->spot) * 7919 + (uint64_t)label->day));
    printf(",%.4f,%.4f,%.4f,%.4f,%.4f", p->money.short_cost, e->short_wait, label->waited.missed, e->short_now, label->now.missed);
    for (int k = 0; k < SIGN_COUNT_; k++) printf(",%.4f", label->signs.of[k]);
    printf("\n");
    return OK;
}

static Err policy_read(Policy *out, Why *why) {
    Arena *arena = arena_begin(8 * MiB);             /* the policy's texts live in it until the end */
    Text json;
    TRY(file_read(arena, "policies/demo.json", 4 * MiB, &json, why));
    return policy_parse(arena, "demo", json, out, why);
}

static Err run(const char *directory, uint64_t seed, int between, int count, Why *why) {
    World world = world_real();
    Store *store;
    Policy policy;
    TRY(store_open(directory, STORE_READ, &world, &store, why));
    TRY(policy_read(&policy, why));
    printf("seed,day,item,place,kind,tier,rank,stake,replayed,p1,value,cover,cost,reference,week,qty,better,flags,share,low,right,told,short_cost,short_wait,missed_wait,short_now,missed_now");
    for (int k = 0; k < SIGN_COUNT_; k++) printf(",%s", confidence_sign_names[k]);
    printf("\n");
    ShadowAsk ask = { .policy = &policy, .policy_row = { 1 }, .days = count, .between = between, .threads = 2 };
    return shadow_replay(store, &ask, row_print, &(Sheet){ seed, micro_to_double(policy.lost_share_micro) }, why);
}

int main(int argc, char **argv) {
    Why why = { 0 };
    if (argc != 5) {
        fprintf(stderr, "judge-rank-rows STORE SEED DAYS_BETWEEN COUNT\n");
        return 2;
    }
    Err err = run(argv[1], strtoull(argv[2], NULL, 10), atoi(argv[3]), atoi(argv[4]), &why);
    if (err != OK) fprintf(stderr, "%s\n", why.message);
    return err != OK;
}
