/* Opening, holding, reading beside a writer. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "store/room.h"
#include "tests/store/shelf.h"

static Why why;

TEST(an_existing_store_is_not_made_again_and_a_missing_one_is_not_opened) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    Store *other = NULL;
    store_close(&shelf->store);
    CHECK_FAILS(ERR_CONFLICT, store_init(shelf->directory, &shelf->world, &why));
    CHECK_FAILS(ERR_NOT_FOUND, store_open(path_join(shelf->work, shelf->directory, "none"), STORE_READ, &shelf->world, &other, &why));
    CHECK_OK(store_open(shelf->directory, STORE_WRITE, &shelf->world, &shelf->store, &why));
}

TEST(a_second_writer_is_told_who_holds_the_store) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    pid_t pid = fork();
    if (pid == 0) {
        Store *other = NULL;
        Why trouble = { 0 };
        Err err = store_open(shelf->directory, STORE_WRITE, &shelf->world, &other, &trouble);
        char holder[40];
        snprintf(holder, sizeof holder, "process %d holds", (int)getppid());
        _exit(err == ERR_BUSY && strstr(trouble.message, holder) ? 0 : 1);
    }
    int status;
    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK_EQ(0, status);
}

TEST(the_holder_publishes_its_socket_and_nobody_is_named_when_it_is_gone) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    const char *socket_path = "untouched";
    CHECK_OK(store_holder(shelf->work, shelf->directory, &socket_path, &why));
    CHECK(socket_path == NULL);
    CHECK_OK(store_publish_socket(shelf->store, "/run/stockwright/sock", &why));
    CHECK_OK(store_holder(shelf->work, shelf->directory, &socket_path, &why));
    CHECK_STR("/run/stockwright/sock", socket_path);
    store_close(&shelf->store);
    CHECK_OK(store_holder(shelf->work, shelf->directory, &socket_path, &why));
    CHECK(socket_path == NULL);
    CHECK_OK(store_holder(shelf->work, "/nowhere", &socket_path, &why));
    CHECK(socket_path == NULL);
    CHECK_OK(store_open(shelf->directory, STORE_WRITE, &shelf->world, &shelf->store, &why));
}

TEST(a_reader_sees_what_is_committed_and_nothing_else) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    own(store_close) Store *reader = NULL;
    CHECK_OK(store_open(shelf->directory, STORE_READ, &shelf->world, &reader, &why));
    RowId document = shelf_document(shelf, "one");
    Fact item = item_fact("A");
    CHECK_EQ(FACT_NEW, shelf_put(shelf, document, &item));
    CHECK_EQ(1, ident_find(reader, ID_ITEM, text_of("A")));
    CHECK_STR("A", ident_code(reader, ID_ITEM, 1));
    RowId last = log_last(reader);
    CHECK_EQ(log_last(shelf->store).v, last.v);
    Row row = { .kind = ROW_NOTE, .payload = text_of("{}") };
    CHECK_OK(store_begin(shelf->store, &why));
    CHECK_OK(log_append(shelf->store, &row, &why));
    CHECK_EQ(last.v, log_last(reader).v);
    CHECK_FAILS(ERR_NOT_FOUND, log_read(reader, shelf->work, row.id, &row, &why));
    store_rollback(shelf->store);
    CHECK_EQ(last.v, log_last(shelf->store).v);
}

TEST(closing_with_a_transaction_open_keeps_nothing_of_it) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    RowId kept = shelf_document(shelf, "kept");
    Row row = { .kind = ROW_NOTE, .payload = text_of("{}") };
    CHECK_OK(store_begin(shelf->store, &why));
    CHECK_OK(log_append(shelf->store, &row, &why));
    shelf_reopen(shelf);
    CHECK_EQ(kept.v, log_last(shelf->store).v);
    CHECK_EQ(kept.v + 1, shelf_document(shelf, "next").v);
}

TEST(the_stop_file_stops) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    CHECK(!store_stopped(shelf->directory));
    CHECK_OK(file_write(path_join(shelf->work, shelf->directory, "STOP"), text_of("fire"), &why));
    CHECK(store_stopped(shelf->directory));
    CHECK(!store_stopped("/nowhere"));
}

TEST(the_store_is_for_its_owner_alone) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    CHECK(access(path_join(shelf->work, shelf->directory, "log.db"), R_OK) == 0);
    char command[600];
    snprintf(command, sizeof command, "test -z \"$(find %s -type f -perm /077)\"", shelf->directory);
    CHECK_EQ(0, WEXITSTATUS(system(command)));
}

TEST(counts_say_what_is_there) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    shelf_masters(shelf);
    Fact order = order_fact("SO-1", "1", "NOBODY", "P", 5, 0);
    CHECK_EQ(FACT_PARKED, shelf_put(shelf, shelf_document(shelf, "orders"), &order));
    StoreCounts counts;
    CHECK_OK(store_counts(shelf->store, &counts, &why));
    CHECK_EQ(8, counts.rows);
    CHECK_EQ(6, counts.facts);
    CHECK_EQ(2, counts.documents);
    CHECK_EQ(1, counts.parked);
    CHECK(counts.bytes > 0);
}

static Err count_row(void *self, [[maybe_unused]] const Row *row, [[maybe_unused]] Why *reason) {
    ++*(int *)self;
    return OK;
}

static int notes_after(Store *store, int64_t after) {
    LogFilter filter = { .kinds = 1ull << ROW_NOTE, .after = { after } };
    int count = 0;
    CHECK_OK(log_scan(store, &filter, count_row, &count, &why));
    return count;
}

static void note(Shelf *shelf) {
    Row row = { .kind = ROW_NOTE, .by = "system", .payload = text_of("{}") };
    CHECK_OK(log_append(shelf->store, &row, &why));
}

/* What is known in memory of the newest row of a kind is never behind, and after a rollback not ahead for good. */
TEST(a_scan_by_kind_finds_what_is_appended_whatever_was_rolled_back_or_opened_again) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    CHECK_EQ(notes_after(shelf->store, 0), 0);
    CHECK_OK(store_begin(shelf->store, &why));
    note(shelf);
    CHECK_EQ(notes_after(shelf->store, 0), 1);           /* in its own transaction */
    store_rollback(shelf->store);
    CHECK_EQ(notes_after(shelf->store, 0), 0);
    int64_t before = log_last(shelf->store).v;
    CHECK_OK(store_begin(shelf->store, &why));
    note(shelf);
    CHECK_OK(store_commit(shelf->store, &why));
    CHECK_EQ(notes_after(shelf->store, before), 1);
    CHECK_EQ(notes_after(shelf->store, log_last(shelf->store).v), 0);
    store_close(&shelf->store);
    CHECK_OK(store_open(shelf->directory, STORE_WRITE, &shelf->world, &shelf->store, &why));
    CHECK_EQ(notes_after(shelf->store, before), 1);
    CHECK_EQ(notes_after(shelf->store, 0), 1);
    own(store_close) Store *reader = NULL;
    CHECK_OK(store_open(shelf->directory, STORE_READ, &shelf->world, &reader, &why));
    CHECK_OK(store_begin(shelf->store, &why));
    note(shelf);
    CHECK_OK(store_commit(shelf->store, &why));
    CHECK_EQ(notes_after(reader, 0), 2);                 /* written by another connection */
}

