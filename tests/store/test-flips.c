/* A6: one bit changes somewhere in the file. Either nothing of what counts is different, or it is found. FLIPS says how often (200). */
#include <sqlite3.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/hash.h"
#include "tests/store/shelf.h"

static Why why;

/* What must never be silently different: the log, its bytes, and what decides which facts count. */
static const char *const dump_sql[] = {
    "SELECT * FROM log ORDER BY id", "SELECT * FROM head", "SELECT * FROM because ORDER BY id", "SELECT * FROM blob ORDER BY id", "SELECT * FROM chunk ORDER BY id",
    "SELECT * FROM current ORDER BY key", "SELECT * FROM sibling ORDER BY row", "SELECT * FROM span ORDER BY document, first", "SELECT * FROM retracted ORDER BY document",
};

static bool dump(const char *path, Sha256 *out) {
    sqlite3 *db = NULL;
    Sha256Run run = sha256_begin();
    bool whole = sqlite3_open(path, &db) == SQLITE_OK;
    for (size_t i = 0; whole && i < sizeof dump_sql / sizeof dump_sql[0]; i++) {
        sqlite3_stmt *at = NULL;
        whole = sqlite3_prepare_v2(db, dump_sql[i], -1, &at, NULL) == SQLITE_OK;
        int result = SQLITE_DONE;
        while (whole && (result = sqlite3_step(at)) == SQLITE_ROW)
            for (int c = 0; c < sqlite3_column_count(at); c++) {
                sha256_add(&run, text_from(sqlite3_column_blob(at, c), (size_t)sqlite3_column_bytes(at, c)));
                sha256_add(&run, text_of("|"));
            }
        whole = whole && result == SQLITE_DONE;
        sqlite3_finalize(at);
    }
    sqlite3_close(db);
    *out = sha256_end(&run);
    return whole;
}

static void fill(Shelf *shelf) {
    shelf_masters(shelf);
    RowId first = shelf_document(shelf, "one"), second = shelf_document(shelf, "two"), retraction;
    Hash hash;
    for (int i = 0; i < 60; i++) {
        Fact fact = order_fact("SO", text_format(shelf->work, "%d", i % 40), "A", "P", i, 1 + i / 40);
        (void)shelf_put(shelf, i % 3 ? first : second, &fact);
    }
    CHECK_OK(store_begin(shelf->store, &why));
    CHECK_OK(blob_put(shelf->store, "some bytes that somebody sent", 29, &hash, &why));
    CHECK_OK(facts_retract(shelf->store, second, "test", "wrong", &retraction, &why));
    CHECK_OK(log_because(shelf->store, retraction, first, "evidence", &why));
    CHECK_OK(store_commit(shelf->store, &why));
}

/* True when the store says that all is well. */
static bool verified(Shelf *shelf) {
    own(store_close) Store *store = NULL;
    int64_t rows;
    return store_open(shelf->directory, STORE_READ, &shelf->world, &store, &why) == OK && store_verify(store, &rows, &why) == OK;
}

TEST(one_changed_bit_is_found_or_changes_nothing) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    Rng rng = rng_of(11);
    Sha256 before, after;
    Text bytes;
    int found = 0, flips = getenv("FLIPS") ? atoi(getenv("FLIPS")) : 200;
    const char *path = path_join(shelf->work, shelf->directory, "log.db");
    fill(shelf);
    store_close(&shelf->store);
    CHECK(dump(path, &before));
    CHECK_OK(file_read(shelf->work, path, 64 * MiB, &bytes, &why));
    char *changed = text_copy_n(shelf->work, bytes.at, bytes.length);
    for (int i = 0; i < flips; i++) {
        size_t at = (size_t)rng_below(&rng, bytes.length), bit = (size_t)rng_below(&rng, 8);
        if (bytes.at[at] == 0 && i % 4) at = (size_t)rng_below(&rng, bytes.length);       /* much of a small file is empty */
        changed[at] = (char)(changed[at] ^ (1 << bit));
        CHECK_OK(file_write(path, text_from(changed, bytes.length), &why));
        bool well = verified(shelf), same = dump(path, &after) && sha256_equal(&before, &after);
        found += !well;
        if (well && !same) fail_msg("bit %zu of byte %zu changed the store silently", bit, at);
        changed[at] = bytes.at[at];
    }
    print_message("%d of %d flips were found, the others changed nothing\n", found, flips);
    CHECK(found > 0);
    CHECK_OK(file_write(path, bytes, &why));
    CHECK(verified(shelf));
    CHECK_OK(store_open(shelf->directory, STORE_WRITE, &shelf->world, &shelf->store, &why));
}
