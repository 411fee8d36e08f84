/* feed.h - rows that stand in memory, read by SQL as the table `feed`. Inside the store only.
 *
 * One statement then writes or looks up a whole batch, with its cursors kept open from row to row; begun anew for each row it costs half as
 * much again. The text of such a statement names its columns v0 .. v15 in the order the cell function knows them:
 *
 *     feed_from(store, &rows, count, cell_of);
 *     TRY(query_begin(store, &insert, "INSERT OR FAIL INTO t (a, b) SELECT v0, v1 FROM feed", why));
 *     TRY(query_run(&insert, why));
 *
 * OR FAIL, because ABORT would keep a copy of every page it touches in order to undo the statement alone; here the transaction is undone. */
#pragma once
#include "store/room.h"

void feed_int(FeedOut *out, int64_t value);
void feed_text(FeedOut *out, Text value);        /* borrowed until the statement has run */
void feed_blob(FeedOut *out, const void *bytes, size_t length);

Err feed_add(Store *store, Why *why);            /* once, when the store opens */
void feed_from(Store *store, void *self, int64_t count, FeedCell *cell);
