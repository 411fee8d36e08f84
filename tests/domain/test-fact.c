#include "domain/fact.h"

#include "base/decimal.h"
#include "base/rng.h"
#include "base/time.h"
#include "tests/test.h"

static Fact order_line(void) {
    Fact fact = { .kind = FACT_ORDER_LINE };
    fact_set_text(&fact, F_doc, text_of("SO-1001"));
    fact_set_text(&fact, F_line, text_of("3"));
    fact_set_text(&fact, F_item, text_of("AX-1"));
    fact_set_text(&fact, F_place, text_of("DFW"));
    fact_set_number(&fact, F_qty, 12500000);
    fact_set_number(&fact, F_order_day, 20000);
    return fact;
}

static const char *written(Arena *work, const Fact *fact) {
    Buf out = buf_begin(1 * MiB);
    fact_write(&out, fact);
    const char *text = text_copy_n(work, out.at, out.length);
    buf_end(&out);
    return text;
}

TEST(every_field_and_kind_of_fact_is_found_by_its_name) {
    for (int f = 0; f < FIELD_COUNT_; f++) CHECK_EQ(f, field_find(text_of(fields[f].name)));
    for (int k = 1; k < FACT_KIND_COUNT_; k++) CHECK_EQ(k, fact_kind_find(text_of(fact_kinds[k].name)));
    CHECK_EQ(FIELD_COUNT_, field_find(text_of("colour")));
    CHECK_EQ(FACT_NONE, fact_kind_find(text_of("none")));
}

TEST(every_kind_of_fact_keeps_its_needs_apart_from_its_options) {
    for (int k = 1; k < FACT_KIND_COUNT_; k++) {
        const FactKindInfo *kind = &fact_kinds[k];
        CHECK((kind->needs & kind->may & ~kind->key) == 0);
        CHECK((kind->key & ~(kind->needs | kind->may)) == 0);
        if (kind->known_field != FIELD_COUNT_) CHECK(((kind->needs | kind->may) >> kind->known_field) & 1);
        if (kind->statuses) CHECK((kind->needs | kind->may) & FIELD_BIT(status));
    }
}

TEST(a_fact_has_one_text) {
    own(arena_end) Arena *work = arena_begin(1 * MiB);
    Fact fact = order_line();
    CHECK_STR("{\"item\":\"AX-1\",\"place\":\"DFW\",\"doc\":\"SO-1001\",\"line\":\"3\",\"qty\":12.5,\"order_day\":\"2024-10-04\"}", written(work, &fact));
    fact.correction = CORRECT_REPLACE;
    fact.version = 7;
    fact_set_text(&fact, F_line, text_of("3\"a\\"));
    CHECK_STR("{\"item\":\"AX-1\",\"place\":\"DFW\",\"doc\":\"SO-1001\",\"line\":\"3\\\"a\\\\\",\"qty\":12.5,\"order_day\":\"2024-10-04\",\"correction\":\"replace\",\"version\":7}",
        written(work, &fact));
    CHECK_STR("{\"version\":7}", written(work, &(Fact){ .kind = FACT_CALENDAR, .version = 7 }));
}

TEST(a_set_of_fields_has_room_beyond_one_word) {
    FieldSet all = 0, left;
    for (int bit = 0; bit < 128; bit++) {
        CHECK(!(all & field_bit(bit)));
        all |= field_bit(bit);
    }
    left = all;
    for (int bit = 0; bit < 128; bit++) CHECK_EQ(fields_take(&left), bit);
    CHECK(left == 0);
}

