/* store.h - the log and what hangs from it. The only door to SQL.
 *
 * A store is a directory: log.db (SQLite, WAL, synchronous=FULL), snapshots, `lock` (pid and socket path of the holder),
 * `sock`, `STOP`. The log is append-only rows in one id sequence: the order of the world. Everything else in it (current,
 * parked, case_now, outbox, ident) is derived from the log in the same transaction and can be rebuilt from it.
 *
 * One writer: a Store opened with STORE_WRITE holds the lock until store_close. Readers (STORE_READ) open as many as they like and
 * see committed rows. A Store belongs to one thread at a time. What a function returns in an Arena is the caller's.
 * Everything that writes wants an open transaction (asserted). A visitor may read the same store; what it appends is not visited. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "base/text.h"
#include "base/world.h"
#include "domain/fact.h"
#include "domain/ids.h"

typedef struct Store Store;
typedef enum StoreUse { STORE_READ, STORE_WRITE } StoreUse;

Err store_init(const char *directory, const World *world, Why *why);             /* creates an empty store; an existing one is a conflict */
Err store_open(const char *directory, StoreUse use, const World *world, Store **out_store, Why *why); /* migrates when writing; ERR_BUSY names the holder's pid */
void store_close(Store **store);                                                 /* rolls an open transaction back */
/* From now on a thread of its own writes the WAL into the database, so that no commit waits for it. For a server. */
Err store_checkpoints_aside(Store *store, Why *why);
/* Gives back mapped and cached pages, which only make it quick and come back as they are used. Between statements. */
Err store_rest(Store *store, Why *why);
const char *store_directory(const Store *store);
/* Who holds the lock, if anybody: its socket path in `work`, else NULL. */
Err store_holder(Arena *work, const char *directory, const char **out_socket, Why *why);
Err store_publish_socket(Store *store, const char *socket_path, Why *why);       /* writes it into `lock` */
bool store_stopped(const char *directory);                                       /* the STOP file exists: nothing is sent */
Err store_backup(const char *directory, const char *to_directory, Why *why);     /* hot, while a server runs */
Err store_restore(const char *from_directory, const char *directory, Why *why);  /* verifies integrity and chain first */
Err store_verify(Store *store, int64_t *out_rows, Why *why);                     /* pages, hash chain, derived tables, blobs; names the first bad row */

Err store_begin(Store *store, Why *why);     /* BEGIN IMMEDIATE */
Err store_commit(Store *store, Why *why);    /* durable when it returns OK; after a failed fsync every later call is ERR_IO */
void store_rollback(Store *store);
/* Many questions about one moment: until store_look_end a reader sees the log as it stood at the first of them, and takes its lock once. Looks may stand
 * inside looks. A writer sees what it writes. */
Err store_look(Store *store, Why *why);
void store_look_end(Store *store);

/* ---- rows ------------------------------------------------------------------------------------------------------ */
typedef enum RowKind {
    ROW_DOCUMENT = 1,  /* raw bytes taken in: payload {source, name, bytes, sha256, map, rows, ...}; key = source|sha256 */
    ROW_FACT,          /* sub = FactKind; cause = document (or a person's row) */
    ROW_STEP,          /* one planning step: {"upto":id,"now":us,"as_of":day,"policy":row,"model":hash,"engine":"0.1.0"} */
    ROW_CASE,          /* sub = CaseKind; cause = step; `key` = case id of the first row, as text */
    ROW_DECISION,      /* cause = case row */
    ROW_COMMAND,       /* a version of a command; cause = decision */
    ROW_POLICY,        /* cause = a person's act; blob holds the file */
    ROW_MODEL,         /* {"name","hash"} */
    ROW_USER,          /* account created, changed, disabled (no secrets: the hash is kept in table `secret`) */
    ROW_RETRACT,       /* cause = the document or decision whose facts no longer count */
    ROW_NOTE,          /* send attempts, replies, STOP, breaker, sign-ins refused: things that happened to us */
    ROW_KIND_COUNT_,
} RowKind;
extern const char *const row_kind_names[ROW_KIND_COUNT_];

typedef struct Row {
    RowId id;                 /* filled by log_append */
    RowId cause;              /* 0 = the outside */
    RowKind kind;
    int32_t sub;              /* FactKind, CaseKind ... or 0 */
    ItemId item;              /* 0 where it does not apply */
    PlaceId place;
    int64_t recorded_us;      /* filled by log_append from the world's clock unless given */
    int64_t occurred_us, known_us;
    const char *by;           /* user name, "rule:R017v4", "import", "system" */
    const char *key;          /* readable, "" where none */
    Text payload;             /* JSON */
} Row;

