/* fact.c - the tables behind fact.h, the key and the checks. The encoding is in fact-json.c. */
#include "domain/fact.h"

#include <string.h>

#include "base/decimal.h"
#include "base/time.h"
#include "domain/uom.h"

const FieldInfo fields[FIELD_COUNT_] = {
#define X(field_name, field_type, field_help) [F_##field_name] = { #field_name, field_type, field_help },
    FACT_FIELDS(X)
#undef X
};

#define B(name) FIELD_BIT(name)
#define NO_FIELD FIELD_COUNT_

const FactKindInfo fact_kinds[FACT_KIND_COUNT_] = {
    [FACT_NONE] = { "none", 0, 0, 0, -1, false, NULL, NO_FIELD, NO_FIELD },

    /* master data */
    [FACT_ITEM] = { "item", B(item), B(item),
        B(description) | B(group) | B(uom) | B(price) | B(currency) | B(lifecycle) | B(successor) | B(factor) | B(tier) | B(holding_rate) | B(shelf_days) | B(from_day) |
            B(weight) | B(volume) | B(pallet_qty),
        ID_ITEM, true, NULL, F_from_day, F_from_day },
    [FACT_PLACE] = { "place", B(place), B(place), B(description) | B(zone) | B(group) | B(from_day), ID_PLACE, true, NULL, F_from_day, F_from_day },
    [FACT_SUPPLIER] = { "supplier", B(supplier), B(supplier),
        B(description) | B(group) | B(currency) | B(minimum_amount) | B(order_cost) | B(weekdays) | B(review_days) | B(lead_days) | B(from_day) |
            B(minimum_weight) | B(minimum_volume) | B(minimum_pallets) | B(weight) | B(volume) | B(pallets) | B(mode),
        ID_SUPPLIER, true, NULL, F_from_day, F_from_day },
    [FACT_CUSTOMER] = { "customer", B(customer), B(customer), B(description) | B(group) | B(tier) | B(service_target) | B(minimum_share) | B(from_day),
        ID_CUSTOMER, true, NULL, F_from_day, F_from_day },
    [FACT_ITEM_PLACE] = { "item-place", B(item) | B(place), B(item) | B(place),
        B(min_qty) | B(max_qty) | B(supplier) | B(from_place) | B(review_days) | B(lead_days) | B(service_target) | B(tier) | B(lifecycle) | B(from_day) |
            B(replenish) | B(stock_most) | B(shelf_days) | B(floor_qty),
        -1, true, NULL, F_from_day, F_from_day },
    [FACT_ITEM_SUPPLIER] = { "item-supplier", B(item) | B(supplier) | B(place), B(item) | B(supplier),
        B(place) | B(lead_days) | B(moq) | B(multiple) | B(order_most) | B(price) | B(currency) | B(minimum_amount) | B(uom) | B(factor) | B(from_day) | B(mode),
        -1, true, NULL, F_from_day, F_from_day },
    [FACT_UOM] = { "uom", B(item) | B(uom), B(uom) | B(factor), B(item) | B(from_day), -1, true, NULL, F_from_day, F_from_day },
    [FACT_CALENDAR] = { "calendar", B(place) | B(supplier) | B(from_day) | B(to_day), 0,
        B(place) | B(supplier) | B(from_day) | B(to_day) | B(weekdays) | B(description), -1, true, NULL, NO_FIELD, F_from_day },
    [FACT_PRICE] = { "price", B(item) | B(place) | B(customer) | B(from_day), B(item) | B(price),
        B(place) | B(customer) | B(from_day) | B(to_day) | B(currency), -1, true, NULL, F_from_day, F_from_day },
    [FACT_LANE] = { "lane", B(from_place) | B(place), B(from_place) | B(place), B(lead_days) | B(order_cost) | B(currency) | B(weekdays) | B(from_day),
        -1, true, NULL, F_from_day, F_from_day },

    /* events */
    [FACT_ORDER_LINE] = { "order-line", B(doc) | B(line), B(doc) | B(line) | B(item) | B(place) | B(qty) | B(order_day),
        B(customer) | B(requested_day) | B(promised_day) | B(price) | B(currency) | B(status) | B(reason) | B(uom) | B(qty_document) | B(reference),
        -1, false, "open|shipped|cancelled|return", F_order_day, F_order_day },
    [FACT_SHIPMENT_LINE] = { "shipment-line", B(doc) | B(line), B(doc) | B(line) | B(item) | B(place) | B(qty) | B(shipped_day),
        B(ref_doc) | B(ref_line) | B(customer) | B(reason) | B(uom) | B(qty_document), -1, false, NULL, F_shipped_day, F_shipped_day },
    [FACT_RECEIPT_LINE] = { "receipt-line", B(doc) | B(line), B(doc) | B(line) | B(item) | B(place) | B(qty) | B(received_day),
        B(ref_doc) | B(ref_line) | B(supplier) | B(from_place) | B(unusable) | B(uom) | B(qty_document) | B(reason), -1, false, NULL,
        F_received_day, F_received_day },
    [FACT_PO_LINE] = { "po-line", B(doc) | B(line) | B(schedule), B(doc) | B(line) | B(supplier) | B(item) | B(place) | B(qty) | B(order_day),
        B(schedule) | B(price) | B(currency) | B(requested_day) | B(promised_day) | B(status) | B(reference) | B(uom) | B(qty_document) | B(mode),
        -1, false, "open|closed|cancelled", F_order_day, F_order_day },
    [FACT_PO_ACK] = { "po-ack", B(doc) | B(line) | B(ref_doc) | B(ref_line), B(doc) | B(line) | B(ref_doc) | B(ref_line) | B(status),
        B(schedule) | B(supplier) | B(item) | B(qty) | B(promised_day) | B(order_day) | B(reason) | B(uom) | B(qty_document),
        -1, false, "accepted|changed|backordered|rejected", F_order_day, F_order_day },
    [FACT_TRANSFER_LINE] = { "transfer-line", B(doc) | B(line), B(doc) | B(line) | B(from_place) | B(place) | B(item) | B(qty),
        B(order_day) | B(shipped_day) | B(promised_day) | B(received_day) | B(status) | B(reference) | B(uom) | B(qty_document),
        -1, false, "open|shipped|received|cancelled", F_shipped_day, F_shipped_day },
    [FACT_COUNT] = { "count", B(doc) | B(line), B(doc) | B(line) | B(item) | B(place) | B(on_hand) | B(as_of_day),
        B(reason) | B(uom) | B(qty_document), -1, false, NULL, F_as_of_day, F_as_of_day },
    [FACT_STOCK] = { "stock", B(item) | B(place) | B(as_of_day), B(item) | B(place) | B(as_of_day) | B(on_hand),
        B(allocated) | B(in_transit) | B(unusable) | B(complete) | B(uom) | B(qty_document), -1, true, NULL, F_as_of_day, F_as_of_day },
    [FACT_SALES] = { "sales", B(item) | B(place) | B(from_day) | B(bucket_days), B(item) | B(place) | B(from_day) | B(bucket_days),
        B(run) | B(qty) | B(status) | B(uom) | B(qty_document), -1, false, "in-stock|ran-out|out|unknown", NO_FIELD, F_from_day },
    [FACT_SIGNAL] = { "signal", B(doc), B(doc) | B(from_day) | B(to_day),
        B(group) | B(item) | B(place) | B(factor) | B(description), -1, false, NULL, F_from_day, F_from_day },

    /* ours */
    [FACT_EXCEPTIONAL] = { "exceptional", B(ref_doc) | B(ref_line) | B(item) | B(place) | B(from_day) | B(to_day), B(status),
        B(ref_doc) | B(ref_line) | B(item) | B(place) | B(supplier) | B(from_day) | B(to_day) | B(reason), -1, true, "marked|cleared", NO_FIELD, NO_FIELD },
    [FACT_OVERRIDE] = { "override", B(doc), B(doc) | B(from_day) | B(to_day) | B(reason) | B(status),
        B(item) | B(place) | B(group) | B(factor) | B(qty) | B(expected), -1, false, "active|cleared", NO_FIELD, NO_FIELD },

    /* events, again */
    [FACT_SHIP_NOTICE] = { "ship-notice", B(doc) | B(line), B(doc) | B(line) | B(ref_doc) | B(ref_line) | B(qty) | B(shipped_day),
        B(schedule) | B(supplier) | B(item) | B(promised_day) | B(reference) | B(uom) | B(qty_document), -1, false, NULL, F_shipped_day, F_shipped_day },
    [FACT_CARRIER_STATUS] = { "carrier-status", B(doc) | B(line), B(doc) | B(line) | B(status) | B(as_of_day), B(promised_day) | B(reason) | B(reference),
        -1, false, "picked-up|in-transit|delayed|exception|delivered", F_as_of_day, F_as_of_day },
    [FACT_PRICE_BREAK] = { "price-break", B(item) | B(supplier) | B(place) | B(qty), B(item) | B(supplier) | B(qty) | B(price), B(place) | B(currency) | B(from_day),
        -1, true, NULL, F_from_day, F_from_day },
};

