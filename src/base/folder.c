/* folder.c - making, listing and removing folders. */
#include "base/file.h"

#include "base/list.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEPTH_MOST = 64 };

static Err folder_fail(const char *path, const char *what, Why *why) {
    int failure = errno;
    Err code = failure == ENOENT ? ERR_NOT_FOUND : ERR_IO;
    return fail(why, code, "%s: cannot be %s: %s", path, what, strerror(failure));
}

bool folder_exists(const char *path) {
    struct stat facts;
    return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

Err folder_make(const char *path, Why *why) {
    own(arena_end) Arena *work = arena_begin(64 * KiB);
    if (strlen(path) >= 4096) return fail(why, ERR_INVALID, "%.200s: the path is too long", path);
    char *part = text_copy(work, path);
    for (char *at = part + 1; *part && *at; at++) {
        if (*at != '/') continue;
        *at = 0;
        if (mkdir(part, 0755) != 0 && errno != EEXIST) return folder_fail(part, "made", why);
        *at = '/';
    }
    if (mkdir(path, 0755) == 0 || (errno == EEXIST && folder_exists(path))) return OK;
    return folder_fail(path, "made", why);
}

static void dir_end(DIR **dir) {
    if (*dir) closedir(*dir);
}

static int by_bytes(const void *left, const void *right) {
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static bool is_dots(const char *name) { return strcmp(name, ".") == 0 || strcmp(name, "..") == 0; }

typedef LIST(char *) Names;
static void names_end(Names *names) { list_end(names); }

Err folder_list(Arena *arena, const char *path, size_t most, char ***out_names, size_t *out_count, Why *why) {
    own(dir_end) DIR *dir = opendir(path);
    if (!dir) return folder_fail(path, "listed", why);
    own(names_end) Names names = { 0 };
    for (;;) {
        errno = 0;
        struct dirent *entry = readdir(dir);
        if (!entry && errno) return folder_fail(path, "listed", why);
        if (!entry) break;
        if (is_dots(entry->d_name)) continue;
        if (names.count == most) return fail(why, ERR_LIMIT, "%s: holds more than %zu files", path, most);
        list_push(&names, text_copy(arena, entry->d_name));
    }
    if (names.count) qsort(names.at, names.count, sizeof *names.at, by_bytes);
    char **kept = many_in(arena, char *, names.count);
    if (names.count) memcpy(kept, names.at, names.count * sizeof *kept);
    *out_names = kept;
    *out_count = names.count;
    return OK;
}

/* Works on descriptors, so that a folder that is swapped for a link meanwhile is not followed. */
static Err remove_at(int parent, const char *name, const char *path, int depth, Why *why) {
    if (unlinkat(parent, name, 0) == 0 || errno == ENOENT) return OK;
    if (errno != EISDIR && errno != EPERM) return folder_fail(path, "removed", why);
    if (depth == 0) return fail(why, ERR_LIMIT, "%s: folders are nested more than %d deep", path, DEPTH_MOST);
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return folder_fail(path, "removed", why);
    own(dir_end) DIR *dir = fdopendir(fd);
    if (!dir) {
        close(fd);
        return folder_fail(path, "removed", why);
    }
    struct dirent *entry;
    while ((entry = readdir(dir)))
        if (!is_dots(entry->d_name)) TRY(remove_at(fd, entry->d_name, path, depth - 1, why));
    return unlinkat(parent, name, AT_REMOVEDIR) == 0 ? OK : folder_fail(path, "removed", why);
}

Err folder_remove(const char *path, Why *why) { return remove_at(AT_FDCWD, path, path, DEPTH_MOST, why); }

Err folder_temporary(Arena *arena, const char *prefix, char **out_path, Why *why) {
    const char *root = getenv("TMPDIR");
    char *path = text_format(arena, "%s/%s-XXXXXX", root && *root ? root : "/tmp", prefix);
    if (!mkdtemp(path)) return folder_fail(path, "made", why);
    *out_path = path;
    return OK;
}
