#include "ingest/units.h"

#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/map.h"

enum { UNITS_MOST = 20000000 };

struct Units {
    TextMap *base;          /* item -> index of its unit's code in `codes` */
    TextMap *codes;         /* "EA" -> entry */
    TextMap *factors;       /* item \n unit -> micro base units; general ones have no item */
};

Units *units_begin(void) {
    Units *units = calloc(1, sizeof *units);
    if (!units) stop_for("the machine has no memory for unit conversions");
    units->base = text_map_begin(UNITS_MOST);
    units->codes = text_map_begin(1000);
    units->factors = text_map_begin(UNITS_MOST);
    return units;
}

void units_end(Units **units) {
    Units *u = *units;
    if (!u) return;
    text_map_end(&u->base);
    text_map_end(&u->codes);
    text_map_end(&u->factors);
    free(u);
    *units = NULL;
}

enum { KEY_ROOM = 512 };
static Text factor_key(char room[KEY_ROOM], Text item, Text unit) {
    if (item.length + unit.length + 1 > KEY_ROOM) return (Text){ "", 0 };
    if (item.length) memcpy(room, item.at, item.length);
    room[item.length] = '\n';
    if (unit.length) memcpy(room + item.length + 1, unit.at, unit.length);
    return text_from(room, item.length + 1 + unit.length);
}

void units_learn(Units *units, const Fact *fact) {
    if (fact->kind == FACT_ITEM) {
        Text unit = fact_has(fact, F_uom) ? fact_text(fact, F_uom) : text_of("EA");
        text_map_set(units->base, fact_text(fact, F_item), (int64_t)text_map_intern(units->codes, unit));
    } else if (fact->kind == FACT_UOM) {
        char room[KEY_ROOM];
        text_map_set(units->factors, factor_key(room, fact_text(fact, F_item), fact_text(fact, F_uom)), fact_number(fact, F_factor, 0));
    }
}

Err units_factor(const Units *units, Text item, const Uom *from, Factor *out_factor, Why *why) {
    int64_t code, factor;
    char room[KEY_ROOM];
    const Uom *base;
    if (!text_map_get(units->base, item, &code))
        return fail_hint(why, fail(why, ERR_INVALID, "the base unit of item \"%.*s\" is not known yet, so %s cannot be converted", TEXT_ARGS(text_part(item, 0, 80)), from->code),
            "import the items first, then this file again");
    TRY(uom_find(text_map_key(units->codes, (size_t)code), UOM_PLAIN, &base, why));
    Text unit = text_of(from->code);
    if (base != from && (text_map_get(units->factors, factor_key(room, item, unit), &factor) || text_map_get(units->factors, factor_key(room, (Text){ "", 0 }, unit), &factor))) {
        *out_factor = (Factor){ factor, MICRO };
        return OK;
    }
    if (uom_ratio(from, base, &out_factor->numerator, &out_factor->denominator, NULL) == OK) return OK;
    return fail_hint(why, fail(why, ERR_INVALID, "no conversion from %s (%s) to %s of item \"%.*s\" is known", from->code, from->name, base->code, TEXT_ARGS(text_part(item, 0, 80))),
        "import it as a row of the kind uom: item, %s, how many %s it holds", from->code, base->code);
}

Err units_quantity(Factor factor, int64_t quantity_micro, int64_t *out_micro, Why *why) {
    if ((__int128)quantity_micro * factor.numerator % factor.denominator != 0)
        return fail_hint(why, fail(why, ERR_INVALID, "the quantity does not come out in whole millionths of the base unit"), "correct the conversion, or give the quantity in base units");
    return ratio_apply(quantity_micro, factor.numerator, factor.denominator, out_micro, why);
}

Err units_price(Factor factor, int64_t price_micro, int64_t *out_micro, Why *why) {
    return ratio_apply(price_micro, factor.denominator, factor.numerator, out_micro, why);
}