Field field_find(Text name) {
    for (int f = 0; f < FIELD_COUNT_; f++)
        if (text_is(name, fields[f].name)) return (Field)f;
    return FIELD_COUNT_;
}

FactKind fact_kind_find(Text name) {
    for (int kind = 1; kind < FACT_KIND_COUNT_; kind++)
        if (text_is(name, fact_kinds[kind].name)) return (FactKind)kind;
    return FACT_NONE;
}

void fact_set_number(Fact *fact, Field field, int64_t value) {
    fact->number[field] = value;
    fact->present |= field_bit(field);
}

void fact_set_text(Fact *fact, Field field, Text value) {
    fact->text[field] = value;
    fact->present |= field_bit(field);
}

int64_t fact_number(const Fact *fact, Field field, int64_t otherwise) {
    return fact_has(fact, field) ? fact->number[field] : otherwise;
}

Text fact_text(const Fact *fact, Field field) {
    return fact_has(fact, field) ? fact->text[field] : (Text){ "", 0 };
}

/* ---- the key ---- */

static void key_add(Buf *out, const Fact *fact, Field field) {
    if (!fact_has(fact, field)) return;
    if (fields[field].type == FIELD_DAY) {
        char day[DAY_TEXT];
        buf_add(out, day, (size_t)day_format((int32_t)fact->number[field], day));
    } else if (fields[field].type == FIELD_QTY) {
        char number[DECIMAL_TEXT];
        decimal_format(fact->number[field], number);
        buf_add_str(out, number);
    } else if (fields[field].type == FIELD_COUNT) {
        buf_addf(out, "%lld", (long long)fact->number[field]);
    } else {
        Text code = fact->text[field];
        for (size_t i = 0; i < code.length; i++) {
            /* The escape itself is escaped, so that two different keys never read the same. */
            if (code.at[i] == '|' || code.at[i] == '\\') buf_add_char(out, '\\');
            buf_add_char(out, code.at[i]);
        }
    }
}