static uint64_t database_hash(Shelf *shelf) {
    own(arena_end) Arena *work = arena_begin(64 * MiB);
    Text bytes;
    CHECK_OK(file_read(work, path_join(work, shelf->directory, "log.db"), 32 * MiB, &bytes, &why));
    return hash64(bytes.at, bytes.length, 0);
}

static void commit_item(Shelf *shelf, int number) {
    Fact item = item_fact(text_format(shelf->work, "A%d", number));
    CHECK_EQ(FACT_NEW, shelf_put(shelf, shelf_document(shelf, text_format(shelf->work, "d%d", number)), &item));
}

/* Between the commit that leaves enough of it and the next one nobody else writes into the database. The wait only bounds a failure. */
TEST(the_wal_comes_into_the_database_without_another_commit) {
    enum { PAGES = 60, LOOKS_MOST = 3000, LOOK_US = 10000 };
    own(shelf_end) Shelf *shelf = shelf_begin();
    CHECK_OK(store_checkpoints_aside(shelf->store, &why));
    shelf->store->checkpoint_pages = INT32_MAX / CHECKPOINT_MUST;
    for (int i = 0; i == 0 || shelf->store->wal_pages < PAGES; i++) commit_item(shelf, i);
    uint64_t before = database_hash(shelf);
    shelf->store->checkpoint_pages = PAGES;
    (void)shelf_document(shelf, "last");                 /* one commit: a second one would write what the thread left */
    CHECK(shelf->store->wal_pages < CHECKPOINT_MUST * PAGES);
    int looks = 0;
    while (database_hash(shelf) == before && looks++ < LOOKS_MOST) usleep(LOOK_US);
    CHECK(looks < LOOKS_MOST);
}

