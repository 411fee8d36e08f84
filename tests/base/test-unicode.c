#include "base/text.h"
#include "tests/test.h"

TEST(unicode_accepts_exactly_valid_utf8) {
    static const struct { const char *text; int bad; } rows[] = {
        { "", -1 }, { "plain ascii, longer than eight", -1 }, { "\xC3\xA4", -1 }, { "\xE2\x82\xAC", -1 }, { "\xF0\x9F\x93\xA6", -1 },
        { "\xF4\x8F\xBF\xBF", -1 }, { "\xEF\xBF\xBF", -1 }, { "\xED\x9F\xBF", -1 }, { "\xEE\x80\x80", -1 },
        { "\x80", 0 }, { "a\xC0\x80", 1 }, { "a\xC1\xBF", 1 }, { "\xE0\x9F\xBF", 0 }, { "\xF0\x8F\xBF\xBF", 0 },
        { "\xED\xA0\x80", 0 }, { "\xED\xBF\xBF", 0 }, { "\xF4\x90\x80\x80", 0 }, { "\xF5\x80\x80\x80", 0 }, { "\xFF", 0 },
        { "abc\xC3", 3 }, { "abc\xE2\x82", 3 }, { "12345678\xE4rger", 8 }, { "12345678" "12345\xFE" "12", 13 }, { "\xC3\xC3\xA4", 0 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) CHECK_EQ(text_bad_utf8(text_of(rows[i].text)), rows[i].bad);
}

/* Every code point, encoded by the textbook, is valid unless it is a surrogate; and nothing of one byte less is. */
TEST(unicode_knows_every_code_point) {
    for (unsigned point = 0x80; point < 0x110000; point++) {
        unsigned char bytes[4];
        size_t count = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
        for (size_t i = count - 1; i > 0; i--) bytes[i] = (unsigned char)(0x80 | (point >> (6 * (count - 1 - i)) & 63));
        bytes[0] = (unsigned char)((count == 2 ? 0xC0 : count == 3 ? 0xE0 : 0xF0) | point >> (6 * (count - 1)));
        bool surrogate = point >= 0xD800 && point <= 0xDFFF;
        if ((text_bad_utf8(text_from(bytes, count)) >= 0) != surrogate) fail_msg("U+%X", point);
        if (text_bad_utf8(text_from(bytes, count - 1)) != 0) fail_msg("U+%X cut short", point);
    }
}

TEST(unicode_composes_to_one_form) {
    own(arena_end) Arena *arena = arena_begin(1 * MiB);
    Why why;
    Text out;
    CHECK_OK(text_nfc(arena, text_of("Mu\xCC\x88ller"), &out, &why));
    CHECK(text_is(out, "M\xC3\xBCller"));
    CHECK_OK(text_nfc(arena, text_of("plain"), &out, &why));
    CHECK(text_is(out, "plain"));
    CHECK_FAILS(ERR_INVALID, text_nfc(arena, text_of("a\xFF"), &out, &why));
    CHECK_STR(why.message, "byte 2 of the text is not valid UTF-8");
}

TEST(unicode_guesses_encodings) {
    CHECK_EQ(encoding_guess(text_of("a,b")), ENCODING_UTF8);
    CHECK_EQ(encoding_guess(text_of("")), ENCODING_UTF8);
    CHECK_EQ(encoding_guess(text_of("\xEF\xBB\xBF" "a")), ENCODING_UTF8_BOM);
    CHECK_EQ(encoding_guess(text_from("\xFF\xFE" "a\0", 4)), ENCODING_UTF16_LE);
    CHECK_EQ(encoding_guess(text_from("\xFE\xFF\0a", 4)), ENCODING_UTF16_BE);
    CHECK_EQ(encoding_guess(text_from("a\0b\0,\0", 6)), ENCODING_UTF16_LE);
    CHECK_EQ(encoding_guess(text_from("\0a\0b\0,", 6)), ENCODING_UTF16_BE);
    CHECK_EQ(encoding_guess(text_of("M\xFCller,1")), ENCODING_CP1252);
    CHECK_EQ(encoding_guess(text_of("cut \xE2\x82")), ENCODING_UTF8);
}
