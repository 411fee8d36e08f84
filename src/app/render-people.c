/* render-people.c - an answer on a terminal. Names say what a number is: the API keeps money in minor units and shares as 0 to 1 under these
 * names everywhere, so one table serves all verbs. */
#include <string.h>

#include "app/render-parts.h"
#include "base/decimal.h"

enum { CELL_WIDTH_MOST = 44, SECTIONS_MOST = 6 };

typedef enum Shown { SHOWN_AS_IT_IS, SHOWN_MONEY, SHOWN_SHARE, SHOWN_MOMENT } Shown;

static const struct { const char *name; Shown shown; } members[] = {
    { "rank", SHOWN_MONEY }, { "at_stake", SHOWN_MONEY }, { "value", SHOWN_MONEY }, { "cost", SHOWN_MONEY }, { "loss", SHOWN_MONEY }, { "capital", SHOWN_MONEY },
    { "stock_value", SHOWN_MONEY }, { "amount", SHOWN_MONEY }, { "reached", SHOWN_MONEY }, { "minimum", SHOWN_MONEY }, { "difference", SHOWN_MONEY },
    { "p_out", SHOWN_SHARE }, { "p0", SHOWN_SHARE }, { "p1", SHOWN_SHARE }, { "confidence", SHOWN_SHARE }, { "confidence_low", SHOWN_SHARE },
    { "at", SHOWN_MOMENT }, { "opened", SHOWN_MOMENT }, { "changed", SHOWN_MOMENT }, { "recorded", SHOWN_MOMENT }, { "created", SHOWN_MOMENT },
};

/* A row that names its unit (a tile) overrules the name. */
static Shown shown_as(const JsonValue *owner, const char *name) {
    const JsonValue *unit = json_get(owner, "unit");
    if (unit && strcmp(name, "value") == 0) return text_is(unit->text, "money") ? SHOWN_MONEY : text_is(unit->text, "share") ? SHOWN_SHARE : SHOWN_AS_IT_IS;
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        if (strcmp(members[i].name, name) == 0) return members[i].shown;
    return SHOWN_AS_IT_IS;
}

/* "1,234.50 USD"; minor units of a currency nobody named are left as they are. */
static Text money_text(Arena *work, Text minor, const char *currency) {
    int exponent = currency ? currency_exponent(currency) : -1;
    int64_t amount;
    if (exponent < 0 || integer_parse(minor, &amount, NULL) != OK) return minor;
    bool negative = amount < 0;
    uint64_t left = negative ? 0 - (uint64_t)amount : (uint64_t)amount, unit = 1;
    for (int i = 0; i < exponent; i++) unit *= 10;
    char *digits = text_format(work, "%llu", (unsigned long long)(left / unit));
    own(buf_end) Buf out = buf_begin(128);
    buf_add_str(&out, negative ? "-" : "");
    for (size_t i = 0, n = strlen(digits); i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0) buf_add_char(&out, ',');
        buf_add_char(&out, digits[i]);
    }
    if (exponent > 0) buf_addf(&out, ".%0*llu", exponent, (unsigned long long)(left % unit));
    buf_addf(&out, " %s", currency);
    return text_of(text_copy(work, buf_str(&out)));
}

/* Whole per cent, and never a certainty: what is nearly sure is still not. */
static Text share_text(Arena *work, Text share) {
    int64_t micro;
    if (decimal_parse(share, (DecimalStyle){ 0 }, &micro, NULL) != OK) return share;
    if (micro > 0 && micro < MICRO / 100) return text_of("< 1 %");
    if (micro > MICRO / 100 * 99) return text_of("> 99 %");
    return text_of(text_format(work, "%lld %%", (long long)((micro + MICRO / 200) / (MICRO / 100))));
}

static Text shown_text(Arena *work, const JsonValue *owner, const JsonValue *value, const char *currency) {
    Text text = json_cell_text(work, value);
    if (text.length == 0 || !json_is_plain(value)) return text;
    switch (shown_as(owner, value->name)) {
    case SHOWN_MONEY: return value->kind == JSON_NUMBER ? money_text(work, text, currency) : text;
    case SHOWN_SHARE: return value->kind == JSON_NUMBER ? share_text(work, text) : text;
    case SHOWN_MOMENT: return text.length > 16 && text.at[10] == 'T' ? text_of(text_format(work, "%.10s %.5s", text.at, text.at + 11)) : text;
    case SHOWN_AS_IT_IS: break;
    }
    return text;
}

static const char *currency_of(const JsonValue *object, const char *inherited) {
    const JsonValue *own = json_get(object, "currency");
    return own && own->kind == JSON_STRING && own->text.length ? own->text.at : inherited;
}

/* ---- cells ------------------------------------------------------------------------------------------------------------ */

static int text_columns(Text text) {
    int count = 0;
    for (size_t i = 0; i < text.length; i++) count += ((unsigned char)text.at[i] & 0xc0) != 0x80;
    return count;
}

static Text text_cut(Text text, int columns) {
    size_t i = 0;
    for (int seen = 0; i < text.length; i++) {
        bool starts = ((unsigned char)text.at[i] & 0xc0) != 0x80;
        if (starts && seen++ == columns) break;
    }
    return text_part(text, 0, i);
}

