/* Lead times from order to delivery of orders sent in each month, by quantile loss at .5 .8 .9 .95, known on the first of the month. */
#include "tools/judges/scms.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"
#include "maths/late.h"

enum { FROM_YEAR = 2010, LEVELS = 4, PARENT_ORDERS = 8 };
static const double levels[LEVELS] = { 0.5, 0.8, 0.9, 0.95 };

typedef enum Method { POOLED, VENDOR, LANE, LANE_OPEN, MODE, MODE_OPEN, PROMISE, METHODS } Method;
static const char *const method_names[METHODS] = { "all deliveries, raw quantiles", "the vendor's own, raw quantiles", "product: lane, recorded only", "product: lane, open lines too",
                                                   "product: lane and mode, recorded only", "product: lane and mode, open lines too",
                                                   "product: the promise and how it is kept" };

typedef LIST(LeadObservation) Seen;

/* Which deliveries; -1: whatever. */
typedef struct Group { int vendor, lane, mode; } Group;

/* Their lead times, recorded by today; with `open`, of lines still under way too. */
static void lead_times(const Deliveries *all, int32_t today, Group of, int open, Seen *out) {
    list_clear(out);
    for (size_t i = 0; i < all->list.count; i++) {
        const Delivery *d = &all->list.at[i];
        bool here = (of.vendor < 0 || d->vendor == of.vendor) && (of.lane < 0 || d->lane == of.lane) && (of.mode < 0 || d->mode == of.mode), told = d->told < today;
        if (!here || d->ordered == NOT_TOLD || d->ordered >= today || d->came < d->ordered || (!told && !open)) continue;
        list_push(out, (LeadObservation){ .days = (told ? d->came : today) - d->ordered, .age_days = today - d->ordered, .cluster = d->order,
                                          .outcome = told ? LEAD_RECEIVED : LEAD_OPEN });
    }
}

/* Each group leans on the one before it. */
static void groups_fit(const Deliveries *all, int32_t today, const Group *group, int groups, int open, LeadTime *out) {
    Seen seen = { 0 };
    LeadTime parent = { 0 };
    for (int g = 0; g < groups; g++) {
        lead_times(all, today, group[g], open, &seen);
        lead_fit(seen.at, (int)seen.count, parent.found ? &parent : NULL, PARENT_ORDERS, out);
        parent = *out;
    }
    list_end(&seen);
}

static void lane_fit(const Deliveries *all, int32_t today, const Delivery *d, int open, LeadTime *out) {
    groups_fit(all, today, (Group[]){ { -1, -1, -1 }, { d->vendor, -1, -1 }, { d->vendor, d->lane, -1 } }, 3, open, out);
}

static void mode_fit(const Deliveries *all, int32_t today, const Delivery *d, int open, LeadTime *out) {
    groups_fit(all, today, (Group[]){ { -1, -1, -1 }, { -1, -1, d->mode }, { d->vendor, -1, -1 }, { d->vendor, d->lane, -1 } }, 4, open, out);
}

/* Days before (sign -1) or after (sign 1) the scheduled day, of the vendor's recorded deliveries, leaning on everybody's. */
static void kept_fit(const Deliveries *all, int32_t today, int vendor, int sign, LeadTime *out) {
    LeadTime pool = { 0 };
    for (int own_only = 0; own_only < 2; own_only++) {
        Seen seen = { 0 };
        for (size_t i = 0; i < all->list.count; i++) {
            const Delivery *d = &all->list.at[i];
            bool late = d->came > d->due;
            if (d->told >= today || d->due >= today || d->ordered == NOT_TOLD || late != (sign > 0) || (own_only && d->vendor != vendor)) continue;
            list_push(&seen, (LeadObservation){ .days = sign * (d->came - d->due), .age_days = today - d->due, .cluster = d->order });
        }
        lead_fit(seen.at, (int)seen.count, own_only && pool.found ? &pool : NULL, PARENT_ORDERS, own_only ? out : &pool);
        list_end(&seen);
    }
}

