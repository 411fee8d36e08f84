/* decimal.c - digits into counts of millionths or minor units and back, and the products that round half to even. */
#include "base/decimal.h"

#include <assert.h>
#include <string.h>

typedef __int128 Wide;

static const int64_t powers[] = { 1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000,
                                  INT64_C(10000000000), INT64_C(100000000000), INT64_C(1000000000000) };

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static Err not_a_number(Text text, Why *why) {
    if (text.length == 0) return fail(why, ERR_INVALID, "a number was expected, there is nothing");
    return fail(why, ERR_INVALID, "\"%.*s\" is not a number", TEXT_ARGS(text_part(text, 0, 80)));
}

static Err out_of_range(Text text, Why *why) {
    return fail(why, ERR_LIMIT, "%.*s is too large a number", TEXT_ARGS(text_part(text, 0, 80)));
}

static bool fits(Wide value) { return value >= INT64_MIN && value <= INT64_MAX; }

/* A running value that stops growing once it can no longer fit; the caller asks fits() at the end. */
static Wide with_digit(Wide value, char digit) {
    const Wide enough = (Wide)INT64_MAX * 1000000;
    return value > enough ? value : value * 10 + (digit - '0');
}

/* Digits before the point; with `group`, separators only as d{1,3}(g ddd)*. Returns how many bytes, 0 when malformed. */
static size_t read_whole(Text text, char group, Wide *value) {
    size_t i = 0, run = 0, groups = 0;
    for (; i < text.length; i++) {
        char c = text.at[i];
        if (is_digit(c)) {
            *value = with_digit(*value, c);
            run++;
        } else if (group && c == group) {
            if (groups ? run != 3 : run < 1 || run > 3) return 0;
            groups++;
            run = 0;
        } else {
            break;
        }
    }
    return groups && run != 3 ? 0 : i;
}

/* sign digits [point digits] scaled by 10^decimals. */
static Err parse_scaled(Text whole, DecimalStyle style, int decimals, int64_t *out, Why *why) {
    static const struct { char point, group; } styles[] = {
        [DECIMAL_POINT] = { '.', 0 }, [DECIMAL_COMMA] = { ',', 0 },
        [DECIMAL_POINT_GROUPS] = { '.', ',' }, [DECIMAL_COMMA_GROUPS] = { ',', '.' },
    };
    Text text = text_trim(whole), rest = text;
    bool negative = rest.length && rest.at[0] == '-';
    if (rest.length && (rest.at[0] == '-' || rest.at[0] == '+')) rest = text_part(rest, 1, rest.length);
    Wide value = 0;
    size_t used = read_whole(rest, styles[style].group, &value);
    if (used == 0) return not_a_number(text, why);
    rest = text_part(rest, used, rest.length);
    int have = 0;
    if (rest.length && rest.at[0] == styles[style].point) {
        size_t i = 1;
        for (; i < rest.length && is_digit(rest.at[i]); i++) {
            if (have < decimals) value = with_digit(value, rest.at[i]), have++;
            else if (rest.at[i] != '0')
                return fail(why, ERR_INVALID, "\"%.*s\" has more than %d decimals", TEXT_ARGS(text_part(text, 0, 80)), decimals);
        }
        if (i == 1) return not_a_number(text, why);
        rest = text_part(rest, i, rest.length);
    }
    if (rest.length) return not_a_number(text, why);
    if (value > (Wide)INT64_MAX + 1) return out_of_range(text, why);
    value *= powers[decimals - have];
    if (negative) value = -value;
    if (!fits(value)) return out_of_range(text, why);
    *out = (int64_t)value;
    return OK;
}

Err decimal_parse(Text text, DecimalStyle style, int64_t *out_micro, Why *why) {
    return parse_scaled(text, style, 6, out_micro, why);
}

Err integer_parse(Text text, int64_t *out, Why *why) {
    Text trimmed = text_trim(text);
    for (size_t i = 0; i < trimmed.length; i++)
        if (trimmed.at[i] == '.')
            return fail(why, ERR_INVALID, "\"%.*s\" is not a whole number", TEXT_ARGS(text_part(trimmed, 0, 80)));
    return parse_scaled(text, DECIMAL_POINT, 0, out, why);
}

