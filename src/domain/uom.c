#include "domain/uom.h"

#include <string.h>

/* Sizes: NIST SP 811, appendix B.8 (exact definitions). Dimension bases: one piece, kg, m, m2, litre, day. */
static const Uom uoms[] = {
    { "EA",  "each",          UOM_COUNT,   1, 1, NULL, "EA|PCE", "each|ea.|unit|units" },
    { "C62", "one",           UOM_COUNT,   1, 1, "UN", NULL, "one" },
    { "H87", "piece",         UOM_COUNT,   1, 1, "PC", "PCS", "piece|pieces|pc|pcs|pce|stk" },
    { "NMP", "number of packs", UOM_PACKAGE, 0, 1, NULL, NULL, NULL },
    { "PR",  "pair",          UOM_COUNT,   2, 1, NULL, NULL, "pair|pairs" },
    { "DZN", "dozen",         UOM_COUNT,   12, 1, "DZ", NULL, "dozen|dz|doz" },
    { "GRO", "gross",         UOM_COUNT,   144, 1, "GS", NULL, "gross" },
    { "CEN", "hundred",       UOM_COUNT,   100, 1, "HU", NULL, "hundred" },
    { "MIL", "thousand",      UOM_COUNT,   1000, 1, "TH", NULL, "thousand" },
    { "SET", "set",           UOM_PACKAGE, 0, 1, "ST", NULL, "sets" },
    { "KT",  "kit",           UOM_PACKAGE, 0, 1, NULL, NULL, "kit|kits" },
    { "CS",  "case",          UOM_PACKAGE, 0, 1, "CA", NULL, "case|cases|cse" },
    { "CT",  "carton",        UOM_PACKAGE, 0, 1, NULL, NULL, "carton|cartons|ctn" },
    { "BX",  "box",           UOM_PACKAGE, 0, 1, NULL, NULL, "box|boxes" },
    { "PK",  "pack",          UOM_PACKAGE, 0, 1, NULL, NULL, "pack|packs|pkg|package" },
    { "PF",  "pallet",        UOM_PACKAGE, 0, 1, "PL", NULL, "pallet|pallets|plt|pal" },
    { "BG",  "bag",           UOM_PACKAGE, 0, 1, NULL, NULL, "bag|bags" },
    { "BO",  "bottle",        UOM_PACKAGE, 0, 1, "BO", NULL, "bottle|bottles" },
    { "CA",  "can",           UOM_PACKAGE, 0, 1, "CN", NULL, "can|cans" },
    { "RO",  "roll",          UOM_PACKAGE, 0, 1, "RL", NULL, "roll|rolls" },
    { "TU",  "tube",          UOM_PACKAGE, 0, 1, "TB", NULL, "tube|tubes" },
    { "DR",  "drum",          UOM_PACKAGE, 0, 1, NULL, NULL, "drum|drums" },
    { "BD",  "bundle",        UOM_PACKAGE, 0, 1, "BD|BN", NULL, "bundle|bundles" },
    { "SH",  "sheet",         UOM_PACKAGE, 0, 1, NULL, NULL, "sheet|sheets" },
    { "RL",  "reel",          UOM_PACKAGE, 0, 1, "RE", NULL, "reel|reels" },
    { "D97", "pallet unit load", UOM_PACKAGE, 0, 1, NULL, NULL, NULL },
    { "KGM", "kilogram",      UOM_MASS,    1000000000, 1000000000, "KG", NULL, "kg|kilogram|kilograms" },
    { "GRM", "gram",          UOM_MASS,    1000000, 1000000000, "GR", NULL, "g|gram|grams" },
    { "TNE", "tonne",         UOM_MASS,    1000000000000, 1000000000, "MP", NULL, "t|tonne" },
    { "LBR", "pound",         UOM_MASS,    453592370, 1000000000, "LB", NULL, "lb|lbs|pound|pounds" },
    { "ONZ", "ounce",         UOM_MASS,    28349523125, 1000000000000, "OZ", NULL, "oz|ounce|ounces" },
    { "MTR", "metre",         UOM_LENGTH,  10000, 10000, "MR", NULL, "m|metre|meter|metres|meters" },
    { "CMT", "centimetre",    UOM_LENGTH,  100, 10000, "CM", NULL, "cm" },
    { "MMT", "millimetre",    UOM_LENGTH,  10, 10000, "MM", NULL, "mm" },
    { "INH", "inch",          UOM_LENGTH,  254, 10000, "IN", NULL, "in|inch|inches" },
    { "FOT", "foot",          UOM_LENGTH,  3048, 10000, "FT|LF", NULL, "ft|foot|feet" },
    { "YRD", "yard",          UOM_LENGTH,  9144, 10000, "YD", NULL, "yd|yard|yards" },
    { "MTK", "square metre",  UOM_AREA,    100000000, 100000000, "SM", NULL, "m2|sqm" },
    { "FTK", "square foot",   UOM_AREA,    9290304, 100000000, "SF", NULL, "ft2|sqft" },
    { "LTR", "litre",         UOM_VOLUME,  1000000000, 1000000000, "LT", NULL, "l|litre|liter|litres|liters" },
    { "MLT", "millilitre",    UOM_VOLUME,  1000000, 1000000000, "ML", NULL, "ml" },
    { "MTQ", "cubic metre",   UOM_VOLUME,  1000000000000, 1000000000, "CR", NULL, "m3" },
    { "GLL", "US gallon",     UOM_VOLUME,  3785411784, 1000000000, "GA", NULL, "gal|gallon|gallons" },
    { "QT",  "US quart",      UOM_VOLUME,  946352946, 1000000000, NULL, NULL, "quart|quarts" },
    { "HUR", "hour",          UOM_TIME,    1, 24, "HR", NULL, "hour|hours|h" },
    { "DAY", "day",           UOM_TIME,    24, 24, "DA", NULL, "day|days" },
};
enum { UOM_ROWS = sizeof uoms / sizeof uoms[0] };

