#include "domain/board.h"

#include <string.h>

#include "base/decimal.h"
#include "base/hash.h"
#include "base/time.h"
#include "domain/case.h"

const char *const board_rule_names[BOARD_RULES_ + 1] = { "first-come", "pro-rata", "contract-first", "margin-aware", NULL };
static const char *const rule_fields[BOARD_RULES_] = { "first_come", "pro_rata", "contract_first", "margin_aware" };

/* ---- sums ---- */

int64_t board_given(const CaseShare *share, int rule) { return rule == BOARD_PROPOSED ? share->proposed : share->by_rule[rule]; }

static int64_t money_of(int64_t qty, int64_t unit, int exponent) {
    int64_t minor = 0;
    return money_extend(qty, unit, exponent, &minor, NULL) == OK ? minor : 0;
}

BoardSum board_sum(const CaseBoard *board, int rule, int exponent) {
    BoardSum sum = { .margin_minor = CASE_NONE, .lowest_ppm = MICRO };
    for (int i = 0; i < board->shares_count; i++) {
        const CaseShare *s = &board->shares[i];
        int64_t given = board_given(s, rule), share = s->requested > 0 ? (int64_t)((__int128)given * MICRO / s->requested) : MICRO;
        sum.given += given;
        sum.loss_minor += money_of(s->requested - given, s->loss, exponent);
        if (s->margin != CASE_NONE) sum.margin_minor = (sum.margin_minor == CASE_NONE ? 0 : sum.margin_minor) + money_of(given, s->margin, exponent);
        sum.whole += given >= s->requested;
        if (share < sum.lowest_ppm) sum.lowest_ppm = share;
        bool broken = s->minimum != CASE_NONE && given < s->minimum;
        sum.contracts_broken += broken;
        sum.critical_broken += broken && strcmp(s->tier, "key") == 0;
    }
    return sum;
}

uint64_t board_hash(const CaseBoard *board) {
    uint64_t hash = 11;
    for (int i = 0; i < board->shares_count; i++) {
        const CaseShare *s = &board->shares[i];
        int64_t words[] = { s->row, s->requested, s->proposed };
        hash = hash64(words, sizeof words, hash);
    }
    return board->shares_count ? hash : 0;
}

int64_t board_newest_row(const CaseBoard *board) {
    int64_t newest = 0;
    for (int i = 0; i < board->shares_count; i++)
        if (board->shares[i].row > newest) newest = board->shares[i].row;
    return newest;
}

/* ---- words ---- */

const char *share_words(Arena *arena, const CaseBoard *board, const CaseShare *share, const char *uom) {
    const char *all = case_qty_text(arena, share->requested), *part = case_qty_text(arena, share->proposed);
    if (share->proposed >= share->requested) return text_format(arena, "all %s %s", all, uom);
    const char *next = board->next_day == CASE_NO_DAY ? "no date is known for more" : text_format(arena, "more is expected on %s", case_day_text(arena, board->next_day));
    const char *why = share->minimum != CASE_NONE && share->proposed == share->minimum ? "as much as the contract asks for"
                    : share->minimum != CASE_NONE && share->proposed < share->minimum ? "less than the contract asks for: the stock does not reach" : "stock is short";
    return text_format(arena, "%s of %s %s: %s; %s", part, all, uom, why, next);
}

/* ---- writing ---- */

void share_write(JsonWriter *json, const CaseShare *s) {
    json_begin_object(json);
    json_field_int(json, "row", s->row);
    json_field_str(json, "order", s->order);
    json_field_str(json, "line", s->line);
    json_field_str(json, "customer", s->customer);
    json_field_str(json, "tier", s->tier);
    case_day_or_null(json, "ordered_day", s->ordered_day);
    case_day_or_null(json, "need_day", s->need_day);
    json_field_micro(json, "requested", s->requested);
    case_micro_or_null(json, "minimum", s->minimum);
    case_micro_or_null(json, "margin", s->margin);
    json_field_micro(json, "loss", s->loss);
    for (int r = 0; r < BOARD_RULES_; r++) json_field_micro(json, rule_fields[r], s->by_rule[r]);
    json_field_micro(json, "proposed", s->proposed);
    json_end(json);
}

void board_write(JsonWriter *json, const CaseBoard *board) {
    json_field_object(json, "board");
    json_field_str(json, "rule", board_rule_names[board->rule]);
    json_field_micro(json, "floor", board->floor_micro);
    json_field_micro(json, "supply", board->supply);
    json_field_micro(json, "demand", board->demand);
    json_field_micro(json, "step", board->step);
    case_day_or_null(json, "short_day", board->short_day);
    case_day_or_null(json, "until_day", board->until_day);
    case_day_or_null(json, "next_day", board->next_day);
    json_field_micro(json, "next_qty", board->next_qty);
    json_field_array(json, "lines");
    for (int i = 0; i < board->shares_count; i++) share_write(json, &board->shares[i]);
    json_end(json);
    json_field_int(json, "more_lines", board->more_lines);
    json_field_micro(json, "more_requested", board->more_requested);
    json_field_array(json, "more_by_rule");
    for (int r = 0; r < BOARD_RULES_; r++) json_micro(json, board->more_by_rule[r]);
    json_end(json);
    json_end(json);
}

