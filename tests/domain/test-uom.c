#include "domain/uom.h"

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

static void sized(const char *from, const char *to, int64_t numerator, int64_t denominator) {
    Why why = { 0 };
    const Uom *a, *b;
    int64_t n = 0, d = 0;
    CHECK_OK(uom_find(text_of(from), UOM_PLAIN, &a, &why));
    CHECK_OK(uom_find(text_of(to), UOM_PLAIN, &b, &why));
    CHECK_OK(uom_ratio(a, b, &n, &d, &why));
    CHECK_EQ(numerator, n);
    CHECK_EQ(denominator, d);
}

TEST(physical_units_convert_by_their_exact_sizes) {           /* NIST SP 811, appendix B.8 */
    sized("DZN", "EA", 12, 1);
    sized("EA", "PR", 1, 2);
    sized("FOT", "MTR", 381, 1250);             /* 0.3048 */
    sized("LBR", "KGM", 45359237, 100000000);
    sized("LBR", "ONZ", 16, 1);
    sized("GLL", "QT", 4, 1);
    sized("MTQ", "LTR", 1000, 1);
    sized("C62", "EA", 1, 1);
}

TEST(packages_have_no_size_of_their_own) {
    Why why = { 0 };
    const Uom *box, *each;
    int64_t n, d;
    CHECK_OK(uom_find(text_of("CS"), UOM_PLAIN, &box, &why));
    CHECK_OK(uom_find(text_of("EA"), UOM_PLAIN, &each, &why));
    CHECK_FAILS(ERR_INVALID, uom_ratio(box, each, &n, &d, &why));
    CHECK(strstr(why.hint, "conversion"));
}