TEST(the_wal_comes_into_the_database_in_pieces_long_before_it_is_full) {
    enum { PIECE_AND_MORE = 600, LOOKS_MOST = 3000, LOOK_US = 10000 };
    own(shelf_end) Shelf *shelf = shelf_begin();
    CHECK_OK(store_checkpoints_aside(shelf->store, &why));
    uint64_t before = database_hash(shelf);
    for (int i = 0; shelf->store->wal_pages < PIECE_AND_MORE; i++) commit_item(shelf, i);
    CHECK(shelf->store->wal_pages < shelf->store->checkpoint_pages / 2);
    int looks = 0;
    while (database_hash(shelf) == before && looks++ < LOOKS_MOST) usleep(LOOK_US);
    CHECK(looks < LOOKS_MOST);
}

TEST(a_thread_writes_the_wal_into_the_database_while_commits_go_on) {
    enum { COMMITS = 400, PAGES = 20 };
    own(shelf_end) Shelf *shelf = shelf_begin();
    char *wal = path_join(shelf->work, shelf->directory, "log.db-wal");
    int most = 0;
    CHECK_OK(store_checkpoints_aside(shelf->store, &why));
    CHECK_OK(store_checkpoints_aside(shelf->store, &why));           /* once is enough */
    shelf->store->checkpoint_pages = PAGES;
    for (int i = 0; i < COMMITS; i++) {
        commit_item(shelf, i);
        if (shelf->store->wal_pages > most) most = shelf->store->wal_pages;
    }
    CHECK(most >= PAGES && most <= (CHECKPOINT_MUST + 3) * PAGES);    /* it starts over again and again */
    store_close(&shelf->store);
    CHECK(!file_exists(wal));
    CHECK_OK(store_open(shelf->directory, STORE_WRITE, &shelf->world, &shelf->store, &why));
    int64_t rows = 0;
    CHECK_OK(store_verify(shelf->store, &rows, &why));
    CHECK(rows >= 2 * COMMITS);
    for (int i = 0; i < COMMITS; i++) CHECK(ident_find(shelf->store, ID_ITEM, text_of(text_format(shelf->work, "A%d", i))) != 0);
}

typedef struct Walk { Store *store; int seen, within; } Walk;

static Err count_and_look_again(void *self, [[maybe_unused]] const Row *row, Why *why_not) {
    Walk *walk = self;
    LogFilter same = { .kinds = 1ull << ROW_DOCUMENT };
    walk->seen++;
    if (walk->within) return OK;
    walk->within = 1;                                     /* the same text while the first is read */
    Err err = log_scan(walk->store, &same, count_and_look_again, walk, why_not);
    walk->within = 0;
    return err;
}

TEST(a_scan_of_the_same_shape_is_prepared_once_and_others_are_answered_too) {
    enum { ROWS = 3, SHAPES = 60 };
    own(shelf_end) Shelf *shelf = shelf_begin();
    for (int i = 0; i < ROWS; i++) {
        Fact item = item_fact(text_format(shelf->work, "A%d", i));
        CHECK_EQ(FACT_NEW, shelf_put(shelf, shelf_document(shelf, text_format(shelf->work, "d%d", i)), &item));
    }
    Walk walk = { .store = shelf->store };
    LogFilter filter = { .kinds = 1ull << ROW_DOCUMENT };
    CHECK_OK(log_scan(shelf->store, &filter, count_and_look_again, &walk, &why));
    CHECK_EQ(walk.seen, ROWS + ROWS * ROWS);
    size_t kept = shelf->store->kept.count;
    walk.within = 1;
    for (int i = 0; i < SHAPES; i++) {
        walk.seen = 0;
        CHECK_OK(log_scan(shelf->store, &filter, count_and_look_again, &walk, &why));
        CHECK_EQ(walk.seen, ROWS);
    }
    CHECK_EQ(shelf->store->kept.count, kept);
    for (int i = 0; i < SHAPES; i++) {
        LogFilter other = { .kinds = 1ull << ROW_DOCUMENT | 1ull << ROW_FACT, .subs = 1ull << i | 1, .most = 1 };
        walk.seen = 0;
        CHECK_OK(log_scan(shelf->store, &other, count_and_look_again, &walk, &why));
        CHECK_EQ(walk.seen, 1);
    }
    CHECK(shelf->store->kept.count < kept + SHAPES);
}