Text fact_key(Arena *work, const Fact *fact) {
    const FactKindInfo *kind = &fact_kinds[fact->kind];
    Buf out = buf_begin(64 * KiB);
    buf_add_str(&out, kind->name);
    for (FieldSet left = kind->key; left;) {
        buf_add_char(&out, '|');
        key_add(&out, fact, fields_take(&left));
    }
    Text key = text_from(text_copy_n(work, out.at, out.length), out.length);
    buf_end(&out);
    return key;
}

/* ---- checks ---- */

enum { CODE_MOST_BYTES = 200, TEXT_MOST_BYTES = 4000, RUN_MOST = 20000, DAYS_MOST = 3650 };
#define DAY_MOST 84006       /* 2200-01-01 */

static bool one_of(Text value, const char *choices) {
    while (*choices) {
        size_t length = strcspn(choices, "|");
        if (value.length == length && memcmp(value.at, choices, length) == 0) return true;
        choices += length + (choices[length] == '|');
    }
    return false;
}

static Err check_choice(const Fact *fact, Field field, const char *choices, Why *why) {
    if (!fact_has(fact, field) || one_of(fact->text[field], choices)) return OK;
    return fail_hint(why, fail(why, ERR_INVALID, "%s \"%.*s\" is not known for a %s", fields[field].name,
        TEXT_ARGS(text_part(fact->text[field], 0, 60)), fact_kinds[fact->kind].name), "use one of %s, or translate it with a value table in the map", choices);
}