/* ---- reading ---- */

static Err day_read(const JsonValue *object, const char *name, int32_t *out, Why *why) {
    const char *text = NULL;
    *out = CASE_NO_DAY;
    TRY(json_may_text(object, name, &text, why));
    return text ? day_parse(text_of(text), "%Y-%m-%d", out, why) : OK;
}

static Err micro_read(const JsonValue *object, const char *name, int64_t *out, Why *why) {
    *out = CASE_NONE;
    return json_may_decimal(object, name, out, why);
}

static Err share_read(const JsonValue *object, CaseShare *s, Why *why) {
    TRY(json_need_int(object, "row", &s->row, why));
    TRY(json_need_text(object, "order", &s->order, why));
    TRY(json_need_text(object, "line", &s->line, why));
    TRY(json_need_text(object, "customer", &s->customer, why));
    TRY(json_need_text(object, "tier", &s->tier, why));
    TRY(day_read(object, "ordered_day", &s->ordered_day, why));
    TRY(day_read(object, "need_day", &s->need_day, why));
    TRY(json_need_decimal(object, "requested", &s->requested, why));
    TRY(micro_read(object, "minimum", &s->minimum, why));
    TRY(micro_read(object, "margin", &s->margin, why));
    TRY(json_need_decimal(object, "loss", &s->loss, why));
    for (int r = 0; r < BOARD_RULES_; r++) TRY(json_need_decimal(object, rule_fields[r], &s->by_rule[r], why));
    return json_need_decimal(object, "proposed", &s->proposed, why);
}

static Err rule_read(const JsonValue *object, BoardRule *out, Why *why) {
    const char *name;
    TRY(json_need_text(object, "rule", &name, why));
    for (int r = 0; r < BOARD_RULES_; r++)
        if (strcmp(board_rule_names[r], name) == 0) {
            *out = (BoardRule)r;
            return OK;
        }
    return fail(why, ERR_INVALID, "board.rule: \"%s\" is not known", name);
}

static Err more_read(const JsonValue *object, CaseBoard *out, Why *why) {
    const JsonValue *list;
    int r = 0;
    TRY(json_need_int(object, "more_lines", &out->more_lines, why));
    TRY(json_need_decimal(object, "more_requested", &out->more_requested, why));
    TRY(json_need_array(object, "more_by_rule", &list, why));
    if (list->count != BOARD_RULES_) return fail(why, ERR_INVALID, "board.more_by_rule: not %d values", BOARD_RULES_);
    json_each(value, list) {
        if (!json_is(value, JSON_NUMBER)) return fail(why, ERR_INVALID, "board.more_by_rule: not a number");
        TRY(decimal_parse(value->text, DECIMAL_POINT, &out->more_by_rule[r++], why));
    }
    return OK;
}

Err board_read(Arena *arena, const JsonValue *root, CaseBoard *out, Why *why) {
    const JsonValue *object = NULL, *list;
    CaseBoard board = { 0 };
    TRY(json_may_object(root, "board", &object, why));
    if (!object) return OK;
    TRY(rule_read(object, &board.rule, why));
    TRY(json_need_decimal(object, "floor", &board.floor_micro, why));
    TRY(json_need_decimal(object, "supply", &board.supply, why));
    TRY(json_need_decimal(object, "demand", &board.demand, why));
    TRY(json_need_decimal(object, "step", &board.step, why));
    TRY(day_read(object, "short_day", &board.short_day, why));
    TRY(day_read(object, "until_day", &board.until_day, why));
    TRY(day_read(object, "next_day", &board.next_day, why));
    TRY(json_need_decimal(object, "next_qty", &board.next_qty, why));
    TRY(json_need_array(object, "lines", &list, why));
    if (list->count > BOARD_SHARES_MOST) return fail(why, ERR_INVALID, "board.lines: more than %d", BOARD_SHARES_MOST);
    board.shares = many_in(arena, CaseShare, list->count + 1);
    json_each(value, list) TRY(share_read(value, &board.shares[board.shares_count++], why));
    TRY(more_read(object, &board, why));
    *out = board;
    return OK;
}

Err board_give(CaseBoard *board, int64_t row, int64_t qty_micro, Why *why) {
    CaseShare *share = NULL;
    for (int i = 0; i < board->shares_count; i++)
        if (board->shares[i].row == row) share = &board->shares[i];
    if (!share) return fail(why, ERR_NOT_FOUND, "the board has no order line with the row %lld", (long long)row);
    if (qty_micro < 0 || qty_micro > share->requested || qty_micro % board->step)
        return fail_hint(why, fail(why, ERR_INVALID, "order %s line %s cannot get that much", share->order, share->line),
                         "between 0 and what it asks for, in the steps that orders are in");
    share->proposed = qty_micro;
    return OK;
}
