/* rooms: base */
/* The first line is the pattern, the rest the text. What is accepted as ISO and written is read back as the same moment. */
#include "base/decimal.h"
#include "base/time.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size) {
    if (size > 4096) return 0;
    own(arena_end) Arena *arena = arena_begin(1 * MiB);
    Text pattern, text;
    (void)text_split(text_from(data, size), '\n', &pattern, &text); /* without a line feed the text is empty */
    Why why;
    int64_t us, again, micro;
    int32_t day;
    const char *pattern_text = text_keep(arena, pattern);
    Err as_time = time_parse(text, pattern_text, NULL, &us, &why), as_day = day_parse(text, pattern_text, &day, &why);
    assert(as_time == as_day);
    char out[TIME_TEXT];
    if (as_time == OK && us >= us_of_day(-719162) && us < us_of_day(2932897)) {
        int length = time_format(us, out);
        Err err = time_parse(text_from(out, (size_t)length), "iso", NULL, &again, &why);
        assert(err == OK && again == us);
    }
    for (int style = DECIMAL_POINT; style <= DECIMAL_COMMA_GROUPS; style++) {
        char decimal[DECIMAL_TEXT];
        if (decimal_parse(text, (DecimalStyle)style, &micro, &why) != OK) continue;
        int length = decimal_format(micro, decimal);
        Err err = decimal_parse(text_from(decimal, (size_t)length), DECIMAL_POINT, &again, &why);
        assert(err == OK && again == micro);
    }
    return 0;
}
