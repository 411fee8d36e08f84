/* units.h - from the unit of a document to the base unit of the item.
 *
 * An item's base unit is what its master row says (EA when it says none). A conversion is looked for at the item first, then among the
 * general ones (both facts of the kind "uom"), then among physical units of one dimension. What is not known is an error that names the
 * unit; nothing is ever taken for EA. */
#pragma once
#include "domain/fact.h"
#include "domain/uom.h"

typedef struct Units Units;

Units *units_begin(void);
void units_end(Units **units);
void units_learn(Units *units, const Fact *fact);           /* item and uom facts; others are ignored */
/* out_factor: base units per `from`. ERR_INVALID names item and unit. */
typedef struct Factor { int64_t numerator, denominator; } Factor;
Err units_factor(const Units *units, Text item, const Uom *from, Factor *out_factor, Why *why);
/* quantity -> base units: what is left over beyond the sixth decimal is ERR_INVALID. */
Err units_quantity(Factor factor, int64_t quantity_micro, int64_t *out_micro, Why *why);
/* price per document unit -> price per base unit, half-even. */
Err units_price(Factor factor, int64_t price_micro, int64_t *out_micro, Why *why);
