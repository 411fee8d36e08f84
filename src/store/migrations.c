/* migrations.c - how the tables came to be, one step per version, appended to and never edited.
 *
 * (1) Each step runs in one transaction together with the new user_version: killed anywhere, a store is of the old or of
 *     the new version, never between.
 * (2) A store of a newer program is refused, never guessed at.
 * (3) The log and its causes are append-only by trigger: a program that tries to change a row fails; a person with another program is found
 *     by the chain (verify.c).
 * (4) Tables are STRICT: a value of another type is damage that the check of the pages finds.
 *
 * To add a step: append a row to `steps`. Old rows of the log keep their meaning for ever; derived tables may be rebuilt. */
#include <string.h>

#include "store/room.h"

enum { APPLICATION_ID = 0x53577274 };      /* "SWrt": lets `file` and us know a store from any other database */

static const char *const steps[] = {
    /* 1: the log, what hangs from it, bytes */
    "CREATE TABLE log (id INTEGER PRIMARY KEY, cause INTEGER NOT NULL, kind INTEGER NOT NULL, sub INTEGER NOT NULL,"
    "  item INTEGER NOT NULL, place INTEGER NOT NULL, recorded_us INTEGER NOT NULL, occurred_us INTEGER NOT NULL, known_us INTEGER NOT NULL,"
    "  author TEXT NOT NULL, key TEXT NOT NULL, payload TEXT NOT NULL,"
    "  line INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL, chain BLOB NOT NULL) STRICT;"
    /* Facts are nine rows in ten and are found through current, sibling and span; indexing them here would double the cost of ingest. */
    "CREATE INDEX log_kind ON log (kind, id) WHERE kind <> 2;"
    "CREATE INDEX log_key ON log (key, id) WHERE kind <> 2;"
    "CREATE INDEX log_cause ON log (cause, id) WHERE kind <> 2;"
    "CREATE INDEX log_item ON log (item, place, id) WHERE kind <> 2 AND item <> 0;"
    "CREATE TRIGGER log_no_update BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;"
    "CREATE TRIGGER log_no_delete BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;"
    "CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), id INTEGER NOT NULL, chain BLOB NOT NULL) STRICT;"
    "INSERT INTO head VALUES (1, 0, zeroblob(32));"
    "CREATE TABLE because (id INTEGER PRIMARY KEY, after INTEGER NOT NULL, row INTEGER NOT NULL, cause INTEGER NOT NULL, role TEXT NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX because_row ON because (row, cause, role);"
    "CREATE TRIGGER because_no_update BEFORE UPDATE ON because BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;"
    "CREATE TRIGGER because_no_delete BEFORE DELETE ON because BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;"
    "CREATE INDEX because_cause ON because (cause, row);"
    "CREATE TABLE blob (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, bytes INTEGER NOT NULL) STRICT;"
    "CREATE TABLE chunk (id INTEGER PRIMARY KEY, hash BLOB NOT NULL, packed BLOB NOT NULL) STRICT;",      /* id = blob << 20 | number */

    /* 2: facts: which key is known, which keys have several versions, which rows a document made, what waits for a code */
    "CREATE TABLE current (key TEXT PRIMARY KEY, row INTEGER NOT NULL, document INTEGER NOT NULL, version INTEGER NOT NULL,"
    "  correction INTEGER NOT NULL, hash INTEGER NOT NULL, several INTEGER NOT NULL) WITHOUT ROWID, STRICT;"
    "CREATE TABLE sibling (row INTEGER PRIMARY KEY, family INTEGER NOT NULL, document INTEGER NOT NULL, version INTEGER NOT NULL,"
    "  correction INTEGER NOT NULL, hash INTEGER NOT NULL, known_us INTEGER NOT NULL) STRICT;"
    "CREATE INDEX sibling_family ON sibling (family, row);"
    "CREATE TABLE span (document INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (document, first)) WITHOUT ROWID, STRICT;"
    "CREATE TABLE also (row INTEGER NOT NULL, document INTEGER NOT NULL, occurred_us INTEGER NOT NULL, known_us INTEGER NOT NULL, author TEXT NOT NULL,"
    "  line INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL, PRIMARY KEY (row, document)) WITHOUT ROWID, STRICT;"
    "CREATE TABLE retracted (document INTEGER PRIMARY KEY, row INTEGER NOT NULL) STRICT;"
    "CREATE TABLE ident (kind INTEGER NOT NULL, id INTEGER NOT NULL, code TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID, STRICT;"
    "CREATE TABLE parked (id INTEGER PRIMARY KEY, missing_kind INTEGER NOT NULL, missing_code TEXT NOT NULL, document INTEGER NOT NULL, kind INTEGER NOT NULL,"
    "  key TEXT NOT NULL, hash INTEGER NOT NULL, occurred_us INTEGER NOT NULL, known_us INTEGER NOT NULL, parked_us INTEGER NOT NULL, author TEXT NOT NULL,"
    "  line INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL, payload TEXT NOT NULL) STRICT;"
    "CREATE INDEX parked_code ON parked (missing_kind, missing_code, id);"
    "CREATE UNIQUE INDEX parked_key ON parked (key, hash, document);",

    /* 3: the present, for screens and senders */
    "CREATE TABLE case_now (id INTEGER PRIMARY KEY, row INTEGER NOT NULL, kind INTEGER NOT NULL, status INTEGER NOT NULL, tier INTEGER NOT NULL,"
    "  item INTEGER NOT NULL, place INTEGER NOT NULL, supplier INTEGER NOT NULL, rank_minor INTEGER NOT NULL, at_stake_minor INTEGER NOT NULL, value_minor INTEGER NOT NULL,"
    "  p_out_ppm INTEGER NOT NULL, confidence_ppm INTEGER NOT NULL, due_day INTEGER NOT NULL, opened_us INTEGER NOT NULL, changed_us INTEGER NOT NULL,"
    "  snoozed_until_us INTEGER NOT NULL, assigned TEXT NOT NULL, title TEXT NOT NULL, action TEXT NOT NULL, search TEXT NOT NULL, subject TEXT NOT NULL) STRICT;"
    "CREATE INDEX case_exposure ON case_now (item, place, kind, subject);"
    "CREATE INDEX case_status ON case_now (status, rank_minor DESC, id, kind, tier, place, snoozed_until_us);"
    "CREATE TABLE outbox (command INTEGER PRIMARY KEY, row INTEGER NOT NULL, key TEXT NOT NULL UNIQUE, sink TEXT NOT NULL, state INTEGER NOT NULL, attempts INTEGER NOT NULL,"
    "  next_us INTEGER NOT NULL, value_minor INTEGER NOT NULL, lines INTEGER NOT NULL, sent_us INTEGER NOT NULL, supplier INTEGER NOT NULL, place INTEGER NOT NULL,"
    "  external TEXT NOT NULL, error TEXT NOT NULL) STRICT;"
    "CREATE INDEX outbox_next ON outbox (state, next_us);"
    "CREATE INDEX outbox_sent ON outbox (sent_us);"
    "CREATE TABLE value (space TEXT NOT NULL, name TEXT NOT NULL, value BLOB NOT NULL, expires_us INTEGER NOT NULL, PRIMARY KEY (space, name)) WITHOUT ROWID, STRICT;"
    "CREATE INDEX value_expires ON value (expires_us);",

    /* 4: what rules may decide is looked for at every tick, among hundreds of thousands of cases that they may not */
    "CREATE INDEX case_auto ON case_now (tier, status, rank_minor DESC, id, kind, snoozed_until_us) WHERE tier = 1;",
};
enum { STEPS = sizeof steps / sizeof steps[0] };

