#include "base/csv.h"
#include "base/rng.h"
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct Dribble { BytesMemory memory; size_t piece; } Dribble;

static Err dribble_read(void *self, char *into, size_t most, size_t *out_count, Why *why) {
    Dribble *dribble = self;
    Bytes all = bytes_of_memory(&dribble->memory);
    return all.read(all.self, into, most < dribble->piece ? most : dribble->piece, out_count, why);
}

/* One line per record: "LINE: field|field" or "LINE! sentence"; quoted fields stand in <>. */
static void read_all(Text input, CsvOptions options, size_t piece, Buf *out) {
    Dribble dribble = { { .text = input }, piece };
    own(csv_end) Csv *csv = csv_begin((Bytes){ &dribble, dribble_read }, options);
    for (int records = 0; records < 100000; records++) {
        CsvRecord record;
        Why why;
        Err err = csv_next(csv, &record, &why);
        if (err != OK) buf_addf(out, "%d! %s\n", (int)record.line, why.message);
        if (record.is_end) return;
        if (err != OK) continue;
        buf_addf(out, "%d: ", (int)record.line);
        for (size_t i = 0; i < record.fields_count; i++) {
            CsvField field = record.fields[i];
            CHECK_EQ(field.text.at[field.text.length], 0);
            buf_addf(out, field.quoted ? "%s<%.*s>" : "%s%.*s", i ? "|" : "", TEXT_ARGS(field.text));
        }
        buf_add_char(out, '\n');
    }
    fail_msg("the reader never ends");
}

static void check_csv(Text input, CsvOptions options, const char *expected) {
    static const size_t pieces[] = { 1, 2, 3, 7, 64, 1 << 20 };
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        own(buf_end) Buf got = buf_begin(1 * MiB);
        read_all(input, options, pieces[i], &got);
        CHECK_STR(buf_str(&got), expected);
    }
}

static const struct { const char *input, *expected; } torture[] = {
    { "", "" }, { "\n\n\r\n\r", "" }, { "a", "1: a\n" }, { "a\n", "1: a\n" }, { "a,b\r\nc,d\r\n", "1: a|b\n2: c|d\n" },
    { "a\rb\rc", "1: a\n2: b\n3: c\n" }, { "a\n\r\nb", "1: a\n3: b\n" },
    { ",", "1: |\n" }, { ",,\n", "1: ||\n" }, { "a,", "1: a|\n" }, { "\"\"", "1: <>\n" }, { "\"\",\"\"", "1: <>|<>\n" },
    { "\xEF\xBB\xBF" "a,b\n", "1: a|b\n" }, { "\xEF\xBB\xBF" "\"a\",b\n", "1: <a>|b\n" }, { "\xEF\xBB\xBF", "" },
    { "\"a,b\",c", "1: <a,b>|c\n" }, { "\"a\"\"b\"", "1: <a\"b>\n" }, { "\"\"\"\"", "1: <\">\n" }, { "\"\"\"a\"\"\"", "1: <\"a\">\n" },
    { "\"a\nb\",c\nd", "1: <a\nb>|c\n3: d\n" }, { "\"a\r\nb\"\r\nd", "1: <a\r\nb>\n3: d\n" }, { "\"a\rb\"\rd", "1: <a\rb>\n3: d\n" },
    { "5\" pipe,1\n", "1: 5\" pipe|1\n" }, { "a\"b\"c\n", "1: a\"b\"c\n" }, { " \"a\" ,b", "1:  \"a\" |b\n" },
    { "a;b,c", "1: a;b|c\n" }, { "a,b\nc\nd,e,f\n", "1: a|b\n2: c\n3: d|e|f\n" },
    { "\xC3\xA4,\xE2\x82\xAC\n", "1: \xC3\xA4|\xE2\x82\xAC\n" },
    { "a\nM\xFCller,1\nb", "1: a\n2! line 2: field 1 is not valid UTF-8 (byte 0xfc)\n3: b\n" },
    { "a,b\xC3\nc", "1! line 1: field 2 is not valid UTF-8 (byte 0xc3)\n2: c\n" },
    { "\"x\ny\xFF\nz\",1\nc", "1! line 2: field 1 is not valid UTF-8 (byte 0xff)\n4: c\n" },
    { "a,\"b\"x,c\nd", "1! line 1: text follows the closing quote of field 2\n2: d\n" },
    { "\"a\" ,b\nd", "1! line 1: text follows the closing quote of field 1\n2: d\n" },
    { "a\n\"b,c\nd,e\n", "1: a\n2! line 2: the quote that opens field 1 is never closed\n3: d|e\n" },
    { "a,\"b\nc\n", "1! line 1: the quote that opens field 2 is never closed\n2: c\n" },
    { "\"", "1! line 1: the quote that opens field 1 is never closed\n" },
    { "\"5 inch,1\n\"ok\",2\nx,3\n", "1! line 2: text follows the closing quote of field 1\n2: <ok>|2\n3: x|3\n" },
    { "\"a\nb\",\"c\nd,e\n", "1! line 2: the quote that opens field 2 is never closed\n3: d|e\n" },
    { "1,2,3,4\n5,6,7,8,9\n1\n", "1: 1|2|3|4\n2: 5|6|7|8|9\n3: 1\n" },
};

