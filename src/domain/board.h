/* board.h - the allocation board of a case: customers' open order lines that stock cannot all serve in time, and what each is to get.
 *
 * Lines stand in the order in which they came: that is how an ERP that is told nothing else serves them. Every rule's answer is kept beside what is proposed (or
 * what a person made of it), so that whoever decides sees what it costs to be fair. Beyond BOARD_SHARES_MOST lines the rest, those that came last, are one bundle:
 * it takes part in every rule, its share stays in stock for it, and nothing is sent for its lines.
 * Quantities are micro base units; per-unit money is micro, sums are minor units; CASE_NONE (case.h) where not known. */
#pragma once
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"

enum { BOARD_SHARES_MOST = 500 };

typedef enum BoardRule { BOARD_FIRST_COME, BOARD_PRO_RATA, BOARD_CONTRACT_FIRST, BOARD_MARGIN_AWARE, BOARD_RULES_ } BoardRule;
extern const char *const board_rule_names[BOARD_RULES_ + 1];     /* "first-come", "pro-rata", "contract-first", "margin-aware", NULL */

typedef struct CaseShare {
    int64_t row;                    /* of the order line's fact */
    const char *order, *line;
    const char *customer, *tier;    /* "key" is critical */
    int32_t ordered_day, need_day;  /* CASE_NO_DAY */
    int64_t requested;              /* still open */
    int64_t minimum;                /* what the customer's contract asks for of it; CASE_NONE: none is told */
    int64_t margin;                 /* micro money a unit; CASE_NONE */
    int64_t loss;                   /* micro money: what a unit not served is expected to cost, key customers weighted */
    int64_t by_rule[BOARD_RULES_];
    int64_t proposed;
} CaseShare;

typedef struct CaseBoard {
    BoardRule rule;                 /* proposes */
    int64_t floor_micro;            /* share of every request that margin-aware leaves */
    int64_t supply, demand;         /* of the days up to `until_day`, the bundle's too */
    int64_t step;                   /* lines are given whole multiples of it */
    int32_t short_day, until_day;   /* first day that cannot be served; orders wanted by until_day share */
    int32_t next_day; int64_t next_qty;     /* what comes after; CASE_NO_DAY */
    CaseShare *shares; int shares_count;
    int64_t more_lines, more_requested, more_by_rule[BOARD_RULES_];      /* the bundle */
} CaseBoard;

/* What a way of sharing comes to, over the listed lines. */
typedef struct BoardSum {
    int64_t given;
    int64_t margin_minor;           /* of what is served; CASE_NONE: no line's is known */
    int64_t loss_minor;             /* expected, of what is not */
    int64_t whole;                  /* lines served in full */
    int64_t lowest_ppm;             /* the least served line's share of its request */
    int64_t contracts_broken, critical_broken;      /* lines below their contract minimum; of key customers */
} BoardSum;
enum { BOARD_PROPOSED = BOARD_RULES_ };
BoardSum board_sum(const CaseBoard *board, int rule, int exponent);      /* rule: a BoardRule or BOARD_PROPOSED */
int64_t board_given(const CaseShare *share, int rule);
uint64_t board_hash(const CaseBoard *board);                             /* of lines and what is proposed: another answer, another hash */
int64_t board_newest_row(const CaseBoard *board);
/* Proposes another quantity for the line of this fact: whole steps, 0 up to what it asks for. */
Err board_give(CaseBoard *board, int64_t row, int64_t qty_micro, Why *why);
static inline int64_t board_to_give(const CaseBoard *board) { return board->supply - board->more_by_rule[board->rule]; }      /* to the listed lines together */

/* Why a line gets what it gets, in words that may be sent on. */
const char *share_words(Arena *arena, const CaseBoard *board, const CaseShare *share, const char *uom);

void board_write(JsonWriter *json, const CaseBoard *board);              /* "board": {...} */
void share_write(JsonWriter *json, const CaseShare *share);               /* a whole object */
Err board_read(Arena *arena, const JsonValue *root, CaseBoard *out, Why *why);      /* the member, where there is one */
