/* rank-rows.c - every order that planning wanted on some days of a store's past, with what acting and waiting cost on what really happened then.
 *
 *     build/tools/judges/judge-rank-rows STORE SEED DAYS_BETWEEN COUNT > rows.csv
 *
 * On each of COUNT days, DAYS_BETWEEN apart, the newest so long before the end of history that what was decided can be seen through: the plan is made with what was
 * known then. Each wanted order is played on the demand and the receipts (of orders placed before) that came after, day by day, in a closed loop with the
 * standing policy: ordered now, ordered at the next opportunity, and in the quantity of a better-informed look. The better-informed look has the
 * demand level and the lead times as they are known eight weeks later; it does not know the days themselves. A new order takes as long as the next real order
 * of its supplier to its place did. The gain is also played on paths drawn from the law that was told. rank.py reads the rows; docs/judges.md has the protocol. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/file.h"
#include "base/rng.h"
#include "base/time.h"
#include "draft/confidence.h"
#include "estimate/picture.h"
#include "maths/risk_parts.h"
#include "plan/room.h"

enum { SEE_DAYS = 120, BETTER_DAYS = 56, PLAY_MOST = 400, END_DAYS_MOST = 365 };

typedef struct Lead { int32_t supplier, place, day, days; } Lead;
typedef struct Past { Store *store; State *all; int32_t end; LIST(Lead) leads; Policy policy; RowId policy_row; Arena *work; } Past;

/* ---- what happened ---- */

static int by_lane(const void *left, const void *right) {
    const Lead *l = left, *r = right;
    if (l->supplier != r->supplier) return l->supplier < r->supplier ? -1 : 1;
    if (l->place != r->place) return l->place < r->place ? -1 : 1;
    return (l->day > r->day) - (l->day < r->day);
}

static void fold_all(const Past *past, int32_t spot, Fold *out) {
    FoldInput in = { .state = past->all, .spot = spot, .start_day = past->end, .bucket_days = 1, .requests_captured = true };
    arena_clear(past->work);
    fold_spot(&in, past->work, out);
}

static void leads_read(Past *past) {
    for (size_t s = 0; s < past->all->spots.count; s++) {
        Fold fold;
        fold_all(past, (int32_t)s, &fold);
        for (int i = 0; i < fold.stories; i++) {
            const OrderStory *story = &fold.story[i];
            if (story->first_day == NO_DAY) continue;
            list_push(&past->leads, (Lead){ story->po->who, past->all->spots.at[s].place.v, story->po->day, story->first_day - story->po->day });
        }
    }
    qsort(past->leads.at, past->leads.count, sizeof *past->leads.at, by_lane);
}

/* Of the first real order of this supplier to this place on or after `day`. */
static int lead_of(const Past *past, int32_t supplier, int32_t place, int32_t day, int otherwise) {
    size_t low = 0, high = past->leads.count;
    Lead key = { supplier, place, day, 0 };
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (by_lane(&past->leads.at[middle], &key) < 0) low = middle + 1;
        else high = middle;
    }
    const Lead *found = low < past->leads.count ? &past->leads.at[low] : NULL;
    return found && found->supplier == supplier && found->place == place ? found->days : otherwise;
}

typedef struct Days { int count; double demand[PLAY_MOST], receipt[PLAY_MOST]; } Days;

static void days_read(const Past *past, int32_t spot, int32_t from, Days *out) {
    Fold fold;
    memset(out, 0, sizeof *out);
    fold_all(past, spot, &fold);
    out->count = past->end - from < PLAY_MOST ? past->end - from : PLAY_MOST;
    for (int b = 0; b < fold.buckets; b++) {
        int at = fold.from_day + b - from;
        if (at >= 0 && at < out->count) out->demand[at] += fold.value[b];
    }
    for (int i = 0; i < fold.one_off_count; i++) {
        int at = fold.one_off[i].day - from;
        if (fold.one_off[i].taken_out && at >= 0 && at < out->count) out->demand[at] += micro_to_double(fold.one_off[i].qty);
    }
    for (int i = 0; i < fold.stories; i++)
        for (int k = 0; fold.story[i].po->day < from && k < fold.story[i].receipts; k++) {
            int at = fold.story[i].receipt[k].day - from;
            if (at >= 0 && at < out->count) out->receipt[at] += fold.story[i].receipt[k].accepted;
        }
    Record *records;
    int count = state_records(past->all, spot, past->work, &records);
    for (int i = 0; i < count; i++) {
        if (records[i].kind != REC_TRANSFER_IN || records[i].day >= from || records[i].more < 0) continue;
        int32_t came = past->all->details.at[records[i].more].day_c;
        if (came != NO_DAY && came >= from && came - from < out->count) out->receipt[came - from] += micro_to_double(records[i].qty);
    }
}

/* ---- a course ---- */