TEST(a_fact_read_back_is_the_fact_that_was_written) {
    own(arena_end) Arena *work = arena_begin(64 * MiB);
    Why why = { 0 };
    Rng rng = rng_of(11);
    static const char *const words[] = { "", "AX-1", "00042", "a|b", "qu\"ote\\", "Zürich", "line\nbreak" };
    for (int round = 0; round < 5000; round++) {
        Fact fact = { .kind = (FactKind)(1 + rng_below(&rng, FACT_KIND_COUNT_ - 1)) };
        const FactKindInfo *kind = &fact_kinds[fact.kind];
        FieldSet chance = (FieldSet)rng_next(&rng) << 64 | rng_next(&rng);
        for (FieldSet left = kind->needs | (kind->may & chance); left;) {
            Field field = fields_take(&left);
            int64_t small = (int64_t)rng_below(&rng, 20000);
            switch (fields[field].type) {
            case FIELD_TEXT: case FIELD_CODE: fact_set_text(&fact, field, text_of(words[rng_below(&rng, 7)])); break;
            case FIELD_FLAG: fact_set_number(&fact, field, small & 1); break;
            case FIELD_DAY: case FIELD_COUNT: fact_set_number(&fact, field, small); break;
            case FIELD_RUN: {
                int32_t count = 1 + (int32_t)rng_below(&rng, 200);
                fact.run = (Run){ count, many_in(work, int64_t, count), many_in(work, uint8_t, count) };
                for (int i = 0; i < count; i++) fact.run.qty[i] = (int64_t)rng_below(&rng, 5) * 250000, fact.run.state[i] = (uint8_t)(small & rng_next(&rng) & 3);
                fact.present |= FIELD_BIT(run);
                break;
            }
            default: fact_set_number(&fact, field, (int64_t)(rng_next(&rng) >> rng_below(&rng, 64)) / 2 * (small & 1 ? 1 : -1)); break;
            }
        }
        fact.correction = (Correction)rng_below(&rng, 3);
        fact.version = (int64_t)rng_below(&rng, 3);
        const char *text = written(work, &fact);
        Fact back;
        CHECK_OK(fact_read(work, fact.kind, text_of(text), &back, &why));
        CHECK(back.present == fact.present);
        CHECK_EQ(fact.version, back.version);
        CHECK_STR(text, written(work, &back));
        /* The general reader says the same: a leading blank is not canonical. */
        CHECK_OK(fact_read(work, fact.kind, text_of(text_format(work, " %s", text)), &back, &why));
        CHECK_STR(text, written(work, &back));
        if (round % 200 == 0) arena_clear(work);
    }
}

TEST(a_broken_payload_is_refused_with_the_field) {
    own(arena_end) Arena *work = arena_begin(1 * MiB);
    Why why = { 0 };
    Fact fact;
    CHECK_FAILS(ERR_INVALID, fact_read(work, FACT_STOCK, text_of("{\"item\":\"A\",\"colour\":1}"), &fact, &why));
    CHECK(strstr(why.message, "colour"));
    CHECK_FAILS(ERR_INVALID, fact_read(work, FACT_STOCK, text_of("{\"as_of_day\":\"2024-02-30\"}"), &fact, &why));
    CHECK(strstr(why.message, "as_of_day"));
    CHECK_FAILS(ERR_INVALID, fact_read(work, FACT_SALES, text_of("{\"run\":{\"qty\":[1,2],\"state\":\"0\"}}"), &fact, &why));
    CHECK_FAILS(ERR_INVALID, fact_read(work, FACT_SALES, text_of("{\"run\":{\"qty\":[1],\"state\":\"7\"}}"), &fact, &why));
    CHECK(fact_read(work, FACT_STOCK, text_of("{\"item\":\"A\"} "), &fact, &why) == OK);
    CHECK(fact_read(work, FACT_STOCK, text_of("{\"item\":\"A\""), &fact, &why) != OK);
}

