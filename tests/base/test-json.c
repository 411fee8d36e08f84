/* The battery follows the idea of Nicolas Seriot's "Parsing JSON is a Minefield": each row is one trap. */
#include "base/json.h"
#include "base/rng.h"
#include "tests/test.h"

#include <stdio.h>

#define ROW(text) { text, sizeof(text) - 1 }
typedef struct Row { const char *text; size_t length; } Row;

static const Row invalid[] = {
    /* nothing, or nothing but blanks */
    ROW(""), ROW(" "), ROW("\n"), ROW("\xEF\xBB\xBF"), ROW("\xEF\xBB\xBF{}"), ROW("\0"), ROW("\xE2\x81\xA0"), ROW("\f[]"), ROW("\v1"),
    /* words */
    ROW("nul"), ROW("nulll"), ROW("tru"), ROW("True"), ROW("TRUE"), ROW("fals"), ROW("NULL"), ROW("undefined"), ROW("NaN"),
    ROW("Infinity"), ROW("-Infinity"), ROW("nan"), ROW("truefalse"), ROW("a"), ROW("[tru]"), ROW("[nul"), ROW("*"), ROW("<.>"),
    /* numbers */
    ROW("-"), ROW("+1"), ROW("+"), ROW(".5"), ROW("-.5"), ROW("5."), ROW("5.e1"), ROW("1e"), ROW("1e+"), ROW("1e-"), ROW("1E"),
    ROW("1e1.5"), ROW("01"), ROW("-01"), ROW("00"), ROW("-00"), ROW("0x10"), ROW("0b1"), ROW("1_000"), ROW("1,000"), ROW("1 000"),
    ROW("--1"), ROW("1-1"), ROW("1.2.3"), ROW("0.3e"), ROW("1eE2"), ROW("\xEF\xBC\x91"), ROW("1a"), ROW("[1.]"), ROW("[.]"), ROW("[-a]"),
    ROW("[- 1]"), ROW("[1+2]"), ROW("[0e]"), ROW("[2.e+3]"), ROW("[9.e+]"), ROW("[1\0]"), ROW("-foo"), ROW("1/2"),
    /* strings */
    ROW("\""), ROW("\"a"), ROW("'a'"), ROW("\"\\\""), ROW("\"\\"), ROW("\"\\x41\""), ROW("\"\\a\""), ROW("\"\\u\""), ROW("\"\\u12\""),
    ROW("\"\\u123\""), ROW("\"\\u123g\""), ROW("\"\\U1234\""), ROW("\"\\u 123\""), ROW("\"\\v\""), ROW("\"\\0\""), ROW("\"\\'\""),
    ROW("\"\n\""), ROW("\"\t\""), ROW("\"\0\""), ROW("\"\x1f\""), ROW("\"\x01\""), ROW("\"\\\n\""), ROW("\"\r\""), ROW("\"a\0"),
    ROW("\"\\uD800\""), ROW("\"\\uD800a\""), ROW("\"\\uD800\\n\""), ROW("\"\\uD800\\uD800\""), ROW("\"\\uD800\\u0041\""),
    ROW("\"\\uDC00\""), ROW("\"\\uDC00\\uD800\""), ROW("\"\\uD83D\\u\""), ROW("\"\\uD83D\\uDE0\""), ROW("\"\\uD83D\\"), ROW("\"\\uD83D\\x\""),
    ROW("\"\xFF\""), ROW("\"\xC0\x80\""), ROW("\"\xED\xA0\x80\""), ROW("\"\xF4\x90\x80\x80\""), ROW("\"\xC3\""), ROW("\"\xE2\x82\""),
    ROW("\"\x80\""), ROW("\"\xF8\x88\x80\x80\x80\""), ROW("\"a\" \"b\""), ROW("\"a\"x"), ROW("\"\\u00e9\xE9\""), ROW("\xFF"), ROW("a\xC3\xA4"),
    /* arrays */
    ROW("["), ROW("]"), ROW("[1"), ROW("[1,"), ROW("[,"), ROW("[,1]"), ROW("[1,]"), ROW("[1,,2]"), ROW("[1 2]"), ROW("[1;2]"), ROW("[1:2]"),
    ROW("[]]"), ROW("[[]"), ROW("[1}"), ROW("[\"a\""), ROW("[\"a\","), ROW("[\"\":1]"), ROW("[]1"), ROW("[],"), ROW("[1]x"), ROW("[][]"),
    ROW("[\"a\" 1]"), ROW("[3[4]]"), ROW("[1,\n1\n,1"), ROW("[{}"), ROW("[*]"), ROW("(1)"),
    /* objects */
    ROW("{"), ROW("}"), ROW("{]"), ROW("{\"a\""), ROW("{\"a\":"), ROW("{\"a\":1"), ROW("{\"a\":1,"), ROW("{\"a\":1,}"), ROW("{,\"a\":1}"),
    ROW("{\"a\" 1}"), ROW("{\"a\",1}"), ROW("{\"a\"}"), ROW("{a:1}"), ROW("{'a':1}"), ROW("{1:1}"), ROW("{null:1}"), ROW("{\"a\":1,,\"b\":2}"),
    ROW("{\"a\":1 \"b\":2}"), ROW("{\"a\":1;\"b\":2}"), ROW("{\"a\"::1}"), ROW("{\"a\":}"), ROW("{:1}"), ROW("{\"a\":1}}"), ROW("{\"a\":1}x"),
    ROW("{\"a\":1]"), ROW("{[1]:2}"), ROW("{\"a\":1,2}"), ROW("{{}}"), ROW("{\"a\":{}"), ROW("{\"\xFF\":1}"), ROW("{\"\\uD800\":1}"), ROW("{}#"),
    /* comments, and twice the same name */
    ROW("/* */1"), ROW("1//x"), ROW("[1/*x*/]"), ROW("#1"), ROW("{\"a\":1,\"a\":2}"), ROW("{\"a\":1,\"\\u0061\":2}"), ROW("{\"a\":{\"b\":1,\"b\":1}}"),
};