TEST(csv_survives_torture) {
    for (size_t i = 0; i < sizeof torture / sizeof *torture; i++)
        check_csv(text_of(torture[i].input), (CsvOptions){ 0 }, torture[i].expected);
}

TEST(csv_nul_bytes_cost_one_record) {
    check_csv(text_from("a,b\0c,d\ne\n", 10), (CsvOptions){ 0 }, "1! line 1: field 2 contains a NUL byte\n2: e\n");
    check_csv(text_from("a,\"b\0c\",d\ne\n", 12), (CsvOptions){ 0 }, "1! line 1: field 2 contains a NUL byte\n2: e\n");
    check_csv(text_from("\"b\"\0,d\ne\n", 9), (CsvOptions){ 0 }, "1! line 1: field 1 contains a NUL byte\n2: e\n");
    check_csv(text_from("\0", 1), (CsvOptions){ 0 }, "1! line 1: field 1 contains a NUL byte\n");
}

TEST(csv_utf16_is_refused_with_a_remedy) {
    Why why;
    CsvRecord record;
    BytesMemory memory = { .text = text_from("\xFF\xFE" "a\0,\0b\0", 8) };
    own(csv_end) Csv *csv = csv_begin(bytes_of_memory(&memory), (CsvOptions){ 0 });
    CHECK_FAILS(ERR_INVALID, csv_next(csv, &record, &why));
    CHECK(record.is_end);
    CHECK_STR(why.message, "line 1: the file is UTF-16 (little endian), not UTF-8");
    CHECK(strstr(why.hint, "iconv") != NULL);
    CHECK_OK(csv_next(csv, &record, &why));
    CHECK(record.is_end);
    check_csv(text_from("a\0,\0b\0\n\0", 8), (CsvOptions){ 0 }, "1! line 1: the file is UTF-16 (little endian), not UTF-8\n");
}

TEST(csv_limits_name_line_and_field) {
    CsvOptions small = { .most_field_bytes = 4, .most_fields = 3 };
    check_csv(text_of("1234,1234\n12345,1\nok\n"), small, "1: 1234|1234\n2! line 2: field 1 is longer than 4 bytes\n3: ok\n");
    check_csv(text_of("\"1234\",1\na,\"12345\"\nok\n"), small, "1: <1234>|1\n2! line 2: field 2 is longer than 4 bytes\n3: ok\n");
    check_csv(text_of("\"\"\"\"\"\"\nok\n"), small, "1: <\"\">\n2: ok\n");
    check_csv(text_of("1,2,3\n1,2,3,4\nok\n"), small, "1: 1|2|3\n2! line 2: the record has more than 3 fields\n3: ok\n");
    check_csv(text_of("\"ab\ncd\nef\nok\n"), small,
              "1! line 1: the quote that opens field 1 is not closed within the field limit\n2: cd\n3: ef\n4: ok\n");
    CsvOptions narrow = { .most_field_bytes = 4, .most_fields = 100 };
    check_csv(text_of("1234,1234,1234,1234,1234,1234,1234,1\nok\n"), narrow, "1! line 1: the record is longer than 32 bytes\n2: ok\n");
}

TEST(csv_options_change_delimiter_and_quotes) {
    check_csv(text_of("a;b,c;\"d;e\"\n"), (CsvOptions){ .delimiter = ';' }, "1: a|b,c|<d;e>\n");
    check_csv(text_of("a\t\"b\tc\n"), (CsvOptions){ .delimiter = '\t', .no_quotes = true }, "1: a|\"b|c\n");
}

TEST(csv_ten_megabytes_in_a_field_cost_one_record) {
    own(buf_end) Buf input = buf_begin(32 * MiB);
    buf_add_str(&input, "first\n");
    for (int i = 0; i < 10 * MiB / 16; i++) buf_add_str(&input, "0123456789abcdef");
    buf_add_str(&input, ",x\nlast\n");
    for (int quoted = 0; quoted < 2; quoted++) {
        if (quoted) input.at[6] = '"', input.at[input.length - 9] = '"';
        own(buf_end) Buf got = buf_begin(1000);
        read_all(buf_text(&input), (CsvOptions){ 0 }, 100000, &got);
        CHECK_STR(buf_str(&got), "1: first\n2! line 2: field 1 is longer than 1048576 bytes\n3: last\n");
    }
}

