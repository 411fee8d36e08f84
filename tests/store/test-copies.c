/* Backups and snapshots: the one is the log once more, the other may be lost at any time. */
#include "base/file.h"
#include "store/snapshot.h"
#include "tests/store/shelf.h"

static Why why;

static void flip(Shelf *shelf, const char *path, int64_t at) {
    Text bytes;
    CHECK_OK(file_read(shelf->work, path, 64 * MiB, &bytes, &why));
    char *changed = text_copy_n(shelf->work, bytes.at, bytes.length);
    changed[at < 0 ? (int64_t)bytes.length + at : at] ^= 1;
    CHECK_OK(file_write(path, text_from(changed, bytes.length), &why));
}

TEST(a_backup_taken_under_an_open_writer_restores_to_the_same_log) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    shelf_masters(shelf);
    const char *backup = path_join(shelf->work, shelf->directory, "backup"), *restored = path_join(shelf->work, shelf->directory, "restored");
    Row row = { .kind = ROW_NOTE, .payload = text_of("{}") };
    CHECK_OK(store_begin(shelf->store, &why));
    CHECK_OK(log_append(shelf->store, &row, &why));
    CHECK_OK(store_backup(shelf->directory, backup, &why));                   /* without what is not committed */
    CHECK_OK(store_commit(shelf->store, &why));
    CHECK_FAILS(ERR_CONFLICT, store_backup(shelf->directory, backup, &why));
    CHECK_OK(store_restore(backup, restored, &why));
    CHECK_FAILS(ERR_CONFLICT, store_restore(backup, restored, &why));
    CHECK_FAILS(ERR_NOT_FOUND, store_restore("/nowhere", path_join(shelf->work, shelf->directory, "other"), &why));
    own(store_close) Store *store = NULL;
    int64_t rows;
    CHECK_OK(store_open(restored, STORE_WRITE, &shelf->world, &store, &why));
    CHECK_OK(store_verify(store, &rows, &why));
    CHECK_EQ(7, rows);
    CHECK_EQ(3, ident_count(store, ID_ITEM));
}

TEST(a_damaged_backup_is_not_restored) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    shelf_masters(shelf);
    const char *backup = path_join(shelf->work, shelf->directory, "backup"), *restored = path_join(shelf->work, shelf->directory, "restored");
    CHECK_OK(store_backup(shelf->directory, backup, &why));
    const char *file = path_join(shelf->work, backup, "log.db");
    Text bytes;
    CHECK_OK(file_read(shelf->work, file, 64 * MiB, &bytes, &why));
    ptrdiff_t at = text_find(bytes, "{\"place\":\"Q\"}");
    CHECK(at > 0);
    flip(shelf, file, at + 10);
    CHECK_FAILS(ERR_CORRUPT, store_restore(backup, restored, &why));
    CHECK(strstr(why.message, "row 6 "));
    CHECK(!file_exists(path_join(shelf->work, restored, "log.db")));
}

static const SnapshotColumn columns[] = { { "item", { "\1\2\3\4", 4 } }, { "empty", { "", 0 } }, { "qty", { "0123456789", 10 } } };

static RowId snap(Shelf *shelf, uint32_t format) {
    Stamp stamp;
    RowId upto = shelf_document(shelf, "x");
    CHECK_OK(snapshot_stamp(shelf->store, upto, &stamp, &why));
    CHECK_OK(snapshot_write(shelf->directory, "state", format, &stamp, columns, 3, &why));
    return upto;
}

static const char *newest_path(Shelf *shelf, RowId upto) {
    return text_format(shelf->work, "%s/snapshots/state-%020lld.snap", shelf->directory, (long long)upto.v);
}

TEST(the_newest_snapshot_comes_back_and_two_are_kept) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    own(snapshot_end) Snapshot *snapshot = NULL;
    CHECK_FAILS(ERR_NOT_FOUND, snapshot_read(shelf->store, "state", 7, &snapshot, &why));
    RowId first = snap(shelf, 7), second = snap(shelf, 7), third = snap(shelf, 7);
    CHECK(!file_exists(newest_path(shelf, first)));
    CHECK(file_exists(newest_path(shelf, second)));
    CHECK_OK(snapshot_read(shelf->store, "state", 7, &snapshot, &why));
    CHECK_EQ(third.v, snapshot_upto(snapshot).v);
    CHECK(text_is(snapshot_column(snapshot, "qty"), "0123456789"));
    CHECK_EQ(0, (uintptr_t)snapshot_column(snapshot, "qty").at % 64);
    CHECK_EQ(0, snapshot_column(snapshot, "empty").length);
    CHECK_EQ(0, snapshot_column(snapshot, "absent").length);
}

TEST(a_snapshot_that_is_damaged_gives_way_to_the_one_before) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    RowId first = snap(shelf, 7), second = snap(shelf, 7);
    static const int64_t places[] = { 0, 8, 16, 30, 57, 70, 110, 64 + 3 * 64 + 3, 320, -1 };      /* each field of the head, the table, a column */
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        own(snapshot_end) Snapshot *snapshot = NULL;
        flip(shelf, newest_path(shelf, second), places[i]);
        CHECK_OK(snapshot_read(shelf->store, "state", 7, &snapshot, &why));
        CHECK_EQ(first.v, snapshot_upto(snapshot).v);
        flip(shelf, newest_path(shelf, second), places[i]);
    }
    flip(shelf, newest_path(shelf, first), -1);
    flip(shelf, newest_path(shelf, second), -1);
    Snapshot *none = NULL;
    CHECK_FAILS(ERR_NOT_FOUND, snapshot_read(shelf->store, "state", 7, &none, &why));
    CHECK(strstr(why.message, "a column is damaged"));
}

TEST(a_snapshot_of_another_format_or_another_log_is_as_good_as_none) {
    own(shelf_end) Shelf *shelf = shelf_begin(), *other = shelf_begin();
    Snapshot *none = NULL;
    RowId upto = snap(shelf, 7);
    CHECK_FAILS(ERR_NOT_FOUND, snapshot_read(shelf->store, "state", 8, &none, &why));
    CHECK(strstr(why.message, "another format"));
    (void)shelf_document(other, "something else");
    CHECK_OK(folder_make(path_join(shelf->work, other->directory, "snapshots"), &why));
    CHECK_OK(file_copy(newest_path(shelf, upto), newest_path(other, upto), &why));
    CHECK_FAILS(ERR_NOT_FOUND, snapshot_read(other->store, "state", 7, &none, &why));
    CHECK(strstr(why.message, "another log"));
    CHECK_OK(file_write(newest_path(shelf, upto), text_of("short"), &why));
    CHECK_FAILS(ERR_NOT_FOUND, snapshot_read(shelf->store, "state", 7, &none, &why));
    CHECK(strstr(why.message, "cut short"));
}