static const Row valid[] = {
    ROW("null"), ROW("true"), ROW("false"), ROW(" null "), ROW("\t\r\n true\n"), ROW("0"), ROW("-0"), ROW("1"), ROW("-1"), ROW("10"), ROW("1.5"),
    ROW("-1.5"), ROW("0.0"), ROW("0e0"), ROW("0e+1"), ROW("0E-1"), ROW("1e5"), ROW("1E5"), ROW("1e+5"), ROW("1e-5"), ROW("1.5e05"), ROW("1.0e00"),
    ROW("123456789012345678901234567890"), ROW("1e999"), ROW("-1e-999"), ROW("0.00000000000000000000000000001"), ROW("-0.0"), ROW("-0e1"),
    ROW("\"\""), ROW("\"a\""), ROW("\" \""), ROW("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""), ROW("\"\\u0041\""), ROW("\"\\u00E4\\u20ac\""),
    ROW("\"\\uD83D\\uDCE6\""), ROW("\"\\ud800\\udc00\""), ROW("\"\\uDBFF\\uDFFF\""), ROW("\"\\u0000\""), ROW("\"\\uFFFF\""), ROW("\"\\uFFFE\""),
    ROW("\"\xC3\xA4\""), ROW("\"\xE2\x82\xAC\""), ROW("\"\xF0\x9F\x93\xA6\""), ROW("\"\xF4\x8F\xBF\xBF\""), ROW("\"\x7f\""), ROW("\"\xE2\x80\xA8\""),
    ROW("\"/\""), ROW("\"\\/\""), ROW("\"'\""), ROW("\"[{,:}]\""), ROW("\"\\\\u0041\""), ROW("\"a/*b*/c\""), ROW("\"12345678\\n12345678\""),
    ROW("[]"), ROW("[ ]"), ROW("[1]"), ROW("[1,2]"), ROW("[ 1 , 2 ]"), ROW("[[]]"), ROW("[[],[]]"), ROW("[null,true,false]"), ROW("[\"a\",1,{}]"),
    ROW("[1\n,\n2\n]"), ROW("[[[[[[[[[[]]]]]]]]]]"), ROW("[-0,0.5,1e2]"),
    ROW("{}"), ROW("{ }"), ROW("{\"a\":1}"), ROW("{ \"a\" : 1 }"), ROW("{\"a\":1,\"b\":2}"), ROW("{\"\":0}"), ROW("{\"a\":{}}"), ROW("{\"a\":[]}"),
    ROW("{\"a\":{\"a\":{\"a\":null}}}"), ROW("{\"\\u0061\":1,\"b\":2}"), ROW("{\"a\":\"b\",\"c\":[1,{\"d\":true}]}"), ROW("[{\"a\":1},{\"a\":2}]"),
    ROW("{\"a\":1,\"A\":2}"), ROW("{\"x\\ny\":1}"), ROW("{\"\xC3\xA4\":1}"),
};

