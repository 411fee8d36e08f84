/* file.h - files and folders. Every error names the path. What file_write has said OK to is on the disk. */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

Err file_read(Arena *arena, const char *path, size_t most_bytes, Text *out, Why *why); /* NUL follows; larger: ERR_LIMIT */
/* All or nothing: a temporary file beside it, fsync, rename, fsync of the folder. */
Err file_write(const char *path, Text bytes, Why *why);
Err file_copy(const char *from, const char *to, Why *why);           /* all or nothing, in constant memory */
Err file_rename(const char *from, const char *to, Why *why);         /* and fsync of the target's folder */
Err file_remove(const char *path, Why *why);                         /* absent is OK */

/* read and write on an open file, again where a signal interrupted; `path` is for the sentence. */
Err fd_read(int fd, const char *path, void *into, size_t most, size_t *out_count, Why *why);      /* what is there, up to `most`; 0: the end */
Err fd_write(int fd, const char *path, Text bytes, Why *why);                                     /* all of it */

bool file_exists(const char *path);                                  /* a file or a folder */
bool folder_exists(const char *path);
typedef struct FileFacts { int64_t size_bytes; int64_t changed_us; bool is_folder; } FileFacts;
Err file_facts(const char *path, FileFacts *out, Why *why);          /* absent: ERR_NOT_FOUND */

Err folder_make(const char *path, Why *why);                         /* with its parents; present is OK; mode 0755 */
/* Names without "." and "..", sorted by bytes; at most `most` or ERR_LIMIT. */
Err folder_list(Arena *arena, const char *path, size_t most, char ***out_names, size_t *out_count, Why *why);
Err folder_remove(const char *path, Why *why);                       /* with all in it; symbolic links are removed, not followed */
Err folder_temporary(Arena *arena, const char *prefix, char **out_path, Why *why); /* in $TMPDIR or /tmp, mode 0700 */

char *path_join(Arena *arena, const char *folder, const char *name); /* one slash between */
const char *path_name(const char *path);                             /* after the last slash */
