#include "domain/uom.h"

#include "base/decimal.h"
#include "tests/test.h"

TEST(units_are_known_by_code_by_name_and_by_standard) {
    Why why = { 0 };
    const Uom *uom;
    CHECK_OK(uom_find(text_of("EA"), UOM_PLAIN, &uom, &why));
    CHECK_STR("EA", uom->code);
    CHECK_OK(uom_find(text_of(" Each "), UOM_PLAIN, &uom, &why));
    CHECK_STR("EA", uom->code);
    CHECK_OK(uom_find(text_of("CA"), UOM_X12, &uom, &why));      /* X12 355: case */
    CHECK_STR("CS", uom->code);
    CHECK_OK(uom_find(text_of("CA"), UOM_PLAIN, &uom, &why));    /* Rec 21: can */
    CHECK_STR("CA", uom->code);
    CHECK_OK(uom_find(text_of("PCE"), UOM_EDIFACT, &uom, &why));
    CHECK_STR("EA", uom->code);
    CHECK_OK(uom_find(text_of("LB"), UOM_X12, &uom, &why));
    CHECK_STR("LBR", uom->code);
}

TEST(an_unknown_unit_is_an_error_never_each) {
    Why why = { 0 };
    const Uom *uom;
    CHECK_FAILS(ERR_INVALID, uom_find(text_of("ZZ"), UOM_PLAIN, &uom, &why));
    CHECK(strstr(why.message, "ZZ"));
    CHECK_FAILS(ERR_INVALID, uom_find(text_of(""), UOM_PLAIN, &uom, &why));
    CHECK_FAILS(ERR_INVALID, uom_find(text_of("palet"), UOM_PLAIN, &uom, &why));
    CHECK(strstr(why.hint, "pallet"));
}

static int64_t converted(const char *from, const char *to, int64_t value, bool *exact) {
    Why why = { 0 };
    const Uom *a, *b;
    int64_t out = 0;
    CHECK_OK(uom_find(text_of(from), UOM_PLAIN, &a, &why));
    CHECK_OK(uom_find(text_of(to), UOM_PLAIN, &b, &why));
    CHECK_OK(uom_convert(value, a, b, &out, exact, &why));
    return out;
}

TEST(physical_units_convert_exactly_and_say_when_they_do_not) {
    bool exact;
    CHECK_EQ(24 * MICRO, converted("DZN", "EA", 2 * MICRO, &exact));
    CHECK(exact);
    CHECK_EQ(304800, converted("FOT", "MTR", MICRO, &exact));        /* SP 811: 1 ft = 0.3048 m */
    CHECK(exact);
    CHECK_EQ(453592, converted("LBR", "KGM", MICRO, &exact));        /* 0.45359237 kg does not fit six decimals */
    CHECK(!exact);
    CHECK_EQ(16 * MICRO, converted("LBR", "ONZ", MICRO, &exact));
    CHECK(exact);
    CHECK_EQ(4 * MICRO, converted("GLL", "QT", MICRO, &exact));
    CHECK(exact);
    CHECK_EQ(500000, converted("EA", "PR", MICRO, &exact));
}

TEST(packages_have_no_size_of_their_own) {
    Why why = { 0 };
    const Uom *box, *each;
    int64_t out;
    bool exact;
    CHECK_OK(uom_find(text_of("CS"), UOM_PLAIN, &box, &why));
    CHECK_OK(uom_find(text_of("EA"), UOM_PLAIN, &each, &why));
    CHECK_FAILS(ERR_INVALID, uom_convert(MICRO, box, each, &out, &exact, &why));
    CHECK(strstr(why.hint, "conversion"));
}
