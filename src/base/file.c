/* file.c - whole files: read with a bound, written all or nothing. Folders are in folder.c. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct Descriptor { int fd; } Descriptor;

static void descriptor_end(Descriptor *descriptor) {
    if (descriptor->fd >= 0) close(descriptor->fd);
    descriptor->fd = -1;
}

static Err file_fail(const char *path, const char *what, Why *why) {
    int failure = errno;
    Err code = failure == ENOENT ? ERR_NOT_FOUND : ERR_IO;
    return fail(why, code, "%s: cannot be %s: %s", path, what, strerror(failure));
}

Err fd_read(int fd, const char *path, void *into, size_t most, size_t *out_count, Why *why) {
    ssize_t count;
    do count = read(fd, into, most);
    while (count < 0 && errno == EINTR);
    if (count < 0) return file_fail(path, "read", why);
    *out_count = (size_t)count;
    return OK;
}

Err fd_write(int fd, const char *path, Text bytes, Why *why) {
    while (bytes.length) {
        ssize_t count = write(fd, bytes.at, bytes.length);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return file_fail(path, "written", why);
        bytes = text_part(bytes, (size_t)count, bytes.length);
    }
    return OK;
}

Err file_read(Arena *arena, const char *path, size_t most_bytes, Text *out, Why *why) {
    own(descriptor_end) Descriptor file = { open(path, O_RDONLY | O_CLOEXEC) };
    if (file.fd < 0) return file_fail(path, "opened", why);
    struct stat facts;
    if (fstat(file.fd, &facts) != 0) return file_fail(path, "read", why);
    if (S_ISDIR(facts.st_mode)) return fail(why, ERR_INVALID, "%s: is a folder, not a file", path);
    own(buf_end) Buf buf = buf_begin(most_bytes);
    size_t expected = facts.st_size > 0 && (size_t)facts.st_size < most_bytes ? (size_t)facts.st_size : 0;
    (void)buf_reserve(&buf, expected); /* the right room at once; a pipe has no size and grows */
    char part[16 * KiB];
    for (size_t count;;) {
        TRY(fd_read(file.fd, path, part, sizeof part, &count, why));
        if (count == 0) break;
        buf_add(&buf, part, count);
        TRY(buf_check(&buf, path, why));
    }
    *out = (Text){ text_copy_n(arena, buf_str(&buf), buf.length), buf.length };
    return OK;
}

static Err folder_sync(const char *path, Why *why) {
    const char *slash = strrchr(path, '/');
    char folder[4096];
    int length = snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
    if (length >= (int)sizeof folder) return fail(why, ERR_INVALID, "%.200s: the path is too long", path);
    own(descriptor_end) Descriptor handle = { open(length ? folder : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC) };
    if (handle.fd < 0 || fsync(handle.fd) != 0) return file_fail(path, "made durable", why);
    return OK;
}

/* A file under another name until it is whole. */
typedef struct Draft {
    char path[4096];
    int fd;
} Draft;

static void draft_end(Draft *draft) {
    if (draft->fd >= 0) close(draft->fd);
    if (draft->path[0]) unlink(draft->path);
}

static Err draft_begin(Draft *draft, const char *path, Why *why) {
    *draft = (Draft){ .fd = -1 };
    int length = snprintf(draft->path, sizeof draft->path, "%s.XXXXXX", path);
    if (length >= (int)sizeof draft->path) {
        draft->path[0] = 0;
        return fail(why, ERR_INVALID, "%.200s: the path is too long", path);
    }
    draft->fd = mkostemp(draft->path, O_CLOEXEC);
    if (draft->fd < 0) {
        draft->path[0] = 0;
        return file_fail(path, "written", why);
    }
    return fchmod(draft->fd, 0644) == 0 ? OK : file_fail(path, "written", why);
}

static Err draft_finish(Draft *draft, const char *path, Why *why) {
    if (fsync(draft->fd) != 0) return file_fail(path, "made durable", why);
    if (rename(draft->path, path) != 0) return file_fail(path, "written", why);
    draft->path[0] = 0;
    return folder_sync(path, why);
}

Err file_write(const char *path, Text bytes, Why *why) {
    own(draft_end) Draft draft;
    TRY(draft_begin(&draft, path, why));
    TRY(fd_write(draft.fd, path, bytes, why));
    return draft_finish(&draft, path, why);
}

Err file_copy(const char *from, const char *to, Why *why) {
    own(descriptor_end) Descriptor source = { open(from, O_RDONLY | O_CLOEXEC) };
    if (source.fd < 0) return file_fail(from, "opened", why);
    own(draft_end) Draft draft;
    TRY(draft_begin(&draft, to, why));
    char part[64 * KiB];
    for (size_t count;;) {
        TRY(fd_read(source.fd, from, part, sizeof part, &count, why));
        if (count == 0) break;
        TRY(fd_write(draft.fd, to, text_from(part, count), why));
    }
    return draft_finish(&draft, to, why);
}

Err file_rename(const char *from, const char *to, Why *why) {
    if (rename(from, to) != 0) return file_fail(from, "renamed", why);
    return folder_sync(to, why);
}

Err file_remove(const char *path, Why *why) {
    if (unlink(path) == 0 || errno == ENOENT) return OK;
    return file_fail(path, "removed", why);
}

bool file_exists(const char *path) {
    struct stat facts;
    return stat(path, &facts) == 0;
}

Err file_facts(const char *path, FileFacts *out, Why *why) {
    struct stat facts;
    if (stat(path, &facts) != 0) return file_fail(path, "read", why);
    *out = (FileFacts){
        .size_bytes = facts.st_size,
        .changed_us = (int64_t)facts.st_mtim.tv_sec * 1000000 + facts.st_mtim.tv_nsec / 1000,
        .is_folder = S_ISDIR(facts.st_mode),
    };
    return OK;
}

char *path_join(Arena *arena, const char *folder, const char *name) {
    size_t length = strlen(folder);
    bool has_slash = length && folder[length - 1] == '/';
    return text_format(arena, length && !has_slash ? "%s/%s" : "%s%s", folder, name);
}

const char *path_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}
