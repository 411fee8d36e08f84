/* sinks.h - the kinds of sink, for sink.c's table. Contracts as in sink.h. */
#pragma once
#include "deliver/sink.h"

/* One CSV file per order, `PO-<first 12 of the key>.csv` (TO- a transfer, AL- an allocation), renamed into place: it is there whole or not at all. Whether it was sent can
 * be told later even when the reader has deleted it (file.c says how). */
Err file_send(const char *base_directory, const PolicySink *sink, const Command *command, SinkOutcome *out_outcome, SinkAnswer *out_answer, Why *why);
Err file_lookup(const char *base_directory, const PolicySink *sink, const Command *command, SinkPresence *out_presence, SinkAnswer *out_answer, Why *why);

/* POST of the order as JSON with the header Idempotency-Key. 2xx: has it, number in "document" or "id" of a JSON answer; 4xx except 408,
 * 409, 425, 429: refused; everything else, and silence: unanswered. Redirects are not followed, only http and https to the configured host. */
Err http_send(const char *base_directory, const PolicySink *sink, const Command *command, SinkOutcome *out_outcome, SinkAnswer *out_answer, Why *why);
Err http_lookup(const char *base_directory, const PolicySink *sink, const Command *command, SinkPresence *out_presence, SinkAnswer *out_answer, Why *why);

/* The order's bytes, for both and for tests. */
void order_csv(Buf *out, const Command *command);
void order_json(Buf *out, const Command *command);
