/* The allocation case: who of the customers gets how much of what is not enough, by every rule, and what that is worth against first come first served. */
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/time.h"
#include "draft/draft-parts.h"
#include "estimate/shortage.h"
#include "maths/allocate.h"

_Static_assert((int)BOARD_FIRST_COME == (int)ALLOCATE_FIRST_COME && (int)BOARD_PRO_RATA == (int)ALLOCATE_PRO_RATA &&
               (int)BOARD_CONTRACT_FIRST == (int)ALLOCATE_CONTRACT_FIRST && (int)BOARD_MARGIN_AWARE == (int)ALLOCATE_MARGIN_AWARE, "a rule has one number");
_Static_assert(BOARD_SHARES_MOST + 1 <= ALLOCATE_MOST, "all lines and the bundle are shared at once");

/* ---- lines ---- */

/* As they came: by the day of the order, then by the day they are wanted, then as they were told. */
static int by_arrival(const void *left, const void *right) {
    const DueLine *a = left, *b = right;
    if (a->ordered != b->ordered) return a->ordered < b->ordered ? -1 : 1;
    if (a->day != b->day) return a->day < b->day ? -1 : 1;
    return (a->row > b->row) - (a->row < b->row);
}

static DueLine *lines_of(const Picture *p, int32_t until, Arena *arena, int *out_count) {
    const Fold *fold = &p->fold;
    DueLine *lines = many_in(arena, DueLine, fold->late_count + fold->due_count + 1);
    int count = 0;
    for (int i = 0; i < fold->late_count; i++) lines[count++] = fold->late[i];
    for (int i = 0; i < fold->due_count; i++)
        if (fold->due[i].day <= until) lines[count++] = fold->due[i];
    qsort(lines, (size_t)count, sizeof *lines, by_arrival);
    *out_count = count;
    return lines;
}

/* The largest power of ten of micro units, one unit at most, that every line is a multiple of. */
static int64_t step_of(const DueLine *lines, int count) {
    int64_t step = MICRO;
    for (int i = 0; i < count; i++)
        while (lines[i].qty % step) step /= 10;
    return step;
}

static const CustomerInfo *customer_of(const Context *context, int32_t customer) {
    return customer > 0 && (size_t)customer < context->state->customers.count ? &context->state->customers.at[customer] : NULL;
}

/* What its contract guarantees of every order: told as such, else its service level, else by the policy for its tier; 0: nothing. */
static int64_t guaranteed(const Policy *policy, const CustomerInfo *customer) {
    if (customer && customer->minimum_share != NO_QTY) return customer->minimum_share;
    if (customer && customer->service_target != NO_QTY) return customer->service_target;
    return policy_allocation_minimum(policy, text_of(customer ? customer->tier : ""));
}

/* The same of an order line, up to a whole step. */
static int64_t minimum_of(const Policy *policy, const CustomerInfo *customer, int64_t requested, int64_t step) {
    int64_t micro = guaranteed(policy, customer);
    if (micro <= 0) return CASE_NONE;
    __int128 share = (__int128)requested * micro, whole = (__int128)MICRO * step;
    int64_t minimum = (int64_t)((share + whole - 1) / whole) * step;
    return minimum < requested ? minimum : requested;
}

/* As Money.short_cost, with the price that this line was sold at. */
static void worth_fill(const Context *context, const Picture *p, const DueLine *line, bool key, CaseShare *out) {
    const Policy *policy = context->policy;
    int64_t ours;
    bool told = line->price > 0 && policy_price(policy, line->currency, micro_of((double)line->price), &ours);
    double price = told ? micro_to_double(ours) : p->money.price, cost = p->money.unit_cost;
    bool priced = told || p->money.price_known;
    double loss = unit_short_cost(policy, priced && price > cost ? price - cost : 0, priced ? price : cost);
    out->margin = priced && p->money.cost_known ? micro_of(price - cost) : CASE_NONE;
    out->loss = micro_of(loss * (key ? micro_to_double(policy->allocation_key_weight_micro) : 1));
}

static CaseShare share_of(const Context *context, const Picture *p, const DueLine *line, int64_t step) {
    const CustomerInfo *customer = customer_of(context, line->customer);
    CaseShare share = { .row = line->row, .order = "", .line = "", .customer = "", .tier = customer ? customer->tier : "", .requested = line->qty,
        .ordered_day = line->ordered == NO_DAY ? CASE_NO_DAY : line->ordered, .need_day = line->day, .minimum = minimum_of(context->policy, customer, line->qty, step) };
    worth_fill(context, p, line, strcmp(share.tier, "key") == 0, &share);
    return share;
}

/* ---- sharing ---- */

