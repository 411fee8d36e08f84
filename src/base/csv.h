/* csv.h - reading and writing comma-separated files in constant memory.
 *
 * The reader is strict in what it calls a field and patient in what it does next: a bad record is reported with its line,
 * its field and the remedy, and the next call goes on at the following line, so one bad row never ends a file.
 *
 *     own(csv_end) Csv *csv = csv_begin(source, (CsvOptions){ .delimiter = ';' });
 *     for (;;) {
 *         CsvRecord record;
 *         Err err = csv_next(csv, &record, why);
 *         if (err == ERR_IO) return err;                  the source failed: nothing more will come
 *         if (err != OK) { report(why); continue; }       this record is bad: record.line says where; go on
 *         if (record.is_end) break;
 *         ... record.fields[i].text ...
 *     }
 *
 * Records end with LF, CRLF or CR. Quotes follow RFC 4180 ("" inside quotes is one quote). Records without any byte (blank
 * lines) are skipped. A UTF-8 byte order mark is dropped. UTF-16 is refused at the
 * first call (ERR_INVALID with record.is_end set: nothing follows).
 *
 * What makes a record bad (ERR_INVALID, ERR_LIMIT): a NUL byte; bytes that are not UTF-8; text after a closing quote; a
 * quote that opened and never closed within the field limit or the file (the sentence names the line where it opened;
 * reading goes on at the line after that one, also when a quote that spans lines turns out bad); a field above most_field_bytes; more than most_fields fields; a record above 8 x most_field_bytes. A quote inside an
 * unquoted field (5" pipe) is a letter. */
#pragma once
#include "base/bytes.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct CsvOptions {
    char delimiter;          /* 0 means ',' */
    bool no_quotes;          /* '"' is a letter like any other (tab-separated exports) */
    size_t most_field_bytes; /* 0 means 1 MiB; at most 64 MiB */
    size_t most_fields;      /* 0 means 4096 */
} CsvOptions;

typedef struct CsvField {
    Text text;       /* unquoted; lives until the next csv_next; NUL follows it */
    int64_t offset;  /* of its first byte (its quote, if any) in the source */
    bool quoted;     /* tells "" from nothing */
} CsvField;

typedef struct CsvRecord {
    CsvField *fields;
    size_t fields_count; /* the caller compares it with its header: raggedness is the caller's to judge */
    int64_t line;        /* from 1, where the record starts; set for bad records too */
    int64_t offset;      /* of its first byte */
    int64_t length;      /* bytes in the source without the line end */
    size_t bad_field;    /* of a bad record: the field that is bad, from 1; 0 where it is the record */
    bool is_end;         /* nothing more; fields_count is 0 */
} CsvRecord;

typedef struct Csv Csv;

Csv *csv_begin(Bytes source, CsvOptions options);
void csv_end(Csv **csv);
Err csv_next(Csv *csv, CsvRecord *out_record, Why *why);     /* out_record->line and ->offset are set on failure too */
int64_t csv_bytes_done(const Csv *csv);                      /* consumed so far, for progress */

/* Writing: fields are quoted when they must be; records end with CRLF as RFC 4180 has it, or LF on request. */
typedef struct CsvWriter {
    Buf *out;
    char delimiter;      /* 0 means ',' */
    bool lf;             /* end records with LF */
    bool guard;          /* apply csv_guard to text fields: set for files people open in a spreadsheet */
    size_t fields_;      /* written of this record */
    bool empty_;         /* it is one, and empty */
} CsvWriter;

void csv_write_text(CsvWriter *writer, Text text);
void csv_write_str(CsvWriter *writer, const char *text);
void csv_write_int(CsvWriter *writer, int64_t value);
void csv_write_micro(CsvWriter *writer, int64_t micro);      /* "12.5" */
void csv_write_end(CsvWriter *writer);                       /* ends the record */
/* True for text a spreadsheet would run as a formula (first byte = + - @ tab CR): such cells get a ' in front. Numbers
 * ("-5", "+1.5") are left alone. */
bool csv_guard(Text text);
