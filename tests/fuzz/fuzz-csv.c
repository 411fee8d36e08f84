/* rooms: base */
/* The first byte chooses how the source dribbles and the options. However it dribbles, the records are the same; offsets
 * rise; what the writer makes of good records is read back as the same records. */
#include "base/csv.h"
#include "base/hash.h"

#include <assert.h>
#include <string.h>

typedef struct Dribble { BytesMemory memory; size_t piece; } Dribble;

static Err dribble_read(void *self, char *into, size_t most, size_t *out_count, Why *why) {
    Dribble *dribble = self;
    Bytes all = bytes_of_memory(&dribble->memory);
    return all.read(all.self, into, most < dribble->piece ? most : dribble->piece, out_count, why);
}

static Sha256 read_all(Text text, CsvOptions options, size_t piece, Buf *rewritten) {
    Dribble dribble = { { .text = text }, piece };
    own(csv_end) Csv *csv = csv_begin((Bytes){ &dribble, dribble_read }, options);
    CsvWriter writer = { .out = rewritten, .delimiter = options.delimiter };
    Sha256Run run = sha256_begin();
    int64_t offset = -1, line = 0;
    for (;;) {
        CsvRecord record;
        Why why = { "", "" };
        Err err = csv_next(csv, &record, &why);
        sha256_add(&run, text_of(why.message));
        sha256_add(&run, text_from(&record.line, sizeof record.line));
        if (record.is_end) break;
        assert(record.offset > offset && record.line > line);
        offset = record.offset, line = record.line;
        if (err != OK) continue;
        assert(record.fields_count > 0 && record.offset + record.length <= (int64_t)text.length);
        for (size_t i = 0; i < record.fields_count; i++) {
            assert(record.fields[i].text.at[record.fields[i].text.length] == 0);
            assert(text_bad_utf8(record.fields[i].text) < 0);
            sha256_add(&run, record.fields[i].text);
            sha256_add(&run, text_of(record.fields[i].quoted ? "\"" : ","));
            if (rewritten) csv_write_text(&writer, record.fields[i].text);
        }
        if (rewritten) csv_write_end(&writer);
    }
    return sha256_end(&run);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size) {
    if (size < 1 || size > 65536) return 0;
    Text text = text_from(data + 1, size - 1);
    CsvOptions options = { .delimiter = data[0] & 1 ? ';' : ',', .no_quotes = data[0] & 2, .most_field_bytes = data[0] & 4 ? 16 : 0,
                           .most_fields = data[0] & 8 ? 3 : 0 };
    own(buf_end) Buf rewritten = buf_begin(16 * MiB);
    Sha256 whole = read_all(text, options, 1 << 20, &rewritten), pieces = read_all(text, options, 1 + data[0] % 7, NULL);
    assert(sha256_equal(&whole, &pieces));
    if (options.most_field_bytes || options.no_quotes) return 0;
    own(buf_end) Buf twice = buf_begin(16 * MiB);
    (void)read_all(buf_text(&rewritten), options, 1 << 20, &twice); /* only what it rewrites matters */
    if (encoding_guess(buf_text(&rewritten)) == ENCODING_UTF8) assert(text_equal(buf_text(&rewritten), buf_text(&twice)));
    return 0;
}
