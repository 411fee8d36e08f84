/* verbs-shares.c - the allocation board: what each order line gets by every rule, what that comes to, and what a customer can be told. */
#include <string.h>

#include "app/app.h"
#include "app/verbs.h"
#include "base/decimal.h"
#include "draft/share-rest.h"
#include "store/revise.h"

/* ---- what a person gives instead ---- */

static Err share_parse(Text part, DecisionShare *out, Why *why) {
    Text row, qty;
    bool both = text_split(part, '=', &row, &qty);
    if (both && integer_parse(text_trim(row), &out->row, NULL) == OK && decimal_parse(text_trim(qty), DECIMAL_POINT, &out->qty_micro, NULL) == OK) return OK;
    return fail_hint(why, fail(why, ERR_USAGE, "\"%.*s\" is not ROW=QTY", TEXT_ARGS(part)), "`stockwright queue shares ID` tells the rows");
}

static Err shares_of(const Call *call, const char *name, const DecisionShare **out_shares, int *out_count, Why *why) {
    const char *all = call_text(call, name);
    *out_shares = NULL;
    *out_count = 0;
    if (!all) return OK;
    DecisionShare *shares = many_in(call->work, DecisionShare, BOARD_SHARES_MOST);
    Text rest = text_of(all), part;
    int count = 0;
    for (bool more = true; more;) {
        more = text_split(rest, ',', &part, &rest);
        if (count == BOARD_SHARES_MOST) return fail(why, ERR_LIMIT, "more than %d order lines", BOARD_SHARES_MOST);
        TRY(share_parse(part, &shares[count++], why));
    }
    *out_shares = shares;
    *out_count = count;
    return OK;
}

Err shares_of_call(const Call *call, const DecisionShare **out_shares, int *out_count, Why *why) { return shares_of(call, "shares", out_shares, out_count, why); }

/* ---- what stands there ---- */

static void sum_write(JsonWriter *json, const Case *c, int rule) {
    int exponent = currency_exponent(c->currency);
    BoardSum sum = board_sum(&c->board, rule, exponent < 0 ? 2 : exponent);
    json_begin_object(json);
    json_field_str(json, "way", rule == BOARD_PROPOSED ? "proposed" : board_rule_names[rule]);
    json_field_micro(json, "given", sum.given);
    case_int_or_null(json, "margin", sum.margin_minor);
    json_field_int(json, "loss", sum.loss_minor);
    json_field_int(json, "whole", sum.whole);
    json_field_micro(json, "lowest", sum.lowest_ppm);
    json_field_int(json, "contracts_broken", sum.contracts_broken);
    json_field_int(json, "critical_broken", sum.critical_broken);
    json_end(json);
}

static bool told_before(const CaseBoard *board, int i) {
    for (int k = 0; k < i; k++)
        if (strcmp(board->shares[k].customer, board->shares[i].customer) == 0) return true;
    return false;
}

/* One customer's lines in words that may be sent on as they are. */
static void letter_write(JsonWriter *json, Arena *work, const Case *c, int first) {
    const CaseBoard *board = &c->board;
    const char *customer = board->shares[first].customer;
    own(buf_end) Buf text = buf_begin(256 * KiB);
    buf_addf(&text, "%s %s at %s: more was ordered than there is.", c->item, c->description, c->place);
    for (int i = first; i < board->shares_count; i++) {
        const CaseShare *s = &board->shares[i];
        if (strcmp(s->customer, customer) != 0) continue;
        buf_addf(&text, "\nOrder %s line %s, wanted on %s: %s.", s->order, s->line, case_day_text(work, s->need_day), share_words(work, board, s, c->uom));
    }
    json_begin_object(json);
    json_field_str(json, "customer", customer);
    json_field_str(json, "text", buf_str(&text));
    json_end(json);
}

Err verb_shares(Call *call, Why *why) {
    Store *store;
    int64_t id;
    CaseLine line;
    Case c;
    const DecisionShare *locked;
    int locked_count;
    TRY(app_store(app_of(call), STORE_READ, &store, why));
    TRY(call_int(call, "id", 0, &id, why));
    TRY(case_newest(store, call->work, (RowId){ id }, &line, &c, why));
    if (c.kind != CASE_ALLOCATE) return fail_hint(why, fail(why, ERR_INVALID, "case %lld is no allocation", (long long)id), "`queue --kind allocate` lists them");
    TRY(shares_of(call, "locked", &locked, &locked_count, why));
    if (locked_count > 0) TRY(board_share_rest(&c.board, locked, locked_count, why));
    JsonWriter json = json_writer(call->out);
    json_begin_object(&json);
    json_field_int(&json, "id", id);
    json_field_str(&json, "title", c.title);
    json_field_str(&json, "currency", c.currency);
    json_field_array(&json, "rows");
    for (int i = 0; i < c.board.shares_count; i++) share_write(&json, &c.board.shares[i]);
    json_end(&json);
    json_field_int(&json, "more_lines", c.board.more_lines);
    json_field_array(&json, "ways");
    for (int rule = BOARD_PROPOSED; rule >= 0; rule--) sum_write(&json, &c, rule);
    json_end(&json);
    json_field_array(&json, "letters");
    for (int i = 0; i < c.board.shares_count; i++)
        if (!told_before(&c.board, i)) letter_write(&json, call->work, &c, i);
    json_end(&json);
    json_end(&json);
    return OK;
}
