/* csv-write.c - writing CSV, and guessing what delimiter a file uses. */
#include "base/csv.h"

#include "base/decimal.h"

#include <string.h>

static bool is_number(Text text) {
    size_t i = text.length && (text.at[0] == '-' || text.at[0] == '+');
    size_t digits = 0, points = 0;
    for (; i < text.length; i++) {
        char c = text.at[i];
        if (c >= '0' && c <= '9') digits++;
        else if (c == '.' || c == ',') points++;
        else return false;
    }
    return digits > 0 && points <= 1;
}

bool csv_guard(Text text) { return text.length && memchr("=+-@\t\r", text.at[0], 6) && !is_number(text); }

static bool must_quote(Text text, char delimiter) {
    if (text.length == 0) return false;
    if (text.at[0] == ' ' || text.at[text.length - 1] == ' ') return true;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.at[i];
        if (c == delimiter || c == '"' || c == '\n' || c == '\r') return true;
    }
    return false;
}

static void write_field(CsvWriter *writer, Text text, bool guard) {
    char delimiter = writer->delimiter ? writer->delimiter : ',';
    if (writer->fields_ > 0) buf_add_char(writer->out, delimiter);
    writer->empty_ = writer->fields_++ == 0 && text.length == 0;
    if (!guard && !must_quote(text, delimiter)) {
        buf_add_text(writer->out, text);
        return;
    }
    buf_add_char(writer->out, '"');
    if (guard) buf_add_char(writer->out, '\'');
    for (size_t from = 0; from < text.length;) {
        const char *found = memchr(text.at + from, '"', text.length - from);
        size_t to = found ? (size_t)(found - text.at) + 1 : text.length;
        buf_add_text(writer->out, text_part(text, from, to));
        if (found) buf_add_char(writer->out, '"');
        from = to;
    }
    buf_add_char(writer->out, '"');
}

void csv_write_text(CsvWriter *writer, Text text) { write_field(writer, text, writer->guard && csv_guard(text)); }
void csv_write_str(CsvWriter *writer, const char *text) { csv_write_text(writer, text_of(text)); }

void csv_write_int(CsvWriter *writer, int64_t value) {
    char text[DECIMAL_TEXT];
    int length = integer_format(value, text);
    write_field(writer, text_from(text, (size_t)length), false);
}

void csv_write_micro(CsvWriter *writer, int64_t micro) {
    char text[DECIMAL_TEXT];
    int length = decimal_format(micro, text);
    write_field(writer, text_from(text, (size_t)length), false);
}

void csv_write_end(CsvWriter *writer) {
    if (writer->empty_) buf_add_str(writer->out, "\"\""); /* a lone empty field would be a blank line, which readers skip */
    buf_add_str(writer->out, writer->lf ? "\n" : "\r\n");
    writer->fields_ = 0;
    writer->empty_ = false;
}
