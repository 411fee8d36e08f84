/* rooms: base maths learn */
/* A model is bytes that somebody may have changed: it is refused, or it ends and gives a number. */
#include <assert.h>

#include "learn/trees.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size) {
    enum { FEATURES = 3 };
    if (size > 65536) return 0;
    own(arena_end) Arena *arena = arena_begin(64 * MiB);
    const float unknown = __builtin_nanf(""), rows[3][FEATURES] = { { 0, 0, 0 }, { unknown, unknown, unknown }, { 1e30f, -1e30f, 0.5f } };
    Trees trees;
    Why why = { .message = "" };
    if (trees_read(text_from(data, size), FEATURES, arena, &trees, &why) != OK) {
        assert(why.message[0]);
        return 0;
    }
    for (int i = 0; i < 3; i++) {
        float first = trees_margin(&trees, rows[i]), second = trees_margin(&trees, rows[i]);
        assert(first == second || (first != first && second != second));
    }
    return 0;
}
