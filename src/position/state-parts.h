/* state-parts.h - what the files of the state share among themselves; nobody else includes it. */
#pragma once
#include "position/state.h"

ItemInfo *item_info(State *state, ItemId item);              /* grown on first naming; good until the next call */
PlaceInfo *place_info(State *state, PlaceId place);
SupplierInfo *supplier_info(State *state, int32_t supplier);
int32_t mode_of(State *state, const Fact *f);                /* its number in State.modes, numbered by first arrival; 0 = not told */
CustomerInfo *customer_info(State *state, int32_t customer);
int32_t spot_place(State *state, ItemId item, PlaceId place);  /* its number, made when new */
void spot_dirty(State *state, int32_t spot);                 /* it alone */
void predecessors_touch(State *state, ItemId item);          /* what it replaces is used up by the demand of both */
void item_touch(State *state, ItemId item);                  /* its spots, and those of what replaces it */
void promise_note(State *state, const Fact *fact);
int32_t fact_day(const Fact *fact, Field field);             /* NO_DAY when absent */
uint64_t own_key(const Fact *fact);                          /* of the fact's own document and line */
uint64_t ref_key(const Fact *fact);                          /* of the line it answers */
RecordStatus status_of(const Fact *fact);
int64_t qty_or_none(const Fact *fact, Field field);
/* Facts that name an order line or a shipment, not a place: acknowledgements, ship notices, carrier status. */
bool is_answer(FactKind kind);
void answer_add(State *state, const Row *row, const Fact *fact);
void answer_drop(State *state, const Row *row, const Fact *fact);
void master_add(State *state, const Row *row, const Fact *fact);
void master_drop(State *state, const Row *row, const Fact *fact);

/* Takes a row out of a small table: in the chain that begins at `head`, which is short, not in the whole of it. */
#define FORGET_OF(list, head, row_id)                                            \
    for (int32_t i_ = (head); i_ >= 0; i_ = (list)->at[i_].next)                 \
        if ((list)->at[i_].row == (row_id)) (list)->at[i_].row = 0
