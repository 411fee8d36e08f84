/* breaker-room.h - between breaker.c, which judges, and the two files that count: breaker-stock.c and breaker-rows.c. */
#pragma once
#include "base/list.h"
#include "base/map.h"
#include "ingest/breaker.h"

/* One item at one place. day 0 in `before`: nothing is known. */
typedef struct Levels Levels;
Levels *levels_begin(void);
void levels_end(Levels **levels);
void levels_take(Levels *levels, const Fact *fact);              /* a stock level of the file */
void levels_known(Levels *levels, const Fact *fact);             /* what the log knew; after the whole file was taken */

/* What was counted. weeks: between the two days compared. */
typedef struct Tally { BreakerCheck check; const char *place; int32_t day; int64_t of, hits, weeks; } Tally;
typedef LIST(Tally) TallyList;
void levels_tally(const Levels *levels, Arena *keep, TallyList *out);

/* Prices, lead times, sizes of order lines and item codes: then and now. */
typedef struct Subjects Subjects;
Subjects *subjects_begin(void);
void subjects_end(Subjects **subjects);
size_t subjects_count(const Subjects *subjects);
void subjects_take(Subjects *subjects, const Fact *fact, bool now);   /* now: of the file; else what the log knew */
void subjects_tally(const Subjects *subjects, TallyList *out);
