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

static void expect_of(const char *json, const RenderOptions *options, const char *wanted) {
    own(arena_end) Arena *work = arena_begin(1 * MiB);
    own(buf_end) Buf out = buf_begin(64 * KiB);
    Why why = { 0 };
    CHECK_OK(render(work, text_of(json), options, &out, &why));
    CHECK_STR(buf_str(&out), wanted);
}

static const char a_case[] = "{\"id\":7,\"command\":null,\"currency\":\"USD\",\"rank\":-123456789,\"p_out\":0.999,\"series\":[1,2],\"terms\":[{\"label\":\"On hand\",\"qty\":-2.5}],\"action\":{\"value\":5,\"p1\":0.004}}";

TEST(on_a_terminal_nested_values_are_sections_and_money_has_its_decimals) {
    expect_of(a_case, &(RenderOptions){ .format = OUTPUT_TABLE },
              "id        7\ncurrency  USD\nrank      -1,234,567.89 USD\np_out     > 99 %\nseries    1, 2\n"
              "\nterms\n  label     qty\n  On hand  -2.5\n"
              "\naction\n  value  0.05 USD\n  p1     < 1 %\n");
}
TEST(on_a_terminal_no_rows_are_said) {
    expect_of("{\"rows\":[]}", &(RenderOptions){ .format = OUTPUT_TABLE }, "none\n");
    expect_of("{\"id\":7,\"rows\":[],\"terms\":[{\"a\":1}]}", &(RenderOptions){ .format = OUTPUT_TABLE }, "id    7\nrows  none\n\nterms\n  a\n  1\n");
    expect_of("{\"rows\":[]}", &(RenderOptions){ .format = OUTPUT_TSV }, "\n");
}
TEST(for_programs_nested_values_have_dotted_names_and_raw_numbers) {
    expect_of(a_case, &(RenderOptions){ .format = OUTPUT_TSV },
              "id\t7\ncommand\t\ncurrency\tUSD\nrank\t-123456789\np_out\t0.999\nseries.0\t1\nseries.1\t2\nterms.0.label\tOn hand\nterms.0.qty\t-2.5\n"
              "action.value\t5\naction.p1\t0.004\n");
}
TEST(a_verb_names_the_columns_of_its_table_and_a_person_overrules_it) {
    expect_of(answer, &(RenderOptions){ .format = OUTPUT_TABLE, .columns = "qty" }, "qty\n -5\n   \n");
    expect_of(answer, &(RenderOptions){ .format = OUTPUT_TABLE, .columns = "qty", .fields = "item" }, "item\n=A1\nB,2\n");
    expect_of(answer, &(RenderOptions){ .format = OUTPUT_CSV, .columns = "qty" }, "item,qty,late\r\n\"'=A1\",-5,\r\n\"B,2\",,yes\r\n");
}
TEST(a_list_in_a_row_is_one_cell_and_lists_beside_the_rows_are_shown_too) {
    static const char preview[] = "{\"rows_read\":1,\"columns\":[{\"column\":\"sku\",\"used\":true}],\"rows\":[{\"line\":2,\"facts\":[\"a\",\"b\"]}]}";
    expect_of(preview, &(RenderOptions){ .format = OUTPUT_TABLE }, "rows_read  1\n\ncolumns\n  column  used\n  sku     yes\n\nrows\n  line  facts\n     2  a; b\n");
    expect_of(preview, &(RenderOptions){ .format = OUTPUT_CSV }, "line,facts\r\n2,a; b\r\n");
}
TEST(a_tile_says_what_its_value_is) {
    expect_of("{\"currency\":\"JPY\",\"tiles\":[{\"unit\":\"money\",\"value\":1200},{\"unit\":\"share\",\"value\":0.88},{\"unit\":\"count\",\"value\":29}]}", &(RenderOptions){ .format = OUTPUT_TABLE },
              "currency  JPY\n\ntiles\n  unit       value\n  money  1,200 JPY\n  share       88 %\n  count         29\n");
}
