/* A10: the power goes at every single call of a migration, from every version; afterwards the store is of one version or the other,
 * with exactly its tables, and opening it finishes the way. */
#include "base/file.h"
#include "store/room.h"
#include "tests/fault/disk.h"
#include "tests/test.h"

static Why why;

static sqlite3 *raw_open(const char *path, int flags) {
    sqlite3 *db;
    CHECK_OK(database_open(path, flags, &db, &why));
    return db;
}

static const char *schema_of(Arena *work, sqlite3 *db) {
    sqlite3_stmt *at;
    Buf out = buf_begin(1 * MiB);
    CHECK(sqlite3_prepare_v2(db, "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name", -1, &at, NULL) == SQLITE_OK);
    while (sqlite3_step(at) == SQLITE_ROW) buf_addf(&out, "%s: %s\n", sqlite3_column_text(at, 0), sqlite3_column_text(at, 1));
    sqlite3_finalize(at);
    const char *text = text_copy(work, buf_str(&out));
    buf_end(&out);
    return text;
}

/* A store as a program that knew only `version` left it. */
static void store_of_version(const char *directory, int version) {
    own(arena_end) Arena *work = arena_begin(1 * MiB);
    CHECK_OK(folder_make(directory, &why));
    sqlite3 *db = raw_open(path_join(work, directory, "log.db"), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    CHECK(sqlite3_exec(db, "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL", NULL, NULL, NULL) == SQLITE_OK);
    CHECK_OK(migrate(db, version, &why));
    sqlite3_close(db);
}

/* Opens under a power cut at call `at`; false when it went through before. */
static bool cut_at(Arena *work, int version, int64_t at, const char *const *schemas) {
    World world = world_real();
    char *directory;
    int found = -1;
    disk_install((uint64_t)(version * 1000 + at));
    CHECK_OK(folder_temporary(work, "migrate", &directory, &why));
    store_of_version(directory, version);
    disk_plan((DiskPlan){ DISK_POWER_CUT, at, false });
    own(store_close) Store *store = NULL;
    Err err = store_open(directory, STORE_WRITE, &world, &store, &why);
    bool hit = disk_hit();
    disk_cut();
    store_close(&store);
    disk_restart();
    sqlite3 *db = raw_open(path_join(work, directory, "log.db"), SQLITE_OPEN_READWRITE);
    CHECK_OK(version_of(db, &found, &why));
    CHECK(found >= version && found <= migrations_newest());
    CHECK_STR(schemas[found], schema_of(work, db));
    sqlite3_close(db);
    if (err == OK) CHECK_EQ(migrations_newest(), found);
    CHECK_OK(store_open(directory, STORE_WRITE, &world, &store, &why));
    int64_t rows;
    CHECK_OK(store_verify(store, &rows, &why));
    store_close(&store);
    disk_forget();
    CHECK_OK(folder_remove(directory, &why));
    return hit;
}

static const char **schemas_make(Arena *work) {
    const char **schemas = many_in(work, const char *, migrations_newest() + 1);
    for (int version = 0; version <= migrations_newest(); version++) {
        sqlite3 *db = raw_open(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
        if (version) CHECK_OK(migrate(db, version, &why));
        schemas[version] = schema_of(work, db);
        sqlite3_close(db);
    }
    return schemas;
}

TEST(a_migration_cut_off_anywhere_leaves_the_old_or_the_new_version) {
    own(arena_end) Arena *work = arena_begin(256 * MiB);
    const char **schemas = schemas_make(work);
    for (int version = 1; version < migrations_newest(); version++) {
        int64_t at = 1;
        while (cut_at(work, version, at, schemas)) at++;
        print_message("from version %d: %lld cuts\n", version, (long long)at - 1);
        CHECK(at > 5);
    }
}

TEST(an_init_cut_off_anywhere_can_be_done_again) {
    own(arena_end) Arena *work = arena_begin(256 * MiB);
    World world = world_real();
    bool hit = true;
    for (int64_t at = 1; hit; at++) {
        char *directory;
        own(store_close) Store *store = NULL;
        disk_install((uint64_t)at);
        CHECK_OK(folder_temporary(work, "init", &directory, &why));
        disk_plan((DiskPlan){ DISK_POWER_CUT, at, false });
        Err err = store_init(directory, &world, &why);
        hit = disk_hit();
        disk_cut();
        disk_restart();
        if (err == OK) {
            CHECK_EQ(ERR_CONFLICT, store_init(directory, &world, &why));
        } else {
            err = store_init(directory, &world, &why);
            if (err != ERR_CONFLICT) CHECK_EQ(OK, err);       /* conflict: it had been made before the power went */
        }
        CHECK_OK(store_open(directory, STORE_WRITE, &world, &store, &why));
        store_close(&store);
        disk_forget();
        CHECK_OK(folder_remove(directory, &why));
    }
}

TEST(a_store_of_a_newer_program_is_refused) {
    own(arena_end) Arena *work = arena_begin(1 * MiB);
    World world = world_real();
    char *directory;
    own(store_close) Store *store = NULL;
    CHECK_OK(folder_temporary(work, "newer", &directory, &why));
    store_of_version(directory, migrations_newest());
    sqlite3 *db = raw_open(path_join(work, directory, "log.db"), SQLITE_OPEN_READWRITE);
    CHECK(sqlite3_exec(db, "PRAGMA user_version=99", NULL, NULL, NULL) == SQLITE_OK);
    sqlite3_close(db);
    CHECK_FAILS(ERR_CONFLICT, store_open(directory, STORE_WRITE, &world, &store, &why));
    CHECK(strstr(why.message, "99"));
    CHECK_FAILS(ERR_CONFLICT, store_open(directory, STORE_READ, &world, &store, &why));
    CHECK_OK(folder_remove(directory, &why));
}