static Err check_text(Field field, Text value, Why *why) {
    const char *name = fields[field].name;
    bool is_code = fields[field].type == FIELD_CODE;
    size_t most = is_code ? CODE_MOST_BYTES : TEXT_MOST_BYTES;
    if (is_code && value.length == 0)
        return fail_hint(why, fail(why, ERR_INVALID, "%s is empty", name), "leave the field out instead of giving an empty code");
    if (value.length > most)
        return fail_hint(why, fail(why, ERR_INVALID, "%s is %zu bytes long, at most %zu are taken", name, value.length, most), "look for a quote that was never closed");
    for (size_t i = 0; i < value.length; i++) {
        unsigned char c = (unsigned char)value.at[i];
        if (c < 0x20 && (is_code || (c != '\n' && c != '\t' && c != '\r')))
            return fail_hint(why, fail(why, ERR_INVALID, "%s holds the control character 0x%02x", name, c), "export the file again as plain UTF-8 text");
    }
    return OK;
}

/* Which numbers may be below zero: an order line that takes something back, and a run never. */
static bool may_be_negative(const Fact *fact, Field field) {
    if (fact->kind != FACT_ORDER_LINE) return false;
    if (field != F_qty && field != F_qty_document) return false;
    Text status = fact_text(fact, F_status);
    return text_is(status, "cancelled") || text_is(status, "return");
}

/* Weights and the like: zero would say that nothing of it is ever a load. */
static const FieldSet loads = B(weight) | B(volume) | B(pallets) | B(minimum_weight) | B(minimum_volume) | B(minimum_pallets);

static Err check_number(const Fact *fact, Field field, Why *why) {
    int64_t value = fact->number[field];
    const char *name = fields[field].name;
    switch (fields[field].type) {
    case FIELD_QTY:
        if (field == F_pallet_qty && value <= 0) return fail_hint(why, fail(why, ERR_INVALID, "pallet_qty is not above zero"), "give base units per pallet, or leave it out");
        if (value < 0 && !may_be_negative(fact, field)) {
            if (fact->kind == FACT_ORDER_LINE)
                return fail_hint(why, fail(why, ERR_INVALID, "%s is negative", name), "give the line the status cancelled or return");
            return fail_hint(why, fail(why, ERR_INVALID, "%s is negative", name),
                fact->kind == FACT_STOCK || fact->kind == FACT_COUNT ? "count the shelf and correct the stock in the ERP; empty is not zero" : "a quantity is zero or more");
        }
        return OK;
    case FIELD_PRICE:
    case FIELD_AMOUNT:
        if (value < 0) return fail_hint(why, fail(why, ERR_INVALID, "%s is negative", name), "leave it out when the price is not known");
        return OK;
    case FIELD_RATIO:
        if (field == F_factor && value <= 0) return fail_hint(why, fail(why, ERR_INVALID, "factor is not above zero"), "give base units per unit, such as 24");
        if (field == F_service_target && (value <= 0 || value >= MICRO))
            return fail_hint(why, fail(why, ERR_INVALID, "service_target is not between 0 and 1"), "write 95 %% as 0.95");
        if (field == F_minimum_share && value > MICRO) return fail_hint(why, fail(why, ERR_INVALID, "minimum_share is above 1"), "write 80 %% as 0.8");
        if ((field_bit(field) & loads) && value <= 0) return fail_hint(why, fail(why, ERR_INVALID, "%s is not above zero", name), "leave it out when it is not known or there is none");
        if (value < 0) return fail_hint(why, fail(why, ERR_INVALID, "%s is negative", name), "write a share such as 0.22");
        return OK;
    case FIELD_DAY:
        if (value < 0 || value > DAY_MOST)
            return fail_hint(why, fail(why, ERR_INVALID, "%s is not between 1970 and 2200", name), "check the date format named in the map");
        return OK;
    case FIELD_COUNT:
        if (field == F_shelf_days && value == 0) return fail_hint(why, fail(why, ERR_INVALID, "shelf_days is 0"), "leave it out when it does not perish");
        if (field == F_bucket_days ? value != 1 && value != 7 : value < 0 || value > DAYS_MOST)
            return fail_hint(why, fail(why, ERR_INVALID, "%s is %lld", name, (long long)value), field == F_bucket_days ? "a period is 1 or 7 days" : "days are between 0 and %d", DAYS_MOST);
        return OK;
    case FIELD_FLAG:
        if (value != 0 && value != 1) return fail(why, ERR_INVALID, "%s is neither yes nor no", name);
        return OK;
    case FIELD_TEXT:
    case FIELD_CODE:
    case FIELD_TIME:
    case FIELD_RUN:
        return OK;
    }
    return OK;
}

