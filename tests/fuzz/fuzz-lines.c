/* rooms: base */
/* The first byte chooses the longest line and how the source dribbles. The lines are those of a plain split of the bytes. */
#include "base/bytes.h"

#include <assert.h>

typedef struct Dribble { BytesMemory memory; size_t piece; } Dribble;

static Err dribble_read(void *self, char *into, size_t most, size_t *out_count, Why *why) {
    Dribble *dribble = self;
    Bytes all = bytes_of_memory(&dribble->memory);
    return all.read(all.self, into, most < dribble->piece ? most : dribble->piece, out_count, why);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size) {
    if (size < 1) return 0;
    Text text = text_from(data + 1, size - 1), rest = text;
    size_t most = data[0] >> 3;
    Dribble dribble = { { .text = text }, 1 + data[0] % 8 };
    own(lines_end) Lines *lines = lines_begin((Bytes){ &dribble, dribble_read }, most);
    if (text_starts(rest, "\xEF\xBB\xBF")) rest = text_part(rest, 3, rest.length);
    for (int64_t number = 1;; number++) {
        Line line;
        bool is_line = false;
        Why why;
        Err err = lines_next(lines, &line, &is_line, &why);
        assert(err == OK);
        assert(is_line == (rest.length > 0));
        if (!is_line) return 0;
        assert(line.number == number && line.offset == rest.at - text.at);
        Text expected, after;
        (void)text_split(rest, '\n', &expected, &after); /* the last line needs no end */
        if (text_ends(expected, "\r")) expected.length--;
        assert(line.too_long == (expected.length > most));
        assert(text_equal(line.text, text_part(expected, 0, most)));
        rest = after;
    }
}