_Static_assert(sizeof invalid / sizeof *invalid >= 120 && sizeof valid / sizeof *valid >= 60, "the battery is a battery");

TEST(json_refuses_every_trap) {
    for (size_t i = 0; i < sizeof invalid / sizeof *invalid; i++) {
        own(arena_end) Arena *arena = arena_begin(1 * MiB);
        const JsonValue *value = NULL;
        Why why = { "", "" };
        Err err = json_parse(arena, text_from(invalid[i].text, invalid[i].length), &value, &why);
        if (err != ERR_INVALID || value || strncmp(why.message, "line ", 5) != 0) fail_msg("row %zu: %s: %s", i, invalid[i].text, why.message);
    }
}

TEST(json_accepts_all_that_is_json) {
    for (size_t i = 0; i < sizeof valid / sizeof *valid; i++) {
        own(arena_end) Arena *arena = arena_begin(1 * MiB);
        const JsonValue *value = NULL;
        Why why = { "", "" };
        if (json_parse(arena, text_from(valid[i].text, valid[i].length), &value, &why) != OK) fail_msg("row %zu: %s", i, why.message);
        CHECK(value->to <= valid[i].length && value->from < value->to);
    }
}

/* Each document cut short anywhere is refused: nothing but a number alone may end early. */
TEST(json_cut_short_is_refused) {
    const char *text = "{\"a\":[1,2.5e3,\"x\\u00e4\\uD83D\\uDCE6\"],\"b\":{\"c\":null,\"d\":true}}";
    for (size_t length = 0; length < strlen(text); length++) {
        own(arena_end) Arena *arena = arena_begin(1 * MiB);
        const JsonValue *value;
        Why why;
        CHECK_FAILS(ERR_INVALID, json_parse(arena, text_from(text, length), &value, &why));
    }
}

TEST(json_depth_has_a_limit) {
    own(arena_end) Arena *arena = arena_begin(1 * MiB);
    const JsonValue *value;
    Why why;
    char text[200] = "";
    memset(text, '[', 64);
    memset(text + 64, ']', 64);
    CHECK_OK(json_parse(arena, text_from(text, 128), &value, &why));
    memset(text, '[', 65);
    CHECK_FAILS(ERR_LIMIT, json_parse(arena, text_from(text, 65), &value, &why));
    CHECK_STR(why.message, "line 1: column 65: more than 64 levels deep");
}

TEST(json_errors_name_line_and_column) {
    own(arena_end) Arena *arena = arena_begin(1 * MiB);
    const JsonValue *value;
    Why why;
    CHECK_FAILS(ERR_INVALID, json_parse(arena, text_of("{\n  \"a\": 1,\n  \"b\": tru\n}"), &value, &why));
    CHECK_STR(why.message, "line 3: column 8: a value was expected here");
    CHECK_FAILS(ERR_INVALID, json_parse(arena, text_of("{\"a\":1,\n\"a\":2}"), &value, &why));
    CHECK_STR(why.message, "line 2: the member \"a\" occurs twice");
}

