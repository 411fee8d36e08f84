#include "app/render.h"

#include "tests/test.h"

static const char answer[] = "{\"rows\":[{\"item\":\"=A1\",\"qty\":-5,\"nested\":{\"a\":1}},{\"item\":\"B,2\",\"qty\":null,\"late\":true}],\"total\":2}";

static void expect(OutputFormat format, const char *fields, const char *wanted) {
    own(arena_end) Arena *work = arena_begin(1 * MiB);
    own(buf_end) Buf out = buf_begin(64 * KiB);
    Why why = { 0 };
    CHECK_OK(render(work, text_of(answer), &(RenderOptions){ .format = format, .fields = fields }, &out, &why));
    CHECK_STR(buf_str(&out), wanted);
}

TEST(rows_become_csv_that_a_spreadsheet_does_not_run) {
    expect(OUTPUT_CSV, NULL, "item,qty,late\r\n\"'=A1\",-5,\r\n\"B,2\",,yes\r\n");
}
TEST(rows_become_tsv) { expect(OUTPUT_TSV, "qty,item", "qty\titem\n-5\t=A1\n\tB,2\n"); }
TEST(rows_become_lines_of_json) {
    expect(OUTPUT_JSONL, NULL, "{\"item\":\"=A1\",\"qty\":-5,\"nested\":{\"a\":1}}\n{\"item\":\"B,2\",\"qty\":null,\"late\":true}\n");
}
TEST(rows_become_a_table_with_numbers_to_the_right) { expect(OUTPUT_TABLE, "item,qty", "item  qty\n=A1    -5\nB,2      \n"); }
TEST(an_unknown_column_is_named) {
    own(arena_end) Arena *work = arena_begin(1 * MiB);
    own(buf_end) Buf out = buf_begin(64 * KiB);
    Why why = { 0 };
    CHECK_FAILS(ERR_USAGE, render(work, text_of(answer), &(RenderOptions){ .format = OUTPUT_CSV, .fields = "itme" }, &out, &why));
    CHECK(strstr(why.hint, "item"));
}
TEST(no_rows_are_an_empty_list_not_nothing) {
    own(arena_end) Arena *work = arena_begin(1 * MiB);
    own(buf_end) Buf out = buf_begin(64 * KiB);
    Why why = { 0 };
    CHECK_OK(render(work, text_of("{\"rows\":[]}"), &(RenderOptions){ .format = OUTPUT_JSON }, &out, &why));
    CHECK_STR(buf_str(&out), "[]\n");
}
