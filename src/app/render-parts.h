/* render-parts.h - what the two halves of rendering share: which columns a list of rows has, and its text for people. Not for other rooms. */
#pragma once
#include "app/render.h"
#include "base/json.h"

enum { COLUMNS_MOST = 64 };
typedef struct Columns { const char *names[COLUMNS_MOST]; int count; } Columns;

/* The members of the rows that fit a cell, in the order met; with `fields` just those, in that order. A field no row has is ERR_USAGE with the nearest one. */
Err columns_choose(Arena *work, const JsonValue *rows, const char *fields, Columns *columns, Why *why);
bool json_is_plain(const JsonValue *value);           /* neither array nor object */
bool json_is_list(const JsonValue *value);            /* an array of plain values */
bool json_fits_cell(const JsonValue *value);          /* either */
Text json_plain_text(const JsonValue *value);         /* "" for null and what is nested, yes and no for booleans */
Text json_cell_text(Arena *work, const JsonValue *value);   /* the same; a list is joined by "; " */

/* Tables and sections for a terminal: money with its decimals and currency, shares in per cent, moments to the minute. */
void people_table(Arena *work, Buf *out, const JsonValue *root, const JsonValue *rows, const Columns *columns, const RenderOptions *options);
void people_object(Arena *work, Buf *out, const JsonValue *object, const RenderOptions *options);