TEST(json_values_know_their_bytes_and_lines) {
    own(arena_end) Arena *arena = arena_begin(1 * MiB);
    const JsonValue *value;
    Why why;
    const char *text = "{\"a\":\n [10, \"x\\ty\"] }";
    CHECK_OK(json_parse(arena, text_of(text), &value, &why));
    const JsonValue *list = json_get(value, "a"), *second = json_at(list, 1);
    CHECK_EQ(list->line, 2);
    CHECK_EQ(list->from, 7);
    CHECK_EQ(list->to, 19);
    CHECK(memcmp(text + second->from, "\"x\\ty\"", second->to - second->from) == 0);
    CHECK_STR(second->text.at, "x\ty");
    CHECK_STR(json_at(list, 0)->text.at, "10");
    CHECK(json_at(list, 2) == NULL && json_get(list, "a") == NULL && json_get(NULL, "a") == NULL);
}

TEST(json_decodes_escapes_to_utf8) {
    own(arena_end) Arena *arena = arena_begin(1 * MiB);
    const JsonValue *value;
    Why why;
    CHECK_OK(json_parse(arena, text_of("[\"\\u00e4\\u20AC\\uD83D\\uDCE6\\/\\b\", \"a\\u0000b\"]"), &value, &why));
    CHECK_STR(json_at(value, 0)->text.at, "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x93\xA6/\b");
    CHECK_EQ(json_at(value, 1)->text.length, 3);
}

TEST(json_members_are_typed_with_the_line_in_the_error) {
    own(arena_end) Arena *arena = arena_begin(1 * MiB);
    const JsonValue *value;
    Why why;
    CHECK_OK(json_parse(arena, text_of("{\"text\":\"x\",\"int\":-7,\n\"price\":\"12.50\",\"half\":0.5,\"yes\":true,\"none\":null,\"list\":[],\"big\":1e400}"),
                        &value, &why));
    const char *text = NULL;
    int64_t number = 0;
    double half = 0;
    bool yes = false;
    const JsonValue *list = NULL;
    CHECK_OK(json_need_text(value, "text", &text, &why));
    CHECK_STR(text, "x");
    CHECK_OK(json_need_int(value, "int", &number, &why));
    CHECK_EQ(number, -7);
    CHECK_OK(json_need_decimal(value, "price", &number, &why));
    CHECK_EQ(number, 12500000);
    CHECK_OK(json_need_double(value, "half", &half, &why));
    CHECK(half == 0.5);
    CHECK_OK(json_need_bool(value, "yes", &yes, &why));
    CHECK_OK(json_need_array(value, "list", &list, &why));
    CHECK(yes && list);
    number = 5;
    CHECK_OK(json_may_int(value, "none", &number, &why));
    CHECK_OK(json_may_int(value, "absent", &number, &why));
    CHECK_EQ(number, 5);
    CHECK_FAILS(ERR_INVALID, json_may_int(value, "half", &number, &why));
    CHECK_STR(why.message, "line 2: \"half\": \"0.5\" is not a whole number");
    CHECK_FAILS(ERR_INVALID, json_need_int(value, "none", &number, &why));
    CHECK_STR(why.message, "line 1: \"none\" is missing");
    CHECK_FAILS(ERR_INVALID, json_need_object(value, "list", &list, &why));
    CHECK_STR(why.message, "line 2: \"list\" must be an object, not an array");
    CHECK_FAILS(ERR_LIMIT, json_need_double(value, "big", &half, &why));
    CHECK_FAILS(ERR_INVALID, json_need_text(value, "int", &text, &why));
}

