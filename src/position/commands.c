#include "position/commands.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "domain/command.h"
#include "position/state-parts.h"

CommandBook *command_book_begin(void) {
    CommandBook *book = calloc(1, sizeof *book);
    if (!book) stop_for("no memory for commands");
    book->by_key = int_map_begin(1 << 24);
    book->texts = arena_begin((size_t)512 * MiB);
    return book;
}

void command_book_end(CommandBook **book) {
    if (!*book) return;
    int_map_end(&(*book)->by_key);
    arena_end(&(*book)->texts);
    list_end(&(*book)->commands);
    list_end(&(*book)->lines);
    free((*book)->supply);
    free((*book)->sends);
    free(*book);
    *book = NULL;
}

typedef struct Reading { CommandBook *book; State *state; Arena *work; } Reading;

static Err command_visit(void *self, const Row *row, Why *why) {
    Reading *r = self;
    CommandBook *book = r->book;
    Command command;
    arena_clear(r->work);
    TRY_DOING(command_read(r->work, row->payload, &command, why), "command row %lld", (long long)row->id.v);
    int64_t key = (int64_t)hash64(command.key, strlen(command.key), 0);
    if (command_is_allocation(&command)) return OK;      /* what leaves to customers is in their orders already */
    bool is_new;
    int64_t *index = int_map_place(book->by_key, key, (int64_t)book->commands.count, &is_new);
    if (is_new) list_push(&book->commands, (CommandSeen){ 0 });
    char reference[COMMAND_REFERENCE];
    command_reference(command.key, reference);
    CommandSeen *seen = &book->commands.at[*index];
    const char *doc = is_new ? text_copy(book->texts, reference) : seen->reference;
    *seen = (CommandSeen){ .row = row->id.v, .state = (int32_t)command.state, .order_day = command.order_day, .reference = doc,
        .supplier = ident_find(r->state->store, ID_SUPPLIER, text_of(command.supplier)), .first = (int)book->lines.count };
    PlaceId place = { ident_find(r->state->store, ID_PLACE, text_of(command.place)) }, from = { ident_find(r->state->store, ID_PLACE, text_of(command.from_place)) };
    for (int i = 0; i < command.lines_count; i++) {
        const CommandLine *line = &command.lines[i];
        ItemId item = { ident_find(r->state->store, ID_ITEM, text_of(line->item)) };
        if (item.v == 0 || place.v == 0) continue;
        int32_t spot = spot_place(r->state, item, place), sender = from.v ? spot_place(r->state, item, from) : -1;
        spot_touch(r->state, spot);
        list_push(&book->lines, (CommandSupply){ .spot = spot, .sender = sender, .row = row->id.v, .qty = line->confirmed ? 0 : line->qty_micro - line->received_micro,
            .supplier = seen->supplier, .order_day = command.order_day, .reference = hash64(reference, strlen(reference), 0), .doc = doc,
            .price = line->unit_cost_micro, .case_id = line->case_id });
        seen->count++;
    }
    return OK;
}

static int supply_order(const void *left, const void *right) {
    const CommandSupply *a = left, *b = right;
    if (a->spot != b->spot) return a->spot < b->spot ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

static void supply_list(CommandBook *book) {
    free(book->supply);
    book->supply = calloc(book->lines.count + 1, sizeof *book->supply);
    if (!book->supply) stop_for("no memory for commands");
    book->count = 0;
    for (size_t i = 0; i < book->commands.count; i++) {
        const CommandSeen *seen = &book->commands.at[i];
        if (!command_is_supply((CommandState)seen->state)) continue;
        for (int k = 0; k < seen->count; k++)
            if (book->lines.at[seen->first + k].qty > 0) book->supply[book->count++] = book->lines.at[seen->first + k];
    }
    qsort(book->supply, (size_t)book->count, sizeof *book->supply, supply_order);
    free(book->sends);
    book->sends = calloc((size_t)book->count + 1, sizeof *book->sends);
    if (!book->sends) stop_for("no memory for commands");
    book->sends_count = 0;
    for (int i = 0; i < book->count; i++) {
        if (book->supply[i].sender < 0) continue;
        book->sends[book->sends_count] = book->supply[i];
        book->sends[book->sends_count++].spot = book->supply[i].sender;
    }
    qsort(book->sends, (size_t)book->sends_count, sizeof *book->sends, supply_order);
}

Err command_book_advance(CommandBook *book, State *state, int64_t upto, Why *why) {
    own(arena_end) Arena *work = arena_begin(64 * MiB);
    Reading reading = { .book = book, .state = state, .work = work };
    LogFilter filter = { .after = { book->upto }, .upto = { upto }, .kinds = 1ull << ROW_COMMAND };
    TRY(log_scan(state->store, &filter, command_visit, &reading, why));
    book->upto = upto;
    supply_list(book);
    return OK;
}
