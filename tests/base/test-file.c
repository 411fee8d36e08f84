#include "base/file.h"
#include "base/hash.h"
#include "tests/test.h"

#include <sys/stat.h>
#include <unistd.h>

static void removed(char **path) {
    Why why;
    CHECK_OK(folder_remove(*path, &why));
}

#define IN_TEMPORARY_FOLDER(arena, folder)                        \
    own(arena_end) Arena *arena = arena_begin(16 * MiB);          \
    Why why;                                                      \
    own(removed) char *folder = NULL;                             \
    CHECK_OK(folder_temporary(arena, "stockwright-test", &folder, &why))

TEST(file_written_reads_back) {
    IN_TEMPORARY_FOLDER(arena, folder);
    char *path = path_join(arena, folder, "a.txt");
    CHECK_OK(file_write(path, text_from("x\0y", 3), &why));
    Text text;
    CHECK_OK(file_read(arena, path, 3, &text, &why));
    CHECK(text_equal(text, text_from("x\0y", 3)));
    CHECK_FAILS(ERR_LIMIT, file_read(arena, path, 2, &text, &why));
    CHECK_OK(file_write(path, text_of(""), &why));
    CHECK_OK(file_read(arena, path, 100, &text, &why));
    CHECK_EQ(text.length, 0);
}

TEST(file_write_replaces_all_or_nothing) {
    IN_TEMPORARY_FOLDER(arena, folder);
    char *path = path_join(arena, folder, "a.txt"), **names;
    size_t count = 0;
    CHECK_OK(file_write(path, text_of("old"), &why));
    CHECK_OK(file_write(path, text_of("new"), &why));
    struct stat facts;
    CHECK_EQ(stat(path, &facts), 0);
    CHECK_EQ(facts.st_mode & 0777, 0644);
    CHECK_OK(folder_list(arena, folder, 10, &names, &count, &why));
    CHECK_EQ(count, 1); /* no draft is left behind */
    char *target = path_join(arena, folder, "sub");
    CHECK_OK(folder_make(path_join(arena, target, "deep"), &why));
    CHECK_FAILS(ERR_IO, file_write(target, text_of("x"), &why)); /* a folder stands there */
    CHECK_OK(folder_list(arena, folder, 10, &names, &count, &why));
    CHECK_EQ(count, 2);
}

TEST(file_errors_name_the_path) {
    own(arena_end) Arena *arena = arena_begin(1 * MiB);
    Why why;
    Text text;
    CHECK_FAILS(ERR_NOT_FOUND, file_read(arena, "/nowhere/x.csv", 10, &text, &why));
    CHECK(strstr(why.message, "/nowhere/x.csv") != NULL);
    CHECK_FAILS(ERR_INVALID, file_read(arena, "/tmp", 10, &text, &why));
    FileFacts facts;
    CHECK_FAILS(ERR_NOT_FOUND, file_facts("/nowhere/x.csv", &facts, &why));
    CHECK_FAILS(ERR_NOT_FOUND, file_write("/nowhere/x.csv", text_of(""), &why));
    CHECK_FAILS(ERR_NOT_FOUND, file_copy("/nowhere/x.csv", "/tmp/never", &why));
    CHECK(!file_exists("/nowhere") && file_exists("/tmp") && folder_exists("/tmp"));
    CHECK_OK(file_remove("/nowhere/x.csv", &why));
}

TEST(file_copies_renames_and_hashes) {
    IN_TEMPORARY_FOLDER(arena, folder);
    char *a = path_join(arena, folder, "a"), *b = path_join(arena, folder, "b"), *c = path_join(arena, folder, "c");
    char *big = arena_take(arena, 300000);
    memset(big, 'z', 300000);
    CHECK_OK(file_write(a, text_from(big, 300000), &why));
    CHECK_OK(file_copy(a, b, &why));
    CHECK_OK(file_rename(b, c, &why));
    CHECK(!file_exists(b));
    Sha256 left = sha256(text_from(big, 300000)), right;
    CHECK_OK(sha256_file(c, &right, &why));
    CHECK(sha256_equal(&left, &right));
    FileFacts facts;
    CHECK_OK(file_facts(c, &facts, &why));
    CHECK_EQ(facts.size_bytes, 300000);
    CHECK(!facts.is_folder && facts.changed_us > 0);
    CHECK_OK(file_remove(c, &why));
    CHECK_FAILS(ERR_NOT_FOUND, sha256_file(c, &right, &why));
}

TEST(folders_are_listed_in_order_with_a_bound) {
    IN_TEMPORARY_FOLDER(arena, folder);
    static const char *const made[] = { "b", "a", "B", "a.csv" };
    for (size_t i = 0; i < 4; i++) CHECK_OK(file_write(path_join(arena, folder, made[i]), text_of(""), &why));
    char **names;
    size_t count = 0;
    CHECK_OK(folder_list(arena, folder, 4, &names, &count, &why));
    CHECK_EQ(count, 4);
    CHECK_STR(names[0], "B");
    CHECK_STR(names[1], "a");
    CHECK_STR(names[2], "a.csv");
    CHECK_FAILS(ERR_LIMIT, folder_list(arena, folder, 3, &names, &count, &why));
}

TEST(folder_removal_does_not_follow_links) {
    IN_TEMPORARY_FOLDER(arena, folder);
    char *kept = path_join(arena, folder, "kept"), *gone = path_join(arena, folder, "gone/x/y");
    CHECK_OK(folder_make(kept, &why));
    CHECK_OK(folder_make(gone, &why));
    CHECK_OK(folder_make(gone, &why)); /* present is fine */
    CHECK_OK(file_write(path_join(arena, kept, "file"), text_of("1"), &why));
    CHECK_EQ(symlink(kept, path_join(arena, gone, "link")), 0);
    CHECK_OK(folder_remove(path_join(arena, folder, "gone"), &why));
    CHECK(!file_exists(path_join(arena, folder, "gone")));
    CHECK(file_exists(path_join(arena, kept, "file")));
    CHECK_OK(folder_remove(path_join(arena, folder, "gone"), &why)); /* absent is fine */
}

TEST(paths_join_with_one_slash) {
    own(arena_end) Arena *arena = arena_begin(1 * MiB);
    CHECK_STR(path_join(arena, "a", "b"), "a/b");
    CHECK_STR(path_join(arena, "a/", "b"), "a/b");
    CHECK_STR(path_join(arena, "", "b"), "b");
    CHECK_STR(path_name("/x/y.csv"), "y.csv");
    CHECK_STR(path_name("y.csv"), "y.csv");
}
