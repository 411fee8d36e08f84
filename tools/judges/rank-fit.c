/* rank-fit.c - the record of confidence that is shipped, fitted on rows of replayed sample distributors.
 *
 *     build/tools/judges/judge-rank-fit ROWS.csv ... > src/draft/confidence-fit.h
 *
 * The rows are judge-rank-rows'. Fit on other seeds than rank.py judges; docs/judges.md has the protocol. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/list.h"
#include "base/time.h"
#include "draft/confidence.h"

enum { COLUMNS_MOST = 128 };
static const char *const columns[] = { "seed", "day", "item", "kind", "tier", "right" };
enum { SEED, DAY, ITEM, KIND, TIER, RIGHT, COLUMNS };

typedef struct Rows { Arena *work; LIST(DoubtLabel) label; LIST(long) seed; } Rows;

static Err column_of(const CsvRecord *head, const char *name, size_t *out, Why *why) {
    for (*out = 0; *out < head->fields_count; ++*out)
        if (text_equal(head->fields[*out].text, text_of(name))) return OK;
    return fail_hint(why, fail(why, ERR_INVALID, "there is no column \"%s\"", name), "make the rows with judge-rank-rows");
}

static void seed_note(Rows *rows, long seed) {
    for (size_t i = 0; i < rows->seed.count; i++)
        if (rows->seed.at[i] == seed) return;
    list_push(&rows->seed, seed);
}

static Err label_add(Rows *rows, const CsvRecord *record, const size_t *at, const size_t *sign_at, Why *why) {
    DoubtLabel label = { .right = record->fields[at[RIGHT]].text.at[0] == '1', .kind = text_keep(rows->work, record->fields[at[KIND]].text), .cell = text_keep(rows->work, record->fields[at[TIER]].text) };
    Text item = record->fields[at[ITEM]].text;
    long seed = strtol(record->fields[at[SEED]].text.at, NULL, 10);
    TRY(day_parse(record->fields[at[DAY]].text, "%Y-%m-%d", &label.day, why));
    label.cluster = (int64_t)hash64(item.at, item.length, (uint64_t)seed);
    for (int k = 0; k < SIGN_COUNT_; k++) label.sign[k] = strtof(record->fields[sign_at[k]].text.at, NULL);
    seed_note(rows, seed);
    list_push(&rows->label, label);
    return OK;
}

static Err rows_read(Rows *rows, const char *path, Why *why) {
    Text text;
    size_t at[COLUMNS], sign_at[SIGN_COUNT_];
    TRY(file_read(rows->work, path, 256 * MiB, &text, why));
    BytesMemory memory = { .text = text };
    own(csv_end) Csv *csv = csv_begin(bytes_of_memory(&memory), (CsvOptions){ 0 });
    CsvRecord record;
    TRY(csv_next(csv, &record, why));
    for (int c = 0; c < COLUMNS; c++) TRY(column_of(&record, columns[c], &at[c], why));
    for (int k = 0; k < SIGN_COUNT_; k++) TRY(column_of(&record, confidence_sign_names[k], &sign_at[k], why));
    size_t wanted = record.fields_count;
    for (;;) {
        TRY(csv_next(csv, &record, why));
        if (record.is_end) return OK;
        if (record.fields_count != wanted) return fail(why, ERR_INVALID, "line %lld has %zu fields, not %zu", (long long)record.line, record.fields_count, wanted);
        TRY_DOING(label_add(rows, &record, at, sign_at, why), "line %lld", (long long)record.line);
    }
}

static const char *const sign_symbols[] = {
#define SIGN_(name, text) #name,
    CONFIDENCE_SIGNS(SIGN_)
#undef SIGN_
};

static void body_write(Buf *out, const DoubtRecord *record) {
    buf_addf(out, "    .weight = {\n");
    for (int k = 0; k < SIGN_COUNT_; k++)
        if (record->weight[k] >= 0.00005) buf_addf(out, "        [SIGN_%s] = %.4f,\n", sign_symbols[k], record->weight[k]);
    buf_addf(out, "    },\n    .knots = %d, .knot = {     /* mean doubt, share right, its lower bound, labels */\n", record->knots);
    for (int k = 0; k < record->knots; k++) buf_addf(out, "        { %.4f, %.4f, %.4f, %d },\n", record->knot[k].doubt, record->knot[k].share, record->knot[k].low, record->knot[k].labels);
    buf_addf(out, "    },\n    .cells = %d, .cell = {     /* labels, and what is added to the log odds */\n", record->cells);
    for (int c = 0; c < record->cells; c++) buf_addf(out, "        { \"%s\", \"%s\", %d, %.4f },\n", record->cell[c].kind, record->cell[c].cell, record->cell[c].labels, record->cell[c].shift);
    buf_addf(out, "    },\n");
}

static void header_write(const Rows *rows, const DoubtFit *fit) {
    own(buf_end) Buf body = buf_begin(MiB), seeds = buf_begin(MiB);
    char hex[SHA256_HEX];
    body_write(&body, &fit->record);
    for (size_t i = 0; i < rows->seed.count; i++) buf_addf(&seeds, "%s%ld", i ? "," : "", rows->seed.at[i]);
    Sha256 hash = sha256(buf_text(&body));
    sha256_hex(&hash, hex);
    printf("/* confidence-fit.h - written by judge-rank-fit; do not edit. %zu labels of sample seeds %s: weights on %d of the earlier\n * days, shares on %d of the later ones. */\n"
           "#pragma once\nstatic const ConfidenceRecord shipped = { .version = \"%.12s\", .doubt = {\n%s} };\n",
           rows->label.count, buf_str(&seeds), fit->early, fit->late, hex, buf_str(&body));
}

static Err run(int count, char **paths, Why *why) {
    Rows rows = { .work = arena_begin(1024 * MiB) };
    DoubtFit *fit = new_in(rows.work, DoubtFit);
    for (int i = 0; i < count; i++) TRY_DOING(rows_read(&rows, paths[i], why), "%s", paths[i]);
    if (rows.label.count == 0) return fail(why, ERR_INVALID, "there are no rows");
    doubt_fit(rows.label.at, (int)rows.label.count, SIGN_COUNT_, CONFIDENCE_FITTED, NULL, rows.work, fit);
    header_write(&rows, fit);
    list_end(&rows.label);
    list_end(&rows.seed);
    arena_end(&rows.work);
    return OK;
}

int main(int argc, char **argv) {
    Why why = { 0 };
    if (argc < 2) {
        fprintf(stderr, "judge-rank-fit ROWS.csv ...\n");
        return 2;
    }
    Err err = run(argc - 1, argv + 1, &why);
    if (err != OK) fprintf(stderr, "%s\n", why.message);
    return err != OK;
}
