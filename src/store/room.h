/* room.h - what the files of the store share among themselves; nobody else includes it.
 *
 * Statements. Every SQL text is a literal with parameters $1, $2 ... in order of first use (the same text then serves a
 * server that binds by number). A Query is a statement at work; the prepared form is kept and found again by the literal's
 * address. A Query that is begun while the same one is still open (a visitor that reads) gets a statement of its own.
 *
 *     own(query_end) Query query = { 0 };
 *     TRY(query_begin(store, &query, "SELECT payload FROM log WHERE id = $1", why));
 *     query_int(&query, 1, id.v);
 *     TRY(query_next(&query, &has_row, why));
 *     Text payload = query_text_at(&query, 0);              // lives until the next query_next or query_end
 */
#pragma once
#include <sqlite3.h>

#include "base/hash.h"
#include "base/list.h"
#include "base/map.h"
#include "store/store.h"

typedef struct Kept { const char *sql; char *made; sqlite3_stmt *at; bool busy; } Kept;      /* made: the same text, when it was put together at run time */

typedef struct Codes {           /* of one IdKind: code -> number, number -> code */
    TextMap *numbers;            /* 0 = taken back by a rollback */
    LIST(const char *) codes;    /* [id - 1]; the texts live in `numbers` */
    size_t committed;            /* how many a rollback keeps */
} Codes;

/* What the table `feed` shows (feed.h): rows and columns from 0; the cell says what it holds through `out`. */
typedef struct FeedOut FeedOut;
typedef void FeedCell(void *self, int64_t row, int column, FeedOut *out);
typedef struct Feed { void *self; int64_t count; FeedCell *cell; } Feed;

typedef struct Aside Aside;      /* aside.c */
typedef struct Packer Packer;    /* blob.c */
enum { CHECKPOINT_MUST = 8 };    /* times checkpoint_pages in the WAL: then a commit waits until it can start over */

struct Store {
    sqlite3 *db;
    Aside *aside;                /* writes the WAL into the database; NULL: commits do */
    Packer *packer;              /* NULL until bytes are put */
    char *directory;
    World world;
    StoreUse use;
    int lock_fd;                 /* -1 when reading */
    LIST(Kept) kept;
    bool in_transaction;
    int looks;                   /* looks that stand open */
    bool broken;                 /* the disk refused to keep something: (5) of store.c */
    RowId last, committed_last;  /* newest row, with and without the open transaction */
    Sha256 chain, committed_chain;
    int64_t newest[ROW_KIND_COUNT_], committed_newest[ROW_KIND_COUNT_];   /* likewise by kind, when writing; 0 = there is none */
    int wal_pages, checkpoint_pages; /* frames in the WAL after the last commit; from how many on they go into the database */
    Codes codes[ID_KIND_COUNT_];
    Feed feed;
};

typedef struct Query { Store *store; sqlite3_stmt *at; int kept; int failed; } Query;   /* kept: its place in Store.kept, or -1 */

Err query_begin(Store *store, Query *out_query, const char *sql, Why *why);
Err query_begin_made(Store *store, Query *out_query, const char *sql, Why *why);     /* for texts put together at run time of which there are a few: found again by what they say */
Err query_begin_once(Store *store, Query *out_query, const char *sql, Why *why);     /* not kept */
void statements_end(Store *store);
void packer_end(Store *store);
void query_end(Query *query);
void query_int(Query *query, int at, int64_t value);                 /* at from 1 */
void query_text(Query *query, int at, Text value);                   /* borrowed until query_end or the next binding */
void query_str(Query *query, int at, const char *value);             /* NULL binds "" */
void query_blob(Query *query, int at, const void *bytes, size_t length);
Err query_next(Query *query, bool *out_row, Why *why);
Err query_run(Query *query, Why *why);                               /* to its end; ready to be bound again */
int64_t query_int_at(const Query *query, int column);                /* column from 0 */
Text query_text_at(const Query *query, int column);
const char *query_str_at(const Query *query, int column);
Err query_one_int(Store *store, const char *sql, int64_t *out_value, Why *why);      /* first column of the first row; none: ERR_NOT_FOUND */

bool checkpoint_kept(int result);                                    /* OK, or to be tried again; else the store is broken */
void aside_look(Store *store);                                       /* before a transaction: broken if the thread failed to keep something */
bool aside_takes(Store *store);                                      /* after a commit: nothing is left for it to do now */
void aside_end(Store *store);
Err sql_run(Store *store, const char *sql, Why *why);                /* statements without rows, not kept */
Err sql_fail(Store *store, const char *doing, Why *why);             /* the error of the database handle as ours */
Err store_ready(Store *store, Why *why);                             /* ERR_IO once broken */
Err store_writing(Store *store, Why *why);                           /* and inside a transaction */

#define LOG_COLUMNS "id, cause, kind, sub, item, place, recorded_us, occurred_us, known_us, author, key, payload"
Row row_at(const Query *query);                                      /* of LOG_COLUMNS; texts live as a column does */
Row row_keep(Arena *work, const Row *row);
/* Links in the order given: ids and chains are filled in. by, key and payload are borrowed. */
typedef struct Link { Row row; FactPlace where; Sha256 chain; } Link;
Err log_write(Store *store, Link *links, size_t count, Why *why);
Sha256 log_chain(const Sha256 *before, const Row *row, const FactPlace *where);
Sha256 link_chain(const Sha256 *before, RowId after, RowId row, Because because);

Err idents_load(Store *store, Why *why);                             /* all that came since the last load */
void idents_forget(Store *store);                                    /* what the transaction defined */
void idents_keep(Store *store);
void idents_end(Store *store);
Err ident_define(Store *store, IdKind kind, Text code, int32_t *out_id, bool *out_is_new, Why *why);

Err retractions_load(Store *store, IntMap **out_retracted, Why *why); /* document -> row of its retraction; caller ends it */

Err blob_check(Store *store, Hash hash, Why *why);                   /* the whole of it, re-hashed */

Err derived_check(Store *store, Why *why);                            /* the tables beside the log fit it */

Err lock_take(Store *store, Why *why);
void lock_leave(Store *store);

Err database_open(const char *path, int flags, sqlite3 **out_db, Why *why);
Err database_fail(sqlite3 *db, const char *doing, Why *why);
Err migrate(sqlite3 *db, int upto_version, Why *why);                /* from whatever it is; 0 = newest */
int migrations_newest(void);
Err version_of(sqlite3 *db, int *out_version, Why *why);             /* ERR_CORRUPT when it is no store of ours */
