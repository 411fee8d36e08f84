/* uom.h - units of measure. One table: UN/ECE Recommendation 20 codes (21 for packages), what X12 (element 355) and
 * EDIFACT (6411) and people write for the same thing, and the fixed sizes of physical units.
 *
 * A unit that is not in the table is an error; nothing is ever taken for EA. How many base units a case holds is known per
 * item (facts of the kind "uom"), never here: packages have no size. */
#pragma once
#include "base/err.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum UomStandard { UOM_PLAIN, UOM_X12, UOM_EDIFACT } UomStandard;   /* who wrote it: "CA" is a can or a case */
typedef enum UomDimension { UOM_PACKAGE, UOM_COUNT, UOM_MASS, UOM_LENGTH, UOM_AREA, UOM_VOLUME, UOM_TIME } UomDimension;

typedef struct Uom {
    const char *code;            /* Rec 20 */
    const char *name;            /* "case" */
    UomDimension dimension;
    int64_t size;                /* in units of `per`: 12 for DZN, 453592370 for LBR (per 10^9 of KGM); 0 for packages */
    int64_t per;
    const char *x12, *edifact;   /* their codes where they differ, separated by '|' */
    const char *written;         /* what people write, small letters, separated by '|' */
} Uom;

/* The row of a code as written by `standard`; UOM_PLAIN takes Rec 20 codes, then names in any case. ERR_INVALID with the
 * nearest known name as hint. */
Err uom_find(Text written, UomStandard standard, const Uom **out_uom, Why *why);
/* The canonical code itself, as stored in facts. */
Err uom_check(Text code, Why *why);
/* One `from` is numerator/denominator of `to`, in lowest terms, for units of one dimension that have a size. ERR_INVALID when no
 * fixed size connects them: the item's own conversion must say. */
Err uom_ratio(const Uom *from, const Uom *to, int64_t *out_numerator, int64_t *out_denominator, Why *why);