/* Those that came last, as one; worth what they are worth on average. */
static AllocateLine bundle_of(const Context *context, const Picture *p, const DueLine *lines, int count, int64_t step) {
    AllocateLine bundle = { 0 };
    double worth = 0;
    for (int i = 0; i < count; i++) {
        CaseShare share = share_of(context, p, &lines[i], step);
        bundle.requested += share.requested / step;
        bundle.minimum += share.minimum == CASE_NONE ? 0 : share.minimum / step;
        worth += micro_to_double(share.requested) * (double)share.loss;
    }
    if (bundle.requested > 0) bundle.value = worth / (micro_to_double(step) * (double)bundle.requested);
    return bundle;
}

static void board_share(CaseBoard *board, AllocateLine bundle) {
    AllocateLine line[ALLOCATE_MOST];
    int64_t got[ALLOCATE_MOST];
    int count = board->shares_count;
    for (int i = 0; i < count; i++) {
        const CaseShare *s = &board->shares[i];
        line[i] = (AllocateLine){ .requested = s->requested / board->step, .minimum = s->minimum == CASE_NONE ? 0 : s->minimum / board->step, .value = (double)s->loss };
    }
    if (board->more_lines) line[count++] = bundle;
    for (int r = 0; r < BOARD_RULES_; r++) {
        allocate((AllocateRule)r, board->supply / board->step, board->floor_micro, line, count, got);
        for (int i = 0; i < board->shares_count; i++) board->shares[i].by_rule[r] = got[i] * board->step;
        if (board->more_lines) board->more_by_rule[r] = got[count - 1] * board->step;
    }
    for (int i = 0; i < board->shares_count; i++) board->shares[i].proposed = board->shares[i].by_rule[board->rule];
}

static void board_make(const Context *context, const Picture *p, const Shortage *s, Arena *arena, CaseBoard *out) {
    const Policy *policy = context->policy;
    int count;
    DueLine *lines = lines_of(p, s->until, arena, &count);
    int listed = count < BOARD_SHARES_MOST ? count : BOARD_SHARES_MOST;
    int64_t step = step_of(lines, count);
    *out = (CaseBoard){ .rule = policy->allocation_rule, .floor_micro = policy->allocation_floor_micro, .step = step, .demand = s->demand,
        .supply = (s->usable + s->coming) / step * step, .short_day = s->day, .until_day = s->until, .next_day = s->next_day == NO_DAY ? CASE_NO_DAY : s->next_day,
        .next_qty = s->next_qty, .shares = many_in(arena, CaseShare, listed + 1), .more_lines = count - listed };
    for (int i = 0; i < listed; i++) out->shares[out->shares_count++] = share_of(context, p, &lines[i], step);
    AllocateLine bundle = bundle_of(context, p, lines + listed, count - listed, step);
    out->more_requested = bundle.requested * step;
    board_share(out, bundle);
}

/* ---- the case ---- */

static void terms_fill(const Picture *p, const Shortage *s, Arena *arena, Case *c) {
    const CaseBoard *board = &c->board;
    int64_t kept = picture_kept(p), promised = s->usable + kept - (p->fold.on_hand > 0 ? p->fold.on_hand : 0);
    const CaseTerm all[] = {
        { .code = "on-hand", .label = "On hand", .qty = s->usable + kept - promised },
        { .code = "floor", .label = "Of it for no customer", .qty = -kept },
        { .code = "promised-to-places", .label = "Promised to other places of ours", .qty = promised },
        { .code = "coming", .label = text_format(arena, "Expected by %s", case_day_text(arena, s->day)), .qty = s->coming },
        { .code = "whole-steps", .label = "Less than can be given", .qty = board->supply - s->usable - s->coming },
        { .code = "kept-for-more", .label = text_format(arena, "Kept for %lld more lines, which came last", (long long)board->more_lines), .qty = -board->more_by_rule[board->rule] },
    };
    enum { TERMS = sizeof all / sizeof all[0] };
    c->terms = many_in(arena, CaseTerm, TERMS);
    for (int i = 0; i < TERMS; i++)
        if (all[i].qty || i == 0) c->terms[c->terms_count++] = all[i];
}

static void options_fill(const Context *context, Arena *arena, Case *c) {
    static const char *const notes[BOARD_RULES_] = { "one order after the other as they came: what the ERP does by itself", "to everybody the same share of his order",
                                                     "contract minima, then the same share of the rest", "contract minima and a floor, then where a unit is worth most" };
    c->options = many_in(arena, CaseOption, BOARD_RULES_);
    for (int i = 0; i < BOARD_RULES_; i++) {
        int r = i == 0 ? (int)c->board.rule : i <= (int)c->board.rule ? i - 1 : i;          /* the chosen one first */
        BoardSum sum = board_sum(&c->board, r, context->exponent);
        c->options[c->options_count++] = (CaseOption){ .verb = board_rule_names[r], .qty = sum.given, .arrival_day = CASE_NO_DAY, .cost_minor = CASE_NONE, .p_out_ppm = CASE_NONE,
            .loss_minor = sum.loss_minor, .capital_minor = CASE_NONE, .chosen = i == 0, .note = notes[r] };
    }
}