Err log_append(Store *store, Row *row, Why *why);                                          /* inside a transaction */
Err log_because(Store *store, RowId row, RowId cause, const char *role, Why *why);         /* further causes, many to many */
Err log_read(Store *store, Arena *work, RowId id, Row *out_row, Why *why);                 /* ERR_NOT_FOUND */
typedef struct Because { RowId cause; const char *role; } Because;
Err log_causes(Store *store, Arena *work, RowId id, Because **out_causes, int *out_count, Why *why);   /* includes row.cause as role "cause" */
Err log_effects(Store *store, Arena *work, RowId id, RowId **out_rows, int *out_count, Why *why);      /* rows it caused, at most 1,000 */
RowId log_last(Store *store);

/* Visits rows in id order until the visitor fails. Zero fields of the filter do not filter. */
typedef struct LogFilter { RowId after, upto; uint64_t kinds; /* bits 1<<RowKind */ uint64_t subs; ItemId item; PlaceId place; const char *key; int64_t most; bool newest_first; } LogFilter;
typedef Err LogVisit(void *self, const Row *row, Why *why);
Err log_scan(Store *store, const LogFilter *filter, LogVisit *visit, void *self, Why *why);
/* The same until a row is taken: those after it are not read. */
typedef Err LogTake(void *self, const Row *row, bool *out_taken, Why *why);
Err log_find(Store *store, const LogFilter *filter, LogTake *take, void *self, Why *why);
Err log_has(Store *store, const LogFilter *filter, bool *out_has, Why *why);      /* whether there is any such row */

/* ---- bytes: content-addressed, 1 MiB chunks, zstd ------------------------------------------------------------- */
typedef struct Hash { uint8_t bytes[32]; } Hash;
const char *hash_hex(Arena *work, Hash hash);
Err hash_of_hex(const char *hex, Hash *out, Why *why);                                                  /* ERR_INVALID */
Err blob_put(Store *store, const void *bytes, size_t length, Hash *out_hash, Why *why);                /* the same bytes twice are stored once */
Err blob_put_file(Store *store, const char *path, Hash *out_hash, int64_t *out_bytes, Why *why);        /* constant memory */
Err blob_read(Store *store, Arena *work, Hash hash, int64_t offset, int64_t length, Text *out_bytes, Why *why); /* decompresses only the chunks it needs and re-hashes them; ERR_CORRUPT */
Err blob_read_named(Store *store, Arena *work, const char *hex, Text *out_bytes, Why *why);             /* all of it, by its hash as payloads name it */
Err blob_to_file(Store *store, Hash hash, const char *path, Why *why);
int64_t blob_size(Store *store, Hash hash);                                                             /* -1 when absent */

/* ---- facts ------------------------------------------------------------------------------------------------------ */
typedef enum FactOutcome {
    FACT_NEW, FACT_DUPLICATE,      /* same key, same content: counted, no effect */
    FACT_CORRECTED,                /* a newer version took the old one's place */
    FACT_LATE,                     /* an older version came late: recorded, does not change the present */
    FACT_CONFLICTING,              /* same key and version, other content: not applied; the caller makes it a fix-data case */
    FACT_PARKED,                   /* names a code nobody has defined yet; applied by itself when the code arrives */
    FACT_OUTCOME_COUNT_,
} FactOutcome;
extern const char *const fact_outcome_names[FACT_OUTCOME_COUNT_];
typedef struct FactPlace { int64_t line, offset, length; } FactPlace;   /* where in the document: line from 1, byte span */
/* Appends a batch in the order given, inside the caller's transaction. `where` may be NULL. Facts released from parking are appended after the fact that
 * defined their code, with their own document as cause. out_rows[i] is 0 where no row was written (duplicate, conflicting, parked);
 * outcomes and rows may be NULL. Version 0 means that arrival decides: a later document corrects an earlier one, but a document that
 * says two things of one key conflicts with itself; rows that define a code (items, places ...) take the last word instead.
 * A retracted document is ERR_CONFLICT. */
