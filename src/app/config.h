/* config.h - stockwright.conf: the only file read at start. Lines "key = value"; '#' begins a comment. Secrets are never in it:
 * a key ending in _file names a file that holds one. Every key is a row of one table; an unknown key, a value of the wrong
 * type or an unreadable file refuses to start and names the line. */
#pragma once
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

typedef struct Config {
    const char *store;           /* directory; "store" */
    const char *listen_host;     /* "127.0.0.1" */
    int64_t listen_port;         /* 8080 */
    const char *watch;           /* folder whose files are imported, or NULL */
    int64_t plan_minutes;        /* a full look at the clock every so many minutes; 15 */
    int64_t threads;             /* for planning; 0 = as many as there are processors */
} Config;

Config config_default(void);
Err config_read(Arena *arena, const char *path, Config *out_config, Why *why);
/* "127.0.0.1:8080", ":8080" or "8080". */
Err config_listen(Arena *arena, const char *text, Config *config, Why *why);
