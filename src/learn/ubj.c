/* Values begin with a type byte:
 *
 *     Z null   T F truth   i U I l L whole numbers of 1 1 2 4 8 bytes   d D floats of 4 8 bytes
 *     S length bytes     [ value .. ]     [ # length value ..     [ $ type # length bytes     { length key value .. }
 *
 * where a length is a whole number with its type byte. */
#include "learn/ubj.h"

#include <string.h>

enum { DEEPEST = 32 };

Ubj ubj_of(Text bytes) {
    const uint8_t *start = (const uint8_t *)bytes.at;
    return (Ubj){ start, start, start + bytes.length };
}

static size_t left(const Ubj *u) { return (size_t)(u->end - u->at); }

static int width_of(uint8_t type) {
    switch (type) {
    case 'i': case 'U': return 1;
    case 'I': return 2;
    case 'l': case 'd': return 4;
    case 'L': case 'D': return 8;
    default: return 0;
    }
}

static uint64_t big_endian(const uint8_t *bytes, int width) {
    uint64_t value = 0;
    for (int i = 0; i < width; i++) value = value << 8 | bytes[i];
    return value;
}

static int64_t whole(uint8_t type, const uint8_t *bytes) {
    uint64_t raw = big_endian(bytes, width_of(type));
    switch (type) {
    case 'i': return (int8_t)raw;
    case 'I': return (int16_t)raw;
    case 'l': return (int32_t)raw;
    default: return (int64_t)raw;
    }
}

static bool length_read(Ubj *u, int64_t *out) {
    if (left(u) < 1) return false;
    uint8_t type = *u->at;
    int width = width_of(type);
    if (width == 0 || type == 'd' || type == 'D' || left(u) < (size_t)width + 1) return false;
    int64_t value = whole(type, u->at + 1);
    if (value < 0) return false;
    u->at += width + 1;
    *out = value;
    return true;
}

static bool bytes_read(Ubj *u, Text *out) {
    int64_t length;
    Ubj before = *u;
    if (length_read(u, &length) && (uint64_t)length <= left(u)) {
        *out = text_from(u->at, (size_t)length);
        u->at += length;
        return true;
    }
    *u = before;
    return false;
}

bool ubj_next_is(Ubj *u, uint8_t byte) {
    if (left(u) < 1 || *u->at != byte) return false;
    u->at++;
    return true;
}

bool ubj_list(Ubj *u, int64_t *out_left) {
    *out_left = -1;
    return ubj_next_is(u, '[') && (!ubj_next_is(u, '#') || length_read(u, out_left));
}

bool ubj_more(Ubj *u, int64_t *left) {
    if (*left < 0) return !ubj_next_is(u, ']');
    return (*left)-- > 0;
}

bool ubj_key(Ubj *u, Text *out) { return bytes_read(u, out); }

bool ubj_text(Ubj *u, Text *out) { return ubj_next_is(u, 'S') && bytes_read(u, out); }

bool ubj_numbers(Ubj *u, UbjNumbers *out) {
    int64_t count;
    if (left(u) < 4 || u->at[0] != '[' || u->at[1] != '$' || u->at[3] != '#') return false;
    uint8_t type = u->at[2];
    int width = width_of(type);
    u->at += 4;
    if (width == 0 || !length_read(u, &count) || (uint64_t)count > left(u) / (size_t)width) return false;
    *out = (UbjNumbers){ type, count, u->at };
    u->at += count * width;
    return true;
}

bool ubj_are_whole(const UbjNumbers *numbers) { return numbers->type != 'd' && numbers->type != 'D'; }

double ubj_number(const UbjNumbers *numbers, int64_t i) {
    int width = width_of(numbers->type);
    const uint8_t *at = numbers->bytes + i * width;
    if (numbers->type == 'd') {
        uint32_t raw = (uint32_t)big_endian(at, 4);
        float value;
        memcpy(&value, &raw, sizeof value);
        return (double)value;
    }
    if (numbers->type == 'D') {
        uint64_t raw = big_endian(at, 8);
        double value;
        memcpy(&value, &raw, sizeof value);
        return value;
    }
    return (double)whole(numbers->type, at);
}

static bool skip_deep(Ubj *u, int depth) {
    Text ignored;
    UbjNumbers numbers;
    if (depth > DEEPEST || left(u) < 1) return false;
    uint8_t type = *u->at;
    if (type == 'S') return ubj_text(u, &ignored);
    if (type == '[' && left(u) > 1 && u->at[1] == '$') return ubj_numbers(u, &numbers);
    if (type == '[') {
        int64_t values;
        if (!ubj_list(u, &values)) return false;
        while (ubj_more(u, &values))
            if (!skip_deep(u, depth + 1)) return false;
        return true;
    }
    if (type == '{') {
        u->at++;
        while (!ubj_next_is(u, '}'))
            if (!ubj_key(u, &ignored) || !skip_deep(u, depth + 1)) return false;
        return true;
    }
    size_t width = (size_t)width_of(type);
    if (width == 0 && type != 'Z' && type != 'T' && type != 'F') return false;
    if (left(u) < width + 1) return false;
    u->at += width + 1;
    return true;
}

bool ubj_skip(Ubj *u) { return skip_deep(u, 0); }
