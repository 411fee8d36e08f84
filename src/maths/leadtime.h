/* leadtime.h - how long from the release of an order to its receipt, as a distribution over whole days.
 *
 * Observations are purchase-order line schedules. Open lines say "longer than their age" and cancelled ones "never, from
 * that day on": both count, by the Aalen-Johansen estimator (which is Kaplan-Meier when nothing is cancelled), so that a
 * supplier that starts failing is seen while his lines are still open. Lanes are thin, so an estimate is pulled to its
 * parent: all orders -> by mode of transport -> supplier -> supplier and item; call lead_fit for each, handing the former as `parent`. Lines of one order
 * are one cluster: the effective n is orders, not lines. No parent and no data is no estimate (found = 0): unknown is a case
 * for a person, never a default number. */
#pragma once
#include "maths/dist.h"

enum { LEAD_DAYS = 401, LEAD_POINTS = 12, LEAD_HALF_LIFE_DAYS = 365 /* what an observation weighs falls by half in */ };

typedef struct LeadObservation {
    double days;            /* release to receipt; for an open line its age; for a cancelled one its age then. >= 0 */
    double weight;          /* quantity or value share of the receipt; <= 0 counts as 1 */
    double age_days;        /* how long ago it was released; weighs by half per LEAD_HALF_LIFE_DAYS */
    int cluster;            /* any number, equal for lines of one order */
    enum { LEAD_RECEIVED = 0, LEAD_OPEN, LEAD_CANCELLED } outcome;
} LeadObservation;

typedef struct LeadTime {
    int found;              /* 0: nothing known, the rest is zero */
    double arrive[LEAD_DAYS]; /* P(arrives on day d); with p_never sums to 1; the last day holds everything later */
    double p_never;         /* cancelled or never delivered */
    double mean, sd;        /* days, of those that arrive */
    int p50, p90;           /* days, of those that arrive */
    double n;               /* effective number of own orders behind it */
    int n_open;             /* own open lines */
    double parent_share;    /* 0..1 how much of it is the parent's */
} LeadTime;

/* `parent` may be NULL. `parent_orders`: how many own orders weigh as much as the parent (8 is sensible). */
void lead_fit(const LeadObservation *seen, int count, const LeadTime *parent, double parent_orders, LeadTime *out);
/* A stated lead time, for a lane without any history: gamma with this mean and coefficient of variation (0: exact). */
void lead_stated(double days, double cv, LeadTime *out);
/* For an order that has not arrived though released `age_days` ago: days from *today* (>= 1 for LEAD days left). When the
 * age is beyond everything seen, a geometric wait of the residual spread takes over. */
void lead_given_age(const LeadTime *lead, double age_days, LeadTime *out);
void lead_shift(LeadTime *lead, double days);                 /* later by `days` >= 0; each day is split between its neighbours */
double lead_arrives_by(const LeadTime *lead, double days);   /* P(arrives and within days), 0..1 - p_never */
void lead_describe(LeadTime *lead);                          /* found, mean, sd, p50, p90 from arrive[] */
int lead_end(const LeadTime *lead);                          /* from this day on nothing arrives; 0 .. LEAD_DAYS */
int lead_quantile(const LeadTime *lead, double p);           /* days, among those that arrive */

/* The same in few points, for mixtures: chunks of equal probability at their own mean; mean kept, spread within 3 %. */
typedef struct LeadPoints {
    int count;                    /* 1 .. LEAD_POINTS; 0 when nothing is known */
    float days[LEAD_POINTS];      /* rising */
    float share[LEAD_POINTS];     /* sum 1: given that it arrives */
    double p_never;
} LeadPoints;
/* What the spread of lead times does to a level when orders placed `interval_days` apart may overtake each other, their lead times independent. Outstanding is then
 * a sum over orders that each have come or not: variance d^2 T integral F (1 - F), d^2 s^2 at most (domain notes 2.1; Zalkind, Management Science 24, 1978). The points
 * keep their mean and are drawn together until demand over them has that variance; where orders are too far apart to cross they stay as they are. */
LeadPoints lead_crossing(const LeadPoints *points, double interval_days);
LeadPoints lead_points(const LeadTime *lead, int most);      /* most 1..LEAD_POINTS; 6 is enough for protection */