Err facts_append(Store *store, RowId document, const Fact *facts, const FactPlace *where, int count, const char *by, FactOutcome *out_outcomes, RowId *out_rows, Why *why);
/* The same with what of each fact was worked out before its turn came, on whatever thread: its key, its payload and the payload's hash. */
typedef struct FactForm { Text key, payload; int64_t hash; } FactForm;
Err fact_form(Arena *work, Buf *scratch, const Fact *fact, FactForm *out_form, Why *why);
Err facts_append_formed(Store *store, RowId document, const Fact *facts, const FactForm *forms, const FactPlace *where, int count, const char *by, FactOutcome *out_outcomes, RowId *out_rows, Why *why);
Err fact_where(Store *store, RowId fact, FactPlace *out_where, Why *why);
/* The facts that a document or a decision is the cause of stop counting; what they had replaced counts again. */
Err facts_retract(Store *store, RowId cause, const char *by, const char *reason, RowId *out_row, Why *why);
Err facts_counting_of(Store *store, RowId cause, bool *out_any, Why *why);      /* it caused facts, and they were not retracted */
Err facts_retraction(Store *store, RowId cause, RowId *out_row, Why *why);      /* the row that retracted them; 0: none did */
/* By the key of its row, "source|sha256 hex". ERR_NOT_FOUND; a retracted document is not found. */
Err document_by_hash(Store *store, const char *source, Hash hash, RowId *out_row, Why *why);

typedef struct ParkedFact { int64_t id; RowId document; FactKind kind; const char *key, *missing_kind, *missing_code; int64_t parked_us; Text payload; } ParkedFact;
Err facts_parked(Store *store, Arena *work, ParkedFact **out, int *out_count, int most, Why *why);

/* The facts that count at log id `upto` and were known at `known_us` (INT64_MAX = no limit): superseded, cancelled and retracted ones left out. Kinds as bits 1<<FactKind, 0 = all.
 * Id order. A cancelled key is not visited. The Fact lives until the visitor returns. Facts have no index by item or kind: a filter saves the
 * reading of payloads, not the walk over the log (about a million rows a second); screens ask the planner's picture. */
typedef struct FactFilter { RowId after, upto; int64_t known_us; uint64_t kinds; ItemId item; PlaceId place; } FactFilter;
typedef Err FactVisit(void *self, const Row *row, const Fact *fact, Why *why);
Err facts_scan(Store *store, const FactFilter *filter, FactVisit *visit, void *self, Why *why);
/* The facts of one kind that count now, found by their keys and in the order of these: for kinds that are few among many. */
Err facts_of_kind(Store *store, FactKind kind, FactVisit *visit, void *self, Why *why);
/* For one who keeps a picture up to date: facts in (after, upto] with what each replaced (NULL when nothing counted before), so that old contributions can be subtracted; retractions and
 * cancellations come as fact = NULL with the replaced one. */
typedef Err FactChangeVisit(void *self, const Row *row, const Fact *fact, const Row *old_row, const Fact *old_fact, Why *why);
Err facts_changes(Store *store, RowId after, RowId upto, FactChangeVisit *visit, void *self, Why *why);

/* ---- codes --------------------------------------------------------------------------------------------------------- */
int32_t ident_find(Store *store, IdKind kind, Text code);                       /* 0 when nobody defined it */
const char *ident_code(Store *store, IdKind kind, int32_t id);                  /* "" for 0; lives as long as the store */
int32_t ident_count(Store *store, IdKind kind);                                 /* ids are 1..count */

/* ---- cases, the outbox, people: the present, for screens ----------------------------------------------------------- */
/* A line of the queue. Written with the case row (same transaction) by case_put; the JSON of the newest case row is the truth. */
typedef struct CaseLine {
    RowId case_id;            /* id of its first row */
    RowId row;                /* newest row */
    int32_t kind;             /* CaseKind of domain/case.h */
    int32_t status;           /* CaseStatus */
    int32_t tier;             /* Tier */
    ItemId item; PlaceId place; SupplierId supplier;
    int64_t rank_minor, at_stake_minor, value_minor;
    int64_t p_out_ppm;        /* P1, parts per million; -1 = not applicable */
    int64_t confidence_ppm;   /* parts per million; -1 = not applicable: a doubt about data is no decision that could be wrong */
    int32_t due_day;          /* decide by; 0 = none */
    int64_t opened_us, changed_us, snoozed_until_us;
    const char *assigned;     /* role or user, "" */
    const char *title;        /* one line */
    const char *action;       /* "buy 48", "expedite PO-77", ... */
    const char *search;       /* lower-case words the filter looks in */
    const char *subject;      /* separates several cases of one kind for one item and place; NULL: as the row's JSON says */
} CaseLine;
/* Appends the row (row->kind ROW_CASE; case_id 0 = a new case: its id becomes the row's) and replaces the line. The row's key
 * becomes the case id, changed_us the row's recorded_us, and opened_us too unless given. */
