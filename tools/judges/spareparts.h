/* spareparts.h - the public spare parts panels and the published protocol: monthly reviews, an order-up-to level each, fill and holding cost counted.
 * docs/judges.md states it. */
#pragma once
#include "base/arena.h"
#include "base/list.h"

enum { RULES_TARGETS_MOST = 40, QUINTILES = 5 };

typedef struct Part { double price; int lead_months, quintile; const double *demand; } Part;   /* demand: `months` of it, oldest first; quintile by price, 0 cheapest */
typedef struct Panel { const char *name; LIST(Part) parts; int months, train; Arena *arena; } Panel;   /* levels for months train.. are asked for */

/* Reads item,price,t001.. (dash: `lead` is a column too, see judge_lead_columns) and leaves out parts with fewer than two months of demand before the test,
 * as published. Ends the program with a sentence when it cannot. */
typedef struct PanelColumns { const char *price, *lead; double lead_days; int first_month, newest_first; } PanelColumns;
void panel_read(const char *path, const char *name, const PanelColumns *columns, Panel *out);

/* A curve: one point per target, what it gave and cost. */
typedef struct CurvePoint { double fill_avg, fill_total, cost, quintile_avg[QUINTILES], quintile_total[QUINTILES]; } CurvePoint;
typedef struct Curve { const char *name; CurvePoint at[RULES_TARGETS_MOST]; int points; } Curve;

/* level[(k * tests + month) * parts + part] for `targets` targets -> one point each. */
void curve_play(const Panel *panel, const double *level, int targets, Curve *out);

typedef enum FillBy { FILL_AVG, FILL_TOTAL } FillBy;
double point_fill(const CurvePoint *point, FillBy fill);
/* Holding cost of the curve at this fill, between its two neighbours; -1 outside its range. The cheapest way up counts where a curve turns back. */
double curve_cost_at(const Curve *curve, FillBy fill, double at);

typedef LIST(Curve) Curves;
void published_read(const char *path, const char *set, Curves *out);

/* Rules that others use, for the check of the protocol and where nothing is published. */
void willemain_levels(const Panel *panel, int part, int month, int targets, const double *target, double *out_level);
typedef enum Smoother { SMOOTH_SES, SMOOTH_CROSTON, SMOOTH_SBA, SMOOTH_TSB, SMOOTH_COUNT_ } Smoother;
extern const char *const smoother_names[SMOOTH_COUNT_];
void smoother_levels(const Panel *panel, Smoother smoother, int part, int month, int targets, const double *target, double *out_level);
