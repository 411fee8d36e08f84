#include "base/bytes.h"
#include "tests/test.h"

#include <stdio.h>

/* Gives at most `piece` bytes at a time, so that every boundary is met. */
typedef struct Dribble { BytesMemory memory; size_t piece; } Dribble;

static Err dribble_read(void *self, char *into, size_t most, size_t *out_count, Why *why) {
    Dribble *dribble = self;
    Bytes all = bytes_of_memory(&dribble->memory);
    return all.read(all.self, into, most < dribble->piece ? most : dribble->piece, out_count, why);
}

static void check_lines(const char *input, size_t most, const char *expected) {
    for (size_t piece = 1; piece < 9; piece++) {
        Dribble dribble = { { .text = text_of(input) }, piece };
        own(lines_end) Lines *lines = lines_begin((Bytes){ &dribble, dribble_read }, most);
        own(buf_end) Buf got = buf_begin(10000);
        Why why;
        for (;;) {
            Line line;
            bool is_line = false;
            CHECK_OK(lines_next(lines, &line, &is_line, &why));
            if (!is_line) break;
            buf_addf(&got, "%d@%d%s[%.*s]", (int)line.number, (int)line.offset, line.too_long ? "!" : "", TEXT_ARGS(line.text));
        }
        CHECK_STR(buf_str(&got), expected);
    }
}

TEST(lines_are_numbered_and_placed) {
    check_lines("", 10, "");
    check_lines("a\nbc\n", 10, "1@0[a]2@2[bc]");
    check_lines("a\r\n\r\nb", 10, "1@0[a]2@3[]3@5[b]");
    check_lines("\xEF\xBB\xBFx\ny", 10, "1@3[x]2@5[y]");
    check_lines("\n\n", 10, "1@0[]2@1[]");
}

TEST(lines_too_long_are_cut_and_the_next_is_whole) {
    check_lines("12345\n12345678901\nab\n", 5, "1@0[12345]2@6![12345]3@18[ab]");
    check_lines("12345\r\n123456\r\nab", 5, "1@0[12345]2@7![12345]3@15[ab]");
    check_lines("1234567890", 5, "1@0![12345]");
    check_lines("123456", 5, "1@0![12345]");
    check_lines("a\n123456", 5, "1@0[a]2@2![12345]");
}

TEST(lines_far_beyond_the_buffer_are_dropped_in_constant_memory) {
    own(buf_end) Buf big = buf_begin(2 * MiB);
    for (int i = 0; i < 1000000; i++) buf_add_char(&big, 'x');
    buf_add_str(&big, "\nnext\n");
    BytesMemory memory = { .text = buf_text(&big) };
    own(lines_end) Lines *lines = lines_begin(bytes_of_memory(&memory), 100);
    Why why;
    Line line;
    bool is_line = false;
    CHECK_OK(lines_next(lines, &line, &is_line, &why));
    CHECK(is_line && line.too_long && line.text.length == 100 && line.text.at[99] == 'x');
    CHECK_OK(lines_next(lines, &line, &is_line, &why));
    CHECK(is_line && line.number == 2 && line.offset == 1000001 && text_is(line.text, "next"));
    CHECK_OK(lines_next(lines, &line, &is_line, &why));
    CHECK(!is_line);
}