TEST(json_unknown_members_get_a_suggestion) {
    own(arena_end) Arena *arena = arena_begin(1 * MiB);
    const JsonValue *value;
    Why why;
    static const char *const names[] = { "listen", "store" };
    CHECK_OK(json_parse(arena, text_of("{\"listen\":1,\n\"sotre\":2}"), &value, &why));
    CHECK_FAILS(ERR_INVALID, json_only(value, names, 2, &why));
    CHECK_STR(why.message, "line 2: \"sotre\" is not known here");
    CHECK_STR(why.hint, "did you mean \"store\"?");
    static const char *const both[] = { "sotre", "listen" };
    CHECK_OK(json_only(value, both, 2, &why));
}

TEST(json_many_members_are_compared_too) {
    own(arena_end) Arena *arena = arena_begin(4 * MiB);
    own(buf_end) Buf text = buf_begin(1 * MiB);
    buf_add_char(&text, '{');
    for (int i = 0; i < 1000; i++) buf_addf(&text, "\"m%d\":%d,", i, i);
    size_t length = text.length;
    buf_add_str(&text, "\"last\":0}");
    const JsonValue *value;
    Why why;
    CHECK_OK(json_parse(arena, buf_text(&text), &value, &why));
    CHECK_EQ(value->count, 1001);
    text.length = length;
    buf_add_str(&text, "\"m500\":0}");
    CHECK_FAILS(ERR_INVALID, json_parse(arena, buf_text(&text), &value, &why));
    text.length = length;
    buf_add_str(&text, "\"m3\":0}");
    CHECK_FAILS(ERR_INVALID, json_parse(arena, buf_text(&text), &value, &why));
}

TEST(json_too_large_for_its_arena_is_an_error_not_an_end) {
    own(arena_end) Arena *arena = arena_begin(10000);
    own(buf_end) Buf text = buf_begin(1 * MiB);
    buf_add_char(&text, '[');
    for (int i = 0; i < 1000; i++) buf_add_str(&text, "1,");
    buf_add_str(&text, "1]");
    const JsonValue *value;
    Why why;
    CHECK_FAILS(ERR_LIMIT, json_parse(arena, buf_text(&text), &value, &why));
    char *big = many_in(arena, char, 100);
    (void)big; /* the arena still serves */
}

TEST(json_pull_reader_gives_tokens_in_order) {
    own(json_reader_end) JsonReader reader = json_reader(text_of("{\"a\":[1,\"x\"],\"b\":{\"c\":[]},\"d\":null}"));
    Why why;
    JsonToken token;
    static const JsonKind before[] = { JSON_OBJECT, JSON_NAME, JSON_ARRAY };
    for (size_t i = 0; i < 3; i++) {
        CHECK_OK(json_next(&reader, &token, &why));
        CHECK_EQ(token.kind, before[i]);
    }
    CHECK_OK(json_skip(&reader, &why));
    CHECK_OK(json_next(&reader, &token, &why));
    CHECK(token.kind == JSON_NAME && text_is(token.text, "b"));
    CHECK_OK(json_next(&reader, &token, &why));
    CHECK_OK(json_skip(&reader, &why));
    CHECK_OK(json_next(&reader, &token, &why));
    CHECK(token.kind == JSON_NAME && text_is(token.text, "d"));
    CHECK_OK(json_next(&reader, &token, &why));
    CHECK_EQ(token.kind, JSON_NULL);
    CHECK_OK(json_next(&reader, &token, &why));
    CHECK_EQ(token.kind, JSON_OBJECT_END);
    for (int i = 0; i < 2; i++) {
        CHECK_OK(json_next(&reader, &token, &why));
        CHECK_EQ(token.kind, JSON_END);
    }
}

TEST(json_refused_once_is_refused_for_ever) {
    own(json_reader_end) JsonReader reader = json_reader(text_of("x"));
    Why why;
    JsonToken token;
    CHECK_FAILS(ERR_INVALID, json_next(&reader, &token, &why));
    CHECK_FAILS(ERR_INVALID, json_next(&reader, &token, &why));
}