static Err check_run(const Fact *fact, Why *why) {
    const Run *run = &fact->run;
    if (run->count < 1 || run->count > RUN_MOST)
        return fail_hint(why, fail(why, ERR_INVALID, "run has %d periods", run->count), "between 1 and %d periods make a row", RUN_MOST);
    for (int32_t i = 0; i < run->count; i++) {
        if (run->state[i] > PERIOD_UNKNOWN) return fail(why, ERR_INVALID, "run: period %d has the state %d", i + 1, run->state[i]);
        if (run->qty[i] < 0)
            return fail_hint(why, fail(why, ERR_INVALID, "run: period %d is negative", i + 1), "put returns on order lines with the status return");
    }
    int64_t days = (int64_t)run->count * fact_number(fact, F_bucket_days, 1);
    if (fact_number(fact, F_from_day, 0) + days > DAY_MOST) return fail(why, ERR_INVALID, "run ends after the year 2200");
    return OK;
}

/* What a table of single fields cannot say. */
static Err check_together(const Fact *fact, Why *why) {
    const char *kind = fact_kinds[fact->kind].name;
    if (fact_has(fact, F_from_day) && fact_has(fact, F_to_day) && fact->number[F_to_day] < fact->number[F_from_day])
        return fail_hint(why, fail(why, ERR_INVALID, "to_day is before from_day"), "swap the two columns in the map");
    switch (fact->kind) {
    case FACT_CALENDAR:
        if (fact_has(fact, F_place) == fact_has(fact, F_supplier))
            return fail_hint(why, fail(why, ERR_INVALID, "a calendar speaks of one place or one supplier"), "fill exactly one of place and supplier");
        if (!fact_has(fact, F_from_day) && !fact_has(fact, F_weekdays))
            return fail_hint(why, fail(why, ERR_INVALID, "a calendar row has neither days nor weekdays"), "fill from_day (closed from then to to_day) or weekdays");
        return OK;
    case FACT_PRICE_BREAK:
        if (fact_has(fact, F_qty) && fact->number[F_qty] == 0)
            return fail_hint(why, fail(why, ERR_INVALID, "qty is 0"), "the price without a break belongs to item-suppliers; qty is the quantity from which this one holds");
        return OK;
    case FACT_SALES:
        if (fact_has(fact, F_run) == fact_has(fact, F_qty))
            return fail_hint(why, fail(why, ERR_INVALID, "a sales row has either one qty or a run"), "use qty for one period per row, run for one column per period");
        return OK;
    case FACT_TRANSFER_LINE:
        if (text_equal(fact->text[F_place], fact->text[F_from_place]))
            return fail_hint(why, fail(why, ERR_INVALID, "a %s leaves from where it arrives", kind), "place receives, from_place sends");
        return OK;
    case FACT_EXCEPTIONAL:
        if (!fact_has(fact, F_ref_doc) && !(fact_has(fact, F_item) && fact_has(fact, F_place) && fact_has(fact, F_from_day)))
            return fail(why, ERR_INVALID, "an exceptional sale names a document line, or item, place and days");
        return OK;
    case FACT_OVERRIDE:
        if (fact_has(fact, F_factor) == fact_has(fact, F_qty))
            return fail_hint(why, fail(why, ERR_INVALID, "an override has either a factor or a qty"), "factor times the forecast, or qty for all of its days together");
        if (fact_has(fact, F_qty) && !(fact_has(fact, F_item) && fact_has(fact, F_place)))
            return fail_hint(why, fail(why, ERR_INVALID, "a qty is of one item at one place"), "name both, or give a factor");
        if (!fact_has(fact, F_item) && !fact_has(fact, F_place) && !fact_has(fact, F_group))
            return fail_hint(why, fail(why, ERR_INVALID, "an override speaks of nothing"), "name an item, a place or a group");
        return OK;
    case FACT_RECEIPT_LINE:
        if (fact_has(fact, F_unusable) && fact->number[F_unusable] > fact->number[F_qty])
            return fail_hint(why, fail(why, ERR_INVALID, "unusable is more than qty"), "qty counts everything that arrived, good or not");
        return OK;
    default:
        return OK;
    }
}

