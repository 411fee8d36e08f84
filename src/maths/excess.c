/* excess.c - stock beyond what a good run of demand over the coverage horizon would take. */
#include "maths/excess.h"
#include "maths/fn.h"

static const double LIFE_UNKNOWN_DAYS = 3 * 365.0, COVER_MOST_DAYS = 99999;

void excess_find(const ExcessInput *in, Excess *out) {
    double bucket = in->demand->bucket_days > 0 ? in->demand->bucket_days : 1;
    double from = in->from_days / bucket, life = in->life_days > 0 ? in->life_days : LIFE_UNKNOWN_DAYS;
    double shelf = in->stock > 0 ? in->stock : 0, all = shelf + (in->on_order > 0 ? in->on_order : 0);
    double kept = in->kept > 0 ? in->kept : 0;
    Dist horizon, whole_life;
    demand_sum(in->demand, from, in->cover_days / bucket, &horizon);
    demand_sum(in->demand, from, life / bucket, &whole_life);
    *out = (Excess){ .need = dist_quantile(&horizon, fn_clamp(in->quantile, 0.5, 0.9999)) + kept };
    out->units = all > out->need ? all - out->need : 0;
    out->stock_units = shelf > out->need ? shelf - out->need : 0;
    double rate = in->cover_days > 0 ? horizon.mean / in->cover_days : 0;
    out->cover_days = rate > 0 && all / rate < COVER_MOST_DAYS ? all / rate : COVER_MOST_DAYS;
    if (all <= 0) out->cover_days = 0;
    out->write_off_units = dist_left(&whole_life, all);
}