/* Writes value / 10^decimals with at least `least` decimals. Digits are made from the last to the first. */
static int format_scaled(int64_t value, int decimals, int least, char out[DECIMAL_TEXT]) {
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    for (; decimals > least && size % 10 == 0; decimals--) size /= 10;
    char reversed[DECIMAL_TEXT];
    int count = 0;
    for (int written = 0; written <= decimals || size > 0; written++) {
        if (written == decimals && decimals > 0) reversed[count++] = '.';
        reversed[count++] = (char)('0' + size % 10);
        size /= 10;
    }
    if (value < 0) reversed[count++] = '-';
    for (int i = 0; i < count; i++) out[i] = reversed[count - 1 - i];
    out[count] = 0;
    return count;
}

int decimal_format(int64_t micro, char out[DECIMAL_TEXT]) { return format_scaled(micro, 6, 0, out); }
int integer_format(int64_t value, char out[DECIMAL_TEXT]) { return format_scaled(value, 0, 0, out); }

/* ISO 4217, the currencies in use; all others have two digits. */
static const struct { const char *codes; int exponent; } currencies[] = {
    { "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF ", 0 },
    { "BHD IQD JOD KWD LYD OMR TND ", 3 },
    { "CLF UYW ", 4 },
    { "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC "
      "CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES "
      "KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR "
      "NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT "
      "TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW ZWG ", 2 },
};

int currency_exponent(const char *iso_code) {
    if (strlen(iso_code) != 3 || strchr(iso_code, ' ')) return -1;
    for (size_t i = 0; i < sizeof currencies / sizeof *currencies; i++) {
        for (const char *at = currencies[i].codes; *at; at += 4)
            if (memcmp(at, iso_code, 3) == 0) return currencies[i].exponent;
    }
    return -1;
}

int32_t currency_pack(Text iso_code) {
    if (iso_code.length != 3) return 0;
    const unsigned char *code = (const unsigned char *)iso_code.at;
    return code[0] << 16 | code[1] << 8 | code[2];
}

void currency_unpack(int32_t packed, char out[4]) {
    for (int i = 0; i < 3; i++) out[i] = (char)(packed >> (16 - 8 * i) & 0xff);
    out[3] = 0;
}

Err money_parse(Text text, DecimalStyle style, int exponent, int64_t *out_minor, Why *why) {
    assert(exponent >= 0 && exponent <= 6);
    return parse_scaled(text, style, exponent, out_minor, why);
}

int money_format(int64_t minor, int exponent, char out[DECIMAL_TEXT]) {
    assert(exponent >= 0 && exponent <= 6);
    return format_scaled(minor, exponent, exponent, out);
}

static Wide divide_wide(Wide value, int64_t divisor) {
    assert(divisor > 0);
    Wide quotient = value / divisor, rest = value % divisor; /* toward zero */
    Wide size = rest < 0 ? -rest : rest;
    Wide twice = size * 2;
    bool away = twice > divisor || (twice == divisor && (quotient & 1));
    return away ? quotient + (value < 0 ? -1 : 1) : quotient;
}

int64_t divide_half_even(__int128 value, int64_t divisor) {
    Wide quotient = divide_wide(value, divisor);
    assert(fits(quotient));
    return (int64_t)quotient;
}

static Err fitted(Wide value, const char *what, int64_t *out, Why *why) {
    if (!fits(value)) return fail(why, ERR_LIMIT, "%s is too large a number", what);
    *out = (int64_t)value;
    return OK;
}

Err money_extend(int64_t quantity_micro, int64_t price_micro, int exponent, int64_t *out_minor, Why *why) {
    assert(exponent >= 0 && exponent <= 6);
    Wide product = (Wide)quantity_micro * price_micro; /* in 10^-12 of the currency */
    return fitted(divide_wide(product, powers[12 - exponent]), "quantity times price", out_minor, why);
}

Err ratio_apply(int64_t value, int64_t numerator, int64_t denominator, int64_t *out, Why *why) {
    return fitted(divide_wide((Wide)value * numerator, denominator), "the product of a ratio", out, why);
}

double micro_to_double(int64_t micro) { return (double)micro / 1e6; }
