/* regenerate.h - a stored document becomes facts again: the same bytes through the same map, as they were kept when it came, and the units
 * that were known before it. Proves that what the log holds is what the document says.
 *
 * Facts are asked for in the order in which the log holds them; one that the log holds later than its neighbours (it had waited for a
 * code) is found too. Memory: a batch, and the facts that made no row of their own. */
#pragma once
#include "ingest/import.h"

typedef struct Regenerated Regenerated;

/* `from` holds the document's bytes; `known` holds what was known before it. The bytes are laid out in `folder`, which outlives the answer. */
Err regenerate_begin(Store *from, Store *known, RowId document, const char *folder, Regenerated **out, Why *why);
void regenerate_end(Regenerated **regenerated);
/* The fact with this key from that place; *out_payload is as fact_write gives it. Both live until the next call. ERR_NOT_FOUND: the document does not
 * say that. */
Err regenerate_find(Regenerated *regenerated, FactKind kind, Text key, FactPlace where, Fact *out_fact, Text *out_payload, Why *why);
