/* scms.h - deliveries of the public SCMS set, as a judge reads them: plain columns, nothing from the product's own import. */
#pragma once
#include <stdint.h>

#include "base/arena.h"
#include "base/list.h"
#include "maths/late.h"

#define NOT_TOLD INT32_MIN

typedef struct Delivery {
    int32_t ordered;                  /* day the order was sent to the vendor, or NOT_TOLD */
    int32_t due, came, told;          /* days: scheduled, delivered to the client, recorded */
    int32_t vendor, mode, country, order, lane;   /* dense numbers; lane = vendor and country */
} Delivery;
typedef struct Deliveries { LIST(Delivery) list; int vendors, modes, countries, orders, lanes; } Deliveries;

void deliveries_read(const char *path, Deliveries *out);          /* ends the program with a sentence when the file cannot be read */

/* One prediction and what happened. */
typedef struct Outcome { double p; int late, year; } Outcome;
typedef LIST(Outcome) Outcomes;
void outcomes_print(const char *name, const Outcomes *outcomes, int from_year, int to_year);
double outcomes_log_loss(const Outcomes *outcomes, int from_year, int to_year);

/* The chance of being late, fitted on what was recorded before `today`. */
typedef void LateFit(const Deliveries *all, int32_t today, Arena *arena, LateModel *out);
void judge_lead_times(const Deliveries *all, LateFit *late_model, int last_year);
