/* decimal.h - exact numbers. A quantity or a unit price is an int64 count of millionths ("micro"): 12.5 is 12500000.
 * An amount of money is an int64 count of the currency's minor unit (cents). No double takes part; nothing saturates:
 * what does not fit is ERR_LIMIT. Ties round to even. */
#pragma once
#include "base/err.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

#define MICRO INT64_C(1000000) /* one */

typedef enum DecimalStyle {
    DECIMAL_POINT,        /* 1234.5 */
    DECIMAL_COMMA,        /* 1234,5 */
    DECIMAL_POINT_GROUPS, /* 1,234.5 (groups may be left out; where present they are of three) */
    DECIMAL_COMMA_GROUPS, /* 1.234,5 */
} DecimalStyle;

/* An optional sign, digits, optionally a point and digits; blanks around it are ignored. More than six decimals that are
 * not zero, an exponent, or more than +-9,223,372,036,854.775807 are errors. */
Err decimal_parse(Text text, DecimalStyle style, int64_t *out_micro, Why *why);
enum { DECIMAL_TEXT = 24 };
int decimal_format(int64_t micro, char out[DECIMAL_TEXT]);   /* "12.5", "-0.000001", "3"; returns the length */
int integer_format(int64_t value, char out[DECIMAL_TEXT]);
Err integer_parse(Text text, int64_t *out, Why *why);        /* an optional sign and digits, blanks around ignored */

/* Money. */
int currency_exponent(const char *iso_code);                 /* digits of the minor unit: USD 2, JPY 0, KWD 3; -1: not known */
/* A code as one number, for compact records: 'U' << 16 | 'S' << 8 | 'D'; 0 = none. */
int32_t currency_pack(Text iso_code);                        /* 0 when it is not three bytes long */
void currency_unpack(int32_t packed, char out[4]);           /* "" for 0 */
Err money_parse(Text text, DecimalStyle style, int exponent, int64_t *out_minor, Why *why);
int money_format(int64_t minor, int exponent, char out[DECIMAL_TEXT]); /* "1234.50" */

/* quantity x unit price -> amount, half-even, the one place where it happens. */
Err money_extend(int64_t quantity_micro, int64_t price_micro, int exponent, int64_t *out_minor, Why *why);

/* value x numerator / denominator, half-even; denominator > 0. Unit conversions, shares. */
Err ratio_apply(int64_t value, int64_t numerator, int64_t denominator, int64_t *out, Why *why);
int64_t divide_half_even(__int128 value, int64_t divisor);   /* divisor > 0; the answer must fit (asserted) */

/* How maths sees a quantity: in units. */
double micro_to_double(int64_t micro);
