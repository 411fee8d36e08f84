/* form.h - the text a form of the map takes from a row, and the number a setter makes of it. */
#pragma once
#include "ingest/build.h"

/* out->at NULL: empty. Texts live as long as the record or `work`. ERR_INVALID: the table has no such value. */
Err form_text(const Form *form, const Mapping *mapping, const Record *record, Arena *work, Text *out, Why *why);
bool condition_holds(const Condition *condition, const Record *record);
/* By the setter's type, without units: micro, minor units (of `exponent` digits), days, us, whole numbers, 0 or 1. */
Err setter_number(const Setter *setter, const Zone *zone, Text text, int exponent, int64_t *out, Why *why);
/* A cell of a wide row. */
Err cell_quantity(Text cell, DecimalStyle style, int64_t *out_micro, Why *why);