TEST(keys_are_readable_and_never_collide) {
    own(arena_end) Arena *work = arena_begin(1 * MiB);
    Fact fact = order_line();
    Text key = fact_key(work, &fact);
    CHECK(text_is(key, "order-line|SO-1001|3"));
    Fact odd = { .kind = FACT_ORDER_LINE };
    fact_set_text(&odd, F_doc, text_of("A|B"));
    fact_set_text(&odd, F_line, text_of("C"));
    Fact other = odd;
    fact_set_text(&other, F_doc, text_of("A"));
    fact_set_text(&other, F_line, text_of("B|C"));
    CHECK(text_is(fact_key(work, &odd), "order-line|A\\|B|C"));
    CHECK(!text_equal(fact_key(work, &odd), fact_key(work, &other)));
    Fact stock = { .kind = FACT_STOCK };
    fact_set_text(&stock, F_item, text_of("AX-1"));
    fact_set_text(&stock, F_place, text_of("DFW"));
    fact_set_number(&stock, F_as_of_day, 20000);
    CHECK(text_is(fact_key(work, &stock), "stock|AX-1|DFW|2024-10-04"));
    Fact unit = { .kind = FACT_UOM };
    fact_set_text(&unit, F_uom, text_of("CS"));
    CHECK(text_is(fact_key(work, &unit), "uom||CS"));
}

static void refused(Fact fact, const char *word) {
    Why why = { 0 };
    if (fact_check(&fact, &why) == OK) fail_msg("\"%s\" was let through", word);
    if (!strstr(why.message, word)) fail_msg("\"%s\" does not name %s", why.message, word);
    CHECK(why.hint[0]);
}

TEST(checks_name_the_field_and_the_remedy) {
    Why why = { 0 };
    Fact good = order_line();
    CHECK_OK(fact_check(&good, &why));

    Fact fact = good;
    fact.present &= ~FIELD_BIT(qty);
    refused(fact, "qty is missing");
    fact = good;
    fact_set_number(&fact, F_qty, -MICRO);
    refused(fact, "qty is negative");
    fact_set_text(&fact, F_status, text_of("return"));
    CHECK_OK(fact_check(&fact, &why));
    fact_set_number(&fact, F_qty, MICRO);
    fact_set_text(&fact, F_status, text_of("lost"));
    refused(fact, "lost");
    fact = good;
    fact_set_text(&fact, F_item, text_of(""));
    refused(fact, "item is empty");
    fact_set_text(&fact, F_item, text_of("A\tB"));
    refused(fact, "0x09");
    fact = good;
    fact_set_number(&fact, F_order_day, 90000);
    refused(fact, "order_day");
    fact = good;
    fact_set_number(&fact, F_lead_days, 3);
    refused(fact, "lead_days");
    fact = good;
    fact_set_text(&fact, F_currency, text_of("XQQ"));
    refused(fact, "XQQ");
    fact = good;
    fact_set_text(&fact, F_uom, text_of("ZZ"));
    refused(fact, "ZZ");

    Fact supplier = { .kind = FACT_SUPPLIER };
    fact_set_text(&supplier, F_supplier, text_of("S"));
    fact_set_number(&supplier, F_minimum_weight, 500 * MICRO);
    fact_set_number(&supplier, F_pallets, 33 * MICRO);
    CHECK_OK(fact_check(&supplier, &why));
    fact_set_number(&supplier, F_pallets, 0);                /* no truck is not a truck of nothing */
    refused(supplier, "pallets is not above zero");

    Fact stock = { .kind = FACT_STOCK };
    fact_set_text(&stock, F_item, text_of("A"));
    fact_set_text(&stock, F_place, text_of("P"));
    fact_set_number(&stock, F_as_of_day, 20000);
    refused(stock, "on_hand is missing");
    fact_set_number(&stock, F_on_hand, -1);
    refused(stock, "on_hand is negative");
    stock.correction = CORRECT_CANCEL;
    stock.present &= ~FIELD_BIT(on_hand);
    CHECK_OK(fact_check(&stock, &why));

    Fact calendar = { .kind = FACT_CALENDAR };
    refused(calendar, "one place or one supplier");
    fact_set_text(&calendar, F_place, text_of("P"));
    fact_set_text(&calendar, F_weekdays, text_of("11111"));
    refused(calendar, "weekdays");
}
