#include "base/json.h"
#include "base/rng.h"
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>

TEST(json_writer_places_commas) {
    own(buf_end) Buf out = buf_begin(1 * MiB);
    JsonWriter json = json_writer(&out);
    json_begin_object(&json);
    json_field_str(&json, "sku", "A-1");
    json_field_array(&json, "days");
    json_int(&json, 1);
    json_int(&json, -2);
    json_begin_object(&json);
    json_end(&json);
    json_begin_array(&json);
    json_end(&json);
    json_end(&json);
    json_field_micro(&json, "qty", 12500000);
    json_field_double(&json, "p", 0.1);
    json_field_bool(&json, "ok", true);
    json_field_null(&json, "none");
    json_field_str(&json, "absent", NULL);
    json_field_raw(&json, "raw", text_of("[1]"));
    json_field_object(&json, "o");
    json_field_int(&json, "i", INT64_MIN);
    json_end(&json);
    json_end(&json);
    CHECK_STR(buf_str(&out), "{\"sku\":\"A-1\",\"days\":[1,-2,{},[]],\"qty\":12.5,\"p\":0.1,\"ok\":true,\"none\":null,\"absent\":null,\"raw\":[1],"
                             "\"o\":{\"i\":-9223372036854775808}}");
}

TEST(json_strings_are_escaped_and_always_utf8) {
    own(buf_end) Buf out = buf_begin(1000);
    JsonWriter json = json_writer(&out);
    json_text(&json, text_from("a\"\\\n\r\t\x01\x7f\0/\xC3\xA4\xFFz\xC3", 15));
    CHECK_STR(buf_str(&out), "\"a\\\"\\\\\\n\\r\\t\\u0001\\u007f\\u0000/\xC3\xA4\xEF\xBF\xBDz\xEF\xBF\xBD\"");
}

/* Random bytes in, one string value out, which the reader accepts. */
TEST(json_written_strings_read_back) {
    Rng rng = rng_of(6);
    for (int round = 0; round < 5000; round++) {
        own(arena_end) Arena *arena = arena_begin(1 * MiB);
        own(buf_end) Buf out = buf_begin(10000);
        char bytes[24];
        size_t length = rng_below(&rng, sizeof bytes);
        bool ascii = round % 2;
        for (size_t i = 0; i < length; i++) bytes[i] = (char)rng_below(&rng, ascii ? 128 : 256);
        JsonWriter json = json_writer(&out);
        json_text(&json, text_from(bytes, length));
        const JsonValue *value;
        Why why;
        CHECK_OK(json_parse(arena, buf_text(&out), &value, &why));
        if (ascii) CHECK(text_equal(value->text, text_from(bytes, length)));
    }
}

TEST(json_doubles_are_short_and_read_back_exactly) {
    static const struct { double value; const char *text; } rows[] = {
        { 0, "0" }, { -0.0, "-0" }, { 0.000001, "0.000001" }, { 1e-7, "1e-07" }, { 0.1, "0.1" }, { 1.0 / 3, "0.3333333333333333" }, { 1e100, "1e+100" }, { -2.5, "-2.5" }, { 123456789, "123456789" },
        { 5e-324, "4.94065645841247e-324" }, { 0.1 + 0.2, "0.30000000000000004" },
    };
    char text[DOUBLE_TEXT];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double_format(rows[i].value, text);
        CHECK_STR(text, rows[i].text);
    }
    Rng rng = rng_of(12);
    for (int i = 0; i < 100000; i++) {
        uint64_t bits = rng_next(&rng);
        double value;
        memcpy(&value, &bits, 8);
        if (!isfinite(value)) continue;
        double_format(value, text);
        CHECK(strtod(text, NULL) == value);
    }
}
