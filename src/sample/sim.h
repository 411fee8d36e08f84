/* sim.h - the running company: open documents, what happens on a day, in which file each part is.
 *
 * A day goes: arrivals (supply, transfers) serve the backlog; customers order and what is due is shipped; trucks leave the hub; buyers
 * review; shelves are counted; the level is exported. Stock is book stock: what the ERP believes. Where a planted story makes the
 * book wrong, only the story's script knows. */
#pragma once
#include "base/list.h"
#include "sample/company.h"
#include "sample/sheets.h"

enum { DUE_RING = 64, ARRIVAL_RING = 512, SHIFT_RING = 16, LAST = SAMPLE_DAYS - 1, SNAPSHOT_DAYS = 14, QUARTER_DAYS = 91, QUARTER_FIRST = 60 };

typedef struct OrderLine {                  /* an order line that is not fully shipped */
    int64_t doc, qty, left;
    int number, shelf, customer, ordered, due, shipments, next;
} OrderLine;

typedef struct PoLine {
    int64_t doc, qty, left;            /* left: still to arrive */
    int64_t coming;                    /* of left, how much the supplier will really send */
    int number, shelf, ordered, promised, arrival, version, next;
} PoLine;

typedef struct Shift { int64_t doc, qty; int number, shelf, shipped, promised, next; } Shift;   /* a transfer on its way */

/* What a purchase line's supplier will do; the ERP sees only the acknowledgement and the receipts. */
typedef struct PoFate {
    int promised, arrival;
    int64_t coming;
    int ack_day;                       /* NONE: never acknowledged */
    int64_t ack_qty;
    int ack_promised;
    int moved_day, moved_promised;     /* a second acknowledgement with a later day, or NONE */
} PoFate;

typedef struct Signal { int group, place, from, to; double factor, told; } Signal;
enum { SIGNALS_MOST = 48 };

typedef struct Stories Stories;
typedef struct Sim {
    Company *company;
    const Calendar *calendar;
    Sheets *sheets;
    Stories *stories;
    Rng demand, supply, stock, carriers;
    int today;
    LIST(OrderLine) lines;
    LIST(PoLine) po_lines;
    LIST(Shift) shifts;
    int lines_free, po_lines_free, shifts_free;
    int due[DUE_RING], arriving[ARRIVAL_RING], shifting[SHIFT_RING];   /* list heads by day */
    int64_t orders, pos, shift_docs, counts;                           /* last number used */
    Signal signal[SIGNALS_MOST]; int signals;
} Sim;

void sim_begin(Sim *sim, Company *company, Sheets *sheets, Stories *stories);
void sim_end(Sim *sim);

/* stock.c: the shelf's movements and levels. */
void stock_ship_due(Sim *sim);
void stock_serve_backlog(Sim *sim, Shelf *shelf);
void stock_drop_old_backlog(Sim *sim);
void stock_count(Sim *sim);
void stock_snapshot(Sim *sim);
bool stock_snapshot_due(const Sim *sim);
/* False for a place whose warehouse feed has stopped by today. */
bool feed_alive(const Sim *sim, int place);

/* demand.c: what customers order today. */
void demand_day(Sim *sim);
/* Expected units a day leaving the shelf at that index, weekdays averaged out. */
double demand_expected(const Sim *sim, const Shelf *shelf, int index);
/* One line of a scripted order: shipped on `due` like any other. */
void demand_order(Sim *sim, int shelf, int customer, int64_t qty, int due);

/* A version of the line's row; `known` (index) is told from version 2 on. */
void demand_write(Sim *sim, const OrderLine *line, const char *status, const char *reason, int version, int known);

/* supply.c: the ERP's planning rows and purchase orders. */
void supply_begin(Sim *sim);                       /* first rows, opening stock */
void supply_quarter(Sim *sim);                     /* new averages, new rows */
void supply_review(Sim *sim);
void supply_row(Sim *sim, Shelf *shelf, int from_index);      /* writes the item-place row as it stands */
PoFate supply_fate(Sim *sim, const Shelf *shelf, int64_t qty, int ordered);
void supply_order(Sim *sim, int64_t doc, int number, int shelf, int64_t qty, int ordered, const PoFate *fate);
void supply_write(Sim *sim, const PoLine *po, const char *status, int version, int known);   /* a version of its row */
int64_t supply_whole(const Sim *sim, const Shelf *shelf, double units);   /* to a quantity the supplier sells */

/* notice.c: what is told of a line on its way, where its supplier tells anything: a ship notice when it leaves, then the carrier's messages. */
void notice_write(Sim *sim, int64_t doc, int number, int shelf, int ordered, const PoFate *fate);

/* receive.c: what arrives. */
void receive_day(Sim *sim);
/* A line ordered a lead time ago that arrives today, in full. `booked_times` 1, or what a wrong unit multiplies it with. */
void receive_at_once(Sim *sim, int shelf, int64_t qty, int booked_times);

/* transfer.c: from the hub to the branches. */
void transfer_receive(Sim *sim);
void transfer_ship(Sim *sim);