static void put_cell(Buf *out, Text text, int width, bool right, bool last) {
    int have = text_columns(text), pad = width - have;
    if (have > width) {
        buf_add_text(out, text_cut(text, width - 1));
        buf_add_str(out, "…");
        pad = 0;
    } else {
        if (right) buf_addf(out, "%*s", pad, "");
        buf_add_text(out, text);
        if (!right && !last) buf_addf(out, "%*s", pad, "");
    }
    buf_add_str(out, last ? "\n" : "  ");
}

/* ---- rows ------------------------------------------------------------------------------------------------------------- */

static void rows_write(Arena *work, Buf *out, const JsonValue *rows, const Columns *columns, const RenderOptions *options, const char *currency, int indent) {
    int widths[COLUMNS_MOST];
    bool numbers[COLUMNS_MOST];
    Text *cells = many_in(work, Text, (size_t)columns->count * (rows->count + 1)), *at = cells;
    for (int i = 0; i < columns->count; i++) {
        widths[i] = options->no_header ? 0 : (int)strlen(columns->names[i]);
        numbers[i] = true;
    }
    json_each(row, rows)
        for (int i = 0; i < columns->count; i++, at++) {
            const JsonValue *value = json_get(row, columns->names[i]);
            *at = value ? shown_text(work, row, value, currency_of(row, currency)) : text_of("");
            if (text_columns(*at) > widths[i]) widths[i] = text_columns(*at);
            if (value && value->kind != JSON_NUMBER && value->kind != JSON_NULL) numbers[i] = false;
        }
    for (int i = 0; i < columns->count; i++)
        if (options->width && widths[i] > CELL_WIDTH_MOST) widths[i] = CELL_WIDTH_MOST;
    if (!options->no_header) {
        buf_addf(out, "%*s", indent, "");
        for (int i = 0; i < columns->count; i++) put_cell(out, text_of(columns->names[i]), widths[i], numbers[i], i + 1 == columns->count);
    }
    at = cells;
    for (size_t r = 0; r < rows->count; r++) {
        buf_addf(out, "%*s", indent, "");
        for (int i = 0; i < columns->count; i++, at++) put_cell(out, *at, widths[i], numbers[i], i + 1 == columns->count);
    }
}

void people_table(Arena *work, Buf *out, const JsonValue *root, const JsonValue *rows, const Columns *columns, const RenderOptions *options) {
    if (columns->count > 0) rows_write(work, out, rows, columns, options, currency_of(root, NULL), 0);
    else buf_add_str(out, "none\n");
}

/* ---- sections --------------------------------------------------------------------------------------------------------- */

/* What takes one line: a value somebody gave, or a list of such. */
static bool is_line(const JsonValue *member) {
    return json_is_plain(member) ? json_plain_text(member).length > 0 : json_is_list(member);
}

/* A short list in one line; of a long series only how long it is. */
static void list_write(Buf *out, const JsonValue *list) {
    enum { LISTED_MOST = 12 };
    if (list->count > LISTED_MOST) buf_addf(out, "%zu values (-o json shows them)", list->count);
    else if (list->count == 0) buf_add_str(out, "none");
    json_each(part, list)
        if (list->count <= LISTED_MOST) buf_addf(out, "%.*s%s", TEXT_ARGS(json_plain_text(part)), part->next ? ", " : "");
    buf_add_char(out, '\n');
}

static void object_write(Arena *work, Buf *out, const JsonValue *object, const RenderOptions *options, const char *currency, int depth);

static void section_write(Arena *work, Buf *out, const JsonValue *part, const RenderOptions *options, const char *currency, int depth) {
    int indent = 2 * (depth + 1);
    buf_addf(out, "%s%*s%s\n", depth == 0 ? "\n" : "", 2 * depth, "", part->name);
    if (part->kind == JSON_OBJECT && part->count) {
        object_write(work, out, part, options, currency, depth + 1);
    } else if (part->kind == JSON_OBJECT) {
        buf_addf(out, "%*snone\n", indent, "");
    } else {
        Columns columns = { 0 };
        Why ignored;
        (void)columns_choose(work, part, NULL, &columns, &ignored);      /* without wishes it cannot fail */
        if (columns.count > 0) rows_write(work, out, part, &columns, options, currency, indent);
        else buf_addf(out, "%*snone\n", indent, "");
    }
}

static void object_write(Arena *work, Buf *out, const JsonValue *object, const RenderOptions *options, const char *currency, int depth) {
    int width = 0, indent = 2 * depth;
    currency = currency_of(object, currency);
    json_each(member, object)
        if (is_line(member) && (int)strlen(member->name) > width) width = (int)strlen(member->name);
    json_each(member, object) {
        if (!is_line(member)) continue;
        buf_addf(out, "%*s", indent, "");
        put_cell(out, text_of(member->name), width, false, false);
        if (member->kind == JSON_ARRAY) list_write(out, member);
        else put_cell(out, shown_text(work, object, member, currency), 0x7fff, false, true);
    }
    if (depth == SECTIONS_MOST) return;
    json_each(member, object)
        if (!json_is_plain(member) && !json_is_list(member)) section_write(work, out, member, options, currency, depth);
}

void people_object(Arena *work, Buf *out, const JsonValue *object, const RenderOptions *options) {
    object_write(work, out, object, options, NULL, 0);
}
