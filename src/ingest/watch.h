/* watch.h - a folder into which other systems drop files.
 *
 *     watch.json                 which map reads which file: {"watch":[{"files":"stock*.csv","map":"stock","source":"erp"}]}; the first that matches
 *     NAME                        arrives; taken when its size and time were the same at two polls
 *     work/NAME                   claimed by renaming; what lies here at a start is imported first
 *     done/YYYY/MM/DD/NAME
 *     error/NAME                  refused or held; NAME.errors.csv beside it says why
 *
 * A file whose rows are partly bad goes to done, with NAME.errors.csv beside it. Files that no pattern matches stay where they are, and
 * so do watch.json, names that start with "." or end with .tmp, .part or .filepart, and companions that another file's map reads. Nothing is ever deleted. */
#pragma once
#include "ingest/import.h"

typedef struct Watch Watch;

/* Reads watch.json and every map it names; ERR_INVALID names the line. */
Err watch_begin(const char *folder, Watch **out_watch, Why *why);
void watch_end(Watch **watch);
void watch_turn(Watch *watch, Turn turn);        /* imports give it back between their transactions */

/* What happened to one file; err OK, ERR_PARTIAL or why it stands in error/. */
typedef struct WatchNews { const char *name, *moved_to; Err err; Why why; ImportResult result; } WatchNews;
typedef void WatchTell(void *self, const WatchNews *news);

/* One look at the folder; imports what is ready, in order of name, and tells about each. Fails only when the folder itself cannot be read or a file
 * cannot be moved; ERR_BUSY, ERR_IO from the store end the poll and leave the file in work/. */
Err watch_poll(Watch *watch, Store *store, int64_t now_us, WatchTell *tell, void *self, Why *why);