typedef struct Course { double units; int arrives; } Course;                 /* day from the start; units 0: nothing */
typedef struct Outcome { double missed, held, waited, left; } Outcome;       /* units, unit-days, unit-days, units at the end */

static Outcome play(const Picture *p, const Days *days, Course course, int until, double lost_share) {
    double stock = micro_to_double(p->fold.on_hand + p->fold.kin_stock), owed = micro_to_double(p->fold.backorders);
    Outcome out = { 0 };
    for (int day = 0; day < until && day < days->count; day++) {
        stock += days->receipt[day] + (day == course.arrives ? course.units : 0);
        double repaid = owed < stock ? owed : stock > 0 ? stock : 0;
        stock -= repaid;
        owed -= repaid;
        double sold = days->demand[day] < stock ? days->demand[day] : stock > 0 ? stock : 0, missed = days->demand[day] - sold;
        stock -= sold;
        owed += missed * (1 - lost_share);
        out.missed += missed;
        out.held += stock > 0 ? stock : 0;
        out.waited += owed;
    }
    out.left = stock > 0 ? stock : 0;
    return out;
}

static double money_of(const Picture *p, Outcome o) {
    return o.missed * p->money.short_cost + o.held * p->money.hold_day + o.waited / (p->review_days > 0 ? p->review_days : 1) * p->money.wait_cost;
}

/* What lies at the end is sold at the mean rate: holding until then, at most a year. */
static double end_cost(const Picture *p, double left) {
    double days = p->mean_day > 0 ? left / p->mean_day : END_DAYS_MOST;
    return p->money.hold_day * left * (days < END_DAYS_MOST ? days : END_DAYS_MOST) / 2;
}

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

static void told_path(const Picture *p, const ToldDay *demand, Rng *rng, Days *out) {
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
    Days *days = calloc(1, sizeof *days);
    days->count = last < PLAY_MOST ? last : PLAY_MOST;
    risk_rates(&s, days->count);
    ToldDay *demand[TOLD_RATES];
    for (int k = 0; k < TOLD_RATES; k++) demand[k] = told_days(&s, k, days->count);
    double sum = 0;
    for (int n = 0; n < TOLD_DRAWS; n++) {
        double u = rng_unit(&rng);
        int k = u < s.rate_share[0] ? 0 : u < s.rate_share[0] + s.rate_share[1] ? 1 : 2;
        told_path(p, demand[k], &rng, days);
        int now = told_day(&p->lead, &rng), until = now + wait;
        sum += money_of(p, play(p, days, (Course){ 0, 0 }, until, lost)) - money_of(p, play(p, days, (Course){ units, now }, until, lost));
    }
    for (int k = 0; k < TOLD_RATES; k++) free(demand[k]);
    free(days);
    return sum / TOLD_DRAWS;
}

/* ---- a case ---- */

static double better_quantity(const Picture *then, const Picture *later) {
    Picture p = *then;
    double factor = then->demand.level > 0 ? later->demand.level / then->demand.level : 1;
    factor = factor < 0.2 ? 0.2 : factor > 5 ? 5 : factor;
    p.demand = demand_scaled(&then->demand, factor);
    if (later->lead.count) p.lead = later->lead;
    Quantity q;
    picture_quantity(&p, &q);
    return micro_to_double(q.micro);
}

typedef struct One { const Past *past; Plan *plan, *later; int32_t spot; uint64_t seed; } One;