int migrations_newest(void) { return STEPS; }

static Err pragma_int(sqlite3 *db, const char *sql, int *out, Why *why) {
    sqlite3_stmt *at;
    if (sqlite3_prepare_v2(db, sql, -1, &at, NULL) != SQLITE_OK) return database_fail(db, "opening the store", why);
    int result = sqlite3_step(at);
    if (result == SQLITE_ROW) *out = sqlite3_column_int(at, 0);
    sqlite3_finalize(at);
    return result == SQLITE_ROW ? OK : database_fail(db, "opening the store", why);
}

Err version_of(sqlite3 *db, int *out_version, Why *why) {
    int version, application;
    TRY(pragma_int(db, "PRAGMA user_version", &version, why));
    TRY(pragma_int(db, "PRAGMA application_id", &application, why));
    if (version != 0 && application != APPLICATION_ID) return fail(why, ERR_CORRUPT, "log.db is a database of another program");
    *out_version = version;
    return OK;
}

static Err step(sqlite3 *db, int version, Why *why) {
    char finish[96];
    sqlite3_snprintf(sizeof finish, finish, "PRAGMA application_id=%d; PRAGMA user_version=%d; COMMIT", APPLICATION_ID, version);
    const char *const parts[] = { "BEGIN IMMEDIATE", steps[version - 1], finish };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (sqlite3_exec(db, parts[i], NULL, NULL, NULL) != SQLITE_OK) {
            Err err = database_fail(db, "bringing the store to this version", why);
            if (!sqlite3_get_autocommit(db)) sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
            return err;
        }
    return OK;
}

Err migrate(sqlite3 *db, int upto_version, Why *why) {
    int version;
    TRY(version_of(db, &version, why));
    if (version > STEPS)
        return fail_hint(why, fail(why, ERR_CONFLICT, "the store is of version %d, this program knows up to %d", version, (int)STEPS),
                         "use the program that made it, or a newer one");
    int last = upto_version ? upto_version : STEPS;
    while (version < last) TRY_DOING(step(db, ++version, why), "version %d", version);
    return OK;
}
