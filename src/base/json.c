/* json.c - the pull reader. A state says what may come next:
 *
 *     state      after                 accepts
 *     VALUE      the start, ":", ","   a value
 *     FIRST      "["                   a value or "]"
 *     NAME       "," in an object      a string and ":"
 *     FIRST_NAME "{"                   a string and ":", or "}"
 *     AFTER      a value inside        "," or the closing bracket
 *     DONE       the outermost value   blanks, then the end
 *     BROKEN     an error              nothing: the same error for ever */
#include "base/json.h"

#include <assert.h>
#include <string.h>

enum { VALUE, FIRST, NAME, FIRST_NAME, AFTER, DONE, BROKEN };

JsonReader json_reader(Text document) {
    /* Decoding never makes a string longer. */
    return (JsonReader){ .document = document, .line = 1, .state_ = VALUE, .decoded_ = buf_begin(document.length) };
}

void json_reader_end(JsonReader *reader) {
    if (reader) buf_end(&reader->decoded_);
}

static Err broken(JsonReader *reader, size_t at, Err code, const char *what, Why *why) {
    size_t line_from = at < reader->document.length ? at : reader->document.length;
    while (line_from > 0 && reader->document.at[line_from - 1] != '\n') line_from--;
    reader->state_ = BROKEN;
    return fail(why, code, "line %d: column %zu: %s", reader->line, at - line_from + 1, what);
}

#define SYNTAX(at, what) broken(reader, (at), ERR_INVALID, (what), why)

static void skip_blanks(JsonReader *reader) {
    const char *at = reader->document.at + reader->next, *end = reader->document.at + reader->document.length;
    int lines = 0;
    while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')) lines += *at++ == '\n';
    reader->line += lines;
    reader->next = (size_t)(at - reader->document.at);
}

static bool digit(const JsonReader *reader, size_t at) {
    return at < reader->document.length && (unsigned char)(reader->document.at[at] - '0') < 10;
}

static bool one_of(const JsonReader *reader, size_t at, char a, char b) {
    return at < reader->document.length && (reader->document.at[at] == a || reader->document.at[at] == b);
}

static Err read_number(JsonReader *reader, JsonToken *token, Why *why) {
    size_t at = reader->next;
    if (one_of(reader, at, '-', '-')) at++;
    if (!digit(reader, at)) return SYNTAX(at, "a number needs a digit here");
    if (reader->document.at[at] == '0') {
        at++;
        if (digit(reader, at)) return SYNTAX(at, "a number must not begin with 0");
    } else {
        while (digit(reader, at)) at++;
    }
    if (one_of(reader, at, '.', '.')) {
        at++;
        if (!digit(reader, at)) return SYNTAX(at, "a number needs a digit after its point");
        while (digit(reader, at)) at++;
    }
    if (one_of(reader, at, 'e', 'E')) {
        at++;
        if (one_of(reader, at, '+', '-')) at++;
        if (!digit(reader, at)) return SYNTAX(at, "a number needs a digit in its exponent");
        while (digit(reader, at)) at++;
    }
    token->kind = JSON_NUMBER;
    token->text = text_part(reader->document, reader->next, at);
    reader->next = at;
    return OK;
}

/* Bytes before the quote, the backslash or control character that ends a run inside a string, eight at a time. All bytes
 * of the run are gathered into *seen: its high bits tell whether there is anything but ASCII. */
static size_t plain_run(const char *at, size_t left, uint64_t *seen) {
    const uint64_t ones = UINT64_C(0x0101010101010101), highs = UINT64_C(0x8080808080808080);
    size_t i = 0;
    for (; left - i >= 8; i += 8) {
        uint64_t eight;
        memcpy(&eight, at + i, 8);
        uint64_t quote = eight ^ (ones * '"'), slash = eight ^ (ones * '\\');
        uint64_t hit = ((quote - ones) & ~quote) | ((slash - ones) & ~slash) | ((eight - ones * 0x20) & ~eight);
        if (hit & highs) break;
        *seen |= eight;
    }
    for (; i < left && at[i] != '"' && at[i] != '\\' && (unsigned char)at[i] >= 0x20; i++) *seen |= (unsigned char)at[i];
    return i;
}

