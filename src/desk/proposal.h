/* proposal.h - all that one place would buy from one supplier now, decided or not, as one order: what it weighs in against what the supplier asks, what each line
 * needs for itself and what was added to fill the order up. A person takes it whole, or without what was added. */
#pragma once
#include "base/json.h"
#include "desk/decide.h"
#include "desk/desk.h"
#include "domain/case.h"

typedef struct ProposalLine {
    RowId case_id, row;
    const char *item, *description, *uom, *title;
    CaseStatus status;
    int64_t qty, own_qty, added_qty;         /* micro; own and added make up the quantity */
    int64_t value_minor, rank_minor;         /* CASE_NONE not known */
    int64_t added_cost_minor, early_days;    /* of filling it up; CASE_NONE and 0 where nothing asked for it */
    int64_t limit[MEASURE_COUNT_];           /* what it weighs in; CASE_NONE not known */
} ProposalLine;

typedef struct Proposal {
    const char *supplier, *place, *currency;
    CaseChoice choice;                       /* of the newest version of its cases, as are cost, wait, saving and trucks */
    CaseLimit limit[MEASURE_COUNT_];         /* own, reached, unknown: of these lines */
    int64_t trucks, cost_minor, wait_minor, saving_minor;
    ProposalLine *lines; int count;          /* best rank first */
    int64_t value_minor;                     /* of the lines whose value is known */
    int open, added_to;                      /* lines to decide; of them with something added */
} Proposal;

/* ERR_NOT_FOUND when no case of that supplier and place is open or accepted. */
Err proposal_read(const Desk *desk, Arena *work, SupplierId supplier, PlaceId place, Proposal *out, Why *why);

/* Open cases by supplier and place, most value first: each is an order that could be looked at whole. */
Err proposals_sum(const Desk *desk, Arena *work, CaseSum **out, int *out_count, Why *why);

typedef enum ProposalTake { TAKE_FILLED, TAKE_OWN } ProposalTake;
/* A verdict on each open line: accepted as it is; by TAKE_OWN changed to its own need, and rejected where it has none. As desk_decide_many: ERR_PARTIAL when
 * some could not be. *out_results has one for each verdict. More than DECIDE_MOST lines are decided in several transactions. */
Err proposal_take(const Desk *desk, Arena *work, Person person, const Proposal *proposal, ProposalTake take, DecideResult **out_results, int *out_count, Why *why);

/* Sums over the lines of an order, MEASURE_COUNT_ of them: `limit` begins as limits_none. Minimums and trucks are the largest that a line tells. */
void limits_none(CaseLimit *limit);
void limits_add(CaseLimit *limit, const Case *c);
bool limits_met(const CaseLimit *limit);
void limits_write(JsonWriter *json, const CaseLimit *limit, const char *currency);     /* the array "limits" */
