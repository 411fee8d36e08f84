/* text.c - slices. Encodings are in unicode.c, the growing buffer in buf.c. */
#include "base/text.h"

#include <string.h>

Text text_of(const char *zero_terminated) {
    return (Text){ zero_terminated ? zero_terminated : "", zero_terminated ? strlen(zero_terminated) : 0 };
}

Text text_from(const void *at, size_t length) { return (Text){ at, length }; }

Text text_part(Text text, size_t from, size_t to) {
    if (to > text.length) to = text.length;
    if (from > to) from = to;
    return (Text){ text.length ? text.at + from : text.at, to - from };
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

Text text_trim(Text text) {
    while (text.length && is_blank(text.at[0])) text.at++, text.length--;
    while (text.length && is_blank(text.at[text.length - 1])) text.length--;
    return text;
}

bool text_equal(Text left, Text right) {
    return left.length == right.length && (left.length == 0 || memcmp(left.at, right.at, left.length) == 0);
}

bool text_is(Text text, const char *other) { return text_equal(text, text_of(other)); }

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

bool text_equal_nocase(Text left, Text right) {
    if (left.length != right.length) return false;
    for (size_t i = 0; i < left.length; i++)
        if (lower(left.at[i]) != lower(right.at[i])) return false;
    return true;
}

int text_compare(Text left, Text right) {
    size_t shared = left.length < right.length ? left.length : right.length;
    int order = shared ? memcmp(left.at, right.at, shared) : 0;
    if (order) return order;
    return (left.length > right.length) - (left.length < right.length);
}

bool text_starts(Text text, const char *prefix) {
    size_t length = strlen(prefix);
    return text.length >= length && (length == 0 || memcmp(text.at, prefix, length) == 0);
}

bool text_ends(Text text, const char *suffix) {
    size_t length = strlen(suffix);
    return text.length >= length && (length == 0 || memcmp(text.at + text.length - length, suffix, length) == 0);
}

ptrdiff_t text_find(Text text, const char *needle) {
    size_t length = strlen(needle);
    if (length == 0) return 0;
    const char *found = text.length ? memmem(text.at, text.length, needle, length) : NULL;
    return found ? found - text.at : -1;
}

bool text_split(Text text, char at, Text *out_left, Text *out_right) {
    const char *found = text.length ? memchr(text.at, at, text.length) : NULL;
    size_t left = found ? (size_t)(found - text.at) : text.length;
    *out_left = text_part(text, 0, left);
    *out_right = text_part(text, left + 1, text.length);
    return found != NULL;
}

char *text_keep(Arena *arena, Text text) { return text_copy_n(arena, text.at, text.length); }

char *text_lower(Arena *arena, Text text) {
    char *copy = text_keep(arena, text);
    for (size_t i = 0; i < text.length; i++) copy[i] = lower(copy[i]);
    return copy;
}

enum { DISTANCE_MOST = 64 };

static int least3(int a, int b, int c) {
    int least = a < b ? a : b;
    return least < c ? least : c;
}

/* Optimal string alignment: three rows of the edit table are enough to see a swap of neighbours. */
int text_distance(Text left, Text right) {
    size_t longest = left.length > right.length ? left.length : right.length;
    if (longest > DISTANCE_MOST) return (int)longest;
    int rows[3][DISTANCE_MOST + 1];
    int *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= right.length; j++) above[j] = (int)j;
    for (size_t i = 1; i <= left.length; i++) {
        row[0] = (int)i;
        for (size_t j = 1; j <= right.length; j++) {
            char a = lower(left.at[i - 1]), b = lower(right.at[j - 1]);
            row[j] = least3(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b));
            bool swapped = i > 1 && j > 1 && a == lower(right.at[j - 2]) && lower(left.at[i - 2]) == b;
            if (swapped && before[j - 2] + 1 < row[j]) row[j] = before[j - 2] + 1;
        }
        int *free_row = before;
        before = above, above = row, row = free_row;
    }
    return above[right.length];
}

const char *text_nearest(Text wanted, const char *const *names, size_t names_count) {
    const char *nearest = NULL;
    int least = 0;
    for (size_t i = 0; i < names_count; i++) {
        Text name = text_of(names[i]);
        int distance = text_distance(wanted, name);
        size_t longest = wanted.length > name.length ? wanted.length : name.length;
        if ((size_t)distance * 3 > longest) continue;
        if (!nearest || distance < least) nearest = names[i], least = distance;
    }
    return nearest;
}