static bool among(Text word, const char *choices, bool any_case) {
    while (choices && *choices) {
        size_t length = strcspn(choices, "|");
        Text choice = text_from(choices, length);
        if (any_case ? text_equal_nocase(word, choice) : text_equal(word, choice)) return true;
        choices += length + (choices[length] == '|');
    }
    return false;
}

static const Uom *find_code(Text code) {
    for (int i = 0; i < UOM_ROWS; i++)
        if (text_is(code, uoms[i].code)) return &uoms[i];
    return NULL;
}

static const Uom *find_alias(Text code, UomStandard standard) {
    for (int i = 0; i < UOM_ROWS; i++)
        if (among(code, standard == UOM_X12 ? uoms[i].x12 : uoms[i].edifact, false)) return &uoms[i];
    return NULL;
}

static const Uom *find_written(Text word) {
    for (int i = 0; i < UOM_ROWS; i++)
        if (text_equal_nocase(word, text_of(uoms[i].code)) || among(word, uoms[i].written, true)) return &uoms[i];
    return NULL;
}

static Err not_known(Text written, Why *why) {
    const char *names[UOM_ROWS];
    char shown[64];
    Text part = text_part(written, 0, sizeof shown - 1);
    memcpy(shown, part.length ? part.at : "", part.length);
    shown[part.length] = 0;
    for (int i = 0; i < UOM_ROWS; i++) names[i] = uoms[i].name;
    const char *near = text_nearest(written, names, UOM_ROWS);
    Err err = fail(why, ERR_INVALID, "unit of measure \"%s\" is not known", shown);
    if (near) return fail_hint(why, err, "did you mean \"%s\"? else translate it with a value table in the map", near);
    return fail_hint(why, err, "translate it to a UN/ECE Rec 20 code with a value table in the map");
}

Err uom_find(Text written, UomStandard standard, const Uom **out_uom, Why *why) {
    Text word = text_trim(written);
    /* The standard's own meaning comes first: X12's CA is a case although Rec 21 has CA for a can. */
    const Uom *uom = standard == UOM_PLAIN ? NULL : find_alias(word, standard);
    if (!uom) uom = find_code(word);
    if (!uom && standard == UOM_PLAIN) uom = find_written(word);
    if (!uom) return not_known(word, why);
    *out_uom = uom;
    return OK;
}

Err uom_check(Text code, Why *why) {
    return find_code(code) ? OK : not_known(code, why);
}

static __int128 common_divisor(__int128 a, __int128 b) {
    while (b) {
        __int128 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

Err uom_ratio(const Uom *from, const Uom *to, int64_t *out_numerator, int64_t *out_denominator, Why *why) {
    if (from != to && (from->dimension != to->dimension || from->dimension == UOM_PACKAGE))
        return fail_hint(why, fail(why, ERR_INVALID, "no conversion from %s (%s) to %s (%s) is known", from->code, from->name, to->code, to->name),
            "import the item's unit conversion (kind uom) first");
    if (from == to) {
        *out_numerator = *out_denominator = 1;
        return OK;
    }
    __int128 numerator = (__int128)from->size * to->per, denominator = (__int128)from->per * to->size;
    __int128 divisor = common_divisor(numerator, denominator);
    *out_numerator = (int64_t)(numerator / divisor);
    *out_denominator = (int64_t)(denominator / divisor);
    return OK;
}