Err fact_check(const Fact *fact, Why *why) {
    if (fact->kind <= FACT_NONE || fact->kind >= FACT_KIND_COUNT_) return fail(why, ERR_INVALID, "kind %d is not a kind of fact", (int)fact->kind);
    const FactKindInfo *kind = &fact_kinds[fact->kind];
    bool cancels = fact->correction == CORRECT_CANCEL;    /* a cancellation needs only to say what it cancels */
    FieldSet missing = (cancels ? kind->needs & kind->key : kind->needs) & ~fact->present;
    if (missing) {
        const FieldInfo *field = &fields[fields_take(&missing)];
        return fail_hint(why, fail(why, ERR_INVALID, "%s is missing", field->name), "a %s needs %s (%s); unknown is not zero", kind->name, field->name, field->help);
    }
    FieldSet strange = fact->present & ~(kind->key | kind->needs | kind->may);
    if (strange) return fail_hint(why, fail(why, ERR_INVALID, "a %s has no %s", kind->name, fields[fields_take(&strange)].name), "see the fields of the kind in the import guide");
    for (FieldSet left = fact->present; left;) {
        Field field = fields_take(&left);
        FieldType type = fields[field].type;
        if (type == FIELD_TEXT || type == FIELD_CODE) TRY(check_text(field, fact->text[field], why));
        else if (type != FIELD_RUN) TRY(check_number(fact, field, why));
    }
    if (kind->statuses) TRY(check_choice(fact, F_status, kind->statuses, why));
    TRY(check_choice(fact, F_lifecycle, "active|phase-out|obsolete|new", why));
    TRY(check_choice(fact, F_tier, "A|B|C|key", why));
    TRY(check_choice(fact, F_replenish, "review|base-stock|order-point|lots|min-max", why));
    if (fact_has(fact, F_currency)) {
        Text currency = fact->text[F_currency];
        char code[4] = { 0 };
        if (currency.length == 3) memcpy(code, currency.at, 3);
        if (currency_exponent(code) < 0)
            return fail_hint(why, fail(why, ERR_INVALID, "currency \"%.*s\" is not known", TEXT_ARGS(text_part(currency, 0, 20))), "use an ISO 4217 code such as USD");
    }
    if (fact_has(fact, F_uom)) TRY(uom_check(fact->text[F_uom], why));
    if (fact_has(fact, F_weekdays)) {
        Text days = fact->text[F_weekdays];
        bool good = days.length == 7;
        for (size_t i = 0; good && i < 7; i++) good = days.at[i] == '0' || days.at[i] == '1';
        if (!good) return fail_hint(why, fail(why, ERR_INVALID, "weekdays \"%.*s\" is not seven 0s and 1s", TEXT_ARGS(text_part(days, 0, 20))), "Monday to Friday is 1111100");
    }
    if (fact_has(fact, F_run)) TRY(check_run(fact, why));
    return cancels ? OK : check_together(fact, why);
}
