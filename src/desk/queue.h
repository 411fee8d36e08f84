/* queue.h - the queue as a screen shows it: a view, a filter, a sort, and windows of one stable order. The order is made once
 * and kept under a snapshot id, so that nothing moves under the cursor while a person works; the lines themselves are read fresh.
 * A Queue belongs to the thread of its Store. */
#pragma once
#include "base/json.h"
#include "desk/desk.h"

typedef struct Queue Queue;
enum { QUEUE_SNAPSHOTS_MOST = 16, QUEUE_ROWS_MOST = 1000, QUEUE_CASES_MOST = 200000 };

Queue *queue_begin(void);
void queue_end(Queue **queue);

/* Views: "open", "approval", "accepted", "snoozed", "done" (sent, confirmed, closed, rejected),
 * "data" (fix-data, open), "all". Texts may be NULL or "" = not asked. */
typedef struct QueueQuery {
    const char *view, *sort, *kind, *place, *supplier, *tier, *words;
    bool ascending;
    int64_t offset;
    int limit;                    /* 1 .. QUEUE_ROWS_MOST */
    int64_t snapshot;             /* 0 = make one; an unknown or dropped one is made anew */
} QueueQuery;

typedef struct QueueFacet { const char *name; int64_t count; } QueueFacet;
typedef struct QueuePage {
    int64_t snapshot, total;      /* total may exceed QUEUE_CASES_MOST; only that many are walked */
    CaseLine *lines; int count;
    QueueFacet *kinds, *places, *tiers; int kinds_count, places_count, tiers_count;
    int64_t newer;                /* case versions since the snapshot was made, at most 1,000: a screen may offer a fresh one */
} QueuePage;

Err queue_page(Queue *queue, const Desk *desk, Arena *work, const QueueQuery *query, QueuePage *out_page, Why *why);
/* Every case of the filter in order, in pages of `most` handed to `visit`: for exports. */
typedef Err QueueVisit(void *self, const CaseLine *lines, int count, Why *why);
Err queue_each(const Desk *desk, const QueueQuery *query, QueueVisit *visit, void *self, Why *why);

/* One row as GET /queue shows it (description and currency come from the case itself), and the whole answer. */
Err queue_row_write(JsonWriter *json, Store *store, Arena *work, const CaseLine *line, Why *why);
Err queue_page_write(Buf *out, Store *store, Arena *work, int64_t offset, const QueuePage *page, Why *why);
