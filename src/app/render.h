/* render.h - a verb's JSON answer as a table, CSV, TSV or JSON lines. An object with "rows" is a table of them; any other
 * object is a list of name and value, in which nested values are sections (table) or dotted names (CSV, TSV). Only the table
 * is for people: the other formats keep the API's raw numbers. */
#pragma once
#include "app/cli.h"
#include "base/text.h"

typedef struct RenderOptions {
    OutputFormat format;         /* not AUTO */
    const char *fields;          /* "a,b" or NULL for all */
    const char *columns;         /* what a table shows without `fields`; NULL: all */
    bool no_header;
    int width;                   /* of the terminal; 0 = do not fit */
} RenderOptions;

Err render(Arena *work, Text answer, const RenderOptions *options, Buf *out, Why *why);
