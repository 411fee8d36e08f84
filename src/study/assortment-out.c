/* Targets by value as JSON: the sums, the trade-off curve, each item-place with the reason for its target. */
#include "base/json.h"
#include "study/assortment.h"

static double cents(double value) { return __builtin_floor(value * 100 + 0.5) / 100; }
static double fine(double value) { return __builtin_floor(value * 10000 + 0.5) / 10000; }

static const char *because(const AssortmentLine *line) {
    if (line->promised) return "its tier is promised this much";
    if (line->worth <= 0) return "its first step already serves fewer lines per money than others";
    if (line->next <= 0) return "more stock serves nobody";
    return "the next step serves fewer lines per money than what was bought";
}

static void tier_write(JsonWriter *json, const AssortmentTier *tier) {
    json_begin_object(json);
    json_field_str(json, "tier", tier->name);
    json_field_int(json, "item_places", tier->item_places);
    json_field_double(json, "lines_month", cents(tier->lines_month));
    json_field_double(json, "service", fine(tier->service));
    json_field_double(json, "capital", cents(tier->capital));
    json_field_double(json, "service_now", fine(tier->service_now));
    json_field_double(json, "capital_now", cents(tier->capital_now));
    json_end(json);
}

static void line_write(JsonWriter *json, const Assortment *a, const AssortmentLine *line) {
    json_begin_object(json);
    json_field_str(json, "item", line->item_code);
    json_field_str(json, "place", line->place_code);
    json_field_str(json, "tier", a->tier[line->tier].name);
    json_field_double(json, "lines_month", cents(line->lines_month));
    json_field_double(json, "service_target", fine(line->service));
    json_field_double(json, "level", fine(line->level));
    json_field_double(json, "capital", cents(line->capital));
    json_field_double(json, "service_now", fine(line->service_now));
    json_field_double(json, "level_now", fine(line->level_now));
    json_field_double(json, "capital_now", cents(line->capital_now));
    json_field_double(json, "worth", fine(line->worth));
    json_field_double(json, "next_worth", fine(line->next));
    json_field_str(json, "because", because(line));
    json_end(json);
}

void assortment_json(Buf *out, const Assortment *a, int64_t offset, int64_t most) {
    JsonWriter json = json_writer(out);
    json_begin_object(&json);
    json_field_str(&json, "metric", a->metric);
    json_field_str(&json, "currency", a->currency);
    json_field_bool(&json, "met", a->met);
    json_field_double(&json, "service", fine(a->service));
    json_field_double(&json, "capital", cents(a->capital));
    json_field_double(&json, "service_now", fine(a->service_now));
    json_field_double(&json, "capital_now", cents(a->capital_now));
    json_field_double(&json, "worth", fine(a->worth));
    json_field_int(&json, "left_out", a->left_out);
    json_field_int(&json, "total", a->lines);
    json_field_array(&json, "tiers");
    for (int t = 0; t < a->tiers; t++) tier_write(&json, &a->tier[t]);
    json_end(&json);
    json_field_array(&json, "curve");
    for (int k = 0; k < a->curve_points; k++) {
        json_begin_object(&json);
        json_field_double(&json, "service", fine(a->curve[k].service));
        json_field_double(&json, "capital", cents(a->curve[k].capital));
        json_end(&json);
    }
    json_end(&json);
    json_field_array(&json, "rows");
    for (int64_t i = offset; i < a->lines && i - offset < most; i++) line_write(&json, a, &a->line[i]);
    json_end(&json);
    json_end(&json);
}