static int hex4(const JsonReader *reader, size_t at) {
    if (at + 4 > reader->document.length) return -1;
    int value = 0;
    for (size_t i = at; i < at + 4; i++) {
        char c = reader->document.at[i];
        int digit_value = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        if (digit_value < 0) return -1;
        value = value * 16 + digit_value;
    }
    return value;
}

static void add_code_point(Buf *out, unsigned point) {
    char bytes[4];
    size_t count;
    if (point < 0x80) {
        bytes[0] = (char)point, count = 1;
    } else if (point < 0x800) {
        bytes[0] = (char)(0xC0 | point >> 6), bytes[1] = (char)(0x80 | (point & 63)), count = 2;
    } else if (point < 0x10000) {
        bytes[0] = (char)(0xE0 | point >> 12), bytes[1] = (char)(0x80 | (point >> 6 & 63));
        bytes[2] = (char)(0x80 | (point & 63)), count = 3;
    } else {
        bytes[0] = (char)(0xF0 | point >> 18), bytes[1] = (char)(0x80 | (point >> 12 & 63));
        bytes[2] = (char)(0x80 | (point >> 6 & 63)), bytes[3] = (char)(0x80 | (point & 63)), count = 4;
    }
    buf_add(out, bytes, count);
}

/* reader->next stands after "\u". */
static Err read_unicode_escape(JsonReader *reader, Why *why) {
    int unit = hex4(reader, reader->next);
    if (unit < 0) return SYNTAX(reader->next, "\\u needs four hexadecimal digits");
    unsigned point = (unsigned)unit;
    if (unit >= 0xDC00 && unit <= 0xDFFF) return SYNTAX(reader->next, "a low surrogate without its high one");
    reader->next += 4;
    if (unit >= 0xD800 && unit <= 0xDBFF) {
        bool follows = one_of(reader, reader->next, '\\', '\\') && one_of(reader, reader->next + 1, 'u', 'u');
        int low = follows ? hex4(reader, reader->next + 2) : -1;
        if (low < 0xDC00 || low > 0xDFFF) return SYNTAX(reader->next, "a high surrogate without its low one");
        point = 0x10000 + ((unsigned)(unit - 0xD800) << 10) + (unsigned)(low - 0xDC00);
        reader->next += 6;
    }
    add_code_point(&reader->decoded_, point);
    return OK;
}

static Err read_escape(JsonReader *reader, Why *why) {
    static const char letters[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
    size_t at = reader->next + 1;
    char c = at < reader->document.length ? reader->document.at[at] : 0;
    reader->next += 2;
    if (c == 'u') return read_unicode_escape(reader, why);
    const char *found = c ? strchr(letters, c) : NULL;
    if (!found) return SYNTAX(at, "this escape is not known; JSON has \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX");
    buf_add_char(&reader->decoded_, means[found - letters]);
    return OK;
}

/* The text of a string that has no escapes is a slice of the document. */
static Err read_string(JsonReader *reader, JsonToken *token, Why *why) {
    Text document = reader->document;
    size_t from = ++reader->next;
    bool escaped = false;
    uint64_t seen = 0;
    for (;;) {
        size_t run = plain_run(document.at + reader->next, document.length - reader->next, &seen);
        if (escaped) buf_add(&reader->decoded_, document.at + reader->next, run);
        reader->next += run;
        if (reader->next >= document.length) return SYNTAX(reader->next, "the text ends inside a string");
        char c = document.at[reader->next];
        if (c == '"') break;
        if (c != '\\') return SYNTAX(reader->next, "a control character inside a string must be escaped");
        if (!escaped) {
            buf_clear(&reader->decoded_);
            buf_add(&reader->decoded_, document.at + from, reader->next - from);
            escaped = true;
        }
        TRY(read_escape(reader, why));
    }
    bool ascii = !(seen & UINT64_C(0x8080808080808080));
    ptrdiff_t bad = ascii ? -1 : text_bad_utf8(text_part(document, from, reader->next));
    if (bad >= 0) return SYNTAX(from + (size_t)bad, "this byte is not valid UTF-8");
    token->text = escaped ? buf_text(&reader->decoded_) : text_part(document, from, reader->next);
    reader->next++;
    return OK;
}

static Err read_word(JsonReader *reader, JsonToken *token, Why *why) {
    static const struct { const char *word; JsonKind kind; } words[] = {
        { "true", JSON_TRUE }, { "false", JSON_FALSE }, { "null", JSON_NULL },
    };
    Text rest = text_part(reader->document, reader->next, reader->document.length);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!text_starts(rest, words[i].word)) continue;
        token->kind = words[i].kind;
        reader->next += strlen(words[i].word);
        return OK;
    }
    return SYNTAX(reader->next, reader->next == reader->document.length ? "the text ends where a value was expected"
                                                                        : "a value was expected here");
}

