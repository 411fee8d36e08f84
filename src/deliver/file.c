/* file.c - an order as one CSV file in a folder, exactly once, even when its reader deletes what it has read.
 *
 * A purchase order is PO-X, a transfer order TO-X, an allocation AL-X, with the columns of its kind.
 *
 * (1) .stockwright/PO-X.pending  the whole file, durable
 * (2) .stockwright/PO-X.begun    empty, durable: from here on a missing .pending means that (3) happened
 * (3) .stockwright/PO-X.pending is renamed to PO-X.csv: one atomic step makes the order visible
 * A crash leaves: no .begun, nothing was sent; .begun and .pending, nothing was sent; .begun alone, it was. The .begun files stay. */
#include <stdio.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/time.h"
#include "deliver/sinks.h"

static void day_field(CsvWriter *csv, int32_t day) {
    char text[DAY_TEXT] = "";
    if (day != 0) day_format(day, text);
    csv_write_str(csv, text);
}

static void names_write(CsvWriter *csv, const char *const *names, size_t count) {
    for (size_t i = 0; i < count; i++) csv_write_str(csv, names[i]);
    csv_write_end(csv);
}

/* What customers of the place get: nothing is ordered. */
static void allocation_csv(CsvWriter *csv, const Command *command, const char *reference) {
    static const char *const columns[] = { "reference", "place", "line", "customer", "customer_order", "customer_line", "item", "qty", "uom" };
    names_write(csv, columns, sizeof columns / sizeof columns[0]);
    for (int i = 0; i < command->lines_count; i++) {
        const CommandLine *line = &command->lines[i];
        csv_write_str(csv, reference);
        csv_write_str(csv, command->place);
        csv_write_int(csv, line->line);
        csv_write_str(csv, line->customer);
        csv_write_str(csv, line->customer_order);
        csv_write_str(csv, line->customer_line);
        csv_write_str(csv, line->item);
        csv_write_micro(csv, line->qty_micro);
        csv_write_str(csv, line->uom);
        csv_write_end(csv);
    }
}

/* csv_guard stays off: this file is read by a program that must get codes back exactly, not opened in a spreadsheet. */
void order_csv(Buf *out, const Command *command) {
    static const char *const buys[] = { "reference", "supplier", "place", "line", "item", "qty", "uom", "unit_cost", "currency", "requested_day" };
    static const char *const moves[] = { "reference", "from_place", "place", "line", "item", "qty", "uom", "requested_day" };
    char reference[COMMAND_REFERENCE];
    bool move = command->from_place[0] != 0;
    const char *const *header = move ? moves : buys;
    size_t columns = move ? sizeof moves / sizeof moves[0] : sizeof buys / sizeof buys[0];
    CsvWriter csv = { .out = out, .lf = true };
    command_reference(command->key, reference);
    if (command_is_allocation(command)) {
        allocation_csv(&csv, command, reference);
        return;
    }
    names_write(&csv, header, columns);
    for (int i = 0; i < command->lines_count; i++) {
        const CommandLine *line = &command->lines[i];
        csv_write_str(&csv, reference);
        csv_write_str(&csv, move ? command->from_place : command->supplier);
        csv_write_str(&csv, command->place);
        csv_write_int(&csv, line->line);
        csv_write_str(&csv, line->item);
        csv_write_micro(&csv, line->qty_micro);
        csv_write_str(&csv, line->uom);
        if (!move) csv_write_micro(&csv, line->unit_cost_micro);
        if (!move) csv_write_str(&csv, command->currency);
        day_field(&csv, line->arrival_day);
        csv_write_end(&csv);
    }
}

typedef struct Paths { const char *folder, *hidden, *pending, *begun, *visible; } Paths;

static Paths paths_of(Arena *work, const char *base_directory, const PolicySink *sink, const Command *command) {
    const char *folder = sink->directory[0] == '/' ? sink->directory : path_join(work, base_directory, sink->directory);
    const char *hidden = path_join(work, folder, ".stockwright");
    const char *name = text_format(work, "%s-%.12s", command_is_allocation(command) ? "AL" : command->from_place[0] ? "TO" : "PO", command->key);
    return (Paths){ .folder = folder, .hidden = hidden,
                    .pending = path_join(work, hidden, text_format(work, "%s.pending", name)),
                    .begun = path_join(work, hidden, text_format(work, "%s.begun", name)),
                    .visible = path_join(work, folder, text_format(work, "%s.csv", name)) };
}

/* A file of that name that we did not begin is not our order unless every byte says so. */
static SinkPresence compare(Arena *work, const Paths *paths, const Command *command, SinkAnswer *out_answer) {
    own(buf_end) Buf ours = buf_begin(16 * MiB);
    Text theirs;
    order_csv(&ours, command);
    if (file_read(work, paths->visible, 16 * MiB, &theirs, NULL) == OK && text_equal(buf_text(&ours), theirs)) return SINK_HAS;
    snprintf(out_answer->error, sizeof out_answer->error, "%.200s is there already and is not this order", paths->visible);
    return SINK_WILL_NOT_SAY;
}

static SinkPresence presence(Arena *work, const Paths *paths, const Command *command, SinkAnswer *out_answer) {
    if (file_exists(paths->begun)) return file_exists(paths->pending) ? SINK_HAS_NOT : SINK_HAS;
    return file_exists(paths->visible) ? compare(work, paths, command, out_answer) : SINK_HAS_NOT;
}

Err file_lookup(const char *base_directory, const PolicySink *sink, const Command *command, SinkPresence *out_presence, SinkAnswer *out_answer, [[maybe_unused]] Why *why) {
    own(arena_end) Arena *work = arena_begin(64 * MiB);
    Paths paths = paths_of(work, base_directory, sink, command);
    *out_answer = (SinkAnswer){ 0 };
    /* A share that is not mounted shows an empty folder: ours always has its hidden one once anything was sent. */
    *out_presence = folder_exists(paths.hidden) || !folder_exists(paths.folder) ? presence(work, &paths, command, out_answer) : SINK_WILL_NOT_SAY;
    return OK;
}

/* (1) and (2) touch nothing that anybody reads; only (3) can leave a doubt. */
static Err stage(const Paths *paths, const Command *command, Why *why) {
    own(buf_end) Buf bytes = buf_begin(16 * MiB);
    order_csv(&bytes, command);
    TRY(buf_check(&bytes, "the order file", why));
    TRY(folder_make(paths->hidden, why));
    TRY(file_write(paths->pending, buf_text(&bytes), why));
    return file_write(paths->begun, text_of(""), why);
}

Err file_send(const char *base_directory, const PolicySink *sink, const Command *command, SinkOutcome *out_outcome, SinkAnswer *out_answer, [[maybe_unused]] Why *why) {
    own(arena_end) Arena *work = arena_begin(64 * MiB);
    Paths paths = paths_of(work, base_directory, sink, command);
    Why writing = { 0 };
    *out_answer = (SinkAnswer){ 0 };
    SinkPresence there = presence(work, &paths, command, out_answer);
    *out_outcome = there == SINK_HAS ? SINK_ACKED : SINK_UNANSWERED;
    if (there != SINK_HAS_NOT) return OK;
    Err err = stage(&paths, command, &writing);
    if (err != OK) *out_outcome = SINK_UNTOUCHED;
    else if ((err = file_rename(paths.pending, paths.visible, &writing)) == OK) *out_outcome = SINK_ACKED;
    if (err != OK) snprintf(out_answer->error, sizeof out_answer->error, "%.255s", writing.message);
    return OK;
}
