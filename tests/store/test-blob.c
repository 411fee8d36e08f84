#include <sqlite3.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/hash.h"
#include "tests/store/shelf.h"

static Why why;

enum { BYTES = 3 * MiB + 12345 };

static char *noise(Arena *work, size_t length) {
    Rng rng = rng_of(5);
    char *bytes = arena_take(work, length);
    for (size_t i = 0; i < length; i++) bytes[i] = (char)rng_below(&rng, 8);
    return bytes;
}

static Hash put(Shelf *shelf, const char *bytes, size_t length) {
    Hash hash;
    CHECK_OK(store_begin(shelf->store, &why));
    CHECK_OK(blob_put(shelf->store, bytes, length, &hash, &why));
    CHECK_OK(store_commit(shelf->store, &why));
    return hash;
}

TEST(a_blob_is_read_whole_by_the_name_that_payloads_give_it) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    Hash hash = put(shelf, "forest", 6);
    Text out;
    CHECK_OK(blob_read_named(shelf->store, shelf->work, hash_hex(shelf->work, hash), &out, &why));
    CHECK(text_equal(out, text_of("forest")));
    CHECK_FAILS(ERR_INVALID, blob_read_named(shelf->store, shelf->work, "no hash", &out, &why));
    hash.bytes[0] ^= 1;
    CHECK(blob_read_named(shelf->store, shelf->work, hash_hex(shelf->work, hash), &out, &why) != OK);
}

TEST(any_part_of_a_blob_comes_back_as_it_went_in) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    const char *bytes = noise(shelf->work, BYTES);
    Hash hash = put(shelf, bytes, BYTES);
    static const int64_t parts[][2] = { { 0, 0 }, { 0, 1 }, { 0, BYTES }, { MiB - 1, 2 }, { MiB, MiB }, { 2 * MiB + 7, MiB }, { BYTES - 1, 1 }, { BYTES, 0 } };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        Text out;
        CHECK_OK(blob_read(shelf->store, shelf->work, hash, parts[i][0], parts[i][1], &out, &why));
        CHECK(out.length == (size_t)parts[i][1] && memcmp(out.at, bytes + parts[i][0], out.length) == 0);
    }
    Text out;
    CHECK_FAILS(ERR_INVALID, blob_read(shelf->store, shelf->work, hash, BYTES, 1, &out, &why));
    CHECK_FAILS(ERR_INVALID, blob_read(shelf->store, shelf->work, hash, -1, 1, &out, &why));
    CHECK_EQ(BYTES, blob_size(shelf->store, hash));
    CHECK_EQ(-1, blob_size(shelf->store, (Hash){ { 1 } }));
}

TEST(the_same_bytes_are_stored_once_and_named_by_their_sha256) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    Hash first = put(shelf, "abc", 3), second = put(shelf, "abc", 3), empty = put(shelf, "", 0);
    CHECK(memcmp(&first, &second, sizeof first) == 0);
    CHECK_STR("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", hash_hex(shelf->work, first));
    CHECK_EQ(0, blob_size(shelf->store, empty));
    int64_t rows;
    CHECK_OK(store_verify(shelf->store, &rows, &why));
}

TEST(a_file_goes_in_and_out_unchanged) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    const char *in = path_join(shelf->work, shelf->directory, "in"), *out = path_join(shelf->work, shelf->directory, "out");
    Text bytes = text_from(noise(shelf->work, BYTES), BYTES), back;
    Hash hash;
    int64_t length;
    CHECK_OK(file_write(in, bytes, &why));
    CHECK_OK(store_begin(shelf->store, &why));
    CHECK_OK(blob_put_file(shelf->store, in, &hash, &length, &why));
    CHECK_FAILS(ERR_NOT_FOUND, blob_put_file(shelf->store, "/nowhere", &hash, &length, &why));
    CHECK_OK(store_commit(shelf->store, &why));
    CHECK_EQ(BYTES, length);
    CHECK_OK(blob_to_file(shelf->store, hash, out, &why));
    CHECK_OK(file_read(shelf->work, out, 2 * BYTES, &back, &why));
    CHECK(text_equal(bytes, back));
}

TEST(damaged_bytes_are_named_and_never_handed_out) {
    static const char *const ways[] = {
        "UPDATE chunk SET packed = (SELECT packed FROM chunk WHERE id & 1048575 = 0) WHERE id & 1048575 = 1",
        "UPDATE chunk SET packed = zeroblob(100) WHERE id & 1048575 = 1",
        "DELETE FROM chunk WHERE id & 1048575 = 1",
    };
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        own(shelf_end) Shelf *shelf = shelf_begin();
        Hash hash = put(shelf, noise(shelf->work, BYTES), BYTES);
        sqlite3 *db;
        Text out;
        int64_t rows;
        store_close(&shelf->store);
        CHECK(sqlite3_open(path_join(shelf->work, shelf->directory, "log.db"), &db) == SQLITE_OK);
        CHECK(sqlite3_exec(db, ways[i], NULL, NULL, NULL) == SQLITE_OK);
        sqlite3_close(db);
        CHECK_OK(store_open(shelf->directory, STORE_WRITE, &shelf->world, &shelf->store, &why));
        CHECK_OK(blob_read(shelf->store, shelf->work, hash, 0, 100, &out, &why));           /* the other chunks are whole */
        CHECK_FAILS(ERR_CORRUPT, blob_read(shelf->store, shelf->work, hash, MiB + 1, 100, &out, &why));
        CHECK(strstr(why.message, "chunk 1 "));
        CHECK_FAILS(ERR_CORRUPT, store_verify(shelf->store, &rows, &why));
    }
}