static void case_row(const One *one, const Assessment *a) {
    const Picture *p = &a->picture;
    const Estimate *e = &a->estimate;
    const Past *past = one->past;
    int32_t from = one->plan->context.start_day;
    Days *days = calloc(1, sizeof *days);
    own(arena_end) Arena *work = arena_begin(64 * MiB);
    int32_t spot = state_spot(past->all, p->item, p->place), there = state_spot(one->later->state, p->item, p->place);
    Picture *later = new_in(work, Picture);
    if (spot >= 0 && there >= 0) {
        days_read(past, spot, from, days);
        picture_make(&one->later->context, there, NULL, work, later);
    }
    int usual = p->lane.lead.p50, wait = p->next_day - from, order = p->order_day - from;
    int lead = p->source == SOURCE_SUPPLIER ? lead_of(past, p->supplier, p->place.v, p->order_day, usual) : usual;
    int until = wait + lead;
    if (spot >= 0 && there >= 0 && until <= days->count && lead <= 120) {
        double units = micro_to_double(e->qty), lost = micro_to_double(one->plan->policy->lost_share_micro), better = better_quantity(p, later);
        Outcome now = play(p, days, (Course){ units, order + lead }, until, lost), waited = play(p, days, (Course){ 0, 0 }, until, lost);
        int see = until + p->review_days < days->count ? until + p->review_days : days->count;
        Outcome ours = play(p, days, (Course){ units, order + lead }, see, lost), best = play(p, days, (Course){ better, order + lead }, see, lost);
        double cost = money_of(p, ours) + end_cost(p, ours.left), reference = money_of(p, best) + end_cost(p, best.left);
        ConfidenceSigns signs;
        Confidence c;
        confidence_signs(p, e, &(QuantityFlips){ 0 }, &signs);
        const ItemInfo *item = &one->plan->state->items.at[p->item.v];
        Estimate fresh = *e;
        fresh.flags &= ~CASE_FLAG_BIT(STALE_FEED);         /* the past holds no stock levels of its own days: that is the sample's, not a fault of the feed then */
        confidence_make(p, &fresh, item->tier, &(QuantityFlips){ 0 }, &c);
        char day[DAY_TEXT];
        day_format(from, day);
        printf("%llu,%s,%s,%s,%s,%s,%.4f,%.4f,%.4f,%.3f,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f", (unsigned long long)one->seed, day, item->code, one->plan->state->places.at[p->place.v].code,
               p->source == SOURCE_SUPPLIER ? "buy" : "move", item->tier, e->rank, e->stake, money_of(p, waited) - money_of(p, now), e->p1, units * p->money.unit_cost,
               p->mean_day > 0 ? micro_to_double(p->fold.on_hand) / p->mean_day : 9999, cost, reference, p->money.hold_day * 7 * units, units, better);
        printf(",%u,%.4f,%.4f", e->flags, c.share, c.low);
        printf(",%.4f", told_gain(p, units, lost, (one->seed * 1000003 + (uint64_t)one->spot) * 7919 + (uint64_t)from));
        printf(",%.4f,%.4f,%.4f,%.4f,%.4f", p->money.short_cost, e->short_wait, waited.missed, e->short_now, now.missed);
        for (int k = 0; k < SIGN_COUNT_; k++) printf(",%.4f", signs.of[k]);
        printf("\n");
    }
    free(days);
}

/* ---- days ---- */

static Err plan_at(const Past *past, int32_t day, bool pictures, Plan **out, Why *why) {
    PlanOptions options = { .now_us = us_of_day(day), .policy = &past->policy, .policy_row = past->policy_row, .write = PLAN_LOOK };
    plan_as_of(&options, day);
    options.known_us = us_of_day(day) - 1;                 /* in the morning: nothing of the day itself is known, all of it is played */
    TRY(plan_begin(past->store, 2, out, why));
    return plan_refresh(*out, &(RefreshOptions){ .options = &options, .upto = log_last(past->store).v, .picture_only = pictures }, why);
}

static Err day_rows(const Past *past, int32_t day, uint64_t seed, Why *why) {
    own(plan_end) Plan *plan = NULL, *later = NULL;
    own(arena_end) Arena *work = arena_begin(256 * MiB);
    TRY(plan_at(past, day, false, &plan, why));
    TRY(plan_at(past, day + BETTER_DAYS, true, &later, why));
    for (size_t s = 0; s < plan->state->spots.count; s++) {
        if (!estimate_wants_order(&plan->context, &plan->estimates[s])) continue;
        arena_clear(work);
        Assessment *a = new_in(work, Assessment);
        spot_assess(&plan->context, (int32_t)s, NULL, work, a);
        if (a->estimate.rank < 0 || a->estimate.qty <= 0 || a->picture.lead.count == 0) continue;
        case_row(&(One){ past, plan, later, (int32_t)s, seed }, a);
    }
    return OK;
}

static Err policy_read(Past *past, Why *why) {
    Text json;
    TRY(file_read(past->work, "policies/demo.json", 4 * MiB, &json, why));
    Text kept = text_of(strdup(text_keep(past->work, json)));
    return policy_parse(arena_begin(4 * MiB), "demo", kept, &past->policy, why);
}

static Err run(const char *directory, uint64_t seed, int between, int count, Why *why) {
    World world = world_real();
    Past past = { .work = arena_begin(1024 * MiB), .policy_row = { 1 } };
    TRY(store_open(directory, STORE_READ, &world, &past.store, why));
    TRY(policy_read(&past, why));
    past.all = state_begin(past.store);
    TRY(state_build(past.all, log_last(past.store).v, INT64_MAX, why));
    past.end = past.all->last_day[FACT_ORDER_LINE] + 1;
    leads_read(&past);
    printf("seed,day,item,place,kind,tier,rank,stake,replayed,p1,value,cover,cost,reference,week,qty,better,flags,share,low,told,short_cost,short_wait,missed_wait,short_now,missed_now");
    for (int k = 0; k < SIGN_COUNT_; k++) printf(",%s", confidence_sign_names[k]);
    printf("\n");
    for (int k = 0; k < count; k++) TRY(day_rows(&past, past.end - SEE_DAYS - k * between, seed, why));
    return OK;
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
