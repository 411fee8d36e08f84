#include "study/shadow-play.h"

#include "base/decimal.h"

enum { END_DAYS_MOST = 365 };

ShadowOutcome shadow_play(const Picture *p, const ShadowDays *days, ShadowCourse course, int until, double lost_share) {
    double stock = micro_to_double(p->fold.on_hand - picture_kept(p) + p->fold.kin_stock), owed = micro_to_double(p->fold.backorders);
    ShadowOutcome out = { 0 };
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

double shadow_money(const Picture *p, ShadowOutcome o) {
    return o.missed * p->money.short_cost + o.held * p->money.hold_day + o.waited / (p->review_days > 0 ? p->review_days : 1) * p->money.wait_cost;
}

double shadow_end_cost(const Picture *p, double left) {
    double days = p->mean_day > 0 ? left / p->mean_day : END_DAYS_MOST;
    return p->money.hold_day * left * (days < END_DAYS_MOST ? days : END_DAYS_MOST) / 2;
}