static Err open_level(JsonReader *reader, JsonToken *token, bool object, Why *why) {
    if (reader->depth == JSON_DEPTH) return broken(reader, reader->next, ERR_LIMIT, "more than 64 levels deep", why);
    uint64_t bit = UINT64_C(1) << reader->depth++;
    reader->objects_ = object ? reader->objects_ | bit : reader->objects_ & ~bit;
    reader->next++;
    reader->state_ = object ? FIRST_NAME : FIRST;
    token->kind = object ? JSON_OBJECT : JSON_ARRAY;
    return OK;
}

static void after_value(JsonReader *reader) { reader->state_ = reader->depth ? AFTER : DONE; }

static void close_level(JsonReader *reader, JsonToken *token, bool object) {
    reader->depth--;
    reader->next++;
    token->kind = object ? JSON_OBJECT_END : JSON_ARRAY_END;
    after_value(reader);
}

static Err read_value(JsonReader *reader, JsonToken *token, Why *why) {
    char c = reader->next < reader->document.length ? reader->document.at[reader->next] : 0;
    if (c == '{' || c == '[') return open_level(reader, token, c == '{', why);
    if (c == '"') {
        token->kind = JSON_STRING;
        TRY(read_string(reader, token, why));
    } else if (c == '-' || (c >= '0' && c <= '9')) {
        TRY(read_number(reader, token, why));
    } else {
        TRY(read_word(reader, token, why));
    }
    after_value(reader);
    return OK;
}

static Err read_name(JsonReader *reader, JsonToken *token, Why *why) {
    if (!one_of(reader, reader->next, '"', '"')) return SYNTAX(reader->next, "a member name in quotes was expected here");
    token->kind = JSON_NAME;
    TRY(read_string(reader, token, why));
    token->to = reader->next;
    skip_blanks(reader);
    if (!one_of(reader, reader->next, ':', ':')) return SYNTAX(reader->next, "\":\" was expected after the member name");
    reader->next++;
    reader->state_ = VALUE;
    return OK;
}

Err json_next(JsonReader *reader, JsonToken *out_token, Why *why) {
    if (reader->state_ == BROKEN) return fail(why, ERR_INVALID, "line %d: the JSON text was already refused", reader->line);
    skip_blanks(reader);
    bool object = reader->depth && (reader->objects_ >> (reader->depth - 1) & 1);
    char closing = object ? '}' : ']';
    if (reader->state_ == AFTER && one_of(reader, reader->next, ',', ',')) {
        reader->next++;
        reader->state_ = object ? NAME : VALUE;
        skip_blanks(reader);
    }
    JsonToken token = { .from = reader->next, .line = reader->line };
    Err err = OK;
    if (reader->state_ != VALUE && reader->state_ != NAME && reader->depth && one_of(reader, reader->next, closing, closing))
        close_level(reader, &token, object);
    else if (reader->state_ == NAME || reader->state_ == FIRST_NAME)
        err = read_name(reader, &token, why);
    else if (reader->state_ == AFTER)
        err = SYNTAX(reader->next, object ? "\",\" or \"}\" was expected here" : "\",\" or \"]\" was expected here");
    else if (reader->state_ == DONE && reader->next < reader->document.length)
        err = SYNTAX(reader->next, "nothing may follow the value");
    else if (reader->state_ == DONE)
        token.kind = JSON_END;
    else
        err = read_value(reader, &token, why);
    if (err != OK) return err;
    if (token.kind != JSON_NAME) token.to = reader->next;
    *out_token = token;
    return OK;
}

Err json_skip(JsonReader *reader, Why *why) {
    assert(reader->depth > 0);
    int until = reader->depth - 1;
    JsonToken token;
    while (reader->depth > until) TRY(json_next(reader, &token, why));
    return OK;
}
