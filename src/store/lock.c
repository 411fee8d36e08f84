/* lock.c - one writer per store. The file `lock` is held by an open-file-description lock, which the kernel takes back when its
 * holder dies however it dies; what stands in it (pid, then the socket's path) is only for those who ask. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "store/room.h"

enum { LOCK_TEXT = 512 };

static const struct flock whole_file = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

static Err lock_open(Arena *work, const char *directory, int flags, int *out_fd, const char **out_path, Why *why) {
    *out_path = path_join(work, directory, "lock");
    *out_fd = open(*out_path, flags | O_CLOEXEC, 0600);
    if (*out_fd >= 0) return OK;
    return fail(why, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s: cannot be opened: %s", *out_path, strerror(errno));
}

static int lock_text(int fd, char text[LOCK_TEXT]) {
    ssize_t length = pread(fd, text, LOCK_TEXT - 1, 0);
    text[length > 0 ? length : 0] = 0;
    return atoi(text);
}

static Err lock_say(int fd, const char *socket_path, Why *why) {
    char text[LOCK_TEXT];
    int length = snprintf(text, sizeof text, "%d\n%s\n", (int)getpid(), socket_path);
    if (length >= (int)sizeof text) return fail(why, ERR_INVALID, "the socket's path is too long");
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)length, 0) != length) return fail(why, ERR_IO, "the lock cannot be written: %s", strerror(errno));
    return OK;
}

Err lock_take(Store *store, Why *why) {
    own(arena_end) Arena *work = arena_begin(1 * MiB);
    const char *path;
    int fd;
    struct flock lock = whole_file;
    TRY(lock_open(work, store->directory, O_RDWR | O_CREAT, &fd, &path, why));
    if (fcntl(fd, F_OFD_SETLK, &lock) != 0) {
        char text[LOCK_TEXT];
        int pid = lock_text(fd, text);
        close(fd);
        return fail_hint(why, fail(why, ERR_BUSY, "%s: process %d holds the store", store->directory, pid), "wait until it is done, or stop it");
    }
    Err err = lock_say(fd, "", why);
    if (err != OK) close(fd);
    else store->lock_fd = fd;
    return err;
}

void lock_leave(Store *store) {
    if (store->lock_fd < 0) return;
    (void)!ftruncate(store->lock_fd, 0);       /* only so that nobody reads an old pid */
    close(store->lock_fd);
    store->lock_fd = -1;
}

Err store_publish_socket(Store *store, const char *socket_path, Why *why) {
    if (store->lock_fd < 0) return fail(why, ERR_USAGE, "only who holds the store may publish a socket");
    return lock_say(store->lock_fd, socket_path, why);
}

Err store_holder(Arena *work, const char *directory, const char **out_socket, Why *why) {
    const char *path;
    int fd;
    *out_socket = NULL;
    Err err = lock_open(work, directory, O_RDWR, &fd, &path, why);
    if (err == ERR_NOT_FOUND) return OK;
    TRY(err);
    struct flock lock = whole_file;
    char text[LOCK_TEXT];
    /* Asks without taking: a look must never make a real opener believe that the store is held. */
    if (fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK) {
        lock_text(fd, text);
        char *socket_path = strchr(text, '\n');
        char *end = socket_path ? strchr(socket_path + 1, '\n') : NULL;
        if (end) *end = 0;
        if (end && socket_path[1]) *out_socket = text_copy(work, socket_path + 1);
    }
    close(fd);
    return OK;
}