static void evidence_fill(const Picture *p, Case *c) {
    evidence_add(c, p->fold.level_row, "stock");
    for (int i = 0; i < p->fold.open_count && i < 16; i++) evidence_add(c, p->fold.open[i].row, supply_kind_names[p->fold.open[i].kind]);
    for (int i = 0; i < c->board.shares_count; i++) evidence_add(c, c->board.shares[i].row, "customer-order");      /* the board has them all */
}

static void words_fill(const Context *context, Case *c, Arena *arena) {
    const CaseBoard *board = &c->board;
    const char *next = board->next_day == CASE_NO_DAY ? "no date for more" : text_format(arena, "more on %s", case_day_text(arena, board->next_day));
    c->title = text_format(arena, "Customers ordered %s, %s can be given: %s", case_qty_text(arena, board->demand), case_qty_text(arena, board->supply), next);
    c->due_day = board->short_day;
    for (int i = 0; i < board->shares_count; i++)
        if (board->shares[i].need_day < c->due_day) c->due_day = board->shares[i].need_day;
    if (c->due_day < context->start_day) c->due_day = context->start_day;      /* a line is late already: today */
}

static bool answers_alike(const CaseBoard *board) {
    for (int i = 0; i < board->shares_count; i++)
        if (board->shares[i].proposed != board->shares[i].by_rule[BOARD_FIRST_COME]) return false;
    return true;
}

void draft_allocate(const Context *context, const Picture *p, const Estimate *e, bool open, Arena *arena, Draft *out) {
    Shortage s;
    *out = (Draft){ 0 };
    if (!e->contested || !shortage_find(context, p, &s)) return;
    draft_head(context, p, CASE_ALLOCATE, arena, out);
    Case *c = &out->c;
    board_make(context, p, &s, arena, &c->board);
    BoardSum first = board_sum(&c->board, BOARD_FIRST_COME, context->exponent), proposed = board_sum(&c->board, BOARD_PROPOSED, context->exponent);
    c->rank_minor = first.loss_minor > proposed.loss_minor ? first.loss_minor - proposed.loss_minor : 0;
    c->at_stake_minor = first.loss_minor > c->rank_minor ? first.loss_minor : c->rank_minor;
    bool contract = first.contracts_broken > proposed.contracts_broken;
    out->wanted = !answers_alike(&c->board) && (contract || c->rank_minor * (open ? 2 : 1) >= context->policy->queue_least_rank_minor);
    if (!out->wanted) return;
    c->supplier = "";
    out->supplier = (SupplierId){ 0 };
    c->action = (CaseAction){ .verb = "allocate", .qty = proposed.given, .order_day = CASE_NO_DAY, .arrival_day = CASE_NO_DAY, .unit_cost = CASE_NONE, .value_minor = CASE_NONE,
        .purchase_uom = c->uom, .purchase_qty = proposed.given, .purchase_factor = MICRO, .minimum_minor = CASE_NONE, .minimum_reached_minor = CASE_NONE };
    c->expected_short = c->board.demand - c->board.supply;
    c->margin_per_unit = p->money.price_known && p->money.cost_known ? micro_of(p->money.margin) : CASE_NONE;
    c->flags = e->flags & (CASE_FLAG_BIT(STALE_FEED) | CASE_FLAG_BIT(UNIT_DOUBT) | CASE_FLAG_BIT(NEGATIVE_STOCK) | CASE_FLAG_BIT(PHANTOM_STOCK) | CASE_FLAG_BIT(NO_COST) |
                           CASE_FLAG_BIT(NO_PRICE) | CASE_FLAG_BIT(PRICE_DOUBT) | CASE_FLAG_BIT(KEY_ITEM));
    words_fill(context, c, arena);
    terms_fill(p, &s, arena, c);
    options_fill(context, arena, c);
    draft_projection(context, p, e->safety, CASE_PROJECTION_DAYS, arena, &c->projection);
    draft_facts(context, p, &c->facts);
    c->model = draft_model(p, arena);
    draft_tier(context, p, c, arena);
    evidence_fill(p, c);
    draft_freeze(context, p, NULL, arena, out);
    out->rank = major_of(context->exponent, c->rank_minor);
}