static void promise_fit(const Deliveries *all, int32_t today, const Delivery *d, const LateModel *model, LeadTime *out) {
    LeadTime early, slip;
    kept_fit(all, today, d->vendor, -1, &early);
    kept_fit(all, today, d->vendor, 1, &slip);
    int32_t group[LATE_FACTORS] = { d->vendor, d->country, d->lane };
    late_arrival(&(LateLine){ .p = late_chance(model, group).p, .promise_in = d->due - d->ordered, .early = &early, .slip = &slip }, out);
}

static int by_days(const void *a, const void *b) {
    double x = ((const LeadObservation *)a)->days, y = ((const LeadObservation *)b)->days;
    return (x > y) - (x < y);
}

static double raw_quantile(Seen *seen, double level) {
    if (!seen->count) return 0;
    qsort(seen->at, seen->count, sizeof *seen->at, by_days);
    size_t at = (size_t)(level * (double)seen->count);
    return seen->at[at < seen->count ? at : seen->count - 1].days;
}

static double pinball(double said, double came, double level) { return came > said ? level * (came - said) : (1 - level) * (said - came); }

typedef struct Losses { double sum[METHODS][LEVELS]; int n; } Losses;

static void delivery_judge(const Deliveries *all, int32_t today, const Delivery *d, const LateModel *model, Losses *out) {
    Seen pooled = { 0 }, vendor = { 0 };
    LeadTime lead[METHODS];
    lead_times(all, today, (Group){ -1, -1, -1 }, 0, &pooled);
    lead_times(all, today, (Group){ d->vendor, -1, -1 }, 0, &vendor);
    lane_fit(all, today, d, 0, &lead[LANE]);
    lane_fit(all, today, d, 1, &lead[LANE_OPEN]);
    mode_fit(all, today, d, 0, &lead[MODE]);
    mode_fit(all, today, d, 1, &lead[MODE_OPEN]);
    promise_fit(all, today, d, model, &lead[PROMISE]);
    double came = d->came - d->ordered;
    for (int k = 0; k < LEVELS; k++) {
        double raw = raw_quantile(&pooled, levels[k]);
        out->sum[POOLED][k] += pinball(raw, came, levels[k]);
        out->sum[VENDOR][k] += pinball(vendor.count ? raw_quantile(&vendor, levels[k]) : raw, came, levels[k]);
        for (int m = LANE; m < METHODS; m++) out->sum[m][k] += pinball(lead_quantile(&lead[m], levels[k]), came, levels[k]);
    }
    out->n++;
    list_end(&pooled);
    list_end(&vendor);
}

/* Deliveries that were due in a month, as the late judge has them; or orders sent in it, of which the newest are short by selection: what was sent and
 * not yet delivered when the set ends is not in it. */
typedef enum Which { DUE, SENT, WHICH } Which;
static const char *const which_names[WHICH] = { "deliveries due", "orders sent" };

static void lead_walk(const Deliveries *all, Which which, LateFit *late_model, int last_year, Losses *out) {
    for (int year = FROM_YEAR; year <= last_year; year++)
        for (int month = 1; month <= 12; month++) {
            own(arena_end) Arena *arena = arena_begin(256 * MiB);
            int32_t today = day_of_civil((Civil){ .year = year, .month = month, .day = 1 }), until = day_add_months(today, 1);
            LateModel model;
            late_model(all, today, arena, &model);
            for (size_t i = 0; i < all->list.count; i++) {
                const Delivery *d = &all->list.at[i];
                int32_t day = which == DUE ? d->due : d->ordered;
                if (d->ordered != NOT_TOLD && d->came >= d->ordered && day >= today && day < until) delivery_judge(all, today, d, &model, out);
            }
        }
}

void judge_lead_times(const Deliveries *all, LateFit *late_model, int last_year) {
    for (Which which = DUE; which < WHICH; which++) {
        Losses losses = { 0 };
        lead_walk(all, which, late_model, last_year, &losses);
        printf("| lead time of %d %s %d..%d, days of quantile loss by | .5 | .8 | .9 | .95 |\n|---|---|---|---|---|\n", losses.n, which_names[which], FROM_YEAR, last_year);
        for (int m = 0; m < METHODS; m++) {
            printf("| %s |", method_names[m]);
            for (int k = 0; k < LEVELS; k++) printf(" %.2f |", losses.sum[m][k] / losses.n);
            printf("\n");
        }
        printf("\n");
    }
}