Err case_put(Store *store, Row *row, CaseLine *line, Why *why);
Err case_line(Store *store, Arena *work, RowId case_id, CaseLine *out_line, Why *why);
/* The newest case of the exposure that is neither closed nor rejected; ERR_NOT_FOUND. */
Err case_open_for(Store *store, ItemId item, PlaceId place, int32_t kind, const char *subject, RowId *out_case, Why *why);
typedef struct CaseFilter {
    uint32_t kinds, statuses, tiers;     /* bits, 0 = any */
    ItemId item; PlaceId place; SupplierId supplier;
    int64_t rank_least_minor;
    const char *words;                   /* each must occur */
    int64_t now_us;                      /* snoozed past now are left out unless statuses asks for them */
    int64_t snooze_ended_us;             /* put off until then or before; 0 = any */
    enum CaseSort { SORT_RANK, SORT_STAKE, SORT_VALUE, SORT_P_OUT, SORT_DUE, SORT_OPENED, SORT_ITEM, SORT_PLACE, SORT_COUNT_ } sort;
    bool ascending;
} CaseFilter;
/* All of the filter in its order, or with NULL the lines of all cases by id; a line lives until the visitor returns. */
typedef Err CaseVisit(void *self, const CaseLine *line, Why *why);
Err case_each(Store *store, const CaseFilter *filter, CaseVisit *visit, void *self, Why *why);
Err case_ids(Store *store, Arena *work, const CaseFilter *filter, RowId **out, int *out_count, Why *why);      /* all of them, for who writes while going through them */
/* How many there are and the newest row of one of them: both stand still as long as no case came to them, left them or got another version. */
Err case_mark(Store *store, const CaseFilter *filter, int64_t *out_count, RowId *out_newest, Why *why);
CaseLine case_line_copy(Arena *work, const CaseLine *line);      /* with its texts */
/* The filter by supplier and place, most value first: lines, their value and what is at risk, unknown and negative ones counted as nothing. */
typedef struct CaseSum { SupplierId supplier; PlaceId place; int64_t value_minor, rank_minor, lines; } CaseSum;
Err case_sums(Store *store, Arena *work, const CaseFilter *filter, CaseSum **out, int *out_count, Why *why);

/* Every version of a command is a ROW_COMMAND; the outbox line is the present. States as deliver/outbox.h. */
typedef struct OutboxLine {
    RowId command;            /* id of its first row */
    RowId row;
    const char *key;          /* SHA-256 hex, unique */
    const char *sink;         /* name in the policy's sinks */
    int32_t state, attempts;
    int64_t next_us;          /* not before */
    int64_t value_minor; int32_t lines;
    int64_t sent_us;
    SupplierId supplier; PlaceId place;
    const char *external;     /* the other system's document number, "" */
    const char *error;
} OutboxLine;
Err outbox_put(Store *store, Row *row, OutboxLine *line, Why *why);
Err outbox_get(Store *store, Arena *work, RowId command, OutboxLine *out_line, Why *why);
Err outbox_by_key(Store *store, Arena *work, const char *key, OutboxLine *out_line, Why *why);
Err outbox_due(Store *store, Arena *work, uint32_t states, int64_t now_us, int most, OutboxLine **out, int *out_count, Why *why);
Err outbox_list(Store *store, Arena *work, uint32_t states, int most, OutboxLine **out, int *out_count, Why *why);      /* newest first */
Err outbox_count(Store *store, uint32_t states, int64_t *out_count, Why *why);
Err outbox_sent_since(Store *store, int64_t since_us, const char *sink, int64_t *out_value_minor, int64_t *out_lines, Why *why); /* for the caps, in the sending transaction */

/* Small named values that are not history: cursors, sessions, secrets, idempotency answers, snapshots of views. expires_us 0 = never. */
Err value_put(Store *store, const char *space, const char *name, Text value, int64_t expires_us, Why *why); /* inside a transaction */
Err value_get(Store *store, Arena *work, const char *space, const char *name, Text *out_value, Why *why);   /* ERR_NOT_FOUND, also when expired */
Err value_remove(Store *store, const char *space, const char *name, Why *why);
Err value_list(Store *store, Arena *work, const char *space, const char ***out_names, Text **out_values, int *out_count, Why *why);
Err value_expire(Store *store, int64_t now_us, Why *why);

typedef struct StoreCounts { int64_t rows, facts, documents, cases_open, commands, parked, bytes; } StoreCounts;
Err store_counts(Store *store, StoreCounts *out_counts, Why *why);
