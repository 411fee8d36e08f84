/* why.h - the chain from any row back to the bytes it rests on: command <- decision <- case <- step, policy, facts <- documents.
 *
 * An id is a row number, or a path: `item/AX-1@DFW` or anything below it leads to the newest case row of that item and place (open
 * ones first); `case/12` to the newest row of the case; `command/KEY` or a reference SW-... to the newest row of the command. */
#pragma once
#include "desk/desk.h"

typedef struct WhyDocument {
    const char *name, *sha256;
    FactPlace at;
    Text text;                  /* those bytes of the document, read and re-hashed from the blob; at most 4 KiB */
} WhyDocument;

typedef struct WhyNode {
    Row row;                    /* texts in the arena */
    const char *role;           /* what it is to the row it explains: "cause", "stock", "po-line", "policy" ... */
    int depth;                  /* 0 = the root */
    const char *summary;        /* one line */
    bool has_document;
    WhyDocument document;       /* of a fact */
} WhyNode;

enum { WHY_NODES_MOST = 400, WHY_DEPTH_MOST = 12 };
Err why_find(Store *store, Arena *work, const char *id, RowId *out_row, Why *why);
/* Depth first, each row once, root first. More than WHY_NODES_MOST rows are cut: out_cut says so. */
Err why_chain(Store *store, Arena *work, RowId root, WhyNode **out_nodes, int *out_count, bool *out_cut, Why *why);
/* {"root":{...},"chain":[{"row","kind","role","depth","at","by","key","summary","payload","document"}],"cut":false} */
void why_write(Buf *out, const WhyNode *nodes, int count, bool cut);