TEST(csv_fields_know_their_bytes) {
    const char *input = "\xEF\xBB\xBF" "ab,\"c\nd\",e\r\nf,\"g\"\n";
    BytesMemory memory = { .text = text_of(input) };
    own(csv_end) Csv *csv = csv_begin(bytes_of_memory(&memory), (CsvOptions){ 0 });
    CsvRecord record;
    Why why;
    CHECK_OK(csv_next(csv, &record, &why));
    CHECK_EQ(record.offset, 3);
    CHECK_EQ(record.length, 10);
    CHECK_EQ(record.fields[1].offset, 6);
    CHECK_EQ(record.fields[2].offset, 12);
    CHECK_OK(csv_next(csv, &record, &why));
    CHECK_EQ(record.line, 3);
    CHECK_EQ(record.offset, 15);
    CHECK_EQ(record.fields[1].offset, 17);
    CHECK_EQ(csv_bytes_done(csv), (int64_t)strlen(input));
}

static Err broken_read(void *self, char *into, size_t most, size_t *out_count, Why *why) {
    int *calls = self;
    (void)most; /* gives less */
    if ((*calls)++ > 0) return fail(why, ERR_IO, "orders.csv: cannot be read: the disk is gone");
    memcpy(into, "a,b\nc,", 6);
    *out_count = 6;
    return OK;
}

TEST(csv_stops_when_its_source_breaks) {
    int calls = 0;
    own(csv_end) Csv *csv = csv_begin((Bytes){ &calls, broken_read }, (CsvOptions){ 0 });
    CsvRecord record;
    Why why;
    Err err = OK;
    for (int i = 0; i < 3 && err == OK; i++) err = csv_next(csv, &record, &why);
    CHECK_EQ(err, ERR_IO);
    CHECK(record.is_end);
    CHECK_STR(why.message, "orders.csv: cannot be read: the disk is gone");
    CHECK_OK(csv_next(csv, &record, &why));
    CHECK(record.is_end);
}

/* Whatever is written is read back, for texts made of the letters that hurt. */
TEST(csv_written_reads_back) {
    static const char letters[] = "ab,;\"\"\n\r \t'=";
    Rng rng = rng_of(8);
    for (int round = 0; round < 3000; round++) {
        own(arena_end) Arena *arena = arena_begin(1 * MiB);
        own(buf_end) Buf out = buf_begin(1 * MiB);
        CsvWriter writer = { .out = &out, .lf = round % 2 };
        size_t count = 1 + rng_below(&rng, 5);
        Text *texts = many_in(arena, Text, count);
        for (size_t i = 0; i < count; i++) {
            char text[12];
            size_t length = rng_below(&rng, sizeof text);
            for (size_t j = 0; j < length; j++) text[j] = letters[rng_below(&rng, sizeof letters - 1)];
            texts[i] = text_from(text_copy_n(arena, text, length), length);
            csv_write_text(&writer, texts[i]);
        }
        csv_write_end(&writer);
        BytesMemory memory = { .text = buf_text(&out) };
        own(csv_end) Csv *csv = csv_begin(bytes_of_memory(&memory), (CsvOptions){ 0 });
        CsvRecord record;
        Why why;
        CHECK_OK(csv_next(csv, &record, &why));
        CHECK_EQ(record.fields_count, count);
        for (size_t i = 0; i < count; i++) CHECK(text_equal(record.fields[i].text, texts[i]));
        CHECK_OK(csv_next(csv, &record, &why));
        CHECK(record.is_end);
    }
}

TEST(csv_guard_disarms_formulas_and_leaves_numbers) {
    own(buf_end) Buf out = buf_begin(1000);
    CsvWriter writer = { .out = &out, .guard = true, .lf = true };
    csv_write_str(&writer, "=1+1");
    csv_write_str(&writer, "-5");
    csv_write_str(&writer, "@cmd");
    csv_write_str(&writer, "-x");
    csv_write_int(&writer, -7);
    csv_write_micro(&writer, -1500000);
    csv_write_end(&writer);
    CHECK_STR(buf_str(&out), "\"'=1+1\",-5,\"'@cmd\",\"'-x\",-7,-1.5\n");
    CHECK(csv_guard(text_of("+cmd|x")) && !csv_guard(text_of("+4,5")) && !csv_guard(text_of("")));
}
